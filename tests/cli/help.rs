//! Help, completions, manual pages.

use crate::tool::Desk;

#[test]
fn help_is_an_answer_and_nothing_is_a_question() {
    let desk = Desk::new("help");
    assert!(desk.ok("--help").contains("Exit codes"));
    assert!(desk.ok("risk build --help").contains("GB/T 2260"));
    assert!(desk.ok("--version").starts_with("healthcode "));
    let run = desk.run("");
    assert_eq!(run.exit, 2);
    assert!(run.err.contains("Usage"), "{}", run.err);
    assert!(desk.fails(2, "cli-usage", "asess").contains("assess"));
}

#[test]
fn shells_complete_every_command() {
    let desk = Desk::new("completions");
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = desk.ok(&format!("completions {shell}"));
        for words in ["countersign", "lookup", "simulate"] {
            assert!(script.contains(words), "{shell}: {words}");
        }
    }
    assert!(desk.fails(2, "cli-usage", "completions csh").contains("zsh"));
}

#[test]
fn there_is_a_manual_page_for_every_command() {
    let desk = Desk::new("man");
    assert!(desk.ok("man").contains(".TH healthcode 1"));
    desk.ok("man --out pages");
    let page = |name: &str| String::from_utf8(desk.read(&format!("pages/{name}.1"))).unwrap();
    assert!(page("healthcode-risk-build").contains("GB/T 2260"));
    let main = page("healthcode");
    // groff reads Latin-1.
    for entry in std::fs::read_dir(desk.path("pages")).unwrap() {
        let page = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        assert!(page.is_ascii(), "{page}");
    }
    assert!(desk.ok("man").is_ascii() && page("healthcode-verify").contains("\\[u2026]"));
    let listed: Vec<_> =
        main.lines().filter_map(|line| line.strip_prefix("healthcode\\-")?.strip_suffix("(1)")).collect();
    assert!(listed.len() >= 11, "{main}");
    for name in listed {
        assert!(page(&format!("healthcode-{name}")).contains(".SH SYNOPSIS"), "{name}");
    }
}
