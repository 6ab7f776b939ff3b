//! Rule packs as their authors write them: TOML with the pack's head, its parts in tables, and its own test cases.

use serde::{Deserialize, Serialize};

use super::check::{PackError, structure};
use super::pack::{Band, Course, Lane, Measure, Pack, Question, Rule, Source, Text, Threshold};
use crate::assess::{Assessment, Facts, assess};
use crate::calendar::{Offset, Span, Time};
use crate::colour::Colour;
use crate::error::stage_errors;
use crate::facts::{Place, Record, Report, StatusEntry, Visit};
use crate::risk::table::RiskError;
use crate::risk::{RiskRow, RiskTable};
use crate::trust::file::{Body, FileError, Header, Verified, sign_file};
use crate::trust::list::TrustError;
use crate::trust::{Kind, SecretKey, Trust, TrustList, TrustedKey, envelope};

stage_errors! {
    /// Why a pack's source or a case is not understood.
    SourceError {
        /// Not TOML, or not of the form that a pack has.
        Toml { /// what and where, by line and column
            message: String } = "source-not-understood", "{message}";
        @wraps
        /// The pack has a fault.
        Pack(PackError);
        /// The risk rows of a case have a fault.
        Risk(RiskError);
        /// The pack could not be opened for a trial.
        File(FileError);
        /// The trial's trust list could not be opened.
        Trust(TrustError);
    }
}

/// A pack's source.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct PackSource {
    /// What is there once.
    pub pack: PackHead,
    /// Where the rules were found.
    #[serde(default, rename = "source")]
    pub sources: Vec<Source>,
    /// The questionnaire.
    #[serde(default, rename = "question")]
    pub questions: Vec<Question>,
    /// Numbers derived from the facts.
    #[serde(default, rename = "measure")]
    pub measures: Vec<Measure>,
    /// What gives points.
    #[serde(default, rename = "band")]
    pub bands: Vec<Band>,
    /// From how many points on there is a colour.
    #[serde(default, rename = "threshold")]
    pub thresholds: Vec<Threshold>,
    /// How colours run off.
    #[serde(default, rename = "course")]
    pub courses: Vec<Course>,
    /// What gives a colour.
    #[serde(default, rename = "rule")]
    pub rules: Vec<Rule>,
    /// The pack's own test cases, which are not shipped.
    #[serde(default, rename = "case")]
    pub cases: Vec<Case>,
}

/// What a pack has once.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct PackHead {
    /// A stable name.
    pub id: String,
    /// Where the rules hold.
    pub region: Place,
    /// Grows with each change.
    pub version: u32,
    /// How this version comes into force.
    #[serde(default)]
    pub lane: Lane,
    /// What people call it.
    pub title: Text,
    /// Whose rules they are.
    pub issuer: Text,
    /// When they come into force …
    pub valid_from: Time,
    /// … and until when.
    pub valid_until: Time,
    /// When a day begins.
    pub utc_offset: Offset,
    /// How far back facts are read.
    pub window: Span,
    /// How old the newest report may be.
    #[serde(default)]
    pub report_within: Option<Span>,
    /// How long an expired risk table may still be used.
    #[serde(default)]
    pub risk_grace: Span,
    /// Other regions whose codes are recognised.
    #[serde(default)]
    pub recognises: Vec<Place>,
}

/// Facts as a file has them: what the phone knows, with record and risk rows still unsigned.
#[derive(Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FactsSource {
    /// The reports.
    #[serde(default)]
    pub reports: Vec<Report>,
    /// The diary.
    #[serde(default)]
    pub diary: Vec<Visit>,
    /// What the issuer says of the person.
    #[serde(default)]
    pub record: Option<RecordSource>,
    /// Rows of the risk table; absent means that the tool brings a table, or that there is none.
    #[serde(default)]
    pub risk: Option<Vec<RiskRow>>,
    /// Where the code is to be shown.
    #[serde(default)]
    pub here: Option<Place>,
}

impl core::fmt::Debug for FactsSource {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("FactsSource(..)")
    }
}

/// A record without a key.
#[derive(Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RecordSource {
    /// What was found.
    #[serde(default)]
    pub statuses: Vec<StatusEntry>,
    /// What the person is exempt for.
    #[serde(default)]
    pub exempt: Vec<String>,
    /// The issuer's own word on the colour.
    #[serde(default)]
    pub floor: Option<Colour>,
}

/// Facts and what the pack should say of them.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Case {
    /// What it shows.
    pub name: String,
    /// The moment.
    pub now: Time,
    /// The facts.
    #[serde(default)]
    pub facts: FactsSource,
    /// What should come out.
    pub expect: Expectation,
}

/// What a case expects; what it does not name may be anything.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
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
    /// Reads TOML and checks the structure of the pack.
    ///
    /// # Errors
    /// [`SourceError`]: the TOML error with line and column, or the first fault of the structure.
    pub fn parse(text: &str) -> Result<Self, SourceError> {
        let source: Self = toml::from_str(text).map_err(|error| SourceError::Toml { message: error.to_string() })?;
        match structure(&source.to_pack()).into_iter().next() {
            None => Ok(source),
            Some(fault) => Err(fault.into()),
        }
    }

    /// The pack, as it is shipped.
    #[must_use]
    pub fn to_pack(&self) -> Pack {
        let head = &self.pack;
        Pack {
            id: head.id.clone(),
            region: head.region,
            lane: head.lane,
            title: head.title.clone(),
            issuer: head.issuer.clone(),
            valid_from: head.valid_from,
            utc_offset: head.utc_offset,
            window: head.window,
            report_within: head.report_within,
            risk_grace: head.risk_grace,
            recognises: head.recognises.clone(),
            questions: self.questions.clone(),
            measures: self.measures.clone(),
            bands: self.bands.clone(),
            thresholds: self.thresholds.clone(),
            courses: self.courses.clone(),
            rules: self.rules.clone(),
            sources: self.sources.clone(),
        }
    }

    /// The header of the pack's file, issued at `issued`.
    #[must_use]
    pub fn header(&self, issued: Time) -> Header {
        Header { version: self.pack.version, issued, expires: self.pack.valid_until, place: Some(self.pack.region) }
    }
}

/// Signs files with keys of its own that nobody else trusts, so that a pack can be tried before anybody signs it and
/// trial and phone take the same way.
pub struct Workbench {
    keys: [SecretKey; 3],
    trust: Trust,
    from: Time,
    until: Time,
}

impl Workbench {
    /// A workbench for the time in which packs and cases play.
    ///
    /// # Errors
    /// [`SourceError::Trust`], which no honest clock causes.
    pub fn new() -> Result<Self, SourceError> {
        let key =
            |n: u8| SecretKey::from_random(&core::array::from_fn::<u8, 32, _>(|i| n ^ u8::try_from(i).unwrap_or(0)));
        let (Ok(a), Ok(b), Ok(c)) = (key(64), key(128), key(192)) else {
            return Err(SourceError::File(FileError::NeverValid));
        };
        let (from, until) = (Time::from_unix(0), Time::from_unix(i64::MAX));
        let kinds = vec![Kind::RulePack, Kind::RiskTable, Kind::Record];
        let entry = |key: &SecretKey, signer: &str| TrustedKey {
            key: key.public(),
            signer: signer.into(),
            kinds: kinds.clone(),
            place: None,
            from,
            until,
        };
        let list = TrustList { keys: vec![entry(&a, "a"), entry(&b, "b"), entry(&c, "c")], needed: Vec::new() };
        let header = Header { version: 1, issued: from, expires: until, place: None };
        let trust = Trust::open(&sign_file(&header, &list, &a), &[a.public()], from, None)?;
        Ok(Self { keys: [a, b, c], trust, from, until })
    }

    /// The file, verified for this workbench only.
    ///
    /// # Errors
    /// [`SourceError::File`] if it would never be valid.
    pub fn verified<T: Body>(&self, header: &Header, body: &T) -> Result<Verified<T>, SourceError> {
        let [a, b, c] = &self.keys;
        let mut bytes = sign_file(header, body, a);
        if T::KIND.has_several_signers() {
            for key in [b, c] {
                bytes = envelope::countersign(&bytes, key).map_err(FileError::from)?;
            }
        }
        Ok(self.trust.open_file(&bytes, header.issued, None)?)
    }

    /// The pack, in force as it says.
    ///
    /// # Errors
    /// [`SourceError::File`] if its validity ends before it begins.
    pub fn pack(&self, source: &PackSource) -> Result<Verified<Pack>, SourceError> {
        self.verified(&source.header(self.from), &source.to_pack())
    }

    /// A risk table of these rows that never expires.
    ///
    /// # Errors
    /// [`SourceError::Risk`] if the rows make no table.
    pub fn risk(&self, rows: Vec<RiskRow>) -> Result<Verified<RiskTable>, SourceError> {
        self.verified(&self.header(), &RiskTable::new(rows)?)
    }

    /// A record that never expires.
    ///
    /// # Errors
    /// [`SourceError::File`], which nothing causes.
    pub fn record(&self, record: &RecordSource) -> Result<Verified<Record>, SourceError> {
        let [key, ..] = &self.keys;
        let RecordSource { statuses, exempt, floor } = record.clone();
        self.verified(&self.header(), &Record { key: key.public(), statuses, exempt, floor })
    }

    fn header(&self) -> Header {
        Header { version: 1, issued: self.from, expires: self.until, place: None }
    }

    /// Runs `use_facts` with the facts of a source, its record and risk rows signed for this workbench; `risk` is the
    /// table where the source brings none.
    ///
    /// # Errors
    /// [`SourceError`] if the source's own rows make no table.
    pub fn with_facts<T>(
        &self,
        source: &FactsSource,
        risk: Option<&Verified<RiskTable>>,
        use_facts: impl FnOnce(&Facts<'_>) -> T,
    ) -> Result<T, SourceError> {
        let own_risk = source.risk.clone().map(|rows| self.risk(rows)).transpose()?;
        let record = source.record.as_ref().map(|record| self.record(record)).transpose()?;
        Ok(use_facts(&Facts {
            reports: &source.reports,
            diary: &source.diary,
            record: record.as_ref(),
            risk: own_risk.as_ref().or(risk),
            here: source.here,
        }))
    }
}

/// How a case came out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseResult {
    /// What the pack says.
    pub assessment: Assessment,
    /// Where that differs from what was expected, in words.
    pub differences: Vec<String>,
}

impl Case {
    /// Runs the case; facts without risk rows have an empty table.
    ///
    /// # Errors
    /// [`SourceError`] if the case's facts cannot be.
    pub fn run(&self, workbench: &Workbench, rules: &Verified<Pack>) -> Result<CaseResult, SourceError> {
        let empty = workbench.risk(Vec::new())?;
        workbench.with_facts(&self.facts, Some(&empty), |facts| {
            let assessment = assess(rules, facts, self.now);
            let mut differences = Vec::new();
            let mut differ = |what: &str, expected: String, found: String| {
                if expected != found {
                    differences.push(format!("{what}: expected {expected}, found {found}"));
                }
            };
            let expect = &self.expect;
            differ("colour", expect.colour.to_string(), assessment.colour.to_string());
            if let Some(reasons) = &expect.reasons {
                let found = assessment.reasons.iter().map(|reason| reason.rule.clone()).collect();
                differ("reasons", sorted(reasons.clone()), sorted(found));
            }
            if let Some(causes) = &expect.causes {
                differ(
                    "causes",
                    sorted(causes.clone()),
                    sorted(assessment.causes.iter().map(|cause| cause.name().into()).collect()),
                );
            }
            let time = |time: Option<Time>| time.map_or_else(|| "never".to_owned(), |time| time.to_string());
            if expect.until.is_some() {
                differ("until", time(expect.until), time(assessment.until));
            }
            if expect.green.is_some() {
                differ("green", time(expect.green), time(crate::forecast::forecast(rules, facts, self.now).green));
            }
            CaseResult { assessment, differences }
        })
    }
}

fn sorted(mut names: Vec<String>) -> String {
    names.sort_unstable();
    format!("[{}]", names.join(", "))
}

/// A pack of these parts in TOML, with a head of its own and a window of 14 days; `TEXT` stands for a text.
#[cfg(test)]
pub(crate) fn trial_pack(parts: &str) -> Pack {
    let pack = unchecked_trial_pack(parts);
    assert_eq!(structure(&pack), []);
    pack
}

/// As [`trial_pack`], with any fault that its structure may have.
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
