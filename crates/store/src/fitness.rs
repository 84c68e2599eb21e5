//! Checks a Postgres database before its tables: whether it holds every character, and whether a pooler keeps sessions.

use sqlx::{PgConnection, Row};

use crate::arg::args;
use crate::db::Pools;
use crate::lease::{Lease, run};
use crate::pool::Verification;
use crate::statement::Statement;
use crate::{Db, SchemaError, StoreError};

/// The name of its encoding.
const ENCODING: Statement = Statement::unlisted(|| "SHOW server_encoding");
/// The process of the server that answers. In the simple protocol, because a pooler that keeps no sessions loses prepared statements.
const PROCESS: &str = "SELECT pg_backend_pid()";

/// How often two connections are compared. One round is enough if a pooler hands out the connection that it got back last, and two if
/// it hands them out in turn; the others are for poolers that serve other clients at the same moment.
const ROUNDS: usize = 5;

/// Whether this database may be used.
///
/// # Errors
/// [`SchemaError::Encoding`] or [`SchemaError::Pooled`] when it may not.
pub(super) async fn check(db: &Db) -> Result<(), SchemaError> {
    let Pools::Postgres { .. } = &db.pools else { return Ok(()) };
    if !keeps_sessions(db).await? {
        return Err(SchemaError::Pooled);
    }
    match db.value::<String>(ENCODING, args![]).await? {
        Some(encoding) if encoding != "UTF8" => Err(SchemaError::Encoding { encoding }),
        _ => Ok(()),
    }
}

/// Whether each connection is served by a process of its own, always the same one. With a pooler between them that pools by
/// transaction or by statement, two connections are served by one process in turn, or one by two.
async fn keeps_sessions(db: &Db) -> Result<bool, StoreError> {
    let Pools::Postgres { pool, .. } = &db.pools else { return Ok(true) };
    let deadline = db.deadline();
    let compared = db.retry_while_away(deadline, || async move {
        let mut one = Db::acquire(pool, Verification::AfterRest, deadline).await?;
        let mut other = Db::acquire(pool, Verification::AfterRest, deadline).await?;
        let served_by = process(db, &mut one).await?;
        for _ in 0..ROUNDS {
            if process(db, &mut other).await? == served_by || process(db, &mut one).await? != served_by {
                return Ok(false);
            }
        }
        Ok(true)
    });
    db.health.told(compared.await)
}

async fn process(db: &Db, lease: &mut Lease<PgConnection>) -> sqlx::Result<i32> {
    let asked = run!(lease, db.timeouts.statement, connection => sqlx::raw_sql(PROCESS).fetch_one(connection));
    asked?.try_get(0)
}
