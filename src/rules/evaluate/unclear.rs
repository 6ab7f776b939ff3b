//! Visits that may have been in a listed place inside the one that is told. Nobody guesses where it was: unless the pack says
//! otherwise, such a visit leaves the code undecided if the colour would be worse in one of those places.

use super::{evaluate, exposed};
use crate::colour::Colour;
use crate::facts::Record;
use crate::limits::UNCLEAR_VISITS;
use crate::rules::exposure::{Exposure, RowSet};
use crate::rules::expression::{Budget, EvaluateError};
use crate::rules::measure::Evidence;
use crate::rules::reason::{Cause, Fact, Reason};

/// Leaves out what applies possibly to a visit of which another one says more: that in this time it was at a place inside,
/// or that it was at none of those listed inside. The visits are sorted by place.
///
/// # Errors
/// If the budget is spent.
pub(super) fn clear_up(exposures: &mut [Exposure<'_>], budget: &mut Budget) -> Result<(), EvaluateError> {
    // Of the place of the unclear visit before: the visits that can say more of it.
    let (mut place, mut telling) = (None, Vec::new());
    for index in 0..exposures.len() {
        let Some(unclear) = exposures.get(index).filter(|exposure| exposure.unclear) else { continue };
        let told = unclear.visit;
        if place != Some(told.place) {
            place = Some(told.place);
            let first = exposures.partition_point(|other| other.visit.place < told.place);
            let there = exposures.get(first..).unwrap_or_default().iter().map(|other| other.visit);
            let there = there.take_while(|other| told.place.contains(other.place));
            budget.spend(there.clone().count() / 8)?;
            telling = there.filter(|other| other.place != told.place || !other.not_in().is_empty()).collect();
        }
        let mut steps = 0;
        let said = telling.iter().any(|other| {
            steps += 1 + told.not_in().len() * other.not_in().len() / 4;
            other.says_more_than(told)
        });
        budget.spend(steps / 8)?;
        if said && let Some(cleared) = exposures.get_mut(index) {
            cleared.at_best();
        }
    }
    Ok(())
}

/// Causes for the visits and the answers that would make the colour worse than this if each place that is told were a listed
/// place inside it, for as long as a visit lasted: if it were all of them, and, as a rule such as `visit.level == 2` is about
/// some alone, if it were only those of one level and one length.
pub(super) fn worse_if(
    exposures: &[Exposure<'_>],
    known: Evidence<'_>,
    record: Option<&Record>,
    causes: &[Cause],
    colour: Colour,
    budget: &mut Budget,
) -> Vec<Cause> {
    // Where the budget is spent, the decision says so already.
    let (places, of_places) = known.unclear_places(budget).unwrap_or_default();
    let all = exposures.iter().fold(of_places, |kinds, exposure| kinds.or(exposure.possible_kinds()));
    let mut taken = Some(all).filter(|kinds| *kinds != RowSet::default());
    let mut alone = all.each().skip(usize::from(all.each().nth(1).is_none()));
    while let Some(kinds) = taken {
        let known = Evidence { taken: kinds, ..known };
        if let Some((measured, visits)) = worse_with(exposures, known, record, causes, colour, budget) {
            let visits = visits.into_iter().take(UNCLEAR_VISITS).filter_map(|index| exposures.get(index));
            return places.into_iter().filter(|_| measured).chain(visits.map(Exposure::cause)).collect();
        }
        taken = alone.next();
    }
    Vec::new()
}

/// Which visits make the colour worse than this if the places that are told were those inside them of which rows of the taken
/// kinds speak: those that rules are about, or all that are unclear where measures count them, and whether they do.
fn worse_with(
    told: &[Exposure<'_>],
    known: Evidence<'_>,
    record: Option<&Record>,
    causes: &[Cause],
    colour: Colour,
    budget: &mut Budget,
) -> Option<(bool, Vec<usize>)> {
    let mut exposures = told.to_vec();
    exposures.iter_mut().for_each(|exposure| exposure.at_worst(known.taken));
    let exposed = exposed(&exposures);
    let evidence = Evidence { exposures: &exposures, exposed: &exposed, ..known };
    let (worst, visits) = evaluate(evidence, record, causes.to_vec(), colour, budget);
    if worst.colour <= colour {
        return None;
    }
    let by_visit = |reason: &Reason| reason.colour <= colour || matches!(reason.fact, Fact::Visit { .. });
    if !visits.is_empty() && worst.reasons.iter().all(by_visit) {
        return Some((false, visits));
    }
    let unclear = |index: &usize| told.get(*index).is_some_and(|visit| visit.unclear);
    Some((true, (0..told.len()).filter(unclear).collect()))
}

#[cfg(test)]
#[cfg(feature = "authoring")]
mod tests {
    use crate::authoring::source::trial_pack;
    use crate::calendar::Span;
    use crate::colour::Colour;
    use crate::facts::{Mode, Visit};
    use crate::limits::{DIARY_VISITS, RISK_ROWS_INSIDE, UNCLEAR_VISITS};
    use crate::place::Place;
    use crate::risk::{Level, RiskRow, RiskTable, Tables};
    use crate::rules::evaluate::samples::{NOW, ON_VISIT, covered, outcome, report, time, visit};
    use crate::rules::evaluate::{Decision, Inputs, decide};
    use crate::rules::pack::{Pack, UnclearVisits};
    use crate::rules::reason::Cause;

    fn place(code: &str) -> Place {
        Place::parse(code).unwrap()
    }

    /// A table with these places, for the first ten days of February.
    fn listed(places: &[(&str, Level)]) -> RiskTable {
        let (from, to) = (time("02-01T00:00:00"), Some(time("02-11T00:00:00")));
        let row =
            |(code, level): &(&str, Level)| RiskRow { place: place(code), compound: None, from, to, level: *level };
        RiskTable::new(places.iter().map(row).collect()).unwrap()
    }

    fn decided(pack: &Pack, risk: &RiskTable, diary: &[Visit]) -> Decision {
        decide(pack, &Inputs { diary, risk: Tables::new(&covered(risk)), ..Inputs::default() }, time(NOW))
    }

    const STREETS: [(&str, Level); 2] = [("420106001", Level::High), ("420106002", Level::Medium)];

    fn trip(code: &str) -> Visit {
        visit(code, "02-09T08:00:00", "02-10T08:00:00")
    }

    fn not_in(codes: &[&str]) -> Visit {
        Visit { not_in: Some(codes.iter().map(|code| place(code)).collect()), ..trip("420106") }
    }

    #[test]
    fn a_visit_that_is_told_by_its_county_is_not_green_where_a_street_is_listed() {
        let (pack, risk) = (trial_pack(ON_VISIT), listed(&STREETS));
        let of = |visit: &Visit| decided(&pack, &risk, std::slice::from_ref(visit));
        let county = trip("420106");
        let unclear = of(&county);
        assert_eq!(outcome(&unclear), (Colour::Grey, vec![], vec!["visit-unclear"]));
        let Visit { place, arrive, leave, mode, .. } = county;
        assert_eq!(unclear.causes, [Cause::VisitUnclear { place, level: Level::High, arrive, leave, mode }]);
        assert_eq!(outcome(&of(&trip("420106001"))), (Colour::Red, vec!["high"], vec![]));
        assert_eq!(outcome(&of(&trip("420106002"))), (Colour::Green, vec![], vec![]));
        assert_eq!(outcome(&of(&trip("420106009"))), (Colour::Green, vec![], vec![]));
        assert_eq!(outcome(&of(&trip("42"))).0, Colour::Grey);
        let before = visit("420106", "01-31T08:00:00", "02-01T00:00:00");
        assert_eq!(outcome(&of(&before)).0, Colour::Green, "they were not listed then");
        let still = visit("420106", "02-10T08:00:00", "");
        assert_eq!(outcome(&of(&still)).2, ["visit-unclear"]);
    }

    #[test]
    fn none_of_these_holds_for_the_places_that_were_listed_then() {
        let pack = trial_pack(ON_VISIT);
        let colour = |risk: &[(&str, Level)], visit: Visit| decided(&pack, &listed(risk), &[visit]).colour;
        assert_eq!(colour(&STREETS, not_in(&["420106001", "420106002"])), Colour::Green);
        assert_eq!(colour(&STREETS, not_in(&["420106001"])), Colour::Green, "medium changes nothing");
        assert_eq!(colour(&STREETS, not_in(&[])), Colour::Grey, "nothing was said");
        assert_eq!(colour(&STREETS, not_in(&["420106002"])), Colour::Grey);
        let newer = [STREETS[0], ("420106003", Level::High)];
        assert_eq!(colour(&newer, not_in(&["420106001"])), Colour::Grey, "another is listed since");
        let inside = [("420106001007", Level::High)];
        assert_eq!(colour(&inside, not_in(&["420106001"])), Colour::Green, "in no part of the street");
        for wide in ["420106", "4201", "00"] {
            assert_eq!(colour(&STREETS, not_in(&[wide])), Colour::Grey, "it was there: {wide}");
        }
    }

    #[test]
    fn what_another_visit_says_of_the_same_time_holds() {
        let (pack, risk) = (trial_pack(ON_VISIT), listed(&STREETS));
        let outcome_of = |other: Visit| {
            let both = decided(&pack, &risk, &[trip("420106"), other.clone()]);
            assert_eq!(outcome(&both), outcome(&decided(&pack, &risk, &[other, trip("420106")])));
            (both.colour, both.causes.len())
        };
        assert_eq!(outcome_of(trip("420106009")), (Colour::Green, 0));
        assert_eq!(outcome_of(trip("420106001")), (Colour::Red, 0));
        assert_eq!(outcome_of(not_in(&["420106001"])), (Colour::Green, 0));
        assert_eq!(outcome_of(not_in(&["420106002"])), (Colour::Grey, 1), "one that says more is named alone");
        assert_eq!(outcome_of(visit("420106009", "02-09T08:00:00", "02-10T07:59:59")), (Colour::Grey, 1));
        assert_eq!(outcome_of(trip("330106009")), (Colour::Grey, 1));
    }

    #[test]
    fn as_many_visits_as_a_diary_has_in_one_county_are_affordable() {
        let (pack, risk) = (trial_pack(ON_VISIT), listed(&STREETS));
        let at = |minute: usize| format!("02-09T{:02}:{:02}:00", minute / 60, minute % 60);
        let visits = |n: usize| Visit { mode: Mode::Rail, ..visit("420106", &at(n / 2), &at(n / 2 + 1 + n % 2)) };
        let diary: Vec<_> = (0..DIARY_VISITS).map(visits).collect();
        assert_eq!(outcome(&decided(&pack, &risk, &diary)).2, ["visit-unclear"; UNCLEAR_VISITS]);
    }

    #[test]
    fn the_order_of_visits_that_differ_in_what_they_say_of_places_inside_does_not_matter() {
        let count = "
            [[measure]]
            id = 'visits'
            count = 'visits'
            levels = ['medium']
            [[rule]]
            id = 'one'
            when = 'measure.visits == 1'
            colour = 'yellow'
            text = TEXT
            way-back = TEXT
        ";
        let (pack, risk) = (trial_pack(count), listed(&[("420106", Level::Medium)]));
        let (one, other) = (trip("420106"), not_in(&["420106001"]));
        let colour =
            |diary: &[&Visit]| decided(&pack, &risk, &diary.iter().copied().cloned().collect::<Vec<_>>()).colour;
        assert_eq!(colour(&[&one, &other, &one]), Colour::Yellow);
        assert_eq!(colour(&[&other, &one, &one]), Colour::Yellow);
        assert_eq!(colour(&[&one, &one]), Colour::Yellow, "what is told several times is one stay");
    }

    #[test]
    fn only_what_would_make_the_colour_worse_is_named() {
        let stays = ON_VISIT.replace("visit.level == 3", "visit.level == 3 and visit.mode == \"stay\"");
        let (pack, risk) = (trial_pack(&stays), listed(&[STREETS[0], ("3301", Level::High)]));
        let train = Visit { mode: Mode::Rail, ..visit("420106", "02-09T06:00:00", "02-09T07:00:00") };
        assert_eq!(outcome(&decided(&pack, &risk, std::slice::from_ref(&train))), (Colour::Green, vec![], vec![]));
        let both = decided(&pack, &risk, &[train.clone(), trip("420106")]);
        assert_eq!(both.causes, decided(&pack, &risk, &[trip("420106")]).causes, "the train is not asked about");
        let red = decided(&pack, &risk, &[trip("420106"), trip("3301")]);
        assert_eq!(outcome(&red), (Colour::Red, vec!["high"], vec![]), "nothing is worse");
        let minutes = "
            [[measure]]
            id = 'minutes'
            count = 'minutes'
            levels = ['high']
            [[band]]
            dimension = 'time'
            measure = 'minutes'
            steps = [{ at-least = 1, points = 40 }]
            text = TEXT
            [[threshold]]
            id = 'long'
            score = 'time'
            at-least = 40
            colour = 'yellow'
            text = TEXT
            way-back = TEXT
        ";
        let scored = decided(&trial_pack(minutes), &risk, &[train, trip("420106")]);
        assert_eq!(outcome(&scored), (Colour::Grey, vec![], vec!["visit-unclear", "visit-unclear"]));
        assert_eq!(scored.scores.time, 0, "what is certain is shown");
    }

    #[test]
    fn a_rule_about_some_of_the_listed_places_alone_is_asked_about_too() {
        let decided = |when: &str, rows: &[(&str, Level)], code: &str| {
            let pack = trial_pack(&ON_VISIT.replace("visit.level == 3", when));
            outcome(&decided(&pack, &listed(rows), &[trip(code)])).0
        };
        let high = [("420106001", Level::High), ("420106002003", Level::High)];
        let coarse = "visit.level == 3 and visit.row_digits < 12";
        assert_eq!(decided(coarse, &high, "420106001"), Colour::Red);
        assert_eq!(decided(coarse, &high, "420106"), Colour::Grey, "in the street it would be red");
        assert_eq!(decided(coarse, &high[1..], "420106"), Colour::Green, "nowhere would it be");
        let both = [("420106001", Level::Medium), ("420106002003", Level::High)];
        assert_eq!(decided("visit.level == 2", &both, "420106"), Colour::Grey);
        assert_eq!(decided("visit.level == 2", &both[1..], "420106"), Colour::Green);
    }

    #[test]
    fn a_pack_may_say_itself_what_a_possible_level_means() {
        let possible = ON_VISIT.replace("visit.level == 3", "visit.level < 3 and visit.level_possible == 3");
        let possible = possible.replace("id = 'c'", "id = 'd'").replace("course = 'c'", "colour = 'yellow'");
        let parts = [ON_VISIT, &possible.replace("id = 'high'", "id = 'maybe'").replace("'7 d'", "'6 d'")].concat();
        let (mut pack, risk) = (trial_pack(&parts), listed(&STREETS));
        let of = |pack: &Pack, code: &str| {
            let decision = decided(pack, &risk, &[trip(code)]);
            let (colour, reasons, causes) = outcome(&decision);
            (colour, reasons.join(" "), causes.join(" "))
        };
        assert_eq!(of(&pack, "420106"), (Colour::Grey, "maybe".into(), "visit-unclear".into()), "it may be red");
        pack.unclear_visits = Some(UnclearVisits::ByRules);
        assert_eq!(of(&pack, "420106"), (Colour::Yellow, "maybe".into(), String::new()));
        assert_eq!(of(&pack, "420106001"), (Colour::Red, "high".into(), String::new()));
        assert_eq!(of(&pack, "420106002"), (Colour::Green, String::new(), String::new()));
    }

    /// Red for whoever lives where the level is high.
    const AT_HOME: &str = "
        [[question]]
        id = 'home'
        type = 'place'
        text = TEXT
        place-digits = 6
        [[measure]]
        id = 'level_home'
        count = 'level-at'
        question = 'home'
        [[rule]]
        id = 'home'
        when = 'measure.level_home == 3'
        colour = 'red'
        text = TEXT
        way-back = TEXT
    ";

    #[test]
    fn a_home_that_is_told_by_its_county_is_not_green_where_a_street_is_listed() {
        let (mut pack, risk) = (trial_pack(AT_HOME), listed(&STREETS));
        let of = |pack: &Pack, home: &str, now: &str| {
            let reports = [report("02-10T08:00:00", &format!(r#"{{"home": {home}}}"#))];
            let tables = covered(&risk);
            decide(pack, &Inputs { reports: &reports, risk: Tables::new(&tables), ..Inputs::default() }, time(now))
        };
        const THEN: &str = "02-10T09:00:00";
        let unclear = of(&pack, r#""420106""#, THEN);
        assert_eq!(outcome(&unclear), (Colour::Grey, vec![], vec!["place-unclear"]));
        let cause = Cause::PlaceUnclear { place: place("420106"), level: Level::High };
        assert_eq!(unclear.causes, [cause]);
        assert_eq!(outcome(&of(&pack, r#""420106""#, NOW)).0, Colour::Green, "no longer listed");
        let now = |pack: &Pack, home: &str| outcome(&of(pack, home, THEN)).0;
        assert_eq!(now(&pack, r#""420106001""#), Colour::Red);
        assert_eq!(now(&pack, r#""420106002""#), Colour::Green);
        assert_eq!(now(&pack, r#""330106""#), Colour::Green);
        assert_eq!(now(&pack, r#"{"place": "420106", "notIn": ["420106001"]}"#), Colour::Green);
        assert_eq!(now(&pack, r#"{"place": "420106", "notIn": ["420106002"]}"#), Colour::Grey);
        assert_eq!(now(&pack, r#"{"place": "420106", "notIn": ["4201"]}"#), Colour::Grey);
        pack.unclear_visits = Some(UnclearVisits::ByRules);
        assert_eq!(now(&pack, r#""420106""#), Colour::Green);
        let possible = AT_HOME.replace("question = 'home'", "question = 'home'\ncertainty = 'possible'");
        let pack = trial_pack(&possible);
        assert_eq!(now(&pack, r#""420106""#), Colour::Red, "the pack says what a possible level means");
        assert_eq!(now(&pack, r#"{"place": "420106", "notIn": ["420106001"]}"#), Colour::Green);
        let medium = trial_pack(&AT_HOME.replace("== 3", "== 1"));
        assert_eq!(now(&medium, r#""420106""#), Colour::Green, "nothing is worse");
    }

    #[test]
    fn where_somebody_is_now_is_asked_about_if_they_said_it_themselves() {
        let here = AT_HOME.replace("count = 'level-at'", "count = 'level-here'").replace("question = 'home'", "");
        let (pack, risk) =
            (trial_pack(&here.replace("type = 'place'", "type = 'place'\nrequired = false")), listed(&STREETS));
        let tables = covered(&risk);
        let of = |diary: &[Visit], here: Option<&str>| {
            let inputs = Inputs { diary, here: here.map(place), risk: Tables::new(&tables), ..Inputs::default() };
            let decision = decide(&pack, &inputs, time("02-10T09:00:00"));
            (decision.colour, decision.causes.iter().map(Cause::name).collect::<Vec<_>>())
        };
        let there = visit("420106", "02-10T08:00:00", "");
        assert_eq!(of(std::slice::from_ref(&there), None), (Colour::Grey, vec!["visit-unclear"]));
        let elsewhere = Visit { not_in: Some(vec![place("420106001")]), ..there };
        assert_eq!(of(&[elsewhere], None), (Colour::Green, vec![]));
        assert_eq!(of(&[], Some("420106")), (Colour::Green, vec![]), "a host cannot be asked");
    }

    #[test]
    fn measures_count_what_applies_possibly_if_they_are_told_to() {
        let measure = |id: &str, more: &str| format!("[[measure]]\nid = '{id}'\ncertainty = 'possible'\n{more}\n");
        let parts = [
            measure("certain", "count = 'visits'").replace("certainty = 'possible'", ""),
            measure("possible", "count = 'visits'\nlevels = ['high']"),
            measure("minutes", "count = 'minutes'\nlevels = ['high']"),
            measure("fine", "count = 'visits'\nrow-digits = 12"),
            measure("here", "count = 'level-here'"),
            "[[rule]]\nid = 'r'\ncolour = 'yellow'\ntext = TEXT\nway-back = TEXT\nwhen = 'measure.certain == 0 and \
             measure.possible == 1 and measure.minutes == 24 h and measure.fine == 0 and measure.here == 3'"
                .to_owned(),
        ];
        let mut pack = trial_pack(&parts.concat());
        let mut rows: Vec<_> = listed(&STREETS).rows().collect();
        rows.push(RiskRow {
            place: place("330106001"),
            compound: None,
            from: time("02-01T00:00:00"),
            to: None,
            level: Level::High,
        });
        let risk = RiskTable::new(rows).unwrap();
        let (diary, here, tables) = ([trip("420106")], Some(place("3301")), covered(&risk));
        let inputs = Inputs { diary: &diary, here, risk: Tables::new(&tables), ..Inputs::default() };
        pack.unclear_visits = Some(UnclearVisits::ByRules);
        assert_eq!(outcome(&decide(&pack, &inputs, time(NOW))), (Colour::Yellow, vec!["r"], vec![]));
    }

    #[test]
    fn a_place_with_more_listed_places_than_anybody_can_be_asked_about_may_be_any() {
        let pack = trial_pack(ON_VISIT);
        let table = |count: usize| {
            let row = |n: usize| RiskRow {
                place: place(&format!("4201{:05}", n + 1_001)),
                compound: None,
                from: time("01-01T00:00:00").plus(Span::seconds(i64::try_from(n).unwrap())),
                to: None,
                level: Level::Low,
            };
            RiskTable::new((0..count).map(row).collect()).unwrap()
        };
        let colour = |count| decided(&pack, &table(count), &[trip("4201")]).colour;
        assert_eq!(colour(RISK_ROWS_INSIDE), Colour::Green);
        assert_eq!(colour(RISK_ROWS_INSIDE + 1), Colour::Grey);
    }
}
