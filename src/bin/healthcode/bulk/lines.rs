//! Lines, of which each is one of what is given.

use std::io::{self, BufRead, BufReader, Read};

use healthcode::limits::LINE_BYTES;

use super::given::{Chunk, Item};
use super::{CHUNK_BYTES, CHUNK_ITEMS};
use crate::failure::CliError;

/// Bytes read ahead.
const BUFFER_BYTES: usize = 1 << 16;

/// An input as chunks of lines, with their numbers.
pub(crate) struct Chunks<R> {
    input: BufReader<R>,
    lines: u64,
}

impl<R: Read> Chunks<R> {
    pub(crate) fn new(input: R) -> Self {
        Self { input: BufReader::with_capacity(BUFFER_BYTES, input), lines: 0 }
    }
}

impl<R: Read> Iterator for Chunks<R> {
    type Item = Chunk;

    fn next(&mut self) -> Option<Chunk> {
        let (first, mut bytes) = (self.lines + 1, 0usize);
        let mut chunk = Chunk { first, items: Vec::new(), done: 0, last_for_now: true, unreadable: None };
        loop {
            let mut line = Vec::new();
            match next(&mut self.input, &mut line) {
                Ok(None) => break,
                Err(error) => {
                    chunk.unreadable = Some(CliError::Unreadable(error).into());
                    chunk.last_for_now = true;
                    break;
                }
                Ok(Some(whole)) => {
                    self.lines += 1;
                    bytes += if whole { line.len() + 1 } else { LINE_BYTES };
                    chunk.items.push(Item::Line(whole.then_some(line)));
                }
            }
            chunk.last_for_now = self.input.buffer().is_empty();
            if chunk.last_for_now || chunk.items.len() >= CHUNK_ITEMS || bytes >= CHUNK_BYTES {
                break;
            }
        }
        chunk.done = u64::try_from(bytes).unwrap_or(u64::MAX);
        (!chunk.items.is_empty() || chunk.unreadable.is_some()).then_some(chunk)
    }
}

/// Reads the next line without its end; `None` at the end of the input, `false` if the line was too long, and skipped.
pub(crate) fn next(input: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<Option<bool>> {
    line.clear();
    let mut whole = true;
    loop {
        let bytes = match input.fill_buf() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            other => other?,
        };
        if bytes.is_empty() {
            return Ok((!line.is_empty() || !whole).then_some(whole));
        }
        let end = bytes.iter().position(|byte| *byte == b'\n');
        let part = bytes.get(..end.unwrap_or(bytes.len())).unwrap_or_default();
        whole &= line.len() + part.len() <= LINE_BYTES;
        if whole {
            line.extend_from_slice(part);
        } else {
            line.clear();
        }
        let used = part.len() + usize::from(end.is_some());
        input.consume(used);
        if end.is_some() {
            return Ok(Some(whole));
        }
    }
}
