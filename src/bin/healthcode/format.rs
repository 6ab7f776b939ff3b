//! Moments and numbers as people read them.

use healthcode::calendar::{Offset, Span, Time};

/// A moment as people in China write it, 2020-02-11T08:00:00+08:00: in the same form as they give it to the tool. In the last
/// hours of the year 9999, when that has no form in China, in UTC.
pub(crate) fn local(time: Time) -> String {
    if !has_local(time) {
        return time.to_string();
    }
    let shifted = time.plus(Span::seconds(Offset::CHINA.seconds())).to_string();
    format!("{}{}", shifted.trim_end_matches('Z'), Offset::CHINA)
}

/// A sentence with its moments, which are in UTC, as [`local`] writes them.
pub(crate) fn in_local_time(sentence: &str) -> String {
    let word = |word: &str| {
        let moment = word.trim_end_matches([',', ';', '.']);
        let time = Some(moment).filter(|moment| moment.ends_with('Z')).and_then(|moment| Time::parse(moment).ok());
        let rest = word.strip_prefix(moment).unwrap_or_default();
        time.map_or_else(|| word.to_owned(), |time| format!("{}{rest}", local(time)))
    };
    sentence.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

/// Whether the moment can be written at the time of China.
pub(crate) fn has_local(time: Time) -> bool {
    let ahead = Span::seconds(Offset::CHINA.seconds());
    time.plus(ahead).since(time) == ahead
}

/// A number as people read it: 1,234,567.
pub(crate) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// So many rows: 1 row, 1,234 rows.
pub(crate) fn rows(count: usize) -> String {
    format!("{} {}", grouped(count), if count == 1 { "row" } else { "rows" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_as_they_are_read() {
        let text = "2020-02-11T00:30:05+08:00";
        assert_eq!(local(Time::parse(text).unwrap()), text);
        let sentence = |time: &str| format!("it expired at {time}, and it is {time}; Z is no moment");
        assert_eq!(in_local_time(&sentence("2020-02-10T16:30:05Z")), sentence(text));
        for (text, shown) in [
            ("0001-01-01T00:00:00Z", "0001-01-01T08:00:00+08:00"),
            ("9999-12-31T15:59:59Z", "9999-12-31T23:59:59+08:00"),
            ("9999-12-31T16:00:00Z", "9999-12-31T16:00:00Z"),
        ] {
            assert_eq!(local(Time::parse(text).unwrap()), shown);
        }
    }

    #[test]
    fn numbers_are_grouped_by_three() {
        assert_eq!([0, 999, 1000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!([0, 1, 1000].map(rows), ["0 rows", "1 row", "1,000 rows"]);
    }
}
