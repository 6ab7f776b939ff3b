//! The risk table: rows of {place, level, from, to}, looked up by place and time.
//!
//! It is columnar: each column compresses well, because neighbours are alike (sorted place codes as differences, moments in
//! the largest unit that divides them all). It is read through once, when it is opened, and looked up where it lies.

use serde::{Deserialize, Serialize};

use super::columns::{All, Columns, Mark, Rows, UNITS};
use crate::calendar::{Span, Time};
use crate::cbor::{Cbor, Reader, Step, Writer, numbered};
use crate::compound::Compound;
use crate::error::family_errors;
use crate::limits::{MARKED_ROWS, RISK_ROWS, RISK_ROWS_OF_A_PLACE, RISK_TABLE_DAYS};
use crate::place::Place;
use crate::trust::{Body, Kind};

family_errors! {
    /// Why rows do not make a risk table.
    RiskError {
        /// More rows than a table may have.
        TooManyRows { /// rows given
            rows: usize } = "risk-too-many-rows", "{rows} rows are more than a risk table may have";
        /// A row that does not end later than it begins.
        RowOrder { /// the number of the row, from 1
            row: usize } = "risk-row-order", "row {row} does not end later than it begins";
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

    pub(super) const fn from_number(number: u8) -> Option<Self> {
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
    /// The part of that place that it is about alone: its compound; absent if it is about all of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compound: Option<Compound>,
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

/// Rows sorted by place, compound and time.
#[derive(Clone, PartialEq, Eq)]
pub struct RiskTable {
    columns: Columns,
    /// Where every so many rows begin.
    marks: Vec<Mark>,
}

impl Default for RiskTable {
    fn default() -> Self {
        Self::of_sorted(&|_| {})
    }
}

impl core::fmt::Debug for RiskTable {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_list().entries(self.rows()).finish()
    }
}

impl RiskTable {
    /// A table of these rows, in any order; rows without a level and duplicates are dropped.
    ///
    /// # Errors
    /// [`RiskError`] if there are too many, or one does not end later than it begins.
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
        let of_one_place = |rows: &&[RiskRow]| rows.len() > RISK_ROWS_OF_A_PLACE;
        let crowded = rows.chunk_by(|a, b| a.place == b.place).find(of_one_place);
        match crowded.and_then(<[_]>::first).map(|row| row.place) {
            Some(place) => Err(RiskError::TooManyOfAPlace { place, limit: RISK_ROWS_OF_A_PLACE }),
            None => Ok(Self::of_sorted(&|take| rows.iter().copied().for_each(take))),
        }
    }

    /// A table of rows that are sorted, each once.
    pub(super) fn of_sorted(all: &All<'_>) -> Self {
        let columns = Columns::of(all, usize::MAX).unwrap_or_default();
        let marks = check(&columns).unwrap_or_default();
        Self { columns, marks }
    }

    /// The same to be written alone, in at most so many bytes: whoever reads what is written finds out whether it is a table.
    pub(super) fn to_write(all: &All<'_>, most: usize) -> Option<Self> {
        Columns::of(all, most).map(|columns| Self { columns, marks: Vec::new() })
    }

    /// How many rows it has.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.columns.count
    }

    /// Whether it has no rows.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.columns.count == 0
    }

    /// All rows, sorted by place, compound and time.
    #[must_use]
    pub fn rows(&self) -> Rows<'_> {
        self.columns.rows()
    }

    /// The rows that apply to all of this place: its own and those of the places that contain it, without those of compounds.
    pub fn covering(&self, place: Place) -> impl Iterator<Item = RiskRow> {
        place.containing().flat_map(|place| self.of(place)).filter(|row| row.compound.is_none())
    }

    /// The rows for this place itself, and for compounds in it that have no other place.
    pub fn of(&self, place: Place) -> impl Iterator<Item = RiskRow> {
        self.from(place).take_while(move |row| row.place == place)
    }

    /// The rows for a part of this place: for those that it contains, and for compounds in it. Whoever says no more than that they
    /// were in this place may have been there or not.
    pub fn inside(&self, place: Place) -> impl Iterator<Item = RiskRow> {
        let within = self.from(place).take_while(move |row| place.contains(row.place));
        within.filter(move |row| row.place != place || row.compound.is_some())
    }

    /// The rows from the first for this place or a later one on.
    fn from(&self, place: Place) -> impl Iterator<Item = RiskRow> {
        // Rows of this place may begin before a mark.
        let number = self.marks.partition_point(|mark| mark.before() < place).saturating_sub(1);
        let rows = self.marks.get(number).map(|mark| self.columns.rows_from(number, mark));
        rows.into_iter().flatten().skip_while(move |row| row.place < place)
    }

    /// The highest level of all of this place at a moment.
    #[must_use]
    pub fn level_at(&self, place: Place, at: Time) -> Level {
        let there = self.covering(place).filter(|row| row.holds_at(at));
        there.map(|row| row.level).max().unwrap_or_default()
    }
}

impl Body for RiskTable {
    const KIND: Kind = Kind::RiskTable;
    /// No single person can mark a place.
    const SIGNERS: u8 = 2;

    fn lies_in(&self, place: Place) -> bool {
        self.rows().all(|row| place.governs(row.place))
    }

    fn longest_life(&self) -> Span {
        Span::days(RISK_TABLE_DAYS)
    }
}

/// A column in a file, and how many bytes follow it.
type Column<'b> = (&'b [u8], usize);

impl Cbor for RiskTable {
    fn write(&self, w: &mut Writer) {
        let Columns { base, unit, count, places, levels, starts, durations, compounds } = &self.columns;
        w.map(if compounds.is_empty() { 7 } else { 8 }).field(0, base).field(1, unit).unsigned(2);
        w.unsigned(u64::try_from(*count).unwrap_or(u64::MAX));
        w.unsigned(3).bytes(places).unsigned(4).bytes(levels).unsigned(5).bytes(starts).unsigned(6).bytes(durations);
        if !compounds.is_empty() {
            w.unsigned(7).bytes(compounds);
        }
    }

    fn read(r: &mut Reader<'_>) -> Option<Self> {
        let key = |r: &mut Reader<'_>, key: u64| (r.unsigned()? == key).then_some(());
        let start = r.left();
        let fields = r.map()?;
        if !(7..=8).contains(&fields) {
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
        let count = key(r, 2).and_then(|()| r.unsigned()).and_then(|count| usize::try_from(count).ok());
        // Each row takes a byte or more in the columns that follow.
        let Some(count) = count.filter(|count| *count <= RISK_ROWS && *count <= r.left() / 3) else {
            return r.lost(left, || Step::Field("count"));
        };
        let mut column = |number: u64, name: &'static str| -> Option<Column<'_>> {
            let left = r.left();
            match key(r, number).and_then(|()| r.bytes()) {
                Some(bytes) => Some((bytes, r.left())),
                None => r.lost(left, || Step::Field(name)),
            }
        };
        let (places, after_places) = column(3, "places")?;
        let (levels, after_levels) = column(4, "levels")?;
        let (starts, after_starts) = column(5, "starts")?;
        let (durations, after_durations) = column(6, "durations")?;
        let (compounds, after_compounds) = if fields == 8 { column(7, "compounds")? } else { (&[][..], 0) };
        let [places, levels, starts, durations, compounds] =
            [places, levels, starts, durations, compounds].map(<[u8]>::to_vec);
        let columns = Columns { base, unit, count, places, levels, starts, durations, compounds };
        let after = |column: &str| match column {
            "places" => (after_places, columns.places.len()),
            "levels" => (after_levels, columns.levels.len()),
            "starts" => (after_starts, columns.starts.len()),
            "durations" => (after_durations, columns.durations.len()),
            _ => (after_compounds, columns.compounds.len()),
        };
        match check(&columns) {
            Ok(marks) if fields == 7 || !columns.compounds.is_empty() => Some(Self { columns, marks }),
            Ok(_) => r.lost(after_compounds, || Step::Field("compounds")),
            Err(Fault::Row(row)) => r.lost(start, || Step::Item(row)),
            Err(Fault::Scale(field)) => r.lost(start, || Step::Field(field)),
            Err(Fault::Column(column, row, read)) => {
                let (after, length) = after(column);
                if let Some(row) = row {
                    let _ = r.lost::<()>(after + length - read, || Step::Item(row));
                }
                r.lost(after + length - read, || Step::Field(column))
            }
        }
    }
}

/// What is wrong with columns.
enum Fault {
    /// A row that is not after the one before it, or is one too many of its place.
    Row(usize),
    /// What the others are counted from or in is not what it would be written by.
    Scale(&'static str),
    /// A column that cannot be read: at this row, if it is one, after so many bytes.
    Column(&'static str, Option<usize>, usize),
}

/// Reads all rows once: lookups rely on their order, and one table must have one encoding. Gives a mark for every so many.
fn check(columns: &Columns) -> Result<Vec<Mark>, Fault> {
    columns.fits().map_err(|column| Fault::Column(column, None, 0))?;
    let mut marks = Vec::with_capacity(columns.count.div_ceil(MARKED_ROWS));
    let mut rows = columns.rows();
    let mut larger = UNITS.into_iter().take_while(|unit| *unit > columns.unit).last();
    let (mut before, mut of_a_place, mut begins) =
        (None::<RiskRow>, 0, columns.count == 0 && columns.base == Time::default());
    while rows.index() < columns.count {
        let index = rows.index();
        if index.is_multiple_of(MARKED_ROWS) {
            marks.push(rows.mark());
        }
        let at = rows.clone();
        let row = rows.read().map_err(|column| {
            let read = match column {
                "places" => columns.places.len() - at.places.len(),
                "starts" => columns.starts.len() - at.starts.len(),
                "durations" => columns.durations.len() - at.durations.len(),
                _ => 0,
            };
            Fault::Column(column, Some(index), read)
        })?;
        of_a_place = if before.is_some_and(|before| before.place == row.place) { of_a_place + 1 } else { 1 };
        if before.is_some_and(|before| before >= row) || of_a_place > RISK_ROWS_OF_A_PLACE {
            return Err(Fault::Row(index));
        }
        begins |= row.from == columns.base;
        larger = larger.filter(|unit| row.is_divided(columns.base, *unit));
        before = Some(row);
    }
    for (column, all, left) in [
        ("places", &columns.places, rows.places),
        ("starts", &columns.starts, rows.starts),
        ("durations", &columns.durations, rows.durations),
    ] {
        if !left.is_empty() {
            return Err(Fault::Column(column, None, all.len() - left.len()));
        }
    }
    match (begins, larger) {
        (false, _) => Err(Fault::Scale("base")),
        (true, Some(_)) => Err(Fault::Scale("unit")),
        (true, None) => Ok(marks),
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
        RiskRow { place: Place::parse(place).unwrap(), compound: None, level, from: time(from), to: to.map(time) }
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
        let signed = RiskTable::of_sorted(&|take| rows(RISK_ROWS_OF_A_PLACE + 1).into_iter().for_each(take));
        assert_eq!(crate::cbor::from_bytes::<RiskTable>(&crate::cbor::to_bytes(&signed)), None);
    }

    /// A table that has what one can have: a place and one in it, a compound of each, history, an open end.
    fn sample() -> RiskTable {
        let mut rows = vec![
            row("42", Level::Low, "2022-11-01T00:00:00Z", None),
            row("420106001002", Level::High, "2022-11-20T06:00:00Z", Some("2022-11-25T06:00:00Z")),
            row("420106001002", Level::Low, "2022-11-25T06:00:00Z", Some("2022-11-27T06:00:00Z")),
            row("420106001003", Level::High, "2022-11-20T06:00:00Z", Some("2022-11-25T06:00:00Z")),
        ];
        let compound = Some(Compound(*b"compound"));
        rows.extend(
            rows.clone().into_iter().filter(|row| row.level == Level::High).map(|row| RiskRow { compound, ..row }),
        );
        RiskTable::new(rows).unwrap()
    }

    #[test]
    fn what_lies_in_a_place_is_told_from_what_applies_to_all_of_it() {
        let table = sample();
        let place = |code: &str| Place::parse(code).unwrap();
        let codes = |rows: &mut dyn Iterator<Item = RiskRow>| {
            rows.map(|row| format!("{}{}", row.place, if row.compound.is_some() { "*" } else { "" }))
                .collect::<Vec<_>>()
        };
        let all = ["420106001002", "420106001002", "420106001002*", "420106001003", "420106001003*"];
        assert_eq!(codes(&mut table.rows()), [&["42"][..], &all].concat());
        assert_eq!(codes(&mut table.inside(place("42"))), all);
        assert_eq!(codes(&mut table.inside(Place::COUNTRY)), [&["42"][..], &all].concat());
        assert_eq!(codes(&mut table.inside(place("420106001"))), all);
        assert_eq!(codes(&mut table.inside(place("420106001002"))), ["420106001002*"]);
        assert_eq!(codes(&mut table.inside(place("420107"))), [""; 0]);
        assert_eq!(codes(&mut table.covering(place("420106001003"))), ["420106001003", "42"]);
        assert_eq!(codes(&mut table.of(place("420106001003"))), ["420106001003", "420106001003*"]);
        assert_eq!(codes(&mut RiskTable::default().inside(Place::COUNTRY)), [""; 0]);
        assert_eq!((table.len(), table.rows().len(), table.is_empty()), (6, 6, false));
    }

    /// The columns of the sample, and what becomes of a table if one of them is changed.
    #[test]
    #[cfg(feature = "authoring")]
    fn columns_that_lie_are_refused_and_the_column_and_row_are_named() {
        let refused = |change: &dyn Fn(&mut Columns)| {
            let mut table = sample();
            change(&mut table.columns);
            let bytes = crate::cbor::to_bytes(&table);
            let mut r = Reader::new(&bytes);
            assert!(RiskTable::read(&mut r).is_none());
            let spot = r.spot().to_string();
            spot.strip_prefix(", at ").unwrap_or_default().split(" (").next().unwrap_or_default().to_owned()
        };
        let columns = sample().columns;
        assert_eq!((columns.unit, columns.count), (3_600, 6));
        assert_eq!(columns.places[7..], [0xaa, 0xcd, 0xdc, 0xa8, 0x06, 0, 0, 16, 0]);
        let with = |column: &[u8], at: usize, byte: u8| {
            let mut column = column.to_vec();
            column[at] = byte;
            column
        };
        type Case<'c> = (&'c str, &'c dyn Fn(&mut Columns));
        let cases: [Case<'_>; 24] = [
            // Counts that lie: more rows than there are, or fewer.
            ("levels", &|c| c.count += 3),
            ("places[6]", &|c| (c.count, c.levels) = (8, vec![0xff; 2])),
            ("levels", &|c| c.count = 5),
            ("count", &|c| c.count = RISK_ROWS + 1),
            ("count", &|c| c.count = 40),
            // Cut off.
            ("places[5]", &|c| _ = c.places.pop()),
            ("starts[5]", &|c| _ = c.starts.pop()),
            ("durations[5]", &|c| _ = c.durations.pop()),
            ("levels", &|c| _ = c.levels.pop()),
            ("compounds", &|c| _ = c.compounds.pop()),
            // Too long, or with something behind it.
            ("places", &|c| c.places.push(0)),
            ("starts", &|c| c.starts.push(0)),
            ("durations", &|c| c.durations.push(0)),
            ("levels", &|c| c.levels.push(0)),
            ("levels", &|c| *c.levels.last_mut().unwrap() |= 0x80),
            ("compounds", &|c| c.compounds[0] |= 0x80),
            ("compounds", &|c| c.compounds = vec![0]),
            // No level, no place, a number that is longer than it needs to be or too long.
            ("levels[0]", &|c| c.levels[0] &= !3),
            ("places[1]", &|c| c.places = with(&c.places, 7, 0xab)),
            ("starts[0]", &|c| c.starts = [&[0x80, 0], &c.starts[1..]].concat()),
            ("durations[0]", &|c| c.durations = [&[0xff; 8][..], &[1], &c.durations[1..]].concat()),
            // Twice, or out of order.
            ("[4]", &|c| c.places = with(&c.places, 14, 0)),
            // Counted otherwise than it would be.
            ("base", &|c| c.starts[0] = 1),
            ("unit", &|c| {
                *c = Columns {
                    unit: 60,
                    ..RiskTable::new(vec![row("42", Level::Low, "2022-11-01T00:00:00Z", None)]).unwrap().columns
                }
            }),
        ];
        for (number, (spot, change)) in cases.into_iter().enumerate() {
            assert_eq!(refused(change), spot, "case {number}");
        }
    }

    /// Few places with much history, or all kinds of places; and sometimes compounds.
    fn rows() -> impl Strategy<Value = Vec<RiskRow>> {
        let place = (prop_oneof![110_000_000_000u64..920_000_000_000, 330_106_001_001u64..330_106_002_009], 0usize..5);
        let row = (place, 0i64..1_000_000, 0i64..1_000_000, 1u8..4, proptest::option::weighted(0.2, 0u8..3)).prop_map(
            |((place, level), from, length, risk, compound)| RiskRow {
                place: Place::parse(&place.to_string()[..[2, 4, 6, 9, 12][level]]).unwrap(),
                compound: compound.map(|number| Compound([number; 8])),
                from: Time::from_unix(from * 60),
                to: (length > 0).then(|| Time::from_unix((from + length) * 60)),
                level: Level::from_number(risk).unwrap(),
            },
        );
        proptest::collection::vec(row, 0..300)
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
        fn looking_up_finds_what_a_plain_search_finds(mut rows in rows(), other in 110_000u64..920_000, at in any::<proptest::sample::Index>()) {
            let table = RiskTable::new(rows.clone()).unwrap();
            rows.sort_unstable();
            rows.dedup();
            prop_assert!(table.rows().eq(rows.iter().copied()));
            let chosen = rows.get(at.index(rows.len().max(1))).map(|row| row.place);
            for place in [Place::parse(&other.to_string()).ok(), chosen, chosen.map(|place| place.within(6))].into_iter().flatten() {
                let found = |wanted: &dyn Fn(&&RiskRow) -> bool| rows.iter().filter(wanted).copied().collect::<Vec<_>>();
                prop_assert_eq!(table.of(place).collect::<Vec<_>>(), found(&|row| row.place == place));
                let inside = found(&|row| place.contains(row.place) && (row.place != place || row.compound.is_some()));
                prop_assert_eq!(table.inside(place).collect::<Vec<_>>(), inside);
                let mut covering: Vec<RiskRow> = table.covering(place).collect();
                covering.sort_unstable();
                prop_assert_eq!(covering, found(&|row| row.place.contains(place) && row.compound.is_none()));
            }
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
