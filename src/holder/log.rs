//! The log: the reports and the diary, for as long as any rule can read them.

use serde::Serialize;

use super::corrections::LogChange;
use super::error::HolderError;
use super::state::Holder;
use crate::calendar::{Span, Time};
use crate::facts::{Answers, Correction, Mode, Report, Visit};
use crate::limits::{CLOCK_SKEW_SECONDS, MANIFEST_HOURS, NOT_IN, RETENTION_DAYS, RISK_ROWS_INSIDE};
use crate::place::Place;
use crate::risk::Level;
use crate::rules::questionnaire::AnswerProblem;
use crate::venue::{Venue, VenueCode};

/// A place that the risk data listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Listed {
    /// The place.
    pub place: Place,
    /// The highest level that it had.
    pub level: Level,
}

impl Holder {
    /// Submits a report. If anything is wrong with it, nothing is kept, and the problem with each answer is returned.
    ///
    /// # Errors
    /// [`HolderError::NoRules`] or [`HolderError::Full`].
    pub fn submit(&mut self, answers: Answers, now: Time) -> Result<Vec<AnswerProblem>, HolderError> {
        self.change(LogChange::Report { answers, corrects: None }, now)
    }

    /// Adds a visit to the diary.
    ///
    /// # Errors
    /// [`HolderError::VisitOrder`], [`HolderError::VisitInFuture`] or [`HolderError::Full`].
    pub fn add_visit(&mut self, visit: Visit, now: Time) -> Result<(), HolderError> {
        self.change(LogChange::Visit { remove: None, add: Some(visit) }, now).map(drop)
    }

    /// Takes the code that a venue shows: begins a visit there, and ends the one at the venue before, whose exit nobody passed.
    /// Whoever scans the code of the venue where they are already goes on with that visit.
    ///
    /// # Errors
    /// [`HolderError::NoTrust`], [`HolderError::Full`], or [`VenueError`](crate::venue::VenueError) if it is none that an
    /// authority has signed for its place, or a picture of one that was shown before.
    pub fn enter_venue(&mut self, scanned: &str, now: Time) -> Result<(), HolderError> {
        let trust = self.opened.trust.as_ref().ok_or(HolderError::NoTrust)?;
        let VenueCode { place, name, seed } = VenueCode::open(scanned, trust, now)?;
        let visit = Visit {
            place,
            arrive: now,
            leave: None,
            mode: Mode::Stay,
            not_in: None,
            venue: Some(Venue { seed, name }),
        };
        let there = |known: &&Visit| known.venue.is_some() && known.is_open(now);
        let before = self.state.diary.iter().rfind(there).cloned();
        if before.as_ref().is_some_and(|before| before.venue == visit.venue) {
            return Ok(());
        }
        self.add_visit(visit, now)?;
        if let Some(before) = before {
            // It lasted a second at least.
            let leave = Some(now.max(before.arrive.plus(Span::seconds(1))));
            let left = Visit { leave, ..before.clone() };
            self.change(LogChange::Visit { remove: Some(before), add: Some(left) }, now)?;
        }
        Ok(())
    }

    /// Which places inside the place of a visit were listed while it lasted, and the highest level of each then: what somebody
    /// who told no more than that place can be asked about. `None` if there are more than anybody can be asked about.
    #[must_use]
    pub fn listed_inside(&self, visit: &Visit, now: Time) -> Option<Vec<Listed>> {
        let mut listed: Vec<Listed> = Vec::new();
        let Some((arrive, end)) = visit.span_until(now) else { return Some(listed) };
        // What was listed then is asked about, also if nothing is known of today.
        let rows = self.opened.tables.iter().flat_map(|table| table.body().inside(visit.place));
        for (index, row) in rows.enumerate() {
            let there = row.from <= end && row.to.is_none_or(|to| arrive < to) && (row.from < end || arrive == end);
            if index == RISK_ROWS_INSIDE {
                return None;
            }
            let full = listed.len() == NOT_IN;
            match listed.iter_mut().find(|known| known.place == row.place) {
                // A compound has no place of its own to choose.
                _ if !there || row.place == visit.place => {}
                Some(known) => known.level = known.level.max(row.level),
                None if full => return None,
                None => listed.push(Listed { place: row.place, level: row.level }),
            }
        }
        Some(listed)
    }

    /// Dates what was told by a clock that was ahead back to now, once it is known that now is right: it would count for nothing
    /// until that date, and leave the phone undecided.
    pub fn date_back(&mut self, now: Time) {
        let latest = now.plus(Span::seconds(CLOCK_SKEW_SECONDS));
        for report in self.state.reports.iter_mut().filter(|report| report.at > latest) {
            report.at = now;
        }
        for visit in self.state.diary.iter_mut().filter(|visit| visit.arrive > latest) {
            visit.leave = visit.leave.map(|leave| now.plus(leave.since(visit.arrive)));
            visit.arrive = now;
        }
        self.matched.take();
        let entered = self.state.entered.0.iter_mut();
        let corrected = self.state.corrections.0.iter_mut();
        let corrected = corrected.flat_map(|one| [Some(&mut one.at), one.report.as_mut().map(|report| &mut report.at)]);
        for moment in entered.chain(corrected.flatten()).filter(|moment| **moment > latest) {
            *moment = now;
        }
    }

    /// Drops what no rule can read any more, and what was corrected of it. A clock that is ahead does not take the log away: without a newer file no more is
    /// dropped than if the newest that came had just ended.
    pub(super) fn drop_old(&mut self, now: Time) {
        let ended = self.state.beliefs.issued().map(|issued| issued.plus(Span::seconds(MANIFEST_HOURS * 3_600)));
        let now = ended.map_or(now, |ended| ended.min(now));
        let oldest = now.minus(Span::days(RETENTION_DAYS));
        let recent = |visit: &Visit| visit.leave.is_none_or(|leave| leave >= oldest);
        let state = &mut self.state;
        state.reports.retain(|report| report.at >= oldest);
        let mut kept = state.diary.iter().map(recent);
        state.entered.0.retain(|_| kept.next().unwrap_or(false));
        state.diary.retain(recent);
        state.forget_gone();
        state.corrections.0.retain(|correction| correction.at >= oldest);
    }

    /// The reports, oldest first, whatever rules they are for.
    #[must_use]
    pub fn reports(&self) -> &[Report] {
        &self.state.reports
    }

    /// The diary.
    #[must_use]
    pub fn diary(&self) -> &[Visit] {
        &self.state.diary
    }

    /// What was corrected of both, the oldest correction first.
    #[must_use]
    pub fn corrections(&self) -> &[Correction] {
        &self.state.corrections.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authority::*;
    use crate::error::Coded;
    use crate::facts::Answer;
    use crate::limits::{DIARY_VISITS, REPORTS};
    use crate::risk::{RiskRow, RiskTable};
    use crate::rules::reason::Cause;
    use crate::venue::Seed;

    #[test]
    fn a_report_with_a_fault_is_not_kept() {
        let mut holder = phone();
        let mut wrong = answers(false);
        wrong.insert("temperature".into(), Answer::Text("36.6".into()));
        wrong.remove("home");
        let faults = holder.submit(wrong, now()).unwrap();
        let codes: Vec<_> = faults.iter().map(|fault| (fault.question.as_str(), fault.error.code())).collect();
        assert_eq!(codes, [("temperature", "answer-wrong-type"), ("home", "answer-missing")]);
        assert_eq!(holder.reports(), []);
        assert_eq!(holder.submit(answers(false), now()).unwrap(), []);
        assert_eq!(holder.reports().len(), 1);
    }

    fn visit(arrive: Time, leave: Option<Time>) -> Visit {
        Visit { place: place("3301"), arrive, leave, mode: Mode::Stay, not_in: None, venue: None }
    }

    /// A phone that has heard of a trust list issued at that moment: so late it is at least.
    fn heard(holder: &mut Holder, at: Time) {
        let version = u32::try_from(at.unix()).unwrap();
        let header = crate::trust::Header { issued: at, expires: at.plus(day(14)), ..header(version, None) };
        holder.load(&signed(&header, &list(), &["root"]), at).unwrap();
    }

    #[test]
    fn the_diary_takes_what_can_be_until_it_is_full_and_drops_what_is_old() {
        let mut holder = phone();
        let minute = |n: i64| now().minus(Span::seconds(60 * n));
        assert_eq!(code_of(holder.add_visit(visit(minute(5), Some(minute(5))), now())), "holder-visit-order");
        assert_eq!(code_of(holder.add_visit(visit(minute(-1), None), now())), "holder-visit-in-future");
        for n in 1..=i64::try_from(DIARY_VISITS).unwrap() {
            holder.add_visit(visit(minute(2 * n), Some(minute(2 * n - 1))), now()).unwrap();
        }
        assert_eq!(code_of(holder.add_visit(visit(minute(1), None), now())), "holder-diary-full");
        let full = Holder::restore(roots(), &holder.save(), now()).unwrap();
        assert_eq!(full.diary().len(), DIARY_VISITS);
        // The same visit is kept only once, even when the diary is full.
        let later = now().plus(Span::days(RETENTION_DAYS));
        heard(&mut holder, later);
        holder.add_visit(visit(later, None), later).unwrap();
        holder.add_visit(visit(later, None), later).unwrap();
        assert_eq!(holder.diary().len(), 1);
        let remove = |visit: Visit| LogChange::Visit { remove: Some(visit), add: None };
        assert_eq!(code_of(holder.change(remove(visit(now(), None)), later)), "correction-unknown");
        holder.change(remove(visit(later, None)), later).unwrap();
        assert_eq!(holder.diary(), []);
    }

    #[test]
    fn a_venue_is_entered_by_its_code_and_left_at_the_next() {
        let mut holder = phone();
        let minute = |n: i64| now().plus(Span::seconds(60 * n));
        let (book, cinema) = (venue_code(), VenueCode { name: "影院".into(), seed: Seed([7; 16]), ..venue_code() });
        holder.enter_venue(&shown_at(&book, minute(1)), minute(1)).unwrap();
        let begun = holder.diary()[0].clone();
        assert!(begun.venue == Some(Venue { seed: book.seed, name: book.name.clone() }) && begun.place == book.place);
        assert_eq!((begun.arrive, begun.leave), (minute(1), None));
        // The screen shows another code by then, of the same venue.
        holder.enter_venue(&shown_at(&book, minute(20)), minute(20)).unwrap();
        assert_eq!(holder.diary(), std::slice::from_ref(&begun));
        holder.enter_venue(&shown_at(&cinema, minute(40)), minute(40)).unwrap();
        let times: Vec<_> = holder.diary().iter().map(|visit| (visit.arrive, visit.leave)).collect();
        assert_eq!(times, [(minute(1), Some(minute(40))), (minute(40), None)]);
        // A picture of what was shown is no visit.
        let saved = holder.save();
        assert_eq!(code_of(holder.enter_venue(&shown_at(&book, minute(1)), minute(41))), "venue-code-expired");
        assert_eq!(code_of(holder.enter_venue("JKV1:330106", minute(41))), "venue-not-a-venue");
        assert!(holder.save() == saved);
        assert!(Holder::restore(roots(), &saved, now()).unwrap().diary() == holder.diary());
        assert_eq!(code_of(Holder::new(roots()).enter_venue(&shown_at(&book, now()), now())), "holder-no-trust-list");
    }

    #[test]
    fn a_phone_finds_on_itself_where_it_was_exposed() {
        let mut holder = phone();
        let minute = |n: i64| now().plus(Span::seconds(60 * n));
        holder.enter_venue(&shown_at(&venue_code(), now()), now()).unwrap();
        let list = exposures(&venue_code(), minute(15), minute(30));
        // Rules that read no exposures need no list, and nothing is looked up for them.
        holder.load(&manifest_of(19, &[trust_list(), rules(), risk(), list.clone()]), now()).unwrap();
        assert_eq!(holder.missing(), []);
        holder.load(&list, now()).unwrap();
        assert_eq!(holder.facts(None).matched, []);
        let rules = rules_of_venues();
        holder.load(&manifest_of(20, &[trust_list(), rules.clone(), risk()]), now()).unwrap();
        holder.load(&rules, now()).unwrap();
        assert_eq!(holder.facts(None).matched, []);
        holder.load(&manifest_of(21, &[trust_list(), rules.clone(), risk(), list.clone()]), now()).unwrap();
        assert_eq!(holder.missing(), [named(&list)]);
        holder.load(&list, now()).unwrap();
        let found = |holder: &Holder| holder.facts(None).matched[0].of_seed(&venue_code().seed).count();
        assert_eq!((found(&holder), holder.missing()), (1, vec![]));
        assert_eq!(found(&Holder::restore(roots(), &holder.save(), now()).unwrap()), 1);
        let later = exposures(&venue_code(), minute(15), minute(45));
        let later = signed(
            &crate::trust::Header { version: 2, ..header(2, Some("33")) },
            &crate::trust::file::read_unverified::<crate::venue::ExposureList>(&later).unwrap().1,
            &["exposure", "exposure-2"],
        );
        holder.load(&manifest_of(22, &[trust_list(), rules.clone(), risk(), later.clone()]), now()).unwrap();
        holder.load(&later, now()).unwrap();
        assert_eq!((found(&holder), holder.facts(None).matched.len()), (2, 1), "the newer list takes its place");
        holder.load(&manifest_of(23, &[trust_list(), rules, risk()]), now()).unwrap();
        assert_eq!(holder.facts(None).matched, [], "and is withdrawn");
        let alone = exposures(&venue_code(), minute(15), minute(30));
        let one = crate::trust::file::sign_file(
            &header(1, Some("33")),
            &crate::venue::ExposureList::default(),
            &key("exposure"),
        );
        holder.load(&manifest_of(24, &[alone, one.clone()]), now()).unwrap();
        assert_eq!(code_of(holder.load(&one, now())), "file-too-few-signers");
    }

    #[test]
    fn who_told_a_county_is_asked_about_the_places_listed_in_it_at_that_time() {
        let row = |code: &str, level: Level, from: i64, to: i64| RiskRow {
            place: place(code),
            compound: None,
            from: now().minus(day(from)),
            to: Some(now().minus(day(to))),
            level,
        };
        let rows = vec![
            row("4201", Level::High, 9, 1),
            row("420106001", Level::Medium, 9, 5),
            row("420106001", Level::High, 5, 1),
            row("420106002003", Level::Low, 3, 2),
            row("420107001", Level::High, 9, 1),
        ];
        let table = RiskTable::new(rows).unwrap();
        let mut holder = phone();
        let file = signed(&header(9, None), &table, &["risk", "risk-2"]);
        holder.load(&manifest_of(20, &[rules(), file.clone()]), now()).unwrap();
        holder.load(&file, now()).unwrap();
        let listed = |arrive: i64, leave: Option<i64>| {
            let (arrive, leave) = (now().minus(day(arrive)), leave.map(|leave| now().minus(day(leave))));
            let visit = Visit { place: place("420106"), arrive, leave, mode: Mode::Stay, not_in: None, venue: None };
            let listed = holder.listed_inside(&visit, now()).unwrap();
            listed.iter().map(|one| format!("{} {:?}", one.place, one.level)).collect::<Vec<_>>()
        };
        assert_eq!(listed(8, None), ["420106001 High", "420106002003 Low"]);
        assert_eq!(listed(8, Some(6)), ["420106001 Medium"]);
        assert_eq!(listed(12, Some(9)), <[&str; 0]>::default(), "it was listed as the visit ended");
        assert_eq!(listed(1, None), <[&str; 0]>::default());
        assert_eq!(listed(-1, None), <[&str; 0]>::default(), "it has not begun");
        let wide = Visit {
            place: place("42"),
            arrive: now().minus(day(2)),
            leave: None,
            mode: Mode::Stay,
            not_in: None,
            venue: None,
        };
        assert_eq!(holder.listed_inside(&wide, now()).unwrap().len(), 3);
    }

    #[test]
    fn a_visit_is_kept_for_as_long_as_a_report() {
        let mut holder = phone();
        let old = visit(now().minus(day(1)), Some(now()));
        holder.add_visit(old.clone(), now()).unwrap();
        let last = now().plus(Span::days(RETENTION_DAYS));
        heard(&mut holder, last);
        holder.add_visit(visit(last, None), last).unwrap();
        assert_eq!(holder.diary(), [old, visit(last, None)]);
        let later = last.plus(Span::seconds(1));
        holder.add_visit(visit(later, None), later).unwrap();
        assert_eq!(holder.diary(), [visit(last, None), visit(later, None)], "what is over for longer is dropped");
    }

    #[test]
    fn a_clock_that_is_ahead_takes_nothing_away_and_what_was_told_by_it_counts_once_it_is_right() {
        let mut holder = phone();
        let old = visit(now().minus(day(2)), Some(now().minus(day(1))));
        holder.add_visit(old.clone(), now()).unwrap();
        holder.submit(answers(false), now()).unwrap();
        let ahead = now().plus(day(RETENTION_DAYS + 5));
        let stay = visit(ahead.minus(day(1)), Some(ahead));
        holder.add_visit(stay, ahead).unwrap();
        holder.submit(answers(true), ahead).unwrap();
        assert_eq!((holder.reports().len(), holder.diary().len()), (2, 2));
        let right = now().plus(Span::seconds(3_600));
        let is_behind = |holder: &Holder| {
            let behind = |cause: &Cause| matches!(cause, Cause::ClockBehind { .. });
            holder.assess(right, None).unwrap().causes.iter().any(behind)
        };
        assert!(is_behind(&holder));
        holder.date_back(right);
        assert_eq!(holder.diary(), [old, visit(right, Some(right.plus(day(1))))]);
        assert_eq!(holder.reports().iter().map(|report| report.at).collect::<Vec<_>>(), [now(), right]);
        assert!(!is_behind(&holder));
        // A minute ahead is no more than clocks differ by.
        let before = holder.save();
        holder.date_back(right.minus(Span::seconds(CLOCK_SKEW_SECONDS)));
        assert!(holder.save() == before);
    }

    #[test]
    fn reports_are_dropped_when_no_rule_may_read_them() {
        let mut holder = phone();
        for _ in 0..REPORTS {
            holder.submit(answers(false), now()).unwrap();
        }
        assert_eq!(code_of(holder.submit(answers(false), now())), "holder-diary-full");
        let full = Holder::restore(roots(), &holder.save(), now()).unwrap();
        assert_eq!(full.reports(), holder.reports());
        let last = now().plus(Span::days(RETENTION_DAYS));
        heard(&mut holder, last);
        assert_eq!(code_of(holder.submit(answers(true), last)), "holder-diary-full");
        holder.submit(answers(true), last.plus(Span::seconds(1))).unwrap();
        assert_eq!(holder.reports().len(), 1);
    }
}
