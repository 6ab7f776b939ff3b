//! Many at once, in order, with memory that does not grow with them, on all cores: lines of JSON or the rows of a Parquet file
//! in, lines or rows out.

mod answers;
mod given;
mod lines;
mod people_file;
mod pump;
mod rows;
mod table;

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::{Path, PathBuf};

pub(crate) use self::answers::{Form, Output, Part};
pub(crate) use self::given::{Chunk, Column, Given, Kind, PEOPLE, Unit, person};
use self::lines::Chunks;
pub(crate) use self::lines::next as next_line;
pub(crate) use self::people_file::PeopleFile;
pub(crate) use self::pump::{answer_each, threads};
pub(crate) use self::rows::Ids;
use self::rows::Rows;
pub(crate) use self::table::{AsRow, Entry, Shown};
use crate::failure::Failure;
use crate::files;

/// How many one core takes at a time.
const CHUNK_ITEMS: usize = 256;
/// Fewer where they are long.
const CHUNK_BYTES: usize = 1 << 20;
/// How many threads are used at most for each core; more would only wait for one another.
const THREADS: usize = 4;

/// Whether a file is to be Parquet, by its name.
pub(crate) fn is_parquet(path: &Path) -> bool {
    path.extension().and_then(OsStr::to_str).is_some_and(|ending| ending.eq_ignore_ascii_case("parquet"))
}

/// What is given, as chunks in order.
pub(crate) struct Source {
    chunks: Box<dyn Iterator<Item = Chunk> + Send>,
    file: Option<PathBuf>,
    /// What is counted in it.
    pub(crate) unit: Unit,
    /// What the ids of rows are.
    pub(crate) ids: Ids,
    /// How much there is, as [`Chunk::done`] counts it, if that is known.
    pub(crate) all: Option<u64>,
}

impl Source {
    /// Lines.
    pub(crate) fn lines(input: impl Read + Send + 'static) -> Self {
        Self { chunks: Box::new(Chunks::new(input)), file: None, unit: Unit::Line, ids: Ids::Texts, all: None }
    }

    /// A file: Parquet with these columns if its name ends so or it begins as such files do, else lines. `-` is lines on standard
    /// input.
    pub(crate) fn open(path: &Path, columns: &'static [Column]) -> Result<Self, Failure> {
        if path == Path::new("-") {
            return Ok(Self::lines(io::stdin()));
        }
        let mut file = files::open_file(path)?;
        if is_parquet(path) || begins_as_parquet(&mut file) {
            let rows = Rows::open(file, path, columns)?;
            let (ids, all) = (rows.ids(), Some(rows.all()));
            return Ok(Self { chunks: Box::new(rows), file: Some(path.to_owned()), unit: Unit::Row, ids, all });
        }
        Ok(Self { file: Some(path.to_owned()), all: files::size(path), ..Self::lines(file) })
    }
}

impl Iterator for Source {
    type Item = Chunk;

    fn next(&mut self) -> Option<Chunk> {
        let mut chunk = self.chunks.next()?;
        if let Some(path) = &self.file {
            chunk.unreadable = chunk.unreadable.map(|failure| failure.in_file(path));
        }
        Some(chunk)
    }
}

/// Looks at the beginning of a file, if it has one that can be looked at twice.
fn begins_as_parquet(file: &mut File) -> bool {
    let mut beginning = [0; 4];
    let has = file.stream_position().is_ok() && file.read_exact(&mut beginning).is_ok() && beginning == *b"PAR1";
    // A pipe has no position, so nothing was taken from it.
    let _ = file.rewind();
    has
}
