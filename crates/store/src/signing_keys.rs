//! Which keys sign tokens? Their private halves arrive here sealed.

use sqlx::FromRow;

use crate::arg::{Arg, args};
use crate::{Db, StoreError, audit_events, failpoints};
use protocol::AuditEvent;

const ADD: &str = "INSERT INTO signing_keys (kid, algorithm, generation, public_jwk, sealed_private, created_at, \
        active_from) \
    VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (algorithm, generation) DO NOTHING";
const ALL: &str = "SELECT kid, algorithm, generation, public_jwk, sealed_private, created_at, active_from FROM signing_keys \
    ORDER BY algorithm, generation";

const RESEAL: &str = "UPDATE signing_keys SET sealed_private = $2 WHERE kid = $1";
const DELETE: &str = "DELETE FROM signing_keys WHERE kid = $1";

pub(super) const STATEMENTS: &[&str] = &[ADD, ALL, RESEAL, DELETE];

/// A key as its row keeps it.
#[derive(Clone, FromRow)]
pub struct StoredKey {
    /// The thumbprint of the public half (RFC 7638).
    pub kid: String,
    /// The JOSE name.
    pub algorithm: String,
    /// Which in the succession of its algorithm, from 1.
    pub generation: i64,
    /// The public half (RFC 7517), as JSON.
    pub public_jwk: String,
    /// The private half, sealed under the root secret.
    pub sealed_private: Vec<u8>,
    /// Milliseconds since the epoch.
    pub created_at: i64,
    /// When it signs, or began to; milliseconds since the epoch.
    pub active_from: i64,
}

/// Adds a key. Of two nodes that make the same generation at once one wins and tells of it, and both read that one back.
///
/// # Errors
/// When the database does not answer: then nothing happened, or all of it.
pub async fn add_signing_key(db: &Db, key: &StoredKey, event: &AuditEvent) -> Result<(), StoreError> {
    let sealed = key.sealed_private.as_slice();
    let (made, active) = (key.created_at, key.active_from);
    let args = args![&key.kid, &key.algorithm, key.generation, &key.public_jwk, sealed, made, active];
    failpoints::reach("add key: before").await;
    changed_and_told(db, ADD, args, event).await?;
    failpoints::reach("add key: after").await;
    Ok(())
}

/// Keeps the private half of a key sealed under another root secret.
///
/// # Errors
/// When the database does not answer.
pub async fn reseal_signing_key(db: &Db, kid: &str, sealed: &[u8]) -> Result<(), StoreError> {
    db.write(RESEAL, args![kid, sealed]).await.map(drop)
}

/// Forgets a key; of several nodes that do, one tells of it.
///
/// # Errors
/// When the database does not answer: then nothing happened, or all of it.
pub async fn delete_signing_key(db: &Db, kid: &str, event: &AuditEvent) -> Result<(), StoreError> {
    changed_and_told(db, DELETE, args![kid], event).await
}

/// Every key, oldest first within its algorithm.
///
/// # Errors
/// When the database does not answer.
pub async fn signing_keys(db: &Db) -> Result<Vec<StoredKey>, StoreError> {
    db.all(ALL, args![]).await
}

async fn changed_and_told(
    db: &Db,
    statement: &'static str,
    args: Vec<Arg>,
    event: &AuditEvent,
) -> Result<(), StoreError> {
    db.in_transaction(async |mut tx| {
        if tx.write(statement, args.clone()).await? > 0 {
            audit_events::add(&mut tx, event).await?;
        }
        tx.commit().await
    })
    .await
}
