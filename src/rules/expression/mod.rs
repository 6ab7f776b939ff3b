//! CertLogic, the rule language of the EU Digital COVID Certificate: the tree of an expression.
//!
//! Source: ehn-dcc-development/eu-dcc-business-rules, `certlogic/specification/README.md`, in the version that
//! [`SPECIFICATION_VERSION`] states. The tree can only represent valid expressions, so a misplaced operand is refused
//! when a rule is read and not when it is needed; only the types of data can cause errors during evaluation.
//!
//! Reading order: this file, `path.rs` and `value.rs`, `evaluate.rs` with its result in `outcome.rs`, then
//! the forms: `json.rs` (serde), `cbor.rs`, and the readable [`text`].

mod cbor;
mod condition;
mod evaluate;
mod json;
mod operator;
mod outcome;
mod path;
#[cfg(test)]
mod strategies;
pub mod text;
mod value;

pub use crate::calendar::TimeUnit;
pub use condition::Condition;
pub use evaluate::{Budget, EvaluateError, evaluate};
pub use operator::{Comparison, Operator};
pub use outcome::{Computed, Outcome};
pub use path::{Fragment, Path};
pub use value::{Object, Value, ValueType};

use crate::error::family_errors;
use crate::limits::{EXPRESSION_DEPTH, EXPRESSION_NODES};

/// The version of the CertLogic specification that this module meets.
pub const SPECIFICATION_VERSION: &str = "1.3.3";

/// The largest integer that every CertLogic engine represents exactly, 2^53 − 1.
pub const INTEGER_MAX: i64 = (1 << 53) - 1;

/// A CertLogic expression. Integers in it are within ±[`INTEGER_MAX`] when read from any of its forms.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Expression {
    /// `true` or `false`.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A text.
    Text(Box<str>),
    /// An array: each item is evaluated.
    Array(Box<[Expression]>),
    /// `var`: reads the data.
    Var(Path),
    /// `if`: guard, then, else; only one of the latter two is evaluated.
    If(Box<[Expression; 3]>),
    /// `and`: the first falsy operand, or the last one; two or more operands, evaluated until one is falsy.
    And(Box<[Expression]>),
    /// `!`: whether the operand is falsy.
    Not(Box<Expression>),
    /// `===`: equality without conversion.
    Equal(Box<[Expression; 2]>),
    /// `in`: whether the first operand is an item of the second.
    In(Box<[Expression; 2]>),
    /// `+`: the sum of two integers.
    Plus(Box<[Expression; 2]>),
    /// A comparison of two integers or date-times.
    Compare(Comparison, Box<[Expression; 2]>),
    /// A comparison of three operands: true if it is true of the first two and of the last two.
    Between(Comparison, Box<[Expression; 3]>),
    /// `plusTime`: a text read as a date-time and moved by an amount of a unit.
    PlusTime(Box<Expression>, i64, TimeUnit),
    /// `reduce`: array, step, first value; the step sees `accumulator` and `current` and nothing else.
    Reduce(Box<[Expression; 3]>),
    /// `extractFromUVCI`: one part of a certificate identifier.
    ExtractFromUvci(Box<Expression>, i64),
    /// `dccDateOfBirth`: a date of birth, perhaps without month or day, as the last date that matches it.
    DccDateOfBirth(Box<Expression>),
}

family_errors! {
    /// Why something is not a CertLogic expression.
    ExpressionError {
        /// Neither a literal, an array nor an object with one operation.
        Shape = "rule-shape", "expected a boolean, an integer, a text, an array or an object with one operation";
        /// The name is not a CertLogic operation.
        Operator = "rule-operator", "unknown operation";
        /// The operation has too few or too many operands.
        OperandCount {
            /// The operation.
            operator: Operator,
            /// How many operands it has.
            found: usize,
        } = "rule-operand-count", "operation `{operator}` cannot have {found} operands";
        /// The operand must be a literal, not computed.
        OperandLiteral {
            /// The operation.
            operator: Operator,
            /// What is expected instead.
            expected: &'static str,
        } = "rule-operand-literal", "operation `{operator}` needs {expected} as a literal";
        /// A number with a fraction, or too large for every engine to represent it exactly.
        Number = "rule-number", "numbers must be integers between -(2^53 - 1) and 2^53 - 1";
        /// A data path with an empty part, or a part that engines interpret differently.
        Path = "rule-path", "a data path needs names or plain indices between its dots; a name must not begin like a number";
        /// Nested too deeply.
        Depth { /// The deepest allowed nesting.
            limit: usize } = "rule-depth", "nested deeper than {limit} levels";
        /// Too many operations and literals.
        Size { /// The largest allowed number.
            limit: usize } = "rule-size", "more than {limit} operations and literals";
        /// A condition that is just a text literal.
        ConditionText = "rule-condition-text", "a condition cannot be a text literal";
    }
}

impl Expression {
    /// The integer literal `value`.
    ///
    /// # Errors
    /// [`ExpressionError::Number`] beyond ±[`INTEGER_MAX`].
    pub fn int(value: i64) -> Result<Self, ExpressionError> {
        if (-INTEGER_MAX..=INTEGER_MAX).contains(&value) { Ok(Self::Int(value)) } else { Err(ExpressionError::Number) }
    }

    /// `{"var": path}`.
    ///
    /// # Errors
    /// [`ExpressionError::Path`], as for [`Path::new`].
    pub fn var(path: &str) -> Result<Self, ExpressionError> {
        Path::new(path).map(Self::Var)
    }

    /// `null`. CertLogic has no literal for it: this is a part that no identifier has, which is null for every engine
    /// and whatever the data.
    #[must_use]
    #[cfg(any(test, feature = "authoring"))]
    pub fn null() -> Self {
        Self::ExtractFromUvci(Box::new(Self::Text("".into())), NO_PART)
    }

    /// Whether it is [`null`](fn@Self::null).
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self, Self::ExtractFromUvci(of, NO_PART) if matches!(of.as_ref(), Self::Text(text) if text.is_empty()))
    }

    /// The operation called `name` with its operands, for every operation but `var`.
    ///
    /// # Errors
    /// If CertLogic has no such operation, or the operands are wrong for it.
    pub fn operation(name: &str, operands: Vec<Self>) -> Result<Self, ExpressionError> {
        let operator = Operator::from_name(name).ok_or(ExpressionError::Operator)?;
        Ok(match operator {
            // Its operand is not an expression.
            Operator::Var => return Err(ExpressionError::Shape),
            Operator::And if operands.len() < 2 => return Err(count(operator, operands.len())),
            Operator::And => Self::And(operands.into()),
            Operator::Not => Self::Not(one(operator, operands)?),
            Operator::Equal => Self::Equal(two(operator, operands)?),
            Operator::In => Self::In(two(operator, operands)?),
            Operator::Plus => Self::Plus(two(operator, operands)?),
            Operator::If => Self::If(three(operator, operands)?),
            Operator::Reduce => Self::Reduce(three(operator, operands)?),
            Operator::Compare(comparison) if operands.len() == 2 => Self::Compare(comparison, two(operator, operands)?),
            Operator::Compare(comparison) => Self::Between(comparison, three(operator, operands)?),
            Operator::PlusTime => {
                let [date, amount, unit] = *three(operator, operands)?;
                let (Self::Int(amount), Self::Text(unit)) = (amount, unit) else { return Err(PLUS_TIME_LITERALS) };
                Self::PlusTime(Box::new(date), amount, TimeUnit::from_name(&unit).ok_or(PLUS_TIME_LITERALS)?)
            }
            Operator::ExtractFromUvci => {
                let [text, index] = *two(operator, operands)?;
                let Self::Int(index) = index else {
                    return Err(ExpressionError::OperandLiteral { operator, expected: "an integer" });
                };
                Self::ExtractFromUvci(Box::new(text), index)
            }
            Operator::DccDateOfBirth => Self::DccDateOfBirth(one(operator, operands)?),
        })
    }

    /// The operation, or `None` for a literal or an array.
    #[must_use]
    pub const fn operator(&self) -> Option<Operator> {
        Some(match self {
            Self::Bool(_) | Self::Int(_) | Self::Text(_) | Self::Array(_) => return None,
            Self::Var(_) => Operator::Var,
            Self::If(_) => Operator::If,
            Self::And(_) => Operator::And,
            Self::Not(_) => Operator::Not,
            Self::Equal(_) => Operator::Equal,
            Self::In(_) => Operator::In,
            Self::Plus(_) => Operator::Plus,
            Self::Compare(comparison, _) | Self::Between(comparison, _) => Operator::Compare(*comparison),
            Self::PlusTime(..) => Operator::PlusTime,
            Self::Reduce(_) => Operator::Reduce,
            Self::ExtractFromUvci(..) => Operator::ExtractFromUvci,
            Self::DccDateOfBirth(_) => Operator::DccDateOfBirth,
        })
    }

    /// The operands that are expressions, in order: an array's are its items, literals and `var` have none.
    #[must_use]
    pub fn operands(&self) -> &[Self] {
        match self {
            Self::Bool(_) | Self::Int(_) | Self::Text(_) | Self::Var(_) => &[],
            Self::Array(items) | Self::And(items) => items,
            Self::Not(operand)
            | Self::PlusTime(operand, ..)
            | Self::ExtractFromUvci(operand, _)
            | Self::DccDateOfBirth(operand) => std::slice::from_ref(operand),
            Self::Equal(two) | Self::In(two) | Self::Plus(two) | Self::Compare(_, two) => two.as_slice(),
            Self::If(three) | Self::Between(_, three) | Self::Reduce(three) => three.as_slice(),
        }
    }

    /// Calls `found` with every path that reads the data itself, in order. Paths inside the step of a `reduce` read its
    /// `accumulator` and `current` instead and are left out.
    pub fn data_paths<'e>(&'e self, found: &mut dyn FnMut(&'e Path)) {
        match self {
            Self::Var(path) => found(path),
            Self::Reduce(three) => {
                let [list, _, first] = three.as_ref();
                list.data_paths(found);
                first.data_paths(found);
            }
            _ => self.operands().iter().for_each(|operand| operand.data_paths(found)),
        }
    }

    /// Calls `found` with every literal text, in order.
    pub(crate) fn texts<'e>(&'e self, found: &mut dyn FnMut(&'e str)) {
        match self {
            Self::Text(text) => found(text),
            _ => self.operands().iter().for_each(|operand| operand.texts(found)),
        }
    }
}

/// The number of a part that no identifier has.
const NO_PART: i64 = -1;

const PLUS_TIME_LITERALS: ExpressionError = ExpressionError::OperandLiteral {
    operator: Operator::PlusTime,
    expected: "an integer and one of `year`, `month`, `day`, `hour`",
};

const fn count(operator: Operator, found: usize) -> ExpressionError {
    ExpressionError::OperandCount { operator, found }
}

// These three stay separate functions: inlined into every operation they would be a tenth of the engine's wasm.

#[inline(never)]
fn one(operator: Operator, mut operands: Vec<Expression>) -> Result<Box<Expression>, ExpressionError> {
    match (operands.pop(), operands.len()) {
        (Some(only), 0) => Ok(Box::new(only)),
        (last, rest) => Err(count(operator, rest + usize::from(last.is_some()))),
    }
}

#[inline(never)]
fn two(operator: Operator, operands: Vec<Expression>) -> Result<Box<[Expression; 2]>, ExpressionError> {
    operands.into_boxed_slice().try_into().map_err(|operands: Box<[_]>| count(operator, operands.len()))
}

#[inline(never)]
fn three(operator: Operator, operands: Vec<Expression>) -> Result<Box<[Expression; 3]>, ExpressionError> {
    operands.into_boxed_slice().try_into().map_err(|operands: Box<[_]>| count(operator, operands.len()))
}

/// Counts one expression against the limits on depth and size while it is read.
struct Gauge {
    depth: usize,
    nodes: usize,
}

impl Gauge {
    const fn new() -> Self {
        Self { depth: 0, nodes: 0 }
    }

    /// Begins one more operation or literal, inside those that have not ended.
    fn enter(&mut self) -> Result<(), ExpressionError> {
        self.depth += 1;
        self.nodes += 1;
        if self.depth > EXPRESSION_DEPTH {
            Err(ExpressionError::Depth { limit: EXPRESSION_DEPTH })
        } else if self.nodes > EXPRESSION_NODES {
            Err(ExpressionError::Size { limit: EXPRESSION_NODES })
        } else {
            Ok(())
        }
    }

    fn leave(&mut self) {
        self.depth -= 1;
    }
}
