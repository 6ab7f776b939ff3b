//! `rules diff`: what changed between two versions of a pack, in words.

use std::path::PathBuf;

use clap::Args;
use healthcode::authoring::diff::diff;

use super::version::newer;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::input::pack::load;
use crate::output::{answer, answer_lines};
use crate::terminal::say;

/// Describe what changed between two versions of a pack
///
/// A pack whose content differs must have a higher version: otherwise phones with the old one would not update.
#[derive(Args)]
pub(crate) struct Diff {
    /// The older pack's source, in TOML
    #[arg(value_name = "OLD.toml")]
    old: PathBuf,
    /// The newer pack's source, in TOML
    #[arg(value_name = "NEW.toml")]
    new: PathBuf,
}

impl Diff {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        let (before, after) = (load(&self.old)?, load(&self.new)?);
        let (old, new) = (before.pack.version, after.pack.version);
        let changes = diff(&before, &after);
        changes.iter().try_for_each(|change| answer_lines(&change.to_string()))?;
        if before.pack.id != after.pack.id {
            say(format_args!("these are two different packs, {} and {}", before.pack.id, after.pack.id));
        } else if changes.is_empty() {
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
