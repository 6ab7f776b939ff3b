//! What the authors of rules do: explain, compare, format, check and try them on a population.

use crate::tool::{Desk, json, rules};

/// The arguments that name the Hangzhou pack, the risk table and one of the sample people.
fn sample(person: &str) -> String {
    let (pack, data) = (rules("packs/hangzhou/pack.toml"), rules("data/2020-02-china"));
    format!("--rules {pack} --risk {data}/risk.csv --facts {data}/people/{person}.json")
}

#[test]
fn a_decision_is_explained_as_its_subject_would_read_it() {
    let desk = Desk::new("explain");
    let from_wuhan = sample("red-back-from-wuhan");
    let now = "--now 2020-02-12T09:00:00+08:00";
    let english = desk.ok(&format!("rules explain {from_wuhan} {now} --lang en"));
    for words in [
        "Red\nAssessed for Wed 12 Feb 2020, 09:00\n",
        "Rules: Hangzhou health code, version 1, by Hangzhou epidemic control authority (example), for Hangzhou\n",
        "1. You stayed in a high-risk area in the last 14 days. (red)\n",
        "Based on: Stayed: Wuchang District, Wuhan (high risk), 30 Jan – 8 Feb, counted as 10 days\n",
        "What happens when: Red until 16 Feb, 00:00; Yellow until 23 Feb, 00:00; Green from 23 Feb, 00:00\n",
        "The way back to green: Report every day. Your code turns yellow after 7 days of isolation",
        "Rule: epidemic-area (hangzhou version 1, Hangzhou epidemic control authority (example))\n",
        "By the rule: red for 7 days, yellow for 7 days, then green\n",
        "2. Where you live, where you have been, how you feel and what is on record add up to a high total. (yellow)\n",
        "Based on: Total score: 140; 90 or more triggers this\n",
        "Earliest green: 23 Feb, 00:00\n   Now: Red\n   16 Feb, 00:00: Yellow\n",
        "Places: 65 of 100 points\n",
        "   Risk level where you are now (+5 points)\n      Measured: low risk\n",
        "   Time spent in high-risk areas (+60 points)\n      Measured: 10 days in high risk areas in the last 13 days\n",
    ] {
        assert!(english.contains(words), "{words}\n{english}");
    }
    desk.write("names.tsv", "code\tzh\ten\n42\t湖北省\tHubei\n4201\t武汉市\tWuhan\n420106\t武昌区\tWuchang\n");
    let chinese = desk.ok(&format!("rules explain {from_wuhan} {now} --lang zh --names names.tsv"));
    for words in [
        "红码\n判定时间：2020年2月12日星期三 09:00\n",
        "依据：停留：武汉市武昌区（高风险），1月30日至2月8日，按规则计10天",
    ] {
        assert!(chinese.contains(words), "{words}\n{chinese}");
    }
    let both = desk.ok(&format!("rules explain {from_wuhan} {now}"));
    assert!(both.contains("红码") && both.contains("Red\n"));

    let missing = desk.ok(&format!("rules explain {} {now} --lang en", sample("grey-temperature-missing")));
    for words in [
        "Undecided\n",
        "Why it is undecided\n- Some answers in your last report are missing or cannot be used: What is your temperature today? \
         Please enter a number from 34 to 43 °C.\n",
        "What to do: Submit a new report.\n",
        "Green as soon as you have done what is asked above, if nothing new comes up.\n",
    ] {
        assert!(missing.contains(words), "{words}\n{missing}");
    }
    let cough = desk.ok(&format!("rules explain {} {now} --lang en", sample("yellow-cough")));
    assert!(cough.contains(": Dry cough, Sore throat\n"), "{cough}");
    let contact = desk.ok(&format!("rules explain {} {now} --lang en", sample("red-close-contact")));
    assert!(contact.contains("On the health authority’s record: close contact, since 7 Feb\n"), "{contact}");
}

#[test]
fn a_change_of_colour_is_explained() {
    let desk = Desk::new("explain-change");
    let from_wuhan = sample("red-back-from-wuhan");
    let out = desk.ok(&format!("rules explain {from_wuhan} --now 2020-02-17 --before-now 2020-02-12 --lang en"));
    assert!(out.starts_with("Your code changed from red to yellow\nCompared with what you saw on 12 Feb, 00:00:\n- Ended, or milder than before: You stayed"), "{out}");
    let home = format!("{}/people/green-at-home.json", rules("data/2020-02-china"));
    let out = desk.ok(&format!("rules explain {from_wuhan} --now 2020-02-12T09:00:00+08:00 --before {home} --lang zh"));
    assert!(
        out.starts_with("您的健康码由绿码变成了红码\n和您2月12日 09:00看到的相比：\n- 新增或加重的原因：您近14天内"),
        "{out}"
    );
    desk.fails(2, "cli-file-missing", &format!("rules explain {from_wuhan} --now 2020-02-17 --names no.csv"));
    desk.write("no.csv", "city\nWuhan\n");
    desk.fails(2, "cli-csv-column", &format!("rules explain {from_wuhan} --now 2020-02-17 --names no.csv"));
}

/// The Hangzhou pack with the first of each of these replaced.
fn edited(edits: &[(&str, &str)]) -> String {
    let mut pack = std::fs::read_to_string(rules("packs/hangzhou/pack.toml")).unwrap();
    for (was, is) in edits {
        assert!(pack.contains(was), "{was}");
        pack = pack.replacen(was, is, 1);
    }
    pack
}

#[test]
fn what_changed_between_versions_is_said_in_words() {
    let desk = Desk::new("diff");
    let old = rules("packs/hangzhou/pack.toml");
    let fever = (
        "answers.temperature and answers.temperature >= 37.3 °C\"\ncourse",
        "answers.temperature >= 37.5 °C\"\ncourse",
    );
    desk.write("new.toml", edited(&[("version = 1", "version = 2"), fever]));
    let run = desk.run(&format!("rules diff {old} new.toml"));
    assert_eq!(run.exit, 0, "{}", run.err);
    let told = "changed rule high-temperature, condition\n  \
        was: answers.temperature and answers.temperature >= 37.3 °C\n  now: answers.temperature >= 37.5 °C\n";
    assert_eq!(run.out, told);
    assert_eq!(run.err, "version 1 became version 2\n");
    // Phones would not take it for newer.
    desk.write("same.toml", edited(&[fever]));
    let said = desk.fails(1, "pack-version-not-higher", &format!("rules diff {old} same.toml"));
    assert!(
        said.contains(
            "same.toml: its content differs from that of hangzhou version 1, but its version is 1: it needs 2 or more"
        ),
        "{said}"
    );
    desk.fails(1, "pack-version-not-higher", &format!("rules check same.toml --against {old}"));
    desk.ok(&format!("rules check new.toml {old} --against {old}"));
    assert_eq!(desk.ok(&format!("rules diff {old} {old}")), "nothing changed that is shipped\n");
    desk.fails(2, "cli-file-missing", &format!("rules diff {old} nothing.toml"));
}

#[test]
fn conditions_have_one_form_and_everything_else_stays() {
    let desk = Desk::new("fmt");
    let pack = rules("packs/hangzhou/pack.toml");
    desk.ok(&format!("rules fmt --check {pack}"));
    let untidy = edited(&[(
        "when = \"visit.level == 3 and visit.mode in ['stay', 'overnight-on-road']\"",
        "when   =   'visit.level==3 and visit.mode in[\"stay\",\"overnight-on-road\" ]'   # kept",
    )]);
    desk.write("pack.toml", &untidy);
    desk.fails(1, "pack-not-formatted", "rules fmt --check pack.toml");
    assert_eq!(desk.read("pack.toml"), untidy.as_bytes());
    desk.ok("rules fmt pack.toml");
    let tidy = edited(&[(
        "when = \"visit.level == 3 and visit.mode in ['stay', 'overnight-on-road']\"",
        "when   =   \"visit.level == 3 and visit.mode in ['stay', 'overnight-on-road']\"   # kept",
    )]);
    assert_eq!(String::from_utf8(desk.read("pack.toml")).unwrap(), tidy);
    desk.ok("rules fmt --check pack.toml");
    desk.write("bad.toml", edited(&[("visit.level == 3 and", "visit.level == 3 und")]));
    let said = desk.fails(2, "cli-toml", "rules fmt bad.toml pack.toml");
    assert!(said.contains("bad.toml:361:26: expected an operator"), "{said}");
}

#[test]
fn a_rule_edited_wrong_in_five_ways_gets_five_findings_that_help() {
    let desk = Desk::new("check");
    desk.write(
        "pack.toml",
        edited(&[
            ("record.status in ['suspected', 'asymptomatic']", "record.status in ['suspect', 'asymptomatic']"),
            (
                "answers.temperature and answers.temperature >= 37.3 °C\"\ncourse",
                "answers.temperature and answers.temperature >= 373 °C\"\ncourse",
            ),
            ("visit.risk_minutes >= 4 h", "visit.mode >= 4 h"),
            ("at-least = 90", "at-least = 310"),
            ("course = \"yellow7\"", "course = \"yellow\""),
            ("en = \"You passed through a high-risk area without stopping.\"", "en = \"TODO\""),
        ]),
    );
    let run = desk.run("rules check pack.toml");
    assert_eq!(run.exit, 1);
    // Each with its line, the place in it, and what to do.
    for words in [
        "error[pack-unknown-word]: pack.toml:397:27: rule possible-case: `record.status` is never `suspect`; it can be confirmed, suspected, asymptomatic,",
        "\n397 | when = \"record.status in ['suspect', 'asymptomatic'] and person.status == record.status\"\n    |                           ^^^^^^^^^\n    |\n    = hint: did you mean `suspected`?",
        "error[pack-never-holds]: pack.toml:425:33: rule high-temperature: `answers.temperature >= 373 °C` is never true: `answers.temperature` is between 34 °C and 43 °C\n",
        "\n    |                                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n    |\n    = hint: check the number, its unit",
        "error[pack-type]: pack.toml:379:109: rule medium-area: in `visit.mode >= 240`, `visit.mode` is a text, but an integer is needed\n",
        "error[pack-bounds]: pack.toml:340:12: threshold overall: ",
        "error[pack-unreachable-threshold]: pack.toml:340:12: threshold overall: it needs 310 points, but all bands together give at most 300\n    |\n340 | at-least = 310\n    |            ^^^\n",
        "error[pack-unknown-name]: pack.toml:371:11: rule passed-through: there is no course `yellow`\n    |\n371 | course = \"yellow\"\n    |           ^^^^^^\n",
        "error[pack-machine-text]: pack.toml:372:",
        ": rule passed-through: `TODO` is not a sentence for people\n",
    ] {
        assert!(run.err.contains(words), "{words}\n{}", run.err);
    }
    assert_eq!(run.err.matches("error[").count(), 7, "{}", run.err);
    // What only may be wrong is said, and refused by nobody.
    desk.write(
        "warned.toml",
        edited(&[(
            "answers.temperature and answers.temperature >= 37.3 °C\"\ncourse",
            "answers.temperature >= 37.3 °C\"\ncourse",
        )]),
    );
    let run = desk.run("rules check warned.toml");
    assert_eq!(run.exit, 0, "{}", run.err);
    assert!(
        run.err.contains(
            "warning[pack-meets-null]: warned.toml:425:9: rule high-temperature: if `answers.temperature` is unknown this fails"
        ),
        "{}",
        run.err
    );
}

#[test]
fn rules_that_turn_everybody_red_are_found() {
    let desk = Desk::new("check-everybody");
    let fever = "answers.temperature and answers.temperature >= 37.3 °C\"\ncourse";
    for (when, code, words) in [
        (
            "answers.temperature and answers.temperature >= 38",
            "pack-always-holds",
            ":33: rule high-temperature: `answers.temperature >= 3.8 °C` is always true: `answers.temperature` is between 34 °C and 43 °C",
        ),
        (
            "answers.symptoms != ['none']",
            "pack-type",
            ":9: rule high-temperature: in `answers.symptoms == [\"none\"]`, two lists are never equal; write `'none' in answers.symptoms`",
        ),
        (
            "answers.temperature and report.days_ago <= 2 d",
            "pack-unit",
            ":52: rule high-temperature: `2 d` stands for 2880 minutes, but `report.days_ago` is counted in days",
        ),
    ] {
        desk.write("pack.toml", edited(&[(fever, &format!("{when}\"\ncourse"))]));
        let said = desk.fails(1, code, "rules check pack.toml");
        assert!(said.contains(words), "{when}: {said}");
    }
    // What may be meant is said, with what to write instead.
    let untold = ("when = \"answers.household_ill\"", "when = \"measure.days_since_fever\"");
    desk.write("pack.toml", edited(&[untold]));
    let run = desk.run("rules check pack.toml");
    assert_eq!(run.exit, 0, "{}", run.err);
    assert!(run.err.contains("warning[pack-zero-is-false]"), "{}", run.err);
    assert!(run.err.contains("`measure.days_since_fever is known`"), "{}", run.err);
}

#[test]
fn what_the_cases_do_not_show_is_said_and_a_pack_without_any_is_not_signed() {
    let desk = Desk::new("check-cases");
    let whole = edited(&[]);
    let (head, cases) = whole.split_once("\n[[case]]\n").unwrap();
    let (first, _) = cases.split_once("\n[[case]]\n").unwrap();
    desk.write("one.toml", format!("{head}\n[[case]]\n{first}"));
    let run = desk.run("rules check one.toml");
    assert_eq!(run.exit, 0, "{}", run.err);
    let said = "rule high-temperature: no case in which it gives its colour";
    assert!(run.err.contains("warning[pack-untested]: one.toml:") && run.err.contains(said), "{}", run.err);
    desk.write("none.toml", head);
    desk.key("a.key");
    desk.fails(1, "pack-no-cases", "rules check none.toml");
    desk.fails(1, "pack-no-cases", "sign rule-pack none.toml --key a.key --out none.cbor");
    assert!(!desk.path("none.cbor").exists());
    for entry in std::fs::read_dir(rules("packs")).unwrap() {
        let pack = entry.unwrap().path().join("pack.toml");
        let run = desk.run(&format!("rules check {}", pack.display()));
        // Of what restricts people, something is known from reports alone in most of them.
        let warned: Vec<_> = run.err.lines().filter(|line| line.starts_with("warning[")).collect();
        assert!(warned.iter().all(|line| line.starts_with("warning[pack-no-ground]: ")), "{}", run.err);
        assert_eq!((run.exit, run.err.contains("error[")), (0, false), "{}", run.err);
    }
}

#[test]
fn packs_and_grounds_that_have_ended_are_said_on_asking() {
    let desk = Desk::new("check-ended");
    let pack = rules("packs/arrival-china/pack.toml");
    assert_eq!(desk.run(&format!("rules check {pack} --now 2026-03-01")).err, "");
    let run = desk.run(&format!("rules check {pack} --now 2026-04-09"));
    let said = ": ground gacc-dengue-2025: it ended at 2026-04-09T00:00:00+08:00\n";
    assert!(run.err.starts_with("warning[pack-ended]: ") && run.err.contains(said), "{}", run.err);
    assert_eq!((run.exit, run.err.matches("warning[").count()), (0, 1), "{}", run.err);
    let run = desk.run(&format!("rules check {pack} --now 2027-01-31"));
    assert_eq!(run.err.matches("warning[pack-ended]: ").count(), 3, "{}", run.err);
}

#[test]
fn what_fails_review_or_its_own_cases_is_not_signed() {
    let desk = Desk::new("sign-tested");
    desk.key("a.key");
    let sign = "sign rule-pack pack.toml --key a.key --issued 2020-02-10 --out pack.cbor";
    desk.write(
        "pack.toml",
        edited(&[("record.status in ['suspected', 'asymptomatic']", "record.status in ['suspect']")]),
    );
    desk.fails(1, "pack-unknown-word", sign);
    desk.write("pack.toml", edited(&[("visit.risk_minutes >= 4 h", "visit.risk_minutes >= 400 h")]));
    let said = desk.fails(1, "pack-cases-fail", sign);
    assert!(said.contains("colour: expected yellow, found green"), "{said}");
    assert!(!desk.path("pack.cbor").exists());
}

#[test]
fn the_emergency_lane_is_short_and_needs_three_signers() {
    let desk = Desk::new("emergency");
    let emergency = ("version = 1", "version = 2\nlane = \"emergency\"");
    let trust = desk.authority();
    desk.write("long.toml", edited(&[emergency]));
    let said = desk.fails(1, "pack-long-emergency", "sign rule-pack long.toml --key rules-1.key --out pack.cbor");
    assert!(said.contains("at most 7 d"), "{said}");
    // The cases play after the short validity: it has one of its own.
    let short = edited(&[emergency, ("2020-05-01T00", "2020-02-18T00")]);
    let own =
        "[[case]]\nname = \"nothing reported\"\nnow = \"2020-02-12T09:00:00+08:00\"\nexpect = { colour = \"grey\" }\n";
    desk.write("short.toml", format!("{}{own}", short.split("[[case]]").next().unwrap()));
    let two = "sign rule-pack short.toml --key rules-1.key --key rules-2.key --issued 2020-02-10 --out two.cbor";
    let run = desk.run(two);
    assert_eq!(run.exit, 0, "{}", run.err);
    assert!(run.err.contains("it needs 3 different signers and has 2"), "{}", run.err);
    let run = desk.run(&format!("inspect two.cbor {trust} --now 2020-02-12"));
    assert!(run.exit == 1 && run.out.contains("refused [file-too-few-signers]"), "{}{}", run.out, run.err);
    // A third signer whom the trust list knows.
    let root = trust.split_whitespace().last().unwrap();
    let third = desk.key("rules-3.key");
    let keys: Vec<_> = ["rules-1", "rules-2"].map(|name| desk.ok(&format!("keys show {name}.key"))).into();
    let public = |out: &String| out.lines().next().unwrap().strip_prefix("public-key ").unwrap().to_owned();
    let list: String = keys.iter().map(public).chain([third]).enumerate().map(|(index, key)| {
        format!("[[keys]]\nkey = \"{key}\"\nsigner = \"s{index}\"\nkinds = [\"rule-pack\"]\nfrom = \"2020-01-01T00:00:00Z\"\nuntil = \"2021-01-01T00:00:00Z\"\n")
    }).collect();
    desk.write("list.toml", format!("{list}[roots]\nkeys = [\"{root}\"]\nsigners = 1\n"));
    desk.ok("trust build list.toml --key root.key --version 2 --issued 2020-02-10 --valid 30d --out trust.cbor");
    desk.ok("countersign two.cbor --key rules-3.key --out three.cbor");
    let inspect = |file: &str| desk.run(&format!("inspect {file} --trust trust.cbor --root {root} --now 2020-02-12"));
    assert_eq!(inspect("two.cbor").exit, 1);
    let run = inspect("three.cbor");
    assert!(run.exit == 0 && run.out.contains("accepted"), "{}{}", run.out, run.err);
}

#[test]
fn a_change_of_rules_is_tried_on_people() {
    let desk = Desk::new("simulate");
    let (old, risk) = (rules("packs/hangzhou/pack.toml"), rules("data/2020-02-china/risk.csv"));
    desk.write(
        "new.toml",
        edited(&[("version = 1", "version = 2"), ("visit.risk_minutes >= 4 h", "visit.risk_minutes >= 40 h")]),
    );
    let now = "--now 2020-02-20T09:00:00+08:00";
    let trial = format!("rules simulate --pack new.toml --against {old} --risk {risk} {now}");
    let run = desk.run(&format!("{trial} --generate 800 --seed 7 --json"));
    assert_eq!(run.exit, 0, "{}", run.err);
    let report = json(&run.out);
    assert_eq!(report["people"], 800);
    let colours = report["colours"].as_array().unwrap();
    let sum = |which: &str| colours.iter().map(|colour| colour[which].as_u64().unwrap()).sum::<u64>();
    assert_eq!((sum("old"), sum("new")), (800, 800));
    assert!(report["undecided"].as_u64().unwrap() > 0 && report["causes"][0]["name"] == "report-missing", "{report}");
    // A rule that asks for more can only set free, and by itself.
    let flips = report["flips"].as_array().unwrap();
    assert!(
        !flips.is_empty() && flips.iter().all(|flip| flip["from"] == "yellow" && flip["to"] == "green"),
        "{report}"
    );
    assert!(
        flips.iter().flat_map(|flip| flip["by"].as_array().unwrap()).any(|by| by["name"] == "medium-area"),
        "{report}"
    );
    assert!(report["acting"].as_array().unwrap().len() <= 10);

    // The same people from a file, on any number of threads, give the same counts.
    let people = desk.ok(&format!("rules people --pack new.toml --risk {risk} --count 800 --seed 7 {now}"));
    desk.write("people.jsonl", &people);
    for threads in [1, 3] {
        assert_eq!(desk.ok(&format!("{trial} --people people.jsonl --threads {threads} --json")), run.out);
        assert_eq!(desk.ok(&format!("{trial} --generate 800 --seed 7 --threads {threads} --json")), run.out);
    }
    let shown = desk.ok(&format!("{trial} --people people.jsonl"));
    assert!(shown.starts_with("800 people\n") && shown.contains("yellow to green: "), "{shown}");

    // A line that cannot be read is counted and stops nothing.
    let run = desk.feed(&format!("{trial} --people - --json"), b"{}\n\n{\"dairy\": []}\n");
    assert_eq!((run.exit, &json(&run.out)["people"], &json(&run.out)["unread"]), (0, &1.into(), &1.into()));
    assert!(run.err.contains("the first of them line 3 [cli-json]"), "{}", run.err);
    // A line of an editor's mark alone is nobody.
    let run = desk.feed(&format!("{trial} --people - --json"), "\u{feff}{\"id\": 7}\n\u{feff}\n".as_bytes());
    assert_eq!((&json(&run.out)["people"], &json(&run.out)["unread"]), (&1.into(), &0.into()));
    desk.fails(2, "cli-usage", &trial);
    assert!(desk.ok("rules people --help").contains("Marginals"));
}

#[test]
fn a_new_pack_is_tried_by_itself_on_sensible_people_and_over_the_days_to_come() {
    let desk = Desk::new("simulate-new");
    let text = |zh: &str, en: &str| format!("{{ zh-Hans = \"{zh}\", en = \"{en}\" }}");
    let option = |id: &str| format!("{{ id = \"{id}\", text = {} }}", text("选项", "An option"));
    let rule = |id: &str, when: &str, what: &str| {
        let (says, way) = (text("您需要留意。", "You need attention."), text("请等待。", "Wait until it is over."));
        format!("[[rule]]\nid = \"{id}\"\n{what}\nwhen = \"{when}\"\ntext = {says}\nway-back = {way}\n\n")
    };
    let pack = [
        "[pack]\nid = \"arrival\"\nregion = \"33\"\nversion = 1\n".to_owned(),
        format!("title = {}\nissuer = {}\n", text("入境", "Arrival"), text("部门", "An authority")),
        "valid-from = \"2026-01-01T00:00:00+08:00\"\nvalid-until = \"2026-03-01T00:00:00+08:00\"\n".into(),
        "utc-offset = \"+08:00\"\nwindow = \"14 d\"\n\n".into(),
        format!("[[question]]\nid = \"pcr\"\ntype = \"one-of\"\ntext = {}\n", text("检测结果？", "Your result?")),
        format!("options = [{}]\n\n", ["negative", "positive", "untested"].map(option).join(", ")),
        format!("[[question]]\nid = \"born\"\ntype = \"date\"\ntext = {}\n\n", text("出生日期？", "Born on?")),
        format!("[[question]]\nid = \"jab\"\ntype = \"yes-no\"\ntext = {}\n\n", text("接种了吗？", "Vaccinated?")),
        "[[course]]\nid = \"week\"\nsteps = [{ colour = \"red\", lasts = \"7 d\" }]\n\n".into(),
        rule("positive", "answers.pcr == 'positive'", "on = \"report\"\ncourse = \"week\""),
        rule("child", "answers.born and answers.born after today - 18 years", "colour = \"yellow\""),
        rule("no-jab", "answers.jab is known and not answers.jab", "colour = \"yellow\""),
    ];
    desk.write("new.toml", pack.concat());
    let now = "--now 2026-02-01T09:00:00+08:00";
    let simulate = |more: &str| {
        let run = desk.run(&format!("rules simulate --pack new.toml --generate 1000 {now} --json {more}"));
        assert_eq!(run.exit, 0, "{}", run.err);
        json(&run.out)
    };
    let count = |report: &serde_json::Value, colour: usize| report["colours"][colour]["new"].as_u64().unwrap();
    let report = simulate("--days 30");
    assert!(report.get("changed").is_none() && report["colours"][0].get("old").is_none(), "{report}");
    // Most are well, whichever answer that takes: a few are positive, a few not vaccinated, and a fifth are children.
    let (green, yellow, red) = (count(&report, 0), count(&report, 1), count(&report, 3));
    assert!((675..850).contains(&green) && (150..300).contains(&yellow) && (10..33).contains(&red), "{report}");
    let days = report["days"].as_array().unwrap();
    let red_on = |day: usize| count(&days[day], 3);
    assert_eq!((days.len(), &days[0]["at"]), (30, &"2026-02-02T01:00:00Z".into()));
    assert!(red_on(0) >= red - 2 && red_on(0) <= red && red_on(3) <= red_on(0) && red_on(16) == 0, "{report}");
    // It ends on 1 March.
    assert_eq!((count(&days[26], 2), count(&days[28], 2)), (0, 1000), "{report}");
    let shown = desk.ok(&format!("rules simulate --pack new.toml --generate 1000 {now} --days 2"));
    assert!(shown.contains("\n2026-02-03 09:00 ") && !shown.contains("would have another colour"), "{shown}");
    let both = simulate("--against new.toml --days 3");
    assert_eq!(
        (&both["changed"], &both["days"][2]["colours"][1]["old"]),
        (&0.into(), &both["days"][2]["colours"][1]["new"])
    );
    assert_eq!(simulate("--days 3 --threads 1")["days"], simulate("--days 3 --threads 3")["days"]);

    // What is known better is said in a file.
    desk.write(
        "known.toml",
        "[people]\nnever-reported = 0\nlate = 0\nleft-out = 0\n\n[answers.pcr]\nshares = { positive = 1, negative = 1 }\n\n\
         [answers.born]\nranges = [{ from = \"1950-01-01\", to = \"1999-12-31\", share = 1 }]\n\n[answers.jab]\nshares = { yes = 1 }\n",
    );
    let report = simulate("--marginals known.toml");
    assert!((440..560).contains(&count(&report, 3)) && count(&report, 1) == 0 && count(&report, 2) == 0, "{report}");
    let people = desk.ok(&format!("rules people --pack new.toml --count 50 --marginals known.toml {now}"));
    assert!(
        people.lines().all(|person| person.contains("\"jab\":true") && person.contains("\"born\":\"19")),
        "{people}"
    );
    desk.write("wrong.toml", "[answers.pcr]\nshares = { positive = 1, unknown = 3 }\n");
    let said = desk.fails(
        2,
        "cli-marginals",
        &format!("rules simulate --pack new.toml --generate 1 {now} --marginals wrong.toml"),
    );
    assert!(
        said.contains(
            "wrong.toml:2:10: `unknown` is no answer to this question; expected one of negative, positive, untested"
        ),
        "{said}"
    );
    desk.write("wrong.toml", "[people]\naway = -1\n");
    let said =
        desk.fails(2, "cli-toml", &format!("rules people --pack new.toml --count 1 {now} --marginals wrong.toml"));
    assert!(said.contains("wrong.toml:2:8: "), "{said}");
    desk.fails(2, "cli-usage", &format!("rules simulate --pack new.toml --generate 1 {now} --days 367"));
}

#[test]
fn the_schema_for_editors_is_the_committed_one_and_tells_right_from_wrong() {
    let desk = Desk::new("schema");
    let told = desk.ok("rules schema");
    let committed = std::fs::read_to_string(rules("pack.schema.json")).unwrap();
    assert!(told == committed, "out of date: healthcode rules schema > rules/pack.schema.json");
    let schema = jsonschema::validator_for(&json(&told)).unwrap();
    let read = |text: &str| -> serde_json::Value { toml::from_str(text).unwrap() };
    let mut packs = 0;
    for entry in std::fs::read_dir(rules("packs")).unwrap() {
        let pack = std::fs::read_to_string(entry.unwrap().path().join("pack.toml")).unwrap();
        assert!(pack.starts_with("#:schema ../../pack.schema.json\n"), "editors find the schema by this line");
        let found: Vec<_> = schema.iter_errors(&read(&pack)).map(|error| error.to_string()).collect();
        assert_eq!(found, <[String; 0]>::default());
        packs += 1;
    }
    assert!(packs >= 12);
    // What the tool cannot read, the schema does not let pass; what it lets pass, the tool can read.
    for (was, is) in [
        ("colour = \"yellow\"", "colour = \"orange\""),
        ("course = \"red14\"", "curse = \"red14\""),
        ("region = \"3301\"", "region = \"33012\""),
        ("window = \"28 d\"", "window = \"28 days\""),
        ("version = 1", "version = \"1\""),
        ("version = 1", "version = -1"),
        ("utc-offset = \"+08:00\"", "utc-offset = 8"),
        ("utc-offset = \"+08:00\"", "utc-offset = \"+08:00\"\nzone = \"Asia/Shanghai\""),
        ("utc-offset = \"+08:00\"\n", ""),
        ("valid-from = \"", "valid-from = \"on "),
        ("points = 5 }", "points = 500 }"),
        ("count = \"level-here\"", "count = \"level\""),
        ("type = \"number\"", "type = \"decimal\""),
        ("when = \"answers.household_ill\"", "when = 7"),
        ("when = \"answers.household_ill\"", "when = { or = [true, false] }"),
        ("id = \"red14\"", "name = \"red14\""),
        ("zh-Hans = \"腹泻\", ", ""),
        ("at-least = 90", "at-least = 9.5"),
        ("[[rule]]", "[[rules]]"),
    ] {
        let wrong = edited(&[(was, is)]);
        assert!(!schema.is_valid(&read(&wrong)), "{is}");
        desk.write("wrong.toml", &wrong);
        desk.fails(2, "cli-toml", "rules check wrong.toml");
    }
    for (was, is) in [
        ("when = \"answers.household_ill\"", "when = { var = \"answers.household_ill\" }"),
        ("when = \"answers.household_ill\"", "when = true"),
        ("window = \"28 d\"", "window = \"672h\""),
    ] {
        let right = edited(&[(was, is)]);
        assert!(schema.is_valid(&read(&right)), "{is}");
        desk.write("right.toml", &right);
        assert_eq!(desk.run("rules check right.toml").exit, 0, "{is}");
    }
}

#[test]
fn formatting_keeps_line_ends_and_the_byte_order_mark() {
    let desk = Desk::new("fmt-bytes");
    let was = "when = \"visit.level == 3 and visit.mode in ['stay', 'overnight-on-road']\"";
    let untidy = edited(&[(was, &was.replace(" == ", "=="))]);
    let windows = |pack: &str| format!("\u{feff}{}", pack.replace('\n', "\r\n"));
    desk.write("pack.toml", windows(&untidy));
    desk.fails(1, "pack-not-formatted", "rules fmt --check pack.toml");
    let printed = desk.feed("rules fmt -", windows(&untidy).as_bytes());
    desk.ok("rules fmt pack.toml");
    assert!(desk.read("pack.toml") == windows(&edited(&[])).as_bytes());
    assert!(printed.out == windows(&edited(&[])));
    desk.ok("rules fmt --check pack.toml");
}

#[test]
fn a_pack_that_is_refused_is_named_with_what_is_wrong() {
    let desk = Desk::new("named");
    desk.key("a.key");
    let old = rules("packs/hangzhou/pack.toml");
    desk.write("new.toml", edited(&[("at-least = 90", "at-least = 91")]));
    let said = desk.fails(1, "pack-version-not-higher", &format!("rules diff {old} new.toml"));
    assert!(
        said.contains(
            "new.toml: its content differs from that of hangzhou version 1, but its version is 1: it needs 2 or more"
        ),
        "{said}"
    );
    desk.write("failing.toml", edited(&[("visit.risk_minutes >= 4 h", "visit.risk_minutes >= 400 h")]));
    let tested = desk.run("rules test failing.toml").out;
    let failing: Vec<_> = tested.lines().filter_map(|line| line.strip_prefix("failing.toml: ")).collect();
    assert!(!failing.is_empty(), "{tested}");
    let said = desk.fails(1, "pack-cases-fail", "sign rule-pack failing.toml --key a.key --out pack.cbor");
    let all = format!("failing.toml: {} of its own test cases failed: {}\n", failing.len(), failing.join("; "));
    assert!(said.contains(&all), "{said}");
}

#[test]
fn packs_that_were_not_tested_are_not_counted_as_passed() {
    let desk = Desk::new("untested");
    desk.write("bad.toml", "[pack]\nid = 7\n");
    let run = desk.run("rules test bad.toml nothing.toml");
    assert_eq!((run.exit, run.out.as_str()), (2, ""), "{}", run.err);
    let run = desk.run(&format!("rules test bad.toml {}", rules("packs/hangzhou/pack.toml")));
    assert!(run.exit == 2 && run.out.ends_with(" passed, 0 failed; packs not tested: 1\n"), "{}", run.out);
    assert!(!desk.ok(&format!("rules test {}", rules("packs/hangzhou/pack.toml"))).contains("not tested"));
}

#[test]
fn a_version_that_is_no_version_is_asked_for_in_plain_words() {
    let desk = Desk::new("plain-words");
    for version in ["\"one\"", "-1", "4294967296", "1.5"] {
        desk.write("pack.toml", edited(&[("version = 1", &format!("version = {version}"))]));
        let said = desk.fails(2, "cli-toml", "rules check pack.toml");
        assert!(said.contains("expected a whole number from 0 to 4294967295\n") && !said.contains("u32"), "{said}");
    }
}
