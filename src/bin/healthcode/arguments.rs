//! Arguments that several commands take, and how they are read.

use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use clap::Args;
use healthcode::calendar::{CalendarError, Date, Offset, Span, Time};
use healthcode::code::claims::TAG_BYTES;
use healthcode::facts::Place;
use healthcode::facts::place::PlaceError;
use healthcode::trust::key::KeyError;
use healthcode::trust::{PublicKey, Trust};

use crate::failure::{CliError, Failure, InFile};
use crate::files;
use crate::verify::Challenge;

/// A moment: a date and time with an offset, or a date, which stands for its beginning in China.
pub(crate) fn moment(text: &str) -> Result<Time, CalendarError> {
    let text = text.trim();
    Date::parse(text).map(|date| date.start(Offset::CHINA)).or_else(|_| Time::parse(text))
}

pub(crate) fn span(text: &str) -> Result<Span, CalendarError> {
    Span::parse(text)
}

pub(crate) fn place(text: &str) -> Result<Place, PlaceError> {
    Place::parse(text.trim())
}

pub(crate) fn public_key(text: &str) -> Result<PublicKey, KeyError> {
    PublicKey::parse(text)
}

/// A checkpoint's challenge.
pub(crate) fn challenge(text: &str) -> Result<Challenge, CliError> {
    let pairs = text.trim().as_bytes().chunks(2);
    let byte = |pair: &[u8]| {
        let digits =
            core::str::from_utf8(pair).ok().filter(|pair| pair.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
        u8::from_str_radix(digits, 16).ok().filter(|_| digits.len() == 2)
    };
    let bytes: Option<Vec<u8>> = pairs.map(byte).collect();
    let bytes = bytes.filter(|bytes| (1..=TAG_BYTES).contains(&bytes.len()));
    bytes.map(Challenge::from).ok_or(CliError::Challenge { limit: TAG_BYTES })
}

/// Which clock to go by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Clock {
    /// The machine's.
    System,
    /// One that shows this moment.
    At(Time),
}

impl Clock {
    pub(crate) fn now(self) -> Time {
        match self {
            Self::System => system_time(),
            Self::At(time) => time,
        }
    }
}

pub(crate) fn clock(text: &str) -> Result<Clock, CalendarError> {
    if text.trim() == "system" { Ok(Clock::System) } else { moment(text).map(Clock::At) }
}

/// The machine's time, in whole seconds.
pub(crate) fn system_time() -> Time {
    let now = SystemTime::now();
    let seconds = |duration: std::time::Duration| i64::try_from(duration.as_secs()).unwrap_or(i64::MAX);
    Time::from_unix(match now.duration_since(UNIX_EPOCH) {
        Ok(after) => seconds(after),
        Err(before) => seconds(before.duration()).saturating_neg(),
    })
}

/// The moment that a decision is for. It is never guessed, because the answer depends on it.
#[derive(Args)]
pub(crate) struct Now {
    /// The moment to decide for: a time such as 2020-02-20T08:00:00+08:00, a date, or `system` for the machine's clock
    #[arg(long, value_name = "TIME", value_parser = clock)]
    pub(crate) now: Clock,
}

/// The trust list that says who may sign, and the root keys that say which trust list.
#[derive(Args)]
pub(crate) struct TrustFiles {
    /// The trust list: a signed file
    #[arg(long, value_name = "FILE", requires = "root")]
    pub(crate) trust: Option<PathBuf>,
    /// The root's public key, 64 hexadecimal digits, which must have signed the trust list; may be given several times
    #[arg(long, value_name = "PUBLIC-KEY", value_parser = public_key, requires = "now")]
    pub(crate) root: Vec<PublicKey>,
}

impl TrustFiles {
    /// Opens the trust list.
    pub(crate) fn open(&self, now: Time) -> Result<Trust, Failure> {
        let path = self.trust.as_ref().ok_or(CliError::NoTrust)?;
        Trust::open(&files::read_signed(path)?, &self.root, now, None).in_file(path)
    }
}
