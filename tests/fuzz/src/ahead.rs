//! Forecasts: whatever the packs and the facts are, a forecast is an assessment at another moment, and ends.

use healthcode::assess::{Assume, Facts, assess, assess_assuming};
use healthcode::authoring::workbench::Workbench;
use healthcode::calendar::{Span, Time};
use healthcode::cbor::{Cbor, Reader};
use healthcode::colour::Colour;
use healthcode::facts::{Floor, Record, Report, Visit};
use healthcode::forecast::{forecast, moments};
use healthcode::limits::{DIARY_VISITS, FORECAST_MOMENTS, REPORTS};
use healthcode::risk::{Level, RiskTable};
use healthcode::rules::pack::Pack;
use healthcode::rules::schedule::Schedule;
use healthcode::trust::{Header, Verified};

use crate::authority;
use healthcode::venue::{ExposureList, Matched, Stay};

/// Two bytes that say when and what besides, one or two packs, reports, diary and risk table, one behind another.
pub fn ahead(bytes: &[u8]) {
    let [what, hours, content @ ..] = bytes else { return };
    let mut r = Reader::new(content);
    let workbench = Workbench::default();
    let (issued, expires) = (Time::from_unix(0), Time::from_unix(i64::MAX));
    let own = Header { version: 1, issued, expires, place: None };
    let mut packs = Vec::new();
    for version in 1..=1 + u32::from(what & 1) {
        let Some(pack) = Pack::read(&mut r) else { return };
        // The first is the one that ends.
        let expires = if version == 1 { pack.valid_from.plus(Span::days(30)) } else { expires };
        let header = Header { version, expires, place: Some(pack.region), ..own.clone() };
        let Ok(pack) = workbench.verified(&header, &pack) else { return };
        packs.push(pack);
    }
    let mut reports = Vec::<Report>::read(&mut r).unwrap_or_default();
    let mut diary = Vec::<Visit>::read(&mut r).unwrap_or_default();
    reports.truncate(REPORTS);
    diary.truncate(DIARY_VISITS);
    let table = RiskTable::read(&mut r).unwrap_or_default();
    let latest = reports.iter().map(|report| report.at).max().unwrap_or(authority::now());
    let now = latest.plus(Span::seconds(i64::from(*hours) * 1_799));
    let ends = |days: i64| Header { expires: now.plus(Span::days(days)), ..own.clone() };
    let Ok(risk) = workbench.verified(&ends(9), &table) else { return };
    let record: Option<Verified<Record>> =
        (what & 2 == 2).then(|| workbench.verified(&ends(5), &authority::record_for("phone")).unwrap());
    let until = now.plus(Span::days(1));
    let floor =
        (what & 4 == 4).then(|| Floor { colour: Colour::Yellow, ground: "close-contact".into(), until, ends: false });
    let manifest = ends(3);
    // A list that has a third of the quarters of an hour at venues.
    let stays = || diary.iter().filter_map(Visit::at_venue);
    let tags: Vec<_> = stays().flat_map(Stay::tags).take(1_000).step_by(3).map(|(_, tag)| (tag, Level::High)).collect();
    let Ok(list) = workbench.verified(&ends(6), &ExposureList::new(tags).unwrap()) else { return };
    let matched = Matched::of(&[list], stays());
    let facts = Facts {
        manifest: (what & 8 == 8).then_some(&manifest),
        reports: &reports,
        diary: &diary,
        record: record.as_ref(),
        floor: floor.as_ref(),
        risk: std::slice::from_ref(&risk),
        matched: &matched,
        here: None,
    };
    foretells(Schedule::new(&packs).unwrap(), &facts, now);
}

/// What a forecast names is what an assessment says then, and a second before it is still what it was.
fn foretells(rules: Schedule<'_>, facts: &Facts<'_>, now: Time) {
    let named = moments(rules, facts, now);
    assert!(named.at.len() <= FORECAST_MOMENTS && named.at.is_sorted());
    assert!(named.at.iter().all(|at| now < *at && *at <= named.until));
    let found = forecast(rules, facts, now);
    assert!(found == forecast(rules, facts, now), "another forecast of the same");
    let second = Span::seconds(1);
    let then = |at: Time| assess(rules, facts, at).colour;
    assert_eq!(found.colour, then(now));
    if let Some(change) = &found.change {
        assert!(now < change.at && change.at <= found.horizon.max(named.until) && change.colour != found.colour);
        assert_eq!(then(change.at), change.colour, "foretold for {}", change.at);
        assert_eq!(then(change.at.minus(second)), found.colour, "before {}", change.at);
    }
    let renewed = |at: Time| assess_assuming(rules, facts, at, Assume::Renewal { from: now }).colour;
    let mut before = renewed(now);
    let mut last = now;
    for step in &found.steps {
        assert!(last < step.at && step.colour != before && before != Colour::Green);
        assert_eq!(renewed(step.at.minus(second)), before, "before {}", step.at);
        assert_eq!(renewed(step.at), step.colour, "foretold for {}", step.at);
        (last, before) = (step.at, step.colour);
    }
    assert_eq!(found.green, (before == Colour::Green).then_some(last));
    // Nothing happens between what was named.
    let until = found.change.as_ref().map_or(found.horizon, |change| change.at);
    let seconds = until.since(now).as_seconds();
    for part in 1..4 {
        let at = now.plus(Span::seconds(seconds / 4 * part));
        assert!(at >= until || then(at) == found.colour, "no change was foretold for {at} (from {now} until {until})");
    }
}
