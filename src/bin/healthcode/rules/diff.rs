//! `rules diff`: what changed between two versions of a pack, in words.

use std::path::{Path, PathBuf};

use clap::Args;
use healthcode::authoring::diff::diff;
use healthcode::authoring::source::PackSource;
use healthcode::rules::pack::Pack;
use healthcode::trust::file::read_unverified;

use super::version::newer;
use crate::exit::Exit;
use crate::failure::{Failure, InFile};
use crate::files;
use crate::input::pack::{is_toml, load};
use crate::output::{answer, answer_lines};
use crate::terminal::say;

/// Describe what changed between two versions of a pack
///
/// A pack whose content differs must have a higher version: otherwise phones with the old one would not update. Either may be a
/// signed file: with the source that was reviewed, it shows that nothing else was signed.
#[derive(Args)]
pub(crate) struct Diff {
    /// The older pack: its source, in TOML, or a signed file
    old: PathBuf,
    /// The newer pack, likewise
    new: PathBuf,
}

/// A pack from its source, or from a signed file whose signatures nobody checks here.
fn read(path: &Path) -> Result<PackSource, Failure> {
    if is_toml(path) {
        return load(path);
    }
    let (header, pack) = read_unverified::<Pack>(&files::read_signed(path)?).in_file(path)?;
    say(format_args!(
        "{}: the signatures were not checked; `healthcode inspect` with --trust checks them",
        path.display()
    ));
    Ok(PackSource::of(&header, &pack))
}

impl Diff {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        let (before, after) = (read(&self.old)?, read(&self.new)?);
        let (old, new) = (before.pack.version, after.pack.version);
        let two = before.pack.id != after.pack.id;
        if two {
            say(format_args!("these are two different packs, {} and {}", before.pack.id, after.pack.id));
        }
        let changes = diff(&before, &after);
        changes.iter().try_for_each(|change| answer_lines(&change.to_string()))?;
        if !two && changes.is_empty() {
            answer("nothing changed that is shipped")?;
        }
        newer(&before, &after, &self.new)?;
        if before.pack.lane != after.pack.lane {
            say("they are in different lanes, which count their versions by themselves: neither replaces the other");
        } else if old != new {
            say(format_args!("version {old} became version {new}"));
        }
        Ok(Exit::Yes)
    }
}
