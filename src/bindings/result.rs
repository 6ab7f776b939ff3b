//! Tagged results: what can happen in ordinary use is returned, not thrown.

use serde::Serialize;
use tsify::Tsify;

use super::input::Untaken;
use super::types::{Asked, Problem, QuestionFault};
use crate::assess::Assessment;
use crate::compare::Comparison;
use crate::error::{self, Coded};
use crate::holder::Shown;
use crate::trust::FileState;
use crate::trust::envelope::EnvelopeError;

impl<E: Coded> From<&E> for Problem {
    fn from(error: &E) -> Self {
        Self { code: error::code(error), message: error.to_string() }
    }
}

impl From<&Untaken> for Problem {
    fn from(untaken: &Untaken) -> Self {
        match untaken {
            Untaken::TooLong { bytes } => Self::from(&EnvelopeError::TooLarge { bytes: *bytes }),
            Untaken::NoMemory(error) => Self::from(error),
        }
    }
}

/// The result of loading a file.
#[derive(Serialize, Tsify)]
#[serde(tag = "result", rename_all = "kebab-case")]
pub enum LoadResult {
    /// The file is in use.
    Loaded {
        /// Its kind, version and dates.
        file: FileState,
    },
    /// The file is refused; the one before is still in use.
    Refused {
        /// The reason.
        problem: Problem,
    },
}

/// The questionnaire, given some answers.
#[derive(Serialize, Tsify)]
pub struct Questionnaire {
    /// The questions to ask, in order.
    pub questions: Vec<Asked>,
    /// What is wrong with the answers so far, including questions not answered yet.
    pub faults: Vec<QuestionFault>,
}

/// The result of submitting a report.
#[derive(Serialize, Tsify)]
#[serde(tag = "result", rename_all = "kebab-case")]
pub enum SubmitResult {
    /// The report is in the log.
    Accepted,
    /// The report was rejected because of these answers.
    Rejected {
        /// What is wrong, by question.
        faults: Vec<QuestionFault>,
    },
}

/// The result of adding a visit.
#[derive(Serialize, Tsify)]
#[serde(tag = "result", rename_all = "kebab-case")]
pub enum VisitResult {
    /// The visit is in the diary.
    Added,
    /// The visit was not added.
    Refused {
        /// The reason.
        problem: Problem,
    },
}

/// The result of a change of the log.
#[derive(Serialize, Tsify)]
#[serde(tag = "result", rename_all = "kebab-case")]
#[expect(clippy::large_enum_variant, reason = "it becomes JavaScript at once")]
pub enum ChangeResult {
    /// It is made.
    Accepted,
    /// It would be made, and come to this: what `preview` says, and `change` does not.
    Foreseen {
        /// How the colour now would differ.
        comparison: Comparison,
        /// What would be assessed.
        assessment: Assessment,
    },
    /// It is not made, because of these answers.
    Rejected {
        /// What is wrong, by question.
        faults: Vec<QuestionFault>,
    },
    /// It is not made.
    Refused {
        /// The reason.
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
    /// No code can be made.
    Unavailable {
        /// The reason, and what to do.
        problem: Problem,
    },
}
