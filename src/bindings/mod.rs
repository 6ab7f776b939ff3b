//! The JavaScript side: the only place that names `wasm_bindgen`. It converts and forwards, and decides nothing.
//!
//! - Moments go in as milliseconds since 1970 (`Date.now()`) and come out as RFC 3339 text.
//! - Random bytes come from the host.
//! - What can go wrong in ordinary use is a tagged answer (`result`, `verdict`). Only misuse throws, always an `Error`
//!   with a stable `code`: any function throws `misuse-argument` for an argument of the wrong type.
//! - Every function takes values and returns a value or an error to throw, so that the package's glue
//!   (`pkg-template/src/engine/glue.ts`) can call them all in the same way.

pub mod answer;
mod checkpoint;
mod holder;
mod input;
mod qr;
mod tree;
pub mod types;

pub use checkpoint::Checkpoint;
pub use holder::Holder;
pub use qr::Qr;

use serde::Serialize;
use wasm_bindgen::prelude::*;

use self::answer::LoadResult;
use self::types::Problem;
use crate::calendar::Time;
use crate::code::certificate::Identity;
use crate::codes::all_codes;
use crate::error::{Coded, Misuse};
use crate::limits::FILE_BYTES;
use crate::trust::FileState;
use crate::trust::envelope::EnvelopeError;

/// Half the size of the standard allocator at equal speed.
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();

/// The version of this package.
#[wasm_bindgen(js_name = version, unchecked_return_type = "string")]
pub fn version() -> Result<JsValue, JsValue> {
    Ok(env!("CARGO_PKG_VERSION").into())
}

/// Allocates memory from the host now, so that it need not grow until that is used up: the engine's translation to
/// JavaScript cannot invalidate references to a buffer that has become too small.
#[wasm_bindgen(js_name = reserveMemory, skip_typescript)]
pub fn reserve_memory(bytes: usize) {
    drop(std::hint::black_box(Vec::<u8>::with_capacity(bytes)));
}

/// Every code that a problem, a refusal, a fault or an `Error` of this package can have.
#[wasm_bindgen(js_name = errorCodes, unchecked_return_type = "string[]")]
pub fn error_codes() -> Result<JsValue, JsValue> {
    to_js(&all_codes().collect::<Vec<_>>())
}

/// Masks a name and the number of an identity document; only the masked form ever leaves the phone.
///
/// # Errors
/// Throws `certificate-name` or `certificate-number` if it cannot appear in an identity document, and
/// `misuse-argument`.
#[wasm_bindgen(js_name = maskIdentity, unchecked_return_type = "Identity")]
pub fn mask_identity(
    #[wasm_bindgen(unchecked_param_type = "string")] name: JsValue,
    #[wasm_bindgen(unchecked_param_type = "string")] number: JsValue,
) -> Result<JsValue, JsValue> {
    let (name, number): (String, String) = (input::read(&name, "name")?, input::read(&number, "number")?);
    to_js(&Identity::mask(&name, &number).map_err(|error| thrown(&error))?)
}

/// An `Error` with a stable `code`.
fn thrown(error: &impl Coded) -> JsValue {
    let thrown = js_sys::Error::new(&error.to_string());
    // Setting a property of a fresh object cannot fail.
    let _ = js_sys::Reflect::set(&thrown, &"code".into(), &error.code().into());
    thrown.into()
}

/// What became of a signed file; one that is too long is not even copied.
fn loaded<E: Coded + From<EnvelopeError>>(
    file: &JsValue,
    now: &JsValue,
    load: impl FnOnce(&[u8], Time) -> Result<FileState, E>,
) -> Result<JsValue, JsValue> {
    let (file, now) = (input::bytes(file, "file", FILE_BYTES)?, input::time(now)?);
    let loaded = match file {
        Ok(file) => load(&file, now),
        Err(bytes) => Err(EnvelopeError::TooLarge { bytes }.into()),
    };
    to_js(&match loaded {
        Ok(file) => LoadResult::Loaded { file },
        Err(error) => LoadResult::Refused { problem: Problem::from(&error) },
    })
}

/// Bytes for JavaScript: a new `Uint8Array`.
fn bytes(bytes: &[u8]) -> JsValue {
    js_sys::Uint8Array::from(bytes).into()
}

/// A value for JavaScript: plain objects, numbers, strings.
fn to_js<T: Serialize>(value: &T) -> Result<JsValue, JsValue> {
    hand_over(tree::Tree::of(value))
}

#[inline(never)]
fn hand_over(tree: Option<tree::Tree>) -> Result<JsValue, JsValue> {
    let serializer = serde_wasm_bindgen::Serializer::json_compatible();
    let handed = tree.and_then(|tree| tree.serialize(&serializer).ok());
    handed.ok_or_else(|| thrown(&Misuse::NotConvertible))
}
