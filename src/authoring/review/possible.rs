//! What facts can be: the values that they have, and what is learned of them from conditions that were true or false.

use std::collections::BTreeSet;

use super::facts::{Facts, ValueTypes};
use super::numbers::Numbers;
use crate::rules::expression::{Comparison, Expression, Path};

/// How many alternatives are followed up for what they say together; more of them say nothing.
const ALTERNATIVES: usize = 16;

/// Whether something can be true, and whether it can be false.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Truth {
    pub(super) yes: bool,
    pub(super) no: bool,
}

impl Truth {
    pub(super) const EITHER: Self = Self { yes: true, no: true };

    pub(super) const fn of(value: bool) -> Self {
        Self { yes: value, no: !value }
    }

    pub(super) const fn flip(self) -> Self {
        Self { yes: self.no, no: self.yes }
    }

    pub(super) const fn or(self, other: Self) -> Self {
        Self { yes: self.yes || other.yes, no: self.no || other.no }
    }

    /// What it always is.
    pub(super) const fn constant(self) -> Option<bool> {
        if self.yes == self.no { None } else { Some(self.yes) }
    }
}

/// The values that a fact can have where it is known.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Values {
    Any,
    /// Any that counts as true: a date, a place, a list with something in it.
    True,
    /// Integers; `true` is 1 and `false` 0.
    Numbers(Numbers),
    Words(BTreeSet<String>),
}

impl Values {
    pub(super) fn is_empty(&self) -> bool {
        match self {
            Self::Any | Self::True => false,
            Self::Numbers(numbers) => numbers.is_empty(),
            Self::Words(words) => words.is_empty(),
        }
    }

    pub(super) fn join(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::Numbers(a), Self::Numbers(b)) => Self::Numbers(a.join(b)),
            (Self::Words(a), Self::Words(b)) => Self::Words(a.union(b).cloned().collect()),
            (Self::True, Self::True) => Self::True,
            _ => Self::Any,
        }
    }

    /// The values that are among these; if `among` is false, the others.
    pub(super) fn narrowed(&self, these: &Self, among: bool) -> Self {
        match (self, these) {
            (Self::Numbers(a), Self::Numbers(b)) => Self::Numbers(if among { a.meet(b) } else { a.without(b) }),
            (Self::Words(a), Self::Words(b)) => {
                Self::Words(a.iter().filter(|word| b.contains(*word) == among).cloned().collect())
            }
            (Self::Any | Self::True, these) if among => these.clone(),
            _ => self.clone(),
        }
    }
}

/// What a fact can be at some point of a condition.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Possible {
    pub(super) unknown: bool,
    pub(super) values: Values,
}

impl Possible {
    fn of(facts: &Facts<'_>, path: &Path) -> Self {
        let known = facts.known(path);
        let values = match (known.kinds.without(ValueTypes::NULL), known.words) {
            (ValueTypes::INT, _) if !known.only.is_empty() => Values::Numbers(Numbers::these(known.only)),
            (ValueTypes::INT, _) => Values::Numbers(Numbers::span(known.range.0, known.range.1)),
            (ValueTypes::BOOL, _) => Values::Numbers(Numbers::span(0, 1)),
            (ValueTypes::TEXT, Some(words)) => Values::Words(words.into_iter().collect()),
            _ => Values::Any,
        };
        Self { unknown: known.kinds.meets(ValueTypes::NULL), values }
    }

    pub(super) fn truth(&self) -> Truth {
        let known = match &self.values {
            Values::Any => Truth::EITHER,
            Values::True => Truth::of(true),
            Values::Numbers(numbers) => {
                Truth { yes: !numbers.without(&Numbers::one(0)).is_empty(), no: numbers.contains(0) }
            }
            Values::Words(words) => Truth { yes: words.iter().any(|word| !word.is_empty()), no: words.contains("") },
        };
        Truth { no: known.no || self.unknown, ..known }
    }
}

/// What was learned of facts from the conditions before.
#[derive(Clone, Default)]
pub(super) struct Learned(Vec<(Path, Possible)>);

impl Learned {
    pub(super) fn of(&self, facts: &Facts<'_>, path: &Path) -> Possible {
        match self.0.iter().find(|(known, _)| known == path) {
            Some((_, possible)) => possible.clone(),
            None => Possible::of(facts, path),
        }
    }

    pub(super) fn set(&mut self, path: &Path, possible: Possible) {
        match self.0.iter_mut().find(|(known, _)| known == path) {
            Some((_, known)) => *known = possible,
            None => self.0.push((path.clone(), possible)),
        }
    }

    /// A fact is known, and among these values or not.
    fn among(&mut self, facts: &Facts<'_>, path: &Path, these: &Values, among: bool) {
        let values = self.of(facts, path).values.narrowed(these, among);
        self.set(path, Possible { unknown: false, values });
    }

    /// What is learned by a condition that is true or false.
    pub(super) fn assume(&mut self, facts: &Facts<'_>, condition: &Expression, truth: bool) {
        match (condition, truth) {
            (Expression::Var(path), true) => {
                self.among(facts, path, &Values::Numbers(Numbers::one(0)), false);
                self.among(facts, path, &Values::Words([String::new()].into()), false);
            }
            (Expression::Var(path), false) => {
                let Possible { unknown, values } = self.of(facts, path);
                let values = match values {
                    Values::Any => Values::Any,
                    Values::True => Values::Numbers(Numbers::span(1, 0)),
                    Values::Numbers(numbers) => Values::Numbers(numbers.meet(&Numbers::one(0))),
                    Values::Words(words) => Values::Words(words.into_iter().filter(String::is_empty).collect()),
                };
                self.set(path, Possible { unknown, values });
            }
            (Expression::Not(inner), truth) => self.assume(facts, inner, !truth),
            (Expression::And(operands), true) => {
                operands.iter().for_each(|operand| self.assume(facts, operand, true));
            }
            (Expression::And(operands), false) if operands.len() <= ALTERNATIVES => {
                let alternatives = operands.iter().enumerate().map(|(last, operand)| {
                    let mut learned = self.clone();
                    operands.iter().take(last).for_each(|before| learned.assume(facts, before, true));
                    learned.assume(facts, operand, false);
                    learned
                });
                if let Some(joined) = alternatives.reduce(|a, b| a.or(&b, facts)) {
                    *self = joined;
                }
            }
            (Expression::Equal(two), truth) => match two.as_ref() {
                [Expression::Var(path), null] if null.is_null() => {
                    let possible = self.of(facts, path);
                    let nothing = Values::Numbers(Numbers::span(1, 0));
                    let values = if truth { nothing } else { possible.values };
                    self.set(path, Possible { unknown: truth, values });
                }
                [Expression::Var(path), other] | [other, Expression::Var(path)] => {
                    if let Some(these) = literal(other) {
                        self.one_of(facts, path, &these, truth);
                    }
                }
                _ => {}
            },
            (Expression::In(two), truth) => {
                if let [Expression::Var(path), Expression::Array(items)] = two.as_ref()
                    && let Some(these) = literals(items)
                {
                    self.one_of(facts, path, &these, truth);
                }
            }
            (Expression::Compare(..) | Expression::Between(..), truth) => {
                if let Some((path, these)) = compared(condition) {
                    self.among(facts, path, &Values::Numbers(these), truth);
                } else {
                    // A comparison that did not fail had no unknown operand.
                    for operand in condition.operands() {
                        if let Expression::Var(path) = operand {
                            let values = self.of(facts, path).values;
                            self.set(path, Possible { unknown: false, values });
                        }
                    }
                }
            }
            _ => {}
        }
    }

    /// A fact equals one of these, or none of them, be it because it is unknown.
    fn one_of(&mut self, facts: &Facts<'_>, path: &Path, these: &Values, truth: bool) {
        let unknown = self.of(facts, path).unknown && !truth;
        self.among(facts, path, these, truth);
        let values = self.of(facts, path).values;
        self.set(path, Possible { unknown, values });
    }

    /// What either says.
    fn or(&self, other: &Self, facts: &Facts<'_>) -> Self {
        let paths: Vec<_> = self.0.iter().map(|(path, _)| path).filter(|path| other.knows(path)).collect();
        let joined = paths.into_iter().map(|path| {
            let (a, b) = (self.of(facts, path), other.of(facts, path));
            // What cannot be known at all says nothing about values.
            let values = if a.values.is_empty() {
                b.values
            } else if b.values.is_empty() {
                a.values
            } else {
                a.values.join(&b.values)
            };
            (path.clone(), Possible { unknown: a.unknown || b.unknown, values })
        });
        Self(joined.collect())
    }

    pub(super) fn knows(&self, path: &Path) -> bool {
        self.0.iter().any(|(known, _)| known == path)
    }
}

/// A literal as the only value.
pub(super) fn literal(expression: &Expression) -> Option<Values> {
    match expression {
        Expression::Bool(value) => Some(Values::Numbers(Numbers::one(i64::from(*value)))),
        Expression::Int(value) => Some(Values::Numbers(Numbers::one(*value))),
        Expression::Text(word) => Some(Values::Words([String::from(&**word)].into())),
        _ => None,
    }
}

/// Literals of one kind.
pub(super) fn literals(items: &[Expression]) -> Option<Values> {
    let all: Vec<_> = items.iter().map(literal).collect::<Option<_>>()?;
    let joined = all.into_iter().reduce(|a, b| a.join(&b))?;
    (joined != Values::Any).then_some(joined)
}

/// Whether two sides can be equal, and whether they can differ.
pub(super) fn meets(a: &Values, b: &Values) -> Truth {
    if a.is_empty() || b.is_empty() {
        return Truth { yes: false, no: false };
    }
    match (a, b) {
        (Values::Numbers(left), Values::Numbers(right)) => {
            Truth { yes: !left.meet(right).is_empty(), no: left.only().is_none() || left.only() != right.only() }
        }
        (Values::Words(left), Values::Words(right)) => {
            Truth { yes: !left.is_disjoint(right), no: left.len() > 1 || left != right }
        }
        _ => Truth::EITHER,
    }
}

/// The fact that is compared with numbers, and for which of its values that is true.
pub(super) fn compared(expression: &Expression) -> Option<(&Path, Numbers)> {
    match (expression, expression.operands()) {
        (Expression::Compare(comparison, _), [Expression::Var(path), Expression::Int(number)]) => {
            Some((path, beyond(*comparison, *number)?))
        }
        (Expression::Compare(comparison, _), [Expression::Int(number), Expression::Var(path)]) => {
            let mirrored = match comparison {
                Comparison::Greater => Comparison::Less,
                Comparison::Less => Comparison::Greater,
                Comparison::AtLeast => Comparison::AtMost,
                Comparison::AtMost => Comparison::AtLeast,
                _ => return None,
            };
            Some((path, beyond(mirrored, *number)?))
        }
        (Expression::Between(comparison, _), [Expression::Int(low), Expression::Var(path), Expression::Int(high)]) => {
            let mirrored = match comparison {
                Comparison::Less => Comparison::Greater,
                Comparison::AtMost => Comparison::AtLeast,
                Comparison::Greater => Comparison::Less,
                Comparison::AtLeast => Comparison::AtMost,
                _ => return None,
            };
            Some((path, beyond(mirrored, *low)?.meet(&beyond(*comparison, *high)?)))
        }
        _ => None,
    }
}

/// The numbers that compare so with a number, which is far from the ends of what there is.
fn beyond(comparison: Comparison, number: i64) -> Option<Numbers> {
    Some(match comparison {
        Comparison::Greater => Numbers::span(number + 1, i64::MAX),
        Comparison::AtLeast => Numbers::span(number, i64::MAX),
        Comparison::Less => Numbers::span(i64::MIN, number - 1),
        Comparison::AtMost => Numbers::span(i64::MIN, number),
        _ => return None,
    })
}
