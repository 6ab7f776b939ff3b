//! Where the issuer's settings name a log's policy, nothing acts that the log does not have as the policy asks.

use std::collections::{BTreeMap, BTreeSet};

use base16ct::mixed::decode_vec;
use healthcode::calendar::{Date, Offset, Time};
use healthcode::cbor::{Bytes, from_bytes, to_bytes};
use healthcode::log::{Finding, Leaf, LogProof, LoggedDay, LoggedFinding, Policy, ShortProof};
use healthcode::place::Place;
use healthcode::trust::Digest;

use super::office::Office;
use super::published::Published;
use crate::acts::act::{Act, Step};
use crate::acts::id::{Id, Person};
use crate::acts::officers::Officer;
use crate::acts::rows::{Capped, county};
use crate::failure::{Failure, LogFault};
use crate::store::{Acting, Entry, Listed, Part, Proved, StoreError, entry_id};

/// What the log shows of days, by their parts.
pub(crate) struct Shown<'a>(Option<BTreeMap<Part, (LoggedDay, &'a str)>>);

impl<'a> Shown<'a> {
    /// Those of some days whose proofs meet the policy, and by which there are no more than the caps without a further authority; all
    /// may act where there is no policy.
    fn of(office: &Office, published: &Published, proved: &'a [Proved], now: Time) -> Self {
        let Some(policy) = &office.log else { return Self(None) };
        let (mut sums, mut seen, mut shown) = (BTreeMap::new(), BTreeSet::new(), BTreeMap::new());
        for proved @ Proved { part, proof, .. } in proved {
            let Some(day) = shown_day(proved, policy, now) else { continue };
            let mut is_above = false;
            let mut endorsed = BTreeMap::new();
            for Capped { ground, county, people } in endorsements(&day, &office.officers, &mut seen) {
                *endorsed.entry((ground, county)).or_default() += people;
            }
            for count in &day.counts {
                let of = (count.ground.clone(), county(count.place));
                let further: u64 = endorsed.remove(&of).unwrap_or_default();
                let sum: &mut u64 = sums.entry((day.date, of.clone())).or_default();
                let cap = published.cap(&of.0, of.1).or(office.cap);
                let own = i128::from(*sum) + i128::from(count.count) - i128::from(further);
                // What is signed for one district of a county and not used up is for the others.
                *sum = u64::try_from(own).unwrap_or_default();
                endorsed.insert(of, u64::try_from(-own).unwrap_or_default());
                is_above |= cap.is_some_and(|cap| *sum > cap.into());
            }
            if !is_above {
                shown.insert(*part, (day, proof.as_str()));
            }
        }
        Self(Some(shown))
    }

    /// Those of a person's entries that may act.
    fn may_act(&self, person: &Person, entries: Vec<Acting>) -> Vec<Acting> {
        let is_of = |acting: &Acting| acting.id == entry_id(&acting.proposal, person);
        let logged = |acting: &Acting| self.0.is_none() || is_of(acting) && self.finding(acting).is_some();
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
        let proof = ShortProof::of(&LogProof::parse(proof).ok()?, &Leaf::Day(day.clone()))?;
        let (salt, finding) = (Bytes(salt.to_vec()), Bytes(to_bytes(&finding)));
        let proposal = digest(acting.proposal.as_str())?;
        Some(LoggedFinding { finding, salt, index, path, proof, proposal }).filter(LoggedFinding::is_of_day)
    }
}

/// What a day's proof shows, if it meets the policy.
fn shown_day(Proved { part, leaf, proof }: &Proved, policy: &Policy, now: Time) -> Option<LoggedDay> {
    let leaf @ Leaf::Day(_) = from_bytes(&decode_vec(leaf).ok()?)? else { return None };
    LogProof::parse(proof).ok()?.check(&leaf, policy, now).ok()?;
    let Leaf::Day(day) = leaf else { return None };
    (day.date == part.day && day.further.unwrap_or(0) == part.number).then_some(day)
}

impl Office {
    /// Refuses a policy that the proofs of what is in force do not meet: who was restricted would be free without a word.
    pub(super) async fn refuse_lapsed_proofs(&self) -> Result<(), Failure> {
        let Some(policy) = &self.log else { return Ok(()) };
        let now = self.now();
        let proved = self.store.proved_in_force(now).await?;
        match proved.iter().filter(|proved| shown_day(proved, policy, now).is_none()).count() {
            0 => Ok(()),
            days => Err(LogFault::ProofsLapsed { days }.into()),
        }
    }
}

/// The hash that these digits are.
pub(super) fn digest(digits: &str) -> Option<Digest> {
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

/// For how many, on which ground in which county, officers of a further authority have signed what is in an entry about a day; each of
/// their steps counts once.
pub(crate) fn endorsements(day: &LoggedDay, officers: &[Officer], seen: &mut BTreeSet<String>) -> Vec<Capped> {
    let mut all = Vec::new();
    for text in day.endorsed.iter().flatten() {
        let keys = officers.iter().filter(|officer| officer.authority.is_some()).map(|officer| officer.key);
        let Ok((Act { at, step: Step::Endorse { counts, .. }, .. }, _)) = Act::open(text, keys) else { continue };
        // It may have been signed just before the day began.
        let apart = at.date(Offset::CHINA).days() - day.date.days();
        if (-1..=0).contains(&apart) && seen.insert(text.clone()) {
            all.extend(counts);
        }
    }
    all
}

impl Office {
    /// What of somebody's entries may act, and what shows that it was logged.
    pub(super) async fn logged(
        &self,
        published: &Published,
        person: &Person,
        entries: Vec<Acting>,
        now: Time,
    ) -> Result<(Vec<Acting>, Vec<LoggedFinding>), StoreError> {
        let days: BTreeSet<Date> = entries.iter().filter_map(|acting| Some(acting.logged.as_ref()?.part.day)).collect();
        let mut proved = Vec::new();
        for day in days.into_iter().filter(|_| self.log.is_some()) {
            proved.append(&mut self.store.proved(day).await?);
        }
        let shown = Shown::of(self, published, &proved, now);
        let entries = shown.may_act(person, entries);
        let findings = entries.iter().filter_map(|acting| shown.finding(acting)).collect();
        Ok((entries, findings))
    }

    /// The same of all people of whom something is said.
    pub(super) async fn all_logged(
        &self,
        published: &Published,
        listed: Vec<Listed>,
        now: Time,
    ) -> Result<Vec<Listed>, StoreError> {
        if self.log.is_none() {
            return Ok(listed);
        }
        let proved = self.store.proved_in_force(now).await?;
        let shown = Shown::of(self, published, &proved, now);
        let may_act = |(person, entries)| {
            let entries = shown.may_act(&person, entries);
            (person, entries)
        };
        Ok(listed.into_iter().map(may_act).collect())
    }
}
