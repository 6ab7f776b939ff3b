//! The signed files that a phone uses: the order in which they are opened, and what happens to those that cannot be.

use super::state::{FileState, Holder, HolderError, OPENED, Opened, OwnCertificate, Seen, Stored};
use crate::calendar::Time;
use crate::cbor::Bytes;
use crate::code::certificate::{CertificateError, DayCertificate, Identity};
use crate::facts::Record;
use crate::place::Place;
use crate::risk::RiskTable;
use crate::rules::pack::Pack;
use crate::trust::file::{Body, FileError};
use crate::trust::{Kind, Trust, Unverified, Verified};

impl Holder {
    /// Loads a signed file of any kind that a phone uses. If it is refused, the current file stays in use. A new trust
    /// list decides again which of the other files are in use: [`Holder::files`].
    ///
    /// # Errors
    /// [`HolderError`] says what is wrong with the file.
    pub fn load(&mut self, bytes: &[u8], now: Time) -> Result<FileState, HolderError> {
        let kind = Unverified::parse(bytes)?.kind();
        let state = self.use_file(kind, bytes, now, true)?;
        self.state.files.retain(|stored| stored.kind != kind);
        self.state.files.push(Stored { kind, bytes: Bytes(bytes.to_vec()) });
        if kind == Kind::TrustList {
            // Files that the new list no longer trusts must not stay in use, and files that it trusts again may be
            // used.
            self.reopen(now);
        } else {
            self.set_result(state.clone());
        }
        Ok(state)
    }

    /// Opens a file and puts it to use; `new` if it has just arrived and was not in use already.
    fn use_file(&mut self, kind: Kind, bytes: &[u8], now: Time, new: bool) -> Result<FileState, HolderError> {
        Ok(match kind {
            Kind::TrustList => {
                let trust = Trust::open(bytes, &self.roots, now, self.seen(kind, None))?;
                let state = FileState::in_use(kind, trust.header());
                self.see(kind, None, trust.header().version);
                self.opened.trust = Some(trust);
                state
            }
            Kind::RulePack => {
                let rules: Verified<Pack> = self.open(bytes, now)?;
                let state = self.accept(&rules);
                self.opened.rules = Some(rules);
                state
            }
            Kind::RiskTable => {
                let risk: Verified<RiskTable> = self.open(bytes, now)?;
                let state = self.accept(&risk);
                self.opened.risk = Some(risk);
                state
            }
            Kind::Record => {
                let record: Verified<Record> = self.open(bytes, now)?;
                if Some(record.body().key) != self.public_key() {
                    return Err(HolderError::RecordNotYours);
                }
                let state = self.accept(&record);
                self.opened.record = Some(record);
                state
            }
            Kind::DayCertificate => {
                let own = self.open_certificate(bytes)?;
                if new {
                    own.certificate().check(now)?;
                    self.state.days.not_older(&own.certified)?;
                    self.state.days.use_for(&own.key, own.certificate().issued);
                }
                let state = FileState::certificate_in_use(&own.certified);
                self.opened.certificate = Some(own);
                state
            }
            Kind::Code | Kind::CertificateRequest => return Err(HolderError::Unwanted { kind }),
        })
    }

    fn open<T: Body>(&self, bytes: &[u8], now: Time) -> Result<Verified<T>, HolderError> {
        let trust = self.opened.trust.as_ref().ok_or(HolderError::NoTrust)?;
        let file: Verified<T> = trust.open_file(bytes, now, None)?;
        let header = file.header();
        match self.seen(T::KIND, header.place) {
            Some(seen) if header.version < seen => Err(FileError::Rollback { found: header.version, seen }.into()),
            _ => Ok(file),
        }
    }

    /// Remembers the version of a file that has passed all checks.
    fn accept<T: Body>(&mut self, file: &Verified<T>) -> FileState {
        let header = file.header();
        self.see(T::KIND, header.place, header.version);
        FileState::in_use(T::KIND, header)
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

    fn seen(&self, kind: Kind, place: Option<Place>) -> Option<u32> {
        self.state.seen.iter().find(|seen| seen.kind == kind && seen.place == place).map(|seen| seen.version)
    }

    fn see(&mut self, kind: Kind, place: Option<Place>, version: u32) {
        match self.state.seen.iter_mut().find(|seen| seen.kind == kind && seen.place == place) {
            Some(seen) => seen.version = seen.version.max(version),
            None => self.state.seen.push(Seen { kind, place, version }),
        }
    }

    /// Opens all stored files again and returns the result for each. A file that cannot be opened stays stored.
    pub fn reopen(&mut self, now: Time) -> &[FileState] {
        self.opened = Opened::default();
        self.files.clear();
        self.tried = 0;
        while self.open_file(now) {}
        &self.files
    }

    /// Opens the next stored file that has not been tried yet; returns whether there was one.
    pub(super) fn open_file(&mut self, now: Time) -> bool {
        while let Some(kind) = OPENED.get(self.tried).copied() {
            self.tried += 1;
            let stored = core::mem::take(&mut self.state.files);
            let state = stored.iter().find(|stored| stored.kind == kind).map(|file| {
                let state = self.use_file(kind, &file.bytes.0, now, false);
                state.unwrap_or_else(|error| FileState::not_in_use(kind, &error))
            });
            self.state.files = stored;
            if let Some(state) = state {
                self.set_result(state);
                return true;
            }
        }
        false
    }

    /// Records the result of opening a file, in place of the earlier one for its kind.
    fn set_result(&mut self, state: FileState) {
        self.files.retain(|known| known.kind != state.kind);
        let place = self.files.partition_point(|known| known.kind < state.kind);
        self.files.insert(place, state);
    }

    /// The stored files, each with the code of the problem if it could not be opened at the last attempt.
    #[must_use]
    pub fn files(&self) -> &[FileState] {
        &self.files
    }

    /// The rules in use.
    #[must_use]
    pub fn rules(&self) -> Option<&Verified<Pack>> {
        self.opened.rules.as_ref()
    }

    /// The identity in the day certificate.
    #[must_use]
    pub fn identity(&self) -> Option<&Identity> {
        self.opened.certificate.as_ref().map(|certified| &certified.certificate().identity)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authority::*;
    use crate::calendar::Span;
    use crate::code::certificate::CertificateRequest;
    use crate::trust::{Header, TrustList};

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
        holder.load(&rules(), now()).unwrap();
        holder.certificate_request(identity(), &seed("day"), now()).unwrap();
        for file in [certificate(), record(), risk()] {
            holder.load(&file, now()).unwrap();
        }
        assert_eq!(holder.files().len(), 5);
        assert!(holder.files().iter().all(|file| file.problem.is_none()));
        assert_eq!(holder.identity(), Some(&identity()));
    }

    #[test]
    fn what_is_refused_leaves_everything_as_it_was() {
        let mut holder = phone();
        let before = holder.save();
        let old_list = signed(&header(4, None), &list(), &["root"]);
        let old_rules = signed(&header(2, Some("3301")), &pack(), &["rules-1", "rules-2"]);
        let others = signed(&header(9, Some("3301")), &record_for("another"), &["record"]);
        let other_key = certificate_for("another").sign(&key("certificate"));
        let request =
            CertificateRequest::sign(&key("phone"), &key("another day"), place("3301"), identity(), now()).unwrap();
        let earlier = certificate_for("day").issued.minus(Span::seconds(1));
        let older = DayCertificate { issued: earlier, ..certificate_for("day") }.sign(&key("certificate"));
        for (file, code) in [
            (b"no file".to_vec(), "cbor-truncated"),
            (old_list, "file-rollback"),
            (old_rules, "file-rollback"),
            (others, "holder-record-not-yours"),
            (other_key, "certificate-not-yours"),
            (older, "certificate-older"),
            (request, "holder-unwanted-file"),
        ] {
            assert_eq!(code_of(holder.load(&file, now())), code);
            assert!(holder.save() == before, "{code}");
            assert_eq!(holder.files().len(), 4, "{code}");
        }
        // Another person's record has not affected the versions of one's own.
        holder.load(&record(), now()).unwrap();
    }

    #[test]
    fn a_new_trust_list_drops_what_it_no_longer_trusts_and_keeps_its_bytes() {
        let mut holder = phone();
        let without = |version, name: &str| {
            let keys = list().keys.into_iter().filter(|entry| entry.key != key(name).public()).collect();
            signed(&header(version, None), &TrustList { keys, needed: Vec::new() }, &["root"])
        };
        holder.load(&without(6, "rules-2"), now()).unwrap();
        assert_eq!(code_of(holder.assess(now(), None)), "holder-no-rules");
        assert_eq!(
            problems(&holder),
            [
                (Kind::TrustList, None),
                (Kind::RulePack, Some("file-too-few-signers")),
                (Kind::RiskTable, None),
                (Kind::DayCertificate, None),
            ]
        );
        holder.load(&without(7, "certificate"), now()).unwrap();
        assert!(holder.assess(now(), None).is_ok());
        assert_eq!(code_of(holder.show(now(), None, None)), "holder-no-certificate");
        assert_eq!(problems(&holder)[3], (Kind::DayCertificate, Some("file-unknown-key")));
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
        assert_eq!(problems(&holder)[1], (Kind::RulePack, Some("holder-no-trust-list")));
        assert!(holder.save() == saved);
        let header = Header { issued: later, expires: later.plus(day(10)), ..header(6, None) };
        holder.load(&signed(&header, &list(), &["root"]), later).unwrap();
        assert!(problems(&holder).iter().all(|(_, problem)| problem.is_none()));
        // Nothing is lost when the clock goes back either.
        assert!(holder.reopen(now()).iter().all(|file| file.problem.is_some()));
        assert!(holder.reopen(later).iter().all(|file| file.problem.is_none()));
    }
}
