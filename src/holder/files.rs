//! The signed files that a phone uses: the order in which they are opened, and what happens to those that cannot be.

use super::error::HolderError;
use super::region::within;
use super::state::{Holder, OPENED, Opened, OwnCertificate, Stored};
use crate::calendar::Time;
use crate::cbor::Bytes;
use crate::code::certificate::{CertificateError, DayCertificate, Identity};
use crate::facts::Record;
use crate::risk::RiskTable;
use crate::risk::delta::{Delta, DeltaError};
use crate::rules::pack::Pack;
use crate::trust::file::{Body, FileError};
use crate::trust::{About, FileState, Kind, Manifest, Named, Unverified, Verified};
use crate::venue::ExposureList;

impl Holder {
    /// Loads a signed file of any kind that a phone uses. If it is refused, the current file stays in use, unless roots
    /// vouch for a newer trust list that is not in force: nothing is opened by an older one then. A new trust list decides
    /// again which of the other files are in use, and a new manifest which packs and tables stay: [`Holder::files`].
    ///
    /// # Errors
    /// [`HolderError`] says what is wrong with the file.
    pub fn load(&mut self, bytes: &[u8], now: Time) -> Result<FileState, HolderError> {
        self.load_with_proof(bytes, &[], now)
    }

    /// The same of a file that comes with a proof that the public log has it ([`ShortProof`](crate::log::ShortProof)), as the trust list may ask of
    /// rules, tables and exposure lists.
    ///
    /// # Errors
    /// As [`Holder::load`].
    pub fn load_with_proof(&mut self, bytes: &[u8], proof: &[u8], now: Time) -> Result<FileState, HolderError> {
        let kind = Unverified::parse(bytes)?.kind();
        if kind == Kind::CertificateAnswer {
            return self.load_answer(bytes, now);
        }
        let seen = self.trust_list();
        let used = self.use_file(kind, bytes, now, Some(proof));
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

    /// Loads the risk table that a delta makes of one in use, with the proof of that table. What comes of it is taken or refused as if it had come whole.
    ///
    /// # Errors
    /// As [`Holder::load`], and [`DeltaError`] if it is no delta, or one for another table.
    pub fn load_delta(&mut self, bytes: &[u8], proof: &[u8], now: Time) -> Result<FileState, HolderError> {
        let delta = Delta::from_bytes(bytes)?;
        let base = self.opened.tables.iter().find(|table| table.digest() == delta.base());
        let base = base.ok_or(DeltaError::OtherBase)?.body();
        let wanted = self.missing().into_iter().find(|named| delta.leads_to(named));
        let file = delta.apply(base, wanted.ok_or(FileError::NotInManifest { kind: Kind::RiskTable })?.bytes())?;
        self.load_with_proof(&file, proof, now)
    }

    /// Opens a file and puts it to use; `new` if it has just arrived and was not in use already, with the proof that came with it,
    /// which is empty if none did.
    fn use_file(
        &mut self,
        kind: Kind,
        bytes: &[u8],
        now: Time,
        new: Option<&[u8]>,
    ) -> Result<(FileState, Option<Named>), HolderError> {
        let used = match kind {
            Kind::TrustList => {
                let trust = self.state.beliefs.open_list(bytes, now)?;
                let state = FileState::in_use(trust.file().about());
                self.opened.trust = Some(trust);
                (state, None)
            }
            Kind::Manifest => {
                let manifest: Verified<Manifest> = self.open(bytes, now, new.is_some())?;
                // It names what stays: one of another place would take away all that is ours.
                self.is_ours(kind, manifest.header().region())?;
                let state = self.accept(manifest.about());
                self.opened.manifest = Some(manifest);
                (state, None)
            }
            Kind::RulePack => {
                let rules: Verified<Pack> = self.open(bytes, now, new.is_some())?;
                let named = self.named(rules.about(), bytes, new, now)?;
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
                let risk: Verified<RiskTable> = self.open(bytes, now, new.is_some())?;
                let named = self.named(risk.about(), bytes, new, now)?;
                let state = self.accept(risk.about());
                self.opened.tables.push(risk);
                (state, Some(named))
            }
            Kind::ExposureList => {
                let list: Verified<ExposureList> = self.open(bytes, now, new.is_some())?;
                let named = self.named(list.about(), bytes, new, now)?;
                let state = self.accept(list.about());
                self.opened.exposures.push(list);
                (state, Some(named))
            }
            Kind::Record => {
                let record: Verified<Record> = self.open(bytes, now, new.is_some())?;
                // Whose it is does not depend on the time.
                if Some(record.body().key) != self.public_key() {
                    return Err(HolderError::RecordNotYours);
                }
                self.is_ours(kind, record.header().region())?;
                if new.is_some() && record.body().restricts() {
                    self.not_without_proof(kind)?;
                }
                let state = self.accept(record.about());
                self.opened.record = Some(record);
                (state, None)
            }
            Kind::DayCertificate => {
                let own = self.open_certificate(bytes)?;
                let certificate = own.certificate();
                if new.is_some() {
                    certificate.check(now)?;
                    self.founded(own.floor.as_ref(), now)?;
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
            Kind::Mailbox => (self.use_mailbox(bytes, now, new.is_some())?, None),
            Kind::Code | Kind::CertificateRequest | Kind::VenueCode | Kind::CertificateAnswer => {
                return Err(HolderError::Unwanted { kind });
            }
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

    /// The version of the trust list whose roots are believed: the next one to fetch is the one after.
    #[must_use]
    pub fn trust_list(&self) -> Option<u32> {
        self.state.beliefs.trust_list()
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
    pub(super) fn open_again(&mut self, opened: Opened, first: usize, now: Time) {
        self.opened = opened;
        self.matched.take();
        self.files.truncate(first);
        while self.open_file(now) {}
    }

    /// Opens the next stored file that has not been tried yet; returns whether there was one.
    pub(super) fn open_file(&mut self, now: Time) -> bool {
        let Some(Stored { kind, bytes, .. }) = self.state.files.get_mut(self.files.len()) else { return false };
        let (kind, bytes) = (*kind, core::mem::take(bytes));
        let state = match self.use_file(kind, &bytes.0, now, None) {
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
    pub(super) fn drop_file(&mut self, which: impl Fn(&Stored) -> bool) {
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

    /// The identity in the day certificate.
    #[must_use]
    pub fn identity(&self) -> Option<&Identity> {
        self.opened.certificate.as_ref().map(|certified| &certified.certificate().identity)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::authority::*;
    use crate::calendar::Span;
    use crate::code::certificate::CertificateRequest;
    use crate::trust::{Header, TrustList};

    /// A phone's result for each stored file.
    pub(in crate::holder) fn problems(holder: &Holder) -> Vec<(Kind, Option<&str>)> {
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

    pub(in crate::holder) fn rules_of(version: u32) -> Vec<u8> {
        signed(&header(version, Some("3301")), &pack(), &["rules-1", "rules-2"])
    }

    pub(in crate::holder) fn versions(holder: &Holder, kind: Kind) -> Vec<Option<u32>> {
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
