//! `publish`: the folder that phones and checkpoints fetch from, whatever happens while it is written.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use healthcode::calendar::Time;
use healthcode::error::Coded;
use healthcode::holder::Holder;
use healthcode::place::Place;
use healthcode::risk::{Delta, RiskTable};
use healthcode::trust::file::{read_unverified, sign_file};
use healthcode::trust::{Digest, FileState, Header, Kind, Manifest, Named, PublicKey, Roots, SecretKey};

use crate::tool::{Desk, TOOL, rules};

pub(crate) fn now() -> Time {
    Time::parse("2020-02-12T09:00:00+08:00").unwrap()
}

/// The arguments of `publish` for these files.
pub(crate) fn arguments(root: &str, files: &str) -> String {
    format!("publish site {files} --key manifest.key --root {root} --issued 2020-02-12T08:00:00+08:00")
}

/// An authority, and the public key of its root.
pub(crate) fn authority(test: &str) -> (Desk, String) {
    let desk = Desk::new(test);
    let root = desk.authority().rsplit(' ').next().unwrap().to_owned();
    (desk, root)
}

pub(crate) fn roots(root: &str) -> Roots {
    Roots { keys: vec![PublicKey::parse(root).unwrap()], signers: 1 }
}

pub(crate) fn new_phone(root: &str) -> Holder {
    Holder::new(roots(root))
}

/// What a phone does that fetches from the folder.
pub(crate) fn refresh(desk: &Desk, phone: &mut Holder) {
    for file in ["trust-list", "manifest"] {
        phone.load(&desk.read(&format!("site/{file}")), now()).unwrap();
    }
    for named in phone.missing() {
        let bytes = desk.read(&format!("site/files/{}", named.digest));
        assert_eq!((Digest::of(&bytes), bytes.len()), (named.digest, usize::try_from(named.length).unwrap()));
        phone.load(&bytes, now()).unwrap();
    }
    assert_eq!(phone.missing(), []);
    assert!(phone.files().iter().all(|file| file.problem.is_none()), "{:?}", phone.files());
}

pub(crate) fn versions(phone: &Holder, kind: Kind) -> Vec<Option<u32>> {
    phone.files().iter().filter(|file| file.kind == kind).map(|file: &FileState| file.version).collect()
}

pub(crate) fn table(desk: &Desk, version: u32) {
    let csv = rules("data/2020-02-china/risk.csv");
    desk.ok(&format!(
        "risk build {csv} --key risk.key --key risk-2.key --version {version} --issued 2020-02-11 --valid 7d \
         --whole-province 42 --out risk-{version}.cbor"
    ));
}

#[test]
fn a_phone_gets_everything_from_the_folder_and_the_same_files_under_the_same_paths() {
    let (desk, root) = authority("publish");
    let run = desk.run(&arguments(&root, "trust.cbor pack.cbor risk.cbor"));
    assert_eq!(run.exit, 0, "{}", run.err);
    for words in
        ["rule-pack hangzhou version 1 for place 3301", "risk-table version 7 for everywhere", "manifest version 1"]
    {
        assert!(run.err.contains(words), "{words}: {}", run.err);
    }
    assert_eq!(desk.read("site/trust/1"), desk.read("site/trust-list"));
    let mut phone = new_phone(&root);
    refresh(&desk, &mut phone);
    assert_eq!((versions(&phone, Kind::RulePack), versions(&phone, Kind::RiskTable)), (vec![Some(1)], vec![Some(7)]));
    assert!(desk.ok("inspect site/manifest").contains("rule-pack hangzhou version 1 for place 3301"));
    // The same again is nothing new, if it is the same version; else it is the next one.
    let before = desk.read("site/manifest");
    let again = desk.run(&format!("{} --version 1", arguments(&root, "trust.cbor pack.cbor risk.cbor")));
    assert!(again.exit == 0 && again.err.contains("nothing to do"), "{}", again.err);
    assert!(desk.read("site/manifest") == before);
    // The trust list in the folder is enough from then on; what is not given any more is withdrawn.
    table(&desk, 8);
    desk.ok(&arguments(&root, "pack.cbor risk-8.cbor"));
    refresh(&desk, &mut phone);
    assert_eq!(versions(&phone, Kind::RiskTable), [Some(8)]);
    desk.ok(&arguments(&root, "pack.cbor"));
    refresh(&desk, &mut phone);
    assert_eq!(versions(&phone, Kind::RiskTable), []);
    // Neither this manifest nor the one before names the first table.
    assert!(!desk.path(&format!("site/files/{}", Digest::of(&desk.read("risk.cbor")))).exists());
    assert!(desk.path(&format!("site/files/{}", Digest::of(&desk.read("risk-8.cbor")))).exists());
}

#[test]
fn what_phones_would_refuse_is_not_published() {
    let (desk, root) = authority("publish-refusals");
    let all = "trust.cbor pack.cbor risk.cbor";
    desk.fails(2, "cli-nothing-to-trust", &arguments(&root, "pack.cbor"));
    desk.fails(1, "file-too-few-signers", &arguments(&root, "trust.cbor pack-1.cbor"));
    let other = desk.key("other.key");
    desk.fails(1, "trust-other-roots", &arguments(&other, all));
    desk.fails(1, "file-unknown-key", &arguments(&root, all).replace("manifest.key", "other.key"));
    desk.fails(1, "file-long-lived", &format!("{} --valid 73h", arguments(&root, all)));
    let said = desk.fails(1, "file-out-of-place", &format!("{} --place 33", arguments(&root, all)));
    assert!(said.contains("risk.cbor: it is about the whole country, and the manifest is for place 33 only"), "{said}");
    let phone = desk.key("phone.key");
    desk.write("record.json", format!(r#"{{"key": "{phone}"}}"#));
    desk.ok("sign record record.json --key record.key --version 1 --issued 2020-02-10 --valid 5d --out record.cbor");
    desk.fails(2, "cli-not-published", &arguments(&root, &format!("{all} record.cbor")));
    assert!(!desk.path("site/manifest").exists(), "nothing was written so far");
    desk.ok(&arguments(&root, all));
    table(&desk, 6);
    desk.fails(1, "file-rollback", &arguments(&root, "pack.cbor risk-6.cbor"));
    let said = desk.fails(2, "cli-manifest-version", &format!("{} --version 1", arguments(&root, "pack.cbor")));
    assert!(said.contains("the next is 2"), "{said}");
    // The same version with other rows.
    desk.write("risk.csv", "place,level,from,to\n3301,high,2020-02-03,\n");
    desk.ok("risk build risk.csv --key risk.key --key risk-2.key --version 7 --issued 2020-02-11 --valid 7d --out other.cbor");
    desk.fails(1, "file-rollback", &arguments(&root, "pack.cbor other.cbor"));
    // What lies outside its place or holds for too long is not even signed.
    let csv = rules("data/2020-02-china/risk.csv");
    let build =
        format!("risk build {csv} --key risk.key --version 9 --issued 2020-02-11 --whole-province 42 --out no.cbor");
    desk.fails(1, "file-out-of-place", &format!("{build} --valid 7d --place 33"));
    desk.fails(1, "file-long-lived", &format!("{build} --valid 32d"));
    assert!(Place::parse("33").is_ok() && !desk.path("no.cbor").exists());
}

#[test]
fn no_more_is_published_than_phones_keep() {
    let (desk, root) = authority("publish-too-many");
    desk.write("none.csv", "place,level,from,to\n");
    let places = (1..).map(|at| 330_100_000 + at).take(60);
    let tables: Vec<_> = places
        .map(|place| {
            let path = format!("{place}.cbor");
            desk.ok(&format!(
                "risk build none.csv --empty --place {place} --key risk.key --key risk-2.key --version 1 --issued 2020-02-11 \
                 --valid 7d --out {path}"
            ));
            path
        })
        .collect();
    let some = format!("trust.cbor pack.cbor {}", tables[..59].join(" "));
    desk.ok(&arguments(&root, &some));
    let mut phone = new_phone(&root);
    refresh(&desk, &mut phone);
    let said = desk.fails(2, "holder-too-many-files", &arguments(&root, &format!("{some} {}", tables[59])));
    assert!(said.contains("names 61 files"), "{said}");
    desk.ok(&format!("inspect site --root {root} --now 2020-02-12T09:00:00+08:00"));
    // Whoever signs a manifest by other means hears of it from `inspect`.
    let (header, mut manifest) = read_unverified::<Manifest>(&desk.read("site/manifest")).unwrap();
    let table = desk.read(&tables[59]);
    let (of_table, body) = read_unverified::<RiskTable>(&table).unwrap();
    manifest.files.push(Named::of(&of_table, &body, &table));
    desk.write(&format!("site/files/{}", Digest::of(&table)), &table);
    let key = String::from_utf8(desk.read("manifest.key")).unwrap();
    let key = key.lines().find(|line| !line.is_empty() && !line.starts_with('#')).unwrap();
    let key = SecretKey::parse(key.trim()).unwrap();
    let header = Header { version: header.version + 1, ..header };
    desk.write("site/manifest", sign_file(&header, &manifest, &key));
    let run = desk.run(&format!("inspect site --root {root} --now 2020-02-12T09:00:00+08:00"));
    assert!(run.exit == 1 && run.out.contains("[holder-too-many-files]"), "{}", run.out);
    let taken = phone.load(&desk.read("site/manifest"), now()).and_then(|_| phone.load(&table, now()));
    assert_eq!(taken.unwrap_err().code(), "holder-too-many-files");
}

/// What runs every hour goes on over the moment at which announced rules begin, whichever way its files are listed, and a
/// phone that is new then gets both.
#[test]
fn announced_rules_begin_between_two_runs_that_are_the_same() {
    let (desk, root) = authority("publish-announced");
    let source =
        std::fs::read_to_string(format!("{}/rules/packs/hangzhou/pack.toml", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let line = |name: &str| source.lines().find(|line| line.starts_with(name)).unwrap();
    let next = source.replacen(line("version = "), "version = 2", 1).replacen(
        line("valid-from = "),
        "valid-from = \"2020-02-12T08:30:00+08:00\"",
        1,
    );
    desk.write("next.toml", next);
    desk.ok("sign rule-pack next.toml --key rules-1.key --issued 2020-02-11 --out next-1.cbor");
    desk.ok("countersign next-1.cbor --key rules-2.key --out next.cbor");
    let run = |files: &str, issued: &str| {
        desk.ok(&arguments(&root, files).replace("2020-02-12T08:00:00+08:00", issued));
    };
    let mut phone = new_phone(&root);
    run("trust.cbor pack.cbor next.cbor risk.cbor", "2020-02-12T08:00:00+08:00");
    refresh(&desk, &mut phone);
    for files in ["pack.cbor next.cbor risk.cbor", "next.cbor pack.cbor risk.cbor", "next.cbor risk.cbor pack.cbor"] {
        run(files, "2020-02-12T08:45:00+08:00");
        for mut phone in [new_phone(&root), Holder::restore(roots(&root), &phone.save(), now()).unwrap()] {
            refresh(&desk, &mut phone);
            assert_eq!(versions(&phone, Kind::RulePack), [Some(1), Some(2)]);
            assert_eq!(phone.rules(now()).unwrap().header().version, 2);
        }
    }
    // Once the earlier ones are withdrawn they do not come back.
    run("next.cbor risk.cbor", "2020-02-12T08:50:00+08:00");
    refresh(&desk, &mut phone);
    assert_eq!(versions(&phone, Kind::RulePack), [Some(2)]);
    let back = arguments(&root, "pack.cbor risk.cbor").replace("08:00:00", "08:55:00");
    desk.fails(1, "file-rollback", &back);
}

#[test]
fn signers_that_look_alike_are_not_two() {
    let desk = Desk::new("publish-alike");
    let key = desk.key("a.key");
    let entry = |signer: &str| {
        format!(
            "[[keys]]\nkey = \"{key}\"\nsigner = \"{signer}\"\nkinds = [\"rule-pack\"]\n\
             from = \"2020-01-01T00:00:00Z\"\nuntil = \"2021-01-01T00:00:00Z\"\n"
        )
    };
    let build = |first: &str, second: &str| {
        let roots = format!("[roots]\nkeys = [\"{key}\"]\nsigners = 1\n");
        desk.write("list.toml", entry(first) + &entry(second) + &roots);
        desk.run("trust build list.toml --key a.key --version 1 --valid 30d --out list.cbor")
    };
    assert_eq!(build("cdc", "health commission").exit, 0);
    for (first, second) in [("cdc", "сdс"), ("health", "hea1th")] {
        let run = build(first, second);
        assert!(run.exit == 2 && run.err.contains("error[cli-signers-look-alike]"), "{first}: {}", run.err);
    }
    for (name, code) in [("", "cli-trust-list"), (" ", "cli-trust-list"), ("c\\u200bd", "cli-unseen-character")] {
        assert!(build("cdc", name).err.contains(&format!("error[{code}]")), "{name:?}");
    }
}

/// A run that is killed at any moment leaves the folder at the state before it or after it.
#[test]
fn killed_anywhere_it_leaves_the_old_state_or_the_new() {
    let (desk, root) = authority("publish-killed");
    desk.ok(&arguments(&root, "trust.cbor pack.cbor risk.cbor"));
    let mut phone = new_phone(&root);
    refresh(&desk, &mut phone);
    let whole = {
        table(&desk, 8);
        let begun = Instant::now();
        desk.ok(&arguments(&root, "pack.cbor risk-8.cbor"));
        begun.elapsed()
    };
    let (mut newest, mut list) = (8, 1);
    for round in 0..200_u32 {
        // Every tenth time there is something to write besides the manifest.
        let next = newest + u32::from(round % 10 == 0);
        if next > newest {
            table(&desk, next);
        }
        // And every tenth time, a trust list; what was killed with it goes on without it.
        let next_list = list + u32::from(round % 10 == 5);
        let given = if next_list > list {
            desk.ok(&format!(
                "trust build list.toml --key root.key --version {next_list} --issued 2020-02-10 --valid 30d --out list.cbor"
            ));
            "list.cbor"
        } else {
            ""
        };
        let line = arguments(&root, &format!("{given} pack.cbor risk-{next}.cbor"));
        let mut child = Command::new(TOOL)
            .args(line.split_whitespace())
            .current_dir(desk.path("."))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // Spread over the time that a whole run takes, and a little longer.
        std::thread::sleep(Duration::from_nanos(
            u64::try_from(whole.as_nanos()).unwrap() * u64::from(round * 97 % 200) / 160,
        ));
        let _ = child.kill();
        let _ = child.wait();
        let mut fresh = new_phone(&root);
        refresh(&desk, &mut fresh);
        refresh(&desk, &mut phone);
        let found = versions(&phone, Kind::RiskTable);
        assert!(found == [Some(newest)] || found == [Some(next)], "round {round}: {found:?}");
        assert_eq!(versions(&fresh, Kind::RiskTable), found, "round {round}");
        newest = found[0].unwrap();
        let lists = [&phone, &fresh].map(|phone| versions(phone, Kind::TrustList));
        assert!(lists[0] == [Some(list)] || lists[0] == [Some(next_list)], "round {round}: {lists:?}");
        list = lists[0][0].unwrap();
    }
    desk.ok(&arguments(&root, &format!("pack.cbor risk-{newest}.cbor")));
    refresh(&desk, &mut phone);
}

/// What leads from each of the last versions to the newest is there, and leads to it; what leads from others is not.
#[test]
fn a_phone_that_has_seen_one_of_the_last_sixty_versions_takes_a_delta() {
    let (desk, root) = authority("publish-deltas");
    let csv = |version: u32| {
        // Few of many rows change from one version to the next.
        let rows: String = (0..400)
            .map(|row| {
                let hour = if row % 40 == 0 { version % 24 } else { row % 24 };
                format!("330106{:03},high,2020-02-{:02}T{hour:02}:00:00Z,\n", 1 + row / 2, 1 + row % 2)
            })
            .collect();
        desk.write(
            "rows.csv",
            format!("place,level,from,to\n{rows}330106,low,2020-01-{:02}T00:00:00Z,2020-02-11\n", 1 + version % 20),
        );
        desk.ok(&format!(
            "risk build rows.csv --key risk.key --key risk-2.key --version {version} --issued 2020-02-11 --valid 7d --out table-{version}.cbor"
        ));
        desk.ok(&arguments(
            &root,
            &format!("{} pack.cbor table-{version}.cbor", if version == 1 { "trust.cbor" } else { "" }),
        ));
    };
    let mut phones = Vec::new();
    for version in 1..=64 {
        csv(version);
        if [1, 2, 4, 5, 30, 63].contains(&version) {
            let mut phone = new_phone(&root);
            refresh(&desk, &mut phone);
            phones.push((version, phone));
        }
    }
    let newest = desk.read("table-64.cbor");
    let digest = Digest::of(&newest);
    let folder = desk.path(&format!("site/deltas/{digest}"));
    let mut from: Vec<u32> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_str().unwrap().parse().unwrap())
        .collect();
    from.sort_unstable();
    assert_eq!(from, (4..64).collect::<Vec<_>>());
    // Those to the version before it are there for phones that have the manifest before this one, and no others.
    assert_eq!(std::fs::read_dir(desk.path("site/deltas")).unwrap().count(), 2);
    assert_eq!(std::fs::read_dir(desk.path("site/.publish/tables")).unwrap().count(), 61);
    for (version, phone) in &mut phones {
        phone.load(&desk.read("site/manifest"), now()).unwrap();
        let [named] = phone.missing().try_into().unwrap();
        assert_eq!((named.deltas, named.digest), (Some(4), digest));
        if *version < 4 {
            continue;
        }
        let delta = desk.read(&format!("site/deltas/{digest}/{version}"));
        assert!(delta.len() < newest.len());
        assert_eq!(phone.load_delta(&delta, &[], now()).unwrap().version, Some(64));
        assert_eq!(phone.missing(), []);
    }
    // Once more, and nothing of it changes; a table that has been withdrawn takes its deltas with it.
    let kept = desk.read("site/manifest");
    desk.ok(&arguments(&root, "pack.cbor table-64.cbor"));
    assert_eq!(
        desk.read(&format!("site/deltas/{digest}/63")),
        Delta::between(&desk.read("table-63.cbor"), &newest).unwrap().to_bytes()
    );
    assert_ne!(desk.read("site/manifest"), kept, "a new manifest");
    for _ in 0..2 {
        desk.ok(&arguments(&root, "pack.cbor"));
    }
    assert_eq!(std::fs::read_dir(desk.path("site/deltas")).unwrap().count(), 0);
}
