//! A host: it makes the package's objects and calls them through the generated JavaScript.

use healthcode::bindings;
use healthcode::calendar::Time;
use healthcode::trust::{Roots, SecretKey};
use js_sys::{Array, Function, JSON, Reflect, Uint8Array};
use serde_json::Value as Json;
use sha2::{Digest, Sha512};
use wasm_bindgen::prelude::*;

/// An object of the package.
pub(crate) struct Object(pub(crate) JsValue);

/// The three classes.
pub(crate) fn classes() -> (Function, Function, Function) {
    let class = |object: JsValue| Reflect::get(&object, &"constructor".into()).unwrap().unchecked_into();
    let key = SecretKey::from_random(b"the seed of a key that tests use").unwrap().public();
    let some = || pinned(&Roots { keys: vec![key], signers: 1 });
    (
        class(bindings::Holder::new(some()).unwrap().into()),
        class(bindings::Checkpoint::new(some()).unwrap().into()),
        class(bindings::Qr::new("A".into()).unwrap().into()),
    )
}

pub(crate) fn holder(roots: &Roots) -> Object {
    Object(Reflect::construct(&classes().0, &Array::of1(&pinned(roots))).unwrap())
}

pub(crate) fn restored(roots: &Roots, saved: &[u8], now: &str) -> Result<Object, JsValue> {
    Object(classes().0.into()).call("restore", &[pinned(roots), bytes(saved), millis(now)]).map(Object)
}

pub(crate) fn checkpoint(roots: &Roots) -> Object {
    Object(Reflect::construct(&classes().1, &Array::of1(&pinned(roots))).unwrap())
}

pub(crate) fn qr(text: &str) -> Object {
    Object(Reflect::construct(&classes().2, &Array::of1(&text.into())).unwrap())
}

impl Object {
    pub(crate) fn call(&self, method: &str, arguments: &[JsValue]) -> Result<JsValue, JsValue> {
        let method: Function = Reflect::get(&self.0, &method.into()).unwrap().unchecked_into();
        method.apply(&self.0, &arguments.iter().cloned().collect())
    }

    /// What a method answers, as JSON.
    pub(crate) fn ask(&self, method: &str, arguments: &[JsValue]) -> Json {
        let answer = self.call(method, arguments).unwrap_or_else(|error| panic!("{method}: {error:?}"));
        assert_plain(&answer);
        json(&answer)
    }

    pub(crate) fn bytes(&self, method: &str, arguments: &[JsValue]) -> Vec<u8> {
        self.call(method, arguments).unwrap().unchecked_into::<Uint8Array>().to_vec()
    }

    pub(crate) fn get(&self, property: &str) -> JsValue {
        Reflect::get(&self.0, &property.into()).unwrap()
    }
}

/// Calls some JavaScript with arguments of these names.
pub(crate) fn script(names: &str, body: &str, arguments: &[JsValue]) -> JsValue {
    let function = Function::new_with_args(names, body);
    function.apply(&JsValue::UNDEFINED, &arguments.iter().cloned().collect()).unwrap()
}

/// Plain objects, arrays, texts, truths and numbers that JavaScript holds exactly; no `BigInt`, `Map` or `undefined`.
fn assert_plain(answer: &JsValue) {
    let body = "
        const plain = (value) => value === null || ['string', 'boolean'].includes(typeof value)
            || (typeof value === 'number' && Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value)))
            || (Array.isArray(value) && value.every(plain))
            || (Object.getPrototypeOf(value) === Object.prototype && Object.values(value).every(plain));
        return plain(answer);";
    assert!(script("answer", body, core::slice::from_ref(answer)).is_truthy(), "{answer:?}");
}

pub(crate) fn json(value: &JsValue) -> Json {
    serde_json::from_str(&String::from(JSON::stringify(value).unwrap())).unwrap()
}

pub(crate) fn value(json: &Json) -> JsValue {
    JSON::parse(&json.to_string()).unwrap()
}

/// Roots as an app pins them.
pub(crate) fn pinned(roots: &Roots) -> JsValue {
    value(&serde_json::to_value(roots).unwrap())
}

pub(crate) fn bytes(content: &[u8]) -> JsValue {
    Uint8Array::from(content).into()
}

pub(crate) fn millis(moment: &str) -> JsValue {
    let seconds = i32::try_from(Time::parse(moment).unwrap().unix()).unwrap();
    (f64::from(seconds) * 1000.0).into()
}

pub(crate) fn sha512(content: &[u8]) -> Vec<u8> {
    Sha512::digest(content).to_vec()
}

/// What was thrown: a real `Error` with a code.
pub(crate) fn code_of(thrown: &JsValue) -> Option<String> {
    assert!(thrown.is_instance_of::<js_sys::Error>(), "{thrown:?}");
    Reflect::get(thrown, &"code".into()).unwrap().as_string()
}
