//! Places by their division code: GB/T 2260 (province, prefecture, county), GB/T 10114 (township or street) and the
//! statistical code of a community. A shorter code contains every longer one that begins with it.

use core::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::cbor::{Cbor, Reader, Writer};
use crate::error::family_errors;

family_errors! {
    /// Why a place code was not understood.
    PlaceError {
        /// Not only digits.
        Digits = "place-not-digits", "a place code has digits only, such as 330106 (GB/T 2260)";
        /// A length that no level of division has.
        Length { /// digits given
            length: usize } = "place-length", "a place code has 2, 4, 6, 9 or 12 digits (GB/T 2260), not {length}";
        /// No province begins with these digits.
        Province = "place-province", "a place code begins with a province, 11 to 91 (GB/T 2260)";
    }
}

/// The numbers of digits that name a level below the whole country, widest first: province, prefecture, county,
/// township, community.
pub const LEVELS: [u8; 5] = [2, 4, 6, 9, 12];

/// Taiwan, Hong Kong and Macao have no prefectures in GB/T 2260, and Dongguan, Zhongshan and Danzhou no counties.
const UNDIVIDED: [(u64, u8); 6] = [
    (710_000_000_000, 2),
    (810_000_000_000, 2),
    (820_000_000_000, 2),
    (441_900_000_000, 4),
    (442_000_000_000, 4),
    (460_400_000_000, 4),
];

/// A place code of 2, 4, 6, 9 or 12 digits. Padding zeros are dropped: `330100` is `3301`. A code of zeros only is the
/// whole country, `00`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// The digits, padded to 12 with zeros on the right: sorts each place before those it contains.
    filled: u64,
    length: u8,
}

/// Ten to the power of the number of padding digits.
const fn unit(length: u8) -> u64 {
    match length {
        0 => 1_000_000_000_000,
        2 => 10_000_000_000,
        4 => 100_000_000,
        6 => 1_000_000,
        9 => 1_000,
        _ => 1,
    }
}

impl Place {
    /// The whole country.
    pub const COUNTRY: Self = Self { filled: 0, length: 0 };

    /// Reads a code.
    ///
    /// # Errors
    /// [`PlaceError`] says what is wrong.
    pub fn parse(code: &str) -> Result<Self, PlaceError> {
        if code.is_empty() || !code.bytes().all(|b| b.is_ascii_digit()) {
            return Err(PlaceError::Digits);
        }
        let length = LEVELS
            .into_iter()
            .find(|level| usize::from(*level) == code.len())
            .ok_or(PlaceError::Length { length: code.len() })?;
        let number: u64 = code.parse().map_err(|_| PlaceError::Digits)?;
        Self::from_filled(number * unit(length), length)
    }

    /// From the digits padded to 12; drops a level whose digits are all zero.
    fn from_filled(filled: u64, mut length: u8) -> Result<Self, PlaceError> {
        if filled == 0 {
            return Ok(Self::COUNTRY);
        }
        if !(110_000_000_000..920_000_000_000).contains(&filled) {
            return Err(PlaceError::Province);
        }
        for (narrow, wide) in [(12, 9), (9, 6), (6, 4), (4, 2)] {
            if length == narrow && filled.is_multiple_of(unit(wide)) {
                length = wide;
            }
        }
        Ok(Self { filled, length })
    }

    /// The number of digits of the code: 2, 4, 6, 9 or 12, and 0 for the whole country.
    #[must_use]
    pub const fn length(self) -> u8 {
        self.length
    }

    /// Whether GB/T 2260 does not divide it further, although others of its level are divided: a more precise code does
    /// not exist.
    #[must_use]
    pub fn is_undivided(self) -> bool {
        UNDIVIDED.iter().any(|(filled, length)| self.filled == *filled && self.length == *length)
    }

    /// Whether `other` is this place or is inside it.
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        // What it contains begins with its digits. A difference is cheaper than two divisions, most of all in JavaScript.
        self.length <= other.length && other.filled.wrapping_sub(self.filled) < unit(self.length)
    }

    /// This place and those that contain it, narrowest first.
    pub fn containing(self) -> impl Iterator<Item = Self> {
        LEVELS
            .into_iter()
            .rev()
            .filter(move |length| *length <= self.length)
            .map(move |length| Self { filled: self.filled / unit(length) * unit(length), length })
            .chain([Self::COUNTRY])
    }

    /// The place of at most so many digits that it lies in: itself, if it has no more.
    #[must_use]
    pub fn within(self, length: u8) -> Self {
        self.containing().find(|place| place.length <= length).unwrap_or(Self::COUNTRY)
    }

    /// The first `length` digits of the code, if it has that many.
    #[must_use]
    pub fn digits(self, length: u8) -> Option<String> {
        (LEVELS.contains(&length) && length <= self.length).then(|| (self.filled / unit(length)).to_string())
    }

    /// The code as one number that sorts as the place does: twelve digits, then how many of them count.
    #[must_use]
    pub const fn sort_key(self) -> u64 {
        #[expect(clippy::as_conversions, reason = "widening, in a const fn")]
        let length = self.length as u64;
        self.filled * 16 + length
    }

    /// The place of a [`Place::sort_key`].
    ///
    /// # Errors
    /// [`PlaceError`] if no place has that key.
    pub fn from_sort_key(key: u64) -> Result<Self, PlaceError> {
        let length = u8::try_from(key % 16).unwrap_or_default();
        let place = Self::from_filled(key / 16, length)?;
        let level = length == 0 || LEVELS.contains(&length);
        if place.sort_key() == key && level && place.filled.is_multiple_of(unit(length)) {
            Ok(place)
        } else {
            Err(PlaceError::Length { length: usize::from(length) })
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}", self.filled / unit(self.length))
    }
}

/// Shows only the level: where somebody was is private.
impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Place({} digits)", self.length)
    }
}

impl Serialize for Place {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Place {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        Self::parse(&code).map_err(de::Error::custom)
    }
}

impl Cbor for Place {
    fn write(&self, w: &mut Writer) {
        w.unsigned(self.filled / unit(self.length));
    }

    fn read(r: &mut Reader<'_>) -> Option<Self> {
        let number = r.unsigned()?;
        if number == 0 {
            return Some(Self::COUNTRY);
        }
        let length = u8::try_from(number.checked_ilog10()? + 1).ok().filter(|length| LEVELS.contains(length))?;
        let place = Self::from_filled(number.saturating_mul(unit(length)), length).ok()?;
        // A code with padding zeros has a shorter form.
        (place.length == length).then_some(place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cbor::{from_bytes, to_bytes};
    use proptest::prelude::*;

    fn place(code: &str) -> Place {
        Place::parse(code).unwrap()
    }

    #[test]
    fn a_shorter_code_contains_every_longer_one_that_begins_with_it() {
        assert!(place("42").contains(place("420106")));
        assert!(place("420100").contains(place("420106001002")));
        assert!(place("330106").contains(place("330106")));
        assert!(!place("330106").contains(place("3301")));
        assert!(!place("33").contains(place("42")));
    }

    #[test]
    fn zeros_alone_are_the_whole_country() {
        assert_eq!(place("000000"), Place::COUNTRY);
        assert_eq!(Place::COUNTRY.to_string(), "00");
        assert!(Place::COUNTRY.contains(place("33")) && Place::COUNTRY.contains(Place::COUNTRY));
        assert!(!place("33").contains(Place::COUNTRY));
        assert_eq!(place("330106").containing().last(), Some(Place::COUNTRY));
        assert_eq!(Place::from_sort_key(0), Ok(Place::COUNTRY));
        assert_eq!(from_bytes::<Place>(&to_bytes(&Place::COUNTRY)), Some(Place::COUNTRY));
    }

    #[test]
    fn zeros_that_only_fill_up_are_dropped() {
        assert_eq!(place("330100"), place("3301"));
        assert_eq!(place("420000"), place("42"));
        assert_eq!(place("330106000000"), place("330106"));
        assert_eq!(place("50").to_string(), "50");
        assert_eq!(place("330106001000").to_string(), "330106001");
    }

    #[test]
    fn places_that_nobody_can_say_more_precisely() {
        for code in ["71", "81", "82", "4419", "441900", "4420", "4604"] {
            assert!(place(code).is_undivided(), "{code}");
        }
        for code in ["33", "3301", "441901", "441900003", "810001"] {
            assert!(!place(code).is_undivided(), "{code}");
        }
    }

    #[test]
    fn bad_codes_say_what_is_wrong() {
        assert_eq!(Place::parse("33010x"), Err(PlaceError::Digits));
        assert_eq!(Place::parse(""), Err(PlaceError::Digits));
        assert_eq!(Place::parse("330"), Err(PlaceError::Length { length: 3 }));
        assert_eq!(Place::parse("10"), Err(PlaceError::Province));
        assert_eq!(Place::parse("999999"), Err(PlaceError::Province));
    }

    #[test]
    fn debug_does_not_say_where() {
        assert_eq!(format!("{:?}", place("420106")), "Place(6 digits)");
    }

    proptest! {
        #[test]
        fn every_code_survives_text_cbor_and_sort_key(number in 110_000_000_000u64..920_000_000_000, level in 0usize..5) {
            let text = &number.to_string()[..usize::from(LEVELS[level])];
            let place = place(text);
            prop_assert_eq!(Place::parse(&place.to_string()).unwrap(), place);
            prop_assert_eq!(Place::from_sort_key(place.sort_key()).unwrap(), place);
            prop_assert_eq!(from_bytes::<Place>(&to_bytes(&place)), Some(place));
            prop_assert!(place.containing().all(|wider| wider.contains(place)));
            prop_assert_eq!(place.containing().next(), Some(place));
        }

        #[test]
        fn any_number_is_a_place_or_refused(key in any::<u64>()) {
            if let Ok(place) = Place::from_sort_key(key) {
                prop_assert_eq!(place.sort_key(), key);
            }
            let bytes = to_bytes(&key);
            if let Some(place) = from_bytes::<Place>(&bytes) {
                prop_assert_eq!(to_bytes(&place), bytes);
            }
        }
    }
}
