//! `serve`: the files, the certificates, the page, the log.
#![cfg(unix)]

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use healthcode::calendar::{Span, Time};
use healthcode::code::CertificateAnswer;
use healthcode::code::certificate::{CertificateRequest, DayCertificate, Identity};
use healthcode::code::verify::{Basis, Verdict, verify};
use healthcode::colour::Colour;
use healthcode::facts::{Answers, Report};
use healthcode::holder::Holder;
use healthcode::limits::{SERVER_CONNECTIONS, SERVER_HEAD_SECONDS};
use healthcode::mailbox::Mailbox;
use healthcode::place::Place;
use healthcode::risk::{Delta, RiskTable};
use healthcode::rules::pack::Pack;
use healthcode::trust::file::read_unverified;
use healthcode::trust::{Kind, Manifest, Roots, SecretKey, Trust};

use crate::server::{Reply, Server};
use crate::tool::{Desk, json, rules};

/// A minute after the demo clock's start, so that the server's own running does not matter.
fn now() -> Time {
    Time::parse("2020-02-20T08:01:00+08:00").unwrap()
}

fn roots(server: &Server) -> Roots {
    serde_json::from_value(server.get("/demo.json", &[]).json()["roots"].clone()).unwrap()
}

fn trust(server: &Server, now: Time) -> Trust {
    Trust::open(&server.get("/trust-list", &[]).body, &roots(server), now).unwrap()
}

/// The path of the file of this kind that the manifest names.
fn path(server: &Server, kind: Kind) -> String {
    let (_, manifest) = read_unverified::<Manifest>(&server.get("/manifest", &[]).body).unwrap();
    format!("/files/{}", manifest.files.iter().find(|named| named.kind == kind).unwrap().digest)
}

fn identity() -> Identity {
    Identity::mask("张三", "330106199001011234").unwrap()
}

fn key(seed: u8) -> SecretKey {
    SecretKey::from_random(&std::array::from_fn::<u8, 32, _>(|i| seed ^ u8::try_from(i).unwrap())).unwrap()
}

/// The key that the certificate is for, which no record names.
fn day_key() -> SecretKey {
    key(99)
}

fn request(key: &SecretKey, place: &str, at: Time) -> Vec<u8> {
    CertificateRequest::sign(key, &day_key(), Place::parse(place).unwrap(), identity(), at).unwrap()
}

/// The answers of the sample person who was at home.
fn answers() -> Answers {
    let facts = json(&std::fs::read_to_string(rules("data/2020-02-china/people/green-at-home.json")).unwrap());
    serde_json::from_value::<Report>(facts["reports"][0].clone()).unwrap().answers
}

#[test]
fn the_files_are_signed_by_demo_keys_and_kept_by_their_tags() {
    let desk = Desk::new("serve-files");
    let server = Server::start(&desk, "");
    let demo = server.get("/demo.json", &[]);
    assert_eq!((demo.status, &demo.json()["demo"]), (200, &true.into()));
    assert!(demo.json()["clock"]["now"].as_str().unwrap().starts_with("2020-02-20T00:0"));
    let trust = trust(&server, now());
    assert!(trust.list().keys.iter().all(|entry| entry.signer.starts_with("demo ")));
    let (pack_path, risk_path) = (path(&server, Kind::RulePack), path(&server, Kind::RiskTable));
    let pack = server.get(&pack_path, &[]);
    let file = trust.open_file::<Pack>(&pack.body, now()).unwrap();
    assert_eq!((file.body().id.as_str(), file.signers().len()), ("hangzhou", 2));
    let risk = server.get(&risk_path, &[]);
    assert!(trust.open_file::<RiskTable>(&risk.body, now()).unwrap().at(now(), Span::ZERO).is_ok());

    for file in [&pack, &risk] {
        assert_eq!(file.header("content-type"), Some("application/cose"));
        assert_eq!(file.header("set-cookie"), None);
    }
    let tag = pack.header("etag").unwrap().to_owned();
    assert_eq!(format!("/files/{}", tag.trim_matches('"')), pack_path, "a phone asks by the hash of what it has");
    let again = server.get(&pack_path, &[&format!("If-None-Match: \"other\", {tag}")]);
    assert_eq!((again.status, again.body.len(), again.header("etag")), (304, 0, Some(tag.as_str())));
    assert_eq!(server.get(&pack_path, &["If-None-Match: \"other\""]).status, 200);
    // Who takes gzip gets a third of it, and has it by the same tag.
    let packed = server.get(&pack_path, &["Accept-Encoding: br, gzip;q=0.8"]);
    assert_eq!((packed.header("content-encoding"), packed.header("vary")), (Some("gzip"), Some("accept-encoding")));
    assert!(packed.body.len() < pack.body.len() / 2);
    let mut unpacked = Vec::new();
    flate2::read::GzDecoder::new(packed.body.as_slice()).read_to_end(&mut unpacked).unwrap();
    assert_eq!(unpacked, pack.body);
    let weak = packed.header("etag").unwrap();
    assert_eq!(weak, format!("W/{tag}"));
    let asked = [format!("If-None-Match: {weak}"), "Accept-Encoding: gzip".into()];
    assert_eq!(server.get(&pack_path, &asked.each_ref().map(String::as_str)).status, 304);
    for plain in ["Accept-Encoding: br", "Accept-Encoding: gzip;q=0", "Accept-Encoding: gzip; q=0.0"] {
        assert_eq!(server.get(&pack_path, &[plain]).header("content-encoding"), None, "{plain}");
    }
    // And what leads to the table from that of the day before.
    let delta = server.get(&format!("{}/20200219", risk_path.replace("/files/", "/deltas/")), &[]);
    assert_eq!((delta.status, delta.header("content-type")), (200, Some("application/cbor")));
    let table = trust.open_file::<RiskTable>(&risk.body, now()).unwrap();
    assert_eq!(Delta::from_bytes(&delta.body).unwrap().apply(table.body(), risk.body.len()), Ok(risk.body.clone()));
    // Every list under its number too, and nothing under a hash that is nobody's.
    let number = trust.header().version;
    assert_eq!(server.get(&format!("/trust/{number}"), &[]).body, server.get("/trust-list", &[]).body);
    for nothing in ["/trust/1", "/files/00", "/deltas/00/1", "/trust/", "/manifest/1"] {
        assert_eq!(server.get(nothing, &[]).status, 404, "{nothing}");
    }

    // Keys and files outlive a restart.
    let key_file = desk.read("data/keys/root.key");
    assert!(String::from_utf8(key_file.clone()).unwrap().contains("DEMO key"));
    let (exit, log) = server.stop();
    assert_eq!(exit, Some(0), "{log}");
    let server = Server::start(&desk, "");
    assert_eq!(server.get(&pack_path, &[]).header("etag"), Some(tag.as_str()));
    assert_eq!(desk.read("data/keys/root.key"), key_file);
}

#[test]
fn a_phone_gets_its_certificate_and_shows_a_code_that_is_accepted() {
    let desk = Desk::new("serve-phone");
    let server = Server::start(&desk, "");
    let mut phone = Holder::new(roots(&server));
    phone.create_key(key(7).seed()).unwrap();
    for file in ["/trust-list", "/manifest"] {
        phone.load(&server.get(file, &[]).body, now()).unwrap();
    }
    assert_eq!(phone.missing().len(), 2);
    for named in phone.missing() {
        phone.load(&server.get(&format!("/files/{}", named.digest), &[]).body, now()).unwrap();
    }
    let reply = server.post("/certificates", &phone.certificate_request(identity(), key(8).seed(), now()).unwrap());
    assert_eq!((reply.status, reply.header("content-type")), (200, Some("application/cose")));
    assert_eq!(reply.header("cache-control"), Some("no-store"));
    // Phones check their clocks by it: it is the demo's.
    assert!(reply.header("date").unwrap().starts_with("Thu, 20 Feb 2020 00:0"), "{:?}", reply.header("date"));
    phone.load(&reply.body, now()).unwrap();
    assert!(phone.submit(answers(), now()).unwrap().is_empty());
    let shown = phone.show(now(), None, None).unwrap();
    assert_eq!(shown.colour, Colour::Green);
    assert_eq!(shown.certificate_expires.since(now()).as_seconds() / 3600, 23);

    let trust = trust(&server, now());
    assert!(matches!(verify(&shown.text, &Basis::new(&trust), now(), None), Verdict::Accepted(_)));
    desk.write("trust.cbor", server.get("/trust-list", &[]).body);
    let arguments = format!("verify --trust trust.cbor --root {} --now {}", roots(&server).keys[0], now());
    let run = desk.feed(&arguments, shown.text.as_bytes());
    assert_eq!((run.exit, &json(&run.out)["colour"]), (0, &"green".into()));
}

#[test]
fn what_the_issuer_refuses_has_a_code_and_a_sentence() {
    let desk = Desk::new("serve-refusals");
    let server = Server::start(&desk, "");
    let refused = |body: &[u8], status: u16, code: &str| {
        let reply = server.post("/certificates", body);
        assert_eq!((reply.status, reply.json()["code"].as_str()), (status, Some(code)), "{:?}", reply.json());
        assert!(reply.json()["message"].as_str().is_some_and(|message| message.len() > 10));
    };
    let good = request(&key(7), "3301", now());
    refused(&request(&key(7), "3301", now().minus(Span::seconds(900))), 400, "certificate-request-age");
    refused(&request(&key(7), "3301", now().plus(Span::seconds(900))), 400, "certificate-request-age");
    refused(&request(&key(7), "4201", now()), 403, "issuer-not-here");
    let mut forged = good.clone();
    *forged.last_mut().unwrap() ^= 1;
    refused(&forged, 400, "certificate-request-signature");
    refused(&good[..good.len() - 1], 400, "cbor-truncated");
    refused(b"", 400, "cbor-truncated");
    refused(&[0; 3000], 413, "issuer-request-too-large");
    // It does not wait for what it will not read.
    let long = b"POST /certificates HTTP/1.1\r\nHost: ";
    let rest = b"\r\nContent-Type: application/cose\r\nContent-Length: 1000000\r\nConnection: close\r\n\r\n";
    let head = [&long[..], server.address().as_bytes(), rest].concat();
    let began = Instant::now();
    let reply = server.send(&head, b"");
    assert_eq!((reply.status, reply.json()["code"].as_str()), (413, Some("issuer-request-too-large")));
    assert!(began.elapsed() < Duration::from_secs(5));
    refused(&server.get(&path(&server, Kind::RulePack), &[]).body[..2000], 400, "cbor-truncated");
    let unmasked = Identity { name: "张三丰".into(), digits: "1234".into() };
    let unmasked =
        CertificateRequest::sign(&key(7), &day_key(), Place::parse("3301").unwrap(), unmasked, now()).unwrap();
    refused(&unmasked, 400, "certificate-not-masked");
    assert_eq!(server.post("/certificates", &good).status, 200);
    let (get, missing) = (server.get("/certificates", &[]), server.get("/nothing", &[]));
    assert_eq!((get.status, get.json()["code"].as_str()), (405, Some("http-method")));
    assert_eq!((missing.status, missing.json()["code"].as_str()), (404, Some("http-no-page")));
}

/// A browser lets any page send a form or a text to any server, and would not ask this one first.
#[test]
fn no_page_of_another_site_has_a_certificate_made() {
    let desk = Desk::new("serve-pages");
    let server = Server::start(&desk, "");
    let good = request(&key(7), "3301", now());
    let ask = |headers: &[&str]| {
        let reply = server.ask("POST", "/certificates", headers, &good);
        let code = (reply.status != 200).then(|| reply.json()["code"].as_str().unwrap().to_owned());
        (reply.status, code)
    };
    let cose = "Content-Type: application/cose";
    let issued = (200, None);
    assert_eq!(ask(&[cose]), issued);
    assert_eq!(ask(&["Content-Type: Application/COSE; cose-type=\"cose-sign1\""]), issued);
    // The page that it serves, and one of a development server that forwards what it is asked.
    assert_eq!(ask(&[cose, &format!("Origin: http://{}", server.address())]), issued);
    assert_eq!(ask(&[cose, "Origin: http://localhost:5173"]), issued);
    for origin in ["https://example.org", "http://localhost.example.org", "null"] {
        let origin = format!("Origin: {origin}");
        for marked in [cose, "Content-Type: text/plain"] {
            assert_eq!(ask(&[marked, &origin]), (403, Some("http-other-origin".into())), "{marked} {origin}");
        }
    }
    for marked in [
        &["Content-Type: text/plain"][..],
        &["Content-Type: application/x-www-form-urlencoded"],
        &["Content-Type: multipart/form-data; boundary=application/cose"],
        &["Content-Type: application/cose-key"],
        &[cose, "Content-Type: text/plain"],
        &[],
    ] {
        assert_eq!(ask(marked), (415, Some("issuer-request-type".into())), "{marked:?}");
    }
    // Nor does it tell a page of elsewhere, which asks first, that it may.
    let asked = ["Origin: https://example.org", "Access-Control-Request-Method: POST"];
    let reply = server.ask("OPTIONS", "/certificates", &asked, b"");
    assert_eq!((reply.status, reply.header("access-control-allow-origin")), (405, None));
}

#[test]
fn what_the_demos_officers_confirm_sets_the_floor() {
    let desk = Desk::new("serve-records");
    let server = Server::start(&desk, "");
    let trust = trust(&server, now());
    let officer = |key: u8, command: &str| {
        desk.ok(&format!("officer --issuer http://{} --key data/keys/record-{key}.key {command}", server.address()))
    };
    let head = "name,number,status,since,until,ground,district";
    desk.write(
        "people.csv",
        format!(
            "{head}\n张一,A1111,confirmed,2020-02-18,2020-03-18,confirmed,330106\n\
             张二,A2222,close-contact,2020-02-12,2020-03-01,law-39,330102\n\
             张三,A3333,recovered,2020-02-12,2020-03-01,recovered,330102\n\
             张四,A4444,confirmed,2020-02-01,2020-02-19,confirmed,330102\n"
        ),
    );
    let proposal = officer(1, "propose people.csv");
    officer(2, &format!("confirm {} --yes", proposal.trim()));
    let floor = |name: &str, number: &str| {
        let identity = Identity::mask(name, number).unwrap();
        let place = Place::parse("330106").unwrap();
        let request = CertificateRequest::sign(&key(number.as_bytes()[1]), &day_key(), place, identity, now()).unwrap();
        let reply = server.post("/certificates", &request);
        assert_eq!(reply.status, 200, "{:?}", String::from_utf8_lossy(&reply.body));
        let CertificateAnswer { certificate, mailbox, .. } = CertificateAnswer::open(&reply.body, &trust).unwrap();
        let certified = DayCertificate::open(&certificate.0, &trust).unwrap();
        // The mailbox says the same, of those of whom there is anything to say.
        let said = Mailbox::open(&server.get(&format!("/{}", mailbox.path()), &[]).body, &trust).unwrap();
        let said = said.notice(&mailbox).unwrap().map(|notice| (notice.floor, notice.ground));
        let own = (certified.certificate().floor, certified.certificate().ground.clone());
        assert_eq!(said, (number != "A5555").then_some(own));
        (certified.certificate().floor, certified.certificate().ground.clone())
    };
    assert_eq!(floor("张一", "A1111"), (Colour::Red, Some("confirmed".into())));
    // Eight days after the contact the course has stepped to yellow.
    assert_eq!(floor("张二", "A2222"), (Colour::Yellow, Some("law-39".into())));
    assert_eq!(floor("张三", "A3333"), (Colour::Green, None));
    assert_eq!(floor("张四", "A4444"), (Colour::Green, None), "it has lapsed");
    assert_eq!(floor("张五", "A5555"), (Colour::Green, None));
    let (_, log) = server.stop();
    assert!(!log.contains("A1111") && !log.contains("1111"), "{log}");
}

#[test]
fn the_page_is_served_with_headers_that_keep_it_to_itself() {
    let desk = Desk::new("serve-page");
    std::fs::create_dir_all(desk.path("www/assets")).unwrap();
    for (file, content) in
        [("index.html", "<p>hello"), ("assets/a.wasm", "\0asm"), ("assets/a.js", "1"), ("assets/a.css", "p{}")]
    {
        desk.write(&format!("www/{file}"), content);
    }
    desk.write("secret.txt", "secret");
    let server = Server::start(&desk, "--www www");
    for (path, kind) in [
        ("/", "text/html"),
        ("/index.html", "text/html"),
        ("/assets/a.wasm", "application/wasm"),
        ("/assets/a.js", "text/javascript"),
        ("/assets/a.css", "text/css"),
    ] {
        // What says nothing, and what is to run as a worker, goes by its own policy.
        for headers in [&[][..], &["Sec-Fetch-Dest: serviceworker"], &["Sec-Fetch-Dest: document"]] {
            let policy = server.get(path, headers).header("content-security-policy").map(str::to_owned);
            assert!(policy.is_some_and(|policy| policy.contains("default-src 'self'")), "{path} {headers:?}");
        }
        let reply = server.get(path, &["Sec-Fetch-Dest: script"]);
        assert_eq!((reply.status, reply.header("content-type")), (200, Some(kind)), "{path}");
        // What is a part of a page needs none, and each answer is shorter by it.
        match reply.header("content-security-policy") {
            Some(policy) => {
                assert!(policy.contains("default-src 'self'") && policy.contains("'wasm-unsafe-eval'"), "{policy}");
                assert_eq!(kind, "text/html", "{path}");
            }
            None => assert_ne!(kind, "text/html", "{path}"),
        }
        assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(reply.header("referrer-policy"), Some("no-referrer"));
    }
    // What is there compressed goes out so to whoever takes it, and what has its content in its name is kept for good.
    desk.write("www/assets/a.js.br", "brotli");
    desk.write("www/assets/a.js.gz", "gzip");
    for (accepts, coding, body) in [("br, gzip", Some("br"), "brotli"), ("gzip", Some("gzip"), "gzip"), ("", None, "1")]
    {
        let reply = server.get("/assets/a.js", &[&format!("Accept-Encoding: {accepts}")]);
        assert_eq!((reply.status, reply.header("content-encoding")), (200, coding), "{accepts}");
        assert_eq!((reply.header("content-type"), reply.body.as_slice()), (Some("text/javascript"), body.as_bytes()));
        assert_eq!(reply.header("cache-control"), Some("public, max-age=31536000, immutable"));
    }
    assert_eq!(server.get("/index.html", &[]).header("cache-control"), Some("no-cache"));
    assert_eq!(server.get("/assets/none.js", &[]).header("cache-control"), Some("no-store"));
    for path in ["/../secret.txt", "/%2e%2e/secret.txt", "/assets/..%2f..%2fsecret.txt", "/nothing"] {
        let reply = server.get(path, &[]);
        assert_eq!((reply.status, reply.json()["code"].as_str()), (404, Some("http-not-found")), "{path}");
    }
}

#[test]
fn the_log_has_method_path_and_status_and_nothing_of_anyone() {
    let desk = Desk::new("serve-log");
    let server = Server::start(&desk, "");
    server.get("/demo.json?name=alice", &["Cookie: session=bob", "User-Agent: carol/1.0", "Referer: http://dave/"]);
    server.post("/certificates", &request(&key(7), "3301", now()));
    server.post("/certificates", &request(&key(7), "3301", now().minus(Span::days(1))));
    let (exit, log) = server.stop();
    assert_eq!(exit, Some(0));
    let requests: Vec<_> = log.lines().skip_while(|line| !line.starts_with("GET")).collect();
    assert_eq!(
        requests,
        ["GET /demo.json 200", "POST /certificates 200", "POST /certificates 400", "stopping"],
        "{log}"
    );
    let public = key(7).public();
    for personal in ["alice", "bob", "carol", "dave", "三", "1234", &public.to_string(), &public.id().to_string()] {
        assert!(!log.contains(personal), "{personal}: {log}");
    }
    assert!(log.contains("DEMO"), "{log}");
}

#[test]
fn other_rules_data_and_times_can_be_served() {
    let desk = Desk::new("serve-others");
    let pack = std::fs::read_to_string(rules("packs/hangzhou/pack.toml")).unwrap();
    desk.write("pack.toml", pack.replacen("version = 1", "version = 9", 1));
    desk.write("risk.csv", "place,level,from,to\n3301,high,2020-02-03,\n");
    let server = Server::start(&desk, "--rules pack.toml --risk risk.csv --now 2020-03-01T12:00:00+08:00");
    let now = Time::parse("2020-03-01T12:00:30+08:00").unwrap();
    let trust = trust(&server, now);
    assert_eq!(trust.header().version, 20_200_301);
    let pack = trust.open_file::<Pack>(&server.get(&path(&server, Kind::RulePack), &[]).body, now).unwrap();
    assert_eq!(pack.header().version, 9);
    let risk = trust.open_file::<RiskTable>(&server.get(&path(&server, Kind::RiskTable), &[]).body, now).unwrap();
    assert_eq!(risk.body().len(), 1);
    // By the machine's clock the rules of 2020 are no longer in force; that is said, and the files are there all the same.
    let today = Server::start(&Desk::new("serve-system"), "--now system");
    assert_eq!(today.get("/demo.json", &[]).json()["clock"]["system"], true);
    assert_eq!(today.get("/trust-list", &[]).status, 200);
    assert!(today.stop().1.contains("warning: the rules are not in force"));
}

#[test]
fn the_desk_of_today_has_rules_for_several_purposes_and_a_clock_of_its_own() {
    let desk = Desk::new("serve-today");
    let server = Server::start(&desk, "");
    let demo = server.get("/demo.json", &[]).json();
    let ended = Time::parse("2027-01-31T00:00:00+08:00").unwrap().unix();
    let system = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    if i64::try_from(system).unwrap() + 60 >= ended {
        assert!(demo["desks"].as_array().unwrap().len() < 2, "their rules have ended");
        return;
    }
    let [today] = &demo["desks"].as_array().unwrap()[..] else { panic!("{demo}") };
    assert_eq!((today["path"].as_str(), demo["rules"][0]["for"].as_str()), (Some("/today"), Some("3301")));
    let rules = today["rules"].as_array().unwrap();
    let said = |field: &str| rules.iter().map(|rules| rules[field].as_str().unwrap().to_owned()).collect::<Vec<_>>();
    assert_eq!(
        said("id"),
        ["arrival-china", "arrival-korea", "hospital-visit", "school", "contact-watch", "venue-exposure"]
    );
    assert_eq!(said("for"), ["00/arrival", "KR/arrival", "44/hospital", "320583/school", "3505/contact", "41/venue"]);
    let about = server.get("/today/demo.json", &[]).json();
    assert_eq!((&about["rules"], &about["roots"]), (&today["rules"], &demo["roots"]));
    assert_eq!((about["clock"]["system"].as_bool(), about["desks"].as_array().unwrap().len()), (Some(true), 0));
    let now = Time::parse(about["clock"]["now"].as_str().unwrap()).unwrap();
    let roots: Roots = serde_json::from_value(about["roots"].clone()).unwrap();
    let reply = server.get("/today/trust-list", &[]);
    // Phones check their clocks by this.
    assert!(!reply.header("date").unwrap().contains("2020"), "{:?}", reply.header("date"));
    let trust = Trust::open(&reply.body, &roots, now).unwrap();
    let manifest = trust.open_file::<Manifest>(&server.get("/today/manifest", &[]).body, now).unwrap();
    let packs: Vec<_> = manifest.body().files.iter().filter(|file| file.kind == Kind::RulePack).collect();
    assert_eq!(packs.len(), 6);
    for named in packs {
        let pack = server.get(&format!("/today/files/{}", named.digest), &[]);
        let pack = trust.open_file::<Pack>(&pack.body, now).unwrap();
        assert_eq!((&pack.body().id, pack.body().purpose), (&named.id, named.purpose));
        let answer = server.post("/today/certificates", &request(&key(7), &named.region().to_string(), now));
        assert_eq!(answer.status, 200, "{}: {}", named.id, String::from_utf8_lossy(&answer.body));
    }
    assert_eq!((server.get("/today/nothing", &[]).status, server.get("/tomorrow/demo.json", &[]).status), (404, 404));
    assert!(server.get("/manifest", &[]).header("date").unwrap().contains("2020"));
}

#[test]
fn its_clock_never_goes_back_by_itself() {
    let desk = Desk::new("serve-clock");
    let shown = |server: &Server| {
        let now = server.get("/demo.json", &[]).json()["clock"]["now"].as_str().unwrap().to_owned();
        Time::parse(&now).unwrap()
    };
    let first = Time::parse("2020-02-20T08:00:00+08:00").unwrap();
    let server = Server::start(&desk, "");
    assert!((0..10).contains(&shown(&server).since(first).as_seconds()));
    server.stop();
    let told = Time::parse("2020-02-25T09:00:00+08:00").unwrap();
    let server = Server::start(&desk, "--now 2020-02-25T09:00:00+08:00");
    assert!((0..10).contains(&shown(&server).since(told).as_seconds()));
    // Killed without a chance to write anything.
    drop(server);
    let server = Server::start(&desk, "");
    assert!((30..50).contains(&shown(&server).since(told).as_seconds()));
    server.stop();
    // Beyond the rules' end there is nothing to demonstrate.
    desk.write("data/clock", "2020-06-01T00:00:00Z");
    let server = Server::start(&desk, "");
    assert!(shown(&server).since(first).as_seconds() < 10);
    assert!(server.stop().1.contains("warning: the clock goes back"));
    desk.write("data/clock", "soon");
    let server = Server::start(&desk, "");
    assert!(shown(&server).since(first).as_seconds() < 10);
    assert!(server.stop().1.contains("warning: data/clock contains no time"));
}

#[test]
fn it_serves_this_machine_only_and_says_why_it_cannot() {
    let desk = Desk::new("serve-listen");
    let said = desk.fails(2, "cli-not-loopback", "serve --listen 0.0.0.0:0");
    assert!(said.contains("127.0.0.1"), "{said}");
    desk.fails(2, "cli-not-loopback", "serve --listen [::]:0");
    desk.fails(2, "cli-usage", "serve --listen nowhere");
    assert!(!desk.path("demo-data").exists());
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let said = desk.fails(2, "cli-listen", &format!("serve --listen {}", taken.local_addr().unwrap()));
    assert!(said.contains("127.0.0.1:0"), "{said}");
    desk.fails(2, "cli-file-missing", "serve --listen 127.0.0.1:0 --www nothing");
    desk.fails(2, "cli-file-missing", "serve --listen 127.0.0.1:0 --rules nothing.toml");
    desk.write("file", "");
    desk.fails(2, "cli-file-unwritable", "serve --listen 127.0.0.1:0 --data file");
}

#[test]
fn half_sent_requests_keep_nobody_waiting() {
    let desk = Desk::new("serve-flood");
    let server = Server::start(&desk, "");
    let half_sent = |_| {
        let mut stream = TcpStream::connect(server.address()).ok()?;
        stream.write_all(b"GET /demo.json HTTP/1.1\r\nHost: loc").ok()?;
        Some(stream)
    };
    let before = Instant::now();
    let streams: Vec<_> = (0..1_100).map_while(half_sent).collect();
    assert!(streams.len() > 2 * SERVER_CONNECTIONS, "this test needs to open more files: {}", streams.len());
    for _ in 0..20 {
        assert_eq!(server.get("/demo.json", &[]).status, 200);
    }
    assert!(before.elapsed() < Duration::from_secs(SERVER_HEAD_SECONDS), "{:?}", before.elapsed());
    drop(streams);
    assert_eq!(server.stop().0, Some(0));
}

#[test]
fn whoever_sends_or_takes_nothing_is_given_up() {
    let desk = Desk::new("serve-slow");
    std::fs::create_dir(desk.path("www")).unwrap();
    let large = 256 << 20;
    std::fs::File::create(desk.path("www/large")).unwrap().set_len(large).unwrap();
    let server = Server::start(&desk, "--www www");
    let head = |rest: &str| format!("{rest} HTTP/1.1\r\nHost: {}\r\n", server.address());
    let whole = format!("{}\r\n", head("GET /demo.json"));
    let marked = "Content-Type: application/cose\r\nContent-Length: 100\r\n\r\nabc";
    let body = format!("{}{marked}", head("POST /certificates"));
    let takes_nothing = format!("{}\r\n", head("GET /large"));
    let begun = ["GET /demo", &head("GET /demo.json"), "", &whole, &body, &takes_nothing].map(|part| {
        let mut stream = server.connect();
        stream.write_all(part.as_bytes()).unwrap();
        stream
    });
    // One byte a second is no better than none.
    let mut drip = server.connect();
    for byte in whole.bytes().take(usize::try_from(SERVER_HEAD_SECONDS).unwrap() + 2) {
        std::thread::sleep(Duration::from_secs(1));
        if drip.write_all(&[byte]).is_err() {
            break;
        }
    }
    let [cut, no_end, silent, idle, half, stalled] = begun.map(|mut stream| {
        stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
        let mut answer = Vec::new();
        match stream.read_to_end(&mut answer) {
            Ok(_) => {}
            Err(error) => assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset, "not given up: {error}"),
        }
        answer
    });
    assert!(cut.is_empty() && no_end.is_empty() && silent.is_empty());
    assert!(idle.starts_with(b"HTTP/1.1 200 "), "answered, and then given up");
    let half = String::from_utf8(half).unwrap();
    assert!(half.starts_with("HTTP/1.1 408 ") && half.contains("\"code\":\"http-slow-request\""), "{half}");
    assert!(stalled.starts_with(b"HTTP/1.1 200 ") && stalled.len() < usize::try_from(large).unwrap());
    drip.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    let _ = drip.write_all(b"x");
    assert!(!matches!(drip.read(&mut [0]), Ok(1..)), "a slow head is never answered");
    assert_eq!(server.get("/demo.json", &[]).status, 200);
}

#[test]
fn what_is_longer_than_any_client_needs_is_refused_by_its_name() {
    let desk = Desk::new("serve-long");
    std::fs::create_dir(desk.path("www")).unwrap();
    let server = Server::start(&desk, "--www www");
    let code = |reply: &Reply| reply.json()["code"].as_str().unwrap().to_owned();
    for (length, status, said) in
        [(254, 404, "http-not-found"), (256, 404, "http-not-found"), (2_047, 404, "http-not-found")]
    {
        let reply = server.get(&format!("/{}", "a".repeat(length)), &[]);
        assert_eq!((reply.status, code(&reply).as_str()), (status, said), "{length}");
    }
    assert_eq!(server.get(&format!("/{}", "a/".repeat(1_023)), &[]).status, 404);
    for path in
        [format!("/{}", "a".repeat(2_048)), format!("/{}", "a".repeat(65_000)), format!("/?{}", "a".repeat(65_000))]
    {
        let reply = server.get(&path, &[]);
        assert_eq!((reply.status, code(&reply).as_str()), (414, "http-path-too-long"));
    }
    assert_eq!(server.get(&format!("/{}", "a".repeat(100_000)), &[]).status, 414, "not even read");
    for bytes in [17_000, 100_000] {
        let reply = server.get("/", &[&format!("Cookie: {}", "a".repeat(bytes))]);
        assert_eq!((reply.status, code(&reply).as_str()), (431, "http-headers-too-large"));
    }
    assert_eq!(server.get("/", &["Cookie: a"; 200]).status, 431, "not even read");
    assert_eq!(server.get("/", &[&format!("Cookie: {}", "a".repeat(1 << 20))]).status, 431, "not even read");
    assert_eq!(server.get("/demo.json", &[&format!("Cookie: {}", "a".repeat(10_000))]).status, 200);
}

#[test]
fn only_its_own_names_are_answered() {
    let desk = Desk::new("serve-names");
    let server = Server::start(&desk, "");
    let port = server.address().rsplit(':').next().unwrap();
    let ask = |target: &str, hosts: &[String]| {
        let hosts: String = hosts.iter().map(|host| format!("Host: {host}\r\n")).collect();
        server.send(format!("GET {target} HTTP/1.1\r\n{hosts}Connection: close\r\n\r\n").as_bytes(), b"")
    };
    for host in ["localhost", "127.0.0.1", "[::1]"] {
        assert_eq!(ask("/demo.json", &[format!("{host}:{port}")]).status, 200, "{host}");
    }
    let own = || format!("localhost:{port}");
    for (target, hosts) in [
        ("/demo.json", vec![format!("rebound.example:{port}")]),
        ("/demo.json", vec!["localhost:1".to_owned()]),
        ("/demo.json", vec!["localhost".to_owned()]),
        ("/demo.json", vec![own(), format!("rebound.example:{port}")]),
        ("/demo.json", vec![]),
        ("http://rebound.example/demo.json", vec![own()]),
    ] {
        let reply = ask(target, &hosts);
        assert_eq!((reply.status, reply.json()["code"].as_str()), (421, Some("http-other-host")), "{target} {hosts:?}");
        assert!(reply.json()["message"].as_str().unwrap().contains(&own()));
    }
}
