//! Readable text for expressions: what rule authors write, compiled to CertLogic and printed back from it.
//!
//! `rules/LANGUAGE.md` explains the language to authors. Its grammar, from the loosest operator to the tightest:
//!
//! ```text
//! expression = "if" expression "then" expression "else" expression | or
//! or         = and { "or" and }                                 !(and(!a, !b, …))
//! and        = not { "and" not }
//! not        = "not" not | comparison
//! comparison = sum [ ("==" | "!=" | ["not"] "in") sum ]         ===, !(===), in, !(in)
//!            | sum "is" ["not"] "known"                         !(=== null), === null
//!            | sum order sum [ order sum ]                      the same order twice
//!            | moment when moment [ when moment ]               the same word twice
//! order      = "<" | "<=" | ">" | ">="
//! when       = ["not"] ("before" | "after")
//! moment     = "value" "(" expression ")" | sum                 a bare path or text becomes plusTime(…, 0, day)
//! sum        = primary { ("+" | "-") (integer time | primary) } plusTime for a time; "-" needs a number
//! time       = "year" | "month" | "day" | "hour", each also with "s"
//! primary    = ["-"] number [unit] | text | "true" | "false" | "null" | list | "(" expression ")" | call | path
//! list       = "[" [ expression { "," expression } [","] ] "]"
//! call       = "var" "(" text ")"
//!            | "reduce" "(" expression "," expression "," expression ")"      list, step, first value
//!            | "count" "(" expression ["where" expression] ")"
//!            | ("any" | "all") "(" expression "where" expression ")"
//!            | "sum" "(" expression "of" expression ")"
//!            | "extractFromUVCI" "(" expression "," ["-"] integer ")"
//!            | "dccDateOfBirth" "(" expression ")"
//! path       = name { "." (name | index) }
//! ```
//!
//! Every expression prints as text that parses back to the same expression. Units are lost: `4 h` prints as 240.

#[cfg(feature = "authoring")]
mod build;
#[cfg(feature = "authoring")]
mod format;
#[cfg(feature = "authoring")]
mod parse;
#[cfg(feature = "authoring")]
mod parts;
#[cfg_attr(
    not(feature = "authoring"),
    allow(dead_code, unreachable_pub, reason = "only authors see numbers with their units")
)]
mod print;
#[cfg(feature = "authoring")]
mod token;

#[cfg(feature = "authoring")]
pub(crate) use build::count;
#[cfg(feature = "authoring")]
pub use format::canonical;
#[cfg(feature = "authoring")]
pub use parse::parse;
#[cfg(feature = "authoring")]
pub use parts::{Measured, Parts};
#[cfg(feature = "authoring")]
pub use print::WithUnits;
pub use print::{Counted, UnitOf};
#[cfg(feature = "authoring")]
pub(crate) use token::position;

#[cfg(feature = "authoring")]
use core::ops::Range;

#[cfg(feature = "authoring")]
use super::{ExpressionError, TimeUnit};
#[cfg(feature = "authoring")]
use crate::error::family_errors;

#[cfg(feature = "authoring")]
family_errors! {
    /// Why a text is not an expression; lines and columns count from 1, columns in characters.
    TextError {
        /// Something else was expected here.
        Unexpected {
            /// The line.
            line: usize,
            /// The column.
            column: usize,
            /// The bytes that stand here; none at the end.
            span: Range<usize>,
            /// What was expected.
            expected: &'static str,
            /// What was found.
            found: String,
        } = "rule-text-unexpected", "line {line}, column {column}: expected {expected}, found {found}";
        /// The text can be parsed, but does not mean a valid expression.
        Invalid {
            /// The line.
            line: usize,
            /// The column.
            column: usize,
            /// The bytes of what is wrong.
            span: Range<usize>,
            /// What is wrong.
            error: ExpressionError,
        } = "rule-text-invalid", "line {line}, column {column}: {error}";
        /// The text is too long to be read.
        Length {
            /// The largest allowed number of bytes.
            limit: usize,
        } = "rule-text-length", "the text is longer than {limit} bytes";
    }
}

#[cfg(feature = "authoring")]
impl TextError {
    /// The bytes of the text that are wrong; none where it is too long to be read.
    #[must_use]
    pub fn span(&self) -> Option<Range<usize>> {
        match self {
            Self::Unexpected { span, .. } | Self::Invalid { span, .. } => Some(span.clone()),
            Self::Length { .. } => None,
        }
    }

    /// What is wrong, for whoever is shown where.
    #[must_use]
    pub fn problem(&self) -> String {
        match self {
            Self::Unexpected { expected, found, .. } => format!("expected {expected}, found {found}"),
            Self::Invalid { error, .. } => error.to_string(),
            Self::Length { .. } => self.to_string(),
        }
    }
}

/// The units of literals: name, factor and result. Decimals are allowed if the product is a whole number.
pub const UNITS: &[(&str, i64, &str)] = &[
    ("°C", 10, "tenths of a degree"),
    ("min", 1, "minutes"),
    ("h", 60, "minutes"),
    ("d", 1_440, "minutes"),
    ("m", 1, "metres"),
    ("km", 1_000, "metres"),
];

/// Words that cannot be a path.
const RESERVED: [&str; 13] =
    ["and", "or", "not", "if", "then", "else", "in", "is", "before", "after", "true", "false", "null"];

/// The time unit that a word such as `days` names.
#[cfg(feature = "authoring")]
fn time_unit(word: &str) -> Option<TimeUnit> {
    TimeUnit::ALL.into_iter().find(|unit| word.strip_suffix('s').unwrap_or(word) == unit.name())
}

/// Whether a character can begin a name in a path.
fn begins_name(c: char) -> bool {
    c.is_alphabetic() || c == '_'
}

/// Whether a character can be inside a name in a path.
fn inside_name(c: char) -> bool {
    begins_name(c) || c.is_ascii_digit()
}
