//! The record: what the issuer says about one person, bound to the key of their phone.

use serde::{Deserialize, Serialize};

use crate::calendar::{Span, Time};
use crate::cbor::{cbor_map, numbered};
use crate::colour::Colour;
use crate::limits::RECORD_DAYS;
use crate::place::Place;
use crate::private::private_debug;
use crate::trust::{Body, Kind, PublicKey};

/// The issuer's finding about a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Infected, by a test or a doctor.
    Confirmed,
    /// Suspected of being infected.
    Suspected,
    /// Infected without symptoms.
    Asymptomatic,
    /// Had close contact with an infected person.
    CloseContact,
    /// Had contact with a close contact.
    ContactOfContact,
    /// Was infected and has recovered.
    Recovered,
}
numbered!(Status { 0 Confirmed, 1 Suspected, 2 Asymptomatic, 3 CloseContact, 4 ContactOfContact, 5 Recovered });

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

/// A status and when it began.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields, expecting = "a status with its start")]
pub struct StatusEntry {
    /// What was found.
    pub status: Status,
    /// When it began: the day of the test, of the last contact.
    pub since: Time,
}
cbor_map!(StatusEntry { 0 status, 1 since });

/// What the issuer says about the person whose phone has the key. Issue, expiry and place are in the file's header.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields, expecting = "a record")]
pub struct Record {
    /// The phone's key: the record is valid on this phone only.
    pub key: PublicKey,
    /// The findings, the newest last.
    #[serde(default)]
    pub statuses: Vec<StatusEntry>,
    /// Why they are exempt, such as `essential-worker`.
    #[serde(default)]
    pub exempt: Vec<String>,
    /// The issuer's floor for the colour; what the phone knows can only make it worse.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub floor: Option<Colour>,
}
cbor_map!(Record { 0 key, 1 statuses, 2 exempt, 3 floor });

impl Record {
    /// Whether it can make the colour worse.
    #[must_use]
    pub fn restricts(&self) -> bool {
        self.floor.is_some_and(|floor| floor != Colour::Green)
            || self.statuses.iter().any(|entry| entry.status != Status::Recovered)
    }
}

impl Body for Record {
    const KIND: Kind = Kind::Record;
    /// No single person can restrict another.
    const SIGNERS: u8 = 2;

    fn least_signers(&self) -> u8 {
        if self.restricts() { Self::SIGNERS } else { 1 }
    }

    /// It is about a key; its holder's phone holds the header's place against its own.
    fn lies_in(&self, _: Place) -> bool {
        true
    }

    fn longest_life(&self) -> Span {
        Span::days(RECORD_DAYS)
    }
}

private_debug!(StatusEntry, Record);
