//! The clock of the machine, for the device of `grantd login` and `grantd demo`.

use std::time::Duration;

use crate::clock::{Clock, SystemClock};
use device::Timekeeper;
use protocol::Timestamp;

pub(super) struct SystemTimekeeper;

impl Timekeeper for SystemTimekeeper {
    fn now(&self) -> Timestamp {
        SystemClock.now()
    }

    async fn wait(&self, span: Duration) {
        SystemClock.sleep_until(SystemClock.now() + span).await;
    }
}
