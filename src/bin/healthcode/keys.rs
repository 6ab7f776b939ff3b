//! `keys`: secret keys in files.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use healthcode::trust::PublicKey;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::key_file::{load, random, save};
use crate::output::answer;
use crate::terminal::say;

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Make a new secret key from the operating system's random source
    ///
    /// Prints the public key and its id. Only its owner can read the file, and no file is ever overwritten.
    New(New),
    /// Print the public key and the id of a secret key.
    Show(Show),
}

#[derive(Args)]
pub(crate) struct New {
    /// The file to write [default: the key's id with the extension .key]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

#[derive(Args)]
pub(crate) struct Show {
    /// A file made by `keys new`
    file: PathBuf,
}

impl Command {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        match self {
            Self::New(New { out }) => {
                let key = random()?;
                let path = out.unwrap_or_else(|| PathBuf::from(format!("{}.key", key.public().id())));
                save(&path, &key, &[])?;
                say(format_args!(
                    "the secret key is in {}: keep it secret, and keep a copy in a safe place",
                    path.display()
                ));
                show(&key.public())
            }
            Self::Show(Show { file }) => show(&load(&file)?.public()),
        }
    }
}

fn show(key: &PublicKey) -> Result<Exit, Failure> {
    answer(format_args!("public-key {key}"))?;
    answer(format_args!("key-id {}", key.id()))?;
    Ok(Exit::Yes)
}
