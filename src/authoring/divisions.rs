//! Which place codes there are and were, what places are called, and what became of a code that is no longer in force.
//!
//! The codes of China change every year: districts are merged, counties become cities. [`Divisions::known`] has all codes
//! down to the county that the Ministry of Civil Affairs or the Bureau of Statistics has published since 1980
//! (`places/README.md` names the editions), and the countries of ISO 3166-1. Places below the county are read from a file
//! ([`Divisions::with`]).

use std::sync::LazyLock;

use crate::calendar::Date;
use crate::place::Place;

/// Names that say of which sort a place is, longest first: 武昌区 is also called 武昌.
const SORTS: [&str; 21] = [
    "特别行政区",
    "居民委员会",
    "村民委员会",
    "街道办事处",
    "自治区",
    "自治州",
    "自治县",
    "自治旗",
    "居委会",
    "村委会",
    "办事处",
    "街道",
    "社区",
    "地区",
    "省",
    "市",
    "县",
    "区",
    "盟",
    "镇",
    "乡",
];

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

    /// The name without the word for its sort.
    fn stem(&self) -> &str {
        stem(&self.zh)
    }
}

/// A name without the word for its sort; a name of one character keeps it, as people do: 沙县.
fn stem(name: &str) -> &str {
    let short = SORTS.iter().find_map(|sort| name.strip_suffix(sort)).unwrap_or(name);
    if short.chars().count() < 2 { name } else { short }
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

/// A place that goes by a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Candidate {
    /// The place.
    pub place: Place,
    /// Whether it is in force on the day in question.
    pub in_force: bool,
    /// Whether the name is its whole name, and not short for it.
    pub whole_name: bool,
}

/// What is wrong with a line of [`Divisions::with`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub problem: &'static str,
}

/// Divisions by code and by name.
#[derive(Debug, Clone, Default)]
pub struct Divisions {
    /// By code, then by time.
    rows: Vec<Division>,
    /// Their indices, by the stem of the Chinese name.
    by_name: Vec<u32>,
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
        let mut by_name: Vec<u32> = (0..).take(rows.len()).collect();
        by_name.sort_by_cached_key(|index| {
            usize::try_from(*index).ok().and_then(|index| rows.get(index)).map(Division::stem)
        });
        Self { rows, by_name }
    }

    /// These and others, from lines of `code,name,from,until` below a line that says so. The days, of which either may be
    /// missing, are the first and the last one on which the code has that meaning.
    ///
    /// # Errors
    /// [`LineError`] for the first line that is not like that.
    pub fn with(&self, lines: &str) -> Result<Self, LineError> {
        let mut rows = self.rows.clone();
        for (index, line) in lines.lines().enumerate().skip(1) {
            let fault = |problem| LineError { line: index + 1, problem };
            let mut fields = line.trim_end().split(',');
            let [Some(code), Some(zh)] = [fields.next(), fields.next()] else {
                return Err(fault("it has no name"));
            };
            let place = Place::parse(code).map_err(|_| fault("it does not begin with a place code"))?;
            let mut day = || match fields.next().unwrap_or_default() {
                "" => Ok(None),
                text => Date::parse(text).map(Some).map_err(|_| fault("its days are not written as 2020-02-11")),
            };
            let (from, until) = (day()?, day()?);
            if fields.next().is_some() {
                return Err(fault("it has more than four fields"));
            }
            rows.push(Division { place, from, until, zh: zh.into(), en: Box::default(), became: Box::default() });
        }
        Ok(Self::new(rows))
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

    /// The places that go by the last of these names and lie in places that go by the ones before it, which are in the order
    /// from wide to narrow and may leave levels out: `["湖北省", "武昌区"]`. A name may be short, as 武昌; where places have
    /// it as their whole name, those that it is short for are left out, and so are places that are not in force on that day
    /// beside ones that are.
    #[must_use]
    pub fn find(&self, names: &[&str], day: Date) -> Vec<Candidate> {
        let Some((name, wider)) = names.split_last() else { return Vec::new() };
        let mut found: Vec<Candidate> = Vec::new();
        for row in self.called(name) {
            let in_force = row.holds_on(day);
            if wider.is_empty() || self.lies_in(row.place, wider) {
                let whole_name = &*row.zh == *name;
                match found.iter_mut().find(|known| known.place == row.place) {
                    Some(known) => {
                        known.in_force |= in_force;
                        known.whole_name |= whole_name;
                    }
                    None => found.push(Candidate { place: row.place, in_force, whole_name }),
                }
            }
        }
        for better in [|one: &Candidate| one.in_force, |one: &Candidate| one.whole_name] {
            if found.iter().any(better) {
                found.retain(better);
            }
        }
        found.sort_unstable_by_key(|candidate| candidate.place);
        found
    }

    /// Whether a place lies in places that go by these names, or went: announcements keep an old name for a while.
    fn lies_in(&self, place: Place, names: &[&str]) -> bool {
        let mut around = place.containing().skip(1);
        names.iter().rev().all(|name| {
            let called = |place: Place| self.of(place).iter().any(|row| &*row.zh == *name || row.stem() == *name);
            around.any(called) || ["中国", "China"].contains(name)
        })
    }

    /// The divisions that go, or went, by a name or by what is short for it.
    fn called(&self, name: &str) -> impl Iterator<Item = &Division> {
        let key = stem(name);
        let row = |index: &u32| usize::try_from(*index).ok().and_then(|index| self.rows.get(index));
        let start = self.by_name.partition_point(|index| row(index).is_some_and(|row| row.stem() < key));
        let rows = self.by_name.get(start..).unwrap_or_default().iter().filter_map(row);
        let same = rows.take_while(move |row| row.stem() == key);
        same.filter(move |row| &*row.zh == name || row.stem() == name)
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

    fn found(names: &[&str], on: &str) -> Vec<String> {
        Divisions::known().find(names, day(on)).into_iter().map(|found| found.place.to_string()).collect()
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
    fn places_are_found_by_the_chain_of_their_names() {
        assert_eq!(found(&["浙江省", "杭州市", "江干区"], "2020-02-11"), ["330104"]);
        assert_eq!(found(&["湖北", "武昌"], "2020-02-11"), ["420106"]);
        assert_eq!(found(&["湖北省", "仙桃市"], "2020-02-11"), ["429004"]);
        assert_eq!(found(&["北京市", "朝阳区"], "2022-11-20"), ["110105"]);
        assert_eq!(found(&["朝阳区"], "2022-11-20"), ["110105", "220104"]);
        assert_eq!(found(&["江苏省", "鼓楼区"], "2022-11-20"), ["320106", "320302"]);
        assert!(found(&["浙江省", "朝阳区"], "2022-11-20").is_empty());
        assert_eq!(found(&["日本"], "2022-11-20"), ["JP"]);
        let old = Divisions::known().find(&["杭州市", "江干区"], day("2022-11-20"));
        assert_eq!(old, [Candidate { place: place("330104"), in_force: false, whole_name: true }]);
    }

    #[test]
    fn more_places_come_from_a_file() {
        let text = "code,name,from,until\n420106001,积玉桥街道,,\n420106001002,凤凰社区居委会,2019-01-01,2020-12-31\n";
        let divisions = Divisions::known().with(text).unwrap();
        let find = |names: &[&str], on| divisions.find(names, day(on));
        let found = find(&["武汉市", "武昌区", "积玉桥街道", "凤凰社区"], "2020-02-11");
        assert_eq!(found, []);
        let found = find(&["武汉市", "武昌区", "积玉桥", "凤凰社区居委会"], "2020-02-11");
        assert_eq!(found, [Candidate { place: place("420106001002"), in_force: true, whole_name: true }]);
        assert!(matches!(divisions.standing(place("420106001002"), day("2022-01-01")), Standing::Lapsed { .. }));
        let path = divisions.path(place("420106001002"), day("2020-02-11"));
        let names: Vec<_> = path.iter().map(|row| &*row.zh).collect();
        assert_eq!(names, ["湖北省", "武汉市", "武昌区", "积玉桥街道", "凤凰社区居委会"]);
        for (text, line) in [("code,name\n4201", 2), ("h\n\n", 2), ("h\n4201,武汉,2020", 2), ("h\nx,武汉,,", 2)] {
            assert_eq!(divisions.with(text).unwrap_err().line, line, "{text}");
        }
    }
}
