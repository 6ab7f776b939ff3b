//! The checkpoint's side for JavaScript.

use wasm_bindgen::prelude::*;

use super::input::{self, Untaken, read_optional, roots, time};
use super::loading::loaded;
use super::types::Problem;
use super::{bytes, memory, thrown, to_js};
use crate::checkpoint::{self, CheckpointError};
use crate::code::status::StatusError;
use crate::limits::{STATUS_FILE_BYTES, memory_for_statuses, memory_to_copy, memory_to_open};

/// A checkpoint: the app's root keys, a trust list, a manifest or those of several regions, and what it has come to
/// believe by them. It verifies offline.
#[wasm_bindgen]
pub struct Checkpoint {
    inner: checkpoint::Checkpoint,
}

#[wasm_bindgen]
impl Checkpoint {
    /// A checkpoint that knows only the root keys that the app pins.
    ///
    /// # Errors
    /// Throws `misuse-argument`, `key-malformed`, `key-weak` or `trust-no-roots`.
    #[wasm_bindgen(constructor)]
    pub fn new(#[wasm_bindgen(unchecked_param_type = "Roots")] pinned: JsValue) -> Result<Self, JsValue> {
        Ok(Self { inner: checkpoint::Checkpoint::new(roots(&pinned)?) })
    }

    /// Goes on from what `save` returned.
    ///
    /// # Errors
    /// Throws `checkpoint-state-damaged`, `checkpoint-state-newer` or `engine-out-of-memory`: the caller still has the bytes.
    pub fn restore(
        #[wasm_bindgen(unchecked_param_type = "Roots")] pinned: JsValue,
        #[wasm_bindgen(unchecked_param_type = "Uint8Array")] saved: JsValue,
        #[wasm_bindgen(unchecked_param_type = "number")] now: JsValue,
    ) -> Result<Self, JsValue> {
        let saved = input::bytes(&saved, "saved", checkpoint::STATE_BYTES, memory_to_open)?;
        let (pinned, now) = (roots(&pinned)?, time(&now)?);
        let restored = match saved {
            Ok(saved) => checkpoint::Checkpoint::restore(pinned, &saved, now),
            Err(Untaken::TooLong { .. }) => Err(CheckpointError::StateDamaged),
            Err(Untaken::NoMemory(error)) => return Err(thrown(&error)),
        };
        restored.map(|inner| Self { inner }).map_err(|error| thrown(&error))
    }

    /// What it believes, and its files, for storage. It contains nothing of anyone.
    ///
    /// # Errors
    /// Throws `engine-out-of-memory`.
    #[wasm_bindgen(unchecked_return_type = "Uint8Array")]
    pub fn save(&self) -> Result<JsValue, JsValue> {
        memory::or_throw(memory_to_copy(self.inner.stored_bytes()))?;
        bytes(&self.inner.save())
    }

    /// Loads a trust list or a manifest, which takes the place of the one of its region. If it is refused, the current one
    /// stays in use.
    ///
    /// # Errors
    /// Throws `misuse-argument`, or `time-out-of-range` if `now` is not a valid time.
    #[wasm_bindgen(unchecked_return_type = "LoadResult")]
    pub fn load(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "Uint8Array")] file: JsValue,
        #[wasm_bindgen(unchecked_param_type = "number")] now: JsValue,
    ) -> Result<JsValue, JsValue> {
        let after = self.inner.memory_to_reopen();
        loaded(&file, &now, after, |file, now| self.inner.load(file, now))
    }

    /// The trust list and the manifests that are in use: the manifest that came last first.
    #[wasm_bindgen(unchecked_return_type = "FileState[]")]
    pub fn files(&self) -> Result<JsValue, JsValue> {
        to_js(&self.inner.files())
    }

    /// Loads a list of withdrawn certificates, which takes the place of the one of its issuer and day; the problem if it is refused, and
    /// that one then stays in use.
    ///
    /// # Errors
    /// Throws `misuse-argument`, or `time-out-of-range` if `now` is not a valid time.
    #[wasm_bindgen(js_name = loadStatuses, unchecked_return_type = "Problem | undefined")]
    pub fn load_statuses(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "Uint8Array")] list: JsValue,
        #[wasm_bindgen(unchecked_param_type = "number")] now: JsValue,
    ) -> Result<JsValue, JsValue> {
        let list = input::bytes(&list, "list", STATUS_FILE_BYTES, memory_for_statuses)?;
        let now = time(&now)?;
        let problem = match &list {
            Ok(list) => self.inner.load_statuses(list, now).err().map(|error| Problem::from(&error)),
            Err(Untaken::TooLong { .. }) => Some(Problem::from(&StatusError::TooLarge)),
            Err(untaken) => Some(Problem::from(untaken)),
        };
        problem.map_or(Ok(JsValue::UNDEFINED), |problem| to_js(&problem))
    }

    /// Where the lists of withdrawn certificates are that say something about codes of now, below the address of a server: of each
    /// issuer's key and day. There need not be one.
    #[wasm_bindgen(js_name = statusPaths, unchecked_return_type = "string[]")]
    pub fn status_paths(
        &self,
        #[wasm_bindgen(unchecked_param_type = "number")] now: JsValue,
    ) -> Result<JsValue, JsValue> {
        to_js(&self.inner.status_paths(time(&now)?))
    }

    /// The lists of withdrawn certificates that it has.
    #[wasm_bindgen(unchecked_return_type = "StatusState[]")]
    pub fn statuses(&self) -> Result<JsValue, JsValue> {
        to_js(&self.inner.statuses())
    }

    /// The version of the trust list whose roots it believes.
    #[wasm_bindgen(js_name = trustList, unchecked_return_type = "number | undefined")]
    pub fn trust_list(&self) -> Result<JsValue, JsValue> {
        Ok(self.inner.trust_list().map_or(JsValue::UNDEFINED, JsValue::from))
    }

    /// The newest version of the trust list that a manifest names, if that is newer than any seen.
    #[wasm_bindgen(js_name = newerTrustList, unchecked_return_type = "number | undefined")]
    pub fn newer_trust_list(&self) -> Result<JsValue, JsValue> {
        Ok(self.inner.newer_trust_list().map_or(JsValue::UNDEFINED, JsValue::from))
    }

    /// Verifies a scanned text; `challenge` is what this checkpoint asked the phone to sign, and `clockOff` says that the
    /// host knows the clock to be wrong: what is then refused for a time is undecided.
    ///
    /// # Errors
    /// Throws `misuse-argument`, or `time-out-of-range` if `now` is not a valid time.
    #[wasm_bindgen(unchecked_return_type = "Verdict")]
    pub fn verify(
        &self,
        #[wasm_bindgen(unchecked_param_type = "string")] text: JsValue,
        #[wasm_bindgen(unchecked_param_type = "number")] now: JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "Uint8Array")] challenge: JsValue,
        #[wasm_bindgen(js_name = clockOff, unchecked_optional_param_type = "boolean")] clock_off: JsValue,
    ) -> Result<JsValue, JsValue> {
        let (text, now) = (input::scanned(&text, "text")?, time(&now)?);
        let challenge = input::challenge(&challenge)?;
        let clock_off: Option<bool> = read_optional(&clock_off, "clockOff")?;
        to_js(&self.inner.verify(&text, now, challenge.as_deref(), clock_off.unwrap_or_default()))
    }
}
