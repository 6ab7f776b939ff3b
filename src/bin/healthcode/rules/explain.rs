//! `rules explain`: the reasoning, as the person whom it is about would want to read it.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use healthcode::assess::assess;
use healthcode::authoring::explain::{Explanation, Language, PlaceNames};
use healthcode::calendar::Time;
use healthcode::forecast::forecast;

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
        let known = PlaceNames::on(now.date(rules.body().utc_offset));
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
        Ok(Exit::Yes)
    }
}
