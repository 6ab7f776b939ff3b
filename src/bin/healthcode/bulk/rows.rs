//! The rows of a Parquet file, of which each is one of what is given. Its pages are read one after another, so that memory is
//! bounded by what one row group may have, however large the file is.

use std::fs::File;
use std::path::Path;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Int8Type, Int16Type, Int32Type, Int64Type, TimestampMicrosecondType, TimestampMillisecondType,
    TimestampNanosecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, RecordBatch};
use arrow_schema::{DataType, TimeUnit};
use healthcode::limits::{ROW_GROUP_BYTES, ROW_GROUPS};
use parquet::arrow::arrow_reader::{ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use parquet::basic::Type;
use parquet::errors::ParquetError;
use parquet::file::metadata::ParquetMetaData;

use super::given::{Cell, Chunk, Column, Item, Kind, Row};
use super::{CHUNK_BYTES, CHUNK_ITEMS};
use crate::failure::{CliError, Failure, InFile};
use crate::input::person::Id;

/// What the ids in a file are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ids {
    Texts,
    /// Whole numbers of at most 63 bits, and a sign.
    Signed,
    /// Whole numbers of 64 bits.
    Unsigned,
}

/// A Parquet file as chunks of rows.
pub(crate) struct Rows {
    batches: ParquetRecordBatchReader,
    columns: &'static [Column],
    /// Where in the file each column is, if it is there.
    found: Vec<Option<usize>>,
    ids: Ids,
    rows: u64,
    all: u64,
}

impl Rows {
    /// Opens the file at a path, for messages only, and holds its columns to those that are asked for.
    pub(crate) fn open(file: File, path: &Path, columns: &'static [Column]) -> Result<Self, Failure> {
        Self::read(file, columns).in_file(path)
    }

    fn read(file: File, columns: &'static [Column]) -> Result<Self, CliError> {
        // What Arrow adds to a file says of its columns what Parquet itself says already.
        let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
        let reader = guarded(|| ParquetRecordBatchReaderBuilder::try_new_with_options(file, options), 0)?;
        let metadata = reader.metadata().clone();
        let (mut found, mut ids) = (vec![None; columns.len()], Ids::Texts);
        for (index, field) in reader.schema().fields().iter().enumerate() {
            let name = field.name();
            let place = columns.iter().position(|column| column.name == name.as_str());
            let (place, column) = place
                .and_then(|place| Some((place, columns.get(place)?)))
                .ok_or_else(|| CliError::ColumnUnknown { column: name.clone(), expected: names(columns) })?;
            if field.data_type().is_nested() {
                return Err(CliError::ColumnNested { column: column.name, found: described(field.data_type()) });
            }
            // Spark wrote moments so for years: in UTC, and without a word of that.
            let old =
                reader.parquet_schema().columns().get(index).is_some_and(|leaf| leaf.physical_type() == Type::INT96);
            let fits = match (column.kind, field.data_type()) {
                (_, DataType::Utf8) | (Kind::Moment, DataType::Timestamp(_, Some(_))) => true,
                (Kind::Moment, DataType::Timestamp(_, None)) => old,
                (Kind::Id, DataType::UInt64) => {
                    ids = Ids::Unsigned;
                    true
                }
                (Kind::Id, whole) if whole.is_integer() => {
                    ids = Ids::Signed;
                    true
                }
                _ => false,
            };
            let slot = found.get_mut(place);
            match slot {
                Some(slot) if slot.is_none() && fits => *slot = Some(index),
                Some(Some(_)) => return Err(CliError::ColumnTwice { column: column.name }),
                _ => {
                    return Err(CliError::ColumnType {
                        column: column.name,
                        found: described(field.data_type()),
                        expected: match column.kind {
                            Kind::Id => "a text or a whole number",
                            Kind::Text => "a text",
                            Kind::Moment => "a timestamp in UTC, or a text such as 2020-01-23T10:00:00+08:00",
                        },
                    });
                }
            }
        }
        for (column, found) in columns.iter().zip(&found) {
            if column.needed && found.is_none() {
                let there = reader.schema().fields().iter().map(|field| format!("`{}`", field.name()));
                let there: Vec<_> = there.collect();
                return Err(CliError::ColumnMissing { column: column.name, there: there.join(", ") });
            }
        }
        let all = measured(&metadata)?;
        let batches = guarded(|| reader.with_batch_size(batch_rows(&metadata)).build(), 0)?;
        Ok(Self { batches, columns, found, ids, rows: 0, all })
    }

    /// How many rows there are.
    pub(crate) const fn all(&self) -> u64 {
        self.all
    }

    pub(crate) const fn ids(&self) -> Ids {
        self.ids
    }

    fn rows(&self, batch: &RecordBatch) -> Vec<Item> {
        let arrays: Vec<_> =
            self.found.iter().map(|found| found.and_then(|index| batch.columns().get(index))).collect();
        let row = |index: usize| {
            let (mut id, mut cells) = (None, Vec::new());
            for (column, array) in self.columns.iter().zip(&arrays) {
                let array = array.filter(|array| array.is_valid(index));
                if column.kind == Kind::Id {
                    id = array.and_then(|array| id_of(array, index));
                    cells.push(None);
                } else {
                    cells.push(array.and_then(|array| cell_of(array, index)));
                }
            }
            Item::Row(Row { id, cells })
        };
        (0..batch.num_rows()).map(row).collect()
    }
}

impl Iterator for Rows {
    type Item = Chunk;

    fn next(&mut self) -> Option<Chunk> {
        let first = self.rows + 1;
        let mut chunk = Chunk { first, items: Vec::new(), done: 0, last_for_now: false, unreadable: None };
        let read = guarded(|| Ok(self.batches.next().transpose()?), self.rows);
        match read {
            Ok(None) if self.rows == self.all => return None,
            Ok(None) => {
                chunk.unreadable = Some(CliError::Parquet { row: self.rows, problem: "it ends early".into() }.into());
            }
            Ok(Some(batch)) => {
                chunk.items = self.rows(&batch);
                chunk.done = u64::try_from(batch.num_rows()).unwrap_or(u64::MAX);
                self.rows += chunk.done;
            }
            Err(error) => chunk.unreadable = Some(error.into()),
        }
        Some(chunk)
    }
}

/// What the library reads, of which even a panic says only that the file is damaged; `rows` were read before.
fn guarded<T>(read: impl FnOnce() -> Result<T, ParquetError>, rows: u64) -> Result<T, CliError> {
    let damaged = |problem: String| CliError::Parquet { row: rows, problem };
    match std::panic::catch_unwind(std::panic::AssertUnwindSafe(read)) {
        // Before the last colon stand the kinds of errors that it passed through.
        Ok(read) => read.map_err(|error| {
            let error = error.to_string();
            damaged(error.rsplit_once("error: ").map_or(error.as_str(), |(_, problem)| problem).to_owned())
        }),
        Err(_) => Err(damaged("it is damaged".to_owned())),
    }
}

fn names(columns: &[Column]) -> String {
    let names: Vec<_> = columns.iter().map(|column| format!("`{}`", column.name)).collect();
    names.join(", ")
}

/// A type in words.
fn described(data: &DataType) -> String {
    match data {
        DataType::Boolean => "a truth value".into(),
        DataType::Utf8 => "a text".into(),
        DataType::Binary | DataType::FixedSizeBinary(_) => "bytes that are not said to be text".into(),
        DataType::Float16
        | DataType::Float32
        | DataType::Float64
        | DataType::Decimal128(..)
        | DataType::Decimal256(..) => "a number with a fraction".into(),
        DataType::Timestamp(_, None) => "a timestamp without a time zone".into(),
        DataType::Timestamp(_, Some(_)) => "a timestamp".into(),
        DataType::Date32 | DataType::Date64 => "a date".into(),
        DataType::List(_) => "a list".into(),
        DataType::Struct(_) => "a structure".into(),
        DataType::Map(..) => "a map".into(),
        whole if whole.is_integer() => "a whole number".into(),
        other => other.to_string(),
    }
}

/// How many rows there are; each row group is held to its limit.
fn measured(metadata: &ParquetMetaData) -> Result<u64, CliError> {
    if metadata.num_row_groups() > ROW_GROUPS {
        return Err(CliError::RowGroups { found: metadata.num_row_groups(), limit: ROW_GROUPS });
    }
    let mut rows = 0u64;
    for (group, part) in metadata.row_groups().iter().enumerate() {
        let bytes = u64::try_from(part.total_byte_size()).unwrap_or(u64::MAX);
        let count = u64::try_from(part.num_rows()).unwrap_or(u64::MAX);
        if bytes > ROW_GROUP_BYTES || count > ROW_GROUP_BYTES {
            return Err(CliError::RowGroup {
                group: group + 1,
                row: rows.saturating_add(1),
                bytes,
                limit: ROW_GROUP_BYTES,
            });
        }
        rows = rows.saturating_add(count);
    }
    Ok(rows)
}

/// How many rows to take at a time, so that they are not too many bytes.
fn batch_rows(metadata: &ParquetMetaData) -> usize {
    let average = |group: &parquet::file::metadata::RowGroupMetaData| group.total_byte_size() / group.num_rows().max(1);
    let bytes = metadata.row_groups().iter().map(average).max().unwrap_or(0);
    let bytes = usize::try_from(bytes).unwrap_or(CHUNK_BYTES).max(1);
    (CHUNK_BYTES / bytes).clamp(1, CHUNK_ITEMS)
}

fn id_of(array: &dyn Array, index: usize) -> Option<Id> {
    fn whole<T: ArrowPrimitiveType>(array: &dyn Array, index: usize) -> Option<T::Native> {
        Some(array.as_primitive_opt::<T>()?.value(index))
    }
    let signed = match array.data_type() {
        DataType::Utf8 => return Some(Id::Text(array.as_string_opt::<i32>()?.value(index).to_owned())),
        DataType::UInt64 => return whole::<UInt64Type>(array, index).map(Id::Whole),
        DataType::Int8 => whole::<Int8Type>(array, index).map(i64::from),
        DataType::Int16 => whole::<Int16Type>(array, index).map(i64::from),
        DataType::Int32 => whole::<Int32Type>(array, index).map(i64::from),
        DataType::Int64 => whole::<Int64Type>(array, index),
        DataType::UInt8 => whole::<UInt8Type>(array, index).map(i64::from),
        DataType::UInt16 => whole::<UInt16Type>(array, index).map(i64::from),
        DataType::UInt32 => whole::<UInt32Type>(array, index).map(i64::from),
        _ => None,
    }?;
    Some(u64::try_from(signed).map_or(Id::Negative(signed), Id::Whole))
}

fn cell_of(array: &dyn Array, index: usize) -> Option<Cell> {
    if let Some(texts) = array.as_string_opt::<i32>() {
        return Some(Cell::Text(texts.value(index).to_owned()));
    }
    let DataType::Timestamp(unit, _) = array.data_type() else { return None };
    let seconds = match unit {
        // Parquet has no timestamps in seconds.
        TimeUnit::Second => return None,
        TimeUnit::Millisecond => array.as_primitive_opt::<TimestampMillisecondType>()?.value(index).div_euclid(1_000),
        TimeUnit::Microsecond => {
            array.as_primitive_opt::<TimestampMicrosecondType>()?.value(index).div_euclid(1_000_000)
        }
        TimeUnit::Nanosecond => {
            array.as_primitive_opt::<TimestampNanosecondType>()?.value(index).div_euclid(1_000_000_000)
        }
    };
    Some(Cell::Moment(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;
    use parquet::file::metadata::{FileMetaData, ParquetMetaData, RowGroupMetaData};
    use parquet::schema::parser::parse_message_type;
    use parquet::schema::types::SchemaDescriptor;
    use std::sync::Arc;

    /// What a file says of row groups of so many bytes, with a thousand rows each.
    fn metadata(groups: &[i64]) -> ParquetMetaData {
        let schema = Arc::new(SchemaDescriptor::new(Arc::new(parse_message_type("message m {}").unwrap())));
        let group = |bytes: &i64| {
            let group = RowGroupMetaData::builder(Arc::clone(&schema)).set_num_rows(1_000).set_total_byte_size(*bytes);
            group.build().unwrap()
        };
        let file = FileMetaData::new(1, 0, None, None, schema.clone(), None);
        ParquetMetaData::new(file, groups.iter().map(group).collect())
    }

    #[test]
    fn a_row_group_that_is_too_large_is_named_with_its_first_row() {
        assert_eq!(measured(&metadata(&[128 << 20, 1 << 30])).unwrap(), 2_000);
        let error = measured(&metadata(&[128 << 20, 5 << 30, 1])).unwrap_err();
        assert_eq!(
            error.to_string(),
            "row group 2, which begins at row 1001, has 5120 MB, and at most 1024 MB are read"
        );
        assert!(measured(&metadata(&[-1])).is_err());
        assert!(measured(&metadata(&[1; ROW_GROUPS + 1])).is_err());
    }

    #[test]
    fn few_rows_are_taken_at_a_time_where_they_are_long() {
        assert_eq!(batch_rows(&metadata(&[700_000])), CHUNK_ITEMS);
        assert_eq!(batch_rows(&metadata(&[1, 100 << 20])), 10);
        assert_eq!(batch_rows(&metadata(&[i64::MAX])), 1);
        assert_eq!(batch_rows(&metadata(&[])), CHUNK_ITEMS);
    }

    #[test]
    fn a_panic_of_the_library_is_a_damaged_file() {
        let error = guarded(|| -> Result<(), ParquetError> { panic!("as it should") }, 7).unwrap_err();
        assert_eq!(error.to_string(), "after row 7, it cannot be read as a Parquet file: it is damaged");
    }
}
