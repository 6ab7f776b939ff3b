//! The chain of trust lists: from the first to the newest, each vouched for by the roots of the one before, so that an app
//! comes to the newest from whichever of them it pins.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use healthcode::calendar::Time;
use healthcode::trust::file::{FileError, read_unverified};
use healthcode::trust::list::TrustError;
use healthcode::trust::{Beliefs, Kind, Trust, TrustList};

use super::acceptance::dated;
use super::folder::Folder;
use crate::args::trust::Roots;
use crate::failure::{CliError, Failure, InFile};
use crate::files;
use crate::publication::{Public, TRUST_LIST, TRUST_LISTS};
use crate::trust_review::{certifies, changes, endings};

/// How many versions are named of those that are missing.
const NAMED: usize = 8;

/// A list and where it is.
struct Found {
    path: PathBuf,
    list: Public,
}

/// The lists by their versions, from the first to the newest.
pub(super) struct Lists {
    all: BTreeMap<u32, Found>,
    /// The newest that is published already; 0 if none is.
    published: u32,
}

impl Lists {
    /// Those that are published, and those given, which it takes out of `given`.
    pub(super) fn collect(folder: &Folder<'_>, given: &mut Vec<(&Path, Public)>) -> Result<Self, Failure> {
        let mut lists = Self { all: BTreeMap::new(), published: 0 };
        if let Some(bytes) = folder.read(TRUST_LIST)? {
            let published = lists.insert(folder.at(TRUST_LIST), bytes)?;
            lists.published = published;
            // What is beyond it is left of a run that was killed, and not published.
            let names = fs::read_dir(folder.at(TRUST_LISTS)).into_iter().flatten().flatten();
            for path in names.map(|entry| entry.path()) {
                let name = path.file_name().and_then(|name| name.to_str());
                let version = name.and_then(|name| name.parse().ok()).filter(|version: &u32| *version < published);
                if version.is_some_and(|version| path.ends_with(version.to_string())) {
                    let bytes = files::read_signed(&path)?;
                    lists.insert(path, bytes)?;
                }
            }
        }
        for (path, list) in given.extract_if(.., |(_, public)| public.named.kind == Kind::TrustList) {
            lists.insert(path.to_owned(), list.bytes)?;
        }
        Ok(lists)
    }

    fn insert(&mut self, path: PathBuf, bytes: Vec<u8>) -> Result<u32, Failure> {
        let list = Public::read(bytes).in_file(&path)?;
        let version = list.named.version;
        match self.all.get(&version) {
            Some(found) if found.list.named.digest != list.named.digest => {
                let other = found.path.display().to_string();
                return Err(CliError::OtherList { version, other }).in_file(&path);
            }
            Some(_) => {}
            None => drop(self.all.insert(version, Found { path, list })),
        }
        Ok(version)
    }

    /// The list in force. A phone comes to it that pins these roots, and so does one with the beliefs of whoever has
    /// followed; and none is missing of those that others ask for on their way, one after another.
    pub(super) fn open(&self, pinned: &Roots, followed: &mut Beliefs, now: Time) -> Result<Trust, Failure> {
        let (_, newest) = self.all.last_key_value().ok_or(CliError::NothingToTrust)?;
        self.check_chain(newest)?;
        let refusal = |error| match error {
            TrustError::File(error @ FileError::NotYetIssued { .. }) => dated(error),
            error => pinned.refusal(error, newest.list.named.version),
        };
        for beliefs in [&mut Beliefs::new(pinned.roots()), &mut *followed] {
            walk(beliefs, self.all.values(), newest, now).map_err(refusal).in_file(&newest.path)?;
        }
        followed.open_list(&newest.list.bytes, now).map_err(refusal).in_file(&newest.path)
    }

    /// Lets beliefs follow as far as has been published; gives the list if it is in force.
    pub(super) fn follow(&self, followed: &mut Beliefs, now: Time) -> Option<Trust> {
        let newest = self.all.get(&self.published)?;
        walk(followed, self.all.range(..=self.published).map(|(_, found)| found), newest, now).ok()
    }

    fn check_chain(&self, newest: &Found) -> Result<(), Failure> {
        let last = newest.list.named.version;
        let missing: Vec<String> = (1..last)
            .filter(|version| !self.all.contains_key(version))
            .map(|version| version.to_string())
            .take(NAMED)
            .collect();
        if !missing.is_empty() {
            return Err(CliError::ListsMissing { last, missing: missing.join(", ") }).in_file(&newest.path);
        }
        let mut before: Option<Trust> = None;
        for Found { path, list } in self.all.values() {
            let roots = match &before {
                Some(trust) => trust.list().roots.clone(),
                None => read_unverified::<TrustList>(&list.bytes).in_file(path)?.1.roots,
            };
            let checked = Trust::verify(&list.bytes, &roots);
            before = Some(match checked {
                Err(TrustError::OtherRoots { needed, found }) if before.is_some() => {
                    let version = list.named.version;
                    return Err(CliError::ListUnvouched { version, before: version.saturating_sub(1), needed, found })
                        .in_file(path);
                }
                checked => checked.in_file(path)?,
            });
        }
        Ok(())
    }

    /// How the newest differs from the one that is published, and what is to be known of it.
    pub(super) fn review(&self) -> (Vec<String>, Vec<String>) {
        let read = |found: &Found| read_unverified::<TrustList>(&found.list.bytes).ok();
        let Some((header, newest)) = self.all.last_key_value().and_then(|(_, found)| read(found)) else {
            return Default::default();
        };
        let before: Vec<TrustList> =
            self.all.range(..=self.published).filter_map(|(_, found)| Some(read(found)?.1)).collect();
        let is_new = header.version > self.published;
        let changes = if is_new { changes(&before, &newest) } else { Vec::new() };
        let mut warnings = endings(&header, &newest);
        if before.iter().any(certifies) && !certifies(&newest) {
            warnings.push(
                "nobody may sign day certificates any more: those that phones have stop counting, and none can come"
                    .into(),
            );
        }
        (changes, warnings)
    }

    /// The newest, which the manifest names, and those before it.
    pub(super) fn into_public(self) -> (Option<Public>, Vec<Public>) {
        let mut all: Vec<Public> = self.all.into_values().map(|found| found.list).collect();
        (all.pop(), all)
    }
}

/// Comes to the newest list as a phone does: from the roots that it believes, else from list to list.
fn walk<'l>(
    beliefs: &mut Beliefs,
    lists: impl Iterator<Item = &'l Found>,
    newest: &Found,
    now: Time,
) -> Result<Trust, TrustError> {
    let opened = beliefs.open_list(&newest.list.bytes, now);
    if !matches!(opened, Err(TrustError::OtherRoots { .. })) {
        return opened;
    }
    for Found { list, .. } in lists {
        // One from before the roots is not taken, and one that has expired still leads to the next.
        let _ = beliefs.open_list(&list.bytes, now);
    }
    beliefs.open_list(&newest.list.bytes, now)
}
