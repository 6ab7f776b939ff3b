//! The rules and the risk table that a decision is made by, signed or not yet, as several commands take them.

use std::path::{Path, PathBuf};

use clap::Args;
use healthcode::calendar::Time;
use healthcode::risk::RiskTable;
use healthcode::rules::pack::Pack;
use healthcode::rules::source::Workbench;
use healthcode::trust::{Body, Verified};

use crate::arguments::{Now, TrustFiles};
use crate::failure::{Failure, InFile};
use crate::{files, risk, rules};

/// Rules, risk table and moment.
#[derive(Args)]
pub(crate) struct Sources {
    /// The rule pack: TOML by its ending .toml, else a signed file, which needs --trust and --root
    #[arg(long, value_name = "FILE")]
    rules: PathBuf,
    /// The risk table: CSV by its ending .csv, else a signed file, which needs --trust and --root
    #[arg(long, value_name = "FILE")]
    pub(crate) risk: Option<PathBuf>,
    #[command(flatten)]
    now: Now,
    #[command(flatten)]
    trust: TrustFiles,
}

/// What [`Sources`] name, read and verified.
pub(crate) struct Opened {
    pub(crate) workbench: Workbench,
    pub(crate) rules: Verified<Pack>,
    pub(crate) risk: Option<Verified<RiskTable>>,
    pub(crate) now: Time,
}

impl Sources {
    /// Reads all of it.
    pub(crate) fn open(&self) -> Result<Opened, Failure> {
        let now = self.now.now.now();
        let workbench = Workbench::new()?;
        let rules = if is_toml(&self.rules) {
            workbench.pack(&rules::load(&self.rules)?).in_file(&self.rules)?
        } else {
            self.signed(&self.rules, now)?
        };
        let risk = match &self.risk {
            None => None,
            Some(path) if risk::is_csv(path) => Some(workbench.risk(risk::read_rows(path)?).in_file(path)?),
            Some(path) => Some(self.signed(path, now)?),
        };
        Ok(Opened { workbench, rules, risk, now })
    }

    fn signed<T: Body>(&self, path: &Path, now: Time) -> Result<Verified<T>, Failure> {
        let bytes = files::read_signed(path)?;
        self.trust.open(now).map_err(|failure| failure.in_file(path))?.open_file(&bytes, now, None).in_file(path)
    }
}

/// Whether the file is a pack's source by its name.
pub(crate) fn is_toml(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("toml"))
}
