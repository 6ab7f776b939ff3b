//! A phone with much to assess: 70 visits in two weeks, all of them in places of a risk table of 1,000 rows.

use healthcode::calendar::{Span, Time};
use healthcode::code::certificate::Identity;
use healthcode::facts::{Answers, Visit};
use healthcode::holder::Holder;
use healthcode::place::Place;
use healthcode::risk::{Level, RiskRow, RiskTable};
use serde_json::json;

use crate::authority::*;
use crate::format::{Busy, Hex, Journey};

const ROWS: i64 = 1_000;
const VISITS: i64 = 70;

fn county(number: i64) -> Place {
    place(&format!("{}", 330_101 + number % 80 + 10_000 * (number % 7)))
}

fn ago(hours: i64) -> Time {
    now().minus(Span::seconds(hours * 3600))
}

fn row(number: i64) -> RiskRow {
    let level = if number % 3 == 0 { Level::High } else { Level::Low };
    RiskRow { place: county(number), compound: None, from: ago(300 - number % 200), to: None, level }
}

fn visit(number: i64) -> Visit {
    let (arrive, leave) = (ago(330 - number * 4), Some(ago(328 - number * 4)));
    Visit { place: county(number), arrive, leave, mode: healthcode::facts::Mode::Stay, not_in: None, venue: None }
}

/// With the trust list, the rules and the certificate of the journey.
pub(crate) fn busy(journey: &Journey) -> Busy {
    let table = RiskTable::new((0..ROWS).map(row).collect()).unwrap();
    let risk = signed(&header(7, None), &table, &["risk", "risk-2"]);
    // A phone that has the journey's files takes these after them.
    let manifest = manifest_of(10, &[journey.trust_list.0.clone(), journey.rules.0.clone(), risk.clone()]);
    let diary: Vec<Visit> = (0..VISITS).map(visit).collect();
    let report = journey.people[0].reports[0].clone();

    let mut holder = Holder::new(roots());
    holder.create_key(&journey.random.0).unwrap();
    for file in [&journey.trust_list.0, &manifest, &journey.rules.0, &risk] {
        holder.load(file, now()).unwrap();
    }
    let identity = Identity::mask(&journey.name, &journey.number).unwrap();
    holder.certificate_request(identity, &journey.day.0, now()).unwrap();
    holder.load(&journey.certificate.0, now()).unwrap();
    let answers: Answers = serde_json::from_value(report["answers"].clone()).unwrap();
    assert_eq!(holder.submit(answers, time(report["at"].as_str().unwrap())).unwrap(), []);
    for visit in &diary {
        holder.add_visit(visit.clone(), now()).unwrap();
    }
    let assessment = holder.assess(now(), None).unwrap();
    let (manifest, risk) = (Hex(manifest), Hex(risk));
    Busy { manifest, risk, reports: vec![report], diary: json!(diary), assessment: json!(assessment) }
}
