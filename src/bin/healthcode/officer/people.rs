//! The list that an officer proposes: CSV with a document, a finding and a ground in each row. What is wrong is said with its line
//! and column, and without what stands there.

use std::path::Path;

use healthcode::calendar::Time;
use healthcode::facts::Status;
use healthcode::place::Place;

use crate::acts::rows::{ROWS_BYTES, is_ground, status};
use crate::failure::{CliError, Failure, InFile};
use crate::files;
use crate::issuer::Document;
use crate::values::moment;

/// The columns, in any order; others are ignored.
const COLUMNS: [&str; 7] = ["name", "number", "status", "since", "until", "ground", "district"];

/// A row, but for who it is.
pub(super) struct Listed {
    pub(super) document: Document,
    pub(super) status: Status,
    pub(super) since: Time,
    pub(super) until: Time,
    pub(super) ground: String,
    pub(super) district: Place,
}

/// Reads a list.
pub(super) fn read(path: &Path) -> Result<Vec<Listed>, Failure> {
    let text = String::from_utf8(files::read_within(path, ROWS_BYTES)?).map_err(|_| CliError::NotText).in_file(path)?;
    files::no_secret(&text).in_file(path)?;
    parse(&text).in_file(path)
}

fn parse(text: &str) -> Result<Vec<Listed>, CliError> {
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
    let none = || CliError::PeopleColumns { columns: COLUMNS.join(", ") };
    let named = reader.headers().map_err(|_| none())?.clone();
    let mut places = [0; COLUMNS.len()];
    for (place, column) in places.iter_mut().zip(COLUMNS) {
        *place = named.iter().position(|name| name == column).ok_or_else(none)?;
    }
    let mut rows = Vec::new();
    for record in reader.records() {
        let wrong = |line, column, expected| CliError::PeopleField { line, column, expected };
        let record = record.map_err(|error| {
            wrong(error.position().map_or(0, csv::Position::line), "name", "as many fields as there are columns")
        })?;
        let line = record.position().map_or(0, csv::Position::line);
        let mut fields = places.iter().map(|place| record.get(*place).unwrap_or_default().to_owned());
        let mut next = || fields.next().unwrap_or_default();
        let at = |column, text: String| moment(&text).map_err(|_| wrong(line, column, "a time or a date"));
        rows.push(Listed {
            document: Document { name: next(), number: next() },
            status: status(&next()).ok_or_else(|| wrong(line, "status", "a status, such as close-contact"))?,
            since: at("since", next())?,
            until: at("until", next())?,
            ground: Some(next())
                .filter(|ground| is_ground(ground))
                .ok_or_else(|| wrong(line, "ground", "the id of a ground in the rules"))?,
            district: Place::parse(&next()).map_err(|_| wrong(line, "district", "a place code, such as 330106"))?,
        });
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_read_by_its_columns_and_faults_have_a_line_and_no_content() {
        let list = |line: &str| parse(&format!("note,number,name,status,since,until,ground,district\n{line}\n"));
        let good = "x,330106199001011234,张三,close-contact,2020-02-19,2020-03-04,law-39,330106";
        let read = list(good).unwrap();
        assert_eq!((read[0].document.name.as_str(), read[0].district.to_string()), ("张三", "330106".into()));
        assert_eq!(read[0].since, Time::parse("2020-02-19T00:00:00+08:00").unwrap());
        for (from, to, column) in [
            ("close-contact", "secret", "status"),
            ("2020-02-19", "secret", "since"),
            ("2020-03-04", "secret", "until"),
            ("law-39", "SECRET 1", "ground"),
            (",330106\u{0}", "", "district"),
        ] {
            let line = good.replacen("330106", "33010", usize::from(column == "district") * 2);
            let error = list(&line.replacen(from, to, 1)).err().unwrap().to_string();
            assert!(error.starts_with("line 2, column ") && error.contains(column), "{error}");
            assert!(!error.to_lowercase().contains("secret") && !error.contains("1990"), "{error}");
        }
        assert!(matches!(parse("name,number\n"), Err(CliError::PeopleColumns { .. })));
    }
}
