//! Key files.

use std::process::Command;

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
    let source = include_str!("../../src/bin/healthcode/key_file/mod.rs");
    let example = source.split("```text").nth(1).unwrap().split("```").next().unwrap();
    let lines: Vec<_> = example.lines().filter_map(|line| line.strip_prefix("//! ")).collect();
    desk.write("a.key", lines.join("\n"));
    let shown = desk.ok("keys show a.key");
    let comments: String =
        lines.iter().filter_map(|line| line.strip_prefix("# ")).skip(2).map(|line| format!("{line}\n")).collect();
    assert_eq!(shown, comments);
}

/// Made by OpenSSL 3.0: `openssl genpkey -algorithm ed25519`, and that key by `openssl pkcs8 -topk8` with `-scrypt`, with `-v2 aes-256-cbc`, and
/// with scrypt's block size put to 127.
const PLAIN: &str = "\
-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIAvxzqf3SbiK52FamefXQn4MK68GREm6bkWMlQ0YYEDm
-----END PRIVATE KEY-----
";
const SCRYPT: &str = "\
-----BEGIN ENCRYPTED PRIVATE KEY-----
MIGTME8GCSqGSIb3DQEFDTBCMCEGCSsGAQQB2kcECzAUBAjEhj8QSt1HXgICQAAC
AQgCAQEwHQYJYIZIAWUDBAEqBBAObFhO4XU9FmXArE+MVjdTBEB2jDgKZSbly/v6
Cm6niM70KoXF9OvQSF4DfV3kCcQFpiLMXKfeJ41nKBPJBeGjtPrmprs96bA9aUzN
HMz/20dF
-----END ENCRYPTED PRIVATE KEY-----
";
const PBKDF2: &str = "\
-----BEGIN ENCRYPTED PRIVATE KEY-----
MIGbMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAjGyk6QE+HcdgICCAAw
DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEEECUnAoqMJP1pZOK7FjeVUEQIMD
B1xo4qwtVdE1D0BJcvx2KY7CaIVZwYiNVRhAX4+fufrAHLvY8Nf7ApUOeYguQcoF
JLiq5clyGwpcDwltSdM=
-----END ENCRYPTED PRIVATE KEY-----
";
const COSTLY: &str = "\
-----BEGIN ENCRYPTED PRIVATE KEY-----
MIGTME8GCSqGSIb3DQEFDTBCMCEGCSsGAQQB2kcECzAUBAjEhj8QSt1HXgICQAAC
AX8CAQEwHQYJYIZIAWUDBAEqBBAObFhO4XU9FmXArE+MVjdTBEB2jDgKZSbly/v6
Cm6niM70KoXF9OvQSF4DfV3kCcQFpiLMXKfeJ41nKBPJBeGjtPrmprs96bA9aUzN
HMz/20dF
-----END ENCRYPTED PRIVATE KEY-----
";
const IN_PEM: &str = "46b25bf557d02e9036ecc09ec3fbf278badeca55c7d3a468034d3c944551356f";
const WORDS: &str = "four words of a test";

/// Runs the tool without a terminal, with this passphrase.
fn with_passphrase(desk: &Desk, passphrase: Option<&str>, arguments: &str) -> (i32, String, String) {
    desk.write("passphrase", passphrase.unwrap_or_default());
    let mut command = Command::new("setsid");
    command.args(["--wait", crate::tool::TOOL]).args(arguments.split_whitespace()).current_dir(desk.path(""));
    match passphrase {
        Some(_) => command.env("HEALTHCODE_PASSPHRASE_FILE", "passphrase"),
        None => command.env_remove("HEALTHCODE_PASSPHRASE_FILE"),
    };
    let out = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (out.status.code().unwrap(), text(out.stdout), text(out.stderr))
}

#[test]
fn a_key_under_a_passphrase_signs_with_it_alone() {
    let desk = Desk::new("keys-passphrase");
    let tool = |passphrase: Option<&str>, arguments: &str| with_passphrase(&desk, passphrase, arguments);
    let refused = |passphrase: Option<&str>, code: &str, arguments: &str| {
        let (exit, out, err) = tool(passphrase, arguments);
        assert!(exit == 2 && err.contains(&format!("error[{code}]: ")) && out.is_empty(), "{arguments}: {exit} {err}");
        assert!(!err.contains(WORDS) && !err.contains("panicked"), "{err}");
    };
    let (exit, made, err) = tool(Some(WORDS), "keys new --passphrase --out root.key");
    assert_eq!(exit, 0, "{err}");
    let public = made.lines().next().unwrap().strip_prefix("public-key ").unwrap().to_owned();
    let file = String::from_utf8(desk.read("root.key")).unwrap();
    assert!(
        file.contains(&format!("# public-key {public}\n"))
            && file.contains("\n-----BEGIN ENCRYPTED PRIVATE KEY-----\n")
    );
    assert!(!file.lines().any(|line| line.len() == 64 && line.bytes().all(|byte| byte.is_ascii_hexdigit())), "{file}");
    desk.write("list.toml", list_of(&public));
    let build = "trust build list.toml --key root.key --version 1 --valid 30d --out trust.cose";
    refused(None, "cli-passphrase-missing", build);
    refused(Some("four words of a tesT"), "cli-passphrase-wrong", build);
    refused(Some(""), "cli-passphrase-wrong", build);
    assert!(!desk.path("trust.cose").exists());
    assert_eq!(tool(Some(&format!("{WORDS}\r\nand a second line")), build).0, 0);
    refused(Some(WORDS), "cli-file-exists", "keys new --passphrase --out root.key");
    refused(Some("eleven sign"), "cli-passphrase-short", "keys new --passphrase --out other.key");
    assert!(!desk.path("other.key").exists());
    // A key that is there already, and whoever takes it for another text.
    desk.key("plain.key");
    let shown = desk.ok("keys show plain.key");
    assert_eq!(tool(Some(WORDS), "keys protect plain.key --out safe.key").1, shown);
    assert_eq!(tool(Some(WORDS), "keys show safe.key").1, shown);
    desk.fails(2, "cli-key-given", "rules check safe.key");
    // OpenSSL reads it, where there is any.
    match Command::new("openssl")
        .args(["pkey", "-in", "root.key", "-passin", "file:passphrase", "-pubout", "-outform", "DER"])
        .current_dir(desk.path(""))
        .output()
    {
        Ok(out) => {
            let read: String = out.stdout.iter().rev().take(32).rev().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(read, public, "{}", String::from_utf8_lossy(&out.stderr));
        }
        Err(_) => println!("LEFT OUT: there is no openssl to read the key"),
    }
}

#[test]
fn keys_in_pem_are_read_as_openssl_writes_them() {
    let desk = Desk::new("keys-pem");
    for (name, text) in [("plain", PLAIN), ("scrypt", SCRYPT), ("pbkdf2", PBKDF2), ("costly", COSTLY)] {
        desk.write(&format!("{name}.pem"), text);
        desk.write(&format!("{name}-crlf.pem"), format!("# mine\r\n{}", text.replace('\n', "\r\n")));
    }
    assert!(desk.ok("keys show plain.pem").contains(IN_PEM) && desk.ok("keys show plain-crlf.pem").contains(IN_PEM));
    for file in ["scrypt.pem", "pbkdf2.pem", "scrypt-crlf.pem"] {
        let (exit, out, err) = with_passphrase(&desk, Some(WORDS), &format!("keys show {file}"));
        assert!(exit == 0 && out.contains(IN_PEM), "{file}: {err}");
    }
    let (exit, _, err) = with_passphrase(&desk, Some(WORDS), "keys show costly.pem");
    assert!(exit == 2 && err.contains("error[cli-passphrase-cost]: "), "{err}");
    // The public half of another key, one that is cut, and one of another kind.
    let other = "ab".repeat(32);
    desk.write("other.pem", format!("# public-key {other}\n{PLAIN}"));
    desk.fails(2, "cli-key-file-damaged", "keys show other.pem");
    let middle = PLAIN.lines().nth(1).unwrap();
    for (index, text) in [
        PLAIN.replace(middle, &middle[..60]),
        PLAIN.replace(middle, &middle.replacen("MC4CAQAwBQYDK2Vw", "MC4CAQAwBQYDK2Vu", 1)),
        PLAIN.replace("PRIVATE", "PUBLIC"),
        PLAIN.replace("-----END", "-----EDN"),
        format!("{PLAIN}{PLAIN}").replace(middle, ""),
        PLAIN.lines().take(1).map(|line| format!("{line}\n\n\n")).collect(),
        SCRYPT.replacen("MIGTME8G", "MIGUME8G", 1),
    ]
    .into_iter()
    .enumerate()
    {
        desk.write("bad.pem", text);
        let (exit, _, err) = with_passphrase(&desk, Some(WORDS), "keys show bad.pem");
        assert!(exit == 2 && !err.contains("panicked"), "{index}: {err}");
    }
}
