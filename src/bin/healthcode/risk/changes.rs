//! What differs between two risk tables, as the officers who sign the newer one have to know it.

use std::collections::BTreeMap;

use healthcode::authoring::divisions::Divisions;
use healthcode::calendar::{Date, Offset, Time};
use healthcode::compound::Compound;
use healthcode::place::Place;
use healthcode::risk::{Level, RiskRow, RiskTable};
use healthcode::trust::Header;

use super::build::is_whole_province;
use super::reduce::read_from;
use crate::format::{grouped, local, rows};
use crate::input::risk_rows::level_name;

/// How many rows of each kind of change are named before signing.
pub(crate) const NAMED: usize = 20;

/// A kind of change, in the order in which they are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    /// A place is at a level for a time, and was not before.
    Added,
    /// It ends, or earlier than it did.
    Lifted,
    /// It ends later than it did, or is open again.
    Prolonged,
    /// The same time at another level, or the same level from another time on.
    Corrected,
    /// It is gone as if it had never been.
    Removed,
}

impl Kind {
    const ALL: [Self; 5] = [Self::Added, Self::Lifted, Self::Prolonged, Self::Corrected, Self::Removed];

    const fn name(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Lifted => "lifted",
            Self::Prolonged => "prolonged",
            Self::Corrected => "corrected",
            Self::Removed => "removed",
        }
    }
}

/// One change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Change {
    kind: Kind,
    /// The row as it is now, or was last.
    row: RiskRow,
    /// As it was, if it is another now.
    before: Option<RiskRow>,
}

/// What differs between two tables.
#[derive(Debug)]
pub(crate) struct Changes {
    rows: [usize; 2],
    /// The day whose names places are called by.
    day: Date,
    /// The places that the two cover, if it is known of both and differs.
    covered: Option<[Option<Place>; 2]>,
    /// By place.
    changes: Vec<Change>,
    /// How many rows are gone that had ended before anything that rules look back to, and when the last of them had.
    past: Option<(usize, Time)>,
}

impl Changes {
    /// What differs between an older and a newer table, each with its header if there is one, for rules that look back so
    /// many days.
    pub(crate) fn between(
        (before, old): (Option<&Header>, &RiskTable),
        (after, new): (Option<&Header>, &RiskTable),
        window_days: i64,
    ) -> Self {
        let (old, new) = (all_rows(old), all_rows(new));
        let day = after.map(|header| header.issued).or_else(|| new.iter().map(|row| row.from).max());
        let covered = before.zip(after).map(|(before, after)| [before.place, after.place]);
        let mut found = Self {
            rows: [old.len(), new.len()],
            day: day.unwrap_or_default().date(Offset::CHINA),
            covered: covered.filter(|[before, after]| before != after),
            changes: Vec::new(),
            past: None,
        };
        // Rows that nobody has issued yet are read at no time that is known: of those, any that is gone may be missed.
        let past = after.map(|header| read_from(header.issued, window_days));
        let mut by_place: BTreeMap<(Place, Option<Compound>), [Vec<RiskRow>; 2]> = BTreeMap::new();
        for (index, rows) in [old, new].into_iter().enumerate() {
            for row in rows {
                if let Some(of_place) = by_place.entry((row.place, row.compound)).or_default().get_mut(index) {
                    of_place.push(row);
                }
            }
        }
        for [old, new] in by_place.into_values() {
            found.compare(old, new, past);
        }
        found
    }

    /// Compares the rows of one place, or of one compound in it.
    fn compare(&mut self, mut old: Vec<RiskRow>, mut new: Vec<RiskRow>, past: Option<Time>) {
        let mut paired = Vec::new();
        let mut pair = |alike: &dyn Fn(&RiskRow, &RiskRow) -> bool| {
            old.retain(|before| {
                let found = new.iter().position(|row| alike(before, row)).map(|at| new.remove(at));
                paired.extend(found.map(|row| (*before, row)));
                found.is_none()
            });
        };
        pair(&|before, row| before == row);
        pair(&|before, row| (before.level, before.from) == (row.level, row.from));
        pair(&|before, row| before.from == row.from);
        pair(&|before, row| before.level == row.level && meet(before, row));
        let changed = |(before, row): (RiskRow, RiskRow)| {
            let kind = if (before.level, before.from) != (row.level, row.from) {
                Kind::Corrected
            } else if before.to == row.to {
                return None;
            } else if row.to.is_some_and(|to| before.to.is_none_or(|before| to < before)) {
                Kind::Lifted
            } else {
                Kind::Prolonged
            };
            Some(Change { kind, row, before: Some(before) })
        };
        self.changes.extend(paired.into_iter().filter_map(changed));
        self.changes.extend(new.into_iter().map(|row| Change { kind: Kind::Added, row, before: None }));
        for row in old {
            match row.to.filter(|to| past.is_some_and(|past| *to <= past)) {
                Some(to) => {
                    let (count, last) = self.past.unwrap_or((0, to));
                    self.past = Some((count + 1, last.max(to)));
                }
                None => self.changes.push(Change { kind: Kind::Removed, row, before: None }),
            }
        }
    }

    /// In words and numbers: in all, by province and level, then the rows themselves, of each kind as many as `named`.
    pub(crate) fn lines(&self, named: Option<usize>) -> Vec<String> {
        let [before, now] = self.rows;
        let mut lines = Vec::new();
        if let Some([before, after]) = self.covered {
            lines.push(format!("it covers {}, before {}", region(after), region(before)));
        }
        let counts = counted(self.changes.iter());
        let counts = if counts.is_empty() { "nothing differs that rules can read".to_owned() } else { counts };
        lines.push(format!("{} before, {} now: {counts}", rows(before), grouped(now)));
        if let Some((count, last)) = self.past {
            lines.push(format!("{} that ended by {} left out", rows(count), local(last)));
        }
        for of_one in self.changes.chunk_by(|a, b| province(a) == province(b)) {
            let Some(province) = of_one.first().map(province) else { continue };
            let levels = [Level::High, Level::Medium, Level::Low].into_iter().filter_map(|level| {
                let counts = counted(of_one.iter().filter(|change| change.row.level == level));
                (!counts.is_empty()).then(|| format!("{} {counts}", level_name(level)))
            });
            lines.push(format!("  in {}: {}", self.called(province), levels.collect::<Vec<_>>().join("; ")));
        }
        for kind in Kind::ALL {
            let of_kind = || self.changes.iter().filter(move |change| change.kind == kind);
            let named = named.unwrap_or(usize::MAX);
            lines.extend(of_kind().take(named).map(|change| format!("{:<10}{}", kind.name(), self.words(change))));
            let more = of_kind().count().saturating_sub(named);
            if more > 0 {
                let more = grouped(more);
                lines.push(format!("{:<10}{more} more, which `healthcode risk diff --all` names", kind.name()));
            }
        }
        lines
    }

    /// A code with what it is called.
    fn called(&self, place: Place) -> String {
        let path = Divisions::known().path(place, self.day);
        let name: String = path.into_iter().map(|division| &*division.zh).collect();
        if name.is_empty() { place.to_string() } else { format!("{place} {name}") }
    }

    fn words(&self, change: &Change) -> String {
        let RiskRow { place, compound, level, from, to } = change.row;
        let compound = compound.map(|compound| format!(" compound {compound}")).unwrap_or_default();
        let whole = if is_whole_province(place) { ", a whole province" } else { "" };
        let end = |to: Option<Time>| to.map_or_else(|| "open".to_owned(), |to| format!("until {}", local(to)));
        let before = match (change.kind, change.before) {
            (Kind::Lifted | Kind::Prolonged, Some(before)) => format!(", before {}", end(before.to)),
            (_, Some(before)) => {
                format!(", before {} from {} {}", level_name(before.level), local(before.from), end(before.to))
            }
            _ => String::new(),
        };
        let place = self.called(place);
        format!("{place}{compound}: {} from {} {}{before}{whole}", level_name(level), local(from), end(to))
    }
}

/// The rows of a table.
fn all_rows(table: &RiskTable) -> Vec<RiskRow> {
    table.rows().collect()
}

/// Whether two rows have a moment in common.
fn meet(one: &RiskRow, other: &RiskRow) -> bool {
    one.to.is_none_or(|to| other.from < to) && other.to.is_none_or(|to| one.from < to)
}

fn province(change: &Change) -> Place {
    change.row.place.within(2)
}

fn region(place: Option<Place>) -> String {
    place.map_or_else(|| "the whole country".to_owned(), |place| format!("place {place}"))
}

/// How many changes of each kind: "3 added, 1 lifted"; nothing if there are none.
fn counted<'a>(changes: impl Iterator<Item = &'a Change>) -> String {
    let mut counts: BTreeMap<Kind, usize> = BTreeMap::new();
    for change in changes {
        *counts.entry(change.kind).or_default() += 1;
    }
    let counts = counts.into_iter().map(|(kind, count)| format!("{} {}", grouped(count), kind.name()));
    counts.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(rows: &[(&str, Level, i64, Option<i64>)]) -> RiskTable {
        let day =
            |day: i64| Time::parse("2022-12-01T00:00:00+08:00").unwrap().plus(healthcode::calendar::Span::days(day));
        let row = |(place, level, from, to): &(&str, Level, i64, Option<i64>)| RiskRow {
            place: Place::parse(place).unwrap(),
            compound: None,
            level: *level,
            from: day(*from),
            to: to.map(day),
        };
        RiskTable::new(rows.iter().map(row).collect()).unwrap()
    }

    fn told(old: &[(&str, Level, i64, Option<i64>)], new: &[(&str, Level, i64, Option<i64>)]) -> Vec<String> {
        let (old, new) = (table(old), table(new));
        Changes::between((None, &old), (None, &new), 60).lines(Some(2))
    }

    /// As [`told`], of a table that is issued on the second day.
    fn told_of_issued(old: &[(&str, Level, i64, Option<i64>)], window_days: i64) -> Vec<String> {
        let new = [("420106", Level::High, 0, None)];
        let old = [old, &new].concat();
        let issued = Time::parse("2022-12-02T00:00:00+08:00").unwrap();
        let header = Header { version: 2, issued, expires: issued, place: None };
        Changes::between((None, &table(&old)), (Some(&header), &table(&new)), window_days).lines(None)
    }

    #[test]
    fn what_rules_still_read_is_removed_and_only_what_they_do_not_is_past() {
        // The window begins sixty days before the midnight before now, or fourteen; the phone's clock may be behind.
        for (window_days, last) in [(60, -61), (14, -15)] {
            let removed = told_of_issued(&[("3301", Level::High, -99, Some(last + 1))], window_days);
            assert_eq!(removed[0], "2 rows before, 1 now: 1 removed");
            assert!(removed[2].starts_with("removed   3301 浙江省杭州市: high from"), "{removed:?}");
            let past = told_of_issued(&[("3301", Level::High, -99, Some(last))], window_days);
            assert_eq!(past[0], "2 rows before, 1 now: nothing differs that rules can read");
            assert!(past[1].starts_with("1 row that ended by 2022-") && past[1].ends_with(" left out"), "{past:?}");
        }
        // It ended yesterday: whoever was there in November would be at no risk any more.
        let yesterday = told_of_issued(&[("3301", Level::High, -11, Some(0))], 60);
        assert_eq!(yesterday[0], "2 rows before, 1 now: 1 removed");
    }

    #[test]
    fn each_change_is_told_as_what_it_does_to_people() {
        use Level::{High, Low};
        let old = [
            ("330106", High, 0, None),
            ("330108", High, 0, Some(3)),
            ("330109", Low, 0, Some(3)),
            ("330110", High, 0, Some(3)),
            ("420106", High, 1, None),
            ("420111", High, 1, Some(9)),
            ("110105", Low, -40, Some(-30)),
        ];
        let new = [
            ("330106", High, 0, Some(5)),
            ("330108", High, 0, Some(2)),
            ("330109", Low, 0, None),
            ("330110", Low, 0, Some(3)),
            ("420106", High, 2, None),
            ("44", High, 4, None),
        ];
        assert_eq!(
            told(&old, &new),
            [
                "7 rows before, 6 now: 1 added, 2 lifted, 1 prolonged, 2 corrected, 2 removed",
                "  in 11 北京市: low 1 removed",
                "  in 33 浙江省: high 2 lifted; low 1 prolonged, 1 corrected",
                "  in 42 湖北省: high 1 corrected, 1 removed",
                "  in 44 广东省: high 1 added",
                "added     44 广东省: high from 2022-12-05T00:00:00+08:00 open, a whole province",
                "lifted    330106 浙江省杭州市西湖区: high from 2022-12-01T00:00:00+08:00 until 2022-12-06T00:00:00+08:00, before open",
                "lifted    330108 浙江省杭州市滨江区: high from 2022-12-01T00:00:00+08:00 until 2022-12-03T00:00:00+08:00, before until \
                 2022-12-04T00:00:00+08:00",
                "prolonged 330109 浙江省杭州市萧山区: low from 2022-12-01T00:00:00+08:00 open, before until 2022-12-04T00:00:00+08:00",
                "corrected 330110 浙江省杭州市余杭区: low from 2022-12-01T00:00:00+08:00 until 2022-12-04T00:00:00+08:00, before high from \
                 2022-12-01T00:00:00+08:00 until 2022-12-04T00:00:00+08:00",
                "corrected 420106 湖北省武汉市武昌区: high from 2022-12-03T00:00:00+08:00 open, before high from 2022-12-02T00:00:00+08:00 open",
                "removed   110105 北京市朝阳区: low from 2022-10-22T00:00:00+08:00 until 2022-11-01T00:00:00+08:00",
                "removed   420111 湖北省武汉市洪山区: high from 2022-12-02T00:00:00+08:00 until 2022-12-10T00:00:00+08:00",
            ]
        );
        assert_eq!(told(&new, &new), ["6 rows before, 6 now: nothing differs that rules can read"]);
    }

    #[test]
    fn of_many_some_are_named_and_the_rest_counted() {
        let rows: Vec<_> =
            ["3301", "3302", "3303", "4201"].iter().map(|place| (*place, Level::High, 0, None)).collect();
        let lines = told(&[], &rows);
        assert_eq!(
            lines[..3],
            ["0 rows before, 4 now: 4 added", "  in 33 浙江省: high 3 added", "  in 42 湖北省: high 1 added"]
        );
        assert_eq!(lines[5..], ["added     2 more, which `healthcode risk diff --all` names"]);
        // What is gone and may still be read is never counted with what is past.
        assert!(
            told(&rows, &rows[1..])
                .contains(&"removed   3301 浙江省杭州市: high from 2022-12-01T00:00:00+08:00 open".to_owned())
        );
    }
}
