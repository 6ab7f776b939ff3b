//! The trust list: which key may sign which kind for which place, and until when. It is signed by root keys that the
//! host app pins.

use serde::{Deserialize, Serialize};

use super::envelope::{Kind, Unverified};
use super::file::{Body, FileError, Header, Verified, decode_body, decode_header};
use super::key::{KeyId, PublicKey};
use crate::calendar::{Span, Time};
use crate::cbor::{Reader, cbor_map};
use crate::error::stage_errors;
use crate::limits::CLOCK_SKEW_SECONDS;
use crate::place::Place;

stage_errors! {
    /// Why there is no trust list to check other files against.
    TrustError {
        /// The host app pins no root key.
        NoRoots = "trust-no-roots", "the app has no root keys, so nothing can be verified";
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
    /// The key's owner: two keys of one signer count once.
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
cbor_map!(TrustedKey { 0 key, 1 signer, 2 kinds, 3 place, 4 from, 5 until });

/// How many different signers a kind needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, expecting = "how many signers a kind needs")]
pub struct Needed {
    /// The kind.
    pub kind: Kind,
    /// The number.
    pub signers: u8,
}
cbor_map!(Needed { 0 kind, 1 signers });

/// The keys and what they may sign. Its own version, issue and expiry are in the file's header.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, expecting = "a trust list")]
pub struct TrustList {
    /// The keys.
    pub keys: Vec<TrustedKey>,
    /// Kinds that need more signers than their minimum.
    #[serde(default)]
    pub needed: Vec<Needed>,
}
cbor_map!(TrustList { 0 keys, 1 needed });

impl Body for TrustList {
    const KIND: Kind = Kind::TrustList;
}

/// A trust list signed by a pinned root: the only way from an unverified file to a verified one.
#[derive(Debug, Clone)]
pub struct Trust {
    list: Verified<TrustList>,
    /// The ids of the list's keys, in the same order.
    ids: Vec<KeyId>,
}

impl Trust {
    /// Opens a trust list.
    ///
    /// # Errors
    /// [`TrustError`] if no root has signed it, it is not valid at `now`, or it is older than version `seen`.
    pub fn open(bytes: &[u8], roots: &[PublicKey], now: Time, seen: Option<u32>) -> Result<Self, TrustError> {
        if roots.is_empty() {
            return Err(TrustError::NoRoots);
        }
        let envelope = parse(Kind::TrustList, bytes)?;
        let kind = Kind::TrustList;
        let signed: Vec<_> = envelope
            .signers()
            .enumerate()
            .filter_map(|(index, id)| roots.iter().find(|root| Some(root.id()) == id).map(|root| (index, root)))
            .collect();
        if signed.is_empty() {
            return Err(FileError::UnknownKey { kind }.into());
        }
        if let Some((_, root)) = signed.iter().find(|(index, root)| !envelope.verifies(*index, root)) {
            return Err(FileError::BadSignature { key: root.id() }.into());
        }
        let (header, content) = decode_header(kind, envelope.payload())?;
        let body: TrustList = decode_body(content)?;
        header.check(now, Span::ZERO)?;
        not_older(&header, seen)?;
        let ids = body.keys.iter().map(|entry| entry.key.id()).collect();
        let signers = signed.iter().map(|(_, root)| root.id()).collect();
        Ok(Self { list: Verified::new(header, body, signers, bytes), ids })
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

    /// Opens a file: checks its kind, that enough different signers who may sign it for its place have done so, that it
    /// was issued before `now`, and that it is not older than version `seen`. Whether it is still current is checked at
    /// each use ([`Verified::at`]), because a file stays open for a long time.
    ///
    /// # Errors
    /// [`FileError`] for the first fault.
    pub fn open_file<T: Body>(&self, bytes: &[u8], now: Time, seen: Option<u32>) -> Result<Verified<T>, FileError> {
        let (header, signers, content) = self.vouched_for(T::KIND, bytes, now, seen)?;
        let body: T = decode_body(content)?;
        let (kind, needed) = (T::KIND, body.least_signers());
        match u8::try_from(signers.len()) {
            Ok(found) if found < needed => Err(FileError::TooFewSigners { kind, needed, found }),
            _ => Ok(Verified::new(header, body, signers, bytes)),
        }
    }

    /// The part of [`Trust::open_file`] that is the same for every kind: the content is read only after the signatures
    /// have been verified.
    fn vouched_for<'b>(
        &self,
        wanted: Kind,
        bytes: &'b [u8],
        now: Time,
        seen: Option<u32>,
    ) -> Result<(Header, Vec<KeyId>, Reader<'b>), FileError> {
        self.list.at(now, Span::ZERO)?;
        let envelope = parse(wanted, bytes)?;
        let (header, content) = decode_header(wanted, envelope.payload())?;
        let signers = self.check_signers(&envelope, header.place, header.issued, 1)?;
        if now.plus(Span::seconds(CLOCK_SKEW_SECONDS)) < header.issued {
            return Err(FileError::NotYetIssued { issued: header.issued, now });
        }
        if header.expires <= header.issued {
            return Err(FileError::NeverValid);
        }
        not_older(&header, seen)?;
        Ok((header, signers, content))
    }

    /// The keys of the different signers whose signatures count.
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
        let mut counted: Vec<(KeyId, &TrustedKey)> = Vec::new();
        for (index, id) in envelope.signers().enumerate() {
            let Some((id, entry)) = self.ids.iter().zip(&self.list().keys).find(|(own, entry)| {
                Some(**own) == id
                    && entry.kinds.contains(&kind)
                    && entry.from <= issued
                    && issued < entry.until
                    && entry.place.is_none_or(|own| place.is_some_and(|place| own.contains(place)))
            }) else {
                continue;
            };
            if !envelope.verifies(index, &entry.key) {
                return Err(FileError::BadSignature { key: *id });
            }
            if counted.iter().all(|(_, before)| before.signer != entry.signer) {
                counted.push((*id, entry));
            }
        }
        if counted.is_empty() {
            return Err(FileError::UnknownKey { kind });
        }
        let stated = self.list().needed.iter().filter(|entry| entry.kind == kind).map(|entry| entry.signers);
        let needed = stated.fold(least, u8::max);
        let found = u8::try_from(counted.len()).unwrap_or(u8::MAX);
        if found < needed {
            return Err(FileError::TooFewSigners { kind, needed, found });
        }
        Ok(counted.iter().map(|(id, _)| *id).collect())
    }
}

fn parse(wanted: Kind, bytes: &[u8]) -> Result<Unverified<'_>, FileError> {
    let envelope = Unverified::parse(bytes)?;
    match envelope.kind() {
        found if found == wanted => Ok(envelope),
        found => Err(FileError::WrongKind { wanted, found }),
    }
}

fn not_older(header: &Header, seen: Option<u32>) -> Result<(), FileError> {
    match seen {
        Some(seen) if header.version < seen => Err(FileError::Rollback { found: header.version, seen }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authority::*;
    use crate::calendar::DAY;
    use crate::risk::RiskTable;
    use crate::rules::pack::{Lane, Pack};
    use crate::trust::envelope::sign;

    fn opens(bytes: &[u8]) -> Result<Verified<Pack>, FileError> {
        trust().open_file(bytes, now(), None)
    }

    fn pack_by(keys: &[&str]) -> Vec<u8> {
        signed(&header(3, Some("3301")), &pack(), keys)
    }

    #[test]
    fn a_pinned_root_must_have_signed_the_list() {
        let open = |bytes: &[u8], roots: &[PublicKey]| Trust::open(bytes, roots, now(), None);
        assert_eq!(open(&trust_list(), &[]).unwrap_err(), TrustError::NoRoots);
        let another = [key("another root").public()];
        assert_eq!(open(&trust_list(), &another).unwrap_err(), FileError::UnknownKey { kind: Kind::TrustList }.into());
        assert!(open(&trust_list(), &[another[0], roots()[0]]).is_ok());
        let two = signed(&header(5, None), &list(), &["another root", "root"]);
        assert_eq!(open(&two, &roots()).unwrap().list.signers(), [roots()[0].id()]);
        // A key in the list may not sign the list.
        let own = signed(&header(5, None), &list(), &["rules-1"]);
        assert_eq!(open(&own, &roots()).unwrap_err(), FileError::UnknownKey { kind: Kind::TrustList }.into());
        let mut altered = trust_list();
        let last = altered.len() - 1;
        altered[last] ^= 1;
        assert_eq!(open(&altered, &roots()).unwrap_err(), FileError::BadSignature { key: roots()[0].id() }.into());
    }

    #[test]
    fn an_old_list_does_not_replace_a_new_one() {
        let open = |seen| Trust::open(&trust_list(), &roots(), now(), Some(seen)).map(|trust| trust.header().version);
        assert_eq!(open(5), Ok(5));
        assert_eq!(open(6), Err(FileError::Rollback { found: 5, seen: 6 }.into()));
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
        let refused = trust().open_file::<RiskTable>(&by_record_key, now(), None);
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
            Trust::open(&signed(&header(5, None), &list, &["root"]), &roots(), now(), None).unwrap()
        };
        let more = with(Kind::RiskTable, 2).open_file::<RiskTable>(&risk(), now(), None);
        assert_eq!(more.err(), Some(FileError::TooFewSigners { kind: Kind::RiskTable, needed: 2, found: 1 }));
        let fewer = with(Kind::RulePack, 1).open_file::<Pack>(&pack_by(&["rules-1"]), now(), None);
        assert_eq!(fewer.err(), Some(FileError::TooFewSigners { kind: Kind::RulePack, needed: 2, found: 1 }));
    }

    #[test]
    fn files_are_opened_only_while_the_list_holds() {
        let trust = trust();
        let later = trust.header().expires;
        let refused = trust.open_file::<RiskTable>(&risk(), later, None);
        assert_eq!(refused.err(), Some(FileError::Expired { expired: later, now: later }));
        let early = header(5, None).issued.minus(Span::seconds(DAY));
        assert!(matches!(trust.open_file::<RiskTable>(&risk(), early, None), Err(FileError::NotYetIssued { .. })));
    }

    #[test]
    fn a_file_from_the_future_or_older_than_one_seen_is_refused() {
        let issued = now().plus(Span::seconds(DAY));
        let future = signed(&Header { issued, ..header(7, None) }, &risk_table(), &["risk"]);
        let refused = trust().open_file::<RiskTable>(&future, now(), None);
        assert_eq!(refused.err(), Some(FileError::NotYetIssued { issued, now: now() }));
        // Honest clocks differ by so much.
        let issued = now().plus(Span::seconds(CLOCK_SKEW_SECONDS));
        let ahead = signed(&Header { issued, ..header(7, None) }, &risk_table(), &["risk"]);
        assert!(trust().open_file::<RiskTable>(&ahead, now(), None).is_ok());
        let refused = trust().open_file::<RiskTable>(&ahead, now().minus(Span::seconds(1)), None);
        assert!(matches!(refused, Err(FileError::NotYetIssued { .. })));
        let refused = trust().open_file::<RiskTable>(&risk(), now(), Some(8));
        assert_eq!(refused.err(), Some(FileError::Rollback { found: 7, seen: 8 }));
        assert!(trust().open_file::<RiskTable>(&risk(), now(), Some(7)).is_ok());
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
        let refused = Trust::open(&weak, &roots(), now(), None);
        assert_eq!(refused.unwrap_err(), FileError::Malformed { kind: Kind::TrustList }.into());
    }
}
