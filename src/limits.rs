//! Every limit on untrusted input, by name, with the reason for its number.
/// Bytes of a signed file: the nationwide risk table of December 2022, with its history, took 717 kB; this is ten times that.
pub const FILE_BYTES: usize = 8 << 20;

/// Signatures on one file: the emergency lane needs three; the rest is room for changes of keys.
pub const SIGNATURES: u64 = 8;

/// Items within items: a rule nests about ten deep, in a pack that is five deep.
pub const CBOR_DEPTH: u8 = 64;

/// Rows of a risk table: every community of China has one (620,573), with room for two windows each in part.
pub const RISK_ROWS: usize = 1_000_000;

/// Bytes of one answer in text, or of its question's name: a place code has 12, an option's name a few dozen.
pub const ANSWER_BYTES: usize = 256;

/// Trips in one answer: two a day for the usual window of 14 days, and as many again.
pub const TRIPS: usize = 60;

/// Moments that a forecast asks about: a month of half hours and a thousand more; then it stops looking, and says so.
pub const FORECAST_MOMENTS: usize = 2_500;
