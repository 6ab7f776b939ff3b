//! People as they are given many at once: a line of JSON for each, or a Parquet file with a row for each.

use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::Arc;

use arrow_array::builder::{Int64Builder, StringBuilder};
use arrow_schema::{DataType, Field, Schema};
use healthcode::authoring::source::FactsSource;

use super::table::Table;
use super::{CHUNK_ITEMS, is_parquet};
use crate::failure::{Failure, InFile};
use crate::files::NewFile;
use crate::output::{json, json_line, output_error};

/// What people are written to.
pub(crate) struct PeopleFile {
    to: To,
    file: Option<NewFile>,
}

enum To {
    Lines(Box<dyn Write>),
    Rows { table: Box<Table>, ids: Int64Builder, facts: StringBuilder },
}

impl PeopleFile {
    /// Standard output, or a new file at this path: Parquet if its name ends so, else lines.
    pub(crate) fn open(path: Option<&Path>) -> Result<Self, Failure> {
        let Some(path) = path else {
            return Ok(Self { to: To::Lines(Box::new(BufWriter::new(io::stdout().lock()))), file: None });
        };
        let (new, file) = NewFile::create(path)?;
        if !is_parquet(path) {
            return Ok(Self { to: To::Lines(Box::new(BufWriter::new(file))), file: Some(new) });
        }
        let fields = vec![Field::new("id", DataType::Int64, false), Field::new("facts", DataType::Utf8, false)];
        match Table::new(file, &Arc::new(Schema::new(fields))).in_file(path) {
            Ok(table) => {
                let to = To::Rows { table: Box::new(table), ids: Int64Builder::new(), facts: StringBuilder::new() };
                Ok(Self { to, file: Some(new) })
            }
            Err(failure) => {
                new.abandon();
                Err(failure)
            }
        }
    }

    /// Writes a person, who has this number in a Parquet file.
    pub(crate) fn write(&mut self, number: u64, person: &FactsSource) -> Result<(), Failure> {
        match &mut self.to {
            To::Lines(output) => json_line(output, person).map_err(output_error),
            To::Rows { table, ids, facts } => {
                ids.append_option(i64::try_from(number).ok());
                facts.append_value(json(person).map_err(output_error)?);
                if facts.values_slice().len() < super::CHUNK_BYTES
                    && arrow_array::builder::ArrayBuilder::len(ids) < CHUNK_ITEMS
                {
                    return Ok(());
                }
                table.write(vec![Arc::new(ids.finish()), Arc::new(facts.finish())])
            }
        }
    }

    /// Ends it; a file is there from now on.
    pub(crate) fn finish(mut self) -> Result<(), Failure> {
        match &mut self.to {
            To::Lines(output) => output.flush().map_err(output_error)?,
            To::Rows { table, ids, facts } => {
                table.write(vec![Arc::new(ids.finish()), Arc::new(facts.finish())])?;
                table.finish()?;
            }
        }
        self.file.take().map_or(Ok(()), NewFile::keep)
    }
}

impl Drop for PeopleFile {
    fn drop(&mut self) {
        if let Some(file) = self.file.take() {
            file.abandon();
        }
    }
}
