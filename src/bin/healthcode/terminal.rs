//! What people are told, on standard error.

use std::fmt;
use std::io::{self, Write};

/// Says something to the person at the terminal. That nobody listens is no reason to stop.
pub(crate) fn say(words: impl fmt::Display) {
    let _ = writeln!(io::stderr().lock(), "{words}");
}
