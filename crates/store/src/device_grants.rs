//! How are grants remembered? One row each; every change of state is a compare-and-swap on its revision (SM-01).

use crate::arg::{args, json};
use crate::db::Transaction;
use crate::device_grant_row::{GrantRow, decided};
use crate::{
    Db, NewAccessToken, StoreError, TokenFamily, access_tokens, audit_events, failpoints, sign_out_everywhere,
    token_families,
};
use protocol::{AuditEvent, DeviceGrant, Digest, Extent, Place, State, Subject, Timestamp};

const ADD: &str = "INSERT INTO device_grants (id, device_code_digest, user_code_digest, client_id, scope, nonce, \
        requested_at, requested_from, requested_network, user_agent, expires_at, purge_at, interval_ms, slowed, repeated, \
        revision, state, dpop_jkt, code_challenge, wishes, number_digest, pin_required, requested_subscriber, requested_site) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, FALSE, FALSE, 1, 'pending', $14, $15, $16, $17, $18, \
        $19, $20)";
/// The columns that make a grant, behind a lookup by one of its digests.
macro_rules! select_by {
    ($column:literal) => {
        concat!(
            "SELECT id, client_id, scope, nonce, wishes, requested_at, requested_from, user_agent, expires_at, interval_ms, \
                answered_at, slowed, repeated, revision, state, subject, session_digest, handle_digest, entry, sealed_code, \
                approved_at, granted_scope, auth_time, amr, acr, redeemed_at, family_id, dpop_jkt, code_challenge, \
                number_digest, number_missed, pin_required, pin_digest, pin_tries, reported_at \
            FROM device_grants WHERE ",
            $column,
            " = $1"
        )
    };
}
const FIND_BY_DEVICE_CODE: &str = select_by!("device_code_digest");
const FIND_BY_USER_CODE: &str = select_by!("user_code_digest");
const FIND_BY_HANDLE: &str = select_by!("handle_digest");
/// Not what was allowed before its person was signed out everywhere: no device gets that any more.
const LIST_APPROVED: &str = concat!(
    select_by!("subject"),
    " AND state = 'approved' AND EXISTS (SELECT 1 FROM users \
        WHERE users.id = device_grants.subject AND disabled_at IS NULL AND valid_from <= device_grants.auth_time) \
    ORDER BY approved_at DESC, id LIMIT $2"
);
const SAVE: &str = "UPDATE device_grants SET revision = revision + 1, state = $3, subject = $4, session_digest = $5, \
        handle_digest = $6, entry = $7, approved_at = $8, granted_scope = $9, auth_time = $10, amr = $11, acr = $12, \
        redeemed_at = $13, family_id = $14, sealed_code = $15, pin_digest = $16, number_missed = $17 \
    WHERE id = $1 AND revision = $2";
/// Not for a person who was disabled, or signed out everywhere, after they authenticated: the session of that login is over
/// then, whatever the clocks of two nodes say.
const APPROVE: &str = "UPDATE device_grants SET revision = revision + 1, state = $3, subject = $4, \
        session_digest = $5, handle_digest = $6, entry = $7, approved_at = $8, granted_scope = $9, auth_time = $10, \
        amr = $11, acr = $12, redeemed_at = $13, family_id = $14, sealed_code = $15, pin_digest = $16, \
        number_missed = $17 \
    WHERE id = $1 AND revision = $2 \
        AND EXISTS (SELECT 1 FROM users WHERE id = $4 AND disabled_at IS NULL AND valid_from <= $10) \
        AND EXISTS (SELECT 1 FROM browser_sessions s WHERE s.subject = $4 AND s.auth_time = $10)";
/// Nor for one to whom that happened before the device came. What counts is when they authenticated: that was long over
/// when it happened, whichever of the two statements was faster.
const REDEEM: &str = "UPDATE device_grants SET revision = revision + 1, state = 'redeemed', redeemed_at = $3, \
        family_id = $4, pin_digest = NULL \
    WHERE id = $1 AND revision = $2 AND state = 'approved' \
        AND EXISTS (SELECT 1 FROM users \
            WHERE id = device_grants.subject AND disabled_at IS NULL AND valid_from <= device_grants.auth_time)";

pub(super) const STATEMENTS: &[&str] =
    &[ADD, FIND_BY_DEVICE_CODE, FIND_BY_USER_CODE, FIND_BY_HANDLE, LIST_APPROVED, SAVE, APPROVE, REDEEM];

/// A value with the revision of the row it was read from: the premise of whatever is decided on it.
#[derive(Clone, Debug)]
pub struct Versioned<T> {
    /// The row's revision.
    pub revision: i64,
    /// What it held.
    pub value: T,
}

/// Remembers a new, pending grant; false when its user code is taken by one that is not forgotten yet.
///
/// # Errors
/// When the database does not answer.
pub async fn add_device_grant(
    db: &Db,
    grant: &DeviceGrant,
    device_code: &Digest,
    user_code: &Digest,
    purge_at: Timestamp,
    event: &AuditEvent,
) -> Result<bool, StoreError> {
    let places = Place::around(grant.origin.address);
    let place = |extent| places.iter().find(|place| place.extent == extent).map(|place| place.network.to_string());
    let args = args![
        &grant.id,
        device_code,
        user_code,
        &grant.client_id,
        grant.scope.to_string(),
        grant.nonce.clone(),
        grant.origin.at,
        grant.origin.address.to_string(),
        place(Extent::Network),
        grant.origin.user_agent.clone(),
        grant.expires_at,
        purge_at,
        grant.pace.interval,
        grant.binding.jkt.as_deref(),
        grant.binding.challenge.map(|challenge| challenge.digest()),
        (!grant.wishes.is_empty()).then(|| json(&grant.wishes)),
        grant.initiation.number,
        grant.initiation.pin,
        place(Extent::Subscriber),
        place(Extent::Site),
    ];
    db.lightly()
        .in_transaction(async |mut tx| {
            match tx.write(ADD, args.clone()).await {
                Ok(_) => {}
                Err(error) if error.is_taken() => return Ok(false),
                Err(error) => return Err(error),
            }
            audit_events::add(&mut tx, event).await?;
            tx.commit().await?;
            Ok(true)
        })
        .await
}

/// The grant of a device code.
///
/// # Errors
/// When the database does not answer, or the row is impossible.
pub async fn find_by_device_code(db: &Db, code: &Digest) -> Result<Option<Versioned<DeviceGrant>>, StoreError> {
    find(db, FIND_BY_DEVICE_CODE, code).await
}

/// The grant of a user code.
///
/// # Errors
/// When the database does not answer, or the row is impossible.
pub async fn find_by_user_code(db: &Db, code: &Digest) -> Result<Option<Versioned<DeviceGrant>>, StoreError> {
    find(db, FIND_BY_USER_CODE, code).await
}

/// The grant of a decision page.
///
/// # Errors
/// When the database does not answer, or the row is impossible.
pub async fn find_by_handle(db: &Db, handle: &Digest) -> Result<Option<Versioned<DeviceGrant>>, StoreError> {
    find(db, FIND_BY_HANDLE, handle).await
}

/// What somebody allowed and no device has come for, the latest first; also what has expired and is not purged.
///
/// # Errors
/// When the database does not answer, or holds what no version of this program writes.
pub async fn list_approved_grants(
    db: &Db,
    subject: &Subject,
    most: u32,
) -> Result<Vec<Versioned<DeviceGrant>>, StoreError> {
    let rows = db.all::<GrantRow>(LIST_APPROVED, args![subject.as_str(), most]).await?;
    rows.into_iter().map(Versioned::try_from).collect()
}

/// Writes what was decided on a revision, and tells of it; false when somebody else was faster.
///
/// # Errors
/// When the database does not answer: then nothing happened, or all of it.
pub async fn save_device_grant(
    db: &Db,
    revision: i64,
    next: &DeviceGrant,
    event: &AuditEvent,
) -> Result<bool, StoreError> {
    failpoints::reach("save: before").await;
    let saved = swap(db, revision, next, event).await?;
    failpoints::reach("save: after").await;
    Ok(saved)
}

/// Writes an approval, if its giver may still give it, and tells of it; false when somebody was faster, or they may not.
///
/// # Errors
/// When the database does not answer: then nothing happened, or all of it.
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

/// The same with whatever else the transaction does.
pub(super) async fn approve_in(
    tx: &mut Transaction,
    revision: i64,
    next: &DeviceGrant,
    event: &AuditEvent,
) -> Result<bool, StoreError> {
    if let State::Approved(claim, _) = &next.state {
        sign_out_everywhere::take(tx, &claim.subject).await?;
    }
    if tx.write(APPROVE, decided(revision, next)).await? == 0 {
        return Ok(false);
    }
    audit_events::add(tx, event).await?;
    Ok(true)
}

/// Spends an approval and remembers what is issued for it, in one transaction (SM-02); false when somebody else was
/// faster, or the approval is void since its giver was disabled or signed out everywhere.
///
/// # Errors
/// When the database does not answer: then nothing happened, or all of it.
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

/// The event is written if the swap is won, and with it.
async fn swap(db: &Db, revision: i64, next: &DeviceGrant, event: &AuditEvent) -> Result<bool, StoreError> {
    db.in_transaction(async |mut tx| {
        if tx.write(SAVE, decided(revision, next)).await? == 0 {
            return Ok(false);
        }
        audit_events::add(&mut tx, event).await?;
        tx.commit().await?;
        Ok(true)
    })
    .await
}

async fn find(db: &Db, by: &'static str, digest: &Digest) -> Result<Option<Versioned<DeviceGrant>>, StoreError> {
    db.one::<GrantRow>(by, args![digest]).await?.map(Versioned::try_from).transpose()
}
