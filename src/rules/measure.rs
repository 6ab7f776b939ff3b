//! Measures: numbers derived from the diary and the risk tables, or from the reports.
//!
//! Everything here changes only at moments that can be computed in advance, so that a forecast can be exact: windows
//! begin at midnight, and an ongoing visit grows in steps (see [`super::exposure`]).

use super::exposure::{Exposure, LOOK_STEPS, RowSet, SEARCH_STEPS, is_in, minutes};
use super::expression::{Budget, EvaluateError, Value};
use super::pack::{Count, Measure, Pack, Rule};
use super::reason::Cause;
use super::statement::Statement;
use crate::calendar::{Clock, DAY, Date, Span, Time};
use crate::facts::{Answer, Visit};
use crate::limits::RISK_ROWS_INSIDE;
use crate::order::sorted;
use crate::place::Place;
use crate::risk::{Level, Tables};

/// What taking a measure costs, in steps, besides what it counts.
pub(crate) const MEASURE_STEPS: usize = 8;

/// The facts that measures are derived from.
#[derive(Clone, Copy)]
pub struct Evidence<'a> {
    /// The pack.
    pub pack: &'a Pack,
    /// The moment.
    pub now: Time,
    /// Visits within the pack's window.
    pub exposures: &'a [Exposure<'a>],
    /// The visits during which a row of a risk table applied: the only ones that measures count.
    pub exposed: &'a [&'a Exposure<'a>],
    /// Reports within the pack's window, oldest first.
    pub statements: &'a [Statement<'a>],
    /// The one whose answers stand: the last of them; or, where reports are assumed, one from before.
    pub newest: Option<&'a Statement<'a>>,
    /// The risk tables.
    pub risk: Tables<'a>,
    /// Where the person is.
    pub here: Option<Place>,
    /// In which of the places inside it they say they are not, if they said themselves where they are.
    pub here_not_in: Option<&'a [Place]>,
    /// Of which kinds of rows the places that are told are taken for the listed ones inside them.
    pub(super) taken: RowSet,
    /// From when on a report as the pack hopes for is assumed for each day that has none.
    pub reports_assumed: Option<Time>,
    /// When the pack expires; the end of time if that is not known.
    pub rules_end: Time,
}

/// The start of the day `span` before today.
#[must_use]
pub fn window_start(pack: &Pack, span: Span, now: Time) -> Time {
    pack.clock().start(pack.clock().date(now).plus_days(-(span.as_seconds() / DAY)))
}

impl Evidence<'_> {
    /// Days between the day of `then` and today.
    #[must_use]
    pub fn days_ago(&self, then: Time) -> i64 {
        self.today() - self.clock().date(then).days()
    }

    /// Takes one measure.
    ///
    /// # Errors
    /// If its condition cannot be evaluated, or the budget is spent.
    pub fn take(&self, measure: &Measure, budget: &mut Budget) -> Result<Value<'static>, EvaluateError> {
        budget.spend(MEASURE_STEPS)?;
        let kinds = RowSet::wanted(measure);
        if measure.count.reads_visits() || measure.count.reads_exposures() {
            budget.spend(self.exposed.iter().map(|exposure| exposure.steps()).sum())?;
        }
        let start = window_start(self.pack, measure.within.unwrap_or(self.pack.window), self.now);
        let exposures = || self.exposed.iter().filter(|exposure| measure.counts(exposure.visit));
        let number = match measure.count {
            Count::Visits | Count::Exposures => {
                let touched = |exposure: &&&Exposure<'_>| {
                    exposure.spans_at(kinds, start).next().is_some() || exposure.goes_on(kinds)
                };
                let visits: Vec<&Visit> = exposures().filter(touched).map(|exposure| exposure.visit).collect();
                Some(stays(&visits, budget)?)
            }
            Count::Minutes | Count::ExposureMinutes => {
                let spans: Vec<_> = exposures().flat_map(|exposure| exposure.spans_at(kinds, start)).collect();
                Some(minutes(spans, budget)?)
            }
            Count::LongestMinutes => {
                let longest = exposures().map(|exposure| exposure.minutes_at(kinds, start)).max();
                Some(longest.unwrap_or(0))
            }
            Count::DaysSinceVisit | Count::DaysSinceExposure => {
                let still = exposures().any(|exposure| exposure.goes_on(kinds));
                let last = exposures().flat_map(|exposure| exposure.spans_at(kinds, start)).map(|(_, end)| end).max();
                // A stay until midnight was on the day before.
                let last = last.map(|end| self.days_ago(end.minus(Span::seconds(1))));
                if still { Some(0) } else { last }
            }
            Count::LevelHere => {
                let level = |here| self.level(kinds, here, self.here_not_in, budget);
                self.here.map(level).transpose()?.map(|level| level.number().into())
            }
            Count::LevelAt => {
                let level = |(place, not_in)| self.level(kinds, place, Some(not_in), budget);
                self.answered_place(measure).map(level).transpose()?.map(|level| level.number().into())
            }
            Count::AnswerIn => {
                let lies_in = |(place, _)| measure.place.is_some_and(|wide| wide.contains(place));
                self.answered_place(measure).map(|place| i64::from(lies_in(place)))
            }
            Count::Age => self.answered_day(measure).map(|born| whole_years(born, self.clock().date(self.now))),
            Count::DaysInARow => Some(days_in_a_row(&self.days_with(measure, start, budget)?, self.today())),
            Count::DaysSinceReport => self.days_with(measure, start, budget)?.last().map(|day| self.today() - day),
            Count::ReportDays => i64::try_from(self.days_with(measure, start, budget)?.len()).ok(),
        };
        Ok(number.map_or(Value::Null, Value::Int))
    }

    /// The places whose risk the pack asks about: those of the visits that a rule or a measure reads, where the person
    /// is, and the answers that name one.
    ///
    /// # Errors
    /// If the budget is spent.
    pub(super) fn places(&self, budget: &mut Budget) -> Result<Vec<Place>, EvaluateError> {
        let measures = || self.pack.measures.iter();
        let mut places = Vec::new();
        if measures().any(|measure| measure.count == Count::LevelHere) {
            places.extend(self.here);
        }
        for measure in measures().filter(|measure| measure.count == Count::LevelAt) {
            places.extend(self.answered_place(measure).map(|(place, _)| place));
        }
        let of_visits: Vec<_> = measures().filter(|measure| measure.count.reads_visits()).collect();
        let every_visit = self.pack.rules.iter().any(Rule::reads_risk);
        let asks = every_visit || !of_visits.is_empty();
        for exposure in self.exposures.iter().take_while(|_| asks) {
            // Visits are sorted by place, so that each comes once for most.
            if places.last() == Some(&exposure.visit.place) {
                continue;
            }
            budget.spend(1)?;
            let mut asked = every_visit;
            for measure in of_visits.iter().take_while(|_| !every_visit) {
                budget.spend(LOOK_STEPS)?;
                if measure.counts(exposure.visit) {
                    asked = true;
                    break;
                }
            }
            if asked {
                places.push(exposure.visit.place);
            }
        }
        Ok(places)
    }

    fn clock(&self) -> Clock<'_> {
        self.pack.clock()
    }

    fn today(&self) -> i64 {
        self.clock().date(self.now).days()
    }

    /// The highest level of these kinds at a place now, outside of the places inside it that are not meant. Without these, nobody
    /// said that it is this place, and nobody is taken to be anywhere inside it.
    fn level(
        &self,
        kinds: RowSet,
        place: Place,
        not_in: Option<&[Place]>,
        budget: &mut Budget,
    ) -> Result<Level, EvaluateError> {
        let taken = kinds.possible().or(not_in.map_or(RowSet::default(), |_| self.taken));
        let inside = taken != RowSet::default();
        Ok(self.rows_at(kinds, place, not_in.unwrap_or_default(), inside, budget)?.with(taken).level())
    }

    /// The kinds of rows that apply at a place now, as far as they are these: for certain, and, if it is asked about what is inside,
    /// possibly.
    fn rows_at(
        &self,
        kinds: RowSet,
        place: Place,
        not_in: &[Place],
        inside: bool,
        budget: &mut Budget,
    ) -> Result<RowSet, EvaluateError> {
        budget.spend(SEARCH_STEPS * self.risk.len())?;
        let mut found = RowSet::default();
        for row in self.risk.covering(place) {
            budget.spend(LOOK_STEPS)?;
            if row.holds_at(self.now) {
                found = found.or(RowSet::of(&row));
            }
        }
        let mut rows = self.risk.inside(place).take_while(|_| inside);
        for row in rows.by_ref().take(RISK_ROWS_INSIDE) {
            budget.spend(LOOK_STEPS + not_in.len() / 16)?;
            if row.holds_at(self.now) && !is_in(row.place, not_in, place) {
                found = found.or(RowSet::of(&row).possibly());
            }
        }
        if rows.next().is_some() {
            // More than anybody can be asked about: it may be any of them.
            found = found.or(RowSet::inside(place).possibly());
        }
        let kinds = kinds.certain();
        Ok(found.and(kinds.or(kinds.possibly())))
    }

    /// Causes for the answers that name a place of which a measure takes the level, and inside which there are other levels; and
    /// the kinds of rows of those.
    ///
    /// # Errors
    /// If the budget is spent.
    pub(super) fn unclear_places(&self, budget: &mut Budget) -> Result<(Vec<Cause>, RowSet), EvaluateError> {
        let (mut causes, mut of_places) = (Vec::new(), RowSet::default());
        for measure in self.pack.measures.iter().filter(|measure| measure.count == Count::LevelAt) {
            let kinds = RowSet::wanted(measure);
            let Some((place, not_in)) = self.answered_place(measure) else { continue };
            let found = self.rows_at(kinds, place, not_in, kinds == kinds.certain(), budget)?;
            let cause = Cause::PlaceUnclear { place, level: found.at_worst().level() };
            if found != found.certain() && !causes.contains(&cause) {
                causes.push(cause);
            }
            of_places = of_places.or(found.possible());
        }
        Ok((causes, of_places))
    }

    /// The day given as the answer to the measure's question in the newest report.
    fn answered_day(&self, measure: &Measure) -> Option<Date> {
        match self.newest?.answer(measure.question.as_deref()?)? {
            Value::Timestamp(millis) => Some(self.clock().day_shown(Time::from_unix(millis.div_euclid(1000)))),
            _ => None,
        }
    }

    /// The place given as the answer to the measure's question in the newest report, and what is not meant inside it.
    fn answered_place(&self, measure: &Measure) -> Option<(Place, &[Place])> {
        let (newest, question) = (self.newest?, measure.question.as_deref()?);
        let Value::Text(code) = newest.answer(question)? else { return None };
        let not_in = match newest.report.answers.get(question) {
            Some(Answer::Place(told)) => told.not_in.as_deref(),
            _ => None,
        };
        Some((Place::parse(code).ok()?, not_in.unwrap_or_default()))
    }

    /// The days since `start` with a report that the measure counts, in order. Assumed reports count for measures of
    /// how many days, and not for measures of how long ago.
    fn days_with(&self, measure: &Measure, start: Time, budget: &mut Budget) -> Result<Vec<i64>, EvaluateError> {
        let day_of = |time: Time| self.clock().date(time).days();
        budget.spend(self.statements.len())?;
        let told: Vec<i64> = self.statements.iter().map(|statement| day_of(statement.report.at)).collect();
        let mut days = Vec::new();
        for (statement, day) in self.statements.iter().zip(&told).filter(|(statement, _)| statement.report.at >= start)
        {
            let holds = match &measure.when {
                None => true,
                Some(condition) => condition.holds(&statement.data, budget)?,
            };
            if holds && days.last() != Some(day) {
                days.push(*day);
            }
        }
        let wanted_daily = matches!(measure.count, Count::DaysInARow | Count::ReportDays) || measure.when.is_none();
        if let Some(from) = self.reports_assumed.filter(|_| wanted_daily) {
            let assumed = day_of(from.max(start))..=self.today();
            budget.spend(assumed.clone().count())?;
            days.extend(assumed.filter(|day| told.binary_search(day).is_err()));
            days = sorted(days, |day| [*day, 0, 0, 0]);
        }
        Ok(days)
    }
}

/// How many stays visits are that are sorted by place and beginning: what is told twice, in a report and in the diary or in the
/// reports of several days, is one. Visits of one place that meet are one stay, and one of a wider place is that of those
/// inside it that it meets.
fn stays(visits: &[&Visit], budget: &mut Budget) -> Result<i64, EvaluateError> {
    let until = |visit: &Visit| visit.leave.unwrap_or(Time::from_unix(i64::MAX));
    let (mut count, mut rest) = (0, visits);
    while let [first, ..] = *rest {
        let mut end = until(first);
        let met = rest.iter().take_while(|visit| {
            let meets = visit.place == first.place && visit.arrive <= end;
            end = if meets { end.max(until(visit)) } else { end };
            meets
        });
        let parts = met.count();
        let inside = rest.partition_point(|visit| visit.place == first.place);
        let (_, inside) = rest.split_at(inside);
        let inside = inside.iter().take_while(|visit| first.place.contains(visit.place));
        let mut looked = 0;
        let alone = inside.inspect(|_| looked += 1).all(|visit| until(visit) < first.arrive || end < visit.arrive);
        budget.spend(parts + looked / 8)?;
        count += i64::from(alone);
        (_, rest) = rest.split_at(parts);
    }
    Ok(count)
}

/// How many whole years a day is ago.
fn whole_years(then: Date, today: Date) -> i64 {
    let ((from, first_month, first_day), (to, month, day)) = (then.civil(), today.civil());
    to - from - i64::from((month, day) < (first_month, first_day))
}

/// How many of the days, given in order, form a row that ends today or yesterday.
fn days_in_a_row(days: &[i64], today: i64) -> i64 {
    let mut expected = days.last().copied().filter(|last| today - last <= 1);
    let mut row = 0;
    for day in days.iter().rev() {
        if Some(*day) != expected {
            break;
        }
        row += 1;
        expected = Some(day - 1);
    }
    row
}

#[cfg(test)]
#[cfg(feature = "authoring")]
mod tests {
    use super::*;
    use crate::authoring::source::trial_pack;
    use crate::facts::{Decimal, Mode, Report, Visit};
    use crate::risk::{Covered, RiskRow, RiskTable};
    use crate::rules::exposure::LookUp;
    use crate::rules::questionnaire::interpret;

    fn time(text: &str) -> Time {
        Time::parse(&format!("2020-{text}+08:00")).unwrap()
    }

    fn visit(place: &str, arrive: &str, leave: &str) -> Visit {
        let leave = (!leave.is_empty()).then(|| time(leave));
        Visit {
            place: Place::parse(place).unwrap(),
            arrive: time(arrive),
            leave,
            mode: Mode::Stay,
            not_in: None,
            venue: None,
        }
    }

    fn table() -> RiskTable {
        let row = |place: &str, level, from: &str, to: &str| RiskRow {
            place: Place::parse(place).unwrap(),
            compound: None,
            level,
            from: time(from),
            to: (!to.is_empty()).then(|| time(to)),
        };
        RiskTable::new(vec![
            row("42", Level::Medium, "01-20T00:00:00", ""),
            row("4201", Level::High, "02-01T00:00:00", "02-10T12:00:00"),
            row("3301", Level::Low, "01-01T00:00:00", ""),
        ])
        .unwrap()
    }

    fn look_up<'a>(diary: &'a [Visit], risk: Tables<'_>, start: Time, now: Time) -> Vec<Exposure<'a>> {
        let mut rows = LookUp::new(risk, Tables::default(), start, now);
        diary.iter().filter_map(|visit| rows.exposure(visit, &mut Budget::default()).unwrap()).collect()
    }

    /// The measure `x` of these parts, of a diary and reports.
    fn take(parts: &str, diary: &[Visit], reports: &[Report], now: &str) -> Option<i64> {
        let pack = trial_pack(parts);
        let (now, table) = (time(now), table());
        let covered = [Covered { place: Place::COUNTRY, table: Ok(&table) }];
        let risk = Tables::new(&covered);
        let start = window_start(&pack, pack.window, now);
        let exposures: Vec<_> = look_up(diary, risk, start, now);
        let exposed: Vec<_> = exposures.iter().filter(|exposure| exposure.is_exposed()).collect();
        let mut budget = Budget::default();
        let statements: Vec<_> = reports
            .iter()
            .map(|report| Statement { report, data: interpret(&pack, &report.answers, report.at, &mut budget).data })
            .collect();
        let here = exposures.iter().find(|exposure| exposure.open).map(|exposure| exposure.visit.place);
        let evidence = Evidence {
            pack: &pack,
            now,
            exposures: &exposures,
            exposed: &exposed,
            statements: &statements,
            newest: statements.last(),
            risk,
            here,
            here_not_in: None,
            taken: RowSet::default(),
            reports_assumed: None,
            rules_end: Time::from_unix(i64::MAX),
        };
        match evidence.take(&pack.measures[0], &mut budget).unwrap() {
            Value::Int(value) => Some(value),
            _ => None,
        }
    }

    fn of(count: &str, more: &str) -> String {
        format!("[[measure]]\nid = 'x'\ncount = '{count}'\n{more}\n")
    }

    #[test]
    fn a_window_begins_at_midnight() {
        let stay = [visit("4205", "02-03T00:00:00", "02-05T06:00:00")];
        let minutes = |within: &str, now: &str| take(&of("minutes", within), &stay, &[], now);
        assert_eq!(minutes("", "02-12T15:00:00"), Some(54 * 60));
        assert_eq!(minutes("within = '7 d'", "02-12T00:00:00"), Some(6 * 60));
        assert_eq!(minutes("within = '7 d'", "02-12T23:59:59"), Some(6 * 60));
        assert_eq!(minutes("within = '7 d'", "02-13T00:00:00"), Some(0));
        assert_eq!(take(&of("visits", "within = '7 d'"), &stay, &[], "02-13T00:00:00"), Some(0));
        // What ended as the window began was before it; a report submitted as it began is in it.
        let until_midnight = [visit("4205", "02-03T00:00:00", "02-05T00:00:00")];
        let seven = |count| take(&of(count, "within = '7 d'"), &until_midnight, &[], "02-12T15:00:00");
        assert_eq!((seven("visits"), seven("days-since-visit")), (Some(0), None));
        let days = |at: &str| {
            let report = Report { at: time(at), answers: [].into(), given_for: None };
            take(&of("report-days", "within = '7 d'"), &[], &[report], "02-12T15:00:00")
        };
        assert_eq!((days("02-04T23:59:59"), days("02-05T00:00:00")), (Some(0), Some(1)));
    }

    #[test]
    fn a_measure_takes_steps_for_each_visit_to_a_place_of_risk_or_each_report() {
        let pack = trial_pack(&of("visits", ""));
        let (now, start) = (time("02-12T15:00:00"), time("02-01T00:00:00"));
        let diary = [visit("4205", "02-10T08:00:00", "02-10T09:00:00"), visit("65", "02-11T08:00:00", "")];
        let table = table();
        let covered = [Covered { place: Place::COUNTRY, table: Ok(&table) }];
        let exposures: Vec<_> = look_up(&diary, Tables::new(&covered), start, now);
        let exposed: Vec<_> = exposures.iter().filter(|exposure| exposure.is_exposed()).collect();
        let report = Report { at: now, answers: [].into(), given_for: None };
        let statements: Vec<_> = (0..3).map(|_| Statement { report: &report, data: Value::Null }).collect();
        let evidence = Evidence {
            pack: &pack,
            now,
            exposures: &exposures,
            exposed: &exposed,
            statements: &statements,
            newest: statements.last(),
            risk: Tables::default(),
            here: None,
            here_not_in: None,
            taken: RowSet::default(),
            reports_assumed: None,
            rules_end: Time::from_unix(i64::MAX),
        };
        let mut budget = Budget::new(40);
        assert_eq!(evidence.take(&pack.measures[0], &mut budget), Ok(Value::Int(1)));
        // Its parts and, as one of the stays, itself.
        let of_one = u32::try_from(MEASURE_STEPS + 2 * LOOK_STEPS + 1).unwrap();
        assert_eq!(budget.left(), 40 - of_one, "one of them was in a place of risk");
        let reports = trial_pack(&of("report-days", ""));
        let evidence = Evidence { pack: &reports, ..evidence };
        assert_eq!(evidence.take(&reports.measures[0], &mut budget), Ok(Value::Int(1)));
        assert_eq!(budget.left(), 40 - of_one - u32::try_from(MEASURE_STEPS).unwrap() - 3);
    }

    #[test]
    fn overlaps_count_once_and_the_longest_stay_is_one_stay() {
        let diary = [
            visit("4205", "02-03T08:00:00", "02-03T12:00:00"),
            visit("420501", "02-03T10:00:00", "02-03T13:00:00"),
            visit("4206", "02-03T20:00:00", "02-03T22:30:00"),
        ];
        let count = |count| take(&of(count, ""), &diary, &[], "02-04T00:00:00");
        assert_eq!(count("minutes"), Some(7 * 60 + 30));
        assert_eq!(count("longest-minutes"), Some(4 * 60));
        assert_eq!(count("visits"), Some(2), "who says that they were in a district says it of the city as well");
    }

    #[test]
    fn what_is_told_twice_is_one_stay() {
        let visits = |diary: &[Visit]| {
            let diary = sorted(diary.to_vec(), Visit::sort_key);
            take(&of("visits", "levels = ['medium']"), &diary, &[], "02-12T09:00:00").unwrap()
        };
        let trip = |leave: &str| visit("4205", "02-03T00:00:00", leave);
        let (first, second) = (("02-03T09:00:00", "02-03T11:00:00"), ("02-04T09:00:00", "02-04T11:00:00"));
        let district = |code: &str, (from, to): (&str, &str)| visit(code, from, to);
        assert_eq!(visits(&[trip("02-05T00:00:00"), trip("02-06T08:00:00"), trip("02-07T08:00:00")]), 1, "day by day");
        assert_eq!(visits(&[trip("02-05T00:00:00"), district("4205", first)]), 1);
        assert_eq!(visits(&[trip("02-05T00:00:00"), district("420501", first)]), 1, "inside");
        assert_eq!(visits(&[district("4205", first), district("4205", second)]), 2);
        assert_eq!(visits(&[trip("02-05T00:00:00"), district("420501", first), district("420502", second)]), 2);
        assert_eq!(visits(&[trip("02-04T00:00:00"), district("420501", second)]), 2, "they do not meet");
        assert_eq!(visits(&[trip("02-05T00:00:00"), district("420601", first)]), 2, "elsewhere");
        assert_eq!(visits(&[trip("02-03T09:00:00"), district("4205", first)]), 1, "one begins as the other ends");
        assert_eq!(visits(&[trip(""), district("420501", second)]), 1, "whoever is still there");
        assert_eq!(visits(&[trip("02-05T00:00:00"), visit("42", "02-01T00:00:00", ""), district("420501", first)]), 1);
    }

    #[test]
    fn stays_are_counted_as_by_looking_at_each_pair() {
        let places = ["42", "4205", "420501", "420502", "420501001"].map(|code| Place::parse(code).unwrap());
        let mut state = 7_u64;
        let mut next = |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % below
        };
        for _ in 0..400 {
            let mut some = || {
                let arrive = Time::from_unix(i64::try_from(next(40)).unwrap());
                let leave = (next(9) > 0).then(|| arrive.plus(Span::seconds(1 + i64::try_from(next(9)).unwrap())));
                let place = places[usize::try_from(next(5)).unwrap()];
                Visit { place, arrive, leave, mode: Mode::Stay, not_in: None, venue: None }
            };
            let all: Vec<Visit> = (0..8).map(|_| some()).collect();
            let all = sorted(all, Visit::sort_key);
            let end = |visit: &Visit| visit.leave.map_or(i64::MAX, Time::unix);
            let meet = |a: &Visit, b: &Visit| a.arrive.unix() <= end(b) && b.arrive.unix() <= end(a);
            // Which visits of one place are one stay, directly or by others; then those that have one inside do not count.
            let mut of: Vec<usize> = (0..all.len()).collect();
            for _ in 0..all.len() {
                for (a, b) in (0..all.len()).flat_map(|a| (0..all.len()).map(move |b| (a, b))) {
                    if all[a].place == all[b].place && meet(&all[a], &all[b]) {
                        of[a] = of[a].min(of[b]);
                    }
                }
            }
            let inside = |a: usize, b: usize| all[a].place != all[b].place && all[a].place.contains(all[b].place);
            let covered = |stay: usize| {
                let parts = (0..all.len()).filter(|a| of[*a] == stay);
                parts.into_iter().any(|a| (0..all.len()).any(|b| inside(a, b) && meet(&all[a], &all[b])))
            };
            let expected = (0..all.len()).filter(|stay| of[*stay] == *stay && !covered(*stay)).count();
            let expected = i64::try_from(expected).unwrap();
            let visits: Vec<&Visit> = all.iter().collect();
            assert_eq!(stays(&visits, &mut Budget::default()), Ok(expected));
        }
    }

    #[test]
    fn minutes_count_at_the_levels_that_are_wanted_only() {
        // High from the first of February to the tenth at noon, medium around it.
        let diary = [visit("420106", "02-10T10:00:00", "02-10T15:00:00"), visit("330106", "02-11T10:00:00", "")];
        let now = "02-11T12:00:00";
        assert_eq!(take(&of("minutes", "levels = ['high']"), &diary, &[], now), Some(120));
        assert_eq!(take(&of("minutes", "levels = ['medium']"), &diary, &[], now), Some(300), "the rows overlap");
        assert_eq!(take(&of("minutes", "levels = ['medium', 'high']"), &diary, &[], now), Some(300));
        assert_eq!(take(&of("minutes", ""), &diary, &[], now), Some(420), "every level from low on");
        assert_eq!(take(&of("minutes", "place = '33'"), &diary, &[], now), Some(120));
        assert_eq!(take(&of("minutes", "modes = ['rail']"), &diary, &[], now), Some(0));
    }

    #[test]
    fn what_goes_on_grows_by_half_hours_from_its_beginning() {
        let open = [visit("4205", "02-11T10:10:00", "")];
        let leaves = [visit("4205", "02-11T10:10:00", "02-11T11:25:00")];
        let minutes = |diary: &[Visit], now| take(&of("minutes", ""), diary, &[], now);
        for diary in [&open, &leaves] {
            assert_eq!(minutes(diary, "02-11T10:39:59"), Some(0));
            assert_eq!(minutes(diary, "02-11T10:40:00"), Some(30));
            assert_eq!(minutes(diary, "02-11T11:10:00"), Some(60));
        }
        assert_eq!(minutes(&leaves, "02-11T11:24:59"), Some(60));
        assert_eq!(minutes(&leaves, "02-11T11:25:00"), Some(75), "what is over is known to the minute");
        let visits = |now| take(&of("visits", ""), &open, &[], now);
        assert_eq!(visits("02-11T10:09:59"), Some(0));
        assert_eq!(visits("02-11T10:10:00"), Some(1), "who has just arrived is there");
    }

    #[test]
    fn days_since_a_visit_are_days_of_the_calendar() {
        let days = |diary: &[Visit], now| take(&of("days-since-visit", "levels = ['medium']"), diary, &[], now);
        let until_midnight = [visit("4205", "02-03T08:00:00", "02-05T00:00:00")];
        assert_eq!(days(&until_midnight, "02-05T00:00:00"), Some(1), "a stay until midnight was on the day before");
        assert_eq!(days(&until_midnight, "02-06T23:59:59"), Some(2));
        assert_eq!(days(&[visit("4205", "02-03T08:00:00", "")], "02-09T00:00:00"), Some(0));
        assert_eq!(days(&[visit("330106", "02-03T08:00:00", "")], "02-09T00:00:00"), None);
        let high = take(
            &of("days-since-visit", "levels = ['high']"),
            &[visit("4201", "02-03T08:00:00", "")],
            &[],
            "02-12T09:00:00",
        );
        assert_eq!(high, Some(2), "the stay goes on, but the level ended on the tenth");
    }

    #[test]
    fn levels_are_of_now_and_null_where_the_place_is_not_known() {
        let question = "[[question]]\nid = 'home'\ntype = 'place'\ntext = TEXT\n";
        let here = |diary: &[Visit], now| take(&of("level-here", ""), diary, &[], now);
        let wuhan = [visit("420106", "02-03T08:00:00", "")];
        assert_eq!(here(&wuhan, "02-10T11:59:59"), Some(3));
        assert_eq!(here(&wuhan, "02-10T12:00:00"), Some(2));
        assert_eq!(here(&[], "02-10T12:00:00"), None);
        let home = Report {
            at: time("02-09T08:00:00"),
            answers: [("home".to_owned(), crate::facts::Answer::Text("4201".into()))].into(),
            given_for: None,
        };
        let at = |reports: &[Report]| {
            take(&format!("{}{question}", of("level-at", "question = 'home'")), &[], reports, "02-09T09:00:00")
        };
        assert_eq!(at(&[home]), Some(3));
        assert_eq!(at(&[]), None);
    }

    #[test]
    fn days_in_a_row_end_today_or_yesterday_and_a_missed_day_breaks_the_row() {
        let question = "[[question]]\nid = 'temperature'\ntype = 'number'\ntext = TEXT\n\
             number = { unit = '°C', decimals = 1, least = 340, most = 430 }\n";
        let well = "when = 'answers.temperature and answers.temperature < 37.3 °C'";
        let report = |at: &str, degrees: f64| Report {
            at: time(at),
            answers: [("temperature".to_owned(), crate::facts::Answer::Number(Decimal::from_f64(degrees).unwrap()))]
                .into(),
            given_for: None,
        };
        let reports = [
            report("02-06T08:00:00", 36.5),
            report("02-08T08:00:00", 36.5),
            report("02-09T00:00:00", 36.5),
            report("02-09T08:00:00", 36.6),
            report("02-10T23:59:59", 36.5),
        ];
        let row =
            |reports: &[Report], now| take(&format!("{}{question}", of("days-in-a-row", well)), &[], reports, now);
        assert_eq!(row(&reports, "02-10T23:59:59"), Some(3), "two reports on one day are one day");
        assert_eq!(row(&reports, "02-11T23:59:59"), Some(3), "today's may still come");
        assert_eq!(row(&reports, "02-12T00:00:00"), Some(0), "a day was missed");
        let feverish = [report("02-09T08:00:00", 36.5), report("02-10T08:00:00", 37.3)];
        assert_eq!(row(&feverish, "02-10T09:00:00"), Some(1), "only reports for which the condition is true");
        let days = |reports: &[Report], now| take(&format!("{}{question}", of("report-days", well)), &[], reports, now);
        assert_eq!(days(&reports, "02-12T00:00:00"), Some(4));
        assert_eq!(days(&feverish, "02-12T00:00:00"), Some(1));
        let since =
            |reports: &[Report], now| take(&format!("{}{question}", of("days-since-report", well)), &[], reports, now);
        assert_eq!(since(&feverish, "02-12T00:00:00"), Some(3));
        assert_eq!(since(&[], "02-12T00:00:00"), None);
    }

    #[test]
    fn an_age_grows_at_midnight_of_the_birthday() {
        let parts =
            format!("{}[[question]]\nid = 'born'\ntype = 'date'\ntext = TEXT\n", of("age", "question = 'born'"));
        let age = |born: &str, now: &str| {
            let answers = [("born".to_owned(), crate::facts::Answer::Text(born.into()))].into();
            take(&parts, &[], &[Report { at: time("02-12T08:00:00"), answers, given_for: None }], now)
        };
        assert_eq!(age("1955-02-13", "02-12T23:59:59"), Some(64));
        assert_eq!(age("1955-02-13", "02-13T00:00:00"), Some(65));
        assert_eq!(age("2020-02-12", "02-12T09:00:00"), Some(0));
        assert_eq!(age("2019-02-29", "02-20T09:00:00"), None, "there is no such day");
        // Who was born on a leap day is a year older on 1 March.
        let leap = |now: &str| whole_years(Date::parse("2016-02-29").unwrap(), Date::parse(now).unwrap());
        assert_eq!(["2019-02-28", "2019-03-01", "2020-02-28", "2020-02-29"].map(leap), [2, 3, 3, 4]);
        assert_eq!(take(&parts, &[], &[], "02-12T09:00:00"), None);
    }

    #[test]
    fn rows_of_a_community_can_be_told_from_those_of_its_city() {
        let rows = [("3301", Level::Low), ("330106001002", Level::High)].map(|(place, level)| RiskRow {
            place: Place::parse(place).unwrap(),
            compound: None,
            from: time("02-01T00:00:00"),
            to: None,
            level,
        });
        let table = RiskTable::new(rows.into()).unwrap();
        let covered = [Covered { place: Place::COUNTRY, table: Ok(&table) }];
        let risk = Tables::new(&covered);
        let digits = |place: &str| {
            let stay = visit(place, "02-10T10:00:00", "02-10T12:00:00");
            let now = time("02-11T00:00:00");
            let stays = [stay];
            let exposure = &look_up(&stays, risk, time("02-01T00:00:00"), now)[0];
            (exposure.level, exposure.row_digits())
        };
        assert_eq!(digits("330106001002"), (Level::High, 12));
        assert_eq!(digits("330106001003"), (Level::Low, 4));
        assert_eq!(digits("4205"), (Level::None, 0));
        let wuhan = [visit("420106", "02-03T08:00:00", "02-03T09:00:00")];
        let minutes = |digits: &str| take(&of("minutes", digits), &wuhan, &[], "02-09T00:00:00");
        assert_eq!((minutes("row-digits = 4"), minutes("row-digits = 6")), (Some(60), Some(0)));
    }

    #[test]
    fn an_answer_lies_in_a_place_or_not_or_there_is_none() {
        let parts = format!(
            "{}[[question]]\nid = 'home'\ntype = 'place'\ntext = TEXT\n",
            of("answer-in", "question = 'home'\nplace = '4201'")
        );
        let home = |code: &str| Report {
            at: time("02-09T08:00:00"),
            answers: [("home".to_owned(), crate::facts::Answer::Text(code.into()))].into(),
            given_for: None,
        };
        let lies = |reports: &[Report]| take(&parts, &[], reports, "02-09T09:00:00");
        assert_eq!(lies(&[home("420106")]), Some(1));
        assert_eq!(lies(&[home("42")]), Some(0));
        assert_eq!(lies(&[]), None);
    }

    #[test]
    fn reports_are_assumed_for_days_without_one_and_for_what_is_wanted_daily_only() {
        let pack = trial_pack(&format!(
            "{}{}{}[[question]]\nid = 'fever'\ntype = 'yes-no'\ntext = TEXT\n",
            of("days-in-a-row", "when = 'not answers.fever'"),
            of("report-days", "when = 'not answers.fever'").replace("'x'", "'y'"),
            of("days-since-report", "when = 'answers.fever'").replace("'x'", "'z'"),
        ));
        let report = |at: &str, fever| Report {
            at: time(at),
            answers: [("fever".to_owned(), crate::facts::Answer::YesNo(fever))].into(),
            given_for: None,
        };
        let reports = [report("02-06T08:00:00", true), report("02-09T08:00:00", false)];
        let mut budget = Budget::default();
        let statements: Vec<_> = reports
            .iter()
            .map(|report| Statement { report, data: interpret(&pack, &report.answers, report.at, &mut budget).data })
            .collect();
        let mut at = |now: &str, from: &str| {
            let reports_assumed = Some(time(from));
            let (now, risk, here) = (time(now), Tables::default(), None);
            let evidence = Evidence {
                pack: &pack,
                now,
                exposures: &[],
                exposed: &[],
                statements: &statements,
                newest: statements.last(),
                risk,
                here,
                here_not_in: None,
                taken: RowSet::default(),
                reports_assumed,
                rules_end: Time::from_unix(i64::MAX),
            };
            [0, 1, 2].map(|n| match evidence.take(&pack.measures[n], &mut budget).unwrap() {
                Value::Int(value) => value,
                _ => -1,
            })
        };
        assert_eq!(at("02-09T09:00:00", "02-09T09:00:00"), [1, 1, 3], "today has a report");
        assert_eq!(at("02-12T00:00:00", "02-09T09:00:00"), [4, 4, 6]);
        assert_eq!(at("02-12T00:00:00", "02-11T09:00:00"), [2, 3, 6], "what was missed was missed");
    }
}
