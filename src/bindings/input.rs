//! What JavaScript hands in: read by hand, because derived readers would take 40 kB of the shipped module to word errors that
//! nobody sees. Unknown fields and other types are misuse, named by the argument and never by its content.

use js_sys::{Array, Object};
use wasm_bindgen::{JsCast, JsValue};

use super::thrown;
use crate::calendar::{Date, Time};
use crate::code::certificate::Identity;
use crate::error::Misuse;
use crate::facts::{Answer, Answers, Decimal, Mode, Place, Trip, Visit};
use crate::limits::{ANSWER_BYTES, PACK_ITEMS};

/// Reads an argument.
pub(super) fn read<T: Input>(value: &JsValue, argument: &'static str) -> Result<T, JsValue> {
    T::read(value).ok_or_else(|| thrown(&Misuse::Argument { argument }))
}

/// A type that JavaScript hands in.
pub(super) trait Input: Sized {
    /// The value, if it has the shape.
    fn read(value: &JsValue) -> Option<Self>;
}

/// Calls `set` with each field that has a value; refused if it does not know one.
fn each_field(value: &JsValue, mut set: impl FnMut(&str, JsValue) -> Option<()>) -> Option<()> {
    let object = value.dyn_ref::<Object>().filter(|_| !Array::is_array(value) && !value.is_function())?;
    let entries = Object::entries(object);
    // A questionnaire has no more questions than that, and nothing else has as many fields.
    if usize::try_from(entries.length()).ok()? > 2 * PACK_ITEMS {
        return None;
    }
    for entry in entries.iter() {
        let entry: Array = entry.dyn_into().ok()?;
        let (name, value) = (entry.get(0).as_string()?, entry.get(1));
        if name.len() > ANSWER_BYTES {
            return None;
        }
        if !value.is_undefined() && !value.is_null() {
            set(&name, value)?;
        }
    }
    Some(())
}

fn text(value: &JsValue) -> Option<String> {
    value.as_string().filter(|text| text.len() <= ANSWER_BYTES)
}

impl Input for Identity {
    fn read(value: &JsValue) -> Option<Self> {
        let (mut name, mut digits) = (None, None);
        each_field(value, |field, value| match field {
            "name" => text(&value).map(|text| name = Some(text)),
            "digits" => text(&value).map(|text| digits = Some(text)),
            _ => None,
        })?;
        Some(Self { name: name?, digits: digits? })
    }
}

impl Input for Visit {
    fn read(value: &JsValue) -> Option<Self> {
        let (mut place, mut arrive, mut leave, mut mode) = (None, None, None, Mode::Stay);
        each_field(value, |field, value| {
            let text = text(&value)?;
            match field {
                "place" => place = Some(Place::parse(&text).ok()?),
                "arrive" => arrive = Some(Time::parse(&text).ok()?),
                "leave" => leave = Some(Time::parse(&text).ok()?),
                "mode" => mode = Mode::from_name(&text)?,
                _ => return None,
            }
            Some(())
        })?;
        Some(Self { place: place?, arrive: arrive?, leave, mode })
    }
}

impl Input for Trip {
    fn read(value: &JsValue) -> Option<Self> {
        let (mut place, mut from, mut to, mut mode) = (None, None, None, Mode::Stay);
        each_field(value, |field, value| {
            let text = text(&value)?;
            match field {
                "place" => place = Some(Place::parse(&text).ok()?),
                "from" => from = Some(Date::parse(&text).ok()?),
                "to" => to = Some(Date::parse(&text).ok()?),
                "mode" => mode = Mode::from_name(&text)?,
                _ => return None,
            }
            Some(())
        })?;
        Some(Self { place: place?, from: from?, to, mode })
    }
}

impl Input for Answer {
    fn read(value: &JsValue) -> Option<Self> {
        if let Some(yes) = value.as_bool() {
            return Some(Self::YesNo(yes));
        }
        if let Some(number) = value.as_f64() {
            return Decimal::nearest(number).map(Self::Number);
        }
        if let Some(text) = text(value) {
            return Some(Self::Text(text));
        }
        let items = value.dyn_ref::<Array>().filter(|items| items.length() <= 1000)?;
        if items.get(0).is_object() {
            items.iter().map(|item| Trip::read(&item)).collect::<Option<_>>().map(Self::Trips)
        } else {
            items.iter().map(|item| text(&item)).collect::<Option<_>>().map(Self::Many)
        }
    }
}

/// A question without a value is one without an answer.
impl Input for Answers {
    fn read(value: &JsValue) -> Option<Self> {
        let mut answers = Self::new();
        each_field(value, |question, value| {
            answers.insert(question.to_owned(), Answer::read(&value)?);
            Some(())
        })?;
        Some(answers)
    }
}
