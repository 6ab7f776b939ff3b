//! `verify`: what a checkpoint concludes from the text of a scanned code.

use std::io::Read;
use std::num::NonZero;
use std::path::PathBuf;

use clap::Args;
use healthcode::calendar::Time;
use healthcode::code::StatusList;
use healthcode::code::verify::{Basis, Verdict, verify};
use healthcode::limits::{SCANNED_TEXT, STATUS_FILE_BYTES};
use healthcode::trust::{Manifest, Trust, Verified};
use serde::{Deserialize, Serialize};

use crate::args::now::Now;
use crate::args::trust::TrustFiles;
use crate::bulk::{self, AsRow, Column, Entry, Given, Kind, Output, Shown, Source};
use crate::exit::Exit;
use crate::failure::{CliError, Failure, InFile};
use crate::files;
use crate::input::json::parse_json;
use crate::input::person::Id;
use crate::output::answer_json;
use crate::values::{Challenge, challenge, count};

/// Verify the text of a scanned code, offline; prints the verdict as JSON
///
/// The text begins with JK1: and may contain spaces, so put it in quotes. What scanners, keyboards and copying add to it does
/// not matter (docs/formats.md). Without it, it is read from standard input, as in
/// `zbarimg --raw code.png | healthcode verify …`. Exits with 0 if the code is accepted, whatever its colour: whether
/// that colour may pass is up to the checkpoint.
#[derive(Args)]
pub(crate) struct Verify {
    /// The text of the code
    #[arg(value_name = "TEXT", conflicts_with = "many")]
    text: Option<String>,
    #[command(flatten)]
    many: Many,
    /// Where the answers about many go, a new file: Parquet if it ends in .parquet, else a line of JSON for each [default: lines on
    /// standard output]
    #[arg(long, value_name = "FILE", requires = "many")]
    out: Option<PathBuf>,
    /// Stop at the first code that cannot be read, and exit with 2
    #[arg(long, requires = "many")]
    strict: bool,
    /// How many threads verify many codes, at most four per core [default: one per core]
    #[arg(long, value_name = "NUMBER", value_parser = count, allow_negative_numbers = true, requires = "many")]
    threads: Option<NonZero<usize>>,
    /// The challenge that the checkpoint asked the phone to sign: its text or hexadecimal digits, or its four decimal digits
    #[arg(long, value_name = "CHALLENGE", value_parser = challenge)]
    challenge: Option<Challenge>,
    /// A manifest, which says what the rules and the risk data are that a code names; may be given several times
    #[arg(long = "manifest", value_name = "FILE")]
    manifests: Vec<PathBuf>,
    /// A list of withdrawn certificates; may be given several times: of several for one day the newest counts. With one, a code whose certificate has a number is accepted only
    /// by a list that says that it stands
    #[arg(long = "status-list", value_name = "FILE")]
    statuses: Vec<PathBuf>,
    #[command(flatten)]
    now: Now,
    #[command(flatten)]
    trust: TrustFiles,
}

#[derive(Args)]
#[group(id = "many", multiple = false)]
struct Many {
    /// Verify many codes: each line of standard input is a text, or {"text", "now", "challenge", "id"}; each is answered with one
    /// line, which has the same id. It exits with 0 whatever the answers are; see --strict
    #[arg(long)]
    lines: bool,
    /// As --lines, from a file: lines, or a Parquet file with the columns `text`, `now`, `challenge` and `id`, of which only `text`
    /// has to be there
    #[arg(long, value_name = "FILE")]
    codes: Option<PathBuf>,
}

/// The columns of a Parquet file of codes.
const CODES: &[Column] = &[
    Column { name: "id", kind: Kind::Id, needed: false },
    Column { name: "text", kind: Kind::Text, needed: true },
    Column { name: "now", kind: Kind::Moment, needed: false },
    Column { name: "challenge", kind: Kind::Text, needed: false },
];

/// What a table says of each code.
const VERDICTS: &[(&str, Shown)] =
    &[("verdict", Shown::Text), ("colour", Shown::Text), ("code", Shown::Text), ("answer", Shown::Text)];

/// A line with more than a text: codes that were scanned at different times.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object with `text`")]
struct Line {
    text: String,
    #[serde(default)]
    now: Option<Time>,
    #[serde(default)]
    challenge: Option<String>,
    #[serde(default)]
    id: Option<Id>,
}

/// A verdict on a code that was given with an id.
#[derive(Serialize)]
struct Judged {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<Id>,
    #[serde(flatten)]
    verdict: Verdict,
}

impl AsRow for Judged {
    fn id(&self) -> Option<&Id> {
        self.id.as_ref()
    }

    fn entries<'a>(&'a self, json: &'a str) -> Vec<Entry<'a>> {
        let (verdict, colour, code) = match &self.verdict {
            Verdict::Accepted(accepted) => ("accepted", Some(accepted.colour.name()), None),
            Verdict::Refused(refusal) => ("refused", None, Some(refusal.code.as_str())),
            Verdict::Undecided(refusal) => ("undecided", None, Some(refusal.code.as_str())),
        };
        vec![Entry::Text(verdict), colour.into(), code.into(), Entry::Text(json)]
    }
}

/// A checkpoint, and what it asked for.
struct Checkpoint {
    trust: Trust,
    manifests: Vec<Verified<Manifest>>,
    statuses: Option<Vec<StatusList>>,
    challenge: Option<Challenge>,
    now: Time,
}

impl Verify {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        let now = self.now.now.now();
        // By a list that is not in force everything is undecided, and nothing else can be opened.
        let trust = self.trust.verify()?;
        let mut manifests = Vec::new();
        for path in self.manifests.iter().filter(|_| trust.check(now).is_ok()) {
            manifests.push(trust.open_file::<Manifest>(&files::read_signed(path)?, now).in_file(path)?);
        }
        let mut statuses = Vec::new();
        for path in self.statuses.iter().filter(|_| trust.check(now).is_ok()) {
            let list = files::read_within(path, STATUS_FILE_BYTES)?;
            statuses.push(StatusList::open(&list, &trust, now).in_file(path)?);
        }
        // Of several lists of one key and day the newest counts, which the first one found is then.
        statuses.sort_by_key(|list: &StatusList| std::cmp::Reverse(list.issued()));
        let statuses = Some(statuses).filter(|_| !self.statuses.is_empty());
        let checkpoint = Checkpoint { trust, manifests, statuses, challenge: self.challenge, now };
        let many = self.many.codes.or_else(|| self.many.lines.then(|| "-".into()));
        if let Some(path) = many {
            let codes = Source::open(&path, CODES)?;
            let output = Output::open(self.out.as_deref(), VERDICTS, codes.ids)?;
            let work = move |given: Given<'_>| checkpoint.one(given);
            return bulk::answer_each(codes, output, self.strict, bulk::threads(self.threads), work);
        }
        let text = match self.text {
            Some(text) => text,
            None => read_text()?,
        };
        let verdict = checkpoint.verdict(&text, now, checkpoint.challenge.as_ref());
        answer_json(&verdict)?;
        Ok(if matches!(verdict, Verdict::Accepted(_)) { Exit::Yes } else { Exit::No })
    }
}

impl Checkpoint {
    fn verdict(&self, text: &str, now: Time, challenge: Option<&Challenge>) -> Verdict {
        let basis = Basis { manifests: &self.manifests, statuses: self.statuses.as_deref(), ..Basis::new(&self.trust) };
        verify(text, &basis, now, challenge.map(AsRef::as_ref))
    }

    fn one(&self, given: Given<'_>) -> Result<Judged, Failure> {
        let line = match given {
            // No code begins with a brace.
            Given::Line(line) if !line.trim_start().starts_with('{') => {
                return Ok(Judged { id: None, verdict: self.verdict(line, self.now, self.challenge.as_ref()) });
            }
            Given::Line(line) => parse_json(line)?,
            Given::Row(row) => Line {
                text: row.needed_text(CODES, "text")?.to_owned(),
                now: row.moment(CODES, "now")?,
                challenge: row.text(CODES, "challenge")?.map(str::to_owned),
                id: row.id.clone(),
            },
        };
        let own = line.challenge.as_deref().map(challenge).transpose()?;
        let verdict = self.verdict(&line.text, line.now.unwrap_or(self.now), own.as_ref().or(self.challenge.as_ref()));
        Ok(Judged { id: line.id, verdict })
    }
}

/// One text from standard input, as a reader of QR codes prints it.
fn read_text() -> Result<String, Failure> {
    let mut bytes = Vec::new();
    let limit = u64::try_from(SCANNED_TEXT).unwrap_or(u64::MAX).saturating_add(1);
    std::io::stdin().lock().take(limit).read_to_end(&mut bytes).map_err(CliError::Unreadable)?;
    let whole = bytes.len() <= SCANNED_TEXT;
    String::from_utf8(bytes).or_else(|error| {
        // A character may be cut where the text is longer than any code's.
        let cut = !whole && error.utf8_error().error_len().is_none();
        if cut { Ok(String::from_utf8_lossy(error.as_bytes()).into_owned()) } else { Err(CliError::NotText.into()) }
    })
}
