//! Two issuers of one PostgreSQL behind nginx, by the configuration that docs/issuer.md has.
#![cfg(unix)]

use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::issuer::{Authority, GREEN, ZHANG, on_postgres, red};
use crate::server::Server;

/// The configuration as it stands in the guide, for these issuers, at this port of this machine.
fn configuration(issuers: [&Server; 2], port: u16) -> String {
    let docs = include_str!("../../docs/issuer.md");
    let mut block = docs.split("```nginx proxy\n").nth(1).unwrap().split("```").next().unwrap().to_owned();
    let mut replace = |from: &str, to: &str| {
        assert_eq!(block.matches(from).count(), 1, "{from}");
        block = block.replace(from, to);
    };
    replace("127.0.0.1:8090", issuers[0].address());
    replace("127.0.0.1:8091", issuers[1].address());
    replace("listen 443 ssl;", &format!("listen 127.0.0.1:{port};"));
    replace("    ssl_certificate     issuer.example.crt;\n    ssl_certificate_key issuer.example.key;\n", "");
    replace("/var/cache/nginx/healthcode", "cache");
    let folders = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
    let folders: String = folders.iter().map(|folder| format!("{folder}_temp_path temp-{folder};\n")).collect();
    format!(
        "daemon off;\nmaster_process off;\npid nginx.pid;\nerror_log stderr;\nevents {{}}\nhttp {{\n{folders}access_log off;\n{block}}}\n"
    )
}

/// nginx, if it is there; scripts/setup.sh installs it.
fn nginx() -> Option<&'static str> {
    let there = ["/usr/sbin/nginx", "/usr/local/bin/nginx", "/opt/homebrew/bin/nginx", "/usr/bin/nginx"];
    let found = there.into_iter().find(|path| Path::new(path).exists());
    if found.is_none() {
        println!("LEFT OUT: there is no nginx; scripts/setup.sh nginx installs it");
    }
    found
}

#[test]
fn phones_reach_two_issuers_behind_nginx_as_the_docs_say() {
    let (Some(nginx), Some(database)) = (nginx(), on_postgres("proxied")) else { return };
    let authority = Authority::new("proxied", &database);
    let (one, other) = (authority.start(), authority.start());
    let free = || TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let port = free();
    authority.desk.write("nginx.conf", configuration([&one, &other], port));
    let folder = authority.desk.path("");
    let mut command = Command::new(nginx);
    command.args(["-p", "./", "-c", "nginx.conf"]).current_dir(folder).stdout(Stdio::null()).stderr(Stdio::piped());
    let proxy = Server::of(command.spawn().unwrap(), format!("127.0.0.1:{port}"));
    let began = Instant::now();
    while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(began.elapsed() < Duration::from_secs(20));
        std::thread::sleep(Duration::from_millis(50));
    }

    // The whole way of a phone, and of two officers who reach the issuers themselves.
    let mut phone = authority.phone(&proxy, 1);
    assert_eq!(phone.look(&proxy, ZHANG), GREEN);
    authority.list("people.csv", &[ZHANG]);
    let proposal = authority.does(&one, "first", "propose people.csv");
    authority.does(&other, "second", &format!("confirm {proposal} --yes"));
    assert_eq!(phone.look(&proxy, ZHANG), red());
    // What is not for phones is not there, and what is too large is refused before an issuer has it.
    for path in
        ["/", "/officer", "/enrolments", "/metrics", "/readyz", "/healthz", "/certificates/", "/files", "/demo.json"]
    {
        assert_eq!(proxy.get(path, &[]).status, 404, "{path}");
    }
    assert_eq!(proxy.post("/certificates", &[0; 5_000]).status, 413);
    // Files are kept where they may be, and nothing of anybody; of the manifest it is said that it is the same.
    let name = std::fs::read_dir(authority.desk.path("site/files")).unwrap().next().unwrap().unwrap().file_name();
    let file = format!("/files/{}", name.to_str().unwrap());
    let kept = proxy.get(&file, &[]);
    assert_eq!((kept.status, kept.header("cache-control")), (200, Some("public, max-age=31536000, immutable")));
    let manifest = proxy.get("/manifest", &[]);
    assert_eq!((manifest.status, manifest.header("content-type")), (200, Some("application/cose")));
    let tag = manifest.header("etag").unwrap().to_owned();
    assert_eq!(proxy.get("/manifest", &[&format!("If-None-Match: {tag}")]).status, 304);

    // One issuer goes: its phones have the other.
    assert_eq!(one.stop().0, Some(0));
    for _ in 0..4 {
        assert_eq!(phone.look(&proxy, ZHANG), red());
    }
    // Whoever asks without end is held up, and is told what passes.
    let mut answers = std::collections::BTreeSet::new();
    let flooding = Instant::now();
    while !answers.contains(&429) {
        answers.insert(proxy.post("/certificates", b"not a request").status);
        assert!(flooding.elapsed() < Duration::from_secs(60), "{answers:?}");
    }
    assert_eq!(answers.into_iter().collect::<Vec<_>>(), [400, 429]);
    // Without any issuer the files are there that phones have asked for before.
    assert_eq!(other.stop().0, Some(0));
    assert!(proxy.get(&file, &[]).body == kept.body);
    assert_eq!(proxy.get("/manifest", &[]).status, 502);
    let cached = walk(&authority.desk.path("cache"));
    assert!(
        cached.iter().any(|bytes| has(bytes, file.as_bytes()))
            && !cached.iter().any(|bytes| has(bytes, b"/certificates"))
    );
}

/// The files below a folder.
fn walk(folder: &Path) -> Vec<Vec<u8>> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { walk(&path) } else { vec![std::fs::read(path).unwrap()] }).collect()
}

fn has(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}
