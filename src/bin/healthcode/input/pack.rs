//! Rule packs as their authors write them.

use std::path::Path;
use std::sync::Arc;

use healthcode::authoring::advice::{about_fault, about_finding};
use healthcode::authoring::coverage::uncovered;
use healthcode::authoring::review::{self, ended, review};
use healthcode::authoring::source::{Case, PackSource, SourceError, SourceProblem};
use healthcode::authoring::source_map::SourceMap;
use healthcode::authoring::well::nobody_green;
use healthcode::authoring::workbench::Workbench;
use healthcode::calendar::Time;
use healthcode::error::Coded;
use healthcode::rules::check::{PackError, structure};
use healthcode::rules::location::{Key, Location};
use healthcode::rules::pack::Pack;
use healthcode::trust::Verified;

use crate::failure::{CliError, Failure, Fault, InFile, Severity, Spot, tell};
use crate::files;
use crate::input::repair::{OF_PACKS, repair};
use crate::input::toml::{all_seen, toml_fault};
use crate::terminal::say;

/// Whether the file is a pack's source by its name.
pub(crate) fn is_toml(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("toml"))
}

/// Reads a pack's source, and refuses it with every fault of its structure: what is left to find does not keep it from
/// being tried.
pub(crate) fn load(path: &Path) -> Result<PackSource, Failure> {
    parse(&files::read_text(path)?).in_file(path)
}

/// The pack of a source text.
pub(crate) fn parse(text: &str) -> Result<PackSource, Failure> {
    let source = read(text)?;
    let faults = Places::of(text).structure(&source);
    refused_for(faults, source)
}

/// The pack of a source text, its structure not yet looked at.
pub(crate) fn read(text: &str) -> Result<PackSource, Failure> {
    let source = PackSource::read(text).map_err(|error| match error {
        SourceError::NotUnderstood { span, problem, .. } => {
            let is_condition = matches!(problem, SourceProblem::Condition(_));
            let hint = repair(text, &span, &problem.to_string(), is_condition, OF_PACKS);
            toml_fault(text, Some(span), &problem.to_string()).hinted(Some(hint))
        }
        other => other.into(),
    })?;
    all_seen(text)?;
    Ok(source)
}

/// Finds the places of faults in a pack's source.
struct Places<'t> {
    text: Arc<str>,
    spans: Option<SourceMap<'t>>,
}

impl<'t> Places<'t> {
    fn of(text: &'t str) -> Self {
        Self { text: text.into(), spans: SourceMap::of(text) }
    }

    /// The faults of the structure.
    fn structure(&mut self, source: &PackSource) -> Vec<Fault> {
        let faults = structure(&source.to_pack());
        // Names that conditions could not read lead to one fault more in each of them.
        let unreadable = |fault: &PackError| match fault {
            PackError::Id { at } => {
                matches!(at.keys(), [Key::Name("question" | "measure"), Key::Index(_), Key::Name("id")])
            }
            _ => false,
        };
        let names = faults.iter().any(unreadable);
        let kept = faults.into_iter().filter(|fault| !names || !matches!(fault, PackError::UnknownFact { .. }));
        kept.map(|fault| {
            let hint = about_fault(source, &fault);
            self.fault(&fault.location(), fault).hinted(hint)
        })
        .collect()
    }

    fn fault(&mut self, location: &Location, what: impl Coded + Send + Sync + 'static) -> Fault {
        match &mut self.spans {
            Some(spans) => Fault::at(Spot::new(&self.text, spans.find(location)), what),
            None => what.into(),
        }
    }
}

/// The faults in the order of the source, if there are any.
fn refused_for(mut faults: Vec<Fault>, source: PackSource) -> Result<PackSource, Failure> {
    faults.sort_by_key(|fault| fault.spot.as_ref().map(Spot::start));
    if faults.is_empty() { Ok(source) } else { Err(Failure::several(faults)) }
}

/// Reads a pack's source as [`load`] does, and refuses it with every error that a review finds as well; warnings are
/// said. With a moment, so is what has ended by then.
pub(crate) fn load_reviewed(path: &Path, now: Option<Time>) -> Result<PackSource, Failure> {
    let text = files::read_text(path)?;
    let source = read(&text).in_file(path)?;
    let mut places = Places::of(&text);
    let mut faults = places.structure(&source);
    // Reviewing thousands of parts takes long, and there are too many of them anyway.
    let too_many = faults.iter().any(|fault| fault.what.code() == "pack-too-many");
    let mut hinted = Vec::new();
    let sound = faults.is_empty();
    let mut findings = if too_many { Vec::new() } else { review(&source) };
    let right = !findings.iter().any(|finding| finding.severity() == review::Severity::Error);
    findings.extend(now.into_iter().flat_map(|now| ended(&source, now)));
    if sound && right {
        findings.extend(uncovered(&source).in_file(path)?);
        findings.extend(nobody_green(&source).in_file(path)?);
    }
    for finding in findings {
        let severity = finding.severity();
        // What a fault of the structure left unused or unknown is neither once that is mended.
        if !sound && (severity == review::Severity::Warning || finding.code() == "pack-case-name") {
            continue;
        }
        let hint = about_finding(&source, &finding);
        let fault = places.fault(&finding.location(), finding).hinted(hint);
        match severity {
            review::Severity::Error => faults.push(fault),
            review::Severity::Warning => tell(Severity::Warning, Some(path), &fault, &mut hinted),
        }
    }
    refused_for(faults, source).in_file(path)
}

/// Reads a pack's source as [`load_reviewed`] does, and refuses it if it does not decide its own cases as they say.
pub(crate) fn load_tested(path: &Path) -> Result<PackSource, Failure> {
    let source = load_reviewed(path, None)?;
    let workbench = Workbench::default();
    let pack = workbench.pack(&source).in_file(path)?;
    let mut failed = Vec::new();
    for case in &source.cases {
        let differences = differences(case, &workbench, &pack);
        if !differences.is_empty() {
            failed.push(case.name.clone());
            say(&case.name);
            differences.iter().for_each(|difference| say(format_args!("  {difference}")));
        }
    }
    if failed.is_empty() { Ok(source) } else { Err(CliError::CasesFail { failed }).in_file(path) }
}

/// How the result of a case differs from what it expects.
pub(crate) fn differences(case: &Case, workbench: &Workbench, pack: &Verified<Pack>) -> Vec<String> {
    match case.run(workbench, pack) {
        Ok(result) => result.differences,
        Err(error) => vec![format!("[{}] {error}", error.code())],
    }
}
