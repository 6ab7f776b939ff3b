//! Venues at which somebody was who could infect others.

#[cfg(test)]
#[cfg(feature = "authoring")]
mod tests {
    use crate::assess::{Assessment, Facts, assess};
    use crate::authoring::source::{ExposureRow, FactsSource, trial_pack};
    use crate::authoring::workbench::Workbench;
    use crate::calendar::{Span, Time};
    use crate::colour::Colour;
    use crate::facts::Visit;
    use crate::forecast::forecast;
    use crate::place::Place;
    use crate::risk::Level;
    use crate::rules::evaluate::samples::{time, visit};
    use crate::rules::pack::Pack;
    use crate::rules::reason::{Cause, Fact};
    use crate::trust::{Header, Verified};
    use crate::venue::{Matched, Seed, Venue};

    const SEED: Seed = Seed([7; 16]);

    fn at_venue(arrive: &str, leave: &str) -> Visit {
        Visit { venue: Some(Venue { seed: SEED, name: "书店".into() }), ..visit("330106004", arrive, leave) }
    }

    fn listed(from: &str, to: &str, level: Level) -> ExposureRow {
        ExposureRow { seed: SEED, from: time(from), to: time(to), level }
    }

    fn header() -> Header {
        Header { version: 1, issued: Time::from_unix(0), expires: Time::from_unix(i64::MAX), place: None }
    }

    fn verified(pack: &Pack) -> Verified<Pack> {
        Workbench::default().verified(&header(), pack).unwrap()
    }

    fn assessed(parts: &str, diary: Vec<Visit>, exposures: Vec<ExposureRow>, now: &str) -> Assessment {
        let facts = FactsSource { diary, exposures, ..FactsSource::default() };
        let rules = verified(&trial_pack(parts));
        Workbench::default().with_facts(&facts, None, |facts| assess(&rules, facts, time(now))).unwrap()
    }

    const ON_EXPOSURE: &str = "
        [[course]]
        id = 'c'
        steps = [{ colour = 'red', lasts = '7 d' }]
        [[rule]]
        id = 'met'
        on = 'visit'
        when = 'visit.exposure_level >= 2 and visit.exposure_minutes >= 15 min'
        course = 'c'
        text = TEXT
        way-back = TEXT
    ";

    #[test]
    fn a_reason_says_when_and_at_which_venue_and_needs_no_risk_table() {
        let found = assessed(
            ON_EXPOSURE,
            vec![at_venue("02-10T10:05:00", "02-10T11:20:00")],
            vec![listed("02-10T10:40:00", "02-10T11:10:00", Level::Medium)],
            "02-12T09:00:00",
        );
        assert_eq!((found.colour, &found.causes[..]), (Colour::Red, &[][..]));
        let [reason] = &found.reasons[..] else { panic!("one rule") };
        assert_eq!(reason.until, Some(time("02-17T11:20:00")), "from the end of the visit");
        let Fact::Visit { exposed: Some(exposed), level: Level::None, minutes: 0, .. } = &reason.fact else {
            panic!("a visit to a venue")
        };
        assert_eq!((exposed.venue.as_str(), exposed.level), ("书店", Level::Medium));
        assert_eq!(
            (exposed.from, exposed.to),
            (time("02-10T10:30:00"), time("02-10T11:15:00")),
            "whole quarters of an hour"
        );
        assert_eq!(format!("{exposed:?}"), "Exposed(..)");
    }

    #[test]
    fn who_was_there_at_another_time_or_elsewhere_or_told_it_without_a_code_is_not_exposed() {
        let colour = |diary, level| {
            let exposures = vec![listed("02-10T10:30:00", "02-10T11:15:00", level)];
            assessed(ON_EXPOSURE, diary, exposures, "02-12T09:00:00").colour
        };
        let there = || at_venue("02-10T10:05:00", "02-10T11:20:00");
        assert_eq!(colour(vec![there()], Level::High), Colour::Red);
        assert_eq!(colour(vec![there()], Level::Low), Colour::Green, "the rule does not count it");
        assert_eq!(colour(vec![at_venue("02-10T11:15:00", "02-10T12:00:00")], Level::High), Colour::Green, "later");
        assert_eq!(colour(vec![at_venue("02-10T09:00:00", "02-10T10:30:00")], Level::High), Colour::Green, "earlier");
        assert_eq!(
            colour(vec![at_venue("02-09T10:05:00", "02-09T11:20:00")], Level::High),
            Colour::Green,
            "the day before"
        );
        assert_eq!(colour(vec![Visit { venue: None, ..there() }], Level::High), Colour::Green);
        let other = Venue { seed: Seed([8; 16]), name: "书店".into() };
        assert_eq!(colour(vec![Visit { venue: Some(other), ..there() }], Level::High), Colour::Green, "another venue");
    }

    #[test]
    fn measures_count_visits_minutes_and_days() {
        let diary = || {
            vec![
                at_venue("02-10T10:05:00", "02-10T11:20:00"),
                at_venue("02-10T18:00:00", "02-10T18:20:00"),
                at_venue("02-11T10:00:00", "02-11T11:00:00"),
            ]
        };
        let exposures = || {
            vec![
                listed("02-10T10:30:00", "02-10T11:30:00", Level::High),
                listed("02-10T18:15:00", "02-10T18:30:00", Level::Low),
            ]
        };
        let measured = |measure: &str, now: &str| {
            let band = "[[band]]\ndimension = 'personal'\nmeasure = 'x'\nsteps = [{ at-least = 0, points = 1 }]\ntext = TEXT\n";
            let parts = format!("[[measure]]\nid = 'x'\n{measure}\n{band}");
            let found = assessed(&parts, diary(), exposures(), now);
            assert_eq!(found.causes, []);
            found.contributions.first().and_then(|given| given.measure.clone()?.value)
        };
        let now = "02-12T09:00:00";
        assert_eq!(measured("count = 'exposures'", now), Some(2));
        assert_eq!(measured("count = 'exposures'\nlevels = ['high']", now), Some(1));
        assert_eq!(measured("count = 'exposures'\nwithin = '1 d'", now), Some(0));
        assert_eq!(measured("count = 'exposures'\nplace = '3302'", now), Some(0));
        assert_eq!(measured("count = 'exposure-minutes'", now), Some(50 + 5));
        assert_eq!(measured("count = 'days-since-exposure'", now), Some(2));
        assert_eq!(measured("count = 'days-since-exposure'\nwithin = '1 d'", now), None);
        // A visit that goes on grows in half hours: by 11:00 until 10:35.
        assert_eq!(measured("count = 'exposure-minutes'", "02-10T11:00:00"), Some(5));
    }

    #[test]
    fn a_forecast_knows_when_an_exposure_leaves_its_window() {
        let parts = "
            [[measure]]
            id = 'days'
            count = 'days-since-exposure'
            within = '3 d'
            [[rule]]
            id = 'met'
            when = 'measure.days or measure.days == 0'
            colour = 'red'
            text = TEXT
            way-back = TEXT
        ";
        let rules = verified(&trial_pack(parts));
        let facts = FactsSource {
            diary: vec![at_venue("02-10T10:05:00", "02-10T11:20:00")],
            exposures: vec![listed("02-10T10:30:00", "02-10T11:00:00", Level::High)],
            ..FactsSource::default()
        };
        let now = time("02-12T09:00:00");
        let forecast = Workbench::default().with_facts(&facts, None, |facts| forecast(&rules, facts, now)).unwrap();
        assert_eq!((forecast.colour, forecast.green), (Colour::Red, Some(time("02-14T00:00:00"))));
    }

    #[test]
    fn without_a_list_in_force_for_a_venue_nothing_better_than_grey_is_decided() {
        let rules = verified(&trial_pack(ON_EXPOSURE));
        let bench = Workbench::default();
        let diary = [at_venue("02-10T10:05:00", "02-10T11:20:00")];
        let decided = |life: Option<(&str, &str)>| {
            let lists: Vec<_> = life
                .map(|(place, expires)| {
                    let header = Header { place: Place::parse(place).ok(), expires: time(expires), ..header() };
                    bench.verified(&header, &ExposureRow::list(&[]).unwrap()).unwrap()
                })
                .into_iter()
                .collect();
            let matched = Matched::of(&lists, diary.iter().filter_map(Visit::at_venue));
            let facts = Facts { diary: &diary, matched: &matched, ..Facts::default() };
            let found = assess(&rules, &facts, time("02-12T09:00:00"));
            (found.colour, found.causes)
        };
        assert_eq!(decided(Some(("33", "02-13T00:00:00"))), (Colour::Green, vec![]));
        assert_eq!(decided(None), (Colour::Grey, vec![Cause::RiskMissing { place: None }]));
        let expired = time("02-12T00:00:00");
        assert_eq!(decided(Some(("33", "02-12T00:00:00"))), (Colour::Grey, vec![Cause::RiskStale { expired }]));
        let place = Place::parse("330106004").ok();
        assert_eq!(decided(Some(("330105", "02-13T00:00:00"))), (Colour::Grey, vec![Cause::RiskMissing { place }]));
        let nothing = Cause::RiskMissing { place: None };
        assert_eq!(
            decided(Some(("42", "02-13T00:00:00"))),
            (Colour::Grey, vec![nothing]),
            "none for the pack's region"
        );
    }

    #[test]
    fn a_list_says_nothing_of_venues_outside_of_its_place_and_no_more_is_looked_up_than_may_be() {
        let bench = Workbench::default();
        let list = ExposureRow::list(&[listed("02-10T10:30:00", "02-10T11:00:00", Level::High)]).unwrap();
        let of = |place: &str| {
            let header = Header { place: Place::parse(place).ok(), ..header() };
            let stay = at_venue("02-10T10:05:00", "02-10T11:20:00").at_venue();
            Matched::of(&[bench.verified(&header, &list).unwrap()], stay.into_iter()).pop().unwrap()
        };
        assert_eq!((of("33").of_seed(&SEED).count(), of("42").of_seed(&SEED).count()), (2, 0));
        // A visit that nobody has ended for a month is looked up for two days, and a diary that is beyond all bounds is said to be.
        let open = || Visit { leave: None, ..at_venue("02-10T10:05:00", "") };
        let stays = |count: i64| {
            let later = move |n: i64| Visit { arrive: time("02-10T00:00:00").plus(Span::seconds(60 * n)), ..open() };
            (0..count).filter_map(move |n| later(n).at_venue())
        };
        let lists = [bench.verified(&header(), &list).unwrap()];
        assert!(Matched::of(&lists, stays(42))[0].is_complete());
        assert!(!Matched::of(&lists, stays(43))[0].is_complete());
        let exposed = vec![listed("02-10T10:30:00", "02-20T11:00:00", Level::High)];
        let found = assessed(ON_EXPOSURE, stays(43).map(|_| open()).collect(), exposed.clone(), "02-12T09:00:00");
        assert_eq!(found.colour, Colour::Red, "the same visit counts once");
        let many = (0..43).map(|n| Visit { arrive: time("02-10T00:00:00").plus(Span::seconds(60 * n)), ..open() });
        let found = assessed(ON_EXPOSURE, many.collect(), Vec::new(), "02-12T09:00:00");
        let names: Vec<_> = found.causes.iter().map(Cause::name).collect();
        assert_eq!((found.colour, &names[..]), (Colour::Grey, &["rule-failed"][..]));
    }
}
