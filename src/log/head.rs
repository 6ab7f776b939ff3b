//! Checkpoints (C2SP tlog-checkpoint): how many leaves a log has, and the root of their tree.

use super::LogError;
use super::encoding::{base64, digest, number};
use super::note::SignedNote;
use crate::trust::Digest;

/// What a checkpoint says. Who says so, its signatures tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreeHead {
    /// Which log it is of.
    pub origin: String,
    /// How many leaves the log has.
    pub size: u64,
    /// The root of their tree.
    pub root: Digest,
}

impl TreeHead {
    /// What a note says, if it is a checkpoint. Lines that follow mean nothing here.
    ///
    /// # Errors
    /// [`LogError::Head`] if it is none.
    pub fn of(note: &SignedNote) -> Result<Self, LogError> {
        let mut lines = note.text().split_terminator('\n');
        let mut read = || {
            let origin = lines.next().filter(|origin| !origin.is_empty())?;
            let (size, root) = (number(lines.next()?)?, digest(lines.next()?)?);
            lines.all(|line| !line.is_empty()).then(|| Self { origin: origin.to_owned(), size, root })
        };
        read().ok_or(LogError::Head)
    }
}

/// The text of a checkpoint.
impl core::fmt::Display for TreeHead {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        writeln!(f, "{}\n{}\n{}", self.origin, self.size, base64(&self.root.0))
    }
}
