//! What the fuzzers begin with: the vectors, the packs and the files of the tests' own authority, in the form that each
//! target takes.

use std::fs;
use std::path::{Path, PathBuf};

use healthcode::authoring::source::PackSource;
use healthcode::cbor::to_bytes;
use healthcode::checkpoint::Checkpoint;
use healthcode::code::wire::from_text;
use healthcode::facts::{Answers, Report, Visit};
use healthcode::log::make::{checkpoint, signature};
use healthcode::log::note::Signs;
use healthcode::log::tiles::bundle;
use healthcode::log::tree::{leaf_hash, node_hash};
use healthcode::log::witness::Request;
use healthcode::log::{Leaf, LogProof, LoggedDay, NoteKey, TreeHead};
use healthcode::rules::pack::Pack;
use healthcode::trust::file::read_unverified;
use healthcode::trust::{Manifest, Unverified};
use serde_json::Value as Json;

use crate::authority;

/// A seed's name and bytes.
pub type Seed = (String, Vec<u8>);

fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().find(|folder| folder.join("rules/packs").is_dir()).unwrap().into()
}

fn json(path: &str) -> Json {
    serde_json::from_str(&fs::read_to_string(project().join(path)).unwrap()).unwrap()
}

fn hex(value: &Json) -> Vec<u8> {
    let text = value.as_str().unwrap();
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

fn cases(vectors: &Json) -> impl Iterator<Item = (String, &Json)> {
    vectors["cases"].as_array().unwrap().iter().map(|case| (case["name"].as_str().unwrap().to_owned(), case))
}

/// Every signed file of the vectors: with a flaw or without.
fn files() -> Vec<Seed> {
    let vectors = json("tests/vectors/signed/files.json");
    let whole = vectors["files"].as_object().unwrap().iter().map(|(name, file)| (name.clone(), hex(file)));
    let flawed = cases(&vectors).map(|(name, case)| (format!("flaw-{name}"), hex(&case["file"])));
    let journey = json("tests/vectors/signed/journey.json");
    let real = ["rules", "risk", "trust_list", "certificate", "request"];
    whole.chain(flawed).chain(real.map(|name| (format!("journey-{name}"), hex(&journey[name])))).collect()
}

/// The payloads of those that are envelopes of a kind.
fn payloads(kind: &str) -> Vec<Seed> {
    let requests = json("tests/vectors/signed/requests.json");
    let requests = cases(&requests).map(|(name, case)| (format!("request-{name}"), hex(&case["request"]))).collect();
    let of_kind = |(name, file): &Seed| {
        let envelope = Unverified::parse(file).ok().filter(|envelope| envelope.kind().name() == kind)?;
        Some((name.clone(), envelope.payload().to_vec()))
    };
    [files(), requests].iter().flatten().filter_map(of_kind).collect()
}

/// The content behind the header of a file's payload.
fn bodies(kind: &str) -> Vec<Seed> {
    let body = |(name, payload): Seed| {
        // A map of two whose second key is 1: the content is what remains when the header is skipped.
        let mut decoder = minicbor::Decoder::new(&payload);
        (decoder.map().ok()? == Some(2) && decoder.u8().ok()? == 0).then_some(())?;
        decoder.skip().ok()?;
        (decoder.u8().ok()? == 1).then(|| (name, payload[decoder.position()..].to_vec()))
    };
    payloads(kind).into_iter().filter_map(body).collect()
}

fn packs() -> Vec<Seed> {
    let folders = fs::read_dir(project().join("rules/packs")).unwrap().map(|folder| folder.unwrap().path());
    folders
        .map(|folder| {
            let name = folder.file_name().unwrap().to_string_lossy().into_owned();
            (name, fs::read(folder.join("pack.toml")).unwrap())
        })
        .collect()
}

/// Every string of a pack that stands behind `when =` or `show-if =`.
fn conditions() -> Vec<Seed> {
    let mut found = Vec::new();
    for (pack, text) in packs() {
        let text = String::from_utf8(text).unwrap();
        for (number, part) in text.split("\nwhen = ").chain(text.split("\nshow-if = ")).enumerate() {
            let quote = ["\"\"\"", "\"", "'"].into_iter().find(|quote| part.starts_with(quote));
            let condition = quote.and_then(|quote| part[quote.len()..].split(quote).next());
            found.extend(condition.map(|condition| (format!("{pack}-{number}"), condition.as_bytes().to_vec())));
        }
    }
    let language = fs::read_to_string(project().join("rules/LANGUAGE.md")).unwrap();
    let examples = language.split("```rule\n").skip(1).filter_map(|rest| rest.split("```").next());
    found.extend(examples.enumerate().map(|(number, text)| (format!("language-{number}"), text.as_bytes().to_vec())));
    found
}

fn rules() -> Vec<Seed> {
    let mut found = Vec::new();
    for file in fs::read_dir(project().join("tests/vectors/certlogic")).unwrap() {
        let file: Json = serde_json::from_slice(&fs::read(file.unwrap().path()).unwrap()).unwrap();
        for (number, case) in file["cases"].as_array().unwrap().iter().enumerate() {
            let seed = serde_json::json!({"logic": case["logic"], "data": case["data"]});
            found.push((format!("{}-{number}", file["operation"].as_str().unwrap()), seed.to_string().into_bytes()));
        }
    }
    found
}

fn texts() -> Vec<Seed> {
    let vectors = json("tests/vectors/signed/codes.json");
    let texts: Vec<_> = cases(&vectors).map(|(name, case)| (name, case["text"].as_str().unwrap().to_owned())).collect();
    let mut found = Vec::new();
    for (name, text) in texts {
        if let Ok(envelope) = from_text(&text) {
            let claims = Unverified::parse(&envelope).ok().map(|envelope| [&[2], envelope.payload()].concat());
            found.extend(claims.map(|claims| (format!("claims-{name}"), claims)));
            found.push((format!("envelope-{name}"), [&[1], envelope.as_slice()].concat()));
        }
        found.push((format!("text-{name}"), [&[0], text.as_bytes()].concat()));
    }
    found
}

fn people() -> Vec<Seed> {
    let folder = project().join("rules/data/2020-02-china/people");
    let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    files.map(|path| (path.file_stem().unwrap().to_string_lossy().into_owned(), fs::read(path).unwrap())).collect()
}

/// Packs with the facts of one of their cases behind them.
fn packs_with_facts() -> Vec<Seed> {
    let mut found = bodies("rule-pack");
    let person = json("rules/data/2020-02-china/people/green-yuhang.json");
    let diary: Vec<Visit> = serde_json::from_value(person["diary"].clone()).unwrap();
    let reports = vec![Report { at: authority::now(), answers: authority::answers(true), given_for: None }];
    let facts = [to_bytes(&reports), to_bytes(&diary), to_bytes(&authority::risk_table())].concat();
    found.push(("trial".into(), [to_bytes(&authority::pack()), facts].concat()));
    for (name, text) in packs() {
        let source = PackSource::parse(std::str::from_utf8(&text).unwrap()).unwrap();
        let mut cases = source.cases.iter().enumerate().filter(|(_, case)| case.facts.risk.is_some());
        for (number, case) in cases.by_ref().take(3) {
            let risk = healthcode::risk::RiskTable::new(case.facts.risk.clone().unwrap()).unwrap();
            let facts = (to_bytes(&case.facts.reports), to_bytes(&case.facts.diary), to_bytes(&risk));
            let seed = [to_bytes(&source.to_pack()), facts.0, facts.1, facts.2].concat();
            found.push((format!("{name}-{number}"), seed));
        }
    }
    found
}

/// A seed for the reader of one type in the target `cbor`.
fn typed() -> Vec<Seed> {
    let report = Report { at: authority::now(), answers: authority::answers(true), given_for: None };
    let person = json("rules/data/2020-02-china/people/green-yuhang.json");
    let diary: Vec<Visit> = serde_json::from_value(person["diary"].clone()).unwrap();
    let pack = authority::pack();
    let values = [
        to_bytes(&authority::list()),
        to_bytes(&pack),
        to_bytes(&authority::risk_table()),
        to_bytes(&authority::record_for("phone")),
        to_bytes(&authority::certificate_for("day")),
        payloads("certificate-request").remove(0).1,
        payloads("code").into_iter().map(|(_, payload)| payload).next().unwrap_or_default(),
        to_bytes(pack.rules[0].when.expression()),
        to_bytes(&pack.rules[1].when),
        to_bytes::<Answers>(&report.answers),
        to_bytes(&report),
        to_bytes(&diary[0]),
        to_bytes(&authority::header(3, Some("3301"))),
        to_bytes(&authority::identity()),
        to_bytes(&pack.questions[1]),
        to_bytes(report.answers.get("temperature").unwrap()),
        to_bytes(&authority::now()),
        vec![0x19, 0x47, 0x8e],
        to_bytes(&pack.window),
        to_bytes(&pack.utc_offset),
        to_bytes(&vec![pack.region]),
        bodies("manifest").remove(0).1,
        to_bytes(&authority::named(&authority::rules())),
        bodies("exposure-list").remove(0).1,
        to_bytes(&authority::venue_code()),
        to_bytes(&log_leaf()),
    ];
    let numbered = values.into_iter().zip(0u8..);
    numbered.map(|(value, number)| (format!("type-{number:02}"), [&[number], value.as_slice()].concat())).collect()
}

fn states() -> Vec<Seed> {
    let vectors = json("tests/vectors/signed/states.json");
    let content = |(name, case): (String, &Json)| {
        let saved = hex(&case["saved"]);
        Some((name, saved.get(1..saved.len().checked_sub(8)?)?.to_vec()))
    };
    let mut found: Vec<_> = cases(&vectors).filter_map(content).collect();
    let mut phone = authority::phone();
    phone.submit(authority::answers(false), authority::now()).unwrap();
    let saved = phone.save();
    found.push(("phone".into(), saved[1..saved.len() - 8].to_vec()));
    found
}

fn checkpoints() -> Vec<Seed> {
    let mut gate = Checkpoint::new(authority::roots());
    let mut found = Vec::new();
    let mut note = |name: &str, gate: &Checkpoint| {
        let saved = gate.save();
        found.push((name.to_owned(), saved[1..saved.len() - 8].to_vec()));
    };
    note("new", &gate);
    gate.load(&authority::trust_list(), authority::now()).unwrap();
    note("with-a-list", &gate);
    gate.load(&authority::manifest(), authority::now()).unwrap();
    note("with-a-manifest", &gate);
    found
}

fn manifests() -> Vec<Seed> {
    let several = authority::manifest_of(3, &[authority::rules(), authority::risk()]);
    let several = read_unverified::<Manifest>(&several).unwrap().1;
    let mut found = bodies("manifest");
    found.push(("several".into(), to_bytes(&several)));
    found
}

/// The same as for `pack`, behind each choice of what is known besides; and two packs.
fn packs_ahead() -> Vec<Seed> {
    let mut found = Vec::new();
    for (number, (name, seed)) in packs_with_facts().into_iter().enumerate() {
        let what = u8::try_from(number % 8).unwrap() * 2;
        found.push((name.clone(), [&[what, 0], seed.as_slice()].concat()));
        found.push((format!("{name}-later"), [&[what, 37], seed.as_slice()].concat()));
        if name == "trial" {
            let next = Pack { valid_from: authority::now().plus(authority::day(2)), ..authority::pack() };
            found.push(("two-packs".into(), [&[1, 0], to_bytes(&next).as_slice(), seed.as_slice()].concat()));
        }
    }
    found
}

fn names() -> Vec<Seed> {
    let people = [
        "张三丰\n11010519491231002X",
        "Anna Lena Maria\nE12345678",
        "*丰\n002X",
        "A* L*\n5678",
        "محمد علی\n1234567",
        "*\u{3164}\n428X",
        "张\u{3164}\n428X",
    ];
    let signers =
        ["health commission", "杭州市卫生健康委员会", "cdc (hangzhou), branch 2", "Health  Commission", "сdс"];
    people
        .iter()
        .chain(&signers)
        .enumerate()
        .map(|(number, name)| (format!("name-{number}"), name.as_bytes().to_vec()))
        .collect()
}

fn log_leaf() -> Leaf {
    let date = authority::now().date(healthcode::calendar::Offset::CHINA);
    Leaf::Day(LoggedDay { date, root: leaf_hash(b"day"), counts: Vec::new(), further: None, endorsed: None })
}

/// A log of two leaves, its proof of one, what its witness is asked, and a policy.
fn log_texts() -> Vec<Seed> {
    let key = |name: &str, signs| NoteKey::new(name, signs, authority::key(name).public()).unwrap();
    let (log, witness) = (key("log", Signs::Text), key("witness", Signs::Witnessed));
    let (leaf, beside) = (leaf_hash(&to_bytes(&log_leaf())), leaf_hash(b"beside"));
    let head = TreeHead { origin: "log".into(), size: 2, root: node_hash(&leaf, &beside) };
    let mut note = checkpoint(&head, &log, &authority::key("log"));
    note.signatures.push(signature(&note, &witness, &authority::key("witness"), 1_581_469_200));
    let request = Request { old: 1, path: vec![beside], note: note.clone() };
    let proof = LogProof { index: 0, path: vec![beside], note: note.clone() };
    let policy = format!("# a log\nlog {log} https://log.example/\nwitness w {witness}\ngroup g any w\nquorum g\n");
    let go = json("tests/vectors/log/vectors.json")["note"]["note"].as_str().unwrap().to_owned();
    let texts = [note.to_string(), request.to_string(), proof.to_string(), policy, log.to_string(), go];
    texts.into_iter().zip(0..).map(|(text, number)| (format!("log-{number}"), text.into_bytes())).collect()
}

/// A tile of three hashes, and a bundle of as many leaves.
fn log_tiles() -> Vec<Seed> {
    let hashes: Vec<u8> = [&b"one"[..], b"two", b""].iter().flat_map(|leaf| leaf_hash(leaf).0).collect();
    let leaves = bundle([&b"one"[..], b"two", b""]).unwrap();
    vec![
        ("hashes".into(), [&[0, 2], hashes.as_slice()].concat()),
        ("leaves".into(), [&[64, 2], leaves.as_slice()].concat()),
    ]
}

/// The table that the deltas of the vectors are for.
pub fn delta_base() -> Vec<u8> {
    hex(&json("tests/vectors/signed/deltas.json")["base"])
}

fn deltas() -> Vec<Seed> {
    let vectors = json("tests/vectors/signed/deltas.json");
    cases(&vectors).map(|(name, case)| (name, hex(&case["delta"]))).collect()
}

/// What is signed of a mailbox and of an answer, and what is sealed.
fn mailboxes() -> Vec<Seed> {
    let payload = |file: Vec<u8>| Unverified::parse(&file).unwrap().payload().to_vec();
    let mailbox = authority::mailbox(0, &[("phone", authority::contact()), ("another", authority::lifted())]);
    vec![
        ("mailbox".into(), payload(mailbox)),
        ("answer".into(), payload(authority::answer_with(authority::certificate()))),
        ("contact".into(), to_bytes(&authority::contact())),
        ("lifted".into(), to_bytes(&authority::lifted())),
    ]
}

/// Lists of withdrawn certificates: whole ones, and the draft's arrays behind their bits.
fn lists_of_withdrawn() -> Vec<Seed> {
    let vectors = json("tests/vectors/signed/statuses.json");
    let lists = vectors["lists"].as_array().unwrap().iter();
    let whole = lists.map(|case| (case["name"].as_str().unwrap().to_owned(), hex(&case["list"])));
    let draft = json("tests/vectors/status/draft.json");
    let arrays = draft["cases"].as_array().unwrap().iter().map(|case| {
        let read: healthcode::code::status::Statuses = healthcode::cbor::from_bytes(&hex(&case["cbor"])).unwrap();
        (case["section"].as_str().unwrap().to_owned(), [&[read.bits], &read.compressed[..]].concat())
    });
    whole.chain(arrays).filter(|(_, bytes)| bytes.len() < 4_096).collect()
}

/// Venues' codes: texts, and what is signed in them.
fn venues() -> Vec<Seed> {
    let code = authority::venue_code();
    let text = authority::shown_at(&code, authority::now());
    let file = healthcode::venue::code::from_text(&text).unwrap();
    let payload = Unverified::parse(&file).unwrap().payload().to_vec();
    vec![("text".into(), text.into_bytes()), ("payload".into(), payload)]
}

/// The seeds of a target.
pub fn of(target: &str) -> Vec<Seed> {
    let seeds = match target {
        "cbor" => typed(),
        "envelope" => files(),
        "trust_list" => payloads("trust-list"),
        "pack" => packs_with_facts(),
        "risk" => bodies("risk-table"),
        "exposures" => bodies("exposure-list"),
        "mailbox" => mailboxes(),
        "venue" => venues(),
        "delta" => deltas(),
        "certificate" => [payloads("day-certificate"), payloads("certificate-request")].concat(),
        "statuses" => lists_of_withdrawn(),
        "code" => texts(),
        "holder" => states(),
        "certlogic" => rules(),
        "condition_text" => conditions(),
        "pack_source" => packs(),
        "facts" => people(),
        "manifest" => manifests(),
        "checkpoint" => checkpoints(),
        "loads" => crate::loads::seeds(),
        "forecast" => packs_ahead(),
        "names" => names(),
        "log_text" => log_texts(),
        "log_tile" => log_tiles(),
        _ => Vec::new(),
    };
    // A name is a file's.
    let plain = |name: String| name.replace(|c: char| !c.is_ascii_alphanumeric(), "-");
    seeds.into_iter().map(|(name, bytes)| (plain(name), bytes)).collect()
}

/// Writes the seeds of a target into the folder in which its fuzzer looks for what to begin with.
#[allow(dead_code, reason = "only fuzzers need it")]
pub fn write(target: &str) {
    let folder = project().join("tests/fuzz/corpus").join(target);
    fs::create_dir_all(&folder).unwrap();
    for (name, bytes) in of(target).into_iter().chain(regressions(target)) {
        fs::write(folder.join(name), bytes).unwrap();
    }
}

/// What once broke a target, and must not again.
pub fn regressions(target: &str) -> Vec<Seed> {
    let folder = project().join("tests/fuzz/regressions").join(target);
    let files = fs::read_dir(folder).into_iter().flatten().map(|file| file.unwrap().path());
    files.map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read(path).unwrap())).collect()
}
