//! Which files are in use, as a page shows it.

use serde::Serialize;

use super::digest::Digest;
use super::envelope::Kind;
use super::file::About;
use crate::calendar::{Span, Time};
use crate::error::{self, Coded};
use crate::limits::MANIFEST_STALE_HOURS;
use crate::place::Place;

/// A file that is in use or could not be opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct FileState {
    /// What it is.
    pub kind: Kind,
    /// The region that it is about; absent if that is everywhere or unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// A rule pack's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Its version; certificates have none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<u32>,
    /// The SHA-256 of its bytes; certificates have none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(target_arch = "wasm32", tsify(type = "string"))]
    pub digest: Option<Digest>,
    /// When it was issued.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issued: Option<Time>,
    /// When it comes into force; absent if that is when it was issued.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Time>,
    /// When it is stale: a newer one should have come by then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stale: Option<Time>,
    /// When it expires.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires: Option<Time>,
    /// The code of the problem if it could not be opened; absent if it is in use, or was until a later one took its place
    /// that the manifest names beside it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}

impl FileState {
    /// A file that is in use.
    #[must_use]
    pub fn in_use(About { kind, header, line, id, digest, .. }: &About) -> Self {
        let stale = (*kind == Kind::Manifest).then(|| header.issued.plus(Span::seconds(MANIFEST_STALE_HOURS * 3_600)));
        Self {
            place: Some(line.region).filter(|region| *region != Place::COUNTRY),
            id: (!id.is_empty()).then(|| id.clone()),
            version: Some(header.version),
            digest: Some(*digest),
            from: line.from,
            stale,
            ..Self::valid(*kind, header.issued, header.expires)
        }
    }

    /// A file without a header that is in use.
    #[must_use]
    pub fn valid(kind: Kind, issued: Time, expires: Time) -> Self {
        Self { issued: Some(issued), expires: Some(expires), ..Self::of(kind) }
    }

    /// A file without a header that is in use until the next one comes.
    #[must_use]
    pub fn of_moment(kind: Kind, issued: Time) -> Self {
        Self { issued: Some(issued), ..Self::of(kind) }
    }

    /// A file that is not in use.
    pub fn not_in_use(kind: Kind, error: &impl Coded) -> Self {
        Self { problem: Some(error::code(error)), ..Self::of(kind) }
    }

    /// A file of which nothing else is known.
    const fn of(kind: Kind) -> Self {
        Self {
            kind,
            place: None,
            id: None,
            version: None,
            digest: None,
            issued: None,
            from: None,
            stale: None,
            expires: None,
            problem: None,
        }
    }
}
