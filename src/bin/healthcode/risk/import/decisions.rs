//! What somebody has decided of names that were not certain.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use healthcode::place::Place;
use healthcode::unseen::unseen;

use super::outcome::{COMMUNITY, begins_as_formula};
use crate::failure::{CliError, Failure, InFile};
use crate::input::sheet::{Sheet, SheetRow, read_sheets};

/// What was not certain of a row: a decision about one is none about another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Question {
    pub(super) name: String,
    /// The code that stands in the row itself.
    pub(super) code: Option<Place>,
    /// The places that it could be, in order.
    pub(super) candidates: Vec<Place>,
}

impl Question {
    pub(super) fn new(name: &str, code: Option<Place>, mut candidates: Vec<Place>) -> Self {
        candidates.sort_unstable();
        candidates.dedup();
        Self { name: name.to_owned(), code, candidates }
    }
}

/// A place, and what in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Decision {
    pub(super) place: Place,
    /// The compound of the community, or [`ALL`] of it; empty if that was not decided.
    pub(super) compound: String,
}

/// What stands in the place of a compound's name if the whole community is meant.
pub(super) const ALL: &str = "*";

/// The columns without which it is not clear what was decided.
const COLUMNS: [&str; 4] = ["name", "place", "code", "candidates"];

/// All decisions.
#[derive(Debug, Default)]
pub(super) struct Decisions(HashMap<Question, Decision>);

impl Decisions {
    /// Reads files as an import writes them, with `place` filled in.
    pub(super) fn read(paths: &[PathBuf]) -> Result<Self, Failure> {
        let mut decisions = Self::default();
        for path in paths {
            decisions.add(path).in_file(path)?;
        }
        Ok(decisions)
    }

    #[cfg(test)]
    pub(super) fn of_all(decisions: impl IntoIterator<Item = (Question, Decision)>) -> Self {
        Self(decisions.into_iter().collect())
    }

    pub(super) fn of(&self, question: &Question) -> Option<&Decision> {
        self.0.get(question)
    }

    fn add(&mut self, path: &Path) -> Result<(), Failure> {
        let sheets = read_sheets(path, None)?;
        let named = |sheet: &Sheet, wanted: &str| {
            let header = sheet.rows.first()?;
            header.cells.iter().position(|cell| cell.text().eq_ignore_ascii_case(wanted))
        };
        let columns = |sheet: &Sheet| {
            let [name, place, code, candidates] = COLUMNS.map(|column| named(sheet, column));
            Some([name?, place?, code?, candidates?])
        };
        let read = sheets.into_iter().find_map(|sheet| columns(&sheet).map(|columns| (sheet, columns)));
        let (sheet, columns) = read.ok_or(CliError::DecidedColumns)?;
        let compound = named(&sheet, "compound");
        for row in
            sheet.rows.iter().skip(1).filter(|row| columns.get(1).is_some_and(|place| row.cell(*place).text() != ""))
        {
            let (question, decision) = decision(row, columns, compound)?;
            let before = self.0.insert(question, decision.clone());
            if before.is_some_and(|before| before != decision) {
                return Err(fault(row, "place", "the same name was decided otherwise before".to_owned()).into());
            }
        }
        Ok(())
    }
}

fn fault(row: &SheetRow, column: &'static str, problem: String) -> CliError {
    CliError::SheetCell { at: row.at.to_string(), column, problem }
}

/// What a row decides.
fn decision(row: &SheetRow, columns: [usize; 4], compound: Option<usize>) -> Result<(Question, Decision), CliError> {
    let [name, place, code, candidates] = columns.map(|column| row.cell(column).text());
    let parsed = |column: &'static str, code: &str| {
        Place::parse(code).map_err(|error| fault(row, column, format!("`{code}`: {error}")))
    };
    let place = parsed("place", &place)?;
    let code = if code.is_empty() { None } else { Some(parsed("code", &code)?) };
    // Each is a code, and what it is called.
    let codes = candidates.split(';').filter_map(|candidate| candidate.split_whitespace().next());
    let candidates = codes.map(|code| parsed("candidates", code)).collect::<Result<Vec<_>, _>>()?;
    let compound = compound.map(|column| row.cell(column).text()).unwrap_or_default();
    if let Some(problem) = compound_problem(place, &compound) {
        return Err(fault(row, "compound", problem));
    }
    Ok((Question::new(&name, code, candidates), Decision { place, compound }))
}

fn compound_problem(place: Place, compound: &str) -> Option<String> {
    if compound.is_empty() {
        return None;
    }
    if place.length() != COMMUNITY {
        return Some(format!("a compound is a part of a community, whose code has 12 digits, and not of {place}"));
    }
    if let Some((_, character)) = unseen(compound).next() {
        return Some(CliError::unseen("it", character).to_string());
    }
    begins_as_formula(compound).then(|| "it begins as a formula does, and no name of a compound".to_owned())
}
