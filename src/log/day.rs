//! The restrictions of one day: a tree over salted commitments, of which only the root and the counts are logged. Whoever is
//! restricted is given the salt and the way to the root, and can show that theirs is among them; nobody can tell from the log
//! whose are.

use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};

use super::LogError;
use super::leaf::{LoggedDay, Restricted, is_ground};
pub use super::restriction::Commitment;
use super::restriction::hidden;
use super::tree::node_hash;
use crate::calendar::Date;
use crate::limits::{DAY_COUNTS, DAY_RESTRICTIONS};
use crate::place::Place;
use crate::trust::Digest;

/// A restriction, as a day's list has it: the hash of the signed record, where it is and on which ground.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Restriction {
    /// The SHA-256 of the signed record, or of the [`Finding`](super::restriction::Finding).
    pub record: Digest,
    /// The place that is counted.
    pub place: Place,
    /// The id of the ground in the rules.
    pub ground: String,
}

/// What is logged of a day, and what to give to each person. The order is that of the hidden values, which tells nothing; the salts
/// are made of a secret of 32 bytes, so that whoever repeats it gets the same day.
///
/// # Errors
/// [`LogError::Day`] for the first that is not sound, was there before, or is one too many.
pub fn commit(
    date: Date,
    restrictions: &[Restriction],
    secret: &[u8; 32],
) -> Result<(LoggedDay, Vec<Commitment>), LogError> {
    let mut counts: BTreeMap<(Place, &str), u32> = BTreeMap::new();
    let mut leaves: BTreeMap<Digest, ([u8; 16], Digest)> = BTreeMap::new();
    for (index, Restriction { record, place, ground }) in restrictions.iter().enumerate() {
        let salted = Sha256::new().chain_update(b"healthcode/salt").chain_update(secret);
        let salted = salted.chain_update(date.to_string()).chain_update(record.0).finalize();
        let mut salt = [0; 16];
        salt.iter_mut().zip(salted).for_each(|(salt, byte)| *salt = byte);
        let twice = leaves.insert(hidden(&salt, record), (salt, *record)).is_some();
        *counts.entry((*place, ground)).or_default() += 1;
        if twice || !is_ground(ground) || index >= DAY_RESTRICTIONS || counts.len() > DAY_COUNTS {
            return Err(LogError::Day { line: index + 1 });
        }
    }
    let counts =
        counts.into_iter().map(|((place, ground), count)| Restricted { place, ground: ground.to_owned(), count });
    let levels = levels(leaves.keys().copied().collect());
    let root = levels.last().and_then(|level| level.first()).copied().unwrap_or_else(super::tree::empty);
    let day = LoggedDay { date, root, counts: counts.collect(), further: None, endorsed: None };
    let commitments = leaves.into_values().enumerate().map(|(index, (salt, record))| Commitment {
        record,
        salt,
        index: u64::try_from(index).unwrap_or(u64::MAX),
        path: path(&levels, index),
    });
    Ok((day, commitments.collect()))
}

/// All nodes, level by level from the leaves up. What has nothing beside it is carried up, which gives the tree of RFC 6962.
fn levels(leaves: Vec<Digest>) -> Vec<Vec<Digest>> {
    let mut levels = vec![leaves];
    while let Some(level) = levels.last().filter(|level| level.len() > 1) {
        let above = level.chunks(2).filter_map(|pair| match pair {
            [left, right] => Some(node_hash(left, right)),
            [alone] => Some(*alone),
            _ => None,
        });
        let above = above.collect();
        levels.push(above);
    }
    levels
}

fn path(levels: &[Vec<Digest>], mut index: usize) -> Vec<Digest> {
    let mut path = Vec::new();
    for level in levels {
        path.extend(level.get(index ^ 1));
        index /= 2;
    }
    path
}
