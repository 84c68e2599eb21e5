//! The errors of the store. The operator reads them; clients only learn that the server failed.

use crate::faults::{self, Cause};

/// Why a statement failed. "Not found" is never an error: lookups return an `Option`.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database was away for as long as it is waited for, and nothing happened. It may come back.
    #[error("the database is away")]
    Away(#[source] sqlx::Error),
    /// The answer to a commit is missing: it may have happened. So it is never tried again.
    #[error("the database is away, and a commit has no answer")]
    Unanswered(#[source] sqlx::Error),
    /// The database answered, and refused the statement.
    #[error("the database refused a statement")]
    Refused(#[source] sqlx::Error),
    /// Another request changed the row first; of a flow, each time that it was tried.
    #[error("another request was faster each time")]
    Overtaken,
    /// A row holds what this program never writes.
    #[error("the database holds an impossible value")]
    Corrupt(#[source] sqlx::Error),
}

impl StoreError {
    /// Whether a later try may succeed.
    pub fn is_away(&self) -> bool {
        matches!(self, Self::Away(_) | Self::Unanswered(_) | Self::Overtaken)
    }

    /// Why it is away, if it is.
    pub fn cause(&self) -> Option<Cause> {
        match self {
            Self::Away(error) | Self::Unanswered(error) => faults::cause(error),
            Self::Refused(_) | Self::Overtaken | Self::Corrupt(_) => None,
        }
    }

    /// The error of a commit, or of a statement that commits itself: it may be tried again only if nothing happened.
    pub(super) fn of_commit(error: sqlx::Error) -> Self {
        if faults::cause(&error).is_some() && !faults::says_that_nothing_happened(&error) {
            Self::Unanswered(error)
        } else {
            error.into()
        }
    }

    /// Whether the key was taken: a uniqueness rule was broken.
    pub(super) fn is_taken(&self) -> bool {
        matches!(self, Self::Refused(sqlx::Error::Database(refusal)) if refusal.is_unique_violation())
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::ColumnDecode { .. } => Self::Corrupt(error),
            error if faults::cause(&error).is_some() => Self::Away(error),
            error => Self::Refused(error),
        }
    }
}
