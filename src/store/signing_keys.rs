//! Which keys sign tokens? Their private halves arrive here sealed.

use sqlx::FromRow;

use crate::protocol::Timestamp;
use crate::store::Db;
use crate::store::StoreError;
use crate::store::arg::args;

const ADD: &str = "INSERT INTO signing_keys (kid, algorithm, generation, public_jwk, sealed_private, created_at) \
    VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (algorithm, generation) DO NOTHING";
const ALL: &str = "SELECT kid, algorithm, generation, public_jwk, sealed_private, created_at FROM signing_keys \
    ORDER BY algorithm, generation";

pub(super) const STATEMENTS: &[&str] = &[ADD, ALL];

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
}

/// Adds a key. Of two nodes that make the same generation at once one wins, and both read that one back.
///
/// # Errors
/// When the database does not answer.
pub async fn add_signing_key(db: &Db, key: &StoredKey) -> Result<(), StoreError> {
    let created_at = Timestamp::from_millis(key.created_at);
    let sealed = key.sealed_private.as_slice();
    db.write(ADD, args![&key.kid, &key.algorithm, key.generation, &key.public_jwk, sealed, created_at]).await?;
    Ok(())
}

/// Every key, oldest first within its algorithm.
///
/// # Errors
/// When the database does not answer.
pub async fn signing_keys(db: &Db) -> Result<Vec<StoredKey>, StoreError> {
    db.all(ALL, args![]).await
}
