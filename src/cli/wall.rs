//! What time is it for a device that this process plays? The machine's.

use std::time::Duration;

use crate::clock::{Clock, SystemClock};
use crate::device::Timekeeper;
use crate::protocol::Timestamp;

/// The clock on the wall.
pub(super) struct Wall;

impl Timekeeper for Wall {
    fn now(&self) -> Timestamp {
        SystemClock.now()
    }

    async fn wait(&self, span: Duration) {
        SystemClock.sleep_until(SystemClock.now() + span).await;
    }
}
