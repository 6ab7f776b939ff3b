//! What is published: the signed files and the manifest that names them, under the paths that phones ask for
//! (docs/server.md).

use healthcode::authoring::review::Finding;
use healthcode::calendar::Time;
use healthcode::limits::{BESIDE_BYTES, BESIDE_FILES};
use healthcode::risk::RiskTable;
use healthcode::rules::pack::Pack;
use healthcode::trust::file::{Header, Line, read_unverified};
use healthcode::trust::{Body, Kind, Manifest, Named, SecretKey, Trust, TrustList, Unverified};
use healthcode::venue::ExposureList;

use crate::failure::{CliError, Failure};
use crate::format::local;
use crate::signed_file::signed;

/// Where the manifest is.
pub(crate) const MANIFEST: &str = "manifest";
/// Where the newest trust list is.
pub(crate) const TRUST_LIST: &str = "trust-list";

/// The folder with the trust lists, under their versions.
pub(crate) const TRUST_LISTS: &str = "trust";
/// The folder with the other files, under their hashes.
pub(crate) const FILES: &str = "files";

/// The folder with the deltas to each risk table: under its hash, by the version that they are from.
pub(crate) const DELTAS: &str = "deltas";

/// The folder with the proofs that files are in the public log, if there is one: each file's under its hash.
pub(crate) const PROOFS: &str = "proofs";
/// How the names of proofs end (C2SP tlog-proof).
pub(crate) const PROOF: &str = ".tlog-proof";
/// How the names of those end that phones fetch.
pub(crate) const SHORT_PROOF: &str = ".cbor";

/// Where the proof is that the file with this hash is in the public log.
pub(crate) fn proof_path(digest: &str) -> String {
    format!("{PROOFS}/{digest}{PROOF}")
}

/// The hash of the file that a proof of this name is of, whichever form it has.
pub(crate) fn proved(name: &str) -> Option<&str> {
    name.strip_suffix(PROOF).or_else(|| name.strip_suffix(SHORT_PROOF))
}

/// What only publishers need, and no server, in a folder that is published.
pub(crate) const OWN: &str = ".publish";

/// Refuses a manifest that names more than phones keep: they would go without the rest.
pub(crate) fn check_kept(manifest: &Manifest) -> Result<(), Failure> {
    let (files, bytes) = manifest.most_kept();
    if files <= BESIDE_FILES && bytes <= BESIDE_BYTES {
        return Ok(());
    }
    Err(CliError::MoreThanKept { files, megabytes: bytes.div_ceil(1 << 20) }.into())
}

/// A file under its path.
pub(crate) struct Placed {
    /// The path below the server's root.
    pub(crate) path: String,
    /// The file.
    pub(crate) bytes: Vec<u8>,
}

/// A public file, and how the manifest names it.
pub(crate) struct Public {
    pub(crate) named: Named,
    pub(crate) header: Header,
    /// Which other files it takes the place of, and when.
    pub(crate) line: Line,
    /// How many rows it has; only risk tables have any.
    pub(crate) rows: Option<usize>,
    pub(crate) bytes: Vec<u8>,
}

impl Public {
    /// A trust list, a rule pack, a risk table or an exposure list; its signatures are not checked yet.
    pub(crate) fn read(bytes: Vec<u8>) -> Result<Self, Failure> {
        match Unverified::parse(&bytes)?.kind() {
            Kind::TrustList => Self::of::<TrustList>(bytes, |_| None),
            Kind::RulePack => match Self::of::<Pack>(bytes, |_| None)? {
                none if none.header.version == 0 => Err(Finding::NoVersion.into()),
                pack => Ok(pack),
            },
            Kind::RiskTable => Self::of(bytes, |table: &RiskTable| Some(table.len())),
            Kind::ExposureList => Self::of::<ExposureList>(bytes, |_| None),
            kind @ (Kind::Manifest
            | Kind::Record
            | Kind::DayCertificate
            | Kind::CertificateRequest
            | Kind::Code
            | Kind::VenueCode
            | Kind::Mailbox
            | Kind::CertificateAnswer) => Err(CliError::NotPublished { kind }.into()),
        }
    }

    fn of<T: Body>(bytes: Vec<u8>, rows: impl FnOnce(&T) -> Option<usize>) -> Result<Self, Failure> {
        let (header, body) = read_unverified::<T>(&bytes)?;
        let named = Named::of(&header, &body, &bytes);
        Ok(Self { named, line: body.line(&header), rows: rows(&body), header, bytes })
    }

    /// Whether the versions of the two are compared: they are of one kind, for one region and purpose, in one lane.
    pub(crate) fn is_beside(&self, other: &Self) -> bool {
        let line = |file: &Self| (file.named.kind, file.line.region, file.line.emergency);
        line(self) == line(other) && self.named.purpose == other.named.purpose
    }

    /// Whether it has not begun at a moment, though it may be announced.
    pub(crate) fn begins_later(&self, now: Time) -> Option<Time> {
        self.line.from.filter(|from| *from > now)
    }

    /// Whether a later version has taken its place at a moment.
    pub(crate) fn is_replaced_by(&self, other: &Self, now: Time) -> bool {
        self.is_beside(other) && other.named.version > self.named.version && other.begins_later(now).is_none()
    }

    /// What it is.
    pub(crate) fn described(&self) -> String {
        let named = &self.named;
        let id = if named.id.is_empty() { String::new() } else { format!(" {}", named.id) };
        let place = named.place.map_or_else(|| "everywhere".to_owned(), |place| format!("place {place}"));
        let purpose = named.purpose.map(|purpose| format!(" and purpose {purpose}")).unwrap_or_default();
        let lane = if self.line.emergency { ", in the emergency lane" } else { "" };
        format!("{}{id} version {} for {place}{purpose}{lane}", named.kind, named.version)
    }

    /// What it does at a moment among those that are published with it, and until when.
    pub(crate) fn standing(&self, public: &[Self], now: Time) -> String {
        let (what, until) = (self.described(), local(self.header.expires));
        if self.header.expires <= now {
            return format!("expired    {what}, since {until}");
        }
        if let Some(from) = self.begins_later(now) {
            return format!("announced  {what}, from {} until {until}", local(from));
        }
        if let Some(newer) = public.iter().find(|other| self.is_replaced_by(other, now)) {
            return format!("over       {what}, since version {} began", newer.named.version);
        }
        format!("in force   {what}, until {until}")
    }

    /// Where a server has it.
    pub(crate) fn path(&self) -> String {
        match self.named.kind {
            Kind::TrustList => format!("{TRUST_LISTS}/{}", self.named.version),
            _ => format!("{FILES}/{}", self.named.digest),
        }
    }
}

/// The manifest of these files, as a phone takes it.
pub(crate) fn manifest(
    header: &Header,
    files: &[Public],
    keys: &[&SecretKey],
    trust: &Trust,
) -> Result<Vec<u8>, Failure> {
    let files = files.iter().map(|file| file.named.clone()).collect();
    let bytes = signed(header, &Manifest { files }, keys.iter().copied())?;
    trust.open_file::<Manifest>(&bytes, header.issued)?;
    Ok(bytes)
}

/// Everything under its path, in the order in which a server gets it: the manifest last, because it names the others.
pub(crate) fn placed(manifest: Vec<u8>, files: Vec<Public>) -> Vec<Placed> {
    let newest = files.iter().filter(|file| file.named.kind == Kind::TrustList).max_by_key(|file| file.named.version);
    let newest = newest.map(|list| Placed { path: TRUST_LIST.into(), bytes: list.bytes.clone() });
    let mut all: Vec<Placed> = files.into_iter().map(|file| Placed { path: file.path(), bytes: file.bytes }).collect();
    all.extend(newest);
    all.push(Placed { path: MANIFEST.into(), bytes: manifest });
    all
}
