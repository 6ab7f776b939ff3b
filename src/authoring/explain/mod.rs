//! An assessment as a person would want to read it: the colour, what is not known, every reason with its fact, course and
//! way back, what is to come, and the scores. In Chinese and in English, in the words of `words/`, which the phone's
//! screens have too: what is said here is what citizens read. Authors get a few more lines of their own.

mod cause;
mod course;
mod difference;
mod fact;
mod format;
mod measured;
mod problem;
mod words;

use core::cmp::Reverse;

pub use format::PlaceNames;
pub use words::Language;

use crate::assess::{Assessment, RiskUsed};
use crate::calendar::Span;
use crate::colour::Colour;
use crate::compare::{Comparison, Noted, compare};
use crate::facts::Report;
use crate::forecast::{Change, Forecast};
use crate::rules::pack::{Dimension, Ground, Pack, Rule, Text};
use crate::rules::reason::{Fact, Reason};
use crate::trust::Verified;
use format::Format;
use words::{Phrase, Slots, WORDS};

/// The inputs of an explanation.
#[derive(Clone, Copy)]
pub struct Explanation<'a> {
    /// The rules that were applied.
    pub rules: &'a Verified<Pack>,
    /// The assessment.
    pub assessment: &'a Assessment,
    /// The forecast, if there is one.
    pub forecast: Option<&'a Forecast>,
    /// The reports, in any order, for quoting answers.
    pub reports: &'a [Report],
    /// The names of places.
    pub names: &'a PlaceNames,
    /// The language of the explanation.
    pub language: Language,
}

/// Lines of text, indented.
#[derive(Default)]
struct Lines(String);

impl Lines {
    fn add(&mut self, indent: usize, line: impl AsRef<str>) {
        self.0.push_str(&" ".repeat(indent));
        self.0.push_str(line.as_ref());
        self.0.push('\n');
    }

    fn heading(&mut self, line: impl AsRef<str>) {
        self.0.push('\n');
        self.add(0, line);
    }
}

impl Explanation<'_> {
    /// The whole explanation, in lines.
    #[must_use]
    pub fn text(&self) -> String {
        let mut lines = Lines::default();
        self.head(&mut lines);
        self.causes(&mut lines);
        self.reasons(&mut lines);
        self.ahead(&mut lines);
        self.scores(&mut lines);
        lines.0
    }

    /// Why the colour differs from the one in `before`, or that it is the same.
    #[must_use]
    pub fn change_since(&self, before: &Assessment) -> String {
        let mut lines = Lines::default();
        let words = &WORDS.change;
        let Comparison { before, noted, after, differences } = compare(&Noted::from(before), self.assessment);
        let name = |colour| self.say(WORDS.terms.colours.of(colour), &[]);
        lines.add(
            0,
            if before == after {
                self.say(&WORDS.tool.same, &[("colour", &name(after))])
            } else {
                self.say(&words.title, &[("before", &name(before)), ("after", &name(after))])
            },
        );
        lines.add(0, self.say(&words.since, &[("when", &self.format().moment(noted))]));
        for difference in &differences {
            lines.add(0, format!("- {}", self.difference(difference)));
        }
        lines.0
    }

    fn format(&self) -> Format<'_> {
        Format { language: self.language, clock: self.pack().clock(), names: self.names }
    }

    const fn pack(&self) -> &Pack {
        self.rules.body()
    }

    fn say(&self, phrase: &Phrase, slots: &Slots<'_>) -> String {
        phrase.say(self.language, slots)
    }

    fn own<'t>(&self, text: &'t Text) -> &'t str {
        self.language.pick(&text.zh_hans, &text.en)
    }

    /// What something is called, and what it is.
    fn labelled(&self, label: &Phrase, text: &str) -> String {
        self.say(&WORDS.tool.line, &[("label", &self.say(label, &[])), ("text", text)])
    }

    fn head(&self, lines: &mut Lines) {
        let Assessment { colour, at, rules, risk, .. } = self.assessment;
        let words = &WORDS.tool;
        lines.add(0, self.say(WORDS.terms.code_colours.of(*colour), &[]));
        lines.add(0, self.say(&words.at, &[("when", &self.format().full_moment(*at))]));
        let version = rules.version.to_string();
        // A bare code would mean nothing to the reader.
        let place = self.format().named(rules.region);
        let slots = [
            ("title", self.own(&rules.title)),
            ("version", &version),
            ("issuer", self.own(&rules.issuer)),
            ("place", place.as_deref().unwrap_or_default()),
        ];
        lines.add(0, self.say(if place.is_some() { &words.rules_for } else { &words.rules }, &slots));
        for RiskUsed { place, version } in risk {
            let place = place.map(|place| self.format().place(place));
            let phrase = if place.is_some() { &words.risk_for } else { &words.risk };
            let slots = [("version", &*version.to_string()), ("place", place.as_deref().unwrap_or_default())];
            lines.add(0, self.say(phrase, &slots));
        }
    }

    fn causes(&self, lines: &mut Lines) {
        let words = &WORDS.causes;
        if self.assessment.causes.is_empty() {
            return;
        }
        let undecided = self.assessment.colour == Colour::Grey;
        lines.heading(self.say(if undecided { &words.title } else { &words.partly }, &[]));
        for cause in &self.assessment.causes {
            let cause::CauseInWords { says, todo, rule, code } = self.cause(cause);
            lines.add(0, format!("- {says}"));
            lines.add(2, self.labelled(&words.todo, &todo));
            if let Some(rule) = rule {
                lines.add(2, self.labelled(&WORDS.reasons.rule, &rule));
            }
            if let Some(code) = code {
                lines.add(2, self.labelled(&WORDS.tool.code, &code));
            }
        }
    }

    fn reasons(&self, lines: &mut Lines) {
        let words = &WORDS.reasons;
        let mut reasons: Vec<_> = self.assessment.reasons.iter().collect();
        if reasons.is_empty() && self.assessment.colour != Colour::Green {
            return;
        }
        lines.heading(self.say(&words.title, &[]));
        if reasons.is_empty() {
            lines.add(0, self.say(&words.none, &[]));
        }
        // Of the same colour, what happened comes before what adds up from it.
        reasons.sort_by_key(|reason| (Reverse(reason.colour), matches!(reason.fact, Fact::Score { .. })));
        let and = self.say(&WORDS.fact.and, &[]);
        for (index, reason) in reasons.into_iter().enumerate() {
            let (number, colour) = ((index + 1).to_string(), self.say(WORDS.terms.colours.of(reason.colour), &[]));
            let slots = [("number", &*number), ("text", self.own(&reason.text)), ("colour", &colour)];
            let undecided = reason.colour == Colour::Grey;
            let says = if undecided { &WORDS.tool.reason_undecided } else { &WORDS.tool.reason };
            lines.add(0, self.say(says, &slots));
            if let Some(fact) = self.fact(reason) {
                lines.add(3, self.labelled(&words.based, &fact));
            }
            if reason.since.is_some() && reason.until.is_none() {
                lines.add(3, self.say(&words.open, &[]));
            }
            let course = self.course(reason);
            if !course.is_empty() {
                lines.add(3, self.labelled(&words.course, &course.join(&and)));
                lines.add(3, self.say(&words.alone, &[]));
            }
            lines.add(3, self.labelled(&words.way_back, self.own(&reason.way_back)));
            if let Some(Ground { title, url, until, correct, .. }) = &reason.ground {
                let slots =
                    [("title", self.own(title)), ("when", &*self.format().full_day(until.minus(Span::seconds(1))))];
                lines.add(3, self.labelled(&words.ground, &self.say(&words.in_force, &slots)));
                lines.add(6, url);
                if let Some(correct) = correct {
                    lines.add(3, self.labelled(&words.correct, self.own(correct)));
                }
            }
            self.behind(reason, lines);
        }
    }

    /// What a rule's authors want to know of a reason besides.
    fn behind(&self, reason: &Reason, lines: &mut Lines) {
        let words = &WORDS.tool;
        let rules = &self.assessment.rules;
        let version = rules.version.to_string();
        let slots =
            [("rule", &*reason.rule), ("id", &rules.id), ("version", &version), ("issuer", self.own(&rules.issuer))];
        lines.add(3, self.labelled(&WORDS.reasons.rule, &self.say(&words.rule_name, &slots)));
        if let Fact::Person { measures, .. } = &reason.fact {
            let measured: Vec<_> = measures.iter().filter_map(|measure| self.measured(measure)).collect();
            if !measured.is_empty() {
                lines.add(3, self.labelled(&words.measured, &measured.join(&self.say(&WORDS.fact.and, &[]))));
            }
        }
        if let Some(course) = self.course_by_rule(reason) {
            lines.add(3, self.labelled(&words.by_rule, &course));
        }
    }

    /// The rule of a reason; `None` for thresholds and the issuer's floor.
    fn rule(&self, reason: &Reason) -> Option<&Rule> {
        self.pack().rules.iter().find(|rule| rule.id == reason.rule)
    }

    fn ahead(&self, lines: &mut Lines) {
        let Some(Forecast { colour, change, steps, green, horizon }) = self.forecast else { return };
        let words = &WORDS.outlook;
        let name = |colour| self.say(WORDS.terms.code_colours.of(colour), &[]);
        let step = |colour, when: &str| self.say(&WORDS.tool.step_at, &[("when", when), ("colour", &name(colour))]);
        let moment = |time| self.format().moment(time);
        lines.heading(self.say(&words.title, &[]));
        // Whoever is green by what is told, once it is told.
        let first = steps.first().map(|step| step.at);
        let settled = *colour == Colour::Grey && green.is_some_and(|green| first.is_none_or(|first| green < first));
        let earliest = match green {
            _ if *colour == Colour::Green => match first {
                Some(first) => self.say(&words.is_green_until, &[("when", &moment(first))]),
                None => self.say(&words.is_green, &[]),
            },
            _ if settled => self.say(&words.settled, &[]),
            Some(green) => self.say(&words.green, &[("when", &moment(*green))]),
            None => self.say(&words.no_green, &[("when", &moment(*horizon))]),
        };
        lines.add(0, earliest);
        if first.is_some() || *colour != Colour::Green && !settled {
            lines.add(3, step(*colour, &self.say(&words.now, &[])));
            for Change { at, colour, rules } in steps {
                let mut when = moment(*at);
                if rules.is_some() {
                    when = self.say(&words.of_rules, &[("when", &when)]);
                }
                lines.add(3, step(*colour, &when));
            }
            lines.add(0, self.say(&words.assumed, &[]));
        }
        // What comes either way is among the steps.
        if let Some(change) = change.as_ref().filter(|change| steps.first() != Some(change)) {
            let (colour, when) = (name(change.colour), moment(change.at));
            let slots = [("colour", &*colour), ("when", &when)];
            lines.add(
                0,
                match &change.rules {
                    // Only what cannot be decided any more comes of data and reports that are too old.
                    None if change.colour == Colour::Grey => self.say(&words.change, &slots),
                    None => self.say(&words.change_without, &slots),
                    Some(rules) => {
                        let version = rules.version.to_string();
                        let [colour, when] = slots;
                        let slots = [colour, when, ("title", self.own(&rules.title)), ("version", &version)];
                        self.say(&words.change_of_rules, &slots)
                    }
                },
            );
        }
    }

    /// The scores; none if nothing gave points.
    fn scores(&self, lines: &mut Lines) {
        if self.assessment.contributions.is_empty() {
            return;
        }
        let words = &WORDS.scores;
        lines.heading(self.say(&words.title, &[]));
        lines.add(0, self.say(&words.range, &[]));
        let mut scores = self.assessment.scores;
        for dimension in [Dimension::Space, Dimension::Time, Dimension::Personal] {
            let name = self.say(WORDS.terms.dimensions.of(dimension), &[]);
            let points = scores.of(dimension).to_string();
            lines.add(0, self.say(&words.of, &[("name", &name), ("points", &points)]));
            lines.add(3, self.say(words.about.of(dimension), &[]));
            let mut gave = self.assessment.contributions.iter().filter(|part| part.dimension == dimension).peekable();
            if gave.peek().is_none() {
                lines.add(3, self.say(&words.nothing, &[]));
            }
            for part in gave {
                let points = self.format().count(&words.gave, part.points.into());
                lines.add(3, self.say(&WORDS.tool.gave, &[("says", self.own(&part.text)), ("points", &points)]));
                if let Some(measured) = part.measure.as_ref().and_then(|measure| self.measured(measure)) {
                    lines.add(6, self.labelled(&WORDS.tool.measured, &measured));
                }
            }
        }
    }
}
