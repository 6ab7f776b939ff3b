//! `docs/formats.md` beside what the crate writes and reads: its CDDL is validated against the vectors and more by a library
//! that knows nothing of this crate, and its examples are the vectors.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may stop")]

#[path = "../authority/mod.rs"]
mod authority;
mod cddl;
#[path = "../vectors/format.rs"]
mod format;
mod mutants;
mod samples;

use std::collections::BTreeSet;
use std::path::Path;

use cddl::{Schema, specification};
use format::{CodeVectors, FileVectors, Hex, RequestVectors, StateVectors};
use healthcode::code::wire::{PREFIX, code_text};
use healthcode::error_codes::all_codes;
use healthcode::limits::*;
use serde::de::DeserializeOwned;

fn read(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

fn vectors<T: DeserializeOwned>(name: &str) -> T {
    serde_json::from_str(&read(&format!("tests/vectors/signed/{name}"))).unwrap()
}

/// The bytes of a code's text, by a reader of base45 that is not the crate's.
fn envelope(text: &str) -> Vec<u8> {
    base45::decode(code_text(text).unwrap().strip_prefix("JK1:").unwrap()).unwrap()
}

#[test]
fn whatever_is_written_has_the_structure_of_its_kind() {
    let schema = Schema::new(&specification());
    let mut met = BTreeSet::new();
    for (name, rule, bytes) in samples::all() {
        if let Err(error) = schema.validate(rule, &bytes) {
            panic!("{name}: {rule}: {error}");
        }
        let tagged = schema.tagged.keys().map(String::as_str).filter(|other| schema.validate(other, &bytes).is_ok());
        let has_tag = !["stored-state", "delta", "notice", "logged-finding", "logged-day"].contains(&rule);
        assert!(tagged.eq(has_tag.then_some(rule)), "{name} is {rule} and nothing else");
        met.insert(rule);
    }
    assert!(schema.tagged.keys().all(|rule| met.contains(rule.as_str())), "{met:?}");
}

/// A field that is taken out of the document is missed by something that is written, so that each is in use and is described.
#[test]
fn no_field_of_the_document_can_be_left_out() {
    let specification = specification();
    let lines: Vec<&str> = specification.lines().collect();
    let mut samples = samples::all();
    samples.sort_by_key(|(_, _, bytes)| bytes.len());
    let mut superfluous = Vec::new();
    let mut fields = 0;
    for (at, line) in lines.iter().enumerate().filter(|(_, line)| cddl::is_field(line)) {
        let without = Schema::new(&[&lines[..at], &lines[at + 1..]].concat().join("\n"));
        fields += 1;
        if samples.iter().all(|(_, rule, bytes)| without.validate(rule, bytes).is_ok()) {
            superfluous.push(line);
        }
    }
    assert!(superfluous.is_empty(), "nothing that is written has these: {superfluous:#?}");
    assert!(fields > 100, "{fields}");
}

/// Flaws of structure that CDDL cannot say: sums, orders, one thing beside another, characters that are not seen.
const BEYOND_CDDL: [&str; 41] = [
    "mailbox-cut-entry",
    "compound-cut-off",
    "compound-of-more",
    "compound-of-none",
    "count-of-fewer",
    "count-of-more",
    "cut-off-number",
    "endless-number",
    "late-base",
    "levels-of-more",
    "no-level",
    "number-in-long",
    "sum-beyond-places",
    "curious-pack",
    "manifest-filler",
    "manifest-blank",
    "manifest-selector",
    "manifest-form",
    "manifest-unseen",
    "nameless-signer",
    "no-such-place",
    "exposure-levels-left-over",
    "exposure-twice",
    "exposure-without-a-level",
    "exposures-cut-off",
    "exposures-out-of-order",
    "exposures-with-more-levels",
    "row-of-ages",
    "row-order",
    "row-twice",
    "short-column",
    "signer-escape",
    "signer-in-capitals",
    "signer-look-alike",
    "signer-unseen",
    "sign-where-sign1",
    "sign1-where-sign",
    "sum-of-places",
    "unsound-pack",
    "certificate-weak-key",
    "weak-key",
];

/// Whether a code of refusal is for the structure.
fn is_of_structure(code: &str) -> bool {
    code.ends_with("-malformed") || code.starts_with("envelope-")
}

/// What is refused for its structure is no instance of the document, and all else that is refused is one.
#[test]
fn flaws_of_structure_do_not_have_it() {
    let schema = Schema::new(&specification());
    let mut found = BTreeSet::new();
    let mut wrong = Vec::new();
    let mut flaws = 0;
    let mut check = |name: &str, code: Option<&str>, valid: bool| {
        // How numbers are written is no matter of CDDL.
        if code.is_some_and(|code| code.starts_with("cbor-")) {
            return;
        }
        let expected = !code.is_some_and(is_of_structure);
        flaws += usize::from(!expected);
        if BEYOND_CDDL.contains(&name) && !expected {
            found.insert(name.to_owned());
        } else if valid != expected {
            wrong.push(format!("{name}: {code:?}"));
        }
    };
    for case in vectors::<FileVectors>("files.json").cases {
        let has_structure = schema.kind_of(&case.file.0).is_some();
        if case.name == "no-key-id" {
            // Refused later, because nobody has signed it.
            assert!(!has_structure);
        } else {
            check(&case.name, case.code.as_deref(), has_structure);
        }
    }
    for case in vectors::<RequestVectors>("requests.json").cases {
        check(&case.name, case.code.as_deref(), schema.kind_of(&case.request.0).is_some());
    }
    for case in vectors::<CodeVectors>("codes.json").cases {
        if case.stage.as_deref() != Some("text") {
            check(&case.name, case.code.as_deref(), schema.kind_of(&envelope(&case.text)).is_some());
        }
    }
    assert_eq!(wrong, [""; 0]);
    assert!(BEYOND_CDDL.iter().all(|name| found.contains(*name)), "{found:?}");
    assert!(flaws > 40, "{flaws}");
}

#[test]
fn a_state_that_is_damaged_in_its_structure_does_not_have_it() {
    let schema = Schema::new(&specification());
    for case in vectors::<StateVectors>("states.json").cases {
        let valid = schema.validate("stored-state", samples::content(&case.saved.0)).is_ok();
        match case.name.as_str() {
            "unknown-field" | "no-content" | "short-key" | "too-many-reports" | "unwanted-file" | "too-many-keys"
            | "short-day-key" | "two-in-one" => {
                assert!(!valid, "{}", case.name);
            }
            // Not in the structure: the checksum, the form, what follows, and which keys are safe.
            "empty" | "truncated" | "altered" | "newer" | "trailing-byte" | "key-of-zeros" | "weak-host-key" => {}
            _ => assert!(valid && case.code.is_none(), "{}", case.name),
        }
    }
}

/// The examples are taken from the vectors, to the last byte.
#[test]
fn the_examples_are_vectors() {
    let document = read("docs/formats.md");
    let blocks: Vec<&str> =
        document.split("\n```hex\n").skip(1).map(|rest| rest.split_once("\n```").unwrap().0).collect();
    assert_eq!(blocks.len(), 3);
    for block in blocks {
        let (first, rest) = block.split_once('\n').unwrap();
        let (file, pointer) = first.strip_prefix("# ").unwrap().split_once(' ').unwrap();
        let json: serde_json::Value = vectors(file);
        let text = json.pointer(pointer).unwrap().as_str().unwrap();
        let expected = if text.starts_with("JK1:") { format!("{:?}", Hex(envelope(text))) } else { text.into() };
        let shown: String = rest.lines().map(|line| line.split('#').next().unwrap()).collect();
        assert_eq!(shown.split_whitespace().collect::<String>(), expected, "{first}");
    }
}

/// The error codes that the document names.
fn named(document: &str) -> BTreeSet<&str> {
    let quoted = document.split('`').skip(1).step_by(2);
    quoted.filter(|quoted| all_codes().any(|code| code == *quoted)).collect()
}

/// Every code by which something is refused for what it is has its condition in the document.
#[test]
fn the_document_names_every_code_of_refusal() {
    let document = read("docs/formats.md");
    let named = named(&document);
    let stages = ["cbor-", "envelope-", "file-", "trust-", "text-", "certificate-", "code-", "venue-", "mailbox-"];
    let missing =
        // How many tags a list has, its reader finds out as everything else of its structure.
        all_codes().filter(|code| stages.iter().any(|stage| code.starts_with(stage)) && !named.contains(code) && *code != "venue-too-many-tags");
    assert_eq!(missing.collect::<Vec<_>>(), [""; 0]);
    let stages = [&stages[..], &["holder-"]].concat();
    let quoted = document.split('`').skip(1).step_by(2).filter(|quoted| !quoted.contains([' ', '…', '.', '/']));
    let unknown = quoted.filter(|quoted| stages.iter().any(|stage| quoted.starts_with(stage) && quoted != stage));
    assert_eq!(unknown.filter(|code| !named.contains(code)).collect::<Vec<_>>(), [""; 0]);
}

/// A number as the document writes it: 8,388,608.
fn grouped(number: impl TryInto<i64>) -> String {
    let digits = number.try_into().ok().unwrap().to_string();
    let groups: Vec<_> = digits.as_bytes().rchunks(3).rev().map(|group| core::str::from_utf8(group).unwrap()).collect();
    groups.join(",")
}

#[test]
fn the_document_states_the_limits_that_hold() {
    let document = read("docs/formats.md").split_whitespace().collect::<Vec<_>>().join(" ");
    for stated in [
        format!("More than 8 MiB ({} bytes): `envelope-too-large`", grouped(FILE_BYTES)),
        format!("signatures: [1*{SIGNATURES} signature]"),
        format!("tags nest at most {CBOR_DEPTH} deep"),
        format!("has at most {} operations, literals", grouped(EXPRESSION_NODES)),
        format!("nested at most {EXPRESSION_DEPTH} deep"),
        format!("has at most {} bytes. ```cddl rule-pack-file", grouped(PACK_BYTES)),
        format!("at most {PACK_ITEMS} questions"),
        format!("whole days, from 1 to {WINDOW_DAYS}."),
        format!("at most {PACK_STEPS} steps per course"),
        format!("the changes of the clock ascend, and there are at most {OFFSET_CHANGES}."),
        format!("at most {PACK_UNSURE} options that say that the person does not know"),
        format!("at most {} bytes long in each language", grouped(PACK_TEXT)),
        format!("{} at most, and no place has more than {RISK_ROWS_OF_A_PLACE} rows", grouped(RISK_ROWS)),
        format!("has at most {NAME_BYTES} bytes of UTF-8"),
        format!("at most {CERTIFICATE_HOURS_MAX} hours"),
        format!("at most {REQUEST_SECONDS} s before now and at most {CLOCK_SKEW_SECONDS} s after"),
        format!("no later than {CLOCK_SKEW_SECONDS} s after the moment (clocks"),
        format!("no later than {CLOCK_SKEW_SECONDS} s after that moment"),
        format!("no later than {CLOCK_SKEW_SECONDS} s after now"),
        format!("≤ issued + {CLOCK_SKEW_SECONDS} s"),
        format!("issued ≤ now + {CODE_SKEW_SECONDS} s."),
        format!("now < issued + ttl + {CODE_SKEW_SECONDS} s."),
        format!("ttl ≤ {CODE_SECONDS}."),
        format!("bstr .size ({CHALLENGE_BYTES_MIN}..{CHALLENGE_BYTES})"),
        format!("a ground of 1 to {GROUND_BYTES} characters"),
        format!("[0*{PENDING_DAY_KEYS} kept-key]"),
        format!("{TRUST_LIST_DAYS} days for trust lists and rule packs"),
        format!("{} days for packs in the emergency lane", EMERGENCY_AHEAD_DAYS + EMERGENCY_DAYS),
        format!(
            "{MANIFEST_HOURS} hours for manifests, {RISK_TABLE_DAYS} days for risk tables, exposure lists and records"
        ),
        format!("{VENUE_CODE_HOURS} hours for venue codes"),
        format!("tstr .size (1..{VENUE_NAME_BYTES})"),
        format!("at most {VENUE_TEXT} bytes follow;"),
        format!("last second is, {VENUE_QUARTERS} at most"),
        format!("whole tags, {} at most", grouped(EXPOSURE_TAGS)),
        format!("[1*{ROOTS} public-key]"),
        format!("[0*{TRUSTED_KEYS} trusted-key]"),
        format!("1 to {SIGNER_BYTES} bytes of the characters"),
        format!("[0*{NAMED_FILES} named]"),
        format!("an id has more than {PACK_ID_BYTES} bytes"),
        format!("A phone keeps {KEPT_FILES} files at most"),
        format!("`{PREFIX}`"),
        format!("more than {} bytes, it is `text-too-long`", grouped(SCANNED_TEXT)),
        format!("at most {CODE_TEXT} bytes, otherwise `text-too-long`"),
        format!("fits the text, {QR_VERSION_MAX} at most"),
        format!("[0*{REPORTS} report]"),
        format!("[0*{DIARY_VISITS} visit]"),
        format!("at most {} bytes. It is `holder-state-damaged`", grouped(STATE_BYTES)),
    ] {
        assert!(document.contains(&stated), "{stated}");
    }
}
