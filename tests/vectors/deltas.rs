//! Deltas from one risk table to the next, with one flaw each.

use healthcode::calendar::{Span, Time};
use healthcode::cbor::to_bytes;
use healthcode::compound::Compound;
use healthcode::risk::{Delta, Level, RiskRow, RiskTable};
use healthcode::trust::file::read_unverified;
use healthcode::trust::{Manifest, Named};

use crate::authority::{header, manifest_of, named, place, risk, signed};
use crate::cose::{array, bytes, map, uint};
use crate::format::{DeltaCase, DeltaVectors, Hex};

const RISK: [&str; 2] = ["risk", "risk-2"];

fn row(code: &str, from: i64, to: Option<i64>) -> RiskRow {
    let at = |hours: i64| Time::from_unix(1_669_824_000).plus(Span::seconds(3_600 * hours));
    RiskRow { place: place(code), compound: None, from: at(from), to: to.map(at), level: Level::High }
}

/// The table that the deltas are for, and the one that they lead to.
fn tables() -> [RiskTable; 2] {
    let old = [
        row("330106", 0, None),
        row("420106001002", 3, None),
        row("420106001003", 3, Some(90)),
        RiskRow { compound: Some(Compound(*b"compound")), ..row("420106001003", 6, None) },
        row("650102", 24, None),
    ];
    let new = [
        row("330106", 0, None),
        row("420106001002", 3, Some(123)),
        RiskRow { compound: Some(Compound(*b"compound")), ..row("420106001003", 6, None) },
        RiskRow { compound: Some(Compound(*b"new gate")), ..row("420106001003", 126, None) },
        row("420106001009", 126, None),
    ];
    // Most rows stay, so that it pays.
    let stay = (1..=60).map(|number| row(&format!("330106{number:03}"), number * 5 % 72, None));
    [old.to_vec(), new.to_vec()].map(|rows| RiskTable::new(stay.clone().chain(rows).collect()).unwrap())
}

pub(crate) fn deltas() -> DeltaVectors {
    let [old, new] = tables();
    let (base, file) = (signed(&header(7, None), &old, &RISK), signed(&header(8, None), &new, &RISK));
    let good = Delta::between(&base, &file).unwrap().to_bytes();
    let mut cases = Vec::new();
    let mut case = |name: &str, flaw: &str, delta: Vec<u8>, result: Result<&[u8], &str>| {
        let (name, flaw, delta) = (name.into(), flaw.into(), Hex(delta));
        let (file, code) = (result.ok().map(|file| Hex(file.to_vec())), result.err().map(str::to_owned));
        cases.push(DeltaCase { name, flaw, delta, file, code });
    };
    case("delta", "none", good.clone(), Ok(&file));
    let again = signed(&header(8, None), &old, &RISK);
    case("nothing-new", "none: only the header is new", Delta::between(&base, &again).unwrap().to_bytes(), Ok(&again));
    let empty = signed(&header(8, None), &RiskTable::default(), &RISK);
    case("all-gone", "none: no rows are left", Delta::between(&base, &empty).unwrap().to_bytes(), Ok(&empty));
    let malformed = Err("delta-malformed");
    let other = Err("delta-other-base");
    case("other-base", "for another table", Delta::between(&risk(), &file).unwrap().to_bytes(), other);
    case("cut-off", "the last byte is missing", good[..good.len() - 1].to_vec(), malformed);
    case("trailing", "a byte too many", [&good[..], &[0]].concat(), malformed);
    case("file", "a signed file where a delta is due", file.clone(), malformed);
    // Written by hand: the base, the header, the signatures, the rows that go and those that come.
    let digest = &good[2..36];
    let written = |signatures: &[Vec<u8>], dropped: &[u8], added: &[u8]| {
        let parts = [digest.to_vec(), to_bytes(&header(8, None)), array(signatures), bytes(dropped), added.to_vec()];
        map(&(0..).zip(parts).collect::<Vec<_>>())
    };
    let one = |length: usize| vec![map(&[(0, bytes(&[7; 8])), (1, bytes(&vec![7; length]))])];
    let none = to_bytes(&RiskTable::default());
    let refused = [
        ("no-signatures", "no signatures", written(&[], &[1], &none), malformed),
        (
            "nine-signatures",
            "more signatures than a file may have",
            written(&vec![one(64).remove(0); 9], &[1], &none),
            malformed,
        ),
        ("short-signature", "a signature of 63 bytes", written(&one(63), &[1], &none), malformed),
        ("long-number", "a number in a longer form than it needs", written(&one(64), &[0x81, 0], &none), malformed),
        ("cut-off-number", "a number that is cut off", written(&one(64), &[0x81], &none), malformed),
        ("no-table", "rows that are no table", written(&one(64), &[1], &uint(0)), malformed),
        ("drops-beyond", "a row goes that there is not", written(&one(64), &[127], &none), other),
        ("drops-more", "more rows go than there are", written(&one(64), &[0; 70], &none), other),
        (
            "drops-far",
            "a row goes that no table can have",
            written(&one(64), &[[0xff; 8].as_slice(), &[0x7f]].concat(), &none),
            other,
        ),
    ];
    for (name, flaw, delta, result) in refused {
        case(name, flaw, delta, result);
    }
    let manifests = [(8, base.clone(), None), (9, file, Some(7))].map(|(version, table, deltas)| {
        let (life, _) = read_unverified::<Manifest>(&manifest_of(version, &[])).unwrap();
        Hex(signed(&life, &Manifest { files: vec![Named { deltas, ..named(&table) }] }, &["manifest"]))
    });
    DeltaVectors { manifests, base: Hex(base), cases }
}
