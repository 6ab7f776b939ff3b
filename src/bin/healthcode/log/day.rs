//! `log day`: the restrictions of a day.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::PathBuf;

use base16ct::HexDisplay;
use clap::Args;
use healthcode::calendar::{Date, Offset};
use healthcode::cbor::from_bytes;
use healthcode::log::day::{Restriction, commit};
use healthcode::log::{Leaf, LoggedDay};
use healthcode::place::Place;
use healthcode::trust::Digest;

use super::Kept;
use super::grounds::Grounds;
use super::keeper::{Entry, Keeper};
use crate::exit::Exit;
use crate::failure::{Failure, InFile, LogFault};
use crate::files;
use crate::key_file;
use crate::terminal::say;

/// Log the restrictions of a day: their number by place and ground, and a root that hides whose they are
///
/// The list has a line for each, without a heading: the SHA-256 of the signed record in hexadecimal digits, the code of the place
/// that it counts for, the id of its ground in the rules. The same list gives the same entry, in whatever order. A day is logged
/// once, and not before it has begun; where the rules in the log have a list of grounds, others are refused.
#[derive(Args)]
pub(crate) struct Day {
    /// The folder of the log
    folder: PathBuf,
    /// The list: SHA-256,PLACE,GROUND
    list: PathBuf,
    /// The day, in China
    #[arg(long, value_name = "DATE", value_parser = Date::parse)]
    date: Date,
    /// A secret that salts are made of: a file made by `keys new` that nothing else is done with. Whoever has it can find out
    /// whose records are in the log
    #[arg(long, value_name = "FILE")]
    secret: PathBuf,
    /// Where to write, for each record, what its person is to get: SHA-256,SALT,INDEX and the path to the day's root. Only its
    /// owner can read it, and it takes the place of nothing
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    #[command(flatten)]
    kept: Kept,
}

impl Day {
    pub(super) fn run(self) -> Result<Exit, Failure> {
        let list = read(&files::read_text(&self.list)?).in_file(&self.list)?;
        let secret = key_file::load(&self.secret)?;
        let keeper = self.kept.open(&self.folder)?;
        if secret.public() == *keeper.key().key() {
            return Err(LogFault::SaltKey).in_file(&self.secret);
        }
        let (day, commitments) = commit(self.date, &list, secret.seed()).in_file(&self.list)?;
        if self.date > self.kept.now.time().date(Offset::CHINA) {
            return Err(LogFault::DayAhead { date: self.date }.into());
        }
        may_follow(&keeper, &day)?;
        let mut text = String::new();
        for commitment in &commitments {
            // Writing to a string never fails.
            let _ = write!(text, "{},{:x},{}", commitment.record, HexDisplay(&commitment.salt), commitment.index);
            commitment.path.iter().for_each(|beside| {
                let _ = write!(text, ",{beside}");
            });
            text.push('\n');
        }
        // Before anything is logged: without it nobody could show that theirs is among them.
        files::write_private(&self.out, text.as_bytes())?;
        let places: BTreeSet<Place> = day.counts.iter().map(|restricted| restricted.place).collect();
        say(format_args!("{}: restrictions {}, places {}", self.date, day.total(), places.len()));
        self.kept.add(&keeper, &[Entry { leaf: Leaf::Day(day), file: None }])
    }
}

/// Refuses a day that was logged with other numbers, and grounds that the rules in the log do not list.
fn may_follow(keeper: &Keeper, day: &LoggedDay) -> Result<(), Failure> {
    let mut grounds = Grounds::default();
    keeper.leaves(|index, leaf| match from_bytes::<Leaf>(leaf) {
        Some(Leaf::Day(before)) if before.date == day.date && before != *day => {
            Err(LogFault::DayTwice { date: day.date, index }.into())
        }
        Some(Leaf::File(named)) => {
            grounds.note(&named);
            Ok(())
        }
        _ => Ok(()),
    })?;
    match grounds.unknown(day, keeper.place())?.into_iter().next() {
        Some((place, ground)) => Err(LogFault::Ground { ground, place }.into()),
        None => Ok(()),
    }
}

fn read(text: &str) -> Result<Vec<Restriction>, Failure> {
    let lines = text.lines().zip(1u64..).filter(|(line, _)| !line.trim().is_empty());
    lines
        .map(|(line, number)| {
            let parts: Vec<&str> = line.split(',').map(str::trim).collect();
            let wrong = LogFault::Line { line: number };
            let [record, place, ground] = parts[..] else { return Err(wrong.into()) };
            let mut digest = [0; 32];
            let is_hash = base16ct::mixed::decode(record, &mut digest).is_ok_and(|bytes| bytes.len() == 32);
            let place = Place::parse(place)?;
            if is_hash {
                Ok(Restriction { record: Digest(digest), place, ground: ground.into() })
            } else {
                Err(wrong.into())
            }
        })
        .collect()
}
