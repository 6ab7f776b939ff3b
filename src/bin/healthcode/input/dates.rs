//! Moments as announcements and spreadsheets write them, taken where they can mean one thing only.

use healthcode::calendar::{DAY, Date, Offset, Span, Time};

use crate::input::sheet::Cell;
use crate::values::moment;

/// A moment as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Moment {
    /// The moment; of a day, the midnight at which it begins.
    pub(crate) time: Time,
    /// Whether a day is written and no time of it. A cell with a date holds one at midnight.
    pub(crate) is_day: bool,
}

/// The moment in a cell; nothing if it is empty.
///
/// # Errors
/// What to do about one that could be several, or none.
pub(crate) fn moment_of(cell: &Cell) -> Result<Option<Moment>, String> {
    match cell {
        Cell::Empty => Ok(None),
        Cell::Time(fields) => {
            let [year, month, day, hour, minute, second] = fields.map(i64::from);
            let of_day = hour * 3_600 + minute * 60 + second;
            let time = at(year, month, day, of_day)?;
            Ok(Some(Moment { time, is_day: of_day == 0 }))
        }
        Cell::Number(number) => match whole(*number) {
            Some(number) if (MIN_DAY..=MAX_DAY).contains(&number) => of_text(&number.to_string()).map(Some),
            Some(number) if (SERIAL_FROM..SERIAL_UNTIL).contains(&number) => {
                Err(format!("`{number}` may be a day as Excel counts them: give the column the format of a date"))
            }
            _ => Err(unknown(&cell.text())),
        },
        Cell::Text(text) if text.trim().is_empty() => Ok(None),
        Cell::Text(text) => of_text(text.trim()).map(Some),
    }
}

/// Days as numbers of eight digits.
const MIN_DAY: i64 = 10_000_101;
const MAX_DAY: i64 = 99_991_231;

/// The days from 2000 to 2100 as Excel counts them; from 1904 on it counts 1,462 fewer.
const SERIAL_FROM: i64 = 35_000;
const SERIAL_UNTIL: i64 = 73_500;

fn whole(number: f64) -> Option<i64> {
    // A number of days has at most eight digits; text says it exactly.
    format!("{number}").parse().ok()
}

fn unknown(text: &str) -> String {
    format!(
        "`{text}`: expected a date such as 2022-12-02 or 2022年12月2日, with or without a time such as 16:30 or 16时"
    )
}

fn of_text(text: &str) -> Result<Moment, String> {
    if let Ok(time) = moment(text) {
        return Ok(Moment { time, is_day: Date::parse(text).is_ok() });
    }
    let (fields, marks) = split(text).ok_or_else(|| unknown(text))?;
    let (date, rest, time_marks) = match (fields.as_slice(), marks.as_slice()) {
        // 20221202
        ([(day, 8), rest @ ..], [mark, marks @ ..]) if mark.trim().is_empty() => {
            ([(day / 10_000, 4), (day / 100 % 100, 2), (day % 100, 2)], rest, marks)
        }
        ([year, month, day, rest @ ..], [first, second, third, marks @ ..])
            if matches!([first.trim(), second.trim()], ["年", "月"] | ["-", "-"] | ["/", "/"] | [".", "."])
                && matches!(third.trim(), "" | "日" | "号" | "T") =>
        {
            ([*year, *month, *day], rest, marks)
        }
        ([_, _, ..], [first, ..]) if first.trim() == "月" => {
            return Err(format!("`{text}` has no year: write it in full, such as 2022-12-02"));
        }
        _ => return Err(unknown(text)),
    };
    let [(year, digits), (month, _), (day, _)] = date;
    if digits != 4 {
        return Err(format!("`{text}` could be several days: write the year first and in full, such as 2022-12-02"));
    }
    let second = of_day(rest, time_marks).ok_or_else(|| unknown(text))?;
    Ok(Moment { time: at(year, month, day, second)?, is_day: rest.is_empty() })
}

/// The seconds since midnight of hour, minute and second; 24:00 is the end of the day.
fn of_day(fields: &[(i64, usize)], marks: &[&str]) -> Option<i64> {
    let hours = |mark: &str| matches!(mark.trim(), "时" | "点" | ":" | "：");
    let minutes = |mark: &str| matches!(mark.trim(), "" | "分" | ":" | "：");
    let (hour, minute, second) = match (fields, marks) {
        ([], []) => (0, 0, 0),
        ([(hour, _)], [mark]) if matches!(mark.trim(), "时" | "点") => (*hour, 0, 0),
        ([(hour, _), (minute, _)], [first, second]) if hours(first) && minutes(second) => (*hour, *minute, 0),
        ([(hour, _), (minute, _), (second, _)], [first, mark, last])
            if hours(first) && minutes(mark) && matches!(last.trim(), "" | "秒") =>
        {
            (*hour, *minute, *second)
        }
        _ => return None,
    };
    let of_day = hour * 3_600 + minute * 60 + second;
    (minute < 60 && second < 60 && of_day <= DAY).then_some(of_day)
}

fn at(year: i64, month: i64, day: i64, second: i64) -> Result<Time, String> {
    let none = || format!("there is no {year:04}-{month:02}-{day:02}");
    let date = Date::from_civil(year, month, day).ok_or_else(none)?;
    Ok(date.start(Offset::CHINA).plus(Span::seconds(second)))
}

/// Numbers, and how many digits each has.
type Numbers = Vec<(i64, usize)>;

/// The numbers of a text with how many digits each has, and what stands after each.
fn split(text: &str) -> Option<(Numbers, Vec<&str>)> {
    // Year, month, day, hour, minute, second.
    const MOST: usize = 6;
    let (mut fields, mut marks) = (Vec::new(), Vec::new());
    let mut rest = text;
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (number, after) = rest.split_at_checked(digits).filter(|_| (1..=8).contains(&digits))?;
        let mark = after.find(|c: char| c.is_ascii_digit()).unwrap_or(after.len());
        let (mark, next) = after.split_at_checked(mark)?;
        fields.push((number.parse().ok()?, digits));
        marks.push(mark);
        rest = next;
    }
    (fields.len() <= MOST).then_some((fields, marks))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(cell: &Cell) -> Result<Option<Time>, String> {
        Ok(moment_of(cell)?.map(|moment| moment.time))
    }

    fn text(text: &str) -> Result<Option<Time>, String> {
        of(&Cell::Text(text.to_owned()))
    }

    #[test]
    fn a_day_is_told_from_a_time() {
        let is_day = |cell: &Cell| moment_of(cell).unwrap().unwrap().is_day;
        for day in ["2022-12-02", "2022年12月2日", "20221202", "2022/12/2"] {
            assert!(is_day(&Cell::Text(day.to_owned())), "{day}");
        }
        for time in ["2022-12-02 0:00", "2022年12月2日24时", "2022-12-02T00:00:00+08:00"] {
            assert!(!is_day(&Cell::Text(time.to_owned())), "{time}");
        }
        assert!(is_day(&Cell::Time([2022, 12, 2, 0, 0, 0])) && is_day(&Cell::Number(20_221_202.0)));
        assert!(!is_day(&Cell::Time([2022, 12, 2, 16, 30, 0])));
    }

    #[test]
    fn a_moment_that_can_mean_one_thing_is_taken() {
        let expected = |text: &str| Ok(Some(Time::parse(text).unwrap()));
        for day in ["2022-12-02", "2022/12/2", "2022.12.02", " 2022年12月2日 ", "20221202", "2022-12-2 0:00"] {
            assert_eq!(text(day), expected("2022-12-02T00:00:00+08:00"), "{day}");
        }
        for time in [
            "2022-12-02 16:30",
            "2022年12月2日16时30分",
            "2022/12/2 16:30:00",
            "2022年12月2日 16：30",
            "2022-12-02T08:30:00Z",
        ] {
            assert_eq!(text(time), expected("2022-12-02T16:30:00+08:00"), "{time}");
        }
        assert_eq!(text("2022年12月2日16时"), expected("2022-12-02T16:00:00+08:00"));
        assert_eq!(text("2022年12月2日24时"), expected("2022-12-03T00:00:00+08:00"));
        assert_eq!(of(&Cell::Time([2022, 12, 2, 16, 30, 0])), expected("2022-12-02T16:30:00+08:00"));
        assert_eq!(of(&Cell::Number(20_221_202.0)), expected("2022-12-02T00:00:00+08:00"));
        assert_eq!((text(" "), of(&Cell::Empty)), (Ok(None), Ok(None)));
    }

    #[test]
    fn what_to_do_about_any_other_is_said() {
        for (given, words) in [
            ("12月2日", "has no year"),
            ("12/2/2022", "could be several days"),
            ("22-12-02", "could be several days"),
            ("2022-02-30", "there is no 2022-02-30"),
            ("2022年13月2日", "there is no 2022-13-02"),
            ("2022-12-02 25:00", "expected a date such as"),
            ("2022-12-02 16:61", "expected a date such as"),
            ("2022-12-02 下午4时", "expected a date such as"),
            ("2022-12-02~12-05", "expected a date such as"),
            ("yesterday", "expected a date such as"),
            ("2022-12", "expected a date such as"),
            ("99999999999999999999", "expected a date such as"),
        ] {
            let said = text(given).unwrap_err();
            assert!(said.contains(words), "{given}: {said}");
        }
        assert!(moment_of(&Cell::Number(44_897.0)).unwrap_err().contains("as Excel counts them"));
        assert!(moment_of(&Cell::Number(44_897.5)).unwrap_err().contains("expected a date"));
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_a_moment_or_refused(given in "[0-9年月日时分:./ -]{0,24}|\\PC{0,12}", number in proptest::num::f64::ANY) {
            let _ = (text(&given), moment_of(&Cell::Number(number)));
        }
    }
}
