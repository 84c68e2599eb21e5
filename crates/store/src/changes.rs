//! How each process learns that a grant does not wait any more: from the table `changes`, which every transaction that ends
//! a waiting writes to.
//!
//! On Postgres a change is numbered by its transaction. A reading takes the changes of all transactions that were not
//! finished at the last one, so none is missed, whatever their order. SQLite has one writer, so its numbers are in the order
//! of the commits. A notification only says "look now": a lost one costs a second.

use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgListener, PgPoolOptions};
use tokio::sync::Notify;
use tokio::time::{Instant, timeout};

use crate::arg::{Arg, args};
use crate::db::Pools;
use crate::statement::{Statement, row};
use crate::transaction::Transaction;
use crate::{Db, StoreError};
use protocol::{Digest, Subject};

/// How often the changes are read, and how long a reading may take.
const EVERY: Duration = Duration::from_secs(1);

/// A database that could not be read for so long is away.
const LONGEST_SILENCE: Duration = Duration::from_secs(2);

/// How soon they are read again after a notification.
const SOONEST: Duration = Duration::from_millis(20);

/// Half of the time for which a change is kept. After a longer pause nothing that is remembered can be trusted.
const LONGEST_PAUSE: Duration = Duration::from_mins(5);

const CHANNEL: &str = "grantd_changes";

/// The time of the database, because the clocks of the processes may differ.
const POSTGRES_NOW: &str = "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)";
const SQLITE_NOW: &str = "CAST(unixepoch('subsec') * 1000 AS INTEGER)";

/// One text for each engine, because the numbers are the engine's.
macro_rules! for_each_engine {
    ($($(#[$doc:meta])* $name:ident { Postgres: $postgres:expr, Sqlite: $sqlite:expr, })+) => {
        $($(#[$doc])* fn $name(db: &Db) -> Statement {
            match &db.pools {
                Pools::Postgres { .. } => Statement::unlisted(|| {
                    static TEXT: std::sync::LazyLock<String> = std::sync::LazyLock::new(|| $postgres);
                    TEXT.as_str()
                }),
                Pools::Sqlite { .. } => Statement::unlisted(|| {
                    static TEXT: std::sync::LazyLock<String> = std::sync::LazyLock::new(|| $sqlite);
                    TEXT.as_str()
                }),
            }
        })+
    };
}

for_each_engine! {
    end_of_grant { Postgres: end_on_postgres("id = $1"), Sqlite: end_on_sqlite("id = $1"), }
    end_of_person { Postgres: end_on_postgres("subject = $1"), Sqlite: end_on_sqlite("subject = $1"), }
    /// One row at least, with the number from which the next reading goes on.
    read {
        Postgres: "SELECT read.next, changes.device_code_digest AS code \
            FROM (SELECT txid_snapshot_xmin(txid_current_snapshot()) AS next) read \
            LEFT JOIN changes ON number >= $1".to_owned(),
        Sqlite: "SELECT read.next, changes.device_code_digest AS code \
            FROM (SELECT COALESCE(MAX(number), 0) + 1 AS next FROM changes) read \
            LEFT JOIN changes ON number >= $1".to_owned(),
    }
    /// Keeps the last one, from which SQLite counts on.
    purge_old { Postgres: purge_before(POSTGRES_NOW), Sqlite: purge_before(SQLITE_NOW), }
}

fn end_on_postgres(which: &str) -> String {
    end(which, "txid_current()", POSTGRES_NOW)
}

fn end_on_sqlite(which: &str) -> String {
    end(which, "(SELECT COALESCE(MAX(number), 0) + 1 FROM changes)", SQLITE_NOW)
}

fn end(which: &str, number: &str, now: &str) -> String {
    format!(
        "INSERT INTO changes (number, device_code_digest, at) \
            SELECT {number}, device_code_digest, {now} FROM device_grants WHERE {which} \
            ON CONFLICT (number, device_code_digest) DO NOTHING \
        RETURNING device_code_digest AS code"
    )
}

fn purge_before(now: &str) -> String {
    format!(
        "DELETE FROM changes WHERE (number, device_code_digest) IN \
            (SELECT number, device_code_digest FROM changes \
                WHERE at < {now} - 600000 AND number < (SELECT MAX(number) FROM changes) ORDER BY number LIMIT $1)"
    )
}

row! {
    struct EndedGrant {
        code: Digest,
    }
}

row! {
    struct Reading {
        next: i64,
        code: Option<Digest>,
    }
}

/// Records that a grant does not wait any more, in the transaction that ended its waiting.
pub(super) async fn end_waiting(tx: &mut Transaction, grant: &str) -> Result<(), StoreError> {
    let statement = end_of_grant(&tx.db);
    record(tx, statement, args![grant]).await
}

/// The same of all grants of a person.
pub(super) async fn end_waiting_of(tx: &mut Transaction, subject: &Subject) -> Result<(), StoreError> {
    let statement = end_of_person(&tx.db);
    record(tx, statement, args![subject]).await
}

async fn record(tx: &mut Transaction, statement: Statement, args: Vec<Arg>) -> Result<(), StoreError> {
    let ended: Vec<EndedGrant> = tx.all(statement, args).await?;
    tx.ended.extend(ended.into_iter().map(|grant| grant.code));
    Ok(())
}

/// Deletes changes that every process has read, `batch` at a time, and returns their number.
pub async fn purge_changes(db: &Db, batch: u32) -> Result<u64, StoreError> {
    db.delete_in_batches(purge_old(db), args![batch], batch).await
}

/// Reads the changes of other processes, for as long as it is polled.
pub async fn follow_changes(db: &Db) {
    let hint = Notify::new();
    tokio::join!(read_on(db, &hint), tell(db), listen(db, &hint));
}

/// Reads at least once a second, and when told to.
async fn read_on(db: &Db, hint: &Notify) {
    let mut from = Position { number: i64::MAX, read_at: Instant::now() };
    let mut was_refused = false;
    loop {
        match timeout(EVERY, look(db, &mut from)).await {
            Ok(Ok(())) => {
                db.room.is_right();
                was_refused = false;
            }
            // Before that it may only be slow.
            Ok(Err(StoreError::Away(_))) | Err(_) if from.read_at.elapsed() < LONGEST_SILENCE => {}
            Ok(Err(StoreError::Away(_))) | Err(_) => db.room.is_all_there_is(),
            Ok(Err(error)) => {
                db.room.may_be_wrong();
                if !was_refused {
                    tracing::error!(%error, "changes of other processes cannot be read: each poll asks the database");
                }
                was_refused = true;
            }
        }
        pause(SOONEST).await;
        tokio::select! {
            () = pause(EVERY.saturating_sub(SOONEST)) => {}
            () = hint.notified() => {}
        }
    }
}

/// Where the next reading begins.
struct Position {
    number: i64,
    read_at: Instant,
}

/// Forgets what other processes ended since the last reading.
async fn look(db: &Db, from: &mut Position) -> Result<(), StoreError> {
    let read: Vec<Reading> = db.all(read(db), args![from.number]).await?;
    let next = read.first().map_or(0, |first| first.next);
    // The first reading, one after a long pause, or another database: a restored one counts from somewhere else.
    if next < from.number || from.read_at.elapsed() > LONGEST_PAUSE {
        db.room.forget_all();
    }
    for code in read.iter().filter_map(|reading| reading.code.as_ref()) {
        db.room.forget(code);
    }
    *from = Position { number: next, read_at: Instant::now() };
    Ok(())
}

/// Tells the other nodes to look, in no transaction: a commit that notifies takes a lock of the whole server.
async fn tell(db: &Db) {
    if !matches!(db.pools, Pools::Postgres { .. }) {
        return;
    }
    let notify = Statement::unlisted(|| "SELECT pg_notify('grantd_changes', '')");
    loop {
        db.ended_here.notified().await;
        if let Err(error) = db.note(notify, args![]).await {
            tracing::debug!(%error, "other nodes are not told of a change: they find it within a second");
        }
    }
}

/// Listens to the other nodes, on a connection of its own.
async fn listen(db: &Db, hint: &Notify) {
    let Pools::Postgres { servers, .. } = &db.pools else { return };
    loop {
        for server in servers.iter() {
            if let Err(error) = listen_to(server, hint).await {
                tracing::debug!(%error, "no notification of changes is heard: they are found within a second");
            }
        }
        pause(EVERY).await;
    }
}

async fn listen_to(server: &PgConnectOptions, hint: &Notify) -> sqlx::Result<()> {
    // It serves this one connection. Ours cannot listen: the driver gives notifications to its own pool only.
    let pool = PgPoolOptions::new().max_connections(1).acquire_timeout(EVERY).connect_lazy_with(server.clone());
    let mut listener = PgListener::connect_with(&pool).await?;
    listener.listen(CHANNEL).await?;
    loop {
        // What came while nobody listened is found now.
        hint.notify_one();
        listener.recv().await?;
    }
}

#[expect(clippy::disallowed_methods, reason = "whether memory and database agree is a matter of real time")]
async fn pause(length: Duration) {
    tokio::time::sleep(length).await;
}
