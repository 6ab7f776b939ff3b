//! The issuer's database: SQLite in a file, or PostgreSQL, with the same statements. Any number of processes
//! may use one; what they must agree upon, they agree upon here.

mod about;
mod caps;
mod file;
mod last;
mod logged;
mod mail;
mod notes;
mod numbers;
mod owner;
mod steps;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use healthcode::calendar::{Span, Time};
use healthcode::error::Coded;
use healthcode::facts::Status;
use healthcode::trust::PublicKey;
use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{
    Any, AnyConnection, AnyPool, AssertSqlSafe, Connection as _, Error, Executor as _, Row as _, SqlSafeStr as _,
    Transaction,
};

pub(crate) use self::about::About;
pub(crate) use self::file::{Expect, file_of, is_open_to_others};
use self::file::{at_first, make_file};
pub(crate) use self::last::Last;
use self::logged::AWAITED;
pub(crate) use self::logged::{Part, Place, Proved};
pub(crate) use self::mail::Listed;
pub(crate) use self::numbers::{Cancelled, Numbered, Withdrawn};
pub(crate) use self::owner::Owner;
pub(crate) use self::steps::{Proposal, State, Steps, entry_id};
use crate::acts::id::{Id, Person};
use crate::acts::{journal, rows};
use crate::failure::Failure;

/// What has been done to the tables, in order. One that was released is never changed.
const MIGRATIONS: [(i64, &str, &str); 9] = [
    (1, "people", include_str!("1-people.sql")),
    (2, "logins", include_str!("2-logins.sql")),
    (3, "mailboxes", include_str!("3-mailboxes.sql")),
    (4, "numbers", include_str!("4-numbers.sql")),
    (6, "owner", include_str!("6-owner.sql")),
    (7, "logged", include_str!("7-logged.sql")),
    (8, "caps", include_str!("8-caps.sql")),
    (9, "notes", include_str!("9-notes.sql")),
    (10, "corrects", include_str!("10-corrects.sql")),
];

/// Connections of one process: a statement takes less than a millisecond, so that these are enough for thousands a second.
const CONNECTIONS: u32 = 8;

/// How long a request waits for a connection: who asks is better told to come again.
const WAIT: Duration = Duration::from_secs(3);

/// How many seconds the clocks of issuers and of their database may be apart: phones take no mailbox that is two minutes ahead.
const CLOCKS_APART: i64 = 60;

/// What each connection to SQLite begins with. What was answered has reached the disk.
const SQLITE: &str =
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 3000";

/// Why the database did not do it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StoreError {
    /// It cannot be reached just now.
    #[error("the database cannot be reached: {0}")]
    Away(Error),
    /// It refuses.
    #[error("the database refuses: {0}")]
    Fault(Error),
    /// A step that was done before.
    #[error("this step has been done already")]
    Again,
    /// It holds what this program has not written.
    #[error("the database does not hold what it should: {0}")]
    Content(&'static str),
    /// It has not been made yet, or is another than the one that was.
    #[error("there is no database of an issuer there")]
    None,
    /// It has been made already.
    #[error("there is a database of an issuer already")]
    There,
    /// It is another issuer's.
    #[error("the database is that of the issuer {there}, and the settings are those of {here}")]
    OtherIssuer { there: String, here: String },
    /// What it says was confirmed about people who were identified otherwise.
    #[error(
        "the people in the database were identified by `{there}`, and the settings say `{here}`: nobody would be found again"
    )]
    OtherIdentity { there: String, here: &'static str },
    /// What it says was confirmed under another key.
    #[error(
        "the people in the database were kept under another key than that of `people`: nobody would be found again"
    )]
    OtherPeople,
    /// A file that cannot be used as a database.
    #[error("the database cannot be used: {0}")]
    File(&'static str),
    /// The journal ends before a line that it had.
    #[error(
        "line {kept} of the journal, which was written down, is not in the database, whose last is line {last}: it is an older copy"
    )]
    Older { kept: i64, last: i64 },
    /// Its clock and this machine's are of different times.
    #[error("this machine's clock says {here}, and the database's says {database}")]
    Clock { here: Time, database: Time },
    /// What was written down is no line.
    #[error("it is not what the issuer writes down: a number and a hash")]
    LastFile,
    /// Its tables are those of another program.
    #[error("the tables cannot be made or brought up to date: {0}")]
    Tables(sqlx::migrate::MigrateError),
}

impl From<Error> for StoreError {
    fn from(error: Error) -> Self {
        match &error {
            Error::Io(_) | Error::PoolTimedOut | Error::PoolClosed | Error::WorkerCrashed => Self::Away(error),
            Error::Database(said) if said.code().is_some_and(|said| is_away(&said)) => Self::Away(error),
            _ => Self::Fault(error),
        }
    }
}

/// Whether a database's own code says that it cannot do anything just now, whatever it is asked.
fn is_away(code: &str) -> bool {
    // Of PostgreSQL: not open to anybody, and the classes of no connection, no resources, shutting down, a faulty machine.
    let classes = ["08", "53", "57", "58"];
    if code.len() == 5 {
        return code == "55000" || classes.iter().any(|class| code.starts_with(class));
    }
    // Of SQLite, in the low byte: busy, locked, a faulty disk, a full one, no file.
    code.parse::<u32>().is_ok_and(|code| matches!(code & 0xff, 5 | 6 | 10 | 13 | 14))
}

impl Coded for StoreError {
    fn code(&self) -> &'static str {
        match self {
            Self::Away(_) => "cli-database-away",
            Self::Fault(_) => "cli-database-fault",
            Self::Again => "act-again",
            Self::Content(_) => "cli-database-content",
            Self::Tables(_) => "cli-database-tables",
            Self::None => "cli-database-none",
            Self::There => "cli-database-there",
            Self::OtherIssuer { .. } | Self::OtherIdentity { .. } | Self::OtherPeople => "cli-database-other",
            Self::File(_) => "cli-database-file",
            Self::Clock { .. } => "cli-database-clock",
            Self::Older { .. } | Self::LastFile => "cli-journal-back",
        }
    }
}

/// What two officers have confirmed of a person.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Entry {
    pub(crate) status: Status,
    pub(crate) since: Time,
    pub(crate) until: Time,
    pub(crate) ground: String,
}

/// The same, with its name, where it is counted for, and where it is in the public log, if it is.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Acting {
    pub(crate) id: Id,
    pub(crate) proposal: Id,
    pub(crate) district: String,
    pub(crate) logged: Option<Place>,
    pub(crate) entry: Entry,
}

/// Whose phone a login token says that one is, in keyed hashes.
pub(crate) struct Login {
    /// The token itself, which is used once.
    pub(crate) token: Id,
    /// Until when the token could be used.
    pub(crate) until: Time,
    /// The phone's enrolment key.
    pub(crate) key: PublicKey,
    /// Whose it is.
    pub(crate) person: Person,
    /// What may stand in its certificates.
    pub(crate) shown: Id,
}

/// For how long a token that can no longer be used is kept: longer than clocks differ.
const KEPT: Span = Span::days(1);

/// The database.
#[derive(Clone)]
pub(crate) struct Store {
    pool: AnyPool,
    sqlite: bool,
    /// Where the journal's last line is written down, too.
    last: Option<Arc<Last>>,
}

impl Store {
    /// The URL of the database in a file.
    pub(crate) fn in_file(path: &Path) -> String {
        let written = path.to_string_lossy();
        let escaped = written.replace('%', "%25").replace('?', "%3f").replace('#', "%23");
        format!("sqlite://{escaped}")
    }

    /// Opens an issuer's, or makes it, and brings its tables up to date.
    pub(crate) async fn open(url: &str, owner: &Owner, expect: Expect) -> Result<Self, StoreError> {
        sqlx::any::install_default_drivers();
        let mut options: AnyConnectOptions = url.parse()?;
        let sqlite = options.database_url.scheme() == "sqlite";
        if sqlite {
            make_file(&file_of(url), expect)?;
            options.database_url.set_query(Some("mode=rw"));
        }
        // A pool would try until its time is up, and say that: the first connection says why there is none.
        let first = tokio::time::timeout(WAIT, async {
            let mut connection = AnyConnection::connect_with(&options).await?;
            if sqlite {
                connection.execute(SQLITE).await?;
            }
            connection.close().await
        });
        first.await.unwrap_or(Err(Error::PoolTimedOut)).map_err(|error| at_first(error, sqlite))?;
        let pool = AnyPoolOptions::new()
            .max_connections(CONNECTIONS)
            .acquire_timeout(WAIT)
            .after_connect(move |connection, _| {
                Box::pin(async move {
                    if sqlite {
                        connection.execute(SQLITE).await?;
                    }
                    Ok(())
                })
            })
            // Where SQLite itself has rolled back, because the disk is full, the driver takes the transaction for open, and all
            // that follows on that connection for a part of it, which nothing ever commits: it is not used again.
            .after_release(|connection, _| {
                Box::pin(async move {
                    connection.ping().await?;
                    Ok(!connection.is_in_transaction())
                })
            })
            .before_acquire(|connection, _| Box::pin(async move { Ok(!connection.is_in_transaction()) }))
            .connect_with(options)
            .await?;
        let store = Self { pool, sqlite, last: None };
        match (store.is_made().await?, expect) {
            (false, Expect::Made) => return Err(StoreError::None),
            (true, Expect::New) => return Err(StoreError::There),
            _ => {}
        }
        let migration = |(version, name, sql): (i64, &'static str, &'static str)| {
            Migration::new(version, name.into(), MigrationType::Simple, sql.into_sql_str(), false)
        };
        let migrations = MIGRATIONS.into_iter().map(migration).collect();
        Migrator::with_migrations(migrations).run(&store.pool).await.map_err(StoreError::Tables)?;
        let beginning = "INSERT INTO journal_end (id, number, hash) VALUES (1, 0, $1) ON CONFLICT (id) DO NOTHING";
        sqlx::query(beginning).bind(journal::beginning().as_str()).execute(&store.pool).await?;
        store.belongs_to(owner).await?;
        Ok(store)
    }

    /// The same, which writes each last line of the journal down in a file; refused if what stands there is not in the journal.
    pub(crate) async fn writing_down(mut self, last: Last) -> Result<Self, Failure> {
        let (number, hash) = self.journal_end().await?;
        if let Some((kept, kept_hash)) = last.read()? {
            let line = self.journal(kept - 1, 1).await?;
            let is_there = kept == 0 || line.iter().any(|line| line.number == kept && line.hash == kept_hash);
            if !is_there {
                return Err(StoreError::Older { kept, last: number }.into());
            }
        }
        last.write(number, &hash);
        self.last = Some(Arc::new(last));
        Ok(self)
    }

    /// The number and the hash of the journal's last line.
    pub(crate) async fn journal_end(&self) -> Result<(i64, Id), StoreError> {
        let (number, hash): (i64, String) =
            sqlx::query_as("SELECT number, hash FROM journal_end WHERE id = 1").fetch_one(&self.pool).await?;
        Ok((number, Id::parse(&hash).ok_or(StoreError::Content("the journal's hash"))?))
    }

    /// How many entries are in force.
    pub(crate) async fn in_force(&self, now: Time) -> Result<i64, StoreError> {
        let asked = sqlx::query_as("SELECT COUNT(*) FROM entry WHERE until > $1 AND ended IS NULL");
        let (count,): (i64,) = asked.bind(now.unix()).fetch_one(&self.pool).await?;
        Ok(count)
    }

    /// Whether it answers, and takes what is written.
    pub(crate) async fn answers(&self) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        sqlx::query("UPDATE journal_end SET number = number WHERE id = 1").execute(&mut *transaction).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Whether this machine's clock is right, as far as the database can say: PostgreSQL has a clock of its own, which all issuers
    /// of it share.
    pub(crate) async fn agrees(&self, here: Time) -> Result<(), StoreError> {
        if self.sqlite {
            return Ok(());
        }
        let asked = sqlx::query_as("SELECT CAST(EXTRACT(EPOCH FROM CLOCK_TIMESTAMP()) AS BIGINT)");
        let (database,): (i64,) = asked.fetch_one(&self.pool).await?;
        let database = Time::from_unix(database);
        if here.since(database).as_seconds().abs() > CLOCKS_APART {
            return Err(StoreError::Clock { here, database });
        }
        Ok(())
    }

    /// Begins a transaction, on a connection that has none.
    async fn begin(&self) -> Result<Transaction<'static, Any>, StoreError> {
        // SQLite: whoever is to write waits here, and not in the middle.
        Ok(self.pool.begin_with(if self.sqlite { "BEGIN IMMEDIATE" } else { "BEGIN" }).await?)
    }

    /// Waits until nothing is open any more.
    pub(crate) async fn close(&self) {
        self.pool.close().await;
    }

    /// Whose phone it is, if that is known.
    pub(crate) async fn person(&self, key: &PublicKey) -> Result<Option<Person>, StoreError> {
        let found: Option<(String,)> = sqlx::query_as("SELECT person FROM phone WHERE enrolment_key = $1")
            .bind(key.to_string())
            .fetch_optional(&self.pool)
            .await?;
        found.map(|(text,)| Person::parse(&text).ok_or(StoreError::Content("a person"))).transpose()
    }

    /// Whose phone it is, and what may stand in its certificates.
    pub(crate) async fn phone(&self, key: &PublicKey) -> Result<Option<(Person, Option<Id>)>, StoreError> {
        let found: Option<(String, Option<String>)> =
            sqlx::query_as("SELECT person, shown FROM phone WHERE enrolment_key = $1")
                .bind(key.to_string())
                .fetch_optional(&self.pool)
                .await?;
        let phone = |(person, shown): (String, Option<String>)| {
            let person = Person::parse(&person).ok_or(StoreError::Content("a person"))?;
            Ok((person, shown.as_deref().and_then(Id::parse)))
        };
        found.map(phone).transpose()
    }

    /// Enrols a phone by a login token. One that was used before does nothing; whether what it says still holds is the answer, so
    /// that whoever did not hear the first answer may ask again.
    pub(crate) async fn log_in(&self, login: &Login, now: Time) -> Result<bool, StoreError> {
        let mut transaction = self.begin().await?;
        let new = sqlx::query("INSERT INTO login (token, until) VALUES ($1, $2) ON CONFLICT (token) DO NOTHING")
            .bind(login.token.as_str())
            .bind(login.until.plus(KEPT).unix())
            .execute(&mut *transaction)
            .await?
            .rows_affected();
        if new == 0 {
            drop(transaction);
            let expected = (login.person.clone(), Some(login.shown.clone()));
            return Ok(self.phone(&login.key).await? == Some(expected));
        }
        sqlx::query(
            "INSERT INTO phone (enrolment_key, person, enrolled, shown) VALUES ($1, $2, $3, $4) ON CONFLICT (enrolment_key)
             DO UPDATE SET person = excluded.person, enrolled = excluded.enrolled, shown = excluded.shown",
        )
        .bind(login.key.to_string())
        .bind(login.person.as_str())
        .bind(now.unix())
        .bind(login.shown.as_str())
        .execute(&mut *transaction)
        .await?;
        sqlx::query("DELETE FROM login WHERE until < $1").bind(now.unix()).execute(&mut *transaction).await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// Notes whose phone it is; whoever says so last is believed.
    pub(crate) async fn enrol(&self, key: &PublicKey, person: &Person, now: Time) -> Result<(), StoreError> {
        // Most are here for the next day's certificate: reading waits for nobody.
        if self.person(key).await?.as_ref() == Some(person) {
            return Ok(());
        }
        sqlx::query(
            "INSERT INTO phone (enrolment_key, person, enrolled) VALUES ($1, $2, $3)
             ON CONFLICT (enrolment_key) DO UPDATE SET person = excluded.person, enrolled = excluded.enrolled",
        )
        .bind(key.to_string())
        .bind(person.as_str())
        .bind(now.unix())
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// What is confirmed of a person and has neither lapsed nor ended. Where it has to be logged, what was corrected goes on until what
    /// corrects it is.
    pub(crate) async fn entries(&self, person: &Person, now: Time, logs: bool) -> Result<Vec<Acting>, StoreError> {
        let awaited = if logs { format!(" OR {AWAITED}") } else { String::new() };
        let found = sqlx::query(AssertSqlSafe(format!(
            "SELECT id, status, since, until, ground, district, day, part, way, proposal FROM entry
             LEFT JOIN logged_entry ON logged_entry.entry = entry.id
             WHERE person = $1 AND until > $2 AND (ended IS NULL{awaited}) ORDER BY since, id"
        )))
        .bind(person.as_str())
        .bind(now.unix())
        .fetch_all(&self.pool)
        .await?;
        found.iter().map(|row| acting(row, 0)).collect()
    }
}

/// An entry in ten columns of a row: its name, status, since and until when, ground, district, day, part and way in the log, proposal.
fn acting(row: &sqlx::any::AnyRow, first: usize) -> Result<Acting, StoreError> {
    let id: String = row.try_get(first)?;
    let (status, proposal): (String, String) = (row.try_get(first + 1)?, row.try_get(first + 9)?);
    let logged = match (row.try_get(first + 6)?, row.try_get(first + 7)?, row.try_get(first + 8)?) {
        (Some(day), Some(number), Some(way)) => Some(Place { part: logged::part(day, number)?, way }),
        _ => None,
    };
    Ok(Acting {
        id: Id::parse(&id).ok_or(StoreError::Content("an entry's id"))?,
        proposal: Id::parse(&proposal).ok_or(StoreError::Content("a proposal's id"))?,
        district: row.try_get(first + 5)?,
        logged,
        entry: Entry {
            status: rows::status(&status).ok_or(StoreError::Content("a status"))?,
            since: Time::from_unix(row.try_get(first + 2)?),
            until: Time::from_unix(row.try_get(first + 3)?),
            ground: row.try_get(first + 4)?,
        },
    })
}
