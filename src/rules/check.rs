//! What must hold of a pack before it may decide anything: names that exist, facts that are documented, sound bounds.
//!
//! The phone checks this of every pack that it opens, so that evaluation never meets a name that leads nowhere.

use super::expression::{Condition, Fragment, Path};
use super::pack::{Choice, Count, Lane, On, Pack, Question, QuestionKind};
use crate::calendar::{DAY, Span};
use crate::cbor::to_bytes;
use crate::colour::Colour;
use crate::error::stage_errors;
use crate::limits::{PACK_BYTES, PACK_ID_BYTES, PACK_ITEMS, PACK_STEPS, PACK_TEXT, PACK_UNIT_BYTES, WINDOW_DAYS};
use crate::place::LEVELS;
use crate::risk::Level;
use crate::trust::{Body, Kind};

stage_errors! {
    /// What is wrong with a pack. `at` names the place, such as `rule fever`.
    PackError {
        /// More of something than a pack may have.
        TooMany { /// what there is too much of
            at: String, /// how many there may be
            limit: usize } = "pack-too-many", "{at}: there are more than {limit}";
        /// More bytes than a pack may have.
        TooLarge { /// bytes that it has
            bytes: usize, /// how many there may be
            limit: usize } = "pack-too-large", "the pack: shipped it takes {bytes} bytes, more than {limit}";
        /// An id that is not lower-case letters, digits and `_`.
        Id { /// where
            at: String } = "pack-id", "{at}: an id has lower-case letters, digits, - and _, begins with a letter, and is at most 64 long";
        /// An id twice.
        DuplicateId { /// where
            at: String } = "pack-duplicate-id", "{at}: another one has the same id";
        /// A name that leads nowhere.
        UnknownName { /// where
            at: String, /// what kind of thing was looked for
            what: &'static str, /// the name
            name: String } = "pack-unknown-name", "{at}: there is no {what} `{name}`";
        /// A condition that reads what is not documented for it.
        UnknownFact { /// where
            at: String, /// what it reads
            path: String } = "pack-unknown-fact", "{at}: `{path}` is no fact that can be read here";
        /// A rule without colour and course, or with both.
        ColourOrCourse { /// where
            at: String } = "pack-colour-or-course", "{at}: needs either a colour or a course";
        /// A course where there is no moment from which it could run.
        CourseOnPerson { /// where
            at: String } = "pack-course-on-person", "{at}: a course needs `on` = report, visit or record, from which it can run";
        /// A colour that nothing can give.
        GreenRule { /// where
            at: String } = "pack-green", "{at}: green is what remains when nothing fires, it cannot be given";
        /// A course without steps, or with a step of no length.
        EmptyCourse { /// where
            at: String } = "pack-empty-course", "{at}: a course has steps, each of which lasts";
        /// A course that is longer than facts are remembered.
        CourseOutlivesWindow { /// where
            at: String, /// how long it takes
            lasts: Span, /// how far back facts are read
            window: Span } = "pack-course-outlives-window", "{at}: it takes {lasts}, but facts are read only {window} back";
        /// A length of time that is not in whole days.
        WholeDays { /// where
            at: String } = "pack-whole-days", "{at}: must be in whole days, from 1 to 60";
        /// A question without what its type needs, or a measure, a band.
        Incomplete { /// where
            at: String, /// what is missing
            missing: &'static str } = "pack-incomplete", "{at}: lacks {missing}";
        /// Something that its type does not have.
        Superfluous { /// where
            at: String, /// what is too much
            extra: &'static str } = "pack-superfluous", "{at}: has {extra}, which means nothing there";
        /// A text that is empty or too long.
        Text { /// where
            at: String } = "pack-text", "{at}: a text is empty or longer than any screen shows";
        /// Bounds that nothing lies between.
        Bounds { /// where
            at: String } = "pack-bounds", "{at}: the bounds are the wrong way round, or out of range";
    }
}

/// Every fault of the pack's structure, in the order of the pack.
#[must_use]
pub fn structure(pack: &Pack) -> Vec<PackError> {
    let mut check = Check::<true> { pack, found: Vec::new(), sound: true };
    check.all();
    check.found
}

/// Whether [`structure`] finds no fault.
#[must_use]
pub fn is_sound(pack: &Pack) -> bool {
    let mut check = Check::<false> { pack, found: Vec::new(), sound: true };
    check.all();
    check.sound
}

impl Body for Pack {
    const KIND: Kind = Kind::RulePack;
    const BYTES: usize = PACK_BYTES;

    fn is_sound(&self) -> bool {
        is_sound(self)
    }

    /// No single hand can turn people red.
    fn least_signers(&self) -> u8 {
        match self.lane {
            Lane::Scheduled => 2,
            Lane::Emergency => 3,
        }
    }
}

/// What a condition may read besides `answers`, `measure`, `person` and `today`.
fn facts_of(on: On) -> (&'static str, &'static [&'static str]) {
    match on {
        On::Person => ("", &[]),
        On::Report => ("report", &["at", "days_ago"]),
        On::Visit => (
            "visit",
            &[
                "province",
                "prefecture",
                "county",
                "level",
                "row_digits",
                "mode",
                "open",
                "minutes",
                "risk_minutes",
                "arrive",
                "leave",
                "days_ago",
            ],
        ),
        On::Record => ("record", &["status", "since", "days_ago"]),
    }
}

/// What is known of the person as a whole.
const PERSON: [&str; 4] = ["checked", "status", "statuses", "exempt"];

/// Walks a pack. On the phone `SAY` is false: nobody reads there what is wrong, so no text is made, nor shipped; and what
/// only its authors can care about (texts, superfluous fields, the looks of ids) is theirs to check before they sign.
struct Check<'a, const SAY: bool> {
    pack: &'a Pack,
    found: Vec<PackError>,
    sound: bool,
}

impl<const SAY: bool> Check<'_, SAY> {
    fn all(&mut self) {
        self.counts();
        if !self.sound {
            // With more than there may be, the rest would take its time.
            return;
        }
        self.head();
        self.ids();
        self.questions();
        self.measures();
        self.scores();
        self.rules();
        // The phone has looked at it before it read the pack.
        let bytes = if SAY { to_bytes(self.pack).len() } else { 0 };
        if bytes > PACK_BYTES {
            self.fault(|| PackError::TooLarge { bytes, limit: PACK_BYTES });
        }
    }

    /// Where something is, in words.
    fn at(&self, words: core::fmt::Arguments<'_>) -> String {
        if SAY { words.to_string() } else { String::new() }
    }

    fn fault(&mut self, fault: impl FnOnce() -> PackError) {
        self.sound = false;
        if SAY {
            self.found.push(fault());
        }
    }

    fn counts(&mut self) {
        let pack = self.pack;
        let lists = [
            ("questions", pack.questions.len()),
            ("measures", pack.measures.len()),
            ("bands", pack.bands.len()),
            ("thresholds", pack.thresholds.len()),
            ("courses", pack.courses.len()),
            ("rules", pack.rules.len()),
        ];
        lists.into_iter().for_each(|(at, count)| self.few(at, count, PACK_ITEMS));
        for course in &pack.courses {
            let at = self.at(format_args!("course {}", course.id));
            self.few(&at, course.steps.len(), PACK_STEPS);
        }
        for band in &pack.bands {
            let at = self.at(format_args!("band \"{}\"", band.text.en));
            self.few(&at, band.steps.len(), PACK_STEPS);
        }
    }

    fn few(&mut self, at: &str, count: usize, limit: usize) {
        if count > limit {
            self.fault(|| PackError::TooMany { at: at.into(), limit });
        }
    }

    fn head(&mut self) {
        let pack = self.pack;
        self.whole_days("window", pack.window);
        self.text("title", [&pack.title.zh_hans, &pack.title.en]);
        self.text("issuer", [&pack.issuer.zh_hans, &pack.issuer.en]);
    }

    fn ids(&mut self) {
        let pack = self.pack;
        self.id(&pack.id, "pack");
        self.unique("question", pack.questions.iter().map(|question| question.id.as_str()), true);
        self.unique("measure", pack.measures.iter().map(|measure| measure.id.as_str()), true);
        self.unique("course", pack.courses.iter().map(|course| course.id.as_str()), false);
        let rules = pack.rules.iter().map(|rule| rule.id.as_str());
        self.unique("rule", rules.chain(pack.thresholds.iter().map(|threshold| threshold.id.as_str())), false);
    }

    fn unique<'i>(&mut self, what: &str, ids: impl Iterator<Item = &'i str>, read_by_rules: bool) {
        // At most a few hundred of each: comparing all with all is quick and ships less code than a set.
        let mut seen: Vec<&str> = Vec::new();
        for id in ids {
            let at = self.at(format_args!("{what} {id}"));
            // A condition could not read a name with a dash.
            if read_by_rules && id.contains('-') {
                self.fault(|| PackError::Id { at: at.clone() });
            }
            self.id(id, &at);
            if seen.contains(&id) {
                self.fault(|| PackError::DuplicateId { at });
            }
            seen.push(id);
        }
    }

    fn id(&mut self, id: &str, at: &str) {
        if !SAY {
            return;
        }
        let plain = id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b'-'));
        if !plain || id.len() > PACK_ID_BYTES || !id.starts_with(|c: char| c.is_ascii_lowercase()) {
            self.fault(|| PackError::Id { at: at.into() });
        }
    }

    fn text(&mut self, at: &str, texts: [&str; 2]) {
        if texts.iter().any(|text| text.trim().is_empty() || text.len() > PACK_TEXT) {
            self.fault(|| PackError::Text { at: at.into() });
        }
    }

    fn whole_days(&mut self, at: &str, span: Span) {
        if span.as_seconds() % DAY != 0 || !(1..=WINDOW_DAYS).contains(&(span.as_seconds() / DAY)) {
            self.fault(|| PackError::WholeDays { at: at.into() });
        }
    }

    fn questions(&mut self) {
        for (index, question) in self.pack.questions.iter().enumerate() {
            let at = self.at(format_args!("question {}", question.id));
            self.few(&at, question.options.len(), PACK_ITEMS);
            self.text(&at, [&question.text.zh_hans, &question.text.en]);
            if let Some(help) = &question.help {
                self.text(&at, [&help.zh_hans, &help.en]);
            }
            self.question_form(&at, question);
            if let Some(condition) = &question.show_if {
                let earlier = self.pack.questions.get(..index).unwrap_or_default();
                self.reads(&at, condition, |section, name| {
                    section == "answers" && earlier.iter().any(|earlier| earlier.id == name)
                });
            }
        }
    }

    fn question_form(&mut self, at: &str, question: &Question) {
        if !SAY {
            return;
        }
        let kind = question.kind;
        let chooses = matches!(kind, QuestionKind::OneOf | QuestionKind::ManyOf);
        let dated = matches!(kind, QuestionKind::Date | QuestionKind::Trips);
        let placed = matches!(kind, QuestionKind::Place | QuestionKind::Trips);
        let mut say = |wrong: bool, error: fn(String) -> PackError| {
            if wrong {
                self.fault(|| error(at.to_owned()));
            }
        };
        say(chooses && question.options.is_empty(), |at| PackError::Incomplete { at, missing: "options" });
        say(!chooses && !question.options.is_empty(), |at| PackError::Superfluous { at, extra: "options" });
        say(kind == QuestionKind::Number && question.number.is_none(), |at| PackError::Incomplete {
            at,
            missing: "number",
        });
        say(kind != QuestionKind::Number && question.number.is_some(), |at| PackError::Superfluous {
            at,
            extra: "number",
        });
        say(!dated && question.days_back.is_some(), |at| PackError::Superfluous { at, extra: "days-back" });
        say(!placed && question.place_digits.is_some(), |at| PackError::Superfluous { at, extra: "place-digits" });
        say(question.place_digits.is_some_and(|digits| !LEVELS.contains(&digits)), |at| PackError::Bounds { at });
        if let Some(form) = &question.number {
            let limit = 1_000_000_000;
            say(form.least > form.most || form.decimals > 3 || form.least < -limit || form.most > limit, |at| {
                PackError::Bounds { at }
            });
            say(form.unit.len() > PACK_UNIT_BYTES, |at| PackError::Text { at });
        }
        for option in &question.options {
            let at = self.at(format_args!("{at}, option {}", option.id));
            self.id(&option.id, &at);
            self.text(&at, [&option.text.zh_hans, &option.text.en]);
        }
        let twice = |(index, option): (usize, &Choice)| {
            question.options.iter().take(index).any(|earlier| earlier.id == option.id)
        };
        if question.options.iter().enumerate().any(twice) {
            self.fault(|| PackError::DuplicateId { at: at.into() });
        }
    }

    fn measures(&mut self) {
        for measure in &self.pack.measures {
            let at = self.at(format_args!("measure {}", measure.id));
            if let Some(within) = measure.within {
                self.whole_days(&at, within);
                if within > self.pack.window {
                    let (lasts, window) = (within, self.pack.window);
                    self.fault(|| PackError::CourseOutlivesWindow { at: at.clone(), lasts, window });
                }
            }
            let mut say = |wrong: bool, error: fn(String) -> PackError| {
                if SAY && wrong {
                    self.fault(|| error(at.clone()));
                }
            };
            let of_visits =
                matches!(measure.count, Count::Visits | Count::Minutes | Count::LongestMinutes | Count::DaysSinceVisit);
            let of_reports = matches!(measure.count, Count::DaysInARow | Count::DaysSinceReport | Count::ReportDays);
            let of_answers = matches!(measure.count, Count::LevelAt | Count::AnswerIn);
            say(!of_visits && !measure.levels.is_empty(), |at| PackError::Superfluous { at, extra: "levels" });
            // Where the table says nothing, nothing is counted.
            say(measure.levels.contains(&Level::None), |at| PackError::Bounds { at });
            say(!of_visits && !measure.modes.is_empty(), |at| PackError::Superfluous { at, extra: "modes" });
            say(!of_visits && measure.count != Count::AnswerIn && measure.place.is_some(), |at| {
                PackError::Superfluous { at, extra: "place" }
            });
            say(measure.count == Count::AnswerIn && measure.place.is_none(), |at| PackError::Incomplete {
                at,
                missing: "place",
            });
            say(!measure.count.reads_risk() && measure.row_digits.is_some(), |at| PackError::Superfluous {
                at,
                extra: "row-digits",
            });
            say(measure.row_digits.is_some_and(|digits| !LEVELS.contains(&digits)), |at| PackError::Bounds { at });
            say(!of_reports && measure.when.is_some(), |at| PackError::Superfluous { at, extra: "when" });
            say(!of_reports && !of_visits && measure.within.is_some(), |at| PackError::Superfluous {
                at,
                extra: "within",
            });
            if of_answers != measure.question.is_some() {
                let missing = PackError::Incomplete { at: at.clone(), missing: "question" };
                let extra = PackError::Superfluous { at: at.clone(), extra: "question" };
                self.fault(|| if measure.question.is_none() { missing } else { extra });
            }
            if let Some(name) = &measure.question {
                let known = |question: &&Question| question.id == *name && question.kind == QuestionKind::Place;
                if !self.pack.questions.iter().any(|question| known(&question)) {
                    let (what, name) = ("place question", name.clone());
                    self.fault(|| PackError::UnknownName { at: at.clone(), what, name });
                }
            }
            if let Some(condition) = &measure.when {
                let questions = &self.pack.questions;
                self.reads(&at, condition, |section, name| {
                    section == "answers" && questions.iter().any(|question| question.id == name)
                });
            }
        }
    }

    fn scores(&mut self) {
        for (index, band) in self.pack.bands.iter().enumerate() {
            let at = self.at(format_args!("band {} ({})", index + 1, band.text.en));
            self.text(&at, [&band.text.zh_hans, &band.text.en]);
            match &band.measure {
                Some(name) => {
                    if !self.pack.measures.iter().any(|measure| measure.id == *name) {
                        let (what, name) = ("measure", name.clone());
                        self.fault(|| PackError::UnknownName { at: at.clone(), what, name });
                    }
                    if band.steps.is_empty() || band.points > 0 {
                        self.fault(|| PackError::Incomplete {
                            at: at.clone(),
                            missing: "steps, which alone give its points",
                        });
                    }
                }
                None if band.when.is_none() || band.points == 0 || !band.steps.is_empty() => {
                    self.fault(|| PackError::Incomplete {
                        at: at.clone(),
                        missing: "a measure with steps, or a condition with points",
                    });
                }
                None => {}
            }
            let bad = |points: u8| points > 100;
            if bad(band.points) || band.steps.iter().any(|step| bad(step.points)) {
                self.fault(|| PackError::Bounds { at: at.clone() });
            }
            if let Some(condition) = &band.when {
                self.rule_reads(&at, condition, On::Person);
            }
        }
        for threshold in &self.pack.thresholds {
            let at = self.at(format_args!("threshold {}", threshold.id));
            self.text(&at, [&threshold.text.zh_hans, &threshold.text.en]);
            self.text(&at, [&threshold.way_back.zh_hans, &threshold.way_back.en]);
            if threshold.colour == Colour::Green {
                self.fault(|| PackError::GreenRule { at: at.clone() });
            }
            if !(1..=300).contains(&threshold.at_least) {
                self.fault(|| PackError::Bounds { at });
            }
        }
    }

    fn rules(&mut self) {
        for course in &self.pack.courses {
            let at = self.at(format_args!("course {}", course.id));
            if course.steps.is_empty() || course.steps.iter().any(|step| step.lasts <= Span::ZERO) {
                self.fault(|| PackError::EmptyCourse { at: at.clone() });
            }
            if course.steps.iter().any(|step| step.colour == Colour::Green) {
                self.fault(|| PackError::GreenRule { at: at.clone() });
            }
            let lasts = Span::seconds(course.steps.iter().map(|step| step.lasts.as_seconds()).sum());
            if lasts > self.pack.window {
                self.fault(|| PackError::CourseOutlivesWindow { at, lasts, window: self.pack.window });
            }
        }
        for rule in &self.pack.rules {
            let at = self.at(format_args!("rule {}", rule.id));
            self.text(&at, [&rule.text.zh_hans, &rule.text.en]);
            self.text(&at, [&rule.way_back.zh_hans, &rule.way_back.en]);
            if rule.colour.is_some() == rule.course.is_some() {
                self.fault(|| PackError::ColourOrCourse { at: at.clone() });
            }
            if rule.colour == Some(Colour::Green) {
                self.fault(|| PackError::GreenRule { at: at.clone() });
            }
            if let Some(name) = &rule.course {
                if self.pack.course(name).is_none() {
                    let (what, name) = ("course", name.clone());
                    self.fault(|| PackError::UnknownName { at: at.clone(), what, name });
                }
                if rule.on == On::Person {
                    self.fault(|| PackError::CourseOnPerson { at: at.clone() });
                }
            }
            if let Some(name) = &rule.since {
                if rule.on != On::Report || rule.course.is_none() {
                    self.fault(|| PackError::Superfluous { at: at.clone(), extra: "since" });
                }
                let known = |question: &Question| question.id == *name && question.kind == QuestionKind::Date;
                if !self.pack.questions.iter().any(known) {
                    let (what, name) = ("date question", name.clone());
                    self.fault(|| PackError::UnknownName { at: at.clone(), what, name });
                }
            }
            self.rule_reads(&at, &rule.when, rule.on);
        }
    }

    fn rule_reads(&mut self, at: &str, condition: &Condition, on: On) {
        let (own, names) = facts_of(on);
        let pack = self.pack;
        self.reads(at, condition, |section, name| match section {
            "today" => name.is_empty(),
            "answers" => pack.questions.iter().any(|question| question.id == name),
            "measure" => pack.measures.iter().any(|measure| measure.id == name),
            "person" => PERSON.contains(&name),
            section => !own.is_empty() && section == own && names.contains(&name),
        });
    }

    /// Finds what a condition reads that `known` does not know by section and name.
    fn reads(&mut self, at: &str, condition: &Condition, known: impl Fn(&str, &str) -> bool) {
        condition.expression().data_paths(&mut |path: &Path| {
            let mut names = path.fragments().iter().map(Fragment::name);
            let (section, name) = (names.next().unwrap_or_default(), names.next().unwrap_or_default());
            if !known(section, name) || names.next().is_some() {
                self.fault(|| PackError::UnknownFact { at: at.into(), path: path.to_string() });
            }
        });
    }
}

#[cfg(test)]
#[cfg(feature = "authoring")]
mod tests {
    use super::*;
    use crate::authoring::source::unchecked_trial_pack;
    use crate::error::Coded;

    /// The codes of the faults of a pack of these parts. What the phone finds is among them; what only authors can care
    /// about it leaves to them.
    fn faults(parts: &str) -> Vec<&'static str> {
        let pack = unchecked_trial_pack(parts);
        let faults = structure(&pack);
        assert!(is_sound(&pack) || !faults.is_empty());
        let harmful = |fault: &&PackError| {
            matches!(
                fault,
                PackError::UnknownName { .. } | PackError::UnknownFact { .. } | PackError::ColourOrCourse { .. }
            )
        };
        assert!(!is_sound(&pack) || faults.iter().find(harmful).is_none(), "a name that leads nowhere is never opened");
        faults.iter().map(Coded::code).collect()
    }

    fn question(id: &str, more: &str) -> String {
        format!("[[question]]\nid = '{id}'\ntext = TEXT\n{more}\n")
    }

    fn measure(more: &str) -> String {
        format!("[[measure]]\nid = 'm'\n{more}\n{}", question("home", "type = 'place'"))
    }

    fn rule(more: &str) -> String {
        let parts = "[[course]]\nid = 'c'\nsteps = [{ colour = 'red', lasts = '14 d' }]\n";
        let questions = question("met", "type = 'date'") + &question("well", "type = 'yes-no'");
        format!("{questions}{parts}[[rule]]\nid = 'r'\ntext = TEXT\nway-back = TEXT\n{more}\n")
    }

    #[test]
    fn questions_have_what_their_type_needs_and_nothing_else() {
        assert_eq!(faults(&question("well", "type = 'yes-no'")), <[&str; 0]>::default());
        assert_eq!(faults(&question("Well", "type = 'yes-no'")), ["pack-id"]);
        assert_eq!(faults(&question("is-well", "type = 'yes-no'")), ["pack-id"], "a condition could not read it");
        assert_eq!(faults(&question("a", "type = 'yes-no'").repeat(2)), ["pack-duplicate-id"]);
        assert_eq!(faults(&question("a", "type = 'one-of'")), ["pack-incomplete"]);
        assert_eq!(faults(&question("a", "type = 'number'")), ["pack-incomplete"]);
        assert_eq!(faults(&question("a", "type = 'date'\nplace-digits = 6")), ["pack-superfluous"]);
        assert_eq!(faults(&question("a", "type = 'place'\nplace-digits = 5")), ["pack-bounds"]);
        assert_eq!(faults(&question("a", "type = 'place'\ndays-back = 5")), ["pack-superfluous"]);
        let number = "type = 'number'\nnumber = { unit = '°C', least = 430, most = 340 }";
        assert_eq!(faults(&question("a", number)), ["pack-bounds"]);
        assert_eq!(faults(&question("a", "type = 'yes-no'\nhelp = { zh-Hans = ' ', en = 'x' }")), ["pack-text"]);
        let options = "type = 'one-of'\noptions = [{ id = 'x', text = TEXT }, { id = 'x', text = TEXT }]";
        assert_eq!(faults(&question("a", options)), ["pack-duplicate-id"]);
    }

    #[test]
    fn a_question_is_shown_by_those_before_it_only() {
        let later = question("a", "type = 'yes-no'\nshow-if = 'answers.b'") + &question("b", "type = 'yes-no'");
        assert_eq!(faults(&later), ["pack-unknown-fact"]);
        let earlier = question("b", "type = 'yes-no'") + &question("a", "type = 'yes-no'\nshow-if = 'answers.b'");
        assert_eq!(faults(&earlier), <[&str; 0]>::default());
    }

    #[test]
    fn measures_have_what_they_count_and_nothing_else() {
        for good in [
            "count = 'minutes'\nlevels = ['high']\nmodes = ['rail']\nplace = '42'\nwithin = '14 d'\nrow-digits = 12",
            "count = 'level-at'\nquestion = 'home'\nrow-digits = 12",
            "count = 'answer-in'\nquestion = 'home'\nplace = '4201'",
            "count = 'report-days'\nwhen = 'answers.home'\nwithin = '1 d'",
        ] {
            assert_eq!(faults(&measure(good)), <[&str; 0]>::default(), "{good}");
        }
        for (bad, code) in [
            ("count = 'minutes'\nwithin = '15 d'", "pack-course-outlives-window"),
            ("count = 'minutes'\nwithin = '36 h'", "pack-whole-days"),
            ("count = 'minutes'\nlevels = ['none']", "pack-bounds"),
            ("count = 'minutes'\nwhen = 'answers.home'", "pack-superfluous"),
            ("count = 'minutes'\nrow-digits = 7", "pack-bounds"),
            ("count = 'report-days'\nrow-digits = 12", "pack-superfluous"),
            ("count = 'report-days'\nmodes = ['rail']", "pack-superfluous"),
            ("count = 'level-here'\nwithin = '1 d'", "pack-superfluous"),
            ("count = 'level-at'", "pack-incomplete"),
            ("count = 'level-at'\nquestion = 'away'", "pack-unknown-name"),
            ("count = 'answer-in'\nquestion = 'home'", "pack-incomplete"),
            ("count = 'days-in-a-row'\nwhen = 'measure.m'", "pack-unknown-fact"),
        ] {
            assert_eq!(faults(&measure(bad)), [code], "{bad}");
        }
    }

    #[test]
    fn a_rule_gives_a_colour_or_a_course_from_a_moment_that_there_is() {
        for good in [
            "when = true\ncolour = 'grey'",
            "on = 'report'\nwhen = 'answers.well'\ncourse = 'c'\nsince = 'met'",
            "on = 'visit'\nwhen = 'visit.row_digits == 12 and visit.level == 3'\ncourse = 'c'",
        ] {
            assert_eq!(faults(&rule(good)), <[&str; 0]>::default(), "{good}");
        }
        for (bad, code) in [
            ("when = true", "pack-colour-or-course"),
            ("when = true\ncolour = 'green'", "pack-green"),
            ("when = true\ncourse = 'c'", "pack-course-on-person"),
            ("on = 'visit'\nwhen = true\ncourse = 'd'", "pack-unknown-name"),
            ("on = 'visit'\nwhen = true\ncourse = 'c'\nsince = 'met'", "pack-superfluous"),
            ("on = 'report'\nwhen = true\ncolour = 'red'\nsince = 'met'", "pack-superfluous"),
            ("on = 'report'\nwhen = true\ncourse = 'c'\nsince = 'well'", "pack-unknown-name"),
            ("on = 'report'\nwhen = 'visit.level == 3'\ncolour = 'red'", "pack-unknown-fact"),
            ("when = 'person.name'\ncolour = 'red'", "pack-unknown-fact"),
            ("when = 'answers.ill'\ncolour = 'red'", "pack-unknown-fact"),
            ("when = 'answers.well.deep'\ncolour = 'red'", "pack-unknown-fact"),
        ] {
            assert_eq!(faults(&rule(bad)), [code], "{bad}");
        }
    }

    #[test]
    fn a_course_ends_within_the_window() {
        let course = |steps: &str| faults(&format!("[[course]]\nid = 'c'\nsteps = [{steps}]\n"));
        assert_eq!(course("{ colour = 'red', lasts = '14 d' }"), <[&str; 0]>::default());
        assert_eq!(course(""), ["pack-empty-course"]);
        assert_eq!(course("{ colour = 'red', lasts = '0 d' }"), ["pack-empty-course"]);
        let long = "{ colour = 'red', lasts = '14 d' }, { colour = 'yellow', lasts = '1 s' }";
        assert_eq!(course(long), ["pack-course-outlives-window"]);
        assert_eq!(course("{ colour = 'green', lasts = '1 d' }"), ["pack-green"]);
    }

    #[test]
    fn points_come_from_steps_or_from_a_condition() {
        let band = |more: &str| {
            faults(&format!("{}[[band]]\ndimension = 'time'\ntext = TEXT\n{more}\n", measure("count = 'minutes'")))
        };
        assert_eq!(band("measure = 'm'\nsteps = [{ at-least = 1, points = 100 }]"), <[&str; 0]>::default());
        assert_eq!(band("when = true\npoints = 10"), <[&str; 0]>::default());
        assert_eq!(band("measure = 'm'"), ["pack-incomplete"]);
        assert_eq!(band("when = true"), ["pack-incomplete"]);
        assert_eq!(band("measure = 'n'\nsteps = [{ points = 1 }]"), ["pack-unknown-name"]);
        assert_eq!(band("when = true\npoints = 101"), ["pack-bounds"]);
        assert_eq!(band("when = 'visit.level == 3'\npoints = 1"), ["pack-unknown-fact"]);
    }

    #[test]
    fn every_fact_that_can_be_read_is_in_the_readme() {
        let readme = include_str!("../../rules/README.md");
        for on in [On::Person, On::Report, On::Visit, On::Record] {
            let (section, names) = facts_of(on);
            for name in names {
                assert!(readme.contains(&format!("`{section}.{name}`")), "{section}.{name}");
            }
        }
        for name in PERSON {
            assert!(readme.contains(&format!("`person.{name}`")), "person.{name}");
        }
    }
}
