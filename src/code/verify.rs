//! What a checkpoint concludes from a scanned text, with nothing but a trust list and a clock.

use serde::Serialize;

use super::certificate::{CertificateError, DayCertificate};
use super::claims::{Code, TAG_BYTES, TTL};
use super::wire::{WireError, from_text};
use crate::calendar::{Span, Time};
use crate::cbor::{check_deterministic, from_bytes};
use crate::colour::Colour;
use crate::error::{Coded, stage_errors};
use crate::facts::Place;
use crate::trust::envelope::EnvelopeError;
use crate::trust::file::{CLOCK_SKEW, FileError};
use crate::trust::{KeyId, Kind, Trust, Unverified};

stage_errors! {
    /// Why a code is not accepted.
    VerifyError {
        /// A signed thing, but no code.
        NotACode { /// what it is
            found: Kind } = "code-wrong-kind", "this is a {found}, not a health code";
        /// The content is not that of a code.
        Malformed = "code-malformed", "the content is not that of a health code";
        /// The phone's signature does not fit.
        BadSignature = "code-bad-signature", "the code was altered, or was not made by the phone that the certificate is for";
        /// Its time is over.
        Expired { /// when it expired
            expired: Time, /// the clock
            now: Time } = "code-expired", "the code expired at {expired} and it is {now}; ask for a fresh one, a picture of a code is no code";
        /// Its time has not come.
        FromFuture { /// when it was made
            issued: Time, /// the clock
            now: Time } = "code-from-future", "the code was made at {issued} and it is {now}; one of the two clocks is wrong";
        /// It claims to hold longer than codes do.
        LongLived { /// what it claims, in seconds
            ttl: u16 } = "code-long-lived", "the code claims to hold for {ttl} s, longer than codes do";
        /// Made when its certificate did not hold.
        OutsideCertificate = "code-outside-certificate", "the code was made at a time for which its certificate does not hold";
        /// Better than the issuer's own word.
        BetterThanFloor { /// the issuer's word
            floor: Colour, /// the code's colour
            colour: Colour } = "code-better-than-floor", "the code is {colour}, but the issuer says {floor} or worse";
        /// Not the challenge that was asked for.
        Challenge = "code-challenge", "the code does not answer this checkpoint's challenge; it may be a copy of a code shown elsewhere";
        /// The holder's phone could not decide.
        HolderUndecided = "code-grey", "the holder's phone could not decide a colour; it says why";
        @wraps
        /// Not the text of a code.
        Wire(WireError);
        /// Not an envelope.
        Envelope(EnvelopeError);
        /// The day certificate is refused.
        Certificate(CertificateError);
        /// The checkpoint's own trust list does not hold.
        Trust(FileError);
    }
}

/// At which step a code is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// The checkpoint's own trust list and clock.
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
            Self::Trust(_) => Stage::Trust,
            Self::Wire(_) => Stage::Text,
            Self::Envelope(_) | Self::NotACode { .. } | Self::Malformed => Stage::Envelope,
            Self::Certificate(_) => Stage::Certificate,
            Self::BadSignature => Stage::Signature,
            Self::Expired { .. } | Self::FromFuture { .. } | Self::LongLived { .. } | Self::OutsideCertificate => {
                Stage::Time
            }
            Self::BetterThanFloor { .. } | Self::Challenge | Self::HolderUndecided => Stage::Content,
        }
    }

    /// Whether the checkpoint could not decide, rather than refuse.
    const fn undecided(&self) -> bool {
        matches!(self, Self::Trust(_) | Self::HolderUndecided | Self::FromFuture { .. })
    }
}

/// What a checkpoint concludes. Nothing personal stands beside anything but an accepted code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(tag = "verdict", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum Verdict {
    /// The code is genuine and of this minute. Whether its colour may pass is for the checkpoint.
    Accepted(Box<Accepted>),
    /// It is not.
    Refused(Refusal),
    /// It could not be said: the checkpoint's trust list or clock, or the holder's phone.
    Undecided(Refusal),
}

/// What a genuine code says, and on whose word.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct Accepted {
    /// The colour.
    pub colour: Colour,
    /// The masked name.
    pub name: String,
    /// The last characters of the document's number, to compare with the document.
    pub digits: String,
    /// Where the issuer certifies.
    pub place: Place,
    /// The issuer's own word on the colour.
    pub floor: Colour,
    /// When the code was made.
    pub issued: Time,
    /// When it is over.
    pub expires: Time,
    /// The rules' version.
    pub rules_version: u32,
    /// The risk table's version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub risk_version: Option<u32>,
    /// The issuer's key that certified the phone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issuer_key: Option<KeyId>,
    /// On whose word each part stands.
    pub vouched: Vec<Vouched>,
}

impl core::fmt::Debug for Accepted {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Accepted({})", self.colour)
    }
}

/// A part of a code and on whose word it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct Vouched {
    /// Which part.
    pub what: Part,
    /// On whose word.
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
    /// By which rules and risk data.
    Versions,
    /// The answer to the checkpoint's challenge.
    Challenge,
}

/// On whose word something stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "kebab-case")]
pub enum Party {
    /// The issuer's signature.
    Issuer,
    /// The holder's phone alone: a changed app could say otherwise.
    Holder,
}

/// Why a code is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct Refusal {
    /// The stable code of the cause.
    pub code: String,
    /// A sentence, in English.
    pub message: String,
    /// The step that refused.
    pub stage: Stage,
}

/// Verifies a scanned text; `challenge` is what this checkpoint asked to be signed, if it asked.
#[must_use]
pub fn verify(text: &str, trust: &Trust, now: Time, challenge: Option<&[u8]>) -> Verdict {
    match check(text, trust, now, challenge) {
        Ok(accepted) => Verdict::Accepted(Box::new(accepted)),
        Err(error) => {
            let refusal = Refusal { code: error.code().into(), message: error.to_string(), stage: error.stage() };
            if error.undecided() { Verdict::Undecided(refusal) } else { Verdict::Refused(refusal) }
        }
    }
}

/// The steps in their order: the cheap before the costly, and nothing that is said believed before who says it is known.
fn check(text: &str, trust: &Trust, now: Time, challenge: Option<&[u8]>) -> Result<Accepted, VerifyError> {
    trust.header().check(now, Span::ZERO)?;
    let bytes = from_text(text)?;
    let envelope = Unverified::parse(&bytes)?;
    if envelope.kind() != Kind::Code {
        return Err(VerifyError::NotACode { found: envelope.kind() });
    }
    check_deterministic(envelope.payload()).map_err(EnvelopeError::from)?;
    let code: Code = from_bytes(envelope.payload()).ok_or(VerifyError::Malformed)?;
    let bad_tag = code.challenge.as_ref().is_some_and(|tag| !(1..=TAG_BYTES).contains(&tag.0.len()));
    if bad_tag || envelope.signers().any(|signer| signer.is_some()) {
        return Err(VerifyError::Malformed);
    }
    let certified = DayCertificate::open(&code.certificate.0, trust)?;
    let certificate = certified.certificate();
    certificate.check(now)?;
    if !envelope.verifies(0, &certificate.key) {
        return Err(VerifyError::BadSignature);
    }
    check_time(&code, certificate, now)?;
    if code.colour < certificate.floor {
        return Err(VerifyError::BetterThanFloor { floor: certificate.floor, colour: code.colour });
    }
    if challenge.is_some() && challenge != code.challenge.as_ref().map(|tag| tag.0.as_slice()) {
        return Err(VerifyError::Challenge);
    }
    if code.colour == Colour::Grey {
        return Err(VerifyError::HolderUndecided);
    }
    let mut vouched = vec![
        Vouched { what: Part::Identity, by: Party::Issuer },
        Vouched { what: Part::Floor, by: Party::Issuer },
        Vouched { what: Part::Colour, by: Party::Holder },
        Vouched { what: Part::Versions, by: Party::Holder },
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
        rules_version: code.rules_version,
        risk_version: code.risk_version,
        issuer_key: certified.signer(),
        vouched,
    })
}

fn check_time(code: &Code, certificate: &DayCertificate, now: Time) -> Result<(), VerifyError> {
    if code.ttl > TTL {
        return Err(VerifyError::LongLived { ttl: code.ttl });
    }
    if code.issued > now.plus(CODE_SKEW) {
        return Err(VerifyError::FromFuture { issued: code.issued, now });
    }
    if now >= code.expires().plus(CODE_SKEW) {
        return Err(VerifyError::Expired { expired: code.expires(), now });
    }
    if code.issued.plus(CLOCK_SKEW) < certificate.issued || code.issued >= certificate.expires() {
        return Err(VerifyError::OutsideCertificate);
    }
    Ok(())
}

/// By how much the clocks of phone and checkpoint may differ: CoronaCheck warned from 30 s on.
pub const CODE_SKEW: Span = Span::seconds(30);
