//! Messages for people, on standard error.

use std::borrow::Cow;
use std::fmt;
use std::io::{self, Write};

/// Says something to the person at the terminal. That nobody listens is no reason to stop.
pub(crate) fn say(words: impl fmt::Display) {
    let _ = writeln!(io::stderr().lock(), "{}", plain(&words.to_string()));
}

/// Shows what was drawn; without its colours where nobody sees them.
pub(crate) fn show(drawing: &str) {
    let _ = writeln!(anstream::stderr().lock(), "{drawing}");
}

/// A text with what could command a terminal, turn the direction of writing, or not be seen at all as escapes.
pub(crate) fn plain(text: &str) -> Cow<'_, str> {
    let escaped = |c: char| (c.is_control() && !matches!(c, '\n' | '\t')) || is_unseen(c);
    if !text.contains(escaped) {
        return Cow::Borrowed(text);
    }
    text.chars().map(|c| if escaped(c) { c.escape_unicode().to_string() } else { c.to_string() }).collect()
}

/// Whether a character only changes how others are laid out: joiners, marks of direction, tags and such.
const fn is_unseen(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{61c}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_commands_the_terminal() {
        assert_eq!(plain("a\tb\n红码"), "a\tb\n红码");
        assert_eq!(plain("\u{1b}[2J\r\u{9b}x\u{202e}y"), "\\u{1b}[2J\\u{d}\\u{9b}x\\u{202e}y");
        assert_eq!(plain("a\u{200b}b\u{2028}c\u{feff}"), "a\\u{200b}b\\u{2028}c\\u{feff}");
    }
}
