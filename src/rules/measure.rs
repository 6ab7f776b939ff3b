//! Measures: numbers derived from the diary and the risk table, or from the reports.
//!
//! Everything here changes only at moments that can be named beforehand, so that a forecast can be exact: windows begin
//! at midnight, and the minutes of a visit that goes on are counted in whole [`QUANTUM`]s from its beginning.

use super::expression::{Budget, EvaluateError, Object, Value};
use super::pack::{Count, Measure, Pack};
use crate::calendar::{DAY, Span, Time};
use crate::facts::{Answer, Answers, Place, Report, Visit};
use crate::order::sorted;
use crate::risk::{Level, RiskTable};

/// In what steps the length of a visit that goes on grows.
pub const QUANTUM: Span = Span::seconds(30 * 60);

/// A visit with the levels of risk that it met.
pub struct Met<'a> {
    /// The visit.
    pub visit: &'a Visit,
    /// The highest level met in the window.
    pub level: Level,
    /// Whether it goes on.
    pub open: bool,
    /// From when to when it is counted: within the window, and at most until now.
    pub from: Time,
    /// See `from`.
    pub end: Time,
    /// Level, beginning and end of what was met; may overlap.
    spans: Vec<(Level, Time, Time)>,
}

impl<'a> Met<'a> {
    /// Looks up what a visit met since `start`; `None` if it had not begun, or was over by then.
    pub fn look_up(visit: &'a Visit, risk: Option<&RiskTable>, start: Time, now: Time) -> Option<Self> {
        let (arrive, end) = visit.span_until(now)?;
        let open = visit.is_open(now);
        if end < start || (end == start && !open) {
            return None;
        }
        let counted = if open { arrive.plus(whole(now.since(arrive))) } else { end };
        let from = arrive.max(start);
        let mut met = Self { visit, level: Level::None, open, from, end: counted.max(from), spans: Vec::new() };
        for row in risk.into_iter().flat_map(|risk| risk.covering(visit.place)) {
            let row_end = row.to.unwrap_or(Time::from_unix(i64::MAX));
            let touched = from.max(row.from) < end.min(row_end);
            // Who has just arrived, or arrives and leaves at once, was there all the same.
            let stood = (open || from == end) && row.from <= end && end < row_end;
            if touched || stood {
                met.level = met.level.max(row.level);
                let span = (from.max(row.from), met.end.min(row_end));
                if span.0 < span.1 {
                    met.spans.push((row.level, span.0, span.1));
                }
            }
        }
        Some(met)
    }

    /// Minutes at this level or one of those wanted, since `start`.
    fn spans_at<'s>(&'s self, measure: &'s Measure, start: Time) -> impl Iterator<Item = (Time, Time)> + 's {
        self.spans
            .iter()
            .filter(|(level, ..)| wanted(measure, *level))
            .map(move |(_, from, end)| (start.max(*from), *end))
            .filter(|(from, end)| from < end)
    }

    /// Whole minutes at the highest level met.
    #[must_use]
    pub fn risk_minutes(&self) -> i64 {
        let spans =
            self.spans.iter().filter(|(level, ..)| *level == self.level).map(|(_, from, end)| (*from, *end)).collect();
        minutes(spans)
    }
}

fn whole(span: Span) -> Span {
    Span::seconds(span.as_seconds() - span.as_seconds().rem_euclid(QUANTUM.as_seconds()))
}

fn wanted(measure: &Measure, level: Level) -> bool {
    if measure.levels.is_empty() { level > Level::None } else { measure.levels.contains(&level) }
}

/// Whole minutes that the spans cover, overlaps once.
fn minutes(spans: Vec<(Time, Time)>) -> i64 {
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

/// A report with its answers as rules see them.
pub struct Told<'a> {
    /// The report.
    pub report: &'a Report,
    /// Its answers.
    pub answers: Object<'a>,
}

impl Told<'_> {
    /// From when a course runs that runs from the day that a question was answered with: the end of that day, which
    /// is the latest that it can have been, or the handing-in if that was earlier or the question was not answered.
    #[must_use]
    pub fn since(&self, question: Option<&str>) -> Time {
        match question.and_then(|question| self.answers.get(question)) {
            Some(Value::Timestamp(millis)) => {
                Time::from_unix(millis.div_euclid(1000)).plus(Span::days(1)).min(self.report.at)
            }
            _ => self.report.at,
        }
    }
}

/// What measures are taken of.
pub struct Basis<'a> {
    /// The pack.
    pub pack: &'a Pack,
    /// The moment.
    pub now: Time,
    /// Visits within the pack's window.
    pub met: &'a [Met<'a>],
    /// Reports within the pack's window, oldest first.
    pub told: &'a [Told<'a>],
    /// The risk table.
    pub risk: Option<&'a RiskTable>,
    /// Where the person is.
    pub here: Option<Place>,
}

/// The beginning of the day that lies `span` before today.
#[must_use]
pub fn window_start(pack: &Pack, span: Span, now: Time) -> Time {
    now.date(pack.utc_offset).plus_days(-(span.as_seconds() / DAY)).start(pack.utc_offset)
}

impl Basis<'_> {
    /// Days between the day of `then` and today.
    #[must_use]
    pub fn days_ago(&self, then: Time) -> i64 {
        self.now.date(self.pack.utc_offset).days() - then.date(self.pack.utc_offset).days()
    }

    /// Takes one measure.
    ///
    /// # Errors
    /// If its condition fails.
    pub fn take(&self, measure: &Measure, budget: &mut Budget) -> Result<Value<'static>, EvaluateError> {
        let start = window_start(self.pack, measure.within.unwrap_or(self.pack.window), self.now);
        let of_visit = |met: &&Met<'_>| {
            (measure.modes.is_empty() || measure.modes.contains(&met.visit.mode))
                && measure.place.is_none_or(|place| place.contains(met.visit.place))
        };
        let met = || self.met.iter().filter(of_visit);
        let number = match measure.count {
            Count::Visits => {
                let touched = |met: &&Met<'_>| {
                    met.spans_at(measure, start).next().is_some() || (met.open && wanted(measure, met.level))
                };
                i64::try_from(met().filter(touched).count()).ok()
            }
            Count::Minutes => {
                let spans: Vec<_> = met().flat_map(|met| met.spans_at(measure, start)).collect();
                Some(minutes(spans))
            }
            Count::LongestMinutes => {
                let longest = met().map(|met| minutes(met.spans_at(measure, start).collect())).max();
                Some(longest.unwrap_or(0))
            }
            Count::DaysSinceVisit => {
                let still = met().any(|met| met.open && wanted(measure, met.level));
                let last = met().flat_map(|met| met.spans_at(measure, start)).map(|(_, end)| end).max();
                // A stay until midnight was on the day before.
                let last = last.map(|end| self.days_ago(end.minus(Span::seconds(1))));
                if still { Some(0) } else { last }
            }
            Count::LevelHere => self.here.map(|here| self.level(here)),
            Count::LevelAt => self.answered_place(measure).map(|place| self.level(place)),
            Count::DaysInARow => Some(self.days_in_a_row(measure, budget)?),
            Count::DaysSinceReport => self.days_with(measure, start, budget)?.last().map(|day| self.today() - day),
        };
        Ok(number.map_or(Value::Null, Value::Int))
    }

    fn today(&self) -> i64 {
        self.now.date(self.pack.utc_offset).days()
    }

    fn level(&self, place: Place) -> i64 {
        self.risk.map_or(0, |risk| risk.level_at(place, self.now).number().into())
    }

    fn answered_place(&self, measure: &Measure) -> Option<Place> {
        answered_place(measure, self.told.last().map(|told| &told.report.answers)?)
    }

    /// The days since `start` with a report that the measure counts, in order.
    fn days_with(&self, measure: &Measure, start: Time, budget: &mut Budget) -> Result<Vec<i64>, EvaluateError> {
        let mut days = Vec::new();
        for told in self.told.iter().filter(|told| told.report.at >= start) {
            let holds = match &measure.when {
                None => true,
                Some(condition) => {
                    let data = Value::Object(Object::new().with("answers", Value::Object(told.answers.clone())));
                    condition.holds(&data, budget)?
                }
            };
            let day = told.report.at.date(self.pack.utc_offset).days();
            if holds && days.last() != Some(&day) {
                days.push(day);
            }
        }
        Ok(days)
    }

    fn days_in_a_row(&self, measure: &Measure, budget: &mut Budget) -> Result<i64, EvaluateError> {
        let start = window_start(self.pack, measure.within.unwrap_or(self.pack.window), self.now);
        let days = self.days_with(measure, start, budget)?;
        let mut expected = match days.last() {
            Some(last) if self.today() - last <= 1 => *last,
            _ => return Ok(0),
        };
        let mut row = 0;
        for day in days.iter().rev() {
            if *day != expected {
                break;
            }
            row += 1;
            expected -= 1;
        }
        Ok(row)
    }
}

/// The place that the measure's question was answered with.
pub(crate) fn answered_place(measure: &Measure, answers: &Answers) -> Option<Place> {
    match answers.get(measure.question.as_deref()?)? {
        Answer::Text(code) => Place::parse(code).ok(),
        _ => None,
    }
}
