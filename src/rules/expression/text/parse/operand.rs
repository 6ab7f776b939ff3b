//! Values, and what is written like one: paths, numbers with their units, lists, calls, whatever is in parentheses.

use super::cursor::Parser;
use crate::rules::expression::text::build::{all, any, count, sum};
use crate::rules::expression::text::token::{Token, TokenKind};
use crate::rules::expression::text::{RESERVED, TextError, UNITS, time_unit};
use crate::rules::expression::{Expression, INTEGER_MAX};
use winnow::stream::Stream;

const VALUE: &str = "a value: a path, a number, a text, a list or `(`";

impl Parser<'_, '_> {
    pub(super) fn primary(&mut self) -> Result<Expression, TextError> {
        let start = self.here();
        let read = self.operand(start)?;
        self.noted_unit(start);
        Ok(self.noted(start, read))
    }

    fn operand(&mut self, start: usize) -> Result<Expression, TextError> {
        match self.peek().map(|token| token.kind.clone()) {
            Some(TokenKind::Symbol("-")) => {
                self.tokens.next_token();
                self.number(true)
            }
            Some(TokenKind::Number(_)) => self.number(false),
            Some(TokenKind::Text(text)) => {
                self.tokens.next_token();
                Ok(Expression::Text(text.into()))
            }
            Some(TokenKind::Symbol("[")) => {
                self.tokens.next_token();
                let mut items = Vec::new();
                while !self.symbol("]") {
                    items.push(self.expression()?);
                    if !self.symbol(",") {
                        self.need_symbol("]", "an operator, `,` or `]`")?;
                        break;
                    }
                }
                Ok(Expression::Array(items.into()))
            }
            Some(TokenKind::Symbol("(")) => {
                self.tokens.next_token();
                let inner = self.expression()?;
                self.need_symbol(")", "an operator or `)`")?;
                Ok(inner)
            }
            Some(TokenKind::Word(word @ ("true" | "false" | "null"))) => {
                self.tokens.next_token();
                Ok(if word == "null" { Expression::null() } else { Expression::Bool(word == "true") })
            }
            Some(TokenKind::Word("if")) => Err(self.unexpected("a value: an `if` inside an operation needs `(` `)`")),
            Some(TokenKind::Word(word)) if RESERVED.contains(&word) || word.starts_with('°') => {
                Err(self.unexpected(VALUE))
            }
            Some(TokenKind::Word(name)) if self.is_call() => self.call(name),
            Some(TokenKind::Word(path)) => {
                self.tokens.next_token();
                Expression::var(path).map_err(|error| self.invalid(start..self.end(), error))
            }
            _ => Err(self.unexpected(VALUE)),
        }
    }

    /// A number with an optional unit.
    fn number(&mut self, negative: bool) -> Result<Expression, TextError> {
        let Some(Token { kind: TokenKind::Number(number), start, end }) = self.peek().cloned() else {
            return Err(self.unexpected("a number after `-`"));
        };
        self.tokens.next_token();
        let factor = match self.peek() {
            Some(Token { kind: TokenKind::Word(word), .. }) => {
                if time_unit(word).is_some() {
                    let expected = "`min`, `h` or `d` for a duration: years, months, days and hours follow `+` or `-`";
                    return Err(self.unexpected(expected));
                }
                UNITS.iter().find(|(unit, ..)| unit == word).map(|(_, factor, _)| *factor)
            }
            _ => None,
        };
        if factor.is_some() {
            self.tokens.next_token();
        }
        let value = scaled(number, factor.unwrap_or(1)).map_err(|expected| self.unexpected_at(start, end, expected))?;
        Expression::int(if negative { -value } else { value }).map_err(|error| self.invalid(start..self.end(), error))
    }

    fn call(&mut self, name: &str) -> Result<Expression, TextError> {
        let start = self.here();
        self.tokens.next_token();
        self.tokens.next_token();
        let read = match name {
            "var" => match self.peek().map(|token| token.kind.clone()) {
                Some(TokenKind::Text(path)) => {
                    let at = self.here();
                    self.tokens.next_token();
                    Expression::var(&path).map_err(|error| self.invalid(at..self.end(), error))?
                }
                _ => return Err(self.unexpected("the path as a text")),
            },
            "reduce" => {
                let list = self.expression()?;
                self.need_symbol(",", "an operator or `,`")?;
                let step = self.expression()?;
                self.need_symbol(",", "an operator or `,`")?;
                Expression::Reduce(Box::new([list, step, self.expression()?]))
            }
            "count" => {
                let list = self.expression()?;
                if self.word("where") { count(list, Some(self.expression()?)) } else { count(list, None) }
            }
            "any" | "all" => {
                let list = self.expression()?;
                self.need_word("where", "an operator or `where`")?;
                let condition = self.expression()?;
                if name == "any" { any(list, condition) } else { all(list, condition) }
            }
            "sum" => {
                let list = self.expression()?;
                self.need_word("of", "an operator or `of`")?;
                sum(list, self.expression()?)
            }
            "extractFromUVCI" => {
                let text = self.expression()?;
                self.need_symbol(",", "an operator or `,`")?;
                let negative = self.symbol("-");
                let Expression::Int(index) = self.number(negative)? else {
                    return Err(self.unexpected("an integer"));
                };
                Expression::ExtractFromUvci(Box::new(text), index)
            }
            "dccDateOfBirth" => Expression::DccDateOfBirth(Box::new(self.expression()?)),
            "known" => {
                return Err(self.unexpected_at(start, start + name.len(), "a path, as in `answers.doses is known`"));
            }
            _ => {
                let expected = "a path, or one of `count`, `any`, `all`, `sum`, `reduce`, `var`, `dccDateOfBirth`, \
                                `extractFromUVCI` before `(`";
                return Err(self.unexpected_at(start, start + name.len(), expected));
            }
        };
        self.need_symbol(")", "an operator or `)`")?;
        Ok(read)
    }
}

/// A decimal number times a factor, if the result is a whole number in range.
fn scaled(number: &str, factor: i64) -> Result<i64, &'static str> {
    let (whole, decimals) = number.split_once('.').unwrap_or((number, ""));
    let decimals = decimals.trim_end_matches('0');
    let scale = u32::try_from(decimals.len()).ok().and_then(|places| 10_i64.checked_pow(places));
    let exact = || {
        let digits: i64 = format!("{whole}{decimals}").parse().ok()?;
        let product = digits.checked_mul(factor)?;
        let scale = scale?;
        (product % scale == 0).then_some(product / scale)
    };
    exact().filter(|value| *value <= INTEGER_MAX).ok_or("a whole number once its unit is applied, below 2^53")
}
