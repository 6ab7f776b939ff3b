//! Measures, bands and thresholds: what they count, and bounds that can be reached.

use super::fault::PackError;
use super::walk::Check;
use crate::colour::Colour;
use crate::place::LEVELS;
use crate::risk::Level;
use crate::rules::location::Location;
use crate::rules::pack::{Count, On, Question, QuestionKind};

impl<const SAY: bool> Check<'_, SAY> {
    pub(super) fn measures(&mut self) {
        for (index, measure) in self.pack.measures.iter().enumerate() {
            let at = Self::at("measure", index, format_args!("measure {}", measure.id));
            if let Some(within) = measure.within {
                self.whole_days(within, || at.key("within"));
                if within > self.pack.window {
                    let (lasts, window) = (within, self.pack.window);
                    self.fault(|| PackError::CourseOutlivesWindow { at: at.key("within"), lasts, window });
                }
            }
            let mut say = |wrong: bool, key: &'static str, error: fn(Location) -> PackError| {
                if SAY && wrong {
                    self.fault(|| error(at.key(key)));
                }
            };
            let of_visits = measure.count.reads_visits() || measure.count.reads_exposures();
            let of_reports = matches!(measure.count, Count::DaysInARow | Count::DaysSinceReport | Count::ReportDays);
            let of_answers = matches!(measure.count, Count::LevelAt | Count::AnswerIn | Count::Age);
            say(!of_visits && !measure.levels.is_empty(), "levels", |at| PackError::Superfluous {
                at,
                extra: "levels",
            });
            // Places that are not in the table are not counted.
            say(measure.levels.contains(&Level::None), "levels", |at| PackError::Bounds { at });
            say(!of_visits && !measure.modes.is_empty(), "modes", |at| PackError::Superfluous { at, extra: "modes" });
            say(!of_visits && measure.count != Count::AnswerIn && measure.place.is_some(), "place", |at| {
                PackError::Superfluous { at, extra: "place" }
            });
            say(measure.count == Count::AnswerIn && measure.place.is_none(), "count", |at| PackError::Incomplete {
                at,
                missing: "place",
            });
            say(!measure.count.reads_risk() && measure.row_digits.is_some(), "row-digits", |at| {
                PackError::Superfluous { at, extra: "row-digits" }
            });
            say(!measure.count.reads_risk() && measure.certainty.is_some(), "certainty", |at| PackError::Superfluous {
                at,
                extra: "certainty",
            });
            say(measure.row_digits.is_some_and(|digits| !LEVELS.contains(&digits)), "row-digits", |at| {
                PackError::Bounds { at }
            });
            say(!of_reports && measure.when.is_some(), "when", |at| PackError::Superfluous { at, extra: "when" });
            say(!of_reports && !of_visits && measure.within.is_some(), "within", |at| PackError::Superfluous {
                at,
                extra: "within",
            });
            if of_answers != measure.question.is_some() {
                self.fault(|| match measure.question {
                    None => PackError::Incomplete { at: at.key("count"), missing: "question" },
                    Some(_) => PackError::Superfluous { at: at.key("question"), extra: "question" },
                });
            }
            if let Some(name) = &measure.question {
                let (what, kind) = match measure.count {
                    Count::Age => ("date question", QuestionKind::Date),
                    _ => ("place question", QuestionKind::Place),
                };
                let known = |question: &&Question| question.id == *name && question.kind == kind;
                if !self.pack.questions.iter().any(|question| known(&question)) {
                    let name = name.clone();
                    self.fault(|| PackError::UnknownName { at: at.key("question"), what, name });
                }
            }
            if let Some(condition) = &measure.when {
                let questions = &self.pack.questions;
                self.reads(
                    || at.key("when"),
                    condition,
                    |section, name| section == "answers" && questions.iter().any(|question| question.is_read_as(name)),
                );
            }
        }
    }

    pub(super) fn scores(&mut self) {
        for (index, band) in self.pack.bands.iter().enumerate() {
            let at = Self::at("band", index, format_args!("band {} ({})", index + 1, band.text.en));
            self.text(&band.text, || at.key("text"));
            match &band.measure {
                Some(name) => {
                    if !self.pack.measures.iter().any(|measure| measure.id == *name) {
                        let (what, name) = ("measure", name.clone());
                        self.fault(|| PackError::UnknownName { at: at.key("measure"), what, name });
                    }
                    if band.steps.is_empty() || band.points > 0 {
                        self.fault(|| PackError::Incomplete {
                            at: at.key("measure"),
                            missing: "steps, which give its points",
                        });
                    }
                }
                None if band.when.is_none() || band.points == 0 || !band.steps.is_empty() => {
                    self.fault(|| PackError::Incomplete {
                        at: at.clone(),
                        missing: "a measure with steps, or a condition with points",
                    });
                }
                None => {}
            }
            let bad = |points: u8| points > 100;
            if bad(band.points) {
                self.fault(|| PackError::Bounds { at: at.key("points") });
            } else if let Some(step) = band.steps.iter().position(|step| bad(step.points)) {
                self.fault(|| PackError::Bounds { at: at.key("steps").key(step).key("points") });
            }
            if let Some(condition) = &band.when {
                self.rule_reads(|| at.key("when"), condition, On::Person);
            }
        }
        for (index, threshold) in self.pack.thresholds.iter().enumerate() {
            let at = Self::at("threshold", index, format_args!("threshold {}", threshold.id));
            self.text(&threshold.text, || at.key("text"));
            self.text(&threshold.way_back, || at.key("way-back"));
            if threshold.colour == Colour::Green {
                self.fault(|| PackError::GreenRule { at: at.key("colour") });
            }
            if !(1..=300).contains(&threshold.at_least) {
                self.fault(|| PackError::Bounds { at: at.key("at-least") });
            }
        }
    }
}
