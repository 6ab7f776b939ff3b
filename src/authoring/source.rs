//! Rule packs as their authors write them: TOML with the pack's head, its parts in tables, and its own test cases.

use core::ops::Range;

use serde::{Deserialize, Serialize};

use super::by_name::ByName;
use super::source_map::{SourceMap, UnitUse};
use super::units::at_offset;
use super::zone::ClockSource;
use crate::calendar::{Clock, Offset, Span, Time};
use crate::colour::Colour;
use crate::error::family_errors;
use crate::facts::{Exemption, Record, Report, StatusEntry, Test, Vaccination, Visit};
use crate::limits::EXPOSURE_TAGS;
use crate::place::Place;
use crate::private::private_debug;
use crate::purpose::Purpose;
use crate::risk::table::RiskError;
use crate::risk::{Level, RiskRow};
use crate::rules::check::{PackError, structure};
use crate::rules::expression::text::{TextError, position};
use crate::rules::pack::{
    Band, Citation, Course, Ground, Lane, Measure, Pack, Question, Rule, Text, Threshold, UnclearVisits,
};
use crate::trust::PublicKey;
use crate::trust::file::{FileError, Header};
use crate::trust::list::TrustError;
use crate::venue::{ExposureList, Quarter, Seed, VenueError};

family_errors! {
    /// Why a pack's source or a case is not understood.
    SourceError {
        /// Not TOML, or not in the form of a pack.
        NotUnderstood { /// the line, counted from 1
            line: usize, /// the column in characters, counted from 1
            column: usize, /// the bytes
            span: Range<usize>, /// what is wrong there
            problem: SourceProblem } = "source-not-understood", "line {line}, column {column}: {problem}";
        @wraps
        /// The pack has a fault.
        Pack(PackError);
        /// The risk rows of a case have a fault.
        Risk(RiskError);
        /// The exposures of a case have a fault.
        Venue(VenueError);
        /// The pack could not be opened for a trial.
        File(FileError);
        /// The trial's trust list could not be opened.
        Trust(TrustError);
    }
}

/// What is wrong with a text that should be a pack's source.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SourceProblem {
    /// It is not TOML, or a value has another form than it should have.
    #[error("{}", .0.message())]
    Toml(toml::de::Error),
    /// A condition is not an expression.
    #[error("{}", .0.problem())]
    Condition(TextError),
}

impl SourceError {
    /// What keeps a text from being read as a pack's source. Serde hands on only the words of what is wrong with a
    /// condition: the condition is read once more for its place.
    fn not_understood(text: &str, error: toml::de::Error) -> Self {
        let span = error.span().unwrap_or_default();
        let condition = SourceMap::of(text).and_then(|spans| spans.unreadable_condition(&span));
        let (span, problem) = match condition {
            Some((span, error)) => (span, SourceProblem::Condition(error)),
            None => (span, SourceProblem::Toml(error)),
        };
        let (line, column) = position(text, span.start);
        Self::NotUnderstood { line, column, span, problem }
    }
}

/// A pack's source.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields, expecting = "a rule pack")]
pub struct PackSource {
    /// The head of the pack.
    pub pack: PackHead,
    /// Where the rules come from.
    #[serde(default, rename = "source")]
    pub sources: Vec<Citation>,
    /// What rules and thresholds are founded on, and how long it is in force.
    #[serde(default, rename = "ground")]
    pub grounds: Vec<Ground>,
    /// The questionnaire.
    #[serde(default, rename = "question")]
    pub questions: Vec<Question>,
    /// Numbers derived from the facts.
    #[serde(default, rename = "measure")]
    pub measures: Vec<Measure>,
    /// What scores points.
    #[serde(default, rename = "band")]
    pub bands: Vec<Band>,
    /// How many points give a colour.
    #[serde(default, rename = "threshold")]
    pub thresholds: Vec<Threshold>,
    /// How colours step down over time.
    #[serde(default, rename = "course")]
    pub courses: Vec<Course>,
    /// What gives a colour.
    #[serde(default, rename = "rule")]
    pub rules: Vec<Rule>,
    /// The pack's own test cases, which are not shipped.
    #[serde(default, rename = "case")]
    pub cases: Vec<Case>,
    /// The numbers with a unit in its conditions.
    #[serde(skip)]
    pub(super) units: Vec<UnitUse>,
}

/// The head of a pack.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(transform = super::schema::either_clock))]
#[serde(rename_all = "kebab-case", deny_unknown_fields, expecting = "the head of a rule pack")]
pub struct PackHead {
    /// A stable name.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = "^[a-z][a-z0-9_-]*$"), length(max = 64)))]
    pub id: String,
    /// The region that the rules apply to.
    pub region: Place,
    /// What the rules are for, such as `hospital`; absent for the everyday code of the region.
    #[serde(default)]
    pub purpose: Option<Purpose>,
    /// Grows with each change.
    pub version: u32,
    /// How this version comes into force.
    #[serde(default)]
    pub lane: Lane,
    /// The name that people know it by.
    pub title: Text,
    /// The authority that issued the rules.
    pub issuer: Text,
    /// When they come into force.
    pub valid_from: Time,
    /// When they end.
    pub valid_until: Time,
    /// By which clock days begin: `utc-offset` is one offset, `zone` is that of a time zone, with its summer time.
    #[serde(rename = "utc-offset", alias = "zone")]
    #[cfg_attr(feature = "schema", schemars(with = "Offset"))]
    pub clock: ClockSource,
    /// How far back facts are read.
    pub window: Span,
    /// How old the newest report may be.
    #[serde(default)]
    pub report_within: Option<Span>,
    /// How long an expired risk table may still be used.
    #[serde(default)]
    pub risk_grace: Span,
    /// What becomes of visits that may have been in a listed place inside the one that is told; if absent, the code is
    /// undecided if the colour would then be worse.
    #[serde(default)]
    pub unclear_visits: Option<UnclearVisits>,
    /// For how long a report or a visit may be corrected after it was entered; "0 h" for not at all, and 24 hours if absent.
    #[serde(default)]
    pub correct_within: Option<Span>,
    /// Other regions whose codes are recognised.
    #[serde(default)]
    pub recognises: Vec<Place>,
    /// The tags of the languages in which every text is, beside Chinese and English (BCP 47), such as `ko` or `zh-Hant`.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(length(max = 16)))]
    pub languages: Vec<String>,
}

impl PackHead {
    /// The offset of its clock at a moment.
    #[must_use]
    pub fn offset_at(&self, time: Time) -> Offset {
        let (first, changes) = self.clock.within(self.valid_from, self.valid_until);
        Clock::new(first, &changes).offset_at(time)
    }

    /// A moment as its clock shows it.
    #[must_use]
    pub fn local(&self, time: Time) -> String {
        at_offset(time, self.offset_at(time))
    }
}

/// Facts in a file: what the phone knows, with an unsigned record and unsigned risk rows.
#[derive(Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, expecting = "facts")]
pub struct FactsSource {
    /// The reports.
    #[serde(default)]
    pub reports: Vec<Report>,
    /// The diary.
    #[serde(default)]
    pub diary: Vec<Visit>,
    /// What the issuer says about the person.
    #[serde(default)]
    pub record: Option<RecordSource>,
    /// Rows of the risk table; if absent, the tool's table is used, if there is one.
    #[serde(default)]
    pub risk: Option<Vec<RiskRow>>,
    /// What an exposure list has; if absent, nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exposures: Vec<ExposureRow>,
    /// Where the code will be shown.
    #[serde(default)]
    pub here: Option<Place>,
}

/// A time at which somebody was at a venue who could infect others: its tags are what an exposure list has of it.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, expecting = "a time at a venue")]
pub struct ExposureRow {
    /// The seed of the venue on that day: 32 hexadecimal digits.
    #[cfg_attr(feature = "schema", schemars(with = "String", regex(pattern = "^[0-9a-f]{32}$")))]
    pub seed: Seed,
    /// From when on.
    pub from: Time,
    /// Until when (exclusive).
    pub to: Time,
    /// How risky it was to be there.
    pub level: Level,
}

impl ExposureRow {
    /// The exposure list of these.
    ///
    /// # Errors
    /// [`VenueError::TooManyTags`].
    pub fn list(rows: &[Self]) -> Result<ExposureList, VenueError> {
        let mut tags = Vec::new();
        for Self { seed, from, to, level } in rows {
            let quarters = Quarter::of(*from).zip(Quarter::of(to.minus(Span::seconds(1))));
            let numbers = quarters.into_iter().flat_map(|(first, last)| first.0..=last.0);
            tags.extend(numbers.take(EXPOSURE_TAGS).map(|number| (seed.tag(Quarter(number)), *level)));
            if tags.len() > EXPOSURE_TAGS {
                break;
            }
        }
        ExposureList::new(tags)
    }
}

/// A record without a key.
#[derive(Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, expecting = "a record")]
pub struct RecordSource {
    /// The findings.
    #[serde(default)]
    pub statuses: Vec<StatusEntry>,
    /// Why the person is exempt.
    #[serde(default)]
    pub exempt: Vec<String>,
    /// The issuer's floor for the colour.
    #[serde(default)]
    pub floor: Option<Colour>,
    /// Tests, the newest last.
    #[serde(default)]
    pub tests: Option<Vec<Test>>,
    /// Vaccinations.
    #[serde(default)]
    pub vaccinations: Option<Vec<Vaccination>>,
    /// Exemptions that end.
    #[serde(default)]
    pub exemptions: Option<Vec<Exemption>>,
}

impl RecordSource {
    /// The record of the phone with this key.
    pub(super) fn with_key(&self, key: PublicKey) -> Record {
        let Self { statuses, exempt, floor, tests, vaccinations, exemptions } = self.clone();
        Record { key, statuses, exempt, floor, tests, vaccinations, exemptions }
    }
}

/// Facts and what the pack should decide from them.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields, expecting = "a test case")]
pub struct Case {
    /// What the case shows.
    pub name: String,
    /// The moment of the assessment.
    pub now: Time,
    /// The facts.
    #[serde(default)]
    pub facts: FactsSource,
    /// The expected result.
    pub expect: Expectation,
}

/// What a case expects; whatever it leaves out is not checked.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields, expecting = "what a test case expects")]
pub struct Expectation {
    /// The colour.
    pub colour: Colour,
    /// The ids of the rules that gave a colour, in any order.
    #[serde(default)]
    pub reasons: Option<Vec<String>>,
    /// The names of the causes, in any order.
    #[serde(default)]
    pub causes: Option<Vec<String>>,
    /// Until when the reasons keep the colour.
    #[serde(default)]
    pub until: Option<Time>,
    /// The earliest green.
    #[serde(default)]
    pub green: Option<Time>,
}

impl PackSource {
    /// Reads TOML; the structure of the pack is not looked at.
    ///
    /// # Errors
    /// [`SourceError::NotUnderstood`].
    pub fn read(text: &str) -> Result<Self, SourceError> {
        let read = toml::Deserializer::parse(text).and_then(|source| Self::deserialize(ByName(source)));
        let mut source = read.map_err(|error| SourceError::not_understood(text, error))?;
        source.units = SourceMap::of(text).map(|spans| spans.units()).unwrap_or_default();
        Ok(source)
    }

    /// Reads TOML and checks the structure of the pack.
    ///
    /// # Errors
    /// [`SourceError`]: what is not understood and where, or the first fault of the structure.
    pub fn parse(text: &str) -> Result<Self, SourceError> {
        let source = Self::read(text)?;
        match structure(&source.to_pack()).into_iter().next() {
            None => Ok(source),
            Some(fault) => Err(fault.into()),
        }
    }

    /// The source of a pack that was shipped, without its cases: to compare it with another.
    #[must_use]
    pub fn of(header: &Header, pack: &Pack) -> Self {
        let Pack {
            id,
            region,
            lane,
            title,
            issuer,
            valid_from,
            utc_offset,
            offset_changes,
            window,
            report_within,
            risk_grace,
            unclear_visits,
            correct_within,
            purpose,
            ..
        } = pack;
        let head = PackHead {
            id: id.clone(),
            region: *region,
            purpose: *purpose,
            version: header.version,
            lane: *lane,
            title: title.clone(),
            issuer: issuer.clone(),
            valid_from: *valid_from,
            valid_until: header.expires,
            clock: ClockSource::Offsets(*utc_offset, offset_changes.clone().unwrap_or_default()),
            window: *window,
            report_within: *report_within,
            risk_grace: *risk_grace,
            unclear_visits: *unclear_visits,
            correct_within: *correct_within,
            recognises: pack.recognises.clone(),
            languages: pack.languages.clone().unwrap_or_default(),
        };
        Self {
            pack: head,
            sources: pack.sources.clone(),
            grounds: pack.grounds.clone().unwrap_or_default(),
            questions: pack.questions.clone(),
            measures: pack.measures.clone(),
            bands: pack.bands.clone(),
            thresholds: pack.thresholds.clone(),
            courses: pack.courses.clone(),
            rules: pack.rules.clone(),
            cases: Vec::new(),
            units: Vec::new(),
        }
    }

    /// The pack, as it is shipped.
    #[must_use]
    pub fn to_pack(&self) -> Pack {
        let head = &self.pack;
        let (utc_offset, offset_changes) = head.clock.within(head.valid_from, head.valid_until);
        Pack {
            id: head.id.clone(),
            region: head.region,
            purpose: head.purpose,
            lane: head.lane,
            title: head.title.clone(),
            issuer: head.issuer.clone(),
            valid_from: head.valid_from,
            utc_offset,
            offset_changes: Some(offset_changes).filter(|changes| !changes.is_empty()),
            languages: Some(head.languages.clone()).filter(|languages| !languages.is_empty()),
            window: head.window,
            report_within: head.report_within,
            risk_grace: head.risk_grace,
            unclear_visits: head.unclear_visits,
            correct_within: head.correct_within,
            recognises: head.recognises.clone(),
            questions: self.questions.clone(),
            measures: self.measures.clone(),
            bands: self.bands.clone(),
            thresholds: self.thresholds.clone(),
            courses: self.courses.clone(),
            rules: self.rules.clone(),
            sources: self.sources.clone(),
            grounds: Some(self.grounds.clone()).filter(|grounds| !grounds.is_empty()),
        }
    }

    /// The header of the pack's file, issued at `issued`.
    #[must_use]
    pub fn header(&self, issued: Time) -> Header {
        Header { version: self.pack.version, issued, expires: self.pack.valid_until, place: Some(self.pack.region) }
    }
}

private_debug!(ExposureRow, FactsSource);

/// A pack of these parts in TOML, with a standard head and a window of 14 days; `TEXT` is replaced by a text.
#[cfg(test)]
pub(crate) fn trial_pack(parts: &str) -> Pack {
    let pack = unchecked_trial_pack(parts);
    assert_eq!(structure(&pack), []);
    pack
}

/// Parts of a pack for [`trial_pack`]: reporting a cough means red for a week, then yellow for a week.
#[cfg(test)]
pub(crate) const COUGH: &str = "
    [[question]]
    id = 'cough'
    type = 'yes-no'
    text = TEXT
    [[course]]
    id = 'c'
    steps = [{ colour = 'red', lasts = '7 d' }, { colour = 'yellow', lasts = '7 d' }]
    [[rule]]
    id = 'cough'
    on = 'report'
    when = 'answers.cough'
    course = 'c'
    text = TEXT
    way-back = TEXT
";

/// Like [`trial_pack`], but its structure may have faults.
#[cfg(test)]
pub(crate) fn unchecked_trial_pack(parts: &str) -> Pack {
    let head = r#"
        [pack]
        id = "trial"
        region = "33"
        version = 1
        title = { zh-Hans = "试用", en = "Trial" }
        issuer = { zh-Hans = "测试", en = "Tests" }
        valid-from = "2020-01-01T00:00:00+08:00"
        valid-until = "2020-12-31T00:00:00+08:00"
        utc-offset = "+08:00"
        window = "14 d"
    "#;
    let text = r#"{ zh-Hans = "说明", en = "words" }"#;
    match toml::from_str::<PackSource>(&format!("{head}\n{}", parts.replace("TEXT", text))) {
        Ok(source) => source.to_pack(),
        Err(error) => panic!("{error}"),
    }
}
