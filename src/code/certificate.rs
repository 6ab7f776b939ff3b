//! The day certificate, with which the issuer states for a day that a phone's key belongs to a person; and the request
//! for one.

use serde::{Deserialize, Serialize};

use super::masking;
use crate::calendar::{Span, Time};
use crate::cbor::{Cbor, cbor_map, check_deterministic, from_bytes, to_bytes};
use crate::colour::Colour;
use crate::error::family_errors;
use crate::facts::{Floor, is_grounded};
use crate::limits::{CERTIFICATE_HOURS_MAX, CLOCK_SKEW_SECONDS, DOCUMENT_CHARACTERS, NAME_BYTES, REQUEST_SECONDS};
use crate::place::Place;
use crate::private::private_debug;
use crate::trust::envelope::EnvelopeError;
use crate::trust::file::FileError;
use crate::trust::{KeyId, Kind, PublicKey, SecretKey, Trust, Unverified, envelope};

family_errors! {
    /// Why a certificate, or a request for one, is refused.
    CertificateError {
        /// The content is not a certificate or a request.
        Malformed = "certificate-malformed", "the content is not a valid day certificate or request for one";
        /// Not yet valid.
        NotYetValid { /// from when
            from: Time, /// the clock
            now: Time } = "certificate-not-yet-valid", "the day certificate is valid from {from} and it is {now}; check the clock";
        /// No longer valid.
        Expired { /// when it expired
            expired: Time, /// the clock
            now: Time } = "certificate-expired", "the day certificate expired at {expired} and it is {now}; the phone must renew it";
        /// It claims to be valid for longer than a day certificate may be.
        LongLived { /// what it claims
            hours: u8 } = "certificate-long-lived", "the certificate claims to be valid for {hours} h, longer than a day certificate may be";
        /// For a key that this phone does not have.
        NotYours = "certificate-not-yours", "the day certificate is for another phone's key";
        /// Issued before the one that the phone has.
        Older { /// when it was issued
            issued: Time, /// when the phone's was issued
            newest: Time } = "certificate-older", "the day certificate was issued at {issued}, before the one of {newest} that the phone has";
        /// The request is not signed with the two keys that it names.
        RequestSignature = "certificate-request-signature", "the request is not signed with the two keys that it names";
        /// The request was made too long ago, or is from the future.
        RequestAge { /// when it was made
            at: Time, /// the clock
            now: Time } = "certificate-request-age", "the request was made at {at} and it is {now}; check the clock and ask again";
        /// A floor without a ground, or a ground without a floor.
        Ground = "certificate-ground", "a floor other than green needs a ground of 1 to 18 characters a-z, 0-9 and -, and green has none";
        /// A name or number that is not masked.
        NotMasked = "certificate-not-masked", "the name must be masked and short, and only the last digits of the number may be given";
        /// Not a name that an identity document can have.
        Name = "certificate-name", "the name cannot appear in an identity document: use letters, with spaces or - ' . , / ( ) between them";
        /// Not a number that an identity document can have.
        Number = "certificate-number", "the number cannot appear in an identity document: it needs at least four letters and digits";
        @wraps
        /// Not an envelope, or not signed by the right signer.
        File(FileError);
    }
}

/// Who a certificate is for, in masked form.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields, expecting = "an identity")]
pub struct Identity {
    /// The masked name, such as `*三` or `A* L*`.
    pub name: String,
    /// The last four characters of the identity document number.
    pub digits: String,
}
cbor_map!(Identity { 0 name, 1 digits });

impl Identity {
    /// Masks a name and a document number, so that neither leaves the phone in full.
    ///
    /// # Errors
    /// [`CertificateError::Name`] or [`CertificateError::Number`] if it cannot appear in an identity document.
    pub fn mask(name: &str, number: &str) -> Result<Self, CertificateError> {
        Ok(Self {
            name: masking::name(name).ok_or(CertificateError::Name)?,
            digits: masking::digits(number).ok_or(CertificateError::Number)?,
        })
    }

    /// Whether [`Identity::mask`] can have written it: it is what masking makes of a name and a number with just these
    /// letters and digits in the right places.
    #[must_use]
    pub fn is_masked(&self) -> bool {
        let Self { name, digits } = self;
        let hidden = if name.starts_with('*') { "名" } else { "a" };
        // Masking shortens: what is longer is not worth the work.
        name.len() <= NAME_BYTES
            && digits.len() <= DOCUMENT_CHARACTERS
            && masking::name(&name.replace('*', hidden)).as_ref() == Some(name)
            && masking::digits(&format!("0{digits}")).as_ref() == Some(digits)
    }
}

/// The issuer's statement that a key belongs to a person, valid for at most two days.
#[derive(Clone, PartialEq, Eq)]
pub struct DayCertificate {
    /// The key that signs the day's codes.
    pub key: PublicKey,
    /// The region that the issuer certifies for.
    pub place: Place,
    /// The issuer's floor for the colour: green if there is no restriction.
    pub floor: Colour,
    /// Whose key it is.
    pub identity: Identity,
    /// From when on it is valid.
    pub issued: Time,
    /// For how many hours.
    pub hours: u8,
    /// Why the floor is not green, such as `close-contact`.
    pub ground: Option<String>,
    /// Its number in the status list of the UTC day on which it was issued; without one it cannot be withdrawn.
    pub number: Option<u32>,
}
cbor_map!(DayCertificate { 0 key, 1 place, 2 floor, 3 identity, 4 issued, 5 hours, 6 ground, 7 number });

/// A certificate whose signature, by an issuer that may certify, has been verified.
#[derive(Clone, PartialEq, Eq)]
pub struct Certified {
    certificate: DayCertificate,
    signer: Option<KeyId>,
}

impl Certified {
    /// The certificate.
    #[must_use]
    pub const fn certificate(&self) -> &DayCertificate {
        &self.certificate
    }

    /// The issuer's key.
    #[must_use]
    pub const fn signer(&self) -> Option<KeyId> {
        self.signer
    }
}

impl DayCertificate {
    /// When it expires.
    #[must_use]
    pub const fn expires(&self) -> Time {
        #[expect(clippy::as_conversions, reason = "widening, in a const fn")]
        let hours = self.hours as i64;
        self.issued.plus(Span::seconds(hours * 3600))
    }

    /// The floor as a reason for a colour; none if it is green.
    #[must_use]
    pub fn floor(&self) -> Option<Floor> {
        let ground = self.ground.clone()?;
        Some(Floor { colour: self.floor, ground, until: self.expires(), ends: false })
    }

    /// Signs it with the issuer's key.
    #[must_use]
    pub fn sign(&self, key: &SecretKey) -> Vec<u8> {
        envelope::sign(Kind::DayCertificate, &to_bytes(self), key)
    }

    /// Opens a certificate, whatever the time: call [`DayCertificate::check`] when using it.
    ///
    /// # Errors
    /// [`CertificateError`] if it is not a certificate, is not signed by an issuer that may certify for its place, or
    /// says more than it may.
    pub fn open(bytes: &[u8], trust: &Trust) -> Result<Certified, CertificateError> {
        let envelope = parse(bytes, Kind::DayCertificate)?;
        let certificate: Self = exact(envelope.payload())?;
        let signers = trust.check_signers(&envelope, Some(certificate.place), certificate.issued, 1)?;
        certificate.check_claims()?;
        Ok(Certified { certificate, signer: signers.first().copied() })
    }

    /// Refuses what says more than a certificate may.
    pub(crate) fn check_claims(&self) -> Result<(), CertificateError> {
        if self.hours > CERTIFICATE_HOURS_MAX {
            return Err(CertificateError::LongLived { hours: self.hours });
        }
        if !self.identity.is_masked() {
            return Err(CertificateError::NotMasked);
        }
        if is_grounded(self.floor, self.ground.as_deref()) { Ok(()) } else { Err(CertificateError::Ground) }
    }

    /// Checks that it is valid at `now`.
    ///
    /// # Errors
    /// [`CertificateError::NotYetValid`] or [`CertificateError::Expired`].
    pub fn check(&self, now: Time) -> Result<(), CertificateError> {
        let (from, expired) = (self.issued, self.expires());
        if now.plus(Span::seconds(CLOCK_SKEW_SECONDS)) < from {
            Err(CertificateError::NotYetValid { from, now })
        } else if now >= expired {
            Err(CertificateError::Expired { expired, now })
        } else {
            Ok(())
        }
    }
}

/// A phone's request for a day certificate, signed with its enrolment key and with the key that the certificate is for.
#[derive(Clone, PartialEq, Eq)]
pub struct CertificateRequest {
    /// The key to be certified: a new one for each certificate.
    pub key: PublicKey,
    /// The phone's enrolment key, by which the issuer knows it again. It is in no certificate and in no code.
    pub enrolment: PublicKey,
    /// The region that it should be certified for.
    pub place: Place,
    /// The owner of the phone.
    pub identity: Identity,
    /// When it was made.
    pub at: Time,
}
cbor_map!(CertificateRequest { 0 key, 1 enrolment, 2 place, 3 identity, 4 at });

impl CertificateRequest {
    /// Signs a request for a certificate of `key`, with the enrolment key and with `key` itself.
    ///
    /// # Errors
    /// [`CertificateError::RequestSignature`] if they are one key.
    pub fn sign(
        enrolment: &SecretKey,
        key: &SecretKey,
        place: Place,
        identity: Identity,
        at: Time,
    ) -> Result<Vec<u8>, CertificateError> {
        let request = Self { key: key.public(), enrolment: enrolment.public(), place, identity, at };
        let [first, second] = request.to_sign();
        request.signed([enrolment.sign(&first), key.sign(&second)])
    }

    /// The bytes that each of its two keys signs, the enrolment key first, for those that are kept elsewhere.
    #[must_use]
    pub fn to_sign(&self) -> [Vec<u8>; 2] {
        let payload = to_bytes(self);
        [self.enrolment, self.key].map(|key| envelope::to_sign(Kind::CertificateRequest, &payload, &key))
    }

    /// The request with its keys' signatures of [`CertificateRequest::to_sign`].
    ///
    /// # Errors
    /// [`CertificateError::RequestSignature`] if the two are one key.
    pub fn signed(&self, [first, second]: [[u8; 64]; 2]) -> Result<Vec<u8>, CertificateError> {
        if self.key == self.enrolment {
            return Err(CertificateError::RequestSignature);
        }
        let signatures = [(self.enrolment, first), (self.key, second)];
        Ok(envelope::signed(Kind::CertificateRequest, &to_bytes(self), &signatures))
    }

    /// Opens a request on the issuer's side.
    ///
    /// # Errors
    /// [`CertificateError`] if it is not a request, is not signed with just the two keys that it names, is too old, or
    /// says more than it may.
    pub fn open(bytes: &[u8], now: Time) -> Result<Self, CertificateError> {
        let envelope = parse(bytes, Kind::CertificateRequest)?;
        let request: Self = exact(envelope.payload())?;
        let keys = [request.enrolment, request.key];
        let named = envelope.signers().eq(keys.iter().map(|key| Some(key.id())));
        let signed = || keys.iter().enumerate().all(|(index, key)| envelope.verifies(index, key));
        if request.key == request.enrolment || !named || !signed() {
            return Err(CertificateError::RequestSignature);
        }
        if now.since(request.at) > Span::seconds(REQUEST_SECONDS)
            || request.at > now.plus(Span::seconds(CLOCK_SKEW_SECONDS))
        {
            return Err(CertificateError::RequestAge { at: request.at, now });
        }
        if request.identity.is_masked() { Ok(request) } else { Err(CertificateError::NotMasked) }
    }
}

pub(super) fn parse(bytes: &[u8], wanted: Kind) -> Result<Unverified<'_>, CertificateError> {
    let envelope = Unverified::parse(bytes).map_err(FileError::from)?;
    match envelope.kind() {
        found if found == wanted => Ok(envelope),
        found => Err(FileError::WrongKind { wanted, found }.into()),
    }
}

/// Reads a value that takes up the whole payload.
pub(super) fn exact<T: Cbor>(payload: &[u8]) -> Result<T, CertificateError> {
    check_deterministic(payload).map_err(|error| FileError::from(EnvelopeError::from(error)))?;
    from_bytes(payload).ok_or(CertificateError::Malformed)
}

private_debug!(Identity, DayCertificate, Certified, CertificateRequest);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authority::*;
    use crate::code::marks::is_mark;
    use crate::trust::envelope::countersign;
    use proptest::prelude::*;

    #[test]
    fn only_what_masking_writes_is_masked() {
        let masked = |name: &str, digits: &str| Identity { name: name.into(), digits: digits.into() }.is_masked();
        for name in ["*三", "**三", "***三", "A*", "A* L*", "a* b* c*", "李*", "Ž* Š* 李*", "***ت", "***རྗེ", "X\u{30c}*"]
        {
            assert!(masked(name, "041X") && masked(name, "ABCD"), "{name}");
        }
        let overridden = ["*\u{202e}三", "A* \u{2067}L*", "\u{202e}*三", "*三\u{200f}"];
        let others = [
            "*\u{3164}",
            "\u{115f}* \u{ffa0}*",
            "",
            "*",
            "**",
            "****",
            "张三",
            "张三丰*",
            "张*丰",
            "*三丰",
            "*三*",
            "****三",
            "🟢*PASS",
            "*🟢",
            "🟢*",
            "*A",
            "***A",
            "A*L*",
            "A*  L*",
            " A*",
            "A* ",
            "A* L* x",
            "A* L",
            "Al* L*",
            "a* b* c* d*",
            "***例例例",
            "*三\n",
            "*1",
            "1*",
            "'*",
            "Ž* Š* 李* 名*",
            "𠀀* 𠀀* 𠀀*",
            "*\u{f7a}",
            "*三（",
            "*ཀ\u{fb2}\u{fb1}\u{f71}",
            "\u{301}*",
        ];
        for name in others.into_iter().chain(overridden) {
            assert!(!masked(name, "041X"), "{name:?}");
        }
        for digits in ["", "1", "123", "12345", "041x", "12 4", "１２３４", "12-4", "330106198001010419", "12三"] {
            assert!(!masked("*三", digits), "{digits:?}");
        }
    }

    /// The grammar of masked names, written once more.
    fn is_in_the_grammar(name: &str) -> bool {
        let letter = |text: &str| {
            let mut marked = text.chars();
            marked.next().is_some_and(|c| c.is_alphabetic() && !is_mark(c)) && text.len() <= 9 && marked.all(is_mark)
        };
        let last = name.trim_start_matches('*');
        let stars = name.len() - last.len();
        let hidden = (1..=3).contains(&stars) && letter(last) && !last.is_ascii();
        let words: Vec<_> = name.split(' ').collect();
        let initials = words.len() <= 3 && words.iter().all(|word| word.strip_suffix('*').is_some_and(letter));
        name.len() <= NAME_BYTES && (hidden || initials)
    }

    proptest! {
        #[test]
        fn whatever_is_masked_passes_for_masked(name in "\\PC{0,20}", number in "[0-9A-Za-z（） -]{0,20}") {
            if let Ok(identity) = Identity::mask(&name, &number) {
                prop_assert!(identity.is_masked(), "{} {}", identity.name, identity.digits);
            }
        }

        #[test]
        fn what_passes_for_masked_is_of_the_grammar(name in "[*ab 三李Žརྗེ\u{301}🟢1\u{202e}.(]{0,7}|[*]{0,4}\\PC{1,2}|(\\PC{1,2}[*] ?){0,4}", digits in "[0-9A-Zx]{3,5}") {
            let identity = Identity { name, digits };
            let digits = identity.digits.len() == 4 && !identity.digits.contains('x');
            prop_assert_eq!(identity.is_masked(), is_in_the_grammar(&identity.name) && digits, "{}", identity.name);
        }
    }

    fn open(certificate: &DayCertificate, key_name: &str) -> Result<Certified, CertificateError> {
        DayCertificate::open(&certificate.sign(&key(key_name)), &trust())
    }

    #[test]
    fn an_issuer_certifies_in_its_place_and_says_only_what_is_masked() {
        let good = certificate_for("day");
        let certified = open(&good, "certificate").unwrap();
        assert_eq!((certified.certificate(), certified.signer()), (&good, Some(key("certificate").public().id())));
        assert_eq!(code_of(open(&good, "stranger")), "file-unknown-key");
        assert_eq!(code_of(open(&good, "record")), "file-unknown-key");
        let elsewhere = DayCertificate { place: place("3302"), ..good.clone() };
        assert_eq!(code_of(open(&elsewhere, "certificate")), "file-unknown-key");
        let back_dated = DayCertificate { issued: time("2019-12-31T00:00:00Z"), ..good.clone() };
        assert_eq!(code_of(open(&back_dated, "certificate")), "file-unknown-key");
        let named =
            DayCertificate { identity: Identity { name: "例例".into(), digits: String::new() }, ..good.clone() };
        assert_eq!(code_of(open(&named, "certificate")), "certificate-not-masked");
        let longest = DayCertificate { hours: CERTIFICATE_HOURS_MAX, ..good.clone() };
        assert_eq!(open(&longest, "certificate").unwrap().certificate(), &longest);
        let long = DayCertificate { hours: CERTIFICATE_HOURS_MAX + 1, ..good };
        assert_eq!(code_of(open(&long, "certificate")), "certificate-long-lived");
        assert_eq!(code_of(DayCertificate::open(&record(), &trust())), "file-wrong-kind");
        assert_eq!(code_of(DayCertificate::open(b"", &trust())), "cbor-truncated");
    }

    #[test]
    fn a_floor_has_a_ground_and_green_has_none() {
        let with = |floor, ground: Option<&str>| {
            let certificate = DayCertificate { floor, ground: ground.map(Into::into), ..certificate_for("day") };
            open(&certificate, "certificate").map(|certified| certified.certificate().floor())
        };
        assert_eq!(with(Colour::Green, None), Ok(None));
        let longest = "contact-of-contact";
        let until = certificate_for("day").expires();
        let floor = |colour, ground: &str| Ok(Some(Floor { colour, ground: ground.into(), until, ends: false }));
        for colour in [Colour::Yellow, Colour::Grey, Colour::Red] {
            assert_eq!(with(colour, Some("close-contact")), floor(colour, "close-contact"));
            assert_eq!(code_of(with(colour, None)), "certificate-ground");
        }
        assert_eq!(with(Colour::Red, Some(longest)), floor(Colour::Red, longest));
        assert_eq!(code_of(with(Colour::Green, Some("close-contact"))), "certificate-ground");
        for ground in ["", "contact-of-contacts", "Close", "close contact", "密接", "a\n", "a_b"] {
            assert_eq!(code_of(with(Colour::Red, Some(ground))), "certificate-ground", "{ground:?}");
        }
    }

    #[test]
    fn a_certificate_holds_for_its_hours() {
        let certificate = certificate_for("day");
        let second = Span::seconds(1);
        let early = certificate.issued.minus(Span::seconds(CLOCK_SKEW_SECONDS));
        assert_eq!(certificate.check(early), Ok(()));
        assert_eq!(code_of(certificate.check(early.minus(second))), "certificate-not-yet-valid");
        assert_eq!(certificate.check(certificate.expires().minus(second)), Ok(()));
        assert_eq!(code_of(certificate.check(certificate.expires())), "certificate-expired");
        assert_eq!(certificate.expires(), time("2020-02-13T08:00:00+08:00"));
    }

    #[test]
    fn a_request_is_signed_with_the_two_keys_that_it_names_and_soon() {
        let ask =
            |identity| CertificateRequest::sign(&key("phone"), &key("day"), place("3301"), identity, now()).unwrap();
        let request = CertificateRequest::open(&ask(identity()), now()).unwrap();
        assert_eq!((request.key, request.enrolment), (key("day").public(), key("phone").public()));
        assert_eq!((request.at, &request.identity), (now(), &identity()));
        let signed = ask(identity());
        let latest = now().plus(Span::seconds(REQUEST_SECONDS));
        assert!(CertificateRequest::open(&signed, latest).is_ok());
        assert_eq!(
            code_of(CertificateRequest::open(&signed, latest.plus(Span::seconds(1)))),
            "certificate-request-age"
        );
        let early = now().minus(Span::seconds(CLOCK_SKEW_SECONDS));
        assert!(CertificateRequest::open(&signed, early).is_ok());
        let early = early.minus(Span::seconds(1));
        assert_eq!(code_of(CertificateRequest::open(&signed, early)), "certificate-request-age");
        assert_eq!(code_of(CertificateRequest::open(&certificate(), now())), "file-wrong-kind");
        let empty = envelope::sign(Kind::CertificateRequest, &[0xa0], &key("phone"));
        assert_eq!(code_of(CertificateRequest::open(&empty, now())), "certificate-malformed");
        let by = |request: &CertificateRequest, keys: &[&str]| {
            let first = envelope::sign(Kind::CertificateRequest, &to_bytes(request), &key(keys[0]));
            let signed = keys[1..].iter().fold(first, |bytes, name| countersign(&bytes, &key(name)).unwrap());
            code_of(CertificateRequest::open(&signed, now()))
        };
        for keys in [
            &["phone"][..],
            &["day"],
            &["day", "phone"],
            &["phone", "another"],
            &["another", "day"],
            &["phone", "day", "another"],
        ] {
            assert_eq!(by(&request, keys), "certificate-request-signature", "{keys:?}");
        }
        // Not even by its own word is a day's key the enrolment key.
        let same = CertificateRequest { key: request.enrolment, ..request };
        assert_eq!(by(&same, &["phone"]), "certificate-request-signature");
        let refused = CertificateRequest::sign(&key("day"), &key("day"), place("3301"), identity(), now());
        assert_eq!(code_of(refused), "certificate-request-signature");
    }

    /// The same that no certificate may say.
    #[test]
    fn what_is_not_masked_is_refused_by_issuer_and_checkpoint() {
        for (name, digits) in [
            ("张三丰*", "041X"),
            ("*\u{202e}三", "041X"),
            ("🟢*PASS", "041X"),
            ("*三", ""),
            ("*例", "330106198001010419"),
        ] {
            let identity = Identity { name: name.into(), digits: digits.into() };
            let request = CertificateRequest::sign(&key("phone"), &key("day"), place("3301"), identity.clone(), now());
            assert_eq!(code_of(CertificateRequest::open(&request.unwrap(), now())), "certificate-not-masked", "{name}");
            let certificate = DayCertificate { identity, ..certificate_for("day") };
            assert_eq!(code_of(open(&certificate, "certificate")), "certificate-not-masked", "{name}");
        }
    }
}
