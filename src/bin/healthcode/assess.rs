//! `assess`: from a pack, facts and a moment to a colour with its reasons.

use std::path::PathBuf;

use clap::Args;
use healthcode::assess::{Assessment, assess};
use healthcode::authoring::source::FactsSource;
use healthcode::forecast::{Forecast, forecast};
use serde::Serialize;

use crate::args::decision::{DecisionArgs, FACTS_EXAMPLE, Opened};
use crate::exit::Exit;
use crate::failure::{Failure, InFile};
use crate::input::json::{parse_json, read_json};
use crate::lines;
use crate::output::answer_json;

/// Assess facts with a rule pack: the colour, the scores, the reasons, as JSON
///
/// Unsigned input (a pack in TOML, rows in CSV, a record among the facts) is treated as if it were signed. This is for
/// trying rules and for bulk work; phones accept only signed files.
#[derive(Args)]
#[command(after_long_help = FACTS_EXAMPLE)]
pub(crate) struct Assess {
    #[command(flatten)]
    decision: DecisionArgs,
    /// The facts, in JSON; - is standard input
    #[arg(long, value_name = "FILE", required_unless_present = "lines", conflicts_with = "lines")]
    facts: Option<PathBuf>,
    /// Read facts from standard input, one JSON object per line, and answer each with a line. It exits with 0 whatever the answers
    /// are; see --strict
    #[arg(long)]
    lines: bool,
    /// Stop at the first line that cannot be answered, and exit with 2
    #[arg(long, requires = "lines")]
    strict: bool,
    /// Add the forecast: the next change, and the earliest green
    #[arg(long)]
    forecast: bool,
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
    opened: Opened,
    forecast: bool,
}

impl Assess {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        let bench = Bench { opened: self.decision.open()?, forecast: self.forecast };
        match &self.facts {
            Some(path) => {
                answer_json(&bench.assess(&read_json(path)?).in_file(path)?)?;
                Ok(Exit::Yes)
            }
            None => lines::answer_each(self.strict, |line| bench.assess(&parse_json(line)?)),
        }
    }
}

impl Bench {
    fn assess(&self, facts: &FactsSource) -> Result<Assessed, Failure> {
        let Opened { workbench, rules, risk, now } = &self.opened;
        let assessed = workbench.with_facts(facts, risk.as_ref(), |facts| Assessed {
            assessment: assess(rules, facts, *now),
            forecast: self.forecast.then(|| forecast(rules, facts, *now)),
        })?;
        Ok(assessed)
    }
}
