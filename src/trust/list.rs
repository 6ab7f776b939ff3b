//! The trust list: which key may sign which kind for which place, and until when. Root keys that the host app pins sign it.

use serde::{Deserialize, Serialize};

use super::envelope::{Kind, Unverified};
use super::file::{Body, FileError, Header, Verified, decode};
use super::key::{KeyId, PublicKey};
use crate::calendar::{Span, Time};
use crate::cbor::record;
use crate::error::stage_errors;
use crate::facts::place::Place;

stage_errors! {
    /// Why there is no trust list to check other files against.
    TrustError {
        /// The host pins no root key.
        NoRoots = "trust-no-roots", "the app names no root key, so nothing can be checked";
        @wraps
        /// The trust list itself is refused.
        File(FileError);
    }
}

/// What one key may do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct TrustedKey {
    /// The key.
    pub key: PublicKey,
    /// Whose it is: two keys of one signer count once.
    pub signer: String,
    /// What it may sign.
    pub kinds: Vec<Kind>,
    /// Where; nothing means everywhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// It may sign what is issued from here on …
    pub from: Time,
    /// … and before this.
    pub until: Time,
}
record!(TrustedKey { 0 key, 1 signer, 2 kinds, 3 place, 4 from, 5 until });

/// How many different signers a kind needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Needed {
    /// The kind.
    pub kind: Kind,
    /// The number.
    pub signers: u8,
}
record!(Needed { 0 kind, 1 signers });

/// The keys and what they may sign. Its own version, issue and expiry are in the file's header.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct TrustList {
    /// The keys.
    pub keys: Vec<TrustedKey>,
    /// Where more signers are needed than a kind needs anyway.
    #[serde(default)]
    pub needed: Vec<Needed>,
}
record!(TrustList { 0 keys, 1 needed });

impl Body for TrustList {
    const KIND: Kind = Kind::TrustList;
}

/// A trust list that a pinned root has signed: the only way from an unverified file to a verified one.
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
    /// [`TrustError`] if no root has signed it, or it does not hold at `now`, or is older than version `seen`.
    pub fn open(bytes: &[u8], roots: &[PublicKey], now: Time, seen: Option<u32>) -> Result<Self, TrustError> {
        if roots.is_empty() {
            return Err(TrustError::NoRoots);
        }
        let envelope = parse::<TrustList>(bytes)?;
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
        let (header, body) = decode::<TrustList>(envelope.payload())?;
        header.check(now, Span::ZERO)?;
        not_older(&header, seen)?;
        let ids = body.keys.iter().map(|entry| entry.key.id()).collect();
        Ok(Self { list: Verified::new(header, body, signed.iter().map(|(_, root)| root.id()).collect()), ids })
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

    /// Opens a file: checks its kind, that enough different signers signed it who may sign it for its place, that it was
    /// issued before `now`, and that it is no older than version `seen`. Whether it is still current is asked at
    /// each use ([`Verified::at`]), because files outlive the moment of their opening.
    ///
    /// # Errors
    /// [`FileError`], by the first fault.
    pub fn open_file<T: Body>(&self, bytes: &[u8], now: Time, seen: Option<u32>) -> Result<Verified<T>, FileError> {
        self.list.at(now, Span::ZERO)?;
        let envelope = parse::<T>(bytes)?;
        // Nothing of the content is acted upon before the signatures; the header says for which place and time to ask.
        let (header, body) = decode::<T>(envelope.payload())?;
        let signers = self.check_signers(&envelope, header.place, header.issued, body.least_signers())?;
        if now.plus(super::file::CLOCK_SKEW) < header.issued {
            return Err(FileError::NotYetIssued { issued: header.issued, now });
        }
        if header.expires <= header.issued {
            return Err(FileError::NeverValid);
        }
        not_older(&header, seen)?;
        Ok(Verified::new(header, body, signers))
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

fn parse<T: Body>(bytes: &[u8]) -> Result<Unverified<'_>, FileError> {
    let envelope = Unverified::parse(bytes)?;
    if envelope.kind() == T::KIND {
        Ok(envelope)
    } else {
        Err(FileError::WrongKind { wanted: T::KIND, found: envelope.kind() })
    }
}

fn not_older(header: &Header, seen: Option<u32>) -> Result<(), FileError> {
    match seen {
        Some(seen) if header.version < seen => Err(FileError::Rollback { found: header.version, seen }),
        _ => Ok(()),
    }
}
