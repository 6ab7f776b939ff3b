//! `risk import`: from the names in announcements to division codes, as far as they are certain.

mod columns;
mod decisions;
mod find;
mod gazetteer;
mod outcome;

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use healthcode::calendar::{Offset, Span, Time};
use healthcode::limits::RISK_ROWS;
use healthcode::place::Place;
use healthcode::risk::Level;
use healthcode::risk::table::RiskError;
use healthcode::unseen::unseen;

use self::columns::{Columns, Role};
use self::decisions::Decisions;
use self::find::Finder;
use self::gazetteer::{Gazetteer, start};
use self::outcome::{Found, Outcome, begins_as_formula, names};
use super::places::Places;
use crate::exit::Exit;
use crate::failure::{CliError, Failure, InFile};
use crate::format::{grouped, local};
use crate::input::dates::{Moment, moment_of};
use crate::input::sheet::{At, Cell, Sheet, SheetRow, read_sheets};
use crate::terminal::say;
use crate::values::{level, level_of, moment};

/// What is read and written.
const EXAMPLE: &str = "\
Example of rows; the columns may be in any order and be named as offices name them, in Chinese or English:
  省,市,区县,街道,地址,风险等级,划定时间,解除时间
  浙江省,杭州市,西湖区,文新街道,骆家庄社区,高风险,2022-12-02 16:30,
  ,,,,北京市朝阳区望京街道,低,2022年12月2日,2022年12月7日

Written into the folder:
  sure.csv       rows for `healthcode risk build`, each with its name and where it is from
  undecided.csv  names that could be several places, or go beyond what is known, with candidates
  not-found.csv  names of no place

Somebody who knows fills in the column `place` of the last two, and gives them back with --decided: then, and on every
later day, these names are sure as well, where the same is not certain of them. With --compounds, `compound` is the name of
the part of a community that is meant, or * for all of it.";

/// Find the division codes of the places that announcements name: in CSV, XLSX or JSON
///
/// A place is sure if all of its name fits, from the province down, at the time at which its row begins; nothing is guessed.
/// What is finer than a community, such as a building, stays beside it as a label, or with --compounds as its compound. The
/// exit code is 0 only if all names are sure.
#[derive(Args)]
#[command(after_long_help = EXAMPLE)]
pub(crate) struct Import {
    /// The files with rows: CSV, XLSX or JSON
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// The folder to write to, which must be new or empty
    #[arg(long, value_name = "FOLDER")]
    out: PathBuf,
    /// What an import was not certain of, with the column `place` as somebody has decided: `undecided.csv`, `not-found.csv`; may
    /// be given several times
    #[arg(long, value_name = "FILE")]
    decided: Vec<PathBuf>,
    #[command(flatten)]
    places: Places,
    /// The level of all rows, if no column says it
    #[arg(long, value_name = "LEVEL", value_parser = level)]
    level: Option<Level>,
    /// When all rows begin, if no column says it
    #[arg(long, value_name = "TIME", value_parser = moment)]
    from: Option<Time>,
    /// Whether the day in a column such as 截止日期 or `until`, where no time is with it, is the last one at risk, or the first
    /// that is not; in 解除时间 and `to` it is the first that is not
    #[arg(long, value_name = "WHICH")]
    last_day: Option<LastDay>,
    /// Take what is finer than a community for the name of a compound, which the row is then about alone; without it, the row is
    /// about the whole community
    #[arg(long)]
    compounds: bool,
    /// The sheet of a workbook that has several
    #[arg(long, value_name = "NAME")]
    sheet: Option<String>,
}

/// What a day means as the end of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum LastDay {
    /// It is at risk, all of it.
    Included,
    /// It is not at risk any more.
    Excluded,
}

/// A row as it was read.
struct Entry {
    source: String,
    /// What names the place, the widest first.
    chain: Vec<String>,
    /// A code that stands in the row itself.
    place: Option<Place>,
    level: Level,
    from: Time,
    to: Option<Time>,
}

impl Import {
    pub(super) fn run(self) -> Result<Exit, Failure> {
        outcome::is_free(&self.out)?;
        let mut entries = Vec::new();
        for path in &self.files {
            self.read(path, &mut entries)?;
        }
        if entries.is_empty() {
            return Err(CliError::NothingToImport.into());
        }
        let decisions = Decisions::read(&self.decided)?;
        let divisions = self.places.divisions()?;
        let gazetteer = Gazetteer::new(&divisions);
        let finder = Finder { gazetteer: &gazetteer, decisions: &decisions, compounds: self.compounds };
        let mut outcome = Outcome::default();
        let mut known: HashMap<(Vec<String>, Option<Place>, Time), Found> = HashMap::new();
        for entry in entries {
            let Entry { source, chain, place, level, from, to } = entry;
            let name = if chain.is_empty() { place.map(|place| place.to_string()) } else { Some(chain.join(" ")) };
            let name = name.unwrap_or_default();
            let found = known
                .entry((chain, place, from))
                .or_insert_with_key(|(chain, place, from)| finder.find(&name, chain, *place, from.date(Offset::CHINA)));
            let found = found.clone();
            outcome.add(name, place, found, outcome::Told { source, level, from, to });
        }
        outcome.write(&self.out, &gazetteer, self.compounds)?;
        self.say(&outcome);
        Ok(if outcome.is_sure() { Exit::Yes } else { Exit::No })
    }

    fn say(&self, outcome: &Outcome) {
        let file = |name: &str| self.out.join(name).display().to_string();
        say(format_args!("{} sure, in {}", grouped(outcome.sure.len()), file(outcome::SURE)));
        for (open, words, name) in [
            (&outcome.undecided, "to be decided", outcome::UNDECIDED),
            (&outcome.unknown, "not found", outcome::NOT_FOUND),
        ] {
            let rows = open.values().map(|open| open.sources.len()).sum::<usize>();
            if rows > 0 {
                let names = match names(open) {
                    1 => "1 name".to_owned(),
                    names => format!("{} names", grouped(names)),
                };
                let (rows, file) = (grouped(rows), file(name));
                say(format_args!("{rows} {words}, under {names}, in {file}"));
            }
        }
        if !outcome.is_sure() {
            say("fill in the column `place` of those that you know, and give the files back with --decided");
        }
    }

    /// Reads the rows of a file.
    fn read(&self, path: &Path, entries: &mut Vec<Entry>) -> Result<(), Failure> {
        let mut best: Option<(Sheet, Columns)> = None;
        for sheet in read_sheets(path, self.sheet.as_deref())? {
            let Some(columns) = Columns::of(&sheet).in_file(path)? else { continue };
            // Of the ways to read it, the one in which most columns are known.
            if best.as_ref().is_none_or(|(_, other)| other.len() < columns.len()) {
                best = Some((sheet, columns));
            }
        }
        let (sheet, columns) = best.ok_or(CliError::SheetColumns).in_file(path)?;
        sheet.notes.iter().for_each(|note| say(format_args!("{}: {note}", path.display())));
        for (role, given, option) in
            [(Role::Level, self.level.is_some(), "level"), (Role::From, self.from.is_some(), "from")]
        {
            if columns.of_role(role).is_none() && !given {
                return Err(CliError::SheetColumn { column: option }).in_file(path);
            }
        }
        let named = sheet.rows.get(columns.header).map_or(0, |row| row.cells.len());
        let mut faults = Vec::new();
        for row in sheet.rows.iter().skip(columns.header + 1) {
            // A comma that stands in a field and not in quotes moves all that follows it.
            if let (At::Line(line), found) = (row.at, row.filled())
                && found > named
            {
                let problem = format!("the line with the columns names {named} fields, this one has {found}");
                faults.push(CliError::CsvLine { line, problem });
                continue;
            }
            match self.entry(path, row, &columns) {
                Ok(entry) if entries.len() < RISK_ROWS => entries.push(entry),
                Ok(_) => return Err(RiskError::TooManyRows { rows: RISK_ROWS + 1 }).in_file(path),
                Err(found) => faults.extend(found),
            }
        }
        if faults.is_empty() { Ok(()) } else { Err(Failure::several(faults)).in_file(path) }
    }

    /// The end that a column says which leaves open whether its day counts.
    fn end(&self, moment: Moment) -> Result<Time, String> {
        match (moment.is_day, self.last_day) {
            (false, _) | (true, Some(LastDay::Excluded)) => Ok(moment.time),
            (true, Some(LastDay::Included)) => Ok(moment.time.plus(Span::days(1))),
            (true, None) => Err(format!(
                "{} may be the last day at risk or the first that is not: write a time with it, such as 24:00 or 0:00, or \
                 give --last-day included or excluded",
                moment.time.date(Offset::CHINA)
            )),
        }
    }

    fn entry(&self, path: &Path, row: &SheetRow, columns: &Columns) -> Result<Entry, Vec<CliError>> {
        let cell = |role: Role| columns.of_role(role).map(|column| row.cell(column));
        let fault =
            |column: &'static str, problem: String| CliError::SheetCell { at: row.at.to_string(), column, problem };
        let level = match cell(Role::Level) {
            Some(cell) => level_of(&cell.text()).ok_or_else(|| {
                fault("level", format!("expected low, medium or high (低, 中, 高), found `{}`", cell.text()))
            }),
            None => self.level.ok_or_else(|| fault("level", "it is missing".to_owned())),
        };
        let time = |role: Role, column: &'static str| {
            let time = cell(role).map_or(Ok(None), moment_of).and_then(|moment| match moment {
                Some(moment) if role == Role::To && columns.day_may_count => self.end(moment).map(Some),
                moment => Ok(moment.map(|moment| moment.time)),
            });
            time.map_err(|problem| fault(column, problem))
        };
        let from = match (time(Role::From, "from"), columns.of_role(Role::From)) {
            (Ok(Some(from)), _) => Ok(from),
            (Ok(None), None) => self.from.ok_or_else(|| fault("from", "it is missing".to_owned())),
            (Ok(None), Some(_)) => Err(fault("from", "it is empty: write when the row begins".to_owned())),
            (Err(problem), _) => Err(problem),
        };
        let to = time(Role::To, "to");
        let place = match cell(Role::Place).filter(|cell| !cell.text().is_empty()) {
            Some(cell) => Place::parse(&cell.text())
                .map(Some)
                .map_err(|error| fault("place", format!("`{}`: {error}", cell.text()))),
            None => Ok(None),
        };
        let chain = columns.naming().into_iter().map(|column| name_in(row.cell(column))).collect::<Result<Vec<_>, _>>();
        let chain = chain.map_err(|problem| fault("name", problem));
        let order = match (&from, &to) {
            (Ok(from), Ok(Some(to))) if to <= from => {
                Some(fault("to", format!("{} is not after {}, at which the row begins", local(*to), local(*from))))
            }
            _ => None,
        };
        match (level, from, to, place, chain, order) {
            (Ok(level), Ok(from), Ok(to), Ok(place), Ok(chain), None) => {
                let chain: Vec<String> = chain.into_iter().filter(|name| !name.is_empty()).collect();
                if chain.is_empty() && place.is_none() {
                    return Err(vec![fault("name", "it names no place".to_owned())]);
                }
                let source = format!("{} {}", path.display(), row.at);
                let source = if begins_as_formula(&source) { format!("./{source}") } else { source };
                Ok(Entry { source, chain, place, level, from, to })
            }
            (level, from, to, place, chain, order) => {
                Err([level.err(), from.err(), to.err(), place.err(), chain.err(), order]
                    .into_iter()
                    .flatten()
                    .collect())
            }
        }
    }
}

/// The name in a cell, with single spaces.
fn name_in(cell: &Cell) -> Result<String, String> {
    let text = cell.text();
    if let Some((_, character)) = unseen(&text).find(|(_, c)| !matches!(c, '\n' | '\r' | '\t')) {
        return Err(CliError::unseen("it", character).to_string());
    }
    // A dash may stand where there is nothing to say.
    if start(&text).is_empty() {
        return Ok(String::new());
    }
    if begins_as_formula(&text) {
        return Err("it begins as a formula does, and no name of a place".to_owned());
    }
    Ok(text.split_whitespace().collect::<Vec<_>>().join(" "))
}
