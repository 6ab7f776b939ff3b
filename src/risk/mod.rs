//! Signed risk data: which places had which risk level, and when.

mod columns;
pub mod coverage;
pub mod delta;
pub mod table;

pub use columns::Rows;
pub use coverage::{Coverage, Covered, Tables};
pub use delta::Delta;
pub use table::{Level, RiskRow, RiskTable};
