//! What a checkpoint concludes from a scanned text, using only its signed files and a clock.

use serde::Serialize;

use super::certificate::{CertificateError, Certified, DayCertificate};
use super::claims::Code;
use super::status::{StatusList, day_of};
use super::wire::{WireError, from_text};
use crate::calendar::{Offset, Span, Time};
use crate::cbor::{check_deterministic, from_bytes};
use crate::colour::Colour;
use crate::error::{self, family_errors};
use crate::limits::{CHALLENGE_BYTES, CHALLENGE_BYTES_MIN, CLOCK_SKEW_SECONDS, CODE_SECONDS, CODE_SKEW_SECONDS};
use crate::place::Place;
use crate::private::private_debug;
use crate::purpose::Purpose;
use crate::trust::envelope::EnvelopeError;
use crate::trust::file::FileError;
use crate::trust::{KeyId, Kind, Manifest, ShortHash, Trust, Unverified, Verified};

family_errors! {
    /// Why a code is not accepted.
    VerifyError {
        /// Something signed, but not a code.
        NotACode { /// what it is
            found: Kind } = "code-wrong-kind", "this is a {found}, not a health code";
        /// The content is not a code.
        Malformed = "code-malformed", "the content is not a valid health code";
        /// The phone's signature does not match.
        BadSignature = "code-bad-signature", "the code was altered, or was not made by the phone that the certificate belongs to";
        /// The code has expired.
        Expired { /// when it expired
            expired: Time, /// the clock
            now: Time } = "code-expired", "the code expired at {expired} and it is {now}; ask for a fresh one, a screenshot is not valid";
        /// The code was made in the future.
        FromFuture { /// when it was made
            issued: Time, /// the clock
            now: Time } = "code-from-future", "the code was made at {issued} and it is {now}; one of the two clocks is wrong";
        /// It claims to be valid for longer than a code may be.
        LongLived { /// what it claims, in seconds
            ttl: u16 } = "code-long-lived", "the code claims to be valid for {ttl} s, longer than a code may be";
        /// It was made when its certificate was not valid.
        OutsideCertificate = "code-outside-certificate", "the code was made when its certificate was not valid";
        /// The colour is better than the issuer's floor.
        BetterThanFloor { /// the issuer's word
            floor: Colour, /// the code's colour
            colour: Colour } = "code-better-than-floor", "the code is {colour}, but the issuer says {floor} or worse";
        /// It does not contain this checkpoint's challenge.
        Challenge = "code-challenge", "the code does not answer this checkpoint's challenge; it may be a copy of a code shown elsewhere";
        /// Refused for a time, by a clock that is known to be wrong.
        ClockOff = "code-clock-off", "this checkpoint's clock is known to be wrong, and by it the code is not valid now; set the clock and scan again";
        /// Its certificate is withdrawn.
        Withdrawn { /// as of when that is known
            as_of: Time } = "code-withdrawn", "the issuer has withdrawn this phone's certificate, by its list of {as_of}; its holder can ask for another";
        /// There is no list of the issuer that says whether its certificate is withdrawn.
        NoStatus = "code-no-status", "this checkpoint has no list of withdrawn certificates of that issuer and day; connect it to fetch one";
        /// The list that says whether its certificate is withdrawn is too old.
        OldStatus { /// when it was made
            issued: Time, /// the clock
            now: Time } = "code-old-status", "this checkpoint's list of withdrawn certificates is of {issued} and it is {now}; connect it to fetch a newer one";
        /// The holder's phone could not decide a colour.
        HolderUndecided = "code-grey", "the holder's phone could not decide a colour; it shows why";
        @wraps
        /// Not the text of a code.
        Wire(WireError);
        /// Not an envelope.
        Envelope(EnvelopeError);
        /// The day certificate is refused.
        Certificate(CertificateError);
        /// The checkpoint's own trust list is not valid.
        Trust(FileError);
    }
}

/// The step at which a code is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// The checkpoint's own trust list, status lists and clock.
    Trust,
    /// The text.
    Text,
    /// The envelope and the form of its content.
    Envelope,
    /// The day certificate: form, issuer, time.
    Certificate,
    /// The phone's signature.
    Signature,
    /// The code's time.
    Time,
    /// What the code says.
    Content,
}

impl VerifyError {
    /// The step that refused.
    #[must_use]
    pub const fn stage(&self) -> Stage {
        match self {
            Self::Trust(_) | Self::NoStatus | Self::OldStatus { .. } => Stage::Trust,
            Self::Wire(_) => Stage::Text,
            Self::Envelope(_) | Self::NotACode { .. } | Self::Malformed => Stage::Envelope,
            Self::Certificate(_) | Self::Withdrawn { .. } => Stage::Certificate,
            Self::BadSignature => Stage::Signature,
            Self::Expired { .. }
            | Self::FromFuture { .. }
            | Self::LongLived { .. }
            | Self::OutsideCertificate
            | Self::ClockOff => Stage::Time,
            Self::BetterThanFloor { .. } | Self::Challenge | Self::HolderUndecided => Stage::Content,
        }
    }

    /// Whether the checkpoint cannot decide, as opposed to refusing.
    const fn undecided(&self) -> bool {
        matches!(
            self,
            Self::Trust(_)
                | Self::HolderUndecided
                | Self::FromFuture { .. }
                | Self::ClockOff
                | Self::NoStatus
                | Self::OldStatus { .. }
        )
    }
}

/// What a checkpoint goes by.
#[derive(Debug, Clone, Copy)]
pub struct Basis<'a> {
    /// Its trust list.
    pub trust: &'a Trust,
    /// Its manifests, each for a region of its own: those in force say what the files are that a code names.
    pub manifests: &'a [Verified<Manifest>],
    /// Its status lists, one of each issuer's key and day; `None` if it does not ask whether certificates are withdrawn.
    pub statuses: Option<&'a [StatusList]>,
    /// Whether its clock is known to be wrong: what is then refused for a time is undecided.
    pub clock_off: bool,
}

impl<'a> Basis<'a> {
    /// A trust list without a manifest and without status lists, and a clock that is right as far as anybody knows.
    #[must_use]
    pub const fn new(trust: &'a Trust) -> Self {
        Self { trust, manifests: &[], statuses: None, clock_off: false }
    }

    /// The same by a clock that its own manifests show to be wrong: one of them is yet to be issued.
    fn at(self, now: Time) -> Self {
        let ahead = |file: &Verified<Manifest>| file.header().issued > now.plus(Span::seconds(CLOCK_SKEW_SECONDS));
        Self { clock_off: self.clock_off || self.manifests.iter().any(ahead), ..self }
    }

    /// As of when the status lists show that a certificate is not withdrawn; nothing if it has no number, or nobody asks.
    fn standing(&self, certified: &Certified, now: Time) -> Result<Option<Time>, VerifyError> {
        let certificate = certified.certificate();
        let (Some(number), Some(lists)) = (certificate.number, self.statuses) else { return Ok(None) };
        let day = day_of(certificate.issued);
        let own = || lists.iter().filter(|list| Some(list.key()) == certified.signer());
        let list = match own().find(|list| list.day() == day) {
            Some(list) => match list.is_withdrawn(number) {
                Some(true) => return Err(VerifyError::Withdrawn { as_of: list.issued() }),
                Some(false) => Some(list),
                None => None,
            },
            // Before the day began nothing of it could be withdrawn: the issuer's newest list then says as much as its own.
            None => own().max_by_key(|list| list.issued()).filter(|list| list.issued() < day.start(Offset::UTC)),
        };
        let list = list.ok_or(VerifyError::NoStatus)?;
        if now >= list.expires() && !self.clock_off {
            return Err(VerifyError::OldStatus { issued: list.issued(), now });
        }
        Ok(Some(list.issued()))
    }

    /// What the manifests say of a file that a code names.
    fn used(&self, kind: Kind, hash: ShortHash, now: Time) -> UsedFile {
        let in_force = self.manifests.iter().filter_map(|manifest| manifest.at(now, Span::ZERO).ok());
        let named = in_force.filter_map(|manifest| manifest.begins(kind, hash)).next();
        let named = named.map(|file| KnownFile {
            id: file.id.clone(),
            version: file.version,
            region: file.place,
            purpose: file.purpose,
        });
        UsedFile { hash, named }
    }
}

/// What a checkpoint concludes. Only an accepted code comes with personal data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(tag = "verdict", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum Verdict {
    /// The code is genuine and current. Whether its colour may pass is up to the checkpoint.
    Accepted(Box<Accepted>),
    /// The code is not genuine or not current.
    Refused(Refusal),
    /// Undecided because of the checkpoint's trust list or clock, or because the holder's phone could not decide.
    Undecided(Refusal),
}

/// What a genuine code says, and who vouches for it.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct Accepted {
    /// The colour.
    pub colour: Colour,
    /// The masked name.
    pub name: String,
    /// The last characters of the document number, to compare with the document.
    pub digits: String,
    /// The region that the issuer certifies for.
    pub place: Place,
    /// The issuer's floor for the colour.
    pub floor: Colour,
    /// When the code was made.
    pub issued: Time,
    /// When it expires.
    pub expires: Time,
    /// The rules that the phone applied.
    pub rules: UsedFile,
    /// The risk data that the phone used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub risk: Option<UsedFile>,
    /// Whether it answers this checkpoint's challenge: it was made for it, and is no copy.
    pub answered: bool,
    /// The issuer's key that certified the phone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issuer_key: Option<KeyId>,
    /// When the list was made by which its certificate is not withdrawn; absent if it is one that cannot be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status_at: Option<Time>,
    /// Who vouches for each part.
    pub vouched: Vec<Vouched>,
}

/// A signed file that the phone used, by its word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct UsedFile {
    /// How the code names it.
    pub hash: ShortHash,
    /// What the checkpoint's manifests say that it is. Absent if none in force names such a file: then it is not in force
    /// where they say what is, or they are not the newest, or the code was made with several files.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub named: Option<KnownFile>,
}

/// A file that a manifest of the checkpoint names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct KnownFile {
    /// A rule pack's id; empty for risk data.
    pub id: String,
    /// Its version.
    pub version: u32,
    /// The region that it applies to or covers; absent if that is the whole country.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<Place>,
    /// What a rule pack is for, such as `hospital`; absent for the everyday code of its region.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub purpose: Option<Purpose>,
}

/// A part of a code and who vouches for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct Vouched {
    /// The part.
    pub what: Part,
    /// Who vouches for it.
    pub by: Party,
}

/// A part of a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// Whose phone it is.
    Identity,
    /// The worst colour that the issuer itself states.
    Floor,
    /// The colour.
    Colour,
    /// When the code was made.
    Moment,
    /// Which rules and risk data were used.
    Files,
    /// The answer to the checkpoint's challenge.
    Challenge,
}

/// Who vouches for something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "kebab-case")]
pub enum Party {
    /// The issuer's signature.
    Issuer,
    /// The holder's phone alone: a modified app could say anything.
    Holder,
}

/// Why a code is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct Refusal {
    /// The stable code of the cause.
    #[cfg_attr(target_arch = "wasm32", tsify(type = "StableCode"))]
    pub code: String,
    /// The message, in English.
    pub message: String,
    /// The step that refused.
    pub stage: Stage,
}

/// Verifies a scanned text; `challenge` is what this checkpoint asked the phone to sign, if anything.
#[must_use]
pub fn verify(text: &str, basis: &Basis<'_>, now: Time, challenge: Option<&[u8]>) -> Verdict {
    match check(text, &basis.at(now), now, challenge) {
        Ok(accepted) => Verdict::Accepted(Box::new(accepted)),
        Err(error) => {
            let refusal = Refusal { code: error::code(&error), message: error.to_string(), stage: error.stage() };
            if error.undecided() { Verdict::Undecided(refusal) } else { Verdict::Refused(refusal) }
        }
    }
}

/// The steps in order: cheap before costly, and no claim is believed before its signer is known.
fn check(text: &str, basis: &Basis<'_>, now: Time, challenge: Option<&[u8]>) -> Result<Accepted, VerifyError> {
    let trust = basis.trust;
    trust.header().check(now, Span::ZERO)?;
    let bytes = from_text(text)?;
    let envelope = Unverified::parse(&bytes)?;
    if envelope.kind() != Kind::Code {
        return Err(VerifyError::NotACode { found: envelope.kind() });
    }
    check_deterministic(envelope.payload()).map_err(EnvelopeError::from)?;
    let code: Code = from_bytes(envelope.payload()).ok_or(VerifyError::Malformed)?;
    let length = CHALLENGE_BYTES_MIN..=CHALLENGE_BYTES;
    let bad_tag = code.challenge.as_ref().is_some_and(|tag| !length.contains(&tag.0.len()));
    if bad_tag || envelope.signers().any(|signer| signer.is_some()) {
        return Err(VerifyError::Malformed);
    }
    let certified = DayCertificate::open(&code.certificate.0, trust)?;
    let certificate = certified.certificate();
    // With a wrong clock, no check of time refuses; all other checks still do.
    let right_time = |checked: Result<(), VerifyError>| if basis.clock_off { Ok(()) } else { checked };
    let valid = certificate.check(now).map_err(VerifyError::from);
    right_time(valid.clone())?;
    if !envelope.verifies(0, &certificate.key) {
        return Err(VerifyError::BadSignature);
    }
    if code.ttl > CODE_SECONDS {
        return Err(VerifyError::LongLived { ttl: code.ttl });
    }
    let current = check_time(&code, certificate, now);
    right_time(current.clone())?;
    if code.colour < certificate.floor {
        return Err(VerifyError::BetterThanFloor { floor: certificate.floor, colour: code.colour });
    }
    if challenge.is_some() && challenge != code.challenge.as_ref().map(|tag| tag.0.as_slice()) {
        return Err(VerifyError::Challenge);
    }
    let status_at = basis.standing(&certified, now)?;
    if code.colour == Colour::Grey {
        return Err(VerifyError::HolderUndecided);
    }
    if valid.and(current).is_err() {
        return Err(VerifyError::ClockOff);
    }
    let mut vouched = vec![
        Vouched { what: Part::Identity, by: Party::Issuer },
        Vouched { what: Part::Floor, by: Party::Issuer },
        Vouched { what: Part::Colour, by: Party::Holder },
        Vouched { what: Part::Files, by: Party::Holder },
        Vouched { what: Part::Moment, by: Party::Holder },
    ];
    if challenge.is_some() {
        vouched.push(Vouched { what: Part::Challenge, by: Party::Holder });
    }
    Ok(Accepted {
        colour: code.colour,
        name: certificate.identity.name.clone(),
        digits: certificate.identity.digits.clone(),
        place: certificate.place,
        floor: certificate.floor,
        issued: code.issued,
        expires: code.expires(),
        rules: basis.used(Kind::RulePack, code.rules, now),
        risk: code.risk.map(|hash| basis.used(Kind::RiskTable, hash, now)),
        answered: challenge.is_some(),
        issuer_key: certified.signer(),
        status_at,
        vouched,
    })
}

fn check_time(code: &Code, certificate: &DayCertificate, now: Time) -> Result<(), VerifyError> {
    if code.issued > now.plus(Span::seconds(CODE_SKEW_SECONDS)) {
        return Err(VerifyError::FromFuture { issued: code.issued, now });
    }
    if now >= code.expires().plus(Span::seconds(CODE_SKEW_SECONDS)) {
        return Err(VerifyError::Expired { expired: code.expires(), now });
    }
    if code.issued.plus(Span::seconds(CLOCK_SKEW_SECONDS)) < certificate.issued || code.issued >= certificate.expires()
    {
        return Err(VerifyError::OutsideCertificate);
    }
    Ok(())
}

private_debug!(Accepted);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authority::*;
    use crate::cbor::Bytes;
    use crate::code::status::Statuses;
    use crate::code::wire::{PREFIX, to_text};
    use crate::error::Coded;
    use crate::holder::{Holder, Shown};
    use crate::trust::Digest;
    use crate::trust::{Trust, TrustList};
    use proptest::prelude::*;

    fn healthy() -> Holder {
        let mut holder = phone();
        holder.submit(answers(false), now()).unwrap();
        holder
    }

    fn shown(challenge: Option<&[u8]>) -> Shown {
        healthy().show(now(), None, challenge).unwrap()
    }

    #[test]
    fn a_withdrawn_certificate_is_refused_and_an_old_list_decides_nothing() {
        let hour = |hours: i64| Span::seconds(hours * 3_600);
        let certificate = DayCertificate { number: Some(5), ..certificate_for("day") };
        let shown = |at: Time| to_text(&Code { issued: at, ..certified(&certificate) }.sign(&key("day")));
        let day = day_of(certificate.issued);
        let list = |day: crate::calendar::Date, issued: Time, first: u8| {
            let compressed = miniz_oxide::deflate::compress_to_vec_zlib(&[first, 0], 9);
            let statuses = Statuses { bits: 1, compressed };
            let bytes = StatusList::sign(&key("certificate"), day, issued, &statuses);
            StatusList::open(&bytes, &trust(), issued).unwrap()
        };
        let trust = trust();
        let by = |lists: &[StatusList], at: Time, clock_off: bool| {
            let basis = Basis { statuses: Some(lists), clock_off, ..Basis::new(&trust) };
            match verify(&shown(at), &basis, at, None) {
                Verdict::Accepted(accepted) => format!("accepted {:?}", accepted.status_at.unwrap().unix()),
                Verdict::Refused(refusal) => format!("refused {}", refusal.code),
                Verdict::Undecided(refusal) => format!("undecided {} {:?}", refusal.code, refusal.stage),
            }
        };
        let accepted = |at: Time| format!("accepted {:?}", at.unix());
        assert_eq!(by(&[list(day, now(), 0)], now(), false), accepted(now()));
        assert_eq!(by(&[list(day, now(), 1 << 5)], now(), false), "refused code-withdrawn");
        // Whoever has no list, another day's, or a list that does not have the number cannot tell.
        let missing = "undecided code-no-status Trust";
        let short = Statuses { bits: 8, compressed: miniz_oxide::deflate::compress_to_vec_zlib(&[0; 5], 9) };
        let short = StatusList::sign(&key("certificate"), day, now(), &short);
        let short = StatusList::open(&short, &trust, now()).unwrap();
        for lists in [&[][..], &[list(day.plus_days(-1), now(), 0)], &[short]] {
            assert_eq!(by(lists, now(), false), missing);
        }
        // A list that was made before the day began knows of all that was withdrawn until then.
        let eve = list(day.plus_days(-1), day.start(Offset::UTC).minus(hour(1)), 0xff);
        assert_eq!(by(&[eve], now(), false), accepted(day.start(Offset::UTC).minus(hour(1))));
        // A list is gone by for its hours; a clock that is off makes it no older.
        let old = list(day, certificate.issued, 0);
        let over = certificate.issued.plus(hour(24));
        let (last, long) = (over.minus(Span::seconds(1)), DayCertificate { hours: 48, ..certificate.clone() });
        assert_eq!(by(std::slice::from_ref(&old), last, false), accepted(certificate.issued));
        let text = to_text(&Code { issued: over, ..certified(&long) }.sign(&key("day")));
        let basis = Basis { statuses: Some(&[old]), ..Basis::new(&trust) };
        let off = Basis { clock_off: true, ..basis };
        let code = |basis| check(&text, &basis, over, None).map_err(|error| (error.code(), error.undecided()));
        assert_eq!(code(basis), Err(("code-old-status", true)));
        assert!(code(off).is_ok());
        // Who asks for no lists, and what has no number, is answered without them.
        assert!(
            check(&shown(now()), &Basis::new(&trust), now(), None).is_ok_and(|accepted| accepted.status_at.is_none())
        );
        let unnumbered = to_text(&super::tests::code().sign(&key("day")));
        assert!(check(&unnumbered, &Basis { statuses: Some(&[]), ..Basis::new(&trust) }, now(), None).is_ok());
    }

    /// Why a code with these claims, signed by the phone, is refused.
    fn refused(code: Code) -> (&'static str, Stage, bool) {
        let error = check(&to_text(&code.sign(&key("day"))), &Basis::new(&trust()), now(), None).unwrap_err();
        (error.code(), error.stage(), error.undecided())
    }

    fn code() -> Code {
        let certificate = Bytes(certificate());
        Code {
            colour: Colour::Green,
            issued: now(),
            ttl: CODE_SECONDS,
            rules: ShortHash([3; 8]),
            risk: Some(ShortHash([7; 8])),
            certificate,
            challenge: None,
        }
    }

    fn certified(certificate: &DayCertificate) -> Code {
        Code { certificate: Bytes(certificate.sign(&key("certificate"))), ..code() }
    }

    #[test]
    fn a_genuine_code_is_accepted_and_it_is_said_on_whose_word() {
        let Verdict::Accepted(accepted) = verify(&shown(None).text, &Basis::new(&trust()), now(), None) else {
            panic!("accepted");
        };
        assert_eq!((accepted.colour, accepted.floor), (Colour::Green, Colour::Green));
        assert_eq!((accepted.name.as_str(), accepted.digits.as_str()), ("*例", "428X"));
        let hash = |file: &[u8]| Digest::of(file).short();
        assert_eq!(accepted.rules.hash, hash(&rules()));
        assert_eq!(accepted.risk.as_ref().map(|risk| risk.hash), Some(hash(&risk())));
        assert!(!accepted.answered);
        assert_eq!(accepted.issuer_key, Some(key("certificate").public().id()));
        let by = |party| accepted.vouched.iter().filter(move |vouched| vouched.by == party).map(|vouched| vouched.what);
        assert_eq!(by(Party::Issuer).collect::<Vec<_>>(), [Part::Identity, Part::Floor]);
        assert_eq!(by(Party::Holder).collect::<Vec<_>>(), [Part::Colour, Part::Files, Part::Moment]);
        assert_eq!(format!("{accepted:?}"), "Accepted(..)");
    }

    #[test]
    fn the_manifest_says_which_files_a_code_was_made_with() {
        let list = trust();
        let text = shown(None).text;
        let used = |manifest: Option<&[u8]>| {
            let manifest = manifest.map(|bytes| list.open_file::<Manifest>(bytes, now()).unwrap());
            let basis = Basis { manifests: manifest.as_slice(), ..Basis::new(&list) };
            let Verdict::Accepted(accepted) = verify(&text, &basis, now(), None) else { panic!("accepted") };
            (accepted.rules.named, accepted.risk.unwrap().named)
        };
        let rules_known = KnownFile { id: "trial".into(), version: 3, region: Some(place("3301")), purpose: None };
        let risk_known = KnownFile { id: String::new(), version: 7, region: None, purpose: None };
        assert_eq!(used(Some(&manifest())), (Some(rules_known.clone()), Some(risk_known)));
        assert_eq!(used(Some(&manifest_of(10, &[rules()]))), (Some(rules_known), None));
        assert_eq!(used(Some(&manifest_of(10, &[]))), (None, None));
        assert_eq!(used(None), (None, None));
    }

    #[test]
    fn each_fault_is_refused_at_its_stage() {
        let stage = |code: Code| (refused(code.clone()).0, refused(code).1);
        let hour = Span::seconds(3600);
        assert_eq!(stage(Code { ttl: CODE_SECONDS + 1, ..code() }), ("code-long-lived", Stage::Time));
        assert_eq!(stage(Code { issued: now().minus(hour), ..code() }), ("code-expired", Stage::Time));
        assert_eq!(stage(Code { challenge: Some(Bytes(vec![])), ..code() }), ("code-malformed", Stage::Envelope));
        for bytes in [3, 9] {
            let challenge = Some(Bytes(vec![0; bytes]));
            assert_eq!(stage(Code { challenge, ..code() }), ("code-malformed", Stage::Envelope));
        }
        assert_eq!(stage(Code { certificate: Bytes(record()), ..code() }), ("file-wrong-kind", Stage::Certificate));
        let (floor, ground) = (Colour::Yellow, Some("close-contact".into()));
        let floor = DayCertificate { floor, ground, ..certificate_for("day") };
        assert_eq!(stage(certified(&floor)), ("code-better-than-floor", Stage::Content));
        assert_eq!(stage(certified(&certificate_for("another"))), ("code-bad-signature", Stage::Signature));
        let expired = DayCertificate { hours: 1, ..certificate_for("day") };
        assert_eq!(stage(certified(&expired)), ("certificate-expired", Stage::Certificate));
        let future = DayCertificate { issued: now().plus(hour), ..certificate_for("day") };
        assert_eq!(stage(certified(&future)), ("certificate-not-yet-valid", Stage::Certificate));
        // The clocks may differ so much that the phone's time is before its certificate's.
        let soon = DayCertificate { issued: now().plus(Span::seconds(100)), ..certificate_for("day") };
        assert!(check(&to_text(&certified(&soon).sign(&key("day"))), &Basis::new(&trust()), now(), None).is_ok());
        let first = Code { issued: now().minus(Span::seconds(20)), ..certified(&soon) };
        assert!(check(&to_text(&first.sign(&key("day"))), &Basis::new(&trust()), now(), None).is_ok());
        let before = Code { issued: now().minus(Span::seconds(21)), ..certified(&soon) };
        assert_eq!(stage(before), ("code-outside-certificate", Stage::Time));
    }

    #[test]
    fn it_is_undecided_where_a_clock_a_list_or_the_phone_is_the_cause() {
        let hour = Span::seconds(3600);
        assert_eq!(refused(Code { issued: now().plus(hour), ..code() }), ("code-from-future", Stage::Time, true));
        assert_eq!(refused(Code { colour: Colour::Grey, ..code() }), ("code-grey", Stage::Content, true));
        let text = shown(None).text;
        for moment in [header(5, None).expires, header(5, None).issued.minus(hour)] {
            let Verdict::Undecided(refusal) = verify(&text, &Basis::new(&trust()), moment, None) else {
                panic!("undecided");
            };
            assert_eq!(refusal.stage, Stage::Trust);
        }
    }

    #[test]
    fn by_a_clock_that_is_wrong_nothing_is_refused() {
        let (hour, list) = (Span::seconds(3600), trust());
        let off = Basis { clock_off: true, ..Basis::new(&list) };
        let by = |code: &Code, key_name: &str, basis: &Basis<'_>| match verify(
            &to_text(&code.sign(&key(key_name))),
            basis,
            now(),
            None,
        ) {
            Verdict::Accepted(_) => "accepted".into(),
            Verdict::Refused(refusal) => format!("refused: {}", refusal.code),
            Verdict::Undecided(refusal) => format!("undecided: {}", refusal.code),
        };
        let expired = certified(&DayCertificate { hours: 1, ..certificate_for("day") });
        let early = certified(&DayCertificate { issued: now().plus(hour), ..certificate_for("day") });
        let outside = Code {
            issued: now().minus(Span::seconds(21)),
            ..certified(&DayCertificate { issued: now().plus(Span::seconds(100)), ..certificate_for("day") })
        };
        for (code, right) in [
            (Code { issued: now().minus(hour), ..code() }, "refused: code-expired"),
            (Code { issued: now().plus(hour), ..code() }, "undecided: code-from-future"),
            (outside, "refused: code-outside-certificate"),
            (expired, "refused: certificate-expired"),
            (early, "refused: certificate-not-yet-valid"),
        ] {
            assert_eq!(by(&code, "day", &Basis::new(&list)), right);
            assert_eq!(by(&code, "day", &off), "undecided: code-clock-off", "{right}");
            // What is forged or wrong at any time is refused by any clock.
            assert_eq!(by(&code, "another", &off), "refused: code-bad-signature", "{right}");
            let long = Code { ttl: CODE_SECONDS + 1, ..code };
            assert_eq!(by(&long, "day", &off), "refused: code-long-lived", "{right}");
        }
        assert_eq!(by(&code(), "day", &off), "accepted");
    }

    #[test]
    fn a_challenge_is_answered_by_no_other_code() {
        let said = |challenge: Option<&[u8]>, asked: Option<&[u8]>| {
            check(&shown(challenge).text, &Basis::new(&trust()), now(), asked).map_err(|error| error.code())
        };
        assert!(said(Some(b"12345678"), Some(b"12345678")).is_ok_and(|yes| yes.answered && yes.vouched.len() == 6));
        assert!(said(Some(b"12345678"), None).is_ok_and(|yes| !yes.answered && yes.vouched.len() == 5));
        assert!(said(Some(b"1234"), Some(b"1234")).is_ok());
        for (challenge, asked) in [
            (None, b"12345678".as_slice()),
            (Some(b"12345678".as_slice()), b"12345679"),
            (Some(b"12345678"), b"1234567"),
            (Some(b"1234"), b""),
            (None, b""),
        ] {
            assert_eq!(said(challenge, Some(asked)), Err("code-challenge"));
        }
    }

    #[test]
    fn an_issuer_that_the_list_no_longer_names_certifies_nothing() {
        let text = shown(None).text;
        let list = TrustList {
            keys: list().keys.into_iter().filter(|entry| entry.signer != "health commission").collect(),
            ..list()
        };
        let trust = Trust::open(&signed(&header(6, None), &list, &["root"]), &roots(), now()).unwrap();
        assert_eq!(
            check(&text, &Basis::new(&trust), now(), None).map_err(|error| error.code()),
            Err("file-unknown-key")
        );
    }

    #[test]
    fn no_altered_code_is_accepted_and_no_refusal_says_whose_it_is() {
        let (text, trust) = (shown(None).text, trust());
        let bytes = from_text(&text).unwrap();
        let refused = |text: &str| match verify(text, &Basis::new(&trust), now(), None) {
            Verdict::Accepted(_) => panic!("accepted: {text}"),
            verdict => {
                let said = format!("{verdict:?} {}", serde_json::to_string(&verdict).unwrap());
                assert!(!said.contains('例') && !said.contains("428X"), "{said}");
            }
        };
        for bit in 0..bytes.len() * 8 {
            let mut altered = bytes.clone();
            altered[bit / 8] ^= 1 << (bit % 8);
            refused(&to_text(&altered));
        }
        for end in 0..bytes.len() {
            refused(&to_text(&bytes[..end]));
        }
        for end in 0..text.len() {
            refused(&text[..end]);
        }
    }

    /// The only thing a checkpoint accepts: a code as a phone showed it, whatever Caps Lock, no-break spaces and spaces
    /// around it made of it, while it is valid.
    fn made_by_a_phone(text: &str, issued: Time, shown: &str, now: Time) -> bool {
        text.trim().replace('\u{a0}', " ").to_ascii_uppercase() == shown
            && issued <= now.plus(Span::seconds(CODE_SKEW_SECONDS))
            && now < issued.plus(Span::seconds(i64::from(CODE_SECONDS))).plus(Span::seconds(CODE_SKEW_SECONDS))
    }

    proptest! {
        #[test]
        fn what_is_accepted_was_shown_within_its_time(shown_at in 0i64..86_400, late in -90i64..180, challenge in any::<[u8; 8]>()) {
            // The certificate is valid for a day, from an hour before `now`.
            let issued = now().plus(Span::seconds(shown_at));
            let at = issued.plus(Span::seconds(late));
            if let Ok(shown) = healthy().show(issued, None, Some(&challenge)) {
                let verdict = verify(&shown.text, &Basis::new(&trust()), at, Some(&challenge));
                let certificate = certificate_for("day");
                let expected = made_by_a_phone(&shown.text, issued, &shown.text, at) && at < certificate.expires()
                    && certificate.issued <= at.plus(Span::seconds(CLOCK_SKEW_SECONDS));
                prop_assert_eq!(matches!(verdict, Verdict::Accepted(_)), expected, "{:?}", verdict);
            } else {
                prop_assert!(issued >= certificate_for("day").expires());
            }
        }

        #[test]
        fn what_is_written_over_is_not_accepted(at in 0usize..400, with in "[0-9A-Z $%*+./:-]{1,4}|\\PC", line_end in "(\r|\n)*") {
            let shown = shown(None);
            let at = at % (shown.text.len() + 1);
            let mut text = shown.text.clone();
            text.replace_range(at..(at + with.len()).min(shown.text.len()), &with);
            text.push_str(&line_end);
            let accepted = matches!(verify(&text, &Basis::new(&trust()), now(), None), Verdict::Accepted(_));
            prop_assert_eq!(accepted, made_by_a_phone(&text, now(), &shown.text, now()));
        }

        #[test]
        fn any_text_gets_a_verdict(text in ".{0,200}", body in "[0-9A-Z $%*+./:-]{0,400}") {
            let trust = trust();
            for text in [text.clone(), format!("{PREFIX}{text}"), format!("{PREFIX}{body}")] {
                prop_assert!(!matches!(verify(&text, &Basis::new(&trust), now(), None), Verdict::Accepted(_)));
            }
        }
    }
}
