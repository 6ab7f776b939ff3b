//! How a reason steps down over time, with dates.

use super::Explanation;
use super::words::colour;
use crate::rules::reason::Reason;

impl Explanation<'_> {
    /// The course of a reason; `None` if it lasts as long as its condition is true.
    pub(super) fn course(&self, reason: &Reason) -> Option<String> {
        let rule = self.rule(reason)?;
        let words = self.words();
        let Some(course) = rule.course.as_ref().and_then(|id| self.pack().course(id)) else {
            let lasts = self.say("只要情况仍在，就一直如此", "lasts for as long as this is so");
            return Some(lasts.into());
        };
        let mut parts = Vec::new();
        let mut end = reason.since;
        for step in &course.steps {
            let name = words.pick(colour(step.colour));
            let lasts = words.minutes(step.lasts.as_minutes());
            let from = end;
            end = end.map(|end| end.plus(step.lasts));
            parts.push(match (from, end) {
                (Some(from), Some(to)) => words.either(
                    format!("{name}码{lasts}（{}至{}）", words.moment(from), words.moment(to)),
                    format!("{name} for {lasts} ({} to {})", words.moment(from), words.moment(to)),
                ),
                _ => words.either(format!("{name}码{lasts}"), format!("{name} for {lasts}")),
            });
        }
        parts.push(self.say("然后转绿", "then green").into());
        let steps = parts.join(self.say("，", ", "));
        Some(match reason.since {
            Some(_) => steps,
            None => words.either(
                format!("尚未开始计时，离开后起算：{steps}"),
                format!("not begun; it runs from when it ends: {steps}"),
            ),
        })
    }
}
