//! What an expression evaluates to: borrowed from the data and the rule wherever possible.

use super::evaluate::{Budget, EvaluateError, is_text_of};
use super::{Fragment, Value, ValueType};
use crate::calendar::datetime::Iso;
use crate::limits::VALUE_DEPTH;
use serde::{Serialize, Serializer, ser::SerializeMap};
use std::fmt;
use std::rc::Rc;

/// The value of an expression.
///
/// CertLogic compares arrays, objects and date-times by identity, as JavaScript does: each equals only itself.
#[derive(Clone)]
// A tag of a whole word: after a one-byte tag the compiler packs an error's fields, and results then move in odd
// pieces, which takes a quarter more time for 30 rules.
#[repr(usize)]
pub enum Outcome<'v> {
    /// No value.
    Null,
    /// A truth value.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A number from the data that is not an integer.
    Float(f64),
    /// A text from the data or the rule.
    Text(&'v str),
    /// A date-time from the data that counts as its text: see [`Value::Timestamp`].
    Timestamp(i64),
    /// A date-time.
    DateTime {
        /// Milliseconds since 1970-01-01T00:00Z.
        moment: i64,
        /// The steps that were left when it was made, which make it unique.
        made: u32,
    },
    /// An array or an object from the data.
    Data(&'v Value<'v>),
    /// A value that the expression has built.
    Computed(Rc<Computed<'v>>),
}

/// An array that an expression has built; or what the step of a `reduce` reads with the empty path: an object of
/// `accumulator` and `current`.
pub struct Computed<'v> {
    items: Box<[Outcome<'v>]>,
    of_step: bool,
    /// The number of values in it, including nested ones.
    size: usize,
    depth: usize,
    /// As in [`Outcome::DateTime`].
    made: u32,
}

impl<'v> Computed<'v> {
    /// Builds a value of items. It costs as many steps as there are values, so that neither doubling nor nesting can
    /// exceed the budget; the limit on nesting bounds the stack used by dropping and printing.
    pub(super) fn put_together(
        items: Box<[Outcome<'v>]>,
        of_step: bool,
        made: Option<u32>,
        budget: &mut Budget,
    ) -> Result<Outcome<'v>, EvaluateError> {
        let (mut size, mut depth) = (items.len(), 0);
        for item in &items {
            size = size.saturating_add(item.size());
            depth = depth.max(item.depth());
        }
        budget.spend(size)?;
        if depth >= VALUE_DEPTH {
            return Err(EvaluateError::ArrayDepth { limit: VALUE_DEPTH });
        }
        let made = made.unwrap_or_else(|| budget.left());
        Ok(Outcome::Computed(Rc::new(Self { items, of_step, size, depth: depth + 1, made })))
    }

    /// The items, if it is an array.
    #[must_use]
    pub fn as_array(&self) -> Option<&[Outcome<'v>]> {
        if self.of_step { None } else { Some(&self.items) }
    }
}

impl<'v> Outcome<'v> {
    /// Whether the value counts as true or as false. A date-time counts as neither.
    #[must_use]
    pub fn truth(&self) -> Option<bool> {
        Some(match self {
            Self::Null => false,
            Self::Bool(value) => *value,
            Self::Int(value) => *value != 0,
            // NaN is neither, and only a caller can have put it there.
            Self::Float(value) if value.is_nan() => return None,
            Self::Float(value) => *value != 0.0,
            Self::Text(value) => !value.is_empty(),
            Self::DateTime { .. } => return None,
            Self::Data(Value::Array(items)) => !items.is_empty(),
            Self::Data(Value::Object(object)) => !object.is_empty(),
            Self::Computed(computed) => !computed.items.is_empty(),
            Self::Timestamp(_) | Self::Data(_) => true,
        })
    }

    /// The integer, if it is one.
    #[must_use]
    pub const fn as_int(&self) -> Option<i64> {
        if let Self::Int(value) = self { Some(*value) } else { None }
    }

    /// The text, if it is one.
    #[must_use]
    pub const fn as_text(&self) -> Option<&'v str> {
        if let Self::Text(value) = self { Some(value) } else { None }
    }

    /// The moment in milliseconds since 1970, if it is a date-time, computed or from the data.
    #[must_use]
    pub const fn as_moment(&self) -> Option<i64> {
        if let Self::DateTime { moment, .. } | Self::Timestamp(moment) = self { Some(*moment) } else { None }
    }

    /// The kind of value.
    #[must_use]
    pub fn kind(&self) -> ValueType {
        match self {
            Self::Null => ValueType::Null,
            Self::Bool(_) => ValueType::Bool,
            Self::Int(_) => ValueType::Int,
            Self::Float(_) => ValueType::Float,
            Self::Text(_) | Self::Timestamp(_) => ValueType::Text,
            Self::DateTime { .. } => ValueType::DateTime,
            Self::Data(value) => value.kind(),
            Self::Computed(computed) if computed.of_step => ValueType::Object,
            Self::Computed(_) => ValueType::Array,
        }
    }

    /// A value from the data as an outcome.
    #[inline(never)]
    pub(super) fn of(value: &'v Value<'v>) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(value) => Self::Bool(*value),
            Value::Int(value) => Self::Int(*value),
            Value::Float(value) => Self::Float(*value),
            Value::Text(value) => Self::Text(value),
            Value::Timestamp(moment) => Self::Timestamp(*moment),
            // Data cannot contain a CertLogic date-time; those that a caller put there are equal if they are the same
            // moment.
            Value::DateTime(moment) => Self::DateTime { moment: *moment, made: u32::MAX },
            Value::Array(_) | Value::Object(_) => Self::Data(value),
        }
    }

    pub(super) const fn date_time(moment: i64, budget: &Budget) -> Self {
        Self::DateTime { moment, made: budget.left() }
    }

    /// The number of values inside this one.
    fn size(&self) -> usize {
        match self {
            Self::Computed(computed) => computed.size,
            Self::Data(value) => value.size(),
            _ => 0,
        }
    }

    /// How deeply computed values are nested in this one.
    fn depth(&self) -> usize {
        if let Self::Computed(computed) = self { computed.depth } else { 0 }
    }

    /// Follows one part of a path; null if there is nothing there.
    pub(super) fn step(self, fragment: &Fragment) -> Self {
        match &self {
            Self::Data(value) => Self::of(value.step(fragment)),
            Self::Computed(computed) => {
                let index = match fragment.name() {
                    "accumulator" if computed.of_step => Some(0),
                    "current" if computed.of_step => Some(1),
                    _ => fragment.index().filter(|_| !computed.of_step),
                };
                index.and_then(|index| computed.items.get(index)).cloned().unwrap_or(Self::Null)
            }
            _ => Self::Null,
        }
    }

    /// CertLogic's `===`.
    pub(super) fn same(&self, other: &Self, budget: &mut Budget) -> Result<bool, EvaluateError> {
        Ok(match (self, other) {
            (Self::Null, Self::Null) => true,
            (Self::Bool(a), Self::Bool(b)) => a == b,
            (Self::Int(a), Self::Int(b)) | (Self::Timestamp(a), Self::Timestamp(b)) => a == b,
            (Self::Float(a), Self::Float(b)) => a == b,
            (Self::Text(a), Self::Text(b)) => {
                if a.len() == b.len() {
                    budget.spend(a.len() >> 6)?;
                }
                a == b
            }
            (Self::Timestamp(a), Self::Text(b)) | (Self::Text(b), Self::Timestamp(a)) => is_text_of(*a, b),
            (Self::DateTime { moment: a, made: x }, Self::DateTime { moment: b, made: y }) => a == b && x == y,
            (Self::Data(a), Self::Data(b)) => std::ptr::eq(*a, *b),
            (Self::Computed(a), Self::Computed(b)) => a.made == b.made,
            _ => false,
        })
    }
}

impl<'v> Value<'v> {
    /// Follows one part of a path; null if there is nothing there.
    pub(super) fn step<'s>(&'s self, fragment: &Fragment) -> &'s Self {
        match self {
            Self::Object(object) => object.get(fragment.name()),
            Self::Array(items) => fragment.index().and_then(|index| items.get(index)),
            _ => None,
        }
        .unwrap_or(&Value::Null)
    }

    /// The number of values inside this one.
    fn size(&self) -> usize {
        match self {
            Self::Array(items) => items.iter().fold(items.len(), |sum, item| sum.saturating_add(item.size())),
            Self::Object(object) => object.iter().fold(object.len(), |sum, (_, item)| sum.saturating_add(item.size())),
            _ => 0,
        }
    }
}

/// Shows only the kind: values are a holder's data and stay out of logs.
impl fmt::Debug for Outcome<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind().fmt(f)
    }
}

/// Writes it as JSON, with date-times as the text that JavaScript's `JSON.stringify` gives.
impl Serialize for Outcome<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Int(value) => serializer.serialize_i64(*value),
            Self::Float(value) => serializer.serialize_f64(*value),
            Self::Text(value) => serializer.serialize_str(value),
            Self::Timestamp(moment) | Self::DateTime { moment, .. } => serializer.collect_str(&Iso(*moment)),
            Self::Data(value) => value.serialize(serializer),
            Self::Computed(computed) => match computed.items.as_ref() {
                [accumulator, current] if computed.of_step => {
                    let mut map = serializer.serialize_map(Some(2))?;
                    map.serialize_entry("accumulator", accumulator)?;
                    map.serialize_entry("current", current)?;
                    map.end()
                }
                items => serializer.collect_seq(items),
            },
        }
    }
}
