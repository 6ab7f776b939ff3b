//! What the leaves of this log say: of a signed file what it is and its hash, of a day how many restrictions there were
//! and the root over them. A file itself may be longer than a leaf, which has 65,535 bytes at most (C2SP tlog-tiles).

use crate::calendar::{Date, Time};
use crate::cbor::{Cbor, Reader, Writer, cbor_map};
use crate::limits::{DAY_COUNTS, FILE_BYTES, PACK_ID_BYTES};
#[cfg(feature = "log-keeping")]
use crate::limits::{DAY_ENDORSEMENTS, ENDORSEMENT_BYTES};
use crate::place::Place;
use crate::purpose::Purpose;
use crate::trust::{About, Body, Digest, Header, Kind};
use crate::unseen::is_seen;

/// A signed file that everybody gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggedFile {
    /// What it is.
    pub kind: Kind,
    /// The region that it applies to or covers; `None` means everywhere.
    pub place: Option<Place>,
    /// A rule pack's id; empty for other kinds.
    pub id: String,
    /// What a rule pack is for; absent for the everyday code of its region.
    pub purpose: Option<Purpose>,
    /// Its version.
    pub version: u32,
    /// When it was issued, as its header says.
    pub issued: Time,
    /// How many bytes it has.
    pub length: u32,
    /// The SHA-256 of its bytes.
    pub digest: Digest,
}
cbor_map!(LoggedFile { 0 kind, 1 place, 2 id, 3 purpose, 4 version, 5 issued, 6 length, 7 digest } if LoggedFile::is_sound);

impl LoggedFile {
    /// What the leaf of a file begins with: a map of one.
    pub(crate) const LEAF: [u8; 2] = [0xa1, 0];

    /// What a leaf says of a file with this header and content.
    #[must_use]
    pub fn of<T: Body>(header: &Header, body: &T, bytes: &[u8]) -> Self {
        let region = body.line(header).region;
        Self {
            kind: T::KIND,
            place: Some(region).filter(|region| *region != Place::COUNTRY),
            id: body.id().into(),
            purpose: body.purpose(),
            version: header.version,
            issued: header.issued,
            length: u32::try_from(bytes.len()).unwrap_or(u32::MAX),
            digest: Digest::of(bytes),
        }
    }

    /// What a leaf says of a file of so many bytes.
    #[must_use]
    pub fn about(file: &About, length: usize) -> Self {
        let About { kind, header, line, id, purpose, digest, .. } = file;
        Self {
            kind: *kind,
            place: Some(line.region).filter(|region| *region != Place::COUNTRY),
            id: id.clone(),
            purpose: *purpose,
            version: header.version,
            issued: header.issued,
            length: u32::try_from(length).unwrap_or(u32::MAX),
            digest: *digest,
        }
    }

    /// Whether a file of that kind is logged: those that everybody gets.
    #[must_use]
    pub fn is_logged(kind: Kind) -> bool {
        kind.is_public() || kind == Kind::Manifest
    }

    fn is_sound(&self) -> bool {
        let length = usize::try_from(self.length).unwrap_or(usize::MAX);
        Self::is_logged(self.kind)
            && (1..=FILE_BYTES).contains(&length)
            && self.id.len() <= PACK_ID_BYTES
            && self.id.is_empty() == (self.kind != Kind::RulePack)
            && is_seen(&self.id)
            && (self.purpose.is_none() || self.kind == Kind::RulePack)
    }
}

/// How many were restricted in a place on a ground.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Restricted {
    /// The place.
    pub place: Place,
    /// The id of the ground in the rules.
    pub ground: String,
    /// How many.
    pub count: u32,
}
cbor_map!(Restricted { 0 place, 1 ground, 2 count } if Restricted::is_sound);

impl Restricted {
    fn is_sound(&self) -> bool {
        self.count > 0 && is_ground(&self.ground)
    }
}

/// Whether a ground may be called so.
pub(super) fn is_ground(ground: &str) -> bool {
    (1..=PACK_ID_BYTES).contains(&ground.len()) && is_seen(ground)
}

/// The restrictions of one day: none of them can be read out of it, each can be shown to be in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggedDay {
    /// The day, in China.
    pub date: Date,
    /// The root of the tree over salted commitments to them.
    pub root: Digest,
    /// How many of which, by place and ground, each pair once and in order.
    pub counts: Vec<Restricted>,
    /// Which further entry about the day it is, from 1 on; absent for the first.
    pub further: Option<u32>,
    /// What officers of a further authority have signed of these, where there are more than a cap: their steps, which say of how
    /// many.
    pub endorsed: Option<Vec<String>>,
}
cbor_map!(LoggedDay { 0 date, 1 root, 2 counts, 3 further, 4 endorsed } if LoggedDay::is_sound);

impl LoggedDay {
    /// What the leaf of a day begins with: a map of one.
    pub(super) const LEAF: [u8; 2] = [0xa1, 1];

    /// A phone has it from a log that others watch, which find out what else is wrong.
    #[cfg(not(feature = "log-keeping"))]
    const fn is_sound(&self) -> bool {
        self.counts.len() <= DAY_COUNTS
    }

    #[cfg(feature = "log-keeping")]
    fn is_sound(&self) -> bool {
        let in_order = |(one, next): (&Restricted, &Restricted)| (one.place, &one.ground) < (next.place, &next.ground);
        let is_step = |step: &String| {
            (1..=ENDORSEMENT_BYTES).contains(&step.len()) && step.bytes().all(|byte| byte.is_ascii_graphic())
        };
        let are_steps =
            |steps: &Vec<String>| (1..=DAY_ENDORSEMENTS).contains(&steps.len()) && steps.iter().all(is_step);
        self.further != Some(0)
            && self.endorsed.as_ref().is_none_or(are_steps)
            && self.counts.len() <= DAY_COUNTS
            && self.counts.iter().zip(self.counts.iter().skip(1)).all(in_order)
    }

    /// How many restrictions there were.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.counts.iter().map(|restricted| u64::from(restricted.count)).sum()
    }
}

/// A leaf.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Leaf {
    /// A signed file.
    File(LoggedFile),
    /// The restrictions of a day.
    Day(LoggedDay),
}

/// A map of one.
impl Cbor for Leaf {
    fn write(&self, w: &mut Writer) {
        w.map(1);
        match self {
            Self::File(file) => w.field(0, file),
            Self::Day(day) => w.field(1, day),
        };
    }

    fn read(r: &mut Reader<'_>) -> Option<Self> {
        let mut fields = r.fields()?;
        let file: Option<LoggedFile> = fields.take(r, 0)?;
        let day: Option<LoggedDay> = fields.take(r, 1)?;
        fields.end()?;
        match (file, day) {
            (Some(file), None) => Some(Self::File(file)),
            (None, Some(day)) => Some(Self::Day(day)),
            _ => None,
        }
    }
}
