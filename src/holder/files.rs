//! The signed files that a phone uses: the order in which they are opened, and what happens to those that cannot be.

use super::error::HolderError;
use super::state::{Holder, OPENED, Opened, OwnCertificate, Stored};
use crate::calendar::Time;
use crate::cbor::Bytes;
use crate::code::certificate::{CertificateError, DayCertificate, Identity};
use crate::facts::{Record, RulesFor};
use crate::limits::{BESIDE_BYTES, BESIDE_FILES, FILE_BYTES, KEPT_FILES, STATE_BYTES};
use crate::order::sorted;
use crate::place::Place;
use crate::risk::RiskTable;
use crate::risk::delta::{Delta, DeltaError};
use crate::rules::pack::{Lane, Pack};
use crate::rules::schedule::Schedule;
use crate::trust::file::{Body, FileError};
use crate::trust::{About, Digest, FileState, Header, Kind, Manifest, Named, Unverified, Verified};
use crate::venue::ExposureList;

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
// However many packs and tables a manifest names, there is room for the next list and manifest, and for the log.
const _: () = assert!(ALONE + BESIDE_FILES <= KEPT_FILES && (ALONE + 1) * FILE_BYTES + BESIDE_BYTES <= STATE_BYTES);

impl Holder {
    /// Loads a signed file of any kind that a phone uses. If it is refused, the current file stays in use, unless roots
    /// vouch for a newer trust list that is not in force: nothing is opened by an older one then. A new trust list decides
    /// again which of the other files are in use, and a new manifest which packs and tables stay: [`Holder::files`].
    ///
    /// # Errors
    /// [`HolderError`] says what is wrong with the file.
    pub fn load(&mut self, bytes: &[u8], now: Time) -> Result<FileState, HolderError> {
        let kind = Unverified::parse(bytes)?.kind();
        let seen = self.trust_list();
        let used = self.use_file(kind, bytes, now, true);
        if used.is_err() && self.trust_list() != seen {
            // The list is not in force, but believed: as after a restart, the one before it is no longer in use.
            self.reopen(now);
        }
        let (state, named) = used?;
        self.store(Stored { kind, bytes: Bytes(bytes.to_vec()), named }, state.clone());
        if kind == Kind::TrustList {
            // Files that the new list no longer trusts must not stay in use, and files that it trusts again may be used.
            let trust = self.opened.trust.take();
            self.open_again(Opened { trust, ..Opened::default() }, 1, now);
        } else if kind == Kind::Manifest || kind.stands_beside() {
            self.drop_withdrawn(now);
            // What could not be opened for want of a manifest can be now.
            if kind == Kind::Manifest && self.files.iter().any(|file| file.problem.is_some()) {
                self.reopen(now);
            }
        }
        Ok(state)
    }

    /// Loads the risk table that a delta makes of one in use. What comes of it is taken or refused as if it had come whole.
    ///
    /// # Errors
    /// As [`Holder::load`], and [`DeltaError`] if it is no delta, or one for another table.
    pub fn load_delta(&mut self, bytes: &[u8], now: Time) -> Result<FileState, HolderError> {
        let delta = Delta::from_bytes(bytes)?;
        let base = self.opened.tables.iter().find(|table| table.digest() == delta.base());
        let base = base.ok_or(DeltaError::OtherBase)?.body();
        let wanted = self.missing().into_iter().find(|named| delta.leads_to(named));
        let file = delta.apply(base, wanted.ok_or(FileError::NotInManifest { kind: Kind::RiskTable })?.bytes())?;
        self.load(&file, now)
    }

    /// Opens a file and puts it to use; `new` if it has just arrived and was not in use already.
    fn use_file(
        &mut self,
        kind: Kind,
        bytes: &[u8],
        now: Time,
        new: bool,
    ) -> Result<(FileState, Option<Named>), HolderError> {
        let used = match kind {
            Kind::TrustList => {
                let trust = self.state.beliefs.open_list(bytes, now)?;
                let state = FileState::in_use(trust.file().about());
                self.opened.trust = Some(trust);
                (state, None)
            }
            Kind::Manifest => {
                let manifest: Verified<Manifest> = self.open(bytes, now, new)?;
                // It names what stays: one of another place would take away all that is ours.
                self.is_ours(kind, manifest.header().region())?;
                let state = self.accept(manifest.about());
                self.opened.manifest = Some(manifest);
                (state, None)
            }
            Kind::RulePack => {
                let rules: Verified<Pack> = self.open(bytes, now, new)?;
                let named = self.named(rules.about(), bytes, new)?;
                let Pack { region, purpose, .. } = rules.body();
                let own = self.region().or(Some(*region));
                if !self.state.others.want(own, *region, *purpose) {
                    return Err(HolderError::Elsewhere { kind });
                }
                let state = self.accept(rules.about());
                self.opened.packs.push(rules);
                (state, Some(named))
            }
            Kind::RiskTable => {
                let risk: Verified<RiskTable> = self.open(bytes, now, new)?;
                let named = self.named(risk.about(), bytes, new)?;
                let state = self.accept(risk.about());
                self.opened.tables.push(risk);
                (state, Some(named))
            }
            Kind::ExposureList => {
                let list: Verified<ExposureList> = self.open(bytes, now, new)?;
                let named = self.named(list.about(), bytes, new)?;
                let state = self.accept(list.about());
                self.opened.exposures.push(list);
                (state, Some(named))
            }
            Kind::Record => {
                let record: Verified<Record> = self.open(bytes, now, new)?;
                // Whose it is does not depend on the time.
                if Some(record.body().key) != self.public_key() {
                    return Err(HolderError::RecordNotYours);
                }
                self.is_ours(kind, record.header().region())?;
                let state = self.accept(record.about());
                self.opened.record = Some(record);
                (state, None)
            }
            Kind::DayCertificate => {
                let own = self.open_certificate(bytes)?;
                let certificate = own.certificate();
                if new {
                    certificate.check(now)?;
                    self.state.days.not_older(&own.certified)?;
                    // A county's certificate will do under its prefecture's rules; the one before it says nothing of where
                    // somebody lives now.
                    let region = self.ruled();
                    if !region.is_none_or(|region| region.contains(certificate.place)) {
                        within(region, kind, certificate.place)?;
                    }
                    self.state.days.use_for(&own.key, certificate.issued);
                }
                let state = FileState::valid(kind, certificate.issued, certificate.expires());
                self.opened.certificate = Some(own);
                (state, None)
            }
            Kind::Code | Kind::CertificateRequest | Kind::VenueCode => return Err(HolderError::Unwanted { kind }),
        };
        if kind.stands_beside() {
            // Those that it replaces go, or it does if it is itself replaced.
            let beliefs = &self.state.beliefs;
            self.opened.keep(&|file| beliefs.is_current(file, now));
            self.matched.take();
        }
        Ok(used)
    }

    /// Opens a file. If it stands beside others and is not new, nothing is wrong with it even if a newer one has taken its place,
    /// which the manifest may name beside it: then it is only not used.
    fn open<T: Body>(&self, bytes: &[u8], now: Time, new: bool) -> Result<Verified<T>, HolderError> {
        let trust = self.opened.trust.as_ref().ok_or(HolderError::NoTrust)?;
        let file: Verified<T> = trust.open_file(bytes, now)?;
        if new || !T::KIND.stands_beside() {
            self.state.beliefs.not_older(file.about(), now)?;
        }
        Ok(file)
    }

    /// Remembers the version of a file that has passed all checks.
    fn accept(&mut self, file: &About) -> FileState {
        self.state.beliefs.see(file);
        // The same one may be in use already.
        self.opened.keep(&|other| other.digest != file.digest);
        FileState::in_use(file)
    }

    /// How the manifest names the file: in force or announced, or for one that is in use already, to be replaced by one
    /// that has not come yet.
    fn named(&self, file: &About, bytes: &[u8], new: bool) -> Result<Named, HolderError> {
        // Expired or not: what it named stays until a newer one says otherwise, and `assess` says that it has expired.
        let manifest = self.opened.manifest.as_ref().ok_or(HolderError::NoManifest)?.body();
        let named = Named::of_file(file, bytes.len());
        if !manifest.files.contains(&named) && (new || file.line.emergency || self.has_replaced(manifest, &named, None))
        {
            return Err(FileError::NotInManifest { kind: file.kind }.into());
        }
        if new {
            self.has_room(manifest, &named)?;
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
    fn drop_withdrawn(&mut self, now: Time) {
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

    /// The person's region: the one that they chose, else that of their certificate, else that of their rules.
    #[must_use]
    pub fn region(&self) -> Option<Place> {
        let certified = self.opened.certificate.as_ref().map(|certified| certified.certificate().place);
        self.state.region.or(certified).or(self.ruled())
    }

    /// The region that the person chose, else that of their rules.
    fn ruled(&self) -> Option<Place> {
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

    /// The version of the trust list whose roots are believed: the next one to fetch is the one after.
    #[must_use]
    pub fn trust_list(&self) -> Option<u32> {
        self.state.beliefs.trust_list()
    }

    /// Whether a file for this place is for the person's region.
    fn is_ours(&self, kind: Kind, place: Place) -> Result<(), HolderError> {
        within(self.region(), kind, place)
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
            | Kind::VenueCode => false,
        };
        let missing = manifest.files.iter().filter(wanted).filter(|named| !self.has(named)).collect();
        let missing: Vec<&Named> = sorted(missing, |named| [named.kind.number().into(), named.version.into(), 0, 0]);
        missing.into_iter().take(KEPT_FILES).cloned().collect()
    }

    /// Whether any rules in use read exposure lists: for others nobody need fetch them, nor look anything up.
    pub(super) fn reads_exposures(&self) -> bool {
        self.opened.packs.iter().any(|pack| pack.body().reads_exposures())
    }

    fn open_certificate(&self, bytes: &[u8]) -> Result<OwnCertificate, HolderError> {
        let trust = self.opened.trust.as_ref().ok_or(HolderError::NoTrust)?;
        if self.key.is_none() {
            return Err(HolderError::NoKey);
        }
        let certified = DayCertificate::open(bytes, trust)?;
        let key = self.state.days.find(&certified.certificate().key).ok_or(CertificateError::NotYours)?;
        let floor = certified.certificate().floor();
        Ok(OwnCertificate { certified, key, floor })
    }

    /// Opens all stored files again and returns the result for each. A file that cannot be opened stays stored.
    pub fn reopen(&mut self, now: Time) -> &[FileState] {
        self.open_again(Opened::default(), 0, now);
        &self.files
    }

    /// Opens the stored files again, apart from the first ones, which are open already.
    fn open_again(&mut self, opened: Opened, first: usize, now: Time) {
        self.opened = opened;
        self.matched.take();
        self.files.truncate(first);
        while self.open_file(now) {}
    }

    /// Opens the next stored file that has not been tried yet; returns whether there was one.
    pub(super) fn open_file(&mut self, now: Time) -> bool {
        let Some(Stored { kind, bytes, .. }) = self.state.files.get_mut(self.files.len()) else { return false };
        let (kind, bytes) = (*kind, core::mem::take(bytes));
        let state = match self.use_file(kind, &bytes.0, now, false) {
            Ok((state, _)) => state,
            Err(error) => FileState::not_in_use(kind, &error),
        };
        if let Some(stored) = self.state.files.get_mut(self.files.len()) {
            stored.bytes = bytes;
        }
        self.files.push(state);
        true
    }

    /// Stores a file and the result of opening it, in the order in which they are opened: in place of the one of its
    /// kind, or beside the others if it is a pack or a table.
    fn store(&mut self, file: Stored, state: FileState) {
        self.drop_file(|stored| stored.kind == file.kind && (file.named.is_none() || stored.named == file.named));
        let rank = |kind: Kind| OPENED.iter().position(|opened| *opened == kind);
        let at = self.state.files.iter().take_while(|stored| rank(stored.kind) <= rank(file.kind)).count();
        self.state.files.insert(at, file);
        self.files.insert(at.min(self.files.len()), state);
    }

    /// Drops stored files, with the results of opening them.
    fn drop_file(&mut self, which: impl Fn(&Stored) -> bool) {
        while let Some(at) = self.state.files.iter().position(&which) {
            self.state.files.remove(at);
            if at < self.files.len() {
                self.files.remove(at);
            }
        }
    }

    /// The stored files, each with the code of the problem if it could not be opened at the last attempt.
    #[must_use]
    pub fn files(&self) -> &[FileState] {
        &self.files
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

    /// The identity in the day certificate.
    #[must_use]
    pub fn identity(&self) -> Option<&Identity> {
        self.opened.certificate.as_ref().map(|certified| &certified.certificate().identity)
    }
}

/// Whether a file for this place is for that region, if there is one.
fn within(region: Option<Place>, kind: Kind, place: Place) -> Result<(), HolderError> {
    match region {
        Some(region) if !place.governs(region) => Err(HolderError::Elsewhere { kind }),
        _ => Ok(()),
    }
}

/// The region that all rules are for that a manifest names: whoever has not said where they live gets the rules of a server
/// that has only those of one region.
fn region_of_all(manifest: &Manifest) -> Option<Place> {
    let everyday = |named: &&Named| named.kind == Kind::RulePack && named.purpose.is_none();
    let mut packs = manifest.files.iter().filter(everyday).map(|named| named.place);
    let first = packs.next()?;
    packs.all(|place| place == first).then_some(first.unwrap_or(Place::COUNTRY))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authority::*;
    use crate::calendar::Span;
    use crate::code::certificate::CertificateRequest;
    use crate::trust::TrustList;

    /// A phone's result for each stored file.
    fn problems(holder: &Holder) -> Vec<(Kind, Option<&str>)> {
        holder.files().iter().map(|file| (file.kind, file.problem.as_deref())).collect()
    }

    #[test]
    fn files_come_after_the_trust_list_and_certificates_after_the_key() {
        let mut holder = Holder::new(roots());
        assert_eq!(code_of(holder.load(&rules(), now())), "holder-no-trust-list");
        assert_eq!(code_of(holder.load(&certificate(), now())), "holder-no-trust-list");
        holder.load(&trust_list(), now()).unwrap();
        assert_eq!(code_of(holder.load(&certificate(), now())), "holder-no-key");
        assert_eq!(code_of(holder.certificate_request(identity(), &seed("day"), now())), "holder-no-key");
        holder.create_key(&seed("phone")).unwrap();
        assert_eq!(code_of(holder.create_key(&seed("another"))), "holder-key-exists");
        assert_eq!(code_of(holder.certificate_request(identity(), &seed("day"), now())), "holder-no-rules");
        assert_eq!(code_of(holder.load(&certificate(), now())), "certificate-not-yours", "nobody asked for it");
        assert_eq!(code_of(holder.assess(now(), None)), "holder-no-rules");
        assert_eq!(code_of(holder.submit(answers(false), now())), "holder-no-rules");
        assert_eq!(code_of(holder.load(&rules(), now())), "holder-no-manifest");
        assert_eq!(holder.missing(), []);
        holder.load(&manifest(), now()).unwrap();
        assert_eq!(holder.missing(), [named(&rules()), named(&risk())]);
        holder.load(&rules(), now()).unwrap();
        holder.certificate_request(identity(), &seed("day"), now()).unwrap();
        for file in [certificate(), record(), risk()] {
            holder.load(&file, now()).unwrap();
        }
        assert_eq!((holder.files().len(), holder.missing()), (6, Vec::new()));
        assert!(holder.files().iter().all(|file| file.problem.is_none()));
        assert_eq!(holder.identity(), Some(&identity()));
    }

    fn rules_of(version: u32) -> Vec<u8> {
        signed(&header(version, Some("3301")), &pack(), &["rules-1", "rules-2"])
    }

    fn versions(holder: &Holder, kind: Kind) -> Vec<Option<u32>> {
        holder.files().iter().filter(|file| file.kind == kind).map(|file| file.version).collect()
    }

    #[test]
    fn a_newer_list_that_has_expired_ends_the_one_before_at_once() {
        let mut holder = phone();
        let expired =
            signed(&Header { expires: now().minus(Span::seconds(60)), ..header(6, None) }, &list(), &["root"]);
        assert_eq!(code_of(holder.load(&expired, now())), "file-expired");
        assert_eq!(problems(&holder)[0], (Kind::TrustList, Some("file-rollback")));
        assert_eq!(code_of(holder.assess(now(), None)), "holder-no-rules");
        assert_eq!(Holder::restore(roots(), &holder.save(), now()).unwrap().files(), holder.files());
        // The next one in force opens everything again.
        holder.load(&signed(&header(7, None), &list(), &["root"]), now()).unwrap();
        assert!(holder.files().iter().all(|file| file.problem.is_none()));
    }

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
        assert_eq!((holder.files().len(), taken), (KEPT_FILES - 1, KEPT_FILES - ALONE - 2));
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

    #[test]
    fn what_is_refused_leaves_everything_as_it_was() {
        let mut holder = phone();
        let before = holder.save();
        let old_list = signed(&header(4, None), &list(), &["root"]);
        let others = signed(&header(9, Some("3301")), &record_for("another"), &["record"]);
        let other_key = certificate_for("another").sign(&key("certificate"));
        let request =
            CertificateRequest::sign(&key("phone"), &key("another day"), place("3301"), identity(), now()).unwrap();
        let earlier = certificate_for("day").issued.minus(Span::seconds(1));
        let older = DayCertificate { issued: earlier, ..certificate_for("day") }.sign(&key("certificate"));
        for (file, code) in [
            (b"no file".to_vec(), "cbor-truncated"),
            (manifest_of(8, &[]), "file-rollback"),
            (rules_of(2), "file-rollback"),
            (signed(&header(8, None), &risk_table(), &["risk", "risk-2"]), "file-not-in-manifest"),
            (rules_of(4), "file-not-in-manifest"),
            (old_list, "file-rollback"),
            (others, "holder-record-not-yours"),
            (other_key, "certificate-not-yours"),
            (older, "certificate-older"),
            (request, "holder-unwanted-file"),
        ] {
            assert_eq!(code_of(holder.load(&file, now())), code);
            assert!(holder.save() == before, "{code}");
            assert_eq!(holder.files().len(), 5, "{code}");
        }
        // Another person's record has not affected the versions of one's own.
        holder.load(&record(), now()).unwrap();
    }

    #[test]
    fn a_new_trust_list_drops_what_it_no_longer_trusts_and_keeps_its_bytes() {
        let mut holder = phone();
        let without = |version, name: &str| {
            let keys = list().keys.into_iter().filter(|entry| entry.key != key(name).public()).collect();
            signed(&header(version, None), &TrustList { keys, ..list() }, &["root"])
        };
        holder.load(&without(6, "rules-2"), now()).unwrap();
        assert_eq!(code_of(holder.assess(now(), None)), "holder-no-rules");
        assert_eq!(
            problems(&holder),
            [
                (Kind::TrustList, None),
                (Kind::DayCertificate, None),
                (Kind::Manifest, None),
                (Kind::RulePack, Some("file-too-few-signers")),
                (Kind::RiskTable, None),
            ]
        );
        holder.load(&without(7, "certificate"), now()).unwrap();
        assert!(holder.assess(now(), None).is_ok());
        assert_eq!(code_of(holder.show(now(), None, None)), "holder-no-certificate");
        assert_eq!(problems(&holder)[1], (Kind::DayCertificate, Some("file-unknown-key")));
        holder.load(&signed(&header(8, None), &list(), &["root"]), now()).unwrap();
        assert!(problems(&holder).iter().all(|(_, problem)| problem.is_none()));
        assert!(holder.show(now(), None, None).is_ok());
    }

    #[test]
    fn with_an_expired_trust_list_the_bytes_stay_and_a_new_one_brings_them_back() {
        let saved = phone().save();
        let later = header(5, None).expires;
        let mut holder = Holder::restore(roots(), &saved, later).unwrap();
        assert_eq!(problems(&holder)[0], (Kind::TrustList, Some("file-expired")));
        assert_eq!(problems(&holder)[3], (Kind::RulePack, Some("holder-no-trust-list")));
        assert!(holder.save() == saved);
        let header = Header { issued: later, expires: later.plus(day(10)), ..header(6, None) };
        holder.load(&signed(&header, &list(), &["root"]), later).unwrap();
        assert!(problems(&holder).iter().all(|(_, problem)| problem.is_none()));
        // Nothing is lost when the clock goes back either.
        assert!(holder.reopen(now()).iter().all(|file| file.problem.is_some()));
        assert!(holder.reopen(later).iter().all(|file| file.problem.is_none()));
    }
}
