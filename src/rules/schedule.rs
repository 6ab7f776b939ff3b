//! The packs that a phone has side by side: the one in force, the announced next one, and an emergency one above them.
//! Which of them is in force is a function of the moment: this is where the time of packs is checked, so their content is read
//! here whatever the time.

use super::pack::{Lane, Pack};
use crate::calendar::{Span, Time};
use crate::facts::RulesFor;
use crate::trust::Verified;
use crate::trust::file::FileError;

/// One pack or several, in any order.
#[derive(Debug, Clone, Copy)]
pub struct Schedule<'a> {
    first: &'a Verified<Pack>,
    all: &'a [Verified<Pack>],
    /// What they are for, if these are only some of them.
    only: Option<RulesFor>,
}

/// The packs of a schedule.
struct Packs<'a> {
    left: core::slice::Iter<'a, Verified<Pack>>,
    only: Option<RulesFor>,
}

impl<'a> Iterator for Packs<'a> {
    type Item = &'a Verified<Pack>;

    // Shipped once, and not with each who asks.
    #[inline(never)]
    fn next(&mut self) -> Option<Self::Item> {
        let only = self.only;
        self.left.find(|pack| only.is_none_or(|only| only.takes(pack.body().region, pack.body().purpose)))
    }
}

impl<'a> From<&'a Verified<Pack>> for Schedule<'a> {
    fn from(pack: &'a Verified<Pack>) -> Self {
        Self { first: pack, all: core::slice::from_ref(pack), only: None }
    }
}

impl<'a> Schedule<'a> {
    /// These packs; `None` if there are none.
    #[must_use]
    pub fn new(packs: &'a [Verified<Pack>]) -> Option<Self> {
        packs.first().map(|first| Self { first, all: packs, only: None })
    }

    /// Those of these packs that are for this; `None` if there are none.
    #[must_use]
    pub fn of(packs: &'a [Verified<Pack>], only: RulesFor) -> Option<Self> {
        let all = Self { only: Some(only), ..Self::new(packs)? };
        let first = all.packs().next()?;
        Some(Self { first, ..all })
    }

    /// All of them.
    pub fn packs(self) -> impl Iterator<Item = &'a Verified<Pack>> {
        Packs { left: self.all.iter(), only: self.only }
    }

    /// The pack in force at a moment, if there is one: an emergency pack before a scheduled one, then that of the narrowest
    /// region, then the highest version.
    #[must_use]
    pub fn in_force(self, now: Time) -> Option<&'a Verified<Pack>> {
        let holds = |pack: &&Verified<Pack>| now < pack.header().expires && !self.is_replaced(pack, now);
        self.packs().filter(|pack| begun(pack, now)).filter(holds).max_by_key(|pack| rank(pack))
    }

    /// Whether a later version for the same region and lane has begun: then this one does not come back, even once that
    /// one has ended.
    fn is_replaced(self, pack: &Verified<Pack>, now: Time) -> bool {
        let line = |pack: &Verified<Pack>| (pack.body().lane, pack.body().region);
        let later = |other: &Verified<Pack>| other.header().version > pack.header().version;
        self.packs().any(|other| later(other) && line(other) == line(pack) && begun(other, now))
    }

    /// The pack in force at a moment if each scheduled one is renewed with the same content before it expires. An
    /// emergency pack ends when it says, and is renewed only if no other could be in force.
    #[must_use]
    pub fn in_force_renewed(self, now: Time) -> Option<&'a Verified<Pack>> {
        let ends = |pack: &Verified<Pack>| now >= pack.header().expires && pack.body().lane == Lane::Emergency;
        let holds = |pack: &&Verified<Pack>| !ends(pack) && !self.is_replaced(pack, now);
        let begun = || self.packs().filter(|pack| begun(pack, now));
        begun().filter(holds).max_by_key(|pack| rank(pack)).or_else(|| begun().max_by_key(|pack| rank(pack)))
    }

    /// The pack to ask at a moment: the one in force, or while there is none, the one to tell people by.
    #[must_use]
    pub fn at(self, now: Time) -> &'a Verified<Pack> {
        self.in_force(now).unwrap_or_else(|| self.nearest(now))
    }

    /// What to tell people by while none is in force: the pack that comes next, or else the one that ended last.
    #[must_use]
    pub fn nearest(self, now: Time) -> &'a Verified<Pack> {
        let next = self.packs().filter(|pack| !begun(pack, now)).min_by_key(|pack| pack.body().valid_from);
        let last = || self.packs().max_by_key(|pack| pack.header().expires);
        next.or_else(last).unwrap_or(self.first)
    }
}

/// Whether a pack has come into force, whether or not it has ended since. If it is yet to be issued, the clock is wrong.
fn begun(pack: &Verified<Pack>, now: Time) -> bool {
    let issued = !matches!(pack.at(now, Span::ZERO), Err(FileError::NotYetIssued { .. }));
    issued && pack.body().valid_from <= now
}

/// What decides between two packs in force. Two of one version have different names, or are the same.
fn rank(pack: &Verified<Pack>) -> (bool, u8, u32, &str) {
    let Pack { lane, region, id, .. } = pack.body();
    (*lane == Lane::Emergency, region.length(), pack.header().version, id)
}

#[cfg(test)]
#[cfg(feature = "authoring")]
mod tests {
    use super::*;
    use crate::authoring::source::trial_pack;
    use crate::authoring::workbench::Workbench;
    use crate::place::Place;
    use crate::trust::Header;

    fn time(text: &str) -> Time {
        Time::parse(&format!("2020-{text}T00:00:00+08:00")).unwrap()
    }

    /// A pack of a version for a region, from one day until another, issued on 1 February.
    fn pack(version: u32, region: &str, lane: Lane, from: &str, until: &str) -> Verified<Pack> {
        let header = Header { version, issued: time("02-01"), expires: time(until), place: None };
        let (region, valid_from) = (Place::parse(region).unwrap(), time(from));
        let pack = Pack { region, lane, valid_from, ..trial_pack("") };
        Workbench::default().verified(&header, &pack).unwrap()
    }

    const S: Lane = Lane::Scheduled;
    const E: Lane = Lane::Emergency;

    /// The versions that rule on these days, and would if they were renewed; zero if none does.
    fn ruling(packs: &[Verified<Pack>], days: &[&str]) -> Vec<(u32, u32)> {
        let mut backwards = packs.to_vec();
        backwards.reverse();
        let version = |pack: Option<&Verified<Pack>>| pack.map_or(0, |pack| pack.header().version);
        let on = |packs, day: &&str| {
            let schedule = Schedule::new(packs).unwrap();
            (version(schedule.in_force(time(day))), version(schedule.in_force_renewed(time(day))))
        };
        let found = days.iter().map(|day| on(packs, day)).collect();
        assert_eq!(found, days.iter().map(|day| on(&backwards, day)).collect::<Vec<_>>(), "in any order");
        found
    }

    #[test]
    fn what_is_announced_waits_and_an_emergency_ends_by_itself() {
        let packs = [
            pack(3, "3301", S, "02-02", "03-01"),
            pack(4, "3301", S, "02-14", "04-01"),
            pack(1, "3301", E, "02-10", "02-13"),
        ];
        let days = ["02-01", "02-02", "02-09", "02-10", "02-12", "02-13", "02-14", "03-31", "04-01"];
        let found = ruling(&packs, &days);
        assert_eq!(found, [(0, 0), (3, 3), (3, 3), (1, 1), (1, 1), (3, 3), (4, 4), (4, 4), (0, 4)]);
        assert_eq!(ruling(&packs[2..], &["02-12", "02-13"]), [(1, 1), (0, 1)], "alone");
    }

    #[test]
    fn what_another_has_replaced_does_not_come_back_when_that_ends() {
        let packs = [pack(3, "3301", S, "02-02", "04-01"), pack(4, "3301", S, "02-10", "02-20")];
        assert_eq!(ruling(&packs, &["02-09", "02-10", "02-20"]), [(3, 3), (4, 4), (0, 4)]);
        let packs = [
            pack(3, "3301", S, "02-02", "04-01"),
            pack(1, "3301", E, "02-10", "02-20"),
            pack(2, "3301", E, "02-12", "02-14"),
        ];
        assert_eq!(ruling(&packs, &["02-11", "02-13", "02-14"]), [(1, 1), (2, 2), (3, 3)]);
    }

    #[test]
    fn the_narrowest_region_rules_and_then_the_highest_version() {
        let packs = [pack(9, "33", S, "02-02", "04-01"), pack(2, "3301", S, "02-02", "03-01")];
        assert_eq!(ruling(&packs, &["02-03", "03-02"]), [(2, 2), (9, 2)]);
        let packs = [pack(3, "33", E, "02-02", "02-05"), pack(2, "3301", S, "02-02", "03-01")];
        assert_eq!(ruling(&packs, &["02-03", "02-05"]), [(3, 3), (2, 2)]);
    }

    #[test]
    fn while_none_rules_the_next_is_told_of_or_the_last() {
        let packs = [
            pack(1, "3301", S, "02-02", "02-05"),
            pack(2, "3301", S, "02-03", "02-06"),
            pack(3, "3301", S, "02-20", "02-25"),
            pack(4, "3301", S, "02-10", "02-15"),
        ];
        let schedule = Schedule::new(&packs).unwrap();
        let nearest = |day| schedule.nearest(time(day)).header().version;
        assert_eq!(["02-01", "02-07", "02-16", "02-26"].map(nearest), [1, 4, 3, 3]);
        // Before anything was issued, the clock is behind, and it is told by what would rule by now.
        assert_eq!((nearest("01-01"), schedule.in_force(time("01-01")).is_none()), (1, true));
        assert_eq!(schedule.packs().count(), 4);
    }
}
