//! Tagged answers: what can happen in ordinary use is said, not thrown.

use serde::Serialize;
use tsify::Tsify;

use super::types::{Asked, Problem, QuestionFault};
use crate::error::Coded;
use crate::holder::{FileState, Shown};

impl<E: Coded> From<&E> for Problem {
    fn from(error: &E) -> Self {
        Self { code: error.code().into(), message: error.to_string() }
    }
}

/// How loading a file went.
#[derive(Serialize, Tsify)]
#[serde(tag = "result", rename_all = "kebab-case")]
pub enum LoadResult {
    /// It is in use.
    Loaded {
        /// What it is.
        file: FileState,
    },
    /// It is not; what was there before still is.
    Refused {
        /// Why.
        problem: Problem,
    },
}

/// The questionnaire, given some answers.
#[derive(Serialize, Tsify)]
pub struct Questionnaire {
    /// The questions to ask, in order.
    pub questions: Vec<Asked>,
    /// What is wrong with the answers so far; a question without an answer yet is among them.
    pub faults: Vec<QuestionFault>,
}

/// How handing in a report went.
#[derive(Serialize, Tsify)]
#[serde(tag = "result", rename_all = "kebab-case")]
pub enum SubmitResult {
    /// It is in the log.
    Accepted,
    /// It is not, because of these answers.
    Rejected {
        /// What is wrong, by question.
        faults: Vec<QuestionFault>,
    },
}

/// How adding a visit went.
#[derive(Serialize, Tsify)]
#[serde(tag = "result", rename_all = "kebab-case")]
pub enum VisitResult {
    /// It is in the diary.
    Added,
    /// It is not.
    Refused {
        /// Why.
        problem: Problem,
    },
}

/// A code to show, or why there is none.
#[derive(Serialize, Tsify)]
#[serde(tag = "result", rename_all = "kebab-case")]
pub enum ShowResult {
    /// A code for this minute.
    Shown {
        /// The code.
        code: Shown,
    },
    /// None.
    Unavailable {
        /// Why, and what to do.
        problem: Problem,
    },
}
