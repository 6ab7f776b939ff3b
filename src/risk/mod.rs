//! Signed risk data: which places had which risk level, and when.

pub mod table;

pub use table::{Level, RiskRow, RiskTable};
