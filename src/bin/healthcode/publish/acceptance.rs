//! Which files are published: those that a phone takes that has followed so far.

use std::path::Path;

use healthcode::calendar::Time;
use healthcode::risk::RiskTable;
use healthcode::rules::pack::Pack;
use healthcode::trust::file::{FileError, read_unverified};
use healthcode::trust::{Beliefs, Body, Kind, Named, Trust, Unverified};
use healthcode::venue::ExposureList;

use crate::failure::{CliError, Failure, InFile};
use crate::format::local;
use crate::publication::Public;
use crate::standing::without_effect;

/// Takes the files, which are in the order of their versions, as phones do that have heard which the manifest will name: what
/// they have already stays.
pub(super) fn accept(
    given: &[(&Path, Public)],
    named_before: &[Named],
    published: &[Public],
    beliefs: &mut Beliefs,
    trust: &Trust,
    issued: Time,
) -> Result<(), Failure> {
    for (path, public) in given {
        let known = named_before.contains(&public.named);
        take(public, known, beliefs, trust, issued)
            .map_err(|error| refusal(error, public, published, trust))
            .in_file(path)?;
        let valid = |other: &&Public| other.is_beside(public) && other.header.expires > issued;
        let expires = public.header.expires;
        if let Some(valid) = published.iter().find(valid).filter(|_| !known && expires <= issued) {
            let version = valid.named.version;
            return Err(CliError::ExpiredReplacement { expired: local(expires), version }).in_file(path);
        }
    }
    for (path, public) in given {
        let (kind, version) = (public.named.kind, public.named.version);
        let beside = |other: &&Public| other.is_beside(public);
        let newer = given.iter().map(|(_, other)| other).filter(beside).map(|other| other.named.version).max();
        if let Some(newer) = newer.filter(|newer| *newer > version)
            && take(public, true, beliefs, trust, issued).is_err()
        {
            return Err(CliError::Superseded { kind, version, newer }).in_file(path);
        }
    }
    Ok(())
}

/// Why phones refuse a file, in terms of what has been published.
fn refusal(error: FileError, file: &Public, published: &[Public], trust: &Trust) -> Failure {
    let kind = file.named.kind;
    let FileError::Rollback { found: version, seen } = error else {
        return match (error, kind) {
            (error @ FileError::NotYetIssued { .. }, _) => dated(error),
            (error, Kind::RulePack) => unvouched::<Pack>(error, trust, &file.bytes),
            (error, Kind::ExposureList) => unvouched::<ExposureList>(error, trust, &file.bytes),
            (error, _) => unvouched::<RiskTable>(error, trust, &file.bytes),
        };
    };
    if version == seen {
        let same = published.iter().find(|other| other.is_beside(file) && other.named.version == version);
        return CliError::SameVersion { kind, version, path: same.map(Public::path) }.into();
    }
    match kind {
        Kind::RulePack => CliError::RulesOver { version, seen }.into(),
        _ => CliError::OlderVersion { kind, version, seen }.into(),
    }
}

/// A file that is dated later than it is published.
pub(super) fn dated(error: FileError) -> Failure {
    match error {
        FileError::NotYetIssued { issued, now } => {
            CliError::DatedAhead { issued: local(issued), now: local(now) }.into()
        }
        error => error.into(),
    }
}

/// What is wrong with the signatures of a file, each of those that do not count.
pub(super) fn unvouched<T: Body>(error: FileError, trust: &Trust, bytes: &[u8]) -> Failure {
    let of_signers = matches!(error, FileError::UnknownKey { .. } | FileError::TooFewSigners { .. });
    let keys = Unverified::parse(bytes).ok().zip(read_unverified::<T>(bytes).ok());
    let keys = keys.map(|(envelope, (header, _))| without_effect(trust, &envelope, &header, |_| true));
    match keys.filter(|keys| of_signers && !keys.is_empty()) {
        Some(keys) => CliError::WithoutEffect { error, keys }.into(),
        None => error.into(),
    }
}

/// Opens a file as a phone does, which may have it already, and remembers it.
pub(super) fn take(
    file: &Public,
    known: bool,
    beliefs: &mut Beliefs,
    trust: &Trust,
    now: Time,
) -> Result<(), FileError> {
    match file.named.kind {
        Kind::RulePack => take_body::<Pack>(&file.bytes, known, beliefs, trust, now),
        Kind::RiskTable => take_body::<RiskTable>(&file.bytes, known, beliefs, trust, now),
        Kind::ExposureList => take_body::<ExposureList>(&file.bytes, known, beliefs, trust, now),
        // Lists are opened before all others, and nothing else is published.
        kind @ (Kind::TrustList
        | Kind::Manifest
        | Kind::Record
        | Kind::DayCertificate
        | Kind::CertificateRequest
        | Kind::Code
        | Kind::VenueCode
        | Kind::Mailbox
        | Kind::CertificateAnswer) => Err(FileError::NotInManifest { kind }),
    }
}

fn take_body<T: Body>(
    bytes: &[u8],
    known: bool,
    beliefs: &mut Beliefs,
    trust: &Trust,
    now: Time,
) -> Result<(), FileError> {
    let file = if known { beliefs.reopen::<T>(trust, bytes, now)? } else { beliefs.open::<T>(trust, bytes, now)? };
    beliefs.see(file.about());
    Ok(())
}
