//! Conditions: expressions that answer yes or no.

use super::json::Reader;
use super::{Budget, EvaluateError, Expression, ExpressionError, Fragment, Gauge, Operator, Value, evaluate};
use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};
use serde::ser::{Serialize, Serializer};
use std::fmt;
use std::ops::Range;

/// An expression that answers yes or no. Files have it as CertLogic; where rules are written (feature `authoring`) it
/// may also be readable [text](super::text), but it is always saved as CertLogic.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Condition(Expression);

impl Condition {
    /// Makes a condition of an expression.
    ///
    /// # Errors
    /// [`ExpressionError::ConditionText`] for a text literal, which would be mistaken for readable text when read
    /// again.
    pub fn new(expression: Expression) -> Result<Self, ExpressionError> {
        match expression {
            Expression::Text(_) => Err(ExpressionError::ConditionText),
            expression => Ok(Self(expression)),
        }
    }

    /// The expression.
    #[must_use]
    pub const fn expression(&self) -> &Expression {
        &self.0
    }

    /// The expression, by value.
    #[must_use]
    pub fn into_expression(self) -> Expression {
        self.0
    }

    /// Whether the condition is true for `data`: whether its value is truthy.
    ///
    /// # Errors
    /// As [`evaluate`](fn@evaluate), and [`EvaluateError::Truth`] if the value is neither truthy nor falsy.
    pub fn holds<'v>(&'v self, data: &'v Value<'v>, budget: &mut Budget) -> Result<bool, EvaluateError> {
        let value = evaluate(&self.0, data, budget)?;
        value.truth().ok_or_else(|| EvaluateError::Truth { operator: Operator::If, found: value.kind() })
    }

    /// Whether it reads a fact of which this holds, by its section and its name.
    pub(crate) fn reads(&self, is_meant: impl Fn(&str, &str) -> bool) -> bool {
        let mut found = false;
        self.0.data_paths(&mut |path| {
            let mut names = path.fragments().iter().map(Fragment::name);
            found |= is_meant(names.next().unwrap_or_default(), names.next().unwrap_or_default());
        });
        found
    }

    /// The parts that are all true if the condition is, in the order in which they are evaluated: the operands of an
    /// outermost `and`, otherwise the expression.
    pub(crate) fn parts(&self) -> &[Expression] {
        match &self.0 {
            Expression::And(operands) => operands,
            whole => std::slice::from_ref(whole),
        }
    }

    /// Whether these of its [parts](Self::parts) are true for `data`: evaluated one after another, as the whole is.
    ///
    /// # Errors
    /// As [`holds`](Self::holds).
    pub(crate) fn parts_hold<'v>(
        &'v self,
        parts: Range<usize>,
        data: &'v Value<'v>,
        budget: &mut Budget,
    ) -> Result<bool, EvaluateError> {
        let operator = self.0.operator().filter(|operator| *operator == Operator::And).unwrap_or(Operator::If);
        for part in self.parts().get(parts).unwrap_or_default() {
            let value = evaluate(part, data, budget)?;
            match value.truth() {
                Some(true) => {}
                Some(false) => return Ok(false),
                None => return Err(EvaluateError::Truth { operator, found: value.kind() }),
            }
        }
        Ok(true)
    }
}

impl Serialize for Condition {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Condition {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ConditionVisitor)
    }
}

struct ConditionVisitor;

impl ConditionVisitor {
    /// This reads the outermost level of an expression.
    fn read<T, E: de::Error>(read: impl FnOnce(Reader<'_>) -> Result<T, E>) -> Result<T, E> {
        let mut gauge = Gauge::new();
        gauge.enter().map_err(E::custom)?;
        read(Reader(&mut gauge))
    }
}

impl<'de> Visitor<'de> for ConditionVisitor {
    type Value = Condition;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if cfg!(feature = "authoring") { "a condition, as text or CertLogic" } else { "CertLogic" })
    }

    fn visit_bool<E>(self, value: bool) -> Result<Condition, E> {
        Ok(Condition(Expression::Bool(value)))
    }

    #[cfg(feature = "authoring")]
    fn visit_str<E: de::Error>(self, value: &str) -> Result<Condition, E> {
        Condition::new(super::text::parse(value).map_err(E::custom)?).map_err(E::custom)
    }

    fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<Condition, A::Error> {
        Self::read(|reader| reader.visit_map(entries)).map(Condition)
    }
}
