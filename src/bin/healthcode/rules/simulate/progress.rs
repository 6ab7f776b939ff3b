//! How far a trial is, for whoever waits at a terminal.

use std::io::{Write, stderr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::output::grouped;

/// How many characters the bar has.
const BAR: usize = 30;

/// What is done so far.
pub(super) struct Progress {
    began: Instant,
    people: AtomicU64,
    /// People, or bytes of a file.
    done: AtomicU64,
    /// How much `done` will be at the end, if that is known.
    all: Option<u64>,
}

impl Progress {
    pub(super) const fn new(began: Instant, all: Option<u64>) -> Self {
        Self { began, people: AtomicU64::new(0), done: AtomicU64::new(0), all }
    }

    pub(super) fn add(&self, people: u64, done: u64) {
        self.people.fetch_add(people, Ordering::Relaxed);
        self.done.fetch_add(done, Ordering::Relaxed);
    }

    /// Shows it in a line of its own that is gone at the end. That nobody sees it is no reason to stop.
    pub(super) fn show_until(&self, finished: impl Fn() -> bool) {
        const OFTEN: Duration = Duration::from_millis(20);
        const SHOWN: u32 = 10;
        let mut turn = 0;
        while !finished() {
            thread::sleep(OFTEN);
            turn += 1;
            if turn % SHOWN == 0 {
                let people = self.people.load(Ordering::Relaxed);
                let _ = write!(
                    stderr(),
                    "\r\x1b[K{}",
                    line(people, self.done.load(Ordering::Relaxed), self.all, self.began.elapsed())
                );
            }
        }
        if turn >= SHOWN {
            let _ = write!(stderr(), "\r\x1b[K");
        }
    }
}

fn line(people: u64, done: u64, all: Option<u64>, elapsed: Duration) -> String {
    let number = |number: u128| grouped(usize::try_from(number).unwrap_or(usize::MAX));
    let people = u128::from(people);
    let speed = people * 1000 / elapsed.as_millis().max(1);
    let told = format!("{} people, {} people/s", number(people), number(speed));
    match all {
        None => told,
        Some(all) => {
            let share = u128::from(done.min(all)) * 100 / u128::from(all.max(1));
            let filled = usize::try_from(share).unwrap_or(0) * BAR / 100;
            format!("[{}{}] {share:>3} %  {told}", "#".repeat(filled), "-".repeat(BAR - filled))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_how_much_is_done_and_how_fast() {
        let half = Duration::from_millis(500);
        assert_eq!(
            line(250_000, 250_000, Some(1_000_000), half),
            "[#######-----------------------]  25 %  250,000 people, 500,000 people/s"
        );
        assert_eq!(
            line(10, 4_000, Some(4_000), half),
            "[##############################] 100 %  10 people, 20 people/s"
        );
        assert_eq!(line(0, 0, Some(0), Duration::ZERO), "[------------------------------]   0 %  0 people, 0 people/s");
        assert_eq!(line(10, 4_000, None, half), "10 people, 20 people/s");
    }
}
