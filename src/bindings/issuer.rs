//! What an issuer signs, for JavaScript. No phone and no checkpoint has this: it is an engine of its own, for servers, which takes
//! what it is to sign as JSON.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;

use super::input::{self, Untaken, few_bytes, moment, roots, time};
use super::{bytes, memory, thrown};
use crate::authoring::source::PackSource;
use crate::calendar::Time;
use crate::code::certificate::CertificateRequest;
use crate::colour::Colour;
use crate::issuing;
use crate::limits::{FILE_BYTES, REQUEST_BYTES, SIGNATURES, memory_to_copy};
use crate::place::Place;
use crate::purpose::Purpose;
use crate::risk::{RiskRow, RiskTable};
use crate::rules::pack::Text;
use crate::trust::envelope::EnvelopeError;
use crate::trust::{Header, PublicKey, SecretKey, TrustList};

/// Bytes of a secret key.
const SEED: usize = 32;
/// Bytes of JSON or TOML that are read: a risk table of a whole country has fewer.
const SOURCE_BYTES: usize = 64 << 20;
/// Public files of one manifest.
const FILES: usize = 4_096;

/// When a file holds and where, as it is given.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Given {
    version: u32,
    issued: Time,
    expires: Time,
    #[serde(default)]
    place: Option<Place>,
}

impl From<Given> for Header {
    fn from(Given { version, issued, expires, place }: Given) -> Self {
        Self { version, issued, expires, place }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GivenFloor {
    colour: Colour,
    ground: String,
}

/// What a rule pack says of itself.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rules {
    id: String,
    version: u32,
    region: Place,
    #[serde(skip_serializing_if = "Option::is_none")]
    purpose: Option<Purpose>,
    title: Text,
    valid_from: Time,
    valid_until: Time,
}

/// Who asks for a certificate, and for what.
#[derive(Serialize)]
struct Asked {
    key: PublicKey,
    enrolment: PublicKey,
    place: Place,
    name: String,
    digits: String,
    at: Time,
}

/// The public half of a secret key, in hexadecimal digits.
///
/// # Errors
/// Throws `misuse-argument`, `key-malformed` or `key-not-random`.
#[wasm_bindgen(js_name = publicKey, unchecked_return_type = "string")]
pub fn public_key(#[wasm_bindgen(unchecked_param_type = "Uint8Array")] key: JsValue) -> Result<JsValue, JsValue> {
    Ok(secret(&key, "key")?.public().to_string().into())
}

/// A trust list that these roots have signed.
///
/// # Errors
/// Throws `misuse-argument`, or the code of what phones would refuse.
#[wasm_bindgen(js_name = signTrustList, unchecked_return_type = "Uint8Array")]
pub fn sign_trust_list(
    #[wasm_bindgen(unchecked_param_type = "string")] header: JsValue,
    #[wasm_bindgen(unchecked_param_type = "string")] list: JsValue,
    #[wasm_bindgen(unchecked_param_type = "Uint8Array[]")] keys: JsValue,
) -> Result<JsValue, JsValue> {
    let list: TrustList = json(&list, "list")?;
    signed(&json::<Given>(&header, "header")?.into(), &list, &keys)
}

/// What a rule pack in TOML says of itself, in JSON.
///
/// # Errors
/// Throws `misuse-argument`, or the code of the first fault.
#[wasm_bindgen(js_name = rulesOf, unchecked_return_type = "string")]
pub fn rules_of(#[wasm_bindgen(unchecked_param_type = "string")] toml: JsValue) -> Result<JsValue, JsValue> {
    let pack = pack(&toml)?.pack;
    to_json(&Rules {
        id: pack.id,
        version: pack.version,
        region: pack.region,
        purpose: pack.purpose,
        title: pack.title,
        valid_from: pack.valid_from,
        valid_until: pack.valid_until,
    })
}

/// A rule pack of this TOML, issued at `issued`. It holds as long as it says itself.
///
/// # Errors
/// Throws `misuse-argument`, the code of the first fault in the rules, or that of what phones would refuse.
#[wasm_bindgen(js_name = signRules, unchecked_return_type = "Uint8Array")]
pub fn sign_rules(
    #[wasm_bindgen(unchecked_param_type = "string")] toml: JsValue,
    #[wasm_bindgen(unchecked_param_type = "number")] issued: JsValue,
    #[wasm_bindgen(unchecked_param_type = "Uint8Array[]")] keys: JsValue,
) -> Result<JsValue, JsValue> {
    let source = pack(&toml)?;
    signed(&source.header(moment(&issued, "issued")?), &source.to_pack(), &keys)
}

/// A risk table of these rows.
///
/// # Errors
/// Throws `misuse-argument`, or the code of what phones would refuse.
#[wasm_bindgen(js_name = signRiskTable, unchecked_return_type = "Uint8Array")]
pub fn sign_risk_table(
    #[wasm_bindgen(unchecked_param_type = "string")] header: JsValue,
    #[wasm_bindgen(unchecked_param_type = "string")] rows: JsValue,
    #[wasm_bindgen(unchecked_param_type = "Uint8Array[]")] keys: JsValue,
) -> Result<JsValue, JsValue> {
    let rows: Vec<RiskRow> = json(&rows, "rows")?;
    let table = RiskTable::new(rows).map_err(|error| thrown(&error))?;
    signed(&json::<Given>(&header, "header")?.into(), &table, &keys)
}

/// The manifest of these files, once each has been opened as a phone that pins these roots does.
///
/// # Errors
/// Throws `misuse-argument`, or the code of what phones would refuse.
#[wasm_bindgen(js_name = signManifest, unchecked_return_type = "Uint8Array")]
pub fn sign_manifest(
    #[wasm_bindgen(unchecked_param_type = "string")] header: JsValue,
    #[wasm_bindgen(unchecked_param_type = "Uint8Array[]")] files: JsValue,
    #[wasm_bindgen(unchecked_param_type = "Roots")] pinned: JsValue,
    #[wasm_bindgen(unchecked_param_type = "Uint8Array")] key: JsValue,
) -> Result<JsValue, JsValue> {
    let header: Given = json(&header, "header")?;
    let items = input::items(&files, FILES).ok_or_else(|| misuse("files", "is no list, or has too many"))?;
    let read = |item: &JsValue| taken(input::bytes(item, "files", FILE_BYTES, memory_to_copy)?);
    let files = items.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    let signed = issuing::manifest(&header.into(), &files, &roots(&pinned)?, &secret(&key, "key")?);
    bytes(&signed.map_err(|error| thrown(&error))?)
}

/// Who asks for a certificate, and for what, in JSON.
///
/// # Errors
/// Throws `misuse-argument`, or the code for which the request is refused.
#[wasm_bindgen(js_name = openRequest, unchecked_return_type = "string")]
pub fn open_request(
    #[wasm_bindgen(unchecked_param_type = "Uint8Array")] request: JsValue,
    #[wasm_bindgen(unchecked_param_type = "number")] now: JsValue,
) -> Result<JsValue, JsValue> {
    let request = few_bytes(&request, "request", REQUEST_BYTES)?;
    let CertificateRequest { key, enrolment, place, identity, at } =
        CertificateRequest::open(&request, time(&now)?).map_err(|error| thrown(&error))?;
    to_json(&Asked { key, enrolment, place, name: identity.name, digits: identity.digits, at })
}

/// The certificate that a request asks for, for so many hours from `now` on. `floor`, in JSON, is what the issuer says of the person:
/// a colour and its ground.
///
/// # Errors
/// Throws `misuse-argument`, or the code for which the request is refused.
#[wasm_bindgen(js_name = signCertificate, unchecked_return_type = "Uint8Array")]
pub fn sign_certificate(
    #[wasm_bindgen(unchecked_param_type = "Uint8Array")] request: JsValue,
    #[wasm_bindgen(unchecked_param_type = "number")] now: JsValue,
    #[wasm_bindgen(unchecked_param_type = "number")] hours: JsValue,
    #[wasm_bindgen(unchecked_param_type = "Uint8Array")] key: JsValue,
    #[wasm_bindgen(unchecked_optional_param_type = "string")] floor: JsValue,
) -> Result<JsValue, JsValue> {
    let request = few_bytes(&request, "request", REQUEST_BYTES)?;
    let hours = hours.as_f64().and_then(|given| (1..=u8::MAX).find(|hours| f64::from(*hours) == given));
    let hours = hours.ok_or_else(|| misuse("hours", "is no whole number of hours"))?;
    let floor = if floor.is_undefined() { None } else { Some(json::<GivenFloor>(&floor, "floor")?) };
    let floor = floor.map(|GivenFloor { colour, ground }| (colour, ground));
    let certificate = issuing::certify(&request, time(&now)?, hours, floor, &secret(&key, "key")?);
    bytes(&certificate.map_err(|error| thrown(&error))?)
}

fn signed<T: crate::trust::Body>(header: &Header, body: &T, keys: &JsValue) -> Result<JsValue, JsValue> {
    let keys = input::items(keys, SIGNATURES).ok_or_else(|| misuse("keys", "is no list of keys, or has too many"))?;
    let keys = keys.iter().map(|key| secret(key, "keys")).collect::<Result<Vec<_>, _>>()?;
    bytes(&issuing::signed(header, body, &keys).map_err(|error| thrown(&error))?)
}

fn secret(key: &JsValue, argument: &'static str) -> Result<SecretKey, JsValue> {
    let seed = zeroize::Zeroizing::new(few_bytes(key, argument, SEED)?);
    SecretKey::from_random(&seed).map_err(|error| thrown(&error))
}

fn taken(given: Result<Vec<u8>, Untaken>) -> Result<Vec<u8>, JsValue> {
    given.map_err(|untaken| match untaken {
        Untaken::TooLong { bytes } => thrown(&EnvelopeError::TooLarge { bytes }),
        Untaken::NoMemory(error) => thrown(&error),
    })
}

fn pack(toml: &JsValue) -> Result<PackSource, JsValue> {
    PackSource::parse(&source(toml, "toml")?).map_err(|error| thrown(&error))
}

/// The text of a source: much longer than what phones pass.
fn source(text: &JsValue, argument: &'static str) -> Result<String, JsValue> {
    let text: &js_sys::JsString = text.dyn_ref().ok_or_else(|| misuse(argument, "is no text"))?;
    let length = usize::try_from(text.length()).unwrap_or(usize::MAX);
    if length > SOURCE_BYTES {
        return Err(misuse(argument, "is too long"));
    }
    // A character has up to three bytes.
    memory::or_throw(memory_to_copy(3 * length))?;
    text.as_string().ok_or_else(|| misuse(argument, "is no text"))
}

fn json<T: DeserializeOwned>(text: &JsValue, argument: &'static str) -> Result<T, JsValue> {
    serde_json::from_str(&source(text, argument)?)
        .map_err(|error| misuse(argument, &format!("is not understood: {error}")))
}

fn to_json<T: Serialize>(value: &T) -> Result<JsValue, JsValue> {
    serde_json::to_string(value).map(JsValue::from).map_err(|_| thrown(&crate::error::Misuse::NotConvertible))
}

/// What is wrong with an argument: what an issuer signs is its own, so that it may be quoted.
fn misuse(argument: &'static str, what: &str) -> JsValue {
    let thrown = thrown(&crate::error::Misuse::Argument { argument });
    // Setting a property of a fresh object cannot fail.
    let _ = js_sys::Reflect::set(&thrown, &"message".into(), &format!("the argument `{argument}` {what}").into());
    thrown
}
