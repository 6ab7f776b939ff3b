//! The parser's place in the text: what comes next, and what to say if something else should.

use core::ops::Range;

use crate::limits::EXPRESSION_DEPTH;
use crate::rules::expression::text::parts::Parts;
use crate::rules::expression::text::token::{Token, TokenKind, position};
use crate::rules::expression::text::{TextError, UNITS};
use crate::rules::expression::{Expression, ExpressionError};
use winnow::stream::{Stream, TokenSlice};

/// The parser's maximum depth: one level of an expression can take two in text, such as `not (…)`.
const NESTING: usize = 2 * EXPRESSION_DEPTH;

pub(super) struct Parser<'s, 't> {
    pub(super) text: &'t str,
    pub(super) all: &'s [Token<'t>],
    pub(super) tokens: TokenSlice<'s, Token<'t>>,
    pub(super) depth: usize,
    pub(super) parts: Option<&'s mut Parts>,
}

impl<'t> Parser<'_, 't> {
    pub(super) fn peek(&self) -> Option<&Token<'t>> {
        self.tokens.first()
    }

    /// Where the next token begins, or the text ends.
    pub(super) fn here(&self) -> usize {
        self.peek().map_or(self.text.len(), |token| token.start)
    }

    /// Where the last token that was taken ends.
    pub(super) fn end(&self) -> usize {
        let taken = self.all.len().saturating_sub(self.tokens.len());
        taken.checked_sub(1).and_then(|last| self.all.get(last)).map_or(0, |token| token.end)
    }

    /// Notes what has been read from `start` on as a part.
    pub(super) fn noted(&mut self, start: usize, part: Expression) -> Expression {
        let end = self.end();
        if let Some(parts) = &mut self.parts {
            parts.note(start..end, &part);
        }
        part
    }

    /// Notes the unit that what has been read from `start` on ends with.
    pub(super) fn noted_unit(&mut self, start: usize) {
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

    pub(super) fn unexpected(&self, expected: &'static str) -> TextError {
        self.unexpected_at(self.here(), self.peek().map_or(0, |token| token.end), expected)
    }

    pub(super) fn unexpected_at(&self, start: usize, end: usize, expected: &'static str) -> TextError {
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

    pub(super) fn invalid(&self, span: Range<usize>, error: ExpressionError) -> TextError {
        let (line, column) = position(self.text, span.start);
        TextError::Invalid { line, column, span, error }
    }

    /// Takes the next token if it is this symbol.
    pub(super) fn symbol(&mut self, symbol: &str) -> bool {
        let is = matches!(self.peek(), Some(Token { kind: TokenKind::Symbol(other), .. }) if *other == symbol);
        if is {
            self.tokens.next_token();
        }
        is
    }

    pub(super) fn need_symbol(&mut self, symbol: &str, expected: &'static str) -> Result<(), TextError> {
        if self.symbol(symbol) { Ok(()) } else { Err(self.unexpected(expected)) }
    }

    pub(super) fn is_word(&self, word: &str) -> bool {
        matches!(self.peek(), Some(Token { kind: TokenKind::Word(other), .. }) if *other == word)
    }

    /// Takes the next token if it is this word.
    pub(super) fn word(&mut self, word: &str) -> bool {
        let is = self.is_word(word);
        if is {
            self.tokens.next_token();
        }
        is
    }

    pub(super) fn need_word(&mut self, word: &str, expected: &'static str) -> Result<(), TextError> {
        if self.word(word) { Ok(()) } else { Err(self.unexpected(expected)) }
    }

    /// Whether the next word is a call: `(` follows it.
    pub(super) fn is_call(&self) -> bool {
        matches!(self.tokens.get(1), Some(Token { kind: TokenKind::Symbol("("), .. }))
    }

    /// Bounds recursion.
    pub(super) fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, TextError>) -> Result<T, TextError> {
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
}
