//! Base64 and whole numbers as C2SP writes them: in one way each.

use base64ct::{Base64, Encoding};

use crate::trust::Digest;

/// The bytes of base64 (RFC 4648, section 4), with its padding and nothing else.
pub(super) fn bytes(text: &str) -> Option<Vec<u8>> {
    Base64::decode_vec(text).ok()
}

/// Bytes as base64.
pub(super) fn base64(bytes: &[u8]) -> String {
    Base64::encode_string(bytes)
}

/// A hash of 32 bytes.
pub(super) fn digest(text: &str) -> Option<Digest> {
    let mut hash = [0; 32];
    // 32 bytes have 44 characters, however they are read.
    (text.len() == 44 && Base64::decode(text, &mut hash).ok()?.len() == 32).then_some(Digest(hash))
}

/// A whole number, without zeros before it, that is no larger than 2^63 - 1: all that these formats have.
pub(super) fn number(text: &str) -> Option<u64> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    text.parse().ok().filter(|number| digits && *number <= u64::MAX / 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_one_way_to_write_each() {
        assert_eq!(["0", "1", "9223372036854775807"].map(number), [Some(0), Some(1), Some(u64::MAX / 2)]);
        for bad in ["", "00", "01", "+1", "-1", " 1", "1 ", "9223372036854775808", "18446744073709551616", "1a"] {
            assert_eq!(number(bad), None, "{bad}");
        }
        assert_eq!(bytes("AAE="), Some(vec![0, 1]));
        for bad in ["AAE", "AAF=", "AAE=\n", "A-E=", "AAE==", "===="] {
            assert_eq!(bytes(bad), None, "{bad}");
        }
        let hash = Digest([7; 32]);
        assert_eq!(digest(&base64(&hash.0)), Some(hash));
        assert_eq!(digest(&base64(&[7; 33])), None);
        assert_eq!(digest(&base64(&[7; 31])), None);
    }
}
