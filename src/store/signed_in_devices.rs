//! Which devices is somebody signed in on? Each living family of tokens is one.

use sqlx::FromRow;

use crate::protocol::AuditEvent;
use crate::protocol::Event;
use crate::protocol::Subject;
use crate::protocol::Timestamp;
use crate::store::Db;
use crate::store::StoreError;
use crate::store::arg::args;
use crate::store::audit_events;
use crate::store::db::Transaction;

/// A family lives as long as something of it can be used: its refresh token, or else an access token.
macro_rules! select_living {
    ($columns:literal, $rest:literal) => {
        concat!(
            "SELECT ",
            $columns,
            " FROM token_families f \
            JOIN users u ON u.id = f.subject AND u.disabled_at IS NULL AND u.valid_from <= f.auth_time \
            WHERE f.subject = $1 AND f.revoked_at IS NULL AND ((f.refresh_idle_until > $2 AND f.ends_at > $2) \
                OR EXISTS (SELECT 1 FROM access_tokens t WHERE t.family_id = f.id AND t.expires_at > $2))",
            $rest
        )
    };
}
const COUNT: &str = select_living!("f.client_id, COUNT(*) AS devices", " GROUP BY f.client_id ORDER BY f.client_id");
const COUNT_ALL: &str = select_living!("COUNT(*)", "");
const COUNT_FAMILY: &str = select_living!("COUNT(*)", " AND f.id = $3");

pub(super) const STATEMENTS: &[&str] = &[COUNT, COUNT_ALL, COUNT_FAMILY];

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

/// Whether somebody is still signed in on the device of a family.
///
/// # Errors
/// When the database does not answer.
pub async fn is_signed_in(db: &Db, subject: &Subject, family: &str, now: Timestamp) -> Result<bool, StoreError> {
    let living: Option<(i64,)> = db.one(COUNT_FAMILY, args![subject.as_str(), now, family]).await?;
    Ok(living.is_some_and(|(devices,)| devices > 0))
}

/// Tells that an operator is about to end what somebody is signed in on, if there is anything: a second event beside that
/// of the command, so that whoever looks for ended tokens finds them all under one name.
pub(super) async fn tell_of_their_end(
    tx: &mut Transaction,
    subject: &Subject,
    command: &AuditEvent,
) -> Result<(), StoreError> {
    let living: Option<(i64,)> = tx.one(COUNT_ALL, args![subject.as_str(), command.at]).await?;
    let Some((devices, ..)) = living.filter(|(devices,)| *devices > 0) else { return Ok(()) };
    let ended = AuditEvent::once(&command.id, Event::TokensRevoked, &command.source, command.at);
    audit_events::add(tx, &ended.of_subject(subject).with("by", "operator").with("devices", devices)).await
}
