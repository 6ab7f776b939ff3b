//! What officers do, in the database: each step in one transaction with its line of the journal, one after another, however many
//! processes there are. One that is refused, or that the power fails under, leaves nothing.

use healthcode::calendar::{Span, Time};
use healthcode::limits::CLOCK_SKEW_SECONDS;
use serde_json::{Value, json};
use sqlx::{Any, Row as _, Transaction};

use std::sync::Arc;

use super::{Last, Store, StoreError};
use crate::acts::id::{Id, Person};
use crate::acts::journal::{self, Line};
use crate::acts::rows::Row;
use healthcode::trust::Digest;

/// How many rows one statement puts in, in some megabytes of JSON: value by value it takes ten times as long.
const AT_ONCE: usize = 10_000;

/// Puts rows in that come as JSON: a list of lists.
const ENTER_SQLITE: &str = "
    INSERT INTO entry (id, proposal, person, status, since, until, ground, district, confirmed)
    SELECT value->>'$[0]', $2, value->>'$[1]', value->>'$[2]', value->>'$[3]', value->>'$[4]', value->>'$[5]', value->>'$[6]', $3
    FROM json_each($1)";
const ENTER_POSTGRES: &str = "
    INSERT INTO entry (id, proposal, person, status, since, until, ground, district, confirmed)
    SELECT value->>0, $2, value->>1, value->>2, (value->>3)::BIGINT, (value->>4)::BIGINT, value->>5, value->>6, $3
    FROM json_array_elements(CAST($1 AS TEXT)::JSON) AS value";

/// What has become of a proposal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum State {
    Open,
    /// A second officer has confirmed it, and it is above a cap: a further authority has to.
    Waiting,
    Confirmed,
    Withdrawn,
}

impl State {
    /// What it is called.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Waiting => "waiting",
            Self::Confirmed => "confirmed",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The state that is written so, of what waits or does not.
    fn named(name: &str, waits: bool) -> Result<Self, StoreError> {
        if name == "open" && waits {
            return Ok(Self::Waiting);
        }
        let all = [Self::Open, Self::Confirmed, Self::Withdrawn];
        all.into_iter().find(|state| state.name() == name).ok_or(StoreError::Content("a proposal's state"))
    }
}

/// A proposal.
#[derive(Clone)]
pub(crate) struct Proposal {
    pub(crate) id: Id,
    /// Who proposed it, by name and key.
    pub(crate) officer: String,
    pub(crate) officer_key: String,
    pub(crate) proposed: Time,
    /// Its rows, as they were signed; left out where proposals are listed.
    pub(crate) body: String,
    /// How many there are of each kind, in JSON.
    pub(crate) counts: String,
    /// The entry that they take the place of.
    pub(crate) corrects: Option<Id>,
    pub(crate) state: State,
    /// Who has confirmed what is above a cap, by name and key.
    pub(crate) second: Option<(String, String)>,
}

/// The step of one officer, which is done as a whole or not at all.
pub(crate) struct Steps {
    pub(super) transaction: Transaction<'static, Any>,
    /// Its line of the journal.
    line: (i64, Id),
    pub(super) sqlite: bool,
    last: Option<Arc<Last>>,
    /// The moment of the newest mailboxes: what is done now is of later.
    written: Option<Time>,
}

impl Store {
    /// Begins a step: its line of the journal, which keeps all others waiting until it is done.
    pub(crate) async fn step(&self, at: Time, officer: &str, act: &str) -> Result<Steps, StoreError> {
        let mut transaction = self.begin().await?;
        let end = sqlx::query("UPDATE journal_end SET number = number + 1 WHERE id = 1 RETURNING number, hash")
            .fetch_one(&mut *transaction)
            .await?;
        let (number, before): (i64, String) = (end.try_get(0)?, end.try_get(1)?);
        let before = Id::parse(&before).ok_or(StoreError::Content("the journal's hash"))?;
        let hash = journal::hash(&before, number, at, officer, act);
        sqlx::query("INSERT INTO journal (number, at, officer, act, hash) VALUES ($1, $2, $3, $4, $5)")
            .bind(number)
            .bind(at.unix())
            .bind(officer)
            .bind(act)
            .bind(hash.as_str())
            .execute(&mut *transaction)
            .await
            .map_err(|error| match error.as_database_error().is_some_and(|said| said.is_unique_violation()) {
                true => StoreError::Again,
                false => error.into(),
            })?;
        sqlx::query("UPDATE journal_end SET hash = $1 WHERE id = 1")
            .bind(hash.as_str())
            .execute(&mut *transaction)
            .await?;
        let written: Option<(i64,)> =
            sqlx::query_as("SELECT issued FROM mailboxes WHERE id = 1").fetch_optional(&mut *transaction).await?;
        let written = written.map(|(issued,)| Time::from_unix(issued));
        Ok(Steps { transaction, line: (number, hash), sqlite: self.sqlite, last: self.last.clone(), written })
    }

    /// The newest proposals first, without their rows.
    pub(crate) async fn proposals(&self, most: i64) -> Result<Vec<Proposal>, StoreError> {
        let found = sqlx::query(
            "SELECT id, proposal.officer, proposal.officer_key, proposed, '' AS body, corrects, state, counts,
                 above_cap.officer, above_cap.officer_key
             FROM proposal LEFT JOIN above_cap ON above_cap.proposal = id ORDER BY proposed DESC, id LIMIT $1",
        )
        .bind(most)
        .fetch_all(&self.pool)
        .await?;
        found.iter().map(proposal).collect()
    }

    /// A proposal.
    pub(crate) async fn proposal(&self, id: &Id) -> Result<Option<Proposal>, StoreError> {
        let found = sqlx::query(PROPOSAL).bind(id.as_str()).fetch_optional(&self.pool).await?;
        found.as_ref().map(proposal).transpose()
    }

    /// The entries of a proposal that have ended before they lapsed.
    pub(crate) async fn ended(&self, proposal: &Id) -> Result<Vec<Id>, StoreError> {
        let found: Vec<(String,)> =
            sqlx::query_as("SELECT id FROM entry WHERE proposal = $1 AND ended IS NOT NULL ORDER BY id")
                .bind(proposal.as_str())
                .fetch_all(&self.pool)
                .await?;
        found.iter().map(|(id,)| Id::parse(id).ok_or(StoreError::Content("an entry's id"))).collect()
    }

    /// The journal after a line.
    pub(crate) async fn journal(&self, after: i64, most: i64) -> Result<Vec<Line>, StoreError> {
        let found: Vec<(i64, i64, String, String, String)> = sqlx::query_as(
            "SELECT number, at, officer, act, hash FROM journal WHERE number > $1 ORDER BY number LIMIT $2",
        )
        .bind(after)
        .bind(most)
        .fetch_all(&self.pool)
        .await?;
        let line = |(number, at, officer, act, hash): (i64, i64, String, String, String)| {
            let hash = Id::parse(&hash).ok_or(StoreError::Content("the journal's hash"))?;
            Ok(Line { number, at: Time::from_unix(at), officer, act, hash })
        };
        found.into_iter().map(line).collect()
    }
}

const PROPOSAL: &str = "SELECT id, proposal.officer, proposal.officer_key, proposed, body, corrects, state, counts,
         above_cap.officer, above_cap.officer_key
     FROM proposal LEFT JOIN above_cap ON above_cap.proposal = id WHERE id = $1";

fn proposal(row: &sqlx::any::AnyRow) -> Result<Proposal, StoreError> {
    let id = |text: &str| Id::parse(text).ok_or(StoreError::Content("a proposal's id"));
    let (own, corrects): (String, Option<String>) = (row.try_get(0)?, row.try_get(5)?);
    let second = Option::zip(row.try_get(8)?, row.try_get(9)?);
    Ok(Proposal {
        id: id(&own)?,
        officer: row.try_get(1)?,
        officer_key: row.try_get(2)?,
        proposed: Time::from_unix(row.try_get(3)?),
        body: row.try_get(4)?,
        corrects: corrects.as_deref().map(id).transpose()?,
        state: State::named(row.try_get::<&str, _>(6)?, second.is_some())?,
        counts: row.try_get(7)?,
        second,
    })
}

/// The name of what a proposal says of a person.
pub(crate) fn entry_id(proposal: &Id, person: &Person) -> Id {
    Id::of(Digest::of(format!("{proposal} {}", person.as_str()).as_bytes()))
}

impl Steps {
    /// Puts a proposal in.
    pub(crate) async fn propose(&mut self, new: &Proposal) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO proposal (id, officer, officer_key, proposed, body, corrects, state, counts)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(new.id.as_str())
        .bind(new.officer.as_str())
        .bind(new.officer_key.as_str())
        .bind(new.proposed.unix())
        .bind(new.body.as_str())
        .bind(new.corrects.as_ref().map(|id| id.as_str().to_owned()))
        .bind(new.state.name())
        .bind(new.counts.as_str())
        .execute(&mut *self.transaction)
        .await?;
        Ok(())
    }

    /// What has become of a proposal, which no other step will change before this one is done.
    pub(crate) async fn state(&mut self, id: &Id) -> Result<Option<State>, StoreError> {
        let asked = "SELECT state, above_cap.officer FROM proposal LEFT JOIN above_cap ON above_cap.proposal = id WHERE id = $1";
        let found: Option<(String, Option<String>)> =
            sqlx::query_as(asked).bind(id.as_str()).fetch_optional(&mut *self.transaction).await?;
        found.map(|(state, second)| State::named(&state, second.is_some())).transpose()
    }

    /// A proposal, as no other step will change it before this one is done.
    pub(crate) async fn proposal(&mut self, id: &Id) -> Result<Option<Proposal>, StoreError> {
        let found = sqlx::query(PROPOSAL).bind(id.as_str()).fetch_optional(&mut *self.transaction).await?;
        found.as_ref().map(proposal).transpose()
    }

    /// Says what has become of a proposal.
    pub(crate) async fn decide(&mut self, id: &Id, state: State, now: Time) -> Result<(), StoreError> {
        sqlx::query("UPDATE proposal SET state = $1, decided = $2 WHERE id = $3")
            .bind(state.name())
            .bind(now.unix())
            .bind(id.as_str())
            .execute(&mut *self.transaction)
            .await?;
        Ok(())
    }

    /// Puts the rows of a confirmed proposal in, which act from now on.
    pub(crate) async fn enter(&mut self, proposal: &Id, rows: &[Row], now: Time) -> Result<(), StoreError> {
        let now = self.later(now);
        for rows in rows.chunks(AT_ONCE) {
            let row = |row: &Row| {
                json!([
                    entry_id(proposal, &row.person),
                    row.person,
                    row.status.name(),
                    row.since.unix(),
                    row.until.unix(),
                    row.ground,
                    row.district.to_string(),
                ])
            };
            let rows: Vec<Value> = rows.iter().map(row).collect();
            sqlx::query(if self.sqlite { ENTER_SQLITE } else { ENTER_POSTGRES })
                .bind(Value::from(rows).to_string())
                .bind(proposal.as_str())
                .bind(now.unix())
                .execute(&mut *self.transaction)
                .await?;
        }
        Ok(())
    }

    /// Where the person of an entry that has not ended lives, and who it is.
    pub(crate) async fn entry(&mut self, id: &Id) -> Result<Option<(Person, String)>, StoreError> {
        let found: Option<(String, String)> =
            sqlx::query_as("SELECT person, district FROM entry WHERE id = $1 AND ended IS NULL")
                .bind(id.as_str())
                .fetch_optional(&mut *self.transaction)
                .await?;
        let entry = |(person, district): (String, String)| {
            Ok((Person::parse(&person).ok_or(StoreError::Content("a person"))?, district))
        };
        found.map(entry).transpose()
    }

    /// Ends an entry.
    pub(crate) async fn end(&mut self, id: &Id, now: Time) -> Result<(), StoreError> {
        sqlx::query("UPDATE entry SET ended = $1 WHERE id = $2 AND ended IS NULL")
            .bind(self.later(now).unix())
            .bind(id.as_str())
            .execute(&mut *self.transaction)
            .await?;
        Ok(())
    }

    /// Ends all entries of a proposal; says how many.
    pub(crate) async fn end_all(&mut self, proposal: &Id, now: Time) -> Result<u64, StoreError> {
        let ended = sqlx::query("UPDATE entry SET ended = $1 WHERE proposal = $2 AND ended IS NULL")
            .bind(self.later(now).unix())
            .bind(proposal.as_str())
            .execute(&mut *self.transaction)
            .await?;
        Ok(ended.rows_affected())
    }

    /// The moment of what is done now: after that of which mailboxes are written already. One that is far ahead is of a clock that
    /// was, and does not count.
    pub(crate) fn later(&self, now: Time) -> Time {
        let latest = now.plus(Span::seconds(CLOCK_SKEW_SECONDS));
        let written = self.written.filter(|written| *written <= latest);
        written.map_or(now, |written| now.max(written.plus(Span::seconds(1))))
    }

    /// Done: from here on, it is so.
    pub(crate) async fn done(self) -> Result<(), StoreError> {
        self.transaction.commit().await?;
        if let Some(last) = self.last {
            let (number, hash) = self.line;
            tokio::task::block_in_place(|| last.write(number, &hash));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Expect, Owner, Store};
    use super::*;

    /// Where SQLite rolls back by itself, the driver must not go on as if a transaction were open.
    #[tokio::test(flavor = "multi_thread")]
    async fn after_a_full_disk_what_is_answered_is_kept() {
        let folder = std::env::temp_dir().join(format!("healthcode-full-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let url = Store::in_file(&folder.join("issuer.db"));
        let owner = Owner { issuer: "a".into(), identity: "demo", people: Id::of(Digest::of(b"")) };
        let store = Store::open(&url, &owner, Expect::New).await.unwrap();
        let now = Time::from_unix(0);
        // No page more than there are.
        sqlx::query("PRAGMA max_page_count = 1").execute(&store.pool).await.unwrap();
        let (mut kept, mut refused) = (Vec::new(), 0);
        for number in 0..60 {
            let act = format!("{number} {}", "x".repeat(1_500));
            let step = async { store.step(now, "Chen Yi", &act).await?.done().await };
            match step.await {
                Ok(()) => kept.push(act),
                Err(_) => refused += 1,
            }
        }
        assert!(refused > 0 && kept.len() > 20, "{refused} refused, {} kept", kept.len());
        store.close().await;
        let store = Store::open(&url, &owner, Expect::Made).await.unwrap();
        let lines = store.journal(0, 1_000).await.unwrap();
        assert_eq!(lines.iter().map(|line| line.act.clone()).collect::<Vec<_>>(), kept);
        assert!(journal::check(&lines).is_ok());
        store.close().await;
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
