//! Risk tables from rows that people keep: what is refused, what is left out, and what is said of it before anybody signs.

use crate::mistakes::{good, said, unsaid};
use crate::tool::Desk;

/// A desk with a key, and the command that builds a table of these rows, with more arguments.
fn desk(test: &str) -> Desk {
    let desk = Desk::new(test);
    desk.key("risk.key");
    desk
}

fn build(desk: &Desk, rows: &str, more: &str) -> String {
    desk.write("rows.csv", format!("place,level,from,to\n{rows}"));
    let valid = "--version 1 --issued 2022-12-02 --valid 7d";
    format!("risk build rows.csv --key risk.key --out risk.cbor {valid} {more}")
}

#[test]
fn what_becomes_of_the_rows_is_said() {
    let desk = desk("risk-report");
    let rows = "330106,high,2022-11-20,2022-11-25\n330106,high,2022-11-25,2022-11-30\n330106,high,2022-11-21,2022-11-22\n\
                330106,low,2022-11-29,2022-12-05\n4201,high,2022-09-01,2022-09-20\n4201,high,2022-11-30,\n";
    let err = good(&desk, &build(&desk, rows, ""));
    for words in [
        "3 rows\n",
        "  2 merged into others of the same place and level, at the same time or right before\n",
        "  1 overlaps with another level of the same place, of which the higher counts: 330106\n",
        "  1 left out: they ended by 2022-10-01T23:58:00+08:00, before anything that rules look back to\n",
    ] {
        said(words, &err);
    }
    assert_eq!(
        desk.ok("risk show risk.cbor"),
        "place,level,from,to\n\
         330106,high,2022-11-20T00:00:00+08:00,2022-11-30T00:00:00+08:00\n\
         330106,low,2022-11-29T00:00:00+08:00,2022-12-05T00:00:00+08:00\n\
         4201,high,2022-11-30T00:00:00+08:00,\n"
    );
    // Of rules that look back two weeks, phones need no more.
    let err = good(&desk, &build(&desk, "4201,high,2022-11-01,2022-11-16\n4201,high,2022-11-30,\n", "--window 14"));
    said("1 row\n  1 left out: they ended by 2022-11-16T23:58:00+08:00", &err);
    for days in ["0", "61", "-1", "two"] {
        let err = desk.fails(2, "cli-usage", &build(&desk, rows, &format!("--window {days}")));
        said("expected a whole number of days from 1 to 60\n", &err);
    }
    // Nothing to say, nothing said.
    let err = good(&desk, &build(&desk, "4201,high,2022-11-30,\n", ""));
    said("1 row\nwrote risk.cbor: risk-table version 1", &err);
    // Rows that all ended are no rows.
    let err = desk.fails(2, "cli-empty-table", &build(&desk, "4201,high,2022-09-01,2022-09-20\n", ""));
    said(
        "no place would be at any risk; the rows that there are ended before anything that rules look back to\n",
        &err,
    );
}

#[test]
fn what_is_probably_a_mistake_is_not_signed() {
    let desk = desk("risk-mistakes");
    let rows = "3301,high,2202-11-20,\n4201,low,2022-11-20,2032-12-01\n4201,low,2012-11-20,2022-12-01\n";
    let err = desk.fails(2, "cli-risk-year", &build(&desk, rows, ""));
    for words in [
        "rows.csv: line 2, column from: the year 2202 is far from 2022, in which the table is issued; expected 2017 to 2023\n",
        "rows.csv: line 3, column to: the year 2032 is far from 2022",
        "rows.csv: line 4, column from: the year 2012 is far from 2022",
        "hint: correct the year; or give --issued, if the table is of another time\n",
    ] {
        said(words, &err);
    }
    let rows = "3301,high,2022-11-20,\n\n420000,high,2022-11-20,\n00,low,2022-11-20,\n11,low,2022-11-20,\n810000,low,2022-11-20,\n";
    let err = desk.fails(2, "cli-whole-province", &build(&desk, rows, "--whole-province 11"));
    said("rows.csv: line 4: it marks province 42 as a whole\n", &err);
    said("rows.csv: line 5: it marks the country as a whole\n", &err);
    said("hint: name the places in it that are meant, or name it with --whole-province if all of it is\n", &err);
    unsaid("province 11", &err);
    unsaid("province 81", &err);
    assert!(!desk.path("risk.cbor").exists());
    good(&desk, &build(&desk, rows, "--whole-province 11 --whole-province 42 --whole-province 00"));
}

#[test]
fn a_code_that_is_none_is_refused_and_what_became_of_it_said() {
    let desk = desk("risk-editions");
    let rows = "330199,high,2022-11-20,\n429999,high,2022-11-20,\n330104,high,2022-11-20,\n330104003,low,2022-11-20,\n\
                371202,low,2022-11-20,\n330106,low,2022-11-20,\n429004,low,2022-11-20,\nJP,low,2022-11-20,\n";
    let err = desk.fails(2, "cli-place-unknown", &build(&desk, rows, ""));
    for words in [
        "rows.csv: line 2: 330199 is the code of no place\n",
        "rows.csv: line 3: 429999 is the code of no place\n",
        "error[cli-place-edition]: rows.csv: line 4: 330104 was in force until 2021-04-30, before the row begins; what was there is \
         now 330102, 330114\n",
        "line 5: 330104003 was in force until 2021-04-30",
        "line 6: 371202 was in force until 2019-01-31, before the row begins; what was there is now 370116\n",
        "hint: give codes that are in force for all of the row's time, as `healthcode risk import` finds them by name; end a row \
         with its code, and go on with rows of what is there then\n",
    ] {
        said(words, &err);
    }
    for line in 7..10 {
        unsaid(&format!("line {line}"), &err);
    }
    // It was one when the row began and is none any more: whoever is there now has another code in their diary.
    let may = |rows: &str| build(&desk, rows, "").replace("--issued 2022-12-02", "--issued 2021-05-10");
    let err = desk.fails(2, "cli-place-edition", &may("330104,high,2021-04-20,\n330104,high,2021-04-20,2021-05-03\n"));
    said(
        "line 2: 330104 was in force until 2021-04-30, and the row goes on after that; what was there is now 330102, 330114\n",
        &err,
    );
    said(
        "line 3: 330104 was in force until 2021-04-30, before the row ends; what was there is now 330102, 330114\n",
        &err,
    );
    let rows = "330104,high,2021-04-20,2021-05-01\n330102,high,2021-05-01,\n330114,high,2021-05-01,2021-06-01\n";
    said("3 rows\n", &good(&desk, &may(rows)));
    // In its time it was one, and a newer place is known from a file.
    let time = |command: String| command.replace("2022-12-02", "2020-02-12");
    good(&desk, &time(build(&desk, "330104,high,2020-02-03,\n", "")));
    desk.write("places.csv", "code,name,from,until\n330199,某某区,2022-11-01,\n");
    good(&desk, &build(&desk, "330199,high,2022-11-20,\n", "--places places.csv"));
    let err = desk.fails(2, "cli-place-edition", &build(&desk, "330199,high,2022-10-20,\n", "--places places.csv"));
    said("330199 comes into force on 2022-11-01, after the row begins", &err);
    // So is that one which the tool knows has ended since.
    desk.write("places.csv", "code,name,from,until\n330106,西湖区,,2022-10-31\n");
    let err = desk.fails(2, "cli-place-edition", &build(&desk, "330106,high,2022-11-20,\n", "--places places.csv"));
    said("330106 was in force until 2022-10-31, before the row begins", &err);
}

#[test]
fn a_compound_is_a_part_of_a_community() {
    let desk = desk("risk-compounds");
    let write = |rows: &str| desk.write("rows.csv", format!("place,level,from,to,compound\n{rows}"));
    let command = build(&desk, "", "");
    write(
        "330106109001,high,2022-11-20,,３幢 2 单元\n330106109001,low,2022-11-20,,\n330106109002,low,2022-11-20,,00ff00ff00ff00ff\n",
    );
    said("3 rows\nwrote risk.cbor", &good(&desk, &command));
    let shown = desk.ok("risk show risk.cbor");
    let community = healthcode::place::Place::parse("330106109001").unwrap();
    // As it is in NFKC, without white space.
    said(&format!(",,{}\n", healthcode::compound::Compound::named(community, "3幢2单元")), &shown);
    said("330106109001,low,2022-11-20T00:00:00+08:00,,\n", &shown);
    said("330106109002,low,2022-11-20T00:00:00+08:00,,00ff00ff00ff00ff\n", &shown);
    write("330106,high,2022-11-20,,3幢\n330106109001,high,2022-11-20,,3\u{200b}幢\n");
    let err = desk.fails(2, "cli-csv-field", &command);
    said(
        "line 2, column compound: a compound is a part of a community, whose code has 12 digits, and not of 330106\n",
        &err,
    );
    said("line 3, column compound: it contains the character \\u{200b}, which is invisible\n", &err);
}

/// Whatever ends the lines, and however many are blank, a fault is where an editor shows it.
#[test]
fn faults_have_the_line_that_an_editor_shows() {
    let desk = desk("risk-lines");
    let lines =
        ["place,level,from,to,note", "", "3301,high,2022-11-20,,\"two\nlines\"", "", "", "330,high,2022-11-20,,"];
    for mark in ["", "\u{feff}", "\u{feff}\n", "\n\n"] {
        for end in ["\n", "\r\n", "\r"] {
            let text = format!("{mark}{}", lines.join("\n")).replace('\n', end);
            desk.write("rows.csv", text);
            let line = 7 + mark.matches('\n').count();
            let err = desk.fails(2, "cli-csv-field", "risk show rows.csv");
            said(&format!("rows.csv: line {line}, column place: `330`"), &err);
        }
    }
}

#[test]
fn what_changes_is_said_before_it_is_signed() {
    let desk = desk("risk-changes");
    good(&desk, &build(&desk, "330106,high,2022-11-20,\n420106,low,2022-11-20,\n420111,low,2022-11-20,\n", ""));
    std::fs::rename(desk.path("risk.cbor"), desk.path("old.cbor")).unwrap();
    desk.key("risk-2.key");
    let rows = "330106,high,2022-11-20,2022-12-01\n33010,high,2022-11-20,\n";
    // Nothing is compared with what cannot be read.
    desk.fails(2, "cli-csv-field", &build(&desk, rows, "--before old.cbor"));
    let rows = "330106,high,2022-11-20,2022-12-01\n420106,low,2022-11-20,\n440305,high,2022-12-01,\n";
    let changes = [
        "3 rows before, 3 now: 1 added, 1 lifted, 1 removed",
        "  in 33 浙江省: high 1 lifted",
        "  in 42 湖北省: low 1 removed",
        "  in 44 广东省: high 1 added",
        "added     440305 广东省深圳市南山区: high from 2022-12-01T00:00:00+08:00 open",
        "lifted    330106 浙江省杭州市西湖区: high from 2022-11-20T00:00:00+08:00 until 2022-12-01T00:00:00+08:00, before open",
        "removed   420111 湖北省武汉市洪山区: low from 2022-11-20T00:00:00+08:00 open",
    ];
    let err = good(&desk, &build(&desk, rows, "--before old.cbor").replace("--version 1", "--version 2"));
    let all: String = changes.iter().map(|change| format!("  {change}\n")).collect();
    said(&format!("3 rows\n{all}wrote risk.cbor"), &err);
    // The other officer sees the same, from the signed files, and so does anybody.
    let err = good(&desk, "countersign risk.cbor --before old.cbor --key risk-2.key --out signed.cbor");
    said(&all, &err);
    let run = desk.run("risk diff old.cbor risk.cbor");
    assert_eq!(run.out, changes.map(|change| format!("{change}\n")).concat());
    said("old.cbor: the signatures were not checked", &run.err);
    assert_eq!(desk.ok("risk diff old.cbor rows.csv"), run.out);
    // What ended yesterday is still read: without its row, whoever was there last week is at no risk.
    let ended = "3301,high,2022-11-20,2022-12-01\n4201,high,2022-11-20,\n3302,low,2022-08-01,2022-09-01\n";
    desk.write("ended.csv", format!("place,level,from,to\n{ended}"));
    let err = good(&desk, &build(&desk, "4201,high,2022-11-20,\n", "--before ended.csv"));
    for words in [
        "3 rows before, 1 now: 1 removed\n",
        "  1 row that ended by 2022-09-01T00:00:00+08:00 left out\n",
        "  removed   3301 浙江省杭州市: high from 2022-11-20T00:00:00+08:00 until 2022-12-01T00:00:00+08:00\n",
    ] {
        said(words, &err);
    }
    assert!(desk.ok("risk diff ended.csv risk.cbor").starts_with("3 rows before, 1 now: 1 removed\n"));
    let out = desk.ok("risk diff ended.csv risk.cbor --window 1");
    said("3 rows before, 1 now: 1 removed\n", &out);
    // Rows in CSV are issued at no time: all that is gone is said.
    said("3 rows before, 1 now: 2 removed\n", &desk.ok("risk diff ended.csv rows.csv"));
    // Whoever gives nothing to compare with is reminded.
    let err = good(&desk, &build(&desk, rows, "").replace("--version 1", "--version 2"));
    said("  give the last table with --before to see what changes\n", &err);
    // Of many, the first are named, and all on request.
    let many: String = (0..30).map(|street| format!("330106{:03},high,2022-12-01,\n", street + 1)).collect();
    good(&desk, &build(&desk, &many, ""));
    let out = desk.ok("risk diff rows.csv risk.cbor");
    assert_eq!(out, "30 rows before, 30 now: nothing differs that rules can read\n");
    let out = desk.ok("risk diff old.cbor risk.cbor");
    said("added     10 more, which `healthcode risk diff --all` names\n", &out);
    assert_eq!(out.matches("\nadded").count(), 21);
    assert_eq!(desk.ok("risk diff old.cbor risk.cbor --all").matches("\nadded").count(), 30);
    // That a table speaks of less than before is no lifting of anything.
    good(&desk, &build(&desk, "330106,high,2022-11-20,\n", "--place 33"));
    said("it covers place 33, before the whole country\n", &desk.ok("risk diff old.cbor risk.cbor"));
    desk.fails(2, "cli-file-missing", &build(&desk, &many, "--before nothing.cbor"));
}
