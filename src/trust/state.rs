//! Which files are in use, as a page shows it.

use serde::Serialize;

use super::envelope::Kind;
use super::file::{Body, Verified};
use crate::calendar::{Span, Time};
use crate::error::Coded;
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
    /// The code of the problem if it is not in use; absent if it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}

impl FileState {
    /// A file that is in use.
    #[must_use]
    pub fn in_use<T: Body>(file: &Verified<T>) -> Self {
        let (header, body) = (file.header(), file.body());
        let (line, id) = (body.line(header), body.id());
        let stale =
            (T::KIND == Kind::Manifest).then(|| header.issued.plus(Span::seconds(MANIFEST_STALE_HOURS * 3_600)));
        Self {
            place: Some(line.region).filter(|region| *region != Place::COUNTRY),
            id: (!id.is_empty()).then(|| id.into()),
            version: Some(header.version),
            from: line.from,
            stale,
            ..Self::valid(T::KIND, header.issued, header.expires)
        }
    }

    /// A file without a header that is in use.
    #[must_use]
    pub const fn valid(kind: Kind, issued: Time, expires: Time) -> Self {
        let (issued, expires) = (Some(issued), Some(expires));
        Self { kind, place: None, id: None, version: None, issued, from: None, stale: None, expires, problem: None }
    }

    /// A file that is not in use.
    pub fn not_in_use(kind: Kind, error: &impl Coded) -> Self {
        let problem = Some(error.code().into());
        Self {
            kind,
            place: None,
            id: None,
            version: None,
            issued: None,
            from: None,
            stale: None,
            expires: None,
            problem,
        }
    }
}
