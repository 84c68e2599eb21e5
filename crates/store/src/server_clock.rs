//! The clock of the database, which all nodes share: it shows each whether its own clock is right.

use crate::arg::args;
use crate::db::Pools;
use crate::statement::Statement;
use crate::{Db, StoreError};
use protocol::Timestamp;

const NOW: Statement = Statement::unlisted(|| "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)");

/// The time at the server of the database; `None` on SQLite, which has only the clock of this machine.
pub async fn time_at_database(db: &Db) -> Result<Option<Timestamp>, StoreError> {
    match &db.pools {
        Pools::Postgres { .. } => db.value(NOW, args![]).await,
        Pools::Sqlite { .. } => Ok(None),
    }
}
