//! The folder that is published: what is not from here stays, one publisher at a time, versions that outlive what is
//! withdrawn, and a chain of trust lists without a gap.

use std::fs;
use std::process::{Command, Stdio};

use healthcode::trust::{Digest, Kind};

use crate::publish::{arguments, authority, new_phone, now, refresh, table, versions};
use crate::tool::{Desk, TOOL, rules};

const ALL: &str = "trust.cbor pack.cbor risk.cbor";

/// A trust list of that version, whose roots are these keys, signed by those.
fn list(desk: &Desk, version: u32, roots: &[&str], signed_by: &[&str]) {
    let keys: Vec<String> = roots.iter().map(|key| format!("\"{}\"", public(desk, key))).collect();
    let source = String::from_utf8(desk.read("list.toml")).unwrap();
    let (entries, _) = source.split_once("[roots]").unwrap();
    desk.write("next.toml", format!("{entries}[roots]\nkeys = [{}]\nsigners = {}\n", keys.join(", "), roots.len()));
    let _ = fs::remove_file(desk.path(&format!("trust-{version}.cbor")));
    let by: String = signed_by.iter().map(|key| format!("--key {key} ")).collect();
    desk.ok(&format!(
        "trust build next.toml {by} --version {version} --issued 2020-02-10 --valid 30d --out trust-{version}.cbor"
    ));
}

fn public(desk: &Desk, key: &str) -> String {
    let shown = desk.ok(&format!("keys show {key}"));
    shown.lines().next().unwrap().strip_prefix("public-key ").unwrap().to_owned()
}

#[test]
fn only_what_was_published_from_here_is_removed() {
    let (desk, root) = authority("folder-others");
    desk.ok(&arguments(&root, ALL));
    let first = format!("site/files/{}", Digest::of(&desk.read("risk.cbor")));
    // Somebody's file, a key, one that is named as files are, and a link to such a one.
    desk.write("site/files/notes.txt", "mine");
    fs::copy(desk.path("root.key"), desk.path("site/files/root.key")).unwrap();
    let others = ["a".repeat(64), "B".repeat(64), format!("{}.part", "c".repeat(64))];
    for name in &others {
        fs::copy(desk.path("root.key"), desk.path(&format!("site/files/{name}"))).unwrap();
    }
    desk.write("elsewhere", "mine");
    let linked = Digest::of(b"mine").to_string();
    #[cfg(unix)]
    std::os::unix::fs::symlink("../../elsewhere", desk.path(&format!("site/files/{linked}"))).unwrap();
    for version in [8, 9] {
        table(&desk, version);
        let run = desk.run(&arguments(&root, &format!("pack.cbor risk-{version}.cbor")));
        assert_eq!(run.exit, 0, "{}", run.err);
        for name in others.iter().map(String::as_str).chain(["notes.txt", "root.key", &linked]) {
            assert!(run.err.contains(&format!("left alone: site/files/{name}, ")), "{name}: {}", run.err);
            assert!(desk.path(&format!("site/files/{name}")).exists(), "{name}");
        }
    }
    assert!(!desk.path(&first).exists() && desk.read("elsewhere") == b"mine");
}

#[cfg(unix)]
#[test]
fn a_link_in_place_of_a_folder_is_not_followed() {
    use std::os::unix::fs::symlink;

    let (desk, root) = authority("folder-links");
    fs::create_dir_all(desk.path("keys")).unwrap();
    let kept = format!("keys/{}", Digest::of(&desk.read("root.key")));
    fs::copy(desk.path("root.key"), desk.path(&kept)).unwrap();
    fs::create_dir_all(desk.path("site")).unwrap();
    for name in ["files", "trust", ".publish"] {
        let link = desk.path(&format!("site/{name}"));
        symlink("../keys", &link).unwrap();
        let said = desk.fails(2, "cli-not-a-folder", &arguments(&root, ALL));
        assert!(said.contains(&format!("site/{name}: ")), "{said}");
        fs::remove_file(&link).unwrap();
        desk.write(&format!("site/{name}"), "a file");
        desk.fails(2, "cli-not-a-folder", &arguments(&root, ALL));
        fs::remove_file(&link).unwrap();
    }
    assert_eq!(fs::read_dir(desk.path("keys")).unwrap().count(), 1);
    let said = desk.fails(2, "cli-not-a-folder", &arguments(&root, ALL).replace("site", "trust.cbor"));
    assert!(said.contains("trust.cbor: this is no folder"), "{said}");
    // The whole folder may be a link.
    fs::remove_dir_all(desk.path("site")).unwrap();
    fs::create_dir_all(desk.path("disk")).unwrap();
    symlink("disk", desk.path("site")).unwrap();
    desk.ok(&arguments(&root, ALL));
    assert!(desk.path("disk/manifest").exists() && desk.path("site").is_symlink());
}

#[test]
fn trust_lists_lead_without_a_gap_from_the_first_to_the_newest() {
    let (desk, root) = authority("folder-chain");
    desk.key("root-2.key");
    desk.key("root-3.key");
    list(&desk, 2, &["root.key"], &["root.key"]);
    list(&desk, 3, &["root-2.key"], &["root.key", "root-2.key"]);
    list(&desk, 4, &["root-3.key"], &["root-2.key", "root-3.key"]);
    let with = |lists: &str| arguments(&root, &format!("{lists} pack.cbor risk.cbor"));
    // Neither later lists alone, nor with a hole between.
    let said = desk.fails(1, "cli-trust-lists-missing", &with("trust-3.cbor"));
    assert!(said.contains("trust-3.cbor: ") && said.contains("given: 1, 2;"), "{said}");
    desk.fails(1, "cli-trust-lists-missing", &with("trust.cbor trust-3.cbor"));
    assert!(!desk.path("site/manifest").exists() && !desk.path("site/trust").exists());
    desk.ok(&with("trust.cbor"));
    let mut old = new_phone(&root);
    refresh(&desk, &mut old);
    let said = desk.fails(1, "cli-trust-lists-missing", &with("trust-3.cbor trust-4.cbor"));
    assert!(said.contains("given: 2;"), "{said}");
    // One that the roots before it have not signed, and one that is published with other content.
    list(&desk, 2, &["root-2.key"], &["root-2.key"]);
    let said = desk.fails(1, "cli-trust-list-unvouched", &with("trust-2.cbor"));
    assert!(said.contains("has signatures of 0 of the roots that list 1 names, and needs 1"), "{said}");
    list(&desk, 1, &["root.key", "root-2.key"], &["root.key", "root-2.key"]);
    fs::rename(desk.path("trust-1.cbor"), desk.path("other.cbor")).unwrap();
    desk.fails(1, "cli-trust-list-differs", &with("other.cbor"));
    // In any order, and all of them stay under their versions.
    list(&desk, 2, &["root.key"], &["root.key"]);
    desk.ok(&with("trust-4.cbor trust-2.cbor trust-3.cbor"));
    for version in 2..=4 {
        assert_eq!(desk.read(&format!("site/trust/{version}")), desk.read(&format!("trust-{version}.cbor")));
    }
    assert_eq!(desk.read("site/trust-list"), desk.read("trust-4.cbor"));
    // A phone that pins the first root walks, one that pins the last does not, and publishing goes on by either.
    for list in ["trust/2", "trust/3"] {
        old.load(&desk.read(&format!("site/{list}")), now()).unwrap();
    }
    refresh(&desk, &mut old);
    let newest = public(&desk, "root-3.key");
    refresh(&desk, &mut new_phone(&newest));
    desk.ok(&with(""));
    desk.ok(&arguments(&newest, "pack.cbor risk.cbor"));
    // Roots from elsewhere are named as such, whether the list is given or in the folder.
    let other = desk.key("other.key");
    for files in [ALL, "pack.cbor risk.cbor"] {
        let said = desk.fails(1, "trust-other-roots", &arguments(&other, files));
        assert!(
            said.contains("site/trust-list: of the roots that are given (1), 0 have signed the list and 1 must"),
            "{said}"
        );
    }
    // A list that is gone from the folder is missed.
    fs::remove_file(desk.path("site/trust/2")).unwrap();
    let said = desk.fails(1, "cli-trust-lists-missing", &with(""));
    assert!(said.contains("site/trust-list: ") && said.contains("given: 2;"), "{said}");
    desk.ok(&with("trust-2.cbor"));
    assert!(desk.path("site/trust/2").exists());
}

#[test]
fn versions_outlive_what_is_withdrawn() {
    let (desk, root) = authority("folder-versions");
    table(&desk, 6);
    desk.ok(&arguments(&root, ALL));
    let mut phone = new_phone(&root);
    refresh(&desk, &mut phone);
    for _ in 0..3 {
        desk.ok(&arguments(&root, "pack.cbor"));
    }
    refresh(&desk, &mut phone);
    let said = desk.fails(1, "file-rollback", &arguments(&root, "pack.cbor risk-6.cbor"));
    assert!(
        said.contains("risk-6.cbor: version 7 of the risk-table has been published from here, and this is version 6"),
        "{said}"
    );
    assert!(said.contains("hint: give the current file, or leave it out"), "{said}");
    // The same version with other rows is no way around it, and the file itself may come back.
    desk.write("risk.csv", "place,level,from,to\n3301,high,2020-02-03,\n");
    desk.ok("risk build risk.csv --key risk.key --key risk-2.key --version 7 --issued 2020-02-11 --valid 7d --out other.cbor");
    desk.fails(1, "file-rollback", &arguments(&root, "pack.cbor other.cbor"));
    desk.ok(&arguments(&root, "pack.cbor risk.cbor"));
    refresh(&desk, &mut phone);
    assert_eq!(versions(&phone, Kind::RiskTable), [Some(7)]);
    // Nor does it help to begin anew with the manifest.
    fs::remove_file(desk.path("site/manifest")).unwrap();
    desk.fails(1, "file-rollback", &arguments(&root, "pack.cbor risk-6.cbor"));
    let run = desk.run(&arguments(&root, "pack.cbor risk.cbor"));
    assert!(run.exit == 0 && run.err.contains("manifest version 6"), "{}", run.err);
    refresh(&desk, &mut phone);
    desk.write("site/.publish/seen", "nothing");
    desk.fails(2, "cli-seen-damaged", &arguments(&root, "pack.cbor risk.cbor"));
}

/// Rules that are announced can be taken back until they begin; their version is used up. Phones that hear of it late decide by
/// the earlier ones again.
#[test]
fn announced_rules_can_be_taken_back_until_they_begin() {
    let (desk, root) = authority("folder-announced");
    let source = fs::read_to_string(rules("packs/hangzhou/pack.toml")).unwrap();
    let line = |name: &str| source.lines().find(|line| line.starts_with(name)).unwrap();
    for (file, version, hour) in [("next", 2, "08:30"), ("other", 2, "08:40"), ("later", 3, "08:40")] {
        let from = format!("valid-from = \"2020-02-12T{hour}:00+08:00\"");
        let next = source.replacen(line("version = "), &format!("version = {version}"), 1);
        desk.write(&format!("{file}.toml"), next.replacen(line("valid-from = "), &from, 1));
        desk.ok(&format!(
            "sign rule-pack {file}.toml --key rules-1.key --key rules-2.key --issued 2020-02-11 --out {file}.cbor"
        ));
    }
    let at = |files: &str, hour: &str| arguments(&root, files).replace("T08:00", &format!("T{hour}"));
    let run = desk.run(&at("trust.cbor pack.cbor next.cbor risk.cbor", "08:00"));
    for said in [
        "in force   rule-pack hangzhou version 1 for place 3301, until ",
        "announced  rule-pack hangzhou version 2 for place 3301, from 2020-02-12T08:30:00+08:00 until ",
    ] {
        assert!(run.exit == 0 && run.err.contains(said), "{}", run.err);
        // The clock of a test is not the machine's.
        assert_eq!(
            run.err.matches("warning: ").count(),
            run.err.matches("warning: --issued says ").count(),
            "{}",
            run.err
        );
    }
    let mut phone = new_phone(&root);
    refresh(&desk, &mut phone);
    let run = desk.run(&at("pack.cbor risk.cbor", "08:10"));
    let said =
        "withdrawn  rule-pack hangzhou version 2 for place 3301, which was to begin at 2020-02-12T08:30:00+08:00\n";
    assert!(run.exit == 0 && run.err.contains(said), "{}", run.err);
    refresh(&desk, &mut phone);
    desk.fails(1, "file-rollback", &at("pack.cbor other.cbor risk.cbor", "08:15"));
    desk.ok(&at("pack.cbor later.cbor risk.cbor", "08:20"));
    refresh(&desk, &mut phone);
    assert_eq!(versions(&phone, Kind::RulePack), [Some(1), Some(3)]);
    let run = desk.run(&at("pack.cbor later.cbor risk.cbor", "08:45"));
    let said = "over       rule-pack hangzhou version 1 for place 3301, since version 3 began";
    assert!(run.exit == 0 && run.err.contains(said), "{}", run.err);
    desk.ok(&at("risk.cbor", "08:50"));
    for (files, code) in [("pack.cbor risk.cbor", 1), ("next.cbor risk.cbor", 1), ("later.cbor risk.cbor", 0)] {
        let run = desk.run(&at(files, "08:55"));
        assert!(run.exit == code && (code == 0 || run.err.contains("error[file-rollback]")), "{files}: {}", run.err);
    }
    let run = desk.run(&arguments(&root, "pack.cbor").replace("site", "new"));
    assert!(run.err.contains("there is no trust list"), "{}", run.err);
    let run = desk.run(&arguments(&root, "trust.cbor next.cbor").replace("site", "new"));
    for said in [
        "warning: no rule pack is in force for place 3301 before 2020-02-12T08:30:00+08:00: until then codes there are grey",
        "warning: no risk table is in force for place 3301: codes there are grey wherever the rules ask for risk levels",
    ] {
        assert!(run.exit == 0 && run.err.contains(said), "{}", run.err);
    }
}

#[test]
fn what_becomes_of_each_file_is_said() {
    let (desk, root) = authority("folder-said");
    let late = arguments(&root, ALL).replace("2020-02-12T08", "2020-02-18T08");
    let run = desk.run(&late);
    for said in [
        "in force   trust-list version 1 for everywhere, until 2020-03-11T00:00:00+08:00",
        "expired    risk-table version 7 for everywhere, since 2020-02-17T00:00:00+08:00",
        "warning: no risk table is in force: ",
    ] {
        assert!(run.exit == 0 && run.err.contains(said), "{}", run.err);
    }
    table(&desk, 8);
    let run = desk.run(&arguments(&root, "risk-8.cbor").replace("2020-02-12T08", "2020-02-18T09"));
    for said in [
        "replaced   risk-table version 7 for everywhere, by version 8: ",
        "withdrawn  rule-pack hangzhou version 1 for place 3301",
        "warning: no rule pack is in force for place 3301: codes there are grey",
    ] {
        assert!(run.exit == 0 && run.err.contains(said), "{}", run.err);
    }
    let arguments = |root: &str, files: &str| arguments(root, files).replace("2020-02-12T08", "2020-02-18T10");
    // Of two versions of a table the higher would take the place of the other at once, in whichever order they are given.
    table(&desk, 9);
    for files in ["pack.cbor risk-8.cbor risk-9.cbor", "pack.cbor risk-9.cbor risk-8.cbor"] {
        let said = desk.fails(1, "cli-superseded", &arguments(&root, files));
        assert!(said.contains("risk-8.cbor: risk-table version 8 is given beside version 9"), "{said}");
    }
    desk.ok(&arguments(&root, "pack.cbor risk-9.cbor risk-9.cbor"));
    // What is wrong with the manifest is said of the manifest, or of the key that may not sign it; no hint names an option
    // that there is not.
    let said = desk.fails(1, "file-unknown-key", &arguments(&root, "pack.cbor").replace("manifest.key", "risk.key"));
    assert!(said.contains("risk.key: it is not signed with a key"), "{said}");
    let said = desk.fails(1, "file-long-lived", &format!("{} --valid 73h", arguments(&root, "pack.cbor")));
    assert!(said.contains("site/manifest: ") && said.contains("hint: give a shorter --valid"), "{said}");
    let said = desk.fails(1, "file-expired", &arguments(&root, "pack.cbor").replace("2020-02-18", "2020-03-12"));
    assert!(said.contains("site/trust-list: ") && said.contains("hint: check --issued, or sign a new one"), "{said}");
}

#[test]
fn the_last_version_of_a_manifest_is_never_used() {
    let (desk, root) = authority("folder-last-version");
    let all = arguments(&root, ALL);
    desk.fails(2, "cli-last-version", &format!("{all} --version 4294967295"));
    desk.ok(&format!("{all} --version 4294967294"));
    let mut phone = new_phone(&root);
    refresh(&desk, &mut phone);
    for version in ["", " --version 4294967295"] {
        let said = desk.fails(2, "cli-last-version", &format!("{all}{version}"));
        assert!(said.contains("site/manifest: version 4294967295 of a manifest is the last"), "{said}");
    }
    desk.fails(2, "cli-manifest-version", &format!("{all} --version 1"));
    // As the hint says: with another key the numbers begin again, and phones follow.
    let (old, new) = (public(&desk, "manifest.key"), desk.key("manifest-2.key"));
    desk.write("list.toml", String::from_utf8(desk.read("list.toml")).unwrap().replace(&old, &new));
    list(&desk, 2, &["root.key"], &["root.key"]);
    let run = desk.run(&arguments(&root, "trust-2.cbor pack.cbor risk.cbor").replace("manifest.key", "manifest-2.key"));
    assert!(run.exit == 0 && run.err.contains("manifest version 1, "), "{}", run.err);
    refresh(&desk, &mut phone);
}

/// While one publishes, another is turned away; whatever is left of one that was killed is cleared away.
#[cfg(target_os = "linux")]
#[test]
fn one_publishes_at_a_time() {
    let (desk, root) = authority("folder-lock");
    desk.ok(&arguments(&root, ALL));
    let before = desk.read("site/manifest");
    // What holds the lock is another process.
    let mut holder = Command::new("flock")
        .args(["site/.publish/lock", "sh", "-c", "echo locked; read -r _"])
        .current_dir(desk.path(""))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = String::new();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(holder.stdout.take().unwrap()), &mut said).unwrap();
    assert_eq!(said, "locked\n");
    desk.fails(2, "cli-publishing", &arguments(&root, ALL));
    assert!(desk.read("site/manifest") == before);
    drop(holder.stdin.take());
    holder.wait().unwrap();
    // Many at once: each is turned away or publishes, and each version has one content.
    let line = arguments(&root, ALL);
    let all: Vec<_> = (0..8)
        .map(|_| {
            Command::new(TOOL).args(line.split(' ')).current_dir(desk.path("")).stderr(Stdio::piped()).spawn().unwrap()
        })
        .collect();
    let mut published = Vec::new();
    for child in all {
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        match output.status.code() {
            Some(0) => {
                published.push(said.split("manifest version ").nth(1).unwrap().split(',').next().unwrap().to_owned())
            }
            _ => assert!(said.contains("error[cli-publishing]"), "{said}"),
        }
    }
    let distinct: std::collections::BTreeSet<_> = published.iter().collect();
    assert!(!published.is_empty() && distinct.len() == published.len(), "{published:?}");
    refresh(&desk, &mut new_phone(&root));
}

/// A disk that is full at any moment leaves the old state, and no rubbish; so does being killed for it.
#[cfg(unix)]
#[test]
fn a_full_disk_leaves_the_state_before() {
    let (desk, root) = authority("folder-full");
    desk.ok(&arguments(&root, ALL));
    let mut phone = new_phone(&root);
    refresh(&desk, &mut phone);
    let rows: String = (0..400).map(|row| format!("330106{:03},high,2020-02-0{},\n", 100 + row, 1 + row % 9)).collect();
    desk.write("rows.csv", format!("place,level,from,to\n{rows}"));
    desk.ok("risk build rows.csv --key risk.key --key risk-2.key --version 8 --issued 2020-02-11 --valid 7d --out risk-8.cbor");
    assert!(desk.read("risk-8.cbor").len() > 1024);
    let next = arguments(&root, "pack.cbor risk-8.cbor");
    let parts = || {
        fs::read_dir(desk.path("site/.publish"))
            .unwrap()
            .flatten()
            .filter(|entry| entry.file_name().to_str().unwrap().ends_with(".part"))
            .count()
    };
    for (ignore, left) in [("trap '' XFSZ; ", 0), ("", 1)] {
        // No file may be longer than a kilobyte at most.
        let limited = format!("{ignore}ulimit -f 1; exec \"$0\" \"$@\"");
        let output = Command::new("sh")
            .args(["-c", &limited, TOOL])
            .args(next.split(' '))
            .current_dir(desk.path(""))
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && (left > 0 || said.contains("error[cli-file-unwritable]: site/")), "{said}");
        assert_eq!(parts(), left, "{said}");
        refresh(&desk, &mut phone);
        refresh(&desk, &mut new_phone(&root));
        assert_eq!(versions(&phone, Kind::RiskTable), [Some(7)]);
    }
    desk.ok(&next);
    assert_eq!(parts(), 0);
    refresh(&desk, &mut phone);
    assert_eq!(versions(&phone, Kind::RiskTable), [Some(8)]);
}
