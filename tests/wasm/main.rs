//! The package as JavaScript sees it, in headless browsers: `scripts/test-wasm.sh`.
//!
//! Objects are made and called through the generated JavaScript, as a host does. The vectors are those of
//! `tests/vectors`, signed natively: every answer, text, drawing and stored byte must be the same here.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may stop")]

#[path = "../vectors/format.rs"]
mod format;
mod host;
mod journey;
mod misuse;
mod vectors;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
