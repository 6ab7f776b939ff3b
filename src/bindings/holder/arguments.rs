//! Arguments of the holder's side alone: keys, people, places, visits and answers.

use wasm_bindgen::prelude::*;

use crate::bindings::input::{Input, each_field, items, read, read_optional, text};
use crate::bindings::thrown;
use crate::calendar::{Date, Time};
use crate::code::certificate::Identity;
use crate::facts::{Answer, Answers, Decimal, Mode, PlaceAnswer, Report, RulesFor, Trip, Visit};
use crate::holder::LogChange;
use crate::limits::{NOT_IN, PACK_ITEMS};
use crate::place::Place;
use crate::trust::PublicKey;
use crate::trust::key::parse_signature;
use crate::venue::code::is_name;
use crate::venue::{Seed, Venue};

/// The place `here`, if it is given.
pub(super) fn here(code: &JsValue) -> Result<Option<Place>, JsValue> {
    let code: Option<String> = read_optional(code, "here")?;
    code.map(|code| Place::parse(&code)).transpose().map_err(|error| thrown(&error))
}

/// A public key, as 64 hexadecimal digits.
pub(super) fn key(value: &JsValue, argument: &'static str) -> Result<PublicKey, JsValue> {
    let text: String = read(value, argument)?;
    PublicKey::parse(&text).map_err(|error| thrown(&error))
}

/// A signature, if one is given.
pub(super) fn signature(given: &JsValue) -> Result<Option<[u8; 64]>, JsValue> {
    let text: Option<String> = read_optional(given, "signature")?;
    Ok(text.map(|text| signature_of(&text)))
}

/// A signature of 128 hexadecimal digits; in the place of anything else, one that no key has made.
pub(super) fn signature_of(text: &str) -> [u8; 64] {
    parse_signature(text).unwrap_or([0; 64])
}

impl Input for Identity {
    fn read(value: &JsValue) -> Option<Self> {
        let (mut name, mut digits) = (None, None);
        each_field(value, &mut |field, value| match field {
            "name" => text(&value).map(|text| name = Some(text)),
            "digits" => text(&value).map(|text| digits = Some(text)),
            _ => None,
        })?;
        Some(Self { name: name?, digits: digits? })
    }
}

/// Places that somebody says they were not in.
fn places(value: &JsValue) -> Option<Vec<Place>> {
    items(value, NOT_IN)?.iter().map(|code| Place::parse(&text(code)?).ok()).collect()
}

/// What visits, trips and places are given by.
struct Stay {
    place: Place,
    begin: Option<String>,
    end: Option<String>,
    mode: Option<Mode>,
    not_in: Option<Vec<Place>>,
    venue: Option<Venue>,
}

impl Stay {
    /// Reads it; `times` are the fields that say when it begins and ends.
    fn read(value: &JsValue, times: Option<[&str; 2]>) -> Option<Self> {
        let (mut place, mut begin, mut end, mut mode, mut not_in, mut venue) = (None, None, None, None, None, None);
        each_field(value, &mut |field, value| {
            if field == "notIn" {
                not_in = Some(places(&value)?);
                return Some(());
            }
            if field == "venue" && times.is_some() {
                venue = Some(Venue::read(&value)?);
                return Some(());
            }
            let text = text(&value)?;
            match (field, times) {
                ("place", _) => place = Some(Place::parse(&text).ok()?),
                ("mode", Some(_)) => mode = Some(Mode::from_name(&text)?),
                (_, Some([first, _])) if field == first => begin = Some(text),
                (_, Some([_, last])) if field == last => end = Some(text),
                _ => return None,
            }
            Some(())
        })?;
        Some(Self { place: place?, begin, end, mode, not_in, venue })
    }
}

/// A moment or a day that may be left out; `None` inside if it is, and outside if it is none.
fn when<T, E>(text: Option<String>, parse: fn(&str) -> Result<T, E>) -> Option<Option<T>> {
    text.map_or(Some(None), |text| parse(&text).ok().map(Some))
}

impl Input for Venue {
    fn read(value: &JsValue) -> Option<Self> {
        let (mut seed, mut name) = (None, None);
        each_field(value, &mut |field, value| match field {
            "seed" => Seed::parse(&text(&value)?).map(|read| seed = Some(read)),
            "name" => text(&value).filter(|read| is_name(read)).map(|read| name = Some(read)),
            _ => None,
        })?;
        Some(Self { seed: seed?, name: name? })
    }
}

impl Input for Visit {
    fn read(value: &JsValue) -> Option<Self> {
        let Stay { place, begin, end, mode, not_in, venue } = Stay::read(value, Some(["arrive", "leave"]))?;
        let (arrive, leave) = (when(begin, Time::parse)??, when(end, Time::parse)?);
        Some(Self { place, arrive, leave, mode: mode.unwrap_or_default(), not_in, venue })
    }
}

impl Input for Trip {
    fn read(value: &JsValue) -> Option<Self> {
        // A trip has no venue.
        let Stay { place, begin, end, mode, not_in, venue: None } = Stay::read(value, Some(["from", "to"]))? else {
            return None;
        };
        let (from, to) = (when(begin, Date::parse)??, when(end, Date::parse)?);
        Some(Self { place, from, to, mode: mode.unwrap_or_default(), not_in })
    }
}

impl Input for PlaceAnswer {
    fn read(value: &JsValue) -> Option<Self> {
        Stay::read(value, None).map(|Stay { place, not_in, .. }| Self { place, not_in })
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
        // One that is too long is a fault in the answer, not in the call.
        if let Some(text) = String::read(value) {
            return Some(Self::Text(text));
        }
        let Some(items) = items(value, PACK_ITEMS) else { return PlaceAnswer::read(value).map(Self::Place) };
        if items.first().is_some_and(JsValue::is_object) {
            items.iter().map(Trip::read).collect::<Option<_>>().map(Self::Trips)
        } else {
            items.iter().map(text).collect::<Option<_>>().map(Self::Many)
        }
    }
}

impl Input for Report {
    fn read(value: &JsValue) -> Option<Self> {
        let (mut at, mut answers, mut given_for) = (None, None, None);
        each_field(value, &mut |field, value| {
            match field {
                "at" => at = Some(Time::parse(&text(&value)?).ok()?),
                "answers" => answers = Some(Answers::read(&value)?),
                "for" => given_for = Some(RulesFor::read(&value)?),
                _ => return None,
            }
            Some(())
        })?;
        Some(Self { at: at?, answers: answers?, given_for })
    }
}

impl Input for LogChange {
    fn read(value: &JsValue) -> Option<Self> {
        let (mut answers, mut corrects, mut remove, mut add) = (None, None, None, None);
        each_field(value, &mut |field, value| {
            match field {
                "answers" => answers = Some(Answers::read(&value)?),
                "corrects" => corrects = Some(Report::read(&value)?),
                "remove" => remove = Some(Visit::read(&value)?),
                "add" => add = Some(Visit::read(&value)?),
                _ => return None,
            }
            Some(())
        })?;
        match answers {
            Some(answers) => (remove.is_none() && add.is_none()).then_some(Self::Report { answers, corrects }),
            None => (corrects.is_none() && (remove.is_some() || add.is_some())).then_some(Self::Visit { remove, add }),
        }
    }
}

/// A question without a value is not answered.
impl Input for Answers {
    fn read(value: &JsValue) -> Option<Self> {
        let mut answers = Self::new();
        each_field(value, &mut |question, value| {
            answers.insert(question.to_owned(), Answer::read(&value)?);
            Some(())
        })?;
        Some(answers)
    }
}
