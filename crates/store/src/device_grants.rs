//! Device grants, a row each. Every change of state is a compare-and-swap on the revision (SM-01).

use crate::access_tokens::TokenColumns;
use crate::arg::{Arg, args};
use crate::device_grant_row::{DecisionColumns, LookupColumns, PaceColumns, RequestColumns};
use crate::redeliveries::RedeliveryColumns;
use crate::script::{Script, scripts};
use crate::statement::{Columns, assign, insert_parts, list, place_of, statements};
use crate::token_families::FamilyColumns;
use crate::{
    ApprovalOutcome, Db, NewAccessToken, Redelivery, StoreError, TokenFamily, Versioned, Watch, access_tokens,
    account_turn, audit_events, campaigns, changes, failpoints, redeliveries, token_families,
};
use protocol::{AuditEvent, DeviceGrant, Digest, Subject, Timestamp};

statements! {
    /// Adds nothing where the user code is taken.
    ADD = format!(
        "{} ON CONFLICT DO NOTHING",
        insert_parts("device_grants", &[RequestColumns::COLUMNS, PaceColumns::COLUMNS, LookupColumns::COLUMNS, DecisionColumns::COLUMNS])
    );
    FIND = "SELECT id FROM device_grants WHERE id = $1";
    FIND_BY_DEVICE_CODE = select_by("device_code_digest");
    FIND_BY_USER_CODE = select_by("user_code_digest");
    FIND_BY_HANDLE = select_by("handle_digest");
    /// Without approvals from before the person was signed out everywhere, which give no tokens.
    LIST_APPROVED = format!(
        "{} AND state = 'approved' AND EXISTS (SELECT 1 FROM users \
            WHERE users.id = device_grants.subject AND disabled_at IS NULL AND valid_from <= device_grants.auth_time) \
        ORDER BY approved_at DESC, id LIMIT $2",
        select_by("subject")
    );
    SAVE = format!(
        "UPDATE device_grants SET revision = revision + 1, {} WHERE id = $1 AND revision = $2",
        assign::<DecisionColumns>(3)
    );
    /// Not for a person who was disabled, or signed out everywhere, after they authenticated: the session of that login has no row
    /// then, even if the clocks of two nodes differ.
    APPROVE = format!(
        "{} AND EXISTS (SELECT 1 FROM users WHERE id = {subject} AND disabled_at IS NULL AND valid_from <= {auth_time}) \
            AND EXISTS (SELECT 1 FROM browser_sessions s WHERE s.subject = {subject} AND s.auth_time = {auth_time})",
        SAVE.text(),
        subject = place_of::<DecisionColumns>("subject", 3),
        auth_time = place_of::<DecisionColumns>("auth_time", 3)
    );
    /// Nor for a person to whom that happened after the approval. The time of the authentication is compared, which is earlier
    /// whichever of the two statements came first. The revision stands for the state: with a condition on the state, Postgres
    /// may read every approved grant instead of this one.
    REDEEM = "UPDATE device_grants SET revision = revision + 1, state = 'redeemed', redeemed_at = $3, \
            family_id = $4, pin_digest = NULL \
        WHERE id = $1 AND revision = $2 AND redeemed_at IS NULL \
            AND EXISTS (SELECT 1 FROM users \
                WHERE id = device_grants.subject AND disabled_at IS NULL AND valid_from <= device_grants.auth_time)";
}

scripts! {
    ADD_WHOLE = [ADD, audit_events::ADD];
    REDEEM_WHOLE = [REDEEM, token_families::ADD, access_tokens::ADD, audit_events::ADD];
    REDEEM_AND_KEEP = [REDEEM, token_families::ADD, access_tokens::ADD, redeliveries::ADD, audit_events::ADD];
}

fn select_by(column: &str) -> String {
    let (request, pace, decision) = (list::<RequestColumns>(), list::<PaceColumns>(), list::<DecisionColumns>());
    format!("SELECT {request}, {pace}, {decision} FROM device_grants WHERE {column} = $1")
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
    let mut args = RequestColumns::args(grant);
    args.extend(PaceColumns::args(&grant.pace));
    args.extend(LookupColumns::args(grant, device_code, user_code, purge_at));
    args.extend(DecisionColumns::args(grant));
    let script = Script {
        kind: ADD_WHOLE,
        args: vec![args, audit_events::args_of(event)],
        trace: (FIND, args![&grant.id]),
        point: "add grant: before",
    };
    db.carry_out(script, event).await
}

/// The grant of a device code.
pub async fn find_by_device_code(db: &Db, code: &Digest) -> Result<Option<Versioned<DeviceGrant>>, StoreError> {
    db.one(FIND_BY_DEVICE_CODE, args![code]).await
}

/// The grant of a user code.
pub async fn find_by_user_code(db: &Db, code: &Digest) -> Result<Option<Versioned<DeviceGrant>>, StoreError> {
    db.one(FIND_BY_USER_CODE, args![code]).await
}

/// The grant of a decision page.
pub async fn find_by_handle(db: &Db, handle: &Digest) -> Result<Option<Versioned<DeviceGrant>>, StoreError> {
    db.one(FIND_BY_HANDLE, args![handle]).await
}

/// Approved grants of a person that no device has redeemed, the newest first, with those that expired and are not purged.
pub async fn list_approved_grants(
    db: &Db,
    subject: &Subject,
    most: u32,
) -> Result<Vec<Versioned<DeviceGrant>>, StoreError> {
    db.all(LIST_APPROVED, args![subject, most]).await
}

/// Saves what was decided on a revision, with its event; false when another request was faster.
pub async fn save_device_grant(
    db: &Db,
    revision: i64,
    next: &DeviceGrant,
    event: &AuditEvent,
) -> Result<bool, StoreError> {
    failpoints::reach("save: before").await;
    let is_saved = db
        .change(async |mut tx| {
            tx.change(SAVE, decided(revision, next)).await?;
            if !next.is_undecided() {
                changes::end_waiting(&mut tx, &next.id).await?;
            }
            audit_events::add(&mut tx, event).await?;
            Ok(tx)
        })
        .await?;
    failpoints::reach("save: after").await;
    Ok(is_saved)
}

/// Saves an approval with its event, if the person may still give it. With a `watch` it is counted first, also where it is
/// held: it is one more person who would have approved. Also says whether the alarm was raised.
pub async fn approve_device_grant(
    db: &Db,
    revision: i64,
    next: &DeviceGrant,
    event: &AuditEvent,
    watch: Option<&Watch>,
) -> Result<(ApprovalOutcome, bool), StoreError> {
    let Some(claim) = next.claimed() else { return Ok((ApprovalOutcome::Lost, false)) };
    failpoints::reach("approve: before").await;
    db.in_transaction(async |mut tx| {
        let (is_held, is_raised) = match watch {
            Some(watch) => campaigns::count(&mut tx, next, &claim.subject, watch).await?,
            None => (false, false),
        };
        if !is_held {
            account_turn::take(&mut tx, &claim.subject).await?;
            if tx.write(APPROVE, decided(revision, next)).await? == 0 {
                return Ok((ApprovalOutcome::Lost, false));
            }
            changes::end_waiting(&mut tx, &next.id).await?;
            audit_events::add(&mut tx, event).await?;
        }
        tx.commit().await?;
        failpoints::reach("approve: after").await;
        Ok((if is_held { ApprovalOutcome::Held } else { ApprovalOutcome::Won }, is_raised))
    })
    .await
}

/// Redeems an approved grant and stores what is issued for it, in one transaction (SM-02); false when another request was
/// faster, or the approval is void because its person was disabled or signed out everywhere.
pub async fn redeem_device_grant(
    db: &Db,
    approved: &Versioned<DeviceGrant>,
    family: &TokenFamily,
    access_token: &NewAccessToken,
    redelivery: Option<&Redelivery>,
    event: &AuditEvent,
) -> Result<bool, StoreError> {
    let grant = &approved.value.id;
    let mut args = vec![
        args![grant, approved.revision, family.issued_at, &family.id],
        FamilyColumns::args(family),
        TokenColumns::args(access_token, &family.id),
    ];
    args.extend(redelivery.map(|answer| RedeliveryColumns::args(grant, answer)));
    args.push(audit_events::args_of(event));
    let kind = if redelivery.is_some() { REDEEM_AND_KEEP } else { REDEEM_WHOLE };
    let script = Script { kind, args, trace: access_tokens::trace(access_token), point: "redeem: before" };
    let is_redeemed = db.carry_out(script, event).await?;
    failpoints::reach("redeem: after").await;
    Ok(is_redeemed)
}

fn decided(revision: i64, next: &DeviceGrant) -> Vec<Arg> {
    let mut args = args![&next.id, revision];
    args.extend(DecisionColumns::args(next));
    args
}
