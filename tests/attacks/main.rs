//! What somebody could try to make a phone or a checkpoint believe, and what each of them says: attacks that once worked
//! (`row_01` …, by their number in the table of SECURITY.md), and the attacks that The Update Framework names (TUF 1.0, section 1.5.2).
//!
//! What of this a server can do is tried through the packed package, too: `tests/npm/engine/attacks.test.mjs` serves the files of
//! `tests/vectors/attacks.rs`.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may stop")]

#[path = "../authority/mod.rs"]
mod authority;
mod interleaving;
mod named;
mod rehearsal;
mod rows;
mod tuf;
mod venue;
