//! What an issuer must not go on without, or go on with unnoticed: its database, its keys, and files that phones can use.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::time::{Duration, Instant};

use healthcode::code::certificate::Identity;

use crate::issuer::{Authority, GREEN, LI, ZHANG, now, on_postgres, red, secret};

/// The same settings with something else in them.
fn settings(authority: &Authority, from: &str, to: &str) {
    let text = String::from_utf8(authority.desk.read("good.toml")).unwrap();
    assert!(text.contains(from), "{text}");
    authority.desk.write("issuer.toml", text.replacen(from, to, 1));
}

fn keep_settings(authority: &Authority) {
    authority.desk.write("good.toml", authority.desk.read("issuer.toml"));
}

/// Whether it can be used, and that a start is refused where the check is.
fn refused(authority: &Authority, code: &str, words: &str) {
    for command in ["issuer --check", "issuer"] {
        let run = authority.desk.run(command);
        assert!(run.exit != 0 && run.err.contains(&format!("error[{code}]")), "{command}: {}{}", run.out, run.err);
        assert!(run.err.contains(words) && run.err.contains("hint: "), "{command}: {}", run.err);
    }
}

#[test]
fn a_database_that_is_gone_or_anothers_is_refused_and_none_is_made_in_its_place() {
    let authority = Authority::new("issuer-database", "issuer.db");
    let desk = &authority.desk;
    keep_settings(&authority);
    refused(&authority, "cli-database-none", "there is no database of an issuer there");
    assert!(!desk.path("issuer.db").exists(), "looking for it makes none");
    let server = authority.start();
    let mode = |file: &str| fs::metadata(desk.path(file)).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode("issuer.db"), mode("issuer.db-wal"), mode("issuer.db-shm")), (0o600, 0o600, 0o600));
    let mut phone = authority.phone(&server, 1);
    authority.list("people.csv", &[ZHANG]);
    let proposal = authority.does(&server, "first", "propose people.csv");
    authority.does(&server, "second", &format!("confirm {proposal} --yes"));
    assert_eq!(phone.look(&server, ZHANG), red());
    let (_, log) = server.stop();
    assert!(
        log.contains("  entries in force: 0\n  last line of the journal: 0\n") && !log.contains("warning"),
        "{log}"
    );
    let again = desk.run("issuer --init");
    assert!(again.exit != 0 && again.err.contains("error[cli-database-there]"), "{}", again.err);

    // Gone, or looked for elsewhere.
    fs::rename(desk.path("issuer.db"), desk.path("away.db")).unwrap();
    refused(&authority, "cli-database-none", "put it back");
    assert!(!desk.path("issuer.db").exists());
    desk.write("issuer.db", "");
    refused(&authority, "cli-database-none", "");
    desk.write("issuer.db", "name = \"this is no database, but quite another file\"\n".repeat(100));
    refused(&authority, "cli-database-file", "it is no database of SQLite");
    fs::rename(desk.path("away.db"), desk.path("issuer.db")).unwrap();

    // Under another key, another way to identify people or another name nobody would be found again.
    desk.key("other.key");
    settings(&authority, "\"people.key\"", "\"other.key\"");
    refused(&authority, "cli-database-other", "another key");
    desk.write(
        "app.json",
        r#"{"keys":[{"kid":"1","kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#,
    );
    let login = r#"{ login = { issuer = "https://app.example", audience = "test-cdc", keys = "app.json" } }"#;
    settings(&authority, "identity = \"demo\"", &format!("identity = {login}"));
    refused(&authority, "cli-database-other", "`demo`");
    settings(&authority, "test-cdc", "other-cdc");
    refused(&authority, "cli-database-other", "test-cdc");

    desk.write("issuer.toml", desk.read("good.toml"));
    fs::set_permissions(desk.path("issuer.db"), fs::Permissions::from_mode(0o644)).unwrap();
    let server = authority.start();
    assert_eq!(phone.look(&server, ZHANG), red());
    let (_, log) = server.stop();
    assert!(
        log.contains("  entries in force: 1\n  last line of the journal: 2\n") && log.contains("chmod 600"),
        "{log}"
    );
}

#[test]
fn an_older_copy_of_the_database_is_noticed() {
    let authority = Authority::new("issuer-older", "issuer.db");
    let desk = &authority.desk;
    keep_settings(&authority);
    settings(&authority, "site = ", "last = \"issuer.last\"\nsite = ");
    let server = authority.start();
    let mut phone = authority.phone(&server, 1);
    authority.list("people.csv", &[ZHANG]);
    let proposal = authority.does(&server, "first", "propose people.csv");
    authority.does(&server, "second", &format!("confirm {proposal} --yes"));
    assert_eq!(server.stop().0, Some(0));
    fs::copy(desk.path("issuer.db"), desk.path("older.db")).unwrap();
    let server = authority.start();
    authority.does(&server, "first", &format!("withdraw {proposal} --why wrong-person"));
    let last = authority.does(&server, "first", "journal");
    assert_eq!(String::from_utf8(desk.read("issuer.last")).unwrap().trim(), last);
    assert_eq!(server.stop().0, Some(0));
    // What was withdrawn would be back.
    fs::copy(desk.path("older.db"), desk.path("issuer.db")).unwrap();
    refused(&authority, "cli-journal-back", "line 3 of the journal");
    desk.write("issuer.last", "3 x\n");
    refused(&authority, "cli-journal-back", "issuer.last");
    fs::remove_file(desk.path("issuer.last")).unwrap();
    let server = authority.start();
    assert_eq!(phone.look(&server, ZHANG), red());
    authority.does(&server, "first", &format!("withdraw {proposal} --why wrong-person"));
    assert_eq!(phone.look(&server, ZHANG), GREEN);
}

#[test]
fn an_issuer_whose_certificates_no_phone_takes_gives_none_and_says_so() {
    let authority = Authority::new("issuer-no-certificates", "issuer.db");
    let desk = &authority.desk;
    keep_settings(&authority);
    authority.init();
    settings(&authority, "\"certificates.key\"", "\"publisher.key\"");
    refused(&authority, "cli-certificate-key", "phones refuse what it signs");
    desk.write("issuer.toml", desk.read("good.toml"));
    let server = authority.start();
    let mut phone = authority.phone(&server, 1);
    assert_eq!((phone.look(&server, ZHANG), server.get("/readyz", &[]).status), (GREEN, 200));

    // A list of another place for it, then one without it, then one with it: the issuer need not be told.
    let list = String::from_utf8(desk.read("list.toml")).unwrap();
    let (others, own) = list.rsplit_once("[[keys]]").unwrap();
    let elsewhere = format!("{others}[[keys]]{own}place = \"42\"\n");
    for (version, (text, ready)) in (2..).zip([(elsewhere.as_str(), false), (others, false), (list.as_str(), true)]) {
        desk.write("next.toml", text);
        desk.ok(&format!(
            "trust build next.toml --key root.key --version {version} --valid 30d --out trust-{version}.cose"
        ));
        desk.ok(&format!("publish site trust-{version}.cose pack.cose --key publisher.key --root {}", authority.root));
        let answer = server.get("/readyz", &[]);
        assert_eq!(
            answer.status,
            if ready { 200 } else { 503 },
            "{version}: {}",
            String::from_utf8_lossy(&answer.body)
        );
        let identity = Identity::mask(ZHANG.0, ZHANG.1).unwrap();
        let day = secret(9, u8::try_from(version).unwrap());
        let request = phone.holder.certificate_request(identity, day.seed(), now()).unwrap();
        let reply = server.post("/certificates", &request);
        if ready {
            assert_eq!(reply.status, 200);
        } else {
            assert_eq!((reply.status, reply.json()["code"].as_str()), (500, Some("issuer-fault")));
            assert!(desk.run("issuer --check").err.contains("error[cli-certificate-key]"));
        }
    }
    // Files that phones no longer decide by.
    desk.ok(&format!("publish site trust-4.cose pack.cose --key publisher.key --valid 2s --root {}", authority.root));
    let began = Instant::now();
    while server.get("/readyz", &[]).status == 200 {
        assert!(began.elapsed() < Duration::from_secs(30));
        std::thread::sleep(Duration::from_millis(200));
    }
    let check = desk.run("issuer --check");
    assert!(
        check.exit != 0 && check.err.contains("manifest: ") && check.err.contains("error[file-expired]"),
        "{}",
        check.err
    );
    let (_, log) = server.stop();
    assert!(log.contains("error[cli-certificate-key]") && log.contains("error[file-expired]"), "{log}");
}

#[test]
fn a_database_moves_from_sqlite_to_postgresql_as_the_docs_say() {
    let Some(url) = on_postgres("moved") else { return };
    let authority = Authority::new("issuer-moved", "issuer.db");
    let desk = &authority.desk;
    let settings = String::from_utf8(desk.read("issuer.toml")).unwrap();
    desk.write("issuer.toml", format!("last = \"issuer.last\"\n{settings}"));
    let server = authority.start();
    let mut phone = authority.phone(&server, 1);
    assert_eq!(phone.look(&server, ZHANG), GREEN);
    authority.list("people.csv", &[ZHANG, LI]);
    let proposal = authority.does(&server, "first", "propose people.csv");
    authority.does(&server, "second", &format!("confirm {proposal} --yes"));
    authority.does(&server, "first", "propose people.csv");
    let last = authority.does(&server, "first", "journal");
    assert_eq!(server.stop().0, Some(0));

    let settings = String::from_utf8(desk.read("issuer.toml")).unwrap();
    desk.write("new.toml", settings.replace("\"issuer.db\"", &format!("{url:?}")));
    let docs = include_str!("../../docs/issuer.md");
    let block = docs.split("```sh copy\n").nth(1).unwrap().split("```").next().unwrap();
    let tool = std::path::Path::new(env!("CARGO_BIN_EXE_healthcode")).parent().unwrap();
    let path = format!("{}:{}", tool.display(), std::env::var("PATH").unwrap());
    let out = std::process::Command::new("sh")
        .args(["-euc", block])
        .current_dir(desk.path(""))
        .env("PATH", path)
        .env("url", &url)
        .output()
        .unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));

    desk.write("issuer.toml", desk.read("new.toml"));
    let server = authority.start();
    assert_eq!(authority.does(&server, "first", "journal"), last);
    assert_eq!(phone.look(&server, ZHANG), red());
    authority.does(&server, "first", &format!("withdraw {proposal} --why over"));
    assert_eq!(phone.look(&server, ZHANG), GREEN);
}

#[test]
fn a_copy_of_a_running_database_is_whole_by_vacuum_and_officers_keys_are_replaced() {
    let authority = Authority::new("issuer-copied", "issuer.db");
    let desk = &authority.desk;
    let server = authority.start();
    authority.list("people.csv", &[ZHANG]);
    let open = authority.does(&server, "first", "propose people.csv");
    let last = authority.does(&server, "first", "journal");
    let out = std::process::Command::new("python3")
        .args(["-c", "import sqlite3; sqlite3.connect('issuer.db').execute(\"VACUUM INTO 'backup.db'\")"])
        .current_dir(desk.path(""))
        .output()
        .unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    assert_eq!(server.stop().0, Some(0));
    fs::rename(desk.path("backup.db"), desk.path("issuer.db")).unwrap();
    let _ = fs::remove_file(desk.path("issuer.db-wal"));

    // The first officer has a new key.
    let old = desk.ok("keys show first.key");
    let old = old.split_whitespace().find(|word| word.len() == 64).unwrap().to_owned();
    let new = desk.key("new.key");
    let settings = String::from_utf8(desk.read("issuer.toml")).unwrap();
    desk.write("before.toml", &settings);
    desk.write("issuer.toml", settings.replace(&old, &new));
    let server = authority.start();
    assert_eq!(authority.does(&server, "new", "journal"), last);
    authority.refused(&server, "first", "list", "act-unknown-officer");
    let run = authority.officer(&server, "second", &format!("confirm {open} --yes"));
    assert!(run.err.contains("desk-no-officer") && run.err.contains("no officer's any more"), "{}", run.err);
    authority.does(&server, "new", &format!("withdraw {open} --why over"));
    let run = authority.officer(&server, "new", "journal --officers issuer.toml");
    assert!(run.err.contains("error[cli-journal-signer]"), "{}", run.err);
    // With a file that has both keys, each line is signed by somebody who was an officer then.
    let both = format!("{}\n[[officers]]\nname = \"Chen Yi\"\nkey = \"{old}\"\n", settings.replace(&old, &new));
    desk.write("all.toml", both);
    authority.does(&server, "new", "journal --officers all.toml");
}
