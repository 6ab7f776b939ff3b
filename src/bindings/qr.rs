//! The QR for JavaScript.

use wasm_bindgen::prelude::*;

use super::input::read;
use super::{bytes, thrown};
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
    /// Throws a `qr-…` code if alphanumeric mode cannot encode the text.
    #[wasm_bindgen(constructor)]
    pub fn new(#[wasm_bindgen(unchecked_param_type = "string")] text: JsValue) -> Result<Self, JsValue> {
        let text: String = read(&text, "text")?;
        qr::encode(&text).map(|inner| Self { inner }).map_err(|error| thrown(&error))
    }

    /// Modules on a side, without the quiet zone.
    #[wasm_bindgen(getter, unchecked_return_type = "number")]
    pub fn width(&self) -> Result<JsValue, JsValue> {
        Ok(self.inner.width().into())
    }

    /// The version, 1 to 20.
    #[wasm_bindgen(getter, unchecked_return_type = "number")]
    pub fn version(&self) -> Result<JsValue, JsValue> {
        Ok(self.inner.version().into())
    }

    /// The modules row by row, 1 is dark, for drawing on a canvas with a quiet zone of four modules.
    #[wasm_bindgen(unchecked_return_type = "Uint8Array")]
    pub fn modules(&self) -> Result<JsValue, JsValue> {
        bytes(self.inner.modules())
    }

    /// The symbol as SVG with its quiet zone, black on white, with a title for screen readers.
    ///
    /// # Errors
    /// Throws `misuse-argument`.
    #[wasm_bindgen(unchecked_return_type = "string")]
    pub fn svg(&self, #[wasm_bindgen(unchecked_param_type = "string")] title: JsValue) -> Result<JsValue, JsValue> {
        let title: String = read(&title, "title")?;
        Ok(self.inner.to_svg(&SvgOptions::new(&title)).into())
    }
}
