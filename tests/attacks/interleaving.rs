//! Whatever honest, stale and unpublished files come in whatever order, a phone decides by what the newest manifest names,
//! and until that has come by what it takes the place of: nothing that was not published, and nothing that was replaced.

use healthcode::calendar::{Span, Time};
use healthcode::colour::Colour;
use healthcode::facts::{Mode, Visit};
use healthcode::holder::Holder;
use healthcode::risk::{Level, RiskRow, RiskTable};
use healthcode::rules::pack::Pack;
use proptest::prelude::*;

use crate::authority::*;

/// What was in force at an hour.
struct State {
    pack: u32,
    /// The colour that the pack gives whoever was in Wuhan while its risk is high, and whether it is by the table.
    colour: Colour,
    table: u32,
    wuhan: bool,
    /// Rules, table and manifest.
    files: [Vec<u8>; 3],
}

impl State {
    fn new(hour: u32, pack: u32, colour: Colour, wuhan: bool, publisher: &str) -> Self {
        let mut rules: Pack = crate::authority::pack();
        rules.courses[1].steps[0].colour = colour;
        let rules = signed(&header(pack, Some("3301")), &rules, &["rules-1", "rules-2"]);
        let (from, code) = (time("2020-01-23T00:00:00+08:00"), if wuhan { "4201" } else { "4202" });
        let row = RiskRow { place: place(code), compound: None, from, to: None, level: Level::High };
        let table = RiskTable::new(vec![row]).unwrap();
        let table = signed(&header(hour, None), &table, &["risk", "risk-2"]);
        let manifest = manifest_by(publisher, hour, time("2020-02-12T08:30:00+08:00"), &[rules.clone(), table.clone()]);
        Self { pack, colour, table: hour, wuhan, files: [rules, table, manifest] }
    }
}

/// What was published, hour after hour; and last what never was, though its rules and its table are well signed.
fn states() -> Vec<State> {
    vec![
        State::new(1, 1, Colour::Red, true, "manifest"),
        State::new(2, 1, Colour::Red, false, "manifest"),
        State::new(3, 2, Colour::Yellow, true, "manifest"),
        State::new(4, 3, Colour::Red, false, "manifest"),
        State::new(5, 3, Colour::Red, true, "manifest"),
        State::new(6, 4, Colour::Yellow, false, "stranger"),
    ]
}

/// What a phone has: the hour of each of its files.
#[derive(Clone, Copy, Default)]
struct Has {
    pack: Option<usize>,
    table: Option<usize>,
    manifest: Option<usize>,
}

impl Has {
    /// Takes a file if it should be taken; returns whether it should.
    fn take(&mut self, states: &[State], hour: usize, file: usize) -> bool {
        let published = |hour: usize| hour + 1 < states.len();
        let now = self.manifest.map(|newest| &states[newest]);
        let taken = match file {
            0 => now.is_some_and(|now| published(hour) && now.pack == states[hour].pack),
            1 => now.is_some_and(|now| now.table == states[hour].table),
            _ => published(hour) && self.manifest.is_none_or(|newest| hour >= newest),
        };
        if taken {
            *[&mut self.pack, &mut self.table, &mut self.manifest][file] = Some(hour);
        }
        taken
    }

    /// The version of the rules, those of the tables, and the colour for somebody who was in Wuhan; nothing without rules.
    fn decides(self, states: &[State]) -> Option<(u32, Vec<u32>, Colour)> {
        let (pack, table) = (&states[self.pack?], self.table.map(|hour| &states[hour]));
        let colour = match table {
            None => Colour::Grey,
            Some(table) if table.wuhan => pack.colour,
            Some(_) => Colour::Green,
        };
        Some((pack.pack, table.map(|table| table.table).into_iter().collect(), colour))
    }
}

/// A phone of somebody who was in Wuhan and is well.
fn traveller() -> Holder {
    let mut phone = Holder::new(roots());
    phone.create_key(&seed("phone")).unwrap();
    phone.load(&trust_list(), now()).unwrap();
    let visit = Visit {
        place: place("420106"),
        arrive: now().minus(day(3)),
        leave: Some(now()),
        mode: Mode::Stay,
        not_in: None,
        venue: None,
    };
    phone.add_visit(visit, now()).unwrap();
    phone
}

/// What the phone decides, once it has been told that the person is well.
fn decided(phone: &mut Holder) -> Option<(u32, Vec<u32>, Colour)> {
    // Refused until there are rules that ask.
    let _ = phone.submit(answers(false), now());
    let found = phone.assess(now(), None).ok()?;
    Some((found.rules.version, found.risk.iter().map(|risk| risk.version).collect(), found.colour))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_order_of_files_is_decided_by_what_the_newest_manifest_names_and_has_come(
        order in proptest::collection::vec((0usize..6, 0usize..3, any::<bool>()), 1..40),
    ) {
        let states = states();
        let (mut phone, mut has) = (traveller(), Has::default());
        for (hour, file, restart) in order {
            let taken = phone.load(&states[hour].files[file], now());
            let should = has.take(&states, hour, file);
            prop_assert_eq!(taken.is_ok(), should, "file {} of hour {}: {:?}", file, hour + 1, taken);
            if restart {
                phone = Holder::restore(roots(), &phone.save(), now()).unwrap();
            }
            prop_assert_eq!(decided(&mut phone), has.decides(&states));
        }
        // Once all of the newest hour has come, it decides alone.
        let newest = states.len() - 2;
        for file in [2, 0, 1] {
            phone.load(&states[newest].files[file], now()).unwrap();
        }
        prop_assert_eq!(decided(&mut phone), Some((3, vec![5], Colour::Red)));
    }
}

/// Rules that are announced, to begin two hours later, and manifests of that time: with them, without them before they begin
/// and since, and one that is dated back.
struct Announced {
    begins: Time,
    rules: Vec<u8>,
    /// When each was issued, and whether it names them.
    manifests: Vec<(Time, bool, Vec<u8>)>,
}

impl Announced {
    fn new() -> Self {
        let hour = |hours: i64| now().plus(Span::seconds(hours * 3_600));
        let begins = hour(2);
        let rules = signed(
            &header(4, Some("3301")),
            &Pack { valid_from: begins, ..crate::authority::pack() },
            &["rules-1", "rules-2"],
        );
        let issues = [(0, true), (1, false), (1, true), (2, true), (1, false), (3, true), (3, false)];
        let manifest = |(version, (issued, names)): (u32, (i64, bool))| {
            let mut files = vec![crate::authority::rules(), risk()];
            files.extend(Some(rules.clone()).filter(|_| names));
            (hour(issued), names, manifest_at(version, hour(issued), &files))
        };
        let manifests = (10..).zip(issues).map(manifest).collect();
        Self { begins, rules, manifests }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// However many manifests a phone misses and whenever it hears of the others: it decides by announced rules in their time
    /// while the newest manifest names them, and by those before them otherwise, unless it was told that they had begun.
    #[test]
    fn whoever_hears_late_of_announced_rules_decides_as_those_who_heard_in_time(
        heard in proptest::collection::vec((0usize..7, 0i64..90, any::<bool>()), 1..16),
    ) {
        let announced = Announced::new();
        let (mut phone, mut at) = (phone(), now());
        let (mut newest, mut begun, mut over) = (None, false, false);
        for (number, minutes, restart) in heard {
            at = at.plus(Span::seconds(minutes * 60));
            let (issued, names, manifest) = &announced.manifests[number];
            let taken = phone.load(manifest, at);
            let should = *issued <= at.plus(Span::seconds(120)) && newest.is_none_or(|newest| number >= newest);
            prop_assert_eq!(taken.is_ok(), should, "manifest {} at {}: {:?}", number, at, taken);
            if should {
                newest = Some(number);
                if phone.missing() == [named(&announced.rules)] {
                    phone.load(&announced.rules, at).unwrap();
                }
                prop_assert_eq!(phone.missing(), []);
                begun |= *names && announced.begins <= (*issued).min(at);
                over = begun && !names;
            }
            if restart {
                phone = Holder::restore(roots(), &phone.save(), at).unwrap();
            }
            let names = newest.is_some_and(|newest| announced.manifests[newest].1);
            let expected = if over { None } else { Some(if names && at >= announced.begins { 4 } else { 3 }) };
            prop_assert_eq!(phone.assess(at, None).ok().map(|found| found.rules.version), expected);
        }
    }
}
