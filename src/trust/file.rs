//! Signed files: their header, and the type that shows that their signers were checked.

use serde::Serialize;

use super::digest::Digest;
use super::envelope::{EnvelopeError, Kind, Unverified, sign};
use super::hash::ShortHash;
use super::key::{KeyId, SecretKey};
use super::roots::Roots;
use crate::calendar::{Span, Time};
use crate::cbor::{Cbor, Reader, Spot, Step, Writer, cbor_map, check_deterministic};
use crate::error::family_errors;
use crate::limits::{CLOCK_SKEW_SECONDS, FILE_BYTES};
use crate::place::Place;
use crate::purpose::Purpose;

family_errors! {
    /// Why a file is not used.
    FileError {
        /// A file of a different kind than was wanted.
        WrongKind { /// what was wanted
            wanted: Kind, /// what it is
            found: Kind } = "file-wrong-kind", "this is a {found}, but a {wanted} was expected";
        /// The header or the content does not have the form of its kind.
        Malformed { /// what it says that it is
            kind: Kind, /// where, as far as that is known
            at: Spot } = "file-malformed", "the content is not a valid {kind}{at}";
        /// No signature is from a key that may sign this.
        UnknownKey { /// the kind
            kind: Kind } = "file-unknown-key", "it is not signed with a key that the trust list allows for a {kind} of this place and time";
        /// A signature does not match the bytes.
        BadSignature { /// who is said to have signed
            key: KeyId } = "file-bad-signature", "the signature of key {key} does not match: the file was altered or damaged; fetch it again";
        /// Fewer signers than this kind needs.
        TooFewSigners { /// the kind
            kind: Kind, /// how many different signers it needs
            needed: u8, /// how many signed
            found: u8 } = "file-too-few-signers", "a {kind} needs {needed} different signers and has {found}";
        /// Issued in the future, going by the clock.
        NotYetIssued { /// when it was issued
            issued: Time, /// the clock
            now: Time } = "file-not-yet-issued", "the file was issued at {issued}, but the clock says {now}; set the clock";
        /// Past its expiry.
        Expired { /// when it expired
            expired: Time, /// the clock
            now: Time } = "file-expired", "the file expired at {expired} and it is {now}; fetch the current one";
        /// Older than one seen before, or another file of the same version.
        Rollback { /// the version of this file
            found: u32, /// the version seen before
            seen: u32 } = "file-rollback", "version {seen} was seen before, and version {found} is older or another file";
        /// The content lies outside the place that the header names.
        OutOfPlace { /// the kind
            kind: Kind } = "file-out-of-place", "the content of the {kind} is about places outside the one in its header";
        /// It claims to be valid for longer than its kind may be.
        LongLived { /// the kind
            kind: Kind, /// the longest life, in hours
            hours: i64 } = "file-long-lived", "a {kind} may be valid for at most {hours} h from its issue";
        /// No manifest in force names it.
        NotInManifest { /// the kind
            kind: Kind } = "file-not-in-manifest", "the {kind} is not among the files that are in force; fetch the current one";
        /// Expires before it was issued.
        NeverValid = "file-never-valid", "the file expires before it was issued";
        @wraps
        /// Not even an envelope.
        Envelope(EnvelopeError);
    }
}

/// What every signed file begins with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Header {
    /// Grows with each issue; a version lower than one seen before is refused.
    pub version: u32,
    /// When it was signed.
    pub issued: Time,
    /// When it expires.
    pub expires: Time,
    /// The region it applies to; `None` means everywhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
}
cbor_map!(Header { 0 version, 1 issued, 2 expires, 3 place });

/// The content of a kind of signed file.
pub trait Body: Cbor {
    /// The kind.
    const KIND: Kind;

    /// How many different signers it needs, whatever the trust list says: two for what decides about other people. Where
    /// that depends on the content ([`Body::least_signers`]), what such a file usually needs.
    const SIGNERS: u8;

    /// How many bytes it may have.
    const BYTES: usize = FILE_BYTES;

    /// Whether the content makes sense beyond its form; if not, the file is never opened.
    fn is_sound(&self) -> bool {
        true
    }

    /// What does not make sense of content that is not sound, as far as that can be said.
    #[cfg(feature = "authoring")]
    fn fault(&self) -> Option<String> {
        None
    }

    /// How many different signers this one needs.
    fn least_signers(&self) -> u8 {
        Self::SIGNERS
    }

    /// The roots that must have signed it itself, whoever else has; only trust lists name any.
    fn own_roots(&self) -> Option<&Roots> {
        None
    }

    /// Whether all that it is about lies in the place that the header names: a key that may sign for one province says
    /// nothing about another.
    fn lies_in(&self, place: Place) -> bool;

    /// How long it may be valid from its issue.
    fn longest_life(&self) -> Span;

    /// The name that it gives itself; empty if its kind has none.
    fn id(&self) -> &str {
        ""
    }

    /// What it is for, beside others of its kind for the same region; only rule packs name any.
    fn purpose(&self) -> Option<Purpose> {
        None
    }

    /// Which files its version is compared with, and since when it is in force.
    fn line(&self, header: &Header) -> Line {
        Line { region: header.region(), emergency: false, from: None }
    }
}

/// Whose version a file's is compared with: that of others of its kind and [purpose](Body::purpose) for the same region and lane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// The region that the content is about.
    pub region: Place,
    /// Whether it is in the emergency lane.
    pub emergency: bool,
    /// When it comes into force, if it was announced ahead: until then, the one before it stays.
    pub from: Option<Time>,
}

/// What must hold of header and content together; asked where a file is opened, and before one is signed.
///
/// # Errors
/// [`FileError::NeverValid`], [`FileError::LongLived`] or [`FileError::OutOfPlace`].
pub fn check_content<T: Body>(header: &Header, body: &T) -> Result<(), FileError> {
    check_claims(T::KIND, header, body.longest_life(), body.lies_in(header.region()))
}

/// The same, of a content that may be valid for so long and lies in the place or not.
pub(super) fn check_claims(kind: Kind, header: &Header, longest: Span, lies_in: bool) -> Result<(), FileError> {
    if header.expires <= header.issued {
        return Err(FileError::NeverValid);
    }
    if header.expires.since(header.issued) > longest {
        return Err(FileError::LongLived { kind, hours: longest.as_seconds() / 3_600 });
    }
    if lies_in { Ok(()) } else { Err(FileError::OutOfPlace { kind }) }
}

/// What is known of a file whose signers were checked, whatever its content is.
#[derive(Clone)]
pub struct About {
    /// What it is.
    pub kind: Kind,
    /// Its header.
    pub header: Header,
    /// The keys whose signatures count.
    pub signers: Vec<KeyId>,
    /// How many different signers its content needs.
    pub needed: u8,
    /// Which other files its version is compared with.
    pub line: Line,
    /// A rule pack's id; empty for other kinds.
    pub id: String,
    /// What it is for, of a rule pack.
    pub purpose: Option<Purpose>,
    /// The SHA-256 of its bytes.
    pub digest: Digest,
}

impl About {
    pub(super) fn of<T: Body>(header: Header, body: &T, signers: Vec<KeyId>, digest: Digest) -> Self {
        let (needed, line) = (body.least_signers(), body.line(&header));
        let (id, purpose) = (body.id().into(), body.purpose());
        Self { kind: T::KIND, header, signers, needed, line, id, purpose, digest }
    }
}

/// A file whose signers the trust list allows to sign it. Only [`super::Trust`] makes one.
#[derive(Clone)]
pub struct Verified<T> {
    about: About,
    body: T,
}

impl<T> core::fmt::Debug for Verified<T> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let About { header, signers, .. } = &self.about;
        f.debug_struct("Verified").field("version", &header.version).field("signers", signers).finish()
    }
}

impl<T> Verified<T> {
    pub(super) const fn new(about: About, body: T) -> Self {
        Self { about, body }
    }

    /// What is known of it besides its content.
    #[must_use]
    pub const fn about(&self) -> &About {
        &self.about
    }

    /// The SHA-256 of the file's bytes.
    #[must_use]
    pub const fn digest(&self) -> Digest {
        self.about.digest
    }

    /// The file's header.
    #[must_use]
    pub const fn header(&self) -> &Header {
        &self.about.header
    }

    /// The keys whose signatures count, each from a different signer.
    #[must_use]
    pub fn signers(&self) -> &[KeyId] {
        &self.about.signers
    }

    /// How codes name the file.
    #[must_use]
    pub const fn hash(&self) -> ShortHash {
        self.about.digest.short()
    }

    /// The content, whatever the time. Whoever decides by it must have checked the time ([`Verified::at`], a
    /// [`Schedule`](crate::rules::schedule::Schedule)), or say why not.
    #[must_use]
    pub const fn body(&self) -> &T {
        &self.body
    }

    /// The content, if it may be used at `now`: it was issued by then and did not expire more than `grace` before.
    ///
    /// # Errors
    /// [`FileError::NotYetIssued`] or [`FileError::Expired`].
    pub fn at(&self, now: Time, grace: Span) -> Result<&T, FileError> {
        self.about.header.check(now, grace)?;
        Ok(&self.body)
    }
}

impl Header {
    /// The region that it applies to.
    #[must_use]
    pub fn region(&self) -> Place {
        self.place.unwrap_or(Place::COUNTRY)
    }

    /// Checks that `now` is between issue and expiry, extended by `grace`.
    ///
    /// # Errors
    /// [`FileError::NotYetIssued`], [`FileError::Expired`] or [`FileError::NeverValid`].
    pub fn check(&self, now: Time, grace: Span) -> Result<(), FileError> {
        if self.expires <= self.issued {
            return Err(FileError::NeverValid);
        }
        if now.plus(Span::seconds(CLOCK_SKEW_SECONDS)) < self.issued {
            return Err(FileError::NotYetIssued { issued: self.issued, now });
        }
        if now >= self.expires.plus(grace) {
            return Err(FileError::Expired { expired: self.expires, now });
        }
        Ok(())
    }
}

/// The payload of a file: a map of header and content.
pub(crate) fn encode<T: Body>(header: &Header, body: &T) -> Vec<u8> {
    let mut w = Writer::default();
    w.map(2).field(0, header).field(1, body);
    w.into_bytes()
}

/// Reads the header of a payload; the content is left in the reader.
pub(super) fn decode_header(kind: Kind, payload: &[u8]) -> Result<(Header, Reader<'_>), FileError> {
    check_deterministic(payload).map_err(EnvelopeError::from)?;
    let mut r = Reader::new(payload);
    // A map of two entries: the header, and the content after its key.
    let fields = r.fields().filter(|fields| fields.left() == 2);
    let left = r.left();
    let header =
        fields.and_then(|mut fields| fields.take(&mut r, 0)).or_else(|| r.lost(left, || Step::Field("header")));
    match header {
        Some(header) => Ok((header, r)),
        None => Err(FileError::Malformed { kind, at: r.spot() }),
    }
}

/// Reads the content after the header and refuses anything that this version of the crate would not write.
pub(super) fn decode_body<T: Body>(mut content: Reader<'_>) -> Result<T, FileError> {
    let left = content.left();
    let body = if enter(&mut content, T::BYTES)? { T::read(&mut content) } else { None };
    match body {
        Some(body) if content.is_empty() && body.is_sound() => Ok(body),
        #[cfg(feature = "authoring")]
        body => Err(unsound(T::KIND, content, left, body.as_ref().and_then(T::fault))),
        #[cfg(not(feature = "authoring"))]
        _ => Err(unsound(T::KIND, content, left)),
    }
}

// What is below is the same for every kind, and each has a copy of what is above.

/// Goes to the content; whether it is there.
#[inline(never)]
fn enter(content: &mut Reader<'_>, most: usize) -> Result<bool, FileError> {
    if content.left() > most {
        return Err(EnvelopeError::TooLarge { bytes: content.left() }.into());
    }
    Ok(content.unsigned() == Some(1))
}

/// Where the content is not what it should be, and if all of it could be read, what does not make sense.
#[inline(never)]
fn unsound(
    kind: Kind,
    mut content: Reader<'_>,
    left: usize,
    #[cfg(feature = "authoring")] fault: Option<String>,
) -> FileError {
    let _ = content.lost::<()>(left, || Step::Field("content"));
    let at = content.spot();
    #[cfg(feature = "authoring")]
    let at = at.with(fault);
    FileError::Malformed { kind, at }
}

/// Signs a file with its first key; [`super::envelope::countersign`] adds others.
#[must_use]
pub fn sign_file<T: Body>(header: &Header, body: &T, key: &SecretKey) -> Vec<u8> {
    sign(T::KIND, &encode(header, body), key)
}

/// Takes a file that nobody has signed for a verified one, to try it before it is signed: authors' tools only. It is
/// read from its bytes as on a phone.
///
/// # Errors
/// [`FileError`] if the content is not sound, or ends before it begins.
#[cfg(feature = "authoring")]
pub fn on_trial<T: Body>(header: &Header, body: &T) -> Result<Verified<T>, FileError> {
    let payload = encode(header, body);
    let (header, content) = decode_header(T::KIND, &payload)?;
    if header.expires <= header.issued {
        return Err(FileError::NeverValid);
    }
    let body = decode_body(content)?;
    Ok(Verified::new(About::of(header, &body, Vec::new(), Digest::of(&payload)), body))
}

/// The same for a body that is right in form, as it is: for the records of many people, which would take longer to write
/// and to read back than to decide by. Its digest is all zeros: it has no bytes.
#[cfg(feature = "authoring")]
#[must_use]
pub fn on_trial_as_it_is<T: Body>(header: Header, body: T) -> Verified<T> {
    Verified::new(About::of(header, &body, Vec::new(), Digest([0; 32])), body)
}

/// Reads a file without checking who signed it: for display only, never for decisions.
///
/// # Errors
/// [`FileError`] for the first fault in its form.
pub fn read_unverified<T: Body>(bytes: &[u8]) -> Result<(Header, T), FileError> {
    let envelope = Unverified::parse(bytes)?;
    if envelope.kind() != T::KIND {
        return Err(FileError::WrongKind { wanted: T::KIND, found: envelope.kind() });
    }
    let (header, content) = decode_header(T::KIND, envelope.payload())?;
    Ok((header, decode_body(content)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authority::{code_of, header, key, now, record, record_for, risk, risk_table, signed, trust};
    use crate::facts::Record;
    use crate::risk::RiskTable;

    #[test]
    fn a_file_holds_from_its_issue_to_its_expiry_and_a_grace() {
        let file: Verified<RiskTable> = trust().open_file(&risk(), now()).unwrap();
        let Header { issued, expires, .. } = *file.header();
        let second = Span::seconds(1);
        assert!(file.at(issued.minus(Span::seconds(CLOCK_SKEW_SECONDS)), Span::ZERO).is_ok());
        let early = issued.minus(Span::seconds(CLOCK_SKEW_SECONDS)).minus(second);
        assert_eq!(file.at(early, Span::ZERO), Err(FileError::NotYetIssued { issued, now: early }));
        assert!(file.at(expires.minus(second), Span::ZERO).is_ok());
        assert_eq!(file.at(expires, Span::ZERO), Err(FileError::Expired { expired: expires, now: expires }));
        assert!(file.at(expires, second).is_ok());
        assert_eq!(file.body(), &risk_table(), "to show it is always there");
        assert_eq!(file.digest(), Digest::of(&risk()));
    }

    #[test]
    fn a_file_that_expires_before_its_issue_is_never_valid() {
        let backwards = Header { expires: header(1, None).issued, ..header(1, None) };
        assert_eq!(backwards.check(now(), Span::seconds(1_000_000)), Err(FileError::NeverValid));
        let bytes = signed(&backwards, &risk_table(), &["risk", "risk-2"]);
        assert_eq!(trust().open_file::<RiskTable>(&bytes, now()).unwrap_err(), FileError::NeverValid);
    }

    #[test]
    fn the_content_is_of_its_kind_and_nothing_else() {
        let wanted = FileError::WrongKind { wanted: Kind::RiskTable, found: Kind::Record };
        assert_eq!(read_unverified::<RiskTable>(&record()), Err(wanted.clone()));
        assert_eq!(trust().open_file::<RiskTable>(&record(), now()).unwrap_err(), wanted);
        let (found, table) = read_unverified::<RiskTable>(&risk()).unwrap();
        assert_eq!((found, table), (header(7, None), risk_table()));
        // The content of a record in a file that claims to be a risk table.
        let swapped = sign(Kind::RiskTable, &encode(&header(7, None), &record_for("phone")), &key("risk"));
        assert_eq!(code_of(read_unverified::<RiskTable>(&swapped)), "file-malformed");
        let extra = [&[0xa3][..], &encode(&header(7, None), &risk_table())[1..], &[0x02, 0x00]].concat();
        let extra = sign(Kind::RiskTable, &extra, &key("risk"));
        assert_eq!(code_of(read_unverified::<RiskTable>(&extra)), "file-malformed");
    }

    #[test]
    fn the_content_is_as_long_as_its_kind_may_be_and_no_longer() {
        #[derive(Debug, PartialEq)]
        struct Short(Vec<u8>);
        impl Cbor for Short {
            fn write(&self, w: &mut Writer) {
                w.bytes(&self.0);
            }

            fn read(r: &mut Reader<'_>) -> Option<Self> {
                Some(Self(r.bytes()?.to_vec()))
            }
        }
        impl Body for Short {
            const KIND: Kind = Kind::RiskTable;
            const SIGNERS: u8 = 1;
            const BYTES: usize = 10;

            fn lies_in(&self, _: Place) -> bool {
                true
            }

            fn longest_life(&self) -> Span {
                Span::days(1)
            }
        }
        // Beside its bytes, the content has its key and their number.
        let read = |bytes: usize| {
            let file = sign_file(&header(7, None), &Short(vec![7; bytes]), &key("risk"));
            read_unverified::<Short>(&file).map(|(_, body)| body)
        };
        assert_eq!(read(8), Ok(Short(vec![7; 8])));
        for bytes in [9, 10] {
            assert_eq!(read(bytes), Err(EnvelopeError::TooLarge { bytes: bytes + 2 }.into()));
        }
    }

    #[test]
    fn debug_of_a_record_says_nothing_of_the_person() {
        let file: Verified<Record> = trust().open_file(&record(), now()).unwrap();
        let id = key("record").public().id();
        assert_eq!(format!("{file:?}"), format!("Verified {{ version: 2, signers: [{id}] }}"));
    }
}
