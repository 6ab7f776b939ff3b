//! The one function that shows the steps: first which files are valid now, then what the rules make of the facts.

use serde::Serialize;

use crate::calendar::{Span, Time};
use crate::colour::Colour;
use crate::facts::{Record, Report, Visit};
use crate::place::Place;
use crate::risk::RiskTable;
use crate::rules::evaluate::{Decision, Inputs, decide_within};
use crate::rules::expression::Budget;
use crate::rules::pack::{Pack, Text};
use crate::rules::reason::{Cause, Contribution, Reason, Scores};
use crate::trust::Verified;
use crate::trust::file::FileError;

/// All that is known about a person: the log on the phone, and the signed files.
#[derive(Debug, Clone, Copy, Default)]
pub struct Facts<'a> {
    /// The reports, in any order.
    pub reports: &'a [Report],
    /// The diary, in any order.
    pub diary: &'a [Visit],
    /// What the issuer says about this person.
    pub record: Option<&'a Verified<Record>>,
    /// The risk table.
    pub risk: Option<&'a Verified<RiskTable>>,
    /// Where the code will be shown, if the host knows; otherwise rules see the place of an ongoing visit.
    pub here: Option<Place>,
}

/// A colour and the reasons for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct Assessment {
    /// The colour.
    pub colour: Colour,
    /// The moment of the assessment.
    pub at: Time,
    /// The three scores, 0 to 100.
    pub scores: Scores,
    /// What gave points.
    pub contributions: Vec<Contribution>,
    /// What gave a colour, the worst first.
    pub reasons: Vec<Reason>,
    /// Why it is grey, or would be if it were not red; empty otherwise.
    pub causes: Vec<Cause>,
    /// Until when the reasons alone keep the colour from improving; absent if unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Time>,
    /// The rules that were applied.
    pub rules: RulesUsed,
    /// The version of the risk table that was used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub risk_version: Option<u32>,
}

/// The rules that an assessment used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct RulesUsed {
    /// The pack's id.
    pub id: String,
    /// Its version.
    pub version: u32,
    /// The region it applies to.
    pub region: Place,
    /// The name that people know it by.
    pub title: Text,
    /// The authority that issued the rules.
    pub issuer: Text,
    /// The UTC offset of the region's day, in minutes east: 480 in China.
    pub utc_offset: i16,
}

impl RulesUsed {
    /// Of a pack.
    #[must_use]
    pub fn of(rules: &Verified<Pack>) -> Self {
        let pack = rules.body();
        Self {
            id: pack.id.clone(),
            version: rules.header().version,
            region: pack.region,
            title: pack.title.clone(),
            issuer: pack.issuer.clone(),
            utc_offset: pack.utc_offset.minutes(),
        }
    }
}

/// What is assumed about the time until the assessed moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Assume {
    /// Nothing: only what the phone has now counts, and it ages.
    Nothing,
    /// That files will have been renewed with the same content, and that from `from` on a report as the rules hope for
    /// is submitted on each day that has none.
    Renewal {
        /// When the assumed reports begin: in a forecast, now.
        from: Time,
    },
}

/// Assesses facts with a rule pack at a moment. There is no other input and no state: the same arguments always give
/// the same answer.
#[must_use]
pub fn assess(rules: &Verified<Pack>, facts: &Facts<'_>, now: Time) -> Assessment {
    assess_assuming(rules, facts, now, Assume::Nothing)
}

/// Like [`assess`], with an assumption about what happens until then.
#[must_use]
pub fn assess_assuming(rules: &Verified<Pack>, facts: &Facts<'_>, now: Time, assume: Assume) -> Assessment {
    assess_within(rules, facts, now, assume, &mut Budget::default())
}

/// Like [`assess_assuming`], within a budget; what is left of it says how much work it was.
pub(crate) fn assess_within(
    rules: &Verified<Pack>,
    facts: &Facts<'_>,
    now: Time,
    assume: Assume,
    budget: &mut Budget,
) -> Assessment {
    let pack = rules.body();
    let fresh = freshness(rules, facts, now, assume);
    let risk_in_use = facts.risk.filter(|_| matches!(fresh.risk, Some(Ok(_))));
    let reports_assumed = match assume {
        Assume::Nothing => None,
        Assume::Renewal { from } => Some(from),
    };
    let log = Log { reports: facts.reports, diary: facts.diary, here: facts.here, reports_assumed };
    let Decision { colour, scores, contributions, reasons, causes } = judge(pack, fresh, &log, now, budget);
    let mut same = reasons.iter().filter(|reason| reason.colour == colour).map(|reason| reason.until);
    let until = same.try_fold(now, |latest, until| until.map(|until| latest.max(until)));
    Assessment {
        colour,
        at: now,
        scores,
        contributions,
        until: until.filter(|until| *until > now),
        reasons,
        causes,
        rules: RulesUsed::of(rules),
        risk_version: risk_in_use.map(|risk| risk.header().version),
    }
}

/// Which files are valid at a moment, and why the others are not.
pub(crate) struct Freshness<'a> {
    /// Whether the rules are in force.
    pub(crate) rules: Result<(), Cause>,
    /// The risk table, if there is one.
    pub(crate) risk: Option<Result<&'a RiskTable, Cause>>,
    /// The record, if there is one.
    pub(crate) record: Option<Result<&'a Record, Cause>>,
}

/// The holder's own statements, and what is assumed about them.
pub(crate) struct Log<'a> {
    pub(crate) reports: &'a [Report],
    pub(crate) diary: &'a [Visit],
    pub(crate) here: Option<Place>,
    pub(crate) reports_assumed: Option<Time>,
}

fn freshness<'a>(rules: &Verified<Pack>, facts: &Facts<'a>, now: Time, assume: Assume) -> Freshness<'a> {
    let grace = rules.body().risk_grace;
    Freshness {
        rules: rules_in_force(rules, now, assume),
        risk: facts.risk.map(|risk| current(risk, grace, now, assume, |expired| Cause::RiskStale { expired })),
        record: facts
            .record
            .map(|record| current(record, Span::ZERO, now, assume, |expired| Cause::RecordExpired { expired })),
    }
}

/// What the pack decides given the valid files: nothing without rules in force, and nothing better than grey without
/// another file that it needs.
pub(crate) fn judge(pack: &Pack, fresh: Freshness<'_>, log: &Log<'_>, now: Time, budget: &mut Budget) -> Decision {
    let mut causes = Vec::new();
    let in_force = held(Some(fresh.rules), &mut causes).is_some();
    if log.here.is_some_and(|here| !holds_at(pack, here)) {
        causes.push(Cause::NoRulesHere { region: pack.region });
    }
    if fresh.risk.is_none() && pack.reads_risk() {
        causes.push(Cause::RiskMissing);
    }
    let risk = held(fresh.risk, &mut causes);
    let record = held(fresh.record, &mut causes);
    let Log { reports, diary, here, reports_assumed } = *log;
    let inputs = Inputs { reports, diary, record, risk, here, reports_assumed };
    let decided = in_force.then(|| decide_within(pack, &inputs, now, budget));
    let mut decision = decided.unwrap_or_default();
    if !causes.is_empty() {
        decision.colour = decision.colour.max(Colour::Grey);
    }
    causes.append(&mut decision.causes);
    decision.causes = clock_behind_once(causes);
    decision
}

/// The content of a valid file; otherwise `None`, and the cause is noted.
fn held<T>(fresh: Option<Result<T, Cause>>, causes: &mut Vec<Cause>) -> Option<T> {
    fresh?.map_err(|cause| causes.push(cause)).ok()
}

/// Reports a clock that is behind only once, with the latest moment that must have passed; missing reports mean nothing
/// then.
fn clock_behind_once(mut causes: Vec<Cause>) -> Vec<Cause> {
    let behind = |cause: &Cause| match cause {
        Cause::ClockBehind { issued } => Some(*issued),
        _ => None,
    };
    if let Some(issued) = causes.iter().filter_map(behind).max() {
        causes.retain(|cause| !matches!(cause, Cause::ClockBehind { .. } | Cause::ReportMissing { .. }));
        causes.insert(0, Cause::ClockBehind { issued });
    }
    causes
}

impl Default for Decision {
    /// Without an evaluation, nothing is decided.
    fn default() -> Self {
        Self {
            colour: Colour::Grey,
            scores: Scores::default(),
            contributions: Vec::new(),
            reasons: Vec::new(),
            causes: Vec::new(),
        }
    }
}

fn rules_in_force(rules: &Verified<Pack>, now: Time, assume: Assume) -> Result<(), Cause> {
    let from = rules.body().valid_from;
    match rules.at(now, Span::ZERO) {
        Err(FileError::Expired { expired, .. }) if assume == Assume::Nothing => Err(Cause::RulesExpired { expired }),
        Err(FileError::NotYetIssued { issued, .. }) => Err(Cause::ClockBehind { issued }),
        _ if now < from => Err(Cause::RulesNotYetInForce { from }),
        _ => Ok(()),
    }
}

fn holds_at(pack: &Pack, here: Place) -> bool {
    pack.region.contains(here) || pack.recognises.iter().any(|region| region.contains(here))
}

/// The content of a file if it is valid at `now`; otherwise the cause.
fn current<T>(
    file: &Verified<T>,
    grace: Span,
    now: Time,
    assume: Assume,
    stale: fn(Time) -> Cause,
) -> Result<&T, Cause> {
    match file.at(now, grace) {
        Ok(body) => Ok(body),
        Err(FileError::Expired { .. }) if assume != Assume::Nothing => Ok(file.body()),
        Err(FileError::NotYetIssued { issued, .. }) => Err(Cause::ClockBehind { issued }),
        Err(_) => Err(stale(file.header().expires)),
    }
}
