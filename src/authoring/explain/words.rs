//! The sentences of `words/`, which phones and pages use too.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::colour::Colour;
use crate::facts::{Mode, Status};
use crate::risk::Level;
use crate::rules::pack::{Dimension, Total};

/// The languages that every pack has.
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

/// A sentence in both languages, with the names of values in braces.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Phrase {
    #[serde(rename = "zh-Hans")]
    zh_hans: String,
    en: English,
}

/// English has one form for one and another for more, where `{count}` says how many.
#[derive(Debug, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
enum English {
    Always(String),
    Counted { one: String, other: String },
}

/// Values for the names in braces.
pub(super) type Slots<'a> = [(&'a str, &'a str)];

impl Phrase {
    /// The sentence in a language. What is not given a value stays in its braces, so that it is seen.
    pub(super) fn say(&self, language: Language, slots: &Slots<'_>) -> String {
        let en = match &self.en {
            English::Always(en) => en,
            English::Counted { one, .. } if slots.contains(&("count", "1")) => one,
            English::Counted { other, .. } => other,
        };
        fill(language.pick(&self.zh_hans, en), slots)
    }
}

fn fill(sentence: &str, slots: &Slots<'_>) -> String {
    let mut filled = String::with_capacity(sentence.len());
    let mut rest = sentence;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let slot = after.split_once('}').and_then(|(name, behind)| {
            let (_, value) = slots.iter().find(|(slot, _)| *slot == name)?;
            Some((value, behind))
        });
        match slot {
            Some((value, behind)) => {
                filled.push_str(value);
                rest = behind;
            }
            None => {
                filled.push('{');
                rest = after;
            }
        }
    }
    filled + rest
}

/// Declares what the tool needs of a file of words: sentences, or groups of them. Screens need more of some.
macro_rules! words {
    ($($(#[$doc:meta])* $name:ident ($case:literal) { $($field:ident $(: $kind:ty)?),* $(,)? })*) => { $(
        $(#[$doc])*
        #[derive(Debug, Deserialize)]
        #[serde(rename_all = $case)]
        pub(super) struct $name { $(pub(super) $field: words!(@ $($kind)?)),* }
    )* };
    (@) => { Phrase };
    (@ $kind:ty) => { $kind };
}

words! {
    /// `terms.json`: what things are called.
    Terms("camelCase") {
        code_colours: Colours, colours: Colours, levels: Levels, modes: Modes, statuses: Statuses, dimensions: Dimensions,
        totals: Totals,
    }
    Colours("kebab-case") { green, yellow, red, grey }
    Levels("kebab-case") { none, low, medium, high }
    Modes("kebab-case") { stay, drive_through, rail, air, overnight_on_road }
    Statuses("kebab-case") { confirmed, suspected, asymptomatic, close_contact, contact_of_contact, recovered }
    Dimensions("kebab-case") { space, time, personal }
    Totals("kebab-case") { space, time, personal, total }
    /// `time.json`: days, times and lengths of time.
    Times("camelCase") {
        months: BTreeMap<u8, Phrase>, weekdays: BTreeMap<u8, Phrase>, day, full_day, moment, open, span, units: Units,
        between_sentences, between_units, none, list,
    }
    Units("camelCase") { day, hour, minute }
    /// `places.json`.
    Places("camelCase") { within, somewhere }
    /// `causes.json`: why nothing, or not everything, was decided.
    Causes("camelCase") { title, partly, todo, causes: Undecided }
    Undecided("kebab-case") {
        rules_not_yet_in_force: Advised, rules_expired: Advised, no_rules_here: Advised, risk_missing: Advised,
        risk_missing_of_place: Advised, risk_stale: Advised, clock_behind: Advised, manifest_expired: Advised, record_expired: Advised, report_missing: Advised,
        report_too_old: Advised, answers_missing: Advised, answer_unsure: Advised, visit_order: Advised, visit_unclear: Advised, place_unclear: Advised, withheld: Advised, rule_failed: Advised,
    }
    /// What is so, and what to do about it.
    Advised("camelCase") { says, todo }
    /// `fact.json`: what a rule fired on.
    Facts("camelCase") {
        report, report_alone, visit, visit_counted, visit_unlisted, exposed, status, score, floor, floor_grounded, question, number,
        yes, no, empty, and,
    }
    /// `reasons.json`: why a colour is what it is.
    Reasons("camelCase") { title, none, based, way_back, course, until, from, open, alone, ground, in_force, correct, rule }
    /// `outlook.json`: what is to come.
    Outlook("camelCase") {
        title, assumed, now, green, is_green, is_green_until, settled, no_green, change, change_without, change_of_rules, of_rules,
    }
    /// `change.json`: what differs from before.
    Changes("camelCase") { title, since, rules, risk, risk_gone, risk_of_place, risk_of_place_gone, new, ended, causes, time }
    /// `scores.json`.
    Scores("camelCase") { title, range, gave, of, nothing, about: Dimensions }
    /// `answers.json`: what is wrong with an answer, beside the texts of codes.
    Answers("camelCase") {
        problem, problem_of_trip, number, whole, choose, trips, place, date, levels: BTreeMap<u8, Phrase>,
    }
    /// `tool.json`: what only the authors of rules read.
    Tool("camelCase") {
        at, rules, rules_for, risk, risk_for, same, reason, reason_undecided, line, gave, rule_name, code, measured, by_rule, lasts,
        step, then_green, not_begun, steps, step_at, measures: Measures,
    }
    Measures("kebab-case") {
        visits, minutes, longest_minutes, days_since_visit, exposures, exposure_minutes, days_since_exposure,
        days_in_a_row, report_days, days_since_report, today, days_since_such_report, such_today, age, r#in,
        not_in, of_place, any_level, or,
    }
}

/// An error's text: its advice is of its own, or one of those that have a name.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ErrorText {
    pub(super) says: Phrase,
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "the tool says what is wrong in its own words, with its own help")
    )]
    pub(super) todo: Option<Todo>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
#[cfg_attr(not(test), expect(dead_code, reason = "as above"))]
pub(super) enum Todo {
    Named(String),
    Own(Phrase),
}

/// All of them.
pub(super) struct Words {
    pub(super) terms: Terms,
    pub(super) time: Times,
    pub(super) places: Places,
    pub(super) causes: Causes,
    pub(super) fact: Facts,
    pub(super) reasons: Reasons,
    pub(super) outlook: Outlook,
    pub(super) change: Changes,
    pub(super) scores: Scores,
    pub(super) answers: Answers,
    pub(super) tool: Tool,
    /// What a code that has no text says.
    pub(super) unknown: Phrase,
    pub(super) errors: BTreeMap<String, ErrorText>,
}

macro_rules! read {
    ($name:literal) => {
        serde_json::from_str(include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/words/", $name, ".json")))
    };
}

impl Words {
    fn read() -> serde_json::Result<Self> {
        let files: [serde_json::Result<BTreeMap<String, ErrorText>>; 10] = [
            read!("errors/checkpoint"),
            read!("errors/codes"),
            read!("errors/entries"),
            read!("errors/files"),
            read!("errors/holder"),
            read!("errors/host"),
            read!("errors/log"),
            read!("errors/rules"),
            read!("errors/server"),
            read!("errors/start"),
        ];
        let mut errors = BTreeMap::new();
        for file in files {
            errors.append(&mut file?);
        }
        Ok(Self {
            terms: read!("terms")?,
            time: read!("time")?,
            places: read!("places")?,
            causes: read!("causes")?,
            fact: read!("fact")?,
            reasons: read!("reasons")?,
            outlook: read!("outlook")?,
            change: read!("change")?,
            scores: read!("scores")?,
            answers: read!("answers")?,
            tool: read!("tool")?,
            unknown: read!("errors/unknown")?,
            errors,
        })
    }
}

#[expect(clippy::expect_used, reason = "the files are part of the program, and a test reads them")]
pub(super) static WORDS: LazyLock<Words> = LazyLock::new(|| Words::read().expect("the words are in order"));

impl Colours {
    pub(super) const fn of(&self, colour: Colour) -> &Phrase {
        match colour {
            Colour::Green => &self.green,
            Colour::Yellow => &self.yellow,
            Colour::Grey => &self.grey,
            Colour::Red => &self.red,
        }
    }
}

impl Levels {
    pub(super) const fn of(&self, level: Level) -> &Phrase {
        match level {
            Level::None => &self.none,
            Level::Low => &self.low,
            Level::Medium => &self.medium,
            Level::High => &self.high,
        }
    }
}

impl Modes {
    pub(super) const fn of(&self, mode: Mode) -> &Phrase {
        match mode {
            Mode::Stay => &self.stay,
            Mode::DriveThrough => &self.drive_through,
            Mode::Rail => &self.rail,
            Mode::Air => &self.air,
            Mode::OvernightOnRoad => &self.overnight_on_road,
        }
    }
}

impl Statuses {
    pub(super) const fn of(&self, status: Status) -> &Phrase {
        match status {
            Status::Confirmed => &self.confirmed,
            Status::Suspected => &self.suspected,
            Status::Asymptomatic => &self.asymptomatic,
            Status::CloseContact => &self.close_contact,
            Status::ContactOfContact => &self.contact_of_contact,
            Status::Recovered => &self.recovered,
        }
    }
}

impl Dimensions {
    pub(super) const fn of(&self, dimension: Dimension) -> &Phrase {
        match dimension {
            Dimension::Space => &self.space,
            Dimension::Time => &self.time,
            Dimension::Personal => &self.personal,
        }
    }
}

impl Totals {
    pub(super) const fn of(&self, total: Total) -> &Phrase {
        match total {
            Total::Space => &self.space,
            Total::Time => &self.time,
            Total::Personal => &self.personal,
            Total::Total => &self.total,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::*;
    use crate::error::Coded;
    use crate::error_codes::all_codes;
    use crate::rules::questionnaire::AnswerError;

    /// Every file of words, with its name.
    fn files() -> Vec<(String, Value)> {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("words");
        let files = ["", "errors"].iter().flat_map(|below| std::fs::read_dir(folder.join(below)).unwrap());
        let json =
            files.map(|entry| entry.unwrap().path()).filter(|path| path.extension().is_some_and(|kind| kind == "json"));
        json.map(|path| {
            let name = path.strip_prefix(&folder).unwrap().to_string_lossy().into_owned();
            (name, serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap())
        })
        .collect()
    }

    /// Calls for every text of a file, which is what has both languages.
    fn each_text(value: &Value, at: &str, look: &mut impl FnMut(&str, &str, &str)) {
        let Value::Object(fields) = value else { return };
        let (Some(zh), Some(en)) = (fields.get("zh-Hans"), fields.get("en")) else {
            assert!(!fields.contains_key("zh-Hans") && !fields.contains_key("en"), "{at} has one language only");
            return fields.iter().for_each(|(key, value)| each_text(value, &format!("{at}.{key}"), look));
        };
        assert_eq!(fields.len(), 2, "{at}");
        let forms: Vec<_> = match en {
            Value::Object(forms) => forms.values().collect(),
            one => vec![one],
        };
        forms.into_iter().for_each(|en| look(at, zh.as_str().unwrap(), en.as_str().unwrap()));
    }

    fn slots(text: &str) -> BTreeSet<&str> {
        text.split('{').skip(1).map(|rest| rest.split_once('}').unwrap().0).collect()
    }

    #[test]
    fn both_languages_say_the_same_with_the_same_values() {
        let mut texts = 0;
        for (name, file) in files() {
            each_text(&file, &name, &mut |at, zh, en| {
                texts += 1;
                assert_eq!(slots(zh), slots(en), "{at}");
                assert!(!en.chars().any(is_han), "{at}: {en}");
                assert_eq!(unlike_chinese(zh), None, "{at}: {zh}");
            });
        }
        assert!(texts > 300, "{texts}");
    }

    /// Half-width punctuation in a Chinese text, or a space beside a full-width mark, a number, a letter or a unit.
    fn unlike_chinese(text: &str) -> Option<&str> {
        let wide = |letter: char| "，。；：？！、（）“”《》".contains(letter) || is_han(letter);
        if let Some(at) = text.find(['?', '!', ';', ',', '(', ')']) {
            return text.get(at..=at);
        }
        text.match_indices(' ').find_map(|(at, space)| {
            let (before, behind) = (text.get(..at)?.chars().next_back()?, text.get(at + 1..)?.chars().next()?);
            (wide(before) || wide(behind) || behind == '°').then_some(space)
        })
    }

    fn is_han(letter: char) -> bool {
        ('\u{4e00}'..='\u{9fff}').contains(&letter)
    }

    /// What another word says, in the glossary or in words/README.md: no sentence has it.
    const NOT_USED: [&str; 26] = [
        "查验",
        "查过",
        "到期",
        "届满",
        "底线",
        "重点地区",
        "疫情高风险",
        "在家观察",
        "居家14天",
        "宿主应用",
        "加分项",
        "打码",
        "当日证书",
        "疾控",
        "请反馈",
        "发布规则的部门",
        "境内",
        "病人",
        "凭什么",
        "回应口令",
        "填报",
        "打卡",
        "ooperate",
        "truthfully",
        "your community or",
        "host app",
    ];

    /// The sentences of packs, which stand in lines such as `text = { zh-Hans = "…", en = "…" }`.
    fn packs() -> Vec<(String, String, String)> {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/packs");
        let mut found = Vec::new();
        for pack in std::fs::read_dir(folder).unwrap() {
            let path = pack.unwrap().path().join("pack.toml");
            for line in std::fs::read_to_string(&path).unwrap().lines() {
                let Some((_, rest)) = line.split_once("{ zh-Hans = \"") else { continue };
                let (zh, en) = rest.split_once("\", en = \"").unwrap();
                found.push((path.display().to_string(), zh.to_owned(), en.to_owned()));
            }
        }
        found
    }

    #[test]
    fn packs_are_written_like_the_words_and_neither_has_a_second_word_for_a_thing() {
        let packs = packs();
        assert!(packs.len() > 300, "{}", packs.len());
        let not_used = |at: &str, zh: &str, en: &str| {
            let found = NOT_USED.into_iter().find(|word| zh.contains(word) || en.contains(word));
            assert_eq!(found, None, "{at}: {zh} / {en}");
        };
        for (at, zh, en) in &packs {
            assert_eq!(unlike_chinese(zh), None, "{at}: {zh}");
            not_used(at, zh, en);
        }
        for (name, file) in files() {
            each_text(&file, &name, &mut |at, zh, en| not_used(at, zh, en));
        }
    }

    /// What is on one screen only stands beside that screen.
    #[test]
    fn screens_have_no_second_word_for_a_thing_either() {
        let mut folders = vec![];
        for folder in ["pkg-template/src/view", "pkg-template/examples", "www/src"] {
            folders.push(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(folder));
        }
        let mut seen = 0;
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    let name = path.file_name().unwrap();
                    folders.extend((name != "node_modules" && name != "dist").then_some(path));
                } else if path.extension().is_some_and(|kind| ["ts", "js", "jsx", "vue"].iter().any(|it| kind == *it)) {
                    let text = std::fs::read_to_string(&path).unwrap();
                    let chinese =
                        NOT_USED.into_iter().filter(|word| word.chars().all(|letter| !letter.is_ascii_alphabetic()));
                    assert_eq!(chinese.into_iter().find(|word| text.contains(word)), None, "{}", path.display());
                    seen += 1;
                }
            }
        }
        assert!(seen > 50, "{seen}");
    }

    /// What screens say and the tool does not: labels of buttons and fields, the files on a phone and how old they are, and
    /// times relative to now.
    const ON_SCREENS_ONLY: [&str; 12] = [
        "answers.from",
        "causes.refresh",
        "causes.report",
        "change.understood",
        "data.stale",
        "places.lapsed",
        "reasons.read",
        "terms.kinds",
        "time.ago",
        "time.ahead",
        "time.now",
        "time.zone",
    ];

    /// Removes the text or group at `path`, and says whether there was one.
    fn without(file: &Value, path: &str) -> Value {
        let mut file = file.clone();
        let (group, key) = path.rsplit_once('/').unwrap();
        file.pointer_mut(group).and_then(Value::as_object_mut).unwrap().remove(key).unwrap();
        file
    }

    fn unread<T: serde::de::DeserializeOwned>(name: &str, file: &Value, found: &mut Vec<String>) {
        each_text(file, "", &mut |at, _, _| {
            // What has a number for a name, such as a month, is found by it.
            let by_number = at.ends_with(|last: char| last.is_ascii_digit());
            if !by_number && serde_json::from_value::<T>(without(file, &at.replace('.', "/"))).is_ok() {
                found.push(format!("{name}{at}"));
            }
        });
    }

    #[test]
    fn what_screens_say_the_tool_says_too() {
        let mut found: Vec<String> = Vec::new();
        for (name, file) in files() {
            let name = name.trim_end_matches(".json");
            match name {
                "terms" => unread::<Terms>(name, &file, &mut found),
                "time" => unread::<Times>(name, &file, &mut found),
                "places" => unread::<Places>(name, &file, &mut found),
                "causes" => unread::<Causes>(name, &file, &mut found),
                "fact" => unread::<Facts>(name, &file, &mut found),
                "reasons" => unread::<Reasons>(name, &file, &mut found),
                "outlook" => unread::<Outlook>(name, &file, &mut found),
                "change" => unread::<Changes>(name, &file, &mut found),
                "scores" => unread::<Scores>(name, &file, &mut found),
                "tool" => unread::<Tool>(name, &file, &mut found),
                "answers" => unread::<Answers>(name, &file, &mut found),
                // The tool has the text of every code; advice it gives in its own words.
                _ if name.starts_with("errors/") => {}
                _ => each_text(&file, "", &mut |at, _, _| found.push(format!("{name}{at}"))),
            }
        }
        let of = |text: &str| ON_SCREENS_ONLY.into_iter().find(|known| text.starts_with(known)).ok_or(text.to_owned());
        let found: Result<BTreeSet<&str>, String> = found.iter().map(|text| of(text)).collect();
        assert_eq!(found, Ok(ON_SCREENS_ONLY.into()));
    }

    /// What only authors meet the tool says in its own words, with the place in the source.
    fn only_for_authors(code: &str) -> bool {
        use crate::authoring::source::SourceError;
        use crate::rules::expression::text::TextError;
        [SourceError::CODES, TextError::CODES].concat().contains(&code) || code.starts_with("pack-")
    }

    #[test]
    fn every_public_code_has_a_text_with_values_that_are_there() {
        for code in all_codes() {
            assert!(WORDS.errors.contains_key(code) || only_for_authors(code), "{code} has no text");
        }
        // Beside a question there are its bounds, its level of places, its option that stands alone.
        let given = BTreeSet::from(["least", "most", "unit", "decimals", "days", "level", "alone"]);
        for (code, text) in &WORDS.errors {
            let used = slots(&text.says.zh_hans);
            assert!(used.is_subset(&given) && (used.is_empty() || code.starts_with("answer-")), "{code}: {used:?}");
        }
    }

    /// In words/README.md: which file has the codes that begin how.
    #[test]
    fn each_file_has_the_codes_that_the_readme_says() {
        let readme = include_str!("../../../words/README.md");
        let rows = readme.lines().filter_map(|line| line.strip_prefix("| `errors/")?.split_once(".json` | `"));
        let said: BTreeSet<(&str, &str)> = rows
            .flat_map(|(file, row)| {
                let prefixes = row.split(" |").next().unwrap_or_default().split('`');
                prefixes.filter_map(|prefix| prefix.strip_suffix("-…")).map(move |prefix| (file, prefix))
            })
            .collect();
        let read = files();
        let found: BTreeSet<(&str, &str)> = read
            .iter()
            .filter_map(|(name, file)| Some((name.strip_prefix("errors/")?.strip_suffix(".json")?, file)))
            .filter(|(name, _)| !["advice", "unknown"].contains(name))
            .flat_map(|(name, file)| {
                let codes = file.as_object().unwrap().keys();
                codes.map(move |code| (name, code.split('-').next().unwrap()))
            })
            .collect();
        assert_eq!(found, said);
    }

    #[test]
    fn advice_that_is_named_is_there() {
        let advice: BTreeMap<String, Phrase> = read!("errors/advice").unwrap();
        let mut used = BTreeSet::new();
        for (code, text) in &WORDS.errors {
            match &text.todo {
                Some(Todo::Named(name)) => {
                    assert!(advice.contains_key(name) && (used.insert(name), true).1, "{code}: {name}")
                }
                Some(Todo::Own(own)) => assert_eq!(slots(&own.zh_hans), BTreeSet::new(), "{code}"),
                None => {}
            }
        }
        assert_eq!(used.len(), advice.len(), "advice that nothing gives");
    }

    #[test]
    fn every_fault_of_an_answer_has_words() {
        for code in AnswerError::CODES {
            assert!(WORDS.errors.contains_key(*code), "{code}");
        }
        assert_eq!(AnswerError::Missing.code(), "answer-missing");
    }

    #[test]
    fn a_value_is_put_in_as_it_is() {
        let twice = [("a", "{b}"), ("b", "x")];
        assert_eq!(fill("{a} {b} {c} {", &twice), "{b} x {c} {");
        let visits = &WORDS.time.units.day;
        assert_eq!(visits.say(Language::En, &[("count", "1")]), "1 day");
        assert_eq!(visits.say(Language::En, &[("count", "21")]), "21 days");
        assert_eq!(visits.say(Language::ZhHans, &[("count", "1")]), "1天");
    }
}
