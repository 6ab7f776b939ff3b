//! Arguments of the commands that sign: version and validity, the keys, the file to write.

use std::path::{Path, PathBuf};

use clap::Args;
use healthcode::calendar::{Span, Time};
use healthcode::place::Place;
use healthcode::trust::{Body, Header, SecretKey};

use crate::exit::Exit;
use crate::failure::{CliError, Failure, InFile};
use crate::format::local;
use crate::key_file;
use crate::signed_file;
use crate::values::{after, moment, number, span, system_time};

/// The keys and the file to write.
#[derive(Args)]
pub(crate) struct SomeKeys {
    /// A secret key: a file made by `keys new`; may be given several times
    #[arg(long = "key", value_name = "FILE", required = true)]
    keys: Vec<PathBuf>,
    #[command(flatten)]
    out: Out,
}

#[derive(Args)]
struct Out {
    /// The signed file to write
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

/// When it was issued.
#[derive(Args)]
pub(crate) struct Issue {
    /// When it is issued [default: now, by the machine's clock]
    #[arg(long, value_name = "TIME", value_parser = moment)]
    issued: Option<Time>,
}

impl Issue {
    /// What is wrong with it, if it is given and is not about now.
    pub(crate) fn off_clock(&self) -> Option<String> {
        const NEAR: Span = Span::seconds(300);
        let (issued, clock) = (self.issued?, system_time());
        let near = issued <= clock.plus(NEAR) && clock <= issued.plus(NEAR);
        (!near).then(|| {
            let (issued, clock) = (local(issued), local(clock));
            format!("--issued says {issued}, but this machine's clock {clock}; phones go by the time that it is")
        })
    }

    pub(crate) fn time(&self) -> Time {
        self.issued.unwrap_or_else(system_time)
    }
}

/// Version, issue and expiry, where the source does not state them.
#[derive(Args)]
pub(crate) struct Validity {
    /// The file's version: phones refuse one that is lower than one they have seen
    #[arg(long, value_name = "NUMBER", value_parser = number::<u32>, allow_negative_numbers = true)]
    version: u32,
    #[command(flatten)]
    issue: Issue,
    #[command(flatten)]
    until: Until,
}

/// One of the two ways to say until when.
#[derive(Args)]
#[group(required = true, multiple = false)]
struct Until {
    /// How long it is valid, such as 30d or 12h
    #[arg(long, value_name = "SPAN", value_parser = span)]
    valid: Option<Span>,
    /// When it expires
    #[arg(long, value_name = "TIME", value_parser = moment)]
    expires: Option<Time>,
}

impl Validity {
    /// The header of a file for this place.
    ///
    /// # Errors
    /// If it would expire after the last year that can be written.
    pub(crate) fn header(&self, place: Option<Place>) -> Result<Header, CliError> {
        let issued = self.issue.time();
        let valid = self.until.valid.map(|span| after(issued, span)).transpose()?;
        let expires = valid.or(self.until.expires).unwrap_or(issued);
        Ok(Header { version: self.version, issued, expires, place })
    }
}

impl SomeKeys {
    /// Signs and writes.
    pub(crate) fn sign<T: Body>(self, header: &Header, body: &T) -> Result<Exit, Failure> {
        signed_file::write(header, body, &self.load()?, &self.out.out)
    }

    /// The keys, each a different one.
    pub(crate) fn load(&self) -> Result<Vec<SecretKey>, Failure> {
        let mut loaded: Vec<SecretKey> = Vec::new();
        for path in &self.keys {
            let key = key_file::load(path)?;
            if loaded.iter().any(|before| before.public() == key.public()) {
                return Err(CliError::KeyTwice { key: key.public().id() }).in_file(path);
            }
            loaded.push(key);
        }
        Ok(loaded)
    }

    /// The file to write.
    pub(crate) fn out(&self) -> &Path {
        &self.out.out
    }
}
