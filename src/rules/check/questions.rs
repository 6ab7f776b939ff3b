//! Questions: what their type needs, and which are asked when.

use super::fault::PackError;
use super::walk::Check;
use crate::limits::{NUMBER_DECIMALS, NUMBER_MAX, PACK_ITEMS, PACK_UNIT_BYTES};
use crate::place::LEVELS;
use crate::rules::location::Location;
use crate::rules::pack::{Choice, Question, QuestionKind};

impl<const SAY: bool> Check<'_, SAY> {
    pub(super) fn questions(&mut self) {
        for (index, question) in self.pack.questions.iter().enumerate() {
            let at = Self::at("question", index, format_args!("question {}", question.id));
            self.few(question.options.len(), PACK_ITEMS, || at.key("options"));
            self.text(&question.text, || at.key("text"));
            if let Some(help) = &question.help {
                self.text(help, || at.key("help"));
            }
            for (index, option) in question.options.iter().enumerate() {
                let at = || {
                    let at = at.key("options").key(index);
                    at.clone().called(format!("{at}, option {}", option.id))
                };
                self.id(&option.id, || at().key("id"));
                self.text(&option.text, || at().key("text"));
            }
            if let Some(form) = &question.number {
                self.seen(&form.unit, || at.key("number").key("unit"));
            }
            self.question_form(&at, question);
            if let Some(condition) = &question.show_if {
                let earlier = self.pack.questions.get(..index).unwrap_or_default();
                self.reads(
                    || at.key("show-if"),
                    condition,
                    |section, name| section == "answers" && earlier.iter().any(|earlier| earlier.is_read_as(name)),
                );
            }
        }
    }

    pub(super) fn question_form(&mut self, at: &Location, question: &Question) {
        if !SAY {
            return;
        }
        let kind = question.kind;
        let chooses = matches!(kind, QuestionKind::OneOf | QuestionKind::ManyOf);
        let dated = matches!(kind, QuestionKind::Date | QuestionKind::Trips);
        let placed = matches!(kind, QuestionKind::Place | QuestionKind::Trips);
        let mut say = |wrong: bool, key: &'static str, error: fn(Location) -> PackError| {
            if wrong {
                self.fault(|| error(at.key(key)));
            }
        };
        say(chooses && question.options.is_empty(), "type", |at| PackError::Incomplete { at, missing: "options" });
        say(!chooses && !question.options.is_empty(), "options", |at| PackError::Superfluous { at, extra: "options" });
        say(kind == QuestionKind::Number && question.number.is_none(), "type", |at| PackError::Incomplete {
            at,
            missing: "number",
        });
        say(kind != QuestionKind::Number && question.number.is_some(), "number", |at| PackError::Superfluous {
            at,
            extra: "number",
        });
        say(!dated && question.days_back.is_some(), "days-back", |at| PackError::Superfluous {
            at,
            extra: "days-back",
        });
        say(!placed && question.place_digits.is_some(), "place-digits", |at| PackError::Superfluous {
            at,
            extra: "place-digits",
        });
        say(question.place_digits.is_some_and(|digits| !LEVELS.contains(&digits)), "place-digits", |at| {
            PackError::Bounds { at }
        });
        if let Some(form) = &question.number {
            let plausible = -NUMBER_MAX..=NUMBER_MAX;
            let bounded = form.least <= form.most && plausible.contains(&form.least) && plausible.contains(&form.most);
            say(!bounded || form.decimals > NUMBER_DECIMALS, "number", |at| PackError::Bounds { at });
            say(form.unit.len() > PACK_UNIT_BYTES, "number", |at| PackError::Text { at });
        }
        let twice = |(index, option): &(usize, &Choice)| {
            question.options.iter().take(*index).any(|earlier| earlier.id == option.id)
        };
        if let Some((index, _)) = question.options.iter().enumerate().find(twice) {
            self.fault(|| PackError::DuplicateId { at: at.key("options").key(index).key("id") });
        }
        for (index, option) in question.options.iter().enumerate().filter(|(_, option)| option.is_unsure()) {
            let at = at.key("options").key(index);
            if kind == QuestionKind::ManyOf && !option.alone {
                self.fault(|| PackError::Incomplete { at: at.key("unsure"), missing: "`alone = true` beside it" });
            }
            // What names it is then about no other answer.
            let mut others = self.pack.questions.iter().filter(|other| other.id != question.id);
            if others.any(|other| other.options.iter().any(|other| other.id == option.id)) {
                self.fault(|| PackError::DuplicateId { at: at.key("id") });
            }
        }
    }
}
