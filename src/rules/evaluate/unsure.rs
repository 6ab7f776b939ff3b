//! What somebody is not sure of: a rule that reads such an answer and does not name that option cannot say what it does.

use super::Decision;
use crate::calendar::Time;
use crate::colour::Colour;
use crate::rules::expression::{Budget, EvaluateError, Fragment, Value};
use crate::rules::pack::{Choice, Pack, Question};
use crate::rules::reason::Cause;
use crate::rules::statement::Statement;

/// What looking through a rule costs, in steps.
const RULE_STEPS: usize = 16;

/// Adds a cause for each answer of "not sure" that the last report to answer the question has, where a rule reads it and does not
/// name it; unless one that names it gives a colour, and so says what it does. What applies for want of another answer is undecided
/// in any case.
///
/// # Errors
/// If the budget is spent.
pub(super) fn add_causes(
    decision: &mut Decision,
    pack: &Pack,
    statements: &[Statement<'_>],
    then: Time,
    budget: &mut Budget,
) -> Result<(), EvaluateError> {
    let mut open: Vec<(&Question, &Choice)> = Vec::new();
    for question in &pack.questions {
        let mut answers = statements.iter().rev().filter_map(|statement| statement.answer(&question.id));
        let answer = answers.next();
        let chosen = question.options.iter().find(|option| option.is_unsure() && is_chosen(option, answer));
        open.extend(chosen.map(|option| (question, option)));
    }
    if open.is_empty() {
        return Ok(());
    }
    budget.spend(RULE_STEPS * pack.rules.len())?;
    // Which of them a rule says what it does, passes over, and passes over although it gives a colour: a bit for each, as a pack has
    // few of these options.
    let (mut said, mut passed_over, mut given) = (0_u32, 0_u32, 0_u32);
    for rule in pack.rules.iter().filter(|rule| pack.is_grounded(rule.ground.as_deref(), then)) {
        let (mut read, mut named) = (0_u32, 0_u32);
        rule.when.expression().data_paths(&mut |path| {
            let mut names = path.fragments().iter().map(Fragment::name);
            let name = names.next().filter(|section| *section == "answers").and_then(|_| names.next());
            read |= bits(&open, |question, _| name == Some(&question.id));
        });
        rule.when.expression().texts(&mut |text| named |= bits(&open, |_, option| option.id == text));
        let gives = decision.reasons.iter().any(|reason| reason.rule == rule.id);
        let all = if gives { u32::MAX } else { 0 };
        let over = read & !named;
        (said, passed_over, given) = (said | (named & all), passed_over | over, given | (over & all));
    }
    let mut undecided = (passed_over & !said) | given;
    for (question, _) in open {
        if undecided & 1 != 0 {
            decision.causes.push(Cause::AnswerUnsure { question: question.id.clone() });
            decision.colour = decision.colour.max(Colour::Grey);
        }
        undecided >>= 1;
    }
    Ok(())
}

/// Which of them are meant.
fn bits(open: &[(&Question, &Choice)], is_meant: impl Fn(&Question, &Choice) -> bool) -> u32 {
    open.iter().rev().fold(0, |bits, (question, option)| (bits << 1) | u32::from(is_meant(question, option)))
}

fn is_chosen(option: &Choice, answer: Option<&Value<'_>>) -> bool {
    let is = |value: &Value<'_>| matches!(value, Value::Text(id) if *id == option.id);
    match answer {
        Some(Value::Array(chosen)) => chosen.iter().any(is),
        answer => answer.is_some_and(is),
    }
}

#[cfg(test)]
#[cfg(feature = "authoring")]
mod tests {
    use crate::authoring::source::trial_pack;
    use crate::colour::Colour;
    use crate::facts::Report;
    use crate::rules::evaluate::samples::{NOW, report, time};
    use crate::rules::evaluate::{Inputs, decide};
    use crate::rules::reason::Cause;

    const CONTACT: &str = "
        [[question]]
        id = 'contact'
        type = 'one-of'
        text = TEXT
        options = [{ id = 'yes', text = TEXT }, { id = 'no', text = TEXT }, { id = 'unsure', text = TEXT, unsure = true }]
        [[question]]
        id = 'well'
        type = 'yes-no'
        text = TEXT
        required = false
    ";

    fn rule(id: &str, on: &str, when: &str, colour: &str) -> String {
        format!(
            "[[rule]]\nid = '{id}'\non = '{on}'\nwhen = \"{when}\"\ncolour = '{colour}'\ntext = TEXT\nway-back = TEXT\n"
        )
    }

    /// What comes of these answers, day after day until today: the colour, the rules, and the questions that are in doubt.
    fn said(parts: &str, answers: &[&str]) -> (Colour, Vec<String>, Vec<String>) {
        let pack = trial_pack(&format!("{CONTACT}{parts}"));
        let first = 13 - answers.len();
        let told = answers.iter().enumerate();
        let reports: Vec<Report> =
            told.map(|(index, answers)| report(&format!("02-{:02}T08:00:00", first + index), answers)).collect();
        let decision = decide(&pack, &Inputs { reports: &reports, ..Inputs::default() }, time(NOW));
        let questions = decision.causes.iter().map(|cause| match cause {
            Cause::AnswerUnsure { question } => question.clone(),
            other => panic!("{}", other.name()),
        });
        let questions = questions.collect();
        (decision.colour, decision.reasons.into_iter().map(|reason| reason.rule).collect(), questions)
    }

    const UNSURE: &str = r#"{"contact": "unsure"}"#;
    const NO: &str = r#"{"contact": "no"}"#;
    const YES: &str = r#"{"contact": "yes"}"#;

    fn of(colour: Colour, rules: &[&str], questions: &[&str]) -> (Colour, Vec<String>, Vec<String>) {
        let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        (colour, owned(rules), owned(questions))
    }

    #[test]
    fn a_rule_that_names_the_option_says_what_it_does_and_one_that_does_not_decides_nothing() {
        for on in ["person", "report"] {
            let blind = rule("contact", on, "answers.contact == 'yes'", "red");
            assert_eq!(said(&blind, &[YES]), of(Colour::Red, &["contact"], &[]), "{on}");
            assert_eq!(said(&blind, &[NO]), of(Colour::Green, &[], &[]));
            assert_eq!(said(&blind, &[UNSURE]), of(Colour::Grey, &[], &["contact"]));
            // Also where it applies for want of a no: not without a word.
            let negated = rule("contact", on, "answers.contact != 'no'", "red");
            assert_eq!(said(&negated, &[UNSURE]), of(Colour::Red, &["contact"], &["contact"]));
            let seeing = rule("unsure", on, "answers.contact == 'unsure'", "yellow");
            for contact in [&blind, &rule("contact", on, "answers.contact not in ['no', 'unsure']", "red")] {
                assert_eq!(said(&[contact, &*seeing].concat(), &[UNSURE]), of(Colour::Yellow, &["unsure"], &[]));
                assert_eq!(said(&[contact, &*seeing].concat(), &[YES]), of(Colour::Red, &["contact"], &[]));
            }
            // What names it and gives nothing leaves the others in doubt.
            let none = rule("unsure", on, "answers.contact == 'unsure' and answers.well", "yellow");
            assert_eq!(said(&[&*blind, &none].concat(), &[UNSURE]), of(Colour::Grey, &[], &["contact"]));
            assert_eq!(
                said(&[&*negated, &seeing].concat(), &[UNSURE]),
                of(Colour::Red, &["contact", "unsure"], &["contact"])
            );
        }
    }

    #[test]
    fn a_later_answer_settles_it() {
        for on in ["person", "report"] {
            let blind = rule("contact", on, "answers.contact == 'yes'", "red");
            assert_eq!(said(&blind, &[UNSURE, NO]), of(Colour::Green, &[], &[]), "{on}");
            assert_eq!(said(&blind, &[UNSURE, YES]), of(Colour::Red, &["contact"], &[]), "{on}");
            assert_eq!(said(&blind, &[NO, UNSURE]), of(Colour::Grey, &[], &["contact"]), "{on}");
        }
        // What is red already is no better for it.
        let blind = rule("contact", "report", "answers.contact == 'yes'", "red");
        assert_eq!(said(&blind, &[YES, UNSURE]), of(Colour::Red, &["contact"], &["contact"]));
    }

    #[test]
    fn a_choice_of_several_and_a_rule_that_reads_another_answer() {
        let several = "
            [[question]]
            id = 'met'
            type = 'many-of'
            text = TEXT
            required = false
            options = [{ id = 'ill', text = TEXT }, { id = 'unknown', text = TEXT, alone = true, unsure = true }]
        ";
        let met = rule("met", "person", "any(answers.met where current == 'ill')", "red");
        let both = format!("{several}{met}{}", rule("contact", "person", "answers.contact == 'yes'", "red"));
        let answers = |met: &str, contact: &str| format!(r#"{{"met": ["{met}"], "contact": "{contact}"}}"#);
        assert_eq!(said(&both, &[&answers("unknown", "no")]), of(Colour::Grey, &[], &["met"]));
        assert_eq!(said(&both, &[&answers("unknown", "unsure")]), of(Colour::Grey, &[], &["contact", "met"]));
        assert_eq!(said(&both, &[&answers("ill", "unsure")]), of(Colour::Red, &["met"], &["contact"]));
    }
}
