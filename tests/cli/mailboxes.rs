//! Mailboxes: what two officers confirm of a person is in them minutes later, for that person's phones and nobody else.
#![cfg(unix)]

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use healthcode::mailbox::{ENTRY_BYTES, Mailbox};

use crate::issuer::{Authority, GREEN, LI, Phone, WANG, ZHANG, now, on_postgres, red};
use crate::server::Server;
use crate::tool::json;

/// An issuer that writes eight mailboxes each second.
fn with_mailboxes(test: &str, database: &str) -> Authority {
    let authority = Authority::new(test, database);
    set(&authority, "issuer.toml", "mailboxes", 1);
    authority
}

fn set(authority: &Authority, file: &str, folder: &str, seconds: u8) {
    let settings = String::from_utf8(authority.desk.read("issuer.toml")).unwrap();
    let own = settings.lines().filter(|line| !line.starts_with("mailboxes")).collect::<Vec<_>>().join("\n");
    let (keys, officers) = own.split_once("[[officers]]").unwrap();
    let mailboxes = format!("mailboxes = {{ folder = \"{folder}\", bits = 3, seconds = {seconds} }}\n");
    authority.desk.write(file, format!("{keys}{mailboxes}[[officers]]{officers}"));
}

/// What a phone asks for when it looks, and how long the answer is.
struct Asked {
    path: String,
    bytes: usize,
}

/// A phone fetches its mailbox once one has been written after this moment.
fn hear(phone: &mut Phone, server: &Server) -> Asked {
    let (after, began) = (now(), Instant::now());
    let path = format!("/{}", phone.holder.mailbox().unwrap());
    loop {
        let reply = server.get(&path, &[]);
        if reply.status == 200 && Mailbox::read_unverified(&reply.body).unwrap().issued > after {
            assert_eq!(reply.header("content-type"), Some("application/cose"));
            assert_eq!(reply.header("cache-control"), Some("public, max-age=60"));
            phone.holder.load(&reply.body, now()).unwrap();
            return Asked { path, bytes: reply.body.len() };
        }
        assert!(began.elapsed() < Duration::from_secs(20), "{}", reply.status);
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// The path without the number in it.
fn shape(path: &str) -> &str {
    path.trim_end_matches(|c: char| c.is_ascii_digit())
}

/// The whole of it, on whichever database the settings name.
fn heard_between_certificates(authority: &Authority) {
    let server = authority.start();
    let (mut first, mut second, mut other) =
        (authority.phone(&server, 1), authority.phone(&server, 2), authority.phone(&server, 3));
    for (phone, who) in [(&mut first, ZHANG), (&mut second, ZHANG), (&mut other, LI)] {
        assert_eq!(phone.look(&server, who), GREEN);
    }
    assert_eq!(first.holder.mailbox(), second.holder.mailbox(), "all phones of a person look into one");
    let before = hear(&mut first, &server);
    assert_eq!(first.shows(), GREEN);

    authority.list("contacts.csv", &[ZHANG]);
    let proposal = authority.does(&server, "first", "propose contacts.csv");
    hear(&mut first, &server);
    assert_eq!(first.shows(), GREEN, "one officer is not enough");
    authority.does(&server, "second", &format!("confirm {proposal} --yes"));
    let asked = [hear(&mut first, &server), hear(&mut second, &server), hear(&mut other, &server)];
    assert_eq!((first.shows(), second.shows(), other.shows()), (red(), red(), GREEN));
    // Whoever sees the requests and the answers sees no difference: before and after, of one and of the other.
    for asked in &asked {
        assert_eq!((shape(&asked.path), asked.bytes), (shape(&before.path), before.bytes));
    }

    // It is taken back by the same way, from those who have no other certificate yet.
    let [(entry, true)] = &authority.entries(&server, &proposal)[..] else { panic!("one entry") };
    assert_eq!(second.look(&server, ZHANG), red());
    authority.does(&server, "first", &format!("withdraw {entry} --why wrong-person"));
    hear(&mut first, &server);
    assert_eq!(first.shows(), GREEN);
    // Whose certificate says it is told to get another.
    assert!(!second.holder.is_superseded());
    hear(&mut second, &server);
    assert_eq!((second.holder.is_superseded(), second.shows()), (true, red()));
    assert_eq!((second.look(&server, ZHANG), second.holder.is_superseded()), (GREEN, false));

    // A correction, too: of two contacts one was none.
    authority.list("two.csv", &[LI, WANG]);
    let list = authority.does(&server, "second", "import two.csv");
    authority.does(&server, "first", &format!("confirm {list} --yes"));
    hear(&mut other, &server);
    assert_eq!(other.shows(), red());
    authority.list("corrected.csv", &[LI]);
    let corrected = String::from_utf8(authority.desk.read("corrected.csv")).unwrap();
    authority.desk.write("corrected.csv", corrected.replace("close-contact", "recovered"));
    let entries = authority.entries(&server, &list);
    let tried =
        entries.iter().map(|(entry, _)| authority.officer(&server, "first", &format!("correct {entry} corrected.csv")));
    let taken: Vec<_> = tried.filter(|run| run.exit == 0).collect();
    authority.does(&server, "second", &format!("confirm {} --yes", taken[0].out.trim()));
    hear(&mut other, &server);
    assert_eq!(other.shows(), GREEN);

    what_others_learn(authority, &server);
    let (exit, log) = server.stop();
    assert_eq!(exit, Some(0));
    let lines: Vec<_> = log.lines().filter(|line| line.starts_with('{')).map(json).collect();
    let paths: BTreeSet<_> = lines.iter().filter_map(|line| line["path"].as_str()).collect();
    assert!(paths.contains("/mailboxes/") && paths.iter().all(|path| !path.contains("mailboxes/3")), "{paths:?}");
    assert!(lines.iter().any(|line| line["mailboxes"] == 8 && line["entries"] == 16), "{log}");
}

/// What whoever serves the mailboxes has (docs/issuer.md): as many of them whoever is listed, of one length, in which there is
/// nothing of anybody and nothing twice.
fn what_others_learn(authority: &Authority, server: &Server) {
    let mailboxes: Vec<Vec<u8>> = (0..8).map(|number| authority.desk.read(&format!("mailboxes/3/{number}"))).collect();
    let mut entries = BTreeSet::new();
    for (number, bytes) in (0..).zip(&mailboxes) {
        let mailbox = Mailbox::read_unverified(bytes).unwrap();
        assert_eq!((mailbox.number, mailbox.bits, mailbox.entries.len()), (number, 3, 16 * ENTRY_BYTES));
        assert_eq!(bytes.len(), mailboxes[0].len());
        entries.extend(mailbox.entries.chunks(8).map(<[u8]>::to_vec));
        assert!(mailbox.entries.chunks(ENTRY_BYTES).is_sorted(), "their order says nothing");
    }
    assert_eq!(entries.len(), 8 * 16 * ENTRY_BYTES / 8, "nothing is there twice");
    for path in ["/mailboxes/3/8", "/mailboxes/2/0", "/mailboxes/3/-1", "/mailboxes/3/..%2f3%2f0", "/mailboxes/3"] {
        assert!([400, 404].contains(&server.get(path, &[]).status), "{path}");
    }
}

#[test]
fn what_is_confirmed_withdrawn_or_corrected_is_heard_between_certificates() {
    heard_between_certificates(&with_mailboxes("mailboxes", "issuer.db"));
}

#[test]
fn the_same_holds_on_postgresql() {
    let Some(database) = on_postgres("mailboxes") else { return };
    heard_between_certificates(&with_mailboxes("mailboxes-postgres", &database));
}

#[test]
fn two_issuers_on_one_postgresql_write_the_same_bytes() {
    let Some(database) = on_postgres("mailrooms") else { return };
    let authority = Authority::new("mailboxes-replicas", &database);
    set(&authority, "issuer.toml", "mailboxes-1", 2);
    let one = authority.start();
    set(&authority, "issuer.toml", "mailboxes-2", 2);
    let other = authority.start();
    let mut phone = authority.phone(&one, 1);
    assert_eq!(phone.look(&one, ZHANG), GREEN);
    authority.list("people.csv", &[ZHANG, LI, WANG]);
    let proposal = authority.does(&one, "first", "propose people.csv");
    authority.does(&other, "second", &format!("confirm {proposal} --yes"));
    let (mut compared, began) = (BTreeSet::new(), Instant::now());
    while compared.len() < 3 * 8 {
        assert!(began.elapsed() < Duration::from_secs(60), "{}", compared.len());
        for number in 0..8 {
            let written = ["mailboxes-1", "mailboxes-2"]
                .map(|folder| std::fs::read(authority.desk.path(&format!("{folder}/3/{number}"))).unwrap_or_default());
            let issued =
                written.each_ref().map(|bytes| Mailbox::read_unverified(bytes).ok().map(|mailbox| mailbox.issued));
            let [Some(first), Some(second)] = issued else { continue };
            if first == second {
                assert!(written[0] == written[1], "mailbox {number} of {first}");
                compared.insert((first, number));
            }
        }
        std::thread::sleep(Duration::from_millis(200));
    }
    hear(&mut phone, &other);
    assert_eq!(phone.shows(), red());
}

#[test]
fn settings_of_mailboxes_are_checked() {
    let authority = Authority::new("mailboxes-settings", "issuer.db");
    set(&authority, "issuer.toml", "mailboxes", 181);
    let run = authority.desk.run("issuer --check");
    assert!(
        run.exit != 0 && run.err.contains("error[cli-setting]") && run.err.contains("`seconds` 1 to 180"),
        "{}",
        run.err
    );
}

#[test]
fn a_clock_that_was_ahead_keeps_no_mailbox_from_phones_and_a_disk_that_takes_none_is_told() {
    let authority = with_mailboxes("mailboxes-clock", "issuer.db");
    let server = authority.start();
    let mut phone = authority.phone(&server, 1);
    assert_eq!(phone.look(&server, ZHANG), GREEN);
    hear(&mut phone, &server);
    assert_eq!(server.stop().0, Some(0));
    authority.sql("UPDATE mailboxes SET issued = issued + 86400");
    let server = authority.start();
    let path = hear(&mut phone, &server).path;
    let issued = Mailbox::read_unverified(&server.get(&path, &[]).body).unwrap().issued;
    assert!(issued <= now(), "{issued}");
    ready(&server);

    // The folder cannot be written in any more.
    std::fs::remove_dir_all(authority.desk.path("mailboxes")).unwrap();
    authority.desk.write("mailboxes", "a file");
    let (began, written) = (Instant::now(), |server: &Server| {
        let figures = String::from_utf8(server.get("/metrics", &[]).body).unwrap();
        let line = figures.lines().find_map(|line| line.strip_prefix("healthcode_issuer_mailboxes_written_seconds "));
        line.unwrap().parse::<i64>().unwrap()
    });
    while server.get("/readyz", &[]).status != 503 {
        assert!(began.elapsed() < Duration::from_secs(60));
        std::thread::sleep(Duration::from_millis(200));
    }
    assert!((1..now().unix() - 4).contains(&written(&server)));
    std::fs::remove_file(authority.desk.path("mailboxes")).unwrap();
    hear(&mut phone, &server);
    ready(&server);
    let (_, log) = server.stop();
    assert!(log.contains("error[cli-mailboxes-late]"), "{log}");
}

/// An issuer is ready once all mailboxes are written: one of them is heard before.
fn ready(server: &Server) {
    let began = Instant::now();
    while server.get("/readyz", &[]).status != 200 {
        assert!(began.elapsed() < Duration::from_secs(20));
        std::thread::sleep(Duration::from_millis(50));
    }
}
