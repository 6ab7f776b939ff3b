//! Values as people write them: times, numbers, addresses, challenges, and what is said of others.

use crate::tool::{Desk, rules};

/// What the calendar does not reach is refused, and neither shown nor signed as something else.
#[test]
fn times_are_within_the_years_that_can_be_written() {
    let desk = Desk::new("values-years");
    desk.key("risk.key");
    desk.write("rows.csv", "place,level,from,to\n3301,high,2020-02-03,\n");
    let years = "times are within the years 0001 to 9999, in China as in UTC";
    let build = |times: &str| format!("risk build rows.csv --key risk.key --version 1 --out risk.cbor {times}");
    for times in ["--issued 0001-01-01 --valid 7d", "--issued 9999-12-31T16:00:00Z --valid 1h"] {
        assert!(desk.fails(2, "cli-usage", &build(times)).contains(years), "{times}");
    }
    let said = desk.fails(2, "cli-time-outside-years", &build("--issued 9999-12-31 --valid 7d"));
    assert!(said.contains(years), "{said}");
    assert!(!desk.path("risk.cbor").exists());
    let rows = |from: &str| desk.write("rows.csv", format!("place,level,from,to\n3301,high,{from},\n"));
    rows("9999-12-30");
    desk.ok(&build("--issued 9999-12-30 --valid 1d"));
    rows("0001-01-01T08:00:00+08:00");
    desk.ok(&build("--issued 0001-01-01T08:00:00+08:00 --valid 1d"));
    desk.write("facts.json", "{}");
    let explain = format!("rules explain --rules {} --facts facts.json --now", rules("packs/hangzhou/pack.toml"));
    assert!(desk.fails(2, "cli-usage", &format!("{explain} 9999-12-31T23:59:59Z")).contains(years));
    // Looking ahead from there never ended.
    let said = desk.fails(2, "cli-usage", &format!("{explain} 9999-12-20"));
    assert!(said.contains("its moment is before the year 9999"), "{said}");
    assert!(desk.ok(&format!("{explain} 9998-12-31T23:59:59+08:00 --lang en")).contains("31 Dec 9998"));
    desk.write(
        "rows.csv",
        "place,level,from,to\n33,high,0001-01-01,\n33,low,2020-02-30,\n33,low,2020-02-03T25:00:00Z,\n",
    );
    let said = desk.fails(2, "cli-csv-field", &build("--issued 2020-02-10 --valid 1d"));
    assert!(said.contains(&format!("line 2, column from: `0001-01-01`: {years}")), "{said}");
    assert!(said.contains("line 3, column from: `2020-02-30`: there is no such day or time"), "{said}");
    assert!(said.contains("line 4, column from: `2020-02-03T25:00:00Z`: there is no such day or time"), "{said}");
}

/// What a parser says of its own types helps nobody.
#[test]
fn what_is_expected_is_said_in_plain_words() {
    let desk = Desk::new("values-words");
    let pack = rules("packs/hangzhou/pack.toml");
    let version = "a whole number from 0 to 4294967295";
    let build = "risk build rows.csv --key a.key --valid 7d --out risk.cbor --version";
    let trial = format!("rules simulate --pack {pack} --against {pack} --now 2020-02-12");
    let lookup = "risk lookup rows.csv --place 33 --at";
    for (arguments, expected) in [
        (format!("{build} one"), version),
        (format!("{build} -1"), version),
        (format!("{build} 4294967296"), version),
        (format!("{trial} --generate -3"), "a whole number from 0 on"),
        (format!("{trial} --generate 3 --seed 1.5"), "a whole number from 0 on"),
        (format!("{trial} --generate 3 --threads 0"), "a whole number from 1 on"),
        (format!("rules people --pack {pack} --now 2020-02-12 --count many"), "a whole number from 0 on"),
        ("serve --listen localhost".to_owned(), "an address with a port, such as 127.0.0.1:8080"),
        (format!("{lookup} soon"), "a time such as 2020-01-23T10:00:00+08:00, or a date such as 2020-01-23"),
    ] {
        let said = desk.fails(2, "cli-usage", &arguments);
        assert!(said.contains(&format!(": expected {expected}\n")), "{arguments}: {said}");
    }
    for time in ["2020-02-30", "2020-02-30T10:00:00Z", "2020-02-03T24:00:00Z", "2020-02-03T10:00:00"] {
        let said = desk.fails(2, "cli-usage", &format!("{lookup} {time}"));
        assert!(said.contains("there is no such day or time, or its offset, such as +08:00, is missing"), "{said}");
    }
    let said = desk.fails(2, "cli-usage", "risk build -1 --version 1");
    assert!(!said.contains("use '--"), "{said}");
    let source = std::fs::read_to_string(pack).unwrap();
    let line = source.lines().find(|line| line.starts_with("valid-from = ")).unwrap();
    for date in ["2020-02-03", "2020-02-03T00:00:00+08:00"] {
        desk.write("pack.toml", source.replacen(line, &format!("valid-from = {date}"), 1));
        let said = desk.fails(2, "cli-toml", "rules check pack.toml");
        assert!(said.contains("invalid type: date, expected a string in quotes"), "{said}");
    }
}

/// An exemption that no rule can ask about, or that looks like another, is not signed.
#[test]
fn exemptions_are_named_as_ids_are() {
    let desk = Desk::new("values-exempt");
    let phone = desk.key("phone.key");
    let sign = "sign record record.json --key phone.key --version 1 --issued 2020-02-12 --valid 1d --out record.cbor";
    let long = "a".repeat(65);
    for name in ["", "essential worker", "\u{435}ssential-worker", "Essential", "9to5", long.as_str()] {
        desk.write("record.json", format!("{{\"key\": \"{phone}\", \"exempt\": [\"{name}\"]}}"));
        let said = desk.fails(2, "cli-exemption", sign);
        let expected = "record.json: an exemption, a kind of test and a vaccine are named as ids are, by at most 64 of";
        assert!(said.contains(expected), "{said}");
    }
    desk.write("record.json", format!("{{\"key\": \"{phone}\", \"exempt\": [\"essential-worker\", \"day_shift-2\"]}}"));
    desk.ok(sign);
}

/// A letter that looks like a Latin one is named: nobody sees why the fact is unknown.
#[test]
fn a_letter_that_only_looks_latin_is_named() {
    let desk = Desk::new("values-latin");
    let source = std::fs::read_to_string(rules("packs/hangzhou/pack.toml")).unwrap();
    desk.write("pack.toml", source.replacen("\"answers.temperature", "\"\u{430}nswers.temperature", 1));
    let said = desk.fails(1, "pack-unknown-fact", "rules check pack.toml");
    assert!(said.contains("; its \u{430} (U+0430) is not the Latin a"), "{said}");
    desk.write("pack.toml", source.replacen("\"answers.temperature", "\"answer.temperature", 1));
    assert!(!desk.fails(1, "pack-unknown-fact", "rules check pack.toml").contains("Latin"));
}
