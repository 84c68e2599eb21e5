//! The time of the machine: another server lives by it, and no clock of ours moves that one.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use protocol::Timestamp;

/// The instant at which this is asked.
#[expect(clippy::disallowed_methods, reason = "the audited server goes by the time of the world")]
pub(super) fn now() -> Timestamp {
    let passed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_millis(i64::try_from(passed.as_millis()).unwrap_or(i64::MAX))
}

/// Lets `span` pass.
#[expect(clippy::disallowed_methods, reason = "the audited server goes by the time of the world")]
pub(super) async fn pause(span: Duration) {
    tokio::time::sleep(span).await;
}
