//! Whether the database takes writes: the last write answers that, and where there was none, a write is tried.

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
    /// Whether the database took a write within the last second, or takes one now, and has the tables that are needed.
    /// However often this is asked, one write a second is tried for it while others succeed. A disk that was full for another
    /// write within the last ten seconds is full, unless a transaction was committed since.
    ///
    /// # Errors
    /// What keeps it from that, in a word.
    pub async fn readiness(&self) -> Result<(), Unready> {
        self.takes_writes().await?;
        // What is tried changes a row in its place, for which Postgres has room when nothing can be added any more.
        if self.health.was_full_just_now() { Err(Unready::Away(Cause::Full)) } else { Ok(()) }
    }

    async fn takes_writes(&self) -> Result<(), Unready> {
        let asked = Instant::now();
        let mut tried = self.health.tried.lock().await;
        match *tried {
            // Begun after this was asked, by another who asked.
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

    /// A file is never silent: somebody else holds it.
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
        let (unready, error) = match fit {
            Ok(_) => return Ok(()),
            Err(SchemaError::Store(error)) => match (error.cause(), &error) {
                (Some(_), StoreError::Away(sqlx::Error::PoolTimedOut)) => {
                    (Unready::Away(self.when_silent()), SchemaError::Store(error))
                }
                (Some(cause), _) => (Unready::Away(cause), SchemaError::Store(error)),
                (None, StoreError::Refused(refusal)) if says_that_a_table_is_missing(refusal) => {
                    (Unready::Schema, SchemaError::Store(error))
                }
                (None, _) => (Unready::Refused, SchemaError::Store(error)),
            },
            Err(error) => (Unready::Schema, error),
        };
        tracing::warn!(reason = %unready, error = &error as &dyn std::error::Error, "not ready");
        Err(unready)
    }
}

/// Postgres has a code for it; SQLite has words alone.
fn says_that_a_table_is_missing(refusal: &sqlx::Error) -> bool {
    refusal.as_database_error().is_some_and(|refusal| {
        refusal.code().as_deref() == Some("42P01") || refusal.message().starts_with("no such table")
    })
}
