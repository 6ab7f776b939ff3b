//! Runs a pack's own test cases.

use super::source::{Case, SourceError};
use super::units::at_offset;
use super::workbench::Workbench;
use crate::assess::{Assessment, assess};
use crate::calendar::{Clock, Time};
use crate::forecast::forecast;
use crate::rules::pack::Pack;
use crate::rules::reason::{Cause, QuestionProblem};
use crate::trust::{Header, Verified};

/// The result of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseResult {
    /// The assessment.
    pub assessment: Assessment,
    /// How it differs from what was expected, in words.
    pub differences: Vec<String>,
}

impl Case {
    /// The rules as if they were in force at the case's moment, if they are not: cases say what rules decide, not when they
    /// hold, so that rules can be announced, renewed or ended without new cases. One that expects that they are not in force
    /// keeps them as they are.
    ///
    /// # Errors
    /// [`SourceError`] if the rules would never be valid.
    pub fn in_force(
        &self,
        workbench: &Workbench,
        rules: &Verified<Pack>,
    ) -> Result<Option<Verified<Pack>>, SourceError> {
        let (header, pack) = (rules.header(), rules.body());
        let (early, late) = (self.now < pack.valid_from, self.now >= header.expires);
        let expects = |cause: &str| self.expect.causes.iter().flatten().any(|expected| expected == cause);
        if (early && !expects("rules-not-yet-in-force")) || (late && !expects("rules-expired")) {
            let valid_from = pack.valid_from.min(self.now);
            let expires = if late { self.now.plus(header.expires.since(pack.valid_from)) } else { header.expires };
            let header = Header { expires, ..header.clone() };
            workbench.verified(&header, &Pack { valid_from, ..pack.clone() }).map(Some)
        } else {
            Ok(None)
        }
    }

    /// Runs the case; facts without risk rows have an empty table.
    ///
    /// # Errors
    /// [`SourceError`] if the case's facts are impossible.
    pub fn run(&self, workbench: &Workbench, rules: &Verified<Pack>) -> Result<CaseResult, SourceError> {
        let empty = workbench.risk(Vec::new())?;
        let in_force = self.in_force(workbench, rules)?;
        let rules = in_force.as_ref().unwrap_or(rules);
        workbench.with_facts(&self.facts, Some(&empty), |facts| {
            let assessment = assess(rules, facts, self.now);
            let mut differences = Vec::new();
            let mut differ = |what: &str, expected: String, found: String| {
                if expected != found {
                    differences.push(format!("{what}: expected {expected}, found {found}"));
                }
            };
            let expect = &self.expect;
            differ("colour", expect.colour.to_string(), assessment.colour.to_string());
            if let Some(reasons) = &expect.reasons {
                let found = assessment.reasons.iter().map(|reason| reason.rule.clone()).collect();
                differ("reasons", sorted(reasons.clone()), sorted(found));
            }
            if let Some(causes) = &expect.causes {
                let (expected, mut found) = (
                    sorted(causes.clone()),
                    sorted(assessment.causes.iter().map(|cause| cause.name().into()).collect()),
                );
                if expected != found {
                    let unexpected =
                        assessment.causes.iter().filter(|cause| !causes.iter().any(|one| one == cause.name()));
                    let about: Vec<_> = unexpected.filter_map(|cause| about(cause, rules.body().clock())).collect();
                    if !about.is_empty() {
                        found.push_str(&format!(" ({})", about.join("; ")));
                    }
                }
                differ("causes", expected, found);
            }
            let clock = rules.body().clock();
            let time = |time: Option<Time>| {
                time.map_or_else(|| "never".to_owned(), |time| at_offset(time, clock.offset_at(time)))
            };
            if expect.until.is_some() {
                differ("until", time(expect.until), time(assessment.until));
            }
            if expect.green.is_some() {
                differ("green", time(expect.green), time(forecast(rules, facts, self.now).green));
            }
            CaseResult { assessment, differences }
        })
    }
}

/// What a cause is about, for the author of the case: a question, a rule, a moment.
fn about(cause: &Cause, clock: Clock<'_>) -> Option<String> {
    let local = |time: Time| at_offset(time, clock.offset_at(time));
    Some(match cause {
        Cause::AnswersMissing { questions } => {
            let one = |problem: &QuestionProblem| format!("{}: {}", problem.question, problem.code);
            questions.iter().map(one).collect::<Vec<_>>().join(", ")
        }
        Cause::RuleFailed { rule, code } => format!("{rule}: {code}"),
        Cause::Withheld { rule } => rule.clone(),
        Cause::ReportMissing { last } => match last {
            Some(last) => format!("the last report is of {}", local(*last)),
            None => "there is no report".to_owned(),
        },
        Cause::ClockBehind { issued } => format!("a report is of {}, later than the case's `now`", local(*issued)),
        Cause::AnswerUnsure { question } => question.clone(),
        Cause::VisitUnclear { place, .. } | Cause::PlaceUnclear { place, .. } => format!("place {place}"),
        _ => return None,
    })
}

fn sorted(mut names: Vec<String>) -> String {
    names.sort_unstable();
    format!("[{}]", names.join(", "))
}
