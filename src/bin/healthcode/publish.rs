//! `publish`: from signed files to a folder that any web server or object store can serve.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use healthcode::calendar::{Span, Time};
use healthcode::place::Place;
use healthcode::trust::file::read_unverified;
use healthcode::trust::{Beliefs, Header, Kind, Manifest, Trust};

use crate::args::signing::Issue;
use crate::args::trust::Roots;
use crate::exit::Exit;
use crate::failure::{CliError, Failure, InFile};
use crate::format::local;
use crate::publication::{MANIFEST, Public, TRUST_LIST, manifest, placed};
use crate::terminal::say;
use crate::values::{place, span};
use crate::{files, key_file};

/// Publish signed files: write them and a manifest that names them into a folder for a web server
///
/// The files that are given are the ones in force or announced: a trust list if it is new, every rule pack and every risk
/// table. Whatever a phone would refuse is refused here. The manifest is replaced last and at once: a run that is killed
/// leaves the folder as it was, or as it should be, and can be repeated. Only one publisher may write to a folder at a time.
#[derive(Args)]
#[command(after_long_help = "\
The folder then has, by path, what docs/server.md describes:
  manifest          which files are in force; publish anew every hour, even if nothing has changed
  files/<SHA-256>   the rule packs and risk tables
  trust-list        the newest trust list
  trust/<version>   every trust list, for apps that pin older root keys")]
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
    /// The manifest's version [default: one more than that of the manifest in the folder]
    #[arg(long, value_name = "NUMBER")]
    version: Option<u32>,
    /// How long the manifest is valid, such as 72h, which is the longest
    #[arg(long, value_name = "SPAN", value_parser = span, default_value = "72h")]
    valid: Span,
    #[command(flatten)]
    issue: Issue,
}

impl Publish {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        let issued = self.issue.time();
        let keys = self.keys.iter().map(|path| key_file::load(path)).collect::<Result<Vec<_>, _>>()?;
        let mut given = Vec::new();
        for path in &self.files {
            given.push((path, Public::read(files::read_signed(path)?).in_file(path)?));
        }
        let before = self.published_before()?;
        let mut beliefs = Beliefs::new(self.roots.roots());
        let trust = self.trust(&mut beliefs, &mut given, issued)?;
        // What phones have seen, they hold against what comes now; both in the order in which they take them.
        let mut seen: Vec<_> = before.iter().flat_map(|(_, manifest)| &manifest.files).collect();
        seen.sort_by_key(|named| named.version);
        for named in seen {
            if let Ok(seen) = files::read_signed(&self.folder.join(format!("files/{}", named.digest))) {
                // A file that no longer counts says nothing of versions either.
                let _ = Public::read(seen).and_then(|seen| seen.open(&mut beliefs, &trust, issued));
            }
        }
        let mut opened: Vec<_> = given.iter().filter(|(_, public)| public.named.kind != Kind::TrustList).collect();
        opened.sort_by_key(|(_, public)| public.named.version);
        for (path, public) in opened {
            public.open(&mut beliefs, &trust, issued).in_file(path)?;
        }
        let public: Vec<Public> = given.into_iter().map(|(_, public)| public).collect();
        let Some(version) = self.next_version(before.as_ref(), &public)? else {
            say(format_args!("{}: this version is published already; nothing to do", self.folder.display()));
            return Ok(Exit::Yes);
        };
        let header = Header { version, issued, expires: issued.plus(self.valid), place: self.place };
        let manifest = manifest(&header, &public, &keys.iter().collect::<Vec<_>>(), &trust)?;
        for file in &public {
            say(format_args!("  {}", described(file, issued)));
        }
        let digests = |manifest: &Manifest| manifest.files.iter().map(|named| named.digest.to_string()).collect();
        let mut wanted: BTreeSet<String> = before.as_ref().map(|(_, manifest)| digests(manifest)).unwrap_or_default();
        wanted.extend(public.iter().map(|file| file.named.digest.to_string()));
        for file in placed(manifest, public) {
            let path = self.folder.join(&file.path);
            place_file(&path, &file.bytes).map_err(CliError::Unwritable).in_file(&path)?;
        }
        self.tidy(&wanted);
        say(format_args!(
            "published {}: manifest version {version}, expires {}",
            self.folder.display(),
            local(header.expires)
        ));
        Ok(Exit::Yes)
    }

    /// The manifest in the folder, if there is one.
    fn published_before(&self) -> Result<Option<(Header, Manifest)>, Failure> {
        let path = self.folder.join(MANIFEST);
        if !path.exists() {
            return Ok(None);
        }
        read_unverified(&files::read_signed(&path)?).in_file(&path).map(Some)
    }

    /// The trust list in force: the newest of those given and the one in the folder, which then is among those given.
    fn trust<'a>(
        &'a self,
        beliefs: &mut Beliefs,
        given: &mut Vec<(&'a PathBuf, Public)>,
        issued: Time,
    ) -> Result<Trust, Failure> {
        let mut found = None;
        let own = self.folder.join(TRUST_LIST);
        if own.exists() {
            let list = Public::read(files::read_signed(&own)?).in_file(&own)?;
            // One that has expired still leads to the next.
            if let Ok(trust) = beliefs.open_list(&list.bytes, issued) {
                found = Some((trust, list));
            }
        }
        let mut lists: Vec<_> = given.iter().filter(|(_, public)| public.named.kind == Kind::TrustList).collect();
        lists.sort_by_key(|(_, public)| public.named.version);
        let last = lists.len();
        for (index, (path, list)) in lists.into_iter().enumerate() {
            match beliefs.open_list(&list.bytes, issued) {
                Ok(trust) => found = Some((trust, Public::read(list.bytes.clone())?)),
                Err(_) if index + 1 < last => {}
                Err(error) => return Err(error).in_file(path),
            }
        }
        let (trust, list) = found.ok_or(CliError::NothingToTrust)?;
        given.retain(|(_, public)| public.named.kind != Kind::TrustList);
        given.insert(0, (&self.folder, list));
        Ok(trust)
    }

    /// The version of the manifest to write; nothing if it is there.
    fn next_version(&self, before: Option<&(Header, Manifest)>, public: &[Public]) -> Result<Option<u32>, Failure> {
        let Some((header, manifest)) = before else { return Ok(Some(self.version.unwrap_or(1))) };
        let next = header.version.saturating_add(1);
        match self.version {
            None => Ok(Some(next)),
            Some(version) if version > header.version => Ok(Some(version)),
            Some(version) => {
                let same = public.iter().map(|file| &file.named).eq(&manifest.files);
                if same && version == header.version {
                    Ok(None)
                } else {
                    Err(CliError::ManifestVersion { version, next }.into())
                }
            }
        }
    }

    /// Removes files that neither this manifest names nor the one before, which phones may still have in hand. What is
    /// left over does no harm.
    fn tidy(&self, wanted: &BTreeSet<String>) {
        let Ok(entries) = fs::read_dir(self.folder.join("files")) else { return };
        for entry in entries.flatten() {
            if entry.file_name().to_str().is_none_or(|name| !wanted.contains(name)) {
                let _ = fs::remove_file(entry.path());
            }
        }
    }
}

/// What a file is, and what it will do when.
fn described(file: &Public, now: Time) -> String {
    let named = &file.named;
    let place = named.place.map_or_else(|| "everywhere".to_owned(), |place| format!("place {place}"));
    let id = if named.id.is_empty() { String::new() } else { format!(" {}", named.id) };
    let until = if file.header.expires <= now { "expired" } else { "until" };
    format!("{}{id} version {} for {place}, {until} {}", named.kind, named.version, local(file.header.expires))
}

/// Puts a file in its place whole or not at all, also if the power fails; one that is there already stays.
fn place_file(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if fs::read(path).is_ok_and(|there| there == bytes) {
        return Ok(());
    }
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    let part = folder.join(name);
    let mut file = File::create(&part)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&part, path)?;
    // Not every system lets a folder be opened; then its own order of writing must do.
    File::open(folder).and_then(|folder| folder.sync_all()).or(Ok(()))
}
