//! Where words go: answers to standard output, for programs; everything else to standard error, for people.

use std::fmt;
use std::io::{self, Write};

use healthcode::calendar::{Offset, Span, Time};
use serde::Serialize;

use crate::failure::{CliError, Failure};

/// Says something to the person at the terminal. That nobody listens is no reason to stop.
pub(crate) fn say(words: impl fmt::Display) {
    let _ = writeln!(io::stderr().lock(), "{words}");
}

/// Writes one line of the answer.
pub(crate) fn answer(line: impl fmt::Display) -> Result<(), Failure> {
    writeln!(io::stdout().lock(), "{line}").map_err(output_error)
}

/// Writes the answer as JSON, indented.
pub(crate) fn answer_json(value: &impl Serialize) -> Result<(), Failure> {
    let mut output = io::stdout().lock();
    serde_json::to_writer_pretty(&mut output, value).map_err(|error| output_error(error.into()))?;
    writeln!(output).map_err(output_error)
}

/// Why standard output took nothing.
pub(crate) fn output_error(error: io::Error) -> Failure {
    if error.kind() == io::ErrorKind::BrokenPipe { Failure::ClosedOutput } else { CliError::Unwritable(error).into() }
}

/// A moment as people in China write it, 2020-02-11T08:00:00+08:00: in the same form as they give it to the tool.
pub(crate) fn local(time: Time) -> String {
    let shifted = time.plus(Span::seconds(Offset::CHINA.seconds())).to_string();
    format!("{}{}", shifted.trim_end_matches('Z'), Offset::CHINA)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_as_they_are_read() {
        let text = "2020-02-11T00:30:05+08:00";
        assert_eq!(local(Time::parse(text).unwrap()), text);
    }

    #[test]
    fn numbers_are_grouped_by_three() {
        assert_eq!([0, 999, 1000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
    }
}
