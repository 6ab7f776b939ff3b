//! Answers, to standard output, for programs and for people. Whatever they quote, a terminal only shows it: see
//! [`healthcode::unseen`].

use std::borrow::Cow;
use std::fmt::{self, Write as _};
use std::io::{self, Write};

use healthcode::unseen::{shown, written};
use serde::Serialize;

use crate::failure::{CliError, Failure};

/// Writes one line of the answer.
pub(crate) fn answer(line: impl fmt::Display) -> Result<(), Failure> {
    writeln!(io::stdout().lock(), "{}", shown(&line.to_string())).map_err(output_error)
}

/// Writes an answer that has lines of its own.
pub(crate) fn answer_lines(text: &str) -> Result<(), Failure> {
    text.trim_end().split('\n').try_for_each(answer)
}

/// Writes the answer as JSON, indented.
pub(crate) fn answer_json(value: &impl Serialize) -> Result<(), Failure> {
    let json = serde_json::to_string_pretty(value).map_err(|error| output_error(error.into()))?;
    writeln!(io::stdout().lock(), "{}", seen(&json)).map_err(output_error)
}

/// Writes a line of JSON.
pub(crate) fn json_line(output: &mut impl Write, value: &impl Serialize) -> io::Result<()> {
    writeln!(output, "{}", json(value)?)
}

/// JSON in one line.
pub(crate) fn json(value: &impl Serialize) -> io::Result<String> {
    let json = serde_json::to_string(value)?;
    Ok(match seen(&json) {
        Cow::Borrowed(_) => json,
        Cow::Owned(seen) => seen,
    })
}

/// The same JSON, with the escapes of JSON for what is not seen.
fn seen(json: &str) -> Cow<'_, str> {
    written(
        json,
        |c| c != '\n',
        |c, seen| {
            for unit in c.encode_utf16(&mut [0; 2]) {
                // Writing to a string never fails.
                let _ = write!(seen, "\\u{unit:04x}");
            }
        },
    )
}

/// Why standard output took nothing.
pub(crate) fn output_error(error: io::Error) -> Failure {
    if error.kind() == io::ErrorKind::BrokenPipe { Failure::ClosedOutput } else { CliError::Unwritable(error).into() }
}

/// Writes these bytes, which the tool itself has made or has found to be seen.
pub(crate) fn write(bytes: &[u8]) -> Result<(), Failure> {
    let mut output = io::stdout().lock();
    output.write_all(bytes).and_then(|()| output.flush()).map_err(output_error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_says_the_same_and_shows_all_of_it() {
        for text in ["红码\n\"\\", "a\u{1b}[2J\u{7f}\u{9b}", "x\u{202e}y\u{e0041}z\u{feff}"] {
            let json = serde_json::to_string_pretty(&[text]).unwrap();
            let seen = seen(&json);
            assert_eq!(serde_json::from_str::<[String; 1]>(&seen).unwrap(), [text]);
            assert!(healthcode::unseen::unseen(&seen).all(|(_, c)| c == '\n'), "{seen}");
        }
    }
}
