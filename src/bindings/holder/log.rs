//! The log: reports, with the questions that they answer, and visits.

use wasm_bindgen::prelude::*;

use super::{Holder, arguments};
use crate::bindings::input::{is_absent, moment, read, scanned, time};
use crate::bindings::result::{ChangeResult, Questionnaire, SubmitResult, VisitResult};
use crate::bindings::types::{Asked, Problem, QuestionFault};
use crate::bindings::{memory, thrown, to_js};
use crate::facts::{Answers, Visit};
use crate::holder::{HolderError, Preview};
use crate::rules::pack::Question;
use crate::rules::questionnaire::AnswerProblem;

/// The result of a change, for JavaScript.
#[inline(never)]
fn result(made: Result<Result<ChangeResult, Vec<AnswerProblem>>, HolderError>) -> Result<JsValue, JsValue> {
    to_js(&match made {
        Ok(Ok(result)) => result,
        Ok(Err(faults)) => ChangeResult::Rejected { faults: faults.iter().map(QuestionFault::from).collect() },
        Err(error) => ChangeResult::Refused { problem: Problem::from(&error) },
    })
}

#[wasm_bindgen]
impl Holder {
    /// The questions to ask, given the answers so far, and what is wrong with those answers: of those of a report that is
    /// corrected, at the moment when it was handed in.
    ///
    /// # Errors
    /// Throws `holder-no-rules` or `misuse-argument`.
    #[wasm_bindgen(unchecked_return_type = "Questionnaire")]
    pub fn questions(
        &self,
        #[wasm_bindgen(unchecked_param_type = "Answers")] answers: JsValue,
        #[wasm_bindgen(unchecked_param_type = "number")] now: JsValue,
        #[wasm_bindgen(js_name = handedIn, unchecked_optional_param_type = "number")] handed_in: JsValue,
    ) -> Result<JsValue, JsValue> {
        let (answers, now): (Answers, _) = (read(&answers, "answers")?, time(&now)?);
        let handed_in = if is_absent(&handed_in) { now } else { moment(&handed_in, "handedIn")? };
        let (asked, problems) = self.inner.questions_of(&answers, handed_in, now).map_err(|error| thrown(&error))?;
        let inside = |question: &Question| self.inner.takes_level(&question.id, now);
        let questions = asked.into_iter().map(|question| Asked::new(question, inside(question))).collect();
        to_js(&Questionnaire { questions, faults: problems.iter().map(QuestionFault::from).collect() })
    }

    /// Submits a report. If anything is wrong with it, nothing is kept.
    ///
    /// # Errors
    /// Throws `holder-no-rules`, `holder-diary-full` or `misuse-argument`.
    #[wasm_bindgen(unchecked_return_type = "SubmitResult")]
    pub fn submit(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "Answers")] answers: JsValue,
        #[wasm_bindgen(unchecked_param_type = "number")] now: JsValue,
    ) -> Result<JsValue, JsValue> {
        let answers: Answers = read(&answers, "answers")?;
        let problems = self.changed().submit(answers, time(&now)?).map_err(|error| thrown(&error))?;
        to_js(&if problems.is_empty() {
            SubmitResult::Accepted
        } else {
            SubmitResult::Rejected { faults: problems.iter().map(QuestionFault::from).collect() }
        })
    }

    /// The reports that answered the questions of the chosen rules.
    ///
    /// # Errors
    /// Throws `engine-out-of-memory`.
    #[wasm_bindgen(unchecked_return_type = "Report[]")]
    pub fn reports(&self) -> Result<JsValue, JsValue> {
        memory::or_throw(self.inner.memory_to_tell())?;
        to_js(&self.inner.own_reports().collect::<Vec<_>>())
    }

    /// Adds a visit to the diary.
    ///
    /// # Errors
    /// Throws `misuse-argument`.
    #[wasm_bindgen(js_name = addVisit, unchecked_return_type = "VisitResult")]
    pub fn add_visit(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "Visit")] visit: JsValue,
        #[wasm_bindgen(unchecked_param_type = "number")] now: JsValue,
    ) -> Result<JsValue, JsValue> {
        let visit: Visit = read(&visit, "visit")?;
        added(self.changed().add_visit(visit, time(&now)?))
    }

    /// Takes the code that a venue shows, as it was scanned: begins a visit there, and ends the one at the venue before.
    ///
    /// # Errors
    /// Throws `misuse-argument`.
    #[wasm_bindgen(js_name = enterVenue, unchecked_return_type = "VisitResult")]
    pub fn enter_venue(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "string")] text: JsValue,
        #[wasm_bindgen(unchecked_param_type = "number")] now: JsValue,
    ) -> Result<JsValue, JsValue> {
        let (text, now) = (scanned(&text, "text")?, time(&now)?);
        added(self.changed().enter_venue(&text, now))
    }

    /// Which places inside the place of a visit were listed while it lasted: what to ask somebody who told no more than that
    /// place. `undefined` if there are more than anybody can be asked about.
    ///
    /// # Errors
    /// Throws `misuse-argument`.
    #[wasm_bindgen(js_name = listedInside, unchecked_return_type = "Listed[] | undefined")]
    pub fn listed_inside(
        &self,
        #[wasm_bindgen(unchecked_param_type = "Visit")] visit: JsValue,
        #[wasm_bindgen(unchecked_param_type = "number")] now: JsValue,
    ) -> Result<JsValue, JsValue> {
        let visit: Visit = read(&visit, "visit")?;
        self.inner.listed_inside(&visit, time(&now)?).map_or(Ok(JsValue::UNDEFINED), |listed| to_js(&listed))
    }

    /// Changes the log: corrects a report of `reports` or a visit of `diary`, adds or removes one. What was wrong stays in
    /// `corrections`.
    ///
    /// # Errors
    /// Throws `misuse-argument`.
    #[wasm_bindgen(unchecked_return_type = "ChangeResult")]
    pub fn change(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "LogChange")] change: JsValue,
        #[wasm_bindgen(unchecked_param_type = "number")] now: JsValue,
    ) -> Result<JsValue, JsValue> {
        let (change, now) = (read(&change, "change")?, time(&now)?);
        let made = self.changed().change(change, now);
        result(made.map(|faults| if faults.is_empty() { Ok(ChangeResult::Accepted) } else { Err(faults) }))
    }

    /// What a change of the log would come to, before it counts: it is made, assessed, and undone. `here` is as in `assess`.
    ///
    /// # Errors
    /// Throws `misuse-argument`, or a `place-…` code if `here` is not a place.
    #[wasm_bindgen(unchecked_return_type = "ChangeResult")]
    pub fn preview(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "LogChange")] change: JsValue,
        #[wasm_bindgen(unchecked_param_type = "number")] now: JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "string")] here: JsValue,
    ) -> Result<JsValue, JsValue> {
        let (change, now, here) = (read(&change, "change")?, time(&now)?, arguments::here(&here)?);
        let foreseen = self.inner.preview(change, now, here);
        result(foreseen.map(|foreseen| {
            foreseen.map(|Preview { comparison, assessment }| ChangeResult::Foreseen { comparison, assessment })
        }))
    }

    /// What was corrected of reports and diary: as it was, when that was put right, and, of visits, by what.
    #[wasm_bindgen(unchecked_return_type = "Correction[]")]
    pub fn corrections(&self) -> Result<JsValue, JsValue> {
        to_js(&self.inner.own_corrections().collect::<Vec<_>>())
    }

    /// Dates what was told by a clock that was ahead back to now, once it is known that `now` is right.
    ///
    /// # Errors
    /// Throws `misuse-argument`.
    #[wasm_bindgen(js_name = dateBack, unchecked_return_type = "undefined")]
    pub fn date_back(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "number")] now: JsValue,
    ) -> Result<JsValue, JsValue> {
        let now = time(&now)?;
        self.changed().date_back(now);
        Ok(JsValue::UNDEFINED)
    }

    /// The visits in the diary.
    ///
    /// # Errors
    /// Throws `engine-out-of-memory`.
    #[wasm_bindgen(unchecked_return_type = "Visit[]")]
    pub fn diary(&self) -> Result<JsValue, JsValue> {
        memory::or_throw(self.inner.memory_to_tell())?;
        to_js(&self.inner.diary())
    }
}

/// Whether a visit is in the diary now.
fn added(result: Result<(), HolderError>) -> Result<JsValue, JsValue> {
    to_js(&match result {
        Ok(()) => VisitResult::Added,
        Err(error) => VisitResult::Refused { problem: Problem::from(&error) },
    })
}
