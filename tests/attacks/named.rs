//! SECURITY.md names a test for each of its rows: they exist, and those that go by a number have that of their row.

use std::collections::BTreeSet;
use std::path::Path;

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap()
}

/// The sources in a folder of this repository.
fn sources(folder: &str) -> String {
    let files = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)).unwrap();
    files.map(|file| file.unwrap().path()).filter(|path| path.is_file()).map(|path| read(&path)).collect()
}

#[test]
fn every_line_of_security_names_tests_that_there_are() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = read(&root.join("SECURITY.md"));
    let tests = sources("tests/attacks") + &sources("src/trust");
    let (lines, _) = page.split_once("## The Update Framework").unwrap();
    let lines: Vec<_> = lines.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| ---")).collect();
    assert!(lines.len() > 20, "{}", lines.len());
    let mut numbers = Vec::new();
    let mut rows = BTreeSet::new();
    for line in &lines[1..] {
        let [_, number, _, _, named, _, _] = line.split('|').collect::<Vec<_>>()[..] else {
            panic!("five columns: {line}")
        };
        let row = format!("row_{:0>2}", number.trim().trim_end_matches(char::is_alphabetic));
        numbers.push(number.trim());
        let named: Vec<_> = named.split('`').skip(1).step_by(2).filter(|name| *name != "attacks").collect();
        assert!(!named.is_empty(), "no test: {line}");
        let by_number = named.iter().any(|name| name.starts_with("row_"));
        assert!(!by_number || named.contains(&row.as_str()), "{named:?} in {row}");
        for name in named {
            rows.insert(name.to_owned());
            let there = if name.contains('/') {
                let path = root.join(name);
                let is_rust = path.extension().is_some_and(|kind| kind == "rs");
                path.exists() && (!is_rust || read(&path).contains("#[test]"))
            } else {
                // Those that go by a number say in their names what they try.
                let begins = if name.starts_with("row_") { format!("fn {name}_") } else { format!("fn {name}(") };
                tests.contains(&begins)
            };
            assert!(there, "{name}: {line}");
        }
    }
    let (_, attacks) = page.split_once("| attack | here | test |").unwrap();
    let attacks: Vec<_> = attacks.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| ---")).collect();
    let named = attacks.iter().map(|line| line.split('`').rev().nth(1).unwrap());
    let tuf = read(&root.join("tests/attacks/tuf.rs"));
    let tests = tuf.split("#[test]\nfn ").skip(1).map(|test| test.split('(').next().unwrap());
    assert_eq!(
        named.collect::<Vec<_>>(),
        tests.collect::<Vec<_>>(),
        "the attacks of The Update Framework, in their order"
    );
    assert_eq!(attacks.len(), 11);
    assert_eq!(numbers.len(), numbers.iter().collect::<BTreeSet<_>>().len(), "{numbers:?}");
    // No test by a row is left out.
    for test in read(&root.join("tests/attacks/rows.rs")).split("fn row_").skip(1) {
        let row = format!("row_{}", &test[..2]);
        assert!(rows.contains(&row), "no row names {row}");
    }
}
