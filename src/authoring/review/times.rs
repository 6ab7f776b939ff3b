//! Moments that were probably meant otherwise, and what is left of a pack once its grounds have ended.

use super::finding::Finding;
use crate::authoring::source::PackSource;
use crate::calendar::{DAY, Time};
use crate::rules::location::Location;

/// Midnights of the wrong clock, and the time in which no rule acts.
pub(super) fn times(source: &PackSource) -> Vec<Finding> {
    let head = &source.pack;
    let in_head = |key: &'static str| Location::new("the pack", ["pack".into(), key.into()]);
    let mut found = Vec::new();
    let pack =
        [("valid-from", head.valid_from), ("valid-until", head.valid_until)].map(|(key, time)| (in_head(key), time));
    let grounds = source.grounds.iter().enumerate().flat_map(|(index, ground)| {
        let at = Location::item("ground", index, format!("ground {}", ground.id));
        [(at.key("from"), ground.from), (at.key("until"), ground.until)]
    });
    let midnight = |seconds: i64| seconds.rem_euclid(DAY) == 0;
    for (at, time) in pack.into_iter().chain(grounds) {
        if midnight(time.unix()) && !midnight(time.unix() + head.offset_at(time).seconds()) {
            found.push(Finding::UtcMidnight { at, local: head.local(time) });
        }
    }
    if let Some(last) = last_end(source).filter(|last| *last < head.valid_until && *last > head.valid_from) {
        let [from, until] = [last, head.valid_until].map(|time| head.local(time));
        found.push(Finding::NothingActs { from, until });
    }
    if head.version == 0 {
        found.push(Finding::NoVersion);
    }
    found
}

/// When the last of all grounds ends, if every rule and threshold has one.
fn last_end(source: &PackSource) -> Option<Time> {
    let named = source.rules.iter().map(|rule| &rule.ground).chain(source.thresholds.iter().map(|one| &one.ground));
    let end = |id: &Option<String>| {
        source.grounds.iter().find(|ground| Some(&ground.id) == id.as_ref()).map(|ground| ground.until)
    };
    let ends: Option<Vec<_>> = named.map(end).collect();
    ends?.into_iter().max()
}
