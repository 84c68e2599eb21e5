//! Who holds a connection, and how is it given back? As it was, rolled back, or not at all.

use std::sync::Arc;

use tokio::sync::OwnedMutexGuard;
use tokio::time::Instant;

use crate::faults;
use crate::pool::{Driver, Place, Rested, Shared, in_background, in_time};

/// A connection that one holds. Dropped, it goes back to where it came from, unless something is wrong with it.
pub(super) struct Lease<C: Driver> {
    /// `None` once it is given up.
    held: Option<Rested<C>>,
    /// A statement was sent, and its answer was not heard. Whoever asked may have gone away.
    is_busy: bool,
    /// A transaction is open, or may be.
    is_open: bool,
    place: Option<Place>,
    /// The turn to write to SQLite, which ends with the transaction.
    turn: Option<OwnedMutexGuard<()>>,
    shared: Arc<Shared<C>>,
}

/// Runs a statement on a connection that is held, within a deadline, and gives the connection up when it is silent or broken.
macro_rules! run {
    ($lease:expr, $patience:expr, $connection:ident => $statement:expr) => {{
        let patience = $patience;
        match $lease.take_up() {
            Some($connection) => {
                let answer = crate::pool::in_time(patience, $statement).await;
                $lease.put_down(&answer);
                answer
            }
            None => Err(sqlx::Error::PoolClosed),
        }
    }};
}
pub(super) use run;

impl<C: Driver> Lease<C> {
    pub(super) fn new(held: Rested<C>, place: Place, shared: Arc<Shared<C>>) -> Self {
        Self { held: Some(held), is_busy: false, is_open: false, place: Some(place), turn: None, shared }
    }

    /// The same, which holds the turn to write as well.
    pub(super) fn in_turn(mut self, turn: OwnedMutexGuard<()>) -> Self {
        self.turn = Some(turn);
        self
    }

    /// The connection, for one statement.
    pub(super) fn take_up(&mut self) -> Option<&mut C> {
        let held = self.held.as_mut()?;
        self.is_busy = true;
        Some(&mut held.connection)
    }

    /// Takes note of what came of the statement.
    pub(super) fn put_down<T>(&mut self, answer: &sqlx::Result<T>) {
        self.is_busy = false;
        match answer {
            Err(error) if !faults::spares_the_connection(error) => {
                // Closes the socket. A word of farewell would have to wait for whoever is silent.
                self.held = None;
                self.shared.doubt();
            }
            _ => {
                if let Some(held) = &mut self.held {
                    held.proven = Instant::now();
                }
            }
        }
    }

    /// Takes note that a transaction is about to begin, or has ended.
    pub(super) fn is_open(&mut self, is_open: bool) {
        self.is_open = is_open;
    }

    /// Takes the connection out of the pool, for good.
    pub(super) fn keep(mut self) -> C {
        self.held.take().expect("a connection that was just handed out is held").connection
    }

    /// Drops the connection, and gives its place to another.
    pub(super) fn give_up(mut self) -> Place {
        self.held = None;
        self.place.take().expect("a lease has its place until it is dropped")
    }
}

impl<C: Driver> Drop for Lease<C> {
    fn drop(&mut self) {
        let Some(held) = self.held.take() else { return };
        let (place, turn, shared) = (self.place.take(), self.turn.take(), Arc::clone(&self.shared));
        if !self.is_busy && !self.is_open {
            shared.rest(held);
            drop((turn, place));
            return;
        }
        let is_open = self.is_open;
        // The place stays taken until then, so that no more connections are open than may be.
        let recovering = async move {
            let Rested { mut connection, opened, .. } = held;
            let patience = shared.patience.statement;
            let recovered = if is_open {
                in_time(patience, connection.roll_back()).await
            } else {
                in_time(patience, connection.ping()).await
            };
            if recovered.is_ok() {
                shared.rest(Rested { connection, opened, proven: Instant::now() });
            } else {
                drop(connection);
                shared.doubt();
            }
            drop((turn, place));
        };
        in_background(recovering);
    }
}
