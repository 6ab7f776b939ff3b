//! `verify`: the checkpoint's verdict.

use healthcode::calendar::{Span, Time};
use healthcode::cbor::Bytes;
use healthcode::code::certificate::{DayCertificate, Identity};
use healthcode::code::claims::Code;
use healthcode::code::wire::to_text;
use healthcode::colour::Colour;
use healthcode::place::Place;
use healthcode::trust::{Digest, SecretKey, ShortHash};

use crate::tool::{Desk, json};

const NOW: &str = "2020-02-12T09:00:00+08:00";

/// A phone, certified by the desk's authority.
struct Phone {
    key: SecretKey,
    certificate: Vec<u8>,
    /// How its codes name the desk's pack.
    rules: ShortHash,
}

impl Phone {
    fn new(desk: &Desk) -> Self {
        let load = |file: &str| {
            let text = String::from_utf8(desk.read(file)).unwrap();
            SecretKey::parse(text.lines().last().unwrap()).unwrap()
        };
        desk.key("phone.key");
        let key = load("phone.key");
        let certificate = DayCertificate {
            key: key.public(),
            place: Place::parse("3301").unwrap(),
            floor: Colour::Green,
            identity: Identity::mask("张三", "330106199001011234").unwrap(),
            issued: time("2020-02-12T08:00:00+08:00"),
            hours: 24,
            ground: None,
            number: None,
        };
        let certificate = certificate.sign(&load("certificate.key"));
        Self { key, certificate, rules: Digest::of(&desk.read("pack.cbor")).short() }
    }

    fn code(&self, colour: Colour, issued: Time) -> String {
        let certificate = Bytes(self.certificate.clone());
        let code = Code {
            colour,
            issued,
            ttl: 60,
            rules: self.rules,
            risk: Some(ShortHash([7; 8])),
            certificate,
            challenge: Some(Bytes(vec![0xab, 0xcd, 0xef, 0x01])),
        };
        to_text(&code.sign(&self.key))
    }
}

fn time(text: &str) -> Time {
    Time::parse(text).unwrap()
}

#[test]
fn a_code_is_accepted_refused_or_undecided() {
    let desk = Desk::new("verify");
    let trust = desk.authority();
    let phone = Phone::new(&desk);
    let now = time(NOW);
    let verify = |arguments: &str, text: &str| {
        let run = desk.feed(&format!("verify {trust} --now {NOW} {arguments}"), text.as_bytes());
        (run.exit, json(&run.out))
    };
    let red = phone.code(Colour::Red, now);
    let (exit, verdict) = verify("", &red);
    assert_eq!((exit, &verdict["verdict"], &verdict["colour"]), (0, &"accepted".into(), &"red".into()), "{verdict}");
    assert_eq!((&verdict["name"], &verdict["digits"]), (&"*三".into(), &"1234".into()));
    assert_eq!(verify("--challenge abcdef01", &format!("{red}\n")).0, 0);
    assert_eq!(verify("--challenge abcdef02", &red).1["code"], "code-challenge");
    let old = phone.code(Colour::Green, now.minus(Span::seconds(120)));
    let (exit, verdict) = verify("", &old);
    assert_eq!((exit, &verdict["verdict"], &verdict["code"]), (1, &"refused".into(), &"code-expired".into()));
    // Nothing personal stands beside a refusal.
    assert!(verdict.get("name").is_none());
    let grey = phone.code(Colour::Grey, now);
    assert_eq!(verify("", &grey).1["verdict"], "undecided");
    assert_eq!(verify("", "https://example.org/").1["code"], "text-not-a-health-code");
    assert_eq!(verify("", "").0, 1);
    // A text that is an argument.
    let bare = phone.code(Colour::Green, now);
    let run = std::process::Command::new(crate::tool::TOOL)
        .args(format!("verify {trust} --now {NOW}").split(' '))
        .arg(&bare)
        .current_dir(desk.path(""))
        .output()
        .unwrap();
    assert!(run.status.success(), "{run:?}");
    // By a trust list that is not in force nothing is decided, and that is the verdict.
    for (now, code) in [("2020-03-12", "file-expired"), ("2020-02-01", "file-not-yet-issued")] {
        for manifest in ["", "--manifest site/manifest"] {
            let run = desk.feed(&format!("verify {trust} --now {now} {manifest}"), bare.as_bytes());
            assert_eq!((run.exit, &json(&run.out)["verdict"]), (1, &"undecided".into()), "{}", run.err);
            assert_eq!(json(&run.out)["code"], code);
            let run = desk.feed(&format!("verify {trust} --now {now} {manifest} --lines"), bare.as_bytes());
            assert_eq!((run.exit, &json(&run.out)["code"]), (0, &code.into()), "{}", run.err);
        }
    }
    desk.fails(2, "cli-usage", &format!("verify {trust} --now {NOW} --challenge abcdef0"));
    desk.fails(2, "cli-no-trust", &format!("verify --now {NOW} JK1:"));

    // What a code was made with, by the manifests that are given: that of another region says nothing of it.
    let publish = format!("{} --issued {NOW}", trust.replace("--trust trust.cbor", "--key manifest.key"));
    desk.ok(&format!("publish site trust.cbor pack.cbor risk.cbor {publish}"));
    desk.ok(&format!("publish county trust.cbor --place 330106 {publish}"));
    let rules = |arguments: &str| verify(arguments, &phone.code(Colour::Green, now)).1["rules"]["named"].clone();
    let named = serde_json::json!({"id": "hangzhou", "version": 1, "region": "3301"});
    assert_eq!(rules("--manifest site/manifest"), named);
    assert_eq!(rules("--manifest county/manifest --manifest site/manifest"), named);
    assert_eq!(rules("--manifest site/manifest --manifest county/manifest"), named);
    assert!(rules("--manifest county/manifest").is_null() && rules("").is_null());
    desk.fails(2, "file-wrong-kind", &format!("verify {trust} --now {NOW} --manifest pack.cbor JK1:"));

    // Many, each with the time of its scan.
    let lines = [
        &red,
        &old,
        &serde_json::json!({"text": old, "now": "2020-02-12T08:58:30+08:00"}).to_string(),
        "{\"text\": 1}",
    ]
    .join("\n");
    let run = desk.feed(&format!("verify {trust} --now {NOW} --lines"), lines.as_bytes());
    let verdicts: Vec<_> = run.out.lines().map(json).collect();
    let said: Vec<_> = verdicts.iter().map(|verdict| verdict["verdict"].as_str().unwrap_or("error")).collect();
    assert_eq!((run.exit, said), (0, vec!["accepted", "refused", "accepted", "error"]));
    // An id comes back with the verdict, and any number of threads give the same in the same order.
    let with_id = |id: serde_json::Value| serde_json::json!({"text": red, "id": id}).to_string() + "\n";
    let run =
        |input: &str, more: &str| desk.feed(&format!("verify {trust} --now {NOW} --lines {more}"), input.as_bytes());
    let given = run(&format!("{}{}{{\"id\": 5}}\n", with_id("gate 7".into()), with_id(12.into())), "").out;
    let given: Vec<_> = given.lines().map(|line| (json(line)["id"].clone(), json(line)["verdict"].clone())).collect();
    let accepted = || serde_json::Value::from("accepted");
    assert_eq!(given, [("gate 7".into(), accepted()), (12.into(), accepted()), (5.into(), serde_json::Value::Null)]);
    let many: String = (0..600).map(|number| with_id(number.into())).collect();
    let one = run(&many, "--threads 1").out;
    assert!(one == run(&many, "--threads 3").out && one == run(&many, "").out);
    assert!(one.lines().enumerate().all(|(number, line)| json(line)["id"] == number));
    // An editor's byte order mark is no part of the first text.
    let marked = |arguments: &str, text: &str| desk.feed(arguments, format!("\u{feff}{text}").as_bytes());
    assert_eq!(marked(&format!("verify {trust} --now {NOW} --lines"), &lines).out, run(&lines, "").out);
    assert_eq!(json(&marked(&format!("verify {trust} --now {NOW}"), &format!("{red}\r\n")).out)["verdict"], "accepted");
}

#[test]
fn codes_and_certificates_can_be_inspected() {
    let desk = Desk::new("inspect-code");
    let trust = desk.authority();
    let phone = Phone::new(&desk);
    desk.write("certificate.cbor", &phone.certificate);
    let shown = desk.ok(&format!("inspect certificate.cbor {trust} --now {NOW}"));
    assert!(shown.contains("accepted") && !shown.contains('三'), "{shown}");
    let run = desk.run(&format!("inspect certificate.cbor {trust} --now 2020-02-14"));
    assert!(run.exit == 1 && run.out.contains("certificate-expired"), "{}", run.out);
    desk.write("code.txt", phone.code(Colour::Green, time(NOW)));
    assert!(desk.ok("inspect code.txt").contains("matches the key that came with it"));
    let code = json(&desk.ok("inspect code.txt --json"));
    assert_eq!(
        (&code["content"]["challenge"], &code["content"]["certificate"]["floor"]),
        (&"abcdef01".into(), &"green".into())
    );
}

/// As docs/formats.md has it: what is typed or scanned, with the spaces and the digits of a Chinese keyboard.
#[test]
fn a_challenge_is_taken_as_it_is_typed_or_scanned() {
    let desk = Desk::new("verify-challenge");
    let trust = desk.authority();
    let verify = |challenge: &str| {
        let (list, root) = trust.rsplit_once(' ').unwrap();
        let list = list.split(' ');
        let arguments = list.chain([root, "--now", NOW, "--challenge", challenge, "JK1:"]);
        desk.args(&["verify"].into_iter().chain(arguments).collect::<Vec<_>>(), b"")
    };
    for taken in
        ["0427", "04 27", " ０４２７", "abcdef01", "AB CD\u{3000}EF ０１", "JKC1:ABCDEF010203", "jkc1:abcdef01"]
    {
        assert_eq!(verify(taken).exit, 1, "{taken}: {}", verify(taken).err);
    }
    for other in ["", "042", "04271", "٠٤٢٧", "abcdef0", "abcdef", "JKC1:0427", "JKC2:abcdef01", "0102030405060708ff"]
    {
        let run = verify(other);
        assert!(
            run.exit == 2 && run.err.contains("or is the four decimal digits beside its QR code"),
            "{other}: {}",
            run.err
        );
    }
}

#[test]
fn what_is_no_text_is_named_as_such_and_strict_stops() {
    let desk = Desk::new("verify-not-text");
    let verify = format!("verify {} --now {NOW}", desk.authority());
    let run = desk.feed(&verify, b"JK1:\xff\xfe");
    assert!(run.exit == 2 && run.err.contains("error[cli-file-not-text]: "), "{}", run.err);
    // A text that is too long may be cut within a character.
    for beginning in ["", "a", "ab"] {
        let run = desk.feed(&verify, format!("{beginning}{}", "码".repeat(100_000)).as_bytes());
        assert!(run.exit == 1 && run.out.contains("\"code\": \"text-"), "{}{}", run.out, run.err);
    }
    let lines = b"{\"text\"\nJK1:\n";
    let run = desk.feed(&format!("{verify} --lines"), lines);
    assert_eq!((run.exit, run.out.lines().count()), (0, 2), "{}", run.err);
    let run = desk.feed(&format!("{verify} --lines --strict"), lines);
    assert_eq!((run.exit, run.out.lines().count()), (2, 1), "{}", run.err);
    assert!(run.err.contains("error: stopped at line 1, because of --strict"), "{}", run.err);
    for without_lines in ["--strict", "--strict JK1:"] {
        desk.fails(2, "cli-usage", &format!("{verify} {without_lines}"));
    }
}
