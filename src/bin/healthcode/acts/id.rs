//! Names of 64 hexadecimal digits: of a person, of a proposal, of an entry.

use std::fmt;

use healthcode::trust::Digest;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Whether it is written as these names are, so that there is one way to write each.
fn is_written(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

macro_rules! named {
    ($(#[$about:meta])* $name:ident, $expected:literal) => {
        $(#[$about])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub(crate) struct $name(String);

        impl $name {
            /// The name that is written so.
            pub(crate) fn parse(text: &str) -> Option<Self> {
                is_written(text).then(|| Self(text.to_owned()))
            }

            /// The same in digits.
            pub(crate) fn as_str(&self) -> &str {
                &self.0
            }

            /// The name that these bytes are.
            pub(crate) fn of(digest: Digest) -> Self {
                Self(digest.to_string())
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                // What was written instead is not said: it may be somebody's number.
                Self::parse(&text).ok_or_else(|| serde::de::Error::custom(concat!("expected ", $expected)))
            }
        }
    };
}

named! {
    /// The name of a proposal, an entry or a text: the SHA-256 of what it is.
    Id, "an id of 64 hexadecimal digits in lower case"
}

impl Id {
    /// The name of a text.
    pub(crate) fn of_text(text: &str) -> Self {
        Self::of(Digest::of(text.as_bytes()))
    }
}

named! {
    /// A person as the issuer knows them: a keyed hash of the document that was checked, which nobody can undo who does not
    /// have the issuer's key, and from which nobody can tell who it is.
    Person, "a person of 64 hexadecimal digits in lower case, as the issuer gives it for a document"
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Who it is stands in no log.
impl fmt::Debug for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Person")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_written_in_one_way_and_a_person_is_not_shown() {
        let text = Digest::of(b"abc").to_string();
        assert_eq!(Id::parse(&text).unwrap(), Id::of(Digest::of(b"abc")));
        for other in [&text.to_uppercase(), &text[1..], &format!("{text}0"), "", &"g".repeat(64), &"１".repeat(64)] {
            assert!(Id::parse(other).is_none() && Person::parse(other).is_none(), "{other}");
        }
        let person = Person::parse(&text).unwrap();
        assert_eq!(format!("{person:?}"), "Person");
        let error = serde_json::from_str::<Person>("\"330106199001011234\"").unwrap_err().to_string();
        assert!(!error.contains("3301"), "{error}");
    }
}
