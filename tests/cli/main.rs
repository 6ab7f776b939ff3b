//! The command-line tool, run as people run it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test may stop")]

mod assess;
mod authority;
mod careless;
mod folder;
mod help;
mod henan;
mod hostile;
mod import;
mod in_place;
mod issuer;
mod issuer_attacks;
mod issuer_keeps;
mod keys;
mod log;
mod log_days;
mod log_issuer;
mod mailboxes;
mod mistakes;
mod officer;
mod parquet;
mod places;
mod publish;
mod readme;
mod risk;
mod rules;
mod serve;
mod server;
mod signers;
mod simulate;
mod tool;
mod unseen;
mod values;
mod venue;
mod verify;
mod witness;
