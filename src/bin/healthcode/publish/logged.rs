//! The public log, where one is kept: what is published is in it before any phone is told of it, and has its proof beside it.

use std::path::PathBuf;

use clap::Args;
use healthcode::cbor::{from_bytes, to_bytes};
use healthcode::limits::LOG_PROOF_BYTES;
use healthcode::log::{Leaf, LogProof, Policy, ShortProof};
use healthcode::place::Place;
use healthcode::trust::{Digest, Kind};

use super::folder::Folder;
use crate::failure::{Failure, InFile};
use crate::files;
use crate::key_file;
use crate::log::entry::entry_of;
use crate::log::keeper::Keeper;
use crate::publication::{PROOFS, Placed, SHORT_PROOF, proof_path};
use crate::terminal::say;
use crate::values::system_time;

/// The log that what is published goes into first.
#[derive(Args)]
pub(super) struct Logging {
    /// The folder of the public log, begun by `log init`: what is published is added to it and cosigned before anything else,
    /// and each file gets its proof
    #[arg(long, value_name = "FOLDER", requires = "log_key")]
    log: Option<PathBuf>,
    /// The log's secret key
    #[arg(long, value_name = "FILE", requires = "log")]
    log_key: Option<PathBuf>,
    /// The policy that the log's checkpoint has to meet, as for `log append`
    #[arg(long, value_name = "FILE", requires = "log")]
    log_policy: Option<PathBuf>,
}

/// A log that is open.
pub(super) struct Log {
    keeper: Keeper,
    policy: Policy,
}

impl Logging {
    pub(super) fn open(&self) -> Result<Option<Log>, Failure> {
        let (Some(path), Some(key)) = (&self.log, &self.log_key) else { return Ok(None) };
        let keeper = Keeper::open(path, key_file::load(key)?)?;
        let policy = keeper.policy(self.log_policy.as_deref())?;
        Ok(Some(Log { keeper, policy }))
    }
}

/// Whether a manifest is in a log, by the proof beside it.
pub(super) fn is_logged(folder: &Folder<'_>, manifest: &[u8]) -> bool {
    folder.at(&proof_path(&Digest::of(manifest).to_string())).exists()
}

impl Log {
    /// Refuses a log that is older than what was published last, by the proof of its manifest.
    pub(super) fn has(&self, folder: &Folder<'_>, manifest: &[u8]) -> Result<(), Failure> {
        let path = folder.at(&proof_path(&Digest::of(manifest).to_string()));
        if !files::is_own_file(&path)? {
            return Ok(());
        }
        let text = String::from_utf8_lossy(&files::read_within(&path, LOG_PROOF_BYTES)?).into_owned();
        self.keeper.is_no_older_than(&LogProof::parse(&text).in_file(&path)?.note)
    }

    /// The highest version of a manifest for a region that was logged, be it that the run was killed before it was published: no
    /// version is given to two.
    pub(super) fn manifest_version(&self, region: Place) -> Result<Option<u32>, Failure> {
        let mut highest = None;
        self.keeper.leaves(|_, leaf| {
            if let Some(Leaf::File(file)) = from_bytes(leaf)
                && file.kind == Kind::Manifest
                && file.place.unwrap_or(Place::COUNTRY) == region
            {
                highest = highest.max(Some(file.version));
            }
            Ok(())
        })?;
        Ok(highest)
    }

    /// Logs these files, and gives their proofs under their paths.
    pub(super) fn add<'a>(&self, files: impl Iterator<Item = &'a [u8]>) -> Result<Vec<Placed>, Failure> {
        let entries = files.map(|bytes| entry_of(bytes.to_vec())).collect::<Result<Vec<_>, _>>()?;
        let added = self.keeper.append(&entries, &self.policy)?;
        let now = system_time();
        let head = self.keeper.show(&self.policy, now)?;
        say(format_args!("  logged     {added} new of {}: the log has {} entries", entries.len(), head.size));
        let leaves: Vec<&Leaf> = entries.iter().map(|entry| &entry.leaf).collect();
        let proofs = self.keeper.prove(&leaves, &self.policy, now)?;
        let digest = |bytes: &Option<Vec<u8>>| Digest::of(bytes.as_deref().unwrap_or_default());
        let placed = entries.iter().zip(proofs).flat_map(|(entry, proof)| {
            let digest = digest(&entry.file).to_string();
            let short = ShortProof::of(&proof, &entry.leaf).map(|short| to_bytes(&short));
            let short = short.map(|bytes| Placed { path: format!("{PROOFS}/{digest}{SHORT_PROOF}"), bytes });
            let whole = Placed { path: proof_path(&digest), bytes: proof.to_string().into_bytes() };
            short.into_iter().chain([whole])
        });
        Ok(placed.collect())
    }
}
