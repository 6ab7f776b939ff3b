//! Rules, thresholds and courses that say the opposite of one another, or of themselves.

use super::Review;
use super::finding::Finding;
use crate::rules::location::Location;
use crate::rules::pack::{Rule, Threshold};

impl Review<'_> {
    /// Reports what contradicts something else of the pack.
    pub(super) fn contradictions(&mut self) {
        let pack = self.pack;
        for (index, rule) in pack.rules.iter().enumerate() {
            let same = |other: &&Rule| {
                other.on == rule.on && other.when == rule.when && self.together(&other.ground, &rule.ground)
            };
            let first = pack.rules.iter().take(index).find(same);
            if let Some(first) = first {
                let at = Location::item("rule", index, format!("rule {}", rule.id)).key("when");
                let gives = |rule: &Rule| {
                    let course = rule.course.as_ref().map(|id| format!("course {id}"));
                    course.or_else(|| rule.colour.map(|colour| colour.to_string())).unwrap_or_default()
                };
                let (other, colours) = (first.id.clone(), [gives(first), gives(rule)]);
                self.found.push(Finding::SameCondition { at, other, colours: colours.join(" and ") });
            }
        }
        for (index, threshold) in pack.thresholds.iter().enumerate() {
            let worse = |other: &&Threshold| {
                other.score == threshold.score
                    && other.at_least <= threshold.at_least
                    && other.colour > threshold.colour
                    && self.covers(&other.ground, &threshold.ground)
            };
            if let Some(other) = pack.thresholds.iter().find(worse) {
                let at = Location::item("threshold", index, format!("threshold {}", threshold.id)).key("at-least");
                let Threshold { id, at_least, colour, .. } = other;
                let (other, colour) = (id.clone(), colour.to_string());
                self.found.push(Finding::Outdone { at, other, at_least: *at_least, colour });
            }
        }
        for (index, course) in pack.courses.iter().enumerate() {
            let at = Location::item("course", index, format!("course {}", course.id));
            for (step, two) in course.steps.windows(2).enumerate() {
                if let [before, after] = two
                    && after.colour > before.colour
                {
                    let at = at.key("steps").key(step.saturating_add(1));
                    let (before, after) = (before.colour.to_string(), after.colour.to_string());
                    self.found.push(Finding::Worsens { at, before, after });
                }
            }
        }
    }

    /// Whether what names these grounds may act at the same time.
    fn together(&self, one: &Option<String>, other: &Option<String>) -> bool {
        let ground = |id: &Option<String>| id.as_ref().and_then(|id| self.pack.ground(id));
        match (ground(one), ground(other)) {
            (Some(one), Some(other)) => one.from < other.until && other.from < one.until,
            _ => true,
        }
    }

    /// Whether what names the one ground acts whenever what names the other does.
    fn covers(&self, one: &Option<String>, other: &Option<String>) -> bool {
        let ground = |id: &Option<String>| id.as_ref().and_then(|id| self.pack.ground(id));
        match (ground(one), ground(other)) {
            (Some(one), Some(other)) => one.from <= other.from && other.until <= one.until,
            (None, _) => true,
            _ => false,
        }
    }
}
