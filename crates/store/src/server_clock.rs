//! The clock of the database, which all nodes share: it shows each whether its own clock is right.

use crate::arg::args;
use crate::db::Pools;
use crate::statement::Statement;
use crate::{Db, StoreError};
use protocol::Timestamp;

const NOW: Statement = Statement::unlisted(|| "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)");

/// What the clock of the database's server says; `None` on SQLite, which has none but this machine's.
pub async fn time_at_database(db: &Db) -> Result<Option<Timestamp>, StoreError> {
    match &db.pools {
        Pools::Postgres { .. } => {
            Ok(db.one::<(i64,)>(NOW, args![]).await?.map(|(millis,)| Timestamp::from_millis(millis)))
        }
        Pools::Sqlite { .. } => Ok(None),
    }
}
