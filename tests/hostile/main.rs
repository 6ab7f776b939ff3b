//! Rule packs that mean harm, signed as they must be, as a phone meets them: each is refused with a stable code, or its rules
//! run out of steps, or fail, with a code, and the colour is grey with that cause. Never a hang, a panic or another colour.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may stop")]

#[path = "../authority/mod.rs"]
mod authority;
#[path = "../vectors/cose.rs"]
#[allow(dead_code, reason = "the vectors use all of it")]
mod cose;

use std::path::Path;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use authority::{answers, header, key, manifest_of, now, pack, phone, place, signed, text, time};
use cose::{array, bytes, head, map, uint};
use healthcode::authoring::source::PackSource;
use healthcode::calendar::{DAY, Span, Time};
use healthcode::cbor::to_bytes;
use healthcode::colour::Colour;
use healthcode::error::Coded;
use healthcode::facts::{Answer, Answers, Mode, Visit};
use healthcode::forecast::Forecasting;
use healthcode::holder::Holder;
use healthcode::limits::{
    DIARY_VISITS, EXPRESSION_DEPTH, EXPRESSION_NODES, FORECAST_SLICE_STEPS, FORECAST_STEPS, PACK_ITEMS, PACK_STEPS,
    PACK_TEXT, RISK_ROWS_OF_A_PLACE,
};
use healthcode::risk::{Level, RiskRow, RiskTable};
use healthcode::rules::expression::{Condition, text::parse};
use healthcode::rules::pack::{
    Band, Choice, Count, Course, CourseStep, Dimension, Lane, Measure, On, Pack, Question, QuestionKind, Rule, Step,
    Text,
};
use healthcode::rules::reason::Cause;
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::json;

/// What any one thing may take of a processor here, without optimisation: a hang takes longer.
const PATIENCE: Duration = Duration::from_secs(60);

fn in_time<T>(name: &str, work: impl FnOnce() -> T) -> T {
    let began = worked();
    let done = work();
    let took = worked() - began;
    assert!(took < PATIENCE, "{name} took {took:?}");
    done
}

/// How long this thread has had a processor, where the system tells (Linux); elsewhere the time of day, which goes on while
/// other tests run.
fn worked() -> Duration {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    let told = std::fs::read_to_string("/proc/thread-self/schedstat");
    let nanoseconds = told.ok().and_then(|text| text.split(' ').next()?.parse().ok());
    nanoseconds.map_or_else(|| START.elapsed(), Duration::from_nanos)
}

fn payload(pack: &Pack) -> Vec<u8> {
    map(&[(0, to_bytes(&header(4, Some("3301")))), (1, to_bytes(pack))])
}

fn signed_pack(pack: &Pack) -> Vec<u8> {
    signed_payload(&payload(pack))
}

/// By two signers, as a pack must be; the writer here would not write all of these.
fn signed_payload(payload: &[u8]) -> Vec<u8> {
    cose::sign(&map(&[(3, uint(65_001))]), payload, &[key("rules-1"), key("rules-2")])
}

/// The good pack's payload with the condition of one rule in other bytes.
fn with_condition(condition: &[u8]) -> Vec<u8> {
    let payload = payload(&pack());
    let good = to_bytes(&pack().rules[0].when);
    let at = payload.windows(good.len()).position(|window| window == good).unwrap();
    signed_payload(&[&payload[..at], condition, &payload[at + good.len()..]].concat())
}

fn condition(source: &str) -> Condition {
    Condition::new(parse(source).unwrap()).unwrap()
}

/// The good pack with a change.
fn changed(change: impl FnOnce(&mut Pack)) -> Pack {
    let mut pack = pack();
    change(&mut pack);
    pack
}

fn rule(id: String, on: On, when: &Condition) -> Rule {
    Rule {
        id,
        on,
        when: when.clone(),
        colour: Some(Colour::Yellow),
        course: None,
        text: text("a reason"),
        way_back: text("a way back"),
        since: None,
        ground: None,
    }
}

/// `depth` operations inside each other, in CBOR.
fn nested(depth: usize) -> Vec<u8> {
    let open = [head(5, 1), cose::text("!"), head(4, 1)].concat();
    [open.repeat(depth), vec![0xf5]].concat()
}

#[test]
fn what_no_pack_can_be_is_refused() {
    let operation = |name: &str, operands: &[Vec<u8>]| [head(5, 1), cose::text(name), array(operands)].concat();
    let good = pack();
    let body = |fields: &[(u64, Vec<u8>)]| {
        let header = to_bytes(&header(4, Some("3301")));
        signed_payload(&map(&[(0, header), (1, map(fields))]))
    };
    let repeated = |count: usize| vec![rule(String::new(), On::Person, &condition("true")); count];
    let many_rules = |count: usize| {
        let mut rules = repeated(count);
        rules.iter_mut().enumerate().for_each(|(n, rule)| rule.id = format!("r{n}"));
        signed_pack(&changed(|pack| pack.rules = rules))
    };
    let long = |length: usize| signed_pack(&changed(|pack| pack.rules[0].text.en = "x".repeat(length)));
    let malformed = "file-malformed";
    let too_large = "envelope-too-large";
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        ("a condition one level too deep", with_condition(&nested(EXPRESSION_DEPTH)), malformed),
        ("a condition deeper than any CBOR here", with_condition(&nested(200)), "cbor-too-deep"),
        ("a condition of a hundred thousand levels", with_condition(&nested(100_000)), "cbor-too-deep"),
        (
            "a condition of too many parts",
            with_condition(&operation("and", &vec![vec![0xf5]; EXPRESSION_NODES])),
            malformed,
        ),
        ("an unknown operation", with_condition(&operation("or", &[vec![0xf5], vec![0xf4]])), malformed),
        ("an operation without a name", with_condition(&operation("", &[vec![0xf5]])), malformed),
        ("too few operands", with_condition(&operation("and", &[vec![0xf5]])), malformed),
        ("a text where a condition should be", with_condition(&cose::text("true")), malformed),
        ("bytes where a condition should be", with_condition(&bytes(b"true")), malformed),
        ("an empty map", with_condition(&map(&[])), malformed),
        ("a number beyond what every engine knows", with_condition(&uint(1 << 53)), malformed),
        (
            "more operands announced than there are",
            with_condition(&[&head(5, 1)[..], &cose::text("and"), &head(4, 1 << 40)].concat()),
            "cbor-truncated",
        ),
        ("a pack that is a list", body(&[]), malformed),
        ("fields of other types", body(&[(0, uint(1)), (1, cose::text("33")), (2, array(&[]))]), malformed),
        (
            "a fact that nobody documented",
            signed_pack(&changed(|pack| pack.rules[0].when = condition("person.name"))),
            malformed,
        ),
        (
            "a question that there is not",
            signed_pack(&changed(|pack| pack.rules[0].when = condition("answers.ill"))),
            malformed,
        ),
        (
            "a course that there is not",
            signed_pack(&changed(|pack| pack.rules[0].course = Some("none".into()))),
            malformed,
        ),
        ("a text that fills no screen", long(0), malformed),
        ("a text that fills every screen", long(PACK_TEXT + 1), malformed),
        ("a text of 300 kB", long(300_000), too_large),
        ("a text of 10 MB", long(10_000_000), too_large),
        ("one rule too many", many_rules(PACK_ITEMS + 1), malformed),
        ("thousands of rules", many_rules(3_000), malformed),
        ("hundreds of thousands of rules", many_rules(200_000), too_large),
        (
            "thousands of questions, each asked after the others",
            signed_pack(&changed(|pack| {
                let last = &good.questions[0];
                pack.questions = (0..4_000)
                    .map(|n| {
                        let mut question = last.clone();
                        question.id = format!("q{n}");
                        question.show_if = Some(condition("answers.q0"));
                        question.text = text("?");
                        question
                    })
                    .collect();
            })),
            malformed,
        ),
        (
            "thousands of bands",
            signed_pack(&changed(|pack| {
                let band = Band {
                    dimension: Dimension::Time,
                    measure: None,
                    steps: Vec::new(),
                    when: Some(condition("true")),
                    points: 1,
                    text: text("points"),
                };
                pack.bands = vec![band; 5_000];
            })),
            malformed,
        ),
        (
            "a band of thousands of steps",
            signed_pack(&changed(|pack| {
                pack.measures = vec![measure(0)];
                let steps = vec![Step { at_least: Some(1), at_most: None, points: 1 }; PACK_STEPS + 1];
                pack.bands = vec![Band {
                    dimension: Dimension::Time,
                    measure: Some("m0".into()),
                    steps,
                    when: None,
                    points: 0,
                    text: text("points"),
                }];
            })),
            malformed,
        ),
        (
            "a course of a step a second",
            signed_pack(&changed(|pack| {
                pack.courses[0].steps = vec![CourseStep { colour: Colour::Red, lasts: Span::seconds(1) }; 20_000];
            })),
            malformed,
        ),
        (
            "a course that never ends",
            signed_pack(&changed(|pack| {
                pack.courses[0].steps =
                    vec![CourseStep { colour: Colour::Red, lasts: Span::seconds(200_000_000_000) }; PACK_STEPS];
            })),
            malformed,
        ),
        (
            "a window of a thousand years",
            signed_pack(&changed(|pack| pack.window = Span::seconds(365_000 * DAY))),
            malformed,
        ),
    ];
    for (name, file, code) in cases {
        let mut holder = phone();
        let before = holder.assess(now(), None).unwrap();
        let refused = in_time(name, || holder.load(&file, now()));
        let error = refused.err().unwrap_or_else(|| panic!("{name} was loaded"));
        assert_eq!(error.code(), code, "{name}: {error}");
        assert!(error.to_string().len() < 300, "{name}: an error is a sentence");
        // What was there stays.
        assert_eq!(holder.assess(now(), None).unwrap(), before, "{name}");
    }
}

fn measure(n: usize) -> Measure {
    Measure {
        id: format!("m{n}"),
        count: Count::Minutes,
        levels: Vec::new(),
        modes: Vec::new(),
        within: None,
        place: None,
        question: None,
        when: None,
        row_digits: None,
        certainty: None,
    }
}

/// A phone with a report of today, and with so many visits besides, the last of which goes on.
fn busy_phone(visits: usize) -> Holder {
    let mut holder = phone();
    assert_eq!(holder.submit(answers(false), now()).unwrap(), []);
    for n in 0..visits {
        let back = Span::seconds(i64::try_from(n).unwrap() * 500);
        let arrive = time("2020-02-12T08:59:00+08:00").minus(back);
        let leave = (n > 0).then(|| arrive.plus(Span::seconds(60)));
        holder
            .add_visit(
                Visit { place: place("330106"), arrive, leave, mode: Mode::Stay, not_in: None, venue: None },
                now(),
            )
            .unwrap();
    }
    holder
}

/// Has a phone take files, which a new manifest names for it.
fn take(holder: &mut Holder, files: &[Vec<u8>]) {
    holder.load(&manifest_of(10, files), now()).unwrap();
    for file in files {
        holder.load(file, now()).unwrap();
    }
}

/// Code of the failed rule, where the colour is grey for that.
fn failure(holder: &Holder, name: &str) -> String {
    let assessment = in_time(name, || holder.assess(now(), None).unwrap());
    assert_eq!(assessment.colour, Colour::Grey, "{name}: {:?}", assessment.causes);
    let codes = assessment.causes.iter().find_map(|cause| match cause {
        Cause::RuleFailed { code, .. } => Some(code.clone()),
        _ => None,
    });
    let ahead = in_time(name, || holder.forecast(now(), None).unwrap());
    assert_eq!(ahead.colour, Colour::Grey, "{name}");
    assert!(ahead.green.is_none(), "{name}: {ahead:?}");
    let code = codes.unwrap_or_else(|| panic!("{name}: {:?}", assessment.causes));
    // What took too many steps once would do so again, so that nothing is said of what is to come.
    assert_eq!(ahead.horizon == now(), code == "rule-budget-spent", "{name}: {ahead:?}");
    code
}

/// A list of so many items, to be counted over and over.
fn list(items: usize) -> String {
    format!("[{}]", vec!["1"; items].join(", "))
}

#[test]
fn what_takes_too_many_steps_is_grey_with_that_cause() {
    let list = list(60);
    // Each inside the step of the one before: 60 to the power of five.
    let counts = (0..5).fold("accumulator".to_owned(), |step, _| format!("reduce({list}, {step}, 0)"));
    let doubling = format!("reduce({list}, [accumulator, accumulator], [])");
    let itself = format!(r#"reduce({list}, var(""), 0)"#);
    let long_text = format!(
        "reduce({list}, reduce({list}, reduce({list}, '{}' == '{}', 0), 0), 0)",
        "x".repeat(9_000),
        "x".repeat(9_000)
    );
    for (name, when, code) in [
        ("loops within loops", counts.as_str(), "rule-budget-spent"),
        ("a list that doubles", &doubling, "rule-budget-spent"),
        ("a list that holds itself", &itself, "rule-array-depth"),
        ("long texts compared over and over", &long_text, "rule-budget-spent"),
        ("a sum beyond all numbers", "9007199254740991 + 1 > 0", "rule-sum-range"),
        ("a date beyond all dates", "today + 9000000000000 years after today", "rule-date-range"),
        ("a number where a date should be", "value(1) after today", "rule-operand-type"),
        ("a date that is neither true nor false", "today + 1 day", "rule-truth"),
        ("a text in no form of a date", "today after 'tomorrow'", "rule-date-format"),
    ] {
        let hostile = changed(|pack| pack.rules = vec![rule("trap".into(), On::Person, &condition(when))]);
        let mut holder = busy_phone(20);
        in_time(name, || take(&mut holder, &[signed_pack(&hostile)]));
        assert_eq!(failure(&holder, name), code, "{name}");
    }
}

#[test]
fn many_costly_parts_share_one_budget() {
    let list = list(60);
    let costly = condition(&format!("count({list} where count({list} where current > 5) > 100) > 100"));
    let rules = |on: On, when: &Condition| (0..PACK_ITEMS).map(|n| rule(format!("r{n}"), on, when)).collect::<Vec<_>>();
    let on_visits = changed(|pack| pack.rules = rules(On::Visit, &condition("visit.minutes + visit.level > 100000")));
    let on_person = changed(|pack| pack.rules = rules(On::Person, &costly)[..100].to_vec());
    let measures = changed(|pack| {
        pack.measures = (0..PACK_ITEMS).map(measure).collect();
        pack.rules = rules(On::Visit, &condition("measure.m0 > 100000"));
    });
    let questions = changed(|pack| {
        let question = pack.questions[0].clone();
        pack.questions.extend((0..60).map(|n| {
            let mut question = question.clone();
            question.id = format!("q{n}");
            question.required = false;
            question.show_if = Some(costly.clone());
            question
        }));
    });
    for (name, hostile) in [
        ("rules on visits", on_visits),
        ("rules on the person", on_person),
        ("measures of visits", measures),
        ("questions", questions),
    ] {
        let mut holder = busy_phone(DIARY_VISITS);
        in_time(name, || take(&mut holder, &[signed_pack(&hostile)]));
        assert_eq!(failure(&holder, name), "rule-budget-spent", "{name}");
        // A questionnaire that takes too long says so of each question that it could not decide to ask.
        let handed_in = in_time(name, || holder.submit(answers(false), now()).unwrap());
        assert!(handed_in.iter().all(|problem| problem.error.code() == "rule-budget-spent"), "{name}");
        assert_eq!(handed_in.is_empty(), name != "questions");
    }
}

#[test]
fn a_look_ahead_ends_however_long_each_moment_takes() {
    let list = list(25);
    // Just below what one assessment may take, at each of thousands of moments, and never a change.
    let costly = condition(&format!(
        "count({list} where count({list} where count({list} where current > 5) > 100) > 100) > 100"
    ));
    let hostile = changed(|pack| pack.rules = vec![rule("trap".into(), On::Person, &costly)]);
    let mut holder = busy_phone(400);
    // Besides the visit that goes on, another at odd seconds: there are more moments than steps for them.
    let arrive = now().minus(Span::seconds(77));
    holder
        .add_visit(
            Visit { place: place("330106"), arrive, leave: None, mode: Mode::Rail, not_in: None, venue: None },
            now(),
        )
        .unwrap();
    take(&mut holder, &[signed_pack(&hostile)]);
    let ahead = in_time("a look ahead", || holder.forecast(now(), None).unwrap());
    assert_eq!((ahead.colour, ahead.change), (Colour::Green, None), "{:?}", holder.assess(now(), None).unwrap().causes);
    assert!(ahead.horizon < now().plus(Span::seconds(3 * DAY)), "it says how far it looked: {}", ahead.horizon);
}

/// What one assessment or one slice of a forecast may take of a processor here, without optimisation: about a hundred times
/// of what it takes in a release build.
const STRETCH: Duration = Duration::from_secs(3);

/// About as many options of a question as an answer may choose all of.
const OPTIONS: usize = 200;

/// Work of one kind, as much as a pack, a table and a log can ask for.
struct Costly {
    name: &'static str,
    pack: Pack,
    rows: Vec<RiskRow>,
    diary: Vec<Visit>,
    reports: Vec<(Time, Answers)>,
}

/// As many rows as there can be for a community and all that it lies in, which begin and end at different moments.
fn most_rows() -> Vec<RiskRow> {
    let places = ["00", "33", "3301", "330106", "330106001", "330106001002"];
    let row = |(number, code): (usize, &str), n: usize| {
        let start = i64::try_from(n * 9_000 + number * 1_500).unwrap();
        let level = [Level::Low, Level::Medium, Level::High][(n + number) % 3];
        let from = now().minus(Span::seconds(14 * DAY)).plus(Span::seconds(start));
        RiskRow { place: place(code), compound: None, from, to: Some(from.plus(Span::seconds(13_000))), level }
    };
    let of_all = places.into_iter().enumerate();
    of_all.flat_map(|place| (0..RISK_ROWS_OF_A_PLACE).map(move |n| row(place, n))).collect()
}

/// Visits of twelve days each to one community, the newest going on.
fn long_visits(count: usize) -> Vec<Visit> {
    let visit = |n: usize| {
        let arrive = now().minus(Span::seconds(i64::try_from(n).unwrap() * 500 + 12 * DAY));
        let leave = (n > 0).then(|| arrive.plus(Span::seconds(12 * DAY)));
        Visit { place: place("330106001002"), arrive, leave, mode: Mode::Stay, not_in: None, venue: None }
    };
    (0..count).map(visit).collect()
}

/// Visits of minutes, each to a place of its own.
fn short_visits(count: usize) -> Vec<Visit> {
    let visit = |n: usize| {
        let arrive = now().minus(Span::seconds(i64::try_from(n).unwrap() * 600 + 1_000));
        let code = format!("330106{:03}{:03}", 1 + n / 900, 1 + n % 900);
        Visit {
            place: place(&code),
            arrive,
            leave: Some(arrive.plus(Span::seconds(500))),
            mode: Mode::Rail,
            not_in: None,
            venue: None,
        }
    };
    (0..count).map(visit).collect()
}

fn reports(count: usize, answers: &Answers) -> Vec<(Time, Answers)> {
    (0..count).map(|n| (now().minus(Span::seconds(i64::try_from(n).unwrap() * 4_000)), answers.clone())).collect()
}

fn costly() -> Vec<Costly> {
    let measures = |count: Count, change: &dyn Fn(usize, &mut Measure)| {
        let one = |n| {
            let mut measure = Measure { count, ..measure(n) };
            change(n, &mut measure);
            measure
        };
        (0..PACK_ITEMS).map(one).collect::<Vec<_>>()
    };
    let nothing = |_: usize, _: &mut Measure| {};
    let rules = |count: usize, on: On, when: &str| {
        (0..count).map(|n| rule(format!("r{n}"), on, &condition(when))).collect::<Vec<_>>()
    };
    let dated = |pack: &mut Pack| {
        let mut day = pack.questions[0].clone();
        (day.id, day.kind, day.required) = ("day".into(), QuestionKind::Date, false);
        pack.questions.push(day);
    };
    let steps = |n: usize| {
        let lasts = |k: usize| Span::seconds(i64::try_from(3_601 + 7 * n + 311 * k).unwrap());
        (0..PACK_STEPS).map(|k| CourseStep { colour: Colour::Yellow, lasts: lasts(k) }).collect::<Vec<_>>()
    };
    let courses = |pack: &mut Pack, count: usize| {
        pack.courses = (0..count).map(|n| Course { id: format!("c{n}"), steps: steps(n) }).collect();
        for (n, rule) in pack.rules.iter_mut().enumerate() {
            (rule.colour, rule.course) = (None, Some(format!("c{}", n % count)));
        }
    };
    let choices = |pack: &mut Pack| {
        let mut question = pack.questions[0].clone();
        (question.kind, question.required) = (QuestionKind::ManyOf, false);
        let option = |n: usize| Choice { id: format!("o{n:03}"), text: text("."), alone: false, unsure: None };
        question.options = (0..OPTIONS).map(option).collect();
        let one = |n: usize| Question { id: format!("many{n}"), ..question.clone() };
        pack.questions = (0..1).map(one).collect();
        pack.rules.clear();
    };
    let many = Answer::Many((0..OPTIONS).rev().map(|n| format!("o{n:03}")).collect());
    let chosen = Answers::from_iter((0..1).map(|n| (format!("many{n}"), many.clone())));
    let told = answers(false);
    let also = |id: &str, text: &str| {
        let mut answers = told.clone();
        answers.insert(id.into(), Answer::Text(text.into()));
        answers
    };
    let days = also("day", "2020-02-01");
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/rules/packs/hangzhou/pack.toml");
    let hangzhou = PackSource::parse(&std::fs::read_to_string(path).unwrap()).unwrap().to_pack();
    let costly = |name, pack, rows, diary, reports| Costly { name, pack, rows, diary, reports };
    vec![
        costly(
            "measures of rows of visits",
            changed(|pack| pack.measures = measures(Count::Minutes, &nothing)),
            most_rows(),
            long_visits(20),
            vec![],
        ),
        costly(
            "measures of rows of as many visits as there can be",
            changed(|pack| {
                pack.measures = measures(Count::LongestMinutes, &|n, measure| {
                    measure.levels = vec![[Level::Low, Level::Medium, Level::High][n % 3]];
                });
            }),
            most_rows(),
            long_visits(DIARY_VISITS),
            vec![],
        ),
        costly(
            "courses of visits",
            changed(|pack| {
                pack.measures = measures(Count::Minutes, &nothing)[..10].to_vec();
                pack.rules = rules(PACK_ITEMS, On::Visit, "visit.minutes < 0");
                courses(pack, PACK_ITEMS);
            }),
            vec![],
            short_visits(36),
            vec![],
        ),
        costly("an honest pack and a hostile table", hangzhou, most_rows(), long_visits(DIARY_VISITS), vec![]),
        costly(
            "reasons of many words, each worse than the one before",
            changed(|pack| {
                pack.rules = rules(28, On::Visit, "true");
                courses(pack, 28);
                for rule in &mut pack.rules {
                    let long = || Text::of("x".repeat(PACK_TEXT), "x".repeat(PACK_TEXT));
                    (rule.text, rule.way_back) = (long(), long());
                }
            }),
            vec![],
            short_visits(DIARY_VISITS),
            vec![],
        ),
        costly("options of answers", changed(choices), vec![], vec![], reports(200, &chosen)),
        costly(
            "days named in reports",
            changed(|pack| {
                dated(pack);
                pack.rules = rules(PACK_ITEMS, On::Report, "report.days_ago > 100");
                courses(pack, PACK_ITEMS);
                pack.rules.iter_mut().for_each(|rule| rule.since = Some("day".into()));
            }),
            vec![],
            vec![],
            reports(200, &days),
        ),
        costly(
            "measures of places where nobody was",
            changed(|pack| {
                pack.rules.clear();
                pack.measures = measures(Count::Visits, &|n, measure| {
                    measure.place = Some(place(&format!("3302{:02}", 1 + n % 99)));
                });
            }),
            vec![],
            short_visits(DIARY_VISITS),
            vec![],
        ),
        costly(
            "measures of reports",
            changed(|pack| {
                pack.measures = measures(Count::DaysInARow, &|_, measure| {
                    measure.when = Some(condition("not answers.fever and answers.temperature < 37.3 °C"));
                });
            }),
            vec![],
            vec![],
            reports(200, &told),
        ),
        costly(
            "measures of a level",
            changed(|pack| {
                pack.measures = measures(Count::LevelAt, &|_, measure| measure.question = Some("home".into()));
            }),
            most_rows(),
            long_visits(20),
            reports(1, &also("home", "330106001002")),
        ),
        costly(
            "visits that all go on",
            changed(|pack| pack.measures = measures(Count::Minutes, &nothing)),
            most_rows(),
            long_visits(500).into_iter().map(|visit| Visit { leave: None, ..visit }).collect(),
            vec![],
        ),
    ]
}

impl Costly {
    /// A phone that has all of it.
    fn phone(&self) -> Holder {
        let mut holder = phone();
        let pack =
            Pack { region: place("3301"), lane: Lane::Scheduled, valid_from: pack().valid_from, ..self.pack.clone() };
        let table = RiskTable::new(self.rows.clone()).unwrap();
        let table = signed(&header(8, None), &table, &["risk", "risk-2"]);
        take(&mut holder, &[signed_pack(&pack), table]);
        for (at, answers) in &self.reports {
            let problems = holder.submit(answers.clone(), *at).unwrap();
            assert!(
                problems.is_empty(),
                "{}: {:?}",
                self.name,
                problems.iter().map(|problem| problem.error.code()).collect::<Vec<_>>()
            );
        }
        for visit in &self.diary {
            holder.add_visit(visit.clone(), now()).unwrap();
        }
        holder
    }
}

/// The costliest of each kind of work: nothing takes longer than the steps that it pays for.
#[test]
fn whatever_a_pack_asks_for_is_bounded_at_each_stretch() {
    let mut phones = Vec::new();
    for costly in costly() {
        let (name, holder) = (costly.name, costly.phone());
        phones.push((name, holder.save()));
        let began = worked();
        let assessment = holder.assess(now(), None).unwrap();
        let assessing = worked() - began;
        let (mut forecasting, mut slices, mut longest) = (Forecasting::new(now()), 0, Duration::ZERO);
        let began_all = worked();
        let ahead = loop {
            let began = worked();
            let made = holder.forecast_in_slices(&mut forecasting, None, FORECAST_SLICE_STEPS).unwrap();
            (slices, longest) = (slices + 1, longest.max(worked() - began));
            if let Some(made) = made {
                break made;
            }
        };
        let forecasting = worked() - began_all;
        println!(
            "{name}: {assessing:?}, {:?} {:?}; {slices} slices, {longest:?} at most, {forecasting:?} together, until {}",
            assessment.colour,
            assessment.causes.last().map(Cause::name),
            ahead.horizon
        );
        assert!(assessing < STRETCH && longest < STRETCH, "{name}: {assessing:?}, {longest:?}");
        assert_eq!(assessment.colour, ahead.colour, "{name}");
        // A slice takes at least half of its steps, for either of the two looks ahead.
        let most = 4 * (FORECAST_STEPS / FORECAST_SLICE_STEPS + 2);
        assert!(slices <= most, "{name}: {slices} slices");
        let spent = |cause: &Cause| matches!(cause, Cause::RuleFailed { code, .. } if code == "rule-budget-spent");
        let grey = assessment.colour == Colour::Grey && assessment.causes.iter().any(spent);
        assert_eq!(grey, !WITHIN_THE_LIMIT.contains(&name), "{name}: {:?}", assessment.causes);
    }
    if let Ok(folder) = std::env::var("HOSTILE_PHONES") {
        save(Path::new(&folder), &phones);
    }
}

/// What costs much, and less than is allowed.
const WITHIN_THE_LIMIT: [&str; 2] = ["courses of visits", "options of answers"];

/// Writes phones for `benches/slices`.
fn save(folder: &Path, phones: &[(&str, Vec<u8>)]) {
    let file = |(at, (name, _)): (usize, &(&str, Vec<u8>))| json!({ "name": name, "file": format!("{at}.bin") });
    let roots = json!({ "keys": [key("root").public()], "signers": 1 });
    let list: Vec<_> = phones.iter().enumerate().map(file).collect();
    let list = json!({ "now": now(), "roots": roots, "phones": list });
    std::fs::create_dir_all(folder).unwrap();
    std::fs::write(folder.join("phones.json"), list.to_string()).unwrap();
    for (at, (_, state)) in phones.iter().enumerate() {
        std::fs::write(folder.join(format!("{at}.bin")), state).unwrap();
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever the bytes of a well-signed pack are, a phone refuses them or decides by them, and goes on.
    #[test]
    fn any_bytes_are_refused_or_decide(
        changes in proptest::collection::vec((any::<Index>(), any::<u8>()), 1..4),
        cut in proptest::option::weighted(0.2, (any::<Index>(), 0usize..40)),
    ) {
        let mut payload = payload(&pack());
        for (at, byte) in changes {
            let at = at.index(payload.len());
            payload[at] = byte;
        }
        if let Some((at, length)) = cut {
            let at = at.index(payload.len());
            payload.drain(at..payload.len().min(at + length));
        }
        let mut holder = busy_phone(3);
        match holder.load(&signed_payload(&payload), now()) {
            Err(error) => prop_assert!(healthcode::error_codes::all_codes().any(|code| code == error.code()), "{}", error),
            Ok(_) => {
                let assessment = holder.assess(now(), None).unwrap();
                let ahead = holder.forecast(now(), None).unwrap();
                prop_assert_eq!(assessment.colour, ahead.colour);
                prop_assert_eq!(assessment.colour == Colour::Grey, !assessment.causes.is_empty() && assessment.colour != Colour::Red);
                let _ = holder.submit(answers(true), now());
            }
        }
    }
}
