//! An authority's month, as a phone and a checkpoint live it: `cargo test --test attacks rehearsal -- --nocapture` prints their
//! state at each step.

use healthcode::calendar::{Span, Time};
use healthcode::checkpoint::Checkpoint;
use healthcode::code::certificate::DayCertificate;
use healthcode::code::verify::Verdict;
use healthcode::holder::Holder;
use healthcode::rules::pack::{Lane, Pack};
use healthcode::trust::{Header, Kind, Roots, TrustList};

use crate::authority::*;

/// A phone and a checkpoint that fetch from one server.
struct Town {
    roots: Roots,
    phone: Holder,
    checkpoint: Checkpoint,
    /// What the server has: trust lists by version, and what the manifest names.
    lists: Vec<Vec<u8>>,
    files: Vec<Vec<u8>>,
    version: u32,
    now: Time,
}

impl Town {
    fn new(roots: &Roots) -> Self {
        let mut phone = Holder::new(roots.clone());
        phone.create_key(&seed("phone")).unwrap();
        let checkpoint = Checkpoint::new(roots.clone());
        Self { roots: roots.clone(), phone, checkpoint, lists: Vec::new(), files: Vec::new(), version: 0, now: now() }
    }

    fn list(&mut self, list: &TrustList, keys: &[&str]) {
        let version = u32::try_from(self.lists.len()).unwrap() + 1;
        let header = Header { version, issued: self.now, expires: self.now.plus(day(30)), place: None };
        self.lists.push(signed(&header, list, keys));
    }

    fn pack(&mut self, version: u32, pack: &Pack, days: i64, keys: &[&str]) {
        let expires = pack.valid_from.plus(day(days));
        let header = Header { version, issued: self.now, expires, place: Some(pack.region) };
        self.files.push(signed(&header, pack, keys));
    }

    /// Publishes what there is, and everybody fetches it.
    fn publish(&mut self) {
        self.version += 1;
        let all: Vec<_> = self.lists.last().into_iter().chain(&self.files).cloned().collect();
        let manifest = manifest_at(self.version, self.now, &all);
        // A phone or checkpoint that does not know the newest roots goes from list to list.
        for list in &self.lists {
            let _ = self.phone.load(list, self.now);
            let _ = self.checkpoint.load(list, self.now);
        }
        self.phone.load(&manifest, self.now).unwrap();
        self.checkpoint.load(&manifest, self.now).unwrap();
        let missing = self.phone.missing();
        for file in self.files.iter().filter(|file| missing.contains(&named(file))) {
            self.phone.load(file, self.now).unwrap();
        }
        assert_eq!(self.phone.missing(), []);
    }

    fn certify(&mut self, issuer: &str) {
        let name = format!("day {} {issuer}", self.now);
        self.phone.certificate_request(identity(), &seed(&name), self.now).unwrap();
        let certificate =
            DayCertificate { key: key(&name).public(), issued: self.now, hours: 48, ..certificate_for("day") };
        self.phone.load(&certificate.sign(&key(issuer)), self.now).unwrap();
    }

    fn pass(&mut self, span: Span) {
        self.now = self.now.plus(span);
    }

    /// What the person and the guard see, in one line.
    fn seen(&self) -> String {
        let rules = self.phone.assess(self.now, None).map(|found| (found.rules.version, found.causes));
        let (version, causes) = rules.unwrap_or_default();
        let causes: Vec<_> = causes.iter().map(|cause| cause.name()).collect();
        let stale = self.phone.files().iter().any(|file| file.stale.is_some_and(|stale| stale <= self.now));
        let code = match self.phone.show(self.now, None, None) {
            Ok(shown) => match self.checkpoint.verify(&shown.text, self.now, None, false) {
                Verdict::Accepted(accepted) => format!("{} accepted", accepted.colour),
                Verdict::Refused(refusal) => format!("{} refused {}", shown.colour, refusal.code),
                Verdict::Undecided(refusal) => format!("{} undecided {}", shown.colour, refusal.code),
            },
            Err(error) => format!("no code {}", healthcode::error::Coded::code(&error)),
        };
        format!("rules {version}{} {causes:?} {code}", if stale { " stale" } else { "" })
    }

    /// Says what is seen at a step. It is the same after a restart, and no file that was in use has become a problem.
    fn say(&mut self, step: &str, expected: &str) {
        let seen = self.seen();
        println!("{} {step:<42} {seen}", self.now);
        assert_eq!(seen, expected, "{step}");
        let files = (self.phone.files().to_vec(), self.checkpoint.files());
        self.phone = Holder::restore(self.roots.clone(), &self.phone.save(), self.now).unwrap();
        self.checkpoint = Checkpoint::restore(self.roots.clone(), &self.checkpoint.save(), self.now).unwrap();
        assert_eq!((self.phone.files().to_vec(), self.checkpoint.files()), files, "{step}");
        assert_eq!(self.seen(), expected, "{step}, restarted");
    }

    fn report(&mut self) {
        assert!(self.phone.submit(answers(false), self.now).unwrap().is_empty());
    }
}

const RULES: [&str; 2] = ["rules-1", "rules-2"];

#[test]
fn rehearsal() {
    let old = root_keys(&["root", "root-2", "root-3"], 2);
    let new = root_keys(&["root-2", "root-3", "root-4"], 2);
    let mut keys = list();
    keys.keys.push(trusted("rules-3", "province", Kind::RulePack, Some("33")));
    keys.keys.push(trusted("certificate-2", "health commission", Kind::DayCertificate, Some("3301")));
    keys.roots = old.clone();
    let mut town = Town::new(&old);
    town.say("a new phone", "rules 0 [] no code holder-no-certificate");
    town.list(&keys, &["root", "root-2"]);
    town.pack(1, &Pack { valid_from: town.now, ..pack() }, 60, &RULES);
    town.files.push(signed(
        &Header { issued: town.now, expires: town.now.plus(day(30)), ..header(1, None) },
        &risk_table(),
        &["risk", "risk-2"],
    ));
    town.publish();
    town.certify("certificate");
    town.report();
    town.say("everything is there", "rules 1 [] green accepted");

    keys.roots = new.clone();
    town.list(&keys, &["root", "root-2", "root-4"]);
    town.publish();
    town.say("a root is replaced", "rules 1 [] green accepted");
    town.list(&keys, &["root-3", "root-4"]);
    town.publish();
    let mut fresh = Checkpoint::new(old);
    assert_eq!(code_of(fresh.load(town.lists.last().unwrap(), town.now)), "trust-other-roots");
    for list in &town.lists {
        fresh.load(list, town.now).unwrap();
    }
    town.say("lists by the new roots", "rules 1 [] green accepted");

    let shown = town.phone.show(town.now, None, None).unwrap().text;
    keys.keys.retain(|entry| entry.key != key("certificate").public());
    town.list(&keys, &["root-3", "root-4"]);
    town.publish();
    town.say("the certificates' key is revoked", "rules 1 [] no code holder-no-certificate");
    let verdict = town.checkpoint.verify(&shown, town.now, None, false);
    assert!(matches!(&verdict, Verdict::Refused(refusal) if refusal.code == "file-unknown-key"), "{verdict:?}");
    town.certify("certificate-2");
    town.say("a new certificate", "rules 1 [] green accepted");

    town.pass(day(1));
    town.report();
    let begins = town.now.plus(day(2));
    town.pack(2, &red_for_all(Pack { valid_from: begins, ..pack() }), 60, &RULES);
    town.publish();
    town.certify("certificate-2");
    town.say("rules are announced two days ahead", "rules 1 [] green accepted");

    let emergency = red_for_all(Pack { lane: Lane::Emergency, valid_from: town.now, id: "emergency".into(), ..pack() });
    town.pack(1, &emergency, 1, &["rules-1", "rules-2", "rules-3"]);
    town.publish();
    town.say("an emergency pack", "rules 1 [] red accepted");
    town.pass(day(1));
    town.publish();
    town.say("the emergency is over", "rules 1 [] green accepted");
    town.pass(day(1));
    town.publish();
    town.certify("certificate-2");
    town.say("the announced rules begin", "rules 2 [] red accepted");
    // The earlier rules are still named, and nothing is wrong with them; whoever offers them anew is refused.
    let rules = town.phone.files().iter().filter(|file| file.kind == Kind::RulePack);
    assert!(rules.clone().count() > 1 && rules.clone().all(|file| file.problem.is_none()));
    let earlier = town.files[0].clone();
    assert_eq!(code_of(town.phone.load(&earlier, town.now)), "file-rollback");
    town.publish();
    town.say("an hour later", "rules 2 [] red accepted");
    town.files.remove(2);
    town.pack(3, &Pack { valid_from: town.now, ..pack() }, 60, &RULES);
    town.publish();
    town.say("they are taken back", "rules 3 [] green accepted");

    let begins = town.now.plus(Span::seconds(3_600));
    town.pack(4, &red_for_all(Pack { valid_from: begins, ..pack() }), 60, &RULES);
    town.publish();
    let connected = town.phone.save();
    town.files.pop();
    town.publish();
    town.pass(Span::seconds(2 * 3_600));
    town.say("announced rules are withdrawn", "rules 3 [] green accepted");
    let mut offline = Holder::restore(town.roots.clone(), &connected, town.now).unwrap();
    std::mem::swap(&mut town.phone, &mut offline);
    town.say("a phone that did not hear of it", "rules 4 [] red accepted");
    town.publish();
    town.say("now it does", "rules 3 [] green accepted");

    town.pass(day(1));
    town.report();
    town.certify("certificate-2");
    town.say("a day without publishing", "rules 3 stale [] green accepted");
    town.pass(day(1));
    town.say("two days without publishing", "rules 3 stale [] green accepted");
    town.certify("certificate-2");
    town.pass(day(1));
    town.say("three days", "rules 3 stale [\"manifest-expired\"] grey undecided code-grey");
    town.publish();
    town.say("publishing goes on", "rules 3 [] green accepted");
}
