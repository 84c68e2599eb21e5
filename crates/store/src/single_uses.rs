//! Values that may be used once: the `jti` of a proof or an assertion (RFC 9449 section 11.1, RFC 7523 section 3). Shared by all
//! nodes, atomic, and deleted when the proof or assertion itself would no longer be accepted.

use crate::arg::args;
use crate::statement::statements;
use crate::{Db, StoreError};
use protocol::{Digest, Timestamp};

statements! {
    USE = "INSERT INTO single_uses (digest, expires_at) VALUES ($1, $2) \
        ON CONFLICT (digest) DO UPDATE SET expires_at = excluded.expires_at WHERE single_uses.expires_at <= $3";
}

/// Uses a name up until `expires_at`; `false` when it is used up already. Waits for the disk: a power cut must not give
/// a spent name back.
pub async fn use_once(db: &Db, name: &Digest, expires_at: Timestamp, now: Timestamp) -> Result<bool, StoreError> {
    Ok(db.write(USE, args![name, expires_at, now]).await? == 1)
}

/// The same without waiting for the disk: of two uses at any nodes one wins all the same, and a process that is killed
/// forgets nothing, but a power cut gives back the names of the last moment. For what is useless to whoever shows it
/// again, and comes too often to wait for.
pub async fn use_once_lightly(
    db: &Db,
    name: &Digest,
    expires_at: Timestamp,
    now: Timestamp,
) -> Result<bool, StoreError> {
    Ok(db.note(USE, args![name, expires_at, now]).await? == 1)
}
