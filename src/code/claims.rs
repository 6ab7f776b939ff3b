//! What a code says: a colour of this moment, by which rules and data, with the holder's day certificate.

use crate::calendar::{Span, Time};
use crate::cbor::{Bytes, record, to_bytes};
use crate::colour::Colour;
use crate::trust::{Kind, SecretKey, envelope};

/// For how long a code holds, in seconds: CoronaCheck's proven setting.
pub const TTL: u16 = 60;

/// How many bytes a challenge or a venue's tag has at most.
pub const TAG_BYTES: usize = 8;

/// The short-lived statement that the QR carries, signed by the phone's key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    /// What the phone decided.
    pub colour: Colour,
    /// When.
    pub issued: Time,
    /// For how many seconds.
    pub ttl: u16,
    /// By which version of the rules.
    pub rules_version: u32,
    /// By which version of the risk table.
    pub risk_version: Option<u32>,
    /// The day certificate, an envelope of its own.
    pub certificate: Bytes,
    /// What the checkpoint asked to be signed, or the tag of a venue.
    pub challenge: Option<Bytes>,
}
record!(Code { 0 colour, 1 issued, 2 ttl, 3 rules_version, 4 risk_version, 5 certificate, 6 challenge });

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
        envelope::sign(Kind::Code, &to_bytes(self), key)
    }
}
