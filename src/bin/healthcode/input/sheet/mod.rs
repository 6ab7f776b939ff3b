//! Tables as offices keep them: CSV, XLSX and JSON, read cell by cell. What a cell means is for others to say.

mod csv_text;
mod encoding;
mod json_items;
mod xlsx;

use std::fmt;
use std::path::Path;

use crate::failure::{CliError, Failure, InFile};
use crate::files;

/// What a cell holds.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cell {
    Empty,
    Text(String),
    Number(f64),
    /// A moment that the file marks as one, without an offset: year, month, day, hour, minute, second.
    Time([u16; 6]),
}

impl Cell {
    /// Its text as somebody reads it, without the space around it.
    pub(crate) fn text(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(text) => text.trim().to_owned(),
            Self::Number(number) => number.to_string(),
            Self::Time([year, month, day, hour, minute, second]) => {
                format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")
            }
        }
    }

    fn is_blank(&self) -> bool {
        match self {
            Self::Text(text) => text.trim().is_empty(),
            other => *other == Self::Empty,
        }
    }
}

/// Where in its file a row is: as an editor, a spreadsheet or a reader counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum At {
    Line(u64),
    Row(u64),
    Item(u64),
}

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(number) => write!(f, "line {number}"),
            Self::Row(number) => write!(f, "row {number}"),
            Self::Item(number) => write!(f, "item {number}"),
        }
    }
}

/// One row.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct SheetRow {
    pub(crate) at: At,
    pub(crate) cells: Vec<Cell>,
}

impl SheetRow {
    /// The cell of a column; empty if the row is shorter.
    pub(crate) fn cell(&self, column: usize) -> &Cell {
        self.cells.get(column).unwrap_or(&Cell::Empty)
    }

    fn is_blank(&self) -> bool {
        self.filled() == 0
    }

    /// How many cells it has, up to the last that is not blank.
    pub(crate) fn filled(&self) -> usize {
        self.cells.iter().rposition(|cell| !cell.is_blank()).map_or(0, |last| last + 1)
    }
}

/// A table: all rows that are not blank, of which one names the columns.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Sheet {
    pub(crate) rows: Vec<SheetRow>,
    /// What is to be said of how it was read.
    pub(crate) notes: Vec<String>,
}

/// The tables that a file may be taken for; which one is meant shows in the names of its columns.
pub(crate) fn read_sheets(path: &Path, sheet: Option<&str>) -> Result<Vec<Sheet>, Failure> {
    let bytes = files::read_within(path, SHEET_BYTES)?;
    read_bytes(&bytes, path, sheet).in_file(path)
}

/// Bytes of a file with rows: a nationwide list in JSON took six million; this is ten times that.
const SHEET_BYTES: usize = 64 << 20;

/// Rows of such a file: as many as a risk table may have.
const SHEET_ROWS: usize = healthcode::limits::RISK_ROWS;

/// Columns of a row: more than anybody reads.
const SHEET_COLUMNS: usize = 256;

/// Cells of a file in all, those between others included: sixteen in each of as many rows as there may be.
const SHEET_CELLS: usize = 16 * SHEET_ROWS;

/// How many cells a file may still have, whatever rows they are in.
struct Room(usize);

impl Room {
    const fn of_a_file() -> Self {
        Self(SHEET_CELLS)
    }

    fn take(&mut self, cells: usize) -> Result<(), CliError> {
        self.0 = self.0.checked_sub(cells).ok_or(CliError::SheetTooManyCells { cells: SHEET_CELLS })?;
        Ok(())
    }

    /// Puts a cell into a row, which may become longer.
    fn put(&mut self, cells: &mut Vec<Cell>, column: usize, value: Cell) -> Result<(), CliError> {
        let before = cells.len();
        if column >= before {
            self.take(column + 1 - before)?;
            cells.resize(column + 1, Cell::Empty);
        }
        if let Some(cell) = cells.get_mut(column) {
            *cell = value;
        }
        Ok(())
    }
}

fn read_bytes(bytes: &[u8], path: &Path, sheet: Option<&str>) -> Result<Vec<Sheet>, Failure> {
    let extension = path.extension().map(|extension| extension.to_string_lossy().to_ascii_lowercase());
    let extension = extension.as_deref().unwrap_or_default();
    if bytes.starts_with(b"PK\x03\x04") {
        return Ok(vec![xlsx::read(bytes, sheet)?]);
    }
    // What Excel wrote before 2007.
    if bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        return Err(CliError::SheetKind.into());
    }
    let (text, note) = encoding::decode(bytes)?;
    files::no_secret(&text)?;
    let mut sheets = if extension == "json" || text.trim_start().starts_with(['{', '[']) {
        vec![json_items::read(&text, &mut Room::of_a_file())?]
    } else {
        csv_text::read(&text)?
    };
    for sheet in &mut sheets {
        sheet.notes.extend(note.clone());
    }
    Ok(sheets)
}

/// The name of a column in lower case, without what stands in brackets, spaces and marks.
pub(crate) fn plain(name: &str) -> String {
    let mut depth = 0u8;
    let mut text = String::new();
    for c in name.chars() {
        match c {
            '(' | '（' | '[' | '【' => depth = depth.saturating_add(1),
            ')' | '）' | ']' | '】' => depth = depth.saturating_sub(1),
            '*' | ':' | '：' | '、' | '\u{feff}' => {}
            c if depth > 0 || c.is_whitespace() => {}
            c => text.extend(c.to_lowercase()),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use healthcode::error::Coded;

    use super::*;

    #[test]
    fn what_fills_the_memory_is_refused_in_every_form() {
        // Two rows, of which each has one cell, far to the right.
        let mut room = Room(511);
        let mut rows = [Vec::new(), Vec::new()];
        room.put(&mut rows[0], 255, Cell::Number(1.0)).unwrap();
        room.put(&mut rows[0], 3, Cell::Number(1.0)).unwrap();
        let refused = room.put(&mut rows[1], 255, Cell::Number(1.0)).unwrap_err();
        assert_eq!((refused.code(), rows[1].len()), ("cli-too-many-cells", 0));
        assert_eq!(refused.to_string(), "it has more than 16000000 cells");
        let codes = |failure: Failure| failure.causes().iter().map(|cause| cause.what.code()).collect::<Vec<_>>();
        let text = "a,b,c\n,,\n";
        assert!(csv_text::read_with(text, b',', &mut Room(6)).is_ok());
        assert_eq!(codes(csv_text::read_with(text, b',', &mut Room(5)).unwrap_err()), ["cli-too-many-cells"]);
        let text = r#"[{"a": 1}, {"b": 1}, {"c": 1}]"#;
        assert!(json_items::read(text, &mut Room(6)).is_ok());
        assert_eq!(codes(json_items::read(text, &mut Room(5)).unwrap_err()), ["cli-too-many-cells"]);
    }
}
