//! `rules`: packs as their authors write them.

mod diff;
mod explain;
mod fmt;
mod people;
mod simulate;
pub(crate) mod spot;

use std::io;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use healthcode::error::Coded;
use healthcode::rules::check::{Severity, review, structure};
use healthcode::rules::pack::Pack;
use healthcode::rules::source::{Case, PackSource, Workbench};
use healthcode::trust::Verified;

use crate::failure::{Answer, CliError, Failure, Fault, InFile, tell};
use crate::output::{answer, output_error, say};
use crate::{eval, files};

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Check packs: names, types, bounds, what can never act, texts, ways back, validity
    Check(Packs),
    /// Run the test cases that packs carry
    Test(Packs),
    Explain(explain::Explain),
    Diff(diff::Diff),
    Fmt(fmt::Fmt),
    Simulate(simulate::Simulate),
    People(people::People),
    /// Evaluate expressions over data, so that other engines and suites can be compared with this one
    Eval(Eval),
}

#[derive(Args)]
pub(crate) struct Eval {
    /// Read {"logic", "data"} or {"text", "data"}, one a line, from standard input; print {"value"} or {"error", "message"}
    #[arg(long, required = true)]
    lines: bool,
}

/// Packs.
#[derive(Args)]
pub(crate) struct Packs {
    /// The packs' sources, in TOML
    #[arg(required = true, value_name = "PACK.toml")]
    packs: Vec<PathBuf>,
}

impl Command {
    pub(crate) fn run(self) -> Result<Answer, Failure> {
        match self {
            Self::Check(packs) => packs.each(check),
            Self::Test(packs) => packs.test(),
            Self::Explain(command) => command.run(),
            Self::Diff(command) => command.run(),
            Self::Fmt(command) => command.run(),
            Self::Simulate(command) => command.run(),
            Self::People(command) => command.run(),
            Self::Eval(_) => {
                let output = io::BufWriter::new(io::stdout().lock());
                eval::run(io::stdin().lock(), output).map_err(output_error)?;
                Ok(Answer::Yes)
            }
        }
    }
}

/// Reads a pack's source, and refuses it with every fault of its structure: what is left to find does not keep it from
/// being tried.
pub(crate) fn load(path: &Path) -> Result<PackSource, Failure> {
    parse(&files::read_text(path)?).in_file(path)
}

/// The pack of a source text.
pub(crate) fn parse(text: &str) -> Result<PackSource, Failure> {
    let source = read(text)?;
    let faults = structure(&source.to_pack()).into_iter().map(|fault| located(text, fault));
    refused_for(faults.collect(), source)
}

/// The pack of a source text, its structure not yet looked at.
pub(crate) fn read(text: &str) -> Result<PackSource, Fault> {
    toml::from_str(text).map_err(|error| {
        let (spot, message) = spot::of_toml(text, &error);
        Fault { what: Box::new(CliError::Toml(message)), spot }
    })
}

/// A fault with its place in a pack's source.
fn located(text: &str, fault: impl Coded + Send + Sync + 'static) -> Fault {
    Fault { spot: spot::find(text, &fault), what: Box::new(fault) }
}

/// The faults in the order of the source, if there are any.
fn refused_for(mut faults: Vec<Fault>, source: PackSource) -> Result<PackSource, Failure> {
    faults.sort_by_key(|fault| fault.spot.as_ref().map(|spot| (spot.line, spot.column)));
    if faults.is_empty() { Ok(source) } else { Err(Failure::several(faults)) }
}

/// Reads a pack's source as [`load`] does, and refuses it with every error that a review finds as well; warnings are
/// said.
pub(crate) fn load_reviewed(path: &Path) -> Result<PackSource, Failure> {
    let text = files::read_text(path)?;
    let source = read(&text).in_file(path)?;
    let mut faults: Vec<_> = structure(&source.to_pack()).into_iter().map(|fault| located(&text, fault)).collect();
    // A review of thousands of parts takes its time, and their author has other things to do first.
    let too_many = faults.iter().any(|fault| fault.what.code() == "pack-too-many");
    let mut hinted = Vec::new();
    for finding in if too_many { Vec::new() } else { review(&source) } {
        let severity = finding.severity();
        let fault = located(&text, finding);
        match severity {
            Severity::Error => faults.push(fault),
            Severity::Warning => tell("warning", Some(path), &fault, &mut hinted),
        }
    }
    refused_for(faults, source).in_file(path)
}

/// Reads a pack's source as [`load_reviewed`] does, and refuses it if it does not decide its own cases as they say.
pub(crate) fn load_tested(path: &Path) -> Result<PackSource, Failure> {
    let source = load_reviewed(path)?;
    let workbench = Workbench::new()?;
    let pack = workbench.pack(&source).in_file(path)?;
    let mut failed = 0;
    for case in &source.cases {
        let differences = differences(case, &workbench, &pack);
        if !differences.is_empty() {
            failed += 1;
            say(&case.name);
            differences.iter().for_each(|difference| say(format_args!("  {difference}")));
        }
    }
    if failed == 0 { Ok(source) } else { Err(CliError::CasesFail { failed }).in_file(path) }
}

/// Where a case comes out as it should not.
fn differences(case: &Case, workbench: &Workbench, pack: &Verified<Pack>) -> Vec<String> {
    match case.run(workbench, pack) {
        Ok(result) => result.differences,
        Err(error) => vec![format!("[{}] {error}", error.code())],
    }
}

fn check(path: &Path) -> Result<(), Failure> {
    let source = load_reviewed(path)?;
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

impl Packs {
    /// Does something with each pack; a fault in one does not keep the others from their turn.
    fn each(&self, mut work: impl FnMut(&Path) -> Result<(), Failure>) -> Result<Answer, Failure> {
        let mut worst = Answer::Yes;
        for path in &self.packs {
            match work(path) {
                Ok(()) => {}
                Err(Failure::ClosedOutput) => return Err(Failure::ClosedOutput),
                Err(failure) => {
                    failure.report();
                    worst = worst.max(failure.answer());
                }
            }
        }
        Ok(worst)
    }

    fn test(&self) -> Result<Answer, Failure> {
        let workbench = Workbench::new()?;
        let (mut passed, mut failed) = (0usize, 0usize);
        let worst = self.each(|path| {
            let source = load(path)?;
            let pack = workbench.pack(&source).in_file(path)?;
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
            Ok(())
        })?;
        answer(format_args!("{passed} passed, {failed} failed"))?;
        Ok(if failed > 0 { worst.max(Answer::No) } else { worst })
    }
}
