//! Values in JSON, and what is wrong with them without what they say.

use std::path::Path;

use serde::de::DeserializeOwned;

use crate::failure::{CliError, Failure, InFile, Position};
use crate::files::read_text;

/// A value in JSON.
pub(crate) fn read_json<T: DeserializeOwned>(path: &Path) -> Result<T, Failure> {
    serde_json::from_str(&read_text(path)?).map_err(|error| json_error(&error)).in_file(path)
}

/// What is wrong with a JSON text, without what it says: facts are somebody's own.
pub(crate) fn json_error(error: &serde_json::Error) -> CliError {
    let full = error.to_string();
    let problem = full.rfind(" at line ").and_then(|end| full.get(..end)).unwrap_or(&full);
    CliError::Json { place: Position { line: error.line(), column: error.column() }, problem: without_values(problem) }
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
        json_error(&serde_json::from_str::<FactsSource>(json).unwrap_err()).to_string()
    }

    #[test]
    fn json_errors_say_where_and_what_is_expected_but_not_what_is_there() {
        assert_eq!(problem("{\"reports\": 7}"), "line 1, column 13: invalid type: integer, expected a sequence");
        assert_eq!(problem(r#"{"record": {"floor": "purple, expected"}}"#).matches("purple").count(), 0);
        assert!(problem(r#"{"dairy": []}"#).contains("unknown field `dairy`, expected one of"));
        assert!(problem(r#"{"here": "nowhere"}"#).contains("a place code has digits only"));
        assert_eq!(problem("7"), "line 1, column 1: invalid type: integer, expected facts");
        assert!(problem("{\n]").starts_with("line 2, column 1: "));
        for json in [r#"{"here": 330106}"#, r#"{"diary":["330106"]}"#, r#"{"reports":[{"at":330106}]}"#] {
            assert!(!problem(json).contains("330106"), "{}", problem(json));
        }
    }
}
