//! `sign`, `countersign`: from sources that people write to signed files.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use healthcode::authoring::diff::diff;
use healthcode::authoring::source::PackSource;
use healthcode::calendar::{Span, Time};
use healthcode::facts::Record;
use healthcode::limits::{PACK_ID_BYTES, WINDOW_DAYS};
use healthcode::place::Place;
use healthcode::risk::RiskTable;
use healthcode::rules::pack::Pack;
use healthcode::trust::envelope::countersign;
use healthcode::trust::file::{FileError, check_content, read_unverified};
use healthcode::trust::{Body, Header, KeyId, Kind, Manifest, SecretKey, Trust, TrustList, Unverified};
use healthcode::unseen::unseen;
use healthcode::venue::ExposureList;

use crate::args::signing::{Issue, SomeKeys, Validity};
use crate::exit::Exit;
use crate::failure::{CliError, Failure, InFile, Position, unmarked};
use crate::input::json::parse_json;
use crate::input::pack::load_tested;
use crate::inspect::Checking;
use crate::risk::changes::{Changes, NAMED};
use crate::signed_file::{check_version, summarize};
use crate::standing::without_effect;
use crate::terminal::say;
use crate::trust_review::changes;
use crate::values::{place, window};
use crate::{files, risk, trust, venue};

/// What a record looks like.
const RECORD_EXAMPLE: &str = r#"Example of a record, of which all but the key may be left out:
  {
    "key": "1c2e…ac",              the public key of the person's phone
    "statuses": [                  the newest last
      {"status": "close-contact", "since": "2020-02-07T00:00:00+08:00"}
    ],
    "exempt": ["essential-worker"],
    "exemptions": [{"name": "driver", "until": "2020-03-01T00:00:00+08:00"}],
    "tests": [{"kind": "nucleic-acid", "taken": "2020-02-07T08:30:00+08:00", "result": "negative", "by": "a laboratory"}],
    "vaccinations": [{"product": "corona-vac", "doses": 2, "last": "2020-02-07T00:00:00+08:00"}],
    "floor": "yellow"              a colour that the phone can only make worse
  }
Statuses: confirmed, suspected, asymptomatic, close-contact, contact-of-contact, recovered."#;

/// One kind of source each; all take the same options.
#[derive(Subcommand)]
pub(crate) enum Command {
    TrustList(trust::Build),
    RulePack(RulePack),
    RiskTable(risk::Build),
    ExposureList(venue::Build),
    Record(RecordFile),
}

impl Command {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        match self {
            Self::TrustList(command) => command.run(),
            Self::RulePack(command) => command.run(),
            Self::RiskTable(command) => command.run(),
            Self::ExposureList(command) => command.run(),
            Self::Record(command) => command.run(),
        }
    }
}

/// Sign a rule pack in TOML, if it passes `rules check` and its own test cases
///
/// Version, place and expiry come from the pack itself. Phones accept a pack only with two different signers, in the
/// emergency lane with three: the others add their signatures with `healthcode countersign`.
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
    fn run(self) -> Result<Exit, Failure> {
        let source = load_tested(&self.source)?;
        self.keys.sign(&source.header(self.issue.time()), &source.to_pack())
    }
}

/// Sign the record of one person, in JSON
///
/// A phone accepts a record only if it is for the phone's own key and for a place that contains the person's region. A record
/// that restricts somebody needs two different signers.
#[derive(Args)]
#[command(after_long_help = RECORD_EXAMPLE)]
pub(crate) struct RecordFile {
    /// The record, in JSON
    #[arg(value_name = "RECORD.json")]
    source: PathBuf,
    #[command(flatten)]
    validity: Validity,
    /// The region it applies to [default: everywhere]
    #[arg(long, value_name = "CODE", value_parser = place)]
    place: Option<Place>,
    #[command(flatten)]
    keys: SomeKeys,
}

impl RecordFile {
    fn run(self) -> Result<Exit, Failure> {
        let text = files::read_text(&self.source)?;
        text_is_seen(&text).in_file(&self.source)?;
        let record: Record = parse_json(&text).in_file(&self.source)?;
        record_is_seen(&record).in_file(&self.source)?;
        self.keys.sign(&self.validity.header(self.place)?, &record)
    }
}

/// Refuses a record's source of which a reader does not see everything. Its lines are somebody's own, and not shown.
fn text_is_seen(text: &str) -> Result<(), CliError> {
    let text = unmarked(text);
    let of_layout = |c: char| matches!(c, '\n' | '\r' | '\t');
    match unseen(text).find(|(_, c)| !of_layout(*c)) {
        None => Ok(()),
        Some((at, c)) => {
            let before = text.get(..at).unwrap_or_default();
            let line = before.matches('\n').count() + 1;
            let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
            Err(CliError::unseen(Position { line, column }.to_string(), c))
        }
    }
}

/// Refuses a record that says something which a reader does not see, as by an escape, or that no rule can ask about.
fn record_is_seen(record: &Record) -> Result<(), CliError> {
    let by = record.tests.iter().flatten().filter_map(|test| test.by.as_ref());
    if let Some((_, c)) = by.into_iter().find_map(|name| unseen(name).next()) {
        return Err(CliError::unseen("who has tested", c));
    }
    let ends = record.exemptions.iter().flatten().map(|exemption| &exemption.name);
    let kinds = record.tests.iter().flatten().map(|test| &test.kind);
    let products = record.vaccinations.iter().flatten().map(|given| &given.product);
    let names: Vec<&String> = record.exempt.iter().chain(ends).chain(kinds).chain(products).collect();
    if let Some((_, c)) = names.iter().find_map(|name| unseen(name).next()) {
        return Err(CliError::unseen("an exemption, a test or a vaccination", c));
    }
    if names.iter().all(|name| is_id(name)) { Ok(()) } else { Err(CliError::Exemption { limit: PACK_ID_BYTES }) }
}

/// How many signatures count by the trust list, now that these keys have signed.
///
/// # Errors
/// If one of theirs does not count, or phones refuse the file for anything but a signer that is to come.
fn count<T: Body>(
    bytes: &[u8],
    header: &Header,
    keys: &[SecretKey],
    trust: &Trust,
    now: Time,
) -> Result<String, Failure> {
    let (kind, envelope) = (T::KIND, Unverified::parse(bytes)?);
    let own: Vec<KeyId> = keys.iter().map(|key| key.public().id()).collect();
    let useless = without_effect(trust, &envelope, header, |id| own.contains(&id));
    if !useless.is_empty() {
        return Err(CliError::WithoutEffect { error: FileError::UnknownKey { kind }, keys: useless }.into());
    }
    match trust.open_file::<T>(bytes, now).and_then(|file| file.at(now, Span::ZERO).map(|_| ())) {
        Ok(()) => Ok(format!("by the trust list, as many signers as a {kind} needs have signed it")),
        Err(FileError::TooFewSigners { needed, found, .. }) => {
            Ok(format!("by the trust list, {found} of the {needed} different signers that it needs have signed it"))
        }
        Err(error) => Err(error.into()),
    }
}

/// Whether it is written as the ids of a pack are: letters that look like Latin ones are others.
fn is_id(name: &str) -> bool {
    let plain = name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-'));
    plain && name.len() <= PACK_ID_BYTES && name.starts_with(|c: char| c.is_ascii_lowercase())
}

/// Add a signature to a signed file
///
/// Signers act separately: each signs on their own machine, with a key that nobody else has. What the file contains is said
/// first, as by `inspect`, which does not sign; with --trust, --root and --now also who has signed it so far, and nothing is
/// signed if one of those signatures was not made for this file, or if this one would not count.
#[derive(Args)]
pub(crate) struct Countersign {
    /// The signed file
    file: PathBuf,
    /// The signed file that it is to follow, to say what differs: of trust lists, rule packs and risk tables; of lists also
    /// those before that one, in order, to say what comes back
    #[arg(long, value_name = "FILE")]
    before: Vec<PathBuf>,
    /// Of a risk table with --before: how many days back the rules in use look [default: 60, the most that a pack may]
    #[arg(long, value_name = "DAYS", value_parser = window, allow_negative_numbers = true, requires = "before")]
    window: Option<i64>,
    #[command(flatten)]
    checking: Checking,
    #[command(flatten)]
    keys: SomeKeys,
}

impl Countersign {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        let before = files::read_signed(&self.file)?;
        let kind = Unverified::parse(&before).in_file(&self.file)?.kind();
        match kind {
            Kind::TrustList => {
                let (_, list) = read_unverified(&before).in_file(&self.file)?;
                trust::all_seen(&list).in_file(&self.file)?;
                let earlier = trust::lists(&self.before)?;
                self.by_roots(&list, earlier.last())?;
                self.add::<TrustList>(before, |_, list| changes(&earlier, list))
            }
            Kind::RulePack => {
                let earlier = self.followed::<Pack>()?;
                let of = |(header, pack): (&Header, &Pack)| PackSource::of(header, pack);
                self.add::<Pack>(before, |header, pack| {
                    let changed =
                        earlier.iter().flat_map(|(old, before)| diff(&of((old, before)), &of((header, pack))));
                    changed.map(|change| change.to_string()).collect()
                })
            }
            Kind::RiskTable => {
                let earlier = self.followed::<RiskTable>()?;
                let window = self.window.unwrap_or(WINDOW_DAYS);
                self.add::<RiskTable>(before, |header, table| {
                    let changes = earlier
                        .iter()
                        .map(|(old, before)| Changes::between((Some(old), before), (Some(header), table), window));
                    changes.flat_map(|changes| changes.lines(Some(NAMED))).collect()
                })
            }
            Kind::ExposureList => self.add::<ExposureList>(before, |_, _| Vec::new()),
            Kind::Record => {
                let (_, record) = read_unverified(&before).in_file(&self.file)?;
                record_is_seen(&record).in_file(&self.file)?;
                self.add::<Record>(before, |_, _| Vec::new())
            }
            Kind::Manifest => self.add::<Manifest>(before, |_, _| Vec::new()),
            kind => Err(CliError::OneSigner { kind }).in_file(&self.file),
        }
    }

    /// Refuses a key that is none of the roots that are known: those of the list, of the one before it, and those that are given. If
    /// nothing is given but the list, others may be, and it is only said.
    fn by_roots(&self, list: &TrustList, before: Option<&TrustList>) -> Result<(), Failure> {
        let given = self.checking.roots()?;
        let before = before.map_or(&[][..], |before| &before.roots.keys);
        let known = || list.roots.keys.iter().chain(before).chain(&given);
        let is_checked = !given.is_empty() || !before.is_empty();
        for key in self.keys.load()? {
            let key = key.public();
            if !known().any(|root| *root == key) {
                if is_checked {
                    return Err(CliError::NoRoot { key: key.id() }).in_file(&self.file);
                }
                say(format_args!("warning: key {} is none of the roots that this list names", key.id()));
            }
        }
        Ok(())
    }

    /// The file that it follows, if it is given.
    fn followed<T: Body>(&self) -> Result<Option<(Header, T)>, Failure> {
        let read = |path: &PathBuf| read_unverified::<T>(&files::read_signed(path)?).in_file(path);
        self.before.last().map(read).transpose()
    }

    /// Signs only what can be read and is sound: nobody should sign what they cannot look at.
    fn add<T: Body>(
        self,
        mut bytes: Vec<u8>,
        changes: impl FnOnce(&Header, &T) -> Vec<String>,
    ) -> Result<Exit, Failure> {
        let (header, body) = read_unverified::<T>(&bytes).in_file(&self.file)?;
        check_version(T::KIND, header.version).in_file(&self.file)?;
        check_content(&header, &body).in_file(&self.file)?;
        let report = self.checking.report(&bytes, &self.file)?;
        report.lines().iter().for_each(|line| say(format_args!("  {line}")));
        for change in changes(&header, &body).iter().flat_map(|change| change.lines()) {
            say(format_args!("  {change}"));
        }
        let keys = self.keys.load()?;
        let own = |id| keys.iter().any(|key| key.public().id() == id);
        if let Some(key) = report.forged().find(|id| !own(*id)) {
            return Err(FileError::BadSignature { key }).in_file(&self.file);
        }
        for key in &keys {
            let id = key.public().id();
            let signed_before = Unverified::parse(&bytes)?.signers().any(|signer| signer == Some(id));
            if signed_before {
                say(format_args!("key {id} has already signed it: its signature is replaced"));
            }
            bytes = countersign(&bytes, key).in_file(&self.file)?;
        }
        let trust = self.checking.trust()?.filter(|_| T::KIND != Kind::TrustList);
        let count = trust.map(|(trust, now)| count::<T>(&bytes, &header, &keys, &trust, now)).transpose();
        let count = count.in_file(&self.file)?;
        files::write_countersigned(self.keys.out(), &bytes)?;
        summarize(self.keys.out(), &bytes, &header, &body)?;
        match count {
            Some(count) => say(format_args!("  {count}")),
            None if T::KIND == Kind::TrustList => {}
            None => say("  which signatures count, the trust list says: `healthcode inspect` with --trust shows it"),
        }
        Ok(Exit::Yes)
    }
}
