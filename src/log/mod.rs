//! The public log: one append-only Merkle tree (RFC 6962) whose leaves name everything that is published, in the formats of
//! C2SP: signed notes, checkpoints, cosignatures, proofs, policies and tiles (docs/log.md).
//!
//! What it takes to check a proof against a policy is small and stands by itself, for phones: [`proof`], with [`policy`],
//! [`head`], [`note`] and [`tree`]. Only whoever keeps, watches or witnesses a log needs the rest (feature `log-keeping`).

pub mod asked;
mod encoding;
pub mod head;
pub mod leaf;
pub mod note;
pub mod policy;
pub mod proof;
pub mod restriction;
mod short;
pub mod tree;

#[cfg(feature = "log-keeping")]
pub mod day;
#[cfg(feature = "log-keeping")]
pub mod make;
#[cfg(feature = "log-keeping")]
pub mod tiles;
#[cfg(feature = "log-keeping")]
pub mod witness;

pub use asked::ProofError;
pub use head::TreeHead;
pub use leaf::{Leaf, LoggedDay, LoggedFile};
pub use note::{NoteKey, SignedNote};
pub use policy::Policy;
pub use proof::{LogProof, Logged};
pub use restriction::{Finding, LoggedFinding};
pub use short::ShortProof;

use crate::error::family_errors;

family_errors! {
    /// Why something of the public log is refused.
    LogError {
        /// Not the form of a signed note, or longer than one may be.
        Note = "log-note", "this is not a signed note (C2SP signed-note)";
        /// More signatures than anybody reads.
        TooManySignatures = "log-too-many-signatures", "the note has more signatures than anybody needs";
        /// Not the form of a verifier key, or its id is not that of the key.
        Key = "log-key", "this is not a key for signed notes: NAME+ID+KEY (C2SP signed-note)";
        /// A key of a kind that is not known here.
        KeyType { /// what its type byte is
            found: u8 } = "log-key-type", "keys of type {found} are not known here: a log signs by type 1, a witness by type 4";
        /// Not the text of a checkpoint.
        Head = "log-head", "this is not a checkpoint of a log (C2SP tlog-checkpoint)";
        /// No log that the policy names has signed it.
        OtherLog = "log-other", "the checkpoint is signed by no log that the policy names";
        /// A signature by a key of the policy that is none.
        BadSignature = "log-bad-signature", "a signature on the checkpoint does not match";
        /// The cosignatures do not meet the policy.
        TooFewWitnesses { /// how many count
            found: usize } = "log-too-few-witnesses", "the policy asks for more witnesses than have cosigned the checkpoint: {found}";
        /// A witness has cosigned it later than now.
        Ahead = "log-ahead", "a witness has cosigned the checkpoint at a time that has not come";
        /// Not the text of a proof.
        Proof = "log-proof", "this is not a proof that something was logged (C2SP tlog-proof)";
        /// The proof is one of something else, or of another log.
        ProofWrong = "log-proof-wrong", "the proof does not show that this was logged";
        /// A line of a policy that is none.
        PolicyLine { /// which line, from 1 on
            line: usize } = "log-policy-line", "line {line} of the policy is not one (C2SP tlog-policy)";
        /// A name, or a key, that was there before, or a name that is not there yet.
        PolicyName { /// which line, from 1 on
            line: usize } = "log-policy-name", "line {line} of the policy uses a name or a key twice, or a name before it is defined";
        /// A policy without the one line that says what it takes.
        PolicyQuorum = "log-policy-quorum", "a policy has one line that begins with quorum";
        /// More bytes, logs, witnesses or groups than a policy may have.
        PolicyLong = "log-policy-long", "the policy is longer than any that is needed";
        /// Something else than a leaf of this log.
        Leaf = "log-leaf", "this is not an entry of this log";
        /// Two trees of which one is not the beginning of the other.
        NotConsistent { /// entries of the smaller
            old: u64, /// entries of the larger
            new: u64 } = "log-not-consistent", "the log of {new} entries does not begin with the log of {old} entries";
        /// A tile, or a bundle of entries, that is cut off, too long, or not what the tree has.
        Tile { /// the level; 64 for entries
            level: u8, /// the index in it
            index: u64 } = "log-tile", "tile {index} of level {level} (64: of the entries) is missing, cut off, or not that of the checkpoint";
        /// A request to a witness that is none.
        Request = "log-request", "this is not a request to cosign a checkpoint (C2SP tlog-witness)";
        /// A day's restrictions that cannot be logged.
        Day { /// which line, from 1 on
            line: usize } = "log-day", "line {line} is not a restriction, or the same one as before: DIGEST,PLACE,GROUND";
    }
}
