//! The text in the QR: a prefix, then base45 (RFC 9285) of the envelope, all in QR's alphanumeric mode.

use super::base45;
use crate::error::stage_errors;
use crate::limits::CODE_TEXT;

/// The prefix of the text: jiànkāngmǎ, format 1.
pub const PREFIX: &str = "JK1:";

stage_errors! {
    /// Why a text is not a code.
    WireError {
        /// Longer than any code.
        TooLong { /// characters given
            length: usize } = "text-too-long", "{length} characters are more than a health code has";
        /// A different prefix: some other QR code.
        Prefix = "text-not-a-health-code", "this is not a health code of this system; those begin with JK1:";
        /// Not base45.
        Base45 = "text-damaged", "the text is damaged: it is not base45 (RFC 9285); scan it again";
    }
}

/// The text of an envelope.
#[must_use]
pub fn to_text(envelope: &[u8]) -> String {
    let mut text = String::from(PREFIX);
    text.push_str(&base45::encode(envelope));
    text
}

/// The envelope of a text.
///
/// # Errors
/// [`WireError`] says what is wrong.
pub fn from_text(text: &str) -> Result<Vec<u8>, WireError> {
    if text.len() > CODE_TEXT {
        return Err(WireError::TooLong { length: text.chars().count() });
    }
    // Some readers add a line break.
    let body = text.trim_end_matches(['\r', '\n']).strip_prefix(PREFIX).ok_or(WireError::Prefix)?;
    base45::decode(body).ok_or(WireError::Base45)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// RFC 9285, section 4.3.
    #[test]
    fn writes_base45_as_rfc_9285_says() {
        assert_eq!(to_text(b"Hello!!"), "JK1:%69 VD92EX0");
        assert_eq!(from_text("JK1:QED8WEX0\r\n").as_deref(), Ok(b"ietf!".as_slice()));
    }

    #[test]
    fn refuses_other_texts_with_their_cause() {
        assert_eq!(from_text("HC1:6BF"), Err(WireError::Prefix));
        assert_eq!(from_text("https://example.org"), Err(WireError::Prefix));
        assert_eq!(from_text("JK1:GGW"), Err(WireError::Base45));
        assert_eq!(from_text("JK1:::::"), Err(WireError::Base45));
        assert_eq!(from_text("JK1:qed8wex0"), Err(WireError::Base45));
        assert_eq!(from_text(&"J".repeat(CODE_TEXT)), Err(WireError::Prefix));
        for length in [CODE_TEXT + 1, 5000] {
            assert_eq!(from_text(&"J".repeat(length)), Err(WireError::TooLong { length }));
        }
    }

    proptest! {
        #[test]
        fn every_envelope_survives_its_text(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            prop_assert_eq!(from_text(&to_text(&bytes)), Ok(bytes));
        }

        #[test]
        fn any_text_is_read_or_refused(text in ".{0,100}") {
            let _ = from_text(&text);
            let _ = from_text(&format!("JK1:{text}"));
        }
    }
}
