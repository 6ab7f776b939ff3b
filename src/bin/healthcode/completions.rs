//! `completions`: the commands and options of this tool, for shells.

use clap::{Args, Command};
use clap_complete::Shell;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::write;

/// Print a script that lets a shell complete commands and options
///
/// For bash, `healthcode completions bash > ~/.local/share/bash-completion/completions/healthcode`.
#[derive(Args)]
pub(crate) struct Completions {
    /// The shell
    shell: Shell,
}

impl Completions {
    pub(crate) fn run(self, mut command: Command) -> Result<Exit, Failure> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut command, "healthcode", &mut script);
        write(&script)?;
        Ok(Exit::Yes)
    }
}
