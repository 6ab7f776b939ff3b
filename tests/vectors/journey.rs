//! The whole way with the real pack of Hangzhou and the risk data of February 2020.

use std::path::Path;

use healthcode::authoring::source::PackSource;
use healthcode::calendar::{Date, Offset, Time};
use healthcode::checkpoint::Checkpoint;
use healthcode::code::certificate::{CertificateRequest, DayCertificate, Identity};
use healthcode::code::qr::{self, SvgOptions};
use healthcode::colour::Colour;
use healthcode::facts::{Answers, Visit};
use healthcode::holder::Holder;
use healthcode::risk::{RiskRow, RiskTable};
use serde_json::Value as Json;
use sha2::{Digest, Sha512};

use crate::authority::*;
use crate::format::{Hex, Journey, Person};

const NAME: &str = "Example Person";
const NUMBER: &str = "33010019900101428X";
const CHALLENGE: &[u8; 8] = b"gate 7.1";
const PEOPLE: [&str; 5] =
    ["green-at-home", "green-yuhang", "yellow-cough", "yellow-drove-through", "red-back-from-wuhan"];

fn read(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("rules").join(path)).unwrap()
}

fn hangzhou() -> Vec<u8> {
    let source = PackSource::parse(&read("packs/hangzhou/pack.toml")).unwrap();
    signed(&source.header(time("2020-02-11T00:00:00Z")), &source.to_pack(), &["rules-1", "rules-2"])
}

fn risk_of_february() -> Vec<u8> {
    let moment = |text: &str| Time::parse(text).unwrap_or_else(|_| Date::parse(text).unwrap().start(Offset::CHINA));
    let row = |line: &str| {
        let fields: Vec<_> = line.split(',').collect();
        RiskRow {
            place: place(fields[0]),
            compound: None,
            level: serde_json::from_value(fields[1].into()).unwrap(),
            from: moment(fields[2]),
            to: (!fields[3].is_empty()).then(|| moment(fields[3])),
        }
    };
    let rows = read("data/2020-02-china/risk.csv").lines().skip(1).map(row).collect();
    signed(&header(7, None), &RiskTable::new(rows).unwrap(), &["risk", "risk-2"])
}

fn sha512(bytes: &[u8]) -> Hex {
    Hex(Sha512::digest(bytes).to_vec())
}

fn json(value: &impl serde::Serialize) -> Json {
    serde_json::to_value(value).unwrap()
}

/// What a phone with these files does for one person.
fn person(mut holder: Holder, manifest: &[u8], name: &str) -> Person {
    let facts: Json = serde_json::from_str(&read(&format!("data/2020-02-china/people/{name}.json"))).unwrap();
    let list = |name: &str| facts[name].as_array().cloned().unwrap_or_default();
    let (reports, diary) = (list("reports"), list("diary"));
    let here = facts["here"].as_str().unwrap();
    for report in &reports {
        let answers: Answers = serde_json::from_value(report["answers"].clone()).unwrap();
        assert_eq!(holder.submit(answers, time(report["at"].as_str().unwrap())).unwrap(), []);
    }
    for visit in &diary {
        holder.add_visit(serde_json::from_value::<Visit>(visit.clone()).unwrap(), now()).unwrap();
    }
    let at = Some(place(here));
    let shown = holder.show(now(), at, Some(CHALLENGE)).unwrap();
    let symbol = qr::encode(&shown.text).unwrap();
    let assessment = holder.assess(now(), at).unwrap();
    let mut checkpoint = Checkpoint::new(roots());
    checkpoint.load(&trust_list(), now()).unwrap();
    checkpoint.load(manifest, now()).unwrap();
    assert_eq!(Some(assessment.colour.name()), name.split('-').next());
    Person {
        name: name.into(),
        reports,
        diary,
        here: here.into(),
        assessment: json(&assessment),
        forecast: json(&holder.forecast(now(), at).unwrap()),
        qr_version: symbol.version(),
        qr_sha512: sha512(symbol.modules()),
        svg_sha512: sha512(symbol.to_svg(&SvgOptions::new(name)).as_bytes()),
        saved_sha512: sha512(&holder.save()),
        verdict: json(&checkpoint.verify(&shown.text, now(), Some(CHALLENGE), false)),
        text: shown.text,
    }
}

pub(crate) fn journey() -> Journey {
    let mut holder = Holder::new(roots());
    let random = seed("phone");
    holder.create_key(&random).unwrap();
    let (rules, risk) = (hangzhou(), risk_of_february());
    let manifest = manifest_of(9, &[trust_list(), rules.clone(), risk.clone()]);
    for file in [&trust_list(), &manifest, &rules, &risk] {
        holder.load(file, now()).unwrap();
    }
    let day = seed("day");
    let request = holder.certificate_request(Identity::mask(NAME, NUMBER).unwrap(), &day, now()).unwrap();
    let CertificateRequest { key, place, identity, .. } = CertificateRequest::open(&request, now()).unwrap();
    let (floor, ground) = (Colour::Green, None);
    let certificate = DayCertificate { key, place, floor, identity, issued: now(), hours: 24, ground, number: None };
    let certificate = certificate.sign(&crate::authority::key("certificate"));
    holder.load(&certificate, now()).unwrap();
    let saved = holder.save();
    let people = PEOPLE.map(|name| person(Holder::restore(roots(), &saved, now()).unwrap(), &manifest, name));
    Journey {
        roots: roots(),
        random: Hex(random.into()),
        day: Hex(day.into()),
        now: now().to_string(),
        trust_list: Hex(trust_list()),
        manifest: Hex(manifest),
        rules: Hex(rules),
        risk: Hex(risk),
        name: NAME.into(),
        number: NUMBER.into(),
        request: Hex(request),
        certificate: Hex(certificate),
        challenge: Hex(CHALLENGE.to_vec()),
        people: people.into(),
    }
}
