//! Reading files within limits, and writing them whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use healthcode::limits::FILE_BYTES;
use healthcode::trust::Unverified;

use crate::failure::{CliError, Failure, InFile};

/// Opens a file to read from; `-` is standard input.
pub(crate) fn open(path: &Path) -> Result<Box<dyn Read>, Failure> {
    if path == Path::new("-") { Ok(Box::new(io::stdin())) } else { Ok(Box::new(open_file(path)?)) }
}

/// Opens a file to read from.
pub(crate) fn open_file(path: &Path) -> Result<File, Failure> {
    let file = File::open(path).map_err(unreadable).in_file(path)?;
    let is_directory = file.metadata().map_err(unreadable).in_file(path)?.is_dir();
    if is_directory { Err(CliError::Directory).in_file(path) } else { Ok(file) }
}

/// How many bytes a file has; nothing for what has no size of its own, such as standard input.
pub(crate) fn size(path: &Path) -> Option<u64> {
    fs::metadata(path).ok().filter(fs::Metadata::is_file).map(|file| file.len())
}

fn unreadable(error: io::Error) -> CliError {
    if error.kind() == io::ErrorKind::NotFound { CliError::FileMissing } else { CliError::Unreadable(error) }
}

/// The bytes of a file that is no larger than any signed file.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    read_within(path, FILE_BYTES)
}

/// The bytes of a file that has no more than so many.
pub(crate) fn read_within(path: &Path, limit: usize) -> Result<Vec<u8>, Failure> {
    let most = u64::try_from(limit).unwrap_or(u64::MAX);
    let mut bytes = Vec::new();
    open(path)?.take(most.saturating_add(1)).read_to_end(&mut bytes).map_err(unreadable).in_file(path)?;
    if bytes.len() > limit { Err(CliError::TooLarge { limit }).in_file(path) } else { Ok(bytes) }
}

/// The bytes of a signed file, which are anything but text.
pub(crate) fn read_signed(path: &Path) -> Result<Vec<u8>, Failure> {
    no_text(read(path)?, path)
}

/// Refuses text where a signed file was expected.
pub(crate) fn no_text(bytes: Vec<u8>, path: &Path) -> Result<Vec<u8>, Failure> {
    let begins_text = bytes.first().is_some_and(u8::is_ascii) || bytes.starts_with(MARK.as_bytes());
    let is_text = begins_text && core::str::from_utf8(&bytes).is_ok();
    if is_text { Err(CliError::NotSigned).in_file(path) } else { Ok(bytes) }
}

/// The text of such a file, which is anything but a secret key: what is wrong in a text is shown.
pub(crate) fn read_text(path: &Path) -> Result<String, Failure> {
    let text = read_secret(path)?;
    no_secret(&text).in_file(path)?;
    Ok(text)
}

/// Refuses a text that is a secret key.
pub(crate) fn no_secret(text: &str) -> Result<(), CliError> {
    if text.lines().any(|line| is_secret(line) || is_secret_in_pem(line)) { Err(CliError::KeyGiven) } else { Ok(()) }
}

/// The text of such a file, which may be a secret key and is not to be shown.
pub(crate) fn read_secret(path: &Path) -> Result<String, Failure> {
    String::from_utf8(read(path)?).map_err(|_| CliError::NotText).in_file(path)
}

/// Whether a line is a secret as key files have it: 64 hexadecimal digits and nothing else.
fn is_secret(line: &str) -> bool {
    let digits = line.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    digits.len() == 64 && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Whether a line begins a secret key in PEM, of whatever algorithm.
fn is_secret_in_pem(line: &str) -> bool {
    line.contains("-----BEGIN ") && line.contains("PRIVATE KEY-----")
}

/// The byte order mark that an editor may have put before it.
const MARK: &str = "\u{feff}";

/// Writes a signed file whole or not at all. Of what is there already, only a signed file of its kind gives way, or one in
/// which nothing is: a key or a source may be all that its owner has. Nor does one that more have signed than the new one.
pub(crate) fn write_signed(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    write_in_place_of(path, bytes, |_, _| true)
}

/// As [`write_signed`], for a signature more: only the same content gives way, and whoever has signed it stays.
pub(crate) fn write_countersigned(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    write_in_place_of(path, bytes, |there, new| there.payload() == new.payload())
}

fn write_in_place_of(
    path: &Path,
    bytes: &[u8],
    gives_way: impl Fn(&Unverified<'_>, &Unverified<'_>) -> bool,
) -> Result<(), Failure> {
    let before = if path.is_file() { read(path).or(Err(CliError::WouldOverwrite)).in_file(path)? } else { Vec::new() };
    if !before.is_empty() {
        let there = Unverified::parse(&before).or(Err(CliError::WouldOverwrite)).in_file(path)?;
        let new = Unverified::parse(bytes).in_file(path)?;
        if there.kind() != new.kind() || !gives_way(&there, &new) {
            return Err(CliError::OtherFile { there: there.kind(), kind: new.kind() }).in_file(path);
        }
        let signers: Vec<_> = new.signers().collect();
        let lost = there.signers().filter(|signer| !signers.contains(signer)).count();
        let (all, same) = (there.signers().count(), there.payload() == new.payload());
        // Of the same content each signature counts; other content takes signatures of its own, and no fewer.
        if signers.len() < all || same && lost > 0 {
            return Err(CliError::WouldLoseSignatures { there: all, new: signers.len(), lost }).in_file(path);
        }
    }
    if path.is_symlink() && !path.exists() {
        return Err(CliError::LeadsNowhere).in_file(path);
    }
    write(path, bytes)
}

/// Whether there is something, which must then be a file, without following a link: a pipe would keep its reader waiting
/// for ever, and what a link leads to is somebody else's.
pub(crate) fn is_own_file(path: &Path) -> Result<bool, Failure> {
    match fs::symlink_metadata(path) {
        Ok(found) if found.is_file() => Ok(true),
        Ok(_) => Err(CliError::NotAFile).in_file(path),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(CliError::Unreadable(error)).in_file(path),
    }
}

/// Writes a file whole or not at all, in place of what is there.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    if path.is_dir() {
        return Err(CliError::Directory).in_file(path);
    }
    if path.exists() && !path.is_file() {
        // A pipe or a device is written to, not replaced.
        return fs::write(path, bytes).map_err(CliError::Unwritable).in_file(path);
    }
    let whole = behind_links(path);
    let part = part_of(&whole);
    let written = fs::write(&part, bytes).and_then(|()| fs::rename(&part, &whole));
    written
        .map_err(|error| {
            // If the rest of a failed attempt cannot be removed either, that says nothing new.
            let _ = fs::remove_file(&part);
            CliError::Unwritable(error)
        })
        .in_file(path)
}

/// Where a file is until it is whole.
fn part_of(whole: &Path) -> PathBuf {
    let mut name = whole.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.part", std::process::id()));
    whole.with_file_name(name)
}

/// A file that is there once all of it is written, and never in place of another.
pub(crate) struct NewFile {
    whole: PathBuf,
    part: PathBuf,
}

impl NewFile {
    /// Begins to write it.
    pub(crate) fn create(path: &Path) -> Result<(Self, File), Failure> {
        Self::create_with(path, OpenOptions::new().write(true).create(true).truncate(true))
    }

    /// Begins to write one that only its owner can read.
    fn create_private(path: &Path) -> Result<(Self, File), Failure> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        // One that a run has left that was killed may be for everybody to read.
        let _ = fs::remove_file(part_of(path));
        Self::create_with(path, &options)
    }

    fn create_with(path: &Path, options: &OpenOptions) -> Result<(Self, File), Failure> {
        if path.is_dir() {
            return Err(CliError::Directory).in_file(path);
        }
        if fs::symlink_metadata(path).is_ok() {
            return Err(CliError::InPlace).in_file(path);
        }
        let part = part_of(path);
        let file = options.open(&part).map_err(CliError::Unwritable).in_file(path)?;
        Ok((Self { whole: path.to_owned(), part }, file))
    }

    /// Nothing more is to be written.
    pub(crate) fn keep(self) -> Result<(), Failure> {
        // Somebody else may have put one there meanwhile.
        let kept = fs::hard_link(&self.part, &self.whole).map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => CliError::InPlace,
            _ => CliError::Unwritable(error),
        });
        let kept = match kept {
            // Not every file system has links.
            Err(CliError::Unwritable(_)) => fs::rename(&self.part, &self.whole).map_err(CliError::Unwritable),
            other => other,
        };
        let whole = self.whole.clone();
        self.abandon();
        kept.in_file(&whole)
    }

    /// Leaves nothing of it.
    pub(crate) fn abandon(self) {
        // If it cannot be removed either, that says nothing new.
        let _ = fs::remove_file(&self.part);
    }
}

/// Writes a file that only its owner can read whole or not at all, and never over another; if the same is there, it stays.
pub(crate) fn write_private(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    if path.is_file() && read_within(path, bytes.len()).is_ok_and(|there| there == bytes) {
        return Ok(());
    }
    let (new, mut file) = NewFile::create_private(path)?;
    match file.write_all(bytes).and_then(|()| file.sync_all()) {
        Ok(()) => new.keep(),
        Err(error) => {
            new.abandon();
            Err(CliError::Unwritable(error)).in_file(path)
        }
    }
}

/// The file that a path leads to where it is a symbolic link, be it there or not.
fn behind_links(path: &Path) -> PathBuf {
    // As many as Linux follows.
    const MOST: usize = 40;
    let mut path = path.to_owned();
    for _ in 0..MOST {
        match fs::read_link(&path) {
            Ok(target) => path = path.parent().map_or_else(|| target.clone(), |folder| folder.join(&target)),
            Err(_) => break,
        }
    }
    path
}

/// Writes a new file that only its owner can read, never over another.
pub(crate) fn write_secret(path: &Path, text: &str) -> Result<(), Failure> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let failed = |error: io::Error| {
        if error.kind() == io::ErrorKind::AlreadyExists { CliError::Exists } else { CliError::Unwritable(error) }
    };
    let mut file = options.open(path).map_err(failed).in_file(path)?;
    let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
    written
        .map_err(|error| {
            // What is left is no key, and nobody's loss.
            let _ = fs::remove_file(path);
            CliError::Unwritable(error)
        })
        .in_file(path)
}
