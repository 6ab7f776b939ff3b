//! The issuer's clock: the machine's, or one that was set and runs on from there.
//!
//! A clock that was set never goes back by itself: what phones did by it, a report or a certificate, would lie in their
//! future. So a file keeps what it last showed, and the next start goes on from there.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use healthcode::calendar::{Span, Time};

use crate::failure::Failure;
use crate::files;
use crate::format::local;
use crate::issuer::Clock as Ticking;
use crate::terminal::say;
use crate::values::{Clock, moment, system_time};

/// How often the file is written; as much may be missing from it if the server was killed.
pub(crate) const KEEP_EVERY: Duration = Duration::from_secs(30);

/// A clock that runs.
#[derive(Debug)]
pub(crate) enum RunningClock {
    /// The machine's clock.
    System,
    /// A clock that showed `start` at the instant `began`, and has run at normal speed since.
    Set {
        /// What it showed.
        start: Time,
        /// When it showed that.
        began: Instant,
        /// Where it keeps what it shows.
        file: PathBuf,
    },
}

impl RunningClock {
    /// Starts the clock: at `given`; else where it stopped, if that is before `end`; else at `first`.
    pub(crate) fn start(given: Option<Clock>, folder: &Path, first: Time, end: Time) -> Self {
        let file = folder.join("clock");
        let kept = kept(&file);
        let start = match given {
            Some(Clock::System) => return Self::System,
            Some(Clock::At(time)) => time,
            None => kept.filter(|kept| *kept < end).unwrap_or(first),
        };
        if let Some(kept) = kept.filter(|kept| start < *kept) {
            say(format_args!(
                "  warning: the clock goes back, it was at {} before; pages that were used then must forget everything",
                local(kept)
            ));
        }
        Self::Set { start, began: Instant::now(), file }
    }

    /// Whether it is the machine's.
    pub(crate) const fn is_system(&self) -> bool {
        matches!(self, Self::System)
    }

    /// Writes down what it shows.
    pub(crate) fn keep(&self) -> Result<(), Failure> {
        match self {
            Self::System => Ok(()),
            Self::Set { file, .. } => files::write(file, format!("{}\n", self.now()).as_bytes()),
        }
    }
}

impl Ticking for RunningClock {
    fn now(&self) -> Time {
        match self {
            Self::System => system_time(),
            Self::Set { start, began, .. } => start.plus(span(began.elapsed())),
        }
    }
}

fn span(duration: Duration) -> Span {
    Span::seconds(i64::try_from(duration.as_secs()).unwrap_or(i64::MAX))
}

/// The earliest moment that the clock has certainly not passed.
fn kept(file: &Path) -> Option<Time> {
    if !file.exists() {
        return None;
    }
    let time = files::read_text(file).ok().and_then(|text| moment(&text).ok());
    if time.is_none() {
        say(format_args!("  warning: {} contains no time; the clock starts afresh", file.display()));
    }
    time.map(|time| time.plus(span(KEEP_EVERY)))
}
