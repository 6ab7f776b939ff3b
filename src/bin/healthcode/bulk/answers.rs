//! Where answers go: lines of JSON on standard output or in a file, or a Parquet file.

use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::Arc;

use healthcode::unseen::shown;
use serde::Serialize;

use super::given::Unit;
use super::is_parquet;
use super::rows::Ids;
use super::table::{AsRow, Batch, Shape, Shown, Table};
use crate::failure::{Failure, InFile};
use crate::files::NewFile;
use crate::input::person::Id;
use crate::output::{json, output_error};

/// One that could not be answered.
pub(crate) struct Refused {
    pub(crate) unit: Unit,
    pub(crate) number: u64,
    pub(crate) id: Option<Id>,
    pub(crate) code: &'static str,
    pub(crate) message: String,
}

impl Refused {
    pub(crate) fn new(unit: Unit, number: u64, id: Option<Id>, failure: &Failure) -> Self {
        let (code, message) = failure.first();
        Self { unit, number, id, code, message: shown(&message).into_owned() }
    }
}

/// The same as a line of JSON.
#[derive(Serialize)]
struct Line<'r> {
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    row: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'r Id>,
    error: Error<'r>,
}

#[derive(Serialize)]
struct Error<'r> {
    code: &'static str,
    message: &'r str,
}

impl<'r> From<&'r Refused> for Line<'r> {
    fn from(Refused { unit, number, id, code, message }: &'r Refused) -> Self {
        let number = |of: Unit| (of == *unit).then_some(*number);
        Self { line: number(Unit::Line), row: number(Unit::Row), id: id.as_ref(), error: Error { code, message } }
    }
}

/// What answers are written as. Every thread makes parts of it.
#[derive(Clone)]
pub(crate) enum Form {
    Lines,
    Table(Arc<Shape>),
}

/// The answers to some of what was given.
pub(crate) enum Part {
    Lines(Vec<u8>),
    Table(Box<Batch>),
}

impl Form {
    pub(crate) fn part(&self) -> Part {
        match self {
            Self::Lines => Part::Lines(Vec::new()),
            Self::Table(shape) => Part::Table(Box::new(Batch::new(shape))),
        }
    }
}

impl Part {
    pub(crate) fn answer(&mut self, number: u64, answer: &(impl Serialize + AsRow)) -> Result<(), Failure> {
        let json = json(answer).map_err(output_error)?;
        match self {
            Self::Lines(text) => line(text, &json),
            Self::Table(batch) => batch.add(number, answer, &json),
        }
        Ok(())
    }

    pub(crate) fn refuse(&mut self, refused: &Refused) -> Result<(), Failure> {
        match self {
            Self::Lines(text) => line(text, &json(&Line::from(refused)).map_err(output_error)?),
            Self::Table(batch) => batch.refuse(refused),
        }
        Ok(())
    }
}

fn line(text: &mut Vec<u8>, json: &str) {
    text.extend_from_slice(json.as_bytes());
    text.push(b'\n');
}

/// What parts are written to, in order.
pub(crate) struct Output {
    to: To,
    /// The file that it becomes once all is written.
    file: Option<NewFile>,
}

enum To {
    Lines(Box<dyn Write + Send>),
    Table(Box<Table>),
}

impl Output {
    /// Standard output, or a new file at this path: Parquet if its name ends so, else lines. The columns and the ids are those of
    /// a table.
    pub(crate) fn open(path: Option<&Path>, columns: &[(&str, Shown)], ids: Ids) -> Result<(Self, Form), Failure> {
        let Some(path) = path else { return Ok((Self::lines(io::stdout()), Form::Lines)) };
        let (new, file) = NewFile::create(path)?;
        if !is_parquet(path) {
            return Ok((Self { file: Some(new), ..Self::lines(file) }, Form::Lines));
        }
        let shape = Arc::new(Shape::new(columns, ids));
        match Table::new(file, &shape.schema).in_file(path) {
            Ok(table) => Ok((Self { to: To::Table(Box::new(table)), file: Some(new) }, Form::Table(shape))),
            Err(failure) => {
                new.abandon();
                Err(failure)
            }
        }
    }

    /// Lines that go there.
    pub(crate) fn lines(output: impl Write + Send + 'static) -> Self {
        Self { to: To::Lines(Box::new(BufWriter::new(output))), file: None }
    }

    pub(crate) fn write(&mut self, part: Part) -> Result<(), Failure> {
        match (&mut self.to, part) {
            (To::Lines(output), Part::Lines(text)) => output.write_all(&text).map_err(output_error),
            (To::Table(table), Part::Table(batch)) => table.write(batch.finish()),
            // One form makes both.
            _ => Ok(()),
        }
    }

    /// Hands over what was written, to whoever waits for it.
    pub(crate) fn flush(&mut self) -> Result<(), Failure> {
        match &mut self.to {
            To::Lines(output) => output.flush().map_err(output_error),
            To::Table(_) => Ok(()),
        }
    }

    /// Ends the output; a file is there from now on.
    pub(crate) fn finish(&mut self) -> Result<(), Failure> {
        match &mut self.to {
            To::Lines(output) => output.flush().map_err(output_error),
            To::Table(table) => table.finish(),
        }?;
        self.file.take().map_or(Ok(()), |file| file.keep())
    }

    /// Leaves no file.
    pub(crate) fn abandon(&mut self) {
        if let Some(file) = self.file.take() {
            file.abandon();
        }
    }
}
