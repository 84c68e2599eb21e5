//! What happened in somebody's account lately? The events that its person is told of, from the audit table.

use sqlx::FromRow;

use crate::arg::args;
use crate::{Db, StoreError};
use protocol::{Event, Subject};

/// `$2` is `,these,events,`.
const NEWEST: &str = "SELECT at, event, channel, client_id, address, detail FROM audit_events \
    WHERE subject = $1 AND $2 LIKE '%,' || event || ',%' ORDER BY at DESC, id DESC LIMIT $3";

pub(super) const STATEMENTS: &[&str] = &[NEWEST];

/// An event as the person it is about may know it.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct AccountEvent {
    /// Milliseconds since the epoch.
    pub at: i64,
    /// What happened.
    pub event: String,
    /// By which way.
    pub channel: String,
    /// The client it is about.
    pub client_id: Option<String>,
    /// The network address of the request.
    pub address: Option<String>,
    /// What else is known, as JSON.
    pub detail: String,
}

/// The newest events about somebody, of these kinds, the newest first.
///
/// # Errors
/// When the database does not answer.
pub async fn account_activity(
    db: &Db,
    subject: &Subject,
    kinds: &[Event],
    most: u32,
) -> Result<Vec<AccountEvent>, StoreError> {
    let names: Vec<&str> = kinds.iter().map(|kind| kind.name()).collect();
    db.all(NEWEST, args![subject.as_str(), format!(",{},", names.join(",")), most]).await
}
