//! What may be forgotten? Rows that have expired are deleted in batches, so that no statement holds a table for long.

use crate::arg::args;
use crate::{Db, StoreError};
use protocol::Timestamp;

const DEVICE_GRANTS: &str = "DELETE FROM device_grants WHERE id IN \
    (SELECT id FROM device_grants WHERE purge_at <= $1 ORDER BY purge_at LIMIT $2)";
const BROWSER_SESSIONS: &str = "DELETE FROM browser_sessions WHERE digest IN \
    (SELECT digest FROM browser_sessions WHERE idle_until <= $1 ORDER BY idle_until LIMIT $2)";
const ACCESS_TOKENS: &str = "DELETE FROM access_tokens WHERE digest IN \
    (SELECT digest FROM access_tokens WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)";
const TOKEN_FAMILIES: &str = "DELETE FROM token_families WHERE id IN \
    (SELECT id FROM token_families WHERE purge_at <= $1 ORDER BY purge_at LIMIT $2)";
const BUDGETS: &str = "DELETE FROM budgets WHERE until <= $1 AND (name, holder) IN \
    (SELECT name, holder FROM budgets WHERE until <= $1 ORDER BY until LIMIT $2)";
/// Thirty days after the last failure. An account that reached the ceiling waits for its operator however long.
const LOGIN_THROTTLES: &str = "DELETE FROM login_throttles WHERE account IN \
    (SELECT account FROM login_throttles WHERE updated_at <= $1 - 2592000000 AND failures < $3 \
        ORDER BY updated_at LIMIT $2)";

const SINGLE_USES: &str = "DELETE FROM single_uses WHERE digest IN \
    (SELECT digest FROM single_uses WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)";
const REDELIVERIES: &str = "DELETE FROM redeliveries WHERE grant_id IN \
    (SELECT grant_id FROM redeliveries WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)";

pub(super) const STATEMENTS: &[&str] = &[
    DEVICE_GRANTS,
    BROWSER_SESSIONS,
    ACCESS_TOKENS,
    TOKEN_FAMILIES,
    BUDGETS,
    SINGLE_USES,
    REDELIVERIES,
    LOGIN_THROTTLES,
];

/// Deletes what expired before `now`, `batch` rows a statement, and gives the number of rows deleted. Login failures at
/// `login_ceiling` or above are kept: that account waits for its operator.
///
/// # Errors
/// When the database does not answer; what was deleted by then stays deleted.
pub async fn purge(db: &Db, now: Timestamp, batch: u32, login_ceiling: u32) -> Result<u64, StoreError> {
    let mut deleted = 0;
    for statement in STATEMENTS {
        loop {
            let mut args = args![now, batch];
            if *statement == LOGIN_THROTTLES {
                args.extend(args![login_ceiling]);
            }
            let rows = db.write(statement, args).await?;
            deleted += rows;
            if rows < u64::from(batch) {
                break;
            }
        }
    }
    Ok(deleted)
}
