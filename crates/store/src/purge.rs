//! Deletes rows that have expired, in batches, so that no statement locks a table for long.

use crate::arg::{Arg, args};
use crate::statement::{Statement, statements};
use crate::{Db, StoreError};
use protocol::Timestamp;

statements! {
    DEVICE_GRANTS = delete("device_grants", "id", "purge_at");
    BROWSER_SESSIONS = delete("browser_sessions", "digest", "idle_until");
    ACCESS_TOKENS = delete("access_tokens", "digest", "expires_at");
    TOKEN_FAMILIES = delete("token_families", "id", "purge_at");
    BUDGETS = "DELETE FROM budgets WHERE until <= $1 AND (name, holder) IN \
        (SELECT name, holder FROM budgets WHERE until <= $1 ORDER BY until LIMIT $2)";
    /// Thirty days after the last failure. An account that reached the ceiling waits for its operator without a limit.
    LOGIN_THROTTLES = "DELETE FROM login_throttles WHERE account IN \
        (SELECT account FROM login_throttles WHERE updated_at <= $1 - 2592000000 AND failures < $3 \
            ORDER BY updated_at LIMIT $2)";
    SINGLE_USES = delete("single_uses", "digest", "expires_at");
    REDELIVERIES = delete("redeliveries", "grant_id", "expires_at");
}

fn delete(table: &str, key: &str, end: &str) -> String {
    format!("DELETE FROM {table} WHERE {key} IN (SELECT {key} FROM {table} WHERE {end} <= $1 ORDER BY {end} LIMIT $2)")
}

/// Deletes rows that expired before `now`, `batch` rows a statement, and returns the number of rows deleted. Login failures at
/// `login_ceiling` or above are kept: that account waits for its operator. Rows deleted before an error stay deleted.
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
    /// Repeats a statement that deletes at most `batch` rows until it deletes fewer, and returns the number of rows deleted.
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
