//! Renames devices and signs them out (requirements U-14 and K-10). Every statement names the person, so nobody can change
//! the device of somebody else.

use crate::arg::args;
use crate::statement::statements;
use crate::transaction::Transaction;
use crate::{Db, StoreError, audit_events, signed_in_devices};
use protocol::{AuditEvent, Subject, Timestamp};

statements! {
    RENAME = "UPDATE token_families SET name = $3 \
        WHERE id = $1 AND subject = $2 AND name IS DISTINCT FROM $3";
    /// Locks the row, so that a refresh comes wholly before or wholly after.
    SIGN_OUT = "UPDATE token_families SET revoked_at = $3 WHERE id = $1 AND subject = $2 AND revoked_at IS NULL";
    /// Before the family, as in a report on the page of the request, so that two reports at once do not wait for each other.
    REPORT_GRANT = "UPDATE device_grants SET revision = revision + 1, reported_at = $3 \
        WHERE id = (SELECT grant_id FROM token_families WHERE id = $1 AND subject = $2) AND reported_at IS NULL";
    REPORT = "UPDATE token_families SET reported_at = $3 WHERE id = $1 AND subject = $2 AND reported_at IS NULL";
    SIGN_OUT_ALL = "UPDATE token_families SET revoked_at = $3 \
        WHERE subject = $1 AND client_id = COALESCE($2, client_id) AND revoked_at IS NULL";
}

/// Gives a device a name, or none, with its event; false when it has that name already, or is not theirs.
pub async fn rename_device(
    db: &Db,
    subject: &Subject,
    id: &str,
    name: Option<&str>,
    event: &AuditEvent,
) -> Result<bool, StoreError> {
    db.write_with_events(RENAME, args![id, subject, name], &[event]).await
}

/// Signs one device out, with its event; false when it was signed out already, or is not theirs.
pub async fn sign_out_device(db: &Db, subject: &Subject, id: &str, revoked: &AuditEvent) -> Result<bool, StoreError> {
    db.write_with_events(SIGN_OUT, args![id, subject, revoked.at], &[revoked]).await
}

/// Reports a device that its person did not sign in, and signs it out, with both events; false when it was reported before, or
/// is not theirs. A device that was signed out already can still be reported.
pub async fn report_device(
    db: &Db,
    subject: &Subject,
    id: &str,
    reported: &AuditEvent,
    revoked: &AuditEvent,
) -> Result<bool, StoreError> {
    db.change(async |mut tx| {
        tx.write(REPORT_GRANT, args![id, subject, reported.at]).await?;
        tx.change(REPORT, args![id, subject, reported.at]).await?;
        audit_events::add(&mut tx, reported).await?;
        if tx.write(SIGN_OUT, args![id, subject, revoked.at]).await? > 0 {
            audit_events::add(&mut tx, revoked).await?;
        }
        Ok(tx)
    })
    .await
}

/// Signs all devices of a person out, of every client or of one, and returns their number. The event is recorded if there were
/// any.
pub async fn sign_out_devices(
    db: &Db,
    subject: &Subject,
    client_id: Option<&str>,
    revoked: &AuditEvent,
) -> Result<i64, StoreError> {
    db.in_transaction(async |mut tx| {
        let devices = signed_in_devices::count(&mut tx, subject, client_id, revoked.at).await?;
        let ended = sign_out_all(&mut tx, subject, client_id, revoked.at).await?;
        // Of two requests at once, the second finds nothing left to end.
        if ended == 0 || devices == 0 {
            tx.commit().await?;
            return Ok(0);
        }
        audit_events::add(&mut tx, &revoked.clone().with("devices", devices)).await?;
        tx.commit().await?;
        Ok(devices)
    })
    .await
}

/// Ends the families of a person within a transaction, of every client or of one. Returns their number.
pub(super) async fn sign_out_all(
    tx: &mut Transaction,
    subject: &Subject,
    client_id: Option<&str>,
    now: Timestamp,
) -> Result<u64, StoreError> {
    tx.write(SIGN_OUT_ALL, args![subject, client_id, now]).await
}
