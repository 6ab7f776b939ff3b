//! Proposals above a cap, which wait for a further authority.

use std::collections::BTreeMap;

use healthcode::calendar::{Span, Time};
use healthcode::place::Place;

use super::{Steps, Store, StoreError};
use crate::acts::id::Id;
use crate::acts::rows::county;

/// Adds up by ground and county.
fn sums(found: Vec<(String, String, i64)>) -> Result<BTreeMap<(String, Place), u64>, StoreError> {
    let mut sums = BTreeMap::new();
    for (ground, district, people) in found {
        let district = Place::parse(&district).map_err(|_| StoreError::Content("a district"))?;
        let people = u64::try_from(people).map_err(|_| StoreError::Content("a number"))?;
        *sums.entry((ground, county(district))).or_default() += people;
    }
    Ok(sums)
}

const COUNT: &str =
    "SELECT ground, district, COUNT(*) FROM entry LEFT JOIN above_cap ON above_cap.proposal = entry.proposal
     WHERE confirmed >= $1 AND confirmed < $2 AND above_cap.proposal IS NULL GROUP BY ground, district";

impl Store {
    /// How many people there are, by ground and county, of whom something was confirmed in a day without a further authority.
    pub(crate) async fn without_further(&self, begins: Time) -> Result<BTreeMap<(String, Place), u64>, StoreError> {
        let ends = begins.plus(Span::days(1));
        sums(sqlx::query_as(COUNT).bind(begins.unix()).bind(ends.unix()).fetch_all(&self.pool).await?)
    }

    /// The proposals of which entries came into force from one moment on and before another.
    pub(crate) async fn confirmed_between(&self, from: Time, to: Time) -> Result<Vec<Id>, StoreError> {
        let found: Vec<(String,)> =
            sqlx::query_as("SELECT DISTINCT proposal FROM entry WHERE confirmed >= $1 AND confirmed < $2")
                .bind(from.unix())
                .bind(to.unix())
                .fetch_all(&self.pool)
                .await?;
        found.iter().map(|(id,)| Id::parse(id).ok_or(StoreError::Content("a proposal's id"))).collect()
    }
}

impl Steps {
    /// The same, as no other step will change it before this one is done.
    pub(crate) async fn without_further(&mut self, begins: Time) -> Result<BTreeMap<(String, Place), u64>, StoreError> {
        let ends = begins.plus(Span::days(1));
        sums(sqlx::query_as(COUNT).bind(begins.unix()).bind(ends.unix()).fetch_all(&mut *self.transaction).await?)
    }

    /// Notes that a second officer has confirmed what is above a cap.
    pub(crate) async fn wait(&mut self, proposal: &Id, officer: &str, key: &str) -> Result<(), StoreError> {
        sqlx::query("INSERT INTO above_cap (proposal, officer, officer_key) VALUES ($1, $2, $3)")
            .bind(proposal.as_str())
            .bind(officer)
            .bind(key)
            .execute(&mut *self.transaction)
            .await?;
        Ok(())
    }

    /// Notes the step by which it comes into force.
    pub(crate) async fn endorse(&mut self, proposal: &Id, act: &str) -> Result<(), StoreError> {
        sqlx::query("UPDATE above_cap SET endorsed = $1 WHERE proposal = $2")
            .bind(act)
            .bind(proposal.as_str())
            .execute(&mut *self.transaction)
            .await?;
        Ok(())
    }
}
