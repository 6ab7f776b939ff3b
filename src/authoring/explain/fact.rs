//! The fact that triggered a rule, in plain words.

use super::Explanation;
use super::words::WORDS;
use crate::calendar::{Date, Time};
use crate::facts::{Answer, Report};
use crate::place::Place;
use crate::risk::Level;
use crate::rules::expression::Budget;
use crate::rules::pack::Question;
use crate::rules::questionnaire::interpret;
use crate::rules::reason::{Fact, Reason};

impl Explanation<'_> {
    /// The fact in words; `None` if the rule's own words say it all.
    pub(super) fn fact(&self, reason: &Reason) -> Option<String> {
        let words = &WORDS.fact;
        let format = self.format();
        match &reason.fact {
            Fact::Report { at, questions } => self.report(*at, questions),
            Fact::Visit { exposed: Some(exposed), .. } => {
                let level = format.say(WORDS.terms.levels.of(exposed.level), &[]);
                let when = format.span(exposed.from, Some(exposed.to));
                let slots = [("venue", &*exposed.venue), ("when", &when), ("level", &level)];
                Some(format.say(&words.exposed, &slots))
            }
            Fact::Visit { place, level, arrive, leave, mode, minutes, questions, exposed: None } => {
                let mode = format.say(WORDS.terms.modes.of(*mode), &[]);
                let unlisted = *level == Level::None;
                let level = format.say(WORDS.terms.levels.of(*level), &[]);
                let (place, when, long) =
                    (format.place(*place), format.span(*arrive, *leave), format.minutes(*minutes));
                let slots = [("mode", &*mode), ("place", &place), ("level", &level), ("when", &when), ("long", &long)];
                let visit = match (unlisted, *minutes) {
                    (true, _) => &words.visit_unlisted,
                    (_, 0) => &words.visit,
                    _ => &words.visit_counted,
                };
                let told = self.last_answers(questions);
                let visit = core::iter::once(format.say(visit, &slots));
                Some(visit.chain(told).collect::<Vec<_>>().join(&format.say(&words.and, &[])))
            }
            Fact::Status { status, since } => {
                let status = format.say(WORDS.terms.statuses.of(*status), &[]);
                Some(format.say(&words.status, &[("status", &status), ("when", &format.day(*since))]))
            }
            Fact::Person { questions, .. } => self.last_answers(questions),
            Fact::Score { score, points, at_least } => {
                let score = format.say(WORDS.terms.totals.of(*score), &[]);
                let slots = [("score", &*score), ("points", &points.to_string()), ("least", &at_least.to_string())];
                Some(format.say(&words.score, &slots))
            }
            Fact::Floor { ground: None } => Some(format.say(&words.floor, &[])),
            Fact::Floor { ground: Some(ground) } => Some(format.say(&words.floor_grounded, &[("ground", ground)])),
        }
    }

    /// The answers of the newest report to these questions; `None` if there are none.
    fn last_answers(&self, questions: &[String]) -> Option<String> {
        let last = self.last_report().filter(|_| !questions.is_empty())?;
        self.report(last.at, questions)
    }

    /// The newest report up to the moment of the assessment.
    pub(super) fn last_report(&self) -> Option<&Report> {
        self.reports.iter().filter(|report| report.at <= self.assessment.at).max_by_key(|report| report.at)
    }

    /// The questions that a report had to answer.
    pub(super) fn asked<'s>(&'s self, report: &'s Report) -> Vec<&'s Question> {
        interpret(self.pack(), &report.answers, report.at, &mut Budget::default()).asked
    }

    /// The answers of a report to these questions.
    fn report(&self, at: Time, questions: &[String]) -> Option<String> {
        let format = self.format();
        let when = format.moment(at);
        let report = self.reports.iter().find(|report| report.at == at)?;
        let asked = self.asked(report).into_iter().filter(|question| questions.contains(&question.id));
        let answers: Vec<_> = asked.map(|question| self.answer(question, report.answers.get(&question.id))).collect();
        if answers.is_empty() {
            return Some(format.say(&WORDS.fact.report_alone, &[("when", &when)]));
        }
        let answers = answers.join(&format.say(&WORDS.fact.and, &[]));
        Some(format.say(&WORDS.fact.report, &[("when", &when), ("answers", &answers)]))
    }

    /// A question and its answer in a few words.
    fn answer(&self, question: &Question, answer: Option<&Answer>) -> String {
        let words = &WORDS.fact;
        let format = self.format();
        let option = |id: &String| {
            let found = question.options.iter().find(|option| option.id == *id);
            found.map_or_else(|| id.clone(), |option| self.own(&option.text).to_owned())
        };
        // What means nothing by itself stands behind its question.
        let asked = |answer: &str| {
            let asked = self.own(&question.text);
            let asked = asked.strip_suffix(['?', '？', '。', '.']).unwrap_or(asked);
            format.say(&words.question, &[("question", asked), ("answer", answer)])
        };
        let Some(answer) = answer else { return asked(&format.say(&words.empty, &[])) };
        match answer {
            Answer::YesNo(yes) => asked(&format.say(if *yes { &words.yes } else { &words.no }, &[])),
            Answer::Number(number) => {
                let unit = question.number.as_ref().map_or("", |form| &form.unit);
                format.say(&words.number, &[("number", &number.as_f64().to_string()), ("unit", unit)])
            }
            Answer::Text(text) if question.options.is_empty() => match (Date::parse(text), Place::parse(text)) {
                (Ok(date), _) => asked(&format.date(date)),
                (_, Ok(place)) => format.place(place),
                _ => text.clone(),
            },
            Answer::Text(id) => asked(&option(id)),
            Answer::Many(ids) if is_alone(question, ids) => {
                asked(&format.list(&ids.iter().map(option).collect::<Vec<_>>()))
            }
            Answer::Many(ids) => format.list(&ids.iter().map(option).collect::<Vec<_>>()),
            Answer::Place(told) => format.place(told.place),
            Answer::Trips(trips) => format.list(&trips.iter().map(|trip| format.place(trip.place)).collect::<Vec<_>>()),
        }
    }
}

/// Whether what is chosen is none of the others, such as “none of these” or “not sure”.
fn is_alone(question: &Question, ids: &[String]) -> bool {
    question.options.iter().any(|option| option.alone && ids == [option.id.as_str()])
}
