//! A day's restrictions: each is in the day's root, and nobody sees whose they are.

use healthcode::calendar::Date;
use healthcode::cbor::{from_bytes, to_bytes};
use healthcode::log::day::{Restriction, commit};
use healthcode::log::tree::empty;
use healthcode::log::{Leaf, LogError};
use healthcode::place::Place;
use healthcode::trust::Digest;
use proptest::prelude::*;

const SECRET: [u8; 32] = [7; 32];

fn date() -> Date {
    Date::parse("2022-06-13").unwrap()
}

fn restriction(number: usize) -> Restriction {
    let place = Place::parse(["410105", "410102", "3301"][number % 3]).unwrap();
    Restriction {
        record: Digest::of(&number.to_be_bytes()),
        place,
        ground: ["close-contact", "confirmed"][number % 2].into(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn each_is_in_its_day_and_in_no_other(count in 1..300usize, other in 0..300usize) {
        let restrictions: Vec<_> = (0..count).map(restriction).collect();
        let (day, commitments) = commit(date(), &restrictions, &SECRET).unwrap();
        prop_assert_eq!((day.total(), commitments.len()), (u64::try_from(count).unwrap(), count));
        let leaf = Leaf::Day(day.clone());
        prop_assert_eq!(from_bytes(&to_bytes(&leaf)), Some(leaf));
        prop_assert!(commitments.iter().all(|commitment| commitment.is_of(&day)));
        // Whoever repeats it, in whatever order, gets the same.
        let mut turned = restrictions.clone();
        turned.rotate_left(other % count);
        prop_assert_eq!(&commit(date(), &turned, &SECRET).unwrap(), &(day.clone(), commitments.clone()));
        // Another record, another salt, another day, one fewer.
        let mut wrong = commitments[other % count].clone();
        wrong.record.0[0] ^= 1;
        prop_assert!(!wrong.is_of(&day));
        let mut wrong = commitments[other % count].clone();
        wrong.salt[0] ^= 1;
        prop_assert!(!wrong.is_of(&day));
        let (next, _) = commit(Date::parse("2022-06-14").unwrap(), &restrictions, &SECRET).unwrap();
        prop_assert!(!commitments[other % count].is_of(&next));
        let (fewer, _) = commit(date(), &restrictions[1..], &SECRET).unwrap();
        prop_assert!(!commitments[other % count].is_of(&fewer));
    }
}

#[test]
fn salts_hide_whose_they_are() {
    let restrictions: Vec<_> = (0..50).map(restriction).collect();
    let (day, commitments) = commit(date(), &restrictions, &SECRET).unwrap();
    let salts: std::collections::BTreeSet<_> = commitments.iter().map(|commitment| commitment.salt).collect();
    assert_eq!(salts.len(), 50);
    let (other, _) = commit(date(), &restrictions, &[8; 32]).unwrap();
    assert_ne!(day.root, other.root);
    assert_eq!(day.counts, other.counts);
    // What is logged has no record in it.
    let leaf = to_bytes(&Leaf::Day(day));
    assert!(restrictions.iter().all(|restriction| !leaf.windows(8).any(|bytes| bytes == &restriction.record.0[..8])));
}

#[test]
fn a_day_without_any_says_so_and_bad_lists_are_refused() {
    let (day, commitments) = commit(date(), &[], &SECRET).unwrap();
    assert_eq!((day.root, day.total(), commitments.len()), (empty(), 0, 0));
    let bad = |restrictions: &[Restriction]| commit(date(), restrictions, &SECRET).unwrap_err();
    assert_eq!(bad(&[restriction(0), restriction(1), restriction(0)]), LogError::Day { line: 3 });
    for ground in [String::new(), "x".repeat(65), "a\nb".into()] {
        assert_eq!(bad(&[restriction(0), Restriction { ground, ..restriction(1) }]), LogError::Day { line: 2 });
    }
    let many: Vec<_> =
        (0..600).map(|number| Restriction { ground: format!("g{number}"), ..restriction(number) }).collect();
    assert_eq!(bad(&many), LogError::Day { line: 513 });
}
