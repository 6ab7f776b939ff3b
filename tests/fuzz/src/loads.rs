//! Sequences of loads: honest, stale, foreign and altered files are offered to a phone and to a checkpoint, in whatever
//! order, by a clock that jumps, with restarts in between.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use healthcode::calendar::{Span, Time};
use healthcode::checkpoint::Checkpoint;
use healthcode::code::Verdict;
use healthcode::code::certificate::DayCertificate;
use healthcode::colour::Colour;
use healthcode::error::Coded;
use healthcode::facts::{Mode, Record, Visit};
use healthcode::holder::Holder;
use healthcode::limits::{KEPT_FILES, KEPT_MANIFESTS};
use healthcode::place::Place;
use healthcode::risk::{Level, RiskRow, RiskTable};
use healthcode::rules::pack::Pack;
use healthcode::trust::file::read_unverified;
use healthcode::trust::{Body, Digest, Header, Kind, Manifest, Roots, TrustList, Unverified};

use crate::authority::{self, day, header, key, manifest_at, named, place, signed, time, trusted};

/// What the network has to offer.
struct Offer {
    name: &'static str,
    bytes: Vec<u8>,
    /// Nobody who may has signed it, or it is for others: no phone of ours ever takes it.
    foreign: bool,
}

/// The list from which on the manifest's first key is dropped.
const DROPS_A_KEY: u32 = 7;

/// The course of a traveller who left Wuhan at [`authority::now`] lasts a week.
const COURSE: i64 = 7;

/// The moments that a clock may jump to, around [`authority::now`]; before the course ends, but for the last.
const MOMENTS: [&str; 8] = [
    "2020-02-12T09:00:00+08:00",
    "2020-02-12T10:10:00+08:00",
    "2020-02-11T20:00:00+08:00",
    "2020-02-12T21:00:00+08:00",
    "2020-02-13T08:00:00+08:00",
    "2020-02-15T08:31:00+08:00",
    "2020-02-18T09:00:00+08:00",
    "2020-02-26T09:00:00+08:00",
];

const RULES: [&str; 2] = ["rules-1", "rules-2"];
const RISK: [&str; 2] = ["risk", "risk-2"];
const RECORD: [&str; 2] = ["record", "record-2"];
const HUBEI: [&str; 2] = ["hubei-1", "hubei-2"];

static ROOTS: LazyLock<Roots> = LazyLock::new(authority::roots);
static OFFERS: LazyLock<Vec<Offer>> = LazyLock::new(offers);

/// Keys of another province, of every kind.
fn with_hubei() -> TrustList {
    let mut list = authority::list();
    for kind in [Kind::RulePack, Kind::RiskTable, Kind::Record, Kind::DayCertificate, Kind::Manifest] {
        list.keys.push(trusted(HUBEI[0], "hubei health commission", kind, Some("42")));
        list.keys.push(trusted(HUBEI[1], "hubei disease control", kind, Some("42")));
    }
    list
}

/// The trust lists, from the fifth to the tenth: one short-lived, one with other roots.
fn lists() -> Vec<Offer> {
    let own = |name, bytes| Offer { name, bytes, foreign: false };
    let mut revoked = with_hubei();
    revoked.keys.retain(|entry| entry.key != key("manifest").public());
    revoked.keys.push(trusted("manifest-2", "publisher", Kind::Manifest, None));
    let short =
        Header { issued: authority::now(), expires: authority::now().plus(Span::seconds(3_600)), ..header(8, None) };
    let rotated = Roots { ..authority::root_keys(&["root-2"], 1) };
    let rotated = TrustList { roots: rotated, ..revoked.clone() };
    let other = TrustList { keys: Vec::new(), ..authority::list() };
    vec![
        own("list 5", authority::trust_list()),
        own("list 6", signed(&header(6, None), &with_hubei(), &["root"])),
        own("list 7", signed(&header(DROPS_A_KEY, None), &revoked, &["root"])),
        own("list 8, for an hour", signed(&short, &revoked, &["root"])),
        own("list 9, other roots", signed(&header(9, None), &rotated, &["root", "root-2"])),
        own("list 10, by those", signed(&header(10, None), &rotated, &["root-2"])),
        Offer {
            name: "list 11, by a stranger",
            bytes: signed(&header(11, None), &other, &["a stranger"]),
            foreign: true,
        },
    ]
}

/// Every table says that the risk in Wuhan is high.
fn table(version: u32, further: &str) -> Vec<u8> {
    let from = time("2020-01-23T00:00:00+08:00");
    let row = |code| RiskRow { place: place(code), compound: None, from, to: None, level: Level::High };
    signed(&header(version, None), &RiskTable::new(vec![row("4201"), row(further)]).unwrap(), &RISK)
}

/// Every pack has a course for whoever was where the risk is high.
fn pack(version: u32, colour: Colour, from: Time) -> Vec<u8> {
    let mut pack = Pack { valid_from: from, ..authority::pack() };
    pack.courses[1].steps[0].colour = colour;
    signed(&header(version, Some("3301")), &pack, &RULES)
}

/// What was published, hour after hour, with the manifests that name it, by the key that lists have from some time on.
fn published() -> Vec<Offer> {
    let own = |name, bytes| Offer { name, bytes, foreign: false };
    let from = authority::pack().valid_from;
    let packs = [
        pack(1, Colour::Red, from),
        pack(2, Colour::Yellow, from),
        authority::rules(),
        pack(4, Colour::Yellow, from.plus(day(3))),
    ];
    let tables = [table(1, "4202"), table(2, "4203"), authority::risk(), table(8, "330109")];
    let province = signed(&header(9, Some("65")), &RiskTable::default(), &RISK);
    let at = |hour: u32| time("2020-02-12T04:30:00+08:00").plus(Span::seconds(3_600 * i64::from(hour)));
    let all = [authority::trust_list(), packs[2].clone(), packs[3].clone(), tables[3].clone(), province.clone()];
    let by_next_key = Header { issued: at(4), expires: at(4).plus(day(3)), ..header(10, None) };
    let by_next_key =
        signed(&by_next_key, &Manifest { files: all.iter().map(|file| named(file)).collect() }, &["manifest-2"]);
    let [first, second, third, fourth] = packs;
    let [sparse, wider, usual, newest] = tables;
    vec![
        own("manifest 1", manifest_at(1, at(0), &[first.clone(), sparse.clone()])),
        own("manifest 2", manifest_at(2, at(1), &[first.clone(), wider.clone()])),
        own("manifest 3", manifest_at(3, at(2), &[second.clone(), usual.clone()])),
        own("manifest 9", manifest_at(9, at(3), &[authority::trust_list(), third.clone(), usual.clone()])),
        own("manifest 10", manifest_at(10, at(4), &all)),
        own("manifest 10 by the next key", by_next_key),
        own("the highest manifest", manifest_at(u32::MAX, at(4), &all)),
        own("pack 1", first),
        own("pack 2", second),
        own("pack 3", third),
        own("pack 4, announced", fourth),
        own("table 1", sparse),
        own("table 2", wider),
        own("table 7", usual),
        own("table 8", newest),
        own("a province's table", province),
    ]
}

/// Manifests that say what became of the announced pack: they name it once it has begun, and not before or since.
fn announced() -> Vec<Offer> {
    let own = |name, bytes| Offer { name, bytes, foreign: false };
    let from = authority::pack().valid_from;
    let all = [authority::rules(), pack(4, Colour::Yellow, from.plus(day(3))), table(8, "330109")];
    let without = [all[0].clone(), all[2].clone()];
    let (before, since) = (time("2020-02-12T09:30:00+08:00"), time("2020-02-15T08:30:00+08:00"));
    vec![
        own("manifest 11, without the announced pack", manifest_at(11, before, &without)),
        own("manifest 12, since it begins", manifest_at(12, since, &all)),
        own("manifest 13, without it and dated back", manifest_at(13, before, &without)),
        own("manifest 14, without it", manifest_at(14, since, &without)),
    ]
}

/// What the issuer has for this phone: older and newer, the newest with a restriction.
fn personal() -> Vec<Offer> {
    let own = |name, bytes| Offer { name, bytes, foreign: false };
    let restricted = Record { floor: Some(Colour::Red), ..authority::record_for("phone") };
    vec![
        own("record 1", signed(&header(1, Some("3301")), &authority::record_for("phone"), &RECORD)),
        own(NEWEST_RECORD, signed(&header(2, Some("3301")), &restricted, &RECORD)),
        own("certificate", authority::certificate()),
        own(NEWEST_CERTIFICATE, restricting().sign(&key("certificate"))),
    ]
}

const NEWEST_RECORD: &str = "record 2, red";
const NEWEST_CERTIFICATE: &str = "certificate, yellow";

fn restricting() -> DayCertificate {
    DayCertificate {
        floor: Colour::Yellow,
        ground: Some("close-contact".into()),
        issued: time("2020-02-12T08:30:00+08:00"),
        ..authority::certificate_for("day")
    }
}

/// Files by keys of another province, for another phone, by too few, or about another place than they say.
fn foreign() -> Vec<Offer> {
    let own = |name, bytes| Offer { name, bytes, foreign: true };
    let free =
        |region: &str| Pack { region: place(region), rules: Vec::new(), courses: Vec::new(), ..authority::pack() };
    let empty = RiskTable::default();
    let hubei = [signed(&header(9, Some("42")), &free("42"), &HUBEI), signed(&header(9, Some("42")), &empty, &HUBEI)];
    let life = Header { issued: authority::now(), expires: authority::now().plus(day(3)), ..header(11, Some("42")) };
    let names = Manifest { files: hubei.iter().map(|file| named(file)).collect() };
    let [rules, risk] = hubei;
    vec![
        own("hubei's manifest", signed(&life, &names, &HUBEI[..1])),
        own("hubei's pack", rules),
        own("hubei's table", risk),
        own("hubei's pack for us", signed(&header(9, Some("42")), &free("3301"), &HUBEI)),
        own("hubei's record for us", signed(&header(9, Some("42")), &authority::record_for("phone"), &HUBEI)),
        own("hubei's certificate for us", authority::certificate_for("day").sign(&key(HUBEI[0]))),
        own("another phone's record", signed(&header(9, Some("3301")), &authority::record_for("other"), &RECORD)),
        own("another phone's certificate", authority::certificate_for("other").sign(&key("certificate"))),
        own("a table by one", signed(&header(9, None), &empty, &RISK[..1])),
        own("a pack by one", signed(&header(9, Some("3301")), &free("3301"), &RULES[..1])),
        own("a manifest by who signs rules", signed(&header(11, None), &Manifest { files: Vec::new() }, &RULES[..1])),
        own("no file", b"no file".to_vec()),
    ]
}

fn offers() -> Vec<Offer> {
    [lists(), published(), personal(), foreign(), announced()].into_iter().flatten().collect()
}

/// A pack that was taken.
struct Taken {
    version: u32,
    from: Time,
    digest: Digest,
    /// It was not announced, or a manifest that was issued in its time has named it.
    begun: bool,
}

/// A phone with a visit in Wuhan or none, and a checkpoint, with what must hold of them.
struct Watched {
    phone: Holder,
    gate: Checkpoint,
    now: Time,
    traveller: bool,
    /// Whether nothing has expired since the files were opened.
    settled: bool,
    /// The newest record and certificate have been taken.
    record: bool,
    certificate: bool,
    /// The newest versions taken.
    highest: BTreeMap<(Kind, Place), u32>,
    packs: Vec<Taken>,
    /// The newest manifest taken, and when it was issued.
    manifest: Option<(Time, Manifest)>,
    /// What was stored when it was last looked at, and the time then: the same needs no second look.
    checked: Option<(Vec<u8>, Vec<u8>, Time)>,
}

impl Watched {
    fn new(first: u8) -> Self {
        let now = authority::now();
        let (whole, traveller) = (first & 1 == 1, first & 2 == 2);
        let mut phone = if whole { authority::phone() } else { Holder::new(ROOTS.clone()) };
        if !whole {
            phone.create_key(&authority::seed("phone")).unwrap();
        }
        phone.set_region(place("330106"));
        if traveller {
            let visit = Visit {
                place: place("420106"),
                arrive: now.minus(day(3)),
                leave: Some(now),
                mode: Mode::Stay,
                not_in: None,
                venue: None,
            };
            phone.add_visit(visit, now).unwrap();
        }
        Self {
            phone,
            gate: Checkpoint::new(ROOTS.clone()),
            now,
            traveller,
            settled: true,
            record: false,
            certificate: false,
            highest: BTreeMap::new(),
            packs: Vec::new(),
            manifest: None,
            checked: None,
        }
    }

    fn load(&mut self, offer: &Offer, bytes: &[u8]) {
        let name = offer.name;
        let (before, list, colour) = (self.phone.save(), self.phone.trust_list(), self.colour());
        let loaded = self.phone.load(bytes, self.now);
        let kind = Unverified::parse(bytes).map(|file| file.kind()).ok();
        match &loaded {
            Ok(_) => {
                assert!(!offer.foreign, "{name} was taken");
                let (ours, theirs) = (Unverified::parse(&offer.bytes).unwrap(), Unverified::parse(bytes).unwrap());
                assert!(ours.payload() == theirs.payload(), "{name} was taken with other content");
                self.record |= name == NEWEST_RECORD;
                self.certificate |= name == NEWEST_CERTIFICATE;
                self.newest(kind.unwrap(), bytes);
                self.settled |= kind == Some(Kind::TrustList);
            }
            Err(error) => {
                let believed =
                    matches!(error.code(), "file-expired" | "file-not-yet-issued") && kind == Some(Kind::TrustList);
                assert!(believed || self.phone.save() == before, "{name} was refused ({error}), but left a trace");
                assert!(believed || self.colour() == colour, "{name} was refused ({error}), but changed the colour");
                self.settled |= self.phone.trust_list() > list;
            }
        }
        assert!(self.phone.trust_list() >= list, "the list goes back");
        if list < Some(DROPS_A_KEY) && self.phone.trust_list() >= Some(DROPS_A_KEY) {
            self.highest.retain(|(kind, _), _| *kind != Kind::Manifest);
        }
        let (before, list) = (self.gate.save(), self.gate.trust_list());
        if let Err(error) = self.gate.load(bytes, self.now) {
            let believed =
                matches!(error.code(), "file-expired" | "file-not-yet-issued") && kind == Some(Kind::TrustList);
            assert!(believed || self.gate.save() == before, "the checkpoint refused {name}, but it left a trace");
        }
        assert!(self.gate.trust_list() >= list && self.gate.files().len() <= 1 + KEPT_MANIFESTS);
    }

    /// Whether the newest manifest names a pack.
    fn names(&self, digest: &Digest) -> bool {
        self.manifest.as_ref().is_some_and(|(_, manifest)| manifest.named(digest).is_some())
    }

    /// Announced packs begin with the first manifest since then that names them, and never if there is none.
    fn hear(&mut self) {
        let Some((issued, manifest)) = &self.manifest else { return };
        let by = self.now.min(*issued);
        for taken in self.packs.iter_mut().filter(|taken| manifest.named(&taken.digest).is_some()) {
            taken.begun |= taken.from <= by;
        }
    }

    /// A version that was taken is no older than any that was taken before it.
    fn newest(&mut self, kind: Kind, bytes: &[u8]) {
        fn line<T: Body>(bytes: &[u8]) -> (Place, u32) {
            let (header, body) = read_unverified::<T>(bytes).unwrap();
            (body.line(&header).region, header.version)
        }
        let (region, version) = match kind {
            Kind::Manifest => {
                let (header, manifest) = read_unverified::<Manifest>(bytes).unwrap();
                self.manifest = Some((header.issued, manifest));
                self.hear();
                line::<Manifest>(bytes)
            }
            Kind::RiskTable => {
                self.hear();
                line::<RiskTable>(bytes)
            }
            Kind::Record => line::<Record>(bytes),
            Kind::RulePack => {
                let (header, body) = read_unverified::<Pack>(bytes).unwrap();
                let in_force = |taken: &Taken| taken.begun || (taken.from <= self.now && self.names(&taken.digest));
                let newer = |taken: &&Taken| taken.version > header.version && in_force(taken);
                assert!(!self.packs.iter().any(|taken| newer(&taken)), "pack {} after a newer one", header.version);
                let begun = body.valid_from <= header.issued;
                let digest = Digest::of(bytes);
                self.packs.push(Taken { version: header.version, from: body.valid_from, digest, begun });
                self.hear();
                return;
            }
            _ => return,
        };
        let highest = self.highest.entry((kind, region)).or_default();
        assert!(version >= *highest, "{kind} {version} after {highest}");
        *highest = version;
    }

    fn colour(&self) -> Option<Colour> {
        self.phone.assess(self.now, None).ok().map(|assessment| assessment.colour)
    }

    /// What must hold after every step.
    fn check(&mut self) {
        assert!(self.phone.files().len() <= KEPT_FILES);
        let (saved, gate) = (self.phone.save(), self.gate.save());
        let stored = (saved.clone(), gate.clone(), self.now);
        if self.checked.as_ref() == Some(&stored) {
            return;
        }
        self.checked = Some(stored);
        let again = Holder::restore(ROOTS.clone(), &saved, self.now).unwrap();
        assert!(again.save() == saved, "a restart changes what is stored");
        let looks = [&self.phone, &again].map(|phone| phone.assess(self.now, None).ok());
        if self.settled {
            // A pack that another has followed is not opened again; which one rules shows in the colour.
            let used = |phone: &Holder| {
                let files = phone.files().iter().filter(|file| file.kind != Kind::RulePack);
                files.cloned().collect::<Vec<_>>()
            };
            assert_eq!(used(&again), used(&self.phone), "a restart changes which files are in use");
            assert!(looks[0] == looks[1], "a restart changes what is decided");
        }
        for assessment in looks.iter().flatten() {
            let colour = assessment.colour;
            let ends = authority::now().plus(day(COURSE));
            assert!(!self.traveller || self.now >= ends || colour > Colour::Green, "a traveller is green");
            // It expires with all others of its header, and says nothing where there are no rules in force.
            let decided = self.now < header(2, None).expires && assessment.causes.is_empty();
            let floor = if decided { Colour::Red } else { Colour::Grey };
            assert!(!self.record || colour >= floor, "{colour}, though the record says red");
            assert!(!self.certificate || colour >= Colour::Yellow, "{colour}, though the certificate says yellow");
        }
        let again = Checkpoint::restore(ROOTS.clone(), &gate, self.now).unwrap();
        assert!(again.save() == gate, "a restart changes what the checkpoint stores");
        if self.settled {
            assert_eq!(again.files(), self.gate.files(), "a restart changes which files the checkpoint uses");
        }
    }

    fn restart(&mut self) {
        self.phone = Holder::restore(ROOTS.clone(), &self.phone.save(), self.now).unwrap();
        self.gate = Checkpoint::restore(ROOTS.clone(), &self.gate.save(), self.now).unwrap();
        self.settled = true;
    }

    /// Asks for a certificate, says how the person is, shows the code, and has it verified.
    fn show(&mut self) {
        // Both are refused until there are rules.
        let _ = self.phone.certificate_request(authority::identity(), &authority::seed("day"), self.now);
        let _ = self.phone.submit(authority::answers(false), self.now);
        let Ok(shown) = self.phone.show(self.now, None, None) else { return };
        assert_eq!(Some(shown.colour), self.colour());
        match self.gate.verify(&shown.text, self.now, None, false) {
            Verdict::Accepted(accepted) => {
                assert!(accepted.colour >= accepted.floor && accepted.colour == shown.colour);
                assert!(!self.certificate || accepted.floor == Colour::Yellow, "a certificate before the newest");
            }
            Verdict::Refused(refusal) | Verdict::Undecided(refusal) => {
                assert_ne!(refusal.code, "code-better-than-floor");
            }
        }
    }
}

/// How many steps of an input are taken.
const STEPS: usize = 24;

/// A first byte that says whose phone it is, and then step by step what happens.
pub fn loads(bytes: &[u8]) {
    let mut bytes = bytes.iter().copied();
    let mut watched = Watched::new(bytes.next().unwrap_or_default());
    for _ in 0..STEPS {
        let (Some(step), Some(what)) = (bytes.next(), bytes.next()) else { break };
        let offer = &OFFERS[usize::from(what) % OFFERS.len()];
        match step % 8 {
            0..=3 => watched.load(offer, &offer.bytes),
            4 => {
                let (mut altered, mut next) = (offer.bytes.clone(), || usize::from(bytes.next().unwrap_or_default()));
                let at = (next() * 256 + next()) % altered.len();
                altered[at] ^= u8::try_from(next() % 255 + 1).unwrap();
                watched.load(offer, &altered);
            }
            5 => {
                watched.now = time(MOMENTS[usize::from(what) % MOMENTS.len()]);
                watched.settled = false;
            }
            6 => watched.restart(),
            _ => watched.show(),
        }
        watched.check();
    }
}

/// Sequences to begin with: what was published comes in order, in reverse, with every file of others in between, or again
/// after a restart at each moment.
pub fn seeds() -> Vec<(String, Vec<u8>)> {
    let count = u8::try_from(OFFERS.len()).unwrap();
    let others = count - u8::try_from(announced().len()).unwrap();
    let number = |name: &str| u8::try_from(OFFERS.iter().position(|offer| offer.name == name).unwrap()).unwrap();
    let load = |name: &str| [0, number(name)];
    let in_order = |first: u8, offers: &mut dyn Iterator<Item = u8>| {
        [first].into_iter().chain(offers.flat_map(|offer| [0, offer, 7, 0])).collect::<Vec<u8>>()
    };
    let mut found = vec![
        ("in-order".into(), in_order(2, &mut (0..count).step_by(3))),
        ("in-reverse".into(), in_order(2, &mut (0..count).rev().step_by(3))),
        ("a-whole-phone".into(), in_order(3, &mut (1..count).step_by(3))),
        ("foreign-first".into(), in_order(1, &mut (others - 12..others).rev())),
        // What once was found: a list that has expired, and a manifest of elsewhere.
        (
            "an-expired-list".into(),
            [1].into_iter().chain([[5, 1], load("list 8, for an hour"), [6, 0]].concat()).collect(),
        ),
        (
            "a-manifest-of-elsewhere".into(),
            [1].into_iter().chain([load("list 6"), load("hubei's manifest")].concat()).collect(),
        ),
    ];
    // Announced rules begin or do not, and are withdrawn.
    let announced = ["manifest 10", "pack 3", "pack 4, announced"];
    for (name, told) in [("withdrawn-in-time", None), ("withdrawn-since", Some("manifest 12, since it begins"))] {
        let told =
            told.into_iter().chain(["manifest 13, without it and dated back", "pack 3", "manifest 14, without it"]);
        let steps =
            announced.map(load).into_iter().chain([[5, 5], [7, 0]]).chain(told.map(load)).chain([[6, 0], [7, 0]]);
        found.push((name.into(), [1].into_iter().chain(steps.flatten()).collect()));
    }
    for (number, _) in (0u8..).zip(MOMENTS) {
        let newest = [load("list 6"), load("manifest 10"), load("pack 3"), load("table 8"), [7, 0]];
        let personal = [load("certificate"), load(NEWEST_CERTIFICATE), load(NEWEST_RECORD), [7, 0]];
        let steps = newest.into_iter().chain(personal).chain([
            [5, number],
            [6, 0],
            [7, 0],
            load("list 8, for an hour"),
            [6, 0],
            [7, 0],
        ]);
        found.push((format!("restart-{number}"), [number % 4].into_iter().chain(steps.flatten()).collect()));
    }
    let altered = (0..count).flat_map(|offer| [4, offer, offer, 37, 1]);
    found.push(("altered".into(), [1].into_iter().chain(altered).collect()));
    found
}
