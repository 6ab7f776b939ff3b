//! What an authority does: trust list, rule pack, risk table, record; and what it is told when it errs.

use crate::tool::{Desk, json, rules};

#[test]
fn everything_that_an_authority_signs_is_accepted() {
    let desk = Desk::new("authority");
    let trust = desk.authority();
    for (file, kind, signers) in
        [("trust.cbor", "trust-list", 1), ("pack.cbor", "rule-pack", 2), ("risk.cbor", "risk-table", 2)]
    {
        let report = json(&desk.ok(&format!("inspect {file} {trust} --now 2020-02-12 --json")));
        assert_eq!((&report["kind"], &report["accepted"]), (&kind.into(), &true.into()), "{report}");
        assert_eq!(report["signatures"].as_array().unwrap().len(), signers);
        assert!(report["signatures"].as_array().unwrap().iter().all(|signature| signature["standing"] == "good"));
        assert!(desk.ok(&format!("inspect {file} {trust} --now 2020-02-12")).contains("accepted"));
        // Without trust it is shown, and it is said that nothing was checked.
        let run = desk.run(&format!("inspect {file}"));
        assert_eq!(run.exit, 0);
        assert!(run.out.contains("not checked") && run.err.contains("--trust"), "{}{}", run.out, run.err);
    }
    let pack = json(&desk.ok("inspect pack.cbor --json"));
    assert_eq!(pack["content"]["id"], "hangzhou");
    assert_eq!(pack["header"]["place"], "3301");
}

#[test]
fn a_record_names_nobody_unless_asked() {
    let desk = Desk::new("record");
    let trust = desk.authority();
    let phone = desk.key("phone.key");
    let status = r#"{"status": "close-contact", "since": "2020-02-09T12:00:00+08:00"}"#;
    desk.write("record.json", format!(r#"{{"key": "{phone}", "statuses": [{status}]}}"#));
    desk.ok("sign record record.json --key record.key --key record-2.key --version 1 --issued 2020-02-10 --valid 5d --place 3301 --out record.cbor");
    let shown = desk.ok(&format!("inspect record.cbor {trust} --now 2020-02-12"));
    assert!(shown.contains("accepted") && !shown.contains("close-contact"), "{shown}");
    assert_eq!(json(&desk.ok("inspect record.cbor --json"))["content"]["statuses"][0]["status"], "close-contact");
    desk.write(
        "bad.json",
        format!(r#"{{"key": "{phone}", "statuses": [{{"status": "secret-illness", "since": "x"}}]}}"#),
    );
    let said = desk.fails(2, "cli-json", "sign record bad.json --key record.key --version 1 --valid 5d --out bad.cbor");
    assert!(said.contains("close-contact") && !said.contains("secret-illness"), "{said}");
}

#[test]
fn what_may_not_be_used_is_refused_with_its_cause() {
    let desk = Desk::new("refusals");
    let trust = desk.authority();
    let inspect = |file: &str, now: &str| desk.run(&format!("inspect {file} {trust} --now {now}"));
    let refused = |file: &str, now: &str, code: &str| {
        let run = inspect(file, now);
        assert_eq!(run.exit, 1, "{}", run.err);
        assert!(run.out.contains(&format!("refused [{code}]")), "{}", run.out);
    };
    refused("pack-1.cbor", "2020-02-12", "file-too-few-signers");
    refused("risk.cbor", "2020-02-20", "file-expired");
    // A trust list from another root vouches for nothing.
    let other = desk.key("other.key");
    desk.fails(
        1,
        "trust-other-roots",
        &format!("inspect pack.cbor --trust trust.cbor --root {other} --now 2020-02-12"),
    );
    // A key that may sign something else.
    let csv = rules("data/2020-02-china/risk.csv");
    desk.ok(&format!("risk build {csv} --key record.key --key record-2.key --version 1 --issued 2020-02-10 --valid 7d --whole-province 42 --out wrong.cbor"));
    refused("wrong.cbor", "2020-02-12", "file-unknown-key");
    assert!(inspect("wrong.cbor", "2020-02-12").out.contains("may not sign this kind"));
    // A key that nobody knows.
    desk.ok(&format!("risk build {csv} --key other.key --version 1 --issued 2020-02-10 --valid 7d --whole-province 42 --out other.cbor"));
    assert!(inspect("other.cbor", "2020-02-12").out.contains("not in the trust list"));
    // One changed byte; the last is the signature's.
    let mut bytes = desk.read("risk.cbor");
    *bytes.last_mut().unwrap() ^= 1;
    desk.write("altered.cbor", &bytes);
    refused("altered.cbor", "2020-02-12", "file-bad-signature");
}

#[test]
fn what_is_no_signed_file_is_not_used() {
    let desk = Desk::new("unusable");
    let trust = desk.authority();
    let pack = desk.read("pack.cbor");
    for length in [0, 1, 5, 100, pack.len() - 1] {
        desk.write("cut.cbor", &pack[..length]);
        let said = desk.fails(2, "cbor-truncated", "inspect cut.cbor");
        assert!(said.contains("cut.cbor: ") && said.contains("hint: "), "{said}");
    }
    desk.write("more.cbor", [&pack[..], &[0]].concat());
    desk.fails(2, "cbor-trailing-bytes", "inspect more.cbor");
    desk.write("other.cbor", [0x80]);
    desk.fails(2, "envelope-shape", "inspect other.cbor");
    desk.write("large.cbor", vec![0; (8 << 20) + 1]);
    desk.fails(2, "cli-file-too-large", "inspect large.cbor");
    desk.fails(2, "cli-file-missing", "inspect nothing.cbor");
    desk.fails(2, "cli-file-not-signed", "inspect list.toml");
    desk.fails(
        2,
        "cli-file-not-signed",
        &format!("inspect pack.cbor --trust list.toml {} --now 2020-02-12", &trust[19..]),
    );
    // The wrong kind in the right place.
    desk.fails(2, "file-wrong-kind", &format!("inspect pack.cbor --trust risk.cbor {} --now 2020-02-12", &trust[19..]));
    desk.fails(2, "file-wrong-kind", "risk show pack.cbor");
    desk.fails(2, "cli-usage", &format!("inspect pack.cbor {trust}"));
}

#[test]
fn a_source_with_faults_is_not_signed() {
    let desk = Desk::new("sources");
    desk.key("a.key");
    let pack = std::fs::read_to_string(rules("packs/hangzhou/pack.toml")).unwrap();
    desk.write("pack.toml", pack.replacen("course = \"red14\"", "course = \"red15\"", 2));
    let said = desk.fails(1, "pack-unknown-name", "sign rule-pack pack.toml --key a.key --out pack.cbor");
    assert_eq!(said.matches("there is no course `red15`").count(), 2, "{said}");
    assert_eq!(
        desk.fails(1, "pack-unknown-name", "rules check pack.toml").matches("there is no course `red15`").count(),
        2
    );
    desk.write("pack.toml", "[pack]\nid = 7\n");
    let said = desk.fails(2, "cli-toml", "sign rule-pack pack.toml --key a.key --out pack.cbor");
    assert!(said.contains("pack.toml:2:6: "), "{said}");
    assert!(!desk.path("pack.cbor").exists());

    desk.write("risk.csv", "place,level,from,to\n3301,high,2020-02-30,\n33,none,2020-02-01,\n");
    let said = desk.fails(2, "cli-csv-field", "risk build risk.csv --key a.key --version 1 --valid 7d --out risk.cbor");
    assert!(said.contains("risk.csv: line 2, column from: ") && said.contains("line 3, column level: "), "{said}");
    desk.write("risk.csv", "place,level,from,to\n3301,high,2020-02-03,\n");
    let said = desk.fails(
        1,
        "file-never-valid",
        "risk build risk.csv --key a.key --version 1 --issued 2020-02-12 --expires 2020-02-12 --out risk.cbor",
    );
    assert!(said.contains("--expires"), "{said}");
    desk.fails(2, "cli-usage", "risk build risk.csv --key a.key --version 1 --out risk.cbor");
    desk.fails(
        2,
        "cli-key-twice",
        "sign rule-pack pack.toml --key a.key --key a.key --out p.cbor"
            .replace("pack.toml", &rules("packs/hangzhou/pack.toml"))
            .as_str(),
    );
    desk.fails(
        2,
        "cli-file-unwritable",
        "risk build risk.csv --key a.key --version 1 --issued 2020-02-12 --valid 7d --out no/such/folder/risk.cbor",
    );
}

#[test]
fn a_trust_list_that_cannot_work_is_warned_of() {
    let desk = Desk::new("warnings");
    let key = desk.key("a.key");
    desk.write("list.toml", format!("[roots]\nkeys = [\"{key}\"]\nsigners = 1\n[[keys]]\nkey = \"{key}\"\nsigner = \"a\"\nkinds = [\"rule-pack\"]\nfrom = \"2020-03-01T00:00:00Z\"\nuntil = \"2020-01-01T00:00:00Z\"\n"));
    let run = desk.run("trust build list.toml --key a.key --version 1 --valid 30d --out trust.cbor");
    assert_eq!(run.exit, 0);
    for words in [
        "its time ends before it begins",
        "needs 2 different signers, but the list has 1",
        "nobody may sign these kinds: risk-table, manifest, record, day-certificate",
    ] {
        assert!(run.err.contains(words), "{words}: {}", run.err);
    }
}

/// Whoever builds a list, signs it next or looks at it sees whose signatures it has and needs.
#[test]
fn a_trust_list_says_which_roots_it_needs() {
    let desk = Desk::new("list-roots");
    let roots: Vec<_> = ["a.key", "b.key", "c.key"].iter().map(|file| desk.key(file)).collect();
    let other = desk.key("d.key");
    let list = |keys: &str, signers: u32, rest: &str| {
        format!("keys = []\n[roots]\nkeys = [{keys}]\nsigners = {signers}\n{rest}")
    };
    let all = format!("\"{}\"", roots.join("\", \""));
    desk.write("list.toml", list(&all, 2, "[[needed]]\nkind = \"rule-pack\"\nsigners = 3\n"));
    let build = "trust build list.toml --version 1 --issued 2020-02-10 --valid 30d --out list.cbor";
    let run = desk.run(&format!("{build} --key a.key"));
    assert!(
        run.err.contains("1 of the roots that it names have signed it, and 2 of these 3 must; add the next"),
        "{}",
        run.err
    );
    let run = desk.run("countersign list.cbor --key d.key --out list.cbor");
    let id = &desk.ok("keys show d.key");
    let id = id.split("key-id ").nth(1).unwrap().trim();
    assert!(
        run.err.contains("1 of the roots") && run.err.contains(&format!("key {id} is none of them")),
        "{}",
        run.err
    );
    let run = desk.run("countersign list.cbor --key b.key --out list.cbor");
    assert!(run.exit == 0 && !run.err.contains("of the roots that it names have"), "{}", run.err);
    // What is seen of it, by itself and by the roots before.
    let shown = desk.ok("inspect list.cbor");
    assert!(
        shown.contains(": 2 of these 3 must sign this list and the next")
            && shown.contains("a rule-pack needs 3 signers")
    );
    let shown = desk.ok(&format!("inspect list.cbor --root {other} --now 2020-02-12"));
    assert_eq!(shown.matches("(root that this list names): good").count(), 2, "{shown}");
    assert!(shown.contains(&format!("key {id} (root): good")) && shown.contains("verdict    accepted"), "{shown}");
    let shown = desk.run(&format!("inspect list.cbor --root {} --now 2020-02-12", roots[2])).out;
    assert!(shown.contains(&format!("key {id}: the key is no root")), "{shown}");
    // What no phone could read is refused with what is wrong.
    for (roots, signers, rest, problem) in [
        (&*all, 4, "", "[roots] has 3 keys, so signers may be 1 to 3, but is 4"),
        (&*all, 0, "", "[roots] has 3 keys, so signers may be 1 to 3, but is 0"),
        ("", 1, "", "[roots] has 0 keys, and may have 1 to 16"),
        (&*format!("{all}, {all}"), 2, "", "twice"),
        (
            &*all,
            2,
            "[[needed]]\nkind = \"rule-pack\"\nsigners = 9\n",
            "asks for 9 signers of a rule-pack, which has at most 8",
        ),
        (&*all, 2, "[[needed]]\nkind = \"trust-list\"\nsigners = 2\n", "[[needed]] says nothing of trust lists"),
    ] {
        desk.write("list.toml", list(roots, signers, rest));
        let said = desk.fails(2, "cli-trust-list", &format!("{build} --key a.key"));
        assert!(said.contains("list.toml: ") && said.contains(problem), "{said}");
    }
}

/// As phones do, `inspect` ignores a bad signature beside enough good ones, and says the same with its exit code.
#[test]
fn a_bad_signature_beside_enough_good_ones_does_not_count() {
    let desk = Desk::new("bad-beside");
    let trust = desk.authority();
    let source = String::from_utf8(desk.read("list.toml")).unwrap();
    let third = desk.key("rules-3.key");
    let entry = format!(
        "[[keys]]\nkey = \"{third}\"\nsigner = \"rules-3\"\nkinds = [\"rule-pack\"]\n\
         from = \"2020-01-01T00:00:00Z\"\nuntil = \"2021-01-01T00:00:00Z\"\n"
    );
    desk.write("list.toml", format!("{entry}{source}"));
    desk.ok("trust build list.toml --key root.key --version 2 --issued 2020-02-10 --valid 30d --out trust.cbor");
    desk.ok("countersign pack.cbor --key rules-3.key --out three.cbor");
    let mut bytes = desk.read("three.cbor");
    *bytes.last_mut().unwrap() ^= 1;
    desk.write("three.cbor", bytes);
    let shown = desk.ok(&format!("inspect three.cbor {trust} --now 2020-02-12"));
    assert!(shown.contains("rules-3): does not match") && shown.contains("verdict    accepted"), "{shown}");
}

#[test]
fn a_record_says_nothing_that_is_not_seen() {
    let desk = Desk::new("record-unseen");
    let phone = desk.key("phone.key");
    desk.key("a.key");
    let sign = "sign record record.json --key a.key --version 1 --issued 2020-02-10 --valid 5d --out record.cbor";
    for (name, place) in [
        ("essential\u{202e}worker", "line 2, column 22 contains"),
        ("cdc\u{fe0f}", "line 2, column 16 contains"),
        ("a\u{2800}b", "line 2, column 14 contains"),
        ("essential\\u200bworker", "an exemption, a test or a vaccination contains"),
    ] {
        desk.write("record.json", format!("{{\"key\": \"{phone}\",\n\"exempt\": [\"{name}\"]}}"));
        let said = desk.fails(2, "cli-unseen-character", sign);
        assert!(
            said.contains(&format!("record.json: {place} the character \\u{{")) && !said.contains("essential"),
            "{said}"
        );
    }
    assert!(!desk.path("record.cbor").exists());
    let plain = format!("\u{feff}{{\"key\": \"{phone}\",\r\n\t\"exempt\": [\"essential-worker\"]}}\r\n");
    assert_eq!(desk.feed(&sign.replace("record.json", "-"), plain.as_bytes()).exit, 0);
}

#[test]
fn a_row_outside_of_the_place_of_a_table_is_named() {
    let desk = Desk::new("row-outside");
    desk.key("a.key");
    desk.write(
        "rows.csv",
        "place,level,from,to\n3301,high,2020-02-03,\n4201,low,2020-02-03,\n310115,low,2020-02-03,\n",
    );
    let said = desk.fails(
        1,
        "file-out-of-place",
        "risk build rows.csv --key a.key --version 1 --issued 2020-02-10 --valid 7d --place 33 --out risk.cbor",
    );
    for (line, row) in [(3, "4201"), (4, "310115")] {
        assert!(said.contains(&format!("rows.csv: line {line}: place {row} is not in place 33")), "{said}");
    }
}

/// Cases say what rules decide, not when they hold: those of a pack that is announced, or ended, are decided as if it held.
#[test]
fn a_pack_is_announced_with_the_cases_that_it_has() {
    let desk = Desk::new("announced-cases");
    desk.key("a.key");
    let source = std::fs::read_to_string(rules("packs/hangzhou/pack.toml")).unwrap();
    let line = |name: &str| source.lines().find(|line| line.starts_with(name)).unwrap();
    for (from, until, about_this) in [
        ("2020-02-14", "2020-05-01", None),
        ("2021-01-01", "2021-05-01", Some("After the rules have expired: undecided")),
        ("2020-01-01", "2020-02-01", Some("Before the rules are in force: undecided")),
    ] {
        let new = source
            .replacen(line("valid-from = "), &format!("valid-from = \"{from}T00:00:00+08:00\""), 1)
            .replacen(line("valid-until = "), &format!("valid-until = \"{until}T00:00:00+08:00\""), 1);
        desk.write("pack.toml", &new);
        let sign = "sign rule-pack pack.toml --key a.key --issued 2020-01-01 --out pack.cbor";
        match about_this {
            None => drop((desk.ok("rules test pack.toml"), desk.ok("rules check pack.toml"), desk.ok(sign))),
            // Only a case about the time itself is to be changed with it.
            Some(case) => {
                let said = desk.fails(1, "pack-cases-fail", sign);
                assert!(said.contains(&format!("1 of its own test cases failed: {case}\n")), "{said}");
            }
        }
        // A rule that decides something else is still found.
        desk.write("pack.toml", new.replacen("course = \"red14\"", "course = \"yellow7\"", 1));
        let said =
            desk.fails(1, "pack-cases-fail", "sign rule-pack pack.toml --key a.key --issued 2020-01-01 --out x.cbor");
        assert!(said.contains("hint: `healthcode rules test` says how each"), "{said}");
    }
}

#[test]
fn risk_rows_come_out_as_they_went_in() {
    let desk = Desk::new("risk");
    desk.authority();
    let shown = desk.ok("risk show risk.cbor");
    desk.write("again.csv", &shown);
    desk.ok("risk build again.csv --key risk.key --key risk-2.key --version 7 --issued 2020-02-10 --valid 7d --whole-province 42 --out again.cbor");
    assert_eq!(desk.read("again.cbor"), desk.read("risk.cbor"));
    for file in ["risk.cbor", "again.csv"] {
        let found = json(&desk.ok(&format!("risk lookup {file} --place 420106 --at 2020-02-01")));
        assert_eq!((&found["level"], found["rows"].as_array().unwrap().len()), (&"high".into(), 2));
        assert_eq!(json(&desk.ok(&format!("risk lookup {file} --place 44 --at 2020-02-01")))["level"], "none");
    }
    desk.fails(2, "cli-usage", "risk lookup risk.cbor --place 4 --at 2020-02-01");
    desk.fails(2, "cli-usage", "risk lookup risk.cbor --place 42 --at yesterday");
}

#[test]
fn packs_are_checked_and_tested() {
    let desk = Desk::new("rules");
    let path = rules("packs/hangzhou/pack.toml");
    assert!(desk.ok(&format!("rules check {path}")).contains("hangzhou version 1"));
    let out = desk.ok(&format!("rules test {path}"));
    assert!(out.trim_end().ends_with("passed, 0 failed"), "{out}");
    // A rule that says something else than its cases expect.
    let pack = std::fs::read_to_string(&path).unwrap();
    desk.write("pack.toml", pack.replacen("course = \"red14\"", "course = \"yellow7\"", 1));
    let run = desk.run(&format!("rules test pack.toml {path} nothing.toml"));
    assert_eq!(run.exit, 2, "{}", run.err);
    assert!(run.out.contains("colour: expected red, found yellow") && run.err.contains("nothing.toml"), "{}", run.out);
    assert_eq!(desk.run("rules test pack.toml").exit, 1);
    let run = desk.feed("rules eval --lines", b"{\"text\": \"a + 1\", \"data\": {\"a\": 1}}\n");
    assert_eq!((run.exit, run.out.as_str()), (0, "{\"value\":2}\n"));
}

#[test]
fn an_unclosed_quote_hides_no_rows_and_is_named() {
    let desk = Desk::new("quotes");
    desk.key("a.key");
    let build = "risk build risk.csv --key a.key --version 1 --valid 7d --out risk.cbor";
    for row in ["33,high,2020-02-03,,\"a note", "33,\"high,2020-02-03,,", "\"33,high,2020-02-03,,"] {
        desk.write(
            "risk.csv",
            format!("place,level,from,to,note\n\n42,high,2020-02-03,,\n{row}\n44,low,2020-02-03,,\n"),
        );
        let said = desk.fails(2, "cli-csv-line", build);
        assert!(said.contains("risk.csv: line 4: a quote opens in this line and is not closed"), "{said}");
    }
    desk.write("names.csv", "place,name\n33,\"浙江\n");
    let sources = rules("packs/hangzhou/pack.toml");
    desk.write("facts.json", "{}");
    let explain = format!("rules explain --rules {sources} --facts facts.json --names names.csv --now 2020-02-12");
    assert!(desk.fails(2, "cli-csv-line", &explain).contains("names.csv: line 2: a quote opens"));
}

#[cfg(unix)]
#[test]
fn a_link_leads_to_the_file_that_is_written() {
    use std::os::unix::fs::symlink;

    let desk = Desk::new("links");
    desk.authority();
    std::fs::create_dir(desk.path("real")).unwrap();
    let countersign = "countersign pack-1.cbor --key rules-2.key --out link.cbor";
    // Relative, through another link, to a file in which nothing is yet, or to one.
    desk.write("real/pack.cbor", "");
    symlink("real/pack.cbor", desk.path("first.cbor")).unwrap();
    symlink("first.cbor", desk.path("link.cbor")).unwrap();
    for _ in 0..2 {
        desk.ok(countersign);
        assert!(desk.path("link.cbor").is_symlink() && desk.path("first.cbor").is_symlink());
        assert!(!desk.path("real/pack.cbor").is_symlink());
        assert_eq!(desk.read("real/pack.cbor"), desk.read("pack.cbor"));
        assert_eq!(std::fs::read_dir(desk.path("real")).unwrap().count(), 1, "nothing else is left there");
    }
    let pack = std::fs::read_to_string(rules("packs/hangzhou/pack.toml")).unwrap();
    desk.write("real/pack.toml", pack.replacen("visit.level == 3", "visit.level==3", 1));
    symlink(desk.path("real/pack.toml"), desk.path("pack.toml")).unwrap();
    desk.ok("rules fmt pack.toml");
    assert!(desk.path("pack.toml").is_symlink() && desk.read("real/pack.toml") == pack.as_bytes());
    // A key behind a link is never overwritten, and a pipe or a device stays what it is.
    symlink("rules-1.key", desk.path("to-key.cbor")).unwrap();
    desk.fails(2, "cli-overwrite", &countersign.replace("link.cbor", "to-key.cbor"));
    symlink("/dev/null", desk.path("null.cbor")).unwrap();
    desk.ok(&countersign.replace("link.cbor", "null.cbor"));
    assert!(desk.path("null.cbor").is_symlink());
}
