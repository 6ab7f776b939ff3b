//! The journal's last line in a file beside the database, so that an older copy of the database is not taken for the newest.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use super::StoreError;
use crate::acts::id::Id;
use crate::failure::Failure;
use crate::files;
use crate::terminal::say;

/// The file.
pub(crate) struct Last {
    path: PathBuf,
    /// The number that stands there.
    number: Mutex<i64>,
}

impl Last {
    pub(crate) const fn new(path: PathBuf) -> Self {
        Self { path, number: Mutex::new(0) }
    }

    /// What stands there; nothing if there is no file yet.
    pub(super) fn read(&self) -> Result<Option<(i64, Id)>, Failure> {
        if !self.path.exists() {
            return Ok(None);
        }
        let text = files::read_text(&self.path)?;
        let line =
            text.trim().split_once(' ').and_then(|(number, hash)| Some((number.parse().ok()?, Id::parse(hash)?)));
        line.map(Some).ok_or_else(|| Failure::from(StoreError::LastFile).in_file(&self.path))
    }

    /// Writes a line down, unless a later one stands there. What was done is done, whether this can be written or not.
    pub(super) fn write(&self, number: i64, hash: &Id) {
        let mut written = self.number.lock().unwrap_or_else(PoisonError::into_inner);
        if number <= *written {
            return;
        }
        match files::write(&self.path, format!("{number} {}\n", hash.as_str()).as_bytes()) {
            Ok(()) => *written = number,
            Err(failure) => {
                say("the journal's last line could not be written down:");
                failure.report();
            }
        }
    }
}
