//! What a forecast promises, `assess` says at that moment: for random facts, by the packs of this project and by random ones.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may stop")]

use healthcode::assess::{Assessment, Assume, Facts, RulesUsed, assess, assess_assuming};
use healthcode::authoring::people::People;
use healthcode::authoring::source::{ExposureRow, FactsSource, PackSource};
use healthcode::authoring::workbench::Workbench;
use healthcode::authoring::zone::ClockSource;
use healthcode::calendar::{DAY, Date, Offset, OffsetChange, Span, Time};
use healthcode::colour::Colour;
use healthcode::compare::{Difference, Noted, compare};
use healthcode::facts::{Answer, Answers, Decimal, Mode, Record, Report, Status, StatusEntry, Trip, Visit};
use healthcode::forecast::{Forecast, Moments, forecast, moments};
use healthcode::place::Place;
use healthcode::risk::{Level, RiskRow, RiskTable};
use healthcode::rules::expression::{Condition, text};
use healthcode::rules::pack::{
    Band, Certainty, Count, Course, CourseStep, Dimension, Ground, Lane, Measure, On, Pack, Rule, Step, Text,
    Threshold, Total, UnclearVisits,
};
use healthcode::rules::schedule::Schedule;
use healthcode::trust::file::Header;
use healthcode::trust::{SecretKey, Verified};
use healthcode::venue::{Matched, Seed, Venue};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

/// Seconds from the beginning of the world of these tests, 2020-02-11 at midnight in Hangzhou.
type Seconds = i64;

fn differences(before: &Assessment, after: &Assessment) -> Vec<Difference> {
    compare(&Noted::from(before), after).differences
}

fn time(seconds: Seconds) -> Time {
    Date::parse("2020-02-11").unwrap().start(Offset::CHINA).plus(Span::seconds(seconds))
}

fn place() -> impl Strategy<Value = Place> {
    select(vec![
        "42",
        "4201",
        "420106",
        "4211",
        "3303",
        "330302",
        "330110",
        "330106",
        "3301",
        "310104",
        "420106001",
        "420106001002",
    ])
    .prop_map(|code| Place::parse(code).unwrap())
}

/// Places that somebody says they were not in.
fn not_in() -> impl Strategy<Value = Option<Vec<Place>>> {
    option::weighted(0.2, vec(place(), 1..4))
}

/// One of few venues, so that lists have them.
fn venue() -> impl Strategy<Value = Option<Venue>> {
    option::weighted(0.4, 0u8..2)
        .prop_map(|number| number.map(|number| Venue { seed: Seed([number; 16]), name: "venue".into() }))
}

/// A time at one of those venues that a list has: it may be to come.
fn exposure() -> impl Strategy<Value = ExposureRow> {
    let levels = select(vec![Level::Low, Level::Medium, Level::High]);
    (0u8..2, moment(-20..6), length(), levels).prop_map(|(number, from, length, level)| ExposureRow {
        seed: Seed([number; 16]),
        from: time(from),
        to: time(from + length),
        level,
    })
}

fn mode() -> impl Strategy<Value = Mode> {
    prop_oneof![4 => Just(Mode::Stay), 1 => Just(Mode::DriveThrough), 1 => Just(Mode::OvernightOnRoad), 1 => Just(Mode::Rail)]
}

/// A moment within `days` days: any second, a whole half hour, or a midnight.
fn moment(days: std::ops::Range<i64>) -> impl Strategy<Value = Seconds> {
    let seconds = days.start * DAY..days.end * DAY;
    prop_oneof![
        3 => seconds.clone(),
        2 => seconds.prop_map(|seconds| seconds - seconds.rem_euclid(1800)),
        1 => days.prop_map(|day| day * DAY),
    ]
}

/// A length of time from a minute to some days.
fn length() -> impl Strategy<Value = i64> {
    prop_oneof![60i64..6 * 3600, (1i64..12).prop_map(|halves| halves * 1800), DAY / 2..9 * DAY]
}

fn visit() -> impl Strategy<Value = Visit> {
    (place(), moment(-20..6), option::weighted(0.8, length()), mode(), not_in(), venue()).prop_map(
        |(place, arrive, length, mode, not_in, venue)| Visit {
            place,
            arrive: time(arrive),
            leave: length.map(|length| time(arrive + length)),
            mode,
            not_in,
            venue,
        },
    )
}

fn trip() -> impl Strategy<Value = Trip> {
    let days = option::weighted(0.7, 0i64..8);
    (place(), -12i64..1, days, mode(), not_in()).prop_map(|(place, from, days, mode, not_in)| {
        let day = |days: i64| Date::parse("2020-02-11").unwrap().plus_days(days);
        Trip { place, from: day(from), to: days.map(|days| day((from + days).min(0).max(from))), mode, not_in }
    })
}

fn report() -> impl Strategy<Value = Report> {
    let symptoms = prop_oneof![
        3 => Just(vec!["none".to_owned()]),
        1 => subsequence(vec!["fever".to_owned(), "dry-cough".to_owned(), "sore-throat".to_owned()], 1..3),
        1 => Just(vec!["none".to_owned(), "fever".to_owned()]),
    ];
    let temperature = prop_oneof![4 => 360i64..373, 1 => 373i64..400, 1 => Just(300)];
    let contact = option::weighted(0.5, -13i64..1);
    let trips = option::weighted(0.4, vec(trip(), 0..3));
    let arrival = option::weighted(0.3, -20i64..1);
    (moment(-18..4), symptoms, option::weighted(0.95, temperature), any::<bool>(), contact, trips, arrival).prop_map(
        |(at, symptoms, temperature, household_ill, contact, trips, arrival)| {
            let mut answers = Answers::from([
                ("residence".to_owned(), Answer::Text("resident".into())),
                ("home".to_owned(), Answer::Text("330110".into())),
                ("symptoms".to_owned(), Answer::Many(symptoms)),
                ("household_ill".to_owned(), Answer::YesNo(household_ill)),
                ("contact".to_owned(), Answer::YesNo(contact.is_some())),
                ("been_away".to_owned(), Answer::YesNo(trips.is_some())),
                // What other packs ask.
                (
                    "contact_with".to_owned(),
                    Answer::Many(vec![if contact.is_some() { "suspected" } else { "none" }.to_owned()]),
                ),
                ("household_case".to_owned(), Answer::YesNo(false)),
                ("arrived".to_owned(), Answer::YesNo(arrival.is_some())),
            ]);
            let temperature = temperature.map(|tenths| f64::from(i32::try_from(tenths).unwrap()) / 10.0);
            answers.extend(
                temperature.map(|degrees| ("temperature".into(), Answer::Number(Decimal::from_f64(degrees).unwrap()))),
            );
            let day = contact.map(|day| Date::parse("2020-02-11").unwrap().plus_days(day));
            answers.extend(day.map(|day| ("last_contact".into(), Answer::Text(day.to_string()))));
            answers.extend(trips.map(|trips| ("trips".into(), Answer::Trips(trips))));
            if let Some(day) = arrival {
                let day = Date::parse("2020-02-11").unwrap().plus_days(day);
                answers.extend([
                    ("arrival".to_owned(), Answer::Text(day.to_string())),
                    ("community".to_owned(), Answer::YesNo(household_ill)),
                ]);
            }
            Report { at: time(at), answers, given_for: None }
        },
    )
}

fn risk_row() -> impl Strategy<Value = RiskRow> {
    let level = select(vec![Level::Low, Level::Medium, Level::High]);
    (place(), level, moment(-25..8), option::of(length())).prop_map(|(place, level, from, length)| RiskRow {
        place,
        compound: None,
        level,
        from: time(from),
        to: length.map(|length| time(from + length)),
    })
}

/// When a file was issued and expires.
fn validity() -> impl Strategy<Value = (Seconds, Seconds)> {
    let issued = prop_oneof![4 => Just(-30 * DAY), 1 => moment(-2..2)];
    let expires = prop_oneof![1 => Just(60 * DAY), 1 => moment(3..12)];
    (issued, expires)
}

/// A table's place, its issue and expiry, and its rows.
type TableSource = (Option<Place>, (Seconds, Seconds), Vec<RiskRow>);

fn header((issued, expires): (Seconds, Seconds), place: Option<Place>) -> Header {
    Header { version: 1, issued: time(issued), expires: time(expires), place }
}

struct Known {
    reports: Vec<Report>,
    diary: Vec<Visit>,
    record: Option<((Seconds, Seconds), Record)>,
    /// Each for a place, or the whole country.
    risk: Vec<TableSource>,
    /// An exposure list: when it is valid, and what it lists.
    exposures: Option<((Seconds, Seconds), Vec<ExposureRow>)>,
    here: Option<Place>,
}

/// All of them, made up as they are, to be read where a property fails.
impl std::fmt::Debug for Known {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let json = serde_json::json!({
            "reports": self.reports, "diary": self.diary, "record": self.record, "risk": self.risk, "here": self.here,
        });
        write!(f, "{json}")
    }
}

fn known() -> impl Strategy<Value = Known> {
    let status = (select(Status::ALL.to_vec()), moment(-20..3))
        .prop_map(|(status, since)| StatusEntry { status, since: time(since) });
    let floor = option::weighted(0.1, select(Colour::ALL.to_vec()));
    let record = (vec(status, 0..3), floor).prop_map(|(statuses, floor)| {
        let key = SecretKey::from_random(b"the seed of a key that tests use").unwrap().public();
        Record { key, statuses, exempt: Vec::new(), floor, tests: None, vaccinations: None, exemptions: None }
    });
    let reports = prop_oneof![1 => vec(report(), 0..2), 3 => vec(report(), 2..5)];
    let here = option::weighted(0.4, select(vec!["330110", "330106"]).prop_map(|code| Place::parse(code).unwrap()));
    let record = option::weighted(0.4, (validity(), record));
    let table = |places: Vec<&'static str>| {
        let place = option::of(select(places).prop_map(|code| Place::parse(code).unwrap()));
        (place, validity(), vec(risk_row(), 0..6)).prop_map(|(place, life, mut rows)| {
            rows.retain(|row| place.is_none_or(|place| place.contains(row.place)));
            (place, life, rows)
        })
    };
    let country = (validity(), vec(risk_row(), 0..6)).prop_map(|(life, rows)| vec![(None, life, rows)]);
    let risk = prop_oneof![
        1 => Just(Vec::new()),
        10 => country,
        8 => vec(table(vec!["33", "3301", "42", "4201", "31"]), 1..4),
    ];
    let exposures = option::weighted(0.7, (validity(), vec(exposure(), 0..4)));
    (reports, vec(visit(), 0..4), record, risk, exposures, here).prop_map(
        |(reports, diary, record, risk, exposures, here)| Known { reports, diary, record, risk, exposures, here },
    )
}

impl Known {
    fn with<T>(&self, workbench: &Workbench, use_facts: impl FnOnce(&Facts<'_>) -> T) -> T {
        let record =
            self.record.as_ref().map(|(life, record)| workbench.verified(&header(*life, None), record).unwrap());
        let table = |(place, life, rows): &(Option<Place>, (Seconds, Seconds), Vec<RiskRow>)| {
            workbench.verified(&header(*life, *place), &RiskTable::new(rows.clone()).unwrap()).unwrap()
        };
        let risk: Vec<_> = self.risk.iter().map(table).collect();
        let list = |(life, rows): &((Seconds, Seconds), Vec<ExposureRow>)| {
            workbench.verified(&header(*life, None), &ExposureRow::list(rows).unwrap()).unwrap()
        };
        let lists: Vec<_> = self.exposures.iter().map(list).collect();
        let matched = Matched::of(&lists, self.diary.iter().filter_map(Visit::at_venue));
        use_facts(&Facts {
            manifest: None,
            reports: &self.reports,
            diary: &self.diary,
            record: record.as_ref(),
            floor: None,
            risk: &risk,
            matched: &matched,
            here: self.here,
        })
    }

    /// All moments that the facts name.
    fn moments(&self) -> Vec<Time> {
        let mut moments: Vec<_> = self.reports.iter().map(|report| report.at).collect();
        moments.extend(self.diary.iter().flat_map(|visit| [Some(visit.arrive), visit.leave]).flatten());
        let record = self.record.iter();
        moments.extend(record.clone().flat_map(|(life, _)| [time(life.0), time(life.1)]));
        moments.extend(record.flat_map(|(_, record)| record.statuses.iter().map(|entry| entry.since)));
        let risk = self.risk.iter();
        moments.extend(risk.clone().flat_map(|(_, life, _)| [time(life.0), time(life.1)]));
        let exposures = self.exposures.iter();
        moments.extend(exposures.clone().flat_map(|(life, _)| [time(life.0), time(life.1)]));
        moments.extend(exposures.flat_map(|(_, rows)| rows.iter().flat_map(|row| [row.from, row.to])));
        moments.extend(risk.flat_map(|(_, _, rows)| rows.iter().flat_map(|row| [Some(row.from), row.to])).flatten());
        moments
    }
}

/// Checks a forecast against `assess` at many moments before what it promises, and at the moment itself.
fn promises_hold<'r>(
    rules: impl Into<Schedule<'r>>,
    facts: &Facts<'_>,
    now: Time,
    samples: &[Time],
) -> Result<(), TestCaseError> {
    let rules = rules.into();
    let Forecast { colour, change, steps, green, horizon } = forecast(rules, facts, now);
    let first = assess(rules, facts, now);
    prop_assert_eq!(first.colour, colour);
    let until = change.as_ref().map_or(horizon, |change| change.at);
    let mut before = samples.to_vec();
    before.extend(change.as_ref().map(|change| change.at.minus(Span::seconds(1))));
    for at in before.into_iter().filter(|at| now <= *at && *at < until) {
        let then = assess(rules, facts, at);
        prop_assert_eq!(then.colour, colour, "no change was foretold for {} (from {} until {})", at, now, until);
    }
    if let Some(change) = change {
        let then = assess(rules, facts, change.at);
        prop_assert!(change.at > now && change.colour != colour);
        prop_assert_eq!(then.colour, change.colour, "foretold for {}", change.at);
        prop_assert!(!differences(&first, &then).is_empty());
        let before = rules.in_force(change.at.minus(Span::seconds(1)));
        let begun = rules.in_force(change.at).filter(|pack| before.is_none_or(|before| !std::ptr::eq(before, *pack)));
        prop_assert_eq!(change.rules, begun.map(|rules| RulesUsed::of(rules, change.at)));
    }

    let renewed = |at| assess_assuming(rules, facts, at, Assume::Renewal { from: now }).colour;
    let until = green.unwrap_or(horizon);
    let mut before = samples.to_vec();
    before.extend(green.map(|green| green.minus(Span::seconds(1))));
    for at in before.into_iter().filter(|at| now <= *at && *at < until) {
        let step = steps.iter().rev().find(|step| step.at <= at);
        let foretold = step.map_or_else(|| renewed(now), |step| step.colour);
        prop_assert_ne!(foretold, Colour::Green);
        prop_assert_eq!(renewed(at), foretold, "at {}, green foretold for {:?}", at, green);
    }
    if let Some(at) = green {
        prop_assert_eq!(renewed(at), Colour::Green, "at {}", at);
    }
    Ok(())
}

/// Between two moments that a look ahead has named, an assessment says the same to the letter: colour, reasons, scores, causes.
fn nothing_changes_unnamed<'r>(
    rules: impl Into<Schedule<'r>>,
    facts: &Facts<'_>,
    now: Time,
    samples: &[Time],
) -> Result<(), TestCaseError> {
    let rules = rules.into();
    let Moments { at: named, until } = moments(rules, facts, now);
    for at in samples.iter().filter(|at| now <= **at && **at <= until) {
        let last = named.iter().rev().find(|named| *named <= at).copied().unwrap_or(now);
        let (found, then) = (assess(rules, facts, *at), assess(rules, facts, last));
        // That the clock is put forward or back is no change of what is known.
        let offset = found.rules.utc_offset;
        let then = Assessment { at: *at, rules: RulesUsed { utc_offset: offset, ..then.rules.clone() }, ..then };
        prop_assert_eq!(found, then, "since {}, of {:?}", last, named);
    }
    Ok(())
}

/// Moments to look at: random ones, and every moment that facts name, days and parts of days later, with its neighbours.
fn samples(known: &Known, random: &[Seconds], spans: &[i64]) -> Vec<Time> {
    let mut samples: Vec<_> = random.iter().map(|seconds| time(*seconds)).collect();
    samples.extend((0..20).map(|day| time(day * DAY)));
    for moment in known.moments() {
        for span in spans {
            let at = moment.plus(Span::seconds(*span));
            samples.extend([at.minus(Span::seconds(1)), at, at.plus(Span::seconds(1))]);
        }
    }
    samples
}

fn shipped(id: &str) -> PackSource {
    let path = format!("{}/rules/packs/{id}/pack.toml", env!("CARGO_MANIFEST_DIR"));
    PackSource::parse(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// Has the grounds of a pack begin now, and lapse one day after the other.
fn moved_here(source: &mut PackSource) {
    for (day, ground) in (5..).zip(&mut source.grounds) {
        (ground.from, ground.until) = (time(0), time(day * DAY));
    }
}

/// A pack of this project, in force from 2020-02-11 on.
fn any_shipped() -> impl Strategy<Value = PackSource> {
    let folders = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/rules/packs")).unwrap();
    let mut ids: Vec<_> = folders.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    ids.sort();
    prop_oneof![1 => Just("hangzhou".to_owned()), 4 => select(ids)].prop_map(|id| {
        let mut source = shipped(&id);
        source.pack.valid_from = time(0);
        source.pack.valid_until = time(80 * DAY);
        moved_here(&mut source);
        source
    })
}

fn condition(source: &str) -> Condition {
    Condition::new(text::parse(source).unwrap()).unwrap()
}

fn words() -> Text {
    Text::of("说明", "words")
}

/// A condition with `and`, `or` and `not` over the given ones, in which `{n}` stands for a number.
fn conditions(of: &'static [&'static str]) -> impl Strategy<Value = String> {
    let one = (select(of), 0i64..9, any::<bool>()).prop_map(|(source, n, not)| {
        let source = source.replace("{n}", &n.to_string()).replace("{minutes}", &(n * 95).to_string());
        if not { format!("not ({source})") } else { source }
    });
    (one.clone(), option::weighted(0.4, (any::<bool>(), one))).prop_map(|(first, more)| match more {
        None => first,
        Some((true, second)) => format!("({first}) and ({second})"),
        Some((false, second)) => format!("({first}) or ({second})"),
    })
}

const OF_PERSON: &[&str] = &[
    "measure.m0 >= {n}",
    "measure.m1 and measure.m1 < {n}",
    "measure.m2 and measure.m2 > {minutes}",
    "today after '2020-02-14'",
    "now not before today + {n} hours",
    "now after '2020-02-14T10:10:00+08:00'",
    "person.status == 'confirmed'",
    "answers.household_ill",
    "answers.last_contact and answers.last_contact not before today - {n} days",
];
const OF_VISIT: &[&str] = &[
    "visit.level >= {n}",
    "visit.level == 3",
    "visit.level_possible >= {n}",
    "visit.minutes >= {minutes}",
    "visit.risk_minutes > {minutes}",
    "visit.open",
    "visit.days_ago > {n}",
    "visit.arrive before today - {n} days",
    "visit.leave and visit.leave not before today - {n} days",
    "visit.mode == 'stay'",
    "visit.exposure_level >= {n}",
    "visit.exposure_minutes >= {minutes}",
    "measure.m0 >= {n}",
];
const OF_REPORT: &[&str] = &[
    "report.days_ago > {n}",
    "answers.temperature and answers.temperature >= 37.3 °C",
    "answers.contact",
    "answers.household_ill",
    "report.at before today - {n} days",
];
const OF_RECORD: &[&str] = &["record.days_ago > {n}", "record.status in ['confirmed', 'suspected', 'recovered']"];

fn bad_colour() -> impl Strategy<Value = Colour> {
    select(vec![Colour::Yellow, Colour::Grey, Colour::Red])
}

fn rule(courses: usize) -> impl Strategy<Value = Rule> {
    let asked = prop_oneof![
        1 => conditions(OF_PERSON).prop_map(|when| (On::Person, when)),
        2 => conditions(OF_VISIT).prop_map(|when| (On::Visit, when)),
        2 => conditions(OF_REPORT).prop_map(|when| (On::Report, when)),
        1 => conditions(OF_RECORD).prop_map(|when| (On::Record, when)),
    ];
    (asked, bad_colour(), option::of(0..courses), any::<bool>()).prop_map(|((on, when), colour, course, dated)| {
        let course = course.filter(|_| on != On::Person).map(|course| format!("c{course}"));
        Rule {
            id: String::new(),
            on,
            when: condition(&when),
            colour: course.is_none().then_some(colour),
            since: (dated && on == On::Report && course.is_some()).then(|| "last_contact".into()),
            course,
            text: words(),
            way_back: words(),
            ground: None,
        }
    })
}

fn ground() -> impl Strategy<Value = Ground> {
    (moment(-3..10), length()).prop_map(|(from, length)| Ground {
        id: "g".into(),
        title: words(),
        url: "https://example.org/".into(),
        from: time(from),
        until: time(from + length),
        correct: None,
        cap: None,
    })
}

fn measure(window: i64) -> impl Strategy<Value = Measure> {
    let count = select(vec![
        Count::Visits,
        Count::Minutes,
        Count::LongestMinutes,
        Count::DaysSinceVisit,
        Count::LevelHere,
        Count::LevelAt,
        Count::DaysInARow,
        Count::DaysSinceReport,
        Count::ReportDays,
        Count::Exposures,
        Count::ExposureMinutes,
        Count::DaysSinceExposure,
    ]);
    let levels = select(vec![vec![], vec![Level::High], vec![Level::Low, Level::Medium]]);
    let certainty = option::weighted(0.3, Just(Certainty::Possible));
    (count, levels, option::of(1..=window), option::weighted(0.3, Just(4)), certainty).prop_map(
        |(count, levels, within, row_digits, certainty)| {
            let reports = matches!(count, Count::DaysInARow | Count::DaysSinceReport | Count::ReportDays);
            let levelled = matches!(count, Count::LevelAt | Count::LevelHere);
            Measure {
                id: String::new(),
                count,
                levels: if reports || levelled { Vec::new() } else { levels },
                modes: Vec::new(),
                within: within.filter(|_| !levelled).map(Span::days),
                place: None,
                question: (count == Count::LevelAt).then(|| "home".into()),
                row_digits: row_digits.filter(|_| count.reads_risk()),
                certainty: certainty.filter(|_| count.reads_risk()),
                when: reports.then(|| condition("answers.temperature and answers.temperature < 37.3 °C")),
            }
        },
    )
}

/// China's clock, put forward or back now and then, also over midnight.
fn clock() -> impl Strategy<Value = ClockSource> {
    let change = (-8i64..30, 0i64..8, select(vec![-60i16, 0, 30, 60]));
    option::weighted(0.4, vec(change, 1..4)).prop_map(|changes| {
        let moved = |(day, half_hours, minutes): (i64, i64, i16)| OffsetChange {
            at: time(day * DAY + half_hours * 1800 - 2 * 3600),
            offset: Offset::from_minutes(Offset::CHINA.minutes() + minutes),
        };
        let mut changes: Vec<_> = changes.into_iter().flatten().map(moved).collect();
        changes.sort_by_key(|change| change.at);
        changes.dedup_by_key(|change| change.at);
        ClockSource::Offsets(Offset::CHINA, changes)
    })
}

/// A pack with the questions of Hangzhou, and everything else at random.
fn pack() -> impl Strategy<Value = PackSource> {
    let sized =
        |window: i64| {
            let step = (bad_colour(), prop_oneof![1i64..8 * 3600, Just(DAY), Just(DAY + 1), Just(DAY / 2)])
                .prop_map(|(colour, lasts)| CourseStep { colour, lasts: Span::seconds(lasts) });
            let long = (bad_colour(), 1..=window, prop_oneof![Just(0), 0..DAY / 3])
                .prop_map(|(colour, days, less)| CourseStep { colour, lasts: Span::seconds(days * DAY - less) });
            let courses = vec(prop_oneof![vec(step, 1..3), vec(long, 1..2)], 2);
            let step = (option::of(0i64..4), option::of(2i64..9), 5u8..60)
                .prop_map(|(at_least, at_most, points)| Step { at_least, at_most, points });
            let band =
                (select(vec![Dimension::Space, Dimension::Time, Dimension::Personal]), 0usize..3, vec(step, 1..3));
            let threshold = (select(vec![Total::Space, Total::Time, Total::Total]), 10u16..120, bad_colour());
            let reports = option::of(prop_oneof![3600i64..5 * DAY, Just(DAY)]);
            (
                (Just(window), reports, vec(measure(window), 3), courses),
                (
                    vec(band, 0..4),
                    option::of(threshold),
                    vec((rule(2), any::<bool>()), 0..5),
                    validity(),
                    (0..3 * DAY, by_rules(), option::of(ground()), clock()),
                ),
            )
        };
    (3i64..17).prop_flat_map(sized).prop_map(
        |((window, reports, measures, courses), (bands, threshold, rules, life, (grace, unclear, ground, clock)))| {
            let mut source = shipped("hangzhou");
            source.pack.window = Span::days(window);
            source.pack.report_within = reports.map(Span::seconds);
            source.pack.risk_grace = Span::seconds(grace);
            source.pack.unclear_visits = unclear;
            source.pack.clock = clock;
            source.pack.valid_from = time(life.0);
            source.pack.valid_until = time(life.1);
            source.measures = measures;
            source.measures.iter_mut().enumerate().for_each(|(n, measure)| measure.id = format!("m{n}"));
            source.courses = courses.into_iter().map(|steps| Course { id: String::new(), steps }).collect();
            source.courses.iter_mut().enumerate().for_each(|(n, course)| course.id = format!("c{n}"));
            source.bands = bands
                .into_iter()
                .map(|(dimension, measure, steps)| Band {
                    dimension,
                    measure: Some(format!("m{measure}")),
                    steps,
                    when: None,
                    points: 0,
                    text: words(),
                })
                .collect();
            source.thresholds = threshold
                .into_iter()
                .map(|(score, at_least, colour)| Threshold {
                    id: "threshold".into(),
                    score,
                    at_least,
                    colour,
                    text: words(),
                    way_back: words(),
                    ground: ground.as_ref().map(|ground| ground.id.clone()),
                })
                .collect();
            let grounded = |(rule, named): (Rule, bool)| Rule {
                ground: ground.as_ref().filter(|_| named).map(|ground| ground.id.clone()),
                ..rule
            };
            source.rules = rules.into_iter().map(grounded).collect();
            source.grounds = ground.iter().cloned().collect();
            source.rules.iter_mut().enumerate().for_each(|(n, rule)| rule.id = format!("r{n}"));
            source
        },
    )
}

fn by_rules() -> impl Strategy<Value = Option<UnclearVisits>> {
    option::weighted(0.3, Just(UnclearVisits::ByRules))
}

/// When a pack is in force, in which lane and where: for long, announced ahead, ending soon, or in an emergency.
fn turn() -> impl Strategy<Value = (Lane, &'static str, Seconds, Seconds)> {
    let region = select(vec!["33", "3301", "3301"]);
    let scheduled =
        (prop_oneof![2 => Just(-20 * DAY), 3 => moment(0..12)], prop_oneof![2 => Just(40 * DAY), 1 => moment(12..18)]);
    let emergency = (moment(-3..8), length()).prop_map(|(from, length)| (from, from + length.min(7 * DAY)));
    prop_oneof![
        2 => (region.clone(), scheduled).prop_map(|(region, (from, until))| (Lane::Scheduled, region, from, until)),
        1 => (region, emergency).prop_map(|(region, (from, until))| (Lane::Emergency, region, from, until)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: ProptestConfig::default().cases / 4, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_forecast_of_the_packs_here_is_exact(source in any_shipped(), known in known(), now in moment(0..4), random in vec(0..18 * DAY, 40)) {
        let workbench = Workbench::default();
        let rules = workbench.pack(&source).unwrap();
        let samples = samples(&known, &random, &[0, 4 * 3600, 7 * DAY, 14 * DAY, -120]);
        known.with(&workbench, |facts| promises_hold(&rules, facts, time(now), &samples))?;
        known.with(&workbench, |facts| nothing_changes_unnamed(&rules, facts, time(now), &samples))?;
    }

    #[test]
    fn the_forecast_of_any_pack_is_exact(source in pack(), known in known(), now in moment(0..4), random in vec(0..18 * DAY, 40)) {
        let workbench = Workbench::default();
        prop_assert_eq!(healthcode::rules::check::structure(&source.to_pack()), []);
        let header = header((source.pack.valid_from.since(time(0)).as_seconds(), source.pack.valid_until.since(time(0)).as_seconds()), Some(source.pack.region));
        let rules = workbench.verified(&header, &source.to_pack()).unwrap();
        let mut spans = vec![0, -120, 1800];
        spans.extend(source.pack.report_within.map(Span::as_seconds));
        spans.extend(source.courses.iter().flat_map(|course| course.steps.iter().map(|step| step.lasts.as_seconds())));
        let samples = samples(&known, &random, &spans);
        known.with(&workbench, |facts| promises_hold(&rules, facts, time(now), &samples))?;
        known.with(&workbench, |facts| nothing_changes_unnamed(&rules, facts, time(now), &samples))?;
    }

    #[test]
    fn the_forecast_by_several_packs_is_exact(
        packs in vec((pack(), turn()), 2..4), known in known(), now in moment(0..4), random in vec(0..18 * DAY, 40),
    ) {
        let workbench = Workbench::default();
        let mut spans = vec![0, -120, 1800];
        let mut version = 0;
        let mut rules = |(source, (lane, region, from, until)): &(PackSource, (Lane, &str, Seconds, Seconds))| {
            version += 1;
            let mut pack = source.to_pack();
            (pack.lane, pack.region, pack.valid_from) = (*lane, Place::parse(region).unwrap(), time(*from));
            let issued = if *lane == Lane::Emergency { time(*from) } else { time(-30 * DAY) };
            let header = Header { version, issued, expires: time(*until), place: Some(pack.region) };
            workbench.verified(&header, &pack).unwrap()
        };
        let rules: Vec<_> = packs.iter().map(&mut rules).collect();
        for (source, _) in &packs {
            spans.extend(source.pack.report_within.map(Span::as_seconds));
            spans.extend(source.courses.iter().flat_map(|course| course.steps.iter().map(|step| step.lasts.as_seconds())));
        }
        let mut samples = samples(&known, &random, &spans);
        for (_, (_, _, from, until)) in &packs {
            samples.extend([from - 1, *from, until - 1, *until].map(time));
        }
        let rules = Schedule::new(&rules).unwrap();
        known.with(&workbench, |facts| promises_hold(rules, facts, time(now), &samples))?;
        known.with(&workbench, |facts| nothing_changes_unnamed(rules, facts, time(now), &samples))?;
    }

    #[test]
    fn a_change_of_colour_never_has_no_reason(
        (first, second) in (pack(), pack()), (known, later) in (known(), known()),
        (now, then) in (moment(0..4), moment(0..8)), what in 0u8..8,
    ) {
        let workbench = Workbench::default();
        let rules = |source: &PackSource, version| {
            let mut header = header((-30 * DAY, 60 * DAY), Some(source.pack.region));
            header.version = version;
            workbench.verified(&header, &source.to_pack()).unwrap()
        };
        let before = known.with(&workbench, |facts| assess(&rules(&first, 1), facts, time(now)));
        // Other rules, other facts, another time, or several of them.
        let (source, version) = if what & 1 == 0 { (&first, 1) } else { (&second, 2) };
        let facts = if what & 2 == 0 { &known } else { &later };
        let at = if what & 4 == 0 { now } else { then };
        let after = facts.with(&workbench, |facts| assess(&rules(source, version), facts, time(at)));
        let found = differences(&before, &after);
        prop_assert!(before.colour == after.colour || !found.is_empty());
        prop_assert_eq!(differences(&after, &before).len(), found.len());
        prop_assert_eq!(differences(&after, &after), []);
        if what & 1 == 1 {
            let rules = Difference::Rules { before: 1, after: 2 };
            prop_assert!(found.contains(&rules));
        }
        // Time passing is a reason only where it is the only one.
        if found.contains(&Difference::TimePassed) {
            prop_assert_eq!(found.len(), 1);
            prop_assert_eq!(before.colour, after.colour, "what time changes, it changes by a reason or a cause");
        }
    }
}

/// Somebody's code over some weeks, looked at again and again, with nothing new coming in. What the next forecast named is
/// all that may happen.
struct Watched<'a> {
    rules: &'a Verified<Pack>,
    facts: &'a Facts<'a>,
    named: Forecast,
    moments: Moments,
    last: Assessment,
    changes: usize,
}

impl<'a> Watched<'a> {
    fn new(rules: &'a Verified<Pack>, facts: &'a Facts<'a>, now: Time) -> Self {
        let (named, moments) = (forecast(rules, facts, now), moments(rules, facts, now));
        Self { rules, facts, named, moments, last: assess(rules, facts, now), changes: 0 }
    }

    fn look_at(&mut self, now: Time) {
        // What was to happen in between has happened.
        while let Some(change) = self.named.change.clone().filter(|change| change.at <= now) {
            let before = assess(self.rules, self.facts, change.at.minus(Span::seconds(1)));
            let at = assess(self.rules, self.facts, change.at);
            assert_eq!((before.colour, at.colour), (self.last.colour, change.colour), "at {}", change.at);
            assert!(!differences(&before, &at).is_empty(), "no change without a reason");
            let changes = self.changes + 1;
            *self = Self { changes, ..Self::new(self.rules, self.facts, change.at) };
        }
        let found = assess(self.rules, self.facts, now);
        assert_eq!(found.colour, self.last.colour, "nothing was foretold for {now}");
        let named = self.moments.at.iter().any(|named| self.last.at < *named && *named <= now);
        if !named {
            assert_eq!(found, Assessment { at: now, ..self.last.clone() }, "nothing was named until {now}");
        }
        self.last = found;
        if self.named.horizon <= now || self.moments.until <= now {
            *self = Self { changes: self.changes, ..Self::new(self.rules, self.facts, now) };
        }
    }
}

/// Watches people of a pack: how many, how often, and how many changes of colour there were.
fn watch_people(id: &str) -> (usize, usize, usize) {
    let workbench = Workbench::default();
    let (mut people_watched, mut looks, mut changes) = (0, 0, 0);
    let source = shipped(id);
    let rules = workbench.pack(&source).unwrap();
    // An odd second, so that no step falls on a moment of the rules.
    let now = source.pack.valid_from.plus(Span::seconds(20 * DAY + 9 * 3600 + 17));
    let row = |place: &str, level, days: i64, to: Option<i64>| RiskRow {
        place: Place::parse(place).unwrap(),
        compound: None,
        level,
        from: now.plus(Span::days(days)),
        to: to.map(|to| now.plus(Span::seconds(to * DAY / 2 + 1000))),
    };
    let rows = vec![
        row("42", Level::High, -40, None),
        row("3303", Level::Medium, -9, Some(7)),
        row("350203", Level::High, -5, Some(15)),
        row("4403", Level::Medium, -12, None),
    ];
    let table = RiskTable::new(rows.clone()).unwrap();
    let life = Header {
        version: 1,
        issued: now.minus(Span::days(1)),
        expires: now.plus(Span::seconds(12 * DAY + 777)),
        place: None,
    };
    let risk = workbench.verified(&life, &table).unwrap();
    let people = People::new(&source, &[], &rows, now, 11);
    let colour_of = |person: &FactsSource| {
        workbench.with_facts(person, Some(&risk), |facts| assess(&rules, facts, now).colour).unwrap()
    };
    let all: Vec<_> = (0..600).map(|number| people.person(number)).map(|person| (colour_of(&person), person)).collect();
    let mut chosen: Vec<&FactsSource> = Vec::new();
    for (wanted, most) in [(Colour::Red, 4), (Colour::Yellow, 4), (Colour::Grey, 1), (Colour::Green, 2)] {
        chosen.extend(all.iter().filter(|(colour, _)| *colour == wanted).map(|(_, person)| person).take(most));
    }
    for (number, person) in chosen.iter().enumerate() {
        workbench
            .with_facts(person, Some(&risk), |facts| {
                let mut watched = Watched::new(&rules, facts, now);
                let steps = if number == 0 { (1..=2 * 24 * 60, 60) } else { (1..=21 * 48, 1800) };
                for step in steps.0 {
                    watched.look_at(now.plus(Span::seconds(step * steps.1)));
                    looks += 1;
                }
                changes += watched.changes;
            })
            .unwrap();
        people_watched += 1;
    }
    (people_watched, looks, changes)
}

/// No silent flapping: three weeks by the half hour and two days by the minute, by every pack here.
#[test]
fn over_weeks_a_code_changes_only_when_a_forecast_said_so() {
    let mut ids: Vec<_> = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/rules/packs"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    ids.sort();
    // Each pack in a thread of its own, as each takes seconds.
    let watched: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = ids.iter().map(|id| scope.spawn(|| watch_people(id))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let sum = |of: fn(&(usize, usize, usize)) -> usize| watched.iter().map(of).sum::<usize>();
    let (people_watched, looks, changes) = (sum(|of| of.0), sum(|of| of.1), sum(|of| of.2));
    println!("{people_watched} people by {} packs, {looks} looks, {changes} changes, each foretold", ids.len());
    assert!(people_watched > 80 && changes > 100, "{people_watched} people, {changes} changes");
}
