//! Whether a pack leaves anybody green: it is tried on people made up who are well, go nowhere and report every day.

use std::collections::BTreeMap;

use super::people::People;
use super::review::Finding;
use super::source::{FactsSource, PackSource, RecordSource, SourceError};
use super::workbench::Workbench;
use crate::assess::assess;
use crate::calendar::{Span, Time};
use crate::colour::Colour;
use crate::facts::{Answer, Report};
use crate::rules::expression::Budget;
use crate::rules::location::Location;
use crate::rules::pack::Pack;
use crate::rules::questionnaire::interpret;

/// How many people are tried.
const TRIED: u64 = 40;
/// Of how many one at least is green.
const ONE_IN: usize = 10;
/// How long they have reported every day, if the window is that long.
const DAYS: i64 = 30;
/// When they show their code: at nine.
const SHOWN: Span = Span::seconds(9 * 3600);
/// Who reports does so an hour before.
const REPORTED: Span = Span::seconds(8 * 3600);

/// The rules by which nearly nobody is green. The structure of the pack must be sound.
///
/// # Errors
/// [`SourceError`] if the pack is never valid.
pub fn nobody_green(source: &PackSource) -> Result<Option<Finding>, SourceError> {
    let workbench = Workbench::default();
    let rules = workbench.pack(source)?;
    let empty = workbench.risk(Vec::new())?;
    let pack = rules.body();
    let lasts = source.pack.valid_until.since(pack.valid_from);
    let after = Span::seconds((lasts.as_seconds() / 2).min(Span::days(DAYS).as_seconds() / 2));
    let today = pack.clock().date(pack.valid_from.plus(after));
    let now = pack.clock().start(today).plus(SHOWN);
    if source.questions.is_empty() || now < pack.valid_from || source.pack.valid_until <= now {
        return Ok(None);
    }
    let people = People::new(source, &[], &[], now, 1);
    let (mut green, mut of) = (0, 0);
    let mut by: BTreeMap<String, usize> = BTreeMap::new();
    for facts in (0..TRIED).filter_map(|number| well(pack, &people.person(number), now)) {
        let assessed = workbench.with_facts(&facts, Some(&empty), |facts| assess(&rules, facts, now))?;
        // Whoever made up an impossible report is no example.
        if assessed.colour == Colour::Green || !assessed.reasons.is_empty() {
            of += 1;
            green += usize::from(assessed.colour == Colour::Green);
            for reason in assessed.reasons {
                *by.entry(reason.rule).or_default() += 1;
            }
        }
    }
    if of == 0 || green * ONE_IN >= of {
        return Ok(None);
    }
    let most = by.values().copied().max().unwrap_or_default();
    let named = |id: &str| by.get(id).is_some_and(|times| times * 2 >= most);
    let rules = source.rules.iter().enumerate().map(|(index, rule)| ("rule", index, &rule.id));
    let thresholds = source.thresholds.iter().enumerate().map(|(index, one)| ("threshold", index, &one.id));
    let named: Vec<_> = rules.chain(thresholds).filter(|(.., id)| named(id)).collect();
    Ok(named.first().map(|(list, index, id)| {
        let at = Location::item(list, *index, format!("{list} {id}")).key("id");
        let rules = named.iter().map(|(.., id)| id.as_str()).collect::<Vec<_>>().join(", ");
        Finding::NobodyGreen { at, rules, green, of }
    }))
}

/// Somebody with these answers every day, an empty record, and no trips; `None` if they never report or have been away.
fn well(pack: &Pack, person: &FactsSource, now: Time) -> Option<FactsSource> {
    let last = person.reports.last()?;
    let answers = &last.answers;
    let away = |id: &String| matches!(answers.get(id), Some(Answer::Trips(trips)) if !trips.is_empty());
    if pack.questions.iter().any(|question| away(&question.id)) {
        return None;
    }
    let today = now.minus(SHOWN);
    let days = (0..=pack.window.as_seconds() / Span::days(1).as_seconds()).take_while(|day| *day <= DAYS);
    let reports = days.map(|day| today.minus(Span::days(day)).plus(REPORTED));
    let mut reports: Vec<Report> = reports
        .map(|at| Report { at, ..last.clone() })
        .filter(|report| interpret(pack, &report.answers, report.at, &mut Budget::default()).problems.is_empty())
        .collect();
    reports.reverse();
    let record = Some(RecordSource::default());
    Some(FactsSource { reports, record, here: person.here, ..FactsSource::default() })
}
