//! Proofs as phones have them: what a proof says (C2SP tlog-proof) without what follows from the rest. The text that the log and its
//! witnesses have signed is made anew, so that nobody has to read it.

use sha2::{Digest as _, Sha256};

use super::note::Signs;
use super::tree::{leaf_hash, root_of};
#[cfg(feature = "log-keeping")]
use super::{Leaf, LogProof, Policy, SignedNote, TreeHead, note::NoteSignature};
use super::{asked::ProofError, note::witnessed};
use crate::calendar::{Span, Time};
#[cfg(feature = "log-keeping")]
use crate::cbor::to_bytes;
use crate::cbor::{Bytes, cbor_map};
use crate::limits::LOG_AHEAD_SECONDS;
use crate::trust::{Digest, LogKey, LogPolicy, PublicKey};

/// A proof, of which nothing is checked yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShortProof {
    /// The leaf, byte by byte.
    pub leaf: Bytes,
    /// Which one it is.
    pub index: u64,
    /// How many leaves the log has.
    pub size: u64,
    /// What stands beside the way from the leaf up to the root.
    pub path: Vec<Digest>,
    /// The signatures on the checkpoint, each as a note has it: four bytes of the key's id, of a witness eight of the time, and 64.
    pub signatures: Vec<Bytes>,
}
cbor_map!(ShortProof { 0 leaf, 1 index, 2 size, 3 path, 4 signatures });

impl ShortProof {
    /// What the proof of a leaf says; `None` if its checkpoint says more than any of this log.
    #[cfg(feature = "log-keeping")]
    #[must_use]
    pub fn of(proof: &LogProof, leaf: &Leaf) -> Option<Self> {
        let LogProof { index, path, note } = proof;
        let head = TreeHead::of(note).ok().filter(|head| head.to_string() == note.text())?;
        let signatures = note.signatures.iter();
        let signatures = signatures.map(|signature| Bytes([&signature.id[..], &signature.bytes].concat())).collect();
        Some(Self { leaf: Bytes(to_bytes(leaf)), index: *index, size: head.size, path: path.clone(), signatures })
    }

    /// The whole proof in a log of this name, with the names that a policy has for the keys; what is signed by others is left out.
    #[cfg(feature = "log-keeping")]
    #[must_use]
    pub fn whole(&self, origin: &str, policy: &Policy) -> Option<LogProof> {
        let root = root_of(&leaf_hash(&self.leaf.0), self.index, self.size, &self.path)?;
        let head = TreeHead { origin: origin.to_owned(), size: self.size, root };
        let mut note = SignedNote::unsigned(head.to_string());
        for known in policy.logs.iter().chain(&policy.witnesses) {
            let id = known.key.id();
            let signed = self.signatures.iter().find_map(|signature| signature.0.strip_prefix(&id));
            let name = known.key.name().to_owned();
            note.signatures.extend(signed.map(|bytes| NoteSignature { name, id, bytes: bytes.to_vec() }));
        }
        Some(LogProof { index: self.index, path: self.path.clone(), note })
    }

    /// Whether the leaf is in the log as a trust list asks; gives when a witness saw it first. No more signatures are
    /// verified than it asks for.
    ///
    /// # Errors
    /// [`ProofError::Wrong`] and [`ProofError::Witnesses`].
    pub fn meets(&self, asked: &LogPolicy, now: Time) -> Result<Option<Time>, ProofError> {
        let LogPolicy { keys, needed, .. } = asked;
        let (LogKey { name: origin, key }, witnesses) = keys.split_first().ok_or(ProofError::Wrong)?;
        let root = root_of(&leaf_hash(&self.leaf.0), self.index, self.size, &self.path).ok_or(ProofError::Wrong)?;
        let text = format!("{origin}\n{}\n{}\n", self.size, base64(&root));
        let log = self.by(origin, Signs::Text, key).ok_or(ProofError::Wrong)?;
        verified(key, &text, log)?;
        let (mut found, mut first) = (0, None);
        for witness in witnesses {
            if found == *needed {
                break;
            }
            let Some(cosigned) = self.by(&witness.name, Signs::Witnessed, &witness.key) else { continue };
            let (time, signature) = cosigned.split_first_chunk::<8>().ok_or(ProofError::Wrong)?;
            let time = u64::from_be_bytes(*time);
            verified(&witness.key, &witnessed(time, &text), signature)?;
            // At a time that has not come nobody has seen anything.
            let seen = Time::from_unix(i64::try_from(time).unwrap_or(i64::MAX));
            if seen <= now.plus(Span::seconds(LOG_AHEAD_SECONDS)) {
                found += 1;
                first = Some(first.unwrap_or(seen).min(seen));
            }
        }
        if found < *needed { Err(ProofError::Witnesses { needed: *needed, found }) } else { Ok(first) }
    }

    /// The signature by a key of this name, without the id.
    fn by(&self, name: &str, signs: Signs, key: &PublicKey) -> Option<&[u8]> {
        let id = key_id(name, signs, key);
        self.signatures.iter().find_map(|signature| signature.0.strip_prefix(&id))
    }
}

fn verified(key: &PublicKey, text: &str, signature: &[u8]) -> Result<(), ProofError> {
    let signature = signature.try_into().map_err(|_| ProofError::Wrong)?;
    if key.verifies(text.as_bytes(), signature) { Ok(()) } else { Err(ProofError::Wrong) }
}

/// The four bytes by which a signature names a key (C2SP signed-note).
pub(super) fn key_id(name: &str, signs: Signs, key: &PublicKey) -> [u8; 4] {
    let hash =
        Sha256::new().chain_update(name.as_bytes()).chain_update([b'\n', signs.number()]).chain_update(key.as_bytes());
    let [a, b, c, d, ..] = <[u8; 32]>::from(hash.finalize());
    [a, b, c, d]
}

/// A hash as base64 (RFC 4648, section 4): by hand, as the library's reader and writer are 3 kB of a phone's engine.
fn base64(hash: &Digest) -> String {
    let mut text = String::new();
    for three in hash.0.chunks(3) {
        let mut bits = three.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - three.len()));
        for at in 0..4 {
            let digit = if at > three.len() { '=' } else { digit(bits >> 18 & 63) };
            text.push(digit);
            bits <<= 6;
        }
    }
    text
}

fn digit(value: u32) -> char {
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    letters.as_bytes().get(usize::try_from(value).unwrap_or_default()).map_or('=', |byte| char::from(*byte))
}

/// The bytes of base64url without padding (RFC 4648, section 5), as far as they are whole.
pub(super) fn from_base64url(text: &str) -> Option<Vec<u8>> {
    let (mut bytes, mut bits, mut count) = (Vec::new(), 0_u32, 0);
    for byte in text.bytes() {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'-' => 62,
            b'_' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            let [.., byte] = (bits >> count).to_be_bytes();
            bytes.push(byte);
        }
    }
    Some(bytes)
}
