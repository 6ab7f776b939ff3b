//! `serve`: the issuer with demo keys, which believes whoever asks, with a clock of its own and a page.
//!
//! It serves this machine only, because it certifies whoever asks. Its keys are made at its first start and named as demo keys
//! wherever they show. Rules and risk data are built in, so that one binary is the whole demo, the same that was tested;
//! other ones can be given.

mod clock;
mod demo;
mod http;
mod screen;

use std::convert::Infallible;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use healthcode::authoring::source::PackSource;
use healthcode::limits::SERVER_CONNECTIONS;
use healthcode::risk::RiskTable;

use self::clock::{KEEP_EVERY, RunningClock};
use self::demo::{Keys, Signing};
use self::http::{Demo, router};
use self::screen::{Screen, master_seed};
use crate::exit::Exit;
use crate::failure::{CliError, Failure, InFile};
use crate::format::local;
use crate::input::{pack, risk_rows};
use crate::issuer::{
    Asking, Believing, Clock as _, Door, Identify as _, Lists, Mailroom, Office, OwnNames, runtime, serve,
};
use crate::publication::OWN;
use crate::store::{Expect, Owner, Store};
use crate::terminal::say;
use crate::values::{Clock, clock, moment, socket, system_time};
use crate::venue;

/// The Hangzhou rules of February 2020, and the risk data of those weeks.
const RULES: &str = include_str!("../../../../rules/packs/hangzhou/pack.toml");
const RISK: &str = include_str!("../../../../rules/data/2020-02-china/risk.csv");

/// Rules for purposes of today, which have a desk of their own.
const TODAY: [&str; 6] = [
    include_str!("../../../../rules/packs/arrival-china/pack.toml"),
    include_str!("../../../../rules/packs/arrival-korea/pack.toml"),
    include_str!("../../../../rules/packs/hospital-visit/pack.toml"),
    include_str!("../../../../rules/packs/school/pack.toml"),
    include_str!("../../../../rules/packs/contact-watch/pack.toml"),
    include_str!("../../../../rules/packs/venue-exposure/pack.toml"),
];

/// Where the clock first starts.
const FIRST_START: &str = "2020-02-20T08:00:00+08:00";

/// What its officers call it.
const NAME: &str = "demo";

/// Bits of the numbers of its mailboxes: there are four, so that people have different ones.
const MAILBOX_BITS: u8 = 2;

/// For how many hours its certificates hold.
const HOURS: u8 = 24;

/// Serve a demo on this machine: the page, the signed files, day certificates
///
/// Makes demo keys on its first start. Its clock first starts at 08:00 on 20 February 2020 in China, when the rules that it
/// serves were in force, and continues on the next start where it stopped. Beside these, unless `--rules` says otherwise, it
/// has a desk for purposes of today (arrival, hospital, school, contact, venue) under `/today`, by this machine's clock. Ctrl-C
/// stops the server.
/// A folder that `publish` has written is not for it, but for any web server that keeps to docs/server.md.
#[derive(Args)]
pub(crate) struct Serve {
    /// The address to listen on; it must be a loopback address, and port 0 means any free port
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8080", value_parser = socket)]
    listen: SocketAddr,
    /// The folder with the page
    #[arg(long, value_name = "FOLDER")]
    www: Option<PathBuf>,
    /// The folder for the demo issuer's keys and clock; what its officers confirm is in `issuer.db`
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
    /// Tags of what happened at venues, as `venue tags` prints them for the master seed `venue.seed` in the demo's folder, which the
    /// demo's own venue has; for rules that read exposures. Other ones than before go with a later hour
    #[arg(long, value_name = "TAGS.csv")]
    exposures: Vec<PathBuf>,
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
        let exposures = venue::read_list(&self.exposures)?;
        let keys = Arc::new(Keys::load_or_make(&self.data.join("keys"))?);
        let master = master_seed(&self.data)?;
        let (first, end) = (moment(FIRST_START)?, source.pack.valid_until);
        let clock = Arc::new(RunningClock::start(self.now, &self.data, first, end));
        clock.keep()?;
        let today = if self.rules.is_none() { TODAY.as_slice() } else { &[] };
        let today = today.iter().map(|text| pack::parse(text)).collect::<Result<Vec<_>, _>>()?;
        // What has ended cannot be published any more.
        let today = today.into_iter().filter(|source| system_time() < source.pack.valid_until);
        let today: Vec<_> = today.collect();

        let runtime = runtime(address)?;
        let (asking, identity) = (Arc::new(Asking::new()?), Arc::new(Believing::new(keys.people())));
        let owner = Owner { issuer: NAME.to_owned(), identity: identity.kind(), people: identity.check_value() };
        let file = Store::in_file(&self.data.join("issuer.db"));
        let store = runtime.block_on(Store::open(&file, &owner, Expect::Any))?;
        let demo = |clock: &Arc<RunningClock>, sources: Vec<PackSource>, table, path: &str, desks| {
            let screen = Screen::new(keys.venue(), master.clone(), &sources);
            let sources = Arc::new(sources);
            let office = Office {
                name: NAME.to_owned(),
                clock: clock.clone(),
                source: Box::new(Signing::new(Arc::clone(&keys), Arc::clone(&sources), table, exposures.clone())),
                identity: identity.clone(),
                officers: keys.officers(),
                store: store.clone(),
                asking: Arc::clone(&asking),
                certificates: keys.certificate(),
                mailroom: Some(Mailroom::new(&keys.people(), MAILBOX_BITS, 1, None)),
                log: None,
                cap: None,
                records: None,
                retired: Vec::new(),
                lists: Lists::default(),
                hours: HOURS,
                demo: true,
            };
            let (office, system, path) = (Arc::new(office), clock.is_system(), path.to_owned());
            Arc::new(Demo { office, roots: keys.roots(), sources, screen, system, path, desks })
        };
        let mut desks = Vec::new();
        if !today.is_empty() {
            desks.push(demo(&Arc::new(RunningClock::System), today, RiskTable::new(Vec::new())?, "/today", Vec::new()));
        }
        let demo = demo(&clock, vec![source], RiskTable::new(rows)?, "", desks);
        demo.office.source.published(clock.now())?;
        self.introduce(&demo, &clock);

        let (www, served) = (self.www.as_deref(), Arc::clone(&demo));
        let served = serve(address, SERVER_CONNECTIONS, |own| router(&served, www, Door::Own(OwnNames::of(own))));
        runtime.block_on(async {
            tokio::select! {
                served = served => served,
                never = keep_clock(&clock) => match never {},
            }
        })?;
        clock.keep()?;
        runtime.block_on(store.close());
        // Whatever still runs has had its time.
        runtime.shutdown_background();
        Ok(Exit::Yes)
    }

    fn introduce(&self, demo: &Demo, clock: &RunningClock) {
        let now = clock.now();
        match clock {
            RunningClock::System => say(format_args!("  clock: {}, this machine's", local(now))),
            RunningClock::Set { .. } => say(format_args!("  DEMO clock: {}, and running", local(now))),
        }
        for PackSource { pack, .. } in demo.sources.iter() {
            let (from, until) = (local(pack.valid_from), local(pack.valid_until));
            say(format_args!("  rules: {} version {}, from {from} until {until}", pack.id, pack.version));
            if now < pack.valid_from || pack.valid_until <= now {
                say(
                    "  warning: the rules are not in force at that time, so every code will be grey; --now sets the clock",
                );
            }
        }
        for desk in &demo.desks {
            for source in desk.sources.iter() {
                say(format_args!("  {}: {}, by this machine's clock", desk.path, source.pack.title.en));
            }
        }
        let keys = self.data.join("keys");
        say(format_args!(
            "  officers: {0}/record-1.key and {0}/record-2.key, for `healthcode officer`",
            keys.display()
        ));
        match &self.www {
            Some(folder) => say(format_args!("  page: {}", folder.display())),
            None => say("  page: none; --www names its folder"),
        }
    }
}

/// Keeps what the clock shows, for the next start.
async fn keep_clock(clock: &RunningClock) -> Infallible {
    loop {
        tokio::time::sleep(KEEP_EVERY).await;
        if let Err(failure) = clock.keep() {
            failure.report();
        }
    }
}
