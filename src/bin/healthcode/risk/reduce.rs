//! From the rows that people keep to those that phones need: the same at every moment that rules can read, and fewer.

use healthcode::calendar::{Span, Time};
use healthcode::limits::CLOCK_SKEW_SECONDS;
use healthcode::place::Place;
use healthcode::risk::{Level, RiskRow};

/// Rows for a table, and what became of those that were given.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Reduced {
    pub(super) rows: Vec<RiskRow>,
    /// How many went into another one, of the same place and level at the same time or right after it.
    pub(super) merged: usize,
    /// How many begin while another of the same place holds, whose level differs.
    pub(super) overlapping: usize,
    /// The places of which they are, each once.
    pub(super) contested: Vec<Place>,
    /// How many ended too long ago for any rule to read.
    pub(super) ended: usize,
}

/// Before when rows must have ended for no rule to read them: rules of a window of so many days look back from the midnight
/// before now, on phones whose clock may be behind.
pub(super) fn read_from(issued: Time, window_days: i64) -> Time {
    issued.minus(Span::days(window_days + 1)).minus(Span::seconds(CLOCK_SKEW_SECONDS))
}

/// Leaves out rows that ended by then, and makes one of those of a place and level that meet.
pub(super) fn reduce(mut rows: Vec<RiskRow>, read_from: Time) -> Reduced {
    let given = rows.len();
    rows.retain(|row| row.to.is_none_or(|to| read_from < to));
    let mut reduced = Reduced { ended: given - rows.len(), ..Reduced::default() };
    let kept = rows.len();
    rows.sort_unstable_by_key(|row| (row.place, row.compound, row.level, row.from));
    rows.dedup_by(|row, before| {
        let alike = |row: &RiskRow| (row.place, row.compound, row.level);
        let meets = alike(row) == alike(before) && before.to.is_none_or(|to| row.from <= to);
        if meets {
            before.to = before.to.zip(row.to).map(|(one, other)| one.max(other));
        }
        meets
    });
    reduced.merged = kept - rows.len();
    rows.sort_unstable();
    count_overlaps(&rows, &mut reduced);
    reduced.rows = rows;
    reduced
}

/// Counts rows that begin before an earlier one of their place has ended; what is left of those differs in level.
fn count_overlaps(rows: &[RiskRow], reduced: &mut Reduced) {
    for of_one in rows.chunk_by(|a, b| (a.place, a.compound) == (b.place, b.compound)) {
        let mut until: Option<Option<Time>> = None;
        for row in of_one.iter().filter(|row| row.level != Level::None) {
            if until.is_some_and(|until| until.is_none_or(|until| row.from < until)) {
                reduced.overlapping += 1;
                if reduced.contested.last() != Some(&row.place) {
                    reduced.contested.push(row.place);
                }
            }
            until = Some(until.map_or(row.to, |until| until.zip(row.to).map(|(one, other)| one.max(other))));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use healthcode::risk::RiskTable;
    use proptest::prelude::*;

    fn row(place: &str, level: Level, from: i64, to: Option<i64>) -> RiskRow {
        let place = Place::parse(place).unwrap();
        RiskRow { place, compound: None, level, from: Time::from_unix(from), to: to.map(Time::from_unix) }
    }

    #[test]
    fn rows_that_meet_are_one_and_rows_of_another_level_stay() {
        let high = |from, to| row("330110", Level::High, from, to);
        let rows = vec![
            high(10, Some(20)),
            high(20, Some(30)),
            high(12, Some(15)),
            high(31, None),
            high(40, Some(50)),
            row("330110", Level::Low, 25, Some(28)),
            row("3301", Level::High, 5, Some(6)),
            row("3302", Level::Low, 1, Some(4)),
        ];
        let reduced = reduce(rows, Time::from_unix(4));
        let expected = [
            row("3301", Level::High, 5, Some(6)),
            high(10, Some(30)),
            row("330110", Level::Low, 25, Some(28)),
            high(31, None),
        ];
        assert_eq!(reduced.rows, expected);
        assert_eq!((reduced.merged, reduced.overlapping, reduced.ended), (3, 1, 1));
        assert_eq!(reduced.contested, [Place::parse("330110").unwrap()]);
    }

    #[test]
    fn what_a_rule_may_read_stays() {
        let day = 86_400;
        // The evening before midnight in China, when the window reaches back furthest; the phone is two minutes behind.
        let issued = Time::parse("2022-12-02T23:59:59+08:00").unwrap();
        let first = Time::parse("2022-10-02T23:57:59+08:00").unwrap();
        assert_eq!(read_from(issued, 60), first);
        assert_eq!(issued.since(read_from(issued, 14)).as_seconds(), 15 * day + 120);
    }

    proptest! {
        /// Every place has the same level as before, at every moment that can be read.
        #[test]
        fn nothing_changes_that_can_be_read(
            given in proptest::collection::vec((0usize..3, 0usize..3, 0i64..30, 0i64..12), 0..40),
            read_from in 0i64..30,
        ) {
            let rows: Vec<_> = given.iter().map(|(place, level, from, length)| {
                let place = ["33", "3301", "330110"][*place];
                let level = [Level::Low, Level::Medium, Level::High][*level];
                row(place, level, *from, (*length > 0).then_some(from + length))
            }).collect();
            let reduced = reduce(rows.clone(), Time::from_unix(read_from));
            prop_assert_eq!(reduced.rows.len() + reduced.merged + reduced.ended, rows.len());
            let again = reduce(reduced.rows.clone(), Time::from_unix(read_from));
            prop_assert_eq!((again.merged, again.ended, again.overlapping), (0, 0, reduced.overlapping));
            let (before, after) = (RiskTable::new(rows).unwrap(), RiskTable::new(reduced.rows).unwrap());
            for at in (read_from..50).map(Time::from_unix) {
                for place in ["33", "3301", "330110", "3302"].map(|place| Place::parse(place).unwrap()) {
                    prop_assert_eq!(before.level_at(place, at), after.level_at(place, at));
                }
            }
        }
    }
}
