//! Answers as a table: a Parquet file with a row for each.

use std::fs::File;
use std::sync::Arc;

use arrow_array::builder::{Int64Builder, ListBuilder, StringBuilder, TimestampMicrosecondBuilder, UInt64Builder};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{DataType, Field, Schema, SchemaRef, TimeUnit};
use healthcode::calendar::Time;
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;

use super::answers::Refused;
use super::rows::Ids;
use crate::failure::{CliError, Failure};
use crate::input::person::Id;

/// Rows of one row group, which is kept in memory until it is full.
const GROUP_ROWS: usize = 1 << 16;
/// Or as many bytes.
const GROUP_BYTES: usize = 1 << 27;

/// What is in a column of answers.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Shown {
    Text,
    Texts,
    /// A timestamp in UTC, in microseconds as most programs read it.
    Moment,
}

/// A cell of an answer.
pub(crate) enum Entry<'a> {
    Nothing,
    Text(&'a str),
    Texts(Vec<&'a str>),
    Moment(Time),
}

impl<'a> From<Option<&'a str>> for Entry<'a> {
    fn from(text: Option<&'a str>) -> Self {
        text.map_or(Self::Nothing, Self::Text)
    }
}

impl From<Option<Time>> for Entry<'_> {
    fn from(time: Option<Time>) -> Self {
        time.map_or(Self::Nothing, Self::Moment)
    }
}

/// What is known of answers of one kind as rows.
pub(crate) trait AsRow {
    /// Whose answer it is.
    fn id(&self) -> Option<&Id>;
    /// The cells, in the order of the columns; `json` is the answer as a line has it.
    fn entries<'a>(&'a self, json: &'a str) -> Vec<Entry<'a>>;
}

/// The columns of a table of answers, between the number and the id of each and what is wrong with it.
pub(crate) struct Shape {
    columns: Vec<Shown>,
    ids: Ids,
    pub(crate) schema: SchemaRef,
}

impl Shape {
    pub(crate) fn new(columns: &[(&str, Shown)], ids: Ids) -> Self {
        let id = match ids {
            Ids::Texts => DataType::Utf8,
            Ids::Signed => DataType::Int64,
            Ids::Unsigned => DataType::UInt64,
        };
        let mut fields = vec![Field::new("row", DataType::Int64, false), Field::new("id", id, true)];
        fields.extend(columns.iter().map(|(name, shown)| {
            let data = match shown {
                Shown::Text => DataType::Utf8,
                Shown::Texts => DataType::new_list(DataType::Utf8, true),
                Shown::Moment => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
            };
            Field::new(*name, data, true)
        }));
        for name in ["error_code", "error_message"] {
            fields.push(Field::new(name, DataType::Utf8, true));
        }
        Self { columns: columns.iter().map(|(_, shown)| *shown).collect(), ids, schema: Arc::new(Schema::new(fields)) }
    }
}

/// Rows that are not yet written.
pub(crate) struct Batch {
    rows: Int64Builder,
    ids: Builder,
    columns: Vec<Builder>,
    codes: StringBuilder,
    messages: StringBuilder,
}

enum Builder {
    Text(StringBuilder),
    Texts(ListBuilder<StringBuilder>),
    Moment(TimestampMicrosecondBuilder),
    Signed(Int64Builder),
    Unsigned(UInt64Builder),
}

impl Builder {
    fn add(&mut self, entry: &Entry<'_>) {
        match (self, entry) {
            (Self::Text(texts), Entry::Text(text)) => texts.append_value(text),
            (Self::Text(texts), _) => texts.append_null(),
            (Self::Texts(lists), Entry::Texts(list)) => lists.append_value(list.iter().map(Some)),
            (Self::Texts(lists), _) => lists.append_null(),
            (Self::Moment(moments), Entry::Moment(time)) => {
                moments.append_option(time.unix().checked_mul(1_000_000));
            }
            (Self::Moment(moments), _) => moments.append_null(),
            // Only ids are whole numbers.
            (Self::Signed(numbers), _) => numbers.append_null(),
            (Self::Unsigned(numbers), _) => numbers.append_null(),
        }
    }

    fn add_id(&mut self, id: Option<&Id>) {
        match (self, id) {
            (Self::Text(texts), Some(Id::Text(text))) => texts.append_value(text),
            (Self::Text(texts), Some(Id::Whole(number))) => texts.append_value(number.to_string()),
            (Self::Text(texts), Some(Id::Negative(number))) => texts.append_value(number.to_string()),
            (Self::Signed(numbers), Some(Id::Negative(number))) => numbers.append_value(*number),
            (Self::Signed(numbers), Some(Id::Whole(number))) => numbers.append_option(i64::try_from(*number).ok()),
            (Self::Unsigned(numbers), Some(Id::Whole(number))) => numbers.append_value(*number),
            (builder, _) => builder.add(&Entry::Nothing),
        }
    }

    fn finish(self) -> ArrayRef {
        match self {
            Self::Text(mut texts) => Arc::new(texts.finish()),
            Self::Texts(mut lists) => Arc::new(lists.finish()),
            Self::Moment(mut moments) => Arc::new(moments.finish()),
            Self::Signed(mut numbers) => Arc::new(numbers.finish()),
            Self::Unsigned(mut numbers) => Arc::new(numbers.finish()),
        }
    }
}

impl Batch {
    pub(crate) fn new(shape: &Shape) -> Self {
        let builder = |shown: &Shown| match shown {
            Shown::Text => Builder::Text(StringBuilder::new()),
            Shown::Texts => Builder::Texts(ListBuilder::new(StringBuilder::new())),
            Shown::Moment => Builder::Moment(TimestampMicrosecondBuilder::new().with_timezone("UTC")),
        };
        Self {
            rows: Int64Builder::new(),
            ids: match shape.ids {
                Ids::Texts => Builder::Text(StringBuilder::new()),
                Ids::Signed => Builder::Signed(Int64Builder::new()),
                Ids::Unsigned => Builder::Unsigned(UInt64Builder::new()),
            },
            columns: shape.columns.iter().map(builder).collect(),
            codes: StringBuilder::new(),
            messages: StringBuilder::new(),
        }
    }

    pub(crate) fn add(&mut self, number: u64, answer: &impl AsRow, json: &str) {
        self.rows.append_option(i64::try_from(number).ok());
        self.ids.add_id(answer.id());
        let mut entries = answer.entries(json).into_iter();
        for column in &mut self.columns {
            column.add(&entries.next().unwrap_or(Entry::Nothing));
        }
        self.codes.append_null();
        self.messages.append_null();
    }

    pub(crate) fn refuse(&mut self, refused: &Refused) {
        self.rows.append_option(i64::try_from(refused.number).ok());
        self.ids.add_id(refused.id.as_ref());
        self.columns.iter_mut().for_each(|column| column.add(&Entry::Nothing));
        self.codes.append_value(refused.code);
        self.messages.append_value(&refused.message);
    }

    /// Its columns.
    pub(crate) fn finish(mut self) -> Vec<ArrayRef> {
        let mut arrays: Vec<ArrayRef> = vec![Arc::new(self.rows.finish()), self.ids.finish()];
        arrays.extend(self.columns.into_iter().map(Builder::finish));
        arrays.push(Arc::new(self.codes.finish()));
        arrays.push(Arc::new(self.messages.finish()));
        arrays
    }
}

/// A Parquet file that is being written.
pub(crate) struct Table {
    writer: ArrowWriter<File>,
    schema: SchemaRef,
}

impl Table {
    pub(crate) fn new(file: File, schema: &SchemaRef) -> Result<Self, Failure> {
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_created_by(concat!("healthcode ", env!("CARGO_PKG_VERSION")).to_owned())
            .set_max_row_group_row_count(Some(GROUP_ROWS))
            .set_max_row_group_bytes(Some(GROUP_BYTES))
            .build();
        let writer = ArrowWriter::try_new(file, Arc::clone(schema), Some(properties));
        writer.map(|writer| Self { writer, schema: Arc::clone(schema) }).map_err(|error| unwritable(error.to_string()))
    }

    /// Writes some rows, column by column.
    pub(crate) fn write(&mut self, columns: Vec<ArrayRef>) -> Result<(), Failure> {
        let batch = RecordBatch::try_new(Arc::clone(&self.schema), columns);
        let batch = batch.map_err(|error| unwritable(error.to_string()))?;
        self.writer.write(&batch).map_err(|error| unwritable(error.to_string()))
    }

    /// Writes what a reader needs to know of the file.
    pub(crate) fn finish(&mut self) -> Result<(), Failure> {
        self.writer.finish().map(drop).map_err(|error| unwritable(error.to_string()))
    }
}

fn unwritable(problem: String) -> Failure {
    CliError::Unwritable(std::io::Error::other(problem)).into()
}
