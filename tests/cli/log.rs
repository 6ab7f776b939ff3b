//! `log` and `witness`: a public log from its beginning to those who watch it, by processes as people run them.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use healthcode::log::SignedNote;

use crate::publish::{arguments, authority, new_phone, refresh};
use crate::tool::{Desk, TOOL};

/// A server that runs until the test has ended.
pub(crate) struct Server {
    child: Child,
    /// What it says before it listens.
    pub(crate) said: Vec<String>,
    pub(crate) url: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) fn server(desk: &Desk, arguments: &str) -> Server {
    let mut child = Command::new(TOOL)
        .args(arguments.split_whitespace())
        .current_dir(desk.path(""))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut said = Vec::new();
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        let line = line.unwrap();
        if let Some(url) = line.strip_prefix("listening on ") {
            return Server { child, said, url: url.to_owned() };
        }
        said.push(line);
    }
    panic!("{arguments}: it never listens: {:?}", child.wait());
}

/// A log `log` with its key `log.key`, whose policy asks for no witnesses; gives its line for policies.
pub(crate) fn begin(desk: &Desk) -> String {
    desk.key("log.key");
    let log = desk.ok("log init log --origin log.example/health --key log.key").trim().to_owned();
    desk.write("log/policy", format!("{log}\nquorum none\n"));
    log
}

pub(crate) fn witness(desk: &Desk, name: &str, log: &str, listen: &str) -> Server {
    if !desk.path(&format!("{name}.key")).exists() {
        desk.key(&format!("{name}.key"));
    }
    let key = log.strip_prefix("log ").unwrap();
    server(desk, &format!("witness --listen {listen} --name {name} --key {name}.key --log {key} --state {name}-state"))
}

/// Every file below a folder that everybody may see, by its path.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
                found.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    found.retain(|name, _| !name.starts_with(".log/lock") && !name.starts_with(".log/part"));
    found
}

#[test]
fn a_log_goes_from_its_keeper_over_witnesses_to_its_monitors() {
    let desk = Desk::new("log");
    desk.authority();
    let log = begin(&desk);
    let one = witness(&desk, "one.example", &log, "127.0.0.1:0");
    let two = witness(&desk, "two.example", &log, "127.0.0.1:0");
    let line = |server: &Server| format!("{} {}", server.said[0], server.url);
    let policy =
        format!("{log}\n{}\n{}\ngroup both all one.example two.example\nquorum both\n", line(&one), line(&two));
    desk.write("log/policy", policy);

    desk.ok("log append log trust.cbor pack.cbor --key log.key");
    let note = SignedNote::parse(&String::from_utf8(desk.read("log/checkpoint")).unwrap()).unwrap();
    assert_eq!(note.signatures.len(), 3);
    // The same again adds nothing, and asks nobody.
    let before = files(&desk.path("log"));
    assert!(desk.run("log append log trust.cbor pack.cbor --key log.key").err.contains("added 0 of 2"));
    assert_eq!(files(&desk.path("log")), before);

    desk.ok("log prove log pack.cbor --out pack.proof");
    assert!(
        desk.ok("log check pack.cbor --proof pack.proof --policy log/policy").starts_with("entry 1 of 2\nwitnessed ")
    );
    desk.fails(1, "log-proof-wrong", "log check trust.cbor --proof pack.proof --policy log/policy");
    desk.fails(1, "log-ahead", "log check pack.cbor --proof pack.proof --policy log/policy --now 2020-02-12");
    desk.fails(1, "cli-log-missing", "log prove log risk.cbor");
    assert!(fs::metadata(desk.path("pack.proof")).unwrap().len() < 1_500);

    // Over HTTP it is the same as in the folder.
    let served = server(&desk, "log serve log --listen 127.0.0.1:0");
    let monitor = format!("log monitor {} --policy log/policy --state seen", served.url);
    let first = desk.ok(&monitor);
    assert!(first.contains("0  trust-list version 1 for everywhere"), "{first}");
    assert!(first.contains("1  rule-pack hangzhou version") && first.contains("signed as rules-1, rules-2"), "{first}");
    assert!(first.lines().next().unwrap().contains("signed as root "), "{first}");
    desk.ok("log append log risk.cbor --key log.key");
    let next = desk.ok(&monitor);
    assert!(next.starts_with("2  risk-table version 7") && !next.contains("trust-list"), "{next}");
    assert_eq!(desk.ok(&monitor), "");
    assert_eq!(desk.ok("log audit log").lines().count(), 3);
    assert_eq!(desk.ok(&format!("log audit {} --policy log/policy", served.url)).lines().count(), 3);

    // A witness that is away is missed, and what was added is shown once it answers again.
    let address = two.url.trim_start_matches("http://").trim_end_matches('/').to_owned();
    drop(two);
    let day = "log day log list.csv --date 2020-02-12 --secret salts.key --out given.csv --key log.key";
    desk.key("salts.key");
    let digest = |number: u8| format!("{number:02x}").repeat(32);
    desk.write(
        "list.csv",
        format!("{},330106,confirmed\n{},330106,close-contact\n{},330106,confirmed\n", digest(1), digest(2), digest(3)),
    );
    desk.fails(1, "log-too-few-witnesses", day);
    let two = witness(&desk, "two.example", &log, &address);
    assert_eq!(desk.ok(&monitor), "");
    assert!(desk.run(day).err.contains("added 0 of 1; entries in the log: 4"));
    let seen = desk.ok(&monitor);
    assert!(
        seen.contains("3  restrictions of 2020-02-12: 3: 1 in 330106 on close-contact, 2 in 330106 on confirmed"),
        "{seen}"
    );
    let given = String::from_utf8(desk.read("given.csv")).unwrap();
    assert_eq!(given.lines().map(|line| line.split(',').count()).collect::<Vec<_>>().len(), 3);
    drop((one, two));
}

#[test]
fn what_is_no_log_or_not_to_be_logged_is_refused() {
    let desk = Desk::new("log-refused");
    desk.authority();
    let log = begin(&desk);
    let key = log.strip_prefix("log ").unwrap();
    desk.key("other.key");
    desk.fails(2, "cli-log-in-place", "log init log --origin log.example/health --key log.key");
    for name in ["https://log.example/health", "http://log.example"] {
        desk.fails(2, "cli-log-name", &format!("log init other --origin {name} --key other.key"));
        desk.fails(2, "cli-log-name", &format!("witness --name {name} --key other.key --log {key} --state state"));
    }
    assert!(!desk.path("other").exists() && !desk.path("state").exists());
    fs::create_dir_all(desk.path("site/.publish")).unwrap();
    desk.fails(2, "cli-log-folder", "log init site --origin log.example/health --key log.key");
    desk.fails(2, "log-key", "log init other --origin two+words --key other.key");
    desk.fails(2, "cli-not-a-log", "log append nowhere trust.cbor --key log.key");
    desk.fails(2, "cli-log-key", "log append log trust.cbor --key other.key");
    desk.fails(2, "cli-file-not-signed", "log append log list.toml --key log.key");
    // Without a policy nothing is added either: that no witness is asked for has to be said.
    let policy = desk.read("log/policy");
    let head = desk.read("log/.log/head");
    fs::remove_file(desk.path("log/policy")).unwrap();
    desk.fails(2, "cli-log-policy", "log audit log");
    desk.fails(2, "cli-log-policy", "log append log trust.cbor --key log.key");
    std::os::unix::fs::symlink("nowhere", desk.path("log/policy")).unwrap();
    desk.fails(2, "cli-log-policy", "log append log trust.cbor --key log.key");
    fs::remove_file(desk.path("log/policy")).unwrap();
    desk.write("log/policy", "quorum none\n");
    desk.fails(1, "log-other", "log append log trust.cbor --key log.key");
    assert_eq!(desk.read("log/.log/head"), head);
    desk.write("log/policy", policy);
    desk.write("p", "quorum none\n");
    desk.fails(1, "log-other", "log audit log --policy p");
    desk.fails(2, "cli-fetch", "log audit http://127.0.0.1:9 --policy p");
    desk.write("list.csv", "0123,330106,confirmed\n");
    let day = "log day log list.csv --date 2020-02-12 --secret other.key --out given.csv --key log.key";
    desk.fails(2, "cli-log-line", day);
    desk.write("list.csv", format!("{0},330106,confirmed\n{0},330106,confirmed\n", "07".repeat(32)));
    desk.fails(2, "log-day", day);
    // Tiles that are not those of the head: nothing more is signed.
    desk.ok("log append log trust.cbor --key log.key");
    let mut tile = desk.read("log/tile/0/000.p/1");
    tile[0] ^= 1;
    desk.write("log/tile/0/000.p/1", tile);
    desk.fails(2, "cli-log-damaged", "log append log pack.cbor --key log.key");
    // Nor is a damaged bundle of entries carried on.
    let mut tile = desk.read("log/tile/0/000.p/1");
    tile[0] ^= 1;
    desk.write("log/tile/0/000.p/1", tile);
    let mut entries = desk.read("log/tile/entries/000.p/1");
    entries[40] ^= 1;
    desk.write("log/tile/entries/000.p/1", entries);
    let head = desk.read("log/.log/head");
    desk.fails(2, "cli-log-damaged", "log append log pack.cbor --key log.key");
    assert_eq!(desk.read("log/.log/head"), head);
    // What is left of a log is not begun again: it would have two histories.
    fs::remove_dir_all(desk.path("log/.log")).unwrap();
    fs::remove_file(desk.path("log/checkpoint")).unwrap();
    desk.fails(2, "cli-log-in-place", "log init log --origin log.example/health --key log.key");
}

#[test]
fn a_split_view_and_an_old_copy_are_told_apart() {
    let desk = Desk::new("log-split");
    desk.authority();
    let log = begin(&desk);
    desk.write("policy", format!("{log}\nquorum none\n"));
    desk.ok("log append log trust.cbor --key log.key");
    let copy = |to: &str| {
        let run = Command::new("cp").args(["-r", "log", to]).current_dir(desk.path("")).status().unwrap();
        assert!(run.success());
    };
    copy("fork");
    copy("old");
    desk.ok("log append log pack.cbor --key log.key");
    desk.ok("log append fork risk.cbor --key log.key");
    let monitor = |log: &str| format!("log monitor {log} --policy policy --state seen");
    desk.ok(&monitor("old"));
    desk.ok(&monitor("log"));
    desk.fails(1, "cli-log-older", &monitor("old"));
    let split = desk.fails(1, "cli-log-split-view", &monitor("fork"));
    assert!(split.contains("seen.split"), "{split}");
    // Both are signed by the log, of the same size, and differ.
    let evidence = String::from_utf8(desk.read("seen.split")).unwrap();
    let notes: Vec<_> =
        evidence.split("\n\n\n").map(|note| SignedNote::parse(&format!("{}\n", note.trim_end())).unwrap()).collect();
    assert_eq!(notes.len(), 2);
    assert_ne!(notes[0].text(), notes[1].text());
    // What was seen is kept.
    assert_eq!(desk.ok(&monitor("log")), "");
    // The fork grows further than the log.
    desk.ok("log append fork pack.cbor --key log.key");
    desk.fails(1, "cli-log-split-view", &monitor("fork"));

    // A witness does not follow it either.
    let witness = witness(&desk, "w.example", &log, "127.0.0.1:0");
    desk.write("with", format!("{log}\n{} {}\nquorum w.example\n", witness.said[0], witness.url));
    desk.ok("log append log --policy with --key log.key");
    let refused = desk.fails(1, "cli-log-other-history", "log append fork --policy with --key log.key");
    assert!(refused.contains("has cosigned 2 entries of this log, and others than are here"), "{refused}");
    let refused = desk.fails(1, "cli-log-other-history", "log append old --policy with --key log.key");
    assert!(refused.contains("has cosigned 2 entries of this log, and here are 1"), "{refused}");
    // On top of an old copy nothing is signed.
    let head = desk.read("old/.log/head");
    desk.fails(1, "cli-log-other-history", "log append old risk.cbor --policy with --key log.key");
    assert_eq!(desk.read("old/.log/head"), head);
}

#[test]
fn a_log_that_says_two_things_of_one_version_is_found() {
    let desk = Desk::new("log-versions");
    desk.authority();
    let log = begin(&desk);
    desk.write("policy", format!("{log}\nquorum none\n"));
    // The pack by one signer and by two: the same version, other bytes.
    desk.ok("log append log trust.cbor pack-1.cbor pack.cbor --key log.key");
    let found = desk.fails(1, "cli-log-entry", "log audit log --policy policy");
    assert!(found.contains("entry 2: this version of the rule-pack was logged before"), "{found}");
    // And one whose file is gone.
    let file = fs::read_dir(desk.path("log/files")).unwrap().next().unwrap().unwrap().path();
    fs::remove_file(file).unwrap();
    assert!(desk.fails(1, "cli-log-entry", "log audit log --policy policy").contains("the file is missing"));
}

#[test]
fn the_history_of_the_rules_is_told_of_the_log_alone() {
    let desk = Desk::new("log-rules");
    desk.authority();
    let log = begin(&desk);
    desk.write("policy", format!("{log}\nquorum none\n"));
    desk.ok("log append log trust.cbor pack.cbor --key log.key");
    let monitor = "log monitor log --policy policy --state seen";
    assert!(!desk.ok(monitor).contains("\n    "));
    let source = fs::read_to_string(crate::tool::rules("packs/hangzhou/pack.toml")).unwrap();
    let stricter = source.replacen("version = 1\n", "version = 2\n", 1).replacen(
        "In the last 14 days, have you been in",
        "Within 14 days, were you in",
        1,
    );
    assert_eq!(stricter.matches("version = 2\n").count(), 1);
    desk.write("next.toml", &stricter);
    desk.ok("sign rule-pack next.toml --key rules-1.key --key rules-2.key --issued 2020-02-11 --out next.cbor");
    desk.ok("log append log next.cbor --key log.key");
    let told = desk.ok(monitor);
    let said: Vec<&str> = told.lines().collect();
    assert!(said[0].starts_with("2  rule-pack hangzhou version 2"), "{told}");
    // The same words as `rules diff` has for the two.
    let changes: Vec<String> = said[1..].iter().map(|line| line.trim_start().to_owned()).collect();
    let by_hand = desk.ok("rules diff pack.cbor next.cbor");
    let by_hand: Vec<String> = by_hand.lines().map(|line| line.trim_start().to_owned()).collect();
    assert!(!changes.is_empty());
    assert_eq!(changes, by_hand);
}

#[test]
fn a_run_that_is_killed_leaves_the_log_as_it_was_or_as_it_should_be() {
    let desk = Desk::new("log-killed");
    desk.authority();
    let log = begin(&desk);
    let key = log.strip_prefix("log ").unwrap().to_owned();
    let witness = witness(&desk, "w.example", &log, "127.0.0.1:0");
    desk.write("log/policy", format!("{log}\n{} {}\nquorum w.example\n", witness.said[0], witness.url));
    desk.ok("log append log trust.cbor --key log.key");
    let started = Instant::now();
    desk.ok("log append log --key log.key");
    let whole = started.elapsed().max(Duration::from_millis(20));
    const RUNS: u32 = 60;
    let mut sizes = Vec::new();
    for number in 0..RUNS {
        // Each run has another table to log, and is killed at another moment.
        desk.ok(&format!(
            "risk build {} --key risk.key --key risk-2.key --version {} --issued 2020-02-10 --valid 7d --whole-province 42 --out t.cbor",
            crate::tool::rules("data/2020-02-china/risk.csv"),
            number + 10
        ));
        let mut child = Command::new(TOOL)
            .args(["log", "append", "log", "t.cbor", "--key", "log.key"])
            .current_dir(desk.path(""))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(whole * number / RUNS);
        let _ = child.kill();
        let _ = child.wait();
        // Whoever looks sees a log that holds together and has only grown.
        desk.ok("log monitor log --state seen");
        let note = SignedNote::parse(&String::from_utf8(desk.read("log/checkpoint")).unwrap()).unwrap();
        sizes.push(healthcode::log::TreeHead::of(&note).unwrap().size);
    }
    assert!(sizes.is_sorted(), "{sizes:?}");
    desk.ok("log append log t.cbor --key log.key");
    desk.ok("log audit log");
    let at_the_end = desk.ok("log monitor log --state seen");
    assert!(sizes.last() < Some(&(u64::from(RUNS) + 1)), "no run was killed in time: {sizes:?} {at_the_end} {key}");
}

#[test]
fn what_is_published_is_logged_first_and_has_its_proof() {
    let (desk, root) = authority("log-publish");
    let log = begin(&desk);
    let witness = witness(&desk, "w.example", &log, "127.0.0.1:0");
    let policy = format!("{log}\n{} {}\nquorum w.example\n", witness.said[0], witness.url);
    desk.write("log/policy", &policy);
    let publish = format!("{} --log log --log-key log.key", arguments(&root, "trust.cbor pack.cbor risk.cbor"));
    desk.ok(&publish);
    let mut phone = new_phone(&root);
    refresh(&desk, &mut phone);
    let proofs = || {
        let names = fs::read_dir(desk.path("site/proofs")).unwrap().map(|file| file.unwrap().file_name());
        names.map(|name| name.into_string().unwrap()).collect::<std::collections::BTreeSet<_>>()
    };
    let digest = |name: &str| healthcode::trust::Digest::of(&desk.read(name)).to_string();
    for file in ["trust.cbor", "pack.cbor", "risk.cbor", "site/manifest"] {
        let proof = format!("site/proofs/{}.tlog-proof", digest(file));
        desk.ok(&format!("log check {file} --proof {proof} --policy log/policy"));
    }
    assert_eq!(proofs().len(), 8, "each as a text, and as phones have it");
    assert_eq!(desk.ok("log audit log").lines().count(), 4);

    // Without the witness nothing is published, and no version of the manifest is lost or used twice.
    drop(witness);
    let manifest = desk.read("site/manifest");
    let later = publish.replace("08:00:00", "09:00:00");
    desk.fails(1, "log-too-few-witnesses", &later);
    assert_eq!(desk.read("site/manifest"), manifest);
    desk.write("none", format!("{log}\nquorum none\n"));
    assert!(Command::new("cp").args(["-r", "log", "old"]).current_dir(desk.path("")).status().unwrap().success());
    let without = format!("{later} --log-policy none");
    desk.ok(&without);
    assert_ne!(desk.read("site/manifest"), manifest);
    let audited = desk.ok("log audit log --policy none");
    assert!(
        ["manifest version 1", "manifest version 2", "manifest version 3"]
            .iter()
            .all(|version| audited.contains(version)),
        "{audited}"
    );
    // An old copy of the log is told by the proofs of what was published, also if no witness is asked.
    fs::rename(desk.path("log"), desk.path("newest")).unwrap();
    fs::rename(desk.path("old"), desk.path("log")).unwrap();
    let head = desk.read("log/.log/head");
    desk.fails(1, "cli-log-other-history", &without.replace("09:00:00", "10:00:00"));
    assert_eq!(desk.read("log/.log/head"), head);
    fs::remove_dir_all(desk.path("log")).unwrap();
    fs::rename(desk.path("newest"), desk.path("log")).unwrap();
    // The manifest before still has its proof, and none is left of what nobody asks for.
    assert_eq!(proofs().len(), 10);
    desk.ok(&without.replace("09:00:00", "10:00:00"));
    assert_eq!(proofs().len(), 10);
}
