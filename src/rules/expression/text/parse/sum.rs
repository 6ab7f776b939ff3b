//! Sums: the sides of a comparison.

use super::cursor::Parser;
use crate::limits::EXPRESSION_DEPTH;
use crate::rules::expression::text::token::{Token, TokenKind};
use crate::rules::expression::text::{TextError, time_unit};
use crate::rules::expression::{Expression, ExpressionError, INTEGER_MAX, TimeUnit};
use winnow::stream::Stream;

/// A side of a comparison.
pub(super) struct Side {
    pub(super) expression: Expression,
    /// Whether it is written `value(…)`, to be compared as it is.
    pub(super) exact: bool,
}

impl Side {
    /// The side as a date-time: a value that can only be a text is converted.
    pub(super) fn moment(self) -> Expression {
        match self.expression {
            bare @ (Expression::Var(_) | Expression::Text(_)) if !self.exact => {
                Expression::PlusTime(Box::new(bare), 0, TimeUnit::Day)
            }
            other => other,
        }
    }
}

impl Parser<'_, '_> {
    /// A sum that is not compared as a date.
    pub(super) fn plain_sum(&mut self) -> Result<Expression, TextError> {
        let (start, side) = (self.here(), self.sum()?);
        if side.exact {
            return Err(self.unexpected_at(
                start,
                self.here(),
                "no `value(…)`: it is only allowed next to `before` or `after`",
            ));
        }
        Ok(side.expression)
    }

    pub(super) fn sum(&mut self) -> Result<Side, TextError> {
        if self.is_word("value") && self.is_call() {
            self.tokens.next_token();
            self.tokens.next_token();
            let expression = self.expression()?;
            self.need_symbol(")", "an operator or `)`")?;
            return Ok(Side { expression, exact: true });
        }
        let start = self.here();
        let mut sum = self.primary()?;
        for _ in 0..EXPRESSION_DEPTH {
            let minus = self.symbol("-");
            if !minus && !self.symbol("+") {
                return Ok(Side { expression: sum, exact: false });
            }
            if let Some((amount, unit)) = self.time()? {
                sum =
                    self.noted(start, Expression::PlusTime(Box::new(sum), if minus { -amount } else { amount }, unit));
                continue;
            }
            let at = self.here();
            sum = match (minus, self.primary()?) {
                (false, added) => Expression::Plus(Box::new([sum, added])),
                (true, Expression::Int(number)) if number > 0 => {
                    Expression::Plus(Box::new([sum, Expression::Int(-number)]))
                }
                (true, _) => return Err(self.unexpected_at(at, self.here(), "a positive number after `-`")),
            };
            sum = self.noted(start, sum);
        }
        Err(self.invalid(start..self.end(), ExpressionError::Depth { limit: EXPRESSION_DEPTH }))
    }

    /// An amount of time, such as `14 days`.
    fn time(&mut self) -> Result<Option<(i64, TimeUnit)>, TextError> {
        let (
            Some(Token { kind: TokenKind::Number(number), start, end }),
            Some(Token { kind: TokenKind::Word(word), .. }),
        ) = (self.tokens.first(), self.tokens.get(1))
        else {
            return Ok(None);
        };
        let Some(unit) = time_unit(word) else { return Ok(None) };
        let amount = number.parse().ok().filter(|amount| *amount <= INTEGER_MAX);
        let amount = amount.ok_or_else(|| self.unexpected_at(*start, *end, "a whole number of time units"))?;
        self.tokens.next_token();
        self.tokens.next_token();
        Ok(Some((amount, unit)))
    }
}
