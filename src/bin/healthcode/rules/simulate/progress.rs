//! How far a trial has got, for people who wait at a terminal.

use std::fmt::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressState, ProgressStyle};

use crate::format::grouped;

/// What is done so far.
pub(super) struct Progress {
    people: Arc<AtomicU64>,
    /// Counts people, or bytes of a file.
    bar: ProgressBar,
}

impl Progress {
    /// `all` is how much there is to do, if that is known.
    pub(super) fn new(all: Option<u64>) -> Self {
        let people = Arc::new(AtomicU64::new(0));
        let bar = all.map_or_else(ProgressBar::no_length, ProgressBar::new);
        let template = if all.is_some() { "[{bar:30}] {percent:>3} %  {people}" } else { "{people}" };
        let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
        let counted = Arc::clone(&people);
        let shown = move |state: &ProgressState, line: &mut dyn Write| {
            // Writing to a line of text never fails.
            let _ = line.write_str(&line_of(counted.load(Ordering::Relaxed), state.elapsed()));
        };
        bar.set_style(style.progress_chars("#--").with_key("people", shown));
        Self { people, bar }
    }

    pub(super) fn add(&self, people: u64, done: u64) {
        self.people.fetch_add(people, Ordering::Relaxed);
        self.bar.inc(done);
    }

    /// Clears the line.
    pub(super) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

fn line_of(people: u64, elapsed: Duration) -> String {
    let number = |number: u128| grouped(usize::try_from(number).unwrap_or(usize::MAX));
    let people = u128::from(people);
    let speed = people * 1000 / elapsed.as_millis().max(1);
    format!("{} people, {} people/s", number(people), number(speed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_how_many_people_and_how_fast() {
        let half = Duration::from_millis(500);
        assert_eq!(line_of(250_000, half), "250,000 people, 500,000 people/s");
        assert_eq!(line_of(10, half), "10 people, 20 people/s");
        assert_eq!(line_of(0, Duration::ZERO), "0 people, 0 people/s");
    }

    #[test]
    fn any_amount_can_be_shown() {
        for all in [None, Some(0), Some(1_000_000)] {
            let progress = Progress::new(all);
            progress.add(512, 2_000_000);
            progress.finish();
            assert_eq!(progress.people.load(Ordering::Relaxed), 512);
        }
    }
}
