//! Characters that a reader does not see, though what is read depends on them: they command a terminal, turn the direction
//! of writing, or lie between others without a trace. What one person reads and another signs has none of them.

use std::borrow::Cow;

/// The characters of a text that are not seen, with the bytes before each. Line breaks and tabs are among them.
pub fn unseen(text: &str) -> impl Iterator<Item = (usize, char)> + '_ {
    let mut before = None;
    text.char_indices().filter(move |(at, c)| {
        let before = before.replace(*c);
        match *c {
            c if is_plain(c) => false,
            // Between letters of these scripts they are spelling: نمی‌خواهم, क्‍ष.
            '\u{200c}' | '\u{200d}' => {
                let after = text.get(at + c.len_utf8()..).and_then(|rest| rest.chars().next());
                !(before.is_some_and(is_joined) && after.is_some_and(is_joined))
            }
            // After a letter that has several forms they choose one, after a symbol whether it is drawn as an emoji: ✔️.
            '\u{180b}'..='\u{180f}' => !before.is_some_and(is_mongolian),
            '\u{fe0e}' | '\u{fe0f}' => !before.is_some_and(is_symbol),
            c => c.is_control() || is_format(c),
        }
    })
}

/// Whether everything in a text is seen.
pub fn is_seen(text: &str) -> bool {
    text.chars().all(is_plain) || unseen(text).next().is_none()
}

/// Whether a character is one of those of which almost all of a text is: seen, whatever stands beside it. They are Latin
/// letters, Chinese characters and their punctuation.
const fn is_plain(c: char) -> bool {
    matches!(c, ' '..='~' | '\u{3000}'..='\u{303f}' | '\u{4e00}'..='\u{9fff}' | '\u{ff01}'..='\u{ff5e}')
}

/// A text in one line in which everything is seen: what is not is written as `\u{202e}`.
#[must_use]
pub fn shown(text: &str) -> Cow<'_, str> {
    written(text, |_| true, |c, shown| shown.extend(c.escape_unicode()))
}

/// A text with those of its unseen characters written otherwise that `is_written` names.
pub fn written(text: &str, is_written: impl Fn(char) -> bool, write: impl Fn(char, &mut String)) -> Cow<'_, str> {
    let mut found = unseen(text).filter(|(_, c)| is_written(*c)).peekable();
    if found.peek().is_none() {
        return Cow::Borrowed(text);
    }
    let (mut shown, mut from) = (String::new(), 0);
    for (at, c) in found {
        shown.push_str(text.get(from..at).unwrap_or_default());
        write(c, &mut shown);
        from = at + c.len_utf8();
    }
    shown.push_str(text.get(from..).unwrap_or_default());
    Cow::Owned(shown)
}

/// Whether a character only changes how others are laid out, or has no look of its own: those with the property
/// `Default_Ignorable_Code_Point` (DerivedCoreProperties.txt of Unicode 17.0), the separators of lines and paragraphs, the
/// marks of annotations, and two that are drawn as nothing: the Braille pattern without dots, the note without a head.
pub(crate) const fn is_format(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{2800}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d159}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

/// Whether a character is a Mongolian letter.
const fn is_mongolian(c: char) -> bool {
    matches!(c, '\u{1820}'..='\u{18aa}')
}

/// Whether a character is of the blocks of symbols and emoji.
const fn is_symbol(c: char) -> bool {
    matches!(c, '\u{203c}' | '\u{2049}' | '\u{2100}'..='\u{27ff}' | '\u{2900}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}')
}

/// Whether a character is of a script in which joiners belong to the spelling: from Arabic to Sinhala, Burmese, Khmer,
/// Mongolian.
const fn is_joined(c: char) -> bool {
    matches!(c, '\u{620}'..='\u{dff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{18af}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_not_seen_is_written_out() {
        for (text, said) in [
            ("红码 “绿”, naïve — 🟢✔️ e\u{301}", "红码 “绿”, naïve — 🟢✔️ e\u{301}"),
            ("\u{1b}[2J\r\u{9b}x\u{7f}\u{0}\u{85}", "\\u{1b}[2J\\u{d}\\u{9b}x\\u{7f}\\u{0}\\u{85}"),
            ("a\nb\tc", "a\\u{a}b\\u{9}c"),
            ("a\u{202e}b\u{2066}c\u{200f}d\u{61c}", "a\\u{202e}b\\u{2066}c\\u{200f}d\\u{61c}"),
            ("a\u{200b}b\u{2028}c\u{2029}d\u{feff}", "a\\u{200b}b\\u{2028}c\\u{2029}d\\u{feff}"),
            ("green\u{e0041}\u{e007f}", "green\\u{e0041}\\u{e007f}"),
            ("p\u{3164}q\u{34f}", "p\\u{3164}q\\u{34f}"),
            ("p\u{2800}q\u{1bca0}r\u{1d159}s", "p\\u{2800}q\\u{1bca0}r\\u{1d159}s"),
            ("cdc\u{fe0f}, 红\u{fe00}\u{fe0f}", "cdc\\u{fe0f}, 红\\u{fe00}\\u{fe0f}"),
            ("⚠\u{fe0f}, ✔\u{fe0e}", "⚠\u{fe0f}, ✔\u{fe0e}"),
            ("✔\u{fe0f}\u{fe0f}\u{180b}", "✔\u{fe0f}\\u{fe0f}\\u{180b}"),
            ("ᠮᠣᠩᠭᠣᠯ\u{180b} ᠪᠢᠴᠢᠭ\u{180e}ᠡ, a\u{180b}", "ᠮᠣᠩᠭᠣᠯ\u{180b} ᠪᠢᠴᠢᠭ\u{180e}ᠡ, a\\u{180b}"),
        ] {
            assert_eq!(shown(text), said);
            assert_eq!((unseen(text).next().is_none(), is_seen(text)), (text == said, text == said));
        }
    }

    /// Whatever Unicode says is ignored where it is not known has no look of its own.
    #[cfg(not(target_arch = "wasm32"))]
    #[test]
    fn what_is_ignored_by_default_is_not_seen() {
        use regex_syntax::hir::{Class, HirKind};
        let ignored = regex_syntax::parse(r"\p{Default_Ignorable_Code_Point}").unwrap();
        let HirKind::Class(Class::Unicode(class)) = ignored.kind() else { panic!("{ignored:?}") };
        let ignored: Vec<char> = class.iter().flat_map(|range| range.start()..=range.end()).collect();
        assert!(ignored.len() > 4_000);
        for c in ignored {
            assert_eq!(shown(&c.to_string()), c.escape_unicode().to_string());
        }
    }

    #[test]
    fn joiners_are_seen_where_they_spell() {
        for word in ["نمی\u{200c}خواهم", "क्\u{200d}ष", "සිංහල ශ්\u{200d}රී"] {
            assert_eq!(shown(word), word);
        }
        for (text, said) in [
            ("gr\u{200d}een", "gr\\u{200d}een"),
            ("红\u{200c}码", "红\\u{200c}码"),
            ("\u{200d}ष", "\\u{200d}ष"),
            ("ष\u{200d}", "ष\\u{200d}"),
            ("ष\u{200d}\u{200d}ष", "ष\\u{200d}\\u{200d}ष"),
        ] {
            assert_eq!(shown(text), said);
        }
    }

    #[test]
    fn where_it_is_counts_bytes() {
        assert_eq!(unseen("红\u{202e}码\n").collect::<Vec<_>>(), [(3, '\u{202e}'), (9, '\n')]);
    }
}
