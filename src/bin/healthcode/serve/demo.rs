//! The demo's keys, and the files that it signs each day.

use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use healthcode::authoring::source::PackSource;
use healthcode::calendar::{Date, Offset, Span, Time};
use healthcode::limits::MANIFEST_HOURS;
use healthcode::place::Place;
use healthcode::risk::{Delta, RiskTable};
use healthcode::trust::{Header, Kind, Roots, SecretKey, Trust, TrustList, TrustedKey};
use healthcode::venue::ExposureList;

use crate::acts::officers::Officer;
use crate::failure::{CliError, Failure, InFile};
use crate::issuer::{Published, Served, Source};
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
/// How long a manifest holds: one is published every hour.
const MANIFEST_VALID: Span = Span::seconds(MANIFEST_HOURS * HOUR);
/// Seconds of an hour.
const HOUR: i64 = 3_600;
/// The demo's officers.
const FIRST_OFFICER: &str = "demo first officer";
const SECOND_OFFICER: &str = "demo second officer";

/// The keys of the demo issuer.
pub(crate) struct Keys {
    root: SecretKey,
    first_rules: SecretKey,
    second_rules: SecretKey,
    first_risk: SecretKey,
    second_risk: SecretKey,
    first_exposure: SecretKey,
    second_exposure: SecretKey,
    venue: Arc<SecretKey>,
    manifest: SecretKey,
    first_record: SecretKey,
    second_record: SecretKey,
    people: Arc<SecretKey>,
    certificate: Arc<SecretKey>,
}

impl Keys {
    /// Loads the keys in a folder, and makes those that are not there yet.
    pub(crate) fn load_or_make(folder: &Path) -> Result<Self, Failure> {
        fs::create_dir_all(folder).map_err(CliError::Unwritable).in_file(folder)?;
        let key = |role: &str| {
            let path = folder.join(format!("{role}.key"));
            let known = path.exists();
            if !known {
                let comment =
                    format!("DEMO key of the demo issuer ({role}): never let anyone trust it outside this machine");
                key_file::save(&path, &key_file::random()?, &[&comment], None)?;
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
            first_exposure: key("exposure-1")?,
            second_exposure: key("exposure-2")?,
            venue: Arc::new(key("venue")?),
            manifest: key("manifest")?,
            first_record: key("record-1")?,
            second_record: key("record-2")?,
            people: Arc::new(key("people")?),
            certificate: Arc::new(key("certificate")?),
        })
    }

    /// The root, which the page pins; a real authority has several.
    pub(crate) fn roots(&self) -> Roots {
        Roots { keys: vec![self.root.public()], signers: 1 }
    }

    /// The demo's two officers, who sign with two of its keys.
    pub(crate) fn officers(&self) -> Vec<Officer> {
        let officer = |name: &str, key: &SecretKey| Officer {
            name: name.to_owned(),
            key: key.public(),
            place: None,
            authority: None,
        };
        vec![officer(FIRST_OFFICER, &self.first_record), officer(SECOND_OFFICER, &self.second_record)]
    }

    /// The key under which people are kept.
    pub(crate) fn people(&self) -> Arc<SecretKey> {
        Arc::clone(&self.people)
    }

    /// The key that signs certificates.
    pub(crate) fn certificate(&self) -> Arc<SecretKey> {
        Arc::clone(&self.certificate)
    }

    /// The key that signs venues' codes.
    pub(crate) fn venue(&self) -> Arc<SecretKey> {
        Arc::clone(&self.venue)
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
            entry(&self.first_exposure, "first exposure signer", Kind::ExposureList, None),
            entry(&self.second_exposure, "second exposure signer", Kind::ExposureList, None),
            entry(&self.venue, "venues", Kind::VenueCode, place),
            entry(&self.manifest, "publisher", Kind::Manifest, None),
            entry(&self.first_record, "first officer", Kind::Record, place),
            entry(&self.second_record, "second officer", Kind::Record, place),
            entry(&self.certificate, "certificates", Kind::DayCertificate, place),
        ];
        TrustList { keys, needed: Vec::new(), roots: self.roots(), log: None }
    }
}

/// What the demo publishes.
pub(crate) struct Signing {
    keys: Arc<Keys>,
    /// Its packs, by whose first one the days begin.
    sources: Arc<Vec<PackSource>>,
    table: RiskTable,
    exposures: ExposureList,
    /// What it has last signed, and the hour of it.
    published: Mutex<Option<(Time, Arc<Published>)>>,
}

impl Source for Signing {
    /// The files of the day of `now`, signed at its beginning, and the manifest of its hour. They have the same bytes
    /// however often they are asked for and after each start, so that a phone that has seen them has nothing to fetch.
    fn published(&self, now: Time) -> Result<Arc<Published>, Failure> {
        let hour = Time::from_unix(now.unix() - now.unix().rem_euclid(HOUR));
        let mut published = self.published.lock().unwrap_or_else(PoisonError::into_inner);
        match published.as_ref().filter(|(of, _)| *of == hour) {
            Some((_, published)) => Ok(Arc::clone(published)),
            None => {
                let new = Arc::new(self.publish(hour)?);
                *published = Some((hour, Arc::clone(&new)));
                Ok(new)
            }
        }
    }
}

impl Signing {
    /// What is signed with these keys: rules, risk data, and what happened at venues.
    pub(crate) const fn new(
        keys: Arc<Keys>,
        sources: Arc<Vec<PackSource>>,
        table: RiskTable,
        exposures: ExposureList,
    ) -> Self {
        Self { keys, sources, table, exposures, published: Mutex::new(None) }
    }

    fn offset(&self, time: Time) -> Offset {
        self.sources.first().map_or(Offset::CHINA, |source| source.pack.offset_at(time))
    }

    /// The place that it issues for: everywhere, if it has packs of several regions.
    fn place(&self) -> Option<Place> {
        let mut regions = self.sources.iter().map(|source| source.pack.region);
        let first = regions.next()?;
        regions.all(|region| region == first).then_some(first)
    }

    fn publish(&self, hour: Time) -> Result<Published, Failure> {
        let Keys { root, first_rules, second_rules, first_risk, second_risk, first_exposure, second_exposure, .. } =
            &*self.keys;
        let day = hour.date(self.offset(hour));
        let issued = day.start(self.offset(hour));
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

        let trust = Trust::open(&trust_list, &self.keys.roots(), issued)?;
        let rules = rule_packs.iter().map(|pack| trust.open_file(pack, issued)).collect::<Result<_, _>>()?;
        trust.open_file::<RiskTable>(&risk_table, issued)?;
        // What phones have that were here on one of the days before.
        let before = |days: i64| {
            let day = day.plus_days(-days);
            let issued = day.start(self.offset(hour));
            let header = Header { version: version(day), issued, expires: issued.plus(RISK_TABLE_VALID), place: None };
            let old = signed(&header, &self.table, [first_risk, second_risk])?;
            Ok::<_, Failure>((header.version, Delta::between(&old, &risk_table)?.to_bytes()))
        };
        let deltas = (1..=DELTA_DAYS).map(before).collect::<Result<Vec<_>, _>>()?;
        let version = u32::try_from(hour.unix() / HOUR).unwrap_or_default();
        // Of what happened at venues people hear within the hour.
        let exposures = if self.sources.iter().any(|source| source.to_pack().reads_exposures()) {
            let header = Header { version, issued: hour, expires: hour.plus(RISK_TABLE_VALID), place: None };
            Some(signed(&header, &self.exposures, [first_exposure, second_exposure])?)
        } else {
            None
        };
        let files = [trust_list, risk_table].into_iter().chain(rule_packs).chain(exposures);
        let mut public = files.map(Public::read).collect::<Result<Vec<_>, _>>()?;
        let mut placed_deltas = Vec::new();
        if let Some(table) = public.iter_mut().find(|file| file.named.kind == Kind::RiskTable) {
            table.named.deltas = deltas.last().map(|(version, _)| *version);
            let path = |version| format!("{DELTAS}/{}/{version}", table.named.digest);
            placed_deltas.extend(deltas.into_iter().map(|(version, bytes)| Placed { path: path(version), bytes }));
        }
        let manifest_header = Header { version, issued: hour, expires: hour.plus(MANIFEST_VALID), place: None };
        let manifest = manifest(&manifest_header, &public, &[&self.keys.manifest], &trust)?;
        let placed = placed_deltas.into_iter().chain(placed(manifest, public));
        let files = placed.map(|file| (file.path, Served::new(file.bytes))).collect();
        Ok(Published { files, rules, trust, manifest: manifest_header })
    }
}

/// The version of what is issued on a day: 20200220, so that it grows with the days and the same day gives the same file.
fn version(day: Date) -> u32 {
    let (year, month, day) = day.civil();
    u32::try_from(year * 10_000 + month * 100 + day).unwrap_or_default()
}
