//! From facts to a colour with one pack: measures, scores, thresholds, rules, and the worst of their results.

mod exposures;
mod floor;
mod kinds;
mod reports;
mod run;
#[cfg(test)]
#[cfg(feature = "authoring")]
pub(super) mod samples;
mod score;
mod standing;
mod unclear;
mod unsure;

pub use floor::FLOOR_RULE;
use reports::Reported;
use run::Run;
use standing::{lasting, severity};

use super::exposure::{Exposure, LookUp, RowSet};
use super::expression::{Budget, EvaluateError, Value};
use super::measure::{Evidence, window_start};
use super::pack::{Pack, UnclearVisits};
use super::reason::{Cause, Contribution, Fact, Reason, Scores};
use crate::calendar::{Span, Time};
use crate::colour::Colour;
use crate::error;
use crate::facts::{Record, Report, Visit};
use crate::limits::PLACES_WITHOUT_RISK;
use crate::order::sorted;
use crate::place::Place;
use crate::private::private_debug;
use crate::risk::{Coverage, Tables};
use crate::venue::Matched;

/// The inputs of an evaluation. Each is either verified or stated by the holder; there is no other source.
#[derive(Clone, Copy, Default)]
pub struct Inputs<'a> {
    /// The reports, in any order.
    pub reports: &'a [Report],
    /// The diary, in any order.
    pub diary: &'a [Visit],
    /// The issuer's record.
    pub record: Option<&'a Record>,
    /// The risk tables.
    pub risk: Tables<'a>,
    /// What the exposure lists say of the diary.
    pub matched: Tables<'a, Matched>,
    /// Where the holder is, if the host knows; otherwise the place of an ongoing visit.
    pub here: Option<Place>,
    /// From when on to assume that a report was submitted on each day that has none, and that the newest lacks no
    /// answers: see [`crate::assess::Assume`].
    pub reports_assumed: Option<Time>,
    /// When the pack expires, if that is known: a ground that does not lapse before is in force for as long as the pack is, and
    /// renewed with it.
    pub rules_end: Option<Time>,
}

/// What the pack decides from the facts.
#[derive(Clone, PartialEq, Eq)]
pub struct Decision {
    /// The worst colour of the reasons, and grey if there is a cause.
    pub colour: Colour,
    /// The three scores.
    pub scores: Scores,
    /// What gave points.
    pub contributions: Vec<Contribution>,
    /// What gave a colour, the worst first.
    pub reasons: Vec<Reason>,
    /// What could not be decided.
    pub causes: Vec<Cause>,
}

/// The name given in the cause if looking up the visits runs out of steps.
const DIARY: &str = "diary";

/// Evaluates a pack. The same inputs at the same moment always give the same decision.
#[must_use]
pub fn decide(pack: &Pack, inputs: &Inputs<'_>, now: Time) -> Decision {
    decide_within(pack, inputs, now, &mut Budget::default())
}

/// Like [`decide`], within a budget: whatever can be long costs steps, about as many as it takes time. When none are
/// left, evaluation stops.
pub(crate) fn decide_within(pack: &Pack, inputs: &Inputs<'_>, now: Time, budget: &mut Budget) -> Decision {
    let start = window_start(pack, pack.window, now);
    let Reported { statements, standing, trips, mut causes } = Reported::read(pack, inputs, start, now, budget);

    let visits: Vec<&Visit> = inputs.diary.iter().chain(&trips).collect();
    let mut visits = sorted(visits, |visit| visit.sort_key());
    visits.dedup();
    if visits.iter().any(|visit| !visit.is_ordered()) {
        causes.push(Cause::VisitOrder);
        visits.retain(|visit| visit.is_ordered());
    }
    let mut exposures = Vec::with_capacity(visits.len());
    // They are sorted by place.
    let mut rows = LookUp::new(inputs.risk, inputs.matched, start, now);
    for visit in visits {
        match rows.exposure(visit, budget) {
            Ok(found) => exposures.extend(found),
            Err(error) => {
                causes.push(Cause::RuleFailed { rule: DIARY.into(), code: error::code(&error) });
                break;
            }
        }
    }
    if !inputs.matched.usable().all(Matched::is_complete) {
        causes.push(Cause::RuleFailed { rule: DIARY.into(), code: error::code(&EvaluateError::BudgetSpent) });
    }
    if let Err(error) = unclear::clear_up(&mut exposures, budget) {
        causes.push(Cause::RuleFailed { rule: DIARY.into(), code: error::code(&error) });
    }
    let staying = exposures.iter().rev().find(|exposure| exposure.open).map(|exposure| exposure.visit);
    let here = inputs.here.or(staying.map(|visit| visit.place));
    let here_not_in = staying.filter(|_| inputs.here.is_none()).map(Visit::not_in);

    let (risk, statements, record) = (inputs.risk, &statements, inputs.record);
    let known = Evidence {
        pack,
        now,
        exposures: &[],
        exposed: &[],
        statements,
        newest: statements.last().or(standing.as_ref()),
        risk,
        here,
        here_not_in,
        taken: RowSet::default(),
        reports_assumed: inputs.reports_assumed,
        rules_end: inputs.rules_end.unwrap_or(Time::from_unix(i64::MAX)),
    };
    let places = Evidence { exposures: &exposures, ..known }.places(budget);
    let unknown = places.and_then(|places| {
        uncovered(risk, pack.region, &places, &mut causes, budget)?;
        let venues = exposures.iter().map(|exposure| exposure.visit).filter(|visit| visit.venue.is_some());
        let venues: Vec<Place> = venues.map(|visit| visit.place).filter(|_| pack.reads_exposures()).collect();
        uncovered(inputs.matched, pack.region, &venues, &mut causes, budget)
    });
    if let Err(error) = unknown {
        causes.push(Cause::RuleFailed { rule: DIARY.into(), code: error::code(&error) });
    }
    let exposed = exposed(&exposures);
    let evidence = Evidence { exposures: &exposures, exposed: &exposed, ..known };
    let (mut decision, _) = evaluate(evidence, record, causes.clone(), Colour::Red, budget);
    if let Err(error) = unsure::add_causes(&mut decision, pack, statements, then(now, known.rules_end), budget) {
        decision.causes.push(Cause::RuleFailed { rule: DIARY.into(), code: error::code(&error) });
        decision.colour = decision.colour.max(Colour::Grey);
    }
    let ask = pack.unclear_visits != Some(UnclearVisits::ByRules) && decision.colour < Colour::Red;
    if ask {
        let unclear = unclear::worse_if(&exposures, known, record, &causes, decision.colour, budget);
        if !unclear.is_empty() {
            decision.colour = decision.colour.max(Colour::Grey);
            decision.causes.extend(unclear);
        }
    }
    decision
}

/// By the grounds of which moment a pack rules: beyond its end, of its last second.
fn then(now: Time, rules_end: Time) -> Time {
    now.min(rules_end.minus(Span::seconds(1)))
}

/// The visits during which a row of a risk table applied, for certain or possibly.
fn exposed<'a>(exposures: &'a [Exposure<'a>]) -> Vec<&'a Exposure<'a>> {
    exposures.iter().filter(|exposure| exposure.is_exposed()).collect()
}

/// Evaluates the rules, after these causes; and names the unclear visits that give a colour worse than `worse_than`.
fn evaluate<'a>(
    evidence: Evidence<'a>,
    record: Option<&'a Record>,
    causes: Vec<Cause>,
    worse_than: Colour,
    budget: &'a mut Budget,
) -> (Decision, Vec<usize>) {
    let pack = evidence.pack;
    let then = then(evidence.now, evidence.rules_end);
    let (answers, visits) = (vec![None; evidence.statements.len()], vec![None; evidence.exposures.len()]);
    let (root, reasons, unclear) = (Value::Null, Vec::new(), Vec::new());
    let mut run = Run { evidence, budget, root, answers, visits, causes, reasons, worse_than, unclear };
    run.set_root(record);
    let (scores, contributions) = run.score();
    for threshold in pack.thresholds.iter().filter(|threshold| pack.is_grounded(threshold.ground.as_deref(), then)) {
        let points = scores.total(threshold.score);
        if points >= threshold.at_least {
            let fact = Fact::Score { score: threshold.score, points, at_least: threshold.at_least };
            let reason = lasting(&threshold.id, threshold.colour, &threshold.text, &threshold.way_back, fact);
            let ground = threshold.ground.as_ref().and_then(|id| pack.ground(id)).cloned();
            run.reasons.push(Reason { ground, ..reason });
        }
    }
    for rule in pack.rules.iter().filter(|rule| pack.is_grounded(rule.ground.as_deref(), then)) {
        run.apply(rule, record);
    }
    let floor = record.and_then(|record| record.floor);
    run.reasons.extend(floor.and_then(|floor| floor::reason(floor, None, None)));
    let Run { reasons, mut causes, unclear, .. } = run;
    let reasons = sorted(reasons, |reason| severity(reason).map(|part| -part));
    causes.extend(
        reasons
            .iter()
            .filter(|reason| reason.colour == Colour::Grey)
            .map(|reason| Cause::Withheld { rule: reason.rule.clone() }),
    );
    let undecided = if causes.is_empty() { Colour::Green } else { Colour::Grey };
    let colour = reasons.iter().map(|reason| reason.colour).fold(undecided, Colour::max);
    (Decision { colour, scores, contributions, reasons, causes }, unclear)
}

/// Causes for the places that the pack asks about and of which no table says anything. Where there is none for its own
/// region, that is the cause, and these would say the same.
fn uncovered<T>(
    tables: Tables<'_, T>,
    region: Place,
    places: &[Place],
    causes: &mut Vec<Cause>,
    budget: &mut Budget,
) -> Result<(), EvaluateError> {
    let (before, known) = (causes.len(), tables.coverage_in(region) == Coverage::Known);
    for place in places.iter().filter(|_| known) {
        budget.spend(tables.len())?;
        let cause = match tables.coverage(*place) {
            Coverage::Known => continue,
            Coverage::Stale { expired } => Cause::RiskStale { expired },
            Coverage::Missing => Cause::RiskMissing { place: Some(*place) },
        };
        if !causes.contains(&cause) && causes.len() < before + PLACES_WITHOUT_RISK {
            causes.push(cause);
        }
    }
    Ok(())
}

private_debug!(Decision);

#[cfg(test)]
#[cfg(feature = "authoring")]
mod tests {
    use super::*;
    use crate::authoring::source::trial_pack;
    use crate::rules::evaluate::samples::{NOW, ON_VISIT, QUESTIONS, covered, hubei, outcome, report, time, visit};

    /// Rules that always give these colours, named after them.
    fn always(colours: &[&str]) -> Pack {
        let rule = |colour: &&str| {
            format!("[[rule]]\nid = '{colour}'\nwhen = true\ncolour = '{colour}'\ntext = TEXT\nway-back = TEXT\n")
        };
        trial_pack(&colours.iter().map(rule).collect::<String>())
    }

    #[test]
    fn the_worst_colour_wins_and_grey_stands_between_yellow_and_red() {
        let decide = |colours: &[&str]| decide(&always(colours), &Inputs::default(), time(NOW));
        assert_eq!(outcome(&decide(&[])), (Colour::Green, vec![], vec![]));
        assert_eq!(outcome(&decide(&["yellow"])), (Colour::Yellow, vec!["yellow"], vec![]));
        let grey = decide(&["yellow", "grey"]);
        assert_eq!(outcome(&grey), (Colour::Grey, vec!["grey", "yellow"], vec!["withheld"]));
        let red = decide(&["yellow", "red", "grey"]);
        assert_eq!(outcome(&red), (Colour::Red, vec!["red", "grey", "yellow"], vec!["withheld"]));
    }

    #[test]
    fn rules_and_thresholds_act_while_their_ground_is_in_force() {
        let pack = trial_pack(
            "
            [[ground]]
            id = 'notice-1'
            title = TEXT
            url = 'https://example.org/notice-1'
            from = '2020-02-12T00:00:00+08:00'
            until = '2020-02-14T00:00:00+08:00'
            [[band]]
            dimension = 'space'
            when = true
            points = 60
            text = TEXT
            [[threshold]]
            id = 'many'
            score = 'space'
            at-least = 50
            colour = 'yellow'
            ground = 'notice-1'
            text = TEXT
            way-back = TEXT
            [[rule]]
            id = 'all'
            when = true
            colour = 'red'
            ground = 'notice-1'
            text = TEXT
            way-back = TEXT
        ",
        );
        let at = |moment: &str| decide(&pack, &Inputs::default(), time(moment));
        let grounded = at("02-12T00:00:00");
        assert_eq!(outcome(&grounded), (Colour::Red, vec!["all", "many"], vec![]));
        let url = |reason: &Reason| reason.ground.as_ref().map(|ground| ground.url.clone());
        assert!(grounded.reasons.iter().all(|reason| url(reason).as_deref() == Some("https://example.org/notice-1")));
        assert_eq!(at("02-13T23:59:59").colour, Colour::Red);
        for outside in ["02-11T23:59:59", "02-14T00:00:00"] {
            assert_eq!(outcome(&at(outside)), (Colour::Green, vec![], vec![]), "{outside}");
        }
    }

    #[test]
    fn a_visit_out_of_order_and_a_report_to_come_are_causes() {
        let pack = trial_pack(QUESTIONS);
        let diary = [visit("3301", "02-11T10:00:00", "02-11T10:00:00")];
        let ahead = |at: &str| {
            let reports = [report("02-12T08:00:00", r#"{"well": true}"#), report(at, r#"{"well": true}"#)];
            let inputs = Inputs { reports: &reports, diary: &diary, ..Inputs::default() };
            decide(&pack, &inputs, time(NOW)).causes.iter().map(Cause::name).collect::<Vec<_>>()
        };
        assert_eq!(ahead("02-12T09:02:00"), ["visit-order"], "clocks differ by so much");
        assert_eq!(ahead("02-12T09:02:01"), ["clock-behind", "visit-order"]);
    }

    #[test]
    fn the_order_in_which_facts_are_given_does_not_matter() {
        let (pack, risk) = (trial_pack(&format!("{QUESTIONS}{ON_VISIT}")), hubei());
        let mut reports = vec![
            report("02-05T08:00:00", r#"{"well": true, "trips": [{"place": "4201", "from": "2020-02-01"}]}"#),
            report("02-09T08:00:00", r#"{"well": false}"#),
            report("02-12T08:00:00", r#"{"well": true}"#),
        ];
        let mut diary = vec![
            visit("4205", "02-09T00:00:00", "02-10T10:00:00"),
            visit("330106", "02-09T00:00:00", ""),
            visit("4206", "02-06T00:00:00", "02-07T10:00:00"),
        ];
        let mut before = None;
        for _ in 0..3 {
            reports.rotate_left(1);
            diary.rotate_left(1);
            let tables = covered(&risk);
            let inputs = Inputs { reports: &reports, diary: &diary, risk: Tables::new(&tables), ..Inputs::default() };
            let decision = decide(&pack, &inputs, time(NOW));
            assert_eq!(before.get_or_insert_with(|| decision.clone()), &decision);
        }
    }
}
