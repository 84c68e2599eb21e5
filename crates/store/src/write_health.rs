//! Whether the database takes writes and has room, as the statements of this process showed.

use std::sync::Arc;
use std::time::Duration;

use parking_lot::{Mutex, MutexGuard};
use tokio::time::Instant;

use crate::StoreError;
use crate::faults::Cause;
use crate::place::DatabasePlace;

/// How long a successful write shows that another would succeed, and how long a write that is tried may take.
pub(super) const FRESH: Duration = Duration::from_secs(1);

/// How long a full disk is reported after a write found no room, if nothing was committed since. Most health checks ask more often.
const FULL: Duration = Duration::from_secs(10);

/// Why the database is not ready for requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unready {
    /// It cannot do its work at the moment.
    #[error(transparent)]
    Away(Cause),
    /// It has other tables than this program needs.
    #[error("schema")]
    Schema,
    /// It refuses a plain write.
    #[error("refused")]
    Refused,
}

/// The results of the last writes of this process.
#[derive(Debug)]
pub(super) struct WriteHealth {
    /// Which database it is: errors that pass here are told with it.
    place: Arc<DatabasePlace>,
    /// When a write succeeded last, unless something has failed since.
    wrote: Mutex<Option<Instant>>,
    /// When a write found no room last, unless a transaction was committed since.
    full: Mutex<Option<Instant>>,
    /// When a write was tried last, and its result. Locked while one is tried, so that of many callers one tries.
    pub(super) tried: tokio::sync::Mutex<Option<(Instant, Result<(), Unready>)>>,
}

impl WriteHealth {
    pub(super) fn of(place: DatabasePlace) -> Self {
        Self { place: Arc::new(place), wrote: Mutex::default(), full: Mutex::default(), tried: <_>::default() }
    }

    pub(super) fn last_write(&self) -> MutexGuard<'_, Option<Instant>> {
        self.wrote.lock()
    }

    /// Records the result of a write.
    pub(super) fn wrote<T>(&self, written: Result<T, StoreError>) -> Result<T, StoreError> {
        match &written {
            Ok(_) => *self.last_write() = Some(Instant::now()),
            Err(error) => self.failed(error),
        }
        self.told(written)
    }

    /// Records the result of a commit.
    pub(super) fn committed<T>(&self, committed: Result<T, StoreError>) -> Result<T, StoreError> {
        if committed.is_ok() {
            *self.last_full() = None;
        }
        self.wrote(committed)
    }

    /// Records the result of a read.
    pub(super) fn read<T>(&self, read: Result<T, StoreError>) -> Result<T, StoreError> {
        if let Err(error) = &read {
            self.failed(error);
        }
        self.told(read)
    }

    /// The same result; an error says which database it is about.
    pub(super) fn told<T, E: Into<StoreError>>(&self, result: Result<T, E>) -> Result<T, StoreError> {
        result.map_err(|error| self.said(error))
    }

    /// The same of an error.
    pub(super) fn said(&self, error: impl Into<StoreError>) -> StoreError {
        error.into().at(&self.place)
    }

    fn failed(&self, error: &StoreError) {
        if error.is_away() {
            *self.last_write() = None;
        }
        if error.cause() == Some(Cause::Full) {
            *self.last_full() = Some(Instant::now());
        }
    }

    fn last_full(&self) -> MutexGuard<'_, Option<Instant>> {
        self.full.lock()
    }

    pub(super) fn was_full_just_now(&self) -> bool {
        self.last_full().is_some_and(|at| at.elapsed() < FULL)
    }

    pub(super) fn wrote_just_now(&self) -> bool {
        self.last_write().is_some_and(|at| at.elapsed() < FRESH)
    }
}
