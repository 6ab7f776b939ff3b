//! Moments, durations, places and names of things in the two languages.

use std::collections::BTreeMap;

use crate::calendar::{DAY, Date, Offset, Span, Time};
use crate::colour::Colour;
use crate::facts::{Mode, Status};
use crate::place::Place;
use crate::risk::Level;

/// The languages of every pack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// Chinese in simplified characters.
    ZhHans,
    /// English.
    #[default]
    En,
}

impl Language {
    /// The one of the two that is in this language.
    #[must_use]
    pub const fn pick<'t>(self, zh_hans: &'t str, en: &'t str) -> &'t str {
        match self {
            Self::ZhHans => zh_hans,
            Self::En => en,
        }
    }
}

/// The known names of places, in Chinese and in English.
#[derive(Debug, Clone, Default)]
pub struct PlaceNames(BTreeMap<Place, [String; 2]>);

impl PlaceNames {
    /// Adds the names of a place; an empty name counts as missing.
    pub fn add(&mut self, place: Place, zh_hans: &str, en: &str) {
        let (zh_hans, en) = (zh_hans.trim(), en.trim());
        if !zh_hans.is_empty() || !en.is_empty() {
            let other = |name: &str, other: &str| if name.is_empty() { other.to_owned() } else { name.to_owned() };
            self.0.insert(place, [other(zh_hans, en), other(en, zh_hans)]);
        }
    }

    /// The name of the place, or that of the narrowest place around it.
    fn of(&self, place: Place, language: Language) -> Option<(Place, &str)> {
        place.containing().find_map(|place| {
            let [zh_hans, en] = self.0.get(&place)?;
            Some((place, language.pick(zh_hans, en)))
        })
    }
}

pub(super) const fn colour(colour: Colour) -> [&'static str; 2] {
    match colour {
        Colour::Green => ["绿", "green"],
        Colour::Yellow => ["黄", "yellow"],
        Colour::Grey => ["灰", "grey"],
        Colour::Red => ["红", "red"],
    }
}

pub(super) const fn level(level: Level) -> [&'static str; 2] {
    match level {
        Level::None => ["风险表未列", "not in the risk table"],
        Level::Low => ["低风险", "low risk"],
        Level::Medium => ["中风险", "medium risk"],
        Level::High => ["高风险", "high risk"],
    }
}

pub(super) const fn mode(mode: Mode) -> [&'static str; 2] {
    match mode {
        Mode::Stay => ["停留", "stayed"],
        Mode::DriveThrough => ["驾车路过", "drove through"],
        Mode::Rail => ["乘火车路过", "passed by train"],
        Mode::Air => ["乘飞机路过", "passed by air"],
        Mode::OvernightOnRoad => ["在车上过夜", "spent a night on the road"],
    }
}

pub(super) const fn status(status: Status) -> [&'static str; 2] {
    match status {
        Status::Confirmed => ["确诊病例", "confirmed case"],
        Status::Suspected => ["疑似病例", "suspected case"],
        Status::Asymptomatic => ["无症状感染者", "infected without symptoms"],
        Status::CloseContact => ["密切接触者", "close contact"],
        Status::ContactOfContact => ["密切接触者的接触者", "contact of a close contact"],
        Status::Recovered => ["已治愈", "recovered"],
    }
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A language, a time zone and names.
#[derive(Clone, Copy)]
pub(super) struct Words<'a> {
    pub(super) language: Language,
    pub(super) offset: Offset,
    pub(super) names: &'a PlaceNames,
}

impl Words<'_> {
    pub(super) const fn pick(self, names: [&'static str; 2]) -> &'static str {
        let [zh_hans, en] = names;
        self.language.pick(zh_hans, en)
    }

    pub(super) fn either(self, zh_hans: String, en: String) -> String {
        match self.language {
            Language::ZhHans => zh_hans,
            Language::En => en,
        }
    }

    pub(super) fn date(self, date: Date) -> String {
        let (year, month, day) = date.civil();
        let name = usize::try_from(month - 1).ok().and_then(|month| MONTHS.get(month)).copied().unwrap_or_default();
        self.either(format!("{year}年{month}月{day}日"), format!("{day} {name} {year}"))
    }

    pub(super) fn moment(self, time: Time) -> String {
        let seconds = time.since(time.date(self.offset).start(self.offset)).as_seconds();
        let date = self.date(time.date(self.offset));
        let clock = format!("{:02}:{:02}", seconds / 3600, seconds / 60 % 60);
        self.either(format!("{date} {clock}"), format!("{date}, {clock}"))
    }

    /// A period of time; as dates if it is in whole days.
    pub(super) fn period(self, from: Time, to: Time) -> String {
        let midnight = |time: Time| time == time.date(self.offset).start(self.offset);
        if midnight(from) && midnight(to) && from < to {
            let (first, last) = (from.date(self.offset), to.minus(Span::seconds(DAY)).date(self.offset));
            if first == last {
                return self.date(first);
            }
            return self.either(
                format!("{}至{}", self.date(first), self.date(last)),
                format!("{} to {}", self.date(first), self.date(last)),
            );
        }
        self.either(
            format!("{}至{}", self.moment(from), self.moment(to)),
            format!("{} to {}", self.moment(from), self.moment(to)),
        )
    }

    /// A duration in its two largest units.
    pub(super) fn minutes(self, minutes: i64) -> String {
        let parts =
            [(minutes / 1440, "天", "day"), (minutes / 60 % 24, "小时", "hour"), (minutes % 60, "分钟", "minute")];
        let mut told: Vec<_> = parts.iter().skip_while(|(count, ..)| *count == 0).take(2).collect();
        told.retain(|(count, ..)| *count != 0);
        if told.is_empty() {
            return self.either("不到1分钟".into(), "less than a minute".into());
        }
        let zh = told.iter().map(|(count, unit, _)| format!("{count}{unit}")).collect();
        let en: Vec<_> = told.iter().map(|(count, _, unit)| counted(*count, unit)).collect();
        self.either(zh, en.join(" "))
    }

    pub(super) fn days(self, days: i64) -> String {
        self.either(format!("{days}天"), counted(days, "day"))
    }

    /// Name and code, with the name of the city or province around it; just the code if there is no name.
    pub(super) fn place(self, place: Place) -> String {
        self.named(place).unwrap_or_else(|| place.to_string())
    }

    /// Like [`Self::place`]; `None` without a name.
    pub(super) fn named(self, place: Place) -> Option<String> {
        let (named, name) = self.names.of(place, self.language)?;
        let around = named.containing().find(|around| around.length() <= 4 && *around != named);
        let around = around.filter(|_| named.length() > 4).and_then(|around| self.names.of(around, self.language));
        let name = match around {
            Some((_, around)) => self.either(format!("{around}{name}"), format!("{name}, {around}")),
            None => name.to_owned(),
        };
        Some(if named == place {
            self.either(format!("{name}（{place}）"), format!("{name} ({place})"))
        } else {
            self.either(format!("{name}境内（{place}）"), format!("a place in {name} ({place})"))
        })
    }
}

pub(super) fn counted(count: i64, unit: &str) -> String {
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}
