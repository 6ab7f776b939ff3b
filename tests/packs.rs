//! Every pack under `rules/packs` is sound and says of its own cases what they expect; the sample people get the
//! colours that their file names say.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may stop")]

use std::path::{Path, PathBuf};

use healthcode::authoring::source::{FactsSource, PackSource};
use healthcode::authoring::workbench::Workbench;
use healthcode::calendar::{Date, Offset, Time};
use healthcode::forecast::forecast;
use healthcode::place::Place;
use healthcode::risk::{Level, RiskRow};
use healthcode::{assess::assess, rules::check::structure};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("rules")
}

/// Every file below a folder, in the order of names.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    found.sort();
    found.into_iter().flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

fn pack(region: &str) -> PackSource {
    let path = root().join("packs").join(region).join("pack.toml");
    PackSource::parse(&std::fs::read_to_string(&path).unwrap()).unwrap_or_else(|error| panic!("{region}: {error}"))
}

#[test]
fn every_pack_says_what_its_cases_expect() {
    let workbench = Workbench::default();
    let (mut packs, mut run, mut wrong) = (0, 0, Vec::new());
    for path in files(&root().join("packs")).iter().filter(|path| path.ends_with("pack.toml")) {
        let name = path.parent().unwrap().file_name().unwrap().to_string_lossy().into_owned();
        let source = pack(&name);
        assert_eq!(source.pack.id, name, "a pack lies in the folder of its id");
        assert_eq!(structure(&source.to_pack()), []);
        assert!(!source.sources.is_empty() && !source.cases.is_empty(), "{name}: has sources and cases");
        let rules = workbench.pack(&source).unwrap();
        let mut fired = Vec::new();
        for case in &source.cases {
            let result = case.run(&workbench, &rules).unwrap_or_else(|error| panic!("{name}: {}: {error}", case.name));
            wrong.extend(result.differences.iter().map(|difference| format!("{name}: {}: {difference}", case.name)));
            fired.extend(result.assessment.reasons.into_iter().map(|reason| reason.rule));
        }
        let ids =
            source.rules.iter().map(|rule| &rule.id).chain(source.thresholds.iter().map(|threshold| &threshold.id));
        wrong.extend(ids.filter(|id| !fired.contains(id)).map(|id| format!("{name}: no case shows {id}")));
        println!("{name}: {} cases", source.cases.len());
        (packs, run) = (packs + 1, run + source.cases.len());
    }
    println!("{packs} packs, {run} cases");
    assert_eq!(packs, std::fs::read_dir(root().join("packs")).unwrap().count(), "each folder has a pack");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn moment(text: &str) -> Time {
    Time::parse(text).unwrap_or_else(|_| Date::parse(text).unwrap().start(Offset::CHINA))
}

fn risk_rows(path: &Path) -> Vec<RiskRow> {
    let text = std::fs::read_to_string(path).unwrap();
    let mut lines = text.lines();
    assert!(lines.next().unwrap().starts_with("place,level,from,to,"));
    let row = |line: &str| {
        let fields: Vec<_> = line.splitn(6, ',').collect();
        assert!(fields.len() == 6 && !fields[5].is_empty(), "every row names its source: {line}");
        RiskRow {
            place: Place::parse(fields[0]).unwrap(),
            compound: None,
            level: serde_json::from_value::<Level>(fields[1].into()).unwrap(),
            from: moment(fields[2]),
            to: (!fields[3].is_empty()).then(|| moment(fields[3])),
        }
    };
    lines.map(row).collect()
}

#[test]
fn the_sample_people_get_the_colours_that_their_names_say() {
    let data = root().join("data").join("2020-02-china");
    let workbench = Workbench::default();
    let rules = workbench.pack(&pack("hangzhou")).unwrap();
    let risk = workbench.risk(risk_rows(&data.join("risk.csv"))).unwrap();
    let now = moment("2020-02-12T09:00:00+08:00");
    let people = files(&data.join("people"));
    assert!(people.len() >= 5);
    for path in people {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let facts: FactsSource = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        let (assessment, ahead) = workbench
            .with_facts(&facts, Some(&risk), |facts| (assess(&rules, facts, now), forecast(&rules, facts, now)))
            .unwrap();
        assert_eq!(name.split('-').next().unwrap(), assessment.colour.name(), "{name}: {assessment:#?}");
        assert_eq!(ahead.colour, assessment.colour);
    }
}

/// Facts of 6 May 2020, home in Yichang: these answers and this diary, and a record of these statuses.
fn facts(answers: &str, diary: &str, statuses: &str) -> FactsSource {
    let common = r#""home": "420502", "household_case": false"#;
    let json = format!(
        r#"{{
            "reports": [{{ "at": "2020-05-06T08:00:00+08:00", "answers": {{ {common}, {answers} }} }}],
            "diary": [{diary}],
            "record": {{ "statuses": [{statuses}] }},
            "risk": [{{ "place": "4201", "level": "high", "from": "2020-01-24T00:00:00+08:00" }}]
        }}"#
    );
    serde_json::from_str(&json).unwrap_or_else(|error| panic!("{json}: {error}"))
}

fn told(temperature: &str, symptoms: &str, contact_with: &str) -> String {
    let last_contact = if contact_with == "none" { "" } else { r#", "last_contact": "2020-05-04""# };
    format!(
        r#""temperature": {temperature}, "symptoms": ["{symptoms}"], "contact_with": ["{contact_with}"]{last_contact}"#
    )
}

/// Regions and their colours.
type Colours = &'static [(&'static str, &'static str)];

/// What was really so: contacts in Shaanxi and Heilongjiang, close contacts in Hubei and Guangdong, stays in Shaanxi,
/// Heilongjiang, Guangdong and Shanghai, diarrhoea in Shaanxi and Heilongjiang, fever in Heilongjiang, in Hubei outside Wuhan
/// and on the national platform, confirmed cases anywhere. The rest, transits above all, are stands that the packs take.
#[test]
fn the_same_facts_have_the_colour_that_each_region_gives_them() {
    let visit = |mode: &str| {
        format!(
            r#"{{ "place": "420106", "arrive": "2020-05-01T10:00:00+08:00", "leave": "2020-05-01T20:00:00+08:00", "mode": "{mode}" }}"#
        )
    };
    let status = |status: &str| format!(r#"{{ "status": "{status}", "since": "2020-05-03T08:00:00+08:00" }}"#);
    let well = told("36.5", "none", "none");
    let table: [(&str, FactsSource, Colours); 10] = [
        (
            "contact with someone confirmed",
            facts(&told("36.5", "none", "confirmed"), "", ""),
            &[("shaanxi", "red"), ("heilongjiang", "red"), ("hubei", "yellow"), ("guangdong", "green")],
        ),
        (
            "contact with someone suspected",
            facts(&told("36.5", "none", "suspected"), "", ""),
            &[("shaanxi", "green"), ("heilongjiang", "red")],
        ),
        (
            "contact with someone infected without symptoms",
            facts(&told("36.5", "none", "asymptomatic"), "", ""),
            &[("shaanxi", "green"), ("heilongjiang", "red")],
        ),
        (
            "a close contact on record",
            facts(&well, "", &status("close-contact")),
            &[("hubei", "yellow"), ("heilongjiang", "red"), ("guangdong", "red"), ("national", "red")],
        ),
        (
            "a stay in a high-risk place",
            facts(&well, &visit("stay"), ""),
            &[("shaanxi", "red"), ("heilongjiang", "red"), ("guangdong", "red"), ("shanghai", "yellow")],
        ),
        (
            "driving through a high-risk place",
            facts(&well, &visit("drive-through"), ""),
            &[("zhejiang", "yellow"), ("hubei", "green"), ("shenzhen", "green"), ("shanghai", "green")],
        ),
        (
            "a night on the road in a high-risk place",
            facts(&well, &visit("overnight-on-road"), ""),
            &[("zhejiang", "red"), ("hubei", "yellow"), ("shenzhen", "yellow")],
        ),
        (
            "diarrhoea",
            facts(&told("36.5", "diarrhoea", "none"), "", ""),
            &[("shaanxi", "red"), ("heilongjiang", "yellow"), ("zhejiang", "green"), ("guangdong", "green")],
        ),
        (
            "a fever",
            facts(&told("38.0", "none", "none"), "", ""),
            &[("zhejiang", "red"), ("heilongjiang", "yellow"), ("hubei", "grey"), ("national", "yellow")],
        ),
        (
            "on record as confirmed",
            facts(&well, "", &status("confirmed")),
            &[("zhejiang", "red"), ("hubei", "red"), ("shanghai", "red"), ("guangdong", "red"), ("national", "red")],
        ),
    ];
    let workbench = Workbench::default();
    let now = moment("2020-05-06T09:00:00+08:00");
    for (name, facts, regions) in table {
        for (region, colour) in regions {
            let rules = workbench.pack(&pack(region)).unwrap();
            let found = workbench.with_facts(&facts, None, |facts| assess(&rules, facts, now)).unwrap();
            assert_eq!(found.colour.name(), *colour, "{name} in {region}: {:?} {:?}", found.reasons, found.causes);
        }
    }
}

#[test]
fn mutual_recognition_is_mutual() {
    let regions = ["zhejiang", "guangdong", "sichuan", "hunan"].map(pack);
    for one in &regions {
        for other in regions.iter().filter(|other| other.pack.id != one.pack.id) {
            assert!(one.pack.recognises.contains(&other.pack.region), "{} and {}", one.pack.id, other.pack.id);
        }
    }
}
