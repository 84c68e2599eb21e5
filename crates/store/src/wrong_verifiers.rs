//! Counts wrong PKCE verifiers of a device code (requirement T-24).

use crate::arg::args;
use crate::statement::statements;
use crate::{Db, StoreError, audit_events, changes};
use protocol::AuditEvent;

statements! {
    /// Counts and judges in one statement, so that parallel guesses cannot exceed the limit. Nothing is counted after the grant is
    /// denied, revoked or redeemed: there is nothing left to guess.
    COUNT = "UPDATE device_grants SET wrong_verifiers = wrong_verifiers + 1, \
            state = CASE WHEN wrong_verifiers >= $2 THEN 'revoked' ELSE state END, \
            revision = CASE WHEN wrong_verifiers >= $2 THEN revision + 1 ELSE revision END \
        WHERE id = $1 AND state IN ('pending', 'claimed', 'approved') RETURNING state";
}

/// Counts a wrong `code_verifier` of a grant; true when that was one more than is tolerated, which revokes the grant, once, with
/// the event.
pub async fn count_wrong_verifier(
    db: &Db,
    grant: &str,
    tolerated: u32,
    revoked: &AuditEvent,
) -> Result<bool, StoreError> {
    db.in_transaction(async |mut tx| {
        let state: Option<String> = tx.value(COUNT, args![grant, tolerated]).await?;
        let is_revoked = state.is_some_and(|state| state == "revoked");
        if is_revoked {
            changes::end_waiting(&mut tx, grant).await?;
            audit_events::add(&mut tx, revoked).await?;
        }
        tx.commit().await?;
        Ok(is_revoked)
    })
    .await
}
