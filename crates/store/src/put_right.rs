//! Corrects stored times that lie in the future because a clock was ahead when they were written.
//!
//! Most rows end at a time that was calculated from the clock. If a clock that was a year ahead wrote such a time, it would end a
//! year late: a delay, an alarm, a notice. So a server that starts, or whose clock was set back, corrects the times that a right
//! clock cannot have written. Budgets need no correction: each read checks their window (see [`super::budgets`]).

use std::time::Duration;

use crate::arg::args;
use crate::statement::statements;
use crate::{Db, StoreError};
use protocol::Timestamp;

/// The tolerated difference between the clocks of nodes, or of a clock that is behind for a moment after the machine started. A
/// stored time that is later than this lies in the future.
pub(super) const TOLERATED: Duration = Duration::from_mins(5);

statements! {
    /// Sessions and tokens from before it are void. Moving it back revives none, because their rows were ended as well.
    USERS = "UPDATE users SET valid_from = $1 WHERE valid_from > $2";
    PASSWORDS = "UPDATE users SET password_set_at = $1 WHERE password_set_at > $2";
    LOGIN_THROTTLES = "UPDATE login_throttles SET not_before = $1, updated_at = $1 WHERE updated_at > $2";
    BROWSER_SESSIONS = "DELETE FROM browser_sessions WHERE created_at > $1 AND created_at > $2";
    /// The alarm lasts for the lifetime of a code, which is less than a day.
    ALARM = "DELETE FROM budgets WHERE name = 'alarm of wrong codes' AND until > $1 AND until > $2 + 86400000";
    /// They would count as waiting until then. They may be purged a day later.
    WAITING = "UPDATE device_grants SET expires_at = $1, purge_at = CAST($1 AS BIGINT) + 86400000 \
        WHERE requested_at > $2 AND state IN ('pending', 'claimed', 'approved')";
    ANSWERED = "UPDATE device_grants SET answered_at = $1 WHERE answered_at > $2";
    REDEEMED = "UPDATE device_grants SET redeemed_at = $1 WHERE redeemed_at > $2";
    FAMILIES = "UPDATE token_families SET ends_at = ends_at - (issued_at - $1), \
            refresh_idle_until = refresh_idle_until - (issued_at - $1), purge_at = purge_at - (issued_at - $1), \
            auth_time = CASE WHEN auth_time IS NULL THEN NULL ELSE CAST($1 AS BIGINT) END, issued_at = $1 \
        WHERE issued_at > $2";
    /// Until then a spent refresh token would count as a retry.
    ROTATED = "UPDATE token_families SET refresh_rotated_at = $1 WHERE refresh_rotated_at > $2";
    USED = "UPDATE token_families SET last_used_at = $1 WHERE last_used_at > $2";
    /// None lives for more than a day.
    ACCESS_TOKENS = "UPDATE access_tokens SET expires_at = CAST($1 AS BIGINT) + 86400000 WHERE expires_at > $2 + 86400000";
    NOTICES = "UPDATE notices SET at = $1, due_at = CASE WHEN due_at IS NULL THEN NULL ELSE CAST($1 AS BIGINT) END WHERE at > $2";
    /// No wait between two attempts is as long as a day.
    DUE = "UPDATE notices SET due_at = $1 WHERE due_at > $2 + 86400000";
    APPROVALS = "UPDATE approvals_by_origin SET at = $1 WHERE at > $2";
    CAMPAIGNS = "UPDATE campaigns SET seen_at = $1 WHERE seen_at > $2";
    SUSPECTED = "UPDATE campaigns SET suspected_at = $1 WHERE suspected_at > $2";
}

/// Corrects the times that lie in the future, and returns the number of corrected rows.
pub async fn put_right(db: &Db, now: Timestamp) -> Result<u64, StoreError> {
    let mut moved = 0;
    for statement in STATEMENTS {
        moved += db.write(*statement, args![now, now + TOLERATED]).await?;
    }
    if moved > 0 {
        db.room.forget_all();
    }
    Ok(moved)
}
