//! Signed risk data: which places had which level of risk from when to when.

pub mod table;

pub use table::{Level, RiskRow, RiskTable};
