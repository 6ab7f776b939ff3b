//! What a rule that fired gives at a moment: a colour, for as long as its condition is true or as its course says; and which
//! of two such is worse.

use crate::calendar::Time;
use crate::colour::Colour;
use crate::order::Key;
use crate::rules::pack::{Course, Rule, Text};
use crate::rules::reason::{Fact, Reason};

/// The sort key of reasons: the colour, then how long it lasts; one without a known end lasts longest.
pub(super) fn severity(reason: &Reason) -> Key {
    rank(reason.colour, reason.clear)
}

fn rank(colour: Colour, clear: Option<Time>) -> Key {
    let colour = match colour {
        Colour::Green => 0,
        Colour::Yellow => 1,
        Colour::Grey => 2,
        Colour::Red => 3,
    };
    [colour, i64::from(clear.is_none()), clear.map_or(0, Time::unix), 0]
}

/// A reason that lasts as long as its condition is true.
pub(super) fn lasting(rule: &str, colour: Colour, text: &Text, way_back: &Text, fact: Fact) -> Reason {
    let (text, way_back) = (text.clone(), way_back.clone());
    let (since, until, next, clear, ground) = (None, None, None, None, None);
    Reason { rule: rule.into(), colour, text, way_back, fact, since, until, next, clear, ground }
}

/// What a rule that fired gives at this moment.
#[derive(Clone, Copy)]
pub(super) struct Standing {
    pub(super) colour: Colour,
    pub(super) since: Option<Time>,
    pub(super) until: Option<Time>,
    pub(super) next: Option<Colour>,
    pub(super) clear: Option<Time>,
}

impl Standing {
    /// The colour that a rule gives at this moment, and how long; `None` if its course has ended. No course outlasts the
    /// rule's ground, which lapses at `lapses`.
    pub(super) fn of(
        rule: &Rule,
        course: Option<&Course>,
        since: Option<Time>,
        lapses: Option<Time>,
        now: Time,
    ) -> Option<Self> {
        let lasting = |colour| Self { colour, since: None, until: None, next: None, clear: None };
        let standing = match (course, since) {
            (Some(course), Some(since)) => {
                let (colour, mut until, mut next, mut clear) = progress(course, since, now)?;
                if let Some(lapses) = lapses {
                    clear = clear.min(lapses);
                    if lapses <= until {
                        (until, next) = (lapses, Colour::Green);
                    }
                }
                let (since, until, next, clear) = (Some(since), Some(until), Some(next), Some(clear));
                Self { colour, since, until, next, clear }
            }
            (Some(course), None) => lasting(course.steps.first()?.colour),
            (None, _) => lasting(rule.colour?),
        };
        (standing.colour != Colour::Green).then_some(standing)
    }

    pub(super) fn rank(&self) -> Key {
        rank(self.colour, self.clear)
    }
}

/// The state of a course at `now`: the colour, when it changes and to which, and when the course ends. `None` if it has
/// ended.
fn progress(course: &Course, since: Time, now: Time) -> Option<(Colour, Time, Colour, Time)> {
    let clear = course.steps.iter().fold(since, |end, step| end.plus(step.lasts));
    let mut end = since;
    let mut steps = course.steps.iter().peekable();
    while let Some(step) = steps.next() {
        end = end.plus(step.lasts);
        if now < end {
            let next = steps.peek().map_or(Colour::Green, |next| next.colour);
            return Some((step.colour, end, next, clear));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::Span;
    use crate::rules::expression::{Condition, Expression};
    use crate::rules::pack::{CourseStep, On};

    #[test]
    fn no_course_outlasts_the_ground_of_its_rule() {
        let step = |colour, days| CourseStep { colour, lasts: Span::days(days) };
        let course = Course { id: "c".into(), steps: vec![step(Colour::Red, 7), step(Colour::Yellow, 7)] };
        let time = |text: &str| Time::parse(&format!("2020-{text}+08:00")).unwrap();
        let text = Text::of("说明", "words");
        let rule = Rule {
            id: "r".into(),
            on: On::Report,
            when: Condition::new(Expression::Bool(true)).unwrap(),
            colour: None,
            course: Some("c".into()),
            text: text.clone(),
            way_back: text,
            since: None,
            ground: None,
        };
        let since = time("02-01T10:00:00");
        let at = |lapses: &str| {
            let standing = Standing::of(&rule, Some(&course), Some(since), Some(time(lapses)), since).unwrap();
            (standing.until, standing.next, standing.clear)
        };
        let (step, end) = (Some(time("02-08T10:00:00")), Some(time("02-15T10:00:00")));
        assert_eq!(at("02-20T00:00:00"), (step, Some(Colour::Yellow), end));
        assert_eq!(at("02-10T00:00:00"), (step, Some(Colour::Yellow), Some(time("02-10T00:00:00"))));
        for lapses in ["02-08T10:00:00", "02-03T00:00:00"] {
            let lapse = Some(time(lapses));
            assert_eq!(at(lapses), (lapse, Some(Colour::Green), lapse));
        }
    }

    #[test]
    fn a_course_steps_to_the_second_and_then_is_over() {
        let step = |colour, days| CourseStep { colour, lasts: Span::days(days) };
        let course = Course { id: "c".into(), steps: vec![step(Colour::Red, 7), step(Colour::Yellow, 7)] };
        let time = |text: &str| Time::parse(&format!("2020-{text}+08:00")).unwrap();
        let since = time("02-01T10:00:00");
        let (yellow, green) = (time("02-08T10:00:00"), time("02-15T10:00:00"));
        let second = Span::seconds(1);
        assert_eq!(progress(&course, since, since), Some((Colour::Red, yellow, Colour::Yellow, green)));
        assert_eq!(progress(&course, since, yellow.minus(second)), Some((Colour::Red, yellow, Colour::Yellow, green)));
        assert_eq!(progress(&course, since, yellow), Some((Colour::Yellow, green, Colour::Green, green)));
        assert_eq!(progress(&course, since, green.minus(second)), Some((Colour::Yellow, green, Colour::Green, green)));
        assert_eq!(progress(&course, since, green), None);
    }
}
