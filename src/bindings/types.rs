//! Types that only JavaScript sees, and the TypeScript names of the simple ones.

use serde::Serialize;
use tsify::Tsify;
use wasm_bindgen::prelude::*;

use crate::error;
use crate::rules::pack::{Choice, Question, QuestionKind, Text};
use crate::rules::questionnaire::AnswerProblem;

#[wasm_bindgen(typescript_custom_section)]
const SIMPLE: &str = r#"
/** A purpose that rules are for, `hospital`: at most 12 lower-case letters, digits, `-` and `_`. */
export type Purpose = string;
/** What rules are for: the everyday code of a region, `3301`, or one purpose there, `44/hospital`. */
export type RulesFor = string;
/** A moment as RFC 3339 text in UTC, `2020-02-11T00:00:00Z`. */
export type Time = string;
/** A day as RFC 3339 text, `2020-02-11`. */
export type Date = string;
/** A place code of 2, 4, 6, 9 or 12 digits (GB/T 2260), `330106`; abroad, `JP` or `JP-13` (ISO 3166). */
export type Place = string;
/** A number with at most three decimal places. */
export type Decimal = number;
/** A text of rules: in Chinese and English, and by their tags (BCP 47) in the further languages of its rule pack. */
export interface Text {
  /** Chinese in simplified characters. */
  "zh-Hans": string;
  /** English. */
  en: string;
  [tag: string]: string;
}
/** The first eight bytes of the SHA-512 of a public key, in hexadecimal digits. */
export type KeyId = string;
/** The first eight bytes of the SHA-256 of a file, or of several files' sorted digests, in hexadecimal digits. */
export type ShortHash = string;
/** A public key in 64 hexadecimal digits. */
export type PublicKey = string;
/** A stable code: one of `knownCodes()`; those that an app's own adaptors throw are others. */
export type StableCode = import("../../texts/all.js").KnownCode | (string & {});
/**
 * Answers by the question's id, which `questions` gives: `{ residence: "resident", home: "330106", temperature: 36.5,
 * symptoms: ["none"], contact: false }`. What form each has says `Answer`.
 */
export type Answers = { [question: string]: Answer };
"#;

/// What went wrong: a stable code for translation, and an English message.
#[derive(Serialize, Tsify)]
pub struct Problem {
    /// The stable code, such as `file-expired`: one of `knownCodes()`, or of an app's own adaptor.
    #[tsify(type = "StableCode")]
    pub code: String,
    /// The message, in English.
    pub message: String,
}

/// What is wrong with the answer to one question.
#[derive(Serialize, Tsify)]
pub struct QuestionFault {
    /// The question's id.
    pub question: String,
    /// The index of the trip, from 0, if the problem is in a trip.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trip: Option<usize>,
    /// The stable code, such as `answer-missing`.
    #[tsify(type = "StableCode")]
    pub code: String,
    /// The message, in English.
    pub message: String,
}

impl From<&AnswerProblem> for QuestionFault {
    fn from(problem: &AnswerProblem) -> Self {
        let code = error::code(&problem.error);
        Self { question: problem.question.clone(), trip: problem.trip, code, message: problem.error.to_string() }
    }
}

/// A question to be asked.
#[derive(Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Asked {
    /// The id of the question, and of its answer.
    pub id: String,
    /// The type of answer it takes: see `Answer`.
    #[serde(rename = "type")]
    pub kind: QuestionKind,
    /// The question.
    pub text: Text,
    /// A hint for answering it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<Text>,
    /// Whether an answer is required.
    pub required: bool,
    /// For one-of and many-of: what there is to choose from; an answer names options by their `id`.
    pub options: Vec<Choice>,
    /// For numbers: the unit and the range.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<NumberField>,
    /// For dates and trips: how many days back at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days_back: Option<u16>,
    /// For places and trips: how many digits at least.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place_digits: Option<u8>,
    /// Whether the answer of the last report is to stand there when the next one is filled in; absent if the rules do not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keeps: Option<bool>,
    /// For places: `true` if the rules read the risk level there, so that whoever tells it by its county is asked about the places
    /// listed inside, as of a visit there now (see `listedInside`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inside: Option<bool>,
}

/// The form of a number.
#[derive(Serialize, Tsify)]
pub struct NumberField {
    /// The unit as people write it, `°C`; the answer is the number alone.
    pub unit: String,
    /// The number of decimal places.
    pub decimals: u8,
    /// The least plausible value.
    pub least: f64,
    /// The greatest plausible value.
    pub most: f64,
}

impl Asked {
    /// A question, of which the risk level of its answer matters or does not.
    pub fn new(question: &Question, inside: bool) -> Self {
        let number = question.number.as_ref().map(|form| {
            let in_units =
                |scaled: i64| f64::from(i32::try_from(scaled).unwrap_or(i32::MAX)) / 10f64.powi(form.decimals.into());
            NumberField {
                unit: form.unit.clone(),
                decimals: form.decimals,
                least: in_units(form.least),
                most: in_units(form.most),
            }
        });
        Self {
            id: question.id.clone(),
            kind: question.kind,
            text: question.text.clone(),
            help: question.help.clone(),
            required: question.required,
            options: question.options.clone(),
            number,
            days_back: question.days_back,
            place_digits: question.place_digits,
            keeps: question.keeps,
            inside: inside.then_some(true),
        }
    }
}
