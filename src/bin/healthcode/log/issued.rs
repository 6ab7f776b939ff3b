//! `log day --issuer`: what two officers confirmed, out of the issuer's own database.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use base16ct::HexDisplay;
use base16ct::mixed::decode_vec;
use healthcode::calendar::{Date, Offset, Time};
use healthcode::cbor::{from_bytes, to_bytes};
use healthcode::limits::{DAY_COUNTS, DAY_ENDORSEMENTS, DAY_RESTRICTIONS};
use healthcode::log::day::{Commitment, Restriction, commit};
use healthcode::log::{Leaf, LogProof, LoggedDay, Policy};
use healthcode::place::Place;
use healthcode::trust::SecretKey;
use tokio::runtime::Runtime;

use super::Kept;
use super::day::{grounds, may_follow, say_day, unlisted, way as way_text};
use super::keeper::{Entry, Keeper};
use crate::acts::id::Id;
use crate::acts::rows::{self, begins};
use crate::exit::Exit;
use crate::failure::{Failure, InFile, LogFault};
use crate::issuer::{Settings, finding, founded, runtime, store};
use crate::store::{About, Expect, Part, Proved, Store, StoreError};
use crate::terminal::say;

/// The issuer's database, and the log that it is written to.
struct Desk<'a> {
    settings: Settings,
    store: Store,
    runtime: Runtime,
    keeper: &'a Keeper,
    salts: &'a SecretKey,
    /// What is not logged, and why.
    faults: Vec<LogFault>,
}

/// Logs what was confirmed on a day, or until now since the day before, and keeps the proofs in the database.
pub(super) fn run(
    config: &Path,
    date: Option<Date>,
    salts: &SecretKey,
    keeper: &Keeper,
    kept: &Kept,
) -> Result<Exit, Failure> {
    let settings = Settings::read(config)?;
    let runtime = runtime(settings.listen()?)?;
    let (store, _) = runtime.block_on(store(&settings, Expect::Made)).in_file(config)?;
    let mut desk = Desk { settings, store, runtime, keeper, salts, faults: Vec::new() };
    let now = kept.now.time();
    let today = now.date(Offset::CHINA);
    let days = date.map_or_else(|| vec![today.plus_days(-1), today], |date| vec![date]);
    // Of what is left of earlier days, because nobody ran this then, whoever looks after the log decides.
    for day in desk.runtime.block_on(desk.store.unlogged_days(now))? {
        if date.is_none() && !days.contains(&day) {
            desk.faults.push(LogFault::DayLeft { date: day });
        }
    }
    for day in days {
        while desk.assign(day, day < today)? {}
    }
    desk.log(kept)?;
    desk.runtime.block_on(desk.store.close());
    if desk.faults.is_empty() { Ok(Exit::Yes) } else { Err(Failure::several(desk.faults)) }
}

impl Desk<'_> {
    /// Settles what the next entry of the log about a day has: what was confirmed on it and is in none. Of a day that is over there is
    /// one, even if it says that there was nothing. Whether there is more than one entry has room for is the answer.
    fn assign(&mut self, day: Date, is_over: bool) -> Result<bool, Failure> {
        let unlogged = self.store.unlogged(begins(day), begins(day.plus_days(1)));
        let mut entries = self.runtime.block_on(unlogged)?;
        let mut endorsed = self.refuse(&mut entries)?;
        // A leaf has room for so many steps: what is left is in the next one.
        let steps: BTreeSet<String> = endorsed.values().cloned().collect();
        let room: BTreeSet<String> = steps.into_iter().take(DAY_ENDORSEMENTS).collect();
        let all = entries.len();
        entries.retain(|entry| endorsed.get(&entry.entry).is_none_or(|step| room.contains(step)));
        endorsed.retain(|_, step| room.contains(step));
        // Nor has it room for more counts, one for each district and ground, or for more restrictions.
        let mut counts = BTreeSet::new();
        entries.retain(|entry| {
            let count = (entry.district.clone(), entry.ground.clone());
            let fits = counts.len() < DAY_COUNTS || counts.contains(&count);
            if fits {
                counts.insert(count);
            }
            fits
        });
        entries.truncate(DAY_RESTRICTIONS);
        let more = entries.len() < all;
        let number = self.runtime.block_on(self.store.parts(day))?;
        if entries.is_empty() && (number > 0 || !is_over) {
            return Ok(false);
        }
        let part = Part { day, number };
        let (logged, mut commitments) = self.commit(part, &entries, &endorsed)?;
        let unlisted: BTreeSet<(Place, String)> = unlisted(self.keeper, &logged)?.into_iter().collect();
        if !unlisted.is_empty() {
            entries.retain(|entry| {
                let place = Place::parse(&entry.district).unwrap_or(Place::COUNTRY);
                let is_listed = !unlisted.contains(&(place, entry.ground.clone()));
                if !is_listed {
                    let problem = format!("no rules in the log that are for {place} list the ground {}", entry.ground);
                    self.faults.push(LogFault::Unfounded { entry: entry.entry.to_string(), problem });
                }
                is_listed
            });
            if entries.is_empty() && (number > 0 || !is_over) {
                return Ok(false);
            }
            (_, commitments) = self.commit(part, &entries, &endorsed)?;
        }
        let ways: Vec<(Id, String)> = commitments.iter().map(|(entry, way)| (entry.clone(), way_text(way))).collect();
        self.runtime.block_on(self.store.assign(part, &ways))?;
        Ok(more && !entries.is_empty())
    }

    /// Leaves out what officers have not signed as it takes, and names it,
    /// and gives the steps of further authorities that are about the others.
    fn refuse(&mut self, entries: &mut Vec<About>) -> Result<BTreeMap<Id, String>, Failure> {
        let mut grounds = grounds(self.keeper)?;
        let mut cap =
            |ground: &str, county: Place| Ok(grounds.cap((ground, county), self.keeper.place())?.or(self.settings.cap));
        let who = (self.settings.name.as_str(), self.settings.officers.as_slice());
        let checked = self.runtime.block_on(founded(&self.store, who, &mut cap, entries))?;
        let mut checked = checked.into_iter();
        let (faults, mut endorsed) = (&mut self.faults, BTreeMap::new());
        entries.retain(|entry| match checked.next() {
            Some(Ok(step)) => {
                endorsed.extend(step.map(|step| (entry.entry.clone(), step)));
                true
            }
            Some(Err(problem)) => {
                let (entry, problem) = (entry.entry.to_string(), problem.problem().to_owned());
                faults.push(LogFault::Unfounded { entry, problem });
                false
            }
            None => false,
        });
        Ok(endorsed)
    }

    /// What is logged of entries, and the way of each.
    fn commit(
        &self,
        part: Part,
        entries: &[About],
        endorsed: &BTreeMap<Id, String>,
    ) -> Result<(LoggedDay, Vec<(Id, Commitment)>), Failure> {
        let wrong = || StoreError::Content("an entry");
        let mut names = BTreeMap::new();
        let mut restrictions = Vec::new();
        for about in entries {
            let place = Place::parse(&about.district).map_err(|_| wrong())?;
            let status = rows::status(&about.status).ok_or_else(wrong)?;
            let (since, until, ground) = (about.since, about.until, about.ground.clone());
            let entry = crate::store::Entry { status, since, until, ground: ground.clone() };
            let record = finding(&about.entry, &entry, place).ok_or_else(wrong)?.digest();
            names.insert(record, about.entry.clone());
            restrictions.push(Restriction { record, place, ground });
        }
        let (mut day, commitments) = commit(part.day, &restrictions, self.salts.seed())?;
        day.further = Some(part.number).filter(|number| *number > 0);
        let steps: BTreeSet<String> = entries.iter().filter_map(|about| endorsed.get(&about.entry)).cloned().collect();
        day.endorsed = Some(steps.into_iter().collect()).filter(|steps: &Vec<String>| !steps.is_empty());
        let named = commitments.into_iter().filter_map(|way| Some((names.get(&way.record)?.clone(), way)));
        Ok((day, named.collect()))
    }

    /// Whether a run that was killed, or had no witnesses, has put it into the log already: then it stays as it was, and has its
    /// proof, whoever is an officer by now.
    fn is_logged(&self, day: &LoggedDay) -> Result<bool, Failure> {
        let (leaf, mut there) = (to_bytes(&Leaf::Day(day.clone())), false);
        self.keeper.leaves(|_, known| {
            there |= known == leaf;
            Ok(())
        })?;
        Ok(there)
    }

    /// Adds to the log what is settled and has no proof yet, of this run or of one that was killed, and keeps the proofs.
    fn log(&mut self, kept: &Kept) -> Result<(), Failure> {
        let policy = self.keeper.policy(kept.policy.as_deref())?;
        let mut parts = Vec::new();
        for part in self.runtime.block_on(self.store.unproved())? {
            let all = self.runtime.block_on(self.store.of_part(part))?;
            let mut entries = all.clone();
            let endorsed = self.refuse(&mut entries)?;
            let (day, _) = self.commit(part, &all, &endorsed)?;
            if entries.len() < all.len() && !self.is_logged(&day)? {
                // Somebody has put it there: what is left is settled anew by the next run.
                self.runtime.block_on(self.store.unassign(part))?;
                continue;
            }
            may_follow(self.keeper, &day)?;
            parts.push((part, Leaf::Day(day)));
        }
        let entries: Vec<Entry> = parts.iter().map(|(_, leaf)| Entry { leaf: leaf.clone(), file: None }).collect();
        kept.add(self.keeper, &entries)?;
        self.prove(&parts, &policy, kept.now.time())?;
        for (_, leaf) in &parts {
            if let Leaf::Day(day) = leaf {
                say_day(day);
            }
        }
        self.prove_again(&policy, kept.now.time())
    }

    /// Proves anew what is in force and was proved to another policy, as of a witness that is not asked any more.
    fn prove_again(&self, policy: &Policy, now: Time) -> Result<(), Failure> {
        let proved = self.runtime.block_on(self.store.proved_in_force(now))?;
        let parts = proved.into_iter().filter_map(|Proved { part, leaf, proof }| {
            let leaf: Leaf = from_bytes(&decode_vec(&leaf).ok()?)?;
            let meets = LogProof::parse(&proof).is_ok_and(|proof| proof.check(&leaf, policy, now).is_ok());
            (!meets).then_some((part, leaf))
        });
        let parts: Vec<_> = parts.collect();
        self.prove(&parts, policy, now)?;
        if !parts.is_empty() {
            say(format_args!("entries that are proved anew, as the policy is another: {}", parts.len()));
        }
        Ok(())
    }

    /// Keeps the proofs of what is in the log.
    fn prove(&self, parts: &[(Part, Leaf)], policy: &Policy, now: Time) -> Result<(), Failure> {
        if parts.is_empty() {
            return Ok(());
        }
        let leaves: Vec<&Leaf> = parts.iter().map(|(_, leaf)| leaf).collect();
        let proofs = self.keeper.prove(&leaves, policy, now)?;
        for ((part, leaf), proof) in parts.iter().zip(proofs) {
            let leaf = format!("{:x}", HexDisplay(&to_bytes(leaf)));
            let proved = Proved { part: *part, leaf, proof: proof.to_string() };
            self.runtime.block_on(self.store.prove(&proved))?;
        }
        Ok(())
    }
}
