//! Which places a name can mean: names are looked for in all that contains them, never by themselves alone.

use std::collections::HashMap;

use healthcode::authoring::divisions::{Division, Divisions, Standing};
use healthcode::calendar::Date;
use healthcode::place::Place;

use super::outcome::{COMMUNITY, Found};

/// How far a chain of names is understood.
#[derive(Debug, Default)]
struct Walked {
    /// What the last name that is known can mean.
    within: Vec<Place>,
    /// What follows and is not known.
    rest: String,
    /// Whether a name follows that is known again.
    broken: bool,
}

impl Walked {
    /// The only place that it can mean, if all of it is understood but what is finer than a community.
    fn only(&self) -> Option<Place> {
        let [place] = self.within.as_slice() else { return None };
        (self.rest.is_empty() || self.is_label_in(*place)).then_some(*place)
    }

    /// Whether what is not known stands for a part of that community.
    fn is_label_in(&self, place: Place) -> bool {
        place.length() == COMMUNITY && !self.broken
    }

    /// The places that it can mean, without those so wide that nobody means them by a name within them that is not known.
    fn possible(mut self) -> Vec<Place> {
        if !self.rest.is_empty() {
            self.within.retain(|place| place.length() > WIDE || place.is_undivided());
        }
        self.within
    }
}

/// All names of places.
pub(super) struct Gazetteer<'d> {
    divisions: &'d Divisions,
    /// What announcements call them, within a longer text too.
    by_name: HashMap<&'d str, Vec<&'d Division>>,
    /// What a county is called for short, where nothing follows.
    by_short_name: HashMap<&'d str, Vec<&'d Division>>,
    /// Bytes of the longest name.
    longest: usize,
}

impl<'d> Gazetteer<'d> {
    pub(super) fn new(divisions: &'d Divisions) -> Self {
        let mut all = Self { divisions, by_name: HashMap::new(), by_short_name: HashMap::new(), longest: 0 };
        for division in divisions.all().iter().filter(|division| !division.zh.is_empty()) {
            for name in names_of(division) {
                all.longest = all.longest.max(name.len());
                all.by_name.entry(name).or_default().push(division);
            }
            if let Some(name) = short_county(division) {
                all.by_short_name.entry(name).or_default().push(division);
            }
        }
        all
    }

    /// What a place was called on a day, with all that contains it: 浙江省杭州市西湖区.
    pub(super) fn full_name(&self, place: Place, day: Date) -> String {
        self.divisions.path(place, day).into_iter().map(|division| &*division.zh).collect()
    }

    /// The place of a code, if it is in force on that day.
    pub(super) fn coded(&self, place: Place, day: Date) -> Found {
        match self.divisions.standing(place, day) {
            Standing::InForce => Found::Sure { place, label: String::new() },
            Standing::Lapsed { until, became } => {
                let why = format!("{place} was in force until {until}, before the row begins");
                let candidates = if became.is_empty() { vec![place] } else { became };
                Found::Open { candidates, why }
            }
            Standing::NotYet { from } => {
                let why = format!("{place} comes into force on {from}, after the row begins");
                Found::Open { candidates: vec![place], why }
            }
            Standing::Unknown => Found::Unknown { why: format!("{place} is the code of no place") },
        }
    }

    /// What a chain of names means on a day, the widest first; each may itself be a chain, such as an address.
    pub(super) fn named(&self, chain: &[String], day: Date) -> Found {
        let walked = self.walk(chain, |division| division.holds_on(day));
        if let Some(place) = walked.only() {
            return Found::Sure { place, label: walked.rest };
        }
        let rest = walked.rest.clone();
        let candidates = walked.possible();
        match (candidates.is_empty(), rest.as_str()) {
            (false, "") => Found::Open { candidates, why: "several places are called so".to_owned() },
            (false, rest) => Found::Open { candidates, why: format!("`{rest}` is not known there") },
            (true, rest) => self.at_another_time(chain, day).unwrap_or_else(|| {
                let why = if rest.is_empty() {
                    "it names no place".to_owned()
                } else {
                    format!("`{rest}` is no place that is known")
                };
                Found::Unknown { why }
            }),
        }
    }

    /// The places that a chain of names begins with on a day, however wide they are; or at another time, if there are none.
    pub(super) fn begun(&self, chain: &[String], day: Date) -> Vec<Place> {
        let within = self.walk(chain, |division| division.holds_on(day)).within;
        if within.is_empty() { self.walk(chain, |_| true).within } else { within }
    }

    /// What a chain of names says beyond a place that it is about, which may be nothing; none if that is not known.
    pub(super) fn rest(&self, chain: &[String], place: Place, day: Date) -> Option<String> {
        let walked = self.walk(chain, |division| division.holds_on(day));
        let known = (walked.rest.is_empty() && !walked.within.is_empty())
            || (walked.within.contains(&place) && walked.is_label_in(place));
        known.then_some(walked.rest)
    }

    /// What is there now of a place that was called so before, or will be.
    fn at_another_time(&self, chain: &[String], day: Date) -> Option<Found> {
        let called = self.walk(chain, |_| true).possible();
        let mut candidates = Vec::new();
        for place in called {
            match self.divisions.standing(place, day) {
                Standing::Lapsed { became, .. } if !became.is_empty() => candidates.extend(became),
                _ => candidates.push(place),
            }
        }
        let why = "it is called so at another time than the row's".to_owned();
        (!candidates.is_empty()).then_some(Found::Open { candidates, why })
    }

    fn walk(&self, chain: &[String], holds: impl Fn(&Division) -> bool) -> Walked {
        let mut walked = Walked::default();
        for part in chain.iter().filter(|part| !is_filler(part)) {
            let mut text = start(part);
            while !text.is_empty() {
                match self.step(&walked.within, text, &holds) {
                    // What was not understood before it does not stand between two names that are.
                    Some(_) if !walked.rest.is_empty() => return Walked { broken: true, ..walked },
                    Some((found, after)) => (walked.within, text) = (found, start(after)),
                    None => {
                        walked.rest.push_str(text);
                        break;
                    }
                }
            }
        }
        walked
    }

    /// The places inside those, or anywhere if there are none yet, with the longest name that the text begins with; and what
    /// follows it.
    fn step<'t>(
        &self,
        within: &[Place],
        text: &'t str,
        holds: impl Fn(&Division) -> bool,
    ) -> Option<(Vec<Place>, &'t str)> {
        let inside = |division: &&&Division| {
            holds(division) && (within.is_empty() || within.iter().any(|place| place.contains(division.place)))
        };
        let ends = text.char_indices().map(|(at, c)| at + c.len_utf8()).take_while(|end| *end <= self.longest);
        for end in ends.collect::<Vec<_>>().into_iter().rev() {
            let (name, rest) = text.split_at_checked(end)?;
            let short = self.by_short_name.get(name).filter(|_| rest.is_empty());
            let called = self.by_name.get(name).into_iter().chain(short).flatten();
            let mut found: Vec<Place> = called.filter(inside).map(|division| division.place).collect();
            if !found.is_empty() {
                found.sort_unstable();
                found.dedup();
                return Some((found, rest));
            }
        }
        None
    }
}

/// Places so wide that nobody means them by a name within them that is not known: provinces and prefectures.
const WIDE: u8 = 4;

/// A text without what separates names around it.
pub(super) fn start(text: &str) -> &str {
    text.trim_start_matches(|c: char| c.is_whitespace() || ",，、;；/／>-－—–·|".contains(c)).trim_end()
}

/// Whether a text only says that a level is left out, as between a municipality and its districts.
fn is_filler(text: &str) -> bool {
    matches!(text, "市辖区" | "县" | "省直辖县级行政区划" | "自治区直辖县级行政区划" | "省直辖" | "直辖县级")
}

/// The name without one of these ends, if two characters or more are left.
fn without<'n>(name: &'n str, ends: &[&str]) -> Option<&'n str> {
    ends.iter().find_map(|end| name.strip_suffix(end)).filter(|short| short.chars().count() > 1)
}

/// What a place is called within a longer text: its name, and that without what it is, where that is usual.
fn names_of(division: &Division) -> impl Iterator<Item = &str> {
    // 浙江, 杭州, 锡林郭勒; and the committee of a community gives it its name: 和平村委会, 骆家庄社区居委会.
    const OF_WIDE: [&str; 6] = ["省", "市", "自治区", "特别行政区", "地区", "盟"];
    const OF_TOWNSHIP: [&str; 1] = ["办事处"];
    const OF_COMMUNITY: [&str; 5] = ["村民委员会", "居民委员会", "居委会", "村委会", "委员会"];
    let name = &*division.zh;
    let short = match division.place.length() {
        0..=4 => without(name, &OF_WIDE),
        9 => without(name, &OF_TOWNSHIP),
        12 => without(name, &OF_COMMUNITY),
        _ => None,
    };
    // A village goes by its own name: 和平村.
    let village =
        name.strip_suffix("委会").or_else(|| name.strip_suffix("民委员会")).filter(|name| name.ends_with('村'));
    [Some(name), short, village].into_iter().flatten()
}

/// What a county is called for short: 西湖, 嘉善.
fn short_county(division: &Division) -> Option<&str> {
    (division.place.length() == 6).then(|| without(&division.zh, &["区", "县", "市", "旗"])).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    fn place(code: &str) -> Place {
        Place::parse(code).unwrap()
    }

    /// What is below the county, beside the places that the tool knows.
    const BELOW: &str = "code,name,from,until\n110105005,望京街道,,\n330106109,文新街道办事处,,\n330106109001,骆家庄社区居委会,,\n\
        330106109002,湖畔花园社区居民委员会,,\n330106109003,和平村委会,,\n441900121,长安镇,,\n";

    fn named(chain: &[&str], on: &str) -> Found {
        let divisions = Divisions::known().with(BELOW).unwrap();
        let chain: Vec<String> = chain.iter().map(|name| (*name).to_owned()).collect();
        Gazetteer::new(&divisions).named(&chain, day(on))
    }

    fn sure(code: &str, label: &str) -> Found {
        Found::Sure { place: place(code), label: label.to_owned() }
    }

    fn open(codes: &[&str], why: &str) -> Found {
        Found::Open { candidates: codes.iter().map(|code| place(code)).collect(), why: why.to_owned() }
    }

    #[test]
    fn a_name_is_sure_by_all_that_contains_it() {
        for (chain, expected) in [
            (&["浙江省", "杭州市", "西湖区"][..], sure("330106", "")),
            (&["浙江省杭州市西湖区文新街道"], sure("330106109", "")),
            (&["浙江", "杭州", "西湖", "文新街道"], sure("330106109", "")),
            (&["浙江", "杭州", "西湖区 文新街道"], sure("330106109", "")),
            (&["杭州市", "骆家庄社区"], sure("330106109001", "")),
            (&["浙江省杭州市西湖区文新街道骆家庄社区3幢2单元"], sure("330106109001", "3幢2单元")),
            (&["北京市", "北京市", "朝阳区", "望京街道"], sure("110105005", "")),
            (&["北京市", "市辖区", "朝阳区"], sure("110105", "")),
            (&["吉林省", "吉林市"], sure("2202", "")),
            (&["吉林", "吉林市"], sure("2202", "")),
            (&["东莞市长安镇"], sure("441900121", "")),
            (&["浙江省杭州市西湖区文新街道和平村"], sure("330106109003", "")),
            (&["湖北省仙桃市"], sure("429004", "")),
            (&["日本"], sure("JP", "")),
        ] {
            assert_eq!(named(chain, "2022-12-02"), expected, "{chain:?}");
        }
    }

    #[test]
    fn nothing_is_guessed() {
        let several = "several places are called so";
        let none = |rest: &str| Found::Unknown { why: format!("`{rest}` is no place that is known") };
        for (chain, expected) in [
            (&["西湖区"][..], open(&["330106", "360103"], several)),
            (&["朝阳区"], open(&["110105", "220104"], several)),
            (&["吉林"], open(&["22", "2202"], several)),
            // The street is known, and the compound in it is not: that the whole street is meant is for people to say.
            (&["浙江省杭州市西湖区文新街道某某小区"], open(&["330106109"], "`某某小区` is not known there")),
            (&["西湖区某某小区"], open(&["330106", "360103"], "`某某小区` is not known there")),
            // What stands between is not skipped.
            (&["浙江省杭州市西湖区", "某某镇", "骆家庄社区"], open(&["330106"], "`某某镇` is not known there")),
            (&["浙江省杭洲市"], none("杭洲市")),
            (&["不在图上"], none("不在图上")),
            (&["浙江省", "江西省"], none("江西省")),
            (&["市辖区"], Found::Unknown { why: "it names no place".to_owned() }),
        ] {
            assert_eq!(named(chain, "2022-12-02"), expected, "{chain:?}");
        }
    }

    #[test]
    fn a_name_and_a_code_are_of_their_time() {
        let chain = &["浙江省杭州市江干区"];
        assert_eq!(named(chain, "2020-02-02"), sure("330104", ""));
        let other = "it is called so at another time than the row's";
        assert_eq!(named(chain, "2022-12-02"), open(&["330102", "330114"], other));
        let places = Gazetteer::new(Divisions::known());
        let coded = |code: &str, on: &str| places.coded(place(code), day(on));
        assert_eq!(coded("330104", "2020-02-02"), sure("330104", ""));
        let why = "330104 was in force until 2021-04-30, before the row begins";
        assert_eq!(coded("330104", "2022-12-02"), open(&["330102", "330114"], why));
        assert!(matches!(coded("330199", "2022-12-02"), Found::Unknown { .. }));
        assert_eq!(places.full_name(place("110105"), day("2022-12-02")), "北京市朝阳区");
    }
}
