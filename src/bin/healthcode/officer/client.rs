//! Asks an issuer over HTTP/1.1, without encryption: on this machine, or through a tunnel that begins here.

use std::net::SocketAddr;
use std::time::Duration;

use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper::header::{CONTENT_TYPE, HOST};
use hyper::{Method, Request, Uri};
use hyper_util::rt::TokioIo;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use tokio::net::TcpStream;
use tokio::runtime::{Builder, Runtime};

use crate::acts::rows::ROWS_BYTES;
use crate::failure::{CliError, Failure};
use crate::issuer::ACT_HEADER;

/// How long an answer may be: a proposal's rows in JSON, and what stands around them.
const ANSWER_BYTES: usize = 2 * ROWS_BYTES;

/// How long to wait for an answer: longer than an issuer takes for the longest list.
const WAIT: Duration = Duration::from_secs(150);

/// An issuer.
pub(super) struct Client {
    address: SocketAddr,
    runtime: Runtime,
}

/// Why there is no answer.
pub(super) enum Unanswered {
    /// It refuses.
    Refused { code: String, message: String },
    /// It cannot be asked, or does not answer as an issuer.
    Failed(Failure),
}

impl<E: Into<Failure>> From<E> for Unanswered {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

impl Unanswered {
    /// The same for whoever asked.
    pub(super) fn failure(self) -> Failure {
        match self {
            Self::Refused { code, message } => CliError::IssuerRefused { code, message }.into(),
            Self::Failed(failure) => failure,
        }
    }
}

/// What it says if it refuses.
#[derive(Deserialize)]
struct Refusal {
    code: String,
    message: String,
}

impl Client {
    /// The issuer at an address of this machine.
    pub(super) fn new(url: &str) -> Result<Self, Failure> {
        let uri: Uri = url.parse().map_err(|_| CliError::IssuerAddress)?;
        let plain = uri.scheme_str() == Some("http") && matches!(uri.path(), "" | "/") && uri.query().is_none();
        let host = uri.host().filter(|_| plain).ok_or(CliError::IssuerAddress)?;
        let host = if host.eq_ignore_ascii_case("localhost") { "127.0.0.1" } else { host };
        let ip = host.trim_start_matches('[').trim_end_matches(']').parse().map_err(|_| CliError::IssuerAddress)?;
        let address = SocketAddr::new(ip, uri.port_u16().unwrap_or(80));
        if !address.ip().is_loopback() {
            return Err(CliError::IssuerAddress.into());
        }
        let runtime = Builder::new_current_thread().enable_all().build();
        Ok(Self { address, runtime: runtime.map_err(CliError::Unreadable)? })
    }

    /// What it says of itself.
    pub(super) fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Failure> {
        self.ask(Method::GET, path, None, &[]).map_err(Unanswered::failure)
    }

    /// Its answer to a signed step.
    pub(super) fn step<T: DeserializeOwned>(&self, act: &str, body: &[u8]) -> Result<T, Unanswered> {
        self.ask(Method::POST, "/officer", Some(act), body)
    }

    fn ask<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        act: Option<&str>,
        body: &[u8],
    ) -> Result<T, Unanswered> {
        let request = Request::builder().method(method).uri(path).header(HOST, self.address.to_string());
        let request = match act {
            Some(act) => request.header(ACT_HEADER, act).header(CONTENT_TYPE, "application/octet-stream"),
            None => request,
        };
        let answered = |problem: String| CliError::IssuerAnswer { problem };
        let request =
            request.body(Full::new(Bytes::copy_from_slice(body))).map_err(|error| answered(error.to_string()))?;
        let sent = async { tokio::time::timeout(WAIT, self.send(request)).await };
        let (status, answer) = self
            .runtime
            .block_on(sent)
            .unwrap_or_else(|_| Err(format!("{}: no answer within {} seconds", self.address, WAIT.as_secs())))
            .map_err(answered)?;
        if status.is_success() {
            return serde_json::from_slice(&answer).map_err(|error| answered(error.to_string()).into());
        }
        match serde_json::from_slice::<Refusal>(&answer) {
            Ok(Refusal { code, message }) => Err(Unanswered::Refused { code, message }),
            Err(_) => Err(answered(format!("status {status}")).into()),
        }
    }

    async fn send(&self, request: Request<Full<Bytes>>) -> Result<(hyper::StatusCode, Bytes), String> {
        let said = |error: &dyn std::fmt::Display| format!("{}: {error}", self.address);
        let stream = TcpStream::connect(self.address).await.map_err(|error| said(&error))?;
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(|error| said(&error))?;
        let connection = tokio::spawn(connection);
        let answer = sender.send_request(request).await.map_err(|error| said(&error))?;
        let status = answer.status();
        let body = Limited::new(answer.into_body(), ANSWER_BYTES).collect().await.map_err(|error| said(&error))?;
        connection.abort();
        Ok((status, body.to_bytes()))
    }
}
