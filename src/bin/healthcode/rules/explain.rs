//! `rules explain`: the reasoning, as the person whom it is about would want to read it.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use healthcode::assess::assess;
use healthcode::calendar::Time;
use healthcode::facts::Place;
use healthcode::forecast::forecast;
use healthcode::rules::explain::{Explanation, Language, PlaceNames};
use healthcode::rules::source::FactsSource;

use crate::arguments::moment;
use crate::assess::EXAMPLE;
use crate::failure::{Answer, CliError, Failure, InFile};
use crate::output::answer;
use crate::sources::{Opened, Sources};
use crate::{files, risk};

/// Explain a decision in words: reasons, facts, courses, way back, scores, what is to come
#[derive(Args)]
#[command(after_long_help = EXAMPLE)]
pub(crate) struct Explain {
    #[command(flatten)]
    sources: Sources,
    /// The facts, in JSON; - is standard input
    #[arg(long, value_name = "FILE")]
    facts: PathBuf,
    /// The language [default: both]
    #[arg(long)]
    lang: Option<Lang>,
    /// What places are called: columns `place` or `code`, and `name`, or `zh` and `en`; tabs by its ending .tsv, else commas.
    /// Without it, the names in the risk table's CSV
    #[arg(long, value_name = "FILE")]
    names: Option<PathBuf>,
    /// Say first what changed since the same person's facts of another time
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
    pub(crate) fn run(self) -> Result<Answer, Failure> {
        let Opened { workbench, rules, risk, now } = self.sources.open()?;
        let names = match (&self.names, &self.sources.risk) {
            (Some(path), _) => read_names(path)?,
            (None, Some(path)) if risk::is_csv(path) => read_names(path)?,
            _ => PlaceNames::default(),
        };
        let facts: FactsSource = files::read_json(&self.facts)?;
        let then = self.before_now.unwrap_or(now);
        let before = match &self.before {
            Some(path) => {
                let before: FactsSource = files::read_json(path)?;
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
                answer(explanation.change_since(before))?;
            }
            answer(explanation.text().trim_end())?;
        }
        Ok(Answer::Yes)
    }
}

/// Names of places; lines without a name are passed over.
pub(crate) fn read_names(path: &Path) -> Result<PlaceNames, Failure> {
    let tabs = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("tsv"));
    let delimiter = if tabs { b'\t' } else { b',' };
    let text = files::read_text(path)?;
    let mut reader =
        csv::ReaderBuilder::new().delimiter(delimiter).trim(csv::Trim::All).flexible(true).from_reader(text.as_bytes());
    let headers = reader.headers().map_err(risk::csv_error).in_file(path)?.clone();
    let column = |names: &[&str]| {
        headers.iter().position(|header| {
            let header = header.trim_start_matches('\u{feff}');
            names.iter().any(|name| header.eq_ignore_ascii_case(name))
        })
    };
    let place = column(&["place", "code"]).ok_or(CliError::CsvColumn { line: 1, column: "place" }).in_file(path)?;
    let (zh, en, name) = (column(&["zh", "zh-hans"]), column(&["en"]), column(&["name"]));
    let mut names = PlaceNames::default();
    for record in reader.records() {
        let record = record.map_err(risk::csv_error).in_file(path)?;
        let field = |column: Option<usize>| column.and_then(|column| record.get(column)).unwrap_or_default();
        let line = record.position().map_or(0, csv::Position::line);
        let fault = |error: healthcode::facts::place::PlaceError| CliError::CsvField {
            line,
            column: "place",
            problem: error.to_string(),
        };
        let place = Place::parse(field(Some(place))).map_err(fault).in_file(path)?;
        names.add(place, field(zh.or(name)), field(en.or(name)));
    }
    Ok(names)
}
