//! The packs that a phone has side by side: the one in force, the announced next one, and an emergency one above them.
//! Which of them rules is a function of the moment.

use super::pack::{Lane, Pack};
use crate::calendar::{Span, Time};
use crate::trust::Verified;
use crate::trust::file::FileError;

/// One pack or several, in any order.
#[derive(Debug, Clone, Copy)]
pub struct Schedule<'a> {
    first: &'a Verified<Pack>,
    others: &'a [Verified<Pack>],
}

impl<'a> From<&'a Verified<Pack>> for Schedule<'a> {
    fn from(pack: &'a Verified<Pack>) -> Self {
        Self { first: pack, others: &[] }
    }
}

impl<'a> Schedule<'a> {
    /// These packs; `None` if there are none.
    #[must_use]
    pub fn new(packs: &'a [Verified<Pack>]) -> Option<Self> {
        packs.split_first().map(|(first, others)| Self { first, others })
    }

    /// All of them.
    pub fn packs(self) -> impl Iterator<Item = &'a Verified<Pack>> {
        core::iter::once(self.first).chain(self.others)
    }

    /// The pack that rules at a moment, if one is in force: an emergency pack before a scheduled one, then that of the
    /// narrowest region, then the highest version.
    #[must_use]
    pub fn in_force(self, now: Time) -> Option<&'a Verified<Pack>> {
        self.packs().filter(|pack| begun(pack, now) && now < pack.header().expires).max_by_key(|pack| rank(pack))
    }

    /// The pack that rules at a moment if each scheduled one is renewed with the same content before it expires. An
    /// emergency pack ends when it says, and is renewed only if no other could rule.
    #[must_use]
    pub fn in_force_renewed(self, now: Time) -> Option<&'a Verified<Pack>> {
        let holds = |pack: &&Verified<Pack>| now < pack.header().expires || pack.body().lane == Lane::Scheduled;
        let begun = || self.packs().filter(|pack| begun(pack, now));
        begun().filter(holds).max_by_key(|pack| rank(pack)).or_else(|| begun().max_by_key(|pack| rank(pack)))
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
