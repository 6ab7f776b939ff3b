//! `serve`: the page, the signed files, and day certificates; the seed of the reference issuer.
//!
//! It serves this machine only, because it certifies whoever asks. Its keys are made at its first start and named as demo keys
//! wherever they show. Rules and risk data are built in, so that one binary is the whole demo, the same that was tested;
//! other ones can be given.

mod admission;
mod clock;
mod connections;
mod http;
mod issuer;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use healthcode::authoring::source::PackSource;
use healthcode::risk::RiskTable;
use tokio::net::TcpListener;

use self::admission::OwnNames;
use self::clock::{KEEP_EVERY, RunningClock};
use self::http::{Office, router};
use self::issuer::Issuer;
use crate::exit::Exit;
use crate::failure::{CliError, Failure, InFile};
use crate::format::local;
use crate::input::{pack, risk_rows};
use crate::output::answer;
use crate::publication::OWN;
use crate::terminal::say;
use crate::values::{Clock, clock, moment, socket, system_time};

/// The Hangzhou rules of February 2020, and the risk data of those weeks.
const RULES: &str = include_str!("../../../../rules/packs/hangzhou/pack.toml");
const RISK: &str = include_str!("../../../../rules/data/2020-02-china/risk.csv");

/// Rules for purposes of today, which have a desk of their own.
const TODAY: [&str; 5] = [
    include_str!("../../../../rules/packs/arrival-china/pack.toml"),
    include_str!("../../../../rules/packs/arrival-korea/pack.toml"),
    include_str!("../../../../rules/packs/hospital-visit/pack.toml"),
    include_str!("../../../../rules/packs/school/pack.toml"),
    include_str!("../../../../rules/packs/contact-watch/pack.toml"),
];

/// Where the clock first starts.
const FIRST_START: &str = "2020-02-20T08:00:00+08:00";

/// Serve a demo on this machine: the page, the signed files, day certificates
///
/// Makes demo keys on its first start. Its clock first starts at 08:00 on 20 February 2020 in China, when the rules that it
/// serves were in force, and continues on the next start where it stopped. Beside these, unless `--rules` says otherwise, it
/// has a desk for purposes of today (arrival, hospital, school, contact) under `/today`, by this machine's clock. Ctrl-C stops
/// the server.
/// A folder that `publish` has written is not for it, but for any web server that keeps to docs/server.md.
#[derive(Args)]
pub(crate) struct Serve {
    /// The address to listen on; it must be a loopback address, and port 0 means any free port
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8080", value_parser = socket)]
    listen: SocketAddr,
    /// The folder with the page
    #[arg(long, value_name = "FOLDER")]
    www: Option<PathBuf>,
    /// The folder for the demo issuer's keys and clock; people's records are in its subfolder `records`
    #[arg(long, value_name = "FOLDER", default_value = "demo-data")]
    data: PathBuf,
    /// The moment at which its clock starts: a time, a date, or `system` for the machine's clock [default: where it
    /// stopped, at first 2020-02-20T08:00:00+08:00]
    #[arg(long, value_name = "TIME", value_parser = clock)]
    now: Option<Clock>,
    /// The rule pack, in TOML [default: Hangzhou's]
    #[arg(long, value_name = "PACK.toml")]
    rules: Option<PathBuf>,
    /// The risk data, in CSV [default: that of February 2020]
    #[arg(long, value_name = "ROWS.csv")]
    risk: Option<PathBuf>,
}

impl Serve {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        let address = self.listen;
        if !address.ip().is_loopback() {
            return Err(CliError::NotLoopback { address }.into());
        }
        if self.data.join(OWN).exists() {
            return Err(CliError::PublishedFolder).in_file(&self.data);
        }
        let source = match &self.rules {
            Some(path) => pack::load(path)?,
            None => pack::parse(RULES)?,
        };
        let rows = match &self.risk {
            Some(path) => risk_rows::read_rows(path)?,
            None => risk_rows::parse_rows(RISK.as_bytes())?,
        };
        if let Some(folder) = self.www.as_ref().filter(|folder| !folder.is_dir()) {
            return Err(CliError::FileMissing).in_file(folder);
        }
        say("a DEMO issuer, for this machine only: nobody else should trust what it signs");
        let until = source.pack.valid_until;
        let issuer = Issuer::new(&self.data, source, RiskTable::new(rows)?)?;
        let (first, end) = (moment(FIRST_START)?, until);
        let clock = RunningClock::start(self.now, &self.data, first, end);
        clock.keep()?;
        issuer.published(clock.now())?;
        let today = if self.rules.is_none() { TODAY.as_slice() } else { &[] };
        let today = today.iter().map(|text| pack::parse(text)).collect::<Result<Vec<_>, _>>()?;
        // What has ended cannot be published any more.
        let today = today.into_iter().filter(|source| system_time() < source.pack.valid_until);
        let today: Vec<_> = today.collect();
        let desks = if today.is_empty() { Vec::new() } else { vec![Office::today(&issuer, today)?] };
        let office = Office { issuer, clock, path: String::new(), desks };
        self.introduce(&office);

        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
        let runtime = runtime.map_err(|error| CliError::Listen { address, error })?;
        runtime.block_on(serve(address, Arc::new(office), self.www))?;
        // Whatever still runs has had its time.
        runtime.shutdown_background();
        Ok(Exit::Yes)
    }

    fn introduce(&self, office: &Office) {
        let Office { issuer, clock, desks, .. } = office;
        let now = clock.now();
        match clock {
            RunningClock::System => say(format_args!("  clock: {}, this machine's", local(now))),
            RunningClock::Set { .. } => say(format_args!("  DEMO clock: {}, and running", local(now))),
        }
        for PackSource { pack, .. } in issuer.sources() {
            let (from, until) = (local(pack.valid_from), local(pack.valid_until));
            say(format_args!("  rules: {} version {}, from {from} until {until}", pack.id, pack.version));
            if now < pack.valid_from || pack.valid_until <= now {
                say(
                    "  warning: the rules are not in force at that time, so every code will be grey; --now sets the clock",
                );
            }
        }
        for desk in desks {
            for source in desk.issuer.sources() {
                say(format_args!("  {}: {}, by this machine's clock", desk.path, source.pack.title.en));
            }
        }
        say(format_args!("  records: {}/PUBLIC-KEY.json, if there are any", issuer.records().display()));
        match &self.www {
            Some(folder) => say(format_args!("  page: {}", folder.display())),
            None => say("  page: none; --www names its folder"),
        }
    }
}

/// Serves until a signal asks it to stop.
async fn serve(address: SocketAddr, office: Arc<Office>, www: Option<PathBuf>) -> Result<(), Failure> {
    let failed = |error| CliError::Listen { address, error };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let own = listener.local_addr().map_err(failed)?;
    answer(format_args!("listening on http://{own}/"))?;
    let router = router(Arc::clone(&office), www.as_deref(), OwnNames::of(own));
    let stop = async {
        stop_signal().await;
        say("stopping");
    };
    tokio::select! {
        () = connections::serve(listener, router, stop) => {}
        () = keep_clock(Arc::clone(&office)) => {}
    }
    office.clock.keep()
}

/// Keeps what the clock shows, for the next start.
async fn keep_clock(office: Arc<Office>) {
    loop {
        tokio::time::sleep(KEEP_EVERY).await;
        if let Err(failure) = office.clock.keep() {
            failure.report();
        }
    }
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
