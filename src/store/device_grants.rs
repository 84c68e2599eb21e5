//! How are grants remembered? One row each; every change of state is a compare-and-swap on its revision (SM-01).

use std::net::IpAddr;
use std::time::Duration;

use sqlx::FromRow;

use crate::failpoints;
use crate::protocol::Approval;
use crate::protocol::AuditEvent;
use crate::protocol::Binding;
use crate::protocol::Claim;
use crate::protocol::CodeChallenge;
use crate::protocol::CodeEntry;
use crate::protocol::DeviceGrant;
use crate::protocol::Digest;
use crate::protocol::Network;
use crate::protocol::Origin;
use crate::protocol::Pace;
use crate::protocol::Redemption;
use crate::protocol::Scope;
use crate::protocol::State;
use crate::protocol::Subject;
use crate::protocol::Timestamp;
use crate::protocol::Wishes;
use crate::store::Db;
use crate::store::NewAccessToken;
use crate::store::StoreError;
use crate::store::TokenFamily;
use crate::store::access_tokens;
use crate::store::arg::Arg;
use crate::store::arg::args;
use crate::store::arg::json;
use crate::store::audit_events;
use crate::store::token_families;

const ADD: &str = "INSERT INTO device_grants (id, device_code_digest, user_code_digest, client_id, scope, nonce, \
        requested_at, requested_from, requested_network, user_agent, expires_at, purge_at, interval_ms, slowed, repeated, \
        revision, state, dpop_jkt, code_challenge, wishes) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, FALSE, FALSE, 1, 'pending', $14, $15, $16)";
/// The columns that make a grant, behind a lookup by one of its digests.
macro_rules! select_by {
    ($column:literal) => {
        concat!(
            "SELECT id, client_id, scope, nonce, wishes, requested_at, requested_from, user_agent, expires_at, interval_ms, \
                answered_at, slowed, repeated, revision, state, subject, session_digest, handle_digest, entry, sealed_code, \
                approved_at, granted_scope, auth_time, amr, acr, redeemed_at, family_id, dpop_jkt, code_challenge \
            FROM device_grants WHERE ",
            $column,
            " = $1"
        )
    };
}
const FIND_BY_DEVICE_CODE: &str = select_by!("device_code_digest");
const FIND_BY_USER_CODE: &str = select_by!("user_code_digest");
const FIND_BY_HANDLE: &str = select_by!("handle_digest");
/// A poll's own bookkeeping: no new revision, and nothing once the grant is decided or another poll was answered.
const NOTE_PACE: &str = "UPDATE device_grants SET interval_ms = $2, answered_at = $3, slowed = $4, repeated = $5 \
    WHERE id = $1 AND state IN ('pending', 'claimed') AND interval_ms = $6 \
        AND answered_at IS NOT DISTINCT FROM $7 AND slowed = $8 AND repeated = $9";
const SAVE: &str = "UPDATE device_grants SET revision = revision + 1, state = $3, subject = $4, session_digest = $5, \
        handle_digest = $6, entry = $7, approved_at = $8, granted_scope = $9, auth_time = $10, amr = $11, acr = $12, \
        redeemed_at = $13, family_id = $14, sealed_code = $15 \
    WHERE id = $1 AND revision = $2";
/// Not for a person who was disabled, or signed out everywhere, after they authenticated.
const APPROVE: &str = "UPDATE device_grants SET revision = revision + 1, state = $3, subject = $4, \
        session_digest = $5, handle_digest = $6, entry = $7, approved_at = $8, granted_scope = $9, auth_time = $10, \
        amr = $11, acr = $12, redeemed_at = $13, family_id = $14, sealed_code = $15 \
    WHERE id = $1 AND revision = $2 \
        AND EXISTS (SELECT 1 FROM users WHERE id = $4 AND disabled_at IS NULL AND valid_from <= $10)";
/// Nor for one to whom that happened before the device came. What counts is when they authenticated: that was long over
/// when it happened, whichever of the two statements was faster.
const REDEEM: &str = "UPDATE device_grants SET revision = revision + 1, state = 'redeemed', redeemed_at = $3, \
        family_id = $4 \
    WHERE id = $1 AND revision = $2 AND state = 'approved' \
        AND EXISTS (SELECT 1 FROM users \
            WHERE id = device_grants.subject AND disabled_at IS NULL AND valid_from <= device_grants.auth_time)";

pub(super) const STATEMENTS: &[&str] =
    &[ADD, FIND_BY_DEVICE_CODE, FIND_BY_USER_CODE, FIND_BY_HANDLE, NOTE_PACE, SAVE, APPROVE, REDEEM];

/// A value with the revision of the row it was read from: the premise of whatever is decided on it.
#[derive(Clone, Debug)]
pub struct Versioned<T> {
    /// The row's revision.
    pub revision: i64,
    /// What it held.
    pub value: T,
}

#[derive(FromRow)]
struct GrantRow {
    id: String,
    client_id: String,
    scope: String,
    nonce: Option<String>,
    wishes: Option<String>,
    requested_at: i64,
    requested_from: String,
    user_agent: Option<String>,
    expires_at: i64,
    interval_ms: i64,
    answered_at: Option<i64>,
    slowed: bool,
    repeated: bool,
    revision: i64,
    state: String,
    subject: Option<String>,
    session_digest: Option<Vec<u8>>,
    handle_digest: Option<Vec<u8>>,
    entry: Option<String>,
    sealed_code: Option<Vec<u8>>,
    approved_at: Option<i64>,
    granted_scope: Option<String>,
    auth_time: Option<i64>,
    amr: Option<String>,
    acr: Option<String>,
    redeemed_at: Option<i64>,
    family_id: Option<String>,
    dpop_jkt: Option<String>,
    code_challenge: Option<Vec<u8>>,
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
    let args = args![
        &grant.id,
        device_code,
        user_code,
        &grant.client_id,
        grant.scope.to_string(),
        grant.nonce.clone(),
        grant.origin.at,
        grant.origin.address.to_string(),
        Network::of(grant.origin.address).to_string(),
        grant.origin.user_agent.clone(),
        grant.expires_at,
        purge_at,
        grant.pace.interval,
        grant.binding.jkt.as_deref(),
        grant.binding.challenge.map(|challenge| challenge.digest()),
        (!grant.wishes.is_empty()).then(|| json(&grant.wishes)),
    ];
    let mut tx = db.begin().await?;
    match tx.write(ADD, args).await {
        Ok(_) => {}
        Err(error) if error.is_taken() => return Ok(false),
        Err(error) => return Err(error),
    }
    audit_events::add(&mut tx, event).await?;
    tx.commit().await?;
    Ok(true)
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

/// Notes how a waiting grant was polled; false when it was polled or decided meanwhile (requirement T-15).
///
/// # Errors
/// When the database does not answer. The answer to the poll is true all the same.
pub async fn note_pace(db: &Db, grant: &DeviceGrant, pace: &Pace) -> Result<bool, StoreError> {
    let was = &grant.pace;
    let args = args![
        &grant.id,
        pace.interval,
        pace.answered_at,
        pace.slowed,
        pace.repeated,
        was.interval,
        was.answered_at,
        was.slowed,
        was.repeated,
    ];
    Ok(db.note(NOTE_PACE, args).await? == 1)
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
    let saved = swap(db, SAVE, revision, next, event).await?;
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
    let approved = swap(db, APPROVE, revision, next, event).await?;
    failpoints::reach("approve: after").await;
    Ok(approved)
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
    let mut tx = db.begin().await?;
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
}

/// The event is written if the swap is won, and with it.
async fn swap(
    db: &Db,
    statement: &'static str,
    revision: i64,
    next: &DeviceGrant,
    event: &AuditEvent,
) -> Result<bool, StoreError> {
    let mut tx = db.begin().await?;
    if tx.write(statement, decided(revision, next)).await? == 0 {
        return Ok(false);
    }
    audit_events::add(&mut tx, event).await?;
    tx.commit().await?;
    Ok(true)
}

async fn find(db: &Db, by: &'static str, digest: &Digest) -> Result<Option<Versioned<DeviceGrant>>, StoreError> {
    db.one::<GrantRow>(by, args![digest]).await?.map(Versioned::try_from).transpose()
}

fn decided(revision: i64, next: &DeviceGrant) -> Vec<Arg> {
    let claim = next.claimed();
    let approval = if let State::Approved(_, approval) = &next.state { Some(approval) } else { None };
    let redemption = if let State::Redeemed(_, redemption) = &next.state { Some(redemption) } else { None };
    args![
        &next.id,
        revision,
        match next.state {
            State::Pending => "pending",
            State::Claimed(_) => "claimed",
            State::Approved(..) => "approved",
            State::Denied(_) => "denied",
            State::Revoked => "revoked",
            State::Redeemed(..) => "redeemed",
        },
        claim.map(|claim| claim.subject.as_str()),
        claim.map(|claim| claim.session),
        claim.map(|claim| claim.handle),
        claim.map(|claim| match claim.entry {
            CodeEntry::Typed => "typed",
            CodeEntry::Link => "link",
        }),
        approval.map(|approval| approval.at),
        approval.map(|approval| approval.scope.to_string()),
        approval.map(|approval| approval.auth_time),
        approval.map(|approval| approval.amr.join(" ")),
        approval.and_then(|approval| approval.acr.clone()),
        redemption.map(|redemption| redemption.at),
        redemption.map(|redemption| redemption.family.clone()),
        claim.map(|claim| claim.sealed_code.clone()),
    ]
}

impl TryFrom<GrantRow> for Versioned<DeviceGrant> {
    type Error = StoreError;

    fn try_from(row: GrantRow) -> Result<Self, StoreError> {
        let corrupt = |why| StoreError::Corrupt { table: "device_grants", id: row.id.clone(), why };
        let time = Timestamp::from_millis;
        let claim = || {
            let digest = |bytes: Option<&Vec<u8>>| bytes.and_then(|bytes| Digest::from_row(bytes));
            Ok(Claim {
                subject: Subject::new(row.subject.clone().ok_or(corrupt("a claim without a subject"))?),
                session: digest(row.session_digest.as_ref()).ok_or(corrupt("a claim without a session"))?,
                handle: digest(row.handle_digest.as_ref()).ok_or(corrupt("a claim without a handle"))?,
                entry: match row.entry.as_deref() {
                    Some("typed") => CodeEntry::Typed,
                    Some("link") => CodeEntry::Link,
                    _ => return Err(corrupt("a claim whose code came from nowhere")),
                },
                sealed_code: row.sealed_code.clone().ok_or(corrupt("a claim without its code"))?,
            })
        };
        let state = match row.state.as_str() {
            "pending" => State::Pending,
            "claimed" => State::Claimed(claim()?),
            "denied" => State::Denied(claim()?),
            "revoked" => State::Revoked,
            "approved" => match (row.approved_at, &row.granted_scope, row.auth_time, &row.amr) {
                (Some(at), Some(scope), Some(auth_time), Some(amr)) => State::Approved(
                    claim()?,
                    Approval {
                        at: time(at),
                        scope: scope.parse().map_err(|_| corrupt("a granted scope that is none"))?,
                        auth_time: time(auth_time),
                        amr: amr.split(' ').map(str::to_owned).collect(),
                        acr: row.acr.clone(),
                    },
                ),
                _ => return Err(corrupt("an approval that lacks its facts")),
            },
            "redeemed" => match (row.redeemed_at, &row.family_id) {
                (Some(at), Some(family)) => {
                    State::Redeemed(claim()?, Redemption { at: time(at), family: family.clone() })
                }
                _ => return Err(corrupt("a redemption that lacks its facts")),
            },
            _ => return Err(corrupt("an unknown state")),
        };
        let interval = u64::try_from(row.interval_ms).map_err(|_| corrupt("a negative interval"))?;
        let address: IpAddr = row.requested_from.parse().map_err(|_| corrupt("an address that is none"))?;
        let scope: Scope = row.scope.parse().map_err(|_| corrupt("a scope that is none"))?;
        let challenge = row.code_challenge.as_deref().map(|bytes| {
            Digest::from_row(bytes).map(CodeChallenge::of_digest).ok_or(corrupt("a challenge that is not 32 bytes"))
        });
        let binding = Binding { challenge: challenge.transpose()?, jkt: row.dpop_jkt };
        let wishes: Wishes = match &row.wishes {
            Some(wishes) => serde_json::from_str(wishes).map_err(|_| corrupt("wishes that cannot be read"))?,
            None => Wishes::default(),
        };
        Ok(Self {
            revision: row.revision,
            value: DeviceGrant {
                id: row.id.clone(),
                client_id: row.client_id,
                scope,
                nonce: row.nonce,
                binding,
                wishes,
                origin: Origin { at: time(row.requested_at), address, user_agent: row.user_agent },
                expires_at: time(row.expires_at),
                pace: Pace {
                    interval: Duration::from_millis(interval),
                    answered_at: row.answered_at.map(time),
                    slowed: row.slowed,
                    repeated: row.repeated,
                },
                state,
            },
        })
    }
}
