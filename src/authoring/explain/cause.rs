//! Why nothing, or not everything, was decided, and what to do about it.

use super::Explanation;
use super::words::{Advised, WORDS};
use crate::rules::reason::Cause;

/// A cause in words.
pub(super) struct CauseInWords {
    pub(super) says: String,
    pub(super) todo: String,
    /// The rule and the code that it is about, for its authors.
    pub(super) rule: Option<String>,
    pub(super) code: Option<String>,
}

impl Explanation<'_> {
    pub(super) fn cause(&self, cause: &Cause) -> CauseInWords {
        let words = &WORDS.causes.causes;
        let format = self.format();
        let worded = |Advised { says, todo }: &Advised, slots: &[(&str, &str)]| CauseInWords {
            says: format.say(says, slots),
            todo: format.say(todo, &[]),
            rule: None,
            code: None,
        };
        match cause {
            Cause::RulesNotYetInForce { from } => {
                worded(&words.rules_not_yet_in_force, &[("when", &format.moment(*from))])
            }
            Cause::RulesExpired { expired } => worded(&words.rules_expired, &[("when", &format.moment(*expired))]),
            Cause::NoRulesHere { region } => worded(&words.no_rules_here, &[("place", &format.place(*region))]),
            Cause::RiskMissing { place: None } => worded(&words.risk_missing, &[]),
            Cause::RiskMissing { place: Some(place) } => {
                worded(&words.risk_missing_of_place, &[("place", &format.place(*place))])
            }
            Cause::RiskStale { expired } => worded(&words.risk_stale, &[("when", &format.moment(*expired))]),
            Cause::ClockBehind { issued } => worded(&words.clock_behind, &[("when", &format.moment(*issued))]),
            Cause::ManifestExpired { expired } => {
                worded(&words.manifest_expired, &[("when", &format.moment(*expired))])
            }
            Cause::RecordExpired { expired } => worded(&words.record_expired, &[("when", &format.moment(*expired))]),
            Cause::ReportMissing { last: None } => worded(&words.report_missing, &[]),
            Cause::ReportMissing { last: Some(last) } => {
                worded(&words.report_too_old, &[("when", &format.moment(*last))])
            }
            Cause::AnswersMissing { questions } => {
                let asked = self.last_report().map(|report| self.asked(report)).unwrap_or_default();
                let which: Vec<_> = questions.iter().map(|problem| self.problem(problem, &asked)).collect();
                worded(&words.answers_missing, &[("which", &format.sentences(&which))])
            }
            Cause::AnswerUnsure { question } => {
                let asked = self.last_report().map(|report| self.asked(report)).unwrap_or_default();
                let known = asked.iter().find(|known| known.id == *question);
                let text = known.map_or(question.as_str(), |known| self.own(&known.text));
                worded(&words.answer_unsure, &[("question", text)])
            }
            Cause::VisitOrder => worded(&words.visit_order, &[]),
            Cause::VisitUnclear { place, level, arrive, leave, mode } => {
                let mode = format.say(WORDS.terms.modes.of(*mode), &[]);
                let level = format.say(WORDS.terms.levels.of(*level), &[]);
                let (place, when) = (format.place(*place), format.span(*arrive, *leave));
                let slots = [("mode", &*mode), ("place", &place), ("level", &level), ("when", &when)];
                worded(&words.visit_unclear, &slots)
            }
            Cause::PlaceUnclear { place, level } => {
                let level = format.say(WORDS.terms.levels.of(*level), &[]);
                worded(&words.place_unclear, &[("place", &*format.place(*place)), ("level", &level)])
            }
            Cause::Withheld { rule } => CauseInWords { rule: Some(rule.clone()), ..worded(&words.withheld, &[]) },
            Cause::RuleFailed { rule, code } => {
                let in_words = worded(&words.rule_failed, &[("rule", rule)]);
                // What went wrong in it is for its authors.
                let code = format.say(&WORDS.tool.gave, &[("says", code), ("points", &self.error(code))]);
                CauseInWords { rule: Some(rule.clone()), code: Some(code), ..in_words }
            }
        }
    }

    /// What a code says, without advice.
    pub(super) fn error(&self, code: &str) -> String {
        let says = WORDS.errors.get(code).map_or(&WORDS.unknown, |text| &text.says);
        self.format().say(says, &[("code", code)])
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Explanation, Language, PlaceNames};
    use crate::assess::assess;
    use crate::authoring::source::{FactsSource, PackSource};
    use crate::authoring::workbench::Workbench;
    use crate::calendar::Time;
    use crate::rules::reason::Cause;

    /// A visit that ends at the moment it begins is refused, as one that ends before it does: the sentence fits both.
    #[test]
    fn a_visit_has_to_end_later_than_it_begins() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/rules/packs/hangzhou/pack.toml");
        let source = PackSource::parse(&std::fs::read_to_string(path).unwrap()).unwrap();
        let workbench = Workbench::default();
        let rules = workbench.pack(&source).unwrap();
        let now = Time::parse("2020-02-20T09:00:00+08:00").unwrap();
        for (leave, undecided) in [("08:00:01", false), ("08:00:00", true), ("07:59:59", true)] {
            let json = format!(
                r#"{{"risk": [], "diary": [{{"place": "330106", "arrive": "2020-02-19T08:00:00+08:00", "leave": "2020-02-19T{leave}+08:00"}}]}}"#
            );
            let facts: FactsSource = serde_json::from_str(&json).unwrap();
            let assessment = workbench.with_facts(&facts, None, |facts| assess(&rules, facts, now)).unwrap();
            assert_eq!(assessment.causes.contains(&Cause::VisitOrder), undecided, "{leave}");
            for (language, says) in [(Language::ZhHans, "或两个时间一样"), (Language::En, "or at the same moment")]
            {
                let names = PlaceNames::default();
                let (rules, assessment, reports) = (&rules, &assessment, &[]);
                let text = Explanation { rules, assessment, forecast: None, reports, names: &names, language }.text();
                assert_eq!(text.contains(says), undecided, "{text}");
            }
        }
    }
}
