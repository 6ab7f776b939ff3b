//! Exposure: the risk levels of a visit according to the risk tables.
//!
//! Everything here changes only at moments that can be computed in advance, so that a forecast can be exact: the
//! minutes of an ongoing visit are counted in whole [`QUANTUM`]s from its start.

use super::pack::Measure;
use crate::calendar::{Span, Time};
use crate::facts::Visit;
use crate::order::sorted;
use crate::risk::{Level, Tables};

/// The steps in which the length of an ongoing visit grows.
pub const QUANTUM: Span = Span::seconds(30 * 60);

/// A visit with the risk levels that apply to it.
pub struct Exposure<'a> {
    /// The visit.
    pub visit: &'a Visit,
    /// The highest level in the window.
    pub level: Level,
    /// Whether it is still going on.
    pub open: bool,
    /// The start of the counted time: within the window.
    pub from: Time,
    /// The end of the counted time: now at the latest.
    pub end: Time,
    /// The rows of the risk tables that apply; they may overlap, and those that have just begun have no length.
    spans: Vec<AppliedRow>,
}

/// A row of a risk table that applies to a visit.
struct AppliedRow {
    level: Level,
    /// How many digits its place has.
    digits: u8,
    from: Time,
    end: Time,
    /// Whether both visit and row are ongoing.
    now: bool,
}

impl<'a> Exposure<'a> {
    /// Looks up the levels of a visit since `start`; `None` if it has not begun, or was over by then.
    pub fn look_up(visit: &'a Visit, risk: Tables<'_>, start: Time, now: Time) -> Option<Self> {
        let (arrive, end) = visit.span_until(now)?;
        let open = visit.is_open(now);
        if end < start || (end == start && !open) {
            return None;
        }
        let counted = if open { arrive.plus(whole(now.since(arrive))) } else { end };
        let from = arrive.max(start);
        let mut exposure = Self { visit, level: Level::None, open, from, end: counted.max(from), spans: Vec::new() };
        for row in risk.covering(visit.place) {
            let row_end = row.to.unwrap_or(Time::from_unix(i64::MAX));
            let touched = from.max(row.from) < end.min(row_end);
            // Somebody who has just arrived, or arrived and left at once, was there all the same.
            let stood = (open || from == end) && row.from <= end && end < row_end;
            if touched || stood {
                exposure.level = exposure.level.max(row.level);
                let (from, end) = (from.max(row.from), exposure.end.min(row_end));
                let (level, digits) = (row.level, row.place.length());
                exposure.spans.push(AppliedRow { level, digits, from, end, now: open && row.holds_at(now) });
            }
        }
        Some(exposure)
    }

    /// How many rows of the risk tables apply.
    #[must_use]
    pub const fn rows(&self) -> usize {
        self.spans.len()
    }

    /// When it matched the measure, since `start`.
    pub(super) fn spans_at<'s>(&'s self, measure: &'s Measure, start: Time) -> impl Iterator<Item = (Time, Time)> + 's {
        self.rows_wanted(measure).map(move |row| (start.max(row.from), row.end)).filter(|(from, end)| from < end)
    }

    fn rows_wanted<'s>(&'s self, measure: &'s Measure) -> impl Iterator<Item = &'s AppliedRow> + 's {
        self.spans.iter().filter(|row| wanted(measure, row.level, row.digits))
    }

    /// Whether it is going on and matches the measure now.
    pub(super) fn goes_on(&self, measure: &Measure) -> bool {
        self.rows_wanted(measure).any(|row| row.now)
    }

    fn rows_at_worst(&self) -> impl Iterator<Item = &AppliedRow> {
        self.spans.iter().filter(|row| row.level == self.level)
    }

    /// Whole minutes at the highest level.
    #[must_use]
    pub fn risk_minutes(&self) -> i64 {
        minutes(self.rows_at_worst().map(|row| (row.from, row.end)).collect())
    }

    /// The number of digits of the narrowest place whose row gave the highest level; 0 if there is none.
    #[must_use]
    pub fn row_digits(&self) -> u8 {
        self.rows_at_worst().map(|row| row.digits).max().unwrap_or(0)
    }
}

fn whole(span: Span) -> Span {
    Span::seconds(span.as_seconds() - span.as_seconds().rem_euclid(QUANTUM.as_seconds()))
}

pub(super) fn wanted(measure: &Measure, level: Level, digits: u8) -> bool {
    (measure.levels.is_empty() || measure.levels.contains(&level))
        && measure.row_digits.is_none_or(|least| digits >= least)
}

/// Whole minutes that the spans cover, counting overlaps once.
pub(super) fn minutes(spans: Vec<(Time, Time)>) -> i64 {
    // At most one row applies to most visits.
    if let [(from, end)] = spans[..] {
        return end.since(from).as_minutes().max(0);
    }
    let spans = sorted(spans, |(from, end)| [from.unix(), end.unix(), 0, 0]);
    let mut seconds = 0;
    let mut covered = Time::from_unix(i64::MIN);
    for (from, end) in spans {
        let from = covered.max(from);
        seconds += end.since(from).as_seconds().max(0);
        covered = covered.max(end);
    }
    seconds / 60
}
