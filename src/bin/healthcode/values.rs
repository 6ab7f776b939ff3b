//! How single values are written: moments, places, keys, challenges.

use std::time::{SystemTime, UNIX_EPOCH};

use healthcode::calendar::{CalendarError, Date, Offset, Span, Time};
use healthcode::limits::{CHALLENGE_BYTES, CHALLENGE_BYTES_MIN};
use healthcode::place::Place;
use healthcode::place::PlaceError;
use healthcode::trust::PublicKey;
use healthcode::trust::key::KeyError;

use crate::failure::CliError;

/// A moment: a date and time with an offset, or a date, which stands for its beginning in China.
pub(crate) fn moment(text: &str) -> Result<Time, CalendarError> {
    let text = text.trim();
    Date::parse(text).map(|date| date.start(Offset::CHINA)).or_else(|_| Time::parse(text))
}

pub(crate) fn span(text: &str) -> Result<Span, CalendarError> {
    Span::parse(text)
}

pub(crate) fn place(text: &str) -> Result<Place, PlaceError> {
    Place::parse(text.trim())
}

pub(crate) fn public_key(text: &str) -> Result<PublicKey, KeyError> {
    PublicKey::parse(text)
}

/// The bytes of a challenge.
pub(crate) type Challenge = std::sync::Arc<[u8]>;

/// A checkpoint's challenge, in hexadecimal digits.
pub(crate) fn challenge(text: &str) -> Result<Challenge, CliError> {
    let bytes = base16ct::mixed::decode_vec(text.trim()).ok();
    let bytes = bytes.filter(|bytes| (CHALLENGE_BYTES_MIN..=CHALLENGE_BYTES).contains(&bytes.len()));
    bytes.map(Challenge::from).ok_or(CliError::Challenge { least: CHALLENGE_BYTES_MIN, limit: CHALLENGE_BYTES })
}

/// Which clock to go by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Clock {
    /// The machine's.
    System,
    /// One that shows this moment.
    At(Time),
}

impl Clock {
    pub(crate) fn now(self) -> Time {
        match self {
            Self::System => system_time(),
            Self::At(time) => time,
        }
    }
}

pub(crate) fn clock(text: &str) -> Result<Clock, CalendarError> {
    if text.trim() == "system" { Ok(Clock::System) } else { moment(text).map(Clock::At) }
}

/// The machine's time, in whole seconds.
pub(crate) fn system_time() -> Time {
    let now = SystemTime::now();
    let seconds = |duration: std::time::Duration| i64::try_from(duration.as_secs()).unwrap_or(i64::MAX);
    Time::from_unix(match now.duration_since(UNIX_EPOCH) {
        Ok(after) => seconds(after),
        Err(before) => seconds(before.duration()).saturating_neg(),
    })
}
