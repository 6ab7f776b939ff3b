//! The rules and the risk table that a decision is made by, signed or not yet, as several commands take them.

use std::path::{Path, PathBuf};

use clap::Args;
use healthcode::authoring::workbench::Workbench;
use healthcode::calendar::Time;
use healthcode::risk::RiskTable;
use healthcode::rules::pack::Pack;
use healthcode::trust::{Body, Verified};

use super::now::Now;
use super::trust::TrustFiles;
use crate::failure::{Failure, InFile};
use crate::files;
use crate::input::pack::{is_toml, load};
use crate::input::risk_rows::{is_csv, read_rows};

/// What facts look like.
pub(crate) const FACTS_EXAMPLE: &str = r#"Example of facts, of which everything may be left out:
  {
    "id": "a-17",                  comes back with the answer; a text or a whole number
    "reports": [                   the questions are those of the pack
      {"at": "2020-02-12T08:10:00+08:00", "answers": {"home": "330106", "temperature": 36.5}}
    ],
    "diary": [                     modes: stay, drive-through, rail, air, overnight-on-road
      {"place": "420100", "mode": "drive-through",
       "arrive": "2020-02-06T09:00:00+08:00", "leave": "2020-02-06T13:00:00+08:00"}
    ],
    "record": {"statuses": [{"status": "close-contact", "since": "2020-02-07T00:00:00+08:00"}]},
    "risk": [{"place": "42", "level": "high", "from": "2020-01-24T00:00:00+08:00"}],
    "here": "330106"
  }
Risk rows among the facts take the place of --risk."#;

/// Rules, risk table and moment.
#[derive(Args)]
pub(crate) struct DecisionArgs {
    /// The rule pack: TOML if it ends in .toml, else a signed file, which needs --trust and --root
    #[arg(long, value_name = "FILE")]
    rules: PathBuf,
    /// The risk table: CSV if it ends in .csv, else a signed file, which needs --trust and --root
    #[arg(long, value_name = "FILE")]
    pub(crate) risk: Option<PathBuf>,
    #[command(flatten)]
    now: Now,
    #[command(flatten)]
    trust: TrustFiles,
}

/// What [`DecisionArgs`] name, read and verified.
pub(crate) struct Opened {
    pub(crate) workbench: Workbench,
    pub(crate) rules: Verified<Pack>,
    pub(crate) risk: Option<Verified<RiskTable>>,
    pub(crate) now: Time,
}

impl DecisionArgs {
    /// Reads all of it.
    pub(crate) fn open(&self) -> Result<Opened, Failure> {
        let now = self.now.now.now();
        let workbench = Workbench::default();
        let rules = if is_toml(&self.rules) {
            workbench.pack(&load(&self.rules)?).in_file(&self.rules)?
        } else {
            self.signed(&self.rules, now)?
        };
        let risk = match &self.risk {
            None => None,
            Some(path) if is_csv(path) => Some(workbench.risk(read_rows(path)?).in_file(path)?),
            Some(path) => Some(self.signed(path, now)?),
        };
        Ok(Opened { workbench, rules, risk, now })
    }

    fn signed<T: Body>(&self, path: &Path, now: Time) -> Result<Verified<T>, Failure> {
        let bytes = files::read_signed(path)?;
        self.trust.open(now).map_err(|failure| failure.in_file(path))?.open_file(&bytes, now).in_file(path)
    }
}
