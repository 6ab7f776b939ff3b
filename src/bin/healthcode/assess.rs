//! `assess`: from a pack, facts and a moment to a colour with its reasons.

use std::path::{Path, PathBuf};

use clap::Args;
use healthcode::assess::{Assessment, assess};
use healthcode::calendar::Time;
use healthcode::forecast::{Forecast, forecast};
use healthcode::risk::RiskTable;
use healthcode::rules::pack::Pack;
use healthcode::rules::source::{FactsSource, Workbench};
use healthcode::trust::{Body, Verified};
use serde::Serialize;

use crate::arguments::{Now, TrustFiles};
use crate::failure::{Answer, Failure, InFile};
use crate::output::answer_json;
use crate::{files, lines, risk, rules};

/// What facts look like.
const EXAMPLE: &str = r#"Example of facts, of which everything may be left out:
  {
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

/// Assess facts by a rule pack: the colour, the scores, the reasons, as JSON
///
/// What is not signed (a pack in TOML, rows in CSV, a record among the facts) is taken as if it were. This is for trying
/// rules and for bulk work; phones accept signed files only.
#[derive(Args)]
#[command(after_long_help = EXAMPLE)]
pub(crate) struct Assess {
    /// The rule pack: TOML by its ending .toml, else a signed file, which needs --trust and --root
    #[arg(long, value_name = "FILE")]
    rules: PathBuf,
    /// The risk table: CSV by its ending .csv, else a signed file, which needs --trust and --root
    #[arg(long, value_name = "FILE")]
    risk: Option<PathBuf>,
    /// The facts, in JSON; - is standard input
    #[arg(long, value_name = "FILE", required_unless_present = "lines", conflicts_with = "lines")]
    facts: Option<PathBuf>,
    /// Read facts from standard input, one JSON object a line, and answer each with a line
    #[arg(long)]
    lines: bool,
    /// Stop at the first line that cannot be assessed
    #[arg(long, requires = "lines")]
    strict: bool,
    /// Add what is to come: the next change, and the earliest green
    #[arg(long)]
    forecast: bool,
    #[command(flatten)]
    now: Now,
    #[command(flatten)]
    trust: TrustFiles,
}

#[derive(Serialize)]
struct Assessed {
    #[serde(flatten)]
    assessment: Assessment,
    #[serde(skip_serializing_if = "Option::is_none")]
    forecast: Option<Forecast>,
}

/// What is the same for all facts.
struct Bench {
    workbench: Workbench,
    rules: Verified<Pack>,
    risk: Option<Verified<RiskTable>>,
    now: Time,
    forecast: bool,
}

impl Assess {
    pub(crate) fn run(self) -> Result<Answer, Failure> {
        let now = self.now.now.now();
        let workbench = Workbench::new()?;
        let rules = if self.rules.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("toml")) {
            workbench.pack(&rules::load(&self.rules)?).in_file(&self.rules)?
        } else {
            self.open(&self.rules, now)?
        };
        let risk = match &self.risk {
            None => None,
            Some(path) if risk::is_csv(path) => Some(workbench.risk(risk::read_rows(path)?).in_file(path)?),
            Some(path) => Some(self.open(path, now)?),
        };
        let bench = Bench { workbench, rules, risk, now, forecast: self.forecast };
        match &self.facts {
            Some(path) => {
                answer_json(&bench.assess(&files::read_json(path)?).in_file(path)?)?;
                Ok(Answer::Yes)
            }
            None => lines::answer_each(self.strict, |line| {
                bench.assess(&serde_json::from_str(line).map_err(|error| files::json_error(&error))?)
            }),
        }
    }

    fn open<T: Body>(&self, path: &Path, now: Time) -> Result<Verified<T>, Failure> {
        let bytes = files::read_signed(path)?;
        self.trust.open(now).map_err(|failure| failure.in_file(path))?.open_file(&bytes, now, None).in_file(path)
    }
}

impl Bench {
    fn assess(&self, facts: &FactsSource) -> Result<Assessed, Failure> {
        let assessed = self.workbench.with_facts(facts, self.risk.as_ref(), |facts| Assessed {
            assessment: assess(&self.rules, facts, self.now),
            forecast: self.forecast.then(|| forecast(&self.rules, facts, self.now)),
        })?;
        Ok(assessed)
    }
}
