//! `rules explain`: the reasoning, as the person whom it is about would want to read it.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use healthcode::assess::assess;
use healthcode::authoring::explain::{Explanation, Language, PlaceNames};
use healthcode::authoring::source::PackSource;
use healthcode::authoring::steps::{Held, Outcome, Steps, steps};
use healthcode::calendar::Time;
use healthcode::forecast::forecast;
use healthcode::rules::pack::On;

use crate::args::decision::{DecisionArgs, FACTS_EXAMPLE, Opened};
use crate::exit::Exit;
use crate::failure::{Failure, InFile};
use crate::input::json::read_json;
use crate::input::person::Person;
use crate::input::place_names::read_names;
use crate::input::risk_rows::is_csv;
use crate::output::{answer, answer_lines};
use crate::values::moment;

/// Explain a decision in words: reasons, facts, courses, way back, scores, forecast
#[derive(Args)]
#[command(after_long_help = FACTS_EXAMPLE)]
pub(crate) struct Explain {
    #[command(flatten)]
    decision: DecisionArgs,
    /// The facts, in JSON; - is standard input
    #[arg(long, value_name = "FILE")]
    facts: PathBuf,
    /// The language [default: both]
    #[arg(long)]
    lang: Option<Lang>,
    /// The names of places: columns `place` or `code`, and `name`, or `zh` and `en`; separated by tabs in .tsv, else by commas.
    /// Besides these, those in the risk table's CSV, and what China's counties and the countries are called
    #[arg(long, value_name = "FILE")]
    names: Option<PathBuf>,
    /// Say also how each rule came to what it says: which parts of its condition hold, and where it stops
    #[arg(long)]
    steps: bool,
    /// Say first what changed since these earlier facts of the same person
    #[arg(long, value_name = "FILE")]
    before: Option<PathBuf>,
    /// Say first what changed since this moment
    #[arg(long, value_name = "TIME", value_parser = moment)]
    before_now: Option<Time>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Lang {
    /// Chinese in simplified characters
    Zh,
    /// English
    En,
}

impl Explain {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        let Opened { workbench, rules, risk, now } = self.decision.open()?;
        let known = PlaceNames::on(rules.body().clock().date(now));
        let names = match (&self.names, &self.decision.risk) {
            (Some(path), _) => known.with(read_names(path)?),
            (None, Some(path)) if is_csv(path) => known.with(read_names(path)?),
            _ => known,
        };
        let Person { facts, .. } = read_json(&self.facts)?;
        let then = self.before_now.unwrap_or(now);
        let before = match &self.before {
            Some(path) => {
                let Person { facts: before, .. } = read_json(path)?;
                Some(workbench.with_facts(&before, risk.as_ref(), |facts| assess(&rules, facts, then)).in_file(path)?)
            }
            None if self.before_now.is_some() => {
                Some(workbench.with_facts(&facts, risk.as_ref(), |facts| assess(&rules, facts, then))?)
            }
            None => None,
        };
        let decided = workbench
            .with_facts(&facts, risk.as_ref(), |facts| (assess(&rules, facts, now), forecast(&rules, facts, now)));
        let (assessment, forecast) = decided.in_file(&self.facts)?;
        let languages = match self.lang {
            Some(Lang::Zh) => vec![Language::ZhHans],
            Some(Lang::En) => vec![Language::En],
            None => vec![Language::ZhHans, Language::En],
        };
        for (index, language) in languages.into_iter().enumerate() {
            if index > 0 {
                answer("")?;
            }
            let explanation = Explanation {
                rules: &rules,
                assessment: &assessment,
                forecast: Some(&forecast),
                reports: &facts.reports,
                names: &names,
                language,
            };
            if let Some(before) = &before {
                answer_lines(&explanation.change_since(before))?;
            }
            answer_lines(&explanation.text())?;
        }
        if self.steps {
            let source = PackSource::of(rules.header(), rules.body());
            let rows: Option<Vec<_>> = risk.as_ref().map(|table| table.body().rows().collect());
            show(&steps(&source, &facts, rows.as_deref(), now).in_file(&self.facts)?)?;
        }
        Ok(Exit::Yes)
    }
}

/// The steps, in the words of rules.
fn show(all: &[Steps]) -> Result<(), Failure> {
    answer("")?;
    answer("Step by step")?;
    for Steps { id, on, outcome, parts } in all {
        let about = match on {
            On::Person => "",
            On::Report => ", for each report",
            On::Visit => ", for each visit",
            On::Record => ", for each status on record",
        };
        let outcome = match outcome {
            Outcome::Gives(colour) => colour.name().to_owned(),
            Outcome::No => "does not act".to_owned(),
            Outcome::Over => "held, and its course has run off".to_owned(),
            Outcome::NoGround => "its ground is not in force".to_owned(),
            Outcome::Failed { code } => format!("cannot be evaluated [{code}]"),
        };
        answer(format_args!("{id}{about}: {outcome}"))?;
        for (part, held) in parts {
            let held = match held {
                Held::Yes => "yes",
                Held::No => "no",
                Held::Failed { .. } => "?",
            };
            answer(format_args!("   {held:<4}{part}"))?;
        }
    }
    Ok(())
}
