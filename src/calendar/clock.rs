//! The clock of a region: by which its days begin, also where it changes for summer time.

use super::{Date, Offset, Time};
use crate::cbor::cbor_map;
use serde::Serialize;

/// A change of the offset of a clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct OffsetChange {
    /// From which moment on.
    pub at: Time,
    /// The offset from then on.
    pub offset: Offset,
}
cbor_map!(OffsetChange { 0 at, 1 offset });

/// A clock: an offset, and what it changes to, in order.
#[derive(Debug, Clone, Copy)]
pub struct Clock<'a> {
    first: Offset,
    changes: &'a [OffsetChange],
}

impl From<Offset> for Clock<'_> {
    fn from(first: Offset) -> Self {
        Self { first, changes: &[] }
    }
}

impl<'a> Clock<'a> {
    /// A clock that has this offset until the first of these changes.
    #[must_use]
    pub const fn new(first: Offset, changes: &'a [OffsetChange]) -> Self {
        Self { first, changes }
    }

    /// The offset at a moment.
    #[must_use]
    pub fn offset_at(self, time: Time) -> Offset {
        let before = self.changes.iter().rev().find(|change| change.at <= time);
        before.map_or(self.first, |change| change.offset)
    }

    /// The day that the clock shows; one that has begun does not end because the clock is put back over midnight.
    #[must_use]
    pub fn date(self, time: Time) -> Date {
        let shown = time.date(self.offset_at(time));
        let next = shown.plus_days(1);
        if !self.changes.is_empty() && self.start(next) <= time { next } else { shown }
    }

    /// The moment at which a day begins: the first at which the clock shows that day, or, where it skips it, a later one.
    #[must_use]
    pub fn start(self, date: Date) -> Time {
        let (mut from, mut offset) = (Time::from_unix(i64::MIN), self.first);
        for change in self.changes {
            let start = date.start(offset).max(from);
            if start < change.at {
                return start;
            }
            (from, offset) = (change.at, change.offset);
        }
        date.start(offset).max(from)
    }

    /// What the clock shows at a moment, as the moment at which it would by its first offset: the days of what is shown so are
    /// 24 hours each, so that days can be added to it.
    #[must_use]
    pub fn shown(self, time: Time) -> Time {
        Time::from_unix(time.unix() + self.offset_at(time).seconds() - self.first.seconds())
    }

    /// The beginning of a day, as it is shown.
    #[must_use]
    pub const fn show(self, date: Date) -> Time {
        date.start(self.first)
    }

    /// The day of what is shown.
    #[must_use]
    pub const fn day_shown(self, shown: Time) -> Date {
        shown.date(self.first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::Span;
    use proptest::prelude::*;

    fn time(text: &str) -> Time {
        Time::parse(text).unwrap()
    }

    fn change(at: &str, offset: &str) -> OffsetChange {
        OffsetChange { at: time(at), offset: Offset::parse(offset).unwrap() }
    }

    /// London in 2026.
    fn london() -> [OffsetChange; 2] {
        [change("2026-03-29T01:00:00Z", "+01:00"), change("2026-10-25T01:00:00Z", "+00:00")]
    }

    #[test]
    fn a_day_of_23_hours_and_one_of_25() {
        let changes = london();
        let clock = Clock::new(Offset::UTC, &changes);
        let start = |day: &str| clock.start(Date::parse(day).unwrap());
        let hours = |day: &str, next: &str| start(next).since(start(day)).as_seconds() / 3600;
        assert_eq!(hours("2026-03-28", "2026-03-29"), 24);
        assert_eq!(hours("2026-03-29", "2026-03-30"), 23);
        assert_eq!(hours("2026-10-24", "2026-10-25"), 24);
        assert_eq!(hours("2026-10-25", "2026-10-26"), 25);
        assert_eq!(start("2026-07-01"), time("2026-06-30T23:00:00Z"));
        let second = Span::seconds(1);
        for day in ["2026-03-30", "2026-10-26", "2026-07-01"] {
            let date = Date::parse(day).unwrap();
            assert_eq!((clock.date(start(day)), clock.date(start(day).minus(second))), (date, date.plus_days(-1)));
        }
        assert_eq!(clock.shown(time("2026-07-01T11:30:00Z")), time("2026-07-01T12:30:00Z"));
        assert_eq!(clock.show(Date::parse("2026-07-01").unwrap()), time("2026-07-01T00:00:00Z"));
    }

    #[test]
    fn a_day_that_has_no_midnight_begins_with_its_change() {
        // Santiago in 2026: from midnight to one o'clock in September, and in April from midnight back to eleven.
        let changes = [change("2026-04-05T03:00:00Z", "-04:00"), change("2026-09-06T04:00:00Z", "-03:00")];
        let clock = Clock::new(Offset::parse("-03:00").unwrap(), &changes);
        let start = |day: &str| clock.start(Date::parse(day).unwrap());
        assert_eq!(start("2026-04-05"), time("2026-04-05T04:00:00Z"));
        assert_eq!(start("2026-09-06"), time("2026-09-06T04:00:00Z"));
        assert_eq!(start("2026-09-07"), time("2026-09-07T03:00:00Z"));
    }

    proptest! {
        #[test]
        fn a_day_begins_when_the_clock_first_shows_it(day in 20_400_i64..20_900, hours in prop::collection::vec(4_i16..=12, 0..6)) {
            let every = |(index, hours): (usize, &i16)| {
                let days = 20_410 + 60 * i64::try_from(index).unwrap();
                OffsetChange { at: Time::from_unix(days * 86_400 + 3_600), offset: Offset(60 * hours) }
            };
            let changes: Vec<_> = hours.iter().enumerate().map(every).collect();
            let clock = Clock::new(Offset::CHINA, &changes);
            let date = Date::from_civil(1970, 1, 1).unwrap().plus_days(day);
            let start = clock.start(date);
            prop_assert!(clock.date(start) >= date);
            prop_assert!(clock.date(start.minus(Span::seconds(1))) < date);
            // And each later moment is of that day or a later one.
            prop_assert!((0..60).all(|hours| clock.date(start.plus(Span::seconds(hours * 3_600))) >= date));
        }
    }
}
