//! Counts of what two packs say of the same people.

use std::collections::BTreeMap;
use std::fmt;

use healthcode::calendar::Time;
use healthcode::colour::Colour;
use healthcode::rules::evaluate::Decision;
use healthcode::rules::reason::Cause;
use serde::Serialize;

use super::chart::Curve;
use super::groups::{Group, Groups};
use crate::format::{grouped, local};

/// Rules and causes by name.
type Counts = BTreeMap<String, u64>;

/// What was counted so far. It grows with the packs, not with the people.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) people: u64,
    /// By the colour before and after; where nothing is compared, both are that of the new pack.
    colours: [[u64; 4]; 4],
    /// By day and colour, of the old pack and of the new one.
    days: Vec<[[u64; 4]; 2]>,
    /// By the colours, the rules that changed it.
    flips: BTreeMap<(Colour, Colour), Counts>,
    /// In how many people each rule of the new pack gives a reason.
    acting: Counts,
    /// Why the new pack cannot decide.
    undecided: Counts,
    /// Groups of people, if they are asked for.
    pub(super) groups: Option<Groups>,
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

/// What changes a colour: the rules that give the worse one of the two, or the causes if it is grey by no rule.
pub(super) fn decisive(old: &Decision, new: &Decision, mut found: impl FnMut(&str)) {
    // What makes it worse is in the new decision, what kept it bad was in the old one.
    let decisive = if new.colour > old.colour { new } else { old };
    let mut rules = decisive.reasons.iter().filter(|reason| reason.colour == decisive.colour).peekable();
    if rules.peek().is_none() {
        causes(decisive, found);
    } else {
        rules.for_each(|reason| found(&reason.rule));
    }
}

impl Tally {
    pub(super) fn add(&mut self, old: Option<&Decision>, new: &Decision) {
        let old = old.unwrap_or(new);
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
            decisive(old, new, |name| more(counts, name, 1));
        }
    }

    /// Counts a person's colours on a later day.
    pub(super) fn add_later(&mut self, day: usize, old: Option<Colour>, new: Colour) {
        if self.days.len() <= day {
            self.days.resize(day + 1, Default::default());
        }
        for (which, colour) in [old, Some(new)].into_iter().enumerate() {
            let counts = self.days.get_mut(day).and_then(|day| day.get_mut(which));
            let count = colour.and_then(|colour| counts.and_then(|counts| counts.get_mut(index(colour))));
            count.into_iter().for_each(|count| *count += 1);
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
        self.days.resize(self.days.len().max(other.days.len()), Default::default());
        for (mine, theirs) in self.days.iter_mut().zip(&other.days) {
            for (mine, theirs) in mine.iter_mut().flatten().zip(theirs.iter().flatten()) {
                *mine += theirs;
            }
        }
        for (flip, counts) in other.flips {
            let mine = self.flips.entry(flip).or_default();
            counts.iter().for_each(|(name, count)| more(mine, name, *count));
        }
        other.acting.iter().for_each(|(name, count)| more(&mut self.acting, name, *count));
        other.undecided.iter().for_each(|(name, count)| more(&mut self.undecided, name, *count));
        if let Some(groups) = other.groups {
            self.groups.get_or_insert_default().merge(groups);
        }
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
    /// What another pack is changed to, if there is one.
    #[serde(flatten)]
    change: Option<Changed>,
    acting: Vec<Named>,
    /// How many the new pack cannot decide.
    undecided: u64,
    causes: Vec<Named>,
    /// The groups of which the largest share has a worse colour than before, or any but green where nothing is compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    groups: Option<Vec<Group>>,
    /// The colours on the days to come.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    days: Vec<DayCount>,
}

#[derive(Debug, Serialize)]
struct ColourCount {
    colour: Colour,
    #[serde(skip_serializing_if = "Option::is_none")]
    old: Option<u64>,
    new: u64,
}

#[derive(Debug, Serialize)]
struct DayCount {
    at: Time,
    colours: Vec<ColourCount>,
}

#[derive(Debug, Serialize)]
struct Changed {
    /// How many have another colour.
    changed: u64,
    flips: Vec<Flip>,
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
    /// `compared` says whether there was an old pack, `later` which moments were looked at besides.
    pub(super) fn new(tally: &Tally, compared: bool, later: &[Time]) -> Self {
        let at = |from: Colour, to: Colour| of(tally.colours.get(index(from)), to);
        let sum = |count: &dyn Fn(Colour) -> u64| Colour::ALL.iter().map(|colour| count(*colour)).sum::<u64>();
        let counted = |old: &dyn Fn(Colour) -> u64, new: &dyn Fn(Colour) -> u64| {
            let count = |colour: Colour| ColourCount { colour, old: compared.then(|| old(colour)), new: new(colour) };
            Colour::ALL.iter().map(|colour| count(*colour)).collect::<Vec<_>>()
        };
        let colours = counted(&|colour| sum(&|to| at(colour, to)), &|colour| sum(&|from| at(from, colour)));
        let flips = tally.flips.iter().map(|((from, to), counts)| Flip {
            from: *from,
            to: *to,
            people: at(*from, *to),
            by: ranked(counts, 10),
        });
        let mut flips: Vec<_> = flips.collect();
        flips.sort_by_key(|flip| std::cmp::Reverse(flip.people));
        let changed = flips.iter().map(|flip| flip.people).sum();
        let days = later.iter().enumerate().map(|(day, at)| {
            let [old, new] = tally.days.get(day).copied().unwrap_or_default();
            DayCount { at: *at, colours: counted(&|colour| of(Some(&old), colour), &|colour| of(Some(&new), colour)) }
        });
        Self {
            people: tally.people,
            unread: tally.unread,
            change: compared.then_some(Changed { changed, flips }),
            acting: ranked(&tally.acting, 10),
            undecided: sum(&|from| at(from, Colour::Grey)),
            causes: ranked(&tally.undecided, usize::MAX),
            groups: tally.groups.as_ref().map(|groups| groups.most_hit(tally.people)),
            days: days.collect(),
            colours,
        }
    }

    fn share(&self, count: u64) -> String {
        percent(count, self.people)
    }

    /// The curves of the colours, now and on the days to come.
    pub(super) fn curves(&self) -> Vec<Curve> {
        let days = || std::iter::once(&self.colours).chain(self.days.iter().map(|day| &day.colours));
        let curve = |colour: Colour, old: bool| {
            let count = |colours: &Vec<ColourCount>| {
                let count = colours.iter().find(|count| count.colour == colour);
                count.map_or(0, |count| if old { count.old.unwrap_or_default() } else { count.new })
            };
            let shares = days().map(|colours| f64::from(thousandths(count(colours), self.people)) / 1000.0).collect();
            Curve { colour, old, shares }
        };
        let which: &[bool] = if self.change.is_some() { &[true, false] } else { &[false] };
        Colour::ALL.iter().flat_map(|colour| which.iter().map(|old| curve(*colour, *old))).collect()
    }

    /// A table of the groups.
    fn groups(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(groups) = &self.groups else { return Ok(()) };
        let what = if self.change.is_some() { "have a worse colour than before" } else { "are not green" };
        writeln!(f, "\ngroups of which most {what}")?;
        let number = |count: u64| grouped(usize::try_from(count).unwrap_or(usize::MAX));
        for Group { name, people, hit } in groups {
            writeln!(f, "  {:>11}  {:>12} of {:>12}  {name}", percent(*hit, *people), number(*hit), number(*people))?;
        }
        Ok(())
    }

    /// A table of the colours on the days to come.
    fn table(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.days.is_empty() {
            return Ok(());
        }
        writeln!(f, "\nif nothing new happens, and everybody reports every day")?;
        for old in [true, false] {
            if old && self.change.is_none() {
                continue;
            }
            let which = match &self.change {
                Some(_) if old => "old",
                Some(_) => "new",
                None => "",
            };
            write!(f, "{which:<18}")?;
            Colour::ALL.iter().try_for_each(|colour| write!(f, "{:>11}", colour.name()))?;
            writeln!(f)?;
            for DayCount { at, colours } in &self.days {
                let local = local(*at);
                write!(f, "{:<18}", local.get(..16).unwrap_or(&local).replace('T', " "))?;
                for count in colours {
                    let people = if old { count.old.unwrap_or_default() } else { count.new };
                    write!(f, "{:>11}", self.share(people))?;
                }
                writeln!(f)?;
            }
        }
        Ok(())
    }
}

/// A share in thousandths of a percent.
fn thousandths(count: u64, all: u64) -> u32 {
    u32::try_from(u128::from(count) * 100_000 / u128::from(all.max(1))).unwrap_or(u32::MAX)
}

fn percent(count: u64, all: u64) -> String {
    let share = thousandths(count, all);
    format!("{}.{:03} %", share / 1000, share % 1000)
}

/// The people of this colour.
fn of(counts: Option<&[u64; 4]>, colour: Colour) -> u64 {
    counts.and_then(|counts| counts.get(index(colour))).copied().unwrap_or(0)
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = |count: u64| grouped(usize::try_from(count).unwrap_or(usize::MAX));
        writeln!(f, "{} people\n", number(self.people))?;
        let old = |count: String| if self.change.is_some() { format!("{count:>14}") } else { String::new() };
        writeln!(
            f,
            "{:<8}{}{:>14}",
            "colour",
            old("old".into()),
            if self.change.is_some() { "new" } else { "people" }
        )?;
        for ColourCount { colour, old: was, new } in &self.colours {
            let was = old(was.map(number).unwrap_or_default());
            writeln!(f, "{:<8}{was}{:>14}  {:>9}", colour.name(), number(*new), self.share(*new))?;
        }
        if let Some(Changed { changed, flips }) = &self.change {
            writeln!(f, "\n{} people ({}) would have another colour", number(*changed), self.share(*changed))?;
            for Flip { from, to, people, by } in flips {
                writeln!(f, "{from} to {to}: {} people", number(*people))?;
                by.iter().try_for_each(|named| writeln!(f, "  {:>12}  {}", number(named.people), named.name))?;
            }
        }
        writeln!(f, "\nrules that act most")?;
        self.acting.iter().try_for_each(|named| writeln!(f, "  {:>12}  {}", number(named.people), named.name))?;
        writeln!(f, "\n{} people ({}) cannot be decided", number(self.undecided), self.share(self.undecided))?;
        self.causes.iter().try_for_each(|named| writeln!(f, "  {:>12}  {}", number(named.people), named.name))?;
        self.groups(f)?;
        self.table(f)
    }
}
