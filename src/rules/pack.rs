//! The rule pack: one region's questions, measures, bands, thresholds, courses, rules and texts.
//!
//! In a signed file it is deterministic CBOR with numbers for field names; in JSON and TOML it has the names below.

use crate::cbor::{cbor_map, numbered};
use serde::{Deserialize, Serialize};

use super::expression::Condition;
pub use super::text::Text;
use crate::calendar::{Clock, Offset, OffsetChange, Span, Time};
use crate::colour::Colour;
use crate::facts::{Mode, Visit};
use crate::limits::CORRECT_WITHIN_HOURS;
use crate::place::Place;
use crate::purpose::Purpose;
use crate::risk::Level;

/// How a change of rules comes into force.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Lane {
    /// Announced ahead.
    #[default]
    Scheduled,
    /// Effective at once, for a short time, with one more signer.
    Emergency,
}
numbered!(Lane { 0 Scheduled, 1 Emergency });

/// What becomes of a visit that may have been in a listed place inside the one that is told.
///
/// Without this, the code is undecided if the colour would be worse in one of those places, and the visit is named as the
/// cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum UnclearVisits {
    /// What the rules make of its possible level, and nothing else.
    ByRules,
}
numbered!(UnclearVisits { 0 ByRules });

/// For how long an entry may be corrected if the rules do not say.
pub const CORRECT_WITHIN: Span = Span::seconds(CORRECT_WITHIN_HOURS * 3_600);

/// One region's rules. Version, issue and expiry are in the file's header.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Pack {
    /// A stable name, such as `hangzhou`.
    pub id: String,
    /// The region that the rules apply to.
    pub region: Place,
    /// How this version came into force.
    pub lane: Lane,
    /// The name that people know it by.
    pub title: Text,
    /// The authority that issued the rules.
    pub issuer: Text,
    /// When they come into force; they end with the file's expiry.
    pub valid_from: Time,
    /// The UTC offset at which days begin, until it changes.
    pub utc_offset: Offset,
    /// How far back visits and reports are read, in whole days.
    pub window: Span,
    /// How old the newest report may be; `None` means as old as the window.
    pub report_within: Option<Span>,
    /// How long after its expiry a risk table may still be used.
    pub risk_grace: Span,
    /// Other regions whose codes are recognised.
    pub recognises: Vec<Place>,
    /// The questionnaire, in order.
    pub questions: Vec<Question>,
    /// Numbers derived from diary, risk table and reports.
    pub measures: Vec<Measure>,
    /// What scores points.
    pub bands: Vec<Band>,
    /// How many points give a colour.
    pub thresholds: Vec<Threshold>,
    /// How colours step down over time.
    pub courses: Vec<Course>,
    /// What gives a colour directly.
    pub rules: Vec<Rule>,
    /// Where the rules come from.
    pub sources: Vec<Citation>,
    /// What becomes of visits that may have been in a listed place inside the one that is told.
    pub unclear_visits: Option<UnclearVisits>,
    /// For how long a report or a visit may be corrected after it was entered; not at all if that is no time. `None` means
    /// [`CORRECT_WITHIN`].
    pub correct_within: Option<Span>,
    /// What rules and thresholds are founded on; `None` if none names a ground.
    pub grounds: Option<Vec<Ground>>,
    /// What they are for, such as `hospital`; `None` for the everyday code of the region.
    pub purpose: Option<Purpose>,
    /// To which offsets that changes, where there is summer time, in order; `None` if it never does.
    pub offset_changes: Option<Vec<OffsetChange>>,
    /// The tags of the languages in which every text is, beside Chinese and English (BCP 47); `None` if there are none.
    pub languages: Option<Vec<String>>,
}
cbor_map!(Pack { 0 id, 1 region, 2 lane, 3 title, 4 issuer, 5 valid_from, 6 utc_offset, 7 window, 8 report_within, 9 risk_grace, 10 recognises, 11 questions, 12 measures, 13 bands, 14 thresholds, 15 courses, 16 rules, 17 sources, 18 unclear_visits, 19 correct_within, 20 grounds, 21 purpose, 22 offset_changes, 23 languages });

impl Question {
    /// Whether conditions may read the answer under this name.
    #[must_use]
    pub fn is_read_as(&self, name: &str) -> bool {
        self.id == name && self.kind != QuestionKind::Text
    }
}

impl Pack {
    /// The course with this id.
    #[must_use]
    pub fn course(&self, id: &str) -> Option<&Course> {
        self.courses.iter().find(|course| course.id == id)
    }

    /// The clock by which days begin.
    #[must_use]
    pub fn clock(&self) -> Clock<'_> {
        Clock::new(self.utc_offset, self.offset_changes.as_deref().unwrap_or_default())
    }

    /// For how long an entry may be corrected.
    #[must_use]
    pub fn correctable(&self) -> Span {
        self.correct_within.unwrap_or(CORRECT_WITHIN)
    }

    /// The ground with this id.
    #[must_use]
    pub fn ground(&self, id: &str) -> Option<&Ground> {
        self.grounds.iter().flatten().find(|ground| ground.id == id)
    }

    /// Whether what names this ground acts at a moment: while the ground is in force, or always if it names none.
    #[must_use]
    pub fn is_grounded(&self, ground: Option<&str>, now: Time) -> bool {
        ground.is_none_or(|id| self.ground(id).is_some_and(|ground| ground.from <= now && now < ground.until))
    }

    /// Whether a colour can depend on the risk tables.
    #[must_use]
    pub fn reads_risk(&self) -> bool {
        self.rules.iter().any(Rule::reads_risk) || self.measures.iter().any(|measure| measure.count.reads_risk())
    }

    /// Whether a colour can depend on the exposure lists.
    #[must_use]
    pub fn reads_exposures(&self) -> bool {
        self.rules.iter().any(Rule::reads_exposures)
            || self.measures.iter().any(|measure| measure.count.reads_exposures())
    }

    /// Whether a colour can depend on the time of day: on it, or on how many minutes ago something was.
    #[must_use]
    pub fn reads_now(&self) -> bool {
        let bands = self.bands.iter().filter_map(|band| band.when.as_ref());
        bands.chain(self.rules.iter().map(|rule| &rule.when)).any(|when| {
            when.reads(|section, name| {
                section == "now" || section == "person" && matches!(name, "tests" | "vaccinations")
            })
        })
    }
}

/// What a rule is founded on, such as a notice of an authority. What names it acts only while it is in force: a rule stops by
/// itself when its ground lapses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "kebab-case", deny_unknown_fields, expecting = "a ground")]
pub struct Ground {
    /// The name under which rules and thresholds refer to it.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = "^[a-z][a-z0-9_-]*$"), length(max = 64)))]
    pub id: String,
    /// What it is called, with its number and date if it has them.
    pub title: Text,
    /// Where it can be read: an address of the web, with `https://` or `http://`.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = "^https?://[!-~]+$"), length(max = 512)))]
    pub url: String,
    /// When it comes into force.
    pub from: Time,
    /// When it lapses.
    pub until: Time,
    /// How somebody who is restricted on it has what is wrong corrected: where to turn, and with what.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correct: Option<Text>,
    /// How many people of one county officers may restrict on it in one day before a further authority has to sign.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(range(min = 1)))]
    pub cap: Option<u32>,
}
cbor_map!(Ground { 0 id, 1 title, 2 url, 3 from, 4 until, 5 correct, 6 cap });

/// Where something in a pack comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields, expecting = "a source")]
pub struct Citation {
    /// What was read.
    pub title: String,
    /// What the pack takes from it.
    pub says: String,
}
cbor_map!(Citation { 0 title, 1 says });

/// One question. An answer of the wrong type, out of bounds, or to a question that was not asked is refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields, expecting = "a question")]
pub struct Question {
    /// The name under which rules read the answer: `answers.<id>`.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = "^[a-z][a-z0-9_]*$"), length(max = 64)))]
    pub id: String,
    /// The type of answer it takes.
    #[serde(rename = "type")]
    pub kind: QuestionKind,
    /// The question.
    pub text: Text,
    /// A hint for answering it.
    #[serde(default)]
    pub help: Option<Text>,
    /// Whether an answer is required.
    #[serde(default = "yes")]
    pub required: bool,
    /// Asked only if this condition on earlier answers is true.
    #[serde(default)]
    pub show_if: Option<Condition>,
    /// For one-of and many-of.
    #[serde(default)]
    pub options: Vec<Choice>,
    /// For numbers: unit, places, bounds.
    #[serde(default)]
    pub number: Option<NumberForm>,
    /// For dates and trips: how many days back at most.
    #[serde(default)]
    pub days_back: Option<u16>,
    /// For places and trips: the minimum number of digits (2, 4, 6, 9 or 12).
    #[serde(default)]
    pub place_digits: Option<u8>,
    /// Whether the last answer stands there when the next report is filled in: where somebody lives, but not how they feel today.
    #[serde(default)]
    pub keeps: Option<bool>,
}
cbor_map!(Question { 0 id, 1 kind, 2 text, 3 help, 4 required, 5 show_if, 6 options, 7 number, 8 days_back, 9 place_digits, 10 keeps });

const fn yes() -> bool {
    true
}

/// The type of a question, which says what form its answer has: see `Answer`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "kebab-case")]
pub enum QuestionKind {
    /// `true` or `false`.
    YesNo,
    /// One option's id.
    OneOf,
    /// Some options' ids.
    ManyOf,
    /// A number in the unit.
    Number,
    /// A day, `2020-02-11`.
    Date,
    /// A place code.
    Place,
    /// Trips of {place, from, to, mode}.
    Trips,
    /// Words of one's own, such as a flight's number: for whoever is shown the answers. No rule reads them.
    Text,
}

impl core::fmt::Display for QuestionKind {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::YesNo => "yes-no",
            Self::OneOf => "one-of",
            Self::ManyOf => "many-of",
            Self::Number => "number",
            Self::Date => "date",
            Self::Place => "place",
            Self::Trips => "trips",
            Self::Text => "text",
        })
    }
}

numbered!(QuestionKind { 0 YesNo, 1 OneOf, 2 ManyOf, 3 Number, 4 Date, 5 Place, 6 Trips, 7 Text });

/// An option of a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "kebab-case", deny_unknown_fields, expecting = "an option")]
pub struct Choice {
    /// The name that rules use for it.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = "^[a-z][a-z0-9_-]*$"), length(max = 64)))]
    pub id: String,
    /// What it says.
    pub text: Text,
    /// In a many-of: choosing it excludes all others ("none of these").
    #[serde(default)]
    pub alone: bool,
    /// Whether it says that the person does not know: a condition that reads the answer and does not name this option decides
    /// nothing then. In a many-of it is `alone`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unsure: Option<bool>,
}
cbor_map!(Choice { 0 id, 1 text, 2 alone, 3 unsure });

impl Choice {
    /// Whether it says that the person does not know.
    #[must_use]
    pub fn is_unsure(&self) -> bool {
        self.unsure == Some(true)
    }
}

/// The form of a number. Rules see it without the decimal point: 37.3 with one place is 373.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields, expecting = "the form of a number")]
pub struct NumberForm {
    /// The unit as people write it.
    pub unit: String,
    /// How many decimal places, 0 to 3.
    #[serde(default)]
    pub decimals: u8,
    /// The least plausible value, without the decimal point.
    pub least: i64,
    /// The greatest plausible value, without the decimal point.
    pub most: i64,
}
cbor_map!(NumberForm { 0 unit, 1 decimals, 2 least, 3 most });

/// A number derived from the facts, read by rules as `measure.<id>`. Windows begin at midnight.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields, expecting = "a measure")]
pub struct Measure {
    /// The name.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = "^[a-z][a-z0-9_]*$"), length(max = 64)))]
    pub id: String,
    /// What is counted.
    pub count: Count,
    /// The levels to count; if empty, every level from low on.
    #[serde(default)]
    pub levels: Vec<Level>,
    /// The modes to count; if empty, all.
    #[serde(default)]
    pub modes: Vec<Mode>,
    /// How far back, in whole days; `None` means the pack's window.
    #[serde(default)]
    pub within: Option<Span>,
    /// Count only visits there; for `answer-in`, the place that contains the answer.
    #[serde(default)]
    pub place: Option<Place>,
    /// The question whose answer is the place to look up; for `age`, the day to count from.
    #[serde(default)]
    pub question: Option<String>,
    /// Count only reports for which this is true.
    #[serde(default)]
    pub when: Option<Condition>,
    /// Read only rows of the risk table whose place has at least this many digits (2, 4, 6, 9 or 12): with 12, only
    /// rows for a single community, not those for the city around it.
    #[serde(default)]
    pub row_digits: Option<u8>,
    /// Whether rows for places inside the place of a visit, or inside the one that is looked up, count as well.
    #[serde(default)]
    pub certainty: Option<Certainty>,
}
cbor_map!(Measure { 0 id, 1 count, 2 levels, 3 modes, 4 within, 5 place, 6 question, 7 when, 8 row_digits, 9 certainty });

/// Which rows of the risk table a measure counts besides those that apply for certain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Certainty {
    /// Those that apply possibly.
    Possible,
}
numbered!(Certainty { 0 Possible });

impl Measure {
    /// Whether it counts a visit, if the level is one that it counts.
    #[must_use]
    pub fn counts(&self, visit: &Visit) -> bool {
        (self.modes.is_empty() || self.modes.contains(&visit.mode))
            && self.place.is_none_or(|place| place.contains(visit.place))
    }
}

/// What a measure counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Count {
    /// Visits to places at the levels.
    Visits,
    /// Minutes at the levels, counting overlaps once.
    Minutes,
    /// The longest single stay at the levels, in minutes.
    LongestMinutes,
    /// Days since the last minute at the levels; null if there was none.
    DaysSinceVisit,
    /// The current level where the holder is: 0 none, 1 low, 2 medium, 3 high; null if the place is unknown.
    LevelHere,
    /// The current level of the place given as an answer; null without an answer.
    LevelAt,
    /// Days in a row, up to today or yesterday, with a report.
    DaysInARow,
    /// Days since the last report; null if there is none.
    DaysSinceReport,
    /// Days with a report.
    ReportDays,
    /// Whether the place given as an answer is in `place`: 1 or 0; null without an answer.
    AnswerIn,
    /// Visits to venues at a time that an exposure list has, at the levels.
    Exposures,
    /// Minutes at such venues at such times, at the levels, counting overlaps once.
    ExposureMinutes,
    /// Days since the last such minute; null if there was none.
    DaysSinceExposure,
    /// Whole years since the date given as an answer: the age of whoever was born then; null without an answer.
    Age,
}
numbered!(Count { 0 Visits, 1 Minutes, 2 LongestMinutes, 3 DaysSinceVisit, 4 LevelHere, 5 LevelAt, 6 DaysInARow, 7 DaysSinceReport, 8 ReportDays, 9 AnswerIn, 15 Exposures, 16 ExposureMinutes, 17 DaysSinceExposure, 18 Age });

impl Count {
    /// Whether it is about visits.
    #[must_use]
    pub const fn reads_visits(self) -> bool {
        matches!(self, Self::Visits | Self::Minutes | Self::LongestMinutes | Self::DaysSinceVisit)
    }

    /// Whether it reads the risk tables.
    #[must_use]
    pub const fn reads_risk(self) -> bool {
        let of_reports = matches!(self, Self::DaysInARow | Self::DaysSinceReport | Self::ReportDays);
        !of_reports && !matches!(self, Self::AnswerIn | Self::Age) && !self.reads_exposures()
    }

    /// Whether it reads the exposure lists.
    #[must_use]
    pub const fn reads_exposures(self) -> bool {
        matches!(self, Self::Exposures | Self::ExposureMinutes | Self::DaysSinceExposure)
    }
}

/// The three dimensions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "kebab-case")]
pub enum Dimension {
    /// Where somebody is, lives and was.
    Space,
    /// How often, how long and how long ago.
    Time,
    /// Questionnaire and record.
    Personal,
}
numbered!(Dimension { 0 Space, 1 Time, 2 Personal });

/// Points for a measure that reaches a step, or for a condition that is true.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields, expecting = "a band")]
pub struct Band {
    /// The dimension that the points count for.
    pub dimension: Dimension,
    /// The measure, for a band with steps.
    #[serde(default)]
    pub measure: Option<String>,
    /// The steps; the one with the most points counts.
    #[serde(default)]
    pub steps: Vec<Step>,
    /// The condition, for a band without a measure.
    #[serde(default)]
    pub when: Option<Condition>,
    /// The points for the condition.
    #[serde(default)]
    pub points: u8,
    /// What the points are for.
    pub text: Text,
}
cbor_map!(Band { 0 dimension, 1 measure, 2 steps, 3 when, 4 points, 5 text });

/// One step of a band.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields, expecting = "a step of a band")]
pub struct Step {
    /// Reached at this value or above.
    #[serde(default)]
    pub at_least: Option<i64>,
    /// Reached at this value or below.
    #[serde(default)]
    pub at_most: Option<i64>,
    /// The points that it gives.
    pub points: u8,
}
cbor_map!(Step { 0 at_least, 1 at_most, 2 points });

/// The score that a threshold applies to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "kebab-case")]
pub enum Total {
    /// The score in space.
    Space,
    /// The score in time.
    Time,
    /// The personal score.
    Personal,
    /// The sum of the three, 0 to 300.
    Total,
}
numbered!(Total { 0 Space, 1 Time, 2 Personal, 3 Total });

/// A colour for a score of a given number of points or more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields, expecting = "a threshold")]
pub struct Threshold {
    /// A stable name.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = "^[a-z][a-z0-9_-]*$"), length(max = 64)))]
    pub id: String,
    /// Which score.
    pub score: Total,
    /// From how many points on.
    pub at_least: u16,
    /// The colour.
    pub colour: Colour,
    /// Why, for the holder to read.
    pub text: Text,
    /// What leads back to green.
    pub way_back: Text,
    /// The id of the ground that it stands on: it acts only while that is in force.
    #[serde(default)]
    pub ground: Option<String>,
}
cbor_map!(Threshold { 0 id, 1 score, 2 at_least, 3 colour, 4 text, 5 way_back, 6 ground });

/// How a colour steps down over time: each step is a colour for a duration, then nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields, expecting = "a course")]
pub struct Course {
    /// The name that rules use for it.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = "^[a-z][a-z0-9_-]*$"), length(max = 64)))]
    pub id: String,
    /// The steps, in order.
    pub steps: Vec<CourseStep>,
}
cbor_map!(Course { 0 id, 1 steps });

/// One step of a course.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields, expecting = "a step of a course")]
pub struct CourseStep {
    /// The colour.
    pub colour: Colour,
    /// How long it lasts.
    pub lasts: Span,
}
cbor_map!(CourseStep { 0 colour, 1 lasts });

/// What a rule applies to, and when its course starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum On {
    /// The person as a whole; there is no moment for a course to start from.
    #[default]
    Person,
    /// Each report, from its submission or the day that [`Rule::since`] names.
    Report,
    /// Each visit, from its end, or from now while it is going on.
    Visit,
    /// Each status in the record, from its start.
    Record,
}
numbered!(On { 0 Person, 1 Report, 2 Visit, 3 Record });

/// A condition that gives a colour, for as long as it is true or for a course.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields, expecting = "a rule")]
pub struct Rule {
    /// A stable name.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = "^[a-z][a-z0-9_-]*$"), length(max = 64)))]
    pub id: String,
    /// What it applies to.
    #[serde(default)]
    pub on: On,
    /// The condition.
    pub when: Condition,
    /// The colour while the condition is true; or else a course.
    #[serde(default)]
    pub colour: Option<Colour>,
    /// The id of the course that it starts.
    #[serde(default)]
    pub course: Option<String>,
    /// Why, for the holder to read.
    pub text: Text,
    /// What leads back to green.
    pub way_back: Text,
    /// For rules on reports: the date question whose answer starts the course, at the end of that day, so that giving
    /// the same answer again does not restart it.
    #[serde(default)]
    pub since: Option<String>,
    /// The id of the ground that it stands on: it acts, and its course runs, only while that is in force.
    #[serde(default)]
    pub ground: Option<String>,
}
cbor_map!(Rule { 0 id, 1 on, 2 when, 3 colour, 4 course, 5 text, 6 way_back, 7 since, 8 ground });

impl Rule {
    /// Whether it can depend on the risk tables.
    #[must_use]
    pub fn reads_risk(&self) -> bool {
        const RISK: [&str; 4] = ["level", "level_possible", "row_digits", "risk_minutes"];
        self.on == On::Visit && self.when.reads(|section, name| section == "visit" && RISK.contains(&name))
    }

    /// Whether it can depend on the exposure lists: its reason then says when and at which venue.
    #[must_use]
    pub fn reads_exposures(&self) -> bool {
        const EXPOSURE: [&str; 2] = ["exposure_level", "exposure_minutes"];
        self.on == On::Visit && self.when.reads(|section, name| section == "visit" && EXPOSURE.contains(&name))
    }
}
