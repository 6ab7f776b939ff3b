//! `log day --issuer`: what two officers confirmed, out of the issuer's own database.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use base16ct::HexDisplay;
use healthcode::calendar::{DAY, Date, Offset, Span, Time};
use healthcode::cbor::to_bytes;
use healthcode::log::day::{Commitment, Restriction, commit};
use healthcode::log::{Leaf, LoggedDay};
use healthcode::place::Place;
use healthcode::trust::SecretKey;
use tokio::runtime::Runtime;

use super::Kept;
use super::day::{may_follow, say_day, unlisted, way as way_text};
use super::keeper::{Entry, Keeper};
use crate::acts::id::Id;
use crate::acts::rows;
use crate::exit::Exit;
use crate::failure::{Failure, InFile, LogFault};
use crate::issuer::{Settings, finding, founded, runtime, store};
use crate::store::{About, Expect, Part, Proved, Store, StoreError};

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
    for day in days {
        desk.assign(day, day < today)?;
    }
    desk.log(kept)?;
    desk.runtime.block_on(desk.store.close());
    if desk.faults.is_empty() { Ok(Exit::Yes) } else { Err(Failure::several(desk.faults)) }
}

/// When a day begins in China.
fn begins(day: Date) -> Time {
    Time::from_unix(day.days().saturating_mul(DAY)).minus(Span::seconds(Offset::CHINA.seconds()))
}

impl Desk<'_> {
    /// Settles what the next entry of the log about a day has: what was confirmed on it and is in none. Of a day that is over there is
    /// one, even if it says that there was nothing.
    fn assign(&mut self, day: Date, is_over: bool) -> Result<(), Failure> {
        let unlogged = self.store.unlogged(begins(day), begins(day.plus_days(1)));
        let mut entries = self.runtime.block_on(unlogged)?;
        self.refuse(&mut entries)?;
        let number = self.runtime.block_on(self.store.parts(day))?;
        if entries.is_empty() && (number > 0 || !is_over) {
            return Ok(());
        }
        let part = Part { day, number };
        let (logged, mut commitments) = self.commit(part, &entries)?;
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
                return Ok(());
            }
            (_, commitments) = self.commit(part, &entries)?;
        }
        let ways: Vec<(Id, String)> = commitments.iter().map(|(entry, way)| (entry.clone(), way_text(way))).collect();
        self.runtime.block_on(self.store.assign(part, &ways))?;
        Ok(())
    }

    /// Leaves out what two officers have not signed, and names it.
    fn refuse(&mut self, entries: &mut Vec<About>) -> Result<(), Failure> {
        let who = (self.settings.name.as_str(), self.settings.officers.as_slice());
        let checked = self.runtime.block_on(founded(&self.store, who, entries))?;
        let mut checked = checked.into_iter();
        let faults = &mut self.faults;
        entries.retain(|entry| {
            let problem = checked.next().and_then(Result::err);
            if let Some(problem) = problem {
                let (entry, problem) = (entry.entry.to_string(), problem.problem().to_owned());
                faults.push(LogFault::Unfounded { entry, problem });
            }
            problem.is_none()
        });
        Ok(())
    }

    /// What is logged of entries, and the way of each.
    fn commit(&self, part: Part, entries: &[About]) -> Result<(LoggedDay, Vec<(Id, Commitment)>), Failure> {
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
        let named = commitments.into_iter().filter_map(|way| Some((names.get(&way.record)?.clone(), way)));
        Ok((day, named.collect()))
    }

    /// Adds to the log what is settled and has no proof yet, of this run or of one that was killed, and keeps the proofs.
    fn log(&mut self, kept: &Kept) -> Result<(), Failure> {
        let policy = self.keeper.policy(kept.policy.as_deref())?;
        let mut parts = Vec::new();
        for part in self.runtime.block_on(self.store.unproved())? {
            let mut entries = self.runtime.block_on(self.store.of_part(part))?;
            let count = entries.len();
            self.refuse(&mut entries)?;
            if entries.len() < count {
                // Somebody has put it there: what is left is settled anew by the next run.
                self.runtime.block_on(self.store.unassign(part))?;
                continue;
            }
            let (day, _) = self.commit(part, &entries)?;
            may_follow(self.keeper, &day)?;
            parts.push((part, Leaf::Day(day)));
        }
        let entries: Vec<Entry> = parts.iter().map(|(_, leaf)| Entry { leaf: leaf.clone(), file: None }).collect();
        kept.add(self.keeper, &entries)?;
        let leaves: Vec<&Leaf> = parts.iter().map(|(_, leaf)| leaf).collect();
        if leaves.is_empty() {
            return Ok(());
        }
        let proofs = self.keeper.prove(&leaves, &policy, kept.now.time())?;
        for ((part, leaf), proof) in parts.iter().zip(proofs) {
            let leaf_bytes = format!("{:x}", HexDisplay(&to_bytes(leaf)));
            let proved = Proved { part: *part, leaf: leaf_bytes, proof: proof.to_string() };
            self.runtime.block_on(self.store.prove(&proved))?;
            if let Leaf::Day(day) = leaf {
                say_day(day);
            }
        }
        Ok(())
    }
}
