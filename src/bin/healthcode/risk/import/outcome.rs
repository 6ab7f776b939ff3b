//! The three files that an import writes.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::Path;

use healthcode::calendar::{Offset, Time};
use healthcode::place::Place;
use healthcode::risk::Level;

use super::decisions::Question;
use super::gazetteer::Gazetteer;
use crate::failure::{CliError, Failure, InFile};
use crate::files;
use crate::format::local;
use crate::input::risk_rows::{COMPOUND, level_name};

pub(super) const SURE: &str = "sure.csv";
pub(super) const UNDECIDED: &str = "undecided.csv";
pub(super) const NOT_FOUND: &str = "not-found.csv";

/// Digits of a community's code, the only places that have compounds.
pub(super) const COMMUNITY: u8 = 12;

/// What was found for a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Found {
    Sure { place: Place, label: String },
    Open { candidates: Vec<Place>, why: String },
    Unknown { why: String },
}

impl Found {
    /// The places that it could be, if it is not sure.
    pub(super) fn candidates(&self) -> Option<&[Place]> {
        match self {
            Self::Sure { .. } => None,
            Self::Open { candidates, .. } => Some(candidates),
            Self::Unknown { .. } => Some(&[]),
        }
    }
}

/// The rest of a row.
#[derive(Debug, Clone)]
pub(super) struct Told {
    pub(super) source: String,
    pub(super) level: Level,
    pub(super) from: Time,
    pub(super) to: Option<Time>,
}

/// A row whose place is sure.
#[derive(Debug)]
pub(super) struct Sure {
    name: String,
    place: Place,
    label: String,
    told: Told,
}

/// A name that is not sure, and the rows that have it.
#[derive(Debug)]
pub(super) struct Open {
    why: String,
    from: Time,
    pub(super) sources: Vec<String>,
}

/// What became of all rows.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    pub(super) sure: Vec<Sure>,
    pub(super) undecided: BTreeMap<Question, Open>,
    pub(super) unknown: BTreeMap<Question, Open>,
}

/// Sources that are named of those with the same name.
const SOURCES: usize = 5;

impl Outcome {
    /// Adds a row by its name and the code that stands in it.
    pub(super) fn add(&mut self, name: String, code: Option<Place>, found: Found, told: Told) {
        let (open, candidates, why) = match found {
            Found::Sure { place, label } => return self.sure.push(Sure { name, place, label, told }),
            Found::Open { candidates, why } => (&mut self.undecided, candidates, why),
            Found::Unknown { why } => (&mut self.unknown, Vec::new(), why),
        };
        let question = Question::new(&name, code, candidates);
        let open = open.entry(question).or_insert(Open { why, from: told.from, sources: Vec::new() });
        open.sources.push(told.source);
    }

    pub(super) fn is_sure(&self) -> bool {
        self.undecided.is_empty() && self.unknown.is_empty()
    }

    /// Writes the files, the rows that are sure last: where they are, all is.
    pub(super) fn write(&self, folder: &Path, gazetteer: &Gazetteer<'_>, compounds: bool) -> Result<(), Failure> {
        fs::create_dir_all(folder).map_err(CliError::Unwritable).in_file(folder)?;
        let open = |name: &str, questions: &BTreeMap<Question, Open>| {
            let columns = ["name", "place", "compound", "code", "candidates", "why", "rows", "where"];
            let mut rows = vec![columns.map(str::to_owned).to_vec()];
            rows.extend(questions.iter().map(|(question, open)| open.record(question, gazetteer)));
            write(&folder.join(name), &rows)
        };
        open(UNDECIDED, &self.undecided)?;
        open(NOT_FOUND, &self.unknown)?;
        let mut rows = vec![
            ["place", "level", "from", "to", if compounds { COMPOUND } else { "label" }, "name", "where"]
                .map(str::to_owned)
                .to_vec(),
        ];
        rows.extend(self.sure.iter().map(Sure::record));
        write(&folder.join(SURE), &rows)
    }
}

impl Sure {
    fn record(&self) -> Vec<String> {
        let Told { source, level, from, to } = &self.told;
        let to = to.map(local).unwrap_or_default();
        let level = level_name(*level).to_owned();
        vec![self.place.to_string(), level, local(*from), to, self.label.clone(), self.name.clone(), source.clone()]
    }
}

impl Open {
    fn record(&self, question: &Question, gazetteer: &Gazetteer<'_>) -> Vec<String> {
        let candidates = question.candidates.iter().map(|place| {
            let name = gazetteer.full_name(*place, self.from.date(Offset::CHINA));
            format!("{place} {name}").trim_end().to_owned()
        });
        let candidates = candidates.collect::<Vec<_>>().join("; ");
        let named = self.sources.iter().take(SOURCES).map(String::as_str).collect::<Vec<_>>().join(", ");
        let more = if self.sources.len() > SOURCES { ", …" } else { "" };
        let rows = self.sources.len().to_string();
        let code = question.code.map(|code| code.to_string()).unwrap_or_default();
        let (name, empty) = (question.name.clone(), String::new);
        vec![name, empty(), empty(), code, candidates, self.why.clone(), rows, format!("{named}{more}")]
    }
}

/// How many names there are in these.
pub(super) fn names(questions: &BTreeMap<Question, Open>) -> usize {
    questions.keys().map(|question| &question.name).collect::<BTreeSet<_>>().len()
}

/// Writes CSV with the mark by which spreadsheets know UTF-8.
fn write(path: &Path, rows: &[Vec<String>]) -> Result<(), Failure> {
    let mut writer = csv::Writer::from_writer("\u{feff}".as_bytes().to_vec());
    let failed = |error: csv::Error| CliError::Unwritable(io::Error::other(error));
    for row in rows {
        writer.write_record(row).map_err(failed).in_file(path)?;
    }
    let bytes = writer.into_inner().map_err(|error| CliError::Unwritable(error.into_error())).in_file(path)?;
    files::write(path, &bytes)
}

/// Refuses a folder in which something is: it may be what somebody has decided.
pub(super) fn is_free(folder: &Path) -> Result<(), Failure> {
    match fs::read_dir(folder).map(|mut entries| entries.next().is_none()) {
        Ok(true) => Ok(()),
        Ok(false) => Err(CliError::FolderInUse).in_file(folder),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(CliError::Unwritable(error)).in_file(folder),
    }
}

/// Whether a spreadsheet would take a cell with this text for a formula.
pub(super) fn begins_as_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'])
}
