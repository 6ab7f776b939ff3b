//! Arguments that several commands take.

pub(crate) mod decision;
pub(crate) mod now;
pub(crate) mod signing;
pub(crate) mod trust;
