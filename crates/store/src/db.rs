//! Runs one SQL text on two engines: a small facade over two native drivers.
//!
//! Every statement is a [`Statement`], its parameters are [`Arg`]s, its rows any `FromRow`. A facade was weighed against a
//! macro that expands each call once per driver: with the facade a transaction is an ordinary value that can be handed
//! from function to function, and the driver's error messages stay readable. The cost is one short `Vec` a statement.

use std::sync::Arc;
use std::time::Duration;

use sqlx::postgres::PgConnectOptions;
use sqlx::{PgConnection, SqliteConnection};
use tokio::sync::{Mutex, Notify, watch};
use tokio::time::{Instant, timeout_at};

use crate::arg::Arg;
use crate::column_type::{self, ColumnType};
use crate::driver::{Driver, Timeouts};
use crate::engine::{ConnectionUse, Engine};
use crate::group_commit::GroupCommit;
use crate::lease::Lease;
use crate::pool::{ConnectionPool, Verification};
use crate::portable_row::PortableRow;
use crate::statement::Statement;
use crate::subscribers::Subscribers;
use crate::waiting_room::WaitingRoom;
use crate::write_health::WriteHealth;
use crate::{StoreError, Trouble};

/// How long to wait before the second try. Each wait after it is twice as long, up to [`LONGEST_PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// The database: Postgres, or SQLite with one writing connection beside its readers.
#[derive(Clone, Debug)]
pub struct Db {
    pub(super) pools: Pools,
    /// How long to wait for it.
    pub(super) timeouts: Timeouts,
    /// Whether it takes writes.
    pub(super) health: Arc<WriteHealth>,
    /// Who receives notices of events.
    pub(super) subscribers: Arc<Subscribers>,
    /// How many transactions of this process left something to deliver.
    pub(super) to_deliver: Arc<watch::Sender<u64>>,
    /// The grants that are known to wait.
    pub(super) room: Arc<WaitingRoom>,
    /// This process ended the waiting of a grant.
    pub(super) ended_here: Arc<Notify>,
    /// The scripts that are committed together, on SQLite.
    pub(super) group: Arc<GroupCommit>,
}

/// The `lax` connections commit without waiting for the disk. They are for notes whose loss in a power cut harms nothing
/// (when a grant was polled last) and for what strangers can have written, never for a decision, a redemption or a
/// revocation: a spent code must stay spent.
#[derive(Clone, Debug)]
pub(super) enum Pools {
    Postgres {
        pool: ConnectionPool<PgConnection>,
        lax: ConnectionPool<PgConnection>,
        /// The same servers, for who listens to them.
        servers: Arc<[PgConnectOptions]>,
    },
    Sqlite {
        read: ConnectionPool<SqliteConnection>,
        write: ConnectionPool<SqliteConnection>,
        lax: ConnectionPool<SqliteConnection>,
        writer: Writer,
    },
}

/// The turn to write to SQLite, which one of this process has at a time.
pub(super) type Writer = Arc<Mutex<()>>;

impl Db {
    /// Rows of a reading statement.
    pub(super) async fn all<T: PortableRow>(&self, of: Statement, args: Vec<Arg>) -> Result<Vec<T>, StoreError> {
        if args.iter().any(Arg::is_unkeepable) {
            return Ok(Vec::new());
        }
        let (deadline, args) = (self.deadline(), &args);
        let read = self.retry_while_away(deadline, || async move {
            Ok(self.engine(ConnectionUse::Read, deadline).await?.fetch(of, args.clone()).await?)
        });
        self.health.read(read.await)
    }

    /// The row of a reading statement that finds one at most.
    pub(super) async fn one<T: PortableRow>(&self, of: Statement, args: Vec<Arg>) -> Result<Option<T>, StoreError> {
        Ok(self.all(of, args).await?.pop())
    }

    /// The only column of the row of a reading statement, if there is a row.
    pub(super) async fn value<T: ColumnType>(&self, of: Statement, args: Vec<Arg>) -> Result<Option<T>, StoreError> {
        column_type::only(self.one(of, args).await?)
    }

    /// Runs a writing statement by itself and gives the number of rows it changed.
    pub(super) async fn write(&self, of: Statement, args: Vec<Arg>) -> Result<u64, StoreError> {
        self.write_for(ConnectionUse::Write, of, args).await
    }

    /// Writes a note, which need not survive a power cut, and gives the number of rows it changed.
    pub(super) async fn note(&self, of: Statement, args: Vec<Arg>) -> Result<u64, StoreError> {
        self.write_for(ConnectionUse::Note, of, args).await
    }

    async fn write_for(&self, purpose: ConnectionUse, of: Statement, args: Vec<Arg>) -> Result<u64, StoreError> {
        let (deadline, args) = (self.deadline(), &args);
        let written = self.retry_while_away(deadline, || self.write_once(purpose, of, args.clone(), deadline));
        self.health.wrote(written.await)
    }

    pub(super) async fn write_once(
        &self,
        purpose: ConnectionUse,
        of: Statement,
        args: Vec<Arg>,
        deadline: Instant,
    ) -> Result<u64, StoreError> {
        let mut engine = self.engine(purpose, deadline).await?;
        engine.execute(of, args).await.map_err(StoreError::of_commit)
    }

    /// Until when a statement that begins now may take.
    pub(super) fn deadline(&self) -> Instant {
        Instant::now() + self.timeouts.statement
    }

    /// Tries again while the database is away and nothing happened, until the deadline.
    pub(super) async fn retry_while_away<T, Attempt>(
        &self,
        deadline: Instant,
        attempt: impl Fn() -> Attempt,
    ) -> Result<T, StoreError>
    where
        Attempt: Future<Output = Result<T, StoreError>>,
    {
        let (mut pause, mut heard) = (FIRST_PAUSE, None::<Trouble>);
        loop {
            let trouble = match attempt().await {
                // At the end of the wait is silence. What was said before it tells more.
                Err(StoreError::Away(silence)) if silence.is_silence() => heard.take().unwrap_or(silence),
                Err(StoreError::Away(trouble)) => trouble,
                done => return done,
            };
            if Instant::now() + pause >= deadline {
                return Err(StoreError::Away(trouble));
            }
            tracing::debug!(error = %trouble.error(), "the database is away; trying again");
            #[expect(clippy::disallowed_methods, reason = "an absent database is waited for in real time")]
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
            heard = Some(trouble);
        }
    }

    /// A connection for this purpose, unless the deadline passes first.
    pub(super) async fn engine(&self, purpose: ConnectionUse, deadline: Instant) -> sqlx::Result<Engine> {
        Ok(match (&self.pools, purpose) {
            // Verified first, because a write cannot be tried again once it is sent.
            (Pools::Postgres { pool, .. }, ConnectionUse::Write) => {
                Engine::Postgres(Self::acquire(pool, Verification::Always, deadline).await?)
            }
            (Pools::Postgres { lax: pool, .. }, ConnectionUse::Note) | (Pools::Postgres { pool, .. }, _) => {
                Engine::Postgres(Self::acquire(pool, Verification::AfterRest, deadline).await?)
            }
            (Pools::Sqlite { read, .. }, ConnectionUse::Read) => {
                Engine::Sqlite(Self::acquire(read, Verification::AfterRest, deadline).await?)
            }
            (Pools::Sqlite { lax: pool, writer, .. }, ConnectionUse::Note)
            | (Pools::Sqlite { write: pool, writer, .. }, _) => {
                Engine::Sqlite(Self::acquire_in_turn(pool, writer, deadline).await?)
            }
        })
    }

    /// A connection, unless the deadline passes first.
    pub(super) async fn acquire<C: Driver>(
        pool: &ConnectionPool<C>,
        verified: Verification,
        deadline: Instant,
    ) -> sqlx::Result<Lease<C>> {
        timeout_at(deadline, pool.acquire(verified)).await.unwrap_or(Err(sqlx::Error::PoolTimedOut))
    }

    /// A connection that writes to SQLite, and this process's turn to write. A statement that waits for the turn while its
    /// holder waits for another process's lock gives up in the same time.
    pub(super) async fn acquire_in_turn<C: Driver>(
        pool: &ConnectionPool<C>,
        writer: &Writer,
        deadline: Instant,
    ) -> sqlx::Result<Lease<C>> {
        let turn = timeout_at(deadline, Arc::clone(writer).lock_owned()).await;
        let turn = turn.map_err(|_| sqlx::Error::PoolTimedOut)?;
        Ok(Self::acquire(pool, Verification::AfterRest, deadline).await?.in_turn(turn))
    }

    /// The same database, for what strangers can cause: no write waits for the disk, so that strangers do not make others
    /// wait. A process that is killed forgets nothing; a power cut may lose the last moment.
    pub(super) fn lightly(&self) -> Self {
        let pools = match self.pools.clone() {
            Pools::Postgres { lax, servers, .. } => Pools::Postgres { pool: lax.clone(), lax, servers },
            Pools::Sqlite { read, lax, writer, .. } => Pools::Sqlite { read, write: lax.clone(), lax, writer },
        };
        Self { pools, ..self.clone() }
    }

    /// The same database, with these subscribers to notices from now on.
    #[must_use]
    pub fn telling(&self, subscribers: Subscribers) -> Self {
        Self { subscribers: Arc::new(subscribers), ..self.clone() }
    }

    /// Changes whenever a transaction of this process left something to deliver.
    pub fn deliveries(&self) -> watch::Receiver<u64> {
        self.to_deliver.subscribe()
    }

    /// Closes every connection; what is under way is finished first, as long as the database is waited for.
    pub async fn close(&self) {
        self.close_within(self.timeouts.statement).await;
    }

    /// The same, in less time: a database that is silent would keep the process from ending.
    pub async fn close_within(&self, timeout: Duration) {
        match &self.pools {
            Pools::Postgres { pool, lax, .. } => close_all(&[lax, pool], timeout).await,
            Pools::Sqlite { read, write, lax, .. } => close_all(&[read, lax, write], timeout).await,
        }
    }

    /// Prepares statements without running them, and names those that the engine refuses.
    pub(super) async fn refused(&self, statements: impl Iterator<Item = Statement>) -> Result<Vec<String>, StoreError> {
        let mut refused = Vec::new();
        for statement in statements {
            let prepared = self.engine(ConnectionUse::Write, self.deadline()).await?.prepare(statement).await;
            match prepared.map_err(StoreError::from) {
                Ok(()) => {}
                Err(StoreError::Refused(trouble)) => {
                    refused.push(format!("{}: {}", statement.text(), trouble.error()));
                }
                Err(error) => return Err(error),
            }
        }
        Ok(refused)
    }
}

async fn close_all<C: Driver>(pools: &[&ConnectionPool<C>], timeout: Duration) {
    let closed = async {
        for pool in pools {
            pool.close().await;
        }
    };
    if tokio::time::timeout(timeout, closed).await.is_err() {
        tracing::warn!("the database did not answer in time; its connections are dropped");
        for pool in pools {
            pool.refuse();
        }
    }
}
