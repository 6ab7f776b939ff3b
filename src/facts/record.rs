//! The record: what the issuer says of one person, bound to the key of their phone.

use core::fmt;

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::calendar::Time;
use crate::colour::Colour;
use crate::trust::{Body, Kind, PublicKey};

/// What the issuer found of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "kebab-case")]
#[cbor(index_only)]
pub enum Status {
    /// Infected, by a test or a doctor.
    #[n(0)]
    Confirmed,
    /// Thought to be infected.
    #[n(1)]
    Suspected,
    /// Infected without signs of illness.
    #[n(2)]
    Asymptomatic,
    /// Was near an infected person.
    #[n(3)]
    CloseContact,
    /// Was near a close contact.
    #[n(4)]
    ContactOfContact,
    /// Was infected and is well again.
    #[n(5)]
    Recovered,
}

impl Status {
    /// Every status.
    pub const ALL: [Self; 6] = [
        Self::Confirmed,
        Self::Suspected,
        Self::Asymptomatic,
        Self::CloseContact,
        Self::ContactOfContact,
        Self::Recovered,
    ];

    /// The name that rules use.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Suspected => "suspected",
            Self::Asymptomatic => "asymptomatic",
            Self::CloseContact => "close-contact",
            Self::ContactOfContact => "contact-of-contact",
            Self::Recovered => "recovered",
        }
    }
}

/// A status and since when it has held.
#[derive(Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cbor(map)]
pub struct StatusEntry {
    /// What was found.
    #[n(0)]
    pub status: Status,
    /// Since when: the test, the last contact.
    #[n(1)]
    pub since: Time,
}

/// What the issuer says of the person whose phone has the key. Issue, expiry and place are in the file's header.
#[derive(Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cbor(map)]
pub struct Record {
    /// The phone's key: on another phone the record means nothing.
    #[n(0)]
    pub key: PublicKey,
    /// What was found, the newest last.
    #[n(1)]
    #[serde(default)]
    pub statuses: Vec<StatusEntry>,
    /// What they are exempt for, such as `essential-worker`.
    #[n(2)]
    #[serde(default)]
    pub exempt: Vec<String>,
    /// The issuer's own word on the colour; what the phone knows can only make it worse.
    #[n(3)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub floor: Option<Colour>,
}

impl Body for Record {
    const KIND: Kind = Kind::Record;
}

impl fmt::Debug for StatusEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StatusEntry(..)")
    }
}

impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Record(for key {})", self.key.id())
    }
}
