//! `verify`: what a checkpoint concludes from the text of a scanned code.

use std::io::Read;
use std::path::PathBuf;

use clap::Args;
use healthcode::calendar::Time;
use healthcode::code::verify::{Basis, Verdict, verify};
use healthcode::limits::SCANNED_TEXT;
use healthcode::trust::Manifest;
use serde::Deserialize;

use crate::args::now::Now;
use crate::args::trust::TrustFiles;
use crate::exit::Exit;
use crate::failure::{CliError, Failure, InFile};
use crate::files;
use crate::input::json::parse_json;
use crate::lines;
use crate::output::answer_json;
use crate::values::{Challenge, challenge};

/// Verify the text of a scanned code, offline; prints the verdict as JSON
///
/// The text begins with JK1: and may contain spaces, so put it in quotes. What scanners, keyboards and copying add to it does
/// not matter (docs/formats.md). Without it, it is read from standard input, as in
/// `zbarimg --raw code.png | healthcode verify …`. Exits with 0 if the code is accepted, whatever its colour: whether
/// that colour may pass is up to the checkpoint.
#[derive(Args)]
pub(crate) struct Verify {
    /// The text of the code
    #[arg(value_name = "TEXT", conflicts_with = "lines")]
    text: Option<String>,
    /// Verify many codes: each line of standard input is a text, or {"text", "now", "challenge"}; each is answered with one line.
    /// It exits with 0 whatever the answers are; see --strict
    #[arg(long)]
    lines: bool,
    /// Stop at the first line that cannot be answered, and exit with 2
    #[arg(long, requires = "lines", conflicts_with = "text")]
    strict: bool,
    /// The challenge that the checkpoint asked the phone to sign: its text or hexadecimal digits, or its four decimal digits
    #[arg(long, value_name = "CHALLENGE", value_parser = challenge)]
    challenge: Option<Challenge>,
    /// A manifest, which says what the rules and the risk data are that a code names; may be given several times
    #[arg(long = "manifest", value_name = "FILE")]
    manifests: Vec<PathBuf>,
    #[command(flatten)]
    now: Now,
    #[command(flatten)]
    trust: TrustFiles,
}

/// A line with more than a text: codes that were scanned at different times.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object with `text`")]
struct Line {
    text: String,
    #[serde(default)]
    now: Option<Time>,
    #[serde(default)]
    challenge: Option<String>,
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
        let basis = Basis { manifests: &manifests, ..Basis::new(&trust) };
        if self.lines {
            return lines::answer_each(self.strict, |line| self.line(line, &basis, now));
        }
        let text = match self.text {
            Some(text) => text,
            None => read_text()?,
        };
        let verdict = verify(&text, &basis, now, self.challenge.as_deref());
        answer_json(&verdict)?;
        Ok(if matches!(verdict, Verdict::Accepted(_)) { Exit::Yes } else { Exit::No })
    }

    fn line(&self, line: &str, basis: &Basis<'_>, now: Time) -> Result<Verdict, Failure> {
        // No code begins with a brace.
        if !line.trim_start().starts_with('{') {
            return Ok(verify(line, basis, now, self.challenge.as_deref()));
        }
        let line: Line = parse_json(line)?;
        let own = line.challenge.as_deref().map(challenge).transpose()?;
        let asked = own.as_ref().or(self.challenge.as_ref());
        Ok(verify(&line.text, basis, line.now.unwrap_or(now), asked.map(AsRef::as_ref)))
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
