//! Token families: all tokens that descend from one grant, which are valid and end together.

use sqlx::FromRow;

use crate::access_tokens::TokenColumns;
use crate::arg::{Arg, args, json};
use crate::column_type::Json;
use crate::portable_row::EngineRow;
use crate::script::{Script, ScriptKind, scripts};
use crate::statement::{columns, insert, statements};
use crate::transaction::Transaction;
use crate::{Db, NewAccessToken, StoreError, access_tokens, failpoints};
use protocol::{AuditEvent, Digest, Origin, RefreshChain, Scope, SpentLink, Subject, Timestamp};

statements! {
    pub(super) ADD = insert::<FamilyColumns>("token_families");
    REVOKE = "UPDATE token_families SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL";
    /// Without the families of people who were disabled, or signed out everywhere, since they authenticated.
    FIND_BY_REFRESH_KEY = "SELECT f.id, f.client_id, f.subject, f.scope, f.auth_time, f.amr, f.acr, f.resources, f.issued_at, \
            f.refresh_digest, f.refresh_previous, f.refresh_rotated_at, f.refresh_sealed, f.refresh_idle_until, f.ends_at, \
            f.dpop_jkt, f.bound_late \
        FROM token_families f \
        JOIN users u ON u.id = f.subject AND u.disabled_at IS NULL AND u.valid_from <= f.auth_time \
        WHERE f.refresh_key = $1 AND f.revoked_at IS NULL";
    ROTATE = "UPDATE token_families SET refresh_digest = $3, refresh_previous = $2, refresh_rotated_at = $4, \
            refresh_sealed = $5, refresh_idle_until = $6, last_used_at = $4, dpop_jkt = COALESCE(dpop_jkt, $7), \
            bound_late = bound_late OR (dpop_jkt IS NULL AND $7 IS NOT NULL) \
        WHERE id = $1 AND refresh_digest = $2 AND revoked_at IS NULL";
    /// Locks the row, so that a revocation comes wholly before or wholly after what is issued beside it.
    USE = "UPDATE token_families SET last_used_at = $2, refresh_idle_until = $3 \
        WHERE id = $1 AND revoked_at IS NULL";
}

scripts! {
    ROTATE_WHOLE = [ROTATE, access_tokens::ADD];
    USE_WHOLE = [USE, access_tokens::ADD];
}

columns! {
    pub(super) FamilyColumns(family: &TokenFamily) {
        id: &family.id,
        kind: family.root.kind(),
        grant_id: family.root.grant().map(|grant| &grant.id),
        client_id: &family.client_id,
        subject: family.root.grant().map(|grant| &grant.subject),
        scope: &family.scope,
        resources: if family.resources.is_empty() { None } else { Some(json(&family.resources)) },
        auth_time: family.root.grant().map(|grant| grant.auth_time),
        amr: family.root.grant().map(|grant| grant.amr.as_slice()),
        acr: family.root.grant().and_then(|grant| grant.acr.as_ref()),
        issued_at: family.issued_at,
        purge_at: family.purge_at,
        dpop_jkt: &family.jkt,
        ends_at: family.refresh.as_ref().map(|chain| chain.ends_at),
        refresh_key: family.refresh.as_ref().map(|chain| chain.key),
        refresh_digest: family.refresh.as_ref().map(|chain| chain.digest),
        refresh_idle_until: family.refresh.as_ref().map(|chain| chain.idle_until),
        requested_from: family.origin.address,
        user_agent: &family.origin.user_agent,
    }
}

/// What the tokens of a family descend from.
#[derive(Clone, Debug)]
pub enum FamilyRoot {
    /// A device grant (RFC 8628).
    Device(ApprovedGrant),
    /// An authorization code (RFC 6749 section 4.1).
    Code(ApprovedGrant),
    /// The client itself (RFC 6749 section 4.4): nobody logged in.
    Client,
}

impl FamilyRoot {
    fn kind(&self) -> &'static str {
        match self {
            Self::Device(_) => "device",
            Self::Code(_) => "code",
            Self::Client => "client",
        }
    }

    fn grant(&self) -> Option<&ApprovedGrant> {
        match self {
            Self::Device(grant) | Self::Code(grant) => Some(grant),
            Self::Client => None,
        }
    }
}

/// A grant that a person approved, who had authenticated for it.
#[derive(Clone, Debug)]
pub struct ApprovedGrant {
    /// The identifier of the grant.
    pub id: String,
    /// The person.
    pub subject: Subject,
    /// When the person authenticated.
    pub auth_time: Timestamp,
    /// The methods of the authentication (RFC 8176).
    pub amr: Vec<String>,
    /// The level of the authentication.
    pub acr: Option<String>,
}

/// A family that is issued now.
#[derive(Clone, Debug)]
pub struct TokenFamily {
    /// A random identifier.
    pub id: String,
    /// What it descends from.
    pub root: FamilyRoot,
    /// The client.
    pub client_id: String,
    /// The scope of the grant.
    pub scope: Scope,
    /// The resources of the grant; none: the usual audience.
    pub resources: Vec<String>,
    /// The request for the grant, as the account page shows it.
    pub origin: Origin,
    /// When it is issued.
    pub issued_at: Timestamp,
    /// When all of its tokens have ended.
    pub purge_at: Timestamp,
    /// The first refresh token, if there is one.
    pub refresh: Option<NewChain>,
    /// The thumbprint (RFC 7638) of the key that it is issued to, if one was proven.
    pub jkt: Option<String>,
}

/// The beginning of a chain of refresh tokens.
#[derive(Clone, Debug)]
pub struct NewChain {
    /// The digest by which the chain is found.
    pub key: Digest,
    /// The digest of its first token.
    pub digest: Digest,
    /// When it ends if it is not used.
    pub idle_until: Timestamp,
    /// When it ends in any case.
    pub ends_at: Timestamp,
}

/// A family with a chain of refresh tokens, whose person may still use it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefreshableFamily {
    /// Its identifier.
    pub id: String,
    /// The client.
    pub client_id: String,
    /// The person.
    pub subject: Subject,
    /// The scope of the grant. Every refresh token of the chain stands for all of it.
    pub scope: Scope,
    /// When the person authenticated.
    pub auth_time: Timestamp,
    /// The methods of the authentication (RFC 8176).
    pub amr: Vec<String>,
    /// The level of the authentication.
    pub acr: Option<String>,
    /// The resources of the grant; none: the usual audience.
    pub resources: Vec<String>,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// Its refresh tokens.
    pub chain: RefreshChain,
    /// The thumbprint of the key that was proven for it, if one was.
    pub jkt: Option<String>,
    /// Whether a refresh bound it to that key, not its issue: until then its refresh tokens were free.
    pub bound_late: bool,
}

/// The next token of a chain.
#[derive(Clone, Debug)]
pub struct Rotation {
    /// The token that is spent.
    pub spent: Digest,
    /// The token that is good from now on.
    pub next: Digest,
    /// The same, sealed under the spent one.
    pub sealed: Vec<u8>,
    /// When the chain ends if it is not used.
    pub idle_until: Timestamp,
    /// When the token is spent.
    pub at: Timestamp,
    /// The key that the chain is bound to from now on, unless it is bound already.
    pub jkt: Option<String>,
}

/// Ends a family with whatever else the transaction does; true when it was alive.
pub(super) async fn revoke(tx: &mut Transaction, id: &str, now: Timestamp) -> Result<bool, StoreError> {
    Ok(tx.write(REVOKE, args![id, now]).await? == 1)
}

/// Ends a family, with these events; true when it was alive. Of any number of callers one succeeds.
pub async fn revoke_family(db: &Db, id: &str, now: Timestamp, events: &[AuditEvent]) -> Result<bool, StoreError> {
    db.write_with_events(REVOKE, args![id, now], &events.iter().collect::<Vec<_>>()).await
}

/// The family of a refresh token, unless it ended.
pub async fn find_refreshable_family(db: &Db, key: &Digest) -> Result<Option<RefreshableFamily>, StoreError> {
    db.one(FIND_BY_REFRESH_KEY, args![key]).await
}

/// Rotates the refresh token of a family and stores the access token that is issued with it; false when another request was
/// faster.
pub async fn rotate_refresh_token(
    db: &Db,
    family: &str,
    rotation: &Rotation,
    access_token: &NewAccessToken,
) -> Result<bool, StoreError> {
    let Rotation { spent, next, sealed, idle_until, at, jkt } = rotation;
    let rotation = args![family, spent, next, *at, sealed.as_slice(), *idle_until, jkt];
    let is_rotated = issue(db, ROTATE_WHOLE, rotation, family, access_token).await?;
    failpoints::reach("refresh: after").await;
    Ok(is_rotated)
}

/// Stores an access token that is issued without a rotation; false when the family ended meanwhile.
pub async fn add_to_family(
    db: &Db,
    family: &str,
    now: Timestamp,
    idle_until: Timestamp,
    access_token: &NewAccessToken,
) -> Result<bool, StoreError> {
    issue(db, USE_WHOLE, args![family, now, idle_until], family, access_token).await
}

/// Stores an access token with what a refresh does to its family, if it does something.
async fn issue(
    db: &Db,
    kind: ScriptKind,
    refresh: Vec<Arg>,
    family: &str,
    token: &NewAccessToken,
) -> Result<bool, StoreError> {
    let args = vec![refresh, TokenColumns::args(token, family)];
    db.run_script(Script { kind, args, trace: access_tokens::trace(token), point: "refresh: before" }).await
}

impl<'r, R: EngineRow> FromRow<'r, R> for RefreshableFamily {
    fn from_row(row: &'r R) -> sqlx::Result<Self> {
        let spent: Option<Digest> = row.read("refresh_previous")?;
        let previous = match spent {
            None => None,
            Some(digest) => Some(SpentLink {
                digest,
                at: row.read("refresh_rotated_at")?,
                sealed_successor: row.read("refresh_sealed")?,
            }),
        };
        let resources: Option<Json<_>> = row.read("resources")?;
        Ok(Self {
            id: row.read("id")?,
            client_id: row.read("client_id")?,
            subject: row.read("subject")?,
            scope: row.read("scope")?,
            auth_time: row.read("auth_time")?,
            amr: row.read("amr")?,
            acr: row.read("acr")?,
            resources: resources.map(|Json(resources)| resources).unwrap_or_default(),
            issued_at: row.read("issued_at")?,
            chain: RefreshChain {
                current: row.read("refresh_digest")?,
                previous,
                idle_until: row.read("refresh_idle_until")?,
                ends_at: row.read("ends_at")?,
            },
            jkt: row.read("dpop_jkt")?,
            bound_late: row.read("bound_late")?,
        })
    }
}

#[cfg(test)]
#[path = "token_families_tests.rs"]
mod tests;
