//! Stores the report of a person who did not start a request, in one transaction with all that it ends.

use crate::arg::args;
use crate::device_grant_row::state_name;
use crate::statement::statements;
use crate::{Db, StoreError, audit_events, failpoints, token_families};
use protocol::{AuditEvent, DeviceGrant, State};

statements! {
    /// What was approved stays in the row of what was redeemed: it says what the tokens were good for.
    REPORT = "UPDATE device_grants SET revision = revision + 1, state = $3, reported_at = $4 \
        WHERE id = $1 AND revision = $2";
    /// So that the page of the account says it too, and nobody reports the same twice.
    REPORT_FAMILY = "UPDATE token_families SET reported_at = $2 WHERE id = $1 AND reported_at IS NULL";
}

/// Writes a report that was decided on a revision, and tells of it; false when somebody else was faster. The tokens of a
/// redeemed grant end with it, and `revoked` tells of that, unless they had ended before.
pub async fn report_device_grant(
    db: &Db,
    revision: i64,
    next: &DeviceGrant,
    events: &[AuditEvent],
    revoked: &AuditEvent,
) -> Result<bool, StoreError> {
    db.in_transaction(async |mut tx| {
        if tx.write(REPORT, args![&next.id, revision, state_name(&next.state), next.reported_at]).await? == 0 {
            return Ok(false);
        }
        for event in events {
            audit_events::add(&mut tx, event).await?;
        }
        if let State::Redeemed(_, redemption) = &next.state {
            tx.write(REPORT_FAMILY, args![&redemption.family, next.reported_at]).await?;
            if token_families::revoke(&mut tx, &redemption.family, revoked.at).await? {
                audit_events::add(&mut tx, revoked).await?;
            }
        }
        failpoints::reach("report: before").await;
        tx.commit().await?;
        failpoints::reach("report: after").await;
        Ok(true)
    })
    .await
}
