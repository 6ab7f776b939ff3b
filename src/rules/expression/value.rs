//! The data that expressions read.

use super::INTEGER_MAX;
use crate::calendar::datetime::Iso;
use crate::limits::VALUE_DEPTH;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser::SerializeMap};
use std::borrow::Cow;
use std::fmt;

/// A value in the data. It may borrow its texts and keys from the facts that it is built from.
#[derive(Clone, PartialEq, Default)]
pub enum Value<'a> {
    /// No value.
    #[default]
    Null,
    /// A truth value.
    Bool(bool),
    /// An integer within ±(2^53 − 1).
    Int(i64),
    /// Any other number: it is truthy and equals itself, and no operation can compute with it.
    Float(f64),
    /// A text.
    Text(Cow<'a, str>),
    /// A date-time given as milliseconds since 1970, so that it need not be parsed. To rules it is the text
    /// `YYYY-MM-DDThh:mm:ss.sssZ`: they treat it as any CertLogic engine treats that text.
    Timestamp(i64),
    /// A date-time as made by `plusTime`, in milliseconds since 1970. CertLogic data cannot contain one.
    DateTime(i64),
    /// An array.
    Array(Vec<Value<'a>>),
    /// An object.
    Object(Object<'a>),
}

/// Named values, sorted by name.
#[derive(Clone, PartialEq, Default)]
pub struct Object<'a>(Vec<(Cow<'a, str>, Value<'a>)>);

/// The number of names up to which a lookup is linear; the documented facts have at most about a dozen each.
const FEW: usize = 16;

impl<'a> Object<'a> {
    /// An object without values.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// An object without values, with room for `capacity`.
    #[must_use]
    pub fn with_capacity(entries: usize) -> Self {
        Self(Vec::with_capacity(entries))
    }

    /// The value called `key`.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Value<'a>> {
        // With few names, a linear search is faster than a binary one: most names differ in length or in their first
        // byte. With many names, the binary search keeps a lookup from costing more than its step.
        let found = if self.0.len() <= FEW {
            self.0.iter().find(|(other, _)| other.len() == key.len() && other.bytes().eq(key.bytes()))
        } else {
            self.position(key).ok().and_then(|position| self.0.get(position))
        };
        found.map(|(_, value)| value)
    }

    /// The value called `key`, mutable.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Value<'a>> {
        self.position(key).ok().and_then(|position| self.0.get_mut(position)).map(|(_, value)| value)
    }

    /// Sets `key` and returns the value that it had.
    pub fn set(&mut self, key: impl Into<Cow<'a, str>>, value: impl Into<Value<'a>>) -> Option<Value<'a>> {
        let (key, value) = (key.into(), value.into());
        match self.position(&key) {
            Ok(position) => self.0.get_mut(position).map(|(_, old)| std::mem::replace(old, value)),
            Err(position) => {
                self.0.insert(position, (key, value));
                None
            }
        }
    }

    /// The same object with `key` set.
    #[must_use]
    pub fn with(mut self, key: impl Into<Cow<'a, str>>, value: impl Into<Value<'a>>) -> Self {
        self.set(key, value);
        self
    }

    /// The number of values.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether it has no values.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Names and values, sorted by the length of the name, then by its bytes.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value<'a>)> {
        self.0.iter().map(|(key, value)| (key.as_ref(), value))
    }

    /// Compares lengths first: most comparisons then end without looking at a byte.
    fn position(&self, key: &str) -> Result<usize, usize> {
        let order = |other: &str| other.len().cmp(&key.len()).then_with(|| other.as_bytes().cmp(key.as_bytes()));
        // Names that are set in order need no search.
        if self.0.last().is_none_or(|(last, _)| order(last).is_lt()) {
            return Err(self.0.len());
        }
        self.0.binary_search_by(|(other, _)| order(other))
    }
}

impl<'a, K: Into<Cow<'a, str>>, V: Into<Value<'a>>> FromIterator<(K, V)> for Object<'a> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        entries.into_iter().fold(Self::new(), |object, (key, value)| object.with(key, value))
    }
}

impl<'a> Value<'a> {
    /// A number as JavaScript reads it: an integer if it is one that every engine represents exactly.
    #[must_use]
    pub fn number(number: f64) -> Self {
        let limit = 9_007_199_254_740_991.0;
        if number.fract() == 0.0 && (-limit..=limit).contains(&number) {
            #[expect(clippy::as_conversions, reason = "integral and within ±(2^53 − 1), as just checked")]
            Self::Int(number as i64)
        } else {
            Self::Float(number)
        }
    }

    fn integer(number: i64) -> Self {
        if (-INTEGER_MAX..=INTEGER_MAX).contains(&number) {
            Self::Int(number)
        } else {
            #[expect(clippy::as_conversions, reason = "the nearest number is what JavaScript reads")]
            Self::Float(number as f64)
        }
    }

    /// The object, if it is one.
    #[must_use]
    pub const fn as_object(&self) -> Option<&Object<'a>> {
        if let Self::Object(object) = self { Some(object) } else { None }
    }

    /// The object, if it is one, mutable.
    pub const fn as_object_mut(&mut self) -> Option<&mut Object<'a>> {
        if let Self::Object(object) = self { Some(object) } else { None }
    }

    /// The same value, borrowing nothing.
    #[must_use]
    pub fn into_owned(self) -> Value<'static> {
        match self {
            Self::Null => Value::Null,
            Self::Bool(value) => Value::Bool(value),
            Self::Int(value) => Value::Int(value),
            Self::Float(value) => Value::Float(value),
            Self::Text(text) => Value::Text(Cow::Owned(text.into_owned())),
            Self::Timestamp(moment) => Value::Timestamp(moment),
            Self::DateTime(moment) => Value::DateTime(moment),
            Self::Array(items) => Value::Array(items.into_iter().map(Value::into_owned).collect()),
            Self::Object(Object(entries)) => Value::Object(Object(
                entries.into_iter().map(|(key, value)| (Cow::Owned(key.into_owned()), value.into_owned())).collect(),
            )),
        }
    }

    /// The kind of value.
    #[must_use]
    pub const fn kind(&self) -> ValueType {
        match self {
            Self::Null => ValueType::Null,
            Self::Bool(_) => ValueType::Bool,
            Self::Int(_) => ValueType::Int,
            Self::Float(_) => ValueType::Float,
            Self::Text(_) | Self::Timestamp(_) => ValueType::Text,
            Self::DateTime(_) => ValueType::DateTime,
            Self::Array(_) => ValueType::Array,
            Self::Object(_) => ValueType::Object,
        }
    }
}

/// A kind of value. Messages may name it, unlike the value itself, which is the holder's data.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ValueType {
    /// No value.
    Null,
    /// `true` or `false`.
    Bool,
    /// An integer.
    Int,
    /// Another number.
    Float,
    /// A text.
    Text,
    /// A date-time.
    DateTime,
    /// An array.
    Array,
    /// An object.
    Object,
}

impl fmt::Display for ValueType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Null => "null",
            Self::Bool => "a boolean",
            Self::Int => "an integer",
            Self::Float => "a number with a fraction",
            Self::Text => "a text",
            Self::DateTime => "a date-time",
            Self::Array => "an array",
            Self::Object => "an object",
        })
    }
}

/// Shows only the kind: values are a holder's data and stay out of logs.
impl fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind().fmt(f)
    }
}

/// Shows only the names.
impl fmt::Debug for Object<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter().map(|(key, _)| key)).finish()
    }
}

impl From<bool> for Value<'_> {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i64> for Value<'_> {
    fn from(value: i64) -> Self {
        Self::integer(value)
    }
}

impl From<i32> for Value<'_> {
    fn from(value: i32) -> Self {
        Self::Int(value.into())
    }
}

impl From<u32> for Value<'_> {
    fn from(value: u32) -> Self {
        Self::Int(value.into())
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(value: &'a str) -> Self {
        Self::Text(Cow::Borrowed(value))
    }
}

impl From<String> for Value<'_> {
    fn from(value: String) -> Self {
        Self::Text(Cow::Owned(value))
    }
}

impl<'a> From<Vec<Self>> for Value<'a> {
    fn from(value: Vec<Value<'a>>) -> Self {
        Self::Array(value)
    }
}

impl<'a> From<Object<'a>> for Value<'a> {
    fn from(value: Object<'a>) -> Self {
        Self::Object(value)
    }
}

impl<'a, T: Into<Self>> From<Option<T>> for Value<'a> {
    fn from(value: Option<T>) -> Value<'a> {
        value.map_or(Self::Null, Into::into)
    }
}

/// Writes it as JSON, with date-times as the text that JavaScript's `JSON.stringify` gives.
impl Serialize for Value<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Int(value) => serializer.serialize_i64(*value),
            Self::Float(value) => serializer.serialize_f64(*value),
            Self::Text(value) => serializer.serialize_str(value),
            Self::Timestamp(value) | Self::DateTime(value) => serializer.collect_str(&Iso(*value)),
            Self::Array(items) => serializer.collect_seq(items),
            Self::Object(object) => {
                let mut map = serializer.serialize_map(Some(object.len()))?;
                for (key, value) in object.iter() {
                    map.serialize_entry(key, value)?;
                }
                map.end()
            }
        }
    }
}

/// From JSON, borrowing texts without escapes from the input. Numbers are read as JavaScript reads them.
impl<'de: 'a, 'a> Deserialize<'de> for Value<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        de::DeserializeSeed::deserialize(ValueSeed { depth: 0 }, deserializer)
    }
}

/// Reads one value at a given depth.
#[derive(Clone, Copy)]
struct ValueSeed {
    depth: usize,
}

impl ValueSeed {
    fn deeper<E: de::Error>(self) -> Result<Self, E> {
        if self.depth < VALUE_DEPTH { Ok(Self { depth: self.depth + 1 }) } else { Err(E::custom("nested too deep")) }
    }
}

impl<'de> de::DeserializeSeed<'de> for ValueSeed {
    type Value = Value<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value<'de>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> de::Visitor<'de> for ValueSeed {
    type Value = Value<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value<'de>, E> {
        Ok(Value::Null)
    }

    fn visit_none<E>(self) -> Result<Value<'de>, E> {
        Ok(Value::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value<'de>, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value<'de>, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value<'de>, E> {
        Ok(Value::integer(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value<'de>, E> {
        Ok(i64::try_from(value).map_or_else(
            |_| {
                #[expect(clippy::as_conversions, reason = "the nearest number is what JavaScript reads")]
                Value::Float(value as f64)
            },
            Value::integer,
        ))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value<'de>, E> {
        Ok(Value::number(value))
    }

    fn visit_borrowed_str<E>(self, value: &'de str) -> Result<Value<'de>, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value<'de>, E> {
        Ok(value.to_owned().into())
    }

    fn visit_string<E>(self, value: String) -> Result<Value<'de>, E> {
        Ok(value.into())
    }

    fn visit_seq<A: de::SeqAccess<'de>>(self, mut items: A) -> Result<Value<'de>, A::Error> {
        let seed = self.deeper()?;
        let mut array = Vec::new();
        while let Some(item) = items.next_element_seed(seed)? {
            array.push(item);
        }
        Ok(Value::Array(array))
    }

    fn visit_map<A: de::MapAccess<'de>>(self, mut entries: A) -> Result<Value<'de>, A::Error> {
        let seed = self.deeper()?;
        let mut read = Vec::new();
        while let Some(key) = entries.next_key::<String>()? {
            read.push((Cow::Owned(key), entries.next_value_seed(seed)?));
        }
        // Sorted once, not entry by entry, so that a large object does not take quadratic time; as in JavaScript, the
        // last of several values with the same name counts.
        read.sort_by(|(a, _), (b, _): &(Cow<'_, str>, _)| a.len().cmp(&b.len()).then_with(|| a.cmp(b)));
        read.reverse();
        read.dedup_by(|(a, _), (b, _)| a == b);
        read.reverse();
        Ok(Value::Object(Object(read)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_javascript_reads_them() {
        for (json, expected) in [
            ("1", Value::Int(1)),
            ("-0", Value::Int(0)),
            ("2.0", Value::Int(2)),
            ("1e3", Value::Int(1_000)),
            ("9007199254740991", Value::Int(INTEGER_MAX)),
            ("9007199254740993", Value::Float(9_007_199_254_740_992.0)),
            ("18446744073709551615", Value::Float(18_446_744_073_709_551_615.0)),
            ("0.5", Value::Float(0.5)),
        ] {
            assert!(serde_json::from_str::<Value<'_>>(json).unwrap() == expected, "{json}");
        }
    }

    #[test]
    fn objects_keep_the_last_of_equal_names() {
        let read: Value<'_> = serde_json::from_str(r#"{"bb":1,"a":2,"bb":3,"c":[{}],"bb":4}"#).unwrap();
        assert_eq!(serde_json::to_string(&read).unwrap(), r#"{"a":2,"c":[{}],"bb":4}"#);
        assert!(read.clone().into_owned() == read);
        let mut object = Object::new().with("b", 1).with("a", "x");
        assert!(object.set("b", Value::Null) == Some(Value::Int(1)));
        let many: Object<'_> = (0..100).map(|number| (number.to_string(), number)).collect();
        assert!((0..100).all(|number| many.get(&number.to_string()) == Some(&Value::Int(number.into()))));
        assert!(many.get("100").is_none() && many.get("").is_none());
        assert!(object.get("b") == Some(&Value::Null) && object.get("c").is_none() && object.len() == 2);
    }

    #[test]
    fn data_stays_out_of_debug_output_and_within_its_depth() {
        let read: Value<'_> = serde_json::from_str(r#"{"name":"Li"}"#).unwrap();
        assert_eq!(format!("{read:?}"), "Object");
        let nested = |depth: usize| format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
        serde_json::from_str::<Value<'_>>(&nested(VALUE_DEPTH)).unwrap();
        serde_json::from_str::<Value<'_>>(&nested(VALUE_DEPTH + 1)).unwrap_err();
    }
}
