//! From bytes to text, in the encodings in which spreadsheets save it.

use encoding_rs::{Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};

use super::At;
use crate::failure::CliError;

/// The text, without a mark before it, and what is to be said if it is in none of the encodings of Unicode.
///
/// # Errors
/// If it is in none that can be told for certain.
pub(super) fn decode(bytes: &[u8]) -> Result<(String, Option<String>), CliError> {
    let marked = Encoding::for_bom(bytes).map(|(encoding, _)| encoding);
    let candidates: &[&'static Encoding] = match marked {
        Some(encoding) if encoding == UTF_16LE => &[UTF_16LE],
        Some(encoding) if encoding == UTF_16BE => &[UTF_16BE],
        Some(_) => &[UTF_8],
        // A text in GBK that is also one in UTF-8 has ASCII only, which is the same in both.
        None => &[UTF_8, GB18030],
    };
    let decoded = candidates.iter().find_map(|encoding| {
        let (text, wrong) = encoding.decode_with_bom_removal(bytes);
        // Bytes of no text decode to private characters of GB 18030 now and then.
        let plain = !wrong && !text.contains(|c: char| matches!(c, '\0' | '\u{e000}'..='\u{f8ff}'));
        plain.then(|| (text.into_owned(), *encoding))
    });
    match decoded {
        Some((text, encoding)) => {
            let note = (encoding == GB18030).then(|| "read as GBK (GB 18030)".to_owned());
            Ok((text, note))
        }
        None => {
            let valid = core::str::from_utf8(bytes).err().map_or(0, |error| error.valid_up_to());
            let before = bytes.get(..valid).unwrap_or_default();
            let lines = before.iter().filter(|byte| **byte == b'\n').count();
            let at = At::Line(u64::try_from(lines).unwrap_or(u64::MAX).saturating_add(1));
            Err(CliError::Encoding { at: at.to_string() })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_read_in_the_encodings_of_spreadsheets() {
        let text = "地区,等级\n西湖区,高\n";
        let utf_16 = |mark: [u8; 2], bytes: fn(u16) -> [u8; 2]| {
            mark.into_iter().chain(text.encode_utf16().flat_map(bytes)).collect::<Vec<u8>>()
        };
        for (bytes, noted) in [
            (text.as_bytes().to_vec(), false),
            (format!("\u{feff}{text}").into_bytes(), false),
            (utf_16([0xff, 0xfe], u16::to_le_bytes), false),
            (utf_16([0xfe, 0xff], u16::to_be_bytes), false),
            (GB18030.encode(text).0.into_owned(), true),
        ] {
            let (decoded, note) = decode(&bytes).unwrap();
            assert_eq!((decoded.as_str(), note.is_some()), (text, noted));
        }
    }

    #[test]
    fn what_is_no_text_is_refused_with_its_line() {
        for bytes in [&b"a\nb\xff\xff"[..], b"\xef\xbb\xbfa\n\xc3(", b"a\n\xfe\xfe\n", b"a\n\xc3\0"] {
            let said = decode(bytes).unwrap_err().to_string();
            assert!(said.starts_with("line 2: "), "{said}");
        }
    }
}
