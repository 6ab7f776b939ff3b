//! Texts that a checkpoint scans, with one flaw each.

use healthcode::calendar::{DAY, Span, Time};
use healthcode::cbor::{Bytes, to_bytes};
use healthcode::code::Code;
use healthcode::code::certificate::{DayCertificate, Identity};
use healthcode::code::wire::{PREFIX, to_text};
use healthcode::colour::Colour;
use healthcode::limits::CODE_SECONDS;
use healthcode::trust::Kind;
use sha2::{Digest, Sha256};

use crate::authority::*;
use crate::cose::{self, array, bytes, map, negative, protected, sign1, single, text, uint};
use crate::files::{payload, replaced};
use crate::format::{CodeCase, CodeVectors, Hex};

const CHALLENGE: &[u8] = b"gate 7.1";

fn code() -> Code {
    let hash = |file: Vec<u8>| healthcode::trust::Digest::of(&file).short();
    let certificate = Bytes(certificate());
    Code {
        colour: Colour::Green,
        issued: now(),
        ttl: CODE_SECONDS,
        rules: hash(rules()),
        risk: Some(hash(risk())),
        certificate,
        challenge: None,
    }
}

fn by_phone(code: &Code) -> String {
    to_text(&code.sign(&key("day")))
}

/// A certificate with this floor, and a ground for it.
fn grounded(floor: Colour) -> DayCertificate {
    DayCertificate { floor, ground: Some("close-contact".into()), ..certificate_for("day") }
}

/// A code with this certificate, signed by the issuer.
fn certified(certificate: &DayCertificate) -> Code {
    carrying(certificate.sign(&key("certificate")))
}

fn carrying(certificate: Vec<u8>) -> Code {
    Code { certificate: Bytes(certificate), ..code() }
}

fn challenged(challenge: &[u8]) -> Code {
    Code { challenge: Some(Bytes(challenge.to_vec())), ..code() }
}

/// The protected headers of a code.
fn headers() -> Vec<u8> {
    map(&[(1, negative(-8)), (3, uint(65_009))])
}

/// A code of this content, properly signed.
fn of(content: &[u8]) -> String {
    to_text(&sign1(&headers(), content, &key("day")))
}

/// The fields of a code, for taking apart.
fn fields() -> Vec<(u64, Vec<u8>)> {
    let issued = uint(now().unix().try_into().unwrap());
    let hash = |file: Vec<u8>| bytes(&Sha256::digest(file)[..8]);
    vec![(0, uint(0)), (1, issued), (2, uint(60)), (3, hash(rules())), (4, hash(risk())), (5, bytes(&certificate()))]
}

fn with_field(key: u64, value: Vec<u8>) -> String {
    let mut fields = fields();
    match fields.iter_mut().find(|(number, _)| *number == key) {
        Some(field) => field.1 = value,
        None => fields.push((key, value)),
    }
    of(&map(&fields))
}

struct Cases(Vec<CodeCase>);

impl Cases {
    fn add(
        &mut self,
        name: &str,
        flaw: &str,
        text: String,
        now: Time,
        challenge: Option<&[u8]>,
        verdict: (&str, &str, &str),
    ) {
        let (verdict, stage, code) = verdict;
        let accepted = verdict == "accepted";
        self.0.push(CodeCase {
            name: name.into(),
            flaw: flaw.into(),
            now: now.to_string(),
            challenge: challenge.map(|challenge| Hex(challenge.to_vec())),
            clock_off: false,
            text,
            verdict: verdict.into(),
            stage: (!accepted).then(|| stage.into()),
            code: (!accepted).then(|| code.into()),
            colour: accepted.then(|| code.into()),
        });
    }

    fn accepted(&mut self, name: &str, text: String, colour: &str) {
        self.add(name, "none", text, now(), None, ("accepted", "", colour));
    }

    fn refused(&mut self, name: &str, flaw: &str, text: String, stage: &str, code: &str) {
        self.add(name, flaw, text, now(), None, ("refused", stage, code));
    }
}

pub(crate) fn vectors() -> CodeVectors {
    let mut cases = Cases(Vec::new());
    good(&mut cases);
    texts(&mut cases);
    envelope(&mut cases);
    certificates(&mut cases);
    signatures(&mut cases);
    times(&mut cases);
    content(&mut cases);
    CodeVectors {
        roots: roots(),
        at: now().to_string(),
        trust_list: Hex(trust_list()),
        manifest: Hex(manifest()),
        personal: vec![identity().name, identity().digits],
        cases: cases.0,
    }
}

fn good(cases: &mut Cases) {
    let mut holder = phone();
    holder.submit(answers(false), now()).unwrap();
    cases.accepted("shown", holder.show(now(), None, None).unwrap().text, "green");
    holder.submit(answers(true), now()).unwrap();
    cases.accepted("yellow", holder.show(now(), None, None).unwrap().text, "yellow");
    cases.accepted("red", by_phone(&Code { colour: Colour::Red, ..code() }), "red");
    cases.accepted("by-hand", of(&map(&fields())), "green");
    assert_eq!(cases.0[0].text, cases.0[3].text);
    scanned(cases);
    cases.accepted("no-risk-table", by_phone(&Code { risk: None, ..code() }), "green");
    let floor = grounded(Colour::Yellow);
    cases.accepted("worse-than-floor", by_phone(&Code { colour: Colour::Red, ..certified(&floor) }), "red");
    let text = by_phone(&challenged(CHALLENGE));
    cases.accepted("challenge-not-asked", text.clone(), "green");
    cases.add("challenge", "none", text, now(), Some(CHALLENGE), ("accepted", "", "green"));
}

/// What scanners, keyboards and copying make of a code.
fn scanned(cases: &mut Cases) {
    let good = by_phone(&code());
    let space = good.find(' ').unwrap();
    cases.accepted("line-break", format!("{good}\r\n"), "green");
    cases.accepted("space-before", format!(" {good}"), "green");
    cases.accepted("space-after", format!("{good} "), "green");
    cases.accepted("byte-order-mark", format!("\u{feff}{good}"), "green");
    cases.accepted("no-break-space", good.replace(' ', "\u{a0}"), "green");
    cases.accepted("lower-case", good.to_lowercase(), "green");
    cases.accepted("lower-case-body", format!("{PREFIX}{}", good[PREFIX.len()..].to_lowercase()), "green");
    cases.accepted("wrapped", format!("{}\r\n{}", &good[..space], &good[space..]), "green");
    cases.accepted("symbology-identifier", format!("]Q1{good}"), "green");
    cases.accepted("identifiers", format!("]Q2\\000026{good}"), "green");
    cases.accepted("percent-encoded", encoded(&good), "green");
    cases.accepted("form-encoded", encoded(&good).replace("%20", "+"), "green");
}

/// As JavaScript's `encodeURIComponent` writes it.
fn encoded(text: &str) -> String {
    let plain = |character: char| character.is_ascii_alphanumeric() || "-.*".contains(character);
    text.chars().map(|it| if plain(it) { it.to_string() } else { format!("%{:02X}", u32::from(it)) }).collect()
}

fn texts(cases: &mut Cases) {
    let good = by_phone(&code());
    let (other, damaged) = ("text-not-a-health-code", "text-damaged");
    cases.refused("empty", "no text", String::new(), "text", other);
    cases.refused("web-page", "the address of a page", "HTTPS://EXAMPLE.ORG/".into(), "text", other);
    cases.refused("other-prefix", "the prefix of EU certificates", good.replacen(PREFIX, "HC1:", 1), "text", other);
    cases.refused("later-prefix", "a form that is not known yet", good.replacen(PREFIX, "JK2:", 1), "text", other);
    cases.refused("no-prefix", "the prefix is missing", good.replacen(PREFIX, "", 1), "text", other);
    cases.refused("other-identifier", "the identifier of another symbology", format!("]C1{good}"), "text", other);
    cases.refused("half-encoded", "percent-encoded but for its end", format!("{}%", encoded(&good)), "text", other);
    cases.refused("only-prefix", "nothing after the prefix", PREFIX.into(), "envelope", "cbor-truncated");
    cases.refused("not-base45", "a character that base45 does not have", good.replace('A', "_"), "text", damaged);
    cases.refused("full-width", "a full-width letter", format!("{good}Ａ"), "text", damaged);
    cases.refused(
        "beyond-two-bytes",
        "three characters that stand for more than two bytes",
        format!("{PREFIX}GGW"),
        "text",
        damaged,
    );
    cases.refused(
        "beyond-one-byte",
        "two characters that stand for more than one byte",
        format!("{PREFIX}::"),
        "text",
        damaged,
    );
    cases.refused("odd-length", "a single character at the end", format!("{PREFIX}QED8WEX000"), "text", damaged);
    cases.refused(
        "oversized",
        "a character more than codes may have",
        format!("{PREFIX}{}", "0".repeat(837)),
        "text",
        "text-too-long",
    );
    cases.refused(
        "truncated-text",
        "the last three characters are missing",
        good[..good.len() - 3].into(),
        "envelope",
        "cbor-truncated",
    );
    cases.refused("twice", "the text follows itself", format!("{good}{good}"), "text", damaged);
}

fn envelope(cases: &mut Cases) {
    let refused = |cases: &mut Cases, name: &str, flaw: &str, bytes: &[u8], code: &str| {
        cases.refused(name, flaw, to_text(bytes), "envelope", code);
    };
    let good = code().sign(&key("day"));
    let content = map(&fields());
    let signature = bytes(&good[good.len() - 64..]);
    refused(cases, "untagged", "the structure without its tag", &good[1..], "envelope-shape");
    refused(cases, "trailing-byte", "a byte follows", &[&good[..], &[0]].concat(), "cbor-trailing-bytes");
    refused(
        cases,
        "long-tag",
        "the tag in a longer form than it needs",
        &[&[0xd8, 18], &good[1..]].concat(),
        "cbor-not-canonical",
    );
    refused(
        cases,
        "endless-array",
        "an array of indefinite length",
        &[&[0xd2, 0x9f], &good[2..], &[0xff]].concat(),
        "cbor-not-canonical",
    );
    let unprotected = single(&headers(), &map(&[(4, bytes(&[0; 8]))]), &bytes(&content), &signature);
    refused(cases, "unprotected-header", "a header that is not signed", &unprotected, "envelope-shape");
    let unknown = sign1(&map(&[(1, negative(-8)), (3, uint(65_009)), (9, uint(1))]), &content, &key("day"));
    refused(cases, "unknown-header", "a header that nobody knows", &unknown, "envelope-shape");
    let named = sign1(&protected(Kind::Code, &key("day")), &content, &key("day"));
    refused(cases, "key-id", "a key id, which codes do not have", &named, "code-malformed");
    let other = sign1(&map(&[(1, negative(-7)), (3, uint(65_009))]), &content, &key("day"));
    refused(cases, "another-algorithm", "ECDSA is named as the algorithm", &other, "envelope-algorithm");
    let several = cose::sign(&map(&[(3, uint(65_009))]), &content, &[key("day")]);
    refused(cases, "sign-where-sign1", "several signers where one is due", &several, "envelope-shape");
    refused(cases, "certificate", "the day certificate alone", &certificate(), "code-wrong-kind");
    refused(cases, "record", "a record", &record(), "code-wrong-kind");
    refused(
        cases,
        "text-payload",
        "a text instead of a code",
        &sign1(&headers(), &text("green"), &key("day")),
        "code-malformed",
    );
    let malformed = "code-malformed";
    let mut twice = fields();
    twice.insert(1, (0, uint(0)));
    cases.refused("field-twice", "the colour twice", of(&map(&twice)), "envelope", "cbor-duplicate-key");
    let mut disordered = fields();
    disordered.swap(0, 1);
    cases.refused("field-order", "the fields are not in order", of(&map(&disordered)), "envelope", "cbor-key-order");
    cases.refused(
        "long-number",
        "a number in a longer form than it needs",
        with_field(2, vec![0x19, 0, 60]),
        "envelope",
        "cbor-not-canonical",
    );
    cases.refused("unknown-field", "a field that is not known", with_field(7, uint(1)), "envelope", malformed);
    cases.refused("missing-field", "no certificate", of(&map(&fields()[..5])), "envelope", malformed);
    cases.refused("unknown-colour", "a fifth colour", with_field(0, uint(4)), "envelope", malformed);
    cases.refused(
        "negative-time",
        "made before all calendars",
        with_field(1, negative(i64::MIN)),
        "envelope",
        malformed,
    );
    cases.refused("large-ttl", "seconds of more than 16 bits", with_field(2, uint(65_596)), "envelope", malformed);
    cases.refused("no-challenge", "a challenge without bytes", with_field(6, bytes(b"")), "envelope", malformed);
    cases.refused(
        "short-challenge",
        "a challenge of three bytes",
        with_field(6, bytes(&[7; 3])),
        "envelope",
        malformed,
    );
    cases.refused("version", "a version where the rules' hash is due", with_field(3, uint(3)), "envelope", malformed);
    cases.refused("short-hash", "seven bytes of the rules' hash", with_field(3, bytes(&[7; 7])), "envelope", malformed);
    cases.refused(
        "long-hash",
        "the whole hash of the risk data",
        with_field(4, bytes(&[7; 32])),
        "envelope",
        malformed,
    );
    cases.refused("long-challenge", "a challenge of nine bytes", with_field(6, bytes(&[7; 9])), "envelope", malformed);
    cases.refused("nothing", "an empty array instead of a code", of(&array(&[])), "envelope", malformed);
}

fn certificates(cases: &mut Cases) {
    let refused = |cases: &mut Cases, name: &str, flaw: &str, code: &Code, cause: &str| {
        cases.refused(name, flaw, by_phone(code), "certificate", cause);
    };
    let good = || certificate_for("day");
    refused(
        cases,
        "certificate-empty",
        "no bytes where the certificate is due",
        &carrying(Vec::new()),
        "cbor-truncated",
    );
    refused(
        cases,
        "certificate-is-a-record",
        "a record where the certificate is due",
        &carrying(record()),
        "file-wrong-kind",
    );
    let mut altered = certificate();
    let last = altered.len() - 1;
    altered[last] ^= 1;
    refused(
        cases,
        "certificate-altered",
        "a bit of the issuer's signature is flipped",
        &carrying(altered),
        "file-bad-signature",
    );
    let raised = replaced(&certificate(), &[2, 0, 3, 0xa2], &[2, 1, 3, 0xa2]);
    refused(
        cases,
        "certificate-floor-altered",
        "the issuer's word on the colour is changed",
        &carrying(raised),
        "file-bad-signature",
    );
    let by = |name: &str, certificate: DayCertificate| carrying(certificate.sign(&key(name)));
    refused(
        cases,
        "certificate-stranger",
        "by a key that the trust list does not name",
        &by("stranger", good()),
        "file-unknown-key",
    );
    refused(
        cases,
        "certificate-another-kind",
        "by a key that may sign records",
        &by("record", good()),
        "file-unknown-key",
    );
    refused(cases, "certificate-by-itself", "by the phone's own key", &by("day", good()), "file-unknown-key");
    let elsewhere = DayCertificate { place: place("3302"), ..good() };
    refused(
        cases,
        "certificate-elsewhere",
        "for a city that its key may not certify for",
        &certified(&elsewhere),
        "file-unknown-key",
    );
    refused(
        cases,
        "certificate-expired",
        "it was for an hour, which is over",
        &certified(&DayCertificate { hours: 1, ..good() }),
        "certificate-expired",
    );
    let tomorrow = DayCertificate { issued: now().plus(Span::seconds(DAY)), ..good() };
    refused(
        cases,
        "certificate-from-tomorrow",
        "it holds from tomorrow",
        &certified(&tomorrow),
        "certificate-not-yet-valid",
    );
    refused(
        cases,
        "certificate-long-lived",
        "for 49 hours",
        &certified(&DayCertificate { hours: 49, ..good() }),
        "certificate-long-lived",
    );
    let named = |name: &str, digits: &str| {
        let identity = Identity { name: name.into(), digits: digits.into() };
        certified(&DayCertificate { identity, ..good() })
    };
    let not_masked = "certificate-not-masked";
    refused(cases, "certificate-not-masked", "the whole name", &named("例例", "428X"), not_masked);
    refused(cases, "certificate-half-hidden", "most of the name", &named("张三丰*", "428X"), not_masked);
    refused(
        cases,
        "certificate-turned",
        "a name that changes the direction",
        &named("*\u{202e}例", "428X"),
        not_masked,
    );
    refused(cases, "certificate-symbols", "a name of symbols and words", &named("🟢*PASS", "428X"), not_masked);
    refused(cases, "certificate-no-digits", "no digits", &named("*例", ""), not_masked);
    let ungrounded = DayCertificate { ground: None, ..grounded(Colour::Red) };
    refused(cases, "certificate-no-ground", "red without a ground", &certified(&ungrounded), "certificate-ground");
    let weak = replaced(&payload(&certificate()), key("day").public().as_bytes(), &cose::NEUTRAL);
    let weak = sign1(&protected(Kind::DayCertificate, &key("certificate")), &weak, &key("certificate"));
    refused(
        cases,
        "certificate-weak-key",
        "for a point of small order, whose signatures anybody can make",
        &carrying(weak),
        "certificate-malformed",
    );
    let content = [&[0xa7][..], &payload(&certificate())[1..], &uint(9), &uint(0)].concat();
    let unknown = sign1(&protected(Kind::DayCertificate, &key("certificate")), &content, &key("certificate"));
    refused(
        cases,
        "certificate-unknown-field",
        "a field that is not known",
        &carrying(unknown),
        "certificate-malformed",
    );
    let issued = certificate();
    let at = issued.len() - 64;
    let second = [&issued[..at], &cose::second_form(&issued[at..].try_into().unwrap())].concat();
    refused(
        cases,
        "certificate-second-form",
        "the issuer's signature in a second form",
        &carrying(second),
        "file-bad-signature",
    );
}

fn signatures(cases: &mut Cases) {
    let refused = |cases: &mut Cases, name: &str, flaw: &str, bytes: &[u8]| {
        cases.refused(name, flaw, to_text(bytes), "signature", "code-bad-signature");
    };
    let good = code().sign(&key("day"));
    let at = good.len() - 64;
    let mut altered = good.clone();
    altered[at] ^= 1;
    refused(cases, "signature-altered", "a bit of the phone's signature is flipped", &altered);
    let repainted =
        replaced(&Code { colour: Colour::Red, ..code() }.sign(&key("day")), &[0xa6, 0, 3, 1], &[0xa6, 0, 0, 1]);
    refused(cases, "colour-altered", "red changed to green", &repainted);
    let swapped = certified(&certificate_for("another")).sign(&key("day"));
    refused(cases, "certificate-swapped", "another person's certificate", &swapped);
    refused(
        cases,
        "another-phone",
        "signed by another phone than the certificate is for",
        &code().sign(&key("another")),
    );
    refused(cases, "no-signature", "a signature of zeros", &[&good[..at], &[0; 64]].concat());
    refused(
        cases,
        "second-form",
        "the signature's second half plus the order of the group",
        &[&good[..at], &cose::second_form(&good[at..].try_into().unwrap())].concat(),
    );
    let message = cose::signed_over(&headers(), None, &to_bytes(&code()));
    refused(
        cases,
        "small-order-signature",
        "a signature whose first half is a point of small order",
        &[&good[..at], &cose::small_order_signature(&message, &key("day"))].concat(),
    );
    let another_kind = sign1(&map(&[(1, negative(-8)), (3, uint(65_006))]), &map(&fields()), &key("day"));
    let signature = &another_kind[another_kind.len() - 64..];
    refused(
        cases,
        "signature-of-another-kind",
        "the phone's signature over the same content as another kind",
        &[&good[..at], signature].concat(),
    );
}

fn times(cases: &mut Cases) {
    let text = by_phone(&code());
    let seconds = |n: i64| now().plus(Span::seconds(n));
    let mut at = |name: &str, flaw: &str, clock: Time, verdict: (&str, &str, &str)| {
        cases.add(name, flaw, text.clone(), clock, None, verdict);
    };
    at("last-second", "none: clocks may differ by half a minute", seconds(89), ("accepted", "", "green"));
    at("expired", "its minute and half a minute more are over", seconds(90), ("refused", "time", "code-expired"));
    at("picture", "it is an hour old", seconds(3600), ("refused", "time", "code-expired"));
    at("first-second", "none: clocks may differ by half a minute", seconds(-30), ("accepted", "", "green"));
    at(
        "from-future",
        "made 31 seconds after the checkpoint's now",
        seconds(-31),
        ("undecided", "time", "code-from-future"),
    );
    let expires = header(5, None).expires;
    at("list-expired", "the checkpoint's trust list has expired", expires, ("undecided", "trust", "file-expired"));
    let early = header(5, None).issued.minus(Span::seconds(DAY));
    at(
        "clock-behind",
        "the checkpoint's clock is before its trust list's issue",
        early,
        ("undecided", "trust", "file-not-yet-issued"),
    );
    cases.refused(
        "long-lived",
        "it claims to hold for 61 seconds",
        by_phone(&Code { ttl: 61, ..code() }),
        "time",
        "code-long-lived",
    );
    cases.refused(
        "very-long-lived",
        "it claims to hold for 18 hours",
        by_phone(&Code { ttl: u16::MAX, ..code() }),
        "time",
        "code-long-lived",
    );
    let soon = certified(&DayCertificate { issued: seconds(110), ..certificate_for("day") });
    cases.refused(
        "before-certificate",
        "made three minutes before its certificate",
        by_phone(&Code { issued: seconds(-20), ..soon }),
        "time",
        "code-outside-certificate",
    );
    let ending = certified(&DayCertificate { issued: seconds(10 - 3600), hours: 1, ..certificate_for("day") });
    cases.refused(
        "after-certificate",
        "made ten seconds from now, when its certificate is over",
        by_phone(&Code { issued: seconds(10), ..ending }),
        "time",
        "code-outside-certificate",
    );
    let mut off = |name: &str, flaw: &str, text: String, verdict: (&str, &str, &str)| {
        cases.add(name, flaw, text, seconds(3600), None, verdict);
        cases.0.last_mut().unwrap().clock_off = true;
    };
    off(
        "clock-off",
        "an hour old by a clock that is known to be wrong",
        text.clone(),
        ("undecided", "time", "code-clock-off"),
    );
    off(
        "clock-off-forged",
        "another phone's signature: by no clock is it good",
        to_text(&code().sign(&key("another"))),
        ("refused", "signature", "code-bad-signature"),
    );
}

fn content(cases: &mut Cases) {
    let floor = |floor| certified(&grounded(floor));
    let better = "code-better-than-floor";
    cases.refused(
        "better-than-floor",
        "green, where the issuer says yellow",
        by_phone(&floor(Colour::Yellow)),
        "content",
        better,
    );
    let yellow = Code { colour: Colour::Yellow, ..floor(Colour::Red) };
    cases.refused("yellow-for-red", "yellow, where the issuer says red", by_phone(&yellow), "content", better);
    let grey = by_phone(&Code { colour: Colour::Grey, ..code() });
    cases.add("grey", "the phone could not decide", grey, now(), None, ("undecided", "content", "code-grey"));
    let challenge = ("refused", "content", "code-challenge");
    let mut asked = |name: &str, flaw: &str, code: Code, asked: &[u8]| {
        cases.add(name, flaw, by_phone(&code), now(), Some(asked), challenge);
    };
    asked("unanswered", "no answer to the challenge", code(), CHALLENGE);
    asked("another-challenge", "the answer to another checkpoint's challenge", challenged(b"gate 7.2"), CHALLENGE);
    asked("half-a-challenge", "only the beginning of the challenge", challenged(&CHALLENGE[..4]), CHALLENGE);
    asked("empty-challenge", "the checkpoint asks for nothing", challenged(CHALLENGE), b"");
}
