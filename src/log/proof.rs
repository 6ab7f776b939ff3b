//! Proofs that something was logged (C2SP tlog-proof): a path through the tree, and the checkpoint that it leads to.

use super::LogError;
use super::encoding::{base64, digest, number};
use super::leaf::Leaf;
use super::note::SignedNote;
use super::policy::Policy;
use super::tree::{leaf_hash, root_of};
use crate::calendar::Time;
use crate::cbor::to_bytes;
use crate::limits::{LOG_PATH, LOG_PROOF_BYTES};
use crate::trust::Digest;

/// The first line.
const FIRST: &str = "c2sp.org/tlog-proof@v1";

/// A proof, of which nothing is checked yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogProof {
    /// Which leaf it is of.
    pub index: u64,
    /// What stands beside the way from the leaf up to the root.
    pub path: Vec<Digest>,
    /// The checkpoint.
    pub note: SignedNote,
}

/// That something is in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Logged {
    /// Which leaf it is.
    pub index: u64,
    /// How many leaves the log had.
    pub size: u64,
    /// The earliest second, since 1970, in which a witness saw that.
    pub witnessed: Option<u64>,
}

impl LogProof {
    /// Reads a proof. What else it brings along (`extra`) means nothing here.
    ///
    /// # Errors
    /// [`LogError::Proof`] if it is none, and as [`SignedNote::parse`].
    pub fn parse(text: &str) -> Result<Self, LogError> {
        if text.len() > LOG_PROOF_BYTES {
            return Err(LogError::Proof);
        }
        let (proof, note) = text.split_once("\n\n").ok_or(LogError::Proof)?;
        let mut lines = proof.split('\n').peekable();
        let read = || {
            lines.next().filter(|first| *first == FIRST)?;
            if let Some(extra) = lines.next_if(|line| line.starts_with("extra ")) {
                super::encoding::bytes(extra.strip_prefix("extra ")?)?;
            }
            let index = number(lines.next()?.strip_prefix("index ")?)?;
            let path = lines.map(digest).collect::<Option<Vec<_>>>()?;
            (path.len() <= LOG_PATH).then_some((index, path))
        };
        let (index, path) = read().ok_or(LogError::Proof)?;
        Ok(Self { index, path, note: SignedNote::parse(note)? })
    }

    /// Whether this leaf is in a log as the policy asks.
    ///
    /// # Errors
    /// [`LogError::ProofWrong`] if it is a proof of something else, and as [`Policy::check`].
    pub fn check(&self, leaf: &Leaf, policy: &Policy, now: Time) -> Result<Logged, LogError> {
        let (head, witnessed) = policy.check(&self.note, now)?;
        let root = root_of(&leaf_hash(&to_bytes(leaf)), self.index, head.size, &self.path);
        if root == Some(head.root) {
            Ok(Logged { index: self.index, size: head.size, witnessed })
        } else {
            Err(LogError::ProofWrong)
        }
    }
}

/// The text of a proof.
impl core::fmt::Display for LogProof {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        writeln!(f, "{FIRST}\nindex {}", self.index)?;
        self.path.iter().try_for_each(|beside| writeln!(f, "{}", base64(&beside.0)))?;
        write!(f, "\n{}", self.note)
    }
}
