//! What the tool says when it does not do what was asked: a stable code, a sentence, and what to do about it.

mod drawing;
mod error;
mod hints;
mod log_error;
mod plain_words;
mod spot;

use std::path::{Path, PathBuf};

use healthcode::error::Coded;
use unicode_security::skeleton;

use self::drawing::Drawing;
pub(crate) use self::drawing::Severity;
pub(crate) use self::error::{CliError, Position};
use self::hints::hint;
pub(crate) use self::hints::set_options;
pub(crate) use self::log_error::LogFault;
pub(crate) use self::plain_words::{plainly, whole_number};
pub(crate) use self::spot::{Spot, unmarked};
use crate::exit::Exit;
use crate::format::in_local_time;
use crate::terminal::{say, show};

/// Whether what was given could be examined, and the answer is no; otherwise it could not be used at all.
fn is_refusal(code: &str) -> bool {
    const REFUSALS: &[&str] = &[
        "file-unknown-key",
        "file-bad-signature",
        "file-too-few-signers",
        "file-not-yet-issued",
        "file-expired",
        "file-rollback",
        "file-never-valid",
        "file-out-of-place",
        "file-long-lived",
        "file-not-in-manifest",
        "trust-other-roots",
        "trust-own-roots",
        "cli-issuer-refused",
        "cli-journal",
        "cli-journal-cut",
        "cli-journal-signer",
        "cli-superseded",
        "cli-issued-backwards",
        "cli-trust-list-differs",
        "cli-trust-list-unvouched",
        "cli-trust-lists-missing",
        "cli-log-missing",
        "cli-log-other-history",
        "cli-log-split-view",
        "cli-log-older",
        "cli-log-entry",
        "cli-log-unfounded",
        "log-other",
        "log-bad-signature",
        "log-too-few-witnesses",
        "log-ahead",
        "log-proof-wrong",
        "log-not-consistent",
        "log-tile",
    ];
    code.starts_with("pack-") || REFUSALS.contains(&code)
}

/// One thing that is wrong, and where in its file, as far as that is known.
#[derive(Debug)]
pub(crate) struct Fault {
    pub(crate) what: Box<dyn Coded + Send + Sync>,
    pub(crate) spot: Option<Spot>,
    /// What to do about it, where more is known than its code says.
    pub(crate) hint: Option<String>,
}

impl<E: Coded + Send + Sync + 'static> From<E> for Fault {
    fn from(what: E) -> Self {
        Self { what: Box::new(what), spot: None, hint: None }
    }
}

impl Fault {
    /// What is wrong at a place.
    pub(crate) fn at(spot: Spot, what: impl Coded + Send + Sync + 'static) -> Self {
        Self { what: Box::new(what), spot: Some(spot), hint: None }
    }

    /// The same, and what to do about it.
    pub(crate) fn hinted(mut self, hint: Option<String>) -> Self {
        self.hint = hint.or(self.hint);
        self
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
            Self::Faults { causes, .. } => causes.first().map(|cause| (cause.what.code(), sentence(&*cause.what))),
            Self::ClosedOutput => None,
        }
        .unwrap_or_default()
    }

    /// How a command that failed like this ends.
    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::ClosedOutput => Exit::Yes,
            Self::Faults { causes, .. } if causes.iter().all(|cause| is_refusal(cause.what.code())) => Exit::No,
            Self::Faults { .. } => Exit::Unusable,
        }
    }

    /// Says it on standard error.
    pub(crate) fn report(&self) {
        const MOST: usize = 20;
        let Self::Faults { file, causes } = self else { return };
        let mut hinted = Vec::new();
        for cause in causes.iter().take(MOST) {
            tell(Severity::Error, file.as_deref(), cause, &mut hinted);
        }
        if let Some(more) = causes.len().checked_sub(MOST).filter(|more| *more > 0) {
            say(format_args!("and {more} more"));
        }
    }
}

/// The sentence of an error; its moments are in the time in which the tool takes and lists them.
pub(crate) fn sentence(error: &(impl Coded + ?Sized)) -> String {
    // These sentences quote nobody.
    match error.code() {
        "file-expired" | "file-not-yet-issued" => in_local_time(&error.to_string()),
        _ => error.to_string(),
    }
}

/// Says what is wrong, where, and what to do about it; the hint comes once for each code.
pub(crate) fn tell(severity: Severity, file: Option<&Path>, fault: &Fault, hinted: &mut Vec<&'static str>) {
    let (code, mut words) = (fault.what.code(), sentence(&*fault.what));
    if code.starts_with("pack-unknown-")
        && let Some(note) = look_alike(&words)
    {
        words.push_str(&note);
    }
    let general = hint(code).filter(|_| fault.hint.is_none() && !hinted.contains(&code));
    if general.is_some() {
        hinted.push(code);
    }
    let hint = fault.hint.as_deref().or(general);
    show(&Drawing { severity, code, file, spot: fault.spot.as_ref(), words: &words, hint }.draw());
}

/// Names the first letter in what a sentence quotes that looks like a Latin one and is another.
fn look_alike(words: &str) -> Option<String> {
    let quoted = words.split('`').skip(1).step_by(2);
    let latin = |c: char| skeleton(c.encode_utf8(&mut [0; 4])).next().filter(char::is_ascii_alphanumeric);
    let other = quoted.flat_map(str::chars).filter(|c| !c.is_ascii()).find_map(|c| Some((c, latin(c)?)));
    other.map(|(c, latin)| format!("; its {c} (U+{:04X}) is not the Latin {latin}", u32::from(c)))
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
    use healthcode::rules::check::PackError;
    use healthcode::rules::location::Location;
    use healthcode::trust::file::FileError;

    #[test]
    fn a_refusal_and_an_unusable_file_exit_differently() {
        let pack = || PackError::GreenRule { at: Location::default() };
        assert_eq!(Failure::from(pack()).exit(), Exit::No);
        assert_eq!(Failure::several(vec![pack(), pack()]).exit(), Exit::No);
        assert_eq!(Failure::from(FileError::NeverValid).exit(), Exit::No);
        assert_eq!(Failure::from(CliError::FileMissing).exit(), Exit::Unusable);
        assert_eq!(Failure::from(CborError::Truncated).exit(), Exit::Unusable);
    }
}
