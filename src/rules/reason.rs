//! Reasons and causes: why the holder has a colour, as values that a page can put into words.

use serde::Serialize;

use super::pack::{Dimension, Ground, Text, Total};
use crate::calendar::Time;
use crate::colour::Colour;
use crate::facts::{Mode, Status};
use crate::place::Place;
use crate::private::private_debug;
use crate::risk::Level;

/// Why there is a colour: the rule that applied, the fact that triggered it, and how it steps down over time.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct Reason {
    /// The id of the rule or threshold in the pack, or `issuer-floor`.
    pub rule: String,
    /// The colour that it gives now.
    pub colour: Colour,
    /// The reason, in the pack's words.
    pub text: Text,
    /// What leads back to green, in the pack's words.
    pub way_back: Text,
    /// The fact that triggered it.
    pub fact: Fact,
    /// When its course started; absent if it has not started, or there is no course.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Time>,
    /// When the course reaches the next colour, or its ground lapses; absent if unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Time>,
    /// The next colour; green when the course is over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<Colour>,
    /// When the course ends, or its ground lapses; absent if unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clear: Option<Time>,
    /// What the rule is founded on; absent if it names nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ground: Option<Ground>,
}

/// The fact that triggered a rule.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(tag = "kind", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum Fact {
    /// Answers in a report.
    Report {
        /// When the report was submitted.
        at: Time,
        /// The ids of the questions that the rule reads.
        questions: Vec<String>,
    },
    /// A visit.
    Visit {
        /// The place of the visit.
        place: Place,
        /// The highest risk level during the visit.
        level: Level,
        /// When it began.
        arrive: Time,
        /// When it ended; absent while it is going on.
        #[serde(skip_serializing_if = "Option::is_none")]
        leave: Option<Time>,
        /// Whether it was a stay or a transit.
        mode: Mode,
        /// Minutes at that level within the window.
        minutes: i64,
        /// The ids of the questions that the rule reads besides.
        questions: Vec<String>,
        /// When it was at a venue that an exposure list has, if the rule is about that.
        #[serde(skip_serializing_if = "Option::is_none")]
        exposed: Option<Exposed>,
    },
    /// A status in the record.
    Status {
        /// The status that the issuer found.
        status: Status,
        /// When it began.
        since: Time,
    },
    /// Facts about the person as a whole.
    Person {
        /// The measures that the rule reads, with their values.
        measures: Vec<MeasureValue>,
        /// The ids of the questions that the rule reads.
        questions: Vec<String>,
    },
    /// A score that reached a threshold.
    Score {
        /// The score.
        score: Total,
        /// The points that it has.
        points: u16,
        /// The points that the threshold needs.
        at_least: u16,
    },
    /// The issuer's floor, in the day certificate or in the record.
    Floor {
        /// Why the issuer set it, such as `close-contact`, if it says.
        #[serde(skip_serializing_if = "Option::is_none")]
        ground: Option<String>,
    },
}

/// When somebody was at a venue at which somebody else was who could infect them.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Exposed {
    /// What the venue is called.
    pub venue: String,
    /// How risky it was.
    pub level: Level,
    /// From when on, within the visit.
    pub from: Time,
    /// Until when.
    pub to: Time,
}

/// A measure and its value.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct MeasureValue {
    /// The id in the pack.
    pub measure: String,
    /// The value, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<i64>,
}

/// Why nothing could be decided, or not everything.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(tag = "cause", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum Cause {
    /// The rules are not yet in force.
    RulesNotYetInForce {
        /// When they come into force.
        from: Time,
    },
    /// The rules have expired.
    RulesExpired {
        /// When it expired.
        expired: Time,
    },
    /// The rules do not apply where the code will be shown.
    NoRulesHere {
        /// The region they apply to.
        region: Place,
    },
    /// No risk data is available for the region of the rules, or for a place that they ask about.
    RiskMissing {
        /// The place that the person was or is in, or has named; absent if there is none for the region.
        #[serde(skip_serializing_if = "Option::is_none")]
        place: Option<Place>,
    },
    /// The risk data is too old.
    RiskStale {
        /// When it expired.
        expired: Time,
    },
    /// The clock shows a time before a file was issued or a report was submitted.
    ClockBehind {
        /// The latest such moment.
        issued: Time,
    },
    /// The manifest that says which files are in force has expired: newer ones may be withheld.
    ManifestExpired {
        /// When it expired.
        expired: Time,
    },
    /// The issuer's record has expired.
    RecordExpired {
        /// When it expired.
        expired: Time,
    },
    /// No report was submitted within the time that the rules require.
    ReportMissing {
        /// When the last report was submitted, if there is one.
        #[serde(skip_serializing_if = "Option::is_none")]
        last: Option<Time>,
    },
    /// The newest report lacks answers, or has answers that the rules do not accept.
    AnswersMissing {
        /// The questions, with the code of what is wrong.
        questions: Vec<QuestionProblem>,
    },
    /// The person is not sure of an answer, and the rules that read it do not say what that does.
    AnswerUnsure {
        /// The id of the question.
        question: String,
    },
    /// A visit in the diary ends before it begins.
    VisitOrder,
    /// A visit may have been in a place that the risk data lists inside the one that is told, and the colour would then be
    /// worse.
    VisitUnclear {
        /// The place that is told.
        place: Place,
        /// The highest risk level that it may have been.
        level: Level,
        /// When it began.
        arrive: Time,
        /// When it ended; absent while it is going on.
        #[serde(skip_serializing_if = "Option::is_none")]
        leave: Option<Time>,
        /// Whether it was a stay or a transit.
        mode: Mode,
    },
    /// A place given as an answer may be one that the risk data lists inside it, and the colour would then be worse.
    PlaceUnclear {
        /// The place that is told.
        place: Place,
        /// The highest risk level that it may have.
        level: Level,
    },
    /// A rule withholds the colour; the reasons say why.
    Withheld {
        /// The id of the rule.
        rule: String,
    },
    /// A rule could not be evaluated.
    RuleFailed {
        /// The id of the rule, measure or band.
        rule: String,
        /// The code of the failure.
        #[cfg_attr(target_arch = "wasm32", tsify(type = "StableCode"))]
        code: String,
    },
}

impl Cause {
    /// All names.
    #[cfg(feature = "authoring")]
    pub const NAMES: [&str; 16] = [
        "rules-not-yet-in-force",
        "rules-expired",
        "no-rules-here",
        "risk-missing",
        "risk-stale",
        "clock-behind",
        "manifest-expired",
        "record-expired",
        "report-missing",
        "answers-missing",
        "answer-unsure",
        "visit-order",
        "visit-unclear",
        "place-unclear",
        "withheld",
        "rule-failed",
    ];

    /// The name in text, as in JSON.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::RulesNotYetInForce { .. } => "rules-not-yet-in-force",
            Self::RulesExpired { .. } => "rules-expired",
            Self::NoRulesHere { .. } => "no-rules-here",
            Self::RiskMissing { .. } => "risk-missing",
            Self::RiskStale { .. } => "risk-stale",
            Self::ClockBehind { .. } => "clock-behind",
            Self::ManifestExpired { .. } => "manifest-expired",
            Self::RecordExpired { .. } => "record-expired",
            Self::ReportMissing { .. } => "report-missing",
            Self::AnswersMissing { .. } => "answers-missing",
            Self::AnswerUnsure { .. } => "answer-unsure",
            Self::VisitOrder => "visit-order",
            Self::VisitUnclear { .. } => "visit-unclear",
            Self::PlaceUnclear { .. } => "place-unclear",
            Self::Withheld { .. } => "withheld",
            Self::RuleFailed { .. } => "rule-failed",
        }
    }
}

/// A question and the code of what is wrong with its answer.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct QuestionProblem {
    /// The question's id.
    pub question: String,
    /// The index of the trip, from 0, if the problem is in a trip.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trip: Option<usize>,
    /// The code, such as `answer-missing`.
    #[cfg_attr(target_arch = "wasm32", tsify(type = "StableCode"))]
    pub code: String,
}

/// The three scores, 0 to 100 each.
#[derive(Clone, Copy, PartialEq, Eq, Default, Serialize)]
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

    /// The score that a threshold applies to.
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
#[derive(Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct Contribution {
    /// The score that the points count for.
    pub dimension: Dimension,
    /// The number of points.
    pub points: u8,
    /// What the points are for, in the pack's words.
    pub text: Text,
    /// The measure and its value, if a measure gave the points.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub measure: Option<MeasureValue>,
}

private_debug!(Reason, Fact, Exposed, MeasureValue, Cause, QuestionProblem, Scores, Contribution);
