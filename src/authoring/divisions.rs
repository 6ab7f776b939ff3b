//! Which place codes there are and were, what places are called, and what became of a code that is no longer in force.
//!
//! The codes of China change every year: districts are merged, counties become cities. [`Divisions::known`] has all codes
//! down to the county that the Ministry of Civil Affairs or the Bureau of Statistics has published since 1980
//! (`places/README.md` names the editions), and the countries of ISO 3166-1. Places below the county are read from a file
//! ([`Divisions::with`]).

use std::collections::HashSet;
use std::sync::LazyLock;

use crate::calendar::Date;
use crate::place::Place;

/// A place under one name: a place that was renamed has several of these.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Division {
    /// Its code.
    pub place: Place,
    /// The first day on which the code may have meant this; `None` if that is not known.
    pub from: Option<Date>,
    /// The last day on which it may have; `None` if it still does.
    pub until: Option<Date>,
    /// Its Chinese name. Empty for a level that is there for the numbering only, such as 4290.
    pub zh: Box<str>,
    /// Its English name. Empty if there is none.
    pub en: Box<str>,
    /// What it became, if that is known: several places if it was split, the same code if it was renamed.
    pub became: Box<[Place]>,
}

impl Division {
    /// Whether its code may have meant this on a day.
    #[must_use]
    pub fn holds_on(&self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day <= until)
    }
}

/// What is to be said of a code on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// It is in force. Below the county, so is what contains it: not all of those codes are known.
    InForce,
    /// It lapsed before.
    Lapsed {
        /// The last day on which it may have been in force.
        until: Date,
        /// What is there on that day instead, as far as it is known.
        became: Vec<Place>,
    },
    /// It comes into force later.
    NotYet {
        /// The first day on which it may be in force.
        from: Date,
    },
    /// No edition has it.
    Unknown,
}

/// What is wrong with a line of [`Divisions::with`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub problem: &'static str,
}

/// Divisions by code.
#[derive(Debug, Clone, Default)]
pub struct Divisions {
    /// By code, then by time.
    rows: Vec<Division>,
}

static KNOWN: LazyLock<Divisions> = LazyLock::new(|| {
    let mut rows: Vec<Division> =
        include_str!("../../places/divisions.tsv").lines().skip(1).filter_map(division).collect();
    rows.extend(include_str!("../../places/countries.tsv").lines().skip(1).filter_map(country));
    Divisions::new(rows)
});

impl Divisions {
    /// The divisions that come with the tool: China's down to the county, and countries.
    #[must_use]
    pub fn known() -> &'static Self {
        &KNOWN
    }

    fn new(mut rows: Vec<Division>) -> Self {
        rows.sort_by_key(|row| (row.place, row.from));
        Self { rows }
    }

    /// These and others, from lines of `code,name,from,until` below one that names these columns, of which the days may be
    /// missing. The days are the first and the last one on which the code has that meaning; either may be empty. A line about
    /// a code under a name that is known replaces the newest that was known of it: that it ended, for example. An empty first
    /// day then leaves the known one.
    ///
    /// # Errors
    /// [`LineError`] for the first line that is not like that.
    pub fn with(&self, lines: &str) -> Result<Self, LineError> {
        const COLUMNS: [&str; 4] = ["code", "name", "from", "until"];
        let mut lines = lines.lines().zip(1..);
        let header: Vec<&str> = lines.next().map_or("", |(header, _)| header).split(',').map(str::trim).collect();
        let columns = header.len();
        let named = header.iter().zip(COLUMNS).all(|(name, column)| name.eq_ignore_ascii_case(column));
        if !named || !(2..=COLUMNS.len()).contains(&columns) {
            return Err(LineError { line: 1, problem: "it does not name the columns code, name, from and until" });
        }
        let mut given = Vec::new();
        for (line, number) in lines {
            given.push(self.given(line, columns).map_err(|problem| LineError { line: number, problem })?);
        }
        let replaced: HashSet<_> = given.iter().map(|row| (row.place, row.zh.clone())).collect();
        let is_replaced = |row: &Division| {
            replaced.contains(&(row.place, row.zh.clone())) && self.newest(row.place, &row.zh) == Some(row)
        };
        let known = self.rows.iter().filter(|row| !is_replaced(row)).cloned();
        Ok(Self::new(known.chain(given).collect()))
    }

    /// The newest that is known of a code under a name.
    fn newest(&self, place: Place, zh: &str) -> Option<&Division> {
        self.of(place).iter().rfind(|row| &*row.zh == zh)
    }

    /// One line with as many columns. What it cannot say stays as it was known.
    fn given(&self, line: &str, columns: usize) -> Result<Division, &'static str> {
        let mut fields = line.split(',').map(str::trim);
        let place = fields.next().and_then(|code| Place::parse(code).ok());
        let place = place.ok_or("it does not begin with a place code")?;
        let zh = fields.next().filter(|name| !name.is_empty()).ok_or("it has no name")?;
        let mut day = || match fields.next().unwrap_or_default() {
            "" => Ok(None),
            text => Date::parse(text).map(Some).map_err(|_| "its days are not written as 2020-02-11"),
        };
        let (from, until) = (day()?, day()?);
        if line.split(',').count() > columns {
            return Err("it has more fields than the first line names");
        }
        if from.zip(until).is_some_and(|(from, until)| until < from) {
            return Err("its last day is before its first");
        }
        let known = self.newest(place, zh);
        let began = known.and_then(|row| row.from).filter(|from| until.is_none_or(|until| *from <= until));
        let (from, en, became) = match known {
            Some(row) => (from.or(began), row.en.clone(), row.became.clone()),
            None => (from, Box::default(), Box::default()),
        };
        Ok(Division { place, from, until, zh: zh.into(), en, became })
    }

    /// All of them, by code, then by time.
    #[must_use]
    pub fn all(&self) -> &[Division] {
        &self.rows
    }

    /// What its code has meant, in the order of time.
    #[must_use]
    pub fn of(&self, place: Place) -> &[Division] {
        let start = self.rows.partition_point(|row| row.place < place);
        let end = self.rows.partition_point(|row| row.place <= place);
        self.rows.get(start..end).unwrap_or_default()
    }

    /// What its code meant on a day; if it was not in force, what it meant last before, or first after.
    #[must_use]
    pub fn on(&self, place: Place, day: Date) -> Option<&Division> {
        let rows = self.of(place);
        let holds = rows.iter().rfind(|row| row.holds_on(day));
        holds.or_else(|| rows.iter().rfind(|row| row.until.is_some_and(|until| until < day))).or_else(|| rows.first())
    }

    /// The place and those that contain it, widest first, under their names on a day. What has no name is left out.
    #[must_use]
    pub fn path(&self, place: Place, day: Date) -> Vec<&Division> {
        let containing = place.containing().filter_map(|place| self.on(place, day));
        let mut path: Vec<_> = containing.filter(|row| !row.zh.is_empty()).collect();
        path.reverse();
        path
    }

    /// What is to be said of a code on a day. Of a township or a community that is not listed, it is what is to be said of
    /// its county; of a part of another country, what is to be said of the country.
    #[must_use]
    pub fn standing(&self, place: Place, day: Date) -> Standing {
        if place == Place::COUNTRY {
            return Standing::InForce;
        }
        let listed = |place: &Place| {
            // Dongguan has no counties: its towns are 441900003 and the like.
            let padded = place.length() == 6 && place.digits(6).is_some_and(|code| code.ends_with("00"));
            !self.of(*place).is_empty() || (place.length() <= 6 && !place.is_abroad() && !padded)
        };
        let Some(place) = place.containing().find(listed) else { return Standing::Unknown };
        let rows = self.of(place);
        if rows.iter().any(|row| row.holds_on(day)) {
            return match place.containing().nth(1) {
                Some(around) if around.length() >= 6 => self.standing(around, day),
                _ => Standing::InForce,
            };
        }
        let lapsed = rows.iter().rfind(|row| row.until.is_some_and(|until| until < day));
        if let Some((row, until)) = lapsed.and_then(|row| Some((row, row.until?))) {
            return Standing::Lapsed { until, became: self.became(row, day) };
        }
        rows.first().and_then(|row| row.from).map_or(Standing::Unknown, |from| Standing::NotYet { from })
    }

    /// What is there on a day where a place was that its code no longer stands for.
    fn became(&self, lapsed: &Division, day: Date) -> Vec<Place> {
        let (mut found, mut asked, mut next) = (Vec::new(), vec![lapsed], 0);
        while let Some(row) = asked.get(next).copied() {
            next += 1;
            if row.holds_on(day) {
                found.push(row.place);
                continue;
            }
            // A code may have been given to another place since: what matters is what it meant then.
            let heir = |place: &Place| {
                let later = self.of(*place).iter().filter(|heir| heir.place != row.place || heir.from > row.from);
                later.filter(|heir| heir.until.is_none() || heir.until > row.until).min_by_key(|heir| heir.from)
            };
            for heir in row.became.iter().filter_map(heir) {
                if !asked.contains(&heir) {
                    asked.push(heir);
                }
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }
}

/// A line of `divisions.tsv`.
fn division(line: &str) -> Option<Division> {
    let mut fields = line.split('\t');
    let mut next = || fields.next().unwrap_or_default();
    let (code, from, until, zh, en, became) = (next(), next(), next(), next(), next(), next());
    Some(Division {
        place: Place::parse(code).ok()?,
        from: month(from, 0),
        until: month(until, 1).map(|next| next.plus_days(-1)),
        zh: zh.into(),
        en: en.into(),
        became: became.split(' ').filter_map(|code| Place::parse(code).ok()).collect(),
    })
}

/// The first day of a month, or of one after it.
fn month(text: &str, after: i64) -> Option<Date> {
    let (year, month) = text.split_once('-')?;
    let months = year.parse::<i64>().ok()? * 12 + month.parse::<i64>().ok()? - 1 + after;
    Date::from_civil(months.div_euclid(12), months.rem_euclid(12) + 1, 1)
}

/// A line of `countries.tsv`.
fn country(line: &str) -> Option<Division> {
    let mut fields = line.split('\t');
    let mut next = || fields.next().unwrap_or_default();
    let (code, zh, en) = (next(), next(), next());
    let place = Place::parse(code).ok()?;
    Some(Division { place, from: None, until: None, zh: zh.into(), en: en.into(), became: Box::default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(code: &str) -> Place {
        Place::parse(code).unwrap()
    }

    fn day(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    fn standing(code: &str, on: &str) -> Standing {
        Divisions::known().standing(place(code), day(on))
    }

    fn lapsed(until: &str, became: &[&str]) -> Standing {
        Standing::Lapsed { until: day(until), became: became.iter().map(|code| place(code)).collect() }
    }

    #[test]
    fn every_line_is_read() {
        let lines = |text: &str| text.lines().count() - 1;
        let all = lines(include_str!("../../places/divisions.tsv")) + lines(include_str!("../../places/countries.tsv"));
        assert_eq!(Divisions::known().rows.len(), all);
    }

    #[test]
    fn a_code_of_another_edition_says_what_became_of_it() {
        assert_eq!(standing("330104", "2020-02-11"), Standing::InForce);
        assert_eq!(standing("330104", "2022-11-20"), lapsed("2021-04-30", &["330102", "330114"]));
        assert_eq!(standing("371202", "2020-02-11"), lapsed("2019-01-31", &["370116"]));
        assert_eq!(standing("421023", "2022-11-20"), lapsed("2020-07-31", &["421088"]));
        assert_eq!(standing("330114", "2020-02-11"), Standing::NotYet { from: day("2021-04-01") });
        // Renumbered twice.
        assert_eq!(standing("460025", "2020-02-11"), lapsed("2002-12-31", &["469021"]));
    }

    #[test]
    fn a_code_of_no_edition_is_unknown() {
        for code in ["330199", "429999", "429999001", "3399", "13", "QQ", "QQ-1"] {
            let expected = if code == "13" { Standing::InForce } else { Standing::Unknown };
            assert_eq!(standing(code, "2022-11-20"), expected, "{code}");
        }
        for code in ["00", "4290", "429004", "429004001", "441900003", "4419", "81", "JP", "JP-13", "500101", "5001"] {
            assert_eq!(standing(code, "2022-11-20"), Standing::InForce, "{code}");
        }
        assert_eq!(standing("330104003", "2022-11-20"), lapsed("2021-04-30", &["330102", "330114"]));
    }

    #[test]
    fn a_renamed_place_goes_by_the_name_of_its_time() {
        let name = |on: &str| Divisions::known().on(place("130502"), day(on)).unwrap().zh.to_string();
        assert_eq!((name("2020-01-01"), name("2022-01-01")), ("桥东区".into(), "襄都区".into()));
        assert_eq!(standing("130502", "2022-01-01"), Standing::InForce);
    }

    #[test]
    fn more_places_come_from_a_file() {
        let text = "code,name,from,until\n420106001,积玉桥街道,,\n420106001002,凤凰社区居委会,2019-01-01,2020-12-31\n";
        let divisions = Divisions::known().with(text).unwrap();
        assert!(matches!(divisions.standing(place("420106001002"), day("2022-01-01")), Standing::Lapsed { .. }));
        let path = divisions.path(place("420106001002"), day("2020-02-11"));
        let names: Vec<_> = path.iter().map(|row| &*row.zh).collect();
        assert_eq!(names, ["湖北省", "武汉市", "武昌区", "积玉桥街道", "凤凰社区居委会"]);
        assert_eq!(divisions.standing(place("420106001002"), day("2020-02-11")), Standing::InForce);
        for (text, line, words) in [
            ("code,name\n4201", 2, "no name"),
            ("code,name\n4201,", 2, "no name"),
            ("code,name,from\n\n", 2, "place code"),
            ("code,name,from\n4201,武汉,2020", 2, "not written as"),
            ("code,name,from,until\nx,武汉,,", 2, "place code"),
            ("code,name\n4201,武汉市\n4201,武汉市,2020-01-01", 3, "more fields"),
            ("code,name,from,until\n4201,武汉市,2020-01-02,2020-01-01", 2, "before its first"),
            ("code,name,from,until,en\n", 1, "columns"),
            ("code\n", 1, "columns"),
            ("code,from,until\n", 1, "columns"),
            ("", 1, "columns"),
            // Without a line for the columns, the first place would be lost.
            ("4201,武汉市,,\n", 1, "columns"),
        ] {
            let fault = divisions.with(text).unwrap_err();
            assert!((fault.line, fault.problem.contains(words)) == (line, true), "{text}: {fault:?}");
        }
    }

    #[test]
    fn a_file_says_more_of_what_is_known() {
        let known = Divisions::known().on(place("330106"), day("2022-11-20")).unwrap().clone();
        let with = |text: &str| Divisions::known().with(text).unwrap();
        // A county that ended after the last edition; its English name is as before.
        let ended = with("Code,Name,From,Until\r\n330106,西湖区,,2023-12-31\r\n330199,新西湖区,2024-01-01,\r\n");
        assert_eq!(ended.of(place("330106")), [Division { until: Some(day("2023-12-31")), ..known.clone() }]);
        assert_eq!(ended.standing(place("330106"), day("2024-01-01")), lapsed("2023-12-31", &[]));
        assert_eq!(ended.standing(place("330106"), day("2023-12-31")), Standing::InForce);
        // What is known of its beginning and of its time before that stays.
        let mining = with("code,name,from,until\n130107,井陉矿区,,2023-12-31\n");
        let was = Divisions::known().of(place("130107"));
        assert_eq!(
            mining.of(place("130107")),
            [was[0].clone(), Division { until: Some(day("2023-12-31")), ..was[1].clone() }]
        );
        // Under another name it is another line, and one file may say more of a place than one time.
        let renamed = with("code,name,from,until\n330106,新西湖区,2024-01-01,\n");
        assert_eq!(renamed.of(place("330106")).len(), 2);
        let twice = "code,name,from,until\n330106,西湖区,,2020-12-31\n330106,西湖区,2022-01-01,\n";
        assert!(matches!(with(twice).standing(place("330106"), day("2021-06-01")), Standing::Lapsed { .. }));
        assert_eq!(with(twice).of(place("330106")).len(), 2);
    }
}
