//! How a command ends, for scripts.

use std::process::ExitCode;

/// How a command ended, from the best to the worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Exit {
    /// Done, and the answer is good.
    Yes,
    /// What was given was examined, and the answer is no: a file is refused, a case fails.
    No,
    /// What was given cannot be used at all.
    Unusable,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        match exit {
            Exit::Yes => Self::SUCCESS,
            Exit::No => Self::from(1),
            Exit::Unusable => Self::from(2),
        }
    }
}
