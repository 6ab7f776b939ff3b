//! What the tool draws of a fault: the line, the mark under the word that is wrong, what to do.

use crate::tool::Desk;

/// A sound pack of few parts; `PARTS` are the ones that are tried.
fn pack(parts: &str) -> String {
    format!(
        r#"[pack]
id = "trial"
region = "33"
version = 1
title = {{ zh-Hans = "试用", en = "Trial" }}
issuer = {{ zh-Hans = "测试", en = "Tests" }}
valid-from = "2020-01-01T00:00:00+08:00"
valid-until = "2020-12-31T00:00:00+08:00"
utc-offset = "+08:00"
window = "14 d"

[[question]]
id = "cough"
type = "yes-no"
text = {{ zh-Hans = "咳嗽吗", en = "Do you cough?" }}

{parts}
[[case]]
name = "nobody"
now = "2020-02-01T00:00:00Z"
expect = {{ colour = "green" }}
"#
    )
}

/// A rule with this condition, and a case for it.
fn rule(when: &str) -> String {
    pack(&format!(
        "[[rule]]\nid = \"cough\"\nwhen = {when}\ncolour = \"yellow\"\n\
         text = {{ zh-Hans = \"您咳嗽。\", en = \"You cough.\" }}\n\
         way-back = {{ zh-Hans = \"不咳嗽后转为绿码。\", en = \"Green once you do not cough.\" }}\n\
         ground = \"notice\"\n\
         [[case]]\nname = \"cough\"\nnow = \"2020-02-01T00:00:00Z\"\nexpect = {{ colour = \"yellow\" }}\n\
         [[case.facts.reports]]\nat = \"2020-02-01T00:00:00Z\"\nanswers = {{ cough = true }}\n\
         [[ground]]\nid = \"notice\"\ntitle = {{ zh-Hans = \"通告\", en = \"Notice\" }}\nurl = \"https://example.org/\"\n\
         from = \"2020-01-01T00:00:00+08:00\"\nuntil = \"2020-12-31T00:00:00+08:00\"\n"
    ))
}

/// What is said of a pack.
fn said(desk: &Desk, source: &str) -> String {
    desk.write("pack.toml", source);
    desk.run("rules check pack.toml").err
}

#[test]
fn a_sound_pack_has_no_fault() {
    let desk = Desk::new("places-none");
    assert_eq!(said(&desk, &rule("\"answers.cough\"")), "");
}

#[test]
fn the_mark_is_under_the_word_that_is_wrong() {
    let desk = Desk::new("places");
    for (source, expected) in [
        (
            rule("\"answers.cough und true\""),
            r#"error[cli-toml]: pack.toml:19:23: expected an operator or the end, found `und`
   |
19 | when = "answers.cough und true"
   |                       ^^^
"#,
        ),
        // A Chinese character takes two columns.
        (
            rule("\"'咳嗽' == '咳嗽' und true\""),
            r#"error[cli-toml]: pack.toml:19:22: expected an operator or the end, found `und`
   |
19 | when = "'咳嗽' == '咳嗽' und true"
   |                          ^^^
"#,
        ),
        // Escapes are longer than what they stand for.
        (
            rule("\"\\\"\\u54b3\\\" == \\\"x\\\" und true\""),
            r#"error[cli-toml]: pack.toml:19:29: expected an operator or the end, found `und`
   |
19 | when = "\"\u54b3\" == \"x\" und true"
   |                             ^^^
"#,
        ),
        (
            rule("\"\"\"\n  answers.cough and\n\tanswers.fever\n\"\"\""),
            r#"error[pack-unknown-fact]: pack.toml:21:2: rule cough: `answers.fever` is not a fact that can be used here
   |
21 |     answers.fever
   |     ^^^^^^^^^^^^^
"#,
        ),
        // The same word is right before and wrong after.
        (
            rule("\"'confirmed' in person.statuses and answers.cough == 'confirmed'\"").replace('\n', "\r\n"),
            r#"error[pack-type]: pack.toml:19:44: rule cough: in `answers.cough == "confirmed"`, yes or no is compared with a text, which are never equal
   |
19 | when = "'confirmed' in person.statuses and answers.cough == 'confirmed'"
   |                                            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
"#,
        ),
        (
            rule("{ and = [{ var = \"answers.cough\" }, { var = \"answers.fever\" }] }"),
            r#"error[pack-unknown-fact]: pack.toml:19:44: rule cough: `answers.fever` is not a fact that can be used here
   |
19 | when = { and = [{ var = "answers.cough" }, { var = "answers.fever" }] }
   |                                            ^^^^^^^^^^^^^^^^^^^^^^^^^
"#,
        ),
        (
            rule("\"answers.cough\"").replace("window = \"14 d\"", "window = \"36 h\""),
            r#"error[pack-whole-days]: pack.toml:10:11: window: must be in whole days, from 1 to 60
   |
10 | window = "36 h"
   |           ^^^^
"#,
        ),
        // What is missing is looked for where its owner is named.
        (
            rule("\"answers.cough\"").replace("colour = \"yellow\"\n", ""),
            r#"error[pack-colour-or-course]: pack.toml:18:7: rule cough: needs either a colour or a course
   |
18 | id = "cough"
   |       ^^^^^
"#,
        ),
    ] {
        // What to do about it follows.
        let said = said(&desk, &source);
        let drawn: String = said.split_inclusive('\n').take(4).collect();
        assert_eq!(drawn, expected, "\n{said}\n{expected}");
    }
}

#[test]
fn of_a_long_line_the_part_with_the_fault_is_drawn() {
    let desk = Desk::new("places-long");
    let long = format!("\"{}'长' in {} and answers.fever\"", "answers.cough and ".repeat(20), "person.exempt");
    let said = said(&desk, &rule(&long));
    let (line, mark) = (said.lines().nth(2).unwrap(), said.lines().nth(3).unwrap());
    assert!(line.starts_with("19 | …") && line.ends_with("and answers.fever\""), "{said}");
    // One column more for the Chinese character.
    assert_eq!(mark.find('^').unwrap(), line[..line.find("answers.fever").unwrap()].chars().count() + 1, "{said}");
    assert!(said.contains("pack.toml:19:394: "), "{said}");
}

#[test]
fn nothing_in_a_source_commands_the_terminal() {
    let desk = Desk::new("places-hostile");
    let escapes = "\\u001b[2J\\u009b2J\\u202e";
    for source in [
        // In a value, whose escapes are undone where it is quoted; in a key; as it is.
        pack(&format!("[[course]]\nid = \"x{escapes}\"\nsteps = []\n")),
        pack(&format!("\"x{escapes}\" = 1\n")),
        format!("{}# \u{202e}\u{9b}2J\u{7f}", rule("\"answers.cough und true\"").trim_end()),
        "x = \u{1b}[2J\u{9b}\u{202e}".to_owned(),
    ] {
        let said = said(&desk, &source);
        assert!(said.contains("error["), "{said}");
        let raw = |c: &char| (c.is_control() && *c != '\n') || matches!(*c, '\u{202a}'..='\u{202e}');
        assert_eq!(said.chars().find(raw), None, "{said:?}");
    }
}

#[test]
fn faults_of_a_trust_list_have_their_place() {
    let desk = Desk::new("places-trust");
    desk.key("a.key");
    desk.write("list.toml", "# 信任列表\r\n[[keys]]\r\nkey = \"00\"\r\n");
    let run = desk.run("trust build list.toml --key a.key --version 1 --valid 1d --out list.cbor");
    assert_eq!(run.exit, 2);
    let drawn = "error[cli-toml]: list.toml:3:7: a key is 32 bytes, or 64 hexadecimal digits as text\n  |\n3 | key = \"00\"\n  |       ^^^^\n";
    assert!(run.err.starts_with(drawn), "{}", run.err);
}

#[test]
fn a_place_of_no_edition_is_refused_and_one_of_another_is_told() {
    let desk = Desk::new("places-editions");
    let text =
        pack("").replace(r#"region = "33""#, "region = \"330104\"\nrecognises = [\"330199\", \"429999\", \"JP\"]");
    desk.write("pack.toml", text.replace("2020-01-01", "2022-01-01").replace("2020-12-31", "2022-12-31"));
    let fault = desk.run("rules check pack.toml").err;
    for words in [
        "warning[pack-lapsed-place]: pack.toml:3:11: the pack: place 330104 was last in force on 2021-04-30; there is now \
         330102, 330114\n",
        "error[pack-unknown-place]: pack.toml:4:16: the pack: there is no place 330199, and there never was\n",
        "error[pack-unknown-place]: pack.toml:4:26: the pack: there is no place 429999, and there never was\n",
    ] {
        assert!(fault.contains(words), "{words}\n{fault}");
    }
    assert!(!fault.contains("place JP"), "{fault}");
}
