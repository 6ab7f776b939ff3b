//! Expression → text.

use super::{RESERVED, begins_name, inside_name};
use crate::rules::expression::{Comparison, Condition, Expression, Path, TimeUnit};
use std::fmt::{self, Display, Formatter, Write};

/// How tightly a piece of text binds; a looser one inside a tighter one needs parentheses.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    If,
    Or,
    And,
    Not,
    Comparison,
    Sum,
    Primary,
}

/// Writes it as readable text, which [`parse`](fn@super::parse) reads back as the same expression.
impl Display for Expression {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write(self, Level::If, Style::default(), f)
    }
}

/// An expression as its author writes it: numbers compared with a fact are in that fact's unit.
#[cfg(feature = "authoring")]
pub struct WithUnits<'a> {
    /// The expression.
    pub expression: &'a Expression,
    /// The unit of each fact.
    pub unit_of: UnitOf<'a>,
}

#[cfg(feature = "authoring")]
impl Display for WithUnits<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write(self.expression, Level::If, Style { unit_of: Some(self.unit_of), unit: None }, f)
    }
}

/// The unit of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    /// Minutes.
    Minutes,
    /// Tenths of a degree.
    Tenths,
}

impl Counted {
    /// The number with its unit, in a form that [`parse`](fn@super::parse) reads.
    #[must_use]
    pub fn written(self, number: i64) -> String {
        match self {
            Self::Minutes if number != 0 && number % 1440 == 0 => format!("{} d", number / 1440),
            Self::Minutes if number != 0 && number % 60 == 0 => format!("{} h", number / 60),
            Self::Minutes => format!("{number} min"),
            Self::Tenths if number % 10 == 0 => format!("{} °C", number / 10),
            Self::Tenths => {
                let sign = if number < 0 { "-" } else { "" };
                format!("{sign}{}.{} °C", number.unsigned_abs() / 10, number.unsigned_abs() % 10)
            }
        }
    }
}

/// Returns the unit of a fact.
pub type UnitOf<'u> = &'u dyn Fn(&Path) -> Option<Counted>;

/// How numbers are written.
#[derive(Clone, Copy, Default)]
struct Style<'u> {
    unit_of: Option<UnitOf<'u>>,
    /// The unit of the numbers being written.
    unit: Option<Counted>,
}

impl Style<'_> {
    /// The style for the operands of a comparison or a sum, whose numbers have the unit of its facts.
    fn beside(self, operands: &[Expression]) -> Self {
        let Some(unit_of) = self.unit_of else { return self };
        let of = |operand: &Expression| match operand {
            Expression::Var(path) => unit_of(path),
            Expression::Plus(two) => two.iter().find_map(|operand| match operand {
                Expression::Var(path) => unit_of(path),
                _ => None,
            }),
            _ => None,
        };
        Self { unit: operands.iter().find_map(of), ..self }
    }
}

/// Writes it as readable text.
impl Display for Condition {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.expression().fmt(f)
    }
}

fn write(expression: &Expression, least: Level, style: Style<'_>, f: &mut Formatter<'_>) -> fmt::Result {
    let bare = level(expression) >= least;
    f.write_str(if bare { "" } else { "(" })?;
    write_bare(expression, style, f)?;
    f.write_str(if bare { "" } else { ")" })
}

fn level(expression: &Expression) -> Level {
    match expression {
        Expression::If(_) => Level::If,
        Expression::And(_) => Level::And,
        Expression::Not(inner) => match inner.as_ref() {
            Expression::And(operands) if negated(operands) => Level::Or,
            Expression::Equal(_) | Expression::In(_) => Level::Comparison,
            _ => Level::Not,
        },
        Expression::Equal(_) | Expression::In(_) | Expression::Compare(..) | Expression::Between(..) => {
            Level::Comparison
        }
        Expression::Plus(_) | Expression::PlusTime(..) => Level::Sum,
        _ => Level::Primary,
    }
}

fn write_bare(expression: &Expression, style: Style<'_>, f: &mut Formatter<'_>) -> fmt::Result {
    let plain = Style { unit: None, ..style };
    match expression {
        Expression::Bool(value) => Display::fmt(value, f),
        Expression::Int(value) => match style.unit {
            None => Display::fmt(value, f),
            Some(unit) => f.write_str(&unit.written(*value)),
        },
        Expression::Text(text) => write_text(text, f),
        Expression::Array(items) => {
            f.write_char('[')?;
            separated(items, ", ", f, |item, f| write(item, Level::If, style, f))?;
            f.write_char(']')
        }
        Expression::Var(path) => write_path(path, f),
        Expression::If(three) => {
            let [guard, then, otherwise] = three.as_ref();
            f.write_str("if ")?;
            write(guard, Level::Or, plain, f)?;
            f.write_str(" then ")?;
            write(then, Level::Or, plain, f)?;
            f.write_str(" else ")?;
            write(otherwise, Level::If, plain, f)
        }
        Expression::And(operands) => separated(operands, " and ", f, |operand, f| write(operand, Level::Not, plain, f)),
        Expression::Not(inner) => write_not(inner, plain, f),
        Expression::Equal(two) if is_known(two) => known(two, " is not known", plain, f),
        Expression::Equal(two) => infix(two, " == ", plain, f),
        Expression::In(two) => infix(two, " in ", plain, f),
        Expression::Plus(two) => {
            let [left, right] = two.as_ref();
            let style = if style.unit.is_some() { style } else { style.beside(two.as_slice()) };
            write(left, Level::Sum, style, f)?;
            match right {
                Expression::Int(number) if *number < 0 => {
                    f.write_str(" - ")?;
                    write(&Expression::Int(-number), Level::Primary, style, f)
                }
                _ => {
                    f.write_str(" + ")?;
                    write(right, Level::Primary, style, f)
                }
            }
        }
        Expression::Compare(comparison, two) => compared(*comparison, two.as_slice(), plain, f),
        Expression::Between(comparison, three) => compared(*comparison, three.as_slice(), plain, f),
        Expression::PlusTime(date, amount, unit) => {
            write(date, Level::Sum, plain, f)?;
            let sign = if *amount < 0 { '-' } else { '+' };
            let plural = if amount.unsigned_abs() == 1 { "" } else { "s" };
            write!(f, " {sign} {} {}{plural}", amount.unsigned_abs(), unit.name())
        }
        Expression::Reduce(three) => write_reduce(three, plain, f),
        _ if expression.is_null() => f.write_str("null"),
        Expression::ExtractFromUvci(text, index) => {
            f.write_str("extractFromUVCI(")?;
            write(text, Level::If, plain, f)?;
            write!(f, ", {index})")
        }
        Expression::DccDateOfBirth(text) => {
            f.write_str("dccDateOfBirth(")?;
            write(text, Level::If, plain, f)?;
            f.write_char(')')
        }
    }
}

/// Whether an `and` inside a `!` came from an `or`.
fn negated(operands: &[Expression]) -> bool {
    operands.len() >= 2 && operands.iter().all(|operand| matches!(operand, Expression::Not(_)))
}

fn write_not(inner: &Expression, style: Style<'_>, f: &mut Formatter<'_>) -> fmt::Result {
    match inner {
        Expression::And(operands) if negated(operands) => separated(operands, " or ", f, |operand, f| match operand {
            Expression::Not(operand) => write(operand, Level::And, style, f),
            other => write(other, Level::And, style, f),
        }),
        Expression::Equal(two) if is_known(two) => known(two, " is known", style, f),
        Expression::Equal(two) => infix(two, " != ", style, f),
        Expression::In(two) => infix(two, " not in ", style, f),
        other => {
            f.write_str("not ")?;
            write(other, Level::Not, style, f)
        }
    }
}

/// Whether it compares with null, and so says whether something is known.
fn is_known([_, other]: &[Expression; 2]) -> bool {
    other.is_null()
}

fn known([fact, _]: &[Expression; 2], is: &str, style: Style<'_>, f: &mut Formatter<'_>) -> fmt::Result {
    write(fact, Level::Sum, style, f)?;
    f.write_str(is)
}

fn infix(two: &[Expression; 2], operator: &str, style: Style<'_>, f: &mut Formatter<'_>) -> fmt::Result {
    let style = style.beside(two);
    separated(two, operator, f, |operand, f| write(operand, Level::Sum, style, f))
}

fn compared(comparison: Comparison, operands: &[Expression], style: Style<'_>, f: &mut Formatter<'_>) -> fmt::Result {
    let style = style.beside(operands);
    let operator = match comparison {
        Comparison::NotAfter => " not after ",
        Comparison::NotBefore => " not before ",
        Comparison::After => " after ",
        Comparison::Before => " before ",
        Comparison::Greater => " > ",
        Comparison::Less => " < ",
        Comparison::AtLeast => " >= ",
        Comparison::AtMost => " <= ",
    };
    separated(operands, operator, f, |operand, f| match operand {
        operand if !comparison.of_date_times() => write(operand, Level::Sum, style, f),
        Expression::PlusTime(date, 0, TimeUnit::Day) if is_bare(date) => write(date, Level::Sum, style, f),
        operand if is_bare(operand) => {
            f.write_str("value(")?;
            write(operand, Level::If, style, f)?;
            f.write_char(')')
        }
        operand => write(operand, Level::Sum, style, f),
    })
}

/// Whether the parser converts the expression to a date-time in a comparison of dates.
const fn is_bare(expression: &Expression) -> bool {
    matches!(expression, Expression::Var(_) | Expression::Text(_))
}

fn separated(
    items: &[Expression],
    separator: &str,
    f: &mut Formatter<'_>,
    write: impl Fn(&Expression, &mut Formatter<'_>) -> fmt::Result,
) -> fmt::Result {
    for (position, item) in items.iter().enumerate() {
        if position > 0 {
            f.write_str(separator)?;
        }
        write(item, f)?;
    }
    Ok(())
}

/// The named forms of `reduce`, recognised by the exact structure that the parser gives them.
fn write_reduce(three: &[Expression; 3], style: Style<'_>, f: &mut Formatter<'_>) -> fmt::Result {
    let [list, step, first] = three;
    let (name, link, item) = match (step, first) {
        (Expression::If(branches), first) => match (branches.as_ref(), first) {
            ([condition, more, same], Expression::Int(0)) if is_more(more) && is_accumulator(same) => {
                ("count", " where ", Some(condition))
            }
            ([condition, Expression::Bool(true), same], Expression::Bool(false)) if is_accumulator(same) => {
                ("any", " where ", Some(condition))
            }
            ([condition, same, Expression::Bool(false)], Expression::Bool(true)) if is_accumulator(same) => {
                ("all", " where ", Some(condition))
            }
            _ => ("reduce", "", None),
        },
        (step, Expression::Int(0)) if is_more(step) => ("count", "", None),
        (Expression::Plus(two), Expression::Int(0)) => match two.as_ref() {
            [so_far, item] if is_accumulator(so_far) => ("sum", " of ", Some(item)),
            _ => ("reduce", "", None),
        },
        _ => ("reduce", "", None),
    };
    write!(f, "{name}(")?;
    match item {
        _ if name == "reduce" => separated(three, ", ", f, |operand, f| write(operand, Level::If, style, f))?,
        None => write(list, Level::Or, style, f)?,
        Some(item) => {
            write(list, Level::Or, style, f)?;
            f.write_str(link)?;
            write(item, Level::If, style, f)?;
        }
    }
    f.write_char(')')
}

fn is_accumulator(expression: &Expression) -> bool {
    matches!(expression, Expression::Var(path) if matches!(path.fragments(), [only] if only.name() == "accumulator"))
}

fn is_more(expression: &Expression) -> bool {
    matches!(expression, Expression::Plus(two)
        if matches!(two.as_ref(), [so_far, Expression::Int(1)] if is_accumulator(so_far)))
}

fn write_path(path: &Path, f: &mut Formatter<'_>) -> fmt::Result {
    let plain = path.fragments().iter().enumerate().all(|(position, fragment)| {
        fragment.name().chars().all(inside_name) && (position > 0 || fragment.name().starts_with(begins_name))
    });
    let reserved = matches!(path.fragments(), [only] if RESERVED.contains(&only.name()));
    if plain && !reserved && !path.fragments().is_empty() {
        return Display::fmt(path, f);
    }
    f.write_str("var(")?;
    write_text(&path.to_string(), f)?;
    f.write_char(')')
}

fn write_text(text: &str, f: &mut Formatter<'_>) -> fmt::Result {
    f.write_char('"')?;
    for c in text.chars() {
        match c {
            '"' | '\\' => write!(f, "\\{c}")?,
            '\n' => f.write_str("\\n")?,
            '\t' => f.write_str("\\t")?,
            '\r' => f.write_str("\\r")?,
            // Control characters are in the first plane, so four digits are enough.
            c if c.is_control() => write!(f, "\\u{:04x}", u32::from(c))?,
            c => f.write_char(c)?,
        }
    }
    f.write_char('"')
}

#[cfg(all(test, feature = "authoring"))]
mod tests {
    use super::super::parse;
    use super::*;
    use crate::limits::EXPRESSION_DEPTH;
    use crate::rules::expression::strategies::expressions;
    use proptest::prelude::*;

    #[test]
    fn sugar_is_printed_as_it_was_written() {
        for text in [
            r#"person.status in ["close-contact"] and measure.high_risk_minutes >= 240"#,
            "a or b and not c or (d or e)",
            "a != 1 and b not in [1, 2]",
            "not (a and b)",
            "(a and b) and c",
            "1 < a < 3",
            "if a then 1 else if b then 2 else 3",
            "(if a then 1 else 2) + 1",
            "a + b - 2 + (c + d)",
            "visit.leave + 7 days not after now - 1 month",
            r#"a not before "2021-01-01" not before b + 0 hours"#,
            "value(accumulator) after current.leave",
            "a + 0 days == b - 1 year",
            "count(visits) + count(visits where current.level == \"high\")",
            "any(visits where current.minutes > 1) or all(visits where current.ok)",
            "sum(visits of current.minutes) > -5",
            "reduce(visits, current, 0)",
            r#"extractFromUVCI(ci, -1) == var("and")"#,
            r#"dccDateOfBirth(person.birth) after now - 18 years"#,
            r#"var("") == var("a b")"#,
            r#""é\n\u0000\"""#,
            "人.姓名 == true",
            "a is known and not (b is known or c is not known)",
            "(a + 1 is known) == true",
            "null is not known",
            "null == a or a in [null, 1]",
            r#"var("null") == var("is") or var("null") is known"#,
        ] {
            assert_eq!(parse(text).map(|expression| expression.to_string()).as_deref(), Ok(text));
        }
    }

    #[test]
    fn the_deepest_expressions_read_back() {
        let leaf = || Expression::var("a").unwrap();
        let not = |inner| Expression::Not(Box::new(inner));
        let nests: [&dyn Fn(Expression) -> Expression; 7] = [
            &not,
            &|inner| Expression::Plus(Box::new([inner, Expression::Int(1)])),
            &|inner| Expression::Plus(Box::new([Expression::Int(1), inner])),
            &|inner| Expression::PlusTime(Box::new(inner), 0, TimeUnit::Day),
            &|inner| Expression::Array([inner].into()),
            &|inner| Expression::If(Box::new([inner.clone(), leaf(), leaf()])),
            &|inner| Expression::Compare(Comparison::After, Box::new([inner, leaf()])),
        ];
        for outer in nests {
            for inner in nests {
                let deep =
                    (1..EXPRESSION_DEPTH).fold(leaf(), |deep, n| if n % 2 == 0 { outer(deep) } else { inner(deep) });
                let text = deep.to_string();
                assert_eq!(parse(&text).map_err(|error| error.to_string()), Ok(deep), "{text}");
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn what_is_printed_reads_back(expression in expressions()) {
            let text = expression.to_string();
            let read = parse(&text).map_err(|error| TestCaseError::fail(format!("{text}\n{error}")))?;
            prop_assert_eq!(&read, &expression, "{}", text);
            prop_assert_eq!(read.to_string(), text);
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,60}", tokens in prop::collection::vec(prop::sample::select(WORDS), 0..40)) {
            for text in [text, tokens.join(" ")] {
                if let Ok(expression) = parse(&text) {
                    prop_assert_eq!(parse(&expression.to_string()).ok(), Some(expression));
                }
            }
        }
    }

    const WORDS: &[&str] = &[
        "a",
        "b.0",
        "and",
        "or",
        "not",
        "if",
        "then",
        "else",
        "in",
        "before",
        "after",
        "(",
        ")",
        "[",
        "]",
        ",",
        "+",
        "-",
        "==",
        "!=",
        "<",
        ">=",
        "1",
        "2.5",
        "h",
        "days",
        "°C",
        "true",
        "null",
        "is",
        "known",
        "'x'",
        "value",
        "count",
        "any",
        "where",
        "sum",
        "of",
        "reduce",
        "var",
        "\"\"",
        "extractFromUVCI",
        "dccDateOfBirth",
        "accumulator",
        "current",
        "\u{e9}",
        "'",
        "\\",
    ];
}
