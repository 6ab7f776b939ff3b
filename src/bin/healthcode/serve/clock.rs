//! The issuer's clock: the machine's, or one that was set and runs on from there.

use std::time::Instant;

use healthcode::calendar::{Span, Time};

use crate::arguments::{Clock, system_time};

/// A clock that runs.
#[derive(Debug, Clone, Copy)]
pub(crate) enum RunningClock {
    /// The machine's clock.
    System,
    /// A clock that showed `start` at the instant `began`, and has run at normal speed since.
    Set { start: Time, began: Instant },
}

impl RunningClock {
    /// Starts the clock.
    pub(crate) fn start(clock: Clock) -> Self {
        match clock {
            Clock::System => Self::System,
            Clock::At(start) => Self::Set { start, began: Instant::now() },
        }
    }

    /// What it shows.
    pub(crate) fn now(self) -> Time {
        match self {
            Self::System => system_time(),
            Self::Set { start, began } => {
                start.plus(Span::seconds(i64::try_from(began.elapsed().as_secs()).unwrap_or(i64::MAX)))
            }
        }
    }
}
