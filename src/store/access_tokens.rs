//! Is this access token alive? By the digest of its name, with the state of its family and of its person.

use sqlx::FromRow;

use crate::protocol::AuditEvent;
use crate::protocol::Digest;
use crate::protocol::Subject;
use crate::protocol::Timestamp;
use crate::store::Db;
use crate::store::StoreError;
use crate::store::arg::args;
use crate::store::audit_events;
use crate::store::db::Transaction;

const ADD: &str = "INSERT INTO access_tokens (digest, family_id, expires_at) VALUES ($1, $2, $3)";
const FIND_LIVE: &str = "SELECT f.id AS family_id, f.client_id, u.id AS subject, u.username, u.name, u.email \
    FROM access_tokens t \
    JOIN token_families f ON f.id = t.family_id AND f.revoked_at IS NULL \
    JOIN users u ON u.id = f.subject AND u.disabled_at IS NULL AND u.valid_from <= f.issued_at \
    WHERE t.digest = $1 AND t.expires_at > $2";

const REVOKE: &str = "DELETE FROM access_tokens WHERE digest = $1";

pub(super) const STATEMENTS: &[&str] = &[ADD, FIND_LIVE, REVOKE];

/// An access token that may be used, and whose it is.
#[derive(Clone, Debug)]
pub struct LiveAccessToken {
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
    family_id: String,
    client_id: String,
    subject: String,
    username: String,
    name: Option<String>,
    email: Option<String>,
}

pub(super) async fn add(
    tx: &mut Transaction,
    digest: &Digest,
    family: &str,
    expires_at: Timestamp,
) -> Result<(), StoreError> {
    tx.write(ADD, args![digest, family, expires_at]).await.map(drop)
}

/// Ends one access token, and tells of it if it was there: what has no row is not alive.
///
/// # Errors
/// When the database does not answer: then nothing happened, or all of it.
pub async fn revoke_access_token(db: &Db, digest: &Digest, event: &AuditEvent) -> Result<(), StoreError> {
    let mut tx = db.begin().await?;
    if tx.write(REVOKE, args![digest]).await? > 0 {
        audit_events::add(&mut tx, event).await?;
    }
    tx.commit().await
}

/// The token, unless it expired or was revoked, or its person was disabled or signed out everywhere.
///
/// # Errors
/// When the database does not answer.
pub async fn find_access_token(
    db: &Db,
    digest: &Digest,
    now: Timestamp,
) -> Result<Option<LiveAccessToken>, StoreError> {
    Ok(db.one::<LiveRow>(FIND_LIVE, args![digest, now]).await?.map(|row| LiveAccessToken {
        family_id: row.family_id,
        client_id: row.client_id,
        subject: Subject::new(row.subject),
        username: row.username,
        name: row.name,
        email: row.email,
    }))
}
