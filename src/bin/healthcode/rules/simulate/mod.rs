//! `rules simulate`: what another version of a pack would do to a population, before anybody signs it.
//!
//! People stream through: some hundreds at a time to each core, counted and forgotten.

mod progress;
mod tally;

use std::io::{BufReader, Read};
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
use healthcode::calendar::{Span, Time};
use healthcode::limits::LINE_BYTES;

use crate::args::now::Now;
use crate::exit::Exit;
use crate::failure::{CliError, Failure, InFile, unmarked};
use crate::files;
use crate::format::grouped;
use crate::input::json::parse_json;
use crate::input::marginals::with_marginals;
use crate::input::pack::load;
use crate::input::person::Person;
use crate::input::risk_rows::read_rows;
use crate::lines::{self, Chunk, Chunks};
use crate::output::{answer_json, answer_lines};
use crate::terminal::say;
use crate::values::{count, days, number};
use progress::Progress;
use tally::{Summary, Tally};

/// People that one core takes at a time.
const CHUNK: u64 = 512;
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
    against: Option<PathBuf>,
    /// The risk table, rows in CSV
    #[arg(long, value_name = "FILE.csv")]
    risk: Option<PathBuf>,
    #[command(flatten)]
    source: Population,
    /// How often synthetic people answer what and have what, in TOML, where that is not as below
    #[arg(long, value_name = "FILE.toml", conflicts_with = "people")]
    marginals: Option<PathBuf>,
    /// Say also what colours they have on each of so many days to come, at the same time of day, if nothing new happens and they
    /// report every day
    #[arg(long, value_name = "NUMBER", value_parser = days, default_value_t = 0, allow_negative_numbers = true)]
    days: u16,
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
    /// Generate this many synthetic people who answer the questions of the packs
    #[arg(long, value_name = "NUMBER", value_parser = number::<u64>, allow_negative_numbers = true)]
    generate: Option<u64>,
}

/// What every thread reads.
struct Trial {
    new: Preview,
    old: Option<Preview>,
    now: Time,
    /// The moments that are looked at besides.
    later: Vec<Time>,
    progress: Progress,
}

impl Simulate {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        let (new, old) = (load(&self.pack)?, self.against.as_deref().map(load).transpose()?);
        let rows = self.risk.as_deref().map(read_rows).transpose()?;
        let now = self.now.now.now();
        let others: Vec<_> = old.iter().collect();
        let people = People::new(&new, &others, rows.as_deref().unwrap_or_default(), now, self.seed);
        let people = match &self.marginals {
            Some(path) => with_marginals(people, path)?,
            None => people,
        };
        let old = old.map(|old| Preview::new(&old, rows.clone())).transpose()?;
        let new = Preview::new(&new, rows)?;
        let later: Vec<_> = (1..=self.days).map(|days| now.plus(Span::days(days.into()))).collect();
        let threads = lines::threads(self.threads);

        let began = Instant::now();
        let moments = later.clone();
        let compared = old.is_some();
        let trial = |all| Trial { new, old, now, later, progress: Progress::new(all) };
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
        let summary = Summary::new(&tally, compared, &moments);
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
        let old = self.old.as_ref().map(|old| old.decide(person, self.now)).transpose()?;
        tally.add(old.as_ref(), &self.new.decide(person, self.now)?);
        for (day, then) in self.later.iter().enumerate() {
            let later = |pack: &Preview| pack.decide_later(person, self.now, *then).map(|decision| decision.colour);
            tally.add_later(day, self.old.as_ref().map(later).transpose()?, later(&self.new)?);
        }
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

    fn people_of(&self, input: BufReader<impl Read>, threads: usize) -> Result<(Tally, usize), CliError> {
        let (send, receive) = sync_channel::<Chunk>(WAITING);
        let receive = Mutex::new(receive);
        let read = move || {
            for (_, mut chunk) in Chunks::new(input) {
                let unreadable = chunk.unreadable.take();
                // It fails only if every worker has panicked, which joining them reports.
                let _ = send.send(chunk);
                if let Some(error) = unreadable {
                    return Err(CliError::Unreadable(error));
                }
            }
            Ok(())
        };
        let work = |tally: &mut Tally| {
            while let Some(chunk) = take(&receive) {
                let people = tally.people;
                for (line, number) in chunk.lines.iter().zip(chunk.first..) {
                    if let Err(failure) = self.count_line(line.as_deref(), tally) {
                        tally.unread(number, failure.first().0);
                    }
                }
                self.progress.add(tally.people - people, u64::try_from(chunk.bytes).unwrap_or(0));
            }
        };
        self.on_threads(threads, work, read)
    }

    /// Counts the person of a line, which is nothing where it was too long; blank lines are nobody.
    fn count_line(&self, line: Option<&[u8]>, tally: &mut Tally) -> Result<(), Failure> {
        let line = line.ok_or(CliError::LineTooLong { limit: LINE_BYTES })?;
        let text = core::str::from_utf8(line).map(unmarked).map_err(|_| CliError::NotText)?;
        if text.trim_ascii().is_empty() {
            return Ok(());
        }
        self.count(&parse_json::<Person>(text)?.facts, tally)
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

fn take(receive: &Mutex<Receiver<Chunk>>) -> Option<Chunk> {
    receive.lock().unwrap_or_else(PoisonError::into_inner).recv().ok()
}
