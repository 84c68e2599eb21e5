//! The reasons for which a database cannot be used.

use sqlx::migrate::MigrateError;

use crate::StoreError;

/// Why a database cannot be used as it is.
#[derive(Debug, thiserror::Error)]
pub enum SchemaError {
    /// This program is newer.
    #[error("the database lacks {missing} migration(s) of this version: run `grantd migrate` first")]
    Older {
        /// How many are to be run.
        missing: usize,
    },
    /// The database is newer, and this program too old to run on it.
    #[error(
        "the database was migrated by a newer version (migration {newest}), and no version older than migration \
         {oldest_reader} may run on it; this one knows migration {known}: run a newer version"
    )]
    Newer {
        /// The last migration that ran on the database.
        newest: i64,
        /// The oldest migration that a program must know to run on it.
        oldest_reader: i64,
        /// The last migration that this program knows.
        known: i64,
    },
    /// The database is of a version before the first release, whose migrations became one.
    #[error(
        "the database was made by a version of grantd before 0.1.0 (its last migration is {version}, {description:?}), and \
         cannot be migrated: name an empty database in database.url, or run the version that made it"
    )]
    BeforeRelease {
        /// The last migration that ran on it.
        version: i64,
        /// Its name.
        description: String,
    },
    /// The history belongs to another program, or to a version that was never released.
    #[error(
        "the database has a history that this version does not know (its migration {version} is {description:?}): name a \
         database in database.url that belongs to grantd alone"
    )]
    Foreign {
        /// The first migration that is not of this program.
        version: i64,
        /// Its name.
        description: String,
    },
    /// A table of another program has the name of one of ours.
    #[error("the database holds tables of another program: name one in database.url that belongs to grantd alone")]
    Occupied(#[source] MigrateError),
    /// A migration broke off.
    #[error("migration {version} failed half-way: restore the database from its backup")]
    Broken {
        /// Which.
        version: i64,
    },
    /// The database is of an encoding in which names could not be written.
    #[error(
        "the database is of the encoding {encoding}, which cannot hold every name: make one with ENCODING 'UTF8' and \
         TEMPLATE template0"
    )]
    Encoding {
        /// Its encoding.
        encoding: String,
    },
    /// Between this program and the database is a pooler that keeps no sessions.
    #[error(
        "what a session is told and prepares is lost, because a pooler gives each transaction another connection to the \
         database: it needs pool_mode = session"
    )]
    Pooled,
    /// It could not be run.
    #[error("the migration failed")]
    Failed(#[source] MigrateError),
    /// The database could not be asked.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<MigrateError> for SchemaError {
    fn from(error: MigrateError) -> Self {
        match &error {
            MigrateError::ExecuteMigration(refusal, _) if says_that_a_table_exists(refusal) => Self::Occupied(error),
            _ => Self::Failed(error),
        }
    }
}

/// Postgres has a code for it, SQLite only words.
fn says_that_a_table_exists(refusal: &sqlx::Error) -> bool {
    refusal.as_database_error().is_some_and(|refusal| {
        refusal.code().as_deref() == Some("42P07")
            || (refusal.message().starts_with("table ") && refusal.message().ends_with(" already exists"))
    })
}
