//! A health code that is decided, explained and signed on the phone, and verified offline.
//!
//! ```text
//! signed rule pack ─┐
//! signed risk data ─┼─► assess(rules, facts, now) ─► Assessment ─► Code (signed) ─► QR
//! signed record  ───┤        ▲                          │ colour, three scores, reasons,
//! answers, diary ───┘        │ all on the phone         │ causes, way back
//!                                                       ▼
//!                       checkpoint: scan ─► verify(text, trust, now) ─► Verdict
//! ```
//!
//! Read in this order: [`assess`] (the one function that shows the steps), [`rules`] (what a pack says and how it is
//! evaluated), [`facts`], [`risk`] and [`venue`] (what it is evaluated over), [`code`] (what is shown and verified), [`trust`]
//! (who may sign what), [`holder`] (the phone's state: a log). The core takes the time and random bytes as arguments
//! and is independent of any host; only `bindings` knows JavaScript. ARCHITECTURE.md says which of these may use which.
#![cfg_attr(test, allow(clippy::as_conversions))]

// The integration tests and the unit tests share one test authority.
#[cfg(test)]
#[path = "../tests/authority/mod.rs"]
mod authority;
#[cfg(test)]
extern crate self as healthcode;

pub mod assess;
#[cfg(feature = "authoring")]
pub mod authoring;
mod base45;
#[cfg(target_arch = "wasm32")]
pub mod bindings;
pub mod calendar;
pub mod cbor;
pub mod checkpoint;
pub mod code;
pub mod colour;
pub mod compare;
pub mod compound;
pub mod error;
pub mod error_codes;
pub mod facts;
pub mod forecast;
pub mod holder;
#[cfg(feature = "issuer")]
pub mod issuing;
pub mod limits;
pub mod log;
pub mod mailbox;
mod order;
pub mod place;
mod private;
pub mod purpose;
pub mod risk;
pub mod rules;
mod stored;
pub mod trust;
pub mod unseen;
pub mod venue;
