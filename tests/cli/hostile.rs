//! What the tool says to sources and lines that mean harm: a stable code, within the time that `Desk::feed` allows.

use crate::tool::{Desk, json, rules};

/// The Hangzhou pack with the condition of its rule on fevers in other words.
fn with_condition(when: &str) -> String {
    let pack = std::fs::read_to_string(rules("packs/hangzhou/pack.toml")).unwrap();
    let was = "when = \"answers.temperature and answers.temperature >= 37.3 °C\"\ncourse";
    assert!(pack.contains(was));
    pack.replacen(was, &format!("when = {when}\ncourse"), 1)
}

fn times(count: usize, part: impl Fn(usize) -> String) -> String {
    (0..count).map(part).collect()
}

#[test]
fn a_hostile_source_is_refused_when_it_is_written() {
    let desk = Desk::new("hostile-sources");
    let pack = std::fs::read_to_string(rules("packs/hangzhou/pack.toml")).unwrap();
    let text = "{ zh-Hans = \"说明\", en = \"words\" }";
    let rule = |n| {
        format!(
            "\n[[rule]]\nid = \"r{n}\"\nwhen = \"answers.contact\"\ncolour = \"yellow\"\ntext = {text}\nway-back = {text}\n"
        )
    };
    let question =
        |n| format!("\n[[question]]\nid = \"q{n}\"\ntype = \"yes-no\"\nshow-if = \"answers.contact\"\ntext = {text}\n");
    let band = |_| format!("\n[[band]]\ndimension = \"time\"\nwhen = \"answers.contact\"\npoints = 1\ntext = {text}\n");
    let steps = times(1_000, |_| "{ colour = \"red\", lasts = \"1 s\" }, ".into());
    let long = "长".repeat(100_000);
    let cases: Vec<(&str, String, &str)> = vec![
        (
            "ten thousand brackets",
            with_condition(&format!("\"{}true{}\"", "(".repeat(10_000), ")".repeat(10_000))),
            "cli-toml",
        ),
        ("ten thousand times not", with_condition(&format!("\"{}true\"", "not ".repeat(10_000))), "cli-toml"),
        (
            "a list of lists of lists",
            with_condition(&format!("\"1 in {}1{}\"", "[".repeat(10_000), "]".repeat(10_000))),
            "cli-toml",
        ),
        (
            "five thousand parts",
            with_condition(&format!("\"answers.contact{}\"", " and answers.contact".repeat(5_000))),
            "cli-toml",
        ),
        (
            "a condition of half a megabyte",
            with_condition(&format!("\"answers.contact == '{}'\"", "x".repeat(500_000))),
            "cli-toml",
        ),
        ("an unknown operation", with_condition("{ or = [true, false] }"), "cli-toml"),
        ("an operation that nobody knows in text", with_condition("\"sqrt(4) > 1\""), "cli-toml"),
        ("too few operands", with_condition("{ and = [true] }"), "cli-toml"),
        ("a number where a condition should be", with_condition("7"), "cli-toml"),
        (
            "TOML nested ten thousand deep",
            with_condition(&format!("{}true{}", "[".repeat(10_000), "]".repeat(10_000))),
            "cli-toml",
        ),
        ("a text that nobody reads to its end", pack.replacen("您近14天内在", &long, 1), "pack-text"),
        ("ten megabytes", format!("{pack}\n# {}", "x".repeat(10_000_000)), "cli-file-too-large"),
        ("no text at all", "\u{0}\u{1}\u{2}".repeat(1_000), "cli-toml"),
        ("thousands of rules", format!("{pack}{}", times(3_000, rule)), "pack-too-many"),
        ("thousands of questions", format!("{pack}{}", times(3_000, question)), "pack-too-many"),
        ("thousands of bands", format!("{pack}{}", times(3_000, band)), "pack-too-many"),
        ("thousands of steps", format!("{pack}\n[[course]]\nid = \"long\"\nsteps = [{steps}]\n"), "pack-too-many"),
        (
            "many long texts",
            format!("{pack}{}", times(150, |n| rule(n).replace("words", &"many words ".repeat(150)))),
            "pack-too-large",
        ),
    ];
    desk.key("a.key");
    for (name, source, code) in cases {
        desk.write("pack.toml", source);
        for command in
            ["rules check pack.toml", "rules test pack.toml", "sign rule-pack pack.toml --key a.key --out pack.cbor"]
        {
            let run = desk.run(command);
            assert!(
                run.exit != 0 && run.err.contains(&format!("error[{code}]: ")),
                "{name}: {command}: {}",
                first(&run.err)
            );
            assert!(run.err.len() < 20_000, "{name}: {command}: says {} bytes", run.err.len());
        }
        assert!(!desk.path("pack.cbor").exists(), "{name} was signed");
    }
}

#[test]
fn what_a_fault_quotes_is_short_and_seen() {
    let desk = Desk::new("hostile-quotes");
    let pack = std::fs::read_to_string(rules("packs/hangzhou/pack.toml")).unwrap();
    let long = "长".repeat(100_000);
    let cases = [
        (format!("version = \"{long}\""), "长…长", "expected a whole number from 0 to 4294967295\n"),
        (format!("{long} = 1"), "10:1: ", "\n10 | "),
        (format!("\"{long}\" = 1"), "长…长", "`languages`\n"),
        ("\"a\\u001b\\n\\u200b\" = 1".into(), "`a\\u{1b}\\u{a}\\u{200b}`", "`languages`\n"),
        ("version\u{200b} = 1".into(), "10:8: ", "\n10 | version\\u{200b} = 1\n   |        ^^^^^^^^\n"),
    ];
    for (line, begins, ends) in cases {
        desk.write("pack.toml", pack.replacen("version = 1", &line, 1));
        let said = desk.fails(2, "cli-toml", "rules check pack.toml");
        assert!(
            said.contains(begins) && said.contains(ends) && said.len() < 8_000,
            "{}: {}",
            first(&line),
            first(&said)
        );
    }
    desk.key("a.key");
    let list = "trust build list.toml --key a.key --version 1 --valid 1d --out list.cbor";
    for (written, hint) in [("[[key]]", "did you mean `keys`?"), ("qqqq = 1", "`healthcode trust build --help`")] {
        desk.write("list.toml", written);
        assert!(desk.fails(2, "cli-toml", list).contains(hint));
    }
}

/// The beginning of what may be long.
fn first(text: &str) -> String {
    text.chars().take(400).collect()
}

#[test]
fn a_pack_whose_rules_take_too_many_steps_makes_grey_and_says_which_rule() {
    let desk = Desk::new("hostile-steps");
    let list = format!("[{}]", vec!["1"; 60].join(", "));
    let when = format!("\"any({list} where any({list} where any({list} where any({list} where current > 5))))\"");
    desk.write("pack.toml", with_condition(&when));
    let data = rules("data/2020-02-china");
    let facts = format!("--risk {data}/risk.csv --facts {data}/people/green-at-home.json");
    let explained =
        desk.run(&format!("rules explain --rules pack.toml {facts} --now 2020-02-12T09:00:00+08:00 --lang en"));
    assert_eq!(explained.exit, 0, "{}", explained.err);
    assert!(
        explained.out.starts_with("Undecided\n") && explained.out.contains("high-temperature"),
        "{}",
        explained.out
    );
    assert!(explained.out.contains("rule-budget-spent"), "{}", explained.out);
    // Its own cases notice.
    let run = desk.run("rules test pack.toml");
    assert!(run.exit == 1 && run.out.contains("found grey"), "{}", run.out);
}

#[test]
fn each_hostile_line_has_its_answer() {
    let desk = Desk::new("hostile-lines");
    let list = format!("[{}]", vec!["1"; 60].join(","));
    let loops = |depth: usize| {
        (0..depth).fold(r#"{"var":"accumulator"}"#.to_owned(), |step, _| format!(r#"{{"reduce":[{list},{step},0]}}"#))
    };
    let logic = |logic: &str| format!(r#"{{"logic":{logic},"data":null}}"#);
    let nots = |depth: usize| format!("{}true{}", r#"{"!":["#.repeat(depth), "]}".repeat(depth));
    let cases = [
        (logic(&loops(5)), "rule-budget-spent"),
        (
            logic(&format!(r#"{{"reduce":[{list},[{{"var":"accumulator"}},{{"var":"accumulator"}}],[]]}}"#)),
            "rule-budget-spent",
        ),
        (logic(&format!(r#"{{"reduce":[{list},{{"var":""}},0]}}"#)), "rule-array-depth"),
        (logic(&nots(48)), "rule-unreadable"),
        (logic(&nots(10_000)), "rule-unreadable"),
        (logic(r#"{"or":[true,false]}"#), "rule-unreadable"),
        (logic(r#"{"and":[true,false],"!":[true]}"#), "rule-unreadable"),
        (logic(r#"{"+":[9007199254740991,1]}"#), "rule-sum-range"),
        (logic(r#"{"+":[1.5,1]}"#), "rule-unreadable"),
        (logic(r#"{"after":["x","y"]}"#), "rule-operand-type"),
        (
            format!(r#"{{"logic":{{"var":"a"}},"data":{}1{}}}"#, "[".repeat(10_000), "]".repeat(10_000)),
            "rule-unreadable",
        ),
        (format!(r#"{{"text":"{}true","data":null}}"#, "not ".repeat(10_000)), "rule-text-invalid"),
        (format!(r#"{{"text":"{}","data":null}}"#, "x".repeat(500_000)), "rule-text-length"),
        (logic(&format!("\"{}\"", "x".repeat(10_000_000))), "cli-line-too-long"),
        ("[".repeat(100_000), "rule-unreadable"),
        ("\u{0}".into(), "rule-unreadable"),
    ];
    let input: String = cases.iter().map(|(line, _)| format!("{line}\n")).collect();
    let run = desk.feed("rules eval --lines", format!("{input}{}\n", logic("true")).as_bytes());
    assert_eq!(run.exit, 0, "{}", run.err);
    let answers: Vec<_> = run.out.lines().map(json).collect();
    assert_eq!(answers.len(), cases.len() + 1, "one answer a line");
    for (answer, (line, code)) in answers.iter().zip(&cases) {
        assert_eq!(answer["error"], *code, "{}: {answer}", first(line));
    }
    assert_eq!(answers[cases.len()]["value"], true, "it goes on");
}
