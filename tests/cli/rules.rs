//! What the authors of rules do: explain, compare, format, check and try them on a population.

use crate::tool::{Desk, rules};

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
        "RED\nAssessed for 12 February 2020, 09:00\n",
        "Rules: Hangzhou health code, version 1, by Hangzhou epidemic control (example), for 3301\n",
        "1. You stayed in a high-risk epidemic area within the last 14 days. (red)\n",
        "Because: stayed: a place in Wuhan (420106), high risk, 30 January 2020 to 8 February 2020, 10 days by the rules' count\n",
        "Runs off: red for 7 days (9 February 2020, 00:00 to 16 February 2020, 00:00), yellow for 7 days",
        "Way back: After 7 days of isolation",
        "Rule: epidemic-area (hangzhou version 1, Hangzhou epidemic control (example))\n",
        "2. Where you live, where you were and how you feel, taken together, call for staying in for now. (yellow)\n",
        "Because: a total of the three scores of 135; 90 is enough\n",
        "space: 60\n   +5 Risk level of where you are (low risk)\n",
        "+60 How long you were in high-risk places (10 days at high risk in the last 13 days)\n",
        "If nothing new comes in: yellow on 16 February 2020, 00:00\n",
        "Earliest green: 23 February 2020, 00:00",
    ] {
        assert!(english.contains(words), "{words}\n{english}");
    }
    desk.write("names.tsv", "code\tzh\ten\n42\t湖北省\tHubei\n4201\t武汉市\tWuhan\n420106\t武昌区\tWuchang\n");
    let chinese = desk.ok(&format!("rules explain {from_wuhan} {now} --lang zh --names names.tsv"));
    for words in [
        "红码\n判定时间：2020年2月12日 09:00\n",
        "2020年1月30日至2020年2月8日，停留，武汉市武昌区（420106），高风险，按规则计10天",
    ] {
        assert!(chinese.contains(words), "{words}\n{chinese}");
    }
    let both = desk.ok(&format!("rules explain {from_wuhan} {now}"));
    assert!(both.contains("红码") && both.contains("RED"));

    let missing = desk.ok(&format!("rules explain {} {now} --lang en", sample("grey-temperature-missing")));
    for words in [
        "GREY\n",
        "Why it is undecided\n- The last report lacks answers that can be used: \"What is your body temperature today\" is not answered.\n",
        "What to do: Hand in a report.\n",
        "Earliest green: as soon as what is missing is there\n",
    ] {
        assert!(missing.contains(words), "{words}\n{missing}");
    }
    let cough = desk.ok(&format!("rules explain {} {now} --lang en", sample("yellow-cough")));
    assert!(cough.contains("\"Do you have any of these today\" Dry cough"), "{cough}");
    let contact = desk.ok(&format!("rules explain {} {now} --lang en", sample("red-close-contact")));
    assert!(contact.contains("on the health authority's record: close contact, since 7 February 2020"), "{contact}");
}

#[test]
fn a_change_of_colour_is_explained() {
    let desk = Desk::new("explain-change");
    let from_wuhan = sample("red-back-from-wuhan");
    let out = desk.ok(&format!("rules explain {from_wuhan} --now 2020-02-17 --before-now 2020-02-12 --lang en"));
    assert!(out.starts_with("The colour went from red to yellow\n- a reason has ended or run on: You stayed"), "{out}");
    let home = format!("{}/people/green-at-home.json", rules("data/2020-02-china"));
    let out = desk.ok(&format!("rules explain {from_wuhan} --now 2020-02-12T09:00:00+08:00 --before {home} --lang zh"));
    assert!(out.starts_with("颜色由绿变为红\n- 新的原因：您近14天内"), "{out}");
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
        was: answers.temperature and answers.temperature >= 373\n  now: answers.temperature >= 375\n";
    assert_eq!(run.out, told);
    assert_eq!(run.err, "version 1 became version 2\n");
    // Phones would not take it for newer.
    desk.write("same.toml", edited(&[fever]));
    let said = desk.fails(1, "pack-version-not-higher", &format!("rules diff {old} same.toml"));
    assert!(said.contains("same.toml: its content differs from that of version 1"), "{said}");
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
    assert!(said.contains("bad.toml: ") && said.contains("expected"), "{said}");
}
