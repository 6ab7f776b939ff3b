//! The trust list: which key may sign which kind for which place, and until when; and which roots sign the next list.

use serde::{Deserialize, Serialize};

use super::digest::Digest;
use super::envelope::{Kind, Unverified};
use super::file::{About, Body, FileError, Header, Verified, check_claims, check_content, decode_body, decode_header};
use super::key::{KeyId, PublicKey};
use super::log_policy::LogPolicy;
use super::roots::Roots;
use super::signer;
use crate::calendar::{Span, Time};
use crate::cbor::{Reader, cbor_map};
use crate::error::family_errors;
use crate::limits::{CLOCK_SKEW_SECONDS, LIST_BYTES, SIGNATURES, TRUST_LIST_DAYS, TRUSTED_KEYS};
use crate::place::Place;

family_errors! {
    /// Why there is no trust list to check other files against.
    TrustError {
        /// The host app pins no root keys, or asks for more signers than there are.
        NoRoots = "trust-no-roots", "the app needs root keys, each once, and how many of them must sign: nothing can be verified without";
        /// Too few of the roots that are believed have signed the list.
        OtherRoots { /// how many must sign
            needed: u8, /// how many have
            found: u8 } = "trust-other-roots", "{found} of the known root keys have signed the list and {needed} must; the lists in between may lead to it";
        /// Too few of the roots that the list names have signed it.
        OwnRoots { /// how many must sign
            needed: u8, /// how many have
            found: u8 } = "trust-own-roots", "{found} of the root keys that the list names have signed it and {needed} must";
        @wraps
        /// The trust list itself is refused.
        File(FileError);
    }
}

/// What one key may do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, expecting = "a key with what it may sign")]
pub struct TrustedKey {
    /// The key.
    pub key: PublicKey,
    /// The key's owner: two keys of one signer count once. Names are written in one way only: [`signer::is_sound`].
    pub signer: String,
    /// The kinds that it may sign.
    pub kinds: Vec<Kind>,
    /// The region it may sign for; `None` means everywhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// It may sign files issued from this moment on.
    pub from: Time,
    /// It may sign files issued before this moment.
    pub until: Time,
}
cbor_map!(TrustedKey { 0 key, 1 signer, 2 kinds, 3 place, 4 from, 5 until } if TrustedKey::is_sound);

impl TrustedKey {
    fn is_sound(&self) -> bool {
        signer::is_sound(&self.signer)
    }

    /// Whether it may sign something of a kind that is for a place, or for everywhere, and was issued then.
    #[must_use]
    pub fn may_sign(&self, kind: Kind, place: Option<Place>, issued: Time) -> bool {
        self.kinds.contains(&kind)
            && self.from <= issued
            && issued < self.until
            && self.place.is_none_or(|own| place.is_some_and(|place| own.governs(place)))
    }
}

/// How many different signers a kind needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, expecting = "how many signers a kind needs")]
pub struct Needed {
    /// The kind.
    pub kind: Kind,
    /// The number.
    pub signers: u8,
}
cbor_map!(Needed { 0 kind, 1 signers } if Needed::is_sound);

impl Needed {
    /// What has one signature cannot have more, and how many roots must sign, the roots say.
    fn is_sound(&self) -> bool {
        self.kind != Kind::TrustList
            && usize::from(self.signers) <= if self.kind.has_several_signers() { SIGNATURES } else { 1 }
    }
}

/// The keys and what they may sign. Its own version, issue and expiry are in the file's header.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, expecting = "a trust list")]
pub struct TrustList {
    /// The keys.
    pub keys: Vec<TrustedKey>,
    /// Kinds that need more signers than their minimum.
    #[serde(default)]
    pub needed: Vec<Needed>,
    /// Who signs the next list; this one too, so that nobody names roots who are not there.
    pub roots: Roots,
    /// What must have been logged how before a phone takes it; nothing if there is no log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub log: Option<LogPolicy>,
}
cbor_map!(TrustList { 0 keys, 1 needed, 2 roots, 3 log });

impl Body for TrustList {
    const KIND: Kind = Kind::TrustList;
    /// How many roots must sign, the roots say.
    const SIGNERS: u8 = 1;
    const BYTES: usize = LIST_BYTES;

    fn is_sound(&self) -> bool {
        self.keys.len() <= TRUSTED_KEYS
    }

    #[cfg(feature = "authoring")]
    fn fault(&self) -> Option<String> {
        Some(format!("it has {} keys, and may have {TRUSTED_KEYS}", self.keys.len()))
    }

    fn own_roots(&self) -> Option<&Roots> {
        Some(&self.roots)
    }

    fn lies_in(&self, place: Place) -> bool {
        self.keys.iter().all(|entry| place.governs(entry.place.unwrap_or(Place::COUNTRY)))
    }

    fn longest_life(&self) -> Span {
        Span::days(TRUST_LIST_DAYS)
    }
}

/// A trust list signed by enough roots: the only way from an unverified file to a verified one.
#[derive(Debug, Clone)]
pub struct Trust {
    list: Verified<TrustList>,
    /// The ids of the list's keys, in the same order.
    ids: Vec<KeyId>,
}

impl Trust {
    /// Opens a trust list that is signed by enough of these roots and of its own, whatever the time: as the step from one
    /// list to the next, an expired one will do (TUF 1.0, section 5.3). Its [`Trust::check`] says whether it is in force.
    ///
    /// # Errors
    /// [`TrustError`].
    pub fn verify(bytes: &[u8], roots: &Roots) -> Result<Self, TrustError> {
        if !roots.is_sound() {
            return Err(TrustError::NoRoots);
        }
        let envelope = parse(Kind::TrustList, bytes)?;
        let signed = roots.signed(&envelope);
        if !roots.are_enough(&signed) {
            let claimed = envelope.signers().flatten().find(|id| roots.keys.iter().any(|root| root.id() == *id));
            return Err(match claimed {
                Some(key) if signed.is_empty() => FileError::BadSignature { key }.into(),
                _ => TrustError::OtherRoots { needed: roots.signers, found: count(signed.len()) },
            });
        }
        let (header, content) = decode_header(Kind::TrustList, envelope.payload())?;
        let body: TrustList = decode_body(content)?;
        check_content(&header, &body)?;
        // Mostly they are the roots that are believed, whose signatures have just been verified.
        let own = if body.roots == *roots { signed } else { body.roots.signed(&envelope) };
        if !body.roots.are_enough(&own) {
            return Err(TrustError::OwnRoots { needed: body.roots.signers, found: count(own.len()) });
        }
        let ids = body.keys.iter().map(|entry| entry.key.id()).collect();
        let about = About::of(header, &body, own, Digest::of(bytes));
        Ok(Self { list: Verified::new(about, body), ids })
    }

    /// Opens a trust list that is in force.
    ///
    /// # Errors
    /// [`TrustError`] as [`Trust::verify`], or if it is not valid at `now`.
    pub fn open(bytes: &[u8], roots: &Roots, now: Time) -> Result<Self, TrustError> {
        let trust = Self::verify(bytes, roots)?;
        trust.check(now)?;
        Ok(trust)
    }

    /// Checks that the list is in force at `now`.
    ///
    /// # Errors
    /// [`FileError::NotYetIssued`] or [`FileError::Expired`].
    pub fn check(&self, now: Time) -> Result<(), FileError> {
        self.header().check(now, Span::ZERO)
    }

    /// The list's header.
    #[must_use]
    pub const fn header(&self) -> &Header {
        self.list.header()
    }

    /// The list itself.
    #[must_use]
    pub const fn list(&self) -> &TrustList {
        self.list.body()
    }

    /// The list as a file.
    #[must_use]
    pub const fn file(&self) -> &Verified<TrustList> {
        &self.list
    }

    /// Opens a file: checks its kind, that enough different signers who may sign it for its place have done so, that its
    /// content lies in that place, and that it was issued before `now`. Whether it is still current is checked at each
    /// use ([`Verified::at`]), because a file stays open for a long time; whether a newer one was seen, by
    /// [`super::Beliefs`].
    ///
    /// # Errors
    /// [`FileError`] for the first fault.
    pub fn open_file<T: Body>(&self, bytes: &[u8], now: Time) -> Result<Verified<T>, FileError> {
        let (envelope, header, signers, content) = self.vouched_for(T::KIND, bytes, now)?;
        let body: T = decode_body(content)?;
        let about = About::of(header, &body, signers, Digest::of(bytes));
        self.check_claimed(&envelope, &about, body.longest_life(), body.lies_in(about.header.region()))?;
        Ok(Verified::new(about, body))
    }

    /// Checks what a content asks for: so many signers, a life no longer than that, and that it lies in the header's place.
    // Not inlined: each kind of file has a copy of what calls it.
    #[inline(never)]
    fn check_claimed(
        &self,
        envelope: &Unverified<'_>,
        about: &About,
        longest: Span,
        lies_in: bool,
    ) -> Result<(), FileError> {
        let About { kind, header, signers, needed, .. } = about;
        if count(signers.len()) < *needed {
            // It says whether too few have signed, or one of the signatures is bad.
            self.check_signers(envelope, header.place, header.issued, *needed)?;
        }
        check_claims(*kind, header, longest, lies_in)
    }

    /// The part of [`Trust::open_file`] that is the same for every kind: the content is read only after the signatures
    /// have been verified.
    #[inline(never)]
    fn vouched_for<'b>(
        &self,
        wanted: Kind,
        bytes: &'b [u8],
        now: Time,
    ) -> Result<(Unverified<'b>, Header, Vec<KeyId>, Reader<'b>), FileError> {
        self.check(now)?;
        let envelope = parse(wanted, bytes)?;
        let (header, content) = decode_header(wanted, envelope.payload())?;
        let signers = self.check_signers(&envelope, header.place, header.issued, 1)?;
        if now.plus(Span::seconds(CLOCK_SKEW_SECONDS)) < header.issued {
            return Err(FileError::NotYetIssued { issued: header.issued, now });
        }
        Ok((envelope, header, signers, content))
    }

    /// The keys of the different signers whose signatures count. A signature that does not match is ignored beside
    /// enough that do.
    ///
    /// # Errors
    /// [`FileError::UnknownKey`], [`FileError::BadSignature`] or [`FileError::TooFewSigners`].
    pub fn check_signers(
        &self,
        envelope: &Unverified<'_>,
        place: Option<Place>,
        issued: Time,
        least: u8,
    ) -> Result<Vec<KeyId>, FileError> {
        let kind = envelope.kind();
        let signed_as = kind.signed_as();
        let mut counted: Vec<(KeyId, &str)> = Vec::new();
        let mut bad = None;
        for (index, id) in envelope.signers().enumerate() {
            // Ids are short: two keys may have the same, and each of them is tried.
            let claims = |own: &KeyId, entry: &TrustedKey| Some(*own) == id && entry.may_sign(signed_as, place, issued);
            let listed = || self.ids.iter().zip(&self.list().keys).filter(|(own, entry)| claims(own, entry));
            match listed().find(|(_, entry)| envelope.verifies(index, &entry.key)) {
                Some((own, entry)) if counted.iter().all(|(_, before)| *before != entry.signer) => {
                    counted.push((*own, &entry.signer));
                }
                Some(_) => {}
                None => bad = bad.or(listed().next().map(|(own, _)| *own)),
            }
        }
        let stated = self.list().needed.iter().filter(|entry| entry.kind == signed_as).map(|entry| entry.signers);
        let (needed, found) = (stated.fold(least, u8::max), count(counted.len()));
        match bad {
            Some(key) if found < needed => Err(FileError::BadSignature { key }),
            _ if found == 0 => Err(FileError::UnknownKey { kind }),
            _ if found < needed => Err(FileError::TooFewSigners { kind, needed, found }),
            _ => Ok(counted.into_iter().map(|(id, _)| id).collect()),
        }
    }

    /// The keys that may sign certificates at that time, with their ids.
    pub fn certifying(&self, at: Time) -> impl Iterator<Item = (KeyId, &PublicKey)> {
        let may = move |entry: &TrustedKey| {
            entry.kinds.contains(&Kind::DayCertificate) && entry.from <= at && at < entry.until
        };
        self.ids.iter().zip(&self.list().keys).filter(move |(_, entry)| may(entry)).map(|(id, entry)| (*id, &entry.key))
    }

    /// How many different signers the list still has for keys that signed something of this kind then.
    pub(super) fn vouching(&self, kind: Kind, issued: Time, keys: &[KeyId]) -> usize {
        let mut signers: Vec<&str> = Vec::new();
        for (own, entry) in self.ids.iter().zip(&self.list().keys) {
            let may = entry.kinds.contains(&kind) && entry.from <= issued && issued < entry.until;
            if may && keys.contains(own) && !signers.contains(&entry.signer.as_str()) {
                signers.push(&entry.signer);
            }
        }
        signers.len()
    }
}

fn count(signers: usize) -> u8 {
    u8::try_from(signers).unwrap_or(u8::MAX)
}

fn parse(wanted: Kind, bytes: &[u8]) -> Result<Unverified<'_>, FileError> {
    let envelope = Unverified::parse(bytes)?;
    match envelope.kind() {
        found if found == wanted => Ok(envelope),
        found => Err(FileError::WrongKind { wanted, found }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authority::*;
    use crate::calendar::DAY;
    use crate::risk::{Level, RiskRow, RiskTable};
    use crate::rules::pack::{Lane, Pack};
    use crate::trust::envelope::{countersign, sign};

    fn opens(bytes: &[u8]) -> Result<Verified<Pack>, FileError> {
        trust().open_file(bytes, now())
    }

    fn pack_by(keys: &[&str]) -> Vec<u8> {
        signed(&header(3, Some("3301")), &pack(), keys)
    }

    #[test]
    fn as_many_pinned_roots_as_are_pinned_must_have_signed_the_list() {
        let by = |keys: &[&str], own: Roots| signed(&header(5, None), &TrustList { roots: own, ..list() }, keys);
        let open = |bytes: &[u8], roots: &Roots| Trust::open(bytes, roots, now()).map(|trust| trust.header().version);
        let none = Roots { keys: Vec::new(), signers: 0 };
        assert_eq!(open(&trust_list(), &none), Err(TrustError::NoRoots));
        assert_eq!(open(&trust_list(), &root_keys(&["root"], 2)), Err(TrustError::NoRoots));
        let other = |needed, found| Err(TrustError::OtherRoots { needed, found });
        assert_eq!(open(&trust_list(), &root_keys(&["another root"], 1)), other(1, 0));
        assert_eq!(open(&trust_list(), &root_keys(&["another root", "root"], 1)), Ok(5));
        // The number is the app's: no list can lower it, and a list that names one key twice is none.
        let two = root_keys(&["root", "root-2", "root-3"], 2);
        assert_eq!(open(&trust_list(), &two), other(2, 1));
        assert_eq!(open(&by(&["root", "root-3"], two.clone()), &two), Ok(5));
        assert_eq!(open(&by(&["root", "root-3"], roots()), &two), Ok(5));
        let twice = by(&["root"], root_keys(&["root", "root"], 2));
        assert_eq!(code_of(open(&twice, &roots())), "file-malformed");
        // Whoever is named as a root has signed.
        assert_eq!(open(&by(&["root"], two.clone()), &roots()), Err(TrustError::OwnRoots { needed: 2, found: 1 }));
        // A key in the list may not sign the list.
        assert_eq!(open(&by(&["rules-1"], roots()), &roots()), other(1, 0));
        let mut altered = trust_list();
        let last = altered.len() - 1;
        altered[last] ^= 1;
        assert_eq!(open(&altered, &roots()), Err(FileError::BadSignature { key: key("root").public().id() }.into()));
        // A bad signature beside enough good ones does not count, and does no harm.
        let mut three = by(&["root", "root-3", "root-2"], two.clone());
        let last = three.len() - 1;
        three[last] ^= 1;
        assert_eq!(open(&three, &two), Ok(5));
    }

    #[test]
    fn a_signature_that_does_not_match_is_ignored_beside_enough_that_do() {
        let mut bytes = pack_by(&["rules-1", "rules-2", "rules-1b"]);
        let last = bytes.len() - 1;
        bytes[last] ^= 1;
        assert_eq!(opens(&bytes).unwrap().signers(), [key("rules-1").public().id(), key("rules-2").public().id()]);
        let mut bytes = pack_by(&["rules-1", "rules-1b", "rules-2"]);
        let last = bytes.len() - 1;
        bytes[last] ^= 1;
        let bad = Some(FileError::BadSignature { key: key("rules-2").public().id() });
        assert_eq!(opens(&bytes).err(), bad, "of those that count, there is one");
        let mut bytes = pack_by(&["rules-2"]);
        let last = bytes.len() - 1;
        bytes[last] ^= 1;
        assert_eq!(opens(&bytes).err(), Some(FileError::BadSignature { key: key("rules-2").public().id() }));
    }

    #[test]
    fn one_owner_under_two_names_is_not_two_signers() {
        let opened = |first: &str, second: &str| {
            let mut list = list();
            list.keys[0].signer = first.into();
            list.keys[2].signer = second.into();
            let trust = Trust::open(&signed(&header(5, None), &list, &["root"]), &roots(), now())?;
            Ok::<_, TrustError>(trust.open_file::<Pack>(&rules(), now()).map(|file| file.signers().len())?)
        };
        assert_eq!(opened("health commission", "disease control"), Ok(2));
        let few = FileError::TooFewSigners { kind: Kind::RulePack, needed: 2, found: 1 };
        assert_eq!(opened("cdc", "cdc"), Err(few.into()));
        for other in ["CDC", "ｃｄｃ", " cdc ", "сdс", "", " ", "c\u{200b}dc", "c\u{202e}dc", "c\u{1b}dc"] {
            assert_eq!(code_of(opened("cdc", other)), "file-malformed", "{other:?}");
        }
    }

    #[test]
    fn a_list_holds_for_no_longer_than_a_list_may_and_names_only_what_lies_in_its_place() {
        let open = |header: &Header| Trust::open(&signed(header, &list(), &["root"]), &roots(), now()).map(|_| ());
        let until = |span| Header { expires: header(5, None).issued.plus(span), ..header(5, None) };
        assert_eq!(open(&until(Span::days(TRUST_LIST_DAYS))), Ok(()));
        let long = until(Span::seconds(TRUST_LIST_DAYS * DAY + 1));
        assert_eq!(
            open(&long),
            Err(FileError::LongLived { kind: Kind::TrustList, hours: TRUST_LIST_DAYS * 24 }.into())
        );
        let out = Err(FileError::OutOfPlace { kind: Kind::TrustList }.into());
        assert_eq!(open(&header(5, Some("33"))), out, "risk tables may be signed for everywhere");
    }

    #[test]
    fn how_many_roots_sign_is_not_among_what_kinds_need() {
        let open = |kind, signers| {
            let list = TrustList { needed: vec![Needed { kind, signers }], ..list() };
            Trust::open(&signed(&header(5, None), &list, &["root"]), &roots(), now()).map(|_| ())
        };
        assert_eq!(code_of(open(Kind::TrustList, 1)), "file-malformed");
        assert_eq!(code_of(open(Kind::DayCertificate, 2)), "file-malformed", "it has one signature");
        assert_eq!(open(Kind::DayCertificate, 1), Ok(()));
        assert_eq!(open(Kind::Manifest, 2), Ok(()));
    }

    #[test]
    fn what_is_about_another_place_than_the_header_says_is_refused() {
        let hubei = ["rules-elsewhere", "rules-elsewhere"];
        let foreign = signed(&header(3, Some("42")), &pack(), &hubei);
        let mut list = list();
        list.keys.push(trusted("rules-elsewhere-2", "also elsewhere", Kind::RulePack, Some("42")));
        let trust = Trust::open(&signed(&header(5, None), &list, &["root"]), &roots(), now()).unwrap();
        let both = countersign(&foreign, &key("rules-elsewhere-2")).unwrap();
        assert_eq!(trust.open_file::<Pack>(&both, now()).err(), Some(FileError::OutOfPlace { kind: Kind::RulePack }));
        let from = time("2020-01-23T00:00:00+08:00");
        let row = |code: &str| RiskRow { place: place(code), compound: None, from, to: None, level: Level::High };
        let open = |rows: Vec<RiskRow>| {
            let table = RiskTable::new(rows).unwrap();
            let file = signed(&header(7, Some("42")), &table, &["risk-elsewhere", "risk-elsewhere-2"]);
            trust.open_file::<RiskTable>(&file, now()).map(|_| ())
        };
        assert_eq!(open(vec![row("4201"), row("420106")]), Ok(()));
        for other in ["3301", "00", "43"] {
            assert_eq!(
                open(vec![row("4201"), row(other)]),
                Err(FileError::OutOfPlace { kind: Kind::RiskTable }),
                "{other}"
            );
        }
    }

    #[test]
    fn a_pack_needs_two_different_signers() {
        let too_few = |needed, found| Some(FileError::TooFewSigners { kind: Kind::RulePack, needed, found });
        assert!(opens(&rules()).is_ok());
        assert_eq!(opens(&pack_by(&["rules-1"])).err(), too_few(2, 1));
        assert_eq!(opens(&pack_by(&["rules-1", "rules-1b"])).err(), too_few(2, 1), "two keys of one signer");
        assert_eq!(opens(&pack_by(&["rules-1", "stranger"])).err(), too_few(2, 1));
        let emergency = Pack { lane: Lane::Emergency, ..pack() };
        let emergency = signed(&header(3, Some("3301")), &emergency, &["rules-1", "rules-2"]);
        assert_eq!(opens(&emergency).err(), too_few(3, 2));
    }

    #[test]
    fn a_key_signs_only_its_kind_in_its_place_and_time() {
        let unknown = Some(FileError::UnknownKey { kind: Kind::RulePack });
        for keys in [["stranger"], ["risk"], ["rules-elsewhere"], ["rules-retired"]] {
            assert_eq!(opens(&pack_by(&keys)).err(), unknown, "{keys:?}");
        }
        // A key of one province may not sign a file for everywhere.
        let everywhere = signed(&header(3, None), &pack(), &["rules-1", "rules-2"]);
        assert_eq!(opens(&everywhere).err(), unknown);
        let by_record_key = signed(&header(7, None), &risk_table(), &["record"]);
        let refused = trust().open_file::<RiskTable>(&by_record_key, now());
        assert_eq!(refused.err(), Some(FileError::UnknownKey { kind: Kind::RiskTable }));
    }

    #[test]
    fn a_key_signs_from_its_first_second_to_the_last_before_its_end() {
        let issued_at = |issued: &str| {
            let issued = time(issued);
            let header = Header { issued, ..header(3, Some("3301")) };
            trust().check_signers(
                &Unverified::parse(&signed(&header, &pack(), &["rules-retired"])).unwrap(),
                header.place,
                issued,
                1,
            )
        };
        let retired = Ok(vec![key("rules-retired").public().id()]);
        let unknown = Err(FileError::UnknownKey { kind: Kind::RulePack });
        assert_eq!(issued_at("2019-12-31T23:59:59Z"), unknown);
        assert_eq!(issued_at("2020-01-01T00:00:00Z"), retired);
        assert_eq!(issued_at("2020-01-31T23:59:59Z"), retired);
        assert_eq!(issued_at("2020-02-01T00:00:00Z"), unknown);
    }

    #[test]
    fn a_list_can_ask_for_more_signers_and_never_for_fewer() {
        let with = |kind, signers| {
            let list = TrustList { needed: vec![Needed { kind, signers }], ..list() };
            Trust::open(&signed(&header(5, None), &list, &["root"]), &roots(), now()).unwrap()
        };
        let more = with(Kind::RiskTable, 3).open_file::<RiskTable>(&risk(), now());
        assert_eq!(more.err(), Some(FileError::TooFewSigners { kind: Kind::RiskTable, needed: 3, found: 2 }));
        let fewer = with(Kind::RulePack, 1).open_file::<Pack>(&pack_by(&["rules-1"]), now());
        assert_eq!(fewer.err(), Some(FileError::TooFewSigners { kind: Kind::RulePack, needed: 2, found: 1 }));
    }

    #[test]
    fn files_are_opened_only_while_the_list_holds() {
        let trust = trust();
        let later = trust.header().expires;
        let refused = trust.open_file::<RiskTable>(&risk(), later);
        assert_eq!(refused.err(), Some(FileError::Expired { expired: later, now: later }));
        let early = header(5, None).issued.minus(Span::seconds(DAY));
        assert!(matches!(trust.open_file::<RiskTable>(&risk(), early), Err(FileError::NotYetIssued { .. })));
    }

    #[test]
    fn a_file_from_the_future_is_refused() {
        let (issued, by) = (now().plus(Span::seconds(DAY)), ["risk", "risk-2"]);
        let future = signed(&Header { issued, ..header(7, None) }, &risk_table(), &by);
        let refused = trust().open_file::<RiskTable>(&future, now());
        assert_eq!(refused.err(), Some(FileError::NotYetIssued { issued, now: now() }));
        // Honest clocks differ by so much.
        let issued = now().plus(Span::seconds(CLOCK_SKEW_SECONDS));
        let ahead = signed(&Header { issued, ..header(7, None) }, &risk_table(), &by);
        assert!(trust().open_file::<RiskTable>(&ahead, now()).is_ok());
        let refused = trust().open_file::<RiskTable>(&ahead, now().minus(Span::seconds(1)));
        assert!(matches!(refused, Err(FileError::NotYetIssued { .. })));
    }

    #[test]
    fn a_list_with_a_weak_key_is_refused() {
        let good = trust_list();
        let list_key = key("rules-1").public();
        let at = good.windows(32).position(|window| window == list_key.as_bytes()).unwrap();
        let envelope = Unverified::parse(&good).unwrap();
        let start = good.windows(envelope.payload().len()).position(|window| window == envelope.payload()).unwrap();
        let mut payload = envelope.payload().to_vec();
        payload[at - start..at - start + 32].fill(0);
        let weak = sign(Kind::TrustList, &payload, &key("root"));
        let refused = Trust::open(&weak, &roots(), now());
        assert_eq!(code_of(refused), "file-malformed");
    }
}
