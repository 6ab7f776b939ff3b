//! What places are called.

use std::path::Path;

use healthcode::authoring::explain::PlaceNames;
use healthcode::place::Place;

use super::risk_rows::csv_error;
use crate::failure::{CliError, Failure, InFile};
use crate::files;

/// Names of places; lines without a name are skipped.
pub(crate) fn read_names(path: &Path) -> Result<PlaceNames, Failure> {
    let tabs = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("tsv"));
    let delimiter = if tabs { b'\t' } else { b',' };
    let text = files::read_text(path)?;
    let mut reader =
        csv::ReaderBuilder::new().delimiter(delimiter).trim(csv::Trim::All).flexible(true).from_reader(text.as_bytes());
    let headers = reader.headers().map_err(csv_error).in_file(path)?.clone();
    let column = |names: &[&str]| {
        headers.iter().position(|header| {
            let header = header.trim_start_matches('\u{feff}');
            names.iter().any(|name| header.eq_ignore_ascii_case(name))
        })
    };
    let place = column(&["place", "code"]).ok_or(CliError::CsvColumn { line: 1, column: "place" }).in_file(path)?;
    let (zh, en, name) = (column(&["zh", "zh-hans"]), column(&["en"]), column(&["name"]));
    let mut names = PlaceNames::default();
    for record in reader.records() {
        let record = record.map_err(csv_error).in_file(path)?;
        let field = |column: Option<usize>| column.and_then(|column| record.get(column)).unwrap_or_default();
        let line = record.position().map_or(0, csv::Position::line);
        let fault = |error: healthcode::place::PlaceError| CliError::CsvField {
            line,
            column: "place",
            problem: error.to_string(),
        };
        let place = Place::parse(field(Some(place))).map_err(fault).in_file(path)?;
        names.add(place, field(zh.or(name)), field(en.or(name)));
    }
    Ok(names)
}
