//! What exposure lists say of a diary. It is found once for a diary and some lists, and read at every moment after that: the
//! tags of a fortnight take thousands of hashes.

use core::ops::Range;

use super::list::ExposureList;
use super::tag::{Quarter, Seed, Tag};
use crate::calendar::{Span, Time};
use crate::limits::{VENUE_CHECKS, VENUE_QUARTERS};
use crate::place::Place;
use crate::private::private_debug;
use crate::risk::Level;
use crate::trust::{Header, Verified};

/// A stay at a venue, as a diary has it.
#[derive(Clone, Copy)]
pub struct Stay {
    /// Where the venue is.
    pub place: Place,
    /// The seed that its code had.
    pub seed: Seed,
    /// When the stay began.
    pub arrive: Time,
    /// When it ended (exclusive); `None` while it is going on.
    pub leave: Option<Time>,
}

/// A quarter of an hour at a venue that a list has.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Met {
    /// The venue's seed.
    pub seed: Seed,
    /// When it was.
    pub quarter: Quarter,
    /// How risky it was.
    pub level: Level,
}

/// What one exposure list says of a diary.
#[derive(Clone, PartialEq, Eq)]
pub struct Matched {
    header: Header,
    found: Vec<Met>,
    complete: bool,
}

impl Matched {
    /// What each of these lists says of these stays, in the order of the lists. Of a stay, no more than two days count: a seed
    /// is of one day, and nobody publishes tags of it later than on the next.
    #[must_use]
    pub fn of(lists: &[Verified<ExposureList>], stays: impl Iterator<Item = Stay> + Clone) -> Vec<Self> {
        let (mut all, mut left) = (Vec::with_capacity(lists.len()), VENUE_CHECKS);
        for list in lists {
            let mut matched = Self { header: list.header().clone(), found: Vec::new(), complete: true };
            for stay in stays.clone() {
                if matched.header.region().governs(stay.place) {
                    left = matched.look_up(stay, list, left);
                }
            }
            all.push(matched);
        }
        all
    }

    /// Looks up the tags of a stay, no more than are left; returns how many are left then.
    fn look_up(&mut self, stay: Stay, list: &Verified<ExposureList>, mut left: usize) -> usize {
        for quarter in stay.quarters() {
            if left == 0 {
                self.complete = false;
                break;
            }
            left -= 1;
            let (seed, quarter) = (stay.seed, Quarter(quarter));
            // Whether the list has expired is asked at each moment.
            let level = list.body().level_of(seed.tag(quarter));
            if level != Level::None {
                self.found.push(Met { seed, quarter, level });
            }
        }
        left
    }

    /// The list's header.
    #[must_use]
    pub const fn header(&self) -> &Header {
        &self.header
    }

    /// Whether all stays were looked up: there are so many in no diary that a phone makes.
    #[must_use]
    pub const fn is_complete(&self) -> bool {
        self.complete
    }

    /// The quarters of an hour of a seed that the list has: of a day on which somebody was there twice, some perhaps twice.
    pub fn of_seed(&self, seed: &Seed) -> impl Iterator<Item = &Met> {
        self.found.iter().filter(move |met| met.seed == *seed)
    }

    /// All quarters of an hour that it found.
    #[must_use]
    pub fn found(&self) -> &[Met] {
        &self.found
    }
}

impl Stay {
    /// The numbers of the quarters of an hour that it touches.
    fn quarters(self) -> Range<u64> {
        let last = self.leave.map_or(Time::from_unix(i64::MAX), |leave| leave.minus(Span::seconds(1)).max(self.arrive));
        match (Quarter::of(self.arrive), Quarter::of(last)) {
            (Some(first), Some(last)) => first.0..(last.0 + 1).min(first.0 + VENUE_QUARTERS),
            _ => 0..0,
        }
    }

    /// Their tags.
    pub fn tags(self) -> impl Iterator<Item = (Quarter, Tag)> {
        self.quarters().map(move |number| (Quarter(number), self.seed.tag(Quarter(number))))
    }
}

private_debug!(Stay, Met, Matched);
