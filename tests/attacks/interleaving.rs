//! Whatever honest and stale files come in whatever order, a phone decides as by one state that was published.

use std::collections::BTreeSet;

use healthcode::colour::Colour;
use healthcode::facts::{Mode, Visit};
use healthcode::holder::Holder;
use healthcode::risk::{Level, RiskRow, RiskTable};
use healthcode::rules::pack::Pack;
use proptest::prelude::*;

use crate::authority::*;

/// What was in force, hour after hour: rules, table and manifest of each.
fn published() -> Vec<[Vec<u8>; 3]> {
    let from = time("2020-01-23T00:00:00+08:00");
    let table = |version: u32, code: &str| {
        let row = RiskRow { place: place(code), from, to: None, level: Level::High };
        signed(&header(version, None), &RiskTable::new(vec![row]).unwrap(), &["risk", "risk-2"])
    };
    let pack = |version: u32, colour: Colour| {
        let mut pack: Pack = pack();
        pack.courses[1].steps[0].colour = colour;
        signed(&header(version, Some("3301")), &pack, &["rules-1", "rules-2"])
    };
    let states = [
        (pack(1, Colour::Red), table(1, "4201")),
        (pack(1, Colour::Red), table(2, "4202")),
        (pack(2, Colour::Yellow), table(3, "4201")),
        (pack(3, Colour::Red), table(4, "4203")),
    ];
    let number = |index: usize| u32::try_from(index).unwrap() + 1;
    let state = |(index, (pack, table)): (usize, (Vec<u8>, Vec<u8>))| {
        let manifest = manifest_of(number(index), &[pack.clone(), table.clone()]);
        [pack, table, manifest]
    };
    states.into_iter().enumerate().map(state).collect()
}

/// A phone of somebody who was in Wuhan and is well.
fn traveller() -> Holder {
    let mut phone = Holder::new(roots());
    phone.create_key(&seed("phone")).unwrap();
    phone.load(&trust_list(), now()).unwrap();
    let visit = Visit { place: place("420106"), arrive: now().minus(day(3)), leave: Some(now()), mode: Mode::Stay };
    phone.add_visit(visit, now()).unwrap();
    phone
}

/// The colour, or nothing where there are no rules yet.
fn colour(phone: &Holder) -> Option<Colour> {
    phone.assess(now(), None).ok().map(|assessment| assessment.colour)
}

fn report(phone: &mut Holder) {
    // Refused until there are rules that ask.
    let _ = phone.submit(answers(false), now());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn no_order_of_files_gives_a_colour_that_no_published_state_gives(
        order in proptest::collection::vec((0usize..4, 0usize..3, any::<bool>()), 1..40),
    ) {
        let states = published();
        let whole = |[pack, table, manifest]: &[Vec<u8>; 3]| {
            let mut phone = traveller();
            for file in [manifest, pack, table] {
                phone.load(file, now()).unwrap();
            }
            report(&mut phone);
            colour(&phone)
        };
        // Between two states a phone may still lack a file, and then does not know.
        let mut possible: BTreeSet<Option<Colour>> = states.iter().map(whole).collect();
        possible.extend([None, Some(Colour::Grey)]);
        let mut phone = traveller();
        let mut highest = 0;
        for (state, file, restart) in order {
            let loaded = phone.load(&states[state][file], now());
            if file == 2 {
                prop_assert_eq!(loaded.is_ok(), state >= highest, "manifest {} after {}", state + 1, highest + 1);
                highest = highest.max(state);
            }
            if restart {
                phone = Holder::restore(roots(), &phone.save(), now()).unwrap();
            }
            report(&mut phone);
            let found = colour(&phone);
            prop_assert!(possible.contains(&found), "{:?} is none of {:?}", found, possible);
        }
        // Once all of the newest state has come, it decides.
        let newest = states.last().unwrap();
        for file in [&newest[2], &newest[0], &newest[1]] {
            phone.load(file, now()).unwrap();
        }
        report(&mut phone);
        prop_assert_eq!(colour(&phone), whole(newest));
    }
}
