//! Which connections to the database are open? As many as the settings allow, each held by one at a time.
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
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

use crate::lease::{Lease, run};

/// How long a connection is believed without being asked.
const BELIEVED: Duration = Duration::from_secs(1);
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

    /// Undoes what a transaction did so far.
    fn roll_back(&mut self) -> impl Future<Output = sqlx::Result<()>> + Send;
}

/// Makes a connection, ready for use, within a deadline of its own.
pub(super) type Dial<C> = Box<dyn Fn() -> Dialling<C> + Send + Sync>;
pub(super) type Dialling<C> = Pin<Box<dyn Future<Output = sqlx::Result<C>> + Send>>;

/// How long is waited for what.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience {
    /// For a statement.
    pub(super) statement: Duration,
    /// For the answer of a connection that rested.
    pub(super) ask: Duration,
    /// For a new connection.
    pub(super) dial: Duration,
}

impl Patience {
    /// Short enough that within `wait` a dead connection is found out, an attempt to connect fails, and another succeeds.
    pub(super) fn of(wait: Duration) -> Self {
        let least = |least| wait.min(Duration::from_millis(least));
        Self { statement: wait, ask: (wait / 10).max(least(250)), dial: (wait / 3).max(least(1000)) }
    }

    /// The same, where one of several servers may have to be found.
    pub(super) fn divided(self, servers: usize) -> Self {
        let servers = u32::try_from(servers).unwrap_or(1).max(1);
        Self { dial: (self.dial * 2 / (servers + 1)).max(self.ask), ..self }
    }
}

/// The connections of one kind.
pub(super) struct Pool<C: Driver> {
    shared: Arc<Shared<C>>,
}

pub(super) struct Shared<C: Driver> {
    dial: Dial<C>,
    places: Arc<Semaphore>,
    size: u32,
    resting: Mutex<Resting<C>>,
    pub(super) patience: Patience,
}

struct Resting<C> {
    /// The one that rested least is the last, and the next to be used.
    connections: Vec<Rested<C>>,
    /// What was proven before is asked again.
    doubted: Instant,
}

/// A connection that nobody holds.
pub(super) struct Rested<C> {
    pub(super) connection: C,
    /// Since when it is open.
    pub(super) opened: Instant,
    /// When it answered last.
    pub(super) proven: Instant,
}

/// When a connection is asked before it is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// When it rested.
    AfterRest,
    /// Always: what is sent next cannot be tried again.
    Always,
}

impl<C: Driver> Pool<C> {
    pub(super) fn new(size: u32, patience: Patience, dial: Dial<C>) -> Self {
        let resting = Mutex::new(Resting { connections: Vec::new(), doubted: Instant::now() });
        let places = Arc::new(Semaphore::new(size as usize));
        Self { shared: Arc::new(Shared { dial, places, size, resting, patience }) }
    }

    /// A connection that may be used: one that rested, or a new one. Waits for a place without a deadline of its own.
    pub(super) async fn acquire(&self, asked: Asked) -> sqlx::Result<Lease<C>> {
        let place = Arc::clone(&self.shared.places).acquire_owned().await.map_err(|_| sqlx::Error::PoolClosed)?;
        let patience = self.shared.patience;
        let place = match self.shared.wake() {
            None => place,
            Some((rested, must_be_asked)) => {
                let mut lease = Lease::new(rested, place, Arc::clone(&self.shared));
                let answer = if must_be_asked {
                    run!(lease, patience.ask, connection => connection.ask())
                } else if asked == Asked::Always {
                    run!(lease, patience.ask, connection => connection.ping())
                } else {
                    Ok(())
                };
                match answer {
                    Ok(()) => return Ok(lease),
                    Err(error) => {
                        tracing::debug!(%error, "a connection to the database is given up");
                        // Those that rested as long would each cost the same wait.
                        self.shared.forget_doubtful();
                        lease.give_up()
                    }
                }
            }
        };
        let connection = (self.shared.dial)().await?;
        let now = Instant::now();
        let fresh = Rested { connection, opened: now, proven: now };
        Ok(Lease::new(fresh, place, Arc::clone(&self.shared)))
    }

    /// Waits until nobody holds a connection any more, and closes them all. Whoever asks for one from then on is refused.
    pub(super) async fn close(&self) {
        let _all = self.shared.places.acquire_many(self.shared.size).await;
        self.refuse();
        let resting = std::mem::take(&mut self.shared.resting().connections);
        for rested in resting {
            drop(in_time(CLOSING, rested.connection.close()).await);
        }
    }

    /// Refuses everybody from now on.
    pub(super) fn refuse(&self) {
        self.shared.places.close();
    }
}

impl<C: Driver> Shared<C> {
    fn resting(&self) -> MutexGuard<'_, Resting<C>> {
        self.resting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A connection that rested, and whether it must be asked first.
    fn wake(&self) -> Option<(Rested<C>, bool)> {
        let mut resting = self.resting();
        let rested = resting.connections.pop()?;
        let must_be_asked = rested.is_doubtful(resting.doubted);
        Some((rested, must_be_asked))
    }

    /// Believes no connection that answered before now.
    pub(super) fn doubt(&self) {
        self.resting().doubted = Instant::now();
    }

    fn forget_doubtful(&self) {
        let mut resting = self.resting();
        let doubted = resting.doubted;
        resting.connections.retain(|rested| !rested.is_doubtful(doubted));
    }

    /// Takes a connection back that is as it was when it was handed out.
    pub(super) fn rest(&self, rested: Rested<C>) {
        let mut retired = Vec::new();
        if self.places.is_closed() || (C::GROWS_OLD && rested.opened.elapsed() > OLDEST) {
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

impl<C> Rested<C> {
    fn is_doubtful(&self, doubted: Instant) -> bool {
        self.proven.elapsed() > BELIEVED || self.proven <= doubted
    }
}

impl<C: Driver> Clone for Pool<C> {
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared) }
    }
}

impl<C: Driver> std::fmt::Debug for Pool<C> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pool").field("size", &self.shared.size).finish_non_exhaustive()
    }
}

/// What comes of a statement, unless the database is silent for longer than it is waited for: a broken network does not
/// say so.
pub(super) async fn in_time<T>(
    patience: Duration,
    statement: impl Future<Output = sqlx::Result<T>>,
) -> sqlx::Result<T> {
    tokio::time::timeout(patience, statement).await.unwrap_or(Err(sqlx::Error::PoolTimedOut))
}

/// Does what nobody waits for. Without a runtime nobody is left who could need it done.
pub(super) fn in_background(work: impl Future<Output: Send> + Send + 'static) {
    if let Ok(runtime) = Handle::try_current() {
        runtime.spawn(work);
    }
}

/// A place, to be freed when the connection in it has found its end.
pub(super) type Place = OwnedSemaphorePermit;
