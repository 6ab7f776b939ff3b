//! What nobody sees: it is shown as an escape wherever the tool quotes what others wrote, and refused where it is signed.

use healthcode::authoring::source::PackSource;
use healthcode::calendar::Time;
use healthcode::code::certificate::{CertificateRequest, DayCertificate, Identity};
use healthcode::colour::Colour;
use healthcode::place::Place;
use healthcode::trust::file::sign_file;
use healthcode::trust::{Header, Kind, Roots, SecretKey, TrustList, TrustedKey};
use healthcode::unseen::unseen;

use crate::tool::{Desk, Run, json, rules};

/// A line of its own, a cleared screen, text from right to left, an invisible tag.
const HOSTILE: &str = "a\n\u{1b}[2J\u{9b}1m\u{7f}\u{202e}\u{2066}\u{61c}\u{2029}\u{200d}\u{e0041}b";

fn pack() -> String {
    std::fs::read_to_string(rules("packs/hangzhou/pack.toml")).unwrap()
}

/// The text in TOML, with escapes for all that is not seen.
fn toml(text: &str) -> String {
    let escaped = text
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c.to_string() } else { format!("\\U{:08x}", u32::from(c)) });
    format!("\"{}\"", escaped.collect::<String>())
}

/// Everything that a run printed is seen, and it says that something was not.
fn all_seen(run: &Run, arguments: &str) {
    for printed in [&run.out, &run.err] {
        let raw = unseen(printed).find(|(_, c)| *c != '\n');
        assert_eq!(raw, None, "{arguments}: {printed}");
    }
    let all = format!("{}{}", run.out, run.err);
    assert!(all.contains("\\u{202e}") || all.contains("\\u202e"), "{arguments}: {all}");
}

pub(crate) fn key(desk: &Desk, file: &str) -> SecretKey {
    SecretKey::parse(String::from_utf8(desk.read(file)).unwrap().lines().last().unwrap()).unwrap()
}

#[test]
fn names_of_files_are_shown_and_make_no_lines_of_their_own() {
    let desk = Desk::new("unseen-paths");
    let trust = desk.authority();
    let name = |ending: &str| format!("{}{ending}", HOSTILE.replace('\u{2029}', ""));
    let (toml, cbor, csv, list) = (name(".toml"), name(".cbor"), name(".csv"), name("-list.toml"));
    desk.write(&toml, pack());
    let bad = format!("bad-{toml}");
    desk.write(&bad, "[pack]\nid = 7\n");
    desk.write(&cbor, desk.read("pack.cbor"));
    desk.write(&csv, "place,level,from,to\n33,none,2020-02-30,\n");
    desk.write(&list, desk.read("list.toml"));
    desk.write(&name(".key"), desk.read("root.key"));
    let cut = format!("cut-{cbor}");
    desk.write(&cut, &desk.read("pack.cbor")[..100]);
    let now = "2020-02-12";
    let runs: Vec<Vec<&str>> = vec![
        vec!["rules", "check", &toml],
        vec!["rules", "check", "nothing\u{202e}"],
        vec!["rules", "test", &bad],
        vec!["rules", "diff", &toml, "nothing\u{202e}"],
        vec!["rules", "fmt", "--check", "nothing\u{202e}"],
        vec!["rules", "explain", "--rules", "nothing\u{202e}", "--facts", "x", "--now", now],
        vec!["rules", "simulate", "--pack", "nothing\u{202e}", "--against", &toml, "--generate", "1", "--now", now],
        vec!["rules", "people", "--pack", "nothing\u{202e}", "--count", "1", "--now", now],
        vec!["inspect", &cut],
        vec!["countersign", &cut, "--key", "root.key", "--out", "x.cbor"],
        vec!["countersign", "pack-1.cbor", "--key", "rules-2.key", "--out", &cbor],
        vec!["sign", "rule-pack", &toml, "--key", "rules-1.key", "--issued", now, "--out", &cbor],
        vec![
            "sign",
            "trust-list",
            &list,
            "--key",
            "root.key",
            "--version",
            "2",
            "--issued",
            now,
            "--valid",
            "1d",
            "--out",
            &cbor,
        ],
        vec!["risk", "build", &csv, "--key", "risk.key", "--version", "1", "--valid", "1d", "--out", "x.cbor"],
        vec!["risk", "show", &csv],
        vec!["risk", "lookup", &csv, "--place", "33", "--at", now],
        vec!["assess", "--rules", "nothing\u{202e}.toml", "--facts", "x", "--now", now],
        vec!["verify", "JK1:", "--trust", "nothing\u{202e}", "--root", &trust[trust.len() - 64..], "--now", now],
        vec!["keys", "show", "nothing\u{202e}"],
        vec!["keys", "new", "--out", "new\n\u{202e}.key"],
        vec!["serve", "--www", "nothing\u{202e}"],
        vec!["serve", "--rules", "nothing\u{202e}"],
        // What the reader of arguments quotes.
        vec!["rules", "check", &toml, "--\u{202e}\n\u{1b}[2J"],
        vec!["\u{202e}\u{1b}[2J"],
        vec!["risk", "lookup", &csv, "--place", "\u{202e}\nerror", "--at", now],
        vec!["completions", "\u{202e}\u{1b}"],
        vec!["man", "\u{202e}\u{1b}"],
    ];
    for arguments in runs {
        let run = desk.args(&arguments, b"");
        let said = format!("{arguments:?}");
        all_seen(&run, &said);
        assert!(
            !format!("{}{}", run.out, run.err).lines().any(|line| line.starts_with("\\u{1b}")),
            "{said}: {}",
            run.err
        );
    }
}

#[test]
fn what_a_signed_file_says_is_shown() {
    let desk = Desk::new("unseen-signed");
    let trust = desk.authority();
    let root = key(&desk, "root.key");
    let issued = Time::parse("2020-02-10T00:00:00+08:00").unwrap();
    let header = Header { version: 9, issued, expires: Time::parse("2020-03-01T00:00:00Z").unwrap(), place: None };
    // A signer's name, in the list itself and beside what the key has signed.
    let entry = |file: &str, kind: Kind| TrustedKey {
        key: key(&desk, file).public(),
        signer: format!("{HOSTILE}{file}"),
        kinds: vec![kind],
        place: None,
        from: Time::parse("2020-01-01T00:00:00Z").unwrap(),
        until: Time::parse("2021-01-01T00:00:00Z").unwrap(),
    };
    let keys = vec![
        entry("rules-1.key", Kind::RulePack),
        entry("rules-2.key", Kind::RulePack),
        entry("certificate.key", Kind::DayCertificate),
    ];
    desk.write(
        "hostile.cbor",
        sign_file(
            &header,
            &TrustList { keys, needed: vec![], roots: Roots { keys: vec![root.public()], signers: 1 }, log: None },
            &root,
        ),
    );
    let root = &trust[trust.len() - 64..];
    let checked = format!("--trust hostile.cbor --root {root} --now 2020-02-12");
    for arguments in [
        "inspect hostile.cbor".to_owned(),
        "inspect hostile.cbor --json".to_owned(),
        format!("inspect hostile.cbor --root {root} --now 2020-02-12"),
        format!("inspect pack.cbor {checked}"),
        format!("inspect pack.cbor {checked} --json"),
    ] {
        let run = desk.run(&arguments);
        if run.err.contains("error[") {
            // A phone's library that refuses such a list itself says so, and shows none of it.
            assert_eq!(unseen(&run.err).find(|(_, c)| *c != '\n'), None, "{}", run.err);
            continue;
        }
        all_seen(&run, &arguments);
        if arguments.contains("--json") {
            json(&run.out);
        }
    }
    desk.fails(2, "file-malformed", "countersign hostile.cbor --key rules-1.key --out twice.cbor");
    assert!(!desk.path("twice.cbor").exists());

    // A pack that a phone refuses is not shown either.
    let shipped = PackSource::read(&pack()).unwrap();
    let mut hostile = shipped.to_pack();
    hostile.title.en = HOSTILE.to_owned();
    let signed = sign_file(&shipped.header(issued), &hostile, &key(&desk, "rules-1.key"));
    desk.write("pack-9.cbor", signed);
    for arguments in ["inspect pack-9.cbor", "countersign pack-9.cbor --key rules-2.key --out twice.cbor"] {
        desk.fails(2, "file-malformed", arguments);
    }

    // What a phone asks for, and what it shows.
    let place = Place::parse("3301").unwrap();
    let identity = Identity { name: "*\u{202e}\u{1b}".into(), digits: "12\u{e0041}".into() };
    let phone = key(&desk, "record.key");
    desk.write(
        "request.cbor",
        CertificateRequest::sign(&phone, &key(&desk, "risk.key"), place, identity.clone(), issued).unwrap(),
    );
    let certificate = DayCertificate {
        key: phone.public(),
        place,
        floor: Colour::Green,
        identity,
        issued,
        hours: 24,
        ground: None,
        number: None,
    };
    desk.write("certificate.cbor", certificate.sign(&key(&desk, "certificate.key")));
    for arguments in ["inspect request.cbor --json", "inspect certificate.cbor --json"] {
        let run = desk.run(arguments);
        if run.exit == 0 {
            all_seen(&run, arguments);
            json(&run.out);
        }
    }
}

#[test]
fn what_sources_say_is_shown_and_not_signed() {
    let desk = Desk::new("unseen-sources");
    let trust = desk.authority();
    let pack = pack();
    assert!(pack.contains("title = { zh-Hans = \"杭州健康码\", en = \"Hangzhou health code\" }"));
    let sign = "sign rule-pack pack.toml --key rules-1.key --out x.cbor";
    let every = [
        "rules check pack.toml",
        "rules test pack.toml",
        "rules diff pack.toml pack.toml",
        "rules explain --rules pack.toml --facts facts.json --now 2020-02-12",
        "rules simulate --pack pack.toml --against pack.toml --generate 1 --now 2020-02-12",
        "rules people --pack pack.toml --count 1 --now 2020-02-12",
        "assess --rules pack.toml --facts facts.json --now 2020-02-12",
        "serve --listen 127.0.0.1:0 --rules pack.toml",
        sign,
    ];
    desk.write("facts.json", "{}");
    // In a text that is shipped, by an escape.
    desk.write("pack.toml", pack.replacen("en = \"Hangzhou health code\"", &format!("en = {}", toml(HOSTILE)), 1));
    for arguments in every {
        let run = desk.run(arguments);
        assert!(
            run.exit == 1 && run.err.contains("error[pack-unseen-character]: pack.toml:"),
            "{arguments}: {}",
            run.err
        );
        assert_eq!(unseen(&run.err).find(|(_, c)| *c != '\n'), None, "{arguments}");
    }
    // As it is, in a comment or a text: what a reader of the source would not see.
    for raw in ['\u{202e}', '\u{2066}', '\u{200b}', '\u{200d}', '\u{9b}', '\u{e0041}', '\u{2028}'] {
        for source in [
            format!("{pack}\n# approved{raw} by nobody\n"),
            pack.replacen("en = \"Diarrhoea\"", &format!("en = \"Diarr{raw}hoea\""), 1),
        ] {
            desk.write("pack.toml", source);
            for arguments in every.into_iter().chain(["rules fmt pack.toml", "rules fmt --check pack.toml"]) {
                let run = desk.run(arguments);
                assert!(
                    run.exit == 2 && run.err.contains("error[cli-unseen-character]: pack.toml:"),
                    "{arguments}: {}",
                    run.err
                );
                assert!(run.err.contains(&raw.escape_unicode().to_string()), "{}", run.err);
                assert_eq!(unseen(&run.err).find(|(_, c)| *c != '\n'), None, "{arguments}");
            }
        }
    }
    assert!(!desk.path("x.cbor").exists());
    // A line of the source itself, and what the reader of TOML quotes of it.
    for (source, code) in [
        (pack.replacen("version = 1", "version = \"\u{202e}\u{200b}\"", 1), "cli-toml"),
        (pack.replacen("version = 1", "\"\\u001b\\u202e\" = 1", 1), "cli-toml"),
    ] {
        desk.write("pack.toml", source);
        for arguments in every {
            all_seen(&desk.run(arguments), arguments);
            assert!(desk.run(arguments).err.contains(&format!("error[{code}]: ")));
        }
    }
    // The name of a case that fails.
    desk.write(
        "pack.toml",
        pack.replacen("visit.risk_minutes >= 4 h", "visit.risk_minutes >= 400 h", 1)
            .lines()
            .map(|line| {
                line.strip_prefix("name = \"").map_or(line.to_owned(), |name| format!("name = \"\\u202e\\n{name}"))
            })
            .collect::<Vec<_>>()
            .join("\n"),
    );
    for arguments in ["rules test pack.toml", sign] {
        let run = desk.run(arguments);
        assert_eq!(run.exit, 1, "{}", run.err);
        all_seen(&run, arguments);
    }

    // A list of signers.
    let signer = |signer: &str| {
        String::from_utf8(desk.read("list.toml")).unwrap().replacen(
            "signer = \"rules-1\"",
            &format!("signer = {signer}"),
            1,
        )
    };
    let build = "trust build hostile.toml --key root.key --version 2 --valid 1d --out x.cbor";
    for (written, place) in [(toml(HOSTILE), "the signer of key "), ("\"rules\u{202e}\"".to_owned(), "hostile.toml:3:")]
    {
        desk.write("hostile.toml", signer(&written));
        let said = desk.fails(2, "cli-unseen-character", build);
        assert!(said.contains(place), "{said}");
        desk.fails(2, "cli-unseen-character", &build.replace("trust build", "sign trust-list"));
        assert_eq!(unseen(&said).find(|(_, c)| *c != '\n'), None, "{said}");
    }
    assert!(!desk.path("x.cbor").exists());

    // Rows, names of places, facts, lines, codes.
    desk.write("rows.csv", "place,level,from,to\n33,\u{202e}\u{1b},2020-02-01,\n");
    all_seen(&desk.run("risk show rows.csv"), "risk show");
    desk.write("names.csv", "place,name\n33,\"a\u{202e}\nb\"\n");
    let explain =
        format!("rules explain --rules pack.cbor {trust} --facts facts.json --names names.csv --now 2020-02-12");
    all_seen(&desk.run(&explain), &explain);
    desk.fails(2, "cli-csv-field", &explain);
    desk.write("facts.json", "{\"\u{202e}\\u001b\": []}");
    let assess = format!("assess --rules pack.cbor {trust} --now 2020-02-12");
    all_seen(&desk.run(&format!("{assess} --facts facts.json")), "assess");
    let lines = "{\"\u{202e}\\u001b\": []}\n";
    let simulate = "rules simulate --pack new.toml --against new.toml --people - --now 2020-02-12";
    desk.write("new.toml", &pack);
    for (arguments, quotes) in
        [(format!("{assess} --lines"), true), ("rules eval --lines".into(), true), (simulate.into(), false)]
    {
        let run = desk.feed(&arguments, lines.as_bytes());
        assert_eq!(run.exit, 0, "{}", run.err);
        if quotes {
            all_seen(&run, &arguments);
            json(run.out.trim());
        }
    }
    let value = desk.feed("rules eval --lines", "{\"text\": \"'\u{202e}x'\", \"data\": null}\n".as_bytes());
    all_seen(&value, "rules eval");
    assert_eq!(json(value.out.trim())["value"], "\u{202e}x", "the same to a program");
}
