//! Arguments from JavaScript: read by hand, because derived readers would add 40 kB to the shipped module for error
//! texts that nobody sees. Unknown fields and wrong types are misuse, reported by the argument's name and never by its
//! content.
//!
//! Everything that can run the caller's code (getters, proxies) is called so that exceptions are caught: one that
//! passed through here would leave the object locked for good.

use js_sys::{ArrayBuffer, JsString, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;

use super::{memory, thrown};
use crate::calendar::{CalendarError, Time};
use crate::error::{MachineError, Misuse};
use crate::limits::{ANSWER_BYTES, PACK_ITEMS};
use crate::trust::list::TrustError;
use crate::trust::{PublicKey, Roots};

#[wasm_bindgen]
extern "C" {
    /// `[object Array]` and the like: the same in every realm, and for proxies.
    #[wasm_bindgen(catch, js_namespace = ["Object", "prototype", "toString"], js_name = call)]
    fn class_of(value: &JsValue) -> Result<JsString, JsValue>;

    #[wasm_bindgen(js_name = Uint8Array)]
    type Copied;

    #[wasm_bindgen(catch, constructor, js_class = "Uint8Array")]
    fn copy(value: &JsValue) -> Result<Copied, JsValue>;

    #[wasm_bindgen(catch, constructor, js_class = "Uint8Array")]
    fn empty(length: u32) -> Result<Copied, JsValue>;
}

/// Characters of one line of text: several times as many as a code's has, and each of the others has a few dozen.
const LINE: u32 = 4_096;

fn is(value: &JsValue, class: &str) -> bool {
    class_of(value).is_ok_and(|found| found == class)
}

/// Reads an argument.
pub(super) fn read<T: Input>(value: &JsValue, argument: &'static str) -> Result<T, JsValue> {
    T::read(value).ok_or_else(|| thrown(&Misuse::Argument { argument }))
}

/// Reads an argument that may be left out.
#[cfg(any(feature = "holder", feature = "checkpoint"))]
pub(super) fn read_optional<T: Input>(value: &JsValue, argument: &'static str) -> Result<Option<T>, JsValue> {
    if is_absent(value) { Ok(None) } else { read(value, argument).map(Some) }
}

/// Why bytes were not taken in.
pub(super) enum Untaken {
    /// There are more than may be.
    TooLong { bytes: usize },
    /// There is no memory for what is to be done with them.
    NoMemory(MachineError),
}

/// Reads a `Uint8Array` of at most `most` bytes, if there is as much memory as `needs` says of its length.
pub(super) fn bytes(
    value: &JsValue,
    argument: &'static str,
    most: usize,
    needs: impl FnOnce(usize) -> usize,
) -> Result<Result<Vec<u8>, Untaken>, JsValue> {
    let length = measured(value).ok_or_else(|| thrown(&Misuse::Argument { argument }))?;
    if length > most {
        return Ok(Err(Untaken::TooLong { bytes: length }));
    }
    if let Err(error) = memory::see_to(needs(length)) {
        return Ok(Err(Untaken::NoMemory(error)));
    }
    // The host makes one copy, so that nobody changes it meanwhile, and the engine another.
    match Copied::copy(value) {
        Ok(copied) => Ok(Ok(copied.unchecked_ref::<Uint8Array>().to_vec())),
        // No bytes need no memory: its buffer was handed to somebody else.
        Err(_) if length == 0 => Err(thrown(&Misuse::Argument { argument })),
        Err(_) => Ok(Err(Untaken::NoMemory(MachineError::OutOfMemory))),
    }
}

/// Reads a `Uint8Array` that has few bytes. In the place of one with more than `most` comes one that is just too long, for
/// whoever asked to refuse.
pub(super) fn few_bytes(value: &JsValue, argument: &'static str, most: usize) -> Result<Vec<u8>, JsValue> {
    Ok(bytes(value, argument, most, |_| 0)?.unwrap_or_else(|_| vec![0; most.saturating_add(1)]))
}

/// A new array of so many bytes.
pub(super) fn array(length: u32) -> Result<Uint8Array, JsValue> {
    Copied::empty(length).map(|array| array.unchecked_into())
}

/// How many bytes a `Uint8Array` has.
fn measured(value: &JsValue) -> Option<usize> {
    // An object can pretend to be of a class, but not to be a view of a buffer.
    if !ArrayBuffer::is_view(value) || !is(value, "[object Uint8Array]") {
        return None;
    }
    let length = Reflect::get(value, &"byteLength".into()).ok()?.as_f64()?;
    #[expect(clippy::as_conversions, reason = "a length is whole, and one beyond all numbers is too long as well")]
    let length = length as usize;
    Some(length)
}

/// The moment `now`.
pub(super) fn time(now: &JsValue) -> Result<Time, JsValue> {
    moment(now, "now")
}

/// A moment, in milliseconds since 1970.
pub(super) fn moment(given: &JsValue, argument: &'static str) -> Result<Time, JsValue> {
    let millis = given.as_f64().ok_or_else(|| thrown(&Misuse::Argument { argument }))?;
    Time::from_js_millis(millis).ok_or_else(|| thrown(&CalendarError::Millis))
}

/// A scanned text. Whatever it is, it is judged and not misuse, so of a longer one than any code as much comes as is refused.
pub(super) fn scanned(text: &JsValue, argument: &'static str) -> Result<String, JsValue> {
    let text: &JsString = text.dyn_ref().ok_or_else(|| thrown(&Misuse::Argument { argument }))?;
    read(&text.slice(0, LINE), argument)
}

/// The challenge that a checkpoint asks a phone to sign, if there is one.
#[cfg(any(feature = "holder", feature = "checkpoint"))]
pub(super) fn challenge(given: &JsValue) -> Result<Option<Vec<u8>>, JsValue> {
    if is_absent(given) { Ok(None) } else { few_bytes(given, "challenge", crate::limits::CHALLENGE_BYTES).map(Some) }
}

/// The root keys that the app pins, each as 64 hexadecimal digits, and how many of them must sign.
pub(super) fn roots(value: &JsValue) -> Result<Roots, JsValue> {
    let Pinned { keys, signers } = read(value, "roots")?;
    let keys: Result<Vec<_>, _> = keys.iter().map(|key| PublicKey::parse(key)).collect();
    let roots = Roots { keys: keys.map_err(|error| thrown(&error))?, signers };
    if roots.is_sound() { Ok(roots) } else { Err(thrown(&TrustError::NoRoots)) }
}

struct Pinned {
    keys: Vec<String>,
    signers: u8,
}

impl Input for Pinned {
    fn read(value: &JsValue) -> Option<Self> {
        let (mut keys, mut signers) = (None, None);
        each_field(value, &mut |field, value| match field {
            "keys" => Vec::read(&value).map(|read| keys = Some(read)),
            "signers" => {
                let number = value.as_f64()?;
                // How many there may be is for the roots to say.
                signers = Some((0..=u8::MAX).find(|signers| f64::from(*signers) == number)?);
                Some(())
            }
            _ => None,
        })?;
        Some(Self { keys: keys?, signers: signers? })
    }
}

pub(super) fn is_absent(value: &JsValue) -> bool {
    value.is_undefined() || value.is_null()
}

/// A type that can be an argument from JavaScript.
pub(super) trait Input: Sized {
    /// The value, if it has the right type.
    fn read(value: &JsValue) -> Option<Self>;
}

impl Input for bool {
    fn read(value: &JsValue) -> Option<Self> {
        value.as_bool()
    }
}

/// A text of at most [`LINE`] characters: none that is asked for has more.
impl Input for String {
    fn read(value: &JsValue) -> Option<Self> {
        value.dyn_ref::<JsString>().filter(|text| text.length() <= LINE)?.as_string()
    }
}

impl Input for Vec<String> {
    fn read(value: &JsValue) -> Option<Self> {
        items(value, PACK_ITEMS)?.iter().map(text).collect()
    }
}

/// The items of an array of at most `most` items; holes are `undefined`.
pub(super) fn items(value: &JsValue, most: usize) -> Option<Vec<JsValue>> {
    let most = u32::try_from(most).ok().filter(|_| is(value, "[object Array]"))?;
    let length = Reflect::get(value, &"length".into()).ok()?.as_f64()?;
    if length > most.into() {
        return None;
    }
    (0..most).take_while(|index| f64::from(*index) < length).map(|index| Reflect::get_u32(value, index).ok()).collect()
}

/// Calls `set` with each field that has a value; `None` if `set` does not know one of them.
pub(super) fn each_field(value: &JsValue, set: &mut dyn FnMut(&str, JsValue) -> Option<()>) -> Option<()> {
    if !is(value, "[object Object]") {
        return None;
    }
    let names = Reflect::own_keys(value).ok()?;
    // No questionnaire has more questions, and nothing else has as many fields.
    if usize::try_from(names.length()).ok()? > 2 * PACK_ITEMS {
        return None;
    }
    for name in names.iter() {
        let value = Reflect::get(value, &name).ok()?;
        let name = text(&name)?;
        if !is_absent(&value) {
            set(&name, value)?;
        }
    }
    Some(())
}

pub(super) fn text(value: &JsValue) -> Option<String> {
    String::read(value).filter(|text| text.len() <= ANSWER_BYTES)
}
