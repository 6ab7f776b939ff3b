//! The numbers of certificates in status lists: which phone has which on a day, and which are withdrawn.

use healthcode::calendar::{Date, Time};
use healthcode::place::Place;
use healthcode::trust::{KeyId, PublicKey};
use sqlx::Row as _;

use super::{Steps, Store, StoreError};
use crate::acts::id::Person;

/// Bits of the first numbers that are tried, and of the last: a list begins with a million, and grows where that is full.
const BITS: std::ops::RangeInclusive<u32> = 20..=25;

/// How many numbers of each length are tried.
const TRIES: usize = 4;

/// Whose certificate is to have a number.
pub(crate) struct Numbered<'a> {
    pub(crate) signer: KeyId,
    pub(crate) day: Date,
    pub(crate) phone: &'a PublicKey,
    pub(crate) person: &'a Person,
    pub(crate) place: Place,
}

/// What a status list has.
pub(crate) struct Withdrawn {
    /// The highest number that was given.
    pub(crate) highest: u32,
    /// Those that are withdrawn.
    pub(crate) numbers: Vec<u32>,
}

/// What is cancelled.
#[derive(Clone, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) enum Cancelled {
    /// All phones of a person.
    Person(Person),
    /// The phone that has a certificate.
    Certificate {
        /// The id of the key that signed it, in hexadecimal digits.
        signer: String,
        /// The UTC day of its issue, in days since 1970.
        day: i64,
        /// Its number.
        number: u32,
    },
}

impl Store {
    /// The number of a phone's certificates of that day: the one that it has, or a new one; none if it is not enrolled any more.
    pub(crate) async fn number(&self, of: &Numbered<'_>) -> Result<Option<u32>, StoreError> {
        let (signer, day, phone) = (of.signer.to_string(), of.day.days(), of.phone.to_string());
        let found: Option<(i64,)> = sqlx::query_as(
            "SELECT number FROM certificate_number
             WHERE enrolment_key = $1 AND day = $2 AND signer = $3 AND person = $4 AND withdrawn IS NULL ORDER BY number LIMIT 1",
        )
        .bind(phone.as_str())
        .bind(day)
        .bind(signer.as_str())
        .bind(of.person.as_str())
        .fetch_optional(&self.pool)
        .await?;
        if let Some((number,)) = found {
            return as_number(number).map(Some);
        }
        let mut transaction = self.begin().await?;
        // Whoever cancels the phone waits for this, or this finds it cancelled.
        let held = sqlx::query("UPDATE phone SET person = person WHERE enrolment_key = $1 AND person = $2")
            .bind(phone.as_str())
            .bind(of.person.as_str())
            .execute(&mut *transaction)
            .await?
            .rows_affected();
        if held == 0 {
            return Ok(None);
        }
        for bits in BITS.flat_map(|bits| [bits; TRIES]) {
            let number = getrandom::u32().map_err(|_| StoreError::Content("random numbers"))? >> (32 - bits);
            let new = sqlx::query(
                "INSERT INTO certificate_number (signer, day, number, enrolment_key, person, place)
                 VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (signer, day, number) DO NOTHING",
            )
            .bind(signer.as_str())
            .bind(day)
            .bind(i64::from(number))
            .bind(phone.as_str())
            .bind(of.person.as_str())
            .bind(of.place.to_string())
            .execute(&mut *transaction)
            .await?
            .rows_affected();
            if new == 1 {
                transaction.commit().await?;
                return Ok(Some(number));
            }
        }
        Err(StoreError::Content("a number that no other certificate has"))
    }

    /// What the list of a key and a day has, of what was withdrawn by then.
    pub(crate) async fn withdrawn(&self, signer: KeyId, day: Date, by: Time) -> Result<Withdrawn, StoreError> {
        let highest: (Option<i64>,) =
            sqlx::query_as("SELECT MAX(number) FROM certificate_number WHERE signer = $1 AND day = $2")
                .bind(signer.to_string())
                .bind(day.days())
                .fetch_one(&self.pool)
                .await?;
        let numbers: Vec<(i64,)> = sqlx::query_as(
            "SELECT number FROM certificate_number WHERE signer = $1 AND day = $2 AND withdrawn <= $3 ORDER BY number",
        )
        .bind(signer.to_string())
        .bind(day.days())
        .bind(by.unix())
        .fetch_all(&self.pool)
        .await?;
        let numbers = numbers.into_iter().map(|(number,)| as_number(number)).collect::<Result<_, _>>()?;
        Ok(Withdrawn { highest: as_number(highest.0.unwrap_or(0))?, numbers })
    }

    /// Which keys signed certificates with numbers of this day or after it.
    pub(crate) async fn signers(&self, since: Date) -> Result<Vec<String>, StoreError> {
        let found: Vec<(String,)> = sqlx::query_as("SELECT DISTINCT signer FROM certificate_number WHERE day >= $1")
            .bind(since.days())
            .fetch_all(&self.pool)
            .await?;
        Ok(found.into_iter().map(|(signer,)| signer).collect())
    }

    /// Forgets the numbers of days before.
    pub(crate) async fn forget_numbers(&self, before: Date) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM certificate_number WHERE day < $1").bind(before.days()).execute(&self.pool).await?;
        Ok(())
    }
}

fn as_number(number: i64) -> Result<u32, StoreError> {
    u32::try_from(number).map_err(|_| StoreError::Content("the number of a certificate"))
}

impl Steps {
    /// Cancels phones: they are no longer enrolled, and their certificates are withdrawn. Gives the places of those
    /// certificates, one for each, and how many phones there were.
    pub(crate) async fn cancel(&mut self, what: &Cancelled, now: Time) -> Result<(Vec<String>, u64), StoreError> {
        let keys = match what {
            Cancelled::Person(person) => {
                sqlx::query("SELECT enrolment_key FROM phone WHERE person = $1")
                    .bind(person.as_str())
                    .fetch_all(&mut *self.transaction)
                    .await?
            }
            Cancelled::Certificate { signer, day, number } => {
                sqlx::query(
                    "SELECT enrolment_key FROM certificate_number WHERE signer = $1 AND day = $2 AND number = $3",
                )
                .bind(signer.as_str())
                .bind(*day)
                .bind(i64::from(*number))
                .fetch_all(&mut *self.transaction)
                .await?
            }
        };
        let (mut places, mut phones) = (Vec::new(), 0);
        if let Cancelled::Person(person) = what {
            // A phone that was enrolled as another person's since has certificates of this one all the same.
            let withdrawn = sqlx::query(
                "UPDATE certificate_number SET withdrawn = $1 WHERE person = $2 AND withdrawn IS NULL RETURNING place",
            )
            .bind(now.unix())
            .bind(person.as_str())
            .fetch_all(&mut *self.transaction)
            .await?;
            for row in withdrawn {
                places.push(row.try_get(0)?);
            }
        }
        for row in keys {
            let key: String = row.try_get(0)?;
            phones += sqlx::query("DELETE FROM phone WHERE enrolment_key = $1")
                .bind(key.as_str())
                .execute(&mut *self.transaction)
                .await?
                .rows_affected();
            let withdrawn = sqlx::query(
                "UPDATE certificate_number SET withdrawn = $1 WHERE enrolment_key = $2 AND withdrawn IS NULL
                 RETURNING place",
            )
            .bind(now.unix())
            .bind(key.as_str())
            .fetch_all(&mut *self.transaction)
            .await?;
            for row in withdrawn {
                places.push(row.try_get(0)?);
            }
        }
        Ok((places, phones))
    }
}
