//! What a log, a witness or whoever stands between could try.

use healthcode::error::Coded;
use healthcode::limits::{LOG_PROOF_BYTES, NOTE_BYTES, NOTE_SIGNATURES};
use healthcode::log::make::signature;
use healthcode::log::note::NoteSignature;
use healthcode::log::tiles::{Tile, Tree, bundle};
use healthcode::log::{LogError, LogProof, Policy, SignedNote, TreeHead};

use crate::{Tiles, grown, leaf, leaf_bytes, log_key, note, now, proof, seconds, secret, witness_key};

fn policy() -> Policy {
    Policy::parse(&format!("log {}\nwitness w {}\nquorum w", log_key(), witness_key("w"))).unwrap()
}

#[test]
fn a_note_is_read_in_one_way() {
    let mut tree = grown(&[5], leaf_bytes);
    let good = note(&mut tree, &["w"]).to_string();
    assert!(SignedNote::parse(&good).is_ok());
    let signed = good.rsplit_once("\n\n").unwrap().1;
    for (flaw, bad) in [
        ("empty", String::new()),
        ("no signatures", good.replace(signed, "")),
        ("no end of the last line", good.trim_end().to_owned()),
        ("a line after the signatures", format!("{good}more\n")),
        ("an empty line at the end", format!("{good}\n")),
        ("ends of lines of Windows", good.replace('\n', "\r\n")),
        ("a tab", good.replacen("log.", "log\t.", 1)),
        ("a zero", good.replacen("log.", "log\0.", 1)),
        ("a hyphen for the dash", good.replace('\u{2014}', "-")),
        ("two spaces", good.replace("\u{2014} ", "\u{2014}  ")),
        ("base64 of URLs", good.replace("= ", "_ ").replace("=\n", "-\n")),
        ("a plus in a name", good.replace("\u{2014} w ", "\u{2014} w+ ")),
        ("a wide space in a name", good.replace("\u{2014} w ", "\u{2014} w\u{3000} ")),
        ("a key without a signature", format!("{}\u{2014} w AAAAAA==\n", &good[..good.len() - signed.len()])),
        ("long", format!("{}{good}", "x".repeat(NOTE_BYTES))),
    ] {
        assert_eq!(SignedNote::parse(&bad).map_err(|error| error.code()), Err("log-note"), "{flaw}");
    }
    let line = format!("{}\n", signed.lines().next().unwrap());
    let many = |count: usize| good.replace(signed, &line.repeat(count));
    assert!(SignedNote::parse(&many(NOTE_SIGNATURES)).is_ok());
    assert_eq!(SignedNote::parse(&many(NOTE_SIGNATURES + 1)), Err(LogError::TooManySignatures));
}

#[test]
fn a_checkpoint_is_read_in_one_way() {
    let mut tree = grown(&[5], leaf_bytes);
    let good = note(&mut tree, &[]).to_string();
    let root = good.lines().nth(2).unwrap().to_owned();
    let with = |from: &str, to: &str| TreeHead::of(&SignedNote::parse(&good.replacen(from, to, 1)).unwrap());
    assert_eq!(with("\n5\n", "\n5\n").map(|head| head.size), Ok(5));
    // An extension means nothing, if it is there.
    assert_eq!(with(&root, &format!("{root}\nmore")).map(|head| head.size), Ok(5));
    for (from, to) in [
        ("\n5\n", "\n05\n"),
        ("\n5\n", "\n-5\n"),
        ("\n5\n", "\n\n"),
        ("\n5\n", "\n9223372036854775808\n"),
        ("\n5\n", "\n0x5\n"),
        (&root, "AAAA"),
        (&root, &root[1..]),
        (&root, &root.replace('=', "")),
        (&root, &format!("{root}=")),
        ("log.example/health\n", "\n"),
    ] {
        assert_eq!(with(from, to), Err(LogError::Head), "{to}");
    }
}

#[test]
fn whoever_signs_must_have_signed() {
    let policy = policy();
    let mut tree = grown(&[5], leaf_bytes);
    let good = note(&mut tree, &["w"]);
    let check = |note: &SignedNote| policy.check(note, now()).map(|(head, _)| head.size);
    assert_eq!(check(&good), Ok(5));
    // Foreign ids and names are other keys, and say nothing.
    let foreign = |change: fn(&mut NoteSignature)| {
        let mut note = good.clone();
        change(&mut note.signatures[1]);
        note
    };
    assert_eq!(check(&foreign(|line| line.id[0] ^= 1)), Err(LogError::TooFewWitnesses { found: 0 }));
    assert_eq!(check(&foreign(|line| line.name = "v".into())), Err(LogError::TooFewWitnesses { found: 0 }));
    // A known key that has not signed this makes the whole note worthless.
    assert_eq!(check(&foreign(|line| line.bytes[20] ^= 1)), Err(LogError::BadSignature));
    assert_eq!(check(&foreign(|line| line.bytes[3] ^= 1)), Err(LogError::BadSignature), "another time");
    assert_eq!(check(&foreign(|line| line.bytes.truncate(64))), Err(LogError::BadSignature));
    assert_eq!(check(&foreign(|line| line.bytes.push(0))), Err(LogError::BadSignature));
    assert_eq!(check(&foreign(|line| line.bytes.truncate(3))), Err(LogError::BadSignature));
    // A witness that signs as a log does has not cosigned.
    let mut plain = good.clone();
    plain.signatures[1].bytes = secret("w").sign(good.text().as_bytes()).to_vec();
    assert_eq!(check(&plain), Err(LogError::BadSignature));
    // A key counts once, however often it is there, and the first counts.
    let mut twice = good.clone();
    twice.signatures.extend(good.signatures.clone());
    assert_eq!(check(&twice), Ok(5));
    let two = Policy::parse(&format!(
        "log {}\nwitness w {}\nwitness v {}\ngroup g all v w\nquorum g",
        log_key(),
        witness_key("w"),
        witness_key("v")
    ));
    assert_eq!(two.unwrap().check(&twice, now()), Err(LogError::TooFewWitnesses { found: 1 }));
    // What was signed is this text, and no other.
    let other = SignedNote::parse(&good.to_string().replacen("\n5\n", "\n6\n", 1)).unwrap();
    assert_eq!(check(&other), Err(LogError::BadSignature));
}

#[test]
fn a_proof_is_one_of_this_leaf_in_this_tree() {
    let policy = policy();
    let mut tree = grown(&[300], leaf_bytes);
    let good = proof(&mut tree, 7, &["w"]);
    let check = |proof: &LogProof| proof.check(&leaf(7), &policy, now()).map(|logged| logged.index);
    assert_eq!(check(&good), Ok(7));
    assert_eq!(check(&proof(&mut tree, 8, &["w"])), Err(LogError::ProofWrong), "another leaf's");
    for index in [0, 6, 8, 7 + 256, 7 + 512, 299, 300, u64::MAX / 2] {
        assert_eq!(check(&LogProof { index, ..good.clone() }), Err(LogError::ProofWrong), "{index}");
    }
    // The checkpoint of another tree, of the same log: a split view, or an earlier one.
    for mut other in [grown(&[299], leaf_bytes), grown(&[300], |index| leaf_bytes(index + 1))] {
        assert_eq!(check(&LogProof { note: note(&mut other, &["w"]), ..good.clone() }), Err(LogError::ProofWrong));
    }
    // An empty tree has nothing in it.
    let mut none = grown(&[], leaf_bytes);
    let empty = LogProof { index: 0, path: Vec::new(), note: note(&mut none, &["w"]) };
    assert_eq!(check(&empty), Err(LogError::ProofWrong));

    let text = good.to_string();
    let first = text.lines().nth(2).unwrap();
    for (flaw, bad) in [
        ("another version", text.replacen("@v1", "@v2", 1)),
        ("no index", text.replacen("index 7\n", "", 1)),
        ("a zero before the index", text.replacen("index 7", "index 07", 1)),
        ("a hash cut off", text.replacen(first, &first[..40], 1)),
        ("an extra that is none", text.replacen("@v1\n", "@v1\nextra ?\n", 1)),
        ("two extras", text.replacen("@v1\n", "@v1\nextra AAE=\nextra AAE=\n", 1)),
        ("no empty line", text.replacen("\n\n", "\n", 1)),
        ("longer than any tree is high", text.replacen(first, &[first; 64].join("\n"), 1)),
        ("long", format!("{}\n{text}", "x".repeat(LOG_PROOF_BYTES))),
    ] {
        let code = LogProof::parse(&bad).err().map(|error| error.code());
        assert!(matches!(code, Some("log-proof" | "log-note")), "{flaw}: {code:?}");
    }
    // However many hashes, and however high the index: it ends.
    let most = LogProof { index: u64::MAX / 2 - 1, path: vec![leaf_root(); 63], ..good.clone() };
    assert_eq!(check(&most), Err(LogError::ProofWrong));
}

fn leaf_root() -> healthcode::trust::Digest {
    healthcode::log::tree::empty()
}

#[test]
fn tiles_that_lie_are_found_out() {
    let mut tree = grown(&[600], leaf_bytes);
    let (whole, root) = (tree.source().clone(), tree.root(600).unwrap());
    let read = |source: Tiles, size: u64| {
        let mut tree = Tree::new(source, size);
        let root = tree.root(size)?;
        tree.leaves(0, |_, _| Ok(())).map(|()| root)
    };
    assert_eq!(read(whole.clone(), 600), Ok(root));
    for path in whole.0.keys() {
        let with = |change: &dyn Fn(&mut Vec<u8>)| {
            let mut tiles = whole.clone();
            change(tiles.0.get_mut(path).unwrap());
            read(tiles, 600)
        };
        let mut without = whole.clone();
        without.0.remove(path);
        assert_ne!(read(without, 600), Ok(root), "{path} is missing");
        assert_ne!(with(&|bytes| bytes.truncate(bytes.len() - 1)), Ok(root), "{path} is cut off");
        assert_ne!(with(&|bytes| bytes.truncate(bytes.len() / 2 / 32 * 32)), Ok(root), "{path} is cut off evenly");
        assert_ne!(with(&Vec::clear), Ok(root), "{path} is empty");
        assert_ne!(with(&|bytes| bytes.extend([0; 32])), Ok(root), "{path} is longer");
        assert_ne!(with(&|bytes| *bytes.last_mut().unwrap() ^= 1), Ok(root), "{path} says something else");
        assert_ne!(with(&|bytes| bytes[0] ^= 1), Ok(root), "{path} begins otherwise");
    }
    // Entries and their hashes that fit each other, and not the root.
    let mut fork = grown(&[600], |index| leaf_bytes(if index == 50 { 1_000 } else { index }));
    let mut mixed = whole.clone();
    for path in ["tile/0/000", "tile/entries/000"] {
        mixed.0.insert(path.into(), fork.source().0[path].clone());
    }
    assert_eq!(read(mixed, 600), Err(LogError::Tile { level: 0, index: 0 }));
    // Sizes that lie.
    for size in [601, 1 << 20, u64::MAX / 2] {
        assert!(matches!(read(whole.clone(), size), Err(LogError::Tile { .. })), "{size}");
    }
    // An earlier size is a tree of its own, if nothing of it was cleared away.
    assert_ne!(read(whole, 599), Ok(root));
}

#[test]
fn a_leaf_has_a_length_of_two_bytes() {
    let long = vec![0; 65_536];
    assert_eq!(bundle([&long[..65_535]]).map(|bytes| bytes.len()), Ok(65_537));
    assert_eq!(bundle([&long[..]]), Err(LogError::Leaf));
    assert!(matches!(Tree::new(Tiles::default(), 0).grow(&[long]), Err(LogError::Leaf)));
    let tile = Tile { level: 64, index: 0, width: 2 };
    assert_eq!(tile.entries(&[0, 0, 0, 1, 7]), Ok(vec![&[][..], &[7]]));
    for bad in [&[0, 0][..], &[0, 0, 0], &[0, 0, 0, 2, 7], &[0, 0, 0, 1, 7, 0, 0], &[255, 255]] {
        assert!(tile.entries(bad).is_err(), "{bad:?}");
    }
}

#[test]
fn a_time_is_part_of_what_a_witness_signs() {
    let mut tree = grown(&[3], leaf_bytes);
    let bare = note(&mut tree, &[]);
    let line = signature(&bare, &witness_key("w"), &secret("w"), seconds());
    let message = format!("cosignature/v1\ntime {}\n{}", seconds(), bare.text());
    assert!(secret("w").public().verifies(message.as_bytes(), line.bytes[8..].try_into().unwrap()));
}
