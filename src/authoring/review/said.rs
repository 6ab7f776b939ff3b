//! Numbers that texts say, against what decides: days and hours of a course, points of a threshold, ages, and the other language.

use super::Review;
use super::finding::Finding;
use crate::calendar::Span;
use crate::rules::expression::Expression;
use crate::rules::location::Location;
use crate::rules::pack::{Count, Course, Rule, Text};

const HOUR: i64 = 3600;

/// What is counted behind a number.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Of {
    Hours,
    Days,
    Points,
    Years,
    Other,
}

impl Of {
    fn words(self) -> &'static str {
        match self {
            Self::Hours => "hours",
            Self::Days => "days",
            Self::Points => "points",
            Self::Years => "years",
            Self::Other => "",
        }
    }
}

impl Review<'_> {
    /// Reports numbers of the texts that nothing decides by. Only what can hardly be meant otherwise is reported.
    pub(super) fn said(&mut self) {
        let pack = self.pack;
        for (index, rule) in pack.rules.iter().enumerate() {
            let at = Location::item("rule", index, format!("rule {}", rule.id));
            self.languages(&at, &rule.text, &rule.way_back);
            if let Some(course) = rule.course.as_ref().and_then(|id| pack.course(id)) {
                self.lasting(&at.key("way-back"), &rule.way_back, course);
            }
            self.aged(&at.key("text"), rule);
        }
        for (index, threshold) in pack.thresholds.iter().enumerate() {
            let at = Location::item("threshold", index, format!("threshold {}", threshold.id));
            self.languages(&at, &threshold.text, &threshold.way_back);
            let decides = i64::from(threshold.at_least);
            let is = format!("the threshold {decides} points");
            self.other(&at.key("text"), &threshold.text, Of::Points, &[decides], &is);
        }
    }

    /// A time in one language that is another one in the other.
    fn languages(&mut self, at: &Location, text: &Text, way_back: &Text) {
        for (key, text) in [("text", text), ("way-back", way_back)] {
            let (chinese, english) = (numbers(&text.zh_hans), numbers(&text.en));
            let alone = |one: &[(i64, Of)], other: &[(i64, Of)]| {
                let timed = one.iter().filter(|(_, of)| matches!(of, Of::Hours | Of::Days));
                timed.copied().find(|(number, of)| {
                    let same =
                        |(other, as_of): &(i64, Of)| other == number || hours(*other, *as_of) == hours(*number, *of);
                    !other.iter().any(same)
                })
            };
            if let (Some((here, of)), Some((there, as_of))) = (alone(&english, &chinese), alone(&chinese, &english)) {
                let (said, condition) =
                    (format!("{here} {}", of.words()), format!("the Chinese text {there} {}", as_of.words()));
                self.found.push(Finding::OtherNumber { at: at.key(key).key("en"), said, condition });
            }
        }
    }

    /// A way back with times of which none is one of the course.
    fn lasting(&mut self, at: &Location, text: &Text, course: &Course) {
        let mut ends = Vec::new();
        let mut end = Span::ZERO;
        for step in &course.steps {
            end = Span::seconds(end.as_seconds().saturating_add(step.lasts.as_seconds()));
            ends.extend([step.lasts, end].map(|span| span.as_seconds() / HOUR));
        }
        let lasts: Vec<_> = course.steps.iter().map(|step| step.lasts.to_string()).collect();
        for (words, key) in [(&text.zh_hans, "zh-Hans"), (&text.en, "en")] {
            let said = numbers(words);
            let mut timed = said.iter().filter_map(|(number, of)| Some((number, of, hours(*number, *of)?)));
            let first = timed.clone().next();
            if let Some((number, of, _)) = first.filter(|_| !timed.any(|(.., hours)| ends.contains(&hours))) {
                let (said, condition) =
                    (format!("{number} {}", of.words()), format!("the course {}", lasts.join(" and ")));
                self.found.push(Finding::OtherNumber { at: at.key(key), said, condition });
            }
        }
    }

    /// Years in the text of a rule that compares nothing but an age with one number.
    fn aged(&mut self, at: &Location, rule: &Rule) {
        let ages = self.pack.measures.iter().filter(|measure| measure.count == Count::Age);
        let ages: Vec<_> = ages.map(|measure| format!("measure.{}", measure.id)).collect();
        let mut compared = Vec::new();
        compared_with(rule.when.expression(), &ages, &mut compared);
        let [number] = compared.as_slice() else { return };
        // Over 64 is 65 or more, and under 14 is 13 or less.
        let near = [*number, number.saturating_sub(1), number.saturating_add(1)];
        let is = format!("the condition {number} years");
        self.other(at, &rule.text, Of::Years, &near, &is);
    }

    /// Numbers of this of which none decides.
    fn other(&mut self, at: &Location, text: &Text, of: Of, decides: &[i64], is: &str) {
        for (words, key) in [(&text.zh_hans, "zh-Hans"), (&text.en, "en")] {
            let said: Vec<i64> = numbers(words).into_iter().filter(|(_, said)| *said == of).map(|(n, _)| n).collect();
            if let Some(first) = said.first().filter(|_| !said.iter().any(|number| decides.contains(number))) {
                let (said, condition) = (format!("{first} {}", of.words()), is.to_owned());
                self.found.push(Finding::OtherNumber { at: at.key(key), said, condition });
            }
        }
    }
}

/// A time in hours.
fn hours(number: i64, of: Of) -> Option<i64> {
    match of {
        Of::Hours => Some(number),
        Of::Days => number.checked_mul(24),
        _ => None,
    }
}

/// The integers with which these facts are compared.
fn compared_with(expression: &Expression, facts: &[String], found: &mut Vec<i64>) {
    if let Expression::Compare(_, two) = expression {
        match two.as_ref() {
            [Expression::Var(path), Expression::Int(number)] | [Expression::Int(number), Expression::Var(path)]
                if facts.contains(&path.to_string()) =>
            {
                found.push(*number);
            }
            _ => {}
        }
    }
    expression.operands().iter().for_each(|operand| compared_with(operand, facts, found));
}

/// The whole numbers of a text, and what each counts; parts of a decimal, a time of day or a name are none.
fn numbers(text: &str) -> Vec<(i64, Of)> {
    let mut found = Vec::new();
    let mut rest = text;
    let mut before = ' ';
    while let Some(c) = rest.chars().next() {
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (number, after) = rest.split_at(if digits == 0 { c.len_utf8() } else { digits });
        let mut next = after.chars();
        let part = matches!(before, '.' | ':' | '/' | '-') || before.is_ascii_alphanumeric();
        let goes_on = matches!(next.next(), Some('.' | ':' | '/')) && next.next().is_some_and(|c| c.is_ascii_digit());
        if digits > 0
            && !part
            && !goes_on
            && let Ok(number) = number.parse()
        {
            found.push((number, of(after)));
        }
        before = number.chars().last().unwrap_or(' ');
        rest = after;
    }
    found
}

/// What is counted before these words.
fn of(after: &str) -> Of {
    let after = after.trim_start_matches([' ', '-', '\u{a0}', '个']);
    let begins = |words: &[&str]| words.iter().any(|word| after.starts_with(word));
    if begins(&["小时", "hour"]) {
        Of::Hours
    } else if begins(&["天", "day"]) {
        Of::Days
    } else if begins(&["points"]) || (after.starts_with('分') && !after.starts_with("分钟")) {
        Of::Points
    } else if begins(&["岁", "周岁", "years old", "or older", "or over", "or younger", "years of age"]) {
        Of::Years
    } else {
        Of::Other
    }
}
