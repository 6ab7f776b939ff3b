//! Text → expression.

use core::ops::Range;

use super::build::{all, any, count, not, sum};
use super::parts::Parts;
use super::token::{Token, TokenKind, position, tokens};
use super::{RESERVED, TextError, UNITS, time_unit};
use crate::limits::{EXPRESSION_DEPTH, EXPRESSION_TEXT};
use crate::rules::expression::{Comparison, Expression, ExpressionError, Gauge, INTEGER_MAX, TimeUnit};
use winnow::stream::{Stream, TokenSlice};

/// Reads an expression in the text form that [the module](super) describes.
///
/// # Errors
/// [`TextError`], with line and column.
pub fn parse(text: &str) -> Result<Expression, TextError> {
    read(text, None)
}

pub(super) fn read(text: &str, parts: Option<&mut Parts>) -> Result<Expression, TextError> {
    if text.len() > EXPRESSION_TEXT {
        return Err(TextError::Length { limit: EXPRESSION_TEXT });
    }
    let tokens = tokens(text)?;
    let mut parser = Parser { text, all: &tokens, tokens: TokenSlice::new(&tokens), depth: 0, parts };
    let expression = parser.expression()?;
    if parser.peek().is_some() {
        return Err(parser.unexpected("an operator or the end"));
    }
    measure(&expression, &mut Gauge::new()).map_err(|error| parser.invalid(0..text.len(), error))?;
    Ok(expression)
}

/// Counts the resulting expression: `or` and lists with `where` expand to more than is written.
fn measure(expression: &Expression, gauge: &mut Gauge) -> Result<(), ExpressionError> {
    gauge.enter()?;
    expression.operands().iter().try_for_each(|operand| measure(operand, gauge))?;
    gauge.leave();
    Ok(())
}

/// The parser's maximum depth: one level of an expression can take two in text, such as `not (…)`.
const NESTING: usize = 2 * EXPRESSION_DEPTH;

const VALUE: &str = "a value: a path, a number, a text, a list or `(`";

struct Parser<'s, 't> {
    text: &'t str,
    all: &'s [Token<'t>],
    tokens: TokenSlice<'s, Token<'t>>,
    depth: usize,
    parts: Option<&'s mut Parts>,
}

/// A side of a comparison.
struct Side {
    expression: Expression,
    /// Whether it is written `value(…)`, to be compared as it is.
    exact: bool,
}

impl<'t> Parser<'_, 't> {
    fn peek(&self) -> Option<&Token<'t>> {
        self.tokens.first()
    }

    /// Where the next token begins, or the text ends.
    fn here(&self) -> usize {
        self.peek().map_or(self.text.len(), |token| token.start)
    }

    /// Where the last token that was taken ends.
    fn end(&self) -> usize {
        let taken = self.all.len().saturating_sub(self.tokens.len());
        taken.checked_sub(1).and_then(|last| self.all.get(last)).map_or(0, |token| token.end)
    }

    /// Notes what has been read from `start` on as a part.
    fn noted(&mut self, start: usize, part: Expression) -> Expression {
        let end = self.end();
        if let Some(parts) = &mut self.parts {
            parts.note(start..end, &part);
        }
        part
    }

    fn unexpected(&self, expected: &'static str) -> TextError {
        self.unexpected_at(self.here(), self.peek().map_or(0, |token| token.end), expected)
    }

    fn unexpected_at(&self, start: usize, end: usize, expected: &'static str) -> TextError {
        const SHOWN: usize = 40;
        let (line, column) = position(self.text, start);
        let found = self.text.get(start..end).map(str::trim_end);
        let span = start..start + found.map_or(0, str::len);
        let found = match found {
            None | Some("") => "the end".to_owned(),
            Some(found) if found.chars().count() > SHOWN => {
                format!("`{}…`", found.chars().take(SHOWN).collect::<String>())
            }
            Some(found) => format!("`{found}`"),
        };
        TextError::Unexpected { line, column, span, expected, found }
    }

    fn invalid(&self, span: Range<usize>, error: ExpressionError) -> TextError {
        let (line, column) = position(self.text, span.start);
        TextError::Invalid { line, column, span, error }
    }

    /// Takes the next token if it is this symbol.
    fn symbol(&mut self, symbol: &str) -> bool {
        let is = matches!(self.peek(), Some(Token { kind: TokenKind::Symbol(other), .. }) if *other == symbol);
        if is {
            self.tokens.next_token();
        }
        is
    }

    fn need_symbol(&mut self, symbol: &str, expected: &'static str) -> Result<(), TextError> {
        if self.symbol(symbol) { Ok(()) } else { Err(self.unexpected(expected)) }
    }

    fn is_word(&self, word: &str) -> bool {
        matches!(self.peek(), Some(Token { kind: TokenKind::Word(other), .. }) if *other == word)
    }

    /// Takes the next token if it is this word.
    fn word(&mut self, word: &str) -> bool {
        let is = self.is_word(word);
        if is {
            self.tokens.next_token();
        }
        is
    }

    fn need_word(&mut self, word: &str, expected: &'static str) -> Result<(), TextError> {
        if self.word(word) { Ok(()) } else { Err(self.unexpected(expected)) }
    }

    fn expression(&mut self) -> Result<Expression, TextError> {
        let start = self.here();
        self.nested(|parser| {
            if parser.word("if") {
                let guard = parser.expression()?;
                parser.need_word("then", "an operator or `then`")?;
                let then = parser.expression()?;
                parser.need_word("else", "an operator or `else`")?;
                let otherwise = parser.expression()?;
                return Ok(parser.noted(start, Expression::If(Box::new([guard, then, otherwise]))));
            }
            parser.or()
        })
    }

    /// Bounds recursion.
    fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, TextError>) -> Result<T, TextError> {
        self.depth += 1;
        if self.depth > NESTING {
            return Err(self.invalid(
                self.here()..self.peek().map_or(self.text.len(), |token| token.end),
                ExpressionError::Depth { limit: EXPRESSION_DEPTH },
            ));
        }
        let result = read(self);
        self.depth -= 1;
        result
    }

    fn or(&mut self) -> Result<Expression, TextError> {
        let start = self.here();
        let first = self.and()?;
        if !self.is_word("or") {
            return Ok(first);
        }
        let mut none = vec![not(first)];
        while self.word("or") {
            none.push(not(self.and()?));
        }
        let none = self.noted(start, Expression::And(none.into()));
        Ok(self.noted(start, not(none)))
    }

    fn and(&mut self) -> Result<Expression, TextError> {
        let start = self.here();
        let first = self.not()?;
        if !self.is_word("and") {
            return Ok(first);
        }
        let mut all = vec![first];
        while self.word("and") {
            all.push(self.not()?);
        }
        Ok(self.noted(start, Expression::And(all.into())))
    }

    fn not(&mut self) -> Result<Expression, TextError> {
        let start = self.here();
        if !self.word("not") {
            return self.comparison();
        }
        let inner = self.nested(Self::not)?;
        Ok(self.noted(start, not(inner)))
    }

    fn comparison(&mut self) -> Result<Expression, TextError> {
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

    /// A sum that is not compared as a date.
    fn plain_sum(&mut self) -> Result<Expression, TextError> {
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

    fn sum(&mut self) -> Result<Side, TextError> {
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

    /// Whether the next word is a call: `(` follows it.
    fn is_call(&self) -> bool {
        matches!(self.tokens.get(1), Some(Token { kind: TokenKind::Symbol("("), .. }))
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

    fn primary(&mut self) -> Result<Expression, TextError> {
        let start = self.here();
        let read = self.operand(start)?;
        self.noted_unit(start);
        Ok(self.noted(start, read))
    }

    /// Notes the unit that what has been read from `start` on ends with.
    fn noted_unit(&mut self, start: usize) {
        let end = self.end();
        let taken = self.all.len().saturating_sub(self.tokens.len());
        let last = taken.checked_sub(1).and_then(|last| self.all.get(last));
        let numbered = taken.checked_sub(2).and_then(|number| self.all.get(number));
        if let (
            Some(parts),
            Some(Token { kind: TokenKind::Word(word), .. }),
            Some(Token { kind: TokenKind::Number(_), .. }),
        ) = (&mut self.parts, last, numbered)
            && let Some((unit, ..)) = UNITS.iter().find(|(unit, ..)| unit == word)
        {
            parts.note_unit(start..end, unit);
        }
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

impl Side {
    /// The side as a date-time: a value that can only be a text is converted.
    fn moment(self) -> Expression {
        match self.expression {
            bare @ (Expression::Var(_) | Expression::Text(_)) if !self.exact => {
                Expression::PlusTime(Box::new(bare), 0, TimeUnit::Day)
            }
            other => other,
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn json(text: &str) -> String {
        serde_json::to_string(&parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))).unwrap()
    }

    #[test]
    fn texts_become_certlogic() {
        for (text, expected) in [
            (
                r#"person.status in ["close-contact"] and measure.high_risk_minutes >= 240"#,
                r#"{"and":[{"in":[{"var":"person.status"},["close-contact"]]},{">=":[{"var":"measure.high_risk_minutes"},240]}]}"#,
            ),
            ("a or b", r#"{"!":[{"and":[{"!":[{"var":"a"}]},{"!":[{"var":"b"}]}]}]}"#),
            ("not a == 1", r#"{"!":[{"===":[{"var":"a"},1]}]}"#),
            ("a != 1", r#"{"!":[{"===":[{"var":"a"},1]}]}"#),
            ("a not in [1]", r#"{"!":[{"in":[{"var":"a"},[1]]}]}"#),
            ("1 < a < 3", r#"{"<":[1,{"var":"a"},3]}"#),
            ("if a then 1 else if b then 2 else 3", r#"{"if":[{"var":"a"},1,{"if":[{"var":"b"},2,3]}]}"#),
            ("a + b - 2", r#"{"+":[{"+":[{"var":"a"},{"var":"b"}]},-2]}"#),
            (
                "visit.leave + 7 days not after now - 1 month",
                r#"{"not-after":[{"plusTime":[{"var":"visit.leave"},7,"day"]},{"plusTime":[{"var":"now"},-1,"month"]}]}"#,
            ),
            ("a before 'x'", r#"{"before":[{"plusTime":[{"var":"a"},0,"day"]},{"plusTime":["x",0,"day"]}]}"#),
            ("a is known", r#"{"!":[{"===":[{"var":"a"},{"extractFromUVCI":["",-1]}]}]}"#),
            ("not a + 1 is not known", r#"{"!":[{"===":[{"+":[{"var":"a"},1]},{"extractFromUVCI":["",-1]}]}]}"#),
            (
                "[null, null != is.known]",
                r#"[{"extractFromUVCI":["",-1]},{"!":[{"===":[{"extractFromUVCI":["",-1]},{"var":"is.known"}]}]}]"#,
            ),
            ("known is known", r#"{"!":[{"===":[{"var":"known"},{"extractFromUVCI":["",-1]}]}]}"#),
            ("value(a) after value(\"x\")", r#"{"after":[{"var":"a"},"x"]}"#),
            ("a >= 37.3 °C", r#"{">=":[{"var":"a"},373]}"#),
            ("[4 h, 14 d, 2 km, 0.5 km, 90min, -1.5h, 38℃]", "[240,20160,2000,500,90,-90,380]"),
            ("[1, 2,]", "[1,2]"),
            ("[]", "[]"),
            (r#"var("a b")"#, r#"{"var":"a b"}"#),
            (r#""\u00e9\ud83d\ude00\n\"""#, r#""é😀\n\"""#),
            ("count(visits)", r#"{"reduce":[{"var":"visits"},{"+":[{"var":"accumulator"},1]},0]}"#),
            (
                "dccDateOfBirth(dob) after now",
                r#"{"after":[{"dccDateOfBirth":[{"var":"dob"}]},{"plusTime":[{"var":"now"},0,"day"]}]}"#,
            ),
            ("extractFromUVCI(ci, -1)", r#"{"extractFromUVCI":[{"var":"ci"},-1]}"#),
            (
                "count + sum + any + value + days",
                r#"{"+":[{"+":[{"+":[{"+":[{"var":"count"},{"var":"sum"}]},{"var":"any"}]},{"var":"value"}]},{"var":"days"}]}"#,
            ),
        ] {
            assert_eq!(json(text), expected, "{text}");
        }
    }

    #[test]
    fn errors_say_where_and_what() {
        for (text, expected) in [
            ("", "line 1, column 1: expected a value: a path, a number, a text, a list or `(`, found the end"),
            ("a and", "line 1, column 6: expected a value: a path, a number, a text, a list or `(`, found the end"),
            ("a = 1", "line 1, column 3: expected `==`, found `=`"),
            ("a\n  and (b", "line 2, column 9: expected an operator or `)`, found the end"),
            ("a b", "line 1, column 3: expected an operator or the end, found `b`"),
            ("a < b <= c", "line 1, column 7: expected the same comparison twice in a chain, or `and`, found `<=`"),
            ("1 < 2 == true", "line 1, column 7: expected `and`, `or` or the end of the comparison, found `==`"),
            (
                "x > 14 days",
                "line 1, column 8: expected `min`, `h` or `d` for a duration: years, months, days and hours follow `+` or `-`, found `days`",
            ),
            (
                "37.35 °C",
                "line 1, column 1: expected a whole number once its unit is applied, below 2^53, found `37.35`",
            ),
            (
                "'é\\x'",
                "line 1, column 3: expected an escape: \\\" \\' \\\\ \\/ \\b \\f \\n \\r \\t or \\u with four hexadecimal digits, found `\\`",
            ),
            ("'abc", "line 1, column 5: expected the closing quote, found the end"),
            ("a is", "line 1, column 5: expected `known` or `not known` behind `is`, found the end"),
            ("a is\n null", "line 2, column 2: expected `known` or `not known` behind `is`, found `null`"),
            ("a is not null", "line 1, column 10: expected `known` behind `is not`, found `null`"),
            ("is known", "line 1, column 1: expected a value: a path, a number, a text, a list or `(`, found `is`"),
            ("a is known == b", "line 1, column 12: expected `and`, `or` or the end of the comparison, found `==`"),
            ("a == b is known", "line 1, column 8: expected `and`, `or` or the end of the comparison, found `is`"),
            ("1 < a is known", "line 1, column 7: expected `and`, `or` or the end of the comparison, found `is`"),
            ("known(a)", "line 1, column 1: expected a path, as in `answers.doses is known`, found `known`"),
            ("a - b", "line 1, column 5: expected a positive number after `-`, found `b`"),
            (
                "visits.01",
                "line 1, column 1: a data path needs names or plain indices between its dots; a name must not begin like a number",
            ),
        ] {
            assert_eq!(parse(text).unwrap_err().to_string(), expected, "{text}");
        }
    }

    #[test]
    fn hostile_texts_are_refused() {
        for text in [
            "(".repeat(200_000),
            "not ".repeat(60_000),
            "[".repeat(200_000),
            format!("1{}", "+1".repeat(100_000)),
            format!("1{}", "+1 day".repeat(2_000)),
            "if ".repeat(5_000),
            "count(".repeat(2_000),
            "a or ".repeat(3_000),
            format!("[{}]", "1,".repeat(8_000)),
            "-".repeat(200_000),
            "a".repeat(300_000),
        ] {
            parse(&text).unwrap_err();
        }
    }
}
