//! How rules came to what they say of somebody, step by step: which parts of each condition hold, and where it stops. For
//! authors who ask why a rule does not act.

use super::preview::Preview;
use super::source::{FactsSource, PackSource, SourceError};
use super::units;
use crate::calendar::Time;
use crate::colour::Colour;
use crate::risk::RiskRow;
use crate::rules::evaluate::Decision;
use crate::rules::expression::{Condition, Expression};
use crate::rules::pack::{On, Pack, Rule, Threshold};
use crate::rules::reason::Cause;

/// What a rule or a threshold comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It gives a colour.
    Gives(Colour),
    /// Its condition does not hold.
    No,
    /// Its condition holds, but its course has run off.
    Over,
    /// Its ground is not in force, so it is not asked.
    NoGround,
    /// It could not be evaluated.
    Failed {
        /// Why.
        code: String,
    },
}

/// Whether a part of a condition holds, together with those before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Held {
    /// For somebody, or for one of the reports, visits or statuses that the rule is about.
    Yes,
    /// For none of them; the parts after it were not asked.
    No,
    /// It could not be evaluated.
    Failed {
        /// Why.
        code: String,
    },
}

/// A rule, and how far its condition holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Steps {
    /// The rule's id, or the threshold's.
    pub id: String,
    /// What a rule is asked about.
    pub on: On,
    /// What it comes to.
    pub outcome: Outcome,
    /// The parts of its condition, as they are written, up to the first that does not hold.
    pub parts: Vec<(String, Held)>,
}

/// The rules and thresholds of a pack, in its order.
///
/// # Errors
/// [`SourceError::Risk`] if the rows do not make a table.
pub fn steps(
    source: &PackSource,
    facts: &FactsSource,
    risk: Option<&[RiskRow]>,
    now: Time,
) -> Result<Vec<Steps>, SourceError> {
    let pack = source.to_pack();
    let rows = || risk.map(<[RiskRow]>::to_vec);
    let decision = Preview::new(source, rows())?.decide(facts, now)?;
    let mut all = Vec::new();
    for rule in &pack.rules {
        let mut steps = Steps { id: rule.id.clone(), on: rule.on, outcome: Outcome::NoGround, parts: Vec::new() };
        if pack.is_grounded(rule.ground.as_deref(), now) {
            let parts = rule.when.parts();
            for end in 1..=parts.len() {
                let alone = beginning(source, rule, parts.get(..end).unwrap_or_default());
                let held = held(&Preview::new(&alone, rows())?.decide(facts, now)?, &rule.id);
                let stops = held != Held::Yes;
                steps.parts.push((written(&pack, parts.get(end - 1)), held));
                if stops {
                    break;
                }
            }
            steps.outcome = match (gives(&decision, &rule.id), steps.parts.last()) {
                (Some(colour), _) => Outcome::Gives(colour),
                (None, Some((_, Held::Failed { code }))) => Outcome::Failed { code: code.clone() },
                (None, Some((_, Held::Yes))) => Outcome::Over,
                (None, _) => Outcome::No,
            };
        }
        all.push(steps);
    }
    for Threshold { id, score, at_least, ground, .. } in &pack.thresholds {
        let points = decision.scores.total(*score);
        let held = if points >= *at_least { Held::Yes } else { Held::No };
        let outcome = match gives(&decision, id) {
            Some(colour) => Outcome::Gives(colour),
            None if pack.is_grounded(ground.as_deref(), now) => Outcome::No,
            None => Outcome::NoGround,
        };
        let parts = vec![(format!("{points} points, of {at_least} or more"), held)];
        all.push(Steps { id: id.clone(), on: On::Person, outcome, parts });
    }
    Ok(all)
}

fn gives(decision: &Decision, id: &str) -> Option<Colour> {
    decision.reasons.iter().find(|reason| reason.rule == id).map(|reason| reason.colour)
}

fn held(decision: &Decision, id: &str) -> Held {
    let failed = decision.causes.iter().find_map(|cause| match cause {
        Cause::RuleFailed { rule, code } if rule == id => Some(code),
        _ => None,
    });
    match (failed, gives(decision, id)) {
        (Some(code), _) => Held::Failed { code: code.clone() },
        (None, Some(_)) => Held::Yes,
        (None, None) => Held::No,
    }
}

/// The pack with nothing but a rule, which is red for as long as these parts of its condition hold.
fn beginning(source: &PackSource, rule: &Rule, parts: &[Expression]) -> PackSource {
    let when = match parts {
        [part] => Condition::new(part.clone()).ok(),
        parts => Condition::new(Expression::And(parts.into())).ok(),
    };
    // A part is never a bare text, which alone could not stand there: a condition that was read has none.
    let when = when.unwrap_or_else(|| rule.when.clone());
    let rule = Rule { when, colour: Some(Colour::Red), course: None, since: None, ground: None, ..rule.clone() };
    PackSource { rules: vec![rule], bands: Vec::new(), thresholds: Vec::new(), cases: Vec::new(), ..source.clone() }
}

fn written(pack: &Pack, part: Option<&Expression>) -> String {
    let part = part.and_then(|part| Condition::new(part.clone()).ok());
    part.map(|part| units::condition(pack, &part)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(path: &str) -> String {
        std::fs::read_to_string(format!("{}/rules/{path}", env!("CARGO_MANIFEST_DIR"))).unwrap()
    }

    fn person(name: &str) -> FactsSource {
        serde_json::from_str(&read(&format!("data/2020-02-china/people/{name}.json"))).unwrap()
    }

    fn steps_of(name: &str, now: &str) -> Vec<Steps> {
        let source = PackSource::parse(&read("packs/hangzhou/pack.toml")).unwrap();
        let row: RiskRow =
            serde_json::from_str(r#"{"place": "42", "level": "high", "from": "2020-01-24T00:00:00+08:00"}"#).unwrap();
        steps(&source, &person(name), Some(&[row]), Time::parse(now).unwrap()).unwrap()
    }

    fn of<'s>(steps: &'s [Steps], id: &str) -> &'s Steps {
        steps.iter().find(|steps| steps.id == id).unwrap()
    }

    #[test]
    fn a_rule_that_does_not_act_says_where_it_stops() {
        let steps = steps_of("red-back-from-wuhan", "2020-02-12T09:00:00+08:00");
        let fever = of(&steps, "high-temperature");
        assert_eq!(fever.outcome, Outcome::No);
        let parts: Vec<_> = fever.parts.iter().map(|(part, held)| (part.as_str(), held)).collect();
        assert_eq!(parts, [("answers.temperature", &Held::Yes), ("answers.temperature >= 37.3 °C", &Held::No)]);
        let area = of(&steps, "epidemic-area");
        assert_eq!((area.on, &area.outcome), (On::Visit, &Outcome::Gives(Colour::Red)));
        assert!(area.parts.len() == 2 && area.parts.iter().all(|(_, held)| *held == Held::Yes), "{area:?}");
        assert_eq!(of(&steps, "overall").parts, [("130 points, of 90 or more".to_owned(), Held::Yes)]);
    }

    #[test]
    fn a_course_that_has_run_off_is_told_apart() {
        let steps = steps_of("red-back-from-wuhan", "2020-02-24T09:00:00+08:00");
        let area = of(&steps, "epidemic-area");
        assert_eq!(area.outcome, Outcome::Over, "{area:?}");
        assert!(area.parts.iter().all(|(_, held)| *held == Held::Yes));
    }

    #[test]
    fn what_is_missing_and_what_cannot_be_evaluated_is_told() {
        let steps = steps_of("grey-temperature-missing", "2020-02-12T09:00:00+08:00");
        let fever = of(&steps, "high-temperature");
        assert_eq!(fever.parts, [("answers.temperature".to_owned(), Held::No)]);
        let mut source = PackSource::parse(&read("packs/hangzhou/pack.toml")).unwrap();
        let rule = source.rules.iter_mut().find(|rule| rule.id == "high-temperature").unwrap();
        rule.when = serde_json::from_str("\"answers.temperature >= 373\"").unwrap();
        let now = Time::parse("2020-02-12T09:00:00+08:00").unwrap();
        let steps = super::steps(&source, &person("grey-temperature-missing"), None, now).unwrap();
        let fever = of(&steps, "high-temperature");
        assert!(matches!(&fever.outcome, Outcome::Failed { code } if code.starts_with("rule-")), "{fever:?}");
    }
}
