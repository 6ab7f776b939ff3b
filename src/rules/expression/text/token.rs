//! Splits text into tokens.

use super::{TextError, begins_name, inside_name};
use winnow::ascii::{digit1, multispace0};
use winnow::combinator::{alt, dispatch, empty, fail, opt, preceded, repeat};
use winnow::error::{ContextError, ErrMode};
use winnow::prelude::*;
use winnow::stream::{LocatingSlice, Location};
use winnow::token::{any, one_of, take_till, take_while};

type Input<'t> = LocatingSlice<&'t str>;
type Read<T> = Result<T, ErrMode<ContextError>>;

/// A token and where it begins, in bytes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Token<'t> {
    pub(super) kind: TokenKind<'t>,
    pub(super) start: usize,
    pub(super) end: usize,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum TokenKind<'t> {
    /// A word: a path, a name of an operation, a unit.
    Word(&'t str),
    /// Digits, perhaps with decimals.
    Number(&'t str),
    /// A text literal, its escapes resolved.
    Text(String),
    /// An operator or a bracket.
    Symbol(&'t str),
}

/// All tokens of `text`, or where and why it cannot be split.
pub(super) fn tokens(text: &str) -> Result<Vec<Token<'_>>, TextError> {
    let mut input = LocatingSlice::new(text);
    let mut tokens = Vec::new();
    loop {
        let blank: Read<&str> = multispace0.parse_next(&mut input);
        if blank.is_err() || input.is_empty() {
            return Ok(tokens);
        }
        let start = input.current_token_start();
        // Read separately from the others: on failure, the input stays at the error.
        let quotes = input.starts_with(['"', '\'']);
        let read =
            if quotes { quoted.map(TokenKind::Text).parse_next(&mut input) } else { kind.parse_next(&mut input) };
        let end = input.current_token_start();
        match read {
            Ok(kind) => tokens.push(Token { kind, start, end }),
            Err(_) => return Err(unreadable(text, end, quotes)),
        }
    }
}

fn unreadable(text: &str, at: usize, quotes: bool) -> TextError {
    let next = text.get(at..).and_then(|rest| rest.chars().next());
    let expected = match next {
        None => "the closing quote",
        Some('\\') if quotes => r#"an escape: \" \' \\ \/ \b \f \n \r \t or \u with four hexadecimal digits"#,
        Some(_) if quotes => "an escape such as \\u0000 for a control character",
        Some('=') => "`==`",
        Some(_) => "a name, a number, a text, an operator or a bracket",
    };
    let found = match next {
        None => "the end".to_owned(),
        Some(c) if c.is_control() => format!("`{}`", c.escape_default()),
        Some(c) => format!("`{c}`"),
    };
    let (line, column) = position(text, at);
    let span = at..at + next.map_or(0, char::len_utf8);
    TextError::Unexpected { line, column, span, expected, found }
}

/// Line and column, from 1, of a byte position.
pub(crate) fn position(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or(text);
    let line = before.split('\n').count();
    let column = before.rsplit('\n').next().map_or(0, |last| last.chars().count()) + 1;
    (line, column)
}

fn kind<'t>(input: &mut Input<'t>) -> Read<TokenKind<'t>> {
    alt((
        word.map(TokenKind::Word),
        (digit1, opt(preceded('.', digit1))).take().map(TokenKind::Number),
        alt(("===", "!==", "==", "!=", "<=", ">=", "<", ">")).map(TokenKind::Symbol),
        alt(("(", ")", "[", "]", ",", "+", "-")).map(TokenKind::Symbol),
        alt(("°C", "℃")).value(TokenKind::Word("°C")),
    ))
    .parse_next(input)
}

/// A name, with further names or indices after dots.
fn word<'t>(input: &mut Input<'t>) -> Read<&'t str> {
    (
        one_of(begins_name),
        take_while(0.., inside_name),
        repeat::<_, _, (), _, _>(0.., ('.', take_while(1.., inside_name))),
    )
        .take()
        .parse_next(input)
}

fn quoted(input: &mut Input<'_>) -> Read<String> {
    let quote = one_of(['"', '\'']).parse_next(input)?;
    let mut text = String::new();
    loop {
        let plain = take_till(0.., |c: char| c == quote || c == '\\' || c.is_control()).parse_next(input)?;
        text.push_str(plain);
        if opt(quote).parse_next(input)?.is_some() {
            return Ok(text);
        }
        text.push(alt((escape, one_of(['\n', '\t']))).parse_next(input)?);
    }
}

fn escape(input: &mut Input<'_>) -> Read<char> {
    let start = *input;
    let read = preceded(
        '\\',
        dispatch! { any;
            c @ ('"' | '\'' | '\\' | '/') => empty.value(c),
            'b' => empty.value('\u{8}'),
            'f' => empty.value('\u{c}'),
            'n' => empty.value('\n'),
            'r' => empty.value('\r'),
            't' => empty.value('\t'),
            'u' => unicode,
            _ => fail,
        },
    )
    .parse_next(input);
    if read.is_err() {
        *input = start;
    }
    read
}

/// Four hexadecimal digits, or two groups of four that form a surrogate pair.
fn unicode(input: &mut Input<'_>) -> Read<char> {
    let first = hexadecimal.parse_next(input)?;
    if (0xd800..0xdc00).contains(&first) {
        let second =
            preceded("\\u", hexadecimal).verify(|second| (0xdc00..0xe000).contains(second)).parse_next(input)?;
        return char::from_u32(0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00))
            .ok_or_else(|| ErrMode::Backtrack(ContextError::new()));
    }
    char::from_u32(first).ok_or_else(|| ErrMode::Backtrack(ContextError::new()))
}

fn hexadecimal(input: &mut Input<'_>) -> Read<u32> {
    take_while(4, |c: char| c.is_ascii_hexdigit()).try_map(|digits| u32::from_str_radix(digits, 16)).parse_next(input)
}
