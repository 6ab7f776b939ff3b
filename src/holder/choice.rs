//! What the phone keeps rules for: the person's own region, and up to seven further regions and purposes. Each is assessed by
//! itself; the code is shown for the one that the person chose.

use super::corrections::Later;
use super::error::HolderError;
use super::named::region_of_all;
use super::state::Holder;
use crate::calendar::Time;
use crate::cbor::cbor_map;
use crate::compare::Noted;
use crate::facts::{Correction, Report, RulesFor};
use crate::limits::RULES_KEPT;
use crate::place::Place;
use crate::purpose::Purpose;
use crate::rules::pack::Pack;
use crate::rules::schedule::Schedule;
use crate::trust::{Kind, Manifest, Verified};

/// A further region or purpose that rules are kept for, and what was last noted of it.
#[derive(Clone)]
pub(super) struct Kept {
    pub(super) rules_for: RulesFor,
    chosen: bool,
    noted: Option<Noted>,
}
cbor_map!(Kept { 0 rules_for, 1 chosen, 2 noted });

impl Later<Kept> {
    /// Whether rules of a region and purpose are kept, if the person's own region is this one.
    pub(super) fn want(&self, own: Option<Place>, region: Place, purpose: Option<Purpose>) -> bool {
        purpose.is_none() && own.is_some_and(|own| region.governs(own))
            || self.0.iter().any(|kept| kept.rules_for.takes(region, purpose))
    }
}

impl Holder {
    /// All that the phone keeps rules for: first what is chosen, whose questions, colour and code the phone is about; among them
    /// the person's own region, once that is known.
    #[must_use]
    pub fn kept_rules(&self) -> Vec<RulesFor> {
        let mut kept: Vec<_> = self.state.others.0.iter().map(|kept| kept.rules_for).collect();
        if self.region().is_some() {
            kept.insert(usize::from(self.other().is_some()), self.own());
        }
        kept
    }

    /// Keeps rules for these, the chosen one first, and, in any case, for the person's own region. For no others any more, nor
    /// what was reported for them.
    ///
    /// # Errors
    /// [`HolderError::TooManyRules`].
    pub fn keep_rules(&mut self, wanted: &[RulesFor]) -> Result<(), HolderError> {
        let own = self.own();
        let mut others: Vec<Kept> = Vec::new();
        for (index, rules_for) in wanted.iter().copied().enumerate() {
            if rules_for != own && others.iter().all(|kept| kept.rules_for != rules_for) {
                others.push(Kept { rules_for, chosen: index == 0, noted: None });
            }
        }
        if others.len() >= RULES_KEPT {
            return Err(HolderError::TooManyRules);
        }
        let mut before = core::mem::take(&mut self.state.others.0);
        if before.is_empty() && !others.is_empty() {
            // What was reported until now was for the only rules that there were.
            let corrected = self.state.corrections.0.iter_mut().filter_map(|correction| correction.report.as_mut());
            for report in self.state.reports.iter_mut().chain(corrected) {
                report.given_for = report.given_for.or(Some(own));
            }
        }
        for kept in &mut others {
            kept.noted = before.iter_mut().find(|old| old.rules_for == kept.rules_for).and_then(|old| old.noted.take());
        }
        let kept = |rules_for: RulesFor| rules_for == own || others.iter().any(|kept| kept.rules_for == rules_for);
        let gone = |rules_for: RulesFor| before.iter().any(|old| old.rules_for == rules_for) && !kept(rules_for);
        self.state.reports.retain(|report| !report.given_for.is_some_and(gone));
        self.state.others.0 = others;
        self.drop_unwanted();
        Ok(())
    }

    /// What is chosen, if that is not the person's own region.
    fn other(&self) -> Option<&Kept> {
        self.state.others.0.first().filter(|kept| kept.chosen)
    }

    /// The everyday code of the person's own region.
    pub(super) fn own(&self) -> RulesFor {
        RulesFor { region: self.region().unwrap_or(Place::COUNTRY), purpose: None }
    }

    /// What is chosen.
    fn chosen(&self) -> RulesFor {
        self.other().map_or_else(|| self.own(), |kept| kept.rules_for)
    }

    /// What was last noted of the rules that are chosen.
    pub(super) fn last_noted(&self) -> Option<&Noted> {
        self.other().map_or(&self.state.noted, |kept| &kept.noted).as_ref()
    }

    /// The place for it.
    pub(super) fn noted(&mut self) -> &mut Option<Noted> {
        let chosen = self.state.others.0.first_mut().filter(|kept| kept.chosen);
        chosen.map_or(&mut self.state.noted, |kept| &mut kept.noted)
    }

    /// The rules that stand side by side for this, or else for what is chosen.
    pub(super) fn packs(&self, rules_for: Option<RulesFor>) -> Option<Schedule<'_>> {
        Schedule::of(&self.opened.packs, rules_for.unwrap_or_else(|| self.chosen()))
    }

    /// The rules in force at a moment; if none are, those that come next or ended last.
    #[must_use]
    pub fn rules(&self, now: Time) -> Option<&Verified<Pack>> {
        self.rules_for(now, None)
    }

    /// The same of what is kept for this, whatever is chosen.
    #[must_use]
    pub fn rules_for(&self, now: Time, rules_for: Option<RulesFor>) -> Option<&Verified<Pack>> {
        self.packs(rules_for).map(|rules| rules.at(now))
    }

    /// All rules that stand side by side.
    pub(super) fn schedule(&self) -> Result<Schedule<'_>, HolderError> {
        self.schedule_for(None)
    }

    /// Those for this, or else for what is chosen.
    pub(super) fn schedule_for(&self, rules_for: Option<RulesFor>) -> Result<Schedule<'_>, HolderError> {
        self.packs(rules_for).ok_or_else(|| {
            let packs = |manifest: &Manifest| manifest.files.iter().any(|named| named.kind == Kind::RulePack);
            let manifest = self.opened.manifest.as_ref().map(Verified::body).filter(|manifest| packs(manifest));
            match manifest {
                Some(all) if self.region().is_none() && region_of_all(all).is_none() => HolderError::NoRegion,
                _ => HolderError::NoRules,
            }
        })
    }

    /// Whose questions a report answers now; nobody need say so while there is one set of rules alone.
    pub(super) fn reporting_for(&self) -> Option<RulesFor> {
        (!self.state.others.0.is_empty()).then(|| self.chosen())
    }

    /// Whether the rules that are chosen read a report.
    pub(super) fn reads(&self, report: &Report) -> bool {
        let reads = |pack: &Verified<Pack>| report.is_for(pack.body().region, pack.body().purpose);
        report.given_for.is_none() || self.packs(None).is_some_and(|rules| rules.packs().any(reads))
    }

    /// What was corrected of the diary and of the reports that the rules that are chosen read.
    pub fn own_corrections(&self) -> impl Iterator<Item = &Correction> {
        let reads = |correction: &&Correction| correction.report.as_ref().is_none_or(|report| self.reads(report));
        self.state.corrections.0.iter().filter(reads)
    }

    /// The reports that the rules that are chosen read, oldest first.
    pub fn own_reports(&self) -> impl Iterator<Item = &Report> {
        self.state.reports.iter().filter(|report| self.reads(report))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authority::*;
    use crate::calendar::Span;
    use crate::colour::Colour;
    use crate::facts::{Mode, Visit};
    use crate::rules::reason::{Cause, Fact};
    use crate::trust::file::read_unverified;

    fn named(text: &str) -> RulesFor {
        RulesFor::parse(text).unwrap()
    }

    /// A pack of Hangzhou for a purpose, where a fever is of no interest.
    fn rules_of(version: u32, purpose: &str) -> Vec<u8> {
        let mut pack = Pack { id: purpose.into(), purpose: Purpose::parse(purpose), ..pack() };
        pack.rules.remove(0);
        signed(&header(version, Some("3301")), &pack, &["rules-1", "rules-2"])
    }

    /// A phone that keeps the rules of a hospital and a school, too, the hospital's chosen.
    fn visitor() -> Holder {
        let mut holder = phone();
        holder.submit(answers(true), now()).unwrap();
        holder.keep_rules(&[named("3301/hospital"), named("330106/school")]).unwrap();
        // The versions of what is for another purpose are not compared: its first one is no older than Hangzhou's third.
        let (hospital, school) = (rules_of(1, "hospital"), rules_of(2, "school"));
        holder.load(&manifest_of(20, &[rules(), risk(), hospital.clone(), school.clone()]), now()).unwrap();
        let missing: Vec<_> = holder.missing().into_iter().map(|named| named.id).collect();
        assert_eq!(missing, ["hospital", "school"]);
        for file in [hospital, school] {
            holder.load(&file, now()).unwrap();
        }
        holder
    }

    fn id(holder: &Holder) -> String {
        holder.rules(now()).unwrap().body().id.clone()
    }

    fn colour(holder: &Holder) -> (Colour, Vec<&'static str>) {
        let assessment = holder.assess(now(), None).unwrap();
        (assessment.colour, assessment.causes.iter().map(Cause::name).collect())
    }

    #[test]
    fn each_set_of_rules_is_assessed_by_itself_from_what_was_answered_to_its_own_questions() {
        let mut holder = visitor();
        assert_eq!(id(&holder), "hospital");
        assert_eq!(colour(&holder), (Colour::Grey, vec!["report-missing"]));
        assert_eq!(holder.own_reports().count(), 0);
        assert_eq!(holder.submit(answers(true), now()).unwrap(), []);
        assert_eq!((colour(&holder), holder.own_reports().count()), ((Colour::Green, vec![]), 1));
        // What was answered to Hangzhou's everyday questions still counts there.
        let everyday = holder.assess_by(Some(named("330106")), now(), None).unwrap();
        assert_eq!((everyday.colour, &*everyday.rules.id), (Colour::Yellow, "trial"));
        // The diary is of all.
        let (arrive, leave) = (now().minus(day(3)), Some(now()));
        let visit = Visit { place: place("420106"), arrive, leave, mode: Mode::Stay, not_in: None, venue: None };
        holder.add_visit(visit, now()).unwrap();
        for rules_for in ["330106", "3301/hospital", "330106/school"] {
            assert_eq!(
                holder.assess_by(Some(named(rules_for)), now(), None).unwrap().colour,
                Colour::Red,
                "{rules_for}"
            );
        }
        assert_eq!(code_of(holder.assess_by(Some(named("4201")), now(), None)), "holder-no-rules");
        // The code is made by the rules that are chosen.
        let shown = |holder: &Holder| {
            let bytes = crate::code::wire::from_text(&holder.show(now(), None, None).unwrap().text).unwrap();
            let unverified = crate::trust::Unverified::parse(&bytes).unwrap();
            crate::cbor::from_bytes::<crate::code::claims::Code>(unverified.payload()).unwrap().rules
        };
        let before = shown(&holder);
        assert_eq!(before, holder.rules(now()).unwrap().hash());
        holder.keep_rules(&[named("3301"), named("3301/hospital")]).unwrap();
        assert_ne!(shown(&holder), before);
    }

    #[test]
    fn an_exposure_counts_by_each_of_the_rules_that_read_exposures_and_by_no_others() {
        let mut holder = phone();
        holder.keep_rules(&[named("3301"), named("33/venue"), named("42/venue"), named("3301/hospital")]).unwrap();
        let about_venues = |region: &str, keys: [&str; 2]| {
            let (_, pack) = read_unverified::<Pack>(&rules_of_venues()).unwrap();
            let purpose = Purpose::parse("venue");
            let pack = Pack { id: format!("venue-{region}"), region: place(region), purpose, ..pack };
            signed(&header(1, Some(region)), &pack, &keys)
        };
        let mut trusted_keys = list();
        for (name, region) in [("province", "33"), ("elsewhere", "42")] {
            for which in ["", "-2"] {
                let key = format!("{name}{which}");
                trusted_keys.keys.push(trusted(&key, &key, Kind::RulePack, Some(region)));
            }
        }
        let list = signed(&header(6, None), &trusted_keys, &["root"]);
        let (zhejiang, hubei) =
            (about_venues("33", ["province", "province-2"]), about_venues("42", ["elsewhere", "elsewhere-2"]));
        let hospital = rules_of(1, "hospital");
        let code = venue_code();
        let until = now().plus(Span::seconds(1_800));
        let exposed = exposures(&code, now(), until);
        let files = [rules(), risk(), hospital.clone(), zhejiang.clone(), hubei.clone(), exposed.clone()];
        for file in [&list, &manifest_of(20, &files), &hospital] {
            holder.load(file, now()).unwrap();
        }
        holder.enter_venue(&shown_at(&code, now()), now()).unwrap();
        // None of the rules that are there yet reads exposures.
        let missing = |holder: &Holder| holder.missing().into_iter().map(|named| named.kind).collect::<Vec<_>>();
        assert_eq!(missing(&holder), [Kind::RulePack, Kind::RulePack]);
        for file in [&zhejiang, &hubei] {
            holder.load(file, now()).unwrap();
        }
        assert_eq!(missing(&holder), [Kind::ExposureList]);
        holder.load(&exposed, now()).unwrap();
        let again = Holder::restore(roots(), &holder.save(), now()).unwrap();
        for holder in [&holder, &again] {
            let found = |rules_for: &str| {
                let found = holder.assess_by(Some(named(rules_for)), until, None).unwrap();
                let venues = found.reasons.iter().filter(|reason| {
                    matches!(&reason.fact, Fact::Visit { exposed: Some(exposed), .. } if exposed.venue == code.name)
                });
                (venues.count(), found.causes.iter().map(Cause::name).collect::<Vec<_>>())
            };
            assert_eq!(found("33/venue").0, 1);
            // Rules of another region count it as well, but nobody lists venues there.
            assert_eq!(found("42/venue").0, 1);
            assert!(found("42/venue").1.contains(&"risk-missing") && !found("33/venue").1.contains(&"risk-missing"));
            for others in ["3301", "3301/hospital"] {
                assert_eq!(found(others).0, 0, "{others}");
            }
        }
    }

    #[test]
    fn what_is_chosen_what_was_reported_and_what_was_noted_outlive_a_restart() {
        let mut holder = visitor();
        holder.submit(answers(false), now()).unwrap();
        holder.note(now(), None).unwrap();
        let kept = |holder: &Holder| holder.kept_rules().into_iter().map(RulesFor::text).collect::<Vec<_>>();
        assert_eq!(kept(&holder), ["3301/hospital", "3301", "330106/school"]);
        let mut again = Holder::restore(roots(), &holder.save(), now()).unwrap();
        assert!(again.save() == holder.save() && again.files().iter().all(|file| file.problem.is_none()));
        assert_eq!((id(&again), again.own_reports().count()), ("hospital".into(), 1));
        assert_eq!(again.compare(now(), None).unwrap().unwrap().differences, []);
        // Of the others nothing was noted: going to them is no change of colour.
        again.keep_rules(&[named("330106/school"), named("3301/hospital")]).unwrap();
        assert_eq!((id(&again), again.compare(now(), None).unwrap()), ("school".into(), None));
        again.keep_rules(&[named("3301/hospital"), named("330106/school")]).unwrap();
        assert_eq!(again.compare(now(), None).unwrap().unwrap().before, Colour::Green);
        // Without the list, the person's own region is chosen, and nothing is left of the others.
        again.keep_rules(&[]).unwrap();
        assert_eq!((kept(&again), id(&again)), (vec!["3301".to_owned()], "trial".into()));
        assert_eq!((again.reports().len(), again.own_reports().count()), (1, 1));
        assert_eq!(again.files().iter().filter(|file| file.kind == Kind::RulePack).count(), 1);
        assert!(again.missing().is_empty());
    }

    #[test]
    fn rules_for_what_is_not_kept_are_not_taken() {
        let mut holder = phone();
        let hospital = rules_of(1, "hospital");
        holder.load(&manifest_of(20, &[rules(), risk(), hospital.clone()]), now()).unwrap();
        assert!(holder.missing().is_empty());
        assert_eq!(code_of(holder.load(&hospital, now())), "holder-file-elsewhere");
        // For Shaoxing, Hangzhou's are not.
        holder.keep_rules(&[named("3306/hospital")]).unwrap();
        assert!(holder.missing().is_empty());
        holder.keep_rules(&[named("330106/hospital")]).unwrap();
        assert_eq!(holder.missing().len(), 1);
        holder.load(&hospital, now()).unwrap();
    }

    #[test]
    fn eight_are_kept_with_the_person_s_own_region() {
        let mut holder = phone();
        let many: Vec<_> = (0..RULES_KEPT).map(|n| named(&format!("3301/p{n}"))).collect();
        assert_eq!(code_of(holder.keep_rules(&many)), "holder-too-many-rules");
        assert_eq!(holder.kept_rules().len(), 1, "as before");
        // Each counts once, and the own region is there anyway.
        let most = [&many[1..], &many[1..3], &[named("3301")]].concat();
        holder.keep_rules(&most).unwrap();
        assert_eq!(holder.kept_rules().len(), RULES_KEPT);
        assert!(Holder::restore(roots(), &holder.save(), now()).is_ok());
        // Somebody who moves to one of the others has it once.
        holder.keep_rules(&[named("4201"), named("3306")]).unwrap();
        holder.set_region(place("4201"));
        assert_eq!(holder.kept_rules().into_iter().map(RulesFor::text).collect::<Vec<_>>(), ["4201", "3306"]);
    }
}
