//! `rules check`: everything that is wrong with packs.

use std::path::{Path, PathBuf};

use clap::Args;
use healthcode::authoring::source::PackSource;
use healthcode::calendar::Time;

use super::packs::Packs;
use super::version::newer;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::input::pack::{load, load_reviewed};
use crate::output::answer;
use crate::values::{Clock, clock};

/// Check packs: names, types, bounds, parts without effect, texts, ways back, validity
#[derive(Args)]
pub(crate) struct Check {
    #[command(flatten)]
    packs: Packs,
    /// The version of the same pack in force, in TOML: refuse a change without a higher version
    #[arg(long, value_name = "OLD.toml")]
    against: Option<PathBuf>,
    /// Warn of packs and grounds that have ended by then: a time such as 2026-02-20T08:00:00+08:00, a date, or `system`
    #[arg(long, value_name = "TIME", value_parser = clock)]
    now: Option<Clock>,
}

impl Check {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        let old = self.against.as_deref().map(load).transpose()?;
        let now = self.now.map(Clock::now);
        self.packs.each(|path| check(path, old.as_ref(), now))
    }
}

fn check(path: &Path, old: Option<&PackSource>, now: Option<Time>) -> Result<(), Failure> {
    let source = load_reviewed(path, now)?;
    old.map_or(Ok(()), |old| newer(old, &source, path))?;
    let count = |number: usize, what: &str| format!("{number} {what}{}", if number == 1 { "" } else { "s" });
    let parts = [
        count(source.questions.len(), "question"),
        count(source.measures.len(), "measure"),
        count(source.bands.len(), "band"),
        count(source.rules.len(), "rule"),
        count(source.cases.len(), "case"),
    ];
    answer(format_args!("{}: {} version {}: {}", path.display(), source.pack.id, source.pack.version, parts.join(", ")))
}
