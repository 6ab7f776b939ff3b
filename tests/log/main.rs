//! The public log, held against RFC 6962's definitions, against two implementations that others have written, and against
//! whatever a log, a witness or a network could try.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test may stop")]

mod formats;
mod hostile;
mod others;
mod policies;
mod restrictions;
mod trees;
mod witnesses;

use std::collections::BTreeMap;

use healthcode::calendar::{Date, Time};
use healthcode::log::make::{checkpoint, signature};
use healthcode::log::note::Signs;
use healthcode::log::tiles::{Source, Tile, Tree};
use healthcode::log::{Leaf, LogError, LogProof, LoggedDay, NoteKey, SignedNote, TreeHead};
use healthcode::trust::{Digest, SecretKey};

/// The log that the tests are about.
const ORIGIN: &str = "log.example/health";

/// Tiles by their paths.
#[derive(Debug, Clone, Default)]
struct Tiles(BTreeMap<String, Vec<u8>>);

impl Source for Tiles {
    type Error = LogError;

    fn tile(&mut self, tile: Tile) -> Result<Vec<u8>, LogError> {
        let found = [tile, tile.whole()].iter().find_map(|tile| self.0.get(&tile.path()));
        found.cloned().ok_or(LogError::Tile { level: tile.level, index: tile.index })
    }
}

/// A log that has grown in these steps, of leaves that `leaf` gives.
fn grown(steps: &[u64], leaf: impl Fn(u64) -> Vec<u8>) -> Tree<Tiles> {
    let mut tree = Tree::new(Tiles::default(), 0);
    for step in steps {
        let leaves: Vec<_> = (tree.size()..tree.size() + step).map(&leaf).collect();
        let (larger, files) = tree.grow(&leaves).unwrap();
        tree = larger;
        let tiles = files.into_iter().map(|(tile, bytes)| (tile.path(), bytes));
        tree.source().0.extend(tiles);
    }
    // As whoever reads it afterwards.
    let size = tree.size();
    Tree::new(std::mem::take(tree.source()), size)
}

fn secret(name: &str) -> SecretKey {
    SecretKey::from_random(&Digest::of(name.as_bytes()).0).unwrap()
}

fn log_key() -> NoteKey {
    NoteKey::new(ORIGIN, Signs::Text, secret("log").public()).unwrap()
}

fn witness_key(name: &str) -> NoteKey {
    NoteKey::new(name, Signs::Witnessed, secret(name).public()).unwrap()
}

fn now() -> Time {
    Time::parse("2020-02-12T09:00:00+08:00").unwrap()
}

fn seconds() -> u64 {
    now().unix().try_into().unwrap()
}

/// A leaf of its own for each number.
fn leaf(number: u64) -> Leaf {
    let root = Digest::of(&number.to_be_bytes());
    Leaf::Day(LoggedDay {
        date: Date::parse("2020-02-12").unwrap(),
        root,
        counts: Vec::new(),
        further: None,
        endorsed: None,
    })
}

fn leaf_bytes(number: u64) -> Vec<u8> {
    healthcode::cbor::to_bytes(&leaf(number))
}

/// The checkpoint of a tree, cosigned by these witnesses now.
fn note(tree: &mut Tree<Tiles>, witnesses: &[&str]) -> SignedNote {
    let head = TreeHead { origin: ORIGIN.into(), size: tree.size(), root: tree.root(tree.size()).unwrap() };
    let mut note = checkpoint(&head, &log_key(), &secret("log"));
    let cosigned = witnesses.iter().map(|name| signature(&note, &witness_key(name), &secret(name), seconds()));
    let cosigned: Vec<_> = cosigned.collect();
    note.signatures.extend(cosigned);
    note
}

/// The proof of a leaf in a tree.
fn proof(tree: &mut Tree<Tiles>, index: u64, witnesses: &[&str]) -> LogProof {
    LogProof { index, path: tree.inclusion(index).unwrap(), note: note(tree, witnesses) }
}
