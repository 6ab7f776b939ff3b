//! Where the issuer's settings name a log's policy, nothing acts that the log does not have as the policy asks.

use std::collections::BTreeMap;

use base16ct::mixed::decode_vec;
use healthcode::calendar::Time;
use healthcode::cbor::{Bytes, from_bytes};
use healthcode::log::{Finding, Leaf, LogProof, LoggedDay, LoggedFinding, Policy};
use healthcode::place::Place;
use healthcode::trust::Digest;

use super::office::Office;
use crate::acts::id::Id;
use crate::store::{Acting, Entry, Listed, Part, Proved, StoreError};

/// What the log shows of days, by their parts.
pub(crate) struct Shown<'a>(Option<BTreeMap<Part, (LoggedDay, &'a str)>>);

impl<'a> Shown<'a> {
    /// Those whose proofs meet the policy; all may act where there is none.
    fn of(policy: Option<&Policy>, proved: &'a [Proved], now: Time) -> Self {
        let Some(policy) = policy else { return Self(None) };
        let day = |Proved { part, leaf, proof }: &'a Proved| {
            let Some(leaf @ Leaf::Day(_)) = from_bytes(&decode_vec(leaf).ok()?) else { return None };
            LogProof::parse(proof).ok()?.check(&leaf, policy, now).ok()?;
            match leaf {
                Leaf::Day(day) if day.date == part.day && day.further.unwrap_or(0) == part.number => {
                    Some((*part, (day, proof.as_str())))
                }
                _ => None,
            }
        };
        Self(Some(proved.iter().filter_map(day).collect()))
    }

    /// Those of the entries that may act.
    fn may_act(&self, entries: Vec<Acting>) -> Vec<Acting> {
        let logged = |acting: &Acting| self.0.is_none() || self.finding(acting).is_some();
        entries.into_iter().filter(logged).collect()
    }

    /// What shows that an entry was logged.
    fn finding(&self, acting: &Acting) -> Option<LoggedFinding> {
        let at = acting.logged.as_ref()?;
        let (day, proof) = self.0.as_ref()?.get(&at.part)?;
        let mut parts = at.way.split(',');
        let mut salt = [0; 16];
        base16ct::mixed::decode(parts.next()?, &mut salt).ok().filter(|salt| salt.len() == 16)?;
        let index = parts.next()?.parse().ok()?;
        let path = parts.map(digest).collect::<Option<_>>()?;
        let finding = finding(&acting.id, &acting.entry, Place::parse(&acting.district).ok()?)?;
        let (salt, day, proof) = (Bytes(salt.to_vec()), day.clone(), (*proof).to_owned());
        Some(LoggedFinding { finding, salt, index, path, day, proof }).filter(LoggedFinding::is_of_day)
    }
}

fn digest(digits: &str) -> Option<Digest> {
    let mut hash = [0; 32];
    base16ct::mixed::decode(digits, &mut hash).ok().filter(|hash| hash.len() == 32)?;
    Some(Digest(hash))
}

/// What the log commits to of an entry.
pub(crate) fn finding(id: &Id, entry: &Entry, district: Place) -> Option<Finding> {
    let Entry { status, since, until, ground } = entry;
    let (status, since, until, ground) = (*status, *since, *until, ground.clone());
    Some(Finding { entry: digest(id.as_str())?, status, since, until, ground, district })
}

impl Office {
    /// What of somebody's entries may act, and what shows that it was logged.
    pub(super) async fn logged(
        &self,
        entries: Vec<Acting>,
        now: Time,
    ) -> Result<(Vec<Acting>, Vec<LoggedFinding>), StoreError> {
        let mut proved = Vec::new();
        for acting in &entries {
            let part = acting.logged.as_ref().map(|at| at.part).filter(|_| self.log.is_some());
            if let Some(part) = part.filter(|part| proved.iter().all(|known: &Proved| known.part != *part)) {
                proved.extend(self.store.proved(part).await?);
            }
        }
        let shown = Shown::of(self.log.as_ref(), &proved, now);
        let entries = shown.may_act(entries);
        let findings = entries.iter().filter_map(|acting| shown.finding(acting)).collect();
        Ok((entries, findings))
    }

    /// The same of all people of whom something is said.
    pub(super) async fn all_logged(&self, listed: Vec<Listed>, now: Time) -> Result<Vec<Listed>, StoreError> {
        if self.log.is_none() {
            return Ok(listed);
        }
        let proved = self.store.proved_in_force(now).await?;
        let shown = Shown::of(self.log.as_ref(), &proved, now);
        Ok(listed.into_iter().map(|(person, entries)| (person, shown.may_act(entries))).collect())
    }
}
