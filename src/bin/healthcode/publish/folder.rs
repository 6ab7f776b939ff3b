//! The folder that is published. One publisher writes to it at a time, what is written comes whole or not at all, and
//! nothing is removed that was not written here.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use fs4::{FileExt, TryLockError};
use healthcode::cbor::{from_bytes, to_bytes};
use healthcode::trust::{Beliefs, Digest, Roots, Unverified};

use crate::failure::{CliError, Failure, InFile};
use crate::files;
use crate::publication::{
    DELTAS, FILES, MANIFEST, OWN, PROOFS, Placed, Public, TRUST_LIST, TRUST_LISTS, proof_path, proved,
};
use crate::terminal::say;

/// Locked while somebody publishes; the system unlocks it however that ends.
const LOCK: &str = "lock";
/// What a phone has come to believe that has taken everything published so far.
const SEEN: &str = "seen";
/// The risk tables to make deltas from.
const TABLES: &str = "tables";
/// How the names of files end that are being written.
const PART: &str = ".part";

/// A folder that nobody else publishes to.
pub(super) struct Folder<'a> {
    path: &'a Path,
    _lock: File,
    /// What this run has made: the folder, and the one below it that only publishers need.
    made: [Option<PathBuf>; 2],
}

impl Drop for Folder<'_> {
    /// A run that has published nothing leaves no folder behind, which may be one that was mistyped.
    fn drop(&mut self) {
        let [folder, own] = &self.made;
        if let Some(own) = own.as_ref().filter(|own| !own.join(SEEN).exists()) {
            // Whatever else is there stays, and so do the folders.
            let _ = fs::remove_file(own.join(LOCK)).and_then(|()| fs::remove_dir(own));
            let _ = folder.as_ref().map(fs::remove_dir);
        }
    }
}

impl<'a> Folder<'a> {
    /// Locks the folder, which is made if there is none, and clears away what a run has left that was killed.
    pub(super) fn open(path: &'a Path) -> Result<Self, Failure> {
        if path.exists() && !path.is_dir() {
            return Err(CliError::NotAFolder).in_file(path);
        }
        for folder in [OWN, FILES, TRUST_LISTS, DELTAS, PROOFS].map(|name| path.join(name)) {
            // Through a link, files of somebody else would be replaced and removed.
            if fs::symlink_metadata(&folder).is_ok_and(|found| !found.is_dir()) {
                return Err(CliError::NotAFolder).in_file(&folder);
            }
        }
        let own = path.join(OWN);
        let made = [path, &own].map(|folder| (!folder.exists()).then(|| folder.to_owned()));
        fs::create_dir_all(&own).map_err(CliError::Unwritable).in_file(&own)?;
        let lock = own.join(LOCK);
        for file in [path.join(MANIFEST), path.join(TRUST_LIST), own.join(SEEN), lock.clone()] {
            files::is_own_file(&file)?;
        }
        for list in fs::read_dir(path.join(TRUST_LISTS)).into_iter().flatten().flatten() {
            if list.file_name().to_str().is_some_and(|name| name.bytes().all(|byte| byte.is_ascii_digit())) {
                files::is_own_file(&list.path())?;
            }
        }
        let file = OpenOptions::new().create(true).truncate(false).write(true).open(&lock);
        let file = file.map_err(CliError::Unwritable).in_file(&lock)?;
        match FileExt::try_lock(&file) {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(CliError::Publishing).in_file(path),
            Err(TryLockError::Error(error)) => return Err(CliError::Unwritable(error)).in_file(&lock),
        }
        for entry in fs::read_dir(&own).map_err(CliError::Unreadable).in_file(&own)?.flatten() {
            if entry.file_name().to_str().is_some_and(|name| name.ends_with(PART)) {
                fs::remove_file(entry.path()).map_err(CliError::Unwritable).in_file(&entry.path())?;
            }
        }
        Ok(Self { path, _lock: file, made })
    }

    /// Where something in it is.
    pub(super) fn at(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// The bytes of a signed file in it, if it is there.
    pub(super) fn read(&self, name: &str) -> Result<Option<Vec<u8>>, Failure> {
        let path = self.at(name);
        if files::is_own_file(&path)? { files::read_signed(&path).map(Some) } else { Ok(None) }
    }

    /// What a phone believes that has taken everything published so far, at least up to the manifest in the folder; of one
    /// that is new, with these roots.
    pub(super) fn beliefs(&self, pinned: Roots) -> Result<Beliefs, Failure> {
        let path = self.at(OWN).join(SEEN);
        if !path.exists() {
            if self.at(MANIFEST).exists() {
                say(format_args!(
                    "warning: {} is missing, which says what phones have seen of what was published and withdrawn: restore it from a \
                     backup; without one, give every file a version that is higher than any that was published",
                    path.display()
                ));
            }
            return Ok(Beliefs::new(pinned));
        }
        let beliefs: Option<Beliefs> = from_bytes(&files::read(&path)?);
        beliefs.ok_or(CliError::SeenDamaged).in_file(&path)
    }

    /// Keeps them for the next run.
    pub(super) fn keep(&self, beliefs: &Beliefs) -> Result<(), Failure> {
        self.place(&format!("{OWN}/{SEEN}"), &to_bytes(beliefs))
    }

    /// Refuses to put a trust list where something else is than that list, with whichever signatures: whoever has seen that
    /// follows another history.
    pub(super) fn check_lists(&self, all: &[Placed]) -> Result<(), Failure> {
        for Placed { path, bytes } in all {
            let Some(version) = path.strip_prefix(TRUST_LISTS).and_then(|path| path.strip_prefix('/')) else {
                continue;
            };
            let path = self.at(path);
            if !files::is_own_file(&path)? {
                continue;
            }
            let there = files::read(&path)?;
            let payload = |bytes| Unverified::parse(bytes).map(|file| file.payload());
            if there != *bytes && payload(&there).ok() != payload(bytes).ok() {
                return Err(CliError::OtherInPlace { version: version.to_owned() }).in_file(&path);
            }
        }
        Ok(())
    }

    /// Puts a file in its place whole or not at all, also if the power fails; one that is there already stays.
    pub(super) fn place(&self, name: &str, bytes: &[u8]) -> Result<(), Failure> {
        let path = self.at(name);
        self.put(&path, bytes).map_err(CliError::Unwritable).in_file(&path)
    }

    fn put(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        if files::is_own_file(path).is_ok_and(|own| own) && fs::read(path).is_ok_and(|there| there == bytes) {
            return Ok(());
        }
        let folder = path.parent().unwrap_or(self.path);
        fs::create_dir_all(folder)?;
        // Whoever does not see the lock, as on some network drives, at least writes to another file.
        let part = self.at(OWN).join(format!("{}{PART}", std::process::id()));
        let write = || {
            let mut file = File::create(&part)?;
            file.write_all(bytes)?;
            file.sync_all()?;
            fs::rename(&part, path)
        };
        write().inspect_err(|_| {
            // If it cannot be removed either, the next run does.
            let _ = fs::remove_file(&part);
        })?;
        // Not every system lets a folder be opened; then its own order of writing must do.
        for folder in [folder, self.path] {
            File::open(folder).and_then(|folder| folder.sync_all()).or(Ok::<(), io::Error>(()))?;
        }
        Ok(())
    }

    /// The risk tables that were published and are kept to make deltas from, in no order; what is not under its own hash is none.
    pub(super) fn kept_tables(&self) -> Vec<Public> {
        let entries = fs::read_dir(self.at(OWN).join(TABLES)).into_iter().flatten().flatten();
        let own = entries.filter(|entry| entry.file_name().to_str().is_some_and(|name| is_own(&entry.path(), name)));
        own.filter_map(|entry| Public::read(files::read_signed(&entry.path()).ok()?).ok()).collect()
    }

    /// Keeps a risk table to make deltas from.
    pub(super) fn keep_table(&self, table: &Public) -> Result<(), Failure> {
        self.place(&format!("{OWN}/{TABLES}/{}", table.named.digest), &table.bytes)
    }

    /// Keeps a risk table no longer.
    pub(super) fn drop_table(&self, table: &Public) {
        // One that cannot be removed is only in the way.
        let _ = fs::remove_file(self.at(OWN).join(TABLES).join(table.named.digest.to_string()));
    }

    /// Removes the deltas to what is not wanted.
    pub(super) fn tidy_deltas(&self, wanted: &BTreeSet<String>) {
        for entry in fs::read_dir(self.at(DELTAS)).into_iter().flatten().flatten() {
            let other = |name: &str| is_hash(name) && !wanted.contains(name);
            if entry.file_name().to_str().is_some_and(other) && entry.file_type().is_ok_and(|found| found.is_dir()) {
                // Whatever cannot be removed does no harm.
                let _ = fs::remove_dir_all(entry.path());
            }
        }
    }

    /// Removes the proofs of what is not published any more.
    pub(super) fn tidy_proofs(&self, wanted: &BTreeSet<String>) {
        for entry in fs::read_dir(self.at(PROOFS)).into_iter().flatten().flatten() {
            let other =
                |name: &str| proved(name).is_some_and(|hash| is_hash(hash) && !wanted.contains(&proof_path(hash)));
            if entry.file_name().to_str().is_some_and(other) && entry.file_type().is_ok_and(|found| found.is_file()) {
                // Whatever cannot be removed does no harm.
                let _ = fs::remove_file(entry.path());
            }
        }
    }

    /// Removes files that are under their own hash, as only a publisher puts them there, and are not wanted. Gives the
    /// names of those that somebody else has put there, which stay.
    pub(super) fn tidy(&self, wanted: &BTreeSet<String>) -> Vec<OsString> {
        let Ok(entries) = fs::read_dir(self.at(FILES)) else { return Vec::new() };
        let mut others = Vec::new();
        for entry in entries.flatten() {
            let name = entry.file_name();
            let named =
                |name: &&str| entry.file_type().is_ok_and(|found| found.is_file()) && is_own(&entry.path(), name);
            match name.to_str() {
                Some(name) if wanted.contains(name) => {}
                // Whatever cannot be removed does no harm.
                Some(name) if named(&name) => {
                    let _ = fs::remove_file(entry.path());
                }
                _ => others.push(name),
            }
        }
        others
    }
}

/// Whether a name is that of a hash.
fn is_hash(name: &str) -> bool {
    name.len() == 64 && name.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// Whether a file is under its own hash.
fn is_own(path: &Path, name: &str) -> bool {
    is_hash(name) && files::read(path).is_ok_and(|bytes| Digest::of(&bytes).to_string() == name)
}
