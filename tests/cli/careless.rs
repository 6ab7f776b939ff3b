//! What the tool says to authors of packs who mistype and misunderstand, each with the pack that rules/README.md begins with.

use std::collections::BTreeSet;
use std::path::Path;

use crate::tool::{Desk, Run};

fn readme() -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/README.md")).unwrap()
}

/// The smallest whole pack, as the page has it.
fn smallest() -> String {
    let page = readme();
    let section = page.split("## The smallest whole pack\n").nth(1).unwrap();
    section.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap().to_owned()
}

/// The pack with these parts written otherwise.
fn edited(edits: &[(&str, &str)]) -> String {
    edits.iter().fold(smallest(), |text, (was, is)| {
        assert!(text.contains(was), "{was}");
        text.replacen(was, is, 1)
    })
}

fn check(desk: &Desk, edits: &[(&str, &str)]) -> Run {
    desk.write("pack.toml", edited(edits));
    desk.run("rules check pack.toml")
}

#[test]
fn the_smallest_pack_is_whole() {
    let desk = Desk::new("careless-smallest");
    let run = check(&desk, &[]);
    assert_eq!((run.exit, run.err.as_str()), (0, ""));
    assert_eq!(desk.ok("rules test pack.toml"), "2 passed, 0 failed\n");
    desk.ok("rules fmt --check pack.toml");
}

#[test]
fn the_page_lists_every_key_of_every_part() {
    let schema: serde_json::Value = serde_json::from_str(
        &std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/pack.schema.json")).unwrap(),
    )
    .unwrap();
    let page = readme();
    for (part, form) in schema["properties"].as_object().unwrap() {
        let reference = form["$ref"].as_str().or_else(|| form["items"]["$ref"].as_str());
        let reference = reference.or_else(|| form["allOf"][0]["$ref"].as_str()).unwrap();
        let form = &schema["definitions"][reference.rsplit('/').next().unwrap()];
        let head = if part == "pack" { "| in `[pack]` |".to_owned() } else { format!("| in `[[{part}]]` |") };
        let table = page.split(&head).nth(1).unwrap_or_else(|| panic!("no table of {part}"));
        let first: Vec<&str> = table
            .lines()
            .skip(2)
            .map_while(|line| line.strip_prefix("| "))
            .map(|line| line.split(" | ").next().unwrap())
            .collect();
        let keys = |bold: bool| -> BTreeSet<String> {
            let cells = first.iter().flat_map(|cell| cell.split(", ")).filter(|cell| !bold || cell.starts_with("**"));
            cells.map(|cell| cell.trim_matches(['*', '`']).to_owned()).collect()
        };
        let known: BTreeSet<String> = form["properties"].as_object().unwrap().keys().cloned().collect();
        assert_eq!(keys(false), known, "{part}");
        let required = form["required"].as_array().into_iter().flatten();
        assert_eq!(keys(true), required.map(|key| key.as_str().unwrap().to_owned()).collect(), "{part}, required");
    }
}

/// The same notice, with another end.
const AGAIN: &str = "[[ground]]\nid = \"notice-12-again\"\ntitle = { zh-Hans = \"入馆须知第12号（示例）\", en = \"Notice No. 12 to visitors (example)\" }\nurl = \"https://www.example.org/notice-12\"\nfrom = \"2026-11-01T00:00:00+08:00\"\nuntil = \"2027-03-01T00:00:00+08:00\"\n\n[[question]]";

const KOREAN: &str = "utc-offset = \"+08:00\"\nlanguages = [\"ko\"]";

#[test]
fn each_text_that_lacks_a_language_is_named_with_its_place() {
    let desk = Desk::new("careless-language");
    let title = "title = { zh-Hans = \"图书馆入馆健康申报\", en = \"Health declaration of a library\"";
    let edits = [
        ("utc-offset = \"+08:00\"", KOREAN),
        (title, &format!("{title}, ko = \"도서관 출입 건강 신고\"")),
        ("en = \"Cough\"", "en = \"Cough\", ko = \"기침\""),
    ];
    let run = check(&desk, &edits);
    let text = edited(&edits);
    let texts = text.lines().filter(|line| line.contains("zh-Hans = ")).count();
    assert_eq!(run.err.matches("[pack-untranslated]: ").count(), texts - 2, "{}", run.err);
    let line = text.lines().position(|line| line.contains("呕吐\"")).unwrap() + 1;
    assert!(run.err.contains(&format!("pack.toml:{line}:")), "{}", run.err);
    // A pack in which all is translated says nothing of it.
    let korean = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/packs/arrival-korea/pack.toml");
    let run = desk.run(&format!("rules check {}", korean.display()));
    assert_eq!((run.exit, run.err.as_str()), (0, ""));
}

/// Each mistake: what is written otherwise, and what is said of it.
#[test]
fn what_was_meant_is_said() {
    let desk = Desk::new("careless-meant");
    let condition = "answers.temperature is known and answers.temperature >= 37.3 °C";
    let offset = "utc-offset = \"+08:00\"";
    let with_date = "[[course]]";
    let date = "[[question]]\nid = \"ended\"\ntype = \"date\"\ntext = { zh-Hans = \"哪一天好转的？\", en = \"On which day did it end?\" }\ndays-back = 7\n\n[[question]]\nid = \"over\"\ntype = \"yes-no\"\ntext = { zh-Hans = \"已经好转了吗？\", en = \"Is it over?\" }\n\n[[course]]";
    for (edits, code, words) in [
        // Names.
        (
            &[("answers.temperature >=", "answers.temperatures >=")][..],
            "pack-unknown-fact",
            "did you mean `answers.temperature`?",
        ),
        (&[("answers.temperature >=", "temperature >=")], "pack-unknown-fact", "did you mean `answers.temperature`?"),
        (
            &[("answers.temperature >=", "visit.level >=")],
            "pack-unknown-fact",
            "it is known in rules with `on = \"visit\"`",
        ),
        (&[("current == 'vomiting'", "current == 'vomitting'")], "pack-unknown-word", "did you mean `vomiting`?"),
        (&[("ground = \"notice-12\"", "ground = \"notice-21\"")], "pack-unknown-name", "did you mean `notice-12`?"),
        (&[("course = \"wait48\"", "course = \"wait-48\"")], "pack-unknown-name", "did you mean `wait48`?"),
        (
            &[("course = \"wait48\"", "course = \"wait48\"\nsince = \"temperature\"")],
            "pack-unknown-name",
            "`temperature` is a question of type `number`",
        ),
        // Grounds.
        (
            &[("until = \"2027-04-01T00:00:00+08:00\"\n\n[[question]]", "\n[[question]]")],
            "cli-toml",
            "missing field `until`",
        ),
        (
            &[("[[question]]", AGAIN), ("ground = \"notice-12\"\ntext", "ground = \"notice-12-again\"\ntext")],
            "pack-ground-conflict",
            "`notice-12` has the same title at the same time, and another end",
        ),
        // Languages.
        (&[(offset, "utc-offset = \"+08:00\"\nlanguages = [\"KO\"]")], "pack-language-tag", "did you mean `ko`?"),
        (
            &[(offset, "utc-offset = \"+08:00\"\nlanguages = [\"zh_hant\"]")],
            "pack-language-tag",
            "did you mean `zh-Hant`?",
        ),
        (&[(offset, "utc-offset = \"+08:00\"\nlanguages = [\"jp\"]")], "pack-language-tag", "did you mean `ja`?"),
        (
            &[(offset, "utc-offset = \"+08:00\"\nlanguages = [\"en\"]")],
            "pack-language-tag",
            "only the languages beside them",
        ),
        (
            &[(offset, "utc-offset = \"+08:00\"\nlanguages = [\"ko\", \"ko\"]")],
            "pack-language-tag",
            "it is listed twice",
        ),
        (
            &[("en = \"Cough\"", "en = \"Cough\", ko = \"기침\"")],
            "pack-unknown-name",
            "list it in [pack]: languages = [\"ko\"]",
        ),
        (
            &[("en = \"Cough\"", "en = \"Cough\", korean = \"기침\"")],
            "cli-toml",
            "`korean` is not the tag of a language",
        ),
        (&[(offset, KOREAN), ("en = \"Cough\"", "en = \"Cough\", ko = \" \"")], "pack-text", "a text is empty"),
        (
            &[(offset, KOREAN), ("en = \"Cough\"", "en = \"Cough\", ko = \"Cough\"")],
            "pack-language",
            "`Cough` is not in `ko`",
        ),
        (&[("colour = \"red\"\nground", "color = \"red\"\nground")], "cli-toml", "did you mean `colour`?"),
        (&[("type = \"number\"", "type = \"numbr\"")], "cli-toml", "did you mean `number`?"),
        (
            &[("type = \"number\"", "show-if = \"any(answers.symptoms where current == 'cough')\"\ntype = \"number\"")],
            "pack-unknown-fact",
            "`symptoms` is asked later: move that question before this one",
        ),
        (&[("id = \"temperature\"", "id = \"body-heat\"")], "pack-id", "`body_heat`"),
        (&[("id = \"notice-12\"", "id = \"通知\"")], "pack-id", "lower-case letters, digits and _"),
        // Signs in another width, and other languages' operators.
        (
            &[("id = \"wait48\"", "id = “wait48”")],
            "cli-toml",
            "“ is as wide as a Chinese character; write \" in its place",
        ),
        (&[("'vomiting'", "‘vomiting’")], "cli-toml", "write ' in its place"),
        (&[("known and answers", "known && answers")], "cli-toml", "write `and`"),
        (
            &[(condition, "answers.temperature ≥ 37.3 °C")],
            "cli-toml",
            "≥ is as wide as a Chinese character; write >= in its place",
        ),
        (&[("37.3 °C\"", "37.3\"")], "cli-toml", "`37.3 °C`"),
        (&[("37.3 °C\"", "99 °F\"")], "cli-toml", "units are °C, min, h, d, m and km"),
        (
            &[("lasts = \"24 h\" }, ", "lasts = 24 }, ")],
            "cli-toml",
            "a length of time has a unit and stands in quotes, such as \"24 h\"",
        ),
        // Moments.
        (&[("2026-11-01T00:00:00+08:00", "2026-11-31T00:00:00+08:00")], "cli-toml", "the calendar has no 2026-11-31"),
        (&[("2026-11-01T00:00:00+08:00", "2026-11-01")], "cli-toml", "write \"2026-11-01T00:00:00+08:00\""),
        (&[("2026-11-01T00:00:00+08:00", "2026年11月1日")], "cli-toml", "with the time of day and the offset"),
        (
            &[(
                "until = \"2027-04-01T00:00:00+08:00\"\n\n[[question]]",
                "until = \"2026-10-01T00:00:00+08:00\"\n\n[[question]]",
            )],
            "pack-bounds",
            "it ends at 2026-10-01T00:00:00+08:00, not after its start at 2026-11-01T00:00:00+08:00",
        ),
        (&[("least = 340", "least = 440")], "pack-bounds", "`least` is at most `most`"),
        // Types.
        (&[(condition, "answers.symptoms == 'cough'")], "pack-type", "write `'cough' in answers.symptoms`"),
        (
            &[(condition, "answers.symptoms in ['cough', 'vomiting']")],
            "pack-type",
            "write `any(answers.symptoms where current in ['cough', 'vomiting'])`",
        ),
        (&[(with_date, date), (condition, "answers.over == 'no'")], "pack-type", "write `not answers.over`"),
        (
            &[(with_date, date), (condition, "answers.ended + 2 d after today")],
            "pack-type",
            "in `answers.ended + 2 d`, a date is moved by days or hours; write `answers.ended + 2 days`",
        ),
        (&[(with_date, date), (condition, "answers.ended > today")], "pack-type", "write `answers.ended after today`"),
        // Texts.
        (&[("您48小时内有过呕吐。", "")], "pack-text", "a text is empty"),
        (&[("从最后一次申报呕吐起满48小时，转为绿码。", "x")], "pack-machine-text", "`x` is not a sentence for people"),
        // Cases.
        (&[("temperature = 36.5", "temperatures = 36.5")], "pack-case-name", "there is no question `temperatures`"),
        (
            &[("symptoms = [\"cough\"]", "symptoms = [\"coughs\"]")],
            "pack-case-name",
            "there is no option of symptoms `coughs`",
        ),
        (&[("reasons = [\"fever\"", "reasons = [\"feaver\"")], "pack-case-name", "did you mean `fever`?"),
        (&[("causes = []", "causes = [\"answer-missing\"]")], "pack-case-name", "did you mean `answers-missing`?"),
        (
            &[("at = \"2026-12-02T08:00", "at = \"2026-12-02T10:00")],
            "pack-case-late",
            "later than the case's `now`, 2026-12-02T09:00:00+08:00",
        ),
        // What cannot be meant.
        (&[("version = 1", "version = 0")], "pack-version", "versions begin with 1"),
    ] {
        let run = check(&desk, edits);
        assert!(run.err.contains(&format!("[{code}]: ")) && run.err.contains(words), "{edits:?}: {}", run.err);
    }
}

/// What may be meant is a warning.
#[test]
fn what_is_legal_and_hardly_meant_is_said() {
    let desk = Desk::new("careless-silent");
    for (edits, code, words) in [
        (
            &[("您的体温是37.3°C或以上。", "您的体温是37.3 °C或以上。")][..],
            "pack-punctuation",
            "`3 °` is written `3°` in Chinese",
        ),
        (&[("请先就医或休息。", "请先就医,或休息。")], "pack-punctuation", "`医,或` is written `医，或` in Chinese"),
        (&[("请先就医或休息。", "請先就医或休息。")], "pack-traditional", "`請` is none of the simplified characters"),
        (
            &[
                ("id = \"notice-12\"", "id = \"notice-12-to-visitors\""),
                ("ground = \"notice-12\"", "ground = \"notice-12-to-visitors\""),
                ("ground = \"notice-12\"\ntext", "ground = \"notice-12-to-visitors\"\ntext"),
            ],
            "pack-ground-id",
            "shorten it, unless it is for rules alone",
        ),
        (&[(", alone = true", "")], "pack-not-alone", "add `alone = true`"),
        (&[(", alone = true", ", alone = true, unsure = true")], "pack-unsure", "says what it does"),
        (
            &[("2026-11-01T00:00:00+08:00\"\nvalid", "2026-11-01T00:00:00Z\"\nvalid")],
            "pack-utc-midnight",
            "2026-11-01T08:00:00+08:00 by the pack's own clock",
        ),
        (
            &[("您的体温是37.3°C或以上。", "您的体温是38°C或以上。")],
            "pack-other-number",
            "the text says 38 °C, the condition 37.3 °C",
        ),
        (
            &[("answers.temperature is known and answers.temperature >= 37.3 °C", "true")],
            "pack-always-holds",
            "say whom it is about",
        ),
    ] {
        let run = check(&desk, edits);
        assert_eq!(run.exit, 0, "{edits:?}: {}", run.err);
        assert!(run.err.contains(&format!("warning[{code}]: ")) && run.err.contains(words), "{edits:?}: {}", run.err);
    }
}

const GROUND: &str = "from = \"2026-11-01T00:00:00+08:00\"\nuntil = \"2027-04-01T00:00:00+08:00\"\n\n[[question]]";
const FEVER: &str = "answers.temperature is known and answers.temperature >= 37.3 °C";
const VOMITS: &str = "any(answers.symptoms where current == 'vomiting')";
const TEXTS: &str = "text = { zh-Hans = \"您有需要休息的情况。\", en = \"There is a reason to rest.\" }\n     way-back = { zh-Hans = \"请休息，好转后重新申报。\", en = \"Rest, and report again once it is over.\" }\n";

/// The ground of the page and a second one, each with its own time, and the second rule on the second ground.
fn grounds(one: [&str; 2], other: [&str; 2]) -> [(&'static str, String); 2] {
    let time =
        |[from, until]: [&str; 2]| format!("from = \"{from}T00:00:00+08:00\"\nuntil = \"{until}T00:00:00+08:00\"\n\n");
    let second = "[[ground]]\nid = \"notice-13\"\n         title = { zh-Hans = \"入馆须知第13号（示例）\", en = \"Notice No. 13 to visitors (example)\" }\n         url = \"https://www.example.org/notice-13\"\n";
    [
        (GROUND, format!("{}{second}{}[[question]]", time(one), time(other))),
        ("course = \"wait48\"\nground = \"notice-12\"", "course = \"wait48\"\nground = \"notice-13\"".to_owned()),
    ]
}

fn said(desk: &Desk, edits: &[(&str, String)]) -> Run {
    let edits: Vec<_> = edits.iter().map(|(was, is)| (*was, is.as_str())).collect();
    check(desk, &edits)
}

/// While no ground is in force everybody is green: at the beginning, at the end, and in between.
#[test]
fn a_time_without_rules_is_refused_and_one_with_fewer_is_said() {
    let desk = Desk::new("careless-grounds");
    let (begin, end) = ("2026-11-01", "2027-04-01");
    let nothing = |from: &str, until: &str| {
        format!("no rule acts from {from}T00:00:00+08:00 until {until}T00:00:00+08:00, as no ground is in force")
    };
    for (one, other, from, until) in [
        (["2026-12-02", end], ["2026-12-04", end], begin, "2026-12-02"),
        ([begin, "2027-01-01"], [begin, "2026-12-24"], "2027-01-01", end),
        ([begin, "2026-12-05"], ["2026-12-20", end], "2026-12-05", "2026-12-20"),
    ] {
        let run = said(&desk, &grounds(one, other));
        assert_eq!(run.exit, 1, "{}", run.err);
        assert!(
            run.err.contains("error[pack-nothing-acts]: ") && run.err.contains(&nothing(from, until)),
            "{}",
            run.err
        );
    }
    let rest = "warning[pack-rules-rest]: pack.toml:";
    let run = said(&desk, &grounds([begin, "2026-12-25"], [begin, end]));
    let fever = "ground notice-12: from 2026-12-25T00:00:00+08:00 until 2027-04-01T00:00:00+08:00 nothing that names it acts: fever";
    assert!(run.exit == 0 && run.err.contains(rest) && run.err.contains(fever), "{}", run.err);
    let run = said(&desk, &grounds([begin, end], ["2026-11-15", end]));
    assert!(run.err.contains("until 2026-11-15T00:00:00+08:00 nothing that names it acts: vomiting"), "{}", run.err);
    assert!(!said(&desk, &grounds([begin, end], [begin, end])).err.contains("pack-rules-rest"));
    // What follows on it, by the same facts or from that moment on, is no gap.
    let condition = "answers.temperature is known and answers.temperature >= 38 °C";
    let since = "today not before '2026-12-25T00:00:00+08:00' and answers.symptoms is known";
    for (condition, silent) in [(condition, true), (since, true), ("person.status == 'confirmed'", false)] {
        let rule = format!(
            "[[rule]]\nid = \"later\"\nwhen = \"{condition}\"\ncolour = \"yellow\"\nground = \"notice-13\"\n{TEXTS}\n[[case]]"
        );
        let edits = [&grounds([begin, "2026-12-25"], [begin, end])[..], &[("[[case]]", rule)]].concat();
        let run = said(&desk, &edits);
        assert_eq!(!run.err.contains("pack-rules-rest"), silent, "{condition}: {}", run.err);
    }
}

/// What half of a condition comes to.
#[test]
fn what_is_true_of_everybody_who_reports_is_refused_with_what_to_write() {
    let desk = Desk::new("careless-everybody");
    let always = "is always true of whoever has answered what everybody is asked";
    let chosen = "as in `any(answers.symptoms where current in ['cough', 'vomiting'])`";
    for (was, is, hint) in [
        (FEVER, "answers.temperature", "as in `answers.temperature >= 37.3 °C`"),
        (FEVER, "answers.temperature is known", "as in `answers.temperature >= 37.3 °C`"),
        (FEVER, "answers.symptoms", chosen),
        (FEVER, "count(answers.symptoms) >= 1", chosen),
        (FEVER, "person.status == 'confirmed' or answers.symptoms is known", chosen),
        (VOMITS, "answers.symptoms is known", chosen),
    ] {
        let run = check(&desk, &[(was, is)]);
        let named = if is.contains(" or ") { "is known`" } else { is };
        assert_eq!(run.exit, 1, "{is}: {}", run.err);
        assert!(run.err.contains("error[pack-always-holds]: ") && run.err.contains(always), "{is}: {}", run.err);
        assert!(run.err.contains(named) && run.err.contains(hint), "{is}: {}", run.err);
    }
    // It may be left out, so that not everybody has answered.
    let optional = (
        "unit = \"°C\", decimals = 1, least = 340, most = 430 }",
        "unit = \"°C\", decimals = 1, least = 340, most = 430 }\nrequired = false",
    );
    let run = check(&desk, &[optional, (FEVER, "answers.temperature is known")]);
    assert!(!run.err.contains("pack-always-holds"), "{}", run.err);
    // What is true of those alone who are well is tried.
    for is in [
        "answers.temperature is known and answers.temperature <= 37.3 °C",
        "any(answers.symptoms where current != 'cough')",
    ] {
        let run = check(&desk, &[(FEVER, is)]);
        assert!(run.exit == 0 && run.err.contains("warning[pack-nobody-green]: pack.toml:"), "{is}: {}", run.err);
        assert!(run.err.contains("of 40 people made up") && run.err.contains("are green: fever"), "{is}: {}", run.err);
    }
}

/// Texts say the numbers that decide, in both languages.
#[test]
fn texts_with_other_numbers_than_what_decides_are_said() {
    let desk = Desk::new("careless-numbers");
    let (chinese, english) =
        ("从最后一次申报呕吐起满48小时，转为绿码。", "Your code turns green 48 hours after you last reported this.");
    let course = "{ colour = \"yellow\", lasts = \"24 h\" }";
    for (edits, words) in [
        (vec![(course, "{ colour = \"yellow\", lasts = \"72 h\" }")], "the text says 48 hours, the course "),
        (vec![(chinese, "满72小时，转为绿码。")], "the text says 48 hours, the Chinese text 72 hours"),
        (vec![(english, "Your code turns green 3 days after that.")], "the text says 3 days, the course "),
    ] {
        let run = check(&desk, &edits);
        assert!(run.exit == 0 && run.err.contains("warning[pack-other-number]: "), "{edits:?}: {}", run.err);
        assert!(run.err.contains(words), "{edits:?}: {}", run.err);
    }
    for edits in [
        vec![(chinese, "满2天，转为绿码。")],
        vec![(english, "Your code turns green two days after that.")],
        vec![(english, "On 27 February, or by 12345, at 10:00, your code turns green.")],
    ] {
        assert!(!check(&desk, &edits).err.contains("pack-other-number"), "{edits:?}");
    }
}

#[test]
fn what_nobody_is_asked_together_is_never_true() {
    let desk = Desk::new("careless-asked");
    let asked = |show_if: &str, condition: &str| {
        let questions = format!(
            "[[question]]\nid = \"contact\"\ntype = \"yes-no\"\ntext = {{ zh-Hans = \"接触过吗？\", en = \"Any contact?\" }}\n\n             [[question]]\nid = \"mask\"\ntype = \"one-of\"\nshow-if = \"{show_if}\"\n             text = {{ zh-Hans = \"戴口罩了吗？\", en = \"With a mask?\" }}\n             options = [{{ id = \"worn\", text = {{ zh-Hans = \"戴了\", en = \"Yes\" }} }}, {{ id = \"bare\", text = {{ zh-Hans = \"没戴\", en = \"No\" }} }}]\n\n[[course]]"
        );
        said(&desk, &[("[[course]]", questions), (FEVER, condition.to_owned())])
    };
    let meant = "answers.contact and answers.mask == 'bare'";
    let never = "is never true: `mask` is not asked where the rest is true";
    for (show_if, condition) in [
        ("not answers.contact", meant),
        ("answers.contact", "not answers.contact and answers.mask == 'bare'"),
        ("answers.contact", "answers.mask in ['worn'] and not answers.contact"),
        ("not answers.contact", "person.status == 'confirmed' or answers.contact and answers.mask == 'bare'"),
    ] {
        let run = asked(show_if, condition);
        assert!(run.exit == 1 && run.err.contains("error[pack-never-holds]: "), "{condition}: {}", run.err);
        assert!(run.err.contains(never), "{condition}: {}", run.err);
    }
    for condition in
        [meant, "answers.contact or answers.mask == 'bare'", "not answers.contact and answers.mask is not known"]
    {
        let run = asked("answers.contact", condition);
        assert!(run.exit == 0 && !run.err.contains("pack-never-holds"), "{condition}: {}", run.err);
    }
}

#[test]
fn what_contradicts_itself_or_comes_too_soon_is_said() {
    let desk = Desk::new("careless-against");
    let rule = |id: &str, when: &str, gives: &str| {
        format!("[[rule]]\nid = \"{id}\"\nwhen = \"{when}\"\n{gives}\nground = \"notice-12\"\n{TEXTS}\n[[case]]")
    };
    let thresholds = |first: u16, second: u16| {
        let one = |id: &str, at_least: u16, colour: &str| {
            format!(
                "[[threshold]]\nid = \"{id}\"\nscore = \"personal\"\nat-least = {at_least}\ncolour = \"{colour}\"\nground = \"notice-12\"\n{TEXTS}\n"
            )
        };
        format!(
            "[[band]]\ndimension = \"personal\"\nwhen = \"{FEVER}\"\npoints = 90\ntext = {{ zh-Hans = \"发热\", en = \"Fever\" }}\n\n{}{}[[course]]",
            one("watch", first, "yellow"),
            one("stop", second, "red")
        )
    };
    let day = "[[question]]\nid = \"last_day\"\ntype = \"date\"\nrequired = false\ndays-back = 5\n         text = { zh-Hans = \"最后一次是哪一天？\", en = \"On which day was the last time?\" }\n\n[[course]]";
    let since = ("course = \"wait48\"\nground", "course = \"wait48\"\nsince = \"last_day\"\nground".to_owned());
    let place = "on = \"visit\"\nwhen = \"visit.county == '370163'\"".to_owned();
    let vomits = "on = \"report\"\nwhen = \"any(answers.symptoms where current == 'vomiting')\"";
    for (edits, severity, code, words) in [
        (
            vec![("[[case]]", rule("fever-too", FEVER, "colour = \"yellow\""))],
            "warning",
            "pack-same-condition",
            "rule fever has the same condition: whoever meets it gets red and yellow",
        ),
        (
            vec![("[[course]]", thresholds(70, 40))],
            "warning",
            "pack-threshold-outdone",
            "threshold watch: it never decides: threshold stop gives red from 40 points on",
        ),
        (
            vec![(
                "colour = \"red\", lasts = \"24 h\" }, { colour = \"yellow\"",
                "colour = \"yellow\", lasts = \"24 h\" }, { colour = \"red\"".to_owned(),
            )],
            "warning",
            "pack-course-worsens",
            "from yellow to red",
        ),
        (
            vec![("lasts = \"24 h\" }]", "lasts = \"3 min\" }]".to_owned())],
            "warning",
            "pack-too-short",
            "course wait48: 3 min",
        ),
        (
            vec![("report-within = \"24 h\"", "report-within = \"0 h\"".to_owned())],
            "error",
            "pack-too-short",
            "less than an hour",
        ),
        (
            vec![("report-within = \"24 h\"", "report-within = \"5 min\"".to_owned())],
            "error",
            "pack-too-short",
            "5 min",
        ),
        (
            vec![("utc-offset = \"+08:00\"", "utc-offset = \"-08:00\"".to_owned())],
            "warning",
            "pack-other-clock",
            "clocks in its region show +08:00",
        ),
        (
            vec![("utc-offset = \"+08:00\"", "zone = \"Europe/London\"".to_owned())],
            "warning",
            "pack-other-clock",
            "write `utc-offset",
        ),
        (
            vec![(FEVER, format!("{FEVER} and today not before '2026-11-15'"))],
            "warning",
            "pack-utc-midnight",
            "write when the day begins by the pack's own clock: '2026-11-15T00:00:00+08:00'",
        ),
        (vec![(vomits, place)], "error", "pack-unknown-place", "there is no place 370163"),
        (
            vec![("[[course]]", day.to_owned()), since.clone()],
            "warning",
            "pack-since-left-out",
            "where `last_day` is not answered",
        ),
        (
            vec![("temperature = 36.5", "temperature = 55.0".to_owned())],
            "warning",
            "pack-case-answer",
            "no phone takes this answer to `temperature`",
        ),
    ] {
        let run = said(&desk, &edits);
        assert_eq!(run.exit, i32::from(severity == "error"), "{code}: {}", run.err);
        assert!(run.err.contains(&format!("{severity}[{code}]: ")) && run.err.contains(words), "{code}: {}", run.err);
    }
    let asks = ("[[course]]", day.to_owned());
    let known = (VOMITS, format!("answers.last_day is known and {VOMITS}"));
    for edits in [vec![("[[course]]", thresholds(40, 70))], vec![asks, since, known]] {
        let run = said(&desk, &edits);
        assert!(!run.err.contains("outdone") && !run.err.contains("left-out"), "{}", run.err);
    }
}

/// Every example of the pages can be read, and no time in them lacks its quotes.
#[test]
fn the_examples_of_the_pages_can_be_read() {
    fn quoted(value: &toml::Value) -> bool {
        match value {
            toml::Value::Datetime(_) => false,
            toml::Value::Array(items) => items.iter().all(quoted),
            toml::Value::Table(table) => table.values().all(quoted),
            _ => true,
        }
    }
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut examples = 0;
    for page in
        ["README.md", "CONTRIBUTING.md", "rules/README.md", "rules/LANGUAGE.md", "docs/issuer.md", "docs/authority.md"]
    {
        let text = std::fs::read_to_string(project.join(page)).unwrap();
        for block in text.split("```toml\n").skip(1) {
            let block = block.split("```").next().unwrap();
            let read: toml::Table = toml::from_str(block).unwrap_or_else(|error| panic!("{page}: {error}\n{block}"));
            assert!(read.values().all(quoted), "{page}: {block}");
            examples += 1;
        }
    }
    assert!(examples >= 7, "{examples}");
    // In a pack, where they are one's own facts.
    let page = readme();
    let facts = page.split("```toml\n").find(|block| block.starts_with("[case.facts]")).unwrap();
    let facts = facts.split("```").next().unwrap();
    let case = "[[case]]\nname = \"At a venue\"\nnow = \"2020-02-11T09:00:00+08:00\"\nexpect = { colour = \"grey\" }\n";
    let desk = Desk::new("careless-pages");
    desk.write("pack.toml", format!("{}\n{case}{facts}", smallest()));
    let run = desk.run("rules check pack.toml");
    assert_eq!((run.exit, run.err.as_str()), (0, ""));
}

#[test]
fn a_course_that_counts_from_what_nobody_is_asked_is_refused() {
    let desk = Desk::new("careless-since");
    let questions = "[[question]]\nid = \"over\"\ntype = \"yes-no\"\ntext = { zh-Hans = \"已经好转了吗？\", en = \"Is it over?\" }\n\n[[question]]\nid = \"ended\"\ntype = \"date\"\ntext = { zh-Hans = \"哪一天好转的？\", en = \"On which day did it end?\" }\nshow-if = \"answers.over\"\ndays-back = 7\n\n[[course]]";
    let rule = ("course = \"wait48\"", "course = \"wait48\"\nsince = \"ended\"");
    let vomits = "any(answers.symptoms where current == 'vomiting')";
    let never = format!("{vomits} and not answers.over");
    let run = check(&desk, &[("[[course]]", questions), rule, (vomits, &never)]);
    assert!(run.exit == 1 && run.err.contains("error[pack-since-never]: "), "{}", run.err);
    assert!(run.err.contains("`ended` is never asked where the condition is true"), "{}", run.err);
    let meant = format!("{vomits} and answers.over");
    let run = check(&desk, &[("[[course]]", questions), rule, (vomits, &meant)]);
    assert!(!run.err.contains("pack-since-never"), "{}", run.err);
}

/// One mistake is one error.
#[test]
fn what_follows_from_a_mistake_is_not_said_as_well() {
    let desk = Desk::new("careless-once");
    let errors = |edits: &[(&str, &str)]| check(&desk, edits).err.matches("error[").count();
    assert_eq!(errors(&[("id = \"temperature\"", "id = \"body-heat\"")]), 1);
    assert_eq!(errors(&[("en = \"You vomited in the last 48 hours.\"", "en = \"\"")]), 1);
    let options = smallest();
    let from = options.find("options = [").unwrap();
    let list = &options[from..from + options[from..].find("]\n").unwrap() + 2];
    assert_eq!(errors(&[(list, "")]), 1);
}

#[test]
fn a_case_that_fails_says_what_about() {
    let desk = Desk::new("careless-case");
    let test = |edits: &[(&str, &str)]| {
        desk.write("pack.toml", edited(edits));
        desk.run("rules test pack.toml")
    };
    let run = test(&[("temperature = 36.5", "temperatures = 36.5")]);
    let words = "causes: expected [], found [answers-missing] (temperature: answer-missing)";
    assert!(run.exit == 1 && run.out.contains(words), "{}", run.out);
    let run = test(&[("at = \"2026-12-02T08:00:00", "at = \"2026-12-02T10:00:00")]);
    assert!(run.out.contains("a report is of 2026-12-02T10:00:00+08:00, later than the case's `now`"), "{}", run.out);
    // As the pack's clock shows it.
    let until = ("reasons = [\"fever\", \"vomiting\"], causes = []", "until = \"2026-12-05T00:00:00+08:00\"");
    let run = test(&[("temperature = 37.3", "temperature = 36.6"), until]);
    let words = "until: expected 2026-12-05T00:00:00+08:00, found 2026-12-03T08:00:00+08:00";
    assert!(run.out.contains(words), "{}", run.out);
    let (head, _) = smallest().split_once("[[case]]").map(|(head, cases)| (head.to_owned(), cases.to_owned())).unwrap();
    desk.write("pack.toml", head);
    let err = desk.fails(1, "pack-no-cases", "rules test pack.toml");
    assert!(err.contains("hint: "), "{err}");
}

#[test]
fn no_version_is_signed_that_is_none() {
    let desk = Desk::new("careless-version");
    desk.key("a.key");
    desk.write("pack.toml", edited(&[("version = 1", "version = 0")]));
    desk.fails(1, "pack-version", "sign rule-pack pack.toml --key a.key --issued 2026-11-01 --out pack.cbor");
    assert!(!desk.path("pack.cbor").exists());
}

#[test]
fn files_in_gbk_and_clocks_are_helped_along() {
    let desk = Desk::new("careless-other");
    // 您 in GBK.
    desk.write("gbk.toml", b"# \xc4\xfa\n");
    let err = desk.fails(2, "cli-file-not-text", "rules check gbk.toml");
    assert!(err.contains("hint: save it as UTF-8"), "{err}");
    desk.write("pack.toml", smallest());
    let run = desk.run("rules check pack.toml --now today");
    assert!(run.exit == 2 && run.err.contains("or `system` for this machine's clock"), "{}", run.err);
}

#[test]
fn two_packs_are_told_apart_before_what_differs() {
    let desk = Desk::new("careless-diff");
    desk.write("old.toml", smallest());
    desk.write(
        "new.toml",
        edited(&[("id = \"library-visit\"", "id = \"museum-visit\""), ("version = 1", "version = 2")]),
    );
    let run = desk.run("rules diff old.toml new.toml");
    assert!(run.err.starts_with("these are two different packs, library-visit and museum-visit\n"), "{}", run.err);
}
