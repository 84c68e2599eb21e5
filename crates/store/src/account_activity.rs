//! A person's recent activity, from the audit table.

use crate::arg::args;
use crate::statement::{list, statements};
use crate::{Db, RecordedEvent, StoreError};
use protocol::{Event, Subject};

statements! {
    /// `$2` is `,these,events,`.
    NEWEST = format!(
        "SELECT {} FROM audit_events \
        WHERE subject = $1 AND $2 LIKE '%,' || event || ',%' ORDER BY at DESC, id DESC LIMIT $3",
        list::<RecordedEvent>()
    );
}

/// The newest events of these kinds about a person, the newest first.
pub async fn account_activity(
    db: &Db,
    subject: &Subject,
    kinds: &[Event],
    most: u32,
) -> Result<Vec<RecordedEvent>, StoreError> {
    let names: Vec<&str> = kinds.iter().map(|kind| kind.name()).collect();
    db.all(NEWEST, args![subject, format!(",{},", names.join(",")), most]).await
}
