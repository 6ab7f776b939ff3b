//! The hand-written cases of `tests/vectors/certlogic/`, which certlogic-js runs too (`tests/certlogic/`).
#![allow(missing_docs, reason = "a test has no interface")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "outside test functions, still a test")]

use healthcode::cbor::{from_bytes, to_bytes};
use healthcode::error::Coded;
use healthcode::rules::expression::{Budget, Condition, Expression, ExpressionError, Value, evaluate};
use serde_json::Value as Json;
use std::path::Path;

fn cases() -> Vec<(String, Json)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/certlogic");
    let mut cases = Vec::new();
    for file in std::fs::read_dir(folder).unwrap() {
        let file: Json = serde_json::from_str(&std::fs::read_to_string(file.unwrap().path()).unwrap()).unwrap();
        for case in file["cases"].as_array().unwrap() {
            let name = format!("{}: {}", file["operation"].as_str().unwrap(), case["name"].as_str().unwrap());
            cases.push((name, case.clone()));
        }
    }
    cases
}

/// The JSON value as CBOR, whatever it is.
fn cbor(json: &Json, e: &mut minicbor::Encoder<Vec<u8>>) {
    match json {
        Json::Null => e.null(),
        Json::Bool(value) => e.bool(*value),
        Json::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(value), _) => e.i64(value),
            (None, Some(value)) if value.fract() == 0.0 => e.i64(format!("{value:.0}").parse().unwrap()),
            (None, value) => e.f64(value.unwrap()),
        },
        Json::String(text) => e.str(text),
        Json::Array(items) => {
            e.array(items.len().try_into().unwrap()).unwrap();
            items.iter().for_each(|item| cbor(item, e));
            Ok(e)
        }
        Json::Object(entries) => {
            e.map(entries.len().try_into().unwrap()).unwrap();
            for (key, value) in entries {
                e.str(key).unwrap();
                cbor(value, e);
            }
            Ok(e)
        }
    }
    .unwrap();
}

/// Reads the expression from JSON and from CBOR, which must agree.
fn read(logic: &Json) -> Result<Expression, &'static str> {
    let mut encoder = minicbor::Encoder::new(Vec::new());
    cbor(logic, &mut encoder);
    let bytes = encoder.into_writer();
    let of_json = serde_json::from_value::<Expression>(logic.clone()).map_err(|error| error.to_string());
    match Expression::from_cbor(&bytes) {
        Ok(expression) => {
            assert_eq!(of_json.as_ref(), Ok(&expression));
            Ok(expression)
        }
        Err(error) => {
            of_json.unwrap_err();
            Err(error.code())
        }
    }
}

#[test]
fn hand_written_cases() {
    let cases = cases();
    for (name, case) in &cases {
        let answer = read(&case["logic"]).and_then(|expression| {
            let text = case["data"].to_string();
            let data: Value<'_> = serde_json::from_str(&text).unwrap();
            let value = evaluate(&expression, &data, &mut Budget::default()).map_err(|error| error.code())?;
            Ok(serde_json::to_value(&value).unwrap())
        });
        match case.get("error") {
            Some(code) => assert_eq!(answer, Err(code.as_str().unwrap()), "{name}"),
            None => assert_eq!(answer.as_ref(), Ok(&case["value"]), "{name}"),
        }
    }
    assert!(cases.len() > 200, "only {} cases", cases.len());
}

#[test]
fn hand_written_expressions_print_and_read_back() {
    for (name, case) in cases() {
        if let Ok(expression) = read(&case["logic"]) {
            let text = expression.to_string();
            #[cfg(feature = "authoring")]
            assert_eq!(healthcode::rules::expression::text::parse(&text).as_ref(), Ok(&expression), "{name}: {text}");
            assert!(!text.is_empty(), "{name}");
        }
    }
}

#[test]
fn conditions_are_read_from_certlogic_and_saved_as_it() {
    let json = r#"{"in":[{"var":"a"},[1,2]]}"#;
    let condition: Condition = serde_json::from_str(json).unwrap();
    assert_eq!(serde_json::to_string(&condition).unwrap(), json);
    let bytes = to_bytes(&condition);
    assert_eq!(from_bytes::<Condition>(&bytes).as_ref(), Some(&condition));
    assert_eq!(from_bytes::<Expression>(&bytes).as_ref(), Some(condition.expression()));
    assert_eq!(from_bytes::<Condition>(&to_bytes(&Expression::Text("a".into()))), None);
    let data: Value<'_> = serde_json::from_str(r#"{"a":2}"#).unwrap();
    assert_eq!(condition.holds(&data, &mut Budget::default()), Ok(true));
    for refused in ["1", "null", "[]", r#"{"or":[1,2]}"#] {
        serde_json::from_str::<Condition>(refused).unwrap_err();
    }
    #[cfg(feature = "authoring")]
    {
        assert_eq!(serde_json::from_str::<Condition>(r#""a in [1, 2]""#).unwrap(), condition);
        serde_json::from_str::<Condition>(r#""'a'""#).unwrap_err();
        serde_json::from_str::<Condition>(r#""a in""#).unwrap_err();
    }
    #[cfg(not(feature = "authoring"))]
    serde_json::from_str::<Condition>(r#""a in [1, 2]""#).unwrap_err();
}

#[test]
fn every_code_is_unique_and_of_its_stage() {
    use healthcode::rules::expression::EvaluateError;
    let codes: Vec<_> = [
        ExpressionError::CODES,
        EvaluateError::CODES,
        #[cfg(feature = "authoring")]
        healthcode::rules::expression::text::TextError::CODES,
    ]
    .concat();
    let mut unique = codes.clone();
    unique.sort_unstable();
    unique.dedup();
    assert_eq!(unique.len(), codes.len());
    assert!(codes.iter().all(|code| code.starts_with("rule-")));
}

/// The fenced blocks of a language in `rules/LANGUAGE.md`, each with what follows it.
fn blocks<'t>(markdown: &'t str, language: &str) -> Vec<(&'t str, &'t str)> {
    let fence = format!("```{language}\n");
    markdown.split(fence.as_str()).skip(1).map(|rest| rest.split_once("```").unwrap()).collect()
}

const LANGUAGE: &str = include_str!("../rules/LANGUAGE.md");

#[test]
fn the_language_reference_states_the_version_and_the_grammar() {
    use healthcode::rules::expression::SPECIFICATION_VERSION;
    assert!(LANGUAGE.contains(&format!("the CertLogic specification, version **{SPECIFICATION_VERSION}**\n")));
    let module = include_str!("../src/rules/expression/text/mod.rs").replace("//! ", "").replace("//!\n", "\n");
    assert_eq!(blocks(LANGUAGE, "text")[0].0, blocks(&module, "text")[0].0);
}

#[test]
fn what_the_newest_specification_clarifies_has_cases() {
    use healthcode::rules::expression::SPECIFICATION_VERSION;
    let newest = format!("deviations: {SPECIFICATION_VERSION}: ");
    let clarified: Vec<_> = cases().into_iter().filter(|(name, _)| name.starts_with(&newest)).collect();
    assert_eq!(clarified.len(), 4);
    assert!(clarified.iter().all(|(_, case)| case["error"] == "rule-date-nonexistent"));
}

#[test]
fn the_language_reference_states_the_units_and_limits() {
    use healthcode::limits::{EXPRESSION_DEPTH, EXPRESSION_NODES, EXPRESSION_TEXT};
    use healthcode::rules::expression::text::UNITS;
    for (unit, factor, result) in UNITS {
        assert!(LANGUAGE.contains(&format!("\n| `{unit}` | {factor} | {result} |\n")), "{unit}");
    }
    assert!(LANGUAGE.contains(&format!("at most {EXPRESSION_DEPTH} levels")));
    assert_eq!((EXPRESSION_NODES, EXPRESSION_TEXT), (4_096, 256 * 1_024));
}

#[cfg(feature = "authoring")]
#[test]
fn the_examples_of_the_language_reference_compile_as_shown() {
    let examples = blocks(LANGUAGE, "rule");
    assert!(examples.len() >= 5);
    for (text, rest) in examples {
        let expression = healthcode::rules::expression::text::parse(text).unwrap_or_else(|e| panic!("{text}: {e}"));
        if let Some(json) = rest.trim_start().strip_prefix("```json\n") {
            let shown: Expression = serde_json::from_str(json.split("```").next().unwrap()).unwrap();
            assert_eq!(expression, shown, "{text}");
        }
    }
}
