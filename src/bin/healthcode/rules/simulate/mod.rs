//! `rules simulate`: what another version of a pack would do to a population, before anybody signs it.
//!
//! People stream through: some hundreds at a time to each core, counted and forgotten.

mod changed;
mod chart;
mod groups;
mod progress;
mod tally;

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
use healthcode::calendar::{Span, Time};
use healthcode::colour::Colour;

use crate::args::now::Now;
use crate::bulk::{self, Chunk, Ids, PEOPLE, Part, Source, Unit};
use crate::exit::Exit;
use crate::failure::{CliError, Failure};
use crate::format::grouped;
use crate::input::marginals::with_marginals;
use crate::input::pack::load;
use crate::input::person::Person;
use crate::input::risk_rows::read_rows;
use crate::output::{answer_json, answer_lines};
use crate::terminal::say;
use crate::values::{count, days, number};
use changed::ChangedPeople;
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
    /// Draw what --days says, in SVG
    #[arg(long, value_name = "FILE.svg", requires = "days")]
    chart: Option<PathBuf>,
    /// Say also which groups are hit most: by what they answered last, and by their record
    #[arg(long)]
    groups: bool,
    /// List everybody who has another colour, and by which rules, in a new file: Parquet if it ends in .parquet, else a line for each;
    /// in no order
    #[arg(long, value_name = "FILE", requires = "against")]
    changed: Option<PathBuf>,
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
    /// The people: facts in JSON, one object per line, or a Parquet file with the columns `facts`, in JSON, and `id`; - is lines on
    /// standard input
    #[arg(long, value_name = "FILE")]
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
    groups: bool,
    changed: Option<ChangedPeople>,
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
        let names: Vec<_> =
            std::iter::once(&new).chain(&old).map(|pack| format!("{} {}", pack.pack.id, pack.pack.version)).collect();
        let old = old.map(|old| Preview::new(&old, rows.clone())).transpose()?;
        let new = Preview::new(&new, rows)?;
        let later: Vec<_> = (1..=self.days).map(|days| now.plus(Span::days(days.into()))).collect();
        let threads = bulk::threads(self.threads);

        let began = Instant::now();
        let moments = later.clone();
        let compared = old.is_some();
        let mut unit = Unit::Line;
        let people_of = self.source.people.as_deref().map(|path| Source::open(path, PEOPLE)).transpose()?;
        let ids = people_of.as_ref().map_or(Ids::Texts, |people| people.ids);
        let all = people_of.as_ref().map_or(self.source.generate, |people| people.all);
        let changed = self.changed.as_deref().map(|path| ChangedPeople::open(path, ids)).transpose()?;
        let trial = Trial { new, old, now, later, groups: self.groups, changed, progress: Progress::new(all) };
        let tried = match people_of {
            Some(source) => {
                unit = source.unit;
                trial.people_of(source, threads)
            }
            None => trial.generated(&people, self.source.generate.unwrap_or_default(), threads),
        };
        let (tried, done) = match tried {
            Ok(tried) => (Some(tried), Ok(())),
            Err(failure) => (None, Err(failure)),
        };
        match trial.changed {
            Some(changed) => changed.finish(done)?,
            None => done?,
        }
        let (tally, threads) = tried.unwrap_or_default();
        let seconds = began.elapsed().as_secs_f64();
        let summary = Summary::new(&tally, compared, &moments);
        if self.json {
            answer_json(&summary)?;
        } else {
            answer_lines(&summary.to_string())?;
        }
        if let Some(path) = &self.chart {
            let moments: Vec<_> = std::iter::once(now).chain(moments.iter().copied()).collect();
            chart::write(path, &title(&names, tally.people), &moments, &summary.curves())?;
        }
        if let Some((line, code)) = &tally.first_unread {
            say(format_args!(
                "warning: {} {unit}s could not be read, the first of them {unit} {line} [{code}]",
                tally.unread,
                unit = unit.name()
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

/// What a chart is about: the pack, or the new one against the old one.
fn title(packs: &[String], people: u64) -> String {
    let people = grouped(usize::try_from(people).unwrap_or(usize::MAX));
    format!("Colours of {people} people by {}", packs.join(" against "))
}

impl Trial {
    /// Counts somebody, and adds them to those whose colour changes if these are listed.
    fn count(
        &self,
        number: u64,
        Person { id, facts: person }: &Person,
        tally: &mut Tally,
        listed: Option<&mut Part>,
    ) -> Result<(), Failure> {
        let old = self.old.as_ref().map(|old| old.decide(person, self.now)).transpose()?;
        let new = self.new.decide(person, self.now)?;
        tally.add(old.as_ref(), &new);
        if self.groups {
            let hit = old.as_ref().map_or(new.colour != Colour::Green, |old| new.colour > old.colour);
            tally.groups.get_or_insert_default().add(self.new.pack(), person, hit);
        }
        if let (Some(part), Some(old)) = (listed, &old) {
            ChangedPeople::add(part, number, id.clone(), old, &new)?;
        }
        for (day, then) in self.later.iter().enumerate() {
            let later = |pack: &Preview| pack.decide_later(person, self.now, *then).map(|decision| decision.colour);
            tally.add_later(day, self.old.as_ref().map(later).transpose()?, later(&self.new)?);
        }
        Ok(())
    }

    fn generated(&self, people: &People, count: u64, threads: usize) -> Result<(Tally, usize), Failure> {
        let next = AtomicU64::new(0);
        let chunks = usize::try_from(count.div_ceil(CHUNK)).unwrap_or(usize::MAX).max(1);
        let work = |tally: &mut Tally| {
            loop {
                let first = next.fetch_add(CHUNK, Ordering::Relaxed);
                if first >= count {
                    return;
                }
                let end = count.min(first + CHUNK);
                let mut listed = self.changed.as_ref().map(ChangedPeople::part);
                for number in first..end {
                    // Made-up people bring no rows of their own, the only thing that can be wrong with facts.
                    let person = Person { id: None, facts: people.person(number) };
                    let _ = self.count(number + 1, &person, tally, listed.as_mut());
                }
                self.list(listed);
                self.progress.add(end - first, end - first);
            }
        };
        self.on_threads(threads.min(chunks), work, || Ok(()))
    }

    fn people_of(&self, people: Source, threads: usize) -> Result<(Tally, usize), Failure> {
        let (send, receive) = sync_channel::<Chunk>(WAITING);
        let receive = Mutex::new(receive);
        let read = move || {
            for mut chunk in people {
                let unreadable = chunk.unreadable.take();
                // It fails only if every worker has panicked, which joining them reports.
                let _ = send.send(chunk);
                if let Some(error) = unreadable {
                    return Err(error);
                }
            }
            Ok(())
        };
        let work = |tally: &mut Tally| {
            while let Some(chunk) = take(&receive) {
                let people = tally.people;
                let mut listed = self.changed.as_ref().map(ChangedPeople::part);
                for (item, number) in chunk.items.iter().zip(chunk.first..) {
                    let counted = match item.given() {
                        Ok(None) => Ok(()),
                        Ok(Some(given)) => bulk::person(given)
                            .map_err(Failure::from)
                            .and_then(|person| self.count(number, &person, tally, listed.as_mut())),
                        Err(error) => Err(error.into()),
                    };
                    if let Err(failure) = counted {
                        tally.unread(number, failure.first().0);
                    }
                }
                self.list(listed);
                self.progress.add(tally.people - people, chunk.done);
            }
        };
        self.on_threads(threads, work, read)
    }

    fn list(&self, listed: Option<Part>) {
        if let (Some(changed), Some(part)) = (&self.changed, listed) {
            changed.write(part);
        }
    }

    /// Lets every thread count for itself while this one feeds them, shows how far they are, and adds up. Gives the sum, and
    /// how many threads there were: where the system has no more to give, fewer do.
    fn on_threads(
        &self,
        threads: usize,
        work: impl Fn(&mut Tally) + Sync,
        feed: impl FnOnce() -> Result<(), Failure>,
    ) -> Result<(Tally, usize), Failure> {
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
                    Err(error) if workers.is_empty() => return Err(CliError::NoThreads(error).into()),
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
