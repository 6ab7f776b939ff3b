//! The message of an error in the package's engine, which knows the code and the values only.

use core::fmt::{Display, Formatter, Result};

use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/error/sentences.js")]
extern "C" {
    /// Every code, in an array.
    pub(crate) fn codes() -> JsValue;

    fn sentence(code: &str, values: Vec<String>) -> String;
}

/// Writes the message of a code with the values of its variant's fields, in their order.
#[cfg(not(feature = "authoring"))]
pub(crate) fn say(code: &str, values: &[&dyn Display], f: &mut Formatter<'_>) -> Result {
    f.write_str(&sentence(code, values.iter().map(|value| value.to_string()).collect()))
}
