//! The diary: where somebody was, when, and how. A transit is not a stay, and rules can tell them apart.

use serde::{Deserialize, Deserializer, Serialize, de};

use crate::calendar::{Clock, Date, Span, Time};
use crate::cbor::{cbor_map, numbered};
use crate::limits::NOT_IN;
use crate::place::Place;
use crate::private::private_debug;
use crate::venue::{Stay, Venue};

/// How somebody was in a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// Stayed, lived, worked or changed trains there.
    #[default]
    Stay,
    /// Drove through without stopping.
    DriveThrough,
    /// Sat in a train through it.
    Rail,
    /// Flew over or changed planes without leaving the airport.
    Air,
    /// Slept in a vehicle on the road.
    OvernightOnRoad,
}
numbered!(Mode { 0 Stay, 1 DriveThrough, 2 Rail, 3 Air, 4 OvernightOnRoad });

impl Mode {
    /// Its number in files.
    pub(crate) const fn number(self) -> u8 {
        match self {
            Self::Stay => 0,
            Self::DriveThrough => 1,
            Self::Rail => 2,
            Self::Air => 3,
            Self::OvernightOnRoad => 4,
        }
    }

    /// The mode with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let all = [Self::Stay, Self::DriveThrough, Self::Rail, Self::Air, Self::OvernightOnRoad];
        all.into_iter().find(|mode| mode.name() == name)
    }

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
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields, expecting = "a visit")]
pub struct Visit {
    /// The most precise known place.
    pub place: Place,
    /// When it began.
    pub arrive: Time,
    /// When it ended (exclusive); absent while it is going on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leave: Option<Time>,
    /// Whether it was a stay or a transit, and which kind.
    #[serde(default)]
    pub mode: Mode,
    /// Which of the places inside it was not: those that the risk data listed when the person was asked and said that it was
    /// none of them, 256 at most. Absent if nobody has asked.
    #[serde(default, deserialize_with = "places", skip_serializing_if = "Option::is_none")]
    pub not_in: Option<Vec<Place>>,
    /// The venue, if its code was scanned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub venue: Option<Venue>,
}
cbor_map!(Visit { 0 place, 1 arrive, 2 leave, 3 mode, 4 not_in, 5 venue });

/// Places that somebody says they were not in: no more than anybody was asked about.
pub(super) fn places<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<Place>>, D::Error> {
    let places = Vec::deserialize(deserializer)?;
    if places.len() > NOT_IN {
        Err(de::Error::invalid_length(places.len(), &"256 places at most"))
    } else {
        Ok(Some(places))
    }
}

impl Visit {
    /// By place, then by time; equal visits have equal keys, and as good as no others.
    pub(crate) fn sort_key(&self) -> crate::order::Key {
        // Place keys are far below 2^63.
        let key = |place: &Place| i64::try_from(place.sort_key()).unwrap_or(i64::MAX);
        let not_in = self.not_in().iter().fold(0_i64, |sum, place| sum.wrapping_mul(31).wrapping_add(key(place)));
        let seed = self.venue.iter().flat_map(|venue| venue.seed.0);
        let not_in = seed.fold(not_in, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
        let leave = self.leave.map_or(i64::MAX, Time::unix);
        [key(&self.place), self.arrive.unix(), leave, not_in.wrapping_mul(16) | i64::from(self.mode.number())]
    }

    /// The stay at a venue that it is, if it is one.
    #[must_use]
    pub fn at_venue(&self) -> Option<Stay> {
        let Self { place, arrive, leave, .. } = *self;
        self.venue.as_ref().map(|venue| Stay { place, seed: venue.seed, arrive, leave })
    }

    /// The places inside that it is said not to have been in.
    #[must_use]
    pub fn not_in(&self) -> &[Place] {
        self.not_in.as_deref().unwrap_or_default()
    }

    /// Whether it says more of all the time of another visit: that it was at a place inside, or that it was not at more of those.
    #[must_use]
    pub(crate) fn says_more_than(&self, other: &Self) -> bool {
        let end = |visit: &Self| visit.leave.map_or(i64::MAX, Time::unix);
        let (said, before) = (self.not_in(), other.not_in());
        self.arrive <= other.arrive
            && end(other) <= end(self)
            && other.place.contains(self.place)
            && (self.place != other.place
                || before.len() < said.len() && before.iter().all(|place| said.contains(place)))
    }

    /// Whether it goes on with another visit rather than contradict it: it ends one that had no end when it was `entered`, or says
    /// more exactly where it was.
    #[must_use]
    pub(crate) fn goes_on_from(&self, before: &Self, entered: Time) -> bool {
        self != before
            && self.arrive == before.arrive
            && (self.leave == before.leave || before.leave.is_none() && self.leave >= Some(entered))
            && self.mode == before.mode
            && self.venue == before.venue
            && before.place.contains(self.place)
            && before.not_in().iter().all(|place| self.not_in().contains(place))
    }

    /// Whether it ends after it begins.
    #[must_use]
    pub fn is_ordered(&self) -> bool {
        self.leave.is_none_or(|leave| self.arrive < leave)
    }

    /// When the visit began and, as far as is known at `now`, ended; `None` if it has not begun.
    #[must_use]
    pub fn span_until(&self, now: Time) -> Option<(Time, Time)> {
        let end = self.leave.map_or(now, |leave| leave.min(now));
        // Somebody who arrives at this moment is there, if only for an instant.
        (self.arrive <= now && self.arrive <= end).then_some((self.arrive, end))
    }

    /// This visit, ended at `handed_in` if it had no end: it is known to have lasted until then, and no longer.
    #[must_use]
    pub fn closed(mut self, handed_in: Time) -> Self {
        self.leave = self.leave.or_else(|| Some(handed_in.max(self.arrive.plus(Span::seconds(1)))));
        self
    }

    /// Whether somebody is there at `now`.
    #[must_use]
    pub fn is_open(&self, now: Time) -> bool {
        self.arrive <= now && self.leave.is_none_or(|leave| now < leave)
    }
}

/// A trip as entered in a questionnaire: in whole days.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields, expecting = "a trip")]
pub struct Trip {
    /// The most precise known place.
    pub place: Place,
    /// The first day, `2020-02-11`, by the rules' own time zone; at most as many days ago as the question's `daysBack` says.
    pub from: Date,
    /// The last day, not before the first; absent while still there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Date>,
    /// Whether it was a stay or a transit, and which kind.
    #[serde(default)]
    pub mode: Mode,
    /// Which of the places inside it was not, as in a visit.
    #[serde(default, deserialize_with = "places", skip_serializing_if = "Option::is_none")]
    pub not_in: Option<Vec<Place>>,
}
cbor_map!(Trip { 0 place, 1 from, 2 to, 3 mode, 4 not_in });

impl Trip {
    /// The visit, by the clock of the rules, from the beginning of the first day to the end of the last, which is the longest that it can have
    /// been; if it was handed in on its last day, it was over by then.
    #[must_use]
    pub fn to_visit(&self, clock: Clock<'_>, handed_in: Time) -> Visit {
        let arrive = clock.start(self.from);
        let end = |to: Date| {
            let end = clock.start(to.plus_days(1));
            if handed_in > arrive { end.min(handed_in) } else { end }
        };
        Visit {
            place: self.place,
            arrive,
            leave: self.to.map(end),
            mode: self.mode,
            not_in: self.not_in.clone(),
            venue: None,
        }
    }
}

private_debug!(Visit, Trip);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::Offset;

    #[test]
    fn a_trip_in_days_covers_them_whole_at_the_packs_offset() {
        let trip = Trip {
            place: Place::parse("420100").unwrap(),
            from: Date::parse("2020-01-20").unwrap(),
            to: Date::parse("2020-01-22").ok(),
            mode: Mode::Stay,
            not_in: None,
        };
        let handed_in = Time::parse("2020-02-01T08:00:00+08:00").unwrap();
        let visit = trip.to_visit(Offset::CHINA.into(), handed_in);
        assert_eq!(visit.arrive, Time::parse("2020-01-20T00:00:00+08:00").unwrap());
        assert_eq!(visit.leave, Time::parse("2020-01-23T00:00:00+08:00").ok());
        let handed_in = Time::parse("2020-01-22T09:00:00+08:00").unwrap();
        assert_eq!(trip.to_visit(Offset::CHINA.into(), handed_in).leave, Some(handed_in));
        assert_eq!(format!("{trip:?} {visit:?}"), "Trip(..) Visit(..)");
    }
}
