//! The time of this machine. The audited server runs on real time, so no manual clock can stand in.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use protocol::Timestamp;

/// The current time.
#[expect(clippy::disallowed_methods, reason = "the audited server runs on real time")]
pub(super) fn now() -> Timestamp {
    let passed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_millis(i64::try_from(passed.as_millis()).unwrap_or(i64::MAX))
}

/// Waits for `span`.
#[expect(clippy::disallowed_methods, reason = "the audited server runs on real time")]
pub(super) async fn pause(span: Duration) {
    tokio::time::sleep(span).await;
}
