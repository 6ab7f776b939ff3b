//! Henan, June 2022: two officials had 1,317 depositors turned red by three others. Here an office has all of its keys, its database and
//! the log's key, but neither the witness's nor those of another authority, and tries it in every way that there is; nobody turns red,
//! and whoever watches the log finds the day.
#![cfg(unix)]

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use healthcode::calendar::Offset;
use healthcode::cbor::to_bytes;
use healthcode::log::{Leaf, LoggedDay, NoteKey};
use healthcode::trust::Digest;

use crate::issuer::{Authority, GREEN, LI, Phone, ZHANG, hours, now, red};
use crate::log_days::grow_by_force;
use crate::log_issuer::{DAY, Watched};
use crate::server::Server;

/// How many there were.
pub(crate) const DEPOSITORS: usize = 1_317;

/// How many of one county the rules let an office restrict on that ground in a day.
pub(crate) const CAP: usize = 100;

/// The number of a document, whose last digit fits the others (GB 11643-1999).
pub(crate) fn number(person: usize) -> String {
    let digits = format!("33010619800101{:03}", person % 1_000).replacen("19800101", &date(person), 1);
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: usize = digits.bytes().zip(weights).map(|(digit, weight)| usize::from(digit - b'0') * weight).sum();
    digits + &"10X98765432"[sum % 11..=sum % 11]
}

fn date(person: usize) -> String {
    format!("1980010{}", 1 + person / 1_000)
}

/// A list of so many of them, some of whom are written down for each of these districts.
pub(crate) fn list(
    authority: &Authority,
    file: &str,
    people: std::ops::Range<usize>,
    districts: &[&str],
    ground: &str,
) {
    let (since, until) = (now().minus(hours(24)), now().plus(hours(24 * 13)));
    let row = |person: usize| {
        let district = districts[person % districts.len()];
        format!("储户,{},close-contact,{since},{until},{ground},{district}\n", number(person))
    };
    let rows: String = people.map(row).collect();
    authority.desk.write(file, format!("name,number,status,since,until,ground,district\n{rows}"));
}

/// An issuer with a cap, and an officer of a further authority.
pub(crate) fn office(test: &str) -> Watched {
    let watched = Watched::new(test, "issuer.db");
    let desk = &watched.authority.desk;
    let pack = String::from_utf8(desk.read("pack.toml")).unwrap();
    let capped = pack
        .replacen("correct = {", &format!("cap = {CAP}\ncorrect = {{"), 1)
        .replace("version = 1\n", "version = 2\n");
    desk.write("capped.toml", capped);
    let issued = now();
    desk.ok(&format!("sign rule-pack capped.toml --issued {issued} --key rules-1.key --out capped-1.cose"));
    desk.ok("countersign capped-1.cose --key rules-2.key --out capped.cose");
    desk.ok(&format!("publish site trust.cose capped.cose --key publisher.key --root {}", watched.authority.root));
    desk.ok("log append log capped.cose --key log.key");
    let province = desk.key("province.key");
    let settings = String::from_utf8(desk.read("issuer.toml")).unwrap();
    let further = format!("[[officers]]\nname = \"Qian Liu\"\nkey = \"{province}\"\nauthority = \"province\"\n");
    desk.write("issuer.toml", format!("{settings}{further}"));
    // Of yesterday there is nothing to log.
    watched.authority.init();
    desk.ok(DAY);
    watched
}

/// The phones of two of them, the first and the last.
struct Depositors {
    phones: Vec<(usize, Phone)>,
}

impl Depositors {
    fn new(watched: &Watched, server: &Server) -> Self {
        let phone = |(seed, person)| (person, watched.authority.phone(server, seed));
        Self { phones: [(1, 0), (2, DEPOSITORS - 1)].map(phone).into() }
    }

    /// Looks, and says that nothing has changed.
    fn are_green(&mut self, server: &Server) {
        for (person, phone) in &mut self.phones {
            assert_eq!(phone.look(server, ("储户", &number(*person))), GREEN);
        }
    }
}

/// Puts the rows of a proposal into the database, as the issuer would once they are confirmed.
fn enter_by_force(watched: &Watched, proposal: &str) {
    let python = "import sqlite3, sys, csv, hashlib, time, datetime
c = sqlite3.connect('issuer.db', timeout=20)
proposal = sys.argv[1]
seconds = lambda text: int(datetime.datetime.fromisoformat(text.replace('Z', '+00:00')).timestamp())
body = c.execute('SELECT body FROM proposal WHERE id = ?', (proposal,)).fetchone()[0]
for row in csv.DictReader(body.splitlines()):
    entry = hashlib.sha256(f\"{proposal} {row['person']}\".encode()).hexdigest()
    c.execute('INSERT INTO entry (id, proposal, person, status, since, until, ground, district, confirmed) VALUES (?,?,?,?,?,?,?,?,?)',
        (entry, proposal, row['person'], row['status'], seconds(row['since']), seconds(row['until']), row['ground'], row['district'], int(time.time())))
c.execute(\"UPDATE proposal SET state = 'confirmed' WHERE id = ?\", (proposal,))
c.commit()";
    let out = Command::new("python3")
        .args(["-c", python, proposal])
        .current_dir(watched.authority.desk.path(""))
        .output()
        .unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
}

#[test]
fn above_the_cap_nothing_acts_without_a_further_authority() {
    let watched = office("henan-cap");
    let authority = &watched.authority;
    let desk = &authority.desk;
    let server = authority.start();
    let mut depositors = Depositors::new(&watched, &server);
    depositors.are_green(&server);
    assert!(authority.does(&server, "first", "grounds").contains("at most 100 in a county in a day"));

    // Whatever streets they are written down for, they are of one county.
    list(authority, "depositors.csv", 0..DEPOSITORS, &["330106", "330106001", "330106002"], "law-article-39");
    let proposal = authority.does(&server, "first", "propose depositors.csv");
    let confirm = format!("confirm {proposal} --yes");
    let run = authority.officer(&server, "second", &confirm);
    assert_eq!(run.exit, 0, "{}", run.err);
    let counts = format!(
        "law-article-39 in 330106 today: 0, with this list {DEPOSITORS}, cap {CAP}: an officer of a further authority"
    );
    assert!(run.err.contains(&counts), "{}", run.err);
    assert!(
        run.err.contains("above a cap: nothing acts until an officer of a further authority confirms it, too"),
        "{}",
        run.err
    );
    assert!(authority.does(&server, "first", "list --open").contains(&format!("{proposal}  waiting")));
    assert!(
        authority.does(&server, "first", &format!("show {proposal}")).contains("above a cap, confirmed by Zhao Er")
    );
    let waits = desk.run(DAY);
    assert!(waits.exit == 0 && waits.err.contains("added 0 of 0"), "{}", waits.err);
    depositors.are_green(&server);
    // Nobody of the office can go on, under whichever key.
    authority.refused(&server, "second", &confirm, "desk-same-authority");
    authority.refused(&server, "first", &confirm, "desk-same-person");
    authority.refused(&server, "again", &confirm, "desk-same-person");
    authority.refused(&server, "elsewhere", &confirm, "rows-district");

    // Past the issuer: as if it were in force, with both signatures, and no third one.
    enter_by_force(&watched, &proposal);
    depositors.are_green(&server);
    let named = desk.run(DAY);
    assert_eq!(named.exit, 1);
    let why = "there are more than the cap, and no officer of a further authority has signed it";
    assert!(named.err.contains("error[cli-log-unfounded]") && named.err.contains(why), "{}", named.err);
    assert!(named.err.contains("added 0 of 0"), "{}", named.err);
    depositors.are_green(&server);

    // With the log's key and a list of their own they log it: the witness cosigns whatever only grows, and the monitor names the day.
    let row = |person: usize| format!("{:064x},330106,law-article-39\n", person + 1);
    desk.write("own.csv", (0..DEPOSITORS).map(row).collect::<String>());
    let today = now().date(Offset::CHINA);
    desk.ok(&format!("log day log own.csv --date {today} --secret salts.key --out given.csv --key log.key"));
    desk.write("officers.toml", desk.read("issuer.toml"));
    for command in ["log audit log --officers officers.toml", "log monitor log --state seen --officers officers.toml"] {
        let found = desk.run(command);
        let said = format!(
            "{today}: {DEPOSITORS} in 330106 on law-article-39, the cap is {CAP}, and a further authority has signed for none"
        );
        assert!(found.exit == 1 && found.err.contains(&said), "{command}: {}{}", found.out, found.err);
    }
    depositors.are_green(&server);
    assert_eq!(server.stop().0, Some(0));
}

#[test]
fn with_a_further_authority_it_acts_and_the_log_says_so() {
    let watched = office("henan-further");
    let authority = &watched.authority;
    let desk = &authority.desk;
    let server = authority.start();
    let mut depositors = Depositors::new(&watched, &server);
    // Within the cap two officers are enough.
    list(authority, "few.csv", 2_000..2_000 + CAP, &["330106"], "law-article-39");
    let few = authority.does(&server, "first", "propose few.csv");
    authority.does(&server, "second", &format!("confirm {few} --yes"));
    desk.ok(DAY);
    // One more is above it, also where the day's others are withdrawn meanwhile.
    authority.does(&server, "first", &format!("withdraw {few} --why over"));
    list(authority, "depositors.csv", 0..DEPOSITORS, &["330106001", "330106"], "law-article-39");
    let proposal = authority.does(&server, "first", "propose depositors.csv");
    let confirm = format!("confirm {proposal} --yes");
    let run = authority.officer(&server, "province", &format!("confirm {proposal}"));
    assert!(run.err.contains(&format!("today: {CAP}, with this list {}", CAP + DEPOSITORS)), "{}", run.err);
    authority.does(&server, "second", &confirm);
    depositors.are_green(&server);
    let shown = authority.officer(&server, "province", &format!("confirm {proposal}"));
    assert!(shown.exit == 1 && shown.err.contains("confirmed by Zhao Er; it is above a cap"), "{}", shown.err);
    authority.does(&server, "province", &confirm);
    depositors.are_green(&server);
    desk.ok(DAY);
    for (person, phone) in &mut depositors.phones {
        assert_eq!(phone.look(&server, ("储户", &number(*person))), red());
    }
    // Whoever knows the further authority's officers finds nothing wrong; whoever does not is told whom to ask for.
    let officers = String::from_utf8(desk.read("issuer.toml")).unwrap();
    desk.write("officers.toml", &officers);
    let seen = desk.ok("log audit log --officers officers.toml");
    assert!(seen.contains(&format!("{DEPOSITORS}: ")), "{seen}");
    let blind = desk.run("log audit log");
    assert!(blind.exit == 1 && blind.err.contains("--officers says whose signatures count"), "{}", blind.err);
    // Of the same authority it would not count.
    desk.write("own.toml", officers.replace("authority = \"province\"\n", ""));
    assert_eq!(desk.run("log audit log --officers own.toml").exit, 1);
    assert!(
        authority
            .does(&server, "first", "journal --lines")
            .contains(&format!("confirmed {proposal} as a further authority"))
    );
    assert_eq!(server.stop().0, Some(0));
}

#[test]
fn rows_without_signatures_of_another_ground_or_another_person_act_nowhere() {
    let watched = office("henan-rows");
    let authority = &watched.authority;
    let desk = &authority.desk;
    let server = authority.start();
    let mut depositors = Depositors::new(&watched, &server);
    let mut contact = authority.phone(&server, 3);
    watched.confirm(&server, &[ZHANG]);
    desk.ok(DAY);
    assert_eq!(contact.look(&server, ZHANG), red());

    // On a ground that is not in the rules: not at the desk, and not in the log.
    list(authority, "other.csv", 0..2, &["330106"], "bank-deposits");
    authority.refused(&server, "first", "propose other.csv", "rows-ground");
    desk.write("own.csv", format!("{:064x},330106,bank-deposits\n", 1));
    let today = now().date(Offset::CHINA).plus_days(-2);
    let own = format!("log day log own.csv --date {today} --secret salts.key --out given.csv --key log.key");
    let run = desk.run(&own);
    assert!(run.exit != 0 && run.err.contains("error[cli-log-ground]"), "{}", run.err);

    // Proposed by one officer, and put into the database by hand.
    list(authority, "depositors.csv", 0..DEPOSITORS, &["330106"], "law-article-39");
    let proposal = authority.does(&server, "first", "propose depositors.csv");
    enter_by_force(&watched, &proposal);
    depositors.are_green(&server);
    let named = desk.run(DAY);
    let why = "no second officer who may has signed its confirmation";
    assert!(named.exit == 1 && named.err.contains(why), "{}", named.err);
    depositors.are_green(&server);

    // What was logged of a contact is said to be about a depositor: no such entry was ever confirmed.
    let mut other = authority.phone(&server, 4);
    assert_eq!(other.look(&server, LI), GREEN);
    watched.authority.sql(&format!("DELETE FROM entry WHERE proposal = '{proposal}'"));
    watched.confirm(&server, &[LI]);
    let logged = "SELECT entry FROM logged_entry LIMIT 1";
    let unlogged = "SELECT person FROM entry WHERE id NOT IN (SELECT entry FROM logged_entry)";
    watched.authority.sql(&format!("UPDATE entry SET person = ({unlogged}) WHERE id = ({logged})"));
    assert_eq!(other.look(&server, LI), GREEN);
    assert_eq!(contact.look(&server, ZHANG), GREEN);
    assert_eq!(server.stop().0, Some(0));
}

#[test]
fn a_second_history_of_the_log_acts_nowhere_and_is_evidence() {
    let watched = office("henan-split");
    let authority = &watched.authority;
    let desk = &authority.desk;
    let server = authority.start();
    let mut depositors = Depositors::new(&watched, &server);
    desk.ok("log monitor log --state seen");
    // A copy of the log, in which they are; the log itself goes on without.
    assert!(Command::new("cp").args(["-r", "log", "fork"]).current_dir(desk.path("")).status().unwrap().success());
    watched.confirm(&server, &[ZHANG]);
    desk.ok(DAY);
    desk.ok("log monitor log --state seen");
    list(authority, "depositors.csv", 0..CAP - 1, &["330106"], "law-article-39");
    let proposal = authority.does(&server, "first", "propose depositors.csv");
    authority.does(&server, "second", &format!("confirm {proposal} --yes"));
    // The witness has seen more than the copy has.
    let refused = desk.run(&DAY.replace("log day log", "log day fork"));
    assert!(refused.exit != 0 && refused.err.contains("error[cli-log-other-history]"), "{}", refused.err);
    for (person, phone) in &mut depositors.phones[..1] {
        assert_eq!(phone.look(&server, ("储户", &number(*person))), GREEN);
    }

    // Signed by the log alone it is shown to some; a proof of it does not meet the policy.
    let line = watched.log.strip_prefix("log ").unwrap();
    let key = NoteKey::parse(line).unwrap();
    fs::create_dir_all(desk.path("honest")).unwrap();
    for (from, to) in [("log", "honest/log"), ("fork", "log")] {
        fs::rename(desk.path(from), desk.path(to)).unwrap();
    }
    let today = now().date(Offset::CHINA);
    let leaves = [3, 4, 5].map(|ago| {
        to_bytes(&Leaf::Day(LoggedDay {
            date: today.plus_days(-ago),
            root: Digest([7; 32]),
            counts: Vec::new(),
            further: None,
            endorsed: None,
        }))
    });
    grow_by_force(desk, &key, &leaves);
    desk.write("none", format!("{}\nquorum none\n", watched.log));
    let split = desk.run("log monitor log --state seen --policy none");
    assert!(split.exit == 1 && split.err.contains("error[cli-log-split-view]"), "{}{}", split.out, split.err);
    let evidence = String::from_utf8(desk.read("seen.split")).unwrap();
    let heads: BTreeSet<&str> = evidence.lines().filter(|line| line.ends_with('=')).collect();
    assert!(heads.len() >= 2, "{evidence}");
    let unwitnessed = desk.run("log audit log --policy honest/log/policy");
    assert!(unwitnessed.exit == 1 && unwitnessed.err.contains("error[log-too-few-witnesses]"), "{}", unwitnessed.err);
    let shown = String::from_utf8(desk.read("log/checkpoint")).unwrap();
    let proof = format!("c2sp.org/tlog-proof@v1\nindex 0\n\n{shown}");
    watched.authority.sql(&format!("UPDATE logged_part SET proof = '{proof}'"));
    let mut contact = authority.phone(&server, 3);
    assert_eq!(contact.look(&server, ZHANG), GREEN, "without a proof that meets the policy");
    depositors.phones.truncate(1);
    depositors.are_green(&server);
    assert_eq!(server.stop().0, Some(0));
}
