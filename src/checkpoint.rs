//! The checkpoint: what it believes, its trust list and manifests, kept over a restart; and what it concludes from a code.
//!
//! Manifests stand side by side, one of each region, as their versions are compared: a county's says what is in force
//! there, and takes nothing away from what the province's or the country's says. Codes of all of them are scanned here.

use crate::calendar::Time;
use crate::cbor::{Bytes, cbor_map};
use crate::code::status::{StatusError, StatusList, StatusState, days, path};
use crate::code::verify::{Basis, Refusal, Stage, Verdict, verify};
use crate::error::{self, family_errors};
use crate::limits::{FILE_BYTES, KEPT_MANIFESTS, KEPT_STATUS_LISTS, memory_to_open};
use crate::place::Place;
use crate::stored::{Unreadable, seal, unseal};
use crate::trust::envelope::EnvelopeError;
use crate::trust::file::FileError;
use crate::trust::list::TrustError;
use crate::trust::{Beliefs, FileState, KeyId, Kind, Manifest, Roots, Trust, Unverified, Verified};

family_errors! {
    /// Why a checkpoint does not take a file, or cannot go on from what was stored.
    CheckpointError {
        /// A kind of file that checkpoints do not use.
        Unwanted { /// what it is
            kind: Kind } = "checkpoint-unwanted-file", "a checkpoint loads a trust list and a manifest, not a {kind}";
        /// There is no trust list that is in force.
        NoTrust = "checkpoint-no-trust-list", "the checkpoint has no trust list that is in force; connect it once to fetch one";
        /// The stored state is damaged.
        StateDamaged = "checkpoint-state-damaged", "the stored data is damaged and was not loaded";
        /// The stored state has a newer format.
        StateNewer { /// its form
            form: u8 } = "checkpoint-state-newer", "the stored data has format {form}, from a newer version of the app";
        @wraps
        /// A file is refused.
        File(FileError);
        /// A trust list is refused.
        Trust(TrustError);
        /// A status list is refused.
        Status(StatusError);
    }
}

impl From<EnvelopeError> for CheckpointError {
    fn from(error: EnvelopeError) -> Self {
        Self::File(error.into())
    }
}

/// Bytes of a checkpoint's stored state: its trust list, a manifest of each region (with all that one may name it has
/// about 150 kB), what it has seen, and the status lists that are stored.
pub const STATE_BYTES: usize = 3 * FILE_BYTES + STATUS_BYTES;

/// Bytes of all status lists that are stored: those of a city of 25 million and of a hundred others. What does not fit is there
/// until the checkpoint is closed.
const STATUS_BYTES: usize = FILE_BYTES;

/// The format version of the stored state.
const STATE_FORM: u8 = 3;

/// The oldest one that is read: before there were status lists.
const STATE_FORM_MIN: u8 = 2;

#[derive(Clone)]
struct State {
    beliefs: Beliefs,
    trust: Option<Bytes>,
    /// The one that came last first.
    manifests: Vec<Stored>,
    /// The status lists, likewise; none before form 3.
    statuses: Option<Vec<Listed>>,
}
cbor_map!(State { 0 beliefs, 1 trust, 2 manifests, 3 statuses });

/// A manifest as received.
#[derive(Clone)]
struct Stored {
    region: Place,
    bytes: Bytes,
}
cbor_map!(Stored { 0 region, 1 bytes });

/// A status list as received.
#[derive(Clone)]
struct Listed {
    key: KeyId,
    day: i64,
    bytes: Bytes,
}
cbor_map!(Listed { 0 key, 1 day, 2 bytes });

/// A checkpoint. Of the people whose codes it verifies it keeps nothing.
pub struct Checkpoint {
    state: State,
    trust: Option<Trust>,
    /// The manifests that could be opened, in the order in which they are stored.
    manifests: Vec<Verified<Manifest>>,
    /// The status lists that could be opened.
    statuses: Vec<StatusList>,
}

impl Checkpoint {
    /// A checkpoint that knows only the roots pinned by its app.
    #[must_use]
    pub fn new(roots: Roots) -> Self {
        let state = State { beliefs: Beliefs::new(roots), trust: None, manifests: Vec::new(), statuses: None };
        Self::of(state)
    }

    const fn of(state: State) -> Self {
        Self { state, trust: None, manifests: Vec::new(), statuses: Vec::new() }
    }

    /// What it believes, and its files, as one blob for the host's storage.
    #[must_use]
    pub fn save(&self) -> Vec<u8> {
        seal(STATE_FORM, &self.state)
    }

    /// About how many bytes [`Checkpoint::save`] makes.
    #[must_use]
    pub fn stored_bytes(&self) -> usize {
        self.file_bytes().sum::<usize>() + crate::cbor::to_bytes(&self.state.beliefs).len()
    }

    /// Bytes of memory for [`Checkpoint::reopen`].
    #[must_use]
    pub fn memory_to_reopen(&self) -> usize {
        self.file_bytes().map(memory_to_open).sum()
    }

    fn file_bytes(&self) -> impl Iterator<Item = usize> {
        let manifests = self.state.manifests.iter().map(|stored| &stored.bytes);
        let statuses = self.state.statuses.iter().flatten().map(|listed| &listed.bytes);
        self.state.trust.iter().chain(manifests).chain(statuses).map(|Bytes(bytes)| bytes.len())
    }

    /// Goes on from what was saved. A file that is not in force now stays stored.
    ///
    /// # Errors
    /// [`CheckpointError::StateDamaged`] or [`CheckpointError::StateNewer`].
    pub fn restore(roots: Roots, blob: &[u8], now: Time) -> Result<Self, CheckpointError> {
        let state: State =
            unseal(STATE_FORM_MIN..=STATE_FORM, blob, STATE_BYTES).map_err(|unreadable| match unreadable {
                Unreadable::Damaged => CheckpointError::StateDamaged,
                Unreadable::Newer { form } => CheckpointError::StateNewer { form },
            })?;
        let kept = state.statuses.as_ref().map_or(0, Vec::len);
        if state.manifests.len() > KEPT_MANIFESTS || kept > KEPT_STATUS_LISTS {
            return Err(CheckpointError::StateDamaged);
        }
        let state = State { beliefs: state.beliefs.pinning(roots), ..state };
        let mut checkpoint = Self::of(state);
        checkpoint.reopen(now);
        Ok(checkpoint)
    }

    /// Opens what is stored again, for instance after the clock was set.
    pub fn reopen(&mut self, now: Time) {
        self.trust = None;
        if let Some(Bytes(list)) = self.state.trust.clone() {
            self.trust = self.state.beliefs.open_list(&list, now).ok();
        }
        let opened = self.state.manifests.iter().filter_map(|stored| self.open_manifest(&stored.bytes.0, now).ok());
        self.manifests = opened.collect();
        let statuses = self.state.statuses.iter().flatten();
        self.statuses = statuses.filter_map(|listed| self.open_statuses(&listed.bytes.0, now).ok()).collect();
    }

    /// Loads a trust list or a manifest, which takes the place of the one of its region. If it is refused, the current one
    /// stays in use, unless roots vouch for a newer trust list that is not in force: nothing is opened by an older one then.
    ///
    /// # Errors
    /// [`CheckpointError`].
    pub fn load(&mut self, bytes: &[u8], now: Time) -> Result<FileState, CheckpointError> {
        match Unverified::parse(bytes)?.kind() {
            Kind::TrustList => {
                let seen = self.trust_list();
                let opened = self.state.beliefs.open_list(bytes, now);
                if opened.is_err() && self.trust_list() != seen {
                    // Not in force, but believed: as after a restart, the list before it is no longer in use.
                    self.reopen(now);
                }
                let state = FileState::in_use(opened?.file().about());
                self.state.trust = Some(Bytes(bytes.to_vec()));
                // The new list decides again whether the manifest's signer counts.
                self.reopen(now);
                Ok(state)
            }
            Kind::Manifest => {
                let manifest = self.open_manifest(bytes, now)?;
                let state = FileState::in_use(manifest.about());
                self.state.beliefs.see(manifest.about());
                self.keep(manifest, bytes);
                Ok(state)
            }
            kind => Err(CheckpointError::Unwanted { kind }),
        }
    }

    /// Loads a status list, which takes the place of the one of its issuer's key and day. If it is refused, that one stays in use.
    ///
    /// # Errors
    /// [`CheckpointError`].
    pub fn load_statuses(&mut self, bytes: &[u8], now: Time) -> Result<StatusState, CheckpointError> {
        let list = self.open_statuses(bytes, now)?;
        let (issued, expires) = (list.issued(), list.expires());
        if now >= expires {
            return Err(FileError::Expired { expired: expires, now }.into());
        }
        let (key, day) = (list.key(), list.day());
        let same = self.statuses.iter().find(|other| (other.key(), other.day()) == (key, day));
        if let Some(seen) = same.map(StatusList::issued).filter(|seen| *seen > issued) {
            return Err(StatusError::Older { issued, seen }.into());
        }
        // Those of days whose certificates are over are of no more use.
        let oldest = days(now).last().unwrap_or(day);
        let stays = |of: KeyId, on: i64| (of, on) != (key, day.days()) && on >= oldest.days();
        let mut stored = self.state.statuses.take().unwrap_or_default();
        stored.retain(|other| stays(other.key, other.day));
        stored.truncate(KEPT_STATUS_LISTS - 1);
        stored.insert(0, Listed { key, day: day.days(), bytes: Bytes(bytes.to_vec()) });
        let mut room = STATUS_BYTES;
        stored.retain(|one| {
            let left = room.checked_sub(one.bytes.0.len());
            room = left.unwrap_or(room);
            left.is_some()
        });
        self.state.statuses = Some(stored);
        self.statuses.retain(|other| stays(other.key(), other.day().days()));
        self.statuses.truncate(KEPT_STATUS_LISTS - 1);
        let state = list.state();
        self.statuses.insert(0, list);
        Ok(state)
    }

    fn open_statuses(&self, bytes: &[u8], now: Time) -> Result<StatusList, CheckpointError> {
        let trust = self.trust.as_ref().ok_or(CheckpointError::NoTrust)?;
        Ok(StatusList::open(bytes, trust, now)?)
    }

    /// Where the status lists are that say whether certificates of these days are withdrawn, below the address of a server: of
    /// each key that certifies, the newest first. There need not be one.
    #[must_use]
    pub fn status_paths(&self, now: Time) -> Vec<String> {
        let keys = || self.trust.iter().flat_map(|trust| trust.certifying(now));
        let paths = days(now).flat_map(|day| keys().map(move |(key, _)| path(key, day)));
        paths.take(KEPT_STATUS_LISTS).collect()
    }

    /// The status lists that are in use.
    #[must_use]
    pub fn statuses(&self) -> Vec<StatusState> {
        self.statuses.iter().map(StatusList::state).collect()
    }

    fn open_manifest(&self, bytes: &[u8], now: Time) -> Result<Verified<Manifest>, CheckpointError> {
        let trust = self.trust.as_ref().ok_or(CheckpointError::NoTrust)?;
        Ok(self.state.beliefs.open(trust, bytes, now)?)
    }

    /// Stores a manifest in place of the one of its region. Where there are too many, that of the narrowest other region goes.
    fn keep(&mut self, manifest: Verified<Manifest>, bytes: &[u8]) {
        let new = region(&manifest);
        self.drop_manifest(new);
        if self.state.manifests.len() >= KEPT_MANIFESTS {
            let regions = self.state.manifests.iter().map(|stored| stored.region);
            if let Some(narrowest) = regions.max_by_key(|region| region.length()) {
                self.drop_manifest(narrowest);
            }
        }
        self.state.manifests.insert(0, Stored { region: new, bytes: Bytes(bytes.to_vec()) });
        self.manifests.insert(0, manifest);
    }

    fn drop_manifest(&mut self, of: Place) {
        self.state.manifests.retain(|stored| stored.region != of);
        self.manifests.retain(|manifest| region(manifest) != of);
    }

    /// The trust list and the manifests, as far as they are in use: the manifest that came last first.
    #[must_use]
    pub fn files(&self) -> Vec<FileState> {
        let trust = self.trust.as_ref().map(|trust| FileState::in_use(trust.file().about()));
        trust.into_iter().chain(self.manifests.iter().map(|manifest| FileState::in_use(manifest.about()))).collect()
    }

    /// The version of the trust list whose roots are believed: the next one to fetch is the one after.
    #[must_use]
    pub fn trust_list(&self) -> Option<u32> {
        self.state.beliefs.trust_list()
    }

    /// The newest version of the trust list that a manifest names, if that is newer than any seen.
    #[must_use]
    pub fn newer_trust_list(&self) -> Option<u32> {
        // One that has expired may be the only one that tells of a newer list.
        let named = self.manifests.iter().filter_map(|manifest| manifest.body().trust_list()).max()?;
        self.trust_list().is_none_or(|seen| seen < named).then_some(named)
    }

    /// Verifies a scanned text; `challenge` is what this checkpoint asked the phone to sign, if anything, and `clock_off`
    /// says that the host knows the clock to be wrong.
    #[must_use]
    pub fn verify(&self, text: &str, now: Time, challenge: Option<&[u8]>, clock_off: bool) -> Verdict {
        match &self.trust {
            Some(trust) => {
                let basis = Basis { trust, manifests: &self.manifests, statuses: Some(&self.statuses), clock_off };
                verify(text, &basis, now, challenge)
            }
            None => {
                let error = CheckpointError::NoTrust;
                let (code, message) = (error::code(&error), error.to_string());
                Verdict::Undecided(Refusal { code, message, stage: Stage::Trust })
            }
        }
    }
}

/// The region whose files a manifest names.
fn region(manifest: &Verified<Manifest>) -> Place {
    manifest.header().region()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authority::*;
    use crate::calendar::Span;
    use crate::code::DayCertificate;
    use crate::code::status::{Statuses, day_of};
    use crate::limits::CLOCK_SKEW_SECONDS;
    use crate::trust::{Header, TrustList};

    fn checkpoint() -> Checkpoint {
        let mut checkpoint = Checkpoint::new(roots());
        checkpoint.load(&trust_list(), now()).unwrap();
        checkpoint.load(&manifest(), now()).unwrap();
        checkpoint
    }

    #[test]
    fn what_it_believes_outlives_a_restart_its_files_and_a_clock_that_is_behind() {
        let mut at_work = checkpoint();
        let (issued, expires) = (now(), now().plus(Span::seconds(3_600)));
        let mut revoked = list();
        revoked.keys.retain(|entry| entry.key != key("certificate").public());
        let short = signed(&Header { issued, expires, ..header(10, None) }, &revoked, &["root"]);
        at_work.load(&short, now()).unwrap();
        let saved = at_work.save();
        for at in [now(), expires, now().minus(Span::seconds(180)), now().plus(day(1))] {
            let mut restarted = Checkpoint::restore(roots(), &saved, at).unwrap();
            assert_eq!(code_of(restarted.load(&trust_list(), at)), "file-rollback", "{at}");
            assert!(restarted.save() == saved, "{at}");
        }
        let later = Checkpoint::restore(roots(), &saved, expires).unwrap();
        assert_eq!(later.files(), []);
        let Verdict::Undecided(refusal) = later.verify("JK1:", expires, None, false) else { panic!("without a list") };
        assert_eq!((refusal.code.as_str(), refusal.stage), ("checkpoint-no-trust-list", Stage::Trust));
    }

    #[test]
    fn a_refused_file_leaves_the_others_in_use() {
        let mut at_work = checkpoint();
        let before = at_work.save();
        let stranger = signed(&header(6, None), &list(), &["another root"]);
        let table = manifest_of(8, &[]);
        for (file, code) in [
            (stranger, "trust-other-roots"),
            (table, "file-rollback"),
            (risk(), "checkpoint-unwanted-file"),
            (b"no file".to_vec(), "cbor-truncated"),
        ] {
            assert_eq!(code_of(at_work.load(&file, now())), code);
            assert!(at_work.save() == before);
        }
        assert_eq!(at_work.files().len(), 2);
        assert_eq!(at_work.newer_trust_list(), None);
        let next = signed(&header(6, None), &TrustList { ..list() }, &["root"]);
        at_work.load(&manifest_of(10, std::slice::from_ref(&next)), now()).unwrap();
        assert_eq!(at_work.newer_trust_list(), Some(6));
        at_work.load(&next, now()).unwrap();
        assert_eq!((at_work.newer_trust_list(), at_work.files().len()), (None, 2));
    }

    /// A manifest for a region, issued now.
    fn of_region(version: u32, code: Option<&str>, files: &[Vec<u8>]) -> Vec<u8> {
        let header = Header { version, issued: now(), expires: now().plus(day(3)), place: code.map(place) };
        signed(&header, &Manifest { files: files.iter().map(|file| named(file)).collect() }, &["manifest"])
    }

    /// The regions and versions of the manifests in use.
    fn manifests(checkpoint: &Checkpoint) -> Vec<(String, u32)> {
        let manifests = checkpoint.files().into_iter().filter(|file| file.kind == Kind::Manifest);
        manifests.map(|file| (file.place.unwrap_or(Place::COUNTRY).to_string(), file.version.unwrap())).collect()
    }

    /// What is said of the rules of an accepted code.
    fn rules_named(checkpoint: &Checkpoint, text: &str, now: Time) -> Option<u32> {
        match checkpoint.verify(text, now, None, false) {
            Verdict::Accepted(accepted) => accepted.rules.named.map(|file| file.version),
            refused => panic!("{refused:?}"),
        }
    }

    #[test]
    fn manifests_of_several_regions_stand_side_by_side() {
        let mut at_work = checkpoint();
        let mut holder = phone();
        holder.submit(answers(false), now()).unwrap();
        let text = holder.show(now(), None, None).unwrap().text;
        let own =
            |list: &[(&str, u32)]| list.iter().map(|(code, version)| ((*code).into(), *version)).collect::<Vec<_>>();
        // A county's manifest, which names nothing: what the country's names is in force all the same.
        at_work.load(&of_region(1, Some("330106"), &[]), now()).unwrap();
        assert_eq!(manifests(&at_work), own(&[("330106", 1), ("00", 9)]));
        assert_eq!(rules_named(&at_work, &text, now()), Some(3));
        // Each takes the place of the one of its region only, also over a restart.
        at_work.load(&of_region(10, None, &[]), now()).unwrap();
        assert_eq!(rules_named(&at_work, &text, now()), None, "withdrawn");
        at_work.load(&of_region(4, Some("33"), &[rules()]), now()).unwrap();
        assert_eq!(code_of(at_work.load(&of_region(3, Some("33"), &[]), now())), "file-rollback");
        let again = Checkpoint::restore(roots(), &at_work.save(), now()).unwrap();
        for checkpoint in [&at_work, &again] {
            assert_eq!(manifests(checkpoint), own(&[("33", 4), ("00", 10), ("330106", 1)]));
            assert_eq!(rules_named(checkpoint, &text, now()), Some(3));
        }
        // The newest trust list that any of them names is the one to fetch.
        let next = signed(&header(6, None), &list(), &["root"]);
        at_work.load(&of_region(2, Some("330106"), &[next]), now()).unwrap();
        assert_eq!(at_work.newer_trust_list(), Some(6));
    }

    #[test]
    fn a_manifest_that_has_expired_names_nothing() {
        let mut at_work = checkpoint();
        let mut holder = phone();
        let later = now().plus(Span::seconds(20 * 3_600));
        let short = Header { issued: now(), expires: now().plus(Span::seconds(3_600)), ..header(10, None) };
        let short = signed(&short, &Manifest { files: vec![named(&rules())] }, &["manifest"]);
        at_work.load(&short, now()).unwrap();
        for (at, named) in [(now(), Some(3)), (later, None)] {
            holder.submit(answers(false), at).unwrap();
            let text = holder.show(at, None, None).unwrap().text;
            assert_eq!(rules_named(&at_work, &text, at), named, "{at}");
        }
    }

    #[test]
    fn however_many_counties_publish_the_wider_regions_manifests_stay() {
        let mut at_work = checkpoint();
        at_work.load(&of_region(1, Some("33"), &[]), now()).unwrap();
        for county in 0..60 {
            at_work.load(&of_region(1, Some(&(330_101 + county).to_string()), &[]), now()).unwrap();
        }
        let kept: Vec<String> = manifests(&at_work).into_iter().map(|(region, _)| region).collect();
        assert_eq!((kept.len(), &*kept[0]), (KEPT_MANIFESTS, "330160"));
        assert!(["00", "33"].iter().all(|wide| kept.iter().any(|region| region == wide)), "{kept:?}");
        assert_eq!(Checkpoint::restore(roots(), &at_work.save(), now()).unwrap().files(), at_work.files());
        at_work.state.manifests.push(at_work.state.manifests[0].clone());
        let restored = Checkpoint::restore(roots(), &at_work.save(), now()).map(|_| ());
        assert_eq!(code_of(restored), "checkpoint-state-damaged");
    }

    #[test]
    fn a_newer_list_that_has_expired_ends_the_one_before_at_once() {
        let mut at_work = checkpoint();
        let expires = now().minus(Span::seconds(60));
        let expired = signed(&Header { expires, ..header(6, None) }, &list(), &["root"]);
        assert_eq!(code_of(at_work.load(&expired, now())), "file-expired");
        assert_eq!((at_work.trust_list(), at_work.files()), (Some(6), Vec::new()));
        let restarted = Checkpoint::restore(roots(), &at_work.save(), now()).unwrap();
        assert!(restarted.files().is_empty() && restarted.save() == at_work.save());
        // The next one in force is taken.
        at_work.load(&signed(&header(7, None), &list(), &["root"]), now()).unwrap();
        assert_eq!(at_work.files().len(), 2);
    }

    #[test]
    fn a_clock_that_is_off_refuses_nothing() {
        let at_work = checkpoint();
        let mut holder = phone();
        holder.submit(answers(false), now()).unwrap();
        let text = holder.show(now(), None, None).unwrap().text;
        let by = |now, clock_off| match at_work.verify(&text, now, None, clock_off) {
            Verdict::Accepted(accepted) => format!("accepted, rules {:?}", accepted.rules.named.map(|file| file.id)),
            Verdict::Refused(refusal) => format!("refused: {}", refusal.code),
            Verdict::Undecided(refusal) => format!("undecided: {}", refusal.code),
        };
        assert_eq!(by(now(), false), r#"accepted, rules Some("trial")"#);
        let later = now().plus(Span::seconds(600));
        assert_eq!(by(later, false), "refused: code-expired");
        assert_eq!(by(later, true), "undecided: code-clock-off");
        // By a clock that is set back its own manifest is from the future.
        let before = at_work.manifests[0].header().issued.minus(Span::seconds(CLOCK_SKEW_SECONDS + 1));
        assert_eq!(by(before, false), "undecided: code-clock-off");
    }

    /// A status list of a day for the certificates of the fixture, in which those numbers are withdrawn.
    fn statuses(back: i64, issued: Time, withdrawn: &[usize]) -> Vec<u8> {
        let mut array = [0; 8];
        withdrawn.iter().for_each(|number| array[number / 8] |= 1 << (number % 8));
        let compressed = miniz_oxide::deflate::compress_to_vec_zlib(&array, 9);
        let day = day_of(now()).plus_days(-back);
        StatusList::sign(&key("certificate"), day, issued, &Statuses { bits: 1, compressed })
    }

    #[test]
    fn status_lists_are_kept_by_issuer_and_day_and_never_go_back() {
        let mut at_work = checkpoint();
        let of = |back: i64| path(key("certificate").public().id(), day_of(now()).plus_days(-back));
        assert_eq!(at_work.status_paths(now()), [of(0), of(1), of(2)]);
        let earlier = now().minus(Span::seconds(900));
        for (back, issued) in [(0, earlier), (1, now()), (0, now()), (2, now())] {
            assert_eq!(at_work.load_statuses(&statuses(back, issued, &[]), now()).unwrap().path, of(back));
        }
        let paths =
            |checkpoint: &Checkpoint| checkpoint.statuses().into_iter().map(|list| list.path).collect::<Vec<_>>();
        assert_eq!(paths(&at_work), [of(2), of(0), of(1)]);
        let saved = at_work.save();
        assert_eq!(code_of(at_work.load_statuses(&statuses(0, earlier, &[]), now())), "status-older");
        let late = now().plus(day(1));
        assert_eq!(code_of(at_work.load_statuses(&statuses(0, now(), &[]), late)), "file-expired");
        assert_eq!(code_of(at_work.load_statuses(&trust_list(), now())), "status-malformed");
        assert!(at_work.save() == saved);
        // Over a restart it is as before, also once they have expired; lists of days that are over make room.
        let mut again = Checkpoint::restore(roots(), &saved, late).unwrap();
        assert_eq!(paths(&again), paths(&at_work));
        assert_eq!(code_of(again.load_statuses(&statuses(0, earlier, &[]), now())), "status-older");
        again.load_statuses(&statuses(-1, late, &[]), late).unwrap();
        assert_eq!(paths(&again), [of(-1), of(0), of(1)]);
        assert_eq!(
            code_of(Checkpoint::new(roots()).load_statuses(&statuses(0, now(), &[]), now())),
            "checkpoint-no-trust-list"
        );
    }

    #[test]
    fn a_checkpoint_refuses_a_withdrawn_certificate_and_decides_nothing_without_a_list() {
        let mut at_work = checkpoint();
        let mut holder = phone();
        let certificate = DayCertificate { number: Some(9), ..certificate_for("day") };
        holder.load(&DayCertificate { issued: now(), ..certificate }.sign(&key("certificate")), now()).unwrap();
        holder.submit(answers(false), now()).unwrap();
        let text = holder.show(now(), None, None).unwrap().text;
        let said = |checkpoint: &Checkpoint| match checkpoint.verify(&text, now(), None, false) {
            Verdict::Accepted(accepted) => format!("accepted {}", accepted.status_at.unwrap()),
            Verdict::Refused(refusal) => refusal.code,
            Verdict::Undecided(refusal) => format!("undecided {}", refusal.code),
        };
        assert_eq!(said(&at_work), "undecided code-no-status");
        at_work.load_statuses(&statuses(0, now(), &[8, 10]), now()).unwrap();
        assert_eq!(said(&at_work), format!("accepted {}", now()));
        at_work.load_statuses(&statuses(0, now(), &[9]), now()).unwrap();
        assert_eq!(said(&at_work), "code-withdrawn");
    }

    #[test]
    fn damaged_or_newer_state_is_refused() {
        let saved = checkpoint().save();
        let restored = |bytes: &[u8]| Checkpoint::restore(roots(), bytes, now()).map(|_| ());
        assert_eq!(restored(&saved), Ok(()));
        assert_eq!(code_of(restored(&saved[1..])), "checkpoint-state-damaged");
        assert_eq!(code_of(restored(&[])), "checkpoint-state-damaged");
        let before = State { statuses: None, ..checkpoint().state };
        assert_eq!(restored(&seal(STATE_FORM_MIN, &before)), Ok(()), "before there were status lists");
        let nobody = State { beliefs: Beliefs::new(root_keys(&[], 0)), ..checkpoint().state };
        assert_eq!(code_of(restored(&seal(STATE_FORM, &nobody))), "checkpoint-state-damaged");
        assert!(checkpoint().stored_bytes() <= saved.len() && saved.len() - checkpoint().stored_bytes() < 64);
        let newer = seal(STATE_FORM + 1, &checkpoint().state);
        assert_eq!(code_of(restored(&newer)), "checkpoint-state-newer");
    }
}
