//! What dates can be, beside today: answers to a question for a date lie between its earliest day, as asked in the oldest
//! report that is read, and today.

use super::conditions::Conditions;
use super::possible::Truth;
use crate::calendar::DAY;
use crate::calendar::datetime::TimeUnit;
use crate::rules::expression::{Comparison, Expression, Fragment, Path};
use crate::rules::pack::QuestionKind;

/// Minutes of a day.
const MINUTES: i64 = DAY / 60;

/// The earliest and the latest that a moment can be, in minutes from the start of today.
type Minutes = (i64, i64);

impl Conditions<'_> {
    /// Whether two moments can be in that order, and whether they can be in the other.
    pub(super) fn dated(&self, comparison: Comparison, left: &Expression, right: &Expression) -> Truth {
        let (Some((a, b)), Some((c, d))) = (self.minutes(left), self.minutes(right)) else { return Truth::EITHER };
        match comparison {
            Comparison::Before => Truth { yes: a < d, no: b >= c },
            Comparison::NotAfter => Truth { yes: a <= d, no: b > c },
            Comparison::After => Truth { yes: b > c, no: a <= d },
            _ => Truth { yes: b >= c, no: a < d },
        }
    }

    /// Why moments are always or never in an order.
    pub(super) fn dated_because(&self, operands: &[Expression]) -> String {
        let named = operands.iter().find_map(|operand| {
            let fact = if let Expression::PlusTime(fact, ..) = operand { fact } else { operand };
            let Expression::Var(path) = fact else { return None };
            let minutes = self.of_path(path).filter(|_| !matches!(named(path), ("now" | "today", "")))?;
            Some((path, minutes))
        });
        match named {
            Some((path, (i64::MIN, _))) => format!(": `{path}` is never after today"),
            Some((path, (earliest, _))) => {
                format!(": `{path}` is at most {} days before today, and never after it", -earliest / MINUTES)
            }
            None => String::new(),
        }
    }

    fn minutes(&self, moment: &Expression) -> Option<Minutes> {
        match moment {
            Expression::Var(path) => self.of_path(path),
            Expression::PlusTime(date, amount, unit) => {
                let (earliest, latest) = self.minutes(date)?;
                let (least, most) = match unit {
                    TimeUnit::Hour => (60, 60),
                    TimeUnit::Day => (MINUTES, MINUTES),
                    TimeUnit::Month => (28 * MINUTES, 31 * MINUTES),
                    TimeUnit::Year => (365 * MINUTES, 366 * MINUTES),
                };
                let (a, b) = (amount.saturating_mul(least), amount.saturating_mul(most));
                Some((moved(earliest, a.min(b)), moved(latest, a.max(b))))
            }
            _ => None,
        }
    }

    fn of_path(&self, path: &Path) -> Option<Minutes> {
        // Items of a list are no dates.
        if self.facts.list.is_some() {
            return None;
        }
        let pack = self.facts.pack;
        let window = pack.window.as_seconds() / DAY;
        let now = MINUTES - 1;
        match named(path) {
            ("today", "") => Some((0, 0)),
            ("now", "") => Some((0, now)),
            ("report", "at") => Some((-window * MINUTES, now)),
            ("visit", "arrive") => Some((i64::MIN, now)),
            ("answers", id) => {
                let mut dates = pack.questions.iter().filter(|question| question.kind == QuestionKind::Date);
                let back = dates.find(|question| question.id == id)?.days_back;
                Some((back.map_or(i64::MIN, |days| -(window + i64::from(days)) * MINUTES), 0))
            }
            _ => None,
        }
    }
}

/// What is without end stays so.
const fn moved(minutes: i64, by: i64) -> i64 {
    if minutes == i64::MIN { minutes } else { minutes.saturating_add(by) }
}

/// The section and the name of a fact.
fn named(path: &Path) -> (&str, &str) {
    let mut names = path.fragments().iter().map(Fragment::name);
    (names.next().unwrap_or_default(), names.next().unwrap_or_default())
}
