//! A compound: part of a community that has no division code, such as a housing estate or a building.

use core::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use sha2::{Digest, Sha256};

use crate::cbor::{Cbor, Reader, Writer};
use crate::place::Place;

/// What a compound's key is made from before its community and its name.
const LABEL: &[u8] = b"HCP1";

/// The key of a compound: finer than the community that it is in, and no name that anybody could read off a table.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Compound(pub [u8; 8]);

impl Compound {
    /// The key of the compound with this name in a community: the first eight bytes of the SHA-256 of `HCP1`, the community's
    /// twelve digits and the name in UTF-8. White space does not count; whoever takes names from people brings them into NFKC.
    #[must_use]
    pub fn named(community: Place, name: &str) -> Self {
        let mut hash = Sha256::new_with_prefix(LABEL);
        hash.update(format!("{:0<12}", community.to_string()));
        name.split_whitespace().for_each(|part| hash.update(part));
        let [a, b, c, d, e, f, g, h, ..]: [u8; 32] = hash.finalize().into();
        Self([a, b, c, d, e, f, g, h])
    }

    /// Reads sixteen hexadecimal digits in lower case.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.len() == 16 && text.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'));
        let number = if digits { u64::from_str_radix(text, 16).ok() } else { None };
        number.map(|number| Self(number.to_be_bytes()))
    }
}

impl fmt::Display for Compound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", u64::from_be_bytes(self.0))
    }
}

/// Shows nothing: where somebody was is private.
impl fmt::Debug for Compound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Compound(..)")
    }
}

impl Serialize for Compound {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Compound {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| de::Error::custom("the key of a compound has 16 hexadecimal digits"))
    }
}

impl Cbor for Compound {
    fn write(&self, w: &mut Writer) {
        w.bytes(&self.0);
    }

    fn read(r: &mut Reader<'_>) -> Option<Self> {
        r.bytes()?.try_into().ok().map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cbor::{from_bytes, to_bytes};

    #[test]
    fn a_compound_has_a_key_of_its_community_and_its_name() {
        let community = Place::parse("420106001002").unwrap();
        let key = Compound::named(community, "东湖小区 3 栋");
        assert_eq!(key, Compound::named(community, " 东湖小区3栋"));
        assert_ne!(key, Compound::named(community, "东湖小区4栋"));
        assert_ne!(key, Compound::named(Place::parse("420106001003").unwrap(), "东湖小区3栋"));
        let digest = crate::trust::Digest::of("HCP1420106001002东湖小区3栋".as_bytes());
        assert_eq!(key.0, digest.0[..8]);
        // A place that is coarser is filled up, as place codes are.
        let digest = crate::trust::Digest::of(b"HCP1420106000000a");
        assert_eq!(Compound::named(Place::parse("420106").unwrap(), "a").0, digest.0[..8]);
    }

    #[test]
    fn a_key_survives_text_and_cbor() {
        let key = Compound([0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef]);
        assert_eq!(key.to_string(), "0123456789abcdef");
        assert_eq!(Compound::parse("0123456789abcdef"), Some(key));
        assert_eq!(from_bytes::<Compound>(&to_bytes(&key)), Some(key));
        for bad in ["", "0123456789abcde", "0123456789abcdefa", "0123456789ABCDEF", "+123456789abcdef"] {
            assert_eq!(Compound::parse(bad), None, "{bad}");
        }
        assert_eq!(format!("{key:?}"), "Compound(..)");
    }
}
