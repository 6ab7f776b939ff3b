//! What to write instead of an operation on values of other types.

use super::conditions::Conditions;
use super::facts::ValueTypes;
use crate::rules::expression::text::Counted;
use crate::rules::expression::{Comparison, Expression, TimeUnit};

/// Dates, and what becomes of them by adding to them.
const DATES: ValueTypes = ValueTypes::DATE.or(ValueTypes::MOMENT);

/// Whether a value that is known has none but these types.
fn only(kinds: ValueTypes, these: ValueTypes) -> bool {
    kinds.meets(these) && !kinds.without(ValueTypes::NULL).without(these).meets(ValueTypes::ANY)
}

impl Conditions<'_> {
    /// What to write instead of a comparison of values that are never equal.
    pub(super) fn instead_of_equal(
        &self,
        whole: &Expression,
        sides: [&Expression; 2],
        [a, b]: [ValueTypes; 2],
    ) -> Option<String> {
        let [left, right] = sides;
        let (fact, kinds, other) = if matches!(left, Expression::Var(_)) { (left, a, right) } else { (right, b, left) };
        if !matches!(fact, Expression::Var(_)) {
            return None;
        }
        let fact = self.words(fact);
        if only(kinds, ValueTypes::LIST) {
            if let Expression::In(two) = whole {
                let [_, list] = two.as_ref();
                return Some(format!("any({fact} where current in {})", single(&self.words(list))));
            }
            return Some(format!("{} in {fact}", single(&self.words(other))));
        }
        if only(kinds, ValueTypes::BOOL) {
            return match other {
                Expression::Text(word) if ["yes", "true", "y", "是"].iter().any(|yes| **word == **yes) => Some(fact),
                Expression::Text(word) if ["no", "false", "n", "否"].iter().any(|no| **word == **no) => {
                    Some(format!("not {fact}"))
                }
                Expression::Int(1) => Some(fact),
                Expression::Int(0) => Some(format!("not {fact}")),
                _ => None,
            };
        }
        None
    }

    /// What to write instead of a comparison of dates with the sign for numbers.
    pub(super) fn instead_of_sign(
        &self,
        comparison: Comparison,
        operands: &[Expression],
        kinds: &[ValueTypes],
    ) -> Option<String> {
        let word = match comparison {
            Comparison::Less => "before",
            Comparison::AtMost => "not after",
            Comparison::Greater => "after",
            Comparison::AtLeast => "not before",
            _ => return None,
        };
        let dated = kinds.iter().all(|kinds| only(*kinds, DATES.or(ValueTypes::TEXT)));
        (dated && kinds.iter().any(|kinds| only(*kinds, DATES))).then(|| {
            let sides: Vec<_> = operands.iter().map(|side| single(&self.words(side))).collect();
            sides.join(&format!(" {word} "))
        })
    }

    /// A date and a number of minutes, as they were written, and what to write instead of their sum.
    pub(super) fn instead_of_sum(&self, two: [&Expression; 2], kinds: [ValueTypes; 2]) -> Option<(String, String)> {
        let [of_date, _] = kinds;
        let (date, minutes) = match two {
            [date, Expression::Int(minutes)] if only(of_date, DATES) => (date, *minutes),
            _ => return None,
        };
        let date = self.words(date);
        let sign = if minutes < 0 { '-' } else { '+' };
        let many = minutes.saturating_abs();
        let (count, unit) = match (many % 1_440, many % 60) {
            (0, _) => (many / 1_440, TimeUnit::Day),
            (_, 0) => (many / 60, TimeUnit::Hour),
            _ => (many, TimeUnit::Day),
        };
        let plural = if count == 1 { "" } else { "s" };
        let written = if many % 60 == 0 { Counted::Minutes.written(many) } else { many.to_string() };
        Some((format!("{date} {sign} {written}"), format!("{date} {sign} {count} {}{plural}", unit.name())))
    }
}

/// A condition with single quotes, as they need no escape in most packs.
fn single(words: &str) -> String {
    if words.contains('\'') { words.to_owned() } else { words.replace('"', "'") }
}
