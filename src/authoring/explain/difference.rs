//! Why two assessments differ, in words.

use super::Explanation;
use super::words::WORDS;
use crate::compare::Difference;

impl Explanation<'_> {
    /// One difference in words.
    pub(super) fn difference(&self, difference: &Difference) -> String {
        let words = &WORDS.change;
        let format = self.format();
        match difference {
            Difference::Rules { after, .. } => format.say(&words.rules, &[("version", &after.to_string())]),
            Difference::Risk { after: Some(after), .. } => format.say(&words.risk, &[("version", &after.to_string())]),
            Difference::Risk { after: None, .. } => format.say(&words.risk_gone, &[]),
            Difference::NewReason { text, .. } => format.say(&words.new, &[("reason", self.own(text))]),
            Difference::EndedReason { text, .. } => format.say(&words.ended, &[("reason", self.own(text))]),
            Difference::Causes => format.say(&words.causes, &[]),
            Difference::TimePassed => format.say(&words.time, &[]),
        }
    }
}
