//! What rules are for, beside the everyday code of a region: a short name, such as `hospital`.

use core::fmt;
use core::num::NonZeroU64;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::cbor::{Cbor, Reader, Writer};
use crate::limits::PURPOSE_LETTERS;

/// A purpose: at most twelve lower-case letters, digits, `-` and `_`, the first of them a letter. It is no longer than a number,
/// because whatever names rules names it as well.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Purpose(NonZeroU64);

/// What may be in one, in their order; as digits they count from 1.
const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789-_";

/// How many digits there are, with that for nothing.
const BASE: u64 = 39;
const _: () = assert!(LETTERS.len() == 38 && BASE.pow(11) < u64::MAX / BASE && PURPOSE_LETTERS == 12);

impl Purpose {
    /// Reads a name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        if name.len() > PURPOSE_LETTERS {
            return None;
        }
        let mut number = 0;
        for letter in name.bytes() {
            let digit = LETTERS.iter().position(|known| *known == letter)?;
            number = number * BASE + u64::try_from(digit).ok()? + 1;
        }
        let begins = name.starts_with(|first: char| first.is_ascii_lowercase());
        NonZeroU64::new(number).filter(|_| begins).map(Self)
    }
}

impl fmt::Display for Purpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name())
    }
}

impl Purpose {
    /// Its name.
    #[must_use]
    pub fn name(self) -> String {
        let (mut left, mut name) = (self.0.get(), String::new());
        while let Some(digit) = (left % BASE).checked_sub(1) {
            let letter = usize::try_from(digit).ok().and_then(|digit| LETTERS.get(digit));
            name.insert(0, letter.map_or('_', |letter| char::from(*letter)));
            left /= BASE;
        }
        name
    }
}

impl fmt::Debug for Purpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Cbor for Purpose {
    fn write(&self, w: &mut Writer) {
        w.text(&self.name());
    }

    fn read(r: &mut Reader<'_>) -> Option<Self> {
        Self::parse(r.text()?)
    }
}

impl Serialize for Purpose {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.name())
    }
}

impl<'de> Deserialize<'de> for Purpose {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        Self::parse(&name).ok_or_else(|| {
            de::Error::custom("a purpose has at most 12 lower-case letters, digits, - and _, and begins with a letter")
        })
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Purpose {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Purpose".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "What rules are for, such as hospital: a short name.",
            "type": "string",
            "pattern": "^[a-z][a-z0-9_-]{0,11}$"
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cbor::{from_bytes, to_bytes};
    use proptest::prelude::*;

    #[test]
    fn a_purpose_is_a_short_name_that_begins_with_a_letter() {
        for name in ["a", "hospital", "care-home", "z_9-z_9-z_9-", "____________"] {
            let purpose = Purpose::parse(name);
            assert_eq!(purpose.map(Purpose::name).as_deref(), Some(name).filter(|name| !name.starts_with('_')));
        }
        for name in ["", "Hospital", "9a", "-a", "hospital visit", "hôpital", "医院", "abcdefghijklm", &"a".repeat(300)]
        {
            assert_eq!(Purpose::parse(name), None, "{name}");
        }
    }

    proptest! {
        #[test]
        fn every_name_is_itself_again(name in "[a-z][a-z0-9_-]{0,11}") {
            let purpose = Purpose::parse(&name).unwrap();
            prop_assert_eq!(purpose.to_string(), name);
            prop_assert_eq!(from_bytes(&to_bytes(&purpose)), Some(purpose));
        }
    }
}
