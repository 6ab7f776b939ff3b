//! In which line each record of a CSV text begins, and where a quote is not closed. The reader of CSV takes whatever follows
//! a quote for one field, to the end of the file if need be, and counts blank lines to the record after them. A line ends with
//! LF, CR LF or CR, as the reader has it.

use std::collections::VecDeque;
use std::io::{self, Read};

use crate::failure::CliError;

/// Passes a text on to the reader of CSV and notes where its records begin.
pub(crate) struct CsvLines<R> {
    text: R,
    delimiter: u8,
    at: At,
    line: u64,
    /// Whether the last byte was a CR: an LF after it ends no other line.
    after_cr: bool,
    /// How much of the mark that editors put before a text has come, as long as nothing else has.
    mark: Option<usize>,
    /// The lines of the records that were passed on and not asked for.
    begun: VecDeque<u64>,
    /// The line of the quote that was opened last.
    opened: u64,
    /// The line of the first quote that is not closed before a delimiter or an end of line.
    unclosed: Option<u64>,
}

/// What the next byte belongs to.
#[derive(Clone, Copy)]
enum At {
    Record,
    Field,
    Plain,
    Quoted,
    /// After a quote in a quoted field: its end, or the first half of a quote that is meant.
    Quote,
}

/// The byte order mark in UTF-8.
const MARK: &[u8] = "\u{feff}".as_bytes();

impl<R: Read> CsvLines<R> {
    pub(crate) const fn new(text: R, delimiter: u8) -> Self {
        let begun = VecDeque::new();
        let (at, mark) = (At::Record, Some(0));
        Self { text, delimiter, at, line: 1, after_cr: false, mark, begun, opened: 1, unclosed: None }
    }

    /// The line in which the next record begins.
    pub(crate) fn next_line(&mut self) -> u64 {
        self.begun.pop_front().unwrap_or(self.line)
    }

    /// The line of the first quote that is never closed; known once all is read.
    pub(crate) const fn unclosed(&self) -> Option<u64> {
        self.unclosed
    }

    fn pass(&mut self, byte: u8) {
        // The reader of CSV skips the mark: a quote after it opens a field, and a line of nothing else is blank.
        if let Some(at) = self.mark {
            let marks = MARK.get(at) == Some(&byte);
            self.mark = marks.then_some(at + 1);
            if marks {
                return;
            }
        }
        let ends_line = matches!(byte, b'\r' | b'\n');
        if matches!(self.at, At::Record) && !ends_line {
            self.begun.push_back(self.line);
        }
        self.at = match (self.at, byte) {
            (At::Quoted, b'"') => At::Quote,
            (At::Quoted, _) | (At::Quote, b'"') => At::Quoted,
            (_, _) if ends_line => At::Record,
            (_, delimiter) if delimiter == self.delimiter => At::Field,
            (At::Record | At::Field, b'"') => {
                self.opened = self.line;
                At::Quoted
            }
            (At::Quote, _) => {
                self.unclosed.get_or_insert(self.opened);
                At::Plain
            }
            (At::Record | At::Field | At::Plain, _) => At::Plain,
        };
        self.line += u64::from(byte == b'\r' || (byte == b'\n' && !self.after_cr));
        self.after_cr = byte == b'\r';
    }
}

impl<R: Read> Read for CsvLines<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.text.read(buffer)?;
        buffer.iter().take(count).for_each(|byte| self.pass(*byte));
        if count == 0 && matches!(self.at, At::Quoted) {
            self.unclosed.get_or_insert(self.opened);
        }
        Ok(count)
    }
}

/// A reader of CSV whose first record names the columns, of which [`CsvLines`] knows the lines. Lengths of records are for whoever reads them to compare.
pub(crate) fn csv_reader<R: Read>(input: R, delimiter: u8) -> csv::Reader<CsvLines<R>> {
    let mut builder = csv::ReaderBuilder::new();
    builder.delimiter(delimiter).trim(csv::Trim::All).flexible(true).from_reader(CsvLines::new(input, delimiter))
}

/// As [`csv_reader`], for what may have other records before the one that names the columns.
pub(crate) fn csv_records<R: Read>(input: R, delimiter: u8) -> csv::Reader<CsvLines<R>> {
    let mut builder = csv::ReaderBuilder::new();
    builder.has_headers(false).delimiter(delimiter).flexible(true).from_reader(CsvLines::new(input, delimiter))
}

/// Reads the next record; gives the line in which it begins and whether it could be read, or nothing at the end.
pub(crate) fn next_record<R: Read>(
    reader: &mut csv::Reader<CsvLines<R>>,
    record: &mut csv::StringRecord,
) -> Option<(u64, csv::Result<()>)> {
    let read = reader.read_record(record);
    if matches!(read, Ok(false)) {
        return None;
    }
    Some((reader.get_mut().next_line(), read.map(|_| ())))
}

/// The error for a quote that opens in this line and is not closed.
pub(crate) fn unclosed(line: u64) -> CliError {
    CliError::CsvLine { line, problem: "a quote opens in this line and is not closed".to_owned() }
}

/// The error for what the reader could not read in this line.
pub(crate) fn csv_error(error: csv::Error, line: u64) -> CliError {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => CliError::Unreadable(error),
        csv::ErrorKind::Utf8 { .. } => CliError::CsvLine { line, problem: "it is not text in UTF-8".to_owned() },
        _ => CliError::CsvLine { line, problem: "it is not a line of CSV".to_owned() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> (Vec<u64>, Option<u64>) {
        let mut lines = CsvLines::new(text.as_bytes(), b',');
        lines.read_to_end(&mut Vec::new()).unwrap();
        (lines.begun.iter().copied().collect(), lines.unclosed())
    }

    #[test]
    fn records_begin_after_blank_lines_and_may_have_several() {
        assert_eq!(lines("a,b\n\n\nc,d\r\n\r\n\"e\nf\",\"\"\"g\"\nh"), (vec![1, 4, 6, 8], None));
        assert_eq!(lines(""), (vec![], None));
    }

    #[test]
    fn a_quote_that_is_not_closed_is_found_where_it_opens() {
        assert_eq!(lines("a,b\n\nc,\"d\ne,f\ng,h\n").1, Some(3));
        assert_eq!(lines("a,\"b\nc,\"d\"\n").1, Some(1), "the next quote closes it, and something follows");
        assert_eq!(lines("a,5\" pipe\nb,\"c\"\n").1, None, "a quote within a field is a character");
    }
}
