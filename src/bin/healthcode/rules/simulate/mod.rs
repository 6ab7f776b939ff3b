//! `rules simulate`: what another version of a pack would do to a population, before anybody signs it.
//!
//! People stream through: some hundreds at a time to each core, counted and forgotten.

mod progress;
mod tally;

use std::io::{BufRead, BufReader};
use std::num::NonZero;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Instant;

use clap::Args;
use healthcode::authoring::people::{MARGINALS, People};
use healthcode::authoring::preview::Preview;
use healthcode::authoring::source::FactsSource;
use healthcode::calendar::Time;
use healthcode::limits::LINE_BYTES;

use crate::args::now::Now;
use crate::exit::Exit;
use crate::failure::{CliError, Failure, InFile};
use crate::format::grouped;
use crate::input::json::parse_json;
use crate::input::pack::load;
use crate::input::risk_rows::read_rows;
use crate::output::{answer_json, answer_lines};
use crate::terminal::say;
use crate::values::{count, number};
use crate::{files, lines};
use progress::Progress;
use tally::{Summary, Tally};

/// People that one core takes at a time.
const CHUNK: u64 = 512;
/// Lines of a file that one core takes at a time.
const CHUNK_LINES: usize = 512;
/// Fewer where they are long.
const CHUNK_BYTES: usize = 1 << 20;
/// How many threads are used at most for each core; more would only wait for one another.
const THREADS: usize = 4;
/// Chunks of lines that wait to be taken, so that memory does not grow with the file.
const WAITING: usize = 16;

/// Try a pack on a population: colours, who changes to what because of which rule, who cannot be decided
///
/// Nothing is signed or verified for these people, and none of their data is kept.
#[derive(Args)]
#[command(after_long_help = MARGINALS)]
pub(crate) struct Simulate {
    /// The pack to try, in TOML
    #[arg(long, value_name = "NEW.toml")]
    pack: PathBuf,
    /// The pack to compare it with, in TOML
    #[arg(long, value_name = "OLD.toml")]
    against: PathBuf,
    /// The risk table, rows in CSV
    #[arg(long, value_name = "FILE.csv")]
    risk: Option<PathBuf>,
    #[command(flatten)]
    source: Population,
    /// The seed for synthetic people
    #[arg(long, value_name = "NUMBER", default_value_t = 1, value_parser = number::<u64>, allow_negative_numbers = true)]
    seed: u64,
    /// The number of threads, at most four per core [default: one per core]
    #[arg(long, value_name = "NUMBER", value_parser = count, allow_negative_numbers = true)]
    threads: Option<NonZero<usize>>,
    /// Answer in JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    now: Now,
}

#[derive(Args)]
#[group(required = true, multiple = false)]
struct Population {
    /// The people: facts in JSON, one object per line; - is standard input
    #[arg(long, value_name = "FILE.jsonl")]
    people: Option<PathBuf>,
    /// Generate this many synthetic people who answer the questions of both packs
    #[arg(long, value_name = "NUMBER", value_parser = number::<u64>, allow_negative_numbers = true)]
    generate: Option<u64>,
}

/// What every thread reads.
struct Trial {
    new: Preview,
    old: Preview,
    now: Time,
    progress: Progress,
}

impl Simulate {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        let (new, old) = (load(&self.pack)?, load(&self.against)?);
        let rows = self.risk.as_deref().map(read_rows).transpose()?;
        let now = self.now.now.now();
        let people = People::new(&new, &[&old], rows.as_deref().unwrap_or_default(), now, self.seed);
        let (new, old) = (Preview::new(&new, rows.clone())?, Preview::new(&old, rows)?);
        let cores = thread::available_parallelism().map_or(1, NonZero::get);
        let threads = self.threads.map_or(cores, NonZero::get).min(cores.saturating_mul(THREADS));

        let began = Instant::now();
        let trial = |all| Trial { new, old, now, progress: Progress::new(all) };
        let (tally, threads) = match &self.source.people {
            Some(path) => {
                let input = BufReader::new(files::open(path)?);
                trial(files::size(path)).people_of(input, threads).in_file(path)?
            }
            None => {
                let count = self.source.generate.unwrap_or_default();
                trial(Some(count)).generated(&people, count, threads)?
            }
        };
        let seconds = began.elapsed().as_secs_f64();
        let summary = Summary::new(&tally);
        if self.json {
            answer_json(&summary)?;
        } else {
            answer_lines(&summary.to_string())?;
        }
        if let Some((line, code)) = &tally.first_unread {
            say(format_args!(
                "warning: {} lines could not be read, the first of them line {line} [{code}]",
                tally.unread
            ));
        }
        say(format_args!(
            "{} people in {seconds:.1} s on {threads} thread{}",
            grouped(usize::try_from(tally.people).unwrap_or(usize::MAX)),
            if threads == 1 { "" } else { "s" }
        ));
        Ok(Exit::Yes)
    }
}

impl Trial {
    fn count(&self, person: &FactsSource, tally: &mut Tally) -> Result<(), Failure> {
        tally.add(&self.old.decide(person, self.now)?, &self.new.decide(person, self.now)?);
        Ok(())
    }

    fn generated(&self, people: &People, count: u64, threads: usize) -> Result<(Tally, usize), CliError> {
        let next = AtomicU64::new(0);
        let chunks = usize::try_from(count.div_ceil(CHUNK)).unwrap_or(usize::MAX).max(1);
        let work = |tally: &mut Tally| {
            loop {
                let first = next.fetch_add(CHUNK, Ordering::Relaxed);
                if first >= count {
                    return;
                }
                let end = count.min(first + CHUNK);
                for number in first..end {
                    // Made-up people bring no rows of their own, the only thing that can be wrong with facts.
                    let _ = self.count(&people.person(number), tally);
                }
                self.progress.add(end - first, end - first);
            }
        };
        self.on_threads(threads.min(chunks), work, || Ok(()))
    }

    fn people_of(&self, mut input: impl BufRead, threads: usize) -> Result<(Tally, usize), CliError> {
        let (send, receive) = sync_channel::<Lines>(WAITING);
        let receive = Mutex::new(receive);
        let read = move || {
            let (mut line, mut lines) = (Vec::new(), Lines::from(1));
            while let Some(whole) = lines::next(&mut input, &mut line).map_err(CliError::Unreadable)? {
                lines.bytes += if whole { line.len() + 1 } else { LINE_BYTES };
                lines.texts.push(whole.then(|| line.clone()));
                if lines.texts.len() >= CHUNK_LINES || lines.bytes >= CHUNK_BYTES {
                    let next = lines.first + u64::try_from(lines.texts.len()).unwrap_or(0);
                    let full = std::mem::replace(&mut lines, Lines::from(next));
                    // It fails only if every worker has panicked, which joining them reports.
                    let _ = send.send(full);
                }
            }
            let _ = send.send(lines);
            Ok(())
        };
        let work = |tally: &mut Tally| {
            while let Some(Lines { first, texts, bytes }) = take(&receive) {
                let people = tally.people;
                for (text, number) in texts.iter().zip(first..) {
                    if let Err(failure) = self.count_line(text.as_deref(), tally) {
                        tally.unread(number, failure.first().0);
                    }
                }
                self.progress.add(tally.people - people, u64::try_from(bytes).unwrap_or(0));
            }
        };
        self.on_threads(threads, work, read)
    }

    /// Counts the person of a line, which is nothing where it was too long; blank lines are nobody.
    fn count_line(&self, line: Option<&[u8]>, tally: &mut Tally) -> Result<(), Failure> {
        let line = line.ok_or(CliError::LineTooLong { limit: LINE_BYTES })?;
        if line.iter().all(u8::is_ascii_whitespace) {
            return Ok(());
        }
        let text = core::str::from_utf8(line).map_err(|_| CliError::NotText)?;
        self.count(&parse_json(text)?, tally)
    }

    /// Lets every thread count for itself while this one feeds them, shows how far they are, and adds up. Gives the sum, and
    /// how many threads there were: where the system has no more to give, fewer do.
    fn on_threads(
        &self,
        threads: usize,
        work: impl Fn(&mut Tally) + Sync,
        feed: impl FnOnce() -> Result<(), CliError>,
    ) -> Result<(Tally, usize), CliError> {
        thread::scope(|scope| {
            let work = || {
                let mut tally = Tally::default();
                work(&mut tally);
                tally
            };
            let mut workers = Vec::new();
            for _ in 0..threads {
                match thread::Builder::new().spawn_scoped(scope, work) {
                    Ok(worker) => workers.push(worker),
                    Err(error) if workers.is_empty() => return Err(CliError::NoThreads(error)),
                    Err(_) => break,
                }
            }
            let (fed, count) = (feed(), workers.len());
            let mut sum = Tally::default();
            for worker in workers {
                match worker.join() {
                    Ok(tally) => sum.merge(tally),
                    Err(panic) => std::panic::resume_unwind(panic),
                }
            }
            self.progress.finish();
            fed.map(|()| (sum, count))
        })
    }
}

/// Lines of a file in a row.
struct Lines {
    /// The number of the first.
    first: u64,
    /// What they say; nothing for one that is too long.
    texts: Vec<Option<Vec<u8>>>,
    /// How much of the file they are.
    bytes: usize,
}

impl Lines {
    const fn from(first: u64) -> Self {
        Self { first, texts: Vec::new(), bytes: 0 }
    }
}

fn take(receive: &Mutex<Receiver<Lines>>) -> Option<Lines> {
    receive.lock().unwrap_or_else(PoisonError::into_inner).recv().ok()
}
