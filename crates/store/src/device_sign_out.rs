//! What may somebody change of the devices that they are signed in on? Their names, and that they are signed in at all
//! (requirements U-14 and K-10). Every statement names the person, so nobody reaches another's device.

use crate::arg::args;
use crate::db::Transaction;
use crate::{Db, StoreError, audit_events, signed_in_devices};
use protocol::{AuditEvent, Subject, Timestamp};

const RENAME: &str = "UPDATE token_families SET name = $3 \
    WHERE id = $1 AND subject = $2 AND name IS DISTINCT FROM $3";
/// Takes the row, so that a refresh comes wholly before or wholly after.
const SIGN_OUT: &str =
    "UPDATE token_families SET revoked_at = $3 WHERE id = $1 AND subject = $2 AND revoked_at IS NULL";
/// First, as the page of the request has it: two that report at once never wait for each other.
const REPORT_GRANT: &str = "UPDATE device_grants SET revision = revision + 1, reported_at = $3 \
    WHERE id = (SELECT grant_id FROM token_families WHERE id = $1 AND subject = $2) AND reported_at IS NULL";
const REPORT: &str =
    "UPDATE token_families SET reported_at = $3 WHERE id = $1 AND subject = $2 AND reported_at IS NULL";
const SIGN_OUT_APP: &str = "UPDATE token_families SET revoked_at = $3 \
    WHERE subject = $1 AND client_id = $2 AND revoked_at IS NULL";
const SIGN_OUT_ALL: &str = "UPDATE token_families SET revoked_at = $2 WHERE subject = $1 AND revoked_at IS NULL";

pub(super) const STATEMENTS: &[&str] = &[RENAME, SIGN_OUT, REPORT_GRANT, REPORT, SIGN_OUT_APP, SIGN_OUT_ALL];

/// Gives a device a name, or none, and tells of it; false when it has it already, or is not theirs.
///
/// # Errors
/// When the database does not answer: then nothing happened, or all of it.
pub async fn rename_device(
    db: &Db,
    subject: &Subject,
    id: &str,
    name: Option<&str>,
    event: &AuditEvent,
) -> Result<bool, StoreError> {
    db.in_transaction(async |mut tx| {
        if tx.write(RENAME, args![id, subject.as_str(), name]).await? == 0 {
            return Ok(false);
        }
        audit_events::add(&mut tx, event).await?;
        tx.commit().await?;
        Ok(true)
    })
    .await
}

/// Signs one device out, and tells of it; false when it was, or is not theirs.
///
/// # Errors
/// When the database does not answer: then nothing happened, or all of it.
pub async fn sign_out_device(db: &Db, subject: &Subject, id: &str, revoked: &AuditEvent) -> Result<bool, StoreError> {
    db.in_transaction(async |mut tx| {
        let ended = sign_out(&mut tx, subject, id, revoked).await?;
        tx.commit().await?;
        Ok(ended)
    })
    .await
}

/// Signs one device out because its person knows nothing of it, and tells of both; false when it was reported before, or
/// is not theirs. One that was signed out already can still be reported.
///
/// # Errors
/// When the database does not answer: then nothing happened, or all of it.
pub async fn report_device(
    db: &Db,
    subject: &Subject,
    id: &str,
    reported: &AuditEvent,
    revoked: &AuditEvent,
) -> Result<bool, StoreError> {
    db.in_transaction(async |mut tx| {
        tx.write(REPORT_GRANT, args![id, subject.as_str(), reported.at]).await?;
        if tx.write(REPORT, args![id, subject.as_str(), reported.at]).await? == 0 {
            return Ok(false);
        }
        audit_events::add(&mut tx, reported).await?;
        sign_out(&mut tx, subject, id, revoked).await?;
        tx.commit().await?;
        Ok(true)
    })
    .await
}

async fn sign_out(tx: &mut Transaction, subject: &Subject, id: &str, event: &AuditEvent) -> Result<bool, StoreError> {
    if tx.write(SIGN_OUT, args![id, subject.as_str(), event.at]).await? == 0 {
        return Ok(false);
    }
    audit_events::add(tx, event).await?;
    Ok(true)
}

/// Signs all devices of somebody out, of every client or of one, and tells how many there were, if there were any.
///
/// # Errors
/// When the database does not answer: then nothing happened, or all of it.
pub async fn sign_out_devices(
    db: &Db,
    subject: &Subject,
    client_id: Option<&str>,
    revoked: &AuditEvent,
) -> Result<i64, StoreError> {
    db.in_transaction(|tx| sign_out_in(tx, subject, client_id, revoked)).await
}

async fn sign_out_in(
    mut tx: Transaction,
    subject: &Subject,
    client_id: Option<&str>,
    revoked: &AuditEvent,
) -> Result<i64, StoreError> {
    let devices = signed_in_devices::count(&mut tx, subject, client_id, revoked.at).await?;
    let ended = match client_id {
        Some(client_id) => tx.write(SIGN_OUT_APP, args![subject.as_str(), client_id, revoked.at]).await?,
        None => sign_out_all(&mut tx, subject, revoked.at).await?,
    };
    // Of two who ask at once, the second finds nothing left to end.
    if ended == 0 || devices == 0 {
        tx.commit().await?;
        return Ok(0);
    }
    audit_events::add(&mut tx, &revoked.clone().with("devices", devices)).await?;
    tx.commit().await?;
    Ok(devices)
}

/// Ends every family of somebody, with whatever else the transaction does.
pub(super) async fn sign_out_all(tx: &mut Transaction, subject: &Subject, now: Timestamp) -> Result<u64, StoreError> {
    tx.write(SIGN_OUT_ALL, args![subject.as_str(), now]).await
}
