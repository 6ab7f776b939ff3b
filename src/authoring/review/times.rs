//! Moments that were probably meant otherwise, and the times in which grounds leave a pack without rules.

use std::collections::BTreeSet;

use super::asked::facts_read;
use super::finding::Finding;
use crate::authoring::source::PackSource;
use crate::calendar::{Clock, DAY, Date, Offset, Span, Time};
use crate::rules::location::Location;
use crate::rules::pack::{Ground, Rule};

/// The shortest time in which people can be expected to do anything.
const HOUR: Span = Span::seconds(3600);

/// Midnights of the wrong clock, times too short to keep, and the times in which rules do not act.
pub(super) fn times(source: &PackSource) -> Vec<Finding> {
    let head = &source.pack;
    let in_head = |key: &'static str| Location::new("the pack", ["pack".into(), key.into()]);
    let mut found = Vec::new();
    let pack =
        [("valid-from", head.valid_from), ("valid-until", head.valid_until)].map(|(key, time)| (in_head(key), time));
    let grounds = source.grounds.iter().enumerate().flat_map(|(index, ground)| {
        let at = Location::item("ground", index, format!("ground {}", ground.id));
        [(at.key("from"), ground.from), (at.key("until"), ground.until)]
    });
    for (at, time) in pack.into_iter().chain(grounds) {
        if is_midnight_of_utc_alone(time, head.offset_at(time)) {
            found.push(Finding::UtcMidnight { at, local: head.local(time) });
        }
    }
    let offset = head.offset_at(head.valid_from);
    if !head.region.is_abroad() && offset.seconds() != CHINA {
        found.push(Finding::OtherClock { offset });
    }
    if let Some(within) = head.report_within.filter(|within| *within < HOUR) {
        found.push(Finding::TooShort { at: in_head("report-within"), lasts: within });
    }
    for (index, course) in source.courses.iter().enumerate() {
        let at = Location::item("course", index, format!("course {}", course.id));
        for (step, _) in course.steps.iter().enumerate().filter(|(_, step)| step.lasts < HOUR) {
            let lasts = course.steps.get(step).map_or(Span::ZERO, |step| step.lasts);
            found.push(Finding::TooShort { at: at.key("steps").key(step), lasts });
        }
    }
    found.extend(resting(source));
    if head.version == 0 {
        found.push(Finding::NoVersion);
    }
    found
}

/// The offset of every clock in China, in seconds.
const CHINA: i64 = 8 * 3600;

fn is_midnight_of_utc_alone(time: Time, offset: Offset) -> bool {
    let midnight = |seconds: i64| seconds.rem_euclid(DAY) == 0;
    midnight(time.unix()) && !midnight(time.unix().saturating_add(offset.seconds()))
}

/// The moment of a text in a condition that is midnight in UTC and not by this clock: a date alone, or one that ends with Z.
pub(super) fn utc_midnight(text: &str, clock: Clock<'_>) -> Option<Time> {
    let time = match Date::parse(text) {
        Ok(date) => date.start(Offset::UTC),
        Err(_) => Time::parse(text).ok()?,
    };
    is_midnight_of_utc_alone(time, clock.offset_at(time)).then_some(time)
}

/// A rule or a threshold: its id, its ground, and its rule if it is one.
struct Restricting<'a> {
    id: &'a str,
    ground: Option<&'a Ground>,
    rule: Option<&'a Rule>,
}

impl Restricting<'_> {
    fn acts(&self, at: Time) -> bool {
        self.ground.is_none_or(|ground| ground.from <= at && at < ground.until)
    }

    /// Whether it says what becomes of another rule that does not act from this moment on: by the same facts, or by naming it.
    fn follows(&self, other: &Self, from: Time) -> bool {
        let (Some(rule), Some(of)) = (self.rule, other.rule) else { return false };
        let same = rule.on == of.on && facts_read(rule.when.expression()) == facts_read(of.when.expression());
        let mut named = same;
        rule.when.expression().texts(&mut |text| named |= Time::parse(text).is_ok_and(|time| time == from));
        named
    }
}

/// The times within the pack's validity in which no rule acts, or not those of a ground that is not in force.
fn resting(source: &PackSource) -> Vec<Finding> {
    let head = &source.pack;
    let ground = |id: &Option<String>| source.grounds.iter().find(|ground| Some(&ground.id) == id.as_ref());
    let rules = source.rules.iter();
    let rules = rules.map(|rule| Restricting { id: &rule.id, ground: ground(&rule.ground), rule: Some(rule) });
    let thresholds = source.thresholds.iter();
    let thresholds = thresholds.map(|one| Restricting { id: &one.id, ground: ground(&one.ground), rule: None });
    let all: Vec<_> = rules.chain(thresholds).collect();
    let named = |ground: &&Ground| all.iter().any(|one| one.ground.is_some_and(|named| named.id == ground.id));
    let used: Vec<&Ground> = source.grounds.iter().filter(named).collect();
    let ends = used.iter().flat_map(|ground| [ground.from, ground.until]);
    let inside = ends.filter(|time| head.valid_from < *time && *time < head.valid_until);
    let mut moments: BTreeSet<Time> = inside.collect();
    moments.extend([head.valid_from, head.valid_until]);
    let moments: Vec<Time> = moments.into_iter().collect();
    let stretches: Vec<(Time, Time)> = moments.iter().copied().zip(moments.iter().copied().skip(1)).collect();
    if all.is_empty() || head.valid_until <= head.valid_from {
        return Vec::new();
    }
    let mut found = Vec::new();
    let nothing = |from: Time| all.iter().all(|one| !one.acts(from));
    for (from, until, ()) in joined(stretches.iter().map(|(from, until)| (*from, *until, nothing(*from).then_some(()))))
    {
        found.push(Finding::NothingActs { from: head.local(from), until: head.local(until) });
    }
    for (index, ground) in source.grounds.iter().enumerate() {
        // One that is never in force is said elsewhere.
        if ground.until <= head.valid_from || head.valid_until <= ground.from {
            continue;
        }
        let at = Location::item("ground", index, format!("ground {}", ground.id));
        let rest = |from: Time| {
            let own = |one: &&Restricting<'_>| one.ground.is_some_and(|named| named.id == ground.id);
            let begins = if ground.until <= from { ground.until } else { from };
            let alone =
                |one: &&Restricting<'_>| !all.iter().any(|other| other.acts(from) && other.follows(one, begins));
            let ids = all.iter().filter(own).filter(|one| !one.acts(from)).filter(alone).map(|one| one.id);
            let ids: Vec<&str> = ids.collect();
            (!ids.is_empty() && !nothing(from)).then(|| ids.join(", "))
        };
        for (from, until, ids) in joined(stretches.iter().map(|(from, until)| (*from, *until, rest(*from)))) {
            let at = at.key(if ground.until <= from { "until" } else { "from" });
            found.push(Finding::Rest { at, from: head.local(from), until: head.local(until), ids });
        }
    }
    found
}

/// Stretches of time that follow one another and are about the same, as one; those about nothing are left out.
fn joined<T: PartialEq>(stretches: impl Iterator<Item = (Time, Time, Option<T>)>) -> Vec<(Time, Time, T)> {
    let mut joined: Vec<(Time, Time, T)> = Vec::new();
    for (from, until, about) in stretches {
        let Some(about) = about else { continue };
        match joined.last_mut() {
            Some((_, end, same)) if *end == from && *same == about => *end = until,
            _ => joined.push((from, until, about)),
        }
    }
    joined
}
