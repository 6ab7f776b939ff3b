//! Base45 (RFC 9285): two bytes as three characters of QR's alphanumeric mode. Our own, because the base45 crate's
//! panic messages add 3 kB to the shipped module.

const ALPHABET: &[u8; 45] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

/// The text of `bytes`.
pub(crate) fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(2) * 3);
    for bytes in bytes.chunks(2) {
        let mut number = bytes.iter().fold(0, |number, byte| number << 8 | usize::from(*byte));
        for _ in 0..=bytes.len() {
            text.extend(ALPHABET.get(number % 45).copied().map(char::from));
            number /= 45;
        }
    }
    text
}

/// The bytes of `text`; `None` for anything that [`encode`] does not produce.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len().div_ceil(3) * 2);
    for characters in text.as_bytes().chunks(3) {
        let mut number = 0;
        for character in characters.iter().rev() {
            number = number * 45 + digit(*character)?;
        }
        match characters.len() {
            3 => bytes.extend(u16::try_from(number).ok()?.to_be_bytes()),
            2 => bytes.push(number.try_into().ok()?),
            _ => return None,
        }
    }
    Some(bytes)
}

fn digit(character: u8) -> Option<u32> {
    Some(match character {
        b'0'..=b'9' => (character - b'0').into(),
        b'A'..=b'Z' => (character - b'A' + 10).into(),
        b' ' => 36,
        b'$' => 37,
        b'%' => 38,
        b'*' => 39,
        b'+' => 40,
        b'-' => 41,
        b'.' => 42,
        b'/' => 43,
        b':' => 44,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// RFC 9285, sections 4.3 and 4.4.
    #[test]
    fn reads_and_writes_the_examples_of_the_rfc() {
        for (bytes, text) in
            [("AB", "BB8"), ("Hello!!", "%69 VD92EX0"), ("base-45", "UJCLQE7W581"), ("ietf!", "QED8WEX0")]
        {
            assert_eq!(encode(bytes.as_bytes()), text);
            assert_eq!(decode(text).as_deref(), Some(bytes.as_bytes()));
        }
    }

    #[test]
    fn refuses_what_is_no_base45() {
        for text in ["A", "ABCD", "GGW", ":::", "::", "bb8", "B\u{e9}", "BB8\n"] {
            assert_eq!(decode(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn agrees_with_the_base45_crate(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            let text = encode(&bytes);
            prop_assert_eq!(&base45::encode(&bytes), &text);
            prop_assert_eq!(decode(&text), Some(bytes));
        }

        #[test]
        fn bytes_have_one_text(text in "[0-9A-Z $%*+./:-]{0,60}") {
            if let Some(bytes) = decode(&text) {
                prop_assert_eq!(encode(&bytes), text);
            }
        }
    }
}
