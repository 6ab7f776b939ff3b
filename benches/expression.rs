//! 30 rules over 40 facts: evaluated with dates as text and as numbers, and read from their forms.
//! `benches/engine-wasm/` times WebAssembly and certlogic-js on the same.

mod side_by_side;
mod stamped;

use healthcode::cbor::{from_bytes, to_bytes};
use healthcode::rules::expression::{Budget, Condition, Expression, Value, evaluate};
use side_by_side::compare;
use stamped::stamped;
use std::hint::black_box;

/// How often a way repeats its work in one turn: a turn should take longer than the clock's grain.
const TIMES: usize = 20;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let file: serde_json::Value = serde_json::from_str(include_str!("expression.json"))?;
    let of = |name| {
        file.get("rules").and_then(serde_json::Value::as_array).into_iter().flatten().map(move |rule| rule.get(name))
    };
    let jsons: Vec<String> = of("logic").flatten().map(ToString::to_string).collect();
    let rules = jsons.iter().map(|json| serde_json::from_str(json)).collect::<Result<Vec<Expression>, _>>()?;
    let conditions = rules.iter().cloned().map(Condition::new).collect::<Result<Vec<_>, _>>()?;
    let cbor = to_bytes(&conditions);
    let text = file.get("data").map(ToString::to_string).unwrap_or_default();
    let facts: Value<'_> = serde_json::from_str(&text)?;
    let native = stamped(facts.clone());

    let mut budget = Budget::new(u32::MAX);
    for rule in &rules {
        evaluate(rule, &facts, &mut budget)?;
    }
    println!("30 rules take {} steps", u32::MAX - budget.left());

    let run = |data: &Value<'_>| {
        for _ in 0..TIMES {
            let mut budget = Budget::default();
            for condition in &conditions {
                black_box(condition.holds(black_box(data), &mut budget)).ok();
            }
        }
    };
    compare(
        "20 × evaluate 30 rules",
        2_000,
        &mut [("dates as numbers", &mut || run(&native)), ("dates as text", &mut || run(&facts))],
    );
    compare(
        "20 × read 30 rules",
        500,
        &mut [
            ("CBOR", &mut || {
                for _ in 0..TIMES {
                    black_box(from_bytes::<Vec<Condition>>(black_box(&cbor)));
                }
            }),
            ("JSON", &mut || {
                for _ in 0..TIMES {
                    for json in &jsons {
                        black_box(serde_json::from_str::<Expression>(black_box(json))).ok();
                    }
                }
            }),
        ],
    );
    Ok(())
}
