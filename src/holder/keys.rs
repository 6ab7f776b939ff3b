//! The phone's keys: those of which it has the secret, and those that its host keeps, of which it knows the public half.

use core::fmt::Write;

use serde::Serialize;
use zeroize::Zeroize;

use crate::cbor::{Bytes, Cbor, Reader, Writer};
use crate::private::private_debug;
use crate::trust::key::KeyError;
use crate::trust::{PublicKey, SecretKey};

/// A key as it is stored.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum StoredKey {
    /// The secret of one of the phone's own.
    Own(Bytes),
    /// The public half of one that the host keeps.
    Host(PublicKey),
}

impl StoredKey {
    /// The key.
    ///
    /// # Errors
    /// [`KeyError`] if no random source can have given the secret.
    pub(super) fn open(&self) -> Result<Key, KeyError> {
        match self {
            Self::Own(Bytes(secret)) => SecretKey::from_random(secret).map(Key::Own),
            Self::Host(public) => Ok(Key::Host(*public)),
        }
    }

    /// The public half, if the host keeps it.
    pub(super) const fn at_host(&self) -> Option<PublicKey> {
        match self {
            Self::Own(_) => None,
            Self::Host(public) => Some(*public),
        }
    }
}

impl Drop for StoredKey {
    fn drop(&mut self) {
        if let Self::Own(Bytes(secret)) = self {
            secret.zeroize();
        }
    }
}

/// A secret is a byte string, as before hosts kept keys; a public key is an array of one.
impl Cbor for StoredKey {
    fn write(&self, w: &mut Writer) {
        match self {
            Self::Own(secret) => secret.write(w),
            Self::Host(public) => public.write(w.array(1)),
        }
    }

    fn read(r: &mut Reader<'_>) -> Option<Self> {
        match r.array() {
            Some(1) => PublicKey::read(r).map(Self::Host),
            Some(_) => None,
            None => Bytes::read(r).map(Self::Own),
        }
    }
}

/// A key that signs for the phone.
pub(super) enum Key {
    /// The phone's own.
    Own(SecretKey),
    /// One that the host keeps: the phone asks it to sign.
    Host(PublicKey),
}

impl Key {
    pub(super) fn public(&self) -> PublicKey {
        match self {
            Self::Own(secret) => secret.public(),
            Self::Host(public) => *public,
        }
    }

    /// The public half, if the host keeps it.
    pub(super) const fn at_host(&self) -> Option<PublicKey> {
        match self {
            Self::Own(_) => None,
            Self::Host(public) => Some(*public),
        }
    }

    pub(super) fn stored(&self) -> StoredKey {
        match self {
            Self::Own(secret) => StoredKey::Own(Bytes(secret.seed().to_vec())),
            Self::Host(public) => StoredKey::Host(*public),
        }
    }
}

/// What a key that the host keeps is to sign.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct ToSign {
    /// The public half of the key, as 64 hexadecimal digits.
    #[cfg_attr(target_arch = "wasm32", tsify(type = "string"))]
    pub key: PublicKey,
    /// The bytes, as hexadecimal digits.
    pub bytes: String,
}

impl ToSign {
    pub(super) fn new(key: PublicKey, bytes: &[u8]) -> Self {
        let mut digits = String::with_capacity(2 * bytes.len());
        for byte in bytes {
            // Writing to a string cannot fail.
            let _ = write!(digits, "{byte:02x}");
        }
        Self { key, bytes: digits }
    }
}

private_debug!(ToSign);
