//! Lists of withdrawn certificates, with one flaw each, and what a checkpoint that holds some of them says of a code.

use healthcode::calendar::{Date, Span, Time};
use healthcode::cbor::Bytes;
use healthcode::code::status::{Statuses, day_of};
use healthcode::code::wire::to_text;
use healthcode::code::{Code, DayCertificate, StatusList};
use healthcode::colour::Colour;
use healthcode::limits::{CODE_SECONDS, STATUS_ARRAY_BYTES};
use miniz_oxide::deflate::compress_to_vec_zlib;

use crate::authority::*;
use crate::cose::{array, bytes, map, negative, sign1, text, uint};
use crate::format::{Hex, ListCase, StandingCase, StatusVectors};

/// The number of the certificate in the codes.
const NUMBER: u32 = 5;

fn statuses(array: &[u8]) -> Statuses {
    Statuses { bits: 1, compressed: compress_to_vec_zlib(array, 9) }
}

fn list(day: Date, issued: Time, array: &[u8]) -> Vec<u8> {
    StatusList::sign(&key("certificate"), day, issued, &statuses(array))
}

fn today() -> Date {
    day_of(now())
}

/// A list of these claims, properly signed by hand.
fn by_hand(of_type: &str, subject: &str, statuses: &[u8]) -> Vec<u8> {
    let id = key("certificate").public().id();
    let protected = map(&[(1, negative(-8)), (4, bytes(&id.0)), (16, text(of_type))]);
    let at = u64::try_from(now().unix()).unwrap();
    let claims =
        [(2, text(subject)), (4, uint(at + 86_400)), (6, uint(at)), (65_533, statuses.to_vec()), (65_534, uint(900))];
    sign1(&protected, &map(&claims), &key("certificate"))
}

/// The draft's structure with its two members in this order.
fn members(pairs: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut written = vec![0xa0 + u8::try_from(pairs.len()).unwrap()];
    pairs.iter().for_each(|(name, value)| written.extend([text(name), value.clone()].concat()));
    written
}

fn lists() -> Vec<ListCase> {
    const TYPE: &str = "application/statuslist+cwt";
    let good = list(today(), now(), &[0; 8]);
    let own = format!("status/{}/{}", key("certificate").public().id(), today());
    let (one, lst) = (uint(1), bytes(&compress_to_vec_zlib(&[0; 8], 9)));
    let both = members(&[("bits", one.clone()), ("lst", lst.clone())]);
    let with_bits = |bits: u64| members(&[("bits", uint(bits)), ("lst", lst.clone())]);
    let of = |compressed: &[u8]| by_hand(TYPE, &own, &members(&[("bits", one.clone()), ("lst", bytes(compressed))]));
    let compressed = compress_to_vec_zlib(&[0; 8], 9);
    let wrong_sum = [&compressed[..compressed.len() - 1], &[compressed[compressed.len() - 1] ^ 1]].concat();
    let bomb = compress_to_vec_zlib(&vec![0; STATUS_ARRAY_BYTES + 1], 9);
    let largest = compress_to_vec_zlib(&vec![0; STATUS_ARRAY_BYTES], 9);
    let crowd = compress_to_vec_zlib(&[0xff; (1 << 15) + 1], 9);
    let mut altered = good.clone();
    *altered.last_mut().unwrap() ^= 1;
    let later = now().plus(Span::seconds(121));
    let reordered = members(&[("lst", lst.clone()), ("bits", one.clone())]);
    let more =
        members(&[("bits", one.clone()), ("lst", lst.clone()), ("aggregation_uri", text("https://example.org"))]);
    let untagged = good[1..].to_vec();
    let cases = [
        ("list", "none", good, None),
        ("list-by-hand", "none", by_hand(TYPE, &own, &both), None),
        ("list-of-two-bits", "none", by_hand(TYPE, &own, &with_bits(2)), None),
        ("list-largest", "none", of(&largest), None),
        (
            "list-stranger",
            "signed with a key that may not certify",
            { StatusList::sign(&key("manifest"), today(), now(), &statuses(&[0; 8])) },
            Some("file-unknown-key"),
        ),
        ("list-altered", "the signature was altered", altered, Some("file-bad-signature")),
        ("list-from-future", "made 121 s after now", list(today(), later, &[0; 8]), Some("file-not-yet-issued")),
        (
            "list-of-another-key",
            "the subject names another key",
            by_hand(TYPE, &own.replace("status/", "status/0"), &both),
            Some("status-malformed"),
        ),
        ("list-of-no-day", "the subject has no day", by_hand(TYPE, "status/", &both), Some("status-malformed")),
        (
            "list-other-type",
            "the type of a JWT",
            by_hand("application/statuslist+jwt", &own, &both),
            Some("status-malformed"),
        ),
        ("list-no-bits", "0 bits a status", by_hand(TYPE, &own, &with_bits(0)), Some("status-malformed")),
        ("list-three-bits", "3 bits a status", by_hand(TYPE, &own, &with_bits(3)), Some("status-malformed")),
        (
            "list-reordered",
            "the members in the order of deterministic CBOR",
            by_hand(TYPE, &own, &reordered),
            Some("status-malformed"),
        ),
        ("list-another-member", "the address of an aggregation", by_hand(TYPE, &own, &more), Some("status-malformed")),
        (
            "list-no-map",
            "an array for the statuses",
            by_hand(TYPE, &own, &array(&[one.clone(), lst])),
            Some("status-malformed"),
        ),
        (
            "list-cut",
            "the compressed array is cut off",
            of(&compressed[..compressed.len() - 1]),
            Some("status-malformed"),
        ),
        ("list-wrong-sum", "the compressed array has another checksum", of(&wrong_sum), Some("status-malformed")),
        ("list-not-compressed", "the array is not compressed", of(&[0; 8]), Some("status-malformed")),
        ("list-bomb", "4 kB that become one byte more than 4 MiB", of(&bomb), Some("status-too-large")),
        ("list-crowd", "more than 262,144 withdrawn certificates", of(&crowd), Some("status-too-large")),
        ("list-untagged", "no tag", untagged, Some("status-malformed")),
        ("list-trust-list", "a trust list", trust_list(), Some("status-malformed")),
    ];
    let case = |(name, flaw, list, code): (&str, &str, Vec<u8>, Option<&str>)| ListCase {
        name: name.into(),
        flaw: flaw.into(),
        list: Hex(list),
        code: code.map(Into::into),
    };
    cases.into_iter().map(case).collect()
}

/// A code whose certificate has a number, made at a moment.
fn code(at: Time) -> String {
    let certificate = DayCertificate { number: Some(NUMBER), hours: 48, ..certificate_for("day") };
    let hash = |file: Vec<u8>| healthcode::trust::Digest::of(&file).short();
    let code = Code {
        colour: Colour::Green,
        issued: at,
        ttl: CODE_SECONDS,
        rules: hash(rules()),
        risk: Some(hash(risk())),
        certificate: Bytes(certificate.sign(&key("certificate"))),
        challenge: None,
    };
    to_text(&code.sign(&key("day")))
}

/// That a code is accepted, or the verdict, the stage and the code of what refuses it.
type Expected = Result<(), (&'static str, &'static str, &'static str)>;

fn standings() -> Vec<StandingCase> {
    let day = day_of(certificate_for("day").issued);
    let begins = day.start(healthcode::calendar::Offset::UTC);
    let eve = |issued: Time| list(day.plus_days(-1), issued, &[0xff; 8]);
    let clear = list(day, now(), &[0; 8]);
    let later = now().plus(Span::days(1));
    let missing = Err(("undecided", "trust", "code-no-status"));
    let cases = [
        ("standing", "none", now(), vec![clear.clone()], Ok(())),
        (
            "withdrawn",
            "its number is withdrawn",
            now(),
            vec![list(day, now(), &[1 << NUMBER])],
            Err(("refused", "certificate", "code-withdrawn")),
        ),
        ("withdrawn-of-others", "none", now(), vec![list(day, now(), &[!(1 << NUMBER)])], Ok(())),
        ("no-list", "there is no list", now(), vec![], missing),
        ("other-day", "the list of the day before, made after that day", now(), vec![eve(now())], missing),
        (
            "eve",
            "none: the newest list was made before the day began",
            now(),
            vec![eve(begins.minus(Span::seconds(1)))],
            Ok(()),
        ),
        (
            "outside",
            "the list has no such number",
            now(),
            vec![{
                let short = Statuses { bits: 8, compressed: compress_to_vec_zlib(&[0; 5], 9) };
                StatusList::sign(&key("certificate"), day, now(), &short)
            }],
            missing,
        ),
        ("last-second", "none", later.minus(Span::seconds(1)), vec![clear.clone()], Ok(())),
        ("old-list", "the list is 24 hours old", later, vec![clear], Err(("undecided", "trust", "code-old-status"))),
        (
            "withdrawn-long-ago",
            "its number is withdrawn, and the list is old",
            later,
            vec![list(day, now(), &[1 << NUMBER])],
            Err(("refused", "certificate", "code-withdrawn")),
        ),
    ];
    let case = |(name, flaw, at, lists, verdict): (&str, &str, Time, Vec<Vec<u8>>, Expected)| StandingCase {
        name: name.into(),
        flaw: flaw.into(),
        lists: lists.into_iter().map(Hex).collect(),
        now: at.to_string(),
        text: code(at),
        verdict: verdict.map_or_else(|(verdict, ..)| verdict, |()| "accepted").into(),
        stage: verdict.err().map(|(_, stage, _)| stage.into()),
        code: verdict.err().map(|(.., code)| code.into()),
    };
    cases.into_iter().map(case).collect()
}

pub(crate) fn vectors() -> StatusVectors {
    StatusVectors {
        roots: roots(),
        at: now().to_string(),
        trust_list: Hex(trust_list()),
        lists: lists(),
        cases: standings(),
    }
}
