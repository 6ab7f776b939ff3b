//! Moments, durations, days and offsets: exact integers, no hidden clock.
//!
//! A [`Time`] is a count of seconds since 1970-01-01T00:00:00Z without leap seconds (POSIX). In text it is RFC 3339,
//! in CBOR an integer. Days are civil days of the proleptic Gregorian calendar at a stated UTC offset.

mod civil;
mod clock;
pub mod datetime;

use core::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

pub use civil::{civil_from_days, days_from_civil};
pub use clock::{Clock, OffsetChange};
pub use datetime::TimeUnit;

use crate::cbor::{Cbor, Reader, Writer};
use crate::error::family_errors;

/// Seconds in a civil day.
pub const DAY: i64 = 86_400;
/// Seconds in a minute.
pub const MINUTE: i64 = 60;

family_errors! {
    /// Why a moment, a date, a duration or an offset was not understood.
    CalendarError {
        /// Not an RFC 3339 date-time with an offset.
        Time = "time-malformed", "expected a date and time with an offset, such as 2020-02-11T08:00:00+08:00 (RFC 3339)";
        /// Not an RFC 3339 full-date.
        Date = "time-malformed-date", "expected a date such as 2020-02-11 (RFC 3339)";
        /// Not a whole number with a unit.
        Span = "time-malformed-span", "expected a whole number with a unit: s, min, h or d, such as 14 d";
        /// Not a number of milliseconds within the years 0001 to 9999.
        Millis = "time-out-of-range", "expected milliseconds since 1970, as from Date.now(), between the years 0001 and 9999";
        /// Not an offset such as +08:00.
        Offset = "time-malformed-offset", "expected an offset from UTC such as +08:00";
    }
}

/// A moment: whole seconds since 1970-01-01T00:00:00Z, between the years 0001 and 9999.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Time(i64);

/// The first second of the year 0001 and the last of 9999: what RFC 3339 can write.
const FIRST: i64 = -62_135_596_800;
const LAST: i64 = 253_402_300_799;

impl Time {
    /// The moment `seconds` after the epoch, clamped to the years 0001 to 9999.
    #[must_use]
    pub const fn from_unix(seconds: i64) -> Self {
        Self(if seconds < FIRST {
            FIRST
        } else if seconds > LAST {
            LAST
        } else {
            seconds
        })
    }

    /// The moment `millis` milliseconds after the epoch, as counted by JavaScript's `Date.now()`. `None` if it is not a
    /// number or not within the years 0001 to 9999.
    #[must_use]
    pub fn from_js_millis(millis: f64) -> Option<Self> {
        const FIRST_MS: f64 = -62_135_596_800_000.0;
        const LAST_MS: f64 = 253_402_300_799_999.0;
        if !(FIRST_MS..=LAST_MS).contains(&millis) {
            return None;
        }
        #[expect(clippy::as_conversions, reason = "the range was checked, and fractions are to be dropped")]
        let millis = millis.floor() as i64;
        Some(Self(millis.div_euclid(1000)))
    }

    /// Seconds since the epoch.
    #[must_use]
    pub const fn unix(self) -> i64 {
        self.0
    }

    /// This moment, later by `span`.
    #[must_use]
    pub const fn plus(self, span: Span) -> Self {
        Self::from_unix(self.0.saturating_add(span.0))
    }

    /// This moment, earlier by `span`.
    #[must_use]
    pub const fn minus(self, span: Span) -> Self {
        Self::from_unix(self.0.saturating_sub(span.0))
    }

    /// The time from `earlier` to this moment; negative if `earlier` is later.
    #[must_use]
    pub const fn since(self, earlier: Self) -> Span {
        Span(self.0.saturating_sub(earlier.0))
    }

    /// The civil day at the offset.
    #[must_use]
    pub const fn date(self, offset: Offset) -> Date {
        Date(self.0.saturating_add(offset.seconds()).div_euclid(DAY))
    }

    /// Reads an RFC 3339 date-time; fractions of a second are dropped, `-00:00` is UTC.
    ///
    /// # Errors
    /// [`CalendarError::Time`] for anything else.
    pub fn parse(text: &str) -> Result<Self, CalendarError> {
        parse_time(text).ok_or(CalendarError::Time)
    }
}

fn parse_time(text: &str) -> Option<Time> {
    let (date, rest) = text.split_at_checked(10)?;
    let date = parse_date(date)?;
    let rest = rest.strip_prefix(['T', 't', ' '])?;
    let (clock, rest) = rest.split_at_checked(8)?;
    let mut parts = clock.split(':');
    let (hour, minute, second) = (two_digits(parts.next()?)?, two_digits(parts.next()?)?, two_digits(parts.next()?)?);
    if parts.next().is_some() || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let offset = match rest.strip_prefix('.') {
        None => rest,
        Some(fraction) => {
            let end = fraction.find(|c: char| !c.is_ascii_digit())?;
            fraction.get(end..).filter(|_| end > 0)?
        }
    };
    let offset = if offset.eq_ignore_ascii_case("z") { Offset::UTC } else { Offset::parse(offset).ok()? };
    let seconds = date.0 * DAY + hour * 3600 + minute * 60 + second.min(59) - offset.seconds();
    (FIRST..=LAST).contains(&seconds).then_some(Time(seconds))
}

fn parse_date(text: &str) -> Option<Date> {
    let bytes = text.as_bytes();
    if bytes.len() != 10 || bytes.get(4) != Some(&b'-') || bytes.get(7) != Some(&b'-') {
        return None;
    }
    let year = digits(text.get(0..4)?)?;
    let (month, day) = (two_digits(text.get(5..7)?)?, two_digits(text.get(8..10)?)?);
    Date::from_civil(year, month, day)
}

fn two_digits(text: &str) -> Option<i64> {
    (text.len() == 2).then(|| digits(text)).flatten()
}

fn digits(text: &str) -> Option<i64> {
    (!text.is_empty() && text.len() <= 12 && text.bytes().all(|b| b.is_ascii_digit()))
        .then(|| text.parse().ok())
        .flatten()
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.rem_euclid(DAY);
        let date = self.date(Offset::UTC);
        write!(f, "{date}T{:02}:{:02}:{:02}Z", seconds / 3600, seconds / 60 % 60, seconds % 60)
    }
}

/// A civil day, counted from 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(i64);

impl Date {
    /// The day with this year (1 to 9999), month and day of month; `None` if the calendar has no such day.
    #[must_use]
    pub fn from_civil(year: i64, month: i64, day: i64) -> Option<Self> {
        if !(1..=9999).contains(&year) || !(1..=12).contains(&month) || day < 1 {
            return None;
        }
        let date = Self(days_from_civil(year, month, day));
        (date.civil() == (year, month, day)).then_some(date)
    }

    /// Year, month and day of month.
    #[must_use]
    pub const fn civil(self) -> (i64, i64, i64) {
        civil_from_days(self.0)
    }

    /// Days since 1970-01-01.
    #[must_use]
    pub const fn days(self) -> i64 {
        self.0
    }

    /// The day this many days later.
    #[must_use]
    pub const fn plus_days(self, days: i64) -> Self {
        Self(self.0.saturating_add(days))
    }

    /// The moment at which this day begins at the offset.
    #[must_use]
    pub const fn start(self, offset: Offset) -> Time {
        Time::from_unix(self.0.saturating_mul(DAY).saturating_sub(offset.seconds()))
    }

    /// Reads an RFC 3339 full-date.
    ///
    /// # Errors
    /// [`CalendarError::Date`] for anything else, and for days that the calendar does not have.
    pub fn parse(text: &str) -> Result<Self, CalendarError> {
        parse_date(text).ok_or(CalendarError::Date)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.civil();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

/// A duration in whole seconds. As text, a number with a unit: `90 s`, `30 min`, `4 h`, `14 d`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span(i64);

impl Span {
    /// No time at all.
    pub const ZERO: Self = Self(0);

    /// This many seconds.
    #[must_use]
    pub const fn seconds(seconds: i64) -> Self {
        Self(seconds)
    }

    /// This many days of 24 hours.
    #[must_use]
    pub const fn days(days: i64) -> Self {
        Self(days.saturating_mul(DAY))
    }

    /// In seconds.
    #[must_use]
    pub const fn as_seconds(self) -> i64 {
        self.0
    }

    /// In whole minutes, rounded down.
    #[must_use]
    pub const fn as_minutes(self) -> i64 {
        self.0.div_euclid(MINUTE)
    }

    /// Reads a whole number with a unit.
    ///
    /// # Errors
    /// [`CalendarError::Span`] for anything else.
    pub fn parse(text: &str) -> Result<Self, CalendarError> {
        let text = text.trim();
        let end = text.find(|c: char| !c.is_ascii_digit()).ok_or(CalendarError::Span)?;
        let number = text.get(..end).and_then(digits).ok_or(CalendarError::Span)?;
        let unit = match text.get(end..).map(str::trim) {
            Some("s") => 1,
            Some("min") => MINUTE,
            Some("h") => 60 * MINUTE,
            Some("d") => DAY,
            _ => return Err(CalendarError::Span),
        };
        number.checked_mul(unit).map(Self).ok_or(CalendarError::Span)
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (number, unit) = match self.0 {
            s if s != 0 && s % DAY == 0 => (s / DAY, "d"),
            s if s != 0 && s % 3600 == 0 => (s / 3600, "h"),
            s if s != 0 && s % MINUTE == 0 => (s / MINUTE, "min"),
            s => (s, "s"),
        };
        write!(f, "{number} {unit}")
    }
}

/// An offset from UTC in minutes, at most ±18 hours. As text, `+08:00`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Offset(i16);

impl Offset {
    /// UTC itself.
    pub const UTC: Self = Self(0);
    /// China Standard Time.
    pub const CHINA: Self = Self(480);

    /// This many minutes to the east.
    #[must_use]
    pub const fn from_minutes(minutes: i16) -> Self {
        Self(minutes)
    }

    /// In minutes, positive to the east.
    #[must_use]
    pub const fn minutes(self) -> i16 {
        self.0
    }

    /// In seconds, positive to the east.
    #[must_use]
    pub const fn seconds(self) -> i64 {
        #[expect(clippy::as_conversions, reason = "widening, in a const fn")]
        let minutes = self.0 as i64;
        minutes * MINUTE
    }

    /// Reads `+08:00`.
    ///
    /// # Errors
    /// [`CalendarError::Offset`] for anything else.
    pub fn parse(text: &str) -> Result<Self, CalendarError> {
        let read = || {
            let (sign, rest) = text.split_at_checked(1)?;
            let (hours, minutes) = rest.split_once(':')?;
            let minutes = i16::try_from(two_digits(hours)? * 60 + two_digits(minutes).filter(|m| *m < 60)?).ok()?;
            match sign {
                _ if minutes > 18 * 60 => None,
                "+" => Some(Self(minutes)),
                "-" => Some(Self(-minutes)),
                _ => None,
            }
        };
        read().ok_or(CalendarError::Offset)
    }
}

impl fmt::Display for Offset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let minutes = self.0.unsigned_abs();
        write!(f, "{}{:02}:{:02}", if self.0 < 0 { '-' } else { '+' }, minutes / 60, minutes % 60)
    }
}

/// Text forms for serde, integers for CBOR.
macro_rules! as_text {
    ($name:ident, $inner:ty, $check:expr) => {
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                Self::parse(&text).map_err(de::Error::custom)
            }
        }
        impl Cbor for $name {
            fn write(&self, w: &mut Writer) {
                w.int(self.0.into());
            }
            fn read(r: &mut Reader<'_>) -> Option<Self> {
                let value = <$inner>::try_from(r.int()?).ok()?;
                let check: fn($inner) -> bool = $check;
                check(value).then_some(Self(value))
            }
        }
    };
}
as_text!(Time, i64, |s| (FIRST..=LAST).contains(&s));
as_text!(Date, i64, |d| (FIRST / DAY..=LAST / DAY).contains(&d));
as_text!(Span, i64, |s| (0..=LAST).contains(&s));
as_text!(Offset, i16, |m| m.unsigned_abs() <= 18 * 60);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_writes_rfc_3339() {
        let time = Time::parse("2020-02-11T08:30:05+08:00").unwrap();
        assert_eq!(time.unix(), 1_581_381_005);
        assert_eq!(time.to_string(), "2020-02-11T00:30:05Z");
        assert_eq!(Time::parse("2020-02-11T00:30:05.987Z"), Ok(time));
        assert_eq!(time.date(Offset::CHINA).to_string(), "2020-02-11");
        assert_eq!(Time::parse("2020-02-10T23:00:00Z").unwrap().date(Offset::CHINA).to_string(), "2020-02-11");
        for bad in [
            "",
            "2020-02-11",
            "2020-02-11T08:30:05",
            "2020-02-30T00:00:00Z",
            "2020-02-11T24:00:00Z",
            "2020-02-11T08:30:05.Z",
            "２０20-02-11T08:30:05Z",
            "2020-02-11T08:30:05+8:00",
        ] {
            assert_eq!(Time::parse(bad), Err(CalendarError::Time), "{bad}");
        }
    }

    #[test]
    fn days_run_over_months_as_javascript_does() {
        assert_eq!(civil_from_days(days_from_civil(2020, 14, 1)), (2021, 2, 1));
        assert_eq!(civil_from_days(days_from_civil(2021, 2, 29)), (2021, 3, 1));
        for days in (-800_000..800_000).step_by(37) {
            let (year, month, day) = civil_from_days(days);
            assert_eq!(days_from_civil(year, month, day), days);
        }
    }

    #[test]
    fn spans_and_offsets_have_units() {
        assert_eq!(Span::parse("14 d").unwrap(), Span::days(14));
        assert_eq!(Span::parse("4h").unwrap().as_minutes(), 240);
        assert_eq!(Span::parse("36 h").unwrap().to_string(), "36 h");
        for bad in ["", "14", "d", "-1 d", "14 days", "99999999999999 d"] {
            assert_eq!(Span::parse(bad), Err(CalendarError::Span), "{bad}");
        }
        assert_eq!(Offset::parse("-03:30").unwrap().to_string(), "-03:30");
        assert_eq!(Offset::parse("+19:00"), Err(CalendarError::Offset));
    }

    #[test]
    fn a_time_from_javascript_is_checked() {
        assert_eq!(Time::from_js_millis(1_581_381_005_999.5), Some(Time::from_unix(1_581_381_005)));
        assert_eq!(Time::from_js_millis(f64::NAN), None);
        assert_eq!(Time::from_js_millis(1e300), None);
    }
}
