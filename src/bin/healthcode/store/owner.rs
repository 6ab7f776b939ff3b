//! Whose database it is. One that is empty, or of another key of people, would free everybody who is in the right one, without a
//! word: so it is made once, on purpose, and looked at whenever it is opened.

use super::{Store, StoreError};
use crate::acts::id::Id;

/// Whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Owner {
    /// The issuer's name.
    pub(crate) issuer: String,
    /// How it identifies people.
    pub(crate) identity: &'static str,
    /// What its key of people gives, and no other.
    pub(crate) people: Id,
}

impl Store {
    /// Whether it has been made by an issuer, of whichever version.
    pub(super) async fn is_made(&self) -> Result<bool, StoreError> {
        let asked = sqlx::query("SELECT number FROM journal_end WHERE id = 1").fetch_optional(&self.pool).await;
        match asked {
            Ok(found) => Ok(found.is_some()),
            // No such table: SQLite knows no other fault of this statement, PostgreSQL has a code of its own.
            Err(sqlx::Error::Database(said)) if said.code().is_some_and(|code| code == "1" || code == "42P01") => {
                Ok(false)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Refuses it unless it is this issuer's; one of an earlier version says so from now on.
    pub(super) async fn belongs_to(&self, owner: &Owner) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO owner (id, issuer, identity, people) VALUES (1, $1, $2, $3) ON CONFLICT (id) DO NOTHING",
        )
        .bind(owner.issuer.as_str())
        .bind(owner.identity)
        .bind(owner.people.as_str())
        .execute(&self.pool)
        .await?;
        let (issuer, identity, people): (String, String, String) =
            sqlx::query_as("SELECT issuer, identity, people FROM owner WHERE id = 1").fetch_one(&self.pool).await?;
        if issuer != owner.issuer {
            return Err(StoreError::OtherIssuer { there: issuer, here: owner.issuer.clone() });
        }
        if identity != owner.identity {
            return Err(StoreError::OtherIdentity { there: identity, here: owner.identity });
        }
        if people != owner.people.as_str() {
            return Err(StoreError::OtherPeople);
        }
        Ok(())
    }
}
