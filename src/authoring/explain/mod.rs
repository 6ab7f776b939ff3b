//! An assessment as a person would want to read it: the colour, every reason with its fact, course and way back, the
//! scores, what is unknown, and the forecast. In Chinese and in English.

mod course;
mod difference;
mod fact;
mod problem;
mod words;

pub use words::{Language, PlaceNames};

use crate::assess::Assessment;
use crate::calendar::Time;
use crate::colour::Colour;
use crate::compare::{Noted, compare};
use crate::facts::Report;
use crate::forecast::Forecast;
use crate::rules::pack::{Dimension, Pack, Rule, Text};
use crate::rules::reason::{Cause, Reason};
use crate::trust::Verified;
use words::{Words, colour};

/// The inputs of an explanation.
#[derive(Clone, Copy)]
pub struct Explanation<'a> {
    /// The rules that were applied.
    pub rules: &'a Verified<Pack>,
    /// The assessment.
    pub assessment: &'a Assessment,
    /// The forecast, if there is one.
    pub forecast: Option<&'a Forecast>,
    /// The reports, in any order, for quoting answers.
    pub reports: &'a [Report],
    /// The names of places.
    pub names: &'a PlaceNames,
    /// The language of the explanation.
    pub language: Language,
}

/// Lines of text, indented.
#[derive(Default)]
struct Lines(String);

impl Lines {
    fn add(&mut self, indent: usize, line: impl AsRef<str>) {
        self.0.push_str(&" ".repeat(indent));
        self.0.push_str(line.as_ref());
        self.0.push('\n');
    }

    fn heading(&mut self, line: &str) {
        self.0.push('\n');
        self.add(0, line);
    }
}

impl Explanation<'_> {
    /// The whole explanation, in lines.
    #[must_use]
    pub fn text(&self) -> String {
        let mut lines = Lines::default();
        self.head(&mut lines);
        self.reasons(&mut lines);
        self.causes(&mut lines);
        self.scores(&mut lines);
        self.ahead(&mut lines);
        lines.0
    }

    /// Why the colour differs from the one in `before`, or that it is the same.
    #[must_use]
    pub fn change_since(&self, before: &Assessment) -> String {
        let mut lines = Lines::default();
        self.differences(before, &mut lines);
        lines.0
    }

    fn words(&self) -> Words<'_> {
        Words { language: self.language, offset: self.pack().utc_offset, names: self.names }
    }

    const fn pack(&self) -> &Pack {
        self.rules.body()
    }

    /// The one of the two texts that is in the language.
    const fn say<'t>(&self, zh_hans: &'t str, en: &'t str) -> &'t str {
        self.language.pick(zh_hans, en)
    }

    fn own<'t>(&self, text: &'t Text) -> &'t str {
        self.say(&text.zh_hans, &text.en)
    }

    fn head(&self, lines: &mut Lines) {
        let Assessment { colour: now, at, rules, risk_version, .. } = self.assessment;
        let words = self.words();
        let name = words.pick(colour(*now));
        lines.add(0, words.either(format!("{name}码"), name.to_uppercase()));
        let at = words.moment(*at);
        lines.add(0, words.either(format!("判定时间：{at}"), format!("Assessed for {at}")));
        let (title, issuer) = (self.own(&rules.title), self.own(&rules.issuer));
        let version = rules.version;
        // A bare code would mean nothing to the reader.
        let region = words
            .named(rules.region)
            .map(|region| words.either(format!("，适用于{region}"), format!(", for {region}")));
        let region = region.unwrap_or_default();
        lines.add(
            0,
            words.either(
                format!("规则：{title}，第{version}版，{issuer}发布{region}"),
                format!("Rules: {title}, version {version}, by {issuer}{region}"),
            ),
        );
        if let Some(version) = risk_version {
            lines.add(0, words.either(format!("风险数据：第{version}版"), format!("Risk data: version {version}")));
        }
    }

    fn reasons(&self, lines: &mut Lines) {
        let reasons = &self.assessment.reasons;
        if reasons.is_empty() {
            if self.assessment.colour == Colour::Green {
                lines.heading(self.say("没有任何规则限制您出行。", "No rule speaks against going out."));
            }
            return;
        }
        lines.heading(self.say("原因", "Why"));
        for (index, reason) in reasons.iter().enumerate() {
            let words = self.words();
            let name = words.pick(colour(reason.colour));
            let text = self.own(&reason.text);
            lines.add(
                0,
                words.either(format!("{}．{text}（{name}）", index + 1), format!("{}. {text} ({name})", index + 1)),
            );
            let labelled =
                |zh: &str, en: &str, rest: &str| words.either(format!("{zh}：{rest}"), format!("{en}: {rest}"));
            if let Some(fact) = self.fact(reason) {
                lines.add(3, labelled("依据", "Because", &fact));
            }
            if let Some(course) = self.course(reason) {
                lines.add(3, labelled("期限", "Runs off", &course));
            }
            lines.add(3, labelled("如何恢复", "Way back", self.own(&reason.way_back)));
            lines.add(3, labelled("规则编号", "Rule", &self.rule_name(reason)));
        }
    }

    /// The rule's id, with pack, version and issuer, for looking it up.
    fn rule_name(&self, reason: &Reason) -> String {
        let rules = &self.assessment.rules;
        let (id, version, rule) = (&rules.id, rules.version, &reason.rule);
        let issuer = self.own(&rules.issuer);
        self.words().either(
            format!("{rule}（{id}第{version}版，{issuer}）"),
            format!("{rule} ({id} version {version}, {issuer})"),
        )
    }

    /// The rule of a reason; `None` for thresholds and the issuer's floor.
    fn rule(&self, reason: &Reason) -> Option<&Rule> {
        self.pack().rules.iter().find(|rule| rule.id == reason.rule)
    }

    fn causes(&self, lines: &mut Lines) {
        let causes = &self.assessment.causes;
        if causes.is_empty() {
            return;
        }
        lines.heading(match self.assessment.colour {
            Colour::Grey => self.say("为什么无法判定", "Why it is undecided"),
            _ => self.say("还有这些不清楚", "What is not known as well"),
        });
        for cause in causes {
            let (says, todo) = self.cause(cause);
            lines.add(0, format!("- {says}"));
            lines.add(2, self.words().either(format!("该怎么办：{todo}"), format!("What to do: {todo}")));
        }
    }

    /// What is unknown, and what to do about it.
    fn cause(&self, cause: &Cause) -> (String, String) {
        let words = self.words();
        let at = |time: &Time| words.moment(*time);
        let renew = self.say("请联网更新。", "Go online to renew it.");
        let report = self.say("请重新填报。", "Hand in a report.");
        let (zh, en, todo) = match cause {
            Cause::RulesNotYetInForce { from } => (
                format!("规则从{}起才生效。", at(from)),
                format!("The rules hold from {} on.", at(from)),
                self.say(
                    "请核对手机的日期和时间；如果没有错，到时再来。",
                    "Check date and time of the phone; if they are right, come back then.",
                ),
            ),
            Cause::RulesExpired { expired } => {
                (format!("规则已在{}到期。", at(expired)), format!("The rules expired on {}.", at(expired)), renew)
            }
            Cause::NoRulesHere { region } => {
                let region = words.place(*region);
                (
                    format!("这套规则只在{region}适用。"),
                    format!("These rules hold in {region} only."),
                    self.say("在这里请用当地的健康码。", "Here, use the health code of this place."),
                )
            }
            Cause::RiskMissing => ("没有风险数据。".into(), "There are no risk data.".into(), renew),
            Cause::RiskStale { expired } => (
                format!("风险数据已在{}到期，太旧了。", at(expired)),
                format!("The risk data expired on {} and are too old to decide by.", at(expired)),
                renew,
            ),
            Cause::ClockBehind { issued } => (
                format!("已有{}的数据，现在的时钟却比那还早。", at(issued)),
                format!("There are data from {}, but the clock shows an earlier time.", at(issued)),
                self.say("请把手机的日期和时间调准。", "Set date and time of the phone."),
            ),
            Cause::RecordExpired { expired } => (
                format!("卫生部门的登记已在{}到期。", at(expired)),
                format!("The health authority's record expired on {}.", at(expired)),
                renew,
            ),
            Cause::ReportMissing { last: None } => {
                ("还没有填报。".into(), "No report has been handed in.".into(), report)
            }
            Cause::ReportMissing { last: Some(last) } => (
                format!("最近一次填报是{}，已经太久了。", at(last)),
                format!("The last report is of {}, which is too long ago.", at(last)),
                report,
            ),
            Cause::AnswersMissing { questions } => {
                let which: Vec<_> = questions.iter().map(|problem| self.problem(problem)).collect();
                let which = which.join(self.say("；", "; "));
                (
                    format!("最近一次填报里有些问题没有可用的回答：{which}。"),
                    format!("The last report lacks answers that can be used: {which}."),
                    report,
                )
            }
            Cause::VisitOrder => (
                "行程记录里有一条的离开时间不晚于到达时间。".into(),
                "A visit in the diary does not end after it begins.".into(),
                self.say("请改正那一条。", "Correct that visit."),
            ),
            Cause::Withheld { rule } => (
                format!("规则“{rule}”要求先核实，暂不给出颜色。"),
                format!("The rule \"{rule}\" asks to check something before a colour is given."),
                self.say("请按上面原因里的“如何恢复”去做。", "Follow the way back of that reason above."),
            ),
            Cause::RuleFailed { rule, code } => (
                format!("规则“{rule}”算不出结果（{code}）。"),
                format!("The rule \"{rule}\" could not be worked out ({code})."),
                self.say(
                    "这是规则本身的毛病，请告诉发布规则的部门。",
                    "The rules are at fault; tell those who issue them.",
                ),
            ),
        };
        (words.either(zh, en), todo.into())
    }

    fn scores(&self, lines: &mut Lines) {
        lines.heading(self.say("分值（每项0到100）", "Scores (0 to 100 each)"));
        let mut scores = self.assessment.scores;
        for (dimension, zh, en) in [
            (Dimension::Space, "地点", "space"),
            (Dimension::Time, "时间", "time"),
            (Dimension::Personal, "个人", "personal"),
        ] {
            let score = *scores.of(dimension);
            lines.add(0, self.words().either(format!("{zh}：{score}"), format!("{en}: {score}")));
            for part in self.assessment.contributions.iter().filter(|part| part.dimension == dimension) {
                let measured = part.measure.as_ref().and_then(|measure| self.measured(measure));
                let measured =
                    measured.map(|measured| self.words().either(format!("（{measured}）"), format!(" ({measured})")));
                lines.add(3, format!("+{} {}{}", part.points, self.own(&part.text), measured.unwrap_or_default()));
            }
        }
    }

    fn ahead(&self, lines: &mut Lines) {
        let Some(Forecast { colour: now, change, steps, green, horizon }) = self.forecast else { return };
        let words = self.words();
        lines.heading(self.say("接下来", "What is to come"));
        let to = |name: Colour| words.pick(colour(name));
        // A change that comes with or without new reports and data is mentioned once.
        let (same, steps) = match (change, steps.split_first()) {
            (Some(change), Some((first, rest))) if change == first => (true, rest),
            _ => (false, steps.as_slice()),
        };
        let condition = if same {
            self.say("如果情况不变", "If nothing new comes up")
        } else {
            self.say("如果没有新的填报和数据", "If no new report and data come in")
        };
        lines.add(
            0,
            match change {
                Some(change) => words.either(
                    format!("{condition}：{}转为{}码", words.moment(change.at), to(change.colour)),
                    format!("{condition}: {} on {}", to(change.colour), words.moment(change.at)),
                ),
                None => words.either(
                    format!("{condition}：到{}为止不变", words.moment(*horizon)),
                    format!("{condition}: no change until {}", words.moment(*horizon)),
                ),
            },
        );
        if !same && change.is_some_and(|change| change.colour == Colour::Grey) {
            let renew = self.say(
                "请在此之前重新填报，并联网更新数据",
                "Before then, hand in a report again and go online to renew the data",
            );
            lines.add(3, renew);
        }
        if *now == Colour::Green {
            return;
        }
        for step in steps.iter().filter(|step| step.colour != Colour::Green) {
            lines.add(
                0,
                words.either(
                    format!("如果按时填报并更新数据：{}转为{}码", words.moment(step.at), to(step.colour)),
                    format!("With reports and data kept up: {} on {}", to(step.colour), words.moment(step.at)),
                ),
            );
        }
        lines.add(
            0,
            match green {
                Some(green) if *green <= self.assessment.at => words.either(
                    "最早转绿：补上所缺的之后即可".into(),
                    "Earliest green: as soon as what is missing is there".into(),
                ),
                Some(green) => words.either(
                    format!("最早转绿：{}（按时填报、数据不变的前提下）", words.moment(*green)),
                    format!(
                        "Earliest green: {} (with reports kept up and nothing new against it)",
                        words.moment(*green)
                    ),
                ),
                None => words.either(
                    format!("最早转绿：到{}为止看不到，见“如何恢复”", words.moment(*horizon)),
                    format!("Earliest green: none in sight until {}; see the way back", words.moment(*horizon)),
                ),
            },
        );
    }

    fn differences(&self, before: &Assessment, lines: &mut Lines) {
        let words = self.words();
        let (was, is) = (words.pick(colour(before.colour)), words.pick(colour(self.assessment.colour)));
        lines.add(
            0,
            if before.colour == self.assessment.colour {
                words.either(format!("颜色没有变：{is}"), format!("The colour is the same: {is}"))
            } else {
                words.either(format!("颜色由{was}变为{is}"), format!("The colour went from {was} to {is}"))
            },
        );
        for difference in compare(&Noted::from(before), self.assessment).differences {
            lines.add(0, format!("- {}", self.difference(&difference)));
        }
    }
}
