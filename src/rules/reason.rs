//! Reasons and causes: what the holder is told, in values that a page can put into words.

use serde::Serialize;

use super::pack::{Dimension, Text, Total};
use crate::calendar::Time;
use crate::colour::Colour;
use crate::facts::{Mode, Status};
use crate::place::Place;
use crate::risk::Level;

/// Why there is a colour: a rule that fired, on which fact, and how it runs off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct Reason {
    /// The id of the rule or threshold in the pack, or `issuer-floor`.
    pub rule: String,
    /// The colour that it gives now.
    pub colour: Colour,
    /// Why, in the pack's words.
    pub text: Text,
    /// What leads back to green, in the pack's words.
    pub way_back: Text,
    /// What it fired on.
    pub fact: Fact,
    /// From when its course runs; absent while that has not begun, or there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Time>,
    /// When the course gives the next colour; absent if it is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Time>,
    /// The next colour; green when the course is over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<Colour>,
    /// When the course is over; absent if it is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clear: Option<Time>,
}

/// What a rule fired on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(tag = "kind", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum Fact {
    /// Answers to these questions in the report of that moment.
    Report {
        /// When it was handed in.
        at: Time,
        /// The ids of the questions that the rule reads.
        questions: Vec<String>,
    },
    /// A visit.
    Visit {
        /// The place of the visit.
        place: Place,
        /// The highest level that it met.
        level: Level,
        /// From when on the person was there.
        arrive: Time,
        /// Until when; absent while it goes on.
        #[serde(skip_serializing_if = "Option::is_none")]
        leave: Option<Time>,
        /// Whether it was a stay or a transit.
        mode: Mode,
        /// Minutes at that level within the window.
        minutes: i64,
    },
    /// A status in the record.
    Status {
        /// The status that the issuer found.
        status: Status,
        /// Since when.
        since: Time,
    },
    /// The person as a whole, by these measures and answers.
    Person {
        /// Names and values of the measures that the rule reads; no value where there is none.
        measures: Vec<MeasureValue>,
        /// The ids of the questions that the rule reads.
        questions: Vec<String>,
    },
    /// A score that reached a threshold.
    Score {
        /// Which score.
        score: Total,
        /// How many points it has.
        points: u16,
        /// How many the threshold asks for.
        at_least: u16,
    },
    /// The issuer's own word in the record.
    Floor,
}

/// A measure and its value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct MeasureValue {
    /// The id in the pack.
    pub measure: String,
    /// The value, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<i64>,
}

/// Why nothing was decided, or not everything.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(tag = "cause", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum Cause {
    /// The rules are not yet in force.
    RulesNotYetInForce {
        /// When they will be.
        from: Time,
    },
    /// The rules have expired.
    RulesExpired {
        /// When they expired.
        expired: Time,
    },
    /// The rules do not hold where the code is to be shown.
    NoRulesHere {
        /// Where they hold.
        region: Place,
    },
    /// There are no risk data.
    RiskMissing,
    /// The risk data are too old.
    RiskStale {
        /// When they expired.
        expired: Time,
    },
    /// The clock is before the issue of files, or the telling of reports, that are already here.
    ClockBehind {
        /// When the latest of them was.
        issued: Time,
    },
    /// The issuer's record has expired.
    RecordExpired {
        /// When it expired.
        expired: Time,
    },
    /// No report was handed in within the time that the rules ask for.
    ReportMissing {
        /// The last one, if there was any.
        #[serde(skip_serializing_if = "Option::is_none")]
        last: Option<Time>,
    },
    /// The newest report lacks answers, or has ones that the rules do not take.
    AnswersMissing {
        /// The questions, with the code of what is wrong.
        questions: Vec<QuestionProblem>,
    },
    /// A visit in the diary ends before it begins.
    VisitOrder,
    /// A rule withholds the colour; the reasons say which and why.
    Withheld {
        /// The id of the rule.
        rule: String,
    },
    /// A rule could not be evaluated.
    RuleFailed {
        /// The id of the rule, measure or band.
        rule: String,
        /// The code of the failure.
        code: String,
    },
}

impl Cause {
    /// The name in text, as in JSON.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::RulesNotYetInForce { .. } => "rules-not-yet-in-force",
            Self::RulesExpired { .. } => "rules-expired",
            Self::NoRulesHere { .. } => "no-rules-here",
            Self::RiskMissing => "risk-missing",
            Self::RiskStale { .. } => "risk-stale",
            Self::ClockBehind { .. } => "clock-behind",
            Self::RecordExpired { .. } => "record-expired",
            Self::ReportMissing { .. } => "report-missing",
            Self::AnswersMissing { .. } => "answers-missing",
            Self::VisitOrder => "visit-order",
            Self::Withheld { .. } => "withheld",
            Self::RuleFailed { .. } => "rule-failed",
        }
    }
}

/// A question and the code of what is wrong with its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct QuestionProblem {
    /// The question's id.
    pub question: String,
    /// In which trip of the answer, counted from 0, if it is one of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trip: Option<usize>,
    /// The code, such as `answer-missing`.
    pub code: String,
}

/// The three scores, 0 to 100 each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Scores {
    /// Where the holder is, lives and was.
    pub space: u8,
    /// How often, how long and how long ago.
    pub time: u8,
    /// Questionnaire and record.
    pub personal: u8,
}

impl Scores {
    /// The score of a dimension.
    pub const fn of(&mut self, dimension: Dimension) -> &mut u8 {
        match dimension {
            Dimension::Space => &mut self.space,
            Dimension::Time => &mut self.time,
            Dimension::Personal => &mut self.personal,
        }
    }

    /// What a threshold is on.
    #[must_use]
    pub fn total(&self, total: Total) -> u16 {
        match total {
            Total::Space => self.space.into(),
            Total::Time => self.time.into(),
            Total::Personal => self.personal.into(),
            Total::Total => u16::from(self.space) + u16::from(self.time) + u16::from(self.personal),
        }
    }
}

/// What gave points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct Contribution {
    /// To which score.
    pub dimension: Dimension,
    /// How many.
    pub points: u8,
    /// What for, in the pack's words.
    pub text: Text,
    /// The measure and its value, if it is one that gave them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub measure: Option<MeasureValue>,
}
