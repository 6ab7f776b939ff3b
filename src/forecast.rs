//! The forecast: when the colour changes next, and when it can be green.
//!
//! It asks [`crate::assess`] itself at every moment at which its answer can change: at midnights (windows and counts of
//! days move then), where a course steps, a visit begins, ends or grows, a row of the risk table begins or ends, a report
//! gets too old, a file expires, or what seemed to come from the future does so no longer. Between those moments nothing
//! that the rules can read changes.

use serde::Serialize;

use crate::assess::{Assume, Facts, assess_assuming};
use crate::calendar::{Span, Time};
use crate::colour::Colour;
use crate::facts::{Place, Visit};
use crate::limits::FORECAST_MOMENTS;
use crate::order::sorted;
use crate::rules::expression::{Budget, Value};
use crate::rules::measure::{QUANTUM, Told, window_start};
use crate::rules::pack::{Course, Pack};
use crate::rules::questionnaire::interpret;
use crate::trust::Verified;
use crate::trust::file::CLOCK_SKEW;

/// What is to come if nothing new happens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct Forecast {
    /// The colour now.
    pub colour: Colour,
    /// The next change if nothing at all comes in: files and reports get old.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change: Option<Change>,
    /// The next changes if files are renewed with the same content, and reports handed in where the rules ask for them; up to
    /// the first green.
    pub steps: Vec<Change>,
    /// The first moment, on that assumption, at which the colour is green: now, if it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub green: Option<Time>,
    /// How far ahead was looked.
    pub horizon: Time,
}

/// A change of colour to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct Change {
    /// When.
    pub at: Time,
    /// To which colour.
    pub colour: Colour,
}

/// Looks ahead from `now`.
#[must_use]
pub fn forecast(rules: &Verified<Pack>, facts: &Facts<'_>, now: Time) -> Forecast {
    let (moments, horizon) = moments(rules, facts, now);
    let at = |moment, assume| assess_assuming(rules, facts, moment, assume).colour;
    let colour = at(now, Assume::Nothing);
    let change = moments.iter().find_map(|moment| {
        let next = at(*moment, Assume::Nothing);
        (next != colour).then_some(Change { at: *moment, colour: next })
    });
    let mut steps = Vec::new();
    let renewal = Assume::Renewal { from: now };
    let mut before = at(now, renewal);
    let mut green = (before == Colour::Green).then_some(now);
    for moment in &moments {
        if green.is_some() {
            break;
        }
        let next = at(*moment, renewal);
        if next != before {
            steps.push(Change { at: *moment, colour: next });
            before = next;
        }
        green = (next == Colour::Green).then_some(*moment);
    }
    Forecast { colour, change, steps, green, horizon }
}

/// All moments after `now` at which the answer can change, in order, and until when they are complete.
fn moments(rules: &Verified<Pack>, facts: &Facts<'_>, now: Time) -> (Vec<Time>, Time) {
    let pack = rules.body();
    let longest = pack.courses.iter().map(length).max().unwrap_or_default();
    let ahead = Span::seconds(longest.as_seconds().max(pack.window.as_seconds()) + 2 * crate::calendar::DAY);
    let horizon = now.plus(ahead);
    let mut found = Vec::new();
    let mut add = |moment: Time| {
        if now < moment && moment <= horizon {
            found.push(moment);
        }
    };

    let today = now.date(pack.utc_offset);
    let days = ahead.as_seconds() / crate::calendar::DAY;
    (1..=days).for_each(|days| add(today.plus_days(days).start(pack.utc_offset)));

    add(pack.valid_from);
    let headers = [
        Some((rules.header(), Span::ZERO)),
        facts.risk.map(|risk| (risk.header(), pack.risk_grace)),
        facts.record.map(|record| (record.header(), Span::ZERO)),
    ];
    for (header, grace) in headers.into_iter().flatten() {
        add(header.issued.minus(CLOCK_SKEW));
        add(header.expires.plus(grace));
    }
    for statuses in facts.record.iter().map(|record| &record.body().statuses) {
        statuses.iter().for_each(|entry| steps(pack, entry.since, &mut add));
    }

    let start = window_start(pack, pack.window, now);
    let mut visits: Vec<Visit> = facts.diary.to_vec();
    let mut places: Vec<Place> = facts.here.into_iter().collect();
    for report in facts.reports.iter().filter(|report| report.at >= start) {
        add(report.at.minus(CLOCK_SKEW));
        add(report.at);
        steps(pack, report.at, &mut add);
        // The first second at which it is older than allowed.
        pack.report_within.iter().for_each(|within| add(report.at.plus(*within).plus(Span::seconds(1))));
        let told = interpret(pack, &report.answers, report.at, &mut Budget::default());
        for visit in told.visits {
            // A later report ends a visit that had none.
            visits.extend([visit.clone().closed(report.at), visit]);
        }
        places.extend(told.data.iter().filter_map(|(_, value)| match value {
            Value::Text(text) => Place::parse(text).ok(),
            _ => None,
        }));
        let told = Told { report, answers: told.data };
        for since in pack.rules.iter().filter_map(|rule| rule.since.as_deref()) {
            steps(pack, told.since(Some(since)), &mut add);
        }
    }
    for visit in visits {
        let end = visit.leave.unwrap_or(horizon);
        if end < start {
            continue;
        }
        places.push(visit.place);
        add(visit.arrive);
        visit.leave.iter().for_each(|leave| {
            add(*leave);
            steps(pack, *leave, &mut add);
        });
        // Only what goes on grows.
        if end > now {
            let step = QUANTUM.as_seconds();
            let grown = now.since(visit.arrive).as_seconds().max(0) / step;
            let mut next = visit.arrive.plus(Span::seconds(grown * step));
            while next < end.min(horizon) {
                next = next.plus(QUANTUM);
                add(next);
            }
        }
    }
    let mut places = sorted(places, |place| [i64::try_from(place.sort_key()).unwrap_or(i64::MAX), 0, 0, 0]);
    places.dedup();
    if let Some(risk) = facts.risk {
        for row in places.iter().flat_map(|place| risk.body().covering(*place)) {
            add(row.from);
            row.to.iter().for_each(|to| add(*to));
        }
    }

    let mut moments = sorted(found, |moment| [moment.unix(), 0, 0, 0]);
    moments.dedup();
    let complete = moments.len() <= FORECAST_MOMENTS;
    moments.truncate(FORECAST_MOMENTS);
    let horizon = moments.last().copied().filter(|_| !complete).unwrap_or(horizon);
    (moments, horizon)
}

fn length(course: &Course) -> Span {
    Span::seconds(course.steps.iter().map(|step| step.lasts.as_seconds()).sum())
}

/// The moments at which any course that runs from `since` steps.
fn steps(pack: &Pack, since: Time, add: &mut impl FnMut(Time)) {
    for course in &pack.courses {
        let mut end = since;
        for step in &course.steps {
            end = end.plus(step.lasts);
            add(end);
        }
    }
}

#[cfg(test)]
#[cfg(feature = "authoring")]
mod tests {
    use super::*;
    use crate::assess::assess;
    use crate::facts::{Record, Status, StatusEntry};
    use crate::rules::source::{FactsSource, Workbench, trial_pack};
    use crate::trust::{Header, SecretKey};

    fn time(text: &str) -> Time {
        Time::parse(&format!("2020-{text}+08:00")).unwrap()
    }

    const PARTS: &str = "
        [[question]]
        id = 'cough'
        type = 'yes-no'
        text = TEXT
        [[course]]
        id = 'c'
        steps = [{ colour = 'red', lasts = '7 d' }, { colour = 'yellow', lasts = '7 d' }]
        [[rule]]
        id = 'cough'
        on = 'report'
        when = 'answers.cough'
        course = 'c'
        text = TEXT
        way-back = TEXT
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
        let workbench = Workbench::new().unwrap();
        let header =
            |expires: &str| Header { version: 1, issued: time("01-01T00:00:00"), expires: time(expires), place: None };
        let mut pack = trial_pack(PARTS);
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
        Change { at: time(at), colour }
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
    fn what_was_not_answered_can_be_answered_at_once() {
        let forecast = ahead(&report(""), "12-31T00:00:00", None);
        assert_eq!((forecast.colour, forecast.green), (Colour::Grey, Some(time("02-12T09:00:00"))));
    }
}
