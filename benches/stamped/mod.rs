//! Facts as an assessment hands them to rules: with their date-times as numbers.

use healthcode::calendar::datetime;
use healthcode::rules::expression::{Object, Value};

/// The same facts with their date-times as numbers.
pub(crate) fn stamped(value: Value<'_>) -> Value<'_> {
    match value {
        Value::Text(text) if text.len() == 24 => datetime::parse(&text).map_or(Value::Text(text), Value::Timestamp),
        Value::Object(object) => {
            let entries = object.iter().map(|(key, value)| (key.to_owned(), stamped(value.clone())));
            Value::Object(entries.collect::<Object<'_>>())
        }
        other => other,
    }
}
