//! The one envelope of every signed thing: COSE (RFC 9052) with EdDSA over Ed25519 (RFC 9053, section 2.2).
//!
//! What people or several keys sign is a `COSE_Sign`; a day certificate and a code, which have to fit a QR symbol, are a
//! `COSE_Sign1`. The protected headers are the algorithm, the content type (which names the [`Kind`]) and the key id; there are no
//! unprotected headers. A code has no key id: its key is in the day certificate that it carries.

use super::key::{KeyId, PublicKey, SecretKey};
use crate::cbor::{Bytes, Cbor, CborError, Reader, Writer, cbor_map, check_deterministic};
use crate::error::family_errors;
use crate::limits::{FILE_BYTES, SIGNATURES};

/// The COSE tags of RFC 9052, section 2.
const SIGN1_TAG: u64 = 18;
const SIGN_TAG: u64 = 98;
/// Header labels of RFC 9052, section 3.1, and the EdDSA algorithm of RFC 9053.
const ALGORITHM: u64 = 1;
const CONTENT_TYPE: u64 = 3;
const KEY_ID: u64 = 4;
const EDDSA: i64 = -8;

family_errors! {
    /// Why bytes are not a signed envelope.
    EnvelopeError {
        /// More bytes than any signed file may have.
        TooLarge { /// bytes given
            bytes: usize } = "envelope-too-large", "{bytes} bytes is more than a signed file may have";
        /// CBOR, but not a COSE signature structure as this crate writes it.
        Shape = "envelope-shape", "this is not a signed file (COSE, RFC 9052)";
        /// An algorithm other than EdDSA.
        Algorithm = "envelope-algorithm", "the signature is not EdDSA";
        /// An unknown content type.
        UnknownKind { /// the content type
            number: u64 } = "envelope-unknown-kind", "content type {number} is unknown; a newer version of the app may know it";
        /// More signatures than any file needs.
        TooManySignatures = "envelope-too-many-signatures", "there are more signatures than any file needs";
        @wraps
        /// Not deterministic CBOR.
        Cbor(CborError);
    }
}

/// The kind of a signed file. The numbers are CoAP content formats from the experimental range (RFC 7252, section 12.3)
/// until registered ones exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Which keys may sign what.
    TrustList,
    /// One region's questions, rules and texts.
    RulePack,
    /// Places with their risk level.
    RiskTable,
    /// What happened at which venues, as tags that only who was there can read.
    ExposureList,
    /// Which public files are in force.
    Manifest,
    /// What the issuer says about one person.
    Record,
    /// The issuer's statement, valid for a day, that a phone's key belongs to a person.
    DayCertificate,
    /// A phone's request for a day certificate.
    CertificateRequest,
    /// What the QR carries.
    Code,
    /// What a venue shows at its door.
    VenueCode,
    /// What the issuer says of many people between their certificates, sealed for each.
    Mailbox,
    /// The issuer's answer to a request: the day certificate, and what opens the person's mailbox.
    CertificateAnswer,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 12] = [
        Self::TrustList,
        Self::RulePack,
        Self::RiskTable,
        Self::ExposureList,
        Self::Manifest,
        Self::Record,
        Self::DayCertificate,
        Self::CertificateRequest,
        Self::Code,
        Self::VenueCode,
        Self::Mailbox,
        Self::CertificateAnswer,
    ];

    /// The number in the content type header.
    #[must_use]
    pub const fn number(self) -> u16 {
        match self {
            Self::TrustList => 65_000,
            Self::RulePack => 65_001,
            Self::RiskTable => 65_002,
            Self::ExposureList => 65_003,
            Self::Manifest => 65_010,
            Self::Record => 65_006,
            Self::DayCertificate => 65_007,
            Self::CertificateRequest => 65_008,
            Self::Code => 65_009,
            Self::VenueCode => 65_011,
            Self::Mailbox => 65_014,
            Self::CertificateAnswer => 65_015,
        }
    }

    fn from_number(number: u64) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| u64::from(kind.number()) == number)
    }

    /// Whether it is a `COSE_Sign`, to which signers can be added one after another.
    #[must_use]
    pub const fn has_several_signers(self) -> bool {
        !matches!(self, Self::DayCertificate | Self::Code | Self::VenueCode | Self::Mailbox | Self::CertificateAnswer)
    }

    /// Whether everyone gets the same file, and a manifest names it.
    #[must_use]
    pub const fn is_public(self) -> bool {
        match self {
            Self::TrustList | Self::RulePack | Self::RiskTable | Self::ExposureList => true,
            Self::Manifest
            | Self::Record
            | Self::DayCertificate
            | Self::CertificateRequest
            | Self::Code
            | Self::VenueCode
            | Self::Mailbox
            | Self::CertificateAnswer => false,
        }
    }

    /// Whether a phone keeps several of them side by side, as its manifest names them; of the others it keeps one.
    #[must_use]
    pub const fn stands_beside(self) -> bool {
        match self {
            Self::RulePack | Self::RiskTable | Self::ExposureList => true,
            Self::TrustList
            | Self::Manifest
            | Self::Record
            | Self::DayCertificate
            | Self::CertificateRequest
            | Self::Code
            | Self::VenueCode
            | Self::Mailbox
            | Self::CertificateAnswer => false,
        }
    }

    /// The kind that a key must be listed for to sign this one: whoever certifies says the same of people in mailboxes.
    #[must_use]
    pub const fn signed_as(self) -> Self {
        match self {
            Self::Mailbox | Self::CertificateAnswer => Self::DayCertificate,
            own => own,
        }
    }

    /// The name in text, as in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::TrustList => "trust-list",
            Self::RulePack => "rule-pack",
            Self::RiskTable => "risk-table",
            Self::ExposureList => "exposure-list",
            Self::Manifest => "manifest",
            Self::Record => "record",
            Self::DayCertificate => "day-certificate",
            Self::CertificateRequest => "certificate-request",
            Self::Code => "code",
            Self::VenueCode => "venue-code",
            Self::Mailbox => "mailbox",
            Self::CertificateAnswer => "certificate-answer",
        }
    }
}

impl core::fmt::Display for Kind {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.name())
    }
}

impl Cbor for Kind {
    fn write(&self, w: &mut Writer) {
        w.unsigned(self.number().into());
    }

    fn read(r: &mut Reader<'_>) -> Option<Self> {
        Self::from_number(r.unsigned()?)
    }
}

/// One signature and its claimed signer.
#[derive(Debug, Clone, Copy)]
struct Entry<'a> {
    /// The signer's protected headers, empty in a `COSE_Sign1`.
    protected: &'a [u8],
    key: Option<KeyId>,
    signature: &'a [u8; 64],
}

/// An envelope that has been read but whose signatures have not been checked.
#[derive(Debug, Clone)]
pub struct Unverified<'a> {
    kind: Kind,
    protected: &'a [u8],
    payload: &'a [u8],
    entries: Vec<Entry<'a>>,
    single: bool,
}

impl<'a> Unverified<'a> {
    /// Reads an envelope.
    ///
    /// # Errors
    /// [`EnvelopeError`] for the first fault.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, EnvelopeError> {
        if bytes.len() > FILE_BYTES {
            return Err(EnvelopeError::TooLarge { bytes: bytes.len() });
        }
        check_deterministic(bytes)?;
        Self::read(&mut Reader::new(bytes))
    }

    fn read(r: &mut Reader<'a>) -> Result<Self, EnvelopeError> {
        let shape = EnvelopeError::Shape;
        let single = match r.tag() {
            Some(SIGN1_TAG) => true,
            Some(SIGN_TAG) => false,
            _ => return Err(shape),
        };
        let (protected, payload) = signed_parts(r, 4).ok_or(shape.clone())?;
        let payload = payload.ok_or(shape.clone())?;
        let head = Headers::parse(protected)?;
        let kind = head.kind.ok_or(shape.clone())?;
        if single == kind.has_several_signers() {
            return Err(shape);
        }
        let mut entries = Vec::new();
        if single {
            head.eddsa()?;
            entries.push(Entry { protected: &[], key: head.key, signature: signature(r).ok_or(shape)? });
        } else {
            // Algorithm and key belong to each signature; there is at least one.
            let count = r.array().filter(|count| *count > 0).ok_or(shape.clone())?;
            if head.algorithm.is_some() || head.key.is_some() {
                return Err(shape);
            }
            if count > SIGNATURES {
                return Err(EnvelopeError::TooManySignatures);
            }
            for _ in 0..count {
                let (protected, _) = signed_parts(r, 3).ok_or(shape.clone())?;
                let own = Headers::parse(protected)?;
                own.eddsa()?;
                if own.kind.is_some() || own.key.is_none() {
                    return Err(shape);
                }
                entries.push(Entry { protected, key: own.key, signature: signature(r).ok_or(shape.clone())? });
            }
        }
        Ok(Self { kind, protected, payload, entries, single })
    }

    /// The kind named by the content type.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// The payload, not yet verified.
    #[must_use]
    pub const fn payload(&self) -> &'a [u8] {
        self.payload
    }

    /// The claimed signers; `None` if a signature does not name its key.
    pub fn signers(&self) -> impl Iterator<Item = Option<KeyId>> {
        self.entries.iter().map(|entry| entry.key)
    }

    /// The signatures, apart from what they sign.
    #[must_use]
    pub fn signatures(&self) -> Vec<Signed> {
        let signed = |entry: &Entry<'_>| Some(Signed { key: entry.key?, signature: Bytes(entry.signature.to_vec()) });
        self.entries.iter().filter_map(signed).collect()
    }

    /// Whether signature number `index` is `key`'s.
    #[must_use]
    pub fn verifies(&self, index: usize, key: &PublicKey) -> bool {
        self.entries.get(index).is_some_and(|entry| {
            let own = (!self.single).then_some(entry.protected);
            key.verifies_parts(&[&before_payload(self.protected, own, self.payload), self.payload], entry.signature)
        })
    }
}

/// What comes before a signature in an array of `items` items: protected headers, empty unprotected headers and, in the
/// outer array, the payload.
fn signed_parts<'a>(r: &mut Reader<'a>, items: usize) -> Option<(&'a [u8], Option<&'a [u8]>)> {
    if r.array()? != items {
        return None;
    }
    let protected = r.bytes()?;
    if r.map()? != 0 {
        return None;
    }
    let payload = if items == 4 { Some(r.bytes()?) } else { None };
    Some((protected, payload))
}

fn signature<'a>(r: &mut Reader<'a>) -> Option<&'a [u8; 64]> {
    r.bytes()?.try_into().ok()
}

#[derive(Default)]
struct Headers {
    algorithm: Option<i64>,
    kind: Option<Kind>,
    key: Option<KeyId>,
}

impl Headers {
    fn parse(bytes: &[u8]) -> Result<Self, EnvelopeError> {
        check_deterministic(bytes)?;
        let shape = EnvelopeError::Shape;
        let mut r = Reader::new(bytes);
        let mut headers = Self::default();
        for _ in 0..r.map().ok_or(shape.clone())? {
            match r.unsigned() {
                Some(ALGORITHM) => headers.algorithm = Some(r.int().ok_or(shape.clone())?),
                Some(CONTENT_TYPE) => {
                    let number = r.unsigned().ok_or(shape.clone())?;
                    headers.kind = Some(Kind::from_number(number).ok_or(EnvelopeError::UnknownKind { number })?);
                }
                Some(KEY_ID) => {
                    let id = r.bytes().and_then(|bytes| bytes.try_into().ok()).ok_or(shape.clone())?;
                    headers.key = Some(KeyId(id));
                }
                // Refuse unknown headers: they might change the meaning.
                _ => return Err(shape),
            }
        }
        Ok(headers)
    }

    fn eddsa(&self) -> Result<(), EnvelopeError> {
        if self.algorithm == Some(EDDSA) { Ok(()) } else { Err(EnvelopeError::Algorithm) }
    }
}

/// The `Sig_structure` of RFC 9052, section 4.4, with no external data.
fn to_be_signed(protected: &[u8], own: Option<&[u8]>, payload: &[u8]) -> Vec<u8> {
    let mut bytes = before_payload(protected, own, payload);
    bytes.extend_from_slice(payload);
    bytes
}

/// What is signed before the payload, up to its length: whoever has the payload need not copy it.
fn before_payload(protected: &[u8], own: Option<&[u8]>, payload: &[u8]) -> Vec<u8> {
    let mut w = Writer::default();
    match own {
        None => w.array(4).text("Signature1").bytes(protected),
        Some(own) => w.array(5).text("Signature").bytes(protected).bytes(own),
    };
    w.bytes(&[]).length(payload.len());
    w.into_bytes()
}

/// Protected headers, in the order of their labels.
fn headers(eddsa: bool, kind: Option<Kind>, key: Option<KeyId>) -> Vec<u8> {
    let mut w = Writer::default();
    w.map(usize::from(eddsa) + usize::from(kind.is_some()) + usize::from(key.is_some()));
    if eddsa {
        w.unsigned(ALGORITHM).int(EDDSA);
    }
    if let Some(kind) = kind {
        w.unsigned(CONTENT_TYPE).value(&kind);
    }
    if let Some(key) = key {
        w.unsigned(KEY_ID).bytes(&key.0);
    }
    w.into_bytes()
}

/// Signs. A code does not name its key: it is in the day certificate that the code carries.
#[must_use]
pub fn sign(kind: Kind, payload: &[u8], key: &SecretKey) -> Vec<u8> {
    let public = key.public();
    signed(kind, payload, &[(public, key.sign(&to_sign(kind, payload, &public)))])
}

/// The bytes that a key signs, for one that is kept elsewhere.
#[must_use]
pub fn to_sign(kind: Kind, payload: &[u8], key: &PublicKey) -> Vec<u8> {
    if kind.has_several_signers() {
        to_be_signed(&headers(false, Some(kind), None), Some(&headers(true, None, Some(key.id()))), payload)
    } else {
        to_be_signed(&single_headers(kind, key), None, payload)
    }
}

/// The envelope with these signatures of [`to_sign`]; of a kind that has one signer, with the first.
#[must_use]
pub fn signed(kind: Kind, payload: &[u8], signatures: &[(PublicKey, [u8; 64])]) -> Vec<u8> {
    match signatures {
        [(key, signature), ..] if !kind.has_several_signers() => {
            let mut w = Writer::default();
            w.tag(SIGN1_TAG).array(4).bytes(&single_headers(kind, key)).map(0).bytes(payload).bytes(signature);
            w.into_bytes()
        }
        _ => {
            let own: Vec<_> = signatures.iter().map(|(key, _)| headers(true, None, Some(key.id()))).collect();
            let entries = own.iter().zip(signatures);
            let entries: Vec<_> = entries
                .map(|(protected, (key, signature))| Entry { protected, key: Some(key.id()), signature })
                .collect();
            several(&headers(false, Some(kind), None), payload, &entries)
        }
    }
}

/// The protected headers of a kind that has one signer.
fn single_headers(kind: Kind, key: &PublicKey) -> Vec<u8> {
    headers(true, Some(kind), (kind != Kind::Code).then(|| key.id()))
}

fn several(protected: &[u8], payload: &[u8], entries: &[Entry<'_>]) -> Vec<u8> {
    let mut w = Writer::default();
    w.tag(SIGN_TAG).array(4).bytes(protected).map(0).bytes(payload).array(entries.len());
    for entry in entries {
        w.array(3).bytes(entry.protected).map(0).bytes(entry.signature);
    }
    w.into_bytes()
}

/// A signature of several, apart from what it signs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    key: KeyId,
    signature: Bytes,
}
cbor_map!(Signed { 0 key, 1 signature } if Signed::has_length);

impl Signed {
    const fn has_length(&self) -> bool {
        self.signature.0.len() == 64
    }
}

/// The envelope that has these signatures, as it was taken apart.
#[must_use]
pub fn assemble(kind: Kind, payload: &[u8], signatures: &[Signed]) -> Vec<u8> {
    let own: Vec<_> = signatures.iter().map(|signed| headers(true, None, Some(signed.key))).collect();
    let entries = own.iter().zip(signatures).filter_map(|(protected, signed)| {
        let signature = signed.signature.0.as_slice().try_into().ok()?;
        Some(Entry { protected, key: Some(signed.key), signature })
    });
    let entries: Vec<_> = entries.collect();
    several(&headers(false, Some(kind), None), payload, &entries)
}

/// Adds a signature to a signed file, so that several people can sign one after another. A second signature by the same
/// key replaces its first.
///
/// # Errors
/// [`EnvelopeError`] if `bytes` are not an envelope, are of a kind that has one signer, or have the maximum number of
/// signatures already.
pub fn countersign(bytes: &[u8], key: &SecretKey) -> Result<Vec<u8>, EnvelopeError> {
    let before = Unverified::parse(bytes)?;
    if before.single {
        return Err(EnvelopeError::Shape);
    }
    let id = key.public().id();
    let own = headers(true, None, Some(id));
    let signature = key.sign(&to_be_signed(before.protected, Some(&own), before.payload));
    let mut entries: Vec<_> = before.entries.into_iter().filter(|entry| entry.key != Some(id)).collect();
    entries.push(Entry { protected: &own, key: Some(id), signature: &signature });
    if entries.len() > SIGNATURES {
        return Err(EnvelopeError::TooManySignatures);
    }
    Ok(several(before.protected, before.payload, &entries))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authority::{key, rules, trust_list};

    fn code_of(bytes: &[u8]) -> &'static str {
        crate::error::Coded::code(&Unverified::parse(bytes).unwrap_err())
    }

    /// A `COSE_Sign1` of these protected headers, with a signature of zeros.
    fn single(protected: &[u8]) -> Vec<u8> {
        let mut w = Writer::default();
        w.tag(SIGN1_TAG).array(4).bytes(protected).map(0).bytes(&[0xa0]).bytes(&[0; 64]);
        w.into_bytes()
    }

    /// RFC 9052, appendix C.2.1, has the same structure: headers, payload, signature, and `Sig_structure` over them.
    #[test]
    fn a_signature_is_over_headers_and_payload_as_rfc_9052_says() {
        let secret = key("certificate");
        let bytes = sign(Kind::DayCertificate, b"content", &secret);
        let mut protected = vec![0xa3, 0x01, 0x27, 0x03, 0x19, 0xfd, 0xef, 0x04, 0x48];
        protected.extend(secret.public().id().0);
        let mut signed = b"\x84\x6aSignature1\x51".to_vec();
        signed.extend([&protected[..], b"\x40\x47content"].concat());
        let mut expected = b"\xd2\x84\x51".to_vec();
        expected.extend([&protected[..], b"\xa0\x47content\x58\x40", &secret.sign(&signed)].concat());
        assert_eq!(bytes, expected);
        let envelope = Unverified::parse(&bytes).unwrap();
        assert_eq!((envelope.kind(), envelope.payload()), (Kind::DayCertificate, b"content".as_slice()));
        assert!(envelope.verifies(0, &secret.public()));
        assert!(!envelope.verifies(0, &key("another").public()) && !envelope.verifies(1, &secret.public()));
    }

    #[test]
    fn every_kind_is_signed_and_read_again() {
        for kind in Kind::ALL {
            let bytes = sign(kind, b"content", &key("any"));
            let envelope = Unverified::parse(&bytes).unwrap();
            assert_eq!(envelope.kind(), kind);
            assert!(envelope.verifies(0, &key("any").public()));
            assert_eq!(envelope.signers().next().unwrap().is_some(), kind != Kind::Code);
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.name());
        }
    }

    #[test]
    fn signatures_are_added_one_after_another_and_a_second_one_replaces_the_first() {
        let count = |bytes: &[u8]| Unverified::parse(bytes).unwrap().signers().count();
        let mut bytes = rules();
        assert_eq!(count(&bytes), 2);
        bytes = countersign(&bytes, &key("rules-1")).unwrap();
        assert_eq!(count(&bytes), 2);
        for n in 2..SIGNATURES {
            bytes = countersign(&bytes, &key(&n.to_string())).unwrap();
        }
        assert_eq!(countersign(&bytes, &key("one too many")), Err(EnvelopeError::TooManySignatures));
        let envelope = Unverified::parse(&bytes).unwrap();
        assert!(envelope.verifies(0, &key("rules-2").public()) && envelope.verifies(1, &key("rules-1").public()));
        let one = sign(Kind::DayCertificate, b"content", &key("certificate"));
        assert_eq!(countersign(&one, &key("rules-1")), Err(EnvelopeError::Shape));
    }

    #[test]
    fn headers_that_are_missing_unknown_or_out_of_place_are_refused() {
        assert_eq!(code_of(&single(&[0xa1, 0x01, 0x27])), "envelope-shape");
        assert_eq!(code_of(&single(&[0xa1, 0x03, 0x19, 0xfd, 0xef])), "envelope-algorithm");
        assert_eq!(code_of(&single(&[0xa2, 0x01, 0x26, 0x03, 0x19, 0xfd, 0xef])), "envelope-algorithm");
        assert_eq!(code_of(&single(&[0xa2, 0x01, 0x27, 0x03, 0x00])), "envelope-unknown-kind");
        assert_eq!(code_of(&single(&[0xa3, 0x01, 0x27, 0x02, 0x80, 0x03, 0x19, 0xfd, 0xef])), "envelope-shape");
        assert_eq!(code_of(&single(&[])), "cbor-truncated");
        // One signer where several are allowed, and the other way round.
        assert_eq!(code_of(&single(&[0xa2, 0x01, 0x27, 0x03, 0x19, 0xfd, 0xe8])), "envelope-shape");
        let list = Unverified::parse(&trust_list()).map(|envelope| envelope.kind()).unwrap();
        assert_eq!(list, Kind::TrustList);
        for (protected, entries) in [
            (headers(false, Some(Kind::DayCertificate), None), 1),
            (headers(true, Some(Kind::RulePack), None), 1),
            (headers(false, Some(Kind::RulePack), Some(key("rules-1").public().id())), 1),
            (headers(false, Some(Kind::RulePack), None), 0),
        ] {
            let own = headers(true, None, Some(key("rules-1").public().id()));
            let entry = Entry { protected: &own, key: None, signature: &[0; 64] };
            assert_eq!(code_of(&several(&protected, b"content", &vec![entry; entries])), "envelope-shape");
        }
        // Each of several signatures names its key, and none the kind.
        let (protected, id) = (headers(false, Some(Kind::RulePack), None), key("rules-1").public().id());
        let parse = |kind, key| {
            let own = headers(true, kind, key);
            let entry = Entry { protected: &own, key: None, signature: &[0; 64] };
            Unverified::parse(&several(&protected, b"content", &[entry])).map(|envelope| envelope.kind())
        };
        assert_eq!(parse(None, Some(id)), Ok(Kind::RulePack));
        assert_eq!(parse(None, None), Err(EnvelopeError::Shape));
        assert_eq!(parse(Some(Kind::RulePack), Some(id)), Err(EnvelopeError::Shape));
    }

    #[test]
    fn more_bytes_than_any_file_has_are_not_even_read() {
        let bytes = vec![0; FILE_BYTES + 1];
        assert_eq!(Unverified::parse(&bytes).unwrap_err(), EnvelopeError::TooLarge { bytes: FILE_BYTES + 1 });
        assert_eq!(Unverified::parse(&bytes[1..]).unwrap_err(), CborError::Trailing.into());
    }
}
