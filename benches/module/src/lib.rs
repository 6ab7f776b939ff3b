//! The shipped module with two exports more, which benchmarks need and nobody else: one bare verification, and an
//! assessment whose answer stays inside. Everything that the shipped module exports is here too.
#![cfg(target_arch = "wasm32")]

use healthcode::calendar::Time;
use healthcode::holder::Holder;
use healthcode::trust::{PublicKey, Roots};
use wasm_bindgen::prelude::*;

/// A phone whose answers stay in the module.
#[wasm_bindgen]
pub struct Inside(Holder);

fn time(now: f64) -> Time {
    Time::from_unix((now / 1000.0) as i64)
}

#[wasm_bindgen]
impl Inside {
    /// From what a phone has saved.
    ///
    /// # Errors
    /// If a root is no key or the state is damaged.
    pub fn restore(roots: Vec<String>, signers: u8, saved: &[u8], now: f64) -> Result<Self, JsError> {
        let keys = roots.iter().map(|root| PublicKey::parse(root)).collect::<Result<_, _>>()?;
        let roots = Roots { keys, signers };
        Ok(Self(Holder::restore(roots, saved, time(now))?))
    }

    /// How many reasons an assessment gives.
    ///
    /// # Errors
    /// If there are no rules.
    pub fn assess(&self, now: f64) -> Result<usize, JsError> {
        Ok(self.0.assess(time(now), None)?.reasons.len())
    }
}

/// A public key that was read from its bytes already.
#[wasm_bindgen]
pub struct Key(PublicKey);

#[wasm_bindgen]
impl Key {
    /// From 64 hexadecimal digits.
    ///
    /// # Errors
    /// If it is no key.
    #[wasm_bindgen(constructor)]
    pub fn new(text: &str) -> Result<Self, JsError> {
        Ok(Self(PublicKey::parse(text)?))
    }

    /// One verification and nothing else.
    #[must_use]
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        signature.try_into().is_ok_and(|signature| self.0.verifies(message, signature))
    }
}
