//! `assess`: from a pack, facts and a moment to a colour with its reasons.

use std::num::NonZero;
use std::path::PathBuf;

use clap::Args;
use healthcode::assess::{Assessment, assess};
use healthcode::calendar::Time;
use healthcode::colour::Colour;
use healthcode::forecast::{Forecast, forecast};
use serde::Serialize;

use crate::args::decision::{DecisionArgs, FACTS_EXAMPLE, Opened};
use crate::exit::Exit;
use crate::failure::{Failure, InFile};
use crate::input::json::{parse_json, read_json};
use crate::input::person::{Id, Person};
use crate::lines;
use crate::output::answer_json;
use crate::values::count;

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
    #[arg(long, requires = "lines", conflicts_with = "facts")]
    strict: bool,
    /// How many threads answer lines, at most four per core [default: one per core]
    #[arg(long, value_name = "NUMBER", value_parser = count, allow_negative_numbers = true, requires = "lines", conflicts_with = "facts")]
    threads: Option<NonZero<usize>>,
    /// Say only the colour, the rules that gave it, the causes, until when, and with --forecast the earliest green
    #[arg(long)]
    brief: bool,
    /// Add the forecast: the next change, and the earliest green
    #[arg(long)]
    forecast: bool,
}

/// All that is said of a person, or what most people who ask about many need.
#[derive(Serialize)]
#[serde(untagged)]
enum Answer {
    Whole(Box<Assessed>),
    Brief(Brief),
}

#[derive(Serialize)]
struct Brief {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<Id>,
    colour: Colour,
    /// The ids of the rules and thresholds that gave a colour, the worst first.
    reasons: Vec<String>,
    /// The names of the causes.
    causes: Vec<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<Time>,
    #[serde(skip_serializing_if = "Option::is_none")]
    green: Option<Time>,
}

#[derive(Serialize)]
struct Assessed {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<Id>,
    #[serde(flatten)]
    assessment: Assessment,
    #[serde(skip_serializing_if = "Option::is_none")]
    forecast: Option<Forecast>,
}

/// What is the same for all facts.
struct Bench {
    opened: Opened,
    forecast: bool,
    brief: bool,
}

impl Assess {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        let bench = Bench { opened: self.decision.open()?, forecast: self.forecast, brief: self.brief };
        match &self.facts {
            Some(path) => {
                answer_json(&bench.assess(read_json(path)?).in_file(path)?)?;
                Ok(Exit::Yes)
            }
            None => lines::answer_each(self.strict, lines::threads(self.threads), move |line| {
                bench.assess(parse_json(line)?)
            }),
        }
    }
}

impl Bench {
    fn assess(&self, Person { id, facts }: Person) -> Result<Answer, Failure> {
        let Opened { workbench, rules, risk, now } = &self.opened;
        let (assessment, forecast) = workbench.with_facts(&facts, risk.as_ref(), |facts| {
            (assess(rules, facts, *now), self.forecast.then(|| forecast(rules, facts, *now)))
        })?;
        Ok(if self.brief {
            let Assessment { colour, reasons, causes, until, .. } = assessment;
            Answer::Brief(Brief {
                id,
                colour,
                reasons: reasons.into_iter().map(|reason| reason.rule).collect(),
                causes: causes.iter().map(|cause| cause.name()).collect(),
                until,
                green: forecast.and_then(|forecast| forecast.green),
            })
        } else {
            Answer::Whole(Box::new(Assessed { id, assessment, forecast }))
        })
    }
}
