//! `man`: the manual pages.

use std::fs;
use std::path::PathBuf;

use clap::{Args, Command};
use clap_mangen::Man as Page;

use crate::exit::Exit;
use crate::failure::{CliError, Failure, InFile};
use crate::output::write;

/// Print the manual page, or write one page for each command
///
/// To read it, `healthcode man | man -l -`.
#[derive(Args)]
pub(crate) struct Man {
    /// Write the pages of all commands to this folder instead
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
}

impl Man {
    pub(crate) fn run(self, command: Command) -> Result<Exit, Failure> {
        match self.out {
            None => {
                let mut page = Vec::new();
                Page::new(command).render(&mut page).map_err(CliError::Unwritable)?;
                write(&page)?;
            }
            Some(folder) => {
                let written = fs::create_dir_all(&folder).and_then(|()| clap_mangen::generate_to(command, &folder));
                written.map_err(CliError::Unwritable).in_file(&folder)?;
            }
        }
        Ok(Exit::Yes)
    }
}
