//! Ed25519 keys (RFC 8032) and their short names.

use core::fmt;
use std::sync::OnceLock;

use ed25519_dalek::ed25519::signature::MultipartVerifier;
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use sha2::{Digest, Sha512};
use zeroize::Zeroizing;

use super::hex::{from_hex, hex_bytes};
use crate::cbor::{Cbor, Reader, Writer};
use crate::error::family_errors;

family_errors! {
    /// Why a key was not accepted.
    KeyError {
        /// Not 32 bytes, or not hexadecimal.
        Malformed = "key-malformed", "a key is 32 bytes, or 64 hexadecimal digits as text";
        /// Not a point on the curve, or a point of small order.
        Weak = "key-weak", "not a safe Ed25519 public key";
        /// All random bytes are the same, or they have made a key before: the host has no random source.
        NotRandom = "key-not-random", "the random bytes are all the same, or were passed before; the host must pass 32 bytes from a secure random source";
    }
}

/// A signature of 128 hexadecimal digits.
#[must_use]
pub fn parse_signature(text: &str) -> Option<[u8; 64]> {
    from_hex(text)
}

/// The first eight bytes of the SHA-512 of a public key. Ed25519 includes SHA-512 anyway; another hash would have to be
/// shipped just for this.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(pub [u8; 8]);

hex_bytes!(KeyId);

/// The encodings of points of small order, without the sign bit; `docs/formats.md` has the same list.
const SMALL_ORDER: [[u8; 32]; 7] = [
    with_ends(0x00, 0x00, 0x00),
    with_ends(0x01, 0x00, 0x00),
    [
        0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5, 0xdf,
        0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05,
    ],
    [
        0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67, 0x0f, 0x2a, 0x20,
        0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a,
    ],
    with_ends(0xec, 0xff, 0x7f),
    with_ends(0xed, 0xff, 0x7f),
    with_ends(0xee, 0xff, 0x7f),
];

/// An encoding with these first, middle and last bytes.
const fn with_ends(first: u8, middle: u8, last: u8) -> [u8; 32] {
    let m = middle;
    [first, m, m, m, m, m, m, m, m, m, m, m, m, m, m, m, m, m, m, m, m, m, m, m, m, m, m, m, m, m, m, last]
}

/// Whether the first half of a signature is this encoding, with either sign.
fn begins_with(signature: &[u8; 64], point: &[u8; 32]) -> bool {
    let [.., last] = point;
    signature.iter().zip(point).take(31).all(|(one, other)| one == other)
        && signature.get(31).is_some_and(|signed| signed & 0x7f == *last)
}

/// An Ed25519 public key; never a point of small order.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct PublicKey(VerifyingKey);

impl PublicKey {
    /// From its 32 bytes.
    ///
    /// # Errors
    /// [`KeyError`] if it is not a point on the curve, or has small order.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, KeyError> {
        let bytes = <&[u8; 32]>::try_from(bytes).map_err(|_| KeyError::Malformed)?;
        let key = VerifyingKey::from_bytes(bytes).map_err(|_| KeyError::Weak)?;
        if key.is_weak() { Err(KeyError::Weak) } else { Ok(Self(key)) }
    }

    /// From 64 hexadecimal digits.
    ///
    /// # Errors
    /// As [`PublicKey::from_bytes`].
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        Self::from_bytes(&from_hex::<32>(text).ok_or(KeyError::Malformed)?)
    }

    /// The 32 bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }

    /// The key's short id.
    #[must_use]
    pub fn id(&self) -> KeyId {
        let digest: [u8; 64] = Sha512::digest(self.as_bytes()).into();
        let [a, b, c, d, e, f, g, h, ..] = digest;
        KeyId([a, b, c, d, e, f, g, h])
    }

    /// Whether this key signed the message, by the strict rules: no small-order points, no malleability.
    ///
    /// It accepts what `verify_strict` accepts. That takes a square root to see that the first half of the signature is a
    /// point, and what its order is, which is a twelfth of its time. Here the first half is known to be a point, in its one canonical
    /// encoding, by the time that it is equal to what it must be; and the encodings of small order are few.
    #[must_use]
    pub fn verifies(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        self.verifies_parts(&[message], signature)
    }

    /// The same for a message whose parts lie apart, so that a long one need not be copied.
    pub(super) fn verifies_parts(&self, parts: &[&[u8]], signature: &[u8; 64]) -> bool {
        !SMALL_ORDER.iter().any(|point| begins_with(signature, point))
            && self.0.multipart_verify(parts, &Signature::from_bytes(signature)).is_ok()
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_bytes().iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({})", self.id())
    }
}

impl Serialize for PublicKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for PublicKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        Self::parse(&text).map_err(de::Error::custom)
    }
}

impl Cbor for PublicKey {
    fn write(&self, w: &mut Writer) {
        w.bytes(self.as_bytes());
    }

    fn read(r: &mut Reader<'_>) -> Option<Self> {
        Self::from_bytes(r.bytes()?).ok()
    }
}

/// An Ed25519 secret key: zeroised on drop, never printed.
pub struct SecretKey {
    seed: Zeroizing<[u8; 32]>,
    /// The key of the seed, which takes as long to make as a signature: when it is first needed.
    key: OnceLock<SigningKey>,
}

impl SecretKey {
    /// A new key from 32 bytes from the host's secure random source.
    ///
    /// # Errors
    /// [`KeyError`] if there are not 32 bytes, or they are all the same because there is no random source.
    pub fn from_random(random: &[u8]) -> Result<Self, KeyError> {
        let seed = <&[u8; 32]>::try_from(random).map_err(|_| KeyError::Malformed)?;
        if seed.iter().all(|byte| Some(byte) == seed.first()) {
            return Err(KeyError::NotRandom);
        }
        Ok(Self { seed: Zeroizing::new(*seed), key: OnceLock::new() })
    }

    /// From 64 hexadecimal digits.
    ///
    /// # Errors
    /// As [`SecretKey::from_random`].
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let seed = Zeroizing::new(from_hex::<32>(text).ok_or(KeyError::Malformed)?);
        Self::from_random(&*seed)
    }

    /// The 32 secret bytes, for storage only.
    #[must_use]
    pub fn seed(&self) -> &[u8; 32] {
        &self.seed
    }

    fn key(&self) -> &SigningKey {
        self.key.get_or_init(|| SigningKey::from_bytes(&self.seed))
    }

    /// The public half.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        PublicKey(self.key().verifying_key())
    }

    /// Signs; the same message always gives the same signature (RFC 8032).
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.key().sign(message).to_bytes()
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretKey(of {})", self.public().id())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 8032, section 7.1, test 1.
    #[test]
    fn signs_as_rfc_8032_says() {
        let secret = SecretKey::parse("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60").unwrap();
        let public = secret.public();
        assert_eq!(public.to_string(), "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
        let signature = secret.sign(b"");
        assert_eq!(signature[..4], [0xe5, 0x56, 0x43, 0x00]);
        assert!(public.verifies(b"", &signature));
        assert!(!public.verifies(b"x", &signature));
    }

    /// Signatures that satisfy the equation, whose first half has small order: any key has some for a message in eight, if it
    /// is of mixed order, and for every message if it is not.
    #[test]
    #[cfg(not(target_arch = "wasm32"))]
    fn refuses_what_the_strict_rules_refuse_and_nothing_else() {
        use curve25519_dalek::constants::{ED25519_BASEPOINT_POINT, EIGHT_TORSION};
        use curve25519_dalek::scalar::Scalar;
        use ed25519_dalek::Verifier;
        let secret = Scalar::from_bytes_mod_order(*b"the scalar of a key of our tests");
        let (mut accepted, mut tricked) = (0, 0);
        for of_key in EIGHT_TORSION {
            let point = (ED25519_BASEPOINT_POINT * secret + of_key).compress();
            let key = PublicKey::from_bytes(point.as_bytes()).unwrap();
            let answer = |first: &[u8], message: &[u8], nonce: Scalar| {
                let hash = Sha512::digest([first, point.as_bytes(), message].concat());
                let answer = nonce + Scalar::from_bytes_mod_order_wide(&hash.into()) * secret;
                <[u8; 64]>::try_from([first, answer.as_bytes()].concat()).unwrap()
            };
            for of_first in EIGHT_TORSION {
                for nonce in [Scalar::ZERO, Scalar::from(7u8)] {
                    let mut first = (ED25519_BASEPOINT_POINT * nonce + of_first).compress().to_bytes();
                    for sign in 0..2 {
                        first[31] ^= sign << 7;
                        for message in 0..24u8 {
                            let signature = answer(&first, &[message], nonce);
                            let parsed = Signature::from_bytes(&signature);
                            let strict = key.0.verify_strict(&[message], &parsed).is_ok();
                            assert_eq!(key.verifies(&[message], &signature), strict);
                            accepted += usize::from(strict);
                            tricked += usize::from(!strict && key.0.verify(&[message], &parsed).is_ok());
                        }
                    }
                }
            }
        }
        assert!(accepted > 24 && tricked > 24, "{accepted} accepted, {tricked} only by loose rules");
    }

    #[test]
    fn small_order_is_known_by_its_encodings() {
        for encoding in SMALL_ORDER {
            for sign in [0, 0x80] {
                let mut signature = [0; 64];
                signature[..32].copy_from_slice(&encoding);
                signature[31] |= sign;
                assert!(SMALL_ORDER.iter().any(|point| begins_with(&signature, point)));
                assert_eq!(PublicKey::from_bytes(&signature[..32]), Err(KeyError::Weak));
                signature[15] ^= 1;
                assert!(!SMALL_ORDER.iter().any(|point| begins_with(&signature, point)));
            }
        }
    }

    #[test]
    fn refuses_what_is_no_key() {
        assert_eq!(PublicKey::from_bytes(&[0; 32]), Err(KeyError::Weak));
        let mut one = [0; 32];
        one[0] = 1;
        assert_eq!(PublicKey::from_bytes(&one), Err(KeyError::Weak));
        assert_eq!(PublicKey::from_bytes(&[1; 31]), Err(KeyError::Malformed));
        assert_eq!(PublicKey::parse("+1"), Err(KeyError::Malformed));
        let good = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
        assert!(PublicKey::parse(good).is_ok());
        for text in [&good[..63], &good[..62], &format!("{good}0"), &format!("{good}00")] {
            assert_eq!(PublicKey::parse(text), Err(KeyError::Malformed), "{text}");
        }
        assert_eq!(SecretKey::from_random(&[0; 32]).err(), Some(KeyError::NotRandom));
    }

    #[test]
    fn debug_hides_the_secret() {
        let secret = SecretKey::from_random(&core::array::from_fn::<u8, 32, _>(|i| i as u8)).unwrap();
        assert_eq!(format!("{secret:?}"), format!("SecretKey(of {})", secret.public().id()));
    }
}
