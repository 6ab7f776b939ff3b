//! What is written with one thing changed: the document and the crate agree on whether it still has its structure.

use ciborium::Value;
use healthcode::cbor::{Cbor, check_deterministic, from_bytes};
use healthcode::code::{CertificateRequest, Code, DayCertificate};
use healthcode::facts::Record;
use healthcode::risk::RiskTable;
use healthcode::rules::pack::Pack;
use healthcode::trust::{Body, Manifest, TrustList, Unverified};
use healthcode::venue::{ExposureList, VenueCode};

use crate::cddl::{Schema, specification};
use crate::samples;

/// `value` with one entry of a map left out or too many, or one part replaced by something else, in every way.
fn mutants(value: &Value) -> Vec<Value> {
    let others = [
        Value::Text("x".into()),
        Value::Bytes(vec![0; 7]),
        Value::Bool(true),
        Value::Integer((-1).into()),
        Value::Integer(i64::MIN.into()),
        Value::Integer(u64::MAX.into()),
        Value::Array(Vec::new()),
        Value::Map(Vec::new()),
    ];
    let mut mutants = others.to_vec();
    match value {
        Value::Map(entries) => {
            for at in 0..entries.len() {
                let mut fewer = entries.clone();
                fewer.remove(at);
                mutants.push(Value::Map(fewer));
                for changed in self::mutants(&entries[at].1) {
                    let mut entries = entries.clone();
                    entries[at].1 = changed;
                    mutants.push(Value::Map(entries));
                }
            }
            let more = (Value::Integer(99.into()), Value::Integer(0.into()));
            mutants.push(Value::Map([&entries[..], &[more]].concat()));
        }
        Value::Array(items) => {
            for at in 0..items.len() {
                for changed in self::mutants(&items[at]) {
                    let mut items = items.clone();
                    items[at] = changed;
                    mutants.push(Value::Array(items));
                }
            }
        }
        _ => {}
    }
    mutants
}

fn is_read<T: Cbor>(bytes: &[u8]) -> bool {
    check_deterministic(bytes).is_ok() && from_bytes::<T>(bytes).is_some()
}

/// Where the structure has bounds that the crate asks for only after reading.
fn is_sound<T: Body>(bytes: &[u8]) -> bool {
    check_deterministic(bytes).is_ok() && from_bytes::<T>(bytes).is_some_and(|body| body.is_sound())
}

/// How the crate reads the content of each envelope, and the rule of that content.
type Reading = (&'static str, &'static str, fn(&[u8]) -> bool);
const READINGS: [Reading; 10] = [
    ("trust-list-file", "trust-list", is_sound::<TrustList>),
    ("manifest-file", "manifest", is_sound::<Manifest>),
    ("rule-pack-file", "rule-pack", is_read::<Pack>),
    ("risk-table-file", "risk-table", is_read::<RiskTable>),
    ("exposure-list-file", "exposure-list", is_read::<ExposureList>),
    ("venue-code-file", "venue-code", is_sound::<VenueCode>),
    ("record-file", "record", is_read::<Record>),
    ("day-certificate", "day-certificate-content", is_read::<DayCertificate>),
    ("certificate-request", "certificate-request-content", is_read::<CertificateRequest>),
    ("code", "code-content", is_read::<Code>),
];

/// Many of a long list, the same every time.
const TRIED: usize = 100;

#[test]
fn the_document_and_the_crate_agree_on_what_has_the_structure() {
    let schema = Schema::new(&specification());
    let (mut read, mut refused) = (0, 0);
    for (name, envelope, bytes) in samples::all() {
        let Some((_, rule, is_read)) = READINGS.into_iter().find(|(other, ..)| *other == envelope) else { continue };
        // Long ones take their time, and have little that shorter ones do not have.
        if bytes.len() > 6_000 {
            continue;
        }
        let payload: Value = ciborium::from_reader(Unverified::parse(&bytes).unwrap().payload()).unwrap();
        let content = match (envelope.ends_with("-file"), payload) {
            (true, Value::Map(mut parts)) => parts.remove(1).1,
            (_, payload) => payload,
        };
        let mutants = mutants(&content);
        for mutant in mutants.iter().step_by(mutants.len().div_ceil(TRIED)) {
            let mut bytes = Vec::new();
            ciborium::into_writer(mutant, &mut bytes).unwrap();
            let (ours, theirs) = (is_read(&bytes), schema.validate(rule, &bytes).is_ok());
            // The order of rows and tags, what they add up to, what is seen of a name, and which files have an id, are beyond CDDL.
            let beyond = matches!(rule, "risk-table" | "exposure-list" | "venue-code" | "manifest");
            assert!(ours == theirs || beyond && theirs, "{name}: {ours}, not {theirs}: {mutant:?}");
            *if ours { &mut read } else { &mut refused } += 1;
        }
    }
    assert!(read > 50 && refused > 1_000, "{read} {refused}");
}
