//! `witness`: cosigns the checkpoints of logs that grow, and of no others (C2SP tlog-witness).

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use clap::Args;
use healthcode::limits::{NOTE_BYTES, WITNESS_REQUEST_BYTES};
use healthcode::log::make::signature;
use healthcode::log::note::Signs;
use healthcode::log::witness::{Refusal, Request, decide};
use healthcode::log::{NoteKey, SignedNote, TreeHead};
use healthcode::trust::{Digest, SecretKey};

use crate::exit::Exit;
use crate::failure::{CliError, Failure, InFile};
use crate::files;
use crate::key_file;
use crate::log::serve::run;
use crate::output::answer;
use crate::terminal::say;
use crate::values::system_time;

/// Witness logs: cosign what they show, as long as each only grows
///
/// Prints the witness's line for policies. It keeps the last checkpoint of each log in a folder, which must never be put back to
/// an earlier state: then it could be shown two trees.
#[derive(Args)]
pub(crate) struct Witness {
    /// The address to listen on; port 0 means any free port
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8091", value_parser = crate::values::socket)]
    listen: SocketAddr,
    /// The witness's name: where it will be, without https://, such as witness.example.org
    #[arg(long, value_name = "NAME")]
    name: String,
    /// The witness's secret key: a file made by `keys new`
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// A log to witness: its key, as policies write it; may be given several times
    #[arg(long = "log", value_name = "KEY", required = true, value_parser = NoteKey::parse)]
    logs: Vec<NoteKey>,
    /// The folder that keeps what was cosigned last
    #[arg(long, value_name = "FOLDER")]
    state: PathBuf,
}

/// What the handlers share.
struct Office {
    key: NoteKey,
    secret: SecretKey,
    logs: Vec<NoteKey>,
    state: PathBuf,
    /// What was cosigned last of each log. Whoever holds it looks and writes in one.
    last: Mutex<BTreeMap<String, TreeHead>>,
}

impl Witness {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        let secret = key_file::load(&self.key)?;
        let key = NoteKey::new(&self.name, Signs::Witnessed, secret.public())?;
        fs::create_dir_all(&self.state).map_err(CliError::Unwritable).in_file(&self.state)?;
        let mut last = BTreeMap::new();
        for log in &self.logs {
            let path = kept(&self.state, log.name());
            if path.exists() {
                let text = String::from_utf8(files::read_within(&path, NOTE_BYTES)?);
                let note = SignedNote::parse(&text.map_err(|_| CliError::NotText).in_file(&path)?).in_file(&path)?;
                last.insert(log.name().to_owned(), TreeHead::of(&note).in_file(&path)?);
            }
        }
        answer(format_args!("witness {} {key}", self.name))?;
        let (address, last) = (self.listen, Mutex::new(last));
        let office = Office { key, secret, logs: self.logs, state: self.state, last };
        let router = Router::new()
            .route("/add-checkpoint", post(add))
            .layer(DefaultBodyLimit::max(WITNESS_REQUEST_BYTES))
            .with_state(Arc::new(office));
        run(address, router)
    }
}

/// The file that keeps what was cosigned last of a log; a log's name may be anything.
fn kept(state: &Path, origin: &str) -> PathBuf {
    state.join(Digest::of(origin.as_bytes()).to_string())
}

async fn add(State(office): State<Arc<Office>>, body: Bytes) -> Response {
    match tokio::task::spawn_blocking(move || office.answer(&body)).await {
        Ok(response) => response,
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

impl Office {
    fn answer(&self, body: &[u8]) -> Response {
        let text = core::str::from_utf8(body).unwrap_or_default();
        let request = match Request::parse(text) {
            Ok(request) => request,
            Err(error) => return (StatusCode::BAD_REQUEST, format!("{error}\n")).into_response(),
        };
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let head = match decide(&request, &self.logs, |origin| last.get(origin).cloned()) {
            Ok(head) => head,
            Err(refusal) => return self.refuse(refusal, &request),
        };
        let Ok(time) = u64::try_from(system_time().unix()) else {
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        };
        let cosigned = signature(&request.note, &self.key, &self.secret, time);
        if let Err(failure) = self.keep(&head, &request.note) {
            failure.report();
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        }
        say(format_args!("cosigned {} with {} entries", head.origin, head.size));
        last.insert(head.origin.clone(), head);
        cosigned.to_string().into_response()
    }

    fn refuse(&self, refusal: Refusal, request: &Request) -> Response {
        let status = StatusCode::from_u16(refusal.status()).unwrap_or(StatusCode::BAD_REQUEST);
        if let Refusal::SplitView(_) | Refusal::NotConsistent = refusal {
            // Somebody has signed this: it is evidence.
            say(format_args!("warning: a log has shown another tree than before"));
            let name = format!("{}.split", Digest::of(request.to_string().as_bytes()).short());
            let split = self.state.join(name);
            if let Err(failure) = files::write(&split, request.to_string().as_bytes()) {
                failure.report();
            }
        }
        match refusal {
            Refusal::Other(size) => (status, [(CONTENT_TYPE, "text/x.tlog.size")], format!("{size}\n")).into_response(),
            Refusal::SplitView(size) => {
                (status, [(CONTENT_TYPE, "text/x.tlog.size")], format!("{size}\n")).into_response()
            }
            _ => status.into_response(),
        }
    }

    /// Keeps a checkpoint before anybody is told that it was cosigned, also if the power fails.
    fn keep(&self, head: &TreeHead, note: &SignedNote) -> Result<(), Failure> {
        let path = kept(&self.state, &head.origin);
        let part = path.with_extension("part");
        let write = || {
            let mut file = File::create(&part)?;
            file.write_all(note.to_string().as_bytes())?;
            file.sync_all()?;
            fs::rename(&part, &path)?;
            File::open(&self.state).and_then(|folder| folder.sync_all()).or(Ok::<(), std::io::Error>(()))
        };
        write().map_err(CliError::Unwritable).in_file(&path)
    }
}
