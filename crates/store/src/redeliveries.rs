//! The answer to a redemption, for a device that did not receive it: kept for half a minute, sealed under a key that only the
//! device has (requirement B-11).

use crate::arg::args;
use crate::statement::{columns, insert, statements};
use crate::{Db, StoreError};
use protocol::Timestamp;

statements! {
    pub(super) ADD = insert::<RedeliveryColumns>("redeliveries");
    /// Not of a family that was revoked, nor of a person who was disabled or signed out everywhere. As for every token in the
    /// answer, the time of the authentication counts: the clock of the node that signed them out may be behind.
    FIND = "SELECT r.sealed FROM redeliveries r \
        JOIN token_families f ON f.grant_id = r.grant_id AND f.revoked_at IS NULL \
        JOIN users u ON u.id = f.subject AND u.disabled_at IS NULL AND u.valid_from <= f.auth_time \
        WHERE r.grant_id = $1";
}

columns! {
    pub(super) RedeliveryColumns(grant: &str, answer: &Redelivery) {
        grant_id: grant,
        sealed: answer.sealed.as_slice(),
        expires_at: answer.expires_at,
    }
}

/// An answer that is kept.
#[derive(Clone, Debug)]
pub struct Redelivery {
    /// The answer with its tokens, sealed.
    pub sealed: Vec<u8>,
    /// When it may be forgotten.
    pub expires_at: Timestamp,
}

/// The sealed answer to the redemption of a grant, as long as its tokens are alive.
pub async fn find_redelivery(db: &Db, grant: &str) -> Result<Option<Vec<u8>>, StoreError> {
    db.value(FIND, args![grant]).await
}
