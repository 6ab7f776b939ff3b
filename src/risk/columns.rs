//! The columns of a risk table, as they are in its file, and the rows that are read off them on the way.
//!
//! Nothing is unpacked: a table stays the bytes that were signed. Every so many rows there is a [`Mark`] that says where
//! the columns go on from there, so that a place is found in a table of a whole country by reading a few dozen rows.

use super::table::{Level, RiskRow};
use crate::calendar::{DAY, Span, Time};
use crate::compound::Compound;
use crate::limits::MARKED_ROWS;
use crate::place::Place;

/// Units of time for the columns, largest first, in seconds: each divides the one before it.
pub(super) const UNITS: [i64; 4] = [DAY, 3_600, 60, 1];

/// Rows in the order of their places, column by column.
#[derive(Clone, PartialEq, Eq, Default)]
pub(super) struct Columns {
    /// What starts are counted from: the earliest of them.
    pub(super) base: Time,
    /// What starts and durations are counted in, in seconds.
    pub(super) unit: i64,
    /// How many rows there are.
    pub(super) count: usize,
    /// By how much each row's key is greater than the one before it.
    pub(super) places: Vec<u8>,
    /// Levels, four to a byte.
    pub(super) levels: Vec<u8>,
    /// Units after the base.
    pub(super) starts: Vec<u8>,
    /// Units from there; 0 if the end is open.
    pub(super) durations: Vec<u8>,
    /// Which rows are of a compound, eight to a byte, and then the keys of those; nothing if none is.
    pub(super) compounds: Vec<u8>,
}

/// Where a row begins, in each column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mark {
    /// The place of the row before it.
    before: Place,
    places: u32,
    starts: u32,
    durations: u32,
    /// How many rows before it are of a compound.
    compounds: u32,
}

/// What takes rows one after another.
pub(super) type Take<'t> = dyn FnMut(RiskRow) + 't;

/// What gives rows in their order to whatever takes them, as often as it is asked.
pub(super) type All<'t> = dyn Fn(&mut Take<'_>) + 't;

/// A column that cannot be read.
pub(super) type Column = &'static str;

/// A position in a table, and the rows from there on.
#[derive(Clone)]
pub struct Rows<'t> {
    columns: &'t Columns,
    index: usize,
    before: Place,
    /// How much room there is for the next key, as far as that is known.
    room: u64,
    pub(super) places: &'t [u8],
    pub(super) starts: &'t [u8],
    pub(super) durations: &'t [u8],
    compounds: &'t [u8],
}

impl Columns {
    /// The columns of rows that are in their order, each once; `None` as soon as they take more than `most` bytes.
    pub(super) fn of(all: &All<'_>, most: usize) -> Option<Self> {
        let mut scale = Scale::default();
        all(&mut |row| scale.take(row));
        let Scale { base, unit, .. } = scale;
        let mut columns = Self {
            base: base.unwrap_or_default(),
            unit,
            count: 0,
            places: Vec::new(),
            levels: Vec::new(),
            starts: Vec::new(),
            durations: Vec::new(),
            compounds: Vec::new(),
        };
        let (mut keys, mut before, mut fit) = (Vec::new(), Place::COUNTRY, true);
        all(&mut |row| {
            fit &= columns.bytes() + keys.len() <= most;
            if !fit {
                return;
            }
            put(&mut columns.places, row.place.sort_key() - before.sort_key());
            put_bits(&mut columns.levels, columns.count, 2, row.level.number());
            put(&mut columns.starts, units(row.from.since(columns.base), unit));
            put(&mut columns.durations, units(row.length(), unit));
            put_bits(&mut columns.compounds, columns.count, 1, row.compound.is_some().into());
            if let Some(Compound(key)) = row.compound {
                keys.extend_from_slice(&key);
            }
            before = row.place;
            columns.count += 1;
        });
        if keys.is_empty() {
            columns.compounds.clear();
        }
        columns.compounds.append(&mut keys);
        fit.then_some(columns)
    }

    /// How many bytes they have.
    fn bytes(&self) -> usize {
        let Self { places, levels, starts, durations, compounds, .. } = self;
        places.len() + levels.len() + starts.len() + durations.len() + compounds.len()
    }

    /// All rows.
    pub(super) fn rows(&self) -> Rows<'_> {
        Rows {
            columns: self,
            index: 0,
            before: Place::COUNTRY,
            room: 0,
            places: &self.places,
            starts: &self.starts,
            durations: &self.durations,
            compounds: self.keys(),
        }
    }

    /// The rows from a mark on.
    pub(super) fn rows_from(&self, number: usize, mark: &Mark) -> Rows<'_> {
        let from = |column, offset| tail(column, usize::try_from(offset).unwrap_or(usize::MAX));
        Rows {
            columns: self,
            index: number * MARKED_ROWS,
            before: mark.before,
            room: 0,
            places: from(&self.places, mark.places),
            starts: from(&self.starts, mark.starts),
            durations: from(&self.durations, mark.durations),
            compounds: from(self.keys(), mark.compounds.saturating_mul(8)),
        }
    }

    /// The keys of compounds, behind the bits that say whose they are.
    fn keys(&self) -> &[u8] {
        tail(&self.compounds, self.count.div_ceil(8))
    }

    /// Whether levels and compounds have the length that they must have, and nothing is in the bits that are left over.
    pub(super) fn fits(&self) -> Result<(), Column> {
        let left_over = |column: &[u8], bits: usize| {
            let used = bits % 8;
            used != 0 && column.last().is_some_and(|last| last >> used != 0)
        };
        if self.levels.len() != (2 * self.count).div_ceil(8) || left_over(&self.levels, 2 * self.count) {
            return Err("levels");
        }
        if self.compounds.is_empty() {
            return Ok(());
        }
        let Some((bits, keys)) = self.compounds.split_at_checked(self.count.div_ceil(8)) else {
            return Err("compounds");
        };
        let set: usize = bits.iter().map(|byte| usize::try_from(byte.count_ones()).unwrap_or(0)).sum();
        // If no row has one, there is no such column.
        if keys.len() != 8 * set || set == 0 || left_over(bits, self.count) { Err("compounds") } else { Ok(()) }
    }
}

impl Mark {
    /// The place of the row before it.
    pub(super) const fn before(&self) -> Place {
        self.before
    }
}

impl Rows<'_> {
    /// A mark of this position.
    pub(super) fn mark(&self) -> Mark {
        let (columns, passed) = (self.columns, |all: &[u8], left: &[u8]| offset(all) - offset(left));
        Mark {
            before: self.before,
            places: passed(&columns.places, self.places),
            starts: passed(&columns.starts, self.starts),
            durations: passed(&columns.durations, self.durations),
            compounds: passed(columns.keys(), self.compounds) / 8,
        }
    }

    /// How many rows have been read, from the first of the table on.
    pub(super) const fn index(&self) -> usize {
        self.index
    }

    /// The next row, of which there must be one.
    pub(super) fn read(&mut self) -> Result<RiskRow, Column> {
        let Columns { base, unit, .. } = *self.columns;
        let step = take(&mut self.places).ok_or("places")?;
        match self.room.checked_sub(step) {
            _ if step == 0 => {}
            // Most rows, and without a division.
            Some(room) if step.is_multiple_of(16) => (self.before, self.room) = (self.before.neighbour(step), room),
            _ => {
                let key = self.before.sort_key().checked_add(step).ok_or("places")?;
                self.before = Place::from_sort_key(key).map_err(|_| "places")?;
                self.room = self.before.room();
            }
        }
        let level = Level::from_number(bits(&self.columns.levels, self.index, 2)).ok_or("levels")?;
        let from = take(&mut self.starts).and_then(|units| later(base, units, unit)).ok_or("starts")?;
        let units = take(&mut self.durations).ok_or("durations")?;
        let to = if units == 0 { None } else { Some(later(from, units, unit).ok_or("durations")?) };
        let compound = if bits(&self.columns.compounds, self.index, 1) == 0 {
            None
        } else {
            let (key, rest) = self.compounds.split_first_chunk().ok_or("compounds")?;
            self.compounds = rest;
            Some(Compound(*key))
        };
        self.index += 1;
        Ok(RiskRow { place: self.before, compound, from, to, level })
    }
}

/// The rows of a table that has been checked.
impl Iterator for Rows<'_> {
    type Item = RiskRow;

    fn next(&mut self) -> Option<RiskRow> {
        if self.index < self.columns.count { self.read().ok() } else { None }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.columns.count - self.index;
        (left, Some(left))
    }
}

impl ExactSizeIterator for Rows<'_> {}

impl core::fmt::Debug for Rows<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Rows({} of {})", self.index, self.columns.count)
    }
}

impl RiskRow {
    /// How long it applies; nothing if it has not been lifted.
    fn length(&self) -> Span {
        self.to.map_or(Span::ZERO, |to| to.since(self.from))
    }

    /// Whether a unit divides both its time since `base` and how long it applies.
    pub(super) fn is_divided(&self, base: Time, unit: i64) -> bool {
        self.from.since(base).as_seconds() % unit == 0 && self.length().as_seconds() % unit == 0
    }
}

/// The moment that the columns of rows count from, and their unit: the largest that divides them all.
struct Scale {
    base: Option<Time>,
    first: Time,
    unit: i64,
}

impl Default for Scale {
    fn default() -> Self {
        Self { base: None, first: Time::default(), unit: DAY }
    }
}

impl Scale {
    fn take(&mut self, row: RiskRow) {
        match &mut self.base {
            Some(base) => *base = (*base).min(row.from),
            None => (self.base, self.first) = (Some(row.from), row.from),
        }
        for unit in UNITS {
            if unit <= self.unit && row.is_divided(self.first, unit) {
                self.unit = unit;
                return;
            }
        }
    }
}

/// The moment so many units later, if there is one.
fn later(from: Time, units: u64, unit: i64) -> Option<Time> {
    let span = Span::seconds(i64::try_from(units).ok()?.checked_mul(unit)?);
    Some(from.plus(span)).filter(|time| time.since(from) == span)
}

/// A length of time in units that divide it.
fn units(span: Span, unit: i64) -> u64 {
    u64::try_from(span.as_seconds() / unit).unwrap_or(0)
}

/// How long a column is: no file is longer than 32 bits can say.
fn offset(column: &[u8]) -> u32 {
    u32::try_from(column.len()).unwrap_or(u32::MAX)
}

fn tail(column: &[u8], from: usize) -> &[u8] {
    column.get(from..).unwrap_or_default()
}

/// Number `index` of those with so many bits each, the lowest bits of a byte first; 0 where there is none.
fn bits(column: &[u8], index: usize, width: usize) -> u8 {
    let (byte, shift) = (index * width / 8, index * width % 8);
    column.get(byte).map_or(0, |byte| byte >> shift & ((1 << width) - 1))
}

/// Puts number `index` behind those before it.
fn put_bits(column: &mut Vec<u8>, index: usize, width: usize, number: u8) {
    let shift = index * width % 8;
    match column.last_mut() {
        Some(last) if shift != 0 => *last |= number << shift,
        _ => column.push(number),
    }
}

/// Writes a number in groups of seven bits, the lowest first; the highest bit of a byte says that more follow (LEB128).
pub(super) fn put(column: &mut Vec<u8>, mut number: u64) {
    loop {
        let [low, ..] = number.to_le_bytes();
        number >>= 7;
        if number == 0 {
            column.push(low & 0x7f);
            return;
        }
        column.push(low | 0x80);
    }
}

/// Reads such a number, of at most 63 bits in its shortest form.
pub(super) fn take(column: &mut &[u8]) -> Option<u64> {
    let (first, rest) = column.split_first()?;
    if *first < 0x80 {
        *column = rest;
        return Some((*first).into());
    }
    take_long(column)
}

#[inline(never)]
fn take_long(column: &mut &[u8]) -> Option<u64> {
    let mut number = 0u64;
    let mut shift = 0;
    for (index, byte) in column.iter().enumerate().take(9) {
        number |= u64::from(byte & 0x7f) << shift;
        shift += 7;
        if *byte < 0x80 {
            *column = tail(column, index + 1);
            // Zeros at the end would be another form of the same number.
            return (*byte != 0).then_some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_number_has_one_form() {
        for (number, bytes) in [
            (0, &[0][..]),
            (127, &[127]),
            (128, &[0x80, 1]),
            (300, &[0xac, 2]),
            (1 << 62, &[128, 128, 128, 128, 128, 128, 128, 128, 64]),
        ] {
            let mut written = Vec::new();
            put(&mut written, number);
            assert_eq!(written, bytes, "{number}");
            let mut rest = bytes;
            assert_eq!((take(&mut rest), rest), (Some(number), &[][..]));
        }
        for bad in [&[][..], &[0x80], &[0x80, 0], &[0xff, 0x80, 0], &[0xff; 9], &[0xff; 20]] {
            assert_eq!(take(&mut &*bad), None, "{bad:02x?}");
        }
    }

    #[test]
    fn marks_take_no_more_memory_than_is_seen_to() {
        // Of each three bytes, the least that a row takes.
        assert!(size_of::<Mark>() <= MARKED_ROWS * 3 / 4);
    }

    #[test]
    fn small_numbers_share_bytes() {
        let mut column = Vec::new();
        for (index, number) in [3, 0, 1, 2, 3].into_iter().enumerate() {
            put_bits(&mut column, index, 2, number);
        }
        assert_eq!(column, [0b1001_0011, 0b11]);
        assert_eq!((0..6).map(|index| bits(&column, index, 2)).collect::<Vec<_>>(), [3, 0, 1, 2, 3, 0]);
        assert_eq!(bits(&column, 8, 2), 0);
    }

    proptest! {
        #[test]
        fn any_number_is_read_again(number in 0u64..1 << 63, more in any::<u8>()) {
            let mut bytes = Vec::new();
            put(&mut bytes, number);
            bytes.push(more);
            let mut rest = bytes.as_slice();
            prop_assert_eq!((take(&mut rest), rest), (Some(number), &[more][..]));
        }
    }
}
