//! Where a log is read from: a folder, or a server's address.

use std::path::{Path, PathBuf};

use healthcode::limits::{FILE_BYTES, LOG_ENTRY_BYTES, NOTE_BYTES};
use healthcode::log::tiles::{ENTRIES, Source, Tile};
use healthcode::log::{LogError, Policy, SignedNote};
use healthcode::trust::Digest;

use super::files::{CHECKPOINT, FILES, POLICY};
use crate::failure::{Failure, LogFault};
use crate::fetch::Client;
use crate::files;
use crate::issuer::load_policy;

/// Bytes of a tile, or of a bundle of 256 leaves with their lengths.
const TILE_BYTES: usize = 256 * 32;
const BUNDLE_BYTES: usize = 256 * (LOG_ENTRY_BYTES + 2);

/// Where a log is.
pub(crate) enum Place {
    Folder(PathBuf),
    Server(String, Client),
}

impl Place {
    /// What is given on the command line.
    pub(crate) fn of(given: &str) -> Self {
        if given.starts_with("https://") || given.starts_with("http://") {
            Self::Server(given.trim_end_matches('/').to_owned(), Client::new())
        } else {
            Self::Folder(given.into())
        }
    }

    /// What is under a name, if it is there.
    pub(crate) fn read(&self, name: &str, limit: usize) -> Result<Option<Vec<u8>>, Failure> {
        match self {
            Self::Folder(folder) => {
                let path = folder.join(name);
                if path.is_file() { files::read_within(&path, limit).map(Some) } else { Ok(None) }
            }
            Self::Server(url, client) => client.get(&format!("{url}/{name}"), limit),
        }
    }

    /// The text under a name.
    fn text(&self, name: &str, limit: usize) -> Result<Option<String>, Failure> {
        // What is no text is none of these either.
        Ok(self.read(name, limit)?.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
    }

    /// The checkpoint that is shown to everybody.
    pub(crate) fn checkpoint(&self) -> Result<SignedNote, Failure> {
        let text = self.text(CHECKPOINT, NOTE_BYTES)?.ok_or(LogFault::NotALog)?;
        Ok(SignedNote::parse(&text)?)
    }

    /// A file that was logged, if it is there and is that one.
    pub(crate) fn file(&self, digest: &Digest) -> Result<Option<Vec<u8>>, Failure> {
        let bytes = self.read(&format!("{FILES}/{digest}"), FILE_BYTES)?;
        Ok(bytes.filter(|bytes| Digest::of(bytes) == *digest))
    }

    /// The policy in this file or, of a folder that has one, its own.
    pub(crate) fn policy(&self, given: Option<&Path>) -> Result<Policy, Failure> {
        match (given, self) {
            (Some(path), _) => load_policy(path),
            (None, Self::Folder(folder)) if folder.join(POLICY).is_file() => load_policy(&folder.join(POLICY)),
            _ => Err(LogFault::NoPolicy.into()),
        }
    }
}

impl Source for &Place {
    type Error = Failure;

    fn tile(&mut self, tile: Tile) -> Result<Vec<u8>, Failure> {
        let limit = if tile.level == ENTRIES { BUNDLE_BYTES } else { TILE_BYTES };
        let found = match self.read(&tile.path(), limit)? {
            // It may have become whole meanwhile.
            None if tile.whole() != tile => self.read(&tile.whole().path(), limit)?,
            found => found,
        };
        Ok(found.ok_or(LogError::Tile { level: tile.level, index: tile.index })?)
    }
}
