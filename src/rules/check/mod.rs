//! What must be true of a pack before it may decide anything: names exist, facts are documented, bounds are sound.
//!
//! The phone checks every pack that it opens, so that evaluation never meets an unknown name.

mod fault;
mod languages;
mod questions;
mod rules;
mod scores;
mod walk;

pub use fault::PackError;
#[cfg(feature = "authoring")]
pub(crate) use languages::usual;
#[cfg(feature = "authoring")]
pub(crate) use rules::{PERSON, facts_of};

use crate::calendar::Span;
use crate::cbor::to_bytes;
use crate::limits::{
    EMERGENCY_AHEAD_DAYS, EMERGENCY_DAYS, EMERGENCY_SIGNERS, OFFSET_CHANGES, PACK_BYTES, PACK_ITEMS, PACK_LANGUAGES,
    PACK_STEPS, PACK_UNSURE, PACK_URL_BYTES, RULE_PACK_DAYS,
};
use crate::place::Place;
use crate::purpose::Purpose;
use crate::rules::location::Location;
use crate::rules::pack::{Lane, Pack};
use crate::trust::file::Line;
use crate::trust::{Body, Header, Kind};
use walk::Check;

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
    /// No single person can turn people red.
    const SIGNERS: u8 = 2;
    const BYTES: usize = PACK_BYTES;

    fn is_sound(&self) -> bool {
        is_sound(self)
    }

    #[cfg(feature = "authoring")]
    fn fault(&self) -> Option<String> {
        structure(self).first().map(ToString::to_string)
    }

    fn least_signers(&self) -> u8 {
        match self.lane {
            Lane::Scheduled => Self::SIGNERS,
            Lane::Emergency => EMERGENCY_SIGNERS,
        }
    }

    fn lies_in(&self, place: Place) -> bool {
        place.governs(self.region)
    }

    fn longest_life(&self) -> Span {
        Span::days(match self.lane {
            Lane::Scheduled => RULE_PACK_DAYS,
            Lane::Emergency => EMERGENCY_AHEAD_DAYS + EMERGENCY_DAYS,
        })
    }

    fn id(&self) -> &str {
        &self.id
    }

    fn purpose(&self) -> Option<Purpose> {
        self.purpose
    }

    fn line(&self, header: &Header) -> Line {
        let from = Some(self.valid_from).filter(|from| *from > header.issued);
        Line { region: self.region, emergency: self.lane == Lane::Emergency, from }
    }
}

impl<const SAY: bool> Check<'_, SAY> {
    fn all(&mut self) {
        self.counts();
        if !self.sound {
            // With more than the maximum, checking the rest could take long.
            return;
        }
        self.head();
        self.ids();
        self.grounds();
        self.questions();
        self.measures();
        self.scores();
        self.rules();
        // The phone has checked this before reading the pack.
        let bytes = if SAY { to_bytes(self.pack).len() } else { 0 };
        if bytes > PACK_BYTES {
            self.fault(|| PackError::TooLarge { bytes, limit: PACK_BYTES });
        }
    }

    fn counts(&mut self) {
        let pack = self.pack;
        let lists = [
            ("question", "questions", pack.questions.len()),
            ("measure", "measures", pack.measures.len()),
            ("band", "bands", pack.bands.len()),
            ("threshold", "thresholds", pack.thresholds.len()),
            ("course", "courses", pack.courses.len()),
            ("rule", "rules", pack.rules.len()),
            ("ground", "grounds", pack.grounds.as_ref().map_or(0, Vec::len)),
        ];
        for (list, name, count) in lists {
            self.few(count, PACK_ITEMS, || Location::new(name, [list.into()]));
        }
        let languages = pack.languages.as_ref().map_or(0, Vec::len);
        self.few(languages, PACK_LANGUAGES, || Location::new("languages", ["pack".into(), "languages".into()]));
        let options = pack.questions.iter().flat_map(|question| &question.options);
        self.few(options.filter(|option| option.is_unsure()).count(), PACK_UNSURE, || {
            Location::new("options with `unsure`", ["question".into()])
        });
        for (index, course) in pack.courses.iter().enumerate() {
            let at = || Self::at("course", index, format_args!("course {}", course.id)).key("steps");
            self.few(course.steps.len(), PACK_STEPS, at);
        }
        for (index, band) in pack.bands.iter().enumerate() {
            let at = || Self::at("band", index, format_args!("band \"{}\"", band.text.en)).key("steps");
            self.few(band.steps.len(), PACK_STEPS, at);
        }
    }

    fn head(&mut self) {
        let pack = self.pack;
        let at = |key: &'static str| Location::new(key, ["pack".into(), key.into()]);
        self.whole_days(pack.window, || at("window"));
        let changes = pack.offset_changes.as_deref().unwrap_or_default();
        self.few(changes.len(), OFFSET_CHANGES, || at("zone"));
        if !changes.is_sorted_by(|one, next| one.at < next.at) {
            self.fault(|| PackError::Bounds { at: at("zone") });
        }
        self.tags(pack.languages.as_deref().unwrap_or_default(), || at("languages"));
        self.text(&pack.title, || at("title"));
        self.text(&pack.issuer, || at("issuer"));
        for (index, source) in pack.sources.iter().enumerate() {
            let at = |key: &'static str| Self::at("source", index, format_args!("source {}", index + 1)).key(key);
            self.seen(&source.title, || at("title"));
            self.seen(&source.says, || at("says"));
        }
    }

    fn grounds(&mut self) {
        let pack = self.pack;
        for (index, ground) in pack.grounds.iter().flatten().enumerate() {
            let at = || Self::at("ground", index, format_args!("ground {}", ground.id));
            self.text(&ground.title, || at().key("title"));
            if let Some(correct) = &ground.correct {
                self.text(correct, || at().key("correct"));
            }
            // Screens show it and link to it; many authorities still publish over http.
            let visible = ground.url.bytes().all(|byte| byte.is_ascii_graphic());
            let rest = ground.url.strip_prefix("https://").or(ground.url.strip_prefix("http://"));
            let host = rest.and_then(|rest| rest.split(['/', '?', '#']).next()).unwrap_or_default();
            // What stands before an @ is no host, whatever it looks like.
            if host.is_empty() || host.contains('@') || !visible || ground.url.len() > PACK_URL_BYTES {
                self.fault(|| PackError::Url { at: at().key("url") });
            }
            if ground.cap == Some(0) {
                self.fault(|| PackError::Bounds { at: at().key("cap") });
            }
            if ground.until <= ground.from {
                self.fault(|| PackError::Bounds { at: at().key("until") });
            }
        }
        for (index, rule) in pack.rules.iter().enumerate() {
            self.grounded(rule.ground.as_ref(), || Self::at("rule", index, format_args!("rule {}", rule.id)));
        }
        for (index, threshold) in pack.thresholds.iter().enumerate() {
            let at = || Self::at("threshold", index, format_args!("threshold {}", threshold.id));
            self.grounded(threshold.ground.as_ref(), at);
        }
    }

    fn grounded(&mut self, ground: Option<&String>, at: impl FnOnce() -> Location) {
        if let Some(id) = ground.filter(|id| self.pack.ground(id).is_none()) {
            let (what, name) = ("ground", id.clone());
            self.fault(|| PackError::UnknownName { at: at().key("ground"), what, name });
        }
    }

    fn ids(&mut self) {
        let pack = self.pack;
        self.id(&pack.id, || Location::new("pack", ["pack".into(), "id".into()]));
        self.unique("question", named("question", &pack.questions, |question| &question.id), true);
        self.unique("measure", named("measure", &pack.measures, |measure| &measure.id), true);
        let grounds = pack.grounds.as_deref().unwrap_or_default();
        self.unique("ground", named("ground", grounds, |ground| &ground.id), false);
        self.unique("course", named("course", &pack.courses, |course| &course.id), false);
        let rules = named("rule", &pack.rules, |rule| &rule.id);
        self.unique("rule", rules.chain(named("threshold", &pack.thresholds, |threshold| &threshold.id)), false);
    }
}

/// The ids of a list's items, with the list's key and their place in it.
fn named<'p, T>(
    list: &'static str,
    items: &'p [T],
    id: impl Fn(&'p T) -> &'p String + 'p,
) -> impl Iterator<Item = (&'static str, usize, &'p str)> {
    items.iter().enumerate().map(move |(index, item)| (list, index, id(item).as_str()))
}

#[cfg(test)]
#[cfg(feature = "authoring")]
mod tests {
    use super::*;
    use crate::authoring::source::unchecked_trial_pack;
    use crate::error::Coded;
    use crate::rules::pack::On;

    /// The codes of the faults in a pack of these parts. The phone finds some of them; those that only authors care
    /// about are left to the authors.
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
    fn what_nobody_sees_is_refused_by_the_phone_too() {
        let question = |kind: &str, unseen: &str| {
            question("a", &format!("{kind}\nhelp = {{ zh-Hans = '帮助', en = \"help{unseen}\" }}"))
        };
        let number =
            |unseen: &str| format!("type = 'number'\nnumber = {{ unit = \"°C{unseen}\", least = 1, most = 2 }}");
        let option = |unseen: &str| {
            format!("type = 'one-of'\noptions = [{{ id = 'x', text = {{ zh-Hans = \"红{unseen}\", en = 'red' }} }}]")
        };
        for unseen in
            ["\\u202e", "\\u001b[2J", "\\u009b", "\\n", "\\u2066", "\\u2028", "\\u200d", "\\U000e0041", "\\u007f"]
        {
            for parts in [
                question("type = 'yes-no'", unseen),
                question(&number(unseen), ""),
                question(&option(unseen), ""),
                format!("[[source]]\ntitle = \"a{unseen}\"\nsays = 'b'"),
            ] {
                assert_eq!(faults(&parts), ["pack-unseen-character"], "{parts}");
                assert!(!is_sound(&unchecked_trial_pack(&parts)), "{parts}");
            }
        }
        for unseen in ["\\\\u202e", "\\\\u001b", "\\\\u009b", "\\u200d"] {
            let parts = rule(&format!("when = \"answers.met == 'x{unseen}'\"\ncolour = 'red'"));
            assert_eq!(faults(&parts), ["pack-unseen-character"], "{parts}");
            assert!(!is_sound(&unchecked_trial_pack(&parts)), "{parts}");
        }
        let joined = question("type = 'yes-no'", "نمی\u{200c}خواهم");
        assert_eq!(faults(&joined), <[&str; 0]>::default());
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
    fn a_ground_has_an_address_and_an_end_after_its_beginning() {
        let ground = |id: &str, url: &str, until: &str| {
            format!(
                "[[ground]]\nid = '{id}'\ntitle = TEXT\nurl = '{url}'\nfrom = '2020-01-01T00:00:00Z'\nuntil = '{until}'\n"
            )
        };
        let (page, later) = ("https://example.org/a", "2020-02-01T00:00:00Z");
        let named = |id: &str| rule(&format!("when = true\ncolour = 'grey'\nground = '{id}'"));
        let both = |grounds: &str| faults(&format!("{grounds}{}", named("g")));
        assert_eq!(both(&ground("g", page, later)), <[&str; 0]>::default());
        assert_eq!(both(&ground("g", "http://example.org/a", later)), <[&str; 0]>::default());
        assert_eq!(both(&ground("h", page, later)), ["pack-unknown-name"]);
        assert_eq!(both(&[ground("g", page, later), ground("g", page, later)].concat()), ["pack-duplicate-id"]);
        assert_eq!(both(&ground("g", page, "2020-01-01T00:00:00Z")), ["pack-bounds"]);
        for bad in ["javascript:alert(1)", "example.org", "https://example.org/a b", "https://例子.org"] {
            assert_eq!(both(&ground("g", bad, later)), ["pack-url"], "{bad}");
        }
    }

    #[test]
    fn an_option_that_says_that_nobody_knows_is_alone_and_its_id_is_its_own() {
        let question = |id: &str, kind: &str, options: &str| {
            format!("[[question]]\nid = '{id}'\ntype = '{kind}'\ntext = TEXT\noptions = [{options}]\n")
        };
        let (no, unsure) = ("{ id = 'no', text = TEXT }", "{ id = 'unsure', text = TEXT, unsure = true }");
        let alone = unsure.replace("unsure = true", "alone = true, unsure = true");
        let both = |unsure: &str| format!("{no}, {unsure}");
        assert_eq!(faults(&question("one", "one-of", &both(unsure))), <[&str; 0]>::default());
        assert_eq!(faults(&question("many", "many-of", &both(&alone))), <[&str; 0]>::default());
        assert_eq!(faults(&question("many", "many-of", &both(unsure))), ["pack-incomplete"]);
        let plain = "{ id = 'unsure', text = TEXT }";
        let twice = [question("one", "one-of", &both(unsure)), question("other", "one-of", &both(plain))].concat();
        assert_eq!(faults(&twice), ["pack-duplicate-id"]);
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
        let readme = include_str!("../../../rules/README.md");
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
