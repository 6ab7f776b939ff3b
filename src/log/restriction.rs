//! What somebody is given whose restriction was logged: what it says, the way to its day's root, and the proof of that day. With a
//! policy it shows that theirs is among those that everybody can count.

use super::leaf::{LoggedDay, is_ground};
use super::short::ShortProof;
use super::tree::{leaf_hash, root_of};
#[cfg(feature = "log-keeping")]
use super::{Leaf, LogError, Logged, Policy};
use crate::calendar::Time;
use crate::cbor::{Bytes, cbor_map, from_bytes, to_bytes};
use crate::facts::Status;
use crate::place::Place;
use crate::private::private_debug;
use crate::trust::Digest;

/// What the person gets whose restriction it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commitment {
    /// The SHA-256 of the signed record, or of the [`Finding`].
    pub record: Digest,
    /// The salt.
    pub salt: [u8; 16],
    /// Which one of the day it is.
    pub index: u64,
    /// What stands beside the way to the day's root.
    pub path: Vec<Digest>,
}

/// What a commitment hides, without the salt of which nobody can try out whose record it is.
pub(super) fn hidden(salt: &[u8; 16], record: &Digest) -> Digest {
    leaf_hash(&[&salt[..], &record.0].concat())
}

impl Commitment {
    /// Whether it shows that the record is one of so many of that day.
    #[must_use]
    pub fn is_of(&self, day: &LoggedDay) -> bool {
        root_of(&hidden(&self.salt, &self.record), self.index, day.total(), &self.path) == Some(day.root)
    }
}

/// What two officers have confirmed of a person at an issuer.
#[derive(Clone, PartialEq, Eq)]
pub struct Finding {
    /// The name of the entry: the SHA-256 of the proposal's id, a space and the person, in digits. It fixes what both officers have
    /// signed, and whom it is about.
    pub entry: Digest,
    /// What was found.
    pub status: Status,
    /// Since when.
    pub since: Time,
    /// Until when.
    pub until: Time,
    /// The id of the ground in the rules.
    pub ground: String,
    /// The place that it is counted for.
    pub district: Place,
}
cbor_map!(Finding { 0 entry, 1 status, 2 since, 3 until, 4 ground, 5 district } if Finding::is_sound);

impl Finding {
    fn is_sound(&self) -> bool {
        is_ground(&self.ground) && self.since < self.until
    }

    /// What is committed to.
    #[must_use]
    pub fn digest(&self) -> Digest {
        Digest::of(&to_bytes(self))
    }
}

/// A finding, and all that shows that it was logged.
#[derive(Clone, PartialEq, Eq)]
pub struct LoggedFinding {
    /// What it says: a [`Finding`], byte by byte.
    pub finding: Bytes,
    /// The salt, of 16 bytes.
    pub salt: Bytes,
    /// Which one of the day it is.
    pub index: u64,
    /// What stands beside the way to the day's root.
    pub path: Vec<Digest>,
    /// The proof of what was logged of the day.
    pub proof: ShortProof,
    /// The id of the proposal: with the person's name at the issuer it gives the name of the entry.
    pub proposal: Digest,
}
cbor_map!(LoggedFinding { 0 finding, 1 salt, 2 index, 3 path, 4 proof, 5 proposal });

impl LoggedFinding {
    /// What it says; `None` if that is no finding.
    #[must_use]
    pub fn finding(&self) -> Option<Finding> {
        from_bytes(&self.finding.0)
    }

    /// What was logged of the day; `None` if that is no day.
    #[must_use]
    pub fn day(&self) -> Option<LoggedDay> {
        from_bytes(self.proof.leaf.0.strip_prefix(&LoggedDay::LEAF)?)
    }

    /// Whether the finding is one of those that were counted on that day, for its place and on its ground.
    #[must_use]
    pub fn is_of_day(&self) -> bool {
        self.finding().zip(self.day()).is_some_and(|(finding, day)| self.is_of(&finding, &day))
    }

    /// The same, of what was read of it before.
    pub(super) fn is_of(&self, finding: &Finding, day: &LoggedDay) -> bool {
        let hidden = leaf_hash(&[&*self.salt.0, &Digest::of(&self.finding.0).0].concat());
        // A salt of another length would shift what stands behind it.
        self.salt.0.len() == 16
            && root_of(&hidden, self.index, day.total(), &self.path) == Some(day.root)
            && day.counts.iter().any(|count| count.place == finding.district && count.ground == finding.ground)
    }

    /// Whether it was logged as the policy asks.
    ///
    /// # Errors
    /// [`LogError::ProofWrong`] if it shows something else, or is of no log that the policy names, and as [`LogProof::check`](super::LogProof::check).
    #[cfg(feature = "log-keeping")]
    pub fn check(&self, policy: &Policy, now: Time) -> Result<Logged, LogError> {
        let leaf = self.day().filter(|_| self.is_of_day()).map(Leaf::Day).ok_or(LogError::ProofWrong)?;
        let mut refused = LogError::ProofWrong;
        for log in &policy.logs {
            match self.proof.whole(log.key.name(), policy).ok_or(LogError::ProofWrong)?.check(&leaf, policy, now) {
                Ok(logged) => return Ok(logged),
                Err(error) => refused = error,
            }
        }
        Err(refused)
    }
}

private_debug!(Finding, LoggedFinding);
