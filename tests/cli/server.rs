//! A running `serve`, and just enough HTTP/1.1 to talk to it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, ChildStderr, Command, Stdio};
use std::thread::JoinHandle;

use crate::tool::{Desk, TOOL};

/// A server of one test; it ends with the test.
pub(crate) struct Server {
    child: Child,
    address: String,
    log: Option<JoinHandle<String>>,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

impl Server {
    /// Starts `serve` on a free port, its data in the desk's folder `data`.
    pub(crate) fn start(desk: &Desk, arguments: &str) -> Self {
        Self::run(desk, &format!("serve --listen 127.0.0.1:0 --data data {arguments}"))
    }

    /// Starts a command that serves.
    pub(crate) fn run(desk: &Desk, command: &str) -> Self {
        // As few open files as macOS gives a process.
        let mut child = Command::new("sh")
            .args(["-c", "ulimit -n 256 && exec \"$0\" \"$@\"", TOOL])
            .args(command.split_whitespace())
            .current_dir(desk.path(""))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("listening on http://").and_then(|line| line.strip_suffix('/'));
        let address = address.unwrap_or_else(|| panic!("{line}")).to_owned();
        let stderr = child.stderr.take().unwrap();
        Self { child, address, log: Some(std::thread::spawn(move || read_all(stderr))) }
    }

    /// Another program that serves, with its standard error piped.
    pub(crate) fn of(mut child: Child, address: String) -> Self {
        let stderr = child.stderr.take().unwrap();
        Self { child, address, log: Some(std::thread::spawn(move || read_all(stderr))) }
    }

    pub(crate) fn get(&self, path: &str, headers: &[&str]) -> Reply {
        self.ask("GET", path, headers, b"")
    }

    pub(crate) fn post(&self, path: &str, body: &[u8]) -> Reply {
        self.ask("POST", path, &["Content-Type: application/cose"], body)
    }

    pub(crate) fn ask(&self, method: &str, path: &str, headers: &[&str], body: &[u8]) -> Reply {
        let extra: String = headers.iter().map(|header| format!("{header}\r\n")).collect();
        let (host, length) = (&self.address, body.len());
        let head = format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: {length}\r\n{extra}");
        self.send(format!("{head}Connection: close\r\n\r\n").as_bytes(), body)
    }

    /// Sends a head and a body as they are.
    pub(crate) fn send(&self, head: &[u8], body: &[u8]) -> Reply {
        let mut stream = self.connect();
        // It may refuse what it has not read to its end.
        let _ = stream.write_all(head).and_then(|()| stream.write_all(body));
        let mut reply = Vec::new();
        let _ = stream.read_to_end(&mut reply);
        parse(&reply)
    }

    pub(crate) fn connect(&self) -> TcpStream {
        TcpStream::connect(&self.address).unwrap()
    }

    /// Its address and port.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// Ends it as a power failure does.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks it to end as an operating system does; gives the exit code and the log.
    #[cfg(unix)]
    pub(crate) fn stop(mut self) -> (Option<i32>, String) {
        assert!(Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap().success());
        let status = self.child.wait().unwrap();
        (status.code(), self.log.take().unwrap().join().unwrap())
    }
}

/// Posts to a server that may end at any moment; gives the status, if there was a whole answer.
pub(crate) fn try_post(address: &str, path: &str, body: &[u8]) -> Option<u16> {
    let mut stream = TcpStream::connect(address).ok()?;
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/cose\r\nContent-Length: {}\r\n\
         Connection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).ok()?;
    stream.write_all(body).ok()?;
    let mut reply = Vec::new();
    stream.read_to_end(&mut reply).ok()?;
    let text = String::from_utf8_lossy(&reply);
    text.split(' ').nth(1)?.parse().ok()
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn read_all(mut stderr: ChildStderr) -> String {
    let mut log = String::new();
    stderr.read_to_string(&mut log).unwrap();
    log
}

fn parse(reply: &[u8]) -> Reply {
    let end = reply.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
    let head = std::str::from_utf8(&reply[..end]).unwrap();
    let (first, headers) = head.split_once("\r\n").unwrap();
    let headers = headers.lines().map(|line| line.split_once(": ").unwrap());
    Reply {
        status: first.split(' ').nth(1).unwrap().parse().unwrap(),
        headers: headers.map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned())).collect(),
        body: reply[end + 4..].to_vec(),
    }
}
