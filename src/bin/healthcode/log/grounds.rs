//! Which grounds the rules list that were logged: whatever restricts has one of them.

use healthcode::log::{LoggedDay, LoggedFile};
use healthcode::place::Place as Region;
use healthcode::rules::pack::Pack;
use healthcode::trust::file::read_unverified;
use healthcode::trust::{Digest, Kind};

use super::place::Place;
use crate::failure::Failure;

/// The rules that were logged so far.
#[derive(Default)]
pub(super) struct Grounds(Vec<(Region, Rules)>);

/// The id of a ground, and its cap.
type Listed = (String, Option<u32>);

/// Rules are read once a day's restrictions are held against them.
enum Rules {
    Named(Digest),
    /// The ids of their grounds; of rules without a list nothing can be said, nor of those that are missing.
    Read(Option<Vec<Listed>>),
}

impl Grounds {
    /// Notes a file that was logged.
    pub(super) fn note(&mut self, named: &LoggedFile) {
        if named.kind == Kind::RulePack {
            self.0.push((named.place.unwrap_or(Region::COUNTRY), Rules::Named(named.digest)));
        }
    }

    /// The grounds of a day that are in none of the rules for their places, if there are any and each of them has a list.
    pub(super) fn unknown(&mut self, day: &LoggedDay, log: &Place) -> Result<Vec<(Region, String)>, Failure> {
        let mut unknown = Vec::new();
        for count in &day.counts {
            let mut listed = false;
            let mut known = false;
            for (_, rules) in self.0.iter_mut().filter(|(region, _)| region.governs(count.place)) {
                listed = true;
                known |= rules.read(log)?.is_none_or(|grounds| grounds.iter().any(|(id, _)| *id == count.ground));
            }
            if listed && !known {
                unknown.push((count.place, count.ground.clone()));
            }
        }
        Ok(unknown)
    }

    /// The cap of a ground in a county: that of the newest rules for it that list the ground.
    pub(super) fn cap(&mut self, (ground, county): (&str, Region), log: &Place) -> Result<Option<u32>, Failure> {
        let is_for = |region: Region| region.contains(county) || county.contains(region);
        for (_, rules) in self.0.iter_mut().rev().filter(|(region, _)| is_for(*region)) {
            if let Some((_, cap)) = rules.read(log)?.into_iter().flatten().find(|(id, _)| id == ground) {
                return Ok(*cap);
            }
        }
        Ok(None)
    }
}

impl Rules {
    fn read(&mut self, log: &Place) -> Result<Option<&Vec<Listed>>, Failure> {
        if let Self::Named(digest) = self {
            let pack = log.file(digest)?.and_then(|bytes| Some(read_unverified::<Pack>(&bytes).ok()?.1));
            let grounds = pack.and_then(|pack| pack.grounds);
            *self =
                Self::Read(grounds.map(|grounds| grounds.into_iter().map(|ground| (ground.id, ground.cap)).collect()));
        }
        match self {
            Self::Read(grounds) => Ok(grounds.as_ref()),
            Self::Named(_) => Ok(None),
        }
    }
}
