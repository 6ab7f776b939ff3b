//! What is known of the facts that conditions read: of which kind they are, and which values they can have.

use crate::calendar::DAY;
use crate::facts::{Mode, Status};
use crate::rules::expression::{Fragment, Path};
use crate::rules::pack::{Count, Measure, Pack, QuestionKind};

/// Types of values, as a set.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct ValueTypes(u8);

impl ValueTypes {
    /// None at all.
    pub(super) const NONE: Self = Self(0);
    pub(super) const NULL: Self = Self(1);
    pub(super) const BOOL: Self = Self(2);
    pub(super) const INT: Self = Self(4);
    pub(super) const TEXT: Self = Self(8);
    pub(super) const DATE: Self = Self(16);
    pub(super) const MOMENT: Self = Self(32);
    pub(super) const LIST: Self = Self(64);
    pub(super) const ANY: Self = Self(127);

    pub(super) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    pub(super) const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    pub(super) fn words(self) -> &'static str {
        let names = [
            (Self::BOOL, "yes or no"),
            (Self::INT, "an integer"),
            (Self::TEXT, "a text"),
            (Self::DATE, "a date"),
            (Self::MOMENT, "a date-time"),
            (Self::LIST, "a list"),
        ];
        names.into_iter().find(|(kind, _)| self.meets(*kind)).map_or("nothing", |(_, name)| name)
    }
}

/// What is known about a fact.
pub(super) struct Known {
    pub(super) kinds: ValueTypes,
    /// The words that it, or its items, can be; `None` for any text.
    pub(super) words: Option<Vec<String>>,
    /// How many digits it has, if it is a place.
    pub(super) digits: Option<usize>,
    /// The least and the greatest value.
    pub(super) range: (i64, i64),
    /// The only numbers in this range that there are; empty if there are all of them.
    pub(super) only: &'static [i64],
}

/// The facts of a pack, as a condition sees them.
pub(super) struct Facts<'a> {
    pub(super) pack: &'a Pack,
    /// Inside the step of a `reduce`: the list whose items it reads.
    pub(super) list: Option<Option<Path>>,
}

impl Facts<'_> {
    /// Whether it is the answer to a question for a place, which is never empty.
    pub(super) fn is_place(&self, path: &Path) -> bool {
        let mut names = path.fragments().iter().map(Fragment::name);
        let of_answers = names.next() == Some("answers");
        let id = names.next().unwrap_or_default();
        let asks = |kind| kind == QuestionKind::Place;
        self.known(path).digits.is_some()
            || (of_answers && self.pack.questions.iter().any(|question| question.id == id && asks(question.kind)))
    }

    /// What is known about a path.
    pub(super) fn known(&self, path: &Path) -> Known {
        let mut names = path.fragments().iter().map(Fragment::name);
        let (section, name) = (names.next().unwrap_or_default(), names.next().unwrap_or_default());
        let free = |kinds| Known { kinds, words: None, digits: None, range: (i64::MIN, i64::MAX), only: &[] };
        let worded = |kinds, words: Vec<String>| Known { words: Some(words), ..free(kinds) };
        let statuses = || Status::ALL.iter().map(|status| status.name().to_owned()).collect();
        if let Some(list) = &self.list {
            let items = list.as_ref().filter(|_| section == "current" && name.is_empty());
            let outer = Facts { pack: self.pack, list: None };
            let of = list.as_ref().map(|list| list.fragments().iter().map(Fragment::name).collect::<Vec<_>>());
            if let (Some(["person", of @ ("tests" | "vaccinations")]), "current") = (of.as_deref(), section) {
                return match (*of, name) {
                    ("tests", "result") => worded(ValueTypes::TEXT, vec!["negative".into(), "positive".into()]),
                    ("tests", "kind") | ("vaccinations", "product") => free(ValueTypes::TEXT),
                    ("vaccinations", "doses") => Known { range: (0, 255), ..free(ValueTypes::INT) },
                    // Whoever writes the record may be ahead of the phone.
                    (_, "days_ago" | "minutes_ago") => free(ValueTypes::INT),
                    // There is no such thing.
                    _ => free(ValueTypes::NULL),
                };
            }
            return match items.map(|list| outer.known(list)) {
                Some(known) if known.words.is_some() => Known { kinds: ValueTypes::TEXT, ..known },
                _ => free(ValueTypes::ANY.without(ValueTypes::NULL)),
            };
        }
        let place = |kinds, digits| Known { digits: Some(digits), ..free(kinds) };
        let number = |range| Known { range, ..free(ValueTypes::INT) };
        match (section, name) {
            ("now" | "today", _) | ("report", "at") | ("visit", "arrive") | ("record", "since") => {
                free(ValueTypes::DATE)
            }
            ("visit", "leave") => free(ValueTypes::DATE.or(ValueTypes::NULL)),
            ("person", "checked") | ("visit", "open") => free(ValueTypes::BOOL),
            ("person", "status") => worded(ValueTypes::TEXT.or(ValueTypes::NULL), statuses()),
            ("person", "statuses") => worded(ValueTypes::LIST, statuses()),
            ("record", "status") => worded(ValueTypes::TEXT, statuses()),
            ("person", "exempt" | "tests" | "vaccinations") => free(ValueTypes::LIST),
            ("visit", "mode") => {
                let modes = [Mode::Stay, Mode::DriveThrough, Mode::Rail, Mode::Air, Mode::OvernightOnRoad];
                worded(ValueTypes::TEXT, modes.iter().map(|mode| mode.name().to_owned()).collect())
            }
            ("visit", "province") => place(ValueTypes::TEXT.or(ValueTypes::NULL), 2),
            ("visit", "prefecture") => place(ValueTypes::TEXT.or(ValueTypes::NULL), 4),
            ("visit", "county") => place(ValueTypes::TEXT.or(ValueTypes::NULL), 6),
            ("visit", "level" | "level_possible" | "exposure_level") => number((0, 3)),
            ("visit", "row_digits") => Known { only: &[0, 2, 4, 6, 9, 12], ..number((0, 12)) },
            ("visit", "minutes" | "risk_minutes" | "exposure_minutes") => number((0, i64::MAX)),
            // Neither is read from before the window.
            ("visit" | "report", "days_ago") => number((0, self.pack.window.as_seconds() / DAY)),
            // A status may begin tomorrow.
            (_, "days_ago") => number((i64::MIN, i64::MAX)),
            ("measure", id) => match self.pack.measures.iter().find(|measure| measure.id == id) {
                None => free(ValueTypes::ANY),
                Some(measure) => {
                    let mut known = number(range(self.pack, measure));
                    if !matches!(
                        measure.count,
                        Count::Visits
                            | Count::Minutes
                            | Count::LongestMinutes
                            | Count::DaysInARow
                            | Count::ReportDays
                            | Count::Exposures
                            | Count::ExposureMinutes
                    ) {
                        known.kinds = ValueTypes::INT.or(ValueTypes::NULL);
                    }
                    known
                }
            },
            ("answers", id) => match self.pack.questions.iter().find(|question| question.id == id) {
                None => free(ValueTypes::ANY),
                Some(question) => {
                    let options: Vec<_> = question.options.iter().map(|option| option.id.clone()).collect();
                    // A question without any is a fault by itself.
                    let worded = |kinds| if options.is_empty() { free(kinds) } else { worded(kinds, options.clone()) };
                    let mut known = match question.kind {
                        QuestionKind::YesNo => free(ValueTypes::BOOL),
                        QuestionKind::OneOf => worded(ValueTypes::TEXT),
                        QuestionKind::ManyOf => worded(ValueTypes::LIST),
                        QuestionKind::Number => {
                            let form = question.number.as_ref();
                            number(form.map_or((i64::MIN, i64::MAX), |form| (form.least, form.most)))
                        }
                        QuestionKind::Date => free(ValueTypes::DATE),
                        QuestionKind::Place => free(ValueTypes::TEXT),
                        QuestionKind::Trips => free(ValueTypes::LIST),
                        // No condition reads it.
                        QuestionKind::Text => free(ValueTypes::NULL),
                    };
                    known.kinds = known.kinds.or(ValueTypes::NULL);
                    known
                }
            },
            _ => free(ValueTypes::ANY),
        }
    }
}

/// The greatest age that a comparison need take into account.
const OLDEST: i64 = 150;

/// The minimum and maximum value of a measure.
pub(super) fn range(pack: &Pack, measure: &Measure) -> (i64, i64) {
    let days = measure.within.unwrap_or(pack.window).as_seconds() / DAY;
    match measure.count {
        Count::Visits | Count::Exposures => (0, i64::MAX),
        // The window begins at midnight, and today counts too.
        Count::Minutes | Count::LongestMinutes | Count::ExposureMinutes => (0, (days + 1) * DAY / 60),
        Count::DaysSinceVisit | Count::DaysSinceExposure | Count::DaysSinceReport => (0, days),
        Count::DaysInARow | Count::ReportDays => (0, days + 1),
        Count::AnswerIn => (0, 1),
        Count::Age => {
            let question = pack.questions.iter().find(|question| Some(&question.id) == measure.question.as_ref());
            // A year has at least 365 days.
            (0, question.and_then(|question| question.days_back).map_or(OLDEST, |days| i64::from(days) / 365))
        }
        Count::LevelHere | Count::LevelAt => (0, 3),
    }
}
