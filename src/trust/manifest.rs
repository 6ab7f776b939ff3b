//! The manifest: which public files are in force or announced, by their hash. It is small, short-lived and the same for
//! everyone, so that no honest file of another time or place can be slipped in, and a withheld one is noticed: the
//! snapshot and timestamp of The Update Framework (TUF 1.0, section 2.1).

use serde::Serialize;

use super::digest::Digest;
use super::envelope::Kind;
use super::file::{About, Body, Header};
use super::hash::ShortHash;
use crate::calendar::Span;
use crate::cbor::cbor_map;
use crate::limits::{FILE_BYTES, LIST_BYTES, MANIFEST_HOURS, NAMED_FILES, PACK_ID_BYTES};
use crate::place::Place;
use crate::purpose::Purpose;
use crate::unseen::is_seen;

/// One public file.
#[derive(Debug, Clone, Eq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Named {
    /// What it is: a trust list, a rule pack or a risk table.
    pub kind: Kind,
    /// The region that it applies to or covers; `None` means everywhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// A rule pack's id; empty for other kinds.
    pub id: String,
    /// Its version.
    pub version: u32,
    /// How many bytes it has.
    pub length: u32,
    /// The SHA-256 of its bytes, under which a server has it.
    #[cfg_attr(target_arch = "wasm32", tsify(type = "string"))]
    pub digest: Digest,
    /// Of a risk table, from which version on a server may have a delta to this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deltas: Option<u32>,
    /// What a rule pack is for, such as `hospital`; absent for the everyday code of its region.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(target_arch = "wasm32", serde(skip))]
    pub purpose: Option<Purpose>,
}
cbor_map!(Named { 0 kind, 1 place, 2 id, 3 version, 4 length, 5 digest, 6 deltas, 7 purpose } if Named::is_sound);

/// Whether both name the same file, by whichever ways it can be had.
impl PartialEq for Named {
    fn eq(&self, other: &Self) -> bool {
        (self.digest, self.kind, self.version, self.length, self.place)
            == (other.digest, other.kind, other.version, other.length, other.place)
            && self.id == other.id
            && self.purpose == other.purpose
    }
}

impl Named {
    /// How a manifest names a file with this header and content.
    #[must_use]
    pub fn of<T: Body>(header: &Header, body: &T, bytes: &[u8]) -> Self {
        Self::of_file(&About::of(header.clone(), body, Vec::new(), Digest::of(bytes)), bytes.len())
    }

    /// How a manifest names a verified file of so many bytes.
    #[must_use]
    pub fn of_file(file: &About, length: usize) -> Self {
        Self {
            kind: file.kind,
            place: Some(file.line.region).filter(|region| *region != Place::COUNTRY),
            id: file.id.clone(),
            version: file.header.version,
            length: u32::try_from(length).unwrap_or(u32::MAX),
            digest: file.digest,
            deltas: None,
            purpose: file.purpose,
        }
    }

    /// The region that it applies to or covers.
    #[must_use]
    pub fn region(&self) -> Place {
        self.place.unwrap_or(Place::COUNTRY)
    }

    /// How many bytes it has.
    #[must_use]
    pub fn bytes(&self) -> usize {
        usize::try_from(self.length).unwrap_or(usize::MAX)
    }

    /// Whether the other names a later file in place of this one.
    fn is_replaced_by(&self, other: &Self) -> bool {
        other.kind == self.kind
            && other.place == self.place
            && other.purpose == self.purpose
            && other.version > self.version
    }

    fn is_sound(&self) -> bool {
        self.kind.is_public()
            && (1..=FILE_BYTES).contains(&self.bytes())
            && self.id.len() <= PACK_ID_BYTES
            && self.id.is_empty() == (self.kind != Kind::RulePack)
            && is_seen(&self.id)
            && (self.purpose.is_none() || self.kind == Kind::RulePack)
            && self.deltas.is_none_or(|since| self.kind == Kind::RiskTable && since < self.version)
    }
}

/// The public files in force, and those announced. Its own version, issue and expiry are in the file's header.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Manifest {
    /// The files, each once.
    pub files: Vec<Named>,
}
cbor_map!(Manifest { 0 files });

impl Manifest {
    /// The first file whose digest begins as that of one before it: codes could not tell them apart.
    fn twice(&self) -> Option<usize> {
        let begins = |named: &Named| named.digest.short();
        let mut earlier = self.files.iter().enumerate();
        earlier.position(|(index, named)| self.files.iter().take(index).any(|other| begins(other) == begins(named)))
    }

    /// The file with this digest.
    #[must_use]
    pub fn named(&self, digest: &Digest) -> Option<&Named> {
        self.files.iter().find(|named| named.digest == *digest)
    }

    /// The file whose digest begins so, as a code says it.
    #[must_use]
    pub fn begins(&self, kind: Kind, hash: ShortHash) -> Option<&Named> {
        self.files.iter().find(|named| named.kind == kind && named.digest.short() == hash)
    }

    /// How many packs and tables of it a phone keeps at most, and how many bytes they have: all tables, and the packs for one
    /// region. Whoever publishes more than there is room for leaves phones without the rest.
    #[must_use]
    pub fn most_kept(&self) -> (usize, usize) {
        let packs = || self.files.iter().filter(|named| named.kind == Kind::RulePack);
        let region = |named: &Named| named.place.unwrap_or(Place::COUNTRY);
        let tables = self.files.iter().filter(|named| named.kind.stands_beside() && named.kind != Kind::RulePack);
        let (count, bytes) = tables.fold((0, 0), |(count, bytes), named| (count + 1, bytes + named.bytes()));
        let of = |place: Place| packs().filter(move |named| region(named).governs(place));
        let most = packs().map(|named| of(region(named)).count()).max().unwrap_or(0);
        let longest = packs().map(|named| of(region(named)).map(Named::bytes).sum()).max().unwrap_or(0);
        (count + most, bytes + longest)
    }

    /// The later files that it names in place of this one; until one has come, this one stays in use.
    pub fn replacements_of(&self, named: &Named) -> impl Iterator<Item = &Named> {
        self.files.iter().filter(|other| named.is_replaced_by(other))
    }

    /// The version of the newest trust list.
    #[must_use]
    pub fn trust_list(&self) -> Option<u32> {
        self.files.iter().filter(|named| named.kind == Kind::TrustList).map(|named| named.version).max()
    }
}

impl Body for Manifest {
    const KIND: Kind = Kind::Manifest;
    /// It puts nothing in force that others have not signed.
    const SIGNERS: u8 = 1;
    const BYTES: usize = LIST_BYTES;

    fn is_sound(&self) -> bool {
        self.files.len() <= NAMED_FILES && self.twice().is_none()
    }

    #[cfg(feature = "authoring")]
    fn fault(&self) -> Option<String> {
        Some(match self.twice() {
            Some(index) => format!("files[{index}] has a digest that begins as one before it"),
            None => format!("it names {} files, and may name {NAMED_FILES}", self.files.len()),
        })
    }

    fn lies_in(&self, place: Place) -> bool {
        let lies_in =
            |named: &Named| named.kind == Kind::TrustList || place.governs(named.place.unwrap_or(Place::COUNTRY));
        self.files.iter().all(lies_in)
    }

    fn longest_life(&self) -> Span {
        Span::seconds(MANIFEST_HOURS * 3_600)
    }
}
