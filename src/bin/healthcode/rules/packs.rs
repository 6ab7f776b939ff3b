//! Several packs, one after the other.

use std::path::{Path, PathBuf};

use clap::Args;

use crate::exit::Exit;
use crate::failure::Failure;

/// Packs.
#[derive(Args)]
pub(crate) struct Packs {
    /// The packs' sources, in TOML
    #[arg(required = true, value_name = "PACK.toml")]
    packs: Vec<PathBuf>,
}

impl Packs {
    /// How many there are.
    pub(super) const fn count(&self) -> usize {
        self.packs.len()
    }

    /// Does something with each pack; a fault in one does not stop the others.
    pub(super) fn each(&self, mut work: impl FnMut(&Path) -> Result<(), Failure>) -> Result<Exit, Failure> {
        let mut worst = Exit::Yes;
        for path in &self.packs {
            match work(path) {
                Ok(()) => {}
                Err(Failure::ClosedOutput) => return Err(Failure::ClosedOutput),
                Err(failure) => {
                    failure.report();
                    worst = worst.max(failure.exit());
                }
            }
        }
        Ok(worst)
    }
}
