//! What the statements of this process showed of the database: whether it takes writes, and has room.

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::StoreError;
use crate::faults::Cause;

/// How long a write is taken for a sign that another would succeed, and how long one may take that is tried for that.
pub(super) const FRESH: Duration = Duration::from_secs(1);

/// How long a refusal for want of room is believed after it, if nothing was committed since. Longer than the time between two
/// questions of most who ask whether this is ready.
const FULL: Duration = Duration::from_secs(10);

/// Why the database is not ready for requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unready {
    /// It cannot do its work at the moment.
    Away(Cause),
    /// It has other tables than this program needs.
    Schema,
    /// It refuses a plain write.
    Refused,
}

impl fmt::Display for Unready {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Away(cause) => cause.fmt(f),
            Self::Schema => f.write_str("schema"),
            Self::Refused => f.write_str("refused"),
        }
    }
}

/// What the statements of this process showed of the database.
#[derive(Debug, Default)]
pub(super) struct WriteHealth {
    /// When a write succeeded last, unless something has failed since.
    wrote: Mutex<Option<Instant>>,
    /// When a write found no room last, unless a transaction was committed since.
    full: Mutex<Option<Instant>>,
    /// When a write was tried last, and what came of it. Held while one is tried: however many ask, one tries.
    pub(super) tried: tokio::sync::Mutex<Option<(Instant, Result<(), Unready>)>>,
}

impl WriteHealth {
    pub(super) fn last_write(&self) -> MutexGuard<'_, Option<Instant>> {
        self.wrote.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Records the result of a write.
    pub(super) fn wrote<T>(&self, written: Result<T, StoreError>) -> Result<T, StoreError> {
        match &written {
            Ok(_) => *self.last_write() = Some(Instant::now()),
            Err(error) => self.failed(error),
        }
        written
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
        read
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
        self.full.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn was_full_just_now(&self) -> bool {
        self.last_full().is_some_and(|at| at.elapsed() < FULL)
    }

    pub(super) fn wrote_just_now(&self) -> bool {
        self.last_write().is_some_and(|at| at.elapsed() < FRESH)
    }
}
