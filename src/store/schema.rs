//! Does the database have the tables that this program knows? One history for both engines; see `migrations/README.md`.

use sqlx::Connection;
use sqlx::migrate::{MigrateError, Migrator};

use crate::store::arg::args;
use crate::store::db::Pools;
use crate::store::pool::Asked;
use crate::store::{Db, StoreError, fitness};

static HISTORY: Migrator = sqlx::migrate!("./migrations");

const APPLIED: &str = "SELECT version, success FROM _sqlx_migrations ORDER BY version";
/// The one question that each engine is asked in its own words: has this database any history?
const SQLITE_HAS_HISTORY: &str =
    "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = '_sqlx_migrations'";
const POSTGRES_HAS_HISTORY: &str =
    "SELECT COUNT(*) FROM pg_catalog.pg_class WHERE oid = to_regclass('_sqlx_migrations')";

/// Why a database cannot be used as it is.
#[derive(Debug, thiserror::Error)]
pub enum SchemaError {
    /// This program is newer.
    #[error("the database lacks {missing} migration(s) of this version: run `grantd migrate` first")]
    Older {
        /// How many are to be run.
        missing: usize,
    },
    /// The database is newer.
    #[error("the database was migrated by a newer version (migration {newest} is unknown here): run that version")]
    Newer {
        /// The last version that it ran.
        newest: i64,
    },
    /// A migration broke off.
    #[error("migration {version} failed half-way: restore the database from its backup")]
    Broken {
        /// Which.
        version: i64,
    },
    /// The database is of an encoding in which names could not be written.
    #[error(
        "the database is of the encoding {encoding}, which cannot hold every name: make one with ENCODING 'UTF8' and \
         TEMPLATE template0"
    )]
    Encoding {
        /// Its encoding.
        encoding: String,
    },
    /// Between this program and the database is a pooler that keeps no sessions.
    #[error(
        "what a session is told and prepares is lost, because a pooler gives each transaction another connection to the \
         database: it needs pool_mode = session"
    )]
    Pooled,
    /// It could not be run.
    #[error("the migration failed")]
    Failed(#[from] MigrateError),
    /// Not even asked.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Whether the database can be used, and its schema is the one that this program was built with.
///
/// # Errors
/// [`SchemaError::Encoding`] or [`SchemaError::Pooled`] when it cannot be, [`SchemaError::Older`], [`SchemaError::Newer`] or
/// [`SchemaError::Broken`] when the schema is another.
pub async fn check(db: &Db) -> Result<(), SchemaError> {
    fitness::check(db).await?;
    let has_history = match &db.pools {
        Pools::Postgres { .. } => POSTGRES_HAS_HISTORY,
        Pools::Sqlite { .. } => SQLITE_HAS_HISTORY,
    };
    let history: Option<(i64,)> = db.one(has_history, args![]).await?;
    let applied: Vec<(i64, bool)> =
        if history.is_some_and(|(tables,)| tables > 0) { db.all(APPLIED, args![]).await? } else { Vec::new() };
    if let Some((version, _)) = applied.iter().find(|(_, success)| !success) {
        return Err(SchemaError::Broken { version: *version });
    }
    if let Some((newest, _)) = applied.iter().rev().find(|(version, _)| !HISTORY.version_exists(*version)) {
        return Err(SchemaError::Newer { newest: *newest });
    }
    match HISTORY.iter().count().saturating_sub(applied.len()) {
        0 => Ok(()),
        missing => Err(SchemaError::Older { missing }),
    }
}

/// Runs what is missing. Several processes may do so at once: one works, the others wait and find it done.
///
/// # Errors
/// When the database is newer, or a migration fails.
pub async fn migrate(db: &Db) -> Result<(), SchemaError> {
    match check(db).await {
        Ok(()) => return Ok(()),
        Err(SchemaError::Older { .. }) => {}
        Err(refusal) => return Err(refusal),
    }
    // On a connection of its own, without a deadline: a table of millions of rows is not done within `database.wait`.
    match &db.pools {
        Pools::Postgres { pool, .. } => {
            let lease = Db::acquire(pool, Asked::AfterRest, db.deadline()).await.map_err(StoreError::from)?;
            let mut connection = lease.keep();
            // `run`, without its borrow of a connection that keeps the whole start from being `Send`.
            HISTORY.run_direct(None, &mut connection, false).await?;
            connection.close().await.map_err(StoreError::from)?;
        }
        Pools::Sqlite { write, writer, .. } => {
            let _turn = writer.lock().await;
            let lease = Db::acquire(write, Asked::AfterRest, db.deadline()).await.map_err(StoreError::from)?;
            let mut connection = lease.keep();
            // sqlx locks the history on Postgres alone: here the write lock is taken before the history is read, or a
            // `grantd user add` beside the first start would run the same migration again.
            let mut tx = connection.begin_with("BEGIN IMMEDIATE").await.map_err(StoreError::from)?;
            HISTORY.run_direct(None, &mut *tx, false).await?;
            tx.commit().await.map_err(StoreError::from)?;
            connection.close().await.map_err(StoreError::from)?;
        }
    }
    Ok(())
}
