//! How do several statements happen together or not at all? And again as a whole, when the database gave way to others.

use std::sync::Arc;
use std::time::Duration;

use sqlx::postgres::PgArguments;
use sqlx::sqlite::SqliteArguments;
use sqlx::{Executor, PgConnection, Postgres, Sqlite, SqliteConnection};
use tokio::time::Instant;

use crate::arg::Arg;
use crate::db::{Pools, Row, driver_arguments};
use crate::lease::{Lease, run};
use crate::notices::{Subscribers, Told};
use crate::pool::Asked;
use crate::{Db, StoreError};

/// Several statements that happen together or not at all. Dropped means rolled back. On SQLite it holds the write lock
/// from its first moment (`BEGIN IMMEDIATE`): a deferred one that writes later fails under load.
pub(super) struct Transaction {
    engine: Engine,
    /// Whose it is, and who is told of what happens in it.
    pub(super) db: Db,
    /// What happened in it that others are told of.
    pub(super) told: Vec<Told>,
}

enum Engine {
    Postgres(Lease<PgConnection>),
    Sqlite(Lease<SqliteConnection>),
}

impl Db {
    /// Does `work` in a transaction, which it commits itself, and does it again while that wrote nothing: the database was
    /// away, turned read-only, or let another transaction go first. Not once a commit was sent without an answer.
    pub(super) async fn in_transaction<T, Work>(&self, work: impl Fn(Transaction) -> Work) -> Result<T, StoreError>
    where
        Work: Future<Output = Result<T, StoreError>>,
    {
        let deadline = self.deadline();
        self.patiently(deadline, || async { work(self.begin_by(deadline).await?).await }).await
    }

    /// Begins a transaction, waiting for a database that is away.
    pub(super) async fn begin(&self) -> Result<Transaction, StoreError> {
        let deadline = self.deadline();
        self.patiently(deadline, || self.begin_by(deadline)).await
    }

    async fn begin_by(&self, deadline: Instant) -> Result<Transaction, StoreError> {
        let begun = self.begin_engine(deadline).await.map_err(StoreError::from);
        let engine = self.standing.read(begun)?;
        Ok(Transaction { engine, db: self.clone(), told: Vec::new() })
    }

    async fn begin_engine(&self, deadline: Instant) -> sqlx::Result<Engine> {
        Ok(match &self.pools {
            Pools::Postgres { pool, .. } => {
                let mut lease = Self::acquire(pool, Asked::AfterRest, deadline).await?;
                lease.is_open(true);
                // It waits for nothing, so it is the question whether the connection is still there.
                run!(lease, self.patience.ask, connection => connection.execute("BEGIN"))?;
                Engine::Postgres(lease)
            }
            Pools::Sqlite { write, writer, .. } => {
                let mut lease = Self::acquire_in_turn(write, writer, deadline).await?;
                lease.is_open(true);
                let left = deadline.saturating_duration_since(Instant::now());
                run!(lease, left, connection => connection.execute("BEGIN IMMEDIATE"))?;
                Engine::Sqlite(lease)
            }
        })
    }
}

impl Transaction {
    fn patience(&self) -> Duration {
        self.db.patience.statement
    }

    /// Runs a statement and gives the number of rows it changed.
    pub(super) async fn write(&mut self, sql: &'static str, args: Vec<Arg>) -> Result<u64, StoreError> {
        let patience = self.patience();
        let written = match &mut self.engine {
            Engine::Postgres(lease) => {
                let args = driver_arguments!(PgArguments, args);
                let query = sqlx::query_with::<Postgres, _>(sql, args);
                run!(lease, patience, connection => query.execute(connection)).map(|done| done.rows_affected())
            }
            Engine::Sqlite(lease) => {
                let args = driver_arguments!(SqliteArguments, args);
                let query = sqlx::query_with::<Sqlite, _>(sql, args);
                run!(lease, patience, connection => query.execute(connection)).map(|done| done.rows_affected())
            }
        };
        // A success says little before the commit; a failure says much.
        self.db.standing.read(written.map_err(StoreError::from))
    }

    /// Runs a statement that gives one row at most, to its end.
    pub(super) async fn one<T: Row>(&mut self, sql: &'static str, args: Vec<Arg>) -> Result<Option<T>, StoreError> {
        let patience = self.patience();
        let read = match &mut self.engine {
            Engine::Postgres(lease) => {
                let args = driver_arguments!(PgArguments, args);
                let query = sqlx::query_as_with::<Postgres, T, _>(sql, args);
                run!(lease, patience, connection => query.fetch_all(connection))
            }
            Engine::Sqlite(lease) => {
                let args = driver_arguments!(SqliteArguments, args);
                let query = sqlx::query_as_with::<Sqlite, T, _>(sql, args);
                run!(lease, patience, connection => query.fetch_all(connection))
            }
        };
        Ok(self.db.standing.read(read.map_err(StoreError::from))?.pop())
    }

    /// Makes it all happen. What others are told of is logged then, and not before: it might not have happened.
    pub(super) async fn commit(mut self) -> Result<(), StoreError> {
        let patience = self.patience();
        let committed = match &mut self.engine {
            Engine::Postgres(lease) => {
                let committed = run!(lease, patience, connection => connection.execute("COMMIT")).map(drop);
                lease.is_open(committed.is_err());
                committed
            }
            Engine::Sqlite(lease) => {
                let committed = run!(lease, patience, connection => connection.execute("COMMIT")).map(drop);
                lease.is_open(committed.is_err());
                committed
            }
        };
        self.db.standing.committed(committed.map_err(StoreError::of_commit))?;
        for told in &self.told {
            told.log();
        }
        if self.told.iter().any(|told| told.is_queued) {
            self.db.to_deliver.send_modify(|transactions| *transactions += 1);
        }
        Ok(())
    }

    /// Who is told of what happens.
    pub(super) fn subscribers(&self) -> Arc<Subscribers> {
        Arc::clone(&self.db.subscribers)
    }
}
