//! What the tool says when it does not do what was asked: a stable code, a sentence, and what to do about it.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use healthcode::error::Coded;
use healthcode::trust::{KeyId, Kind};

use crate::output::say;
use crate::rules::spot::Spot;

/// How a command ended, from the best to the worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Answer {
    /// Done, and the answer is good.
    Yes,
    /// What was given was examined, and the answer is no: a file is refused, a case fails.
    No,
    /// What was given cannot be used at all.
    Unusable,
}

impl From<Answer> for ExitCode {
    fn from(answer: Answer) -> Self {
        match answer {
            Answer::Yes => Self::SUCCESS,
            Answer::No => Self::from(1),
            Answer::Unusable => Self::from(2),
        }
    }
}

/// What only the tool can find wrong; everything else is the library's to say.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CliError {
    #[error("there is no such file")]
    FileMissing,
    #[error("it is a directory, where a file was expected")]
    Directory,
    #[error("it cannot be read: {0}")]
    Unreadable(io::Error),
    #[error("it cannot be written: {0}")]
    Unwritable(io::Error),
    #[error("it is larger than {limit} bytes, which is more than a file of its kind may have")]
    TooLarge { limit: usize },
    #[error("it is not text in UTF-8")]
    NotText,
    #[error("it is text, where a signed file was expected")]
    NotSigned,
    #[error("the file is there already, and a key is never written over")]
    Exists,
    #[error("there is a secret key in this file, and a key is never written over")]
    WouldOverwriteKey,
    #[error("it is no key file: besides lines that begin with # it has one line of 64 hexadecimal digits")]
    KeyFile,
    #[error("the secret in it does not belong to the public key that it names: the file is damaged")]
    KeyFileDamaged,
    #[error("key {key} is given twice, but one key's second signature counts for nothing")]
    KeyTwice { key: KeyId },
    #[error("a {kind} has one signer, so that no signature can be added to it")]
    OneSigner { kind: Kind },
    #[error("the operating system gives no random bytes: {0}")]
    NoRandomness(getrandom::Error),
    #[error("{0}")]
    Toml(String),
    #[error("its content differs from that of version {old}, but its version is {new}: it needs {old} + 1 or more")]
    VersionNotHigher { old: u32, new: u32 },
    #[error("{failed} of its own test cases come out otherwise than they say")]
    CasesFail { failed: usize },
    #[error("it is not in the form that `rules fmt` gives it")]
    NotFormatted,
    #[error("{place}: {problem}")]
    Json { place: Position, problem: String },
    #[error("it has no line with the names of its columns")]
    CsvEmpty,
    #[error("line {line}: there is no column `{column}`; the columns are place, level, from and to")]
    CsvColumn { line: u64, column: &'static str },
    #[error("line {line}: there are two columns `{column}`")]
    CsvColumnTwice { line: u64, column: &'static str },
    #[error("line {line}: {problem}")]
    CsvLine { line: u64, problem: String },
    #[error("line {line}, column {column}: {problem}")]
    CsvField { line: u64, column: &'static str, problem: String },
    #[error("it is a signed file, and nothing says who may sign it")]
    NoTrust,
    #[error("the line is longer than {limit} bytes")]
    LineTooLong { limit: usize },
    #[error("the record is for another key than the one that its file is named after")]
    RecordKey,
    #[error("a challenge has 1 to {limit} bytes, each two hexadecimal digits")]
    Challenge { limit: usize },
    #[error(
        "{address} can be reached from other machines; the demo issuer certifies whoever asks, so it serves this machine only"
    )]
    NotLoopback { address: SocketAddr },
    #[error("nothing can be served at {address}: {error}")]
    Listen { address: SocketAddr, error: io::Error },
}

/// Where in a JSON text something is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Position {
    pub(crate) line: usize,
    pub(crate) column: usize,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

impl Coded for CliError {
    fn code(&self) -> &'static str {
        match self {
            Self::FileMissing => "cli-file-missing",
            Self::Directory => "cli-file-directory",
            Self::Unreadable(_) => "cli-file-unreadable",
            Self::Unwritable(_) => "cli-file-unwritable",
            Self::TooLarge { .. } => "cli-file-too-large",
            Self::NotText => "cli-file-not-text",
            Self::NotSigned => "cli-file-not-signed",
            Self::Exists => "cli-file-exists",
            Self::WouldOverwriteKey => "cli-key-overwrite",
            Self::KeyFile => "cli-key-file",
            Self::KeyFileDamaged => "cli-key-file-damaged",
            Self::KeyTwice { .. } => "cli-key-twice",
            Self::OneSigner { .. } => "cli-one-signer",
            Self::NoRandomness(_) => "cli-no-randomness",
            Self::Toml(_) => "cli-toml",
            Self::VersionNotHigher { .. } => "pack-version-not-higher",
            Self::CasesFail { .. } => "pack-cases-fail",
            Self::NotFormatted => "pack-not-formatted",
            Self::Json { .. } => "cli-json",
            Self::CsvEmpty => "cli-csv-empty",
            Self::CsvColumn { .. } => "cli-csv-column",
            Self::CsvColumnTwice { .. } => "cli-csv-column-twice",
            Self::CsvLine { .. } => "cli-csv-line",
            Self::CsvField { .. } => "cli-csv-field",
            Self::NoTrust => "cli-no-trust",
            Self::LineTooLong { .. } => "cli-line-too-long",
            Self::RecordKey => "cli-record-key",
            Self::Challenge { .. } => "cli-challenge",
            Self::NotLoopback { .. } => "cli-not-loopback",
            Self::Listen { .. } => "cli-listen",
        }
    }
}

/// What to do about it, for the codes whose sentence does not say so already.
const HINTS: &[(&str, &str)] = &[
    ("cli-file-missing", "check the path"),
    ("cli-file-exists", "choose another name with --out, or move the old key away if it is no longer needed"),
    ("cli-key-overwrite", "choose another name with --out"),
    ("cli-key-file", "make a key with `healthcode keys new`, or check that the path is that of a secret key"),
    (
        "cli-key-file-damaged",
        "restore the file from its backup; if there is none, make a new key and replace it in the trust list",
    ),
    ("cli-one-signer", "only a rule-pack and a trust-list take further signatures"),
    ("cli-csv-column", "the first line names the columns: place,level,from,to; others may follow and are ignored"),
    ("cli-csv-empty", "the first line names the columns: place,level,from,to; others may follow and are ignored"),
    ("cli-file-not-signed", "`healthcode sign` makes signed files of sources"),
    ("cli-no-trust", "give the trust list with --trust, and with --root the public key that signed it"),
    (
        "cli-not-loopback",
        "listen to 127.0.0.1 or [::1]; what a real issuer needs before it may be public is more than an address",
    ),
    ("cli-listen", "choose another port with --listen; 127.0.0.1:0 takes any that is free"),
    ("cbor-truncated", "the file was cut short; compare its size with that of the original"),
    ("envelope-shape", "signed files are made by `healthcode sign`; `healthcode inspect` shows what one is"),
    ("envelope-unknown-kind", "use a newer version of the tool"),
    ("file-wrong-kind", "`healthcode inspect` shows what a file is"),
    ("file-malformed", "it was made by another version of the tool, or altered; build and sign it again"),
    (
        "file-unknown-key",
        "`healthcode inspect` shows who signed it; compare that with the keys, kinds, places and times of the trust list",
    ),
    ("file-too-few-signers", "let another signer add a signature with `healthcode countersign`"),
    ("file-not-yet-issued", "check --now"),
    ("file-expired", "check --now"),
    ("file-never-valid", "compare --issued with --valid or --expires, or with the `valid-until` of the pack"),
    ("trust-no-roots", "name the pinned root key with --root"),
    ("cli-toml", "rules/README.md shows how a pack is laid out, rules/LANGUAGE.md how conditions are written"),
    (
        "pack-bounds",
        "a threshold is from 1 to 300 and points from 0 to 100; the least goes before the most; places have 2, 4, 6, 9 or 12 digits",
    ),
    (
        "pack-colour-or-course",
        "write `colour` for as long as the condition holds, or `course` for a colour that runs off",
    ),
    ("pack-course-on-person", "say with `on` what the rule is about, or give a `colour` instead"),
    ("pack-course-outlives-window", "shorten it, or lengthen the `window` of the pack"),
    ("pack-duplicate-id", "give one of them another id"),
    ("pack-incomplete", "add what is missing; rules/README.md lists what each kind needs"),
    ("pack-superfluous", "take it out"),
    ("pack-too-many", "take some out; ask less, or join what is alike"),
    ("pack-too-large", "shorten its texts, or take rules out"),
    (
        "pack-unknown-fact",
        "check the spelling; rules/README.md lists what can be read, and questions and measures are those of this pack",
    ),
    ("pack-unknown-name", "check the spelling, or add what is named"),
    ("pack-unknown-word", "choose one of these, or take it out"),
    ("pack-type", "compare it with something of its own kind"),
    ("pack-never-holds", "check the number, its unit and the direction; a rule that never holds protects nobody"),
    ("pack-always-holds", "check the number, its unit and the direction; everybody would be meant"),
    ("pack-unreachable-threshold", "lower it, or give more points in the bands"),
    ("pack-unreachable-step", "take the step out, or change its bounds"),
    ("pack-unused", "take it out, or use it"),
    ("pack-language", "write it in that language"),
    ("pack-machine-text", "write what a worried reader needs: what was found, what to do, when it ends"),
    ("pack-never-valid", "let `valid-until` be later than `valid-from`"),
    ("pack-long-emergency", "let `valid-until` be 7 days or fewer after `valid-from`, or use the scheduled lane"),
];

/// Whether what was given could be examined and was found wanting, rather than not be used at all.
fn is_refusal(code: &str) -> bool {
    const REFUSALS: &[&str] = &[
        "file-unknown-key",
        "file-bad-signature",
        "file-too-few-signers",
        "file-not-yet-issued",
        "file-expired",
        "file-rollback",
        "file-never-valid",
    ];
    code.starts_with("pack-") || REFUSALS.contains(&code)
}

/// One thing that is wrong, and where in its file, as far as that is known.
#[derive(Debug)]
pub(crate) struct Fault {
    pub(crate) what: Box<dyn Coded + Send + Sync>,
    pub(crate) spot: Option<Spot>,
}

impl<E: Coded + Send + Sync + 'static> From<E> for Fault {
    fn from(what: E) -> Self {
        Self { what: Box::new(what), spot: None }
    }
}

/// Why a command did not do what was asked.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Nobody reads the output any more, as after `| head`: no fault of anyone's.
    ClosedOutput,
    /// Faults of what was given, or of the machine.
    Faults {
        /// The file that they are in.
        file: Option<PathBuf>,
        /// The faults, in order.
        causes: Vec<Fault>,
    },
}

impl<E: Into<Fault>> From<E> for Failure {
    fn from(cause: E) -> Self {
        Self::several(vec![cause])
    }
}

impl Failure {
    /// Several faults of one thing.
    pub(crate) fn several<E: Into<Fault>>(faults: Vec<E>) -> Self {
        Self::Faults { file: None, causes: faults.into_iter().map(E::into).collect() }
    }

    /// Names the file that it is about, unless one is named already.
    pub(crate) fn in_file(mut self, path: &Path) -> Self {
        if let Self::Faults { file, .. } = &mut self {
            file.get_or_insert_with(|| path.to_owned());
        }
        self
    }

    /// Does not name the file, where its name says something of somebody.
    pub(crate) fn without_file(self) -> Self {
        match self {
            Self::Faults { causes, .. } => Self::Faults { file: None, causes },
            Self::ClosedOutput => Self::ClosedOutput,
        }
    }

    /// The faults.
    #[cfg(test)]
    pub(crate) fn causes(&self) -> &[Fault] {
        match self {
            Self::ClosedOutput => &[],
            Self::Faults { causes, .. } => causes,
        }
    }

    /// The code and the sentence of the first fault.
    pub(crate) fn first(&self) -> (&'static str, String) {
        match self {
            Self::Faults { causes, .. } => causes.first().map(|cause| (cause.what.code(), cause.what.to_string())),
            Self::ClosedOutput => None,
        }
        .unwrap_or_default()
    }

    /// How a command ends that failed so.
    pub(crate) fn answer(&self) -> Answer {
        match self {
            Self::ClosedOutput => Answer::Yes,
            Self::Faults { causes, .. } if causes.iter().all(|cause| is_refusal(cause.what.code())) => Answer::No,
            Self::Faults { .. } => Answer::Unusable,
        }
    }

    /// Says it on standard error.
    pub(crate) fn report(&self) {
        const MOST: usize = 20;
        let Self::Faults { file, causes } = self else { return };
        let mut hinted = Vec::new();
        for cause in causes.iter().take(MOST) {
            tell("error", file.as_deref(), cause, &mut hinted);
        }
        if let Some(more) = causes.len().checked_sub(MOST).filter(|more| *more > 0) {
            say(format_args!("and {more} more"));
        }
    }
}

/// Says what is wrong, where, and what to do about it; that once for each code.
pub(crate) fn tell(severity: &str, file: Option<&Path>, fault: &Fault, hinted: &mut Vec<&'static str>) {
    let code = fault.what.code();
    let file = file.map(|file| file.display().to_string());
    let spot = fault.spot.as_ref().map(|spot| format!("{}:{}", spot.line, spot.column));
    let place: Vec<_> = file.into_iter().chain(spot).collect();
    let place = if place.is_empty() { String::new() } else { place.join(":") + ": " };
    say(format_args!("{severity}[{code}]: {place}{}", fault.what.to_string().trim_end()));
    if let Some(spot) = &fault.spot {
        say(spot);
    }
    if let Some((_, hint)) = HINTS.iter().find(|(known, _)| *known == code).filter(|_| !hinted.contains(&code)) {
        say(format_args!("  hint: {hint}"));
        hinted.push(code);
    }
}

/// Names the file that a failure is about.
pub(crate) trait InFile<T> {
    /// The same result, the failure naming the file.
    fn in_file(self, path: &Path) -> Result<T, Failure>;
}

impl<T, E: Into<Failure>> InFile<T> for Result<T, E> {
    fn in_file(self, path: &Path) -> Result<T, Failure> {
        self.map_err(|error| error.into().in_file(path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use healthcode::cbor::CborError;
    use healthcode::rules::check::{Finding, PackError};
    use healthcode::trust::envelope::EnvelopeError;
    use healthcode::trust::file::FileError;
    use healthcode::trust::list::TrustError;

    #[test]
    fn hints_are_for_codes_that_exist() {
        let of_files = [CborError::CODES, EnvelopeError::CODES, FileError::CODES, TrustError::CODES].concat();
        let known = [of_files, PackError::CODES.to_vec(), Finding::CODES.to_vec()].concat();
        for (code, hint) in HINTS {
            assert!(known.contains(code) || code.starts_with("cli-"), "{code}");
            assert!(!hint.ends_with('.'), "{hint}");
        }
    }

    #[test]
    fn a_refusal_and_an_unusable_file_exit_differently() {
        let pack = || PackError::GreenRule { at: "rule a".into() };
        assert_eq!(Failure::from(pack()).answer(), Answer::No);
        assert_eq!(Failure::several(vec![pack(), pack()]).answer(), Answer::No);
        assert_eq!(Failure::from(FileError::NeverValid).answer(), Answer::No);
        assert_eq!(Failure::from(CliError::FileMissing).answer(), Answer::Unusable);
        assert_eq!(Failure::from(CborError::Truncated).answer(), Answer::Unusable);
    }
}
