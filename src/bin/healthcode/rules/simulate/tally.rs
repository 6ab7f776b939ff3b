//! Counts of what two packs say of the same people.

use std::collections::BTreeMap;
use std::fmt;

use healthcode::colour::Colour;
use healthcode::rules::evaluate::Decision;
use healthcode::rules::reason::Cause;
use serde::Serialize;

use crate::format::grouped;

/// Rules and causes by name.
type Counts = BTreeMap<String, u64>;

/// What was counted so far. It grows with the packs, not with the people.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) people: u64,
    /// By the colour before and after.
    colours: [[u64; 4]; 4],
    /// By the colours, the rules that changed it.
    flips: BTreeMap<(Colour, Colour), Counts>,
    /// In how many people each rule of the new pack gives a reason.
    acting: Counts,
    /// Why the new pack cannot decide.
    undecided: Counts,
    pub(super) unread: u64,
    pub(super) first_unread: Option<(u64, &'static str)>,
}

const fn index(colour: Colour) -> usize {
    match colour {
        Colour::Green => 0,
        Colour::Yellow => 1,
        Colour::Grey => 2,
        Colour::Red => 3,
    }
}

fn more(counts: &mut Counts, name: &str, by: u64) {
    match counts.get_mut(name) {
        Some(count) => *count += by,
        None => {
            counts.insert(name.to_owned(), by);
        }
    }
}

/// A cause by its name, with the rule or the question that it is about.
fn causes(decision: &Decision, mut found: impl FnMut(&str)) {
    for cause in &decision.causes {
        let name = cause.name();
        match cause {
            Cause::Withheld { rule } | Cause::RuleFailed { rule, .. } => found(&format!("{name} ({rule})")),
            Cause::AnswersMissing { questions } => {
                questions.iter().for_each(|question| found(&format!("{name} ({})", question.question)));
            }
            _ => found(name),
        }
    }
}

impl Tally {
    pub(super) fn add(&mut self, old: &Decision, new: &Decision) {
        self.people += 1;
        if let Some(count) = self.colours.get_mut(index(old.colour)).and_then(|row| row.get_mut(index(new.colour))) {
            *count += 1;
        }
        new.reasons.iter().for_each(|reason| more(&mut self.acting, &reason.rule, 1));
        if new.colour == Colour::Grey {
            causes(new, |cause| more(&mut self.undecided, cause, 1));
        }
        if old.colour != new.colour {
            let counts = self.flips.entry((old.colour, new.colour)).or_default();
            // What makes it worse is in the new decision, what kept it bad was in the old one.
            let decisive = if new.colour > old.colour { new } else { old };
            let rules = decisive.reasons.iter().filter(|reason| reason.colour == decisive.colour);
            let mut found = false;
            for reason in rules {
                found = true;
                more(counts, &reason.rule, 1);
            }
            if !found {
                causes(decisive, |cause| more(counts, cause, 1));
            }
        }
    }

    pub(super) fn unread(&mut self, line: u64, code: &'static str) {
        self.unread += 1;
        self.first_unread = Some(self.first_unread.map_or((line, code), |first| first.min((line, code))));
    }

    pub(super) fn merge(&mut self, other: Self) {
        self.people += other.people;
        for (row, others) in self.colours.iter_mut().zip(other.colours) {
            for (count, more) in row.iter_mut().zip(others) {
                *count += more;
            }
        }
        for (flip, counts) in other.flips {
            let mine = self.flips.entry(flip).or_default();
            counts.iter().for_each(|(name, count)| more(mine, name, *count));
        }
        other.acting.iter().for_each(|(name, count)| more(&mut self.acting, name, *count));
        other.undecided.iter().for_each(|(name, count)| more(&mut self.undecided, name, *count));
        self.unread += other.unread;
        self.first_unread = match (self.first_unread, other.first_unread) {
            (Some(mine), Some(theirs)) => Some(mine.min(theirs)),
            (mine, theirs) => mine.or(theirs),
        };
    }
}

/// What a tally shows.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Summary {
    people: u64,
    unread: u64,
    colours: Vec<ColourCount>,
    /// How many have another colour.
    changed: u64,
    flips: Vec<Flip>,
    acting: Vec<Named>,
    /// How many the new pack cannot decide.
    undecided: u64,
    causes: Vec<Named>,
}

#[derive(Debug, Serialize)]
struct ColourCount {
    colour: Colour,
    old: u64,
    new: u64,
}

#[derive(Debug, Serialize)]
struct Flip {
    from: Colour,
    to: Colour,
    people: u64,
    by: Vec<Named>,
}

#[derive(Debug, Serialize)]
struct Named {
    name: String,
    people: u64,
}

/// The most first.
fn ranked(counts: &Counts, most: usize) -> Vec<Named> {
    let mut named: Vec<_> = counts.iter().map(|(name, people)| Named { name: name.clone(), people: *people }).collect();
    named.sort_by_key(|named| std::cmp::Reverse(named.people));
    named.truncate(most);
    named
}

impl Summary {
    pub(super) fn new(tally: &Tally) -> Self {
        let at = |from: Colour, to: Colour| {
            tally.colours.get(index(from)).and_then(|row| row.get(index(to))).copied().unwrap_or(0)
        };
        let sum = |count: &dyn Fn(Colour) -> u64| Colour::ALL.iter().map(|colour| count(*colour)).sum::<u64>();
        let colours: Vec<_> = Colour::ALL
            .iter()
            .map(|colour| ColourCount {
                colour: *colour,
                old: sum(&|to| at(*colour, to)),
                new: sum(&|from| at(from, *colour)),
            })
            .collect();
        let flips = tally.flips.iter().map(|((from, to), counts)| Flip {
            from: *from,
            to: *to,
            people: at(*from, *to),
            by: ranked(counts, 10),
        });
        let mut flips: Vec<_> = flips.collect();
        flips.sort_by_key(|flip| std::cmp::Reverse(flip.people));
        Self {
            people: tally.people,
            unread: tally.unread,
            changed: flips.iter().map(|flip| flip.people).sum(),
            flips,
            acting: ranked(&tally.acting, 10),
            undecided: sum(&|from| at(from, Colour::Grey)),
            causes: ranked(&tally.undecided, usize::MAX),
            colours,
        }
    }

    fn share(&self, count: u64) -> String {
        // In thousandths of a percent, in whole numbers.
        let share = u128::from(count) * 100_000 / u128::from(self.people.max(1));
        format!("{}.{:03} %", share / 1000, share % 1000)
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = |count: u64| grouped(usize::try_from(count).unwrap_or(usize::MAX));
        writeln!(f, "{} people\n", number(self.people))?;
        writeln!(f, "{:<8}{:>14}{:>14}", "colour", "old", "new")?;
        for ColourCount { colour, old, new } in &self.colours {
            writeln!(f, "{:<8}{:>14}{:>14}  {:>9}", colour.name(), number(*old), number(*new), self.share(*new))?;
        }
        writeln!(f, "\n{} people ({}) would have another colour", number(self.changed), self.share(self.changed))?;
        for Flip { from, to, people, by } in &self.flips {
            writeln!(f, "{from} to {to}: {} people", number(*people))?;
            by.iter().try_for_each(|named| writeln!(f, "  {:>12}  {}", number(named.people), named.name))?;
        }
        writeln!(f, "\nrules that act most")?;
        self.acting.iter().try_for_each(|named| writeln!(f, "  {:>12}  {}", number(named.people), named.name))?;
        writeln!(f, "\n{} people ({}) cannot be decided", number(self.undecided), self.share(self.undecided))?;
        self.causes.iter().try_for_each(|named| writeln!(f, "  {:>12}  {}", number(named.people), named.name))
    }
}
