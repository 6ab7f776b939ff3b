//! What only rule authors need: packs as they write them, trials, reviews, comparisons, and explanations in words.
//!
//! Phones are built without it (feature `authoring`).

pub mod advice;
pub mod by_name;
pub mod case;
pub mod coverage;
pub mod diff;
pub mod divisions;
pub mod explain;
pub mod people;
pub mod preview;
pub mod review;
#[cfg(feature = "schema")]
pub mod schema;
pub mod source;
pub mod source_map;
pub mod steps;
pub mod units;
pub mod well;
pub mod workbench;
pub mod zone;
