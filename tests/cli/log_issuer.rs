//! `log day --issuer`: what two officers confirm at an issuer goes into the public log, and acts once that shows it as the policy asks.
#![cfg(unix)]

use std::sync::atomic::{AtomicU8, Ordering};

use healthcode::calendar::Offset;
use healthcode::cbor::{Bytes, from_bytes, to_bytes};
use healthcode::code::CertificateAnswer;
use healthcode::code::certificate::Identity;
use healthcode::log::{Finding, LogError, LoggedFinding, Policy};
use healthcode::trust::{PublicKey, Roots, Trust};

use crate::issuer::{Authority, GREEN, LI, Phone, WANG, ZHANG, now, on_postgres, red, secret};
use crate::log::{Server as Other, begin, server, witness};
use crate::server::Server;

static ASKED: AtomicU8 = AtomicU8::new(0);

/// Logs what is confirmed and not logged yet.
pub(crate) const DAY: &str = "log day log --issuer issuer.toml --secret salts.key --key log.key";

/// An issuer whose log has to have what is confirmed, with one witness.
pub(crate) struct Watched {
    pub(crate) authority: Authority,
    pub(crate) log: String,
    witness: Option<Other>,
}

impl Watched {
    pub(crate) fn new(test: &str, database: &str) -> Self {
        let authority = Authority::new(test, database);
        let desk = &authority.desk;
        let log = begin(desk);
        desk.key("salts.key");
        let witness = witness(desk, "w.example", &log, "127.0.0.1:0");
        desk.write("log/policy", format!("{log}\n{} {}\nquorum w.example\n", witness.said[0], witness.url));
        desk.ok("log append log trust.cose pack.cose --key log.key");
        let settings = String::from_utf8(desk.read("issuer.toml")).unwrap();
        let (keys, officers) = settings.split_once("[[officers]]").unwrap();
        let own = "mailboxes = { folder = \"mailboxes\", bits = 3, seconds = 1 }\nlog = \"log/policy\"\n";
        desk.write("issuer.toml", format!("{keys}{own}[[officers]]{officers}"));
        Self { authority, log, witness: Some(witness) }
    }

    /// Two officers say that these people are close contacts; gives the proposal.
    pub(crate) fn confirm(&self, server: &Server, people: &[(&str, &str)]) -> String {
        self.authority.list("people.csv", people);
        let proposal = self.authority.does(server, "first", "propose people.csv");
        self.authority.does(server, "second", &format!("confirm {proposal} --yes"));
        proposal
    }

    /// What a phone is given of its person's restrictions, with its next certificate.
    fn given(&self, server: &Server, phone: &mut Phone, (name, number): (&str, &str)) -> Vec<LoggedFinding> {
        let roots = Roots { keys: vec![PublicKey::parse(&self.authority.root).unwrap()], signers: 1 };
        let trust = Trust::open(&server.get("/trust-list", &[]).body, &roots, now()).unwrap();
        let identity = Identity::mask(name, number).unwrap();
        // Each certificate has a key of its own.
        let asked = ASKED.fetch_add(1, Ordering::Relaxed);
        let request = phone.holder.certificate_request(identity, secret(200, asked).seed(), now()).unwrap();
        let answer = CertificateAnswer::open(&server.post("/certificates", &request).body, &trust).unwrap();
        answer.logged.unwrap_or_default().iter().map(|found| from_bytes(&found.0).unwrap()).collect()
    }

    fn policy(&self) -> Policy {
        Policy::parse(&String::from_utf8(self.authority.desk.read("log/policy")).unwrap()).unwrap()
    }
}

/// The whole of it, on whichever database the settings name.
fn logged_and_shown(mut watched: Watched) {
    let server = watched.authority.start();
    let (mut phone, mut other, mut third) =
        (watched.authority.phone(&server, 1), watched.authority.phone(&server, 2), watched.authority.phone(&server, 3));
    assert_eq!((phone.look(&server, ZHANG), other.look(&server, LI)), (GREEN, GREEN));
    watched.confirm(&server, &[ZHANG]);
    assert_eq!(phone.look(&server, ZHANG), GREEN, "not before it is logged");
    assert!(watched.given(&server, &mut phone, ZHANG).is_empty());

    // Without the witness nothing is shown, and nothing acts; the next run goes on where that one stopped.
    let address = {
        let witness = watched.witness.take().unwrap();
        witness.url.trim_start_matches("http://").trim_end_matches('/').to_owned()
    };
    watched.authority.desk.fails(1, "log-too-few-witnesses", DAY);
    assert_eq!(phone.look(&server, ZHANG), GREEN);
    watched.witness = Some(witness(&watched.authority.desk, "w.example", &watched.log, &address));
    let desk = &watched.authority.desk;
    let run = desk.run(DAY);
    assert_eq!(run.exit, 0, "{}", run.err);
    let today = now().date(Offset::CHINA);
    assert!(run.err.contains(&format!("{today}: restrictions 1, places 1")), "{}", run.err);
    assert_eq!(phone.look(&server, ZHANG), red());
    assert_eq!(other.look(&server, LI), GREEN);
    // Once more: nothing is left to log.
    assert!(desk.run(DAY).err.contains("added 0 of 0"));

    // The person has what shows it, and whoever has the policy can check that.
    let [found] = &watched.given(&server, &mut phone, ZHANG)[..] else { panic!("one finding") };
    let policy = watched.policy();
    assert!(found.check(&policy, now()).unwrap().witnessed.is_some());
    let finding = found.finding().unwrap();
    assert_eq!((finding.ground.as_str(), found.day().unwrap().date), ("law-article-39", today));
    let mut longer = found.clone();
    let until = finding.until.plus(crate::issuer::hours(24));
    longer.finding = Bytes(to_bytes(&Finding { until, ..finding }));
    assert_eq!(longer.check(&policy, now()), Err(LogError::ProofWrong));
    let elsewhere = Policy::parse(&format!("log other.example/health{}\nquorum none\n", &watched.log[22..]));
    assert!(elsewhere.is_err() || found.check(&elsewhere.unwrap(), now()).is_err());

    // What is confirmed later on the same day is a further entry of it.
    watched.confirm(&server, &[LI, WANG]);
    assert_eq!(other.look(&server, LI), GREEN);
    desk.ok(DAY);
    assert_eq!((other.look(&server, LI), third.look(&server, WANG)), (red(), red()));
    let served = self::server(desk, "log serve log --listen 127.0.0.1:0");
    for command in ["log audit", "log monitor --state seen"] {
        let (name, rest) = command.split_at(command.find(" --").unwrap_or(command.len()));
        let seen = desk.ok(&format!("{name} {} --policy log/policy{rest}", served.url));
        assert!(seen.contains("restricted since the beginning: 3 in 330106 on law-article-39"), "{seen}");
        assert!(seen.contains(&format!("restrictions of {today} (entry 2 of that day): 2")), "{seen}");
    }

    // Whatever is put straight into the database acts nowhere, and is named; what officers have signed meanwhile is logged.
    let forged = "f".repeat(64);
    let person = "SELECT person FROM entry WHERE district = '330106' ORDER BY id LIMIT 1";
    let columns = "id, proposal, person, status, since, until, ground, district, confirmed";
    watched.authority.sql(&format!(
        "INSERT INTO entry ({columns}) SELECT '{forged}', id, ({person}), 'close-contact', {0} - 86400, {0} + 864000, \
         'law-article-39', '330106', {0} FROM proposal LIMIT 1",
        now().unix()
    ));
    let mut fourth = watched.authority.phone(&server, 4);
    let somebody = ("赵六", "330106198001010013");
    assert_eq!(fourth.look(&server, somebody), GREEN);
    watched.confirm(&server, &[somebody]);
    let run = desk.run(DAY);
    assert_eq!(run.exit, 1, "{}", run.err);
    assert!(run.err.contains("error[cli-log-unfounded]") && run.err.contains(&forged), "{}", run.err);
    assert!(run.err.contains("added 1 of 1"), "{}", run.err);
    assert_eq!(fourth.look(&server, somebody), red());
    // One that was logged, and is about somebody else or longer since, shows nothing any more.
    watched.authority.sql(&format!("DELETE FROM entry WHERE id = '{forged}'"));
    watched.authority.sql("UPDATE entry SET until = until + 86400");
    assert_eq!(fourth.look(&server, somebody), GREEN);
    watched.authority.sql("UPDATE entry SET until = until - 86400");
    assert_eq!(fourth.look(&server, somebody), red());

    // What is corrected goes on until what corrects it is in the log.
    let proposal = watched.confirm(&server, &[("孙七", "330106198001010021")]);
    watched.authority.desk.ok(DAY);
    let mut fifth = watched.authority.phone(&server, 5);
    let corrected = ("孙七", "330106198001010021");
    assert_eq!(fifth.look(&server, corrected), red());
    let [before] = &watched.given(&server, &mut fifth, corrected)[..] else { panic!("one finding") };
    let entry = watched.authority.entries(&server, &proposal)[0].0.clone();
    watched.authority.list("corrected.csv", &[corrected]);
    let list = String::from_utf8(desk.read("corrected.csv")).unwrap();
    let earlier = now().plus(crate::issuer::hours(24 * 3));
    let (head, _) = list.rsplit_once(",law-article-39").unwrap();
    let (head, _) = head.rsplit_once(',').unwrap();
    desk.write("corrected.csv", format!("{head},{earlier},law-article-39,330106\n"));
    let correction = watched.authority.does(&server, "first", &format!("correct {entry} corrected.csv"));
    watched.authority.does(&server, "second", &format!("confirm {correction} --yes"));
    assert_eq!(fifth.look(&server, corrected), red(), "until it is logged");
    assert!(watched.given(&server, &mut fifth, corrected)[0].finding == before.finding);
    // Also if that is corrected in turn meanwhile.
    let next = watched.authority.entries(&server, &correction)[0].0.clone();
    let latest = now().plus(crate::issuer::hours(24 * 2));
    desk.write("corrected.csv", format!("{head},{latest},law-article-39,330106\n"));
    let correction = watched.authority.does(&server, "first", &format!("correct {next} corrected.csv"));
    watched.authority.does(&server, "second", &format!("confirm {correction} --yes"));
    assert_eq!(fifth.look(&server, corrected), red(), "until the second one is logged");
    assert!(watched.given(&server, &mut fifth, corrected)[0].finding == before.finding);
    watched.authority.desk.ok(DAY);
    assert_eq!(fifth.look(&server, corrected), red());
    let [after] = &watched.given(&server, &mut fifth, corrected)[..] else { panic!("one finding") };
    assert!(after.finding().unwrap().until < before.finding().unwrap().until);
    assert_eq!(server.stop().0, Some(0));

    // Another witness takes the place of the first: what is in force is proved anew, with nothing new to log.
    let next = witness(desk, "w.another", &watched.log, "127.0.0.1:0");
    desk.write("log/policy", format!("{}\n{} {}\nquorum w.another\n", watched.log, next.said[0], next.url));
    for start in ["issuer", "issuer --check"] {
        desk.fails(2, "cli-log-proofs-lapsed", start);
    }
    let run = desk.run(DAY);
    assert!(run.exit == 0 && run.err.contains("added 0 of 0") && run.err.contains("proved anew"), "{}", run.err);
    let server = watched.authority.start();
    assert_eq!(fifth.look(&server, corrected), red());
    assert!(!desk.run(DAY).err.contains("proved anew"));
    assert_eq!(server.stop().0, Some(0));
}

#[test]
fn what_is_confirmed_is_logged_that_day_and_acts_then() {
    logged_and_shown(Watched::new("log-issuer", "issuer.db"));
}

#[test]
fn the_same_holds_of_what_is_logged_on_postgresql() {
    let Some(url) = on_postgres("logging") else { return };
    logged_and_shown(Watched::new("log-issuer-postgres", &url));
}

/// A document number of this serial, with its check digit (GB 11643).
fn number(serial: u32) -> String {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let digits = format!("33010619800101{serial:03}");
    let sum: u32 = digits.chars().zip(WEIGHTS).map(|(digit, weight)| digit.to_digit(10).unwrap() * weight).sum();
    format!("{digits}{}", "10X98765432".chars().nth(usize::try_from(sum % 11).unwrap()).unwrap())
}

#[test]
fn more_districts_than_an_entry_has_room_for_are_logged_in_several() {
    let watched = Watched::new("log-many", "issuer.db");
    let server = watched.authority.start();
    let (since, until) = (now().minus(crate::issuer::hours(24)), now().plus(crate::issuer::hours(24)));
    let row = |serial: u32| {
        let community = format!("330106{:03}{:03}", serial / 50 + 1, serial % 50 + 1);
        format!("测试,{},close-contact,{since},{until},law-article-39,{community}\n", number(serial))
    };
    let rows: String = (0..600).map(row).collect();
    let desk = &watched.authority.desk;
    desk.write("many.csv", format!("name,number,status,since,until,ground,district\n{rows}"));
    let proposal = watched.authority.does(&server, "first", "propose many.csv");
    watched.authority.does(&server, "second", &format!("confirm {proposal} --yes"));
    let run = desk.run(DAY);
    assert_eq!(run.exit, 0, "{}", run.err);
    assert!(
        run.err.contains("restrictions 512, places 512") && run.err.contains("restrictions 88, places 88"),
        "{}",
        run.err
    );
    let mut last = watched.authority.phone(&server, 1);
    assert_eq!(last.look(&server, ("测试", &number(599))), red());

    // What nobody logged in time is named, with what to do.
    watched.authority.sql("UPDATE entry SET confirmed = confirmed - 400000 WHERE id = (SELECT MIN(id) FROM entry)");
    watched.authority.sql("DELETE FROM logged_entry WHERE entry = (SELECT MIN(id) FROM entry)");
    let day = now().minus(healthcode::calendar::Span::seconds(400_000)).date(Offset::CHINA);
    let run = desk.run(DAY);
    assert_eq!(run.exit, 2, "{}", run.err);
    assert!(run.err.contains("error[cli-log-day-left]") && run.err.contains(&day.to_string()), "{}", run.err);
}
