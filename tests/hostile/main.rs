//! Rule packs that mean harm, signed as they must be, as a phone meets them: each is refused with a stable code, or its rules
//! run out of steps, or fail, with a code, and the colour is grey with that cause. Never a hang, a panic or another colour.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may stop")]

#[path = "../authority/mod.rs"]
mod authority;
#[path = "../vectors/cose.rs"]
#[allow(dead_code, reason = "the vectors use all of it")]
mod cose;

use std::sync::LazyLock;
use std::time::{Duration, Instant};

use authority::{answers, header, key, now, pack, phone, place, text, time};
use cose::{array, bytes, head, map, uint};
use healthcode::calendar::{DAY, Span};
use healthcode::cbor::to_bytes;
use healthcode::colour::Colour;
use healthcode::error::Coded;
use healthcode::facts::{Mode, Visit};
use healthcode::holder::Holder;
use healthcode::limits::{DIARY_VISITS, EXPRESSION_DEPTH, EXPRESSION_NODES, PACK_ITEMS, PACK_STEPS, PACK_TEXT};
use healthcode::rules::expression::{Condition, text::parse};
use healthcode::rules::pack::{Band, Count, CourseStep, Dimension, Measure, On, Pack, Rule, Step};
use healthcode::rules::reason::Cause;
use proptest::prelude::*;
use proptest::sample::Index;

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
        holder.add_visit(Visit { place: place("330106"), arrive, leave, mode: Mode::Stay }, now()).unwrap();
    }
    holder
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
        in_time(name, || holder.load(&signed_pack(&hostile), now()).unwrap());
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
        in_time(name, || holder.load(&signed_pack(&hostile), now()).unwrap());
        assert_eq!(failure(&holder, name), "rule-budget-spent", "{name}");
        // A questionnaire that takes too long says so of each question that it could not decide to ask.
        let handed_in = in_time(name, || holder.submit(answers(false), now()).unwrap());
        assert!(handed_in.iter().all(|problem| problem.error.code() == "rule-budget-spent"), "{name}");
        assert_eq!(handed_in.is_empty(), name != "questions");
    }
}

#[test]
fn a_look_ahead_ends_however_long_each_moment_takes() {
    let list = list(40);
    // Just below what one assessment may take, at each of thousands of moments, and never a change.
    let costly = condition(&format!(
        "count({list} where count({list} where count({list} where current > 5) > 100) > 100) > 100"
    ));
    let hostile = changed(|pack| pack.rules = vec![rule("trap".into(), On::Person, &costly)]);
    let mut holder = busy_phone(400);
    holder.load(&signed_pack(&hostile), now()).unwrap();
    let ahead = in_time("a look ahead", || holder.forecast(now(), None).unwrap());
    assert_eq!((ahead.colour, ahead.change), (Colour::Green, None), "{:?}", holder.assess(now(), None).unwrap().causes);
    assert!(ahead.horizon < now().plus(Span::seconds(3 * DAY)), "it says how far it looked: {}", ahead.horizon);
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
            Err(error) => prop_assert!(healthcode::codes::all_codes().any(|code| code == error.code()), "{}", error),
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
