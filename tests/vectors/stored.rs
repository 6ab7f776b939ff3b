//! Stored states and requests for certificates, with one flaw each.

use healthcode::calendar::{DAY, Span, Time};
use healthcode::cbor::to_bytes;
use healthcode::code::certificate::{CertificateRequest, DayCertificate, Identity};
use healthcode::facts::{Mode, Report, Visit};
use healthcode::limits::REPORTS;
use healthcode::place::Place;
use healthcode::trust::Kind;
use sha2::{Digest, Sha256, Sha512};

use crate::authority::*;
use crate::cose::{self, array, bytes, map, protected, sign1, uint};
use crate::files::{payload, replaced};
use crate::format::{Hex, RequestCase, RequestVectors, StateCase, StateVectors};

/// A state of this content, with its form before and its checksum behind.
fn state(form: u8, content: &[u8]) -> Vec<u8> {
    let state = [&[form], content].concat();
    let digest = Sha512::digest(&state);
    [&state[..], &digest[..8]].concat()
}

/// A state of these parts.
fn parts(seed: Option<&[u8]>, reports: usize, files: &[Vec<u8>]) -> Vec<u8> {
    let report = to_bytes(&Report { at: now(), answers: answers(false), given_for: None });
    let seed = seed.map(|seed| (0, bytes(seed)));
    let root = key("root").public();
    // The version of the trust list, if that is among the files.
    let list = map(&[
        (0, uint(65_000)),
        (1, to_bytes(&Place::COUNTRY)),
        (2, vec![0xf4]),
        (3, uint(5)),
        (4, bytes(&Sha256::digest(trust_list()))),
        (6, to_bytes(&header(5, None).issued)),
        (7, array(&[bytes(&root.id().0)])),
        (8, uint(1)),
    ]);
    let seen = if files.contains(&stored(65_000, &trust_list())) { vec![list] } else { Vec::new() };
    let roots = map(&[(0, array(&[bytes(root.as_bytes())])), (1, uint(1))]);
    let beliefs = map(&[(0, roots.clone()), (1, roots), (2, array(&seen))]);
    let others = [
        (1, array(&vec![report; reports])),
        (2, array(&[])),
        (3, array(files)),
        (4, beliefs),
        (7, map(&[(0, array(&[]))])),
    ];
    map(&seed.into_iter().chain(others).collect::<Vec<_>>())
}

fn stored(kind: u64, file: &[u8]) -> Vec<u8> {
    map(&[(0, uint(kind)), (1, bytes(file))])
}

pub(crate) fn states() -> StateVectors {
    let mut cases = Vec::new();
    let mut add = |name: &str, flaw: &str, saved: &[u8], now: Time, code: Option<&str>, files: &[(&str, &str)]| {
        let files = files.iter().map(|(kind, state)| ((*kind).into(), (*state).into())).collect();
        let (name, flaw, saved) = (name.into(), flaw.into(), Hex(saved.to_vec()));
        cases.push(StateCase { name, flaw, now: now.to_string(), saved, code: code.map(Into::into), files });
    };
    let mut holder = phone();
    holder.load(&record(), now()).unwrap();
    holder.submit(answers(true), now()).unwrap();
    let arrive = now().minus(Span::seconds(DAY));
    holder
        .add_visit(
            Visit { place: place("420106"), arrive, leave: None, mode: Mode::Stay, not_in: None, venue: None },
            now(),
        )
        .unwrap();
    let good = holder.save();
    let all = ["trust-list", "day-certificate", "manifest", "rule-pack", "risk-table", "record"];
    add("saved", "none", &good, now(), None, &all.map(|kind| (kind, "in-use")));
    let no_list = "holder-no-trust-list";
    let without = |cause| {
        let mut states = all.map(|kind| (kind, no_list));
        states[0].1 = cause;
        states
    };
    let header = header(5, None);
    add("list-expired", "the trust list has expired", &good, header.expires, None, &without("file-expired"));
    let early = header.issued.minus(Span::seconds(DAY));
    add("clock-behind", "the clock is before the files' issue", &good, early, None, &without("file-not-yet-issued"));
    let next_day = now().plus(Span::seconds(DAY));
    add(
        "next-day",
        "none: the certificate's day is over, and showing says so",
        &good,
        next_day,
        None,
        &all.map(|kind| (kind, "in-use")),
    );
    add(
        "nothing-yet",
        "none: a phone that has stored nothing",
        &healthcode::holder::Holder::new(roots()).save(),
        now(),
        None,
        &[],
    );
    add(
        "by-hand",
        "none: written without the crate's writer, in an older form",
        &state(2, &parts(Some(&seed("phone")), 1, &[])),
        now(),
        None,
        &[],
    );
    let mixed = parts(None, 0, &[stored(65_000, &risk()), stored(65_002, &risk())]);
    add(
        "files-mixed-up",
        "a risk table in the place of the trust list",
        &state(2, &mixed),
        now(),
        None,
        &[("trust-list", "file-wrong-kind"), ("risk-table", no_list)],
    );
    let keyless = parts(None, 0, &[stored(65_000, &trust_list()), stored(65_007, &certificate())]);
    add(
        "no-key",
        "the key is missing",
        &state(2, &keyless),
        now(),
        None,
        &[("trust-list", "in-use"), ("day-certificate", "holder-no-key")],
    );

    let damaged = Some("holder-state-damaged");
    add("empty", "no bytes at all", &[], now(), damaged, &[]);
    add("truncated", "the last byte is missing", &good[..good.len() - 1], now(), damaged, &[]);
    let mut altered = good.clone();
    altered[40] ^= 1;
    add("altered", "a bit is flipped", &altered, now(), damaged, &[]);
    let earlier = state(5, &good[1..good.len() - 8]);
    let kept = all.map(|kind| (kind, "in-use"));
    add("earlier", "none: of a version of the app that knew no venues", &earlier, now(), None, &kept);
    let newer = state(8, &good[1..good.len() - 8]);
    add("newer", "the form of a newer version of the app", &newer, now(), Some("holder-state-newer"), &[]);
    let mut unknown = parts(None, 0, &[]);
    unknown[0] += 1;
    unknown.extend([23, 0]);
    add("unknown-field", "a field that is not known", &state(2, &unknown), now(), damaged, &[]);
    add(
        "trailing-byte",
        "a byte follows the content",
        &state(2, &[parts(None, 0, &[]), vec![0]].concat()),
        now(),
        damaged,
        &[],
    );
    add("no-content", "nothing but form and checksum", &state(2, &[]), now(), damaged, &[]);
    add("short-key", "a key of 31 bytes", &state(2, &parts(Some(&[7; 31]), 0, &[])), now(), damaged, &[]);
    add("key-of-zeros", "a key that was never random", &state(2, &parts(Some(&[0; 32]), 0, &[])), now(), damaged, &[]);
    add(
        "too-many-reports",
        "a report more than is kept",
        &state(2, &parts(None, REPORTS + 1, &[])),
        now(),
        damaged,
        &[],
    );
    add(
        "unwanted-file",
        "a kind of file that there is not",
        &state(2, &parts(None, 0, &[stored(65_099, &[])])),
        now(),
        damaged,
        &[],
    );
    let days = |keys: &[Vec<u8>]| {
        let mut parts = parts(None, 0, &[]);
        parts.truncate(parts.len() - map(&[(0, array(&[]))]).len());
        state(3, &[parts, map(&[(0, array(keys))])].concat())
    };
    let seeds = [1, 2, 3, 4, 5].map(|number| bytes(&seed(&format!("day {number}"))));
    add("pending-keys", "none: four certificates are asked for", &days(&seeds[..4]), now(), None, &[]);
    add("too-many-keys", "a day key more than is kept", &days(&seeds), now(), damaged, &[]);
    let host = |bytes_of_key: &[u8]| array(&[bytes(bytes_of_key)]);
    let kept = ["day 1", "day 2"].map(|name| host(key(name).public().as_bytes()));
    add("host-keys", "none: the host keeps the keys of two certificates", &days(&kept), now(), None, &[]);
    let mixed = [seeds[0].clone(), kept[1].clone()];
    add("host-key-beside", "none: the host keeps one of two keys", &days(&mixed), now(), None, &[]);
    add("weak-host-key", "a host's key of small order", &days(&[host(&[0; 32])]), now(), damaged, &[]);
    let two = array(&[bytes(key("day 1").public().as_bytes()), bytes(key("day 2").public().as_bytes())]);
    add("two-in-one", "two host's keys in the place of one", &days(&[two]), now(), damaged, &[]);
    add("short-day-key", "a day key of 31 bytes", &days(&[bytes(&[7; 31])]), now(), damaged, &[]);
    StateVectors { roots: roots(), cases }
}

pub(crate) fn requests() -> RequestVectors {
    let mut cases = Vec::new();
    let mut add = |name: &str, flaw: &str, request: Vec<u8>, now: Time, code: Option<&str>| {
        let (name, flaw, request) = (name.into(), flaw.into(), Hex(request));
        cases.push(RequestCase { name, flaw, now: now.to_string(), request, code: code.map(Into::into) });
    };
    let ask = |identity: Identity| {
        CertificateRequest::sign(&key("phone"), &key("day"), place("3301"), identity, now()).unwrap()
    };
    let by = |content: &[u8], keys: &[&str]| {
        let keys: Vec<_> = keys.iter().map(|name| key(name)).collect();
        cose::sign(&map(&[(3, uint(65_008))]), content, &keys)
    };
    let good = ask(identity());
    let seconds = |n: i64| now().plus(Span::seconds(n));
    add("request", "none", good.clone(), now(), None);
    add("five-minutes", "none: it is five minutes old", good.clone(), seconds(300), None);
    add("too-old", "it is older than five minutes", good.clone(), seconds(301), Some("certificate-request-age"));
    add(
        "from-future",
        "it was made two minutes after the issuer's now",
        good.clone(),
        seconds(-121),
        Some("certificate-request-age"),
    );
    add("truncated", "the last byte is missing", good[..good.len() - 1].to_vec(), now(), Some("cbor-truncated"));
    let (content, own) = (payload(&good), ["phone", "day"]);
    assert_eq!(by(&content, &own), good);
    let signature = "certificate-request-signature";
    for (name, flaw, keys) in [
        ("one-signature", "the day's key has not signed", &["phone"][..]),
        ("no-enrolment", "the enrolment key has not signed", &["day"]),
        ("another-key", "signed by another enrolment key than it names", &["another", "day"]),
        ("another-day", "signed by another day's key than it names", &["phone", "another"]),
        ("other-order", "the day's key has signed first", &["day", "phone"]),
        ("third-signature", "a third key has signed, too", &["phone", "day", "another"]),
    ] {
        add(name, flaw, by(&content, keys), now(), Some(signature));
    }
    let key_bytes = |name: &str| key(name).public().as_bytes().to_vec();
    let stolen = replaced(&content, &key_bytes("day"), &key_bytes("another"));
    add("for-another-key", "for another key than has signed", by(&stolen, &own), now(), Some(signature));
    let same = replaced(&content, &key_bytes("day"), &key_bytes("phone"));
    add("same-key", "for the enrolment key itself", by(&same, &["phone", "phone"]), now(), Some(signature));
    let weak = replaced(&content, &key_bytes("day"), &cose::NEUTRAL);
    add("weak-key", "for a point of small order", by(&weak, &own), now(), Some("certificate-malformed"));
    let alone = sign1(&protected(Kind::CertificateRequest, &key("phone")), &content, &key("phone"));
    add("sign1-where-sign", "one signer where two are due", alone, now(), Some("envelope-shape"));
    let mut refused = |name: &str, flaw: &str, hidden: &str, digits: &str| {
        let identity = Identity { name: hidden.into(), digits: digits.into() };
        add(name, flaw, ask(identity), now(), Some("certificate-not-masked"));
    };
    refused("not-masked", "the whole name", "例例", "428X");
    refused("half-hidden", "most of the name", "张三丰*", "428X");
    refused("symbols", "a symbol and a word for a name", "🟢*PASS", "428X");
    refused("turned", "a name that changes the direction", "*\u{202e}例", "428X");
    refused("whole-number", "the whole number", "*例", "33010619900101428X");
    refused("no-digits", "no digits", "*例", "");
    add("nothing", "an empty map", by(&map(&[]), &own), now(), Some("certificate-malformed"));
    let certificate = DayCertificate::sign(&certificate_for("day"), &key("phone"));
    add("certificate", "a certificate that the phone has made itself", certificate, now(), Some("file-wrong-kind"));
    RequestVectors { personal: vec![identity().name, identity().digits, "例".into()], cases }
}
