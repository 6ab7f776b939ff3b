//! The trust list and the root keys, as several commands take them.

use std::path::PathBuf;

use clap::Args;
use healthcode::calendar::Time;
use healthcode::trust::{PublicKey, Trust};

use crate::failure::{CliError, Failure, InFile};
use crate::files;
use crate::values::public_key;

/// The trust list that says who may sign, and the root keys that say which trust list.
#[derive(Args)]
pub(crate) struct TrustFiles {
    /// The trust list: a signed file
    #[arg(long, value_name = "FILE", requires = "root")]
    pub(crate) trust: Option<PathBuf>,
    /// A root's public key, 64 hexadecimal digits, which must have signed the trust list; may be given several times
    #[arg(long, value_name = "PUBLIC-KEY", value_parser = public_key, requires = "now")]
    pub(crate) root: Vec<PublicKey>,
}

impl TrustFiles {
    /// Opens the trust list.
    pub(crate) fn open(&self, now: Time) -> Result<Trust, Failure> {
        let path = self.trust.as_ref().ok_or(CliError::NoTrust)?;
        Trust::open(&files::read_signed(path)?, &self.root, now).in_file(path)
    }
}
