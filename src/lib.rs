//! A health code that is decided, explained and signed on the phone, and verified offline.
#![cfg_attr(test, allow(clippy::as_conversions))]
pub mod assess;
pub mod calendar;
pub mod code;
pub mod colour;
pub mod error;
pub mod facts;
pub mod forecast;
pub mod limits;
pub mod risk;
pub mod rules;
pub mod trust;
