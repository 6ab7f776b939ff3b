//! The Merkle tree of RFC 6962, section 2.1: its hashes, and what a path through it shows (RFC 9162, sections 2.1.3 and
//! 2.1.4, which say how to follow one).

use sha2::{Digest as _, Sha256};

use crate::trust::Digest;

/// The hash of a tree without leaves.
#[must_use]
pub fn empty() -> Digest {
    Digest::of(b"")
}

/// The hash of a leaf.
#[must_use]
pub fn leaf_hash(leaf: &[u8]) -> Digest {
    Digest(Sha256::new().chain_update([0]).chain_update(leaf).finalize().into())
}

/// The hash of a node with these two below it.
#[must_use]
pub fn node_hash(left: &Digest, right: &Digest) -> Digest {
    Digest(Sha256::new().chain_update([1]).chain_update(left.0).chain_update(right.0).finalize().into())
}

/// Where a path stands: at a node, numbered within its level, and at the last node of that level.
struct Walk {
    node: u64,
    last: u64,
}

impl Walk {
    fn up(&mut self) {
        self.node >>= 1;
        self.last >>= 1;
    }

    /// Whether what comes next in the path is to the left; then it goes up to where it is.
    fn turns_left(&mut self) -> bool {
        let left = self.node & 1 == 1 || self.node == self.last;
        while left && self.node & 1 == 0 && self.node != 0 {
            self.up();
        }
        left
    }
}

/// The root of the tree of `size` leaves of which this is the one at `index`, if the path is one from there.
#[must_use]
pub fn root_of(leaf: &Digest, index: u64, size: u64, path: &[Digest]) -> Option<Digest> {
    let mut walk = Walk { node: index, last: size.checked_sub(1).filter(|last| index <= *last)? };
    let mut root = *leaf;
    for beside in path {
        if walk.last == 0 {
            return None;
        }
        root = if walk.turns_left() { node_hash(beside, &root) } else { node_hash(&root, beside) };
        walk.up();
    }
    (walk.last == 0).then_some(root)
}

/// Whether the path shows that the tree of `old` leaves is how the one of `new` leaves begins.
#[must_use]
pub fn is_consistent((old, old_root): (u64, &Digest), (new, new_root): (u64, &Digest), path: &[Digest]) -> bool {
    if old == 0 {
        return path.is_empty() && *old_root == empty() && (new > 0 || *new_root == empty());
    }
    if old >= new {
        return old == new && path.is_empty() && old_root == new_root;
    }
    let mut walk = Walk { node: old - 1, last: new - 1 };
    while walk.node & 1 == 1 {
        walk.up();
    }
    // A whole tree is a node of the larger one itself.
    let (first, rest) = match path.split_first() {
        _ if old.is_power_of_two() => (*old_root, path),
        Some((first, rest)) => (*first, rest),
        None => return false,
    };
    let (mut old_side, mut new_side) = (first, first);
    for beside in rest {
        if walk.last == 0 {
            return false;
        }
        if walk.turns_left() {
            old_side = node_hash(beside, &old_side);
            new_side = node_hash(beside, &new_side);
        } else {
            new_side = node_hash(&new_side, beside);
        }
        walk.up();
    }
    walk.last == 0 && old_side == *old_root && new_side == *new_root
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The hashes of RFC 6962's own reference implementation.
    #[test]
    fn hashes_are_those_of_certificate_transparency() {
        assert_eq!(empty().to_string(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        assert_eq!(leaf_hash(b"").to_string(), "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
        assert_eq!(
            node_hash(&leaf_hash(b""), &leaf_hash(b"\0")).to_string(),
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"
        );
    }
}
