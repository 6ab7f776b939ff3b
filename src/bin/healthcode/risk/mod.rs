//! `risk`: tables of places and their level of risk, from CSV and to it.

mod build;
pub(crate) mod changes;
mod diff;
mod import;
mod places;
mod reduce;

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use healthcode::calendar::Time;
use healthcode::place::Place;
use healthcode::risk::{Level, RiskRow, RiskTable};
use healthcode::trust::Header;
use healthcode::trust::file::read_unverified;
use serde::Serialize;

pub(crate) use self::build::Build;
use self::diff::Diff;
use self::import::Import;
use crate::exit::Exit;
use crate::failure::{CliError, Failure, InFile};
use crate::files;
use crate::format::local;
use crate::input::risk_rows::{COLUMNS, COMPOUND, is_csv, level_name, read_rows};
use crate::output::{answer_json, output_error};
use crate::terminal::say;
use crate::values::{moment, place};

#[derive(Subcommand)]
pub(crate) enum Command {
    Build(Build),
    Diff(Diff),
    Import(Import),
    /// Print the rows of a risk table as CSV
    Show(Show),
    /// Print the level of a place at a moment, and the rows that give it, as JSON
    Lookup(Lookup),
}

impl Command {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        match self {
            Self::Build(command) => command.run(),
            Self::Diff(command) => command.run(),
            Self::Import(command) => command.run(),
            Self::Show(command) => command.run(),
            Self::Lookup(command) => command.run(),
        }
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
        let compounds = table.rows().any(|row| row.compound.is_some());
        let named = |columns: [&str; 5]| columns.map(str::to_owned).into_iter().take(if compounds { 5 } else { 4 });
        let [place, level, from, to] = COLUMNS;
        writer.write_record(named([place, level, from, to, COMPOUND])).map_err(failed)?;
        for row in table.rows() {
            let [to, compound] =
                [row.to.map(local), row.compound.map(|key| key.to_string())].map(Option::unwrap_or_default);
            let (place, level, from) = (row.place.to_string(), level_name(row.level), local(row.from));
            writer.write_record(named([&place, level, &from, &to, &compound])).map_err(failed)?;
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
struct Found {
    place: Place,
    at: Time,
    level: Level,
    /// The rows of the place and of those that contain it that hold at the moment.
    rows: Vec<RiskRow>,
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

/// A table from CSV, or from a signed file whose signature nobody checks here: to look at, not to decide by.
fn load(path: &Path) -> Result<RiskTable, Failure> {
    Ok(load_with_header(path)?.1)
}

/// As [`load`], with the header of a signed file.
fn load_with_header(path: &Path) -> Result<(Option<Header>, RiskTable), Failure> {
    if is_csv(path) {
        return Ok((None, RiskTable::new(read_rows(path)?).in_file(path)?));
    }
    let (header, table) = read_unverified(&files::read_signed(path)?).in_file(path)?;
    say(format_args!(
        "{}: the signatures were not checked; `healthcode inspect` with --trust and --root checks them",
        path.display()
    ));
    Ok((Some(header), table))
}
