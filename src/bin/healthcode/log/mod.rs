//! `log`: the public log of everything that is published (docs/log.md).

mod cosign;
mod day;
pub(crate) mod entry;
mod files;
mod grounds;
mod issued;
pub(crate) mod keeper;
mod monitor;
pub(crate) mod place;
mod said;
pub(crate) mod serve;

use std::path::PathBuf;

use clap::{Args, Subcommand};
use healthcode::calendar::Time;
use healthcode::limits::LOG_PROOF_BYTES;
use healthcode::log::LogProof;

use self::entry::{entry_of, leaf_of};
use self::keeper::{Keeper, prove};
use self::place::Place;
use crate::exit::Exit;
use crate::failure::{CliError, Failure, InFile};
use crate::files as paths;
use crate::format::local;
use crate::issuer::load_policy;
use crate::key_file;
use crate::output::answer;
use crate::terminal::say;
use crate::values::{Clock, clock};

#[derive(Subcommand)]
pub(crate) enum Command {
    Init(Init),
    Append(Append),
    Day(day::Day),
    Prove(Prove),
    Check(Check),
    Serve(serve::Serve),
    Audit(monitor::Audit),
    Monitor(monitor::Monitor),
}

impl Command {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        match self {
            Self::Init(init) => init.run(),
            Self::Append(append) => append.run(),
            Self::Day(day) => day.run(),
            Self::Prove(prove) => prove.run(),
            Self::Check(check) => check.run(),
            Self::Serve(serve) => serve.run(),
            Self::Audit(audit) => audit.run(),
            Self::Monitor(monitor) => monitor.run(),
        }
    }
}

/// By which clock cosignatures are judged.
#[derive(Args)]
pub(crate) struct Now {
    /// The moment by which cosignatures are judged: a time, a date, or `system` for the machine's clock
    #[arg(long, value_name = "TIME", value_parser = clock, default_value = "system")]
    now: Clock,
}

impl Now {
    pub(crate) fn time(&self) -> Time {
        self.now.now()
    }
}

/// The log, its key, and the policy that its checkpoints have to meet.
#[derive(Args)]
pub(crate) struct Kept {
    /// The log's secret key: the file by which it was begun
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// The policy that a checkpoint has to meet before anybody sees it; witnesses that it gives an address of are asked to
    /// cosign [default: the file `policy` in the log's folder]
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    #[command(flatten)]
    now: Now,
}

/// Begin a log: a folder that any web server or object store can serve
///
/// Prints the log's key as policies write it. Its name is the log's for good, and so is the key.
#[derive(Args)]
pub(crate) struct Init {
    /// The folder of the log; created if it does not exist
    folder: PathBuf,
    /// The log's name: where it will be, without https://, such as log.example.cn/health
    #[arg(long, value_name = "NAME")]
    origin: String,
    /// A secret key that nothing else is signed by: a file made by `keys new`
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
}

impl Init {
    fn run(self) -> Result<Exit, Failure> {
        let keeper = Keeper::begin(&self.folder, &self.origin, key_file::load(&self.key)?)?;
        // Of an empty log nobody can be deceived: it needs no witness.
        keeper.show(
            &healthcode::log::Policy::parse(&format!("log {}\nquorum none\n", keeper.key()))?,
            Time::from_unix(0),
        )?;
        say(format_args!("began {}: a log without entries", self.folder.display()));
        answer(format_args!("log {}", keeper.key()))?;
        Ok(Exit::Yes)
    }
}

/// Add signed files to a log, and have its new state cosigned
///
/// What is in the log already is not added again. A run that is killed leaves the log as it was, or as it should be, and can be
/// repeated; without files, it has what a run before has added cosigned and shown.
#[derive(Args)]
pub(crate) struct Append {
    /// The folder of the log
    folder: PathBuf,
    /// Signed files that everybody gets: trust lists, rule packs, risk tables, exposure lists, manifests
    files: Vec<PathBuf>,
    #[command(flatten)]
    kept: Kept,
}

impl Append {
    fn run(self) -> Result<Exit, Failure> {
        let mut entries = Vec::new();
        for path in &self.files {
            entries.push(entry_of(paths::read_signed(path)?).in_file(path)?);
        }
        self.kept.add(&self.kept.open(&self.folder)?, &entries)
    }
}

impl Kept {
    /// Opens the log.
    fn open(&self, folder: &std::path::Path) -> Result<Keeper, Failure> {
        Keeper::open(folder, key_file::load(&self.key)?)
    }

    /// Adds entries to a log, and shows its new state.
    fn add(&self, keeper: &Keeper, entries: &[keeper::Entry]) -> Result<Exit, Failure> {
        let policy = keeper.policy(self.policy.as_deref())?;
        let added = keeper.append(entries, &policy)?;
        let head = keeper.show(&policy, self.now.time())?;
        say(format_args!("added {added} of {}; entries in the log: {}", entries.len(), head.size));
        Ok(Exit::Yes)
    }
}

/// Write the proof that a file is in a log
#[derive(Args)]
pub(crate) struct Prove {
    /// The log: its folder, or its address
    log: String,
    /// The signed file
    file: PathBuf,
    /// The policy that the proof has to meet [default: the file `policy` in the log's folder]
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// The proof to write [default: the file's name with .tlog-proof]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    now: Now,
}

impl Prove {
    fn run(self) -> Result<Exit, Failure> {
        let leaf = leaf_of(&paths::read_signed(&self.file)?).in_file(&self.file)?;
        let place = Place::of(&self.log);
        let policy = place.policy(self.policy.as_deref())?;
        let proofs = prove(&place, &[&leaf], &policy, self.now.time()).in_file(&self.file)?;
        let out = self.out.unwrap_or_else(|| {
            let mut name = self.file.clone().into_os_string();
            name.push(".tlog-proof");
            name.into()
        });
        for proof in proofs {
            // Only a proof gives way: a key may be all that its owner has.
            let there = if out.is_file() { Some(paths::read_within(&out, LOG_PROOF_BYTES)) } else { None };
            let gives_way = |there: Vec<u8>| String::from_utf8(there).is_ok_and(|text| LogProof::parse(&text).is_ok());
            if there.is_some_and(|there| !there.is_ok_and(gives_way)) {
                return Err(CliError::InPlace).in_file(&out);
            }
            paths::write(&out, proof.to_string().as_bytes())?;
            say(format_args!("wrote {}: entry {}", out.display(), proof.index));
        }
        Ok(Exit::Yes)
    }
}

/// Check the proof that a file is in a log, as a phone does
#[derive(Args)]
pub(crate) struct Check {
    /// The signed file
    file: PathBuf,
    /// The proof
    #[arg(long, value_name = "FILE")]
    proof: PathBuf,
    /// The policy: which log, and which witnesses
    #[arg(long, value_name = "FILE")]
    policy: PathBuf,
    #[command(flatten)]
    now: Now,
}

impl Check {
    fn run(self) -> Result<Exit, Failure> {
        let leaf = leaf_of(&paths::read_signed(&self.file)?).in_file(&self.file)?;
        let policy = load_policy(&self.policy)?;
        let text = paths::read_within(&self.proof, LOG_PROOF_BYTES)?;
        let text = String::from_utf8(text).map_err(|_| CliError::NotText).in_file(&self.proof)?;
        let proof = LogProof::parse(&text).in_file(&self.proof)?;
        let logged = proof.check(&leaf, &policy, self.now.time()).in_file(&self.proof)?;
        answer(format_args!("entry {} of {}", logged.index, logged.size))?;
        if let Some(time) = logged.witnessed.and_then(|time| i64::try_from(time).ok()) {
            answer(format_args!("witnessed {}", local(Time::from_unix(time))))?;
        }
        Ok(Exit::Yes)
    }
}
