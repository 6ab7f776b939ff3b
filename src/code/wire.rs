//! The text in the QR: a prefix, then base45 (RFC 9285) of the envelope, all in QR's alphanumeric mode.

use crate::base45;
use crate::error::family_errors;
use crate::limits::{CODE_TEXT, SCANNED_TEXT};

/// The prefix of the text: jiànkāngmǎ, format 1.
pub const PREFIX: &str = "JK1:";

/// The prefix where the text was encoded for an address.
const ENCODED_PREFIX: &str = "JK1%3A";

const NO_BREAK_SPACE: char = '\u{a0}';
const BYTE_ORDER_MARK: char = '\u{feff}';

family_errors! {
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

/// The envelope of a scanned text.
///
/// # Errors
/// [`WireError`] says what is wrong.
pub fn from_text(scanned: &str) -> Result<Vec<u8>, WireError> {
    let long = scanned.len() > CODE_TEXT;
    let too_long = || WireError::TooLong { length: scanned.chars().count() };
    let body = body(scanned).ok_or_else(|| if long { too_long() } else { WireError::Prefix })?;
    if PREFIX.len() + body.len() > CODE_TEXT {
        return Err(too_long());
    }
    base45::decode(&body).ok_or(WireError::Base45)
}

/// The text of a code as its phone made it, from a text with what scanners, keyboards and copying have added to it; `None` if
/// it does not begin as a code.
#[must_use]
pub fn code_text(scanned: &str) -> Option<String> {
    body(scanned).map(|body| format!("{PREFIX}{body}"))
}

/// What follows the prefix. Nothing is changed but what no code's text has, where what was meant is certain.
fn body(scanned: &str) -> Option<String> {
    if scanned.len() > SCANNED_TEXT {
        return None;
    }
    // No code's text ends in a space: the last of three characters is at most W.
    let text = identified(trimmed(scanned));
    let decoded;
    let text = if starts_with(text, ENCODED_PREFIX) {
        decoded = percent_decoded(text)?;
        trimmed(&decoded)
    } else {
        text
    };
    let rest = text.get(PREFIX.len()..).filter(|_| starts_with(text, PREFIX))?;
    let wrapping = |character: &char| !matches!(character, '\r' | '\n' | '\t');
    // Caps Lock makes small letters of capitals.
    Some(
        rest.chars()
            .filter(wrapping)
            .map(|it| if it == NO_BREAK_SPACE { ' ' } else { it.to_ascii_uppercase() })
            .collect(),
    )
}

/// Without spaces, line breaks and byte order marks around it.
fn trimmed(text: &str) -> &str {
    text.trim_matches(|character: char| character.is_whitespace() || character == BYTE_ORDER_MARK)
}

/// Without what a scanner says of the symbol (ISO/IEC 15424: `]Q1`) and of its characters (ECI: `\000026`).
fn identified(text: &str) -> &str {
    without(without(text, "]Q", 1), "\\", 6)
}

/// Without a mark and that many digits at the beginning, if they are there.
fn without<'a>(text: &'a str, mark: &str, digits: usize) -> &'a str {
    let rest = text.get(mark.len()..).filter(|_| starts_with(text, mark));
    let rest = rest.filter(|rest| rest.bytes().take(digits).filter(u8::is_ascii_digit).count() == digits);
    rest.and_then(|rest| rest.get(digits..)).map_or(text, trimmed)
}

/// Whether the text starts so, in capitals or small letters.
fn starts_with(text: &str, start: &str) -> bool {
    text.get(..start.len()).is_some_and(|beginning| beginning.eq_ignore_ascii_case(start))
}

/// The text that was encoded for an address or a form (RFC 3986; WHATWG URL, section 5); `None` if it was not.
fn percent_decoded(text: &str) -> Option<String> {
    let mut decoded = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        decoded.push(match character {
            '%' => {
                let (high, low) = (characters.next()?.to_digit(16)?, characters.next()?.to_digit(16)?);
                char::from_u32(high << 4 | low).filter(char::is_ascii)?
            }
            // A space in a form: a plus sign would be encoded, as the colon is.
            '+' => ' ',
            other => other,
        });
    }
    Some(decoded)
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
        assert_eq!(from_text("JK1:QED8_WEX0"), Err(WireError::Base45));
        assert_eq!(from_text(&"J".repeat(CODE_TEXT)), Err(WireError::Prefix));
        for length in [CODE_TEXT + 1, 5000] {
            assert_eq!(from_text(&"J".repeat(length)), Err(WireError::TooLong { length }));
        }
        let long = format!("JK1:{}", "0".repeat(CODE_TEXT));
        assert_eq!(from_text(&long), Err(WireError::TooLong { length: long.len() }));
        assert_eq!(code_text(&" ".repeat(SCANNED_TEXT + 1)), None);
    }

    #[test]
    fn reads_what_scanners_keyboards_and_copying_add() {
        // Every character that is written in another way somewhere.
        let code = "JK1:%69 VD92EX0+$*-./:0Z";
        for scanned in [
            code.to_owned(),
            format!("]Q1{code}"),
            format!("]q1{}", code.to_lowercase()),
            format!("\\000026{code}"),
            format!("]Q2\\000026{code}\r\n"),
            format!("\u{feff}{code}"),
            format!("]Q1\u{feff} {code} \t"),
            code.replace(' ', "\u{a0}"),
            code.to_lowercase(),
            format!("{}\r\n{}\n{}", &code[..7], &code[7..12], &code[12..]),
            "JK1%3A%2569%20VD92EX0%2B%24*-.%2F%3A0Z".to_owned(),
            "jk1%3a%2569+VD92EX0%2B%24*-.%2F%3A0Z".to_owned(),
            "JK1%3A%2569%20VD92EX0%2B%24*-.%2F%3A0Z%0D%0A".to_owned(),
        ] {
            assert_eq!(code_text(&scanned).as_deref(), Some(code), "{scanned:?}");
        }
    }

    #[test]
    fn changes_nothing_that_may_be_meant() {
        // These are three characters of base45, not a space.
        assert_eq!(code_text("JK1:%20").as_deref(), Some("JK1:%20"));
        // A wrapped line loses its end, not the spaces around it.
        assert_eq!(code_text("JK1:A \n B").as_deref(), Some("JK1:A  B"));
        for other in ["", "JK2:A", "JK1", "X]Q1JK1:A", "]QJK1:A", "]C1JK1:A", "\\26JK1:A", "JK1%3A%2", "JK1%3A%C2%A0"] {
            assert_eq!(code_text(other), None, "{other:?}");
        }
    }

    proptest! {
        #[test]
        fn every_envelope_survives_its_text(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let text = to_text(&bytes);
            prop_assert_eq!(code_text(&text), Some(text.clone()));
            prop_assert_eq!(code_text(&format!("]Q1{}\r\n", text.to_lowercase())), Some(text.clone()));
            prop_assert_eq!(from_text(&text), Ok(bytes));
        }

        #[test]
        fn any_text_is_read_or_refused(text in ".{0,100}") {
            let _ = from_text(&text);
            let _ = from_text(&format!("JK1:{text}"));
        }
    }
}
