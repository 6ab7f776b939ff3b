//! Text → expression.

mod comparison;
mod cursor;
mod operand;
mod sum;

use self::cursor::Parser;
use super::TextError;
use super::build::not;
use super::parts::Parts;
use super::token::tokens;
use crate::limits::EXPRESSION_TEXT;
use crate::rules::expression::{Expression, ExpressionError, Gauge};
use winnow::stream::TokenSlice;

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

impl Parser<'_, '_> {
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
