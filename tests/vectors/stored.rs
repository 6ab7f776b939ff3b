//! Stored states and requests for certificates, with one flaw each.

use healthcode::calendar::{DAY, Span, Time};
use healthcode::cbor::to_bytes;
use healthcode::code::certificate::{CertificateRequest, DayCertificate, Identity};
use healthcode::facts::{Mode, Report, Visit};
use healthcode::limits::REPORTS;
use healthcode::trust::Kind;
use sha2::{Digest, Sha512};

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
    let report = to_bytes(&Report { at: now(), answers: answers(false) });
    let seed = seed.map(|seed| (0, bytes(seed)));
    // The version of the trust list, if that is among the files.
    let seen: Vec<_> = files
        .iter()
        .any(|file| *file == stored(65_000, &trust_list()))
        .then(|| map(&[(0, uint(65_000)), (2, uint(5))]))
        .into_iter()
        .collect();
    let others = [(1, array(&vec![report; reports])), (2, array(&[])), (3, array(files)), (4, array(&seen))];
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
    holder.add_visit(Visit { place: place("420106"), arrive, leave: None, mode: Mode::Stay }, now()).unwrap();
    let good = holder.save();
    let all = ["trust-list", "rule-pack", "risk-table", "record", "day-certificate"];
    add("saved", "none", &good, now(), None, &all.map(|kind| (kind, "in-use")));
    let no_list = "holder-no-trust-list";
    let without = |cause| [(all[0], cause), (all[1], no_list), (all[2], no_list), (all[3], no_list), (all[4], no_list)];
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
        "none: written without the crate's writer",
        &state(1, &parts(Some(&seed("phone")), 1, &[])),
        now(),
        None,
        &[],
    );
    let mixed = parts(None, 0, &[stored(65_000, &risk()), stored(65_002, &risk())]);
    add(
        "files-mixed-up",
        "a risk table in the place of the trust list",
        &state(1, &mixed),
        now(),
        None,
        &[("trust-list", "file-wrong-kind"), ("risk-table", no_list)],
    );
    let keyless = parts(None, 0, &[stored(65_000, &trust_list()), stored(65_007, &certificate())]);
    add(
        "no-key",
        "the key is missing",
        &state(1, &keyless),
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
    let newer = state(2, &good[1..good.len() - 8]);
    add("newer", "the form of a newer version of the app", &newer, now(), Some("holder-state-newer"), &[]);
    let mut unknown = parts(None, 0, &[]);
    unknown[0] += 1;
    unknown.extend([9, 0]);
    add("unknown-field", "a field that is not known", &state(1, &unknown), now(), damaged, &[]);
    add(
        "trailing-byte",
        "a byte follows the content",
        &state(1, &[parts(None, 0, &[]), vec![0]].concat()),
        now(),
        damaged,
        &[],
    );
    add("no-content", "nothing but form and checksum", &state(1, &[]), now(), damaged, &[]);
    add("short-key", "a key of 31 bytes", &state(1, &parts(Some(&[7; 31]), 0, &[])), now(), damaged, &[]);
    add("key-of-zeros", "a key that was never random", &state(1, &parts(Some(&[0; 32]), 0, &[])), now(), damaged, &[]);
    add(
        "too-many-reports",
        "a report more than is kept",
        &state(1, &parts(None, REPORTS + 1, &[])),
        now(),
        damaged,
        &[],
    );
    add(
        "unwanted-file",
        "a kind of file that there is not",
        &state(1, &parts(None, 0, &[stored(65_099, &[])])),
        now(),
        damaged,
        &[],
    );
    StateVectors { roots: roots().iter().map(ToString::to_string).collect(), cases }
}

pub(crate) fn requests() -> RequestVectors {
    let mut cases = Vec::new();
    let mut add = |name: &str, flaw: &str, request: Vec<u8>, now: Time, code: Option<&str>| {
        let (name, flaw, request) = (name.into(), flaw.into(), Hex(request));
        cases.push(RequestCase { name, flaw, now: now.to_string(), request, code: code.map(Into::into) });
    };
    let phone = key("phone");
    let ask = |identity: Identity| CertificateRequest::sign(&key("phone"), place("3301"), identity, now());
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
    let headers = protected(Kind::CertificateRequest, &phone);
    let others = sign1(&headers, &payload(&good), &key("another"));
    add("another-key", "signed by another key than it names", others, now(), Some("certificate-request-signature"));
    let stolen = replaced(&payload(&good), phone.public().as_bytes(), key("another").public().as_bytes());
    add(
        "for-another-key",
        "for another key than has signed",
        sign1(&headers, &stolen, &phone),
        now(),
        Some("certificate-request-signature"),
    );
    let weak = replaced(&payload(&good), phone.public().as_bytes(), &cose::NEUTRAL);
    add("weak-key", "for a point of small order", sign1(&headers, &weak, &phone), now(), Some("certificate-malformed"));
    let named = Identity { name: "例例".into(), digits: "428X".into() };
    add("not-masked", "the whole name", ask(named), now(), Some("certificate-not-masked"));
    let numbered = Identity { name: "*例".into(), digits: "33010619900101428X".into() };
    add("whole-number", "the whole number", ask(numbered), now(), Some("certificate-not-masked"));
    add("nothing", "an empty map", sign1(&headers, &map(&[]), &phone), now(), Some("certificate-malformed"));
    let certificate = DayCertificate::sign(&certificate_for("phone"), &phone);
    add("certificate", "a certificate that the phone has made itself", certificate, now(), Some("file-wrong-kind"));
    RequestVectors { personal: vec![identity().name, identity().digits, "例".into()], cases }
}
