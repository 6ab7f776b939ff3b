//! Which day certificates are withdrawn: a Token Status List (IETF draft-ietf-oauth-status-list) as a CBOR Web Token.
//!
//! An issuer has a list for each UTC day, of the certificates that it signed on that day with one key. A certificate has its number in
//! it, which is random. Whoever signed the certificates signs the list, and its subject says which one it is: no list is taken for that
//! of another key or day.

use serde::Serialize;

use super::inflate::{Fault, inflate};
use crate::calendar::{Date, Offset, Span, Time};
use crate::cbor::{Cbor, Reader, Writer};
use crate::error::family_errors;
use crate::limits::{
    CLOCK_SKEW_SECONDS, STATUS_ARRAY_BYTES, STATUS_DAYS, STATUS_FILE_BYTES, STATUS_HOURS, STATUS_SECONDS,
    STATUS_WITHDRAWN,
};
use crate::trust::file::FileError;
use crate::trust::{KeyId, Kind, SecretKey, Trust};

/// The COSE tag and headers of RFC 9052 and RFC 9596, and EdDSA of RFC 9053.
const SIGN1_TAG: u64 = 18;
const ALGORITHM: u64 = 1;
const KEY_ID: u64 = 4;
const TYPE: u64 = 16;
const EDDSA: i64 = -8;
const STATUS_LIST_TYPE: &str = "application/statuslist+cwt";

/// The claims of RFC 8392, and those of the draft.
const SUBJECT: u64 = 2;
const EXPIRES: u64 = 4;
const ISSUED: u64 = 6;
const STATUS_LIST: u64 = 65_533;
const TIME_TO_LIVE: u64 = 65_534;

family_errors! {
    /// Why a status list is not taken.
    StatusError {
        /// Not a status list as this crate reads it.
        Malformed = "status-malformed", "this is not a list of withdrawn certificates (Token Status List in CWT form)";
        /// More bytes, more statuses or more withdrawn certificates than a list may have.
        TooLarge = "status-too-large", "the list of withdrawn certificates has more in it than any may have";
        /// Made before the one that is there.
        Older { /// when it was made
            issued: Time, /// when the other was made
            seen: Time } = "status-older", "the list of withdrawn certificates was made at {issued}, before the one of {seen} that is there";
        @wraps
        /// Not signed by a key that certifies, or not in its time.
        File(FileError);
    }
}

/// Where the list of a key and a day is, below the address of a server. It is the list's subject too.
#[must_use]
pub fn path(key: KeyId, day: Date) -> String {
    format!("status/{key}/{day}")
}

/// The UTC day whose list has the number of a certificate that was issued then.
#[must_use]
pub const fn day_of(issued: Time) -> Date {
    issued.date(Offset::UTC)
}

/// The days whose certificates may be valid now, the newest first.
pub fn days(now: Time) -> impl Iterator<Item = Date> {
    (0..STATUS_DAYS).map(move |back| day_of(now).plus_days(-back))
}

/// The draft's `StatusList`: statuses of 1, 2, 4 or 8 bits in an array, compressed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statuses {
    /// Bits of a status.
    pub bits: u8,
    /// The array, compressed by DEFLATE in the ZLIB format.
    pub compressed: Vec<u8>,
}

impl Cbor for Statuses {
    /// In the order of the draft, which is not that of deterministic CBOR.
    fn write(&self, w: &mut Writer) {
        w.map(2).text("bits").value(&self.bits).text("lst").bytes(&self.compressed);
    }

    fn read(r: &mut Reader<'_>) -> Option<Self> {
        if r.map()? != 2 || r.text()? != "bits" {
            return None;
        }
        let bits = u8::read(r).filter(|bits| matches!(bits, 1 | 2 | 4 | 8))?;
        if r.text()? != "lst" {
            return None;
        }
        Some(Self { bits, compressed: r.bytes()?.to_vec() })
    }
}

impl Statuses {
    /// The array.
    ///
    /// # Errors
    /// [`StatusError::Malformed`] if it cannot be decompressed, [`StatusError::TooLarge`] if it is longer than any may be.
    pub fn array(&self) -> Result<Vec<u8>, StatusError> {
        inflate(&self.compressed, STATUS_ARRAY_BYTES).map_err(|fault| match fault {
            Fault::TooLong => StatusError::TooLarge,
            Fault::Malformed => StatusError::Malformed,
        })
    }
}

/// Whether these bytes are such a list, whoever signed it.
#[must_use]
pub fn is_list(bytes: &[u8]) -> bool {
    bytes.len() <= STATUS_FILE_BYTES && Unchecked::parse(bytes).is_some()
}

/// A list that has been read but whose signature has not been checked.
struct Unchecked<'a> {
    protected: &'a [u8],
    payload: &'a [u8],
    signature: &'a [u8; 64],
    key: KeyId,
    day: Date,
    issued: Time,
    expires: Time,
    statuses: Statuses,
}

impl<'a> Unchecked<'a> {
    fn parse(bytes: &'a [u8]) -> Option<Self> {
        let mut r = Reader::new(bytes);
        if r.tag()? != SIGN1_TAG || r.array()? != 4 {
            return None;
        }
        let protected = r.bytes()?;
        if r.map()? != 0 {
            return None;
        }
        let (payload, signature) = (r.bytes()?, r.bytes()?.try_into().ok()?);
        let mut h = Reader::new(protected);
        let mut headers = h.fields()?;
        let algorithm: i64 = headers.take(&mut h, ALGORITHM)?;
        let key: KeyId = headers.take(&mut h, KEY_ID)?;
        let of_type: String = headers.take(&mut h, TYPE)?;
        headers.end()?;
        let mut p = Reader::new(payload);
        let mut claims = p.fields()?;
        let subject: String = claims.take(&mut p, SUBJECT)?;
        let expires: Time = claims.take(&mut p, EXPIRES)?;
        let issued: Time = claims.take(&mut p, ISSUED)?;
        let statuses = claims.take(&mut p, STATUS_LIST)?;
        let _: u32 = claims.take(&mut p, TIME_TO_LIVE)?;
        claims.end()?;
        let day = Date::parse(subject.rsplit('/').next()?).ok().filter(|day| path(key, *day) == subject)?;
        let whole = r.is_empty() && h.is_empty() && p.is_empty();
        let is_list = whole && algorithm == EDDSA && of_type == STATUS_LIST_TYPE && issued <= expires;
        is_list.then_some(Self { protected, payload, signature, key, day, issued, expires, statuses })
    }
}

/// The `Sig_structure` of RFC 9052, section 4.4.
fn to_be_signed(protected: &[u8], payload: &[u8]) -> Vec<u8> {
    let mut w = Writer::default();
    w.array(4).text("Signature1").bytes(protected).bytes(&[]).bytes(payload);
    w.into_bytes()
}

/// A list whose signature, by a key that may certify, has been verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusList {
    key: KeyId,
    day: Date,
    issued: Time,
    expires: Time,
    /// How many statuses it has.
    numbers: usize,
    /// The numbers whose status is not valid, in ascending order: they are few.
    withdrawn: Vec<u32>,
}

/// Which list it is, and of when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct StatusState {
    /// Where it is, below the address of a server: `status/`, its issuer's key, `/`, its day.
    pub path: String,
    /// When it was made: what was withdrawn later is not in it.
    pub issued: Time,
    /// Until when a checkpoint goes by it.
    pub expires: Time,
}

impl StatusList {
    /// Signs the list of a day with the key that signed the certificates. `statuses` are those of all numbers from 0 on.
    #[must_use]
    pub fn sign(key: &SecretKey, day: Date, issued: Time, statuses: &Statuses) -> Vec<u8> {
        let own = key.public().id();
        let mut headers = Writer::default();
        headers.map(3).field(ALGORITHM, &EDDSA).field(KEY_ID, &own).field(TYPE, &STATUS_LIST_TYPE.to_owned());
        let mut claims = Writer::default();
        let expires = issued.plus(Span::seconds(STATUS_HOURS * 3_600));
        claims.map(5).field(SUBJECT, &path(own, day)).field(EXPIRES, &expires).field(ISSUED, &issued);
        claims.field(STATUS_LIST, statuses).field(TIME_TO_LIVE, &STATUS_SECONDS);
        let (protected, payload) = (headers.into_bytes(), claims.into_bytes());
        let signature = key.sign(&to_be_signed(&protected, &payload));
        let mut w = Writer::default();
        w.tag(SIGN1_TAG).array(4).bytes(&protected).map(0).bytes(&payload).bytes(&signature);
        w.into_bytes()
    }

    /// Opens a list. Whether it is still current is asked when it is used.
    ///
    /// # Errors
    /// [`StatusError`] for the first fault.
    pub fn open(bytes: &[u8], trust: &Trust, now: Time) -> Result<Self, StatusError> {
        if bytes.len() > STATUS_FILE_BYTES {
            return Err(StatusError::TooLarge);
        }
        let list = Unchecked::parse(bytes).ok_or(StatusError::Malformed)?;
        let Unchecked { protected, payload, signature, key, day, issued, expires, statuses } = list;
        let signed = to_be_signed(protected, payload);
        let mut claimed = trust.certifying(issued).filter(|(own, _)| *own == key).map(|(_, own)| own).peekable();
        if claimed.peek().is_none() {
            return Err(FileError::UnknownKey { kind: Kind::DayCertificate }.into());
        }
        if !claimed.any(|own| own.verifies(&signed, signature)) {
            return Err(FileError::BadSignature { key }.into());
        }
        if now.plus(Span::seconds(CLOCK_SKEW_SECONDS)) < issued {
            return Err(FileError::NotYetIssued { issued, now }.into());
        }
        let array = statuses.array()?;
        let each = 8 / usize::from(statuses.bits);
        let mut withdrawn = Vec::new();
        // Nearly all bytes are 0.
        for (at, byte) in array.iter().enumerate().filter(|(_, byte)| **byte != 0) {
            for within in 0..each {
                let status = u16::from(*byte) >> (within * usize::from(statuses.bits)) & ((1 << statuses.bits) - 1);
                if status != 0 {
                    withdrawn.push(u32::try_from(at * each + within).map_err(|_| StatusError::TooLarge)?);
                }
            }
            if withdrawn.len() > STATUS_WITHDRAWN {
                return Err(StatusError::TooLarge);
            }
        }
        // Whoever signs a list for longer than any holds is not believed for longer.
        let expires = expires.min(issued.plus(Span::seconds(STATUS_HOURS * 3_600)));
        Ok(Self { key, day, issued, expires, numbers: array.len() * each, withdrawn })
    }

    /// Whether a certificate with this number is withdrawn; `None` if the list has no such number.
    #[must_use]
    pub fn is_withdrawn(&self, number: u32) -> Option<bool> {
        let has = usize::try_from(number).is_ok_and(|number| number < self.numbers);
        has.then(|| self.withdrawn.binary_search(&number).is_ok())
    }

    /// How many of its certificates are withdrawn.
    #[must_use]
    pub const fn withdrawn(&self) -> usize {
        self.withdrawn.len()
    }

    /// The key that signed it, and the certificates.
    #[must_use]
    pub const fn key(&self) -> KeyId {
        self.key
    }

    /// The day of its certificates.
    #[must_use]
    pub const fn day(&self) -> Date {
        self.day
    }

    /// When it was made.
    #[must_use]
    pub const fn issued(&self) -> Time {
        self.issued
    }

    /// Until when it is gone by.
    #[must_use]
    pub const fn expires(&self) -> Time {
        self.expires
    }

    /// Which it is.
    #[must_use]
    pub fn state(&self) -> StatusState {
        StatusState { path: path(self.key, self.day), issued: self.issued, expires: self.expires }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authority::*;
    use crate::cbor::{from_bytes, to_bytes};
    use crate::error::Coded;
    use miniz_oxide::deflate::compress_to_vec_zlib;
    use proptest::prelude::*;

    /// The array of statuses with these bits, of which all others are 0.
    fn array(bits: u8, size: usize, statuses: &[(usize, u8)]) -> Vec<u8> {
        let each = 8 / usize::from(bits);
        let mut array = vec![0; size.div_ceil(each)];
        for (number, status) in statuses {
            array[number / each] |= status << (number % each * usize::from(bits));
        }
        array
    }

    fn statuses(bits: u8, array: &[u8]) -> Statuses {
        Statuses { bits, compressed: compress_to_vec_zlib(array, 9) }
    }

    fn today() -> Date {
        day_of(certificate_for("day").issued)
    }

    fn open(bytes: &[u8]) -> Result<StatusList, &'static str> {
        StatusList::open(bytes, &trust(), now()).map_err(|error| error.code())
    }

    fn of(statuses: &Statuses) -> Result<StatusList, &'static str> {
        open(&StatusList::sign(&key("certificate"), today(), now(), statuses))
    }

    #[test]
    fn the_drafts_vectors_are_read_and_written_byte_for_byte() {
        #[derive(serde::Deserialize)]
        struct Case {
            section: String,
            bits: u8,
            size: usize,
            statuses: Vec<(usize, u8)>,
            cbor: String,
        }
        #[derive(serde::Deserialize)]
        struct Vectors {
            cases: Vec<Case>,
        }
        let vectors: Vectors = serde_json::from_str(include_str!("../../tests/vectors/status/draft.json")).unwrap();
        assert_eq!(vectors.cases.len(), 6);
        for Case { section, bits, size, statuses, cbor } in vectors.cases {
            let bytes: Vec<u8> =
                (0..cbor.len()).step_by(2).map(|at| u8::from_str_radix(&cbor[at..at + 2], 16).unwrap()).collect();
            let read: Statuses = from_bytes(&bytes).expect(&section);
            assert_eq!((read.bits, read.array().unwrap()), (bits, array(bits, size, &statuses)), "{section}");
            assert_eq!(to_bytes(&read), bytes, "{section}");
            let list = of(&read).unwrap();
            let mut withdrawn: Vec<_> = statuses.iter().map(|(number, _)| u32::try_from(*number).unwrap()).collect();
            withdrawn.sort_unstable();
            assert_eq!((list.withdrawn.as_slice(), list.numbers), (withdrawn.as_slice(), size), "{section}");
        }
    }

    #[test]
    fn a_list_says_of_each_number_whether_it_is_withdrawn() {
        let list = of(&statuses(1, &array(1, 1 << 20, &[(7, 1), (1_048_575, 1)]))).unwrap();
        let of = |number| list.is_withdrawn(number);
        assert_eq!([of(0), of(7), of(1_048_575)], [Some(false), Some(true), Some(true)]);
        assert_eq!([of(1_048_576), of(u32::MAX)], [None, None], "outside");
        let state = list.state();
        assert_eq!(state.path, format!("status/{}/2020-02-12", key("certificate").public().id()));
        assert_eq!((state.issued, state.expires), (now(), now().plus(day(1))));
        let days: Vec<_> = days(now()).map(|day| day.to_string()).collect();
        assert_eq!(days, ["2020-02-12", "2020-02-11", "2020-02-10"]);
    }

    #[test]
    fn hostile_lists_are_refused_with_a_code() {
        let good = statuses(1, &array(1, 64, &[(5, 1)]));
        let signed = StatusList::sign(&key("certificate"), today(), now(), &good);
        assert!(open(&signed).is_ok());
        // Whoever may not certify, and whoever signs with another key than it names.
        assert_eq!(open(&StatusList::sign(&key("manifest"), today(), now(), &good)), Err("file-unknown-key"));
        let last = signed.len() - 1;
        let flipped = |at: usize| [&signed[..at], &[signed[at] ^ 1], &signed[at + 1..]].concat();
        assert_eq!(open(&flipped(last)), Err("file-bad-signature"));
        // Another day's, under this day's name.
        let at = signed.windows(10).position(|bytes| bytes == b"2020-02-12").unwrap();
        assert_eq!(open(&flipped(at + 9)), Err("file-bad-signature"));
        let ahead = StatusList::sign(&key("certificate"), today(), now().plus(day(1)), &good);
        assert_eq!(open(&ahead), Err("file-not-yet-issued"));
        // What decompresses to more than any list has, far more, or to nothing.
        let bomb = |bytes: usize| of(&statuses(1, &vec![0; bytes])).map(|list| list.numbers);
        assert_eq!(bomb(STATUS_ARRAY_BYTES), Ok(STATUS_ARRAY_BYTES * 8));
        assert_eq!((bomb(STATUS_ARRAY_BYTES + 1), bomb(40 << 20)), (Err("status-too-large"), Err("status-too-large")));
        assert_eq!(of(&statuses(8, &vec![1; STATUS_WITHDRAWN + 1])).map(|_| ()), Err("status-too-large"));
        assert_eq!(open(&vec![0xd2; STATUS_FILE_BYTES + 1]), Err("status-too-large"));
        // Bits that the draft does not have, and what is no list at all.
        for bits in [0, 3, 9] {
            assert_eq!(of(&Statuses { bits, ..good.clone() }), Err("status-malformed"), "{bits}");
        }
        let cut = Statuses { compressed: good.compressed[..good.compressed.len() - 1].to_vec(), ..good.clone() };
        let mut damaged = good.clone();
        *damaged.compressed.last_mut().unwrap() ^= 1;
        for bad in [cut, damaged, Statuses { bits: 1, compressed: Vec::new() }] {
            assert_eq!(of(&bad), Err("status-malformed"));
        }
        for bad in
            [&[][..], &signed[1..], &signed[..last], &[&signed[..], &[0]].concat(), &trust_list(), &certificate()]
        {
            assert_eq!(open(bad), Err("status-malformed"));
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_opened_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200), at in 0usize..200) {
            let good = StatusList::sign(&key("certificate"), today(), now(), &statuses(1, &[0; 8]));
            let mut changed = good.clone();
            let at = at % changed.len();
            changed[at] = changed[at].wrapping_add(1);
            prop_assert!(open(&bytes).is_err() && open(&changed).is_err());
        }

        #[test]
        fn each_number_has_the_status_that_was_written(
            bits in prop::sample::select(vec![1u8, 2, 4, 8]), numbers in proptest::collection::btree_set(0usize..4_000, 0..50),
        ) {
            let written: Vec<_> = numbers.iter().map(|number| (*number, 1)).collect();
            let list = of(&statuses(bits, &array(bits, 4_000, &written))).unwrap();
            for number in 0..4_000 {
                prop_assert_eq!(list.is_withdrawn(number), Some(numbers.contains(&usize::try_from(number).unwrap())));
            }
        }
    }
}
