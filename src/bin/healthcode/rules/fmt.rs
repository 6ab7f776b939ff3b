//! `rules fmt`: one form for all conditions; layout, order and comments stay as they are.

use std::path::Path;

use clap::Args;
use healthcode::rules::expression::text;
use healthcode::rules::expression::text::TextError;
use toml_edit::{DocumentMut, Item, TableLike, Value};

use super::packs::Packs;
use crate::exit::Exit;
use crate::failure::{CliError, Failure, InFile};
use crate::files;
use crate::input::pack;
use crate::output::answer;
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
        return answer(after.trim_end_matches('\n'));
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

/// A pack's source with its conditions in one form.
pub(crate) fn formatted(source: &str) -> Result<String, Failure> {
    // What is not a pack is left alone.
    pack::read(source)?;
    let mut document: DocumentMut =
        source.parse().map_err(|error: toml_edit::TomlError| CliError::Toml(error.to_string()))?;
    let mut faults = Vec::new();
    for (list, key) in [("question", "show-if"), ("measure", "when"), ("band", "when"), ("rule", "when")] {
        match document.get_mut(list) {
            Some(Item::ArrayOfTables(tables)) => {
                tables.iter_mut().for_each(|table| condition(table, key, &mut faults));
            }
            Some(Item::Value(Value::Array(tables))) => {
                let tables = tables.iter_mut().filter_map(Value::as_inline_table_mut);
                tables.for_each(|table| condition(table, key, &mut faults));
            }
            _ => {}
        }
    }
    if faults.is_empty() { Ok(document.to_string()) } else { Err(Failure::several(faults)) }
}

/// Rewrites one condition, if it is written as text.
fn condition(table: &mut dyn TableLike, key: &str, faults: &mut Vec<TextError>) {
    let Some(Item::Value(value)) = table.get_mut(key) else { return };
    let Some(written) = value.as_str() else { return };
    match text::canonical(written) {
        Err(fault) => faults.push(fault),
        Ok(canonical) if canonical == written => {}
        Ok(canonical) => {
            let decor = value.decor().clone();
            *value = Value::from(canonical);
            *value.decor_mut() = decor;
        }
    }
}
