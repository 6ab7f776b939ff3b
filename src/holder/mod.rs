//! The holder's side: the keys, the log of reports and visits, and the signed files, all kept on the phone.
//!
//! The log is the state. It is stored as one blob. What is restored is checked again, and whatever fails is reported
//! but kept: a file that cannot be opened today (because the trust list has expired) may open tomorrow.

mod choice;
mod corrections;
mod days;
mod error;
mod files;
mod keys;
mod log;
mod logged;
mod mailbox;
mod memory;
mod named;
mod region;
mod signing;
mod state;

pub use corrections::{CorrectionError, LogChange, Preview};
pub use error::HolderError;
pub use keys::ToSign;
pub use log::Listed;
pub use signing::Shown;
pub use state::Holder;

use crate::assess::{Assessment, Facts, assess};
use crate::calendar::Time;
use crate::compare::{Comparison, Noted, compare};
use crate::facts::{Answers, RulesFor, Visit};
use crate::forecast::{Forecast, Forecasting, forecast};
use crate::place::Place;
use crate::rules::expression::Budget;
use crate::rules::pack::{Count, Measure, Question};
use crate::rules::questionnaire::{AnswerProblem, interpret};
use crate::venue::Matched;

impl Holder {
    /// The questions to ask, given these answers, and what is wrong with the answers so far.
    ///
    /// # Errors
    /// [`HolderError::NoRules`].
    pub fn questions<'a>(
        &'a self,
        answers: &'a Answers,
        now: Time,
    ) -> Result<(Vec<&'a Question>, Vec<AnswerProblem>), HolderError> {
        self.questions_of(answers, now, now)
    }

    /// The same of answers that were handed in at another moment, as of those of a report that is corrected now.
    ///
    /// # Errors
    /// [`HolderError::NoRules`].
    pub fn questions_of<'a>(
        &'a self,
        answers: &'a Answers,
        handed_in: Time,
        now: Time,
    ) -> Result<(Vec<&'a Question>, Vec<AnswerProblem>), HolderError> {
        let rules = self.schedule()?.at(now);
        let interpreted = interpret(rules.body(), answers, handed_in, &mut Budget::default());
        Ok((interpreted.asked, interpreted.problems))
    }

    /// Whether the risk level of the place that answers a question matters to the rules: whoever tells it by its county is asked
    /// about the places listed inside.
    #[must_use]
    pub fn takes_level(&self, question: &str, now: Time) -> bool {
        let reads =
            |measure: &Measure| measure.count == Count::LevelAt && measure.question.as_deref() == Some(question);
        self.schedule().is_ok_and(|rules| rules.at(now).body().measures.iter().any(reads))
    }

    pub(super) fn facts(&self, here: Option<Place>) -> Facts<'_> {
        Facts {
            reports: &self.state.reports,
            diary: &self.state.diary,
            record: self.opened.record.as_ref(),
            floor: self.floor(),
            manifest: self.opened.manifest.as_ref().map(|manifest| manifest.header()),
            risk: &self.opened.tables,
            matched: self.matched.get_or_init(|| {
                let lists = self.opened.exposures.get(..).filter(|_| self.reads_exposures()).unwrap_or_default();
                Matched::of(lists, self.state.diary.iter().filter_map(Visit::at_venue))
            }),
            here,
        }
    }

    /// Assesses what the phone knows.
    ///
    /// # Errors
    /// [`HolderError::NoRules`].
    pub fn assess(&self, now: Time, here: Option<Place>) -> Result<Assessment, HolderError> {
        self.assess_by(None, now, here)
    }

    /// Assesses it by the rules that are kept for this, whatever is chosen.
    ///
    /// # Errors
    /// [`HolderError::NoRules`].
    pub fn assess_by(
        &self,
        rules_for: Option<RulesFor>,
        now: Time,
        here: Option<Place>,
    ) -> Result<Assessment, HolderError> {
        Ok(assess(self.schedule_for(rules_for)?, &self.facts(here), now))
    }

    /// What differs from the last noted assessment; `None` if there is none.
    ///
    /// # Errors
    /// [`HolderError::NoRules`].
    pub fn compare(&self, now: Time, here: Option<Place>) -> Result<Option<Comparison>, HolderError> {
        let assessment = self.assess(now, here)?;
        Ok(self.last_noted().map(|noted| compare(noted, &assessment)))
    }

    /// Notes the current assessment as seen by the person; [`Holder::compare`] then says what has changed since.
    ///
    /// # Errors
    /// [`HolderError::NoRules`].
    pub fn note(&mut self, now: Time, here: Option<Place>) -> Result<(), HolderError> {
        *self.noted() = Some(Noted::from(&self.assess(now, here)?));
        Ok(())
    }

    /// Forecasts the colour.
    ///
    /// # Errors
    /// [`HolderError::NoRules`].
    pub fn forecast(&self, now: Time, here: Option<Place>) -> Result<Forecast, HolderError> {
        Ok(forecast(self.schedule()?, &self.facts(here), now))
    }

    /// Goes on with a forecast for about so many steps ([`Forecasting::advance`]); `None` until it is made. It must be
    /// begun anew if anything that the phone knows changes in between.
    ///
    /// # Errors
    /// [`HolderError::NoRules`].
    pub fn forecast_in_slices(
        &self,
        forecasting: &mut Forecasting,
        here: Option<Place>,
        steps: u32,
    ) -> Result<Option<Forecast>, HolderError> {
        Ok(forecasting.advance(self.schedule()?, &self.facts(here), steps))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authority::*;
    use crate::calendar::Span;
    use crate::code::certificate::{DayCertificate, Identity};
    use crate::code::claims::Code;
    use crate::code::qr;
    use crate::colour::Colour;
    use crate::compare::Difference;
    use crate::facts::{Mode, Record, Status, StatusEntry};
    use crate::limits::{CHALLENGE_BYTES, CHALLENGE_BYTES_MIN};
    use crate::rules::reason::{Cause, Fact};
    use crate::trust::Header;

    #[test]
    fn what_was_noted_is_compared_with_also_after_a_restart() {
        let mut holder = phone();
        holder.submit(answers(false), now()).unwrap();
        assert_eq!(holder.compare(now(), None).unwrap(), None);
        holder.note(now(), None).unwrap();
        let mut holder = Holder::restore(roots(), &holder.save(), now()).unwrap();
        let later = now().plus(Span::seconds(60));
        holder.submit(answers(true), later).unwrap();
        let changed = holder.compare(later, None).unwrap().unwrap();
        assert_eq!((changed.before, changed.noted), (Colour::Green, now()));
        assert_ne!(changed.after, Colour::Green);
        assert!(matches!(changed.differences[..], [Difference::NewReason { .. }]), "{:?}", changed.differences);
        holder.note(later, None).unwrap();
        assert_eq!(holder.compare(later, None).unwrap().unwrap().differences, []);
    }

    #[test]
    fn a_clock_that_is_behind_is_told_once() {
        let mut holder = phone();
        holder.submit(answers(false), now()).unwrap();
        // Before all files were issued, and only before the report.
        for back in [day(400), Span::seconds(600)] {
            let assessment = holder.assess(now().minus(back), None).unwrap();
            let causes: Vec<_> = assessment.causes.iter().map(crate::rules::reason::Cause::name).collect();
            assert_eq!((assessment.colour, &causes[..]), (Colour::Grey, &["clock-behind"][..]), "{back}");
        }
    }

    #[test]
    fn nothing_is_shown_without_key_certificate_or_rules_and_not_after_its_day() {
        let mut holder = Holder::new(roots());
        assert_eq!(code_of(holder.show(now(), None, None)), "holder-no-key");
        holder.create_key(&seed("phone")).unwrap();
        assert_eq!(code_of(holder.show(now(), None, None)), "holder-no-certificate");
        let no_rules = phone().save();
        let mut no_rules = Holder::restore(roots(), &no_rules, now()).unwrap();
        no_rules.opened.packs.clear();
        assert_eq!(code_of(no_rules.show(now(), None, None)), "holder-no-rules");
        let mut holder = phone();
        for bytes in [0, CHALLENGE_BYTES_MIN - 1, CHALLENGE_BYTES + 1] {
            assert_eq!(code_of(holder.show(now(), None, Some(&vec![7; bytes]))), "holder-challenge", "{bytes}");
        }
        assert!(holder.show(now(), None, Some(&[7; CHALLENGE_BYTES_MIN])).is_ok());
        assert_eq!(code_of(holder.show(now().plus(day(1)), None, None)), "certificate-expired");
        assert_eq!(code_of(holder.show(now().minus(day(1)), None, None)), "certificate-not-yet-valid");
        assert!(holder.show(now(), None, None).is_ok());
        holder.forget();
        assert_eq!(code_of(holder.show(now(), None, None)), "holder-no-key");
        assert_eq!((holder.files(), holder.public_key()), (&[][..], None));
    }

    /// A phone in good health whose certificate has this floor.
    fn with_floor(floor: Colour) -> Holder {
        let mut holder = phone();
        holder.submit(answers(false), now()).unwrap();
        let ground = (floor != Colour::Green).then(|| "close-contact".into());
        let certificate = DayCertificate { floor, ground, ..certificate_for("day") };
        holder.load(&certificate.sign(&key("certificate")), now()).unwrap();
        holder
    }

    /// The colour in the code that is shown.
    fn coded(holder: &Holder, now: Time) -> Colour {
        let shown = holder.show(now, None, None).unwrap();
        let bytes = crate::code::wire::from_text(&shown.text).unwrap();
        let code: Code = crate::cbor::from_bytes(crate::trust::Unverified::parse(&bytes).unwrap().payload()).unwrap();
        assert_eq!(code.colour, shown.colour);
        code.colour
    }

    #[test]
    fn page_code_and_forecast_have_the_floor_in_common() {
        for floor in Colour::ALL {
            let mut holder = with_floor(floor);
            let agrees = |holder: &Holder, expected: Colour| {
                assert_eq!(holder.assess(now(), None).unwrap().colour, expected);
                assert_eq!(holder.forecast(now(), None).unwrap().colour, expected);
                assert_eq!(coded(holder, now()), expected);
            };
            agrees(&holder, floor);
            let assessment = holder.assess(now(), None).unwrap();
            let reasons: Vec<_> =
                assessment.reasons.iter().map(|reason| (&*reason.rule, &reason.fact, reason.until)).collect();
            let fact = Fact::Floor { ground: Some("close-contact".into()) };
            // The certificate ends, and not what it says.
            let expected = (floor != Colour::Green).then_some(("issuer-floor", &fact, None));
            assert_eq!(reasons, expected.into_iter().collect::<Vec<_>>());
            // The rest can only make it worse.
            holder.submit(answers(true), now()).unwrap();
            agrees(&holder, floor.max(Colour::Yellow));
            let (arrive, leave) = (now().minus(day(3)), Some(now()));
            holder
                .add_visit(
                    Visit { place: place("420106"), arrive, leave, mode: Mode::Stay, not_in: None, venue: None },
                    now(),
                )
                .unwrap();
            agrees(&holder, Colour::Red);
        }
    }

    #[test]
    fn a_floor_is_never_green_now_nor_after_its_certificate() {
        let expires = certificate_for("day").expires();
        for floor in [Colour::Yellow, Colour::Grey, Colour::Red] {
            let holder = with_floor(floor);
            let forecast = holder.forecast(now(), None).unwrap();
            assert_eq!(forecast.green, None, "it would be renewed");
            let change = forecast.change.map(|change| (change.at, change.colour));
            assert_eq!(change, (floor != Colour::Grey).then_some((expires, Colour::Grey)));
            let after = holder.assess(expires, None).unwrap();
            assert_eq!((after.colour, after.reasons.len()), (Colour::Grey, 0));
            assert!(matches!(after.causes[..], [Cause::RecordExpired { expired }] if expired == expires));
        }
        let after = with_floor(Colour::Green).assess(expires, None).unwrap();
        assert_eq!((after.colour, after.causes), (Colour::Green, vec![]));
    }

    #[test]
    fn the_worse_of_two_floors_is_the_reason() {
        for (certified, recorded, grounded) in [
            (Colour::Red, Colour::Yellow, true),
            (Colour::Yellow, Colour::Yellow, true),
            (Colour::Yellow, Colour::Red, false),
        ] {
            let mut holder = with_floor(certified);
            let record = Record { floor: Some(recorded), ..record_for("phone") };
            holder.load(&signed(&header(2, Some("3301")), &record, &["record", "record-2"]), now()).unwrap();
            let assessment = holder.assess(now(), None).unwrap();
            let [reason] = &assessment.reasons[..] else { panic!("{:?}", assessment.reasons) };
            assert_eq!(reason.colour, certified.max(recorded));
            assert_eq!(matches!(reason.fact, Fact::Floor { ground: Some(_) }), grounded);
        }
    }

    #[test]
    fn a_floor_counts_without_rules_in_force() {
        let holder = with_floor(Colour::Red);
        let later = header(3, None).expires;
        let assessment = holder.assess(later, None).unwrap();
        assert_eq!(assessment.colour, Colour::Grey, "both have expired");
        let early = pack().valid_from.minus(Span::seconds(3600));
        let assessment = holder.assess(early, None).unwrap();
        assert_eq!((assessment.colour, assessment.reasons.len()), (Colour::Red, 1));
        // That of a record likewise: it is the issuer's word, not the rules'. What only rules can judge is not decided.
        let with_record = |record: Record| {
            let mut holder = phone();
            let header = Header { expires: later.plus(day(9)), ..header(2, Some("3301")) };
            holder.load(&signed(&header, &record, &["record", "record-2"]), now()).unwrap();
            let found = holder.assess(later, None).unwrap();
            assert_eq!(holder.forecast(later, None).unwrap().colour, found.colour);
            let causes: Vec<_> = found.causes.iter().map(Cause::name).collect();
            (found.colour, found.reasons.len(), causes.contains(&"rules-expired"))
        };
        let floor = |floor| Record { floor: Some(floor), ..record_for("phone") };
        assert_eq!(with_record(floor(Colour::Red)), (Colour::Red, 1, true));
        assert_eq!(with_record(floor(Colour::Yellow)), (Colour::Grey, 1, true));
        assert_eq!(with_record(floor(Colour::Green)), (Colour::Grey, 0, true));
        let statuses = vec![StatusEntry { status: Status::Confirmed, since: now() }];
        assert_eq!(with_record(Record { statuses, ..record_for("phone") }), (Colour::Grey, 0, true));
    }

    /// With the longest name, place and ground, and a challenge: all else is of one length.
    #[test]
    fn the_largest_code_fits_version_13() {
        let mut holder = phone();
        let identity = Identity { name: "Ž* Š* 李*".into(), digits: "428X".into() };
        assert!(identity.name.len() == crate::limits::NAME_BYTES && identity.is_masked());
        let ground = Some("x".repeat(crate::limits::GROUND_BYTES));
        let largest = DayCertificate {
            identity,
            place: place("330106001001"),
            floor: Colour::Red,
            hours: crate::limits::CERTIFICATE_HOURS_MAX,
            ground,
            ..certificate_for("day")
        };
        holder.load(&largest.sign(&key("certificate")), now()).unwrap();
        let shown = holder.show(now(), None, Some(&[0xff; CHALLENGE_BYTES])).unwrap();
        let symbol = qr::encode(&shown.text).unwrap();
        assert_eq!((shown.text.len(), symbol.version()), (472, 13));
    }
}
