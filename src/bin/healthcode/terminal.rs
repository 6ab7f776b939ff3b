//! Messages for people, on standard error. Whatever they quote, the terminal only shows it: see [`healthcode::unseen`].

use std::fmt;
use std::io::{self, Write};

use healthcode::unseen::shown;

/// Says something in one line to the person at the terminal. That nobody listens is no reason to stop.
pub(crate) fn say(line: impl fmt::Display) {
    let _ = writeln!(io::stderr().lock(), "{}", shown(&line.to_string()));
}

/// Says something that has lines of its own.
pub(crate) fn say_lines(words: &str) {
    words.split('\n').for_each(say);
}

/// Shows what was drawn of shown texts; without its colours where nobody sees them.
pub(crate) fn show(drawing: &str) {
    let _ = writeln!(anstream::stderr().lock(), "{drawing}");
}
