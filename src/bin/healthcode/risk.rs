//! `risk`: tables of places and their level of risk, from CSV and to it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use healthcode::calendar::Time;
use healthcode::place::Place;
use healthcode::risk::{Level, RiskRow, RiskTable};
use healthcode::trust::file::read_unverified;
use serde::Serialize;

use crate::args::signing::{SomeKeys, Validity};
use crate::exit::Exit;
use crate::failure::{CliError, Failure, InFile};
use crate::files;
use crate::format::{grouped, local, rows};
use crate::input::risk_rows::{COLUMNS, is_csv, level_name, read_rows};
use crate::output::{answer_json, output_error};
use crate::terminal::say;
use crate::values::{moment, place};

/// What rows look like.
const EXAMPLE: &str = "\
Example of rows; the first line names the columns, and any but these four are ignored:
  place,level,from,to
  4201,high,2020-01-23T10:00:00+08:00,2020-04-08
  330110,medium,2020-02-04,

  place  a division code (GB/T 2260) of 2, 4, 6, 9 or 12 digits; it stands for all that begin with it
  level  low, medium or high
  from   a time, or a date, which begins at midnight in China (+08:00)
  to     until before then, in the same form; empty: not lifted";

#[derive(Subcommand)]
pub(crate) enum Command {
    Build(Build),
    /// Print the rows of a risk table as CSV
    Show(Show),
    /// Print the level of a place at a moment, and the rows that give it, as JSON
    Lookup(Lookup),
}

impl Command {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        match self {
            Self::Build(command) => command.run(),
            Self::Show(command) => command.run(),
            Self::Lookup(command) => command.run(),
        }
    }
}

/// Build and sign a risk table from CSV with the columns place, level, from and to
///
/// `risk build` and `sign risk-table` are the same. Phones accept a table only with two different signers; it covers the
/// place that --place names, and says nothing of any other.
#[derive(Args)]
#[command(after_long_help = EXAMPLE)]
pub(crate) struct Build {
    /// The rows; the first line names the columns
    #[arg(value_name = "ROWS.csv")]
    source: PathBuf,
    #[command(flatten)]
    validity: Validity,
    /// The region that the table covers, and in which all its rows must be [default: the whole country]
    #[arg(long, value_name = "CODE", value_parser = place)]
    place: Option<Place>,
    /// Sign a table without rows: no place is at any risk
    #[arg(long)]
    empty: bool,
    #[command(flatten)]
    keys: SomeKeys,
}

impl Build {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        let table = RiskTable::new(read_rows(&self.source)?).in_file(&self.source)?;
        if table.rows().is_empty() && !self.empty {
            return Err(CliError::EmptyTable).in_file(&self.source);
        }
        if let Some(place) = self.place {
            let outside = table.rows().iter().filter(|row| !place.governs(row.place));
            let outside: Vec<_> = outside.map(|row| CliError::RowOutside { row: row.place, place }).collect();
            if !outside.is_empty() {
                return Err(Failure::several(outside)).in_file(&self.source);
            }
        }
        say(rows(table.rows().len()));
        self.keys.sign(&self.validity.header(self.place)?, &table)
    }
}

#[derive(Args)]
pub(crate) struct Show {
    /// A signed risk table, or rows in CSV
    file: PathBuf,
}

impl Show {
    fn run(self) -> Result<Exit, Failure> {
        let table = load(&self.file)?;
        let failed = |error: csv::Error| match error.into_kind() {
            csv::ErrorKind::Io(error) => output_error(error),
            _ => CliError::NotText.into(),
        };
        let mut writer = csv::Writer::from_writer(std::io::stdout().lock());
        writer.write_record(COLUMNS).map_err(failed)?;
        for row in table.rows() {
            let to = row.to.map(local).unwrap_or_default();
            let level = level_name(row.level);
            writer.write_record([&row.place.to_string(), level, &local(row.from), &to]).map_err(failed)?;
        }
        writer.flush().map_err(output_error)?;
        Ok(Exit::Yes)
    }
}

#[derive(Args)]
pub(crate) struct Lookup {
    /// A signed risk table, or rows in CSV
    file: PathBuf,
    /// The place, a division code such as 330110
    #[arg(long, value_name = "CODE", value_parser = place)]
    place: Place,
    /// The moment
    #[arg(long, value_name = "TIME", value_parser = moment)]
    at: Time,
}

#[derive(Serialize)]
struct Found<'a> {
    place: Place,
    at: Time,
    level: Level,
    /// The rows of the place and of those that contain it that hold at the moment.
    rows: Vec<&'a RiskRow>,
}

impl Lookup {
    fn run(self) -> Result<Exit, Failure> {
        let Self { file, place, at } = self;
        let table = load(&file)?;
        let rows = table.covering(place).filter(|row| row.from <= at && row.to.is_none_or(|to| at < to)).collect();
        answer_json(&Found { place, at, level: table.level_at(place, at), rows })?;
        Ok(Exit::Yes)
    }
}

/// How many rows are named of those that came, and of those that went.
const NAMED: usize = 20;

/// How a table differs from the one before it: which rows come and which go.
pub(crate) fn changes(before: &RiskTable, table: &RiskTable) -> Vec<String> {
    let missing = |rows: &[RiskRow], from: &RiskTable, how: &str| {
        let there: BTreeSet<&RiskRow> = from.rows().iter().collect();
        let gone: Vec<&RiskRow> = rows.iter().filter(|row| !there.contains(row)).collect();
        let words = |row: &&RiskRow| {
            let until = row.to.map(|to| format!(" until {}", local(to))).unwrap_or_default();
            format!("{how}{} {} from {}{until}", row.place, level_name(row.level), local(row.from))
        };
        let more = gone.len().saturating_sub(NAMED);
        let more = (more > 0).then(|| format!("{how}{} more", grouped(more)));
        gone.iter().take(NAMED).map(words).chain(more).collect::<Vec<_>>()
    };
    let added = missing(table.rows(), before, "added       ");
    let dropped = missing(before.rows(), table, "dropped     ");
    added.into_iter().chain(dropped).collect()
}

/// A table from CSV, or from a signed file whose signature nobody checks here: to look at, not to decide by.
fn load(path: &Path) -> Result<RiskTable, Failure> {
    if is_csv(path) {
        return RiskTable::new(read_rows(path)?).in_file(path);
    }
    let (_, table) = read_unverified(&files::read_signed(path)?).in_file(path)?;
    say("the signature was not checked; `healthcode inspect` with --trust and --root checks it");
    Ok(table)
}
