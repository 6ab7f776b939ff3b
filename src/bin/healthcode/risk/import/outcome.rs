//! The three files that an import writes, and what was decided of the names in two of them.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use healthcode::calendar::{Offset, Time};
use healthcode::place::Place;
use healthcode::risk::Level;

use super::gazetteer::Gazetteer;
use crate::failure::{CliError, Failure, InFile};
use crate::files;
use crate::format::local;
use crate::input::risk_rows::{COMPOUND, level_name};
use crate::input::sheet::read_sheets;

pub(super) const SURE: &str = "sure.csv";
pub(super) const UNDECIDED: &str = "undecided.csv";
pub(super) const NOT_FOUND: &str = "not-found.csv";

/// What was found for a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Found {
    Sure { place: Place, label: String },
    Open { candidates: Vec<Place>, why: String },
    Unknown { why: String },
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
    candidates: Vec<Place>,
    why: String,
    from: Time,
    pub(super) sources: Vec<String>,
}

/// What became of all rows.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    pub(super) sure: Vec<Sure>,
    /// By name.
    pub(super) undecided: BTreeMap<String, Open>,
    pub(super) unknown: BTreeMap<String, Open>,
}

/// Sources that are named of those with the same name.
const SOURCES: usize = 5;

impl Outcome {
    pub(super) fn add(&mut self, name: String, found: Found, told: Told) {
        let (open, candidates, why) = match found {
            Found::Sure { place, label } => return self.sure.push(Sure { name, place, label, told }),
            Found::Open { candidates, why } => (&mut self.undecided, candidates, why),
            Found::Unknown { why } => (&mut self.unknown, Vec::new(), why),
        };
        let open = open.entry(name).or_insert(Open { candidates, why, from: told.from, sources: Vec::new() });
        open.sources.push(told.source);
    }

    pub(super) fn is_sure(&self) -> bool {
        self.undecided.is_empty() && self.unknown.is_empty()
    }

    /// Writes the files, the rows that are sure last: where they are, all is.
    pub(super) fn write(&self, folder: &Path, gazetteer: &Gazetteer<'_>, compounds: bool) -> Result<(), Failure> {
        fs::create_dir_all(folder).map_err(CliError::Unwritable).in_file(folder)?;
        let open = |name: &str, names: &BTreeMap<String, Open>| {
            let mut rows = vec![["name", "place", "candidates", "why", "rows", "where"].map(str::to_owned).to_vec()];
            rows.extend(names.iter().map(|(name, open)| open.record(name, gazetteer)));
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
    fn record(&self, name: &str, gazetteer: &Gazetteer<'_>) -> Vec<String> {
        let candidates = self.candidates.iter().map(|place| {
            let name = gazetteer.full_name(*place, self.from.date(Offset::CHINA));
            format!("{place} {name}").trim_end().to_owned()
        });
        let candidates = candidates.collect::<Vec<_>>().join("; ");
        let named = self.sources.iter().take(SOURCES).map(String::as_str).collect::<Vec<_>>().join(", ");
        let more = if self.sources.len() > SOURCES { ", …" } else { "" };
        let rows = self.sources.len().to_string();
        vec![name.to_owned(), String::new(), candidates, self.why.clone(), rows, format!("{named}{more}")]
    }
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

/// What was decided: the place of each name that has one.
pub(super) fn decided(paths: &[PathBuf]) -> Result<HashMap<String, Place>, Failure> {
    let mut decided = HashMap::new();
    for path in paths {
        let mut read = None;
        for sheet in read_sheets(path, None)? {
            let header = sheet.rows.first().cloned();
            let column =
                |wanted: &str| header.as_ref()?.cells.iter().position(|cell| cell.text().eq_ignore_ascii_case(wanted));
            if let Some(columns) = column("name").zip(column("place")) {
                read = Some((sheet, columns));
                break;
            }
        }
        let (sheet, (name, place)) = read.ok_or(CliError::DecidedColumns).in_file(path)?;
        for row in sheet.rows.iter().skip(1) {
            let (name, code) = (row.cell(name).text(), row.cell(place).text());
            if code.is_empty() {
                continue;
            }
            let fault = |problem: String| CliError::SheetCell { at: row.at.to_string(), column: "place", problem };
            let place = Place::parse(&code).map_err(|error| fault(format!("`{code}`: {error}"))).in_file(path)?;
            if decided.insert(name, place).is_some_and(|before| before != place) {
                return Err(fault("the same name was decided otherwise before".to_owned())).in_file(path);
            }
        }
    }
    Ok(decided)
}
