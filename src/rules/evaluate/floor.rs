//! The issuer's floor as one more reason: from the record, and from the day certificate.

use super::Decision;
use super::standing::{lasting, severity};
use crate::calendar::Time;
use crate::colour::Colour;
use crate::facts::{Floor, Record};
use crate::order::sorted;
use crate::rules::pack::{Ground, Text};
use crate::rules::reason::{Cause, Fact, Reason, Scores};

/// The reason that stands for the issuer's floor.
pub const FLOOR_RULE: &str = "issuer-floor";

/// The reason for a floor; there is none for green.
pub(super) fn reason(colour: Colour, ground: Option<&str>, until: Option<Time>) -> Option<Reason> {
    let says = Text::of("卫生部门对您的情况另有认定。", "The health authority has made its own finding about you.");
    let way_back = Text::of(
        "请联系卫生部门了解认定依据及解除办法。",
        "Contact the health authority to learn its grounds and how they are lifted.",
    );
    let fact = Fact::Floor { ground: ground.map(Into::into) };
    (colour != Colour::Green).then(|| Reason { until, ..lasting(FLOOR_RULE, colour, &says, &way_back, fact) })
}

impl Decision {
    /// What is decided without rules in force: nothing, but that the floor of the record stays. It is the issuer's own
    /// word about this person, which no rules have to interpret.
    pub(crate) fn without_rules(record: Option<&Record>) -> Self {
        let reasons: Vec<_> = record.and_then(|record| reason(record.floor?, None, None)).into_iter().collect();
        let withheld = |reason: &&Reason| reason.colour == Colour::Grey;
        let causes = reasons.iter().filter(withheld).map(|reason| Cause::Withheld { rule: reason.rule.clone() });
        Self {
            colour: reasons.iter().map(|reason| reason.colour).fold(Colour::Grey, Colour::max),
            causes: causes.collect(),
            scores: Scores::default(),
            contributions: Vec::new(),
            reasons,
        }
    }

    /// Takes the floor of the day certificate as a reason, in place of the record's if that is no worse; `ground` is what the rules list
    /// under the name that it gives.
    pub(crate) fn with_floor(mut self, floor: &Floor, ground: Option<&Ground>) -> Self {
        let record = self.reasons.iter().find(|reason| reason.rule == FLOOR_RULE);
        if record.is_some_and(|record| record.colour > floor.colour) {
            return self;
        }
        self.reasons.retain(|reason| reason.rule != FLOOR_RULE);
        let own = reason(floor.colour, Some(&floor.ground), Some(floor.until).filter(|_| floor.ends));
        self.reasons.extend(own.map(|own| Reason { ground: ground.cloned(), ..own }));
        self.reasons = sorted(self.reasons, |reason| severity(reason).map(|part| -part));
        let withheld = Cause::Withheld { rule: FLOOR_RULE.into() };
        if floor.colour == Colour::Grey && !self.causes.contains(&withheld) {
            self.causes.push(withheld);
        }
        self.colour = self.colour.max(floor.colour);
        self
    }
}
