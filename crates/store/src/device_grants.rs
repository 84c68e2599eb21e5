//! Device grants, a row each. Every change of state is a compare-and-swap on the revision (SM-01).

use crate::arg::{Arg, args};
use crate::device_grant_row::{DecisionRow, GrantRow, LookupRow, RequestRow};
use crate::statement::{Columns, Statement, assign, insert_parts, list, place_of, statements};
use crate::transaction::Transaction;
use crate::{
    Db, NewAccessToken, StoreError, TokenFamily, Versioned, access_tokens, account_turn, audit_events, failpoints,
    token_families,
};
use protocol::{AuditEvent, DeviceGrant, Digest, State, Subject, Timestamp};

statements! {
    ADD = insert_parts("device_grants", &[RequestRow::COLUMNS, LookupRow::COLUMNS, DecisionRow::COLUMNS]);
    FIND_BY_DEVICE_CODE = select_by("device_code_digest");
    FIND_BY_USER_CODE = select_by("user_code_digest");
    FIND_BY_HANDLE = select_by("handle_digest");
    /// Without approvals from before the person was signed out everywhere: no device receives tokens for those.
    LIST_APPROVED = format!(
        "{} AND state = 'approved' AND EXISTS (SELECT 1 FROM users \
            WHERE users.id = device_grants.subject AND disabled_at IS NULL AND valid_from <= device_grants.auth_time) \
        ORDER BY approved_at DESC, id LIMIT $2",
        select_by("subject")
    );
    SAVE = format!(
        "UPDATE device_grants SET revision = revision + 1, {} WHERE id = $1 AND revision = $2",
        assign::<DecisionRow>(3)
    );
    /// Not for a person who was disabled, or signed out everywhere, after they authenticated: the session of that login is over
    /// then, whatever the clocks of two nodes say.
    APPROVE = format!(
        "{} AND EXISTS (SELECT 1 FROM users WHERE id = {subject} AND disabled_at IS NULL AND valid_from <= {auth_time}) \
            AND EXISTS (SELECT 1 FROM browser_sessions s WHERE s.subject = {subject} AND s.auth_time = {auth_time})",
        SAVE.text(),
        subject = place_of::<DecisionRow>("subject", 3),
        auth_time = place_of::<DecisionRow>("auth_time", 3)
    );
    /// Nor for a person to whom that happened before the device came. The time at which they authenticated counts: that was long
    /// over when it happened, whichever of the two statements was faster.
    REDEEM = "UPDATE device_grants SET revision = revision + 1, state = 'redeemed', redeemed_at = $3, \
            family_id = $4, pin_digest = NULL \
        WHERE id = $1 AND revision = $2 AND state = 'approved' \
            AND EXISTS (SELECT 1 FROM users \
                WHERE id = device_grants.subject AND disabled_at IS NULL AND valid_from <= device_grants.auth_time)";
}

fn select_by(column: &str) -> String {
    format!("SELECT {}, {} FROM device_grants WHERE {column} = $1", list::<RequestRow>(), list::<DecisionRow>())
}

/// Stores a new grant; false when its user code is taken by one that is not purged yet.
pub async fn add_device_grant(
    db: &Db,
    grant: &DeviceGrant,
    device_code: &Digest,
    user_code: &Digest,
    purge_at: Timestamp,
    event: &AuditEvent,
) -> Result<bool, StoreError> {
    let mut args = RequestRow::of(grant).args();
    args.extend(LookupRow::of(grant, device_code, user_code, purge_at).args());
    args.extend(DecisionRow::of(grant).args());
    match db.lightly().write_with_events(ADD, args, &[event]).await {
        Err(error) if error.is_taken() => Ok(false),
        added => added,
    }
}

/// The grant of a device code.
pub async fn find_by_device_code(db: &Db, code: &Digest) -> Result<Option<Versioned<DeviceGrant>>, StoreError> {
    find(db, FIND_BY_DEVICE_CODE, code).await
}

/// The grant of a user code.
pub async fn find_by_user_code(db: &Db, code: &Digest) -> Result<Option<Versioned<DeviceGrant>>, StoreError> {
    find(db, FIND_BY_USER_CODE, code).await
}

/// The grant of a decision page.
pub async fn find_by_handle(db: &Db, handle: &Digest) -> Result<Option<Versioned<DeviceGrant>>, StoreError> {
    find(db, FIND_BY_HANDLE, handle).await
}

/// Approved grants of a person that no device has redeemed, the newest first, with those that expired and are not purged.
pub async fn list_approved_grants(
    db: &Db,
    subject: &Subject,
    most: u32,
) -> Result<Vec<Versioned<DeviceGrant>>, StoreError> {
    let rows = db.all::<GrantRow>(LIST_APPROVED, args![subject, most]).await?;
    rows.into_iter().map(Versioned::try_from).collect()
}

/// Saves what was decided on a revision, with its event; false when another request was faster.
pub async fn save_device_grant(
    db: &Db,
    revision: i64,
    next: &DeviceGrant,
    event: &AuditEvent,
) -> Result<bool, StoreError> {
    failpoints::reach("save: before").await;
    let is_saved = db.write_with_events(SAVE, decided(revision, next), &[event]).await?;
    failpoints::reach("save: after").await;
    Ok(is_saved)
}

/// Saves an approval, with its event, if the person may still give it; false when they may not, or another request was faster.
pub async fn approve_device_grant(
    db: &Db,
    revision: i64,
    next: &DeviceGrant,
    event: &AuditEvent,
) -> Result<bool, StoreError> {
    failpoints::reach("approve: before").await;
    db.in_transaction(async |mut tx| {
        if !approve_in(&mut tx, revision, next, event).await? {
            return Ok(false);
        }
        tx.commit().await?;
        failpoints::reach("approve: after").await;
        Ok(true)
    })
    .await
}

/// The same within a transaction.
pub(super) async fn approve_in(
    tx: &mut Transaction,
    revision: i64,
    next: &DeviceGrant,
    event: &AuditEvent,
) -> Result<bool, StoreError> {
    if let State::Approved(claim, _) = &next.state {
        account_turn::take(tx, &claim.subject).await?;
    }
    if tx.write(APPROVE, decided(revision, next)).await? == 0 {
        return Ok(false);
    }
    audit_events::add(tx, event).await?;
    Ok(true)
}

/// Redeems an approved grant and stores what is issued for it, in one transaction (SM-02); false when another request was
/// faster, or the approval is void because its person was disabled or signed out everywhere.
pub async fn redeem_device_grant(
    db: &Db,
    revision: i64,
    family: &TokenFamily,
    access_token: &NewAccessToken,
    event: &AuditEvent,
) -> Result<bool, StoreError> {
    db.in_transaction(async |mut tx| {
        if tx.write(REDEEM, args![&family.grant_id, revision, family.issued_at, &family.id]).await? == 0 {
            return Ok(false);
        }
        token_families::add(&mut tx, family).await?;
        access_tokens::add(&mut tx, access_token, &family.id).await?;
        audit_events::add(&mut tx, event).await?;
        failpoints::reach("redeem: before").await;
        tx.commit().await?;
        failpoints::reach("redeem: after").await;
        Ok(true)
    })
    .await
}

fn decided(revision: i64, next: &DeviceGrant) -> Vec<Arg> {
    let mut args = args![&next.id, revision];
    args.extend(DecisionRow::of(next).args());
    args
}

async fn find(db: &Db, by: Statement, digest: &Digest) -> Result<Option<Versioned<DeviceGrant>>, StoreError> {
    db.one::<GrantRow>(by, args![digest]).await?.map(Versioned::try_from).transpose()
}
