//! Which devices is somebody signed in on? Each living family of tokens is one.

use sqlx::FromRow;

use crate::protocol::Subject;
use crate::protocol::Timestamp;
use crate::store::Db;
use crate::store::StoreError;
use crate::store::arg::args;

/// A family lives as long as something of it can be used: its refresh token, or else an access token.
const COUNT: &str = "SELECT f.client_id, COUNT(*) AS devices FROM token_families f \
    JOIN users u ON u.id = f.subject AND u.disabled_at IS NULL AND u.valid_from <= f.auth_time \
    WHERE f.subject = $1 AND f.revoked_at IS NULL AND ((f.refresh_idle_until > $2 AND f.ends_at > $2) \
        OR EXISTS (SELECT 1 FROM access_tokens t WHERE t.family_id = f.id AND t.expires_at > $2)) \
    GROUP BY f.client_id ORDER BY f.client_id";

pub(super) const STATEMENTS: &[&str] = &[COUNT];

/// On how many devices of one client somebody is signed in.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct SignedInDevices {
    /// The client, which may not be registered any more.
    pub client_id: String,
    /// How many; one or more.
    pub devices: i64,
}

/// The devices that somebody is signed in on, by client.
///
/// # Errors
/// When the database does not answer.
pub async fn signed_in_devices(db: &Db, subject: &Subject, now: Timestamp) -> Result<Vec<SignedInDevices>, StoreError> {
    db.all(COUNT, args![subject.as_str(), now]).await
}
