//! `rules test`: the test cases that packs carry.

use std::path::Path;

use clap::Args;
use healthcode::authoring::coverage::{Coverage, coverage};
use healthcode::authoring::review::Finding;
use healthcode::authoring::workbench::Workbench;

use super::packs::Packs;
use crate::exit::Exit;
use crate::failure::{Failure, InFile};
use crate::input::pack::{differences, load};
use crate::output::answer;

/// Run the test cases that packs carry
#[derive(Args)]
pub(crate) struct Test {
    #[command(flatten)]
    packs: Packs,
    /// Say also in how many cases each rule, band and threshold acts, and in how many it does not
    #[arg(long)]
    coverage: bool,
}

impl Test {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        let workbench = Workbench::default();
        let (mut passed, mut failed, mut tested) = (0usize, 0usize, 0usize);
        let worst = self.packs.each(|path| {
            let source = load(path)?;
            let pack = workbench.pack(&source).in_file(path)?;
            if source.cases.is_empty() {
                return Err(Finding::NoCases).in_file(path);
            }
            tested += 1;
            for case in &source.cases {
                let differences = differences(case, &workbench, &pack);
                if differences.is_empty() {
                    passed += 1;
                    continue;
                }
                failed += 1;
                answer(format_args!("{}: {}", path.display(), case.name))?;
                differences.iter().try_for_each(|difference| answer(format_args!("  {difference}")))?;
            }
            if self.coverage { show(path, &coverage(&source).in_file(path)?) } else { Ok(()) }
        })?;
        match self.packs.count() - tested {
            0 => answer(format_args!("{passed} passed, {failed} failed"))?,
            // What kept each pack from being tested is said already.
            _ if tested == 0 => {}
            untested => answer(format_args!("{passed} passed, {failed} failed; packs not tested: {untested}"))?,
        }
        Ok(if failed > 0 { worst.max(Exit::No) } else { worst })
    }
}

/// A table of what the cases of a pack show.
fn show(path: &Path, shown: &[Coverage]) -> Result<(), Failure> {
    answer(format_args!("{}: in how many cases each acts, and does not", path.display()))?;
    for one in shown {
        let Coverage { at, acts, rests, .. } = one;
        let note = match (acts, rests) {
            (0, 0) => "  never asked",
            (0, _) => "  never acts",
            (_, 0) => "  always acts",
            _ => "",
        };
        answer(format_args!("  {acts:>4} {rests:>4}  {at}{note}"))?;
    }
    let whole = shown.iter().filter(|one| one.is_whole()).count();
    answer(format_args!("  {whole} of {} shown both ways", shown.len()))
}
