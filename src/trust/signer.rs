//! Who signs: the names under which the keys of one owner count once.

use crate::limits::SIGNER_BYTES;

/// Whether a list may have the name. It is written in one way only, so that names can be compared byte by byte: in
/// characters that neither Unicode's normal form for compatibility (NFKC, UAX #15) nor case folding changes, with single
/// spaces between words. The tables for comparing any two names would add half to the shipped engine; the tool that
/// builds lists has them, and writes names so.
#[must_use]
pub fn is_sound(name: &str) -> bool {
    let spaced = !name.starts_with(' ') && !name.ends_with(' ') && !name.contains("  ");
    (1..=SIGNER_BYTES).contains(&name.len()) && spaced && name.chars().all(is_plain)
}

/// Small Latin letters, digits, Chinese characters, and what stands between words.
const fn is_plain(c: char) -> bool {
    matches!(c,
        'a'..='z' | '0'..='9' | ' ' | '-' | '.' | ',' | '\'' | '(' | ')' | '&' | '/' | ':'
        | 'à'..='ö' | 'ø'..='ÿ' | '\u{4e00}'..='\u{9fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_written_in_one_way_only() {
        for name in ["health commission", "杭州市卫生健康委员会", "cdc (hangzhou), branch 2", "santé publique", "a"]
        {
            assert!(is_sound(name), "{name}");
        }
        for name in [
            "Health commission",
            " cdc",
            "cdc ",
            "health  commission",
            "ＣＤＣ",
            "ｃｄｃ",
            "ﬁre",
            "Ⅳ",
            "сdс",
            "z\u{30c}izek",
            "İ",
            "ß",
            "",
            " ",
            "\u{3000}",
            "a\u{202e}b",
            "a\nb",
            "\u{200b}",
            "c\u{200d}dc",
            "a\u{1b}[31m",
            "\u{e0041}x",
            "\u{f900}",
        ] {
            assert!(!is_sound(name), "{name:?}");
        }
        assert!(is_sound(&"x".repeat(SIGNER_BYTES)) && !is_sound(&"x".repeat(SIGNER_BYTES + 1)));
    }
}
