//! The forecast: when the colour changes next, and when it can be green.
//!
//! It calls [`crate::assess`] at every moment at which the answer can change, as found by [`moments`]: at midnight
//! (when windows and day counts move), when a course reaches its next step, a visit begins, ends or grows, a row of the
//! risk table begins or ends, a report gets too old, a file expires, or something dated in the future comes due.
//! Between those moments, nothing that the rules can read changes.

use serde::Serialize;

use crate::assess::{Assume, Facts, RulesUsed, assess_within, ruling};
use crate::calendar::{Span, Time};
use crate::colour::Colour;
use crate::facts::Visit;
use crate::limits::{CLOCK_SKEW_SECONDS, EVALUATION_STEPS, FORECAST_MOMENTS, FORECAST_STEPS};
use crate::order::sorted;
use crate::place::Place;
use crate::private::private_debug;
use crate::rules::exposure::QUANTUM;
use crate::rules::expression::{Budget, Object, Value};
use crate::rules::measure::window_start;
use crate::rules::pack::Pack;
use crate::rules::questionnaire::interpret;
use crate::rules::schedule::Schedule;
use crate::rules::statement::Statement;
use crate::trust::{Header, Verified};

/// What will happen if nothing new comes up.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct Forecast {
    /// The colour now.
    pub colour: Colour,
    /// The next change if nothing is renewed or reported: files and reports age.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change: Option<Change>,
    /// The next changes, up to the first green, if files are renewed with the same content and reports are submitted
    /// when the rules ask for them.
    pub steps: Vec<Change>,
    /// The first moment at which the colour is green on the assumption of `steps`; now, if it already is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub green: Option<Time>,
    /// How far ahead the forecast looked.
    pub horizon: Time,
}

/// A future change of colour.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct Change {
    /// The moment of the change.
    pub at: Time,
    /// To which colour.
    pub colour: Colour,
    /// The rules that begin to rule at that moment; absent if they are those of before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rules: Option<RulesUsed>,
}

/// Forecasts the colour from `now` on, with a rule pack or several.
#[must_use]
pub fn forecast<'r>(rules: impl Into<Schedule<'r>>, facts: &Facts<'_>, now: Time) -> Forecast {
    let rules = rules.into();
    let moments = moments(rules, facts, now);
    let ahead = |assume, wanted| changes(rules, facts, now, &moments, assume, wanted);
    let (colour, change, until) = ahead(Assume::Nothing, None);
    let (renewed, steps, until_renewed) = ahead(Assume::Renewal { from: now }, Some(Colour::Green));
    let last = steps.last().map_or((now, renewed), |last| (last.at, last.colour));
    Forecast {
        colour,
        change: change.into_iter().next(),
        steps,
        green: (last.1 == Colour::Green).then_some(last.0),
        horizon: until.min(until_renewed),
    }
}

/// The colour now; its changes up to the first one, or up to the wanted colour; and how far they were looked for.
fn changes(
    rules: Schedule<'_>,
    facts: &Facts<'_>,
    now: Time,
    moments: &Moments,
    assume: Assume,
    wanted: Option<Colour>,
) -> (Colour, Vec<Change>, Time) {
    let mut left = FORECAST_STEPS;
    let mut colour_at = |moment| {
        // Each assessment gets its usual budget, so that it gives the same answer as on its own.
        let mut budget = Budget::default();
        let colour = assess_within(rules, facts, moment, assume, &mut budget).colour;
        left = left.saturating_sub(EVALUATION_STEPS - budget.left());
        // An assessment that ran out of steps once would do so again.
        (colour, left == 0 || budget.left() == 0)
    };
    let (first, mut spent) = colour_at(now);
    let (mut before, mut found, mut looked) = (first, Vec::new(), now);
    let mut ruled = ruling(rules, now, assume);
    if wanted == Some(first) {
        return (first, found, moments.until);
    }
    for moment in &moments.at {
        if spent {
            return (first, found, looked);
        }
        let (next, last) = colour_at(*moment);
        (spent, looked) = (last, *moment);
        let ruling = ruling(rules, *moment, assume);
        let begun = ruling.filter(|pack| ruled.is_none_or(|ruled| !core::ptr::eq(ruled, *pack)));
        ruled = ruling;
        if next != before {
            found.push(Change { at: *moment, colour: next, rules: begun.map(RulesUsed::of) });
            before = next;
            if wanted.is_none_or(|wanted| wanted == next) {
                break;
            }
        }
    }
    (first, found, moments.until)
}

/// The moments at which anything that the rules read can change; between two of them, every assessment is the same.
#[derive(Clone, PartialEq, Eq)]
pub struct Moments {
    /// The moments, in order.
    pub at: Vec<Time>,
    /// Until when they are complete.
    pub until: Time,
}

impl Moments {
    fn add(&mut self, now: Time, moment: Time) {
        if now < moment && moment <= self.until {
            self.at.push(moment);
            // Only hostile input produces far more than are kept.
            if self.at.len() >= 8 * FORECAST_MOMENTS {
                self.tidy();
            }
        }
    }

    /// Sorts them, removes duplicates, and keeps no more than are evaluated.
    fn tidy(&mut self) {
        self.at = sorted(core::mem::take(&mut self.at), |moment| [moment.unix(), 0, 0, 0]);
        self.at.dedup();
        if self.at.len() > FORECAST_MOMENTS {
            self.at.truncate(FORECAST_MOMENTS);
            self.until = self.at.last().copied().unwrap_or(self.until);
        }
    }
}

/// The moments after `now` at which an assessment of these facts can change.
#[must_use]
pub fn moments<'r>(rules: impl Into<Schedule<'r>>, facts: &Facts<'_>, now: Time) -> Moments {
    let rules = rules.into();
    let ahead = rules.packs().map(|pack| reach(pack.body())).fold(Span::ZERO, Span::max);
    let mut all = Moments { at: Vec::new(), until: now.plus(ahead) };
    for pack in rules.packs() {
        let own = moments_of(pack, facts, now, ahead);
        all.until = all.until.min(own.until);
        // While another rules, only how they take turns matters.
        let header = pack.header();
        let turns = [pack.body().valid_from, first_accepted(header), header.expires];
        let rules_then = |assume, at| ruling(rules, at, assume).is_some_and(|ruling| core::ptr::eq(ruling, pack));
        let counts = |at: &Time| {
            turns.contains(at)
                || rules_then(Assume::Nothing, *at)
                || rules_then(Assume::Renewal { from: now }, *at)
                || ruling(rules, *at, Assume::Nothing).is_none()
        };
        own.at.into_iter().filter(counts).for_each(|at| all.add(now, at));
    }
    all.at.retain(|at| *at <= all.until);
    all.tidy();
    all
}

/// How far ahead anything that a pack reads can change.
fn reach(pack: &Pack) -> Span {
    let longest = course_ends(pack).last().copied().unwrap_or_default();
    Span::seconds(longest.as_seconds().max(pack.window.as_seconds()) + 2 * crate::calendar::DAY)
}

/// From when on a phone takes a file that its clock says is of the future.
fn first_accepted(header: &Header) -> Time {
    header.issued.minus(Span::seconds(CLOCK_SKEW_SECONDS))
}

/// The moments at which an assessment by this pack can change.
fn moments_of(rules: &Verified<Pack>, facts: &Facts<'_>, now: Time, ahead: Span) -> Moments {
    let pack = rules.body();
    let lengths = course_ends(pack);
    let mut moments = Moments { at: Vec::new(), until: now.plus(ahead) };
    let mut add = |moment| moments.add(now, moment);

    let today = now.date(pack.utc_offset);
    let days = ahead.as_seconds() / crate::calendar::DAY;
    (1..=days).for_each(|days| add(today.plus_days(days).start(pack.utc_offset)));

    add(pack.valid_from);
    let others = [Some(rules.header()), facts.record.map(Verified::header), facts.manifest];
    let tables = facts.risk.iter().map(|risk| (risk.header(), pack.risk_grace));
    for (header, grace) in others.into_iter().flatten().map(|header| (header, Span::ZERO)).chain(tables) {
        add(first_accepted(header));
        add(header.expires.plus(grace));
    }
    facts.floor.iter().for_each(|floor| add(floor.until));
    // When courses may start.
    let mut starts = Vec::new();
    let statuses = facts.record.iter().flat_map(|record| &record.body().statuses);
    starts.extend(statuses.map(|entry| entry.since));

    let start = window_start(pack, pack.window, now);
    let mut visits: Vec<Visit> = facts.diary.to_vec();
    let mut places: Vec<Place> = facts.here.into_iter().collect();
    let mut budget = Budget::default();
    for report in facts.reports.iter().filter(|report| report.at >= start) {
        add(report.at.minus(Span::seconds(CLOCK_SKEW_SECONDS)));
        add(report.at);
        starts.push(report.at);
        // The first second at which the report is too old.
        pack.report_within.iter().for_each(|within| add(report.at.plus(*within).plus(Span::seconds(1))));
        let statement = interpret(pack, &report.answers, report.at, &mut budget);
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
        starts.extend(
            pack.rules.iter().filter_map(|rule| rule.since.as_deref()).map(|since| statement.since(Some(since))),
        );
    }
    for visit in visits {
        let end = visit.leave.unwrap_or(Time::from_unix(i64::MAX));
        if end < start {
            continue;
        }
        places.push(visit.place);
        moments.add(now, visit.arrive);
        if let Some(leave) = visit.leave {
            moments.add(now, leave);
            starts.push(leave);
        }
        // Only an ongoing visit grows.
        if end > now {
            let step = QUANTUM.as_seconds();
            let grown = now.since(visit.arrive).as_seconds().max(0) / step;
            let mut next = visit.arrive.plus(Span::seconds(grown * step));
            while next < end.min(moments.until) {
                next = next.plus(QUANTUM);
                moments.add(now, next);
            }
        }
    }
    let mut starts = sorted(starts, |start| [start.unix(), 0, 0, 0]);
    starts.dedup();
    for start in starts {
        lengths.iter().for_each(|length| moments.add(now, start.plus(*length)));
    }
    let mut places = sorted(places, |place| [i64::try_from(place.sort_key()).unwrap_or(i64::MAX), 0, 0, 0]);
    places.dedup();
    for risk in facts.risk {
        for row in places.iter().flat_map(|place| risk.body().covering(*place)) {
            moments.add(now, row.from);
            row.to.iter().for_each(|to| moments.add(now, *to));
        }
    }
    moments.tidy();
    if budget.left() == 0 {
        // Not all reports could be read, so nothing can be forecast.
        return Moments { at: Vec::new(), until: now };
    }
    moments
}

/// The times after their start at which the courses of a pack change colour, sorted, without duplicates.
fn course_ends(pack: &Pack) -> Vec<Span> {
    let mut ends = Vec::new();
    for course in &pack.courses {
        let mut end = Span::ZERO;
        for step in &course.steps {
            end = Span::seconds(end.as_seconds() + step.lasts.as_seconds());
            ends.push(end);
        }
    }
    let mut ends = sorted(ends, |end| [end.as_seconds(), 0, 0, 0]);
    ends.dedup();
    ends
}

private_debug!(Forecast, Change, Moments);

#[cfg(test)]
#[cfg(feature = "authoring")]
mod tests {
    use super::*;
    use crate::assess::assess;
    use crate::authoring::source::{COUGH, FactsSource, trial_pack};
    use crate::authoring::workbench::Workbench;
    use crate::facts::{Mode, Record, Status, StatusEntry};
    use crate::risk::{Level, RiskRow, RiskTable};
    use crate::rules::pack::Lane;
    use crate::trust::SecretKey;

    fn time(text: &str) -> Time {
        Time::parse(&format!("2020-{text}+08:00")).unwrap()
    }

    /// Who has it is red, besides those who cough.
    const CONFIRMED: &str = "
        [[rule]]
        id = 'confirmed'
        on = 'record'
        when = \"record.status == 'confirmed'\"
        colour = 'red'
        text = TEXT
        way-back = TEXT
    ";

    /// The forecast on 12 February at nine, by a pack that expires when it says.
    fn ahead(facts: &str, pack_expires: &str, record: Option<(&str, Status)>) -> Forecast {
        let workbench = Workbench::default();
        let header =
            |expires: &str| Header { version: 1, issued: time("01-01T00:00:00"), expires: time(expires), place: None };
        let mut pack = trial_pack(&[COUGH, CONFIRMED].concat());
        pack.report_within = Some(Span::days(1));
        let rules = workbench.verified(&header(pack_expires), &pack).unwrap();
        let record = record.map(|(expires, status)| {
            let key = SecretKey::from_random(b"the seed of a key that tests use").unwrap().public();
            let statuses = vec![StatusEntry { status, since: time("02-01T00:00:00") }];
            workbench.verified(&header(expires), &Record { key, statuses, exempt: Vec::new(), floor: None }).unwrap()
        });
        let facts: FactsSource = serde_json::from_str(facts).unwrap();
        let facts = Facts { reports: &facts.reports, record: record.as_ref(), ..Facts::default() };
        let now = time("02-12T09:00:00");
        let forecast = forecast(&rules, &facts, now);
        assert_eq!(forecast.colour, assess(&rules, &facts, now).colour);
        forecast
    }

    fn report(cough: &str) -> String {
        format!(r#"{{"reports": [{{"at": "2020-02-12T08:00:00+08:00", "answers": {{{cough}}}}}]}}"#)
    }

    fn change(at: &str, colour: Colour) -> Change {
        Change { at: time(at), colour, rules: None }
    }

    #[test]
    fn a_course_is_foretold_step_by_step_to_green() {
        let cough = report("\"cough\": true");
        let forecast = ahead(&cough, "12-31T00:00:00", None);
        assert_eq!(forecast.steps, [change("02-19T08:00:00", Colour::Yellow), change("02-26T08:00:00", Colour::Green)]);
        assert_eq!(forecast.green, Some(time("02-26T08:00:00")));
        // Without new reports, yellow is not known to be all.
        assert_eq!(forecast.change, Some(change("02-19T08:00:00", Colour::Grey)));
    }

    #[test]
    fn files_and_reports_get_old() {
        let well = report("\"cough\": false");
        let grey = |at| Some(change(at, Colour::Grey));
        let first = ahead(&well, "12-31T00:00:00", None);
        assert_eq!((first.change, first.green), (grey("02-13T08:00:01"), Some(time("02-12T09:00:00"))));
        assert_eq!(ahead(&well, "02-12T10:00:00", None).change, grey("02-12T10:00:00"));
        let record = Some(("02-12T11:00:00", Status::Recovered));
        assert_eq!(ahead(&well, "12-31T00:00:00", record).change, grey("02-12T11:00:00"));
    }

    #[test]
    fn no_green_is_promised_while_a_record_speaks_against_it() {
        let forecast =
            ahead(&report("\"cough\": false"), "12-31T00:00:00", Some(("12-31T00:00:00", Status::Confirmed)));
        assert_eq!((forecast.colour, forecast.green), (Colour::Red, None));
        assert_eq!((forecast.change, forecast.steps), (None, vec![]));
        assert!(forecast.horizon > time("02-26T09:00:00"));
    }

    #[test]
    fn a_look_ahead_that_is_cut_short_says_where_it_ends() {
        let workbench = Workbench::default();
        let header =
            Header { version: 1, issued: time("01-01T00:00:00"), expires: time("12-31T00:00:00"), place: None };
        let rules = workbench.verified(&header, &trial_pack(&[COUGH, CONFIRMED].concat())).unwrap();
        let now = time("02-12T09:00:00");
        // What goes on grows by half hours, each visit at seconds of its own.
        let diary: Vec<_> = (1..=4)
            .map(|seconds| Visit {
                place: Place::parse("3301").unwrap(),
                arrive: now.minus(Span::seconds(seconds)),
                leave: None,
                mode: Mode::Stay,
            })
            .collect();
        let look = |diary: &[Visit]| {
            let facts = Facts { diary, ..Facts::default() };
            let moments = moments(&rules, &facts, now);
            assert_eq!(forecast(&rules, &facts, now).horizon, moments.until);
            moments
        };
        let just_come = Visit { arrive: now, ..diary[0].clone() };
        assert!(look(&[just_come]).at.iter().all(|moment| now < *moment), "what is to come is after now");
        let one = look(&diary[..1]);
        let half_hours = 16 * 48;
        assert_eq!((one.at.len(), one.at[0]), (half_hours + 16, now.plus(Span::seconds(1799))), "and each midnight");
        let whole = look(&diary[..3]);
        assert_eq!(whole.at.len(), 3 * half_hours + 16);
        assert_eq!(whole.until, now.plus(Span::days(16)), "the course and two days");
        let cut = look(&diary);
        assert_eq!((cut.at.len(), cut.at.last()), (FORECAST_MOMENTS, Some(&cut.until)));
        assert!(now.plus(Span::days(12)) < cut.until && cut.until < now.plus(Span::days(13)), "{}", cut.until);
    }

    #[test]
    fn a_risk_to_come_where_somebody_said_that_they_live_is_foretold() {
        let parts = "
            [[question]]
            id = 'home'
            type = 'place'
            text = TEXT
            [[measure]]
            id = 'level'
            count = 'level-at'
            question = 'home'
            [[rule]]
            id = 'home'
            when = 'measure.level == 3'
            colour = 'red'
            text = TEXT
            way-back = TEXT
        ";
        let workbench = Workbench::default();
        let header =
            Header { version: 1, issued: time("01-01T00:00:00"), expires: time("12-31T00:00:00"), place: None };
        let rules = workbench.verified(&header, &trial_pack(parts)).unwrap();
        let (place, from, to) = (Place::parse("4201").unwrap(), time("02-12T15:00:17"), Some(time("02-14T15:00:17")));
        let table = RiskTable::new(vec![RiskRow { place, level: Level::High, from, to }]).unwrap();
        let risk = workbench.verified(&header, &table).unwrap();
        let facts: FactsSource = serde_json::from_str(
            r#"{"reports": [{"at": "2020-02-12T08:00:00+08:00", "answers": {"home": "420106"}}]}"#,
        )
        .unwrap();
        let facts = Facts { reports: &facts.reports, risk: core::slice::from_ref(&risk), ..Facts::default() };
        assert_eq!(
            forecast(&rules, &facts, time("02-12T09:00:00")).change,
            Some(change("02-12T15:00:17", Colour::Red))
        );
        let later = forecast(&rules, &facts, time("02-13T09:00:00"));
        assert_eq!((later.change, later.green), (Some(change("02-14T15:00:17", Colour::Green)), to));
    }

    #[test]
    fn what_changes_at_the_horizon_is_foretold() {
        // The window and two days: the sixteenth midnight from this one.
        let (now, last) = (time("02-12T00:00:00"), time("02-28T00:00:00"));
        let workbench = Workbench::default();
        let header = Header { version: 1, issued: time("01-01T00:00:00"), expires: last, place: None };
        let rules = workbench.verified(&header, &trial_pack("")).unwrap();
        let forecast = forecast(&rules, &Facts::default(), now);
        let end = Some(change("02-28T00:00:00", Colour::Grey));
        assert_eq!((forecast.colour, forecast.change, forecast.horizon), (Colour::Green, end, last));
    }

    /// Packs of these versions in force from one day until another: version 1 has no rule, the others one of a colour.
    fn packs(of: &[(u32, Lane, &str, &str, &str)]) -> Vec<Verified<Pack>> {
        let workbench = Workbench::default();
        let pack = |(version, lane, colour, from, until): &(u32, Lane, &str, &str, &str)| {
            let header =
                Header { version: *version, issued: time("01-01T00:00:00"), expires: time(until), place: None };
            let rule = format!("[[rule]]\nid = 'r'\nwhen = true\ncolour = '{colour}'\ntext = TEXT\nway-back = TEXT\n");
            let parts = if *colour == "green" { "" } else { &*rule };
            let pack = Pack { lane: *lane, valid_from: time(from), ..trial_pack(parts) };
            workbench.verified(&header, &pack).unwrap()
        };
        of.iter().map(pack).collect()
    }

    /// The forecast by these packs at nine on 12 February: its change and its steps, with the version that begins then.
    #[expect(clippy::type_complexity, reason = "only these tests look at all of it")]
    fn ahead_by(packs: &[Verified<Pack>]) -> (Colour, Vec<(Time, Colour, Option<u32>)>, Option<Time>) {
        let rules = Schedule::new(packs).unwrap();
        let now = time("02-12T09:00:00");
        let forecast = forecast(rules, &Facts::default(), now);
        assert_eq!(forecast.colour, assess(rules, &Facts::default(), now).colour);
        let changes = forecast.change.into_iter().chain(forecast.steps);
        let told = changes.map(|change| (change.at, change.colour, change.rules.map(|rules| rules.version)));
        (forecast.colour, told.collect(), forecast.green)
    }

    #[test]
    fn announced_rules_change_nothing_until_they_begin() {
        let old = (3, Lane::Scheduled, "green", "01-02T00:00:00", "12-31T00:00:00");
        let announced = (4, Lane::Scheduled, "yellow", "02-14T09:00:00", "12-31T00:00:00");
        let begins = time("02-14T09:00:00");
        let (colour, told, green) = ahead_by(&packs(&[old, announced]));
        assert_eq!((colour, told, green.is_some()), (Colour::Green, vec![(begins, Colour::Yellow, Some(4))], true));
        // The other way round, they are what leads back to green.
        let old = (3, Lane::Scheduled, "red", "01-02T00:00:00", "12-31T00:00:00");
        let announced = (4, Lane::Scheduled, "green", "02-14T09:00:00", "12-31T00:00:00");
        let change = (begins, Colour::Green, Some(4));
        assert_eq!(ahead_by(&packs(&[announced, old])), (Colour::Red, vec![change, change], Some(begins)));
    }

    #[test]
    fn an_emergency_ends_by_itself_and_the_rules_of_before_rule_again() {
        let usual = (3, Lane::Scheduled, "green", "01-02T00:00:00", "12-31T00:00:00");
        let emergency = (4, Lane::Emergency, "red", "02-11T00:00:00", "02-15T12:00:00");
        let ends = time("02-15T12:00:00");
        let change = (ends, Colour::Green, Some(3));
        assert_eq!(ahead_by(&packs(&[usual, emergency])), (Colour::Red, vec![change, change], Some(ends)));
        // Renewed or not, nothing is known of what would follow an emergency pack that is alone.
        let (colour, told, green) = ahead_by(&packs(&[emergency]));
        assert_eq!((colour, told, green), (Colour::Red, vec![(ends, Colour::Grey, None)], None));
        // Between two packs, nothing rules.
        let next = (5, Lane::Scheduled, "green", "02-17T00:00:00", "12-31T00:00:00");
        let grey = (time("02-15T12:00:00"), Colour::Grey, None);
        let begins = time("02-17T00:00:00");
        let again = (begins, Colour::Green, Some(5));
        assert_eq!(ahead_by(&packs(&[emergency, next])), (Colour::Red, vec![grey, again], Some(begins)));
    }

    #[test]
    fn as_many_moments_as_are_asked_about_are_whole() {
        let moment = |n: usize| Time::from_unix(i64::try_from(n).unwrap());
        let tidied = |count: usize| {
            // Twice, and the last first.
            let at = (1..=count).chain(1..=count).rev().map(moment).collect();
            let mut moments = Moments { at, until: moment(1_000_000) };
            moments.tidy();
            (moments.at.len(), moments.until)
        };
        assert_eq!(tidied(FORECAST_MOMENTS), (FORECAST_MOMENTS, moment(1_000_000)));
        assert_eq!(tidied(FORECAST_MOMENTS + 1), (FORECAST_MOMENTS, moment(FORECAST_MOMENTS)));
    }

    #[test]
    fn what_was_not_answered_can_be_answered_at_once() {
        let forecast = ahead(&report(""), "12-31T00:00:00", None);
        assert_eq!((forecast.colour, forecast.green), (Colour::Grey, Some(time("02-12T09:00:00"))));
    }
}
