//! The time for which a try is reserved: one of a budget, or of the failures of an account.

use std::time::Duration;

use protocol::Timestamp;

/// How long a try is reserved at most. A password is looked at in less time; what is older was left by a process that died.
pub(super) const RESERVED_FOR: Duration = Duration::from_secs(60);

/// Whether what is reserved until then is reserved now. A time that is too far away is that of a clock that is set wrong.
pub(super) fn is_reserved(until: i64, now: Timestamp) -> bool {
    now.millis() < until && until <= (now + RESERVED_FOR * 2).millis()
}
