//! The connections of a pool that nobody holds, and which of them are still trusted.

use std::sync::Arc;
use std::time::Duration;

use parking_lot::{Mutex, MutexGuard};
use tokio::sync::Semaphore;
use tokio::time::Instant;

use crate::driver::{Dial, Driver, Timeouts, in_background, in_time};

/// How long a connection is trusted without being verified.
const TRUSTED: Duration = Duration::from_secs(1);
/// How old a connection to a server may grow: a name that leads elsewhere is noticed by then.
const OLDEST: Duration = Duration::from_mins(30);
/// How long a connection that nobody needs is kept.
const LONGEST_REST: Duration = Duration::from_mins(10);
/// How long a server may take to hear that a sound connection is closed.
pub(super) const CLOSING: Duration = Duration::from_secs(1);

pub(super) struct PoolState<C: Driver> {
    pub(super) dial: Dial<C>,
    pub(super) permits: Arc<Semaphore>,
    pub(super) size: u32,
    resting: Mutex<Resting<C>>,
    pub(super) timeouts: Timeouts,
}

pub(super) struct Resting<C> {
    /// The one that rested least is the last, and the next to be used.
    pub(super) connections: Vec<RestingConnection<C>>,
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

impl<C: Driver> PoolState<C> {
    pub(super) fn new(size: u32, timeouts: Timeouts, dial: Dial<C>) -> Self {
        let resting = Mutex::new(Resting { connections: Vec::new(), doubted: Instant::now() });
        Self { dial, permits: Arc::new(Semaphore::new(size as usize)), size, resting, timeouts }
    }

    pub(super) fn resting(&self) -> MutexGuard<'_, Resting<C>> {
        self.resting.lock()
    }

    /// A connection that rested, and whether it must be verified first.
    pub(super) fn wake(&self) -> Option<(RestingConnection<C>, bool)> {
        let mut resting = self.resting();
        let rested = resting.connections.pop()?;
        let is_doubtful = rested.is_doubtful(resting.doubted);
        Some((rested, is_doubtful))
    }

    /// Trusts no connection that answered before now.
    pub(super) fn doubt(&self) {
        self.resting().doubted = Instant::now();
    }

    pub(super) fn forget_doubtful(&self) {
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
