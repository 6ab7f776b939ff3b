//! What is wrong with an answer, in words: which question, which trip, what it may be.

use super::Explanation;
use super::words::WORDS;
use crate::rules::pack::{NumberForm, Question, QuestionKind};
use crate::rules::reason::QuestionProblem;

impl Explanation<'_> {
    /// The question, and what is wrong with its answer.
    pub(super) fn problem(&self, problem: &QuestionProblem, asked: &[&Question]) -> String {
        let format = self.format();
        let question = asked.iter().find(|question| question.id == problem.question).copied();
        let fault = self.fault(&problem.code, question);
        let question = question.map_or(&*problem.question, |question| self.own(&question.text));
        match problem.trip {
            None => format.say(&WORDS.answers.problem, &[("question", question), ("fault", &fault)]),
            Some(trip) => {
                let trip = (trip + 1).to_string();
                let slots = [("question", question), ("trip", &trip), ("fault", &fault)];
                format.say(&WORDS.answers.problem_of_trip, &slots)
            }
        }
    }

    /// What is wrong with the answer to a question.
    fn fault(&self, code: &str, question: Option<&Question>) -> String {
        let words = &WORDS.answers;
        let format = self.format();
        let form = question.and_then(|question| question.number.as_ref());
        let bound = |of: fn(&NumberForm) -> i64| form.map(|form| in_units(of(form), form.decimals)).unwrap_or_default();
        let (least, most) = (bound(|form| form.least), bound(|form| form.most));
        let unit = form.map_or("", |form| &form.unit);
        match (code, form, question.map(|question| question.kind)) {
            ("answer-wrong-type" | "answer-missing", Some(_), _) => {
                return format.say(&words.number, &[("least", &least), ("most", &most), ("unit", unit)]);
            }
            ("answer-too-precise", Some(NumberForm { decimals: 0, .. }), _) => return format.say(&words.whole, &[]),
            ("answer-missing", _, Some(kind)) => {
                let phrase = match kind {
                    QuestionKind::Place => Some(&words.place),
                    QuestionKind::Trips => Some(&words.trips),
                    QuestionKind::Date => Some(&words.date),
                    QuestionKind::OneOf | QuestionKind::ManyOf => Some(&words.choose),
                    QuestionKind::YesNo | QuestionKind::Number | QuestionKind::Text => None,
                };
                if let Some(phrase) = phrase {
                    return format.say(phrase, &[]);
                }
            }
            _ => {}
        }
        let digits = question.and_then(|question| question.place_digits).unwrap_or(6);
        let level = words.levels.get(&digits).map(|level| format.say(level, &[])).unwrap_or_default();
        let alone = question.and_then(|question| question.options.iter().find(|option| option.alone));
        let alone = alone.map_or("", |option| self.own(&option.text));
        let decimals = form.map(|form| form.decimals.to_string()).unwrap_or_default();
        let days = question.and_then(|question| question.days_back).map(|days| days.to_string()).unwrap_or_default();
        let slots = [
            ("least", &*least),
            ("most", &most),
            ("unit", unit),
            ("decimals", &decimals),
            ("days", &days),
            ("level", &level),
            ("alone", alone),
        ];
        let says = WORDS.errors.get(code).map(|text| format.say(&text.says, &slots));
        says.unwrap_or_else(|| self.error(code))
    }
}

/// A bound as people write it: `37.5`, `34`.
fn in_units(scaled: i64, decimals: u8) -> String {
    crate::facts::Decimal::from_scaled(scaled, decimals).as_f64().to_string()
}

#[cfg(test)]
mod tests {
    use super::super::{Language, PlaceNames};
    use super::*;
    use crate::assess::assess;
    use crate::authoring::source::{FactsSource, PackSource};
    use crate::authoring::workbench::Workbench;
    use crate::calendar::Time;

    /// What is said of these answers in Chinese and in English.
    fn said(answers: &str) -> String {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/rules/packs/hangzhou/pack.toml");
        let source = PackSource::parse(&std::fs::read_to_string(path).unwrap()).unwrap();
        let workbench = Workbench::default();
        let rules = workbench.pack(&source).unwrap();
        let json =
            format!(r#"{{"reports": [{{"at": "2020-02-12T08:00:00+08:00", "answers": {{{answers}}}}}], "risk": []}}"#);
        let facts: FactsSource = serde_json::from_str(&json).unwrap();
        let now = Time::parse("2020-02-12T09:00:00+08:00").unwrap();
        let assessment = workbench.with_facts(&facts, None, |facts| assess(&rules, facts, now)).unwrap();
        let names = PlaceNames::default();
        let text = |language| {
            let forecast = None;
            Explanation {
                rules: &rules,
                assessment: &assessment,
                forecast,
                reports: &facts.reports,
                names: &names,
                language,
            }
            .text()
        };
        text(Language::ZhHans) + &text(Language::En)
    }

    #[test]
    fn question_trip_and_bounds_are_named() {
        for (answer, words) in [
            (r#""temperature": 50"#, ["应在34到43°C之间", "it must be from 34 to 43 °C"]),
            (r#""temperature": 36.55"#, ["最多填1位小数", "the most allowed is 1"]),
            (r#""symptoms": ["none", "fever"]"#, ["就不能再选其他项", "cannot be combined with other options"]),
            (r#""symptoms": ["sneeze"]"#, ["没有这个选项", "There is no such option"]),
            (r#""contact": "yes""#, ["这个回答的格式不对", "not the kind of answer expected here"]),
            (
                r#""contact": true, "last_contact": "2020-01-01""#,
                ["日期不能早于申报前14天", "more than 14 days before the report"],
            ),
            (r#""contact": true, "last_contact": "2020-02-30""#, ["请填完整的日期", "Please enter a full date"]),
            (r#""home": "3301""#, ["请再选细一些：区、县", "choose the district or county"]),
            (r#""home": "999999""#, ["没有这个省份代码", "No province has this code"]),
            (
                r#""been_away": true, "trips": [{"place": "4201", "from": "2020-02-01", "to": "2020-02-02"}, {"place": "4201", "from": "2020-02-05", "to": "2020-02-03"}]"#,
                ["第2段行程：离开日期不能早于到达日期", "Trip 2: The last day cannot be before the first"],
            ),
            (
                r#""been_away": true, "trips": [{"place": "42", "from": "2020-02-01"}]"#,
                ["第1段行程：请再选细一些：市", "Trip 1: Please be more precise: choose the city"],
            ),
        ] {
            let said = said(answer);
            assert!(words.iter().all(|words| said.contains(words)), "{answer}\n{said}");
        }
    }
}
