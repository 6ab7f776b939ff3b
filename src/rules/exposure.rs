//! Exposure: the risk levels of a visit according to the risk tables.
//!
//! Everything here changes only at moments that can be computed in advance, so that a forecast can be exact: the
//! minutes of an ongoing visit are counted in whole [`QUANTUM`]s from its start.

//!
//! Rows for the place of a visit, or for one that contains it, apply for certain; rows for places inside it apply
//! possibly, unless somebody has said that it was none of these.

use super::expression::{Budget, EvaluateError};
use super::pack::{Certainty, Measure};
use super::reason::Cause;
use crate::calendar::{Span, Time};
use crate::facts::Visit;
use crate::limits::RISK_ROWS_INSIDE;
use crate::order::sorted;
use crate::place::{LEVELS, Place};
use crate::risk::{Level, RiskRow, Tables};
use crate::venue::{Matched, Seed};

/// The steps in which the length of an ongoing visit grows.
pub const QUANTUM: Span = Span::seconds(30 * 60);

/// What it costs to look at a row or a part of a visit once, in steps.
pub(crate) const LOOK_STEPS: usize = 3;

/// What each part of a visit costs in which the same rows apply, in steps.
pub(crate) const STRETCH_STEPS: usize = 5;

/// What finding the rows of a place costs in each table, in steps.
pub(crate) const SEARCH_STEPS: usize = 16;

/// What sorting costs for each item, in steps.
pub(crate) const SORT_STEPS: usize = 8;

/// What a row that applies at a place costs, in steps: its begin and its end are put in order among the others'.
pub(crate) const APPLIED_STEPS: usize = 8;

/// What looking up a visit costs besides the place and its rows, in steps.
pub(crate) const STAY_STEPS: usize = 4;

/// The levels of risk, the highest first.
const LEVELS_DOWN: [Level; 3] = [Level::High, Level::Medium, Level::Low];

/// Which rows of the risk tables are meant, by their level, by how many digits their place has, and by whether they apply
/// for certain: a bit for each. A time at a venue that an exposure list has is such a row too, for the visits to that venue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct RowSet(u64);

impl RowSet {
    const LENGTHS: usize = LEVELS.len() + 1;
    /// How many kinds of rows apply for certain: of three levels, and six lengths from the whole country to a community.
    const CERTAIN: usize = 3 * Self::LENGTHS;
    /// As many apply possibly, in the bits above those, and above these are the three levels of exposure lists.
    const VENUES: usize = 2 * Self::CERTAIN;
    /// How many kinds there are.
    const COUNT: usize = Self::VENUES + 3;

    fn index(level: Level, digits: u8) -> usize {
        let length = LEVELS.iter().position(|known| *known == digits).map_or(0, |length| length + 1);
        usize::from(level.number()).saturating_sub(1) * Self::LENGTHS + length
    }

    const fn bit(index: usize) -> Self {
        Self(1 << index)
    }

    /// The kind of a row, alone.
    pub(super) fn of(row: &RiskRow) -> Self {
        Self::bit(Self::index(row.level, row.place.length()))
    }

    /// The kinds of rows that `accepted` takes.
    fn all(accepted: impl Fn(Level, u8) -> bool) -> Self {
        let mut kinds = Self::default();
        for level in [Level::Low, Level::Medium, Level::High] {
            for digits in [0].into_iter().chain(LEVELS) {
                if accepted(level, digits) {
                    kinds = kinds.or(Self::bit(Self::index(level, digits)));
                }
            }
        }
        kinds
    }

    /// All kinds of a level, however many digits their place has.
    fn of_level(level: Level) -> Self {
        match level {
            Level::None => Self::default(),
            _ => Self(((1 << Self::LENGTHS) - 1) << Self::index(level, 0)),
        }
    }

    /// Those that apply for certain, and of those that apply possibly the taken ones, as if they did.
    pub(super) const fn with(self, taken: Self) -> Self {
        self.certain().or(self.possible().and(taken))
    }

    /// These, and those that apply possibly as if they applied for certain.
    pub(super) const fn at_worst(self) -> Self {
        self.certain().or(self.possible())
    }

    /// Those that apply possibly, as if they alone applied for certain.
    pub(super) const fn possible(self) -> Self {
        Self(self.0 >> Self::CERTAIN).certain()
    }

    /// Those of exposure lists.
    pub(super) const fn of_venues(self) -> Self {
        Self(self.0 >> Self::VENUES << Self::VENUES)
    }

    /// The kind of a level in exposure lists.
    fn at_venue(level: Level) -> usize {
        Self::VENUES + usize::from(level.number()).saturating_sub(1)
    }

    /// The highest level in exposure lists.
    pub(super) fn exposure_level(self) -> Level {
        let met = |level: &Level| self.meet(Self::bit(Self::at_venue(*level)));
        LEVELS_DOWN.into_iter().find(met).unwrap_or_default()
    }

    /// These, as if they applied possibly.
    pub(super) const fn possibly(self) -> Self {
        Self(self.0 << Self::CERTAIN)
    }

    /// Those of rows inside a place with so many digits.
    pub(super) fn inside(place: Place) -> Self {
        Self::all(|_, digits| digits > place.length())
    }

    /// Each of these alone.
    pub(super) fn each(self) -> impl Iterator<Item = Self> + Clone {
        (0..Self::COUNT).map(Self::bit).filter(move |kind| kind.meet(self))
    }

    /// Those that apply for certain.
    pub(super) const fn certain(self) -> Self {
        Self(self.0 & ((1 << Self::CERTAIN) - 1))
    }

    /// The highest level among those that apply for certain.
    pub(super) fn level(self) -> Level {
        LEVELS_DOWN.into_iter().find(|level| self.meet(Self::of_level(*level))).unwrap_or_default()
    }

    /// The kinds of rows that a measure counts.
    pub(super) fn wanted(measure: &Measure) -> Self {
        let counts = |level: Level| measure.levels.is_empty() || measure.levels.contains(&level);
        if measure.count.reads_exposures() {
            let levels = LEVELS_DOWN.into_iter().filter(|level| counts(*level));
            return levels.fold(Self::default(), |kinds, level| kinds.or(Self::bit(Self::at_venue(level))));
        }
        let certain =
            Self::all(|level, digits| counts(level) && measure.row_digits.is_none_or(|least| digits >= least));
        match measure.certainty {
            Some(Certainty::Possible) => certain.or(certain.possibly()),
            None => certain,
        }
    }

    /// Those that are among the others too.
    pub(super) const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// These and the others.
    pub(super) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether any of them is among the others.
    pub(super) const fn meet(self, others: Self) -> bool {
        self.0 & others.0 != 0
    }
}

/// A visit with the risk levels that apply to it.
#[derive(Clone)]
pub struct Exposure<'a> {
    /// The visit.
    pub visit: &'a Visit,
    /// The highest level in the window, for certain.
    pub level: Level,
    /// The highest level in the window that it may have been: of the rows inside its place, too.
    pub possible: Level,
    /// Whether rows inside its place apply possibly.
    pub unclear: bool,
    /// Whether it is still going on.
    pub open: bool,
    /// The start of the counted time: within the window.
    pub from: Time,
    /// The end of the counted time: now at the latest.
    pub end: Time,
    /// The rows that apply, also those that have just begun and have no length.
    kinds: RowSet,
    /// The rows that apply now, while it is going on.
    now: RowSet,
    /// While the same rows apply: in order, without overlaps and without times of no risk.
    stretches: Vec<Stretch>,
}

/// A time in which the same kinds of rows apply.
#[derive(Clone, Copy)]
struct Stretch {
    from: Time,
    end: Time,
    kinds: RowSet,
}

/// Looks up visits one after another; those of one place share what the tables say of it.
pub struct LookUp<'t> {
    tables: Tables<'t>,
    /// What the exposure lists say of the diary.
    matched: Tables<'t, Matched>,
    start: Time,
    now: Time,
    place: Option<(Place, Vec<Place>)>,
    /// The rows that apply at that place, outside of those in it, from `start` until `now`.
    applied: Vec<Applied>,
    venue: Option<Seed>,
    /// What applies at that place and venue: in order, without overlaps and without times of no risk.
    there: Vec<Stretch>,
}

impl<'t> LookUp<'t> {
    /// In these tables and what exposure lists say of the diary, from the start of the window until now.
    #[must_use]
    pub const fn new(tables: Tables<'t>, matched: Tables<'t, Matched>, start: Time, now: Time) -> Self {
        Self { tables, matched, start, now, place: None, applied: Vec::new(), venue: None, there: Vec::new() }
    }

    /// Looks up the levels of a visit; `None` if it has not begun, or was over before the window.
    ///
    /// # Errors
    /// [`EvaluateError::BudgetSpent`]: a place costs a search and its rows, a visit what applies during it.
    pub fn exposure<'a>(
        &mut self,
        visit: &'a Visit,
        budget: &mut Budget,
    ) -> Result<Option<Exposure<'a>>, EvaluateError> {
        budget.spend(STAY_STEPS)?;
        let (start, now) = (self.start, self.now);
        let Some((arrive, end)) = visit.span_until(now) else { return Ok(None) };
        let open = visit.is_open(now);
        if end < start || (end == start && !open) {
            return Ok(None);
        }
        if self.place.as_ref().is_none_or(|(place, not_in)| *place != visit.place || not_in != visit.not_in()) {
            self.go_to(visit.place, visit.not_in(), budget)?;
            self.enter(None, budget)?;
        }
        let venue = visit.venue.as_ref().map(|venue| venue.seed);
        if self.venue != venue {
            self.enter(venue, budget)?;
        }
        let counted = if open { arrive.plus(whole(now.since(arrive))) } else { end };
        let from = arrive.max(start);
        let (kinds, level) = (RowSet::default(), Level::None);
        let counted = counted.max(from);
        let mut exposure = Exposure {
            visit,
            level,
            possible: level,
            unclear: false,
            open,
            from,
            end: counted,
            kinds,
            now: kinds,
            stretches: Vec::new(),
        };
        let first = self.there.partition_point(|stretch| stretch.end <= from);
        let later = self.there.get(first..).unwrap_or_default();
        for stretch in later.iter().take_while(|stretch| stretch.from <= end) {
            budget.spend(STRETCH_STEPS)?;
            let touched = from.max(stretch.from) < end.min(stretch.end);
            // Somebody who has just arrived, or arrived and left at once, was there all the same.
            let stood = (open || from == end) && end < stretch.end;
            if touched || stood {
                exposure.kinds = exposure.kinds.or(stretch.kinds);
                if open && now < stretch.end {
                    exposure.now = exposure.now.or(stretch.kinds);
                }
                let (from, end) = (from.max(stretch.from), counted.min(stretch.end));
                if from < end {
                    exposure.stretches.push(Stretch { from, end, kinds: stretch.kinds });
                }
            }
        }
        exposure.level = exposure.kinds.level();
        exposure.possible = exposure.kinds.at_worst().level();
        exposure.unclear = exposure.kinds.possible() != RowSet::default();
        Ok(Some(exposure))
    }

    /// Looks up a place, outside of those in it.
    fn go_to(&mut self, place: Place, not_in: &[Place], budget: &mut Budget) -> Result<(), EvaluateError> {
        budget.spend(SEARCH_STEPS * self.tables.len())?;
        let mut applied = Vec::new();
        let mut apply = |row: &RiskRow, kind: usize, budget: &mut Budget| {
            budget.spend(LOOK_STEPS)?;
            let end = row.to.unwrap_or(Time::from_unix(i64::MAX));
            if row.from <= self.now && self.start < end {
                budget.spend(APPLIED_STEPS + applied.len() / 8)?;
                join(&mut applied, (row.from, end, kind));
            }
            Ok(())
        };
        for row in self.tables.covering(place) {
            apply(&row, RowSet::index(row.level, row.place.length()), budget)?;
        }
        let mut inside = self.tables.inside(place);
        for row in inside.by_ref().take(RISK_ROWS_INSIDE) {
            budget.spend(not_in.len() / 16)?;
            if !is_in(row.place, not_in, place) {
                apply(&row, RowSet::CERTAIN + RowSet::index(row.level, row.place.length()), budget)?;
            }
        }
        if inside.next().is_some() {
            // Nobody can be asked about so many: any of them may apply, at any time.
            let all = RowSet::inside(place).possibly();
            let always = (self.start, Time::from_unix(i64::MAX));
            let kinds = (0..RowSet::COUNT).filter(|kind| all.meet(RowSet::bit(*kind)));
            kinds.for_each(|kind| join(&mut applied, (always.0, always.1, kind)));
        }
        self.applied = applied;
        self.place = Some((place, not_in.to_vec()));
        Ok(())
    }

    /// Adds what exposure lists say of a venue at the place: that of the seed, or none.
    fn enter(&mut self, venue: Option<Seed>, budget: &mut Budget) -> Result<(), EvaluateError> {
        let mut applied = self.applied.clone();
        if let Some(seed) = &venue {
            budget.spend(APPLIED_STEPS * applied.len())?;
            for matched in self.matched.usable() {
                budget.spend(LOOK_STEPS + matched.found().len() / 8)?;
                for met in matched.found() {
                    if met.seed == *seed {
                        budget.spend(APPLIED_STEPS + applied.len() / 8)?;
                        join(&mut applied, (met.quarter.start(), met.quarter.end(), RowSet::at_venue(met.level)));
                    }
                }
            }
        }
        self.there = stretches(&applied);
        self.venue = venue;
        Ok(())
    }
}

/// Whether a place is in one of those that lie inside a wider one.
pub(super) fn is_in(place: Place, listed: &[Place], wide: Place) -> bool {
    listed.iter().any(|listed| wide.length() < listed.length() && listed.contains(place))
}

/// When rows of a kind apply, from when until when, with the index of the kind.
type Applied = (Time, Time, usize);

/// Adds a time to those in which rows apply: to one of the same kind that it meets, if there is one.
fn join(applied: &mut Vec<Applied>, (from, end, kind): Applied) {
    let meets = |known: &&mut Applied| known.2 == kind && known.0 <= end && from <= known.1;
    match applied.iter_mut().find(meets) {
        Some(known) => (known.0, known.1) = (known.0.min(from), known.1.max(end)),
        None => applied.push((from, end, kind)),
    }
}

/// The time in which these rows apply, each with the index of its kind, divided where they change.
fn stretches(applied: &[Applied]) -> Vec<Stretch> {
    // At most one row applies at most places.
    if let [(from, end, kind)] = *applied {
        return vec![Stretch { from, end, kinds: RowSet::bit(kind) }];
    }
    let mut changes: Vec<(Time, usize, i32)> = Vec::with_capacity(2 * applied.len());
    for (from, end, kind) in applied {
        for (at, change) in [(*from, 1), (*end, -1)] {
            let position = changes.partition_point(|(before, ..)| *before <= at);
            changes.insert(position, (at, *kind, change));
        }
    }
    let mut counts = [0; RowSet::COUNT];
    let mut stretches: Vec<Stretch> = Vec::new();
    let (mut since, mut kinds) = (Time::from_unix(i64::MIN), RowSet::default());
    for together in changes.chunk_by(|a, b| a.0 == b.0) {
        let Some((at, ..)) = together.first().copied() else { continue };
        let mut then = kinds;
        for (_, kind, change) in together {
            if let Some(count) = counts.get_mut(*kind) {
                *count += change;
                let bit = RowSet::bit(*kind);
                then = if *count > 0 { then.or(bit) } else { RowSet(then.0 & !bit.0) };
            }
        }
        if then != kinds {
            if kinds != RowSet::default() {
                stretches.push(Stretch { from: since, end: at, kinds });
            }
            (since, kinds) = (at, then);
        }
    }
    stretches
}

impl Exposure<'_> {
    /// As if of what applies possibly these kinds applied for certain, and nothing else.
    pub(super) fn at_worst(&mut self, taken: RowSet) {
        self.keep(|kinds| kinds.with(taken));
    }

    /// The kinds of rows that apply possibly.
    pub(super) const fn possible_kinds(&self) -> RowSet {
        self.kinds.possible()
    }

    /// That it is unclear, as a cause.
    pub(super) fn cause(&self) -> Cause {
        let Visit { place, arrive, leave, mode, .. } = *self.visit;
        Cause::VisitUnclear { place, level: self.possible, arrive, leave: leave.filter(|_| !self.open), mode }
    }

    /// As if what applies possibly did not apply.
    pub(super) fn at_best(&mut self) {
        self.keep(RowSet::certain);
        self.unclear = false;
    }

    fn keep(&mut self, kept: impl Fn(RowSet) -> RowSet) {
        let stretches = self.stretches.iter_mut().map(|stretch| &mut stretch.kinds);
        for kinds in [&mut self.kinds, &mut self.now].into_iter().chain(stretches) {
            // Nothing that an exposure list says is possible alone.
            *kinds = kept(*kinds).or(kinds.of_venues());
        }
        self.level = self.kinds.level();
        self.possible = self.level;
    }

    /// What reading it costs, in steps.
    pub(super) const fn steps(&self) -> usize {
        LOOK_STEPS * (1 + self.stretches.len())
    }

    /// When rows of these kinds applied, since `start`: in order, without overlaps.
    pub(super) fn spans_at(&self, kinds: RowSet, start: Time) -> impl Iterator<Item = (Time, Time)> {
        let meant = self.stretches.iter().filter(move |stretch| stretch.kinds.meet(kinds));
        meant.map(move |stretch| (start.max(stretch.from), stretch.end)).filter(|(from, end)| from < end)
    }

    /// How long rows of these kinds applied since `start`, in whole minutes.
    pub(super) fn minutes_at(&self, kinds: RowSet, start: Time) -> i64 {
        self.spans_at(kinds, start).map(|(from, end)| end.since(from).as_seconds()).sum::<i64>() / 60
    }

    /// Whether it is going on and rows of these kinds apply now.
    pub(super) const fn goes_on(&self, kinds: RowSet) -> bool {
        self.now.meet(kinds)
    }

    /// The highest level that exposure lists have of its venue, while it lasted.
    pub(super) fn exposure_level(&self) -> Level {
        self.kinds.exposure_level()
    }

    /// When exposure lists have its venue, while it lasted: in order, without overlaps.
    pub(super) fn exposed(&self) -> impl Iterator<Item = (Time, Time)> {
        self.spans_at(self.kinds.of_venues(), self.from)
    }

    /// How long that was, in whole minutes.
    pub(super) fn exposure_minutes(&self) -> i64 {
        self.minutes_at(self.kinds.of_venues(), self.from)
    }

    /// Whether any row applies, for certain or possibly.
    pub(super) fn is_exposed(&self) -> bool {
        self.kinds != RowSet::default()
    }

    /// Whole minutes at the highest level.
    #[must_use]
    pub fn risk_minutes(&self) -> i64 {
        self.minutes_at(RowSet::of_level(self.level), self.from)
    }

    /// The number of digits of the narrowest place whose row gave the highest level; 0 if there is none.
    #[must_use]
    pub fn row_digits(&self) -> u8 {
        // Without a level, no kind of row applies.
        let at_worst = |digits: &&u8| self.kinds.meet(RowSet::bit(RowSet::index(self.level, **digits)));
        LEVELS.iter().rev().find(at_worst).copied().unwrap_or(0)
    }
}

fn whole(span: Span) -> Span {
    Span::seconds(span.as_seconds() - span.as_seconds().rem_euclid(QUANTUM.as_seconds()))
}

/// Whole minutes that the spans cover, counting overlaps once.
///
/// # Errors
/// If they must be sorted, and the budget is spent.
pub(super) fn minutes(mut spans: Vec<(Time, Time)>, budget: &mut Budget) -> Result<i64, EvaluateError> {
    if !spans.is_sorted() {
        budget.spend(SORT_STEPS * spans.len())?;
        spans = sorted(spans, |(from, end)| [from.unix(), end.unix(), 0, 0]);
    }
    let mut seconds = 0;
    let mut covered = Time::from_unix(i64::MIN);
    for (from, end) in spans {
        let from = covered.max(from);
        seconds += end.since(from).as_seconds().max(0);
        covered = covered.max(end);
    }
    Ok(seconds / 60)
}

#[cfg(test)]
#[cfg(feature = "authoring")]
mod tests {
    use super::*;
    use crate::authoring::source::trial_pack;
    use crate::colour::Colour;
    use crate::facts::Mode;
    use crate::risk::RiskTable;
    use crate::rules::evaluate::samples::{NOW, ON_VISIT, covered, hubei, time, visit};
    use crate::rules::evaluate::{Inputs, decide, decide_within};

    #[test]
    fn a_visit_that_ends_as_the_risk_begins_colours_nobody() {
        let (pack, risk) = (trial_pack(ON_VISIT), hubei());
        let colour = |arrive: &str, leave: &str| {
            let diary = [visit("4201", arrive, leave)];
            decide(
                &pack,
                &Inputs { diary: &diary, risk: Tables::new(&covered(&risk)), ..Inputs::default() },
                time("01-25T09:00:00"),
            )
            .colour
        };
        assert_eq!(colour("01-23T20:00:00", "01-24T00:00:00"), Colour::Green);
        assert_eq!(colour("01-23T20:00:00", "01-24T00:00:01"), Colour::Red);
    }

    #[test]
    fn who_is_there_when_the_risk_begins_is_exposed_and_who_comes_as_it_ends_is_not() {
        let (from, to) = (time("02-03T00:00:00"), time("02-10T12:00:00"));
        let place = Place::parse("42").unwrap();
        let risk =
            RiskTable::new(vec![RiskRow { place, compound: None, from, to: Some(to), level: Level::High }]).unwrap();
        let pack = trial_pack(ON_VISIT);
        let colour = |arrive: &str, now: Time| {
            let diary = [visit("4201", arrive, "")];
            decide(&pack, &Inputs { diary: &diary, risk: Tables::new(&covered(&risk)), ..Inputs::default() }, now)
                .colour
        };
        let second = Span::seconds(1);
        assert_eq!(colour("02-02T20:00:00", from.minus(second)), Colour::Green);
        assert_eq!(colour("02-02T20:00:00", from), Colour::Red);
        assert_eq!(colour("02-10T11:59:59", to.minus(second)), Colour::Red);
        assert_eq!(colour("02-10T12:00:00", to), Colour::Green);
    }

    #[test]
    fn what_ended_as_the_window_began_is_not_read() {
        let any_visit =
            ON_VISIT.replace("course = 'c'", "colour = 'red'").replace("visit.level == 3", "visit.level >= 0");
        let pack = trial_pack(&any_visit);
        let risk = hubei();
        let colour = |leave: &str| {
            let diary = [visit("4201", "01-28T20:00:00", leave)];
            decide(&pack, &Inputs { diary: &diary, risk: Tables::new(&covered(&risk)), ..Inputs::default() }, time(NOW))
                .colour
        };
        assert_eq!(colour("01-28T22:00:00"), Colour::Green);
        assert_eq!(colour("01-29T00:00:00"), Colour::Green);
        assert_eq!(colour("01-29T00:00:01"), Colour::Red);
    }

    #[test]
    fn each_visit_takes_steps_each_place_a_search_and_what_applies_a_few_more() {
        let (pack, risk) = (trial_pack(""), hubei());
        let steps = |diary: &[Visit]| {
            let mut budget = Budget::default();
            let before = budget.left();
            let tables = covered(&risk);
            let inputs = Inputs { diary, risk: Tables::new(&tables), ..Inputs::default() };
            decide_within(&pack, &inputs, time(NOW), &mut budget);
            usize::try_from(before - budget.left()).unwrap()
        };
        let (home, away) = (visit("3301", "02-10T08:00:00", ""), visit("4201", "02-09T08:00:00", "02-09T09:00:00"));
        assert_eq!(steps(std::slice::from_ref(&home)), STAY_STEPS + SEARCH_STEPS);
        let wuhan = SEARCH_STEPS + LOOK_STEPS + APPLIED_STEPS;
        assert_eq!(steps(std::slice::from_ref(&away)), STAY_STEPS + wuhan + STRETCH_STEPS);
        let again = Visit { mode: Mode::Rail, ..away.clone() };
        assert_eq!(
            steps(&[home, away, again]),
            3 * STAY_STEPS + SEARCH_STEPS + wuhan + 2 * STRETCH_STEPS,
            "its place is looked up already"
        );
    }
}
