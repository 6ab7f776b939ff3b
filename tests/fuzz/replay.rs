//! The fuzz targets without a fuzzer: every seed, every seed cut off or altered a little, and everything that once broke one.

#![allow(missing_docs, unreachable_pub, reason = "a test has no interface")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may stop")]

#[path = "src/ahead.rs"]
mod ahead;
#[path = "../authority/mod.rs"]
mod authority;
#[path = "src/loads.rs"]
mod loads;
#[path = "src/seeds.rs"]
mod seeds;
#[path = "src/targets.rs"]
mod targets;

/// How many altered copies there are of each seed.
const COPIES: usize = 8;

/// The seed with one of its bytes altered, or cut off before it: another one with each number, the same every time.
fn altered(seed: &[u8], number: usize) -> Vec<u8> {
    let at = (number * 2_654_435_761) % seed.len();
    let mut copy = seed.to_vec();
    match number % 4 {
        0 => copy.truncate(at),
        1 => copy[at] ^= 1 << (number % 8),
        2 => copy[at] = copy[at].wrapping_add(1),
        _ => drop(copy.remove(at)),
    }
    copy
}

#[test]
fn every_seed_and_all_that_once_broke_a_target_is_read_or_refused() {
    // Each target in a thread of its own, as all of them take long.
    std::thread::scope(|scope| {
        for (name, target) in targets::TARGETS {
            scope.spawn(move || {
                let seeds = seeds::of(name);
                assert!(!seeds.is_empty(), "{name} has no seeds");
                for (_, seed) in seeds.iter().chain(&seeds::regressions(name)) {
                    target(seed);
                    (0..COPIES.min(seed.len())).for_each(|number| target(&altered(seed, number)));
                }
            });
        }
    });
}
