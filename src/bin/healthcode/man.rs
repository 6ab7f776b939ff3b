//! `man`: the manual pages.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{fs, io};

use clap::{Args, Command};
use clap_mangen::Man as Page;

use crate::exit::Exit;
use crate::failure::{CliError, Failure, InFile};
use crate::output;

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
            None => output::write(page(&Page::new(command)).map_err(CliError::Unwritable)?.as_bytes())?,
            Some(folder) => {
                let mut command = command;
                command.build();
                let written = fs::create_dir_all(&folder).and_then(|()| pages(&command, &folder));
                written.map_err(CliError::Unwritable).in_file(&folder)?;
            }
        }
        Ok(Exit::Yes)
    }
}

/// Writes the pages of a command and of those below it.
fn pages(command: &Command, folder: &Path) -> io::Result<()> {
    command.get_subcommands().filter(|below| !below.is_hide_set()).try_for_each(|below| pages(below, folder))?;
    let own = Page::new(command.clone());
    fs::write(folder.join(own.get_filename()), page(&own)?)
}

/// A page in ASCII: for what is beyond, groff has escapes, and takes its bytes for Latin-1.
fn page(page: &Page) -> io::Result<String> {
    let mut bytes = Vec::new();
    page.render(&mut bytes)?;
    let mut text = String::new();
    for c in String::from_utf8_lossy(&bytes).chars() {
        if c.is_ascii() {
            text.push(c);
        } else {
            // Writing to a string never fails.
            let _ = write!(text, "\\[u{:04X}]", u32::from(c));
        }
    }
    Ok(text)
}
