//! The short hash by which a code names the signed files behind it.

use super::digest::Digest;
use super::hex::hex_bytes;

/// The first eight bytes of a SHA-256: too many to find another file for by chance, few enough for the QR.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ShortHash(pub [u8; 8]);

impl ShortHash {
    /// The hash of several files, in any order: of one file its own, of more that of their sorted digests one after another.
    #[must_use]
    pub fn of_files(digests: &[Digest]) -> Option<Self> {
        match digests {
            [] => None,
            [one] => Some(one.short()),
            several => {
                let mut ordered = Vec::with_capacity(several.len());
                for digest in several {
                    if let Err(at) = ordered.binary_search(&digest.0) {
                        ordered.insert(at, digest.0);
                    }
                }
                Some(Digest::of(&ordered.concat()).short())
            }
        }
    }
}

hex_bytes!(ShortHash);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn one_file_goes_by_its_own_hash_and_more_by_one_of_all() {
        let digest = |text: &str| Digest::of(text.as_bytes());
        // FIPS 180-4's example.
        assert_eq!(digest("abc").short().to_string(), "ba7816bf8f01cfea");
        assert_eq!(ShortHash::of_files(&[]), None);
        assert_eq!(ShortHash::of_files(&[digest("abc")]), Some(digest("abc").short()));
        let both = ShortHash::of_files(&[digest("abc"), digest("abd")]);
        assert_ne!(both, ShortHash::of_files(&[digest("abc")]));
        assert_ne!(both, ShortHash::of_files(&[digest("abc"), digest("abe")]));
    }

    proptest! {
        #[test]
        fn the_order_of_files_does_not_count(mut digests in prop::collection::vec(any::<[u8; 32]>().prop_map(Digest), 2..6)) {
            let first = ShortHash::of_files(&digests);
            digests.rotate_left(1);
            prop_assert_eq!(ShortHash::of_files(&digests), first);
            digests.sort_unstable();
            let all: Vec<u8> = digests.iter().flat_map(|digest| digest.0).collect();
            prop_assert_eq!(first, Some(Digest::of(&all).short()));
        }
    }
}
