//! Help.

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
