//! Deletes rows that have expired, in batches, so that no statement locks a table for long.

use crate::arg::{Arg, args};
use crate::statement::{Statement, statements};
use crate::{Db, StoreError};
use protocol::Timestamp;

statements! {
    DEVICE_GRANTS = "DELETE FROM device_grants WHERE id IN \
        (SELECT id FROM device_grants WHERE purge_at <= $1 ORDER BY purge_at LIMIT $2)";
    BROWSER_SESSIONS = "DELETE FROM browser_sessions WHERE digest IN \
        (SELECT digest FROM browser_sessions WHERE idle_until <= $1 ORDER BY idle_until LIMIT $2)";
    ACCESS_TOKENS = "DELETE FROM access_tokens WHERE digest IN \
        (SELECT digest FROM access_tokens WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)";
    TOKEN_FAMILIES = "DELETE FROM token_families WHERE id IN \
        (SELECT id FROM token_families WHERE purge_at <= $1 ORDER BY purge_at LIMIT $2)";
    BUDGETS = "DELETE FROM budgets WHERE until <= $1 AND (name, holder) IN \
        (SELECT name, holder FROM budgets WHERE until <= $1 ORDER BY until LIMIT $2)";
    /// Thirty days after the last failure. An account that reached the ceiling waits for its operator however long.
    LOGIN_THROTTLES = "DELETE FROM login_throttles WHERE account IN \
        (SELECT account FROM login_throttles WHERE updated_at <= $1 - 2592000000 AND failures < $3 \
            ORDER BY updated_at LIMIT $2)";
    SINGLE_USES = "DELETE FROM single_uses WHERE digest IN \
        (SELECT digest FROM single_uses WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)";
    REDELIVERIES = "DELETE FROM redeliveries WHERE grant_id IN \
        (SELECT grant_id FROM redeliveries WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)";
}

/// Deletes what expired before `now`, `batch` rows a statement, and gives the number of rows deleted. Login failures at
/// `login_ceiling` or above are kept: that account waits for its operator. What was deleted before an error stays deleted.
pub async fn purge(db: &Db, now: Timestamp, batch: u32, login_ceiling: u32) -> Result<u64, StoreError> {
    let mut deleted = db.delete_in_batches(LOGIN_THROTTLES, args![now, batch, login_ceiling], batch).await?;
    for statement in
        [DEVICE_GRANTS, BROWSER_SESSIONS, ACCESS_TOKENS, TOKEN_FAMILIES, BUDGETS, SINGLE_USES, REDELIVERIES]
    {
        deleted += db.delete_in_batches(statement, args![now, batch], batch).await?;
    }
    Ok(deleted)
}

impl Db {
    /// Repeats a statement that deletes `batch` rows at most until it finds fewer, and gives the number of rows deleted.
    pub(super) async fn delete_in_batches(&self, of: Statement, args: Vec<Arg>, batch: u32) -> Result<u64, StoreError> {
        let mut deleted = 0;
        loop {
            let rows = self.write(of, args.clone()).await?;
            deleted += rows;
            if rows < u64::from(batch) {
                return Ok(deleted);
            }
        }
    }
}
