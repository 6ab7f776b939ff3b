//! One evaluation: what conditions read, and what each rule applies to.

use crate::calendar::{Clock, Span, Time};
use crate::colour::Colour;
use crate::error;
use crate::facts::{Record, StatusEntry};
use crate::limits::UNCLEAR_VISITS;
use crate::risk::Level;
use crate::rules::exposure::{Exposure, QUANTUM};
use crate::rules::expression::{Budget, Condition, EvaluateError, Fragment, Object, Value};
use crate::rules::measure::Evidence;
use crate::rules::pack::{On, Rule};
use crate::rules::reason::{Cause, Exposed, Fact, MeasureValue, Reason};
use crate::rules::statement::Statement;
use std::ops::Range;

use super::kinds::ItemKinds;
use super::standing::{Standing, lasting};

/// What applying a rule to an item costs besides its condition, in steps.
const ITEM_STEPS: usize = 10;

/// What putting together the data of a report costs besides, in steps.
const REPORT_STEPS: usize = 6;

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
    /// Which unclear visits give a worse colour than this.
    pub(super) worse_than: Colour,
    pub(super) unclear: Vec<usize>,
}

impl<'a> Run<'a> {
    /// Sets what all conditions read: `now`, `today`, `person`, `measure`, and the newest report's `answers`.
    pub(super) fn set_root(&mut self, record: Option<&'a Record>) {
        let clock = self.clock();
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
        let exempt = record.iter().flat_map(|record| &record.exempt).map(String::as_str);
        let ends = record.iter().flat_map(|record| record.exemptions.iter().flatten());
        let ends =
            ends.filter(|exemption| self.evidence.now < exemption.until).map(|exemption| exemption.name.as_str());
        let now = half_hour(self.evidence.now, clock);
        let tests = record.iter().flat_map(|record| record.tests.iter().flatten()).map(|test| {
            let test_of = Object::new()
                .with("kind", Value::Text(test.kind.as_str().into()))
                .with("result", Value::Text(test.result.name().into()));
            Value::Object(self.aged(test_of, test.taken, now))
        });
        let vaccinations = record.iter().flat_map(|record| record.vaccinations.iter().flatten()).map(|given| {
            let of = Object::new()
                .with("product", Value::Text(given.product.as_str().into()))
                .with("doses", Value::Int(given.doses.into()));
            Value::Object(self.aged(of, given.last, now))
        });
        let person = Object::new()
            .with("checked", Value::Bool(record.is_some()))
            .with("status", statuses.last().map_or(Value::Null, |entry| Value::Text(entry.status.name().into())))
            .with("statuses", texts(&mut statuses.iter().map(|entry| entry.status.name())))
            .with("exempt", texts(&mut exempt.chain(ends)))
            .with("tests", Value::Array(tests.collect()))
            .with("vaccinations", Value::Array(vaccinations.collect()));
        let root = Object::new()
            .with("now", self.timestamp(now))
            .with("today", timestamp(clock.show(clock.date(self.evidence.now))))
            .with("person", Value::Object(person))
            .with("measure", Value::Object(measures));
        self.root = Value::Object(root);
        let newest = self.evidence.newest.map(answers);
        self.set("answers", newest.unwrap_or_else(|| Value::Object(Object::new())));
    }

    fn clock(&self) -> Clock<'a> {
        self.evidence.pack.clock()
    }

    /// A moment, as conditions read it: as the clock shows it.
    fn timestamp(&self, time: Time) -> Value<'static> {
        timestamp(self.clock().shown(time))
    }

    /// How long ago something was, in days and in minutes; of the time of day, as `now` is.
    fn aged(&self, of: Object<'a>, at: Time, now: Time) -> Object<'a> {
        of.with("days_ago", Value::Int(self.evidence.days_ago(at)))
            .with("minutes_ago", Value::Int(now.since(at).as_minutes()))
    }

    /// Sets a value for conditions to read and returns the one before.
    fn set(&mut self, key: &'static str, value: Value<'a>) -> Option<Value<'a>> {
        self.root.as_object_mut().and_then(|root| root.set(key, value))
    }

    pub(super) fn failed(&mut self, rule: &str, error: &EvaluateError) {
        self.causes.push(Cause::RuleFailed { rule: rule.into(), code: error::code(error) });
    }

    pub(super) fn holds(&mut self, condition: &Condition) -> Result<bool, EvaluateError> {
        condition.holds(&self.root, self.budget)
    }

    pub(super) fn measure(&self, id: &str) -> Option<i64> {
        match self.root.as_object()?.get("measure")?.as_object()?.get(id)? {
            Value::Int(value) => Some(*value),
            _ => None,
        }
    }

    /// Applies a rule to every item it is about, and keeps the worst result.
    pub(super) fn apply(&mut self, rule: &Rule, record: Option<&'a Record>) {
        let course = rule.course.as_ref().and_then(|id| self.evidence.pack.course(id));
        let ground = rule.ground.as_ref().and_then(|id| self.evidence.pack.ground(id));
        let lapses = ground.map(|ground| ground.until).filter(|until| *until < self.evidence.rules_end);
        let steps = STEP_STEPS * course.map_or(0, |course| course.steps.len());
        let mut kinds = ItemKinds::of(rule);
        let mut worst: Option<(usize, Standing)> = None;
        let mut index = 0;
        while let Some(item) = self.item(rule.on, index, record) {
            let holds = self.holds_of(rule, &item, &mut kinds);
            match holds.and_then(|holds| self.budget.spend(if holds { steps } else { 0 }).map(|()| holds)) {
                Ok(true) => {
                    let standing = Standing::of(rule, course, self.since(rule, &item), lapses, self.evidence.now);
                    self.note_unclear(&item, standing);
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
            self.reasons.push(Reason { since, until, next, clear, ground: ground.cloned(), ..reason });
        }
    }

    /// Keeps in mind that an unclear visit matters.
    fn note_unclear(&mut self, item: &Item<'_>, standing: Option<Standing>) {
        if let Item::Visit(index, exposure) = item
            && exposure.unclear
            && standing.is_some_and(|standing| standing.colour > self.worse_than)
            && !self.unclear.contains(index)
            && self.unclear.len() < UNCLEAR_VISITS
        {
            self.unclear.push(*index);
        }
    }

    /// When the course of a rule starts that applies to an item: `None` if it has not started.
    fn since(&self, rule: &Rule, item: &Item<'_>) -> Option<Time> {
        match item {
            Item::Person => None,
            Item::Report(_, statement) => {
                Some(statement.since(rule.since.as_deref(), self.evidence.statements, self.clock()))
            }
            Item::Visit(_, exposure) => (!exposure.open).then_some(exposure.end),
            Item::Status(entry) => Some(entry.since),
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
                let report = Object::new()
                    .with("at", self.timestamp(statement.report.at))
                    .with("days_ago", Value::Int(days_ago));
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
                    .with("since", self.timestamp(entry.since))
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
        Object::with_capacity(15)
            .with("mode", Value::Text(exposure.visit.mode.name().into()))
            .with("open", Value::Bool(exposure.open))
            .with(
                "leave",
                exposure.visit.leave.filter(|_| !exposure.open).map_or(Value::Null, |leave| self.timestamp(leave)),
            )
            .with("level", Value::Int(exposure.level.number().into()))
            .with("arrive", self.timestamp(exposure.visit.arrive))
            .with("county", digits(6))
            .with("minutes", Value::Int(exposure.end.since(exposure.from).as_minutes()))
            .with(
                "days_ago",
                Value::Int(if exposure.open {
                    0
                } else {
                    self.evidence.days_ago(exposure.end.minus(Span::seconds(1)))
                }),
            )
            .with("province", digits(2))
            .with("prefecture", digits(4))
            .with("row_digits", Value::Int(exposure.row_digits().into()))
            .with("risk_minutes", Value::Int(exposure.risk_minutes()))
            .with("exposure_level", Value::Int(exposure.exposure_level().number().into()))
            .with("level_possible", Value::Int(exposure.possible.number().into()))
            .with("exposure_minutes", Value::Int(exposure.exposure_minutes()))
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
                questions,
                exposed: if rule.reads_exposures() { exposed(exposure) } else { None },
            },
            Item::Status(entry) => Fact::Status { status: entry.status, since: entry.since },
            Item::Person => {
                let value = |measure: String| MeasureValue { value: self.measure(&measure), measure };
                Fact::Person { measures: measures.into_iter().map(value).collect(), questions }
            }
        }
    }
}

/// When and at which venue a visit was that an exposure list has.
fn exposed(exposure: &Exposure<'_>) -> Option<Exposed> {
    let level = exposure.exposure_level();
    let venue = exposure.visit.venue.as_ref().filter(|_| level != Level::None)?.name.clone();
    // Who has just arrived was there for no time yet.
    let mut spans = exposure.exposed();
    let (from, to) = spans.next().unwrap_or((exposure.from, exposure.end));
    let to = spans.last().map_or(to, |(_, to)| to);
    Some(Exposed { venue, level, from, to })
}

fn answers<'a>(statement: &Statement<'a>) -> Value<'a> {
    statement.data.as_object().and_then(|data| data.get("answers")).cloned().unwrap_or_default()
}

/// The beginning of the half hour, counted from midnight: a time of day that a forecast can follow.
fn half_hour(now: Time, clock: Clock<'_>) -> Time {
    let passed = now.since(clock.start(clock.date(now))).as_seconds();
    now.minus(Span::seconds(passed % QUANTUM.as_seconds()))
}

fn timestamp(time: Time) -> Value<'static> {
    Value::Timestamp(time.unix().saturating_mul(1000))
}

#[cfg(test)]
#[cfg(feature = "authoring")]
mod tests {
    use super::*;
    use crate::authoring::source::trial_pack;
    use crate::cbor::{from_bytes, to_bytes};
    use crate::facts::{Exemption, Status, Test, TestResult, Vaccination, Visit};
    use crate::risk::{Level, Tables};
    use crate::rules::evaluate::samples::{
        MET, NOW, ON_VISIT, QUESTIONS, covered, hubei, outcome, record, report, time, visit,
    };
    use crate::rules::evaluate::{FLOOR_RULE, Inputs, decide, decide_within};

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
    fn a_report_takes_steps_for_each_rule_that_looks_at_it() {
        let steps = |on: &str| {
            let rule =
                format!("[[rule]]\nid = 'r'\non = '{on}'\nwhen = true\ncolour = 'red'\ntext = TEXT\nway-back = TEXT\n");
            let mut budget = Budget::default();
            let inputs = Inputs { reports: &[report(NOW, "{}")], ..Inputs::default() };
            decide_within(&trial_pack(&rule), &inputs, time(NOW), &mut budget);
            usize::try_from(Budget::default().left() - budget.left()).unwrap()
        };
        assert_eq!(steps("report"), steps("person") + REPORT_STEPS);
    }

    #[test]
    fn the_time_of_day_counts_by_the_half_hour() {
        let rule = "[[rule]]\nid = 'r'\nwhen = \"now not before today + 10 hours\"\ncolour = 'grey'\ntext = TEXT\nway-back = TEXT\n";
        let late = |rule: &str, at: &str| !decide(&trial_pack(rule), &Inputs::default(), time(at)).reasons.is_empty();
        let at = ["02-12T00:00:00", "02-12T09:59:59", "02-12T10:00:00", "02-12T23:59:59", "02-13T00:00:00"];
        assert_eq!(at.map(|at| late(rule, at)), [false, false, true, true, false]);
        // What asks for a minute between two half hours is true from the next one on.
        let between = rule.replace("today + 10 hours", "'2020-02-12T10:10:00+08:00'");
        let at = ["02-12T10:10:00", "02-12T10:29:59", "02-12T10:30:00"];
        assert_eq!(at.map(|at| late(&between, at)), [false, false, true]);
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
    fn a_reason_names_the_question_whose_day_counts_for_its_course() {
        let questions = |when: &str| {
            let pack = trial_pack(&format!("{QUESTIONS}{}", MET.replace("answers.met", when)));
            let reports = [report("02-11T08:00:00", r#"{"well": true, "met": "2020-02-09"}"#)];
            let decision = decide(&pack, &Inputs { reports: &reports, ..Inputs::default() }, time(NOW));
            match &decision.reasons[0].fact {
                Fact::Report { questions, .. } => questions.clone(),
                fact => panic!("{fact:?}"),
            }
        };
        assert_eq!(questions("answers.met"), ["met"]);
        assert_eq!(questions("answers.well"), ["well", "met"], "the day counts, so it is named");
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
    fn what_a_rule_reads_of_tests_vaccinations_and_exemptions() {
        let parts = "
            [[rule]]
            id = 'untested'
            when = \"not any(person.tests where current.kind == 'nucleic-acid' and current.result == 'negative' and current.minutes_ago <= 48 h)\"
            colour = 'yellow'
            text = TEXT
            way-back = TEXT
            [[rule]]
            id = 'one-dose'
            when = \"sum(person.vaccinations of current.doses) < 2 or any(person.vaccinations where current.days_ago < 14)\"
            colour = 'yellow'
            text = TEXT
            way-back = TEXT
            [[rule]]
            id = 'no-driver'
            when = \"not ('driver' in person.exempt)\"
            colour = 'yellow'
            text = TEXT
            way-back = TEXT
        ";
        let pack = trial_pack(parts);
        assert!(pack.reads_now());
        let reasons = |record: &Record, now: Time| {
            let decision = decide(&pack, &Inputs { record: Some(record), ..Inputs::default() }, now);
            decision.reasons.into_iter().map(|reason| reason.rule).collect::<Vec<_>>().join(" ")
        };
        let mut record = record(&[]);
        let now = time(NOW);
        assert_eq!(reasons(&record, now), "untested one-dose no-driver");
        let test = |hours: i64, result| Test {
            kind: "nucleic-acid".into(),
            taken: now.minus(Span::seconds(hours * 3_600)),
            result,
            by: None,
        };
        record.tests = Some(vec![test(47, TestResult::Negative)]);
        record.vaccinations = Some(vec![
            Vaccination { product: "corona-vac".into(), doses: 1, last: now.minus(Span::days(15)) },
            Vaccination { product: "another".into(), doses: 1, last: now.minus(Span::days(14)) },
        ]);
        record.exemptions = Some(vec![Exemption { name: "driver".into(), until: now.plus(Span::days(1)) }]);
        assert_eq!(reasons(&record, now), "");
        assert!(!record.restricts());
        // Two hours later the test is too old, and a day later the exemption is over.
        assert_eq!(reasons(&record, now.plus(Span::seconds(2 * 3_600))), "untested");
        assert_eq!(reasons(&record, now.plus(Span::days(1))), "untested no-driver");
        record.tests = Some(vec![test(1, TestResult::Positive)]);
        assert_eq!(reasons(&record, now), "untested");
        assert!(record.restricts(), "a positive test takes two signers");
        record.tests = Some(vec![test(1, TestResult::Negative); 65]);
        assert!(from_bytes::<Record>(&to_bytes(&record)).is_none());
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
}
