//! Several risk tables side by side, each for the place that it covers; and so other lists that are about a place.

use super::table::{RiskRow, RiskTable};
use crate::calendar::Time;
use crate::place::Place;

/// A risk table and the place that it covers: what it does not list there has no risk, and outside it says nothing.
#[derive(Debug, Clone, Copy)]
pub struct Covered<'a, T = RiskTable> {
    /// The place, from the file's header; the whole country if it names none.
    pub place: Place,
    /// What it says; or, if it is too old to be used, when it expired.
    pub table: Result<&'a T, Time>,
}

/// Whether anything is known of a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coverage {
    /// A table covers it.
    Known,
    /// Only tables that are too old cover it.
    Stale {
        /// When the last of them expired.
        expired: Time,
    },
    /// No table covers it.
    Missing,
}

/// The tables that there are. With none, nothing is known of any place.
#[derive(Debug)]
pub struct Tables<'a, T = RiskTable>(&'a [Covered<'a, T>]);

impl<T> Clone for Tables<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Tables<'_, T> {}

impl<T> Default for Tables<'_, T> {
    fn default() -> Self {
        Self(&[])
    }
}

impl Tables<'_> {
    /// The rows that apply to all of this place, of all tables that may be used.
    pub fn covering(self, place: Place) -> impl Iterator<Item = RiskRow> {
        self.usable().flat_map(move |table| table.covering(place))
    }

    /// The rows for a part of this place, of all tables that may be used.
    pub fn inside(self, place: Place) -> impl Iterator<Item = RiskRow> {
        self.usable().flat_map(move |table| table.inside(place))
    }
}

impl<'a, T> Tables<'a, T> {
    /// These tables, in any order.
    #[must_use]
    pub const fn new(tables: &'a [Covered<'a, T>]) -> Self {
        Self(tables)
    }

    /// How many there are.
    #[must_use]
    pub const fn len(self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    /// Those that may be used.
    pub fn usable(self) -> impl Iterator<Item = &'a T> {
        self.0.iter().filter_map(|covered| covered.table.ok())
    }

    /// What is known of a place: of all of it, since a table for a part of it says nothing of the rest.
    #[must_use]
    pub fn coverage(self, place: Place) -> Coverage {
        self.best(|covered| covered.governs(place))
    }

    /// Whether there is a table for a region, or for a part of it.
    #[must_use]
    pub fn coverage_in(self, region: Place) -> Coverage {
        self.best(|covered| covered.governs(region) || region.contains(covered))
    }

    fn best(self, wanted: impl Fn(Place) -> bool) -> Coverage {
        let mut best = Coverage::Missing;
        for Covered { table, .. } in self.0.iter().filter(|covered| wanted(covered.place)) {
            match (*table, best) {
                (Ok(_), _) => return Coverage::Known,
                (Err(expired), Coverage::Stale { expired: known }) => {
                    best = Coverage::Stale { expired: known.max(expired) };
                }
                (Err(expired), _) => best = Coverage::Stale { expired },
            }
        }
        best
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::risk::Level;

    #[test]
    fn tables_cover_what_they_say_and_their_rows_count_together() {
        let place = |code: &str| Place::parse(code).unwrap();
        let time = Time::from_unix;
        let table = |code: &str, level| {
            let row = RiskRow { place: place(code), compound: None, level, from: time(0), to: None };
            RiskTable::new(vec![row]).unwrap()
        };
        let (wide, narrow) = (table("33", Level::Low), table("330106", Level::High));
        let list = [
            Covered { place: place("33"), table: Ok(&wide) },
            Covered { place: place("3301"), table: Ok(&narrow) },
            Covered { place: place("3301"), table: Err(time(1)) },
            Covered { place: place("42"), table: Err(time(5)) },
            Covered { place: place("4201"), table: Err(time(7)) },
            Covered { place: place("4201"), table: Err(time(6)) },
        ];
        let tables = Tables::new(&list);
        let levels = |code: &str| tables.covering(place(code)).map(|row| row.level).collect::<Vec<_>>();
        assert_eq!(levels("330106"), [Level::Low, Level::High]);
        assert_eq!(levels("3302"), [Level::Low]);
        assert_eq!(levels("4201"), []);
        for (code, coverage) in [
            ("330106", Coverage::Known),
            ("33", Coverage::Known),
            ("4201", Coverage::Stale { expired: time(7) }),
            ("4205", Coverage::Stale { expired: time(5) }),
            ("65", Coverage::Missing),
            ("00", Coverage::Missing),
        ] {
            assert_eq!(tables.coverage(place(code)), coverage, "{code}");
        }
        assert_eq!(tables.coverage_in(place("00")), Coverage::Known);
        assert_eq!(tables.coverage_in(place("42")), Coverage::Stale { expired: time(7) });
        assert_eq!(tables.coverage_in(place("65")), Coverage::Missing);
        assert_eq!(<Tables<'_>>::default().coverage(Place::COUNTRY), Coverage::Missing);
        let country = [Covered { place: Place::COUNTRY, table: Ok(&wide) }];
        assert_eq!(Tables::new(&country).coverage(place("65")), Coverage::Known);
    }
}
