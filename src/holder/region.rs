//! Where the person lives, and so which rules and records are theirs.

use super::error::HolderError;
use super::state::{Holder, Opened};
use crate::facts::RulesFor;
use crate::place::Place;
use crate::trust::{FileState, Header, Kind, Verified};

impl Holder {
    /// The person's region: the one that they chose, else that of their certificate, else that of their rules.
    #[must_use]
    pub fn region(&self) -> Option<Place> {
        let certified = self.opened.certificate.as_ref().map(|certified| certified.certificate().place);
        self.state.region.or(certified).or(self.ruled())
    }

    /// The region that the person chose, else that of their rules.
    pub(super) fn ruled(&self) -> Option<Place> {
        // Where somebody lives does not depend on when their rules end.
        let mut everyday = self.opened.packs.iter().map(Verified::body).filter(|pack| pack.purpose.is_none());
        self.state.region.or(everyday.next().map(|pack| pack.region))
    }

    /// Says which region the person lives in: rules are taken for it, wherever the server has others too. What is for another
    /// region goes out of use at once, as it would at the next start.
    pub fn set_region(&mut self, region: Place) {
        self.state.region = Some(region);
        // It is none of the others any more.
        self.state.others.0.retain(|kept| kept.rules_for != RulesFor { region, purpose: None });
        self.drop_unwanted();
        let elsewhere = |header: &Header| !header.region().governs(region);
        if self.opened.record.as_ref().is_some_and(|record| elsewhere(record.header())) {
            self.opened.record = None;
            self.put_out(|kind| kind == Kind::Record, &HolderError::Elsewhere { kind: Kind::Record });
        }
        if self.opened.manifest.as_ref().is_some_and(|manifest| elsewhere(manifest.header())) {
            let Opened { trust, record, certificate, .. } = core::mem::take(&mut self.opened);
            self.opened = Opened { trust, record, certificate, ..Opened::default() };
            self.matched.take();
            self.put_out(|kind| kind == Kind::Manifest, &HolderError::Elsewhere { kind: Kind::Manifest });
            self.put_out(Kind::stands_beside, &HolderError::NoManifest);
        }
    }

    /// Drops the packs that are for nothing that rules are kept for.
    pub(super) fn drop_unwanted(&mut self) {
        let own = self.region();
        let others = core::mem::take(&mut self.state.others);
        self.opened.packs.retain(|pack| others.want(own, pack.body().region, pack.body().purpose));
        self.drop_file(|stored| {
            let named = stored.named.as_ref().filter(|_| stored.kind == Kind::RulePack);
            named.is_some_and(|named| !others.want(own, named.region(), named.purpose))
        });
        self.state.others = others;
    }

    /// Says of the files of these kinds why they are no longer in use.
    fn put_out(&mut self, which: fn(Kind) -> bool, why: &HolderError) {
        for file in self.files.iter_mut().filter(|file| file.problem.is_none() && which(file.kind)) {
            *file = FileState::not_in_use(file.kind, why);
        }
    }

    /// Whether a file for this place is for the person's region.
    pub(super) fn is_ours(&self, kind: Kind, place: Place) -> Result<(), HolderError> {
        within(self.region(), kind, place)
    }
}

/// Whether a file for this place is for that region, if there is one.
pub(super) fn within(region: Option<Place>, kind: Kind, place: Place) -> Result<(), HolderError> {
    match region {
        Some(region) if !place.governs(region) => Err(HolderError::Elsewhere { kind }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::files::tests::{problems, versions};
    use super::*;
    use crate::authority::*;
    use crate::calendar::Span;
    use crate::code::certificate::DayCertificate;
    use crate::rules::pack::Pack;
    use crate::trust::Manifest;

    #[test]
    fn who_says_that_they_live_elsewhere_is_decided_by_nothing_of_the_region_before() {
        let rules = {
            let pack = Pack { region: Place::COUNTRY, ..pack() };
            let mut list = list();
            for (key, signer) in [("all", "all"), ("all-2", "also all")] {
                list.keys.push(trusted(key, signer, Kind::RulePack, None));
            }
            (signed(&header(6, None), &list, &["root"]), signed(&header(1, None), &pack, &["all", "all-2"]))
        };
        let mut holder = phone();
        holder.set_region(place("3301"));
        holder.load(&rules.0, now()).unwrap();
        for file in [manifest_of(10, &[rules.1.clone(), risk()]), rules.1, record()] {
            holder.load(&file, now()).unwrap();
        }
        assert!(holder.opened.record.is_some() && problems(&holder).iter().all(|(_, problem)| problem.is_none()));
        holder.set_region(place("4201"));
        let elsewhere = holder.opened.record.is_none();
        let again = Holder::restore(roots(), &holder.save(), now()).unwrap();
        assert_eq!((again.files(), again.rules(now()).is_some()), (holder.files(), true));
        assert_eq!((elsewhere, problems(&holder)[5]), (true, (Kind::Record, Some("holder-file-elsewhere"))));
        // Rules of the whole country govern those abroad, too, and a manifest of another region names nothing of theirs.
        holder.set_region(place("JP"));
        assert!(holder.rules(now()).is_some());
        let mut holder = phone();
        let header = Header { place: Some(place("33")), ..header(10, None) };
        let header = Header { issued: now(), expires: now().plus(day(3)), ..header };
        let local = Manifest { files: vec![named(&crate::authority::rules())] };
        holder.load(&signed(&header, &local, &["manifest"]), now()).unwrap();
        holder.set_region(place("4201"));
        let again = Holder::restore(roots(), &holder.save(), now()).unwrap();
        assert_eq!((again.files(), again.missing()), (holder.files(), holder.missing()));
        assert_eq!(problems(&holder)[2], (Kind::Manifest, Some("holder-file-elsewhere")));
    }

    #[test]
    fn whoever_moves_within_the_region_of_the_rules_gets_a_certificate_of_the_new_county() {
        let (mut holder, later) = (phone(), now().plus(Span::seconds(600)));
        let certified = |at: &str, day: &str, minutes: i64| {
            let issued = now().plus(Span::seconds(60 * minutes));
            let key = key(day).public();
            DayCertificate { place: place(at), key, issued, ..certificate_for("day") }
                .sign(&crate::authority::key("certificate"))
        };
        for (at, day, minutes) in [("330106", "second", 1), ("330108", "third", 2), ("3301", "fourth", 3)] {
            holder.certificate_request(identity(), &seed(day), now()).unwrap();
            holder.load(&certified(at, day, minutes), later).unwrap();
            assert_eq!(holder.region(), Some(place(at)));
        }
        holder.set_region(place("330106"));
        holder.certificate_request(identity(), &seed("fifth"), now()).unwrap();
        assert_eq!(code_of(holder.load(&certified("330108", "fifth", 4), later)), "holder-file-elsewhere");
    }

    #[test]
    fn rules_and_records_are_taken_for_the_persons_region_only() {
        let mut list = list();
        let also = [("elsewhere", "elsewhere"), ("elsewhere-2", "also elsewhere")];
        let kinds = [Kind::RulePack, Kind::Record, Kind::DayCertificate];
        for (kind, (key, signer)) in kinds.iter().flat_map(|kind| also.map(|who| (*kind, who))) {
            list.keys.push(trusted(key, signer, kind, Some("42")));
        }
        let list = signed(&header(6, None), &list, &["root"]);
        let hubei = Pack { region: place("42"), id: "hubei".into(), ..pack() };
        let hubei = signed(&header(9, Some("42")), &hubei, &["elsewhere", "elsewhere-2"]);
        let record = signed(&header(3, Some("42")), &record_for("phone"), &["elsewhere"]);
        let certificate = DayCertificate { place: place("4201"), ..certificate_for("day") }.sign(&key("elsewhere"));
        let mut holder = phone();
        holder.load(&list, now()).unwrap();
        holder.load(&manifest_of(10, &[rules(), risk(), hubei.clone()]), now()).unwrap();
        assert_eq!((holder.region(), holder.missing()), (Some(place("3301")), Vec::new()));
        for file in [&hubei, &record, &certificate] {
            assert_eq!(code_of(holder.load(file, now())), "holder-file-elsewhere");
        }
        // Whoever moves says so.
        holder.set_region(place("4201"));
        assert_eq!((holder.missing(), versions(&holder, Kind::RulePack)), (vec![named(&hubei)], vec![]));
        for file in [&hubei, &record] {
            holder.load(file, now()).unwrap();
        }
        assert_eq!(code_of(holder.load(&rules(), now())), "holder-file-elsewhere");
        // Without a word of anyone's, a server with rules of several regions has none for this phone.
        let mut new = Holder::new(roots());
        for file in [list, manifest_of(10, &[rules(), hubei.clone()])] {
            new.load(&file, now()).unwrap();
        }
        assert_eq!((new.region(), new.missing()), (None, Vec::new()));
        assert_eq!(code_of(new.assess(now(), None)), "holder-no-region");
        new.set_region(place("3301"));
        assert_eq!((new.missing(), code_of(new.assess(now(), None))), (vec![named(&rules())], "holder-no-rules"));
    }
}
