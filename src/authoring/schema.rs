//! The JSON Schema of packs as their authors write them, for editors that complete and check TOML. It is generated from
//! the types that read packs, so the two agree; types that are written as text are described here.

use std::borrow::Cow;

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use super::source::PackSource;
use crate::calendar::{Date, Offset, Span, Time};
use crate::compound::Compound;
use crate::facts::Decimal;
use crate::place::Place;
use crate::rules::expression::{Condition, Operator};

/// The schema of a pack's source, in JSON.
#[must_use]
pub fn schema() -> String {
    // TOML editors support draft 7.
    let schema = SchemaSettings::draft07().into_generator().into_root_schema_for::<PackSource>();
    format!("{:#}\n", schema.as_value())
}

/// The head of a pack has an offset, or a zone in its place.
pub(super) fn either_clock(head: &mut Schema) {
    let zone = json_schema!({
        "type": "string",
        "pattern": "^[A-Za-z][A-Za-z0-9_+/-]*$",
        "description": "The time zone whose clock days go by, with its summer time (IANA), in the place of `utc-offset`",
        "examples": ["Europe/London"],
    });
    if let Some(properties) = head.get_mut("properties").and_then(|properties| properties.as_object_mut()) {
        properties.insert("zone".into(), zone.to_value());
    }
    if let Some(required) = head.get_mut("required").and_then(|required| required.as_array_mut()) {
        required.retain(|key| key != "utc-offset");
    }
    head.insert("oneOf".into(), serde_json::json!([{ "required": ["utc-offset"] }, { "required": ["zone"] }]));
}

/// Types that are written as text.
macro_rules! as_text {
    ($($name:ident $pattern:literal $description:literal $example:literal),* $(,)?) => { $(
        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({
                    "type": "string", "pattern": $pattern, "description": $description, "examples": [$example],
                })
            }
        }
    )* };
}
as_text! {
    Time r"^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$" "A moment with an offset (RFC 3339)" "2020-02-11T08:00:00+08:00",
    Date r"^\d{4}-\d\d-\d\d$" "A day (RFC 3339)" "2020-02-11",
    Span r"^\s*\d+\s*(s|min|h|d)\s*$" "A duration in s, min, h or d" "14 d",
    Offset r"^[+-]\d\d:\d\d$" "An offset from UTC" "+08:00",
    Place r"^(\d{2}|\d{4}|\d{6}|\d{9}|\d{12}|[A-Z]{2}(-[0-9A-Z]{1,3})?)$" "A place code of 2, 4, 6, 9 or 12 digits (GB/T 2260); 00 is the whole country; JP or JP-13 is abroad (ISO 3166)" "330106",
    Compound r"^[0-9a-f]{16}$" "The key of a compound: part of a community that has no code" "a3d5e9c1b7f20846",
}

impl JsonSchema for Decimal {
    fn schema_name() -> Cow<'static, str> {
        "Decimal".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "number", "description": "A number with at most three decimal places" })
    }
}

impl JsonSchema for Condition {
    fn schema_name() -> Cow<'static, str> {
        "Condition".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let operations = Operator::ALL.map(Operator::name);
        json_schema!({
            "description": "A condition in readable text (rules/LANGUAGE.md), or one operation of CertLogic",
            "examples": ["answers.temperature and answers.temperature >= 37.3 °C"],
            "anyOf": [
                { "type": "string", "minLength": 1 },
                { "type": "boolean" },
                {
                    "type": "object",
                    "propertyNames": { "enum": operations },
                    "minProperties": 1,
                    "maxProperties": 1,
                },
            ],
        })
    }
}
