//! The QR for JavaScript.

use wasm_bindgen::prelude::*;

use super::input::read;
use super::thrown;
use crate::code::qr::{self, SvgOptions};

/// A QR symbol at level M. Call `free()` when done.
#[wasm_bindgen]
pub struct Qr {
    inner: qr::Qr,
}

#[wasm_bindgen]
impl Qr {
    /// The symbol of a code's text.
    ///
    /// # Errors
    /// Throws a `qr-…` code for what alphanumeric mode cannot hold.
    #[wasm_bindgen(constructor)]
    pub fn new(#[wasm_bindgen(unchecked_param_type = "string")] text: JsValue) -> Result<Self, JsValue> {
        let text: String = read(&text, "text")?;
        qr::encode(&text).map(|inner| Self { inner }).map_err(|error| thrown(&error))
    }

    /// Modules on a side, without the quiet zone.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn width(&self) -> usize {
        self.inner.width()
    }

    /// The version, 1 to 20.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn version(&self) -> u8 {
        self.inner.version()
    }

    /// The modules row by row, 1 is dark, for drawing on a canvas with a quiet zone of four modules.
    #[must_use]
    pub fn modules(&self) -> Vec<u8> {
        self.inner.modules().to_vec()
    }

    /// The symbol as SVG with its quiet zone, black on white, with a title for screen readers.
    ///
    /// # Errors
    /// Throws `misuse-argument`.
    pub fn svg(&self, #[wasm_bindgen(unchecked_param_type = "string")] title: JsValue) -> Result<String, JsValue> {
        let title: String = read(&title, "title")?;
        Ok(self.inner.to_svg(&SvgOptions::new(&title)))
    }
}
