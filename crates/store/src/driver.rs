//! What a pool needs of a connection of either engine, and how long it waits for one.

use std::pin::Pin;
use std::time::Duration;

use sqlx::Connection;
use tokio::runtime::Handle;

use crate::arg::Arg;
use crate::portable_row::PortableRow;

/// A connection of one of the two engines.
pub(super) trait Driver: Connection + Send + Sized + 'static {
    /// Whether it leads to a server, and is better closed after a while.
    const GROWS_OLD: bool;

    /// Whether it may be used: it answers, and takes writes.
    fn ask(&mut self) -> impl Future<Output = sqlx::Result<()>> + Send;

    /// Runs what begins or ends a transaction.
    fn command(&mut self, sql: &'static str) -> impl Future<Output = sqlx::Result<()>> + Send;

    /// Runs a statement and gives the number of rows it changed.
    fn run(&mut self, sql: &'static str, args: Vec<Arg>) -> impl Future<Output = sqlx::Result<u64>> + Send;

    /// Runs a statement to its end and gives its rows.
    fn rows<T: PortableRow>(
        &mut self,
        sql: &'static str,
        args: Vec<Arg>,
    ) -> impl Future<Output = sqlx::Result<Vec<T>>> + Send;

    /// Prepares a statement without running it.
    fn check(&mut self, sql: &'static str) -> impl Future<Output = sqlx::Result<()>> + Send;
}

/// The part of a [`Driver`] that both engines have in common.
macro_rules! statements_of {
    ($database:ty, $arguments:ty) => {
        async fn run(&mut self, sql: &'static str, args: Vec<Arg>) -> sqlx::Result<u64> {
            let args = crate::driver::bound!($arguments, args);
            sqlx::query_with::<$database, _>(sql, args).execute(self).await.map(|done| done.rows_affected())
        }

        async fn rows<T: PortableRow>(&mut self, sql: &'static str, args: Vec<Arg>) -> sqlx::Result<Vec<T>> {
            let args = crate::driver::bound!($arguments, args);
            let rows = sqlx::query_with::<$database, _>(sql, args).fetch_all(self).await?;
            rows.iter().map(T::from_row).collect()
        }

        async fn command(&mut self, sql: &'static str) -> sqlx::Result<()> {
            sqlx::Executor::execute(self, sql).await.map(drop)
        }

        async fn check(&mut self, sql: &'static str) -> sqlx::Result<()> {
            sqlx::Executor::prepare(self, sqlx::SqlSafeStr::into_sql_str(sql)).await.map(drop)
        }
    };
}
pub(super) use statements_of;

macro_rules! bound {
    ($arguments:ty, $args:expr) => {{
        let mut bound = <$arguments>::default();
        for arg in $args {
            match arg {
                Arg::Number(value) => sqlx::Arguments::add(&mut bound, value),
                Arg::Text(value) => sqlx::Arguments::add(&mut bound, value),
                Arg::Bytes(value) => sqlx::Arguments::add(&mut bound, value),
                Arg::Truth(value) => sqlx::Arguments::add(&mut bound, value),
            }
            .map_err(sqlx::Error::Encode)?;
        }
        bound
    }};
}
pub(super) use bound;

/// Makes a connection, ready for use, within a deadline of its own.
pub(super) type Dial<C> = Box<dyn Fn() -> Dialling<C> + Send + Sync>;
pub(super) type Dialling<C> = Pin<Box<dyn Future<Output = sqlx::Result<C>> + Send>>;

/// How long the database may take.
#[derive(Clone, Copy, Debug)]
pub(super) struct Timeouts {
    pub(super) statement: Duration,
    /// For the answer of a connection that rested.
    pub(super) verification: Duration,
    /// For a new connection.
    pub(super) dial: Duration,
}

impl Timeouts {
    /// Short enough that within `wait` a dead connection is found out, an attempt to connect fails, and another succeeds.
    pub(super) fn of(wait: Duration) -> Self {
        let least = |least| wait.min(Duration::from_millis(least));
        Self { statement: wait, verification: (wait / 10).max(least(250)), dial: (wait / 3).max(least(1000)) }
    }

    /// The same, where one of several servers may have to be found.
    pub(super) fn divided(self, servers: usize) -> Self {
        let servers = u32::try_from(servers).unwrap_or(1).max(1);
        Self { dial: (self.dial * 2 / (servers + 1)).max(self.verification), ..self }
    }
}

/// The result of a statement, unless the database is silent for longer than this: a broken network does not say so.
pub(super) async fn in_time<T>(timeout: Duration, statement: impl Future<Output = sqlx::Result<T>>) -> sqlx::Result<T> {
    tokio::time::timeout(timeout, statement).await.unwrap_or(Err(sqlx::Error::PoolTimedOut))
}

/// Does work that nothing waits for. Without a runtime the process ends, and nothing needs it.
pub(super) fn in_background(work: impl Future<Output: Send> + Send + 'static) {
    if let Ok(runtime) = Handle::try_current() {
        runtime.spawn(work);
    }
}
