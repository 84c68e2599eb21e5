//! The errors of the store. The operator reads them; clients only learn that the server failed.

use std::sync::Arc;

use sqlx::error::DatabaseError;

use crate::Trouble;
use crate::faults::{self, Cause};
use crate::place::DatabasePlace;

/// Why a statement failed. "Not found" is never an error: lookups return an `Option`.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// The database was away for as long as it is waited for, and nothing happened. It may come back.
    #[error(transparent)]
    Away(Trouble),
    /// The answer to a commit is missing: it may have happened. So it is never tried again.
    #[error("a commit has no answer, and may have happened")]
    Unanswered(#[source] Trouble),
    /// The database answered, and refused the statement.
    #[error(transparent)]
    Refused(Trouble),
    /// Another request changed the row first; of a flow, each time that it was tried.
    #[error("another request was faster each time")]
    Overtaken,
    /// A row holds what this program never writes.
    #[error("the database holds an impossible value")]
    Corrupt(#[source] Arc<sqlx::Error>),
}

impl StoreError {
    /// Whether a later try may succeed.
    pub fn is_away(&self) -> bool {
        matches!(self, Self::Away(_) | Self::Unanswered(_) | Self::Overtaken)
    }

    /// Why it is away, if it is.
    pub fn cause(&self) -> Option<Cause> {
        match self {
            Self::Away(trouble) | Self::Unanswered(trouble) => trouble.cause(),
            Self::Refused(_) | Self::Overtaken | Self::Corrupt(_) => None,
        }
    }

    /// The error of a commit, or of a statement that commits itself: it may be tried again only if nothing happened.
    pub(super) fn of_commit(error: sqlx::Error) -> Self {
        if faults::cause(&error).is_some() && !faults::says_that_nothing_happened(&error) {
            Self::Unanswered(error.into())
        } else {
            error.into()
        }
    }

    /// What the engine refused a statement with.
    pub(super) fn refusal(&self) -> Option<&dyn DatabaseError> {
        match self {
            Self::Refused(trouble) => trouble.error().as_database_error(),
            _ => None,
        }
    }

    /// The same, of this database.
    pub(super) fn at(self, place: &Arc<DatabasePlace>) -> Self {
        match self {
            Self::Away(trouble) => Self::Away(trouble.at(place)),
            Self::Unanswered(trouble) => Self::Unanswered(trouble.at(place)),
            Self::Refused(trouble) => Self::Refused(trouble.at(place)),
            Self::Overtaken | Self::Corrupt(_) => self,
        }
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::ColumnDecode { .. } => Self::Corrupt(Arc::new(error)),
            error if faults::cause(&error).is_some() => Self::Away(error.into()),
            error => Self::Refused(error.into()),
        }
    }
}
