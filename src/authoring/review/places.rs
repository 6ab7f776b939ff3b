//! Findings about place codes: those of no edition, and those of another one than is in force when the pack begins.

use super::Finding;
use crate::authoring::divisions::{Divisions, Standing};
use crate::authoring::source::{Case, PackSource};
use crate::calendar::{Date, Offset};
use crate::place::Place;
use crate::rules::location::Location;
use crate::rules::pack::{Count, QuestionKind, UnclearVisits};

/// What is to be said of the places of a pack and of its cases.
pub(super) fn places(source: &PackSource) -> Vec<Finding> {
    let head = &source.pack;
    let day = head.valid_from.date(head.offset_at(head.valid_from));
    let mut found = Vec::new();
    let region = Location::new("the pack", ["pack".into(), "region".into()]);
    found.extend(of_place(&region, head.region, day, true));
    for (index, place) in head.recognises.iter().enumerate() {
        let at = Location::new("the pack", ["pack".into(), "recognises".into(), index.into()]);
        found.extend(of_place(&at, *place, day, true));
    }
    for (index, measure) in source.measures.iter().enumerate() {
        let at = Location::item("measure", index, format!("measure {}", measure.id)).key("place");
        found.extend(measure.place.and_then(|place| of_place(&at, place, day, true)));
    }
    found.extend(coarse_questions(source));
    for (index, case) in source.cases.iter().enumerate() {
        of_case(case, index, head.offset_at(case.now), &mut found);
    }
    found
}

/// A case may be about a code of another edition, but not about one of none.
fn of_case(case: &Case, index: usize, offset: Offset, found: &mut Vec<Finding>) {
    let at = Location::item("case", index, format!("case “{}”", case.name)).key("facts");
    let day = case.now.date(offset);
    let facts = &case.facts;
    found.extend(facts.here.and_then(|place| of_place(&at.key("here"), place, day, false)));
    let mut items = |list: &'static str, places: &mut dyn Iterator<Item = Place>| {
        for (index, place) in places.enumerate() {
            found.extend(of_place(&at.key(list).key(index).key("place"), place, day, false));
        }
    };
    items("diary", &mut facts.diary.iter().map(|visit| visit.place));
    items("risk", &mut facts.risk.iter().flatten().map(|row| row.place));
}

const VISIT_UNCLEAR: &str = "visit-unclear";
const PLACE_UNCLEAR: &str = "place-unclear";

/// The causes of who cannot say in which of the listed places they were or are.
const UNCLEAR: [&str; 2] = [VISIT_UNCLEAR, PLACE_UNCLEAR];

/// The finest places that there are lists to choose from, in digits.
const COUNTY: u8 = 6;

/// Questions that are content with a wider place than the data of some case lists, of places and trips whose level the rules read,
/// where the data is finer than the counties that people choose from.
/// Whoever answers no more than that is asked which of them it was; a case has to say what comes of who cannot say, unless the pack
/// says that only its rules count.
fn coarse_questions(source: &PackSource) -> Vec<Finding> {
    let mut expected = source.cases.iter().filter_map(|case| case.expect.causes.as_ref()).flatten();
    if source.pack.unclear_visits == Some(UnclearVisits::ByRules) || expected.any(|cause| UNCLEAR.contains(&&**cause)) {
        return Vec::new();
    }
    let reads_level = |question: &str| {
        source.measures.iter().any(|one| one.count == Count::LevelAt && one.question.as_deref() == Some(question))
    };
    let mut found = Vec::new();
    for (index, question) in source.questions.iter().enumerate() {
        let cause = match question.kind {
            QuestionKind::Trips => VISIT_UNCLEAR,
            QuestionKind::Place if reads_level(&question.id) => PLACE_UNCLEAR,
            _ => continue,
        };
        let digits = question.place_digits.unwrap_or(2);
        let finer = |case: &'_ Case| {
            let places = case.facts.risk.iter().flatten().map(|row| row.place);
            places.into_iter().find(|place| digits.max(COUNTY) < place.length())
        };
        let case = source.cases.iter().find_map(|case| Some((case, finer(case)?)));
        if let Some((case, listed)) = case {
            let at = Location::item("question", index, format!("question {}", question.id)).key("place-digits");
            found.push(Finding::CoarseQuestion { at, digits, listed, case: case.name.clone(), cause });
        }
    }
    found
}

/// What is to be said of a place; whether a code has to be in force on that day.
pub(super) fn of_place(at: &Location, place: Place, day: Date, must_hold: bool) -> Option<Finding> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authoring::review::review;

    #[test]
    fn questions_coarser_than_the_data_of_the_cases_need_a_case_for_who_cannot_say() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/rules/packs/heilongjiang/pack.toml");
        let pack = std::fs::read_to_string(path).unwrap();
        let coarse = |pack: &str| {
            let found = review(&PackSource::parse(pack).unwrap());
            let coarse = found.iter().filter(|finding| matches!(finding, Finding::CoarseQuestion { .. }));
            coarse.map(Finding::to_string).collect::<Vec<_>>()
        };
        assert_eq!(coarse(&pack), <[&str; 0]>::default());
        let silent = pack.replace(r#"causes = ["place-unclear"]"#, "");
        let [home, trips] = &coarse(&silent)[..] else { panic!("{:?}", coarse(&silent)) };
        assert!(
            home.starts_with("question home: a place of 6 digits is enough, but case “An infection in the"),
            "{home}"
        );
        assert!(home.contains("lists 230102001002") && home.contains("`place-unclear`"), "{home}");
        assert!(
            trips.starts_with("question trips: a place of 4 digits") && trips.contains("`visit-unclear`"),
            "{trips}"
        );
        let by_rules = silent.replace("utc-offset =", "unclear-visits = \"by-rules\"\nutc-offset =");
        assert_eq!(coarse(&by_rules), <[&str; 0]>::default());
    }
}
