//! Two implementations that others have written read what is written here: Go's checksum database (`golang.org/x/mod/sumdb`,
//! by its vectors), and Cloudflare's `tlog_tiles` and `signed_note`.

use healthcode::log::make::checkpoint;
use healthcode::log::note::Signs;
use healthcode::log::tiles::{Source, Tile};
use healthcode::log::tree::{is_consistent, leaf_hash, root_of};
use healthcode::log::{NoteKey, SignedNote, TreeHead};
use healthcode::trust::{Digest, SecretKey};
use proptest::prelude::*;
use serde_json::Value as Json;
use signed_note::{Note, StandardVerifier, VerifierList};
use tlog_tiles::tlog::{self, Hash};
use tlog_tiles::{TileHashReader, TileReader};

use crate::{Tiles, grown, leaf_bytes, log_key, note};

fn vectors() -> Json {
    serde_json::from_str(include_str!("../vectors/log/vectors.json")).unwrap()
}

/// A hash as Go writes it.
fn hash(value: &Json) -> Digest {
    Digest(Hash::parse_hash(value.as_str().unwrap()).unwrap().0)
}

fn path(value: &Json) -> Vec<Digest> {
    value["path"].as_array().unwrap().iter().map(hash).collect()
}

#[test]
fn go_has_the_same_trees_proofs_and_tiles() {
    let leaf = |index: u64| format!("leaf {index}").into_bytes();
    let mut tree = grown(&[70_000], leaf);
    for vector in vectors()["trees"].as_array().unwrap() {
        let (size, root) = (vector["size"].as_u64().unwrap(), hash(&vector["root"]));
        let mut part = healthcode::log::tiles::Tree::new(tree.source().clone(), size);
        assert_eq!(part.root(size).unwrap(), root, "{size}");
        for inclusion in vector["inclusion"].as_array().unwrap() {
            let (index, path) = (inclusion["index"].as_u64().unwrap(), path(inclusion));
            assert_eq!(part.inclusion(index).unwrap(), path, "{index} of {size}");
            assert_eq!(root_of(&leaf_hash(&leaf(index)), index, size, &path), Some(root));
        }
        for consistency in vector["consistency"].as_array().unwrap() {
            let (old, path) = (consistency["old"].as_u64().unwrap(), path(consistency));
            assert_eq!(part.consistency(old).unwrap(), path, "{old} of {size}");
            assert!(is_consistent((old, &part.root(old).unwrap()), (size, &root), &path));
        }
        for tile in vector["tiles"].as_array().unwrap() {
            let number = |name: &str| tile[name].as_u64().unwrap();
            let tile_of = Tile::of(number("level").try_into().unwrap(), number("index"), size).unwrap();
            assert_eq!(tile_of.width, number("width"));
            let bytes = part.source().tile(tile_of).unwrap();
            let bytes = &bytes[..32 * usize::try_from(tile_of.width).unwrap()];
            assert_eq!(Digest::of(bytes).to_string(), tile["sha256"].as_str().unwrap(), "{tile}");
        }
    }
}

#[test]
fn go_signs_the_same_checkpoint() {
    let vectors = vectors();
    let signed = &vectors["note"];
    let secret = SecretKey::parse(signed["seed"].as_str().unwrap()).unwrap();
    let key = NoteKey::new("log.example/tests", Signs::Text, secret.public()).unwrap();
    assert_eq!(key.to_string(), signed["key"]);
    assert_eq!(NoteKey::parse(&key.to_string()), Ok(key.clone()));
    let note = SignedNote::parse(signed["note"].as_str().unwrap()).unwrap();
    assert_eq!(note.signed_by(&key), Ok(Some(0)));
    let head = TreeHead::of(&note).unwrap();
    let root =
        vectors["trees"].as_array().unwrap().iter().find(|tree| tree["size"] == 1_000).map(|tree| hash(&tree["root"]));
    assert_eq!((head.size, Some(head.root)), (1_000, root));
    assert_eq!(checkpoint(&head, &key, &secret).to_string(), signed["note"]);
}

/// As Cloudflare's reader asks for tiles.
impl TileReader for Tiles {
    fn height(&self) -> u8 {
        8
    }

    fn read_tiles(&self, tiles: &[tlog_tiles::Tile]) -> Result<Vec<Vec<u8>>, tlog::Error> {
        let of = |tile: &tlog_tiles::Tile| {
            let own = Tile { level: tile.level(), index: tile.level_index(), width: tile.width().into() };
            self.clone().tile(own).map(|bytes| bytes[..usize::try_from(tile.width()).unwrap() * 32].to_vec()).unwrap()
        };
        Ok(tiles.iter().map(of).collect())
    }

    fn save_tiles(&self, _: &[tlog_tiles::Tile], _: &[Vec<u8>]) {}
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn cloudflare_reads_our_tiles_and_proofs(size in 2..1_500u64, at in any::<prop::sample::Index>()) {
        let mut tree = grown(&[size / 2, size - size / 2], leaf_bytes);
        let root = Hash(tree.root(size).unwrap().0);
        let index = u64::try_from(at.index(usize::try_from(size).unwrap())).unwrap();
        let theirs = |path: Vec<Digest>| path.into_iter().map(|hash| Hash(hash.0)).collect::<Vec<_>>();
        let leaf = tlog::record_hash(&leaf_bytes(index));
        let inclusion = theirs(tree.inclusion(index).unwrap());
        prop_assert!(tlog::check_record(&inclusion, size, root, index, leaf).is_ok());
        let old = index + 1;
        let old_root = Hash(tree.root(old).unwrap().0);
        let consistency = theirs(tree.consistency(old).unwrap());
        prop_assert!(tlog::check_tree(&consistency, size, root, old, old_root).is_ok());
        // And makes the same ones of our tiles, which it checks against the root.
        let tiles = tree.source().clone();
        let reader = TileHashReader::new(size, root, &tiles);
        prop_assert_eq!(tlog::prove_record(size, index, &reader).unwrap(), inclusion);
        prop_assert_eq!(tlog::prove_tree(size, old, &reader).unwrap(), consistency);
    }
}

#[test]
fn cloudflare_reads_our_checkpoints() {
    let mut tree = grown(&[300], leaf_bytes);
    let note = note(&mut tree, &["one", "two"]);
    let theirs = Note::from_bytes(note.to_string().as_bytes()).unwrap();
    assert_eq!(theirs.text(), note.text().as_bytes());
    let known = VerifierList::new(vec![Box::new(StandardVerifier::new(&log_key().to_string()).unwrap())]);
    let (verified, unverified) = theirs.verify(&known).unwrap();
    assert_eq!((verified.len(), unverified.len()), (1, 2));
    let head = tlog_tiles::Checkpoint::from_bytes(note.text().as_bytes()).unwrap();
    let own = TreeHead::of(&note).unwrap();
    assert_eq!((head.origin(), head.size(), head.hash().0), (own.origin.as_str(), own.size, own.root.0));
    // They refuse what is refused here.
    for bad in [note.to_string().replacen('\u{2014}', "-", 1), note.to_string().replace("\n\n", "\n")] {
        assert!(Note::from_bytes(bad.as_bytes()).is_err() && SignedNote::parse(&bad).is_err());
    }
}
