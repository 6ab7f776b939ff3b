//! What an expression evaluates to: borrowed from the data and the rule wherever possible.

use super::evaluate::{Budget, EvaluateError, is_text_of};
use super::{Fragment, Value, datetime::Iso};
use crate::limits::VALUE_DEPTH;
use serde::{Serialize, Serializer, ser::SerializeMap};
use std::fmt;
use std::rc::Rc;

/// The value of an expression.
///
/// CertLogic compares arrays, objects and date-times by identity, as JavaScript does: each is the same only as itself.
#[derive(Clone)]
pub enum Outcome<'v> {
    /// Nothing known.
    Null,
    /// A truth value.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A number that is no integer, from the data.
    Float(f64),
    /// A text of the data or the rule.
    Text(&'v str),
    /// A date-time of the data that stands for its text: see [`Value::Timestamp`].
    Timestamp(i64),
    /// A date-time.
    DateTime {
        /// Milliseconds since 1970-01-01T00:00Z.
        moment: i64,
        /// The step of the budget at which it was made, which tells it from all others.
        made: u32,
    },
    /// An array or an object of the data.
    Data(&'v Value<'v>),
    /// A computed array.
    List(Rc<List<'v>>),
    /// What the step of a `reduce` sees, as a whole.
    Pair(Rc<Pair<'v>>),
}

/// A computed array.
pub struct List<'v> {
    items: Box<[Outcome<'v>]>,
    /// How many values it has, those within values included.
    size: usize,
    depth: usize,
}

impl<'v> List<'v> {
    /// The items in order.
    #[must_use]
    pub fn items(&self) -> &[Outcome<'v>] {
        &self.items
    }
}

/// The data of one step of a `reduce`.
pub struct Pair<'v> {
    accumulator: Outcome<'v>,
    current: Outcome<'v>,
    depth: usize,
}

impl<'v> Pair<'v> {
    /// The data of the step that combines `accumulator` with `current`.
    pub(super) fn new(accumulator: Outcome<'v>, current: Outcome<'v>) -> Result<Self, EvaluateError> {
        let depth = deeper(accumulator.depth().max(current.depth()))?;
        Ok(Self { accumulator, current, depth })
    }
}

/// One level of computed nesting more: the limit bounds the stack that printing and dropping take.
const fn deeper(depth: usize) -> Result<usize, EvaluateError> {
    if depth < VALUE_DEPTH { Ok(depth + 1) } else { Err(EvaluateError::ArrayDepth { limit: VALUE_DEPTH }) }
}

impl<'v> Outcome<'v> {
    /// Whether the value counts as true or as false. A date-time counts as neither.
    #[must_use]
    pub fn truth(&self) -> Option<bool> {
        Some(match self {
            Self::Null => false,
            Self::Bool(value) => *value,
            Self::Int(value) => *value != 0,
            // Not a number is neither, and only a caller can have put it there.
            Self::Float(value) if value.is_nan() => return None,
            Self::Float(value) => *value != 0.0,
            Self::Text(value) => !value.is_empty(),
            Self::DateTime { .. } => return None,
            Self::Data(Value::Array(items)) => !items.is_empty(),
            Self::Data(Value::Object(object)) => !object.is_empty(),
            Self::List(list) => !list.items.is_empty(),
            Self::Timestamp(_) | Self::Data(_) | Self::Pair(_) => true,
        })
    }

    /// The integer, if it is one.
    #[must_use]
    pub const fn as_int(&self) -> Option<i64> {
        if let Self::Int(value) = self { Some(*value) } else { None }
    }

    /// The text, if it is one of the data or the rule.
    #[must_use]
    pub const fn as_text(&self) -> Option<&'v str> {
        if let Self::Text(value) = self { Some(value) } else { None }
    }

    /// The moment in milliseconds since 1970, if it is a date-time, computed or of the data.
    #[must_use]
    pub const fn as_moment(&self) -> Option<i64> {
        if let Self::DateTime { moment, .. } | Self::Timestamp(moment) = self { Some(*moment) } else { None }
    }

    /// What kind of value it is, in the words of messages.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "boolean",
            Self::Int(_) => "integer",
            Self::Float(_) => "number",
            Self::Text(_) | Self::Timestamp(_) => "text",
            Self::DateTime { .. } => "date-time",
            Self::Data(value) => value.kind(),
            Self::List(_) => "array",
            Self::Pair(_) => "object",
        }
    }

    /// The value of the data as an outcome.
    pub(super) fn of(value: &'v Value<'v>) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(value) => Self::Bool(*value),
            Value::Int(value) => Self::Int(*value),
            Value::Float(value) => Self::Float(*value),
            Value::Text(value) => Self::Text(value),
            Value::Timestamp(moment) => Self::Timestamp(*moment),
            // Data cannot hold CertLogic's date-time; those that a caller put there are equal if they are the same moment.
            Value::DateTime(moment) => Self::DateTime { moment: *moment, made: u32::MAX },
            Value::Array(_) | Value::Object(_) => Self::Data(value),
        }
    }

    pub(super) const fn date_time(moment: i64, budget: &Budget) -> Self {
        Self::DateTime { moment, made: budget.left() }
    }

    /// A computed array, which costs as many steps as it has values: so neither doubling nor nesting grows past the
    /// budget.
    pub(super) fn list(items: Box<[Self]>, budget: &mut Budget) -> Result<Self, EvaluateError> {
        let size = items.iter().fold(items.len(), |size, item| size.saturating_add(item.size()));
        budget.spend(size)?;
        let depth = deeper(items.iter().map(Self::depth).max().unwrap_or(0))?;
        Ok(Self::List(Rc::new(List { items, size, depth })))
    }

    /// How many values are inside this one.
    fn size(&self) -> usize {
        match self {
            Self::List(list) => list.size,
            Self::Pair(pair) => pair.accumulator.size().saturating_add(pair.current.size()).saturating_add(2),
            Self::Data(value) => value.size(),
            _ => 0,
        }
    }

    /// How deep the computed values in this one nest.
    fn depth(&self) -> usize {
        match self {
            Self::List(list) => list.depth,
            Self::Pair(pair) => pair.depth,
            _ => 0,
        }
    }

    /// One part of a path further; nothing where there is nothing.
    pub(super) fn step(self, fragment: &Fragment) -> Self {
        match &self {
            Self::Data(value) => Self::of(value.step(fragment)),
            Self::List(list) => fragment.index().and_then(|index| list.items.get(index)).cloned().unwrap_or(Self::Null),
            Self::Pair(pair) => match fragment.name() {
                "accumulator" => pair.accumulator.clone(),
                "current" => pair.current.clone(),
                _ => Self::Null,
            },
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
            (Self::List(a), Self::List(b)) => Rc::ptr_eq(a, b),
            (Self::Pair(a), Self::Pair(b)) => Rc::ptr_eq(a, b),
            _ => false,
        })
    }
}

impl<'v> Value<'v> {
    /// One part of a path further; nothing where there is nothing.
    pub(super) fn step<'s>(&'s self, fragment: &Fragment) -> &'s Self {
        match self {
            Self::Object(object) => object.get(fragment.name()),
            Self::Array(items) => fragment.index().and_then(|index| items.get(index)),
            _ => None,
        }
        .unwrap_or(&Value::Null)
    }

    /// How many values are inside this one.
    fn size(&self) -> usize {
        match self {
            Self::Array(items) => items.iter().fold(items.len(), |sum, item| sum.saturating_add(item.size())),
            Self::Object(object) => object.iter().fold(object.len(), |sum, (_, item)| sum.saturating_add(item.size())),
            _ => 0,
        }
    }
}

/// Only the kind: values are a holder's data and stay out of logs.
impl fmt::Debug for Outcome<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind())
    }
}

/// As JSON; date-times as the text that JavaScript's `JSON.stringify` gives them.
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
            Self::List(list) => serializer.collect_seq(list.items()),
            Self::Pair(pair) => {
                let mut map = serializer.serialize_map(Some(2))?;
                map.serialize_entry("accumulator", &pair.accumulator)?;
                map.serialize_entry("current", &pair.current)?;
                map.end()
            }
        }
    }
}
