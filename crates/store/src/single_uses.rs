//! Was this shown before? Names that are good once: a proof's or an assertion's `jti` (RFC 9449 section 11.1, RFC 7523
//! section 3). Shared by all nodes, atomic, and forgotten when the thing itself would no longer be accepted.

use crate::arg::args;
use crate::{Db, StoreError};
use protocol::{Digest, Timestamp};

const USE: &str = "INSERT INTO single_uses (digest, expires_at) VALUES ($1, $2) \
    ON CONFLICT (digest) DO UPDATE SET expires_at = excluded.expires_at WHERE single_uses.expires_at <= $3";

pub(super) const STATEMENTS: &[&str] = &[USE];

/// Uses a name up until `expires_at`; `false` when it is used up already. Waits for the disk: a power cut must not give
/// a spent name back.
///
/// # Errors
/// When the database does not answer: then the name must not be taken for new.
pub async fn use_once(db: &Db, name: &Digest, expires_at: Timestamp, now: Timestamp) -> Result<bool, StoreError> {
    Ok(db.write(USE, args![name, expires_at, now]).await? == 1)
}

/// The same without waiting for the disk: of two uses at any nodes one wins all the same, and a process that is killed
/// forgets nothing, but a power cut gives back the names of the last moment. For what is useless to whoever shows it
/// again, and comes too often to wait for.
///
/// # Errors
/// When the database does not answer: then the name must not be taken for new.
pub async fn use_once_lightly(
    db: &Db,
    name: &Digest,
    expires_at: Timestamp,
    now: Timestamp,
) -> Result<bool, StoreError> {
    Ok(db.note(USE, args![name, expires_at, now]).await? == 1)
}
