//! The blob in which a state is stored: a byte for its form, the state as CBOR, and a checksum.

use core::ops::RangeInclusive;

use sha2::{Digest, Sha512};

use crate::cbor::{Cbor, from_bytes, to_bytes};

/// Bytes of the checksum at the end: it detects accidents, not forgery.
const CHECKSUM: usize = 8;

/// Why a blob was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unreadable {
    /// Cut short or altered.
    Damaged,
    /// A blob of another form, from a newer version of the app.
    Newer { form: u8 },
}

/// The blob of a state.
pub(crate) fn seal<T: Cbor>(form: u8, state: &T) -> Vec<u8> {
    let mut bytes = vec![form];
    bytes.extend(to_bytes(state));
    let digest: [u8; 64] = Sha512::digest(&bytes).into();
    bytes.extend(digest.iter().take(CHECKSUM));
    bytes
}

/// The state of a blob of at most `most` bytes, in one of these forms.
pub(crate) fn unseal<T: Cbor>(forms: RangeInclusive<u8>, blob: &[u8], most: usize) -> Result<T, Unreadable> {
    const DAMAGED: Unreadable = Unreadable::Damaged;
    if blob.len() > most {
        return Err(DAMAGED);
    }
    let (content, checksum) = blob.split_at_checked(blob.len().saturating_sub(CHECKSUM)).ok_or(DAMAGED)?;
    let digest: [u8; 64] = Sha512::digest(content).into();
    if !digest.starts_with(checksum) || checksum.len() != CHECKSUM {
        return Err(DAMAGED);
    }
    let (found, content) = content.split_first().ok_or(DAMAGED)?;
    if found > forms.end() {
        return Err(Unreadable::Newer { form: *found });
    }
    // Nothing was published that stores a form before the oldest that is read.
    if forms.contains(found) { from_bytes(content).ok_or(DAMAGED) } else { Err(DAMAGED) }
}
