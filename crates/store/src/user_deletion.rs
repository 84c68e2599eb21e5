//! Deletes an account with its sessions, its requests and everything that was issued to its devices.

use crate::arg::args;
use crate::session_end::{self, SessionSelection};
use crate::statement::statements;
use crate::{Db, StoreError, audit_events, signed_in_devices};
use protocol::{AuditEvent, Subject};

statements! {
    USER = "DELETE FROM users WHERE id = $1";
    APPROVALS = "DELETE FROM approvals_by_origin WHERE subject = $1";
    GRANTS = "DELETE FROM device_grants WHERE subject = $1";
    /// Takes the rows, so that no token is issued beside what follows.
    REVOKE_FAMILIES = "UPDATE token_families SET revoked_at = $2 WHERE subject = $1 AND revoked_at IS NULL";
    ACCESS_TOKENS = "DELETE FROM access_tokens WHERE family_id IN (SELECT id FROM token_families WHERE subject = $1)";
    REDELIVERIES = "DELETE FROM redeliveries WHERE grant_id IN (SELECT grant_id FROM token_families WHERE subject = $1)";
    FAMILIES = "DELETE FROM token_families WHERE subject = $1";
}

/// Deletes an account and all that is its, in one transaction; false when there is none. Its `sub` is random and so never
/// comes again: the audit table keeps it, and no name. What another node issues in this very moment may leave a row behind:
/// without the account it is dead, and it is purged when it would have expired.
pub async fn delete_user(db: &Db, subject: &Subject, event: &AuditEvent) -> Result<bool, StoreError> {
    db.in_transaction(async |mut tx| {
        signed_in_devices::tell_of_their_end(&mut tx, subject, event).await?;
        if tx.write(USER, args![subject]).await? == 0 {
            return Ok(false);
        }
        // A request before what was issued for it, as a report and a redemption take them: of two, neither holds what the other
        // waits for.
        session_end::end(&mut tx, SessionSelection::All(subject)).await?;
        for statement in [APPROVALS, GRANTS] {
            tx.write(statement, args![subject]).await?;
        }
        tx.write(REVOKE_FAMILIES, args![subject, event.at]).await?;
        for statement in [ACCESS_TOKENS, REDELIVERIES, FAMILIES] {
            tx.write(statement, args![subject]).await?;
        }
        audit_events::add(&mut tx, event).await?;
        tx.commit().await?;
        Ok(true)
    })
    .await
}
