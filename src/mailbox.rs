//! Mailboxes: what the issuer says of people between their certificates.
//!
//! A mailbox is a signed file that anybody may fetch. It has an entry for each listed person whose number it has, and as many
//! others that nobody can read: all mailboxes of an issuer are of one length. An entry is a tag by which the person's phones
//! find it, and a sealed [`Notice`]. Both come from a secret that the person's phones get with their certificates, and from the
//! moment at which the mailbox was written, so that two mailboxes of different moments have nothing in common but their number:
//!
//! ```text
//! prk    = HKDF-Extract(SHA-256, salt = "healthcode mailbox", secret)              RFC 5869
//! number = the first `bits` bits of HKDF-Expand(prk, "number", 4)
//! tag (8 bytes), key (32 bytes) = HKDF-Expand(prk, "entry" + moment (8 bytes) + salt of the mailbox (16 bytes), 40)
//! entry  = tag + ChaCha20-Poly1305(key, nonce = 12 zero bytes, notice)             RFC 8439
//! ```
//!
//! A key seals one notice: the salt comes from all that a mailbox says, so that another content has other keys.

use chacha20poly1305::aead::inout::InOutBuf;
use chacha20poly1305::{AeadInOut, ChaCha20Poly1305, KeyInit, Tag};
use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::Zeroize;

use crate::calendar::{Span, Time};
use crate::cbor::{Bytes, Cbor, Reader, Writer, cbor_map, check_deterministic, from_bytes, to_bytes};
use crate::colour::Colour;
use crate::error::family_errors;
use crate::facts::{Floor, is_grounded};
use crate::limits::{CLOCK_SKEW_SECONDS, MAILBOX_BITS, MAILBOX_ENTRIES, MAILBOX_SECONDS};
use crate::place::Place;
use crate::private::private_debug;
use crate::trust::envelope::{self, EnvelopeError};
use crate::trust::file::FileError;
use crate::trust::{Kind, SecretKey, Trust, Unverified};

/// What the secret is for.
const SALT: &[u8] = b"healthcode mailbox";
/// Bytes of a tag: among a mailbox's entries, nobody else's is taken for one's own.
const TAG: usize = 8;
/// Bytes of a key.
const KEY: usize = 32;
/// Bytes of a notice before it is sealed: its length, itself, and zeros.
const NOTICE: usize = 40;
/// Bytes of an entry.
pub const ENTRY_BYTES: usize = TAG + NOTICE + 16;

family_errors! {
    /// Why a mailbox is refused.
    MailboxError {
        /// The content is not a mailbox.
        Malformed = "mailbox-malformed", "the content is not a mailbox";
        /// This phone has no mailbox, or another one.
        NotYours = "mailbox-not-yours", "the mailbox is not the one that this phone looks into";
        /// Written before the one that the phone has.
        Older { /// when it was written
            issued: Time, /// when the phone's was written
            newest: Time } = "mailbox-older", "the mailbox was written at {issued}, before the one of {newest} that the phone has";
        /// Too old to learn from.
        Old { /// when it was written
            issued: Time, /// the clock
            now: Time } = "mailbox-old", "the mailbox was written at {issued} and it is {now}; a newer one is kept back, or there is none";
        /// Of the future.
        NotYetWritten { /// when it was written
            issued: Time, /// the clock
            now: Time } = "mailbox-not-yet-written", "the mailbox was written at {issued} and it is {now}; check the clock";
        /// There is an entry for this phone, which says nothing that can be read.
        Entry = "mailbox-entry", "the entry for this person cannot be read";
        @wraps
        /// Not an envelope, or not signed by the right signer.
        File(FileError);
    }
}

impl From<EnvelopeError> for MailboxError {
    fn from(error: EnvelopeError) -> Self {
        Self::File(error.into())
    }
}

/// A secret of 32 bytes.
#[derive(Clone, PartialEq, Eq)]
struct Secret([u8; KEY]);

impl Drop for Secret {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl Cbor for Secret {
    fn write(&self, w: &mut Writer) {
        w.bytes(&self.0);
    }

    fn read(r: &mut Reader<'_>) -> Option<Self> {
        r.bytes()?.try_into().ok().map(Self)
    }
}

/// What a person's phones find and open their entries with.
#[derive(Clone, PartialEq, Eq)]
pub struct MailboxKey {
    secret: Secret,
    bits: u8,
}
cbor_map!(MailboxKey { 0 secret, 1 bits } if MailboxKey::is_sound);

impl MailboxKey {
    /// The key of a person, among 2^`bits` mailboxes; `None` if an issuer has no more than [`MAILBOX_BITS`] of them.
    #[must_use]
    pub fn new(secret: [u8; KEY], bits: u8) -> Option<Self> {
        let key = Self { secret: Secret(secret), bits };
        key.is_sound().then_some(key)
    }

    const fn is_sound(&self) -> bool {
        self.bits <= MAILBOX_BITS
    }

    /// How many bits the number has.
    #[must_use]
    pub const fn bits(&self) -> u8 {
        self.bits
    }

    /// The number of the person's mailbox, which stays the same.
    #[must_use]
    pub fn number(&self) -> u32 {
        let mut number = [0; 4];
        self.expand(&[b"number"], &mut number);
        u32::from_be_bytes(number).checked_shr(32 - u32::from(self.bits)).unwrap_or_default()
    }

    /// Where the mailbox is, below the server's address: `mailboxes/BITS/NUMBER`.
    #[must_use]
    pub fn path(&self) -> String {
        format!("mailboxes/{}/{}", self.bits, self.number())
    }

    /// Seals what is said of the person in the mailbox with this moment and salt; `None` if it is no notice.
    #[must_use]
    pub fn seal(&self, issued: Time, salt: [u8; 16], notice: &Notice) -> Option<[u8; ENTRY_BYTES]> {
        let mut plain = [0; NOTICE];
        let written = to_bytes(notice);
        let (length, rest) = plain.split_first_mut()?;
        *length = u8::try_from(written.len()).ok()?;
        rest.get_mut(..written.len())?.copy_from_slice(&written);
        let (tag, key) = self.entry(issued, salt);
        let proof = cipher(&key).encrypt_inout_detached(&Default::default(), &[], plain.as_mut_slice().into()).ok()?;
        let mut entry = [0; ENTRY_BYTES];
        let parts = tag.iter().chain(&plain).chain(&proof);
        entry.iter_mut().zip(parts).for_each(|(to, from)| *to = *from);
        notice.is_sound().then_some(entry)
    }

    /// What the entry for this person says, if it is one.
    fn open(&self, issued: Time, salt: [u8; 16], entries: &[u8]) -> Result<Option<Notice>, MailboxError> {
        let (tag, key) = self.entry(issued, salt);
        let Some(own) = entries.chunks_exact(ENTRY_BYTES).find(|entry| entry.starts_with(&tag)) else {
            return Ok(None);
        };
        let open = || {
            let (_, sealed) = own.split_first_chunk::<TAG>()?;
            let (sealed, proof) = sealed.split_first_chunk::<NOTICE>()?;
            let (mut plain, proof) = (*sealed, Tag::try_from(proof).ok()?);
            let buffer = InOutBuf::from(plain.as_mut_slice());
            cipher(&key).decrypt_inout_detached(&Default::default(), &[], buffer, &proof).ok()?;
            let (length, rest) = plain.split_first()?;
            let (written, zeros) = rest.split_at_checked((*length).into())?;
            check_deterministic(written).ok()?;
            from_bytes(written).filter(|_| zeros.iter().all(|zero| *zero == 0))
        };
        open().map(Some).ok_or(MailboxError::Entry)
    }

    fn entry(&self, issued: Time, salt: [u8; 16]) -> ([u8; TAG], [u8; KEY]) {
        let mut both = [0; TAG + KEY];
        self.expand(&[b"entry", &issued.unix().to_be_bytes(), &salt], &mut both);
        let (mut tag, mut key) = ([0; TAG], [0; KEY]);
        tag.iter_mut().chain(&mut key).zip(both).for_each(|(to, from)| *to = from);
        (tag, key)
    }

    fn expand(&self, info: &[&[u8]], out: &mut [u8]) {
        // It fails for what is longer than 255 hashes only.
        let done = Hkdf::<Sha256>::new(Some(SALT), &self.secret.0).expand_multi_info(info, out);
        debug_assert!(done.is_ok());
    }
}

fn cipher(key: &[u8; KEY]) -> ChaCha20Poly1305 {
    ChaCha20Poly1305::new(key.into())
}

/// What the issuer says of a person in a mailbox: the floor for their colour, green where there is none any more.
#[derive(Clone, PartialEq, Eq)]
pub struct Notice {
    /// The floor.
    pub floor: Colour,
    /// Until when it is said.
    pub until: Time,
    /// Why the floor is not green.
    pub ground: Option<String>,
}
cbor_map!(Notice { 0 floor, 1 until, 2 ground } if Notice::is_sound);

impl Notice {
    fn is_sound(&self) -> bool {
        is_grounded(self.floor, self.ground.as_deref())
    }

    /// The floor as a reason for a colour; none if it is green.
    #[must_use]
    pub fn floor(&self) -> Option<Floor> {
        Some(Floor { colour: self.floor, ground: self.ground.clone()?, until: self.until, ends: true })
    }
}

/// A mailbox.
#[derive(Clone, PartialEq, Eq)]
pub struct Mailbox {
    /// The moment of which it says all that there is to say.
    pub issued: Time,
    /// Whom it is for: the region that the issuer certifies for.
    pub place: Place,
    /// How many bits the number has.
    pub bits: u8,
    /// Its number.
    pub number: u32,
    /// Fixed by all that it says.
    pub salt: [u8; 16],
    /// The entries, in the order of their tags.
    pub entries: Vec<u8>,
}

/// A mailbox as it is written.
struct Written {
    issued: Time,
    place: Place,
    bits: u8,
    number: u32,
    salt: Bytes,
    entries: Bytes,
}
cbor_map!(Written { 0 issued, 1 place, 2 bits, 3 number, 4 salt, 5 entries });

/// A mailbox whose signature, by an issuer that may certify, has been verified.
#[derive(Clone, PartialEq, Eq)]
pub struct VerifiedMailbox(Mailbox);

impl Mailbox {
    /// Signs it with the issuer's key.
    #[must_use]
    pub fn sign(self, key: &SecretKey) -> Vec<u8> {
        let Self { issued, place, bits, number, salt, entries } = self;
        let written = Written { issued, place, bits, number, salt: Bytes(salt.to_vec()), entries: Bytes(entries) };
        envelope::sign(Kind::Mailbox, &to_bytes(&written), key)
    }

    /// Reads a mailbox, whoever signed it: for those who look into it without believing it.
    ///
    /// # Errors
    /// [`MailboxError`] if it is none.
    pub fn read_unverified(bytes: &[u8]) -> Result<Self, MailboxError> {
        Self::read(&Unverified::parse(bytes)?)
    }

    /// Opens a mailbox, whatever the time and whoever's it is.
    ///
    /// # Errors
    /// [`MailboxError`] if it is none, or is not signed by an issuer that may certify for its place.
    pub fn open(bytes: &[u8], trust: &Trust) -> Result<VerifiedMailbox, MailboxError> {
        let envelope = Unverified::parse(bytes)?;
        let mailbox = Self::read(&envelope)?;
        trust.check_signers(&envelope, Some(mailbox.place), mailbox.issued, 1)?;
        Ok(VerifiedMailbox(mailbox))
    }

    fn read(envelope: &Unverified<'_>) -> Result<Self, MailboxError> {
        let (wanted, found) = (Kind::Mailbox, envelope.kind());
        if found != wanted {
            return Err(FileError::WrongKind { wanted, found }.into());
        }
        let malformed = MailboxError::Malformed;
        check_deterministic(envelope.payload()).map_err(|_| malformed.clone())?;
        let Written { issued, place, bits, number, salt, entries } =
            from_bytes(envelope.payload()).ok_or(malformed.clone())?;
        let (Ok(salt), entries) = (salt.0.try_into(), entries.0) else { return Err(malformed) };
        if entries.len() % ENTRY_BYTES != 0 || entries.len() > MAILBOX_ENTRIES * ENTRY_BYTES || bits > MAILBOX_BITS {
            return Err(malformed);
        }
        Ok(Self { issued, place, bits, number, salt, entries })
    }
}

impl VerifiedMailbox {
    /// When it was written.
    #[must_use]
    pub const fn issued(&self) -> Time {
        self.0.issued
    }

    /// Whether it is for people with certificates of a place.
    #[must_use]
    pub fn is_for(&self, place: Place) -> bool {
        self.0.place.contains(place)
    }

    /// What it says of a person.
    ///
    /// # Errors
    /// [`MailboxError::NotYours`] if they look into another mailbox, and [`MailboxError::Entry`].
    pub fn notice(&self, key: &MailboxKey) -> Result<Option<Notice>, MailboxError> {
        let Mailbox { issued, bits, number, salt, entries, .. } = &self.0;
        if (*bits, *number) != (key.bits(), key.number()) {
            return Err(MailboxError::NotYours);
        }
        key.open(*issued, *salt, entries)
    }

    /// Refuses one that is no news.
    ///
    /// # Errors
    /// [`MailboxError::Old`] or [`MailboxError::NotYetWritten`].
    pub fn check(&self, now: Time) -> Result<(), MailboxError> {
        let issued = self.issued();
        if now.plus(Span::seconds(CLOCK_SKEW_SECONDS)) < issued {
            Err(MailboxError::NotYetWritten { issued, now })
        } else if now.since(issued) > Span::seconds(MAILBOX_SECONDS) {
            Err(MailboxError::Old { issued, now })
        } else {
            Ok(())
        }
    }
}

private_debug!(MailboxKey, Notice, Mailbox, VerifiedMailbox);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authority::*;
    use proptest::prelude::*;

    fn opened(mailbox: Mailbox) -> VerifiedMailbox {
        Mailbox::open(&mailbox.sign(&key("certificate")), &trust()).unwrap()
    }

    #[test]
    fn each_finds_their_own_entry_and_two_moments_have_nothing_in_common() {
        let mailbox = mailbox_of(0, &[("phone", contact()), ("another", lifted())]);
        assert!(opened(mailbox.clone()).notice(&mailbox_key("phone")).unwrap() == Some(contact()));
        let entries = |mailbox: &Mailbox| mailbox.entries.chunks(ENTRY_BYTES).map(<[u8]>::to_vec).collect::<Vec<_>>();
        let later = mailbox_of(180, &[("phone", contact()), ("another", lifted())]);
        let common = entries(&mailbox).into_iter().filter(|entry| entries(&later).contains(entry)).count();
        assert_eq!(common, 2, "but for those of this test that stand for what fills a mailbox up");
        // Nor have two of one moment that say different things.
        let salted = mailbox_key("phone").seal(now(), [8; 16], &contact()).unwrap();
        assert!(entries(&mailbox).iter().all(|entry| entry[..TAG] != salted[..TAG] && entry[TAG..] != salted[TAG..]));
    }

    #[test]
    fn numbers_stay_are_spread_and_have_as_many_bits_as_are_asked_for() {
        let key = |bits| MailboxKey::new(seed("somebody"), bits);
        assert_eq!(key(0).unwrap().number(), 0);
        let whole = key(MAILBOX_BITS).unwrap().number();
        assert!((0..=MAILBOX_BITS).all(|bits| key(bits).unwrap().number() == whole >> (MAILBOX_BITS - bits)));
        assert!(key(MAILBOX_BITS + 1).is_none());
        let mut people = [0; 16];
        for person in 0..1_600 {
            people[MailboxKey::new(seed(&format!("person {person}")), 4).unwrap().number() as usize] += 1;
        }
        assert!(people.iter().all(|count| (60..140).contains(count)), "{people:?}");
    }

    #[test]
    fn a_notice_without_a_ground_is_none() {
        let sealed = |notice: Notice| mailbox_key("phone").seal(now(), [0; 16], &notice);
        assert!(sealed(contact()).is_some() && sealed(lifted()).is_some());
        assert!(sealed(Notice { ground: None, ..contact() }).is_none());
        assert!(sealed(Notice { ground: Some("Contact".into()), ..contact() }).is_none());
        assert!(sealed(Notice { floor: Colour::Green, ..contact() }).is_none());
        let longest = Notice { ground: Some("g".repeat(18)), until: Time::from_unix(1 << 40), ..contact() };
        assert!(sealed(longest).is_some(), "there is room for the longest");
    }

    #[test]
    fn nothing_is_printed() {
        let printed = format!("{:?} {:?} {:?}", mailbox_key("phone"), contact(), mailbox_of(0, &[]));
        assert_eq!(printed, "MailboxKey(..) Notice(..) Mailbox(..)");
    }

    proptest! {
        #[test]
        fn whatever_is_sealed_is_opened_by_its_person_alone(
            secret in any::<[u8; 32]>(), other in any::<[u8; 32]>(), seconds in 0_i64..4_000_000_000, salt in any::<[u8; 16]>(),
            until in 0_i64..4_000_000_000, colour in 1_usize..4, ground in "[a-z0-9-]{1,18}",
        ) {
            prop_assume!(secret != other);
            let issued = Time::from_unix(seconds);
            let notice = Notice { floor: Colour::ALL[colour], until: Time::from_unix(until), ground: Some(ground) };
            prop_assume!(notice.is_sound());
            let [own, other] = [secret, other].map(|secret| MailboxKey::new(secret, 4).unwrap());
            let entries = [own.seal(issued, salt, &notice).unwrap(), [1; ENTRY_BYTES]].concat();
            prop_assert!(own.open(issued, salt, &entries).unwrap() == Some(notice));
            prop_assert!(other.open(issued, salt, &entries).unwrap().is_none());
        }

        #[test]
        fn whatever_comes_is_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let bytes = envelope::sign(Kind::Mailbox, &bytes, &key("certificate"));
            prop_assert!(Mailbox::open(&bytes, &trust()).is_err());
        }
    }
}
