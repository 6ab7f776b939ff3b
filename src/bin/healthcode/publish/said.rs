//! What is said of a run: what is in force, what comes when, what is gone, and what of it may be a mistake.

use std::path::Path;

use healthcode::trust::{Beliefs, Header, Kind};

use super::ends::{ends, gaps};
use crate::format::{grouped, local, rows};
use crate::publication::Public;
use crate::terminal::say;

/// What to say once it is published.
pub(super) struct Said {
    lines: Vec<String>,
    warnings: Vec<String>,
}

impl Said {
    /// Of these files in place of those that were published before, of which phones have seen so much; and of the manifest.
    pub(super) fn new(public: &[Public], before: &[Public], seen: &Beliefs, manifest: &Header) -> Self {
        let now = manifest.issued;
        let mut lines: Vec<String> = public.iter().map(|file| file.standing(public, now)).collect();
        for gone in before.iter().filter(|file| public.iter().all(|other| other.named.digest != file.named.digest)) {
            let what = gone.described();
            let newer = public.iter().filter(|other| other.is_beside(gone) && other.named.version > gone.named.version);
            lines.push(match (newer.max_by_key(|newer| newer.named.version), gone.line.from) {
                (Some(newer), _) => {
                    let rows = newer
                        .rows
                        .zip(gone.rows)
                        .map(|(new, old)| format!(": {} before, {} now", rows(old), grouped(new)));
                    format!("replaced   {what}, by version {}{}", newer.named.version, rows.unwrap_or_default())
                }
                (None, None) => format!("withdrawn  {what}"),
                (None, Some(from)) => {
                    let begins = if from > now { "was to begin" } else { "began" };
                    format!("withdrawn  {what}, which {begins} at {}", local(from))
                }
            });
        }
        let mut warnings = Vec::new();
        warnings.extend(public.iter().filter_map(|file| other_pack(file, before)));
        warnings.extend(public.iter().filter_map(|file| jump(file, before, seen)));
        warnings.extend(jumped("the manifest", manifest.version, seen.version_seen(Kind::Manifest, manifest.region())));
        let emptied = public.iter().filter(|file| file.rows == Some(0) && file.header.expires > now);
        warnings.extend(emptied.map(|file| format!("{} has no rows: no place is at any risk", file.described())));
        warnings.extend(Kind::ALL.into_iter().flat_map(|kind| gaps(kind, public, before, manifest)));
        warnings.extend(ends(public, manifest));
        Self { lines, warnings }
    }

    /// And of how the trust list has changed, what is to be known of it, and of the clock.
    pub(super) fn with(mut self, changes: Vec<String>, warnings: Vec<String>, off_clock: Option<String>) -> Self {
        self.lines.extend(changes);
        self.warnings.extend(warnings);
        self.warnings.extend(off_clock);
        self
    }

    pub(super) fn say(&self, folder: &Path, manifest: &Header) {
        for line in &self.lines {
            say(format_args!("  {line}"));
        }
        for warning in &self.warnings {
            say(format_args!("warning: {warning}"));
        }
        let Header { version, expires, .. } = manifest;
        say(format_args!("published {}: manifest version {version}, expires {}", folder.display(), local(*expires)));
    }
}

/// A pack that takes the place of one of another name: they may well be meant to be in force together.
fn other_pack(file: &Public, before: &[Public]) -> Option<String> {
    let gives_way = |other: &&Public| {
        file.named.kind == Kind::RulePack
            && other.is_beside(file)
            && other.named.version < file.named.version
            && other.named.id != file.named.id
    };
    let other = before.iter().filter(gives_way).max_by_key(|other| other.named.version)?;
    Some(format!(
        "{} takes the place of {}: their ids differ, and a region has one pack in force for each purpose",
        file.described(),
        other.described()
    ))
}

/// A file whose version is more than one higher than the last before it.
fn jump(file: &Public, before: &[Public], seen: &Beliefs) -> Option<String> {
    let beside = before.iter().filter(|other| other.is_beside(file)).map(|other| other.named.version).max();
    // Phones count the two lanes by themselves; what is remembered is of both.
    let remembered = seen.version_seen(file.named.kind, file.line.region).filter(|_| file.named.kind != Kind::RulePack);
    jumped(&file.described(), file.named.version, beside.max(remembered))
}

fn jumped(what: &str, version: u32, last: Option<u32>) -> Option<String> {
    let last = last?;
    let more = version.checked_sub(last).filter(|more| *more > 1)?;
    let more = grouped(usize::try_from(more).unwrap_or(usize::MAX));
    Some(format!(
        "{what}: version {version} is {more} above the last, {last}; nothing below it can be published any more"
    ))
}
