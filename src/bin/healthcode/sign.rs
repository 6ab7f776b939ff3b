//! `sign`, `countersign`: from sources that people write to signed files.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use healthcode::calendar::{Span, Time};
use healthcode::facts::{Place, Record};
use healthcode::rules::pack::Pack;
use healthcode::trust::envelope::countersign;
use healthcode::trust::file::{FileError, read_unverified, sign_file};
use healthcode::trust::{Body, Header, Kind, SecretKey, TrustList, Unverified};

use crate::arguments::{moment, place, span, system_time};
use crate::failure::{Answer, CliError, Failure, InFile};
use crate::output::{grouped, local, say};
use crate::{files, keys, risk, rules, trust};

/// What a record looks like.
const RECORD_EXAMPLE: &str = r#"Example of a record, of which all but the key may be left out:
  {
    "key": "1c2e…ac",              the public key of the person's phone
    "statuses": [                  the newest last
      {"status": "close-contact", "since": "2020-02-07T00:00:00+08:00"}
    ],
    "exempt": ["essential-worker"],
    "floor": "yellow"              a colour that the phone can only make worse
  }
Statuses: confirmed, suspected, asymptomatic, close-contact, contact-of-contact, recovered."#;

/// One kind of source each; all take the same options.
#[derive(Subcommand)]
pub(crate) enum Command {
    TrustList(trust::Build),
    RulePack(RulePack),
    RiskTable(risk::Build),
    Record(RecordFile),
}

impl Command {
    pub(crate) fn run(self) -> Result<Answer, Failure> {
        match self {
            Self::TrustList(command) => command.run(),
            Self::RulePack(command) => command.run(),
            Self::RiskTable(command) => command.run(),
            Self::Record(command) => command.run(),
        }
    }
}

/// The key and the file to write, where one key signs.
#[derive(Args)]
pub(crate) struct OneKey {
    /// The secret key, a file that `keys new` made
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    #[command(flatten)]
    out: Out,
}

/// The keys and the file to write, where several may sign.
#[derive(Args)]
pub(crate) struct SomeKeys {
    /// A secret key, a file that `keys new` made; may be given several times
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
    fn time(&self) -> Time {
        self.issued.unwrap_or_else(system_time)
    }
}

/// Version, issue and expiry, where the source does not state them.
#[derive(Args)]
pub(crate) struct Validity {
    /// The file's version: phones refuse one that is lower than one they have seen
    #[arg(long, value_name = "NUMBER")]
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
    /// For how long it is valid, such as 30d or 12h
    #[arg(long, value_name = "SPAN", value_parser = span)]
    valid: Option<Span>,
    /// When it expires
    #[arg(long, value_name = "TIME", value_parser = moment)]
    expires: Option<Time>,
}

impl Validity {
    /// The header of a file for this place.
    pub(crate) fn header(&self, place: Option<Place>) -> Header {
        let issued = self.issue.time();
        let expires = self.until.valid.map(|span| issued.plus(span)).or(self.until.expires).unwrap_or(issued);
        Header { version: self.version, issued, expires, place }
    }
}

/// Sign a rule pack, written in TOML; refuses what `rules check` refuses, and what fails its own test cases
///
/// Version, place and expiry are those that the pack itself states. Phones accept a pack with two different signers
/// only, and one of the emergency lane with three: the others add signatures with `healthcode countersign`.
#[derive(Args)]
pub(crate) struct RulePack {
    /// The pack's source, in TOML
    #[arg(value_name = "PACK.toml")]
    source: PathBuf,
    #[command(flatten)]
    keys: SomeKeys,
    #[command(flatten)]
    issue: Issue,
}

impl RulePack {
    fn run(self) -> Result<Answer, Failure> {
        let source = rules::load_tested(&self.source)?;
        self.keys.sign(&source.header(self.issue.time()), &source.to_pack())
    }
}

/// Sign a record of one person, written in JSON
///
/// A phone takes a record only if it is for the phone's own key.
#[derive(Args)]
#[command(after_long_help = RECORD_EXAMPLE)]
pub(crate) struct RecordFile {
    /// The record, in JSON
    #[arg(value_name = "RECORD.json")]
    source: PathBuf,
    #[command(flatten)]
    validity: Validity,
    /// Where it holds [default: everywhere]
    #[arg(long, value_name = "CODE", value_parser = place)]
    place: Option<Place>,
    #[command(flatten)]
    key: OneKey,
}

impl RecordFile {
    fn run(self) -> Result<Answer, Failure> {
        let record: Record = files::read_json(&self.source)?;
        self.key.sign(&self.validity.header(self.place), &record)
    }
}

impl OneKey {
    /// Signs and writes.
    pub(crate) fn sign<T: Body>(self, header: &Header, body: &T) -> Result<Answer, Failure> {
        write(header, body, &[keys::load(&self.key)?], &self.out.out)
    }
}

impl SomeKeys {
    /// Signs and writes.
    pub(crate) fn sign<T: Body>(self, header: &Header, body: &T) -> Result<Answer, Failure> {
        write(header, body, &load_all(&self.keys)?, &self.out.out)
    }
}

/// The keys in these files, each a different one.
fn load_all(paths: &[PathBuf]) -> Result<Vec<SecretKey>, Failure> {
    let mut loaded: Vec<SecretKey> = Vec::new();
    for path in paths {
        let key = keys::load(path)?;
        if loaded.iter().any(|before| before.public() == key.public()) {
            return Err(CliError::KeyTwice { key: key.public().id() }).in_file(path);
        }
        loaded.push(key);
    }
    Ok(loaded)
}

/// The bytes of a file that these keys sign.
///
/// # Errors
/// If no phone could ever use it: it is not sound, or expires before it is issued.
pub(crate) fn signed<'k, T: Body>(
    header: &Header,
    body: &T,
    keys: impl IntoIterator<Item = &'k SecretKey>,
) -> Result<Vec<u8>, Failure> {
    header.check(header.issued, Span::ZERO)?;
    let mut others = keys.into_iter();
    let first = others.next().ok_or(FileError::UnknownKey { kind: T::KIND })?;
    let mut bytes = sign_file(header, body, first);
    for key in others {
        bytes = countersign(&bytes, key)?;
    }
    read_unverified::<T>(&bytes)?;
    Ok(bytes)
}

fn write<T: Body>(header: &Header, body: &T, keys: &[SecretKey], out: &Path) -> Result<Answer, Failure> {
    let bytes = signed(header, body, keys)?;
    files::write(out, &bytes)?;
    summarize(out, &bytes, header, body)?;
    Ok(Answer::Yes)
}

/// Says what was written, and what it lacks.
fn summarize<T: Body>(path: &Path, bytes: &[u8], header: &Header, body: &T) -> Result<(), Failure> {
    let envelope = Unverified::parse(bytes)?;
    let signers: Vec<String> = envelope.signers().flatten().map(|id| id.to_string()).collect();
    let place = header.place.map_or_else(|| "everywhere".to_owned(), |place| format!("place {place}"));
    let Header { version, issued, expires, .. } = header;
    say(format_args!(
        "wrote {}: {} version {version} for {place}, {} bytes\n  issued {}, expires {}\n  signed by {}",
        path.display(),
        T::KIND,
        grouped(bytes.len()),
        local(*issued),
        local(*expires),
        signers.join(", ")
    ));
    let needed = usize::from(body.least_signers());
    if signers.len() < needed {
        say(format_args!(
            "  it needs {needed} different signers and has {}; add the next with `healthcode countersign`",
            signers.len()
        ));
    }
    Ok(())
}

/// Add a signature to a signed rule pack or trust list
///
/// Two people's signing is two separate acts: each signs on their own machine, with a key that nobody else has.
#[derive(Args)]
pub(crate) struct Countersign {
    /// The signed file
    file: PathBuf,
    #[command(flatten)]
    keys: SomeKeys,
}

impl Countersign {
    pub(crate) fn run(self) -> Result<Answer, Failure> {
        let before = files::read_signed(&self.file)?;
        let kind = Unverified::parse(&before).in_file(&self.file)?.kind();
        match kind {
            Kind::TrustList => self.add::<TrustList>(before),
            Kind::RulePack => self.add::<Pack>(before),
            kind => Err(CliError::OneSigner { kind }).in_file(&self.file),
        }
    }

    /// Signs only what can be read and is sound: nobody should sign what they cannot look at.
    fn add<T: Body>(self, mut bytes: Vec<u8>) -> Result<Answer, Failure> {
        let (header, body) = read_unverified::<T>(&bytes).in_file(&self.file)?;
        for key in load_all(&self.keys.keys)? {
            let id = key.public().id();
            let signed_before = Unverified::parse(&bytes)?.signers().any(|signer| signer == Some(id));
            if signed_before {
                say(format_args!("key {id} had signed it already: its signature is made anew"));
            }
            bytes = countersign(&bytes, &key).in_file(&self.file)?;
        }
        files::write(&self.keys.out.out, &bytes)?;
        summarize(&self.keys.out.out, &bytes, &header, &body)?;
        Ok(Answer::Yes)
    }
}
