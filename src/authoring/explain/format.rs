//! Moments, lengths of time and places in words.

use std::collections::BTreeMap;

use super::words::{Language, Phrase, Slots, WORDS};
use crate::authoring::divisions::Divisions;
use crate::calendar::{Clock, Date, Span, Time};
use crate::place::Place;

/// What places are called, as far as it is known: in Chinese and in English.
#[derive(Debug, Clone, Default)]
pub struct PlaceNames(BTreeMap<Place, [String; 2]>);

impl PlaceNames {
    /// What places were called on a day, down to the county, and countries.
    #[must_use]
    pub fn on(day: Date) -> Self {
        let mut names = Self::default();
        for division in Divisions::known().all().iter().filter(|division| division.holds_on(day)) {
            names.add(division.place, &division.zh, &division.en);
        }
        names
    }

    /// These, and others in the place of theirs.
    #[must_use]
    pub fn with(mut self, others: Self) -> Self {
        self.0.extend(others.0);
        self
    }

    /// Adds the names of a place; an empty name counts as missing.
    pub fn add(&mut self, place: Place, zh_hans: &str, en: &str) {
        let (zh_hans, en) = (zh_hans.trim(), en.trim());
        if !zh_hans.is_empty() || !en.is_empty() {
            let other = |name: &str, other: &str| if name.is_empty() { other.to_owned() } else { name.to_owned() };
            self.0.insert(place, [other(zh_hans, en), other(en, zh_hans)]);
        }
    }
}

/// A language, a time zone and names.
#[derive(Clone, Copy)]
pub(super) struct Format<'a> {
    pub(super) language: Language,
    pub(super) clock: Clock<'a>,
    pub(super) names: &'a PlaceNames,
}

impl Format<'_> {
    pub(super) fn say(self, phrase: &Phrase, slots: &Slots<'_>) -> String {
        phrase.say(self.language, slots)
    }

    /// A date without its year: `2月20日`, `20 Feb`.
    pub(super) fn date(self, date: Date) -> String {
        let (_, month, day) = date.civil();
        let month = u8::try_from(month).ok().and_then(|month| WORDS.time.months.get(&month));
        let month = month.map(|month| self.say(month, &[])).unwrap_or_default();
        self.say(&WORDS.time.day, &[("month", &month), ("day", &day.to_string())])
    }

    /// The day of a moment.
    pub(super) fn day(self, time: Time) -> String {
        self.date(self.clock.date(time))
    }

    /// `2月20日 08:00`, `20 Feb, 08:00`.
    pub(super) fn moment(self, time: Time) -> String {
        self.say(&WORDS.time.moment, &[("day", &self.day(time)), ("time", &self.time_of_day(time))])
    }

    /// `2020年2月20日星期四`, `Thu 20 Feb 2020`.
    pub(super) fn full_day(self, time: Time) -> String {
        let date = self.clock.date(time);
        // 1 January 1970 was a Thursday.
        let weekday = u8::try_from((date.days() + 4).rem_euclid(7)).ok();
        let weekday = weekday.and_then(|weekday| WORDS.time.weekdays.get(&weekday));
        let weekday = weekday.map(|weekday| self.say(weekday, &[])).unwrap_or_default();
        let (year, ..) = date.civil();
        let slots = [("year", year.to_string()), ("day", self.date(date)), ("weekday", weekday)];
        self.say(&WORDS.time.full_day, &slots.each_ref().map(|(name, value)| (*name, value.as_str())))
    }

    /// `2020年2月20日星期四 08:00`, `Thu 20 Feb 2020, 08:00`.
    pub(super) fn full_moment(self, time: Time) -> String {
        let day = self.full_day(time);
        self.say(&WORDS.time.moment, &[("day", &day), ("time", &self.time_of_day(time))])
    }

    fn time_of_day(self, time: Time) -> String {
        let shown = self.clock.shown(time);
        let seconds = shown.since(self.clock.show(self.clock.date(time))).as_seconds();
        format!("{:02}:{:02}", seconds / 3600, seconds / 60 % 60)
    }

    /// From when to when; whole days where it is in whole days. Without an end, it goes on.
    pub(super) fn span(self, from: Time, to: Option<Time>) -> String {
        let words = &WORDS.time;
        let Some(to) = to else { return self.say(&words.open, &[("from", &self.moment(from))]) };
        let range = |from: &str, to: &str| self.say(&words.span, &[("from", from), ("to", to)]);
        let midnight = |time: Time| time == self.clock.start(self.clock.date(time));
        if !midnight(from) || !midnight(to) {
            let same = self.day(from) == self.day(to);
            return range(&self.moment(from), &if same { self.time_of_day(to) } else { self.moment(to) });
        }
        let last = to.minus(Span::seconds(1));
        if self.clock.date(last) <= self.clock.date(from) {
            self.day(from)
        } else {
            range(&self.day(from), &self.day(last))
        }
    }

    /// A length of time in its two largest units.
    pub(super) fn minutes(self, minutes: i64) -> String {
        let words = &WORDS.time;
        let parts = [
            (minutes / 1440, &words.units.day),
            (minutes / 60 % 24, &words.units.hour),
            (minutes % 60, &words.units.minute),
        ];
        let largest = parts.iter().skip_while(|(count, _)| *count == 0).take(2);
        let counted: Vec<_> =
            largest.filter(|(count, _)| *count != 0).map(|(count, unit)| self.count(unit, *count)).collect();
        if counted.is_empty() { self.say(&words.none, &[]) } else { counted.join(&self.say(&words.between_units, &[])) }
    }

    /// A sentence with a number in it.
    pub(super) fn count(self, phrase: &Phrase, count: i64) -> String {
        self.say(phrase, &[("count", &count.to_string())])
    }

    /// One sentence after another.
    pub(super) fn sentences(self, told: &[String]) -> String {
        told.join(&self.say(&WORDS.time.between_sentences, &[]))
    }

    /// Several things in a row.
    pub(super) fn list(self, items: &[String]) -> String {
        items.join(&self.say(&WORDS.time.list, &[]))
    }

    /// A place with the prefecture or province that holds it; its code as far as there are no names.
    pub(super) fn place(self, place: Place) -> String {
        let name = |[zh_hans, en]: &[String; 2]| self.language.pick(zh_hans, en).to_owned();
        let named = place.containing().filter_map(|place| Some((place, name(self.names.0.get(&place)?))));
        // A subdistrict is named by its district.
        let mut path = named.filter(|(place, _)| place.length() <= 6);
        let Some((known, name)) = path.next() else { return place.to_string() };
        if known.length() < place.length().min(6) {
            return self.say(&WORDS.places.somewhere, &[("name", &name), ("code", &place.to_string())]);
        }
        // The name of a province says little beside that of a city, but where there are two of that name.
        match path.next().filter(|_| known.length() > 4 || self.has_twin(known, &name)) {
            Some((_, around)) => self.say(&WORDS.places.within, &[("around", &around), ("name", &name)]),
            None => name,
        }
    }

    /// Whether another prefecture has the same name.
    fn has_twin(self, place: Place, name: &str) -> bool {
        let same = |[zh_hans, en]: &[String; 2]| self.language.pick(zh_hans, en) == name;
        self.names.0.iter().any(|(other, names)| other.length() == 4 && *other != place && same(names))
    }

    /// The name that [`Self::place`] gives; `None` if there is none.
    pub(super) fn named(self, place: Place) -> Option<String> {
        place.containing().any(|place| self.names.0.contains_key(&place)).then(|| self.place(place))
    }
}
