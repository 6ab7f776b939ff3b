//! Signed risk data: which places had which risk level, and when.

pub mod coverage;
pub mod table;

pub use coverage::{Coverage, Covered, Tables};
pub use table::{Level, RiskRow, RiskTable};
