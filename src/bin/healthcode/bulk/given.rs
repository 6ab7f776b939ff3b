//! What is given many at once, piece by piece: lines of JSON or the rows of a Parquet file.

use healthcode::authoring::source::FactsSource;
use healthcode::calendar::Time;
use healthcode::limits::LINE_BYTES;

use crate::failure::{CliError, Failure, unmarked};
use crate::format::has_local;
use crate::input::json::parse_json;
use crate::input::person::{Id, Person};

/// What is counted in what is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    Line,
    Row,
}

impl Unit {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Line => "line",
            Self::Row => "row",
        }
    }
}

/// Some of what is given, in a row.
pub(crate) struct Chunk {
    /// The number of the first, counted from 1.
    pub(crate) first: u64,
    pub(crate) items: Vec<Item>,
    /// How much of the whole they are: bytes of lines, or rows.
    pub(crate) done: u64,
    /// Whether more is yet to come in, which may take long.
    pub(crate) last_for_now: bool,
    /// Why no more could be read.
    pub(crate) unreadable: Option<Failure>,
}

/// One of what is given.
pub(crate) enum Item {
    /// A line without its end; nothing for one that was too long.
    Line(Option<Vec<u8>>),
    Row(Row),
}

/// One that can be worked on.
#[derive(Clone, Copy)]
pub(crate) enum Given<'i> {
    Line(&'i str),
    Row(&'i Row),
}

impl Item {
    /// What is to be worked on; nothing for a blank line.
    pub(crate) fn given(&self) -> Result<Option<Given<'_>>, CliError> {
        match self {
            Self::Row(row) => Ok(Some(Given::Row(row))),
            Self::Line(None) => Err(CliError::LineTooLong { limit: LINE_BYTES }),
            Self::Line(Some(line)) => {
                let text = core::str::from_utf8(line).map(unmarked).map_err(|_| CliError::NotText)?;
                Ok((!text.trim_ascii().is_empty()).then_some(Given::Line(text)))
            }
        }
    }

    /// Whose it is, whatever is wrong with it.
    pub(crate) fn id(&self) -> Option<Id> {
        match self {
            Self::Row(row) => row.id.clone(),
            Self::Line(line) => Id::of(unmarked(core::str::from_utf8(line.as_deref()?).ok()?)),
        }
    }
}

/// A column that a Parquet file may have.
#[derive(Clone, Copy)]
pub(crate) struct Column {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    /// Whether there is nothing to read without it.
    pub(crate) needed: bool,
}

/// What is in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Whose the row is, in the words of whoever asks.
    Id,
    Text,
    /// A moment, as a timestamp in UTC or as a text.
    Moment,
}

/// A row: its id, and its other cells in the order in which the columns were asked for, that of the id among them.
pub(crate) struct Row {
    pub(crate) id: Option<Id>,
    pub(crate) cells: Vec<Option<Cell>>,
}

pub(crate) enum Cell {
    Text(String),
    /// Seconds since 1970.
    Moment(i64),
}

impl Row {
    fn cell(&self, columns: &[Column], name: &'static str) -> Option<&Cell> {
        let index = columns.iter().position(|column| column.name == name)?;
        self.cells.get(index)?.as_ref()
    }

    /// The text in a column, if there is one.
    pub(crate) fn text(&self, columns: &[Column], name: &'static str) -> Result<Option<&str>, CliError> {
        match self.cell(columns, name) {
            Some(Cell::Text(text)) if text.len() > LINE_BYTES => {
                Err(CliError::CellTooLong { column: name, limit: LINE_BYTES })
            }
            Some(Cell::Text(text)) => Ok(Some(text)),
            Some(Cell::Moment(_)) | None => Ok(None),
        }
    }

    /// The text in a column that has one in each row.
    pub(crate) fn needed_text(&self, columns: &[Column], name: &'static str) -> Result<&str, CliError> {
        self.text(columns, name)?.ok_or(CliError::CellNull { column: name })
    }

    /// The moment in a column, if there is one.
    pub(crate) fn moment(&self, columns: &[Column], name: &'static str) -> Result<Option<Time>, CliError> {
        let seconds = match self.cell(columns, name) {
            Some(Cell::Moment(seconds)) => *seconds,
            Some(Cell::Text(text)) => return Time::parse(text).map(Some).map_err(|_| CliError::Moment),
            None => return Ok(None),
        };
        let time = Time::from_unix(seconds);
        if time.unix() == seconds && has_local(time) { Ok(Some(time)) } else { Err(CliError::OutsideYears) }
    }
}

/// The columns of a Parquet file of people: whose the facts are, and the facts in JSON as a line has them.
pub(crate) const PEOPLE: &[Column] =
    &[Column { name: "id", kind: Kind::Id, needed: false }, Column { name: "facts", kind: Kind::Text, needed: true }];

/// The facts of a person.
pub(crate) fn person(given: Given<'_>) -> Result<Person, CliError> {
    match given {
        Given::Line(line) => parse_json(line),
        Given::Row(row) => {
            let facts: FactsSource = parse_json(row.needed_text(PEOPLE, "facts")?)?;
            Ok(Person { id: row.id.clone(), facts })
        }
    }
}
