//! What can keep the store from remembering? Read by the operator; clients are only told that it failed.

use crate::store::db::is_away;

/// Why a statement gave no answer. "Not found" is never an error: lookups give an `Option`.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database cannot be reached, after waiting for it. It may come back.
    #[error("the database is away")]
    Away(#[source] sqlx::Error),
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
        matches!(self, Self::Away(_) | Self::Overtaken)
    }

    /// Whether two transactions waited for each other and this one had to give way: it can be tried again.
    pub(super) fn is_deadlock(&self) -> bool {
        matches!(self, Self::Refused(sqlx::Error::Database(refusal)) if refusal.code().as_deref() == Some("40P01"))
    }

    /// Whether a uniqueness rule was broken, by somebody else's insertion of the same key.
    pub(super) fn is_taken(&self) -> bool {
        matches!(self, Self::Refused(sqlx::Error::Database(refusal)) if refusal.is_unique_violation())
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        if is_away(&error) { Self::Away(error) } else { Self::Refused(error) }
    }
}
