//! Expressions as CBOR (RFC 8949): the same shape as in JSON, in its deterministic encoding.

use super::{Condition, Expression, ExpressionError, Gauge};
use minicbor::data::Type;
use minicbor::decode::{self, Decode, Decoder};
use minicbor::encode::{self, Encode, Encoder, Write};

impl<C> Encode<C> for Expression {
    fn encode<W: Write>(&self, e: &mut Encoder<W>, ctx: &mut C) -> Result<(), encode::Error<W::Error>> {
        let extra = match self {
            Self::Bool(value) => return e.bool(*value)?.ok(),
            Self::Int(value) => return e.i64(*value)?.ok(),
            Self::Text(value) => return e.str(value)?.ok(),
            Self::Var(path) => return e.map(1)?.str("var")?.str(&path.to_string())?.ok(),
            Self::PlusTime(..) => 2,
            Self::ExtractFromUvci(..) => 1,
            _ => 0,
        };
        if let Some(name) = self.operator() {
            e.map(1)?.str(name)?;
        }
        let operands = self.operands();
        e.array(u64::try_from(operands.len() + extra).map_err(|_| encode::Error::message("too many operands"))?)?;
        for operand in operands {
            operand.encode(e, ctx)?;
        }
        match self {
            Self::PlusTime(_, amount, unit) => e.i64(*amount)?.str(unit.name())?.ok(),
            Self::ExtractFromUvci(_, index) => e.i64(*index)?.ok(),
            _ => Ok(()),
        }
    }
}

impl<'b, C> Decode<'b, C> for Expression {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, decode::Error> {
        read(d, &mut Gauge::new())
    }
}

fn read(d: &mut Decoder<'_>, gauge: &mut Gauge) -> Result<Expression, decode::Error> {
    let at = d.position();
    let refuse = |error| decode::Error::custom(error).at(at);
    gauge.enter().map_err(refuse)?;
    let read = match d.datatype()? {
        Type::Bool => Expression::Bool(d.bool()?),
        Type::String => Expression::Text(d.str()?.into()),
        Type::U8 | Type::U16 | Type::U32 | Type::U64 | Type::I8 | Type::I16 | Type::I32 | Type::I64 => {
            Expression::int(d.i64().map_err(|_| refuse(ExpressionError::Number))?).map_err(refuse)?
        }
        Type::Array => Expression::Array(sequence(d, gauge)?.into()),
        Type::Map => {
            if d.map()? != Some(1) {
                return Err(refuse(ExpressionError::Shape));
            }
            match d.str()? {
                "var" => Expression::var(d.str()?),
                name => Expression::operation(name, sequence(d, gauge)?),
            }
            .map_err(refuse)?
        }
        Type::Int | Type::F16 | Type::F32 | Type::F64 => return Err(refuse(ExpressionError::Number)),
        _ => return Err(refuse(ExpressionError::Shape)),
    };
    gauge.leave();
    Ok(read)
}

fn sequence(d: &mut Decoder<'_>, gauge: &mut Gauge) -> Result<Vec<Expression>, decode::Error> {
    let at = d.position();
    let length = d.array()?.ok_or_else(|| decode::Error::custom(ExpressionError::Shape).at(at))?;
    (0..length).map(|_| read(d, gauge)).collect::<Result<_, _>>()
}

impl<C> Encode<C> for Condition {
    fn encode<W: Write>(&self, e: &mut Encoder<W>, ctx: &mut C) -> Result<(), encode::Error<W::Error>> {
        self.expression().encode(e, ctx)
    }
}

impl<'b, C> Decode<'b, C> for Condition {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, decode::Error> {
        let at = d.position();
        Self::new(read(d, &mut Gauge::new())?).map_err(|error| decode::Error::custom(error).at(at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn round_trip(json: &str) -> Vec<u8> {
        let expression: Expression = serde_json::from_str(json).unwrap();
        let bytes = minicbor::to_vec(&expression).unwrap();
        assert_eq!(minicbor::decode::<Expression>(&bytes).unwrap(), expression);
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
            minicbor::decode::<Expression>(bytes).unwrap_err();
        }
        minicbor::decode::<Expression>(&vec![0x81; 1_000_000]).unwrap_err();
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
            if let Ok(expression) = minicbor::decode::<Expression>(&bytes) {
                let again = minicbor::to_vec(&expression).unwrap();
                prop_assert_eq!(minicbor::decode::<Expression>(&again).unwrap(), expression);
            }
        }
    }
}
