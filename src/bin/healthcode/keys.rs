//! `keys`: secret keys in files.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use healthcode::trust::PublicKey;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::key_file::{load, new_passphrase, random, save};
use crate::output::answer;
use crate::terminal::say;

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Make a new secret key from the operating system's random source
    ///
    /// Prints the public key and its id. Only its owner can read the file, and no file is ever overwritten.
    New(New),
    /// Put a secret key under a passphrase, in another file
    ///
    /// The file that it was in stays as it is: remove it once the new one has been tried.
    Protect(Protect),
    /// Print the public key and the id of a secret key.
    Show(Show),
}

#[derive(Args)]
pub(crate) struct New {
    /// The file to write [default: the key's id with the extension .key]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Ask for a passphrase, without which the file is of no use. HEALTHCODE_PASSPHRASE_FILE names a file that has it in its first
    /// line, for where nobody can type it; each command that reads the key asks likewise
    #[arg(long)]
    passphrase: bool,
}

#[derive(Args)]
pub(crate) struct Protect {
    /// A file made by `keys new`, or an Ed25519 key in PEM
    file: PathBuf,
    /// The file to write
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

#[derive(Args)]
pub(crate) struct Show {
    /// A file made by `keys new`
    file: PathBuf,
}

impl Command {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        match self {
            Self::New(New { out, passphrase }) => {
                let key = random()?;
                let path = out.unwrap_or_else(|| PathBuf::from(format!("{}.key", key.public().id())));
                let passphrase = passphrase.then(|| new_passphrase(&path)).transpose()?;
                save(&path, &key, &[], passphrase.as_ref().map(|passphrase| passphrase.as_str()))?;
                say(format_args!(
                    "the secret key is in {}: keep it secret, and keep a copy in a safe place",
                    path.display()
                ));
                show(&key.public())
            }
            Self::Protect(Protect { file, out }) => {
                let key = load(&file)?;
                save(&out, &key, &[], Some(&new_passphrase(&out)?))?;
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
