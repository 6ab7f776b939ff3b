//! What the database has about somebody: for officers who look for it, and before they confirm more.

use std::collections::BTreeSet;

use healthcode::calendar::Time;
use serde::{Deserialize, Serialize};
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row as _};

use super::{Store, StoreError};
use crate::acts::id::{Id, Person};

/// How many people one statement asks about.
const AT_ONCE: usize = 500;

/// How many open proposals are looked through, the newest first: what is older nobody is about to confirm.
const OPEN: i64 = 50;

/// An entry, whatever has become of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct About {
    pub(crate) entry: Id,
    pub(crate) proposal: Id,
    pub(crate) person: Person,
    pub(crate) status: String,
    pub(crate) since: Time,
    pub(crate) until: Time,
    pub(crate) ground: String,
    pub(crate) district: String,
    pub(crate) confirmed: Time,
    /// When it was withdrawn or corrected.
    pub(crate) ended: Option<Time>,
}

impl About {
    /// Whether it is in force.
    pub(crate) fn acts(&self, now: Time) -> bool {
        self.ended.is_none() && now < self.until
    }
}

/// What [`about`] reads.
pub(super) const COLUMNS: &str = "id, proposal, person, status, since, until, ground, district, confirmed, ended";

pub(super) fn about(row: &AnyRow) -> Result<About, StoreError> {
    let id = |text: String| Id::parse(&text).ok_or(StoreError::Content("an entry's id"));
    Ok(About {
        entry: id(row.try_get(0)?)?,
        proposal: id(row.try_get(1)?)?,
        person: Person::parse(&row.try_get::<String, _>(2)?).ok_or(StoreError::Content("a person"))?,
        status: row.try_get(3)?,
        since: Time::from_unix(row.try_get(4)?),
        until: Time::from_unix(row.try_get(5)?),
        ground: row.try_get(6)?,
        district: row.try_get(7)?,
        confirmed: Time::from_unix(row.try_get(8)?),
        ended: row.try_get::<Option<i64>, _>(9)?.map(Time::from_unix),
    })
}

impl Store {
    /// All that was ever confirmed about these people, the newest first.
    pub(crate) async fn about(&self, persons: &[Person]) -> Result<Vec<About>, StoreError> {
        let mut found = Vec::new();
        for persons in persons.chunks(AT_ONCE) {
            let places: Vec<String> = (1..=persons.len()).map(|place| format!("${place}")).collect();
            let statement = format!(
                "SELECT {COLUMNS} FROM entry
                 WHERE person IN ({}) ORDER BY confirmed DESC, id",
                places.join(",")
            );
            // It has nothing in it but numbers of places.
            let mut query = sqlx::query(AssertSqlSafe(statement));
            for person in persons {
                query = query.bind(person.as_str().to_owned());
            }
            for row in query.fetch_all(&self.pool).await? {
                found.push(about(&row)?);
            }
        }
        Ok(found)
    }

    /// The newest open proposals that are about any of these people, but for one.
    pub(crate) async fn open_about(&self, persons: &[Person], but: Option<&Id>) -> Result<Vec<Id>, StoreError> {
        let persons: BTreeSet<&str> = persons.iter().map(Person::as_str).collect();
        let open: Vec<(String,)> =
            sqlx::query_as("SELECT id FROM proposal WHERE state = 'open' ORDER BY proposed DESC, id LIMIT $1")
                .bind(OPEN)
                .fetch_all(&self.pool)
                .await?;
        // A row begins with its person.
        let is_about =
            |body: &str| body.lines().filter_map(|line| line.get(..64)).any(|person| persons.contains(person));
        let mut found = Vec::new();
        // One at a time: each may be of some megabytes.
        for (id,) in open.into_iter().filter(|(id,)| but.is_none_or(|but| but.as_str() != id)) {
            let body: Option<(String,)> =
                sqlx::query_as("SELECT body FROM proposal WHERE id = $1").bind(&id).fetch_optional(&self.pool).await?;
            if body.is_some_and(|(body,)| is_about(&body)) {
                found.push(Id::parse(&id).ok_or(StoreError::Content("a proposal's id"))?);
            }
        }
        Ok(found)
    }
}
