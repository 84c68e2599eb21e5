//! Whether the database takes writes. A recent write shows it; without one, a write is tried.

use sqlx::error::DatabaseError;
use tokio::time::Instant;

use crate::arg::args;
use crate::db::Pools;
use crate::engine::ConnectionUse;
use crate::faults::Cause;
use crate::statement::statements;
use crate::write_health::FRESH;
use crate::{Db, SchemaError, StoreError, Unready, schema};

statements! {
    /// Changes a row each time: SQLite writes nothing where nothing changes.
    TRY = "INSERT INTO server_facts (name, value) VALUES ('write that was tried', '0') \
    ON CONFLICT (name) DO UPDATE SET value = CASE WHEN server_facts.value = '0' THEN '1' ELSE '0' END";
}

impl Db {
    /// Whether the database took a write within the last second, or takes one now, and has the tables that are needed. At most one
    /// write a second is tried while others succeed. A disk that was full within the last ten seconds counts as full, unless a
    /// transaction was committed since.
    pub async fn readiness(&self) -> Result<(), Unready> {
        self.takes_writes().await?;
        // The write that is tried replaces a row, for which Postgres has room when it cannot add rows any more.
        if self.health.was_full_just_now() { Err(Unready::Away(Cause::Full)) } else { Ok(()) }
    }

    async fn takes_writes(&self) -> Result<(), Unready> {
        let asked = Instant::now();
        let mut tried = self.health.tried.lock().await;
        match *tried {
            // Another caller began it after this call.
            Some((at, verdict)) if at >= asked => return verdict,
            Some((_, Ok(()))) if self.health.wrote_just_now() => return Ok(()),
            _ => {}
        }
        let at = Instant::now();
        let verdict = tokio::time::timeout(FRESH, self.try_to_write()).await.unwrap_or_else(|_| {
            tracing::warn!("not ready: the database took no write within a second");
            Err(Unready::Away(self.when_silent()))
        });
        if verdict.is_err() {
            *self.health.last_write() = None;
        }
        *tried = Some((at, verdict));
        verdict
    }

    /// A file is never silent: another process holds its lock.
    fn when_silent(&self) -> Cause {
        match &self.pools {
            Pools::Postgres { .. } => Cause::Unreachable,
            Pools::Sqlite { .. } => Cause::Busy,
        }
    }

    async fn try_to_write(&self) -> Result<(), Unready> {
        let written = self.health.wrote(self.write_once(ConnectionUse::Write, TRY, args![], self.deadline()).await);
        let fit = match written {
            Ok(_) => schema::compare(self).await,
            Err(error) => Err(SchemaError::Store(error)),
        };
        let Err(error) = fit else { return Ok(()) };
        let unready = match &error {
            SchemaError::Store(StoreError::Away(trouble)) if trouble.is_silence() => Unready::Away(self.when_silent()),
            SchemaError::Store(error) if error.refusal().is_some_and(says_that_a_table_is_missing) => Unready::Schema,
            SchemaError::Store(error) => error.cause().map_or(Unready::Refused, Unready::Away),
            _ => Unready::Schema,
        };
        tracing::warn!(reason = %unready, error = &error as &dyn std::error::Error, "not ready");
        Err(unready)
    }
}

/// Postgres has a code for it; SQLite has only words.
fn says_that_a_table_is_missing(refusal: &dyn DatabaseError) -> bool {
    refusal.code().as_deref() == Some("42P01") || refusal.message().starts_with("no such table")
}
