//! Many at once: one JSON line in, one JSON line out, in order, with constant memory.

use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};

use healthcode::limits::LINE_BYTES;
use healthcode::unseen::shown;
use serde::Serialize;

use crate::exit::Exit;
use crate::failure::{CliError, Failure, unmarked};
use crate::output::{json_line, output_error};
use crate::terminal::say;

/// Bytes read ahead.
const BUFFER_BYTES: usize = 1 << 16;

/// A line that could not be answered.
#[derive(Serialize)]
struct Refused {
    line: usize,
    error: Error,
}

#[derive(Serialize)]
struct Error {
    code: &'static str,
    message: String,
}

/// Answers each line of standard input with a line on standard output; blank lines are skipped. A line that cannot
/// be answered gives `{"line", "error": {"code", "message"}}`, and with `strict` it is the last. What was read is answered before
/// more is waited for, so that a program can hold a dialogue.
pub(crate) fn answer_each<T: Serialize>(
    strict: bool,
    work: impl FnMut(&str) -> Result<T, Failure>,
) -> Result<Exit, Failure> {
    let input = BufReader::with_capacity(BUFFER_BYTES, io::stdin().lock());
    run(input, BufWriter::new(io::stdout().lock()), strict, work)
}

fn run<T: Serialize>(
    mut input: BufReader<impl Read>,
    mut output: impl Write,
    strict: bool,
    mut work: impl FnMut(&str) -> Result<T, Failure>,
) -> Result<Exit, Failure> {
    let (mut number, mut refused, mut first_refused) = (0usize, 0usize, None);
    let mut line = Vec::new();
    while let Some(whole) = next(&mut input, &mut line).map_err(CliError::Unreadable)? {
        number += 1;
        let text = if whole { Ok(&line) } else { Err(CliError::LineTooLong { limit: LINE_BYTES }) };
        let text = text.and_then(|line| core::str::from_utf8(line).map(unmarked).map_err(|_| CliError::NotText));
        if text.as_ref().is_ok_and(|text| text.trim_ascii().is_empty()) {
            continue;
        }
        match text.map_err(Failure::from).and_then(&mut work) {
            Ok(answer) => json_line(&mut output, &answer).map_err(output_error)?,
            Err(failure) => {
                refused += 1;
                first_refused.get_or_insert(number);
                let (code, message) = failure.first();
                let message = shown(&message).into_owned();
                json_line(&mut output, &Refused { line: number, error: Error { code, message } })
                    .map_err(output_error)?;
                if strict {
                    output.flush().map_err(output_error)?;
                    say(format_args!("error: stopped at line {number}, because of --strict"));
                    return Ok(Exit::Unusable);
                }
            }
        }
        if input.buffer().is_empty() {
            output.flush().map_err(output_error)?;
        }
    }
    output.flush().map_err(output_error)?;
    if let Some(first) = first_refused {
        say(match refused {
            1 => format!("warning: line {first} could not be answered"),
            _ => format!("warning: {refused} lines could not be answered, the first of them line {first}"),
        });
    }
    Ok(Exit::Yes)
}

/// Reads the next line without its end; `None` at the end of the input, `false` if the line was too long, and skipped.
pub(crate) fn next(input: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<Option<bool>> {
    line.clear();
    let mut whole = true;
    loop {
        let bytes = match input.fill_buf() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            other => other?,
        };
        if bytes.is_empty() {
            return Ok((!line.is_empty() || !whole).then_some(whole));
        }
        let end = bytes.iter().position(|byte| *byte == b'\n');
        let part = bytes.get(..end.unwrap_or(bytes.len())).unwrap_or_default();
        whole &= line.len() + part.len() <= LINE_BYTES;
        if whole {
            line.extend_from_slice(part);
        } else {
            line.clear();
        }
        let used = part.len() + usize::from(end.is_some());
        input.consume(used);
        if end.is_some() {
            return Ok(Some(whole));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn answers(input: &[u8], strict: bool) -> (Exit, String) {
        let mut output = Vec::new();
        let double = |text: &str| {
            let number: BTreeMap<String, u32> = crate::input::json::parse_json(text)?;
            Ok(number["n"] * 2)
        };
        let answer = run(BufReader::new(input), &mut output, strict, double).unwrap();
        (answer, String::from_utf8(output).unwrap())
    }

    #[test]
    fn each_line_is_answered_in_order_and_a_bad_one_stops_nothing() {
        let (answer, output) = answers(b"{\"n\": 1}\n\nx\n\xff\n{\"n\": 4}", false);
        let lines: Vec<_> = output.lines().collect();
        assert_eq!((answer, lines.len()), (Exit::Yes, 4));
        assert_eq!((lines[0], lines[3]), ("2", "8"));
        assert!(lines[1].starts_with(r#"{"line":3,"error":{"code":"cli-json","#), "{}", lines[1]);
        assert!(lines[2].starts_with(r#"{"line":4,"error":{"code":"cli-file-not-text","#), "{}", lines[2]);
    }

    #[test]
    fn a_byte_order_mark_is_no_part_of_a_line() {
        let (_, output) = answers("\u{feff}{\"n\": 1}\n\u{feff}\n\u{feff}{\"n\": 2}\r\n".as_bytes(), false);
        assert_eq!(output, "2\n4\n", "files with a mark each may have been put together");
    }

    #[test]
    fn strict_stops_at_the_first_bad_line() {
        let (answer, output) = answers(b"{\"n\": 1}\nx\n{\"n\": 2}\n", true);
        assert_eq!((answer, output.lines().count()), (Exit::Unusable, 2));
    }

    #[test]
    fn a_line_that_is_too_long_is_skipped() {
        let long = [vec![b'1'; LINE_BYTES + 1], b"\n{\"n\": 3}\n".to_vec()].concat();
        let (_, output) = answers(&long, false);
        assert!(output.contains("cli-line-too-long") && output.ends_with("\n6\n"), "{output}");
    }
}
