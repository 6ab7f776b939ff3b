//! What the reports say: their answers as rules see them, their trips, and what is missing.

use super::Inputs;
use crate::calendar::{Span, Time};
use crate::error;
use crate::facts::Visit;
use crate::limits::CLOCK_SKEW_SECONDS;
use crate::order::sorted;
use crate::rules::expression::Budget;
use crate::rules::pack::Pack;
use crate::rules::questionnaire::{AnswerError, AnswerProblem, interpret};
use crate::rules::reason::{Cause, QuestionProblem};
use crate::rules::statement::Statement;

/// What the reports in the pack's window say.
pub(super) struct Reported<'a> {
    /// What each states, the oldest first.
    pub(super) statements: Vec<Statement<'a>>,
    /// What an older one states that stands until another is submitted, where that is assumed: what it says does not end because
    /// it is forgotten.
    pub(super) standing: Option<Statement<'a>>,
    /// The trips in them.
    pub(super) trips: Vec<Visit>,
    /// Why they are not enough.
    pub(super) causes: Vec<Cause>,
}

impl<'a> Reported<'a> {
    /// Reads the reports from `start` to `now`.
    pub(super) fn read(pack: &'a Pack, inputs: &Inputs<'a>, start: Time, now: Time, budget: &mut Budget) -> Self {
        // What was answered to the questions of others is none of these.
        let own = || inputs.reports.iter().filter(|report| report.is_for(pack.region, pack.purpose));
        let reports: Vec<_> = own().filter(|report| report.at <= now && report.at >= start).collect();
        let reports = sorted(reports, |report| [report.at.unix(), 0, 0, 0]);
        let mut statements = Vec::with_capacity(reports.len());
        let mut trips = Vec::new();
        let mut problems = Vec::new();
        let mut reports = reports.into_iter().peekable();
        while let Some(report) = reports.next() {
            let interpreted = interpret(pack, &report.answers, report.at, budget);
            // A later report supersedes an open-ended trip in an earlier one.
            let over = reports.peek().is_some();
            trips
                .extend(interpreted.visits.into_iter().map(|visit| if over { visit.closed(report.at) } else { visit }));
            // Older reports answered the questions of their day; only the newest must answer today's. Answers to questions
            // that are no longer asked, or asked differently, are ignored.
            problems = interpreted.problems;
            problems.retain(|problem| !matches!(problem.error, AnswerError::UnknownQuestion | AnswerError::NotAsked));
            statements.push(Statement { report, data: interpreted.data });
        }
        let mut standing = None;
        if inputs.reports_assumed.is_some() && statements.is_empty() {
            let newest = own().filter(|report| report.at <= now).max_by_key(|report| report.at);
            standing = newest.map(|report| {
                let data = interpret(pack, &report.answers, report.at, budget).data;
                Statement { report, data }
            });
        }
        let mut causes = Vec::new();
        let newest = statements.last().map(|statement| statement.report.at);
        let oldest_allowed = pack.report_within.map_or(start, |within| now.minus(within).max(start));
        let ahead = own().map(|report| report.at).filter(|at| *at > now.plus(Span::seconds(CLOCK_SKEW_SECONDS))).max();
        causes.extend(ahead.map(|issued| Cause::ClockBehind { issued }));
        let assumed = inputs.reports_assumed.is_some();
        // If every question is optional, no report is needed.
        let must_report = pack.questions.iter().any(|question| question.required && question.show_if.is_none());
        if must_report && !assumed && newest.is_none_or(|newest| newest < oldest_allowed) {
            let last = own().map(|report| report.at).filter(|at| *at <= now).max();
            causes.push(Cause::ReportMissing { last });
        }
        if !assumed && !problems.is_empty() {
            causes.push(Cause::AnswersMissing { questions: problems.iter().map(QuestionProblem::from).collect() });
        }
        Self { statements, standing, trips, causes }
    }
}

impl From<&AnswerProblem> for QuestionProblem {
    fn from(problem: &AnswerProblem) -> Self {
        Self { question: problem.question.clone(), trip: problem.trip, code: error::code(&problem.error) }
    }
}

#[cfg(test)]
#[cfg(feature = "authoring")]
mod tests {
    use super::*;
    use crate::authoring::source::trial_pack;
    use crate::colour::Colour;
    use crate::facts::{Answer, Report, RulesFor};
    use crate::risk::Tables;
    use crate::rules::evaluate::decide;
    use crate::rules::evaluate::samples::{NOW, ON_VISIT, QUESTIONS, covered, hubei, outcome, report, time};

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
    fn a_report_that_is_too_old_is_named() {
        let pack = trial_pack(QUESTIONS);
        let (old, to_come) = (report("01-28T23:59:59", r#"{"well": true}"#), report("02-12T09:00:30", "{}"));
        let decision = decide(&pack, &Inputs { reports: &[to_come, old], ..Inputs::default() }, time(NOW));
        assert_eq!(decision.causes, [Cause::ReportMissing { last: Some(time("01-28T23:59:59")) }]);
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
    fn what_was_told_last_stands_until_another_report_where_one_is_assumed() {
        let rule =
            "[[rule]]\nid = 'unwell'\nwhen = 'not answers.well'\ncolour = 'yellow'\ntext = TEXT\nway-back = TEXT\n";
        let pack = trial_pack(&format!("{QUESTIONS}{rule}"));
        let colour = |well: bool, now: &str| {
            let reports = [report("02-12T08:00:00", &format!(r#"{{"well": {well}}}"#))];
            let assumed = Inputs { reports: &reports, reports_assumed: Some(time(NOW)), ..Inputs::default() };
            decide(&pack, &assumed, time(now)).colour
        };
        // The window has gone by.
        for now in [NOW, "02-20T09:00:00", "03-20T09:00:00"] {
            assert_eq!((colour(false, now), colour(true, now)), (Colour::Yellow, Colour::Green), "{now}");
        }
        // What was told for another purpose later is no answer here.
        let mut visit = report("02-12T08:30:00", r#"{"well": true}"#);
        visit.given_for = RulesFor::parse("44/hospital");
        let reports = [report("02-12T08:00:00", r#"{"well": false}"#), visit];
        let assumed = Inputs { reports: &reports, reports_assumed: Some(time(NOW)), ..Inputs::default() };
        assert_eq!(decide(&pack, &assumed, time("03-20T09:00:00")).colour, Colour::Yellow);
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
    fn an_answer_of_the_wrong_kind_is_no_fact() {
        let pack = trial_pack(&format!(
            "{QUESTIONS}[[rule]]\nid = 'unwell'\non = 'report'\nwhen = 'not answers.well'\ncolour = 'yellow'\ntext = TEXT\nway-back = TEXT\n"
        ));
        let answers = [("well".to_owned(), Answer::Text("no".into()))].into();
        let reports = [Report { at: time("02-12T08:00:00"), answers, given_for: None }];
        let decision = decide(&pack, &Inputs { reports: &reports, ..Inputs::default() }, time(NOW));
        assert_eq!(outcome(&decision), (Colour::Grey, vec!["unwell"], vec!["answers-missing"]));
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
}
