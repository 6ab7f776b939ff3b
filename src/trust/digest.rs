//! The SHA-256 (FIPS 180-4) of a file: its name on a server, in the manifest and, shortened, in a code.

use sha2::{Digest as _, Sha256};

use super::hash::ShortHash;
use super::hex::hex_bytes;

/// The SHA-256 of a file's bytes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Digest(pub [u8; 32]);

impl Digest {
    /// The digest of these bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// The first eight bytes, by which a code names what it was made with.
    #[must_use]
    pub const fn short(&self) -> ShortHash {
        let [a, b, c, d, e, f, g, h, ..] = self.0;
        ShortHash([a, b, c, d, e, f, g, h])
    }
}

hex_bytes!(Digest);

#[cfg(test)]
mod tests {
    use super::*;

    /// FIPS 180-4, example for "abc".
    #[test]
    fn a_digest_is_the_sha_256_in_hexadecimal() {
        let digest = Digest::of(b"abc");
        assert_eq!(digest.to_string(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(digest.short().0, [0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea]);
    }
}
