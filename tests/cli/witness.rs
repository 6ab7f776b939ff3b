//! `witness`, and what a log's keeper takes from witnesses that lie, are slow, or have a wrong clock.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant, SystemTime};

use healthcode::log::make::{checkpoint, signature};
use healthcode::log::note::{NoteSignature, Signs};
use healthcode::log::witness::Request;
use healthcode::log::{NoteKey, SignedNote, TreeHead};
use healthcode::trust::{Digest, SecretKey};

use crate::log::{Server, begin, server, witness};
use crate::log_days::log_secret;
use crate::tool::Desk;

/// What a witness of the tests' own does with each request.
#[derive(Clone, Copy)]
enum Lie {
    /// Cosigns at a time that is a day ahead.
    Ahead,
    /// Says that it has cosigned more entries than there are.
    Larger,
    /// Cosigns, after a while.
    Slow,
}

/// Starts one, and gives its line for policies.
fn fake(name: &str, lie: Lie) -> String {
    let secret = SecretKey::from_random(&Digest::of(name.as_bytes()).0).unwrap();
    let key = NoteKey::new(name, Signs::Witnessed, secret.public()).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let line = format!("witness {name} {key} http://{}/", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            answer(stream.unwrap(), &key, &secret, lie);
        }
    });
    line
}

/// Reads a request, and answers it.
fn answer(mut stream: TcpStream, key: &NoteKey, secret: &SecretKey, lie: Lie) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        if line.trim().is_empty() {
            break;
        }
        if let Some(digits) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = digits.trim().parse().unwrap();
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let note = Request::parse(&String::from_utf8(body).unwrap()).unwrap().note;
    let mut time = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
    let (status, body) = match lie {
        Lie::Larger => ("409 Conflict", "9999999\n".to_owned()),
        Lie::Ahead | Lie::Slow => {
            match lie {
                Lie::Ahead => time += 86_400,
                _ => std::thread::sleep(Duration::from_secs(2)),
            }
            ("200 OK", signature(&note, key, secret, time).to_string())
        }
    };
    let head = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
    let _ = stream.write_all((head + &body).as_bytes());
}

#[test]
fn one_witness_that_is_wrong_does_not_keep_a_log_from_being_shown() {
    for (test, lie, warned) in [
        ("ahead", Lie::Ahead, "its clock is ahead of this one: what it has signed is left out"),
        ("larger", Lie::Larger, "has cosigned 9999999 entries of this log, and here are 1"),
    ] {
        let desk = Desk::new(&format!("witness-{test}"));
        desk.authority();
        let log = begin(&desk);
        let (one, two) =
            (witness(&desk, "one.example", &log, "127.0.0.1:0"), witness(&desk, "two.example", &log, "127.0.0.1:0"));
        let lines =
            format!("{log}\n{} {}\n{} {}\n", one.said[0], one.url, two.said[0], two.url) + &fake("w.example", lie);
        let of_three = "group needed 2 one.example two.example w.example\nquorum needed\n";
        desk.write("log/policy", format!("{lines}\n{of_three}"));
        let run = desk.run("log append log trust.cbor --key log.key");
        assert_eq!(run.exit, 0, "{}", run.err);
        assert!(run.err.contains(&format!("warning: w.example: {warned}")), "{}", run.err);
        let note = SignedNote::parse(&String::from_utf8(desk.read("log/checkpoint")).unwrap()).unwrap();
        let by: Vec<_> = note.signatures.iter().map(|signature| signature.name.as_str()).collect();
        assert_eq!(by, ["log.example/health", "one.example", "two.example"]);
        desk.ok("log audit log");
        // Where the policy cannot do without it, nothing is shown.
        desk.write("log/policy", format!("{lines}\nquorum w.example\n"));
        let code = if matches!(lie, Lie::Ahead) { "log-too-few-witnesses" } else { "cli-log-other-history" };
        desk.fails(1, code, "log append log pack.cbor --key log.key");
    }
}

#[test]
fn witnesses_are_asked_at_once() {
    let desk = Desk::new("witness-slow");
    desk.authority();
    let log = begin(&desk);
    let names: Vec<_> = (0..6).map(|number| format!("slow-{number}.example")).collect();
    let lines: Vec<_> = names.iter().map(|name| fake(name, Lie::Slow)).collect();
    let policy = format!("{log}\n{}\ngroup all all {}\nquorum all\n", lines.join("\n"), names.join(" "));
    desk.write("log/policy", policy);
    let started = Instant::now();
    desk.ok("log append log trust.cbor --key log.key");
    // Twice, before and after it is signed; one after the other, it would be 12 seconds each time.
    assert!(started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
}

#[test]
fn a_witness_keeps_evidence_and_nothing_else() {
    let desk = Desk::new("witness-evidence");
    let log = begin(&desk);
    let key = NoteKey::parse(log.strip_prefix("log ").unwrap()).unwrap();
    let secret = log_secret(&desk);
    let signed = |size: u64, root: &[u8]| {
        checkpoint(&TreeHead { origin: key.name().to_owned(), size, root: Digest::of(root) }, &key, &secret)
    };
    let server = witness(&desk, "w.example", &log, "127.0.0.1:0");
    let post = |old: u64, path: &[Digest], note: &SignedNote| {
        let request = Request { old, path: path.to_vec(), note: note.clone() };
        ask(&server, "POST /add-checkpoint", request.to_string().as_bytes())
    };
    assert_eq!(post(0, &[], &signed(5, b"first")), "200");
    let state = || {
        let entries = fs::read_dir(desk.path("w.example-state")).unwrap().map(Result::unwrap);
        entries
            .map(|entry| (entry.file_name().into_string().unwrap(), entry.metadata().unwrap().len()))
            .collect::<Vec<_>>()
    };
    let ending = |ending: &str| state().into_iter().filter(|(name, _)| name.ends_with(ending)).count();

    // Anybody can send the log's own checkpoint with a way that leads nowhere and lines that say nothing.
    let mut padded = signed(5, b"first");
    padded.signatures.extend((0..30).map(|number| NoteSignature {
        name: format!("x{number}"),
        id: [0; 4],
        bytes: vec![7; 1_000],
    }));
    for number in 0..40u8 {
        assert_eq!(post(5, &[Digest([number; 32])], &padded), "422");
    }
    assert_eq!((ending(".split"), ending(".refused")), (0, 1), "{:?}", state());
    // What the log has signed and nobody has shown to follow is kept, up to a number.
    for number in 0..40 {
        assert_eq!(post(5, &[], &signed(6 + number, b"more")), "422");
    }
    assert_eq!((ending(".split"), ending(".refused")), (0, 16));
    // Two trees of one size are evidence, each once.
    for _ in 0..3 {
        assert_eq!(post(5, &[], &signed(5, b"other")), "409");
    }
    assert_eq!(ending(".split"), 1);
    for number in 0..40u8 {
        assert_eq!(post(5, &[], &signed(5, &[number])), "409");
    }
    assert_eq!(ending(".split"), 16);
    assert!(state().iter().all(|(_, bytes)| *bytes < 1_000), "{:?}", state());
    let folder = desk.path("w.example-state");
    let split = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    for split in split.filter(|path| path.extension().is_some_and(|ending| ending == "split")) {
        let text = fs::read_to_string(split).unwrap();
        let (one, other) = text.split_once("\n\n\n").unwrap();
        let notes = [format!("{one}\n"), other.to_owned()].map(|note| SignedNote::parse(&note).unwrap());
        assert!(notes.iter().all(|note| note.signed_by(&key) == Ok(Some(0))));
        assert_ne!(notes[0].text(), notes[1].text());
    }
    // The same again is cosigned, and no other one.
    assert_eq!(post(5, &[], &padded), "200");
    assert_eq!(post(5, &[], &signed(5, b"other")), "409");
}

#[test]
fn two_witnesses_do_not_share_a_folder() {
    let desk = Desk::new("witness-twice");
    let log = begin(&desk);
    let first = witness(&desk, "w.example", &log, "127.0.0.1:0");
    let key = log.strip_prefix("log ").unwrap();
    let again = format!(
        "witness --listen 127.0.0.1:0 --name w.example --key w.example.key --log {key} --state w.example-state"
    );
    desk.fails(2, "cli-witness-busy", &again);
    drop(first);
    drop(server(&desk, &again));
}

/// The status that a server answers with.
pub(crate) fn ask(server: &Server, head: &str, body: &[u8]) -> String {
    let address = server.url.trim_start_matches("http://").trim_end_matches('/');
    let mut stream = TcpStream::connect(address).unwrap();
    let length = body.len();
    let head = format!("{head} HTTP/1.1\r\nhost: {address}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    // It may answer before it has read everything.
    let _ = stream.write_all(body);
    let mut status = String::new();
    BufReader::new(stream).read_line(&mut status).unwrap();
    status.split(' ').nth(1).unwrap_or_default().to_owned()
}

#[test]
fn servers_answer_nonsense_with_a_status() {
    let desk = Desk::new("log-nonsense");
    let log = begin(&desk);
    let witness = witness(&desk, "w.example", &log, "127.0.0.1:0");
    let served = server(&desk, "log serve log --listen 127.0.0.1:0");
    let checkpoint = String::from_utf8(desk.read("log/checkpoint")).unwrap();
    let good = format!("old 0\n\n{checkpoint}");
    let other = good.replacen("log.example", "log.elsewhere", 1);
    let unsigned = good.replacen("\n0\n", "\n1\n", 1);
    for (status, body) in [
        ("400", &b""[..]),
        ("400", b"old 1"),
        ("400", &[0xff; 100]),
        ("404", other.as_bytes()),
        ("403", unsigned.as_bytes()),
        ("413", &vec![b'x'; 1 << 20]),
        ("200", good.as_bytes()),
        ("200", good.as_bytes()),
    ] {
        assert_eq!(ask(&witness, "POST /add-checkpoint", body), status, "{:.60}", String::from_utf8_lossy(body));
    }
    assert_eq!(ask(&witness, "GET /add-checkpoint", b""), "405");
    assert_eq!(ask(&served, "GET /checkpoint", b""), "200");
    for path in ["/.log/head", "/tile/../.log/head", "//.log/head", "/%2elog/head", "/tile/0/000", "/files/00", "/"] {
        assert_eq!(ask(&served, &format!("GET {path}"), b""), "404", "{path}");
    }
    assert_eq!(ask(&served, "POST /checkpoint", b""), "405");
}
