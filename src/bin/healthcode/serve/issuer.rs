//! The issuer itself, without HTTP: its keys, the files that it signs each day, and the certificates that it gives.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use healthcode::assess::{Assume, Facts, assess_assuming};
use healthcode::authoring::source::PackSource;
use healthcode::calendar::{Date, Offset, Span, Time};
use healthcode::code::certificate::{CertificateError, CertificateRequest, DayCertificate};
use healthcode::colour::Colour;
use healthcode::error::Coded;
use healthcode::facts::Record;
use healthcode::limits::MANIFEST_HOURS;
use healthcode::place::Place;
use healthcode::risk::{Delta, RiskTable};
use healthcode::rules::pack::Pack;
use healthcode::rules::reason::Fact;
use healthcode::trust::{Digest, Header, Kind, PublicKey, Roots, SecretKey, Trust, TrustList, TrustedKey, Verified};

use crate::failure::{CliError, Failure, InFile};
use crate::input::json::read_json;
use crate::key_file;
use crate::publication::{DELTAS, Placed, Public, manifest, placed};
use crate::signed_file::signed;
use crate::terminal::say;

/// How long a trust list holds: phones that were off for some weeks still know whom to trust.
const TRUST_LIST_VALID: Span = Span::days(30);
/// How long a risk table holds: it is renewed each day, and a phone may miss one.
const RISK_TABLE_VALID: Span = Span::days(2);
/// From the tables of how many days before there are deltas: a week.
const DELTA_DAYS: i64 = 7;
/// The ground for a floor that stands in a record without a status that explains it.
const ORDERED: &str = "ordered";
/// How long a manifest holds: one is published every hour.
const MANIFEST_VALID: Span = Span::seconds(MANIFEST_HOURS * HOUR);
/// Seconds of an hour.
const HOUR: i64 = 3_600;
/// How long a day certificate holds.
const CERTIFICATE_HOURS_ISSUED: u8 = 24;

/// The keys of the demo issuer.
struct Keys {
    root: SecretKey,
    first_rules: SecretKey,
    second_rules: SecretKey,
    first_risk: SecretKey,
    second_risk: SecretKey,
    manifest: SecretKey,
    first_record: SecretKey,
    second_record: SecretKey,
    certificate: SecretKey,
}

impl Keys {
    /// Loads the keys in a folder, and makes those that are not there yet.
    fn load_or_make(folder: &Path) -> Result<Self, Failure> {
        fs::create_dir_all(folder).map_err(CliError::Unwritable).in_file(folder)?;
        let key = |role: &str| {
            let path = folder.join(format!("{role}.key"));
            let known = path.exists();
            if !known {
                let comment =
                    format!("DEMO key of the demo issuer ({role}): never let anyone trust it outside this machine");
                key_file::save(&path, &key_file::random()?, &[&comment])?;
            }
            let key = key_file::load(&path)?;
            let made = if known { "kept from before" } else { "made just now" };
            say(format_args!("  DEMO key {role} {}, {made}", key.public().id()));
            Ok::<_, Failure>(key)
        };
        Ok(Self {
            root: key("root")?,
            first_rules: key("rules-1")?,
            second_rules: key("rules-2")?,
            first_risk: key("risk-1")?,
            second_risk: key("risk-2")?,
            manifest: key("manifest")?,
            first_record: key("record-1")?,
            second_record: key("record-2")?,
            certificate: key("certificate")?,
        })
    }

    /// The root, which the page pins; a real authority has several.
    fn roots(&self) -> Roots {
        Roots { keys: vec![self.root.public()], signers: 1 }
    }

    fn trust_list(&self, place: Option<Place>, from: Time, until: Time) -> TrustList {
        let entry = |key: &SecretKey, signer: &str, kind: Kind, place: Option<Place>| TrustedKey {
            key: key.public(),
            signer: format!("demo {signer}"),
            kinds: vec![kind],
            place,
            from,
            until,
        };
        let keys = vec![
            entry(&self.first_rules, "first rule signer", Kind::RulePack, place),
            entry(&self.second_rules, "second rule signer", Kind::RulePack, place),
            entry(&self.first_risk, "first risk signer", Kind::RiskTable, None),
            entry(&self.second_risk, "second risk signer", Kind::RiskTable, None),
            entry(&self.manifest, "publisher", Kind::Manifest, None),
            entry(&self.first_record, "first officer", Kind::Record, place),
            entry(&self.second_record, "second officer", Kind::Record, place),
            entry(&self.certificate, "certificates", Kind::DayCertificate, place),
        ];
        TrustList { keys, needed: Vec::new(), roots: self.roots() }
    }
}

/// A signed file, ready to be served.
pub(crate) struct Served {
    /// The bytes.
    pub(crate) bytes: Vec<u8>,
    /// The entity tag of HTTP: the SHA-256 of the bytes, so that a phone can ask by what it has.
    pub(crate) tag: String,
}

impl Served {
    fn new(bytes: Vec<u8>) -> Self {
        Self { tag: format!("\"{}\"", Digest::of(&bytes)), bytes }
    }
}

/// What the issuer publishes in one hour.
pub(crate) struct Published {
    hour: Time,
    day: Date,
    /// By their paths, without the slash before them.
    files: BTreeMap<String, Served>,
    trust: Trust,
    rules: Vec<Verified<Pack>>,
}

impl Published {
    /// What is under a path.
    pub(crate) fn file(&self, path: &str) -> Option<&Served> {
        self.files.get(path)
    }
}

/// Why there is no certificate.
#[derive(Debug, thiserror::Error)]
pub(crate) enum IssueError {
    #[error(transparent)]
    Request(#[from] CertificateError),
    #[error("this issuer certifies for place {region} only")]
    NotHere { region: Place },
    #[error("the issuer failed; its log says why")]
    Issuer(Failure),
}

impl Coded for IssueError {
    fn code(&self) -> &'static str {
        match self {
            Self::Request(error) => error.code(),
            Self::NotHere { .. } => "issuer-not-here",
            Self::Issuer(_) => "issuer-fault",
        }
    }
}

/// The demo issuer.
pub(crate) struct Issuer {
    keys: Arc<Keys>,
    /// Its packs, by whose first one the days begin.
    sources: Vec<PackSource>,
    table: RiskTable,
    records: PathBuf,
    published: Mutex<Option<Arc<Published>>>,
}

impl Issuer {
    /// An issuer whose keys and records are in the folder `data`.
    pub(crate) fn new(data: &Path, source: PackSource, table: RiskTable) -> Result<Self, Failure> {
        let keys = Arc::new(Keys::load_or_make(&data.join("keys"))?);
        Ok(Self { keys, sources: vec![source], table, records: data.join("records"), published: Mutex::new(None) })
    }

    /// An issuer with the same keys and records and other rules, which read no risk data.
    pub(crate) fn beside(&self, sources: Vec<PackSource>) -> Result<Self, Failure> {
        let (keys, records, table) = (Arc::clone(&self.keys), self.records.clone(), RiskTable::new(Vec::new())?);
        Ok(Self { keys, sources, table, records, published: Mutex::new(None) })
    }

    /// The root key, which the page pins.
    pub(crate) fn roots(&self) -> Roots {
        self.keys.roots()
    }

    /// The packs' sources.
    pub(crate) fn sources(&self) -> &[PackSource] {
        &self.sources
    }

    /// Where records are looked for.
    pub(crate) fn records(&self) -> &Path {
        &self.records
    }

    /// The files of the day of `now`, signed at its beginning, and the manifest of its hour. They have the same bytes
    /// however often they are asked for and after each start, so that a phone that has seen them has nothing to fetch.
    pub(crate) fn published(&self, now: Time) -> Result<Arc<Published>, Failure> {
        let hour = Time::from_unix(now.unix() - now.unix().rem_euclid(HOUR));
        let mut published = self.published.lock().unwrap_or_else(PoisonError::into_inner);
        match published.as_ref().filter(|published| published.hour == hour) {
            Some(published) => Ok(Arc::clone(published)),
            None => {
                let new = Arc::new(self.publish(hour)?);
                *published = Some(Arc::clone(&new));
                Ok(new)
            }
        }
    }

    fn offset(&self) -> Offset {
        self.sources.first().map_or(Offset::CHINA, |source| source.pack.utc_offset)
    }

    /// The place that it issues for: everywhere, if it has packs of several regions.
    fn place(&self) -> Option<Place> {
        let mut regions = self.sources.iter().map(|source| source.pack.region);
        let first = regions.next()?;
        regions.all(|region| region == first).then_some(first)
    }

    fn publish(&self, hour: Time) -> Result<Published, Failure> {
        let Keys { root, first_rules, second_rules, first_risk, second_risk, .. } = &*self.keys;
        let day = hour.date(self.offset());
        let issued = day.start(self.offset());
        // The pack does not change from day to day: it is issued when it comes into force, or now if that is still ahead.
        let announced = self.sources.iter().map(|source| source.pack.valid_from).fold(issued, Time::min);
        let header = |valid: Span| Header { version: version(day), issued, expires: issued.plus(valid), place: None };

        let trust_header = header(TRUST_LIST_VALID);
        let list = self.keys.trust_list(self.place(), announced, trust_header.expires);
        let trust_list = signed(&trust_header, &list, [root])?;
        let rule_keys = [first_rules, second_rules];
        let announced = |source: &PackSource| source.header(issued.min(source.pack.valid_from));
        let rule_pack = |source: &PackSource| signed(&announced(source), &source.to_pack(), rule_keys);
        let rule_packs = self.sources.iter().map(rule_pack).collect::<Result<Vec<_>, _>>()?;
        let risk_table = signed(&header(RISK_TABLE_VALID), &self.table, [first_risk, second_risk])?;

        let trust = Trust::open(&trust_list, &self.roots(), issued)?;
        let rules = rule_packs.iter().map(|pack| trust.open_file(pack, issued)).collect::<Result<_, _>>()?;
        trust.open_file::<RiskTable>(&risk_table, issued)?;
        // What phones have that were here on one of the days before.
        let before = |days: i64| {
            let day = day.plus_days(-days);
            let issued = day.start(self.offset());
            let header = Header { version: version(day), issued, expires: issued.plus(RISK_TABLE_VALID), place: None };
            let old = signed(&header, &self.table, [first_risk, second_risk])?;
            Ok::<_, Failure>((header.version, Delta::between(&old, &risk_table)?.to_bytes()))
        };
        let deltas = (1..=DELTA_DAYS).map(before).collect::<Result<Vec<_>, _>>()?;
        let mut public = [vec![trust_list, risk_table], rule_packs]
            .concat()
            .into_iter()
            .map(Public::read)
            .collect::<Result<Vec<_>, _>>()?;
        let mut placed_deltas = Vec::new();
        if let Some(table) = public.iter_mut().find(|file| file.named.kind == Kind::RiskTable) {
            table.named.deltas = deltas.last().map(|(version, _)| *version);
            let path = |version| format!("{DELTAS}/{}/{version}", table.named.digest);
            placed_deltas.extend(deltas.into_iter().map(|(version, bytes)| Placed { path: path(version), bytes }));
        }
        let version = u32::try_from(hour.unix() / HOUR).unwrap_or_default();
        let manifest_header = Header { version, issued: hour, expires: hour.plus(MANIFEST_VALID), place: None };
        let manifest = manifest(&manifest_header, &public, &[&self.keys.manifest], &trust)?;
        let placed = placed_deltas.into_iter().chain(placed(manifest, public));
        let files = placed.map(|file| (file.path, Served::new(file.bytes))).collect();
        Ok(Published { hour, day, files, trust, rules })
    }

    /// Certifies a key for whoever asks with a request that it and their enrolment key have signed. A real issuer would first make
    /// sure whose the key is; this one believes it.
    pub(crate) fn certify(&self, request: &[u8], now: Time) -> Result<Vec<u8>, IssueError> {
        let request = CertificateRequest::open(request, now)?;
        if !self.sources.iter().any(|source| source.pack.region.contains(request.place)) {
            return Err(IssueError::NotHere { region: self.place().unwrap_or(Place::COUNTRY) });
        }
        let (floor, ground) = self.floor(&request.enrolment, now).map_err(IssueError::Issuer)?;
        let CertificateRequest { key, place, identity, .. } = request;
        let hours = CERTIFICATE_HOURS_ISSUED;
        let certificate = DayCertificate { key, place, floor, identity, issued: now, hours, ground };
        Ok(certificate.sign(&self.keys.certificate))
    }

    /// The issuer's own word on the colour, and why: green if it has no record of the enrolment key; else the worse of the
    /// record's floor and what the rules make of the record's statuses.
    fn floor(&self, key: &PublicKey, now: Time) -> Result<(Colour, Option<String>), Failure> {
        let path = self.records.join(format!("{key}.json"));
        if !path.exists() {
            return Ok((Colour::Green, None));
        }
        // The log names the folder only: whose record is asked for is nobody's business.
        let record: Record = read_json(&path).map_err(Failure::without_file).in_file(&self.records)?;
        if record.key != *key {
            return Err(CliError::RecordKey).in_file(&self.records);
        }
        let published = self.published(now)?;
        let issued = published.day.start(self.offset());
        let header = Header {
            version: version(published.day),
            issued,
            expires: issued.plus(Span::days(2)),
            place: self.place(),
        };
        let record: Verified<Record> = published
            .trust
            .open_file(&signed(&header, &record, [&self.keys.first_record, &self.keys.second_record])?, now)?;
        let facts = Facts { record: Some(&record), ..Facts::default() };
        let assessed = |rules| assess_assuming(rules, &facts, now, Assume::Renewal { from: now }).reasons;
        let reasons: Vec<_> = published.rules.iter().flat_map(assessed).collect();
        // Only what stands in the record is the issuer's to say; the rest is for the phone.
        let own = reasons.iter().filter_map(|reason| match &reason.fact {
            Fact::Status { status, .. } => Some((reason.colour, status.name())),
            Fact::Floor { .. } => Some((reason.colour, ORDERED)),
            _ => None,
        });
        Ok(match own.max_by_key(|(colour, _)| *colour) {
            Some((colour, ground)) if colour != Colour::Green => (colour, Some(ground.into())),
            _ => (Colour::Green, None),
        })
    }
}

/// The version of what is issued on a day: 20200220, so that it grows with the days and the same day gives the same file.
fn version(day: Date) -> u32 {
    let (year, month, day) = day.civil();
    u32::try_from(year * 10_000 + month * 100 + day).unwrap_or_default()
}
