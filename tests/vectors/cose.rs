//! COSE and CBOR written by hand, so that they can be wrong in every way; nothing here uses the crate's own writer.

use curve25519_dalek::Scalar;
use healthcode::trust::{Kind, SecretKey};
use sha2::{Digest, Sha512};

/// The beginning of an item, in its shortest form.
pub(crate) fn head(major: u8, argument: u64) -> Vec<u8> {
    let bytes = argument.to_be_bytes();
    let (info, width) = match argument {
        0..=23 => return vec![major << 5 | bytes[7]],
        24..=0xff => (24, 1),
        0x100..=0xffff => (25, 2),
        0x1_0000..=0xffff_ffff => (26, 4),
        _ => (27, 8),
    };
    [&[major << 5 | info], &bytes[8 - width..]].concat()
}

pub(crate) fn uint(number: u64) -> Vec<u8> {
    head(0, number)
}

pub(crate) fn negative(number: i64) -> Vec<u8> {
    head(1, u64::try_from(-1 - number).unwrap())
}

pub(crate) fn bytes(content: &[u8]) -> Vec<u8> {
    [head(2, content.len().try_into().unwrap()), content.to_vec()].concat()
}

pub(crate) fn text(content: &str) -> Vec<u8> {
    [head(3, content.len().try_into().unwrap()), content.as_bytes().to_vec()].concat()
}

pub(crate) fn array(items: &[Vec<u8>]) -> Vec<u8> {
    [head(4, items.len().try_into().unwrap()), items.concat()].concat()
}

/// A map from numbers, in the order given.
pub(crate) fn map(entries: &[(u64, Vec<u8>)]) -> Vec<u8> {
    let content: Vec<u8> = entries.iter().flat_map(|(key, value)| [uint(*key), value.clone()].concat()).collect();
    [head(5, entries.len().try_into().unwrap()), content].concat()
}

pub(crate) fn tag(number: u64, item: &[u8]) -> Vec<u8> {
    [head(6, number), item.to_vec()].concat()
}

/// The protected headers of a kind of file with one signer.
pub(crate) fn protected(kind: Kind, key: &SecretKey) -> Vec<u8> {
    map(&[(1, negative(-8)), (3, uint(kind.number().into())), (4, bytes(&key.public().id().0))])
}

/// What is signed (RFC 9052, section 4.4).
pub(crate) fn signed_over(protected: &[u8], own: Option<&[u8]>, payload: &[u8]) -> Vec<u8> {
    let context = if own.is_some() { "Signature" } else { "Signature1" };
    let parts = [text(context), bytes(protected)].into_iter().chain(own.map(bytes));
    array(&parts.chain([bytes(b""), bytes(payload)]).collect::<Vec<_>>())
}

/// A `COSE_Sign1` of these headers.
pub(crate) fn sign1(protected: &[u8], payload: &[u8], key: &SecretKey) -> Vec<u8> {
    let signature = key.sign(&signed_over(protected, None, payload));
    single(protected, &map(&[]), &bytes(payload), &bytes(&signature))
}

/// A `COSE_Sign1` of these parts.
pub(crate) fn single(protected: &[u8], unprotected: &[u8], payload: &[u8], signature: &[u8]) -> Vec<u8> {
    tag(18, &array(&[bytes(protected), unprotected.to_vec(), payload.to_vec(), signature.to_vec()]))
}

/// A `COSE_Sign` of these outer headers, by each key.
pub(crate) fn sign(protected: &[u8], payload: &[u8], keys: &[SecretKey]) -> Vec<u8> {
    let entry = |key: &SecretKey| {
        let own = map(&[(1, negative(-8)), (4, bytes(&key.public().id().0))]);
        let signature = key.sign(&signed_over(protected, Some(&own), payload));
        array(&[bytes(&own), map(&[]), bytes(&signature)])
    };
    let entries: Vec<_> = keys.iter().map(entry).collect();
    tag(98, &array(&[bytes(protected), map(&[]), bytes(payload), array(&entries)]))
}

/// The order of the group, little end first (RFC 8032, section 5.1).
const ORDER: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];

/// The same signature with the order added to its second half: valid for who does not look.
pub(crate) fn second_form(signature: &[u8; 64]) -> [u8; 64] {
    let (mut other, mut carry) = (*signature, 0);
    for (byte, order) in other[32..].iter_mut().zip(ORDER) {
        let sum = u16::from(*byte) + u16::from(order) + carry;
        [_, *byte] = sum.to_be_bytes();
        carry = sum >> 8;
    }
    assert_eq!(carry, 0);
    other
}

/// The neutral element, a point of small order.
pub(crate) const NEUTRAL: [u8; 32] = {
    let mut point = [0; 32];
    point[0] = 1;
    point
};

/// A signature whose first half is the neutral element: it satisfies the equation, and needs no nonce.
pub(crate) fn small_order_signature(message: &[u8], key: &SecretKey) -> [u8; 64] {
    let wide: [u8; 64] = Sha512::digest(key.seed()).into();
    let mut secret: [u8; 32] = wide[..32].try_into().unwrap();
    secret[0] &= 248;
    secret[31] = secret[31] & 127 | 64;
    let hash: [u8; 64] = Sha512::digest([&NEUTRAL[..], key.public().as_bytes(), message].concat()).into();
    let answer = Scalar::from_bytes_mod_order_wide(&hash) * Scalar::from_bytes_mod_order(secret);
    [NEUTRAL, answer.to_bytes()].concat().try_into().unwrap()
}
