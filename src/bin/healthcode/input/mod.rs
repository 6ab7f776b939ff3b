//! What commands read: sources that people write.

pub(crate) mod csv_lines;
pub(crate) mod dates;
pub(crate) mod json;
pub(crate) mod marginals;
pub(crate) mod pack;
pub(crate) mod person;
pub(crate) mod place_names;
mod repair;
pub(crate) mod risk_rows;
pub(crate) mod sheet;
pub(crate) mod toml;
