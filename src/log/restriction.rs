//! What somebody is given whose restriction was logged: what it says, the way to its day's root, and the proof of that day. With a
//! policy it shows that theirs is among those that everybody can count.

use super::leaf::{Leaf, LoggedDay};
use super::policy::Policy;
use super::proof::{LogProof, Logged};
use super::tree::{leaf_hash, root_of};
use super::{LogError, leaf::is_ground};
use crate::calendar::Time;
use crate::cbor::{Bytes, cbor_map, to_bytes};
use crate::facts::Status;
use crate::limits::LOG_PATH;
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
    /// What it says.
    pub finding: Finding,
    /// The salt, of 16 bytes.
    pub salt: Bytes,
    /// Which one of the day it is.
    pub index: u64,
    /// What stands beside the way to the day's root.
    pub path: Vec<Digest>,
    /// What was logged of the day.
    pub day: LoggedDay,
    /// The proof of that (C2SP tlog-proof).
    pub proof: String,
}
cbor_map!(LoggedFinding { 0 finding, 1 salt, 2 index, 3 path, 4 day, 5 proof } if LoggedFinding::is_sound);

impl LoggedFinding {
    fn is_sound(&self) -> bool {
        self.salt.0.len() == 16 && self.path.len() <= LOG_PATH
    }

    /// Whether the finding is one of those that were counted on that day, for its place and on its ground.
    #[must_use]
    pub fn is_of_day(&self) -> bool {
        let Self { finding, salt, index, path, day, .. } = self;
        let Ok(salt) = salt.0.as_slice().try_into() else { return false };
        let commitment = Commitment { record: finding.digest(), salt, index: *index, path: path.clone() };
        let counted =
            |count: &super::leaf::Restricted| count.place == finding.district && count.ground == finding.ground;
        commitment.is_of(day) && day.counts.iter().any(counted)
    }

    /// Whether it was logged as the policy asks.
    ///
    /// # Errors
    /// [`LogError::ProofWrong`] if it shows something else, and as [`LogProof::parse`] and [`LogProof::check`].
    pub fn check(&self, policy: &Policy, now: Time) -> Result<Logged, LogError> {
        if !self.is_of_day() {
            return Err(LogError::ProofWrong);
        }
        LogProof::parse(&self.proof)?.check(&Leaf::Day(self.day.clone()), policy, now)
    }
}

private_debug!(Finding, LoggedFinding);
