//! Expressions in CertLogic's own form, JSON, or any other form that serde reads and writes.

use super::{Expression, ExpressionError, Gauge, Operator};
use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};
use std::borrow::Cow;
use std::fmt;

impl Serialize for Expression {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Int(value) => serializer.serialize_i64(*value),
            Self::Text(value) => serializer.serialize_str(value),
            Self::Array(items) => serializer.collect_seq(items.iter()),
            operation => {
                let mut map = serializer.serialize_map(Some(1))?;
                let name = operation.operator().map_or("", Operator::name);
                match operation {
                    Self::Var(path) => map.serialize_entry(name, &Shown(path))?,
                    operation => map.serialize_entry(name, &Operands(operation))?,
                }
                map.end()
            }
        }
    }
}

struct Shown<'e>(&'e super::Path);

impl Serialize for Shown<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self.0)
    }
}

struct Operands<'e>(&'e Expression);

impl Serialize for Operands<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(None)?;
        for operand in self.0.operands() {
            list.serialize_element(operand)?;
        }
        match self.0 {
            Expression::PlusTime(_, amount, unit) => {
                list.serialize_element(amount)?;
                list.serialize_element(unit.name())?;
            }
            Expression::ExtractFromUvci(_, index) => list.serialize_element(index)?,
            _ => {}
        }
        list.end()
    }
}

impl<'de> de::Deserialize<'de> for Expression {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Reader(&mut Gauge::new()).deserialize(deserializer)
    }
}

/// Reads one expression, counting towards the limits of the whole.
pub(super) struct Reader<'g>(pub(super) &'g mut Gauge);

impl<'de> DeserializeSeed<'de> for Reader<'_> {
    type Value = Expression;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Expression, D::Error> {
        self.0.enter().map_err(de::Error::custom)?;
        let read = deserializer.deserialize_any(Reader(self.0))?;
        self.0.leave();
        Ok(read)
    }
}

fn refuse<T, E: de::Error>(error: ExpressionError) -> Result<T, E> {
    Err(E::custom(error))
}

impl<'de> Visitor<'de> for Reader<'_> {
    type Value = Expression;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a CertLogic expression")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Expression, E> {
        Ok(Expression::Bool(value))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Expression, E> {
        Expression::int(value).map_err(E::custom)
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Expression, E> {
        i64::try_from(value).map_or_else(|_| refuse(ExpressionError::Number), |value| self.visit_i64(value))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Expression, E> {
        // To every JavaScript engine, 1.0 is the integer 1.
        match super::Value::number(value) {
            super::Value::Int(value) => Ok(Expression::Int(value)),
            _ => refuse(ExpressionError::Number),
        }
    }

    fn visit_str<E>(self, value: &str) -> Result<Expression, E> {
        Ok(Expression::Text(value.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Expression, A::Error> {
        Ok(Expression::Array(sequence(self.0, items)?.into()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Expression, A::Error> {
        let Some(name) = entries.next_key_seed(Text)? else { return refuse(ExpressionError::Shape) };
        let read = if name == "var" {
            Expression::var(&entries.next_value_seed(Text)?).map_err(de::Error::custom)?
        } else {
            let operands = entries.next_value_seed(Sequence(self.0))?;
            Expression::operation(&name, operands).map_err(de::Error::custom)?
        };
        match entries.next_key_seed(Text)? {
            None => Ok(read),
            Some(_) => refuse(ExpressionError::Shape),
        }
    }
}

struct Sequence<'g>(&'g mut Gauge);

impl<'de> DeserializeSeed<'de> for Sequence<'_> {
    type Value = Vec<Expression>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Vec<Expression>, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Sequence<'_> {
    type Value = Vec<Expression>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of operands")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Vec<Expression>, A::Error> {
        sequence(self.0, items)
    }
}

fn sequence<'de, A: SeqAccess<'de>>(gauge: &mut Gauge, mut items: A) -> Result<Vec<Expression>, A::Error> {
    let mut read = Vec::new();
    while let Some(item) = items.next_element_seed(Reader(gauge))? {
        read.push(item);
    }
    Ok(read)
}

/// A text, borrowed if the form allows it.
struct Text;

impl<'de> DeserializeSeed<'de> for Text {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Cow<'de, str>, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Text {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }

    fn visit_borrowed_str<E>(self, value: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(value.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<Expression, String> {
        serde_json::from_str(json).map_err(|error| error.to_string())
    }

    #[test]
    fn every_operation_keeps_its_form() {
        for json in [
            r#"true"#,
            r#"-7"#,
            r#""a""#,
            r#"[1,[],"b"]"#,
            r#"{"var":""}"#,
            r#"{"var":"a.0"}"#,
            r#"{"if":[true,1,2]}"#,
            r#"{"and":[true,false,1]}"#,
            r#"{"!":[true]}"#,
            r#"{"===":[1,1]}"#,
            r#"{"in":[1,[1]]}"#,
            r#"{"+":[1,2]}"#,
            r#"{"<":[1,2]}"#,
            r#"{">=":[1,2,3]}"#,
            r#"{"not-after":[1,2]}"#,
            r#"{"not-before":[1,2,3]}"#,
            r#"{"plusTime":["2021-01-01",-3,"month"]}"#,
            r#"{"reduce":[[],{"var":"current"},0]}"#,
            r#"{"extractFromUVCI":[{"var":"u"},-1]}"#,
            r#"{"dccDateOfBirth":["2000"]}"#,
        ] {
            assert_eq!(serde_json::to_string(&read(json).unwrap()).unwrap(), json);
        }
        assert_eq!(read("2.0").unwrap(), Expression::Int(2));
    }

    #[test]
    fn what_is_not_an_expression_is_refused() {
        for json in [
            r#"null"#,
            r#"1.5"#,
            r#"9007199254740992"#,
            r#"{}"#,
            r#"{"!":[true],"and":[1,2]}"#,
            r#"{"!":[true],"!":[true]}"#,
            r#"{"or":[1,2]}"#,
            r#"{"var":1}"#,
            r#"{"var":["a"]}"#,
            r#"{"var":"2nd"}"#,
            r#"{"!":true}"#,
            r#"{"!":[1,2]}"#,
            r#"{"if":[1,2]}"#,
            r#"{"and":[1]}"#,
            r#"{"<":[1]}"#,
            r#"{"<":[1,2,3,4]}"#,
            r#"{"===":[1,2,3]}"#,
            r#"{"plusTime":["2021",{"var":"a"},"day"]}"#,
            r#"{"plusTime":["2021",1,"days"]}"#,
            r#"{"extractFromUVCI":["a","b"]}"#,
            r#"{"+":[1,null]}"#,
        ] {
            read(json).expect_err(json);
        }
    }

    #[test]
    fn depth_and_size_are_limited() {
        use crate::limits::{EXPRESSION_DEPTH, EXPRESSION_NODES};
        let nested = |depth: usize| format!("{}1{}", r#"{"!":["#.repeat(depth - 1), "]}".repeat(depth - 1));
        assert!(read(&nested(EXPRESSION_DEPTH)).is_ok());
        assert!(read(&nested(EXPRESSION_DEPTH + 1)).unwrap_err().contains("deeper"));
        let long = |nodes: usize| format!("[{}1]", "1,".repeat(nodes - 2));
        assert!(read(&long(EXPRESSION_NODES)).is_ok());
        assert!(read(&long(EXPRESSION_NODES + 1)).unwrap_err().contains("more than"));
    }
}
