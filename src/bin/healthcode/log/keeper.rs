//! The folder of a log that is written to. Whatever is written comes whole or not at all. The signed head is replaced once all
//! that it stands for has been written: that is when the log has grown. Only then is anybody asked to cosign it, and only what is
//! cosigned as the policy asks becomes the checkpoint that everybody sees. So a log never signs two trees of which neither is
//! the beginning of the other, at whatever moment a run is killed.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use fs4::{FileExt, TryLockError};
use healthcode::calendar::Time;
use healthcode::cbor::to_bytes;
use healthcode::limits::NOTE_BYTES;
use healthcode::log::make::checkpoint;
use healthcode::log::note::Signs;
use healthcode::log::tiles::Tree;
use healthcode::log::tree::{empty, leaf_hash};
use healthcode::log::{Leaf, LogError, LogProof, NoteKey, Policy, SignedNote, TreeHead};
use healthcode::trust::{Digest, SecretKey};

use super::cosign;
use super::files::{CHECKPOINT, FILES, HEAD, LOCK, OWN, TILES};
use super::place::Place;
use crate::failure::{CliError, Failure, InFile, LogFault};
use crate::files;

/// Something to log: the leaf, and the file that it is about if it is about one.
pub(crate) struct Entry {
    pub(crate) leaf: Leaf,
    pub(crate) file: Option<Vec<u8>>,
}

impl Entry {
    fn hash(&self) -> Digest {
        leaf_hash(&to_bytes(&self.leaf))
    }
}

/// A log that nobody else writes to.
pub(crate) struct Keeper {
    path: PathBuf,
    place: Place,
    key: NoteKey,
    secret: SecretKey,
    _lock: File,
}

impl Keeper {
    /// Begins a log: an empty one, signed.
    pub(crate) fn begin(path: &Path, origin: &str, secret: SecretKey) -> Result<Self, Failure> {
        is_bare(origin)?;
        let key = NoteKey::new(origin, Signs::Text, secret.public())?;
        // What is left of one is one: begun again with the same key, it would have two histories.
        if [HEAD, CHECKPOINT, TILES].iter().any(|name| path.join(name).exists()) {
            return Err(LogFault::InPlace).in_file(path);
        }
        if [FILES, crate::publication::OWN].iter().any(|name| path.join(name).exists()) {
            return Err(LogFault::OtherFolder).in_file(path);
        }
        fs::create_dir_all(path.join(OWN)).map_err(CliError::Unwritable).in_file(path)?;
        let lock = lock(path)?;
        let keeper = Self { path: path.to_owned(), place: Place::Folder(path.to_owned()), key, secret, _lock: lock };
        let head = TreeHead { origin: origin.to_owned(), size: 0, root: empty() };
        keeper.write(HEAD, checkpoint(&head, &keeper.key, &keeper.secret).to_string().as_bytes())?;
        Ok(keeper)
    }

    /// Opens a log to write to.
    pub(crate) fn open(path: &Path, secret: SecretKey) -> Result<Self, Failure> {
        if !path.join(HEAD).is_file() {
            return Err(LogFault::NotALog).in_file(path);
        }
        let lock = lock(path)?;
        let head = TreeHead::of(&read_head(path)?)?;
        let key = NoteKey::new(&head.origin, Signs::Text, secret.public())?;
        let keeper = Self { path: path.to_owned(), place: Place::Folder(path.to_owned()), key, secret, _lock: lock };
        let signed = read_head(path)?.signed_by(&keeper.key);
        if signed != Ok(Some(0)) {
            return Err(LogFault::OtherKey { origin: head.origin }).in_file(path);
        }
        Ok(keeper)
    }

    /// The key that the log signs by.
    pub(crate) const fn key(&self) -> &NoteKey {
        &self.key
    }

    /// Where it is read from.
    pub(crate) const fn place(&self) -> &Place {
        &self.place
    }

    /// The policy in this file, or the log's own, which has to be about this log: whoever wants no witnesses has to say so.
    pub(crate) fn policy(&self, given: Option<&Path>) -> Result<Policy, Failure> {
        let policy = self.place.policy(given)?;
        let is_of_this = policy.logs.iter().any(|log| log.key == self.key);
        if is_of_this { Ok(policy) } else { Err(LogError::OtherLog.into()) }
    }

    /// The tree that was signed last.
    fn tree(&self) -> Result<(TreeHead, Tree<&Place>), Failure> {
        let head = TreeHead::of(&read_head(&self.path)?)?;
        let mut tree = Tree::new(&self.place, head.size);
        if tree.root(head.size).ok() != Some(head.root) {
            return Err(LogFault::Damaged).in_file(&self.path);
        }
        Ok((head, tree))
    }

    /// Goes through what is in the log.
    pub(crate) fn leaves(&self, each: impl FnMut(u64, &[u8]) -> Result<(), Failure>) -> Result<(), Failure> {
        self.tree()?.1.leaves(0, each)
    }

    /// Adds what is not in the log yet, and says how much that was. The policy's witnesses are asked before anything is signed:
    /// on top of an old copy it would be a second history.
    pub(crate) fn append(&self, entries: &[Entry], policy: &Policy) -> Result<usize, Failure> {
        let (head, mut tree) = self.tree()?;
        let mut there: BTreeSet<Digest> = tree.find(&entries.iter().map(Entry::hash).collect())?.into_keys().collect();
        let new: Vec<&Entry> = entries.iter().filter(|entry| there.insert(entry.hash())).collect();
        if new.is_empty() {
            return Ok(0);
        }
        cosign::not_behind(&read_head(&self.path)?, head.size, policy)?;
        for entry in &new {
            if let (Leaf::File(named), Some(bytes)) = (&entry.leaf, &entry.file) {
                self.write(&format!("{FILES}/{}", named.digest), bytes)?;
            }
        }
        let leaves: Vec<_> = new.iter().map(|entry| to_bytes(&entry.leaf)).collect();
        let (mut tree, tiles) = tree.grow(&leaves).map_err(|failure| self.damaged(failure))?;
        for (tile, bytes) in tiles {
            self.write(&tile.path(), &bytes)?;
        }
        let size = tree.size();
        let grown = TreeHead { size, root: tree.root(size)?, origin: head.origin };
        self.write(HEAD, checkpoint(&grown, &self.key, &self.secret).to_string().as_bytes())?;
        Ok(new.len())
    }

    /// Refuses where this is the beginning of what a checkpoint of this log says, or something else than that: an old copy.
    pub(crate) fn is_no_older_than(&self, note: &SignedNote) -> Result<(), Failure> {
        let (known, (head, mut tree)) = (TreeHead::of(note)?, self.tree()?);
        if known.origin != head.origin || note.signed_by(&self.key)? != Some(0) {
            return Ok(());
        }
        let size = known.size;
        if size <= head.size && tree.root(size)? == known.root {
            return Ok(());
        }
        let known = format!("what is published was logged in {size} entries, and here are {}, or others", head.size);
        Err(LogFault::OtherHistory { known }).in_file(&self.path)
    }

    /// What a tile that is wrong means for whoever keeps it.
    fn damaged(&self, failure: Failure) -> Failure {
        if failure.first().0 == "log-tile" { Failure::from(LogFault::Damaged).in_file(&self.path) } else { failure }
    }

    /// Has the newest tree cosigned, and shows it to everybody if the policy is met.
    pub(crate) fn show(&self, policy: &Policy, now: Time) -> Result<TreeHead, Failure> {
        let (head, _) = self.tree()?;
        let mut note = read_head(&self.path)?;
        // Who has cosigned it already is not asked again.
        let shown = self.place.checkpoint().ok().filter(|shown| shown.text() == note.text());
        cosign::gather(&mut note, shown.as_ref(), &self.place, policy, now)?;
        policy.check(&note, now).in_file(&self.path)?;
        self.write(CHECKPOINT, note.to_string().as_bytes())?;
        Ok(head)
    }

    /// The proofs of these, which are in the tree that everybody sees.
    pub(crate) fn prove(&self, leaves: &[&Leaf], policy: &Policy, now: Time) -> Result<Vec<LogProof>, Failure> {
        prove(&self.place, leaves, policy, now)
    }

    /// Puts a file in its place whole or not at all, also if the power fails.
    fn write(&self, name: &str, bytes: &[u8]) -> Result<(), Failure> {
        let path = self.path.join(name);
        self.put(&path, bytes).map_err(CliError::Unwritable).in_file(&path)
    }

    fn put(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        if files::is_own_file(path).is_ok_and(|own| own) && fs::read(path).is_ok_and(|there| there == bytes) {
            return Ok(());
        }
        let folder = path.parent().unwrap_or(&self.path);
        fs::create_dir_all(folder)?;
        let part = self.path.join(OWN).join("part");
        let mut file = File::create(&part)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&part, path)?;
        // A folder that is new is an entry in the one above it. Not every system lets a folder be opened; then its own order
        // of writing must do.
        for folder in folder.ancestors().take_while(|above| above.starts_with(&self.path)) {
            File::open(folder).and_then(|folder| folder.sync_all()).or(Ok::<(), io::Error>(()))?;
        }
        Ok(())
    }
}

/// The proofs of these leaves in the tree that everybody sees, as short as the policy allows.
pub(crate) fn prove(place: &Place, leaves: &[&Leaf], policy: &Policy, now: Time) -> Result<Vec<LogProof>, Failure> {
    let note = healthcode::log::make::trimmed(&place.checkpoint()?, policy, now)?;
    let head = TreeHead::of(&note)?;
    let mut tree = Tree::new(place, head.size);
    let hashes: Vec<Digest> = leaves.iter().map(|leaf| leaf_hash(&to_bytes(*leaf))).collect();
    let found: BTreeMap<Digest, u64> = tree.find(&hashes.iter().copied().collect())?;
    let proofs = leaves.iter().zip(&hashes).map(|(leaf, hash)| {
        let index = *found.get(hash).ok_or(LogFault::Missing)?;
        let proof = LogProof { index, path: tree.inclusion(index)?, note: note.clone() };
        // Tiles that lie make none.
        proof.check(leaf, policy, now)?;
        Ok(proof)
    });
    proofs.collect()
}

/// Refuses an address where a log's or a witness's name is meant, which has no `https://`.
pub(crate) fn is_bare(name: &str) -> Result<(), LogFault> {
    if name.contains("://") { Err(LogFault::Name { name: name.to_owned() }) } else { Ok(()) }
}

fn read_head(path: &Path) -> Result<SignedNote, Failure> {
    let path = path.join(HEAD);
    let text =
        String::from_utf8(files::read_within(&path, NOTE_BYTES)?).map_err(|_| CliError::NotText).in_file(&path)?;
    SignedNote::parse(&text).in_file(&path)
}

fn lock(path: &Path) -> Result<File, Failure> {
    let at = path.join(LOCK);
    let file = OpenOptions::new().create(true).truncate(false).write(true).open(&at);
    let file = file.map_err(CliError::Unwritable).in_file(&at)?;
    match FileExt::try_lock(&file) {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(LogFault::Busy).in_file(path),
        Err(TryLockError::Error(error)) => Err(CliError::Unwritable(error)).in_file(&at),
    }
}
