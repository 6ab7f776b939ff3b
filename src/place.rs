//! Places: in China by division code, GB/T 2260 (province, prefecture, county), GB/T 10114 (township or street) and the
//! statistical code of a community; elsewhere by ISO 3166, `JP` or `JP-13`. A shorter code contains every longer one
//! that begins with it.

use core::fmt::{self, Write};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::cbor::{Cbor, Reader, Writer};
use crate::error::family_errors;

family_errors! {
    /// Why a place code was not understood.
    PlaceError {
        /// Neither digits nor capital letters.
        Digits = "place-not-digits", "a place code has digits, such as 330106, or is that of a country, such as JP";
        /// A length that no level of division has.
        Length { /// digits given
            length: usize } = "place-length", "a place code has 2, 4, 6, 9 or 12 digits (GB/T 2260), not {length}";
        /// No province begins with these digits.
        Province = "place-province", "a place code begins with a province, 11 to 91 (GB/T 2260)";
        /// Letters, but not those of a country or of a part of one.
        Country = "place-country", "a place outside China has a code such as JP or, for a part of it, JP-13 (ISO 3166)";
    }
}

/// The numbers of digits that name a level below the whole country, widest first: province, prefecture, county,
/// township, community. Another country counts as a province, and a part of it as a prefecture.
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

/// What has a code in both standards: a place has one code only, that of GB/T 2260.
const IN_BOTH: [(&str, Place); 4] = [
    ("CN", Place::COUNTRY),
    ("HK", Place { filled: 810_000_000_000, length: 2 }),
    ("MO", Place { filled: 820_000_000_000, length: 2 }),
    ("TW", Place { filled: 710_000_000_000, length: 2 }),
];

/// The first number beyond the digits of GB/T 2260. Countries are numbered as if they were the provinces 100 (`AA`) to
/// 775 (`ZZ`), and the characters of a part of one take 7 bits each.
const ABROAD: u64 = 1_000_000_000_000;

/// A place code of 2, 4, 6, 9 or 12 digits; padding zeros are dropped: `330100` is `3301`, and a code of zeros only is
/// the whole country, `00`. Or the code of another country by ISO 3166-1, `JP`, or of a part of it by ISO 3166-2, `JP-13`.
/// What has a code in both standards gets that of GB/T 2260: `CN` is `00`, `TW` 71, `HK` 81 and `MO` 82.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// The digits, padded to 12 with zeros on the right, or a number from [`ABROAD`] on: sorts each place before those
    /// it contains.
    filled: u64,
    length: u8,
}

/// Ten to the power of the number of padding digits, for places in China.
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
        if code.starts_with(|first: char| first.is_ascii_uppercase()) {
            let found = match IN_BOTH.into_iter().find(|(iso, _)| code.starts_with(iso)) {
                Some((iso, place)) => (iso == code).then_some(place),
                None => Self::abroad(code.as_bytes()),
            };
            return found.ok_or(PlaceError::Country);
        }
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

    /// From the code of a country or of a part of one.
    fn abroad(code: &[u8]) -> Option<Self> {
        let [first, second, part @ ..] = code else { return None };
        let letter = |byte: &u8| byte.is_ascii_uppercase().then(|| u64::from(byte - b'A'));
        let country = ABROAD + (letter(first)? * 26 + letter(second)?) * unit(2);
        let [b'-', part @ ..] = part else { return part.is_empty().then_some(Self { filled: country, length: 2 }) };
        let character = |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
        let fits = (1..=3).contains(&part.len()) && part.iter().all(character);
        // A shorter code sorts before those that begin with it.
        let number = part.iter().chain(b"\0\0").take(3).fold(0, |number, byte| number << 7 | u64::from(*byte));
        fits.then_some(Self { filled: country + number, length: 4 })
    }

    /// Whether it is outside China.
    #[must_use]
    pub const fn is_abroad(self) -> bool {
        self.filled >= ABROAD
    }

    /// How many numbers of `filled` it takes up, with all that it contains.
    const fn unit(self) -> u64 {
        if self.is_abroad() && self.length == 4 { 1 } else { unit(self.length) }
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

    /// The number of digits of the code: 2, 4, 6, 9 or 12, and 0 for the whole country. A country has 2, as provinces
    /// have, and a part of it 4.
    #[must_use]
    pub const fn length(self) -> u8 {
        self.length
    }

    /// Whether it is not divided further, although others of its level are divided: a more precise code does not exist,
    /// or nobody here needs it.
    #[must_use]
    pub fn is_undivided(self) -> bool {
        self.is_abroad() || UNDIVIDED.iter().any(|(filled, length)| self.filled == *filled && self.length == *length)
    }

    /// Whether `other` is this place or is inside it. The whole country contains all places in China, and none abroad.
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        // What it contains begins with its digits. A difference is cheaper than two divisions, most of all in JavaScript.
        self.length <= other.length && other.filled.wrapping_sub(self.filled) < self.unit()
    }

    /// Whether what is signed for this place may be about `other`: it contains it, or is the whole country, whose
    /// authorities speak of places abroad too.
    #[must_use]
    pub fn governs(self, other: Self) -> bool {
        self == Self::COUNTRY || self.contains(other)
    }

    /// This place and those that contain it, narrowest first.
    pub fn containing(self) -> impl Iterator<Item = Self> {
        LEVELS
            .into_iter()
            .rev()
            .filter(move |length| *length <= self.length)
            .map(move |length| {
                let unit = Self { length, ..self }.unit();
                Self { filled: self.filled / unit * unit, length }
            })
            .chain((!self.is_abroad()).then_some(Self::COUNTRY))
    }

    /// The place of at most so many digits that it lies in: itself, if it has no more; a country at least.
    #[must_use]
    pub fn within(self, length: u8) -> Self {
        let widest = if self.is_abroad() { length.max(2) } else { length };
        self.containing().find(|place| place.length <= widest).unwrap_or(Self::COUNTRY)
    }

    /// The first `length` digits of the code, if it has that many; of a place abroad, the code of the country for 2.
    #[must_use]
    pub fn digits(self, length: u8) -> Option<String> {
        (LEVELS.contains(&length) && length <= self.length).then(|| self.within(length).to_string())
    }

    /// The code as one number that sorts as the place does: twelve digits, then how many of them count. Places abroad
    /// come after all others.
    #[must_use]
    pub const fn sort_key(self) -> u64 {
        #[expect(clippy::as_conversions, reason = "widening, in a const fn")]
        let length = self.length as u64;
        self.filled * 16 + length
    }

    /// By how much the key of a community can be greater than this one's and still be that of one in its township: every key
    /// that is by a multiple of 16 is.
    #[must_use]
    pub(crate) const fn room(self) -> u64 {
        if self.length == 12 { (999 - self.filled % 1_000) * 16 } else { 0 }
    }

    /// The community whose key is by `step` greater, which is a multiple of 16 and for which there is [room](Place::room).
    #[must_use]
    pub(crate) const fn neighbour(self, step: u64) -> Self {
        Self { filled: self.filled + step / 16, length: self.length }
    }

    /// The place of a [`Place::sort_key`].
    ///
    /// # Errors
    /// [`PlaceError`] if no place has that key.
    pub fn from_sort_key(key: u64) -> Result<Self, PlaceError> {
        let length = u8::try_from(key % 16).unwrap_or_default();
        if key / 16 >= ABROAD {
            let place = Self::parse(&Self { filled: key / 16, length }.to_string())?;
            return if place.sort_key() == key { Ok(place) } else { Err(PlaceError::Country) };
        }
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
        if !self.is_abroad() {
            return write!(f, "{:02}", self.filled / unit(self.length));
        }
        let (country, part) = ((self.filled - ABROAD) / unit(2), self.filled % unit(2));
        let character = |number: u64| u8::try_from(number).map_or('?', char::from);
        write!(f, "{}{}", character(65 + country / 26), character(65 + country % 26))?;
        if part > 0 {
            f.write_char('-')?;
        }
        let characters = [part >> 14, part >> 7 & 0x7f, part & 0x7f].into_iter().filter(|character| *character > 0);
        characters.map(character).try_for_each(|character| f.write_char(character))
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
        if self.is_abroad() {
            w.text(&self.to_string());
        } else {
            w.unsigned(self.filled / unit(self.length));
        }
    }

    fn read(r: &mut Reader<'_>) -> Option<Self> {
        if r.peek() == Some(3) {
            return Self::parse(r.text()?).ok().filter(|place| place.is_abroad());
        }
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
        for code in ["J", "JPN", "J1", "JP-", "JP-1234", "JP-1a", "JP13", "JP-1\0", "ＪＰ"] {
            assert!(Place::parse(code).is_err(), "{code}");
        }
        assert_eq!(Place::parse("jp"), Err(PlaceError::Digits));
    }

    #[test]
    fn a_country_contains_its_parts_and_is_in_no_other_place() {
        assert!(place("JP").contains(place("JP-13")) && place("JP").contains(place("JP")));
        assert!(!place("JP-13").contains(place("JP")) && !place("JP-1").contains(place("JP-13")));
        assert!(!place("JP").contains(place("KR")) && !Place::COUNTRY.contains(place("JP")));
        assert!(Place::COUNTRY.governs(place("GB-ENG")) && !place("33").governs(place("JP")));
        let inside: Vec<_> = place("JP-13").containing().map(|place| place.to_string()).collect();
        assert_eq!(inside, ["JP-13", "JP"]);
        assert_eq!((place("JP-13").within(2), place("JP-13").within(0)), (place("JP"), place("JP")));
        assert_eq!(place("JP-13").digits(2).as_deref(), Some("JP"));
        assert_eq!(place("JP-13").digits(6), None);
        assert!(place("JP").is_abroad() && place("JP").is_undivided() && !place("82").is_abroad());
        // In the order of the codes, after all of China.
        let sorted = ["9199", "GB", "GB-ENG", "JP", "JP-1", "JP-13", "JP-A", "ZZ"].map(place);
        assert!(sorted.is_sorted() && sorted.map(Place::sort_key).is_sorted());
    }

    #[test]
    fn what_both_standards_have_gets_the_code_of_china_s_own() {
        assert_eq!(["CN", "HK", "MO", "TW"].map(|code| place(code).to_string()), ["00", "81", "82", "71"]);
        for code in ["CN-11", "TW-TPE"] {
            assert_eq!(Place::parse(code), Err(PlaceError::Country), "{code}");
        }
        // In a file, such a place has one form only.
        assert_eq!(from_bytes::<Place>(b"\x62CN"), None);
        assert_eq!(from_bytes::<Place>(b"\x62JP"), Some(place("JP")));
        assert_eq!(from_bytes::<Place>(b"\x66330106"), None);
        for own in IN_BOTH {
            let [first, second] = own.0.as_bytes() else { panic!() };
            let number = 100 + u64::from(first - b'A') * 26 + u64::from(second - b'A');
            assert_eq!(Place::from_sort_key(number * 160_000_000_000 + 2), Err(PlaceError::Country), "{}", own.0);
        }
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
        fn so_does_every_code_abroad(code in "(AA|JP|GB|ZZ)(-[0-9A-Z]{1,3})?") {
            let place = place(&code);
            prop_assert_eq!(place.to_string(), code);
            prop_assert_eq!(Place::from_sort_key(place.sort_key()).unwrap(), place);
            prop_assert_eq!(from_bytes::<Place>(&to_bytes(&place)), Some(place));
            prop_assert!(place.containing().all(|wider| wider.contains(place)));
        }

        #[test]
        fn a_number_beyond_china_is_a_place_or_refused(country in 99u64..780, part in 0u64..3_000_000, length in 0u64..16) {
            let key = (country * 10_000_000_000 + part) * 16 + length;
            if let Ok(place) = Place::from_sort_key(key) {
                prop_assert_eq!(place.sort_key(), key);
                prop_assert_eq!(Place::parse(&place.to_string()), Ok(place));
            }
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
