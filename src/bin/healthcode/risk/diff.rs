//! `risk diff`: what changed between two risk tables, in words and numbers.

use std::path::PathBuf;

use clap::Args;
use healthcode::limits::WINDOW_DAYS;

use super::changes::{Changes, NAMED};
use super::load_with_header;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::answer;
use crate::values::window;

/// Say what changed between two risk tables: how many rows by province and level, then which
///
/// `risk build --before` and `countersign --before` say the same before they sign. Added: a place is at a level that it was not
/// at. Lifted: it ends, or earlier than was said. Prolonged: it ends later. Corrected: its level or beginning is another.
/// Removed: it is gone as if it had never been, though rules could still read it. Rows in CSV have no time of issue: of a newer
/// table in CSV, every row that is gone counts as removed.
#[derive(Args)]
pub(crate) struct Diff {
    /// The older table: a signed file, or rows in CSV
    old: PathBuf,
    /// The newer table, likewise
    new: PathBuf,
    /// Name all rows that changed, not only the first 20 of each kind
    #[arg(long)]
    all: bool,
    /// How many days back the rules in use look [default: 60, the most that a pack may]
    #[arg(long, value_name = "DAYS", value_parser = window, allow_negative_numbers = true)]
    window: Option<i64>,
}

impl Diff {
    pub(super) fn run(self) -> Result<Exit, Failure> {
        let ((before, old), (after, new)) = (load_with_header(&self.old)?, load_with_header(&self.new)?);
        let window = self.window.unwrap_or(WINDOW_DAYS);
        let changes = Changes::between((before.as_ref(), &old), (after.as_ref(), &new), window);
        changes.lines((!self.all).then_some(NAMED)).into_iter().try_for_each(answer)?;
        Ok(Exit::Yes)
    }
}
