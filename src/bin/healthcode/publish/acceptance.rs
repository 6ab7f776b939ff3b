//! Which files are published: those that a phone takes that has followed so far.

use std::path::Path;

use healthcode::calendar::Time;
use healthcode::risk::RiskTable;
use healthcode::rules::pack::Pack;
use healthcode::trust::file::FileError;
use healthcode::trust::{Beliefs, Body, Kind, Named, Trust};

use crate::failure::{CliError, Failure, InFile};
use crate::format::local;
use crate::publication::Public;

/// Takes the files that are given as phones do: in the order of their versions, and what they have already stays.
pub(super) fn accept(
    given: &mut [(&Path, Public)],
    named_before: &[Named],
    published: &[Public],
    beliefs: &mut Beliefs,
    trust: &Trust,
    issued: Time,
) -> Result<(), Failure> {
    given.sort_by_key(|(_, public)| (public.named.kind, public.named.version));
    for gone in published.iter().filter(|file| given.iter().all(|(_, public)| public.named != file.named)) {
        // Rules that have begun are over for good when they are withdrawn. Those that have not are remembered: phones that
        // hear late of it see them begin.
        if gone.line.from.is_some_and(|from| from <= issued) {
            beliefs.withdraw(&gone.named.digest, issued);
        }
    }
    for (path, public) in &*given {
        let known = named_before.contains(&public.named);
        take(public, known, beliefs, trust, issued).map_err(|error| refusal(error, public, published)).in_file(path)?;
        let valid = |other: &&Public| other.is_beside(public) && other.header.expires > issued;
        let expires = public.header.expires;
        if let Some(valid) = published.iter().find(valid).filter(|_| !known && expires <= issued) {
            let version = valid.named.version;
            return Err(CliError::ExpiredReplacement { expired: local(expires), version }).in_file(path);
        }
    }
    for (path, public) in &*given {
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
fn refusal(error: FileError, file: &Public, published: &[Public]) -> Failure {
    let FileError::Rollback { found: version, seen } = error else { return error.into() };
    let kind = file.named.kind;
    if version == seen {
        let same = published.iter().find(|other| other.is_beside(file) && other.named.version == version);
        return CliError::SameVersion { kind, version, path: same.map(Public::path) }.into();
    }
    match kind {
        Kind::RulePack => CliError::RulesOver { version, seen }.into(),
        _ => CliError::OlderVersion { kind, version, seen }.into(),
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
        // Lists are opened before all others, and nothing else is published.
        kind @ (Kind::TrustList
        | Kind::Manifest
        | Kind::Record
        | Kind::DayCertificate
        | Kind::CertificateRequest
        | Kind::Code) => Err(FileError::NotInManifest { kind }),
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
    beliefs.see(&file);
    Ok(())
}
