//! Checks conditions against the types of their facts: kinds, words and bounds that can never match, and facts that may
//! be missing.

use std::collections::BTreeSet;

use super::finding::Finding;
use crate::authoring::units::{self, unit_of};
use crate::calendar::DAY;
use crate::facts::{Mode, Status};
use crate::rules::expression::{Budget, Comparison, Condition, Expression, Fragment, Path, Value, evaluate};
use crate::rules::location::Location;
use crate::rules::pack::{Count, Measure, On, Pack, QuestionKind};

/// Kinds of values, as a set.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Kinds(u8);

impl Kinds {
    const NULL: Self = Self(1);
    const BOOL: Self = Self(2);
    const INT: Self = Self(4);
    const TEXT: Self = Self(8);
    const DATE: Self = Self(16);
    const MOMENT: Self = Self(32);
    const LIST: Self = Self(64);
    const ANY: Self = Self(127);

    const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    fn words(self) -> &'static str {
        let names = [
            (Self::BOOL, "yes or no"),
            (Self::INT, "an integer"),
            (Self::TEXT, "a text"),
            (Self::DATE, "a date"),
            (Self::MOMENT, "a date-time"),
            (Self::LIST, "a list"),
        ];
        names.into_iter().find(|(kind, _)| self.meets(*kind)).map_or("nothing", |(_, name)| name)
    }
}

/// What is known about a fact.
struct Known {
    kinds: Kinds,
    /// The words that it, or its items, can be; `None` for any text.
    words: Option<Vec<String>>,
    /// How many digits it has, if it is a place.
    digits: Option<usize>,
    /// The least and the greatest value.
    range: (i64, i64),
}

/// The place of a condition, and its findings.
pub(super) struct Conditions<'a> {
    pack: &'a Pack,
    on: On,
    at: &'a Location,
    found: &'a mut Vec<Finding>,
    /// What was reported, in words, so that nothing is reported twice.
    reported: BTreeSet<String>,
    /// Inside the step of a `reduce`: the list whose items it reads.
    list: Option<Option<Path>>,
}

impl<'a> Conditions<'a> {
    pub(super) fn new(pack: &'a Pack, on: On, at: &'a Location, found: &'a mut Vec<Finding>) -> Self {
        Self { pack, on, at, found, reported: BTreeSet::new(), list: None }
    }

    pub(super) fn check(&mut self, condition: &Expression) {
        let before = self.found.len();
        self.kinds(condition, &[]);
        if self.found.len() > before {
            return;
        }
        let mut paths = 0;
        condition.data_paths(&mut |_| paths += 1);
        let fixed = (paths == 0).then(|| Condition::new(condition.clone()).ok()).flatten();
        let fixed = fixed.map(|condition| condition.holds(&Value::Null, &mut Budget::default()));
        let (at, part) = (self.at.part(condition), self.words(condition));
        match fixed {
            Some(Ok(false)) => self.found.push(Finding::NeverHolds { at, part, because: String::new() }),
            Some(Ok(true)) if self.on == On::Person => self.found.push(Finding::AlwaysHolds { at, part }),
            _ => {}
        }
    }

    /// The kinds of values that an expression can have, given that the paths in `sure` are not null.
    fn kinds(&mut self, expression: &Expression, sure: &[&Path]) -> Kinds {
        match expression {
            Expression::Bool(_) => Kinds::BOOL,
            Expression::Int(_) => Kinds::INT,
            Expression::Text(_) => Kinds::TEXT,
            Expression::Array(items) => {
                items.iter().for_each(|item| {
                    self.kinds(item, sure);
                });
                Kinds::LIST
            }
            Expression::Var(path) => {
                let kinds = self.known(path).kinds;
                if sure.contains(&path) { kinds.without(Kinds::NULL) } else { kinds }
            }
            Expression::If(three) => {
                let [guard, then, otherwise] = three.as_ref();
                self.kinds(guard, sure);
                let then = self.kinds(then, &with(sure, guard, true));
                then.or(self.kinds(otherwise, &with(sure, guard, false)))
            }
            Expression::And(operands) => {
                self.contradiction(expression, operands);
                let mut sure = sure.to_vec();
                let mut kinds = Kinds(0);
                for operand in operands {
                    kinds = kinds.or(self.kinds(operand, &sure));
                    sure = with(&sure, operand, true);
                }
                kinds
            }
            Expression::Not(operand) => {
                self.kinds(operand, sure);
                Kinds::BOOL
            }
            Expression::Equal(two) => {
                let [left, right] = two.as_ref();
                let (a, b) = (self.kinds(left, sure), self.kinds(right, sure));
                self.equal(expression, [left, right], [a, b]);
                Kinds::BOOL
            }
            Expression::In(two) => self.within(expression, two, sure),
            Expression::Plus(two) => {
                two.iter().for_each(|operand| self.need(expression, operand, Kinds::INT, sure));
                Kinds::INT
            }
            Expression::Compare(comparison, two) => self.compared(expression, *comparison, two.as_slice(), sure),
            Expression::Between(comparison, three) => self.compared(expression, *comparison, three.as_slice(), sure),
            Expression::PlusTime(date, ..) => {
                self.date(expression, date, sure);
                Kinds::MOMENT
            }
            Expression::Reduce(three) => self.reduce(expression, three, sure),
            Expression::ExtractFromUvci(text, _) => {
                self.need(expression, text, Kinds::TEXT.or(Kinds::NULL), sure);
                Kinds::TEXT.or(Kinds::NULL)
            }
            Expression::DccDateOfBirth(text) => {
                self.need(expression, text, Kinds::TEXT, sure);
                Kinds::MOMENT
            }
        }
    }

    /// Reports an operand that never, or not always, has the kind that an operation needs.
    fn need(&mut self, whole: &Expression, operand: &Expression, needed: Kinds, sure: &[&Path]) {
        let kinds = self.kinds(operand, sure);
        if !kinds.meets(needed) {
            let (is, needs) = (kinds.words(), needed.words());
            let problem = format!("`{}` is {is}, but {needs} is needed", self.words(operand));
            self.mismatch(whole, Some(operand), problem);
        } else if kinds.meets(Kinds::NULL) && !needed.meets(Kinds::NULL) {
            let fact = match operand {
                Expression::PlusTime(date, ..) => date,
                operand => operand,
            };
            self.push(Finding::MeetsNull { at: self.at.part(whole).part(fact), fact: fact.to_string() });
        }
    }

    fn date(&mut self, whole: &Expression, date: &Expression, sure: &[&Path]) {
        match date {
            Expression::Text(text) => {
                if evaluate(whole, &Value::Null, &mut Budget::default()).is_err() {
                    self.mismatch(whole, Some(date), format!("`{text}` is not a date"));
                }
            }
            date => self.need(whole, date, Kinds::DATE, sure),
        }
    }

    fn compared(
        &mut self,
        whole: &Expression,
        comparison: Comparison,
        operands: &[Expression],
        sure: &[&Path],
    ) -> Kinds {
        let needed = if comparison.of_date_times() { Kinds::MOMENT } else { Kinds::INT };
        operands.iter().for_each(|operand| self.need(whole, operand, needed, sure));
        if let Some((path, least, most)) = bounds(whole) {
            let (low, high) = self.known(path).range;
            if least > high || most < low {
                self.out_of_range(whole, path, (low, high));
            }
        }
        Kinds::BOOL
    }

    fn equal(&mut self, whole: &Expression, sides: [&Expression; 2], [a, b]: [Kinds; 2]) {
        // To this operation, a date is a text.
        let as_text = |kinds: Kinds| if kinds.meets(Kinds::DATE) { kinds.or(Kinds::TEXT) } else { kinds };
        if !as_text(a).meets(as_text(b)) {
            let problem = format!("{} is compared with {}, which are never equal", a.words(), b.words());
            return self.mismatch(whole, None, problem);
        }
        match sides {
            [Expression::Var(path), Expression::Text(word)] | [Expression::Text(word), Expression::Var(path)] => {
                self.word(whole, path, word);
            }
            [Expression::Var(path), Expression::Int(number)] | [Expression::Int(number), Expression::Var(path)] => {
                let (low, high) = self.known(path).range;
                if !(low..=high).contains(number) {
                    self.out_of_range(whole, path, (low, high));
                }
            }
            _ => {}
        }
    }

    fn within(&mut self, whole: &Expression, two: &[Expression; 2], sure: &[&Path]) -> Kinds {
        let [item, list] = two;
        let kinds = self.kinds(item, sure);
        self.need(whole, list, Kinds::LIST, sure);
        match (item, list) {
            (item, Expression::Array(items)) => {
                for other in items {
                    let others = self.kinds(other, sure);
                    self.equal(whole, [item, other], [kinds, others]);
                }
                if items.is_empty() {
                    self.never(whole, ": the list is empty".into());
                }
            }
            (Expression::Text(word), Expression::Var(path)) => self.word(whole, path, word),
            _ => {}
        }
        Kinds::BOOL
    }

    fn reduce(&mut self, whole: &Expression, three: &[Expression; 3], sure: &[&Path]) -> Kinds {
        let [list, step, first] = three;
        self.need(whole, list, Kinds::LIST.or(Kinds::NULL), sure);
        let first = self.kinds(first, sure);
        let items = if let Expression::Var(path) = list { Some(path.clone()) } else { None };
        let outer = self.list.replace(items);
        let kinds = self.kinds(step, &[]);
        self.list = outer;
        first.or(kinds)
    }

    fn word(&mut self, whole: &Expression, path: &Path, word: &str) {
        let known = self.known(path);
        let fact = self.fact(path);
        let at = || self.at.part(whole).part(&Expression::Text(word.into()));
        if let Some(words) = known.words.filter(|words| !words.iter().any(|known| known == word)) {
            let (at, word, known) = (at(), word.into(), words.join(", "));
            self.push(Finding::UnknownWord { at, fact, word, known });
        } else if let Some(digits) = known.digits
            && (word.len() != digits || !word.bytes().all(|byte| byte.is_ascii_digit()))
        {
            let (at, word, known) = (at(), word.into(), format!("a place code of {digits} digits"));
            self.push(Finding::UnknownWord { at, fact, word, known });
        }
    }

    /// The name of a path: inside a list, that of the list.
    fn fact(&self, path: &Path) -> String {
        match &self.list {
            Some(Some(list)) => list.to_string(),
            _ => path.to_string(),
        }
    }

    /// Reports operands of an `and` that exclude each other.
    fn contradiction(&mut self, whole: &Expression, operands: &[Expression]) {
        let mut intervals: Vec<(&Path, i64, i64)> = Vec::new();
        let mut words: Vec<(&Path, Vec<&str>)> = Vec::new();
        for operand in operands {
            if let Some((path, least, most)) = bounds(operand) {
                match intervals.iter_mut().find(|(other, ..)| *other == path) {
                    Some((_, low, high)) => (*low, *high) = ((*low).max(least), (*high).min(most)),
                    None => intervals.push((path, least, most)),
                }
            }
            if let Some((path, allowed)) = literals(operand) {
                match words.iter_mut().find(|(other, _)| *other == path) {
                    Some((_, left)) => left.retain(|word| allowed.contains(word)),
                    None => words.push((path, allowed)),
                }
            }
        }
        let empty = intervals.iter().find(|(_, low, high)| low > high).map(|(path, ..)| *path);
        let empty = empty.or_else(|| words.iter().find(|(_, left)| left.is_empty()).map(|(path, _)| *path));
        if let Some(path) = empty {
            self.never(whole, format!(": its conditions on `{path}` contradict each other"));
        }
    }

    fn out_of_range(&mut self, whole: &Expression, path: &Path, (low, high): (i64, i64)) {
        let written = |number: i64| match unit_of(self.pack, path) {
            Some(unit) => unit.written(number),
            None => number.to_string(),
        };
        let range = match (low, high) {
            (low, i64::MAX) => format!("at least {}", written(low)),
            (low, high) => format!("between {} and {}", written(low), written(high)),
        };
        self.never(whole, format!(": `{path}` is {range}"));
    }

    fn never(&mut self, whole: &Expression, because: String) {
        self.push(Finding::NeverHolds { at: self.at.part(whole), part: self.words(whole), because });
    }

    /// `operand` is what is wrong in `whole`, if it is one of its operands alone.
    fn mismatch(&mut self, whole: &Expression, operand: Option<&Expression>, problem: String) {
        let at = self.at.part(whole);
        let at = operand.map_or_else(|| at.clone(), |operand| at.part(operand));
        self.push(Finding::TypeMismatch { at, part: self.words(whole), problem });
    }

    /// A part of a condition as its author writes it.
    fn words(&self, part: &Expression) -> String {
        units::expression(self.pack, part)
    }

    fn push(&mut self, finding: Finding) {
        if self.reported.insert(finding.to_string()) {
            self.found.push(finding);
        }
    }

    /// What is known about a path.
    fn known(&self, path: &Path) -> Known {
        let mut names = path.fragments().iter().map(Fragment::name);
        let (section, name) = (names.next().unwrap_or_default(), names.next().unwrap_or_default());
        let free = |kinds| Known { kinds, words: None, digits: None, range: (i64::MIN, i64::MAX) };
        let worded = |kinds, words: Vec<String>| Known { words: Some(words), ..free(kinds) };
        let statuses = || Status::ALL.iter().map(|status| status.name().to_owned()).collect();
        if let Some(list) = &self.list {
            let items = list.as_ref().filter(|_| section == "current" && name.is_empty());
            let outer = Conditions {
                pack: self.pack,
                on: self.on,
                at: self.at,
                found: &mut Vec::new(),
                reported: BTreeSet::new(),
                list: None,
            };
            return match items.map(|list| outer.known(list)) {
                Some(known) if known.words.is_some() => Known { kinds: Kinds::TEXT, ..known },
                _ => free(Kinds::ANY.without(Kinds::NULL)),
            };
        }
        let place = |kinds, digits| Known { digits: Some(digits), ..free(kinds) };
        let number = |range| Known { range, ..free(Kinds::INT) };
        match (section, name) {
            ("today", _) | ("report", "at") | ("visit", "arrive") | ("record", "since") => free(Kinds::DATE),
            ("visit", "leave") => free(Kinds::DATE.or(Kinds::NULL)),
            ("person", "checked") | ("visit", "open") => free(Kinds::BOOL),
            ("person", "status") => worded(Kinds::TEXT.or(Kinds::NULL), statuses()),
            ("person", "statuses") => worded(Kinds::LIST, statuses()),
            ("record", "status") => worded(Kinds::TEXT, statuses()),
            ("person", "exempt") => free(Kinds::LIST),
            ("visit", "mode") => {
                let modes = [Mode::Stay, Mode::DriveThrough, Mode::Rail, Mode::Air, Mode::OvernightOnRoad];
                worded(Kinds::TEXT, modes.iter().map(|mode| mode.name().to_owned()).collect())
            }
            ("visit", "province") => place(Kinds::TEXT.or(Kinds::NULL), 2),
            ("visit", "prefecture") => place(Kinds::TEXT.or(Kinds::NULL), 4),
            ("visit", "county") => place(Kinds::TEXT.or(Kinds::NULL), 6),
            ("visit", "level") => number((0, 3)),
            ("visit", "row_digits") => number((0, 12)),
            ("visit", "minutes" | "risk_minutes") => number((0, i64::MAX)),
            (_, "days_ago") => number((i64::MIN, i64::MAX)),
            ("measure", id) => match self.pack.measures.iter().find(|measure| measure.id == id) {
                None => free(Kinds::ANY),
                Some(measure) => {
                    let mut known = number(range(self.pack, measure));
                    if !matches!(
                        measure.count,
                        Count::Visits | Count::Minutes | Count::LongestMinutes | Count::DaysInARow | Count::ReportDays
                    ) {
                        known.kinds = Kinds::INT.or(Kinds::NULL);
                    }
                    known
                }
            },
            ("answers", id) => match self.pack.questions.iter().find(|question| question.id == id) {
                None => free(Kinds::ANY),
                Some(question) => {
                    let options = question.options.iter().map(|option| option.id.clone()).collect();
                    let mut known = match question.kind {
                        QuestionKind::YesNo => free(Kinds::BOOL),
                        QuestionKind::OneOf => worded(Kinds::TEXT, options),
                        QuestionKind::ManyOf => worded(Kinds::LIST, options),
                        QuestionKind::Number => {
                            let form = question.number.as_ref();
                            number(form.map_or((i64::MIN, i64::MAX), |form| (form.least, form.most)))
                        }
                        QuestionKind::Date => free(Kinds::DATE),
                        QuestionKind::Place => free(Kinds::TEXT),
                        QuestionKind::Trips => free(Kinds::LIST),
                    };
                    known.kinds = known.kinds.or(Kinds::NULL);
                    known
                }
            },
            _ => free(Kinds::ANY),
        }
    }
}

/// The paths that are not null, given that those in `sure` are not and that this operand was true or false.
fn with<'p>(sure: &[&'p Path], operand: &'p Expression, truth: bool) -> Vec<&'p Path> {
    let mut sure = sure.to_vec();
    imply(operand, truth, &mut sure);
    sure
}

fn imply<'p>(operand: &'p Expression, truth: bool, sure: &mut Vec<&'p Path>) {
    match (operand, truth) {
        (Expression::Var(path), true) => sure.push(path),
        (Expression::Not(inner), truth) => imply(inner, !truth, sure),
        (Expression::And(operands), true) => operands.iter().for_each(|operand| imply(operand, true, sure)),
        (Expression::Equal(two) | Expression::In(two), true) => {
            if let [Expression::Var(path), Expression::Text(_) | Expression::Int(_) | Expression::Array(_)] =
                two.as_ref()
            {
                sure.push(path);
            }
        }
        // A comparison that did not fail had no null operand.
        (Expression::Compare(..) | Expression::Between(..) | Expression::Plus(_) | Expression::PlusTime(..), _) => {
            for operand in operand.operands() {
                match operand {
                    Expression::Var(path) => sure.push(path),
                    other => imply(other, false, sure),
                }
            }
        }
        _ => {}
    }
}

/// The fact that is compared with a number, and the resulting bounds.
fn bounds(expression: &Expression) -> Option<(&Path, i64, i64)> {
    match expression {
        Expression::Compare(comparison, two) => match two.as_ref() {
            [Expression::Var(path), Expression::Int(number)] => match comparison {
                Comparison::Greater => Some((path, number + 1, i64::MAX)),
                Comparison::AtLeast => Some((path, *number, i64::MAX)),
                Comparison::Less => Some((path, i64::MIN, number - 1)),
                Comparison::AtMost => Some((path, i64::MIN, *number)),
                _ => None,
            },
            [Expression::Int(number), Expression::Var(path)] => match comparison {
                Comparison::Greater => Some((path, i64::MIN, number - 1)),
                Comparison::AtLeast => Some((path, i64::MIN, *number)),
                Comparison::Less => Some((path, number + 1, i64::MAX)),
                Comparison::AtMost => Some((path, *number, i64::MAX)),
                _ => None,
            },
            _ => None,
        },
        Expression::Between(comparison, three) => match (three.as_ref(), comparison) {
            ([Expression::Int(low), Expression::Var(path), Expression::Int(high)], Comparison::AtMost) => {
                Some((path, *low, *high))
            }
            ([Expression::Int(low), Expression::Var(path), Expression::Int(high)], Comparison::Less) => {
                Some((path, low + 1, high - 1))
            }
            _ => None,
        },
        Expression::Equal(two) => match two.as_ref() {
            [Expression::Var(path), Expression::Int(number)] => Some((path, *number, *number)),
            _ => None,
        },
        _ => None,
    }
}

/// The fact that must be one of several words, and the words.
fn literals(expression: &Expression) -> Option<(&Path, Vec<&str>)> {
    match expression {
        Expression::Equal(two) => match two.as_ref() {
            [Expression::Var(path), Expression::Text(word)] => Some((path, vec![&**word])),
            _ => None,
        },
        Expression::In(two) => match two.as_ref() {
            [Expression::Var(path), Expression::Array(items)] => {
                let words =
                    items.iter().map(|item| if let Expression::Text(word) = item { Some(&**word) } else { None });
                Some((path, words.collect::<Option<_>>()?))
            }
            _ => None,
        },
        _ => None,
    }
}

/// The minimum and maximum value of a measure.
pub(super) fn range(pack: &Pack, measure: &Measure) -> (i64, i64) {
    let days = measure.within.unwrap_or(pack.window).as_seconds() / DAY;
    match measure.count {
        Count::Visits => (0, i64::MAX),
        // The window begins at midnight, and today counts too.
        Count::Minutes | Count::LongestMinutes => (0, (days + 1) * DAY / 60),
        Count::DaysSinceVisit | Count::DaysSinceReport => (0, days),
        Count::DaysInARow | Count::ReportDays => (0, days + 1),
        Count::AnswerIn => (0, 1),
        Count::LevelHere | Count::LevelAt => (0, 3),
    }
}
