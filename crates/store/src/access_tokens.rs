//! Access tokens, by a digest, with the state of their family and their person. For a JWT it is the digest of its `jti`; for
//! an opaque token it is that of the token itself, and the row holds the claims.

use crate::arg::{args, json};
use crate::statement::{result_row, statements};
use crate::transaction::Transaction;
use crate::{Db, StoreError};
use protocol::{AccessTokenClaims, AuditEvent, Digest, Subject, Timestamp};

statements! {
    ADD = "INSERT INTO access_tokens (digest, family_id, expires_at, claims) VALUES ($1, $2, $3, $4)";
    FIND_LIVE = "SELECT t.claims, f.id AS family_id, f.client_id, f.subject, u.username, u.name, u.email \
        FROM access_tokens t \
        JOIN token_families f ON f.id = t.family_id AND f.revoked_at IS NULL \
        LEFT JOIN users u ON u.id = f.subject AND u.disabled_at IS NULL AND u.valid_from <= f.auth_time \
        WHERE t.digest = $1 AND t.expires_at > $2 AND (f.subject IS NULL OR u.id IS NOT NULL)";
    REVOKE = "DELETE FROM access_tokens WHERE digest = $1";
}

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
    /// The person. `None`: it is the client's own token.
    pub subject: Option<Subject>,
    /// What they sign in with.
    pub username: Option<String>,
    /// What they are called.
    pub name: Option<String>,
    /// Where they can be written to.
    pub email: Option<String>,
}

result_row! {
    struct LiveRow {
        claims: Option<String>,
        family_id: String,
        client_id: String,
        subject: Option<String>,
        username: Option<String>,
        name: Option<String>,
        email: Option<String>,
    }
}

pub(super) async fn add(tx: &mut Transaction, token: &NewAccessToken, family: &str) -> Result<(), StoreError> {
    tx.write(ADD, args![token.digest, family, token.expires_at, token.claims.as_ref().map(json)]).await.map(drop)
}

/// Ends one access token, and tells of it if it was there: what has no row is not alive.
pub async fn revoke_access_token(db: &Db, digest: &Digest, event: &AuditEvent) -> Result<(), StoreError> {
    db.write_with_events(REVOKE, args![digest], &[event]).await.map(drop)
}

/// The token, unless it expired or was revoked, or its person was disabled or signed out everywhere.
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
        subject: row.subject.map(Subject::new),
        username: row.username,
        name: row.name,
        email: row.email,
    }))
}
