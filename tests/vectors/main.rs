//! The vectors of `tests/vectors/signed`: made anew, compared with those that are committed, and tried on the crate.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may stop")]

mod attacks;
#[path = "../authority/mod.rs"]
mod authority;
mod busy;
mod codes;
mod cose;
mod deltas;
mod explained;
mod files;
mod format;
mod journey;
mod mailboxes;
mod statuses;
mod stored;
mod venues;

use std::collections::BTreeSet;
use std::path::Path;

use healthcode::calendar::Time;
use healthcode::checkpoint::Checkpoint;
use healthcode::code::certificate::CertificateRequest;
use healthcode::code::verify::Verdict;
use healthcode::code::wire::{code_text, from_text, to_text};
use healthcode::error::Coded;
use healthcode::error_codes::all_codes;
use healthcode::holder::Holder;
use healthcode::risk::RiskTable;
use healthcode::risk::delta::{Delta, DeltaError};
use healthcode::trust::Digest;
use healthcode::trust::file::read_unverified;
use serde::Serialize;

use format::{CodeVectors, FileVectors, RequestVectors, StateVectors};

/// Compares what is committed with what is made, or writes it.
fn compare(name: &str, made: &impl Serialize) {
    compare_text(&format!("signed/{name}"), &format!("{}\n", serde_json::to_string_pretty(made).unwrap()));
}

fn compare_text(name: &str, made: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors").join(name);
    if std::env::var_os("HEALTHCODE_WRITE_VECTORS").is_some_and(|yes| yes == "1") {
        std::fs::write(&path, made).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == made,
        "tests/vectors/{name} is not what is made today. If that is meant, run \
         HEALTHCODE_WRITE_VECTORS=1 cargo test --all-features --test vectors and look at the difference"
    );
}

#[test]
fn the_committed_vectors_are_those_that_are_made() {
    compare("files.json", &files::vectors());
    compare("codes.json", &codes::vectors());
    compare("states.json", &stored::states());
    compare("requests.json", &stored::requests());
    compare("deltas.json", &deltas::deltas());
    compare("venues.json", &venues::venues());
    compare("statuses.json", &statuses::vectors());
    let journey = journey::journey();
    compare("journey.json", &journey);
    compare("busy.json", &busy::busy(&journey));
    compare("attacks.json", &attacks::attacks());
}

/// One case a line, so that a difference shows which.
#[test]
fn what_is_explained_is_what_the_screens_are_compared_with() {
    let packs: Vec<String> = explained::explained().iter().map(explained::Explained::lines).collect();
    compare_text("explained.json", &format!("[\n{}\n]\n", packs.join(",\n")));
}

fn unique<'a>(names: impl Iterator<Item = &'a String>) {
    let mut seen = BTreeSet::new();
    names.for_each(|name| assert!(seen.insert(name), "{name} is there twice"));
}

fn moment(text: &str) -> Time {
    Time::parse(text).unwrap()
}

/// Loads one of the files that a phone has. As soon as it has rules, it asks for a certificate.
fn load(holder: &mut Holder, vectors: &FileVectors, name: &str) {
    let at = moment(&vectors.at);
    holder.load(&vectors.files[name].0, at).unwrap();
    if name == "rule-pack" {
        let identity = serde_json::from_value(vectors.identity.clone()).unwrap();
        holder.certificate_request(identity, &vectors.day.0, at).unwrap();
    }
}

#[test]
fn every_file_is_loaded_or_refused_with_its_code_and_then_nothing_has_changed() {
    let vectors = files::vectors();
    unique(vectors.cases.iter().map(|case| &case.name));
    for case in &vectors.cases {
        let mut holder = Holder::new(case.roots.as_ref().unwrap_or(&vectors.roots).clone());
        holder.create_key(&vectors.random.0).unwrap();
        for name in &case.before {
            load(&mut holder, &vectors, name);
        }
        let (before, files) = (holder.save(), holder.files().to_vec());
        let result = holder.load(&case.file.0, moment(&case.now));
        assert_eq!(result.as_ref().err().map(Coded::code), case.code.as_deref(), "{}", case.name);
        if let Err(error) = result {
            // A list that enough roots have signed is remembered even if it is not in force.
            let remembered = ["list-expired", "list-not-yet-issued"].contains(&&*case.name);
            assert_eq!(holder.save() != before, remembered, "{}", case.name);
            assert_eq!(holder.files(), files, "{}", case.name);
            let said = format!("{error} {error:?} {holder:?}");
            assert!(!said.contains('例') && !said.contains("428X"), "{}: {said}", case.name);
        }
    }
    println!("{} files", vectors.cases.len());
}

fn checkpoint(vectors: &CodeVectors) -> Checkpoint {
    let mut checkpoint = Checkpoint::new(vectors.roots.clone());
    for file in [&vectors.trust_list, &vectors.manifest] {
        checkpoint.load(&file.0, moment(&vectors.at)).unwrap();
    }
    checkpoint
}

#[test]
fn every_code_gets_its_verdict_and_no_refusal_says_whose_it_is() {
    let vectors = codes::vectors();
    let (checkpoint, CodeVectors { personal, cases, .. }) = (checkpoint(&vectors), vectors);
    unique(cases.iter().map(|case| &case.name));
    for case in &cases {
        let challenge = case.challenge.as_ref().map(|challenge| challenge.0.as_slice());
        let verdict = checkpoint.verify(&case.text, moment(&case.now), challenge, case.clock_off);
        let json = serde_json::to_value(&verdict).unwrap();
        assert_eq!(json["verdict"], case.verdict, "{}: {json}", case.name);
        for (name, expected) in [("stage", &case.stage), ("code", &case.code), ("colour", &case.colour)] {
            assert_eq!(json.get(name).and_then(|value| value.as_str()), expected.as_deref(), "{}: {json}", case.name);
        }
        let names = |said: &str| personal.iter().any(|secret| said.contains(secret));
        assert_eq!(names(&json.to_string()), case.verdict == "accepted", "{}: {json}", case.name);
        assert!(!names(&format!("{verdict:?}")), "{}: {verdict:?}", case.name);
    }
    println!("{} codes", cases.len());
}

#[test]
fn every_state_is_restored_or_refused_with_its_code() {
    let StateVectors { roots, cases } = stored::states();
    unique(cases.iter().map(|case| &case.name));
    for case in &cases {
        let restored = Holder::restore(roots.clone(), &case.saved.0, moment(&case.now));
        assert_eq!(restored.as_ref().err().map(Coded::code), case.code.as_deref(), "{}", case.name);
        if let Ok(holder) = restored {
            let state = |file: &healthcode::trust::FileState| {
                (file.kind.name().to_owned(), file.problem.clone().unwrap_or_else(|| "in-use".into()))
            };
            assert_eq!(holder.files().iter().map(state).collect::<Vec<_>>(), case.files, "{}", case.name);
            // The form is that of today, with a checksum that covers it.
            let content = |saved: &[u8]| saved[1..saved.len() - 8].to_vec();
            assert!(content(&holder.save()) == content(&case.saved.0), "{}: nothing is lost", case.name);
        }
    }
    println!("{} states", cases.len());
}

#[test]
fn every_request_is_answered_or_refused_with_its_code() {
    let RequestVectors { personal, cases } = stored::requests();
    unique(cases.iter().map(|case| &case.name));
    for case in &cases {
        let opened = CertificateRequest::open(&case.request.0, moment(&case.now));
        assert_eq!(opened.as_ref().err().map(Coded::code), case.code.as_deref(), "{}", case.name);
        let said = opened.map_or_else(|error| format!("{error} {error:?}"), |request| format!("{request:?}"));
        assert!(personal.iter().all(|secret| !said.contains(secret)), "{}: {said}", case.name);
    }
    println!("{} requests", cases.len());
}

#[test]
fn every_delta_leads_to_its_file_or_is_refused_with_its_code() {
    let vectors = deltas::deltas();
    unique(vectors.cases.iter().map(|case| &case.name));
    let (_, table) = read_unverified::<RiskTable>(&vectors.base.0).unwrap();
    for case in &vectors.cases {
        let applied = Delta::from_bytes(&case.delta.0).and_then(|delta| {
            if delta.base() == Digest::of(&vectors.base.0) {
                delta.apply(&table, healthcode::limits::FILE_BYTES)
            } else {
                Err(DeltaError::OtherBase)
            }
        });
        assert_eq!(applied.as_ref().err().map(Coded::code), case.code.as_deref(), "{}", case.name);
        assert!(applied.ok() == case.file.as_ref().map(|file| file.0.clone()), "{}", case.name);
    }
    println!("{} deltas", vectors.cases.len());
}

#[test]
fn every_venues_code_is_a_visit_or_refused_with_its_code_and_its_tags_are_found() {
    let vectors = venues::venues();
    unique(vectors.cases.iter().map(|case| &case.name));
    for case in &vectors.cases {
        let mut holder = Holder::new(vectors.roots.clone());
        holder.load(&vectors.trust_list.0, moment(&vectors.at)).unwrap();
        let taken = holder.enter_venue(&case.text, moment(&case.now));
        assert_eq!(taken.as_ref().err().map(Coded::code), case.code.as_deref(), "{}", case.name);
        let seed = holder.diary().iter().find_map(|visit| visit.venue.as_ref()).map(|venue| venue.seed.to_string());
        assert_eq!(seed, case.seed, "{}", case.name);
        assert_eq!(holder.diary().len(), usize::from(case.code.is_none()), "{}", case.name);
    }
    println!("{} venues' codes", vectors.cases.len());
}

#[test]
fn every_status_list_is_loaded_or_refused_and_every_code_gets_its_verdict_by_them() {
    let vectors = statuses::vectors();
    let at = moment(&vectors.at);
    let checkpoint = || {
        let mut checkpoint = Checkpoint::new(vectors.roots.clone());
        checkpoint.load(&vectors.trust_list.0, at).unwrap();
        checkpoint
    };
    unique(vectors.lists.iter().map(|case| &case.name));
    for case in &vectors.lists {
        let mut checkpoint = checkpoint();
        let before = checkpoint.save();
        let loaded = checkpoint.load_statuses(&case.list.0, at);
        assert_eq!(loaded.as_ref().err().map(Coded::code), case.code.as_deref(), "{}", case.name);
        assert_eq!(checkpoint.save() == before, case.code.is_some(), "{}", case.name);
    }
    unique(vectors.cases.iter().map(|case| &case.name));
    for case in &vectors.cases {
        let mut checkpoint = checkpoint();
        for list in &case.lists {
            checkpoint.load_statuses(&list.0, at).unwrap();
        }
        let (verdict, refusal) = match checkpoint.verify(&case.text, moment(&case.now), None, false) {
            Verdict::Accepted(accepted) => {
                assert!(accepted.status_at.is_some(), "{}", case.name);
                ("accepted", None)
            }
            Verdict::Refused(refusal) => ("refused", Some(refusal)),
            Verdict::Undecided(refusal) => ("undecided", Some(refusal)),
        };
        let stage = refusal.as_ref().map(|refusal| format!("{:?}", refusal.stage).to_lowercase());
        let code = refusal.map(|refusal| refusal.code);
        assert_eq!((verdict, stage, code), (&*case.verdict, case.stage.clone(), case.code.clone()), "{}", case.name);
    }
}

/// Every code by which a file, a code, a state or a request can be refused is shown by a vector, or named here with
/// the reason why it cannot be.
#[test]
fn every_code_of_refusal_has_a_vector() {
    let mut shown: BTreeSet<String> = BTreeSet::new();
    shown.extend(venues::venues().cases.into_iter().filter_map(|case| case.code));
    shown.extend(files::vectors().cases.into_iter().filter_map(|case| case.code));
    shown.extend(codes::vectors().cases.into_iter().filter_map(|case| case.code));
    shown.extend(statuses::vectors().lists.into_iter().filter_map(|case| case.code));
    shown.extend(statuses::vectors().cases.into_iter().filter_map(|case| case.code));
    shown.extend(stored::states().cases.into_iter().filter_map(|case| case.code));
    shown.extend(stored::requests().cases.into_iter().filter_map(|case| case.code));
    shown.extend(deltas::deltas().cases.into_iter().filter_map(|case| case.code));
    shown.extend(stored::states().cases.into_iter().flat_map(|case| case.files).map(|(_, state)| state));
    let elsewhere = [
        // It takes more than 8 MiB; a unit test of the envelope has it.
        "envelope-too-large",
        // Of the phone's own acts; unit tests of the holder have them.
        "holder-no-region",
        "holder-no-rules",
        "holder-key-exists",
        "holder-host-key",
        "holder-host-signature",
        "holder-no-certificate",
        "holder-diary-full",
        "holder-visit-order",
        "holder-visit-in-future",
        "holder-challenge",
        "holder-too-many-files",
        "holder-too-many-rules",
        // Of masking, before there is anything to sign; unit tests of the certificate have them.
        "certificate-name",
        "certificate-number",
        // Of the making of a list; a unit test of the list has it.
        "venue-too-many-tags",
        // It takes two lists; a unit test of the checkpoint has it.
        "status-older",
    ];
    let stages = [
        "cbor-",
        "envelope-",
        "file-",
        "trust-",
        "holder-",
        "certificate-",
        "code-",
        "text-",
        "venue-",
        "mailbox-",
        "status-",
    ];
    let mut missing = Vec::new();
    for code in all_codes().filter(|code| stages.iter().any(|stage| code.starts_with(stage))) {
        if shown.contains(code) == elsewhere.contains(&code) {
            missing.push(code);
        }
    }
    assert_eq!(missing, [""; 0]);
}

/// A file that was cut off or altered anywhere is never loaded.
#[test]
fn no_part_and_no_altered_copy_of_a_file_is_loaded() {
    let vectors = files::vectors();
    let at = moment(&vectors.at);
    for (name, file) in &vectors.files {
        let mut holder = Holder::new(vectors.roots.clone());
        holder.create_key(&vectors.random.0).unwrap();
        let before = ["trust-list", "manifest", "rule-pack", "certificate-answer"];
        let needed = match name.as_str() {
            "trust-list" | "trust-list-6" => 0,
            "manifest" => 1,
            "day-certificate" | "certificate-answer" => 3,
            "mailbox" => 4,
            _ => 2,
        };
        before[..needed].iter().for_each(|name| load(&mut holder, &vectors, name));
        let before = holder.save();
        for end in 0..file.0.len() {
            let code = holder.load(&file.0[..end], at).unwrap_err();
            assert!(code.code().starts_with("cbor-"), "{name}: {end}: {code:?}");
        }
        let mut altered = file.0.clone();
        for bit in 0..altered.len() * 8 {
            altered[bit / 8] ^= 1 << (bit % 8);
            assert!(holder.load(&altered, at).is_err(), "{name}: bit {bit}");
            altered[bit / 8] ^= 1 << (bit % 8);
        }
        assert!(holder.save() == before, "{name}");
        holder.load(&file.0, at).unwrap();
    }
}

/// A code that was cut off or altered anywhere, in its bytes or in its text, is never accepted.
#[test]
fn no_part_and_no_altered_copy_of_a_code_is_accepted() {
    let vectors = codes::vectors();
    let (checkpoint, CodeVectors { at, personal, cases, .. }) = (checkpoint(&vectors), vectors);
    let refused = |text: &str| {
        let verdict = checkpoint.verify(text, moment(&at), None, false);
        assert!(!matches!(verdict, Verdict::Accepted(_)), "{text}");
        let said = format!("{verdict:?}");
        assert!(personal.iter().all(|secret| !said.contains(secret)), "{said}");
    };
    let text = &cases.iter().find(|case| case.name == "challenge").unwrap().text;
    let mut bytes = from_text(text).unwrap();
    for bit in 0..bytes.len() * 8 {
        bytes[bit / 8] ^= 1 << (bit % 8);
        refused(&to_text(&bytes));
        bytes[bit / 8] ^= 1 << (bit % 8);
    }
    for end in 0..bytes.len() {
        refused(&to_text(&bytes[..end]));
    }
    for at in 0..text.len() {
        refused(&text[..at]);
        for bit in 0..7 {
            let mut altered = text.clone().into_bytes();
            altered[at] ^= 1 << bit;
            let altered = core::str::from_utf8(&altered).unwrap();
            // Small letters are what Caps Lock makes of capitals: the same code.
            if code_text(altered).as_ref() != Some(text) {
                refused(altered);
            }
        }
    }
}

/// The vectors with signatures in a second form are what they say: valid for who checks less.
#[test]
fn the_malleable_signatures_satisfy_the_equation() {
    use ed25519_dalek::{Signature, Verifier, VerifyingKey};
    let key = authority::key("phone");
    let lenient = VerifyingKey::from_bytes(key.public().as_bytes()).unwrap();
    let small = cose::small_order_signature(b"message", &key);
    assert!(lenient.verify(b"message", &Signature::from_bytes(&small)).is_ok());
    assert!(!key.public().verifies(b"message", &small));
    let second = cose::second_form(&key.sign(b"message"));
    assert!(!key.public().verifies(b"message", &second));
    let half = |signature: &[u8; 64]| signature[32..].try_into().unwrap();
    let reduced = |signature: &[u8; 64]| curve25519_dalek::Scalar::from_bytes_mod_order(half(signature));
    assert_eq!(reduced(&second), reduced(&key.sign(b"message")));
}
