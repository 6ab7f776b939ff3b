//! What officers do about people's records: the steps that they sign, the rows that these are about, and the journal that keeps
//! them. Nothing here reads a clock, a file or a database.

pub(crate) mod act;
pub(crate) mod id;
pub(crate) mod journal;
pub(crate) mod notes;
pub(crate) mod officers;
pub(crate) mod rows;
