//! Questions: what their type needs, and which are asked when.

use super::fault::PackError;
use super::walk::Check;
use crate::limits::{PACK_ITEMS, PACK_UNIT_BYTES};
use crate::place::LEVELS;
use crate::rules::pack::{Choice, Question, QuestionKind};

impl<const SAY: bool> Check<'_, SAY> {
    pub(super) fn questions(&mut self) {
        for (index, question) in self.pack.questions.iter().enumerate() {
            let at = self.at(format_args!("question {}", question.id));
            self.few(&at, question.options.len(), PACK_ITEMS);
            self.text(&at, [&question.text.zh_hans, &question.text.en]);
            if let Some(help) = &question.help {
                self.text(&at, [&help.zh_hans, &help.en]);
            }
            self.question_form(&at, question);
            if let Some(condition) = &question.show_if {
                let earlier = self.pack.questions.get(..index).unwrap_or_default();
                self.reads(&at, condition, |section, name| {
                    section == "answers" && earlier.iter().any(|earlier| earlier.id == name)
                });
            }
        }
    }

    pub(super) fn question_form(&mut self, at: &str, question: &Question) {
        if !SAY {
            return;
        }
        let kind = question.kind;
        let chooses = matches!(kind, QuestionKind::OneOf | QuestionKind::ManyOf);
        let dated = matches!(kind, QuestionKind::Date | QuestionKind::Trips);
        let placed = matches!(kind, QuestionKind::Place | QuestionKind::Trips);
        let mut say = |wrong: bool, error: fn(String) -> PackError| {
            if wrong {
                self.fault(|| error(at.to_owned()));
            }
        };
        say(chooses && question.options.is_empty(), |at| PackError::Incomplete { at, missing: "options" });
        say(!chooses && !question.options.is_empty(), |at| PackError::Superfluous { at, extra: "options" });
        say(kind == QuestionKind::Number && question.number.is_none(), |at| PackError::Incomplete {
            at,
            missing: "number",
        });
        say(kind != QuestionKind::Number && question.number.is_some(), |at| PackError::Superfluous {
            at,
            extra: "number",
        });
        say(!dated && question.days_back.is_some(), |at| PackError::Superfluous { at, extra: "days-back" });
        say(!placed && question.place_digits.is_some(), |at| PackError::Superfluous { at, extra: "place-digits" });
        say(question.place_digits.is_some_and(|digits| !LEVELS.contains(&digits)), |at| PackError::Bounds { at });
        if let Some(form) = &question.number {
            let limit = 1_000_000_000;
            say(form.least > form.most || form.decimals > 3 || form.least < -limit || form.most > limit, |at| {
                PackError::Bounds { at }
            });
            say(form.unit.len() > PACK_UNIT_BYTES, |at| PackError::Text { at });
        }
        for option in &question.options {
            let at = self.at(format_args!("{at}, option {}", option.id));
            self.id(&option.id, &at);
            self.text(&at, [&option.text.zh_hans, &option.text.en]);
        }
        let twice = |(index, option): (usize, &Choice)| {
            question.options.iter().take(index).any(|earlier| earlier.id == option.id)
        };
        if question.options.iter().enumerate().any(twice) {
            self.fault(|| PackError::DuplicateId { at: at.into() });
        }
    }
}
