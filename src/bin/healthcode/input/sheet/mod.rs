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
    Time([i64; 6]),
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
        self.cells.iter().all(Cell::is_blank)
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
        vec![json_items::read(&text)?]
    } else {
        csv_text::read(&text)?
    };
    for sheet in &mut sheets {
        sheet.notes.extend(note.clone());
    }
    Ok(sheets)
}
