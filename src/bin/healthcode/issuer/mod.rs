//! `issuer`: enrols phones, gives day certificates, takes what officers confirm about people, and serves the files that `publish`
//! writes. docs/issuer.md says how an authority runs it.

mod admission;
mod connections;
mod desk;
mod floor;
mod http;
mod identity;
mod inquiry;
mod logged;
mod login;
mod mailroom;
mod metrics;
mod office;
mod published;
mod records;
mod settings;
mod signed;
mod statuses;

use std::convert::Infallible;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use clap::Args;
use healthcode::calendar::Time;
use healthcode::limits::{ISSUER_CONNECTIONS, POLICY_BYTES};
use healthcode::log::Policy;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

pub(crate) use self::admission::OwnNames;
pub(crate) use self::desk::DOCUMENTS;
pub(crate) use self::floor::Asking;
use self::http::open;
pub(crate) use self::http::{ACT_HEADER, Door, FOR_GOOD, dated_by, error, fault, finish, not_found, paths, takes_gzip};
pub(crate) use self::identity::{Believing, Document, Identify};
pub(crate) use self::logged::{endorsements, finding};
use self::login::Tokens;
pub(crate) use self::mailroom::Mailroom;
pub(crate) use self::office::{Clock, Office};
use self::published::Folder;
pub(crate) use self::published::{Published, Served, Source};
use self::settings::IdentityKind;
pub(crate) use self::settings::{Settings, officers};
pub(crate) use self::signed::founded;
pub(crate) use self::statuses::Lists;
use crate::exit::Exit;
use crate::failure::{CliError, Failure, InFile};
use crate::files;
use crate::key_file;
use crate::output::answer;
use crate::store::{Expect, Last, Owner, Store, file_of, is_open_to_others};
use crate::terminal::say;
use crate::values::system_time;

/// Run an issuer: enrolment, day certificates, what officers confirm about people, and the published files
///
/// Its settings are in one file in TOML (docs/issuer.md). It keeps phones, people and its journal in SQLite or PostgreSQL, and any
/// number of it may use one database. Ctrl-C stops it, once what it has begun is answered.
#[derive(Args)]
pub(crate) struct Issuer {
    /// The settings
    #[arg(long, value_name = "SETTINGS.toml", default_value = "issuer.toml")]
    config: PathBuf,
    /// Check the settings, keys, files and database, and serve nothing
    #[arg(long)]
    check: bool,
    /// Make the database, once, and serve nothing: an issuer whose database is missing must not go on with an empty one
    #[arg(long, conflicts_with = "check")]
    init: bool,
}

/// This machine's clock.
struct Machine;

impl Clock for Machine {
    fn now(&self) -> Time {
        system_time()
    }
}

impl Issuer {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        let settings = Settings::read(&self.config)?;
        let address = settings.listen()?;
        let runtime = runtime(address)?;
        let expect = if self.init { Expect::New } else { Expect::Made };
        let office = Arc::new(runtime.block_on(office(&settings, expect)).in_file(&self.config)?);
        let published = office.source.published(office.now())?;
        published.check(&office.certificates.public(), office.now())?;
        published.check_records(office.records.as_deref(), office.now()).in_file(&self.config)?;
        runtime.block_on(office.refuse_lapsed_proofs()).in_file(&self.config)?;
        if self.init {
            say(format_args!("made the database of issuer {}", office.name));
            return Ok(Exit::Yes);
        }
        runtime.block_on(introduce(&office, &settings))?;
        if self.check {
            say("the settings can be used");
            return Ok(Exit::Yes);
        }
        let served = serve(address, ISSUER_CONNECTIONS, |_| open(&office));
        runtime.block_on(async {
            tokio::select! {
                served = served => served,
                never = keep_mailboxes(&office) => match never {},
            }
        })?;
        runtime.block_on(office.store.close());
        runtime.shutdown_background();
        Ok(Exit::Yes)
    }
}

/// The runtime of a server.
pub(crate) fn runtime(address: SocketAddr) -> Result<Runtime, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    Ok(runtime.map_err(|error| CliError::Listen { address, error })?)
}

/// Says what it has, so that whoever starts it sees whether that is what was there before.
async fn introduce(office: &Office, settings: &Settings) -> Result<(), Failure> {
    let (number, _) = office.store.journal_end().await?;
    let entries = office.store.in_force(office.now()).await?;
    say(format_args!("issuer {}", office.name));
    say(format_args!("  identity: {}", office.identity.name()));
    say(format_args!("  officers: {}", office.officers.len()));
    say(format_args!("  entries in force: {entries}"));
    say(format_args!("  last line of the journal: {number}"));
    for key in office.unlisted().await? {
        say(format_args!(
            "warning: key {key} has signed certificates that phones still have, and is not in `retired`: there is no list of those of \
             them that are withdrawn, and checkpoints that ask for one say `code-no-status` to their holders"
        ));
    }
    if settings.database().starts_with("sqlite:") {
        let file = file_of(settings.database());
        if is_open_to_others(&file) {
            say(format_args!("warning: others can read {}: `chmod 600` it, and what stands beside it", file.display()));
        }
    }
    Ok(())
}

/// The database that settings name, and how its people are identified.
pub(crate) async fn store(settings: &Settings, expect: Expect) -> Result<(Store, Arc<dyn Identify>), Failure> {
    let people = Arc::new(key_file::load(settings.people())?);
    let identity: Arc<dyn Identify> = match settings.identity.clone() {
        IdentityKind::Demo => Arc::new(Believing::new(people)),
        IdentityKind::Login { issuer, audience, keys } => Arc::new(Tokens::new(people, keys, issuer, audience)),
    };
    let owner = Owner { issuer: settings.name.clone(), identity: identity.kind(), people: identity.check_value() };
    Ok((Store::open(settings.database(), &owner, expect).await?, identity))
}

async fn office(settings: &Settings, expect: Expect) -> Result<Office, Failure> {
    let people = key_file::load(settings.people())?;
    let mailboxes = settings.mailboxes.as_ref();
    let mailroom = mailboxes.map(|set| Mailroom::new(&people, set.bits, set.seconds, Some(set.folder.clone())));
    let log = settings.log().map(load_policy).transpose()?;
    let (mut store, identity) = store(settings, expect).await?;
    // A new database has no lines yet: those of the one that it takes the place of are copied into it first.
    if let Some(last) = settings.last().filter(|_| expect == Expect::Made) {
        store = store.writing_down(Last::new(last.to_owned())).await?;
    }
    Ok(Office {
        name: settings.name.clone(),
        clock: Arc::new(Machine),
        source: Box::new(Folder::new(settings.site().to_owned(), settings.roots.clone())),
        identity,
        officers: settings.officers.clone(),
        store,
        asking: Arc::new(Asking::new()?),
        certificates: Arc::new(key_file::load(settings.certificates())?),
        mailroom,
        log,
        cap: settings.cap,
        records: settings.records().map(key_file::load).transpose()?.map(Arc::new),
        retired: settings.retired().map(|path| Ok(Arc::new(key_file::load(path)?))).collect::<Result<_, Failure>>()?,
        lists: Lists::default(),
        hours: settings.hours,
        demo: false,
    })
}

/// Reads a log's policy.
pub(crate) fn load_policy(path: &Path) -> Result<Policy, Failure> {
    let bytes = files::read_within(path, POLICY_BYTES)?;
    let text = String::from_utf8(bytes).map_err(|_| CliError::NotText).in_file(path)?;
    Policy::parse(&text).in_file(path)
}

/// Writes mailboxes on each stroke of the clock, also where there was nothing to do since the last one.
async fn keep_mailboxes(office: &Arc<Office>) -> Infallible {
    let Some(room) = &office.mailroom else { return std::future::pending().await };
    loop {
        let began = Instant::now();
        match office.write_mailboxes(room).await {
            Ok((of, mailboxes, entries)) => {
                let ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
                say(json!({ "at": system_time(), "mailboxes": mailboxes, "of": of, "entries": entries, "ms": ms }));
            }
            Err(failure) => failure.report(),
        }
        let left = room.to_next_stroke(office.now()).as_seconds();
        tokio::time::sleep(Duration::from_secs(u64::try_from(left).unwrap_or(1))).await;
    }
}

/// Serves until a signal asks it to stop.
pub(crate) async fn serve(
    address: SocketAddr,
    most: usize,
    router: impl FnOnce(SocketAddr) -> Router,
) -> Result<(), Failure> {
    let failed = |error| CliError::Listen { address, error };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let own = listener.local_addr().map_err(failed)?;
    answer(format_args!("listening on http://{own}/"))?;
    let stop = async {
        stop_signal().await;
        say("stopping");
    };
    connections::serve(listener, router(own), most, stop).await;
    Ok(())
}

/// Waits for Ctrl-C or a request to terminate. Where signals cannot be heard, the process ends by them as any other does.
async fn stop_signal() {
    let interrupt = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
}
