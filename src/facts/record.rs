//! The record: what the issuer says about one person, bound to the key of their phone.

use serde::{Deserialize, Serialize};

use crate::calendar::{Span, Time};
use crate::cbor::{cbor_map, numbered};
use crate::colour::Colour;
use crate::limits::{RECORD_DAYS, RECORD_LIST};
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

/// What a test has found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "kebab-case")]
pub enum TestResult {
    /// Nothing.
    Negative,
    /// An infection.
    Positive,
}
numbered!(TestResult { 0 Negative, 1 Positive });

impl TestResult {
    /// The name that rules use.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Negative => "negative",
            Self::Positive => "positive",
        }
    }
}

/// A test.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields, expecting = "a test")]
pub struct Test {
    /// Which kind, such as `nucleic-acid`.
    pub kind: String,
    /// When the sample was taken.
    pub taken: Time,
    /// What was found.
    pub result: TestResult,
    /// Who has tested it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
}
cbor_map!(Test { 0 kind, 1 taken, 2 result, 3 by });

/// A vaccination.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields, expecting = "a vaccination")]
pub struct Vaccination {
    /// With what, such as `corona-vac`.
    pub product: String,
    /// How many doses of it.
    pub doses: u8,
    /// When the last one was given.
    pub last: Time,
}
cbor_map!(Vaccination { 0 product, 1 doses, 2 last });

/// An exemption that ends.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields, expecting = "an exemption")]
pub struct Exemption {
    /// Why, such as `essential-worker`.
    pub name: String,
    /// Until when.
    pub until: Time,
}
cbor_map!(Exemption { 0 name, 1 until });

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
    /// Why they are exempt for as long as the record holds, such as `essential-worker`.
    #[serde(default)]
    pub exempt: Vec<String>,
    /// The issuer's floor for the colour; what the phone knows can only make it worse.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub floor: Option<Colour>,
    /// Tests, the newest last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tests: Option<Vec<Test>>,
    /// Vaccinations.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vaccinations: Option<Vec<Vaccination>>,
    /// Exemptions that end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exemptions: Option<Vec<Exemption>>,
}
cbor_map!(Record { 0 key, 1 statuses, 2 exempt, 3 floor, 4 tests, 5 vaccinations, 6 exemptions } if Record::is_sound);

impl Record {
    fn is_sound(&self) -> bool {
        let lengths = [
            self.tests.as_ref().map(Vec::len),
            self.vaccinations.as_ref().map(Vec::len),
            self.exemptions.as_ref().map(Vec::len),
        ];
        lengths.iter().flatten().all(|length| *length <= RECORD_LIST)
    }

    /// Whether it can make the colour worse.
    #[must_use]
    pub fn restricts(&self) -> bool {
        self.floor.is_some_and(|floor| floor != Colour::Green)
            || self.statuses.iter().any(|entry| entry.status != Status::Recovered)
            || self.tests.iter().flatten().any(|test| test.result == TestResult::Positive)
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

private_debug!(StatusEntry, Test, Vaccination, Exemption, Record);
