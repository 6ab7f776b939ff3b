//! What a trust list says of each signature.

use healthcode::calendar::Time;
use healthcode::place::Place;
use healthcode::trust::{Header, KeyId, Kind, Trust, TrustedKey, Unverified};
use serde::Serialize;

/// What is known of a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Standing {
    NotChecked,
    Good,
    FitsItsKey,
    DoesNotFit,
    UnknownKey,
    NoRoot,
    NotThisKind,
    NotThisPlace,
    NotAtThatTime,
}

impl Standing {
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::NotChecked => "not checked",
            Self::Good => "good",
            Self::FitsItsKey => "matches the key that came with it",
            Self::DoesNotFit => "does not match: the file was altered, or somebody else signed it",
            Self::UnknownKey => "the key is not in the trust list",
            Self::NoRoot => "the key is no root",
            Self::NotThisKind => "the key may not sign this kind of file",
            Self::NotThisPlace => "the key may not sign for this place",
            Self::NotAtThatTime => "the key was not allowed to sign at the time of issue",
        }
    }
}

/// What the trust list says of one signature. This explains; whether the file is accepted the library alone decides.
pub(crate) fn standing(
    trust: &Trust,
    envelope: &Unverified<'_>,
    index: usize,
    place: Option<Place>,
    issued: Time,
) -> (Option<String>, Standing) {
    let id = envelope.signers().nth(index).flatten();
    // Who certifies writes mailboxes, and answers with what opens them.
    let kind = match envelope.kind() {
        Kind::Mailbox | Kind::CertificateAnswer => Kind::DayCertificate,
        kind => kind,
    };
    let entries: Vec<_> = trust.list().keys.iter().filter(|entry| Some(entry.key.id()) == id).collect();
    let Some(first) = entries.first() else { return (None, Standing::UnknownKey) };
    let signer = Some(first.signer.clone());
    let of_kind = |entry: &TrustedKey| entry.kinds.contains(&kind);
    let of_place = |entry: &TrustedKey| entry.place.is_none_or(|own| place.is_some_and(|place| own.governs(place)));
    let of_time = |entry: &TrustedKey| entry.from <= issued && issued < entry.until;
    let standing = if !envelope.verifies(index, &first.key) {
        Standing::DoesNotFit
    } else if entries.iter().any(|entry| of_kind(entry) && of_place(entry) && of_time(entry)) {
        Standing::Good
    } else if !entries.iter().any(|entry| of_kind(entry)) {
        Standing::NotThisKind
    } else if !entries.iter().any(|entry| of_kind(entry) && of_place(entry)) {
        Standing::NotThisPlace
    } else {
        Standing::NotAtThatTime
    };
    (signer, standing)
}

/// Each signature of a file, by a key of these, that does not count, and why.
pub(crate) fn without_effect(
    trust: &Trust,
    envelope: &Unverified<'_>,
    header: &Header,
    of_these: impl Fn(KeyId) -> bool,
) -> Vec<String> {
    let said = |(index, key): (usize, Option<KeyId>)| {
        let (signer, standing) = standing(trust, envelope, index, header.place, header.issued);
        let signer = signer.map(|signer| format!(" ({signer})")).unwrap_or_default();
        let key = key.map(|key| format!(" {key}")).unwrap_or_default();
        (standing != Standing::Good).then(|| format!("key{key}{signer}: {}", standing.words()))
    };
    let of_these = |(_, key): &(usize, Option<KeyId>)| key.is_none_or(&of_these);
    envelope.signers().enumerate().filter(of_these).filter_map(said).collect()
}
