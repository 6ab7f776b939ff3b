//! Signing checkpoints, as a log and as a witness.

use super::LogError;
use super::head::TreeHead;
use super::note::{NoteKey, NoteSignature, SignedNote, Signs, witnessed};
use super::policy::Policy;
use crate::calendar::Time;
use crate::trust::SecretKey;

/// The signature of a key on a note, of a witness at a second since 1970. The key's name is that of the public one.
#[must_use]
pub fn signature(note: &SignedNote, key: &NoteKey, secret: &SecretKey, time: u64) -> NoteSignature {
    let bytes = match key.signs() {
        Signs::Text => secret.sign(note.text().as_bytes()).to_vec(),
        Signs::Witnessed => [&time.to_be_bytes()[..], &secret.sign(witnessed(time, note.text()).as_bytes())].concat(),
    };
    NoteSignature { name: key.name().to_owned(), id: key.id(), bytes }
}

/// A checkpoint that its log signs.
#[must_use]
pub fn checkpoint(head: &TreeHead, key: &NoteKey, secret: &SecretKey) -> SignedNote {
    let mut note = SignedNote::unsigned(head.to_string());
    note.signatures.push(signature(&note, key, secret, 0));
    note
}

/// The note with only those signatures that it takes to meet the policy, so that proofs are short and soon checked.
///
/// # Errors
/// As [`Policy::check`], which the whole note must pass.
pub fn trimmed(note: &SignedNote, policy: &Policy, now: Time) -> Result<SignedNote, LogError> {
    let (head, _) = policy.check(note, now)?;
    let mut short = SignedNote::unsigned(note.text().to_owned());
    let logs = policy.logs.iter().filter(|log| log.key.name() == head.origin);
    short.signatures.extend(logs.filter_map(|log| note.by(&log.key)).take(1).cloned());
    let cosigned: Vec<_> = policy.witnesses.iter().map(|witness| note.by(&witness.key)).collect();
    let mut kept: Vec<bool> = policy.cosigned(note, now)?.iter().map(Option::is_some).collect();
    for index in 0..kept.len() {
        let mut fewer = kept.clone();
        fewer.iter_mut().skip(index).take(1).for_each(|kept| *kept = false);
        if policy.is_met(&fewer) {
            kept = fewer;
        }
    }
    short
        .signatures
        .extend(cosigned.into_iter().zip(kept).filter_map(|(signature, kept)| signature.filter(|_| kept)).cloned());
    Ok(short)
}
