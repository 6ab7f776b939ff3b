//! The rule engine for `bench.mjs` beside this file: what the shipped module has, and a way to run its evaluator alone.
#![cfg(target_arch = "wasm32")]

#[path = "../stamped/mod.rs"]
mod stamped;

use healthcode::rules::expression::{Budget, Condition, Value};
use wasm_bindgen::prelude::*;

/// Rules and the facts that they read.
#[wasm_bindgen]
pub struct Engine {
    rules: Vec<Condition>,
    facts: Value<'static>,
}

#[wasm_bindgen]
impl Engine {
    /// Rules in CertLogic and facts, both in JSON; with `numbers`, the date-times in the facts become numbers, as an
    /// assessment has them.
    ///
    /// # Errors
    /// If either cannot be read.
    #[wasm_bindgen(constructor)]
    pub fn new(rules: &str, facts: &str, numbers: bool) -> Result<Engine, JsError> {
        let rules = serde_json::from_str(rules)?;
        let facts: Value<'_> = serde_json::from_str(facts)?;
        let facts = if numbers { stamped::stamped(facts) } else { facts };
        Ok(Self { rules, facts: facts.into_owned() })
    }

    /// Evaluates all rules so many times, each time within the budget of one assessment, and says how many held.
    #[must_use]
    pub fn run(&self, times: u32) -> u32 {
        let mut held = 0;
        for _ in 0..times {
            let mut budget = Budget::default();
            held = 0;
            for rule in &self.rules {
                held += u32::from(rule.holds(&self.facts, &mut budget) == Ok(true));
            }
        }
        held
    }
}
