//! Who somebody is, masked: for phones, and for issuers that check their documents.

use js_sys::JsString;
use wasm_bindgen::prelude::*;

use super::input::read;
use super::{thrown, to_js};
use crate::code::certificate::Identity;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(extends = JsString)]
    type Typed;

    #[wasm_bindgen(catch, method)]
    fn normalize(this: &Typed, form: &str) -> Result<JsString, JsValue>;
}

/// Masks a name and the number of an identity document; only the masked form ever leaves the phone. Both are taken as
/// people type them, in full-width letters and digits too: what is masked is their form NFKC.
///
/// # Errors
/// Throws `certificate-name` or `certificate-number` if it cannot appear in an identity document, and
/// `misuse-argument`.
#[wasm_bindgen(js_name = maskIdentity, unchecked_return_type = "Identity")]
pub fn mask_identity(
    #[wasm_bindgen(unchecked_param_type = "string")] name: JsValue,
    #[wasm_bindgen(unchecked_param_type = "string")] number: JsValue,
) -> Result<JsValue, JsValue> {
    let (name, number) = (normalized(&name, "name")?, normalized(&number, "number")?);
    to_js(&Identity::mask(&name, &number).map_err(|error| thrown(&error))?)
}

/// A text that somebody typed, in its form NFKC, which the host knows: full-width digits are digits, and the parts of a
/// Korean syllable are one letter.
fn normalized(text: &JsValue, argument: &'static str) -> Result<String, JsValue> {
    let text: String = read(text, argument)?;
    let normalized = JsValue::from(text).unchecked_ref::<Typed>().normalize("NFKC")?;
    read(&normalized, argument)
}
