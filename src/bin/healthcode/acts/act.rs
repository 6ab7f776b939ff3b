//! One step of an officer, signed: a JWS in compact form (RFC 7515) with Ed25519 (RFC 8037), whose payload is JSON.
//!
//! What else belongs to a step, such as rows, comes beside it, and the step names its SHA-256. So the issuer knows who asks
//! before it reads more than a few hundred bytes, and the journal keeps who did what without anything of anybody.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use healthcode::calendar::{Span, Time};
use healthcode::error::Coded;
use healthcode::limits::{CLOCK_SKEW_SECONDS, REQUEST_SECONDS};
use healthcode::trust::{Digest, KeyId, PublicKey, SecretKey};
use serde::{Deserialize, Serialize};

use super::id::Id;
use super::notes::Noted;
use super::rows::Capped;

/// The type in the header, so that nothing else that a key signs is a step.
const TYPE: &str = "healthcode-act+jws";

/// How long a step may be: several times what the longest has.
pub(crate) const ACT_BYTES: usize = 2_048;

/// What an officer does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) enum Step {
    /// Asks which persons these documents are; nothing changes.
    Persons,
    /// Asks for what is proposed and confirmed; nothing changes.
    List,
    /// Asks for a proposal with its rows; nothing changes.
    Show {
        /// Which one.
        proposal: Id,
    },
    /// Asks what is there about the persons that come beside it; the journal keeps who asked.
    Find,
    /// Asks what else is there about the people of a proposal, and what the rules make of it; nothing changes.
    Standing {
        /// Which one.
        proposal: Id,
    },
    /// Asks for the journal after a line; nothing changes.
    Journal {
        /// The number of that line; 0 for all.
        after: i64,
    },
    /// Proposes the rows that come beside it.
    Propose {
        /// The entry that they take the place of, if they correct one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        corrects: Option<Id>,
    },
    /// Confirms what another officer has proposed.
    Confirm {
        /// Which proposal.
        proposal: Id,
        /// The SHA-256 of the rows that the officer has seen: nothing else is confirmed.
        rows: Id,
    },
    /// Puts in force what two officers of other authorities have confirmed and is above a cap.
    Endorse {
        /// Which proposal.
        proposal: Id,
        /// The SHA-256 of the rows that the officer has seen.
        rows: Id,
        /// How many people it is about, on each ground in each county: this is in the public log.
        counts: Vec<Capped>,
    },
    /// Notes the tests, vaccinations or exemptions that come beside it, or forgets them. One officer can: they restrict nobody.
    Note {
        /// What.
        what: Noted,
        /// Whether it is forgotten.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        forget: bool,
    },
    /// Ends an entry, or drops a proposal that nobody has confirmed. One officer can: it restricts nobody.
    Withdraw {
        /// Which entry or proposal.
        what: Id,
        /// Why.
        why: Why,
    },
    /// Cancels phones: withdraws their certificates and forgets that they are enrolled. What is cancelled comes beside it. One
    /// officer can: whoever a phone belongs to can enrol again.
    Cancel {
        /// Why.
        why: WhyCancelled,
    },
}

/// Why phones are cancelled: a closed list, likewise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum WhyCancelled {
    /// The phone is lost or stolen.
    LostPhone,
    /// It was enrolled as another person's.
    WrongPerson,
    /// Somebody else has its key.
    StolenKey,
}

/// Why something is withdrawn: a closed list, so that nothing of anybody is written down here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Why {
    /// It is about another person.
    WrongPerson,
    /// The finding was wrong.
    WrongFinding,
    /// The ground does not support it.
    WrongGround,
    /// It is over earlier than was expected.
    Over,
}

impl WhyCancelled {
    /// What it is called.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::LostPhone => "lost-phone",
            Self::WrongPerson => "wrong-person",
            Self::StolenKey => "stolen-key",
        }
    }
}

impl Why {
    /// What it is called.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::WrongPerson => "wrong-person",
            Self::WrongFinding => "wrong-finding",
            Self::WrongGround => "wrong-ground",
            Self::Over => "over",
        }
    }
}

/// A step, with what keeps it from being used elsewhere or again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Act {
    /// The name of the issuer that it is for.
    pub(crate) issuer: String,
    /// When it was signed.
    pub(crate) at: Time,
    /// Random digits: two steps that say the same within a second are two.
    pub(crate) nonce: String,
    /// What is done.
    pub(crate) step: Step,
    /// The SHA-256 of what comes beside it.
    pub(crate) body: Id,
}

/// Why a step is not looked at.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ActError {
    #[error("this is no signed step of an officer")]
    Malformed,
    #[error(
        "it is not signed by an officer whom this issuer knows; whoever keeps its settings adds the public half of the officer's key"
    )]
    UnknownOfficer,
    #[error("it is for another issuer")]
    OtherIssuer,
    #[error("it was signed at {at} and it is {now}; check the clock and sign it again")]
    Age { at: Time, now: Time },
    #[error("what comes beside it is not what was signed")]
    OtherBody,
}

impl Coded for ActError {
    fn code(&self) -> &'static str {
        match self {
            Self::Malformed => "act-malformed",
            Self::UnknownOfficer => "act-unknown-officer",
            Self::OtherIssuer => "act-other-issuer",
            Self::Age { .. } => "act-age",
            Self::OtherBody => "act-other-body",
        }
    }
}

impl Act {
    /// A step at an issuer, with what comes beside it; `random` are random bytes.
    pub(crate) fn new(issuer: &str, at: Time, random: [u8; 16], step: Step, body: &[u8]) -> Self {
        let nonce = URL_SAFE_NO_PAD.encode(random);
        Self { issuer: issuer.to_owned(), at, nonce, step, body: Id::of(Digest::of(body)) }
    }

    /// Signs it.
    pub(crate) fn sign(&self, key: &SecretKey) -> String {
        // Strings, numbers and structs always have a form in JSON.
        let payload = serde_json::to_string(self).unwrap_or_default();
        let signed =
            format!("{}.{}", URL_SAFE_NO_PAD.encode(header(key.public().id())), URL_SAFE_NO_PAD.encode(payload));
        let signature = URL_SAFE_NO_PAD.encode(key.sign(signed.as_bytes()));
        format!("{signed}.{signature}")
    }

    /// Opens a step that one of these keys has signed, and says which.
    ///
    /// # Errors
    /// [`ActError`]. Nothing but [`Act::is_for`] and [`Act::goes_with`] is left to ask then.
    pub(crate) fn open(text: &str, keys: impl IntoIterator<Item = PublicKey>) -> Result<(Self, PublicKey), ActError> {
        let malformed = || ActError::Malformed;
        if text.len() > ACT_BYTES {
            return Err(ActError::Malformed);
        }
        let (signed, signature) = text.rsplit_once('.').ok_or_else(malformed)?;
        let (head, payload) = signed.split_once('.').ok_or_else(malformed)?;
        let decoded = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| ActError::Malformed);
        let (head, payload, signature) = (decoded(head)?, decoded(payload)?, decoded(signature)?);
        let signature: [u8; 64] = signature.try_into().map_err(|_| ActError::Malformed)?;
        // The algorithm and the type are not the sender's to choose: there is one header for each key.
        let named = |key: &PublicKey| header(key.id()).as_bytes() == head;
        let key = keys.into_iter().filter(named).find(|key| key.verifies(signed.as_bytes(), &signature));
        let key = key.ok_or(ActError::UnknownOfficer)?;
        let act = serde_json::from_slice(&payload).map_err(|_| ActError::Malformed)?;
        Ok((act, key))
    }

    /// What a step says, whoever signed it: to show it.
    pub(crate) fn unverified(text: &str) -> Option<Self> {
        let payload = text.split('.').nth(1).filter(|_| text.len() <= ACT_BYTES)?;
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()
    }

    /// Whether it was signed for this issuer, and just now.
    pub(crate) fn is_for(&self, issuer: &str, now: Time) -> Result<(), ActError> {
        if self.issuer != issuer {
            return Err(ActError::OtherIssuer);
        }
        let (old, ahead) = (Span::seconds(REQUEST_SECONDS), Span::seconds(CLOCK_SKEW_SECONDS));
        if now.since(self.at) > old || self.at > now.plus(ahead) {
            return Err(ActError::Age { at: self.at, now });
        }
        Ok(())
    }

    /// Whether this is what was signed beside it.
    pub(crate) fn goes_with(&self, body: &[u8]) -> Result<(), ActError> {
        if Id::of(Digest::of(body)) == self.body { Ok(()) } else { Err(ActError::OtherBody) }
    }
}

/// The one header of a step that this key signs.
fn header(key: KeyId) -> String {
    format!(r#"{{"alg":"EdDSA","kid":"{key}","typ":"{TYPE}"}}"#)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(seed: u8) -> SecretKey {
        SecretKey::from_random(&std::array::from_fn::<u8, 32, _>(|i| seed ^ u8::try_from(i).unwrap())).unwrap()
    }

    fn at(seconds: i64) -> Time {
        Time::from_unix(1_582_156_800 + seconds)
    }

    fn act() -> Act {
        Act::new(
            "cdc",
            at(0),
            [7; 16],
            Step::Withdraw { what: Id::of(Digest::of(b"x")), why: Why::WrongPerson },
            b"rows",
        )
    }

    #[test]
    fn a_step_is_opened_with_the_key_that_signed_it_and_for_its_issuer_and_time() {
        let text = act().sign(&key(1));
        let keys = || [key(2).public(), key(1).public()];
        let (opened, by) = Act::open(&text, keys()).unwrap();
        assert_eq!((&opened, by), (&act(), key(1).public()));
        assert_eq!(opened.is_for("cdc", at(REQUEST_SECONDS)), Ok(()));
        assert_eq!(opened.is_for("cdc", at(-CLOCK_SKEW_SECONDS)), Ok(()));
        for now in [at(REQUEST_SECONDS + 1), at(-CLOCK_SKEW_SECONDS - 1)] {
            assert_eq!(opened.is_for("cdc", now), Err(ActError::Age { at: at(0), now }));
        }
        assert_eq!(opened.is_for("CDC", at(0)), Err(ActError::OtherIssuer));
        assert_eq!((opened.goes_with(b"rows"), opened.goes_with(b"rows ")), (Ok(()), Err(ActError::OtherBody)));
        assert_eq!(Act::open(&text, [key(2).public()]), Err(ActError::UnknownOfficer));
    }

    /// RFC 7515, section 10.7 and after: neither the algorithm nor what is signed is up to whoever sends it.
    #[test]
    fn whatever_is_altered_is_refused() {
        let text = act().sign(&key(1));
        let parts: Vec<&str> = text.split('.').collect();
        let open = |text: &str| Act::open(text, [key(1).public()]).unwrap_err();
        let encoded = |text: &str| URL_SAFE_NO_PAD.encode(text);
        let id = key(1).public().id();
        for head in [
            r#"{"alg":"none"}"#.to_owned(),
            format!(r#"{{"alg":"none","kid":"{id}","typ":"{TYPE}"}}"#),
            format!(r#"{{"alg":"HS256","kid":"{id}","typ":"{TYPE}"}}"#),
            format!(r#"{{"alg":"EdDSA","kid":"{id}","typ":"JWT"}}"#),
            format!(r#"{{"alg":"EdDSA","kid":"{id}","typ":"{TYPE}","crit":["exp"]}}"#),
        ] {
            let signed = format!("{}.{}", encoded(&head), parts[1]);
            let signature = URL_SAFE_NO_PAD.encode(key(1).sign(signed.as_bytes()));
            assert_eq!(open(&format!("{signed}.{signature}")), ActError::UnknownOfficer, "{head}");
        }
        let other = encoded(&serde_json::to_string(&Act { issuer: "else".into(), ..act() }).unwrap());
        assert_eq!(open(&format!("{}.{other}.{}", parts[0], parts[2])), ActError::UnknownOfficer);
        for broken in ["", ".", "..", "a.b.c", parts[0], &format!("{text}="), &format!("{text}.x"), &"x".repeat(5_000)]
        {
            assert_eq!(open(broken), ActError::Malformed, "{broken}");
        }
        // What is signed well, and is no step.
        for payload in [
            "",
            "{}",
            "[]",
            "null",
            r#"{"issuer":"cdc","at":"2020-02-20T00:00:00Z","nonce":"x","step":"drop","body":"x"}"#,
        ] {
            let signed = format!("{}.{}", parts[0], encoded(payload));
            let signature = URL_SAFE_NO_PAD.encode(key(1).sign(signed.as_bytes()));
            assert_eq!(open(&format!("{signed}.{signature}")), ActError::Malformed, "{payload}");
        }
    }
}
