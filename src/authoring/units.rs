//! Conditions and numbers of a pack as its authors write them: with units.

use core::fmt::Display;

use crate::calendar::{Offset, Span, Time};
use crate::rules::expression::text::{Counted, UNITS, WithUnits};
use crate::rules::expression::{Condition, Expression, Fragment, Path};
use crate::rules::pack::{Count, Measure, NumberForm, Pack, Question};

/// The result of the units of time.
const MINUTES: &str = "minutes";
/// What is counted in whole days.
const DAYS: &str = "days";

/// The unit of a fact, if it has one in the language of conditions.
#[must_use]
pub fn unit_of(pack: &Pack, path: &Path) -> Option<Counted> {
    let mut names = path.fragments().iter().map(Fragment::name);
    match (names.next()?, names.next()?) {
        ("visit", "minutes" | "risk_minutes" | "exposure_minutes") => Some(Counted::Minutes),
        ("measure", id) => pack.measures.iter().find(|measure| measure.id == id).and_then(counted),
        ("answers", id) => pack.questions.iter().find(|question| question.id == id).and_then(answered),
        _ => None,
    }
}

fn counted(measure: &Measure) -> Option<Counted> {
    matches!(measure.count, Count::Minutes | Count::LongestMinutes | Count::ExposureMinutes).then_some(Counted::Minutes)
}

fn answered(question: &Question) -> Option<Counted> {
    let NumberForm { unit, decimals, .. } = question.number.as_ref()?;
    match (unit.as_str(), decimals) {
        ("°C", 1) => Some(Counted::Tenths),
        ("min", 0) => Some(Counted::Minutes),
        _ => None,
    }
}

/// In what a fact that is a number is counted: in words, and the result of the units that conditions may use beside it.
#[must_use]
pub(super) fn counted_in(pack: &Pack, path: &Path) -> Option<(String, Option<&'static str>)> {
    let mut names = path.fragments().iter().map(Fragment::name);
    let of_unit = |unit: &str| UNITS.iter().find(|(name, ..)| *name == unit);
    let minutes = || (MINUTES.to_owned(), Some(MINUTES));
    match (names.next()?, names.next()?) {
        ("visit", "minutes" | "risk_minutes" | "exposure_minutes") => Some(minutes()),
        ("current", "minutes_ago") => Some(minutes()),
        ("visit" | "report" | "record" | "current", "days_ago") => Some((DAYS.into(), None)),
        ("visit", "level" | "level_possible" | "exposure_level") => Some(("levels from 0 to 3".into(), None)),
        ("visit", "row_digits") => Some(("digits".into(), None)),
        ("measure", id) => {
            let measure = pack.measures.iter().find(|measure| measure.id == id)?;
            Some(match measure.count {
                Count::Minutes | Count::LongestMinutes | Count::ExposureMinutes => minutes(),
                Count::Visits | Count::Exposures => ("visits".into(), None),
                Count::DaysSinceVisit
                | Count::DaysSinceExposure
                | Count::DaysInARow
                | Count::DaysSinceReport
                | Count::ReportDays => (DAYS.into(), None),
                Count::LevelHere | Count::LevelAt => ("levels from 0 to 3".into(), None),
                Count::AnswerIn => ("0 or 1".into(), None),
                Count::Age => ("years".into(), None),
            })
        }
        ("answers", id) => {
            let question = pack.questions.iter().find(|question| question.id == id)?;
            let NumberForm { unit, decimals, .. } = question.number.as_ref()?;
            // Answers are kept without their decimal point: what is left must be what the unit stands for.
            let kept = 10_i64.checked_pow((*decimals).into());
            let result = of_unit(unit).filter(|(_, factor, _)| kept == Some(*factor)).map(|(_, _, result)| *result);
            let places = match decimals {
                0 => String::new(),
                1 => " with 1 decimal place".to_owned(),
                more => format!(" with {more} decimal places"),
            };
            let unit = if unit.is_empty() { "a number without a unit" } else { unit };
            Some((format!("{unit}{places}"), result))
        }
        _ => None,
    }
}

/// What one stands for in a fact that is counted in a unit of the language: of what it is, how many, and by how many
/// these are divided. `None` where that is not known: `nights` may well be compared with days.
#[must_use]
pub(super) fn scale(pack: &Pack, path: &Path) -> Option<(&'static str, i64, i64)> {
    let mut names = path.fragments().iter().map(Fragment::name);
    if let ("answers", id) = (names.next()?, names.next()?) {
        let question = pack.questions.iter().find(|question| question.id == id)?;
        let NumberForm { unit, decimals, .. } = question.number.as_ref()?;
        let (_, factor, result) = UNITS.iter().find(|(name, ..)| name == unit)?;
        return Some((result, *factor, 10_i64.checked_pow((*decimals).into())?));
    }
    match counted_in(pack, path)? {
        (_, Some(result)) => Some((result, 1, 1)),
        (counted, None) if counted == DAYS => Some((MINUTES, 1_440, 1)),
        _ => None,
    }
}

/// An expression as text that parses back to the same expression.
#[must_use]
pub fn expression(pack: &Pack, expression: &Expression) -> String {
    WithUnits { expression, unit_of: &|path| unit_of(pack, path) }.to_string()
}

/// A condition as text that parses back to the same condition.
#[must_use]
pub fn condition(pack: &Pack, condition: &Condition) -> String {
    expression(pack, condition.expression())
}

/// A value of a measure: `4 h`, `3 days`, `high`.
#[must_use]
pub fn measured(measure: &Measure, value: i64) -> String {
    let counted_in = |unit: &str| format!("{value} {unit}{}", if value == 1 { "" } else { "s" });
    match measure.count {
        Count::Minutes | Count::LongestMinutes | Count::ExposureMinutes => Counted::Minutes.written(value),
        Count::Visits | Count::Exposures => counted_in("visit"),
        Count::DaysSinceVisit
        | Count::DaysSinceExposure
        | Count::DaysInARow
        | Count::DaysSinceReport
        | Count::ReportDays => counted_in("day"),
        Count::LevelHere | Count::LevelAt => match value {
            0 => "no risk".into(),
            1 => "low risk".into(),
            2 => "medium risk".into(),
            3 => "high risk".into(),
            _ => value.to_string(),
        },
        Count::AnswerIn => value.to_string(),
        Count::Age => counted_in("year"),
    }
}

/// A moment as the clocks of an offset show it: 2026-11-01T00:00:00+08:00. Where these have no such moment, in UTC.
#[must_use]
pub fn at_offset(time: Time, offset: Offset) -> String {
    let ahead = Span::seconds(offset.seconds());
    let shown = time.plus(ahead);
    if shown.since(time) != ahead || offset == Offset::UTC {
        return time.to_string();
    }
    format!("{}{offset}", shown.to_string().trim_end_matches('Z'))
}

/// A number stored without its decimal point, as people write it: 373 with one place is 37.3.
#[must_use]
pub fn decimal(value: i64, decimals: u8) -> impl Display {
    let scale = 10_u64.pow(decimals.min(3).into());
    let (whole, part) = (value.unsigned_abs() / scale, value.unsigned_abs() % scale);
    let sign = if value < 0 { "-" } else { "" };
    if decimals == 0 {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}.{part:0width$}", width = decimals.min(3).into())
    }
}

#[cfg(test)]
mod tests {
    use super::super::source::PackSource;
    use super::*;
    use crate::rules::expression::text::parse;

    #[test]
    fn conditions_are_written_with_units_and_read_back_as_the_same() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/rules/packs");
        let mut with_units = 0;
        for entry in std::fs::read_dir(folder).unwrap() {
            let source = std::fs::read_to_string(entry.unwrap().path().join("pack.toml")).unwrap();
            let pack = PackSource::parse(&source).unwrap().to_pack();
            let measures = pack.measures.iter().filter_map(|measure| measure.when.as_ref());
            let bands = pack.bands.iter().filter_map(|band| band.when.as_ref());
            for condition in pack.rules.iter().map(|rule| &rule.when).chain(bands).chain(measures) {
                let written = super::condition(&pack, condition);
                assert_eq!(&parse(&written).unwrap(), condition.expression(), "{written}");
                with_units += usize::from(written != condition.to_string());
            }
        }
        assert!(with_units > 10, "{with_units}");
    }

    #[test]
    fn numbers_take_the_unit_of_the_fact_beside_them() {
        let pack = super::super::source::trial_pack(
            "
            [[question]]
            id = 'temperature'
            type = 'number'
            text = TEXT
            number = { unit = '°C', decimals = 1, least = 340, most = 430 }
            [[measure]]
            id = 'stay'
            count = 'minutes'
            [[measure]]
            id = 'days'
            count = 'days-since-visit'
            ",
        );
        for text in [
            "answers.temperature >= 37.3 °C",
            "measure.stay > 4 h and measure.days < 14",
            "measure.stay + 30 min >= 2 d",
            "measure.stay - 90 min in [0 min, 1 h]",
            "if visit.risk_minutes == 95 min then 240 else visit.minutes",
            "-0.5 °C < answers.temperature",
        ] {
            let parsed = parse(text).unwrap();
            let written = expression(&pack, &parsed);
            assert_eq!(parse(&written).unwrap(), parsed, "{text}: {written}");
            assert_eq!(written, text);
        }
        assert_eq!(
            decimal(-5, 1).to_string() + " " + &decimal(373, 1).to_string() + " " + &decimal(12, 0).to_string(),
            "-0.5 37.3 12"
        );
    }
}
