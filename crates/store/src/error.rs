//! The errors of the store. The operator reads them; clients only learn that the server failed.

use crate::faults::{self, Cause};

/// Why a statement gave no answer. "Not found" is never an error: lookups give an `Option`.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database could not do it, after waiting for it, and nothing happened. It may come back.
    #[error("the database is away")]
    Away(#[source] sqlx::Error),
    /// The answer to a commit did not come: it may have happened. So it is never tried again.
    #[error("the database is away, and a commit has no answer")]
    Unanswered(#[source] sqlx::Error),
    /// It answered, and refused.
    #[error("the database refused a statement")]
    Refused(#[source] sqlx::Error),
    /// Others changed what it was to change, as often as it was tried.
    #[error("somebody else was faster each time")]
    Overtaken,
    /// A row holds what this program never writes.
    #[error("the row {id:?} of {table} is impossible: {why}")]
    Corrupt {
        /// The table.
        table: &'static str,
        /// The row's key, where it is not a secret.
        id: String,
        /// What is wrong with it.
        why: &'static str,
    },
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
            Self::Refused(_) | Self::Overtaken | Self::Corrupt { .. } => None,
        }
    }

    /// The same, of a commit or a statement that commits itself: a caller that tries it again must know that nothing
    /// happened.
    pub(super) fn of_commit(error: sqlx::Error) -> Self {
        if faults::cause(&error).is_some() && !faults::says_that_nothing_happened(&error) {
            Self::Unanswered(error)
        } else {
            error.into()
        }
    }

    /// Whether a uniqueness rule was broken, by somebody else's insertion of the same key.
    pub(super) fn is_taken(&self) -> bool {
        matches!(self, Self::Refused(sqlx::Error::Database(refusal)) if refusal.is_unique_violation())
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        if faults::cause(&error).is_some() { Self::Away(error) } else { Self::Refused(error) }
    }
}
