//! XLSX, as Excel and WPS write it.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use calamine::{DataRef, Dimensions, Reader, Xlsx, XlsxError};
use zip::ZipArchive;

use super::{At, Cell, Room, SHEET_COLUMNS, SHEET_ROWS, Sheet, SheetRow};
use crate::failure::CliError;

/// Bytes that the parts of a workbook may take once they are unpacked: a million rows take some two hundred million.
const UNPACKED_BYTES: u64 = 512 << 20;

/// Cells that may be filled because they are merged with others.
const MERGED_CELLS: usize = SHEET_ROWS;

/// The rows that have cells, by their numbers from 0.
type Rows = BTreeMap<u32, Vec<Cell>>;

/// The rows of a sheet: the one of that name, or the only one.
pub(super) fn read(bytes: &[u8], name: Option<&str>) -> Result<Sheet, CliError> {
    unpacks_within(bytes, UNPACKED_BYTES)?;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|error| broken(&error))?;
    let names = book.sheet_names();
    let name = match (name, names.as_slice()) {
        (Some(name), _) if names.iter().any(|known| known == name) => name.to_owned(),
        (None, [only]) => only.clone(),
        _ => return Err(CliError::WhichSheet { names: names.join(", ") }),
    };
    let merged = book.merge_cells_by_sheet_name(&name).map_err(|error| broken(&error))?;
    let mut room = Room::of_a_file();
    let mut rows = rows_of(&mut book, &name, &mut room)?;
    spread(&mut rows, &merged, &mut room)?;
    let rows = rows.into_iter().map(|(index, cells)| SheetRow { at: At::Row(u64::from(index) + 1), cells });
    Ok(Sheet { rows: rows.filter(|row| !row.is_blank()).collect(), notes: Vec::new() })
}

fn broken(error: &XlsxError) -> CliError {
    CliError::Workbook { problem: error.to_string() }
}

/// The cells of a sheet, one after another: what it says of its size does not matter.
fn rows_of(book: &mut Xlsx<Cursor<&[u8]>>, name: &str, room: &mut Room) -> Result<Rows, CliError> {
    let mut cells = book.worksheet_cells_reader(name).map_err(|error| broken(&error))?;
    let mut rows = Rows::new();
    while let Some(cell) = cells.next_cell().map_err(|error| broken(&error))? {
        let (row, column) = cell.get_position();
        let column = usize::try_from(column).unwrap_or(usize::MAX);
        let value = cell_of(cell.get_value());
        if value == Cell::Empty || column >= SHEET_COLUMNS {
            continue;
        }
        if rows.len() >= SHEET_ROWS && !rows.contains_key(&row) {
            return Err(CliError::SheetTooLarge { rows: SHEET_ROWS });
        }
        room.put(rows.entry(row).or_default(), column, value)?;
    }
    Ok(rows)
}

/// What is merged is said once and holds for all of it.
fn spread(rows: &mut Rows, merged: &[Dimensions], room: &mut Room) -> Result<(), CliError> {
    let mut left = MERGED_CELLS;
    for Dimensions { start, end } in merged {
        let column = |column: u32| usize::try_from(column).unwrap_or(usize::MAX).min(SHEET_COLUMNS);
        let (first, last) = (column(start.1), column(end.1));
        let value = rows.get(&start.0).and_then(|cells| cells.get(first)).filter(|value| **value != Cell::Empty);
        let Some(value) = value.cloned().filter(|_| start.0 <= end.0) else { continue };
        for cells in rows.range_mut(start.0..=end.0).map(|(_, cells)| cells) {
            for column in (first..=last).take_while(|column| *column < SHEET_COLUMNS) {
                left = left.checked_sub(1).ok_or(CliError::SheetTooLarge { rows: SHEET_ROWS })?;
                room.put(cells, column, value.clone())?;
            }
        }
    }
    Ok(())
}

fn cell_of(data: &DataRef<'_>) -> Cell {
    match data {
        DataRef::Empty | DataRef::Error(_) => Cell::Empty,
        DataRef::Bool(value) => Cell::Text(value.to_string()),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => Cell::Text(text.clone()),
        DataRef::SharedString(text) => Cell::Text((*text).to_owned()),
        DataRef::DateTime(time) if time.is_datetime() => {
            let (year, month, day, hour, minute, second, _) = time.to_ymd_hms_milli();
            Cell::Time([year, month.into(), day.into(), hour.into(), minute.into(), second.into()])
        }
        DataRef::DateTime(span) => Cell::Number(span.as_f64()),
        DataRef::Float(number) => Cell::Number(*number),
        DataRef::Int(number) => number.to_string().parse().map_or(Cell::Empty, Cell::Number),
    }
}

/// Refuses a workbook whose parts would fill the memory, whatever it says of their sizes.
fn unpacks_within(bytes: &[u8], limit: u64) -> Result<(), CliError> {
    let broken = |problem: String| CliError::Workbook { problem };
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| broken(error.to_string()))?;
    let mut left = limit;
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(|error| broken(error.to_string()))?;
        let read = std::io::copy(&mut part.take(left.saturating_add(1)), &mut std::io::sink());
        let read = read.map_err(|error| broken(error.to_string()))?;
        left = left.checked_sub(read).ok_or_else(|| broken(format!("it unpacks to more than {limit} bytes")))?;
    }
    Ok(())
}
