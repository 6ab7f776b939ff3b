//! Date-times as CertLogic has them: milliseconds since 1970-01-01T00:00Z, moved as JavaScript's `setUTC*` do.
//!
//! Sources: CertLogic specification, "Offset date-time" and "DCC Date of birth"; ECMA-262, "Date Objects". Unlike some
//! JavaScript engines, a day that its month does not have is refused, not moved into the next month.

use core::fmt;

use super::civil::{civil_from_days, days_from_civil};

/// The range of JavaScript's dates on either side of 1970, in milliseconds.
const REACH: i64 = 8_640_000_000_000_000;
const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Why a text or a sum is not a date-time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DateTimeError {
    /// The text has none of the allowed formats.
    Format,
    /// The format fits, but there is no such month, day, hour, minute, second or offset.
    Nonexistent,
    /// Out of range: further than about 275,000 years from 1970.
    Range,
}

/// What `plusTime` counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TimeUnit {
    /// Calendar years.
    Year,
    /// Calendar months.
    Month,
    /// Days of 24 hours.
    Day,
    /// Hours.
    Hour,
}

impl TimeUnit {
    /// Every unit, from the longest to the shortest.
    pub const ALL: [Self; 4] = [Self::Year, Self::Month, Self::Day, Self::Hour];

    /// The name in CertLogic.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Year => "year",
            Self::Month => "month",
            Self::Day => "day",
            Self::Hour => "hour",
        }
    }

    /// The unit with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|unit| unit.name() == name)
    }
}

/// Reads a date, a date-time, or a partial date (`YYYY`, `YYYY-MM`: the last day of it), as `plusTime` does. Without an
/// offset it is UTC; decimals beyond the third are dropped.
///
/// # Errors
/// If the text is in none of CertLogic's formats, or names no existing moment.
pub fn parse(text: &str) -> Result<i64, DateTimeError> {
    parse_partial(text).unwrap_or_else(|| parse_full(text))
}

/// Reads `YYYY`, `YYYY-MM` or `YYYY-MM-DD`: the last day that fits, at midnight UTC, as `dccDateOfBirth` does.
///
/// # Errors
/// If the text is none of the three, or names no existing day.
pub fn parse_date_of_birth(text: &str) -> Result<i64, DateTimeError> {
    match parse_partial(text) {
        Some(partial) => partial,
        None if text.len() == 10 => parse_full(text),
        None => Err(DateTimeError::Format),
    }
}

/// Moves a moment by an amount of a unit. A day that the new month does not have overflows into the next month:
/// 2020-02-29 plus one year is 2021-03-01.
///
/// # Errors
/// [`DateTimeError::Range`] if the result is out of range.
pub fn plus(moment: i64, amount: i64, unit: TimeUnit) -> Result<i64, DateTimeError> {
    let moved = match unit {
        TimeUnit::Hour => amount.checked_mul(HOUR).and_then(|delta| moment.checked_add(delta)),
        TimeUnit::Day => amount.checked_mul(DAY).and_then(|delta| moment.checked_add(delta)),
        TimeUnit::Month => plus_months(moment, amount),
        TimeUnit::Year => amount.checked_mul(12).and_then(|months| plus_months(moment, months)),
    };
    moved.filter(|moved| (-REACH..=REACH).contains(moved)).ok_or(DateTimeError::Range)
}

fn plus_months(moment: i64, amount: i64) -> Option<i64> {
    let (year, month, day) = civil_from_days(moment.div_euclid(DAY));
    let months = (year * 12 + (month - 1)).checked_add(amount)?;
    let year = months.div_euclid(12);
    // Keeps the day count below far from overflow; REACH itself is checked by the caller.
    if year.abs() > 300_000 {
        return None;
    }
    Some(days_from_civil(year, months.rem_euclid(12) + 1, day) * DAY + moment.rem_euclid(DAY))
}

/// `YYYY` or `YYYY-MM`, or `None` if the text is neither.
fn parse_partial(text: &str) -> Option<Result<i64, DateTimeError>> {
    match text.as_bytes() {
        year if year.len() == 4 => Some(Ok(days_from_civil(digits(year)?, 12, 31) * DAY)),
        [year @ .., b'-', m1, m2] if year.len() == 4 => {
            let (year, month) = (digits(year)?, digits(&[*m1, *m2])?);
            Some(if (1..=12).contains(&month) {
                Ok(days_from_civil(year, month, days_in(year, month)) * DAY)
            } else {
                Err(DateTimeError::Nonexistent)
            })
        }
        _ => None,
    }
}

fn parse_full(text: &str) -> Result<i64, DateTimeError> {
    let mut rest = Rest(text.as_bytes());
    let year = rest.number(4)?;
    rest.byte(b'-')?;
    let month = rest.number(2)?;
    rest.byte(b'-')?;
    let day = rest.number(2)?;
    let mut time = 0;
    let mut offset = 0;
    let mut exists = (1..=12).contains(&month) && day >= 1 && day <= days_in(year, month);
    if !rest.0.is_empty() {
        rest.byte(b'T')?;
        let hour = rest.number(2)?;
        rest.byte(b':')?;
        let minute = rest.number(2)?;
        rest.byte(b':')?;
        let second = rest.number(2)?;
        time = hour * HOUR + minute * MINUTE + second * SECOND + rest.milliseconds()?;
        // Midnight may be written as the end of its day.
        exists &= minute < 60 && second < 60 && (hour < 24 || time == DAY);
        let (sign, hours, minutes) = rest.offset()?;
        exists &= hours < 24 && minutes < 60;
        offset = sign * (hours * HOUR + minutes * MINUTE);
    }
    if exists { Ok(days_from_civil(year, month, day) * DAY + time - offset) } else { Err(DateTimeError::Nonexistent) }
}

/// What is left to read of a date-time.
struct Rest<'t>(&'t [u8]);

impl Rest<'_> {
    #[inline(never)]
    fn number(&mut self, length: usize) -> Result<i64, DateTimeError> {
        let (number, rest) = self.0.split_at_checked(length).ok_or(DateTimeError::Format)?;
        self.0 = rest;
        digits(number).ok_or(DateTimeError::Format)
    }

    #[inline(never)]
    fn byte(&mut self, expected: u8) -> Result<(), DateTimeError> {
        match self.0 {
            [first, rest @ ..] if *first == expected => {
                self.0 = rest;
                Ok(())
            }
            _ => Err(DateTimeError::Format),
        }
    }

    fn leading_digits(&self) -> usize {
        self.0.iter().take_while(|byte| byte.is_ascii_digit()).count()
    }

    /// An optional dot with decimals, of which three count.
    fn milliseconds(&mut self) -> Result<i64, DateTimeError> {
        if self.byte(b'.').is_err() {
            return Ok(0);
        }
        let length = self.leading_digits();
        let (decimals, rest) = self.0.split_at_checked(length).unwrap_or_default();
        self.0 = rest;
        if decimals.is_empty() {
            return Err(DateTimeError::Format);
        }
        Ok(decimals.iter().zip([100, 10, 1]).map(|(digit, weight)| i64::from(*digit - b'0') * weight).sum())
    }

    /// Nothing, `Z`, or a sign with h, hh, hmm, hhmm, h:mm or hh:mm, up to the end: sign, hours, minutes.
    fn offset(&mut self) -> Result<(i64, i64, i64), DateTimeError> {
        let sign = match self.0 {
            [] | [b'Z'] => return Ok((1, 0, 0)),
            [b'+', rest @ ..] => {
                self.0 = rest;
                1
            }
            [b'-', rest @ ..] => {
                self.0 = rest;
                -1
            }
            _ => return Err(DateTimeError::Format),
        };
        let run = self.leading_digits();
        let colon = self.0.get(run) == Some(&b':');
        let hours = self.number(if run > 2 && !colon { run.saturating_sub(2) } else { run.max(1) })?;
        if colon {
            self.byte(b':')?;
        }
        let minutes = if self.0.is_empty() { 0 } else { self.number(2)? };
        if run > if colon { 2 } else { 4 } || !self.0.is_empty() {
            return Err(DateTimeError::Format);
        }
        Ok((sign, hours, minutes))
    }
}

fn digits(bytes: &[u8]) -> Option<i64> {
    bytes.iter().try_fold(0, |sum: i64, byte| {
        if byte.is_ascii_digit() { sum.checked_mul(10)?.checked_add(i64::from(*byte - b'0')) } else { None }
    })
}

const fn leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

const fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 if leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Shows a moment as `YYYY-MM-DDThh:mm:ss.sssZ`; years outside 0–9999 have a sign and six digits, as in JavaScript.
#[derive(Clone, Copy, Debug)]
pub struct Iso(pub i64);

impl fmt::Display for Iso {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = civil_from_days(self.0.div_euclid(DAY));
        let time = self.0.rem_euclid(DAY);
        if (0..=9999).contains(&year) {
            write!(f, "{year:04}")?
        } else {
            write!(f, "{year:+07}")?
        }
        write!(
            f,
            "-{month:02}-{day:02}T{:02}:{:02}:{:02}.{:03}Z",
            time / HOUR,
            time / MINUTE % 60,
            time / SECOND % 60,
            time % SECOND
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn iso(text: &str) -> Result<String, DateTimeError> {
        parse(text).map(|moment| Iso(moment).to_string())
    }

    #[test]
    fn formats_of_the_specification() {
        for (text, expected) in [
            ("2021", "2021-12-31T00:00:00.000Z"),
            ("2020-02", "2020-02-29T00:00:00.000Z"),
            ("2021-02-03", "2021-02-03T00:00:00.000Z"),
            ("2021-01-02T03:04:05", "2021-01-02T03:04:05.000Z"),
            ("2021-01-02T03:04:05Z", "2021-01-02T03:04:05.000Z"),
            ("2021-01-02T03:04:05+1", "2021-01-02T02:04:05.000Z"),
            ("2021-01-02T03:04:05-01", "2021-01-02T04:04:05.000Z"),
            ("2021-01-02T03:04:05+130", "2021-01-02T01:34:05.000Z"),
            ("2021-01-02T03:04:05+0130", "2021-01-02T01:34:05.000Z"),
            ("2021-01-02T03:04:05+1:30", "2021-01-02T01:34:05.000Z"),
            ("2021-01-02T03:04:05-01:30", "2021-01-02T04:34:05.000Z"),
            ("2021-01-02T03:04:05+01:", "2021-01-02T02:04:05.000Z"),
            ("2021-01-02T03:04:05.1", "2021-01-02T03:04:05.100Z"),
            ("2021-01-02T03:04:05.1239999+02", "2021-01-02T01:04:05.123Z"),
            ("2021-01-01T24:00:00", "2021-01-02T00:00:00.000Z"),
            ("0000-01-01T00:00:00+00:01", "-000001-12-31T23:59:00.000Z"),
            ("9999-12-31T23:59:59.999-23:59", "+010000-01-01T23:58:59.999Z"),
        ] {
            assert_eq!(iso(text).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn other_texts_are_refused() {
        for text in [
            "",
            "x",
            "202",
            "20211",
            "2021-1",
            "2021-01-1",
            "2021-01-01T",
            "2021-01-01 00:00:00",
            "2021-01-01T00:00",
            "2021-01-01T00:00:00.",
            "2021-01-01T00:00:00.Z",
            "2021-01-01T00:00:00z",
            "2021-01-01T00:00:00+",
            "2021-01-01T00:00:00+1:2",
            "2021-01-01T00:00:00+:30",
            "2021-01-01T00:00:00+12345",
            "2021-01-01T00:00:00+123:45",
            "2021-01-01T00:00:00Z\n",
            "２０２１",
            "+2021-01-01",
            "2021-01-01T00:00:00+01:00x",
        ] {
            assert_eq!(parse(text), Err(DateTimeError::Format), "{text:?}");
        }
        for text in [
            "2021-13",
            "2021-00",
            "2021-02-29",
            "2021-04-31",
            "2021-01-00",
            "2021-13-01",
            "2021-01-01T24:00:01",
            "2021-01-01T25:00:00",
            "2021-01-01T00:60:00",
            "2021-01-01T23:59:60",
            "2021-01-01T00:00:00+24",
            "2021-01-01T00:00:00+2360",
        ] {
            assert_eq!(parse(text), Err(DateTimeError::Nonexistent), "{text:?}");
        }
    }

    #[test]
    fn dates_of_birth_have_no_time() {
        assert_eq!(parse_date_of_birth("1999"), parse("1999-12-31"));
        assert_eq!(parse_date_of_birth("1999-02"), parse("1999-02-28"));
        assert_eq!(parse_date_of_birth("1999-02-03"), parse("1999-02-03"));
        assert_eq!(parse_date_of_birth("1999-02-03T00:00:00Z"), Err(DateTimeError::Format));
    }

    #[test]
    fn months_and_years_run_on() {
        for (from, amount, unit, expected) in [
            ("2020-02-29", 1, TimeUnit::Year, "2021-03-01"),
            ("2020-02-29", 4, TimeUnit::Year, "2024-02-29"),
            ("2020-02-29", 1, TimeUnit::Month, "2020-03-29"),
            ("2020-02-29", 1, TimeUnit::Day, "2020-03-01"),
            ("2021-01-31", 1, TimeUnit::Month, "2021-03-03"),
            ("2021-03-31", -1, TimeUnit::Month, "2021-03-03"),
            ("2021-01-15", -13, TimeUnit::Month, "2019-12-15"),
            ("1970-01-01", -24, TimeUnit::Hour, "1969-12-31"),
        ] {
            assert_eq!(plus(parse(from).unwrap(), amount, unit), parse(expected), "{from} {amount} {unit:?}");
        }
        for unit in TimeUnit::ALL {
            assert_eq!(plus(0, (1 << 53) - 1, unit), Err(DateTimeError::Range));
            assert_eq!(plus(0, i64::MIN, unit), Err(DateTimeError::Range));
        }
        assert_eq!(plus(0, 100_000_000, TimeUnit::Day), Ok(REACH));
        assert_eq!(plus(0, 100_000_001, TimeUnit::Day), Err(DateTimeError::Range));
    }

    proptest! {
        #[test]
        fn what_is_shown_reads_back(moment in -62_167_219_200_000_i64..=253_402_300_799_999) {
            prop_assert_eq!(parse(&Iso(moment).to_string()), Ok(moment));
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,30}", dates in "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.+Z-]{0,24}") {
            let _ = parse(&text);
            let _ = parse(&dates);
            let _ = parse_date_of_birth(&text);
        }
    }
}
