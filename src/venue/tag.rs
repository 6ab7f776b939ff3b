//! A venue's seed of a day, and the tags that are made of it: one for each quarter of an hour.
//!
//! Whoever knows no seed learns nothing from a tag: neither the venue, nor the time, nor whether two tags are of one venue. Who
//! was there has the seed, and finds the tags of the time when they were.

use core::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::calendar::{Date, Span, Time};
use crate::cbor::{Cbor, Reader, Writer};
use crate::private::private_debug;
use crate::trust::Digest;
use crate::trust::hex::from_hex;

/// What tags are made from before the seed and the quarter of an hour.
const TAG_LABEL: &[u8] = b"HCV1";

/// What seeds are made from before the master seed and the day.
const SEED_LABEL: &[u8] = b"HCV1 seed";

/// A quarter of an hour, by its number since 1970 began in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quarter(pub u64);

impl Quarter {
    /// How long it is.
    pub const LENGTH: Span = Span::seconds(15 * 60);

    /// The one that a moment lies in; none before 1970.
    #[must_use]
    pub fn of(at: Time) -> Option<Self> {
        u64::try_from(at.unix()).ok().map(|seconds| Self(seconds / Self::LENGTH.as_seconds().unsigned_abs()))
    }

    /// When it begins.
    #[must_use]
    pub fn start(self) -> Time {
        let number = i64::try_from(self.0).unwrap_or(i64::MAX);
        Time::from_unix(number.saturating_mul(Self::LENGTH.as_seconds()))
    }

    /// When it ends (exclusive).
    #[must_use]
    pub fn end(self) -> Time {
        self.start().plus(Self::LENGTH)
    }
}

/// What a venue's code says on one day and no other.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Seed(pub [u8; 16]);

impl Seed {
    /// Reads 32 hexadecimal digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        from_hex(text).map(Self)
    }

    /// The tag of a quarter of an hour: the first eight bytes of the SHA-256 of `HCV1`, the seed and the quarter's number as eight
    /// bytes, the highest first.
    #[must_use]
    pub fn tag(&self, quarter: Quarter) -> Tag {
        let mut all = [0; 28];
        let parts = TAG_LABEL.iter().copied().chain(self.0).chain(quarter.0.to_be_bytes());
        all.iter_mut().zip(parts).for_each(|(byte, part)| *byte = part);
        Tag(Digest::of(&all).short().0)
    }
}

/// Hexadecimal digits, in lower case.
impl fmt::Display for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl Serialize for Seed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Seed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| de::Error::custom("the seed of a venue has 32 hexadecimal digits"))
    }
}

impl Cbor for Seed {
    fn write(&self, w: &mut Writer) {
        w.bytes(&self.0);
    }

    fn read(r: &mut Reader<'_>) -> Option<Self> {
        r.bytes()?.try_into().ok().map(Self)
    }
}

/// From what a venue makes its seeds: whoever has it can tell all of its days, past and to come.
#[derive(Clone, PartialEq, Eq)]
pub struct MasterSeed(pub [u8; 32]);

impl MasterSeed {
    /// Reads 64 hexadecimal digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        from_hex(text).map(Self)
    }

    /// The seed of a day: the first sixteen bytes of the SHA-256 of `HCV1 seed`, the master seed and the day's number since
    /// 1970 began, as eight bytes, the highest first.
    #[must_use]
    pub fn seed(&self, day: Date) -> Seed {
        let digest = Digest::of(&[SEED_LABEL, &self.0, &day.days().to_be_bytes()].concat());
        let mut seed = [0; 16];
        seed.iter_mut().zip(digest.0).for_each(|(byte, of)| *byte = of);
        Seed(seed)
    }
}

/// What is published of one quarter of an hour at one venue.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tag(pub [u8; 8]);

impl Tag {
    /// Reads 16 hexadecimal digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        from_hex(text).map(Self)
    }
}

/// Hexadecimal digits, in lower case.
impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

private_debug!(Seed, MasterSeed, Tag);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_of_a_seed_and_a_quarter_of_an_hour() {
        let seed = Seed::parse("000102030405060708090a0b0c0d0e0f").unwrap();
        let at = Time::parse("2020-02-11T10:07:00+08:00").unwrap();
        let quarter = Quarter::of(at).unwrap();
        assert_eq!((quarter.0, quarter.start().to_string()), (1_757_096, "2020-02-11T02:00:00Z".into()));
        assert_eq!(
            (quarter.end(), Quarter::of(quarter.end())),
            (quarter.start().plus(Quarter::LENGTH), Some(Quarter(quarter.0 + 1)))
        );
        // printf 'HCV1%b%b' (the seed) (the number) | sha256sum
        assert_eq!(seed.tag(quarter).to_string(), "1129e926eadeca46");
        assert_eq!(Tag::parse(&seed.tag(quarter).to_string()), Some(seed.tag(quarter)));
        assert_eq!(Quarter::of(Time::from_unix(-1)), None);
        assert_eq!(format!("{seed:?} {:?}", seed.tag(quarter)), "Seed(..) Tag(..)");
    }

    #[test]
    fn a_seed_is_of_a_master_seed_and_a_day() {
        let master = MasterSeed::parse(&"0123456789abcdef".repeat(4)).unwrap();
        let day = Date::parse("2020-02-11").unwrap();
        assert_eq!(day.days(), 18_303);
        assert_eq!(master.seed(day).to_string(), "f03d8004faf5d2c3c77d0fe25e3c6739");
        assert_ne!(master.seed(day.plus_days(1)), master.seed(day));
        assert_eq!(format!("{master:?}"), "MasterSeed(..)");
    }

    #[test]
    fn digits_are_as_many_as_they_must_be() {
        let seed = Seed([0xab; 16]);
        assert_eq!(Seed::parse(&seed.to_string()), Some(seed));
        assert_eq!(serde_json::to_string(&seed).unwrap(), format!("\"{seed}\""));
        assert_eq!(serde_json::from_str::<Seed>(&format!("\"{seed}\"")).unwrap(), seed);
        for bad in ["", "ab", &"ab".repeat(15), &"ab".repeat(17), &"äb".repeat(11)] {
            assert_eq!(Seed::parse(bad), None, "{bad}");
            assert!(serde_json::from_str::<Seed>(&format!("\"{bad}\"")).is_err());
        }
    }
}
