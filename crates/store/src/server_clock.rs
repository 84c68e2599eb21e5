//! What time is it at the database? All nodes share it, so it tells each whether its own clock is right.

use crate::arg::args;
use crate::db::Pools;
use crate::{Db, StoreError};
use protocol::Timestamp;

const NOW: &str = "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)";

/// What the clock of the database's server says; `None` on SQLite, which has none but this machine's.
///
/// # Errors
/// When the database does not answer.
pub async fn time_at_database(db: &Db) -> Result<Option<Timestamp>, StoreError> {
    match &db.pools {
        Pools::Postgres { .. } => {
            Ok(db.one::<(i64,)>(NOW, args![]).await?.map(|(millis,)| Timestamp::from_millis(millis)))
        }
        Pools::Sqlite { .. } => Ok(None),
    }
}
