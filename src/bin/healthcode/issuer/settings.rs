//! The issuer's settings: one file in TOML, and environment variables for what differs from machine to machine. All of it is
//! looked at before anything is served.

use std::env;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use healthcode::limits::{CERTIFICATE_HOURS_MAX, MAILBOX_BITS};
use healthcode::trust::Roots;
use serde::Deserialize;

use super::login::Tokens;
use crate::acts::officers::Officer;
use crate::failure::{CliError, Failure, InFile};
use crate::input::toml::read_toml;
use crate::store::Store;
use crate::values::socket;

/// What stands in the file. Paths in it begin where the file is.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, expecting = "the settings of an issuer")]
pub(crate) struct Settings {
    /// What officers call this issuer: their steps name it.
    pub(crate) name: String,
    /// Where it listens.
    #[serde(default = "here")]
    listen: String,
    /// The database: a URL of PostgreSQL, or the file of SQLite.
    #[serde(default = "file")]
    database: String,
    /// The file in which the journal's last line is written down, too.
    last: Option<PathBuf>,
    /// The folder that `publish` writes.
    site: PathBuf,
    /// The root keys, and how many of them sign the trust list.
    pub(crate) roots: Roots,
    /// The file with the key that signs day certificates.
    certificates: PathBuf,
    /// The files with the keys that signed them before, whose certificates may still be shown.
    #[serde(default)]
    retired: Vec<PathBuf>,
    /// The file with the key under which people are kept.
    people: PathBuf,
    /// For how many hours a certificate holds.
    #[serde(default = "day")]
    pub(crate) hours: u8,
    /// Where mailboxes are written; phones hear of what is confirmed with their certificates only, if nowhere.
    pub(crate) mailboxes: Option<Mailboxes>,
    /// The policy of the public log that has to have what is confirmed before it acts; none, if it is absent.
    log: Option<PathBuf>,
    /// The file with the key that signs records of tests, vaccinations and exemptions; phones get none, if it is absent.
    records: Option<PathBuf>,
    /// How many people of one county may be restricted on a ground in a day without a further authority, where the rules do not say.
    pub(crate) cap: Option<u32>,
    /// How people are identified.
    pub(crate) identity: IdentityKind,
    /// Who may propose and confirm.
    #[serde(default)]
    pub(crate) officers: Vec<Officer>,
}

/// The mailboxes.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Mailboxes {
    /// The folder that they are written to.
    pub(crate) folder: PathBuf,
    /// There are two to the power of this.
    pub(crate) bits: u8,
    /// So many seconds after one writing comes the next. With the time that it takes, what is confirmed is there within five minutes.
    #[serde(default = "strokes")]
    pub(crate) seconds: u8,
}

/// How people are identified.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) enum IdentityKind {
    /// Not at all: for demonstrations.
    Demo,
    /// By login tokens of the app's backend.
    Login {
        /// Who signs them: `iss`.
        issuer: String,
        /// Whom they are for: `aud`.
        audience: String,
        /// The backend's keys: a JWK set.
        keys: PathBuf,
    },
}

fn here() -> String {
    "127.0.0.1:8090".to_owned()
}

fn file() -> String {
    "issuer.db".to_owned()
}

const fn strokes() -> u8 {
    LONGEST
}

const fn day() -> u8 {
    24
}

/// The most seconds from one writing of mailboxes to the next.
const LONGEST: u8 = 180;

/// Variables of the environment, and what they stand for.
const LISTEN: &str = "HEALTHCODE_ISSUER_LISTEN";
const DATABASE: &str = "HEALTHCODE_ISSUER_DATABASE";

/// What is said beside a fault of the file's form.
const HELP: &str = "docs/issuer.md has a whole file, with what each line means";

impl Settings {
    /// Reads and checks them.
    pub(crate) fn read(path: &Path) -> Result<Self, Failure> {
        let mut settings: Self = read_toml(path, HELP)?;
        let folder = path.parent().unwrap_or(Path::new(""));
        let paths = [&mut settings.site, &mut settings.certificates, &mut settings.people];
        for relative in paths
            .into_iter()
            .chain(&mut settings.last)
            .chain(&mut settings.log)
            .chain(&mut settings.records)
            .chain(&mut settings.retired)
        {
            *relative = folder.join(&relative);
        }
        if let Some(Mailboxes { folder: written, .. }) = &mut settings.mailboxes {
            *written = folder.join(&written);
        }
        if let IdentityKind::Login { keys, .. } = &mut settings.identity {
            *keys = folder.join(&keys);
            if Tokens::keys(keys)? == 0 {
                return Err(CliError::NoTokenKeys).in_file(keys);
            }
        }
        let set = |name: &str| env::var(name).ok().filter(|value| !value.is_empty());
        settings.listen = set(LISTEN).unwrap_or(settings.listen);
        settings.database = set(DATABASE).unwrap_or(settings.database);
        if !settings.database.contains("://") {
            settings.database = Store::in_file(&folder.join(&settings.database));
        }
        settings.check().in_file(path)?;
        Ok(settings)
    }

    fn check(&self) -> Result<(), CliError> {
        let wrong = |what: &'static str, problem: String| Err(CliError::Setting { what, problem });
        if !(1..=64).contains(&self.name.len()) || !self.name.bytes().all(is_plain) {
            return wrong("name", "it has 1 to 64 of the characters a-z, 0-9 and -".to_owned());
        }
        if socket(&self.listen).is_err() {
            return wrong("listen", "expected an address with a port, such as 127.0.0.1:8090".to_owned());
        }
        if !["sqlite://", "postgres://", "postgresql://"].iter().any(|scheme| self.database.starts_with(scheme)) {
            return wrong("database", "expected a file, or a URL that begins with postgres://".to_owned());
        }
        if !(1..=CERTIFICATE_HOURS_MAX).contains(&self.hours) {
            return wrong("hours", format!("a certificate holds for 1 to {CERTIFICATE_HOURS_MAX} hours"));
        }
        let sound = |set: &Mailboxes| set.bits <= MAILBOX_BITS && (1..=LONGEST).contains(&set.seconds);
        if !self.mailboxes.as_ref().is_none_or(sound) {
            return wrong("mailboxes", format!("`bits` is 0 to {MAILBOX_BITS}, and `seconds` 1 to {LONGEST}"));
        }
        if self.records.is_some() && self.mailboxes.is_none() {
            return wrong("records", "they come with what opens a mailbox: set `mailboxes`, too".to_owned());
        }
        if self.log.is_some() && self.mailboxes.is_none() {
            return wrong("log", "proofs come with what opens a mailbox: set `mailboxes`, too".to_owned());
        }
        for (index, officer) in self.officers.iter().enumerate() {
            if officer.name.trim().is_empty() || officer.name.len() > 120 {
                return wrong("officers", format!("the name of officer {} has 1 to 120 bytes", index + 1));
            }
            if self.officers.iter().take(index).any(|other| other.key == officer.key) {
                return wrong("officers", format!("the key of officer {} is that of one before", index + 1));
            }
        }
        let two = |one: &Officer| self.officers.iter().any(|other| !one.is(other));
        if !self.officers.is_empty() && !self.officers.iter().any(two) {
            return wrong("officers", "all of them are one person, so that nobody could confirm anything".to_owned());
        }
        Ok(())
    }

    /// Where it listens.
    pub(crate) fn listen(&self) -> Result<SocketAddr, CliError> {
        socket(&self.listen)
    }

    pub(crate) fn database(&self) -> &str {
        &self.database
    }

    pub(crate) fn last(&self) -> Option<&Path> {
        self.last.as_deref()
    }

    pub(crate) fn records(&self) -> Option<&Path> {
        self.records.as_deref()
    }

    pub(crate) fn log(&self) -> Option<&Path> {
        self.log.as_deref()
    }

    pub(crate) fn site(&self) -> &Path {
        &self.site
    }

    pub(crate) fn certificates(&self) -> &Path {
        &self.certificates
    }

    pub(crate) fn retired(&self) -> impl Iterator<Item = &Path> {
        self.retired.iter().map(PathBuf::as_path)
    }

    pub(crate) fn people(&self) -> &Path {
        &self.people
    }
}

/// The officers of a file, whatever else stands in it.
pub(crate) fn officers(path: &Path) -> Result<Vec<Officer>, Failure> {
    #[derive(Deserialize)]
    struct Known {
        officers: Vec<Officer>,
    }
    let known: Known = read_toml(path, "it has [[officers]] with name and key, as the issuer's settings have them")?;
    Ok(known.officers)
}

const fn is_plain(byte: u8) -> bool {
    matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-')
}
