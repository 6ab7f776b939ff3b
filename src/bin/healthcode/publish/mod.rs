//! `publish`: from signed files to a folder that any web server or object store can serve.

mod acceptance;
mod deltas;
mod ends;
mod folder;
mod lists;
mod logged;
mod said;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::Args;
use healthcode::calendar::{Span, Time};
use healthcode::place::Place;
use healthcode::trust::file::{FileError, read_unverified};
use healthcode::trust::{Beliefs, Digest, Header, Kind, Manifest, Named, Trust};

use self::acceptance::{accept, take, unvouched};
use self::deltas::deltas;
use self::folder::Folder;
use self::lists::Lists;
use self::logged::{Log, Logging, is_logged};
use self::said::Said;
use crate::args::signing::Issue;
use crate::args::trust::Roots;
use crate::exit::Exit;
use crate::failure::{CliError, Failure, InFile};
use crate::files;
use crate::format::local;
use crate::key_file;
use crate::publication::{FILES, MANIFEST, Placed, Public, TRUST_LIST, check_kept, placed, proof_path};
use crate::signed_file::{check_version, signed};
use crate::terminal::say;
use crate::values::{after, number, place, span, system_time};

/// Publish signed files: write them and a manifest that names them into a folder for a web server
///
/// The files that are given are the ones in force or announced: a trust list if it is new, every rule pack and every risk
/// table; whatever is left out is withdrawn. Whatever a phone would refuse is refused here. The manifest is replaced last and
/// at once: a run that is killed leaves the folder as it was, or as it should be, and can be repeated.
#[derive(Args)]
#[command(after_long_help = "\
The folder then has, by path, what docs/server.md describes:
  manifest          which files are in force; publish anew every hour, even if nothing has changed
  files/<SHA-256>   the rule packs and risk tables
  deltas/<SHA-256>/<version>
                    what leads to a risk table from each of the last 60 versions
  trust-list        the newest trust list
  proofs/<SHA-256>.tlog-proof
                    with --log, what shows that a file, a trust list or the manifest is in the public log
  trust/<version>   every trust list from the first on, for apps that pin older root keys
  .publish/         which versions phones have seen, and the tables to make deltas from; keep it, but servers do not need it")]
pub(crate) struct Publish {
    /// The folder to write to; created if it does not exist
    folder: PathBuf,
    /// The signed files
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// A secret key that may sign manifests: a file made by `keys new`; may be given several times
    #[arg(long = "key", value_name = "FILE", required = true)]
    keys: Vec<PathBuf>,
    #[command(flatten)]
    roots: Roots,
    /// The region that the manifest is for [default: everywhere]
    #[arg(long, value_name = "CODE", value_parser = place)]
    place: Option<Place>,
    /// The manifest's version [default: one more than the highest published so far]
    #[arg(long, value_name = "NUMBER", value_parser = number::<u32>, allow_negative_numbers = true)]
    version: Option<u32>,
    /// How long the manifest is valid, such as 72h, which is the longest
    #[arg(long, value_name = "SPAN", value_parser = span, default_value = "72h")]
    valid: Span,
    #[command(flatten)]
    issue: Issue,
    #[command(flatten)]
    logging: Logging,
}

/// What is published already: the manifest, with its bytes, and the files that it names.
struct Before {
    header: Header,
    manifest: Manifest,
    bytes: Vec<u8>,
    files: Vec<Public>,
}

impl Before {
    fn read(folder: &Folder<'_>) -> Result<Option<Self>, Failure> {
        let Some(bytes) = folder.read(MANIFEST)? else { return Ok(None) };
        let (header, manifest) = read_unverified::<Manifest>(&bytes).in_file(&folder.at(MANIFEST))?;
        let named = manifest.files.iter().filter(|named| named.kind != Kind::TrustList);
        // What cannot be read says nothing of versions either.
        let file = |named: &Named| Public::read(folder.read(&format!("{FILES}/{}", named.digest)).ok()??).ok();
        let mut files: Vec<Public> = named.filter_map(file).collect();
        files.sort_by_key(|file| file.named.version);
        Ok(Some(Self { header, manifest, bytes, files }))
    }

    /// Lets beliefs see all of it, as a phone has that has taken it; says whether the manifest is one that a phone takes.
    fn see(&self, beliefs: &mut Beliefs, trust: &Trust, now: Time) -> bool {
        let now = now.max(self.header.issued);
        let manifest = beliefs.open::<Manifest>(trust, &self.bytes, now);
        if let Ok(file) = &manifest {
            beliefs.see(file.about());
        }
        for file in &self.files {
            // One that no longer counts says nothing of versions.
            let _ = take(file, true, beliefs, trust, now);
        }
        if manifest.is_ok() {
            beliefs.hear(&self.manifest, self.header.region(), self.header.issued, begun_by(now));
        }
        manifest.is_ok()
    }
}

impl Publish {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        let issued = self.issue.time();
        let keys = self.keys.iter().map(|path| key_file::load(path)).collect::<Result<Vec<_>, _>>()?;
        let mut given: Vec<(&Path, Public)> = Vec::new();
        for path in &self.files {
            let public = Public::read(files::read_signed(path)?).in_file(path)?;
            check_version(public.named.kind, public.named.version).in_file(path)?;
            if given.iter().all(|(_, other)| other.named != public.named) {
                given.push((path, public));
            }
        }
        let folder = Folder::open(&self.folder)?;
        let log = self.logging.open()?;
        let before = Before::read(&folder)?;
        if let (Some(log), Some(before)) = (&log, &before) {
            log.has(&folder, &before.bytes)?;
        }
        if log.is_none() && before.as_ref().is_some_and(|before| is_logged(&folder, &before.bytes)) {
            return Err(CliError::Unlogged).in_file(&self.folder.join(MANIFEST));
        }
        not_backwards(&folder, before.as_ref(), issued)?;
        let lists = Lists::collect(&folder, &mut given)?;

        // What phones have seen, they hold against what comes now.
        let mut seen = folder.beliefs(self.roots.roots())?;
        let old_trust = lists.follow(&mut seen, issued);
        let mut beliefs = seen.clone();
        let mut vouched = false;
        if let (Some(trust), Some(before)) = (&old_trust, &before) {
            vouched = before.see(&mut seen, trust, issued);
            beliefs = seen.clone();
        }
        let trust = lists.open(&self.roots, &mut beliefs, issued)?;
        if let (None, Some(before)) = (old_trust, &before) {
            // By a list that has expired nothing can be opened any more.
            before.see(&mut seen, &trust, issued);
            vouched = before.see(&mut beliefs, &trust, issued);
        }
        let named_before: &[Named] = before.as_ref().map_or(&[], |before| &before.manifest.files);
        let published: &[Public] = before.as_ref().map_or(&[], |before| &before.files);
        self.lie_within(&given)?;
        let (changes, list_warnings) = lists.review();
        let (newest, older_lists) = lists.into_public();
        given.sort_by_key(|(_, public)| (public.named.kind, public.named.version));
        let all = newest.iter().chain(given.iter().map(|(_, public)| public));
        let mut manifest = Manifest { files: all.map(|file| file.named.clone()).collect() };
        check_kept(&manifest).in_file(&folder.at(MANIFEST))?;
        beliefs.hear(&manifest, self.region(), issued, begun_by(issued));
        accept(&given, named_before, published, &mut beliefs, &trust, issued)?;

        let public: Vec<Public> = newest.into_iter().chain(given.into_iter().map(|(_, public)| public)).collect();
        // Phones forget the version of a manifest whose key the new list drops.
        let counts = |before: &&Before| {
            vouched && trust.open_file::<Manifest>(&before.bytes, issued.max(before.header.issued)).is_ok()
        };
        let logged = log.as_ref().map(|log| log.manifest_version(self.region())).transpose()?.flatten();
        let Some(version) = self.next_version(before.as_ref().filter(counts), &manifest, &beliefs, logged)? else {
            say(format_args!("{}: this version is published already; nothing to do", self.folder.display()));
            return Ok(Exit::Yes);
        };
        let header = Header { version, issued, expires: after(issued, self.valid)?, place: self.place };
        let deltas = deltas(&folder, published, &public, &mut manifest.files)?;
        let bytes = signed(&header, &manifest, &keys).in_file(&folder.at(MANIFEST))?;
        let opened = beliefs
            .open::<Manifest>(&trust, &bytes, issued)
            .map_err(|error| self.of_manifest(&folder, error, &trust, &bytes))?;
        beliefs.see(opened.about());
        let mut warnings = list_warnings;
        warnings.extend(before.as_ref().and_then(|before| doubts(before, vouched, issued)));
        let said = Said::new(&public, published, &seen, &header).with(changes, warnings, self.issue.off_clock());

        let digests = public.iter().map(|file| &file.named).chain(named_before).map(|named| named.digest.to_string());
        let wanted: BTreeSet<String> = digests.collect();
        // Whatever is remembered has been published, so that it is right whenever this ends.
        let all = placed(bytes, older_lists.into_iter().chain(public).collect());
        folder.check_lists(&all)?;
        let proofs = log.as_ref().map_or(Ok(Vec::new()), |log| logged_all(log, &all))?;
        folder.keep(&seen)?;
        // Whoever has just fetched the manifest before still asks for what it names.
        let before_it = before.iter().map(|before| Digest::of(&before.bytes).to_string()).chain(wanted.iter().cloned());
        let proved = proofs.iter().map(|proof| proof.path.clone());
        let proved: BTreeSet<String> = proved.chain(before_it.map(|digest| proof_path(&digest))).collect();
        for file in deltas.into_iter().chain(proofs).chain(all) {
            folder.place(&file.path, &file.bytes)?;
        }
        folder.keep(&beliefs)?;
        folder.tidy_deltas(&wanted);
        if log.is_some() {
            folder.tidy_proofs(&proved);
        }
        for name in folder.tidy(&wanted) {
            let path = folder.at(FILES).join(name);
            say(format_args!("left alone: {}, which was not published from here", path.display()));
        }
        said.say(&self.folder, &header);
        Ok(Exit::Yes)
    }

    /// The region that the manifest is for.
    fn region(&self) -> Place {
        self.place.unwrap_or(Place::COUNTRY)
    }

    /// Refuses files that are about more than the manifest is for.
    fn lie_within(&self, given: &[(&Path, Public)]) -> Result<(), Failure> {
        let place = self.region();
        match given.iter().find(|(_, public)| !place.governs(public.line.region)) {
            Some((path, public)) => Err(CliError::FileOutside { region: public.line.region, place }).in_file(path),
            None => Ok(()),
        }
    }

    /// What is wrong with the manifest, named after the key if it is the key that may not sign it.
    fn of_manifest(&self, folder: &Folder<'_>, error: FileError, trust: &Trust, bytes: &[u8]) -> Failure {
        let by_key = matches!(error, FileError::UnknownKey { .. }) && self.keys.len() == 1;
        let key = self.keys.first().filter(|_| by_key);
        unvouched::<Manifest>(error, trust, bytes).in_file(key.unwrap_or(&folder.at(MANIFEST)))
    }

    /// The version of the manifest to write, after the one before if that is one that a phone takes; nothing if it is there.
    fn next_version(
        &self,
        before: Option<&Before>,
        manifest: &Manifest,
        beliefs: &Beliefs,
        logged: Option<u32>,
    ) -> Result<Option<u32>, Failure> {
        const LAST: u32 = u32::MAX;
        let seen = beliefs.version_seen(Kind::Manifest, self.region());
        let there = before.map(|before| before.header.version);
        let highest = seen.max(there).max(logged).unwrap_or(0);
        let next = highest.saturating_add(1);
        let version = self.version.unwrap_or(next);
        let same = |before: &Before| {
            (before.header.version, before.header.place, &before.manifest) == (version, self.place, manifest)
        };
        if before.is_some_and(same) {
            return Ok(None);
        }
        if version == LAST {
            return Err(CliError::LastVersion { last: LAST }).in_file(&self.folder.join(MANIFEST));
        }
        if version <= highest {
            return Err(CliError::ManifestVersion { version, next }).in_file(&self.folder.join(MANIFEST));
        }
        Ok(Some(version))
    }
}

/// Logs all of these files, each once, and gives their proofs.
fn logged_all(log: &Log, all: &[Placed]) -> Result<Vec<Placed>, Failure> {
    log.add(all.iter().filter(|file| file.path != TRUST_LIST).map(|file| file.bytes.as_slice()))
}

/// Until when what is published at that moment can have come into force: no later than today, as no phone takes a manifest
/// that is dated in the future.
fn begun_by(issued: Time) -> Time {
    issued.min(system_time())
}

/// What is to be known of the manifest in the folder, if it is no measure for the next one.
fn doubts(before: &Before, vouched: bool, issued: Time) -> Option<String> {
    let Header { version, issued: last, .. } = before.header;
    if !vouched {
        return Some(format!(
            "the manifest that was there, version {version}, is signed by no key of the trust list: no phone takes it, and its \
             version does not count"
        ));
    }
    (issued < last).then(|| {
        format!(
            "the manifest that was there is dated {}, later than now: if that is right, this machine's clock is behind; \
             correct it and publish again",
            local(last)
        )
    })
}

/// Refuses a manifest from before the one in the folder: phones would take it for the newest, and it would end earlier. One
/// that is dated in the future is no measure, as no phone takes it.
fn not_backwards(folder: &Folder<'_>, before: Option<&Before>, issued: Time) -> Result<(), Failure> {
    match before.map(|before| before.header.issued) {
        Some(last) if issued < last && last <= system_time() => {
            Err(CliError::IssuedBackwards { issued: local(issued), last: local(last) }).in_file(&folder.at(MANIFEST))
        }
        _ => Ok(()),
    }
}
