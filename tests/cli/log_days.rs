//! `log day`, and what in a log's folder is no part of a log.

use std::fs;
use std::process::Command;

use healthcode::calendar::Date;
use healthcode::cbor::to_bytes;
use healthcode::log::leaf::Restricted;
use healthcode::log::make::checkpoint;
use healthcode::log::tiles::{Source, Tile, Tree};
use healthcode::log::{Leaf, LogError, LoggedDay, NoteKey, SignedNote, TreeHead};
use healthcode::place::Place;
use healthcode::trust::{Digest, SecretKey};

use crate::log::{begin, server};
use crate::tool::Desk;
use crate::witness::ask;

#[test]
fn a_day_is_logged_once_and_on_grounds_that_are_listed() {
    let desk = Desk::new("log-days");
    desk.authority();
    let log = begin(&desk);
    let source = fs::read_to_string(crate::tool::rules("packs/contact-watch/pack.toml")).unwrap();
    let place = source.lines().find_map(|line| line.strip_prefix("region = ")).unwrap().trim_matches('"').to_owned();
    let ground = source.split("[[ground]]").nth(1).unwrap().split('"').nth(1).unwrap().to_owned();
    desk.ok(&format!(
        "sign rule-pack {} --key rules-1.key --issued 2026-03-01 --out watch.cbor",
        crate::tool::rules("packs/contact-watch/pack.toml")
    ));
    desk.ok("log append log trust.cbor watch.cbor --key log.key");
    desk.key("salts.key");
    let list = |name: &str, count: u8, ground: &str| {
        let rows = (1..=count).map(|number| format!("{},{place},{ground}\n", format!("{number:02x}").repeat(32)));
        desk.write(name, rows.collect::<String>());
    };
    list("three.csv", 3, &ground);
    list("one.csv", 1, &ground);
    list("other.csv", 1, "no-such-ground");
    let day = |list: &str, date: &str, out: &str| {
        format!("log day log {list} --date {date} --secret salts.key --out {out} --key log.key")
    };
    desk.ok(&day("three.csv", "2020-02-12", "given.csv"));
    // Whose they are is for its owner alone.
    let mode = std::os::unix::fs::PermissionsExt::mode(&fs::metadata(desk.path("given.csv")).unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600);
    // The same again is the same.
    assert!(desk.run(&day("three.csv", "2020-02-12", "given.csv")).err.contains("added 0 of 1"));

    let head = desk.read("log/.log/head");
    desk.fails(2, "cli-log-day-twice", &day("one.csv", "2020-02-12", "twice.csv"));
    desk.fails(2, "cli-log-day-ahead", &day("one.csv", "2999-01-01", "ahead.csv"));
    desk.fails(2, "cli-log-ground", &day("other.csv", "2020-02-13", "ground.csv"));
    desk.fails(2, "cli-overwrite", &day("one.csv", "2020-02-13", "given.csv"));
    let salts = desk.read("salts.key");
    desk.fails(2, "cli-overwrite", &day("one.csv", "2020-02-13", "salts.key"));
    assert_eq!(desk.read("salts.key"), salts);
    let own = day("one.csv", "2020-02-13", "own.csv").replace("salts.key", "log.key");
    desk.fails(2, "cli-log-secret", &own);
    assert_eq!(desk.read("log/.log/head"), head);
    assert!(["twice.csv", "ahead.csv", "ground.csv", "own.csv"].iter().all(|file| !desk.path(file).exists()));
    desk.fails(2, "cli-overwrite", "log prove log trust.cbor --out salts.key");
    desk.ok("log prove log trust.cbor --out trust.proof");
    desk.ok("log prove log watch.cbor --out trust.proof");
    assert_eq!(desk.read("salts.key"), salts);

    // Days between others of which nothing was logged are asked about.
    desk.ok(&day("one.csv", "2020-02-15", "later.csv"));
    let seen = desk.ok("log monitor log --state seen");
    assert!(seen.contains(&format!("restricted since the beginning: 4 in {place} on {ground}")), "{seen}");
    assert!(
        seen.contains("no restrictions were logged of 2020-02-13 to 2020-02-14, not even that there were none"),
        "{seen}"
    );

    // Whoever logs it otherwise all the same is found out.
    desk.write("policy", format!("{log}\nquorum none\n"));
    let key = NoteKey::parse(log.strip_prefix("log ").unwrap()).unwrap();
    let restricted = |count| Restricted { place: Place::parse(&place).unwrap(), ground: ground.clone(), count };
    let unlisted = Restricted { ground: "no-such-ground".into(), ..restricted(1) };
    let days = [("2020-02-12", restricted(9)), ("2999-01-01", restricted(1)), ("2020-02-16", unlisted)].map(
        |(date, count)| {
            let (date, root) = (Date::parse(date).unwrap(), Digest([7; 32]));
            to_bytes(&Leaf::Day(LoggedDay { date, root, counts: vec![count], further: None, endorsed: None }))
        },
    );
    grow_by_force(&desk, &key, &days);
    let found = desk.run("log audit log --policy policy");
    assert_eq!(found.exit, 1);
    for said in [
        "entry 4: the restrictions of 2020-02-12 were logged before, and others",
        "entry 5: it is about 2999-01-01, which has not come",
        &format!("entry 6: no rules for {place} that were logged before list the ground no-such-ground"),
    ] {
        assert!(found.err.contains(said), "{said}: {}", found.err);
    }
    assert!(found.out.contains(&format!("restricted since the beginning: 5 in {place} on {ground}")), "{}", found.out);
}

/// The log's key, as its file has it.
pub(crate) fn log_secret(desk: &Desk) -> SecretKey {
    let text = String::from_utf8(desk.read("log.key")).unwrap();
    let digits = text.lines().find(|line| line.len() == 64).unwrap();
    let seed: Vec<u8> = (0..32).map(|at| u8::from_str_radix(&digits[at * 2..at * 2 + 2], 16).unwrap()).collect();
    SecretKey::from_random(&seed).unwrap()
}

/// Tiles of a folder.
struct Tiles(std::path::PathBuf);

impl Source for Tiles {
    type Error = LogError;

    fn tile(&mut self, tile: Tile) -> Result<Vec<u8>, LogError> {
        fs::read(self.0.join(tile.path())).map_err(|_| LogError::Tile { level: tile.level, index: tile.index })
    }
}

/// Adds to the log whatever it is, as its keeper would with a tool of their own.
pub(crate) fn grow_by_force(desk: &Desk, key: &NoteKey, leaves: &[Vec<u8>]) {
    let note = SignedNote::parse(&String::from_utf8(desk.read("log/checkpoint")).unwrap()).unwrap();
    let tree = Tree::new(Tiles(desk.path("log")), TreeHead::of(&note).unwrap().size);
    let (mut tree, files) = tree.grow(leaves).unwrap();
    for (tile, bytes) in files {
        desk.write(&format!("log/{}", tile.path()), bytes);
    }
    let size = tree.size();
    let head = TreeHead { origin: key.name().to_owned(), size, root: tree.root(size).unwrap() };
    desk.write("log/checkpoint", checkpoint(&head, key, &log_secret(desk)).to_string());
}

#[test]
fn what_is_kept_of_a_log_accuses_it_only_if_it_has_signed_it() {
    let desk = Desk::new("log-forged");
    desk.authority();
    begin(&desk);
    desk.ok("log append log trust.cbor --key log.key");
    desk.ok("log monitor log --state seen");
    let seen = String::from_utf8(desk.read("seen")).unwrap();
    let root = seen.lines().nth(2).unwrap();
    desk.write("seen", seen.replacen(root, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", 1));
    desk.fails(2, "cli-log-state", "log monitor log --state seen");
    assert!(!desk.path("seen.split").exists());
}

#[test]
fn pipes_and_links_in_a_log_are_no_part_of_it() {
    let desk = Desk::new("log-links");
    desk.authority();
    begin(&desk);
    desk.ok("log append log trust.cbor --key log.key");
    desk.write("secret", "secret");
    std::os::unix::fs::symlink(desk.path("secret"), desk.path("log/tile/0/001")).unwrap();
    std::os::unix::fs::symlink(desk.path("log/.log/head"), desk.path("log/files/00")).unwrap();
    let served = server(&desk, "log serve log --listen 127.0.0.1:0");
    for (path, status) in [("/tile/0/001", "404"), ("/files/00", "404"), ("/tile/0/000.p/1", "200")] {
        assert_eq!(ask(&served, &format!("GET {path}"), b""), status, "{path}");
    }
    // A pipe where the checkpoint was keeps nobody waiting.
    fs::remove_file(desk.path("log/checkpoint")).unwrap();
    assert!(Command::new("mkfifo").arg(desk.path("log/checkpoint")).status().unwrap().success());
    desk.ok("log append log pack.cbor --key log.key");
    desk.ok("log prove log pack.cbor --out pack.proof");
}
