//! Risk data of a whole country, made from a seed with the marginals of late 2022: how many divisions of each level China has, how
//! many areas were listed, in how many counties and streets, how many came and went in three hours, and for how long they stayed.
//! The same seed gives the same rows.
#![allow(dead_code, reason = "each test and benchmark uses a part of it")]
#![allow(clippy::as_conversions, clippy::indexing_slicing, clippy::unwrap_used, reason = "as in a test")]

use std::collections::BTreeSet;

use healthcode::calendar::{Span, Time};
use healthcode::compound::Compound;
use healthcode::place::Place;
use healthcode::risk::{Level, RiskRow};

/// The provinces of the statistical codes, whose communities are listed.
const PROVINCES: [u64; 31] = [
    11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51, 52, 53, 54, 61, 62, 63,
    64, 65,
];
const PREFECTURES: u64 = 342;
const COUNTIES: u64 = 2_978;
const TOWNSHIPS: u64 = 41_352;
/// How many communities there are.
pub(crate) const COMMUNITIES: u64 = 620_573;

/// Where the outbreak is: counties and streets.
const COUNTIES_HIT: usize = 250;
const STREETS_HIT: usize = 1_360;
/// Of a hundred listed areas, how many are of low risk.
const LOW_PERCENT: u64 = 4;
/// Tables follow each other every three hours.
pub(crate) const STEP: i64 = 3 * 3_600;
/// How many days of history a table has.
const HISTORY_DAYS: i64 = 28;
/// Areas listed in three hours when it is at its worst.
const LISTED_IN_A_STEP: u64 = 1_025;

/// The peak: 2022-12-02, midnight in China.
pub(crate) fn peak() -> Time {
    Time::parse("2022-12-02T00:00:00+08:00").unwrap()
}

/// Numbers that look random (SplitMix64).
pub(crate) struct Seeded(pub(crate) u64);

impl Seeded {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below a bound.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound.max(1)
    }

    /// How many days an area stays listed: five in the median, nine at most for nine of ten.
    fn days(&mut self) -> i64 {
        let normal = (0..12).map(|_| self.below(1_000) as f64 / 1_000.0).sum::<f64>() - 6.0;
        ((5f64.ln() + 0.46 * normal).exp().round() as i64).clamp(1, 25)
    }
}

/// Shares of a total that add up to it, one for each of so many parts.
fn shares(total: u64, parts: u64) -> impl Iterator<Item = u64> {
    (0..parts).map(move |part| (part + 1) * total / parts - part * total / parts)
}

/// The codes of all streets and townships, and how many communities each has.
fn townships(random: &mut Seeded) -> Vec<(u64, u64)> {
    let mut found = Vec::new();
    let mut counties = shares(COUNTIES, PREFECTURES);
    let mut of_county = shares(TOWNSHIPS, COUNTIES);
    let mut of_township = shares(COMMUNITIES, TOWNSHIPS);
    let mut more = 0;
    for (province, prefectures) in PROVINCES.into_iter().zip(shares(PREFECTURES, 31)) {
        for prefecture in 1..=prefectures {
            for county in 1..=counties.next().unwrap() {
                // Districts first, then counties.
                let county = if county <= 4 { county + 1 } else { county + 16 };
                let count = of_county.next().unwrap();
                let streets = count * (2 + random.below(5)) / 10;
                for township in 0..count {
                    let code = if township < streets { township + 1 } else { 100 + township - streets };
                    let code = ((province * 100 + prefecture) * 100 + county) * 1_000 + code;
                    // What one has more, the next has less.
                    let mean = of_township.next().unwrap();
                    let size = if more > 0 { mean - more } else { mean };
                    more = if more > 0 { 0 } else { random.below(mean.min(12)) };
                    found.push((code, size + more));
                }
            }
        }
    }
    found
}

/// The codes of the communities of a township: of residents from 1 on, of villagers from 200 on.
fn communities(township: u64, count: u64) -> impl Iterator<Item = u64> {
    let residents = if township % 1_000 < 100 { count } else { count / 6 };
    (0..count)
        .map(move |number| township * 1_000 + if number < residents { number + 1 } else { 200 + number - residents })
}

fn place(code: u64) -> Place {
    Place::parse(&code.to_string()).unwrap()
}

/// So many communities of the whole country with one row each, listed within four weeks before the peak.
pub(crate) fn scattered(seed: u64, rows: u64) -> Vec<RiskRow> {
    let mut random = Seeded(seed);
    let all: Vec<u64> = townships(&mut random).into_iter().flat_map(|(code, count)| communities(code, count)).collect();
    let count = all.len() as u64;
    let mut from = peak();
    let mut listed = 0;
    (0..rows)
        .map(|row| {
            // Communities that are neighbours are often listed together.
            let code = all[(row * count / rows) as usize];
            if listed == 0 {
                listed = 1 + random.below(12);
                from = peak().minus(Span::seconds(3_600 * random.below(24 * 28) as i64));
            }
            listed -= 1;
            let end = from.plus(Span::days(random.days()));
            let to = (end <= peak()).then_some(end);
            let level = if random.below(100) < LOW_PERCENT { Level::Low } else { Level::High };
            RiskRow { place: place(code), compound: None, from, to, level }
        })
        .collect()
}

/// Tables of the outbreak, one every three hours, the last of them at the peak.
pub(crate) struct Outbreak {
    random: Seeded,
    /// The streets that are hit, each with its communities.
    streets: Vec<Vec<u64>>,
    /// Whether an area is a compound, as most were by then, or the whole community.
    compounds: bool,
    now: Time,
    /// What is listed, with the day on which it is to be lifted.
    listed: Vec<(RiskRow, Time)>,
    /// What has been lifted within the time that tables look back.
    lifted: Vec<RiskRow>,
}

impl Outbreak {
    /// The beginning of the outbreak: so many days before the peak, with nothing listed.
    pub(crate) fn new(seed: u64, days: i64, compounds: bool) -> Self {
        let mut random = Seeded(seed);
        let all = townships(&mut random);
        let counties: Vec<u64> =
            all.iter().map(|(code, _)| code / 1_000).collect::<BTreeSet<_>>().into_iter().collect();
        let mut hit = BTreeSet::new();
        while hit.len() < COUNTIES_HIT {
            hit.insert(counties[random.below(counties.len() as u64) as usize]);
        }
        let mut there: Vec<_> = all.into_iter().filter(|(code, _)| hit.contains(&(code / 1_000))).collect();
        while compounds && there.len() > STREETS_HIT {
            there.swap_remove(random.below(there.len() as u64) as usize);
        }
        let streets = there.into_iter().map(|(code, count)| communities(code, count).collect()).collect();
        let now = peak().minus(Span::days(days));
        Self { random, streets, compounds, now, listed: Vec::new(), lifted: Vec::new() }
    }

    /// The rows three hours later, in no order.
    pub(crate) fn next(&mut self) -> Vec<RiskRow> {
        self.now = self.now.plus(Span::seconds(STEP));
        let now = self.now;
        let (lifted, listed): (Vec<_>, Vec<_>) = self.listed.drain(..).partition(|(_, end)| *end <= now);
        self.listed = listed;
        self.lifted.extend(lifted.into_iter().map(|(row, _)| RiskRow { to: Some(now), ..row }));
        let oldest = now.minus(Span::days(HISTORY_DAYS));
        self.lifted.retain(|row| row.to.is_none_or(|to| to > oldest));
        // It grows to its worst within the four weeks before the peak.
        let ahead = peak().since(now).as_seconds().max(0) / 86_400;
        let mut count = LISTED_IN_A_STEP * 28u64.saturating_sub(ahead as u64).max(4) / 28;
        while count > 0 {
            let street = self.random.below(self.streets.len() as u64) as usize;
            let together = (1 + self.random.below(25)).min(count);
            count -= together;
            for _ in 0..together {
                let communities = &self.streets[street];
                let code = communities[self.random.below(communities.len() as u64) as usize];
                let number = self.random.below(40);
                let compound = self.compounds.then(|| Compound::named(place(code), &format!("compound {number}")));
                let level = if self.random.below(100) < LOW_PERCENT { Level::Low } else { Level::High };
                let row = RiskRow { place: place(code), compound, from: now, to: None, level };
                let end =
                    now.plus(Span::days(self.random.days())).plus(Span::seconds(STEP * self.random.below(8) as i64));
                self.listed.push((row, end));
            }
        }
        self.listed.iter().map(|(row, _)| *row).chain(self.lifted.iter().copied()).collect()
    }
}
