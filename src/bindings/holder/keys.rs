//! The phone's keys, and the requests for day certificates that they sign.

use wasm_bindgen::prelude::*;

use super::{Holder, arguments};
use crate::bindings::input::{self, read, time};
use crate::bindings::{bytes, thrown, to_js};
use crate::code::certificate::Identity;

/// Bytes of a secret key.
const SEED_BYTES: usize = 32;

#[wasm_bindgen]
impl Holder {
    /// Makes the phone's enrolment key, which no code shows, from 32 bytes from the host's secure random source, and
    /// returns the public key.
    ///
    /// # Errors
    /// Throws `holder-key-exists`, `key-malformed` or `key-not-random`.
    #[wasm_bindgen(js_name = createKey, unchecked_return_type = "string")]
    pub fn create_key(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "Uint8Array")] random: JsValue,
    ) -> Result<JsValue, JsValue> {
        let random = zeroize::Zeroizing::new(input::few_bytes(&random, "random", SEED_BYTES)?);
        self.changed().create_key(&random).map(|key| key.to_string().into()).map_err(|error| thrown(&error))
    }

    /// From now on, the host keeps the phone's enrolment key: `publicKey` is its public half, 64 hexadecimal digits.
    ///
    /// # Errors
    /// Throws `holder-key-exists`, `key-malformed` or `key-weak`.
    #[wasm_bindgen(js_name = useHostKey, unchecked_return_type = "undefined")]
    pub fn use_host_key(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "string", js_name = publicKey)] public: JsValue,
    ) -> Result<JsValue, JsValue> {
        let public = arguments::key(&public, "publicKey")?;
        self.changed().use_host_key(public).map_err(|error| thrown(&error))?;
        Ok(JsValue::UNDEFINED)
    }

    /// The host has lost the enrolment key that it kept: another may be made. What was for it, such as the person's
    /// record, is no longer in use. A key of the phone's own stays.
    ///
    /// # Errors
    /// Throws `misuse-argument`, or `time-out-of-range` if `now` is not a valid time.
    #[wasm_bindgen(js_name = loseHostKey, unchecked_return_type = "undefined")]
    pub fn lose_host_key(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "number")] now: JsValue,
    ) -> Result<JsValue, JsValue> {
        self.changed().lose_host_key(time(&now)?);
        Ok(JsValue::UNDEFINED)
    }

    /// The public halves of all keys that the host keeps for this phone: it needs no others.
    #[wasm_bindgen(js_name = hostKeys, unchecked_return_type = "string[]")]
    pub fn host_keys(&self) -> Result<JsValue, JsValue> {
        to_js(&self.inner.host_keys())
    }

    /// The public half of the phone's enrolment key, if it has been made.
    #[wasm_bindgen(js_name = publicKey, unchecked_return_type = "string | undefined")]
    pub fn public_key(&self) -> Result<JsValue, JsValue> {
        Ok(self.inner.public_key().map_or(JsValue::UNDEFINED, |key| key.to_string().into()))
    }

    /// The request for a day certificate, to be sent to the issuer: a new key for it, the masked identity, the region, the
    /// time. `random` are 32 bytes from the host's secure random source, others for each request. Save the phone before
    /// the request is sent: it would not know the certificate for its own otherwise.
    ///
    /// # Errors
    /// Throws `holder-no-key`, `holder-host-key`, `holder-no-rules`, `certificate-not-masked`, `key-malformed` or
    /// `key-not-random`.
    #[wasm_bindgen(js_name = certificateRequest, unchecked_return_type = "Uint8Array")]
    pub fn certificate_request(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "Identity")] identity: JsValue,
        #[wasm_bindgen(unchecked_param_type = "Uint8Array")] random: JsValue,
        #[wasm_bindgen(unchecked_param_type = "number")] now: JsValue,
    ) -> Result<JsValue, JsValue> {
        let identity: Identity = read(&identity, "identity")?;
        let random = zeroize::Zeroizing::new(input::few_bytes(&random, "random", SEED_BYTES)?);
        let request =
            self.changed().certificate_request(identity, &random, time(&now)?).map_err(|error| thrown(&error))?;
        bytes(&request)
    }

    /// For a certificate whose key the host keeps, whose public half is `day`: what the host must sign to ask for it, with
    /// that key and, if it keeps that too, with the enrolment key, which comes first.
    ///
    /// # Errors
    /// Throws `holder-no-key`, `holder-no-rules`, `certificate-not-masked`, `key-malformed` or `key-weak`.
    #[wasm_bindgen(js_name = certificateRequestToSign, unchecked_return_type = "ToSign[]")]
    pub fn certificate_request_to_sign(
        &self,
        #[wasm_bindgen(unchecked_param_type = "Identity")] identity: JsValue,
        #[wasm_bindgen(unchecked_param_type = "string")] day: JsValue,
        #[wasm_bindgen(unchecked_param_type = "number")] now: JsValue,
    ) -> Result<JsValue, JsValue> {
        let (identity, day) = (read(&identity, "identity")?, arguments::key(&day, "day")?);
        let steps = self.inner.certificate_request_to_sign(identity, day, time(&now)?);
        to_js(&steps.map_err(|error| thrown(&error))?)
    }

    /// The request for it, with the host's signatures of what `certificateRequestToSign` gave for the same arguments, in
    /// that order, each as 128 hexadecimal digits. Save the phone before the request is sent.
    ///
    /// # Errors
    /// Throws what `certificateRequestToSign` does, and `holder-host-signature` or `key-not-random`; the phone is then as it was.
    #[wasm_bindgen(js_name = certificateRequestSigned, unchecked_return_type = "Uint8Array")]
    pub fn certificate_request_signed(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "Identity")] identity: JsValue,
        #[wasm_bindgen(unchecked_param_type = "string")] day: JsValue,
        #[wasm_bindgen(unchecked_param_type = "number")] now: JsValue,
        #[wasm_bindgen(unchecked_param_type = "string[]")] signatures: JsValue,
    ) -> Result<JsValue, JsValue> {
        let (identity, day, now) = (read(&identity, "identity")?, arguments::key(&day, "day")?, time(&now)?);
        let signatures: Vec<String> = read(&signatures, "signatures")?;
        let signatures: Vec<_> = signatures.iter().map(|text| arguments::signature_of(text)).collect();
        let request = self.changed().certificate_request_signed(identity, day, now, &signatures);
        bytes(&request.map_err(|error| thrown(&error))?)
    }
}
