//! `assess`: from a pack, facts and a moment to a colour with its reasons.

use std::num::NonZero;
use std::path::PathBuf;

use clap::Args;
use healthcode::assess::{Assessment, assess};
use healthcode::calendar::Time;
use healthcode::colour::Colour;
use healthcode::forecast::{Forecast, forecast};
use healthcode::rules::reason::Cause;
use serde::Serialize;

use crate::args::decision::{DecisionArgs, FACTS_EXAMPLE, Opened};
use crate::bulk::{self, AsRow, Entry, Output, PEOPLE, Shown, Source};
use crate::exit::Exit;
use crate::failure::{Failure, InFile};
use crate::input::json::read_json;
use crate::input::person::{Id, Person};
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
    #[command(flatten)]
    given: GivenFacts,
    /// Where the answers about many go, a new file: Parquet if it ends in .parquet, else a line of JSON for each [default: lines on
    /// standard output]
    #[arg(long, value_name = "FILE", conflicts_with = "facts")]
    out: Option<PathBuf>,
    /// Stop at the first person about whom nothing can be said, and exit with 2
    #[arg(long, conflicts_with = "facts")]
    strict: bool,
    /// How many threads assess many people, at most four per core [default: one per core]
    #[arg(long, value_name = "NUMBER", value_parser = count, allow_negative_numbers = true, conflicts_with = "facts")]
    threads: Option<NonZero<usize>>,
    /// Say only the colour, the rules that gave it, the causes, until when, and with --forecast the earliest green
    #[arg(long)]
    brief: bool,
    /// Add the forecast: the next change, and the earliest green
    #[arg(long)]
    forecast: bool,
}

#[derive(Args)]
#[group(required = true, multiple = false)]
struct GivenFacts {
    /// The facts, in JSON; - is standard input
    #[arg(long, value_name = "FILE")]
    facts: Option<PathBuf>,
    /// Read facts from standard input, one JSON object per line, and answer each with a line. It exits with 0 whatever the answers
    /// are; see --strict
    #[arg(long)]
    lines: bool,
    /// As --lines, from a file: facts, one JSON object per line, or a Parquet file with the columns `facts`, in JSON, and `id`
    #[arg(long, value_name = "FILE")]
    people: Option<PathBuf>,
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
        if let Some(path) = &self.given.facts {
            answer_json(&bench.assess(read_json(path)?).in_file(path)?)?;
            return Ok(Exit::Yes);
        }
        let path = self.given.people.unwrap_or_else(|| "-".into());
        let people = Source::open(&path, PEOPLE)?;
        let output = Output::open(self.out.as_deref(), &columns(self.brief, self.forecast), people.ids)?;
        let work = move |given: bulk::Given<'_>| bench.assess(bulk::person(given)?);
        bulk::answer_each(people, output, self.strict, bulk::threads(self.threads), work)
    }
}

/// What a table says of each person: what `--brief` says, and unless that is asked for, all of it in JSON.
fn columns(brief: bool, forecast: bool) -> Vec<(&'static str, Shown)> {
    let mut columns = vec![
        ("colour", Shown::Text),
        ("reasons", Shown::Texts),
        ("causes", Shown::Texts),
        ("until", Shown::Moment),
        ("green", Shown::Moment),
        ("assessment", Shown::Text),
    ];
    columns.retain(|(name, _)| match *name {
        "green" => forecast,
        "assessment" => !brief,
        _ => true,
    });
    columns
}

impl AsRow for Answer {
    fn id(&self) -> Option<&Id> {
        match self {
            Self::Whole(whole) => whole.id.as_ref(),
            Self::Brief(brief) => brief.id.as_ref(),
        }
    }

    fn entries<'a>(&'a self, json: &'a str) -> Vec<Entry<'a>> {
        match self {
            Self::Brief(Brief { colour, reasons, causes, until, green, .. }) => vec![
                Entry::Text(colour.name()),
                Entry::Texts(reasons.iter().map(String::as_str).collect()),
                Entry::Texts(causes.clone()),
                (*until).into(),
                (*green).into(),
            ],
            Self::Whole(whole) => {
                let Assessed { assessment, forecast, .. } = &**whole;
                let mut entries = vec![
                    Entry::Text(assessment.colour.name()),
                    Entry::Texts(assessment.reasons.iter().map(|reason| reason.rule.as_str()).collect()),
                    Entry::Texts(assessment.causes.iter().map(Cause::name).collect()),
                    assessment.until.into(),
                ];
                entries.extend(forecast.as_ref().map(|forecast| forecast.green.into()));
                entries.push(Entry::Text(json));
                entries
            }
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
