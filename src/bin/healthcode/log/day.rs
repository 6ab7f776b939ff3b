//! `log day`: the restrictions of a day.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use base16ct::HexDisplay;
use clap::Args;
use healthcode::calendar::{Date, Offset};
use healthcode::cbor::from_bytes;
use healthcode::log::day::{Commitment, Restriction, commit};
use healthcode::log::{Leaf, LoggedDay};
use healthcode::place::Place;
use healthcode::trust::{Digest, SecretKey};

use super::grounds::Grounds;
use super::keeper::{Entry, Keeper};
use super::{Kept, issued};
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
///
/// With `--issuer`, the list is what two officers have confirmed at an issuer and is not in the log yet, and what its people are to get
/// stays in the issuer's database. It can be run every few minutes: a day may then have several entries. What the officers have not
/// signed is named and left out, and the exit code is 1.
#[derive(Args)]
pub(crate) struct Day {
    /// The folder of the log
    folder: PathBuf,
    /// The list: SHA-256,PLACE,GROUND
    #[arg(required_unless_present = "issuer", conflicts_with = "issuer")]
    list: Option<PathBuf>,
    /// The settings of an issuer, whose database it is taken from
    #[arg(long, value_name = "SETTINGS.toml", conflicts_with = "out")]
    issuer: Option<PathBuf>,
    /// The day, in China [default with --issuer: the last one and this one]
    #[arg(long, value_name = "DATE", value_parser = Date::parse, required_unless_present = "issuer")]
    date: Option<Date>,
    /// A secret that salts are made of: a file made by `keys new` that nothing else is done with. Whoever has it can find out
    /// whose records are in the log
    #[arg(long, value_name = "FILE")]
    secret: PathBuf,
    /// Where to write, for each record, what its person is to get: SHA-256,SALT,INDEX and the path to the day's root. Only its
    /// owner can read it, and it takes the place of nothing
    #[arg(long, value_name = "FILE", required_unless_present = "issuer")]
    out: Option<PathBuf>,
    #[command(flatten)]
    kept: Kept,
}

impl Day {
    pub(super) fn run(self) -> Result<Exit, Failure> {
        let secret = key_file::load(&self.secret)?;
        let keeper = self.kept.open(&self.folder)?;
        if secret.public() == *keeper.key().key() {
            return Err(LogFault::SaltKey).in_file(&self.secret);
        }
        if let Some(date) = self.date.filter(|date| *date > self.kept.now.time().date(Offset::CHINA)) {
            return Err(LogFault::DayAhead { date }.into());
        }
        match (&self.issuer, &self.list, self.date, &self.out) {
            (Some(config), ..) => issued::run(config, self.date, &secret, &keeper, &self.kept),
            (None, Some(list), Some(date), Some(out)) => self.listed((list, out), date, &secret, &keeper),
            // Not without one or the other, as the arguments say.
            _ => Ok(Exit::No),
        }
    }

    /// Logs what stands in a list.
    fn listed(
        &self,
        (path, out): (&Path, &Path),
        date: Date,
        secret: &SecretKey,
        keeper: &Keeper,
    ) -> Result<Exit, Failure> {
        let list = read(&files::read_text(path)?).in_file(path)?;
        let (day, commitments) = commit(date, &list, secret.seed()).in_file(path)?;
        may_follow(keeper, &day)?;
        let mut text = String::new();
        for commitment in &commitments {
            // Writing to a string never fails.
            let _ = writeln!(text, "{},{}", commitment.record, way(commitment));
        }
        // Before anything is logged: without it nobody could show that theirs is among them.
        files::write_private(out, text.as_bytes())?;
        say_day(&day);
        self.kept.add(keeper, &[Entry { leaf: Leaf::Day(day), file: None }])
    }
}

/// Says how many there were.
pub(super) fn say_day(day: &LoggedDay) {
    let places: BTreeSet<Place> = day.counts.iter().map(|restricted| restricted.place).collect();
    let further = day.further.map(|further| format!(", entry {} of that day", further + 1)).unwrap_or_default();
    say(format_args!("{}{further}: restrictions {}, places {}", day.date, day.total(), places.len()));
}

/// What leads from a record to its day's root: the salt, the number and the hashes, with commas between them.
pub(super) fn way(commitment: &Commitment) -> String {
    let mut text = format!("{:x},{}", HexDisplay(&commitment.salt), commitment.index);
    commitment.path.iter().for_each(|beside| {
        // Writing to a string never fails.
        let _ = write!(text, ",{beside}");
    });
    text
}

/// Refuses a day that was logged with other numbers, and grounds that the rules in the log do not list.
pub(super) fn may_follow(keeper: &Keeper, day: &LoggedDay) -> Result<(), Failure> {
    keeper.leaves(|index, leaf| match from_bytes::<Leaf>(leaf) {
        Some(Leaf::Day(before)) if (before.date, before.further) == (day.date, day.further) && before != *day => {
            Err(LogFault::DayTwice { date: day.date, index }.into())
        }
        _ => Ok(()),
    })?;
    match unlisted(keeper, day)?.into_iter().next() {
        Some((place, ground)) => Err(LogFault::Ground { ground, place }.into()),
        None => Ok(()),
    }
}

/// The grounds of a day that the rules in the log do not list.
pub(super) fn unlisted(keeper: &Keeper, day: &LoggedDay) -> Result<Vec<(Place, String)>, Failure> {
    grounds(keeper)?.unknown(day, keeper.place())
}

/// The rules in the log.
pub(super) fn grounds(keeper: &Keeper) -> Result<Grounds, Failure> {
    let mut grounds = Grounds::default();
    keeper.leaves(|_, leaf| {
        if let Some(Leaf::File(named)) = from_bytes::<Leaf>(leaf) {
            grounds.note(&named);
        }
        Ok(())
    })?;
    Ok(grounds)
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
