//! Who signed what, and whether they may: keys, the COSE envelope, the trust list, and how fresh a file is.
//!
//! Bytes become an [`Unverified`] envelope, and only [`Trust`] turns that into a [`Verified`] file.

pub mod envelope;
pub mod file;
pub mod hash;
pub mod key;
pub mod list;

pub use envelope::{Kind, Unverified};
pub use file::{Body, Header, Verified};
pub use hash::ShortHash;
pub use key::{KeyId, PublicKey, SecretKey};
pub use list::{Trust, TrustList, TrustedKey};
