//! Trees of any size and their proofs, held against the definitions of RFC 6962.

use healthcode::log::LogError;
use healthcode::log::tiles::{Source, Tile, Tree};
use healthcode::log::tree::{empty, is_consistent, leaf_hash, node_hash, root_of};
use healthcode::trust::Digest;
use proptest::prelude::*;

use crate::{grown, leaf_bytes};

/// MTH of RFC 6962, section 2.1, as it stands there.
fn defined(leaves: &[Vec<u8>]) -> Digest {
    match leaves {
        [] => empty(),
        [leaf] => leaf_hash(leaf),
        _ => {
            let split = leaves.len().next_power_of_two() / 2;
            node_hash(&defined(&leaves[..split]), &defined(&leaves[split..]))
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_log_has_the_root_that_is_defined_however_it_has_grown(steps in prop::collection::vec(1..400u64, 1..6)) {
        let mut tree = grown(&steps, leaf_bytes);
        let leaves: Vec<_> = (0..tree.size()).map(leaf_bytes).collect();
        prop_assert_eq!(tree.root(tree.size()).unwrap(), defined(&leaves));
        let mut at_once = grown(&[tree.size()], leaf_bytes);
        prop_assert!(at_once.source().0.iter().all(|(path, bytes)| tree.source().0.get(path) == Some(bytes)));
        // Every earlier state is in it.
        let mut size = 0;
        for step in steps {
            size += step;
            prop_assert_eq!(tree.root(size).unwrap(), defined(&leaves[..usize::try_from(size).unwrap()]));
        }
        let mut read = Vec::new();
        let from = tree.size() / 2;
        tree.leaves(from, |index, leaf| { read.push((index, leaf.to_vec())); Ok(()) }).unwrap();
        prop_assert_eq!(read, (from..tree.size()).map(|index| (index, leaf_bytes(index))).collect::<Vec<_>>());
    }

    #[test]
    fn proofs_show_what_they_are_of_and_nothing_else(size in 1..2_000u64, at in any::<prop::sample::Index>(), flip in any::<u8>()) {
        let mut tree = grown(&[size], leaf_bytes);
        let root = tree.root(size).unwrap();
        let index = u64::try_from(at.index(usize::try_from(size).unwrap())).unwrap();
        let path = tree.inclusion(index).unwrap();
        let leaf = leaf_hash(&leaf_bytes(index));
        prop_assert_eq!(root_of(&leaf, index, size, &path), Some(root));
        prop_assert_ne!(root_of(&leaf_hash(&leaf_bytes(index + 1)), index, size, &path), Some(root));
        prop_assert_eq!(root_of(&leaf, size, size, &path), None);
        for other in [index ^ 1, index + 1, index / 2] {
            if other != index {
                prop_assert_ne!(root_of(&leaf, other, size, &path), Some(root));
            }
        }
        let mut wrong = path.clone();
        wrong.push(root);
        prop_assert_eq!(root_of(&leaf, index, size, &wrong), None);
        if let Some(last) = path.len().checked_sub(1) {
            prop_assert_ne!(root_of(&leaf, index, size, &path[..last]), Some(root));
            let mut wrong = path.clone();
            wrong[usize::from(flip) % path.len()].0[usize::from(flip % 32)] ^= 1 << (flip % 8);
            prop_assert_ne!(root_of(&leaf, index, size, &wrong), Some(root));
        }

        let old = index + 1;
        let old_root = tree.root(old).unwrap();
        let path = tree.consistency(old).unwrap();
        prop_assert!(is_consistent((old, &old_root), (size, &root), &path));
        prop_assert!(!is_consistent((old, &leaf), (size, &root), &path) || leaf == old_root);
        if old < size {
            prop_assert!(!is_consistent((old, &old_root), (size, &leaf), &path));
            prop_assert!(!is_consistent((size, &root), (old, &old_root), &path));
            prop_assert!(!is_consistent((old, &old_root), (size, &root), &path[1..]));
            let mut wrong = path.clone();
            wrong[usize::from(flip) % path.len()].0[usize::from(flip % 32)] ^= 1 << (flip % 8);
            prop_assert!(!is_consistent((old, &old_root), (size, &root), &wrong));
        }
    }
}

#[test]
fn every_pair_of_small_sizes_is_consistent_in_one_way() {
    let mut trees: Vec<_> = (0..20).map(|size| grown(&[size], leaf_bytes)).collect();
    let roots: Vec<_> = trees.iter_mut().map(|tree| tree.root(tree.size()).unwrap()).collect();
    for (new, tree) in (0..20u64).zip(&mut trees) {
        for old in 0..=new {
            let path = tree.consistency(old).unwrap();
            let (old_root, new_root) = (&roots[usize::try_from(old).unwrap()], &roots[usize::try_from(new).unwrap()]);
            assert!(is_consistent((old, old_root), (new, new_root), &path), "{old} of {new}");
            // As RFC 6962 counts: no path is longer than this.
            assert!(path.len() <= usize::try_from(new.next_power_of_two().trailing_zeros()).unwrap() + 1);
            let longer = [path.as_slice(), &[empty()]].concat();
            assert!(!is_consistent((old, old_root), (new, new_root), &longer), "{old} of {new}");
        }
        assert!(tree.consistency(new + 1).is_err());
        assert!(tree.inclusion(new).is_err());
    }
}

#[test]
fn tiles_are_where_c2sp_says() {
    // The examples of C2SP tlog-tiles.
    assert_eq!(Tile { level: 1, index: 1_234_067, width: 256 }.path(), "tile/1/x001/x234/067");
    let widths = [
        (0, 273, Some(112)),
        (0, 272, Some(256)),
        (0, 274, None),
        (1, 0, Some(256)),
        (1, 1, Some(17)),
        (2, 0, Some(1)),
    ];
    for (level, index, width) in widths {
        assert_eq!(Tile::of(level, index, 70_000).map(|tile| tile.width), width, "{level} {index}");
    }
    assert_eq!(Tile::of(1, 0, 256).map(|tile| tile.path()), Some("tile/1/000.p/1".into()));
    assert_eq!(Tile::of(0, 0, 256).map(|tile| tile.path()), Some("tile/0/000".into()));
    assert_eq!([Tile::of(0, 0, 0), Tile::of(63, 0, u64::MAX), Tile::of(0, u64::MAX, u64::MAX)], [None; 3]);
    let mut tree = grown(&[70_000], |index| index.to_be_bytes().to_vec());
    let paths: Vec<_> = tree
        .source()
        .0
        .keys()
        .filter(|path| !path.starts_with("tile/0/") && !path.contains("entries"))
        .cloned()
        .collect();
    assert_eq!(paths, ["tile/1/000", "tile/1/001.p/17", "tile/2/000.p/1"]);
    assert_eq!(tree.source().0.len(), 2 * 274 + 3);
}

#[test]
fn a_tile_that_was_a_part_is_read_from_the_whole_one() {
    let mut small = grown(&[100], leaf_bytes);
    let root = small.root(100).unwrap();
    let mut large = grown(&[300], leaf_bytes);
    let source = std::mem::take(large.source());
    assert!(!source.0.contains_key("tile/0/000.p/100"));
    let mut again = Tree::new(source, 100);
    assert_eq!(again.root(100).unwrap(), root);
    let mut count = 0;
    again
        .leaves(90, |_, _| {
            count += 1;
            Ok(())
        })
        .unwrap();
    assert_eq!(count, 10);
    assert!(again.source().tile(Tile { level: 0, index: 9, width: 256 }).is_err());
}

#[test]
fn a_log_does_not_grow_over_leaves_that_are_not_its_own() {
    let mut tree = grown(&[5], leaf_bytes);
    let (path, bundle) = tree.source().0.iter().find(|(path, _)| path.starts_with("tile/entries/")).unwrap();
    let (path, mut bundle) = (path.clone(), bundle.clone());
    bundle[40] ^= 1;
    tree.source().0.insert(path, bundle);
    assert_eq!(tree.grow(&[leaf_bytes(5)]).err(), Some(LogError::Tile { level: 64, index: 0 }));
}
