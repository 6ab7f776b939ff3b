//! The names and moments in a pack's own cases: a misspelt question there is an answer that is missing.

use std::collections::BTreeSet;

use super::finding::Finding;
use crate::authoring::source::{Case, PackSource};
use crate::facts::{Answer, Report};
use crate::rules::expression::Budget;
use crate::rules::location::Location;
use crate::rules::pack::{Question, QuestionKind};
use crate::rules::questionnaire::{AnswerError, AnswerProblem, interpret};
use crate::rules::reason::Cause;

/// What a case names that the pack does not have, and reports that come after its moment.
pub(super) fn cases(source: &PackSource) -> Vec<Finding> {
    let mut found = Vec::new();
    let rules = source.rules.iter().map(|rule| &rule.id);
    let reasons: BTreeSet<&str> =
        rules.chain(source.thresholds.iter().map(|one| &one.id)).map(String::as_str).chain(["issuer-floor"]).collect();
    for (index, case) in source.cases.iter().enumerate() {
        let at = Location::item("case", index, format!("case “{}”", case.name));
        let expect = at.key("expect");
        for (key, what, names, known) in [
            ("reasons", "rule or threshold", &case.expect.reasons, &reasons),
            ("causes", "cause", &case.expect.causes, &BTreeSet::from(Cause::NAMES)),
        ] {
            for (index, name) in names.iter().flatten().enumerate().filter(|(_, name)| !known.contains(name.as_str())) {
                let (at, what, name) = (expect.key(key).key(index), what.to_owned(), name.clone());
                found.push(Finding::CaseName { at, what, name });
            }
        }
        reports(source, case, &at, &mut found);
    }
    found
}

fn reports(source: &PackSource, case: &Case, at: &Location, found: &mut Vec<Finding>) {
    let late = case.expect.causes.iter().flatten().any(|cause| cause == "clock-behind");
    for (index, report) in case.facts.reports.iter().enumerate() {
        let at = at.key("facts").key("reports").key(index);
        if report.at > case.now && !late {
            let now = source.pack.local(case.now);
            found.push(Finding::CaseLate { at: at.key("at"), now });
        }
        for id in report.answers.keys() {
            if source.questions.is_empty() {
                // Who reports by the rules of several places hands the same answers to all.
                return;
            }
            let Some(question) = source.questions.iter().find(|question| question.id == id) else {
                let (what, name) = ("question".to_owned(), id.to_owned());
                found.push(Finding::CaseName { at: at.key("answers"), what, name });
                continue;
            };
            options(question, report.answers.get(id), &at, found);
        }
        refused(source, case, report, &at, found);
    }
}

/// Answers of a case that no phone takes, unless the case is about that.
fn refused(source: &PackSource, case: &Case, report: &Report, at: &Location, found: &mut Vec<Finding>) {
    if case.expect.causes.iter().flatten().any(|cause| cause == "answers-missing") {
        return;
    }
    let pack = source.to_pack();
    let problems = interpret(&pack, &report.answers, report.at, &mut Budget::default()).problems;
    for AnswerProblem { question, error, .. } in problems {
        // What is missing is nothing to take, and names are looked up above.
        if !matches!(error, AnswerError::Missing | AnswerError::UnknownQuestion | AnswerError::UnknownOption) {
            let because = error.to_string();
            found.push(Finding::CaseAnswer { at: at.key("answers"), question, because });
        }
    }
}

fn options(question: &Question, answer: Option<&Answer>, at: &Location, found: &mut Vec<Finding>) {
    let chosen = match (question.kind, answer) {
        (QuestionKind::OneOf, Some(Answer::Text(one))) => std::slice::from_ref(one),
        (QuestionKind::ManyOf, Some(Answer::Many(several))) => several.as_slice(),
        _ => return,
    };
    for name in chosen.iter().filter(|name| question.options.iter().all(|option| option.id != **name)) {
        let what = format!("option of {}", question.id);
        found.push(Finding::CaseName { at: at.key("answers"), what, name: name.clone() });
    }
}
