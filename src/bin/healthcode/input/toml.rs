//! Values in TOML.

use std::ops::Range;
use std::path::Path;

use healthcode::authoring::by_name::ByName;
use healthcode::unseen::unseen;
use serde::de::DeserializeOwned;

use crate::failure::{CliError, Failure, Fault, InFile, Spot, plainly};
use crate::files;
use crate::input::repair::repair;
use crate::values::looks_dated;

/// A value in TOML; what helps with its form is said beside a fault.
pub(crate) fn read_toml<T: DeserializeOwned>(path: &Path, help: &str) -> Result<T, Failure> {
    let text = files::read_text(path)?;
    let read = toml::Deserializer::parse(&text).and_then(|source| T::deserialize(ByName(source)));
    let faulty = |error: toml::de::Error| {
        let hint = repair(&text, &error.span().unwrap_or_default(), error.message(), false, help);
        toml_fault(&text, error.span(), error.message()).hinted(Some(hint))
    };
    let value = read.map_err(faulty).in_file(path)?;
    all_seen(&text).in_file(path)?;
    Ok(value)
}

/// What is wrong with a text in TOML, and where.
pub(super) fn toml_fault(text: &str, span: Option<Range<usize>>, problem: &str) -> Fault {
    let written = span.clone().and_then(|span| text.get(span)).unwrap_or_default();
    let what = CliError::Toml(match problem.strip_prefix("invalid type: map, ") {
        None if problem.starts_with("expected a date and time with an offset") && is_timed(written) => {
            CliError::NoSuchMoment.to_string()
        }
        // A date without quotes is a value of its own in TOML, and is read as a table of one.
        Some(expected) if written.starts_with(|c: char| c.is_ascii_digit()) => {
            let quotes = if expected.ends_with(" a string") { " in quotes" } else { "" };
            format!("invalid type: date, {}{quotes}", plainly(expected))
        }
        _ => plainly(problem),
    });
    match span {
        Some(span) => Fault::at(Spot::new(&text.into(), span), what),
        None => what.into(),
    }
}

/// Whether a text in quotes has the form of a date with a time.
fn is_timed(written: &str) -> bool {
    let text = written.trim_matches(['"', '\'']);
    looks_dated(text) && text.len() > 10
}

/// Refuses a text of which a reader does not see everything; comments, too, are read by whoever approves it.
pub(super) fn all_seen(text: &str) -> Result<(), Failure> {
    let of_layout = |at: usize, c: char| matches!(c, '\n' | '\r' | '\t') || (at == 0 && c == '\u{feff}');
    let found = unseen(text).filter(|(at, c)| !of_layout(*at, *c));
    let shared = text.into();
    let fault =
        |(at, c): (usize, char)| Fault::at(Spot::new(&shared, at..at + c.len_utf8()), CliError::unseen("the text", c));
    let faults: Vec<_> = found.map(fault).collect();
    if faults.is_empty() { Ok(()) } else { Err(Failure::several(faults)) }
}
