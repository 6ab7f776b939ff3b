//! The holder's side: the key, the log of reports and visits, and the signed files, all kept on the phone.
//!
//! The log is the state. What is stored is one blob; what is read back is checked again, and what fails is reported but not
//! thrown away: a file that cannot be opened today (an expired trust list) can be tomorrow.

use serde::Serialize;
use sha2::{Digest, Sha512};

use crate::assess::{Assessment, Facts, assess};
use crate::calendar::{DAY, Span, Time};
use crate::cbor::{Bytes, from_bytes, record, to_bytes};
use crate::code::certificate::{CertificateError, CertificateRequest, Certified, DayCertificate, Identity};
use crate::code::claims::{Code, TAG_BYTES, TTL};
use crate::code::wire::to_text;
use crate::colour::Colour;
use crate::error::{Coded, stage_errors};
use crate::facts::{Answers, Place, Record, Report, Visit};
use crate::forecast::{Forecast, forecast};
use crate::limits::{DIARY_VISITS, REPORTS, STATE_BYTES};
use crate::risk::RiskTable;
use crate::rules::expression::Budget;
use crate::rules::pack::{Pack, Question};
use crate::rules::questionnaire::{AnswerProblem, interpret};
use crate::trust::envelope::EnvelopeError;
use crate::trust::file::{Body, FileError, Header};
use crate::trust::key::KeyError;
use crate::trust::list::TrustError;
use crate::trust::{Kind, PublicKey, SecretKey, Trust, Unverified, Verified};

stage_errors! {
    /// Why the holder's side cannot do what was asked.
    HolderError {
        /// No trust list was loaded yet.
        NoTrust = "holder-no-trust-list", "load a trust list first";
        /// No rule pack was loaded yet.
        NoRules = "holder-no-rules", "load a rule pack first";
        /// There is no key yet.
        NoKey = "holder-no-key", "create the phone's key first";
        /// There already is one.
        KeyExists = "holder-key-exists", "there already is a key; forget everything first if it shall be replaced";
        /// There is no day certificate.
        NoCertificate = "holder-no-certificate", "ask the issuer for a day certificate first";
        /// A kind of file that a phone has no use for.
        Unwanted { /// what it is
            kind: Kind } = "holder-unwanted-file", "a phone does not load a {kind}";
        /// A record for another phone's key.
        RecordNotYours = "holder-record-not-yours", "the record is for another phone's key";
        /// The stored state is damaged.
        StateDamaged = "holder-state-damaged", "what was stored is damaged and was not loaded";
        /// The stored state is of a newer form.
        StateNewer { /// its form
            form: u8 } = "holder-state-newer", "what was stored is of form {form}, from a newer version of the app";
        /// More visits or reports than are kept.
        Full = "holder-diary-full", "the diary is full; older visits are dropped as they leave the window";
        /// A visit that ends before it begins.
        VisitOrder = "holder-visit-order", "the visit ends before it begins";
        /// A visit that begins in the future.
        VisitInFuture = "holder-visit-in-future", "the visit begins in the future";
        /// A challenge that is too long.
        Challenge { /// how long it may be
            limit: usize } = "holder-challenge", "a challenge has 1 to {limit} bytes";
        @wraps
        /// A key is refused.
        Key(KeyError);
        /// A file is refused.
        File(FileError);
        /// A trust list is refused.
        Trust(TrustError);
        /// A day certificate is refused.
        Certificate(CertificateError);
    }
}

impl From<EnvelopeError> for HolderError {
    fn from(error: EnvelopeError) -> Self {
        Self::File(error.into())
    }
}

/// How long reports and visits are kept: the longest window that a pack may have, and a day.
pub const RETENTION: Span = Span::seconds(61 * DAY);

/// The form of the stored state.
const STATE_FORM: u8 = 1;

/// A file as it came, so that it can be opened again.
#[derive(Clone, PartialEq, Eq)]
struct Stored {
    kind: Kind,
    bytes: Bytes,
}
record!(Stored { 0 kind, 1 bytes });

/// The highest version seen of a kind for a place: what is older is refused.
#[derive(Clone, PartialEq, Eq)]
struct Seen {
    kind: Kind,
    place: Option<Place>,
    version: u32,
}
record!(Seen { 0 kind, 1 place, 2 version });

/// What is stored.
#[derive(Clone, Default)]
struct State {
    seed: Option<Bytes>,
    reports: Vec<Report>,
    diary: Vec<Visit>,
    files: Vec<Stored>,
    seen: Vec<Seen>,
}
record!(State { 0 seed, 1 reports, 2 diary, 3 files, 4 seen });

impl Drop for State {
    fn drop(&mut self) {
        use zeroize::Zeroize;
        if let Some(Bytes(seed)) = &mut self.seed {
            seed.zeroize();
        }
    }
}

/// The files that could be opened.
#[derive(Default)]
struct Opened {
    trust: Option<Trust>,
    rules: Option<Verified<Pack>>,
    risk: Option<Verified<RiskTable>>,
    record: Option<Verified<Record>>,
    certificate: Option<Certified>,
}

/// The holder's side of the health code.
pub struct Holder {
    roots: Vec<PublicKey>,
    key: Option<SecretKey>,
    state: State,
    opened: Opened,
}

impl core::fmt::Debug for Holder {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Holder({} reports, {} visits)", self.state.reports.len(), self.state.diary.len())
    }
}

/// A file that is in use, or that could not be opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct FileState {
    /// What it is.
    pub kind: Kind,
    /// Its version; certificates have none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<u32>,
    /// When it was issued.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issued: Option<Time>,
    /// When it expires.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires: Option<Time>,
    /// The code of why it is not in use; absent if it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}

impl FileState {
    /// A file that is in use.
    #[must_use]
    pub fn in_use(kind: Kind, header: &Header) -> Self {
        let (version, issued, expires) = (Some(header.version), Some(header.issued), Some(header.expires));
        Self { kind, version, issued, expires, problem: None }
    }
}

/// A code to show.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct Shown {
    /// The text for the QR.
    pub text: String,
    /// The colour in it: the worse of the assessment's and the certificate's floor.
    pub colour: Colour,
    /// When it was made.
    pub issued: Time,
    /// When it is over.
    pub expires: Time,
    /// When the day certificate in it is over.
    pub certificate_expires: Time,
    /// Whose it is, as the checkpoint will see.
    pub identity: Identity,
}

impl core::fmt::Debug for Shown {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Shown({})", self.colour)
    }
}

impl Holder {
    /// A phone that knows only the root keys that its app pins.
    #[must_use]
    pub fn new(roots: Vec<PublicKey>) -> Self {
        Self { roots, key: None, state: State::default(), opened: Opened::default() }
    }

    /// Makes the phone's key of 32 bytes from the host's secure random source.
    ///
    /// # Errors
    /// [`HolderError::KeyExists`], or [`HolderError::Key`] if the bytes are not random.
    pub fn create_key(&mut self, random: &[u8]) -> Result<PublicKey, HolderError> {
        if self.key.is_some() {
            return Err(HolderError::KeyExists);
        }
        let key = SecretKey::from_random(random)?;
        let public = key.public();
        self.state.seed = Some(Bytes(key.seed().to_vec()));
        self.key = Some(key);
        Ok(public)
    }

    /// The phone's public key.
    #[must_use]
    pub fn public_key(&self) -> Option<PublicKey> {
        self.key.as_ref().map(SecretKey::public)
    }

    /// A signed request for a day certificate, to be sent to the issuer. Only what `identity` says leaves the phone.
    ///
    /// # Errors
    /// [`HolderError::NoKey`], [`HolderError::NoRules`] (they say where to ask), or [`HolderError::Certificate`] if the
    /// identity is not masked.
    pub fn certificate_request(&self, identity: Identity, now: Time) -> Result<Vec<u8>, HolderError> {
        let key = self.key.as_ref().ok_or(HolderError::NoKey)?;
        let rules = self.opened.rules.as_ref().ok_or(HolderError::NoRules)?;
        if !identity.is_masked() {
            return Err(CertificateError::NotMasked.into());
        }
        Ok(CertificateRequest::sign(key, rules.body().region, identity, now))
    }

    /// Takes a signed file of any kind that a phone uses. If it is refused, what was there stays.
    ///
    /// # Errors
    /// [`HolderError`], by what is wrong with it.
    pub fn load(&mut self, bytes: &[u8], now: Time) -> Result<FileState, HolderError> {
        let kind = Unverified::parse(bytes)?.kind();
        let state = match kind {
            Kind::TrustList => {
                let trust = Trust::open(bytes, &self.roots, now, self.seen(kind, None))?;
                let state = FileState::in_use(kind, trust.header());
                self.opened.trust = Some(trust);
                self.keep(kind, bytes);
                // What the new list no longer trusts must not stay in use.
                self.reopen(now);
                state
            }
            Kind::RulePack => {
                let rules: Verified<Pack> = self.open(bytes, now)?;
                let state = FileState::in_use(kind, rules.header());
                self.opened.rules = Some(rules);
                state
            }
            Kind::RiskTable => {
                let risk: Verified<RiskTable> = self.open(bytes, now)?;
                let state = FileState::in_use(kind, risk.header());
                self.opened.risk = Some(risk);
                state
            }
            Kind::Record => {
                let record: Verified<Record> = self.open(bytes, now)?;
                self.own_record(&record)?;
                let state = FileState::in_use(kind, record.header());
                self.opened.record = Some(record);
                state
            }
            Kind::DayCertificate => {
                let certified = self.open_certificate(bytes)?;
                certified.certificate().check(now)?;
                let state = certificate_in_use(&certified);
                self.opened.certificate = Some(certified);
                state
            }
            Kind::Code | Kind::CertificateRequest => return Err(HolderError::Unwanted { kind }),
        };
        self.keep(kind, bytes);
        Ok(state)
    }

    fn open<T: Body>(&mut self, bytes: &[u8], now: Time) -> Result<Verified<T>, HolderError> {
        let trust = self.opened.trust.as_ref().ok_or(HolderError::NoTrust)?;
        let file: Verified<T> = trust.open_file(bytes, now, None)?;
        let header = file.header();
        if let Some(seen) = self.seen(T::KIND, header.place).filter(|seen| header.version < *seen) {
            return Err(FileError::Rollback { found: header.version, seen }.into());
        }
        let (place, version) = (header.place, header.version);
        self.see(T::KIND, place, version);
        Ok(file)
    }

    fn open_certificate(&self, bytes: &[u8]) -> Result<Certified, HolderError> {
        let trust = self.opened.trust.as_ref().ok_or(HolderError::NoTrust)?;
        let own = self.public_key().ok_or(HolderError::NoKey)?;
        let certified = DayCertificate::open(bytes, trust)?;
        if certified.certificate().key == own { Ok(certified) } else { Err(CertificateError::NotYours.into()) }
    }

    fn own_record(&self, record: &Verified<Record>) -> Result<(), HolderError> {
        if Some(record.body().key) == self.public_key() { Ok(()) } else { Err(HolderError::RecordNotYours) }
    }

    fn seen(&self, kind: Kind, place: Option<Place>) -> Option<u32> {
        self.state.seen.iter().find(|seen| seen.kind == kind && seen.place == place).map(|seen| seen.version)
    }

    fn see(&mut self, kind: Kind, place: Option<Place>, version: u32) {
        match self.state.seen.iter_mut().find(|seen| seen.kind == kind && seen.place == place) {
            Some(seen) => seen.version = seen.version.max(version),
            None => self.state.seen.push(Seen { kind, place, version }),
        }
    }

    fn keep(&mut self, kind: Kind, bytes: &[u8]) {
        self.state.files.retain(|stored| stored.kind != kind);
        self.state.files.push(Stored { kind, bytes: Bytes(bytes.to_vec()) });
        if let (Kind::TrustList, Some(version)) = (kind, self.opened.trust.as_ref().map(|trust| trust.header().version))
        {
            self.see(kind, None, version);
        }
    }

    /// Opens all stored files again, and says how each fared.
    pub fn reopen(&mut self, now: Time) -> Vec<FileState> {
        let files = core::mem::take(&mut self.state.files);
        self.opened = Opened::default();
        let of = |kind: Kind| files.iter().find(move |stored| stored.kind == kind);
        let mut states = Vec::new();
        let mut note = |kind: Kind, result: Result<FileState, HolderError>| {
            states.push(result.unwrap_or_else(|error| FileState {
                kind,
                version: None,
                issued: None,
                expires: None,
                problem: Some(error.code().into()),
            }));
        };
        if let Some(stored) = of(Kind::TrustList) {
            let opened = Trust::open(&stored.bytes.0, &self.roots, now, self.seen(stored.kind, None));
            note(
                stored.kind,
                opened.map_err(HolderError::from).map(|trust| {
                    let state = FileState::in_use(Kind::TrustList, trust.header());
                    self.opened.trust = Some(trust);
                    state
                }),
            );
        }
        if let Some(stored) = of(Kind::RulePack) {
            note(
                stored.kind,
                self.open(&stored.bytes.0, now).map(|file| {
                    let state = FileState::in_use(stored.kind, file.header());
                    self.opened.rules = Some(file);
                    state
                }),
            );
        }
        if let Some(stored) = of(Kind::RiskTable) {
            note(
                stored.kind,
                self.open(&stored.bytes.0, now).map(|file| {
                    let state = FileState::in_use(stored.kind, file.header());
                    self.opened.risk = Some(file);
                    state
                }),
            );
        }
        if let Some(stored) = of(Kind::Record) {
            let opened = self.open(&stored.bytes.0, now).and_then(|file| self.own_record(&file).map(|()| file));
            note(
                stored.kind,
                opened.map(|file| {
                    let state = FileState::in_use(stored.kind, file.header());
                    self.opened.record = Some(file);
                    state
                }),
            );
        }
        if let Some(stored) = of(Kind::DayCertificate) {
            note(
                stored.kind,
                self.open_certificate(&stored.bytes.0).map(|certified| {
                    let state = certificate_in_use(&certified);
                    self.opened.certificate = Some(certified);
                    state
                }),
            );
        }
        self.state.files = files;
        states
    }

    /// The rules in use.
    #[must_use]
    pub fn rules(&self) -> Option<&Verified<Pack>> {
        self.opened.rules.as_ref()
    }

    /// Whose the day certificate is.
    #[must_use]
    pub fn identity(&self) -> Option<&Identity> {
        self.opened.certificate.as_ref().map(|certified| &certified.certificate().identity)
    }

    /// Which questions are asked, given these answers, and what is wrong with the answers so far.
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

    /// Hands in a report. If anything is wrong with it, nothing is kept, and it is said of each question what.
    ///
    /// # Errors
    /// [`HolderError::NoRules`] or [`HolderError::Full`].
    pub fn submit(&mut self, answers: Answers, now: Time) -> Result<Vec<AnswerProblem>, HolderError> {
        let (_, problems) = self.questions(&answers, now)?;
        if problems.is_empty() {
            self.drop_old(now);
            if self.state.reports.len() >= REPORTS {
                return Err(HolderError::Full);
            }
            self.state.reports.push(Report { at: now, answers });
        }
        Ok(problems)
    }

    /// Adds a visit to the diary.
    ///
    /// # Errors
    /// [`HolderError::VisitOrder`], [`HolderError::VisitInFuture`] or [`HolderError::Full`].
    pub fn add_visit(&mut self, visit: Visit, now: Time) -> Result<(), HolderError> {
        if !visit.is_ordered() {
            return Err(HolderError::VisitOrder);
        }
        if visit.arrive > now {
            return Err(HolderError::VisitInFuture);
        }
        self.drop_old(now);
        if self.state.diary.len() >= DIARY_VISITS {
            return Err(HolderError::Full);
        }
        if !self.state.diary.contains(&visit) {
            self.state.diary.push(visit);
        }
        Ok(())
    }

    /// Drops what no rule may read any more.
    fn drop_old(&mut self, now: Time) {
        let oldest = now.minus(RETENTION);
        self.state.reports.retain(|report| report.at >= oldest);
        self.state.diary.retain(|visit| visit.leave.is_none_or(|leave| leave >= oldest));
    }

    /// The reports, oldest first.
    #[must_use]
    pub fn reports(&self) -> &[Report] {
        &self.state.reports
    }

    /// The diary.
    #[must_use]
    pub fn diary(&self) -> &[Visit] {
        &self.state.diary
    }

    fn facts(&self, here: Option<Place>) -> Facts<'_> {
        Facts {
            reports: &self.state.reports,
            diary: &self.state.diary,
            record: self.opened.record.as_ref(),
            risk: self.opened.risk.as_ref(),
            here,
        }
    }

    /// Assesses what is known.
    ///
    /// # Errors
    /// [`HolderError::NoRules`].
    pub fn assess(&self, now: Time, here: Option<Place>) -> Result<Assessment, HolderError> {
        let rules = self.opened.rules.as_ref().ok_or(HolderError::NoRules)?;
        Ok(assess(rules, &self.facts(here), now))
    }

    /// Looks ahead.
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
    /// [`HolderError`], by what is missing or has expired.
    pub fn show(&self, now: Time, here: Option<Place>, challenge: Option<&[u8]>) -> Result<Shown, HolderError> {
        let key = self.key.as_ref().ok_or(HolderError::NoKey)?;
        let certified = self.opened.certificate.as_ref().ok_or(HolderError::NoCertificate)?;
        let certificate = certified.certificate();
        certificate.check(now)?;
        if challenge.is_some_and(|challenge| !(1..=TAG_BYTES).contains(&challenge.len())) {
            return Err(HolderError::Challenge { limit: TAG_BYTES });
        }
        let stored = self.state.files.iter().find(|stored| stored.kind == Kind::DayCertificate);
        let assessment = self.assess(now, here)?;
        let code = Code {
            colour: assessment.colour.max(certificate.floor),
            issued: now,
            ttl: TTL,
            rules_version: assessment.rules.version,
            risk_version: assessment.risk_version,
            certificate: stored.ok_or(HolderError::NoCertificate)?.bytes.clone(),
            challenge: challenge.map(|challenge| Bytes(challenge.to_vec())),
        };
        Ok(Shown {
            text: to_text(&code.sign(key)),
            colour: code.colour,
            issued: now,
            expires: code.expires(),
            certificate_expires: certificate.expires(),
            identity: certificate.identity.clone(),
        })
    }

    /// All that is kept, as one blob for the host's storage. It holds the secret key and the answers: the host stores
    /// it where only this app can read it.
    #[must_use]
    pub fn save(&self) -> Vec<u8> {
        let mut bytes = vec![STATE_FORM];
        bytes.extend(to_bytes(&self.state));
        let digest: [u8; 64] = Sha512::digest(&bytes).into();
        bytes.extend(digest.iter().take(CHECKSUM));
        bytes
    }

    /// What was saved, checked again. A file that cannot be opened now stays stored, and is named with its cause.
    ///
    /// # Errors
    /// [`HolderError::StateDamaged`] or [`HolderError::StateNewer`].
    pub fn restore(roots: Vec<PublicKey>, blob: &[u8], now: Time) -> Result<(Self, Vec<FileState>), HolderError> {
        let damaged = HolderError::StateDamaged;
        if blob.len() > STATE_BYTES {
            return Err(damaged);
        }
        let (content, checksum) = blob.split_at_checked(blob.len().saturating_sub(CHECKSUM)).ok_or(damaged.clone())?;
        let digest: [u8; 64] = Sha512::digest(content).into();
        if !digest.starts_with(checksum) || checksum.len() != CHECKSUM {
            return Err(damaged);
        }
        let (form, content) = content.split_first().ok_or(damaged.clone())?;
        if *form != STATE_FORM {
            return Err(HolderError::StateNewer { form: *form });
        }
        let state: State = from_bytes(content).ok_or(damaged.clone())?;
        if state.reports.len() > REPORTS || state.diary.len() > DIARY_VISITS {
            return Err(damaged);
        }
        let key = state.seed.as_ref().map(|seed| SecretKey::from_random(&seed.0)).transpose().map_err(|_| damaged)?;
        let mut holder = Self { roots, key, state, opened: Opened::default() };
        let states = holder.reopen(now);
        Ok((holder, states))
    }

    /// Forgets everything: key, log and files.
    pub fn forget(&mut self) {
        *self = Self::new(core::mem::take(&mut self.roots));
    }
}

/// Bytes of the checksum behind the stored state: it finds accidents, not forgery.
const CHECKSUM: usize = 8;

fn certificate_in_use(certified: &Certified) -> FileState {
    let certificate = certified.certificate();
    FileState {
        kind: Kind::DayCertificate,
        version: None,
        issued: Some(certificate.issued),
        expires: Some(certificate.expires()),
        problem: None,
    }
}
