//! What officers see: moments, grounds and rows in words.

use std::collections::BTreeMap;

use healthcode::calendar::{DAY, Offset, Span, Time};
use healthcode::colour::Colour;
use healthcode::facts::Status;
use healthcode::place::Place;
use healthcode::rules::pack::Text;
use serde::{Deserialize, Serialize};

use crate::acts::id::{Id, Person};
use crate::acts::rows::{Above, Row};
use crate::format::local;
use crate::terminal::say;

/// A ground of the rules in force.
#[derive(Serialize, Deserialize)]
pub(super) struct Ground {
    pub(super) id: String,
    pub(super) title: Text,
    pub(super) url: String,
    pub(super) from: Time,
    pub(super) until: Time,
    pub(super) region: Place,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) cap: Option<u32>,
}

/// What else is there about the people of a proposal.
#[derive(Deserialize)]
pub(super) struct Standing {
    pub(super) entries: usize,
    pub(super) people: usize,
    pub(super) open: Vec<Id>,
    pub(super) colours: Vec<Comes>,
    /// The caps that it is under.
    pub(super) caps: Vec<Above>,
}

/// The colour that the rules give a kind of row.
#[derive(Deserialize)]
pub(super) struct Comes {
    ground: String,
    district: Place,
    status: Status,
    colour: Colour,
}

/// An entry, as the issuer tells of it.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Entry {
    pub(super) entry: Id,
    pub(super) proposal: Id,
    #[serde(skip_serializing)]
    pub(super) person: Person,
    pub(super) status: Status,
    pub(super) since: Time,
    pub(super) until: Time,
    pub(super) ground: String,
    pub(super) district: Place,
    pub(super) confirmed: Time,
    pub(super) ended: Option<Time>,
    pub(super) acts: bool,
}

/// A moment as a clock in China has it: 2022-12-02 16:30.
pub(super) fn minute(time: Time) -> String {
    let text = local(time);
    match text.strip_suffix("+08:00").and_then(|text| text.strip_suffix(":00").unwrap_or(text).split_once('T')) {
        Some((day, clock)) => format!("{day} {clock}"),
        None => text,
    }
}

/// An end: of one at midnight, the day before is the last.
pub(super) fn end(time: Time) -> String {
    let midnight = (time.unix() + Offset::CHINA.seconds()).rem_euclid(DAY) == 0;
    if !midnight {
        return minute(time);
    }
    let last = minute(time.minus(Span::days(1)));
    format!("the end of {}", last.split(' ').next().unwrap_or_default())
}

fn range(least: Time, most: Time, shown: fn(Time) -> String) -> String {
    if least == most { shown(least) } else { format!("{} … {}", shown(least), shown(most)) }
}

/// How many people there are on each ground, district by district, since and until when, and what the rules make of it.
pub(super) fn say_kinds(rows: &[Row], standing: &Standing, grounds: &[Ground]) {
    let mut kinds: BTreeMap<_, Vec<&Row>> = BTreeMap::new();
    for row in rows {
        kinds.entry((&row.ground, row.district, row.status)).or_default().push(row);
    }
    let mut in_all: BTreeMap<&str, usize> = BTreeMap::new();
    for ((ground, district, status), rows) in kinds {
        let span = |of: fn(&Row) -> Time, shown: fn(Time) -> String| {
            let (least, most) = (rows.iter().map(|row| of(row)).min(), rows.iter().map(|row| of(row)).max());
            least.zip(most).map_or_else(String::new, |(least, most)| range(least, most, shown))
        };
        let is = |comes: &&Comes| comes.ground == *ground && comes.district == district && comes.status == status;
        let comes = match standing.colours.iter().find(is).map(|comes| comes.colour) {
            Some(Colour::Green) | None => "the rules give it no colour: it restricts nobody".to_owned(),
            Some(colour) => format!("comes to {}", colour.name()),
        };
        say(format_args!(
            "  {ground}, {district}: {} {}, from {} to {}; {comes}",
            rows.len(),
            status.name(),
            span(|row| row.since, minute),
            span(|row| row.until, end),
        ));
        *in_all.entry(ground).or_default() += rows.len();
    }
    for (ground, people) in in_all {
        let title = grounds.iter().find(|known| known.id == ground);
        let title = title.map_or_else(String::new, |known| format!(" ({} / {})", known.title.zh_hans, known.title.en));
        say(format_args!("  {ground} in all: {people}{title}"));
    }
    standing.caps.iter().for_each(say_cap);
    if standing.people > 0 {
        let Standing { people, entries, .. } = standing;
        say(format_args!(
            "  warning: of these people, {people} have other entries in force already, {entries} in all: `healthcode officer find`"
        ));
    }
    for open in &standing.open {
        say(format_args!("  warning: some of these people are in another open proposal, {open}"));
    }
}

/// How many of a day's cap a list takes.
pub(super) fn say_cap(above: &Above) {
    let Above { ground, county, people, before, cap } = above;
    let further = if above.is_above() { ": an officer of a further authority has to confirm it, too" } else { "" };
    say(format_args!("  {ground} in {county} today: {before}, with this list {}, cap {cap}{further}", before + people));
}

/// A line about an entry.
pub(super) fn entry(entry: &Entry) -> String {
    let Entry { entry: id, status, since, until, ground, district, ended, acts, .. } = entry;
    let state = match (ended, acts) {
        (Some(ended), _) => format!("withdrawn or corrected at {}", minute(*ended)),
        (None, true) => "in force".to_owned(),
        (None, false) => "lapsed".to_owned(),
    };
    format!("  {id}  {}  {ground}  {district}  {} to {}  {state}", status.name(), minute(*since), end(*until))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_at_midnight_is_the_end_of_the_day_before() {
        let time = |text: &str| Time::parse(text).unwrap();
        assert_eq!(minute(time("2022-12-02T16:30:00+08:00")), "2022-12-02 16:30");
        assert_eq!(minute(time("2022-12-02T16:30:05+08:00")), "2022-12-02 16:30:05");
        assert_eq!(end(time("2022-12-02T16:30:00+08:00")), "2022-12-02 16:30");
        assert_eq!(end(time("2022-12-03T00:00:00+08:00")), "the end of 2022-12-02");
    }
}
