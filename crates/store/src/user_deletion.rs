//! Deletes an account with its sessions, its requests and everything that was issued to its devices.

use crate::arg::args;
use crate::session_end::{self, SessionSelection};
use crate::statement::statements;
use crate::{Db, StoreError, audit_events, changes, device_sign_out, signed_in_devices};
use protocol::{AuditEvent, Subject};

statements! {
    USER = "DELETE FROM users WHERE id = $1";
    APPROVALS = "DELETE FROM approvals_by_origin WHERE subject = $1";
    GRANTS = "DELETE FROM device_grants WHERE subject = $1";
    ACCESS_TOKENS = "DELETE FROM access_tokens WHERE family_id IN (SELECT id FROM token_families WHERE subject = $1)";
    REDELIVERIES = "DELETE FROM redeliveries WHERE grant_id IN (SELECT grant_id FROM token_families WHERE subject = $1)";
    FAMILIES = "DELETE FROM token_families WHERE subject = $1";
}

/// Deletes an account and all that belongs to it, in one transaction; false when there is none. The audit table keeps its `sub`,
/// which is random and never assigned again, and no name. A token that another node issues in the same moment may leave a row:
/// it is dead without the account, and purged when it would have expired.
pub async fn delete_user(db: &Db, subject: &Subject, event: &AuditEvent) -> Result<bool, StoreError> {
    db.change(async |mut tx| {
        signed_in_devices::record_their_end(&mut tx, subject, event).await?;
        tx.change(USER, args![subject]).await?;
        // Grants before families, as a report and a redemption lock them, so that none of them holds what another waits for.
        session_end::end(&mut tx, SessionSelection::All(subject)).await?;
        changes::end_waiting_of(&mut tx, subject).await?;
        for statement in [APPROVALS, GRANTS] {
            tx.write(statement, args![subject]).await?;
        }
        // Locks the rows, so that no token is issued before they are deleted.
        device_sign_out::sign_out_all(&mut tx, subject, None, event.at).await?;
        for statement in [ACCESS_TOKENS, REDELIVERIES, FAMILIES] {
            tx.write(statement, args![subject]).await?;
        }
        audit_events::add(&mut tx, event).await?;
        Ok(tx)
    })
    .await
}
