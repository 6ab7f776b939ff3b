//! What a pack would say of people, before anybody signs it: for trials on whole populations. Nothing is signed or
//! verified for one person, so nothing that comes of it is an [`crate::assess::Assessment`].

use super::evaluate::{Decision, Inputs, decide};
use super::pack::Pack;
use super::reason::Cause;
use super::source::{FactsSource, PackSource, SourceError};
use crate::calendar::Time;
use crate::colour::Colour;
use crate::facts::Record;
use crate::risk::{RiskRow, RiskTable};
use crate::trust::{PublicKey, SecretKey};

/// A pack and a risk table, ready to decide of many.
pub struct Preview {
    pack: Pack,
    until: Time,
    risk: Option<RiskTable>,
    /// A record names its phone's key, and here there is no phone.
    key: PublicKey,
}

impl Preview {
    /// A preview of a pack; `risk` is the table where facts bring none.
    ///
    /// # Errors
    /// [`SourceError::Risk`] if the rows make no table.
    pub fn new(source: &PackSource, risk: Option<Vec<RiskRow>>) -> Result<Self, SourceError> {
        let key = SecretKey::from_random(b"the key of a phone that is none.");
        let key = key.map_err(|_| crate::trust::file::FileError::NeverValid)?.public();
        let risk = risk.map(RiskTable::new).transpose()?;
        Ok(Self { pack: source.to_pack(), until: source.pack.valid_until, risk, key })
    }

    /// The pack.
    #[must_use]
    pub const fn pack(&self) -> &Pack {
        &self.pack
    }

    /// What the pack says of these facts, as [`crate::assess::assess`] would.
    ///
    /// # Errors
    /// [`SourceError::Risk`] if the facts' own rows make no table.
    pub fn decide(&self, facts: &FactsSource, now: Time) -> Result<Decision, SourceError> {
        let pack = &self.pack;
        let mut causes = Vec::new();
        let in_force = if now >= self.until {
            Some(Cause::RulesExpired { expired: self.until })
        } else {
            (now < pack.valid_from).then_some(Cause::RulesNotYetInForce { from: pack.valid_from })
        };
        let held = in_force.is_none();
        causes.extend(in_force);
        let regions = || pack.recognises.iter().chain([&pack.region]);
        if facts.here.is_some_and(|here| !regions().any(|region| region.contains(here))) {
            causes.push(Cause::NoRulesHere { region: pack.region });
        }
        let own = facts.risk.clone().map(RiskTable::new).transpose()?;
        let risk = own.as_ref().or(self.risk.as_ref());
        if risk.is_none() && pack.reads_risk() {
            causes.push(Cause::RiskMissing);
        }
        let record = facts.record.as_ref().map(|record| Record {
            key: self.key,
            statuses: record.statuses.clone(),
            exempt: record.exempt.clone(),
            floor: record.floor,
        });
        let mut decision = if held {
            let inputs = Inputs {
                reports: &facts.reports,
                diary: &facts.diary,
                record: record.as_ref(),
                risk,
                here: facts.here,
                reports_assumed: None,
            };
            decide(pack, &inputs, now)
        } else {
            Decision::default()
        };
        if !causes.is_empty() {
            decision.colour = decision.colour.max(Colour::Grey);
            causes.append(&mut decision.causes);
            decision.causes = causes;
        }
        Ok(decision)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assess::assess;
    use crate::rules::people::People;
    use crate::rules::source::Workbench;

    #[test]
    fn a_preview_says_what_an_assessment_says() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/rules/packs/hangzhou/pack.toml");
        let source = PackSource::parse(&std::fs::read_to_string(path).unwrap()).unwrap();
        let row: RiskRow =
            serde_json::from_str(r#"{"place": "42", "level": "high", "from": "2020-01-24T00:00:00+08:00"}"#).unwrap();
        let workbench = Workbench::new().unwrap();
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
                    person.here = crate::facts::Place::parse("310104").ok();
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
