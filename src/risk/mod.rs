//! Signed risk data: which places had which risk level, and when.

pub mod table;
pub mod tables;

pub use table::{Level, RiskRow, RiskTable};
pub use tables::{Coverage, Covered, Tables};
