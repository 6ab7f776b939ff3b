//! Who signed what, and whether they may: keys, the COSE envelope, roots and trust list, the manifest, how long a file
//! holds, and which versions were seen.
//!
//! Bytes become an [`Unverified`] envelope, and only [`Trust`] turns that into a [`Verified`] file.

pub mod beliefs;
pub mod digest;
pub mod envelope;
pub mod file;
pub mod file_state;
pub mod hash;
pub(crate) mod hex;
pub mod key;
pub mod list;
pub mod log_policy;
pub mod manifest;
pub mod roots;
pub mod signer;

pub use beliefs::Beliefs;
pub use digest::Digest;
pub use envelope::{Kind, Unverified};
pub use file::{About, Body, Header, Verified};
pub use file_state::FileState;
pub use hash::ShortHash;
pub use key::{KeyId, PublicKey, SecretKey};
pub use list::{Trust, TrustList, TrustedKey};
pub use log_policy::{LogKey, LogPolicy};
pub use manifest::{Manifest, Named};
pub use roots::Roots;
