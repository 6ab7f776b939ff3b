//! CSV, with commas, semicolons or tabs between its fields.

use super::{At, Cell, Room, SHEET_COLUMNS, SHEET_ROWS, Sheet, SheetRow};
use crate::failure::{CliError, Failure};
use crate::input::csv_lines::{csv_error, csv_records, next_record, unclosed};

/// What stands between fields.
const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];

/// The text read with each delimiter that it has.
///
/// # Errors
/// Whatever is no CSV in it, with its line.
pub(super) fn read(text: &str) -> Result<Vec<Sheet>, Failure> {
    let found = DELIMITERS.into_iter().filter(|delimiter| text.as_bytes().contains(delimiter));
    let sheets: Vec<_> = found.map(|delimiter| read_with(text, delimiter, &mut Room::of_a_file())).collect();
    if sheets.is_empty() {
        // One column.
        return Ok(vec![read_with(text, b',', &mut Room::of_a_file())?]);
    }
    // A quote that is not closed may be none with another delimiter.
    let (mut read, mut failed) = (Vec::new(), Vec::new());
    for sheet in sheets {
        match sheet {
            Ok(sheet) => read.push(sheet),
            Err(failure) => failed.push(failure),
        }
    }
    match failed.into_iter().next() {
        Some(failure) if read.is_empty() => Err(failure),
        _ => Ok(read),
    }
}

/// The text read with a delimiter, as many cells as there is room for.
pub(super) fn read_with(text: &str, delimiter: u8, room: &mut Room) -> Result<Sheet, Failure> {
    let mut reader = csv_records(text.as_bytes(), delimiter);
    let (mut rows, mut faults) = (Vec::new(), Vec::new());
    let mut record = csv::StringRecord::new();
    while let Some((line, read)) = next_record(&mut reader, &mut record) {
        match read {
            Ok(_) if rows.len() >= SHEET_ROWS => return Err(CliError::SheetTooLarge { rows: SHEET_ROWS }.into()),
            Ok(_) => {
                room.take(record.len().min(SHEET_COLUMNS))?;
                let cells = record.iter().take(SHEET_COLUMNS).map(|field| Cell::Text(field.to_owned())).collect();
                rows.push(SheetRow { at: At::Line(line), cells });
            }
            Err(error) => faults.push(csv_error(error, line)),
        }
    }
    if let Some(line) = reader.get_ref().unclosed() {
        faults.push(unclosed(line));
    }
    if !faults.is_empty() {
        return Err(Failure::several(faults));
    }
    rows.retain(|row| !row.is_blank());
    let notes = match delimiter {
        b';' => vec!["its fields are separated by semicolons".to_owned()],
        b'\t' => vec!["its fields are separated by tabs".to_owned()],
        _ => Vec::new(),
    };
    Ok(Sheet { rows, notes })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_read_with_each_delimiter_that_it_has() {
        let texts = |sheet: &Sheet| {
            sheet.rows.iter().map(|row| row.cells.iter().map(Cell::text).collect::<Vec<_>>()).collect::<Vec<_>>()
        };
        let sheets = read("地区;等级,\n\n西湖区;高\n").unwrap();
        let as_rows: Vec<_> = sheets.iter().map(texts).collect();
        assert_eq!(as_rows[0], [vec!["地区;等级", ""], vec!["西湖区;高"]]);
        assert_eq!(as_rows[1], [["地区", "等级,"], ["西湖区", "高"]]);
        assert_eq!(sheets[1].rows[1].at, At::Line(3));
        // A quote that makes no sense with one of them does with the other.
        let sheets = read("地区;等级,\n\"西湖区;x\";高\n").unwrap();
        assert_eq!(sheets.iter().map(texts).collect::<Vec<_>>(), [[["地区", "等级,"], ["西湖区;x", "高"]]]);
        assert_eq!(texts(&read("地区\n西湖区\n").unwrap()[0]), [["地区"], ["西湖区"]]);
        assert!(read("a,b\n\"c,d\n").is_err());
    }
}
