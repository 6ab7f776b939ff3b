//! A venue's code: what is shown at its door, signed, and in force for so short a time that a picture of it is of no use.

use serde::{Deserialize, Deserializer, Serialize, de};

use super::tag::Seed;
use crate::base45;
use crate::calendar::{Span, Time};
use crate::cbor::cbor_map;
use crate::error::family_errors;
use crate::limits::{EXPOSURE_TAGS, VENUE_CODE_HOURS, VENUE_NAME_BYTES, VENUE_TEXT};
use crate::place::Place;
use crate::private::private_debug;
use crate::trust::file::FileError;
use crate::trust::{Body, Kind, Trust, Verified};
use crate::unseen::is_seen;

/// The prefix of the text: health code, venue, format 1.
pub const PREFIX: &str = "HCV1:";

family_errors! {
    /// Why a text is not a venue's code that can be used now, or why tags make no list.
    VenueError {
        /// A different prefix, or longer than any venue's code: some other QR code.
        NotAVenue = "venue-not-a-venue", "this is not a venue's code; those begin with HCV1:";
        /// Not base45.
        Base45 = "venue-damaged", "the venue's code is damaged: it is not base45 (RFC 9285); scan it again";
        /// A picture of a code that was shown before.
        Expired { /// when it expired
            expired: Time, /// the clock
            now: Time } = "venue-code-expired", "the venue's code was in force until {expired}, and it is {now}: scan the one that is shown at the door";
        /// More tags than a list may have.
        TooManyTags { /// tags given
            tags: usize } = "venue-too-many-tags", "{tags} tags are more than an exposure list may have";
        @wraps
        /// Not a file that an authority has signed for this place and time.
        File(FileError);
    }
}

/// What a venue's code says.
#[derive(Clone, PartialEq, Eq)]
pub struct VenueCode {
    /// Where the venue is, as precisely as there are codes for places.
    pub place: Place,
    /// What the venue is called, for the diary of whoever was there.
    pub name: String,
    /// The seed of this venue and this day.
    pub seed: Seed,
}
cbor_map!(VenueCode { 0 place, 1 name, 2 seed });

impl Body for VenueCode {
    const KIND: Kind = Kind::VenueCode;
    /// It says something about nobody.
    const SIGNERS: u8 = 1;
    const BYTES: usize = VENUE_TEXT;

    fn is_sound(&self) -> bool {
        is_name(&self.name)
    }

    fn lies_in(&self, place: Place) -> bool {
        place.governs(self.place)
    }

    fn longest_life(&self) -> Span {
        Span::seconds(VENUE_CODE_HOURS * 3_600)
    }
}

impl VenueCode {
    /// The code of a scanned text, if it is in force at `now`.
    ///
    /// # Errors
    /// [`VenueError`] says what is wrong.
    pub fn open(scanned: &str, trust: &Trust, now: Time) -> Result<Self, VenueError> {
        let code: Verified<Self> = trust.open_file(&from_text(scanned)?, now)?;
        match code.at(now, Span::ZERO) {
            Ok(code) => Ok(code.clone()),
            Err(FileError::Expired { expired, now }) => Err(VenueError::Expired { expired, now }),
            Err(other) => Err(other.into()),
        }
    }
}

/// The text of a signed venue's code.
#[must_use]
pub fn to_text(file: &[u8]) -> String {
    let mut text = String::from(PREFIX);
    text.push_str(&base45::encode(file));
    text
}

/// The signed venue's code of a scanned text.
///
/// # Errors
/// [`VenueError::NotAVenue`] or [`VenueError::Base45`].
pub fn from_text(scanned: &str) -> Result<Vec<u8>, VenueError> {
    // No text of base45 ends in a space: the last of its characters is at most W.
    let body = scanned.trim().strip_prefix(PREFIX).filter(|body| body.len() <= VENUE_TEXT);
    base45::decode(body.ok_or(VenueError::NotAVenue)?).ok_or(VenueError::Base45)
}

/// A venue as a visit keeps it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(deny_unknown_fields, expecting = "a venue")]
pub struct Venue {
    /// Its seed of the day on which the visit began: 32 hexadecimal digits.
    #[cfg_attr(feature = "schema", schemars(with = "String", regex(pattern = "^[0-9a-f]{32}$")))]
    #[cfg_attr(target_arch = "wasm32", tsify(type = "string"))]
    pub seed: Seed,
    /// What it is called.
    #[serde(deserialize_with = "name")]
    pub name: String,
}
cbor_map!(Venue { 0 seed, 1 name } if Venue::is_sound);

impl Venue {
    fn is_sound(&self) -> bool {
        is_name(&self.name)
    }
}

/// Whether a venue can have this name: seen, and not too long for its code.
#[must_use]
pub fn is_name(name: &str) -> bool {
    (1..=VENUE_NAME_BYTES).contains(&name.len()) && name.trim() == name && is_seen(name)
}

fn name<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let name = String::deserialize(deserializer)?;
    if is_name(&name) { Ok(name) } else { Err(de::Error::custom("this cannot be the name of a venue")) }
}

/// Checks how many tags there are, before they become a list.
pub(super) const fn check_count(tags: usize) -> Result<(), VenueError> {
    if tags > EXPOSURE_TAGS { Err(VenueError::TooManyTags { tags }) } else { Ok(()) }
}

private_debug!(VenueCode, Venue);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authority::*;
    use crate::error::Coded;
    use crate::trust::Header;

    fn quarter(from: &str, code: &VenueCode, signer: &str) -> String {
        let issued = time(from);
        let header =
            Header { version: 1, issued, expires: issued.plus(Span::seconds(900)), place: Some(place("3301")) };
        to_text(&signed(&header, code, &[signer]))
    }

    #[test]
    fn a_code_is_a_visit_for_a_quarter_of_an_hour_and_no_longer() {
        let text = quarter("2020-02-12T09:00:00+08:00", &venue_code(), "venue");
        assert!(text.starts_with("HCV1:") && text.len() < 340, "{}", text.len());
        let opened = |text: &str, at: &str| VenueCode::open(text, &trust(), time(at)).map_err(|error| error.code());
        assert!(opened(&text, "2020-02-12T09:00:00+08:00") == Ok(venue_code()));
        assert!(opened(&text, "2020-02-12T09:14:59+08:00").is_ok());
        assert!(opened(&text, "2020-02-12T08:58:00+08:00").is_ok(), "clocks differ by so much");
        assert_eq!(opened(&text, "2020-02-12T09:15:00+08:00").err(), Some("venue-code-expired"), "a picture of it");
        assert_eq!(opened(&text, "2020-02-12T08:57:59+08:00").err(), Some("file-not-yet-issued"));
    }

    #[test]
    fn a_code_is_of_a_place_that_its_signer_may_sign_for() {
        let at = "2020-02-12T09:00:00+08:00";
        let opened = |code: &VenueCode, signer: &str| {
            VenueCode::open(&quarter(at, code, signer), &trust(), time(at)).map_err(|error| error.code()).err()
        };
        let elsewhere = VenueCode { place: place("420106"), ..venue_code() };
        assert_eq!(opened(&venue_code(), "venue"), None);
        assert_eq!(opened(&elsewhere, "venue"), Some("file-out-of-place"));
        assert_eq!(opened(&venue_code(), "venue-elsewhere"), Some("file-unknown-key"));
        assert_eq!(opened(&venue_code(), "risk"), Some("file-unknown-key"));
        for name in ["", " x", "a\u{202e}b", &"长".repeat(VENUE_NAME_BYTES / 3 + 1)] {
            assert_eq!(
                opened(&VenueCode { name: name.into(), ..venue_code() }, "venue"),
                Some("file-malformed"),
                "{name}"
            );
        }
        // A day and no longer, whoever signs.
        let issued = time(at);
        let long = |hours: i64| {
            let header = Header { version: 1, issued, expires: issued.plus(Span::seconds(hours * 3_600)), place: None };
            let file = signed(&Header { place: Some(place("3301")), ..header }, &venue_code(), &["venue"]);
            VenueCode::open(&to_text(&file), &trust(), issued).map_err(|error| error.code()).err()
        };
        assert_eq!((long(VENUE_CODE_HOURS), long(VENUE_CODE_HOURS + 1)), (None, Some("file-long-lived")));
    }

    #[test]
    fn other_texts_are_no_venue() {
        let text = quarter("2020-02-12T09:00:00+08:00", &venue_code(), "venue");
        let file = from_text(&text).unwrap();
        assert_eq!(from_text(&format!(" {text}\n")), Ok(file));
        for (text, code) in [
            ("", "venue-not-a-venue"),
            ("JKV1:330106", "venue-not-a-venue"),
            ("JK1:ABC", "venue-not-a-venue"),
            ("HCV", "venue-not-a-venue"),
            ("hcv1:00", "venue-not-a-venue"),
            (&format!("HCV1:{}", "0".repeat(VENUE_TEXT + 1)), "venue-not-a-venue"),
            ("HCV1:abc", "venue-damaged"),
            ("HCV1:é", "venue-damaged"),
        ] {
            assert_eq!(from_text(text).unwrap_err().code(), code, "{text}");
        }
    }

    #[test]
    fn a_venue_of_a_visit_says_nothing_in_logs() {
        let venue = Venue { seed: venue_code().seed, name: venue_code().name };
        assert_eq!(format!("{venue:?} {:?}", venue_code()), "Venue(..) VenueCode(..)");
        let json = serde_json::to_string(&venue).unwrap();
        assert!(serde_json::from_str::<Venue>(&json).unwrap() == venue);
        assert!(serde_json::from_str::<Venue>(&json.replace(&venue.name, "")).is_err());
    }
}
