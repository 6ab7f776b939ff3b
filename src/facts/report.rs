//! Reports: the answers to the questionnaire, each with the moment at which it was handed in.

use core::fmt;
use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::diary::Trip;
use crate::calendar::Time;
use crate::cbor::{Cbor, Reader, Writer, record};

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

    /// The number nearest to `value` that has three decimal places; `None` for what is no number, or from 10¹² on.
    #[must_use]
    pub fn nearest(value: f64) -> Option<Self> {
        Self::from_f64((value * 1000.0).round() / 1000.0)
    }

    /// The whole number `value`, held below 10¹².
    #[must_use]
    pub fn from_whole(value: i64) -> Self {
        Self(value.clamp(-1_000_000_000_000, 1_000_000_000_000) * 1000)
    }

    /// The number of which [`Decimal::scaled`] with as many places says `value`.
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

    /// How many units of `decimals` places it is, 373 for 37.3 with one place; `None` if it has more places.
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

    /// As a float, for JSON.
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

/// One answer, as the question's type wants it.
#[derive(Clone, PartialEq, Eq, Serialize)]
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
}

/// In CBOR each answer is of the type that it is of: a number in thousandths.
impl Cbor for Answer {
    fn write(&self, w: &mut Writer) {
        match self {
            Self::YesNo(yes) => w.bool(*yes),
            Self::Number(Decimal(thousandths)) => w.int(*thousandths),
            Self::Text(text) => w.text(text),
            Self::Many(ids) => w.value(ids),
            Self::Trips(trips) => w.value(trips),
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
            _ => Self::YesNo(r.bool()?),
        })
    }
}

/// The kind of value says which answer it is; an empty list is one of options.
impl<'de> Deserialize<'de> for Answer {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnswerVisitor)
    }
}

struct AnswerVisitor;

impl<'de> de::Visitor<'de> for AnswerVisitor {
    type Value = Answer;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an answer: true or false, a number, a text, a list of options or of trips")
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

/// Answers by the question's id.
pub type Answers = BTreeMap<String, Answer>;

/// One handing-in of the questionnaire.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Report {
    /// When.
    pub at: Time,
    /// What was answered.
    pub answers: Answers,
}
record!(Report { 0 at, 1 answers });

impl fmt::Debug for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Decimal(..)")
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Answer(..)")
    }
}

impl fmt::Debug for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Report({} answers)", self.answers.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
        assert!(matches!(report.answers["trips"], Answer::Trips(ref trips) if trips.len() == 1));
        assert_eq!(format!("{report:?} {:?}", report.answers["fever"]), "Report(5 answers) Answer(..)");
        let again: Report = serde_json::from_str(&serde_json::to_string(&report).unwrap()).unwrap();
        assert_eq!(again, report);
        assert_eq!(crate::cbor::from_bytes::<Report>(&crate::cbor::to_bytes(&report)), Some(report));
    }
}
