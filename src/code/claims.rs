//! What a code says: a colour of this moment, by which rules and data, with the holder's day certificate.

use minicbor::{Decode, Encode};

use crate::calendar::{Span, Time};
use crate::colour::Colour;
use crate::trust::{Kind, SecretKey, cbor, envelope};

/// For how long a code holds, in seconds: CoronaCheck's proven setting.
pub const TTL: u16 = 60;

/// How many bytes a challenge or a venue's tag has at most.
pub const TAG_BYTES: usize = 8;

/// The short-lived statement that the QR carries, signed by the phone's key.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Code {
    /// What the phone decided.
    #[n(0)]
    pub colour: Colour,
    /// When.
    #[n(1)]
    pub issued: Time,
    /// For how many seconds.
    #[n(2)]
    pub ttl: u16,
    /// By which version of the rules.
    #[n(3)]
    pub rules_version: u32,
    /// By which version of the risk table.
    #[n(4)]
    pub risk_version: Option<u32>,
    /// The day certificate, an envelope of its own.
    #[n(5)]
    #[cbor(with = "minicbor::bytes")]
    pub certificate: Vec<u8>,
    /// What the checkpoint asked to be signed, or the tag of a venue.
    #[n(6)]
    #[cbor(with = "minicbor::bytes")]
    pub challenge: Option<Vec<u8>>,
}

impl Code {
    /// When it is over.
    #[must_use]
    pub const fn expires(&self) -> Time {
        #[expect(clippy::as_conversions, reason = "widening, in a const fn")]
        let ttl = self.ttl as i64;
        self.issued.plus(Span::seconds(ttl))
    }

    /// Signs it with the phone's key.
    #[must_use]
    pub fn sign(&self, key: &SecretKey) -> Vec<u8> {
        envelope::sign(Kind::Code, &cbor::to_bytes(self), key)
    }
}
