//! `assess`: one person, many, and what is wrong with facts.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

use crate::tool::{Desk, TOOL, json, rules};

const NOW: &str = "--now 2020-02-12T09:00:00+08:00";

/// Arguments for the unsigned pack and rows.
fn sources() -> String {
    let (pack, risk) = (rules("packs/hangzhou/pack.toml"), rules("data/2020-02-china/risk.csv"));
    format!("--rules {pack} --risk {risk} {NOW}")
}

/// The sample people: their file names, which begin with the colour, and their facts on one line.
fn people() -> Vec<(String, String)> {
    let mut paths: Vec<_> =
        fs::read_dir(rules("data/2020-02-china/people")).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let person = |path: &std::path::PathBuf| {
        let facts = json(&fs::read_to_string(path).unwrap()).to_string();
        (path.file_name().unwrap().to_str().unwrap().to_owned(), facts)
    };
    paths.iter().map(person).collect()
}

#[test]
fn sources_and_signed_files_give_the_same_assessment() {
    let desk = Desk::new("assess");
    let trust = desk.authority();
    for (name, facts) in people() {
        desk.write("facts.json", &facts);
        let signed = desk.ok(&format!("assess --rules pack.cbor --risk risk.cbor {trust} --facts facts.json {NOW}"));
        let mut signed = json(&signed);
        let mut plain = json(&desk.ok(&format!("assess {} --facts facts.json", sources())));
        assert!(name.starts_with(plain["colour"].as_str().unwrap()), "{name}: {plain}");
        for assessment in [&mut signed, &mut plain] {
            // By the hash of a file that is signed, or of one that is not.
            assert_eq!(assessment["rules"]["hash"].take().as_str().map(str::len), Some(16));
            let _ = assessment["riskHash"].take();
        }
        assert_eq!((signed["risk"][0]["version"].take(), plain["risk"][0]["version"].take()), (7.into(), 1.into()));
        assert_eq!(signed, plain);
    }
}

#[test]
fn the_forecast_is_added_on_request() {
    let desk = Desk::new("forecast");
    let facts = rules("data/2020-02-china/people/red-back-from-wuhan.json");
    let plain = json(&desk.ok(&format!("assess {} --facts {facts}", sources())));
    let with = json(&desk.ok(&format!("assess {} --facts {facts} --forecast", sources())));
    assert!(plain.get("forecast").is_none());
    assert_eq!(with["forecast"]["green"], "2020-02-22T16:00:00Z");
    assert_eq!(with["reasons"], plain["reasons"]);
}

#[test]
fn lines_are_answered_in_order_and_a_bad_one_stops_nothing() {
    let desk = Desk::new("lines");
    let people = people();
    let mut input: String = people.iter().map(|(_, facts)| format!("{facts}\n")).collect();
    input += "{\"reports\": [{\"at\": \"2020-02-12T08:00:00+08:00\", \"answers\": {\"home\": [[\"330106\"]]}}]}\n\n{}";
    let run = desk.feed(&format!("assess {} --lines", sources()), input.as_bytes());
    assert_eq!(run.exit, 0, "{}", run.err);
    let answers: Vec<_> = run.out.lines().map(json).collect();
    assert_eq!(answers.len(), people.len() + 2);
    for ((name, _), answer) in people.iter().zip(&answers) {
        assert!(name.starts_with(answer["colour"].as_str().unwrap()), "{name}: {answer}");
    }
    let bad = &answers[people.len()];
    assert_eq!((&bad["line"], &bad["error"]["code"]), (&(people.len() + 1).into(), &"cli-json".into()));
    assert!(!run.out.contains("330106\"]]") && run.err.contains("line 8 could not be answered"), "{}", run.err);
    assert_eq!(answers[people.len() + 1]["colour"], "grey");
    // An editor's byte order mark is no part of the first line.
    let marked = desk.feed(&format!("assess {} --lines", sources()), format!("\u{feff}{input}").as_bytes());
    assert_eq!(marked.out, run.out);
    let strict = desk.feed(&format!("assess {} --lines --strict", sources()), b"{}\nx\n{}\n");
    assert_eq!((strict.exit, strict.out.lines().count()), (2, 2));
    // It ends at once, whoever may still be about to write.
    let mut child = Command::new(TOOL)
        .args(format!("assess {} --lines --strict", sources()).split(' '))
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut open = child.stdin.take().unwrap();
    open.write_all(b"x\n").unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(2));
    drop(open);
}

#[test]
fn an_id_comes_back_with_its_answer_and_brief_is_short() {
    let desk = Desk::new("lines-id");
    let people = people();
    let with_id = |(number, (_, facts)): (usize, &(String, String))| {
        facts.replacen('{', &format!("{{\"id\": \"person {number}\", "), 1) + "\n"
    };
    let input: String = people.iter().enumerate().map(with_id).collect();
    let bad = "{\"id\": 17, \"dairy\": []}\n{\"id\": [], \"reports\": []}\n";
    let run = desk.feed(&format!("assess {} --lines", sources()), format!("{input}{bad}").as_bytes());
    let answers: Vec<_> = run.out.lines().map(json).collect();
    for ((number, (name, _)), answer) in people.iter().enumerate().zip(&answers) {
        assert_eq!(answer["id"], format!("person {number}"));
        assert!(name.starts_with(answer["colour"].as_str().unwrap()), "{name}: {answer}");
    }
    let (unknown, no_id) = (&answers[people.len()], &answers[people.len() + 1]);
    assert_eq!((&unknown["line"], &unknown["id"]), (&(people.len() + 1).into(), &17.into()), "{unknown}");
    assert!(unknown["error"]["message"].as_str().unwrap().contains("unknown field `dairy`"), "{unknown}");
    assert!(no_id.get("id").is_none() && run.out.contains("expected a text or a whole number as `id`"), "{no_id}");

    let brief = |more: &str| desk.feed(&format!("assess {} --lines --brief {more}", sources()), input.as_bytes()).out;
    let lines = brief("--forecast");
    for ((line, whole), (name, _)) in lines.lines().map(json).zip(&answers).zip(&people) {
        let rules = |reasons: &serde_json::Value| -> Vec<serde_json::Value> {
            reasons.as_array().unwrap().iter().map(|reason| reason["rule"].clone()).collect()
        };
        assert_eq!(line["reasons"], serde_json::Value::from(rules(&whole["reasons"])), "{name}");
        for key in ["id", "colour", "until"] {
            assert_eq!(line[key], whole[key], "{name}");
        }
        assert_eq!(line["causes"].as_array().unwrap().is_empty(), !name.starts_with("grey"), "{line}");
        assert!(line.get("green").is_some() || name.starts_with("grey"), "{line}");
        assert!(line.to_string().len() < 240, "{line}");
    }
    assert!(!brief("").contains("green\":"));
    // On any number of threads, in order; one person in a file has an id, too.
    let many = input.repeat(300);
    let run = |threads: &str| desk.feed(&format!("assess {} --lines --brief {threads}", sources()), many.as_bytes());
    let one = run("--threads 1");
    assert!(one.out == run("--threads 4").out && one.out == run("").out && one.out == brief("").repeat(300));
    desk.write("one.json", input.lines().next().unwrap());
    let said = json(&desk.ok(&format!("assess {} --facts one.json --brief", sources())));
    assert_eq!(said["id"], "person 0");
    desk.ok(&format!("rules explain {} --facts one.json", sources()));
    for only_lines in ["--threads 2", "--strict"] {
        desk.fails(2, "cli-usage", &format!("assess {} --facts one.json {only_lines}", sources()));
    }
    desk.fails(2, "cli-usage", &format!("assess {} --lines --threads 0", sources()));
}

#[test]
fn a_line_is_answered_before_the_next_is_waited_for() {
    let mut child = Command::new(TOOL)
        .args(format!("assess {} --lines", sources()).split(' '))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    for (_, facts) in people() {
        input.write_all(format!("{facts}\n").as_bytes()).unwrap();
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        assert!(json(&line).get("colour").is_some());
    }
    drop(input);
    assert!(child.wait().unwrap().success());
}

#[test]
fn a_reader_that_leaves_is_no_fault() {
    let mut child = Command::new(TOOL)
        .args(format!("assess {} --lines", sources()).split(' '))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let _ = child.stdin.take().unwrap().write_all("{}\n".repeat(100).as_bytes());
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
}

#[test]
fn unusable_facts_and_files_are_named() {
    let desk = Desk::new("assess-bad");
    let trust = desk.authority();
    for (text, said) in [
        ("[]", "line 1, column 1: invalid type: sequence, expected facts"),
        ("", "line 1, column 1: it is empty, but an object was expected"),
        ("{\n", "line 2, column 1: the text ends within an object"),
    ] {
        desk.write("facts.json", text);
        let found = desk.fails(2, "cli-json", &format!("assess {} --facts facts.json", sources()));
        assert!(found.contains(&format!("facts.json: {said}\n")), "{found}");
        let run = desk.feed(&format!("assess {} --lines", sources()), b"[]\n");
        assert_eq!(json(&run.out)["error"]["code"], "cli-json");
    }
    desk.write("facts.json", r#"{"dairy": []}"#);
    let said = desk.fails(2, "cli-json", &format!("assess {} --facts facts.json", sources()));
    assert!(said.contains("facts.json: line 1, column 8: unknown field `dairy`"), "{said}");
    desk.write("facts.json", "{}");
    let said = desk.fails(2, "cli-no-trust", &format!("assess --rules pack.cbor --facts facts.json {NOW}"));
    assert!(said.contains("pack.cbor") && said.contains("--trust"), "{said}");
    let assess = |rules: &str| format!("assess --rules {rules} {trust} --facts facts.json {NOW}");
    desk.fails(1, "file-too-few-signers", &assess("pack-1.cbor"));
    desk.fails(2, "file-wrong-kind", &assess("risk.cbor"));
    desk.fails(2, "cli-usage", &format!("assess {}", sources()));
    desk.fails(2, "cli-usage", "assess --rules pack.toml --facts facts.json");
    desk.ok(
        &format!("assess --rules pack.cbor {trust} --facts facts.json --now system").replace("system", "2020-02-12")
    );
    // Before the trust list was issued, and after it has expired.
    desk.fails(
        1,
        "file-not-yet-issued",
        &format!("assess --rules pack.cbor {trust} --facts facts.json --now 2020-01-01"),
    );
    desk.fails(1, "file-expired", &format!("assess --rules pack.cbor {trust} --facts facts.json --now system"));
}
