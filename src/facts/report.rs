//! Reports: the answers to the questionnaire, each with the moment it was submitted.

use core::fmt;
use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::diary::{Trip, places};
use super::rules_for::RulesFor;
use crate::calendar::Time;
use crate::cbor::{Cbor, Reader, Writer, cbor_map};
use crate::place::Place;
use crate::private::private_debug;
use crate::purpose::Purpose;

/// A decimal number with at most three places, exact: counted in thousandths.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Decimal(i64);

impl Decimal {
    /// The number `value`, if it has at most three decimal places and is below 10¹².
    #[must_use]
    pub fn from_f64(value: f64) -> Option<Self> {
        let thousandths = (value * 1000.0).round();
        if value.abs() > 1e12 || value.is_nan() || (value * 1000.0 - thousandths).abs() > 1e-6 * value.abs().max(1.0) {
            return None;
        }
        #[expect(clippy::as_conversions, reason = "whole and far below 2^53: exact")]
        let thousandths = thousandths as i64;
        Some(Self(thousandths))
    }

    /// `value` rounded to three decimal places; `None` if it is not a number, or 10¹² or more.
    #[must_use]
    pub fn nearest(value: f64) -> Option<Self> {
        Self::from_f64((value * 1000.0).round() / 1000.0)
    }

    /// The whole number `value`, clamped below 10¹².
    #[must_use]
    pub fn from_whole(value: i64) -> Self {
        Self(value.clamp(-1_000_000_000_000, 1_000_000_000_000) * 1000)
    }

    /// The number whose [`Decimal::scaled`] with that many places is `value`.
    #[cfg(feature = "authoring")]
    #[must_use]
    pub const fn from_scaled(value: i64, decimals: u8) -> Self {
        Self(value.saturating_mul(match decimals {
            0 => 1000,
            1 => 100,
            2 => 10,
            _ => 1,
        }))
    }

    /// The number without its decimal point, given `decimals` places: 373 for 37.3 with one. `None` if it has more
    /// places.
    #[must_use]
    pub fn scaled(self, decimals: u8) -> Option<i64> {
        let per_unit = match decimals {
            0 => 1000,
            1 => 100,
            2 => 10,
            _ => 1,
        };
        (self.0 % per_unit == 0).then_some(self.0 / per_unit)
    }

    fn read<E: de::Error>(value: f64) -> Result<Self, E> {
        Self::from_f64(value).ok_or_else(|| E::custom("a number has at most three decimal places"))
    }

    /// The number as a float, for JSON.
    #[must_use]
    pub fn as_f64(self) -> f64 {
        #[expect(clippy::as_conversions, reason = "below 2^53: exact")]
        let thousandths = self.0 as f64;
        thousandths / 1000.0
    }
}

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.scaled(0) {
            Some(whole) => serializer.serialize_i64(whole),
            None => serializer.serialize_f64(self.as_f64()),
        }
    }
}

impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::read(f64::deserialize(deserializer)?)
    }
}

/// The answer to a question, by the question's `type`:
///
/// - `yes-no`: `true` or `false`
/// - `one-of`: the id of one of its `options`, `"resident"`
/// - `many-of`: the ids of some of its `options`, `["fever", "cough"]`, each once; one with `alone` is chosen by itself
/// - `number`: a number in the question's unit (`number.unit`), from `number.least` to `number.most` and with at most
///   `number.decimals` decimal places: `37.3` for 37.3 °C
/// - `date`: a day as text, `"2020-02-11"`, not after today and at most `daysBack` days ago
/// - `place`: a place code as text, `"330106"`, with at least `placeDigits` digits; of somebody who was asked whether it is one of the
///   listed places inside and said that it is none of them, `{ place: "330106", notIn: ["330106001"] }`
/// - `text`: what somebody types, `"MU 1234"`, at most 256 bytes; no rule reads it
/// - `trips`: a list of trips, `[{ place: "420106", from: "2020-02-01", to: "2020-02-03", mode: "rail" }]`; of those who were
///   nowhere `[]`
///
/// Leave out what was not asked or not answered; `undefined` is left out, too.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(untagged)]
pub enum Answer {
    /// Yes or no.
    YesNo(bool),
    /// A number in the question's unit: 37.3 for 37.3 °C.
    Number(Decimal),
    /// The id of an option, a date, or a place code.
    Text(String),
    /// The ids of options.
    Many(Vec<String>),
    /// Trips.
    Trips(Vec<Trip>),
    /// A place, and what it is not.
    Place(PlaceAnswer),
}

/// A place, and which of the places inside it are not meant.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields, expecting = "a place")]
pub struct PlaceAnswer {
    /// The most precise known place.
    pub place: Place,
    /// Which of the places inside it are not meant, as in a visit.
    #[serde(default, deserialize_with = "places", skip_serializing_if = "Option::is_none")]
    pub not_in: Option<Vec<Place>>,
}
cbor_map!(PlaceAnswer { 0 place, 1 not_in });

/// In CBOR each answer keeps its type; a number is in thousandths.
impl Cbor for Answer {
    fn write(&self, w: &mut Writer) {
        match self {
            Self::YesNo(yes) => w.bool(*yes),
            Self::Number(Decimal(thousandths)) => w.int(*thousandths),
            Self::Text(text) => w.text(text),
            Self::Many(ids) => w.value(ids),
            Self::Trips(trips) => w.value(trips),
            Self::Place(place) => w.value(place),
        };
    }

    fn read(r: &mut Reader<'_>) -> Option<Self> {
        Some(match r.peek()? {
            0 | 1 => Self::Number(Decimal(r.int()?)),
            3 => Self::Text(String::read(r)?),
            4 => {
                let trips = r.peek_item() == Some(5);
                if trips { Self::Trips(Vec::read(r)?) } else { Self::Many(Vec::read(r)?) }
            }
            5 => Self::Place(PlaceAnswer::read(r)?),
            _ => Self::YesNo(r.bool()?),
        })
    }
}

/// The type of the value says which kind of answer it is; an empty list is a list of options.
impl<'de> Deserialize<'de> for Answer {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnswerVisitor)
    }
}

struct AnswerVisitor;

impl<'de> de::Visitor<'de> for AnswerVisitor {
    type Value = Answer;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an answer: true or false, a number, a text, a list of options or of trips, or a place")
    }

    fn visit_bool<E>(self, yes: bool) -> Result<Answer, E> {
        Ok(Answer::YesNo(yes))
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Answer, E> {
        #[expect(clippy::as_conversions, reason = "what is too large for exactness is refused for its size")]
        self.visit_f64(number as f64)
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Answer, E> {
        #[expect(clippy::as_conversions, reason = "what is too large for exactness is refused for its size")]
        self.visit_f64(number as f64)
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Answer, E> {
        Decimal::read(number).map(Answer::Number)
    }

    fn visit_str<E>(self, text: &str) -> Result<Answer, E> {
        Ok(Answer::Text(text.to_owned()))
    }

    fn visit_map<A: de::MapAccess<'de>>(self, fields: A) -> Result<Answer, A::Error> {
        PlaceAnswer::deserialize(de::value::MapAccessDeserializer::new(fields)).map(Answer::Place)
    }

    fn visit_seq<A: de::SeqAccess<'de>>(self, mut items: A) -> Result<Answer, A::Error> {
        let (mut ids, mut trips) = (Vec::new(), Vec::new());
        while let Some(item) = items.next_element()? {
            match item {
                Item::Option(id) => ids.push(id),
                Item::Trip(trip) => trips.push(trip),
            }
        }
        match (ids.is_empty(), trips.is_empty()) {
            (_, true) => Ok(Answer::Many(ids)),
            (true, false) => Ok(Answer::Trips(trips)),
            (false, false) => Err(de::Error::custom("a list is of options or of trips, not of both")),
        }
    }
}

/// One of a list.
enum Item {
    Option(String),
    Trip(Trip),
}

impl<'de> Deserialize<'de> for Item {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ItemVisitor)
    }
}

struct ItemVisitor;

impl<'de> de::Visitor<'de> for ItemVisitor {
    type Value = Item;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the id of an option, or a trip")
    }

    fn visit_str<E>(self, id: &str) -> Result<Item, E> {
        Ok(Item::Option(id.to_owned()))
    }

    fn visit_map<A: de::MapAccess<'de>>(self, fields: A) -> Result<Item, A::Error> {
        Trip::deserialize(de::value::MapAccessDeserializer::new(fields)).map(Item::Trip)
    }
}

/// Answers by question id, in the order of deterministic CBOR (RFC 8949, 4.2.1): shorter ids first. A sorted list,
/// because there are few and the standard library's maps add 5 kB to the shipped module.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Answers(Vec<(String, Answer)>);

impl Answers {
    /// No answers.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    fn find(&self, question: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(id, _)| id.len().cmp(&question.len()).then_with(|| id.as_str().cmp(question)))
    }

    /// The answer to a question.
    #[must_use]
    pub fn get(&self, question: &str) -> Option<&Answer> {
        self.find(question).ok().and_then(|at| self.0.get(at)).map(|(_, answer)| answer)
    }

    /// Sets the answer to a question, in place of an earlier one.
    pub fn insert(&mut self, question: String, answer: Answer) {
        match self.find(&question) {
            Ok(at) => {
                if let Some((_, earlier)) = self.0.get_mut(at) {
                    *earlier = answer;
                }
            }
            Err(at) => self.0.insert(at, (question, answer)),
        }
    }

    /// Removes the answer to a question.
    pub fn remove(&mut self, question: &str) -> Option<Answer> {
        self.find(question).ok().map(|at| self.0.remove(at)).map(|(_, answer)| answer)
    }

    /// How many questions are answered.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "nobody asks")]
    pub const fn len(&self) -> usize {
        self.0.len()
    }

    /// The ids of the questions that are answered.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(id, _)| id.as_str())
    }
}

impl Extend<(String, Answer)> for Answers {
    fn extend<I: IntoIterator<Item = (String, Answer)>>(&mut self, given: I) {
        given.into_iter().for_each(|(question, answer)| self.insert(question, answer));
    }
}

impl FromIterator<(String, Answer)> for Answers {
    fn from_iter<I: IntoIterator<Item = (String, Answer)>>(given: I) -> Self {
        let mut answers = Self::new();
        answers.extend(given);
        answers
    }
}

impl<const N: usize> From<[(String, Answer); N]> for Answers {
    fn from(given: [(String, Answer); N]) -> Self {
        given.into_iter().collect()
    }
}

impl Cbor for Answers {
    fn write(&self, w: &mut Writer) {
        w.map(self.0.len());
        for (question, answer) in &self.0 {
            w.text(question).value(answer);
        }
    }

    fn read(r: &mut Reader<'_>) -> Option<Self> {
        let count = r.map()?;
        let mut answers = Self::new();
        for _ in 0..count {
            let question = String::read(r)?;
            // Twice, or out of order.
            if answers.find(&question) != Err(answers.0.len()) {
                return None;
            }
            answers.0.push((question, Answer::read(r)?));
        }
        Some(answers)
    }
}

impl Serialize for Answers {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(question, answer)| (question, answer)))
    }
}

impl<'de> Deserialize<'de> for Answers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        BTreeMap::deserialize(deserializer).map(|given| given.into_iter().collect())
    }
}

/// One submission of the questionnaire.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields, expecting = "a report")]
pub struct Report {
    /// When it was handed in.
    pub at: Time,
    /// What was answered.
    #[cfg_attr(feature = "schema", schemars(with = "BTreeMap<String, Answer>"))]
    pub answers: Answers,
    /// Whose questions were answered: no other rules read the answers. Absent where there is one set of rules alone, which reads
    /// them.
    #[serde(default, rename = "for", skip_serializing_if = "Option::is_none")]
    pub given_for: Option<RulesFor>,
}
cbor_map!(Report { 0 at, 1 answers, 2 given_for });

impl Report {
    /// Whether rules of a region and purpose read it.
    #[must_use]
    pub fn is_for(&self, region: Place, purpose: Option<Purpose>) -> bool {
        self.given_for.is_none_or(|given| given.takes(region, purpose))
    }
}

private_debug!(Decimal, Answer, Answers, PlaceAnswer, Report);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cbor::{check_deterministic, from_bytes, to_bytes};
    use proptest::prelude::*;

    #[test]
    fn decimals_are_exact() {
        assert_eq!(Decimal::from_f64(37.3).and_then(|n| n.scaled(1)), Some(373));
        assert_eq!(Decimal::from_f64(37.35).and_then(|n| n.scaled(1)), None);
        assert_eq!(Decimal::from_f64(-0.125).and_then(|n| n.scaled(3)), Some(-125));
        assert_eq!(Decimal::from_f64(1e300), None);
        assert_eq!(Decimal::from_f64(f64::NAN), None);
        assert_eq!(Decimal::from_f64(0.12345), None);
    }

    #[test]
    fn answers_read_as_json_writes_them_and_debug_hides_them() {
        let json = r#"{"at":"2020-02-11T08:00:00+08:00","answers":{"fever":true,"temperature":37.3,"home":"330106",
            "symptoms":["cough"],"trips":[{"place":"420100","from":"2020-01-20","to":"2020-01-22"}]}}"#;
        let report: Report = serde_json::from_str(json).unwrap();
        assert!(matches!(report.answers.get("trips"), Some(Answer::Trips(trips)) if trips.len() == 1));
        assert_eq!(format!("{report:?} {:?}", report.answers.get("fever")), "Report(..) Some(Answer(..))");
        let again: Report = serde_json::from_str(&serde_json::to_string(&report).unwrap()).unwrap();
        assert_eq!(again, report);
        assert_eq!(from_bytes::<Report>(&to_bytes(&report)), Some(report));
        let json = r#"{"home":{"place":"330106","notIn":["330106001"]}}"#;
        let answers: Answers = serde_json::from_str(json).unwrap();
        assert!(matches!(answers.get("home"), Some(Answer::Place(told)) if told.not_in.is_some()));
        assert_eq!(serde_json::to_string(&answers).unwrap(), json);
        assert_eq!(from_bytes::<Answers>(&to_bytes(&answers)), Some(answers));
        let many = format!(r#"{{"home":{{"place":"330106","notIn":[{}"330106"]}}}}"#, r#""330106","#.repeat(256));
        assert!(serde_json::from_str::<Answers>(&many).is_err(), "more than anybody was asked about");
    }

    #[test]
    fn answers_twice_or_out_of_order_are_refused() {
        for bad in [&[0xa2, 0x61, 0x61, 0xf5, 0x61, 0x61, 0xf5][..], &[0xa2, 0x62, 0x61, 0x61, 0xf5, 0x61, 0x62, 0xf5]]
        {
            assert!(from_bytes::<Answers>(bad).is_none());
        }
    }

    proptest! {
        #[test]
        fn answers_are_a_map_in_the_order_of_deterministic_cbor(
            given in prop::collection::vec(("[a-z]{0,3}", any::<bool>()), 0..30),
        ) {
            let answers: Answers = given.iter().map(|(question, yes)| (question.clone(), Answer::YesNo(*yes))).collect();
            let map: BTreeMap<_, _> = given.into_iter().collect();
            prop_assert_eq!(answers.keys().count(), map.len());
            for (question, yes) in map {
                prop_assert_eq!(answers.get(&question), Some(&Answer::YesNo(yes)));
            }
            let written = to_bytes(&answers);
            prop_assert_eq!(check_deterministic(&written), Ok(()));
            prop_assert_eq!(from_bytes(&written), Some(answers));
        }
    }
}
