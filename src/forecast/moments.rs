//! The moments at which an assessment can change, found one after another.
//!
//! Each source (the midnights, a course that starts somewhere, a visit that grows, a single moment) knows its next one,
//! so that looking for the first few takes no longer where there are millions.

use core::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::assess::{Assume, Facts, ruling};
use crate::calendar::{Clock, DAY, Offset, OffsetChange, Span, Time};
use crate::facts::Visit;
use crate::limits::{CLOCK_SKEW_SECONDS, FORECAST_MOMENTS, RISK_ROWS_INSIDE};
use crate::order::sorted;
use crate::place::Place;
use crate::private::private_debug;
use crate::risk::RiskRow;
use crate::rules::exposure::{LOOK_STEPS, QUANTUM, SEARCH_STEPS, SORT_STEPS};
use crate::rules::expression::{Budget, EvaluateError, Object, Value};
use crate::rules::measure::window_start;
use crate::rules::pack::{Course, CourseStep, Pack};
use crate::rules::questionnaire::interpret;
use crate::rules::schedule::Schedule;
use crate::rules::statement::Statement;
use crate::trust::{Header, Verified};
use crate::venue::Matched;

/// The moments at which anything that the rules read can change; between two of them, every assessment is the same.
#[derive(Clone, PartialEq, Eq)]
pub struct Moments {
    /// The moments, in order.
    pub at: Vec<Time>,
    /// Until when they are complete.
    pub until: Time,
}

/// The moments after `now` at which an assessment of these facts can change: as many as a forecast asks about.
#[must_use]
pub fn moments<'r>(rules: impl Into<Schedule<'r>>, facts: &Facts<'_>, now: Time) -> Moments {
    let rules = rules.into();
    let Ok(mut ahead) = Ahead::new(rules, facts, now, &mut Budget::default()) else {
        return Moments { at: Vec::new(), until: now };
    };
    let mut at = Vec::new();
    while let Some(moment) = ahead.next(rules, &mut 0) {
        if at.len() == FORECAST_MOMENTS {
            let until = at.last().copied().unwrap_or(now);
            return Moments { at, until };
        }
        at.push(moment);
    }
    Moments { at, until: ahead.until }
}

/// What moments come from.
enum Source {
    Once,
    Midnights,
    /// The half hours, counted from midnight.
    HalfHours,
    /// The steps of all courses, as if each started then.
    Courses {
        start: Time,
        /// Which of the lengths is next.
        next: usize,
    },
    /// A visit that goes on until then.
    Growth {
        end: Time,
    },
}

/// What is to come, by one pack or several.
pub(super) struct Ahead {
    now: Time,
    /// How far ahead anything can change.
    pub(super) until: Time,
    packs: Vec<OfPack>,
    /// Each with the number of its pack.
    sources: Vec<(Source, usize)>,
    /// The next moment of each source, with its number.
    next: BinaryHeap<Reverse<(Time, usize)>>,
    last: Time,
}

/// What the moments of one pack are counted by.
struct OfPack {
    offset: Offset,
    offset_changes: Vec<OffsetChange>,
    /// The times after their start at which courses change colour, sorted.
    lengths: Vec<Span>,
    /// When it takes turns with others.
    turns: [Time; 3],
}

impl OfPack {
    fn clock(&self) -> Clock<'_> {
        Clock::new(self.offset, &self.offset_changes)
    }
}

/// The beginning of the day after that of a moment.
fn midnight_after(clock: Clock<'_>, time: Time) -> Time {
    clock.start(clock.date(time).plus_days(1))
}

impl Ahead {
    /// The moments at which these facts may change the colour from `now` on.
    ///
    /// # Errors
    /// If the budget is spent on reading reports and looking up visits.
    pub(super) fn new(
        rules: Schedule<'_>,
        facts: &Facts<'_>,
        now: Time,
        budget: &mut Budget,
    ) -> Result<Self, EvaluateError> {
        // Packs, records and tables are read here whatever the time: only for the moments at which they may change
        // something. What they say then is assessed at each.
        let reach = rules.packs().map(|pack| reach(pack.body())).fold(Span::ZERO, Span::max);
        let mut ahead = Self { until: now.plus(reach), ..Self::none(now) };
        for pack in rules.packs() {
            ahead.add_pack(pack, facts, budget)?;
        }
        Ok(ahead)
    }

    /// With no moments: nothing is known of what is to come.
    pub(super) fn none(now: Time) -> Self {
        let (packs, sources, next) = (Vec::new(), Vec::new(), BinaryHeap::new());
        Self { now, until: now, packs, sources, next, last: now }
    }

    /// The next moment; `steps` grows by what it took to find it.
    pub(super) fn next(&mut self, rules: Schedule<'_>, steps: &mut u32) -> Option<Time> {
        loop {
            let Reverse((at, number)) = self.next.pop()?;
            *steps = steps.saturating_add(MOMENT_STEPS);
            // At the end of the calendar, a source has no later moment.
            if let Some(after) = self.after(at, number).filter(|after| at < *after && *after <= self.until) {
                self.next.push(Reverse((after, number)));
            }
            let pack = self.sources.get(number).map_or(0, |(_, pack)| *pack);
            if at > self.last && self.counts(rules, pack, at) {
                self.last = at;
                return Some(at);
            }
        }
    }

    /// The moment that a source has after one of its own.
    fn after(&mut self, at: Time, number: usize) -> Option<Time> {
        let (source, pack) = self.sources.get_mut(number)?;
        let pack = self.packs.get(*pack)?;
        match source {
            Source::Once => None,
            Source::Midnights => Some(midnight_after(pack.clock(), at)),
            // A day has a whole number of them, so that one begins at each midnight.
            Source::HalfHours => Some(at.plus(QUANTUM)),
            Source::Courses { start, next } => {
                *next += 1;
                pack.lengths.get(*next).map(|length| start.plus(*length))
            }
            Source::Growth { end } => Some(at.plus(QUANTUM)).filter(|_| at < *end),
        }
    }

    /// Whether a moment of a pack matters: while another rules, only how they take turns does.
    fn counts(&self, rules: Schedule<'_>, pack: usize, at: Time) -> bool {
        let Some(own) = self.packs.get(pack).filter(|_| self.packs.len() > 1) else { return true };
        let rules_then = |assume| {
            let ruling = ruling(rules, at, assume);
            ruling.is_none_or(|ruling| rules.packs().nth(pack).is_some_and(|pack| core::ptr::eq(ruling, pack)))
        };
        own.turns.contains(&at) || rules_then(Assume::Nothing) || rules_then(Assume::Renewal { from: self.now })
    }

    /// Adds a source that first has a moment `at`.
    fn add(&mut self, at: Time, source: Source) {
        if self.now < at && at <= self.until {
            self.next.push(Reverse((at, self.sources.len())));
            self.sources.push((source, self.packs.len().saturating_sub(1)));
        }
    }

    fn once(&mut self, at: Time) {
        self.add(at, Source::Once);
    }

    fn add_pack(
        &mut self,
        rules: &Verified<Pack>,
        facts: &Facts<'_>,
        budget: &mut Budget,
    ) -> Result<(), EvaluateError> {
        let (pack, now) = (rules.body(), self.now);
        budget.spend(SORT_STEPS * pack.courses.iter().map(|course| course.steps.len()).sum::<usize>())?;
        let turns = [pack.valid_from, first_accepted(rules.header()), rules.header().expires];
        let offset_changes = pack.offset_changes.clone().unwrap_or_default();
        self.packs.push(OfPack { offset: pack.utc_offset, offset_changes, lengths: course_ends(pack), turns });
        turns.into_iter().for_each(|at| self.once(at));
        let midnight = midnight_after(pack.clock(), now);
        self.add(midnight, Source::Midnights);
        if pack.reads_now() {
            let left = midnight.since(now).as_seconds() - 1;
            self.add(midnight.minus(Span::seconds(left - left % QUANTUM.as_seconds())), Source::HalfHours);
        }
        let files = facts.record.map(Verified::header).into_iter().chain(facts.manifest);
        let files = files.map(|header| (header, Span::ZERO));
        let lists = facts.risk.iter().map(Verified::header).chain(facts.matched.iter().map(Matched::header));
        for (header, grace) in files.chain(lists.map(|header| (header, pack.risk_grace))) {
            self.once(first_accepted(header));
            self.once(header.expires.plus(grace));
        }
        facts.floor.iter().for_each(|floor| self.once(floor.until));
        let exemptions = facts.record.iter().flat_map(|record| record.body().exemptions.iter().flatten());
        exemptions.for_each(|exemption| self.once(exemption.until));
        for ground in pack.grounds.iter().flatten() {
            self.once(ground.from);
            self.once(ground.until);
        }
        // When courses may start.
        let mut starts = Vec::new();
        let statuses = facts.record.iter().flat_map(|record| &record.body().statuses);
        starts.extend(statuses.map(|entry| entry.since));

        let start = window_start(pack, pack.window, now);
        let mut visits: Vec<Visit> = facts.diary.to_vec();
        let mut places: Vec<Place> = facts.here.into_iter().collect();
        let mut sinces: Vec<&str> = pack.rules.iter().filter_map(|rule| rule.since.as_deref()).collect();
        sinces.dedup();
        for report in facts.reports.iter().filter(|report| report.at >= start) {
            self.once(report.at.minus(Span::seconds(CLOCK_SKEW_SECONDS)));
            self.once(report.at);
            starts.push(report.at);
            // The first second at which the report is too old.
            let too_old = pack.report_within.map(|within| report.at.plus(within).plus(Span::seconds(1)));
            too_old.into_iter().for_each(|at| self.once(at));
            let statement = interpret(pack, &report.answers, report.at, budget);
            for visit in &statement.visits {
                // A later report ends a visit that had none.
                visits.extend([visit.clone().closed(report.at), visit.clone()]);
            }
            let answers = statement.answers().into_iter().flat_map(Object::iter);
            places.extend(answers.filter_map(|(_, value)| match value {
                Value::Text(text) => Place::parse(text).ok(),
                _ => None,
            }));
            let statement = Statement { report, data: statement.data };
            budget.spend(2 * SOURCE_STEPS * (2 + sinces.len()))?;
            // By another report it starts when that was submitted, which is among them.
            starts.extend(sinces.iter().map(|since| statement.since(Some(since), &[], pack.clock())));
        }
        budget.spend(SORT_STEPS * (visits.len() + starts.len()))?;
        for visit in visits {
            budget.spend(SOURCE_STEPS)?;
            let end = visit.leave.unwrap_or(Time::from_unix(i64::MAX));
            if end < start {
                continue;
            }
            budget.spend(3 * SOURCE_STEPS)?;
            places.push(visit.place);
            self.once(visit.arrive);
            if let Some(leave) = visit.leave {
                self.once(leave);
                starts.push(leave);
            }
            // Only an ongoing visit grows.
            if end > now {
                let grown = now.since(visit.arrive).as_seconds().max(0) / QUANTUM.as_seconds();
                let first = visit.arrive.plus(Span::seconds((grown + 1) * QUANTUM.as_seconds()));
                self.add(first, Source::Growth { end });
            }
        }
        self.add_courses(starts);
        self.add_rows(places, facts, budget)
    }

    fn add_courses(&mut self, starts: Vec<Time>) {
        let mut starts = sorted(starts, |start| [start.unix(), 0, 0, 0]);
        starts.dedup();
        for start in starts {
            let Some(pack) = self.packs.last() else { return };
            let next = pack.lengths.partition_point(|length| start.plus(*length) <= self.now);
            if let Some(length) = pack.lengths.get(next) {
                self.add(start.plus(*length), Source::Courses { start, next });
            }
        }
    }

    fn add_rows(&mut self, places: Vec<Place>, facts: &Facts<'_>, budget: &mut Budget) -> Result<(), EvaluateError> {
        budget.spend(SORT_STEPS * places.len())?;
        let mut places = sorted(places, |place| [i64::try_from(place.sort_key()).unwrap_or(i64::MAX), 0, 0, 0]);
        places.dedup();
        let mut before: Option<Place> = None;
        for place in places {
            // Most places lie in the same ones, whose rows count once: the places before it in this order had them.
            let new = place.containing().take_while(|wide| !before.is_some_and(|before| wide.contains(before)));
            for place in new {
                budget.spend(SEARCH_STEPS * (1 + facts.risk.len()))?;
                for row in facts.risk.iter().flat_map(|risk| risk.body().of(place)) {
                    self.row(&row, budget)?;
                }
            }
            // Where there are more, their times do not matter.
            for row in facts.risk.iter().flat_map(|risk| risk.body().inside(place)).take(RISK_ROWS_INSIDE) {
                self.row(&row, budget)?;
            }
            before = Some(place);
        }
        Ok(())
    }

    fn row(&mut self, row: &RiskRow, budget: &mut Budget) -> Result<(), EvaluateError> {
        budget.spend(LOOK_STEPS)?;
        for at in [Some(row.from), row.to].into_iter().flatten() {
            budget.spend(if self.now < at { SOURCE_STEPS } else { 0 })?;
            self.once(at);
        }
        Ok(())
    }
}

/// What finding a moment costs, in steps.
const MOMENT_STEPS: u32 = 4;

/// What it costs, in steps, to note when something happens.
const SOURCE_STEPS: usize = 6;

/// How far ahead anything that a pack reads can change.
fn reach(pack: &Pack) -> Span {
    let lasts = |course: &Course| course.steps.iter().fold(Span::ZERO, after);
    let longest = pack.courses.iter().map(lasts).max().unwrap_or_default();
    Span::seconds(longest.as_seconds().max(pack.window.as_seconds()) + 2 * DAY)
}

/// From when on a phone takes a file that its clock says is of the future.
fn first_accepted(header: &Header) -> Time {
    header.issued.minus(Span::seconds(CLOCK_SKEW_SECONDS))
}

/// When a step of a course ends that begins so long after the course's start.
fn after(begin: Span, step: &CourseStep) -> Span {
    Span::seconds(begin.as_seconds() + step.lasts.as_seconds())
}

/// The times after their start at which the courses of a pack change colour, sorted, without duplicates.
fn course_ends(pack: &Pack) -> Vec<Span> {
    let mut ends = Vec::new();
    for course in &pack.courses {
        let mut end = Span::ZERO;
        for step in &course.steps {
            end = after(end, step);
            ends.push(end);
        }
    }
    let mut ends = sorted(ends, |end| [end.as_seconds(), 0, 0, 0]);
    ends.dedup();
    ends
}

private_debug!(Moments);
