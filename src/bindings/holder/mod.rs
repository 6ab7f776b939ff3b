//! The holder's side for JavaScript.

mod arguments;
mod choice;
mod decision;
mod files;
mod keys;
mod log;

use wasm_bindgen::prelude::*;

use super::input::{self, Untaken, read, time};
use super::{bytes, memory, thrown, to_js};
use crate::calendar::Time;
use crate::forecast::Forecasting;
use crate::holder::{self, HolderError};
use crate::limits::{STATE_BYTES, memory_to_copy};
use crate::place::Place;

/// The citizen's phone: its keys, the log of reports and visits, the signed files. One object per person.
#[wasm_bindgen]
pub struct Holder {
    inner: holder::Holder,
    /// A forecast in the making, for a place. It ends with the first change of what the phone knows.
    looking: Option<(Option<Place>, Forecasting)>,
}

impl Holder {
    const fn of(inner: holder::Holder) -> Self {
        Self { inner, looking: None }
    }

    /// Opens the key or the next file; returns whether there was one.
    fn open(&mut self, now: Time) -> Result<bool, JsValue> {
        memory::or_throw(self.inner.memory_to_open_next())?;
        self.changed().open_next(now).map_err(|error| thrown(&error))
    }

    /// The phone, to be changed.
    fn changed(&mut self) -> &mut holder::Holder {
        self.looking = None;
        &mut self.inner
    }
}

#[wasm_bindgen]
impl Holder {
    /// An empty phone that knows only the root keys that the app pins.
    ///
    /// # Errors
    /// Throws `misuse-argument`, `key-malformed`, `key-weak` or `trust-no-roots`.
    #[wasm_bindgen(constructor)]
    pub fn new(#[wasm_bindgen(unchecked_param_type = "Roots")] roots: JsValue) -> Result<Self, JsValue> {
        Ok(Self::of(holder::Holder::new(input::roots(&roots)?)))
    }

    /// Restores what `save` returned and checks it again; `files` then says which of the stored files are in use.
    ///
    /// # Errors
    /// Throws `holder-state-damaged`, `holder-state-newer` or `engine-out-of-memory`: nothing is lost, the caller still has the
    /// bytes.
    pub fn restore(
        #[wasm_bindgen(unchecked_param_type = "Roots")] roots: JsValue,
        #[wasm_bindgen(unchecked_param_type = "Uint8Array")] saved: JsValue,
        #[wasm_bindgen(unchecked_param_type = "number")] now: JsValue,
    ) -> Result<Self, JsValue> {
        let mut restored = Self::unopened(roots, saved)?;
        let now = time(&now)?;
        while restored.open(now)? {}
        Ok(restored)
    }

    /// Like `restore`, but with the key and the files still to be opened: call `openNext` until it returns false,
    /// letting other work run in between, and do not use the phone before that.
    ///
    /// # Errors
    /// As `restore`.
    pub fn unopened(
        #[wasm_bindgen(unchecked_param_type = "Roots")] roots: JsValue,
        #[wasm_bindgen(unchecked_param_type = "Uint8Array")] saved: JsValue,
    ) -> Result<Self, JsValue> {
        let saved = input::bytes(&saved, "saved", STATE_BYTES, memory_to_copy)?;
        let roots = input::roots(&roots)?;
        let unopened = match saved {
            Ok(saved) => holder::Holder::unopened(roots, &saved),
            Err(Untaken::TooLong { .. }) => Err(HolderError::StateDamaged),
            Err(Untaken::NoMemory(error)) => return Err(thrown(&error)),
        };
        unopened.map(Self::of).map_err(|error| thrown(&error))
    }

    /// Opens the key or the next stored file; returns whether there was one.
    ///
    /// # Errors
    /// Throws `holder-state-damaged` if the stored key is invalid, or `engine-out-of-memory`.
    #[wasm_bindgen(js_name = openNext, unchecked_return_type = "boolean")]
    pub fn open_next(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "number")] now: JsValue,
    ) -> Result<JsValue, JsValue> {
        let now = time(&now)?;
        self.open(now).map(JsValue::from)
    }

    /// The whole state, including those secret keys that the host does not keep, for storage that only this app can read.
    ///
    /// # Errors
    /// Throws `engine-out-of-memory`.
    #[wasm_bindgen(unchecked_return_type = "Uint8Array")]
    pub fn save(&self) -> Result<JsValue, JsValue> {
        memory::or_throw(self.inner.memory_to_save())?;
        bytes(&self.inner.save())
    }

    /// Forgets everything: keys, log and files.
    #[wasm_bindgen(unchecked_return_type = "undefined")]
    pub fn forget(&mut self) -> Result<JsValue, JsValue> {
        self.changed().forget();
        Ok(JsValue::UNDEFINED)
    }

    /// The person's region: the one that they chose, else that of their certificate, else that of their rules.
    #[wasm_bindgen(unchecked_return_type = "string | undefined")]
    pub fn region(&self) -> Result<JsValue, JsValue> {
        self.inner.region().map_or(Ok(JsValue::UNDEFINED), |region| to_js(&region))
    }

    /// Says which region the person lives in: rules are taken for it.
    ///
    /// # Errors
    /// Throws a `place-…` code if `region` is not a place.
    #[wasm_bindgen(js_name = setRegion, unchecked_return_type = "undefined")]
    pub fn set_region(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "string")] region: JsValue,
    ) -> Result<JsValue, JsValue> {
        let code: String = read(&region, "region")?;
        self.changed().set_region(Place::parse(&code).map_err(|error| thrown(&error))?);
        Ok(JsValue::UNDEFINED)
    }

    /// The identity in the day certificate, if there is one.
    #[wasm_bindgen(unchecked_return_type = "Identity | undefined")]
    pub fn identity(&self) -> Result<JsValue, JsValue> {
        self.inner.identity().map_or(Ok(JsValue::UNDEFINED), to_js)
    }
}
