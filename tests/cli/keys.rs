//! Key files.

use crate::tool::Desk;

/// A trust list of this key alone.
fn list_of(public: &str) -> String {
    format!(
        "[roots]\nkeys = [\"{public}\"]\nsigners = 1\n[[keys]]\nkey = \"{public}\"\nsigner = \"a\"\nkinds = []\n\
         from = \"2020-01-01T00:00:00Z\"\nuntil = \"2021-01-01T00:00:00Z\"\n"
    )
}

#[test]
fn a_new_key_can_be_shown_and_is_never_written_over() {
    let desk = Desk::new("keys-new");
    let public = desk.key("root.key");
    assert_eq!(public.len(), 64);
    let shown = desk.ok("keys show root.key");
    assert!(shown.contains(&public), "{shown}");
    let before = desk.read("root.key");
    desk.fails(2, "cli-file-exists", "keys new --out root.key");
    desk.write("list.toml", list_of(&public));
    desk.fails(2, "cli-overwrite", "trust build list.toml --key root.key --version 1 --valid 30d --out root.key");
    assert_eq!(desk.read("root.key"), before);
    // No output names the secret.
    let secret = String::from_utf8(before).unwrap().lines().last().unwrap().to_owned();
    assert!(!shown.contains(&secret));
}

#[test]
fn a_key_that_an_editor_has_marked_is_taken_and_kept() {
    let desk = Desk::new("keys-marked");
    let public = desk.key("plain.key");
    desk.write("marked.key", [b"\xef\xbb\xbf".to_vec(), desk.read("plain.key")].concat());
    assert!(desk.ok("keys show marked.key").contains(&public));
    desk.write(
        "bare.key",
        [b"\xef\xbb\xbf".to_vec(), desk.read("plain.key").rsplitn(3, |b| *b == b'\n').nth(1).unwrap().to_vec()]
            .concat(),
    );
    assert!(desk.ok("keys show bare.key").contains(&public));
    let out = "keys new --out marked.key";
    desk.fails(2, "cli-file-exists", out);
    desk.write("list.toml", list_of(&public));
    desk.fails(2, "cli-overwrite", "trust build list.toml --key plain.key --version 1 --valid 30d --out marked.key");
}

/// Whatever is no signed file stays: a key in any of the forms that are read, and the source itself.
#[test]
fn only_a_signed_file_gives_way_to_another() {
    let desk = Desk::new("keys-overwritten");
    desk.authority();
    let key = String::from_utf8(desk.read("rules-2.key")).unwrap();
    let secret = key.lines().last().unwrap();
    desk.write("text.json", "{}");
    desk.write("rows.csv", "place,level,from,to\n3301,high,2020-02-03,\n");
    let forms = [format!("\n{key}"), format!("{secret}\n"), format!("\u{feff}\n\n{secret}"), format!("# mine\n{key}")];
    for (index, form) in forms.iter().enumerate() {
        desk.write(&format!("own-{index}.key"), form);
    }
    desk.write("cut.cbor", &desk.read("pack.cbor")[..100]);
    let risk = "risk build rows.csv --key risk.key --key risk-2.key --version 1 --issued 2020-02-10 --valid 7d --out";
    let countersign = "countersign pack-1.cbor --key rules-2.key --out";
    let others = [
        "own-0.key",
        "own-1.key",
        "own-2.key",
        "own-3.key",
        "root.key",
        "text.json",
        "rows.csv",
        "list.toml",
        "cut.cbor",
    ];
    for name in others {
        let before = desk.read(name);
        for command in [risk, countersign] {
            let said = desk.fails(2, "cli-overwrite", &format!("{command} {name}"));
            assert!(said.contains(&format!("{name}: this file is there and is no signed file")), "{said}");
        }
        assert!(desk.read(name) == before, "{name}");
    }
    desk.write("empty.cbor", "");
    for name in ["empty.cbor", "risk.cbor", "new.cbor"] {
        desk.ok(&format!("{risk} {name}"));
    }
}

#[test]
#[cfg(unix)]
fn a_full_disk_leaves_no_empty_key() {
    let desk = Desk::new("keys-full");
    let output = std::process::Command::new("sh")
        .args(["-c", "trap '' XFSZ; ulimit -f 0; exec \"$0\" keys new --out new.key", crate::tool::TOOL])
        .current_dir(desk.path(""))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code() == Some(2) && said.contains("error[cli-file-unwritable]: new.key: "), "{said}");
    assert!(!desk.path("new.key").exists());
    desk.key("new.key");
}

#[test]
#[cfg(unix)]
fn only_its_owner_can_read_a_key_and_a_looser_one_is_warned_of() {
    use std::fs::{Permissions, metadata, set_permissions};
    use std::os::unix::fs::PermissionsExt;
    let desk = Desk::new("keys-mode");
    desk.key("a.key");
    assert_eq!(metadata(desk.path("a.key")).unwrap().permissions().mode() & 0o777, 0o600);
    set_permissions(desk.path("a.key"), Permissions::from_mode(0o644)).unwrap();
    let run = desk.run("keys show a.key");
    assert_eq!(run.exit, 0);
    assert!(run.err.contains("chmod 600 a.key"), "{}", run.err);
}

#[test]
fn what_is_no_key_file_is_refused() {
    let desk = Desk::new("keys-bad");
    desk.fails(2, "cli-file-missing", "keys show nothing.key");
    desk.write("text.key", "hello\n");
    desk.fails(2, "cli-key-file", "keys show text.key");
    desk.key("a.key");
    let text = String::from_utf8(desk.read("a.key")).unwrap();
    let (rest, secret) = text.trim_end().rsplit_once('\n').unwrap();
    let other = if secret.starts_with('0') { "1" } else { "0" };
    desk.write("b.key", format!("{rest}\n{other}{}\n", &secret[1..]));
    desk.fails(2, "cli-key-file-damaged", "keys show b.key");
    desk.write("c.key", [0xff, 0xfe]);
    desk.fails(2, "cli-file-not-text", "keys show c.key");
    desk.fails(2, "cli-usage", "keys show");
    desk.fails(2, "cli-file-directory", "keys show .");
}

#[test]
fn without_a_name_the_file_is_named_after_the_key() {
    let desk = Desk::new("keys-name");
    let out = desk.ok("keys new");
    let id = out.lines().nth(1).unwrap().strip_prefix("key-id ").unwrap();
    desk.ok(&format!("keys show {id}.key"));
}

#[test]
fn the_documented_file_is_read() {
    let desk = Desk::new("keys-documented");
    let source = include_str!("../../src/bin/healthcode/key_file.rs");
    let example = source.split("```text").nth(1).unwrap().split("```").next().unwrap();
    let lines: Vec<_> = example.lines().filter_map(|line| line.strip_prefix("//! ")).collect();
    desk.write("a.key", lines.join("\n"));
    let shown = desk.ok("keys show a.key");
    let comments: String =
        lines.iter().filter_map(|line| line.strip_prefix("# ")).skip(2).map(|line| format!("{line}\n")).collect();
    assert_eq!(shown, comments);
}
