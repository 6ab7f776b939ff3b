//! The holder's side: the key, the log of reports and visits, and the signed files, all kept on the phone.
//!
//! The log is the state. It is stored as one blob. What is restored is checked again, and whatever fails is reported
//! but kept: a file that cannot be opened today (because the trust list has expired) may open tomorrow.

mod days;
mod files;
mod log;
mod state;

pub use state::{FileState, Holder, HolderError};

use serde::Serialize;

use crate::assess::{Assessment, Facts, assess};
use crate::calendar::Time;
use crate::cbor::Bytes;
use crate::code::certificate::{CertificateError, CertificateRequest, Identity};
use crate::code::claims::Code;
use crate::code::wire::to_text;
use crate::colour::Colour;
use crate::compare::{Comparison, Noted, compare};
use crate::facts::Answers;
use crate::forecast::{Forecast, forecast};
use crate::limits::{CHALLENGE_BYTES, CODE_SECONDS};
use crate::place::Place;
use crate::rules::expression::Budget;
use crate::rules::pack::Question;
use crate::rules::questionnaire::{AnswerProblem, interpret};
use crate::trust::{Kind, PublicKey, SecretKey};

/// A code to show.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct Shown {
    /// The text for the QR.
    pub text: String,
    /// The colour in it: the worse of the assessed colour and the certificate's floor.
    pub colour: Colour,
    /// When it was made.
    pub issued: Time,
    /// When it expires.
    pub expires: Time,
    /// When the day certificate in it expires.
    pub certificate_expires: Time,
    /// Whose it is, as the checkpoint will see it.
    pub identity: Identity,
}

impl core::fmt::Debug for Shown {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Shown({})", self.colour)
    }
}

impl Holder {
    /// Makes the phone's enrolment key, which asks for day certificates and which no code ever shows, from 32 bytes
    /// from the host's secure random source.
    ///
    /// # Errors
    /// [`HolderError::KeyExists`], or [`HolderError::Key`] if the bytes are not random.
    pub fn create_key(&mut self, random: &[u8]) -> Result<PublicKey, HolderError> {
        if self.state.seed.is_some() {
            return Err(HolderError::KeyExists);
        }
        let key = SecretKey::from_random(random)?;
        let public = key.public();
        self.state.seed = Some(Bytes(key.seed().to_vec()));
        self.key = Some(key);
        Ok(public)
    }

    /// The public half of the phone's enrolment key.
    #[must_use]
    pub fn public_key(&self) -> Option<PublicKey> {
        self.key.as_ref().map(SecretKey::public)
    }

    /// A signed request for a day certificate, to be sent to the issuer. About the person, it contains only `identity`.
    /// The certificate gets a key of its own, made of 32 bytes from the host's secure random source; the phone must be
    /// saved before the request is sent, or it will not know the certificate for its own.
    ///
    /// # Errors
    /// [`HolderError::NoKey`], [`HolderError::NoRules`] (the rules name the region), [`HolderError::Certificate`] if the
    /// identity is not masked, or [`HolderError::Key`] if the bytes are not random.
    pub fn certificate_request(
        &mut self,
        identity: Identity,
        random: &[u8],
        now: Time,
    ) -> Result<Vec<u8>, HolderError> {
        let enrolment = self.key.as_ref().ok_or(HolderError::NoKey)?;
        let rules = self.opened.rules.as_ref().ok_or(HolderError::NoRules)?;
        if !identity.is_masked() {
            return Err(CertificateError::NotMasked.into());
        }
        let day = self.state.days.make(random, enrolment)?;
        Ok(CertificateRequest::sign(enrolment, &day, rules.body().region, identity, now)?)
    }

    /// The questions to ask, given these answers, and what is wrong with the answers so far.
    ///
    /// # Errors
    /// [`HolderError::NoRules`].
    pub fn questions<'a>(
        &'a self,
        answers: &'a Answers,
        now: Time,
    ) -> Result<(Vec<&'a Question>, Vec<AnswerProblem>), HolderError> {
        let rules = self.opened.rules.as_ref().ok_or(HolderError::NoRules)?;
        let interpreted = interpret(rules.body(), answers, now, &mut Budget::default());
        Ok((interpreted.asked, interpreted.problems))
    }

    fn facts(&self, here: Option<Place>) -> Facts<'_> {
        Facts {
            reports: &self.state.reports,
            diary: &self.state.diary,
            record: self.opened.record.as_ref(),
            risk: self.opened.risk.as_slice(),
            here,
        }
    }

    /// Assesses what the phone knows.
    ///
    /// # Errors
    /// [`HolderError::NoRules`].
    pub fn assess(&self, now: Time, here: Option<Place>) -> Result<Assessment, HolderError> {
        let rules = self.opened.rules.as_ref().ok_or(HolderError::NoRules)?;
        Ok(assess(rules, &self.facts(here), now))
    }

    /// What differs from the last noted assessment; `None` if there is none.
    ///
    /// # Errors
    /// [`HolderError::NoRules`].
    pub fn compare(&self, now: Time, here: Option<Place>) -> Result<Option<Comparison>, HolderError> {
        let assessment = self.assess(now, here)?;
        Ok(self.state.noted.as_ref().map(|noted| compare(noted, &assessment)))
    }

    /// Notes the current assessment as seen by the person; [`Holder::compare`] then says what has changed since.
    ///
    /// # Errors
    /// [`HolderError::NoRules`].
    pub fn note(&mut self, now: Time, here: Option<Place>) -> Result<(), HolderError> {
        self.state.noted = Some(Noted::from(&self.assess(now, here)?));
        Ok(())
    }

    /// Forecasts the colour.
    ///
    /// # Errors
    /// [`HolderError::NoRules`].
    pub fn forecast(&self, now: Time, here: Option<Place>) -> Result<Forecast, HolderError> {
        let rules = self.opened.rules.as_ref().ok_or(HolderError::NoRules)?;
        Ok(forecast(rules, &self.facts(here), now))
    }

    /// Makes a code for this minute. It needs no network.
    ///
    /// # Errors
    /// [`HolderError`] says what is missing or has expired.
    pub fn show(&self, now: Time, here: Option<Place>, challenge: Option<&[u8]>) -> Result<Shown, HolderError> {
        if self.key.is_none() {
            return Err(HolderError::NoKey);
        }
        let own = self.opened.certificate.as_ref().ok_or(HolderError::NoCertificate)?;
        let certificate = own.certificate();
        certificate.check(now)?;
        if challenge.is_some_and(|challenge| !(1..=CHALLENGE_BYTES).contains(&challenge.len())) {
            return Err(HolderError::Challenge { limit: CHALLENGE_BYTES });
        }
        let stored = self.state.files.iter().find(|stored| stored.kind == Kind::DayCertificate);
        let assessment = self.assess(now, here)?;
        let code = Code {
            colour: assessment.colour.max(certificate.floor),
            issued: now,
            ttl: CODE_SECONDS,
            rules_version: assessment.rules.version,
            risk_version: assessment.risk.iter().map(|risk| risk.version).max(),
            certificate: stored.ok_or(HolderError::NoCertificate)?.bytes.clone(),
            challenge: challenge.map(|challenge| Bytes(challenge.to_vec())),
        };
        Ok(Shown {
            text: to_text(&code.sign(&own.key)),
            colour: code.colour,
            issued: now,
            expires: code.expires(),
            certificate_expires: certificate.expires(),
            identity: certificate.identity.clone(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authority::*;
    use crate::calendar::Span;
    use crate::code::certificate::DayCertificate;
    use crate::code::qr;
    use crate::compare::Difference;
    use crate::facts::{Mode, Visit};
    use crate::trust::Header;

    #[test]
    fn what_was_noted_is_compared_with_also_after_a_restart() {
        let mut holder = phone();
        holder.submit(answers(false), now()).unwrap();
        assert_eq!(holder.compare(now(), None).unwrap(), None);
        holder.note(now(), None).unwrap();
        let mut holder = Holder::restore(roots(), &holder.save(), now()).unwrap();
        let later = now().plus(Span::seconds(60));
        holder.submit(answers(true), later).unwrap();
        let changed = holder.compare(later, None).unwrap().unwrap();
        assert_eq!((changed.before, changed.noted), (Colour::Green, now()));
        assert_ne!(changed.after, Colour::Green);
        assert!(matches!(changed.differences[..], [Difference::NewReason { .. }]), "{:?}", changed.differences);
        holder.note(later, None).unwrap();
        assert_eq!(holder.compare(later, None).unwrap().unwrap().differences, []);
    }

    #[test]
    fn a_clock_that_is_behind_is_told_once() {
        let mut holder = phone();
        holder.submit(answers(false), now()).unwrap();
        // Before all files were issued, and only before the report.
        for back in [day(400), Span::seconds(600)] {
            let assessment = holder.assess(now().minus(back), None).unwrap();
            let causes: Vec<_> = assessment.causes.iter().map(crate::rules::reason::Cause::name).collect();
            assert_eq!((assessment.colour, &causes[..]), (Colour::Grey, &["clock-behind"][..]), "{back}");
        }
    }

    #[test]
    fn nothing_is_shown_without_key_certificate_or_rules_and_not_after_its_day() {
        let mut holder = Holder::new(roots());
        assert_eq!(code_of(holder.show(now(), None, None)), "holder-no-key");
        holder.create_key(&seed("phone")).unwrap();
        assert_eq!(code_of(holder.show(now(), None, None)), "holder-no-certificate");
        let no_rules = phone().save();
        let mut no_rules = Holder::restore(roots(), &no_rules, now()).unwrap();
        no_rules.opened.rules = None;
        assert_eq!(code_of(no_rules.show(now(), None, None)), "holder-no-rules");
        let mut holder = phone();
        assert_eq!(code_of(holder.show(now(), None, Some(&[]))), "holder-challenge");
        assert_eq!(code_of(holder.show(now(), None, Some(&[7; CHALLENGE_BYTES + 1]))), "holder-challenge");
        assert_eq!(code_of(holder.show(now().plus(day(1)), None, None)), "certificate-expired");
        assert_eq!(code_of(holder.show(now().minus(day(1)), None, None)), "certificate-not-yet-valid");
        assert!(holder.show(now(), None, None).is_ok());
        holder.forget();
        assert_eq!(code_of(holder.show(now(), None, None)), "holder-no-key");
        assert_eq!((holder.files(), holder.public_key()), (&[][..], None));
    }

    #[test]
    fn what_is_shown_is_the_worse_of_the_assessment_and_the_floor() {
        let mut holder = phone();
        let colour = |holder: &Holder| holder.show(now(), None, None).unwrap().colour;
        assert_eq!(colour(&holder), Colour::Grey, "there is no report yet");
        holder.submit(answers(false), now()).unwrap();
        assert_eq!(colour(&holder), Colour::Green);
        let floor = DayCertificate { floor: Colour::Yellow, ..certificate_for("day") };
        holder.load(&floor.sign(&key("certificate")), now()).unwrap();
        assert_eq!(holder.assess(now(), None).unwrap().colour, Colour::Green);
        assert_eq!(colour(&holder), Colour::Yellow);
        let visit = Visit { place: place("420106"), arrive: now().minus(day(3)), leave: Some(now()), mode: Mode::Stay };
        holder.add_visit(visit, now()).unwrap();
        assert_eq!(colour(&holder), Colour::Red);
    }

    /// With the longest name, a county as its place, 16-bit versions and a challenge. Each step beyond that (32-bit
    /// versions, a place down to a street) costs up to one QR version more.
    #[test]
    fn the_largest_code_fits_version_12() {
        let mut holder = phone();
        let identity = Identity { name: "***例例例".into(), digits: "428X".into() };
        assert_eq!(identity.name.len(), crate::limits::NAME_BYTES);
        let largest = DayCertificate { identity, place: place("330106"), ..certificate_for("day") };
        holder.load(&largest.sign(&key("certificate")), now()).unwrap();
        let header = |place: Option<&str>| Header { version: 0xffff, ..header(0, place) };
        holder.load(&signed(&header(Some("3301")), &pack(), &["rules-1", "rules-2"]), now()).unwrap();
        holder.load(&signed(&header(None), &risk_table(), &["risk"]), now()).unwrap();
        let shown = holder.show(now(), None, Some(&[0xff; CHALLENGE_BYTES])).unwrap();
        let symbol = qr::encode(&shown.text).unwrap();
        assert_eq!((shown.text.len(), symbol.version()), (418, 12));
    }

    #[test]
    fn debug_says_nothing_of_the_person() {
        let mut holder = phone();
        holder.submit(answers(true), now()).unwrap();
        let shown = holder.show(now(), None, None).unwrap();
        let said = format!("{holder:?} {shown:?} {:?} {:?}", holder.reports(), certificate_for("day"));
        for secret in ["例", "428X", "38", "330106", "true"] {
            assert!(!said.contains(secret), "{secret} in {said}");
        }
    }
}
