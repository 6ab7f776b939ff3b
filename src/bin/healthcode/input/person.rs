//! A person in bulk work: their facts, and whose they are in the words of whoever asks.

use std::fmt;

use healthcode::authoring::source::FactsSource;
use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, IntoDeserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize};

/// What is given with a line and handed back with its answer, so that the two can be joined: a text or a whole number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub(crate) enum Id {
    Text(String),
    Negative(i64),
    Whole(u64),
}

impl Id {
    /// The id of a line that cannot be used otherwise, if it has one.
    pub(crate) fn of(line: &str) -> Option<Self> {
        // What follows may be what is wrong with it.
        struct Beginning(Option<Id>);
        impl<'de> Visitor<'de> for &mut Beginning {
            type Value = ();

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
                while let Some(key) = entries.next_key::<String>()? {
                    if key == "id" {
                        self.0 = entries.next_value()?;
                    } else {
                        entries.next_value::<IgnoredAny>()?;
                    }
                }
                Ok(())
            }
        }
        let mut beginning = Beginning(None);
        let _ = serde_json::Deserializer::from_str(line).deserialize_map(&mut beginning);
        beginning.0
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct IdVisitor;
        impl Visitor<'_> for IdVisitor {
            type Value = Id;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text or a whole number as `id`")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Id, E> {
                Ok(Id::Text(text.to_owned()))
            }

            fn visit_string<E: Error>(self, text: String) -> Result<Id, E> {
                Ok(Id::Text(text))
            }

            fn visit_i64<E: Error>(self, number: i64) -> Result<Id, E> {
                Ok(Id::Negative(number))
            }

            fn visit_u64<E: Error>(self, number: u64) -> Result<Id, E> {
                Ok(Id::Whole(number))
            }
        }
        deserializer.deserialize_any(IdVisitor)
    }
}

/// The facts of a person, among which an `id` may stand.
pub(crate) struct Person {
    pub(crate) id: Option<Id>,
    pub(crate) facts: FactsSource,
}

impl<'de> Deserialize<'de> for Person {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct PersonVisitor;
        impl<'de> Visitor<'de> for PersonVisitor {
            type Value = Person;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("facts")
            }

            fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<Person, A::Error> {
                let mut id = None;
                let facts = FactsSource::deserialize(MapAccessDeserializer::new(Others { entries, id: &mut id }))?;
                Ok(Person { id: id.flatten(), facts })
            }
        }
        deserializer.deserialize_struct("Person", &["id"], PersonVisitor)
    }
}

/// All entries of an object but its `id`, which is kept.
struct Others<'p, A> {
    entries: A,
    id: &'p mut Option<Option<Id>>,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Others<'_, A> {
    type Error = A::Error;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, A::Error> {
        loop {
            let Some(key) = self.entries.next_key::<String>()? else { return Ok(None) };
            if key != "id" {
                return seed.deserialize(key.into_deserializer()).map(Some);
            }
            if self.id.replace(self.entries.next_value()?).is_some() {
                return Err(A::Error::duplicate_field("id"));
            }
        }
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, A::Error> {
        self.entries.next_value_seed(seed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::json::parse_json;

    #[test]
    fn an_id_may_stand_among_facts_and_says_whose_they_are() {
        let id = |json: &str| parse_json::<Person>(json).map(|person| person.id).map_err(|error| error.to_string());
        assert_eq!(id("{}"), Ok(None));
        assert_eq!(id(r#"{"id": null, "reports": []}"#), Ok(None));
        assert_eq!(id(r#"{"reports": [], "id": "a 7"}"#), Ok(Some(Id::Text("a 7".into()))));
        for number in ["-3", "12", "18446744073709551615"] {
            let id = id(&format!(r#"{{"id": {number}}}"#)).unwrap();
            assert_eq!(serde_json::to_string(&id).unwrap(), number, "it comes back as it was");
        }
        let place = |json: &str| id(json).unwrap_err();
        assert!(place(r#"{"id": 1.5}"#).contains("expected a text or a whole number as `id`"));
        assert!(place(r#"{"id": 18446744073709551616}"#).contains("expected a text or a whole number"));
        assert!(place(r#"{"id": 1, "id": 2}"#).contains("duplicate field `id`"));
        assert!(place(r#"{"id": 1, "dairy": []}"#).starts_with("line 1, column 17: unknown field `dairy`"));
        assert_eq!(place("[]"), "line 1, column 1: invalid type: sequence, expected facts");
        assert!(place(r#"{"diary": [["330106"]]}"#).ends_with("invalid type: sequence, expected a visit"));
    }

    #[test]
    fn a_line_that_cannot_be_used_still_says_whose_it_is() {
        assert_eq!(Id::of(r#"{"id": 4, "reports": [}"#), Some(Id::Whole(4)));
        assert_eq!(Id::of(r#"{"dairy": [1], "id": "x"}"#), Some(Id::Text("x".into())));
        for none in ["", "JK1:", "{", r#"{"reports": [}"#, r#"{"id": []}"#, "[4]"] {
            assert_eq!(Id::of(none), None, "{none}");
        }
    }
}
