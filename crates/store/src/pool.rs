//! The open connections to the database: as many as the settings allow, each held by one task at a time.
//!
//! The pool of sqlx does not fit. It pings a connection that is given back without a deadline, so connections to a host that
//! vanished never come back. It cannot end an attempt to connect before the caller gives up. It relies on the driver's count of open
//! transactions, which is wrong after SQLite has rolled back by itself. Here everything has a deadline, and a connection that passed
//! one is dropped: its socket is closed at once.

use std::sync::Arc;

use tokio::time::Instant;

use crate::driver::{Dial, Driver, Timeouts, in_time};
use crate::lease::{Lease, run};
use crate::pool_state::{CLOSING, PoolState, RestingConnection};

/// The connections of one kind.
pub(super) struct ConnectionPool<C: Driver>(Arc<PoolState<C>>);

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
        Self(Arc::new(PoolState::new(size, timeouts, dial)))
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
                        // Others that rested as long would each cost the same wait.
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
