//! Trying out a pack before anybody signs it.

use super::source::{FactsSource, PackSource, RecordSource, SourceError};
use crate::assess::Facts;
use crate::calendar::Time;
use crate::facts::Record;
use crate::risk::{RiskRow, RiskTable};
use crate::rules::pack::Pack;
use crate::trust::file::{Body, FileError, Header, Verified, sign_file};
use crate::trust::{Kind, SecretKey, Trust, TrustList, TrustedKey, envelope};

/// Signs files with its own keys, which nobody else trusts, so that a pack can be tried before anybody signs it, by the
/// same path as on a phone.
pub struct Workbench {
    keys: [SecretKey; 3],
    trust: Trust,
    from: Time,
    until: Time,
}

impl Workbench {
    /// A workbench for the time of packs and cases.
    ///
    /// # Errors
    /// [`SourceError::Trust`] or [`SourceError::File`] if its own files would not open.
    pub fn new() -> Result<Self, SourceError> {
        let key =
            |n: u8| SecretKey::from_random(&core::array::from_fn::<u8, 32, _>(|i| n ^ u8::try_from(i).unwrap_or(0)));
        let (Ok(a), Ok(b), Ok(c)) = (key(64), key(128), key(192)) else {
            return Err(SourceError::File(FileError::NeverValid));
        };
        let (from, until) = (Time::from_unix(0), Time::from_unix(i64::MAX));
        let kinds = vec![Kind::RulePack, Kind::RiskTable, Kind::Record];
        let entry = |key: &SecretKey, signer: &str| TrustedKey {
            key: key.public(),
            signer: signer.into(),
            kinds: kinds.clone(),
            place: None,
            from,
            until,
        };
        let list = TrustList { keys: vec![entry(&a, "a"), entry(&b, "b"), entry(&c, "c")], needed: Vec::new() };
        let header = Header { version: 1, issued: from, expires: until, place: None };
        let trust = Trust::open(&sign_file(&header, &list, &a), &[a.public()], from, None)?;
        Ok(Self { keys: [a, b, c], trust, from, until })
    }

    /// The file, verified for this workbench only.
    ///
    /// # Errors
    /// [`SourceError::File`] if it would never be valid.
    pub fn verified<T: Body>(&self, header: &Header, body: &T) -> Result<Verified<T>, SourceError> {
        let [a, b, c] = &self.keys;
        let mut bytes = sign_file(header, body, a);
        if T::KIND.has_several_signers() {
            for key in [b, c] {
                bytes = envelope::countersign(&bytes, key).map_err(FileError::from)?;
            }
        }
        Ok(self.trust.open_file(&bytes, header.issued, None)?)
    }

    /// The pack, in force for its validity.
    ///
    /// # Errors
    /// [`SourceError::File`] if its validity ends before it begins.
    pub fn pack(&self, source: &PackSource) -> Result<Verified<Pack>, SourceError> {
        self.verified(&source.header(self.from), &source.to_pack())
    }

    /// A risk table of these rows that never expires.
    ///
    /// # Errors
    /// [`SourceError::Risk`] if the rows do not make a table.
    pub fn risk(&self, rows: Vec<RiskRow>) -> Result<Verified<RiskTable>, SourceError> {
        self.verified(&self.header(), &RiskTable::new(rows)?)
    }

    /// A record that never expires.
    ///
    /// # Errors
    /// [`SourceError::File`] if the record would not open.
    pub fn record(&self, record: &RecordSource) -> Result<Verified<Record>, SourceError> {
        let [key, ..] = &self.keys;
        let RecordSource { statuses, exempt, floor } = record.clone();
        self.verified(&self.header(), &Record { key: key.public(), statuses, exempt, floor })
    }

    fn header(&self) -> Header {
        Header { version: 1, issued: self.from, expires: self.until, place: None }
    }

    /// Calls `use_facts` with the facts of a source, with its record and risk rows signed for this workbench; `risk` is
    /// the table for a source without its own rows.
    ///
    /// # Errors
    /// [`SourceError`] if the source's own rows do not make a table.
    pub fn with_facts<T>(
        &self,
        source: &FactsSource,
        risk: Option<&Verified<RiskTable>>,
        use_facts: impl FnOnce(&Facts<'_>) -> T,
    ) -> Result<T, SourceError> {
        let own_risk = source.risk.clone().map(|rows| self.risk(rows)).transpose()?;
        let record = source.record.as_ref().map(|record| self.record(record)).transpose()?;
        Ok(use_facts(&Facts {
            reports: &source.reports,
            diary: &source.diary,
            record: record.as_ref(),
            floor: None,
            risk: own_risk.as_ref().or(risk).map(core::slice::from_ref).unwrap_or_default(),
            here: source.here,
        }))
    }
}
