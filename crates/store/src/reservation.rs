//! The time for which a try of a budget or of an account is reserved.

use std::time::Duration;

use protocol::Timestamp;

/// How long a try is reserved at most. A password is verified in less time; an older reservation was left by a process that died.
pub(super) const RESERVED_FOR: Duration = Duration::from_secs(60);

/// Whether a try that is reserved until then is reserved now. A wrong clock wrote a time that is too far away.
pub(super) fn is_reserved(until: i64, now: Timestamp) -> bool {
    now.millis() < until && until <= (now + RESERVED_FOR * 2).millis()
}
