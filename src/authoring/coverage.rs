//! Which rules, bands and thresholds a pack's own cases show: each should act in one case, and not act in another.

use std::collections::BTreeSet;

use super::review::Finding;
use super::source::{PackSource, SourceError};
use super::workbench::Workbench;
use crate::assess::{Assessment, assess};
use crate::rules::location::Location;
use crate::rules::pack::Band;
use crate::rules::reason::{Cause, Contribution};

/// What can act in a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Band(usize),
    Threshold(usize),
    Rule(usize),
}

/// In how many of the pack's cases something acts, and in how many it was asked and does not.
#[derive(Debug)]
pub struct Coverage {
    /// What acts: a rule, a band or a threshold.
    pub at: Location,
    /// In how many cases it gives its colour, or points.
    pub acts: usize,
    /// In how many it gives none. Cases in which it could not be evaluated count for neither.
    pub rests: usize,
    part: Part,
}

impl Coverage {
    /// Whether both are shown.
    #[must_use]
    pub const fn is_whole(&self) -> bool {
        self.acts > 0 && self.rests > 0
    }
}

/// What the cases show of each band, threshold and rule, in the order of the pack. The structure of the pack must be sound.
///
/// # Errors
/// [`SourceError`] if the facts of a case are impossible, or the pack is never valid.
pub fn coverage(source: &PackSource) -> Result<Vec<Coverage>, SourceError> {
    let workbench = Workbench::default();
    let rules = workbench.pack(source)?;
    let empty = workbench.risk(Vec::new())?;
    let mut shown: Vec<_> = parts(source).map(|(part, at)| Coverage { at, acts: 0, rests: 0, part }).collect();
    for case in &source.cases {
        let in_force = case.in_force(&workbench, &rules)?;
        let rules = in_force.as_ref().unwrap_or(&rules);
        let assessed = workbench.with_facts(&case.facts, Some(&empty), |facts| assess(rules, facts, case.now))?;
        if !assessed
            .causes
            .iter()
            .any(|cause| matches!(cause, Cause::RulesExpired { .. } | Cause::RulesNotYetInForce { .. }))
        {
            let (acting, failed) = acting(source, &assessed);
            for Coverage { acts, rests, part, .. } in &mut shown {
                *acts += usize::from(acting.contains(part));
                *rests += usize::from(!acting.contains(part) && !failed.contains(part));
            }
        }
    }
    Ok(shown)
}

/// What no case shows, in the order of the pack. The structure of the pack must be sound.
///
/// # Errors
/// As for [`coverage`].
pub fn uncovered(source: &PackSource) -> Result<Vec<Finding>, SourceError> {
    let mut found = Vec::new();
    for Coverage { at, acts, rests, part } in coverage(source)? {
        let verb = |acts: bool| match (part, acts) {
            (Part::Band(_), true) => "gives points",
            (Part::Band(_), false) => "gives no points",
            (_, true) => "gives its colour",
            (_, false) => "gives no colour",
        };
        let missing = [(true, acts), (false, rests)].into_iter().filter(|(_, cases)| *cases == 0);
        found.extend(missing.map(|(acts, _)| Finding::Untested { at: at.clone(), does: verb(acts) }));
    }
    Ok(found)
}

/// What can act, and where it is.
fn parts(source: &PackSource) -> impl Iterator<Item = (Part, Location)> {
    let bands = source.bands.iter().enumerate().map(|(index, band)| {
        let name = format!("band {} ({})", index + 1, band.text.en);
        (Part::Band(index), Location::item("band", index, name))
    });
    let thresholds = source.thresholds.iter().enumerate().map(|(index, threshold)| {
        (Part::Threshold(index), Location::item("threshold", index, format!("threshold {}", threshold.id)).key("id"))
    });
    let rules =
        source.rules.iter().enumerate().map(|(index, rule)| {
            (Part::Rule(index), Location::item("rule", index, format!("rule {}", rule.id)).key("id"))
        });
    bands.chain(thresholds).chain(rules)
}

/// What acted, and what could not be evaluated.
fn acting(source: &PackSource, assessed: &Assessment) -> (BTreeSet<Part>, BTreeSet<Part>) {
    let mut acting = BTreeSet::new();
    // Contributions are in the order of the bands, of which some gave nothing.
    let mut contributions = assessed.contributions.iter().peekable();
    for (index, band) in source.bands.iter().enumerate() {
        if contributions.next_if(|contribution| gave(band, contribution)).is_some() {
            acting.insert(Part::Band(index));
        }
    }
    let gave_colour = |id: &String| assessed.reasons.iter().any(|reason| reason.rule == *id);
    let failed = |name: &String| {
        let fails = |cause: &Cause| matches!(cause, Cause::RuleFailed { rule, .. } if rule == name);
        assessed.causes.iter().any(fails)
    };
    let mut unknown = BTreeSet::new();
    let names = source.bands.iter().enumerate().map(|(index, band)| (Part::Band(index), &band.text.en));
    let rules = source.rules.iter().enumerate().map(|(index, rule)| (Part::Rule(index), &rule.id));
    unknown.extend(names.chain(rules.clone()).filter(|(_, name)| failed(name)).map(|(part, _)| part));
    let thresholds = source.thresholds.iter().enumerate().map(|(index, one)| (Part::Threshold(index), &one.id));
    acting.extend(rules.chain(thresholds).filter(|(_, id)| gave_colour(id)).map(|(part, _)| part));
    (acting, unknown)
}

fn gave(band: &Band, contribution: &Contribution) -> bool {
    let measure = contribution.measure.as_ref().map(|measure| &measure.measure);
    let points = |points: u8| points == contribution.points;
    contribution.dimension == band.dimension
        && contribution.text == band.text
        && measure == band.measure.as_ref()
        && (band.steps.iter().any(|step| points(step.points)) || points(band.points))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Coded;

    const HANGZHOU: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/rules/packs/hangzhou/pack.toml");

    /// What no case shows once the cases with these names are left out.
    fn without(names: &[&str], only: bool) -> Vec<String> {
        let text = std::fs::read_to_string(HANGZHOU).unwrap();
        let mut source = PackSource::parse(&text).unwrap();
        source.cases.retain(|case| names.iter().any(|name| case.name.contains(name)) == only);
        let found = uncovered(&source).unwrap();
        assert!(found.iter().all(|finding| finding.code() == "pack-untested"));
        found.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_cases_of_the_shipped_packs_show_every_rule_band_and_threshold() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/rules/packs");
        let mut missing = Vec::new();
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path().join("pack.toml");
            let source = PackSource::parse(&std::fs::read_to_string(&path).unwrap()).unwrap();
            missing.extend(uncovered(&source).unwrap().iter().map(|one| format!("{}: {one}", source.pack.id)));
        }
        assert!(missing.is_empty(), "{}", missing.join("\n"));
    }

    #[test]
    fn what_no_case_shows_is_named() {
        let all = without(&[""], false);
        let text = std::fs::read_to_string(HANGZHOU).unwrap();
        let source = PackSource::parse(&text).unwrap();
        assert_eq!(all.len(), 2 * (source.bands.len() + source.thresholds.len() + source.rules.len()));
        assert!(all.contains(&"rule high-temperature: no case in which it gives its colour".to_owned()), "{all:?}");
        assert!(all.contains(&"threshold overall: no case in which it gives no colour".to_owned()), "{all:?}");
        let fever = without(&["37.3 °C is a fever"], true);
        assert!(
            !fever.contains(&"rule high-temperature: no case in which it gives its colour".to_owned()),
            "{fever:?}"
        );
        assert!(fever.contains(&"rule high-temperature: no case in which it gives no colour".to_owned()), "{fever:?}");
    }
}
