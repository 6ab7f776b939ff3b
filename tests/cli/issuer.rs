//! `issuer` and `officer`: two officers confirm something of a person, and that person's phones show it, no others.
#![cfg(unix)]

use std::sync::Once;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use healthcode::calendar::{Span, Time};
use healthcode::checkpoint::Checkpoint;
use healthcode::code::Verdict;
use healthcode::code::certificate::{CertificateRequest, DayCertificate, Identity};
use healthcode::colour::Colour;
use healthcode::facts::Answers;
use healthcode::holder::Holder;
use healthcode::place::Place;
use healthcode::rules::reason::Fact;
use healthcode::trust::{PublicKey, Roots, SecretKey, Trust};

use crate::server::Server;
use crate::tool::{Desk, Run, json};

/// Three people, as their documents have them.
pub(crate) const ZHANG: (&str, &str) = ("张三", "33010619900101123X");
pub(crate) const LI: (&str, &str) = ("李四", "330106198502023453");
pub(crate) const WANG: (&str, &str) = ("王五", "33010219770303567X");

pub(crate) fn now() -> Time {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    Time::from_unix(i64::try_from(since.as_secs()).unwrap())
}

pub(crate) fn hours(hours: i64) -> Span {
    Span::seconds(hours * 3_600)
}

/// An authority with an issuer's settings, whose database is there.
pub(crate) struct Authority {
    pub(crate) desk: Desk,
    pub(crate) root: String,
    database: String,
    made: Once,
}

impl Authority {
    pub(crate) fn new(test: &str, database: &str) -> Self {
        let desk = Desk::new(test);
        let issued = now().minus(hours(1));
        let (from, until) = (now().minus(hours(48)), now().plus(hours(24 * 60)));
        let root = desk.key("root.key");
        let mut list = format!("[roots]\nkeys = [\"{root}\"]\nsigners = 1\n");
        for (file, kind) in [
            ("rules-1", "rule-pack"),
            ("rules-2", "rule-pack"),
            ("publisher", "manifest"),
            ("records", "record"),
            ("certificates", "day-certificate"),
        ] {
            let key = desk.key(&format!("{file}.key"));
            list += &format!(
                "[[keys]]\nkey = \"{key}\"\nsigner = \"{file}\"\nkinds = [\"{kind}\"]\nfrom = \"{from}\"\nuntil = \"{until}\"\n"
            );
        }
        desk.write("list.toml", list);
        desk.ok(&format!(
            "trust build list.toml --key root.key --version 1 --issued {issued} --valid 30d --out trust.cose"
        ));
        let pack = include_str!("issuer-pack.toml");
        let written = pack
            .replace("FROM", &from.to_string())
            .replace("UNTIL", &until.to_string())
            .replace("NOW", &issued.to_string());
        desk.write("pack.toml", written);
        desk.ok(&format!("sign rule-pack pack.toml --issued {issued} --key rules-1.key --out pack-1.cose"));
        desk.ok("countersign pack-1.cose --key rules-2.key --out pack.cose");
        desk.ok(&format!("publish site trust.cose pack.cose --key publisher.key --root {root}"));
        desk.key("people.key");
        let officers = [("first", "Chen Yi"), ("second", "Zhao Er"), ("again", " CHEN  yi"), ("elsewhere", "Sun San")];
        let officers: String = officers
            .iter()
            .map(|(file, name)| {
                let place = if *file == "elsewhere" { "place = \"330110\"\n" } else { "" };
                let key = desk.key(&format!("{file}.key"));
                format!("[[officers]]\nname = \"{name}\"\nkey = \"{key}\"\n{place}")
            })
            .collect();
        desk.key("stranger.key");
        desk.write(
            "issuer.toml",
            format!(
                "name = \"test-cdc\"\nlisten = \"127.0.0.1:0\"\ndatabase = \"{database}\"\nsite = \"site\"\n\
                 certificates = \"certificates.key\"\npeople = \"people.key\"\nidentity = \"demo\"\n\
                 roots = {{ keys = [\"{root}\"], signers = 1 }}\n{officers}"
            ),
        );
        Self { desk, root, database: database.to_owned(), made: Once::new() }
    }

    /// Makes the database.
    pub(crate) fn init(&self) {
        self.made.call_once(|| drop(self.desk.ok("issuer --init")));
    }

    /// Does something to the database, past the issuer.
    pub(crate) fn sql(&self, statement: &str) {
        let python = "import sqlite3, sys\nc = sqlite3.connect('issuer.db')\nc.executescript(sys.argv[1])\nc.commit()";
        let mut command = if self.database.starts_with("postgres") {
            let mut psql = std::process::Command::new("psql");
            psql.args([&self.database, "-qc", statement]);
            psql
        } else {
            let mut sqlite = std::process::Command::new("python3");
            sqlite.args(["-c", python, statement]);
            sqlite
        };
        let out = command.current_dir(self.desk.path("")).output().unwrap();
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    }

    pub(crate) fn start(&self) -> Server {
        self.init();
        Server::run(&self.desk, "issuer")
    }

    /// A phone that has fetched what is published.
    pub(crate) fn phone(&self, server: &Server, seed: u8) -> Phone {
        let roots = Roots { keys: vec![PublicKey::parse(&self.root).unwrap()], signers: 1 };
        let mut holder = Holder::new(roots);
        holder.create_key(secret(seed, 0).seed()).unwrap();
        for file in ["/trust-list", "/manifest"] {
            holder.load(&server.get(file, &[]).body, now()).unwrap();
        }
        for named in holder.missing() {
            let file = server.get(&format!("/files/{}", named.digest), &[]).body;
            let proof = server.get(&format!("/proofs/{}.cbor", named.digest), &[]);
            let proof = if proof.status == 200 { proof.body } else { Vec::new() };
            holder.load_with_proof(&file, &proof, now()).unwrap();
        }
        Phone { holder, seed, looks: 0 }
    }

    /// A checkpoint that has fetched the trust list.
    fn checkpoint(&self, server: &Server) -> Gate {
        let roots = Roots { keys: vec![PublicKey::parse(&self.root).unwrap()], signers: 1 };
        let mut inner = Checkpoint::new(roots);
        inner.load(&server.get("/trust-list", &[]).body, now()).unwrap();
        Gate { inner }
    }

    /// A command of an officer.
    pub(crate) fn officer(&self, server: &Server, key: &str, command: &str) -> Run {
        self.desk.run(&format!("officer --issuer http://{} --key {key}.key {command}", server.address()))
    }

    /// The same, which must be done; gives what it answers.
    pub(crate) fn does(&self, server: &Server, key: &str, command: &str) -> String {
        let run = self.officer(server, key, command);
        assert_eq!(run.exit, 0, "{key} {command}: {}", run.err);
        run.out.trim().to_owned()
    }

    /// The same, which the issuer must refuse with this code.
    pub(crate) fn refused(&self, server: &Server, key: &str, command: &str, code: &str) {
        let run = self.officer(server, key, command);
        assert_eq!(run.exit, 1, "{key} {command}: {}{}", run.out, run.err);
        assert!(run.err.contains(&format!("refuses: {code}: ")), "{key} {command}: {}", run.err);
    }

    /// Writes a list of people who had a contact a day ago.
    pub(crate) fn list(&self, file: &str, people: &[(&str, &str)]) {
        let (since, until) = (now().minus(hours(24)), now().plus(hours(24 * 13)));
        let row = |(name, number): &(&str, &str)| {
            format!("{name},{number},close-contact,{since},{until},law-article-39,330106\n")
        };
        let rows: String = people.iter().map(row).collect();
        self.desk.write(file, format!("name,number,status,since,until,ground,district\n{rows}"));
    }

    /// The ids of a proposal's entries.
    pub(crate) fn entries(&self, server: &Server, proposal: &str) -> Vec<(String, bool)> {
        let shown = json(&self.does(server, "first", &format!("show {proposal} --json")));
        let entries = shown["entries"].as_array().unwrap().iter();
        entries.map(|entry| (entry["entry"].as_str().unwrap().to_owned(), entry["acts"].as_bool().unwrap())).collect()
    }
}

pub(crate) fn secret(seed: u8, number: u8) -> SecretKey {
    SecretKey::from_random(&std::array::from_fn::<u8, 32, _>(|i| seed ^ u8::try_from(i * 7).unwrap() ^ (number << 3)))
        .unwrap()
}

pub(crate) struct Phone {
    pub(crate) holder: Holder,
    seed: u8,
    looks: u8,
}

impl Phone {
    /// What a phone does when it looks: asks for a certificate, with a key of its own.
    pub(crate) fn look(&mut self, server: &Server, (name, number): (&str, &str)) -> (Colour, Option<String>) {
        self.looks += 1;
        let identity = Identity::mask(name, number).unwrap();
        let day = secret(self.seed, self.looks);
        let request = self.holder.certificate_request(identity, day.seed(), now()).unwrap();
        let reply = server.post("/certificates", &request);
        assert_eq!(reply.status, 200, "{}", String::from_utf8_lossy(&reply.body));
        self.holder.load(&reply.body, now()).unwrap();
        self.holder.submit(serde_json::from_str::<Answers>(r#"{"fever": false}"#).unwrap(), now()).unwrap();
        self.shows()
    }

    /// The code that it shows.
    fn code(&self) -> String {
        self.holder.show(now(), None, None).unwrap().text
    }

    /// The colour that it shows, and the ground that it gives.
    pub(crate) fn shows(&self) -> (Colour, Option<String>) {
        let shown = self.holder.show(now(), None, None).unwrap().colour;
        let assessed = self.holder.assess(now(), None).unwrap();
        assert_eq!(assessed.colour, shown);
        let ground = assessed.reasons.iter().find_map(|reason| match &reason.fact {
            Fact::Floor { ground } => {
                // With what the rules say of it: the law, where it can be read, and how to have it corrected.
                let listed = reason.ground.as_ref().unwrap();
                assert_eq!(Some(&listed.id), ground.as_ref());
                assert!(listed.title.zh_hans.contains("第三十九条") && listed.url.starts_with("https://www.gov.cn/"));
                assert!(listed.correct.as_ref().unwrap().en.contains("12345"));
                ground.clone()
            }
            _ => None,
        });
        (shown, ground)
    }
}

pub(crate) const GREEN: (Colour, Option<String>) = (Colour::Green, None);

pub(crate) fn red() -> (Colour, Option<String>) {
    (Colour::Red, Some("law-article-39".to_owned()))
}

#[test]
fn what_two_officers_confirm_is_on_that_persons_phones_at_their_next_look_and_on_no_other() {
    let authority = Authority::new("issuer-contact", "issuer.db");
    two_officers(&authority);
}

/// The whole of it, on whichever database the settings name.
pub(crate) fn two_officers(authority: &Authority) {
    let server = authority.start();
    let (mut first, mut second, mut other, mut third) = (
        authority.phone(&server, 1),
        authority.phone(&server, 2),
        authority.phone(&server, 3),
        authority.phone(&server, 4),
    );
    for (phone, who) in [(&mut first, ZHANG), (&mut second, ZHANG), (&mut other, LI), (&mut third, WANG)] {
        assert_eq!(phone.look(&server, who), GREEN);
    }
    authority.list("contacts.csv", &[ZHANG]);
    let proposal = authority.does(&server, "first", "propose contacts.csv");
    assert_eq!(first.look(&server, ZHANG), GREEN, "one officer is not enough");
    // Neither whoever proposed it can confirm it, under another key and spelling, nor a stranger, nor one of elsewhere.
    let confirm = format!("confirm {proposal} --yes");
    authority.refused(&server, "first", &confirm, "desk-same-person");
    authority.refused(&server, "again", &confirm, "desk-same-person");
    authority.refused(&server, "elsewhere", &confirm, "rows-district");
    authority.refused(&server, "elsewhere", &format!("show {proposal}"), "rows-district");
    authority.refused(&server, "stranger", &confirm, "act-unknown-officer");
    assert_eq!(first.look(&server, ZHANG), GREEN);
    // The counts come before the confirmation.
    let asked = authority.officer(&server, "second", &format!("confirm {proposal}"));
    assert_eq!(asked.exit, 1);
    assert!(asked.err.contains("law-article-39, 330106: 1 close-contact"), "{}", asked.err);
    assert!(asked.err.contains("proposed by Chen Yi"), "{}", asked.err);
    assert_eq!(first.look(&server, ZHANG), GREEN, "shown is not confirmed");
    authority.does(&server, "second", &confirm);
    authority.refused(&server, "second", &confirm, "desk-decided");

    // At the next look, on each phone of that person and on no other; before it, on none.
    assert_eq!(first.shows(), GREEN);
    assert_eq!(first.look(&server, ZHANG), red());
    assert_eq!(second.look(&server, ZHANG), red());
    assert_eq!((other.look(&server, LI), third.look(&server, WANG)), (GREEN, GREEN));
    // Forgetting everything and coming back with a new phone does not help.
    assert_eq!(authority.phone(&server, 5).look(&server, ZHANG), red());

    // It outlives the issuer.
    assert_eq!(server.stop().0, Some(0));
    let server = authority.start();
    assert_eq!(first.look(&server, ZHANG), red());

    // One officer withdraws it; at the next look it is gone.
    let [(entry, true)] = &authority.entries(&server, &proposal)[..] else { panic!("one entry") };
    authority.refused(&server, "elsewhere", &format!("withdraw {entry} --why wrong-person"), "rows-district");
    authority.does(&server, "second", &format!("withdraw {entry} --why wrong-person"));
    assert_eq!((first.look(&server, ZHANG), second.look(&server, ZHANG)), (GREEN, GREEN));
    authority.refused(&server, "second", &format!("withdraw {entry} --why wrong-person"), "desk-nothing");
    assert_eq!(authority.entries(&server, &proposal), [(entry.clone(), false)]);

    // A list is confirmed as a whole, and one of it corrected: the new row takes the place of the old one.
    authority.list("two.csv", &[LI, WANG]);
    let list = authority.does(&server, "second", "import two.csv");
    authority.does(&server, "first", &format!("confirm {list} --yes"));
    assert_eq!((other.look(&server, LI), third.look(&server, WANG)), (red(), red()));
    let entries = authority.entries(&server, &list);
    authority.list("corrected.csv", &[LI]);
    let earlier = String::from_utf8(authority.desk.read("corrected.csv")).unwrap();
    let earlier = earlier.replace("close-contact", "recovered");
    authority.desk.write("corrected.csv", earlier);
    let correct = |entry: &str| authority.officer(&server, "first", &format!("correct {entry} corrected.csv"));
    let corrections: Vec<Run> = entries.iter().map(|(entry, _)| correct(entry)).collect();
    let (taken, refused): (Vec<_>, Vec<_>) = corrections.iter().partition(|run| run.exit == 0);
    assert_eq!((taken.len(), refused.len()), (1, 1), "{corrections:?}");
    assert!(refused[0].err.contains("desk-correction"), "it is about the same person: {}", refused[0].err);
    assert_eq!(other.look(&server, LI), red(), "until it is confirmed");
    authority.does(&server, "second", &format!("confirm {} --yes", taken[0].out.trim()));
    assert_eq!((other.look(&server, LI), third.look(&server, WANG)), (GREEN, red()));
    // And the whole list withdrawn.
    authority.does(&server, "first", &format!("withdraw {list} --why wrong-finding"));
    assert_eq!(third.look(&server, WANG), GREEN);

    // The journal has it all, and nothing of what was refused.
    let journal = authority.does(&server, "first", "journal");
    assert!(journal.starts_with("8 "), "{journal}");
    let last = journal.split(' ').nth(1).unwrap();
    authority.list("more.csv", &[WANG]);
    authority.does(&server, "first", "propose more.csv");
    assert!(authority.does(&server, "first", &format!("journal --kept {last}")).starts_with("9 "));
    let cut = authority.officer(&server, "first", &format!("journal --kept {}", "0".repeat(64)));
    assert!(cut.exit == 1 && cut.err.contains("error[cli-journal-cut]"), "{}", cut.err);

    // The log says what was asked for and how long it took, and nothing of anybody.
    let metrics = String::from_utf8(server.get("/metrics", &[]).body).unwrap();
    assert!(metrics.contains("healthcode_issuer_answers_total{path=\"/officer\",status=\"403\"} "), "{metrics}");
    assert!(metrics.lines().all(|line| line.len() < 200) && metrics.ends_with("# EOF\n"), "{metrics}");
    let (exit, log) = server.stop();
    assert_eq!(exit, Some(0));
    let lines: Vec<_> = log.lines().filter(|line| line.starts_with('{')).map(json).collect();
    assert!(lines.len() > 30 && lines.iter().all(|line| line["path"] != "other"), "{log}");
    for (name, number) in [ZHANG, LI, WANG] {
        let identity = Identity::mask(name, number).unwrap();
        for private in [name, number, &identity.name, &identity.digits] {
            assert!(!log.contains(private), "{private}: {log}");
        }
    }
    let digits = log.split(|c: char| !c.is_ascii_hexdigit()).map(str::len).max().unwrap();
    assert!(digits < 64, "no key, person or id is in the log: {log}");
}

/// Phones that are lost or were enrolled as another person's: their certificates are in the next list, and no others.
#[test]
fn cancelled_phones_are_withdrawn_for_checkpoints_and_have_to_enrol_again() {
    cancelling(&Authority::new("issuer-cancel", "issuer.db"));
}

#[test]
fn the_same_holds_of_cancelling_on_postgresql() {
    let Some(url) = on_postgres("cancelling") else { return };
    cancelling(&Authority::new("issuer-cancel-postgres", &url));
}

fn cancelling(authority: &Authority) {
    let server = authority.start();
    let (mut lost, mut kept, mut other) =
        (authority.phone(&server, 1), authority.phone(&server, 2), authority.phone(&server, 3));
    for (phone, who) in [(&mut lost, ZHANG), (&mut kept, ZHANG), (&mut other, LI)] {
        phone.look(&server, who);
        phone.look(&server, who);
    }
    let mut checkpoint = authority.checkpoint(&server);
    checkpoint.follow(&server);
    let codes = [&lost, &kept, &other].map(Phone::code);
    let all = |checkpoint: &Gate| codes.clone().map(|code| checkpoint.says(&code));
    assert_eq!(all(&checkpoint), ["accepted"; 3].map(str::to_owned));

    let list = format!("/{}", checkpoint.inner.status_paths(now())[0]);
    authority.desk.write("before.cwt", server.get(&list, &[]).body);

    // By the code that a phone shows: that phone alone.
    authority.desk.write("code.txt", &codes[2]);
    authority.refused(&server, "stranger", "cancel --code code.txt --why stolen-key", "act-unknown-officer");
    authority.refused(&server, "elsewhere", "cancel --code code.txt --why stolen-key", "rows-district");
    let done = authority.does(&server, "first", "cancel --code code.txt --why stolen-key");
    assert_eq!(done, "phones no longer enrolled: 1; certificates withdrawn: 1", "one number a day");
    authority.refused(&server, "first", "cancel --code code.txt --why stolen-key", "desk-no-phone");
    assert_eq!(all(&checkpoint), ["accepted"; 3].map(str::to_owned), "until the next list");
    checkpoint.until(&server, |checkpoint| checkpoint.says(&codes[2]) == "refused code-withdrawn");
    assert_eq!(all(&checkpoint)[..2], ["accepted"; 2].map(str::to_owned));
    // The tool goes by the newest list, in whichever order they are given.
    authority.desk.write("after.cwt", server.get(&list, &[]).body);
    authority.desk.write("trust", server.get("/trust-list", &[]).body);
    let said = authority.desk.ok(&format!("inspect after.cwt --trust trust --root {} --now system", authority.root));
    assert!(said.contains("withdrawn certificates: 1\n") && said.contains("verdict    accepted"), "{said}");
    let lists = |files: [&str; 2]| files.map(|file| format!("--status-list {file}")).join(" ");
    for files in [["before.cwt", "after.cwt"], ["after.cwt", "before.cwt"]] {
        let verify = format!("verify --trust trust --root {} --now system {}", authority.root, lists(files));
        let run = authority.desk.feed(&verify, codes[2].as_bytes());
        assert_eq!(json(&run.out)["code"], "code-withdrawn", "{}{}", run.out, run.err);
    }

    // By a person's document: all of their phones.
    authority.desk.write("lost.csv", format!("name,number\n{},{}\n{},{}\n", WANG.0, WANG.1, ZHANG.0, ZHANG.1));
    let run = authority.officer(&server, "second", "--json cancel lost.csv --why lost-phone");
    assert!(run.exit == 1 && run.err.contains("person 1 of the list"), "{}", run.err);
    let done = json(&run.out);
    assert_eq!((&done["phones"], &done["certificates"]), (&2.into(), &2.into()));
    checkpoint.until(&server, |checkpoint| all(checkpoint) == ["refused code-withdrawn"; 3].map(str::to_owned));

    // A phone that was enrolled as another person's since keeps no certificate of this one.
    let (mut taken, officer) = (authority.phone(&server, 4), "second");
    taken.look(&server, LI);
    let code = taken.code();
    checkpoint.until(&server, |checkpoint| checkpoint.says(&code) == "accepted");
    taken.look(&server, WANG);
    authority.desk.write("lost.csv", format!("name,number\n{},{}\n", LI.0, LI.1));
    authority.does(&server, officer, "cancel lost.csv --why wrong-person");
    checkpoint.until(&server, |checkpoint| checkpoint.says(&code) == "refused code-withdrawn");
    assert_eq!(checkpoint.says(&taken.code()), "accepted");

    // Whoever enrols again has another number, which stands.
    kept.look(&server, ZHANG);
    checkpoint.until(&server, |checkpoint| checkpoint.says(&kept.code()) == "accepted");
    assert_eq!(checkpoint.says(&lost.code()), "refused code-withdrawn");
    // The journal has the three steps, and nobody's document.
    let journal = json(&authority.does(&server, "first", "--json journal --lines"));
    let steps: Vec<_> =
        journal["lines"].as_array().unwrap().iter().map(|line| line["step"].as_str().unwrap()).collect();
    let expected = ["stolen-key", "lost-phone", "wrong-person"].map(|why| format!("cancelled phones: {why}"));
    assert_eq!(steps, expected);
    assert_eq!(journal["number"], 3);

    // What is no list of this issuer is not there.
    let path = &checkpoint.inner.status_paths(now())[0];
    for wrong in [path.replace("status/", "status/0"), format!("{path}x"), path.replace("-", "+")] {
        assert_eq!(server.get(&format!("/{wrong}"), &[]).status, 404, "{wrong}");
    }
    let reply = server.get(&format!("/{path}"), &[]);
    assert_eq!(reply.header("content-type"), Some("application/statuslist+cwt"));
    assert_eq!(server.stop().0, Some(0));
}

/// A checkpoint at this issuer.
struct Gate {
    inner: Checkpoint,
}

impl Gate {
    /// Fetches the lists.
    fn follow(&mut self, server: &Server) {
        for path in self.inner.status_paths(now()) {
            self.inner.load_statuses(&server.get(&format!("/{path}"), &[]).body, now()).unwrap();
        }
        assert_eq!(self.inner.statuses().len(), 3);
    }

    /// Fetches them until something holds: a list is given as it is for ten seconds.
    fn until(&mut self, server: &Server, holds: impl Fn(&Self) -> bool) {
        for _ in 0..150 {
            self.follow(server);
            if holds(self) {
                return;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        panic!("it does not come to hold");
    }

    fn says(&self, code: &str) -> String {
        match self.inner.verify(code, now(), None, false) {
            Verdict::Accepted(accepted) => {
                assert!(accepted.status_at.is_some_and(|at| now().since(at) < Span::seconds(60)));
                "accepted".to_owned()
            }
            Verdict::Refused(refusal) => format!("refused {}", refusal.code),
            Verdict::Undecided(refusal) => format!("undecided {}", refusal.code),
        }
    }
}

/// A database of a test's own in the PostgreSQL that scripts/with-postgres.sh starts, if it does; that says if it does not.
pub(crate) fn on_postgres(name: &str) -> Option<String> {
    let server = std::env::var("HEALTHCODE_TEST_POSTGRES").ok()?;
    let made = std::process::Command::new("psql")
        .args([&format!("{server}/postgres"), "-qc", &format!("CREATE DATABASE {name}")])
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    Some(format!("{server}/{name}"))
}

#[test]
fn the_same_holds_on_postgresql() {
    let Some(database) = on_postgres("contact") else { return };
    two_officers(&Authority::new("issuer-postgres", &database));
}

#[test]
fn two_issuers_on_one_postgresql_are_one() {
    let Some(database) = on_postgres("replicas") else { return };
    let authority = Authority::new("issuer-replicas", &database);
    // Both make the tables at once.
    let (one, other) = std::thread::scope(|scope| {
        let (one, other) = (scope.spawn(|| authority.start()), scope.spawn(|| authority.start()));
        (one.join().unwrap(), other.join().unwrap())
    });
    let mut phone = authority.phone(&one, 1);
    assert_eq!(phone.look(&one, ZHANG), GREEN);
    authority.list("people.csv", &[ZHANG, LI]);
    // What is proposed at one is confirmed at the other, by two at once, once.
    let proposal = authority.does(&one, "first", "propose people.csv");
    let confirm = format!("confirm {proposal} --yes");
    let runs = std::thread::scope(|scope| {
        let both = [&one, &other].map(|server| scope.spawn(|| authority.officer(server, "second", &confirm)));
        both.map(|run| run.join().unwrap())
    });
    assert_eq!(runs.iter().filter(|run| run.exit == 0).count(), 1, "{runs:?}");
    assert!(runs.iter().any(|run| run.err.contains("desk-decided")), "{runs:?}");
    assert_eq!((phone.look(&one, ZHANG), phone.look(&other, ZHANG)), (red(), red()));
    // Steps at both at once stand in one journal, whose hashes follow one another.
    std::thread::scope(|scope| {
        for (number, server) in [&one, &other, &one, &other].into_iter().enumerate() {
            let file = format!("more-{number}.csv");
            authority.list(&file, &[WANG]);
            let authority = &authority;
            scope.spawn(move || authority.does(server, "first", &format!("propose {file}")));
        }
    });
    let journal = authority.does(&other, "second", "journal");
    assert!(journal.starts_with("6 "), "{journal}");
    assert_eq!(authority.does(&one, "second", "journal"), journal);
    // One goes, the other goes on.
    assert_eq!(one.stop().0, Some(0));
    authority.does(&other, "second", &format!("withdraw {proposal} --why over"));
    assert_eq!(phone.look(&other, ZHANG), GREEN);
}

#[test]
fn a_database_that_goes_away_is_said_and_comes_back_by_itself() {
    let Some(database) = on_postgres("away") else { return };
    let authority = Authority::new("desk-away", &database);
    let server = authority.start();
    let mut phone = authority.phone(&server, 1);
    assert_eq!(phone.look(&server, ZHANG), GREEN);
    let root = std::env::var("HEALTHCODE_TEST_POSTGRES").unwrap();
    let ask = |sql: &str| {
        let out = std::process::Command::new("psql").args([&format!("{root}/postgres"), "-qc", sql]).output().unwrap();
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    };
    ask("ALTER DATABASE away ALLOW_CONNECTIONS false");
    ask("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'away'");
    let ready = server.get("/readyz", &[]);
    assert_eq!((ready.status, ready.json()["code"].as_str()), (503, Some("issuer-fault")));
    assert_eq!(ready.header("retry-after"), Some("5"));
    authority.list("people.csv", &[ZHANG]);
    authority.refused(&server, "first", "list", "desk-away");
    assert_eq!((server.get("/healthz", &[]).status, server.get("/manifest", &[]).status), (200, 200));
    ask("ALTER DATABASE away ALLOW_CONNECTIONS true");
    assert_eq!(server.get("/readyz", &[]).status, 200);
    assert_eq!(phone.look(&server, ZHANG), GREEN);
    let (_, log) = server.stop();
    assert!(log.contains("error[cli-database-away]"), "{log}");
}

#[test]
fn what_the_officers_files_and_steps_may_not_say_is_refused() {
    let authority = Authority::new("issuer-refused", "issuer.db");
    let server = authority.start();
    let propose = |from: &str, to: &str| {
        authority.list("people.csv", &[ZHANG]);
        let list = String::from_utf8(authority.desk.read("people.csv")).unwrap();
        authority.desk.write("people.csv", list.replacen(from, to, 1));
        authority.officer(&server, "first", "propose people.csv")
    };
    for (from, to, code) in
        [("law-article-39", "law-article-40", "rows-ground"), (",330106\n", ",4201\n", "rows-district")]
    {
        let run = propose(from, to);
        assert!(run.exit == 1 && run.err.contains(&format!("refuses: {code}: ")), "{to}: {}", run.err);
        assert!(!run.err.contains("1990"), "{}", run.err);
    }
    // A ground that lapses before the row does.
    let until = now().plus(hours(24 * 13)).to_string();
    let run = propose(&until, &now().plus(hours(24 * 61)).to_string());
    assert!(run.err.contains("refuses: rows-ground: "), "{}", run.err);
    for (from, to, code) in [
        ("close-contact", "red", "cli-people-field"),
        ("33010619900101123X", "12", "cli-people-field"),
        ("张三", "<b>", "cli-people-field"),
        ("district", "town", "cli-people-columns"),
    ] {
        let run = propose(from, to);
        assert!(run.exit == 2 && run.err.contains(&format!("error[{code}]: ")), "{to}: {}", run.err);
    }

    // Hostile bodies: nobody who is no officer has any of it read.
    let header = |act: &str| format!("healthcode-act: {act}");
    for (act, status) in [("", 400), ("x", 400), ("a.b.c", 400), (&"x".repeat(4_000), 400), ("..", 400)] {
        let reply = server.ask("POST", "/officer", &[&header(act)], &[b'x'; 100]);
        assert_eq!((reply.status, reply.json()["code"].as_str()), (status, Some("act-malformed")), "{act}");
    }
    assert_eq!(server.ask("POST", "/officer", &[], b"").status, 400);
    assert_eq!(server.get("/officer", &[]).json()["issuer"], "test-cdc");
    assert_eq!(server.post("/certificates", b"\xa0").status, 400);
    assert_eq!((server.get("/healthz", &[]).status, server.get("/readyz", &[]).status), (200, 200));
    let name = "/330106199001011234?name=张三".replace('张', "%E5%BC%A0").replace('三', "%E4%B8%89");
    assert_eq!(server.get(&name, &[]).status, 404);
    assert_eq!(server.get("/files/..%2f..%2fissuer.toml", &[]).status, 404);
    assert_eq!(server.get("/deltas/..%2f/1", &[]).status, 404);
    let (_, log) = server.stop();
    assert!(!log.contains("1990") && !log.contains("%E5"), "{log}");
}

/// What `publish --log` writes, the issuer serves as it does the rest.
#[test]
fn proofs_that_files_are_in_the_public_log_are_served() {
    let authority = Authority::new("issuer-proofs", "issuer.db");
    let desk = &authority.desk;
    crate::log::begin(desk);
    desk.ok(&format!(
        "publish site trust.cose pack.cose --key publisher.key --root {} --version 2 --log log --log-key log.key",
        authority.root
    ));
    let server = authority.start();
    let manifest = server.get("/manifest", &[]).body;
    let path = format!("/proofs/{}.tlog-proof", healthcode::trust::Digest::of(&manifest));
    let reply = server.get(&path, &[]);
    assert_eq!((reply.status, reply.header("content-type")), (200, Some("text/plain; charset=utf-8")));
    desk.write("manifest", &manifest);
    desk.write("manifest.proof", &reply.body);
    desk.ok("log check manifest --proof manifest.proof --policy log/policy");
    for wrong in [
        "/proofs/",
        "/proofs/x.tlog-proof",
        "/proofs/x.cbor",
        "/proofs/..%2fmanifest",
        &path.replace(".tlog-proof", ""),
    ] {
        assert_eq!(server.get(wrong, &[]).status, 404, "{wrong}");
    }
}

#[test]
fn a_ground_that_the_rules_no_longer_list_restricts_nobody() {
    let authority = Authority::new("issuer-ground", "issuer.db");
    let server = authority.start();
    let mut phone = authority.phone(&server, 1);
    authority.list("people.csv", &[ZHANG]);
    let proposal = authority.does(&server, "first", "propose people.csv");
    authority.does(&server, "second", &format!("confirm {proposal} --yes"));
    assert_eq!(phone.look(&server, ZHANG), red());
    let open = authority.does(&server, "second", "propose people.csv");
    let desk = &authority.desk;
    let pack = String::from_utf8(desk.read("pack.toml")).unwrap();
    desk.write("pack.toml", pack.replace("law-article-39", "law-article-41").replace("version = 1", "version = 2"));
    desk.ok(&format!("sign rule-pack pack.toml --issued {} --key rules-1.key --out next-1.cose", now()));
    desk.ok("countersign next-1.cose --key rules-2.key --out next.cose");
    desk.ok(&format!("publish site trust.cose next.cose --key publisher.key --root {}", authority.root));
    // The issuer goes by the new rules without being told; what was proposed by the old ones cannot be confirmed.
    assert_eq!(phone.look(&server, ZHANG), GREEN);
    authority.refused(&server, "first", &format!("confirm {open} --yes"), "rows-ground");
}

#[test]
fn rules_that_run_out_before_the_next_ones_are_there_free_nobody() {
    let authority = Authority::new("issuer-late", "issuer.db");
    let server = authority.start();
    let mut phone = authority.phone(&server, 1);
    authority.list("people.csv", &[ZHANG]);
    let proposal = authority.does(&server, "first", "propose people.csv");
    authority.does(&server, "second", &format!("confirm {proposal} --yes"));
    let desk = &authority.desk;
    let pack = String::from_utf8(desk.read("pack.toml")).unwrap().replace("version = 1", "version = 2");
    let ends = now().plus(Span::seconds(25));
    let (before, after) = pack.split_once("valid-until = ").unwrap();
    let (_, after) = after.split_once('\n').unwrap();
    desk.write("pack.toml", format!("{before}valid-until = \"{ends}\"\n{after}"));
    desk.ok(&format!("sign rule-pack pack.toml --issued {} --key rules-1.key --out next-1.cose", now()));
    desk.ok("countersign next-1.cose --key rules-2.key --out next.cose");
    desk.ok(&format!("publish site trust.cose next.cose --key publisher.key --root {}", authority.root));
    assert_eq!(phone.look(&server, ZHANG), red());
    while now() <= ends {
        std::thread::sleep(Duration::from_millis(200));
    }
    let identity = Identity::mask(ZHANG.0, ZHANG.1).unwrap();
    let request = phone.holder.certificate_request(identity, secret(1, 99).seed(), now()).unwrap();
    let reply = server.post("/certificates", &request);
    let roots = Roots { keys: vec![PublicKey::parse(&authority.root).unwrap()], signers: 1 };
    let trust = Trust::open(&server.get("/trust-list", &[]).body, &roots, now()).unwrap();
    let certified = DayCertificate::open(&reply.body, &trust).unwrap();
    assert_eq!(certified.certificate().floor, Colour::Red);
    // Nobody new is restricted by them.
    authority.list("more.csv", &[LI]);
    authority.refused(&server, "first", "propose more.csv", "rows-ground");
}

#[test]
fn two_officers_who_confirm_at_once_confirm_once() {
    let authority = Authority::new("issuer-at-once", "issuer.db");
    let text = String::from_utf8(authority.desk.read("issuer.toml")).unwrap();
    let key = authority.desk.key("third.key");
    authority.desk.write("issuer.toml", format!("{text}[[officers]]\nname = \"Qian Si\"\nkey = \"{key}\"\n"));
    let server = authority.start();
    for round in 0..3 {
        authority.list("people.csv", &[ZHANG, LI]);
        let proposal = authority.does(&server, "first", "propose people.csv");
        let confirm = format!("confirm {proposal} --yes");
        let runs = std::thread::scope(|scope| {
            let both = ["second", "third"].map(|key| scope.spawn(|| authority.officer(&server, key, &confirm)));
            both.map(|run| run.join().unwrap())
        });
        let done = runs.iter().filter(|run| run.exit == 0).count();
        assert_eq!(done, 1, "{round}: {runs:?}");
        assert!(runs.iter().any(|run| run.err.contains("desk-decided")), "{runs:?}");
        assert_eq!(authority.entries(&server, &proposal).len(), 2);
        authority.does(&server, "first", &format!("withdraw {proposal} --why over"));
    }
}

#[test]
fn settings_are_checked_before_anything_is_served() {
    let authority = Authority::new("issuer-settings", "issuer.db");
    let desk = &authority.desk;
    let good = String::from_utf8(desk.read("issuer.toml")).unwrap();
    authority.init();
    assert!(desk.run("issuer --check").exit == 0);
    for (from, to, code, words) in [
        ("site = ", "sight = ", "cli-toml", "issuer.toml:4:"),
        ("identity = \"demo\"", "identity = \"none\"", "cli-toml", "issuer.toml:7:"),
        ("test-cdc", "Test CDC", "cli-setting", "name: "),
        ("127.0.0.1:0", "somewhere", "cli-setting", "listen: "),
        ("Zhao Er\"", "chen yi\"", "cli-setting", "one person"),
        ("people.key", "nobody.key", "cli-file-missing", "nobody.key"),
        ("\"site\"", "\"nothing\"", "cli-file-missing", "nothing/manifest"),
        ("\"issuer.db\"", "\"nothing/issuer.db\"", "cli-database", ""),
        ("\"issuer.db\"", "\"mysql://host/db\"", "cli-setting", "database: "),
    ] {
        let mut text = good.replacen(from, to, 1);
        if words == "one person" {
            // Only one is left besides those who are the same.
            text = text.split("[[officers]]\nname = \"Sun San\"").next().unwrap().to_owned();
        }
        desk.write("issuer.toml", text);
        let run = desk.run("issuer --check");
        assert!(run.exit != 0 && run.err.contains(&format!("error[{code}")), "{to}: {}", run.err);
        assert!(run.err.contains(words), "{to}: {}", run.err);
    }
}

/// A token of the app's backend.
fn token(key: &SecretKey, kid: &str, claims: &serde_json::Value) -> String {
    let part = |text: &str| base64url(text.as_bytes());
    let head = format!(r#"{{"alg":"EdDSA","kid":"{kid}"}}"#);
    let signed = format!("{}.{}", part(&head), part(&claims.to_string()));
    format!("{signed}.{}", base64url(&key.sign(signed.as_bytes())))
}

fn base64url(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let bits = |at: usize| (0..6).fold(0, |value, bit| value << 1 | bit_of(bytes, at + bit));
    (0..bytes.len() * 8).step_by(6).map(|at| char::from(DIGITS[bits(at)])).collect()
}

fn bit_of(bytes: &[u8], bit: usize) -> usize {
    bytes.get(bit / 8).map_or(0, |byte| usize::from(byte >> (7 - bit % 8) & 1))
}

#[test]
fn a_login_token_enrols_a_phone_once_and_only_as_whom_it_names() {
    let authority = Authority::new("issuer-login", "issuer.db");
    logins(&authority);
    if let Some(database) = on_postgres("logins") {
        logins(&Authority::new("issuer-login-postgres", &database));
    }
}

fn logins(authority: &Authority) {
    let desk = &authority.desk;
    let text = String::from_utf8(desk.read("issuer.toml")).unwrap();
    let login =
        r#"identity = { login = { issuer = "https://app.example", audience = "test-cdc", keys = "app.json" } }"#;
    desk.write("issuer.toml", text.replace("identity = \"demo\"", login));
    let (first, second) = (secret(90, 0), secret(91, 0));
    let jwk = |kid: &str, key: &SecretKey| serde_json::json!({ "kid": kid, "kty": "OKP", "crv": "Ed25519", "x": base64url(key.public().as_bytes()) });
    desk.write("app.json", r#"{"keys":[{"kid":"1","kty":"oct","k":"AAAA"}]}"#);
    assert!(desk.run("issuer --check").err.contains("error[cli-no-token-keys]"));
    desk.write("app.json", serde_json::json!({ "keys": [jwk("1", &first)] }).to_string());
    let server = authority.start();
    let mut phone = authority.phone(&server, 1);
    let at = now().unix();
    let claims = |jti: &str, phone: &Phone, (name, number): (&str, &str)| {
        serde_json::json!({
            "iss": "https://app.example", "aud": "test-cdc", "iat": at, "exp": at + 300, "jti": jti,
            "key": phone.holder.public_key().unwrap(), "name": name, "number": number,
        })
    };
    let with = |claims: &serde_json::Value, name: &str, value: serde_json::Value| {
        let mut claims = claims.clone();
        claims[name] = value;
        claims
    };
    let enrol = |token: &str| {
        let reply = server.ask("POST", "/enrolments", &["Content-Type: application/jwt"], token.as_bytes());
        (reply.status, reply.json()["code"].as_str().unwrap_or_default().to_owned())
    };
    let refusal = |phone: &mut Phone, (name, number): (&str, &str)| {
        phone.looks += 1;
        let identity = Identity::mask(name, number).unwrap();
        let day = secret(phone.seed, phone.looks);
        let request = phone.holder.certificate_request(identity, day.seed(), now()).unwrap();
        let reply = server.post("/certificates", &request);
        (reply.status, reply.json()["code"].as_str().unwrap().to_owned())
    };
    let not_enrolled = (403, "issuer-not-enrolled".to_owned());
    assert_eq!(refusal(&mut phone, ZHANG), not_enrolled);

    // What is not signed by the backend, for this issuer, now, enrols nobody.
    let good = claims("a", &phone, ZHANG);
    let stranger = secret(92, 0);
    for (token, status, code) in [
        (token(&stranger, "1", &good), 401, "login-unknown-key"),
        (token(&first, "2", &good), 401, "login-unknown-key"),
        (token(&first, "1", &with(&good, "iss", "https://else.example".into())), 401, "login-elsewhere"),
        (token(&first, "1", &with(&good, "aud", "else".into())), 401, "login-elsewhere"),
        (token(&first, "1", &with(&good, "exp", (at + 601).into())), 401, "login-age"),
        (token(&first, "1", &with(&good, "iat", (at + 3_600).into())), 401, "login-age"),
        (
            token(&first, "1", &with(&with(&good, "iat", (at - 9_000).into()), "exp", (at - 8_700).into())),
            401,
            "login-age",
        ),
        (token(&first, "1", &with(&good, "exp", i64::MAX.into())), 401, "login-age"),
        (token(&first, "1", &with(&good, "number", "12".into())), 400, "certificate-number"),
        (token(&first, "1", &with(&good, "key", "00".into())), 400, "login-malformed"),
        (token(&first, "1", &with(&good, "jti", "".into())), 400, "login-malformed"),
        (token(&first, "1", &good).replacen('.', "", 1), 400, "login-malformed"),
        (String::new(), 400, "login-malformed"),
        ("x".repeat(5_000), 400, "issuer-request-cut"),
    ] {
        assert_eq!(enrol(&token), (status, code.to_owned()), "{token}");
    }
    let none = base64url(br#"{"alg":"none","kid":"1"}"#);
    let unsigned = format!("{none}.{}.", token(&first, "1", &good).split('.').nth(1).unwrap());
    assert_eq!(enrol(&unsigned), (401, "login-unknown-key".to_owned()));
    assert_eq!(refusal(&mut phone, ZHANG), not_enrolled);

    let signed = token(&first, "1", &good);
    assert_eq!(
        (enrol(&signed), enrol(&signed)),
        ((200, String::new()), (200, String::new())),
        "whoever did not hear it may ask again"
    );
    assert_eq!(phone.look(&server, ZHANG), GREEN);
    assert_eq!(refusal(&mut phone, LI), not_enrolled, "in another's name there is none");
    // Officers name the same person by the number, however it is written, and another phone of theirs is theirs.
    let mut second_phone = authority.phone(&server, 2);
    desk.write("app.json", serde_json::json!({ "keys": [jwk("1", &first), jwk("2", &second)] }).to_string());
    assert_eq!(enrol(&token(&second, "2", &claims("b", &second_phone, (ZHANG.0, "330106 1990-0101 123x")))).0, 200);
    authority.list("people.csv", &[ZHANG]);
    let proposal = authority.does(&server, "first", "propose people.csv");
    authority.does(&server, "second", &format!("confirm {proposal} --yes"));
    assert_eq!((phone.look(&server, ZHANG), second_phone.look(&server, ZHANG)), (red(), red()));
    // A key that is gone from the file signs nothing more; nobody had to restart anything.
    desk.write("app.json", serde_json::json!({ "keys": [jwk("2", &second)] }).to_string());
    assert_eq!(enrol(&token(&first, "1", &claims("c", &phone, LI))), (401, "login-unknown-key".to_owned()));
    // A phone that has another owner since does not go back by an old token.
    assert_eq!(enrol(&token(&second, "2", &claims("d", &second_phone, LI))).0, 200);
    assert_eq!(
        enrol(&token(&second, "2", &claims("b", &second_phone, (ZHANG.0, "330106 1990-0101 123x")))),
        (409, "login-again".to_owned())
    );
    assert_eq!(second_phone.look(&server, LI), GREEN);
    let (_, log) = server.stop();
    assert!(!log.contains("1990") && !log.contains("1234") && !log.contains("eyJ"), "{log}");
    assert!(log.contains("/enrolments"), "{log}");
}

/// How often the issuer is killed; more with HEALTHCODE_KILLS.
fn kills() -> u32 {
    std::env::var("HEALTHCODE_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(3)
}

#[test]
fn every_enrolment_that_was_answered_outlives_a_kill() {
    let authority = Authority::new("issuer-killed", "issuer.db");
    let mut answered = Vec::new();
    for round in 0..kills() {
        let mut server = authority.start();
        let address = server.address().to_owned();
        let (tell, told) = std::sync::mpsc::channel();
        let load = std::thread::spawn(move || {
            // Phone after phone asks until the issuer is gone.
            let mut answered = Vec::new();
            for number in 0.. {
                let (phone, day) = (numbered(round, number, 0), numbered(round, number, 1));
                let identity = Identity::mask(ZHANG.0, &format!("A{:04}", number % 10_000)).unwrap();
                let place = Place::parse("330106").unwrap();
                let request = CertificateRequest::sign(&phone, &day, place, identity, now()).unwrap();
                match crate::server::try_post(&address, "/certificates", &request) {
                    Some(200) => answered.push(phone.public().to_string()),
                    _ => break,
                }
                let _ = tell.send(());
            }
            answered
        });
        // At another request each time, and somewhere within it.
        let requests = 3 + round * 7 % 40;
        for _ in 0..requests {
            told.recv_timeout(Duration::from_secs(60)).unwrap();
        }
        std::thread::sleep(Duration::from_micros(u64::from(round * 379 % 5_000)));
        server.kill();
        answered.extend(load.join().unwrap());
    }
    assert!(answered.len() >= 3, "{}", answered.len());
    let server = authority.start();
    assert_eq!(server.get("/readyz", &[]).status, 200);
    assert_eq!(server.stop().0, Some(0));
    let keys = phones(&authority);
    let mut sorted = keys.clone();
    sorted.dedup();
    assert_eq!(sorted.len(), keys.len(), "none is there twice");
    let lost: Vec<_> = answered.iter().filter(|key| !keys.contains(key)).collect();
    assert!(lost.is_empty(), "{} of {} are lost", lost.len(), answered.len());
}

fn numbered(round: u32, number: u32, which: u8) -> SecretKey {
    let text = format!("{round} {number} {which}");
    SecretKey::from_random(&healthcode::trust::Digest::of(text.as_bytes()).0).unwrap()
}

/// The enrolment keys in the issuer's database, read by another program.
fn phones(authority: &Authority) -> Vec<String> {
    let file = authority.desk.path("issuer.db");
    let out = std::process::Command::new("python3")
        .args(["-c", "import sqlite3, sys\nfor (k,) in sqlite3.connect(sys.argv[1]).execute('SELECT enrolment_key FROM phone ORDER BY 1'): print(k)"])
        .arg(file)
        .output()
        .unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout).unwrap().lines().map(str::to_owned).collect()
}
