//! What is wrong with an answer, in words: which question, which trip, which values are allowed.

use super::Explanation;
use crate::authoring::units::decimal;
use crate::rules::pack::{Question, QuestionKind};
use crate::rules::reason::QuestionProblem;

impl Explanation<'_> {
    /// The question, and what is wrong with its answer.
    pub(super) fn problem(&self, problem: &QuestionProblem) -> String {
        let words = self.words();
        let question = self.pack().questions.iter().find(|question| question.id == problem.question);
        let Some(question) = question else {
            let id = &problem.question;
            return words.either(format!("没有“{id}”这个问题"), format!("there is no question \"{id}\""));
        };
        let asked = self.own(&question.text).trim_end_matches(['?', '？', '。', '.']);
        let trip = problem
            .trip
            .map(|trip| trip + 1)
            .map(|trip| words.either(format!("第{trip}段行程"), format!(", trip {trip},")));
        let (trip, wrong) = (trip.unwrap_or_default(), self.wrong(question, &problem.code));
        words.either(format!("“{asked}”{trip}{wrong}"), format!("\"{asked}\"{trip} {wrong}"))
    }

    /// What is wrong, to follow the question.
    fn wrong(&self, question: &Question, code: &str) -> String {
        let words = self.words();
        let say = |zh: &str, en: &str| self.say(zh, en).to_owned();
        match (code, &question.number) {
            ("answer-missing", _) => say("没有回答", "is not answered"),
            ("answer-not-asked", _) => say("没有问到却有回答", "is answered though it was not asked"),
            ("answer-wrong-type", _) => {
                let [zh, en] = wanted(question.kind);
                words.either(format!("要填{zh}"), format!("wants {en}"))
            }
            ("answer-out-of-range", Some(form)) => {
                let (least, most, unit) =
                    (decimal(form.least, form.decimals), decimal(form.most, form.decimals), &form.unit);
                words
                    .either(format!("要在{least}到{most} {unit}之间"), format!("must be from {least} to {most} {unit}"))
            }
            ("answer-too-precise", Some(form)) => match form.decimals {
                0 => say("要填整数", "wants a whole number"),
                places => words.either(
                    format!("最多填{places}位小数"),
                    format!("may have {places} decimal place{}", if places == 1 { "" } else { "s" }),
                ),
            },
            ("answer-unknown-option", _) => say("选了没有列出的选项", "has an answer that is none of its options"),
            ("answer-twice", _) => say("把一个选项选了两次", "has one option chosen twice"),
            ("answer-not-alone", _) => {
                let alone = question.options.iter().find(|option| option.alone);
                let alone = alone.map_or("", |option| self.own(&option.text));
                words.either(
                    format!("选了“{alone}”，就不能再选别的"),
                    format!("has \"{alone}\" chosen together with something else"),
                )
            }
            ("answer-date-in-future", _) => say("日期晚于填报当天", "has a date after the day of the report"),
            ("answer-date-too-early", _) => {
                let days = question.days_back.unwrap_or_default();
                words.either(
                    format!("日期要在填报前{days}天以内"),
                    format!("wants a date no more than {days} days before the report"),
                )
            }
            ("answer-place-too-wide", _) => match question.place_digits {
                Some(12) => say("要写到社区或村", "must name the community or village"),
                Some(9) => say("要写到街道或乡镇", "must name the township or street"),
                Some(6) => say("要写到区县", "must name the county or district"),
                Some(4) => say("要写到城市", "must name the city"),
                _ => say("要写到省份", "must name the province"),
            },
            ("answer-trip-order", _) => say("结束早于开始", "ends before it begins"),
            ("answer-too-much", _) => say("填得太长", "has a longer answer than can be"),
            (code, _) if code.starts_with("place-") => say("填的地点代码不存在", "has a place code that cannot be"),
            (code, _) if code.starts_with("time-") => say("填的日期不存在", "has a date that cannot be"),
            (code, _) => {
                words.either(format!("判断不了要不要问（{code}）"), format!("could not be decided on ({code})"))
            }
        }
    }
}

/// What an answer to a question of this type looks like.
const fn wanted(kind: QuestionKind) -> [&'static str; 2] {
    match kind {
        QuestionKind::YesNo => ["“是”或“否”", "yes or no"],
        QuestionKind::OneOf => ["一个选项", "one option"],
        QuestionKind::ManyOf => ["若干选项", "some of its options"],
        QuestionKind::Number => ["数字", "a number"],
        QuestionKind::Date => ["日期", "a date"],
        QuestionKind::Place => ["地点", "a place"],
        QuestionKind::Trips => ["行程", "trips"],
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Language, PlaceNames};
    use super::*;
    use crate::assess::assess;
    use crate::authoring::source::{FactsSource, PackSource};
    use crate::authoring::workbench::Workbench;
    use crate::calendar::Time;
    use crate::error::Coded;
    use crate::rules::questionnaire::AnswerError;

    /// What is said about these answers, in Chinese and in English.
    fn said(answers: &str) -> String {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/rules/packs/hangzhou/pack.toml");
        let source = PackSource::parse(&std::fs::read_to_string(path).unwrap()).unwrap();
        let workbench = Workbench::new().unwrap();
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
            (r#""temperature": 50"#, ["体温是多少”要在34.0到43.0 °C之间", "must be from 34.0 to 43.0 °C"]),
            (r#""temperature": 36.55"#, ["”最多填1位小数", "may have 1 decimal place"]),
            (r#""symptoms": ["none", "fever"]"#, ["就不能再选别的", "chosen together with something else"]),
            (r#""symptoms": ["sneeze"]"#, ["选了没有列出的选项", "none of its options"]),
            (r#""contact": "yes""#, ["要填“是”或“否”", "wants yes or no"]),
            (
                r#""contact": true, "last_contact": "2020-01-01""#,
                ["日期要在填报前14天以内", "no more than 14 days before the report"],
            ),
            (r#""contact": true, "last_contact": "2020-02-30""#, ["填的日期不存在", "has a date that cannot be"]),
            (r#""home": "3301""#, ["要写到区县", "must name the county or district"]),
            (r#""home": "999999""#, ["填的地点代码不存在", "has a place code that cannot be"]),
            (
                r#""been_away": true, "trips": [{"place": "4201", "from": "2020-02-01", "to": "2020-02-02"}, {"place": "4201", "from": "2020-02-05", "to": "2020-02-03"}]"#,
                ["”第2段行程结束早于开始", ", trip 2, ends before it begins"],
            ),
            (
                r#""been_away": true, "trips": [{"place": "42", "from": "2020-02-01"}]"#,
                ["第1段行程要写到城市", ", trip 1, must name the city"],
            ),
        ] {
            let said = said(answer);
            assert!(words.iter().all(|words| said.contains(words)), "{answer}\n{said}");
        }
    }

    #[test]
    fn no_fault_of_an_answer_is_told_by_its_code_alone() {
        let said = said("\"temperature\": 36.5");
        for code in AnswerError::CODES.iter().filter(|code| code.starts_with("answer-")) {
            let known = include_str!("problem.rs").split("mod tests").next().unwrap().contains(&format!("\"{code}\""));
            assert!(known || *code == AnswerError::UnknownQuestion.code(), "{code}");
            assert!(!said.contains(code), "{said}");
        }
    }
}
