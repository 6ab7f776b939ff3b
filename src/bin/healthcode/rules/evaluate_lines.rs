//! `rules eval --lines`: evaluates expressions over data, one JSON object a line.

use std::io::{self, BufRead, Write};

use clap::Args;
use healthcode::authoring::by_name::ByName;
use healthcode::error::Coded;
use healthcode::limits::LINE_BYTES;
use healthcode::rules::expression::{Budget, Expression, Value, evaluate, text};
use healthcode::unseen::shown;
use serde::Deserialize;

use crate::bulk::next_line;
use crate::exit::Exit;
use crate::failure::{CliError, Failure};
use crate::output::{json_line, output_error};

/// Evaluate expressions over data, to compare other engines and test suites with this one
#[derive(Args)]
pub(crate) struct Eval {
    /// Read {"logic", "data"} or {"text", "data"}, one per line, from standard input; print {"value"} or {"error", "message"}
    #[arg(long, required = true)]
    lines: bool,
}

impl Eval {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        run(io::stdin().lock(), io::BufWriter::new(io::stdout().lock())).map_err(output_error)?;
        Ok(Exit::Yes)
    }
}

/// A line of input: the expression as CertLogic in `logic` or as readable text in `text`, and the data that it reads.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object with `data`, and `logic` or `text`")]
struct Line<'a> {
    #[serde(default)]
    logic: Option<Expression>,
    #[serde(default)]
    text: Option<String>,
    #[serde(default, borrow)]
    data: Value<'a>,
}

/// Reads lines `{"logic": …, "data": …}` or `{"text": …, "data": …}` and answers each with a line `{"value": …}` or
/// `{"error": code, "message": …}`, in order. A line that cannot be read is answered with the code `rule-unreadable`.
///
/// # Errors
/// If reading or writing fails.
fn run(mut input: impl BufRead, mut output: impl Write) -> io::Result<()> {
    let mut line = Vec::new();
    while let Some(whole) = next_line(&mut input, &mut line)? {
        if whole && unmarked(&line).iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let too_long = || refused(&CliError::LineTooLong { limit: LINE_BYTES });
        let answer = if whole { answer(&line).unwrap_or_else(|error| error) } else { too_long() };
        json_line(&mut output, &answer)?;
    }
    output.flush()
}

fn answer(line: &[u8]) -> Result<serde_json::Value, serde_json::Value> {
    let unreadable = |message: String| serde_json::json!({"error": "rule-unreadable", "message": shown(&message)});
    let mut reader = serde_json::Deserializer::from_slice(unmarked(line));
    let read = Line::deserialize(ByName(&mut reader)).and_then(|line| reader.end().map(|()| line));
    let line = read.map_err(|error| unreadable(error.to_string()))?;
    let expression = match (line.logic, line.text) {
        (Some(logic), None) => logic,
        (None, Some(text)) => text::parse(&text).map_err(|error| refused(&error))?,
        _ => return Err(unreadable("expected either `logic` or `text`".to_owned())),
    };
    let value = evaluate(&expression, &line.data, &mut Budget::default()).map_err(|error| refused(&error))?;
    serde_json::to_value(&value).map(|value| serde_json::json!({"value": value})).map_err(|e| unreadable(e.to_string()))
}

/// Without an editor's byte order mark.
fn unmarked(line: &[u8]) -> &[u8] {
    line.strip_prefix("\u{feff}".as_bytes()).unwrap_or(line)
}

fn refused(error: &impl Coded) -> serde_json::Value {
    serde_json::json!({"error": error.code(), "message": shown(&error.to_string())})
}

#[cfg(test)]
mod tests {
    #[test]
    fn each_line_has_its_answer() {
        let input = r#"{"logic":{"+":[{"var":"a"},1]},"data":{"a":1}}

{"text":"a in [1, 2]","data":{"a":3}}
{"text":"a +","data":{}}
{"logic":{"+":[{"var":"a"},1]},"data":null}
{"logic":{"or":[true,false]},"data":null}
{"logic":1,"more":2}
[true,null,null]
"#;
        let mut output = Vec::new();
        super::run(input.as_bytes(), &mut output).unwrap();
        let answers: Vec<serde_json::Value> =
            String::from_utf8(output).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(answers[0], serde_json::json!({"value": 2}));
        assert_eq!(answers[1], serde_json::json!({"value": false}));
        let codes: Vec<_> = answers[2..].iter().map(|answer| answer["error"].as_str().unwrap()).collect();
        assert_eq!(
            codes,
            ["rule-text-unexpected", "rule-operand-type", "rule-unreadable", "rule-unreadable", "rule-unreadable"]
        );
    }
}
