//! Findings about place codes: those of no edition, and those of another one than is in force when the pack begins.

use super::Finding;
use crate::authoring::divisions::{Divisions, Standing};
use crate::authoring::source::{Case, PackSource};
use crate::calendar::{Date, Offset};
use crate::place::Place;
use crate::rules::location::Location;

/// What is to be said of the places of a pack and of its cases.
pub(super) fn places(source: &PackSource) -> Vec<Finding> {
    let head = &source.pack;
    let day = head.valid_from.date(head.utc_offset);
    let mut found = Vec::new();
    let region = Location::new("the pack", ["pack".into(), "region".into()]);
    found.extend(finding(&region, head.region, day, true));
    for (index, place) in head.recognises.iter().enumerate() {
        let at = Location::new("the pack", ["pack".into(), "recognises".into(), index.into()]);
        found.extend(finding(&at, *place, day, true));
    }
    for (index, measure) in source.measures.iter().enumerate() {
        let at = Location::item("measure", index, format!("measure {}", measure.id)).key("place");
        found.extend(measure.place.and_then(|place| finding(&at, place, day, true)));
    }
    for (index, case) in source.cases.iter().enumerate() {
        of_case(case, index, head.utc_offset, &mut found);
    }
    found
}

/// A case may be about a code of another edition, but not about one of none.
fn of_case(case: &Case, index: usize, offset: Offset, found: &mut Vec<Finding>) {
    let at = Location::item("case", index, format!("case “{}”", case.name)).key("facts");
    let day = case.now.date(offset);
    let facts = &case.facts;
    found.extend(facts.here.and_then(|place| finding(&at.key("here"), place, day, false)));
    let mut items = |list: &'static str, places: &mut dyn Iterator<Item = Place>| {
        for (index, place) in places.enumerate() {
            found.extend(finding(&at.key(list).key(index).key("place"), place, day, false));
        }
    };
    items("diary", &mut facts.diary.iter().map(|visit| visit.place));
    items("risk", &mut facts.risk.iter().flatten().map(|row| row.place));
}

fn finding(at: &Location, place: Place, day: Date, must_hold: bool) -> Option<Finding> {
    let at = at.clone();
    match Divisions::known().standing(place, day) {
        Standing::Unknown => Some(Finding::UnknownPlace { at, place }),
        Standing::Lapsed { until, became } if must_hold => {
            let codes: Vec<_> = became.iter().map(Place::to_string).collect();
            let became = if codes.is_empty() { String::new() } else { format!("; there is now {}", codes.join(", ")) };
            Some(Finding::LapsedPlace { at, place, until, became })
        }
        _ => None,
    }
}
