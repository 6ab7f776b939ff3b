//! An authority for tests: keys by name, and the files that they sign, the same every time. The unit tests of the crate
//! include it as well as the tests beside it.
#![allow(dead_code, reason = "each test takes what it needs")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop")]

use healthcode::calendar::{Offset, Span, Time};
use healthcode::cbor::Bytes;
use healthcode::code::CertificateAnswer;
use healthcode::code::certificate::{DayCertificate, Identity};
use healthcode::colour::Colour;
use healthcode::error::Coded;
use healthcode::facts::{Answer, Answers, Decimal, Record, Status, StatusEntry};
use healthcode::holder::Holder;
use healthcode::mailbox::{ENTRY_BYTES, Mailbox, MailboxKey, Notice};
use healthcode::place::Place;
use healthcode::risk::{Level, RiskRow, RiskTable};
use healthcode::rules::pack::{Course, CourseStep, Lane, NumberForm, On, Pack, Question, QuestionKind, Rule, Text};
use healthcode::trust::envelope::countersign;
use healthcode::trust::file::read_unverified;
use healthcode::trust::file::sign_file;
use healthcode::trust::{
    Body, Header, Kind, Manifest, Named, Roots, SecretKey, Trust, TrustList, TrustedKey, Unverified,
};
use healthcode::venue::code::to_text;
use healthcode::venue::{ExposureList, MasterSeed, Quarter, VenueCode};
use sha2::{Digest, Sha512};

/// A key that has no other secret than its name.
pub(crate) fn key(name: &str) -> SecretKey {
    SecretKey::from_random(&seed(name)).unwrap()
}

/// The secret of [`key`].
pub(crate) fn seed(name: &str) -> [u8; 32] {
    let digest = Sha512::digest(format!("healthcode test key: {name}"));
    digest[..32].try_into().unwrap()
}

pub(crate) fn roots() -> Roots {
    root_keys(&["root"], 1)
}

/// The public keys of these roots, of which so many must sign.
pub(crate) fn root_keys(names: &[&str], signers: u8) -> Roots {
    Roots { keys: names.iter().map(|name| key(name).public()).collect(), signers }
}

pub(crate) fn time(text: &str) -> Time {
    Time::parse(text).unwrap()
}

/// The moment at which everything below holds.
pub(crate) fn now() -> Time {
    time("2020-02-12T09:00:00+08:00")
}

pub(crate) fn place(code: &str) -> Place {
    Place::parse(code).unwrap()
}

pub(crate) fn text(en: &str) -> Text {
    Text::of("说明", en)
}

/// A key of the trust list, for 2020.
pub(crate) fn trusted(name: &str, signer: &str, kind: Kind, region: Option<&str>) -> TrustedKey {
    TrustedKey {
        key: key(name).public(),
        signer: signer.into(),
        kinds: vec![kind],
        place: region.map(place),
        from: time("2020-01-01T00:00:00Z"),
        until: time("2021-01-01T00:00:00Z"),
    }
}

pub(crate) fn list() -> TrustList {
    let retired = TrustedKey {
        until: time("2020-02-01T00:00:00Z"),
        ..trusted("rules-retired", "retired", Kind::RulePack, Some("33"))
    };
    let keys = vec![
        trusted("rules-1", "health commission", Kind::RulePack, Some("33")),
        trusted("rules-1b", "health commission", Kind::RulePack, Some("33")),
        trusted("rules-2", "disease control", Kind::RulePack, Some("33")),
        trusted("rules-elsewhere", "elsewhere", Kind::RulePack, Some("42")),
        retired,
        trusted("risk", "disease control", Kind::RiskTable, None),
        trusted("risk-2", "health commission", Kind::RiskTable, None),
        trusted("risk-elsewhere", "elsewhere", Kind::RiskTable, Some("42")),
        trusted("risk-elsewhere-2", "also elsewhere", Kind::RiskTable, Some("42")),
        trusted("exposure", "disease control", Kind::ExposureList, Some("33")),
        trusted("exposure-2", "health commission", Kind::ExposureList, Some("33")),
        trusted("venue", "market supervision", Kind::VenueCode, Some("3301")),
        trusted("venue-elsewhere", "elsewhere", Kind::VenueCode, Some("42")),
        trusted("manifest", "publisher", Kind::Manifest, None),
        trusted("record", "health commission", Kind::Record, Some("33")),
        trusted("record-2", "disease control", Kind::Record, Some("33")),
        trusted("certificate", "health commission", Kind::DayCertificate, Some("3301")),
    ];
    TrustList { keys, needed: Vec::new(), roots: roots(), log: None }
}

/// A header for a time around [`now`].
pub(crate) fn header(version: u32, region: Option<&str>) -> Header {
    Header {
        version,
        issued: time("2020-02-11T00:00:00Z"),
        expires: time("2020-02-25T00:00:00Z"),
        place: region.map(place),
    }
}

/// A file, by one key or several.
pub(crate) fn signed<T: Body>(header: &Header, body: &T, keys: &[&str]) -> Vec<u8> {
    let first = sign_file(header, body, &key(keys[0]));
    keys[1..].iter().fold(first, |bytes, name| countersign(&bytes, &key(name)).unwrap())
}

pub(crate) fn trust_list() -> Vec<u8> {
    signed(&header(5, None), &list(), &["root"])
}

pub(crate) fn trust() -> Trust {
    Trust::open(&trust_list(), &roots(), now()).unwrap()
}

/// Rules about a fever and about stays where the risk is high.
pub(crate) fn pack() -> Pack {
    let question = |id: &str, kind: QuestionKind| Question {
        id: id.into(),
        kind,
        text: text("a question"),
        help: None,
        required: true,
        show_if: None,
        options: Vec::new(),
        number: None,
        days_back: None,
        place_digits: (kind == QuestionKind::Place).then_some(6),
        keeps: None,
    };
    let degrees = NumberForm { unit: "°C".into(), decimals: 1, least: 340, most: 430 };
    let rule = |id: &str, on: On, when: &str| Rule {
        id: id.into(),
        on,
        when: serde_json::from_str(when).unwrap(),
        colour: None,
        course: Some(id.into()),
        text: text("a reason"),
        way_back: text("a way back"),
        since: None,
        ground: None,
    };
    let course = |id: &str, colour: Colour| Course {
        id: id.into(),
        steps: vec![CourseStep { colour, lasts: Span::seconds(7 * 86_400) }],
    };
    Pack {
        id: "trial".into(),
        region: place("3301"),
        lane: Lane::Scheduled,
        title: text("a trial pack"),
        issuer: text("an authority for tests"),
        valid_from: time("2020-02-11T00:00:00+08:00"),
        utc_offset: Offset::CHINA,
        window: Span::seconds(14 * 86_400),
        report_within: None,
        risk_grace: Span::seconds(86_400),
        recognises: Vec::new(),
        questions: vec![
            question("fever", QuestionKind::YesNo),
            Question { number: Some(degrees), ..question("temperature", QuestionKind::Number) },
            question("home", QuestionKind::Place),
        ],
        measures: Vec::new(),
        bands: Vec::new(),
        thresholds: Vec::new(),
        courses: vec![course("fever", Colour::Yellow), course("area", Colour::Red)],
        rules: vec![
            rule("fever", On::Report, r#"{"===":[{"var":"answers.fever"},true]}"#),
            rule("area", On::Visit, r#"{">=":[{"var":"visit.level"},3]}"#),
        ],
        sources: Vec::new(),
        unclear_visits: None,
        correct_within: None,
        grounds: None,
        purpose: None,
        offset_changes: None,
        languages: None,
    }
}

pub(crate) fn rules() -> Vec<u8> {
    signed(&header(3, Some("3301")), &pack(), &["rules-1", "rules-2"])
}

pub(crate) fn risk_table() -> RiskTable {
    high("4201")
}

/// A table that says that a place is of high risk.
pub(crate) fn high(code: &str) -> RiskTable {
    let from = time("2020-01-23T00:00:00+08:00");
    RiskTable::new(vec![RiskRow { place: place(code), compound: None, from, to: None, level: Level::High }]).unwrap()
}

pub(crate) fn risk() -> Vec<u8> {
    signed(&header(7, None), &risk_table(), &["risk", "risk-2"])
}

/// The pack, but red for everybody.
pub(crate) fn red_for_all(pack: Pack) -> Pack {
    let mut pack = pack;
    pack.rules[0].when = serde_json::from_str("true").unwrap();
    (pack.rules[0].on, pack.rules[0].course, pack.rules[0].colour) = (On::Person, None, Some(Colour::Red));
    pack
}

/// A pack for a region that is red for everybody there.
pub(crate) fn all_red(region: &str) -> Pack {
    red_for_all(Pack { region: place(region), ..pack() })
}

/// A list that also has two signers of every kind for place 42.
pub(crate) fn with_hubei(version: u32) -> Vec<u8> {
    let mut list = list();
    for kind in [Kind::RulePack, Kind::RiskTable, Kind::Record, Kind::DayCertificate, Kind::Manifest] {
        list.keys.push(trusted("hubei-1", "hubei health commission", kind, Some("42")));
        list.keys.push(trusted("hubei-2", "hubei disease control", kind, Some("42")));
    }
    signed(&header(version, None), &list, &["root"])
}

/// What was in force, hour after hour: rules, table and manifest of each. By the first rules, which were soon withdrawn, who
/// was in Wuhan is red; whatever is taken of the others makes nobody red.
pub(crate) fn published() -> Vec<[Vec<u8>; 3]> {
    let table = |version: u32, code: &str| signed(&header(version, None), &high(code), &["risk", "risk-2"]);
    let pack = |version: u32, colour: Colour| {
        let mut pack: Pack = pack();
        pack.courses[1].steps[0].colour = colour;
        signed(&header(version, Some("3301")), &pack, &["rules-1", "rules-2"])
    };
    let states = [
        (pack(1, Colour::Red), table(1, "4201")),
        (pack(2, Colour::Yellow), table(2, "4202")),
        (pack(2, Colour::Yellow), table(3, "4201")),
        (pack(3, Colour::Yellow), table(4, "4201")),
        (pack(4, Colour::Yellow), table(5, "4203")),
    ];
    let number = |index: usize| u32::try_from(index).unwrap() + 1;
    let state = |(index, (pack, table)): (usize, (Vec<u8>, Vec<u8>))| {
        let manifest = manifest_of(number(index), &[pack.clone(), table.clone()]);
        [pack, table, manifest]
    };
    states.into_iter().enumerate().map(state).collect()
}

/// A manifest of this version that names these files.
pub(crate) fn manifest_of(version: u32, files: &[Vec<u8>]) -> Vec<u8> {
    let issued = time("2020-02-12T08:30:00+08:00");
    manifest_at(version, issued, files)
}

/// The same, issued at another moment.
pub(crate) fn manifest_at(version: u32, issued: Time, files: &[Vec<u8>]) -> Vec<u8> {
    manifest_by("manifest", version, issued, files)
}

/// The same, by another key.
pub(crate) fn manifest_by(key: &str, version: u32, issued: Time, files: &[Vec<u8>]) -> Vec<u8> {
    let header = Header { version, issued, expires: issued.plus(day(3)), place: None };
    signed(&header, &Manifest { files: files.iter().map(|file| named(file)).collect() }, &[key])
}

/// How a manifest names a file.
pub(crate) fn named(file: &[u8]) -> Named {
    fn of<T: Body>(file: &[u8]) -> Named {
        let (header, body) = read_unverified::<T>(file).unwrap();
        Named::of(&header, &body, file)
    }
    match Unverified::parse(file).unwrap().kind() {
        Kind::TrustList => of::<TrustList>(file),
        Kind::RulePack => of::<Pack>(file),
        Kind::RiskTable => of::<RiskTable>(file),
        Kind::ExposureList => of::<ExposureList>(file),
        kind => panic!("a manifest names no {kind}"),
    }
}

/// What the code of a venue in Hangzhou says on the day of [`now`].
pub(crate) fn venue_code() -> VenueCode {
    let master = MasterSeed(seed("venue"));
    let day = now().date(Offset::CHINA);
    VenueCode { place: place("330106004"), name: "西湖书店".into(), seed: master.seed(day) }
}

/// The text of a venue's code, as a screen shows it for a quarter of an hour.
pub(crate) fn shown_at(code: &VenueCode, from: Time) -> String {
    let from = Quarter::of(from).unwrap().start();
    let header = Header { version: 1, issued: from, expires: from.plus(Quarter::LENGTH), place: Some(place("3301")) };
    to_text(&signed(&header, code, &["venue"]))
}

/// A list that says that a venue was of high risk from one moment to another.
pub(crate) fn exposures(code: &VenueCode, from: Time, to: Time) -> Vec<u8> {
    let quarters = Quarter::of(from).unwrap().0..=Quarter::of(to.minus(Span::seconds(1))).unwrap().0;
    let tags = quarters.map(|number| (code.seed.tag(Quarter(number)), Level::High)).collect();
    signed(&header(1, Some("33")), &ExposureList::new(tags).unwrap(), &["exposure", "exposure-2"])
}

/// Rules that are red for who was at a venue at a listed time.
pub(crate) fn rules_of_venues() -> Vec<u8> {
    let mut pack: Pack = pack();
    let area: Rule = pack.rules[1].clone();
    let when = serde_json::from_str(r#"{">=":[{"var":"visit.exposure_level"},3]}"#).unwrap();
    pack.rules.push(Rule { id: "venue".into(), on: On::Visit, when, ..area });
    signed(&header(4, Some("3301")), &pack, &["rules-1", "rules-2"])
}

/// The manifest that names all that [`phone`] has.
pub(crate) fn manifest() -> Vec<u8> {
    manifest_of(9, &[trust_list(), rules(), risk()])
}

/// A record for the phone with that key.
pub(crate) fn record_for(name: &str) -> Record {
    let statuses = vec![StatusEntry { status: Status::Recovered, since: time("2020-02-01T00:00:00Z") }];
    Record {
        key: key(name).public(),
        statuses,
        exempt: Vec::new(),
        floor: None,
        tests: None,
        vaccinations: None,
        exemptions: None,
    }
}

pub(crate) fn record() -> Vec<u8> {
    signed(&header(2, Some("3301")), &record_for("phone"), &["record"])
}

/// A masked name and the last characters of a number; nobody's.
pub(crate) fn identity() -> Identity {
    Identity { name: "*例".into(), digits: "428X".into() }
}

/// A day certificate for that key: the phone's is `day`.
pub(crate) fn certificate_for(name: &str) -> DayCertificate {
    DayCertificate {
        key: key(name).public(),
        place: place("3301"),
        floor: Colour::Green,
        identity: identity(),
        issued: time("2020-02-12T08:00:00+08:00"),
        hours: 24,
        ground: None,
        number: None,
    }
}

pub(crate) fn certificate() -> Vec<u8> {
    certificate_for("day").sign(&key("certificate"))
}

/// What opens the mailbox of the phone's owner, and, of another name, somebody else's.
pub(crate) fn mailbox_key(name: &str) -> MailboxKey {
    MailboxKey::new(seed(&format!("mailbox of {name}")), 4).unwrap()
}

/// The certificate as an issuer with mailboxes answers with it.
pub(crate) fn answer_with(certificate: Vec<u8>) -> Vec<u8> {
    CertificateAnswer {
        certificate: Bytes(certificate),
        mailbox: mailbox_key("phone"),
        logged: None,
        record: None,
        person: None,
    }
    .sign(&key("certificate"))
}

/// What is said of a contact for two weeks.
pub(crate) fn contact() -> Notice {
    Notice { floor: Colour::Red, until: now().plus(day(14)), ground: Some("close-contact".into()) }
}

/// What is said where nothing is left to say.
pub(crate) fn lifted() -> Notice {
    Notice { floor: Colour::Green, until: now().plus(day(2)), ground: None }
}

/// The mailbox of the phone's owner as it was so many seconds after [`now`], with what is said of whom.
pub(crate) fn mailbox_of(after: i64, said: &[(&str, Notice)]) -> Mailbox {
    let (issued, salt) = (now().plus(Span::seconds(after)), [7; 16]);
    let mut entries = vec![[0x5a; ENTRY_BYTES], [0xa5; ENTRY_BYTES]];
    entries.extend(said.iter().map(|(name, notice)| mailbox_key(name).seal(issued, salt, notice).unwrap()));
    entries.sort_unstable();
    let number = mailbox_key("phone").number();
    Mailbox { issued, place: place("3301"), bits: 4, number, salt, entries: entries.concat() }
}

/// The same, signed.
pub(crate) fn mailbox(after: i64, said: &[(&str, Notice)]) -> Vec<u8> {
    mailbox_of(after, said).sign(&key("certificate"))
}

/// Answers to the questions of [`pack`].
pub(crate) fn answers(fever: bool) -> Answers {
    let temperature = Decimal::from_f64(if fever { 38.5 } else { 36.6 }).unwrap();
    Answers::from([
        ("fever".into(), Answer::YesNo(fever)),
        ("temperature".into(), Answer::Number(temperature)),
        ("home".into(), Answer::Text("330106".into())),
    ])
}

/// A phone with its keys and every file.
pub(crate) fn phone() -> Holder {
    let mut holder = Holder::new(roots());
    holder.create_key(&seed("phone")).unwrap();
    for file in [trust_list(), manifest(), rules(), risk()] {
        holder.load(&file, now()).unwrap();
    }
    holder.certificate_request(identity(), &seed("day"), now()).unwrap();
    holder.load(&certificate(), now()).unwrap();
    holder
}

/// So many days.
pub(crate) fn day(count: i64) -> Span {
    Span::days(count)
}

/// The code of the error.
pub(crate) fn code_of<T, E: Coded>(result: Result<T, E>) -> &'static str {
    result.err().unwrap().code()
}
