//! What a phone or a checkpoint has come to believe, and keeps when the files are gone: the roots, and the newest version
//! of everything it has seen. An older file stays refused even if the newer one has expired or was lost.

use super::digest::Digest;
use super::envelope::Kind;
use super::file::{About, Body, FileError, Header, Line, Verified};
use super::key::KeyId;
use super::list::{Trust, TrustError};
use super::manifest::Manifest;
use super::roots::Roots;
use crate::calendar::Time;
use crate::cbor::{cbor_map, numbered};
use crate::limits::{SEEN_VERSIONS, SIGNATURES};
use crate::place::Place;
use crate::purpose::Purpose;

/// A version that was seen.
#[derive(Clone, PartialEq, Eq)]
struct Seen {
    kind: Kind,
    region: Place,
    emergency: bool,
    version: u32,
    digest: Digest,
    /// When it comes into force, if it was announced: until then it does not push out the one before it. Nothing else
    /// depends on the clock, which may be behind.
    from: Option<Time>,
    issued: Time,
    /// The keys that vouched for it, and how many different signers it needed.
    keys: Vec<KeyId>,
    needed: u8,
    /// What manifests have said of it, if it was announced.
    heard: Option<Heard>,
    /// What it is for, of a rule pack.
    purpose: Option<Purpose>,
}
cbor_map!(Seen { 0 kind, 1 region, 2 emergency, 3 version, 4 digest, 5 from, 6 issued, 7 keys, 8 needed, 9 heard, 10 purpose });

/// What manifests have said of a file that was announced.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Heard {
    /// One that was issued since it begins names it: it has been in force, and what is before it does not come back.
    Begun,
    /// The newest does not name it, and none ever did that was issued since it begins: it does not come.
    Withdrawn,
}
numbered!(Heard { 0 Begun, 1 Withdrawn });

impl Seen {
    fn of(file: &About) -> Self {
        let Line { region, emergency, from } = file.line;
        let Header { version, issued, .. } = file.header;
        let (kind, digest, keys, needed) = (file.kind, file.digest, file.signers.clone(), file.needed);
        let purpose = file.purpose;
        Self { kind, region, emergency, version, digest, from, issued, keys, needed, heard: None, purpose }
    }

    /// Whether the two versions are compared.
    fn is_beside(&self, other: &Self) -> bool {
        self.kind == other.kind
            && self.region == other.region
            && self.emergency == other.emergency
            && self.purpose == other.purpose
    }

    /// Whether the other says all that this one does.
    fn is_covered_by(&self, other: &Self) -> bool {
        self.is_beside(other) && self.version < other.version && other.from <= self.from
    }

    /// Whether it is in force, or has been: by the clock, unless a manifest has said so.
    fn has_begun(&self, now: Time) -> bool {
        match self.heard {
            Some(heard) => heard == Heard::Begun,
            None => self.from.is_none_or(|from| from <= now),
        }
    }
}

/// The roots that are believed, and the versions that were seen.
#[derive(Clone, PartialEq, Eq)]
pub struct Beliefs {
    /// The roots that the app pinned when these beliefs began: an app that pins others begins with them.
    pinned: Roots,
    roots: Roots,
    seen: Vec<Seen>,
    /// After the app has pinned other roots, the version of the list that the roots are of, 0 at first: until they lead to
    /// the newest list that was seen. Otherwise they are of that.
    behind: Option<u32>,
}
cbor_map!(Beliefs { 0 pinned, 1 roots, 2 seen, 3 behind } if Beliefs::is_sound);

impl Beliefs {
    /// The first beliefs of an app that pins these roots.
    #[must_use]
    pub fn new(pinned: Roots) -> Self {
        Self { roots: pinned.clone(), pinned, seen: Vec::new(), behind: None }
    }

    /// Whether there are no more versions than are ever kept, and each needed somebody who vouched for it.
    fn is_sound(&self) -> bool {
        self.seen.len() <= SEEN_VERSIONS
            && self.seen.iter().all(|seen| seen.needed > 0 && seen.keys.len() <= SIGNATURES)
    }

    /// The same for an app that pins these roots now. If they are others than before, the way begins with them again;
    /// what was seen stays seen.
    #[must_use]
    pub fn pinning(self, pinned: Roots) -> Self {
        if self.pinned == pinned { self } else { Self { seen: self.seen, behind: Some(0), ..Self::new(pinned) } }
    }

    /// The roots that the app pins.
    #[must_use]
    pub const fn pinned(&self) -> &Roots {
        &self.pinned
    }

    /// The version of the trust list whose roots are believed: the highest that was seen, unless the app has pinned other
    /// roots since. The next one to fetch is the one after.
    #[must_use]
    pub fn trust_list(&self) -> Option<u32> {
        let seen = self.seen.iter().filter(|seen| seen.kind == Kind::TrustList).map(|seen| seen.version).max();
        self.behind.or(seen)
    }

    /// The highest version that was seen of a kind for a region; of packs, in either lane.
    #[must_use]
    pub fn version_seen(&self, kind: Kind, region: Place) -> Option<u32> {
        let of_it = |seen: &&Seen| seen.kind == kind && seen.region == region;
        self.seen.iter().filter(of_it).map(|seen| seen.version).max()
    }

    /// When the newest of all that was seen was issued: by then at the latest it was that moment.
    #[must_use]
    pub fn issued(&self) -> Option<Time> {
        self.seen.iter().map(|seen| seen.issued).max()
    }

    /// Opens a trust list. One that roots vouch for is believed even if it has expired: then it is not used, but the
    /// next list is held against its roots, and nothing older is taken again. Of one that is older than what was seen, only
    /// the roots are believed, and only on the way from roots that the app has pinned since.
    ///
    /// # Errors
    /// [`TrustError`] says why it is not in force.
    pub fn open_list(&mut self, bytes: &[u8], now: Time) -> Result<Trust, TrustError> {
        let trust = Trust::verify(bytes, &self.roots)?;
        let (version, roots) = (trust.file().header().version, trust.list().roots.clone());
        if let Err(older) = self.not_older(trust.file().about(), now) {
            if let (Some(behind), FileError::Rollback { seen, .. }) = (self.behind, &older)
                && behind < version
                && version < *seen
            {
                (self.roots, self.behind) = (roots, Some(version));
            }
            return Err(older.into());
        }
        (self.roots, self.behind) = (roots, None);
        self.see(trust.file().about());
        // What only keys that are no longer trusted vouched for must not keep out what others sign (TUF 1.0, 5.3.11).
        self.seen.retain(|seen| {
            seen.kind == Kind::TrustList
                || trust.vouching(seen.kind, seen.issued, &seen.keys) >= usize::from(seen.needed)
        });
        trust.check(now)?;
        Ok(trust)
    }

    /// Opens another file, which no newer one may have preceded.
    ///
    /// # Errors
    /// [`FileError`].
    pub fn open<T: Body>(&self, trust: &Trust, bytes: &[u8], now: Time) -> Result<Verified<T>, FileError> {
        let file = trust.open_file(bytes, now)?;
        self.not_older(file.about(), now)?;
        Ok(file)
    }

    /// Opens a file that may have been taken before, and then still is if it [is current](Self::is_current).
    ///
    /// # Errors
    /// [`FileError`].
    pub fn reopen<T: Body>(&self, trust: &Trust, bytes: &[u8], now: Time) -> Result<Verified<T>, FileError> {
        let file = trust.open_file(bytes, now)?;
        if !self.is_current(file.about(), now) {
            self.not_older(file.about(), now)?;
        }
        Ok(file)
    }

    /// Whether no newer version has taken the place of a file. One that was announced beside it does not do so by coming
    /// into force: which of the two is in force then is a matter of the moment.
    #[must_use]
    pub fn is_current(&self, file: &About, now: Time) -> bool {
        let taken = |seen: &Seen| seen.kind == file.kind && seen.digest == file.digest;
        self.seen.iter().any(taken) || self.not_older(file, now).is_ok()
    }

    /// Notes what a manifest of this place and issue says of files that were announced. One that it names has begun if it
    /// was issued since: manifests put in force, and a clock alone does not. One that it does not name never comes, however
    /// late that is heard, unless it has begun: then those before it do not come back, as they would for whoever has only
    /// the manifest's key.
    pub fn hear(&mut self, manifest: &Manifest, place: Place, issued: Time, now: Time) {
        let mut over = Vec::new();
        for seen in self.seen.iter_mut().filter(|seen| place.governs(seen.region)) {
            let Some(from) = seen.from else { continue };
            match (manifest.named(&seen.digest).is_some(), seen.heard) {
                (true, _) if from <= issued.min(now) => seen.heard = Some(Heard::Begun),
                (true, Some(Heard::Withdrawn)) => seen.heard = None,
                (true, _) => {}
                (false, Some(Heard::Begun)) => {
                    (seen.from, seen.heard) = (None, None);
                    over.push(seen.clone());
                }
                (false, _) => seen.heard = Some(Heard::Withdrawn),
            }
        }
        self.seen.retain(|seen| !over.iter().any(|other| seen.is_covered_by(other)));
    }

    /// Checks that neither a newer version was seen, nor another file of the same version.
    ///
    /// # Errors
    /// [`FileError::Rollback`].
    pub fn not_older(&self, file: &About, now: Time) -> Result<(), FileError> {
        self.admits(&Seen::of(file), now)
    }

    fn admits(&self, new: &Seen, now: Time) -> Result<(), FileError> {
        let newer = |seen: &&Seen| {
            seen.is_beside(new)
                && if seen.version == new.version {
                    seen.digest != new.digest
                } else {
                    seen.version > new.version && seen.has_begun(now)
                }
        };
        match self.seen.iter().filter(newer).map(|seen| seen.version).max() {
            Some(seen) => Err(FileError::Rollback { found: new.version, seen }),
            None => Ok(()),
        }
    }

    /// Remembers a file that has passed all checks.
    pub fn see(&mut self, file: &About) {
        self.remember(Seen::of(file));
    }

    fn remember(&mut self, new: Seen) {
        if let Some(seen) = self.seen.iter_mut().find(|seen| seen.digest == new.digest) {
            seen.keys = new.keys;
            return;
        }
        if self.seen.iter().any(|seen| new.is_covered_by(seen)) {
            return;
        }
        self.seen.retain(|seen| !seen.is_covered_by(&new));
        self.seen.push(new);
        if self.seen.len() > SEEN_VERSIONS {
            // No real phone meets this many regions; drop the oldest.
            let first = self.seen.iter().position(|seen| seen.kind != Kind::TrustList);
            first.map(|first| self.seen.remove(first));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authority::*;
    use crate::calendar::Span;
    use crate::risk::RiskTable;
    use crate::rules::pack::{Lane, Pack};
    use crate::trust::list::TrustList;
    use crate::trust::{Header, Manifest};

    fn believing() -> (Beliefs, Trust) {
        let mut beliefs = Beliefs::new(roots());
        let trust = beliefs.open_list(&trust_list(), now()).unwrap();
        (beliefs, trust)
    }

    fn table_by(header: &Header) -> Vec<u8> {
        signed(header, &risk_table(), &["risk", "risk-2"])
    }

    /// Opens a file and remembers it.
    fn take<T: Body>(beliefs: &mut Beliefs, trust: &Trust, bytes: &[u8], at: Time) -> Result<(), FileError> {
        let file: Verified<T> = beliefs.open(trust, bytes, at)?;
        beliefs.see(file.about());
        Ok(())
    }

    #[test]
    fn an_equal_version_means_equal_bytes() {
        let (mut beliefs, trust) = believing();
        take::<RiskTable>(&mut beliefs, &trust, &risk(), now()).unwrap();
        assert_eq!(take::<RiskTable>(&mut beliefs, &trust, &risk(), now()), Ok(()));
        let rollback = |found, seen| Err(FileError::Rollback { found, seen });
        let empty = signed(&header(7, None), &RiskTable::default(), &["risk", "risk-2"]);
        assert_eq!(take::<RiskTable>(&mut beliefs, &trust, &empty, now()), rollback(7, 7));
        assert_eq!(take::<RiskTable>(&mut beliefs, &trust, &table_by(&header(6, None)), now()), rollback(6, 7));
        assert_eq!(take::<RiskTable>(&mut beliefs, &trust, &table_by(&header(8, None)), now()), Ok(()));
        assert_eq!(take::<RiskTable>(&mut beliefs, &trust, &risk(), now()), rollback(7, 8));
        let seen = [(Kind::RiskTable, "3301"), (Kind::RulePack, "3301")]
            .map(|(kind, at)| beliefs.version_seen(kind, place(at)));
        assert_eq!((seen, beliefs.version_seen(Kind::RiskTable, Place::COUNTRY)), ([None; 2], Some(8)));
        // The list likewise.
        let other = TrustList { keys: Vec::new(), ..list() };
        let refused = beliefs.open_list(&signed(&header(5, None), &other, &["root"]), now());
        assert_eq!(refused.unwrap_err(), FileError::Rollback { found: 5, seen: 5 }.into());
        assert_eq!(code_of(beliefs.open_list(&signed(&header(4, None), &list(), &["root"]), now())), "file-rollback");
    }

    #[test]
    fn what_was_seen_outlives_the_file_its_expiry_and_a_clock_that_is_behind() {
        let mut beliefs = Beliefs::new(roots());
        let issued = now();
        let short = Header { issued, expires: issued.plus(Span::seconds(3_600)), ..header(10, None) };
        let short = signed(&short, &list(), &["root"]);
        beliefs.open_list(&short, now()).unwrap();
        let mut later: Beliefs = crate::cbor::from_bytes(&crate::cbor::to_bytes(&beliefs)).unwrap();
        for at in [now().plus(day(1)), now(), now().minus(Span::seconds(180))] {
            assert_eq!(code_of(later.open_list(&trust_list(), at)), "file-rollback", "{at}");
        }
        // A list that has expired before it came is remembered as well.
        let mut beliefs = Beliefs::new(roots());
        assert_eq!(code_of(beliefs.open_list(&short, now().plus(day(1)))), "file-expired");
        assert_eq!(beliefs.trust_list(), Some(10));
        assert_eq!(code_of(beliefs.open_list(&trust_list(), now().plus(day(1)))), "file-rollback");
    }

    #[test]
    fn roots_lead_from_list_to_list() {
        let (old, new) = (root_keys(&["root", "root-2"], 2), root_keys(&["root-2", "root-3"], 2));
        let by = |version, own: &Roots, keys: &[&str]| {
            signed(&header(version, None), &TrustList { roots: own.clone(), ..list() }, keys)
        };
        let first = by(5, &old, &["root", "root-2"]);
        let step = by(6, &new, &["root", "root-2", "root-3"]);
        let last = by(7, &new, &["root-2", "root-3"]);
        let mut beliefs = Beliefs::new(old.clone());
        beliefs.open_list(&first, now()).unwrap();
        assert_eq!(code_of(beliefs.open_list(&last, now())), "trust-other-roots");
        beliefs.open_list(&step, now()).unwrap();
        beliefs.open_list(&last, now()).unwrap();
        // The old roots alone can do nothing any more.
        assert_eq!(code_of(beliefs.open_list(&by(8, &old, &["root", "root-2"]), now())), "trust-other-roots");
        // An app that pins the old roots comes there over the list between, even when that has expired.
        let mut fresh = Beliefs::new(old.clone());
        let at = header(6, None).expires;
        let current = Header { issued: at, expires: at.plus(day(14)), ..header(7, None) };
        let current = signed(&current, &TrustList { roots: new.clone(), ..list() }, &["root-2", "root-3"]);
        assert_eq!(code_of(fresh.open_list(&current, at)), "trust-other-roots");
        assert_eq!(code_of(fresh.open_list(&step, at)), "file-expired");
        assert!(fresh.open_list(&current, at).is_ok());
        // An app that pins others begins with them again, and has not forgotten what it saw.
        let mut pinned = fresh.clone().pinning(old.clone());
        assert!(pinned == fresh, "the same pins change nothing");
        pinned = pinned.pinning(root_keys(&["root-3"], 1));
        assert_eq!((pinned.trust_list(), code_of(pinned.open_list(&last, at))), (Some(0), "file-rollback"));
        assert!(pinned.open_list(&current, at).is_ok());
        assert_eq!(pinned.trust_list(), Some(7));
    }

    #[test]
    fn an_app_that_pins_old_roots_again_comes_back_to_the_newest_list() {
        let [old, mid, new] = ["root", "root-2", "root-3"].map(|name| root_keys(&[name], 1));
        let by = |version, own: &Roots, keys: &[&str]| {
            signed(&header(version, None), &TrustList { roots: own.clone(), ..list() }, keys)
        };
        let lists = [
            by(4, &old, &["root"]),
            by(5, &mid, &["root", "root-2"]),
            by(6, &new, &["root-2", "root-3"]),
            by(7, &new, &["root-3"]),
        ];
        let mut beliefs = Beliefs::new(old.clone());
        for list in &lists {
            beliefs.open_list(list, now()).unwrap();
        }
        beliefs = beliefs.pinning(new).pinning(old);
        assert_eq!(code_of(beliefs.open_list(&lists[3], now())), "trust-other-roots");
        for (list, after) in [(0, 4), (1, 5), (0, 5), (2, 6), (1, 6)] {
            // Each is refused as before, and none leads back to earlier roots.
            let refused = code_of(beliefs.open_list(&lists[list], now()));
            assert!(["file-rollback", "trust-other-roots"].contains(&refused), "{refused}");
            beliefs = crate::cbor::from_bytes(&crate::cbor::to_bytes(&beliefs)).unwrap();
            assert_eq!(beliefs.trust_list(), Some(after));
        }
        let forged = TrustList { keys: Vec::new(), ..list() };
        let forged = signed(&header(7, None), &TrustList { roots: mid, ..forged }, &["root-2", "root-3"]);
        assert_eq!(code_of(beliefs.open_list(&forged, now())), "file-rollback", "another list of that version");
        assert_eq!(beliefs.trust_list(), Some(6));
        assert!(beliefs.open_list(&lists[3], now()).is_ok());
        assert_eq!(
            (beliefs.trust_list(), code_of(beliefs.open_list(&lists[1], now()))),
            (Some(7), "trust-other-roots")
        );
    }

    #[test]
    fn an_announced_pack_does_not_push_out_the_one_in_force() {
        let (mut beliefs, trust) = believing();
        let by = ["rules-1", "rules-2"];
        let begins = now().plus(day(2));
        let next = Pack { valid_from: begins, ..pack() };
        let next = signed(&header(4, Some("3301")), &next, &by);
        take::<Pack>(&mut beliefs, &trust, &next, now()).unwrap();
        assert_eq!(take::<Pack>(&mut beliefs, &trust, &rules(), now()), Ok(()));
        assert_eq!(take::<Pack>(&mut beliefs, &trust, &next, now()), Ok(()));
        let old = signed(&header(2, Some("3301")), &pack(), &by);
        assert_eq!(take::<Pack>(&mut beliefs, &trust, &old, now()), Err(FileError::Rollback { found: 2, seen: 3 }));
        let begun = take::<Pack>(&mut beliefs, &trust, &rules(), begins);
        assert_eq!(begun, Err(FileError::Rollback { found: 3, seen: 4 }));
        // Whoever has it already has nothing wrong; what was pushed out, or never came, is older all the same.
        let again = |bytes: &[u8]| beliefs.reopen::<Pack>(&trust, bytes, begins).map(|file| file.header().version);
        assert_eq!((again(&rules()), again(&next)), (Ok(3), Ok(4)));
        assert_eq!(again(&old), Err(FileError::Rollback { found: 2, seen: 4 }));
        let other = signed(&header(3, Some("3301")), &Pack { id: "other".into(), ..pack() }, &by);
        assert_eq!(again(&other), Err(FileError::Rollback { found: 3, seen: 4 }));
        // Emergency packs are counted by themselves; other headers are no way around.
        let (issued, expires) = (now(), now().plus(day(7)));
        let emergency = Pack { lane: Lane::Emergency, valid_from: now(), ..pack() };
        let mut list = list();
        list.keys.push(trusted("rules-3", "province", Kind::RulePack, Some("33")));
        let trust = beliefs.open_list(&signed(&header(6, None), &list, &["root"]), now()).unwrap();
        let header = Header { issued, expires, ..header(1, Some("3301")) };
        let emergency = signed(&header, &emergency, &["rules-1", "rules-2", "rules-3"]);
        assert_eq!(take::<Pack>(&mut beliefs, &trust, &emergency, now()), Ok(()));
        let wide = signed(&crate::authority::header(1, Some("33")), &pack(), &by);
        assert_eq!(take::<Pack>(&mut beliefs, &trust, &wide, now()), Err(FileError::Rollback { found: 1, seen: 3 }));
    }

    #[test]
    fn announced_rules_have_begun_once_a_manifest_says_so_that_was_issued_since() {
        let (mut beliefs, trust) = believing();
        let (begins, second) = (now().plus(day(2)), Span::seconds(1));
        let (early, late) = (begins.minus(second), begins.plus(day(1)));
        let next = Pack { valid_from: begins, ..pack() };
        let next = signed(&header(4, Some("3301")), &next, &["rules-1", "rules-2"]);
        for file in [rules(), next.clone()] {
            take::<Pack>(&mut beliefs, &trust, &file, now()).unwrap();
        }
        let hear = |beliefs: &mut Beliefs, files: &[&[u8]], at: &str, issued, now| {
            let manifest = Manifest { files: files.iter().map(|file| named(file)).collect() };
            beliefs.hear(&manifest, place(at), issued, now);
        };
        let before = rules();
        let [neither, both, one]: [&[&[u8]]; 3] = [&[], &[&before, &next], &[&before]];
        let over = Err(FileError::Rollback { found: 3, seen: 4 });
        // What the manifests said, each with when it was issued and heard, and what becomes of the rules before.
        type Told<'a> = (&'a [&'a [u8]], Time, Time);
        let cases: [(&[Told<'_>], _); 9] = [
            (&[(one, now(), now())], Ok(())),
            (&[(one, early, late)], Ok(())),
            (&[(one, late, late)], Ok(())),
            (&[(both, early, late), (neither, late, late)], Ok(())),
            (&[(both, begins, begins), (one, late, late)], over.clone()),
            (&[(both, begins, begins), (neither, late, late)], over.clone()),
            // Whoever has the manifest's key can date it back, and changes nothing by it.
            (&[(both, begins, begins), (both, early, late), (one, early, late)], over.clone()),
            // By a clock that is behind they have not begun yet; one that is set back afterwards changes nothing.
            (&[(both, begins, early), (one, begins, late)], Ok(())),
            (&[(both, begins, early), (both, begins, begins), (one, early, early)], over.clone()),
        ];
        for (number, (heard, expected)) in cases.into_iter().enumerate() {
            let mut beliefs = beliefs.clone();
            for (files, issued, now) in heard {
                hear(&mut beliefs, files, "33", *issued, *now);
                beliefs = crate::cbor::from_bytes(&crate::cbor::to_bytes(&beliefs)).unwrap();
            }
            for at in [late, early] {
                let again = beliefs.reopen::<Pack>(&trust, &before, at).map(|_| ());
                assert_eq!(again, expected, "case {number} at {at}");
            }
        }
        // A manifest of elsewhere says nothing of them, and they can be announced again, but not with other content.
        hear(&mut beliefs, neither, "42", now(), now());
        assert!(!beliefs.seen.iter().any(|seen| seen.heard.is_some()));
        hear(&mut beliefs, one, "3301", now(), now());
        let other = Pack { valid_from: begins.plus(second), ..pack() };
        let other = signed(&header(4, Some("3301")), &other, &["rules-1", "rules-2"]);
        assert_eq!(code_of(take::<Pack>(&mut beliefs, &trust, &other, now())), "file-rollback");
        hear(&mut beliefs, both, "3301", now(), now());
        take::<Pack>(&mut beliefs, &trust, &next, now()).unwrap();
        hear(&mut beliefs, both, "3301", late, late);
        hear(&mut beliefs, one, "3301", late, late);
        assert_eq!(take::<Pack>(&mut beliefs, &trust, &before, late), over);
        assert_eq!(beliefs.seen.len(), 2, "the list and the newest rules");
    }

    #[test]
    fn what_only_dropped_keys_vouched_for_is_forgotten() {
        let (mut beliefs, trust) = believing();
        let named = || Manifest { files: vec![named(&risk())] };
        let at = |version, key: &str| {
            let header = Header { issued: now(), expires: now().plus(day(3)), ..header(version, None) };
            signed(&header, &named(), &[key])
        };
        take::<Manifest>(&mut beliefs, &trust, &at(u32::MAX, "manifest"), now()).unwrap();
        assert_eq!(code_of(take::<Manifest>(&mut beliefs, &trust, &at(10, "manifest"), now())), "file-rollback");
        let mut without = list();
        without.keys.retain(|entry| entry.key != key("manifest").public());
        without.keys.push(trusted("manifest-2", "publisher", Kind::Manifest, None));
        let trust = beliefs.open_list(&signed(&header(6, None), &without, &["root"]), now()).unwrap();
        assert_eq!(take::<Manifest>(&mut beliefs, &trust, &at(10, "manifest-2"), now()), Ok(()));
        // One of two hands that still counts is not enough to keep a version.
        take::<RiskTable>(&mut beliefs, &trust, &table_by(&header(u32::MAX, None)), now()).unwrap();
        without.keys.retain(|entry| entry.key != key("risk-2").public());
        without.keys.push(trusted("risk-3", "province", Kind::RiskTable, None));
        let trust = beliefs.open_list(&signed(&header(7, None), &without, &["root"]), now()).unwrap();
        let next = signed(&header(8, None), &risk_table(), &["risk", "risk-3"]);
        assert_eq!(take::<RiskTable>(&mut beliefs, &trust, &next, now()), Ok(()));
    }

    #[test]
    fn what_no_phone_believes_is_not_read() {
        let (beliefs, _) = believing();
        let is_read = |beliefs: &Beliefs| {
            let read: Option<Beliefs> = crate::cbor::from_bytes(&crate::cbor::to_bytes(beliefs));
            read.is_some()
        };
        assert!(is_read(&beliefs));
        for (names, signers) in [(&[][..], 0), (&["root"], 0), (&["root"], 2), (&["root", "root"], 1)] {
            let roots = root_keys(names, signers);
            assert!(!is_read(&Beliefs { pinned: roots.clone(), ..beliefs.clone() }), "{signers} of {names:?}");
            assert!(!is_read(&Beliefs { roots, ..beliefs.clone() }), "{signers} of {names:?}");
        }
        let seen = |count| Beliefs { seen: vec![beliefs.seen[0].clone(); count], ..beliefs.clone() };
        assert!(is_read(&seen(SEEN_VERSIONS)) && !is_read(&seen(SEEN_VERSIONS + 1)));
        let nobody = Seen { needed: 0, ..beliefs.seen[0].clone() };
        assert!(!is_read(&Beliefs { seen: vec![nobody], ..beliefs.clone() }));
    }

    #[test]
    fn no_more_versions_are_kept_than_a_phone_ever_needs() {
        let (mut beliefs, trust) = believing();
        for version in 1..=40 {
            take::<RiskTable>(&mut beliefs, &trust, &table_by(&header(version, None)), now()).unwrap();
        }
        assert_eq!(beliefs.seen.len(), 2, "the list and the newest table");
    }
}
