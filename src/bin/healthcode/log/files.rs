//! The names of what is in a log's folder. All but the last is for everybody, as static files (C2SP tlog-tiles).

/// The newest checkpoint that meets the policy.
pub(crate) const CHECKPOINT: &str = "checkpoint";
/// The policy, for whoever appends and as information: whoever trusts one has it from elsewhere.
pub(crate) const POLICY: &str = "policy";
/// The folder with the logged files, under their hashes.
pub(crate) const FILES: &str = "files";
/// The folder with the tiles.
pub(crate) const TILES: &str = "tile";
/// What only the log's keeper needs.
pub(crate) const OWN: &str = ".log";
/// The newest checkpoint that was signed, whoever has seen it.
pub(crate) const HEAD: &str = ".log/head";
/// Locked while somebody writes.
pub(crate) const LOCK: &str = ".log/lock";
