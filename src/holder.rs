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
use crate::compare::{Comparison, Noted, compare};
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

/// The kinds of files that are opened, in this order: the trust list decides on all others.
const OPENED: [Kind; 5] = [Kind::TrustList, Kind::RulePack, Kind::RiskTable, Kind::Record, Kind::DayCertificate];

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
    noted: Option<Noted>,
}
record!(State { 0 seed, 1 reports, 2 diary, 3 files, 4 seen, 5 noted });

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
    /// How each stored file fared when it was last opened.
    files: Vec<FileState>,
    /// How many kinds of stored files were tried, in the order of [`OPENED`].
    tried: usize,
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

    fn certificate_in_use(certified: &Certified) -> Self {
        let certificate = certified.certificate();
        let (issued, expires) = (Some(certificate.issued), Some(certificate.expires()));
        Self { kind: Kind::DayCertificate, version: None, issued, expires, problem: None }
    }

    fn not_in_use(kind: Kind, error: &HolderError) -> Self {
        Self { kind, version: None, issued: None, expires: None, problem: Some(error.code().into()) }
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
        let opened = Opened::default();
        Self { roots, key: None, state: State::default(), opened, files: Vec::new(), tried: OPENED.len() }
    }

    /// Makes the phone's key of 32 bytes from the host's secure random source.
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

    /// Takes a signed file of any kind that a phone uses. If it is refused, what was there stays. A trust list decides anew
    /// which of the other files are in use: [`Holder::files`].
    ///
    /// # Errors
    /// [`HolderError`], by what is wrong with it.
    pub fn load(&mut self, bytes: &[u8], now: Time) -> Result<FileState, HolderError> {
        let kind = Unverified::parse(bytes)?.kind();
        let state = self.use_file(kind, bytes, now, true)?;
        self.state.files.retain(|stored| stored.kind != kind);
        self.state.files.push(Stored { kind, bytes: Bytes(bytes.to_vec()) });
        if kind == Kind::TrustList {
            // What the new list no longer trusts must not stay in use, and what it trusts again may be.
            self.reopen(now);
        } else {
            self.fared(state.clone());
        }
        Ok(state)
    }

    /// Opens a file and uses it; `new` if it has just come, and is not one that was in use already.
    fn use_file(&mut self, kind: Kind, bytes: &[u8], now: Time, new: bool) -> Result<FileState, HolderError> {
        Ok(match kind {
            Kind::TrustList => {
                let trust = Trust::open(bytes, &self.roots, now, self.seen(kind, None))?;
                let state = FileState::in_use(kind, trust.header());
                self.see(kind, None, trust.header().version);
                self.opened.trust = Some(trust);
                state
            }
            Kind::RulePack => {
                let rules: Verified<Pack> = self.open(bytes, now)?;
                let state = self.accept(&rules);
                self.opened.rules = Some(rules);
                state
            }
            Kind::RiskTable => {
                let risk: Verified<RiskTable> = self.open(bytes, now)?;
                let state = self.accept(&risk);
                self.opened.risk = Some(risk);
                state
            }
            Kind::Record => {
                let record: Verified<Record> = self.open(bytes, now)?;
                if Some(record.body().key) != self.public_key() {
                    return Err(HolderError::RecordNotYours);
                }
                let state = self.accept(&record);
                self.opened.record = Some(record);
                state
            }
            Kind::DayCertificate => {
                let certified = self.open_certificate(bytes)?;
                if new {
                    certified.certificate().check(now)?;
                }
                let state = FileState::certificate_in_use(&certified);
                self.opened.certificate = Some(certified);
                state
            }
            Kind::Code | Kind::CertificateRequest => return Err(HolderError::Unwanted { kind }),
        })
    }

    fn open<T: Body>(&self, bytes: &[u8], now: Time) -> Result<Verified<T>, HolderError> {
        let trust = self.opened.trust.as_ref().ok_or(HolderError::NoTrust)?;
        let file: Verified<T> = trust.open_file(bytes, now, None)?;
        let header = file.header();
        match self.seen(T::KIND, header.place) {
            Some(seen) if header.version < seen => Err(FileError::Rollback { found: header.version, seen }.into()),
            _ => Ok(file),
        }
    }

    /// Remembers the version of a file that nothing speaks against any more.
    fn accept<T: Body>(&mut self, file: &Verified<T>) -> FileState {
        let header = file.header();
        self.see(T::KIND, header.place, header.version);
        FileState::in_use(T::KIND, header)
    }

    fn open_certificate(&self, bytes: &[u8]) -> Result<Certified, HolderError> {
        let trust = self.opened.trust.as_ref().ok_or(HolderError::NoTrust)?;
        let own = self.public_key().ok_or(HolderError::NoKey)?;
        let certified = DayCertificate::open(bytes, trust)?;
        if certified.certificate().key == own { Ok(certified) } else { Err(CertificateError::NotYours.into()) }
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

    /// Opens all stored files again, and says how each fared. A file that cannot be opened stays stored.
    pub fn reopen(&mut self, now: Time) -> &[FileState] {
        self.opened = Opened::default();
        self.files.clear();
        self.tried = 0;
        while self.open_file(now) {}
        &self.files
    }

    /// Opens the next stored file that has not been tried yet, and says whether there was one.
    fn open_file(&mut self, now: Time) -> bool {
        while let Some(kind) = OPENED.get(self.tried).copied() {
            self.tried += 1;
            let stored = core::mem::take(&mut self.state.files);
            let state = stored.iter().find(|stored| stored.kind == kind).map(|file| {
                let state = self.use_file(kind, &file.bytes.0, now, false);
                state.unwrap_or_else(|error| FileState::not_in_use(kind, &error))
            });
            self.state.files = stored;
            if let Some(state) = state {
                self.fared(state);
                return true;
            }
        }
        false
    }

    /// Notes how a file fared, in the place of what was said of its kind before.
    fn fared(&mut self, state: FileState) {
        self.files.retain(|known| known.kind != state.kind);
        let place = self.files.partition_point(|known| known.kind < state.kind);
        self.files.insert(place, state);
    }

    /// The stored files, with the code of the problem where one could not be opened when that was last tried.
    #[must_use]
    pub fn files(&self) -> &[FileState] {
        &self.files
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

    /// Takes a visit out of the diary, and says whether it was there.
    pub fn remove_visit(&mut self, visit: &Visit) -> bool {
        let before = self.state.diary.len();
        self.state.diary.retain(|known| known != visit);
        self.state.diary.len() < before
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

    /// What differs from the assessment that was noted last; nothing if none was.
    ///
    /// # Errors
    /// [`HolderError::NoRules`].
    pub fn compare(&self, now: Time, here: Option<Place>) -> Result<Option<Comparison>, HolderError> {
        let assessment = self.assess(now, here)?;
        Ok(self.state.noted.as_ref().map(|noted| compare(noted, &assessment)))
    }

    /// Notes what is assessed now, as the person has seen it: [`Holder::compare`] then says what has changed since.
    ///
    /// # Errors
    /// [`HolderError::NoRules`].
    pub fn note(&mut self, now: Time, here: Option<Place>) -> Result<(), HolderError> {
        self.state.noted = Some(Noted::from(&self.assess(now, here)?));
        Ok(())
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

    /// What was saved, checked again. A file that cannot be opened now stays stored, and [`Holder::files`] says why.
    ///
    /// # Errors
    /// [`HolderError::StateDamaged`] or [`HolderError::StateNewer`].
    pub fn restore(roots: Vec<PublicKey>, blob: &[u8], now: Time) -> Result<Self, HolderError> {
        let mut holder = Self::unopened(roots, blob)?;
        while holder.open_next(now)? {}
        Ok(holder)
    }

    /// What was saved, with its key and its files still to be opened one by one ([`Holder::open_next`]): for hosts that must
    /// not stand still for as long as all of them take.
    ///
    /// # Errors
    /// As [`Holder::restore`].
    pub fn unopened(roots: Vec<PublicKey>, blob: &[u8]) -> Result<Self, HolderError> {
        const DAMAGED: HolderError = HolderError::StateDamaged;
        if blob.len() > STATE_BYTES {
            return Err(DAMAGED);
        }
        let (content, checksum) = blob.split_at_checked(blob.len().saturating_sub(CHECKSUM)).ok_or(DAMAGED)?;
        let digest: [u8; 64] = Sha512::digest(content).into();
        if !digest.starts_with(checksum) || checksum.len() != CHECKSUM {
            return Err(DAMAGED);
        }
        let (form, content) = content.split_first().ok_or(DAMAGED)?;
        if *form != STATE_FORM {
            return Err(HolderError::StateNewer { form: *form });
        }
        let state: State = from_bytes(content).ok_or(DAMAGED)?;
        if state.reports.len() > REPORTS || state.diary.len() > DIARY_VISITS {
            return Err(DAMAGED);
        }
        Ok(Self { roots, key: None, state, opened: Opened::default(), files: Vec::new(), tried: 0 })
    }

    /// Opens what comes next of what was saved: the key first, then each file. False once there is nothing more.
    ///
    /// # Errors
    /// [`HolderError::StateDamaged`] for a key that is none.
    pub fn open_next(&mut self, now: Time) -> Result<bool, HolderError> {
        match (&self.key, &self.state.seed) {
            (None, Some(Bytes(seed))) => {
                self.key = Some(SecretKey::from_random(seed).map_err(|_| HolderError::StateDamaged)?);
                Ok(true)
            }
            _ => Ok(self.open_file(now)),
        }
    }

    /// Forgets everything: key, log and files.
    pub fn forget(&mut self) {
        *self = Self::new(core::mem::take(&mut self.roots));
    }
}

/// Bytes of the checksum behind the stored state: it finds accidents, not forgery.
const CHECKSUM: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authority::*;
    use crate::code::qr;
    use crate::compare::Difference;
    use crate::facts::{Answer, Mode};
    use crate::trust::TrustList;

    /// What a phone says of each stored file.
    fn problems(holder: &Holder) -> Vec<(Kind, Option<&str>)> {
        holder.files().iter().map(|file| (file.kind, file.problem.as_deref())).collect()
    }

    fn code_of<T: core::fmt::Debug>(result: Result<T, HolderError>) -> &'static str {
        result.unwrap_err().code()
    }

    fn day(n: i64) -> Span {
        Span::seconds(n * DAY)
    }

    #[test]
    fn files_come_after_the_trust_list_and_certificates_after_the_key() {
        let mut holder = Holder::new(roots());
        assert_eq!(code_of(holder.load(&rules(), now())), "holder-no-trust-list");
        assert_eq!(code_of(holder.load(&certificate(), now())), "holder-no-trust-list");
        holder.load(&trust_list(), now()).unwrap();
        assert_eq!(code_of(holder.load(&certificate(), now())), "holder-no-key");
        assert_eq!(code_of(holder.certificate_request(identity(), now())), "holder-no-key");
        holder.create_key(&seed("phone")).unwrap();
        assert_eq!(code_of(holder.create_key(&seed("another"))), "holder-key-exists");
        assert_eq!(code_of(holder.certificate_request(identity(), now())), "holder-no-rules");
        assert_eq!(code_of(holder.assess(now(), None)), "holder-no-rules");
        assert_eq!(code_of(holder.submit(answers(false), now())), "holder-no-rules");
        for file in [certificate(), record(), risk(), rules()] {
            holder.load(&file, now()).unwrap();
        }
        assert_eq!(holder.files().len(), 5);
        assert!(holder.files().iter().all(|file| file.problem.is_none()));
        assert_eq!(holder.identity(), Some(&identity()));
    }

    #[test]
    fn what_is_refused_leaves_everything_as_it_was() {
        let mut holder = phone();
        let before = holder.save();
        let old_list = signed(&header(4, None), &list(), &["root"]);
        let old_rules = signed(&header(2, Some("3301")), &pack(), &["rules-1", "rules-2"]);
        let others = signed(&header(9, Some("3301")), &record_for("another"), &["record"]);
        let other_key = certificate_for("another").sign(&key("certificate"));
        let request = CertificateRequest::sign(&key("phone"), place("3301"), identity(), now());
        for (file, code) in [
            (b"no file".to_vec(), "cbor-truncated"),
            (old_list, "file-rollback"),
            (old_rules, "file-rollback"),
            (others, "holder-record-not-yours"),
            (other_key, "certificate-not-yours"),
            (request, "holder-unwanted-file"),
        ] {
            assert_eq!(code_of(holder.load(&file, now())), code);
            assert!(holder.save() == before, "{code}");
            assert_eq!(holder.files().len(), 4, "{code}");
        }
        // Another person's record has not spoilt the versions of one's own.
        holder.load(&record(), now()).unwrap();
    }

    #[test]
    fn a_new_trust_list_drops_what_it_no_longer_trusts_and_keeps_its_bytes() {
        let mut holder = phone();
        let without = |version, name: &str| {
            let keys = list().keys.into_iter().filter(|entry| entry.key != key(name).public()).collect();
            signed(&header(version, None), &TrustList { keys, needed: Vec::new() }, &["root"])
        };
        holder.load(&without(6, "rules-2"), now()).unwrap();
        assert_eq!(code_of(holder.assess(now(), None)), "holder-no-rules");
        assert_eq!(
            problems(&holder),
            [
                (Kind::TrustList, None),
                (Kind::RulePack, Some("file-too-few-signers")),
                (Kind::RiskTable, None),
                (Kind::DayCertificate, None),
            ]
        );
        holder.load(&without(7, "certificate"), now()).unwrap();
        assert!(holder.assess(now(), None).is_ok());
        assert_eq!(code_of(holder.show(now(), None, None)), "holder-no-certificate");
        assert_eq!(problems(&holder)[3], (Kind::DayCertificate, Some("file-unknown-key")));
        holder.load(&signed(&header(8, None), &list(), &["root"]), now()).unwrap();
        assert!(problems(&holder).iter().all(|(_, problem)| problem.is_none()));
        assert!(holder.show(now(), None, None).is_ok());
    }

    #[test]
    fn what_was_saved_is_restored() {
        let mut holder = phone();
        holder.load(&record(), now()).unwrap();
        holder.submit(answers(true), now()).unwrap();
        holder
            .add_visit(
                Visit { place: place("4201"), arrive: now().minus(day(2)), leave: None, mode: Mode::Rail },
                now(),
            )
            .unwrap();
        let saved = holder.save();
        let again = Holder::restore(roots(), &saved, now()).unwrap();
        assert!(again.save() == saved);
        assert_eq!(again.public_key(), holder.public_key());
        assert_eq!(again.assess(now(), None), holder.assess(now(), None));
        assert_eq!(again.show(now(), None, None), holder.show(now(), None, None));
        assert_eq!(again.files(), holder.files());
    }

    #[test]
    fn damaged_or_newer_state_is_refused() {
        let saved = phone().save();
        for end in 0..saved.len() {
            assert_eq!(code_of(Holder::restore(roots(), &saved[..end], now())), "holder-state-damaged");
        }
        for index in (0..saved.len()).step_by(7) {
            let mut bytes = saved.clone();
            bytes[index] ^= 1 << (index % 8);
            assert_eq!(code_of(Holder::restore(roots(), &bytes, now())), "holder-state-damaged");
        }
        let mut newer = vec![STATE_FORM + 1, 0xa0];
        let digest: [u8; 64] = Sha512::digest(&newer).into();
        newer.extend(&digest[..CHECKSUM]);
        assert_eq!(Holder::restore(roots(), &newer, now()).err(), Some(HolderError::StateNewer { form: 2 }));
        assert_eq!(code_of(Holder::restore(roots(), &vec![0; STATE_BYTES + 1], now())), "holder-state-damaged");
        // Room for every file that can be loaded.
        const { assert!(STATE_BYTES > 5 * crate::limits::FILE_BYTES + (8 << 20)) };
    }

    #[test]
    fn with_an_expired_trust_list_the_bytes_stay_and_a_new_one_brings_them_back() {
        let saved = phone().save();
        let later = header(5, None).expires;
        let mut holder = Holder::restore(roots(), &saved, later).unwrap();
        assert_eq!(problems(&holder)[0], (Kind::TrustList, Some("file-expired")));
        assert_eq!(problems(&holder)[1], (Kind::RulePack, Some("holder-no-trust-list")));
        assert!(holder.save() == saved);
        let header = Header { issued: later, expires: later.plus(day(10)), ..header(6, None) };
        holder.load(&signed(&header, &list(), &["root"]), later).unwrap();
        assert!(problems(&holder).iter().all(|(_, problem)| problem.is_none()));
        // The clock goes back: nothing is lost either.
        assert!(holder.reopen(now()).iter().all(|file| file.problem.is_some()));
        assert!(holder.reopen(later).iter().all(|file| file.problem.is_none()));
    }

    #[test]
    fn a_report_with_a_fault_is_not_kept() {
        let mut holder = phone();
        let mut wrong = answers(false);
        wrong.insert("temperature".into(), Answer::Text("36.6".into()));
        wrong.remove("home");
        let faults = holder.submit(wrong, now()).unwrap();
        let codes: Vec<_> = faults.iter().map(|fault| (fault.question.as_str(), fault.error.code())).collect();
        assert_eq!(codes, [("temperature", "answer-wrong-type"), ("home", "answer-missing")]);
        assert_eq!(holder.reports(), []);
        assert_eq!(holder.submit(answers(false), now()).unwrap(), []);
        assert_eq!(holder.reports().len(), 1);
    }

    #[test]
    fn what_was_saved_is_opened_one_by_one() {
        let mut before = phone();
        before.load(&record(), now()).unwrap();
        let saved = before.save();
        let mut holder = Holder::unopened(roots(), &saved).unwrap();
        assert_eq!((holder.public_key(), holder.files()), (None, [].as_slice()));
        assert_eq!(code_of(holder.create_key(&seed("another"))), "holder-key-exists");
        assert!(holder.open_next(now()).unwrap());
        assert_eq!((holder.public_key(), holder.files().len()), (before.public_key(), 0));
        for opened in 1..=5 {
            assert!(holder.open_next(now()).unwrap());
            assert_eq!(holder.files().len(), opened);
            assert_eq!(holder.save(), saved);
        }
        assert!(!holder.open_next(now()).unwrap());
        assert_eq!(holder.files(), before.files());
        assert!(holder.show(now(), None, None).is_ok());
        before.state.seed = Some(Bytes(vec![7; 32]));
        let no_key = before.save();
        assert!(Holder::unopened(roots(), &no_key).is_ok());
        assert_eq!(code_of(Holder::restore(roots(), &no_key, now())), "holder-state-damaged");
    }

    #[test]
    fn the_diary_takes_what_can_be_until_it_is_full_and_drops_what_is_old() {
        let mut holder = phone();
        let visit = |arrive: Time, leave: Option<Time>| Visit { place: place("3301"), arrive, leave, mode: Mode::Stay };
        let minute = |n: i64| now().minus(Span::seconds(60 * n));
        assert_eq!(code_of(holder.add_visit(visit(minute(5), Some(minute(5))), now())), "holder-visit-order");
        assert_eq!(code_of(holder.add_visit(visit(minute(-1), None), now())), "holder-visit-in-future");
        for n in 1..=i64::try_from(DIARY_VISITS).unwrap() {
            holder.add_visit(visit(minute(2 * n), Some(minute(2 * n - 1))), now()).unwrap();
        }
        assert_eq!(code_of(holder.add_visit(visit(minute(1), None), now())), "holder-diary-full");
        let full = Holder::restore(roots(), &holder.save(), now()).unwrap();
        assert_eq!(full.diary().len(), DIARY_VISITS);
        // The same visit is kept once, also where it fits no more.
        let later = now().plus(RETENTION);
        holder.add_visit(visit(later, None), later).unwrap();
        holder.add_visit(visit(later, None), later).unwrap();
        assert_eq!(holder.diary().len(), 1);
        assert!(!holder.remove_visit(&visit(now(), None)));
        assert!(holder.remove_visit(&visit(later, None)));
        assert_eq!(holder.diary(), []);
    }

    #[test]
    fn a_visit_is_kept_for_as_long_as_a_report() {
        let mut holder = phone();
        let visit = |arrive: Time, leave: Option<Time>| Visit { place: place("3301"), arrive, leave, mode: Mode::Stay };
        let old = visit(now().minus(day(1)), Some(now()));
        holder.add_visit(old.clone(), now()).unwrap();
        let last = now().plus(RETENTION);
        holder.add_visit(visit(last, None), last).unwrap();
        assert_eq!(holder.diary(), [old, visit(last, None)]);
        let later = last.plus(Span::seconds(1));
        holder.add_visit(visit(later, None), later).unwrap();
        assert_eq!(holder.diary(), [visit(last, None), visit(later, None)], "what is over for longer is dropped");
    }

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
        // Before the issue of all files, and only before the report.
        for back in [day(400), Span::seconds(600)] {
            let assessment = holder.assess(now().minus(back), None).unwrap();
            let causes: Vec<_> = assessment.causes.iter().map(crate::rules::reason::Cause::name).collect();
            assert_eq!((assessment.colour, &causes[..]), (Colour::Grey, &["clock-behind"][..]), "{back}");
        }
    }

    #[test]
    fn reports_are_dropped_when_no_rule_may_read_them() {
        let mut holder = phone();
        for _ in 0..REPORTS {
            holder.submit(answers(false), now()).unwrap();
        }
        assert_eq!(code_of(holder.submit(answers(false), now())), "holder-diary-full");
        let last = now().plus(RETENTION);
        assert_eq!(code_of(holder.submit(answers(true), last)), "holder-diary-full");
        holder.submit(answers(true), last.plus(Span::seconds(1))).unwrap();
        assert_eq!(holder.reports().len(), 1);
    }

    #[test]
    fn nothing_is_shown_without_key_certificate_or_rules_and_not_after_its_day() {
        let mut holder = Holder::new(roots());
        assert_eq!(code_of(holder.show(now(), None, None)), "holder-no-key");
        holder.create_key(&seed("phone")).unwrap();
        assert_eq!(code_of(holder.show(now(), None, None)), "holder-no-certificate");
        holder.load(&trust_list(), now()).unwrap();
        holder.load(&certificate(), now()).unwrap();
        assert_eq!(code_of(holder.show(now(), None, None)), "holder-no-rules");
        holder.load(&rules(), now()).unwrap();
        assert_eq!(code_of(holder.show(now(), None, Some(&[]))), "holder-challenge");
        assert_eq!(code_of(holder.show(now(), None, Some(&[7; TAG_BYTES + 1]))), "holder-challenge");
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
        let floor = DayCertificate { floor: Colour::Yellow, ..certificate_for("phone") };
        holder.load(&floor.sign(&key("certificate")), now()).unwrap();
        assert_eq!(holder.assess(now(), None).unwrap().colour, Colour::Green);
        assert_eq!(colour(&holder), Colour::Yellow);
        let visit = Visit { place: place("420106"), arrive: now().minus(day(3)), leave: Some(now()), mode: Mode::Stay };
        holder.add_visit(visit, now()).unwrap();
        assert_eq!(colour(&holder), Colour::Red);
    }

    /// With the longest name, a county for its place, versions of 16 bits and a challenge. Each step beyond that (versions
    /// of 32 bits, a place down to a street) costs up to one QR version more.
    #[test]
    fn the_largest_code_fits_version_12() {
        let mut holder = phone();
        let identity = Identity { name: "***例例例".into(), digits: "428X".into() };
        assert_eq!(identity.name.len(), crate::limits::NAME_BYTES);
        let largest = DayCertificate { identity, place: place("330106"), ..certificate_for("phone") };
        holder.load(&largest.sign(&key("certificate")), now()).unwrap();
        let header = |place: Option<&str>| Header { version: 0xffff, ..header(0, place) };
        holder.load(&signed(&header(Some("3301")), &pack(), &["rules-1", "rules-2"]), now()).unwrap();
        holder.load(&signed(&header(None), &risk_table(), &["risk"]), now()).unwrap();
        let shown = holder.show(now(), None, Some(&[0xff; TAG_BYTES])).unwrap();
        let symbol = qr::encode(&shown.text).unwrap();
        assert_eq!((shown.text.len(), symbol.version()), (418, 12));
    }

    #[test]
    fn debug_says_nothing_of_the_person() {
        let mut holder = phone();
        holder.submit(answers(true), now()).unwrap();
        let shown = holder.show(now(), None, None).unwrap();
        let said = format!("{holder:?} {shown:?} {:?} {:?}", holder.reports(), certificate_for("phone"));
        for secret in ["例", "428X", "38", "330106", "true"] {
            assert!(!said.contains(secret), "{secret} in {said}");
        }
    }
}
