//! A published folder, as a phone takes it that is new: the way to its trust list, the manifest, and each file.

use std::path::Path;

use healthcode::calendar::{Span, Time};
use healthcode::risk::RiskTable;
use healthcode::rules::pack::Pack;
use healthcode::trust::file::{FileError, read_unverified};
use healthcode::trust::list::TrustError;
use healthcode::trust::{Beliefs, Digest, Header, Kind, Manifest, Named, Trust};
use healthcode::unseen::shown;
use healthcode::venue::ExposureList;
use serde::Serialize;

use super::stale_since;
use crate::args::trust::TrustFiles;
use crate::exit::Exit;
use crate::failure::{Failure, InFile};
use crate::files;
use crate::format::local;
use crate::output::{answer, answer_json};
use crate::publication::{FILES, MANIFEST, Public, TRUST_LIST, TRUST_LISTS, check_kept};

/// How many lists are named at most of those that are missing.
const MISSING: usize = 8;

/// One thing in it, or one that is not.
#[derive(Serialize)]
struct Line {
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    words: String,
}

/// What there is to say of the folder.
#[derive(Serialize)]
struct Report {
    accepted: bool,
    files: Vec<Line>,
}

impl Report {
    fn good(&mut self, path: &str, words: String) {
        self.files.push(Line { path: path.to_owned(), error: None, words });
    }

    fn failed(&mut self, path: &str, failure: &Failure) {
        let (code, message) = failure.first();
        self.accepted = false;
        let words = format!("refused    {path} [{code}]: {}", shown(&message));
        self.files.push(Line { path: path.to_owned(), error: Some(code.to_owned()), words });
    }
}

/// Says of each file what it is for a phone that pins these roots.
pub(super) fn inspect(folder: &Path, trust: &TrustFiles, now: Time, json: bool) -> Result<Exit, Failure> {
    if trust.roots().keys.is_empty() {
        return Err(TrustError::NoRoots).in_file(folder);
    }
    let mut report = Report { accepted: true, files: Vec::new() };
    let mut beliefs = Beliefs::new(trust.roots());
    if let Some(list) = lists(folder, trust, &mut beliefs, now, &mut report) {
        manifest(folder, &list, &beliefs, now, &mut report);
    }
    if json {
        answer_json(&report)?;
    } else {
        report.files.iter().try_for_each(|line| answer(&line.words))?;
        let verdict =
            if report.accepted { "a new phone takes all of it" } else { "a new phone does not take all of it" };
        answer(format_args!("verdict    {verdict}"))?;
    }
    Ok(if report.accepted { Exit::Yes } else { Exit::No })
}

/// The list in force, and the way to it.
fn lists(folder: &Path, trust: &TrustFiles, beliefs: &mut Beliefs, now: Time, report: &mut Report) -> Option<Trust> {
    let read = |name: &str| Public::read(files::read_signed(&folder.join(name))?);
    let newest = read(TRUST_LIST).map_err(|failure| report.failed(TRUST_LIST, &failure)).ok()?;
    let last = newest.named.version;
    let mut before: Option<Public> = None;
    let mut missing = 0;
    for version in 1..last {
        let path = format!("{TRUST_LISTS}/{version}");
        match read(&path) {
            Ok(list) => {
                follows(before.as_ref(), &list, &path, report);
                // One that has expired still leads to the next.
                let _ = beliefs.open_list(&list.bytes, now);
                report.good(&path, format!("before     {}", list.described()));
                before = Some(list);
            }
            Err(failure) => {
                report.failed(&path, &failure);
                missing += 1;
                if missing == MISSING {
                    break;
                }
            }
        }
    }
    follows(before.as_ref(), &newest, TRUST_LIST, report);
    let opened = match Trust::open(&newest.bytes, &trust.roots(), now) {
        Err(TrustError::OtherRoots { .. }) => beliefs.open_list(&newest.bytes, now),
        opened => opened,
    };
    match opened {
        Ok(list) => {
            report.good(TRUST_LIST, newest.standing(&[], now));
            Some(list)
        }
        Err(error) => {
            report.failed(TRUST_LIST, &trust.refusal(error, &newest.bytes));
            None
        }
    }
}

/// Whether phones that know the list before it take a list.
fn follows(before: Option<&Public>, list: &Public, path: &str, report: &mut Report) {
    let roots = before.and_then(|before| read_unverified::<healthcode::trust::TrustList>(&before.bytes).ok());
    if let Some((_, before)) = roots
        && let Err(error) = Trust::verify(&list.bytes, &before.roots)
    {
        report.failed(path, &error.into());
    }
}

fn manifest(folder: &Path, trust: &Trust, beliefs: &Beliefs, now: Time, report: &mut Report) {
    let bytes = match files::read_signed(&folder.join(MANIFEST)) {
        Ok(bytes) => bytes,
        Err(failure) => return report.failed(MANIFEST, &failure),
    };
    let opened = beliefs.open::<Manifest>(trust, &bytes, now);
    let checked = opened.and_then(|file| file.at(now, Span::ZERO).map(|body| (file.header().clone(), body.clone())));
    let (header, manifest) = match checked {
        Ok(checked) => checked,
        Err(error) => return report.failed(MANIFEST, &error.into()),
    };
    let Header { version, expires, .. } = header;
    let until = match stale_since(&header, now) {
        Some(since) => format!("stale      manifest version {version}, since {}", local(since)),
        None => format!("in force   manifest version {version}, until {}", local(expires)),
    };
    match check_kept(&manifest) {
        Ok(()) => report.good(MANIFEST, until),
        Err(failure) => report.failed(MANIFEST, &failure),
    }
    let mut all: Vec<(String, Public)> = Vec::new();
    for named in &manifest.files {
        let path = match named.kind {
            Kind::TrustList => TRUST_LIST.to_owned(),
            _ => format!("{FILES}/{}", named.digest),
        };
        match taken(&folder.join(&path), named, trust, now) {
            Ok(file) => all.push((path, file)),
            Err(failure) => report.failed(&path, &failure),
        }
    }
    let public: Vec<Public> = all.iter().filter_map(|(_, file)| Public::read(file.bytes.clone()).ok()).collect();
    for (path, file) in all.iter().filter(|(_, file)| file.named.kind != Kind::TrustList) {
        report.good(path, file.standing(&public, now));
    }
}

/// A file that the manifest names, as a phone opens it.
fn taken(path: &Path, named: &Named, trust: &Trust, now: Time) -> Result<Public, Failure> {
    let bytes = files::read_signed(path)?;
    if Digest::of(&bytes) != named.digest {
        return Err(FileError::NotInManifest { kind: named.kind }.into());
    }
    match named.kind {
        Kind::RulePack => drop(trust.open_file::<Pack>(&bytes, now)?),
        Kind::RiskTable => drop(trust.open_file::<RiskTable>(&bytes, now)?),
        Kind::ExposureList => drop(trust.open_file::<ExposureList>(&bytes, now)?),
        // The list is open already, and nothing else is published.
        _ => {}
    }
    Public::read(bytes)
}
