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
    desk.fails(2, "cli-key-overwrite", "trust build list.toml --key root.key --version 1 --valid 30d --out root.key");
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
    desk.fails(
        2,
        "cli-key-overwrite",
        "trust build list.toml --key plain.key --version 1 --valid 30d --out marked.key",
    );
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
