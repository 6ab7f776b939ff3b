//! From facts to a colour with one pack: measures, scores, thresholds, rules, and the worst of their results.

mod floor;
mod kinds;
mod run;

pub use floor::FLOOR_RULE;
use run::{Run, lasting, severity};

use super::exposure::LookUp;
use super::expression::{Budget, EvaluateError, Value};
use super::measure::{Evidence, window_start};
use super::pack::Pack;
use super::questionnaire::{AnswerError, AnswerProblem, interpret};
use super::reason::{Cause, Contribution, Fact, QuestionProblem, Reason, Scores};
use super::statement::Statement;
use crate::calendar::{Span, Time};
use crate::colour::Colour;
use crate::error::Coded;
use crate::facts::{Record, Report, Visit};
use crate::limits::{CLOCK_SKEW_SECONDS, PLACES_WITHOUT_RISK};
use crate::order::sorted;
use crate::place::Place;
use crate::private::private_debug;
use crate::risk::{Coverage, Tables};

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
    /// Where the holder is, if the host knows; otherwise the place of an ongoing visit.
    pub here: Option<Place>,
    /// From when on to assume that a report was submitted on each day that has none, and that the newest lacks no
    /// answers: see [`crate::assess::Assume`].
    pub reports_assumed: Option<Time>,
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
    let mut causes = Vec::new();

    let reports: Vec<_> = inputs.reports.iter().filter(|report| report.at <= now && report.at >= start).collect();
    let reports = sorted(reports, |report| [report.at.unix(), 0, 0, 0]);
    let mut statements = Vec::with_capacity(reports.len());
    let mut trips = Vec::new();
    let mut problems = Vec::new();
    let mut reports = reports.into_iter().peekable();
    while let Some(report) = reports.next() {
        let interpreted = interpret(pack, &report.answers, report.at, budget);
        // A later report supersedes an open-ended trip in an earlier one.
        let over = reports.peek().is_some();
        trips.extend(interpreted.visits.into_iter().map(|visit| if over { visit.closed(report.at) } else { visit }));
        // Older reports answered the questions of their day; only the newest must answer today's. Answers to questions
        // that are no longer asked, or asked differently, are ignored.
        problems = interpreted.problems;
        problems.retain(|problem| !matches!(problem.error, AnswerError::UnknownQuestion | AnswerError::NotAsked));
        statements.push(Statement { report, data: interpreted.data });
    }
    let newest = statements.last().map(|statement| statement.report.at);
    let oldest_allowed = pack.report_within.map_or(start, |within| now.minus(within).max(start));
    let ahead = inputs
        .reports
        .iter()
        .map(|report| report.at)
        .filter(|at| *at > now.plus(Span::seconds(CLOCK_SKEW_SECONDS)))
        .max();
    causes.extend(ahead.map(|issued| Cause::ClockBehind { issued }));
    let assumed = inputs.reports_assumed.is_some();
    // If every question is optional, no report is needed.
    let must_report = pack.questions.iter().any(|question| question.required && question.show_if.is_none());
    if must_report && !assumed && newest.is_none_or(|newest| newest < oldest_allowed) {
        let last = inputs.reports.iter().map(|report| report.at).filter(|at| *at <= now).max();
        causes.push(Cause::ReportMissing { last });
    }
    if !assumed && !problems.is_empty() {
        causes.push(Cause::AnswersMissing { questions: problems.iter().map(QuestionProblem::from).collect() });
    }

    let visits: Vec<&Visit> = inputs.diary.iter().chain(&trips).collect();
    let mut visits = sorted(visits, |visit| visit.sort_key());
    visits.dedup();
    if visits.iter().any(|visit| !visit.is_ordered()) {
        causes.push(Cause::VisitOrder);
        visits.retain(|visit| visit.is_ordered());
    }
    let mut exposures = Vec::with_capacity(visits.len());
    // They are sorted by place.
    let mut rows = LookUp::new(inputs.risk, start, now);
    for visit in visits {
        match rows.exposure(visit, budget) {
            Ok(found) => exposures.extend(found),
            Err(error) => {
                causes.push(Cause::RuleFailed { rule: DIARY.into(), code: error.code().into() });
                break;
            }
        }
    }
    let here = inputs
        .here
        .or_else(|| exposures.iter().rev().find(|exposure| exposure.open).map(|exposure| exposure.visit.place));

    let exposed: Vec<_> = exposures.iter().filter(|exposure| exposure.is_exposed()).collect();
    let reports_assumed = inputs.reports_assumed;
    let evidence = Evidence {
        pack,
        now,
        exposures: &exposures,
        exposed: &exposed,
        statements: &statements,
        risk: inputs.risk,
        here,
        reports_assumed,
    };
    match uncovered(&evidence, budget) {
        Ok(places) => causes.extend(places),
        Err(error) => causes.push(Cause::RuleFailed { rule: DIARY.into(), code: error.code().into() }),
    }
    let (answers, visits) = (vec![None; statements.len()], vec![None; exposures.len()]);
    let mut run = Run { evidence, budget, root: Value::Null, answers, visits, causes, reasons: Vec::new() };
    run.set_root(inputs.record);
    let (scores, contributions) = run.score();
    for threshold in &pack.thresholds {
        let points = scores.total(threshold.score);
        if points >= threshold.at_least {
            let fact = Fact::Score { score: threshold.score, points, at_least: threshold.at_least };
            run.reasons.push(lasting(&threshold.id, threshold.colour, &threshold.text, &threshold.way_back, fact));
        }
    }
    for rule in &pack.rules {
        run.apply(rule, inputs.record);
    }
    let floor = inputs.record.and_then(|record| record.floor);
    run.reasons.extend(floor.and_then(|floor| floor::reason(floor, None, None)));
    let Run { reasons, mut causes, .. } = run;
    let reasons = sorted(reasons, |reason| severity(reason).map(|part| -part));
    causes.extend(
        reasons
            .iter()
            .filter(|reason| reason.colour == Colour::Grey)
            .map(|reason| Cause::Withheld { rule: reason.rule.clone() }),
    );
    let undecided = if causes.is_empty() { Colour::Green } else { Colour::Grey };
    let colour = reasons.iter().map(|reason| reason.colour).fold(undecided, Colour::max);
    Decision { colour, scores, contributions, reasons, causes }
}

/// Causes for the places that the pack asks about and of which no risk table says anything. Where there is none for its
/// own region, that is the cause, and these would say the same.
fn uncovered(evidence: &Evidence<'_>, budget: &mut Budget) -> Result<Vec<Cause>, EvaluateError> {
    let Evidence { pack, risk, .. } = *evidence;
    let mut causes = Vec::new();
    if risk.coverage_in(pack.region) != Coverage::Known {
        return Ok(causes);
    }
    for place in evidence.places(budget)? {
        budget.spend(risk.len())?;
        let cause = match risk.coverage(place) {
            Coverage::Known => continue,
            Coverage::Stale { expired } => Cause::RiskStale { expired },
            Coverage::Missing => Cause::RiskMissing { place: Some(place) },
        };
        if !causes.contains(&cause) && causes.len() < PLACES_WITHOUT_RISK {
            causes.push(cause);
        }
    }
    Ok(causes)
}

impl From<&AnswerProblem> for QuestionProblem {
    fn from(problem: &AnswerProblem) -> Self {
        Self { question: problem.question.clone(), trip: problem.trip, code: problem.error.code().into() }
    }
}

private_debug!(Decision);

#[cfg(test)]
#[cfg(feature = "authoring")]
mod tests {
    use super::*;
    use crate::authoring::source::trial_pack;
    use crate::calendar::Span;
    use crate::facts::{Answer, Mode, Status, StatusEntry};
    use crate::risk::{Covered, Level, RiskRow, RiskTable};
    use crate::rules::exposure::{APPLIED_STEPS, LOOK_STEPS, SEARCH_STEPS, STAY_STEPS, STRETCH_STEPS};
    use crate::rules::reason::MeasureValue;

    fn time(text: &str) -> Time {
        Time::parse(&format!("2020-{text}+08:00")).unwrap()
    }

    fn report(at: &str, answers: &str) -> Report {
        Report { at: time(at), answers: serde_json::from_str(answers).unwrap() }
    }

    fn visit(place: &str, arrive: &str, leave: &str) -> Visit {
        let leave = (!leave.is_empty()).then(|| time(leave));
        Visit { place: Place::parse(place).unwrap(), arrive: time(arrive), leave, mode: Mode::Stay }
    }

    fn covered(table: &RiskTable) -> [Covered<'_>; 1] {
        [Covered { place: Place::COUNTRY, table: Ok(table) }]
    }

    fn hubei() -> RiskTable {
        let place = Place::parse("42").unwrap();
        RiskTable::new(vec![RiskRow { place, from: time("01-24T00:00:00"), to: None, level: Level::High }]).unwrap()
    }

    fn record(statuses: &[(Status, &str)]) -> Record {
        let statuses =
            statuses.iter().map(|(status, since)| StatusEntry { status: *status, since: time(since) }).collect();
        let key = crate::trust::SecretKey::from_random(b"the seed of a key that tests use").unwrap().public();
        Record { key, statuses, exempt: Vec::new(), floor: None }
    }

    /// Colour, rules that gave one, names of causes.
    fn outcome(decision: &Decision) -> (Colour, Vec<&str>, Vec<&str>) {
        (
            decision.colour,
            decision.reasons.iter().map(|reason| reason.rule.as_str()).collect(),
            decision.causes.iter().map(Cause::name).collect(),
        )
    }

    /// Rules that always give these colours, named after them.
    fn always(colours: &[&str]) -> Pack {
        let rule = |colour: &&str| {
            format!("[[rule]]\nid = '{colour}'\nwhen = true\ncolour = '{colour}'\ntext = TEXT\nway-back = TEXT\n")
        };
        trial_pack(&colours.iter().map(rule).collect::<String>())
    }

    const NOW: &str = "02-12T09:00:00";

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

    const ON_VISIT: &str = "
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

    #[test]
    fn the_course_of_a_visit_runs_from_its_end_and_the_worst_visit_counts() {
        let (pack, risk) = (trial_pack(ON_VISIT), hubei());
        let decide = |diary: &[Visit]| {
            decide(&pack, &Inputs { diary, risk: Tables::new(&covered(&risk)), ..Inputs::default() }, time(NOW))
        };
        let open = decide(&[visit("4201", "02-01T00:00:00", "")]);
        let [reason] = &open.reasons[..] else { panic!("one rule") };
        assert_eq!((reason.colour, reason.since, reason.until, reason.clear), (Colour::Red, None, None, None));
        assert!(matches!(reason.fact, Fact::Visit { leave: None, level: Level::High, .. }));
        let two = decide(&[
            visit("4201", "02-01T00:00:00", "02-02T00:00:00"),
            visit("4205", "02-09T00:00:00", "02-10T10:00:00"),
            visit("4206", "02-06T00:00:00", "02-07T10:00:00"),
        ]);
        assert_eq!(two.reasons.len(), 1);
        assert_eq!(two.reasons[0].since, Some(time("02-10T10:00:00")));
        assert_eq!(two.reasons[0].until, Some(time("02-17T10:00:00")));
        assert_eq!(two.reasons[0].next, Some(Colour::Yellow));
        assert!(matches!(two.reasons[0].fact, Fact::Visit { minutes: 2040, .. }), "{:?}", two.reasons[0].fact);
        assert_eq!(two.reasons[0].clear, Some(time("02-24T10:00:00")));
    }

    #[test]
    fn a_visit_that_ends_as_the_risk_begins_colours_nobody() {
        let (pack, risk) = (trial_pack(ON_VISIT), hubei());
        let colour = |arrive: &str, leave: &str| {
            let diary = [visit("4201", arrive, leave)];
            decide(
                &pack,
                &Inputs { diary: &diary, risk: Tables::new(&covered(&risk)), ..Inputs::default() },
                time("01-25T09:00:00"),
            )
            .colour
        };
        assert_eq!(colour("01-23T20:00:00", "01-24T00:00:00"), Colour::Green);
        assert_eq!(colour("01-23T20:00:00", "01-24T00:00:01"), Colour::Red);
    }

    #[test]
    fn who_is_there_when_the_risk_begins_is_exposed_and_who_comes_as_it_ends_is_not() {
        let (from, to) = (time("02-03T00:00:00"), time("02-10T12:00:00"));
        let place = Place::parse("42").unwrap();
        let risk = RiskTable::new(vec![RiskRow { place, from, to: Some(to), level: Level::High }]).unwrap();
        let pack = trial_pack(ON_VISIT);
        let colour = |arrive: &str, now: Time| {
            let diary = [visit("4201", arrive, "")];
            decide(&pack, &Inputs { diary: &diary, risk: Tables::new(&covered(&risk)), ..Inputs::default() }, now)
                .colour
        };
        let second = Span::seconds(1);
        assert_eq!(colour("02-02T20:00:00", from.minus(second)), Colour::Green);
        assert_eq!(colour("02-02T20:00:00", from), Colour::Red);
        assert_eq!(colour("02-10T11:59:59", to.minus(second)), Colour::Red);
        assert_eq!(colour("02-10T12:00:00", to), Colour::Green);
    }

    #[test]
    fn what_ended_as_the_window_began_is_not_read() {
        let any_visit =
            ON_VISIT.replace("course = 'c'", "colour = 'red'").replace("visit.level == 3", "visit.level >= 0");
        let pack = trial_pack(&any_visit);
        let risk = hubei();
        let colour = |leave: &str| {
            let diary = [visit("4201", "01-28T20:00:00", leave)];
            decide(&pack, &Inputs { diary: &diary, risk: Tables::new(&covered(&risk)), ..Inputs::default() }, time(NOW))
                .colour
        };
        assert_eq!(colour("01-28T22:00:00"), Colour::Green);
        assert_eq!(colour("01-29T00:00:00"), Colour::Green);
        assert_eq!(colour("01-29T00:00:01"), Colour::Red);
    }

    #[test]
    fn reports_from_before_the_window_and_from_the_future_are_not_read() {
        let unwell = "[[rule]]\nid = 'unwell'\non = 'report'\nwhen = 'not answers.well'\ncolour = 'yellow'\n\
             text = TEXT\nway-back = TEXT\n";
        let pack = trial_pack(&format!("{QUESTIONS}{unwell}"));
        let colour = |at: &str| {
            let reports = [report("02-12T08:00:00", r#"{"well": true}"#), report(at, r#"{"well": false}"#)];
            decide(&pack, &Inputs { reports: &reports, ..Inputs::default() }, time(NOW)).colour
        };
        assert_eq!(colour("01-28T23:59:59"), Colour::Green);
        assert_eq!(colour("01-29T00:00:00"), Colour::Yellow);
        assert_eq!(colour("02-12T09:00:00"), Colour::Yellow);
        assert_eq!(colour("02-12T09:00:01"), Colour::Green, "a clock that was put right says it of a minute to come");
    }

    #[test]
    fn each_visit_takes_steps_each_place_a_search_and_what_applies_a_few_more() {
        let (pack, risk) = (trial_pack(""), hubei());
        let steps = |diary: &[Visit]| {
            let mut budget = Budget::default();
            let before = budget.left();
            let tables = covered(&risk);
            let inputs = Inputs { diary, risk: Tables::new(&tables), ..Inputs::default() };
            decide_within(&pack, &inputs, time(NOW), &mut budget);
            usize::try_from(before - budget.left()).unwrap()
        };
        let (home, away) = (visit("3301", "02-10T08:00:00", ""), visit("4201", "02-09T08:00:00", "02-09T09:00:00"));
        assert_eq!(steps(std::slice::from_ref(&home)), STAY_STEPS + SEARCH_STEPS);
        let wuhan = SEARCH_STEPS + LOOK_STEPS + APPLIED_STEPS;
        assert_eq!(steps(std::slice::from_ref(&away)), STAY_STEPS + wuhan + STRETCH_STEPS);
        let again = Visit { mode: Mode::Rail, ..away.clone() };
        assert_eq!(
            steps(&[home, away, again]),
            3 * STAY_STEPS + SEARCH_STEPS + wuhan + 2 * STRETCH_STEPS,
            "its place is looked up already"
        );
    }

    #[test]
    fn a_report_takes_steps_for_each_rule_that_looks_at_it() {
        let steps = |on: &str| {
            let rule =
                format!("[[rule]]\nid = 'r'\non = '{on}'\nwhen = true\ncolour = 'red'\ntext = TEXT\nway-back = TEXT\n");
            let mut budget = Budget::default();
            let inputs = Inputs { reports: &[report(NOW, "{}")], ..Inputs::default() };
            decide_within(&trial_pack(&rule), &inputs, time(NOW), &mut budget);
            usize::try_from(Budget::default().left() - budget.left()).unwrap()
        };
        assert_eq!(steps("report"), steps("person") + run::REPORT_STEPS);
    }

    #[test]
    fn a_rule_looks_at_one_visit_of_each_kind_and_at_those_that_it_may_be_about() {
        let parts = |when: &str| {
            format!(
                "[[rule]]\nid = 'r'\non = 'visit'\nwhen = \"{when}\"\ncolour = 'red'\ntext = TEXT\nway-back = TEXT\n"
            )
        };
        let risk = hubei();
        let tables = covered(&risk);
        let mut diary: Vec<_> =
            (10..40).map(|minute| visit("330106", &format!("02-10T08:{minute}:00"), "02-10T09:00:00")).collect();
        diary.push(visit("420106", "02-10T10:00:00", "02-10T10:30:00"));
        diary.push(visit("420106", "02-10T11:00:00", "02-10T13:00:00"));
        let decided = |when: &str| {
            let (pack, mut budget) = (trial_pack(&parts(when)), Budget::default());
            let before = budget.left();
            let inputs = Inputs { diary: &diary, risk: Tables::new(&tables), ..Inputs::default() };
            let decision = decide_within(&pack, &inputs, time(NOW), &mut budget);
            (decision.reasons.into_iter().map(|reason| reason.fact).next(), decision.causes, before - budget.left())
        };
        let stay = Some(Fact::Visit {
            place: Place::parse("420106").unwrap(),
            level: Level::High,
            arrive: time("02-10T11:00:00"),
            leave: Some(time("02-10T13:00:00")),
            mode: Mode::Stay,
            minutes: 120,
        });
        let (by_kind, causes, few) = decided("visit.level == 3 and visit.province == '42' and visit.minutes >= 1 h");
        assert_eq!((&by_kind, causes), (&stay, vec![]));
        let (one_by_one, _, many) = decided("visit.minutes >= 1 h and visit.level == 3 and visit.province == '42'");
        assert_eq!((one_by_one, few < many / 2), (stay, true), "{few} and {many}");
        // What fails, fails by kind, too.
        let code = "rule-operand-type".into();
        let failed = vec![Cause::RuleFailed { rule: "r".into(), code }];
        assert_eq!(decided("visit.mode > 1 and visit.minutes >= 1 h").1, failed);
        assert_eq!(decided("visit.level == 3 and visit.mode > 1").1, failed);
        assert_eq!(decided("visit.level == 2 and visit.mode > 1").1, vec![]);
    }

    const QUESTIONS: &str = "
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

    #[test]
    fn the_window_begins_at_midnight_and_a_report_may_be_as_old_as_stated() {
        let mut pack = trial_pack(QUESTIONS);
        let decide = |pack: &Pack, at: &str| {
            let reports = [report(at, r#"{"well": true}"#)];
            decide(pack, &Inputs { reports: &reports, ..Inputs::default() }, time(NOW)).colour
        };
        assert_eq!(decide(&pack, "01-29T00:00:00"), Colour::Green);
        assert_eq!(decide(&pack, "01-28T23:59:59"), Colour::Grey);
        pack.report_within = Some(Span::days(1));
        assert_eq!(decide(&pack, "02-11T09:00:00"), Colour::Green);
        assert_eq!(decide(&pack, "02-11T08:59:59"), Colour::Grey);
    }

    #[test]
    fn a_report_that_is_too_old_is_named() {
        let pack = trial_pack(QUESTIONS);
        let (old, to_come) = (report("01-28T23:59:59", r#"{"well": true}"#), report("02-12T09:00:30", "{}"));
        let decision = decide(&pack, &Inputs { reports: &[to_come, old], ..Inputs::default() }, time(NOW));
        assert_eq!(decision.causes, [Cause::ReportMissing { last: Some(time("01-28T23:59:59")) }]);
    }

    #[test]
    fn a_visit_has_no_end_before_it_ends_and_the_first_of_equals_is_named() {
        let parts = ON_VISIT.replace("course = 'c'", "colour = 'red'").replace("visit.level == 3", "not visit.leave");
        let (pack, risk) = (trial_pack(&parts), hubei());
        let facts = |diary: &[Visit]| {
            let decision =
                decide(&pack, &Inputs { diary, risk: Tables::new(&covered(&risk)), ..Inputs::default() }, time(NOW));
            decision.reasons.into_iter().map(|reason| reason.fact).collect::<Vec<_>>()
        };
        let leaves = visit("4201", "02-11T10:00:00", "02-12T09:00:01");
        let [Fact::Visit { leave, arrive, .. }] = facts(&[visit("4201", "02-11T11:00:00", ""), leaves])[..] else {
            panic!("one visit");
        };
        assert_eq!((leave, arrive), (None, time("02-11T10:00:00")));
        assert_eq!(facts(&[visit("4201", "02-11T10:00:00", "02-12T09:00:00")]), []);
    }

    #[test]
    fn a_reason_names_each_question_and_measure_that_its_rule_reads_once() {
        let parts = "
            [[measure]]
            id = 'visits'
            count = 'visits'
            [[rule]]
            id = 'both'
            when = 'measure.visits == 0 and (answers.well or answers.met or answers.well) and measure.visits < 9'
            colour = 'yellow'
            text = TEXT
            way-back = TEXT
        ";
        let pack = trial_pack(&format!("{QUESTIONS}{parts}"));
        let reports = [report("02-12T08:00:00", r#"{"well": true}"#)];
        let decision = decide(&pack, &Inputs { reports: &reports, ..Inputs::default() }, time(NOW));
        let measures = vec![MeasureValue { measure: "visits".into(), value: Some(0) }];
        let questions = vec!["well".into(), "met".into()];
        assert_eq!(decision.reasons[0].fact, Fact::Person { measures, questions });
    }

    #[test]
    fn a_report_is_missing_only_where_something_must_be_answered() {
        let optional = trial_pack(&QUESTIONS.replace("type = 'yes-no'", "type = 'yes-no'\n required = false"));
        assert_eq!(decide(&optional, &Inputs::default(), time(NOW)).colour, Colour::Green);
        assert_eq!(decide(&trial_pack(QUESTIONS), &Inputs::default(), time(NOW)).colour, Colour::Grey);
    }

    #[test]
    fn only_the_newest_report_must_answer_todays_questions() {
        let pack = trial_pack(QUESTIONS);
        let (good, bad) = (report("02-11T08:00:00", r#"{"well": true}"#), report("02-12T08:00:00", "{}"));
        let outcome_of = |reports: &[Report]| {
            let decision = decide(&pack, &Inputs { reports, ..Inputs::default() }, time(NOW));
            (decision.colour, decision.causes)
        };
        let (colour, causes) = outcome_of(&[bad.clone(), good.clone()]);
        assert_eq!(colour, Colour::Grey);
        let questions = vec![QuestionProblem { question: "well".into(), trip: None, code: "answer-missing".into() }];
        assert_eq!(causes, [Cause::AnswersMissing { questions }]);
        let later = report("02-12T08:30:00", r#"{"well": true}"#);
        assert_eq!(outcome_of(&[later, bad, good]), (Colour::Green, vec![]));
    }

    #[test]
    fn an_answer_to_what_is_not_asked_is_not_read_and_harms_nobody() {
        let pack = trial_pack(QUESTIONS);
        let colour = |reports: &[Report]| decide(&pack, &Inputs { reports, ..Inputs::default() }, time(NOW)).colour;
        assert_eq!(colour(&[report("02-12T08:00:00", r#"{"well": true, "of_another_region": "yes"}"#)]), Colour::Green);
        let none = trial_pack("");
        let reports = [report("02-12T08:00:00", r#"{"well": true}"#)];
        assert_eq!(decide(&none, &Inputs { reports: &reports, ..Inputs::default() }, time(NOW)).colour, Colour::Green);
    }

    #[test]
    fn reporting_the_same_day_again_does_not_restart_its_course() {
        let parts = "
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
        let pack = trial_pack(&format!("{QUESTIONS}{parts}"));
        let until = |reports: &[Report]| {
            decide(&pack, &Inputs { reports, ..Inputs::default() }, time("02-13T09:00:00")).reasons[0].until
        };
        let first = report("02-11T08:00:00", r#"{"well": true, "met": "2020-02-09"}"#);
        let again = report("02-13T08:00:00", r#"{"well": true, "met": "2020-02-09"}"#);
        let end_of_day = Some(time("02-17T00:00:00"));
        assert_eq!(until(std::slice::from_ref(&first)), end_of_day);
        assert_eq!(until(&[first, again]), end_of_day);
        let questions = |when: &str| {
            let pack = trial_pack(&format!("{QUESTIONS}{}", parts.replace("answers.met", when)));
            let reports = [report("02-11T08:00:00", r#"{"well": true, "met": "2020-02-09"}"#)];
            let decision = decide(&pack, &Inputs { reports: &reports, ..Inputs::default() }, time(NOW));
            match &decision.reasons[0].fact {
                Fact::Report { questions, .. } => questions.clone(),
                fact => panic!("{fact:?}"),
            }
        };
        assert_eq!(questions("answers.met"), ["met"]);
        assert_eq!(questions("answers.well"), ["well", "met"], "the day counts, so it is named");
        let same_day = report("02-13T08:00:00", r#"{"well": true, "met": "2020-02-13"}"#);
        assert_eq!(until(&[same_day]), Some(time("02-20T08:00:00")), "a day that is not over counts until the report");
    }

    #[test]
    fn a_trip_that_an_older_report_left_open_was_over_then_at_the_latest_known() {
        let (pack, risk) = (trial_pack(&format!("{QUESTIONS}{ON_VISIT}")), hubei());
        let open = report("02-05T08:00:00", r#"{"well": true, "trips": [{"place": "4201", "from": "2020-02-01"}]}"#);
        let decide = |reports: &[Report]| {
            let tables = covered(&risk);
            let inputs = Inputs { reports, risk: Tables::new(&tables), ..Inputs::default() };
            decide(&pack, &inputs, time(NOW)).reasons[0].since
        };
        assert_eq!(decide(std::slice::from_ref(&open)), None);
        let home = report("02-10T08:00:00", r#"{"well": true}"#);
        assert_eq!(decide(&[open.clone(), home]), Some(time("02-05T08:00:00")));
        let dated = report(
            "02-10T08:00:00",
            r#"{"well": true, "trips": [{"place": "4201", "from": "2020-02-01", "to": "2020-02-07"}]}"#,
        );
        assert_eq!(decide(&[dated, open]), Some(time("02-08T00:00:00")));
    }

    #[test]
    fn a_rule_that_fails_makes_grey_and_leaves_the_others_alone() {
        let failing = "
            [[measure]]
            id = 'here'
            count = 'level-here'
            [[rule]]
            id = 'failing'
            when = 'measure.here > 1'
            colour = 'yellow'
            text = TEXT
            way-back = TEXT
        ";
        let red = "[[rule]]\nid = 'red'\non = 'record'\nwhen = true\ncolour = 'red'\ntext = TEXT\nway-back = TEXT\n";
        let pack = trial_pack(&format!("{failing}{red}"));
        let decision = decide(&pack, &Inputs::default(), time(NOW));
        assert_eq!(outcome(&decision), (Colour::Grey, vec![], vec!["rule-failed"]));
        let code = "rule-operand-type".into();
        assert_eq!(decision.causes, [Cause::RuleFailed { rule: "failing".into(), code }]);
        let record = record(&[(Status::Confirmed, "02-01T00:00:00")]);
        let decision = decide(&pack, &Inputs { record: Some(&record), ..Inputs::default() }, time(NOW));
        assert_eq!(outcome(&decision), (Colour::Red, vec!["red"], vec!["rule-failed"]));
    }

    #[test]
    fn what_a_rule_reads_of_the_record() {
        let parts = "
            [[rule]]
            id = 'now'
            when = \"person.status == 'recovered' and 'confirmed' in person.statuses and person.checked\"
            colour = 'yellow'
            text = TEXT
            way-back = TEXT
            [[rule]]
            id = 'white-list'
            when = \"not ('essential-worker' in person.exempt)\"
            colour = 'grey'
            text = TEXT
            way-back = TEXT
        ";
        let pack = trial_pack(parts);
        let mut record = record(&[(Status::Confirmed, "02-01T00:00:00"), (Status::Recovered, "02-10T00:00:00")]);
        let colour = |record: Option<&Record>| decide(&pack, &Inputs { record, ..Inputs::default() }, time(NOW)).colour;
        assert_eq!(colour(None), Colour::Grey);
        record.exempt = vec!["essential-worker".into()];
        assert_eq!(colour(Some(&record)), Colour::Yellow);
        record.statuses.clear();
        assert_eq!(colour(Some(&record)), Colour::Green);
        record.floor = Some(Colour::Green);
        assert_eq!(colour(Some(&record)), Colour::Green, "the floor is the least, not the last word");
        record.floor = Some(Colour::Red);
        let decision = decide(&pack, &Inputs { record: Some(&record), ..Inputs::default() }, time(NOW));
        assert_eq!(outcome(&decision), (Colour::Red, vec![FLOOR_RULE], vec![]));
    }

    #[test]
    fn bands_give_the_most_of_their_steps_and_a_score_ends_at_100() {
        let parts = "
            [[measure]]
            id = 'minutes'
            count = 'minutes'
            [[band]]
            dimension = 'time'
            measure = 'minutes'
            steps = [{ at-least = 60, points = 40 }, { at-least = 240, points = 70 }, { at-most = 10, points = 5 }]
            text = TEXT
            [[band]]
            dimension = 'time'
            when = 'measure.minutes >= 4 h'
            points = 60
            text = TEXT
            [[threshold]]
            id = 'long'
            score = 'time'
            at-least = 100
            colour = 'yellow'
            text = TEXT
            way-back = TEXT
        ";
        let (pack, risk) = (trial_pack(parts), hubei());
        let decide = |leave: &str| {
            let diary = [visit("4201", "02-11T10:00:00", leave)];
            decide(&pack, &Inputs { diary: &diary, risk: Tables::new(&covered(&risk)), ..Inputs::default() }, time(NOW))
        };
        assert_eq!(decide("02-11T10:05:00").scores.time, 5);
        assert_eq!(decide("02-11T10:10:00").scores.time, 5);
        let none = decide("02-11T10:30:00");
        assert_eq!((none.scores.time, none.contributions), (0, vec![]));
        assert_eq!(decide("02-11T10:59:00").scores.time, 0);
        assert_eq!(decide("02-11T11:00:00").scores.time, 40);
        assert_eq!(decide("02-11T13:59:00").scores.time, 40);
        let long = decide("02-11T14:00:00");
        assert_eq!((long.scores.time, long.contributions.len()), (100, 2));
        assert_eq!(outcome(&long), (Colour::Yellow, vec!["long"], vec![]));
        assert_eq!(
            long.reasons[0].fact,
            Fact::Score { score: super::super::pack::Total::Time, points: 100, at_least: 100 }
        );
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

    #[test]
    fn an_answer_of_the_wrong_kind_is_no_fact() {
        let pack = trial_pack(&format!(
            "{QUESTIONS}[[rule]]\nid = 'unwell'\non = 'report'\nwhen = 'not answers.well'\ncolour = 'yellow'\ntext = TEXT\nway-back = TEXT\n"
        ));
        let answers = [("well".to_owned(), Answer::Text("no".into()))].into();
        let reports = [Report { at: time("02-12T08:00:00"), answers }];
        let decision = decide(&pack, &Inputs { reports: &reports, ..Inputs::default() }, time(NOW));
        assert_eq!(outcome(&decision), (Colour::Grey, vec!["unwell"], vec!["answers-missing"]));
    }
}
