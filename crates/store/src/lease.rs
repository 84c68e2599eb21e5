//! A connection that is held, and its return to the pool: as it was, rolled back, or not at all.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedMutexGuard, OwnedSemaphorePermit};
use tokio::time::Instant;

use crate::arg::Arg;
use crate::driver::{Driver, in_background, in_time};
use crate::faults;
use crate::pool_state::{PoolState, RestingConnection};
use crate::portable_row::PortableRow;
use crate::statement::Statement;

/// A connection that is held. Dropped, it goes back to its pool, unless something is wrong with it.
pub(super) struct Lease<C: Driver> {
    /// `None` once it is given up.
    held: Option<RestingConnection<C>>,
    /// A statement was sent, and its answer was not received: its future may have been dropped.
    is_busy: bool,
    /// A transaction is open, or may be.
    is_open: bool,
    permit: Option<OwnedSemaphorePermit>,
    /// The turn to write to SQLite, which ends with the transaction.
    turn: Option<OwnedMutexGuard<()>>,
    pool: Arc<PoolState<C>>,
}

/// Runs a statement on a held connection, within a timeout, and gives the connection up if it is silent or broken.
macro_rules! run {
    ($lease:expr, $timeout:expr, $connection:ident => $statement:expr) => {{
        let timeout = $timeout;
        match $lease.take_up() {
            Some($connection) => {
                let answer = crate::driver::in_time(timeout, $statement).await;
                $lease.put_down(&answer);
                answer
            }
            None => Err(sqlx::Error::PoolClosed),
        }
    }};
}
pub(super) use run;

impl<C: Driver> Lease<C> {
    pub(super) fn new(held: RestingConnection<C>, permit: OwnedSemaphorePermit, pool: Arc<PoolState<C>>) -> Self {
        Self { held: Some(held), is_busy: false, is_open: false, permit: Some(permit), turn: None, pool }
    }

    /// Adds the turn to write.
    pub(super) fn in_turn(mut self, turn: OwnedMutexGuard<()>) -> Self {
        self.turn = Some(turn);
        self
    }

    pub(super) async fn execute(&mut self, of: Statement, args: Vec<Arg>) -> sqlx::Result<u64> {
        run!(self, self.pool.timeouts.statement, connection => connection.run(of.text(), args))
    }

    pub(super) async fn fetch<T: PortableRow>(&mut self, of: Statement, args: Vec<Arg>) -> sqlx::Result<Vec<T>> {
        run!(self, self.pool.timeouts.statement, connection => connection.rows(of.text(), args))
    }

    /// Begins a transaction, by this statement of the engine.
    pub(super) async fn begin(&mut self, timeout: Duration, by: &'static str) -> sqlx::Result<()> {
        self.is_open = true;
        run!(self, timeout, connection => connection.command(by))
    }

    pub(super) async fn commit(&mut self) -> sqlx::Result<()> {
        let committed = run!(self, self.pool.timeouts.statement, connection => connection.command("COMMIT"));
        self.is_open = committed.is_err();
        committed
    }

    pub(super) async fn prepare(&mut self, statement: Statement) -> sqlx::Result<()> {
        run!(self, self.pool.timeouts.statement, connection => connection.check(statement.text()))
    }

    /// The connection, for one statement.
    pub(super) fn take_up(&mut self) -> Option<&mut C> {
        let held = self.held.as_mut()?;
        self.is_busy = true;
        Some(&mut held.connection)
    }

    /// Records the result of the statement.
    pub(super) fn put_down<T>(&mut self, answer: &sqlx::Result<T>) {
        self.is_busy = false;
        match answer {
            Err(error) if !faults::spares_the_connection(error) => {
                // Closes the socket. Closing the session properly would wait for a server that is silent.
                self.held = None;
                self.pool.doubt();
            }
            _ => {
                if let Some(held) = &mut self.held {
                    held.proven = Instant::now();
                }
            }
        }
    }

    /// Takes the connection out of the pool, for good.
    pub(super) fn keep(mut self) -> C {
        self.held.take().expect("a connection that was just handed out is held").connection
    }

    /// Drops the connection, and gives its permit to another.
    pub(super) fn give_up(mut self) -> OwnedSemaphorePermit {
        self.held = None;
        self.permit.take().expect("a lease has its permit until it is dropped")
    }
}

impl<C: Driver> Drop for Lease<C> {
    fn drop(&mut self) {
        let Some(held) = self.held.take() else { return };
        let (permit, turn, pool) = (self.permit.take(), self.turn.take(), Arc::clone(&self.pool));
        if !self.is_busy && !self.is_open {
            pool.rest(held);
            drop((turn, permit));
            return;
        }
        let is_open = self.is_open;
        // The permit stays taken until then, so that no more connections are open than may be.
        let recovering = async move {
            let RestingConnection { mut connection, opened, .. } = held;
            let timeout = pool.timeouts.statement;
            let recovered = if is_open {
                // This fails where SQLite has rolled back by itself; then a new connection is opened.
                in_time(timeout, connection.command("ROLLBACK")).await
            } else {
                in_time(timeout, connection.ping()).await
            };
            if recovered.is_ok() {
                pool.rest(RestingConnection { connection, opened, proven: Instant::now() });
            } else {
                drop(connection);
                pool.doubt();
            }
            drop((turn, permit));
        };
        in_background(recovering);
    }
}
