//! Courses and rules, and the facts that conditions may read.

use super::fault::PackError;
use super::walk::Check;
use crate::calendar::Span;
use crate::colour::Colour;
use crate::rules::expression::{Condition, Expression, Fragment, Path};
use crate::rules::location::Location;
use crate::rules::pack::{On, Question, QuestionKind};

/// What a condition may read besides `answers`, `measure`, `person`, `now` and `today`.
pub(crate) fn facts_of(on: On) -> (&'static str, &'static [&'static str]) {
    match on {
        On::Person => ("", &[]),
        On::Report => ("report", &["at", "days_ago"]),
        On::Visit => (
            "visit",
            &[
                "province",
                "prefecture",
                "county",
                "level",
                "level_possible",
                "row_digits",
                "mode",
                "open",
                "minutes",
                "risk_minutes",
                "exposure_level",
                "exposure_minutes",
                "arrive",
                "leave",
                "days_ago",
            ],
        ),
        On::Record => ("record", &["status", "since", "days_ago"]),
    }
}

/// The facts about the person as a whole.
pub(crate) const PERSON: [&str; 6] = ["checked", "status", "statuses", "exempt", "tests", "vaccinations"];

impl<const SAY: bool> Check<'_, SAY> {
    pub(super) fn rules(&mut self) {
        for (index, course) in self.pack.courses.iter().enumerate() {
            let at = Self::at("course", index, format_args!("course {}", course.id));
            if course.steps.is_empty() {
                self.fault(|| PackError::EmptyCourse { at: at.key("steps") });
            } else if let Some(step) = course.steps.iter().position(|step| step.lasts <= Span::ZERO) {
                self.fault(|| PackError::EmptyCourse { at: at.key("steps").key(step).key("lasts") });
            }
            if let Some(step) = course.steps.iter().position(|step| step.colour == Colour::Green) {
                self.fault(|| PackError::GreenRule { at: at.key("steps").key(step).key("colour") });
            }
            let lasts = Span::seconds(course.steps.iter().map(|step| step.lasts.as_seconds()).sum());
            if lasts > self.pack.window {
                let window = self.pack.window;
                self.fault(|| PackError::CourseOutlivesWindow { at: at.key("steps"), lasts, window });
            }
        }
        for (index, rule) in self.pack.rules.iter().enumerate() {
            let at = Self::at("rule", index, format_args!("rule {}", rule.id));
            self.text(&rule.text, || at.key("text"));
            self.text(&rule.way_back, || at.key("way-back"));
            if rule.colour.is_some() == rule.course.is_some() {
                self.fault(|| PackError::ColourOrCourse { at: at.key("course") });
            }
            if rule.colour == Some(Colour::Green) {
                self.fault(|| PackError::GreenRule { at: at.key("colour") });
            }
            if let Some(name) = &rule.course {
                if self.pack.course(name).is_none() {
                    let (what, name) = ("course", name.clone());
                    self.fault(|| PackError::UnknownName { at: at.key("course"), what, name });
                }
                if rule.on == On::Person {
                    self.fault(|| PackError::CourseOnPerson { at: at.key("course") });
                }
            }
            if let Some(name) = &rule.since {
                if rule.on != On::Report || rule.course.is_none() {
                    self.fault(|| PackError::Superfluous { at: at.key("since"), extra: "since" });
                }
                let known = |question: &Question| question.id == *name && question.kind == QuestionKind::Date;
                if !self.pack.questions.iter().any(known) {
                    let (what, name) = ("date question", name.clone());
                    self.fault(|| PackError::UnknownName { at: at.key("since"), what, name });
                }
            }
            self.rule_reads(|| at.key("when"), &rule.when, rule.on);
        }
    }

    pub(super) fn rule_reads(&mut self, at: impl Fn() -> Location, condition: &Condition, on: On) {
        let (own, names) = facts_of(on);
        let pack = self.pack;
        self.reads(at, condition, |section, name| match section {
            "now" | "today" => name.is_empty(),
            "answers" => pack.questions.iter().any(|question| question.is_read_as(name)),
            "measure" => pack.measures.iter().any(|measure| measure.id == name),
            "person" => PERSON.contains(&name),
            section => !own.is_empty() && section == own && names.contains(&name),
        });
    }

    /// Reports facts in a condition that `known` does not know by section and name.
    pub(super) fn reads(
        &mut self,
        at: impl Fn() -> Location,
        condition: &Condition,
        known: impl Fn(&str, &str) -> bool,
    ) {
        condition.expression().texts(&mut |text| {
            self.seen(text, || at().part(&Expression::Text(text.into())));
        });
        condition.expression().data_paths(&mut |path: &Path| {
            let mut names = path.fragments().iter().map(Fragment::name);
            let (section, name) = (names.next().unwrap_or_default(), names.next().unwrap_or_default());
            if !known(section, name) || names.next().is_some() {
                self.fault(|| PackError::UnknownFact {
                    at: at().part(&Expression::Var(path.clone())),
                    path: path.to_string(),
                });
            }
        });
    }
}
