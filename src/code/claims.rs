//! What a code says: the colour at this moment, the rules and data behind it, and the holder's day certificate.

use crate::calendar::{Span, Time};
use crate::cbor::{Bytes, cbor_map, to_bytes};
use crate::colour::Colour;
use crate::private::private_debug;
use crate::trust::{Kind, PublicKey, SecretKey, ShortHash, envelope};

/// The short-lived statement in the QR, signed by the phone's key.
#[derive(Clone, PartialEq, Eq)]
pub struct Code {
    /// The colour that the phone decided.
    pub colour: Colour,
    /// When the phone made it.
    pub issued: Time,
    /// For how many seconds it is valid.
    pub ttl: u16,
    /// The rules that were applied, by their file.
    pub rules: ShortHash,
    /// The risk data that was used, by its files.
    pub risk: Option<ShortHash>,
    /// The day certificate, an envelope of its own.
    pub certificate: Bytes,
    /// The checkpoint's challenge, or the tag of a venue.
    pub challenge: Option<Bytes>,
}
cbor_map!(Code { 0 colour, 1 issued, 2 ttl, 3 rules, 4 risk, 5 certificate, 6 challenge });

impl Code {
    /// When it expires.
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

    /// The bytes that the phone's key signs, for one that is kept elsewhere.
    #[must_use]
    pub fn to_sign(&self, key: &PublicKey) -> Vec<u8> {
        envelope::to_sign(Kind::Code, &to_bytes(self), key)
    }

    /// The code with the key's signature of [`Code::to_sign`].
    #[must_use]
    pub fn signed(&self, key: &PublicKey, signature: [u8; 64]) -> Vec<u8> {
        envelope::signed(Kind::Code, &to_bytes(self), &[(*key, signature)])
    }
}

private_debug!(Code);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authority::{certificate, key, now};
    use crate::cbor::{check_deterministic, from_bytes};
    use crate::limits::CODE_SECONDS;
    use crate::trust::Unverified;
    use proptest::prelude::*;

    fn code() -> Code {
        Code {
            colour: Colour::Green,
            issued: now(),
            ttl: CODE_SECONDS,
            rules: ShortHash([3; 8]),
            risk: None,
            certificate: Bytes(certificate()),
            challenge: None,
        }
    }

    #[test]
    fn a_code_names_no_key_and_holds_for_its_seconds() {
        let signed = code().sign(&key("day"));
        let envelope = Unverified::parse(&signed).unwrap();
        assert_eq!((envelope.kind(), envelope.signers().next()), (Kind::Code, Some(None)));
        assert!(envelope.verifies(0, &key("day").public()));
        assert_eq!(code().expires().since(now()), Span::seconds(60));
        assert!(signed.len() <= 260, "{} bytes", signed.len());
    }

    proptest! {
        #[test]
        fn every_code_survives_its_encoding(
            colour in 0usize..4, issued in 0i64..4_000_000_000, ttl in any::<u16>(), rules in any::<[u8; 8]>(),
            risk in any::<Option<[u8; 8]>>(), challenge in proptest::option::of(proptest::collection::vec(any::<u8>(), 0..9)),
        ) {
            let colour = Colour::ALL[colour];
            let (issued, challenge) = (Time::from_unix(issued), challenge.map(Bytes));
            let (rules, risk) = (ShortHash(rules), risk.map(ShortHash));
            let code = Code { colour, issued, ttl, rules, risk, challenge, ..code() };
            let bytes = to_bytes(&code);
            prop_assert_eq!(check_deterministic(&bytes), Ok(()));
            prop_assert_eq!(from_bytes::<Code>(&bytes), Some(code));
        }
    }
}
