//! What `cargo test` leaves out where a feature is missing: it lists each as ignored, and says how to run it.

#![allow(clippy::unwrap_used, reason = "a test may stop")]

/// One ignored test for each test target that needs a feature, named as the target is.
macro_rules! left_out {
    ($($feature:literal needs $how:literal: $($target:ident)*;)*) => {
        /// Each test target with the feature that it needs.
        const TARGETS: &[(&str, &str)] = &[$($((stringify!($target), $feature),)*)*];

        $($(
            #[cfg(not(feature = $feature))]
            #[test]
            #[ignore = $how]
            fn $target() {}
        )*)*
    };
}

left_out! {
    "authoring" needs "needs a feature: cargo test --features authoring": dependencies forecast formats hostile packs vectors;
    "cli" needs "needs a feature: cargo test --features cli": cli fuzz;
    "log-keeping" needs "needs a feature: cargo test --features log-keeping": log;
}

#[cfg(not(feature = "authoring"))]
#[test]
#[ignore = "need a feature: cargo test --features authoring"]
fn unit_tests_that_read_rules_from_text() {}

/// Cargo leaves these targets out without a word, so nothing may be missing from the list.
#[test]
fn every_target_that_needs_a_feature_is_listed() {
    let manifest = include_str!("../Cargo.toml");
    let value = |section: &str, key: &str| {
        let line = section.lines().take_while(|line| !line.starts_with('[')).find_map(|line| line.strip_prefix(key));
        line.map(|value| value.trim_matches(|c: char| !c.is_ascii_alphanumeric()).to_owned())
    };
    let sections = manifest.split("[[test]]\n").skip(1);
    let needy = sections.filter_map(|section| Some((value(section, "name")?, value(section, "required-features")?)));
    let mut needy: Vec<_> = needy.collect();
    let mut listed: Vec<_> = TARGETS.iter().map(|(target, feature)| ((*target).into(), (*feature).into())).collect();
    needy.sort();
    listed.sort();
    assert_eq!(listed, needy);
}
