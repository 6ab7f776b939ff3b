//! Comparisons: equal or not, in order, before and after, in a list, known or not.

use super::cursor::Parser;
use super::sum::Side;
use crate::rules::expression::text::TextError;
use crate::rules::expression::text::build::not;
use crate::rules::expression::text::token::{Token, TokenKind};
use crate::rules::expression::{Comparison, Expression};

impl Parser<'_, '_> {
    pub(super) fn comparison(&mut self) -> Result<Expression, TextError> {
        let start = self.here();
        let left = self.sum()?;
        let at = self.here();
        let equal = self.symbol("==") || self.symbol("===");
        let mut negated = !equal && (self.symbol("!=") || self.symbol("!=="));
        let within = !equal && !negated && self.word("in");
        let read = if equal || negated || within {
            let two = Box::new([left.expression, self.plain_sum()?]);
            if within { Expression::In(two) } else { Expression::Equal(two) }
        } else if self.word("is") {
            negated = !self.word("not");
            self.known(left.expression, negated)?
        } else if let Some(when) = self.order()? {
            let Some(comparison) = when else {
                let within = Expression::In(Box::new([left.expression, self.plain_sum()?]));
                let within = self.noted(start, within);
                return Ok(self.noted(start, not(within)));
            };
            return self.ordered(start, left, comparison);
        } else if left.exact {
            return Err(self.unexpected_at(at, at, "`before` or `after`: `value(…)` is only allowed next to them"));
        } else {
            return Ok(left.expression);
        };
        if left.exact {
            return Err(self.unexpected_at(start, at, "no `value(…)`: it is only allowed next to `before` or `after`"));
        }
        self.no_chain()?;
        let read = self.noted(start, read);
        Ok(if negated { self.noted(start, not(read)) } else { read })
    }

    /// What is behind `is` or `is not`. It stays a function of its own: reading nests, and needs little stack.
    fn known(&mut self, fact: Expression, known: bool) -> Result<Expression, TextError> {
        self.need_word("known", if known { "`known` or `not known` behind `is`" } else { "`known` behind `is not`" })?;
        Ok(Expression::Equal(Box::new([fact, Expression::null()])))
    }

    /// The comparison that follows, `Some(None)` for `not in`, or `None` if none of these follows.
    fn order(&mut self) -> Result<Option<Option<Comparison>>, TextError> {
        for comparison in [Comparison::Greater, Comparison::Less, Comparison::AtLeast, Comparison::AtMost] {
            if self.symbol(comparison.name()) {
                return Ok(Some(Some(comparison)));
            }
        }
        let negated = self.word("not");
        Ok(if self.word("before") {
            Some(Some(if negated { Comparison::NotBefore } else { Comparison::Before }))
        } else if self.word("after") {
            Some(Some(if negated { Comparison::NotAfter } else { Comparison::After }))
        } else if !negated {
            None
        } else if self.word("in") {
            Some(None)
        } else {
            return Err(self.unexpected("`in`, `before` or `after` behind `not`"));
        })
    }

    fn ordered(&mut self, start: usize, left: Side, comparison: Comparison) -> Result<Expression, TextError> {
        let end = self.here();
        let middle = self.sum()?;
        let at = self.here();
        let sides = match self.order()? {
            None => vec![left, middle],
            Some(Some(again)) if again == comparison => vec![left, middle, self.sum()?],
            Some(_) => {
                return Err(self.unexpected_at(at, self.here(), "the same comparison twice in a chain, or `and`"));
            }
        };
        self.no_chain()?;
        if !comparison.of_date_times() && sides.iter().any(|side| side.exact) {
            return Err(self.unexpected_at(
                start,
                end,
                "no `value(…)`: it is only allowed next to `before` or `after`",
            ));
        }
        let operands =
            sides.into_iter().map(|side| if comparison.of_date_times() { side.moment() } else { side.expression });
        let compared = Expression::operation(comparison.name(), operands.collect());
        let compared = compared.map_err(|error| self.invalid(start..self.end(), error))?;
        Ok(self.noted(start, compared))
    }

    /// Refuses a further comparison: it would not be obvious what it compares.
    fn no_chain(&mut self) -> Result<(), TextError> {
        let symbol = matches!(
            self.peek(),
            Some(Token { kind: TokenKind::Symbol("==" | "===" | "!=" | "!==" | "<" | "<=" | ">" | ">="), .. })
        );
        if symbol || ["in", "is", "not", "before", "after"].iter().any(|word| self.is_word(word)) {
            Err(self.unexpected("`and`, `or` or the end of the comparison"))
        } else {
            Ok(())
        }
    }
}
