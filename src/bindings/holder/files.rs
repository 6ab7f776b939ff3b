//! The signed files: loading them, which there are, and the rules among them.

use wasm_bindgen::prelude::*;

use super::Holder;
use crate::assess::RulesUsed;
use crate::bindings::input::{few_bytes, is_absent, read_optional, time};
use crate::bindings::loading::loaded;
use crate::bindings::{memory, to_js};
use crate::calendar::Time;
use crate::limits::SHORT_PROOF_BYTES;
use crate::trust::LogPolicy;

/// A proof that the public log has something, or nothing.
fn read_proof(proof: &JsValue) -> Result<Vec<u8>, JsValue> {
    if is_absent(proof) { Ok(Vec::new()) } else { few_bytes(proof, "proof", SHORT_PROOF_BYTES) }
}

#[wasm_bindgen]
impl Holder {
    /// Loads a signed file of any kind that a phone uses, with the proof that the public log has it, if there is one.
    ///
    /// # Errors
    /// Throws `misuse-argument`, or `time-out-of-range` if `now` is not a valid time.
    #[wasm_bindgen(unchecked_return_type = "LoadResult")]
    pub fn load(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "Uint8Array")] file: JsValue,
        #[wasm_bindgen(unchecked_param_type = "number")] now: JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "Uint8Array")] proof: JsValue,
    ) -> Result<JsValue, JsValue> {
        let after = self.inner.memory_to_reopen();
        let proof = read_proof(&proof)?;
        loaded(&file, &now, after, |file, now| self.changed().load_with_proof(file, &proof, now))
    }

    /// Loads the risk table that a delta makes of one in use, with the proof of that table.
    ///
    /// # Errors
    /// As `load`.
    #[wasm_bindgen(js_name = loadDelta, unchecked_return_type = "LoadResult")]
    pub fn load_delta(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "Uint8Array")] delta: JsValue,
        #[wasm_bindgen(unchecked_param_type = "number")] now: JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "Uint8Array")] proof: JsValue,
    ) -> Result<JsValue, JsValue> {
        let after = self.inner.memory_to_apply();
        let proof = read_proof(&proof)?;
        loaded(&delta, &now, after, |delta, now| self.changed().load_delta(delta, &proof, now))
    }

    /// The stored files, with the code of the problem for each that is not in use.
    #[wasm_bindgen(unchecked_return_type = "FileState[]")]
    pub fn files(&self) -> Result<JsValue, JsValue> {
        to_js(&self.inner.files())
    }

    /// Opens all stored files again, for instance after the clock was changed or a new trust list was loaded.
    ///
    /// # Errors
    /// Throws `misuse-argument`, `engine-out-of-memory`, or `time-out-of-range` if `now` is not a valid time.
    #[wasm_bindgen(unchecked_return_type = "FileState[]")]
    pub fn reopen(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "number")] now: JsValue,
    ) -> Result<JsValue, JsValue> {
        let now = time(&now)?;
        memory::or_throw(self.inner.memory_to_reopen())?;
        to_js(&self.changed().reopen(now))
    }

    /// The public files that the manifest names and this phone wants and does not have, the trust list first.
    #[wasm_bindgen(unchecked_return_type = "Named[]")]
    pub fn missing(&self) -> Result<JsValue, JsValue> {
        to_js(&self.inner.missing())
    }

    /// Where the person's mailbox is, below the server's address; without a certificate that came with one, there is none.
    #[wasm_bindgen(unchecked_return_type = "string | undefined")]
    pub fn mailbox(&self) -> Result<JsValue, JsValue> {
        Ok(self.inner.mailbox().map_or(JsValue::UNDEFINED, JsValue::from))
    }

    /// Whether the mailbox takes back what the day certificate says, so that another one is to be requested.
    #[wasm_bindgen(js_name = isSuperseded)]
    pub fn is_superseded(&self) -> bool {
        self.inner.is_superseded()
    }

    /// The name of the public log, of which there must be a proof with all that is loaded but the trust list and the manifest;
    /// `undefined` where nothing is logged.
    #[wasm_bindgen(unchecked_return_type = "string | undefined")]
    pub fn log(&self) -> Result<JsValue, JsValue> {
        Ok(self.inner.asked_of_log().and_then(LogPolicy::origin).map_or(JsValue::UNDEFINED, JsValue::from))
    }

    /// The version of the trust list whose roots it believes.
    #[wasm_bindgen(js_name = trustList, unchecked_return_type = "number | undefined")]
    pub fn trust_list(&self) -> Result<JsValue, JsValue> {
        Ok(self.inner.trust_list().map_or(JsValue::UNDEFINED, JsValue::from))
    }

    /// The rules in force at a moment; if none are, those that come next or ended last. Without a moment, any of those
    /// that there are: enough to know that there are some. `rulesFor` is as in `assess`.
    #[wasm_bindgen(unchecked_return_type = "RulesUsed | undefined")]
    pub fn rules(
        &self,
        #[wasm_bindgen(unchecked_optional_param_type = "number")] now: JsValue,
        #[wasm_bindgen(js_name = rulesFor, unchecked_optional_param_type = "RulesFor")] rules_for: JsValue,
    ) -> Result<JsValue, JsValue> {
        let rules_for = read_optional(&rules_for, "rulesFor")?;
        let now = if now.is_undefined() { Time::from_unix(0) } else { time(&now)? };
        self.inner.rules_for(now, rules_for).map_or(Ok(JsValue::UNDEFINED), |rules| to_js(&RulesUsed::of(rules, now)))
    }
}
