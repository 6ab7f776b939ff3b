//! The colour, now and to come, and the code that shows it.

use wasm_bindgen::prelude::*;

use super::{Holder, arguments};
use crate::bindings::input::{self, time};
use crate::bindings::result::ShowResult;
use crate::bindings::types::Problem;
use crate::bindings::{thrown, to_js};
use crate::forecast::Forecasting;
use crate::limits::FORECAST_SLICE_STEPS;

#[wasm_bindgen]
impl Holder {
    /// Assesses what the phone knows; `here` is where the code will be shown, if the host knows, and `rulesFor` what the rules
    /// are for, if that is not what is chosen.
    ///
    /// # Errors
    /// Throws `holder-no-rules`, or a `place-…` code if `here` is not a place.
    #[wasm_bindgen(unchecked_return_type = "Assessment")]
    pub fn assess(
        &self,
        #[wasm_bindgen(unchecked_param_type = "number")] now: JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "string")] here: JsValue,
        #[wasm_bindgen(js_name = rulesFor, unchecked_optional_param_type = "RulesFor")] rules_for: JsValue,
    ) -> Result<JsValue, JsValue> {
        let rules_for = input::read_optional(&rules_for, "rulesFor")?;
        let assessment = self.inner.assess_by(rules_for, time(&now)?, arguments::here(&here)?);
        let assessment = assessment.map_err(|error| thrown(&error))?;
        to_js(&assessment)
    }

    /// What differs from the last noted assessment, and so why the colour changed. `undefined` if none was noted.
    ///
    /// # Errors
    /// As `assess`.
    #[wasm_bindgen(unchecked_return_type = "Comparison | undefined")]
    pub fn compare(
        &self,
        #[wasm_bindgen(unchecked_param_type = "number")] now: JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "string")] here: JsValue,
    ) -> Result<JsValue, JsValue> {
        let comparison = self.inner.compare(time(&now)?, arguments::here(&here)?).map_err(|error| thrown(&error))?;
        comparison.map_or(Ok(JsValue::UNDEFINED), |comparison| to_js(&comparison))
    }

    /// Notes the current assessment as seen by the person.
    ///
    /// # Errors
    /// As `assess`.
    #[wasm_bindgen(unchecked_return_type = "undefined")]
    pub fn note(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "number")] now: JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "string")] here: JsValue,
    ) -> Result<JsValue, JsValue> {
        self.changed().note(time(&now)?, arguments::here(&here)?).map_err(|error| thrown(&error))?;
        Ok(JsValue::UNDEFINED)
    }

    /// Forecasts the colour, the next change and the earliest green, for some milliseconds: call it with the same place,
    /// letting other work run in between, until it returns the forecast, which is from the moment of the first call. It
    /// begins anew, from `now`, if anything that the phone knows has changed.
    ///
    /// # Errors
    /// As `assess`.
    #[wasm_bindgen(js_name = forecastInSlices, unchecked_return_type = "Forecast | undefined")]
    pub fn forecast_in_slices(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "number")] now: JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "string")] here: JsValue,
    ) -> Result<JsValue, JsValue> {
        let (now, here) = (time(&now)?, arguments::here(&here)?);
        let begun = self.looking.take().filter(|(place, _)| *place == here);
        let mut forecasting = begun.map_or_else(|| Forecasting::new(now), |(_, forecasting)| forecasting);
        let made = self.inner.forecast_in_slices(&mut forecasting, here, FORECAST_SLICE_STEPS);
        match made.map_err(|error| thrown(&error))? {
            Some(forecast) => to_js(&forecast),
            None => {
                self.looking = Some((here, forecasting));
                Ok(JsValue::UNDEFINED)
            }
        }
    }

    /// What the host must sign for a code, if it keeps the certificate's key: `show` takes the signature, with the same
    /// arguments. `undefined` if the phone has the key itself, or there can be no code: `show` says why.
    ///
    /// # Errors
    /// Throws a `place-…` code if `here` is not a place.
    #[wasm_bindgen(js_name = codeToSign, unchecked_return_type = "ToSign | undefined")]
    pub fn code_to_sign(
        &self,
        #[wasm_bindgen(unchecked_param_type = "number")] now: JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "string")] here: JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "Uint8Array")] challenge: JsValue,
    ) -> Result<JsValue, JsValue> {
        let challenge = input::challenge(&challenge)?;
        let step = self.inner.code_to_sign(time(&now)?, arguments::here(&here)?, challenge.as_deref());
        step.ok().flatten().map_or(Ok(JsValue::UNDEFINED), |step| to_js(&step))
    }

    /// Makes a code for this minute, without any request; `challenge` is what a checkpoint asked the phone to sign, and
    /// `signature` the host's of what `codeToSign` gave for the same arguments, as 128 hexadecimal digits, if the host
    /// keeps the key.
    ///
    /// # Errors
    /// Throws a `place-…` code if `here` is not a place.
    #[wasm_bindgen(unchecked_return_type = "ShowResult")]
    pub fn show(
        &self,
        #[wasm_bindgen(unchecked_param_type = "number")] now: JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "string")] here: JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "Uint8Array")] challenge: JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "string")] signature: JsValue,
    ) -> Result<JsValue, JsValue> {
        let challenge = input::challenge(&challenge)?;
        let (now, here, challenge) = (time(&now)?, arguments::here(&here)?, challenge.as_deref());
        let shown = match arguments::signature(&signature)? {
            Some(signature) => self.inner.show_signed(now, here, challenge, &signature),
            None => self.inner.show(now, here, challenge),
        };
        to_js(&match shown {
            Ok(code) => ShowResult::Shown { code },
            Err(error) => ShowResult::Unavailable { problem: Problem::from(&error) },
        })
    }
}
