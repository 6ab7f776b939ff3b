//! Checks conditions against the types of their facts: kinds, words and bounds that can never match, and facts that may
//! be missing.

use std::collections::BTreeSet;

use super::facts::{Facts, ValueTypes};
use super::finding::{Finding, Severity};
use super::places::of_place;
use super::times::utc_midnight;
use crate::authoring::units::{self, at_offset};
use crate::place::Place;
use crate::rules::expression::{Budget, Comparison, Condition, Expression, Path, Value, evaluate};
use crate::rules::location::Location;
use crate::rules::pack::On;

/// The place of a condition, and its findings.
pub(super) struct Conditions<'a> {
    pub(super) facts: Facts<'a>,
    pub(super) on: On,
    pub(super) at: &'a Location,
    pub(super) found: &'a mut Vec<Finding>,
    /// What was reported, in words, so that nothing is reported twice.
    pub(super) reported: BTreeSet<String>,
    /// Whether nothing is reported.
    pub(super) quiet: bool,
    /// Whether something that always or never holds was reported.
    pub(super) constant: bool,
}

impl<'a> Conditions<'a> {
    pub(super) const fn new(facts: Facts<'a>, on: On, at: &'a Location, found: &'a mut Vec<Finding>) -> Self {
        Self { facts, on, at, found, reported: BTreeSet::new(), quiet: false, constant: false }
    }

    pub(super) fn check(&mut self, condition: &Expression) {
        let before = self.found.len();
        self.kinds(condition, &[]);
        let mut found = self.found.iter().skip(before);
        if found.any(|finding| finding.severity() == Severity::Error) {
            return;
        }
        self.holds(condition);
        let mut paths = 0;
        condition.data_paths(&mut |_| paths += 1);
        let fixed = (paths == 0 && !self.constant).then(|| Condition::new(condition.clone()).ok()).flatten();
        let fixed = fixed.map(|condition| condition.holds(&Value::Null, &mut Budget::default()));
        let (at, part, because) = (self.at.part(condition), self.words(condition), String::new());
        match fixed {
            Some(Ok(false)) => self.found.push(Finding::NeverHolds { at, part, because }),
            Some(Ok(true)) if self.on == On::Person => self.found.push(Finding::AlwaysHolds { at, part, because }),
            _ => {}
        }
    }

    /// The kinds of values that an expression can have, given that the paths in `sure` are not null.
    fn kinds(&mut self, expression: &Expression, sure: &[&Path]) -> ValueTypes {
        match expression {
            null if null.is_null() => ValueTypes::NULL,
            Expression::Bool(_) => ValueTypes::BOOL,
            Expression::Int(_) => ValueTypes::INT,
            Expression::Text(_) => ValueTypes::TEXT,
            Expression::Array(items) => {
                items.iter().for_each(|item| {
                    self.kinds(item, sure);
                });
                ValueTypes::LIST
            }
            Expression::Var(path) => {
                let kinds = self.facts.known(path).kinds;
                if sure.contains(&path) { kinds.without(ValueTypes::NULL) } else { kinds }
            }
            Expression::If(three) => {
                let [guard, then, otherwise] = three.as_ref();
                self.kinds(guard, sure);
                let then = self.kinds(then, &with(sure, guard, true));
                then.or(self.kinds(otherwise, &with(sure, guard, false)))
            }
            Expression::And(operands) => {
                let mut sure = sure.to_vec();
                let mut kinds = ValueTypes::NONE;
                for operand in operands {
                    kinds = kinds.or(self.kinds(operand, &sure));
                    sure = with(&sure, operand, true);
                }
                kinds
            }
            Expression::Not(operand) => {
                self.kinds(operand, sure);
                ValueTypes::BOOL
            }
            Expression::Equal(two) => {
                let [left, right] = two.as_ref();
                let (a, b) = (self.kinds(left, sure), self.kinds(right, sure));
                self.equal(expression, [left, right], [a, b]);
                ValueTypes::BOOL
            }
            Expression::In(two) => self.within(expression, two, sure),
            Expression::Plus(two) => {
                let [left, right] = two.as_ref();
                let kinds = [self.kinds(left, sure), self.kinds(right, sure)];
                if let Some((part, instead)) = self.instead_of_sum([left, right], kinds) {
                    let problem = format!("a date is moved by days or hours; write `{instead}`");
                    self.push(Finding::TypeMismatch { at: self.at.part(expression), part, problem });
                    return ValueTypes::MOMENT;
                }
                two.iter().for_each(|operand| self.need(expression, operand, ValueTypes::INT, sure));
                ValueTypes::INT
            }
            Expression::Compare(comparison, two) => self.compared(expression, *comparison, two.as_slice(), sure),
            Expression::Between(comparison, three) => self.compared(expression, *comparison, three.as_slice(), sure),
            Expression::PlusTime(date, ..) => {
                self.date(expression, date, sure);
                ValueTypes::MOMENT
            }
            Expression::Reduce(three) => self.reduce(expression, three, sure),
            Expression::ExtractFromUvci(text, _) => {
                self.need(expression, text, ValueTypes::TEXT.or(ValueTypes::NULL), sure);
                ValueTypes::TEXT.or(ValueTypes::NULL)
            }
            Expression::DccDateOfBirth(text) => {
                self.need(expression, text, ValueTypes::TEXT, sure);
                ValueTypes::MOMENT
            }
        }
    }

    /// Reports an operand that never, or not always, has the kind that an operation needs.
    fn need(&mut self, whole: &Expression, operand: &Expression, needed: ValueTypes, sure: &[&Path]) {
        let kinds = self.kinds(operand, sure);
        if !kinds.meets(needed) {
            let (is, needs) = (kinds.words(), needed.words());
            let problem = format!("`{}` is {is}, but {needs} is needed", self.words(operand));
            self.mismatch(whole, Some(operand), problem);
        } else if kinds.meets(ValueTypes::NULL) && !needed.meets(ValueTypes::NULL) {
            let fact = match operand {
                Expression::PlusTime(date, ..) => date,
                operand => operand,
            };
            let at = self.at.part(whole).part(fact);
            self.push(Finding::MeetsNull { at, fact: fact.to_string(), guard: self.guard(fact) });
        }
    }

    /// What to begin with so that a fact is known: the fact itself, unless it has values that count as false.
    fn guard(&self, fact: &Expression) -> String {
        if let Expression::Var(path) = fact {
            let known = self.facts.known(path);
            let empty = known.kinds.meets(ValueTypes::LIST)
                || (known.kinds.meets(ValueTypes::INT) && known.range.0 <= 0 && known.range.1 >= 0)
                || (known.kinds.meets(ValueTypes::TEXT) && known.words.is_none() && !self.facts.is_place(path));
            if !empty {
                return fact.to_string();
            }
        }
        let unknown = Expression::Equal(Box::new([fact.clone(), Expression::null()]));
        Expression::Not(Box::new(unknown)).to_string()
    }

    fn date(&mut self, whole: &Expression, date: &Expression, sure: &[&Path]) {
        match date {
            Expression::Text(text) => {
                if let Some(time) = utc_midnight(text, self.facts.pack.clock()) {
                    let local = at_offset(time, self.facts.pack.clock().offset_at(time));
                    self.push(Finding::UtcMidnight { at: self.at.part(whole).part(date), local });
                }
                if evaluate(whole, &Value::Null, &mut Budget::default()).is_err() {
                    self.mismatch(whole, Some(date), format!("`{text}` is not a date"));
                }
            }
            date => self.need(whole, date, ValueTypes::DATE, sure),
        }
    }

    fn compared(
        &mut self,
        whole: &Expression,
        comparison: Comparison,
        operands: &[Expression],
        sure: &[&Path],
    ) -> ValueTypes {
        let kinds: Vec<_> = operands.iter().map(|operand| self.kinds(operand, sure)).collect();
        if let Some(instead) = self.instead_of_sign(comparison, operands, &kinds) {
            let problem = format!("dates are compared in words; write `{instead}`");
            self.mismatch(whole, None, problem);
            return ValueTypes::BOOL;
        }
        let needed = if comparison.of_date_times() { ValueTypes::MOMENT } else { ValueTypes::INT };
        operands.iter().for_each(|operand| self.need(whole, operand, needed, sure));
        self.same_unit(whole);
        ValueTypes::BOOL
    }

    /// Reports facts that are compared or added and are counted in different units: 3 hours are not more than 90 minutes to
    /// a comparison of 3 with 90.
    fn same_unit(&mut self, whole: &Expression) {
        let mut facts = Vec::new();
        whole.operands().iter().for_each(|operand| counted_facts(operand, &mut facts));
        let pack = self.facts.pack;
        let scaled = facts.iter().filter_map(|path| Some((*path, units::scale(pack, path)?)));
        let mut scaled = scaled.filter(|_| self.facts.list.is_none());
        let Some((first, (of, many, by))) = scaled.next() else { return };
        // `many / by` is not `other_many / other_by`.
        let other = scaled.find(|(_, (other, other_many, other_by))| {
            *other != of || many.saturating_mul(*other_by) != other_many.saturating_mul(by)
        });
        if let Some((other, _)) = other {
            let counted = |path| units::counted_in(pack, path).map(|(counted, _)| counted).unwrap_or_default();
            let problem = format!("`{first}` is counted in {}, but `{other}` in {}", counted(first), counted(other));
            self.mismatch(whole, None, problem);
        }
    }

    fn equal(&mut self, whole: &Expression, sides: [&Expression; 2], [a, b]: [ValueTypes; 2]) {
        // Whether something is known at all.
        if sides.iter().any(|side| side.is_null()) {
            return;
        }
        // To this operation, a date is a text.
        let as_text =
            |kinds: ValueTypes| if kinds.meets(ValueTypes::DATE) { kinds.or(ValueTypes::TEXT) } else { kinds };
        if !as_text(a).meets(as_text(b)) {
            let mut problem = format!("{} is compared with {}, which are never equal", a.words(), b.words());
            if let Some(instead) = self.instead_of_equal(whole, sides, [a, b]) {
                problem.push_str(&format!("; write `{instead}`"));
            }
            return self.mismatch(whole, None, problem);
        }
        self.same_unit(whole);
        let [left, right] = sides;
        if let Some(instead) = self.by_identity(left, right, [a, b]) {
            return self.mismatch(whole, None, instead);
        }
        match sides {
            [Expression::Var(path), Expression::Text(word)] | [Expression::Text(word), Expression::Var(path)] => {
                self.word(whole, path, word);
            }
            _ => {}
        }
    }

    /// Lists and date-times equal only themselves, and a date only a text that is written to the millisecond: what to
    /// compare instead.
    fn by_identity(&self, left: &Expression, right: &Expression, [a, b]: [ValueTypes; 2]) -> Option<String> {
        let only = |kinds: ValueTypes, kind: ValueTypes| {
            kinds.meets(kind) && !kinds.without(ValueTypes::NULL).without(kind).meets(ValueTypes::ANY)
        };
        let fact = |side: &Expression| matches!(side, Expression::Var(_));
        if left == right && fact(left) {
            return None;
        }
        let literal = |side: &Expression| matches!(side, Expression::Array(_));
        if literal(left) || literal(right) || (only(a, ValueTypes::LIST) && only(b, ValueTypes::LIST)) {
            let (list, items) = if literal(left) { (right, left) } else { (left, right) };
            let item = match items.operands() {
                [item @ Expression::Text(_)] if literal(items) => item.to_string().replace('"', "'"),
                _ => "…".to_owned(),
            };
            let list = self.words(list);
            return Some(format!(
                "two lists are never equal; write `{item} in {list}`, `any({list} where …)` or `count({list}) == …`"
            ));
        }
        if only(a, ValueTypes::MOMENT) && only(b, ValueTypes::MOMENT) {
            return Some("two date-times are never equal; write `not before` and `not after`".to_owned());
        }
        let text = match (left, right) {
            (Expression::Text(text), _) if only(b, ValueTypes::DATE) => text,
            (_, Expression::Text(text)) if only(a, ValueTypes::DATE) => text,
            _ => return None,
        };
        // `2020-02-10T16:00:00.000Z`
        (text.len() != 24 || !text.ends_with('Z'))
            .then(|| "a date is a moment, which equals no such text; write `not before` and `not after`".to_owned())
    }

    fn within(&mut self, whole: &Expression, two: &[Expression; 2], sure: &[&Path]) -> ValueTypes {
        let [item, list] = two;
        let kinds = self.kinds(item, sure);
        self.need(whole, list, ValueTypes::LIST, sure);
        if !kinds.without(ValueTypes::NULL).without(ValueTypes::LIST).meets(ValueTypes::ANY)
            && !matches!(list, Expression::Array(_))
        {
            let problem = format!("`{}` is a list, and no list has a list in it", self.words(item));
            self.mismatch(whole, Some(item), problem);
        }
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
        ValueTypes::BOOL
    }

    fn reduce(&mut self, whole: &Expression, three: &[Expression; 3], sure: &[&Path]) -> ValueTypes {
        let [list, step, first] = three;
        self.need(whole, list, ValueTypes::LIST.or(ValueTypes::NULL), sure);
        let first = self.kinds(first, sure);
        let items = if let Expression::Var(path) = list { Some(path.clone()) } else { None };
        let outer = self.facts.list.replace(items);
        let kinds = self.kinds(step, &[]);
        self.facts.list = outer;
        first.or(kinds)
    }

    fn word(&mut self, whole: &Expression, path: &Path, word: &str) {
        let known = self.facts.known(path);
        let fact = self.fact(path);
        let at = || self.at.part(whole).part(&Expression::Text(word.into()));
        if let Some(words) = known.words.filter(|words| !words.iter().any(|known| known == word)) {
            let (at, word, known) = (at(), word.into(), words.join(", "));
            self.push(Finding::UnknownWord { at, fact, word, known });
        } else if let Some(digits) = known.digits
            && (word.len() != digits || !word.bytes().all(|byte| byte.is_ascii_digit()))
            && !is_abroad(word, digits)
        {
            let (at, word, known) = (at(), word.into(), format!("a place code of {digits} digits"));
            self.push(Finding::UnknownWord { at, fact, word, known });
        } else if self.facts.is_place(path)
            && let Ok(place) = Place::parse(word)
        {
            // Of some edition: who reads the diary reads places as they were then.
            let pack = self.facts.pack;
            let day = pack.clock().date(pack.valid_from);
            if let Some(found) = of_place(&at(), place, day, false) {
                self.push(found);
            }
        }
    }

    /// The name of a path: inside a list, that of the list.
    pub(super) fn fact(&self, path: &Path) -> String {
        match &self.facts.list {
            Some(Some(list)) => list.to_string(),
            _ => path.to_string(),
        }
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
    pub(super) fn words(&self, part: &Expression) -> String {
        units::expression(self.facts.pack, part)
    }

    pub(super) fn push(&mut self, finding: Finding) {
        if !self.quiet && self.reported.insert(finding.to_string()) {
            self.found.push(finding);
        }
    }
}

/// The facts whose numbers a side of a comparison has.
pub(super) fn counted_facts<'e>(side: &'e Expression, facts: &mut Vec<&'e Path>) {
    match side {
        Expression::Var(path) => facts.push(path),
        Expression::Plus(two) => two.iter().for_each(|operand| counted_facts(operand, facts)),
        Expression::If(three) => three.iter().skip(1).for_each(|branch| counted_facts(branch, facts)),
        _ => {}
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
        (Expression::Equal(two), false) => {
            if let [Expression::Var(path), null] = two.as_ref()
                && null.is_null()
            {
                sure.push(path);
            }
        }
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

/// Whether it is the code of a country, or of a part of one, as visits abroad have them in the place of so many digits.
fn is_abroad(word: &str, digits: usize) -> bool {
    let place = Place::parse(word).ok().filter(|place| place.is_abroad());
    let level = u8::try_from(digits).ok();
    place.zip(level).and_then(|(place, level)| place.digits(level)).as_deref() == Some(word)
}
