//! `trust`: the list of keys that may sign.

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use healthcode::facts::Record;
use healthcode::limits::{ROOTS, SIGNATURES, SIGNER_BYTES, TRUSTED_KEYS};
use healthcode::risk::RiskTable;
use healthcode::rules::pack::Pack;
use healthcode::trust::list::Needed;
use healthcode::trust::{Body, Kind, Manifest, TrustList, TrustedKey, signer};
use healthcode::unseen::unseen;
use unicode_normalization::UnicodeNormalization;
use unicode_security::skeleton;

use crate::args::signing::{SomeKeys, Validity};
use crate::exit::Exit;
use crate::failure::{CliError, Failure, InFile};
use crate::input::toml::read_toml;
use crate::terminal::say;

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
  signers = 3"#;

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
    #[command(flatten)]
    keys: SomeKeys,
}

impl Build {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        let mut list: TrustList = read_toml(&self.source)?;
        all_seen(&list).in_file(&self.source)?;
        for entry in &mut list.keys {
            entry.signer = canonical(&entry.signer);
        }
        told_apart(&list).in_file(&self.source)?;
        sound(&list).in_file(&self.source)?;
        let answer = self.keys.sign(&self.validity.header(None), &list)?;
        warnings(&list).iter().for_each(|warning| say(format_args!("warning: {warning}")));
        Ok(answer)
    }
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
    let TrustList { keys, needed, roots } = list;
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

/// How many different signers a kind needs, if a trust list says who may sign it.
const fn least_signers(kind: Kind) -> Option<u8> {
    match kind {
        Kind::RulePack => Some(Pack::SIGNERS),
        Kind::RiskTable => Some(RiskTable::SIGNERS),
        Kind::Manifest => Some(Manifest::SIGNERS),
        Kind::Record => Some(Record::SIGNERS),
        Kind::DayCertificate => Some(1),
        // Roots sign lists; phones sign requests and codes.
        Kind::TrustList | Kind::CertificateRequest | Kind::Code => None,
    }
}

/// What is allowed but probably a mistake.
fn warnings(list: &TrustList) -> Vec<String> {
    let mut found = Vec::new();
    for (index, entry) in list.keys.iter().enumerate() {
        let (id, signer) = (entry.key.id(), &entry.signer);
        if entry.until <= entry.from {
            found.push(format!("key {id} of {signer} may sign nothing: its time ends before it begins"));
        }
        if entry.kinds.is_empty() {
            found.push(format!("key {id} of {signer} may sign nothing: it has no kinds"));
        }
        let earlier = list.keys.get(..index).unwrap_or_default();
        if let Some(other) = earlier.iter().find(|other| other.key == entry.key && other.signer != entry.signer) {
            found.push(format!("key {id} is listed for two signers, {} and {signer}", other.signer));
        }
    }
    let mut without = Vec::new();
    for (kind, least) in Kind::ALL.into_iter().filter_map(|kind| Some((kind, least_signers(kind)?))) {
        let entries = list.keys.iter().filter(|entry| entry.kinds.contains(&kind));
        let signers: BTreeSet<_> = entries.map(|entry| &entry.signer).collect();
        let stated = list.needed.iter().filter(|needed| needed.kind == kind).map(|needed| needed.signers);
        let needed = usize::from(stated.fold(least, u8::max));
        match signers.len() {
            0 => without.push(kind.name()),
            count if count < needed => found.push(format!(
                "a {kind} needs {needed} different signers, but the list has {count}: none will be accepted"
            )),
            _ => {}
        }
    }
    if !without.is_empty() {
        found.push(format!("nobody may sign these kinds: {}", without.join(", ")));
    }
    found
}
