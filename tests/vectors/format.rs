//! What the vectors look like. The tests for browsers read them by this, too.
#![allow(dead_code, reason = "each test takes what it needs")]

use std::collections::BTreeMap;

use healthcode::trust::Roots;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

/// Files as a phone is given them.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FileVectors {
    /// The root keys that the app pins.
    pub(crate) roots: Roots,
    /// The random bytes for the phone's enrolment key.
    pub(crate) random: Hex,
    /// As soon as a phone has rules, it asks for a certificate for this identity, with these random bytes.
    pub(crate) day: Hex,
    pub(crate) identity: Json,
    /// When the files of `before` are loaded.
    pub(crate) at: String,
    /// Files without a flaw, by name.
    pub(crate) files: BTreeMap<String, Hex>,
    pub(crate) cases: Vec<FileCase>,
}

/// One file that is loaded.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FileCase {
    /// Its name, unique in the file.
    pub(crate) name: String,
    /// What is wrong with it.
    pub(crate) flaw: String,
    /// Which files the phone has already.
    pub(crate) before: Vec<String>,
    /// Other roots than usual.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) roots: Option<Roots>,
    /// The clock.
    pub(crate) now: String,
    pub(crate) file: Hex,
    /// The stage that refuses it, or `in-use`.
    pub(crate) stage: String,
    /// The code of the refusal; absent if it is loaded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) code: Option<String>,
}

/// Texts as a phone scans them at a venue's door, and what a list says of those who were there.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct VenueVectors {
    /// The roots that the phone pins.
    pub(crate) roots: Roots,
    /// When the trust list is loaded.
    pub(crate) at: String,
    pub(crate) trust_list: Hex,
    pub(crate) cases: Vec<VenueCase>,
    /// A venue's master seed, and its seeds of some days.
    pub(crate) master: Hex,
    pub(crate) days: Vec<DayCase>,
    /// Tags of seeds.
    pub(crate) tags: Vec<TagCase>,
    /// A signed exposure list, and what it says of visits to a venue.
    pub(crate) list: Hex,
    pub(crate) visits: Vec<StayCase>,
}

/// One text that is scanned.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct VenueCase {
    pub(crate) name: String,
    pub(crate) flaw: String,
    /// The clock.
    pub(crate) now: String,
    pub(crate) text: String,
    /// The code of the refusal; absent if it is a visit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) code: Option<String>,
    /// The seed that the visit has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) seed: Option<String>,
}

/// The seed of a day.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DayCase {
    /// So many days since 1970.
    pub(crate) day: i64,
    pub(crate) seed: String,
}

/// The tag of a quarter of an hour.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TagCase {
    pub(crate) seed: String,
    pub(crate) quarter: u64,
    pub(crate) tag: String,
}

/// A visit, with number and level of each listed quarter of an hour.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StayCase {
    pub(crate) seed: String,
    pub(crate) arrive: String,
    pub(crate) leave: String,
    pub(crate) exposed: Vec<(u64, u8)>,
}

/// Texts as a checkpoint scans them.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CodeVectors {
    /// The roots that the checkpoint pins.
    pub(crate) roots: Roots,
    /// When the trust list and the manifest are loaded.
    pub(crate) at: String,
    pub(crate) trust_list: Hex,
    pub(crate) manifest: Hex,
    /// What no verdict but an accepted one may say.
    pub(crate) personal: Vec<String>,
    pub(crate) cases: Vec<CodeCase>,
}

/// One text that is verified.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CodeCase {
    pub(crate) name: String,
    pub(crate) flaw: String,
    /// The clock.
    pub(crate) now: String,
    /// What the checkpoint asked to be signed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) challenge: Option<Hex>,
    /// Whether the clock is known to be wrong.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) clock_off: bool,
    pub(crate) text: String,
    /// `accepted`, `refused` or `undecided`.
    pub(crate) verdict: String,
    /// The stage and the code of what was not accepted …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) stage: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) code: Option<String>,
    /// … and the colour of what was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) colour: Option<String>,
}

/// Lists of withdrawn certificates as a checkpoint loads them, and codes that it scans with some of them.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StatusVectors {
    /// The roots that the checkpoint pins.
    pub(crate) roots: Roots,
    /// When the trust list and each list is loaded.
    pub(crate) at: String,
    pub(crate) trust_list: Hex,
    pub(crate) lists: Vec<ListCase>,
    pub(crate) cases: Vec<StandingCase>,
}

/// One list that is loaded.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ListCase {
    pub(crate) name: String,
    pub(crate) flaw: String,
    pub(crate) list: Hex,
    /// The code of the refusal; absent if it is loaded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) code: Option<String>,
}

/// One code that is verified by lists.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StandingCase {
    pub(crate) name: String,
    pub(crate) flaw: String,
    /// What the checkpoint has.
    pub(crate) lists: Vec<Hex>,
    /// The clock.
    pub(crate) now: String,
    pub(crate) text: String,
    /// `accepted`, `refused` or `undecided`.
    pub(crate) verdict: String,
    /// The stage and the code of what was not accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) stage: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) code: Option<String>,
}

/// Deltas that are applied to a risk table.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeltaVectors {
    /// A manifest that names the signed table that is in use, and a later one that names what the first delta leads to, and
    /// from which version on there are any. The trust list is that of `files.json`, and so is the clock.
    pub(crate) manifests: [Hex; 2],
    /// The signed table that is in use.
    pub(crate) base: Hex,
    pub(crate) cases: Vec<DeltaCase>,
}

/// One delta.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeltaCase {
    pub(crate) name: String,
    pub(crate) flaw: String,
    pub(crate) delta: Hex,
    /// The signed table that it leads to …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) file: Option<Hex>,
    /// … or the code of the refusal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) code: Option<String>,
}

/// States as a phone stored them.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StateVectors {
    pub(crate) roots: Roots,
    pub(crate) cases: Vec<StateCase>,
}

/// One state that is restored.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StateCase {
    pub(crate) name: String,
    pub(crate) flaw: String,
    pub(crate) now: String,
    pub(crate) saved: Hex,
    /// The code of the refusal; absent if it is restored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) code: Option<String>,
    /// How each stored file fares: its kind, and the code of the problem or `in-use`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) files: Vec<(String, String)>,
}

/// Requests for a day certificate, as an issuer gets them.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RequestVectors {
    pub(crate) personal: Vec<String>,
    pub(crate) cases: Vec<RequestCase>,
}

/// One request that is opened.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RequestCase {
    pub(crate) name: String,
    pub(crate) flaw: String,
    pub(crate) now: String,
    pub(crate) request: Hex,
    /// The code of the refusal; absent if it is answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) code: Option<String>,
}

/// The whole way from the questionnaire to the checkpoint, with the real pack and data, and every byte that comes of it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Journey {
    pub(crate) roots: Roots,
    /// The random bytes for the phone's enrolment key, and for the key of its certificate.
    pub(crate) random: Hex,
    pub(crate) day: Hex,
    pub(crate) now: String,
    pub(crate) trust_list: Hex,
    pub(crate) manifest: Hex,
    pub(crate) rules: Hex,
    pub(crate) risk: Hex,
    /// Whose code it is, before it is masked.
    pub(crate) name: String,
    pub(crate) number: String,
    /// The request for a day certificate, and the certificate.
    pub(crate) request: Hex,
    pub(crate) certificate: Hex,
    /// What the checkpoint asks to be signed.
    pub(crate) challenge: Hex,
    /// People and what comes out for each.
    pub(crate) people: Vec<Person>,
}

/// One person's reports and visits, and what comes of them.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Person {
    pub(crate) name: String,
    /// Each with its moment.
    pub(crate) reports: Vec<Json>,
    pub(crate) diary: Vec<Json>,
    /// Where the code is shown.
    pub(crate) here: String,
    pub(crate) assessment: Json,
    pub(crate) forecast: Json,
    pub(crate) text: String,
    /// The version of the QR symbol, and the SHA-512 of its modules and of its SVG.
    pub(crate) qr_version: u8,
    pub(crate) qr_sha512: Hex,
    pub(crate) svg_sha512: Hex,
    /// The SHA-512 of the saved state.
    pub(crate) saved_sha512: Hex,
    pub(crate) verdict: Json,
}

/// A phone with much to assess, with the trust list, the rules and the certificate of [`Journey`].
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Busy {
    pub(crate) manifest: Hex,
    pub(crate) risk: Hex,
    /// Each with its moment.
    pub(crate) reports: Vec<Json>,
    pub(crate) diary: Json,
    pub(crate) assessment: Json,
}

/// What a hostile server answers, and what a phone makes of it.
#[derive(Serialize)]
pub(crate) struct Attacks {
    /// The clock.
    pub(crate) now: String,
    /// Whose phone it is, how they answer, and where a traveller was.
    pub(crate) identity: Json,
    pub(crate) answers: Json,
    pub(crate) visit: Json,
    /// What an honest server has, hour after hour: see `published` in `tests/authority/mod.rs`.
    pub(crate) states: Vec<Served>,
    /// Files that no server has and somebody loads, by the code that refuses them.
    pub(crate) loaded: BTreeMap<String, Hex>,
    pub(crate) cases: Vec<Attack>,
    /// All files, by the beginning of their hash.
    pub(crate) files: BTreeMap<String, Hex>,
}

/// One attack, in rounds.
#[derive(Serialize)]
pub(crate) struct Attack {
    pub(crate) name: String,
    pub(crate) roots: Roots,
    /// Whether the person was in Wuhan.
    pub(crate) traveller: bool,
    /// What the server had while all was well.
    pub(crate) before: Served,
    pub(crate) rounds: Vec<Round>,
}

/// What a server has.
#[derive(Clone, Serialize)]
pub(crate) struct Served {
    pub(crate) list: String,
    /// The manifest; there is none if it is absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) manifest: Option<String>,
    /// What is there by its hash.
    pub(crate) files: Vec<String>,
    /// What comes in the place of a file.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) instead: BTreeMap<String, String>,
}

/// One refresh.
#[derive(Serialize)]
pub(crate) struct Round {
    /// The clock.
    pub(crate) now: String,
    pub(crate) served: Served,
    /// The codes that it tells of, in this order.
    pub(crate) problems: Vec<String>,
    /// The colour then, and the version of the rules.
    pub(crate) colour: String,
    pub(crate) rules: u32,
    /// Files that it must not ask for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) unasked: Vec<String>,
}

/// Bytes, as pairs of hexadecimal digits.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Hex(pub(crate) Vec<u8>);

impl core::fmt::Debug for Hex {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl Serialize for Hex {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{self:?}"))
    }
}

impl<'de> Deserialize<'de> for Hex {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let byte = |at| text.get(at..at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok());
        let bytes: Option<Vec<u8>> = (0..text.len()).step_by(2).map(byte).collect();
        bytes.map(Self).ok_or_else(|| serde::de::Error::custom("pairs of hexadecimal digits"))
    }
}
