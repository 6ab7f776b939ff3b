//! What of the entries is in the public log.

use std::collections::BTreeSet;

use healthcode::calendar::{DAY, Date, Offset, Span, Time};
use serde_json::{Value, json};
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row as _};

use super::about::{COLUMNS, about};
use super::{About, Store, StoreError};
use crate::acts::id::Id;

/// How many rows one statement puts in.
const AT_ONCE: usize = 10_000;

const ASSIGN_SQLITE: &str = "INSERT INTO logged_entry (entry, day, part, way)
     SELECT value->>'$[0]', $2, $3, value->>'$[1]' FROM json_each($1)";
const ASSIGN_POSTGRES: &str = "INSERT INTO logged_entry (entry, day, part, way)
     SELECT value->>0, $2, $3, value->>1 FROM json_array_elements(CAST($1 AS TEXT)::JSON) AS value";

/// Whether an entry was corrected, and of what corrects it, and corrects that in turn, nothing is in the log yet, and the last is in
/// force and still to hold at the moment `$2`. Asked of few rows: most have not ended.
pub(super) const AWAITED: &str = "(ended IS NOT NULL AND EXISTS (
     WITH RECURSIVE unlogged (id, ended, until) AS (
         SELECT newer.id, newer.ended, newer.until
         FROM proposal AS later JOIN entry AS newer ON newer.proposal = later.id
         WHERE later.corrects = entry.id AND NOT EXISTS (
             SELECT 1 FROM logged_entry AS way JOIN logged_part AS shown ON shown.day = way.day AND shown.part = way.part
             WHERE way.entry = newer.id AND shown.proof IS NOT NULL)
         UNION
         SELECT newer.id, newer.ended, newer.until
         FROM unlogged JOIN proposal AS later ON later.corrects = unlogged.id JOIN entry AS newer ON newer.proposal = later.id
         WHERE NOT EXISTS (
             SELECT 1 FROM logged_entry AS way JOIN logged_part AS shown ON shown.day = way.day AND shown.part = way.part
             WHERE way.entry = newer.id AND shown.proof IS NOT NULL))
     SELECT 1 FROM unlogged WHERE ended IS NULL AND until > $2))";

/// One of the log's entries about a day: the first is number 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Part {
    pub(crate) day: Date,
    pub(crate) number: u32,
}

/// Where an entry is in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) part: Part,
    /// The salt, the number and the hashes, with commas between them.
    pub(crate) way: String,
}

/// What was logged of a part of a day, and its proof.
pub(crate) struct Proved {
    pub(crate) part: Part,
    /// The leaf, in hexadecimal digits.
    pub(crate) leaf: String,
    pub(crate) proof: String,
}

/// The part that two columns say.
pub(super) fn part(day: i64, number: i64) -> Result<Part, StoreError> {
    let wrong = |_| StoreError::Content("an entry of the public log");
    let noon =
        Time::from_unix(day.saturating_mul(DAY).saturating_add(DAY / 2)).minus(Span::seconds(Offset::CHINA.seconds()));
    Ok(Part { day: noon.date(Offset::CHINA), number: u32::try_from(number).map_err(wrong)? })
}

impl Part {
    fn columns(self) -> (i64, i64) {
        (self.day.days(), self.number.into())
    }
}

impl Store {
    /// What was confirmed from one moment on and before another, and is in no entry of the log.
    pub(crate) async fn unlogged(&self, from: Time, to: Time) -> Result<Vec<About>, StoreError> {
        let statement = format!(
            "SELECT {COLUMNS} FROM entry LEFT JOIN logged_entry ON logged_entry.entry = entry.id
             WHERE confirmed >= $1 AND confirmed < $2 AND logged_entry.entry IS NULL ORDER BY id"
        );
        let found =
            sqlx::query(AssertSqlSafe(statement)).bind(from.unix()).bind(to.unix()).fetch_all(&self.pool).await?;
        found.iter().map(about).collect()
    }

    /// The entries of a part.
    pub(crate) async fn of_part(&self, part: Part) -> Result<Vec<About>, StoreError> {
        let (day, number) = part.columns();
        let statement = format!(
            "SELECT {COLUMNS} FROM entry JOIN logged_entry ON logged_entry.entry = entry.id
             WHERE day = $1 AND part = $2 ORDER BY id"
        );
        let found = sqlx::query(AssertSqlSafe(statement)).bind(day).bind(number).fetch_all(&self.pool).await?;
        found.iter().map(about).collect()
    }

    /// The days on which something was confirmed that acts at a moment and is in no entry of the log.
    pub(crate) async fn unlogged_days(&self, at: Time) -> Result<BTreeSet<Date>, StoreError> {
        let found: Vec<(i64,)> = sqlx::query_as(
            "SELECT confirmed FROM entry LEFT JOIN logged_entry ON logged_entry.entry = entry.id
             WHERE logged_entry.entry IS NULL AND until > $1 AND ended IS NULL",
        )
        .bind(at.unix())
        .fetch_all(&self.pool)
        .await?;
        Ok(found.into_iter().map(|(confirmed,)| Time::from_unix(confirmed).date(Offset::CHINA)).collect())
    }

    /// The number of a day's next part. One that was forgotten may have left a gap before others.
    pub(crate) async fn parts(&self, day: Date) -> Result<u32, StoreError> {
        let asked = sqlx::query_as("SELECT COALESCE(MAX(part) + 1, 0) FROM logged_part WHERE day = $1");
        let (count,): (i64,) = asked.bind(day.days()).fetch_one(&self.pool).await?;
        u32::try_from(count).map_err(|_| StoreError::Content("an entry of the public log"))
    }

    /// Settles which entries are in a part, each with its way.
    pub(crate) async fn assign(&self, part: Part, ways: &[(Id, String)]) -> Result<(), StoreError> {
        let (day, number) = part.columns();
        let mut transaction = self.begin().await?;
        sqlx::query("INSERT INTO logged_part (day, part) VALUES ($1, $2)")
            .bind(day)
            .bind(number)
            .execute(&mut *transaction)
            .await?;
        for ways in ways.chunks(AT_ONCE) {
            let rows: Vec<Value> = ways.iter().map(|(entry, way)| json!([entry, way])).collect();
            sqlx::query(if self.sqlite { ASSIGN_SQLITE } else { ASSIGN_POSTGRES })
                .bind(Value::from(rows).to_string())
                .bind(day)
                .bind(number)
                .execute(&mut *transaction)
                .await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// Forgets a part that was not logged.
    pub(crate) async fn unassign(&self, part: Part) -> Result<(), StoreError> {
        let (day, number) = part.columns();
        let mut transaction = self.begin().await?;
        for statement in [
            "DELETE FROM logged_entry WHERE day = $1 AND part = $2",
            "DELETE FROM logged_part WHERE day = $1 AND part = $2 AND proof IS NULL",
        ] {
            sqlx::query(statement).bind(day).bind(number).execute(&mut *transaction).await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// The parts that have not been proved yet, in order.
    pub(crate) async fn unproved(&self) -> Result<Vec<Part>, StoreError> {
        let found: Vec<(i64, i64)> =
            sqlx::query_as("SELECT day, part FROM logged_part WHERE proof IS NULL ORDER BY day, part")
                .fetch_all(&self.pool)
                .await?;
        found.into_iter().map(|(day, number)| part(day, number)).collect()
    }

    /// Keeps the proof of a part.
    pub(crate) async fn prove(&self, proved: &Proved) -> Result<(), StoreError> {
        let (day, number) = proved.part.columns();
        sqlx::query("UPDATE logged_part SET leaf = $1, proof = $2 WHERE day = $3 AND part = $4")
            .bind(proved.leaf.as_str())
            .bind(proved.proof.as_str())
            .bind(day)
            .bind(number)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// What was proved of a day, in order.
    pub(crate) async fn proved(&self, day: Date) -> Result<Vec<Proved>, StoreError> {
        let found = sqlx::query(
            "SELECT day, part, leaf, proof FROM logged_part WHERE day = $1 AND leaf IS NOT NULL AND proof IS NOT NULL ORDER BY part",
        )
        .bind(day.days())
        .fetch_all(&self.pool)
        .await?;
        found.iter().map(proved).collect()
    }

    /// What was proved of all days of which an entry has not lapsed at a moment, in order.
    pub(crate) async fn proved_in_force(&self, at: Time) -> Result<Vec<Proved>, StoreError> {
        let found = sqlx::query(
            "SELECT day, part, leaf, proof FROM logged_part WHERE leaf IS NOT NULL AND proof IS NOT NULL AND day IN (
                 SELECT day FROM logged_entry JOIN entry ON entry.id = logged_entry.entry WHERE until > $1)
             ORDER BY day, part",
        )
        .bind(at.unix())
        .fetch_all(&self.pool)
        .await?;
        found.iter().map(proved).collect()
    }
}

fn proved(row: &AnyRow) -> Result<Proved, StoreError> {
    Ok(Proved { part: part(row.try_get(0)?, row.try_get(1)?)?, leaf: row.try_get(2)?, proof: row.try_get(3)? })
}
