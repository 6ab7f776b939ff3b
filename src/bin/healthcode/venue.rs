//! `venue`: what a venue shows at its door, and the tags of what happened there.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use healthcode::calendar::{Date, Offset, Span, Time};
use healthcode::code::qr::{self, SvgOptions};
use healthcode::limits::{EXPOSURE_TAGS, VENUE_NAME_BYTES};
use healthcode::place::Place;
use healthcode::risk::Level;
use healthcode::trust::{Header, SecretKey};
use healthcode::venue::code::{is_name, to_text};
use healthcode::venue::{ExposureList, MasterSeed, Quarter, Tag, VenueCode, VenueError};
use zeroize::Zeroizing;

use crate::args::signing::{SomeKeys, Validity};
use crate::exit::Exit;
use crate::failure::{CliError, Failure, InFile, unmarked};
use crate::input::risk_rows::level_name;
use crate::output::answer;
use crate::terminal::say;
use crate::values::{level, moment, number, place, system_time};
use crate::{files, key_file, signed_file};

/// What every file of a master seed begins with.
const FIRST_LINE: &str = "# healthcode master seed of a venue, format 1";

/// The columns of a file of tags.
const COLUMNS: &str = "tag,level";

#[derive(Subcommand)]
pub(crate) enum Command {
    New(New),
    Codes(Codes),
    Tags(Tags),
}

impl Command {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        match self {
            Self::New(command) => command.run(),
            Self::Codes(command) => command.run(),
            Self::Tags(command) => command.run(),
        }
    }
}

/// Make a venue's master seed, from which its seed of each day is made
///
/// Whoever has it can tell the tags of all the venue's days. Only its owner can read the file, and no file is ever overwritten.
#[derive(Args)]
pub(crate) struct New {
    /// The file to write
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

impl New {
    fn run(self) -> Result<Exit, Failure> {
        make(&self.out)?;
        say(format_args!("the master seed is in {}: keep it secret, and keep a copy", self.out.display()));
        Ok(Exit::Yes)
    }
}

/// Sign a venue's codes of a day: one for each quarter of an hour, for a screen, or one for the whole day, for a printed sheet
///
/// Each is written as text, which begins with HCV1:, and as a QR code in SVG, into a folder of its own. A picture of a screen's code is
/// refused once its quarter of an hour is over; one of a sheet, at the end of its day.
#[derive(Args)]
pub(crate) struct Codes {
    /// The master seed, a file made by `venue new`
    #[arg(value_name = "SEED")]
    master: PathBuf,
    /// What the venue is called, as visitors' diaries show it
    #[arg(long)]
    name: String,
    /// Where it is: a division code, as precise as there is
    #[arg(long, value_name = "CODE", value_parser = place)]
    place: Place,
    /// The day, in China [default: today, by the machine's clock]
    #[arg(long, value_name = "DATE", value_parser = Date::parse)]
    day: Option<Date>,
    /// One code for the whole day, to be printed
    #[arg(long)]
    sheet: bool,
    /// The secret key of who may sign venue codes there: a file made by `keys new`
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// The folder to write into
    #[arg(long, value_name = "FOLDER")]
    out: PathBuf,
}

impl Codes {
    fn run(self) -> Result<Exit, Failure> {
        if !is_name(&self.name) {
            return Err(CliError::VenueName { limit: VENUE_NAME_BYTES }.into());
        }
        let (master, key) = (load(&self.master)?, key_file::load(&self.key)?);
        let day = self.day.unwrap_or_else(|| system_time().date(Offset::CHINA));
        let code = VenueCode { place: self.place, name: self.name, seed: master.seed(day) };
        let (start, end) = (day.start(Offset::CHINA), day.plus_days(1).start(Offset::CHINA));
        std::fs::create_dir_all(&self.out).map_err(CliError::Unwritable).in_file(&self.out)?;
        if self.sheet {
            write(&self.out.join(format!("{day}")), &code, start, end, &key)?;
            say(format_args!("wrote {}/{day}.svg and .txt: a sheet for the whole day", self.out.display()));
            return Ok(Exit::Yes);
        }
        let mut from = start;
        while from < end {
            let minutes = from.since(start).as_minutes();
            let name = format!("{day}-{:02}{:02}", minutes / 60, minutes % 60);
            write(&self.out.join(name), &code, from, from.plus(Quarter::LENGTH), &key)?;
            from = from.plus(Quarter::LENGTH);
        }
        let folder = self.out.display();
        say(format_args!(
            "wrote {folder}/{day}-0000.svg and .txt to {day}-2345: one for each quarter of an hour in China"
        ));
        Ok(Exit::Yes)
    }
}

/// The text of a signed code, in force from one moment to another.
pub(crate) fn signed(code: &VenueCode, issued: Time, expires: Time, key: &SecretKey) -> Result<String, Failure> {
    // Nobody compares versions of what is in force for so short a time: they are in the order of the quarters.
    let version = Quarter::of(issued).and_then(|quarter| u32::try_from(quarter.0).ok()).unwrap_or(0);
    let header = Header { version, issued, expires, place: Some(code.place) };
    Ok(to_text(&signed_file::signed(&header, code, [key])?))
}

fn write(path: &Path, code: &VenueCode, issued: Time, expires: Time, key: &SecretKey) -> Result<(), Failure> {
    let text = signed(code, issued, expires, key)?;
    let svg = qr::encode(&text)?.to_svg(&SvgOptions::new(&code.name));
    let named = |extension: &str| PathBuf::from(format!("{}.{extension}", path.display()));
    files::write(&named("svg"), svg.as_bytes())?;
    files::write(&named("txt"), format!("{text}\n").as_bytes())
}

/// Print the tags of a venue between two moments, which an authority signs into an exposure list
///
/// In the order of the tags, so that nothing but a level is said of any. Whoever came before midnight has the seed of the day before: for
/// some hours after midnight, its tags are printed, too.
#[derive(Args)]
pub(crate) struct Tags {
    /// The master seed, a file made by `venue new`
    #[arg(value_name = "SEED")]
    master: PathBuf,
    /// When the person came who could infect others
    #[arg(long, value_name = "TIME", value_parser = moment)]
    from: Time,
    /// When it was safe there again
    #[arg(long, value_name = "TIME", value_parser = moment)]
    to: Time,
    /// How risky it was to be there: low, medium or high
    #[arg(long, value_name = "LEVEL", value_parser = level, default_value = "high")]
    level: Level,
    /// For so many hours after midnight, count those who came the day before: 24 where people stay overnight
    #[arg(long, value_name = "HOURS", value_parser = number::<u8>, default_value = "6")]
    after_midnight: u8,
}

impl Tags {
    fn run(self) -> Result<Exit, Failure> {
        let quarters = Quarter::of(self.from).zip(Quarter::of(self.to.minus(Span::seconds(1))));
        let Some((first, last)) = quarters.filter(|_| self.from < self.to) else {
            return Err(CliError::VenueTimes.into());
        };
        let count = usize::try_from(last.0 - first.0).unwrap_or(usize::MAX);
        if count > EXPOSURE_TAGS / 2 {
            return Err(VenueError::TooManyTags { tags: count.saturating_mul(2) }.into());
        }
        let master = load(&self.master)?;
        let mut tags: Vec<Tag> = Vec::new();
        for quarter in (first.0..=last.0).map(Quarter) {
            let day = quarter.start().date(Offset::CHINA);
            tags.push(master.seed(day).tag(quarter));
            let after = quarter.start().since(day.start(Offset::CHINA));
            if after.as_minutes() < 60 * i64::from(self.after_midnight) {
                tags.push(master.seed(day.plus_days(-1)).tag(quarter));
            }
        }
        tags.sort_unstable();
        answer(COLUMNS)?;
        for tag in tags {
            answer(format_args!("{tag},{}", level_name(self.level)))?;
        }
        Ok(Exit::Yes)
    }
}

/// Makes a master seed.
pub(crate) fn make(path: &Path) -> Result<(), Failure> {
    let mut seed = Zeroizing::new([0u8; 32]);
    getrandom::fill(&mut *seed).map_err(CliError::NoRandomness)?;
    let digits = Zeroizing::new(base16ct::lower::encode_string(&*seed));
    let text = Zeroizing::new(format!(
        "{FIRST_LINE}\n# Whoever has this file can tell every day's tags of this venue: keep it where its codes are made.\n{}\n",
        *digits
    ));
    files::write_secret(path, &text)
}

/// Reads a master seed.
pub(crate) fn load(path: &Path) -> Result<MasterSeed, Failure> {
    let read = Zeroizing::new(files::read_secret(path)?);
    let text = unmarked(&read);
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let seed = lines.next().filter(|_| text.trim_start().starts_with(FIRST_LINE)).and_then(MasterSeed::parse);
    seed.filter(|_| lines.next().is_none()).ok_or(CliError::VenueFile).in_file(path)
}

/// Sign an exposure list of tags, as `venue tags` prints them
///
/// Phones accept a list only with two different signers. It covers the place that --place names, and says nothing of venues outside of it.
/// Rules that read exposures need one that is in force, if only an empty one.
#[derive(Args)]
pub(crate) struct Build {
    /// Files of tags; the first line of each is `tag,level`
    #[arg(value_name = "TAGS.csv")]
    sources: Vec<PathBuf>,
    #[command(flatten)]
    validity: Validity,
    /// The region that the list covers [default: the whole country]
    #[arg(long, value_name = "CODE", value_parser = place)]
    place: Option<Place>,
    /// Sign the list even if it has no tags: then nobody was exposed at any venue
    #[arg(long)]
    empty: bool,
    #[command(flatten)]
    keys: SomeKeys,
}

impl Build {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        let list = read_list(&self.sources)?;
        if list.is_empty() && !self.empty {
            return Err(CliError::EmptyExposures.into());
        }
        self.keys.sign(&self.validity.header(self.place)?, &list)
    }
}

/// The list of the tags in these files.
pub(crate) fn read_list(sources: &[PathBuf]) -> Result<ExposureList, Failure> {
    let mut tags = Vec::new();
    for path in sources {
        tags.extend(read_tags(&files::read_text(path)?).in_file(path)?);
    }
    Ok(ExposureList::new(tags)?)
}

fn read_tags(text: &str) -> Result<Vec<(Tag, Level)>, CliError> {
    let mut lines = (1..).zip(unmarked(text).lines().map(str::trim));
    if lines.next().is_none_or(|(_, line)| line != COLUMNS) {
        return Err(CliError::CsvLine { line: 1, problem: format!("expected the columns {COLUMNS}") });
    }
    let mut tags = Vec::new();
    for (line, row) in lines.filter(|(_, row)| !row.is_empty()) {
        let read = row.split_once(',').and_then(|(tag, name)| Some((Tag::parse(tag)?, level(name).ok()?)));
        let problem = || "expected a tag of 16 hexadecimal digits and low, medium or high".to_owned();
        tags.push(read.ok_or_else(|| CliError::CsvLine { line, problem: problem() })?);
    }
    Ok(tags)
}
