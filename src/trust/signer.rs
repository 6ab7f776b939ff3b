//! Who signs: the names under which the keys of one owner count once.

use unicode_normalization::UnicodeNormalization;

use crate::limits::SIGNER_BYTES;

/// The form in which names are compared: compatibility characters (full-width letters and the like) are unified, case
/// and surrounding space do not count (NFKC, UAX #15).
#[must_use]
pub fn canonical(name: &str) -> String {
    name.trim().nfkc().flat_map(char::to_lowercase).nfkc().collect::<String>().trim().to_owned()
}

/// Whether a list may have the name: not empty, not long, and nothing in it that cannot be seen.
#[must_use]
pub fn is_sound(name: &str) -> bool {
    (1..=SIGNER_BYTES).contains(&name.len()) && !name.chars().any(is_hidden) && !canonical(name).is_empty()
}

/// Whether a character steers the text and is not seen: controls, marks of direction, joiners, and tags.
#[must_use]
pub const fn is_hidden(c: char) -> bool {
    matches!(c,
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_owner_is_one_signer_however_the_name_is_written() {
        let same = |a: &str, b: &str| canonical(a) == canonical(b);
        assert!(same("health commission", "Health Commission"));
        assert!(same(" disease control ", "disease control"));
        assert!(same("ＣＤＣ", "cdc") && same("ﬁre", "fire") && same("Ⅳ", "iv"));
        assert!(same("Žižek", "z\u{30c}iz\u{30c}ek"));
        assert!(same("İ", "i\u{307}"));
        assert!(
            !same("health commission", "disease control") && !same("杭州市卫生健康委员会", "杭州市疾病预防控制中心")
        );
        // These differ for machines; the tool that builds lists refuses them as a pair.
        assert!(!same("cdc", "сdс"));
    }

    #[test]
    fn a_name_can_be_seen() {
        assert!(is_sound("杭州市卫生健康委员会") && is_sound("Health commission (Hangzhou)"));
        for name in ["", " ", "\u{3000}", "a\u{202e}b", "a\nb", "\u{200b}", "c\u{200d}dc", "a\u{1b}[31m", "\u{e0041}x"]
        {
            assert!(!is_sound(name), "{name:?}");
        }
        assert!(is_sound(&"x".repeat(SIGNER_BYTES)) && !is_sound(&"x".repeat(SIGNER_BYTES + 1)));
    }
}
