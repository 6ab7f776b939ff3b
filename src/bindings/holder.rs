//! The holder's side for JavaScript.

use wasm_bindgen::prelude::*;

use super::input::{self, Untaken, read, time};
use super::result::{Questionnaire, ShowResult, SubmitResult, VisitResult};
use super::types::{Asked, Problem, QuestionFault};
use super::{bytes, loaded, memory, thrown, to_js};
use crate::calendar::Time;
use crate::code::certificate::Identity;
use crate::facts::{Answers, Visit};
use crate::forecast::Forecasting;
use crate::holder::{self, HolderError};
use crate::limits::{FORECAST_SLICE_STEPS, STATE_BYTES, memory_to_copy};
use crate::place::Place;

/// Bytes of a secret key.
const SEED_BYTES: usize = 32;

/// The citizen's phone: its keys, the log of reports and visits, the signed files. One object per person.
#[wasm_bindgen]
pub struct Holder {
    inner: holder::Holder,
    /// A forecast in the making, for a place. It ends with the first change of what the phone knows.
    looking: Option<(Option<Place>, Forecasting)>,
}

impl Holder {
    const fn of(inner: holder::Holder) -> Self {
        Self { inner, looking: None }
    }

    /// Opens the key or the next file; returns whether there was one.
    fn open(&mut self, now: Time) -> Result<bool, JsValue> {
        memory::or_throw(self.inner.memory_to_open_next())?;
        self.changed().open_next(now).map_err(|error| thrown(&error))
    }

    /// The phone, to be changed.
    fn changed(&mut self) -> &mut holder::Holder {
        self.looking = None;
        &mut self.inner
    }
}

#[wasm_bindgen]
impl Holder {
    /// An empty phone that knows only the root keys that the app pins.
    ///
    /// # Errors
    /// Throws `misuse-argument`, `key-malformed`, `key-weak` or `trust-no-roots`.
    #[wasm_bindgen(constructor)]
    pub fn new(#[wasm_bindgen(unchecked_param_type = "Roots")] roots: JsValue) -> Result<Self, JsValue> {
        Ok(Self::of(holder::Holder::new(input::roots(&roots)?)))
    }

    /// Restores what `save` returned and checks it again; `files` then says which of the stored files are in use.
    ///
    /// # Errors
    /// Throws `holder-state-damaged`, `holder-state-newer` or `engine-out-of-memory`: nothing is lost, the caller still has the
    /// bytes.
    pub fn restore(
        #[wasm_bindgen(unchecked_param_type = "Roots")] roots: JsValue,
        #[wasm_bindgen(unchecked_param_type = "Uint8Array")] saved: JsValue,
        #[wasm_bindgen(unchecked_param_type = "number")] now: JsValue,
    ) -> Result<Self, JsValue> {
        let mut restored = Self::unopened(roots, saved)?;
        let now = time(&now)?;
        while restored.open(now)? {}
        Ok(restored)
    }

    /// Like `restore`, but with the key and the files still to be opened: call `openNext` until it returns false,
    /// letting other work run in between, and do not use the phone before that.
    ///
    /// # Errors
    /// As `restore`.
    pub fn unopened(
        #[wasm_bindgen(unchecked_param_type = "Roots")] roots: JsValue,
        #[wasm_bindgen(unchecked_param_type = "Uint8Array")] saved: JsValue,
    ) -> Result<Self, JsValue> {
        let saved = input::bytes(&saved, "saved", STATE_BYTES, memory_to_copy)?;
        let roots = input::roots(&roots)?;
        let unopened = match saved {
            Ok(saved) => holder::Holder::unopened(roots, &saved),
            Err(Untaken::TooLong { .. }) => Err(HolderError::StateDamaged),
            Err(Untaken::NoMemory(error)) => return Err(thrown(&error)),
        };
        unopened.map(Self::of).map_err(|error| thrown(&error))
    }

    /// Opens the key or the next stored file; returns whether there was one.
    ///
    /// # Errors
    /// Throws `holder-state-damaged` if the stored key is invalid, or `engine-out-of-memory`.
    #[wasm_bindgen(js_name = openNext, unchecked_return_type = "boolean")]
    pub fn open_next(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "number")] now: JsValue,
    ) -> Result<JsValue, JsValue> {
        let now = time(&now)?;
        self.open(now).map(JsValue::from)
    }

    /// The whole state, including those secret keys that the host does not keep, for storage that only this app can read.
    ///
    /// # Errors
    /// Throws `engine-out-of-memory`.
    #[wasm_bindgen(unchecked_return_type = "Uint8Array")]
    pub fn save(&self) -> Result<JsValue, JsValue> {
        memory::or_throw(self.inner.memory_to_save())?;
        bytes(&self.inner.save())
    }

    /// Forgets everything: keys, log and files.
    #[wasm_bindgen(unchecked_return_type = "undefined")]
    pub fn forget(&mut self) -> Result<JsValue, JsValue> {
        self.changed().forget();
        Ok(JsValue::UNDEFINED)
    }

    /// Makes the phone's enrolment key, which no code shows, from 32 bytes from the host's secure random source, and
    /// returns the public key.
    ///
    /// # Errors
    /// Throws `holder-key-exists`, `key-malformed` or `key-not-random`.
    #[wasm_bindgen(js_name = createKey, unchecked_return_type = "string")]
    pub fn create_key(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "Uint8Array")] random: JsValue,
    ) -> Result<JsValue, JsValue> {
        let random = zeroize::Zeroizing::new(input::few_bytes(&random, "random", SEED_BYTES)?);
        self.changed().create_key(&random).map(|key| key.to_string().into()).map_err(|error| thrown(&error))
    }

    /// From now on, the host keeps the phone's enrolment key: `publicKey` is its public half, 64 hexadecimal digits.
    ///
    /// # Errors
    /// Throws `holder-key-exists`, `key-malformed` or `key-weak`.
    #[wasm_bindgen(js_name = useHostKey, unchecked_return_type = "undefined")]
    pub fn use_host_key(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "string", js_name = publicKey)] public: JsValue,
    ) -> Result<JsValue, JsValue> {
        let public = input::key(&public, "publicKey")?;
        self.changed().use_host_key(public).map_err(|error| thrown(&error))?;
        Ok(JsValue::UNDEFINED)
    }

    /// The host has lost the enrolment key that it kept: another may be made. What was for it, such as the person's
    /// record, is no longer in use. A key of the phone's own stays.
    ///
    /// # Errors
    /// Throws `misuse-argument`, or `time-out-of-range` if `now` is not a valid time.
    #[wasm_bindgen(js_name = loseHostKey, unchecked_return_type = "undefined")]
    pub fn lose_host_key(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "number")] now: JsValue,
    ) -> Result<JsValue, JsValue> {
        self.changed().lose_host_key(time(&now)?);
        Ok(JsValue::UNDEFINED)
    }

    /// The public halves of all keys that the host keeps for this phone: it needs no others.
    #[wasm_bindgen(js_name = hostKeys, unchecked_return_type = "string[]")]
    pub fn host_keys(&self) -> Result<JsValue, JsValue> {
        to_js(&self.inner.host_keys())
    }

    /// The public half of the phone's enrolment key, if it has been made.
    #[wasm_bindgen(js_name = publicKey, unchecked_return_type = "string | undefined")]
    pub fn public_key(&self) -> Result<JsValue, JsValue> {
        Ok(self.inner.public_key().map_or(JsValue::UNDEFINED, |key| key.to_string().into()))
    }

    /// Loads a signed file of any kind that a phone uses.
    ///
    /// # Errors
    /// Throws `misuse-argument`, or `time-out-of-range` if `now` is not a valid time.
    #[wasm_bindgen(unchecked_return_type = "LoadResult")]
    pub fn load(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "Uint8Array")] file: JsValue,
        #[wasm_bindgen(unchecked_param_type = "number")] now: JsValue,
    ) -> Result<JsValue, JsValue> {
        let after = self.inner.memory_to_reopen();
        loaded(&file, &now, after, |file, now| self.changed().load(file, now))
    }

    /// The stored files, with the code of the problem for each that is not in use.
    #[wasm_bindgen(unchecked_return_type = "FileState[]")]
    pub fn files(&self) -> Result<JsValue, JsValue> {
        to_js(&self.inner.files())
    }

    /// Opens all stored files again, for instance after the clock was changed or a new trust list was loaded.
    ///
    /// # Errors
    /// Throws `misuse-argument`, `engine-out-of-memory`, or `time-out-of-range` if `now` is not a valid time.
    #[wasm_bindgen(unchecked_return_type = "FileState[]")]
    pub fn reopen(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "number")] now: JsValue,
    ) -> Result<JsValue, JsValue> {
        let now = time(&now)?;
        memory::or_throw(self.inner.memory_to_reopen())?;
        to_js(&self.changed().reopen(now))
    }

    /// The request for a day certificate, to be sent to the issuer: a new key for it, the masked identity, the region, the
    /// time. `random` are 32 bytes from the host's secure random source, others for each request. Save the phone before
    /// the request is sent: it would not know the certificate for its own otherwise.
    ///
    /// # Errors
    /// Throws `holder-no-key`, `holder-host-key`, `holder-no-rules`, `certificate-not-masked`, `key-malformed` or
    /// `key-not-random`.
    #[wasm_bindgen(js_name = certificateRequest, unchecked_return_type = "Uint8Array")]
    pub fn certificate_request(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "Identity")] identity: JsValue,
        #[wasm_bindgen(unchecked_param_type = "Uint8Array")] random: JsValue,
        #[wasm_bindgen(unchecked_param_type = "number")] now: JsValue,
    ) -> Result<JsValue, JsValue> {
        let identity: Identity = read(&identity, "identity")?;
        let random = zeroize::Zeroizing::new(input::few_bytes(&random, "random", SEED_BYTES)?);
        let request =
            self.changed().certificate_request(identity, &random, time(&now)?).map_err(|error| thrown(&error))?;
        bytes(&request)
    }

    /// For a certificate whose key the host keeps, whose public half is `day`: what the host must sign to ask for it, with
    /// that key and, if it keeps that too, with the enrolment key, which comes first.
    ///
    /// # Errors
    /// Throws `holder-no-key`, `holder-no-rules`, `certificate-not-masked`, `key-malformed` or `key-weak`.
    #[wasm_bindgen(js_name = certificateRequestToSign, unchecked_return_type = "ToSign[]")]
    pub fn certificate_request_to_sign(
        &self,
        #[wasm_bindgen(unchecked_param_type = "Identity")] identity: JsValue,
        #[wasm_bindgen(unchecked_param_type = "string")] day: JsValue,
        #[wasm_bindgen(unchecked_param_type = "number")] now: JsValue,
    ) -> Result<JsValue, JsValue> {
        let (identity, day) = (read(&identity, "identity")?, input::key(&day, "day")?);
        let steps = self.inner.certificate_request_to_sign(identity, day, time(&now)?);
        to_js(&steps.map_err(|error| thrown(&error))?)
    }

    /// The request for it, with the host's signatures of what `certificateRequestToSign` gave for the same arguments, in
    /// that order, each as 128 hexadecimal digits. Save the phone before the request is sent.
    ///
    /// # Errors
    /// Throws what `certificateRequestToSign` does, and `holder-host-signature` or `key-not-random`; the phone is then as it was.
    #[wasm_bindgen(js_name = certificateRequestSigned, unchecked_return_type = "Uint8Array")]
    pub fn certificate_request_signed(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "Identity")] identity: JsValue,
        #[wasm_bindgen(unchecked_param_type = "string")] day: JsValue,
        #[wasm_bindgen(unchecked_param_type = "number")] now: JsValue,
        #[wasm_bindgen(unchecked_param_type = "string[]")] signatures: JsValue,
    ) -> Result<JsValue, JsValue> {
        let (identity, day, now) = (read(&identity, "identity")?, input::key(&day, "day")?, time(&now)?);
        let signatures: Vec<String> = read(&signatures, "signatures")?;
        let signatures: Vec<_> = signatures.iter().map(|text| input::signature_of(text)).collect();
        let request = self.changed().certificate_request_signed(identity, day, now, &signatures);
        bytes(&request.map_err(|error| thrown(&error))?)
    }

    /// The public files that the manifest names and this phone wants and does not have, the trust list first.
    #[wasm_bindgen(unchecked_return_type = "Named[]")]
    pub fn missing(&self) -> Result<JsValue, JsValue> {
        to_js(&self.inner.missing())
    }

    /// The highest version of the trust list that it has seen.
    #[wasm_bindgen(js_name = trustList, unchecked_return_type = "number | undefined")]
    pub fn trust_list(&self) -> Result<JsValue, JsValue> {
        Ok(self.inner.trust_list().map_or(JsValue::UNDEFINED, JsValue::from))
    }

    /// The person's region: the one that they chose, else that of their certificate, else that of their rules.
    #[wasm_bindgen(unchecked_return_type = "string | undefined")]
    pub fn region(&self) -> Result<JsValue, JsValue> {
        self.inner.region().map_or(Ok(JsValue::UNDEFINED), |region| to_js(&region))
    }

    /// Says which region the person lives in: rules are taken for it.
    ///
    /// # Errors
    /// Throws a `place-…` code if `region` is not a place.
    #[wasm_bindgen(js_name = setRegion, unchecked_return_type = "undefined")]
    pub fn set_region(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "string")] region: JsValue,
    ) -> Result<JsValue, JsValue> {
        let code: String = read(&region, "region")?;
        self.changed().set_region(Place::parse(&code).map_err(|error| thrown(&error))?);
        Ok(JsValue::UNDEFINED)
    }

    /// The identity in the day certificate, if there is one.
    #[wasm_bindgen(unchecked_return_type = "Identity | undefined")]
    pub fn identity(&self) -> Result<JsValue, JsValue> {
        self.inner.identity().map_or(Ok(JsValue::UNDEFINED), to_js)
    }

    /// The rules in force at a moment; if none are, those that come next or ended last. Without a moment, any of those
    /// that there are: enough to know that there are some.
    #[wasm_bindgen(unchecked_return_type = "RulesUsed | undefined")]
    pub fn rules(
        &self,
        #[wasm_bindgen(unchecked_optional_param_type = "number")] now: JsValue,
    ) -> Result<JsValue, JsValue> {
        let now = if now.is_undefined() { Time::from_unix(0) } else { time(&now)? };
        self.inner.rules(now).map_or(Ok(JsValue::UNDEFINED), |rules| to_js(&crate::assess::RulesUsed::of(rules)))
    }

    /// The questions to ask, given the answers so far, and what is wrong with those answers.
    ///
    /// # Errors
    /// Throws `holder-no-rules` or `misuse-argument`.
    #[wasm_bindgen(unchecked_return_type = "Questionnaire")]
    pub fn questions(
        &self,
        #[wasm_bindgen(unchecked_param_type = "Answers")] answers: JsValue,
        #[wasm_bindgen(unchecked_param_type = "number")] now: JsValue,
    ) -> Result<JsValue, JsValue> {
        let answers: Answers = read(&answers, "answers")?;
        let (asked, problems) = self.inner.questions(&answers, time(&now)?).map_err(|error| thrown(&error))?;
        let questions = asked.into_iter().map(Asked::from).collect();
        to_js(&Questionnaire { questions, faults: problems.iter().map(QuestionFault::from).collect() })
    }

    /// Submits a report. If anything is wrong with it, nothing is kept.
    ///
    /// # Errors
    /// Throws `holder-no-rules`, `holder-diary-full` or `misuse-argument`.
    #[wasm_bindgen(unchecked_return_type = "SubmitResult")]
    pub fn submit(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "Answers")] answers: JsValue,
        #[wasm_bindgen(unchecked_param_type = "number")] now: JsValue,
    ) -> Result<JsValue, JsValue> {
        let answers: Answers = read(&answers, "answers")?;
        let problems = self.changed().submit(answers, time(&now)?).map_err(|error| thrown(&error))?;
        to_js(&if problems.is_empty() {
            SubmitResult::Accepted
        } else {
            SubmitResult::Rejected { faults: problems.iter().map(QuestionFault::from).collect() }
        })
    }

    /// The reports in the log.
    #[wasm_bindgen(unchecked_return_type = "Report[]")]
    pub fn reports(&self) -> Result<JsValue, JsValue> {
        to_js(&self.inner.reports())
    }

    /// Adds a visit to the diary.
    ///
    /// # Errors
    /// Throws `misuse-argument`.
    #[wasm_bindgen(js_name = addVisit, unchecked_return_type = "VisitResult")]
    pub fn add_visit(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "Visit")] visit: JsValue,
        #[wasm_bindgen(unchecked_param_type = "number")] now: JsValue,
    ) -> Result<JsValue, JsValue> {
        let visit: Visit = read(&visit, "visit")?;
        to_js(&match self.changed().add_visit(visit, time(&now)?) {
            Ok(()) => VisitResult::Added,
            Err(error) => VisitResult::Refused { problem: Problem::from(&error) },
        })
    }

    /// Removes a visit, as returned by `diary`, from the diary; returns whether it was there.
    ///
    /// # Errors
    /// Throws `misuse-argument`.
    #[wasm_bindgen(js_name = removeVisit, unchecked_return_type = "boolean")]
    pub fn remove_visit(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "Visit")] visit: JsValue,
    ) -> Result<JsValue, JsValue> {
        Ok(self.changed().remove_visit(&read(&visit, "visit")?).into())
    }

    /// The visits in the diary.
    #[wasm_bindgen(unchecked_return_type = "Visit[]")]
    pub fn diary(&self) -> Result<JsValue, JsValue> {
        to_js(&self.inner.diary())
    }

    /// Assesses what the phone knows; `here` is where the code will be shown, if the host knows.
    ///
    /// # Errors
    /// Throws `holder-no-rules`, or a `place-…` code if `here` is not a place.
    #[wasm_bindgen(unchecked_return_type = "Assessment")]
    pub fn assess(
        &self,
        #[wasm_bindgen(unchecked_param_type = "number")] now: JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "string")] here: JsValue,
    ) -> Result<JsValue, JsValue> {
        let assessment = self.inner.assess(time(&now)?, input::here(&here)?).map_err(|error| thrown(&error))?;
        to_js(&assessment)
    }

    /// What differs from the last noted assessment, and so why the colour changed. `undefined` if none was noted.
    ///
    /// # Errors
    /// As `assess`.
    #[wasm_bindgen(unchecked_return_type = "Comparison | undefined")]
    pub fn compare(
        &self,
        #[wasm_bindgen(unchecked_param_type = "number")] now: JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "string")] here: JsValue,
    ) -> Result<JsValue, JsValue> {
        let comparison = self.inner.compare(time(&now)?, input::here(&here)?).map_err(|error| thrown(&error))?;
        comparison.map_or(Ok(JsValue::UNDEFINED), |comparison| to_js(&comparison))
    }

    /// Notes the current assessment as seen by the person.
    ///
    /// # Errors
    /// As `assess`.
    #[wasm_bindgen(unchecked_return_type = "undefined")]
    pub fn note(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "number")] now: JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "string")] here: JsValue,
    ) -> Result<JsValue, JsValue> {
        self.changed().note(time(&now)?, input::here(&here)?).map_err(|error| thrown(&error))?;
        Ok(JsValue::UNDEFINED)
    }

    /// Forecasts the colour, the next change and the earliest green, for some milliseconds: call it with the same place,
    /// letting other work run in between, until it returns the forecast, which is from the moment of the first call. It
    /// begins anew, from `now`, if anything that the phone knows has changed.
    ///
    /// # Errors
    /// As `assess`.
    #[wasm_bindgen(js_name = forecastInSlices, unchecked_return_type = "Forecast | undefined")]
    pub fn forecast_in_slices(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "number")] now: JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "string")] here: JsValue,
    ) -> Result<JsValue, JsValue> {
        let (now, here) = (time(&now)?, input::here(&here)?);
        let begun = self.looking.take().filter(|(place, _)| *place == here);
        let mut forecasting = begun.map_or_else(|| Forecasting::new(now), |(_, forecasting)| forecasting);
        let made = self.inner.forecast_in_slices(&mut forecasting, here, FORECAST_SLICE_STEPS);
        match made.map_err(|error| thrown(&error))? {
            Some(forecast) => to_js(&forecast),
            None => {
                self.looking = Some((here, forecasting));
                Ok(JsValue::UNDEFINED)
            }
        }
    }

    /// What the host must sign for a code, if it keeps the certificate's key: `show` takes the signature, with the same
    /// arguments. `undefined` if the phone has the key itself, or there can be no code: `show` says why.
    ///
    /// # Errors
    /// Throws a `place-…` code if `here` is not a place.
    #[wasm_bindgen(js_name = codeToSign, unchecked_return_type = "ToSign | undefined")]
    pub fn code_to_sign(
        &self,
        #[wasm_bindgen(unchecked_param_type = "number")] now: JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "string")] here: JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "Uint8Array")] challenge: JsValue,
    ) -> Result<JsValue, JsValue> {
        let challenge = input::challenge(&challenge)?;
        let step = self.inner.code_to_sign(time(&now)?, input::here(&here)?, challenge.as_deref());
        step.ok().flatten().map_or(Ok(JsValue::UNDEFINED), |step| to_js(&step))
    }

    /// Makes a code for this minute, without any request; `challenge` is what a checkpoint asked the phone to sign, and
    /// `signature` the host's of what `codeToSign` gave for the same arguments, as 128 hexadecimal digits, if the host
    /// keeps the key.
    ///
    /// # Errors
    /// Throws a `place-…` code if `here` is not a place.
    #[wasm_bindgen(unchecked_return_type = "ShowResult")]
    pub fn show(
        &self,
        #[wasm_bindgen(unchecked_param_type = "number")] now: JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "string")] here: JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "Uint8Array")] challenge: JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "string")] signature: JsValue,
    ) -> Result<JsValue, JsValue> {
        let challenge = input::challenge(&challenge)?;
        let (now, here, challenge) = (time(&now)?, input::here(&here)?, challenge.as_deref());
        let shown = match input::signature(&signature)? {
            Some(signature) => self.inner.show_signed(now, here, challenge, &signature),
            None => self.inner.show(now, here, challenge),
        };
        to_js(&match shown {
            Ok(code) => ShowResult::Shown { code },
            Err(error) => ShowResult::Unavailable { problem: Problem::from(&error) },
        })
    }
}
