//! The code and the message of an error in the package's engine, which knows the code's number and the values only.

#[cfg(not(feature = "authoring"))]
use core::fmt::{Display, Formatter, Result};

use wasm_bindgen::prelude::*;

#[cfg(not(feature = "authoring"))]
use super::Coded;

// One file for each of the package's engines that gives only some of the codes, and one for all others.
#[cfg_attr(
    all(feature = "holder", not(feature = "checkpoint")),
    wasm_bindgen(module = "/src/error/sentences-of-phones.js")
)]
#[cfg_attr(
    all(feature = "checkpoint", not(feature = "holder")),
    wasm_bindgen(module = "/src/error/sentences-of-checkpoints.js")
)]
#[cfg_attr(
    any(all(feature = "holder", feature = "checkpoint"), not(any(feature = "holder", feature = "checkpoint"))),
    wasm_bindgen(module = "/src/error/sentences.js")
)]
extern "C" {
    /// Every code, in an array.
    pub(crate) fn codes() -> JsValue;

    #[cfg(not(feature = "authoring"))]
    #[wasm_bindgen(js_name = code)]
    fn numbered(number: u32) -> String;

    #[cfg(not(feature = "authoring"))]
    fn sentence(number: u32, values: Vec<String>) -> String;
}

/// The code of an error.
#[cfg(not(feature = "authoring"))]
pub(crate) fn code(error: &impl Coded) -> String {
    numbered(error.number())
}

/// Writes the message of a code with the values of its variant's fields, in their order.
#[cfg(not(feature = "authoring"))]
pub(crate) fn say(number: u32, values: &[&dyn Display], f: &mut Formatter<'_>) -> Result {
    f.write_str(&sentence(number, values.iter().map(|value| value.to_string()).collect()))
}
