//! What is written: the vectors without a flaw, the packs of the repository, and what has the fields that those lack.

use healthcode::authoring::source::PackSource;
use healthcode::calendar::{Date, Offset, OffsetChange, Span};
use healthcode::cbor::to_bytes;
use healthcode::code::certificate::CertificateRequest;
use healthcode::colour::Colour;
use healthcode::facts::{
    Answer, Exemption, Mode, PlaceAnswer, Record, RulesFor, Test, TestResult, Trip, Vaccination, Visit,
};
use healthcode::holder::{Holder, LogChange};
use healthcode::purpose::Purpose;
use healthcode::rules::pack::{Certainty, Choice, Count, Ground, Lane, Measure, Pack, QuestionKind, Threshold, Total};
use healthcode::trust::list::Needed;
use healthcode::trust::{Kind, Manifest, Named, TrustList};
use healthcode::venue::Venue;

use crate::authority::*;
use crate::format::{
    Busy, CodeVectors, DeltaVectors, FileVectors, Hex, Journey, RequestVectors, StateVectors, StatusVectors,
    VenueVectors,
};
use crate::{envelope, read, vectors};

/// A name, the rule of the document, and the bytes.
pub(crate) type Sample = (String, &'static str, Vec<u8>);

/// What lies between the form and the checksum of a stored state.
pub(crate) fn content(saved: &[u8]) -> &[u8] {
    saved.get(1..saved.len().saturating_sub(8)).unwrap_or_default()
}

pub(crate) fn all() -> Vec<Sample> {
    let mut samples = [vectored(), journey(), packs(), made(), states()].concat();
    #[cfg(feature = "log-keeping")]
    samples.extend(logged());
    samples
}

/// What a restricted person is given of the public log.
#[cfg(feature = "log-keeping")]
fn logged() -> Vec<Sample> {
    use healthcode::cbor::Bytes;
    use healthcode::code::CertificateAnswer;
    use healthcode::facts::Status;
    use healthcode::log::day::{Restriction, commit};
    use healthcode::log::{Finding, Leaf, LoggedFinding, ShortProof};
    use healthcode::trust::{Digest, LogKey, LogPolicy};
    let (since, until, ground) = (now(), now().plus(Span::days(14)), "close-contact".to_owned());
    let (entry, status, district) = (Digest::of(b"entry"), Status::CloseContact, place("330106"));
    let finding = Finding { entry, status, since, until, ground: ground.clone(), district };
    let record = finding.digest();
    let all =
        [record, Digest::of(b"another")].map(|record| Restriction { record, place: district, ground: ground.clone() });
    let (mut day, ways) = commit(Date::parse("2020-02-19").unwrap(), &all, &[7; 32]).unwrap();
    day.further = Some(1);
    day.endorsed = Some(vec!["e30.e30.AA".into()]);
    let way = ways.into_iter().find(|way| way.record == record).unwrap();
    let (salt, index, path) = (Bytes(way.salt.to_vec()), way.index, way.path);
    let signatures = vec![Bytes(vec![7; 68]), Bytes(vec![8; 76])];
    let logged_day = to_bytes(&day);
    let (leaf, path_up) = (Bytes(to_bytes(&Leaf::Day(day))), vec![Digest::of(b"beside")]);
    let proof = ShortProof { leaf, index: 1, size: 2, path: path_up, signatures };
    let (finding, proposal) = (Bytes(to_bytes(&finding)), Digest::of(b"proposal"));
    let logged = to_bytes(&LoggedFinding { finding, salt, index, path, proof, proposal });
    let mailbox = mailbox_key("phone");
    let answer = CertificateAnswer {
        certificate: Bytes(certificate()),
        mailbox: mailbox.clone(),
        logged: Some(vec![Bytes(logged.clone())]),
        record: Some(Bytes(crate::authority::record())),
        person: Some(Digest::of(b"person")),
    };
    let answer = answer.sign(&key("certificate"));
    let named = |name: &str| LogKey { name: name.into(), key: key(name).public() };
    let policy = LogPolicy {
        keys: vec![named("log.example/health"), named("uni.example")],
        needed: 1,
        further: Some(vec![named("another office")]),
    };
    let asking = signed(&header(6, None), &TrustList { log: Some(policy), ..list() }, &["root"]);
    let mut holder = phone();
    holder.load(&asking, now()).unwrap();
    // Without its record, which restricts and cannot come with a proof.
    let without = CertificateAnswer {
        certificate: Bytes(certificate()),
        mailbox,
        logged: Some(vec![Bytes(logged.clone())]),
        record: None,
        person: Some(Digest::of(b"person")),
    };
    holder.load(&without.sign(&key("certificate")), now()).unwrap();
    vec![
        ("made: logged finding".into(), "logged-finding", logged),
        ("made: logged day".into(), "logged-day", logged_day),
        ("made: answer".into(), "certificate-answer", answer),
        ("made: list that asks for proofs".into(), "trust-list-file", asking),
        ("made: state with findings".into(), "stored-state", content(&holder.save()).to_vec()),
    ]
}

const FILES: [(&str, &str); 9] = [
    ("trust-list", "trust-list-file"),
    ("manifest", "manifest-file"),
    ("rule-pack", "rule-pack-file"),
    ("risk-table", "risk-table-file"),
    ("exposure-list", "exposure-list-file"),
    ("record", "record-file"),
    ("day-certificate", "day-certificate"),
    ("certificate-answer", "certificate-answer"),
    ("mailbox", "mailbox-file"),
];

fn vectored() -> Vec<Sample> {
    let FileVectors { files, cases, .. } = vectors("files.json");
    let mut samples = Vec::new();
    for (name, Hex(bytes)) in files {
        let (_, rule) = FILES.into_iter().find(|(kind, _)| name.starts_with(kind)).unwrap();
        samples.push((name, rule, bytes));
    }
    let tables = cases.into_iter().filter(|case| ["columns", "compound"].contains(&case.name.as_str()));
    samples.extend(tables.map(|case| (case.name, "risk-table-file", case.file.0)));
    let codes: CodeVectors = vectors("codes.json");
    for case in codes.cases.into_iter().filter(|case| case.verdict == "accepted") {
        let code = envelope(&case.text);
        samples.push((case.name.clone(), "day-certificate", crate::cddl::certificate(&code).unwrap().to_vec()));
        samples.push((case.name, "code", code));
    }
    let venues: VenueVectors = vectors("venues.json");
    for case in venues.cases.into_iter().filter(|case| case.code.is_none()) {
        samples.push((case.name, "venue-code-file", healthcode::venue::code::from_text(&case.text).unwrap()));
    }
    samples.push(("venues: list".into(), "exposure-list-file", venues.list.0));
    let statuses: StatusVectors = vectors("statuses.json");
    let good = statuses.lists.into_iter().filter(|case| case.code.is_none());
    samples.extend(good.map(|case| (case.name, "status-list", case.list.0)));
    for case in statuses.cases.into_iter().filter(|case| case.verdict == "accepted") {
        let code = envelope(&case.text);
        samples.push((case.name, "day-certificate", crate::cddl::certificate(&code).unwrap().to_vec()));
    }
    let requests: RequestVectors = vectors("requests.json");
    let good = requests.cases.into_iter().filter(|case| case.code.is_none());
    samples.extend(good.map(|case| (case.name, "certificate-request", case.request.0)));
    let deltas: DeltaVectors = vectors("deltas.json");
    let good = deltas.cases.into_iter().filter(|case| case.code.is_none());
    samples.extend(good.map(|case| (case.name, "delta", case.delta.0)));
    let states: StateVectors = vectors("states.json");
    let good = states.cases.into_iter().filter(|case| case.code.is_none());
    samples.extend(good.map(|case| (case.name, "stored-state", content(&case.saved.0).to_vec())));
    samples
}

fn journey() -> Vec<Sample> {
    let journey: Journey = vectors("journey.json");
    let mut samples = vec![
        ("journey: trust list".into(), "trust-list-file", journey.trust_list.0),
        ("journey: manifest".into(), "manifest-file", journey.manifest.0),
        ("journey: rules".into(), "rule-pack-file", journey.rules.0),
        ("journey: risk".into(), "risk-table-file", journey.risk.0),
        ("journey: request".into(), "certificate-request", journey.request.0),
        ("journey: certificate".into(), "day-certificate", journey.certificate.0),
        ("busy: risk".into(), "risk-table-file", vectors::<Busy>("busy.json").risk.0),
    ];
    let people = journey.people.into_iter();
    samples.extend(people.map(|person| (person.name, "code", envelope(&person.text))));
    samples
}

/// The packs of the repository, signed.
fn packs() -> Vec<Sample> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/packs");
    let mut samples = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let source = PackSource::parse(&read(&format!("rules/packs/{name}/pack.toml"))).unwrap();
        let bytes = signed(&source.header(now()), &source.to_pack(), &["rules-1", "rules-2"]);
        samples.push((format!("pack {name}"), "rule-pack-file", bytes));
    }
    samples
}

fn made() -> Vec<Sample> {
    let needed = vec![Needed { kind: Kind::RiskTable, signers: 2 }];
    let list = signed(&header(5, Some("33")), &TrustList { needed, ..list() }, &["root", "another root"]);
    let possible = Measure {
        id: "possible".into(),
        count: Count::LevelHere,
        levels: Vec::new(),
        modes: Vec::new(),
        within: None,
        place: None,
        question: None,
        when: None,
        row_digits: None,
        certainty: Some(Certainty::Possible),
    };
    let texts: healthcode::rules::pack::Text =
        serde_json::from_str(r#"{ "zh-Hans": "说明", "en": "words", "ko": "설명", "zh-Hant": "說明" }"#).unwrap();
    let ground = Ground {
        id: "notice".into(),
        title: texts.clone(),
        url: "https://example.org/".into(),
        from: now(),
        until: now().plus(Span::days(7)),
        correct: Some(texts.clone()),
        cap: Some(100),
    };
    let many = Threshold {
        id: "many".into(),
        score: Total::Total,
        at_least: 10,
        colour: Colour::Yellow,
        text: texts.clone(),
        way_back: texts,
        ground: Some(ground.id.clone()),
    };
    let emergency = Pack {
        grounds: Some(vec![ground]),
        thresholds: vec![many],
        lane: Lane::Emergency,
        measures: vec![possible],
        report_within: Some(Span::days(1)),
        correct_within: Some(Span::days(2)),
        purpose: Purpose::parse("hospital"),
        offset_changes: Some(vec![OffsetChange { at: now(), offset: Offset::UTC }]),
        languages: Some(vec!["ko".into(), "zh-Hant".into()]),
        recognises: vec![place("3302"), place("00"), place("330106"), place("330106001"), place("330106001001")],
        ..pack()
    };
    let emergency = signed(&header(4, Some("3301")), &emergency, &["rules-1", "rules-2", "rules-1b"]);
    let exempt = vec!["essential-worker".into()];
    let (kind, taken, result, by) = ("nucleic-acid".into(), now(), TestResult::Negative, Some("a laboratory".into()));
    let record = Record {
        exempt,
        floor: Some(Colour::Yellow),
        tests: Some(vec![Test { kind, taken, result, by }]),
        vaccinations: Some(vec![Vaccination { product: "corona-vac".into(), doses: 2, last: now() }]),
        exemptions: Some(vec![Exemption { name: "driver".into(), until: now().plus(Span::days(7)) }]),
        ..record_for("phone")
    };
    let request = CertificateRequest::sign(&key("phone"), &key("day"), place("11"), identity(), now()).unwrap();
    let named = Named { deltas: Some(3), ..named(&risk()) };
    let pack = crate::authority::named(&emergency);
    let manifest = signed(&header(7, None), &Manifest { files: vec![named, pack] }, &["manifest"]);
    vec![
        ("made: manifest".into(), "manifest-file", manifest),
        ("made: trust list".into(), "trust-list-file", list),
        ("made: emergency".into(), "rule-pack-file", emergency),
        ("made: record".into(), "record-file", signed(&header(2, Some("3301")), &record, &["record", "record-2"])),
        ("made: notice".into(), "notice", to_bytes(&contact())),
        ("made: request".into(), "certificate-request", request),
    ]
}

/// The state of a phone that has all that can be kept.
fn states() -> Vec<Sample> {
    let mut holder = phone();
    let mut pack = pack();
    let question = pack.questions[2].clone();
    let mut ask = |id: &str, kind: QuestionKind| {
        let (id, options) = (id.into(), Vec::new());
        pack.questions.push(healthcode::rules::pack::Question {
            id,
            kind,
            options,
            keeps: Some(true),
            ..question.clone()
        });
    };
    ask("trips", QuestionKind::Trips);
    ask("many", QuestionKind::ManyOf);
    let unsure = Choice { id: "unsure".into(), text: question.text.clone(), alone: true, unsure: Some(true) };
    let many = pack.questions.last_mut().unwrap();
    many.options.push(unsure);
    many.required = false;
    let signers = ["rules-1", "rules-2"];
    let announced = Pack { valid_from: now().plus(Span::days(1)), ..pack.clone() };
    let files = [
        signed(&header(4, Some("3301")), &pack, &signers),
        signed(&header(5, Some("3301")), &announced, &signers),
        signed(&header(8, Some("4201")), &risk_table(), &["risk", "risk-2"]),
    ];
    holder.load(&manifest_of(10, &[&[risk()], &files[..]].concat()), now()).unwrap();
    files.iter().for_each(|file| drop(holder.load(file, now()).unwrap()));
    holder.certificate_request(identity(), &seed("another day"), now()).unwrap();
    holder.set_region(place("3301"));
    let day = |text: &str| Date::parse(text).unwrap();
    let mut given = answers(true);
    let not_in = Some(vec![place("420106002"), place("420106003001")]);
    let (from, to) = (day("2020-02-01"), Some(day("2020-02-02")));
    let trip = Trip { place: place("420106"), from, to, mode: Mode::Rail, not_in: not_in.clone() };
    given.insert("trips".into(), Answer::Trips(vec![trip]));
    given.insert("many".into(), Answer::Many(Vec::new()));
    given.insert("home".into(), Answer::Place(PlaceAnswer { place: place("330106"), not_in: not_in.clone() }));
    assert_eq!(holder.submit(given.clone(), now()).unwrap(), []);
    given.insert("fever".into(), Answer::YesNo(false));
    let report = holder.reports()[0].clone();
    assert_eq!(holder.change(LogChange::Report { answers: given, corrects: Some(report.clone()) }, now()).unwrap(), []);
    let arrive = now().minus(Span::days(1));
    let venue = Some(Venue { seed: venue_code().seed, name: venue_code().name });
    let visit = Visit { place: place("420106"), arrive, leave: Some(now()), mode: Mode::Stay, not_in, venue };
    holder.add_visit(visit.clone(), now()).unwrap();
    let by = Visit { place: place("420107"), ..visit.clone() };
    holder.change(LogChange::Visit { remove: Some(visit.clone()), add: Some(by.clone()) }, now()).unwrap();
    let there = Visit { leave: None, ..visit.clone() };
    holder.add_visit(there.clone(), arrive).unwrap();
    holder.change(LogChange::Visit { remove: Some(there), add: Some(visit.clone()) }, now()).unwrap();
    holder.change(LogChange::Visit { remove: Some(by), add: None }, now()).unwrap();
    holder.add_visit(visit, now()).unwrap();
    holder.note(now(), None).unwrap();
    // Another purpose, which is chosen, with a report and what was noted of it.
    let hospital = Pack { purpose: Purpose::parse("hospital"), ..pack.clone() };
    let hospital = signed(&header(1, Some("3301")), &hospital, &signers);
    holder.load(&manifest_of(12, &[&[risk(), hospital.clone()], &files[..]].concat()), now()).unwrap();
    holder.keep_rules(&[RulesFor::parse("330106/hospital").unwrap()]).unwrap();
    holder.load(&hospital, now()).unwrap();
    let given = holder.reports()[0].answers.clone();
    assert_eq!(holder.submit(given, now()).unwrap(), []);
    holder.note(now(), None).unwrap();
    holder.load(&answer_with(certificate()), now()).unwrap();
    let announced = holder.save();
    // The manifest withdraws what was announced.
    holder.load(&manifest_of(13, &[risk(), files[0].clone(), files[2].clone()]), now()).unwrap();
    // An app that pins other roots goes the way from these to the newest list again.
    let repinned = Holder::unopened(root_keys(&["root-2"], 1), &announced).unwrap().save();
    let states = [
        ("made: state", announced),
        ("made: state after a withdrawal", holder.save()),
        ("made: state under other roots", repinned),
    ];
    states.map(|(name, saved)| (name.into(), "stored-state", content(&saved).to_vec())).into()
}
