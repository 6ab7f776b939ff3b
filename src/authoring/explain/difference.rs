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
            Difference::Risk { place, after, .. } => {
                let place = place.map(|place| format.place(place));
                let version = after.map(|version| version.to_string());
                let phrase = match (&place, after) {
                    (None, Some(_)) => &words.risk,
                    (None, None) => &words.risk_gone,
                    (Some(_), Some(_)) => &words.risk_of_place,
                    (Some(_), None) => &words.risk_of_place_gone,
                };
                let slots = [
                    ("place", place.as_deref().unwrap_or_default()),
                    ("version", version.as_deref().unwrap_or_default()),
                ];
                format.say(phrase, &slots)
            }
            Difference::NewReason { text, .. } => format.say(&words.new, &[("reason", self.own(text))]),
            Difference::EndedReason { text, .. } => format.say(&words.ended, &[("reason", self.own(text))]),
            Difference::Causes => format.say(&words.causes, &[]),
            Difference::TimePassed => format.say(&words.time, &[]),
        }
    }
}
