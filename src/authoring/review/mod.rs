//! Findings about a pack beyond its structure: conditions that cannot mean what they say, parts that can never take
//! effect, texts that nobody would understand.

mod against;
mod asked;
mod cases;
mod conditions;
mod dates;
mod facts;
mod finding;
mod instead;
mod numbers;
mod places;
mod possible;
mod said;
mod texts;
mod times;
mod truth;

pub use finding::{Finding, Severity};

use super::source::PackSource;
use super::source_map::UnitUse;
use super::units::{at_offset, counted_in};
use crate::calendar::{Span, Time};
use crate::facts::floor::is_ground;
use crate::limits::EMERGENCY_DAYS;
use crate::rules::expression::text::UNITS;
use crate::rules::expression::{Condition, Expression};
use crate::rules::location::{Key, Location};
use crate::rules::pack::{Band, Ground, Lane, Measure, On, Pack, QuestionKind, Rule, Step, Text, Total};
use conditions::{Conditions, counted_facts};
use facts::{Facts, range};

/// All findings of a review, in the order of the pack. The structure of the pack must be sound.
#[must_use]
pub fn review(source: &PackSource) -> Vec<Finding> {
    let pack = source.to_pack();
    let mut review = Review { pack: &pack, found: Vec::new() };
    review.head(source.pack.valid_until);
    review.grounds(source.pack.valid_until);
    review.questions();
    review.measures();
    review.bands();
    review.thresholds();
    review.rules();
    review.contradictions();
    review.units(&source.units);
    review.numbers(&source.units);
    review.said();
    review.found.extend(places::places(source));
    review.found.extend(times::times(source));
    review.found.extend(cases::cases(source));
    if source.cases.is_empty() {
        review.found.push(Finding::NoCases);
    }
    review.found
}

/// What of a pack has ended at a moment: the pack itself, or else grounds that what names them no longer acts on.
#[must_use]
pub fn ended(source: &PackSource, now: Time) -> Vec<Finding> {
    let head = (Location::new("the pack", ["pack".into(), "valid-until".into()]), source.pack.valid_until);
    let grounds = source.grounds.iter().enumerate().map(|(index, ground)| {
        (Location::item("ground", index, format!("ground {}", ground.id)).key("until"), ground.until)
    });
    let ended = core::iter::once(head).chain(grounds).filter(|(_, until)| *until <= now);
    let local = |until| source.pack.local(until);
    ended.map(|(at, until)| Finding::Ended { at, until: local(until) }).collect()
}

struct Review<'a> {
    pack: &'a Pack,
    found: Vec<Finding>,
}

impl Review<'_> {
    fn head(&mut self, until: Time) {
        let pack = self.pack;
        let from = pack.valid_from;
        let lasts = until.since(from);
        if until <= from {
            let [from, until] = [from, until].map(|time| at_offset(time, pack.clock().offset_at(time)));
            self.found.push(Finding::NeverValid { from, until });
        } else if pack.lane == Lane::Emergency && lasts > Span::days(EMERGENCY_DAYS) {
            self.found.push(Finding::LongEmergency { lasts });
        }
        if let Some(within) = pack.report_within.filter(|within| *within > pack.window) {
            self.found.push(Finding::ReportOutlivesWindow { within, window: pack.window });
        }
        for (key, text) in [("title", &pack.title), ("issuer", &pack.issuer)] {
            self.text(&Location::new(key, ["pack".into(), key.into()]), text);
        }
    }

    /// Reports a ground that has the title of an earlier one, while both are in force, and contradicts it.
    fn conflict<'g>(&mut self, at: &Location, ground: &Ground, mut earlier: impl Iterator<Item = &'g Ground>) {
        let same = |other: &&Ground| {
            let titled = other.title.en.trim() == ground.title.en.trim()
                || other.title.zh_hans.trim() == ground.title.zh_hans.trim();
            titled && other.from < ground.until && ground.from < other.until
        };
        let Some(other) = earlier.find(same) else { return };
        let differing = [
            ("until", "end", other.until != ground.until),
            ("from", "start", other.from != ground.from),
            ("url", "address", other.url != ground.url),
            ("cap", "cap", other.cap != ground.cap),
            ("correct", "way to have a mistake corrected", other.correct != ground.correct),
        ];
        if let Some((key, what, _)) = differing.into_iter().find(|(.., differs)| *differs) {
            self.found.push(Finding::GroundConflict { at: at.key(key), other: other.id.clone(), what });
        }
    }

    fn grounds(&mut self, until: Time) {
        let pack = self.pack;
        let rules = pack.rules.iter().enumerate().map(|(index, rule)| ("rule", index, &rule.id, &rule.ground));
        let thresholds = pack.thresholds.iter().enumerate();
        let thresholds = thresholds.map(|(index, one)| ("threshold", index, &one.id, &one.ground));
        // Each of these restricts: none can give green.
        let restricting: Vec<_> = rules.chain(thresholds).collect();
        for (index, ground) in pack.grounds.iter().flatten().enumerate() {
            let at = Location::item("ground", index, format!("ground {}", ground.id));
            self.text(&at.key("title"), &ground.title);
            if until <= ground.from || ground.until <= pack.valid_from {
                self.found.push(Finding::IdleGround { at: at.key("until") });
            }
            self.conflict(&at, ground, pack.grounds.iter().flatten().take(index));
            if !is_ground(&ground.id) && !ground.id.is_empty() {
                self.found.push(Finding::GroundId { at: at.key("id") });
            }
            if restricting.iter().all(|(.., named)| named.as_ref() != Some(&ground.id)) {
                self.found.push(Finding::Unused { at: at.key("id"), by: "rule or threshold" });
            }
        }
        let without: Vec<_> = restricting.into_iter().filter(|(.., named)| named.is_none()).collect();
        if let Some((list, index, id, _)) = without.first() {
            let at = Location::item(list, *index, format!("{list} {id}")).key("id");
            let ids = without.iter().map(|(_, _, id, _)| id.as_str()).collect::<Vec<_>>().join(", ");
            self.found.push(Finding::NoGround { at, count: without.len(), ids });
        }
    }

    fn questions(&mut self) {
        let pack = self.pack;
        for (index, question) in pack.questions.iter().enumerate() {
            let at = Location::item("question", index, format!("question {}", question.id));
            self.text(&at.key("text"), &question.text);
            question.help.iter().for_each(|help| self.text(&at.key("help"), help));
            for (index, option) in question.options.iter().enumerate() {
                let option_at = at.key("options").key(index).key("text");
                self.text(&option_at.called(format!("{at}, option {}", option.id)), &option.text);
            }
            self.alone(&at, question);
            self.unsure(&at, question);
            self.conditions(&at.key("show-if"), question.show_if.as_ref(), On::Person);
            let read = |condition: &Condition| reads(condition, "answers", &question.id);
            let used = matches!(question.kind, QuestionKind::Trips | QuestionKind::Text)
                || conditions(pack).any(read)
                || pack.measures.iter().any(|measure| measure.question.as_ref() == Some(&question.id))
                || pack.rules.iter().any(|rule| rule.since.as_ref() == Some(&question.id));
            if !used {
                self.found.push(Finding::Unused { at: at.key("id"), by: "rule, band, measure or other question" });
            }
        }
    }

    fn measures(&mut self) {
        let pack = self.pack;
        for (index, measure) in pack.measures.iter().enumerate() {
            let at = Location::item("measure", index, format!("measure {}", measure.id));
            self.conditions(&at.key("when"), measure.when.as_ref(), On::Report);
            let used = conditions(pack).any(|condition| reads(condition, "measure", &measure.id))
                || pack.bands.iter().any(|band| band.measure.as_ref() == Some(&measure.id));
            if !used {
                self.found.push(Finding::Unused { at: at.key("id"), by: "rule or band" });
            }
        }
    }

    fn bands(&mut self) {
        for (index, band) in self.pack.bands.iter().enumerate() {
            let at = Location::item("band", index, format!("band {} ({})", index + 1, band.text.en));
            self.text(&at.key("text"), &band.text);
            let before = self.found.len();
            self.conditions(&at.key("when"), band.when.as_ref(), On::Person);
            if let Some(when) = band.when.as_ref().filter(|_| self.found.len() == before) {
                self.everybody(&at.key("when"), when, On::Person);
            }
            let measure = self.pack.measures.iter().find(|measure| Some(&measure.id) == band.measure.as_ref());
            if let Some(measure) = measure {
                self.steps(&at, band, measure);
            }
        }
    }

    fn steps(&mut self, at: &Location, band: &Band, measure: &Measure) {
        let range = range(self.pack, measure);
        let span = |step: &Step| {
            let least = step.at_least.map_or(range.0, |least| least.max(range.0));
            let most = step.at_most.map_or(range.1, |most| most.min(range.1));
            (least, most)
        };
        for (index, step) in band.steps.iter().enumerate() {
            let (least, most) = span(step);
            let better = |(other, rival): (usize, &Step)| {
                let (from, to) = span(rival);
                let wins = rival.points > step.points || (rival.points == step.points && other < index);
                other != index && wins && from <= least && most <= to
            };
            let because = if least > most {
                "the measure never has such a value"
            } else if band.steps.iter().enumerate().any(better) {
                "another step with as many points or more always counts instead"
            } else {
                continue;
            };
            self.found.push(Finding::UnreachableStep { at: at.key("steps").key(index), step: index + 1, because });
        }
    }

    fn thresholds(&mut self) {
        let points = |band: &Band| u16::from(band.steps.iter().map(|step| step.points).max().unwrap_or(band.points));
        for (index, threshold) in self.pack.thresholds.iter().enumerate() {
            let at = Location::item("threshold", index, format!("threshold {}", threshold.id));
            let most = |total: Total| -> u16 {
                use crate::rules::pack::Dimension as D;
                let of = |dimension| {
                    let bands = self.pack.bands.iter().filter(|band| band.dimension == dimension);
                    bands.map(points).fold(0u16, u16::saturating_add).min(100)
                };
                match total {
                    Total::Space => of(D::Space),
                    Total::Time => of(D::Time),
                    Total::Personal => of(D::Personal),
                    Total::Total => of(D::Space) + of(D::Time) + of(D::Personal),
                }
            };
            let (at_least, most) = (threshold.at_least, most(threshold.score));
            if at_least > most {
                self.found.push(Finding::UnreachableThreshold { at: at.key("at-least"), at_least, most });
            }
            self.reason(&at, &threshold.text, &threshold.way_back);
        }
    }

    fn rules(&mut self) {
        let pack = self.pack;
        for (index, course) in pack.courses.iter().enumerate() {
            if pack.rules.iter().all(|rule| rule.course.as_ref() != Some(&course.id)) {
                let at = Location::item("course", index, format!("course {}", course.id)).key("id");
                self.found.push(Finding::Unused { at, by: "rule" });
            }
        }
        for (index, rule) in pack.rules.iter().enumerate() {
            let at = Location::item("rule", index, format!("rule {}", rule.id));
            let before = self.found.len();
            self.conditions(&at.key("when"), Some(&rule.when), rule.on);
            if self.found.len() == before {
                self.everybody(&at.key("when"), &rule.when, rule.on);
            }
            self.since(&at, rule);
            self.reason(&at, &rule.text, &rule.way_back);
        }
    }

    /// Numbers with a unit beside facts that are counted in another.
    fn units(&mut self, used: &[UnitUse]) {
        for UnitUse { at, text, number, unit, comparison } in used {
            let result = UNITS.iter().find(|(name, ..)| name == unit).map(|(_, _, result)| *result);
            let mut facts = Vec::new();
            comparison.operands().iter().for_each(|operand| counted_facts(operand, &mut facts));
            let counted = facts.into_iter().filter_map(|path| {
                let (counted, of) = counted_in(self.pack, path)?;
                Some((path, counted, of))
            });
            let other = counted.into_iter().find(|(_, _, of)| *of != result);
            if let (Some((path, counted, _)), Some(result)) = (other, result) {
                self.found.push(Finding::OtherUnit {
                    at: at.clone(),
                    written: text.clone(),
                    number: format!("{number} {result}"),
                    fact: path.to_string(),
                    counted,
                });
            }
        }
    }

    /// Reports a condition that is true of everybody who reports.
    fn everybody(&mut self, at: &Location, condition: &Condition, on: On) {
        let facts = Facts { pack: self.pack, list: None };
        let mut quiet = Vec::new();
        let mut conditions = Conditions::new(facts, on, at, &mut quiet);
        let expression = condition.expression();
        let mut reads = false;
        expression.data_paths(&mut |_| reads = true);
        if reads && matches!(on, On::Person | On::Report) && conditions.of_everybody(expression) {
            let (at, part) = (at.part(expression), conditions.words(expression));
            let because = " of whoever has answered what everybody is asked".to_owned();
            self.found.push(Finding::AlwaysHolds { at, part, because });
        }
    }

    /// Reports a course that counts from the answer to a question that is never asked where the rule applies.
    fn since(&mut self, at: &Location, rule: &Rule) {
        let asked = self.pack.questions.iter().find(|question| Some(&question.id) == rule.since.as_ref());
        let Some(question) = asked else { return };
        let facts = Facts { pack: self.pack, list: None };
        let mut quiet = Vec::new();
        let mut conditions = Conditions { quiet: true, ..Conditions::new(facts, rule.on, at, &mut quiet) };
        if !question.required && conditions.holds_without(rule.when.expression(), &question.id) {
            self.found.push(Finding::SinceLeftOut { at: at.key("since"), question: question.id.clone() });
        }
        conditions.quiet = true;
        let Some(show_if) = question.show_if.as_ref() else { return };
        let both = Expression::And([rule.when.expression().clone(), show_if.expression().clone()].into());
        if conditions.can_hold(rule.when.expression()) && !conditions.can_hold(&both) {
            self.found.push(Finding::SinceNever { at: at.key("since"), question: question.id.clone() });
        }
    }

    /// Temperatures in the text of a rule that its condition does not have.
    fn numbers(&mut self, used: &[UnitUse]) {
        for (index, rule) in self.pack.rules.iter().enumerate() {
            // What a measure counts that the rule reads is as good as its own.
            let read = |at: &[Key]| match at {
                [Key::Name("rule"), Key::Index(rule), ..] => *rule == index,
                [Key::Name("measure"), Key::Index(measure), ..] => {
                    self.pack.measures.get(*measure).is_some_and(|measure| reads(&rule.when, "measure", &measure.id))
                }
                _ => false,
            };
            let mine = |one: &&UnitUse| one.unit == "°C" && read(one.at.keys());
            let has: Vec<i64> = used.iter().filter(mine).filter_map(|one| tenths(&one.text)).collect();
            if has.is_empty() {
                continue;
            }
            let at = Location::item("rule", index, format!("rule {}", rule.id)).key("text");
            for (tag, words) in rule.text.all() {
                let other = degrees(words).find(|said| tenths(said).is_some_and(|tenths| !has.contains(&tenths)));
                if let Some(said) = other {
                    let condition = used.iter().find(mine).map(|one| format!("the condition {}", one.text));
                    self.found.push(Finding::OtherNumber {
                        at: at.language(tag),
                        said: format!("{said} °C"),
                        condition: condition.unwrap_or_default(),
                    });
                }
            }
        }
    }

    fn reason(&mut self, at: &Location, text: &Text, way_back: &Text) {
        self.text(&at.key("text"), text);
        let back = at.key("way-back").called(format!("{at}, way back"));
        self.text(&back, way_back);
        self.says(&at.key("text"), text);
        self.says(&back, way_back);
        if text
            .all()
            .any(|(tag, words)| way_back.all().any(|(other, back)| other == tag && words.trim() == back.trim()))
        {
            self.found.push(Finding::NoWayBack { at: at.key("way-back") });
        }
    }

    fn conditions(&mut self, at: &Location, condition: Option<&Condition>, on: On) {
        if let Some(condition) = condition {
            let facts = Facts { pack: self.pack, list: None };
            let mut conditions = Conditions::new(facts, on, at, &mut self.found);
            conditions.check(condition.expression());
            if let Some((part, question)) = conditions.never_asked(condition.expression()) {
                let because = format!(": `{question}` is not asked where the rest is true");
                let (at, part) = (at.part(part), conditions.words(part));
                conditions.push(Finding::NeverHolds { at, part, because });
            }
        }
    }
}

/// The numbers before each `°C` of a text.
fn degrees(text: &str) -> impl Iterator<Item = &str> {
    let parts = text.split_inclusive(['°', '℃']).filter(|part| part.ends_with(['°', '℃']));
    parts.filter_map(|part| {
        let part = part.trim_end_matches(['°', '℃', ' ', '\u{a0}']);
        let digit = |c: char| c.is_ascii_digit() || c == '.';
        let start = part.char_indices().rev().take_while(|(_, c)| digit(*c)).last()?.0;
        part.get(start..)
    })
}

/// A number of degrees in tenths: 373 for 37.3, with or without its unit.
fn tenths(text: &str) -> Option<i64> {
    let number = text.trim_end_matches(['°', 'C', '℃', ' ']);
    let (whole, part) = number.split_once('.').unwrap_or((number, "0"));
    let part: i64 = part.parse().ok().filter(|_| part.len() == 1)?;
    whole.parse::<i64>().ok()?.checked_mul(10)?.checked_add(part)
}

/// All conditions of a pack.
fn conditions(pack: &Pack) -> impl Iterator<Item = &Condition> {
    let questions = pack.questions.iter().filter_map(|question| question.show_if.as_ref());
    let measures = pack.measures.iter().filter_map(|measure| measure.when.as_ref());
    let bands = pack.bands.iter().filter_map(|band| band.when.as_ref());
    questions.chain(measures).chain(bands).chain(pack.rules.iter().map(|rule| &rule.when))
}

fn reads(condition: &Condition, section: &str, name: &str) -> bool {
    condition.reads(|of, called| of == section && called == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Coded;

    fn hangzhou() -> String {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/rules/packs/hangzhou/pack.toml");
        std::fs::read_to_string(path).unwrap()
    }

    /// The code and the message of each new finding after an edit.
    fn found(was: &str, is: &str) -> Vec<(&'static str, String)> {
        let text = hangzhou();
        assert!(text.contains(was), "{was}");
        let read = |text: &str| review(&PackSource::parse(text).unwrap_or_else(|error| panic!("{error}")));
        let before = read(&text);
        let after = read(&text.replacen(was, is, 1));
        after.into_iter().filter(|finding| !before.contains(finding)).map(|one| (one.code(), one.to_string())).collect()
    }

    fn finds(was: &str, is: &str, code: &str, words: &str) {
        let found = found(was, is);
        assert!(found.iter().any(|(found, said)| *found == code && said.contains(words)), "{is}: {found:?}");
    }

    #[test]
    fn the_shipped_pack_has_no_error() {
        let found = review(&PackSource::parse(&hangzhou()).unwrap());
        let errors: Vec<_> = found.iter().filter(|finding| finding.severity() == Severity::Error).collect();
        assert!(errors.is_empty(), "{errors:?}");
    }

    #[test]
    fn what_restricts_wants_a_ground_and_a_ground_is_used_while_it_is_in_force() {
        let ground = |from: &str, until: &str| {
            format!(
                "[[ground]]\nid = 'g'\ntitle = {{ zh-Hans = '通告', en = 'Notice' }}\nurl = 'https://example.org/'\n\
                 from = '{from}T00:00:00+08:00'\nuntil = '{until}T00:00:00+08:00'\n\n[[source]]\ntitle = \"A: "
            )
        };
        let before = review(&PackSource::parse(&hangzhou()).unwrap());
        let without = before.iter().find(|finding| finding.code() == "pack-no-ground").unwrap();
        let count = hangzhou().lines().filter(|line| matches!(*line, "[[rule]]" | "[[threshold]]")).count();
        assert!(without.to_string().contains(&format!("by itself; {count} in all: ")), "{without}");
        assert_eq!(without.severity(), Severity::Warning);
        let source = "[[source]]\ntitle = \"A: ";
        finds(source, &ground("2020-02-01", "2020-03-01"), "pack-unused", "ground g");
        finds(source, &ground("2019-02-01", "2020-02-11"), "pack-idle-ground", "ground g");
        finds(source, &ground("2020-05-01", "2020-06-01"), "pack-idle-ground", "ground g");
    }

    #[test]
    fn what_has_ended_is_named() {
        let source = PackSource::parse(&hangzhou()).unwrap();
        let end = source.pack.valid_until;
        assert_eq!(ended(&source, end.minus(Span::seconds(1))), []);
        let codes: Vec<_> = ended(&source, end).iter().map(|one| (one.code(), one.severity())).collect();
        assert_eq!(codes, [("pack-ended", Severity::Warning)]);
    }

    #[test]
    fn conditions_that_cannot_mean_what_they_say_are_found() {
        let status = "record.status == 'close-contact'";
        finds(
            status,
            "record.status == 'closecontact'",
            "pack-unknown-word",
            "never `closecontact`; it can be confirmed,",
        );
        finds(status, "record.status in ['close-contact', 'x']", "pack-unknown-word", "`x`");
        finds(status, "record.status == 3", "pack-type", "a text is compared with an integer");
        finds(status, "record.status > 3", "pack-type", "`record.status` is a text, but an integer is needed");
        finds(status, "record.since > 3", "pack-type", "is a date, but an integer is needed");
        finds(status, "record.since before 'soon'", "pack-type", "not a date");
        finds(status, "record.status before today", "pack-type", "is a text, but a date is needed");
        finds(status, "record.status in person.status", "pack-type", "is a text, but a list is needed");
        finds(status, "'closecontact' in person.statuses", "pack-unknown-word", "person.statuses");
        finds(
            status,
            "record.status == 'suspected' and record.status == 'confirmed'",
            "pack-never-holds",
            "record.status",
        );
        finds(status, "record.days_ago > 5 and record.days_ago < 3", "pack-never-holds", "record.days_ago");
        finds("visit.level == 2", "visit.level == 4", "pack-never-holds", "between 0 and 3");
        finds("visit.prefecture != '3301'", "visit.prefecture != '330100'", "pack-unknown-word", "4 digits");
        finds("visit.mode in ['drive-through'", "visit.mode in ['car'", "pack-unknown-word", "drive-through");
        finds("in ['fever', 'dry-cough'", "in ['fever', 'drycough'", "pack-unknown-word", "answers.symptoms");
        finds(
            "answers.temperature and answers.temperature >= 37.3 °C",
            "answers.temperature >= 37.3 °C",
            "pack-meets-null",
            "begin with",
        );
        finds(
            "answers.temperature and answers.temperature >= 37.3 °C",
            "answers.temperature and answers.temperature >= 373 °C",
            "pack-never-holds",
            "between 34 °C and 43 °C",
        );
        finds("when = \"answers.household_ill\"", "when = \"1 == 2\"", "pack-never-holds", "`1 == 2`");
    }

    /// The code and the message of each finding about a rule with this condition, in a pack that asks for doses, a
    /// temperature, symptoms, a kind, an onset, and hours slept.
    fn said(on: &str, when: &str) -> Vec<(&'static str, String)> {
        let question = |id: &str, more: &str| format!("[[question]]\nid = '{id}'\ntext = TEXT\n{more}\n");
        let option = |id: &str| format!("{{ id = '{id}', text = TEXT }}");
        let options = |ids: [&str; 3]| format!("options = [{}]", ids.map(option).join(", "));
        let parts = [
            question("doses", "type = 'number'\nnumber = { unit = '', least = 0, most = 5 }"),
            question("temperature", "type = 'number'\nnumber = { unit = '°C', decimals = 1, least = 340, most = 430 }"),
            question("hours", "type = 'number'\nnumber = { unit = 'h', least = 0, most = 240 }"),
            question("symptoms", &format!("type = 'many-of'\n{}", options(["fever", "rash", "cough"]))),
            question("kind", &format!("type = 'one-of'\n{}", options(["resident", "visitor", "worker"]))),
            question("onset", "type = 'date'"),
            question("ill", "type = 'yes-no'"),
            question("back", "type = 'date'\ndays-back = 21"),
            question("wait", "type = 'number'\nnumber = { unit = 'min', least = 0, most = 600 }"),
            question("nights", "type = 'number'\nnumber = { unit = 'nights', least = 0, most = 60 }"),
            question(
                "signs",
                "type = 'many-of'\noptions = [{ id = 'rash', text = TEXT }, { id = 'none', text = TEXT, alone = true }]",
            ),
            "[[measure]]\nid = 'days_since'\ncount = 'days-since-visit'\n[[measure]]\nid = 'stays'\ncount = 'visits'\n"
                .into(),
            "[[measure]]\nid = 'level'\ncount = 'level-here'\n".into(),
            format!(
                "[[rule]]\nid = 'r'\non = '{on}'\nwhen = \"{when}\"\ncolour = 'red'\ntext = TEXT\nway-back = TEXT\n"
            ),
        ];
        let pack = crate::authoring::source::trial_pack(&parts.concat());
        let mut review = Review { pack: &pack, found: Vec::new() };
        review.conditions(&Location::new("rule r", []), Some(&pack.rules[0].when), pack.rules[0].on);
        review.found.into_iter().map(|one| (one.code(), one.to_string())).collect()
    }

    fn says(when: &str, code: &str, words: &str) {
        let said = said("person", when);
        assert!(said.iter().any(|(said, text)| *said == code && text.contains(words)), "{when}: {said:?}");
    }

    fn silent(when: &str) {
        assert_eq!(said("person", when), [], "{when}");
    }

    #[test]
    fn advice_for_what_may_be_unknown_does_not_pass_over_nought() {
        says("answers.doses < 2", "pack-meets-null", "begin with `answers.doses is known and …`");
        silent("answers.doses is known and answers.doses < 2");
        silent("answers.doses is not known or answers.doses < 2");
        silent("answers.doses != null and answers.doses < 2");
        says("answers.temperature > 37.3 °C", "pack-meets-null", "begin with `answers.temperature and …`");
        says("'rash' in answers.symptoms", "pack-meets-null", "begin with `answers.symptoms is known and …`");
        says("answers.onset after today", "pack-meets-null", "begin with `answers.onset and …`");
        says(
            "answers.doses and answers.doses < 2",
            "pack-zero-is-false",
            "where `answers.doses` is 0, it counts as false",
        );
        says("measure.days_since and measure.days_since <= 21", "pack-zero-is-false", "`measure.days_since is known`");
        says("answers.doses", "pack-zero-is-false", "`answers.doses > 0` behind it");
        says("not answers.doses", "pack-zero-is-false", "answers.doses");
        says("answers.ill or measure.days_since", "pack-zero-is-false", "measure.days_since");
        says("if measure.days_since then true else answers.ill", "pack-zero-is-false", "measure.days_since");
        says(
            "measure.stays and measure.stays < 3",
            "pack-zero-is-false",
            "write `measure.stays > 0` if 0 is not meant",
        );
        silent("measure.stays");
        silent("answers.ill");
        silent("measure.level and measure.level >= 2");
        silent("answers.temperature and answers.temperature >= 37.3 °C");
        silent("answers.doses and answers.doses > 2");
        // Nothing chosen of several counts as false, too.
        let none =
            "where `answers.symptoms` is an empty list, it counts as false here; write `answers.symptoms is known`";
        says("answers.symptoms and 'rash' not in answers.symptoms", "pack-zero-is-false", none);
        says("answers.symptoms and count(answers.symptoms) < 2", "pack-zero-is-false", "`count(answers.symptoms) > 0`");
        says("person.exempt and 'essential-worker' not in person.exempt", "pack-zero-is-false", "or leave it out");
        silent("answers.symptoms and 'rash' in answers.symptoms");
        silent("answers.symptoms and any(answers.symptoms where current == 'rash')");
        silent("answers.symptoms and answers.ill");
        silent("answers.signs and 'rash' not in answers.signs");
    }

    #[test]
    fn what_always_holds_is_found_as_what_never_does() {
        let (always, never) = ("pack-always-holds", "pack-never-holds");
        let temperature =
            "`answers.temperature >= 3.8 °C` is always true: `answers.temperature` is between 34 °C and 43 °C";
        says("answers.temperature and answers.temperature >= 38", always, temperature);
        says("answers.temperature and 1 <= answers.temperature <= 500", always, "between 34 °C and 43 °C");
        says("measure.stays >= 0", always, "`measure.stays` is at least 0");
        says("measure.stays > -1 and answers.ill", always, "`measure.stays > -1`");
        says("not measure.stays < 0", never, "`measure.stays < 0`");
        says("measure.level is known and measure.level in [0, 1, 2, 3]", always, "between 0 and 3");
        says("answers.kind in ['resident', 'visitor', 'worker']", always, "`answers.kind is known` says that");
        says(
            "person.status not in ['confirmed'] and person.checked is known",
            always,
            "`person.checked` is always known",
        );
        let kinds = "answers.kind not in ['resident', 'visitor', 'worker']";
        says(kinds, never, "`answers.kind is not known` says that");
        says("measure.level is known and measure.level != 7", always, "`measure.level != 7` is always true");
        says("answers.kind == 'resident' and answers.kind == 'worker'", never, "contradict each other");
        says("answers.kind != 'resident' or answers.kind != 'worker'", always, "leave no other value");
        says(
            "measure.stays < 5 or measure.stays >= 5",
            always,
            "`measure.stays < 5 or measure.stays >= 5` is always true",
        );
        says(
            "measure.stays < 5 or measure.stays > 3",
            always,
            "its conditions on `measure.stays` leave no other value",
        );
        says("answers.ill == true and answers.ill == false", never, "answers.ill");
        says("answers.ill and not answers.ill", never, "answers.ill");
        let kinds = "answers.kind is known and answers.kind != 'resident' and answers.kind != 'visitor' and answers.kind != 'worker'";
        says(kinds, never, "contradict");
        says(
            "(answers.kind == 'resident' or answers.kind == 'visitor') and answers.kind == 'worker'",
            never,
            "contradict",
        );
        says("if measure.stays > 2 then measure.stays > 1 else measure.stays < 3", always, "is always true");
        says("count(answers.symptoms) > 3", never, "`count(answers.symptoms)` is between 0 and 3");
        says("count(answers.symptoms where current in ['rash', 'cough']) >= 3", never, "between 0 and 2");
        says("count(answers.symptoms) >= 0", always, "between 0 and 3");
        says("any(answers.symptoms where current != 'fever' or current != 'rash')", always, "`answers.symptoms`");
        says("measure.stays + 2 > 1", always, "at least 2");
        says("measure.stays == measure.stays", always, "both sides are the same");
        says("measure.stays < measure.stays", never, "both sides are the same");
        let back = "`answers.back` is at most 35 days before today, and never after it";
        says("answers.back and answers.back not after today", always, back);
        says("answers.back and answers.back after today", never, back);
        says("answers.back and answers.back after today - 36 days", always, back);
        says("answers.back and answers.back + 36 days after today", always, back);
        says("answers.back and answers.back before today - 2 months", never, back);
        says("answers.back and today - 40 days before answers.back before today + 1 hour", always, back);
        says(
            "answers.onset and answers.onset not after today + 1 year",
            always,
            "`answers.onset` is never after today",
        );
        let report = |when: &str| said("report", when).iter().map(|(code, _)| *code).collect::<Vec<_>>();
        assert_eq!(report("report.at before today + 1 day"), [always]);
        assert_eq!(report("report.days_ago <= 14"), [always], "none is read from before the window");
        assert_eq!(report("report.days_ago > 14"), [never]);
        assert_eq!(report("report.days_ago <= 13"), <[&str; 0]>::default());
        let visit = said("visit", "visit.row_digits == 5");
        assert!(visit[0].1.contains("`visit.row_digits` is 0 or 2 or 4 or 6 or 9 or 12"), "{visit:?}");
        assert_eq!(said("visit", "visit.arrive after today + 1 day")[0].0, never);
        for fine in [
            "answers.temperature and answers.temperature >= 38 °C",
            "measure.stays < 5 or measure.stays > 5",
            "answers.kind != 'resident' or answers.ill",
            "answers.kind == 'resident' or answers.kind == 'visitor'",
            "count(answers.symptoms) == 3",
            "any(answers.symptoms where current != 'fever')",
            "measure.stays > 2 and measure.stays < 4 and measure.stays == 3",
            "if measure.stays > 2 then answers.ill else measure.stays == 1",
            "answers.ill or answers.onset is not known",
            "answers.kind in ['resident', 'visitor']",
            "answers.back and answers.back not after today - 1 day",
            "answers.back and answers.back after today - 35 days",
            "answers.back and answers.back + 1 month after today",
            "answers.onset and answers.onset after today - 80 years",
            "answers.back and answers.onset and answers.back not before answers.onset",
        ] {
            silent(fine);
        }
    }

    #[test]
    fn a_unit_that_is_not_that_of_the_fact_is_found() {
        let hours = "number = { unit = \"°C\", decimals = 1, least = 340, most = 430 }";
        let in_hours = "number = { unit = \"h\", least = 0, most = 480 }";
        finds(
            hours,
            in_hours,
            "pack-unit",
            "`37.3 °C` stands for 373 tenths of a degree, but `answers.temperature` is counted in h",
        );
        let twice = "number = { unit = \"°C\", decimals = 2, least = 3400, most = 4300 }";
        finds(hours, twice, "pack-unit", "is counted in °C with 2 decimal places");
        let level = "visit.level == 2";
        finds(
            level,
            "visit.level == 2 and visit.days_ago <= 14 d",
            "pack-unit",
            "`14 d` stands for 20160 minutes, but `visit.days_ago` is counted in days",
        );
        finds(
            level,
            "visit.level == 2 and visit.minutes + 1 >= 2 km",
            "pack-unit",
            "`2 km` stands for 2000 metres, but `visit.minutes` is counted in minutes",
        );
        finds(level, "visit.level in [1, 2 min]", "pack-unit", "levels from 0 to 3");
        finds(level, "visit.level == 2 and -1 <= visit.days_ago <= 2 h", "pack-unit", "`2 h`");
        assert_eq!(found(level, "visit.level == 2 and visit.minutes + 1 h >= 2 d"), []);
        let branch = "visit.level == 2 and (if visit.open then visit.level else visit.days_ago) <= 48 h";
        finds(level, branch, "pack-unit", "`48 h` stands for 2880 minutes, but `visit.level` is counted in levels");
    }

    #[test]
    fn facts_in_different_units_are_not_compared() {
        let known = |when: &str| {
            format!("answers.hours is known and answers.wait is known and answers.nights is known and {when}")
        };
        let both = "`answers.hours` is counted in h, but `answers.wait` in min";
        says(&known("answers.hours >= answers.wait"), "pack-type", both);
        says(&known("answers.hours + answers.wait > 60"), "pack-type", both);
        says(&known("answers.hours == answers.wait"), "pack-type", both);
        let days = "`answers.hours` is counted in h, but `measure.days_since` in days";
        says(&known("measure.days_since is known and answers.hours > measure.days_since"), "pack-type", days);
        // Whoever asks for nights may well mean days.
        silent(&known("measure.days_since is known and answers.nights >= measure.days_since"));
        silent(&known("answers.wait + 5 min >= answers.wait"));
    }

    #[test]
    fn what_equals_only_itself_is_found() {
        let list = "two lists are never equal; write `'rash' in answers.symptoms`";
        says("answers.symptoms == ['rash']", "pack-type", list);
        says("answers.symptoms != ['rash']", "pack-type", list);
        says("['rash', 'fever'] == answers.symptoms", "pack-type", "`count(answers.symptoms) == …`");
        says("answers.symptoms == []", "pack-type", "two lists are never equal");
        says("answers.symptoms == person.exempt", "pack-type", "two lists are never equal");
        says("answers.symptoms == 'rash'", "pack-type", "a list is compared with a text");
        says("answers.symptoms in ['rash', 'fever']", "pack-type", "a list is compared with a text");
        says("answers.symptoms in person.exempt", "pack-type", "no list has a list in it");
        says("answers.onset == '2020-02-11'", "pack-type", "write `not before` and `not after`");
        says("answers.onset in ['2020-02-11']", "pack-type", "a date is a moment");
        says(
            "answers.onset and answers.onset + 1 day == today + 0 days",
            "pack-type",
            "two date-times are never equal",
        );
        silent("answers.onset == today");
    }

    #[test]
    fn what_can_never_act_is_found() {
        let personal = "score = \"personal\"\nat-least = 40";
        finds(personal, "score = \"time\"\nat-least = 101", "pack-unreachable-threshold", "needs 101 points");
        finds("{ at-least = 3, points = 50 }", "{ at-least = 4, points = 50 }", "pack-unreachable-step", "step 3");
        finds("{ at-least = 2, points = 15 }", "{ at-least = 2, points = 5 }", "pack-unreachable-step", "step 2");
        finds("measure = \"level_home\"", "measure = \"level_here\"", "pack-unused", "measure level_home");
    }

    #[test]
    fn texts_that_nobody_would_read_are_found() {
        let way = "en = \"Rest at home,";
        finds(way, "en = \"TODO Rest at home,", "pack-machine-text", "rule symptoms, way back");
        finds("zh-Hans = \"腹泻\"", "zh-Hans = \"diarrhoea\"", "pack-language", "not in Chinese");
        finds("en = \"Diarrhoea\"", "en = \"腹泻\"", "pack-language", "not in English");
        let both = |text: &str| {
            found("zh-Hans = \"腹泻\", en = \"Diarrhoea\"", &format!("zh-Hans = \"{text}\", en = \"{text}\""))
        };
        for term in ["PCR", "COVID-19", "CT", "mRNA", "0", "3+", "37.5", "A", "PCR, CT"] {
            assert_eq!(both(term), [], "{term}");
        }
        for word in ["Diarrhoea", "no fever", "PCR test", "opt_2", "TODO", "X_1"] {
            assert!(!both(word).is_empty(), "{word}");
        }
        let pcr = |zh: &str, en: &str| {
            found("zh-Hans = \"腹泻\", en = \"Diarrhoea\"", &format!("zh-Hans = \"{zh}\", en = \"{en}\""))
        };
        assert_eq!(pcr("PCR", "PCR test"), [], "an abbreviation is the same in Chinese");
        assert_eq!(pcr("核酸检测", "PCR"), []);
        assert!(!pcr("PCR test", "PCR test of the nose").is_empty());
        finds("en = \"Diarrhoea\"", "en = \"opt_diarrhoea\"", "pack-machine-text", "opt_diarrhoea");
        let same = "way-back = { zh-Hans = \"请每天申报。从离开当日起隔离满7天转为黄码，满14天转为绿码；2月27日及以后转绿的，还须已连续14天申报正常。\"";
        finds(
            same,
            "way-back = { zh-Hans = \"您近14天内在高风险地区停留过。\"",
            "pack-no-way-back",
            "rule epidemic-area",
        );
    }

    #[test]
    fn validity_and_lane_are_checked() {
        finds("valid-until = \"2020-05-01", "valid-until = \"2020-02-01", "pack-never-valid", "not after");
        finds("version = 1", "version = 1\nlane = \"emergency\"", "pack-long-emergency", "at most 7 d, not 80 d");
        finds("report-within = \"14 d\"", "report-within = \"29 d\"", "pack-report-outlives-window", "29 d");
    }
}
