//! Corrections: what the log said before somebody put it right. It stays in sight, and no rule reads it.

use serde::Serialize;

use super::{Report, Visit};
use crate::calendar::Time;
use crate::cbor::cbor_map;
use crate::private::private_debug;

/// An entry of the log that was corrected: a report or a visit.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Correction {
    /// When it was corrected.
    pub at: Time,
    /// The report as it was. In its place, and at its moment, stands what corrected it: a report of the log, or another that was
    /// corrected later.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub report: Option<Report>,
    /// The visit as it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub visit: Option<Visit>,
    /// What came into the place of a visit; absent if it was removed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<Visit>,
}
cbor_map!(Correction { 0 at, 1 report, 2 visit, 3 by });

private_debug!(Correction);
