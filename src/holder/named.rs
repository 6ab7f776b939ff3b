//! What the manifest names: which files a phone takes, keeps and still wants.

use super::error::HolderError;
use super::state::{Holder, OPENED};
use crate::calendar::Time;
use crate::limits::{BESIDE_BYTES, BESIDE_FILES, FILE_BYTES, KEPT_FILES, STATE_BYTES};
use crate::order::sorted;
use crate::place::Place;
use crate::rules::pack::{Lane, Pack};
use crate::trust::file::FileError;
use crate::trust::{About, Digest, Kind, Manifest, Named, Verified};

/// How many kinds a phone keeps one file of; of the others it keeps several.
const ALONE: usize = {
    let (mut count, mut left) = (0, OPENED.as_slice());
    while let [kind, others @ ..] = left {
        if !kind.stands_beside() {
            count += 1;
        }
        left = others;
    }
    count
};
// However many packs and tables a manifest names, there is room for the next list and manifest, and for the log; a mailbox is
// small.
const _: () = assert!(ALONE + BESIDE_FILES <= KEPT_FILES && ALONE * FILE_BYTES + BESIDE_BYTES <= STATE_BYTES);

impl Holder {
    /// How the manifest names the file: in force or announced, or for one that is in use already, to be replaced by one
    /// that has not come yet.
    pub(super) fn named(
        &self,
        file: &About,
        bytes: &[u8],
        new: Option<&[u8]>,
        now: Time,
    ) -> Result<Named, HolderError> {
        // Expired or not: what it named stays until a newer one says otherwise, and `assess` says that it has expired.
        let manifest = self.opened.manifest.as_ref().ok_or(HolderError::NoManifest)?.body();
        let named = Named::of_file(file, bytes.len());
        let came = new.is_some();
        if !manifest.files.contains(&named)
            && (came || file.line.emergency || self.has_replaced(manifest, &named, None))
        {
            return Err(FileError::NotInManifest { kind: file.kind }.into());
        }
        if let Some(proof) = new {
            self.has_room(manifest, &named)?;
            self.is_logged(file, bytes.len(), proof, now)?;
        }
        Ok(named)
    }

    /// Checks that there is room for a file, once those have gone in whose place it comes.
    fn has_room(&self, manifest: &Manifest, new: &Named) -> Result<(), HolderError> {
        let stays = |named: &&Named| *named != new && !self.is_withdrawn(manifest, named, Some(new));
        let beside = self.state.files.iter().filter_map(|stored| stored.named.as_ref()).filter(stays);
        let (count, size) = beside.fold((1, new.bytes()), |(count, size), named| (count + 1, size + named.bytes()));
        if count > BESIDE_FILES || size > BESIDE_BYTES { Err(HolderError::TooManyFiles) } else { Ok(()) }
    }

    /// Whether the manifest no longer names a stored pack or table, nor a later one in its place that has not come yet; `new`
    /// is the one that comes now. An emergency pack is not kept beyond its manifest for another: which lane that is in, the
    /// manifest does not say.
    fn is_withdrawn(&self, manifest: &Manifest, named: &Named, new: Option<&Named>) -> bool {
        let emergency = |pack: &Verified<Pack>| pack.digest() == named.digest && pack.body().lane == Lane::Emergency;
        !manifest.files.contains(named)
            && (self.has_replaced(manifest, named, new) || self.opened.packs.iter().any(emergency))
    }

    /// Whether all later files that the manifest names in place of this one are there, if it names any.
    fn has_replaced(&self, manifest: &Manifest, named: &Named, new: Option<&Named>) -> bool {
        manifest.replacements_of(named).all(|other| Some(other) == new || self.has(other))
    }

    fn has(&self, named: &Named) -> bool {
        self.state.files.iter().any(|stored| stored.named.as_ref() == Some(named))
    }

    /// Drops packs and tables that the manifest no longer names, unless it names another that has not come yet.
    pub(super) fn drop_withdrawn(&mut self, now: Time) {
        // Expired or not: one that has expired still withdraws what it did not name.
        let Some(manifest) = &self.opened.manifest else { return };
        let (header, manifest) = (manifest.header(), manifest.body());
        self.state.beliefs.hear(manifest, header.region(), header.issued, now);
        let withdrawn = |named: &Named| self.is_withdrawn(manifest, named, None);
        let gone: Vec<Named> =
            self.state.files.iter().filter_map(|stored| stored.named.clone()).filter(withdrawn).collect();
        let beliefs = &self.state.beliefs;
        let stays = |digest: Digest| gone.iter().all(|named| named.digest != digest);
        self.opened.keep(&|file| stays(file.digest) && beliefs.is_current(file, now));
        self.matched.take();
        for named in gone {
            self.drop_file(|stored| stored.named.as_ref() == Some(&named));
        }
    }

    /// The public files that the manifest names and this phone wants and does not have: the trust list first; within a
    /// kind, earlier versions first, because a later one makes an earlier one a rollback.
    #[must_use]
    pub fn missing(&self) -> Vec<Named> {
        // Expired or not: each file is checked when it comes.
        let Some(manifest) = self.opened.manifest.as_ref().map(Verified::body) else { return Vec::new() };
        let region = self.region().or_else(|| region_of_all(manifest));
        let wanted = |named: &&Named| match named.kind {
            Kind::TrustList => self.state.beliefs.trust_list().is_none_or(|seen| named.version > seen),
            Kind::RulePack => self.state.others.want(region, named.region(), named.purpose),
            Kind::RiskTable => true,
            Kind::ExposureList => self.reads_exposures(),
            // No manifest names these.
            Kind::Manifest
            | Kind::Record
            | Kind::DayCertificate
            | Kind::CertificateRequest
            | Kind::Code
            | Kind::VenueCode
            | Kind::Mailbox
            | Kind::CertificateAnswer => false,
        };
        let missing = manifest.files.iter().filter(wanted).filter(|named| !self.has(named)).collect();
        let missing: Vec<&Named> = sorted(missing, |named| [named.kind.number().into(), named.version.into(), 0, 0]);
        missing.into_iter().take(KEPT_FILES).cloned().collect()
    }

    /// Whether any rules in use read exposure lists: for others nobody need fetch them, nor look anything up.
    pub(super) fn reads_exposures(&self) -> bool {
        self.opened.packs.iter().any(|pack| pack.body().reads_exposures())
    }
}

/// The region that all rules are for that a manifest names: whoever has not said where they live gets the rules of a server
/// that has only those of one region.
pub(super) fn region_of_all(manifest: &Manifest) -> Option<Place> {
    let everyday = |named: &&Named| named.kind == Kind::RulePack && named.purpose.is_none();
    let mut packs = manifest.files.iter().filter(everyday).map(|named| named.place);
    let first = packs.next()?;
    packs.all(|place| place == first).then_some(first.unwrap_or(Place::COUNTRY))
}

#[cfg(test)]
mod tests {
    use super::super::files::tests::{rules_of, versions};
    use super::*;
    use crate::authority::*;
    use crate::calendar::Span;
    use crate::risk::RiskTable;
    use crate::trust::Header;

    #[test]
    fn however_many_tables_are_named_the_next_list_and_manifest_are_taken() {
        let mut holder = phone();
        let table = |number: u32| {
            let region = format!("{:04}", 1_101 + number);
            signed(&header(1, Some(&region)), &RiskTable::default(), &["risk", "risk-2"])
        };
        let tables: Vec<_> = (0..80).map(table).collect();
        let all: Vec<_> = tables.iter().cloned().chain([rules(), risk()]).collect();
        holder.load(&manifest_of(10, &all), now()).unwrap();
        let taken = tables.iter().take_while(|table| holder.load(table, now()).is_ok()).count();
        assert_eq!((holder.files().len(), taken), (KEPT_FILES - 2, KEPT_FILES - ALONE - 2));
        assert_eq!(code_of(holder.load(&tables[79], now())), "holder-too-many-files");
        let restored = Holder::restore(roots(), &holder.save(), now()).unwrap();
        assert_eq!(restored.files(), holder.files());
        for file in [record(), signed(&header(6, None), &list(), &["root"]), manifest_of(11, &[rules(), risk()])] {
            holder.load(&file, now()).unwrap();
        }
        assert_eq!(holder.files().len(), 6);
    }

    #[test]
    fn as_many_tables_as_a_phone_keeps_are_replaced_by_as_many() {
        let mut holder = phone();
        let table = |version: u32, number: u32| {
            let region = format!("{:04}", 1_101 + number);
            signed(&header(version, Some(&region)), &RiskTable::default(), &["risk", "risk-2"])
        };
        for version in 1..=3 {
            let tables: Vec<_> = (0..58).map(|number| table(version, number)).collect();
            let all: Vec<_> = tables.iter().cloned().chain([rules(), risk()]).collect();
            holder.load(&manifest_of(10 + version, &all), now()).unwrap();
            for table in &tables {
                holder.load(table, now()).unwrap();
            }
            assert_eq!((holder.files().len(), holder.missing()), (3 + BESIDE_FILES, Vec::new()));
            let found = versions(&holder, Kind::RiskTable);
            assert_eq!(found.iter().filter(|found| **found == Some(version)).count(), 58, "{found:?}");
        }
        assert_eq!(Holder::restore(roots(), &holder.save(), now()).unwrap().files(), holder.files());
    }

    #[test]
    fn an_emergency_pack_ends_with_its_manifest_whatever_else_that_names() {
        let mut holder = phone();
        let mut list = list();
        list.keys.push(trusted("rules-3", "province", Kind::RulePack, Some("33")));
        holder.load(&signed(&header(6, None), &list, &["root"]), now()).unwrap();
        let emergency = Pack { lane: Lane::Emergency, valid_from: now(), ..pack() };
        let head = Header { issued: now(), expires: now().plus(day(5)), ..header(1, Some("3301")) };
        let emergency = signed(&head, &emergency, &["rules-1", "rules-2", "rules-3"]);
        holder.load(&manifest_of(10, &[rules(), emergency.clone()]), now()).unwrap();
        holder.load(&emergency, now()).unwrap();
        assert_eq!(holder.rules(now()).unwrap().digest(), Digest::of(&emergency));
        // It names a scheduled pack of a higher version that has not come.
        let next = Pack { valid_from: now().plus(day(2)), ..pack() };
        let next = signed(&header(4, Some("3301")), &next, &["rules-1", "rules-2"]);
        let without = manifest_of(11, &[rules(), next.clone()]);
        let mut restarted = Holder::restore(roots(), &holder.save(), now()).unwrap();
        restarted.load(&without, now().plus(day(1))).unwrap();
        holder.load(&without, now()).unwrap();
        for phone in [&holder, &restarted, &Holder::restore(roots(), &holder.save(), now()).unwrap()] {
            assert_eq!(phone.rules(now()).unwrap().digest(), Digest::of(&rules()));
            assert_eq!((versions(phone, Kind::RulePack), phone.missing()), (vec![Some(3)], vec![named(&next)]));
        }
    }

    #[test]
    fn what_the_manifest_no_longer_names_stays_until_the_other_has_come() {
        let mut holder = phone();
        let next = signed(&header(8, None), &risk_table(), &["risk", "risk-2"]);
        holder.load(&manifest_of(10, &[rules(), next.clone()]), now()).unwrap();
        assert_eq!((versions(&holder, Kind::RiskTable), holder.missing()), (vec![Some(7)], vec![named(&next)]));
        // Also over a restart, or when the one before comes again.
        let mut again = Holder::restore(roots(), &holder.save(), now()).unwrap();
        assert_eq!(again.files(), holder.files());
        assert_eq!(code_of(again.load(&risk(), now())), "file-not-in-manifest");
        assert_eq!(versions(&again, Kind::RiskTable), [Some(7)]);
        holder.load(&next, now()).unwrap();
        assert_eq!((versions(&holder, Kind::RiskTable), holder.missing()), (vec![Some(8)], Vec::new()));
        // What is named no more, nor another in its place, is withdrawn.
        holder.load(&manifest_of(11, &[rules()]), now()).unwrap();
        assert_eq!((versions(&holder, Kind::RiskTable), versions(&holder, Kind::RulePack)), (vec![], vec![Some(3)]));
        assert_eq!(Holder::restore(roots(), &holder.save(), now()).unwrap().files(), holder.files());
    }

    #[test]
    fn what_was_replaced_is_not_used_again_and_nothing_is_wrong_with_it() {
        let mut holder = phone();
        let used = |holder: &Holder, at| {
            let found = holder.assess(at, None).ok()?;
            Some((found.rules.version, found.risk.iter().map(|risk| risk.version).collect::<Vec<_>>()))
        };
        let restarted = |holder: &Holder, at| {
            let again = Holder::restore(roots(), &holder.save(), at).unwrap();
            assert_eq!((again.files(), used(&again, at)), (holder.files(), used(holder, at)));
            assert!(again.files().iter().all(|file| file.problem.is_none()), "{:?}", again.files());
            again
        };
        // The manifest names the earlier ones beside those that have replaced them.
        let (table, pack) = (signed(&header(8, None), &RiskTable::default(), &["risk", "risk-2"]), rules_of(4));
        holder.load(&manifest_of(10, &[rules(), pack.clone(), risk(), table.clone()]), now()).unwrap();
        for file in [&pack, &table] {
            holder.load(file, now()).unwrap();
        }
        assert_eq!(used(&restarted(&holder, now()), now()), Some((4, vec![8])));
        assert_eq!(holder.missing(), []);
        // Whoever publishes can withdraw them, and what they replaced is not taken in their place.
        holder.load(&manifest_of(11, &[rules(), risk()]), now()).unwrap();
        assert_eq!(used(&restarted(&holder, now()), now()), None);

        // Announced rules that are withdrawn before they begin leave everything as it is, however late a phone hears of it:
        // unless a manifest has told it that they were in force.
        let begins = now().plus(Span::seconds(3_600));
        let late = begins.plus(Span::seconds(3_600));
        let next = Pack { valid_from: begins, ..crate::authority::pack() };
        let next = signed(&header(4, Some("3301")), &next, &["rules-1", "rules-2"]);
        let both = |version, issued| manifest_at(version, issued, &[rules(), next.clone(), risk()]);
        for (told, after) in [(false, Some((3, vec![7]))), (true, None)] {
            let mut holder = phone();
            holder.load(&both(10, now()), now()).unwrap();
            holder.load(&next, now()).unwrap();
            assert_eq!(used(&restarted(&holder, now()), now()), Some((3, vec![7])));
            assert_eq!(used(&restarted(&holder, late), late), Some((4, vec![7])));
            if told {
                holder.load(&both(11, begins), begins).unwrap();
                assert_eq!(used(&restarted(&holder, late), late), Some((4, vec![7])));
            }
            holder.load(&manifest_at(12, now(), &[rules(), risk()]), late).unwrap();
            assert_eq!(used(&restarted(&holder, late), late), after, "{told}");
        }
        // So it is for whoever has not had the rules before them for a while.
        let mut holder = phone();
        holder.load(&both(10, now()), now()).unwrap();
        holder.load(&next, now()).unwrap();
        holder.set_region(place("4201"));
        holder.set_region(place("3301"));
        holder.load(&manifest_at(11, now(), &[rules(), risk()]), late).unwrap();
        assert_eq!(holder.missing(), [named(&rules())]);
        holder.load(&rules(), late).unwrap();
        assert_eq!(used(&restarted(&holder, late), late), Some((3, vec![7])));
    }

    #[test]
    fn packs_and_tables_of_several_regions_stand_side_by_side() {
        let mut holder = phone();
        let next = Pack { valid_from: now().plus(day(2)), ..pack() };
        let next = signed(&header(4, Some("3301")), &next, &["rules-1", "rules-2"]);
        let hubei = signed(&header(1, Some("42")), &RiskTable::default(), &["risk-elsewhere", "risk-elsewhere-2"]);
        holder.load(&manifest_of(10, &[next.clone(), rules(), hubei.clone(), risk()]), now()).unwrap();
        assert_eq!(holder.missing(), [named(&next), named(&hubei)]);
        holder.load(&next, now()).unwrap();
        holder.load(&hubei, now()).unwrap();
        assert_eq!(versions(&holder, Kind::RulePack), [Some(3), Some(4)]);
        assert_eq!(versions(&holder, Kind::RiskTable), [Some(7), Some(1)]);
        let announced = holder.files().iter().find(|file| file.version == Some(4)).unwrap();
        assert_eq!((announced.from, announced.place), (Some(now().plus(day(2))), Some(place("3301"))));
        let again = Holder::restore(roots(), &holder.save(), now()).unwrap();
        assert_eq!((again.files(), again.missing()), (holder.files(), Vec::new()));
    }
}
