//! The rule pack: one region's questions, measures, bands, thresholds, courses, rules and texts.
//!
//! In a signed file it is deterministic CBOR with numbers for field names; in JSON and TOML the names below.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::expression::Condition;
use crate::calendar::{Offset, Span, Time};
use crate::colour::Colour;
use crate::facts::{Mode, Place};
use crate::risk::Level;
use crate::trust::{Body, Kind};

/// A sentence in the two languages that every pack has.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(deny_unknown_fields)]
#[cbor(map)]
pub struct Text {
    /// Chinese in simplified characters.
    #[n(0)]
    #[serde(rename = "zh-Hans")]
    pub zh_hans: String,
    /// English.
    #[n(1)]
    pub en: String,
}

/// How a change of rules comes into force.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode, Serialize, Deserialize, Default)]
#[serde(rename_all = "kebab-case")]
#[cbor(index_only)]
pub enum Lane {
    /// Announced ahead.
    #[n(0)]
    #[default]
    Scheduled,
    /// At once, for a short time, with one signer more.
    #[n(1)]
    Emergency,
}

/// One region's rules. Version, issue and expiry are in the file's header.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize)]
#[serde(rename_all = "kebab-case")]
#[cbor(map)]
pub struct Pack {
    /// A stable name, such as `hangzhou`.
    #[n(0)]
    pub id: String,
    /// Where the rules hold.
    #[n(1)]
    pub region: Place,
    /// How this version came into force.
    #[n(2)]
    pub lane: Lane,
    /// What people call it.
    #[n(3)]
    pub title: Text,
    /// Whose rules they are.
    #[n(4)]
    pub issuer: Text,
    /// When they come into force; until when is the file's expiry.
    #[n(5)]
    pub valid_from: Time,
    /// When a day begins.
    #[n(6)]
    pub utc_offset: Offset,
    /// How far back visits and reports are read, in whole days.
    #[n(7)]
    pub window: Span,
    /// How old the newest report may be; nothing means as old as the window.
    #[n(8)]
    pub report_within: Option<Span>,
    /// How long after its expiry a risk table may still be used.
    #[n(9)]
    pub risk_grace: Span,
    /// Other regions whose codes are recognised.
    #[n(10)]
    pub recognises: Vec<Place>,
    /// The questionnaire, in order.
    #[n(11)]
    pub questions: Vec<Question>,
    /// Numbers derived from diary, risk table and reports.
    #[n(12)]
    pub measures: Vec<Measure>,
    /// What gives points.
    #[n(13)]
    pub bands: Vec<Band>,
    /// From how many points on there is a colour.
    #[n(14)]
    pub thresholds: Vec<Threshold>,
    /// How colours run off.
    #[n(15)]
    pub courses: Vec<Course>,
    /// What gives a colour directly.
    #[n(16)]
    pub rules: Vec<Rule>,
    /// Where the rules were found.
    #[n(17)]
    pub sources: Vec<Source>,
}

impl Body for Pack {
    const KIND: Kind = Kind::RulePack;

    fn is_sound(&self) -> bool {
        super::check::structure(self).is_empty()
    }

    /// No single hand can turn people red.
    fn least_signers(&self) -> u8 {
        match self.lane {
            Lane::Scheduled => 2,
            Lane::Emergency => 3,
        }
    }
}

impl Pack {
    /// The course with this id.
    #[must_use]
    pub fn course(&self, id: &str) -> Option<&Course> {
        self.courses.iter().find(|course| course.id == id)
    }

    /// Whether a colour can depend on the risk table.
    #[must_use]
    pub fn reads_risk(&self) -> bool {
        self.rules.iter().any(|rule| rule.on == On::Visit)
            || self.measures.iter().any(|measure| measure.count.reads_risk())
    }
}

/// Where something in a pack comes from.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[cbor(map)]
pub struct Source {
    /// What was read.
    #[n(0)]
    pub title: String,
    /// What was taken from it.
    #[n(1)]
    pub says: String,
}

/// One question. An answer of the wrong type, out of bounds, or to a question that was not asked is refused.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[cbor(map)]
pub struct Question {
    /// The name by which rules read the answer, `answers.<id>`.
    #[n(0)]
    pub id: String,
    /// What kind of answer it wants.
    #[n(1)]
    #[serde(rename = "type")]
    pub kind: QuestionKind,
    /// The question.
    #[n(2)]
    pub text: Text,
    /// A sentence that helps to answer.
    #[n(3)]
    #[serde(default)]
    pub help: Option<Text>,
    /// Whether there must be an answer.
    #[n(4)]
    #[serde(default = "yes")]
    pub required: bool,
    /// Asked only if this holds of the answers before it.
    #[n(5)]
    #[serde(default)]
    pub show_if: Option<Condition>,
    /// For one-of and many-of.
    #[n(6)]
    #[serde(default)]
    pub options: Vec<Choice>,
    /// For numbers: unit, places, bounds.
    #[n(7)]
    #[serde(default)]
    pub number: Option<NumberForm>,
    /// For dates and trips: how many days back at most.
    #[n(8)]
    #[serde(default)]
    pub days_back: Option<u16>,
    /// For places and trips: how many digits say where at least (2, 4, 6, 9 or 12).
    #[n(9)]
    #[serde(default)]
    pub place_digits: Option<u8>,
}

const fn yes() -> bool {
    true
}

/// The kinds of answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "kebab-case")]
#[cbor(index_only)]
pub enum QuestionKind {
    /// `true` or `false`.
    #[n(0)]
    YesNo,
    /// One option's id.
    #[n(1)]
    OneOf,
    /// Some options' ids.
    #[n(2)]
    ManyOf,
    /// A number in the unit.
    #[n(3)]
    Number,
    /// A day, `2020-02-11`.
    #[n(4)]
    Date,
    /// A place code.
    #[n(5)]
    Place,
    /// Trips of {place, from, to, mode}.
    #[n(6)]
    Trips,
}

/// An option of a question.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[cbor(map)]
pub struct Choice {
    /// The name by which rules know it.
    #[n(0)]
    pub id: String,
    /// What it says.
    #[n(1)]
    pub text: Text,
    /// In a many-of: chosen, it excludes all others ("none of these").
    #[n(2)]
    #[serde(default)]
    pub alone: bool,
}

/// The form of a number. Rules see it without the decimal point: 37.3 with one place is 373.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[cbor(map)]
pub struct NumberForm {
    /// The unit as people write it.
    #[n(0)]
    pub unit: String,
    /// How many decimal places, 0 to 3.
    #[n(1)]
    #[serde(default)]
    pub decimals: u8,
    /// The least plausible value, without the decimal point.
    #[n(2)]
    pub least: i64,
    /// The greatest plausible value, without the decimal point.
    #[n(3)]
    pub most: i64,
}

/// A number derived from the facts, read by rules as `measure.<id>`. Windows begin at the beginning of a day.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[cbor(map)]
pub struct Measure {
    /// The name.
    #[n(0)]
    pub id: String,
    /// What is counted.
    #[n(1)]
    pub count: Count,
    /// Of which levels; none named means every level from low on.
    #[n(2)]
    #[serde(default)]
    pub levels: Vec<Level>,
    /// In which ways; none named means all.
    #[n(3)]
    #[serde(default)]
    pub modes: Vec<Mode>,
    /// How far back, in whole days; nothing means the pack's window.
    #[n(4)]
    #[serde(default)]
    pub within: Option<Span>,
    /// Only visits there.
    #[n(5)]
    #[serde(default)]
    pub place: Option<Place>,
    /// The question that a level or a count of reports is about.
    #[n(6)]
    #[serde(default)]
    pub question: Option<String>,
    /// Only reports of which this holds.
    #[n(7)]
    #[serde(default)]
    pub when: Option<Condition>,
}

/// What a measure counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cbor(index_only)]
pub enum Count {
    /// Visits that touched the levels.
    #[n(0)]
    Visits,
    /// Minutes at the levels, overlaps once.
    #[n(1)]
    Minutes,
    /// The longest of these stays in one place, in minutes.
    #[n(2)]
    LongestMinutes,
    /// Days since the last minute at the levels; null if never.
    #[n(3)]
    DaysSinceVisit,
    /// The level here and now: 0 none, 1 low, 2 medium, 3 high; null if it is not known where.
    #[n(4)]
    LevelHere,
    /// The level now of the place that a question was answered with; null if there is none.
    #[n(5)]
    LevelAt,
    /// Days in a row, up to today or yesterday, with a report.
    #[n(6)]
    DaysInARow,
    /// Days since the last report; null if there is none.
    #[n(7)]
    DaysSinceReport,
}

impl Count {
    /// Whether the risk table is read for it.
    #[must_use]
    pub const fn reads_risk(self) -> bool {
        !matches!(self, Self::DaysInARow | Self::DaysSinceReport)
    }
}

/// The three dimensions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "kebab-case")]
#[cbor(index_only)]
pub enum Dimension {
    /// Where somebody is, lives and was.
    #[n(0)]
    Space,
    /// How often, how long and how long ago.
    #[n(1)]
    Time,
    /// Questionnaire and record.
    #[n(2)]
    Personal,
}

/// Points for a measure that reaches a step, or for a condition that holds.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[cbor(map)]
pub struct Band {
    /// To which dimension the points go.
    #[n(0)]
    pub dimension: Dimension,
    /// The measure …
    #[n(1)]
    #[serde(default)]
    pub measure: Option<String>,
    /// … and its steps, of which the one with the most points counts.
    #[n(2)]
    #[serde(default)]
    pub steps: Vec<Step>,
    /// Or a condition …
    #[n(3)]
    #[serde(default)]
    pub when: Option<Condition>,
    /// … and its points.
    #[n(4)]
    #[serde(default)]
    pub points: u8,
    /// What it is for.
    #[n(5)]
    pub text: Text,
}

/// One step of a band.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[cbor(map)]
pub struct Step {
    /// Reached by this much or more.
    #[n(0)]
    #[serde(default)]
    pub at_least: Option<i64>,
    /// Reached by this much or less.
    #[n(1)]
    #[serde(default)]
    pub at_most: Option<i64>,
    /// What it gives.
    #[n(2)]
    pub points: u8,
}

/// What a threshold is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "kebab-case")]
#[cbor(index_only)]
pub enum Total {
    /// The score in space.
    #[n(0)]
    Space,
    /// The score in time.
    #[n(1)]
    Time,
    /// The personal score.
    #[n(2)]
    Personal,
    /// The sum of the three, 0 to 300.
    #[n(3)]
    Total,
}

/// A colour from a number of points on.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[cbor(map)]
pub struct Threshold {
    /// A stable name.
    #[n(0)]
    pub id: String,
    /// Which score.
    #[n(1)]
    pub score: Total,
    /// From how many points on.
    #[n(2)]
    pub at_least: u16,
    /// The colour.
    #[n(3)]
    pub colour: Colour,
    /// Why.
    #[n(4)]
    pub text: Text,
    /// What leads back to green.
    #[n(5)]
    pub way_back: Text,
}

/// How a colour runs off from a moment on: each step a colour for a time, then nothing.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[cbor(map)]
pub struct Course {
    /// The name by which rules know it.
    #[n(0)]
    pub id: String,
    /// The steps, in order.
    #[n(1)]
    pub steps: Vec<CourseStep>,
}

/// One step of a course.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[cbor(map)]
pub struct CourseStep {
    /// The colour …
    #[n(0)]
    pub colour: Colour,
    /// … for this long.
    #[n(1)]
    pub lasts: Span,
}

/// What a rule is asked of, and from when its course runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode, Serialize, Deserialize, Default)]
#[serde(rename_all = "kebab-case")]
#[cbor(index_only)]
pub enum On {
    /// Of the person as a whole; there is no moment from which a course could run.
    #[n(0)]
    #[default]
    Person,
    /// Of each report, from its handing-in or the day that [`Rule::since`] names.
    #[n(1)]
    Report,
    /// Of each visit, from its end, or now if it has none.
    #[n(2)]
    Visit,
    /// Of each status in the record, from its beginning.
    #[n(3)]
    Record,
}

/// A condition that gives a colour, for as long as it holds or for a course.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[cbor(map)]
pub struct Rule {
    /// A stable name.
    #[n(0)]
    pub id: String,
    /// What it is asked of.
    #[n(1)]
    #[serde(default)]
    pub on: On,
    /// When it fires.
    #[n(2)]
    pub when: Condition,
    /// The colour while the condition holds …
    #[n(3)]
    #[serde(default)]
    pub colour: Option<Colour>,
    /// … or the course.
    #[n(4)]
    #[serde(default)]
    pub course: Option<String>,
    /// Why.
    #[n(5)]
    pub text: Text,
    /// What leads back to green.
    #[n(6)]
    pub way_back: Text,
    /// Of reports: the date question from the end of whose day the course runs, so that telling the same again does
    /// not begin it anew.
    #[n(7)]
    #[serde(default)]
    pub since: Option<String>,
}
