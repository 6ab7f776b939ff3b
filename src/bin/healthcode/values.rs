//! How single values are written: moments, places, keys, challenges.

use std::net::SocketAddr;
use std::num::NonZero;
use std::str::FromStr;
use std::time::{SystemTime, UNIX_EPOCH};

use healthcode::calendar::{CalendarError, DAY, Date, Offset, Span, Time};
use healthcode::limits::{CHALLENGE_BYTES, CHALLENGE_BYTES_MIN, WINDOW_DAYS};
use healthcode::place::Place;
use healthcode::place::PlaceError;
use healthcode::risk::Level;
use healthcode::trust::PublicKey;
use healthcode::trust::key::KeyError;

use crate::failure::{CliError, whole_number};
use crate::format::has_local;

/// A moment: a date and time with an offset, or a date, which stands for its beginning in China.
pub(crate) fn moment(text: &str) -> Result<Time, CliError> {
    let text = text.trim();
    let date = Date::parse(text).ok();
    let time = date.map(|date| date.start(Offset::CHINA)).or_else(|| Time::parse(text).ok());
    let time = time.ok_or(if looks_dated(text) { CliError::NoSuchMoment } else { CliError::Moment })?;
    // At the ends of the calendar, a moment is the nearest that there is.
    let is_kept = date.is_none_or(|date| time.unix() == date.days() * DAY - Offset::CHINA.seconds());
    if is_kept && has_local(time) { Ok(time) } else { Err(CliError::OutsideYears) }
}

/// Whether it has the form of a date, whatever follows.
pub(crate) fn looks_dated(text: &str) -> bool {
    let form = |(index, byte): (usize, u8)| if matches!(index, 4 | 7) { byte == b'-' } else { byte.is_ascii_digit() };
    text.len() >= 10 && text.bytes().take(10).enumerate().all(form)
}

/// The moment that is later by a span, if there is one.
pub(crate) fn after(time: Time, span: Span) -> Result<Time, CliError> {
    let later = time.plus(span);
    if later.since(time) == span && has_local(later) { Ok(later) } else { Err(CliError::OutsideYears) }
}

/// A whole number of that type.
pub(crate) fn number<T: FromStr>(text: &str) -> Result<T, CliError> {
    text.parse().map_err(|_| CliError::Number { expected: whole_number(std::any::type_name::<T>()) })
}

/// How many days are looked ahead at most.
const DAYS_AHEAD: u16 = 366;

/// A whole number that is not 0.
pub(crate) fn count(text: &str) -> Result<NonZero<usize>, CliError> {
    text.parse().map_err(|_| CliError::Number { expected: "a whole number from 1 on" })
}

/// A number of days to look ahead, a year at most.
pub(crate) fn days(text: &str) -> Result<u16, CliError> {
    let days = text.parse().ok().filter(|days| *days <= DAYS_AHEAD);
    days.ok_or(CliError::Number { expected: "a whole number of days from 0 to 366" })
}

/// The level of that name, also as announcements write it.
pub(crate) fn level_of(text: &str) -> Option<Level> {
    let short = text.trim_end_matches('区').trim_end_matches("风险");
    match short.to_ascii_lowercase().as_str() {
        "low" | "低" => Some(Level::Low),
        "medium" | "中" => Some(Level::Medium),
        "high" | "高" => Some(Level::High),
        _ => None,
    }
}

/// A level of risk: low, medium or high.
pub(crate) fn level(text: &str) -> Result<Level, CliError> {
    level_of(text).ok_or(CliError::Number { expected: "low, medium or high" })
}

/// How many days back the rules in use look, at most as many as those of a pack may.
pub(crate) fn window(text: &str) -> Result<i64, CliError> {
    let days = text.parse().ok().filter(|days| (1..=WINDOW_DAYS).contains(days));
    days.ok_or(CliError::Number { expected: "a whole number of days from 1 to 60" })
}

/// An address with a port.
pub(crate) fn socket(text: &str) -> Result<SocketAddr, CliError> {
    text.parse().map_err(|_| CliError::SocketAddress)
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

/// A checkpoint's challenge as it is typed or scanned: the text of its QR code, with or without what it begins with, or the
/// four digits beside it.
pub(crate) fn challenge(text: &str) -> Result<Challenge, CliError> {
    let said: String = text.chars().filter(|c| !c.is_whitespace()).map(narrow).collect();
    if said.len() == 4 && said.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(said.into_bytes().into());
    }
    let prefixed = said.split_at_checked(5).filter(|(prefix, _)| prefix.eq_ignore_ascii_case("JKC1:"));
    let bytes = base16ct::mixed::decode_vec(prefixed.map_or(said.as_str(), |(_, hex)| hex)).ok();
    let bytes = bytes.filter(|bytes| (CHALLENGE_BYTES_MIN..=CHALLENGE_BYTES).contains(&bytes.len()));
    bytes.map(Challenge::from).ok_or(CliError::Challenge { least: CHALLENGE_BYTES_MIN, limit: CHALLENGE_BYTES })
}

/// A digit in the width of ASCII.
fn narrow(c: char) -> char {
    u32::from(c)
        .checked_sub(u32::from('０'))
        .filter(|digit| *digit < 10)
        .and_then(|d| char::from_digit(d, 10))
        .unwrap_or(c)
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

pub(crate) fn clock(text: &str) -> Result<Clock, CliError> {
    // What may change is looked for over the weeks that follow.
    const LAST_YEAR: i64 = 9998;
    if text.trim() == "system" {
        return Ok(Clock::System);
    }
    let time = moment(text).map_err(|error| match error {
        CliError::Moment => CliError::Clock,
        other => other,
    })?;
    if time.date(Offset::CHINA).civil().0 > LAST_YEAR { Err(CliError::NowTooLate) } else { Ok(Clock::At(time)) }
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
