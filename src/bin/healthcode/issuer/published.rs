//! The signed files that an issuer serves, and by which it decides: those of a folder that `publish` writes, or, in the demo,
//! its own.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use flate2::Compression;
use flate2::write::GzEncoder;
use healthcode::calendar::{Span, Time};
use healthcode::place::Place;
use healthcode::rules::pack::Pack;
use healthcode::trust::{Digest, Header, Kind, Manifest, PublicKey, Roots, SecretKey, Trust, TrustedKey, Verified};

use crate::failure::{CliError, Failure, InFile};
use crate::files;
use crate::publication::{DELTAS, FILES, MANIFEST, PROOFS, TRUST_LIST, TRUST_LISTS, proved};

/// A signed file, ready to be served.
pub(crate) struct Served {
    /// The bytes.
    pub(crate) bytes: Vec<u8>,
    /// The entity tag of HTTP: the SHA-256 of the bytes, so that a phone can ask by what it has.
    pub(crate) tag: String,
    /// The bytes as gzip, once somebody has asked for them so; none where that is no smaller.
    gzip: OnceLock<Option<Vec<u8>>>,
}

impl Served {
    pub(crate) fn new(bytes: Vec<u8>) -> Self {
        Self { tag: format!("\"{}\"", Digest::of(&bytes)), bytes, gzip: OnceLock::new() }
    }

    /// The bytes as gzip, if that is smaller: a rule pack is a third as large.
    pub(crate) fn gzip(&self) -> Option<&[u8]> {
        let packed = || {
            let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
            encoder.write_all(&self.bytes).ok()?;
            encoder.finish().ok().filter(|packed| packed.len() < self.bytes.len())
        };
        self.gzip.get_or_init(packed).as_deref()
    }
}

/// What is in force.
pub(crate) struct Published {
    /// By their paths, without the slash before them.
    pub(crate) files: BTreeMap<String, Served>,
    /// The rules.
    pub(crate) rules: Vec<Verified<Pack>>,
    /// The trust list.
    pub(crate) trust: Trust,
    /// Of the manifest: until when phones decide by it.
    pub(crate) manifest: Header,
}

impl Published {
    /// What is under a path.
    pub(crate) fn file(&self, path: &str) -> Option<&Served> {
        self.files.get(path)
    }

    /// The place that is certified for: everywhere, if there are rules of several regions.
    pub(crate) fn place(&self) -> Place {
        let mut regions = self.rules.iter().map(|rules| rules.body().region);
        let first = regions.next().unwrap_or(Place::COUNTRY);
        if regions.all(|region| region == first) { first } else { Place::COUNTRY }
    }

    /// Whether the rules list a ground, of those for a place, that is in force from one moment to another; with `any`, rules
    /// that list none found everything.
    pub(crate) fn founds(&self, ground: &str, place: Place, (from, to): (Time, Time), any: bool) -> bool {
        let is_over = |rules: &Verified<Pack>| from >= rules.header().expires;
        let packs = self.begun(from, any).filter(|rules| any || !is_over(rules)).map(Verified::body);
        Self::list(packs.filter(|pack| pack.region.contains(place)), ground, (from, to), any)
    }

    /// Whether what was confirmed on a ground acts. Rules that have run out before the next ones are there list what they listed:
    /// whom two officers restricted is not free because somebody publishes late.
    pub(crate) fn still_founds(&self, ground: &str, now: Time, any: bool) -> bool {
        Self::list(self.begun(now, any).map(Verified::body), ground, (now, now), any)
    }

    /// The rules that have begun; with `any`, all of them.
    fn begun(&self, now: Time, any: bool) -> impl Iterator<Item = &Verified<Pack>> {
        self.rules.iter().filter(move |rules| any || rules.body().valid_from <= now)
    }

    /// Whether any of these packs lists a ground from one moment to another.
    fn list<'a>(mut packs: impl Iterator<Item = &'a Pack>, ground: &str, (from, to): (Time, Time), any: bool) -> bool {
        packs.any(|pack| match &pack.grounds {
            Some(_) => pack.ground(ground).is_some_and(|found| found.from <= from && to <= found.until),
            None => any,
        })
    }

    /// How many people of one county may be restricted on a ground in a day without a further authority: the least of what the rules
    /// for it say.
    pub(crate) fn cap(&self, ground: &str, county: Place) -> Option<u32> {
        let packs = self.rules.iter().map(Verified::body);
        let packs = packs.filter(|pack| pack.region.contains(county) || county.contains(pack.region));
        packs.filter_map(|pack| pack.ground(ground)?.cap).min()
    }

    /// Whether any of the rules list a ground, whenever it is in force.
    pub(crate) fn lists(&self, ground: &str) -> bool {
        self.rules.iter().any(|rules| rules.body().ground(ground).is_some())
    }

    /// Whether phones take a day certificate for a place that this key signs now.
    pub(crate) fn certifies(&self, key: &PublicKey, place: Place, now: Time) -> bool {
        self.certifying(key).any(|entry| entry.may_sign(Kind::DayCertificate, Some(place), now))
    }

    /// Under what the trust list names a key for day certificates.
    fn certifying(&self, key: &PublicKey) -> impl Iterator<Item = &TrustedKey> {
        let keys = self.trust.list().keys.iter();
        keys.filter(move |entry| entry.key == *key && entry.kinds.contains(&Kind::DayCertificate))
    }

    /// Checks that phones can use what is published, and take what this key signs for some place that the rules are for.
    pub(crate) fn check(&self, key: &PublicKey, now: Time) -> Result<(), Failure> {
        self.trust.check(now).in_file(Path::new(TRUST_LIST))?;
        self.manifest.check(now, Span::ZERO).in_file(Path::new(MANIFEST))?;
        let regions = self.rules.iter().map(|rules| rules.body().region);
        let places = regions.chain(self.certifying(key).filter_map(|entry| entry.place));
        let fits = |place: Place| self.rules_for(place) && self.certifies(key, place, now);
        if places.into_iter().any(fits) { Ok(()) } else { Err(CliError::CertificateKey { key: key.id() }.into()) }
    }

    /// Refuses a key for records that phones would not take any of.
    pub(crate) fn check_records(&self, key: Option<&SecretKey>, now: Time) -> Result<(), Failure> {
        let Some(key) = key.map(SecretKey::public) else { return Ok(()) };
        let may_sign = |region| {
            self.trust
                .list()
                .keys
                .iter()
                .any(|entry| entry.key == key && entry.may_sign(Kind::Record, Some(region), now))
        };
        if self.rules.iter().any(|rules| may_sign(rules.body().region)) {
            return Ok(());
        }
        let problem = "the published trust list does not name that key for records".to_owned();
        Err(CliError::Setting { what: "records", problem }.into())
    }

    /// Whether there are rules for a place.
    pub(crate) fn rules_for(&self, place: Place) -> bool {
        self.rules.iter().any(|rules| rules.body().region.contains(place))
    }
}

/// Where they come from.
pub(crate) trait Source: Send + Sync {
    /// What is in force at a moment.
    fn published(&self, now: Time) -> Result<Arc<Published>, Failure>;

    /// What is under a path and is not held in memory: deltas, and the proofs that files are in the public log.
    fn on_disk(&self, _path: &str) -> Option<Vec<u8>> {
        None
    }
}

/// A folder that `publish` writes.
pub(crate) struct Folder {
    path: PathBuf,
    roots: Roots,
    read: Mutex<Option<(Digest, Arc<Published>)>>,
}

impl Folder {
    pub(crate) const fn new(path: PathBuf, roots: Roots) -> Self {
        Self { path, roots, read: Mutex::new(None) }
    }

    fn read(&self, manifest: Vec<u8>, now: Time) -> Result<Published, Failure> {
        let file = |path: &str| files::read(&self.path.join(path));
        let list = file(TRUST_LIST)?;
        let trust = Trust::open(&list, &self.roots, now).in_file(&self.path.join(TRUST_LIST))?;
        let body = trust.open_file::<Manifest>(&manifest, now).in_file(&self.path.join(MANIFEST))?;
        let mut served = BTreeMap::new();
        let mut rules = Vec::new();
        for named in &body.body().files {
            let path = format!("{FILES}/{}", named.digest);
            // Trust lists are under their versions, and `publish` writes them there only.
            if named.kind == Kind::TrustList {
                continue;
            }
            // Without one of them, or with another in its place, people would be free whom it is about.
            let bytes = file(&path)?;
            if Digest::of(&bytes) != named.digest {
                return Err(CliError::UnlikeManifest).in_file(&self.path.join(&path));
            }
            if named.kind == Kind::RulePack {
                rules.push(trust.open_file::<Pack>(&bytes, now).in_file(&self.path.join(&path))?);
            }
            served.insert(path, Served::new(bytes));
        }
        for version in 1..=trust.header().version {
            let path = format!("{TRUST_LISTS}/{version}");
            if let Ok(bytes) = file(&path) {
                served.insert(path, Served::new(bytes));
            }
        }
        served.insert(TRUST_LIST.to_owned(), Served::new(list));
        served.insert(MANIFEST.to_owned(), Served::new(manifest));
        Ok(Published { files: served, rules, manifest: body.header().clone(), trust })
    }
}

impl Source for Folder {
    /// Reads the manifest each time, and the rest when that is another.
    fn published(&self, now: Time) -> Result<Arc<Published>, Failure> {
        let manifest = files::read(&self.path.join(MANIFEST))?;
        let digest = Digest::of(&manifest);
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        match read.as_ref().filter(|(of, _)| *of == digest) {
            Some((_, published)) => Ok(Arc::clone(published)),
            None => {
                let published = Arc::new(self.read(manifest, now)?);
                *read = Some((digest, Arc::clone(&published)));
                Ok(published)
            }
        }
    }

    fn on_disk(&self, path: &str) -> Option<Vec<u8>> {
        let is_digest = |digest: &str| digest.len() == 64 && digest.bytes().all(|byte| byte.is_ascii_hexdigit());
        let (folder, name) = path.split_once('/')?;
        let is_one = match folder {
            DELTAS => name.split_once('/').is_some_and(|(digest, version)| {
                let numbered = (1..=10).contains(&version.len()) && version.bytes().all(|byte| byte.is_ascii_digit());
                is_digest(digest) && numbered
            }),
            PROOFS => proved(name).is_some_and(is_digest),
            _ => false,
        };
        let path = self.path.join(folder).join(name);
        (is_one && path.is_file()).then(|| files::read(&path).ok()).flatten()
    }
}
