//! The risk table: rows of {place, level, from, to}, looked up by place and time.
//!
//! In a file it is columnar: each column compresses well, because neighbours are alike (sorted place codes as
//! differences, moments in the largest unit that divides them all).

use serde::{Deserialize, Serialize};

use crate::calendar::{Span, Time};
use crate::cbor::{Cbor, Reader, Step, Writer, numbered};
use crate::error::family_errors;
use crate::limits::{RISK_ROWS, RISK_ROWS_OF_A_PLACE, RISK_TABLE_DAYS};
use crate::place::Place;
use crate::trust::{Body, Kind};

family_errors! {
    /// Why rows do not make a risk table.
    RiskError {
        /// More rows than a table may have.
        TooManyRows { /// rows given
            rows: usize } = "risk-too-many-rows", "{rows} rows are more than a risk table may have";
        /// A row that ends before it begins.
        RowOrder { /// the number of the row, from 1
            row: usize } = "risk-row-order", "row {row} ends before it begins";
        /// More rows for one place than there can be good reasons for.
        TooManyOfAPlace { /// the place
            place: Place, /// how many it may have
            limit: usize } = "risk-too-many-rows-of-a-place", "place {place} has more than {limit} rows";
    }
}

/// How risky a place is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// Not in the table.
    #[default]
    None,
    /// Low.
    Low,
    /// Medium.
    Medium,
    /// High: an epidemic area.
    High,
}
numbered!(Level { 0 None, 1 Low, 2 Medium, 3 High });

impl Level {
    /// The number that rules see: 0 none, 1 low, 2 medium, 3 high.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::None => 0,
            Self::Low => 1,
            Self::Medium => 2,
            Self::High => 3,
        }
    }

    const fn from_number(number: u8) -> Option<Self> {
        match number {
            1 => Some(Self::Low),
            2 => Some(Self::Medium),
            3 => Some(Self::High),
            _ => None,
        }
    }
}

/// The risk level of one place over a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, expecting = "a row of a risk table")]
pub struct RiskRow {
    /// The place and all that lies in it.
    pub place: Place,
    /// When the level begins.
    pub from: Time,
    /// When it ends (exclusive); absent if it has not been lifted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Time>,
    /// The level.
    pub level: Level,
}

impl RiskRow {
    /// Whether it applies at a moment.
    #[must_use]
    pub fn holds_at(&self, at: Time) -> bool {
        self.from <= at && self.to.is_none_or(|to| at < to)
    }
}

/// Rows sorted by place and time.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RiskTable {
    rows: Vec<RiskRow>,
}

impl RiskTable {
    /// A table of these rows, in any order; rows without a level and duplicates are dropped.
    ///
    /// # Errors
    /// [`RiskError`] if there are too many, or one ends before it begins.
    pub fn new(mut rows: Vec<RiskRow>) -> Result<Self, RiskError> {
        if rows.len() > RISK_ROWS {
            return Err(RiskError::TooManyRows { rows: rows.len() });
        }
        if let Some(row) = rows.iter().position(|row| row.to.is_some_and(|to| to <= row.from)) {
            return Err(RiskError::RowOrder { row: row + 1 });
        }
        rows.retain(|row| row.level != Level::None);
        rows.sort_unstable();
        rows.dedup();
        let crowded = of_one_place(&rows).find(|of_one| of_one.len() > RISK_ROWS_OF_A_PLACE);
        match crowded.and_then(<[_]>::first).map(|row| row.place) {
            Some(place) => Err(RiskError::TooManyOfAPlace { place, limit: RISK_ROWS_OF_A_PLACE }),
            None => Ok(Self { rows }),
        }
    }

    /// All rows, sorted by place, then by time.
    #[must_use]
    pub fn rows(&self) -> &[RiskRow] {
        &self.rows
    }

    /// The rows for this place and for those that contain it.
    pub fn covering(&self, place: Place) -> impl Iterator<Item = &RiskRow> {
        place.containing().flat_map(|place| self.of(place))
    }

    /// The rows for this place itself.
    pub fn of(&self, place: Place) -> impl Iterator<Item = &RiskRow> {
        let start = self.rows.partition_point(|row| row.place < place);
        self.rows.get(start..).unwrap_or_default().iter().take_while(move |row| row.place == place)
    }

    /// The highest level of this place at a moment.
    #[must_use]
    pub fn level_at(&self, place: Place, at: Time) -> Level {
        let there = self.covering(place).filter(|row| row.holds_at(at));
        there.map(|row| row.level).max().unwrap_or_default()
    }
}

/// The rows of each place, given sorted rows.
fn of_one_place(rows: &[RiskRow]) -> impl Iterator<Item = &[RiskRow]> {
    rows.chunk_by(|a, b| a.place == b.place)
}

impl Body for RiskTable {
    const KIND: Kind = Kind::RiskTable;
    /// No single person can mark a place.
    const SIGNERS: u8 = 2;

    fn lies_in(&self, place: Place) -> bool {
        self.rows.iter().all(|row| place.governs(row.place))
    }

    fn longest_life(&self) -> Span {
        Span::days(RISK_TABLE_DAYS)
    }
}

/// Units of time for the columns, largest first, in seconds.
const UNITS: [i64; 4] = [86_400, 3_600, 60, 1];

impl RiskRow {
    /// How long it applies, in seconds; 0 if it has not been lifted.
    fn length(&self) -> i64 {
        self.to.map_or(0, |to| to.since(self.from).as_seconds())
    }
}

impl RiskTable {
    /// Where rows that can all be read are no table: the first that is not after the one before it, or is one too many of its
    /// place; or what they count from.
    fn disorder(&self, base: Time, unit: i64) -> Step {
        let after = |(index, row): (usize, &RiskRow)| {
            let before = |by: usize| index.checked_sub(by).and_then(|before| self.rows.get(before));
            before(1).is_some_and(|other| other >= row)
                || before(RISK_ROWS_OF_A_PLACE).is_some_and(|other| other.place == row.place)
        };
        match self.rows.iter().enumerate().position(after) {
            Some(row) => Step::Item(row),
            None if self.scale().0 != base => Step::Field("base"),
            None => Step::Field(if self.scale().1 == unit { "rows" } else { "unit" }),
        }
    }

    /// The moment that the columns count from, and their unit.
    fn scale(&self) -> (Time, i64) {
        let base = self.base();
        (base, UNITS.into_iter().find(|unit| self.is_divided(base, *unit)).unwrap_or(1))
    }

    /// Whether that is what its columns, read by this scale, are written by.
    fn is_scaled(&self, base: Time, unit: i64) -> bool {
        // They were multiplied by the unit; what is left to see is that no larger one divides them, which few rows show.
        self.base() == base
            && UNITS.into_iter().take_while(|larger| *larger > unit).all(|larger| !self.is_divided(base, larger))
    }

    fn base(&self) -> Time {
        self.rows.iter().map(|row| row.from).min().unwrap_or_default()
    }

    fn is_divided(&self, base: Time, unit: i64) -> bool {
        self.rows.iter().all(|row| row.from.since(base).as_seconds() % unit == 0 && row.length() % unit == 0)
    }
}

/// Gives nothing: a row's value in a column cannot be.
fn at_row<T>(r: &mut Reader<'_>, left: usize, column: &'static str, row: usize) -> Option<T> {
    let _ = r.lost::<()>(left, || Step::Item(row));
    r.lost(left, || Step::Field(column))
}

/// The moment later by `span`, if there is one.
fn later(from: Time, span: Span) -> Option<Time> {
    Some(from.plus(span)).filter(|time| time.since(from) == span)
}

impl Cbor for RiskTable {
    fn write(&self, w: &mut Writer) {
        let count = self.rows.len();
        let (base, unit) = self.scale();
        w.map(6).field(0, &base).field(1, &unit).unsigned(2).array(count);
        let mut before = 0;
        for row in &self.rows {
            w.unsigned(row.place.sort_key() - before);
            before = row.place.sort_key();
        }
        let levels: Vec<u8> = self.rows.iter().map(|row| row.level.number()).collect();
        w.unsigned(3).bytes(&levels).unsigned(4).array(count);
        for row in &self.rows {
            w.int(row.from.since(base).as_seconds() / unit);
        }
        w.unsigned(5).array(count);
        for row in &self.rows {
            w.int(row.length() / unit);
        }
    }

    fn read(r: &mut Reader<'_>) -> Option<Self> {
        let key = |r: &mut Reader<'_>, key: u64| (r.unsigned()? == key).then_some(());
        let start = r.left();
        if r.map()? != 6 {
            return None;
        }
        let left = r.left();
        let Some(base) = key(r, 0).and_then(|()| Time::read(r)) else {
            return r.lost(left, || Step::Field("base"));
        };
        let left = r.left();
        let Some(unit) = key(r, 1).and_then(|()| r.int()).filter(|unit| UNITS.contains(unit)) else {
            return r.lost(left, || Step::Field("unit"));
        };
        let left = r.left();
        let Some(count) = key(r, 2).and_then(|()| r.array()).filter(|count| *count <= RISK_ROWS) else {
            return r.lost(left, || Step::Field("places"));
        };
        // The count is untrusted; but each row takes a byte or more in each of four columns.
        let mut rows = Vec::with_capacity(count.min(r.left() / 4));
        let mut before = 0u64;
        for index in 0..count {
            let left = r.left();
            let place = r.unsigned().and_then(|step| {
                before = before.checked_add(step)?;
                Place::from_sort_key(before).ok()
            });
            let Some(place) = place else { return at_row(r, left, "places", index) };
            rows.push(RiskRow { place, from: base, to: None, level: Level::None });
        }
        let left = r.left();
        let levels = key(r, 3).and_then(|()| r.bytes()).filter(|levels| levels.len() == count);
        let Some(levels) = levels else { return r.lost(left, || Step::Field("levels")) };
        for (index, (row, level)) in rows.iter_mut().zip(levels).enumerate() {
            let Some(level) = Level::from_number(*level) else { return at_row(r, left, "levels", index) };
            row.level = level;
        }
        let mut column = |number: u64, name: &'static str, set: fn(&mut RiskRow, Span) -> Option<()>| {
            let left = r.left();
            if key(r, number).and_then(|()| r.array()) != Some(count) {
                return r.lost(left, || Step::Field(name));
            }
            for (index, row) in rows.iter_mut().enumerate() {
                let left = r.left();
                let seconds = r.int().and_then(|units| units.checked_mul(unit)).filter(|seconds| *seconds >= 0);
                if seconds.and_then(|seconds| set(row, Span::seconds(seconds))).is_none() {
                    return at_row(r, left, name, index);
                }
            }
            Some(())
        };
        column(4, "starts", |row, span| {
            row.from = later(row.from, span)?;
            Some(())
        })?;
        column(5, "durations", |row, span| {
            row.to = if span == Span::ZERO { None } else { Some(later(row.from, span)?) };
            Some(())
        })?;
        let table = Self { rows };
        // Lookups rely on the order, and one table must have one encoding.
        let sorted = table.rows.is_sorted_by(|a, b| a < b) && table.is_scaled(base, unit);
        let few = of_one_place(&table.rows).all(|of_one| of_one.len() <= RISK_ROWS_OF_A_PLACE);
        if sorted && few { Some(table) } else { r.lost(start, || table.disorder(base, unit)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn time(text: &str) -> Time {
        Time::parse(text).unwrap()
    }

    fn row(place: &str, level: Level, from: &str, to: Option<&str>) -> RiskRow {
        RiskRow { place: Place::parse(place).unwrap(), level, from: time(from), to: to.map(time) }
    }

    #[test]
    fn a_place_has_the_highest_level_of_those_that_contain_it() {
        let table = RiskTable::new(vec![
            row("42", Level::Medium, "2020-01-23T00:00:00Z", None),
            row("420100", Level::High, "2020-01-23T00:00:00Z", Some("2020-04-08T00:00:00Z")),
        ])
        .unwrap();
        let at = |place: &str, when: &str| table.level_at(Place::parse(place).unwrap(), time(when));
        assert_eq!(at("420106", "2020-02-01T00:00:00Z"), Level::High);
        assert_eq!(at("420106", "2020-04-08T00:00:00Z"), Level::Medium);
        assert_eq!(at("420106", "2020-01-22T23:59:59Z"), Level::None);
        assert_eq!(at("421000", "2020-02-01T00:00:00Z"), Level::Medium);
        assert_eq!(at("330100", "2020-02-01T00:00:00Z"), Level::None);
        // A province is not known to be risky because one of its cities is.
        let table = RiskTable::new(vec![row("420100", Level::High, "2020-01-23T00:00:00Z", None)]).unwrap();
        assert_eq!(table.level_at(Place::parse("42").unwrap(), time("2020-02-01T00:00:00Z")), Level::None);
    }

    #[test]
    fn a_row_takes_no_more_memory_than_is_seen_to() {
        assert!(size_of::<RiskRow>() <= crate::limits::ROW_MEMORY);
    }

    #[test]
    fn a_row_must_end_after_it_begins() {
        let rows = vec![row("42", Level::Low, "2020-01-23T00:00:00Z", Some("2020-01-23T00:00:00Z"))];
        assert_eq!(RiskTable::new(rows), Err(RiskError::RowOrder { row: 1 }));
    }

    #[test]
    fn a_place_has_no_more_rows_than_there_can_be_reasons_for() {
        let day = |number: i64| Time::from_unix(number * 86_400);
        let row = |number: usize| {
            let number = i64::try_from(number).unwrap();
            row("4201", Level::High, &day(number).to_string(), Some(&day(number + 1).to_string()))
        };
        let rows = |count| (0..count).map(row).collect::<Vec<_>>();
        let most = RiskTable::new(rows(RISK_ROWS_OF_A_PLACE)).unwrap();
        assert_eq!(crate::cbor::from_bytes(&crate::cbor::to_bytes(&most)), Some(most));
        let refused = RiskTable::new(rows(RISK_ROWS_OF_A_PLACE + 1));
        let place = Place::parse("4201").unwrap();
        assert_eq!(refused, Err(RiskError::TooManyOfAPlace { place, limit: RISK_ROWS_OF_A_PLACE }));
        let signed = RiskTable { rows: rows(RISK_ROWS_OF_A_PLACE + 1) };
        assert_eq!(crate::cbor::from_bytes::<RiskTable>(&crate::cbor::to_bytes(&signed)), None);
    }

    fn rows() -> impl Strategy<Value = Vec<RiskRow>> {
        let row = (110_000u64..920_000, 0usize..3, 0i64..1_000_000, 0i64..1_000_000, 1u8..4).prop_map(
            |(place, level, from, length, risk)| RiskRow {
                place: Place::parse(&place.to_string()[..[2, 4, 6][level]]).unwrap(),
                from: Time::from_unix(from * 60),
                to: (length > 0).then(|| Time::from_unix((from + length) * 60)),
                level: Level::from_number(risk).unwrap(),
            },
        );
        proptest::collection::vec(row, 0..60)
    }

    proptest! {
        #[test]
        fn a_table_survives_its_encoding(rows in rows()) {
            let table = RiskTable::new(rows).unwrap();
            let bytes = crate::cbor::to_bytes(&table);
            prop_assert!(crate::cbor::check_deterministic(&bytes).is_ok());
            prop_assert_eq!(crate::cbor::from_bytes::<RiskTable>(&bytes), Some(table));
        }

        #[test]
        fn looking_up_finds_what_a_plain_search_finds(rows in rows(), place in 110_000u64..920_000, at in 0i64..2_000_000) {
            let table = RiskTable::new(rows.clone()).unwrap();
            let place = Place::parse(&place.to_string()).unwrap();
            let at = Time::from_unix(at * 60);
            let plain = rows.iter().filter(|row| row.place.contains(place) && row.from <= at && row.to.is_none_or(|to| at < to));
            prop_assert_eq!(table.level_at(place, at), plain.map(|row| row.level).max().unwrap_or_default());
        }

        #[test]
        fn any_bytes_are_a_table_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..100)) {
            let _ = crate::cbor::from_bytes::<RiskTable>(&bytes);
        }

        /// A change to the bytes of a table either gives a different table or is refused.
        #[test]
        fn one_table_has_one_encoding(rows in rows(), at in any::<proptest::sample::Index>(), byte in any::<u8>()) {
            let mut bytes = crate::cbor::to_bytes(&RiskTable::new(rows).unwrap());
            let at = at.index(bytes.len());
            bytes[at] = byte;
            if let Some(table) = crate::cbor::from_bytes::<RiskTable>(&bytes) {
                prop_assert_eq!(crate::cbor::to_bytes(&table), bytes);
            }
        }
    }
}
