//! The one function that shows the steps: first which files are valid now, then what the rules make of the facts.

use serde::Serialize;

use crate::calendar::{Span, Time};
use crate::cbor::cbor_map;
use crate::colour::Colour;
use crate::facts::{Floor, Record, Report, Visit};
use crate::place::Place;
use crate::private::private_debug;
use crate::risk::{Coverage, Covered, RiskTable, Tables};
use crate::rules::evaluate::{Decision, Inputs, decide_within};
use crate::rules::expression::Budget;
use crate::rules::pack::{Pack, Text};
use crate::rules::reason::{Cause, Contribution, Reason, Scores};
use crate::rules::schedule::Schedule;
use crate::trust::file::FileError;
use crate::trust::{Header, ShortHash, Verified};
use crate::venue::Matched;

/// All that is known about a person: the log on the phone, and the signed files.
#[derive(Clone, Copy, Default)]
pub struct Facts<'a> {
    /// The reports, in any order.
    pub reports: &'a [Report],
    /// The diary, in any order.
    pub diary: &'a [Visit],
    /// What the issuer says about this person.
    pub record: Option<&'a Verified<Record>>,
    /// The floor in the day certificate.
    pub floor: Option<&'a Floor>,
    /// The manifest by which rules and tables are in force; `None` where nobody publishes.
    pub manifest: Option<&'a Header>,
    /// The risk tables, each for the place in its header, in any order.
    pub risk: &'a [Verified<RiskTable>],
    /// What the exposure lists, each for the place in its header, say of the diary: made of this diary.
    pub matched: &'a [Matched],
    /// Where the code will be shown, if the host knows; otherwise rules see the place of an ongoing visit.
    pub here: Option<Place>,
}

/// A colour and the reasons for it.
#[derive(Clone, PartialEq, Eq, Serialize)]
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
    /// The rules that were applied; if none are in force, those that come next or ended last.
    pub rules: RulesUsed,
    /// The risk tables that were used.
    pub risk: Vec<RiskUsed>,
    /// How a code names the risk data that was used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub risk_hash: Option<ShortHash>,
}

/// A risk table that an assessment used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct RiskUsed {
    /// The place that it covers; absent if that is the whole country.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// Its version.
    pub version: u32,
}
cbor_map!(RiskUsed { 0 place, 1 version });

/// The rules that an assessment used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct RulesUsed {
    /// The pack's id.
    pub id: String,
    /// Its version.
    pub version: u32,
    /// How a code names the file.
    pub hash: ShortHash,
    /// The region it applies to.
    pub region: Place,
    /// The name that people know it by.
    pub title: Text,
    /// The authority that issued the rules.
    pub issuer: Text,
    /// The UTC offset of the region's day, at the moment that is asked about, in minutes east: 480 in China.
    pub utc_offset: i16,
    /// Which offset the region's clock has when, if it changes: the first, then each from its moment on.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub offsets: Vec<OffsetFrom>,
}

/// The UTC offset of a region's clock, from a moment on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct OffsetFrom {
    /// From when on; absent for the first, which it has until the next.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Time>,
    /// The offset, in minutes east.
    pub utc_offset: i16,
}

impl RulesUsed {
    /// The rules used, from a pack.
    #[must_use]
    pub fn of(rules: &Verified<Pack>, now: Time) -> Self {
        // To name them, whatever the time.
        let pack = rules.body();
        Self {
            id: pack.id.clone(),
            version: rules.header().version,
            hash: rules.hash(),
            region: pack.region,
            title: pack.title.clone(),
            issuer: pack.issuer.clone(),
            utc_offset: pack.clock().offset_at(now).minutes(),
            offsets: offsets(pack),
        }
    }
}

/// The offsets of a pack's clock; none if it has one only.
fn offsets(pack: &Pack) -> Vec<OffsetFrom> {
    let mut offsets = Vec::new();
    for change in pack.offset_changes.iter().flatten() {
        if offsets.is_empty() {
            offsets.push(OffsetFrom { from: None, utc_offset: pack.utc_offset.minutes() });
        }
        offsets.push(OffsetFrom { from: Some(change.at), utc_offset: change.offset.minutes() });
    }
    offsets
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

/// Assesses facts at a moment with a rule pack, or with the one of several in force then. There is no other input and no
/// state: the same arguments always give the same answer.
#[must_use]
pub fn assess<'r>(rules: impl Into<Schedule<'r>>, facts: &Facts<'_>, now: Time) -> Assessment {
    assess_assuming(rules, facts, now, Assume::Nothing)
}

/// Like [`assess`], with an assumption about what happens until then.
#[must_use]
pub fn assess_assuming<'r>(rules: impl Into<Schedule<'r>>, facts: &Facts<'_>, now: Time, assume: Assume) -> Assessment {
    assess_within(rules.into(), facts, now, assume, &mut Budget::default())
}

/// The pack in force at a moment, if there is one.
pub(crate) fn ruling<'r>(rules: Schedule<'r>, now: Time, assume: Assume) -> Option<&'r Verified<Pack>> {
    match assume {
        Assume::Nothing => rules.in_force(now),
        Assume::Renewal { .. } => rules.in_force_renewed(now),
    }
}

/// Like [`assess_assuming`], within a budget; what is left of it says how much work it was.
pub(crate) fn assess_within(
    rules: Schedule<'_>,
    facts: &Facts<'_>,
    now: Time,
    assume: Assume,
    budget: &mut Budget,
) -> Assessment {
    let rules = ruling(rules, now, assume).unwrap_or_else(|| rules.nearest(now));
    // `fresh` says whether it is in force; if it is not, `judge` applies none of its rules.
    let pack = rules.body();
    let fresh = freshness(rules, facts, now, assume);
    let in_use = facts.risk.iter().zip(&fresh.risk).filter(|(_, risk)| matches!(risk, Ok(risk) if risk.table.is_ok()));
    let in_use: Vec<_> = in_use.map(|(risk, _)| risk).collect();
    let risk = in_use.iter().map(|risk| RiskUsed { place: risk.header().place, version: risk.header().version });
    let risk = risk.collect();
    let risk_hash = ShortHash::of_files(&in_use.iter().map(|risk| risk.digest()).collect::<Vec<_>>());
    let reports_assumed = match assume {
        Assume::Nothing => None,
        Assume::Renewal { from } => Some(from),
    };
    let rules_end = rules.header().expires;
    let log = Log { reports: facts.reports, diary: facts.diary, here: facts.here, reports_assumed, rules_end };
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
        rules: RulesUsed::of(rules, now),
        risk,
        risk_hash,
    }
}

/// Which files are valid at a moment, and why the others are not.
pub(crate) struct Freshness<'a> {
    /// Whether the rules are in force.
    pub(crate) rules: Result<(), Cause>,
    /// Whether the manifest is in force.
    pub(crate) manifest: Result<(), Cause>,
    /// The risk tables; one that cannot be right is a cause.
    pub(crate) risk: Vec<Result<Covered<'a>, Cause>>,
    /// What the exposure lists say, as of the risk tables.
    pub(crate) matched: Vec<Result<Covered<'a, Matched>, Cause>>,
    /// The record, if there is one.
    pub(crate) record: Option<Result<&'a Record, Cause>>,
    /// The floor in the day certificate, if there is one.
    pub(crate) floor: Option<Result<&'a Floor, Cause>>,
}

/// The holder's own statements, and what is assumed about them.
pub(crate) struct Log<'a> {
    pub(crate) reports: &'a [Report],
    pub(crate) diary: &'a [Visit],
    pub(crate) here: Option<Place>,
    pub(crate) reports_assumed: Option<Time>,
    /// When the rules expire: their grounds are renewed with them, where that is assumed.
    pub(crate) rules_end: Time,
}

fn freshness<'a>(rules: &Verified<Pack>, facts: &Facts<'a>, now: Time, assume: Assume) -> Freshness<'a> {
    // If the pack is not in force, the tables decide nothing: `judge` applies none of its rules.
    let grace = rules.body().risk_grace;
    Freshness {
        rules: rules_in_force(rules, now, assume),
        manifest: facts.manifest.map_or(Ok(()), |manifest| published(manifest, now, assume)),
        // Their times are checked there.
        risk: facts.risk.iter().map(|risk| covered(risk.header(), risk.body(), grace, now, assume)).collect(),
        matched: facts.matched.iter().map(|list| covered(list.header(), list, grace, now, assume)).collect(),
        record: facts.record.map(|record| {
            let body = record.body();
            current(record.header(), body, Span::ZERO, now, assume)?.map_err(|expired| Cause::RecordExpired { expired })
        }),
        // A restriction does not end because its statement is no longer renewed: then nobody knows.
        floor: facts.floor.map(|floor| match floor.until {
            expired if now >= expired && assume == Assume::Nothing => Err(Cause::RecordExpired { expired }),
            _ => Ok(floor),
        }),
    }
}

/// What the pack decides given the valid files: without rules in force nothing but the issuer's floors, and nothing better
/// than grey without another file that it needs.
pub(crate) fn judge(pack: &Pack, fresh: Freshness<'_>, log: &Log<'_>, now: Time, budget: &mut Budget) -> Decision {
    let mut causes = Vec::new();
    let in_force = held(Some(fresh.rules), &mut causes).is_some();
    held(Some(fresh.manifest), &mut causes);
    if log.here.is_some_and(|here| !holds_at(pack, here)) {
        causes.push(Cause::NoRulesHere { region: pack.region });
    }
    let tables = in_use(fresh.risk, pack.reads_risk(), pack.region, &mut causes);
    let lists = in_use(fresh.matched, pack.reads_exposures(), pack.region, &mut causes);
    let (risk, matched) = (Tables::new(&tables), Tables::new(&lists));
    let record = held(fresh.record, &mut causes);
    let floor = held(fresh.floor, &mut causes);
    let Log { reports, diary, here, reports_assumed, rules_end } = *log;
    let inputs = Inputs { reports, diary, record, risk, matched, here, reports_assumed, rules_end: Some(rules_end) };
    let mut decision =
        if in_force { decide_within(pack, &inputs, now, budget) } else { Decision::without_rules(inputs.record) };
    if let Some(floor) = floor {
        decision = decision.with_floor(floor, pack.ground(&floor.ground));
    }
    if !causes.is_empty() {
        decision.colour = decision.colour.max(Colour::Grey);
    }
    causes.append(&mut decision.causes);
    decision.causes = clock_behind_once(causes);
    decision
}

/// The tables that can be right. If they are read, those for a region, or for a part of it, must be there.
fn in_use<'a, T>(
    tables: Vec<Result<Covered<'a, T>, Cause>>,
    are_read: bool,
    region: Place,
    causes: &mut Vec<Cause>,
) -> Vec<Covered<'a, T>> {
    let tables: Vec<_> = tables.into_iter().filter_map(|table| held(Some(table), causes)).collect();
    let cause = match Tables::new(&tables).coverage_in(region) {
        Coverage::Known => return tables,
        Coverage::Stale { expired } => Cause::RiskStale { expired },
        Coverage::Missing => Cause::RiskMissing { place: None },
    };
    if are_read && !causes.contains(&cause) {
        causes.push(cause);
    }
    tables
}

/// The content of a valid file; otherwise `None`, and the cause is noted.
fn held<T>(fresh: Option<Result<T, Cause>>, causes: &mut Vec<Cause>) -> Option<T> {
    fresh?.map_err(|cause| causes.push(cause)).ok()
}

/// Reports a wrong clock once, with the latest timestamp seen, and drops "missing" causes, which a wrong clock makes
/// meaningless.
fn clock_behind_once(mut causes: Vec<Cause>) -> Vec<Cause> {
    let behind = |cause: &Cause| match cause {
        Cause::ClockBehind { issued } => Some(*issued),
        _ => None,
    };
    if let Some(issued) = causes.iter().filter_map(behind).max() {
        let meaningless = |cause: &Cause| {
            matches!(cause, Cause::ClockBehind { .. } | Cause::ReportMissing { .. } | Cause::RiskMissing { .. })
        };
        causes.retain(|cause| !meaningless(cause));
        causes.insert(0, Cause::ClockBehind { issued });
    }
    causes
}

fn rules_in_force(rules: &Verified<Pack>, now: Time, assume: Assume) -> Result<(), Cause> {
    // When it begins, whatever the time: this is the check.
    let from = rules.body().valid_from;
    match rules.at(now, Span::ZERO) {
        Err(FileError::Expired { expired, .. }) if assume == Assume::Nothing => Err(Cause::RulesExpired { expired }),
        Err(FileError::NotYetIssued { issued, .. }) => Err(Cause::ClockBehind { issued }),
        _ if now < from => Err(Cause::RulesNotYetInForce { from }),
        _ => Ok(()),
    }
}

fn published(manifest: &Header, now: Time, assume: Assume) -> Result<(), Cause> {
    match manifest.check(now, Span::ZERO) {
        Err(FileError::NotYetIssued { issued, .. }) => Err(Cause::ClockBehind { issued }),
        Err(_) if assume == Assume::Nothing => Err(Cause::ManifestExpired { expired: manifest.expires }),
        _ => Ok(()),
    }
}

fn holds_at(pack: &Pack, here: Place) -> bool {
    pack.region.contains(here) || pack.recognises.iter().any(|region| region.contains(here))
}

/// What a file with this header says if it is valid at `now`; or when it expired. One of the future is a cause.
fn current<'a, T>(
    header: &Header,
    says: &'a T,
    grace: Span,
    now: Time,
    assume: Assume,
) -> Result<Result<&'a T, Time>, Cause> {
    match header.check(now, grace) {
        Ok(()) => Ok(Ok(says)),
        Err(FileError::Expired { .. }) if assume != Assume::Nothing => Ok(Ok(says)), // as if renewed
        Err(FileError::NotYetIssued { issued, .. }) => Err(Cause::ClockBehind { issued }),
        Err(_) => Ok(Err(header.expires)),
    }
}

fn covered<'a, T>(
    header: &Header,
    says: &'a T,
    grace: Span,
    now: Time,
    assume: Assume,
) -> Result<Covered<'a, T>, Cause> {
    Ok(Covered { place: header.region(), table: current(header, says, grace, now, assume)? })
}

private_debug!(Facts<'_>, Assessment);

#[cfg(test)]
#[cfg(feature = "authoring")]
mod tests {
    use super::*;
    use crate::authoring::source::{COUGH, FactsSource, PackSource, trial_pack};
    use crate::authoring::workbench::Workbench;
    use crate::calendar::{Offset, OffsetChange};
    use crate::facts::Answer;
    use crate::limits::{DIARY_VISITS, EVALUATION_STEPS, REPORTS};
    use crate::risk::{Level, RiskRow};
    use crate::trust::Header;
    use proptest::prelude::*;

    fn time(text: &str) -> Time {
        Time::parse(&format!("2020-{text}+08:00")).unwrap()
    }

    const NOW: &str = "02-12T09:00:00";

    #[test]
    fn rules_by_a_clock_that_changes_say_which_offset_it_has_when() {
        assert_eq!(offsets(&trial_pack("")), []);
        let at = time("03-29T09:00:00");
        let changes = Some(vec![OffsetChange { at, offset: Offset::CHINA }]);
        let pack = Pack { utc_offset: Offset::UTC, offset_changes: changes, ..trial_pack("") };
        let found = serde_json::to_value(offsets(&pack)).unwrap();
        assert_eq!(found.to_string(), r#"[{"utcOffset":0},{"from":"2020-03-29T01:00:00Z","utcOffset":480}]"#);
    }

    /// A risk table for a place, with high risk in another, until a day in February.
    fn table(workbench: &Workbench, covers: &str, high: Option<&str>, expires: &str) -> Verified<RiskTable> {
        let place = |code: &str| Place::parse(code).unwrap();
        let header = Header {
            version: 7,
            issued: time("01-01T00:00:00"),
            expires: time(expires),
            place: Some(place(covers)).filter(|place| *place != Place::COUNTRY),
        };
        let row = |code| RiskRow {
            place: place(code),
            compound: None,
            level: Level::High,
            from: time("01-20T00:00:00"),
            to: None,
        };
        workbench.verified(&header, &RiskTable::new(high.into_iter().map(row).collect()).unwrap()).unwrap()
    }

    /// What the trial pack, of 3301, says about these facts by these tables.
    fn said(facts: &str, tables: &[(&str, Option<&str>, &str)]) -> (Colour, Vec<Cause>) {
        let workbench = Workbench::default();
        let parts = "
            [[question]]
            id = 'home'
            type = 'place'
            text = TEXT
            required = false
            [[measure]]
            id = 'stays'
            count = 'visits'
            modes = ['stay']
            levels = ['high']
            [[measure]]
            id = 'home'
            count = 'level-at'
            question = 'home'
            [[measure]]
            id = 'here'
            count = 'level-here'
            [[rule]]
            id = 'high'
            when = 'measure.stays > 0 or measure.home == 3 or measure.here == 3'
            colour = 'red'
            text = TEXT
            way-back = TEXT
        ";
        let header =
            Header { version: 1, issued: time("01-01T00:00:00"), expires: time("12-31T00:00:00"), place: None };
        let mut pack = trial_pack(parts);
        pack.risk_grace = Span::days(1);
        pack.recognises = vec![Place::COUNTRY];
        let rules = workbench.verified(&header, &pack).unwrap();
        let risk: Vec<_> =
            tables.iter().map(|(covers, high, expires)| table(&workbench, covers, *high, expires)).collect();
        let facts: FactsSource = serde_json::from_str(facts).unwrap();
        let assessment = workbench
            .with_facts(&facts, None, |facts| assess(&rules, &Facts { risk: &risk, ..*facts }, time(NOW)))
            .unwrap();
        (assessment.colour, assessment.causes)
    }

    const LONG: &str = "12-31T00:00:00";

    fn missing(place: &str) -> Cause {
        Cause::RiskMissing { place: Some(Place::parse(place).unwrap()) }
    }

    fn stayed(place: &str, mode: &str) -> String {
        format!(
            r#"{{"diary": [{{"place": "{place}", "arrive": "2020-02-11T08:00:00+08:00", "leave": "2020-02-11T09:00:00+08:00", "mode": "{mode}"}}]}}"#
        )
    }

    #[test]
    fn a_table_of_another_place_says_nothing_of_the_region() {
        let none = Cause::RiskMissing { place: None };
        assert_eq!(said("{}", &[]), (Colour::Grey, vec![none.clone()]));
        assert_eq!(said("{}", &[("65", None, LONG)]), (Colour::Grey, vec![none.clone()]));
        assert_eq!(said("{}", &[("65", None, LONG), ("33", None, LONG)]), (Colour::Green, vec![]));
        assert_eq!(said("{}", &[("330106", None, LONG)]), (Colour::Green, vec![]), "a part of it");
        assert_eq!(said("{}", &[("00", None, LONG)]), (Colour::Green, vec![]));
        // What is known of elsewhere can still make it worse.
        assert_eq!(said(&stayed("6501", "stay"), &[("65", Some("6501"), LONG)]), (Colour::Red, vec![none]));
    }

    #[test]
    fn each_place_that_rules_ask_about_is_covered_or_it_is_undecided() {
        let own = ("3301", None, LONG);
        assert_eq!(said(&stayed("420106", "stay"), &[own]), (Colour::Grey, vec![missing("420106")]));
        assert_eq!(said(&stayed("420106", "rail"), &[own]), (Colour::Green, vec![]), "no rule asks about it");
        assert_eq!(said(&stayed("420106", "stay"), &[own, ("42", None, LONG)]), (Colour::Green, vec![]));
        // A table of Wuhan says nothing of the rest of the province.
        assert_eq!(said(&stayed("42", "stay"), &[own, ("4201", None, LONG)]), (Colour::Grey, vec![missing("42")]));
        assert_eq!(said(r#"{"here": "4201"}"#, &[own]), (Colour::Grey, vec![missing("4201")]));
        let home = r#"{"reports": [{"at": "2020-02-12T08:00:00+08:00", "answers": {"home": "420106"}}]}"#;
        assert_eq!(said(home, &[own]), (Colour::Grey, vec![missing("420106")]));
        let red = said(&stayed("420106", "stay"), &[own, ("42", None, LONG), ("00", Some("4201"), LONG)]);
        assert_eq!(red, (Colour::Red, vec![]), "the rows of all tables count");
    }

    #[test]
    fn a_table_that_is_too_old_covers_nothing() {
        let stale = |expired| vec![Cause::RiskStale { expired: time(expired) }];
        assert_eq!(said("{}", &[("33", None, "02-11T12:00:00")]), (Colour::Green, vec![]), "within its grace");
        assert_eq!(said("{}", &[("33", None, "02-11T09:00:00")]), (Colour::Grey, stale("02-11T09:00:00")));
        let tables = [("33", None, LONG), ("42", Some("42"), "02-10T00:00:00")];
        assert_eq!(said("{}", &tables), (Colour::Green, vec![]), "nobody asks about it");
        assert_eq!(said(&stayed("4201", "stay"), &tables), (Colour::Grey, stale("02-10T00:00:00")));
    }

    #[test]
    fn no_more_places_are_named_than_anybody_reads() {
        let visit = |n: usize| {
            let minute = n % 60;
            format!(
                r#"{{"place": "4201{:02}", "arrive": "2020-02-11T08:{minute:02}:00+08:00", "leave": "2020-02-11T09:00:00+08:00"}}"#,
                n + 10
            )
        };
        let diary: Vec<_> = (0..20).map(visit).collect();
        let (colour, causes) = said(&format!(r#"{{"diary": [{}]}}"#, diary.join(",")), &[("33", None, LONG)]);
        assert_eq!((colour, causes.len()), (Colour::Grey, crate::limits::PLACES_WITHOUT_RISK));
    }

    /// Rows as a province has them after two months: districts and every other community changed their level several times.
    fn full_table() -> Vec<RiskRow> {
        let row = |code: &str, level, from: i64, days: i64| {
            let from = time(NOW).minus(Span::days(from));
            RiskRow {
                place: Place::parse(code).unwrap(),
                compound: None,
                level,
                from,
                to: Some(from.plus(Span::days(days))),
            }
        };
        let mut rows = vec![row("42", Level::Medium, 70, 90), row("4201", Level::High, 60, 90)];
        for district in 1..=13 {
            let code = format!("3301{district:02}");
            rows.extend([row(&code, Level::Low, 60, 20), row(&code, Level::Medium, 30, 15)]);
            for community in (1..=200).step_by(2) {
                let code = format!("{code}001{community:03}");
                let levels = [(Level::Low, 55, 14), (Level::High, 35, 7), (Level::Medium, 28, 7), (Level::Low, 21, 14)];
                rows.extend(levels.map(|(level, from, days)| row(&code, level, from + community % 7, days)));
            }
        }
        rows
    }

    /// As many visits as a phone keeps, thirty a day to some hundred places, among them some to Wuhan; and as many reports.
    fn full_log(facts: &FactsSource, now: Time) -> FactsSource {
        let mut full = facts.clone();
        let spread = |n: usize| Span::seconds(i64::try_from(n).unwrap() * 60 * 86_400 / 2_000);
        for n in full.diary.len()..DIARY_VISITS {
            let arrive = now.minus(spread(n)).minus(Span::seconds(1_700));
            let code = match n % 9 {
                0 => format!("4201{:02}", 1 + n % 13),
                _ => format!("3301{:02}001{:03}", 1 + n % 13, 1 + n % 8),
            };
            let (leave, mode) = (Some(arrive.plus(Span::seconds(1_600))), crate::facts::Mode::Stay);
            full.diary.push(Visit {
                place: Place::parse(&code).unwrap(),
                arrive,
                leave,
                mode,
                not_in: None,
                venue: None,
            });
        }
        if let Some(newest) = facts.reports.last() {
            for n in full.reports.len()..REPORTS {
                full.reports.push(Report { at: newest.at.minus(spread(7 * n)), ..newest.clone() });
            }
        }
        full
    }

    /// Packs of this project with their own cases, and with a log and a table as full as they honestly become, stay far
    /// below the limit.
    #[test]
    fn no_honest_pack_comes_near_the_limit() {
        let workbench = Workbench::default();
        let folders = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/rules/packs")).unwrap();
        let tables = [workbench.risk(Vec::new()).unwrap(), workbench.risk(full_table()).unwrap()];
        let mut most = [(0, String::new()), (0, String::new())];
        for folder in folders {
            let path = folder.unwrap().path().join("pack.toml");
            let source = PackSource::parse(&std::fs::read_to_string(&path).unwrap()).unwrap();
            let rules = workbench.pack(&source).unwrap();
            for case in &source.cases {
                let full = FactsSource { risk: None, ..full_log(&case.facts, case.now) };
                let cases = [(&case.facts, &tables[0]), (&full, &tables[1])];
                for (most, (facts, table)) in most.iter_mut().zip(cases) {
                    let steps = workbench.with_facts(facts, Some(table), |facts| {
                        let mut budget = Budget::default();
                        let _ = assess_within((&rules).into(), facts, case.now, Assume::Nothing, &mut budget);
                        EVALUATION_STEPS - budget.left()
                    });
                    let found = (steps.unwrap(), format!("{} ({})", path.display(), case.name));
                    if found.0 > most.0 {
                        *most = found;
                    }
                }
            }
        }
        println!("{} of {EVALUATION_STEPS} steps: {}", most[1].0, most[1].1);
        println!("{} with its own facts: {}", most[0].0, most[0].1);
        assert!(most[1].0 <= EVALUATION_STEPS / 2, "{most:?}");
        assert!(most[0].0 < EVALUATION_STEPS / 40, "{most:?}");
    }

    /// Parts of a pack that cost as much as anything can: so many measures and rules, of each kind, with loops in loops.
    fn costly_parts(measures: usize, rules: usize, loops: usize, courses: bool) -> String {
        let list = format!("[{}]", ["1"; 12].join(", "));
        let costly = (0..loops).fold("true".to_owned(), |inner, _| format!("any({list} where current > 1 or {inner})"));
        let counts = ["minutes", "visits", "longest-minutes", "days-since-visit"];
        let mut parts = COUGH.to_owned();
        for n in 0..measures {
            let (count, level) = (counts[n % 4], ["low", "medium", "high"][n % 3]);
            parts += &format!("[[measure]]\nid = 'm{n}'\ncount = '{count}'\nlevels = ['{level}']\n");
        }
        for n in 0..rules {
            let (on, when) = match n % 3 {
                0 => ("visit", format!("visit.minutes >= 0 and visit.risk_minutes < {n} and {costly}")),
                1 => ("report", format!("report.days_ago < {n} and {costly}")),
                _ => ("person", costly.clone()),
            };
            let gives = if courses && n % 3 < 2 { "course = 'c'" } else { "colour = 'yellow'" };
            parts += &format!(
                "[[rule]]\nid = 'r{n}'\non = '{on}'\nwhen = \"{when}\"\n{gives}\ntext = TEXT\nway-back = TEXT\n"
            );
        }
        parts
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

        /// Within the limit an assessment is what it is with a higher one; beyond it is grey and says why, or worse.
        #[test]
        fn what_costs_more_than_the_limit_is_grey_for_that(
            (measures, rules, loops, courses) in (0usize..64, 0usize..40, 0usize..4, any::<bool>()),
            (visits, long, places) in (0usize..400, any::<bool>(), 1usize..200),
            (rows, reports) in (0usize..100, 1usize..100),
        ) {
            let workbench = Workbench::default();
            let header =
                Header { version: 1, issued: time("01-01T00:00:00"), expires: time("12-31T00:00:00"), place: None };
            let rules = workbench.verified(&header, &trial_pack(&costly_parts(measures, rules, loops, courses))).unwrap();
            let now = time(NOW);
            let back = |n: usize, seconds: i64| now.minus(Span::seconds((i64::try_from(n).unwrap() + 1) * seconds));
            let code = |n: usize| Place::parse(&format!("330106001{:03}", 1 + n % places)).unwrap();
            let visit = |n: usize| {
                let arrive = back(n, if long { 3_000 } else { 300 });
                let leave = (!n.is_multiple_of(7)).then(|| arrive.plus(Span::seconds(if long { 900_000 } else { 200 })));
                Visit { place: code(n), arrive, leave, mode: crate::facts::Mode::Stay, not_in: None, venue: None }
            };
            let row = |place: usize, n: usize| {
                let (from, level) = (back(n, 9_000), [Level::Low, Level::Medium, Level::High][n % 3]);
                RiskRow { place: code(place), compound: None, level, from, to: Some(from.plus(Span::seconds(13_000))) }
            };
            let table = (0..places.min(40)).flat_map(|place| (0..rows).map(move |n| row(place, n))).collect();
            let table = [workbench.risk(table).unwrap()];
            let coughed = |n: usize| Report { at: back(n, 4_000), answers: [("cough".to_owned(), Answer::YesNo(n % 5 == 4))].into(), given_for: None };
            let (reports, diary): (Vec<_>, Vec<_>) = ((0..reports).map(coughed).collect(), (0..visits).map(visit).collect());
            let facts = Facts { reports: &reports, diary: &diary, risk: &table, ..Facts::default() };
            let within = |steps: u32| {
                let mut budget = Budget::new(steps);
                let assessment = assess_within((&rules).into(), &facts, now, Assume::Nothing, &mut budget);
                (assessment, steps - budget.left())
            };
            let ((limited, took), (whole, needed)) = (within(EVALUATION_STEPS), within(4 * EVALUATION_STEPS));
            prop_assert!(took <= EVALUATION_STEPS);
            prop_assert_eq!(took < EVALUATION_STEPS, needed < EVALUATION_STEPS, "{} of {}", took, needed);
            let spent = |cause: &Cause| matches!(cause, Cause::RuleFailed { code, .. } if code == "rule-budget-spent");
            if needed <= EVALUATION_STEPS {
                prop_assert!(limited == whole);
            } else {
                prop_assert!(limited.causes.iter().any(spent));
                prop_assert!(limited.colour >= Colour::Grey);
            }
        }
    }
}
