//! What is logged of a file.

use healthcode::log::{Leaf, LoggedFile};
use healthcode::risk::RiskTable;
use healthcode::rules::pack::Pack;
use healthcode::trust::file::read_unverified;
use healthcode::trust::{Body, Kind, Manifest, TrustList, Unverified};
use healthcode::venue::ExposureList;

use super::keeper::Entry;
use crate::failure::{Failure, LogFault};

/// The leaf of a signed file that everybody gets. Who has signed it is not asked: that is for those who read it.
pub(crate) fn leaf_of(bytes: &[u8]) -> Result<Leaf, Failure> {
    fn of<T: Body>(bytes: &[u8]) -> Result<Leaf, Failure> {
        let (header, body) = read_unverified::<T>(bytes)?;
        Ok(Leaf::File(LoggedFile::of(&header, &body, bytes)))
    }
    match Unverified::parse(bytes)?.kind() {
        Kind::TrustList => of::<TrustList>(bytes),
        Kind::RulePack => of::<Pack>(bytes),
        Kind::RiskTable => of::<RiskTable>(bytes),
        Kind::ExposureList => of::<ExposureList>(bytes),
        Kind::Manifest => of::<Manifest>(bytes),
        kind @ (Kind::Record
        | Kind::DayCertificate
        | Kind::CertificateRequest
        | Kind::Code
        | Kind::VenueCode
        | Kind::Mailbox
        | Kind::CertificateAnswer) => Err(LogFault::NotLogged { kind }.into()),
    }
}

/// What to add to a log for a file.
pub(crate) fn entry_of(bytes: Vec<u8>) -> Result<Entry, Failure> {
    Ok(Entry { leaf: leaf_of(&bytes)?, file: Some(bytes) })
}
