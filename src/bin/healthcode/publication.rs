//! What is published: the signed files and the manifest that names them, under the paths that phones ask for
//! (docs/server.md).

use healthcode::calendar::Time;
use healthcode::risk::RiskTable;
use healthcode::rules::pack::Pack;
use healthcode::trust::file::{Header, read_unverified};
use healthcode::trust::{Beliefs, Body, Kind, Manifest, Named, SecretKey, Trust, TrustList, Unverified};

use crate::failure::{CliError, Failure};
use crate::signed_file::signed;

/// Where the manifest is.
pub(crate) const MANIFEST: &str = "manifest";
/// Where the newest trust list is.
pub(crate) const TRUST_LIST: &str = "trust-list";

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
    pub(crate) bytes: Vec<u8>,
}

impl Public {
    /// A trust list, a rule pack or a risk table; its signatures are not checked yet.
    pub(crate) fn read(bytes: Vec<u8>) -> Result<Self, Failure> {
        match Unverified::parse(&bytes)?.kind() {
            Kind::TrustList => Self::of::<TrustList>(bytes),
            Kind::RulePack => Self::of::<Pack>(bytes),
            Kind::RiskTable => Self::of::<RiskTable>(bytes),
            kind => Err(CliError::NotPublished { kind }.into()),
        }
    }

    fn of<T: Body>(bytes: Vec<u8>) -> Result<Self, Failure> {
        let (header, body) = read_unverified::<T>(&bytes)?;
        Ok(Self { named: Named::of(&header, &body, &bytes), header, bytes })
    }

    /// Where a server has it.
    pub(crate) fn path(&self) -> String {
        match self.named.kind {
            Kind::TrustList => format!("trust/{}", self.named.version),
            _ => format!("files/{}", self.named.digest),
        }
    }

    /// Opens it as a phone does that has seen what `beliefs` have, and adds it to them. What it has already stays named
    /// beside what was announced and has come into force since.
    pub(crate) fn open(&self, beliefs: &mut Beliefs, trust: &Trust, now: Time) -> Result<(), Failure> {
        match self.named.kind {
            Kind::RulePack => open::<Pack>(&self.bytes, beliefs, trust, now),
            _ => open::<RiskTable>(&self.bytes, beliefs, trust, now),
        }
    }
}

fn open<T: Body>(bytes: &[u8], beliefs: &mut Beliefs, trust: &Trust, now: Time) -> Result<(), Failure> {
    let file = beliefs.reopen::<T>(trust, bytes, now)?;
    beliefs.see(&file);
    Ok(())
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
