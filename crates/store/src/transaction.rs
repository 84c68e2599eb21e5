//! Runs several statements together or not at all, and again as a whole when the database gave way to others.

use tokio::time::Instant;

use crate::arg::Arg;
use crate::column_type::{self, ColumnType};
use crate::engine::{ConnectionUse, Engine};
use crate::portable_row::PortableRow;
use crate::statement::Statement;
use crate::subscribers::LoggedNotice;
use crate::{Db, StoreError};
use protocol::Digest;

/// Several statements that happen together or not at all. Dropped means rolled back. On SQLite it holds the write lock
/// from its first moment (`BEGIN IMMEDIATE`): a deferred one that writes later fails under load.
pub(super) struct Transaction {
    engine: Engine,
    pub(super) db: Db,
    /// The notices of its events, which are logged when it is committed.
    pub(super) notices: Vec<LoggedNotice>,
    /// The codes of the grants whose waiting it ends, which are forgotten when it is committed.
    pub(super) ended: Vec<Digest>,
}

impl Db {
    /// Does `work` in a transaction, which it commits itself, and repeats it as long as nothing was written: the database was
    /// away, turned read-only, or let another transaction go first. It is not repeated once a commit was sent and not
    /// answered.
    pub(super) async fn in_transaction<T, Work>(&self, work: impl Fn(Transaction) -> Work) -> Result<T, StoreError>
    where
        Work: Future<Output = Result<T, StoreError>>,
    {
        let deadline = self.deadline();
        self.retry_while_away(deadline, || async { work(self.begin_by(deadline).await?).await }).await
    }

    /// Does `work` in a transaction and commits it; false, and nothing happened, where [`Transaction::change`] found no row.
    pub(super) async fn change<Work>(&self, work: impl Fn(Transaction) -> Work) -> Result<bool, StoreError>
    where
        Work: Future<Output = Result<Transaction, StoreError>>,
    {
        match self.in_transaction(async |tx| work(tx).await?.commit().await).await {
            Ok(()) => Ok(true),
            Err(StoreError::Overtaken) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Begins a transaction, waiting for a database that is away.
    pub(super) async fn begin(&self) -> Result<Transaction, StoreError> {
        let deadline = self.deadline();
        self.retry_while_away(deadline, || self.begin_by(deadline)).await
    }

    async fn begin_by(&self, deadline: Instant) -> Result<Transaction, StoreError> {
        let begun = self.begin_engine(deadline).await.map_err(StoreError::from);
        let engine = self.health.read(begun)?;
        Ok(Transaction { engine, db: self.clone(), notices: Vec::new(), ended: Vec::new() })
    }

    pub(super) async fn begin_engine(&self, deadline: Instant) -> sqlx::Result<Engine> {
        let mut engine = self.engine(ConnectionUse::Transaction, deadline).await?;
        match &mut engine {
            // It waits for nothing, so it shows at once whether the connection is still there.
            Engine::Postgres(lease) => lease.begin(self.timeouts.verification, "BEGIN").await?,
            Engine::Sqlite(lease) => {
                lease.begin(deadline.saturating_duration_since(Instant::now()), "BEGIN IMMEDIATE").await?;
            }
        }
        Ok(engine)
    }
}

impl Transaction {
    /// Runs a statement and gives the number of rows it changed.
    pub(super) async fn write(&mut self, of: Statement, args: Vec<Arg>) -> Result<u64, StoreError> {
        let written = self.engine.execute(of, args).await;
        // A success says little before the commit; a failure says much.
        self.db.health.read(written.map_err(StoreError::from))
    }

    /// Runs a statement that must change a row; [`StoreError::Overtaken`] where it changes none.
    pub(super) async fn change(&mut self, of: Statement, args: Vec<Arg>) -> Result<(), StoreError> {
        if self.write(of, args).await? == 0 { Err(StoreError::Overtaken) } else { Ok(()) }
    }

    /// The only column of a row, if there is a row.
    pub(super) async fn value<T: ColumnType>(
        &mut self,
        of: Statement,
        args: Vec<Arg>,
    ) -> Result<Option<T>, StoreError> {
        column_type::only(self.one(of, args).await?)
    }

    /// Runs a statement that gives one row at most, to its end.
    pub(super) async fn one<T: PortableRow>(&mut self, of: Statement, args: Vec<Arg>) -> Result<Option<T>, StoreError> {
        Ok(self.all(of, args).await?.pop())
    }

    /// Runs a statement that gives rows, to its end.
    pub(super) async fn all<T: PortableRow>(&mut self, of: Statement, args: Vec<Arg>) -> Result<Vec<T>, StoreError> {
        let read = self.engine.fetch(of, args).await;
        self.db.health.read(read.map_err(StoreError::from))
    }

    /// Commits. The notices of its events are logged then, and not before: the events might not have happened.
    pub(super) async fn commit(mut self) -> Result<(), StoreError> {
        let committed = self.engine.commit().await;
        self.db.health.committed(committed.map_err(StoreError::of_commit))?;
        for code in &self.ended {
            self.db.room.forget(code);
        }
        if !self.ended.is_empty() {
            self.db.ended_here.notify_one();
        }
        for notice in &self.notices {
            notice.log();
        }
        if self.notices.iter().any(|notice| notice.is_queued) {
            self.db.to_deliver.send_modify(|transactions| *transactions += 1);
        }
        Ok(())
    }
}
