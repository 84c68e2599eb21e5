//! The answer to a redemption, which may have got lost: kept for half a minute, sealed under what only the device has
//! (requirement B-11).

use crate::arg::args;
use crate::statement::statements;
use crate::transaction::Transaction;
use crate::{Db, StoreError};
use protocol::Timestamp;

statements! {
    ADD = "INSERT INTO redeliveries (grant_id, sealed, expires_at) VALUES ($1, $2, $3)";
    /// Not of a family that was revoked, nor of a person who was disabled or signed out everywhere. What counts is when they
    /// authenticated, as it does for every token in the answer: the clock of the node that signed them out may be
    /// behind.
    FIND = "SELECT r.sealed FROM redeliveries r \
        JOIN token_families f ON f.grant_id = r.grant_id AND f.revoked_at IS NULL \
        JOIN users u ON u.id = f.subject AND u.disabled_at IS NULL AND u.valid_from <= f.auth_time \
        WHERE r.grant_id = $1";
}

pub(super) async fn add(
    tx: &mut Transaction,
    grant: &str,
    sealed: &[u8],
    expires_at: Timestamp,
) -> Result<(), StoreError> {
    tx.write(ADD, args![grant, sealed, expires_at]).await.map(drop)
}

/// The sealed answer to the redemption of a grant, while what it issued is alive.
pub async fn find_redelivery(db: &Db, grant: &str) -> Result<Option<Vec<u8>>, StoreError> {
    Ok(db.one::<(Vec<u8>,)>(FIND, args![grant]).await?.map(|(sealed,)| sealed))
}
