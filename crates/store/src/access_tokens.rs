//! Is this access token alive? By a digest, with the state of its family and of its person. Of a JWT the digest is that of
//! its `jti`; of an opaque token it is that of the token itself, and the row says what the token cannot.

use sqlx::FromRow;

use crate::arg::{args, json};
use crate::db::Transaction;
use crate::{Db, StoreError, audit_events};
use protocol::{AccessTokenClaims, AuditEvent, Digest, Subject, Timestamp};

const ADD: &str = "INSERT INTO access_tokens (digest, family_id, expires_at, claims) VALUES ($1, $2, $3, $4)";
const FIND_LIVE: &str = "SELECT t.claims, f.id AS family_id, f.client_id, u.id AS subject, u.username, u.name, u.email \
    FROM access_tokens t \
    JOIN token_families f ON f.id = t.family_id AND f.revoked_at IS NULL \
    JOIN users u ON u.id = f.subject AND u.disabled_at IS NULL AND u.valid_from <= f.auth_time \
    WHERE t.digest = $1 AND t.expires_at > $2";

const REVOKE: &str = "DELETE FROM access_tokens WHERE digest = $1";

pub(super) const STATEMENTS: &[&str] = &[ADD, FIND_LIVE, REVOKE];

/// What has to be remembered of an access token before it is shown.
#[derive(Clone, Debug)]
pub struct NewAccessToken {
    /// What it is found by.
    pub digest: Digest,
    /// When it ends.
    pub expires_at: Timestamp,
    /// What it says, if it is opaque.
    pub claims: Option<AccessTokenClaims>,
}

/// An access token that may be used, and whose it is.
#[derive(Clone, Debug)]
pub struct LiveAccessToken {
    /// What it was found by.
    pub digest: Digest,
    /// What it says, if it is opaque.
    pub claims: Option<AccessTokenClaims>,
    /// Its family.
    pub family_id: String,
    /// The client that it was issued to.
    pub client_id: String,
    /// The person.
    pub subject: Subject,
    /// What they sign in with.
    pub username: String,
    /// What they are called.
    pub name: Option<String>,
    /// Where they can be written to.
    pub email: Option<String>,
}

#[derive(FromRow)]
struct LiveRow {
    claims: Option<String>,
    family_id: String,
    client_id: String,
    subject: String,
    username: String,
    name: Option<String>,
    email: Option<String>,
}

pub(super) async fn add(tx: &mut Transaction, token: &NewAccessToken, family: &str) -> Result<(), StoreError> {
    tx.write(ADD, args![token.digest, family, token.expires_at, token.claims.as_ref().map(json)]).await.map(drop)
}

/// Ends one access token, and tells of it if it was there: what has no row is not alive.
///
/// # Errors
/// When the database does not answer: then nothing happened, or all of it.
pub async fn revoke_access_token(db: &Db, digest: &Digest, event: &AuditEvent) -> Result<(), StoreError> {
    db.in_transaction(async |mut tx| {
        if tx.write(REVOKE, args![digest]).await? > 0 {
            audit_events::add(&mut tx, event).await?;
        }
        tx.commit().await
    })
    .await
}

/// The token, unless it expired or was revoked, or its person was disabled or signed out everywhere.
///
/// # Errors
/// When the database does not answer, or the row is impossible.
pub async fn find_access_token(
    db: &Db,
    digest: &Digest,
    now: Timestamp,
) -> Result<Option<LiveAccessToken>, StoreError> {
    let Some(row) = db.one::<LiveRow>(FIND_LIVE, args![digest, now]).await? else { return Ok(None) };
    let claims = row.claims.as_deref().map(serde_json::from_str).transpose().map_err(|_| StoreError::Corrupt {
        table: "access_tokens",
        id: row.family_id.clone(),
        why: "claims that cannot be read",
    })?;
    Ok(Some(LiveAccessToken {
        digest: *digest,
        claims,
        family_id: row.family_id,
        client_id: row.client_id,
        subject: Subject::new(row.subject),
        username: row.username,
        name: row.name,
        email: row.email,
    }))
}
