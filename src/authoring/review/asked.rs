//! What conditions come to by the questionnaire: what is true of everybody who reports, and what is never true because nobody
//! is asked both.

use super::conditions::Conditions;
use super::facts::ValueTypes;
use super::numbers::Numbers;
use super::possible::{Learned, Possible, Values};
use crate::rules::expression::{Expression, Fragment, Path};
use crate::rules::pack::{Count, Question};

impl Conditions<'_> {
    /// Whether a condition is true of everybody who has answered what everybody is asked.
    pub(super) fn of_everybody(&mut self, condition: &Expression) -> bool {
        let mut learned = Learned::default();
        let pack = self.facts.pack;
        let always = |question: &&Question| question.required && question.show_if.is_none();
        for question in pack.questions.iter().filter(always) {
            self.answered(&mut learned, &["answers", &question.id]);
        }
        let answered =
            |id: &Option<String>| pack.questions.iter().filter(always).any(|one| Some(&one.id) == id.as_ref());
        for measure in &pack.measures {
            let known = match measure.count {
                Count::AnswerIn | Count::LevelAt | Count::Age => answered(&measure.question),
                Count::DaysSinceReport => measure.when.is_none(),
                _ => false,
            };
            if known {
                self.answered(&mut learned, &["measure", &measure.id]);
            }
        }
        self.quiet = true;
        let truth = self.truth(condition, &learned);
        self.quiet = false;
        truth.yes && !truth.no
    }

    /// Notes that a fact is known.
    fn answered(&self, learned: &mut Learned, names: &[&str]) {
        let Ok(path) = Path::new(&names.join(".")) else { return };
        let values = match self.possible(&path, learned).values {
            Values::Any => {
                let kinds = self.facts.known(&path).kinds.without(ValueTypes::NULL);
                let filled = kinds == ValueTypes::DATE
                    || self.facts.is_place(&path)
                    || (kinds == ValueTypes::LIST && !self.can_be_empty(&path));
                if filled { Values::True } else { Values::Any }
            }
            values => values,
        };
        learned.set(&path, Possible { unknown: false, values });
    }

    /// Of a condition that can be true by its facts: the question that is not asked wherever the rest of it is true, and the part
    /// that is never true for that.
    pub(super) fn never_asked<'e>(&mut self, condition: &'e Expression) -> Option<(&'e Expression, String)> {
        let found = alternatives(condition).into_iter().find_map(|part| Some((part, self.unasked(part)?)));
        self.quiet = false;
        found
    }

    fn unasked(&mut self, part: &Expression) -> Option<String> {
        self.quiet = true;
        if !self.can_hold(part) {
            return None;
        }
        let pack = self.facts.pack;
        let mut all = vec![part.clone()];
        let mut left: Vec<&Question> = pack.questions.iter().filter(|question| question.show_if.is_some()).collect();
        loop {
            // The next question that has to be answered for all of this to be true.
            let next = left.iter().position(|question| {
                let whole = both(&all);
                let Ok(path) = Path::new(&format!("answers.{}", question.id)) else { return false };
                let mut read = false;
                whole.data_paths(&mut |one| read |= *one == path);
                let mut without = Learned::default();
                without.set(&path, Possible { unknown: true, values: Values::Numbers(Numbers::span(1, 0)) });
                read && !self.truth(&whole, &without).yes
            })?;
            let question = left.remove(next);
            all.extend(question.show_if.as_ref().map(|condition| condition.expression().clone()));
            // In either order, as what is learned is learned from left to right.
            let backwards: Vec<_> = all.iter().rev().cloned().collect();
            if !self.can_hold(&both(&all)) || !self.can_hold(&both(&backwards)) {
                return Some(question.id.clone());
            }
        }
    }

    /// Whether a condition can be true while this answer is missing.
    pub(super) fn holds_without(&mut self, condition: &Expression, question: &str) -> bool {
        let Ok(path) = Path::new(&format!("answers.{question}")) else { return false };
        let mut without = Learned::default();
        without.set(&path, Possible { unknown: true, values: Values::Numbers(Numbers::span(1, 0)) });
        self.quiet = true;
        let holds = self.truth(condition, &without).yes;
        self.quiet = false;
        holds
    }
}

/// The operands of an outermost `or`, or else the whole.
fn alternatives(condition: &Expression) -> Vec<&Expression> {
    if let Expression::Not(inner) = condition
        && let Expression::And(operands) = inner.as_ref()
    {
        let parts: Option<Vec<_>> = operands
            .iter()
            .map(|operand| if let Expression::Not(part) = operand { Some(part.as_ref()) } else { None })
            .collect();
        if let Some(parts) = parts {
            return parts;
        }
    }
    vec![condition]
}

/// All of these together.
fn both(all: &[Expression]) -> Expression {
    match all {
        [one] => one.clone(),
        all => Expression::And(all.into()),
    }
}

/// The sections and names of the facts that a condition reads, but for what the clock says.
pub(super) fn facts_read(condition: &Expression) -> std::collections::BTreeSet<String> {
    let mut found = std::collections::BTreeSet::new();
    condition.data_paths(&mut |path| {
        let section = path.fragments().first().map(Fragment::name).unwrap_or_default();
        if !matches!(section, "now" | "today") {
            found.insert(path.to_string());
        }
    });
    found
}
