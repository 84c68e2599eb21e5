//! What did one approval lead to? Everything that was issued for it lives and dies together.

use sqlx::FromRow;

use crate::arg::{args, json};
use crate::db::Transaction;
use crate::{Db, NewAccessToken, StoreError, access_tokens, audit_events, failpoints, redeliveries};
use protocol::{Approval, AuditEvent, Digest, Origin, RefreshChain, Scope, SpentLink, Subject, Timestamp};

const ADD: &str = "INSERT INTO token_families \
        (id, kind, grant_id, client_id, subject, scope, auth_time, amr, acr, issued_at, purge_at, ends_at, refresh_key, \
        refresh_digest, refresh_idle_until, dpop_jkt, resources, requested_from, user_agent) \
    VALUES ($1, 'device', $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)";
const REVOKE: &str = "UPDATE token_families SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL";
/// Without the families of people who were disabled, or signed out everywhere, since they authenticated.
const FIND_BY_REFRESH_KEY: &str = "SELECT f.id, f.client_id, f.subject, f.scope, f.auth_time, f.amr, f.acr, \
        f.issued_at, f.ends_at, f.refresh_digest, f.refresh_idle_until, f.refresh_previous, f.refresh_rotated_at, \
        f.refresh_sealed, f.dpop_jkt, f.bound_late, f.resources \
    FROM token_families f \
    JOIN users u ON u.id = f.subject AND u.disabled_at IS NULL AND u.valid_from <= f.auth_time \
    WHERE f.refresh_key = $1 AND f.revoked_at IS NULL";
const ROTATE: &str = "UPDATE token_families SET refresh_digest = $3, refresh_previous = $2, refresh_rotated_at = $4, \
        refresh_sealed = $5, refresh_idle_until = $6, last_used_at = $4, dpop_jkt = COALESCE(dpop_jkt, $7), \
        bound_late = bound_late OR (dpop_jkt IS NULL AND $7 IS NOT NULL) \
    WHERE id = $1 AND refresh_digest = $2 AND revoked_at IS NULL";
/// Takes the row, so that a revocation comes wholly before or wholly after what is issued beside it.
const USE: &str = "UPDATE token_families SET last_used_at = $2, refresh_idle_until = $3 \
    WHERE id = $1 AND revoked_at IS NULL";

pub(super) const STATEMENTS: &[&str] = &[ADD, REVOKE, FIND_BY_REFRESH_KEY, ROTATE, USE];

/// The root of what is issued for one approval.
#[derive(Clone, Debug)]
pub struct TokenFamily {
    /// A random identifier.
    pub id: String,
    /// The grant that was redeemed.
    pub grant_id: String,
    /// The client.
    pub client_id: String,
    /// The person.
    pub subject: Subject,
    /// What was approved.
    pub approval: Approval,
    /// The resources that were approved with it; none: the usual audience.
    pub resources: Vec<String>,
    /// Who asked for it, as far as its person is told.
    pub origin: Origin,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// When nothing of it can be alive any more.
    pub purge_at: Timestamp,
    /// The first refresh token, if there is one.
    pub refresh: Option<NewChain>,
    /// The key that it is issued to, if one was proven.
    pub key: Option<KeyBound>,
}

/// What is remembered of a family that is issued to a key.
#[derive(Clone, Debug)]
pub struct KeyBound {
    /// The thumbprint of the key (RFC 7638).
    pub jkt: String,
    /// The answer that carries its tokens, sealed.
    pub sealed_answer: Vec<u8>,
    /// When that answer may be forgotten.
    pub answer_until: Timestamp,
}

/// The beginning of a chain of refresh tokens.
#[derive(Clone, Debug)]
pub struct NewChain {
    /// What it is looked up by.
    pub key: Digest,
    /// Its first link.
    pub digest: Digest,
    /// When it ends without being used.
    pub idle_until: Timestamp,
    /// When it ends in any case.
    pub ends_at: Timestamp,
}

/// A family with a chain of refresh tokens, whose person may still use it.
#[derive(Clone, Debug)]
pub struct RefreshableFamily {
    /// Its identifier.
    pub id: String,
    /// The client.
    pub client_id: String,
    /// The person.
    pub subject: Subject,
    /// What was approved; every refresh token of the chain stands for all of it.
    pub scope: Scope,
    /// When the person authenticated.
    pub auth_time: Timestamp,
    /// How.
    pub amr: Vec<String>,
    /// At which level.
    pub acr: Option<String>,
    /// The resources that were approved; none: the usual audience.
    pub resources: Vec<String>,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// Its refresh tokens.
    pub chain: RefreshChain,
    /// The thumbprint of the key that was proven for it, if one was.
    pub jkt: Option<String>,
    /// Whether that was not before a refresh: until then its refresh tokens were free.
    pub bound_late: bool,
}

/// The next link of a chain, to be written if nobody was faster.
#[derive(Clone, Debug)]
pub struct Rotation {
    /// The link that is spent.
    pub spent: Digest,
    /// The link that is good from now on.
    pub next: Digest,
    /// The same, sealed under the spent one.
    pub sealed: Vec<u8>,
    /// When it ends without being used.
    pub idle_until: Timestamp,
    /// When it happens.
    pub at: Timestamp,
    /// The key that the chain is bound to from now on, unless it is bound already.
    pub jkt: Option<String>,
}

#[derive(FromRow)]
struct FamilyRow {
    id: String,
    client_id: String,
    subject: String,
    scope: String,
    auth_time: i64,
    amr: String,
    acr: Option<String>,
    issued_at: i64,
    ends_at: Option<i64>,
    refresh_digest: Option<Vec<u8>>,
    refresh_idle_until: Option<i64>,
    refresh_previous: Option<Vec<u8>>,
    refresh_rotated_at: Option<i64>,
    refresh_sealed: Option<Vec<u8>>,
    dpop_jkt: Option<String>,
    bound_late: bool,
    resources: Option<String>,
}

pub(super) async fn add(tx: &mut Transaction, family: &TokenFamily) -> Result<(), StoreError> {
    let approval = &family.approval;
    let refresh = family.refresh.as_ref();
    let args = args![
        &family.id,
        &family.grant_id,
        &family.client_id,
        family.subject.as_str(),
        approval.scope.to_string(),
        approval.auth_time,
        approval.amr.join(" "),
        approval.acr.clone(),
        family.issued_at,
        family.purge_at,
        refresh.map(|refresh| refresh.ends_at),
        refresh.map(|refresh| refresh.key),
        refresh.map(|refresh| refresh.digest),
        refresh.map(|refresh| refresh.idle_until),
        family.key.as_ref().map(|key| key.jkt.as_str()),
        (!family.resources.is_empty()).then(|| json(&family.resources)),
        family.origin.address.to_string(),
        family.origin.user_agent.as_deref(),
    ];
    tx.write(ADD, args).await?;
    match &family.key {
        Some(key) => redeliveries::add(tx, &family.grant_id, &key.sealed_answer, key.answer_until).await,
        None => Ok(()),
    }
}

/// Ends a family with whatever else the transaction does; true when it was alive.
pub(super) async fn revoke(tx: &mut Transaction, id: &str, now: Timestamp) -> Result<bool, StoreError> {
    Ok(tx.write(REVOKE, args![id, now]).await? == 1)
}

/// Ends a family, and tells why; true when it was alive. Of any number of callers one tells.
///
/// # Errors
/// When the database does not answer: then nothing happened, or all of it.
pub async fn revoke_family(db: &Db, id: &str, now: Timestamp, events: &[AuditEvent]) -> Result<bool, StoreError> {
    db.in_transaction(async |mut tx| {
        if !revoke(&mut tx, id, now).await? {
            return Ok(false);
        }
        for event in events {
            audit_events::add(&mut tx, event).await?;
        }
        tx.commit().await?;
        Ok(true)
    })
    .await
}

/// The family of a refresh token, unless it ended.
///
/// # Errors
/// When the database does not answer, or the row is impossible.
pub async fn find_refreshable_family(db: &Db, key: &Digest) -> Result<Option<RefreshableFamily>, StoreError> {
    db.one::<FamilyRow>(FIND_BY_REFRESH_KEY, args![key]).await?.map(RefreshableFamily::try_from).transpose()
}

/// Moves a chain on and remembers the access token that is issued with it; false when somebody was faster.
///
/// # Errors
/// When the database does not answer: then nothing happened, or all of it.
pub async fn rotate_refresh_token(
    db: &Db,
    family: &str,
    rotation: &Rotation,
    access_token: &NewAccessToken,
) -> Result<bool, StoreError> {
    db.in_transaction(async |mut tx| {
        let args = args![
            family,
            rotation.spent,
            rotation.next,
            rotation.at,
            rotation.sealed.as_slice(),
            rotation.idle_until,
            rotation.jkt.as_deref(),
        ];
        if tx.write(ROTATE, args).await? == 0 {
            return Ok(false);
        }
        access_tokens::add(&mut tx, access_token, family).await?;
        failpoints::reach("refresh: before").await;
        tx.commit().await?;
        failpoints::reach("refresh: after").await;
        Ok(true)
    })
    .await
}

/// Remembers an access token that is issued without moving the chain on; false when the family ended meanwhile.
///
/// # Errors
/// When the database does not answer: then nothing happened, or all of it.
pub async fn add_to_family(
    db: &Db,
    family: &str,
    now: Timestamp,
    idle_until: Timestamp,
    access_token: &NewAccessToken,
) -> Result<bool, StoreError> {
    db.in_transaction(async |mut tx| {
        if tx.write(USE, args![family, now, idle_until]).await? == 0 {
            return Ok(false);
        }
        access_tokens::add(&mut tx, access_token, family).await?;
        tx.commit().await?;
        Ok(true)
    })
    .await
}

impl TryFrom<FamilyRow> for RefreshableFamily {
    type Error = StoreError;

    fn try_from(row: FamilyRow) -> Result<Self, StoreError> {
        let corrupt = |why| StoreError::Corrupt { table: "token_families", id: row.id.clone(), why };
        let digest = |bytes: &[u8]| Digest::from_row(bytes).ok_or(corrupt("a digest that is not 32 bytes"));
        let time = Timestamp::from_millis;
        let previous = match (&row.refresh_previous, row.refresh_rotated_at, &row.refresh_sealed) {
            (Some(spent), Some(at), Some(sealed)) => {
                Some(SpentLink { digest: digest(spent)?, at: time(at), sealed_successor: sealed.clone() })
            }
            (None, None, None) => None,
            _ => return Err(corrupt("half a spent refresh token")),
        };
        let (Some(current), Some(idle_until), Some(ends_at)) =
            (&row.refresh_digest, row.refresh_idle_until, row.ends_at)
        else {
            return Err(corrupt("a refresh key without a refresh token"));
        };
        let chain =
            RefreshChain { current: digest(current)?, previous, idle_until: time(idle_until), ends_at: time(ends_at) };
        let scope = row.scope.parse().map_err(|_| corrupt("a scope that is none"))?;
        let resources = row.resources.as_deref().map(serde_json::from_str).transpose();
        Ok(Self {
            id: row.id.clone(),
            client_id: row.client_id,
            subject: Subject::new(row.subject),
            scope,
            auth_time: time(row.auth_time),
            amr: row.amr.split(' ').map(str::to_owned).collect(),
            acr: row.acr,
            resources: resources.map_err(|_| corrupt("resources that cannot be read"))?.unwrap_or_default(),
            issued_at: time(row.issued_at),
            chain,
            jkt: row.dpop_jkt,
            bound_late: row.bound_late,
        })
    }
}
