//! Expressions as CBOR (RFC 8949): the same structure as in JSON, in deterministic encoding.
use super::{Condition, Expression, ExpressionError, Gauge};
use crate::cbor::{Cbor, Reader, Writer};

impl Cbor for Expression {
    fn write(&self, w: &mut Writer) {
        match self {
            Self::Bool(value) => {
                w.bool(*value);
            }
            Self::Int(value) => {
                w.int(*value);
            }
            Self::Text(value) => {
                w.text(value);
            }
            Self::Var(path) => {
                w.map(1).text("var").text(&path.to_string());
            }
            _ => {
                if let Some(operator) = self.operator() {
                    w.map(1).text(operator.name());
                }
                let operands = self.operands();
                let literals = match self {
                    Self::PlusTime(..) => 2,
                    Self::ExtractFromUvci(..) => 1,
                    _ => 0,
                };
                w.array(operands.len() + literals);
                operands.iter().for_each(|operand| operand.write(w));
                match self {
                    Self::PlusTime(_, amount, unit) => {
                        w.int(*amount).text(unit.name());
                    }
                    Self::ExtractFromUvci(_, index) => {
                        w.int(*index);
                    }
                    _ => {}
                }
            }
        }
    }

    fn read(r: &mut Reader<'_>) -> Option<Self> {
        read(r, &mut Gauge::new()).ok()
    }
}

impl Expression {
    /// Reads CBOR that contains exactly one expression.
    ///
    /// # Errors
    /// [`ExpressionError`]; [`ExpressionError::Shape`] also if it is not CBOR.
    pub fn from_cbor(bytes: &[u8]) -> Result<Self, ExpressionError> {
        let mut r = Reader::new(bytes);
        let expression = read(&mut r, &mut Gauge::new())?;
        if r.is_empty() { Ok(expression) } else { Err(ExpressionError::Shape) }
    }
}

fn read(r: &mut Reader<'_>, gauge: &mut Gauge) -> Result<Expression, ExpressionError> {
    let shape = ExpressionError::Shape;
    gauge.enter()?;
    let read = match r.peek().ok_or(shape.clone())? {
        0 | 1 => Expression::int(r.int().ok_or(ExpressionError::Number)?)?,
        3 => Expression::Text(r.text().ok_or(shape)?.into()),
        4 => Expression::Array(sequence(r, gauge)?.into()),
        5 => {
            if r.map() != Some(1) {
                return Err(shape);
            }
            match r.text().ok_or(shape.clone())? {
                "var" => Expression::var(r.text().ok_or(shape)?)?,
                name => Expression::operation(name, sequence(r, gauge)?)?,
            }
        }
        _ => match r.bool() {
            Some(value) => Expression::Bool(value),
            // Major type 7 with 25 to 27 is a float.
            None if r.peek_info().is_some_and(|info| (25..=27).contains(&info)) => return Err(ExpressionError::Number),
            None => return Err(shape),
        },
    };
    gauge.leave();
    Ok(read)
}

fn sequence(r: &mut Reader<'_>, gauge: &mut Gauge) -> Result<Vec<Expression>, ExpressionError> {
    let length = r.array().ok_or(ExpressionError::Shape)?;
    (0..length).map(|_| read(r, gauge)).collect()
}

impl Cbor for Condition {
    fn write(&self, w: &mut Writer) {
        self.expression().write(w);
    }

    fn read(r: &mut Reader<'_>) -> Option<Self> {
        Self::new(Expression::read(r)?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cbor::{from_bytes, to_bytes};
    use proptest::prelude::*;

    fn round_trip(json: &str) -> Vec<u8> {
        let expression: Expression = serde_json::from_str(json).unwrap();
        let bytes = to_bytes(&expression);
        assert_eq!(from_bytes::<Expression>(&bytes), Some(expression));
        bytes
    }

    #[test]
    fn the_shape_is_that_of_json() {
        // {"<": [{"var": "a"}, -300, true]}
        assert_eq!(round_trip(r#"{"<":[{"var":"a"},-300,true]}"#), b"\xa1\x61<\x83\xa1\x63var\x61a\x39\x01\x2b\xf5");
        round_trip(r#"{"plusTime":["2021-01-01",-3,"month"]}"#);
        round_trip(r#"{"extractFromUVCI":[{"var":"u"},1]}"#);
        round_trip(r#"[{"if":[{"!":[1]},{"reduce":[[1,2],{"var":"current"},""]},{"dccDateOfBirth":["2000"]}]},[]]"#);
    }

    #[test]
    fn hostile_lengths_and_depths_are_refused() {
        for bytes in [
            &b"\x9b\xff\xff\xff\xff\xff\xff\xff\xff"[..],
            b"\x9b\x00\x00\x00\xff\xff\xff\xff\xff\x01",
            b"\x9f\xff",
            b"\xbf\xff",
            b"\xa2\x61!\x81\xf5\x61!\x81\xf5",
            b"\x7f\x61a\xff",
            b"\xf6",
            b"\x1b\xff\xff\xff\xff\xff\xff\xff\xff",
            b"",
        ] {
            assert_eq!(from_bytes::<Expression>(bytes), None);
        }
        assert_eq!(from_bytes::<Expression>(&vec![0x81; 1_000_000]), None);
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
            if let Some(expression) = from_bytes::<Expression>(&bytes) {
                prop_assert_eq!(to_bytes(&expression), bytes);
            }
        }
    }
}
