//! Compares the schema of the database with the one that this program was built with, and migrates it. Both engines share
//! one history; see `migrations/README.md`.

use std::sync::LazyLock;

use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};
use sqlx::{Connection, SqlStr};

use crate::arg::args;
use crate::db::Pools;
use crate::pool::Verification;
use crate::statement::{Statement, row, statements};
use crate::{Db, SchemaError, fitness};

/// Each file of `migrations`, as `migrations/list.rs` found them when the program was built. sqlx has a macro for this; with
/// its macros, sqlx and SQLite are compiled a second time, for the compiler itself.
static HISTORY: LazyLock<Migrator> =
    LazyLock::new(|| Migrator::with_migrations(include!(concat!(env!("OUT_DIR"), "/migrations.rs"))));

/// The version and the description are those of the file's name, as sqlx reads them.
fn migration(name: &str, sql: &'static str) -> Migration {
    let (version, description) = name.split_once('_').expect("a migration is named NUMBER_DESCRIPTION");
    let version = version.parse().expect("a migration begins with its number");
    let description = description.replace('_', " ").into();
    Migration::new(version, description, MigrationType::Simple, SqlStr::from_static(sql), false)
}

statements! {
    APPLIED = "SELECT version, description, success, checksum FROM _sqlx_migrations ORDER BY version";
    OLDEST_READER = "SELECT value FROM server_facts WHERE name = 'oldest_reader'";
}
/// Each engine lists its tables in its own way.
const SQLITE_HAS_HISTORY: Statement =
    Statement::unlisted(|| "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = '_sqlx_migrations'");
const POSTGRES_HAS_HISTORY: Statement =
    Statement::unlisted(|| "SELECT COUNT(*) FROM pg_catalog.pg_class WHERE oid = to_regclass('_sqlx_migrations')");

row! {
    /// A row of the history.
    struct AppliedMigration {
        version: i64,
        description: String,
        success: bool,
        checksum: Vec<u8>,
    }
}

impl AppliedMigration {
    /// Whether this program has a migration of this version with another text.
    fn differs(&self) -> bool {
        HISTORY.iter().any(|known| known.version == self.version && *known.checksum != *self.checksum)
    }
}

/// Checks that the database can be used and that this program may run on its schema. Logs and returns the newest migration of
/// the database, if this program does not know it.
///
/// # Errors
/// Why the database cannot be used.
pub async fn check(db: &Db) -> Result<Option<i64>, SchemaError> {
    let newest = compare(db).await?;
    if let Some(newest) = newest {
        tracing::warn!(
            newest,
            known = newest_known(),
            "the database was migrated by a newer version, which lets this one run"
        );
    }
    Ok(newest)
}

/// The same without the log: the newest migration of the database, if this program does not know it and may run all the same.
pub(super) async fn compare(db: &Db) -> Result<Option<i64>, SchemaError> {
    fitness::check(db).await?;
    let has_history = match &db.pools {
        Pools::Postgres { .. } => POSTGRES_HAS_HISTORY,
        Pools::Sqlite { .. } => SQLITE_HAS_HISTORY,
    };
    let history: Option<i64> = db.value(has_history, args![]).await?;
    let applied: Vec<AppliedMigration> =
        if history.is_some_and(|tables| tables > 0) { db.all(APPLIED, args![]).await? } else { Vec::new() };
    let (Some(first), Some(last)) = (applied.first(), applied.last()) else {
        return Err(SchemaError::Older { missing: HISTORY.iter().count() });
    };
    if first.differs() && first.description == "first" {
        return Err(SchemaError::BeforeRelease { version: last.version, description: last.description.clone() });
    }
    let foreign =
        if HISTORY.version_exists(first.version) { applied.iter().find(|of| of.differs()) } else { Some(first) };
    if let Some(AppliedMigration { version, description, .. }) = foreign {
        return Err(SchemaError::Foreign { version: *version, description: description.clone() });
    }
    if let Some(broken) = applied.iter().find(|migration| !migration.success) {
        return Err(SchemaError::Broken { version: broken.version });
    }
    let known = applied.iter().filter(|migration| HISTORY.version_exists(migration.version)).count();
    let missing = HISTORY.iter().count() - known;
    if missing > 0 {
        return Err(SchemaError::Older { missing });
    }
    if HISTORY.version_exists(last.version) {
        return Ok(None);
    }
    let (newest, known) = (last.version, newest_known());
    let fact: Option<String> = db.value(OLDEST_READER, args![]).await?;
    let oldest_reader = fact.and_then(|version| version.parse().ok()).unwrap_or(newest);
    if known < oldest_reader { Err(SchemaError::Newer { newest, oldest_reader, known }) } else { Ok(Some(newest)) }
}

fn newest_known() -> i64 {
    HISTORY.iter().map(|migration| migration.version).max().unwrap_or_default()
}

/// Runs the missing migrations. Several processes may do so at once: one works, the others wait and find it done.
/// Returns the newest migration of the database, if this program does not know it and may run all the same.
///
/// # Errors
/// When this program may not run on the database, or a migration fails.
pub async fn migrate(db: &Db) -> Result<Option<i64>, SchemaError> {
    match check(db).await {
        Err(SchemaError::Older { .. }) => {}
        checked => return checked,
    }
    // On a connection of its own, without a deadline: a table of millions of rows is not done within `database.wait`.
    match &db.pools {
        Pools::Postgres { pool, .. } => {
            let lease = db.health.told(Db::acquire(pool, Verification::AfterRest, db.deadline()).await)?;
            let mut connection = lease.keep();
            // `run`, without its borrow of a connection that keeps the whole start from being `Send`.
            HISTORY.run_direct(None, &mut connection, false).await.map_err(|error| failed(db, error))?;
            db.health.told(connection.close().await)?;
        }
        Pools::Sqlite { write, writer, .. } => {
            let _turn = writer.lock().await;
            let lease = db.health.told(Db::acquire(write, Verification::AfterRest, db.deadline()).await)?;
            let mut connection = lease.keep();
            // sqlx locks the history on Postgres alone: here the write lock is taken before the history is read, or a
            // `grantd user add` beside the first start would run the same migration again.
            let mut tx = db.health.told(connection.begin_with("BEGIN IMMEDIATE").await)?;
            HISTORY.run_direct(None, &mut *tx, false).await.map_err(|error| failed(db, error))?;
            db.health.told(tx.commit().await)?;
            db.health.told(connection.close().await)?;
        }
    }
    Ok(None)
}

/// Why a migration failed: what the database refused it with, if it did.
fn failed(db: &Db, error: MigrateError) -> SchemaError {
    match SchemaError::from(error) {
        SchemaError::Failed(MigrateError::Execute(refusal) | MigrateError::ExecuteMigration(refusal, _)) => {
            SchemaError::Store(db.health.said(refusal))
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::HISTORY;

    /// Proves: OH-09: no migration forgets to say who may run on its schema.
    #[test]
    fn every_migration_says_which_is_the_oldest_that_may_run_on_its_schema() {
        for migration in HISTORY.iter() {
            assert!(migration.sql.as_str().contains("'oldest_reader'"), "migration {}", migration.version);
        }
    }
}
