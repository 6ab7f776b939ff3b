//! Why a colour changed: there is no change without a reason.

use serde::Serialize;

use crate::assess::{Assessment, RiskUsed};
use crate::calendar::Time;
use crate::cbor::cbor_map;
use crate::colour::Colour;
use crate::order::sorted;
use crate::place::Place;
use crate::private::private_debug;
use crate::rules::pack::Text;

/// What is kept of an assessment for comparison with a later one.
#[derive(Clone, PartialEq, Eq)]
pub struct Noted {
    /// The moment of the assessment.
    pub at: Time,
    /// The colour.
    pub colour: Colour,
    rules: String,
    rules_version: u32,
    risk: Vec<RiskUsed>,
    reasons: Vec<NotedReason>,
    /// The names of the causes.
    causes: Vec<String>,
}
cbor_map!(Noted { 0 at, 1 colour, 2 rules, 3 rules_version, 4 risk, 5 reasons, 6 causes });

#[derive(Clone, PartialEq, Eq)]
struct NotedReason {
    rule: String,
    colour: Colour,
    text: Text,
}
cbor_map!(NotedReason { 0 rule, 1 colour, 2 text });

impl From<&Assessment> for Noted {
    fn from(assessment: &Assessment) -> Self {
        let reasons = assessment.reasons.iter().map(|reason| NotedReason {
            rule: reason.rule.clone(),
            colour: reason.colour,
            text: reason.text.clone(),
        });
        Self {
            at: assessment.at,
            colour: assessment.colour,
            rules: assessment.rules.id.clone(),
            rules_version: assessment.rules.version,
            risk: assessment.risk.clone(),
            reasons: reasons.collect(),
            causes: assessment.causes.iter().map(|cause| cause.name().into()).collect(),
        }
    }
}

impl Noted {
    /// The version of the risk data for exactly this place.
    fn risk_of(&self, place: Option<Place>) -> Option<u32> {
        self.risk.iter().filter(|risk| risk.place == place).map(|risk| risk.version).max()
    }

    fn colour_by(&self, rule: &str) -> Option<Colour> {
        self.reasons.iter().find(|reason| reason.rule == rule).map(|reason| reason.colour)
    }
}

/// One difference between two assessments.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(tag = "why", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum Difference {
    /// A different version of the rules, or different rules.
    Rules {
        /// The version before.
        before: u32,
        /// The version after.
        after: u32,
    },
    /// A different version of the risk data for a place.
    Risk {
        /// The place; absent if it is the whole country.
        #[serde(skip_serializing_if = "Option::is_none")]
        place: Option<Place>,
        /// The version before, if there was one.
        #[serde(skip_serializing_if = "Option::is_none")]
        before: Option<u32>,
        /// The version after, if there is one.
        #[serde(skip_serializing_if = "Option::is_none")]
        after: Option<u32>,
    },
    /// A reason that is new, or worse than before.
    NewReason {
        /// The id of the rule.
        rule: String,
        /// The reason in the pack's words.
        text: Text,
    },
    /// A reason that is gone, or has moved on to a better step of its course.
    EndedReason {
        /// The id of the rule.
        rule: String,
        /// The reason in the pack's words.
        text: Text,
    },
    /// The causes are different.
    Causes,
    /// Nothing changed but the time.
    TimePassed,
}

/// A later assessment compared with one that was noted.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct Comparison {
    /// The colour before.
    pub before: Colour,
    /// When the earlier assessment was noted.
    pub noted: Time,
    /// The colour after.
    pub after: Colour,
    /// What differs; never empty if the colours differ.
    pub differences: Vec<Difference>,
}

/// Compares an assessment with one that was noted.
#[must_use]
pub fn compare(before: &Noted, after: &Assessment) -> Comparison {
    let (noted, after) = (before.at, &Noted::from(after));
    let mut differences = Vec::new();
    if (&before.rules, before.rules_version) != (&after.rules, after.rules_version) {
        differences.push(Difference::Rules { before: before.rules_version, after: after.rules_version });
    }
    let places = before.risk.iter().chain(&after.risk).map(|risk| risk.place);
    let mut places =
        sorted(places.collect(), |place| [place.map_or(-1, |place| place.sort_key().cast_signed()), 0, 0, 0]);
    places.dedup();
    for place in places {
        let (before, after) = (before.risk_of(place), after.risk_of(place));
        if before != after {
            differences.push(Difference::Risk { place, before, after });
        }
    }
    // A rule gives at most one reason.
    for NotedReason { rule, colour, text } in &after.reasons {
        let (rule, text, was) = (rule.clone(), text.clone(), before.colour_by(rule));
        if was < Some(*colour) {
            differences.push(Difference::NewReason { rule, text });
        } else if was > Some(*colour) {
            differences.push(Difference::EndedReason { rule, text });
        }
    }
    for NotedReason { rule, text, .. } in &before.reasons {
        if after.colour_by(rule).is_none() {
            differences.push(Difference::EndedReason { rule: rule.clone(), text: text.clone() });
        }
    }
    if before.causes != after.causes {
        differences.push(Difference::Causes);
    }
    if differences.is_empty() && noted != after.at {
        differences.push(Difference::TimePassed);
    }
    Comparison { before: before.colour, noted, after: after.colour, differences }
}

private_debug!(Noted, Difference, Comparison);

#[cfg(test)]
#[cfg(feature = "authoring")]
mod tests {
    use super::*;
    use crate::assess::{Facts, assess};
    use crate::authoring::source::{COUGH, FactsSource, trial_pack};
    use crate::authoring::workbench::Workbench;
    use crate::cbor::{from_bytes, to_bytes};
    use crate::trust::Header;

    #[test]
    fn every_change_of_colour_has_a_difference() {
        let time = |text: &str| Time::parse(&format!("2020-{text}+08:00")).unwrap();
        let workbench = Workbench::default();
        let header =
            |version| Header { version, issued: time("01-01T00:00:00"), expires: time("12-31T00:00:00"), place: None };
        let old = workbench.verified(&header(1), &trial_pack(COUGH)).unwrap();
        let new = workbench.verified(&header(2), &trial_pack(&COUGH.replace("'7 d'", "'5 d'"))).unwrap();
        let facts: FactsSource =
            serde_json::from_str(r#"{"reports": [{"at": "2020-02-12T08:00:00+08:00", "answers": {"cough": true}}]}"#)
                .unwrap();
        let facts = Facts { reports: &facts.reports, ..Facts::default() };
        let at = |rules, now| assess(rules, &facts, time(now));
        let compared = |before: &Assessment, after: &Assessment| {
            let noted = Noted::from(before);
            assert_eq!(from_bytes(&to_bytes(&noted)), Some(noted.clone()));
            compare(&noted, after).differences
        };
        let start = at(&old, "02-12T09:00:00");
        let ended = Difference::EndedReason { rule: "cough".into(), text: start.reasons[0].text.clone() };
        assert_eq!(compared(&start, &at(&old, "02-20T09:00:00")), std::slice::from_ref(&ended));
        assert_eq!(
            compared(&at(&old, "02-18T09:00:00"), &at(&new, "02-18T09:00:00")),
            [Difference::Rules { before: 1, after: 2 }, ended]
        );
        let same = at(&old, "02-13T09:00:00");
        assert_eq!(compared(&same, &same), []);
        assert_eq!(compared(&same, &at(&old, "02-13T10:00:00")), [Difference::TimePassed]);
    }
}
