//! Formats text: what the author wrote, with its units and line breaks, evenly spaced.

use super::token::{Token, TokenKind, tokens};
use super::{RESERVED, TextError, parse};

/// Formats the text of an expression. It means the same expression, and formatting it again changes nothing.
///
/// # Errors
/// [`TextError`] if it is not an expression.
pub fn canonical(text: &str) -> Result<String, TextError> {
    let before = parse(text)?;
    let tokens = tokens(text)?;
    let mut out = String::new();
    let mut last: Option<&Token<'_>> = None;
    let mut unary = false;
    for token in &tokens {
        if let Some(last) = last {
            let gap = text.get(last.end..token.start).unwrap_or_default();
            match gap.rsplit_once('\n') {
                Some((_, indent)) => {
                    out.push('\n');
                    out.push_str(indent);
                }
                None if tight(last, token, unary) => {}
                None => out.push(' '),
            }
        }
        let minus = matches!(token.kind, TokenKind::Symbol("-"));
        unary = minus && last.is_none_or(|last| !ends_value(last));
        write(token, &mut out);
        last = Some(token);
    }
    // If the result would mean something else, the text is left as it was written.
    Ok(if parse(&out).as_ref() == Ok(&before) { out } else { text.to_owned() })
}

/// Whether there is no space between the two.
fn tight(last: &Token<'_>, next: &Token<'_>, unary: bool) -> bool {
    match (&last.kind, &next.kind) {
        (TokenKind::Symbol("(" | "["), _) | (_, TokenKind::Symbol(")" | "]" | ",")) => true,
        (TokenKind::Word(word), TokenKind::Symbol("(")) => {
            !RESERVED.contains(word) && *word != "where" && *word != "of"
        }
        (TokenKind::Symbol("-"), _) => unary,
        _ => false,
    }
}

/// Whether a minus after it is a subtraction.
fn ends_value(token: &Token<'_>) -> bool {
    match token.kind {
        TokenKind::Word(word) => !RESERVED.contains(&word) || matches!(word, "true" | "false" | "null"),
        TokenKind::Number(_) | TokenKind::Text(_) => true,
        TokenKind::Symbol(symbol) => matches!(symbol, ")" | "]"),
    }
}

fn write(token: &Token<'_>, out: &mut String) {
    match &token.kind {
        TokenKind::Symbol("===") => out.push_str("=="),
        TokenKind::Symbol("!==") => out.push_str("!="),
        TokenKind::Word(word) | TokenKind::Number(word) | TokenKind::Symbol(word) => out.push_str(word),
        // Single quotes, because in TOML the condition itself is in double quotes.
        TokenKind::Text(text) if !text.chars().any(|c| c == '\'' || c == '\\' || c.is_control()) => {
            out.push('\'');
            out.push_str(text);
            out.push('\'');
        }
        TokenKind::Text(text) => {
            let literal = crate::rules::expression::Expression::Text(text.as_str().into());
            out.push_str(&literal.to_string());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::expression::strategies::expressions;
    use proptest::prelude::*;

    #[test]
    fn spaces_quotes_and_units_have_one_form() {
        for (written, one) in [
            ("a>=37.3°C", "a >= 37.3 °C"),
            ("a >= 4h  and( b or\tnot(c) )", "a >= 4 h and (b or not (c))"),
            ("x in[\"a\" ,'b',\"it's\"]", "x in ['a', 'b', \"it's\"]"),
            ("any ( l where current==-3 )", "any(l where current == -3)"),
            ("a - 3 > - 2 and today-1 day before d", "a - 3 > -2 and today - 1 day before d"),
            ("a and\n    b", "a and\n    b"),
            ("a !== 1", "a != 1"),
            ("a  is\tknown and(null==b)", "a is known and (null == b)"),
            ("null-3 < 1 or a is  not   known", "null - 3 < 1 or a is not known"),
        ] {
            assert_eq!(canonical(written).as_deref(), Ok(one), "{written}");
            assert_eq!(canonical(one).as_deref(), Ok(one));
        }
        canonical("a >").unwrap_err();
    }

    proptest! {
        #[test]
        fn formatting_changes_no_meaning_and_is_done_at_once(expression in expressions()) {
            let text = expression.to_string();
            let once = canonical(&text).unwrap();
            prop_assert_eq!(parse(&once), Ok(expression));
            prop_assert_eq!(canonical(&once), Ok(once.clone()));
        }
    }
}
