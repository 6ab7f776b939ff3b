//! What differs between two versions of a pack, in words for those who have to approve it.

use core::fmt;
use std::borrow::Cow;

use super::source::{PackHead, PackSource};
use super::units;
use crate::calendar::{Span, Time};
use crate::rules::expression::Condition;
use crate::rules::pack::{
    Band, CORRECT_WITHIN, Certainty, Choice, Citation, Count, Course, Dimension, Ground, Lane, Measure, NumberForm, On,
    Pack, Question, Rule, Step, Text, Threshold, Total, UnclearVisits,
};

/// One change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What it is about, such as `rule fever`.
    pub at: String,
    /// The kind of change.
    pub what: What,
}

/// The kind of change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// It is new.
    Added {
        /// Its content.
        is: String,
    },
    /// It is gone.
    Removed {
        /// Its former content.
        was: String,
    },
    /// A part of it has changed.
    Changed {
        /// The part.
        part: Cow<'static, str>,
        /// Its former content.
        was: String,
        /// Its new content.
        is: String,
    },
    /// The same items are in a different order.
    Moved,
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = &self.at;
        match &self.what {
            What::Added { is } => write!(f, "added {at}: {is}"),
            What::Removed { was } => write!(f, "removed {at}: {was}"),
            What::Changed { part, was, is } => write!(f, "changed {at}, {part}\n  was: {was}\n  now: {is}"),
            What::Moved => write!(f, "changed the order of {at}"),
        }
    }
}

/// All differences, except for the version number and the test cases, which are not shipped.
#[must_use]
pub fn diff(old: &PackSource, new: &PackSource) -> Vec<Change> {
    let mut notes = Notes { old: old.to_pack(), new: new.to_pack(), found: Vec::new() };
    notes.head(old, new);
    notes.list("grounds", &old.grounds, &new.grounds, Notes::ground);
    notes.list("questions", &old.questions, &new.questions, Notes::question);
    notes.list("measures", &old.measures, &new.measures, Notes::measure);
    notes.list("bands", &old.bands, &new.bands, Notes::band);
    notes.list("thresholds", &old.thresholds, &new.thresholds, Notes::threshold);
    notes.list("courses", &old.courses, &new.courses, |notes, at, old, new| {
        notes.part(at, "steps", steps(old), steps(new));
    });
    notes.list("rules", &old.rules, &new.rules, Notes::rule);
    notes.list("sources", &old.sources, &new.sources, |notes, at, old, new| {
        notes.part(at, "what it says", old.says.clone(), new.says.clone());
    });
    notes.found
}

/// An item of a list.
trait Item: PartialEq {
    /// Its name.
    fn name(&self) -> String;
    /// Its content on one line, as written in its pack.
    fn line(&self, pack: &Pack) -> String;
}

struct Notes {
    old: Pack,
    new: Pack,
    found: Vec<Change>,
}

impl Notes {
    fn add(&mut self, at: &str, what: What) {
        self.found.push(Change { at: at.into(), what });
    }

    fn part(&mut self, at: &str, part: impl Into<Cow<'static, str>>, was: impl Into<String>, is: impl Into<String>) {
        let (was, is) = (was.into(), is.into());
        if was != is {
            let shown = |text: String| if text.is_empty() { "nothing".to_owned() } else { text };
            self.add(at, What::Changed { part: part.into(), was: shown(was), is: shown(is) });
        }
    }

    fn text(&mut self, at: &str, parts: [&'static str; 2], old: &Text, new: &Text) {
        let [zh_hans, en] = parts;
        self.part(at, zh_hans, old.zh_hans.as_str(), new.zh_hans.as_str());
        self.part(at, en, old.en.as_str(), new.en.as_str());
        let stem = en.trim_end_matches("English");
        let added = new.further.all().map(|(tag, _)| tag).filter(|tag| old.further.get(tag).is_none());
        for tag in old.further.all().map(|(tag, _)| tag).chain(added) {
            let [was, is] = [old, new].map(|text| text.further.get(tag).unwrap_or_default());
            self.part(at, format!("{stem}{tag}"), was, is);
        }
    }

    fn condition(&mut self, at: &str, part: &'static str, old: Option<&Condition>, new: Option<&Condition>) {
        let (was, is) = (when(&self.old, old), when(&self.new, new));
        if was == is && old != new {
            // The part of the difference that only the unit hides.
            let plain = |condition: Option<&Condition>| condition.map(ToString::to_string).unwrap_or_default();
            return self.part(at, part, plain(old), plain(new));
        }
        self.part(at, part, was, is);
    }

    fn head(&mut self, old: &PackSource, new: &PackSource) {
        let (old, new) = (&old.pack, &new.pack);
        let at = "the pack";
        self.part(at, "id", old.id.as_str(), new.id.as_str());
        self.part(at, "region", old.region.to_string(), new.region.to_string());
        self.part(at, "lane", lane(old.lane), lane(new.lane));
        let languages = |head: &PackHead| head.languages.join(", ");
        self.part(at, "further languages", languages(old), languages(new));
        self.text(at, ["title in Chinese", "title in English"], &old.title, &new.title);
        self.text(at, ["issuer in Chinese", "issuer in English"], &old.issuer, &new.issuer);
        let local = |time: Time| local(&self.new, time);
        let valid = [local(old.valid_from), local(new.valid_from), local(old.valid_until), local(new.valid_until)];
        let [old_from, new_from, old_until, new_until] = valid;
        self.part(at, "start of validity", old_from, new_from);
        self.part(at, "end of validity", old_until, new_until);
        self.part(at, "offset from UTC", offsets(&self.old), offsets(&self.new));
        self.part(at, "window", old.window.to_string(), new.window.to_string());
        let within = |within: Option<Span>| within.map(|span| span.to_string()).unwrap_or_default();
        self.part(at, "how old a report may be", within(old.report_within), within(new.report_within));
        self.part(at, "grace of the risk data", old.risk_grace.to_string(), new.risk_grace.to_string());
        let unclear = |rules: Option<UnclearVisits>| match rules {
            None => "undecided where the colour would be worse",
            Some(UnclearVisits::ByRules) => "by rules",
        };
        let (was, is) = (unclear(old.unclear_visits), unclear(new.unclear_visits));
        self.part(at, "visits that may have been in a listed place", was.to_owned(), is.to_owned());
        let correct = |within: Option<Span>| match within {
            None => format!("{CORRECT_WITHIN}, as nothing else is said"),
            Some(within) => within.to_string(),
        };
        let (was, is) = (correct(old.correct_within), correct(new.correct_within));
        self.part(at, "how long an entry may be corrected", was, is);
        let purpose =
            |head: &PackHead| head.purpose.map_or_else(|| "everyday".to_owned(), |purpose| purpose.to_string());
        self.part(at, "purpose", purpose(old), purpose(new));
        self.part(at, "recognised regions", joined(&old.recognises), joined(&new.recognises));
    }

    /// Compares items by name; if several have the same name, the first with the first and so on.
    fn list<T: Item>(&mut self, all: &str, old: &[T], new: &[T], compare: impl Fn(&mut Self, &str, &T, &T)) {
        let (was, is) = (names(old), names(new));
        for (item, name) in old.iter().zip(&was).filter(|(_, name)| !is.contains(name)) {
            let was = item.line(&self.old);
            self.add(name, What::Removed { was });
        }
        for (item, name) in new.iter().zip(&is) {
            match old.iter().zip(&was).find(|(_, was)| *was == name) {
                None => {
                    let is = item.line(&self.new);
                    self.add(name, What::Added { is });
                }
                Some((before, _)) if before != item => compare(self, name, before, item),
                Some(_) => {}
            }
        }
        let common = |names: &[String], others: &[String]| -> Vec<String> {
            names.iter().filter(|name| others.contains(name)).cloned().collect()
        };
        if common(&was, &is) != common(&is, &was) {
            self.add(all, What::Moved);
        }
    }

    fn question(&mut self, at: &str, old: &Question, new: &Question) {
        self.part(at, "type", old.kind.to_string(), new.kind.to_string());
        self.text(at, ["question in Chinese", "question in English"], &old.text, &new.text);
        let help = |question: &Question| question.help.clone().unwrap_or_default();
        self.text(at, ["help in Chinese", "help in English"], &help(old), &help(new));
        let required = |question: &Question| if question.required { "required" } else { "may be left out" };
        self.part(at, "answer", required(old), required(new));
        self.condition(at, "asked if", old.show_if.as_ref(), new.show_if.as_ref());
        let number = |question: &Question| question.number.as_ref().map(number).unwrap_or_default();
        self.part(at, "number", number(old), number(new));
        let days = |question: &Question| question.days_back.map(|days| format!("{days} days")).unwrap_or_default();
        self.part(at, "days back", days(old), days(new));
        let digits = |question: &Question| question.place_digits.map(|digits| digits.to_string()).unwrap_or_default();
        self.part(at, "digits of a place", digits(old), digits(new));
        let keeps = |question: &Question| match question.keeps {
            None => "",
            Some(true) => "stands there in the next report",
            Some(false) => "is asked anew",
        };
        self.part(at, "the last answer", keeps(old), keeps(new));
        let of = |option: &Choice| format!("{at}, option {}", option.id);
        for option in old.options.iter().filter(|option| new.options.iter().all(|other| other.id != option.id)) {
            self.add(&of(option), What::Removed { was: option.text.en.clone() });
        }
        for option in &new.options {
            match old.options.iter().find(|before| before.id == option.id) {
                None => self.add(&of(option), What::Added { is: option.text.en.clone() }),
                Some(before) => {
                    self.text(&of(option), ["text in Chinese", "text in English"], &before.text, &option.text);
                    let alone =
                        |option: &Choice| if option.alone { "excludes all others" } else { "may be one of several" };
                    self.part(&of(option), "together with others", alone(before), alone(option));
                    let unsure = |option: &Choice| if option.is_unsure() { "not sure" } else { "an answer" };
                    self.part(&of(option), "meaning", unsure(before), unsure(option));
                }
            }
        }
    }

    fn ground(&mut self, at: &str, old: &Ground, new: &Ground) {
        self.text(at, ["title in Chinese", "title in English"], &old.title, &new.title);
        self.part(at, "address", old.url.as_str(), new.url.as_str());
        let terms = [old.from, new.from, old.until, new.until].map(|time| local(&self.new, time));
        let [old_from, new_from, old_until, new_until] = terms;
        self.part(at, "start", old_from, new_from);
        self.part(at, "end", old_until, new_until);
        let [old_cap, new_cap] =
            [old, new].map(|ground| ground.cap.map_or_else(|| "none".to_owned(), |cap| cap.to_string()));
        self.part(at, "cap", old_cap, new_cap);
        let none = Text::default();
        let [was, is] = [old, new].map(|ground| ground.correct.as_ref().unwrap_or(&none));
        self.text(at, ["how to correct in Chinese", "how to correct in English"], was, is);
    }

    fn measure(&mut self, at: &str, old: &Measure, new: &Measure) {
        self.part(at, "what is counted", counted(old), counted(new));
        self.condition(at, "counts only if", old.when.as_ref(), new.when.as_ref());
    }

    fn band(&mut self, at: &str, old: &Band, new: &Band) {
        self.part(at, "dimension", dimension(old.dimension), dimension(new.dimension));
        let (was, is) = (points(&self.old, old), points(&self.new, new));
        self.part(at, "points", was, is);
        self.condition(at, "only if", old.when.as_ref(), new.when.as_ref());
        self.text(at, ["text in Chinese", "text in English"], &old.text, &new.text);
    }

    fn threshold(&mut self, at: &str, old: &Threshold, new: &Threshold) {
        let mark = |threshold: &Threshold| {
            format!("{} from {} points on {}", threshold.colour, threshold.at_least, total(threshold.score))
        };
        self.part(at, "threshold", mark(old), mark(new));
        self.part(at, "ground", old.ground.clone().unwrap_or_default(), new.ground.clone().unwrap_or_default());
        self.reason(at, [&old.text, &old.way_back], [&new.text, &new.way_back]);
    }

    fn rule(&mut self, at: &str, old: &Rule, new: &Rule) {
        self.part(at, "asked of", on(old.on), on(new.on));
        self.condition(at, "condition", Some(&old.when), Some(&new.when));
        self.part(at, "what it gives", gives(old), gives(new));
        let since = |rule: &Rule| rule.since.clone().unwrap_or_default();
        self.part(at, "question that it counts from", since(old), since(new));
        self.part(at, "ground", old.ground.clone().unwrap_or_default(), new.ground.clone().unwrap_or_default());
        self.reason(at, [&old.text, &old.way_back], [&new.text, &new.way_back]);
    }

    fn reason(&mut self, at: &str, [old, old_way]: [&Text; 2], [new, new_way]: [&Text; 2]) {
        self.text(at, ["reason in Chinese", "reason in English"], old, new);
        self.text(at, ["way back in Chinese", "way back in English"], old_way, new_way);
    }
}

/// The names of items, with numbers to distinguish equal ones.
fn names<T: Item>(items: &[T]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for item in items {
        let name = item.name();
        let mut unique = name.clone();
        let mut number = 1;
        while names.contains(&unique) {
            number += 1;
            unique = format!("{name} ({number})");
        }
        names.push(unique);
    }
    names
}

/// A moment at the pack's offset, as packs write it.
fn local(pack: &Pack, time: Time) -> String {
    let offset = pack.clock().offset_at(time);
    let shifted = time.plus(Span::seconds(offset.seconds())).to_string();
    format!("{}{offset}", shifted.trim_end_matches('Z'))
}

/// The offsets of a pack's clock.
fn offsets(pack: &Pack) -> String {
    let changes = pack.offset_changes.iter().flatten().map(|change| format!(", {} from {}", change.offset, change.at));
    core::iter::once(pack.utc_offset.to_string()).chain(changes).collect()
}

fn joined<T: ToString>(items: &[T]) -> String {
    items.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

const fn lane(lane: Lane) -> &'static str {
    match lane {
        Lane::Scheduled => "scheduled, two signers",
        Lane::Emergency => "emergency, three signers",
    }
}

const fn dimension(dimension: Dimension) -> &'static str {
    match dimension {
        Dimension::Space => "space",
        Dimension::Time => "time",
        Dimension::Personal => "personal",
    }
}

const fn total(total: Total) -> &'static str {
    match total {
        Total::Space => "the space score",
        Total::Time => "the time score",
        Total::Personal => "the personal score",
        Total::Total => "the sum of the scores",
    }
}

const fn on(on: On) -> &'static str {
    match on {
        On::Person => "the person",
        On::Report => "each report",
        On::Visit => "each visit",
        On::Record => "each status in the record",
    }
}

fn gives(rule: &Rule) -> String {
    match (&rule.colour, &rule.course) {
        (Some(colour), _) => format!("{colour} while it is true"),
        (None, course) => format!("course {}", course.as_deref().unwrap_or("?")),
    }
}

fn provided(pack: &Pack, condition: Option<&Condition>) -> String {
    condition.map(|condition| format!(", if `{}`", units::condition(pack, condition))).unwrap_or_default()
}

/// A condition as written in its pack; empty if there is none.
fn when(pack: &Pack, condition: Option<&Condition>) -> String {
    condition.map(|condition| units::condition(pack, condition)).unwrap_or_default()
}

fn steps(course: &Course) -> String {
    let steps: Vec<_> = course.steps.iter().map(|step| format!("{} for {}", step.colour, step.lasts)).collect();
    steps.join(", then ")
}

fn number(form: &NumberForm) -> String {
    let NumberForm { unit, decimals, least, most } = form;
    let places = if *decimals == 1 { "place" } else { "places" };
    let (least, most) = (units::decimal(*least, *decimals), units::decimal(*most, *decimals));
    format!("{least} {unit} to {most} {unit}, with {decimals} decimal {places}")
}

fn points(pack: &Pack, band: &Band) -> String {
    let Some(id) = &band.measure else { return band.points.to_string() };
    let measure = pack.measures.iter().find(|measure| measure.id == *id);
    let value = |value: i64| measure.map_or_else(|| value.to_string(), |measure| units::measured(measure, value));
    let step = |step: &Step| {
        let from = step.at_least.map(|least| format!(" from {}", value(least))).unwrap_or_default();
        let to = step.at_most.map(|most| format!(" up to {}", value(most))).unwrap_or_default();
        format!("{}{from}{to}", step.points)
    };
    format!("{} of measure {id}", band.steps.iter().map(step).collect::<Vec<_>>().join(", "))
}

fn counted(measure: &Measure) -> String {
    let mut words = match measure.count {
        Count::Visits => "visits",
        Count::Minutes => "minutes",
        Count::LongestMinutes => "longest stay in minutes",
        Count::DaysSinceVisit => "days since the last visit",
        Count::LevelHere => "the level here and now",
        Count::LevelAt => "the level of an answered place",
        Count::DaysInARow => "days in a row with a report",
        Count::DaysSinceReport => "days since the last report",
        Count::ReportDays => "days with a report",
        Count::AnswerIn => "whether an answered place is there",
        Count::Age => "whole years since an answered day",
        Count::Exposures => "visits to listed venues",
        Count::ExposureMinutes => "minutes at listed venues",
        Count::DaysSinceExposure => "days since the last time at a listed venue",
    }
    .to_owned();
    let mut add = |word: &str, what: String| {
        if !what.is_empty() {
            words = format!("{words}, {word} {what}");
        }
    };
    add("at", measure.levels.iter().map(|level| format!("{level:?}").to_lowercase()).collect::<Vec<_>>().join(" or "));
    add("by", measure.modes.iter().map(|mode| mode.name()).collect::<Vec<_>>().join(" or "));
    add("within", measure.within.map(|within| within.to_string()).unwrap_or_default());
    add("in", measure.place.map(|place| place.to_string()).unwrap_or_default());
    add("question", measure.question.clone().unwrap_or_default());
    add("rows of digits from", measure.row_digits.map(|digits| digits.to_string()).unwrap_or_default());
    add("also", measure.certainty.map(|Certainty::Possible| "possible".to_owned()).unwrap_or_default());
    words
}

impl Item for Ground {
    fn name(&self) -> String {
        format!("ground {}", self.id)
    }
    fn line(&self, pack: &Pack) -> String {
        let Self { title, url, from, until, .. } = self;
        format!("{} ({url}), from {} until {}", title.en, local(pack, *from), local(pack, *until))
    }
}

impl Item for Question {
    fn name(&self) -> String {
        format!("question {}", self.id)
    }
    fn line(&self, _: &Pack) -> String {
        self.text.en.clone()
    }
}

impl Item for Measure {
    fn name(&self) -> String {
        format!("measure {}", self.id)
    }
    fn line(&self, pack: &Pack) -> String {
        format!("{}{}", counted(self), provided(pack, self.when.as_ref()))
    }
}

impl Item for Band {
    fn name(&self) -> String {
        format!("band \"{}\"", self.text.en)
    }
    fn line(&self, pack: &Pack) -> String {
        let when = provided(pack, self.when.as_ref());
        format!("points on {}: {}{when}", dimension(self.dimension), points(pack, self))
    }
}

impl Item for Threshold {
    fn name(&self) -> String {
        format!("threshold {}", self.id)
    }
    fn line(&self, _: &Pack) -> String {
        format!("{} from {} points on {}: {}", self.colour, self.at_least, total(self.score), self.text.en)
    }
}

impl Item for Course {
    fn name(&self) -> String {
        format!("course {}", self.id)
    }
    fn line(&self, _: &Pack) -> String {
        steps(self)
    }
}

impl Item for Rule {
    fn name(&self) -> String {
        format!("rule {}", self.id)
    }
    fn line(&self, pack: &Pack) -> String {
        let when = units::condition(pack, &self.when);
        format!("{} for {} if `{when}`: {}", gives(self), on(self.on), self.text.en)
    }
}

impl Item for Citation {
    fn name(&self) -> String {
        format!("source \"{}\"", self.title)
    }
    fn line(&self, _: &Pack) -> String {
        self.says.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hangzhou() -> String {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/rules/packs/hangzhou/pack.toml");
        std::fs::read_to_string(path).unwrap()
    }

    const GROUND: &str = "[[ground]]
id = 'g'
title = { zh-Hans = '通告', en = 'Notice' }
url = 'https://example.org/'
from = '2020-02-01T00:00:00+08:00'
until = '2020-03-01T00:00:00+08:00'

[[source]]
title = \"Illustrative\"";

    #[test]
    fn a_ground_and_what_names_it_are_compared() {
        let parse = |text: &str| PackSource::parse(text).unwrap();
        let old = hangzhou().replacen("[[source]]\ntitle = \"Illustrative\"", GROUND, 1);
        let new = old.replacen("2020-03-01", "2020-04-01", 1);
        let new = new.replacen("colour = \"red\"\ntext", "colour = \"red\"\nground = \"g\"\ntext", 1);
        let said: Vec<_> = diff(&parse(&old), &parse(&new)).iter().map(ToString::to_string).collect();
        let end = "changed ground g, end\n  was: 2020-03-01T00:00:00+08:00\n  now: 2020-04-01T00:00:00+08:00";
        assert_eq!(said[0], end);
        assert!(matches!(&said[1..], [one] if one.ends_with(", ground\n  was: nothing\n  now: g")), "{said:?}");
    }

    fn changes(edit: impl Fn(&str) -> String) -> Vec<String> {
        let old = hangzhou();
        let new = edit(&old);
        assert_ne!(old, new);
        let parse = |text: &str| PackSource::parse(text).unwrap();
        diff(&parse(&old), &parse(&new)).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_changed_is_said_in_words() {
        let threshold = changes(|text| text.replacen("at-least = 90", "at-least = 100", 1));
        assert_eq!(
            threshold,
            [
                "changed threshold overall, threshold\n  was: yellow from 90 points on the sum of the scores\n  now: yellow from 100 points on the sum of the scores"
            ]
        );
        let course =
            changes(|text| text.replacen("colour = \"red\", lasts = \"7 d\"", "colour = \"red\", lasts = \"5 d\"", 1));
        assert_eq!(
            course,
            [
                "changed course red14, steps\n  was: red for 7 d, then yellow for 7 d\n  now: red for 5 d, then yellow for 7 d"
            ]
        );
        let condition = changes(|text| text.replacen("visit.risk_minutes >= 4 h", "visit.risk_minutes >= 2 h", 1));
        assert!(
            matches!(&condition[..], [one] if one.starts_with("changed rule medium-area, condition\n  was: visit.level == 2 and") && one.ends_with("visit.risk_minutes >= 2 h")),
            "{condition:?}"
        );
        let renamed = changes(|text| text.replacen("id = \"symptoms\"\non", "id = \"ill\"\non", 1));
        assert!(renamed[0].starts_with("removed rule symptoms: course yellow7 for each report if `"), "{renamed:?}");
        assert!(renamed[1].starts_with("added rule ill: "), "{renamed:?}");
        let option = changes(|text| {
            text.replacen(
                "text = { zh-Hans = \"腹泻\", en = \"Diarrhoea\" }",
                "text = { zh-Hans = \"拉肚子\", en = \"Diarrhoea\" }",
                1,
            )
        });
        assert_eq!(
            option,
            ["changed question symptoms, option diarrhoea, text in Chinese\n  was: 腹泻\n  now: 拉肚子"]
        );
        let until = changes(|text| text.replacen("2020-05-01", "2020-06-01", 1));
        assert!(until[0].contains("end of validity\n  was: 2020-05-01T00:00:00+08:00\n"), "{until:?}");
    }

    #[test]
    fn nothing_is_missed_and_nothing_made_up() {
        let source = |text: &str| PackSource::parse(text).unwrap();
        let old = hangzhou();
        assert_eq!(diff(&source(&old), &source(&old)), []);
        assert_eq!(diff(&source(&old), &source(&old.replacen("version = 1", "version = 2", 1))), []);
        // Any two packs whose shipped content differs have a change.
        let edits = [
            ("risk-grace = \"1 d\"", "risk-grace = \"2 d\""),
            ("window = \"28 d\"", "window = \"28 d\"\ncorrect-within = \"2 h\""),
            ("days-back = 14", "days-back = 13"),
            ("days-back = 14", "days-back = 14\nkeeps = false"),
            ("place-digits = 6", "place-digits = 4"),
            ("least = 340", "least = 330"),
            ("alone = true", "alone = false"),
            ("alone = true", "alone = true\nunsure = true"),
            ("show-if = \"answers.contact\"\n", ""),
            ("within = \"13 d\"", "within = \"12 d\""),
            ("levels = [\"high\"]\nmodes = [\"stay\"", "levels = [\"high\", \"medium\"]\nmodes = [\"stay\""),
            ("points = 80", "points = 90"),
            ("dimension = \"space\"", "dimension = \"time\""),
            ("since = \"last_contact\"\n", ""),
            (
                "on = \"visit\"\nwhen = \"visit.level == 3 and visit.mode in ['stay', 'overnight-on-road']\"",
                "on = \"report\"\nwhen = \"answers.contact\"",
            ),
            ("从离开当日起", "离开当日起"),
            ("[[source]]\ntitle = \"Illustrative\"", "[[source]]\ntitle = \"Made up\""),
            ("[[source]]\ntitle = \"Illustrative\"", GROUND),
        ];
        for (was, is) in edits {
            let new = old.replacen(was, is, 1);
            assert_ne!(new, old, "{was}");
            let new = source(&new);
            assert!(new.to_pack() != source(&old).to_pack() && !diff(&source(&old), &new).is_empty(), "{was}");
        }
    }
}
