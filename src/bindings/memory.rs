//! Memory is seen to before anything is begun. An allocation that fails ends the call on the spot: the object would stay locked,
//! half changed, and every later call would fail.

use wasm_bindgen::prelude::*;

use super::thrown;
use crate::error::MachineError;

/// Whether there are that many bytes of memory in one piece, of the engine's own or from the host: they are taken and
/// given back, so that what follows finds them.
#[wasm_bindgen(js_name = affords, skip_typescript)]
pub fn affords(bytes: usize) -> bool {
    std::hint::black_box(Vec::<u8>::new()).try_reserve_exact(std::hint::black_box(bytes)).is_ok()
}

/// Sees to that many bytes.
pub(super) fn see_to(bytes: usize) -> Result<(), MachineError> {
    if affords(bytes) { Ok(()) } else { Err(MachineError::OutOfMemory) }
}

/// Sees to that many bytes, or gives what to throw.
pub(super) fn or_throw(bytes: usize) -> Result<(), JsValue> {
    see_to(bytes).map_err(|error| thrown(&error))
}
