//! A health code that is decided, explained and signed on the phone, and verified offline.
pub mod calendar;
pub mod error;
pub mod facts;
pub mod limits;
pub mod trust;
