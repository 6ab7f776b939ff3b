//! Ed25519 keys (RFC 8032) and their short names.

use core::fmt;
use std::sync::OnceLock;

use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use sha2::{Digest, Sha512};
use zeroize::Zeroizing;

use super::hex::hex_bytes;
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

/// The bytes of `N` pairs of hexadecimal digits.
fn from_hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let text = text.trim();
    let mut bytes = [0; N];
    if text.len() != 2 * N || !text.is_ascii() {
        return None;
    }
    for (index, byte) in bytes.iter_mut().enumerate() {
        let pair = text.get(2 * index..2 * index + 2).filter(|pair| pair.bytes().all(|b| b.is_ascii_hexdigit()))?;
        *byte = u8::from_str_radix(pair, 16).ok()?;
    }
    Some(bytes)
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
    #[must_use]
    pub fn verifies(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        self.0.verify_strict(message, &Signature::from_bytes(signature)).is_ok()
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
