//! May this account try to log in now? NIST SP 800-63B-4 section 3.2.2, requirement A-03.
//!
//! Kept by a keyed digest of the username, for accounts that exist and for those that do not alike. A try is counted
//! as a failure before the password is looked at, and forgiven when it was right.

use std::time::Duration;

use crate::protocol::Digest;
use crate::protocol::Timestamp;
use crate::protocol::delay_after;
use crate::store::Db;
use crate::store::StoreError;
use crate::store::arg::args;

const FIND: &str = "SELECT failures, not_before FROM login_throttles WHERE account = $1";
const ADD: &str = "INSERT INTO login_throttles (account, failures, not_before, updated_at) VALUES ($1, 1, $2, $3) \
    ON CONFLICT (account) DO NOTHING";
const COUNT: &str = "UPDATE login_throttles SET failures = failures + 1, not_before = $3, updated_at = $4 \
    WHERE account = $1 AND failures = $2";
const FORGIVE: &str = "DELETE FROM login_throttles WHERE account = $1";

pub(super) const STATEMENTS: &[&str] = &[FIND, ADD, COUNT, FORGIVE];

/// How patient the server is.
#[derive(Clone, Copy, Debug)]
pub struct LoginLimits {
    /// Failures before delays begin.
    pub free: u32,
    /// Failures after which only an operator can help.
    pub ceiling: u32,
    /// The longest delay.
    pub longest: Duration,
}

/// Whether the password may be looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    /// Yes, and the try is counted.
    Admitted,
    /// Not before this instant.
    NotBefore(Timestamp),
    /// Not until an operator sets a new password.
    Locked,
}

/// Counts a try and says whether it may go on. Parallel tries are admitted one after the other.
///
/// # Errors
/// When the database does not answer: then nobody is admitted.
pub async fn admit_login(
    db: &Db,
    account: &Digest,
    limits: LoginLimits,
    now: Timestamp,
) -> Result<Admission, StoreError> {
    loop {
        let found: Option<(i64, i64)> = db.one(FIND, args![account]).await?;
        let counted = match found {
            None => db.write(ADD, args![account, now + delay_after(1, limits.free, limits.longest), now]).await?,
            Some((failures, not_before)) => {
                let (known, not_before) =
                    (u32::try_from(failures).unwrap_or(u32::MAX), Timestamp::from_millis(not_before));
                if known >= limits.ceiling {
                    return Ok(Admission::Locked);
                }
                if now < not_before {
                    return Ok(Admission::NotBefore(not_before));
                }
                let next = now + delay_after(known + 1, limits.free, limits.longest);
                db.write(COUNT, args![account, failures, next, now]).await?
            }
        };
        if counted == 1 {
            return Ok(Admission::Admitted);
        }
    }
}

/// Forgets the failures of an account: the password was right, or an operator set a new one.
///
/// # Errors
/// When the database does not answer.
pub async fn forgive_login_failures(db: &Db, account: &Digest) -> Result<(), StoreError> {
    db.write(FORGIVE, args![account]).await.map(drop)
}
