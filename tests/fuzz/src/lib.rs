//! What the fuzz targets do and the seeds that they begin with. `tests/fuzz/replay.rs` runs the same without a fuzzer.

mod ahead;
#[path = "../../authority/mod.rs"]
mod authority;
mod loads;
pub mod seeds;
pub mod targets;
