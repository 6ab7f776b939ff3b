//! `risk`: tables of places and their level of risk, from CSV and to it.

use std::io::Read;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use healthcode::calendar::Time;
use healthcode::facts::Place;
use healthcode::limits::RISK_ROWS;
use healthcode::risk::table::RiskError;
use healthcode::risk::{Level, RiskRow, RiskTable};
use healthcode::trust::file::read_unverified;
use serde::Serialize;

use crate::arguments::{moment, place};
use crate::failure::{Answer, CliError, Failure, InFile};
use crate::files;
use crate::output::{answer_json, grouped, local, output_error, say};
use crate::sign::{OneKey, Validity};

/// What rows look like.
const EXAMPLE: &str = "\
Example of rows; the first line names the columns, others than these four are ignored:
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
    pub(crate) fn run(self) -> Result<Answer, Failure> {
        match self {
            Self::Build(command) => command.run(),
            Self::Show(command) => command.run(),
            Self::Lookup(command) => command.run(),
        }
    }
}

/// Build and sign a risk table from CSV with the columns place, level, from and to
///
/// `risk build` and `sign risk-table` are the same.
#[derive(Args)]
#[command(after_long_help = EXAMPLE)]
pub(crate) struct Build {
    /// The rows; the first line names the columns
    #[arg(value_name = "ROWS.csv")]
    source: PathBuf,
    #[command(flatten)]
    validity: Validity,
    /// Where the table holds [default: everywhere]
    #[arg(long, value_name = "CODE", value_parser = place)]
    place: Option<Place>,
    #[command(flatten)]
    key: OneKey,
}

impl Build {
    pub(crate) fn run(self) -> Result<Answer, Failure> {
        let rows = read_rows(&self.source)?;
        if let Some(whole) = self.place {
            let outside = rows.iter().filter(|row| !whole.contains(row.place)).count();
            if outside > 0 {
                say(format_args!("warning: {outside} of the rows are for places outside {whole}"));
            }
        }
        let table = RiskTable::new(rows).in_file(&self.source)?;
        say(format_args!("{} rows", grouped(table.rows().len())));
        self.key.sign(&self.validity.header(self.place), &table)
    }
}

#[derive(Args)]
pub(crate) struct Show {
    /// A signed risk table, or rows in CSV
    file: PathBuf,
}

impl Show {
    fn run(self) -> Result<Answer, Failure> {
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
        Ok(Answer::Yes)
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
    fn run(self) -> Result<Answer, Failure> {
        let Self { file, place, at } = self;
        let table = load(&file)?;
        let rows = table.covering(place).filter(|row| row.from <= at && row.to.is_none_or(|to| at < to)).collect();
        answer_json(&Found { place, at, level: table.level_at(place, at), rows })?;
        Ok(Answer::Yes)
    }
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

/// Whether the file is rows in CSV by its name.
pub(crate) fn is_csv(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("csv"))
}

const COLUMNS: [&str; 4] = ["place", "level", "from", "to"];
const LEVELS: [Level; 3] = [Level::Low, Level::Medium, Level::High];

const fn level_name(level: Level) -> &'static str {
    match level {
        Level::None => "none",
        Level::Low => "low",
        Level::Medium => "medium",
        Level::High => "high",
    }
}

/// The rows of a CSV file.
pub(crate) fn read_rows(path: &Path) -> Result<Vec<RiskRow>, Failure> {
    parse_rows(files::open(path)?).in_file(path)
}

/// The rows of a CSV text.
///
/// # Errors
/// Every fault in it, with line and column.
pub(crate) fn parse_rows(input: impl Read) -> Result<Vec<RiskRow>, Failure> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(input);
    let headers = reader.headers().map_err(csv_error)?.clone();
    if headers.is_empty() {
        return Err(CliError::CsvEmpty.into());
    }
    let line = headers.position().map_or(1, csv::Position::line);
    let mut indices = [0; 4];
    for (index, column) in indices.iter_mut().zip(COLUMNS) {
        // Spreadsheets begin a file with a byte order mark.
        let named = |name: &str| name.trim_start_matches('\u{feff}').eq_ignore_ascii_case(column);
        *index = headers.iter().position(named).ok_or(CliError::CsvColumn { line, column })?;
        if headers.iter().filter(|name| named(name)).count() > 1 {
            return Err(CliError::CsvColumnTwice { line, column }.into());
        }
    }

    let (mut rows, mut faults) = (Vec::new(), Vec::new());
    let mut record = csv::StringRecord::new();
    loop {
        match reader.read_record(&mut record) {
            Ok(false) => break,
            Ok(true) if record.iter().all(str::is_empty) => {}
            Ok(true) => match row(&record, indices) {
                Ok(row) if rows.len() < RISK_ROWS => rows.push(row),
                Ok(_) => return Err(RiskError::TooManyRows { rows: rows.len() + 1 }.into()),
                Err(found) => faults.extend(found),
            },
            Err(error) if error.is_io_error() => return Err(csv_error(error).into()),
            Err(error) => faults.push(csv_error(error)),
        }
    }
    if faults.is_empty() { Ok(rows) } else { Err(Failure::several(faults)) }
}

/// One row, or what is wrong with each of its fields.
fn row(record: &csv::StringRecord, indices: [usize; 4]) -> Result<RiskRow, Vec<CliError>> {
    let line = record.position().map_or(0, csv::Position::line);
    let fault = |column, problem: String| CliError::CsvField { line, column, problem };
    let [place, level, from, to] = indices.map(|index| record.get(index).unwrap_or_default());
    let time = |column, text: &str| {
        let problem = "expected a time such as 2020-01-23T10:00:00+08:00, or a date such as 2020-01-23";
        moment(text).map_err(|_| fault(column, format!("{problem}, found `{text}`")))
    };
    let place = Place::parse(place).map_err(|error| fault("place", format!("`{place}`: {error}")));
    let known = LEVELS.into_iter().find(|known| level_name(*known) == level.to_ascii_lowercase());
    let level = known.ok_or_else(|| fault("level", format!("expected low, medium or high, found `{level}`")));
    let from = time("from", from);
    let to = if to.is_empty() { Ok(None) } else { time("to", to).map(Some) };
    match (place, level, from, to) {
        (Ok(_), Ok(_), Ok(from), Ok(Some(to))) if to <= from => {
            Err(vec![fault("to", format!("{} is not after {}, the row's `from`", local(to), local(from)))])
        }
        (Ok(place), Ok(level), Ok(from), Ok(to)) => Ok(RiskRow { place, from, to, level }),
        (place, level, from, to) => {
            Err([place.err(), level.err(), from.err(), to.err()].into_iter().flatten().collect())
        }
    }
}

pub(crate) fn csv_error(error: csv::Error) -> CliError {
    let line = error.position().map_or(0, csv::Position::line);
    match error.into_kind() {
        csv::ErrorKind::Io(error) => CliError::Unreadable(error),
        csv::ErrorKind::Utf8 { .. } => CliError::CsvLine { line, problem: "it is not text in UTF-8".to_owned() },
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => CliError::CsvLine {
            line,
            problem: format!("it has {len} fields, where the first line names {expected_len}"),
        },
        _ => CliError::CsvLine { line, problem: "it is no line of CSV".to_owned() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(text: &str) -> Vec<String> {
        parse_rows(text.as_bytes()).unwrap_err().causes().iter().map(|cause| cause.what.to_string()).collect()
    }

    #[test]
    fn columns_are_found_by_name_and_dates_begin_in_china() {
        let text = "\u{feff}source,Place,level,to,from\nx,330100,high,,2020-02-04\n\n\"a, b\", 42 ,low,2020-03-01T00:00:00Z,2020-01-23\n";
        let rows = parse_rows(text.as_bytes()).unwrap();
        assert_eq!(rows.len(), 2);
        assert_eq!(rows[0].place.to_string(), "3301");
        assert_eq!((rows[0].from.to_string().as_str(), rows[0].to), ("2020-02-03T16:00:00Z", None));
        assert_eq!(rows[1].to.unwrap().to_string(), "2020-03-01T00:00:00Z");
    }

    proptest::proptest! {
        /// Whatever stands in a file, it is rows that make a table, or each fault is named with its line.
        #[test]
        fn any_text_is_rows_or_refused(
            lines in proptest::collection::vec("(4201|330110|00|9|)[,;](high|low|x|)[,;]([0-9T:+Z\"-]{0,25}|2020-01-[0-3][0-9]),(|2020-02-0[0-9]|\\PC{0,4})", 0..6),
            noise in "\\PC{0,12}",
        ) {
            let text = format!("place,level,from,to\n{}\n{noise}", lines.join("\n"));
            match parse_rows(text.as_bytes()) {
                Ok(rows) => proptest::prop_assert!(rows.len() <= lines.len() + 1 && RiskTable::new(rows).is_ok()),
                Err(failure) => {
                    let named = failure.causes().iter().all(|cause| cause.what.to_string().starts_with("line "));
                    proptest::prop_assert!(named, "{text}");
                }
            }
            let _ = parse_rows(noise.as_bytes());
        }
    }

    #[test]
    fn every_fault_has_its_line_and_column() {
        let text =
            "place,level,from,to\n330,high,2020-02-04,\n33,deadly,yesterday,\n33,low,2020-02-04,2020-02-04\n33,low\n";
        assert_eq!(
            faults(text),
            [
                "line 2, column place: `330`: a place code has 2, 4, 6, 9 or 12 digits (GB/T 2260), not 3",
                "line 3, column level: expected low, medium or high, found `deadly`",
                "line 3, column from: expected a time such as 2020-01-23T10:00:00+08:00, or a date such as 2020-01-23, found `yesterday`",
                "line 4, column to: 2020-02-04T00:00:00+08:00 is not after 2020-02-04T00:00:00+08:00, the row's `from`",
                "line 5: it has 2 fields, where the first line names 4",
            ]
        );
        assert_eq!(faults(""), ["it has no line with the names of its columns"]);
        let missing = "line 1: there is no column `to`; the columns are place, level, from and to";
        assert_eq!(faults("place,level,from\n"), [missing]);
        assert_eq!(faults("place,level,from,to,to\n"), ["line 1: there are two columns `to`"]);
    }
}
