//! Arbitrary expressions and data, and the properties that hold for all of them.

use super::{Budget, Comparison, Condition, Expression, INTEGER_MAX, Path, TimeUnit, Value, evaluate};
use proptest::prelude::*;
use proptest::sample::select;

fn paths() -> impl Strategy<Value = Path> {
    let fragment = prop_oneof![
        3 => select(&["a", "current", "accumulator", "and", "is", "null", "known", "h", "days", "人", "_x1"][..]).prop_map(str::to_owned),
        1 => (0_u32..100).prop_map(|index| index.to_string()),
        1 => "[^.0-9 +\\s-][^.]{0,5}",
    ];
    prop::collection::vec(fragment, 0..4)
        .prop_filter_map("a part that begins like a number", |parts| Path::new(&parts.join(".")).ok())
}

/// Any expression of moderate size, including the forms that have their own notation in text.
pub(super) fn expressions() -> impl Strategy<Value = Expression> {
    let leaf = prop_oneof![
        any::<bool>().prop_map(Expression::Bool),
        prop_oneof![-3..100_i64, -INTEGER_MAX..=INTEGER_MAX].prop_map(Expression::Int),
        any::<String>().prop_map(|text| Expression::Text(text.into())),
        paths().prop_map(Expression::Var),
        Just(Expression::null()),
    ];
    leaf.prop_recursive(8, 64, 4, |inner| {
        let boxed = inner.clone().prop_map(Box::new);
        let two = prop::array::uniform2(inner.clone()).prop_map(Box::new).boxed();
        let three = prop::array::uniform3(inner.clone()).prop_map(Box::new).boxed();
        let many = prop::collection::vec(inner.clone(), 2..4);
        let negated = prop::collection::vec(boxed.clone().prop_map(Expression::Not), 2..4);
        let comparison = select(&Comparison::ALL[..]);
        let unit = select(&TimeUnit::ALL[..]);
        let accumulator = || Expression::var("accumulator").unwrap();
        let literal = || prop_oneof![Just(Expression::Int(0)), any::<bool>().prop_map(Expression::Bool)];
        let step = prop_oneof![
            inner.clone().prop_map(move |item| Expression::Plus(Box::new([accumulator(), item]))),
            Just(Expression::Plus(Box::new([accumulator(), Expression::Int(1)]))),
            (inner.clone(), select(vec![true, false]), any::<bool>()).prop_map(move |(condition, first, value)| {
                let value = Expression::Bool(value);
                let [then, other] = if first { [value, accumulator()] } else { [accumulator(), value] };
                Expression::If(Box::new([condition, then, other]))
            }),
        ];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(|items| Expression::Array(items.into())),
            three.clone().prop_map(Expression::If),
            many.prop_map(|operands| Expression::And(operands.into())),
            negated.prop_map(|operands| Expression::Not(Box::new(Expression::And(operands.into())))),
            boxed.clone().prop_map(Expression::Not),
            two.clone().prop_map(Expression::Equal),
            boxed.clone().prop_map(|fact| Expression::Equal(Box::new([*fact, Expression::null()]))),
            two.clone().prop_map(Expression::In),
            two.clone().prop_map(Expression::Plus),
            (comparison.clone(), two).prop_map(|(comparison, two)| Expression::Compare(comparison, two)),
            (comparison, three.clone()).prop_map(|(comparison, three)| Expression::Between(comparison, three)),
            (boxed.clone(), prop_oneof![Just(0), -20..20_i64], unit)
                .prop_map(|(date, amount, unit)| Expression::PlusTime(date, amount, unit)),
            three.prop_map(Expression::Reduce),
            (inner, step, literal()).prop_map(|(list, step, first)| Expression::Reduce(Box::new([list, step, first]))),
            (boxed.clone(), -2..9_i64).prop_map(|(text, index)| Expression::ExtractFromUvci(text, index)),
            boxed.prop_map(Expression::DccDateOfBirth),
        ]
    })
}

/// Any JSON, often close to CertLogic.
fn jsons() -> impl Strategy<Value = serde_json::Value> {
    use serde_json::Value as Json;
    let names = || select(&["var", "if", "and", "!", "+", "in", "plusTime", "reduce", "after", "a", "", "0"][..]);
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        (-3..5_i64).prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        any::<u64>().prop_map(Json::from),
        any::<f64>().prop_map(Json::from),
        select(&["", "a", "a.b", "day", "2021-01-31", "2021", "accumulator", "current"][..]).prop_map(Json::from),
        ".{0,8}".prop_map(Json::from),
    ];
    leaf.prop_recursive(6, 48, 4, move |inner| {
        let array = prop::collection::vec(inner.clone(), 0..4).prop_map(Json::from);
        prop_oneof![
            array.clone(),
            (names(), array).prop_map(|(name, operands)| serde_json::json!({ name: operands })),
            prop::collection::btree_map(names().prop_map(str::to_owned), inner, 0..4)
                .prop_map(|entries| Json::Object(entries.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn no_json_and_no_data_panic(logic in jsons(), data in jsons(), expression in expressions()) {
        let text = data.to_string();
        let data: Value<'_> = serde_json::from_str(&text).unwrap();
        let logic = logic.to_string();
        let read = serde_json::from_str::<Expression>(&logic);
        prop_assert!(serde_json::from_str::<Condition>(&logic).is_err() || read.is_ok() || logic.starts_with('"'));
        for expression in read.iter().chain([&expression]) {
            if let Ok(value) = evaluate(expression, &data, &mut Budget::new(2_000)) {
                serde_json::to_string(&value).unwrap();
            }
            let cbor = crate::cbor::to_bytes(expression);
            prop_assert_eq!(crate::cbor::from_bytes::<Expression>(&cbor), Some(expression.clone()));
        }
    }

    #[test]
    fn json_and_cbor_keep_every_expression(expression in expressions()) {
        let json = serde_json::to_string(&expression).unwrap();
        prop_assert_eq!(&serde_json::from_str::<Expression>(&json).unwrap(), &expression);
        let cbor = crate::cbor::to_bytes(&expression);
        prop_assert_eq!(crate::cbor::from_bytes::<Expression>(&cbor), Some(expression.clone()));
    }
}
