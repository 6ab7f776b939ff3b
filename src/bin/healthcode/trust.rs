//! `trust`: the list of keys that may sign.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use healthcode::limits::{PHONE_WITNESSES, ROOTS, SIGNATURES, SIGNER_BYTES, TRUSTED_KEYS};
use healthcode::trust::file::read_unverified;
use healthcode::trust::list::Needed;
use healthcode::trust::{Kind, LogPolicy, TrustList, TrustedKey, signer};
use healthcode::unseen::unseen;
use unicode_normalization::UnicodeNormalization;
use unicode_security::skeleton;

use crate::args::signing::{SomeKeys, Validity};
use crate::exit::Exit;
use crate::failure::{CliError, Failure, InFile};
use crate::files;
use crate::input::toml::read_toml;
use crate::issuer::load_policy;
use crate::terminal::say;
use crate::trust_review::{changes, warnings};

/// What a list looks like.
const EXAMPLE: &str = r#"Example of a list:
  [[keys]]
  key = "1c2e…ac"                       # the public key, which `healthcode keys show` prints
  signer = "Hangzhou health commission" # two keys of one signer count once; written in small letters
  kinds = ["rule-pack", "risk-table"]   # also manifest, record, day-certificate
  place = "3301"                        # only for there; without it everywhere
  from = "2020-02-01T00:00:00+08:00"    # it may sign what is issued from here on
  until = "2021-02-01T00:00:00+08:00"   # and before this

  [roots]                               # who signs this list, and the next one
  keys = ["5b09…7f", "c41d…02", "9a77…e1"]
  signers = 2                           # so many of them must

  [[needed]]                            # where a kind needs more signers than it does anyway
  kind = "rule-pack"
  signers = 3

  [log]                                 # or --log with the policy's file: what phones ask of the public log
  needed = 2                            # so many of the witnesses must have cosigned
  [[log.keys]]                          # first the log, then the witnesses
  name = "log.example.cn/health"
  key = "7d3a…10"
  [[log.keys]]
  name = "w.example.edu"
  key = "44c1…5e"
  [[log.further]]                       # an officer of a further authority, for what is above a cap
  name = "Qian Liu"
  key = "e04b…9c""#;

#[derive(Subcommand)]
pub(crate) enum Command {
    Build(Build),
}

impl Command {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        let Self::Build(command) = self;
        command.run()
    }
}

/// Build and sign a trust list from TOML: which keys may sign what, where and when
///
/// `trust build` and `sign trust-list` are the same.
#[derive(Args)]
#[command(after_long_help = EXAMPLE)]
pub(crate) struct Build {
    /// The list, in TOML
    #[arg(value_name = "LIST.toml")]
    source: PathBuf,
    #[command(flatten)]
    validity: Validity,
    /// The signed list before it, to say what differs; with those before that one, in order, also what comes back
    #[arg(long, value_name = "FILE")]
    before: Vec<PathBuf>,
    /// The public log's policy (C2SP tlog-policy): phones then take rules, tables and restrictions only with a proof that meets it
    #[arg(long, value_name = "FILE")]
    log: Option<PathBuf>,
    #[command(flatten)]
    keys: SomeKeys,
}

impl Build {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        let mut list: TrustList =
            read_toml(&self.source, "`healthcode trust build --help` shows what a list looks like")?;
        if let Some(path) = &self.log {
            list.log = Some(asked(path, list.log.take())?);
        }
        all_seen(&list).in_file(&self.source)?;
        for entry in &mut list.keys {
            entry.signer = canonical(&entry.signer);
        }
        told_apart(&list).in_file(&self.source)?;
        sound(&list).in_file(&self.source)?;
        let before = lists(&self.before)?;
        let header = self.validity.header(None)?;
        if let Some(path) = self.before.last() {
            let (last, _) = read_unverified::<TrustList>(&files::read_signed(path)?).in_file(path)?;
            if header.version <= last.version {
                return Err(CliError::ListVersion { version: header.version, last: last.version }).in_file(path);
            }
        }
        let answer = self.keys.sign(&header, &list)?;
        changes(&before, &list).iter().for_each(|change| say(format_args!("  {change}")));
        warnings(&header, &list).iter().for_each(|warning| say(format_args!("warning: {warning}")));
        Ok(answer)
    }
}

/// What phones are to ask of the log by this policy; who signs above a cap, the list says itself.
fn asked(path: &Path, listed: Option<LogPolicy>) -> Result<LogPolicy, Failure> {
    let asked = load_policy(path)?.of_phones().ok_or(CliError::PhonesPolicy).in_file(path)?;
    Ok(LogPolicy { further: listed.and_then(|listed| listed.further), ..asked })
}

/// Signed lists, to compare another with.
pub(crate) fn lists(paths: &[PathBuf]) -> Result<Vec<TrustList>, Failure> {
    let list = |path: &PathBuf| Ok(read_unverified::<TrustList>(&files::read_signed(path)?).in_file(path)?.1);
    paths.iter().map(list).collect()
}

/// The way in which lists write a name, so that phones can compare names byte by byte: compatibility characters
/// (full-width letters and the like) unified, in small letters, with single spaces (NFKC, UAX #15).
fn canonical(name: &str) -> String {
    let folded: String = name.nfkc().flat_map(char::to_lowercase).nfkc().collect();
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Refuses two signers whose names people cannot tell apart (UTS #39): they would count as two hands and look like one.
fn told_apart(list: &TrustList) -> Result<(), CliError> {
    let seen = |name: &str| skeleton(name).collect::<String>();
    for (index, entry) in list.keys.iter().enumerate() {
        let alike = |other: &&TrustedKey| other.signer != entry.signer && seen(&other.signer) == seen(&entry.signer);
        if let Some(other) = list.keys.iter().take(index).find(alike) {
            let (first, second) = (other.signer.clone(), entry.signer.clone());
            return Err(CliError::SignersLookAlike { first, second });
        }
    }
    Ok(())
}

/// Refuses a list that no phone could read, and says why.
fn sound(list: &TrustList) -> Result<(), Failure> {
    let TrustList { keys, needed, roots, log } = list;
    let (count, signers) = (roots.keys.len(), usize::from(roots.signers));
    let mut problems = Vec::new();
    if !(1..=ROOTS).contains(&count) {
        problems.push(format!("[roots] has {count} keys, and may have 1 to {ROOTS}"));
    } else if !(1..=count).contains(&signers) {
        problems.push(format!("[roots] has {count} keys, so signers may be 1 to {count}, but is {signers}"));
    }
    for (index, root) in roots.keys.iter().enumerate() {
        if roots.keys.iter().take(index).any(|other| other == root) {
            problems.push(format!("[roots] has key {} twice", root.id()));
        }
    }
    if keys.len() > TRUSTED_KEYS {
        problems.push(format!("there are {} keys, and may be {TRUSTED_KEYS}", keys.len()));
    }
    for entry in keys.iter().filter(|entry| !signer::is_sound(&entry.signer)) {
        problems.push(format!(
            "the signer `{}` of key {} is not a name of 1 to {SIGNER_BYTES} bytes in Latin letters, Chinese characters, digits \
             and what stands between words",
            entry.signer,
            entry.key.id()
        ));
    }
    for Needed { kind, signers } in needed {
        let most = if kind.has_several_signers() { SIGNATURES } else { 1 };
        if *kind == Kind::TrustList {
            problems.push("[[needed]] says nothing of trust lists: [roots] says how many must sign those".to_owned());
        } else if usize::from(*signers) > most {
            problems.push(format!("[[needed]] asks for {signers} signers of a {kind}, which has at most {most}"));
        }
    }
    if log.as_ref().is_some_and(|log| !log.is_sound()) {
        problems.push(format!(
            "[log] needs a name, each witness once, at most {PHONE_WITNESSES} of them, and no more than there are"
        ));
    }
    if problems.is_empty() {
        return Ok(());
    }
    Err(Failure::several(problems.into_iter().map(|problem| CliError::List { problem }).collect()))
}

/// Refuses a list of which a reader does not see everything: two signers must not look like one another.
pub(crate) fn all_seen(list: &TrustList) -> Result<(), Failure> {
    let fault = |entry: &TrustedKey| {
        let (_, character) = unseen(&entry.signer).next()?;
        Some(CliError::unseen(format!("the signer of key {}", entry.key.id()), character))
    };
    let faults: Vec<_> = list.keys.iter().filter_map(fault).collect();
    if faults.is_empty() { Ok(()) } else { Err(Failure::several(faults)) }
}
