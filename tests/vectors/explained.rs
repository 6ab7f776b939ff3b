//! What `rules explain` says of the packs' own cases, and of everything else that there are words for, beside what it was
//! made of: pkg-template/test/explained.test.ts has the phone's screens say the same, sentence by sentence.

use std::collections::BTreeSet;
use std::path::Path;

use healthcode::assess::{Assessment, RiskUsed, assess};
use healthcode::authoring::explain::{Explanation, Language, PlaceNames};
use healthcode::authoring::source::{FactsSource, PackSource};
use healthcode::authoring::workbench::Workbench;
use healthcode::calendar::{Span, Time};
use healthcode::colour::Colour;
use healthcode::compare::{Comparison, Noted, compare};
use healthcode::error_codes::all_codes;
use healthcode::facts::{Mode, Report, Status};
use healthcode::forecast::{Forecast, forecast};
use healthcode::place::Place;
use healthcode::risk::Level;
use healthcode::rules::expression::Budget;
use healthcode::rules::pack::{Pack, Question};
use healthcode::rules::questionnaire::interpret;
use healthcode::rules::reason::{Cause, Exposed, Fact, QuestionProblem};
use healthcode::trust::Verified;
use serde::Serialize;
use serde_json::{Value, json};

/// A pack, as far as explaining needs it, and what is explained by it.
pub(crate) struct Explained {
    utc_offset: i16,
    questions: Vec<Value>,
    cases: Vec<Case>,
}

impl Explained {
    /// As JSON, a case a line.
    pub(crate) fn lines(&self) -> String {
        let cases: Vec<_> = self.cases.iter().map(|case| serde_json::to_string(case).unwrap()).collect();
        let questions = serde_json::to_string(&self.questions).unwrap();
        let offset = self.utc_offset;
        format!("{{\"utcOffset\": {offset}, \"questions\": {questions}, \"cases\": [\n{}\n]}}", cases.join(",\n"))
    }
}

#[derive(Serialize)]
struct Case {
    name: String,
    assessment: Assessment,
    #[serde(skip_serializing_if = "Option::is_none")]
    forecast: Option<Forecast>,
    reports: Vec<AskedReport>,
    /// Beside the case before.
    #[serde(skip_serializing_if = "Option::is_none")]
    comparison: Option<Comparison>,
    /// In Chinese and in English.
    says: [String; 2],
    #[serde(skip_serializing_if = "Option::is_none")]
    changed: Option<[String; 2]>,
}

/// A report, and the ids of the questions that it had to answer.
#[derive(Serialize)]
struct AskedReport {
    #[serde(flatten)]
    report: Report,
    asked: Vec<String>,
}

fn names() -> PlaceNames {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("pkg-template/data/places.tsv");
    let mut names = PlaceNames::default();
    for line in std::fs::read_to_string(path).unwrap().lines().skip(1) {
        let fields: Vec<_> = line.split('\t').collect();
        names.add(Place::parse(fields[0]).unwrap(), fields[1], fields[2]);
    }
    names
}

/// A question as the phone hands it out.
fn question(question: &Question) -> Value {
    let number = question.number.as_ref().map(|form| {
        let in_units = |scaled: i64| healthcode::facts::Decimal::from_scaled(scaled, form.decimals).as_f64();
        json!({"unit": form.unit, "decimals": form.decimals, "least": in_units(form.least), "most": in_units(form.most)})
    });
    json!({
        "id": question.id,
        "type": question.kind,
        "text": question.text,
        "options": question.options,
        "number": number,
        "daysBack": question.days_back,
        "placeDigits": question.place_digits,
    })
}

/// What there is to explain by one pack.
struct Desk<'a> {
    rules: &'a Verified<Pack>,
    names: &'a PlaceNames,
}

impl Desk<'_> {
    fn case(
        &self,
        name: &str,
        assessment: Assessment,
        forecast: Option<Forecast>,
        reports: &[Report],
        before: Option<&Assessment>,
    ) -> Case {
        let explanation = |language| Explanation {
            rules: self.rules,
            assessment: &assessment,
            forecast: forecast.as_ref(),
            reports,
            names: self.names,
            language,
        };
        let both = [Language::ZhHans, Language::En];
        let says = both.map(|language| explanation(language).text());
        let changed = before.map(|before| both.map(|language| explanation(language).change_since(before)));
        let comparison = before.map(|before| compare(&Noted::from(before), &assessment));
        let mut reports = reports.to_vec();
        reports.retain(|report| report.at <= assessment.at);
        reports.sort_by_key(|report| report.at);
        let asked = |report: &Report| {
            let asked = interpret(self.rules.body(), &report.answers, report.at, &mut Budget::default()).asked;
            asked.into_iter().map(|question| question.id.clone()).collect()
        };
        let reports = reports.into_iter().map(|report| AskedReport { asked: asked(&report), report }).collect();
        Case { name: name.into(), assessment, forecast, reports, comparison, says, changed }
    }
}

fn packs() -> Vec<PackSource> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/packs");
    let mut found: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    found.sort();
    let source = |path: &Path| PackSource::parse(&std::fs::read_to_string(path.join("pack.toml")).unwrap()).unwrap();
    found.iter().map(|path| source(path)).collect()
}

/// Every case of every pack, and what no case shows.
pub(crate) fn explained() -> Vec<Explained> {
    let workbench = Workbench::default();
    let names = names();
    let mut all = Vec::new();
    for source in packs() {
        let rules = workbench.pack(&source).unwrap();
        let empty = workbench.risk(Vec::new()).unwrap();
        let desk = Desk { rules: &rules, names: &names };
        let mut cases: Vec<Case> = Vec::new();
        for case in &source.cases {
            let now = case.now;
            let decided = workbench.with_facts(&case.facts, Some(&empty), |facts| {
                (assess(&rules, facts, now), forecast(&rules, facts, now))
            });
            let (assessment, forecast) = decided.unwrap();
            let before = cases.last().map(|case| case.assessment.clone());
            cases.push(desk.case(&case.name, assessment, Some(forecast), &case.facts.reports, before.as_ref()));
        }
        if source.pack.id == "hangzhou" {
            cases.extend(everything(
                &desk,
                &cases.iter().find(|case| !case.assessment.reasons.is_empty()).unwrap().assessment,
            ));
        }
        let utc_offset = rules.body().utc_offset.minutes();
        let questions = rules.body().questions.iter().map(question).collect();
        all.push(Explained { utc_offset, questions, cases });
    }
    let shown = all.iter().flat_map(|pack| &pack.cases).flat_map(|case| &case.assessment.reasons);
    assert_eq!(shown.map(|reason| kind(&reason.fact)).collect::<BTreeSet<_>>(), (0..6).collect(), "a kind of fact");
    all
}

/// Numbers the kinds of facts. Whoever is sent here by the compiler shows the new one in a case of a pack, or in
/// `facts_of_every_kind`.
const fn kind(fact: &Fact) -> u8 {
    match fact {
        Fact::Report { .. } => 0,
        Fact::Visit { .. } => 1,
        Fact::Status { .. } => 2,
        Fact::Person { .. } => 3,
        Fact::Score { .. } => 4,
        Fact::Floor { .. } => 5,
    }
}

/// What no pack's cases show: every cause, fault of an answer, colour, level, mode, status and kind of fact.
fn everything(desk: &Desk<'_>, of: &Assessment) -> Vec<Case> {
    let when = of.at.minus(Span::days(3));
    let with = |causes: Vec<Cause>| Assessment { colour: Colour::Grey, causes, reasons: Vec::new(), ..of.clone() };
    let mut cases = Vec::new();
    let mut add = |name: &str, assessment, forecast, reports: &[Report], before: Option<&Assessment>| {
        cases.push(desk.case(name, assessment, forecast, reports, before));
    };
    add("every cause", with(causes(when)), None, &[], None);
    let failed = |code: &str| Cause::RuleFailed { rule: "a-rule".into(), code: code.into() };
    let codes = all_codes().filter(|code| !code.starts_with("answer-"));
    add("every code of a failure", with(codes.map(failed).collect()), None, &[], None);
    let json = r#"{"reports": [{"at": "2020-02-12T08:00:00+08:00", "answers": {"contact": true, "been_away": true}}]}"#;
    let facts: FactsSource = serde_json::from_str(json).unwrap();
    let codes = all_codes().filter(|code| ["answer-", "place-", "time-"].iter().any(|stage| code.starts_with(stage)));
    let faults = codes.map(|code| {
        let wrong = |question: &Question| {
            let problem = |trip| QuestionProblem { question: question.id.clone(), trip, code: code.into() };
            [problem(None), problem(Some(1))]
        };
        Cause::AnswersMissing { questions: desk.rules.body().questions.iter().flat_map(wrong).collect() }
    });
    add("every fault of every answer", with(faults.collect()), None, &facts.reports, None);
    facts_of_every_kind(of, &mut add);
    for colour in [Colour::Green, Colour::Yellow, Colour::Grey, Colour::Red] {
        let now = Assessment { colour, reasons: Vec::new(), causes: Vec::new(), ..of.clone() };
        let ahead = Forecast { colour, change: None, steps: Vec::new(), green: None, horizon: of.at };
        add("nothing in sight", now.clone(), Some(ahead.clone()), &[], Some(of));
        add("settled", now.clone(), Some(Forecast { green: Some(of.at), ..ahead }), &[], Some(&now));
        let without = Assessment { risk: Vec::new(), ..now.clone() };
        add("no risk data any more", without.clone(), None, &[], Some(&now));
        let version = now.risk.iter().map(|risk| risk.version).max().unwrap();
        let place = |version| RiskUsed { place: Place::parse("3301").ok(), version };
        let beside = Assessment { risk: vec![place(version + 1), now.risk[0]], ..now.clone() };
        add("risk data again", now.clone(), None, &[], Some(&without));
        add("risk data of a place besides", beside.clone(), None, &[], Some(&now));
        add("only one table left", now, None, &[], Some(&beside));
    }
    cases
}

/// Every cause, with and without what it may have.
fn causes(when: Time) -> Vec<Cause> {
    let region = Place::parse("3301").unwrap();
    let all = vec![
        Cause::RulesNotYetInForce { from: when },
        Cause::RulesExpired { expired: when },
        Cause::NoRulesHere { region },
        Cause::RiskMissing { place: None },
        Cause::RiskMissing { place: Some(region) },
        Cause::RiskStale { expired: when },
        Cause::ClockBehind { issued: when },
        Cause::ManifestExpired { expired: when },
        Cause::RecordExpired { expired: when },
        Cause::ReportMissing { last: None },
        Cause::ReportMissing { last: Some(when) },
        Cause::AnswersMissing { questions: Vec::new() },
        Cause::AnswerUnsure { question: "contact".into() },
        Cause::VisitOrder,
        Cause::VisitUnclear { place: region, level: Level::High, arrive: when, leave: None, mode: Mode::Stay },
        Cause::PlaceUnclear { place: region, level: Level::High },
        Cause::Withheld { rule: "a-rule".into() },
        Cause::RuleFailed { rule: "a-rule".into(), code: "of-tomorrow".into() },
    ];
    // Whoever is sent here by the compiler adds the new one above too.
    let kind = |cause: &Cause| match cause {
        Cause::RulesNotYetInForce { .. } => 0,
        Cause::RulesExpired { .. } => 1,
        Cause::NoRulesHere { .. } => 2,
        Cause::RiskMissing { .. } => 3,
        Cause::RiskStale { .. } => 4,
        Cause::ClockBehind { .. } => 5,
        Cause::ManifestExpired { .. } => 6,
        Cause::RecordExpired { .. } => 7,
        Cause::ReportMissing { .. } => 8,
        Cause::AnswersMissing { .. } => 9,
        Cause::VisitOrder => 10,
        Cause::VisitUnclear { .. } => 11,
        Cause::PlaceUnclear { .. } => 12,
        Cause::Withheld { .. } => 13,
        Cause::RuleFailed { .. } => 14,
        Cause::AnswerUnsure { .. } => 15,
    };
    assert_eq!(all.iter().map(kind).collect::<BTreeSet<_>>(), (0..16).collect());
    all
}

fn facts_of_every_kind(
    of: &Assessment,
    add: &mut impl FnMut(&str, Assessment, Option<Forecast>, &[Report], Option<&Assessment>),
) {
    let reason = of.reasons[0].clone();
    let mut told = |name: &str, facts: Vec<Fact>| {
        let reasons = facts.into_iter().map(|fact| {
            let mut reason = reason.clone();
            reason.fact = fact;
            reason
        });
        add(name, Assessment { reasons: reasons.collect(), ..of.clone() }, None, &[], None);
    };
    let statuses = [
        Status::Confirmed,
        Status::Suspected,
        Status::Asymptomatic,
        Status::CloseContact,
        Status::ContactOfContact,
        Status::Recovered,
    ];
    told("every status", statuses.map(|status| Fact::Status { status, since: of.at }).into());
    let modes = [Mode::Stay, Mode::DriveThrough, Mode::Rail, Mode::Air, Mode::OvernightOnRoad];
    let levels = [Level::None, Level::Low, Level::Medium, Level::High];
    let places = ["42", "4201", "420106", "110101", "330106004", "330106004012", "990000"];
    let midnight = of.at.date(healthcode::calendar::Offset::CHINA).start(healthcode::calendar::Offset::CHINA);
    let ends = [
        (midnight.minus(Span::days(2)), Some(midnight)),
        (midnight.minus(Span::days(1)), Some(midnight)),
        (midnight.minus(Span::days(1)), Some(midnight.plus(Span::seconds(3_600)))),
        (midnight, Some(midnight.plus(Span::seconds(3_600)))),
        (midnight, None),
    ];
    let mut visits = Vec::new();
    for (index, place) in places.iter().enumerate() {
        for (arrive, leave) in ends {
            let mode = modes[visits.len() % modes.len()];
            let level = levels[visits.len() % levels.len()];
            let minutes = [0, 1, 59, 60, 61, 1_440, 1_441, 3_000][visits.len() % 8];
            let place = Place::parse(place).unwrap_or_else(|_| Place::parse(places[index - 1]).unwrap());
            let exposed = (visits.len() % 8 == 7).then(|| Exposed {
                venue: "西湖书店".into(),
                level,
                from: arrive,
                to: arrive.plus(Span::seconds(900)),
            });
            visits.push(Fact::Visit { place, level, arrive, leave, mode, minutes, questions: vec![], exposed });
        }
    }
    told("visits of every kind", visits);
    let floors = [None, Some("close-contact".into())].map(|ground| Fact::Floor { ground });
    told("the issuer's word", floors.to_vec());
}
