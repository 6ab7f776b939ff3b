//! Changes of the log, by one rule for reports, with the trips told in them, and for visits: an entry that was wrong stays in
//! sight, marked, and what corrects it counts as if it had been entered in the first place. And what a change would come to,
//! before it counts.

use super::error::HolderError;
use super::state::Holder;
use crate::assess::Assessment;
use crate::calendar::Time;
use crate::cbor::{Cbor, Reader, Writer, cbor_map, to_bytes};
use crate::compare::{Comparison, Noted, compare};
use crate::error::family_errors;
use crate::facts::{Answers, Correction, Report, Visit};
use crate::limits::{CORRECTIONS, DIARY_VISITS, REPORTS};
use crate::place::Place;
use crate::private::private_debug;
use crate::rules::pack::CORRECT_WITHIN;
use crate::rules::questionnaire::AnswerProblem;

family_errors! {
    /// Why an entry is not corrected.
    CorrectionError {
        /// The time for it is over.
        Late = "correction-late", "the time is over in which the rules let this entry be corrected";
        /// There never was such an entry, or it is too old to be kept.
        Unknown = "correction-unknown", "there is no such entry";
        /// It was corrected or removed already.
        Done = "correction-done", "this entry was corrected already: look again at what stands in its place";
        /// The correction says what the entry says.
        Same = "correction-same", "the correction says the same as the entry";
        /// There are as many corrections as a phone keeps.
        TooMany = "correction-too-many", "the phone keeps no more corrections; older ones are dropped as they leave the window";
    }
}

/// A change of the log.
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify), serde(untagged))]
pub enum LogChange {
    /// A report is submitted; or answers come into the place of those that a report of the log has, and count from its moment
    /// on.
    Report {
        /// Its answers.
        answers: Answers,
        /// The report, as the log has it, that is corrected; absent of a new one.
        #[cfg_attr(target_arch = "wasm32", tsify(optional))]
        corrects: Option<Report>,
    },
    /// A visit is added to the diary; or removed, or replaced by another, which are corrections. One that only ends the other
    /// after it was entered, or says more exactly where it was, is none: it may come at any time.
    Visit {
        /// The visit, as the diary has it, that is no longer to be there.
        #[cfg_attr(target_arch = "wasm32", tsify(optional))]
        remove: Option<Visit>,
        /// The visit that is to be there.
        #[cfg_attr(target_arch = "wasm32", tsify(optional))]
        add: Option<Visit>,
    },
}

/// What a change of the log would come to.
pub struct Preview {
    /// How the colour now would differ.
    pub comparison: Comparison,
    /// What would be assessed.
    pub assessment: Assessment,
}

/// A visit that more was said of than when it was entered: that it ended, or where exactly it was.
#[derive(Clone)]
pub(super) struct Continued {
    /// As it is in the diary.
    pub(super) visit: Visit,
    /// As it was entered.
    pub(super) first: Visit,
    /// When the last was said.
    pub(super) at: Time,
}
cbor_map!(Continued { 0 visit, 1 first, 2 at });

/// A list that states of an earlier form do not have: it is left out while it is empty.
#[derive(Clone)]
pub(super) struct Later<T>(pub(super) Vec<T>);

impl<T> Default for Later<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: Cbor> Cbor for Later<T> {
    fn write(&self, w: &mut Writer) {
        self.0.write(w);
    }

    fn read(r: &mut Reader<'_>) -> Option<Self> {
        Vec::read(r).map(Self).filter(|list| !list.0.is_empty())
    }

    fn is_absent(&self) -> bool {
        self.0.is_empty()
    }

    fn absent() -> Option<Self> {
        Some(Self::default())
    }
}

/// Where an entry of a list goes: a place in it, whether something is there, and what comes there, or has been there.
struct Exchange<T> {
    at: usize,
    there: bool,
    entry: Option<T>,
}

impl<T> Exchange<T> {
    /// In the place of the entry with this index, or of none, as a new one.
    fn new(list: &[T], at: Option<usize>, entry: Option<T>) -> Self {
        Self { at: at.unwrap_or(list.len()), there: at.is_some(), entry }
    }

    /// Puts the entry there and takes what was there; a second time, that is undone.
    fn swap(&mut self, list: &mut Vec<T>) {
        let before = self.there.then(|| list.remove(self.at));
        let new = core::mem::replace(&mut self.entry, before);
        self.there = new.is_some();
        if let Some(new) = new {
            list.insert(self.at, new);
        }
    }
}

/// Why an entry that is not there is not corrected.
fn gone(corrected: bool) -> HolderError {
    if corrected { CorrectionError::Done } else { CorrectionError::Unknown }.into()
}

/// A change that may be made.
#[expect(clippy::large_enum_variant, reason = "there is one at a time")]
enum Step {
    Report(Exchange<Report>),
    Visit {
        visit: Exchange<Visit>,
        /// What comes into its place, also if the diary has it already.
        by: Option<Visit>,
        /// When it was entered, or what it corrects or goes on from.
        entered: Time,
        corrects: bool,
        /// What it was at first, and when it was said to go on from that.
        continued: Option<(Visit, Time)>,
    },
}

impl Holder {
    /// Changes the log. If anything is wrong with the answers of a report, nothing is kept, and the problem with each is
    /// returned.
    ///
    /// # Errors
    /// [`HolderError::NoRules`], [`HolderError::VisitOrder`], [`HolderError::VisitInFuture`], [`HolderError::Full`] or a
    /// `correction-…` code.
    pub fn change(&mut self, change: LogChange, now: Time) -> Result<Vec<AnswerProblem>, HolderError> {
        let latest = self.latest(now);
        let mut step = match self.step(change, now)? {
            Ok(step) => step,
            Err(problems) => return Ok(problems),
        };
        self.swap(&mut step);
        let state = &mut self.state;
        let correction = match step {
            Step::Report(report) => Correction { at: latest, report: report.entry, visit: None, by: None },
            Step::Visit { visit: Exchange { at, there, entry }, by, entered, corrects, continued } => {
                state.continued.0.retain(|known| Some(&known.visit) != entry.as_ref());
                if entry.is_some() {
                    state.entered.0.remove(at);
                }
                if there {
                    state.entered.0.insert(at, entered);
                }
                if let (true, Some(visit), Some((first, at))) = (there, &by, continued)
                    && *visit != first
                {
                    state.continued.0.push(Continued { visit: visit.clone(), first, at });
                }
                Correction { at: latest, report: None, visit: entry.filter(|_| corrects), by }
            }
        };
        if correction.report.is_some() || correction.visit.is_some() {
            state.corrections.0.push(correction);
        }
        Ok(Vec::new())
    }

    /// What a change of the log would come to: it is made, assessed, and undone. Problems with the answers of a report come in
    /// its place.
    ///
    /// # Errors
    /// As [`Holder::change`].
    pub fn preview(
        &mut self,
        change: LogChange,
        now: Time,
        here: Option<Place>,
    ) -> Result<Result<Preview, Vec<AnswerProblem>>, HolderError> {
        let mut step = match self.step(change, now)? {
            Ok(step) => step,
            Err(problems) => return Ok(Err(problems)),
        };
        let before = Noted::from(&self.assess(now, here)?);
        self.swap(&mut step);
        let assessment = self.assess(now, here);
        self.swap(&mut step);
        let assessment = assessment?;
        Ok(Ok(Preview { comparison: compare(&before, &assessment), assessment }))
    }

    /// Makes a step, as far as rules see it, or undoes it.
    fn swap(&mut self, step: &mut Step) {
        match step {
            Step::Report(report) => report.swap(&mut self.state.reports),
            Step::Visit { visit, .. } => {
                visit.swap(&mut self.state.diary);
                self.matched.take();
            }
        }
    }

    /// What a change would do, if it may be made.
    fn step(&mut self, change: LogChange, now: Time) -> Result<Result<Step, Vec<AnswerProblem>>, HolderError> {
        self.drop_old(now);
        match change {
            LogChange::Report { answers, corrects } => self.report_step(answers, corrects, now),
            LogChange::Visit { remove, add } => self.visit_step(remove, add, now).map(Ok),
        }
    }

    fn report_step(
        &self,
        answers: Answers,
        corrects: Option<Report>,
        now: Time,
    ) -> Result<Result<Step, Vec<AnswerProblem>>, HolderError> {
        let reports = &self.state.reports;
        let (mut at, mut moment, mut given_for) = (None, now, self.reporting_for());
        if let Some(before) = corrects {
            // As both are written: nothing else in the phone's engine compares answers.
            let written = to_bytes(&before);
            at = reports.iter().rposition(|report| to_bytes(report) == written && self.reads(report));
            if at.is_none() {
                let mut corrected = self.state.corrections.0.iter().filter_map(|correction| correction.report.as_ref());
                return Err(gone(corrected.any(|report| to_bytes(report) == written)));
            }
            (moment, given_for) = (before.at, before.given_for);
            self.may_correct(moment, to_bytes(&before.answers) == to_bytes(&answers), now)?;
        }
        let report = Report { at: moment, answers, given_for };
        let (_, problems) = self.questions_of(&report.answers, report.at, now)?;
        if !problems.is_empty() {
            Ok(Err(problems))
        } else if at.is_none() && reports.len() >= REPORTS {
            Err(HolderError::Full)
        } else {
            Ok(Ok(Step::Report(Exchange::new(reports, at, Some(report)))))
        }
    }

    fn visit_step(&self, remove: Option<Visit>, add: Option<Visit>, now: Time) -> Result<Step, HolderError> {
        let diary = &self.state.diary;
        if add.as_ref().is_some_and(|add| !add.is_ordered()) {
            return Err(HolderError::VisitOrder);
        }
        if add.as_ref().is_some_and(|add| add.arrive > now) {
            return Err(HolderError::VisitInFuture);
        }
        let (mut at, mut entered, mut corrects, mut continued) = (None, now, false, None);
        if let Some(remove) = &remove {
            at = diary.iter().position(|known| known == remove);
            let Some(at) = at else {
                let mut corrected = self.state.corrections.0.iter().filter_map(|correction| correction.visit.as_ref());
                return Err(gone(corrected.any(|visit| visit == remove)));
            };
            entered = self.state.entered.0.get(at).copied().unwrap_or(remove.arrive);
            let known = self.state.continued.0.iter().find(|known| known.visit == *remove);
            let first = known.map_or(remove, |known| &known.first);
            let goes_on = |before: &Visit| add.as_ref().is_some_and(|add| add.goes_on_from(before, entered));
            corrects = !goes_on(remove);
            // What was said later of a visit may be a slip as well, and has a time of its own: not what was said at first.
            let later = known.map(|known| known.at).filter(|_| add.as_ref() == Some(first) || goes_on(first));
            if corrects {
                self.may_correct(later.unwrap_or(entered), add.as_ref() == Some(remove), now)?;
            }
            continued = if corrects { later } else { Some(self.latest(now)) }.map(|at| (first.clone(), at));
        } else if diary.len() >= DIARY_VISITS {
            return Err(HolderError::Full);
        }
        // What is in the diary already need not come in again.
        let visit = Exchange::new(diary, at, add.clone().filter(|add| !diary.contains(add)));
        Ok(Step::Visit { visit, by: add, entered, corrects, continued })
    }

    /// The latest moment that is known of, which no clock that was set back undoes: now, what was signed, and what was told.
    fn latest(&self, now: Time) -> Time {
        let state = &self.state;
        let reported = state.reports.last().map(|report| report.at);
        let corrected = state.corrections.0.last().map(|correction| correction.at);
        [state.beliefs.issued(), reported, corrected].into_iter().flatten().fold(now, Time::max)
    }

    /// Whether an entry of this moment may be corrected.
    fn may_correct(&self, entered: Time, same: bool, now: Time) -> Result<(), CorrectionError> {
        // Of several rules by the strictest; a phone without rules has a diary all the same.
        let kept = self.kept_rules();
        let rules = core::iter::once(None).chain(kept.into_iter().map(Some)).filter_map(|kept| self.packs(kept));
        let within = rules.map(|rules| rules.at(now).body().correctable()).min().unwrap_or(CORRECT_WITHIN);
        // One that a clock that was ahead has entered is not open until then.
        let latest = self.latest(now);
        if latest.since(entered) >= within || entered.since(latest) >= within {
            Err(CorrectionError::Late)
        } else if self.state.corrections.0.len() >= CORRECTIONS {
            Err(CorrectionError::TooMany)
        } else if same {
            Err(CorrectionError::Same)
        } else {
            Ok(())
        }
    }
}

private_debug!(LogChange, Preview);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authority::*;
    use crate::calendar::Span;
    use crate::colour::Colour;
    use crate::facts::{Answer, Mode, Trip};
    use crate::limits::RETENTION_DAYS;
    use crate::rules::pack::{Pack, Question, QuestionKind};
    use crate::trust::Header;
    use proptest::prelude::*;

    fn minutes(count: i64) -> Span {
        Span::seconds(60 * count)
    }

    fn hours(count: i64) -> Span {
        minutes(60 * count)
    }

    fn visit(code: &str, arrive: Span, leave: Option<Span>) -> Visit {
        let leave = leave.map(|leave| now().minus(leave));
        Visit { place: place(code), arrive: now().minus(arrive), leave, mode: Mode::Stay, not_in: None, venue: None }
    }

    /// A phone whose rules allow corrections for so long.
    fn phone_with(correct_within: Option<Span>) -> Holder {
        let mut holder = phone();
        let header = Header { version: 4, ..header(4, Some("3301")) };
        let rules = signed(&header, &Pack { correct_within, ..pack() }, &["rules-1", "rules-2"]);
        holder.load(&manifest_of(20, &[rules.clone(), risk()]), now()).unwrap();
        holder.load(&rules, now()).unwrap();
        holder
    }

    fn colour(holder: &Holder, now: Time) -> Colour {
        holder.assess(now, None).unwrap().colour
    }

    fn correct(report: &Report, fever: bool) -> LogChange {
        LogChange::Report { answers: answers(fever), corrects: Some(report.clone()) }
    }

    fn removal(visit: &Visit) -> LogChange {
        LogChange::Visit { remove: Some(visit.clone()), add: None }
    }

    fn replacement(visit: &Visit, by: &Visit) -> LogChange {
        LogChange::Visit { remove: Some(visit.clone()), add: Some(by.clone()) }
    }

    #[test]
    fn a_slip_is_put_right_a_minute_later_and_stays_in_sight() {
        let mut holder = phone();
        holder.submit(answers(true), now()).unwrap();
        assert_eq!(colour(&holder, now()), Colour::Yellow);
        let wrong = holder.reports()[0].clone();
        let later = now().plus(minutes(1));
        let preview = holder.preview(correct(&wrong, false), later, None).unwrap().unwrap();
        assert_eq!((preview.comparison.before, preview.comparison.after), (Colour::Yellow, Colour::Green));
        assert_eq!(holder.reports(), std::slice::from_ref(&wrong), "nothing has happened yet");
        assert_eq!(holder.change(correct(&wrong, false), later).unwrap(), []);
        assert_eq!(colour(&holder, later), Colour::Green);
        // It counts from the moment of the slip on.
        assert_eq!(holder.reports(), [Report { at: now(), answers: answers(false), given_for: None }]);
        let was = |report: &Report| Correction { at: later, report: Some(report.clone()), visit: None, by: None };
        assert_eq!(holder.corrections(), [was(&wrong)]);
        let again = Holder::restore(roots(), &holder.save(), later).unwrap();
        assert!(again.corrections() == holder.corrections() && again.save() == holder.save());
        assert_eq!(
            code_of(holder.change(correct(&wrong, false), later)),
            "correction-done",
            "by a page that did not hear of it"
        );
        assert_eq!(code_of(holder.change(correct(&holder.reports()[0].clone(), false), later)), "correction-same");
    }

    #[test]
    fn what_is_wrong_with_a_correction_is_said() {
        let mut holder = phone();
        holder.submit(answers(true), now()).unwrap();
        let report = holder.reports()[0].clone();
        let other = Report { at: now().minus(minutes(1)), ..report.clone() };
        assert_eq!(code_of(holder.change(correct(&other, false), now())), "correction-unknown");
        assert_eq!(code_of(holder.change(correct(&report, true), now())), "correction-same");
        let mut missing = answers(false);
        missing.remove("home");
        let faults =
            holder.change(LogChange::Report { answers: missing, corrects: Some(report.clone()) }, now()).unwrap();
        assert_eq!(faults.iter().map(|fault| &*fault.question).collect::<Vec<_>>(), ["home"]);
        assert!(holder.reports() == std::slice::from_ref(&report) && holder.corrections().is_empty());
        let stay = visit("3301", hours(2), Some(hours(1)));
        assert_eq!(code_of(holder.change(removal(&stay), now())), "correction-unknown");
        holder.add_visit(stay.clone(), now()).unwrap();
        assert_eq!(code_of(holder.change(replacement(&stay, &stay), now())), "correction-same");
        let backwards = visit("3301", hours(1), Some(hours(2)));
        assert_eq!(code_of(holder.change(replacement(&stay, &backwards), now())), "holder-visit-order");
        let to_come = visit("3301", minutes(-1), None);
        assert_eq!(code_of(holder.change(replacement(&stay, &to_come), now())), "holder-visit-in-future");
        holder.change(removal(&stay), now()).unwrap();
        assert_eq!(code_of(holder.change(removal(&stay), now())), "correction-done");
        let removed = Correction { at: now(), report: None, visit: Some(stay), by: None };
        assert_eq!(holder.corrections(), [removed]);
    }

    #[test]
    fn the_rules_say_until_when() {
        for (within, told) in [(None, hours(24)), (Some(hours(2)), hours(2)), (Some(Span::days(3)), Span::days(3))] {
            let mut holder = phone_with(within);
            holder.submit(answers(true), now()).unwrap();
            let stay = visit("4201", Span::days(9), Some(Span::days(8)));
            holder.add_visit(stay.clone(), now()).unwrap();
            let report = holder.reports()[0].clone();
            let late = now().plus(told);
            for change in [correct(&report, false), removal(&stay)] {
                assert_eq!(code_of(holder.change(change, late)), "correction-late");
            }
            let last = late.minus(Span::seconds(1));
            holder.change(correct(&report, false), last).unwrap();
            holder.change(removal(&stay), last).unwrap();
        }
        let mut never = phone_with(Some(Span::ZERO));
        never.submit(answers(true), now()).unwrap();
        let report = never.reports()[0].clone();
        assert_eq!(code_of(never.change(correct(&report, false), now())), "correction-late");
    }

    #[test]
    fn what_goes_on_from_a_visit_is_no_correction() {
        let mut holder = phone_with(Some(Span::ZERO));
        let there = visit("420106", Span::days(5), None);
        holder.add_visit(there.clone(), now().minus(Span::days(5))).unwrap();
        let left = Visit { leave: Some(now()), ..there.clone() };
        holder.change(replacement(&there, &left), now()).unwrap();
        let exactly = Visit { not_in: Some(vec![place("420106001")]), ..left.clone() };
        holder.change(replacement(&left, &exactly), now()).unwrap();
        let narrower = Visit { place: place("420106002"), ..exactly.clone() };
        holder.change(replacement(&exactly, &narrower), now()).unwrap();
        assert!(holder.corrections().is_empty() && holder.diary() == std::slice::from_ref(&narrower));
        for other in [
            exactly,
            Visit { leave: None, ..narrower.clone() },
            Visit { arrive: narrower.arrive.plus(minutes(1)), ..narrower.clone() },
            Visit { mode: Mode::Rail, ..narrower.clone() },
            Visit { place: place("4202"), ..narrower.clone() },
        ] {
            assert_eq!(code_of(holder.change(replacement(&narrower, &other), now())), "correction-late");
        }
    }

    #[test]
    fn an_end_before_it_was_entered_contradicts_what_was_said_then() {
        let mut holder = phone_with(Some(Span::ZERO));
        let there = visit("4201", Span::days(9), None);
        let entered = now().minus(hours(2));
        holder.add_visit(there.clone(), entered).unwrap();
        let left = |at: Time| replacement(&there, &Visit { leave: Some(at), ..there.clone() });
        assert_eq!(code_of(holder.change(left(there.arrive.plus(minutes(1))), now())), "correction-late");
        assert_eq!(code_of(holder.change(left(entered.minus(minutes(1))), now())), "correction-late");
        holder.change(left(entered), now()).unwrap();
        assert_eq!(holder.corrections(), []);
        let mut holder = phone();
        holder.add_visit(there.clone(), entered).unwrap();
        holder.change(left(there.arrive.plus(minutes(1))), now()).unwrap();
        assert_eq!(holder.corrections()[0].visit.as_ref(), Some(&there), "in time it may be, in sight");
    }

    #[test]
    fn what_is_said_later_of_a_visit_gives_no_more_time_for_what_was_said_at_first() {
        let mut holder = phone();
        let there = visit("420106", hours(30), None);
        holder.add_visit(there.clone(), now().minus(hours(30))).unwrap();
        let mut known = there.clone();
        // Ended and gone on with again and again: each is a slip that may be corrected.
        for hour in 0..40 {
            let now = now().plus(hours(hour));
            let leave = if known.leave.is_none() { Some(now) } else { None };
            let next = Visit { leave, ..there.clone() };
            holder.change(replacement(&known, &next), now).unwrap();
            known = next;
            let other = Visit { place: place("330106"), ..known.clone() };
            assert_eq!(code_of(holder.change(replacement(&known, &other), now)), "correction-late");
            assert_eq!(code_of(holder.change(removal(&known), now)), "correction-late");
        }
        let again = Holder::restore(roots(), &holder.save(), now()).unwrap();
        assert!(again.save() == holder.save());
    }

    #[test]
    fn a_slip_in_where_exactly_it_was_can_be_put_right() {
        let mut holder = phone();
        let there = visit("420106", Span::days(4), Some(Span::days(3)));
        holder.add_visit(there.clone(), now().minus(Span::days(3))).unwrap();
        let at = |code: &str| Visit { place: place(code), ..there.clone() };
        let (wrong, right) = (at("420106001"), at("420106002"));
        holder.change(replacement(&there, &wrong), now()).unwrap();
        let mut restored = Holder::restore(roots(), &holder.save(), now()).unwrap();
        let last = now().plus(hours(24)).minus(minutes(1));
        assert_eq!(code_of(restored.change(replacement(&wrong, &at("420107")), last)), "correction-late");
        restored.change(replacement(&wrong, &right), last).unwrap();
        assert_eq!((restored.diary(), restored.corrections().len()), (&[right.clone()][..], 1));
        let late = last.plus(minutes(1));
        assert_eq!(code_of(restored.change(replacement(&right, &there), late)), "correction-late");
    }

    #[test]
    fn a_clock_that_was_set_back_gives_no_more_time_and_hides_nothing() {
        let mut holder = phone();
        holder.submit(answers(true), now()).unwrap();
        let fever = holder.reports()[0].clone();
        let later = now().plus(hours(24));
        holder.submit(answers(true), later).unwrap();
        for back in [now().plus(hours(1)), Time::from_unix(0)] {
            assert_eq!(code_of(holder.change(correct(&fever, false), back)), "correction-late");
        }
        let newer = holder.reports()[1].clone();
        holder.change(correct(&newer, false), Time::from_unix(0)).unwrap();
        holder.submit(answers(false), later.plus(minutes(1))).unwrap();
        assert_eq!(holder.corrections().iter().map(|one| one.at).collect::<Vec<_>>(), [later]);
        // Entered by a clock that was weeks ahead, it is not open for weeks.
        let stay = visit("4201", hours(2), Some(hours(1)));
        holder.add_visit(stay.clone(), now().plus(Span::days(40))).unwrap();
        assert_eq!(code_of(holder.change(removal(&stay), later.plus(Span::days(3)))), "correction-late");
    }

    #[test]
    fn of_two_reports_of_one_moment_each_can_be_corrected() {
        let mut holder = phone();
        for fever in [true, false] {
            holder.submit(answers(fever), now()).unwrap();
        }
        let wrong = holder.reports()[0].clone();
        holder.change(correct(&wrong, false), now()).unwrap();
        assert!(holder.reports().iter().all(|report| report.answers == answers(false)));
        assert_eq!(holder.corrections()[0].report, Some(wrong));
    }

    #[test]
    fn who_says_too_soon_that_they_left_can_correct_it() {
        let mut holder = phone();
        let there = visit("3301", Span::days(5), None);
        holder.add_visit(there.clone(), now().minus(Span::days(5))).unwrap();
        let left = Visit { leave: Some(now()), ..there.clone() };
        holder.change(replacement(&there, &left), now()).unwrap();
        holder.change(replacement(&left, &there), now().plus(minutes(1))).unwrap();
        assert_eq!(holder.diary(), [there]);
    }

    #[test]
    fn no_more_is_corrected_than_is_kept() {
        let mut holder = phone();
        let stay = |n: usize| visit("3302", minutes(i64::try_from(700 + n).unwrap()), Some(minutes(1)));
        for n in 0..CORRECTIONS {
            holder.add_visit(stay(n), now()).unwrap();
            holder.change(removal(&stay(n)), now()).unwrap();
        }
        holder.add_visit(stay(CORRECTIONS), now()).unwrap();
        assert_eq!(code_of(holder.change(removal(&stay(CORRECTIONS)), now())), "correction-too-many");
        assert!(Holder::restore(roots(), &holder.save(), now()).is_ok());
        let mut more = Holder::restore(roots(), &holder.save(), now()).unwrap();
        more.state.corrections.0.push(holder.corrections()[0].clone());
        assert_eq!(code_of(Holder::restore(roots(), &more.save(), now())), "holder-state-damaged");
        // They are dropped with what they corrected.
        let later = now().plus(Span::days(RETENTION_DAYS)).plus(Span::seconds(1));
        let newer = Header { version: 6, issued: later, expires: later.plus(Span::days(9)), place: None };
        holder.load(&signed(&newer, &list(), &["root"]), later).unwrap();
        holder.submit(answers(false), later).unwrap();
        assert_eq!(holder.corrections(), []);
    }

    #[test]
    fn a_trip_is_corrected_with_the_report_that_tells_it_by_the_day_of_that_report() {
        let mut holder = phone();
        let mut with_trips = pack();
        with_trips.questions.push(Question {
            id: "trips".into(),
            kind: QuestionKind::Trips,
            required: false,
            days_back: Some(14),
            ..pack().questions[0].clone()
        });
        let rules = signed(&header(4, Some("3301")), &with_trips, &["rules-1", "rules-2"]);
        holder.load(&manifest_of(20, &[rules.clone(), risk()]), now()).unwrap();
        holder.load(&rules, now()).unwrap();
        let told = |code: &str, to: &str| {
            let date = |text: &str| crate::calendar::Date::parse(text).unwrap();
            let (place, from, to) = (place(code), date("2020-02-10"), Some(date(to)));
            let mut told = answers(false);
            told.insert("trips".into(), Answer::Trips(vec![Trip { place, from, to, mode: Mode::Stay, not_in: None }]));
            told
        };
        holder.submit(told("420106", "2020-02-11"), now()).unwrap();
        assert_eq!(colour(&holder, now()), Colour::Red);
        let report = holder.reports()[0].clone();
        let next_day = now().plus(hours(20));
        let answers = told("330106", "2020-02-13");
        let faults = holder.change(LogChange::Report { answers, corrects: Some(report.clone()) }, next_day).unwrap();
        assert_eq!(faults.len(), 1, "on the day of the report, that was to come");
        let answers = told("330106", "2020-02-11");
        assert_eq!(holder.change(LogChange::Report { answers, corrects: Some(report.clone()) }, next_day).unwrap(), []);
        assert_eq!(colour(&holder, next_day), Colour::Green);
    }

    #[test]
    fn a_visit_of_an_earlier_form_can_be_ended_and_not_corrected() {
        let mut holder = phone();
        let (over, open) = (visit("4201", hours(30), Some(hours(23))), visit("4202", hours(25), None));
        for visit in [&over, &open] {
            holder.add_visit(visit.clone(), now()).unwrap();
        }
        holder.state.entered.0.clear();
        let mut restored = Holder::restore(roots(), &holder.save(), now()).unwrap();
        assert_eq!(code_of(restored.change(removal(&over), now())), "correction-late");
        let left = Visit { leave: Some(now()), ..open.clone() };
        restored.change(replacement(&open, &left), now()).unwrap();
        assert_eq!(code_of(restored.change(removal(&left), now())), "correction-late");
        assert_eq!(restored.diary(), [over, left]);
    }

    /// One of the things that people do, of a few that come often.
    #[derive(Debug, Clone)]
    enum Step {
        Report(bool),
        Visit(u8, i64, bool),
        CorrectReport(bool),
        CorrectVisit(u8, i64),
        Remove,
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let step = prop_oneof![
            any::<bool>().prop_map(Step::Report),
            (0..3_u8, 1..300_i64, any::<bool>()).prop_map(|(place, hours, open)| Step::Visit(place, hours, open)),
            any::<bool>().prop_map(Step::CorrectReport),
            (0..3_u8, 1..300_i64).prop_map(|(place, hours)| Step::CorrectVisit(place, hours)),
            Just(Step::Remove),
        ];
        prop::collection::vec(step, 1..14)
    }

    impl Step {
        fn change(&self, holder: &Holder, now: Time) -> LogChange {
            let some = |place: u8, long: i64, leave: Option<Time>| Visit {
                place: crate::authority::place(["330106", "420106", "4205"][usize::from(place)]),
                arrive: now.minus(hours(long)),
                leave,
                mode: Mode::Stay,
                not_in: None,
                venue: None,
            };
            let report = || {
                holder.reports().last().cloned().unwrap_or(Report { at: now, answers: answers(false), given_for: None })
            };
            let last = || holder.diary().last().cloned().unwrap_or_else(|| some(0, 1, None));
            match *self {
                Self::Report(fever) => LogChange::Report { answers: answers(fever), corrects: None },
                Self::Visit(place, long, open) => {
                    LogChange::Visit { remove: None, add: Some(some(place, long, (!open).then_some(now))) }
                }
                Self::CorrectReport(fever) => LogChange::Report { answers: answers(fever), corrects: Some(report()) },
                Self::CorrectVisit(place, long) => {
                    LogChange::Visit { remove: Some(last()), add: Some(some(place, long, Some(now))) }
                }
                Self::Remove => LogChange::Visit { remove: Some(last()), add: None },
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]

        #[test]
        fn a_preview_is_what_then_happens_and_a_corrected_log_is_as_if_the_slip_had_never_been(steps in steps()) {
            let mut holder = phone();
            // What a person would have who never made a slip, with what rules read alone.
            let (mut reports, mut diary): (Vec<Report>, Vec<Visit>) = Default::default();
            for (minute, step) in steps.iter().enumerate() {
                let now = now().plus(minutes(i64::try_from(minute).unwrap()));
                let before = holder.save();
                let foreseen = holder.preview(step.change(&holder, now), now, None);
                prop_assert!(holder.save() == before, "a preview stores nothing");
                let colour_before = colour(&holder, now);
                let change = step.change(&holder, now);
                match (holder.change(step.change(&holder, now), now), change) {
                    (Err(refused), _) => {
                        prop_assert_eq!(foreseen.err(), Some(refused));
                        continue;
                    }
                    (Ok(_), LogChange::Report { answers, corrects: None }) => {
                        reports.push(Report { at: now, answers, given_for: None });
                    }
                    (Ok(_), LogChange::Report { answers, corrects: Some(before) }) => {
                        reports.iter_mut().find(|report| **report == before).unwrap().answers = answers;
                    }
                    (Ok(_), LogChange::Visit { remove, add }) => {
                        diary.retain(|known| Some(known) != remove.as_ref());
                        diary.extend(add);
                    }
                }
                let foreseen = foreseen.unwrap().unwrap();
                let assessed = holder.assess(now, None).unwrap();
                prop_assert_eq!(&foreseen.assessment, &assessed);
                prop_assert_eq!((foreseen.comparison.before, foreseen.comparison.after), (colour_before, assessed.colour));
                let mut spotless = phone();
                spotless.state.reports.clone_from(&reports);
                spotless.state.diary.clone_from(&diary);
                prop_assert_eq!(&spotless.assess(now, None).unwrap(), &assessed);
                prop_assert_eq!(&spotless.forecast(now, None).unwrap(), &holder.forecast(now, None).unwrap());
                prop_assert_eq!(holder.state.entered.0.len(), holder.diary().len());
            }
        }
    }
}
