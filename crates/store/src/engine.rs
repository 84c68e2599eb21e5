//! A connection of either engine, for one purpose.

use sqlx::{PgConnection, SqliteConnection};

use crate::arg::Arg;
use crate::lease::Lease;
use crate::portable_row::PortableRow;
use crate::statement::Statement;

/// The purpose of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ConnectionUse {
    Read,
    /// A statement that commits itself.
    Write,
    Transaction,
    /// A script, which is looked for and repeated where its answer is missing.
    Script,
    /// A write that need not survive a power cut.
    Note,
}

/// A connection that is held.
pub(super) enum Engine {
    Postgres(Lease<PgConnection>),
    Sqlite(Lease<SqliteConnection>),
}

macro_rules! on_each {
    ($engine:expr, $lease:ident => $result:expr) => {
        match $engine {
            Engine::Postgres($lease) => $result,
            Engine::Sqlite($lease) => $result,
        }
    };
}

impl Engine {
    pub(super) async fn execute(&mut self, of: Statement, args: Vec<Arg>) -> sqlx::Result<u64> {
        on_each!(self, lease => lease.execute(of, args).await)
    }

    pub(super) async fn fetch<T: PortableRow>(&mut self, of: Statement, args: Vec<Arg>) -> sqlx::Result<Vec<T>> {
        on_each!(self, lease => lease.fetch(of, args).await)
    }

    pub(super) async fn prepare(&mut self, statement: Statement) -> sqlx::Result<()> {
        on_each!(self, lease => lease.prepare(statement).await)
    }

    pub(super) async fn commit(&mut self) -> sqlx::Result<()> {
        on_each!(self, lease => lease.commit().await)
    }
}
