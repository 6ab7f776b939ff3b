//! Measures and their values in words, for the authors of rules.

use super::Explanation;
use super::words::WORDS;
use crate::calendar::DAY;
use crate::risk::Level;
use crate::rules::pack::{Count, Measure};
use crate::rules::reason::MeasureValue;

impl Explanation<'_> {
    /// A measure and its value in words; `None` without a value.
    pub(super) fn measured(&self, value: &MeasureValue) -> Option<String> {
        let words = &WORDS.tool.measures;
        let format = self.format();
        let measure = self.pack().measures.iter().find(|measure| measure.id == value.measure)?;
        let number = value.value?;
        let within = measure.within.unwrap_or(self.pack().window).as_seconds() / DAY;
        let back = format.count(&WORDS.time.units.day, within);
        let levels = self.levels(measure);
        let place = measure.place.map(|place| format.say(&words.of_place, &[("place", &format.place(place))]));
        let (count, long) = (number.to_string(), format.minutes(number));
        let slots = [
            ("count", &*count),
            ("back", &back),
            ("place", &place.unwrap_or_default()),
            ("levels", &levels),
            ("long", &long),
        ];
        let phrase = match measure.count {
            Count::Visits => &words.visits,
            Count::Minutes => &words.minutes,
            Count::LongestMinutes => &words.longest_minutes,
            Count::DaysSinceVisit => &words.days_since_visit,
            Count::LevelHere | Count::LevelAt => WORDS.terms.levels.of(level_of(number)),
            Count::Exposures => &words.exposures,
            Count::ExposureMinutes => &words.exposure_minutes,
            Count::DaysSinceExposure => &words.days_since_exposure,
            Count::DaysInARow => &words.days_in_a_row,
            Count::ReportDays => &words.report_days,
            Count::AnswerIn => {
                let phrase = if number == 1 { &words.r#in } else { &words.not_in };
                return Some(format.say(phrase, &[("place", &format.place(measure.place?))]));
            }
            Count::Age => &words.age,
            Count::DaysSinceReport => match (number, &measure.when) {
                (0, None) => &words.today,
                (0, Some(_)) => &words.such_today,
                (_, None) => &words.days_since_report,
                (_, Some(_)) => &words.days_since_such_report,
            },
        };
        Some(format.say(phrase, &slots))
    }

    fn levels(&self, measure: &Measure) -> String {
        let words = &WORDS.tool.measures;
        let format = self.format();
        if measure.levels.is_empty() {
            return format.say(&words.any_level, &[]);
        }
        let names: Vec<_> = measure.levels.iter().map(|level| format.say(WORDS.terms.levels.of(*level), &[])).collect();
        names.join(&format.say(&words.or, &[]))
    }
}

const fn level_of(number: i64) -> Level {
    match number {
        1 => Level::Low,
        2 => Level::Medium,
        3 => Level::High,
        _ => Level::None,
    }
}
