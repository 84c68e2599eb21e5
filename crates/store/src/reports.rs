//! Stores the report of a person who did not start a request, in one transaction with all that it ends.

use crate::arg::args;
use crate::device_grant_row::state_name;
use crate::statement::statements;
use crate::{Db, StoreError, audit_events, changes, failpoints, token_families};
use protocol::{AuditEvent, DeviceGrant, State};

statements! {
    /// The row of a redeemed grant keeps what was approved.
    REPORT = "UPDATE device_grants SET revision = revision + 1, state = $3, reported_at = $4 \
        WHERE id = $1 AND revision = $2";
    /// So that the account page shows the report, and nobody reports the same device twice.
    REPORT_FAMILY = "UPDATE token_families SET reported_at = $2 WHERE id = $1 AND reported_at IS NULL";
}

/// Saves a report that was decided on a revision, with its events; false when another request was faster. The tokens of a
/// redeemed grant end with it, and `revoked` is recorded unless they had ended before.
pub async fn report_device_grant(
    db: &Db,
    revision: i64,
    next: &DeviceGrant,
    events: &[AuditEvent],
    revoked: &AuditEvent,
) -> Result<bool, StoreError> {
    let is_reported = db
        .change(async |mut tx| {
            tx.change(REPORT, args![&next.id, revision, state_name(&next.state), next.reported_at]).await?;
            changes::end_waiting(&mut tx, &next.id).await?;
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
            Ok(tx)
        })
        .await?;
    failpoints::reach("report: after").await;
    Ok(is_reported)
}
