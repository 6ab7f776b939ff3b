//! Rows of a risk table in CSV.

use std::io::Read;
use std::path::Path;

use healthcode::compound::Compound;
use healthcode::limits::RISK_ROWS;
use healthcode::place::Place;
use healthcode::risk::table::RiskError;
use healthcode::risk::{Level, RiskRow};
use healthcode::unseen::unseen;
use unicode_normalization::UnicodeNormalization;

use super::csv_lines::{csv_error, csv_reader, next_record, unclosed};
use crate::failure::{CliError, Failure, InFile};
use crate::files;
use crate::format::local;
use crate::values::{level_of, moment};

/// Whether the file is rows in CSV by its name.
pub(crate) fn is_csv(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("csv"))
}

/// The names of the columns.
pub(crate) const COLUMNS: [&str; 4] = ["place", "level", "from", "to"];

/// The name of one that may be missing.
pub(crate) const COMPOUND: &str = "compound";

/// What a level is called.
pub(crate) const fn level_name(level: Level) -> &'static str {
    match level {
        Level::None => "none",
        Level::Low => "low",
        Level::Medium => "medium",
        Level::High => "high",
    }
}

/// A row and the line in which it begins.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Numbered {
    pub(crate) line: u64,
    pub(crate) row: RiskRow,
}

/// The rows of a CSV file.
pub(crate) fn read_rows(path: &Path) -> Result<Vec<RiskRow>, Failure> {
    Ok(read_numbered(path)?.into_iter().map(|numbered| numbered.row).collect())
}

/// The rows of a CSV file with their lines.
pub(crate) fn read_numbered(path: &Path) -> Result<Vec<Numbered>, Failure> {
    parse_numbered(files::open(path)?).in_file(path)
}

/// The rows of a CSV text.
///
/// # Errors
/// Every fault in it, with line and column.
pub(crate) fn parse_rows(input: impl Read) -> Result<Vec<RiskRow>, Failure> {
    Ok(parse_numbered(input)?.into_iter().map(|numbered| numbered.row).collect())
}

fn parse_numbered(input: impl Read) -> Result<Vec<Numbered>, Failure> {
    let mut reader = csv_reader(input, b',');
    let headers = reader.headers().map_err(|error| csv_error(error, 1))?.clone();
    if headers.is_empty() {
        return Err(CliError::CsvEmpty.into());
    }
    let line = reader.get_mut().next_line();
    let index = |column: &'static str| {
        // Spreadsheets begin a file with a byte order mark.
        let named = |name: &str| name.trim_start_matches('\u{feff}').eq_ignore_ascii_case(column);
        let twice = headers.iter().filter(|name| named(name)).count() > 1;
        if twice { Err(CliError::CsvColumnTwice { line, column }) } else { Ok(headers.iter().position(named)) }
    };
    let mut indices = [0; 4];
    for (found, column) in indices.iter_mut().zip(COLUMNS) {
        *found = index(column)?.ok_or(CliError::CsvColumn { line, column })?;
    }
    let compound = index(COMPOUND)?;

    let (mut rows, mut faults) = (Vec::new(), Vec::new());
    let mut record = csv::StringRecord::new();
    while let Some((line, read)) = next_record(&mut reader, &mut record) {
        match read {
            Ok(_) if record.iter().all(str::is_empty) => {}
            Ok(_) if record.len() != headers.len() => {
                let (named, found) = (headers.len(), record.len());
                let problem = format!("the first line names {named} fields, this one has {found}");
                faults.push((line, CliError::CsvLine { line, problem }));
            }
            Ok(_) => match row(&record, line, indices, compound) {
                Ok(row) if rows.len() < RISK_ROWS => rows.push(Numbered { line, row }),
                Ok(_) => return Err(RiskError::TooManyRows { rows: rows.len() + 1 }.into()),
                Err(found) => faults.extend(found.into_iter().map(|fault| (line, fault))),
            },
            Err(error) if error.is_io_error() => return Err(csv_error(error, line).into()),
            Err(error) => faults.push((line, csv_error(error, line))),
        }
    }
    if let Some(line) = reader.get_ref().unclosed() {
        // What comes after it was not read as it is meant.
        faults.retain(|(faulty, _)| *faulty < line);
        faults.push((line, unclosed(line)));
    }
    if faults.is_empty() {
        Ok(rows)
    } else {
        Err(Failure::several(faults.into_iter().map(|(_, fault)| fault).collect()))
    }
}

/// One row, or what is wrong with each of its fields.
fn row(
    record: &csv::StringRecord,
    line: u64,
    indices: [usize; 4],
    compound: Option<usize>,
) -> Result<RiskRow, Vec<CliError>> {
    let fault = |column, problem: String| CliError::CsvField { line, column, problem };
    let [place, level, from, to] = indices.map(|index| record.get(index).unwrap_or_default());
    let time = |column, text: &str| moment(text).map_err(|problem| fault(column, format!("`{text}`: {problem}")));
    let place = Place::parse(place).map_err(|error| fault("place", format!("`{place}`: {error}")));
    let known = level_of(level);
    let level = known.ok_or_else(|| fault("level", format!("expected low, medium or high, found `{level}`")));
    let from = time("from", from);
    let to = if to.is_empty() { Ok(None) } else { time("to", to).map(Some) };
    let name = compound.and_then(|index| record.get(index)).unwrap_or_default();
    let compound = compound_in(place.as_ref().ok().copied(), name).map_err(|problem| fault(COMPOUND, problem));
    match (place, level, from, to, compound) {
        (Ok(_), Ok(_), Ok(from), Ok(Some(to)), Ok(_)) if to <= from => {
            Err(vec![fault("to", format!("{} is not after {}, the row's `from`", local(to), local(from)))])
        }
        (Ok(place), Ok(level), Ok(from), Ok(to), Ok(compound)) => Ok(RiskRow { place, compound, from, to, level }),
        (place, level, from, to, compound) => {
            Err([place.err(), level.err(), from.err(), to.err(), compound.err()].into_iter().flatten().collect())
        }
    }
}

/// The compound of that name in a community, or of the key that stands in its place.
fn compound_in(community: Option<Place>, name: &str) -> Result<Option<Compound>, String> {
    /// Digits of a community's code.
    const COMMUNITY: u8 = 12;
    let Some(community) = community.filter(|_| !name.is_empty()) else { return Ok(None) };
    if community.length() != COMMUNITY {
        return Err(format!("a compound is a part of a community, whose code has 12 digits, and not of {community}"));
    }
    if let Some((_, character)) = unseen(name).next() {
        return Err(CliError::unseen("it", character).to_string());
    }
    let named = || Compound::named(community, &name.nfkc().collect::<String>());
    Ok(Some(Compound::parse(name).unwrap_or_else(named)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use healthcode::risk::RiskTable;

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

    #[test]
    fn an_unclosed_quote_hides_no_rows() {
        let said = "line 3: a quote opens in this line and is not closed";
        for row in ["33,\"high,2020-02-04,,", "33,high,2020-02-04,,\"a note", "\"33,high,2020-02-04,,"] {
            for rest in ["", "\n33,low,2020-02-04,,", "\n33,low,2020-02-04,,\"a note\"\n33,nothing"] {
                assert_eq!(faults(&format!("place,level,from,to,note\n33,low,2020-02-01,,\n{row}{rest}\n")), [said]);
            }
        }
        let note =
            "place,level,from,to,note\n33,low,2020-02-01,,\"two\nlines, \"\"quoted\"\"\"\n42,high,2020-02-01,,\n";
        assert_eq!(parse_rows(note.as_bytes()).unwrap().len(), 2);
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
                "line 3, column from: `yesterday`: expected a time such as 2020-01-23T10:00:00+08:00, or a date such as 2020-01-23",
                "line 4, column to: 2020-02-04T00:00:00+08:00 is not after 2020-02-04T00:00:00+08:00, the row's `from`",
                "line 5: the first line names 4 fields, this one has 2",
            ]
        );
        assert_eq!(faults(""), ["the header line with the column names is missing"]);
        let missing = "line 1: there is no column `to`; the columns are place, level, from and to";
        assert_eq!(faults("place,level,from\n"), [missing]);
        let lines = faults("place,level,from,to\n\n\n330,high,2020-02-04,\r\n\r\n33,low\r\n");
        assert!(lines[0].starts_with("line 4, ") && lines[1].starts_with("line 6: "), "{lines:?}");
        assert_eq!(faults("place,level,from,to,to\n"), ["line 1: there are two columns `to`"]);
    }
}
