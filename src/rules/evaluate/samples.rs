//! Packs and facts that tests of what a pack decides have in common.

use super::Decision;
use crate::calendar::Time;
use crate::colour::Colour;
use crate::facts::{Mode, Record, Report, Status, StatusEntry, Visit};
use crate::place::Place;
use crate::risk::{Covered, Level, RiskRow, RiskTable};
use crate::rules::reason::Cause;

pub(crate) const NOW: &str = "02-12T09:00:00";

/// A question that must be answered and two that need not be.
pub(crate) const QUESTIONS: &str = "
    [[question]]
    id = 'well'
    type = 'yes-no'
    text = TEXT
    [[question]]
    id = 'met'
    type = 'date'
    text = TEXT
    required = false
    [[question]]
    id = 'trips'
    type = 'trips'
    text = TEXT
    required = false
";

/// A rule that gives red for a week from the day of an answer.
pub(crate) const MET: &str = "
    [[course]]
    id = 'c'
    steps = [{ colour = 'red', lasts = '7 d' }]
    [[rule]]
    id = 'met'
    on = 'report'
    when = 'answers.met'
    course = 'c'
    since = 'met'
    text = TEXT
    way-back = TEXT
";

/// A rule that gives red, then yellow, for a visit to where the risk is high.
pub(crate) const ON_VISIT: &str = "
    [[course]]
    id = 'c'
    steps = [{ colour = 'red', lasts = '7 d' }, { colour = 'yellow', lasts = '7 d' }]
    [[rule]]
    id = 'high'
    on = 'visit'
    when = 'visit.level == 3'
    course = 'c'
    text = TEXT
    way-back = TEXT
";

/// A moment of 2020 in China.
pub(crate) fn time(text: &str) -> Time {
    Time::parse(&format!("2020-{text}+08:00")).unwrap()
}

pub(crate) fn report(at: &str, answers: &str) -> Report {
    Report { at: time(at), answers: serde_json::from_str(answers).unwrap(), given_for: None }
}

/// A stay; without an end, it is going on.
pub(crate) fn visit(place: &str, arrive: &str, leave: &str) -> Visit {
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

pub(crate) fn covered(table: &RiskTable) -> [Covered<'_>; 1] {
    [Covered { place: Place::COUNTRY, table: Ok(table) }]
}

/// A high risk in Hubei from 24 January on.
pub(crate) fn hubei() -> RiskTable {
    let place = Place::parse("42").unwrap();
    RiskTable::new(vec![RiskRow { place, compound: None, from: time("01-24T00:00:00"), to: None, level: Level::High }])
        .unwrap()
}

pub(crate) fn record(statuses: &[(Status, &str)]) -> Record {
    let statuses = statuses.iter().map(|(status, since)| StatusEntry { status: *status, since: time(since) }).collect();
    let key = crate::trust::SecretKey::from_random(b"the seed of a key that tests use").unwrap().public();
    Record { key, statuses, exempt: Vec::new(), floor: None, tests: None, vaccinations: None, exemptions: None }
}

/// Colour, rules that gave one, names of causes.
pub(crate) fn outcome(decision: &Decision) -> (Colour, Vec<&str>, Vec<&str>) {
    (
        decision.colour,
        decision.reasons.iter().map(|reason| reason.rule.as_str()).collect(),
        decision.causes.iter().map(Cause::name).collect(),
    )
}
