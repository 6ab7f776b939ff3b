//! `rules fmt`: one form for all conditions; layout, order and comments stay as they are.

use std::ops::Range;
use std::path::Path;

use clap::Args;
use healthcode::rules::expression::text::{self, TextError};
use toml_edit::{Document, Item, TableLike, Value};

use super::packs::Packs;
use crate::exit::Exit;
use crate::failure::{CliError, Failure, InFile};
use crate::files;
use crate::input::pack;
use crate::output::write;
use crate::terminal::say;

/// Format conditions: spaces, parentheses, quotes
///
/// Units, comments, order and layout stay as they are. With - the pack is read from standard input and written to standard
/// output.
#[derive(Args)]
pub(crate) struct Fmt {
    #[command(flatten)]
    packs: Packs,
    /// Write nothing, and list the packs that are not formatted
    #[arg(long)]
    check: bool,
}

impl Fmt {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        self.packs.each(|path| format(path, self.check))
    }
}

fn format(path: &Path, check: bool) -> Result<(), Failure> {
    let before = files::read_text(path)?;
    let after = formatted(&before).in_file(path)?;
    if path == Path::new("-") && !check {
        return write(after.as_bytes());
    }
    if after == before {
        return Ok(());
    }
    if check {
        return Err(CliError::NotFormatted).in_file(path);
    }
    files::write(path, after.as_bytes())?;
    say(format_args!("formatted {}", path.display()));
    Ok(())
}

/// A pack's source with its conditions in one form. Every other byte of it stays.
fn formatted(source: &str) -> Result<String, Failure> {
    // What is not a pack is left alone.
    pack::read(source)?;
    let mark = if source.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let unmarked = source.get(mark..).unwrap_or_default();
    let document = Document::parse(unmarked).map_err(|error| CliError::Toml(error.to_string()))?;
    let (mut faults, mut written) = (Vec::new(), Vec::new());
    for (list, key) in [("question", "show-if"), ("measure", "when"), ("band", "when"), ("rule", "when")] {
        let mut condition = |table: &dyn TableLike| match table.get(key).and_then(Item::as_value).map(other_form) {
            Some(Ok(other)) => written.extend(other),
            Some(Err(fault)) => faults.push(fault),
            None => {}
        };
        match document.get(list) {
            Some(Item::ArrayOfTables(tables)) => tables.iter().for_each(|table| condition(table)),
            Some(Item::Value(Value::Array(tables))) => {
                tables.iter().filter_map(Value::as_inline_table).for_each(|table| condition(table));
            }
            _ => {}
        }
    }
    if !faults.is_empty() {
        return Err(Failure::several(faults));
    }
    written.sort_by_key(|(span, _)| span.start);
    let (mut formatted, mut from) = (String::from(source.get(..mark).unwrap_or_default()), 0);
    let line_end = if source.contains("\r\n") { "\r\n" } else { "\n" };
    for (span, condition) in written {
        formatted.push_str(unmarked.get(from..span.start).unwrap_or_default());
        formatted.push_str(&condition.replace('\n', line_end));
        from = span.end;
    }
    formatted.push_str(unmarked.get(from..).unwrap_or_default());
    Ok(formatted)
}

/// What a condition that is written as text should be instead, and where it is; nothing if it has its form already.
fn other_form(value: &Value) -> Result<Option<(Range<usize>, String)>, TextError> {
    let (Some(text), Some(span)) = (value.as_str(), value.span()) else { return Ok(None) };
    let text = text.replace("\r\n", "\n");
    let canonical = text::canonical(&text)?;
    Ok((canonical != text).then(|| (span, Value::from(canonical).to_string())))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PACK: &str = include_str!("../../../../rules/packs/hangzhou/pack.toml");

    #[test]
    fn every_byte_but_those_of_conditions_stays() {
        let was = "when = \"visit.level == 3 and visit.mode in ['stay', 'overnight-on-road']\"";
        let untidy = PACK.replacen(was, &was.replace(" == ", "=="), 1);
        assert!(untidy != PACK);
        for (form, name) in [("{}", "plain"), ("\u{feff}{}", "marked")] {
            for line_end in ["\n", "\r\n"] {
                let written = |pack: &str| form.replace("{}", &pack.replace('\n', line_end));
                assert!(formatted(&written(&untidy)).unwrap() == written(PACK), "{name}, {line_end:?}");
                assert!(formatted(&written(PACK)).unwrap() == written(PACK), "{name}, {line_end:?}");
            }
        }
    }
}
