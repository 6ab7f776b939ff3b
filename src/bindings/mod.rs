//! The JavaScript side: it converts and forwards, and decides nothing. Only `error/sentences.rs` names `wasm_bindgen` besides.
//!
//! The package has three engines, each built with one feature alone: a phone's with `holder`, a checkpoint's with `checkpoint`,
//! a server's with `issuer`.
//!
//! - Moments go in as milliseconds since 1970 (`Date.now()`) and come out as RFC 3339 text.
//! - Random bytes come from the host.
//! - What can go wrong in ordinary use is a tagged result (`result`, `verdict`). Only misuse throws, always an `Error`
//!   with a stable `code`: any function throws `misuse-argument` for an argument of the wrong type.
//! - Every function takes values and returns a value or an error to throw. The package sees to some memory before each call
//!   (`pkg-template/src/engine/state.ts`); what can take more sees to that itself, before it begins.

#[cfg(feature = "checkpoint")]
mod checkpoint;
#[cfg(feature = "holder")]
mod holder;
#[cfg(any(feature = "holder", feature = "issuer"))]
mod identity;
mod input;
#[cfg(feature = "issuer")]
mod issuer;
#[cfg(any(feature = "holder", feature = "checkpoint"))]
mod loading;
mod memory;
mod qr;
pub mod result;
mod tree;
pub mod types;

#[cfg(feature = "checkpoint")]
pub use checkpoint::Checkpoint;
#[cfg(feature = "holder")]
pub use holder::Holder;
#[cfg(any(feature = "holder", feature = "issuer"))]
pub use identity::mask_identity;
#[cfg(feature = "issuer")]
pub use issuer::{
    open_request, public_key, rules_of, sign_certificate, sign_manifest, sign_risk_table, sign_rules, sign_trust_list,
};
pub use memory::affords;
pub use qr::Qr;

use serde::Serialize;
use wasm_bindgen::prelude::*;

use crate::code::wire;
use crate::error::{self, Coded, MachineError, Misuse};

/// Half the size of the standard allocator at equal speed.
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();

/// The version of this package.
#[wasm_bindgen(js_name = version, unchecked_return_type = "string")]
pub fn version() -> Result<JsValue, JsValue> {
    Ok(env!("CARGO_PKG_VERSION").into())
}

/// Every code that a problem, a refusal, a fault or an `Error` of this package can have.
#[wasm_bindgen(js_name = errorCodes, unchecked_return_type = "string[]")]
pub fn error_codes() -> Result<JsValue, JsValue> {
    Ok(error::codes())
}

/// The text of a health code as its phone made it, from a scanned text with what scanners, keyboards and copying have added to
/// it: equal for one code, however it was scanned. `undefined` if it does not begin as a health code, or is longer than any.
///
/// # Errors
/// Throws `misuse-argument`.
#[wasm_bindgen(js_name = codeText, unchecked_return_type = "string | undefined")]
pub fn code_text(#[wasm_bindgen(unchecked_param_type = "string")] scanned: JsValue) -> Result<JsValue, JsValue> {
    Ok(wire::code_text(&input::scanned(&scanned, "scanned")?).into())
}

/// An `Error` with a stable `code`.
fn thrown(error: &impl Coded) -> JsValue {
    let thrown = js_sys::Error::new(&error.to_string());
    // Setting a property of a fresh object cannot fail.
    let _ = js_sys::Reflect::set(&thrown, &"code".into(), &error::code(error).into());
    thrown.into()
}

/// Bytes for JavaScript: a new `Uint8Array`.
fn bytes(bytes: &[u8]) -> Result<JsValue, JsValue> {
    let length = u32::try_from(bytes.len()).ok();
    let array =
        length.and_then(|length| input::array(length).ok()).ok_or_else(|| thrown(&MachineError::OutOfMemory))?;
    array.copy_from(bytes);
    Ok(array.into())
}

/// A value for JavaScript: plain objects, numbers, strings.
fn to_js<T: Serialize>(value: &T) -> Result<JsValue, JsValue> {
    hand_over(tree::Tree::of(value))
}

#[inline(never)]
fn hand_over(tree: tree::Tree) -> Result<JsValue, JsValue> {
    let serializer = serde_wasm_bindgen::Serializer::json_compatible();
    tree.serialize(&serializer).map_err(|_| thrown(&Misuse::NotConvertible))
}
