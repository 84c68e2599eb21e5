//! What goes with an account? Its sessions, its requests and everything that was issued to its devices.

use crate::arg::args;
use crate::db::Transaction;
use crate::{Db, StoreError, audit_events, signed_in_devices};
use protocol::{AuditEvent, Subject};

const USER: &str = "DELETE FROM users WHERE id = $1";
const SESSIONS: &str = "DELETE FROM browser_sessions WHERE subject = $1";
const APPROVALS: &str = "DELETE FROM approvals_by_origin WHERE subject = $1";
const GRANTS: &str = "DELETE FROM device_grants WHERE subject = $1";
/// Takes the rows, so that no token is issued beside what follows.
const REVOKE_FAMILIES: &str = "UPDATE token_families SET revoked_at = $2 WHERE subject = $1 AND revoked_at IS NULL";
const ACCESS_TOKENS: &str =
    "DELETE FROM access_tokens WHERE family_id IN (SELECT id FROM token_families WHERE subject = $1)";
const REDELIVERIES: &str =
    "DELETE FROM redeliveries WHERE grant_id IN (SELECT grant_id FROM token_families WHERE subject = $1)";
const FAMILIES: &str = "DELETE FROM token_families WHERE subject = $1";

pub(super) const STATEMENTS: &[&str] =
    &[USER, SESSIONS, APPROVALS, GRANTS, REVOKE_FAMILIES, ACCESS_TOKENS, REDELIVERIES, FAMILIES];

/// Deletes an account and all that is its, in one transaction; false when there is none. Its `sub` is random and so never
/// comes again: the audit table keeps it, and no name. What another node issues in this very moment may leave a row behind:
/// without the account it is dead, and it is purged when it would have expired.
///
/// # Errors
/// When the database does not answer: then nothing happened, or all of it.
pub async fn delete_user(db: &Db, subject: &Subject, event: &AuditEvent) -> Result<bool, StoreError> {
    db.in_transaction(|tx| delete_in(tx, subject, event)).await
}

async fn delete_in(mut tx: Transaction, subject: &Subject, event: &AuditEvent) -> Result<bool, StoreError> {
    signed_in_devices::tell_of_their_end(&mut tx, subject, event).await?;
    if tx.write(USER, args![subject.as_str()]).await? == 0 {
        return Ok(false);
    }
    // A request before what was issued for it, as a report and a redemption take them: of two, neither holds what the other
    // waits for.
    for statement in [SESSIONS, APPROVALS, GRANTS] {
        tx.write(statement, args![subject.as_str()]).await?;
    }
    tx.write(REVOKE_FAMILIES, args![subject.as_str(), event.at]).await?;
    for statement in [ACCESS_TOKENS, REDELIVERIES, FAMILIES] {
        tx.write(statement, args![subject.as_str()]).await?;
    }
    audit_events::add(&mut tx, event).await?;
    tx.commit().await?;
    Ok(true)
}
