//! Policies, and what meets them.

use healthcode::calendar::Span;
use healthcode::error::Coded;
use healthcode::log::make::{signature, trimmed};
use healthcode::log::note::Signs;
use healthcode::log::{LogError, NoteKey, Policy, SignedNote};
use proptest::prelude::*;

use crate::{ORIGIN, grown, leaf, leaf_bytes, log_key, note, now, proof, seconds, secret, witness_key};

/// The example of C2SP tlog-policy, with keys.
fn example() -> String {
    let mut text = format!("# a policy\n\nlog {}\n", log_key());
    for group in ["X", "Y"] {
        for number in 1..=3 {
            let name = format!("{group}{number}");
            text += &format!("witness\t{name} {} https://{name}.example/\n", witness_key(&name));
        }
        let needed = if group == "X" { "2" } else { "any" };
        text += &format!("group {group}-witnesses {needed} {group}1 {group}2 {group}3\n");
    }
    text + "  group X-and-Y all X-witnesses Y-witnesses\nquorum X-and-Y\n"
}

fn code<T>(result: Result<T, LogError>) -> &'static str {
    result.err().map_or("", |error| error.code())
}

#[test]
fn a_quorum_is_what_the_groups_say() {
    let policy = Policy::parse(&example()).unwrap();
    assert_eq!((policy.logs.len(), policy.witnesses.len()), (1, 6));
    assert_eq!(policy.witnesses[0].url.as_deref(), Some("https://X1.example/"));
    let mut tree = grown(&[5], leaf_bytes);
    let mut check = |witnesses: &[&str]| policy.check(&note(&mut tree, witnesses), now()).map(|(head, _)| head.size);
    assert_eq!(check(&["X1", "X3", "Y2"]), Ok(5));
    assert_eq!(check(&["X1", "X2", "X3", "Y1", "Y2", "Y3"]), Ok(5));
    assert_eq!(check(&["X1", "Y1", "Y2", "Y3"]), Err(LogError::TooFewWitnesses { found: 4 }));
    assert_eq!(check(&["X1", "X2", "X3"]), Err(LogError::TooFewWitnesses { found: 3 }));
    // Strangers do not count, and do no harm.
    assert_eq!(check(&["X1", "X2", "Z1"]), Err(LogError::TooFewWitnesses { found: 2 }));
    assert_eq!(check(&["Z1", "X1", "Z2", "X2", "Y1"]), Ok(5));
    assert_eq!(check(&[]), Err(LogError::TooFewWitnesses { found: 0 }));
}

#[test]
fn a_checkpoint_is_of_a_log_of_the_policy() {
    let mut tree = grown(&[5], leaf_bytes);
    let own = format!("log {}\nquorum none\n", log_key());
    let policy = Policy::parse(&own).unwrap();
    assert!(policy.is_without_witnesses());
    let good = note(&mut tree, &[]);
    assert_eq!(policy.check(&good, now()).unwrap().1, None);
    // The same name with another key, the same key under another name, no logs at all.
    let other = NoteKey::new(ORIGIN, Signs::Text, secret("other").public()).unwrap();
    let renamed = NoteKey::new("log.example/other", Signs::Text, secret("log").public()).unwrap();
    for text in [format!("log {other}\nquorum none"), format!("log {renamed}\nquorum none"), "quorum none".into()] {
        assert_eq!(code(Policy::parse(&text).unwrap().check(&good, now())), "log-other");
    }
    // A log that signs a checkpoint of another one.
    let mut foreign = SignedNote::parse(&good.to_string().replacen("log.example", "log.elsewhere", 1)).unwrap();
    foreign.signatures = vec![signature(&foreign, &log_key(), &secret("log"), 0)];
    assert_eq!(code(policy.check(&foreign, now())), "log-other");
}

#[test]
fn a_witness_cannot_have_signed_later_than_now() {
    let policy = Policy::parse(&format!("log {}\nwitness w {}\nquorum w", log_key(), witness_key("w"))).unwrap();
    let mut tree = grown(&[5], leaf_bytes);
    let at = |mut note: SignedNote, time: u64| {
        note.signatures.push(signature(&note, &witness_key("w"), &secret("w"), time));
        note
    };
    let bare = note(&mut tree, &[]);
    assert_eq!(policy.check(&at(bare.clone(), 1), now()).unwrap().1, Some(1));
    assert_eq!(policy.check(&at(bare.clone(), seconds() + 600), now()).unwrap().1, Some(seconds() + 600));
    assert_eq!(code(policy.check(&at(bare.clone(), seconds() + 601), now())), "log-ahead");
    assert_eq!(code(policy.check(&at(bare.clone(), u64::MAX), now())), "log-bad-signature");
    assert!(policy.check(&at(bare.clone(), seconds() + 601), now().plus(Span::seconds(1))).is_ok());
    // By a clock before 1970 nothing has been signed yet.
    assert_eq!(code(policy.check(&at(bare, seconds()), healthcode::calendar::Time::from_unix(-1))), "log-ahead");
}

#[test]
fn a_witness_that_is_ahead_is_no_more_than_missing() {
    let (w1, w2) = (witness_key("w1"), witness_key("w2"));
    let with = |quorum: &str| {
        let group = format!("group two {quorum} w1 w2");
        Policy::parse(&format!("log {}\nwitness w1 {w1}\nwitness w2 {w2}\n{group}\nquorum two", log_key())).unwrap()
    };
    let mut tree = grown(&[5], leaf_bytes);
    let mut note = note(&mut tree, &["w2"]);
    note.signatures.push(signature(&note, &w1, &secret("w1"), seconds() + 86_400));
    let (head, witnessed) = with("1").check(&note, now()).unwrap();
    assert_eq!((head.size, witnessed), (5, Some(seconds())));
    let short = trimmed(&note, &with("1"), now()).unwrap();
    assert_eq!(short.signatures.iter().map(|signature| &signature.name[..]).collect::<Vec<_>>(), [ORIGIN, "w2"]);
    assert_eq!(code(with("2").check(&note, now())), "log-ahead");
}

#[test]
fn a_policy_that_is_wrong_says_where() {
    let (log, w1, w2) = (log_key(), witness_key("w1"), witness_key("w2"));
    let renamed = NoteKey::new("other", Signs::Witnessed, *w1.key()).unwrap();
    let ecdsa = "log.example+00000000+AgAA";
    for (text, expected) in [
        (String::new(), "log-policy-quorum"),
        (format!("log {log}"), "log-policy-quorum"),
        (format!("log {log}\nquorum none\nquorum none"), "log-policy-quorum"),
        (format!("witness w {w1}\nquorum v"), "log-policy-name"),
        (format!("quorum w\nwitness w {w1}"), "log-policy-name"),
        (format!("witness none {w1}\nquorum none"), "log-policy-name"),
        (format!("witness w {w1}\nwitness w {w2}\nquorum w"), "log-policy-name"),
        (format!("witness w {w1}\nwitness v {renamed}\nquorum w"), "log-policy-name"),
        (format!("log {log}\nlog {log}\nquorum none"), "log-policy-name"),
        (format!("witness w {w1}\ngroup g any none\nquorum g"), "log-policy-name"),
        (format!("witness w {w1}\ngroup g all w w\nquorum g"), "log-policy-name"),
        (format!("witness w {w1}\ngroup g any w\ngroup h any w\nquorum h"), "log-policy-name"),
        ("group g any g\nquorum g".into(), "log-policy-name"),
        (format!("witness w {w1}\ngroup g 0 w\nquorum g"), "log-policy-line"),
        (format!("witness w {w1}\ngroup g 2 w\nquorum g"), "log-policy-line"),
        (format!("witness w {w1}\ngroup g some w\nquorum g"), "log-policy-line"),
        (format!("witness w {w1}\ngroup g any\nquorum g"), "log-policy-line"),
        (format!("log {log} url more\nquorum none"), "log-policy-line"),
        (format!("log {w1}\nquorum none"), "log-policy-line"),
        (format!("witness w {log}\nquorum w"), "log-policy-line"),
        ("logs\nquorum none".into(), "log-policy-line"),
        ("quorum none\r\n".into(), "log-policy-line"),
        ("log x\nquorum none".into(), "log-key"),
        (format!("log {}\nquorum none", log.to_string().replacen("health", "wealth", 1)), "log-key"),
        (format!("log {ecdsa}\nquorum none"), "log-key-type"),
        (format!("#{}\nquorum none", " ".repeat(1 << 16)), "log-policy-long"),
    ] {
        assert_eq!(code(Policy::parse(&text)), expected, "{text}");
    }
    let many = |count: usize| {
        let witnesses = (0..count).map(|index| format!("witness w{index} {}\n", witness_key(&format!("w{index}"))));
        witnesses.chain((0..count).map(|index| format!("group g{index} any w{index}\n"))).collect::<String>()
            + "quorum g0"
    };
    assert!(Policy::parse(&many(32)).is_ok());
    assert_eq!(code(Policy::parse(&many(33))), "log-policy-long");
}

#[test]
fn a_trimmed_note_has_what_it_takes() {
    let policy = Policy::parse(&example()).unwrap();
    let mut tree = grown(&[9], leaf_bytes);
    let full = proof(&mut tree, 3, &["Z1", "X1", "X2", "X3", "Y1", "Y2", "Y3"]);
    let mut short = full.clone();
    short.note = trimmed(&full.note, &policy, now()).unwrap();
    // The log, two of X and one of Y: four signatures to check.
    assert_eq!(short.note.signatures.len(), 4);
    let logged = short.check(&leaf(3), &policy, now()).unwrap();
    assert_eq!((logged.index, logged.size, logged.witnessed), (3, 9, Some(seconds())));
    assert_eq!(short.check(&leaf(4), &policy, now()), Err(LogError::ProofWrong));
    let poor = note(&mut tree, &["X1"]);
    assert_eq!(code(trimmed(&poor, &policy, now())), "log-too-few-witnesses");
}

proptest! {
    #[test]
    fn any_text_is_a_policy_or_refused(text in "(log|witness|group|quorum|none|any|all| |\t|\n|a|b|1|2|\\+|#){0,60}") {
        let _ = Policy::parse(&text);
    }

    #[test]
    fn more_witnesses_never_meet_it_less(cosigned in prop::collection::vec(any::<bool>(), 6), more in 0..6usize) {
        let policy = Policy::parse(&example()).unwrap();
        let met = policy.is_met(&cosigned);
        let mut all = cosigned;
        all[more] = true;
        prop_assert!(!met || policy.is_met(&all));
    }
}
