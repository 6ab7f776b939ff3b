//! `witness`: cosigns the checkpoints of logs that grow, and of no others (C2SP tlog-witness).

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
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
use fs4::{FileExt, TryLockError};
use healthcode::limits::{NOTE_BYTES, WITNESS_REQUEST_BYTES};
use healthcode::log::make::signature;
use healthcode::log::note::Signs;
use healthcode::log::witness::{Refusal, Request, decide};
use healthcode::log::{NoteKey, SignedNote, TreeHead};
use healthcode::trust::{Digest, SecretKey};

use crate::exit::Exit;
use crate::failure::{CliError, Failure, InFile, LogFault};
use crate::files;
use crate::key_file;
use crate::log::keeper::is_bare;
use crate::log::serve::run;
use crate::output::answer;
use crate::terminal::say;
use crate::values::system_time;

/// Witness logs: cosign what they show, as long as each only grows
///
/// Prints the witness's line for policies. It keeps the last checkpoint of each log in a folder, which must never be put back to
/// an earlier state: then it could be shown two trees. If a log shows two that exclude each other, both are kept there.
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

/// Locked while a witness runs: two of them could each sign a view of their own.
const LOCK: &str = "lock";
/// How the names of files end in which a log has signed two trees that exclude each other.
const SPLIT: &str = "split";
/// How those end that a log has signed and of which nobody has shown that they follow what was cosigned.
const REFUSED: &str = "refused";
/// How many of each are kept of a log. More say nothing new, and must not fill the disk.
const KEPT: usize = 16;

/// A checkpoint, and what it says.
struct Cosigned {
    head: TreeHead,
    note: SignedNote,
}

/// What the handlers share.
struct Office {
    key: NoteKey,
    secret: SecretKey,
    logs: Vec<NoteKey>,
    state: PathBuf,
    /// What was cosigned last of each log. Whoever holds it looks and writes in one.
    last: Mutex<BTreeMap<String, Cosigned>>,
    _lock: File,
}

impl Witness {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        is_bare(&self.name)?;
        let secret = key_file::load(&self.key)?;
        let key = NoteKey::new(&self.name, Signs::Witnessed, secret.public())?;
        fs::create_dir_all(&self.state).map_err(CliError::Unwritable).in_file(&self.state)?;
        let lock = lock(&self.state)?;
        let mut last = BTreeMap::new();
        for log in &self.logs {
            let path = kept(&self.state, log.name());
            if !files::is_own_file(&path)? {
                say(format_args!(
                    "warning: nothing is kept of {} yet, and what it shows first is believed; if this witness has cosigned it \
                     before, stop and put its folder back",
                    log.name()
                ));
                continue;
            }
            let text = String::from_utf8(files::read_within(&path, NOTE_BYTES)?);
            let note = SignedNote::parse(&text.map_err(|_| CliError::NotText).in_file(&path)?).in_file(&path)?;
            let head = TreeHead::of(&note).in_file(&path)?;
            last.insert(log.name().to_owned(), Cosigned { head, note });
        }
        answer(format_args!("witness {} {key}", self.name))?;
        let (address, last) = (self.listen, Mutex::new(last));
        let office = Office { key, secret, logs: self.logs, state: self.state, last, _lock: lock };
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

/// Keeps other witnesses away from a folder; the system unlocks it however this one ends.
fn lock(state: &Path) -> Result<File, Failure> {
    let at = state.join(LOCK);
    let file = OpenOptions::new().create(true).truncate(false).write(true).open(&at);
    let file = file.map_err(CliError::Unwritable).in_file(&at)?;
    match FileExt::try_lock(&file) {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(LogFault::Witnessing).in_file(state),
        Err(TryLockError::Error(error)) => Err(CliError::Unwritable(error)).in_file(&at),
    }
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
        let head = match decide(&request, &self.logs, |origin| last.get(origin).map(|last| last.head.clone())) {
            Ok(head) => head,
            Err(refusal) => return self.refuse(refusal, &self.by_log(&request.note), &last),
        };
        let Ok(time) = u64::try_from(system_time().unix()) else {
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        };
        let cosigned = signature(&request.note, &self.key, &self.secret, time);
        if last.get(&head.origin).is_none_or(|last| last.head != head) {
            let note = self.by_log(&request.note);
            if let Err(failure) = self.keep(&kept(&self.state, &head.origin), &note.to_string()) {
                failure.report();
                return StatusCode::INTERNAL_SERVER_ERROR.into_response();
            }
            // It may have been shown before without the way to it, by whoever.
            let _ = fs::remove_file(self.beside(&head.origin, &note, REFUSED));
            say(format_args!("cosigned {} with {} entries", head.origin, head.size));
            last.insert(head.origin.clone(), Cosigned { head, note });
        }
        cosigned.to_string().into_response()
    }

    /// The note with its log's own signatures: anybody can add others, and as many as there is room for.
    fn by_log(&self, note: &SignedNote) -> SignedNote {
        let mut own = SignedNote::unsigned(note.text().to_owned());
        let signed = self.logs.iter().filter(|log| note.signed_by(log).is_ok_and(|by| by.is_some()));
        own.signatures.extend(signed.filter_map(|log| note.by(log)).cloned());
        own
    }

    /// Where something is kept that a log has signed.
    fn beside(&self, origin: &str, note: &SignedNote, ending: &str) -> PathBuf {
        let name = Digest::of(note.text().as_bytes());
        self.state.join(format!("{}-{}.{ending}", Digest::of(origin.as_bytes()), name.short()))
    }

    /// Answers, and keeps what the log has signed. Two trees of one size are evidence. Of a larger one nothing is shown yet: anybody
    /// can send a log's checkpoint with a way that leads nowhere.
    fn refuse(&self, refusal: Refusal, note: &SignedNote, last: &BTreeMap<String, Cosigned>) -> Response {
        let before = TreeHead::of(note).ok().and_then(|head| last.get(&head.origin).map(|last| (head, last)));
        if let Some((head, last)) = before {
            let (name, size, seen) = (&head.origin, head.size, last.head.size);
            match refusal {
                Refusal::SplitView(_) => {
                    self.note_down(name, note, SPLIT, &format!("{}\n\n{note}", last.note), |evidence| {
                        format!("warning: {name} has signed two trees of {size} entries; both are in {evidence}")
                    });
                }
                Refusal::NotConsistent => self.note_down(name, note, REFUSED, &note.to_string(), |at| {
                    format!(
                        "refused {name} with {size} entries: nobody has shown that it begins with the {seen} that were cosigned; \
                         the checkpoint is in {at}"
                    )
                }),
                _ => {}
            }
        }
        let status = StatusCode::from_u16(refusal.status()).unwrap_or(StatusCode::BAD_REQUEST);
        match refusal {
            Refusal::Other(size) | Refusal::SplitView(size) => {
                (status, [(CONTENT_TYPE, "text/x.tlog.size")], format!("{size}\n")).into_response()
            }
            _ => status.into_response(),
        }
    }

    /// Keeps this once, and says so then.
    fn note_down(&self, origin: &str, note: &SignedNote, ending: &str, text: &str, said: impl Fn(&str) -> String) {
        let path = self.beside(origin, note, ending);
        let log = Digest::of(origin.as_bytes()).to_string();
        let of_log = |name: &str| name.starts_with(&log) && name.ends_with(&format!(".{ending}"));
        let there = fs::read_dir(&self.state).into_iter().flatten().flatten();
        let there = there.filter(|entry| entry.file_name().to_str().is_some_and(of_log)).count();
        if path.exists() || there >= KEPT {
            return;
        }
        match self.keep(&path, text) {
            Ok(()) => say(said(&path.display().to_string())),
            Err(failure) => failure.report(),
        }
    }

    /// Keeps a text before anybody is answered, also if the power fails.
    fn keep(&self, path: &Path, text: &str) -> Result<(), Failure> {
        let part = path.with_extension("part");
        let write = || {
            let mut file = File::create(&part)?;
            file.write_all(text.as_bytes())?;
            file.sync_all()?;
            fs::rename(&part, path)?;
            File::open(&self.state).and_then(|folder| folder.sync_all()).or(Ok::<(), std::io::Error>(()))
        };
        write().map_err(CliError::Unwritable).in_file(path)
    }
}
