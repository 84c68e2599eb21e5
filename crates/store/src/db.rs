//! How is one SQL text run on two engines? A small facade over two native drivers.
//!
//! Every statement is a `const`, its parameters are [`Arg`]s, its rows any `FromRow`. A facade was weighed against a
//! macro that expands each call once per driver: with the facade a transaction is an ordinary value that can be handed
//! from function to function, and the driver's error messages stay readable. The cost is one short `Vec` a statement.

use std::sync::Arc;
use std::time::Duration;

use sqlx::postgres::{PgArguments, PgRow};
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{FromRow, PgConnection, Postgres, Sqlite, SqliteConnection};
use tokio::sync::{Mutex, watch};
use tokio::time::{Instant, timeout_at};

use crate::StoreError;
use crate::arg::Arg;
use crate::lease::{Lease, run};
use crate::notices::Subscribers;
use crate::pool::{Asked, Driver, Patience, Pool};
use crate::standing::Standing;
pub(super) use crate::transaction::Transaction;

/// How long to wait before the second try. Each wait after it is twice as long, up to [`LONGEST_PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// The database: Postgres, or SQLite with one writing connection beside its readers.
#[derive(Clone, Debug)]
pub struct Db {
    pub(super) pools: Pools,
    /// How long to wait for it.
    pub(super) patience: Patience,
    /// Whether it takes writes.
    pub(super) standing: Arc<Standing>,
    /// Who is told of what happens.
    pub(super) subscribers: Arc<Subscribers>,
    /// How many transactions of this process left something to deliver.
    pub(super) to_deliver: Arc<watch::Sender<u64>>,
}

/// The `lax` connections commit without waiting for the disk. They are for notes whose loss in a power cut harms nothing
/// (when a grant was polled last) and for what strangers can have written, never for a decision, a redemption or a
/// revocation: a spent code must stay spent.
#[derive(Clone, Debug)]
pub(super) enum Pools {
    Postgres { pool: Pool<PgConnection>, lax: Pool<PgConnection> },
    Sqlite { read: Pool<SqliteConnection>, write: Pool<SqliteConnection>, lax: Pool<SqliteConnection>, writer: Writer },
}

/// The turn to write to SQLite, which one of this process has at a time.
pub(super) type Writer = Arc<Mutex<()>>;

/// A row type that both drivers can fill.
pub(super) trait Row: for<'r> FromRow<'r, PgRow> + for<'r> FromRow<'r, SqliteRow> + Send + Unpin {}
impl<T: for<'r> FromRow<'r, PgRow> + for<'r> FromRow<'r, SqliteRow> + Send + Unpin> Row for T {}

macro_rules! driver_arguments {
    ($kind:ty, $args:expr) => {{
        let mut out = <$kind>::default();
        for arg in $args {
            match arg {
                Arg::Number(value) => sqlx::Arguments::add(&mut out, value),
                Arg::Text(value) => sqlx::Arguments::add(&mut out, value),
                Arg::Bytes(value) => sqlx::Arguments::add(&mut out, value),
                Arg::Truth(value) => sqlx::Arguments::add(&mut out, value),
            }
            .map_err(sqlx::Error::Encode)?;
        }
        out
    }};
}
pub(super) use driver_arguments;

impl Db {
    /// Rows of a reading statement.
    pub(super) async fn all<T: Row>(&self, sql: &'static str, args: Vec<Arg>) -> Result<Vec<T>, StoreError> {
        if args.iter().any(Arg::is_unkeepable) {
            return Ok(Vec::new());
        }
        let (deadline, patience, args) = (self.deadline(), self.patience.statement, &args);
        let read = self.patiently(deadline, || async move {
            Ok(match &self.pools {
                Pools::Postgres { pool, .. } => {
                    let args = driver_arguments!(PgArguments, args.clone());
                    let query = sqlx::query_as_with::<Postgres, T, _>(sql, args);
                    let mut lease = Self::acquire(pool, Asked::AfterRest, deadline).await?;
                    run!(lease, patience, connection => query.fetch_all(connection))?
                }
                Pools::Sqlite { read, .. } => {
                    let args = driver_arguments!(SqliteArguments, args.clone());
                    let query = sqlx::query_as_with::<Sqlite, T, _>(sql, args);
                    let mut lease = Self::acquire(read, Asked::AfterRest, deadline).await?;
                    run!(lease, patience, connection => query.fetch_all(connection))?
                }
            })
        });
        self.standing.read(read.await)
    }

    /// The row of a reading statement that finds one at most.
    pub(super) async fn one<T: Row>(&self, sql: &'static str, args: Vec<Arg>) -> Result<Option<T>, StoreError> {
        Ok(self.all(sql, args).await?.pop())
    }

    /// Runs a writing statement by itself and gives the number of rows it changed.
    pub(super) async fn write(&self, sql: &'static str, args: Vec<Arg>) -> Result<u64, StoreError> {
        let (deadline, args) = (self.deadline(), &args);
        let written = self.patiently(deadline, || self.write_once(sql, args.clone(), deadline));
        self.standing.wrote(written.await)
    }

    pub(super) async fn write_once(
        &self,
        sql: &'static str,
        args: Vec<Arg>,
        deadline: Instant,
    ) -> Result<u64, StoreError> {
        match &self.pools {
            Pools::Postgres { pool, .. } => {
                // Asked first whether it is still there, because a write cannot be tried again once it is sent.
                let lease = Self::acquire(pool, Asked::Always, deadline).await?;
                self.write_on(lease, sql, args).await
            }
            Pools::Sqlite { write, writer, .. } => {
                let lease = Self::acquire_in_turn(write, writer, deadline).await?;
                self.write_on_sqlite(lease, sql, args).await
            }
        }
    }

    /// Takes a note, a write that need not survive a power cut, and gives the number of rows it changed.
    pub(super) async fn note(&self, sql: &'static str, args: Vec<Arg>) -> Result<u64, StoreError> {
        let (deadline, args) = (self.deadline(), &args);
        let written = self.patiently(deadline, || async move {
            match &self.pools {
                Pools::Postgres { lax, .. } => {
                    let lease = Self::acquire(lax, Asked::AfterRest, deadline).await?;
                    self.write_on(lease, sql, args.clone()).await
                }
                Pools::Sqlite { lax, writer, .. } => {
                    let lease = Self::acquire_in_turn(lax, writer, deadline).await?;
                    self.write_on_sqlite(lease, sql, args.clone()).await
                }
            }
        });
        self.standing.wrote(written.await)
    }

    /// The same, and gives the row that the statement returns, if it changed one.
    pub(super) async fn note_one<T: Row>(&self, sql: &'static str, args: Vec<Arg>) -> Result<Option<T>, StoreError> {
        let (deadline, patience, args) = (self.deadline(), self.patience.statement, &args);
        let noted = self.patiently(deadline, || async move {
            let noted = match &self.pools {
                Pools::Postgres { lax, .. } => {
                    let args = driver_arguments!(PgArguments, args.clone());
                    let query = sqlx::query_as_with::<Postgres, T, _>(sql, args);
                    let mut lease = Self::acquire(lax, Asked::AfterRest, deadline).await?;
                    run!(lease, patience, connection => query.fetch_all(connection))
                }
                Pools::Sqlite { lax, writer, .. } => {
                    let args = driver_arguments!(SqliteArguments, args.clone());
                    let query = sqlx::query_as_with::<Sqlite, T, _>(sql, args);
                    let mut lease = Self::acquire_in_turn(lax, writer, deadline).await?;
                    run!(lease, patience, connection => query.fetch_all(connection))
                }
            };
            Ok(noted.map_err(StoreError::of_commit)?.pop())
        });
        self.standing.wrote(noted.await)
    }

    async fn write_on(
        &self,
        mut lease: Lease<PgConnection>,
        sql: &'static str,
        args: Vec<Arg>,
    ) -> Result<u64, StoreError> {
        let args = driver_arguments!(PgArguments, args);
        let query = sqlx::query_with::<Postgres, _>(sql, args);
        let written = run!(lease, self.patience.statement, connection => query.execute(connection));
        Ok(written.map_err(StoreError::of_commit)?.rows_affected())
    }

    async fn write_on_sqlite(
        &self,
        mut lease: Lease<SqliteConnection>,
        sql: &'static str,
        args: Vec<Arg>,
    ) -> Result<u64, StoreError> {
        let args = driver_arguments!(SqliteArguments, args);
        let query = sqlx::query_with::<Sqlite, _>(sql, args);
        let written = run!(lease, self.patience.statement, connection => query.execute(connection));
        Ok(written.map_err(StoreError::of_commit)?.rows_affected())
    }

    /// When whoever asks now has waited long enough.
    pub(super) fn deadline(&self) -> Instant {
        Instant::now() + self.patience.statement
    }

    /// Tries again while the database is away and nothing happened, until the deadline.
    pub(super) async fn patiently<T, Attempt>(
        &self,
        deadline: Instant,
        attempt: impl Fn() -> Attempt,
    ) -> Result<T, StoreError>
    where
        Attempt: Future<Output = Result<T, StoreError>>,
    {
        let mut pause = FIRST_PAUSE;
        loop {
            match attempt().await {
                Err(StoreError::Away(error)) if Instant::now() + pause < deadline => {
                    tracing::debug!(%error, "the database is away; trying again");
                    #[expect(clippy::disallowed_methods, reason = "an absent database is waited for in real time")]
                    tokio::time::sleep(pause).await;
                    pause = (pause * 2).min(LONGEST_PAUSE);
                }
                done => return done,
            }
        }
    }

    /// A connection, unless the deadline passes first.
    pub(super) async fn acquire<C: Driver>(pool: &Pool<C>, asked: Asked, deadline: Instant) -> sqlx::Result<Lease<C>> {
        timeout_at(deadline, pool.acquire(asked)).await.unwrap_or(Err(sqlx::Error::PoolTimedOut))
    }

    /// A connection that writes to SQLite, and this process's turn to write. Whoever waits for it behind one that waits for
    /// another process's lock gives up in the same time.
    pub(super) async fn acquire_in_turn<C: Driver>(
        pool: &Pool<C>,
        writer: &Writer,
        deadline: Instant,
    ) -> sqlx::Result<Lease<C>> {
        let turn = timeout_at(deadline, Arc::clone(writer).lock_owned()).await;
        let turn = turn.map_err(|_| sqlx::Error::PoolTimedOut)?;
        Ok(Self::acquire(pool, Asked::AfterRest, deadline).await?.in_turn(turn))
    }

    /// The same database, for what a stranger can have written: nothing of it waits for the disk, so that strangers do not
    /// make others wait. A process that is killed forgets nothing; a power cut may take the last moment of it.
    pub(super) fn lightly(&self) -> Self {
        let pools = match self.pools.clone() {
            Pools::Postgres { lax, .. } => Pools::Postgres { pool: lax.clone(), lax },
            Pools::Sqlite { read, lax, writer, .. } => Pools::Sqlite { read, write: lax.clone(), lax, writer },
        };
        Self { pools, ..self.clone() }
    }

    /// The same database, with others to tell of what happens from now on.
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
        self.close_within(self.patience.statement).await;
    }

    /// The same, in less time: a database that is silent would keep the process from ending.
    pub async fn close_within(&self, patience: Duration) {
        let closed = async {
            match &self.pools {
                Pools::Postgres { pool, lax } => {
                    lax.close().await;
                    pool.close().await;
                }
                Pools::Sqlite { read, write, lax, .. } => {
                    read.close().await;
                    lax.close().await;
                    write.close().await;
                }
            }
        };
        if tokio::time::timeout(patience, closed).await.is_err() {
            tracing::warn!("the database did not answer in time; its connections are dropped");
            match &self.pools {
                Pools::Postgres { pool, lax } => [pool, lax].into_iter().for_each(Pool::refuse),
                Pools::Sqlite { read, write, lax, .. } => [read, write, lax].into_iter().for_each(Pool::refuse),
            }
        }
    }
}

impl Db {
    /// Prepares statements without running them, and names those that the engine refuses.
    pub(super) async fn refused(
        &self,
        statements: impl Iterator<Item = &'static str>,
    ) -> Result<Vec<String>, StoreError> {
        use sqlx::{Executor, SqlSafeStr};

        let mut refused = Vec::new();
        for sql in statements {
            let patience = self.patience.statement;
            let prepared = match &self.pools {
                Pools::Postgres { pool, .. } => {
                    let mut lease = Self::acquire(pool, Asked::AfterRest, self.deadline()).await?;
                    run!(lease, patience, connection => connection.prepare(sql.into_sql_str())).map(drop)
                }
                Pools::Sqlite { write, .. } => {
                    let mut lease = Self::acquire(write, Asked::AfterRest, self.deadline()).await?;
                    run!(lease, patience, connection => connection.prepare(sql.into_sql_str())).map(drop)
                }
            };
            match prepared.map_err(StoreError::from) {
                Ok(()) => {}
                Err(StoreError::Refused(error)) => refused.push(format!("{sql}: {error}")),
                Err(error) => return Err(error),
            }
        }
        Ok(refused)
    }
}
