//! The open connections to the database: as many as the settings allow, each held by one task at a time.
//!
//! The pool of sqlx was used before. It asks a connection that is given back whether it still answers, and it has no
//! deadline for that: connections to a host that vanished never come back. It cannot end an attempt to connect before
//! whoever waits for it gives up, and it goes by the driver's count of open transactions, which is wrong after SQLite has
//! rolled back by itself. Here everything has a deadline, and what passed one is dropped: the socket is closed at once,
//! without another word to the server.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sqlx::Connection;
use tokio::runtime::Handle;
use tokio::sync::Semaphore;
use tokio::time::Instant;

use crate::arg::Arg;
use crate::db::PortableRow;
use crate::lease::{Lease, run};

/// How long a connection is trusted without being verified.
const TRUSTED: Duration = Duration::from_secs(1);
/// How old a connection to a server may grow: a name that leads elsewhere is noticed by then.
const OLDEST: Duration = Duration::from_mins(30);
/// How long a connection that nobody needs is kept.
const LONGEST_REST: Duration = Duration::from_mins(10);
/// How long a server may take to hear that a sound connection is closed.
const CLOSING: Duration = Duration::from_secs(1);

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
            let args = crate::pool::bound!($arguments, args);
            sqlx::query_with::<$database, _>(sql, args).execute(self).await.map(|done| done.rows_affected())
        }

        async fn rows<T: PortableRow>(&mut self, sql: &'static str, args: Vec<Arg>) -> sqlx::Result<Vec<T>> {
            let args = crate::pool::bound!($arguments, args);
            sqlx::query_as_with::<$database, T, _>(sql, args).fetch_all(self).await
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

/// The connections of one kind.
pub(super) struct ConnectionPool<C: Driver>(Arc<PoolState<C>>);

pub(super) struct PoolState<C: Driver> {
    dial: Dial<C>,
    permits: Arc<Semaphore>,
    size: u32,
    resting: Mutex<Resting<C>>,
    pub(super) timeouts: Timeouts,
}

struct Resting<C> {
    /// The one that rested least is the last, and the next to be used.
    connections: Vec<RestingConnection<C>>,
    /// A connection that answered last before this instant is verified again.
    doubted: Instant,
}

/// A connection that nobody holds.
pub(super) struct RestingConnection<C> {
    pub(super) connection: C,
    /// Since when it is open.
    pub(super) opened: Instant,
    /// When it answered last.
    pub(super) proven: Instant,
}

/// When a connection is verified before it is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verification {
    /// When it rested.
    AfterRest,
    /// Always: what is sent next cannot be tried again.
    Always,
}

impl<C: Driver> ConnectionPool<C> {
    pub(super) fn new(size: u32, timeouts: Timeouts, dial: Dial<C>) -> Self {
        let resting = Mutex::new(Resting { connections: Vec::new(), doubted: Instant::now() });
        let permits = Arc::new(Semaphore::new(size as usize));
        Self(Arc::new(PoolState { dial, permits, size, resting, timeouts }))
    }

    /// A connection that may be used: one that rested, or a new one. Waits for a permit without a deadline of its own.
    pub(super) async fn acquire(&self, verified: Verification) -> sqlx::Result<Lease<C>> {
        let permit = Arc::clone(&self.0.permits).acquire_owned().await.map_err(|_| sqlx::Error::PoolClosed)?;
        let timeout = self.0.timeouts.verification;
        let permit = match self.0.wake() {
            None => permit,
            Some((rested, is_doubtful)) => {
                let mut lease = Lease::new(rested, permit, Arc::clone(&self.0));
                let answer = if is_doubtful {
                    run!(lease, timeout, connection => connection.ask())
                } else if verified == Verification::Always {
                    run!(lease, timeout, connection => connection.ping())
                } else {
                    Ok(())
                };
                match answer {
                    Ok(()) => return Ok(lease),
                    Err(error) => {
                        tracing::debug!(%error, "a connection to the database is given up");
                        // Those that rested as long would each cost the same wait.
                        self.0.forget_doubtful();
                        lease.give_up()
                    }
                }
            }
        };
        let connection = (self.0.dial)().await?;
        let now = Instant::now();
        let fresh = RestingConnection { connection, opened: now, proven: now };
        Ok(Lease::new(fresh, permit, Arc::clone(&self.0)))
    }

    /// Waits until no connection is held any more, and closes them all. `acquire` fails from then on.
    pub(super) async fn close(&self) {
        let _all = self.0.permits.acquire_many(self.0.size).await;
        self.refuse();
        let resting = std::mem::take(&mut self.0.resting().connections);
        for rested in resting {
            drop(in_time(CLOSING, rested.connection.close()).await);
        }
    }

    /// Lets `acquire` fail from now on.
    pub(super) fn refuse(&self) {
        self.0.permits.close();
    }
}

impl<C: Driver> PoolState<C> {
    fn resting(&self) -> MutexGuard<'_, Resting<C>> {
        self.resting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A connection that rested, and whether it must be verified first.
    fn wake(&self) -> Option<(RestingConnection<C>, bool)> {
        let mut resting = self.resting();
        let rested = resting.connections.pop()?;
        let is_doubtful = rested.is_doubtful(resting.doubted);
        Some((rested, is_doubtful))
    }

    /// Trusts no connection that answered before now.
    pub(super) fn doubt(&self) {
        self.resting().doubted = Instant::now();
    }

    fn forget_doubtful(&self) {
        let mut resting = self.resting();
        let doubted = resting.doubted;
        resting.connections.retain(|rested| !rested.is_doubtful(doubted));
    }

    /// Takes a connection back that is as it was when it was handed out.
    pub(super) fn rest(&self, rested: RestingConnection<C>) {
        let mut retired = Vec::new();
        if self.permits.is_closed() || (C::GROWS_OLD && rested.opened.elapsed() > OLDEST) {
            retired.push(rested);
        } else {
            let mut resting = self.resting();
            let unneeded = resting.connections.iter().take_while(|other| other.proven.elapsed() > LONGEST_REST).count();
            retired.extend(resting.connections.drain(..if C::GROWS_OLD { unneeded } else { 0 }));
            resting.connections.push(rested);
        }
        for old in retired {
            in_background(in_time(CLOSING, old.connection.close()));
        }
    }
}

impl<C> RestingConnection<C> {
    fn is_doubtful(&self, doubted: Instant) -> bool {
        self.proven.elapsed() > TRUSTED || self.proven <= doubted
    }
}

impl<C: Driver> Clone for ConnectionPool<C> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<C: Driver> std::fmt::Debug for ConnectionPool<C> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ConnectionPool").field("size", &self.0.size).finish_non_exhaustive()
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
