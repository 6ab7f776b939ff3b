//! What mailboxes say, as of a moment on which all issuers of one database agree.

use healthcode::calendar::{Span, Time};

use sqlx::{AssertSqlSafe, Row as _};

use super::logged::AWAITED;
use super::{Acting, Store, StoreError, acting};
use crate::acts::id::Person;

/// A person, and what is confirmed of them; nothing of it, if all has ended.
pub(crate) type Listed = (Person, Vec<Acting>);

impl Store {
    /// Settles on a moment of which mailboxes are written, or a later one that another issuer has settled on. What officers do
    /// after that is of later still: they wait for the same row as this does. One after the latest that phones take now is from
    /// an issuer whose clock was ahead, and does not count.
    pub(crate) async fn settle(&self, issued: Time, latest: Time) -> Result<Time, StoreError> {
        let mut transaction = self.pool.begin().await?;
        sqlx::query("UPDATE journal_end SET number = number WHERE id = 1").execute(&mut *transaction).await?;
        let newer = "INSERT INTO mailboxes (id, issued) VALUES (1, $1)
             ON CONFLICT (id) DO UPDATE SET issued = excluded.issued
             WHERE mailboxes.issued < excluded.issued OR mailboxes.issued > $2";
        sqlx::query(newer).bind(issued.unix()).bind(latest.unix()).execute(&mut *transaction).await?;
        let (settled,): (i64,) =
            sqlx::query_as("SELECT issued FROM mailboxes WHERE id = 1").fetch_one(&mut *transaction).await?;
        transaction.commit().await?;
        Ok(Time::from_unix(settled))
    }

    /// Of whom something was confirmed by a moment, and what of it was neither ended nor lapsed then. Whoever has nothing left is
    /// among them for so long after the end. Where it has to be logged, what was corrected goes on until what corrects it is.
    pub(crate) async fn listed(&self, issued: Time, after: Span, logs: bool) -> Result<Vec<Listed>, StoreError> {
        let awaited = if logs { AWAITED } else { "1 = 0" };
        let since = issued.minus(after).unix();
        let mut listed: Vec<Listed> = Vec::new();
        // A part of all persons at a time: rows of a database take many times as much memory as what is in them.
        for first in 0..=u8::MAX {
            // `g` comes after all digits.
            let (from, to) = (format!("{first:02x}"), format!("{first:02x}g"));
            let found = sqlx::query(AssertSqlSafe(format!(
                "SELECT person, CASE WHEN {awaited} THEN NULL ELSE ended END AS ends, id, status, since, until, ground, district, day, part, way,
                     proposal FROM entry
                 LEFT JOIN logged_entry ON logged_entry.entry = entry.id
                 WHERE person >= $1 AND person < $3 AND confirmed <= $2 AND until > $4
                     AND (ended IS NULL OR ended > $4 OR {awaited})
                 ORDER BY person, since, id"
            )))
            .bind(from)
            .bind(issued.unix())
            .bind(to)
            .bind(since)
            .fetch_all(&self.pool)
            .await?;
            for row in &found {
                let person: String = row.try_get(0)?;
                let person = Person::parse(&person).ok_or(StoreError::Content("a person"))?;
                let (ended, acting): (Option<i64>, Acting) = (row.try_get(1)?, acting(row, 2)?);
                if listed.last().is_none_or(|(last, _)| *last != person) {
                    listed.push((person, Vec::new()));
                }
                let acts = acting.entry.until > issued && ended.is_none_or(|ended| ended > issued.unix());
                if let Some((_, entries)) = listed.last_mut().filter(|_| acts) {
                    entries.push(acting);
                }
            }
        }
        Ok(listed)
    }
}
