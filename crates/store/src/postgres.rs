//! Begins sessions with Postgres: with whichever of its servers takes writes.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Executor, PgConnection, Row};

use crate::arg::Arg;
use crate::db::Pools;
use crate::driver::{Dialling, Driver, Timeouts, in_time, statements_of};
use crate::faults::{self, Cause};
use crate::place::DatabasePlace;
use crate::pool::ConnectionPool;
use crate::portable_row::PortableRow;
use crate::postgres_options;
use crate::write_health::WriteHealth;
use database_url::PostgresUrl;

/// The servers of a URL; one of them takes writes.
struct Servers {
    each: Vec<PgConnectOptions>,
    /// The settings of a session, which are sent when it begins.
    session: String,
    /// Which of them took the last session.
    last: AtomicUsize,
    /// How long one of them may take to answer.
    timeout: Duration,
}

/// Both kinds of connections, none of them open yet.
pub(super) fn pools(url: &PostgresUrl, max_connections: u32, wait: Duration) -> (Pools, WriteHealth) {
    let each = postgres_options::of_each(url);
    let health = WriteHealth::of(DatabasePlace::of_servers(&each, wait));
    let pool = |size, is_lax| {
        let each = each.clone();
        let timeouts = Timeouts::of(wait).divided(each.len());
        let session = postgres_options::session(url, is_lax);
        let servers = Arc::new(Servers { each, session, last: AtomicUsize::new(0), timeout: timeouts.dial });
        let dial = Box::new(move || -> Dialling<PgConnection> {
            let servers = Arc::clone(&servers);
            Box::pin(async move { servers.dial().await })
        });
        ConnectionPool::new(size, timeouts, dial)
    };
    let (pool, lax) = (pool(max_connections, false), pool((max_connections / 4).max(1), true));
    (Pools::Postgres { pool, lax, servers: each.into() }, health)
}

impl Servers {
    /// A session that takes writes. The server that gave the last one is asked first, then the others in their order.
    async fn dial(&self) -> sqlx::Result<PgConnection> {
        let first = self.last.load(Ordering::Relaxed);
        let mut told = sqlx::Error::PoolTimedOut;
        for number in (0..self.each.len()).map(|turn| (first + turn) % self.each.len()) {
            match in_time(self.timeout, self.begin(&self.each[number])).await {
                Ok(session) => {
                    self.last.store(number, Ordering::Relaxed);
                    return Ok(session);
                }
                // One that answers and refuses says more than one that does not answer.
                Err(error) => {
                    let is_silent = |error| faults::cause(error) == Some(Cause::Unreachable);
                    if is_silent(&told) || !is_silent(&error) {
                        told = error;
                    }
                }
            }
        }
        Err(told)
    }

    async fn begin(&self, server: &PgConnectOptions) -> sqlx::Result<PgConnection> {
        let mut session = server.connect().await?;
        if !self.session.is_empty() {
            sqlx::raw_sql(AssertSqlSafe(self.session.as_str())).execute(&mut session).await?;
        }
        session.ask().await?;
        Ok(session)
    }
}

impl Driver for PgConnection {
    const GROWS_OLD: bool = true;

    /// A primary that was demoted goes on answering, and connections to it outlive that.
    async fn ask(&mut self) -> sqlx::Result<()> {
        let answer = self.fetch_one("SHOW transaction_read_only").await?;
        let read_only: String = answer.try_get(0)?;
        if read_only == "off" { Ok(()) } else { Err(faults::takes_no_writes()) }
    }

    statements_of!(sqlx::Postgres, sqlx::postgres::PgArguments);
}
