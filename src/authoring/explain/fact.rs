//! The fact that triggered a rule, in plain words.
use super::Explanation;
use super::words::{counted, level, mode, status};
use crate::calendar::{DAY, Time};
use crate::facts::{Answer, Report};
use crate::place::Place;
use crate::risk::Level;
use crate::rules::pack::{Count, Measure, Question, Total};
use crate::rules::reason::{Fact, MeasureValue, Reason};

impl Explanation<'_> {
    /// The fact in words; `None` if the rule's own words say it all.
    pub(super) fn fact(&self, reason: &Reason) -> Option<String> {
        let words = self.words();
        match &reason.fact {
            Fact::Report { at, questions } => self.report(*at, questions),
            Fact::Visit { place, level: met, arrive, leave, mode: how, minutes } => {
                let (place, level, how) = (words.place(*place), words.pick(level(*met)), words.pick(mode(*how)));
                let when = match leave {
                    Some(leave) => words.period(*arrive, *leave),
                    None => {
                        let arrive = words.moment(*arrive);
                        words.either(format!("{arrive}起至今"), format!("since {arrive}, and still there"))
                    }
                };
                let long = words.minutes(*minutes);
                let counted = if *minutes > 0 {
                    words.either(format!("，按规则计{long}"), format!(", {long} by the rules' count"))
                } else {
                    String::new()
                };
                Some(words.either(
                    format!("{when}{how}：{place}，{level}{counted}"),
                    format!("{how}: {place}, {level}, {when}{counted}"),
                ))
            }
            Fact::Status { status: found, since } => {
                let (found, since) = (words.pick(status(*found)), words.moment(*since));
                Some(words.either(
                    format!("卫生部门登记：{found}，自{since}起"),
                    format!("on the health authority's record: {found}, since {since}"),
                ))
            }
            Fact::Person { measures, questions } => {
                let mut parts: Vec<_> = measures.iter().filter_map(|measure| self.measured(measure)).collect();
                let last = self.reports.iter().map(|report| report.at).filter(|at| *at <= self.assessment.at).max();
                if !questions.is_empty() {
                    parts.extend(last.and_then(|last| self.report(last, questions)));
                }
                (!parts.is_empty()).then(|| parts.join(self.say("；", "; ")))
            }
            Fact::Score { score, points, at_least } => {
                let name = self.score(*score);
                Some(words.either(
                    format!("{name}{points}分，达到{at_least}分即触发"),
                    format!("{name} of {points}; this holds from {at_least} on"),
                ))
            }
            Fact::Floor => {
                Some(self.say("卫生部门直接登记的颜色", "the colour that the health authority set itself").into())
            }
        }
    }

    const fn score(&self, score: Total) -> &'static str {
        match score {
            Total::Space => self.language.pick("地点分值", "a space score"),
            Total::Time => self.language.pick("时间分值", "a time score"),
            Total::Personal => self.language.pick("个人分值", "a personal score"),
            Total::Total => self.language.pick("三项总分", "a total of the three scores"),
        }
    }

    /// The answers of a report to these questions.
    fn report(&self, at: Time, questions: &[String]) -> Option<String> {
        let words = self.words();
        let when = words.moment(at);
        let report = self.reports.iter().find(|report| report.at == at);
        let told: Vec<_> = report.into_iter().flat_map(|report| self.answers(report, questions)).collect();
        if told.is_empty() {
            return Some(words.either(format!("{when}的填报"), format!("the report of {when}")));
        }
        let told = told.join(self.say("；", "; "));
        Some(words.either(format!("{when}的填报：{told}"), format!("the report of {when}: {told}")))
    }

    fn answers<'s>(&'s self, report: &'s Report, ids: &'s [String]) -> impl Iterator<Item = String> + 's {
        let asked = self.pack().questions.iter().filter(|question| ids.contains(&question.id));
        asked.filter_map(|question| Some(self.answer(question, report.answers.get(&question.id)?)))
    }

    /// A question and its answer in a few words.
    fn answer(&self, question: &Question, answer: &Answer) -> String {
        let words = self.words();
        let asked = self.own(&question.text).trim_end_matches(['?', '？', '。', '.']);
        let option = |id: &String| {
            let found = question.options.iter().find(|option| option.id == *id);
            found.map_or_else(|| id.clone(), |option| self.own(&option.text).to_owned())
        };
        let place = |code: &str| Place::parse(code).map_or_else(|_| code.to_owned(), |place| words.place(place));
        let listed = |items: Vec<String>| items.join(self.say("、", ", "));
        let told = match answer {
            Answer::YesNo(yes) => self.say(if *yes { "是" } else { "否" }, if *yes { "yes" } else { "no" }).to_owned(),
            Answer::Number(number) => {
                let unit = question.number.as_ref().map_or("", |form| form.unit.as_str());
                format!("{} {unit}", number.as_f64())
            }
            Answer::Text(text) if question.options.is_empty() => {
                crate::calendar::Date::parse(text).map_or_else(|_| place(text), |date| words.date(date))
            }
            Answer::Text(id) => option(id),
            Answer::Many(ids) => listed(ids.iter().map(option).collect()),
            Answer::Trips(trips) => listed(trips.iter().map(|trip| words.place(trip.place)).collect()),
        };
        words.either(format!("“{asked}”：{told}"), format!("\"{asked}\": {told}"))
    }

    /// A measure and its value in words; `None` without a value.
    pub(super) fn measured(&self, value: &MeasureValue) -> Option<String> {
        let measure = self.pack().measures.iter().find(|measure| measure.id == value.measure)?;
        let number = value.value?;
        let words = self.words();
        let within = measure.within.unwrap_or(self.pack().window).as_seconds() / DAY;
        let back = words.days(within);
        let levels = self.levels(measure);
        let placed = match measure.place {
            Some(place) => words.either(format!("{}的", words.place(place)), format!("in {}, ", words.place(place))),
            None => String::new(),
        };
        Some(match measure.count {
            Count::Visits => words.either(
                format!("{back}内到{placed}{levels}地区{number}次"),
                format!("{placed}{} at {levels} in the last {back}", counted(number, "visit")),
            ),
            Count::Minutes => words.either(
                format!("{back}内在{placed}{levels}地区共{}", words.minutes(number)),
                format!("{placed}{} at {levels} in the last {back}", words.minutes(number)),
            ),
            Count::LongestMinutes => words.either(
                format!("{back}内在{placed}{levels}地区最长一次{}", words.minutes(number)),
                format!("{placed}at most {} at a time at {levels} in the last {back}", words.minutes(number)),
            ),
            Count::DaysSinceVisit => words.either(
                format!("离开{placed}{levels}地区已{}", words.days(number)),
                format!("{placed}{} since the last time at {levels}", words.days(number)),
            ),
            Count::LevelHere | Count::LevelAt => words.pick(level(level_of(number))).to_owned(),
            Count::DaysInARow => {
                words.either(format!("连续{}", words.days(number)), format!("{} in a row", words.days(number)))
            }
            Count::ReportDays => words.either(
                format!("{back}内有{}填报", words.days(number)),
                format!("a report on {} of the last {back}", words.days(number)),
            ),
            Count::AnswerIn => {
                let place = words.place(measure.place?);
                if number == 1 {
                    words.either(format!("在{place}"), format!("in {place}"))
                } else {
                    words.either(format!("不在{place}"), format!("not in {place}"))
                }
            }
            Count::DaysSinceReport if number == 0 => self.say("今天", "today").to_owned(),
            Count::DaysSinceReport => {
                words.either(format!("{}前", words.days(number)), format!("{} ago", words.days(number)))
            }
        })
    }

    fn levels(&self, measure: &Measure) -> String {
        if measure.levels.is_empty() {
            return self.say("有风险等级的", "any risk level").to_owned();
        }
        let names: Vec<_> = measure.levels.iter().map(|found| self.words().pick(level(*found))).collect();
        names.join(self.say("或", " or "))
    }
}

const fn level_of(number: i64) -> Level {
    match number {
        1 => Level::Low,
        2 => Level::Medium,
        3 => Level::High,
        _ => Level::None,
    }
}
