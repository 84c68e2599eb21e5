//! An error of a driver, and the database that it is about.

use std::error::Error;
use std::fmt;
use std::io::ErrorKind;
use std::sync::Arc;

use crate::faults::{self, Cause};
use crate::place::DatabasePlace;

/// Why a database did not do what it was told. It is told to operators: what is wrong, where, and what to do.
#[derive(Clone, Debug)]
pub struct Trouble {
    error: Arc<sqlx::Error>,
    /// What the engine said, and its code.
    words: Option<EngineWords>,
    /// `None` until it leaves the [`Db`](crate::Db) that knows it.
    place: Option<Arc<DatabasePlace>>,
}

/// The words of the engine, without the place in its source, which the driver adds.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{0}")]
struct EngineWords(String);

impl Trouble {
    pub(super) fn error(&self) -> &sqlx::Error {
        &self.error
    }

    /// Why a later try may succeed, if it may.
    pub(super) fn cause(&self) -> Option<Cause> {
        faults::cause(&self.error)
    }

    /// Whether nothing was heard at all, which says less than any answer.
    pub(super) fn is_silence(&self) -> bool {
        matches!(*self.error, sqlx::Error::PoolTimedOut)
    }

    pub(super) fn at(self, place: &Arc<DatabasePlace>) -> Self {
        Self { place: Some(Arc::clone(place)), ..self }
    }
}

impl From<sqlx::Error> for Trouble {
    fn from(error: sqlx::Error) -> Self {
        let words = error.as_database_error().map(|refusal| {
            EngineWords(format!("{} ({})", refusal.message(), refusal.code().as_deref().unwrap_or("no code")))
        });
        Self { error: Arc::new(error), words, place: None }
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Some(place) => to.write_str(&place.tell(&self.error)),
            None if self.cause().is_some() => to.write_str("the database is away"),
            None => to.write_str("the database refused a statement"),
        }
    }
}

impl Error for Trouble {
    /// The words of the engine or of the operating system. Those of the driver's pool, which grantd does not use, would
    /// mislead.
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &*self.error {
            sqlx::Error::Database(_) => self.words.as_ref().map(|words| words as &dyn Error),
            sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed => None,
            sqlx::Error::Io(error) if error.get_ref().is_some() && error.kind() == ErrorKind::ReadOnlyFilesystem => {
                None
            }
            sqlx::Error::Io(error) => Some(error),
            error => Some(error),
        }
    }
}
