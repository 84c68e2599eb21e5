//! The keys that sign tokens; their private halves are sealed already.

use crate::arg::args;
use crate::statement::{WrittenRow, insert, list, row, statements};
use crate::{Db, StoreError, audit_events, failpoints};
use protocol::AuditEvent;

statements! {
    ADD = format!("{} ON CONFLICT (algorithm, generation) DO NOTHING", insert::<StoredKey>("signing_keys"));
    ALL = format!("SELECT {} FROM signing_keys ORDER BY algorithm, generation", list::<StoredKey>());
    RESEAL = "UPDATE signing_keys SET sealed_private = $2 WHERE kid = $1";
    DELETE = "DELETE FROM signing_keys WHERE kid = $1";
}

row! {
    /// A key as its row holds it.
    #[derive(Clone)]
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
}

/// Adds a key. If two nodes add the same generation at once, one does, with the event, and both read that one back. Whether
/// it was this one.
pub async fn add_signing_key(db: &Db, key: &StoredKey, event: &AuditEvent) -> Result<bool, StoreError> {
    failpoints::reach("add key: before").await;
    let is_added = db.write_with_events(ADD, key.clone().args(), &[event]).await?;
    failpoints::reach("add key: after").await;
    Ok(is_added)
}

/// Stores the private half of a key sealed under another root secret.
pub async fn reseal_signing_key(db: &Db, kid: &str, sealed: &[u8]) -> Result<(), StoreError> {
    db.write(RESEAL, args![kid, sealed]).await.map(drop)
}

/// Deletes a key; of several nodes that do, one records the event. Whether it was this one.
pub async fn delete_signing_key(db: &Db, kid: &str, event: &AuditEvent) -> Result<bool, StoreError> {
    db.write_with_events(DELETE, args![kid], &[event]).await
}

/// Deletes keys and adds their successors, with their events, in one transaction; false when another process deleted or added
/// one of them meanwhile.
pub async fn withdraw_signing_keys(
    db: &Db,
    withdrawn: &[(&str, AuditEvent)],
    successors: &[(StoredKey, AuditEvent)],
) -> Result<bool, StoreError> {
    db.change(async |mut tx| {
        for (kid, event) in withdrawn {
            tx.change(DELETE, args![*kid]).await?;
            audit_events::add(&mut tx, event).await?;
        }
        for (key, event) in successors {
            tx.change(ADD, key.clone().args()).await?;
            audit_events::add(&mut tx, event).await?;
        }
        Ok(tx)
    })
    .await
}

/// Every key, oldest first within its algorithm.
pub async fn signing_keys(db: &Db) -> Result<Vec<StoredKey>, StoreError> {
    db.all(ALL, args![]).await
}
