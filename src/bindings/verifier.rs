//! The checkpoint's side for JavaScript.

use wasm_bindgen::prelude::*;

use super::input::{self, root_keys, time};
use super::to_js;
use super::types::Problem;
use crate::code::verify::{Refusal, Stage, Verdict, verify};
use crate::holder::{FileState, HolderError};
use crate::limits::FILE_BYTES;
use crate::trust::envelope::EnvelopeError;
use crate::trust::file::FileError;
use crate::trust::list::TrustError;
use crate::trust::{Kind, PublicKey, Trust};

/// A checkpoint: root keys, a trust list, and nothing else. It verifies offline.
#[wasm_bindgen]
pub struct Verifier {
    roots: Vec<PublicKey>,
    trust: Option<Trust>,
}

#[wasm_bindgen]
impl Verifier {
    /// A checkpoint that knows only the root keys pinned by the app, each as 64 hexadecimal digits.
    ///
    /// # Errors
    /// Throws `key-malformed` or `key-weak`.
    #[wasm_bindgen(constructor)]
    pub fn new(#[wasm_bindgen(unchecked_param_type = "string[]")] roots: JsValue) -> Result<Self, JsValue> {
        Ok(Self { roots: root_keys(&roots)?, trust: None })
    }

    /// Loads a trust list. If it is refused, the current one stays in use.
    ///
    /// # Errors
    /// Throws `misuse-argument`, or `time-out-of-range` if `now` is not a valid time.
    #[wasm_bindgen(unchecked_return_type = "LoadResult")]
    pub fn load(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "Uint8Array")] file: JsValue,
        #[wasm_bindgen(unchecked_param_type = "number")] now: JsValue,
    ) -> Result<JsValue, JsValue> {
        let (file, now) = (input::bytes(&file, "file", FILE_BYTES)?, time(&now)?);
        let seen = self.trust.as_ref().map(|trust| trust.header().version);
        let opened = file
            .map_err(|bytes| TrustError::from(FileError::from(EnvelopeError::TooLarge { bytes })))
            .and_then(|file| Trust::open(&file, &self.roots, now, seen));
        to_js(&match opened {
            Ok(trust) => {
                let file = FileState::in_use(Kind::TrustList, trust.header());
                self.trust = Some(trust);
                super::answer::LoadResult::Loaded { file }
            }
            Err(error) => super::answer::LoadResult::Refused { problem: Problem::from(&error) },
        })
    }

    /// Verifies a scanned text; `challenge` is what this checkpoint asked the phone to sign.
    ///
    /// # Errors
    /// Throws `misuse-argument`, or `time-out-of-range` if `now` is not a valid time.
    #[wasm_bindgen(unchecked_return_type = "Verdict")]
    pub fn verify(
        &self,
        #[wasm_bindgen(unchecked_param_type = "string")] text: JsValue,
        #[wasm_bindgen(unchecked_param_type = "number")] now: JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "Uint8Array")] challenge: JsValue,
    ) -> Result<JsValue, JsValue> {
        let (text, now) = (input::scanned(&text)?, time(&now)?);
        let challenge = input::challenge(&challenge)?;
        let verdict = match &self.trust {
            Some(trust) => verify(&text, trust, now, challenge.as_deref()),
            None => {
                let Problem { code, message } = Problem::from(&HolderError::NoTrust);
                Verdict::Undecided(Refusal { code, message, stage: Stage::Trust })
            }
        };
        to_js(&verdict)
    }
}
