//! `officer`: what officers see before they confirm, how they find somebody again, and what is wrong with their lists.
#![cfg(unix)]

use healthcode::calendar::{Offset, Span};

use crate::issuer::{Authority, GREEN, LI, WANG, ZHANG, now, red};
use crate::tool::json;

/// The day so many days from now, in China.
fn day(days: i64) -> String {
    now().plus(Span::days(days)).date(Offset::CHINA).to_string()
}

const HEAD: &str = "姓名,证件号码,状态,开始日期,截止日期,依据,区划代码";

fn row((name, number): (&str, &str), since: &str, until: &str) -> String {
    format!("{name},{number},密切接触者,{since},{until},law-article-39,330106\n")
}

#[test]
fn an_officer_finds_somebody_again_and_hears_of_another_entry_before_confirming() {
    let authority = Authority::new("officer-find", "issuer.db");
    let desk = &authority.desk;
    let server = authority.start();
    let mut phone = authority.phone(&server, 1);
    desk.write("two.csv", format!("{HEAD}\n{}{}", row(ZHANG, &day(-1), &day(10)), row(LI, &day(-1), &day(10))));
    let proposal = authority.does(&server, "first", "propose two.csv");
    // Dates, the ground's title and the colour that comes of it are shown before anything is confirmed.
    let asked = authority.officer(&server, "second", &format!("confirm {proposal}"));
    assert_eq!((asked.exit, asked.out.as_str()), (1, ""));
    let until = format!("to the end of {}; comes to red", day(10));
    for words in [
        "law-article-39, 330106: 2 close-contact",
        &until,
        "《中华人民共和国传染病防治法》第三十九条",
        "nothing is confirmed yet",
    ] {
        assert!(asked.err.contains(words), "{words}: {}", asked.err);
    }
    assert!(!asked.err.contains("error") && !asked.err.contains("other entries"), "{}", asked.err);
    authority.does(&server, "second", &format!("confirm {proposal} --yes"));
    assert_eq!(phone.look(&server, ZHANG), red());

    // The same person again: both officers are told.
    desk.write("again.csv", format!("{HEAD}\n{}", row(ZHANG, &day(-2), &day(3))));
    let run = authority.officer(&server, "first", "propose again.csv");
    let told = "1 have other entries in force already, 1 in all";
    assert!(run.exit == 0 && run.err.contains(told), "{}", run.err);
    let again = run.out.trim();
    let asked = authority.officer(&server, "second", &format!("confirm {again}"));
    assert!(asked.err.contains(told), "{}", asked.err);
    let third = authority.officer(&server, "second", "propose again.csv");
    assert!(third.err.contains(&format!("in another open proposal, {again}")), "{}", third.err);
    authority.does(&server, "second", &format!("confirm {again} --yes"));

    // By name and number alone, with the right one to withdraw.
    desk.write("who.csv", format!("number,name\n{},{}\n{},{}\n", ZHANG.1, ZHANG.0, WANG.1, WANG.0));
    let found = json(&authority.does(&server, "second", "find who.csv --json"));
    let people = found["people"].as_array().unwrap();
    let entries = people[0]["entries"].as_array().unwrap();
    assert_eq!((people[0]["at"].as_str(), entries.len()), (Some("line 2"), 2));
    assert_eq!(people[1]["entries"].as_array().unwrap().len(), 0);
    assert_eq!(found["open"].as_array().unwrap()[0], third.out.trim());
    assert!(entries.iter().all(|entry| entry["acts"] == true && entry.get("person").is_none()), "{found}");
    let shown = authority.does(&server, "second", "find who.csv");
    assert!(shown.contains("line 2:\n") && shown.contains("line 3: nothing"), "{shown}");
    assert_eq!(shown.matches("in force").count(), 2, "{shown}");
    for entry in entries {
        assert_eq!(phone.look(&server, ZHANG), red());
        let id = entry["entry"].as_str().unwrap();
        authority.does(&server, "first", &format!("withdraw {id} --why wrong-person"));
    }
    assert_eq!(phone.look(&server, ZHANG), GREEN);
    let shown = authority.does(&server, "second", "find who.csv");
    assert_eq!((shown.matches("in force").count(), shown.matches("withdrawn or corrected").count()), (0, 2), "{shown}");
    // Somebody from elsewhere finds nothing of it.
    assert!(authority.does(&server, "elsewhere", "find who.csv").starts_with("line 2: nothing"));

    // The journal says who did what, that they looked, and not at whom.
    let lines = authority.does(&server, "first", "journal --lines");
    assert!(lines.contains("Zhao Er  looked somebody up") && lines.contains("Sun San  looked somebody up"), "{lines}");
    assert!(lines.contains(&format!("Chen Yi  proposed {proposal}")), "{lines}");
    assert!(lines.contains(&format!("Zhao Er  confirmed {proposal}")) && lines.contains(": wrong-person"), "{lines}");
    authority.does(&server, "first", "journal --officers issuer.toml");
    let settings = String::from_utf8(desk.read("issuer.toml")).unwrap();
    desk.write("others.toml", settings.replace("Zhao Er", "Qian Si"));
    let others = authority.officer(&server, "first", "journal --officers others.toml");
    assert!(others.exit == 1 && others.err.contains("error[cli-journal-signer]"), "{}", others.err);
    assert!(others.err.contains("line 2 of the journal is not signed by Zhao Er"), "{}", others.err);

    let list = authority.does(&server, "first", "list");
    assert!(list.contains(&format!("{proposal}  confirmed, by Chen Yi at ")), "{list}");
    let open = json(&authority.does(&server, "first", "list --open --json"));
    assert_eq!(open["proposals"].as_array().unwrap().len(), 1);
    let grounds = authority.does(&server, "first", "grounds");
    assert!(grounds.starts_with("law-article-39  3301") && grounds.contains("传染病防治法"), "{grounds}");
    let log = server.stop().1;
    assert!(!log.contains("1990") && !log.contains("张三"), "{log}");
}

#[test]
fn a_list_says_all_that_is_wrong_with_it_line_by_line_and_nothing_of_anybody() {
    let authority = Authority::new("officer-list", "issuer.db");
    let desk = &authority.desk;
    let server = authority.start();
    let good = row(ZHANG, &day(-1), &day(5));
    let propose = |content: &str| {
        desk.write("list.csv", format!("名单\n{HEAD}\n\n{content}"));
        authority.officer(&server, "first", "propose list.csv")
    };
    let bad = [
        good.replace(ZHANG.1, "350521199001011000"),
        good.replace(ZHANG.1, "3.50521E+17"),
        good.replace(ZHANG.1, "330106199001011239"),
        good.replace("law-article-39", "第三十九条"),
        good.replace(&day(5), "12月1日"),
    ];
    let run = propose(&bad.concat());
    assert_eq!(run.exit, 2);
    for (line, column) in [(4, "number"), (5, "number"), (6, "number"), (7, "ground"), (8, "until")] {
        let words = format!("line {line}, column {column}: expected ");
        assert!(run.err.contains(&words), "{words}: {}", run.err);
    }
    assert!(run.err.contains("a spreadsheet has kept 15 of them") && run.err.contains("GB 11643"), "{}", run.err);
    assert!(!run.err.contains("1990"), "{}", run.err);
    // What only the issuer knows is said with the line of the file, too.
    let run = propose(&format!("{}{}", row(LI, &day(-1), &day(5)), good.replace("law-article-39", "law-article-40")));
    assert!(
        run.exit == 1 && run.err.contains("refuses: rows-ground: line 5: law-article-40 is no ground"),
        "{}",
        run.err
    );
    let run = propose(&format!("{good}{good}"));
    assert!(
        run.err.contains("error[cli-people-twice]") && run.err.contains("line 5: the same person is in line 4"),
        "{}",
        run.err
    );
    // What is over already, and what the officer insists on.
    let run = propose(&row(ZHANG, &day(-9), &day(-3)));
    assert!(run.exit == 0 && run.err.contains("warning: line 4: it is over already"), "{}", run.err);
    desk.write("list.csv", format!("{HEAD}\n{}", good.replace(ZHANG.1, "330106199001011239")));
    authority.does(&server, "first", "propose list.csv --odd-numbers");
    // A stranger is told which key that is.
    let run = authority.officer(&server, "stranger", "list");
    let key = desk.ok("keys show stranger.key");
    let public = key.split_whitespace().find(|word| word.len() == 64).unwrap();
    assert!(run.err.contains("stranger.key") && run.err.contains(public), "{}", run.err);
}
