//! Statements: reports with their answers as rules see them.

use super::expression::Value;
use crate::calendar::{Clock, Time};
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
    /// it can have been; or the submission of the first report that gives that day, of these, the oldest first, if that was
    /// earlier; or this one's, if the question was not answered.
    #[must_use]
    pub fn since(&self, question: Option<&str>, of: &[Self], clock: Clock<'_>) -> Time {
        let Some(question) = question else { return self.report.at };
        let told = |statement: &Self| match statement.answer(question) {
            Some(Value::Timestamp(millis)) => Some(*millis),
            _ => None,
        };
        let Some(millis) = told(self) else { return self.report.at };
        let first = of.iter().find(|statement| told(statement) == Some(millis)).unwrap_or(self);
        let day = clock.day_shown(Time::from_unix(millis.div_euclid(1000)));
        clock.start(day.plus_days(1)).min(first.report.at)
    }
}

#[cfg(test)]
#[cfg(feature = "authoring")]
mod tests {
    use super::*;
    use crate::authoring::source::trial_pack;
    use crate::rules::evaluate::samples::{MET, QUESTIONS, report, time};
    use crate::rules::evaluate::{Inputs, decide};

    #[test]
    fn reporting_the_same_day_again_does_not_restart_its_course() {
        let pack = trial_pack(&format!("{QUESTIONS}{MET}"));
        let until = |reports: &[Report]| {
            decide(&pack, &Inputs { reports, ..Inputs::default() }, time("02-13T09:00:00")).reasons[0].until
        };
        let first = report("02-11T08:00:00", r#"{"well": true, "met": "2020-02-09"}"#);
        let again = report("02-13T08:00:00", r#"{"well": true, "met": "2020-02-09"}"#);
        let end_of_day = Some(time("02-17T00:00:00"));
        assert_eq!(until(std::slice::from_ref(&first)), end_of_day);
        assert_eq!(until(&[first, again]), end_of_day);
        let same_day = report("02-12T08:00:00", r#"{"well": true, "met": "2020-02-12"}"#);
        let next_day = report("02-13T08:00:00", r#"{"well": true, "met": "2020-02-12"}"#);
        let counted = Some(time("02-19T08:00:00"));
        assert_eq!(until(std::slice::from_ref(&same_day)), counted, "a day that is not over counts until the report");
        assert_eq!(until(&[same_day, next_day]), counted, "and no longer for being reported again");
    }
}
