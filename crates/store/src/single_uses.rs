//! Values that may be used once: the `jti` of a proof or an assertion (RFC 9449 section 11.1, RFC 7523 section 3). All nodes share
//! them. They are deleted when the proof or assertion itself would no longer be accepted.

use crate::arg::args;
use crate::statement::statements;
use crate::{Db, StoreError};
use protocol::{Digest, Timestamp};

statements! {
    USE = "INSERT INTO single_uses (digest, expires_at) VALUES ($1, $2) \
        ON CONFLICT (digest) DO UPDATE SET expires_at = excluded.expires_at WHERE single_uses.expires_at <= $3";
}

/// Marks a value as used until `expires_at`; false when it was used already. Waits for the disk: a power cut must not make it usable
/// again.
pub async fn use_once(db: &Db, name: &Digest, expires_at: Timestamp, now: Timestamp) -> Result<bool, StoreError> {
    Ok(db.write(USE, args![name, expires_at, now]).await? == 1)
}

/// The same without waiting for the disk. Of two uses at any nodes still only one succeeds, and a process that is killed forgets
/// nothing, but a power cut loses the values of the last moment. For values that come too often to wait, and that are useless to
/// anybody who repeats them.
pub async fn use_once_lightly(
    db: &Db,
    name: &Digest,
    expires_at: Timestamp,
    now: Timestamp,
) -> Result<bool, StoreError> {
    Ok(db.note(USE, args![name, expires_at, now]).await? == 1)
}
