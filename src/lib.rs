//! A health code that is decided, explained and signed on the phone, and verified offline.
pub mod code;
pub mod error;
pub mod limits;
