//! Values in JSON, and what is wrong with them without what they say.

use std::path::Path;

use healthcode::authoring::by_name::ByName;
use serde::de::DeserializeOwned;

use crate::failure::{CliError, Failure, InFile, Position, plainly, unmarked};
use crate::files::read_text;

/// An object in JSON.
pub(crate) fn read_json<T: DeserializeOwned>(path: &Path) -> Result<T, Failure> {
    parse_json(&read_text(path)?).in_file(path)
}

/// An object in JSON text. What is wrong with it is said without what it says: facts are somebody's own.
pub(crate) fn parse_json<T: DeserializeOwned>(text: &str) -> Result<T, CliError> {
    let text = unmarked(text);
    if text.trim().is_empty() {
        let problem = "it is empty, but an object was expected".to_owned();
        return Err(CliError::Json { place: Position { line: 1, column: 1 }, problem });
    }
    let mut reader = serde_json::Deserializer::from_str(text);
    let read = T::deserialize(ByName(&mut reader)).and_then(|value| reader.end().map(|()| value));
    read.map_err(|error| json_error(&error))
}

fn json_error(error: &serde_json::Error) -> CliError {
    let full = error.to_string();
    let problem = full.rfind(" at line ").and_then(|end| full.get(..end)).unwrap_or(&full);
    let problem = match problem.strip_prefix("EOF while parsing ") {
        Some(what) => format!("the text ends within {what}"),
        None => plainly(&without_values(problem)),
    };
    // Serde's columns begin at 0 where a line has nothing in it.
    CliError::Json { place: Position { line: error.line(), column: error.column().max(1) }, problem }
}

/// Cuts the values out of serde's sentences: `invalid type: string "x", expected a boolean` becomes
/// `invalid type: string, expected a boolean`. Names of fields stay, because without them nobody finds the fault.
fn without_values(problem: &str) -> String {
    const KINDS: [&str; 9] =
        ["boolean", "integer", "floating point", "character", "string", "map", "sequence", "null", "unit"];
    let Some((beginning, expected)) = problem.rsplit_once(", expected ") else { return problem.to_owned() };
    if beginning.starts_with("unknown field") {
        return problem.to_owned();
    }
    let (what, value) = beginning.split_once(": ").unwrap_or((beginning, ""));
    let what = what.split('`').next().unwrap_or_default().trim_end();
    let kind = KINDS.into_iter().find(|kind| value.starts_with(kind)).map(|kind| format!(": {kind}"));
    format!("{what}{}, expected {expected}", kind.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use healthcode::authoring::source::FactsSource;

    fn problem(json: &str) -> String {
        parse_json::<FactsSource>(json).map(drop).unwrap_err().to_string()
    }

    #[test]
    fn json_errors_say_where_and_what_is_expected_but_not_what_is_there() {
        assert_eq!(problem("{\"reports\": 7}"), "line 1, column 13: invalid type: integer, expected a sequence");
        assert_eq!(problem(r#"{"record": {"floor": "purple, expected"}}"#).matches("purple").count(), 0);
        assert!(problem(r#"{"dairy": []}"#).contains("unknown field `dairy`, expected one of"));
        assert!(problem(r#"{"here": "nowhere"}"#).contains("a place code has digits"));
        assert_eq!(problem("7"), "line 1, column 1: invalid type: integer, expected facts");
        assert_eq!(problem("[]"), "line 1, column 1: invalid type: sequence, expected facts");
        assert_eq!(
            problem(r#"{"diary": [["330106", "2020-02-12T08:10:00+08:00"]]}"#),
            "line 1, column 11: invalid type: sequence, expected a visit"
        );
        assert!(problem(r#"{"here": "330106"} {}"#).contains("trailing characters"));
        assert!(problem("{\n]").starts_with("line 2, column 1: "));
        assert_eq!(problem("\u{feff}7"), problem("7"));
        for empty in ["", " \n\n"] {
            assert_eq!(problem(empty), "line 1, column 1: it is empty, but an object was expected");
        }
        assert_eq!(problem("{\n"), "line 2, column 1: the text ends within an object");
        for json in [r#"{"here": 330106}"#, r#"{"diary":["330106"]}"#, r#"{"reports":[{"at":330106}]}"#] {
            assert!(!problem(json).contains("330106"), "{}", problem(json));
        }
    }
}
