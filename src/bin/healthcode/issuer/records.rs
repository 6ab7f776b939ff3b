//! What a phone gets with its certificate of tests, vaccinations and exemptions: a record, which restricts nobody.

use healthcode::calendar::{Span, Time};
use healthcode::facts::Record;
use healthcode::place::Place;
use healthcode::trust::file::sign_file;
use healthcode::trust::{Header, PublicKey};
use serde_json::{Value, json};

use super::desk::Refused;
use super::office::Office;
use crate::acts::id::Person;
use crate::acts::notes::{self, Noted};
use crate::acts::officers::Officer;
use crate::store::StoreError;

impl Office {
    /// Notes what an officer says, or forgets it.
    pub(super) async fn note(
        &self,
        text: &str,
        officer: &Officer,
        (what, forget): (Noted, bool),
        body: &[u8],
        now: Time,
    ) -> Result<Value, Refused> {
        let notes = notes::read(what, body, now)?;
        for (line, note) in (1..).zip(&notes) {
            if !officer.may(note.district) {
                return Err(Refused::District { line, district: note.district });
            }
        }
        let mut steps = self.store.step(now, &officer.name, text).await?;
        let done = steps.note(what, &notes, forget).await?;
        steps.done().await?;
        Ok(json!({ "notes": done }))
    }

    /// The record of a person for one of their phones, if this issuer makes any: it holds as long as the certificate beside it.
    pub(super) async fn record(
        &self,
        person: &Person,
        key: PublicKey,
        place: Place,
        now: Time,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let Some(signer) = &self.records else { return Ok(None) };
        let noted = self.store.notes(person, now).await?;
        let record = Record {
            key,
            statuses: Vec::new(),
            exempt: Vec::new(),
            floor: None,
            tests: Some(noted.tests),
            vaccinations: Some(noted.vaccinations),
            exemptions: Some(noted.exemptions),
        };
        // Each is newer than the one before.
        let version = u32::try_from(now.unix()).unwrap_or_default();
        let expires = now.plus(Span::seconds(i64::from(self.hours) * 3_600));
        Ok(Some(sign_file(&Header { version, issued: now, expires, place: Some(place) }, &record, signer)))
    }
}
