//! How is one SQL text run on two engines? A small facade over two native drivers.
//!
//! Every statement is a `const`, its parameters are [`Arg`]s, its rows any `FromRow`. A facade was weighed against a
//! macro that expands each call once per driver: with the facade a transaction is an ordinary value that can be handed
//! from function to function, and the driver's error messages stay readable. The cost is one short `Vec` a statement.

use std::sync::Arc;
use std::time::Duration;

use sqlx::Arguments;
use sqlx::Connection;
use sqlx::FromRow;
use sqlx::PgPool;
use sqlx::Postgres;
use sqlx::Sqlite;
use sqlx::SqlitePool;
use sqlx::pool::PoolConnection;
use sqlx::postgres::PgArguments;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteArguments;
use sqlx::sqlite::SqliteRow;
use tokio::sync::Mutex;
use tokio::sync::OwnedMutexGuard;
use tokio::sync::watch;
use tokio::time::Instant;

use crate::store::StoreError;
use crate::store::arg::Arg;
use crate::store::notices::Subscribers;
use crate::store::notices::Told;

/// Touches a table, so that a database that was emptied or replaced does not pass for ready.
pub(super) const PING: &str = "SELECT id FROM users WHERE id = ''";

/// The database: Postgres, or SQLite with one writing connection beside its readers.
#[derive(Clone, Debug)]
pub struct Db {
    pub(super) pools: Pools,
    /// How long to go on trying when the database is away.
    pub(super) wait: Duration,
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
    Postgres { pool: PgPool, lax: PgPool },
    Sqlite { read: SqlitePool, write: SqlitePool, lax: SqlitePool, writer: Arc<Mutex<()>> },
}

/// Several statements that happen together or not at all. Dropped means rolled back. On SQLite it holds the write lock
/// from its first moment (`BEGIN IMMEDIATE`): a deferred one that writes later fails under load. On Postgres it knows how
/// long to wait for each answer.
pub(super) struct Transaction {
    engine: Engine,
    /// Who is told of what happens in it.
    pub(super) subscribers: Arc<Subscribers>,
    to_deliver: Arc<watch::Sender<u64>>,
    /// What happened in it that others are told of.
    pub(super) told: Vec<Told>,
}

enum Engine {
    Postgres(sqlx::Transaction<'static, Postgres>, Duration),
    Sqlite(sqlx::Transaction<'static, Sqlite>, OwnedMutexGuard<()>),
}

/// A row type that both drivers can fill.
pub(super) trait Row: for<'r> FromRow<'r, PgRow> + for<'r> FromRow<'r, SqliteRow> + Send + Unpin {}
impl<T: for<'r> FromRow<'r, PgRow> + for<'r> FromRow<'r, SqliteRow> + Send + Unpin> Row for T {}

macro_rules! driver_arguments {
    ($kind:ty, $args:expr) => {{
        let mut out = <$kind>::default();
        for arg in $args {
            match arg {
                Arg::Number(value) => out.add(value),
                Arg::Text(value) => out.add(value),
                Arg::Bytes(value) => out.add(value),
                Arg::Truth(value) => out.add(value),
            }
            .map_err(sqlx::Error::Encode)?;
        }
        out
    }};
}

/// Tries again while the database is away and the wait is not over. Only for what has not reached the database, or
/// changes nothing there.
macro_rules! patiently {
    ($db:expr, $attempt:expr) => {{
        let deadline = Instant::now() + $db.wait;
        let mut pause = Duration::from_millis(50);
        loop {
            let tried: sqlx::Result<_> = in_time($db.wait, async { $attempt }).await;
            match tried {
                Err(error) if is_away(&error) && Instant::now() + pause < deadline => {
                    #[expect(clippy::disallowed_methods, reason = "an absent database is waited for in real time")]
                    tokio::time::sleep(pause).await;
                    pause = (pause * 2).min(Duration::from_secs(1));
                }
                Err(error) => break Err(StoreError::from(error)),
                Ok(value) => break Ok(value),
            }
        }
    }};
}

impl Db {
    /// Rows of a reading statement.
    pub(super) async fn all<T: Row>(&self, sql: &'static str, args: Vec<Arg>) -> Result<Vec<T>, StoreError> {
        patiently!(self, {
            match &self.pools {
                Pools::Postgres { pool, .. } => {
                    let args = driver_arguments!(PgArguments, args.clone());
                    sqlx::query_as_with::<Postgres, T, _>(sql, args).fetch_all(pool).await
                }
                Pools::Sqlite { read, .. } => {
                    let args = driver_arguments!(SqliteArguments, args.clone());
                    sqlx::query_as_with::<Sqlite, T, _>(sql, args).fetch_all(read).await
                }
            }
        })
    }

    /// The row of a reading statement that finds one at most.
    pub(super) async fn one<T: Row>(&self, sql: &'static str, args: Vec<Arg>) -> Result<Option<T>, StoreError> {
        Ok(self.all(sql, args).await?.pop())
    }

    /// Runs a writing statement by itself and gives the number of rows it changed.
    pub(super) async fn write(&self, sql: &'static str, args: Vec<Arg>) -> Result<u64, StoreError> {
        match &self.pools {
            Pools::Postgres { pool, .. } => {
                // Asked first whether it is still there, because a write cannot be tried again once it is sent.
                let connection = patiently!(self, {
                    let mut connection = pool.acquire().await?;
                    connection.ping().await?;
                    Ok(connection)
                })?;
                self.write_on(connection, sql, args).await
            }
            Pools::Sqlite { .. } => {
                let mut tx = self.begin().await?;
                let changed = tx.write(sql, args).await?;
                tx.commit().await?;
                Ok(changed)
            }
        }
    }

    /// Takes a note, a write that need not survive a power cut, and gives the number of rows it changed.
    pub(super) async fn note(&self, sql: &'static str, args: Vec<Arg>) -> Result<u64, StoreError> {
        match &self.pools {
            Pools::Postgres { lax, .. } => {
                let connection = patiently!(self, lax.acquire().await)?;
                self.write_on(connection, sql, args).await
            }
            Pools::Sqlite { lax, writer, .. } => {
                let _writing = self.turn(writer).await?;
                let args = driver_arguments!(SqliteArguments, args);
                Ok(sqlx::query_with::<Sqlite, _>(sql, args).execute(lax).await?.rows_affected())
            }
        }
    }

    /// The same, and gives the row that the statement returns, if it changed one.
    pub(super) async fn note_one<T: Row>(&self, sql: &'static str, args: Vec<Arg>) -> Result<Option<T>, StoreError> {
        match &self.pools {
            Pools::Postgres { lax, .. } => {
                let mut connection = patiently!(self, lax.acquire().await)?;
                let args = driver_arguments!(PgArguments, args);
                let noted = sqlx::query_as_with::<Postgres, T, _>(sql, args).fetch_all(&mut *connection);
                Ok(in_time(self.wait, noted).await?.pop())
            }
            Pools::Sqlite { lax, writer, .. } => {
                let _writing = self.turn(writer).await?;
                let args = driver_arguments!(SqliteArguments, args);
                Ok(sqlx::query_as_with::<Sqlite, T, _>(sql, args).fetch_all(lax).await?.pop())
            }
        }
    }

    async fn write_on(
        &self,
        mut connection: PoolConnection<Postgres>,
        sql: &'static str,
        args: Vec<Arg>,
    ) -> Result<u64, StoreError> {
        let args = driver_arguments!(PgArguments, args);
        let written = sqlx::query_with::<Postgres, _>(sql, args).execute(&mut *connection);
        Ok(in_time(self.wait, written).await?.rows_affected())
    }

    /// This process's turn to write to SQLite. Whoever waits for it behind one that waits for another process's lock gives
    /// up in the same time.
    async fn turn(&self, writer: &Arc<Mutex<()>>) -> sqlx::Result<OwnedMutexGuard<()>> {
        in_time(self.wait, async { Ok(Arc::clone(writer).lock_owned().await) }).await
    }

    /// Begins a transaction, waiting for a database that is away.
    pub(super) async fn begin(&self) -> Result<Transaction, StoreError> {
        let engine = patiently!(self, {
            match &self.pools {
                Pools::Postgres { pool, .. } => pool.begin().await.map(|tx| Engine::Postgres(tx, self.wait)),
                Pools::Sqlite { write, writer, .. } => {
                    let writing = self.turn(writer).await?;
                    let tx = write.begin_with("BEGIN IMMEDIATE").await?;
                    Ok(Engine::Sqlite(tx, writing))
                }
            }
        })?;
        let (subscribers, to_deliver) = (Arc::clone(&self.subscribers), Arc::clone(&self.to_deliver));
        Ok(Transaction { engine, subscribers, to_deliver, told: Vec::new() })
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

    /// Whether the database answers now, without waiting for it.
    ///
    /// # Errors
    /// What keeps it from answering.
    pub async fn ping(&self) -> Result<(), StoreError> {
        let answer = async {
            match &self.pools {
                Pools::Postgres { pool, .. } => sqlx::query(PING).execute(pool).await.map(drop),
                Pools::Sqlite { read, .. } => sqlx::query(PING).execute(read).await.map(drop),
            }
        };
        tokio::time::timeout(Duration::from_secs(1), answer).await.map_err(|_| sqlx::Error::PoolTimedOut)??;
        Ok(())
    }

    /// Closes every connection; what is under way is finished first.
    pub async fn close(&self) {
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
    }
}

impl Transaction {
    /// Runs a statement and gives the number of rows it changed.
    pub(super) async fn write(&mut self, sql: &'static str, args: Vec<Arg>) -> Result<u64, StoreError> {
        Ok(match &mut self.engine {
            Engine::Postgres(tx, wait) => {
                let args = driver_arguments!(PgArguments, args);
                let written = sqlx::query_with::<Postgres, _>(sql, args).execute(&mut **tx);
                in_time(*wait, written).await?.rows_affected()
            }
            Engine::Sqlite(tx, _) => {
                let args = driver_arguments!(SqliteArguments, args);
                sqlx::query_with::<Sqlite, _>(sql, args).execute(&mut **tx).await?.rows_affected()
            }
        })
    }

    /// Runs a statement that gives one row at most, to its end.
    pub(super) async fn one<T: Row>(&mut self, sql: &'static str, args: Vec<Arg>) -> Result<Option<T>, StoreError> {
        Ok(match &mut self.engine {
            Engine::Postgres(tx, wait) => {
                let args = driver_arguments!(PgArguments, args);
                in_time(*wait, sqlx::query_as_with::<Postgres, T, _>(sql, args).fetch_all(&mut **tx)).await?.pop()
            }
            Engine::Sqlite(tx, _) => {
                let args = driver_arguments!(SqliteArguments, args);
                sqlx::query_as_with::<Sqlite, T, _>(sql, args).fetch_all(&mut **tx).await?.pop()
            }
        })
    }

    /// Makes it all happen. What others are told of is logged then, and not before: it might not have happened.
    pub(super) async fn commit(self) -> Result<(), StoreError> {
        match self.engine {
            Engine::Postgres(tx, wait) => in_time(wait, tx.commit()).await?,
            Engine::Sqlite(tx, _writing) => tx.commit().await?,
        }
        for told in &self.told {
            told.log();
        }
        if self.told.iter().any(|told| told.is_queued) {
            self.to_deliver.send_modify(|transactions| *transactions += 1);
        }
        Ok(())
    }
}

/// What comes of a statement, unless the database is silent for longer than it is waited for: a broken network does not
/// say so.
async fn in_time<T>(wait: Duration, statement: impl Future<Output = sqlx::Result<T>>) -> sqlx::Result<T> {
    tokio::time::timeout(wait, statement).await.unwrap_or(Err(sqlx::Error::PoolTimedOut))
}

/// Whether an error says that the database cannot be reached, rather than that it refused.
pub(super) fn is_away(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::WorkerCrashed => true,
        // Postgres: class 08 connection, 57P01 to 57P03 shutting down or starting up, 53300 too many connections.
        // SQLite: 5 busy, 6 locked, 10 disk I/O, 14 cannot open, with their extended forms (low byte).
        sqlx::Error::Database(refusal) => refusal.code().is_some_and(|code| {
            let sqlite = code.parse::<u32>().ok().filter(|_| code.len() < 5).map(|code| code & 0xff);
            code.starts_with("08")
                || ["57P01", "57P02", "57P03", "53300"].contains(&code.as_ref())
                || sqlite.is_some_and(|code| [5, 6, 10, 14].contains(&code))
        }),
        _ => false,
    }
}

impl Db {
    /// Prepares statements without running them, and names those that the engine refuses.
    pub(super) async fn refused(
        &self,
        statements: impl Iterator<Item = &'static str>,
    ) -> Result<Vec<String>, StoreError> {
        use sqlx::Executor;
        use sqlx::SqlSafeStr;

        let mut refused = Vec::new();
        for sql in statements {
            let prepared = match &self.pools {
                Pools::Postgres { pool, .. } => pool.prepare(sql.into_sql_str()).await.map(drop),
                Pools::Sqlite { write, .. } => write.prepare(sql.into_sql_str()).await.map(drop),
            };
            match prepared {
                Ok(()) => {}
                Err(error) if is_away(&error) => return Err(error.into()),
                Err(error) => refused.push(format!("{sql}: {error}")),
            }
        }
        Ok(refused)
    }
}
