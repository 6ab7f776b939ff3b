//! Henan once more, with phones whose trust list asks for proofs: whatever an issuer signs that was put in the place of the office's
//! own, with all of the office's keys and the log's, restricts nobody.
#![cfg(unix)]

use std::cell::Cell;

use healthcode::calendar::{Offset, Time};
use healthcode::cbor::{Bytes, to_bytes};
use healthcode::code::CertificateAnswer;
use healthcode::code::certificate::{CertificateRequest, DayCertificate, Identity};
use healthcode::colour::Colour;
use healthcode::error::Coded;
use healthcode::facts::Status;
use healthcode::log::day::{Restriction, commit};
use healthcode::log::make::{checkpoint, signature};
use healthcode::log::note::Signs;
use healthcode::log::tree::leaf_hash;
use healthcode::log::{Finding, Leaf, LogProof, LoggedDay, LoggedFinding, NoteKey, ProofError, ShortProof, TreeHead};
use healthcode::mailbox::MailboxKey;
use healthcode::place::Place;
use healthcode::trust::{Digest, LogKey, LogPolicy, PublicKey, Roots, SecretKey, Trust};

use crate::henan::{CAP, DEPOSITORS, list, number, office};
use crate::issuer::{GREEN, LI, Phone, ZHANG, hours, now, red, secret};
use crate::log_issuer::{DAY, Watched};
use crate::server::Server;

/// The secret half of a key file.
fn key(watched: &Watched, file: &str) -> SecretKey {
    let text = String::from_utf8(watched.authority.desk.read(file)).unwrap();
    let digits = text.lines().find(|line| line.len() == 64).unwrap();
    let seed: Vec<u8> = (0..32).map(|at| u8::from_str_radix(&digits[at * 2..at * 2 + 2], 16).unwrap()).collect();
    SecretKey::from_random(&seed).unwrap()
}

/// The office whose roots have signed a list that asks for proofs, and whose rules are in the log.
fn asking(test: &str) -> Watched {
    let watched = office(test);
    let desk = &watched.authority.desk;
    let further = desk.ok("keys show province.key");
    let further = further.split_whitespace().find(|word| word.len() == 64).unwrap();
    let policy = "log/policy";
    let list = String::from_utf8(desk.read("list.toml")).unwrap();
    let officer = format!("[[log.further]]\nname = \"Qian Liu\"\nkey = \"{further}\"\n");
    desk.write("asking.toml", [&list, "[log]\n", "needed = 0\n", "keys = []\n", &officer].concat());
    let issued = now();
    desk.ok(&format!(
        "trust build asking.toml --log {policy} --key root.key --version 2 --issued {issued} --valid 30d --before trust.cose --out asking.cose"
    ));
    assert!(desk.ok("inspect asking.cose").contains("phones ask for proofs of the log log.example/health (key "));
    desk.ok(&format!(
        "publish site asking.cose capped.cose --key publisher.key --root {} --log log --log-key log.key",
        watched.authority.root
    ));
    watched
}

/// An issuer that signs whatever it likes.
struct Forger<'a> {
    watched: &'a Watched,
    asked: Cell<u8>,
}

impl Forger<'_> {
    /// A red certificate for a phone, on a ground, with what is said to show that it was logged, and whose phone it is said to be.
    fn answer(&self, phone: &mut Phone, who: &str, ground: &str, logged: &[LoggedFinding], person: Digest) -> Vec<u8> {
        self.asked.set(self.asked.get() + 1);
        let identity = Identity::mask("储户", who).unwrap();
        let random = secret(90, self.asked.get());
        let request = phone.holder.certificate_request(identity.clone(), random.seed(), now()).unwrap();
        let CertificateRequest { key: own, place, .. } = CertificateRequest::open(&request, now()).unwrap();
        let signer = key(self.watched, "certificates.key");
        let certificate = DayCertificate {
            key: own,
            place,
            floor: Colour::Red,
            identity,
            issued: now(),
            hours: 24,
            ground: Some(ground.into()),
            number: None,
        };
        let answer = CertificateAnswer {
            certificate: Bytes(certificate.sign(&signer)),
            mailbox: MailboxKey::new([7; 32], 3).unwrap(),
            logged: Some(logged.iter().map(|found| Bytes(to_bytes(found))).collect()),
            record: None,
            person: Some(person),
        };
        answer.sign(&signer)
    }

    /// What shows that so many were restricted today on a ground, a person among them: in a log of its own, whose head has the
    /// log's signature, and the witness's only if that would sign it, as it does whatever adds to the log.
    fn finding(&self, person: Digest, ground: &str, people: usize, witnessed: bool) -> LoggedFinding {
        let proposal = Digest::of(b"proposal");
        let (district, since, until) =
            (Place::parse("330106").unwrap(), now().minus(hours(24)), now().plus(hours(200)));
        let finding = Finding {
            entry: Digest::of(format!("{proposal} {person}").as_bytes()),
            status: Status::CloseContact,
            since,
            until,
            ground: ground.into(),
            district,
        };
        let records = (1..people).map(|other| Digest::of(&other.to_be_bytes())).chain([finding.digest()]);
        let all: Vec<_> =
            records.map(|record| Restriction { record, place: district, ground: ground.into() }).collect();
        let (day, ways) = commit(now().date(Offset::CHINA), &all, &[7; 32]).unwrap();
        let way = ways.into_iter().find(|way| way.record == finding.digest()).unwrap();
        let proof = self.proof(&day, witnessed, now());
        let (salt, finding) = (Bytes(way.salt.to_vec()), Bytes(to_bytes(&finding)));
        LoggedFinding { salt, index: way.index, path: way.path, proof, proposal, finding }
    }

    fn proof(&self, day: &LoggedDay, witnessed: bool, at: Time) -> ShortProof {
        let log = NoteKey::parse(self.watched.log.strip_prefix("log ").unwrap()).unwrap();
        let leaf = Leaf::Day(day.clone());
        let head = TreeHead { origin: log.name().into(), size: 1, root: leaf_hash(&to_bytes(&leaf)) };
        let mut note = checkpoint(&head, &log, &key(self.watched, "log.key"));
        if witnessed {
            let witness = key(self.watched, "w.example.key");
            let own = NoteKey::new("w.example", Signs::Witnessed, witness.public()).unwrap();
            let cosignature = signature(&note, &own, &witness, at.unix().try_into().unwrap());
            note.signatures.push(cosignature);
        }
        ShortProof::of(&LogProof { index: 0, path: Vec::new(), note }, &leaf).unwrap()
    }
}

fn refused(phone: &mut Phone, answer: &[u8]) -> &'static str {
    let code = phone.holder.load(answer, now()).unwrap_err().code();
    assert_eq!(phone.shows(), GREEN, "{code}");
    code
}

/// The name that the issuer has for the owner of a phone, as it says in each answer.
fn person(watched: &Watched, server: &Server, phone: &mut Phone, (name, number): (&str, &str)) -> Digest {
    let roots = Roots { keys: vec![PublicKey::parse(&watched.authority.root).unwrap()], signers: 1 };
    let trust = Trust::open(&server.get("/trust-list", &[]).body, &roots, now()).unwrap();
    let identity = Identity::mask(name, number).unwrap();
    let request = phone.holder.certificate_request(identity, secret(91, 1).seed(), now()).unwrap();
    CertificateAnswer::open(&server.post("/certificates", &request).body, &trust).unwrap().person.unwrap()
}

#[test]
fn nothing_acts_on_a_phone_that_asks_for_proofs_whoever_the_issuer_is() {
    let watched = asking("henan-phone");
    let authority = &watched.authority;
    let server = authority.start();
    let depositor = ("储户", &*number(0));
    let mut phone = authority.phone(&server, 1);
    let mut contact = authority.phone(&server, 3);
    assert_eq!(phone.holder.asked_of_log().unwrap().origin().unwrap(), "log.example/health");
    assert_eq!((phone.look(&server, depositor), contact.look(&server, ZHANG)), (GREEN, GREEN));
    let own = person(&watched, &server, &mut phone, depositor);
    // A real contact is told, by two officers and the log.
    watched.confirm(&server, &[ZHANG]);
    authority.desk.ok(DAY);
    assert_eq!(contact.look(&server, ZHANG), red());
    let of_contact = contact.holder.findings().next().unwrap();
    let other = person(&watched, &server, &mut contact, ZHANG);
    assert_ne!(own, other);

    let forger = Forger { watched: &watched, asked: Cell::new(0) };
    let law = "law-article-39";
    // Not logged.
    let answer = forger.answer(&mut phone, depositor.1, law, &[], own);
    assert_eq!(refused(&mut phone, &answer), "proof-missing");
    // Logged in a history that those who watch have not seen.
    let split = forger.finding(own, law, 1, false);
    let answer = forger.answer(&mut phone, depositor.1, law, &[split], own);
    assert_eq!(refused(&mut phone, &answer), "proof-witnesses");
    // On a ground that is not in the rules.
    let strange = forger.finding(own, "bank-deposits", 1, true);
    let answer = forger.answer(&mut phone, depositor.1, "bank-deposits", &[strange], own);
    assert_eq!(refused(&mut phone, &answer), "proof-ground");
    // Above the cap, with nobody's signature, and with one of this office.
    let mut many = forger.finding(own, law, DEPOSITORS, true);
    let answer = forger.answer(&mut phone, depositor.1, law, &[many.clone()], own);
    assert_eq!(refused(&mut phone, &answer), "proof-above-cap");
    let endorsed = Some(vec!["e30.e30.AA".into()]);
    many.proof = forger.proof(&LoggedDay { endorsed, ..many.day().unwrap() }, true, now());
    let answer = forger.answer(&mut phone, depositor.1, law, &[many], own);
    assert_eq!(refused(&mut phone, &answer), "proof-above-cap");
    // Replayed from another person, as it is and as if this phone were that person's.
    for person in [own, other] {
        let answer = forger.answer(&mut phone, depositor.1, law, std::slice::from_ref(&of_contact), person);
        assert_eq!(refused(&mut phone, &answer), "proof-other-person");
    }
    // What was logged for today, on another day's proof.
    let mut moved = forger.finding(own, law, 1, true);
    moved.proof = of_contact.proof.clone();
    let answer = forger.answer(&mut phone, depositor.1, law, &[moved], own);
    assert_eq!(refused(&mut phone, &answer), "proof-wrong");
    // The issuer itself is as it was: so is the phone at its next look.
    assert_eq!(phone.look(&server, depositor), GREEN);
    assert_eq!(server.stop().0, Some(0));
}

#[test]
fn what_a_further_authority_has_signed_acts_above_the_cap() {
    let watched = asking("henan-phone-further");
    let authority = &watched.authority;
    let server = authority.start();
    let depositor = ("储户", &*number(0));
    let mut phone = authority.phone(&server, 1);
    let mut other = authority.phone(&server, 4);
    assert_eq!((phone.look(&server, depositor), other.look(&server, LI)), (GREEN, GREEN));
    list(authority, "depositors.csv", 0..CAP + 7, &["330106001", "330106"], "law-article-39");
    let proposal = authority.does(&server, "first", "propose depositors.csv");
    let confirm = format!("confirm {proposal} --yes");
    authority.does(&server, "second", &confirm);
    authority.does(&server, "province", &confirm);
    assert_eq!(phone.look(&server, depositor), GREEN);
    authority.desk.ok(DAY);
    assert_eq!((phone.look(&server, depositor), other.look(&server, LI)), (red(), GREEN));
    // By the same that was logged, without that signature, or with one of this office, or of another day, nobody would be red.
    let found = phone.holder.findings().next().unwrap();
    let finding = found.finding().unwrap();
    let asked = phone.holder.asked_of_log().unwrap().clone();
    let own = person(&watched, &server, &mut phone, depositor);
    let cap = Some(u32::try_from(CAP).unwrap());
    let founds = |further, cap| {
        let asked = LogPolicy { further, ..asked.clone() };
        found.founds(&finding, Some(own), cap, &asked, now())
    };
    let second = LogKey { name: "Zhao Er".into(), key: key(&watched, "second.key").public() };
    assert_eq!(founds(asked.further.clone(), cap), Ok(()));
    assert_eq!(founds(None, cap), Err(ProofError::AboveCap));
    assert_eq!(founds(Some(vec![second]), cap), Err(ProofError::AboveCap));
    assert_eq!(founds(None, None), Ok(()));
    assert_eq!(server.stop().0, Some(0));
}
