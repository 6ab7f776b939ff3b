//! What a witness cosigns, and what it answers otherwise (C2SP tlog-witness).

use healthcode::error::Coded;
use healthcode::log::TreeHead;
use healthcode::log::tree::empty;
use healthcode::log::witness::{Refusal, Request, decide};
use healthcode::trust::Digest;

use crate::{ORIGIN, grown, leaf_bytes, log_key, note};

#[test]
fn a_witness_follows_a_log_that_grows_and_no_other() {
    let (mut small, mut large) = (grown(&[100], leaf_bytes), grown(&[300], leaf_bytes));
    let mut fork = grown(&[300], |index| leaf_bytes(if index == 50 { 1 } else { index }));
    let first = Request { old: 0, path: Vec::new(), note: note(&mut small, &[]) };
    let next = Request { old: 100, path: large.consistency(100).unwrap(), note: note(&mut large, &["other"]) };
    let same = Request { old: 300, path: Vec::new(), note: note(&mut large, &[]) };
    let ask = |request: &Request, last: Option<&TreeHead>| {
        // What is asked comes as text.
        let read = Request::parse(&request.to_string()).unwrap();
        assert_eq!(read, *request);
        decide(&read, &[log_key()], |origin| last.filter(|last| last.origin == origin).cloned())
    };
    let at_100 = ask(&first, None).unwrap();
    assert_eq!((at_100.origin.as_str(), at_100.size), (ORIGIN, 100));
    let at_300 = ask(&next, Some(&at_100)).unwrap();
    assert_eq!(at_300.size, 300);
    assert_eq!(ask(&same, Some(&at_300)), Ok(at_300.clone()));

    // Behind, ahead, rolled back.
    assert_eq!(ask(&first, Some(&at_100)), Err(Refusal::Other(100)));
    assert_eq!(ask(&next, None), Err(Refusal::Other(0)));
    assert_eq!(ask(&next, Some(&at_300)), Err(Refusal::Other(300)));
    let back = Request { old: 300, path: Vec::new(), note: note(&mut small, &[]) };
    assert_eq!(ask(&back, Some(&at_300)), Err(Refusal::Larger));
    // Split views.
    let split = Request { old: 300, path: Vec::new(), note: note(&mut fork, &[]) };
    assert_eq!(ask(&split, Some(&at_300)), Err(Refusal::SplitView(300)));
    let split = Request { old: 100, path: fork.consistency(100).unwrap(), note: note(&mut fork, &[]) };
    assert_eq!(ask(&split, Some(&at_100)), Err(Refusal::NotConsistent));
    // A path where none belongs, and none where one does.
    for request in [Request { path: vec![empty()], ..first.clone() }, Request { path: vec![empty()], ..same }] {
        let last = (request.old > 0).then_some(&at_300);
        assert_eq!(ask(&request, last), Err(Refusal::NotConsistent));
    }
    assert_eq!(ask(&Request { path: Vec::new(), ..next.clone() }, Some(&at_100)), Err(Refusal::NotConsistent));

    // Unknown logs, and those that have not signed.
    assert_eq!(decide(&first, &[], |_| None), Err(Refusal::UnknownLog));
    let mut unsigned = first.clone();
    unsigned.note.signatures[0].bytes[0] ^= 1;
    assert_eq!(ask(&unsigned, None), Err(Refusal::Unsigned));
    unsigned.note.signatures[0].id[0] ^= 1;
    assert_eq!(ask(&unsigned, None), Err(Refusal::Unsigned));
    let statuses = [
        Refusal::Larger,
        Refusal::Unsigned,
        Refusal::UnknownLog,
        Refusal::Other(1),
        Refusal::SplitView(1),
        Refusal::NotConsistent,
    ];
    assert_eq!(statuses.map(Refusal::status), [400, 403, 404, 409, 409, 422]);
}

#[test]
fn an_empty_log_is_one_too() {
    let mut none = grown(&[], leaf_bytes);
    let ask = Request { old: 0, path: Vec::new(), note: note(&mut none, &[]) };
    assert_eq!(decide(&ask, &[log_key()], |_| None).map(|head| head.root), Ok(empty()));
    let mut lie = grown(&[1], leaf_bytes);
    let text = note(&mut lie, &[]).to_string().replacen("\n1\n", "\n0\n", 1);
    assert!(decide(&Request::parse(&format!("old 0\n\n{text}")).unwrap(), &[log_key()], |_| None).is_err());
}

#[test]
fn a_request_is_read_in_one_way() {
    let mut tree = grown(&[3], leaf_bytes);
    let path = vec![Digest::of(b"a"), Digest::of(b"b")];
    let good = Request { old: 2, path, note: note(&mut tree, &[]) }.to_string();
    assert!(Request::parse(&good).is_ok());
    let hash = good.lines().nth(1).unwrap();
    for bad in [
        good.replacen("old 2", "old 02", 1),
        good.replacen("old 2", "old -2", 1),
        good.replacen("old 2\n", "", 1),
        good.replacen("old", "new", 1),
        good.replacen(hash, "AAAA", 1),
        good.replacen("\n\n", "\n", 1),
        good.replacen(hash, &[hash; 63].join("\n"), 1),
        format!("{}{good}", "x".repeat(1 << 17)),
        String::new(),
    ] {
        let code = Request::parse(&bad).err().map(|error| error.code());
        assert!(matches!(code, Some("log-request" | "log-note")), "{code:?}: {bad:.80}");
    }
}
