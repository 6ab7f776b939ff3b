//! One evaluation: what conditions read, and what each rule applies to.

use crate::calendar::Time;
use crate::colour::Colour;
use crate::error::Coded;
use crate::facts::{Record, StatusEntry};
use crate::order::Key;
use crate::rules::exposure::Exposure;
use crate::rules::expression::{Budget, Condition, EvaluateError, Fragment, Object, Value};
use crate::rules::measure::Evidence;
use crate::rules::pack::{Band, Course, On, Rule, Text};
use crate::rules::reason::{Cause, Contribution, Fact, MeasureValue, Reason, Scores};
use crate::rules::statement::Statement;
use std::ops::Range;

use super::kinds::ItemKinds;

/// The sort key of reasons: the colour, then how long it lasts; one without a known end lasts longest.
pub(super) fn severity(reason: &Reason) -> Key {
    rank(reason.colour, reason.clear)
}

fn rank(colour: Colour, clear: Option<Time>) -> Key {
    let colour = match colour {
        Colour::Green => 0,
        Colour::Yellow => 1,
        Colour::Grey => 2,
        Colour::Red => 3,
    };
    [colour, i64::from(clear.is_none()), clear.map_or(0, Time::unix), 0]
}

/// A reason that lasts as long as its condition is true.
pub(super) fn lasting(rule: &str, colour: Colour, text: &Text, way_back: &Text, fact: Fact) -> Reason {
    let (text, way_back) = (text.clone(), way_back.clone());
    Reason { rule: rule.into(), colour, text, way_back, fact, since: None, until: None, next: None, clear: None }
}

/// The state of a course at `now`: the colour, when it changes and to which, and when the course ends. `None` if it has
/// ended.
fn progress(course: &Course, since: Time, now: Time) -> Option<(Colour, Time, Colour, Time)> {
    let clear = course.steps.iter().fold(since, |end, step| end.plus(step.lasts));
    let mut end = since;
    let mut steps = course.steps.iter().peekable();
    while let Some(step) = steps.next() {
        end = end.plus(step.lasts);
        if now < end {
            let next = steps.peek().map_or(Colour::Green, |next| next.colour);
            return Some((step.colour, end, next, clear));
        }
    }
    None
}

/// What a rule that fired gives at this moment.
#[derive(Clone, Copy)]
struct Standing {
    colour: Colour,
    since: Option<Time>,
    until: Option<Time>,
    next: Option<Colour>,
    clear: Option<Time>,
}

impl Standing {
    fn rank(&self) -> Key {
        rank(self.colour, self.clear)
    }
}

/// What applying a rule to an item costs besides its condition, in steps.
const ITEM_STEPS: usize = 10;

/// What putting together the data of a report costs besides, in steps.
pub(super) const REPORT_STEPS: usize = 6;

/// What it costs, in steps, to see how far a course has come, for each of the course's steps.
const STEP_STEPS: usize = 4;

/// What it costs, in steps, to see that a rule is not about an item of a known kind.
const KNOWN_STEPS: usize = 2;

/// What putting together the data of a visit costs, in steps, besides reading its risk.
const VISIT_STEPS: usize = 24;

/// One item that a rule applies to; reports and visits with their index.
enum Item<'a> {
    Person,
    Report(usize, &'a Statement<'a>),
    Visit(usize, &'a Exposure<'a>),
    Status(&'a StatusEntry),
}

pub(super) struct Run<'a> {
    pub(super) evidence: Evidence<'a>,
    pub(super) budget: &'a mut Budget,
    /// What conditions read.
    pub(super) root: Value<'a>,
    /// The data that conditions read for each report's answers and each visit: built once, and moved out while in use.
    pub(super) answers: Vec<Option<Value<'a>>>,
    pub(super) visits: Vec<Option<Value<'a>>>,
    pub(super) causes: Vec<Cause>,
    pub(super) reasons: Vec<Reason>,
}

impl<'a> Run<'a> {
    /// Sets what all conditions read: `today`, `person`, `measure`, and the newest report's `answers`.
    pub(super) fn set_root(&mut self, record: Option<&'a Record>) {
        let today = self.evidence.now.date(self.evidence.pack.utc_offset).start(self.evidence.pack.utc_offset);
        let mut measures = Object::with_capacity(self.evidence.pack.measures.len());
        for measure in &self.evidence.pack.measures {
            match self.evidence.take(measure, self.budget) {
                Ok(value) => {
                    measures.set(measure.id.as_str(), value);
                }
                Err(error) => self.failed(&measure.id, &error),
            }
        }
        let texts = |texts: &mut dyn Iterator<Item = &'a str>| {
            Value::Array(texts.map(|text| Value::Text(text.into())).collect())
        };
        let statuses = record.map(|record| record.statuses.as_slice()).unwrap_or_default();
        let exempt = record.map(|record| record.exempt.as_slice()).unwrap_or_default();
        let person = Object::new()
            .with("checked", Value::Bool(record.is_some()))
            .with("status", statuses.last().map_or(Value::Null, |entry| Value::Text(entry.status.name().into())))
            .with("statuses", texts(&mut statuses.iter().map(|entry| entry.status.name())))
            .with("exempt", texts(&mut exempt.iter().map(String::as_str)));
        let root = Object::new()
            .with("today", timestamp(today))
            .with("person", Value::Object(person))
            .with("measure", Value::Object(measures));
        self.root = Value::Object(root);
        let newest = self.evidence.statements.last().map(answers);
        self.set("answers", newest.unwrap_or_else(|| Value::Object(Object::new())));
    }

    /// Sets a value for conditions to read and returns the one before.
    fn set(&mut self, key: &'static str, value: Value<'a>) -> Option<Value<'a>> {
        self.root.as_object_mut().and_then(|root| root.set(key, value))
    }

    fn failed(&mut self, rule: &str, error: &EvaluateError) {
        self.causes.push(Cause::RuleFailed { rule: rule.into(), code: error.code().into() });
    }

    fn holds(&mut self, condition: &Condition) -> Result<bool, EvaluateError> {
        condition.holds(&self.root, self.budget)
    }

    fn measure(&self, id: &str) -> Option<i64> {
        match self.root.as_object()?.get("measure")?.as_object()?.get(id)? {
            Value::Int(value) => Some(*value),
            _ => None,
        }
    }

    pub(super) fn score(&mut self) -> (Scores, Vec<Contribution>) {
        let mut scores = Scores::default();
        let mut contributions = Vec::new();
        for band in &self.evidence.pack.bands {
            let (points, measure) = match self.points(band) {
                Ok(points) => points,
                Err(error) => {
                    self.failed(&band.text.en, &error);
                    continue;
                }
            };
            if points > 0 {
                let score = scores.of(band.dimension);
                *score = score.saturating_add(points).min(100);
                contributions.push(Contribution {
                    dimension: band.dimension,
                    points,
                    text: band.text.clone(),
                    measure,
                });
            }
        }
        (scores, contributions)
    }

    fn points(&mut self, band: &Band) -> Result<(u8, Option<MeasureValue>), EvaluateError> {
        if let Some(condition) = &band.when
            && !self.holds(condition)?
        {
            return Ok((0, None));
        }
        let Some(id) = &band.measure else { return Ok((band.points, None)) };
        let value = self.measure(id);
        let reached = |value: i64| {
            let steps = band.steps.iter().filter(move |step| {
                step.at_least.is_none_or(|least| value >= least) && step.at_most.is_none_or(|most| value <= most)
            });
            steps.map(|step| step.points).max()
        };
        let points = value.and_then(reached).unwrap_or(0);
        Ok((points, Some(MeasureValue { measure: id.clone(), value })))
    }

    /// Applies a rule to every item it is about, and keeps the worst result.
    pub(super) fn apply(&mut self, rule: &Rule, record: Option<&'a Record>) {
        let course = rule.course.as_ref().and_then(|id| self.evidence.pack.course(id));
        let steps = STEP_STEPS * course.map_or(0, |course| course.steps.len());
        let mut kinds = ItemKinds::of(rule);
        let mut worst: Option<(usize, Standing)> = None;
        let mut index = 0;
        while let Some(item) = self.item(rule.on, index, record) {
            let holds = self.holds_of(rule, &item, &mut kinds);
            match holds.and_then(|holds| self.budget.spend(if holds { steps } else { 0 }).map(|()| holds)) {
                Ok(true) => {
                    let standing = self.standing(rule, course, since(rule, &item));
                    if let Some(standing) =
                        standing.filter(|new| worst.is_none_or(|(_, worst)| worst.rank() < new.rank()))
                    {
                        worst = Some((index, standing));
                    }
                }
                Ok(false) => {}
                Err(error) => {
                    self.failed(&rule.id, &error);
                    break;
                }
            }
            index += 1;
        }
        if let Some((index, standing)) = worst
            && let Some(item) = self.item(rule.on, index, record)
        {
            let fact = self.fact(rule, &item);
            let Standing { colour, since, until, next, clear } = standing;
            let reason = lasting(&rule.id, colour, &rule.text, &rule.way_back, fact);
            self.reasons.push(Reason { since, until, next, clear, ..reason });
        }
    }

    /// Whether a rule's condition is true of an item. Its first parts are evaluated once for each kind of item.
    fn holds_of(&mut self, rule: &Rule, item: &Item<'a>, kinds: &mut ItemKinds) -> Result<bool, EvaluateError> {
        let kind = kinds.kind(if let Item::Visit(_, exposure) = item { Some(exposure) } else { None });
        let known = kind.and_then(|kind| kinds.known(kind));
        if known == Some(false) {
            return self.budget.spend(KNOWN_STEPS).map(|()| false);
        }
        self.budget.spend(ITEM_STEPS)?;
        self.enter(item);
        let begins = match (known, kind) {
            (Some(begins), _) => Ok(begins),
            (None, Some(kind)) => self.parts_hold(rule, 0..kinds.parts).inspect(|begins| kinds.note(kind, *begins)),
            (None, None) => Ok(true),
        };
        let holds =
            begins.and_then(|begins| Ok(begins && self.parts_hold(rule, kinds.parts..rule.when.parts().len())?));
        self.leave(item);
        holds
    }

    fn parts_hold(&mut self, rule: &Rule, parts: Range<usize>) -> Result<bool, EvaluateError> {
        rule.when.parts_hold(parts, &self.root, self.budget)
    }

    fn item(&self, on: On, index: usize, record: Option<&'a Record>) -> Option<Item<'a>> {
        match on {
            On::Person => (index == 0).then_some(Item::Person),
            On::Report => self.evidence.statements.get(index).map(|statement| Item::Report(index, statement)),
            On::Visit => self.evidence.exposures.get(index).map(|exposure| Item::Visit(index, exposure)),
            On::Record => record?.statuses.get(index).map(Item::Status),
        }
    }

    /// Sets the item for conditions to read.
    fn enter(&mut self, item: &Item<'a>) {
        match item {
            Item::Person => {}
            Item::Report(index, statement) => {
                // Where none are left, the condition says so.
                let _ = self.budget.spend(REPORT_STEPS);
                self.swap_answers(*index);
                let days_ago = self.evidence.days_ago(statement.report.at);
                let report =
                    Object::new().with("at", timestamp(statement.report.at)).with("days_ago", Value::Int(days_ago));
                self.set("report", Value::Object(report));
            }
            Item::Visit(index, exposure) => {
                let known = self.visits.get_mut(*index).and_then(Option::take);
                let visit = known.unwrap_or_else(|| {
                    // Where none are left, the condition says so.
                    let _ = self.budget.spend(VISIT_STEPS + exposure.steps());
                    Value::Object(self.visit(exposure))
                });
                self.set("visit", visit);
            }
            Item::Status(entry) => {
                let status = Object::new()
                    .with("status", Value::Text(entry.status.name().into()))
                    .with("since", timestamp(entry.since))
                    .with("days_ago", Value::Int(self.evidence.days_ago(entry.since)));
                self.set("record", Value::Object(status));
            }
        }
    }

    /// Keeps the item's data for the next rule that applies to it.
    fn leave(&mut self, item: &Item<'a>) {
        match item {
            Item::Person | Item::Status(_) => {}
            Item::Report(index, _) => self.swap_answers(*index),
            Item::Visit(index, _) => {
                let visit = self.set("visit", Value::Null);
                if let Some(known) = self.visits.get_mut(*index) {
                    *known = visit;
                }
            }
        }
    }

    /// Swaps a report's answers with the newest ones, or back.
    fn swap_answers(&mut self, index: usize) {
        let Some(statement) = self.evidence.statements.get(index) else { return };
        if index + 1 < self.evidence.statements.len() {
            let kept = self.answers.get_mut(index).and_then(Option::take);
            let before = self.set("answers", kept.unwrap_or_else(|| answers(statement)));
            if let Some(kept) = self.answers.get_mut(index) {
                *kept = before;
            }
        }
    }

    /// The data that conditions read for a visit, in the order of an object's names.
    fn visit(&self, exposure: &Exposure<'_>) -> Object<'a> {
        let digits = |length: u8| exposure.visit.place.digits(length).map_or(Value::Null, Value::from);
        Object::with_capacity(12)
            .with("mode", Value::Text(exposure.visit.mode.name().into()))
            .with("open", Value::Bool(exposure.open))
            .with("leave", exposure.visit.leave.filter(|_| !exposure.open).map_or(Value::Null, timestamp))
            .with("level", Value::Int(exposure.level.number().into()))
            .with("arrive", timestamp(exposure.visit.arrive))
            .with("county", digits(6))
            .with("minutes", Value::Int(exposure.end.since(exposure.from).as_minutes()))
            .with("days_ago", Value::Int(if exposure.open { 0 } else { self.evidence.days_ago(exposure.end) }))
            .with("province", digits(2))
            .with("prefecture", digits(4))
            .with("row_digits", Value::Int(exposure.row_digits().into()))
            .with("risk_minutes", Value::Int(exposure.risk_minutes()))
    }

    /// The colour that a rule gives at this moment, and how long; `None` if its course has ended.
    fn standing(&self, rule: &Rule, course: Option<&Course>, since: Option<Time>) -> Option<Standing> {
        let lasting = |colour| Standing { colour, since: None, until: None, next: None, clear: None };
        let standing = match (course, since) {
            (Some(course), Some(since)) => {
                let (colour, until, next, clear) = progress(course, since, self.evidence.now)?;
                let (since, until, next, clear) = (Some(since), Some(until), Some(next), Some(clear));
                Standing { colour, since, until, next, clear }
            }
            (Some(course), None) => lasting(course.steps.first()?.colour),
            (None, _) => lasting(rule.colour?),
        };
        (standing.colour != Colour::Green).then_some(standing)
    }

    fn fact(&self, rule: &Rule, item: &Item<'a>) -> Fact {
        let (mut questions, mut measures) = (Vec::new(), Vec::new());
        rule.when.expression().data_paths(&mut |path| {
            let mut names = path.fragments().iter().map(Fragment::name);
            let (section, name) = (names.next(), names.next());
            let (list, Some(name)) = (section, name) else { return };
            let list = match list {
                Some("answers") => &mut questions,
                Some("measure") => &mut measures,
                _ => return,
            };
            if !list.iter().any(|known| known == name) {
                list.push(name.to_owned());
            }
        });
        questions.extend(rule.since.iter().filter(|since| !questions.contains(*since)).cloned().collect::<Vec<_>>());
        match item {
            Item::Report(_, statement) => Fact::Report { at: statement.report.at, questions },
            Item::Visit(_, exposure) => Fact::Visit {
                place: exposure.visit.place,
                level: exposure.level,
                arrive: exposure.visit.arrive,
                leave: exposure.visit.leave.filter(|_| !exposure.open),
                mode: exposure.visit.mode,
                minutes: exposure.risk_minutes(),
            },
            Item::Status(entry) => Fact::Status { status: entry.status, since: entry.since },
            Item::Person => {
                let value = |measure: String| MeasureValue { value: self.measure(&measure), measure };
                Fact::Person { measures: measures.into_iter().map(value).collect(), questions }
            }
        }
    }
}

/// When the course of a rule starts that applies to an item: `None` if it has not started.
fn since(rule: &Rule, item: &Item<'_>) -> Option<Time> {
    match item {
        Item::Person => None,
        Item::Report(_, statement) => Some(statement.since(rule.since.as_deref())),
        Item::Visit(_, exposure) => (!exposure.open).then_some(exposure.end),
        Item::Status(entry) => Some(entry.since),
    }
}

fn answers<'a>(statement: &Statement<'a>) -> Value<'a> {
    statement.data.as_object().and_then(|data| data.get("answers")).cloned().unwrap_or_default()
}

fn timestamp(time: Time) -> Value<'static> {
    Value::Timestamp(time.unix().saturating_mul(1000))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::Span;
    use crate::rules::pack::CourseStep;

    #[test]
    fn a_course_steps_to_the_second_and_then_is_over() {
        let step = |colour, days| CourseStep { colour, lasts: Span::days(days) };
        let course = Course { id: "c".into(), steps: vec![step(Colour::Red, 7), step(Colour::Yellow, 7)] };
        let time = |text: &str| Time::parse(&format!("2020-{text}+08:00")).unwrap();
        let since = time("02-01T10:00:00");
        let (yellow, green) = (time("02-08T10:00:00"), time("02-15T10:00:00"));
        let second = Span::seconds(1);
        assert_eq!(progress(&course, since, since), Some((Colour::Red, yellow, Colour::Yellow, green)));
        assert_eq!(progress(&course, since, yellow.minus(second)), Some((Colour::Red, yellow, Colour::Yellow, green)));
        assert_eq!(progress(&course, since, yellow), Some((Colour::Yellow, green, Colour::Green, green)));
        assert_eq!(progress(&course, since, green.minus(second)), Some((Colour::Yellow, green, Colour::Green, green)));
        assert_eq!(progress(&course, since, green), None);
    }
}
