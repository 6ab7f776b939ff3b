//! What a hostile server can answer: files that real keys have signed, and what a phone that asks for them must make of it. The
//! packed package is tried on them in `tests/npm/engine/attacks.test.mjs`; natively, `tests/attacks` says the same.

use std::collections::BTreeMap;

use healthcode::colour::Colour;
use healthcode::facts::Record;
use healthcode::limits::TRUST_LIST_DAYS;
use healthcode::risk::RiskTable;
use healthcode::rules::pack::{Lane, On, Pack};
use healthcode::trust::{Header, Kind, Manifest, Roots, TrustList};
use sha2::{Digest, Sha256};

use crate::authority::*;
use crate::format::{Attack, Attacks, Hex, Round, Served};

const RULES: [&str; 2] = ["rules-1", "rules-2"];
const RISK: [&str; 2] = ["risk", "risk-2"];
const HUBEI: [&str; 2] = ["hubei-1", "hubei-2"];

/// The files of all cases, each once, by a name.
#[derive(Default)]
struct Files(BTreeMap<String, Hex>);

impl Files {
    fn name(&mut self, bytes: &[u8]) -> String {
        let name = format!("{:?}", Hex(Sha256::digest(bytes)[..6].to_vec()));
        self.0.insert(name.clone(), Hex(bytes.to_vec()));
        name
    }

    /// A server that has this trust list, and a manifest, and the files that it names.
    fn served(&mut self, list: &[u8], manifest: Option<&[u8]>, files: &[&[u8]]) -> Served {
        let list = self.name(list);
        let manifest = manifest.map(|manifest| self.name(manifest));
        let files = files.iter().map(|file| self.name(file)).collect();
        Served { list, manifest, files, instead: BTreeMap::new() }
    }
}

/// One attack in the making.
struct Case<'a> {
    files: &'a mut Files,
    name: &'static str,
    roots: Roots,
    before: Served,
    traveller: bool,
    list: Vec<u8>,
    rounds: Vec<Round>,
}

/// What is asked of a phone after a round.
type Expected<'a> = (&'a [&'a str], Colour, u32);

/// The rules that were in force still are, and say this.
const fn green<'a>(problems: &'a [&'a str]) -> Expected<'a> {
    (problems, Colour::Green, 3)
}

const fn red<'a>(problems: &'a [&'a str]) -> Expected<'a> {
    (problems, Colour::Red, 3)
}

impl<'a> Case<'a> {
    fn of(files: &'a mut Files, name: &'static str) -> Self {
        let before = files.served(&trust_list(), Some(&manifest()), &[&rules(), &risk()]);
        Self { files, name, roots: roots(), before, traveller: false, list: trust_list(), rounds: Vec::new() }
    }

    /// Of somebody who was in Wuhan three days ago.
    fn of_a_traveller(files: &'a mut Files, name: &'static str) -> Self {
        Self { traveller: true, ..Self::of(files, name) }
    }

    /// Of an app that pins three roots, of which two must sign.
    fn of_two_roots(files: &'a mut Files, name: &'static str) -> Self {
        let roots = three();
        let list = signed(&header(5, None), &TrustList { roots: roots.clone(), ..list() }, &["root", "root-2"]);
        let before = files.served(&list, Some(&manifest_of(9, &[rules(), risk()])), &[&rules(), &risk()]);
        Self { roots, before, list, ..Self::of(files, name) }
    }

    fn list(&mut self, list: Vec<u8>) -> &mut Self {
        self.list = list;
        self
    }

    fn served(&mut self, served: Served, hours: i64, (problems, colour, rules): Expected) -> &mut Round {
        self.rounds.push(Round {
            now: now().plus(healthcode::calendar::Span::seconds(hours * 3_600)).to_string(),
            served,
            problems: problems.iter().map(|code| (*code).to_owned()).collect(),
            colour: colour.name().into(),
            rules,
            unasked: Vec::new(),
        });
        self.rounds.last_mut().unwrap()
    }

    /// The manifest names what was in force, and these.
    fn offer(&mut self, version: u32, more: &[&[u8]], expected: Expected) -> &mut Round {
        let all: Vec<Vec<u8>> = [rules(), risk()].into_iter().chain(more.iter().map(|file| file.to_vec())).collect();
        self.publish(&manifest_of(version, &all), more, expected)
    }

    /// This manifest, and these files beside those that were in force.
    fn publish(&mut self, manifest: &[u8], more: &[&[u8]], expected: Expected) -> &mut Round {
        let (rules, risk) = (rules(), risk());
        let all: Vec<&[u8]> = [&*rules, &*risk].into_iter().chain(more.iter().copied()).collect();
        let list = self.list.clone();
        let served = self.files.served(&list, Some(manifest), &all);
        self.served(served, 0, expected)
    }

    /// No manifest, and this trust list.
    fn only_list(&mut self, list: &[u8], expected: Expected) -> &mut Round {
        let served = self.files.served(list, None, &[]);
        self.served(served, 0, expected)
    }

    fn done(self) -> Attack {
        let Self { name, roots, before, traveller, rounds, .. } = self;
        Attack { name: name.into(), roots, before, traveller, rounds }
    }
}

fn three() -> Roots {
    root_keys(&["root", "root-2", "root-3"], 2)
}

/// A manifest by any key, for so many days.
fn manifest_by(version: u32, place: Option<&str>, days: i64, files: &[Vec<u8>], by: &[&str]) -> Vec<u8> {
    let header = Header { issued: now(), expires: now().plus(day(days)), ..header(version, place) };
    signed(&header, &Manifest { files: files.iter().map(|file| named(file)).collect() }, by)
}

fn altered(bytes: &[u8], at: usize) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes[at] ^= 1;
    bytes
}

fn with_third_rules_key() -> TrustList {
    let mut list = list();
    list.keys.push(trusted("rules-3", "province", Kind::RulePack, Some("33")));
    list
}

fn rows(files: &mut Files) -> Vec<Attack> {
    let mut cases = Vec::new();

    let mut case = Case::of(files, "row 1: keys of one province sign what is about another");
    let rules_for_us = signed(&header(9, Some("42")), &all_red("3301"), &HUBEI);
    let table = signed(&header(9, Some("42")), &high("3301"), &HUBEI);
    let theirs = signed(&header(9, Some("42")), &Pack { region: place("42"), ..pack() }, &HUBEI);
    case.list(with_hubei(6));
    let first = manifest_of(10, &[with_hubei(6), rules(), risk(), rules_for_us.clone(), table.clone()]);
    let (out, elsewhere) = ("file-out-of-place", "holder-file-elsewhere");
    case.publish(&first, &[&rules_for_us, &table], green(&[out, out]));
    // What was named and is not taken is missing, and asked for each time.
    let (by_them, of_theirs) = (&[out, out, out][..], &[elsewhere, out, out][..]);
    case.publish(&manifest_by(11, Some("42"), 3, &[rules()], &["hubei-1"]), &[&rules_for_us, &table], green(by_them));
    let of_them = manifest_by(11, Some("42"), 3, std::slice::from_ref(&theirs), &["hubei-1"]);
    case.publish(&of_them, &[&rules_for_us, &table, &theirs], green(of_theirs));
    cases.push(case.done());

    let mut case = Case::of_a_traveller(files, "row 2: honest files of another region take the place of ours");
    let empty = signed(&header(9, Some("65")), &RiskTable::default(), &RISK);
    case.list(with_hubei(6));
    let first = manifest_of(10, &[with_hubei(6), rules(), risk(), empty.clone()]);
    case.publish(&first, &[&empty], red(&[]));
    case.publish(&manifest_of(11, &[rules(), empty.clone()]), &[&empty], (&[], Colour::Grey, 3));
    case.offer(12, &[&theirs], red(&[])).unasked.push(files_name(&theirs));
    let wide = signed(&header(1, Some("33")), &all_red("3301"), &RULES);
    case.offer(13, &[&wide], red(&["file-rollback"]));
    let narrow = signed(&header(1, Some("330106")), &all_red("330106"), &RULES);
    case.offer(14, &[&narrow], red(&[])).unasked.push(files_name(&narrow));
    cases.push(case.done());

    let mut case = Case::of(files, "row 3: the same version comes again with other content");
    let other = signed(&header(5, None), &TrustList { keys: Vec::new(), ..list() }, &["root"]);
    case.only_list(&other, green(&["file-rollback", "network-status"]));
    let same = manifest_of(9, &[rules()]);
    case.publish(&same, &[], green(&["file-rollback"]));
    let table = signed(&header(7, None), &RiskTable::default(), &RISK);
    case.offer(10, &[&table], green(&["file-rollback"]));
    cases.push(case.done());

    let mut case = Case::of(files, "row 5: a stolen key signs the highest version there is");
    let (all, mut honest) = ([rules(), risk()], list());
    honest.keys.retain(|entry| entry.key != key("manifest").public());
    honest.keys.push(trusted("manifest-2", "publisher", Kind::Manifest, None));
    let honest = signed(&header(6, None), &honest, &["root"]);
    case.publish(&manifest_by(u32::MAX, None, 3, &all, &["manifest"]), &[], green(&[]));
    case.publish(&manifest_of(10, &all), &[], green(&["file-rollback"]));
    case.list(honest).publish(&manifest_by(10, None, 3, &all, &["manifest-2"]), &[], green(&[]));
    cases.push(case.done());

    let mut case = Case::of(files, "row 6: rules are announced ahead");
    let next = Pack { valid_from: now().plus(day(2)), ..all_red("3301") };
    let next = signed(&header(4, Some("3301")), &next, &RULES);
    case.offer(10, &[&next], green(&[]));
    let announced = case.rounds[0].served.clone();
    case.served(announced.clone(), 47, green(&[]));
    case.served(announced, 48, (&[], Colour::Red, 4));
    cases.push(case.done());

    let mut case =
        Case::of(files, "row 6: announced rules are withdrawn, and the phone hears of it when they would have begun");
    case.offer(10, &[&next], green(&[]));
    let announced = case.rounds[0].served.clone();
    case.served(announced, 48, (&[], Colour::Red, 4));
    let issued = now().plus(healthcode::calendar::Span::seconds(40 * 3_600));
    let withdrawn = manifest_at(11, issued, &[rules(), risk()]);
    let withdrawn = case.files.served(&trust_list(), Some(&withdrawn), &[&rules(), &risk()]);
    case.served(withdrawn, 49, green(&[]));
    cases.push(case.done());

    let mut case = Case::of(files, "row 6: an emergency pack ends");
    let third = signed(&header(6, None), &with_third_rules_key(), &["root"]);
    let emergency = Pack { lane: Lane::Emergency, valid_from: now(), id: "emergency".into(), ..all_red("3301") };
    let short = Header { issued: now(), expires: now().plus(day(1)), ..header(1, Some("3301")) };
    let emergency = signed(&short, &emergency, &["rules-1", "rules-2", "rules-3"]);
    let first = manifest_of(11, &[third.clone(), rules(), risk(), emergency.clone()]);
    case.list(third.clone()).publish(&first, &[&emergency], (&[], Colour::Red, 1));
    let ended = case.rounds[0].served.clone();
    case.served(ended, 24, green(&[]));
    cases.push(case.done());

    let mut case = Case::of(files, "row 7: files are valid for ever");
    let issued = header(1, None).issued;
    let century = time("2100-01-01T00:00:00Z");
    let for_ever = |version, region| Header { issued, expires: century, ..header(version, region) };
    let pack_for_ever = signed(&for_ever(9, Some("3301")), &all_red("3301"), &RULES);
    let table_for_ever = signed(&for_ever(9, None), &high("00"), &RISK);
    let ten_days = Header { expires: issued.plus(day(10)), ..header(9, Some("3301")) };
    let emergency = Pack { lane: Lane::Emergency, id: "emergency".into(), ..all_red("3301") };
    let emergency = signed(&ten_days, &emergency, &["rules-1", "rules-2", "rules-3"]);
    let long = "file-long-lived";
    case.list(third.clone());
    let named = [third.clone(), rules(), risk(), pack_for_ever.clone(), table_for_ever.clone(), emergency.clone()];
    let offered: [&[u8]; 3] = [&pack_for_ever, &table_for_ever, &emergency];
    case.publish(&manifest_of(10, &named), &offered, green(&[long, long, long]));
    case.publish(&manifest_by(11, None, 7, &[rules()], &["manifest"]), &offered, green(&[long, long, long, long]));
    let list_for_ever = signed(&for_ever(9, None), &list(), &["root"]);
    case.list(list_for_ever.clone()).publish(&manifest_of(12, &[list_for_ever, rules(), risk()]), &[], green(&[long]));
    let longest = Header { issued, expires: issued.plus(day(TRUST_LIST_DAYS)), ..header(9, None) };
    let longest = signed(&longest, &with_third_rules_key(), &["root"]);
    // A key that has retired dates a file back: whoever serves it, no manifest names it.
    let back = Header { issued: time("2020-01-20T00:00:00Z"), ..header(9, Some("3301")) };
    let back = signed(&back, &all_red("3301"), &["rules-retired", "rules-1"]);
    let next = signed(&header(8, None), &high("4202"), &RISK);
    let last = manifest_of(13, &[longest.clone(), rules(), risk(), next.clone()]);
    let replaced = [(files_name(&next), files_name(&back))];
    let round = case.list(longest).publish(&last, &[&next, &back], green(&["file-not-in-manifest"]));
    round.served.instead.extend(replaced);
    cases.push(case.done());

    let mut case = Case::of(files, "row 8: one file that is missing keeps none of the others out");
    let next = signed(&header(8, None), &high("330106"), &RISK);
    let never_comes = signed(&header(4, Some("3301")), &all_red("3301"), &RULES);
    let list = signed(&header(6, None), &with_third_rules_key(), &["root"]);
    let named = manifest_of(10, &[list.clone(), never_comes, next.clone()]);
    case.list(list).publish(&named, &[&next], green(&["network-status"]));
    cases.push(case.done());

    let mut case = Case::of_two_roots(files, "row 9: one root signs for two");
    let by = |keys: &[&str], roots| signed(&header(6, None), &TrustList { roots, ..crate::authority::list() }, keys);
    let (missing, others) = ("network-status", "trust-other-roots");
    case.only_list(&by(&["root"], three()), green(&[others, missing]));
    case.only_list(&by(&["root"], root_keys(&["root"], 1)), green(&[others, missing]));
    case.only_list(&by(&["root", "root-2"], root_keys(&["root", "root"], 2)), green(&["file-malformed", missing]));
    case.only_list(&by(&["root", "root-3"], three()), green(&[missing]));
    cases.push(case.done());

    let mut case = Case::of(files, "row 9: one signer counts twice under another name");
    for other in ["Health Commission", " health commission ", "ｈealth commission", "hеalth commission", ""] {
        let mut list = crate::authority::list();
        list.keys[2].signer = other.into();
        case.only_list(&signed(&header(6, None), &list, &["root"]), green(&["file-malformed", missing]));
    }
    cases.push(case.done());

    let mut case = Case::of(files, "row 10: a bad signature stands beside enough good ones");
    let bytes = signed(&header(4, Some("3301")), &pack(), &["rules-1", "rules-2", "rules-1b"]);
    let bytes = altered(&bytes, bytes.len() - 1);
    case.publish(&manifest_of(10, &[bytes.clone(), risk()]), &[&bytes], (&[], Colour::Green, 4));
    cases.push(case.done());

    let mut case = Case::of(files, "row 11: one risk signer turns everybody red");
    let country = signed(&header(9, None), &high("00"), &["risk"]);
    case.offer(10, &[&country], green(&["file-too-few-signers"]));
    cases.push(case.done());

    let mut case = Case::of_a_traveller(files, "row 13: a pack that takes more steps than there are");
    let mut costly = pack();
    // Loops within loops: 60 to the power of five.
    let items = vec!["1"; 60].join(",");
    let counts =
        (0..5).fold(r#"{"var":"accumulator"}"#.to_owned(), |step, _| format!(r#"{{"reduce":[[{items}],{step},0]}}"#));
    (costly.rules[1].on, costly.rules[1].course, costly.rules[1].colour) = (On::Person, None, Some(Colour::Red));
    costly.rules[1].when = serde_json::from_str(&counts).unwrap();
    let costly = signed(&header(4, Some("3301")), &costly, &RULES);
    case.publish(&manifest_of(10, &[costly.clone(), risk()]), &[&costly], (&[], Colour::Grey, 4));
    let honest = signed(&header(5, Some("3301")), &pack(), &RULES);
    case.publish(&manifest_of(11, &[honest.clone(), risk()]), &[&honest], (&[], Colour::Red, 5));
    cases.push(case.done());

    let mut case = Case::of(files, "row 17: a signer's name steers the screen");
    for hidden in ["c\u{1b}[2Jdc", "c\u{9b}dc", "c\u{202e}dc", "c\u{2066}dc"] {
        let mut list = crate::authority::list();
        list.keys[0].signer = hidden.into();
        case.only_list(&signed(&header(6, None), &list, &["root"]), green(&["file-malformed", missing]));
    }
    cases.push(case.done());
    cases
}

/// How [`Files`] names a file.
fn files_name(bytes: &[u8]) -> String {
    Files::default().name(bytes)
}

fn tuf(files: &mut Files) -> Vec<Attack> {
    let mut cases = Vec::new();
    let table = |version| signed(&header(version, None), &high("00"), &RISK);

    let mut case = Case::of(files, "TUF: arbitrary installation");
    let stranger = signed(&header(8, None), &high("00"), &["stranger", "another stranger"]);
    case.offer(10, &[&stranger], green(&["file-unknown-key"]));
    let next = signed(&header(8, None), &high("4202"), &RISK);
    let altered = altered(&next, next.len() / 2);
    let replaced = [(files_name(&next), files_name(&altered))];
    let named = manifest_of(11, &[rules(), risk(), next.clone()]);
    case.publish(&named, &[&next, &altered], green(&["file-bad-signature"])).served.instead.extend(replaced);
    cases.push(case.done());

    let mut case = Case::of(files, "TUF: endless data");
    let longer = [&next[..], &[0]].concat();
    let replaced = [(files_name(&next), files_name(&longer))];
    case.publish(
        &manifest_of(10, &[rules(), risk(), next.clone()]),
        &[&next, &longer],
        green(&["file-not-in-manifest"]),
    )
    .served
    .instead
    .extend(replaced);
    cases.push(case.done());

    let mut case = Case::of(files, "TUF: extraneous dependencies");
    let more = table(8);
    case.publish(&manifest_of(10, &[rules(), risk()]), &[&more], green(&[])).unasked.push(files_name(&more));
    cases.push(case.done());

    let mut case = Case::of(files, "TUF: indefinite freeze");
    let same = case.before.clone();
    case.served(same.clone(), 13, green(&[]));
    case.served(same.clone(), 71, green(&[]));
    case.served(same, 72, (&[], Colour::Grey, 3));
    cases.push(case.done());

    let mut case = Case::of(files, "TUF: malicious mirrors prevent updates");
    let (mirrored, list) = (manifest_of(10, &[rules(), table(8)]), trust_list());
    let served = case.files.served(&list, Some(&mirrored), &[]);
    case.served(served, 0, green(&["network-status"]));
    cases.push(case.done());

    let mut case = Case::of(files, "TUF: mix and match");
    let empty = signed(&header(8, None), &RiskTable::default(), &RISK);
    let pack = signed(&header(4, Some("3301")), &pack(), &RULES);
    let newest = manifest_of(10, &[pack.clone(), empty.clone()]);
    case.publish(&newest, &[&pack, &empty], (&[], Colour::Green, 4));
    case.publish(&manifest(), &[], (&["file-rollback"], Colour::Green, 4));
    let mixed = manifest_of(11, &[rules(), risk(), pack.clone(), empty.clone()]);
    case.publish(&mixed, &[&pack, &empty], (&["file-rollback", "file-rollback"], Colour::Green, 4));
    cases.push(case.done());

    let mut case = Case::of(files, "TUF: rollback");
    let old_list = signed(&header(4, None), &crate::authority::list(), &["root"]);
    case.only_list(&old_list, green(&["file-rollback", "network-status"]));
    case.publish(&manifest_of(8, &[]), &[], green(&["file-rollback"]));
    case.offer(10, &[&table(6)], green(&["file-rollback"]));
    cases.push(case.done());

    let mut case = Case::of(files, "TUF: keys are compromised, one of each");
    let few = "file-too-few-signers";
    let table_by_one = signed(&header(9, None), &high("00"), &["risk"]);
    let pack_by_one = signed(&header(9, Some("3301")), &all_red("3301"), &["rules-1"]);
    let by_others = signed(&header(10, None), &high("00"), &["manifest", "certificate"]);
    case.offer(10, &[&pack_by_one, &table_by_one, &by_others], green(&[few, few, "file-unknown-key"]));
    cases.push(case.done());

    let mut case = Case::of(files, "TUF: wrong software, files of other kinds, persons and regions");
    let record = signed(&header(9, Some("3301")), &record_for("another"), &["record"]);
    let certificate = certificate_for("another").sign(&key("certificate"));
    case.publish(&record, &[], green(&["holder-record-not-yours"]));
    case.publish(&certificate, &[], green(&["certificate-not-yours"]));
    case.publish(&table(9), &[], green(&["file-not-in-manifest"]));
    case.publish(&all_red_elsewhere(), &[], green(&["file-not-in-manifest"]));
    case.only_list(&table(9), green(&["file-not-in-manifest", "network-status"]));
    cases.push(case.done());
    cases
}

fn all_red_elsewhere() -> Vec<u8> {
    signed(&header(9, Some("33")), &all_red("33"), &RULES)
}

pub(crate) fn attacks() -> Attacks {
    let mut files = Files::default();
    let mut cases = rows(&mut files);
    cases.extend(tuf(&mut files));
    let states = published()
        .into_iter()
        .map(|[pack, table, manifest]| files.served(&trust_list(), Some(&manifest), &[&pack, &table]));
    let states: Vec<Served> = states.collect();
    let record = Record { floor: Some(Colour::Red), ..record_for("phone") };
    let loaded = BTreeMap::from([
        ("file-too-few-signers".into(), Hex(signed(&header(9, Some("3301")), &record, &["record"]))),
        ("holder-record-not-yours".into(), Hex(signed(&header(9, Some("3301")), &record_for("another"), &["record"]))),
    ]);
    Attacks {
        now: now().to_string(),
        identity: serde_json::to_value(identity()).unwrap(),
        answers: serde_json::to_value(answers(false)).unwrap(),
        visit: serde_json::json!({
            "place": "420106", "arrive": now().minus(day(3)).to_string(), "leave": now().to_string(), "mode": "stay",
        }),
        states,
        loaded,
        cases,
        files: files.0,
    }
}
