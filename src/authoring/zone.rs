//! The clock of a pack as its author writes it: an offset, or the name of a time zone, which is looked up here and signed as the few
//! changes that it has while the pack is in force. Phones need no zones.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer, de};

use crate::calendar::{Offset, OffsetChange, Time};

/// A clock.
#[derive(Debug, Clone)]
pub enum ClockSource {
    /// An offset, and what it changes to.
    Offsets(Offset, Vec<OffsetChange>),
    /// A time zone.
    #[cfg(feature = "zones")]
    Zone(jiff::tz::TimeZone),
}

impl ClockSource {
    /// The offset of the first facts that a pack in force from then until then reads, and what it changes to until a forecast ends
    /// that begins with its last day.
    #[must_use]
    #[cfg_attr(not(feature = "zones"), expect(unused_variables, reason = "offsets are the same at all times"))]
    pub fn within(&self, from: Time, until: Time) -> (Offset, Vec<OffsetChange>) {
        match self {
            Self::Offsets(first, changes) => (*first, changes.clone()),
            #[cfg(feature = "zones")]
            Self::Zone(zone) => named::changes(zone, from, until),
        }
    }
}

impl<'de> Deserialize<'de> for ClockSource {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        match Offset::parse(&text) {
            Ok(offset) => Ok(Self::Offsets(offset, Vec::new())),
            Err(error) if !text.starts_with(|first: char| first.is_ascii_alphabetic()) => Err(de::Error::custom(error)),
            Err(_) => Self::named(&text).map_err(de::Error::custom),
        }
    }
}

#[cfg(not(feature = "zones"))]
impl ClockSource {
    fn named(name: &str) -> Result<Self, String> {
        Err(format!(
            "time zones such as `{name}` are read by the command-line tool; here it takes an offset such as +08:00"
        ))
    }
}

#[cfg(feature = "zones")]
mod named {
    use super::{ClockSource, Offset, OffsetChange, Time};
    use crate::authoring::advice::nearest;
    use crate::calendar::Span;
    use crate::limits::WINDOW_DAYS;
    use jiff::Timestamp;
    use jiff::tz::TimeZone;

    impl ClockSource {
        pub(super) fn named(name: &str) -> Result<Self, String> {
            // As it is written in the database: names are signed nowhere, but read by people.
            match TimeZone::get(name) {
                Ok(zone) if zone.iana_name() == Some(name) => Ok(Self::Zone(zone)),
                _ => {
                    let known: Vec<String> = jiff::tz::db().available().map(|zone| zone.as_str().to_owned()).collect();
                    let meant = nearest(name, known.iter().map(String::as_str));
                    let meant = meant.map(|meant| format!("; did you mean `{meant}`?")).unwrap_or_default();
                    Err(format!("there is no time zone `{name}`{meant}"))
                }
            }
        }
    }

    /// The offset of a zone, and its changes, as far before and after these moments as facts and forecasts reach.
    pub(super) fn changes(zone: &TimeZone, from: Time, until: Time) -> (Offset, Vec<OffsetChange>) {
        let around = Span::days(2 * WINDOW_DAYS);
        let (from, until) = (from.minus(around), until.plus(around));
        // Every moment of the calendar is one of theirs.
        let start = Timestamp::from_second(from.unix()).unwrap_or_default();
        let mut last = offset(zone.to_offset(start));
        let first = last;
        let mut changes = Vec::new();
        for change in zone.following(start) {
            let (at, offset) = (Time::from_unix(change.timestamp().as_second()), offset(change.offset()));
            if at >= until {
                break;
            }
            if offset != last {
                changes.push(OffsetChange { at, offset });
                last = offset;
            }
        }
        (first, changes)
    }

    /// In whole minutes, as all are since 1972.
    fn offset(offset: jiff::tz::Offset) -> Offset {
        Offset::from_minutes(i16::try_from(offset.seconds().div_euclid(60)).unwrap_or_default())
    }
}

#[cfg(test)]
#[cfg(feature = "zones")]
mod tests {
    use super::*;
    use crate::authoring::source::{PackSource, trial_pack};
    use crate::colour::Colour;
    use crate::facts::Report;
    use crate::rules::evaluate::{Inputs, decide};
    use crate::rules::pack::Pack;

    fn time(text: &str) -> Time {
        Time::parse(text).unwrap()
    }

    fn named(name: &str) -> Result<ClockSource, String> {
        serde_json::from_value(name.into()).map_err(|error| error.to_string())
    }

    #[test]
    fn a_zone_becomes_the_changes_of_a_packs_life_and_one_that_does_not_exist_is_refused() {
        let (from, until) = (time("2026-02-01T00:00:00Z"), time("2026-09-01T00:00:00Z"));
        let changes = |name: &str| {
            let (first, changes) = named(name).unwrap().within(from, until);
            let changes = changes.iter().map(|change| format!("{} {}", change.at, change.offset));
            (first.to_string(), changes.collect::<Vec<_>>())
        };
        assert_eq!(changes("+08:00"), ("+08:00".into(), vec![]));
        assert_eq!(changes("Asia/Shanghai"), ("+08:00".into(), vec![]));
        let london = vec![
            "2025-10-26T01:00:00Z +00:00".into(),
            "2026-03-29T01:00:00Z +01:00".into(),
            "2026-10-25T01:00:00Z +00:00".into(),
        ];
        assert_eq!(changes("Europe/London"), ("+01:00".into(), london));
        for (name, says) in [
            ("Europe/Londn", "there is no time zone `Europe/Londn`; did you mean `Europe/London`?"),
            ("europe/london", "did you mean `Europe/London`?"),
            ("Beijing", "there is no time zone `Beijing`"),
            ("8:00", "expected an offset from UTC such as +08:00"),
            ("", "expected an offset"),
        ] {
            let error = named(name).unwrap_err();
            assert!(error.contains(says), "{error}");
        }
    }

    /// The trial pack with the clock of a zone, for 2026.
    fn pack_of(zone: &str, parts: &str) -> Pack {
        let clock = named(zone).unwrap();
        let (from, until) = (time("2026-01-01T00:00:00Z"), time("2026-12-31T00:00:00Z"));
        let (utc_offset, changes) = clock.within(from, until);
        Pack { utc_offset, offset_changes: Some(changes), valid_from: from, ..trial_pack(parts) }
    }

    #[test]
    fn days_are_those_of_the_clock_over_its_changes() {
        let parts = "
            [[question]]
            id = 'met'
            type = 'date'
            text = TEXT
            [[rule]]
            id = 'watch'
            when = 'today before answers.met + 3 days'
            colour = 'yellow'
            text = TEXT
            way-back = TEXT
            [[rule]]
            id = 'closed'
            when = 'now not before today + 18 hours'
            colour = 'grey'
            text = TEXT
            way-back = TEXT
        ";
        let pack = pack_of("Europe/London", parts);
        let colour = |met: &str, now: &str| {
            let answers = serde_json::from_str(&format!(r#"{{"met": "{met}"}}"#)).unwrap();
            let reports = [Report { at: time(now), answers, given_for: None }];
            let decision = decide(&pack, &Inputs { reports: &reports, ..Inputs::default() }, time(now));
            (decision.colour, decision.reasons.len())
        };
        // The day of 23 hours, and that of 25: the third day is over at midnight by the clock.
        for (met, last, over) in [
            ("2026-03-27", "2026-03-29T17:59:59+01:00", "2026-03-30T00:00:00+01:00"),
            ("2026-10-23", "2026-10-25T17:59:59+00:00", "2026-10-26T00:00:00+00:00"),
            ("2026-06-10", "2026-06-12T17:59:59+01:00", "2026-06-13T00:00:00+01:00"),
        ] {
            assert_eq!(colour(met, last), (Colour::Yellow, 1), "{last}");
            assert_eq!(colour(met, over), (Colour::Green, 0), "{over}");
        }
        // Six in the evening is six by the clock, on the days of a change as well.
        for (before, from) in [
            ("2026-03-29T17:29:59+01:00", "2026-03-29T18:00:00+01:00"),
            ("2026-10-25T17:29:59+00:00", "2026-10-25T18:00:00+00:00"),
            ("2026-07-01T17:29:59+01:00", "2026-07-01T18:00:00+01:00"),
        ] {
            assert_eq!(colour("2026-01-10", before), (Colour::Green, 0), "{before}");
            assert_eq!(colour("2026-01-10", from), (Colour::Grey, 1), "{from}");
        }
    }

    #[test]
    fn a_pack_names_its_zone_in_place_of_its_offset() {
        let head = "[pack]\nid = 'p'\nregion = 'GB'\nversion = 1\ntitle = { zh-Hans = '试用', en = 'Trial' }\n\
             issuer = { zh-Hans = '测试', en = 'Tests' }\nvalid-from = '2026-03-01T00:00:00Z'\n\
             valid-until = '2026-12-01T00:00:00Z'\nwindow = '14 d'\n";
        let read = |clock: &str| PackSource::parse(&format!("{head}{clock}\n"));
        let source = read("zone = 'Europe/London'").unwrap();
        assert_eq!(source.pack.local(time("2026-07-01T11:00:00Z")), "2026-07-01T12:00:00+01:00");
        let pack = source.to_pack();
        assert!(pack.offset_changes.is_some());
        assert_eq!(read("zone = 'Asia/Shanghai'").unwrap().to_pack(), read("utc-offset = '+08:00'").unwrap().to_pack());
        let refused = |clock: &str| read(clock).unwrap_err().to_string();
        let unknown = refused("zone = 'Europe/Londn'");
        assert!(
            unknown.starts_with("line 10, column 8") && unknown.contains("did you mean `Europe/London`?"),
            "{unknown}"
        );
        assert!(refused("").contains("missing field `utc-offset`"));
        assert!(refused("zone = 'Europe/London'\nutc-offset = '+00:00'").contains("duplicate field"));
    }
}
