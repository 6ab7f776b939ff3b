//! Kinds of items: most visits in a diary are alike to most rules. A condition such as
//! `visit.level == 3 and visit.mode == 'stay' and visit.days_ago < 14` is about few kinds of visits by its first two parts, so
//! that these are evaluated once for each kind, and visits of the other kinds need not be read. Reports are of one kind, by the
//! parts that read nothing of them.

use crate::rules::exposure::Exposure;
use crate::rules::expression::{Expression, Fragment};
use crate::rules::pack::{On, Rule};

/// What rules read of a visit that many visits have in common: bits of a set.
const LEVEL: u16 = 1;
const MODE: u16 = 2;
const OPEN: u16 = 4;
const ROW_DIGITS: u16 = 8;
const COUNTY: u16 = 16;
const PREFECTURE: u16 = 32;
const PROVINCE: u16 = 64;
const POSSIBLE: u16 = 128;
const EXPOSURE: u16 = 256;

/// What one of these is called in conditions.
const NAMES: [(&str, u16); 9] = [
    ("level", LEVEL),
    ("level_possible", POSSIBLE),
    ("exposure_level", EXPOSURE),
    ("mode", MODE),
    ("open", OPEN),
    ("row_digits", ROW_DIGITS),
    ("county", COUNTY),
    ("prefecture", PREFECTURE),
    ("province", PROVINCE),
];

/// How many kinds are kept in mind for a rule: four modes at the four levels, open or not.
const KEPT: usize = 32;

/// The kinds of items that one rule tells apart by the first parts of its condition.
pub(super) struct ItemKinds {
    /// How many parts.
    pub(super) parts: usize,
    /// What they read of a visit.
    reads: u16,
    /// Kinds for which it is known whether these parts are true; the newest take the place of the oldest.
    known: Vec<(u64, bool)>,
    oldest: usize,
}

impl ItemKinds {
    /// The kinds that a rule tells apart; none if it is about few items, or if the first part of its condition reads more
    /// of them than a kind says.
    pub(super) fn of(rule: &Rule) -> Self {
        let (mut parts, mut reads) = (0, 0);
        let many = matches!(rule.on, On::Visit | On::Report);
        for part in rule.when.parts().iter().take_while(|_| many) {
            let Some(more) = reading(part) else { break };
            (parts, reads) = (parts + 1, reads | more);
        }
        Self { parts, reads, known: Vec::new(), oldest: 0 }
    }

    /// The kind of an item, which may be a visit, if the rule tells any apart.
    pub(super) fn kind(&self, visit: Option<&Exposure<'_>>) -> Option<u64> {
        if self.parts == 0 {
            return None;
        }
        let Some(exposure) = visit else { return Some(0) };
        let reads = |what| self.reads & what != 0;
        let place = exposure.visit.place;
        let mut kind = match self.reads & (COUNTY | PREFECTURE | PROVINCE) {
            0 => 0,
            PROVINCE => place.within(2).sort_key(),
            reads if reads & COUNTY == 0 => place.within(4).sort_key(),
            _ => place.within(6).sort_key(),
        };
        // A place takes 47 bits, the rest 15.
        let mut add = |read: bool, bits: u32, value: u8| {
            kind = (kind << bits) | if read { u64::from(value) } else { 0 };
        };
        add(reads(LEVEL), 2, exposure.level.number());
        add(reads(POSSIBLE), 2, exposure.possible.number());
        add(reads(EXPOSURE), 2, exposure.exposure_level().number());
        add(reads(MODE), 4, exposure.visit.mode.number());
        add(reads(OPEN), 1, u8::from(exposure.open));
        add(reads(ROW_DIGITS), 4, if reads(ROW_DIGITS) { exposure.row_digits() } else { 0 });
        Some(kind)
    }

    /// Whether the parts are true of visits of a kind, if that is known.
    pub(super) fn known(&self, kind: u64) -> Option<bool> {
        self.known.iter().find(|(known, _)| *known == kind).map(|(_, holds)| *holds)
    }

    /// Keeps in mind whether they are.
    pub(super) fn note(&mut self, kind: u64, holds: bool) {
        if self.known.len() < KEPT {
            self.known.push((kind, holds));
        } else if let Some(oldest) = self.known.get_mut(self.oldest) {
            *oldest = (kind, holds);
            self.oldest = (self.oldest + 1) % KEPT;
        }
    }
}

/// What an expression reads of a visit, if it reads nothing else of an item than what many have in common.
fn reading(part: &Expression) -> Option<u16> {
    let mut reads = Some(0);
    part.data_paths(&mut |path| {
        let mut names = path.fragments().iter().map(Fragment::name);
        let more = match (names.next(), names.next()) {
            (Some("visit"), Some(name)) => NAMES.iter().find(|(known, _)| *known == name).map(|(_, what)| *what),
            (Some("visit" | "report" | "answers") | None, _) => None,
            _ => Some(0),
        };
        reads = reads.and_then(|reads| more.map(|more| reads | more));
    });
    reads
}

#[cfg(test)]
#[cfg(feature = "authoring")]
mod tests {
    use crate::authoring::source::trial_pack;
    use crate::facts::Mode;
    use crate::place::Place;
    use crate::risk::{Level, Tables};
    use crate::rules::evaluate::samples::{NOW, covered, hubei, time, visit};
    use crate::rules::evaluate::{Inputs, decide_within};
    use crate::rules::expression::Budget;
    use crate::rules::reason::{Cause, Fact};

    #[test]
    fn a_rule_looks_at_one_visit_of_each_kind_and_at_those_that_it_may_be_about() {
        let parts = |when: &str| {
            format!(
                "[[rule]]\nid = 'r'\non = 'visit'\nwhen = \"{when}\"\ncolour = 'red'\ntext = TEXT\nway-back = TEXT\n"
            )
        };
        let risk = hubei();
        let tables = covered(&risk);
        let mut diary: Vec<_> =
            (10..40).map(|minute| visit("330106", &format!("02-10T08:{minute}:00"), "02-10T09:00:00")).collect();
        diary.push(visit("420106", "02-10T10:00:00", "02-10T10:30:00"));
        diary.push(visit("420106", "02-10T11:00:00", "02-10T13:00:00"));
        let decided = |when: &str| {
            let (pack, mut budget) = (trial_pack(&parts(when)), Budget::default());
            let before = budget.left();
            let inputs = Inputs { diary: &diary, risk: Tables::new(&tables), ..Inputs::default() };
            let decision = decide_within(&pack, &inputs, time(NOW), &mut budget);
            (decision.reasons.into_iter().map(|reason| reason.fact).next(), decision.causes, before - budget.left())
        };
        let stay = Some(Fact::Visit {
            place: Place::parse("420106").unwrap(),
            level: Level::High,
            arrive: time("02-10T11:00:00"),
            leave: Some(time("02-10T13:00:00")),
            mode: Mode::Stay,
            minutes: 120,
            questions: vec![],
            exposed: None,
        });
        let (by_kind, causes, few) = decided("visit.level == 3 and visit.province == '42' and visit.minutes >= 1 h");
        assert_eq!((&by_kind, causes), (&stay, vec![]));
        let (one_by_one, _, many) = decided("visit.minutes >= 1 h and visit.level == 3 and visit.province == '42'");
        assert_eq!((one_by_one, few < many / 2), (stay, true), "{few} and {many}");
        // What fails, fails by kind, too.
        let code = "rule-operand-type".into();
        let failed = vec![Cause::RuleFailed { rule: "r".into(), code }];
        assert_eq!(decided("visit.mode > 1 and visit.minutes >= 1 h").1, failed);
        assert_eq!(decided("visit.level == 3 and visit.mode > 1").1, failed);
        assert_eq!(decided("visit.level == 2 and visit.mode > 1").1, vec![]);
    }
}
