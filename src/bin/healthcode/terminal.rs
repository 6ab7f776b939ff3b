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

/// A text with what could command a terminal, or turn the direction of writing, as escapes.
pub(crate) fn plain(text: &str) -> Cow<'_, str> {
    let commands = |c: char| {
        (c.is_control() && !matches!(c, '\n' | '\t')) || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    if !text.contains(commands) {
        return Cow::Borrowed(text);
    }
    text.chars().map(|c| if commands(c) { c.escape_unicode().to_string() } else { c.to_string() }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_commands_the_terminal() {
        assert_eq!(plain("a\tb\n红码"), "a\tb\n红码");
        assert_eq!(plain("\u{1b}[2J\r\u{9b}x\u{202e}y"), "\\u{1b}[2J\\u{d}\\u{9b}x\\u{202e}y");
    }
}
