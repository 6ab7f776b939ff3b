//! How a reason steps down over time.

use super::Explanation;
use super::words::WORDS;
use crate::calendar::Time;
use crate::colour::Colour;
use crate::rules::reason::Reason;

impl Explanation<'_> {
    /// “Red until …, yellow until …, green from …”, as far as that is known.
    pub(super) fn course(&self, reason: &Reason) -> Vec<String> {
        let words = &WORDS.reasons;
        let format = self.format();
        let Reason { colour, since: Some(_), until: Some(until), next, clear, .. } = reason else { return Vec::new() };
        let name = |colour: Colour| format.say(WORDS.terms.code_colours.of(colour), &[]);
        let to = |colour: Colour, when: Time| {
            format.say(&words.until, &[("colour", &name(colour)), ("when", &format.moment(when))])
        };
        let from =
            |colour: &str, when: Time| format.say(&words.from, &[("colour", colour), ("when", &format.moment(when))]);
        let mut steps = vec![to(*colour, *until)];
        if let Some(next) = next.filter(|next| *next != Colour::Green) {
            steps.push(match clear {
                Some(clear) => to(next, *clear),
                None => from(&format.say(WORDS.terms.colours.of(next), &[]), *until),
            });
        }
        steps.extend(clear.map(|clear| from(&name(Colour::Green), clear)));
        steps
    }

    /// What the rule says of it: steps and their lengths, or that it lasts as long as its condition holds.
    pub(super) fn course_by_rule(&self, reason: &Reason) -> Option<String> {
        let words = &WORDS.tool;
        let format = self.format();
        let rule = self.rule(reason)?;
        let Some(course) = rule.course.as_ref().and_then(|id| self.pack().course(id)) else {
            return Some(format.say(&words.lasts, &[]));
        };
        let step = |colour: Colour, minutes: i64| {
            let colour = format.say(WORDS.terms.colours.of(colour), &[]);
            format.say(&words.step, &[("colour", &colour), ("long", &format.minutes(minutes))])
        };
        let mut steps: Vec<_> = course.steps.iter().map(|part| step(part.colour, part.lasts.as_minutes())).collect();
        steps.push(format.say(&words.then_green, &[]));
        let steps = steps.join(&format.say(&words.steps, &[]));
        Some(match reason.since {
            Some(_) => steps,
            None => format.say(&words.not_begun, &[("steps", &steps)]),
        })
    }
}
