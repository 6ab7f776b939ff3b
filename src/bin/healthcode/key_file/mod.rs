//! Secret keys in files.
//!
//! A key file is text. Lines that begin with `#` are comments, of which the first names the format and two others the
//! public half, so that a person can tell keys apart; one line is the secret, 64 hexadecimal digits:
//!
//! ```text
//! # healthcode secret key, format 1
//! # Whoever has this file can sign in its owner's name: keep it secret, and keep a copy in a safe place.
//! # public-key d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a
//! # key-id 0e02a50225b4baaa
//! 9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60
//! ```
//!
//! In place of that line there may be the key in PEM, as `openssl` has it, and under a passphrase.

mod pem;

use std::fmt::Write as _;
use std::path::Path;

use base16ct::HexDisplay;
use healthcode::trust::SecretKey;
use zeroize::Zeroizing;

use crate::failure::{CliError, Failure, InFile, unmarked};
use crate::files;
use crate::terminal::say;

/// What every key file begins with.
const KEY_FIRST_LINE: &str = "# healthcode secret key, format 1";
const PUBLIC: &str = "# public-key ";

/// A new key.
pub(crate) fn random() -> Result<SecretKey, Failure> {
    let mut seed = Zeroizing::new([0; 32]);
    getrandom::fill(&mut *seed).map_err(CliError::NoRandomness)?;
    Ok(SecretKey::from_random(&*seed)?)
}

/// How long a passphrase is at least, in characters.
const PASSPHRASE: usize = 12;

/// The file with the passphrase, where nobody is there to type it.
const PASSPHRASE_FILE: &str = "HEALTHCODE_PASSPHRASE_FILE";

/// The passphrase of a key file.
fn passphrase(of: &Path, asking: &str) -> Result<Zeroizing<String>, Failure> {
    let Some(path) = std::env::var_os(PASSPHRASE_FILE).filter(|path| !path.is_empty()) else {
        let asked = format!("{asking} of {}: ", of.display());
        return rpassword::prompt_password(asked).map(Zeroizing::new).map_err(CliError::NoPassphrase).in_file(of);
    };
    let path = Path::new(&path);
    let text = Zeroizing::new(files::read_secret(path)?);
    warn_if_others_can_read(path);
    Ok(Zeroizing::new(unmarked(&text).lines().next().unwrap_or_default().to_owned()))
}

/// A passphrase for a new key file, typed twice.
pub(crate) fn new_passphrase(of: &Path) -> Result<Zeroizing<String>, Failure> {
    let first = passphrase(of, "new passphrase")?;
    if first.chars().count() < PASSPHRASE {
        return Err(CliError::PassphraseShort { least: PASSPHRASE }.into());
    }
    if *first != *passphrase(of, "the same passphrase")? {
        return Err(CliError::PassphraseOther.into());
    }
    Ok(first)
}

/// Writes a new key file, with further comments; under a passphrase, if there is one.
pub(crate) fn save(path: &Path, key: &SecretKey, comments: &[&str], passphrase: Option<&str>) -> Result<(), Failure> {
    let mut text = Zeroizing::new(String::with_capacity(1024));
    let public = key.public();
    text.push_str(KEY_FIRST_LINE);
    text.push_str(
        "\n# Whoever has this file can sign in its owner's name: keep it secret, and keep a copy in a safe place.\n",
    );
    for comment in comments {
        text.push_str("# ");
        text.push_str(comment);
        text.push('\n');
    }
    // Writing to a string never fails.
    let _ = writeln!(text, "{PUBLIC}{public}\n# key-id {}", public.id());
    match passphrase {
        None => drop(writeln!(text, "{:x}", HexDisplay(key.seed()))),
        Some(passphrase) => text.push_str(&pem::seal(key, passphrase).in_file(path)?),
    }
    files::write_secret(path, &text)
}

/// Reads a key file.
pub(crate) fn load(path: &Path) -> Result<SecretKey, Failure> {
    let read = Zeroizing::new(files::read_secret(path)?);
    let text = unmarked(&read);
    let mut secrets = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let key = match (secrets.next(), secrets.next()) {
        (Some(secret), None) => SecretKey::parse(secret).map_err(|_| CliError::KeyFile).in_file(path)?,
        (Some(first), Some(_)) if first.starts_with(pem::BEGIN) => {
            pem::open(text, || passphrase(path, "passphrase")).in_file(path)?
        }
        _ => return Err(CliError::KeyFile).in_file(path),
    };
    warn_if_others_can_read(path);
    let named = text.lines().find_map(|line| line.trim().strip_prefix(PUBLIC));
    if named.is_some_and(|named| named.trim() != key.public().to_string()) {
        return Err(CliError::KeyFileDamaged).in_file(path);
    }
    Ok(key)
}

#[cfg(unix)]
fn warn_if_others_can_read(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    if path.metadata().is_ok_and(|file| file.is_file() && file.permissions().mode() & 0o077 != 0) {
        let path = path.display();
        say(format_args!("warning: other users can read {path}; `chmod 600 {path}` keeps it secret"));
    }
}

#[cfg(not(unix))]
fn warn_if_others_can_read(_: &Path) {}
