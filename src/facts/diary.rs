//! The diary: where somebody was, when, and in which way. A transit is not a stay, and rules can tell them apart.

use core::fmt;

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::place::Place;
use crate::calendar::{DAY, Date, Offset, Span, Time};

/// In which way somebody was in a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode, Serialize, Deserialize, Default)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "kebab-case")]
#[cbor(index_only)]
pub enum Mode {
    /// Stayed, lived, worked or changed trains there.
    #[n(0)]
    #[default]
    Stay,
    /// Drove through without stopping.
    #[n(1)]
    DriveThrough,
    /// Sat in a train through it.
    #[n(2)]
    Rail,
    /// Flew over or changed planes without leaving the airport.
    #[n(3)]
    Air,
    /// Slept in a vehicle on the road.
    #[n(4)]
    OvernightOnRoad,
}

impl Mode {
    /// The name that rules use.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Stay => "stay",
            Self::DriveThrough => "drive-through",
            Self::Rail => "rail",
            Self::Air => "air",
            Self::OvernightOnRoad => "overnight-on-road",
        }
    }
}

/// One stay or transit.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cbor(map)]
pub struct Visit {
    /// Where.
    #[n(0)]
    pub place: Place,
    /// From this moment on …
    #[n(1)]
    pub arrive: Time,
    /// … until before this one; absent while still there.
    #[n(2)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leave: Option<Time>,
    /// In which way.
    #[n(3)]
    #[serde(default)]
    pub mode: Mode,
}

impl Visit {
    /// Whether it ends after it begins.
    #[must_use]
    pub fn is_ordered(&self) -> bool {
        self.leave.is_none_or(|leave| self.arrive < leave)
    }

    /// From when to when somebody had been there, as far as `now` can tell; `None` if not yet.
    #[must_use]
    pub fn span_until(&self, now: Time) -> Option<(Time, Time)> {
        let end = self.leave.map_or(now, |leave| leave.min(now));
        // Who arrives at this moment is there, though for no time yet.
        (self.arrive <= now && self.arrive <= end).then_some((self.arrive, end))
    }

    /// This visit, over by `told` if it had no end: known to have gone on until then, and no longer.
    #[must_use]
    pub fn closed(mut self, told: Time) -> Self {
        self.leave = self.leave.or_else(|| Some(told.max(self.arrive.plus(Span::seconds(1)))));
        self
    }

    /// Whether somebody is there at `now`.
    #[must_use]
    pub fn is_open(&self, now: Time) -> bool {
        self.arrive <= now && self.leave.is_none_or(|leave| now < leave)
    }
}

/// Where somebody was is theirs.
impl fmt::Debug for Visit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Visit(..)")
    }
}

/// A trip as a questionnaire asks for it: in days.
#[derive(Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cbor(map)]
pub struct Trip {
    /// Where.
    #[n(0)]
    pub place: Place,
    /// The first day.
    #[n(1)]
    pub from: Date,
    /// The last day; absent while still there.
    #[n(2)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Date>,
    /// In which way.
    #[n(3)]
    #[serde(default)]
    pub mode: Mode,
}

impl Trip {
    /// The visit from the beginning of the first day to the end of the last, which is the longest that it can have been;
    /// told on its last day, it is over by the time of the telling.
    #[must_use]
    pub fn to_visit(&self, offset: Offset, told: Time) -> Visit {
        let arrive = self.from.start(offset);
        let end = |to: Date| {
            let end = to.start(offset).plus(Span::seconds(DAY));
            if told > arrive { end.min(told) } else { end }
        };
        Visit { place: self.place, arrive, leave: self.to.map(end), mode: self.mode }
    }
}

impl fmt::Debug for Trip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Trip(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trip_in_days_covers_them_whole_at_the_packs_offset() {
        let trip = Trip {
            place: Place::parse("420100").unwrap(),
            from: Date::parse("2020-01-20").unwrap(),
            to: Date::parse("2020-01-22").ok(),
            mode: Mode::Stay,
        };
        let told = Time::parse("2020-02-01T08:00:00+08:00").unwrap();
        let visit = trip.to_visit(Offset::CHINA, told);
        assert_eq!(visit.arrive, Time::parse("2020-01-20T00:00:00+08:00").unwrap());
        assert_eq!(visit.leave, Time::parse("2020-01-23T00:00:00+08:00").ok());
        let told = Time::parse("2020-01-22T09:00:00+08:00").unwrap();
        assert_eq!(trip.to_visit(Offset::CHINA, told).leave, Some(told));
        assert_eq!(format!("{trip:?} {visit:?}"), "Trip(..) Visit(..)");
    }
}
