//! What a pack would decide about people before anybody signs it: for trials on whole populations. Nothing is signed or
//! verified per person, so the result is not an [`crate::assess::Assessment`].

use super::source::{FactsSource, PackSource, SourceError};
use super::workbench::Workbench;
use crate::assess::{Freshness, Log, judge};
use crate::calendar::Time;
use crate::place::Place;
use crate::risk::{Covered, RiskRow, RiskTable};
use crate::rules::evaluate::Decision;
use crate::rules::expression::Budget;
use crate::rules::pack::Pack;
use crate::rules::reason::Cause;
use crate::trust::{PublicKey, SecretKey};

/// A pack and a risk table, ready to decide about many people.
pub struct Preview {
    pack: Pack,
    until: Time,
    risk: Option<RiskTable>,
    /// A record names its phone's key, but there is no phone here.
    key: PublicKey,
}

impl Preview {
    /// A preview of a pack; `risk` is the table for facts without their own rows.
    ///
    /// # Errors
    /// [`SourceError::Risk`] if the rows do not make a table.
    pub fn new(source: &PackSource, risk: Option<Vec<RiskRow>>) -> Result<Self, SourceError> {
        let key = SecretKey::from_random(b"a key which belongs to no phone.");
        let key = key.map_err(|_| crate::trust::file::FileError::NeverValid)?.public();
        let risk = risk.map(RiskTable::new).transpose()?;
        Ok(Self { pack: source.to_pack(), until: source.pack.valid_until, risk, key })
    }

    /// The pack.
    #[must_use]
    pub const fn pack(&self) -> &Pack {
        &self.pack
    }

    /// What the pack decides from these facts, as [`crate::assess::assess`] would.
    ///
    /// # Errors
    /// [`SourceError::Risk`] if the facts' own rows do not make a table.
    pub fn decide(&self, facts: &FactsSource, now: Time) -> Result<Decision, SourceError> {
        self.decide_assuming(facts, now, None)
    }

    /// What it will decide at a later moment if nothing new happens, and from `from` on a report as the rules hope for is
    /// submitted each day: as a forecast has it.
    ///
    /// # Errors
    /// As for [`Self::decide`].
    pub fn decide_later(&self, facts: &FactsSource, from: Time, then: Time) -> Result<Decision, SourceError> {
        self.decide_assuming(facts, then, Some(from))
    }

    fn decide_assuming(
        &self,
        facts: &FactsSource,
        now: Time,
        reports_assumed: Option<Time>,
    ) -> Result<Decision, SourceError> {
        let pack = &self.pack;
        let rules = if now >= self.until {
            Err(Cause::RulesExpired { expired: self.until })
        } else if now < pack.valid_from {
            Err(Cause::RulesNotYetInForce { from: pack.valid_from })
        } else {
            Ok(())
        };
        let own = facts.risk.clone().map(RiskTable::new).transpose()?;
        let record = facts.record.as_ref().map(|record| record.with_key(self.key));
        let risk =
            own.as_ref().or(self.risk.as_ref()).map(|table| Ok(Covered { place: Place::COUNTRY, table: Ok(table) }));
        let matched = Workbench::default().matched(facts)?;
        let fresh = Freshness {
            matched: vec![Ok(Covered { place: Place::COUNTRY, table: Ok(&matched) })],
            rules,
            manifest: Ok(()),
            risk: risk.into_iter().collect(),
            record: record.as_ref().map(Ok),
            floor: None,
        };
        let log = Log {
            reports: &facts.reports,
            diary: &facts.diary,
            here: facts.here,
            reports_assumed,
            rules_end: self.until,
        };
        Ok(judge(pack, fresh, &log, now, &mut Budget::default()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assess::assess;
    use crate::authoring::people::People;
    use crate::colour::Colour;

    #[test]
    fn a_preview_says_what_an_assessment_says() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/rules/packs/hangzhou/pack.toml");
        let source = PackSource::parse(&std::fs::read_to_string(path).unwrap()).unwrap();
        let row: RiskRow =
            serde_json::from_str(r#"{"place": "42", "level": "high", "from": "2020-01-24T00:00:00+08:00"}"#).unwrap();
        let workbench = Workbench::default();
        let rules = workbench.pack(&source).unwrap();
        for day in ["2020-02-10", "2020-02-20", "2020-05-02"] {
            let now = Time::parse(&format!("{day}T09:00:00+08:00")).unwrap();
            let preview = Preview::new(&source, Some(vec![row])).unwrap();
            let risk = workbench.risk(vec![row]).unwrap();
            let people = People::new(&source, &[], &[row], now, 7);
            let mut colours = Vec::new();
            for number in 0..150 {
                let mut person = people.person(number);
                if number % 10 == 0 {
                    person.here = crate::place::Place::parse("310104").ok();
                }
                let decision = preview.decide(&person, now).unwrap();
                let assessed = workbench.with_facts(&person, Some(&risk), |facts| assess(&rules, facts, now)).unwrap();
                assert_eq!(
                    (decision.colour, &decision.reasons, &decision.scores),
                    (assessed.colour, &assessed.reasons, &assessed.scores)
                );
                assert_eq!(decision.causes, assessed.causes);
                colours.push(decision.colour);
            }
            assert!(day != "2020-02-20" || Colour::ALL.iter().all(|colour| colours.contains(colour)));
        }
    }
}
