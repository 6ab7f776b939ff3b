//! What somebody could try to make a phone or a checkpoint believe, and what each of them says: attacks that once worked
//! (`row_01` …, by their number in the table of SECURITY.md), and the attacks that The Update Framework names (TUF 1.0, section 1.5.2).
//!
//! What of this a server can do is tried through the packed package, too: `tests/npm/engine/attacks.test.mjs` serves the files of
//! `tests/vectors/attacks.rs`.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may stop")]

#[path = "../authority/mod.rs"]
mod authority;
mod interleaving;
mod named;
mod rehearsal;
mod rows;
mod tuf;

#[test]
fn security_md_names_each_test_of_a_row_in_that_row() {
    let table = include_str!("../../SECURITY.md").lines().filter_map(|line| line.strip_prefix("| ")?.split_once(" | "));
    let rows: Vec<(&str, &str)> =
        table.filter(|(number, _)| number.starts_with(|c: char| c.is_ascii_digit())).collect();
    let tests = include_str!("rows.rs").split("fn row_").skip(1);
    for number in tests.map(|name| &name[..2]) {
        let row = number.trim_start_matches('0');
        let test = format!("`row_{number}`");
        let names_it = |of: &str, text: &str| of.trim_end_matches(char::is_alphabetic) == row && text.contains(&test);
        assert!(rows.iter().any(|(of, text)| names_it(of, text)), "SECURITY.md has no row {row} that names {test}");
    }
}
