//! Whether bytes are deterministic CBOR, and if not, why: each value has one encoding, so what was signed is what is
//! read.

use crate::error::family_errors;
use crate::limits::CBOR_DEPTH;

family_errors! {
    /// Why bytes are not one item in deterministic CBOR.
    CborError {
        /// The bytes end inside an item.
        Truncated = "cbor-truncated", "the data is cut off; fetch or scan it again";
        /// Something follows the item.
        Trailing = "cbor-trailing-bytes", "there are extra bytes after the end of the data";
        /// A number or length in a longer form than it needs, or an indefinite length.
        NotShortest = "cbor-not-canonical", "a number or length is not in its shortest form (RFC 8949, 4.2.1)";
        /// A map has the same key twice.
        DuplicateKey = "cbor-duplicate-key", "a map has the same key twice";
        /// The keys of a map are not sorted.
        KeyOrder = "cbor-key-order", "the keys of a map are not in order (RFC 8949, 4.2.1)";
        /// A float, `undefined`, or a reserved value.
        Unsupported = "cbor-unsupported", "the data has a kind of value that signed files do not use";
        /// Text that is not UTF-8.
        NotUtf8 = "cbor-not-utf8", "a text is not valid UTF-8";
        /// Too many levels of nested items.
        TooDeep = "cbor-too-deep", "items are nested too deeply";
    }
}

/// Checks that `bytes` are exactly one item in deterministic CBOR.
///
/// # Errors
/// The first fault found, front to back.
pub fn check_deterministic(bytes: &[u8]) -> Result<(), CborError> {
    let rest = item(bytes, CBOR_DEPTH)?;
    if rest.is_empty() { Ok(()) } else { Err(CborError::Trailing) }
}

/// Reads the head of an item: major type, argument, and the bytes after it.
pub(super) fn head(bytes: &[u8]) -> Result<(u8, u64, &[u8]), CborError> {
    let (first, rest) = bytes.split_first().ok_or(CborError::Truncated)?;
    match (first >> 5, first & 0x1f) {
        // Most of them.
        (major, info @ 0..=23) => Ok((major, info.into(), rest)),
        (major, info) => long_head(major, info, rest),
    }
}

/// The head of an item whose argument is in the bytes after the first.
#[inline(never)]
fn long_head(major: u8, info: u8, rest: &[u8]) -> Result<(u8, u64, &[u8]), CborError> {
    let width = match info {
        24 => 1,
        25 => 2,
        26 => 4,
        27 => 8,
        28..=30 => return Err(CborError::Unsupported),
        _ => return Err(CborError::NotShortest),
    };
    let (number, rest) = rest.split_at_checked(width).ok_or(CborError::Truncated)?;
    let argument = number.iter().fold(0u64, |n, byte| n << 8 | u64::from(*byte));
    let least = match width {
        1 => 24,
        2 => 1 << 8,
        4 => 1 << 16,
        _ => 1 << 32,
    };
    if major == 7 {
        return Err(CborError::Unsupported);
    }
    if argument < least { Err(CborError::NotShortest) } else { Ok((major, argument, rest)) }
}

/// Walks over one item and returns the bytes after it.
fn item(bytes: &[u8], depth: u8) -> Result<&[u8], CborError> {
    let (major, argument, mut rest) = head(bytes)?;
    match major {
        0 | 1 => Ok(rest),
        2 | 3 => {
            let length = usize::try_from(argument).map_err(|_| CborError::Truncated)?;
            let (content, rest) = rest.split_at_checked(length).ok_or(CborError::Truncated)?;
            if major == 3 && core::str::from_utf8(content).is_err() {
                return Err(CborError::NotUtf8);
            }
            Ok(rest)
        }
        4 => {
            let depth = depth.checked_sub(1).ok_or(CborError::TooDeep)?;
            for _ in 0..argument {
                rest = item(rest, depth)?;
            }
            Ok(rest)
        }
        5 => {
            let depth = depth.checked_sub(1).ok_or(CborError::TooDeep)?;
            let mut before: &[u8] = &[];
            for _ in 0..argument {
                let after = item(rest, depth)?;
                let key = rest.get(..rest.len() - after.len()).unwrap_or_default();
                match before.cmp(key) {
                    core::cmp::Ordering::Less => before = key,
                    core::cmp::Ordering::Equal => return Err(CborError::DuplicateKey),
                    core::cmp::Ordering::Greater => return Err(CborError::KeyOrder),
                }
                rest = item(after, depth)?;
            }
            Ok(rest)
        }
        6 => item(rest, depth.checked_sub(1).ok_or(CborError::TooDeep)?),
        _ if (20..=22).contains(&argument) => Ok(rest),
        _ => Err(CborError::Unsupported),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn each_fault_has_its_cause() {
        let cases: [(&[u8], Result<(), CborError>); 17] = [
            (&[0x00], Ok(())),
            (&[0xa2, 0x01, 0x26, 0x03, 0x61, 0x61], Ok(())),
            (&[0xf6], Ok(())),
            (&[], Err(CborError::Truncated)),
            (&[0x82, 0x01], Err(CborError::Truncated)),
            (&[0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], Err(CborError::Truncated)),
            (&[0x5b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], Err(CborError::Truncated)),
            (&[0x00, 0x00], Err(CborError::Trailing)),
            (&[0x18, 0x17], Err(CborError::NotShortest)),
            (&[0x19, 0x00, 0xff], Err(CborError::NotShortest)),
            (&[0x9f, 0xff], Err(CborError::NotShortest)),
            (&[0xa2, 0x01, 0x00, 0x01, 0x00], Err(CborError::DuplicateKey)),
            (&[0xa2, 0x02, 0x00, 0x01, 0x00], Err(CborError::KeyOrder)),
            (&[0xf9, 0x3c, 0x00], Err(CborError::Unsupported)),
            (&[0xf7], Err(CborError::Unsupported)),
            (&[0x61, 0xff], Err(CborError::NotUtf8)),
            (&[0x81; 300], Err(CborError::TooDeep)),
        ];
        for (bytes, expected) in cases {
            assert_eq!(check_deterministic(bytes), expected, "{bytes:02x?}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_checked_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = check_deterministic(&bytes);
        }
    }
}
