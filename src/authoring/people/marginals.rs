//! How often synthetic people answer what, as a file says.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::Random;
use crate::authoring::units::decimal;
use crate::calendar::Date;
use crate::facts::{Answer, Decimal};
use crate::place::Place;
use crate::rules::pack::{Question, QuestionKind};

/// The marginals of a population; what it leaves out is as [`super::MARGINALS`] has it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, expecting = "marginals")]
pub struct Marginals {
    /// What people do, have and are.
    #[serde(default)]
    pub people: Rates,
    /// What they answer, by question.
    #[serde(default)]
    pub answers: BTreeMap<String, Shares>,
}

/// How many in a thousand.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields, expecting = "how many people in a thousand")]
pub struct Rates {
    /// Have never reported.
    pub never_reported: u16,
    /// Reported for the last time two to nine days ago.
    pub late: u16,
    /// Reported two days before the last time as well.
    pub twice: u16,
    /// Leave out one answer.
    pub left_out: u16,
    /// Live outside of the region of the pack.
    pub elsewhere: u16,
    /// Were elsewhere within 14 days.
    pub away: u16,
    /// Of these trips, went to a place of the risk table at medium or high risk.
    pub at_risk: u16,
    /// Have a record.
    pub record: u16,
    /// Of these, have a status in it.
    pub status: u16,
    /// Of these, are exempt as essential workers.
    pub exempt: u16,
}

impl Default for Rates {
    fn default() -> Self {
        Self {
            never_reported: 10,
            late: 30,
            twice: 100,
            left_out: 10,
            elsewhere: 40,
            away: 80,
            at_risk: 300,
            record: 980,
            status: 5,
            exempt: 10,
        }
    }
}

/// How often each answer to a question is given, in proportion to one another.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields, expecting = "the shares of answers")]
pub struct Shares {
    /// By answer: `yes` or `no`, the id of an option or several joined by `+`, a place code; nothing is no answer, or none of
    /// several options.
    pub shares: BTreeMap<String, u32>,
    /// By range: numbers, dates, days before the report.
    pub ranges: Vec<Range>,
}

/// A range in which every value is given as often as another.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a range with `from`, `to` and `share`")]
pub struct Range {
    /// The first.
    pub from: End,
    /// The last.
    pub to: End,
    /// How often it is one of these.
    pub share: u32,
}

/// An end of a range.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged, expecting = "a number, or a date such as \"1990-01-31\"")]
pub enum End {
    /// A number, or how many days before the report.
    Number(Decimal),
    /// A date.
    Date(String),
}

/// What is wrong with marginals.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{problem}")]
pub struct MarginalsError {
    /// The keys that lead to it.
    pub at: Vec<String>,
    /// What is wrong there, and what was expected.
    pub problem: String,
}

/// Answers, each with how often it is given.
#[derive(Clone, Default)]
pub(super) struct Spread(Vec<(u32, Part)>);

#[derive(Clone)]
enum Part {
    One(Option<Answer>),
    Numbers { least: i64, most: i64, decimals: u8 },
    DaysBefore { least: i64, most: i64 },
    Dates { first: Date, last: Date },
}

impl Spread {
    /// These answers, each with how often it is given.
    pub(super) fn of(answers: impl IntoIterator<Item = (u32, Answer)>) -> Self {
        Self(answers.into_iter().map(|(share, answer)| (share, Part::One(Some(answer)))).collect())
    }

    /// An answer on this day; `None` where there is nothing to draw from.
    pub(super) fn draw(&self, today: Date, random: &mut Random) -> Option<Answer> {
        let all: i64 = self.0.iter().map(|(share, _)| i64::from(*share)).sum();
        let mut left = random.below(all);
        let drawn = self.0.iter().find(|(share, _)| {
            left -= i64::from(*share);
            left < 0
        });
        match &drawn?.1 {
            Part::One(answer) => answer.clone(),
            Part::Numbers { least, most, decimals } => {
                Some(Answer::Number(Decimal::from_scaled(random.between(*least, *most), *decimals)))
            }
            Part::DaysBefore { least, most } => {
                Some(Answer::Text(today.plus_days(-random.between(*least, *most)).to_string()))
            }
            Part::Dates { first, last } => {
                let days = random.between(first.days(), last.days().max(first.days()));
                Some(Answer::Text(first.plus_days(days - first.days()).min(today).to_string()))
            }
        }
    }
}

impl Marginals {
    /// Whether the rates are such, and the answers possible ones.
    pub(super) fn spreads(&self, questions: &[Question]) -> Result<Vec<Option<Spread>>, MarginalsError> {
        self.people.check()?;
        let unknown = self.answers.keys().find(|id| questions.iter().all(|question| question.id != **id));
        if let Some(id) = unknown {
            let known: Vec<_> = questions.iter().map(|question| question.id.as_str()).collect();
            let problem = format!("no question is called `{id}`; there are {}", known.join(", "));
            return Err(MarginalsError { at: vec!["answers".into(), id.clone()], problem });
        }
        let of = |question: &Question| self.answers.get(&question.id).map(|shares| shares.spread(question)).transpose();
        questions.iter().map(of).collect()
    }
}

impl Rates {
    fn check(&self) -> Result<(), MarginalsError> {
        let Self { never_reported, late, twice, left_out, elsewhere, away, at_risk, record, status, exempt } = self;
        let rates = [
            ("never-reported", never_reported),
            ("late", late),
            ("twice", twice),
            ("left-out", left_out),
            ("elsewhere", elsewhere),
            ("away", away),
            ("at-risk", at_risk),
            ("record", record),
            ("status", status),
            ("exempt", exempt),
        ];
        let wrong = |name: &str, problem: &str| MarginalsError {
            at: vec!["people".into(), name.into()],
            problem: problem.into(),
        };
        match rates.into_iter().find(|(_, rate)| **rate > 1000) {
            Some((name, _)) => Err(wrong(name, "this is how many people in a thousand, so 1000 at most")),
            None if never_reported + late > 1000 => {
                Err(wrong("late", "together with `never-reported` these are more than a thousand in a thousand"))
            }
            None => Ok(()),
        }
    }
}

impl Shares {
    fn spread(&self, question: &Question) -> Result<Spread, MarginalsError> {
        let wrong = |key: Option<&str>, problem: String| {
            let path = ["answers", &question.id].into_iter().chain(key).map(str::to_owned);
            MarginalsError { at: path.collect(), problem }
        };
        let mut parts = Vec::new();
        for (answer, share) in &self.shares {
            let found = one(question, answer).ok_or_else(|| {
                wrong(Some("shares"), format!("`{answer}` is no answer to this question; {}", wanted(question)))
            })?;
            parts.push((*share, Part::One(found)));
        }
        for range in &self.ranges {
            let part = range.part(question).ok_or_else(|| wrong(Some("ranges"), ranges_of(question)))?;
            parts.push((range.share, part));
        }
        if parts.iter().all(|(share, _)| *share == 0) {
            return Err(wrong(None, "no answer has a share of 1 or more in `shares` or `ranges`".into()));
        }
        Ok(Spread(parts))
    }
}

/// The answer that a key stands for; `Some(None)` for none at all.
fn one(question: &Question, key: &str) -> Option<Option<Answer>> {
    let has = |id: &str| question.options.iter().any(|option| option.id == id);
    Some(match question.kind {
        QuestionKind::ManyOf if key.is_empty() => Some(Answer::Many(Vec::new())),
        _ if key.is_empty() => return (!question.required).then_some(None),
        QuestionKind::YesNo => Some(Answer::YesNo(match key {
            "yes" => true,
            "no" => false,
            _ => return None,
        })),
        QuestionKind::OneOf => Some(Answer::Text(has(key).then(|| key.to_owned())?)),
        QuestionKind::ManyOf => {
            let ids: Vec<_> = key.split('+').map(|id| id.trim().to_owned()).collect();
            Some(Answer::Many(ids.iter().all(|id| has(id)).then_some(ids)?))
        }
        QuestionKind::Place => Some(Answer::Text(Place::parse(key).ok()?.to_string())),
        QuestionKind::Number | QuestionKind::Date | QuestionKind::Trips | QuestionKind::Text => return None,
    })
}

/// What the keys of `shares` may be.
fn wanted(question: &Question) -> String {
    let options = || question.options.iter().map(|option| option.id.as_str()).collect::<Vec<_>>().join(", ");
    match question.kind {
        QuestionKind::YesNo => "expected `yes` or `no`".into(),
        QuestionKind::OneOf => format!("expected one of {}", options()),
        QuestionKind::ManyOf => format!("expected some of {}, joined by `+`", options()),
        QuestionKind::Place => "expected a place code".into(),
        QuestionKind::Number | QuestionKind::Date => "expected `ranges` in place of `shares`".into(),
        QuestionKind::Trips => "trips are drawn by the rates of `people`".into(),
        QuestionKind::Text => "no rule reads words of one's own: everybody made up has the same".into(),
    }
}

/// What ranges may be.
fn ranges_of(question: &Question) -> String {
    match (question.kind, &question.number) {
        (QuestionKind::Number, Some(form)) => {
            let number = |value| decimal(value, form.decimals);
            let (least, most) = (number(form.least), number(form.most));
            format!("expected ranges from {least} to {most}, with as many decimal places at most")
        }
        (QuestionKind::Date, _) => {
            "expected ranges of dates, or of whole days before the report, as far back as the question allows".into()
        }
        _ => format!("this question has no ranges; {}", wanted(question)),
    }
}

impl Range {
    fn part(&self, question: &Question) -> Option<Part> {
        match (question.kind, &self.from, &self.to) {
            (QuestionKind::Number, End::Number(from), End::Number(to)) => {
                let form = question.number.as_ref()?;
                let (least, most) = (from.scaled(form.decimals)?, to.scaled(form.decimals)?);
                (form.least <= least && least <= most && most <= form.most).then_some(Part::Numbers {
                    least,
                    most,
                    decimals: form.decimals,
                })
            }
            (QuestionKind::Date, End::Number(from), End::Number(to)) => {
                let (least, most) = (from.scaled(0)?, to.scaled(0)?);
                let limit = question.days_back.map_or(DAYS_BACK, i64::from);
                (0 <= least && least <= most && most <= limit).then_some(Part::DaysBefore { least, most })
            }
            (QuestionKind::Date, End::Date(from), End::Date(to)) => {
                let (first, last) = (Date::parse(from).ok()?, Date::parse(to).ok()?);
                (first <= last).then_some(Part::Dates { first, last })
            }
            _ => None,
        }
    }
}

/// How far back a date may lie that the question does not limit: 150 years.
const DAYS_BACK: i64 = 150 * 365;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authoring::source::trial_pack;

    fn questions() -> Vec<Question> {
        let one = |id: &str, kind: &str, more: &str| {
            format!("[[question]]\nid = '{id}'\ntype = '{kind}'\ntext = TEXT\n{more}\n")
        };
        let options = "options = [{ id = 'negative', text = TEXT }, { id = 'positive', text = TEXT }]";
        let parts = [
            one("pcr", "one-of", options),
            one("signs", "many-of", options),
            one("ill", "yes-no", "required = false"),
            one("degrees", "number", "number = { unit = '°C', decimals = 1, least = 340, most = 430 }"),
            one("born", "date", ""),
            one("back", "date", "days-back = 14"),
            one("home", "place", ""),
        ];
        trial_pack(&parts.concat()).questions
    }

    fn spreads(text: &str) -> Result<Vec<Option<Spread>>, MarginalsError> {
        toml::from_str::<Marginals>(text).unwrap().spreads(&questions())
    }

    #[test]
    fn answers_are_given_as_often_as_the_file_says() {
        let spreads = spreads(
            "[answers.pcr]
             shares = { negative = 97, positive = 3 }
             [answers.signs]
             shares = { '' = 1, negative = 1, 'negative+positive' = 2 }
             [answers.ill]
             shares = { yes = 1, '' = 1 }
             [answers.degrees]
             ranges = [{ from = 36, to = 36.9, share = 9 }, { from = 37.3, to = 40, share = 1 }]
             [answers.born]
             ranges = [{ from = '1940-01-01', to = '2026-12-31', share = 1 }]
             [answers.back]
             ranges = [{ from = 0, to = 3, share = 1 }]
             [answers.home]
             shares = { 330106 = 1 }",
        )
        .unwrap();
        let today = Date::parse("2026-01-02").unwrap();
        let mut random = Random(7);
        let mut draw = |index: usize| -> Vec<_> {
            (0..2000).map(|_| spreads[index].as_ref().unwrap().draw(today, &mut random)).collect()
        };
        let count = |drawn: &[Option<Answer>], of: Option<Answer>| drawn.iter().filter(|one| **one == of).count();
        let text = |text: &str| Some(Answer::Text(text.into()));
        assert!((30..95).contains(&count(&draw(0), text("positive"))));
        let many = |ids: &[&str]| Some(Answer::Many(ids.iter().map(|id| (*id).to_owned()).collect()));
        let signs = draw(1);
        assert!((400..600).contains(&count(&signs, many(&[]))));
        assert!((900..1100).contains(&count(&signs, many(&["negative", "positive"]))));
        assert!((900..1100).contains(&count(&draw(2), None)));
        let hot = |answer: &&Option<Answer>| matches!(answer, Some(Answer::Number(number)) if number.scaled(1).unwrap() >= 373);
        assert!((140..260).contains(&draw(3).iter().filter(hot).count()));
        let days = |drawn: Vec<Option<Answer>>| -> Vec<String> {
            let day = |answer| if let Some(Answer::Text(day)) = answer { Some(day) } else { None };
            drawn.into_iter().filter_map(day).collect()
        };
        let born = days(draw(4));
        assert!(born.iter().all(|day| ("1940-01-01"..="2026-01-02").contains(&day.as_str())));
        assert!((300..700).contains(&born.iter().filter(|day| day.as_str() < "1960").count()), "evenly");
        let back = days(draw(5));
        assert_eq!(back.iter().min().zip(back.iter().max()).unwrap(), (&"2025-12-30".into(), &"2026-01-02".into()));
        assert_eq!(count(&draw(6), text("330106")), 2000);
    }

    #[test]
    fn what_cannot_be_is_named_with_what_was_expected() {
        for (text, at, words) in [
            ("[answers.pc]\nshares = { x = 1 }", "answers.pc", "no question is called `pc`; there are pcr, signs,"),
            ("[answers.pcr]\nshares = { none = 1 }", "answers.pcr.shares", "expected one of negative, positive"),
            ("[answers.pcr]\nshares = { '' = 1 }", "answers.pcr.shares", "`` is no answer"),
            ("[answers.signs]\nshares = { 'negative+x' = 1 }", "answers.signs.shares", "joined by `+`"),
            ("[answers.ill]\nshares = { true = 1 }", "answers.ill.shares", "expected `yes` or `no`"),
            ("[answers.ill]\nranges = [{ from = 0, to = 1, share = 1 }]", "answers.ill.ranges", "has no ranges"),
            ("[answers.degrees]\nshares = { 36 = 1 }", "answers.degrees.shares", "`ranges` in place of `shares`"),
            (
                "[answers.degrees]\nranges = [{ from = 36, to = 99, share = 1 }]",
                "answers.degrees.ranges",
                "expected ranges from 34.0 to 43.0, with as many",
            ),
            (
                "[answers.degrees]\nranges = [{ from = 38, to = 37, share = 1 }]",
                "answers.degrees.ranges",
                "34.0 to 43.0",
            ),
            ("[answers.back]\nranges = [{ from = 0, to = 15, share = 1 }]", "answers.back.ranges", "whole days before"),
            ("[answers.born]\nranges = [{ from = 'x', to = 'y', share = 1 }]", "answers.born.ranges", "of dates"),
            ("[answers.home]\nshares = { Wuhan = 1 }", "answers.home.shares", "expected a place code"),
            ("[answers.pcr]\nshares = { negative = 0 }", "answers.pcr", "no answer has a share of 1 or more"),
            ("[answers.pcr]", "answers.pcr", "no answer has a share"),
            ("[people]\naway = 1001", "people.away", "1000 at most"),
            ("[people]\nlate = 995", "people.late", "together with `never-reported`"),
        ] {
            let error = spreads(text).map(drop).unwrap_err();
            assert_eq!(error.at.join("."), at, "{text}");
            assert!(error.problem.contains(words), "{text}: {error}");
        }
    }
}
