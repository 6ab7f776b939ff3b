//! What authors of rules see of a trial and of their cases: a chart, groups, who changes, coverage.

use crate::tool::{Desk, json, rules};

/// A trial of a Hangzhou pack that asks for longer stays, against the one in force.
fn trial(desk: &Desk) -> String {
    let (old, risk) = (rules("packs/hangzhou/pack.toml"), rules("data/2020-02-china/risk.csv"));
    let pack = std::fs::read_to_string(&old).unwrap();
    let new = pack.replacen("version = 1", "version = 2", 1).replacen(
        "visit.risk_minutes >= 4 h",
        "visit.risk_minutes >= 40 h",
        1,
    );
    desk.write("new.toml", new);
    format!(
        "rules simulate --pack new.toml --against {old} --risk {risk} --now 2020-02-20T09:00:00+08:00 --generate 800 --seed 7"
    )
}

#[test]
fn a_trial_is_drawn_with_a_curve_for_each_pack() {
    let desk = Desk::new("simulate-chart");
    let trial = trial(&desk);
    let table = json(&desk.ok(&format!("{trial} --days 5 --chart days.svg --json")));
    let svg = String::from_utf8(desk.read("days.svg")).unwrap();
    for words in [
        "Colours of 800 people by hangzhou 2 against hangzhou 1",
        "red, old",
        "red, new",
        "yellow, new",
        "grey, old",
        "share of the people; the rest is green",
        "if nothing new happens and everybody reports every day",
        "02-20",
        "02-24",
    ] {
        assert!(svg.contains(words), "{words}\n{svg}");
    }
    assert!(svg.starts_with("<svg ") && svg.trim_end().ends_with("</svg>") && !svg.contains("green, "));
    // A curve has a point for now, and one for each day.
    let points = |line: &&str| {
        line.contains("<polyline")
            && line.split("points=\"").nth(1).unwrap().split('"').next().unwrap().split_whitespace().count() == 6
    };
    assert_eq!((svg.lines().filter(points).count(), table["days"].as_array().unwrap().len()), (3, 5), "{svg}");
    desk.fails(2, "cli-overwrite", &format!("{trial} --days 5 --chart days.svg"));
    desk.fails(2, "cli-usage", &format!("{trial} --chart none.svg"));
    // By itself a pack has one curve for each colour.
    let now = "--now 2020-02-20T09:00:00+08:00";
    desk.ok(&format!("rules simulate --pack new.toml {now} --generate 100 --days 30 --chart alone.svg"));
    let svg = String::from_utf8(desk.read("alone.svg")).unwrap();
    assert!(svg.contains("Colours of 100 people by hangzhou 2\n") && !svg.contains("red, "), "{svg}");
}

#[test]
fn groups_that_are_hit_most_are_told() {
    let desk = Desk::new("simulate-groups");
    let trial = trial(&desk);
    let quiet = json(&desk.ok(&format!("{trial} --json")));
    assert!(quiet.get("groups").is_none());
    // A pack that asks for more sets people free and hits nobody.
    assert_eq!(json(&desk.ok(&format!("{trial} --groups --json")))["groups"], json("[]"));
    let (pack, risk) = (rules("packs/hangzhou/pack.toml"), rules("data/2020-02-china/risk.csv"));
    let now = "--now 2020-02-20T09:00:00+08:00";
    let alone = format!("rules simulate --pack {pack} --risk {risk} {now} --generate 800 --groups");
    let said = json(&desk.ok(&format!("{alone} --json")));
    let groups = said["groups"].as_array().unwrap();
    let share = |group: &serde_json::Value| group["hit"].as_f64().unwrap() / group["people"].as_f64().unwrap();
    assert!(groups.len() == 12 && groups.windows(2).all(|pair| share(&pair[0]) >= share(&pair[1])), "{said}");
    let contact = groups.iter().find(|group| group["name"] == "contact: yes").unwrap();
    assert_eq!(contact["people"], contact["hit"], "a rule of its own makes them red");
    assert!(share(&groups[11]) < 0.2, "{said}");
    assert_eq!(said, json(&desk.ok(&format!("{alone} --json --threads 3"))));
    let shown = desk.ok(&alone);
    assert!(shown.contains("\ngroups of which most are not green\n") && shown.contains("  contact: yes\n"), "{shown}");
}

#[test]
fn everybody_whose_colour_changes_is_listed_with_the_rules() {
    let desk = Desk::new("simulate-changed");
    let trial = trial(&desk);
    let told = json(&desk.ok(&format!("{trial} --json --changed changed.jsonl --threads 3")));
    let lines = String::from_utf8(desk.read("changed.jsonl")).unwrap();
    let mut changed: Vec<_> = lines.lines().map(json).collect();
    changed.sort_by_key(|one| one["number"].as_u64());
    assert!(!changed.is_empty() && told["changed"] == changed.len(), "{told}");
    assert!(changed.iter().all(|one| one["from"] == "yellow" && one["to"] == "green"), "{lines}");
    assert!(changed.iter().any(|one| one["by"].as_array().unwrap().contains(&"medium-area".into())), "{lines}");
    // They are those of `rules people` with the same seed.
    let people =
        "rules people --pack new.toml --count 800 --seed 7 --now 2020-02-20T09:00:00+08:00 --out people.parquet";
    desk.ok(&format!("{people} --risk {}", rules("data/2020-02-china/risk.csv")));
    let from_file = trial.replace("--generate 800 --seed 7", "--people people.parquet");
    desk.ok(&format!("{from_file} --changed again.jsonl --threads 1"));
    let again: Vec<_> = String::from_utf8(desk.read("again.jsonl")).unwrap().lines().map(json).collect();
    assert!(again.iter().zip(&changed).all(|(one, other)| one["id"] == other["number"] && one["by"] == other["by"]));
    assert_eq!(again.len(), changed.len());
    desk.ok(&format!("{from_file} --changed changed.parquet"));
    assert!(desk.read("changed.parquet").starts_with(b"PAR1"));
    // Nothing is left of a trial that fails.
    desk.write("bad.parquet", "PAR1");
    desk.fails(
        2,
        "cli-parquet",
        &format!("{} --changed none.jsonl", trial.replace("--generate 800 --seed 7", "--people bad.parquet")),
    );
    assert!(!desk.path("none.jsonl").exists());
    desk.fails(2, "cli-usage", "rules simulate --pack new.toml --now 2020-02-20 --generate 1 --changed no.jsonl");
}

#[test]
fn cases_say_how_much_of_a_pack_they_cover() {
    let desk = Desk::new("test-coverage");
    let pack = rules("packs/hangzhou/pack.toml");
    let said = desk.ok(&format!("rules test --coverage {pack}"));
    let table: Vec<_> = said.lines().collect();
    assert!(table[0].ends_with("pack.toml: in how many cases each acts, and does not"), "{said}");
    let row = |name: &str| {
        let line = table.iter().find(|line| line.contains(name)).unwrap_or_else(|| panic!("{name}: {said}"));
        let mut cells = line.split_whitespace().map(|cell| cell.parse::<usize>().unwrap_or(usize::MAX));
        (cells.next().unwrap(), cells.next().unwrap())
    };
    let fever = row("  rule high-temperature");
    assert!(fever.0 > 0 && fever.1 > fever.0, "{said}");
    let parts = table.len() - 3;
    assert_eq!(table[table.len() - 2], format!("  {parts} of {parts} shown both ways"));
    assert!(table[table.len() - 1].ends_with(" passed, 0 failed"));
    // What no case shows is told.
    let whole = std::fs::read_to_string(&pack).unwrap();
    let (head, cases) = whole.split_once("\n[[case]]\n").unwrap();
    desk.write("one.toml", format!("{head}\n[[case]]\n{}", cases.split("\n[[case]]\n").next().unwrap()));
    let said = desk.ok("rules test --coverage one.toml");
    assert!(said.contains("     0    1  rule high-temperature  never acts\n"), "{said}");
    assert!(!desk.ok(&format!("rules test {pack}")).contains("acts"));
}
