//! Trying out a pack before anybody signs it.

use super::source::{ExposureRow, FactsSource, PackSource, RecordSource, SourceError};
use crate::assess::Facts;
use crate::calendar::Time;
use crate::facts::{Record, Visit};
use crate::risk::{RiskRow, RiskTable};
use crate::rules::pack::Pack;
use crate::trust::file::{Body, FileError, Header, Verified, on_trial, on_trial_as_it_is};
use crate::trust::{PublicKey, SecretKey};
use crate::venue::Matched;

/// The seed of the key of the phones on trial, which is nobody's.
const TRIAL_SEED: [u8; 32] = *b"the key of a phone that is tried";

/// Takes a pack, a table and records as if they had been signed, so that a pack can be tried before anybody signs it:
/// packs and tables are read from their bytes as on a phone, but without signatures and for all time.
#[derive(Debug, Clone, Copy)]
pub struct Workbench {
    from: Time,
    until: Time,
    /// The key of the phones on trial: made once, as it takes longer than deciding about somebody.
    key: Option<PublicKey>,
}

impl Default for Workbench {
    fn default() -> Self {
        let key = SecretKey::from_random(&TRIAL_SEED).ok().map(|key| key.public());
        Self { from: Time::from_unix(0), until: Time::from_unix(i64::MAX), key }
    }
}

impl Workbench {
    /// A file of this header and content.
    ///
    /// # Errors
    /// [`SourceError::File`] if it would never be valid.
    pub fn verified<T: Body>(&self, header: &Header, body: &T) -> Result<Verified<T>, SourceError> {
        Ok(on_trial(header, body)?)
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
    /// [`SourceError::File`] if there is no key that it could be for.
    pub fn record(&self, record: &RecordSource) -> Result<Verified<Record>, SourceError> {
        let key = self.key.ok_or(FileError::NeverValid)?;
        Ok(on_trial_as_it_is(self.header(), record.with_key(key)))
    }

    /// What an exposure list of the source's own exposures says of its diary.
    ///
    /// # Errors
    /// [`SourceError::Venue`] if they do not make a list.
    pub fn matched(&self, source: &FactsSource) -> Result<Matched, SourceError> {
        let list = on_trial_as_it_is(self.header(), ExposureRow::list(&source.exposures)?);
        let stays = source.diary.iter().filter_map(Visit::at_venue);
        Ok(Matched::of(&[list], stays).pop().ok_or(FileError::NeverValid)?)
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
        let matched = self.matched(source)?;
        Ok(use_facts(&Facts {
            manifest: None,
            reports: &source.reports,
            diary: &source.diary,
            record: record.as_ref(),
            floor: None,
            risk: own_risk.as_ref().or(risk).map(core::slice::from_ref).unwrap_or_default(),
            matched: core::slice::from_ref(&matched),
            here: source.here,
        }))
    }
}
