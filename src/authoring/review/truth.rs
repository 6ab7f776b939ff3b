//! Which conditions always hold, and which never, given the values that facts can have: bounds of answers and measures,
//! options, statuses, levels.
//!
//! A comparison with an unknown fact fails, so that what is found here is about facts that are known.

use super::conditions::Conditions;
use super::facts::{Facts, ValueTypes};
use super::finding::Finding;
use super::numbers::Numbers;
use super::possible::{Learned, Possible, Truth, Values, compared, literal, literals, meets};
use crate::authoring::units::unit_of;
use crate::rules::expression::text::count;
use crate::rules::expression::{Budget, Comparison, Condition, Expression, Fragment, Object, Path, Value};
use crate::rules::pack::QuestionKind;

impl Conditions<'_> {
    /// Reports what always or never holds in a condition, and facts whose 0 counts as false.
    pub(super) fn holds(&mut self, condition: &Expression) {
        self.zero_alone(condition, &Learned::default());
        let truth = self.truth(condition, &Learned::default());
        let mut paths = 0;
        condition.data_paths(&mut |_| paths += 1);
        if paths > 0 {
            self.whole(condition, truth, "");
        }
    }

    /// Whether a condition can be true for anybody.
    pub(super) fn can_hold(&mut self, condition: &Expression) -> bool {
        self.truth(condition, &Learned::default()).yes
    }

    pub(super) fn possible(&self, path: &Path, learned: &Learned) -> Possible {
        learned.of(&self.facts, path)
    }

    /// Reports something that is always true or never, unless a part of it was reported.
    fn whole(&mut self, whole: &Expression, truth: Truth, because: &str) {
        if let Some(always) = truth.constant().filter(|_| !self.constant) {
            self.constant(whole, always, because.to_owned());
        }
    }

    fn constant(&mut self, part: &Expression, always: bool, because: String) {
        if self.quiet {
            return;
        }
        self.constant = true;
        let (at, part) = (self.at.part(part), self.words(part));
        self.push(if always {
            Finding::AlwaysHolds { at, part, because }
        } else {
            Finding::NeverHolds { at, part, because }
        });
    }

    pub(super) fn truth(&mut self, expression: &Expression, learned: &Learned) -> Truth {
        match expression {
            Expression::Bool(value) => Truth::of(*value),
            Expression::Int(value) => Truth::of(*value != 0),
            Expression::Text(value) => Truth::of(!value.is_empty()),
            Expression::Array(items) => Truth::of(!items.is_empty()),
            Expression::Var(path) => self.possible(path, learned).truth(),
            Expression::Not(inner) => match inner.as_ref() {
                Expression::And(operands) if operands.iter().all(|one| matches!(one, Expression::Not(_))) => {
                    self.all(expression, operands, learned).flip()
                }
                Expression::Equal(_) | Expression::In(_) => self.comparison(expression, inner, learned).flip(),
                inner => {
                    self.zero_alone(inner, learned);
                    self.truth(inner, learned).flip()
                }
            },
            Expression::And(operands) => self.all(expression, operands, learned),
            Expression::If(three) => {
                let [guard, then, otherwise] = three.as_ref();
                self.zero_alone(guard, learned);
                let guarded = self.truth(guard, learned);
                let (mut held, mut failed) = (learned.clone(), learned.clone());
                held.assume(&self.facts, guard, true);
                failed.assume(&self.facts, guard, false);
                let (then, otherwise) = (self.truth(then, &held), self.truth(otherwise, &failed));
                match guarded.constant() {
                    Some(true) => then,
                    Some(false) => otherwise,
                    None => then.or(otherwise),
                }
            }
            Expression::Equal(_) | Expression::In(_) | Expression::Compare(..) | Expression::Between(..) => {
                self.comparison(expression, expression, learned)
            }
            Expression::Reduce(three) => {
                let [list, step, _] = three.as_ref();
                self.inside(std::slice::from_ref(list), learned);
                let items = if let Expression::Var(path) = list { Some(path.clone()) } else { None };
                let outer = self.facts.list.replace(items);
                if let Expression::If(three) = step {
                    self.inside(three.as_slice(), &Learned::default());
                }
                self.facts.list = outer;
                Truth::EITHER
            }
            _ => Truth::EITHER,
        }
    }

    /// Looks at operands that are conditions themselves.
    fn inside(&mut self, operands: &[Expression], learned: &Learned) {
        for operand in operands.iter().filter(|operand| is_condition(operand)) {
            self.truth(operand, learned);
        }
    }

    /// All operands of an `and`, or of what an `or` became; `whole` is the one or the other.
    fn all(&mut self, whole: &Expression, operands: &[Expression], learned: &Learned) -> Truth {
        let mut learned = learned.clone();
        let mut all = Truth::of(true);
        let mut contradiction = None;
        for (index, operand) in operands.iter().enumerate() {
            let truth = match guard(operand) {
                Some((path, known)) => {
                    self.zero(operands, index, path, &learned);
                    let truth = self.possible(path, &learned).truth();
                    if known { truth } else { truth.flip() }
                }
                None => self.truth(operand, &learned),
            };
            all.no |= truth.no;
            if truth.yes {
                learned.assume(&self.facts, operand, true);
            } else {
                all.yes = false;
                contradiction = contradiction.or_else(|| told(operand, &learned));
            }
        }
        if let Some(path) = contradiction {
            let path = self.fact(&path);
            if matches!(whole, Expression::Not(_)) {
                let because = format!(": its conditions on `{path}` leave no other value");
                self.whole(whole, all.flip(), &because);
            } else {
                let because = format!(": its conditions on `{path}` contradict each other");
                self.whole(whole, all, &because);
            }
        }
        all
    }

    /// A comparison: as the values of facts have it, and as what was learned of them has it. `shown` is the comparison,
    /// or what negates it.
    fn comparison(&mut self, shown: &Expression, whole: &Expression, learned: &Learned) -> Truth {
        self.inside(whole.operands(), learned);
        let negated = shown != whole;
        let everywhere = self.compares(whole, &Learned::default());
        if let Some(always) = everywhere.constant() {
            self.constant(shown, always != negated, self.because(whole, always, negated));
        }
        let here = self.compares(whole, learned);
        let unknown = matches!(whole, Expression::Equal(_) | Expression::In(_))
            && matches!(whole.operands(), [Expression::Var(path), other]
                if !other.is_null() && self.possible(path, learned).unknown);
        Truth { no: here.no || unknown, ..here }
    }

    /// Whether a comparison of known facts can be true, and whether it can be false.
    fn compares(&self, whole: &Expression, learned: &Learned) -> Truth {
        match whole {
            Expression::Equal(two) => {
                let [left, right] = two.as_ref();
                if right.is_null() {
                    let Expression::Var(path) = left else { return Truth::EITHER };
                    let possible = self.possible(path, learned);
                    return Truth { yes: possible.unknown, no: !possible.values.is_empty() };
                }
                if left == right && matches!(left, Expression::Var(_)) {
                    return Truth::of(true);
                }
                match (self.values(left, learned), self.values(right, learned)) {
                    (Some(a), Some(b)) => meets(&a, &b),
                    _ => Truth::EITHER,
                }
            }
            Expression::In(two) => match two.as_ref() {
                [item, Expression::Array(items)] => match (self.values(item, learned), literals(items)) {
                    (Some(a), Some(b)) => {
                        let (inside, outside) = (a.narrowed(&b, true), a.narrowed(&b, false));
                        Truth { yes: !inside.is_empty(), no: !outside.is_empty() }
                    }
                    _ => Truth::EITHER,
                },
                _ => Truth::EITHER,
            },
            // It fails, and decides nothing.
            Expression::Compare(..) | Expression::Between(..)
                if whole.operands().iter().any(|operand| self.is_missing(operand, learned)) =>
            {
                Truth { yes: false, no: false }
            }
            Expression::Compare(comparison, two) => {
                let [left, right] = two.as_ref();
                self.ordered(*comparison, left, right, learned)
            }
            Expression::Between(comparison, three) => {
                let [low, middle, high] = three.as_ref();
                if let Some((path, these)) = compared(whole)
                    && let Values::Numbers(numbers) = self.possible(path, learned).values
                {
                    return Truth { yes: !numbers.meet(&these).is_empty(), no: !numbers.without(&these).is_empty() };
                }
                let (a, b) =
                    (self.ordered(*comparison, low, middle, learned), self.ordered(*comparison, middle, high, learned));
                Truth { yes: a.yes && b.yes, no: a.no || b.no }
            }
            _ => Truth::EITHER,
        }
    }

    /// Whether a side of a comparison is a fact that is missing.
    fn is_missing(&self, side: &Expression, learned: &Learned) -> bool {
        match side {
            Expression::Var(path) => {
                let Possible { unknown, values } = self.possible(path, learned);
                unknown && values.is_empty()
            }
            Expression::PlusTime(date, ..) => self.is_missing(date, learned),
            _ => false,
        }
    }

    fn ordered(&self, comparison: Comparison, left: &Expression, right: &Expression, learned: &Learned) -> Truth {
        if comparison.of_date_times() {
            return self.dated(comparison, left, right);
        }
        if left == right && matches!(left, Expression::Var(_)) {
            return Truth::of(matches!(comparison, Comparison::AtLeast | Comparison::AtMost));
        }
        let ends = |side| match self.values(side, learned)? {
            Values::Numbers(numbers) => numbers.ends(),
            _ => None,
        };
        let (Some((a, b)), Some((c, d))) = (ends(left), ends(right)) else { return Truth::EITHER };
        match comparison {
            Comparison::Less => Truth { yes: a < d, no: b >= c },
            Comparison::AtMost => Truth { yes: a <= d, no: b > c },
            Comparison::Greater => Truth { yes: b > c, no: a <= d },
            _ => Truth { yes: b >= c, no: a < d },
        }
    }

    /// The values that a side of a comparison can have, if they are limited.
    fn values(&self, side: &Expression, learned: &Learned) -> Option<Values> {
        match side {
            Expression::Var(path) => match self.possible(path, learned).values {
                Values::Any | Values::True => None,
                values => Some(values),
            },
            Expression::Plus(two) => {
                let [left, right] = two.as_ref();
                let (Values::Numbers(left), Values::Numbers(right)) =
                    (self.values(left, learned)?, self.values(right, learned)?)
                else {
                    return None;
                };
                let ((a, b), (c, d)) = (left.ends()?, right.ends()?);
                Some(Values::Numbers(Numbers::span(a.saturating_add(c), b.saturating_add(d))))
            }
            Expression::If(three) => {
                let [_, then, otherwise] = three.as_ref();
                match self.values(then, learned)?.join(&self.values(otherwise, learned)?) {
                    Values::Any | Values::True => None,
                    values => Some(values),
                }
            }
            Expression::Reduce(three) => self.counted(three).map(|most| {
                let [list, ..] = three.as_ref();
                // Whoever has answered has chosen something, if they must.
                let whole = three.as_slice() == count(list.clone(), None).operands();
                let some = matches!(list, Expression::Var(path) if self.possible(path, learned).values == Values::True);
                Values::Numbers(Numbers::span(i64::from(whole && some), most))
            }),
            other => literal(other),
        }
    }

    /// The most that a `count` can give.
    fn counted(&self, three: &[Expression; 3]) -> Option<i64> {
        let [list, step, _] = three;
        let condition = if let Expression::If(branches) = step { branches.first() } else { None };
        if three.as_slice() != count(list.clone(), condition.cloned()).operands() {
            return None;
        }
        let Expression::Var(path) = list else { return Some(i64::MAX) };
        let options = path.fragments().get(1).and_then(|name| {
            let asked = |id: &str| self.facts.pack.questions.iter().find(|question| question.id == id);
            asked(name.name()).filter(|question| {
                question.kind == QuestionKind::ManyOf && path.fragments().len() == 2 && self.facts.list.is_none()
            })
        });
        let Some(question) = options else { return Some(i64::MAX) };
        let current = Path::new("current").ok()?;
        let matches = |word: &str| {
            let Some(condition) = condition else { return true };
            let facts = Facts { pack: self.facts.pack, list: Some(Some(path.clone())) };
            let mut found = Vec::new();
            let mut of_item = Conditions { quiet: true, ..Conditions::new(facts, self.on, self.at, &mut found) };
            let mut learned = Learned::default();
            learned.set(&current, Possible { unknown: false, values: Values::Words([word.to_owned()].into()) });
            of_item.truth(condition, &learned).yes
        };
        let matching = question.options.iter().filter(|option| matches(&option.id));
        let (alone, together): (Vec<_>, Vec<_>) = matching.partition(|option| option.alone);
        i64::try_from(together.len().max(usize::from(!alone.is_empty()))).ok()
    }

    /// Why a comparison is always or never true: what its fact can be.
    fn because(&self, whole: &Expression, always: bool, negated: bool) -> String {
        let operands = whole.operands();
        if let [left, right] = operands
            && left == right
        {
            return ": both sides are the same".to_owned();
        }
        if let Expression::Compare(comparison, _) | Expression::Between(comparison, _) = whole
            && comparison.of_date_times()
        {
            return self.dated_because(operands);
        }
        let side = operands.iter().find(|side| matches!(side, Expression::Var(_)));
        let side = side
            .or_else(|| operands.iter().find(|side| literal(side).is_none() && !matches!(side, Expression::Array(_))));
        let Some(side) = side else { return String::new() };
        let fact = match (side, &self.facts.list) {
            (Expression::Var(_), Some(Some(list))) => list.to_string(),
            _ => self.words(side),
        };
        if let [Expression::Var(path), null] = operands
            && null.is_null()
        {
            let unknown = self.possible(path, &Learned::default()).unknown;
            return format!(": `{fact}` is {} known", if unknown { "never" } else { "always" });
        }
        let can_be = match self.values(side, &Learned::default()) {
            Some(Values::Numbers(numbers)) => self.ends(side, &numbers),
            Some(Values::Words(words)) => words.into_iter().collect::<Vec<_>>().join(" or "),
            _ => return String::new(),
        };
        // Of what is unknown it is not true.
        let unless = match side {
            Expression::Var(path)
                if always
                    && matches!(whole, Expression::Equal(_) | Expression::In(_))
                    && self.possible(path, &Learned::default()).unknown =>
            {
                let known = if negated { "is not known" } else { "is known" };
                format!(" wherever it is known, and `{fact} {known}` says that")
            }
            _ => String::new(),
        };
        format!(": `{fact}` is {can_be}{unless}")
    }

    fn ends(&self, side: &Expression, numbers: &Numbers) -> String {
        let written = |number: i64| match side {
            Expression::Var(path) => {
                unit_of(self.facts.pack, path).map_or_else(|| number.to_string(), |unit| unit.written(number))
            }
            _ => number.to_string(),
        };
        if let Some(few) = numbers.few() {
            return few.into_iter().map(written).collect::<Vec<_>>().join(" or ");
        }
        match numbers.ends() {
            Some((low, i64::MAX)) => format!("at least {}", written(low)),
            Some((low, high)) if low == high => format!("always {}", written(low)),
            Some((low, high)) => format!("between {} and {}", written(low), written(high)),
            None => "nothing".to_owned(),
        }
    }

    /// A fact as a condition of its own.
    fn zero_alone(&mut self, condition: &Expression, learned: &Learned) {
        if let Expression::Var(path) = condition {
            self.zero(std::slice::from_ref(condition), 0, path, learned);
        }
    }

    /// Reports a fact that stands as a condition where its 0, or its empty list, counts as false and matters: beside
    /// comparisons of the same fact that 0 meets, or for want of any, where it counts as what is unknown does.
    fn zero(&mut self, operands: &[Expression], index: usize, path: &Path, learned: &Learned) {
        let Possible { unknown, values } = self.possible(path, learned);
        let kinds = self.facts.known(path).kinds;
        let counts = kinds.meets(ValueTypes::INT)
            && matches!(&values, Values::Numbers(numbers) if numbers.contains(0) && *numbers != Numbers::span(0, 1));
        let lists = kinds.without(ValueTypes::NULL) == ValueTypes::LIST && self.can_be_empty(path);
        if self.quiet || !(counts || lists) {
            return;
        }
        let others = operands.iter().enumerate().filter(|(other, operand)| *other != index && reads(operand, path));
        let others: Vec<_> = others.map(|(_, operand)| operand).collect();
        let matters = if lists {
            // Whether anything is chosen is often all that is asked.
            !others.is_empty() && others.iter().all(|operand| of_empty(operand, path))
        } else {
            let mut at_zero = learned.clone();
            at_zero.set(path, Possible { unknown: false, values: Values::Numbers(Numbers::one(0)) });
            self.quiet = true;
            let all = others.iter().all(|operand| self.truth(operand, &at_zero).yes);
            self.quiet = false;
            all && (unknown || !others.is_empty())
        };
        if !matters {
            return;
        }
        let fact = path.to_string();
        let (value, some) =
            if lists { ("an empty list", format!("count({fact}) > 0")) } else { ("0", format!("{fact} > 0")) };
        let instead = if unknown {
            format!("write `{fact} is known`, and `{some}` behind it if {value} is not meant")
        } else {
            format!("write `{some}` if {value} is not meant, or leave it out")
        };
        let at = self.at.part(&Expression::Var(path.clone()));
        self.push(Finding::ZeroIsFalse { at, fact, value, instead });
    }

    /// Whether a list may have nothing in it: an answer need not, if one option says that nothing fits.
    pub(super) fn can_be_empty(&self, path: &Path) -> bool {
        let mut names = path.fragments().iter().map(Fragment::name);
        let asked = names.next() == Some("answers");
        let id = names.next().unwrap_or_default();
        let question = self.facts.pack.questions.iter().find(|question| asked && question.id == id);
        question.is_none_or(|question| !question.required || !question.options.iter().any(|option| option.alone))
    }
}

/// Whether a condition that reads nothing else holds of an empty list.
fn of_empty(condition: &Expression, path: &Path) -> bool {
    let mut alone = true;
    condition.data_paths(&mut |read| alone &= read == path);
    let empty = Value::Array(Vec::new());
    let data = path
        .fragments()
        .iter()
        .rev()
        .fold(empty, |inner, name| Value::Object(Object::with_capacity(1).with(name.name().to_owned(), inner)));
    let condition = Condition::new(condition.clone()).ok().filter(|_| alone);
    condition.is_some_and(|condition| condition.holds(&data, &mut Budget::default()).unwrap_or(false))
}

/// The fact that stands as a condition, and whether it holds if the fact is there.
fn guard(operand: &Expression) -> Option<(&Path, bool)> {
    match operand {
        Expression::Var(path) => Some((path, true)),
        Expression::Not(inner) => match inner.as_ref() {
            Expression::Var(path) => Some((path, false)),
            _ => None,
        },
        _ => None,
    }
}

const fn is_condition(operand: &Expression) -> bool {
    matches!(
        operand,
        Expression::Not(_)
            | Expression::And(_)
            | Expression::If(_)
            | Expression::Equal(_)
            | Expression::In(_)
            | Expression::Compare(..)
            | Expression::Between(..)
            | Expression::Reduce(_)
    )
}

fn reads(operand: &Expression, path: &Path) -> bool {
    let mut found = false;
    operand.data_paths(&mut |read| found |= read == path);
    found
}

/// The first fact of an operand of which something was learned.
fn told(operand: &Expression, learned: &Learned) -> Option<Path> {
    let mut found = None;
    operand.data_paths(&mut |path| {
        if found.is_none() && learned.knows(path) {
            found = Some(path.clone());
        }
    });
    found
}
