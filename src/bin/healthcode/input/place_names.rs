//! What places are called.

use std::path::Path;

use healthcode::authoring::explain::PlaceNames;
use healthcode::place::Place;
use healthcode::unseen::unseen;

use super::csv_lines::{csv_error, csv_reader, next_record, unclosed};
use crate::failure::{CliError, Failure, InFile};
use crate::files;

/// Names of places; lines without a name are skipped.
pub(crate) fn read_names(path: &Path) -> Result<PlaceNames, Failure> {
    let tabs = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("tsv"));
    let delimiter = if tabs { b'\t' } else { b',' };
    let text = files::read_text(path)?;
    let mut reader = csv_reader(text.as_bytes(), delimiter);
    let headers = reader.headers().map_err(|error| csv_error(error, 1)).in_file(path)?.clone();
    reader.get_mut().next_line();
    let column = |names: &[&str]| {
        headers.iter().position(|header| {
            let header = header.trim_start_matches('\u{feff}');
            names.iter().any(|name| header.eq_ignore_ascii_case(name))
        })
    };
    let place = column(&["place", "code"]).ok_or(CliError::CsvColumn { line: 1, column: "place" }).in_file(path)?;
    let (zh, en, name) = (column(&["zh", "zh-hans"]), column(&["en"]), column(&["name"]));
    let mut names = PlaceNames::default();
    let mut record = csv::StringRecord::new();
    while let Some((line, read)) = next_record(&mut reader, &mut record) {
        read.map_err(|error| csv_error(error, line)).in_file(path)?;
        let field = |column: Option<usize>| column.and_then(|column| record.get(column)).unwrap_or_default();
        let fault = |error: healthcode::place::PlaceError| CliError::CsvField {
            line,
            column: "place",
            problem: error.to_string(),
        };
        let place = Place::parse(field(Some(place))).map_err(fault).in_file(path)?;
        let [zh, en] = [zh.or(name), en.or(name)].map(field);
        if let Some((_, character)) = unseen(zh).chain(unseen(en)).next() {
            let problem = CliError::unseen("it", character).to_string();
            return Err(CliError::CsvField { line, column: "name", problem }).in_file(path);
        }
        names.add(place, zh, en);
    }
    reader.get_ref().unclosed().map_or(Ok(names), |line| Err(unclosed(line)).in_file(path))
}
