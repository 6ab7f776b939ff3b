//! What of somebody's name and document number leaves the phone: too little to find them, enough to compare with a document.

use super::marks::{is_letter, is_mark};
use crate::limits::{DOCUMENT_CHARACTERS, MARKED_BYTES, NAME_BYTES};
use crate::unseen::is_format;

/// Masks a name of letters of any script with separators between them. One with a Latin letter keeps the first letter of each
/// word, up to three; any other its last letter, after stars for the others. A name of one letter gets a star, too, so that
/// nobody sees that there are no others.
///
/// What nobody sees, such as U+200E, comes along when names are copied, and does not count. What stands in parentheses is no
/// part of the name: `王小明（女）`. `None` if no identity document has such a name.
pub(super) fn name(name: &str) -> Option<String> {
    let (mut kept, mut latin, mut aside) = (String::new(), false, false);
    for c in name.trim().chars() {
        match c {
            '(' | '（' => {
                aside = true;
                kept.push(' ');
            }
            ')' | '）' => aside = false,
            ' ' | '\'' | ',' | '-' | '.' | '/' | 'A'..='Z' | 'a'..='z' => {
                latin |= !aside && c.is_ascii_alphabetic();
                kept.extend((!aside).then_some(c));
            }
            '\0'..='\u{9f}' | '\u{2028}' | '\u{2029}' => return None,
            c => kept.extend((!aside && !is_format(c)).then_some(c)),
        }
    }
    if !latin {
        let letters = letters(&kept);
        let last = letters.last()?;
        return Some(format!("{}{last}", "*".repeat(letters.len().clamp(2, 4) - 1)));
    }
    let mut masked = String::new();
    for initial in kept.split_whitespace().filter_map(|word| letters(word).into_iter().next()).take(3) {
        let separator = if masked.is_empty() { "" } else { " " };
        let word = format!("{separator}{initial}*");
        if masked.len() + word.len() > NAME_BYTES {
            break;
        }
        masked.push_str(&word);
    }
    Some(masked)
}

/// The letters of a text, each with the marks that follow it, of which as many are kept as there is room for: a vowel sign of
/// Tibetan or Hindi, or a point of Hebrew, is nothing by itself.
fn letters(text: &str) -> Vec<String> {
    let mut letters: Vec<String> = Vec::new();
    let mut open = false;
    for c in text.chars() {
        if is_mark(c) {
            let letter = letters.last_mut().filter(|letter| open && letter.len() + c.len_utf8() <= MARKED_BYTES);
            open = letter.map(|letter| letter.push(c)).is_some();
        } else {
            open = is_letter(c);
            letters.extend(open.then(|| c.into()));
        }
    }
    letters
}

/// The last characters of a number, without what stands between them and what nobody sees. `None` if no identity document has
/// such a number.
pub(super) fn digits(number: &str) -> Option<String> {
    let mut written = String::new();
    let mut digit = false;
    for c in number.trim().chars() {
        match c {
            ' ' | '-' | '/' | '(' | ')' | '（' | '）' => {}
            '0'..='9' | 'A'..='Z' | 'a'..='z' => {
                digit |= c.is_ascii_digit();
                written.push(c.to_ascii_uppercase());
            }
            '\u{2028}' | '\u{2029}' => return None,
            c if is_format(c) => {}
            _ => return None,
        }
    }
    let before = written.len().checked_sub(DOCUMENT_CHARACTERS).filter(|_| digit)?;
    Some(written.split_off(before))
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use serde::Deserialize;
    use unicode_normalization::UnicodeNormalization;

    use crate::authority::code_of;
    use crate::code::certificate::Identity;

    #[derive(Deserialize)]
    struct Case {
        why: String,
        name: String,
        number: String,
        masked: Option<String>,
        digits: Option<String>,
        code: Option<String>,
    }

    #[test]
    fn names_and_numbers_are_masked_as_the_vectors_say() {
        let json = include_str!("../../tests/vectors/masking.json");
        let cases: std::collections::BTreeMap<String, Vec<Case>> = serde_json::from_str(json).unwrap();
        let nfkc = |text: &str| text.nfkc().collect::<String>();
        for Case { why, name, number, masked, digits, code } in cases.into_values().flatten() {
            match Identity::mask(&nfkc(&name), &nfkc(&number)) {
                Ok(made) => {
                    assert_eq!((Some(&made.name), Some(&made.digits)), (masked.as_ref(), digits.as_ref()), "{why}");
                    assert!(made.is_masked(), "{why}");
                }
                error => assert_eq!(Some(code_of(error)), code.as_deref(), "{why}"),
            }
        }
    }
}
