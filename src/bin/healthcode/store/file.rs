//! The file of a database, and why there is no first connection to one.

#[cfg(unix)]
use std::fs;
use std::fs::OpenOptions;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use sqlx::Error;

use super::StoreError;

/// What is expected of a database that is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Expect {
    /// That it is there.
    Made,
    /// That it is not, and is made.
    New,
    /// Whatever: the demo makes its own.
    Any,
}

/// The file of a database that is one.
pub(crate) fn file_of(url: &str) -> PathBuf {
    let escaped = url.trim_start_matches("sqlite://").split('?').next().unwrap_or_default();
    PathBuf::from(escaped.replace("%23", "#").replace("%3f", "?").replace("%25", "%"))
}

/// Makes an empty file that nobody else can read, where one is made.
pub(super) fn make_file(path: &Path, expect: Expect) -> Result<(), StoreError> {
    if expect == Expect::Made {
        return if path.exists() { Ok(()) } else { Err(StoreError::None) };
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(match error.kind() {
            ErrorKind::NotFound => StoreError::File("there is no such folder"),
            ErrorKind::PermissionDenied => StoreError::File("this user may not write in its folder"),
            ErrorKind::StorageFull => StoreError::File("the disk is full"),
            _ => StoreError::File("the file cannot be made"),
        }),
        _ => Ok(()),
    }
}

/// Whether others than its owner may read the file of a database.
pub(crate) fn is_open_to_others(path: &Path) -> bool {
    #[cfg(unix)]
    return fs::metadata(path)
        .is_ok_and(|about| std::os::unix::fs::PermissionsExt::mode(&about.permissions()) & 0o077 != 0);
    #[cfg(not(unix))]
    return false;
}

/// Why there is no first connection.
pub(super) fn at_first(error: Error, sqlite: bool) -> StoreError {
    let code = match &error {
        Error::Database(said) => said.code().unwrap_or_default().into_owned(),
        _ => String::new(),
    };
    match (sqlite, code.parse::<u32>().map(|code| code & 0xff), code.as_str()) {
        (true, Ok(5 | 6), _) => StoreError::File("another program holds it"),
        (true, Ok(8), _) => StoreError::File("this user may not write it, or beside it"),
        (true, Ok(10), _) => StoreError::File("its disk has a fault"),
        (true, Ok(13), _) => StoreError::File("the disk is full"),
        (true, Ok(14), _) => StoreError::File("this user may not read it, or not write beside it"),
        (true, Ok(11 | 26), _) => StoreError::File("it is no database of SQLite, or damaged"),
        (false, _, "3D000") => StoreError::File("the server has no database of that name"),
        _ if matches!(error, Error::Tls(_)) => {
            StoreError::File("connections are not encrypted here: leave out `sslmode`, and use a socket or a tunnel")
        }
        _ => error.into(),
    }
}
