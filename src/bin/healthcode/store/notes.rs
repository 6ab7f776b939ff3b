//! Tests, vaccinations and exemptions.

use healthcode::calendar::Time;
use healthcode::facts::{Exemption, Test, TestResult, Vaccination};
use healthcode::limits::RECORD_LIST;
use serde_json::{Value, json};

use super::{Steps, Store, StoreError};
use crate::acts::id::Person;
use crate::acts::notes::{Note, Noted};

/// How many rows one statement puts in.
const AT_ONCE: usize = 10_000;

const NOTE_SQLITE: &str = "INSERT INTO note (person, what, name, at, value, by_whom)
     SELECT value->>'$[0]', $2, value->>'$[1]', value->>'$[2]', value->>'$[3]', value->>'$[4]' FROM json_each($1) WHERE true
     ON CONFLICT (person, what, name, at) DO UPDATE SET value = excluded.value, by_whom = excluded.by_whom";
const NOTE_POSTGRES: &str = "INSERT INTO note (person, what, name, at, value, by_whom)
     SELECT DISTINCT ON (1, 3, 4) value->>0, $2, value->>1, (value->>2)::BIGINT, value->>3, value->>4
     FROM json_array_elements(CAST($1 AS TEXT)::JSON) AS value
     ON CONFLICT (person, what, name, at) DO UPDATE SET value = excluded.value, by_whom = excluded.by_whom";
const FORGET_SQLITE: &str = "DELETE FROM note WHERE what = $2 AND EXISTS (SELECT 1 FROM json_each($1)
     WHERE person = value->>'$[0]' AND name = value->>'$[1]' AND at = value->>'$[2]')";
const FORGET_POSTGRES: &str = "DELETE FROM note WHERE what = $2 AND EXISTS (
     SELECT 1 FROM json_array_elements(CAST($1 AS TEXT)::JSON) AS value
     WHERE person = value->>0 AND name = value->>1 AND at = (value->>2)::BIGINT)";

/// A row: what, its name, when, its value, by whom.
type Found = (String, String, i64, Option<String>, Option<String>);

/// All that is noted of a person.
#[derive(Default)]
pub(crate) struct Notes {
    pub(crate) tests: Vec<Test>,
    pub(crate) vaccinations: Vec<Vaccination>,
    pub(crate) exemptions: Vec<Exemption>,
}

impl Steps {
    /// Notes something, in place of what was noted of the same; or forgets it.
    pub(crate) async fn note(&mut self, what: Noted, notes: &[Note], forget: bool) -> Result<u64, StoreError> {
        let statement = match (self.sqlite, forget) {
            (true, false) => NOTE_SQLITE,
            (false, false) => NOTE_POSTGRES,
            (true, true) => FORGET_SQLITE,
            (false, true) => FORGET_POSTGRES,
        };
        let mut done = 0;
        for notes in notes.chunks(AT_ONCE) {
            let row = |note: &Note| {
                let value = note.result.map(|result| result.name().to_owned());
                let value = value.or_else(|| note.doses.map(|doses| doses.to_string()));
                json!([note.person, note.name, note.at.unix(), value, note.by])
            };
            let rows: Vec<Value> = notes.iter().map(row).collect();
            let query = sqlx::query(statement).bind(Value::from(rows).to_string()).bind(what.name());
            done += query.execute(&mut *self.transaction).await?.rows_affected();
        }
        Ok(done)
    }
}

impl Store {
    /// What is noted of a person: the newest of each, the newest last; of exemptions those that have not ended.
    pub(crate) async fn notes(&self, person: &Person, now: Time) -> Result<Notes, StoreError> {
        let found: Vec<Found> = sqlx::query_as(
            "SELECT what, name, at, value, by_whom FROM note WHERE person = $1 AND (what <> 'exemptions' OR at > $2)
             ORDER BY at DESC, name",
        )
        .bind(person.as_str())
        .bind(now.unix())
        .fetch_all(&self.pool)
        .await?;
        let mut notes = Notes::default();
        for (what, name, at, value, by) in found {
            let (at, value) = (Time::from_unix(at), value.unwrap_or_default());
            match what.as_str() {
                "tests" if value == TestResult::Negative.name() => {
                    notes.tests.push(Test { kind: name, taken: at, result: TestResult::Negative, by });
                }
                "vaccinations" => {
                    let doses = value.parse().map_err(|_| StoreError::Content("doses"))?;
                    notes.vaccinations.push(Vaccination { product: name, doses, last: at });
                }
                "exemptions" => notes.exemptions.push(Exemption { name, until: at }),
                _ => return Err(StoreError::Content("a note")),
            }
        }
        notes.tests.truncate(RECORD_LIST);
        notes.vaccinations.truncate(RECORD_LIST);
        notes.exemptions.truncate(RECORD_LIST);
        notes.tests.reverse();
        notes.vaccinations.reverse();
        Ok(notes)
    }
}
