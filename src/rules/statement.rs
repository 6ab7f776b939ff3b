//! Statements: reports with their answers as rules see them.

use super::expression::Value;
use crate::calendar::{Span, Time};
use crate::facts::Report;

/// A report with its answers as rules see them.
pub struct Statement<'a> {
    /// The report.
    pub report: &'a Report,
    /// The data that conditions read: `{answers: {…}}`.
    pub data: Value<'a>,
}

impl<'a> Statement<'a> {
    /// The answer to a question.
    #[must_use]
    pub fn answer(&self, question: &str) -> Option<&Value<'a>> {
        self.data.as_object()?.get("answers")?.as_object()?.get(question)
    }

    /// When a course starts that counts from the day given as an answer: the end of that day, which is the latest that
    /// it can have been; or the report's submission, if that was earlier or the question was not answered.
    #[must_use]
    pub fn since(&self, question: Option<&str>) -> Time {
        match question.and_then(|question| self.answer(question)) {
            Some(Value::Timestamp(millis)) => {
                Time::from_unix(millis.div_euclid(1000)).plus(Span::days(1)).min(self.report.at)
            }
            _ => self.report.at,
        }
    }
}
