//! What rules are kept for, and which of them are chosen.

use wasm_bindgen::prelude::*;

use super::Holder;
use crate::bindings::input::{Input, read, text};
use crate::bindings::{thrown, to_js};
use crate::facts::RulesFor;

impl Input for RulesFor {
    fn read(value: &JsValue) -> Option<Self> {
        Self::parse(&text(value)?)
    }
}

impl Input for Vec<RulesFor> {
    fn read(value: &JsValue) -> Option<Self> {
        Vec::<String>::read(value)?.iter().map(|text| RulesFor::parse(text)).collect()
    }
}

#[wasm_bindgen]
impl Holder {
    /// All that the phone keeps rules for: first what it has chosen, whose questions, colour and code it is about.
    #[wasm_bindgen(js_name = keptRules, unchecked_return_type = "RulesFor[]")]
    pub fn kept_rules(&self) -> Result<JsValue, JsValue> {
        to_js(&self.inner.kept_rules())
    }

    /// Keeps rules for these, the chosen one first, and, in any case, for the person's own region; and no more for others.
    ///
    /// # Errors
    /// Throws `holder-too-many-rules` or `misuse-argument`.
    #[wasm_bindgen(js_name = keepRules, unchecked_return_type = "undefined")]
    pub fn keep_rules(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "RulesFor[]")] wanted: JsValue,
    ) -> Result<JsValue, JsValue> {
        let wanted: Vec<RulesFor> = read(&wanted, "wanted")?;
        self.changed().keep_rules(&wanted).map_err(|error| thrown(&error))?;
        Ok(JsValue::UNDEFINED)
    }
}
