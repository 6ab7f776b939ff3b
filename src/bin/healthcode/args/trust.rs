//! The trust list and the root keys, as several commands take them.

use std::path::PathBuf;

use clap::Args;
use healthcode::calendar::Time;
use healthcode::trust::file::read_unverified;
use healthcode::trust::list::TrustError;
use healthcode::trust::{PublicKey, Trust, TrustList};

use crate::failure::{CliError, Failure, InFile};
use crate::files;
use crate::values::{number, public_key};

/// The trust list that says who may sign, and the root keys that say which trust list.
#[derive(Args)]
pub(crate) struct TrustFiles {
    /// The trust list: a signed file
    #[arg(long, value_name = "FILE", requires_all = ["root", "now"])]
    pub(crate) trust: Option<PathBuf>,
    #[command(flatten)]
    roots: Roots,
}

/// The root keys, and how many of them must have signed the trust list.
#[derive(Args)]
pub(crate) struct Roots {
    /// A root's public key, 64 hexadecimal digits; may be given several times
    #[arg(long, value_name = "PUBLIC-KEY", value_parser = public_key)]
    root: Vec<PublicKey>,
    /// How many of the roots must have signed the trust list [default: all that are given]
    #[arg(long, value_name = "NUMBER", requires = "root", value_parser = number::<u8>, allow_negative_numbers = true)]
    root_signers: Option<u8>,
}

impl Roots {
    /// The roots, as an app pins them.
    pub(crate) fn roots(&self) -> healthcode::trust::Roots {
        let all = u8::try_from(self.root.len()).unwrap_or(u8::MAX);
        healthcode::trust::Roots { keys: self.root.clone(), signers: self.root_signers.unwrap_or(all) }
    }
}

impl Roots {
    /// What is wrong with a list of a version by these roots, in terms of what was given.
    pub(crate) fn refusal(&self, error: TrustError, version: u32) -> Failure {
        match error {
            TrustError::OtherRoots { needed, found } => {
                let (given, stated) = (self.root.len(), self.root_signers.is_some() || self.root.len() == 1);
                CliError::TooFewRoots { needed, found, given, stated, version }.into()
            }
            error => error.into(),
        }
    }
}

impl TrustFiles {
    /// Opens the trust list.
    pub(crate) fn open(&self, now: Time) -> Result<Trust, Failure> {
        let path = self.trust.as_ref().ok_or(CliError::NoTrust)?;
        let bytes = files::read_signed(path)?;
        Trust::open(&bytes, &self.roots(), now).map_err(|error| self.refusal(error, &bytes)).in_file(path)
    }

    /// The trust list, whether it is in force or not.
    pub(crate) fn verify(&self) -> Result<Trust, Failure> {
        let path = self.trust.as_ref().ok_or(CliError::NoTrust)?;
        let bytes = files::read_signed(path)?;
        Trust::verify(&bytes, &self.roots()).map_err(|error| self.refusal(error, &bytes)).in_file(path)
    }

    /// What is wrong with a list, in terms of what was given.
    pub(crate) fn refusal(&self, error: TrustError, list: &[u8]) -> Failure {
        let version = read_unverified::<TrustList>(list).map_or(1, |(header, _)| header.version);
        self.roots.refusal(error, version)
    }

    /// The roots, and how many of them must have signed.
    pub(crate) fn roots(&self) -> healthcode::trust::Roots {
        self.roots.roots()
    }
}
